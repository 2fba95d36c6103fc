"""Sums over entries as sums of whole arrays: Σᵢ Σⱼ (Mᵢⱼ − uᵢᵀvⱼ)² is the sum of the entries of (M − U Vᵀ)^∘2.

Both are differentiated, and the shorter result is shown. Sums over the members of a family stay as they are written.
"""

from __future__ import annotations

from functools import lru_cache

from gradatim.matrix.kept import keep
from gradatim.matrix.lift import over
from gradatim.matrix.matrix_form import has_indices
from gradatim.ops import at, size, total
from gradatim.ops.structure import product
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, free_symbols, is_index, is_sum, substitute, walk
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
        whole = _whole(node) or _by_member(node) if isinstance(node, Bind) else None
        if whole is not None or isinstance(node, Bind) or not node.args:
            done[stack.pop()] = whole if whole is not None else node
            continue
        pending = [a for a in node.args if a not in done]
        if pending:
            stack.extend(pending)
            continue
        done[stack.pop()] = node.rebuild(tuple(done[a] for a in node.args))
    return done[root]


def _by_member(node: Bind) -> Term | None:
    """A sum over members with the sums over entries in its body as arrays: Σᵢ Σⱼ yᵢⱼ log hᵢⱼ is Σᵢ yᵢᵀ log hᵢ."""
    if node.kind != "sum":
        return None
    index, body = node.opened()
    stands: dict[Term, Symbol] = {}
    # The body may hold stand-ins of a sum around it: ours have numbers of their own.
    first_free = 1 + max((int(s.name[2:]) for s in free_symbols(body) if s.name.startswith("#m")), default=-1)
    for entry in walk(body):
        if isinstance(entry, Apply) and entry.op is at and depends_on(entry, index):
            base, first, *rest = entry.args
            member = at(base, first) if rest and first is index else base
            if member.rank and not any(is_index(s) and s is not index for s in free_symbols(member)):
                stands.setdefault(member, Symbol(f"#m{first_free + len(stands)}", member.type))
    # The members stand for arrays here, so that nothing but their own entries is summed.
    bare = substitute(body, {n: at(stands[m], *r) for n, m, r in _entries_of(body, stands)})
    with keep(*(s for s in free_symbols(bare) if is_index(s))):
        found = _walked(bare, {})
    return None if found is bare else Bind("sum", index, substitute(found, {s: m for m, s in stands.items()}))


def _entries_of(body: Term, stands: dict[Term, Symbol]) -> list[tuple[Term, Term, tuple[Term, ...]]]:
    """Each entry of a member as itself, the member, and the indices left."""
    out: list[tuple[Term, Term, tuple[Term, ...]]] = []
    for n in walk(body):
        if isinstance(n, Apply) and n.op is at:
            if n.args[0] in stands:
                out.append((n, n.args[0], n.args[1:]))
            elif len(n.args) > 2 and at(*n.args[:2]) in stands:
                out.append((n, at(*n.args[:2]), n.args[2:]))
    return out


@lru_cache(maxsize=4096)
def _whole(node: Bind) -> Term | None:
    """A sum of scalars over one or two indices as a sum over an array; None where that needs indices or speaks of members."""
    if node.kind != "sum" or not node.is_scalar:
        return None
    indices: list[Symbol] = []
    body: Term = node
    while is_sum(body) and len(indices) < 2:
        index, opened = body.opened()
        indices.append(index)
        body = opened
    if any(_is_member(n, indices) for n in walk(body)):
        return None
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


def _is_member(node: Term, indices: list[Symbol]) -> bool:
    """Whether the node is a member that one of the indices chooses."""
    return isinstance(node, Apply) and node.op is at and bool(node.args[0].type.family) and node.args[1] in indices


__all__ = ["as_arrays"]
