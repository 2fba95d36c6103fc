"""A Hessian in terms of the function and of its gradient: 2(A − r I − g xᵀ − x gᵀ) / (xᵀx) for the Rayleigh quotient r.

The gradient is a sum of terms, and each of them is the gradient less the others: A x = (xᵀx / 2) g + r x. Put into the Hessian for one
of them, the gradient takes the place of what the quotient rule made of it.
"""

from __future__ import annotations

from collections.abc import Callable

from gradatim.check.ladder import equal
from gradatim.derive.derivative import Derived, one_derivative, readable
from gradatim.errors import GradatimError
from gradatim.matrix.build import plus, put_together, split, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.expand import multiplied_out
from gradatim.matrix.powers import UNIT, PowerProduct, assemble, divided, summands
from gradatim.matrix.shorthand import in_names
from gradatim.ops import number, product
from gradatim.ops.function import Function
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Symbol, Term, free_symbols, walk
from gradatim.write.parts import Named, named_parts

LONG = 160
"""A Hessian that costs less is written out."""
WORTH = 0.65
"""What it may cost in terms of the function and its gradient, as a part of what it costs without them."""
MOST_TERMS = 12
Part = tuple[PowerProduct, tuple[Term, ...]]
"""A scalar coefficient and a chain of arrays."""
GRADIENT = ("g", "h", "q", "u")
"""Letters for a gradient, in the order in which they are tried."""


def by_gradient(found: Derived, name: tuple[str, str], bold: Callable[[str], str] = str) -> Named | None:
    """A long Hessian of a scalar function called `name` (in LaTeX and in text) with its value and its gradient by name, and what
    these stand for; None where that is not much shorter. Compared by value."""
    if (
        len(found.wrt) != 2
        or found.wrt[0] is not found.wrt[1]
        or found.convention
        or found.general
        or not found.stages[0].is_scalar
    ):
        return None
    variable, function = found.wrt[0], found.stages[0]
    if not isinstance(variable, Symbol) or variable.rank != 1 or found.term.rank != 2 or cost(found.term) < LONG:
        return None
    letter = next((x for x in GRADIENT if x not in _names_in(found.term, function) | {name[1]}), "")
    if not letter:
        return None
    value = _value_of(found, function, name)
    try:
        slope = in_names(readable(one_derivative(function, variable), function), (value,))
        gradient = Apply(Function(bold(letter), letter, (), slope, plain=letter), ())
        # What the named gradient's derivative says of the value may be lost in that of the function: f² for what is under its root.
        forms = [found.term, *([] if value not in walk(slope) else [one_derivative(slope, variable)])]
        made = [t for h in forms if (t := _in_gradient(h, slope, gradient, value, variable)) is not None]
    except GradatimError:
        return None
    whole = min(made, key=cost) if made else found.term
    otherwise = named_parts(found.term)
    if (
        cost(whole) > WORTH * (cost(otherwise.term) + sum(cost(part) for _, part in otherwise.where))
        or not equal(found.term, whole).holds
    ):
        return None
    used = list(walk(whole, slope))
    stated = [(value, function)] if value in used else []
    return Named(whole, (*stated, (gradient, slope)))


def _value_of(found: Derived, function: Term, name: tuple[str, str]) -> Term:
    """The call by which the answer names the function, or one that does."""
    for node in walk(found.term):
        if isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is function and not node.args:
            return node
    return Apply(Function(*name, (), function, plain=name[1]), ())


def _names_in(*terms: Term) -> set[str]:
    out: set[str] = set()
    for term in terms:
        for s in free_symbols(term):
            out |= {s.label, s.plain, *(n for a in s.type.axes for n in a.names)}
        out |= {n.op.text for n in walk(term) if isinstance(n, Apply) and isinstance(n.op, Function)}
    return out


def _in_gradient(hessian: Term, slope: Term, gradient: Term, value: Term, variable: Symbol) -> Term | None:
    """The cheapest way to put the gradient in for one of its terms."""
    parts = _parts(slope, value)
    inside = _parts(hessian, value)
    if len(parts) > MOST_TERMS or len(inside) > MOST_TERMS:
        return None
    best: Term | None = None
    for k, part in enumerate(parts):
        if part[1] == (variable,):
            continue
        inverse = divided(UNIT, part[0])
        rest = [times(number(-1), assemble(inverse), assemble(p[0]), *p[1]) for j, p in enumerate(parts) if j != k]
        instead = plus(times(assemble(inverse), gradient), *rest)
        out = plus(*(_put_in(p, part[1], instead) for p in inside))
        found = plus(*(put_together(*p, hessian.type) for p in _parts(out, value)))
        if gradient in list(walk(found)) and (best is None or cost(found) < cost(best)):
            best = found
    return best


def _parts(term: Term, value: Term) -> list[Part]:
    """The products of which a term is the sum, each with the value by its name."""
    opened = [split(in_names(s, (value,))) for s in summands(multiplied_out(term))]
    return [p for p in opened if p is not None]


def _put_in(part: Part, chain: tuple[Term, ...], instead: Term) -> Term:
    """A product with `instead` for the neighbours that make up `chain`, straight or transposed."""
    turned = split(transposed(made_of(product, chain)))
    back = turned[1] if turned is not None else ()
    out: list[Term] = []
    left = part[1]
    while left:
        if left[: len(chain)] == chain:
            out.append(instead)
            left = left[len(chain) :]
        elif back and left[: len(back)] == back:
            out.append(transposed(instead))
            left = left[len(back) :]
        else:
            out.append(left[0])
            left = left[1:]
    return times(assemble(part[0]), *out)


__all__ = ["by_gradient"]
