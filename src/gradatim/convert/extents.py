"""Which symbols of a SymPy expression are sizes, and how long the axes of an IndexedBase are."""

from __future__ import annotations

from typing import Any

from gradatim.errors import GradatimError


def _nodes(sp: Any, root: Any) -> list[Any]:
    """Every part of an expression, the bodies of functions and the entries of explicit matrices included."""
    roots = list(root) if isinstance(root, sp.MatrixBase) else [root]
    found: list[Any] = []
    while roots:
        e = roots.pop()
        found.append(e)
        roots.extend(list(e) if isinstance(e, sp.MatrixBase) else e.args)
    return found


def sizes_of(sp: Any, root: Any) -> frozenset[Any]:
    """The symbols that stand in shapes or limits: as numbers they are dimensions."""
    found: set[Any] = set()
    for e in _nodes(sp, root):
        if isinstance(e, sp.MatrixExpr):
            found.update(*(getattr(n, "free_symbols", ()) for n in e.shape))
        if isinstance(e, sp.concrete.expr_with_limits.ExprWithLimits):
            for limit in e.limits:
                found.update(*(x.free_symbols for x in limit[1:]))
                found.discard(limit[0])
        if isinstance(e, sp.IndexedBase) and e.shape:
            found.update(*(n.free_symbols for n in e.shape))
    return frozenset(found)


def axes_of_bases(sp: Any, root: Any) -> dict[str, tuple[tuple[Any, ...], Any]]:
    """The axes of every IndexedBase and what its positions are counted from: its shape, or what its indices run over."""
    nodes = _nodes(sp, root)
    limits = {
        limit[0]: limit[1:]
        for e in nodes
        if isinstance(e, sp.concrete.expr_with_limits.ExprWithLimits)
        for limit in e.limits
        if len(limit) == 3
    }
    found: dict[str, tuple[tuple[Any, ...], Any]] = {}
    for e in nodes:
        if not isinstance(e, sp.Indexed):
            continue
        name, ranges = str(e.base.label), [limits.get(i) for i in e.indices]
        starts = {low for low, _ in (r for r in ranges if r)}
        if len(starts) > 1 or name in found and starts and starts != {found[name][1]}:
            raise GradatimError(f"the positions of {name} are counted from {' and from '.join(sorted(map(str, starts)))}")
        first = starts.pop() if starts else sp.Integer(0)
        if e.base.shape is not None:
            found[name] = tuple(e.base.shape), first
        elif all(ranges):
            found[name] = tuple(high - low + 1 for low, high in (r for r in ranges if r)), first
    return found
