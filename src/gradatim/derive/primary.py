"""Derivatives through functions of a matrix: under a trace, or of a scalar times a constant matrix.

The adjoint G of f(X) says df = tr(Gᵀ d f(X)). Where Gᵀ commutes with X, as for tr f(X), tr(X f(X)), det f(X), that is
tr(Gᵀ f′(X) dX) for every dX. Where X = s(t) C with a constant C, dX commutes with X, and d f(X) = f′(X) dX whatever G is.
"""

from __future__ import annotations

from gradatim.errors import UnknownDerivative
from gradatim.matrix.build import transposed
from gradatim.matrix.scalar import add_up
from gradatim.ops import inverse, mpower, number
from gradatim.ops.base import Along, Primary, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.linear_algebra import identity, matrix_power
from gradatim.ops.quotients import as_size, least_count
from gradatim.ops.structure import add, product
from gradatim.term import Apply, Symbol, Term, depends_on, free_symbols, walk

CLOSED = (inverse, matrix_power, mpower)
"""Besides products, sums and primary functions: what gives a function of X from a function of X."""


def commutes(term: Term, x: Term) -> bool:
    """Whether a term is seen to be a function of the matrix x, and so commutes with it."""
    if term is x or not term.rank:
        return True
    if not isinstance(term, Apply):
        return False
    if term.op is identity:
        return True
    if term.op in (product, add):
        return all(commutes(a, x) for a in term.args)
    return (term.op in CLOSED or isinstance(derivative_of(term.op), Primary)) and commutes(term.args[0], x)


def moves_along_itself(x: Term, variable: Symbol) -> bool:
    """Whether a matrix changes with the variable as a scalar times a constant matrix does: its change commutes with it."""
    while isinstance(x, Apply) and isinstance(x.op, Function) and x.op.body is not None and not x.args:
        x = x.op.body
    if not isinstance(x, Apply) or x.op is not product:
        return False
    return all(not a.rank or not any(s is variable for s in free_symbols(a)) for a in x.args)


def weight(node: Apply, adjoint: Term) -> Term | None:
    """G f′(X)ᵀ, what flows into X from f(X) with the adjoint G; None where Gᵀ is not seen to commute with X."""
    rule = derivative_of(node.op)
    assert isinstance(rule, Primary)
    if not commutes(transposed(adjoint), node.args[0]):
        return None
    return product(adjoint, transposed(rule.slope(node)))


def runs_along(body: Term, variable: Symbol) -> bool:
    """Whether a function of a matrix moves in a body that has a derivative along any change, other than along itself."""
    return any(
        isinstance(n, Apply)
        and not isinstance(n.op, Function)
        and isinstance(rule := derivative_of(n.op), Primary)
        and rule.along is not None
        and depends_on(n.args[0], variable)
        and not moves_along_itself(n.args[0], variable)
        for n in walk(body)
    )


def is_along(node: Term) -> bool:
    """Whether a node is the derivative of a function of a matrix along a matrix."""
    return isinstance(node, Apply) and not isinstance(node.op, Function) and isinstance(derivative_of(node.op), Along)


def along_transposed(node: Apply, adjoint: Term) -> Term:
    """L(Xᵀ, G), what flows into X from f(X) with the adjoint G where nothing commutes: L(X, ·) has the adjoint L(Xᵀ, ·)."""
    rule = derivative_of(node.op)
    assert isinstance(rule, Primary) and rule.along is not None
    turned = Apply(node.op, (transposed(node.args[0]), *node.args[1:]), node.params)
    return rule.along(turned, adjoint)


def under_trace(node: Apply, adjoint: Term) -> Term | None:
    """k G (Xᵀ)^(k − 1), what flows into X from Xᵏ with the adjoint G; None where Gᵀ is not seen to commute with X."""
    base, exponent = node.args
    counts = as_size(exponent) is not None or least_count(exponent) is not None
    if not counts or not commutes(transposed(adjoint), base):
        return None
    return product(exponent, adjoint, transposed(mpower(base, add_up((exponent, number(-1))))))


def refused(node: Apply) -> UnknownDerivative:
    return UnknownDerivative(
        f"the {node.op.title} has a derivative in matrices only where the change commutes with the matrix: "  # type: ignore[attr-defined]
        "under a trace or a determinant, as in tr f(X), or of a scalar times a constant matrix; this one is an integral"
    )


__all__ = ["along_transposed", "commutes", "is_along", "moves_along_itself", "refused", "runs_along", "under_trace", "weight"]
