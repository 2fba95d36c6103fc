"""A diagonal matrix and few columns: diag(d) + U Wᵀ is solved with by Woodbury's formula, in n r² operations and not n³.

Only the planner knows sizes, so it is found here, in the sum that was planned. What is emitted looks at the numbers, too: where
the diagonal is small beside U Wᵀ the formula would cancel, and the matrix is solved with as a whole.
Source: Golub & Van Loan, Matrix Computations (2013), sec. 2.1.4; Yip, SIAM J. Sci. Stat. Comput. 7 (1986).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, terms_of, times
from gradatim.compile.operands import factors_of
from gradatim.compile.reasons import Thin

if TYPE_CHECKING:
    from gradatim.compile.plan import Planner

LEAST_ROWS = 48
"""Smaller matrices are factorised as they are: LAPACK has done so before the formula has begun."""
PART = Fraction(1, 3)
"""The columns are few where they are at most this part of the rows."""


@dataclass(frozen=True, slots=True)
class LowRank:
    """diag(d) + Σ uₖ wₖᵀ; a `left` and a `right` are a matrix of columns each, or one column; d may be a number."""

    diagonal: Node
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    rank: int


def factorised(planner: Planner, name: str, matrix: Node, right: Node | None = None, turned: bool = False) -> Node | None:
    """The inverse, the logarithm of the determinant or the solution for a matrix of few columns beside a diagonal.

    None where the matrix is no such one, or not large enough to gain by it.
    """
    while matrix.kind == "permute":
        matrix, turned = matrix.args[0], not turned
    found = _seen(planner, matrix)
    if found is None:
        return None
    left, other = (found.right, found.left) if turned else (found.left, found.right)
    dims = right.dims if right is not None else matrix.dims if name == "inverse" else ()
    args = [found.diagonal, *([right] if right is not None else []), *left, *other]
    made = planner.graph.special(f"low_rank_{name}", args, dims, (0, (len(left),)))
    planner.decisions.setdefault(made, Thin(planner.sizes.of(matrix.dims[0]), found.rank))
    return made


def _seen(planner: Planner, matrix: Node) -> LowRank | None:
    if matrix.kind != "add" or matrix.rank != 2 or matrix.dims[0] != matrix.dims[1]:
        return None
    n = planner.sizes.of(matrix.dims[0])
    if n < LEAST_ROWS:
        return None
    one, other = matrix.out
    diagonal: list[Summand] = []
    columns: list[tuple[Part, Part]] = []
    for c, part, ties in _terms(Part(matrix, matrix.out), ONE):
        if ties:
            diagonal.append(Summand(c, part.renamed({other: one})))
        elif (pair := _columns(planner.graph, c, part, one, other)) is not None:
            columns.append(pair)
        else:
            return None
    rank = sum(planner.sizes.of(p.node.dims[p.axes.index(x)]) if (x := _inner(p, one)) is not None else 1 for p, _ in columns)
    if not diagonal or not columns or rank > PART * n:
        return None
    whole = planner.stable.add(diagonal, {one: matrix.dims[0]}, ())
    sides = [tuple([_node(planner.graph, p, x) for p in side]) for side, x in zip(zip(*columns), (one, other))]
    return LowRank(whole.node, sides[0], sides[1], rank)


def _terms(part: Part, front: Fraction) -> list[Summand]:
    """The terms of a sum and of the sums in it, at the labels of the outermost one; `front` is a number before it."""
    out: list[Summand] = []
    for c, inner, ties in terms_of(part):
        if inner.node.kind == "add" and not ties and len(inner.axes) == 2:
            out += _terms(inner, times(front, c))
        else:
            out.append(Summand(times(front, c), inner, ties))
    return out


def _columns(graph: Graph, coefficient: Fraction, part: Part, one: Label, other: Label) -> tuple[Part, Part] | None:
    """U, over the first label, and W, over the second, of U Wᵀ; None for what is no product of two."""
    if part.node.kind != "contract":
        return None
    factors = factors_of(part)
    scalars = [f for f in factors if not f.axes]
    arrays = [f for f in factors if f.axes]
    if len(arrays) != 2 or any(len(set(f.axes)) < len(f.axes) for f in arrays):
        return None
    u, w = arrays if one in arrays[0].axes else arrays[::-1]
    summed = [set(f.axes) - {x} for f, x in ((u, one), (w, other)) if x in f.axes]
    if len(summed) != 2 or summed[0] != summed[1] or len(summed[0]) > 1 or other in u.axes:
        return None
    return graph.contract(times(coefficient, part.node.data), [u, *scalars], u.axes), w


def _inner(part: Part, own: Label) -> Label | None:
    return next((x for x in part.axes if x != own), None)


def _node(graph: Graph, part: Part, own: Label) -> Node:
    inner = _inner(part, own)
    return graph.permuted(part, (own,) if inner is None else (own, inner))
