"""The canonical order of the operands of a product, whatever letters they came with and in whatever order.

Which arrangement is the canonical one depends on a pattern alone: which operands are one node, which of them are symmetric, and
which labels they share. The same few patterns come again in every program, so each is worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations, product
from typing import NamedTuple

MAX_ARRANGEMENTS = 48
"""Arrangements of alike operands that are tried for the canonical one."""

AGAIN, SYMMETRIC = 1, 2
"""What matters of an operand besides its labels, added up: whether it is the node before it again, whether it is symmetric."""

Rows = tuple[tuple[int, ...], ...]


class Way(NamedTuple):
    """An arrangement: the labels of each operand by their new numbers, and the old numbers in the order of the new."""

    rows: Rows
    letters: tuple[int, ...]


@lru_cache(maxsize=16_384)
def ways(rows: Rows, traits: tuple[int, ...]) -> tuple[Way, ...]:
    """The arrangements with the least labels, numbered by first occurrence; all of several that look alike.

    The operands come sorted, so that one node's stand together: these may change places, and symmetric ones their labels.
    """
    best: list[Way] = []
    least: Rows = ()
    for order, turned in product(_orders(traits), (False, True) if any(t & SYMMETRIC for t in traits) else (False,)):
        found = _arranged(rows, traits, order, turned, least)
        if found is None:
            continue
        if found.rows != least:
            best, least = [], found.rows
        best.append(found)
    return tuple(best)


def _arranged(rows: Rows, traits: tuple[int, ...], order: Sequence[int], turned: bool, least: Rows) -> Way | None:
    """The operands in this order; None as soon as it is seen to come after the least one."""
    numbering: dict[int, int] = {}
    shown: list[tuple[int, ...]] = []
    ahead = not least
    for k in order:
        axes = rows[k]
        if traits[k] & SYMMETRIC:
            # Of a symmetric array the label that is known already comes first; of two new ones either may.
            a, b = axes[::-1] if turned else axes
            new = len(numbering)
            axes = (b, a) if numbering.get(b, new) < numbering.get(a, new) else (a, b)
        row = tuple([numbering.setdefault(x, len(numbering)) for x in axes])
        if not ahead and row != least[len(shown)]:
            if row > least[len(shown)]:
                return None
            ahead = True
        shown.append(row)
    return Way(tuple(shown), tuple(numbering))


def _orders(traits: tuple[int, ...]) -> list[tuple[int, ...]]:
    numbers = tuple([sum(1 for t in traits[: k + 1] if not t & AGAIN) for k in range(len(traits))])
    return orders(numbers)


@lru_cache(maxsize=4_096)
def orders(numbers: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Positions sorted by number; alike ones in every order, as far as that stays few."""
    positions = sorted(range(len(numbers)), key=numbers.__getitem__)
    if len(set(numbers)) == len(numbers):
        return [tuple(positions)]
    groups: list[list[int]] = []
    for k in positions:
        if groups and numbers[groups[-1][0]] == numbers[k]:
            groups[-1].append(k)
        else:
            groups.append([k])
    count = 1
    for g in groups:
        for n in range(2, len(g) + 1):
            count *= n
    if count > MAX_ARRANGEMENTS:
        return [tuple(positions)]
    return [tuple([k for g in choice for k in g]) for choice in product(*(list(permutations(g)) for g in groups))]
