"""What moves with a variable: signs, indicators and what else is constant near almost every point stand still."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from gradatim.ops.base import LocallyConstant, derivative_of
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, walk


def constant_nearby(node: Term) -> bool:
    """Whether an operation is constant near almost every point: sign(t), 𝟙[t > 0]."""
    return isinstance(node, Apply) and not isinstance(node.op, Function) and isinstance(derivative_of(node.op), LocallyConstant)


def moves(term: Term, symbols: Collection[Term]) -> bool:
    """Whether a term moves with one of the symbols."""
    return bool(_movers(term) & set(symbols))


@lru_cache(maxsize=4_000)
def _movers(term: Term) -> frozenset[Term]:
    if not any(map(constant_nearby, walk(term))):
        return frozenset(free_symbols(term))
    found: set[Term] = set()
    todo: list[Term] = [term]
    seen: set[Term] = set()
    while todo:
        node = todo.pop()
        if node in seen or constant_nearby(node):
            continue
        seen.add(node)
        if isinstance(node, Symbol):
            found.add(node)
        elif isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is not None:
            found |= _movers(node.op.body) - set(node.op.parameters)
        todo += [node.body] if isinstance(node, Bind) else node.args
    return frozenset(found)
