"""What the less common signs of a derivation mean: ⊙, 𝟏, diag, δ, vec and their like, each explained once at the end."""

from __future__ import annotations

from collections.abc import Iterator

from gradatim.explain.formula import f
from gradatim.explain.steps import Script, Step, Words
from gradatim.ops import (
    at,
    basis,
    diag,
    diagonal,
    equal,
    hadamard,
    hdivide,
    hpower,
    kron,
    ones,
    sigmoid,
    softmax,
    transpose,
    unvec,
    vec,
)
from gradatim.ops import step as indicator
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, walk
from gradatim.types import Dim, Type

_N = Dim.of("n")
_A, _B, _T = Symbol("a", Type((_N,))), Symbol("b", Type((_N,))), Symbol("t")
_LONG = Symbol("a", Type((_N * _N,)))
_M, _P = Symbol("A", Type((_N, _N))), Symbol("B", Type((_N, _N)))
_I, _J = Symbol("i", Type(index=_N)), Symbol("j", Type(index=_N))

_MEANINGS: tuple[tuple[str, Words], ...] = (
    ("hadamard", (hadamard(_A, _B), " is the product entry by entry")),
    ("hdivide", (hdivide(_A, _B), " is the quotient entry by entry")),
    ("hpower", (hpower(_A, Symbol("k")), " is the power entry by entry")),
    ("ones", (ones(params=(_N,)), " is a vector of ones")),
    ("diag", (diag(_A), " is the diagonal matrix with the entries of ", _A)),
    ("diagonal", (diagonal(_M), " is the column of the diagonal entries of ", _M)),
    ("equal", (equal(_I, _J), " is 1 where ", f("i = j"), ", else 0")),
    ("basis", (basis(_I, params=(_N,)), " is the column with 1 in place ", f("i"), ", else 0")),
    ("vec", (vec(_M), " stacks the columns of ", _M)),
    ("unvec", (unvec(_LONG, params=(_N, _N)), " has the columns that ", _LONG, " stacks")),
    ("kron", (kron(_M, _P), " is the Kronecker product, with blocks ", f("Aᵢⱼ B"))),
    ("sigmoid", (sigmoid(_T), f(" = 1/(1 + exp(−t))"))),
    ("softmax", (softmax(_A), " has the entries ", f("exp(aᵢ)/Σⱼ exp(aⱼ)"))),
    ("stack", (f("[aᵢ]ᵢ"), " is the vector with the entries ", f("aᵢ"), ", and so for more indices")),
    ("step", (indicator(_T), " is 1 where ", f("t > 0"), ", else 0")),
)


_HELD = r"\left.\frac"
"""How the name of a partial derivative begins that says what stands still."""


def notation(script: Script) -> list[Words]:
    """A few words for each sign of a derivation that not every reader knows, in a fixed order."""
    met = {name for step in (*script.steps, *script.coda) for name in _operations(step)}
    found = [words for name, words in _MEANINGS if name in met]
    found += _stacked(script)
    held = next((s.before for s in script.steps if isinstance(s.before, Apply) and s.before.op.name.startswith(_HELD)), None)
    return found if held is None else [*found, ("after the bar of ", held, " stands what is held still")]


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
        elif isinstance(node, Bind):
            yield node.kind
