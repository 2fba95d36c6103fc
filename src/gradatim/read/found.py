"""What one declaring formula says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """Names, and what one formula says of them; `dims` alone where it is a size; `index` and `upper` a range."""

    names: tuple[str, ...] = ()
    dims: tuple[str, ...] = ()
    kind: str | None = None
    facts: frozenset[str] = frozenset()
    role: str = ""
    index: str = ""
    upper: str = ""
    members: tuple[str, ...] = ()
    invented: bool = False
    """The letter of the index is ours, for `x_1, \\dots, x_N`: what another name carries below it is not counted by it."""
    defined: bool = False
    """The formula is an equation that defines the name."""
