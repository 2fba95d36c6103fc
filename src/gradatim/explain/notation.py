"""What the less common signs of a derivation mean: ⊙, 𝟏, diag, δ, vec and their like, each explained once at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradatim.explain.formula import f
from gradatim.explain.sayings import sentence_of
from gradatim.explain.steps import Script, Step, Words
from gradatim.ops import at, transpose
from gradatim.ops.base import Op, dictionary
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, walk
from gradatim.types import Type
from gradatim.write.names import named_whole

_STACK: Words = (f("[aᵢ]ᵢ"), " is the vector with the entries ", f("aᵢ"), ", and so for more indices")
_HELD = r"\left.\frac"
"""How the name of a partial derivative begins that says what stands still."""


_APPLIED = "}]"
"""How the name of a derivative ends that is taken of a step: ∂f/∂X[dX]."""


def notation(script: Script) -> list[Words]:
    """A few words for each sign of a derivation that not every reader knows, in the order in which they are met."""
    met = dict.fromkeys(name for step in (*script.steps, *script.coda) for name in _operations(step))
    known = dictionary()
    found = [_explained(known[name]) for name in met if name in known and known[name].notation.legend]
    found += [_STACK] if "stack" in met else []
    found += _stacked(script)
    applied = next((s.before for s in script.steps if isinstance(s.before, Apply) and s.before.op.name.endswith(_APPLIED)), None)
    if applied is not None:
        found.append((applied, " is the linear map that is the derivative, taken of a step"))
    held = next((s.before for s in script.steps if isinstance(s.before, Apply) and s.before.op.name.startswith(_HELD)), None)
    return found if held is None else [*found, ("after the bar of ", held, " stands what is held still")]


def _explained(op: Op) -> Words:
    """The legend of an operation's record, with the operation on letters in it."""
    sample, places = op.samples[0], op.notation.kind in ("indicator", "unit")
    exponent = any(t.rank for t in sample.types)
    letters = [iter(c) for c in ("ij" if places else "k" if exponent else "tu", "ab", "AB")]
    args: list[Term] = [
        Symbol(next(letters[0]), Type(index=t.index or t.axes[0])) if places else Symbol(next(letters[t.rank]), t.bare)
        for t in sample.types
    ]
    shown: list[Term] = [op(*args, params=sample.params), *args]
    parts = re.split(r"\{(\d)\}", op.notation.legend)
    return tuple(w for k, p in enumerate(parts) for w in ((shown[int(p)],) if k % 2 else sentence_of(p)))


def _stacked(script: Script) -> list[Words]:
    """A family that stands as a whole: the matrix with its members as rows."""
    out: list[Words] = []
    terms = dict.fromkeys(n for s in script.steps for t in (s.after, *s.forms) for n in walk(t))
    members = {n.args[0] for n in terms if isinstance(n, Apply) and n.op is at}
    alone = {a for n in terms if isinstance(n, Apply) and n.op is not at for a in n.args}
    for node in terms:
        if isinstance(node, Symbol) and node.type.family and node.rank == 2 and node in alone and node in members:
            index = Symbol("i", Type(index=node.type.axes[0]))
            out.append((node, " by itself is the matrix with the rows ", transpose(at(node, index))))
    rows = [n for n in terms if isinstance(n, Apply) and n.op is at and n.rank == 1 and not n.args[0].type.family]
    for matrix in list(dict.fromkeys(n.args[0] for n in rows if isinstance(n.args[0], Symbol) and n.args[0].rank == 2))[:1]:
        out.append((transpose(at(matrix, Symbol("i", Type(index=matrix.type.axes[0])))), " is row ", f("i"), " of ", matrix))
    return out


def _operations(step: Step) -> Iterator[str]:
    for term in (step.before, step.after, *step.forms):
        yield from _names(term)
    for word in step.said:
        if isinstance(word, Term):
            yield from _names(word)
        elif "δ" in (word if isinstance(word, str) else word.text):
            yield "equal"


def _names(term: Term) -> Iterator[str]:
    for node in walk(term):
        if isinstance(node, Apply) and not isinstance(node.op, Function):
            yield node.op.name
        elif isinstance(node, Bind) and named_whole(node) is None:
            yield node.kind
