"""What conditions on a value say of the arguments: fields that several records share."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradatim.ops.base import Known, Need, Reduces
from gradatim.term import Apply, Size, Symbol, Term


def each(*facts: str) -> Reduces:
    """A condition that holds of the value exactly where it holds of every argument."""

    def reduces(node: Apply, fact: str, _facts: Known) -> tuple[Need, ...] | None:
        return tuple((a, fact) for a in node.args) if fact in facts else None

    return reduces


def size_of_argument(node: Apply, fact: str, _facts: Known) -> tuple[Need, ...] | None:
    """A norm is positive where its argument is not zero altogether."""
    return ((node.args[0], "somewhere"),) if fact in ("nonzero", "positive", "somewhere") else None


def magnitude(node: Apply, fact: str, _facts: Known) -> tuple[Need, ...] | None:
    """|x| is positive where x is not zero."""
    return ((node.args[0], "nonzero"),) if fact in ("nonzero", "positive") else None


def of_base(
    value: Callable[[Term], Fraction | None], least: Callable[[Term], int | None] = lambda _: None
) -> Callable[[Apply], tuple[Need, ...]]:
    """What a power needs of its base: nothing for a whole exponent from 0 up, that it is not zero for one below, else that it
    is positive. `value` tells the number that an exponent is, `least` the least value of one that counts (i − 1)."""

    def needs(node: Apply) -> tuple[Need, ...]:
        base, exponent = node.args
        k = value(exponent)
        if k is not None and k.denominator == 1:
            return () if k >= 0 else ((base, "nonzero"),)
        if k is None and isinstance(exponent, Size):
            return ()
        bound = least(exponent)
        if bound is not None:
            return () if bound >= 0 else ((base, "nonzero"),)
        whole = isinstance(exponent, Symbol) and "integer" in exponent.type.facts
        return ((base, "nonzero" if whole else "positive"),)

    return needs


def power_reduces(value: Callable[[Term], Fraction | None]) -> Reduces:
    """A power is not zero where its base is not; an even one is positive there."""

    def reduces(node: Apply, fact: str, _facts: Known) -> tuple[Need, ...] | None:
        base, exponent = node.args
        k = value(exponent)
        if fact == "nonzero":
            return ((base, "nonzero"),)
        if fact == "positive" and k is not None and k.denominator == 1:
            return ((base, "positive" if k % 2 else "nonzero"),)
        return ((base, "positive"),) if fact == "positive" else None

    return reduces
