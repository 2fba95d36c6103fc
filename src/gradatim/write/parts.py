"""Long formulas name their parts: `2 S b, where S = (AᵀA + λI)⁻¹`.

A part is named where it occurs again and the formula gets shorter by more than its definition costs, and where a line would be
longer than anyone takes in at once. This is a matter of reading only: with the definitions put back it is the same term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from gradatim.ops import add, at, product, transpose
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, free_symbols, is_index, substitute, walk
from gradatim.write.names import LETTERS
from gradatim.write.spelling import USUAL, Spelling

SHORT, LINE = 50, 100
"""A formula shorter than the first keeps its parts; one shorter than the second has them named only
where one of them makes up much of it. Where one is named, all are that save anything."""
MUCH = 0.25
LONG = 150
"""A formula that is longer than this has a part named even where nothing repeats."""
LEAST = 12
"""A part that is shorter than this is not named."""
MOST = 9
MAX_NODES = 4000
"""Nobody reads a formula of more parts than this, whatever they are called."""
NAMES = {2: "SMPQRKLCEFGHZ", 1: "srpqvzgutkce", 0: ("α", "β", "γ", "κ", "ρ", "τ", "c", "s", "r", "t", "q")}
"""Letters for matrices, vectors and scalars, in the order in which they are tried."""
GREEK = {"α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "κ": r"\kappa", "ρ": r"\rho", "τ": r"\tau"}


@dataclass(frozen=True, slots=True)
class Named:
    """A formula over names, and what each name stands for: pairs of the name as a term and its value, which may use later names."""

    term: Term
    where: tuple[tuple[Term, Term], ...] = ()


def named_parts(term: Term, author: Spelling = USUAL) -> Named:
    """The formula with its long and repeated parts named."""
    (term,), where = named_together((term,), author)
    return Named(term, where)


def named_together(terms: Sequence[Term], author: Spelling = USUAL) -> tuple[tuple[Term, ...], tuple[tuple[Term, Term], ...]]:
    """Several formulas with the parts named that are long or that one or more of them repeat, and what the names stand for."""
    if sum(1 for _ in islice(walk(*terms), MAX_NODES + 1)) > MAX_NODES:
        return tuple(terms), ()
    taken = frozenset[str]().union(*map(_taken, terms))
    bodies: list[Term] = list(terms)
    heads: list[Term] = []
    while len(heads) < MOST:
        part = _best(bodies, bool(heads))
        letter = None if part is None else next((n for n in _letters(part, author) if not taken & set(n)), None)
        if part is None or letter is None:
            break
        taken |= set(letter)
        indices = _loose([part])[part]
        function = Function(*letter, indices, part, family=len(indices))
        head = Apply(function, indices)
        calls = {node: Apply(function, at_indices) for node, at_indices in _alike(part, indices, bodies)}
        bodies = [substitute(body, {**calls, part: head}) for body in bodies] + [part]
        heads.append(head)
    count = len(terms)
    table = _letters_for([*heads, *bodies[count:]], taken)
    return tuple(bodies[:count]), tuple((substitute(h, table), substitute(b, table)) for h, b in zip(heads, bodies[count:]))


def _alike(part: Term, indices: tuple[Symbol, ...], bodies: list[Term]) -> Iterator[tuple[Term, tuple[Symbol, ...]]]:
    """Where the part stands under another binder, with the index of that one."""
    if not indices:
        return
    for node, loose in _loose(bodies).items():
        same = len(loose) == len(indices) and node.type == part.type and all(a.type == b.type for a, b in zip(loose, indices))
        if same and node is not part and substitute(node, dict(zip(loose, indices))) is part:
            yield node, loose


def _letters_for(terms: list[Term], taken: frozenset[str]) -> dict[Term, Term]:
    """A letter for every bound index that a definition depends on."""
    loose = _loose(terms)
    indices = dict.fromkeys(s for t in terms for s in loose[t])
    letters = (n for n in LETTERS if n not in taken)
    return {s: Symbol(next(letters), s.type) for s in indices}


def _taken(term: Term) -> frozenset[str]:
    names = {"e", "I", "d", "T", "f"}
    for s in free_symbols(term):
        names |= {s.label, s.plain, s.name, s.plain[:1]}
        names |= {n for a in s.type.axes for n in a.names}
    for node in walk(term):
        if isinstance(node, Apply) and isinstance(node.op, Function):
            names |= {node.op.text, node.op.name, node.op.plain}
        names |= {n for a in node.type.axes for n in a.names}
    return frozenset(names)


def _best(roots: list[Term], begun: bool) -> Term | None:
    """The part whose name shortens the formulas most; None where none is worth its definition."""
    length = _lengths(roots)
    total = max(length[r] for r in roots)
    if total <= SHORT and not begun:
        return None
    count, loose = _counts(roots), _loose(roots)
    best: Term | None = None
    gain = 0 if total > LINE or begun else int(MUCH * total)
    for node in walk(*roots):
        if node in roots or len(loose[node]) > 2 or not _nameable(node, length[node]):
            continue
        saved = (count[node] - 1) * (length[node] - 2) - 6
        if count[node] == 1:
            if total <= LONG or length[node] > 0.6 * total or length[node] < 0.2 * total:
                continue
            saved = length[node] // 4
        if saved > gain:
            best, gain = node, saved
    return best


def _lengths(roots: list[Term]) -> dict[Term, int]:
    """About how many characters each node takes."""
    out: dict[Term, int] = {}
    for node in walk(*roots):
        if isinstance(node, (Number, Size)):
            out[node] = len(str(node))
        elif isinstance(node, Symbol):
            out[node] = 1 if node.label.startswith("#") else len(node.label)
        elif isinstance(node, Apply):
            name = len(node.op.notation.text)  # type: ignore[attr-defined]
            between = 3 if node.op is add else 1
            out[node] = sum(out[a] for a in node.args) + between * max(len(node.args) - 1, 0) + (name + 2 if name else 0)
        else:
            out[node] = sum(out[a] for a in node.args) + 3
        out[node] = min(out[node], 10**9)
    return out


def _counts(roots: list[Term]) -> dict[Term, int]:
    """How often each node is written."""
    order = list(walk(*roots))
    count = dict.fromkeys(order, 0)
    for r in roots:
        count[r] += 1
    for node in reversed(order):
        for a in node.args:
            count[a] = min(count[a] + count[node], 10**9)
    return count


def _nameable(node: Term, length: int) -> bool:
    """Parts with a meaning of their own: no numbers, names, signs, transposes, entries or tensors."""
    if length < LEAST or node.rank > 2 or not node.args:
        return False
    if isinstance(node, Apply):
        signed = node.op is product and isinstance(node.args[0], Number)
        return not signed and node.op not in (at, transpose) and not isinstance(node.op, Function)
    return True


def _loose(roots: list[Term]) -> dict[Term, tuple[Symbol, ...]]:
    """The indices of binders around it on which each node depends."""
    out: dict[Term, tuple[Symbol, ...]] = {}
    for node in walk(*roots):
        if is_index(node) and isinstance(node, Symbol) and node.name.startswith("#"):
            out[node] = (node,)
            continue
        found = dict.fromkeys(s for a in node.args for s in out[a])
        if isinstance(node, Bind):
            found.pop(node.index, None)
        out[node] = tuple(found)
    return out


def _letters(part: Term, author: Spelling) -> Iterator[tuple[str, str]]:
    for letter in NAMES[part.rank]:
        name = GREEK.get(letter, letter)
        yield (rf"\{author.bold}{{{name}}}" if author.bold and part.rank else name), letter
