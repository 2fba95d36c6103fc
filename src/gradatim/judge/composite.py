"""Entries of an axis that two indices count together: `δ_{ai} δ_{bj} Y_{cd}` for ∂(X ⊗ Y)/∂X has six indices for four axes.

Which of them count an axis together is seldom said. The extents tell much of it, and so do letters that the question puts below
its arrays (`X_{ij}`); among the readings that are left the value decides, and the one taken is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, permutations

from gradatim.errors import GradatimError
from gradatim.judge.target import Target, stacked
from gradatim.judge.trials import Trials
from gradatim.ops import equal as delta
from gradatim.ops import product
from gradatim.ops.pairs import pair
from gradatim.term import Bind, Symbol, Term, free_symbols, fresh_index, substitute
from gradatim.types import Dim, Type

MAX_READINGS = 200
Group = tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The indices that count each axis, the first slowest, and the sizes that the answer's own letters have then."""

    groups: tuple[Group, ...]
    sizes: Mapping[str, Dim]


def by_several_indices(term: Term, free: list[Symbol], target: Target, own: set[str], given: str) -> tuple[Term, str] | None:
    """The array of an entry whose indices are more than the axes, and how it was read; None where no reading conforms.

    Of the readings that conform the one with the derivative's value is taken, else the first. `own` are the sizes of the question.
    """
    axes = target.right.type.axes
    found = list(islice(_readings(axes, free, own, _told(given, target), target), MAX_READINGS + 1))
    if not found or len(found) > MAX_READINGS:
        return None
    trials = Trials([target.right])
    first: tuple[Term, str] | None = None
    for reading in found:
        made = _array(term, reading, axes)
        if made is None:
            continue
        said = _said(reading, len(found))
        if trials.same(made, target.right):
            return made, said
        first = first or (made, said)
    return first


def _readings(
    axes: tuple[Dim, ...], free: list[Symbol], own: set[str], told: Mapping[str, tuple[Dim, int]], target: Target
) -> Iterator[Reading]:
    """Every way to give the indices to the axes, one or two to each, that the extents allow."""
    rows = target.function.rank if len(target.wrt) == 1 else len(axes) // 2

    def place(k: int) -> int:
        return k if k < rows else k - rows

    def allowed(s: Symbol, k: int) -> bool:
        return s.name not in told or told[s.name][1] == place(k)

    def is_open(d: Dim) -> bool:
        return len(d.names) == 1 and d == Dim.of(d.names[0]) and d.names[0] not in own

    def fits(s: Symbol, part: Dim, table: dict[str, Dim]) -> bool:
        """Whether an index may run so far; what that says of a size of the answer's own is noted."""
        assert s.type.index is not None
        if s.name in told and told[s.name][0] != part:
            return False
        if is_open(s.type.index):
            return table.setdefault(s.type.index.names[0], part) == part
        return s.type.index == part

    def settle(k: int, rest: tuple[Symbol, ...], table: dict[str, Dim], groups: tuple[Group, ...]) -> Iterator[Reading]:
        if k == len(axes):
            if not rest:
                yield Reading(groups, table)
            return
        if not len(axes) - k <= len(rest) <= 2 * (len(axes) - k):
            return
        for group in (*((s,) for s in rest), *permutations(rest, 2)):
            if not all(allowed(s, k) for s in group):
                continue
            left = tuple(s for s in rest if s not in group)
            for parts in _split(axes[k], len(group)):
                new = dict(table)
                if all(fits(s, part, new) for s, part in zip(group, parts)):
                    yield from settle(k + 1, left, new, (*groups, group))

    yield from settle(0, tuple(free), {}, ())


def _split(axis: Dim, count: int) -> list[tuple[Dim, ...]]:
    """The axis as a product of so many sizes: m p is m by p and p by m."""
    if count == 1:
        return [(axis,)]
    if len(axis.terms) != 1 or axis.terms[0][1] != 1:
        return []
    names = [name for name, k in axis.terms[0][0] for _ in range(k)]
    if len(names) != 2:
        return []
    a, b = (Dim.of(n) for n in names)
    return [(a, b)] if a == b else [(a, b), (b, a)]


def _array(term: Term, reading: Reading, axes: tuple[Dim, ...]) -> Term | None:
    """The array whose entry at the indices of the reading is the term."""
    parts = [s for g in reading.groups for s in g]
    sizes = [p for g, axis in zip(reading.groups, axes) for p in _extents(g, axis, reading)]
    new = {s: Symbol(s.name, Type((), index=d), s.plain, s.label) for s, d in zip(parts, sizes)}
    table: dict[Term, Term] = dict(new.items())
    try:
        return _gathered(substitute(term, table), [tuple(new[s] for s in g) for g in reading.groups])
    except GradatimError:
        return None


def _extents(group: Group, axis: Dim, reading: Reading) -> list[Dim]:
    if len(group) == 1:
        return [axis]
    found = [s.type.index.substitute(reading.sizes) for s in group if s.type.index is not None]
    return next((list(p) for p in _split(axis, 2) if list(p) == found), found)


def _gathered(term: Term, groups: list[Group]) -> Term:
    """The array with an axis for each group: the entry where a position is that of a pair."""
    order: list[Symbol] = []
    for group in groups:
        if len(group) == 1:
            order.append(group[0])
            continue
        position = fresh_index(group[0].type.index * group[1].type.index)  # type: ignore[operator]
        term = product(delta(position, pair(*group)), term)
        for s in reversed(group):
            term = Bind("sum", s, term)
        order.append(position)
    return stacked(term, tuple(order))


def _told(given: str, target: Target) -> dict[str, tuple[Dim, int]]:
    """What letters below an array in the question count: the i of `X_{ij}` its rows. One that is told twice counts nothing."""
    found: dict[str, set[tuple[Dim, int]]] = {}
    for s in free_symbols(target.function, *target.wrt):
        name = re.escape(s.name)
        for m in re.finditer(rf"(?<![A-Za-z\\]){name}_\{{([a-z]),?\s*([a-z])\}}", given) if s.rank == 2 else ():
            for k, letter in enumerate(m.groups()):
                found.setdefault(letter, set()).add((s.type.axes[k], k))
    return {letter: next(iter(places)) for letter, places in found.items() if len(places) == 1}


def _said(reading: Reading, count: int) -> str:
    shown = ", ".join(g[0].label if len(g) == 1 else f"({', '.join(s.label for s in g)})" for g in reading.groups)
    why = "no other reading conforms" if count == 1 else f"one of {count} readings that conform"
    return f"the answer states the entry at {shown}, where two indices in brackets count one axis: {why}"


__all__ = ["by_several_indices"]
