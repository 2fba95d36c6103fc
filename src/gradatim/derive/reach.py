"""Which nodes of a graph a variable reaches: only those are visited."""

from __future__ import annotations

from collections.abc import Iterable

from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, free_symbols


def reaching(root: Term, variable: Symbol) -> list[Term]:
    """The nodes that depend on the variable, children before parents; what stands under binders is swept on its own."""
    return [n for n in walk_open(root) if depends_on(n, variable)]


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


def captured(function: Function) -> tuple[Term, ...]:
    """Free symbols of a definition's body that are not its parameters: they are differentiated through as well."""
    if function.body is None:
        return ()
    return tuple(s for s in free_symbols(function.body) if s not in function.parameters)


__all__ = ["captured", "reaching", "walk_open"]
