"""Which nodes of a graph a variable reaches: only those are visited."""

from __future__ import annotations

from collections.abc import Iterable

from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, walk_new


def reaching(root: Term, variable: Symbol) -> list[Term]:
    """The nodes that depend on the variable, children before parents; what stands under binders is swept on its own."""
    return [n for n in walk_open(root) if reaches(n, variable)]


def walk_open(root: Term) -> Iterable[Term]:
    """Nodes of the graph without what stands under binders: those are swept on their own."""
    done: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
            continue
        if node in done:
            continue
        done.add(node)
        stack.append((node, True))
        for child in _children(node):
            if child not in done:
                stack.append((child, False))


def _children(node: Term) -> tuple[Term, ...]:
    if isinstance(node, Bind):
        return ()
    if isinstance(node, Apply) and isinstance(node.op, Function):
        return (*node.args, *captured(node.op))
    return node.args


_captured_memo: dict[Function, tuple[Symbol, ...]] = {}


def captured(function: Function) -> tuple[Term, ...]:
    """Free symbols of a definition's body that are not its parameters: they are differentiated through as well."""
    if function.body is None:
        return ()
    if function not in _captured_memo:
        own = set(function.parameters)
        _captured_memo[function] = tuple(s for s in free_symbols(function.body) if s not in own)
    return _captured_memo[function]


def reaches(node: Term, variable: Symbol) -> bool:
    return any(s is variable for s in _free_of(node))


_free_memo: dict[Term, tuple[Symbol, ...]] = {}


def _free_of(node: Term) -> tuple[Symbol, ...]:
    """Free symbols with a memo over the graph: linear over all nodes of one expression together."""
    if node in _free_memo:
        return _free_memo[node]
    if len(_free_memo) > 200_000:
        _free_memo.clear()
    for n in walk_new(node, _free_memo):
        if isinstance(n, Symbol):
            _free_memo[n] = (n,)
        elif isinstance(n, Bind) or isinstance(getattr(n, "op", None), Function):
            _free_memo[n] = tuple(free_symbols(n))
        else:
            _free_memo[n] = tuple(dict.fromkeys(s for a in n.args for s in _free_memo[a]))
    return _free_memo[node]


__all__ = ["captured", "reaches", "reaching", "walk_open"]
