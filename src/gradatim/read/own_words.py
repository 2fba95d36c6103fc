"""Words of the dictionary that a text gives a meaning of its own: `\\mathrm{softplus}(z) = \\log(1 + e^{\\beta z})/\\beta`.

What the text says is what is meant. Where it only says again what the word means anyway, the word stays with the dictionary,
which knows more of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from random import Random

from gradatim.errors import GradatimError
from gradatim.read.composites import COMPOSITES
from gradatim.read.names import member_parts
from gradatim.read.prose import Declaration
from gradatim.read.scope import Assumption, Definition
from gradatim.read.spelling import FUNCTION_WORDS
from gradatim.read.tree import Node
from gradatim.read.uses import INDEX_LETTERS
from gradatim.term import Term, free_symbols
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.value.points import generic_sizes, parts, random_point
from gradatim.value.precision import workprec

_ONLY_SAID = frozenset(
    "log exp sin cos tan sinh cosh tanh sqrt trace det logdet inverse transpose vec diag diagonal rank norm sqnorm norm1 norminf abs "
    "max min maximum minimum total arg inner mean top lg".split()
)
"""Words of which an equation says what they come to: `\\det X = 1`, `\\sin θ = h/l`."""
OWNABLE = (frozenset(FUNCTION_WORDS.values()) | frozenset(COMPOSITES)) - _ONLY_SAID
"""Words of losses and networks, which every text defines as it needs them."""
POINTS, BITS, BUDGET = 3, 200, 200_000


def own_head(node: Node) -> tuple[str, tuple[Node, ...], str] | None:
    """Name, parameters and index of a left side that gives such a word its meaning: `relu(z)`, `softmax(z)_i`, and the
    `softmax(z_i)` that means the same."""
    index, call = "", node
    if node.kind == "post" and len(node.posts) == 1 and node.posts[0].kind == "sub":
        call, index = node.args[0], "".join(t.text for t in node.posts[0].tokens)
    if call.kind == "call" and len(call.posts) == 1 and call.posts[0].kind == "sub" and not index:  # softmax_i(z)
        index = "".join(t.text for t in call.posts[0].tokens)
    elif call.posts:
        return None
    if call.kind != "call" or call.value not in OWNABLE or index and index not in INDEX_LETTERS:
        return None
    bases = tuple(a.args[0] if a.kind == "post" else a for a in call.args)
    if not all(b.kind == "name" for b in bases):
        return None
    below = {p.tokens[0].text for a in call.args if a.kind == "post" for p in a.posts if p.kind == "sub" and len(p.tokens) == 1}
    if len(below) == 1 and not index and len(call.args) == 1 and below <= set(INDEX_LETTERS) and call.value == "softmax":
        return f"\\mathrm{{{call.value}}}", bases, below.pop()
    return f"\\mathrm{{{call.value}}}", call.args, index


def said_again(definition: Definition, value: Callable[[str, tuple[Declaration, ...], bool], Term]) -> bool | None:
    """Whether a definition of a word says what the dictionary says of it; None where it could not be read at all.
    `value(call, declared, own)` is what a call means by the definition, or by the dictionary."""
    word = definition.name[8:-1]
    letters = [f"u_{{{k}}}" for k, _ in enumerate(definition.parameters or (), 1)]
    call = f"\\operatorname{{{word}}}({', '.join(letters)})"
    read = False
    for kinds in product(("vector", "scalar"), repeat=len(letters)):
        declared = tuple(Declaration(n, k, ("n",) if k == "vector" else ()) for n, k in zip(letters, kinds))
        try:
            own = value(call, declared, True)
        except GradatimError:
            continue
        read = True
        try:
            usual = value(call, declared, False)
        except GradatimError:
            continue
        return _alike(own, usual)
    return False if read else None


def _alike(own: Term, usual: Term) -> bool:
    """Whether two terms have one value at some points."""
    if own.type.bare.axes != usual.type.bare.axes:
        return False
    nodes, rng = parts(own, usual), Random(7)
    symbols = free_symbols(own, usual)
    done = 0
    for turn in range(4 * POINTS):
        try:
            point = random_point(symbols, generic_sizes(nodes, turn), rng)
            with workprec(BITS):
                ring = Balls()
                arrays = {s: ring.array(shape, values) for s, (shape, values) in point.arrays.items()}
                left, right = (run(t, ring, arrays, point.sizes, point.indices, budget=BUDGET) for t in (own, usual))
                if any(not (x - y).contains(0) for x, y in zip(left.data, right.data)):
                    return False
        except GradatimError:
            continue
        done += 1
    return done >= POINTS


def unread_word(word: str, equation: str) -> Assumption:
    """What is said where a text defines a word and the definition could not be read."""
    return Assumption(f"{word} is the usual one: `{equation}` could not be read", (0, 0), ("what the text says it is",), True)


def words_defined(names: Sequence[str]) -> list[str]:
    """Those of the names that are words of the dictionary."""
    return [n for n in names if n.startswith("\\mathrm{") and n[8:-1] in OWNABLE and not member_parts(n)[1]]


__all__ = ["OWNABLE", "own_head", "said_again", "unread_word", "words_defined"]
