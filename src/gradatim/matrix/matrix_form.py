"""Whether a formula is written with matrices, or with indices."""

from __future__ import annotations

from collections.abc import Container

from gradatim.ops import at, equal
from gradatim.term import Apply, Bind, Term, free_symbols, is_index, walk


def has_indices(term: Term, known: Container[Term] = ()) -> bool:
    """Whether a formula is written with indices (entries, stacks) outside the parts that are `known`, families apart."""
    return any(
        node not in known
        and (
            (isinstance(node, Bind) and node.kind == "stack")
            or (isinstance(node, Apply) and node.op is equal and node.is_scalar)
            or (isinstance(node, Apply) and node.op is at and not node.args[0].type.family)
        )
        for node in walk(term)
    )


def is_matrix_form(term: Term) -> bool:
    """Whether a formula needs no indices but those that its sums run over and those of members: no stack of entries, no
    Kronecker delta, no entry at a free index."""
    return not written_by_indices(term)


def written_by_indices(term: Term) -> set[Term]:
    """What a formula is written with indices by: free indices that take entries, and stacks and deltas themselves."""
    free = {s for s in free_symbols(term) if is_index(s)}
    found: set[Term] = set()
    for node in walk(term):
        if isinstance(node, Bind) and node.kind == "stack" and not _over_members(node):
            found.add(node)
        elif isinstance(node, Apply) and node.op is equal and node.is_scalar:
            found.add(node)
        elif isinstance(node, Apply) and node.op is at and not node.args[0].type.family:
            found.update(i for i in node.args[1:] if i in free)
    return found


def _over_members(stack: Bind) -> bool:
    """Whether a stack holds a number for each member of a family of matrices, as `[tr(Aᵢ S)]ᵢ`: it has no other form."""
    index, body = stack.opened()
    using = [n for n in walk(body) if isinstance(n, Apply) and index in n.args]
    return bool(using) and all(n.op is at and n.args[0].type.family > 0 and n.args[0].rank > 2 for n in using)
