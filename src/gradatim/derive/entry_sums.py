"""Sums over entries as sums of whole arrays: Σᵢ Σⱼ (Mᵢⱼ − uᵢᵀvⱼ)² is the sum of the entries of (M − U Vᵀ)^∘2.

Both are differentiated, and the shorter result is shown. Sums over the members of a family stay as they are written.
"""

from __future__ import annotations

from gradatim.matrix.lift import has_indices, keep, over
from gradatim.ops import at, size, total
from gradatim.ops.structure import product
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, free_symbols, is_index, substitute, walk
from gradatim.types import Dim


def as_arrays(term: Term) -> Term:
    """The term with its outermost sums over entries as sums of arrays, where these need no indices."""
    with keep(*(s for s in free_symbols(term) if is_index(s))):
        return _walked(term, {})


def _walked(root: Term, done: dict[Term, Term]) -> Term:
    stack = [root]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        whole = _whole(node) if isinstance(node, Bind) else None
        if whole is not None or isinstance(node, Bind) or not node.args:
            done[stack.pop()] = whole if whole is not None else node
            continue
        pending = [a for a in node.args if a not in done]
        if pending:
            stack.extend(pending)
            continue
        done[stack.pop()] = node.rebuild(tuple(done[a] for a in node.args))
    return done[root]


def _whole(node: Bind) -> Term | None:
    """A sum of scalars over one or two indices as a sum over an array; None where that needs indices or speaks of members."""
    if node.kind != "sum" or not node.is_scalar or any(_is_member(n) for n in walk(node)):
        return None
    indices: list[Symbol] = []
    body: Term = node
    while isinstance(body, Bind) and body.kind == "sum" and len(indices) < 2:
        index, opened = body.opened()
        indices.append(index)
        body = opened
    body = _inner_sums(body, indices)
    for depth in range(len(indices), 0, -1):
        found = _over(tuple(indices[:depth]), body if depth == len(indices) else Bind("sum", indices[1], body))
        if found is not None:
            return found
    return None


def _inner_sums(body: Term, indices: list[Symbol]) -> Term:
    """Sums inside that are the same at every position, as the mean in Σᵢ (xᵢ − (1/n) Σⱼ xⱼ)², as sums of arrays."""
    inner = [b for b in walk(body) if isinstance(b, Bind) and not any(depends_on(b, i) for i in indices)]
    return substitute(body, {b: whole for b in inner if (whole := _whole(b)) is not None})


def _over(indices: tuple[Symbol, ...], body: Term) -> Term | None:
    used = tuple(i for i in indices if depends_on(body, i))
    others: list[Dim] = [i.type.index for i in indices if i not in used and i.type.index is not None]
    array = over(used, body) if used else None
    if array is None or array.rank != len(used) or has_indices(array) or any(depends_on(array, i) for i in used):
        return None
    return product(*map(size, others), total(array)) if others else total(array)


def _is_member(node: Term) -> bool:
    return isinstance(node, Apply) and node.op is at and bool(node.args[0].type.family)


__all__ = ["as_arrays"]
