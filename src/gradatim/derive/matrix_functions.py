"""Reverse accumulation through functions of a matrix: where their change commutes, along a matrix, and powers with a symbolic exponent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradatim.derive.closing import Adjoint, Indices, without
from gradatim.derive.primary import along_transposed, moves_along_itself, refused, under_trace, weight
from gradatim.errors import UnknownDerivative
from gradatim.index.lower import extent, fresh_for, join, lower
from gradatim.matrix.build import is_zero, times
from gradatim.matrix.kept import keep
from gradatim.matrix.lift import lift_sum
from gradatim.ops import at, number, product, size
from gradatim.ops.base import Along, Factor, Monomial, Primary
from gradatim.ops.powers import power_series
from gradatim.term import Apply, Bind, Term, depends_on

if TYPE_CHECKING:
    from gradatim.derive.sweep import Contribution, Sweep


def through_primary(node: Apply, rule: Primary, k: int, adjoint: Adjoint, axes: Indices, sweep: Sweep) -> Contribution:
    """Through a function of a matrix, where its change commutes with it or with what it is traced with."""
    if k:
        slope = lower(rule.parameters[k - 1](node), axes)
        return node.args[k], [join(m, slope) for m in adjoint], ()
    argument, inner = node.args[0], fresh_for(node.args[0].type.axes)
    if moves_along_itself(argument, sweep.variable):
        tie = Monomial(number(1), (Factor(None, (inner[1], axes[1])),))
        slope = lower(rule.slope(node), (axes[0], inner[0]))
        return argument, [join(m, slope, tie) for m in adjoint], inner
    if not sweep.outer:
        flows = weight(node, lift_sum(adjoint, axes))
        if flows is not None:
            return argument, [lower(flows, inner)], inner
    if rule.along is None:
        raise refused(node)
    return argument, _weighed(lambda weight: along_transposed(node, weight), adjoint, axes, inner, sweep), inner


def through_along(node: Apply, rule: Along, k: int, adjoint: Adjoint, axes: Indices, sweep: Sweep) -> Contribution:
    """Through an operation that is linear in one argument, by its adjoint."""
    if k != rule.by:
        raise UnknownDerivative(f"the {node.op.title} is differentiated by that matrix only, and not by the other argument")  # type: ignore[attr-defined]
    inner = fresh_for(node.args[k].type.axes)
    return node.args[k], _weighed(lambda weight: rule.flows(node, weight), adjoint, axes, inner, sweep), inner


def _weighed(flows: Callable[[Term], Term], adjoint: Adjoint, axes: Indices, inner: Indices, sweep: Sweep) -> Adjoint:
    """What an operation on whole weights passes on. Of an array each entry has a weight of its own: the outer indices are kept."""
    with keep(*sweep.outer):
        weight = lift_sum(adjoint, axes)
    return [] if is_zero(weight) else [lower(flows(weight), inner)]


def through_power(node: Apply, adjoint: Adjoint, axes: Indices, sweep: Sweep) -> Contribution:
    """The derivative of a matrix power with a symbolic exponent, a sum over as many terms."""
    inner = fresh_for(node.args[0].type.axes)
    free = (*sweep.outer, *inner)
    if any(depends_on(a, sweep.variable) for a in node.args[1:]):
        raise UnknownDerivative("the derivative of a matrix power with a symbolic exponent is known by its base only")
    flows = None if sweep.outer else under_trace(node, lift_sum(adjoint, axes))
    if flows is not None:
        return node.args[0], [lower(flows, inner)], inner
    index, summand = power_series(node, axes, inner)
    if len(free) > 2:  # by entries: the sum is a number for each of them
        entries = [at(f.head, *f.indices) for f in summand.factors if f.head is not None]
        coefficient = Bind("sum", index, product(*entries))
        return node.args[0], [join(m, Monomial(coefficient, ())) for m in adjoint], inner
    with keep(index):
        term = lift_sum([join(m, summand) for m in adjoint], free)
    front, body = without(term, index)
    whole = Bind("sum", index, body) if depends_on(body, index) else times(size(extent(index)), body)
    return node.args[0], [lower(times(front, whole), free)], inner
