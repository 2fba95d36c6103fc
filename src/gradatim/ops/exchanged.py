"""Matrices given by their entries that are their own transposes: [k(‖xᵢ − xⱼ‖)]ᵢⱼ, seen from what exchanging i and j changes."""

from __future__ import annotations

from gradatim.ops.base import Op
from gradatim.ops.products import equal
from gradatim.ops.structure import add, product, transpose
from gradatim.term import Apply, Bind, Number, Term, substitute

MINUS = Number(-1)


def symmetric_by_entries(term: Term) -> bool:
    """Whether a stack over two indices has at (j, i) what it has at (i, j), as far as that is seen: differences under an even
    function, scalar products, sums and products in another order."""
    if not (isinstance(term, Bind) and term.kind == "stack" and term.rank == 2 and term.type.axes[0] == term.type.axes[1]):
        return False
    row, inner = term.opened()
    if not (isinstance(inner, Bind) and inner.kind == "stack" and inner.body.is_scalar):
        return False
    column, body = inner.opened()
    return _same(body, substitute(body, {row: column, column: row}))


def _same(a: Term, b: Term) -> bool:
    """Whether two formulas are one, up to what is said above."""
    if a is b:
        return True
    if not (
        isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op and a.params == b.params and len(a.args) == len(b.args)
    ):
        return False
    if a.op is product and a.is_scalar and _turned_round(a, b):
        return True
    if a.op is equal and a.args == b.args[::-1]:
        return True
    if a.op is add or a.op is product and all(x.is_scalar for x in a.args):
        return _in_some_order(a.args, b.args)
    if isinstance(a.op, Op) and a.op.even and _opposite(a.args[0], b.args[0]) and a.args[1:] == b.args[1:]:
        return True
    return all(map(_same, a.args, b.args))


def _in_some_order(ones: tuple[Term, ...], others: tuple[Term, ...]) -> bool:
    left = list(others)
    for a in ones:
        k = next((k for k, b in enumerate(left) if _same(a, b)), None)
        if k is None:
            return False
        del left[k]
    return True


def _turned_round(a: Apply, b: Apply) -> bool:
    """Whether the arrays of one scalar product are those of the other, transposed and from the end on: xᵢᵀA xⱼ for xⱼᵀAᵀxᵢ."""
    one, other = ([x for x in t.args if x.rank] for t in (a, b))
    scalars = [tuple(x for x in t.args if not x.rank) for t in (a, b)]
    return len(one) == len(other) > 0 and _in_some_order(*scalars) and all(map(_transposes, one, reversed(other)))


def _transposes(x: Term, y: Term) -> bool:
    if isinstance(x, Apply) and x.op is transpose:
        return x.args[0] is y
    return isinstance(y, Apply) and y.op is transpose and y.args[0] is x or x is y and "symmetric" in x.type.facts


def _opposite(a: Term, b: Term) -> bool:
    """Whether two sums have the same terms with the other sign."""
    if not (isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op is add):
        return False
    return _in_some_order(a.args, tuple(map(_negative, b.args)))


def _negative(t: Term) -> Term:
    if isinstance(t, Apply) and t.op is product and t.args[0] is MINUS:
        return t.args[1] if len(t.args) == 2 else product(*t.args[1:])
    return product(MINUS, t)


__all__ = ["symmetric_by_entries"]
