"""What the evaluator asks of a term before it runs it: whether parts can be run at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from gradatim.ops import power, quotient
from gradatim.ops.base import Op
from gradatim.ops.function import Function
from gradatim.ops.powers import mpower
from gradatim.ops.structure import add, at, product
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term

_EVERYWHERE = (add, product, quotient, power)
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
            elif not (isinstance(node.op, Op) and (node.op in _EVERYWHERE or node.op.scalar)):
                return False
        stack.extend(node.args)
    return True


def _parts(node: Term) -> Iterator[Term]:
    yield from node.args
    body = getattr(getattr(node, "op", None), "body", None)
    if isinstance(body, Term):
        yield body


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
