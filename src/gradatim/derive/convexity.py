"""Whether a function is convex in a variable, as far as its parts show it: the rules of disciplined convex programming.

What is not shown is not said to be otherwise. Source: Boyd & Vandenberghe, Convex Optimization (2004), 3.2; Grant, Boyd & Ye,
Disciplined Convex Programming (2006).
"""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.derive.recognise import recognised
from gradatim.matrix.definitions import expanded
from gradatim.ops import Op, at, facts, power, product, quotient, rational, transpose
from gradatim.ops.base import Additive, Multilinear, Paired, derivative_of
from gradatim.ops.structure import minus
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, walk

CONSTANT, AFFINE, CONVEX, CONCAVE, UNKNOWN = "constant", "affine", "convex", "concave", ""
TURNED = {CONVEX: CONCAVE, CONCAVE: CONVEX}


def curvature(function: Term, variable: Term, supposed: dict[Term, None] | None = None) -> str:
    """`constant`, `affine`, `convex`, `concave`, or nothing where the parts do not show it. `supposed` takes up scalar symbols
    that are taken not to be negative (the λ before a penalty); without it nothing is supposed."""
    known: dict[Term, str] = {}
    whole = recognised(expanded(function))
    for node in walk(whole):
        known[node] = _of(node, variable, known, supposed)
    return known[whole]


def _of(node: Term, variable: Term, known: dict[Term, str], supposed: dict[Term, None] | None) -> str:
    if node is variable:
        return AFFINE
    if not depends_on(node, variable):
        return CONSTANT
    if isinstance(node, Bind):
        return known[node.body] if node.kind in ("sum", "stack") else UNKNOWN
    if not isinstance(node, Apply) or not isinstance(node.op, Op):
        return UNKNOWN
    parts = [known[a] for a in node.args]
    rule = derivative_of(node.op)
    if isinstance(rule, Additive):
        return _together(parts)
    if node.op is quotient:
        return _scaled(parts[0], [node.args[1]], supposed) if parts[1] == CONSTANT else UNKNOWN
    if node.op is product and _is_quadratic(node, known):
        return CONVEX
    if isinstance(rule, (Multilinear, Paired)):
        moving = [k for k, p in enumerate(parts) if p != CONSTANT]
        if len(moving) != 1:
            return UNKNOWN
        return _scaled(parts[moving[0]], [a for k, a in enumerate(node.args) if k != moving[0]], supposed)
    if node.op is power:
        k = rational(node.args[1])
        even = k is not None and k.denominator == 1 and k > 0 and k % 2 == 0
        return CONVEX if even and parts[0] == AFFINE else UNKNOWN
    if node.op is at:
        return parts[0]
    return _bent(node.op, parts)


def _together(parts: Sequence[str]) -> str:
    seen = {p for p in parts if p != CONSTANT}
    if UNKNOWN in seen or seen >= {CONVEX, CONCAVE}:
        return UNKNOWN
    return CONVEX if CONVEX in seen else CONCAVE if CONCAVE in seen else AFFINE


def _scaled(part: str, factors: Sequence[Term], supposed: dict[Term, None] | None) -> str:
    """A curve times constants: of one sign throughout it keeps its bend or turns it."""
    if part in (AFFINE, CONSTANT, UNKNOWN):
        return part
    negative = False
    for f in factors:
        if facts(f) & {"positive", "nonnegative"}:
            continue
        if f.is_scalar and facts(minus(f)) & {"positive", "nonnegative"} or (v := rational(f)) is not None and v < 0:
            negative = not negative
            continue
        if supposed is not None and isinstance(f, Symbol) and f.is_scalar:
            supposed[f] = None
            continue
        return UNKNOWN
    return TURNED[part] if negative else part


def _bent(op: Op, parts: Sequence[str]) -> str:
    """A convex function of affine parts is convex; of convex parts where it rises."""
    if not op.bend:
        return UNKNOWN
    moving = {p for p in parts if p != CONSTANT}
    if moving <= {AFFINE} or op.rises and moving <= {AFFINE, op.bend}:
        return op.bend
    return UNKNOWN


def _is_quadratic(node: Apply, known: dict[Term, str]) -> bool:
    """uᵀ P u with u affine and P positive semidefinite, or uᵀu."""
    if not node.is_scalar:
        return False
    arrays = [a for a in node.args if a.rank]
    scalars = [a for a in node.args if not a.rank]
    if not arrays or any(known[a] != CONSTANT or not facts(a) & {"positive", "nonnegative"} for a in scalars):
        return False
    if len(arrays) not in (2, 3) or (arrays[0] is not transpose(arrays[-1]) and arrays[-1] is not transpose(arrays[0])):
        return False
    middle = arrays[1:-1]
    return known[arrays[0]] == AFFINE and all(known[a] == CONSTANT and facts(a) & {"psd", "spd"} for a in middle)


__all__ = ["curvature"]
