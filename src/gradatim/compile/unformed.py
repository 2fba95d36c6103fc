"""Products with matrices that need not be formed: an inverse is solved with, a permutation picks entries."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from gradatim.compile.low_rank import factorised
from gradatim.compile.nodes import Label, Part
from gradatim.compile.symmetry import symmetric
from gradatim.ops import dictionary

if TYPE_CHECKING:
    from gradatim.compile.plan import Planner


def without_it(planner: Planner, p: Part, q: Part, needed: Container[Label]) -> Part | None:
    """The product of p with q over the one axis that they share; None where p has to be formed for it."""
    node = p.node
    if node.kind != "special":
        return None
    if node.data[0] == "inverse" and node not in planner.whole:
        return (_solved if node.rank == 2 else _solved_by_member)(planner, p, q, needed)
    if node.data[0] == "code" and node.rank == 2 and dictionary()[node.data[1][1][0]].applied:
        return _applied(planner, p, q, needed)
    return None


def _applied(planner: Planner, p: Part, q: Part, needed: Container[Label]) -> Part | None:
    """The product by the code that the operation's record has for it."""
    shared = [a for a in p.axes if a in q.axes]
    if len(shared) != 1 or shared[0] in needed or q.axes.count(shared[0]) != 1:
        return None
    others = [a for a in q.axes if a != shared[0]]
    (kept,) = [a for a in p.axes if a != shared[0]]
    if any(a not in needed for a in (kept, *others)):
        return None
    right = planner.graph.permuted(q, (shared[0], *others))
    name = p.node.data[1][1][0]
    turned = p.axes[0] == shared[0]
    made = planner.graph.special("applied", [*p.node.args, right], right.dims, (0, (name, turned)))
    return Part(made, (kept, *others))


def _solved(planner: Planner, p: Part, q: Part, needed: Container[Label]) -> Part | None:
    graph, node = planner.graph, p.node
    if q.node.kind == "special" and q.node.data[0] == "inverse":
        return None
    shared = [a for a in p.axes if a in q.axes]
    if len(shared) != 1 or shared[0] in needed or q.node.rank > 2 or q.axes.count(shared[0]) != 1:
        return None
    (kept,) = [a for a in p.axes if a != shared[0]]
    if kept in q.axes or kept not in needed:
        return None
    transposed = p.axes[0] == shared[0] and not symmetric(node.args[0])
    others = [a for a in q.axes if a != shared[0]]
    right = graph.permuted(q, (shared[0], *others))
    thin = factorised(planner, "solve", node.args[0], right, transposed)
    made = thin or graph.special(
        "solve",
        [node.args[0], right],
        (node.dims[0], *right.dims[1:]),
        (0, (*node.data[1][1], *(("T",) if transposed else ()))),
    )
    return Part(made, (kept, *others))


def _solved_by_member(planner: Planner, p: Part, q: Part, needed: Container[Label]) -> Part | None:
    """The same for every member of a family: the first axes of both count the members."""
    graph, over = planner.graph, p.node.rank - 2
    *members, kept, shared = p.axes
    if shared in needed or shared not in q.axes:
        kept, shared = shared, kept
    others = [a for a in q.axes if a != shared and a not in members]
    if len({*members, kept, shared}) < len(p.axes) or len(set(q.axes)) < len(q.axes) or shared in needed:
        return None
    if (
        not {shared, *members} <= set(q.axes)
        or kept in q.axes
        or len(others) > 1
        or any(a not in needed for a in (*members, kept, *others))
    ):
        return None
    turned = p.axes[-1] == kept
    right = graph.permuted(q, (*members, shared, *others))
    matrix = p.node.args[0]
    if turned:
        names = tuple(range(matrix.rank))
        matrix = graph.permuted(Part(matrix, names), (*names[:-2], names[-1], names[-2]))
    made = graph.special("solve", [matrix, right], right.dims, (over, p.node.data[1][1]))
    return Part(made, (*members, kept, *others))
