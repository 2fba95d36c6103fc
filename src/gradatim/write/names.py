"""Names for bound indices, chosen when a term is written: i, j, k, …, never one that is in use around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Size, Symbol, Term, free_symbols, walk
from gradatim.types import Dim

PLACES = tuple(chr(0xE000 + n) for n in range(8))
"""In the name of a function: here stand its first n indices (`∂L/∂hᵢ` is one name with a place in it)."""
LETTERS = "ijklpqrstuvabcdefghmnoxyz"
_BELOW = re.compile(r"_\{?([a-z])\}*$")
"""The letter at the end of what stands below a name."""


def bound_names(root: Term, preferred: Mapping[str, str] | None = None) -> dict[Term, str]:
    """A letter for every bound index below `root`, by how deep its binder stands; `preferred` maps an extent to a letter."""
    preferred = preferred or {}
    order = list(walk(root))
    taken = {name for s in free_symbols(root) for name in (s.label, s.plain)}
    # Beside a fixed x_i, a sum over i would take in what it does not.
    taken |= {letter for s in free_symbols(root) for letter in _BELOW.findall(s.name)}
    taken |= {name for node in order for dim in _written_sizes(node) for name in dim.names}
    depths: dict[Term, int] = {root: 0}
    for node in reversed(order):
        depth = depths.get(node, 0) + isinstance(node, Bind)
        for child in node.args:
            depths[child] = max(depths.get(child, 0), depth)
    binders = [node for node in reversed(order) if isinstance(node, Bind)]
    at_depths: dict[Term, set[int]] = {}
    for node in binders:
        at_depths.setdefault(node.index, set()).add(depths[node])
    names: dict[Term, str] = {}
    letters: dict[tuple[object, str], str] = {}
    used: set[str] = set()
    for node in binders:
        # Two binders side by side may have one index; at two depths it would meet the letters of both, so it has its own.
        place = depths[node] if len(at_depths[node.index]) == 1 else node.index
        key = (place, str(node.extent))
        if key not in letters:
            letters[key] = next(n for n in _candidates(preferred.get(key[1])) if n not in taken and n not in used)
            used.add(letters[key])
        names[node.index] = letters[key]
    return names


def _written_sizes(node: Term) -> Iterator[Dim]:
    """The dimensions that are written where a node is: of a size, and of the indices of a pair, `(i − 1) n + j`."""
    if isinstance(node, Size):
        yield node.dim
    elif isinstance(node, Apply) and node.type.index is not None:
        yield from (a.type.index for a in node.args if a.type.index is not None)


def _candidates(first: str | None) -> Iterator[str]:
    if first:
        yield first
    yield from LETTERS
    for n in range(1, 10_000):
        yield f"i_{n}"


def named_whole(node: Term) -> Function | None:
    """The definition whose entries a stack holds, each at its place: [pₖ]ₖ is p. None for any other term."""
    indices: list[Term] = []
    while isinstance(node, Bind) and node.kind == "stack":
        indices.append(node.index)
        node = node.body
    op = node.op if isinstance(node, Apply) and node.is_scalar and indices else None
    if not isinstance(op, Function) or any(p in op.name for p in PLACES):
        return None
    return op if op.family == len(op.parameters) and node.args == tuple(indices) else None


def index_of(term: Term, names: Mapping[Term, str]) -> str:
    """The name of an index symbol, bound or free."""
    if term in names:
        return names[term]
    assert isinstance(term, Symbol)
    return term.label
