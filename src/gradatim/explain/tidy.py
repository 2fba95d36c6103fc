"""Formulas put in order without writing the names of intermediates out."""

from __future__ import annotations

from gradatim.derive.closing import without
from gradatim.explain.plan import Plan
from gradatim.explain.sheet import Sheet
from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.scalar import multiply
from gradatim.ops import add, number, product, rational, transpose
from gradatim.term import Apply, Bind, Term, is_sum, transform


def tidied(sheet: Sheet, expression: Term, plan: Plan) -> Term:
    """The values of the derivatives put in, products and sums gathered."""
    return gathered(sheet.unfolded(expression, [n.symbol for n in plan.names]))


def gathered(term: Term) -> Term:
    """Products and sums gathered, from the inside out."""
    return transform(term, _gather)


def turned(term: Term) -> Term:
    """The term with its transposes carried out."""
    return transform(term, lambda n: transposed(n.args[0]) if isinstance(n, Apply) and n.op is transpose else n)


def fronted(term: Term) -> Term:
    """The scalars of the factors of a chain in front of it: Xᵀ(2 R) is 2 XᵀR."""
    return transform(term, _front)


def _front(node: Term) -> Term:
    if not (isinstance(node, Apply) and node.op is product and not node.is_scalar or _mixed(node)):
        return node
    scalars: list[Term] = []
    arrays: list[Term] = []
    for a in node.args:
        inside = a.args if isinstance(a, Apply) and a.op is product and sum(not x.is_scalar for x in a.args) == 1 else (a,)
        scalars += [x for x in inside if x.is_scalar]
        arrays += [x for x in inside if not x.is_scalar]
    if not scalars or len(scalars) + len(arrays) == len(node.args) and all(a.is_scalar for a in node.args[: len(scalars)]):
        return node
    signs = [x for x in scalars if rational(x) is not None]
    rest = [x for x in scalars if rational(x) is None]
    value = multiply(*signs) if signs else number(1)
    return product(*(() if value is number(1) else (value,)), *rest, *arrays)


def _mixed(node: Term) -> bool:
    return isinstance(node, Apply) and node.op is product and any(not a.is_scalar for a in node.args)


def _gather(node: Term) -> Term:
    if is_sum(node):
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
