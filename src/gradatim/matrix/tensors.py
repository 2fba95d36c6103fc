"""Sums over entries of tensors, written by entries as a whole: Σᵢ Σⱼ [Tₖᵢⱼ bᵢ cⱼ]ₖ is [Σᵢ Σⱼ Tₖᵢⱼ bᵢ cⱼ]ₖ."""

from __future__ import annotations

from gradatim.matrix.scalar import add_up, multiply
from gradatim.ops import add, at, product, quotient, transpose
from gradatim.term import Apply, Bind, Symbol, Term, fresh_index, is_sum, substitute, walk

Indices = tuple[Term, ...]


def by_entries(term: Term) -> Term:
    """A sum that holds stacks of entries of a tensor as one stack of sums; any other term as it is."""
    if not term.rank or isinstance(term, Bind) and term.kind == "stack" or not _has_tensor_stacks(term):
        return term
    indices = tuple(fresh_index(d) for d in term.type.axes)
    entry = _entry(term, indices)
    if entry is None or term.type.row:
        return term
    for i in reversed(indices):
        assert isinstance(i, Symbol)
        entry = Bind("stack", i, entry)
    return entry


def _has_tensor_stacks(term: Term) -> bool:
    """Whether stacks stand under sums, and entries of a tensor in them."""
    stacks = tensors = sums = False
    for node in walk(term):
        stacks |= isinstance(node, Bind) and node.kind == "stack"
        sums |= is_sum(node) and node.rank > 0
        tensors |= isinstance(node, Apply) and node.op is at and node.args[0].rank > 2 and not node.args[0].type.family
    return stacks and tensors and sums


def _entry(term: Term, indices: Indices) -> Term | None:
    """The entry of an array at indices for all its axes, as one formula of entries; None where it is built otherwise."""
    if not indices:
        return term
    if isinstance(term, Bind) and term.kind == "stack":
        return _entry(substitute(term.body, {term.index: indices[0]}), indices[1:])
    if is_sum(term):
        index, body = term.opened()
        inner = _entry(body, indices)
        return None if inner is None else multiply(Bind("sum", index, inner))
    if isinstance(term, Symbol):
        return at(term, *indices)
    if not isinstance(term, Apply):
        return None
    if term.op is at:
        return at(*term.args, *indices)
    if term.op is transpose:
        return _entry(term.args[0], indices[::-1])
    if term.op is add:
        parts = [_entry(a, indices) for a in term.args]
        return None if None in parts else add_up(parts)  # type: ignore[arg-type]
    arrays = [a for a in term.args if a.rank]
    if term.op in (product, quotient) and len(arrays) == 1:
        parts = [_entry(a, indices) if a.rank else a for a in term.args]
        return None if None in parts else term.op(*parts) if term.op is quotient else multiply(*parts)  # type: ignore
    return None
