"""Forward accumulation: the tangent of every node, one term of the node's own shape.

By a scalar, and for differentials, a tangent has no more axes than its node, so each is a matrix formula, whatever the shapes.
Backwards the adjoint of a matrix in a matrix has four axes, which is written with indices and multiplies sums out:
(A + xB + x²C)⁻¹ would lose its B + 2xC.
"""

from __future__ import annotations

from gradatim.derive.closing import Adjoint, Indices
from gradatim.derive.primary import moves_along_itself
from gradatim.derive.reach import reaching
from gradatim.derive.sweep import Sweep, passed_on, through_binder
from gradatim.index.lower import fresh_for, join, lower
from gradatim.matrix.lift import lift_sum
from gradatim.ops import number, zero
from gradatim.ops.base import Along, Factor, Monomial, Primary, derivative_of
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term


def tangent(root: Term, variable: Symbol, step: Term) -> Term:
    """The tangent of `root` where that of `variable`, which is whole and no member of a family, is `step`."""
    found: dict[Term, Term] = {variable: step}
    for node in reaching(root, variable):
        if node not in found:
            found[node] = _of(node, variable, found)
    return found[root] if root in found else zero(root.type)


def _of(node: Term, variable: Symbol, found: dict[Term, Term]) -> Term:
    moved = _along(node, variable, found)
    if moved is not None:
        return moved
    free, axes = fresh_for(node.type.axes), fresh_for(node.type.axes)
    seed = [Monomial(number(1), tuple(Factor(None, pair) for pair in zip(free, axes)))]
    asked = fresh_for(variable.type.axes)
    sweep = Sweep(variable, asked, free)
    if isinstance(node, Bind):
        monomials = _moved(through_binder(node, seed, axes, sweep), found[variable], asked)
    else:
        monomials = [m for child, own, at in passed_on(node, seed, axes, sweep) for m in _moved(own, found[child], at)]
    return lift_sum(monomials, free, node.type.row)


def _along(node: Term, variable: Symbol, found: dict[Term, Term]) -> Term | None:
    """The tangent of an operation that is differentiated along a whole matrix; None for any other."""
    if not isinstance(node, Apply) or isinstance(node.op, Function):
        return None
    rule = derivative_of(node.op)
    moving = [k for k, a in enumerate(node.args) if a in found]
    if isinstance(rule, Along) and moving == [rule.by]:
        return rule.moves(node, found[node.args[rule.by]])
    if isinstance(rule, Primary) and rule.along is not None and moving == [0] and not moves_along_itself(node.args[0], variable):
        return rule.along(node, found[node.args[0]])
    return None


def _moved(adjoint: Adjoint, step: Term, axes: Indices) -> Adjoint:
    along = lower(step, axes)
    return [join(m, along) for m in adjoint]
