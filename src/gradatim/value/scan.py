"""What the evaluator asks of a term before it runs it: which indices it depends on, and whether parts can be run at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from gradatim.ops.base import Op
from gradatim.ops.function import Function
from gradatim.ops.powers import mpower
from gradatim.ops.structure import at
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term

_EVERYWHERE = frozenset({"add", "product", "quotient", "power"})
"""Structural operations that act entry by entry where every argument is a scalar."""


def operands(node: Term) -> tuple[Term, ...]:
    """The arguments whose values an operation needs: the indices of an entry are positions, not values."""
    return node.args[:1] if isinstance(node, Apply) and node.op is at else node.args


def scalar_everywhere(body: Term) -> bool:
    """Whether the body is scalar in every node and made of operations that act entry by entry, so that it may be run on a
    whole array at once."""
    seen: set[Term] = set()
    stack = [body]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if not node.is_scalar or isinstance(node, Bind):
            return False
        if isinstance(node, Apply):
            if isinstance(node.op, Function):
                if not node.op.elementwise:
                    return False
            elif not (isinstance(node.op, Op) and (node.op.name in _EVERYWHERE or node.op.scalar)):
                return False
        stack.extend(node.args)
    return True


_NONE: frozenset[Symbol] = frozenset()


def depends(root: Term, known: dict[Term, frozenset[Symbol]]) -> frozenset[Symbol]:
    """The indices that occur free in a term, bodies of definitions included; `known` keeps what was worked out."""
    found = known.get(root)
    if found is not None:
        return found
    stack = [root]
    while stack:
        node = stack[-1]
        if node in known:
            stack.pop()
            continue
        parts = list(_parts(node))
        pending = [p for p in parts if p not in known]
        if pending:
            stack.extend(pending)
            continue
        known[node] = _combined(node, [known[p] for p in parts])
        stack.pop()
    return known[root]


def _parts(node: Term) -> Iterator[Term]:
    yield from node.args
    body = getattr(getattr(node, "op", None), "body", None)
    if isinstance(body, Term):
        yield body


def _combined(node: Term, parts: Sequence[frozenset[Symbol]]) -> frozenset[Symbol]:
    if isinstance(node, Symbol):
        return frozenset({node}) if node.type.index is not None else _NONE
    own: frozenset[Symbol] = _NONE
    last = len(parts) - 1
    for k, p in enumerate(parts):
        if k == last and len(parts) > len(node.args) and isinstance(node, Apply) and isinstance(node.op, Function):
            p = p - frozenset(node.op.parameters)
        own = own | p if p else own
    return own - {node.index} if isinstance(node, Bind) else own


def widest(body: Term, sizes: Mapping[str, int]) -> int | None:
    """The most entries that a node of a binder's body has; None where the body cannot be run at all values of the index at once."""
    most = 1
    seen: set[Term] = set()
    stack = [body]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Apply) and node.op is mpower and not isinstance(node.args[1], (Number, Size)):
            return None
        if not isinstance(node, Symbol):
            most = max(most, prod(d.evaluate(sizes) for d in node.type.axes))
        stack.extend(_parts(node))
    return most
