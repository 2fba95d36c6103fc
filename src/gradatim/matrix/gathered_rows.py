"""A matrix whose few rows are given one by one, as its rows below each other: e₁ uᵀ + e₂ vᵀ has the rows uᵀ and vᵀ."""

from __future__ import annotations

from gradatim.matrix.build import put_together, split, transposed
from gradatim.ops import add, basis, blocks
from gradatim.term import Apply, Number, Term, transform, walk

MAX_ROWS = 4


def in_blocks(term: Term) -> Term:
    """The term with sums over all unit vectors of a short axis as blocks, rows below or columns beside each other."""
    return transform(term, _of_sum) if any(isinstance(n, Apply) and n.op is basis for n in walk(term)) else term


def _of_sum(node: Term) -> Term:
    if not (isinstance(node, Apply) and node.op is add and node.rank == 2):
        return node
    rows = _rows(node)
    if rows is not None:
        return blocks([[row] for row in rows])
    columns = _rows(transposed(node)) if isinstance(transposed(node), Apply) else None
    return node if columns is None else blocks([[transposed(c) for c in columns]])


def _rows(total: Term) -> list[Term] | None:
    """The rows in order, where each term of the sum is one of them and none is missing."""
    count = total.type.axes[0].literal
    if not (isinstance(total, Apply) and total.op is add) or count != len(total.args) or count > MAX_ROWS:
        return None
    found: dict[int, Term] = {}
    for part in map(split, total.args):
        if part is None or len(part[1]) < 2:
            return None
        unit, *rest = part[1]
        if not (isinstance(unit, Apply) and unit.op is basis and isinstance(unit.args[0], Number)):
            return None
        row = put_together(part[0], tuple(rest), total.type.bare)
        if row.rank != 1 or not row.type.row:
            return None
        found[int(unit.args[0].value)] = row
    return [found[k] for k in sorted(found)] if len(found) == count else None


__all__ = ["in_blocks"]
