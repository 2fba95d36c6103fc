"""What a formula costs a reader: the measure by which forms of one value are compared."""

from __future__ import annotations

from gradatim.ops import add, at, product
from gradatim.term import Apply, Bind, Number, Term, walk, walk_new

_WEIGHTS = {
    "transpose": 3,
    "ones": 12,
    "diag": 12,
    "diagonal": 10,
    "hadamard": 5,
    "hpower": 4,
    "add": 2,
    "trace": 4,
    "equal": 40,
    "identity": 1,
    "basis": 14,
}
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
            own = _WEIGHTS.get(node.op.name, 1 if node.op in (product, at) else 3) + (7 if not node.args else 0)
            if node.op is add:
                own = 2 * len(node.args)
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
