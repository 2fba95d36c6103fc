"""Where a minus sign is written: −(1 − s) x is (s − 1) x."""

from __future__ import annotations

from gradatim.matrix.cost import cost
from gradatim.matrix.scalar import negated_sum
from gradatim.ops import add, number, product, rational
from gradatim.term import Apply, Term, transform


def signs_inside(term: Term) -> Term:
    """The term with the sign before a difference from a number taken into it."""
    return transform(term, _sign)


def _sign(node: Term) -> Term:
    """−(1 − s) x as (s − 1) x: the sign goes into a difference from a number."""
    if not (isinstance(node, Apply) and node.op is product and node.args[0] is number(-1) and len(node.args) > 2):
        return node
    for k, a in enumerate(node.args):
        if isinstance(a, Apply) and a.op is add and len(a.args) == 2 and rational(a.args[0]) is not None:
            turned = negated_sum(a)
            if turned is not None and cost(turned) <= cost(a):
                return product(*node.args[1:k], turned, *node.args[k + 1 :])
    return node
