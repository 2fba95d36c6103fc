"""What a formula costs a reader: the measure by which forms of one value are compared."""

from __future__ import annotations

from gradatim.ops import add
from gradatim.ops.base import USUAL_WEIGHT, Op
from gradatim.term import Apply, Bind, Number, Term, walk, walk_new

_memo: dict[Term, int] = {}


def cost(term: Term) -> int:
    """Leaves count ten, operations a little, what is harder to read more. Shared parts count as often as they are written."""
    global _memo
    memo = _memo
    if term in memo:
        return memo[term]
    if len(memo) > 200_000:
        memo = _memo = {}  # a new one: another thread may be adding up with the old
    for node in walk_new(term, memo):
        own = 10
        if isinstance(node, Number):
            own = 4 + 2 * (node.value < 0) + 4 * (node.value.denominator != 1) + len(str(abs(node.value)))
        elif isinstance(node, Apply):
            weight = node.op.weight if isinstance(node.op, Op) else USUAL_WEIGHT
            own = weight * len(node.args) if node.op is add else weight + (7 if not node.args else 0)
        elif isinstance(node, Bind):
            own = 25 if node.kind == "stack" else 6
        memo[node] = own + sum(memo[a] for a in node.args)
    return memo[term]


def leaves(term: Term) -> int:
    """How many symbols and numbers the formula shows."""
    local: dict[Term, int] = {}
    for node in walk(term):
        local[node] = sum(local[a] for a in node.args) if node.args else 1
    return local[term]
