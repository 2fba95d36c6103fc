"""Members at a distance, `x_{i+1}`, and sums over part of an axis: the entries that an index meets are a range of them.

A sum from a to b has an index of b − a + 1 places. Where it is used as `x_{i+s}`, it counts the range of x that begins at a + s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from gradatim import ops
from gradatim.errors import ReadError
from gradatim.ops.blocks import columns, place, rows
from gradatim.read.infer import Draft, Size, dimension
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, bare, walk
from gradatim.term import Term
from gradatim.types import ONE, Dim

NOTHING = Dim(())


@dataclass(eq=False, slots=True)
class Running(Draft):
    """An index that runs: its name, and what is added to it."""

    name: str = ""
    shift: Dim = NOTHING


@dataclass(slots=True)
class Reach:
    """How far the members go that a sum names by one of its indices, for each name and axis."""

    least: dict[tuple[str, int], Dim] = field(default_factory=dict)
    most: dict[tuple[str, int], Dim] = field(default_factory=dict)


def slots_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """The places of a subscript: cut at commas; without them each token is one, except in a sum such as `i+1`."""
    alone = bare(tokens)
    if any(t.text == "," for t in alone):
        out: list[list[Token]] = [[]]
        for t in alone:
            if t.text == ",":
                out.append([])
            else:
                out[-1].append(t)
        return [s for part in out if part for s in ([part] if _adds(part) else [[t] for t in part])]
    return [alone] if _adds(alone) else [[t] for t in alone]


def _adds(tokens: Sequence[Token]) -> bool:
    return len(tokens) > 2 and any(t.kind == "op" and t.text in ("+", "-") for t in tokens)


def shifted(tokens: Sequence[Token]) -> tuple[str, Dim] | None:
    """`i+1`, `i-k` as the index and what is added; None where it is nothing of the kind."""
    if len(tokens) < 3 or tokens[0].kind != "name" or tokens[1].kind != "op" or tokens[1].text not in ("+", "-"):
        return None
    if any(t.kind not in ("num", "name") and t.text not in ("+", "-") for t in tokens[1:]):
        return None
    try:
        rest = dimension("".join(t.text for t in tokens[1:]))
    except (ReadError, ValueError):
        return None
    return (tokens[0].text, rest) if tokens[0].text not in rest.names else None


def reach_of(body: Node, names: Sequence[str]) -> Reach:
    """What is added at least and at most to the indices below the names of a body."""
    found = Reach()
    for node in walk(body):
        if node.kind != "post" or node.args[0].kind != "name":
            continue
        for post in node.posts:
            if post.kind != "sub":
                continue
            for axis, slot in enumerate(slots_of(post.tokens)):
                moved = shifted(slot) or ((slot[0].text, NOTHING) if len(slot) == 1 else None)
                if moved is None or moved[0] not in names:
                    continue
                key = str(node.args[0].value), axis
                for table, sign in ((found.least, 1), (found.most, -1)):
                    known = table.get(key, moved[1])
                    gap = (known - moved[1]).scaled(Fraction(sign))
                    table[key] = moved[1] if all(c > 0 for _, c in gap.terms) else known
    return found


def ranged(of: Term, axis: int, offset: Dim, count: Dim) -> Term:
    """The entries of an axis that a shifted index meets. Raises ShapeError where they are not among them."""
    n = of.type.axes[axis]
    if offset == NOTHING and count == n:
        return of
    where = place(n, offset, count)
    if axis == 0 and of.rank == 1 and of.type.row:
        return ops.transpose(rows(ops.transpose(of), params=where))
    return (rows if axis == 0 else columns)(of, params=where)


def fits(n: Dim, offset: Dim, count: Dim, declared: frozenset[str]) -> bool:
    """Whether a range lies within an axis: by a known number of places, or to a size that nothing else is declared to have."""
    if any(s.literal is not None and s.literal < 0 for s in (offset, n - offset - count)):
        return False
    rest = n - offset - count
    return all(s.literal is not None or not set(s.names) & (declared - set(n.names)) for s in (offset, rest))


def size_of(first: str) -> Dim:
    """How many numbers come before the one at which a sum begins: −1 for 0."""
    return (
        Dim.of(int(first)) - ONE
        if first.isdigit() and int(first)
        else NOTHING - ONE
        if first.isdigit()
        else dimension(first) - ONE
    )


__all__ = ["Reach", "Running", "Size", "fits", "ranged", "reach_of", "shifted", "size_of", "slots_of"]
