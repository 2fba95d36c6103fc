"""Formulas put in order without writing the names of intermediates out."""

from __future__ import annotations

from gradatim.derive.sweep import without
from gradatim.explain.plan import Plan
from gradatim.explain.sheet import Sheet
from gradatim.matrix.build import plus, times, transposed
from gradatim.ops import add, number, product, transpose
from gradatim.term import Apply, Bind, Term, transform


def tidied(sheet: Sheet, expression: Term, plan: Plan) -> Term:
    """The values of the derivatives put in, products and sums gathered."""
    return gathered(sheet.unfolded(expression, [n.symbol for n in plan.names]))


def gathered(term: Term) -> Term:
    """Products and sums gathered, from the inside out."""
    return transform(term, _gather)


def turned(term: Term) -> Term:
    """The term with its transposes carried out."""
    return transform(term, lambda n: transposed(n.args[0]) if isinstance(n, Apply) and n.op is transpose else n)


def _gather(node: Term) -> Term:
    if isinstance(node, Bind) and node.kind == "sum":
        index, body = node.opened()
        front, inside = without(body, index)
        return node if front is number(1) else times(front, Bind("sum", index, inside))
    if isinstance(node, Apply) and node.op is transpose:
        return transposed(node.args[0])
    if isinstance(node, Apply) and node.op is add:
        return plus(*node.args)
    if isinstance(node, Apply) and node.op is product:
        made = times(*node.args)
        return made if made.type.axes == node.type.axes else node
    return node
