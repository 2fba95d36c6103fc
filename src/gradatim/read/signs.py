"""Names of which nothing is said but a sign: `K > 0` is a number, or a positive definite matrix where it stands as one."""

from __future__ import annotations

from gradatim.read.names import habits
from gradatim.read.prose import Declaration

_SIGNS = frozenset({"positive", "nonnegative", "nonzero"})


def by_sign(d: Declaration | None) -> bool:
    """Whether the text says of a name only that it is positive, or not zero."""
    return d is not None and bool(d.facts) and d.facts <= _SIGNS and not (d.kind or d.dims or d.role or d.family)


def number_first(kinds: tuple[str, ...], d: Declaration | None, placed: bool) -> tuple[str, ...]:
    """The kinds of such a capital with the number first, where it does not stand as matrices do."""
    if placed or not by_sign(d) or kinds[:1] != ("matrix",):
        return kinds
    return ("scalar", *(k for k in kinds if k != "scalar"))


def unclear(name: str, d: Declaration | None, kind: str, others: list[str], placed: bool) -> bool:
    """Whether such a capital may be a matrix as well as a number, and its place does not tell."""
    return placed and by_sign(d) and habits(name, 0)[0] == "matrix" and {kind, *others} >= {"scalar", "matrix"}


__all__ = ["by_sign", "number_first", "unclear"]
