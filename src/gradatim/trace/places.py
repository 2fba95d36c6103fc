"""The position that a loop stands at, and how it is compared with others: i < j, i != j, i == 0."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.term import Number, Symbol
from gradatim.trace.proxy import NOTHING, Extent, Traced
from gradatim.types import ONE, Dim


class Place(Traced):
    """The position that a loop stands at: `place` is the index, and the number counts from 0 as Python does, or from `start`."""

    __slots__ = ("place", "start")

    def __init__(self, place: Symbol, start: Dim = NOTHING) -> None:
        behind = start - ONE
        literal = 0 if not behind.terms else behind.literal
        super().__init__(ops.add(place, Number(literal) if literal is not None else ops.size(behind)), ())
        self.place, self.start = place, start

    def __add__(self, other: Any) -> Traced:
        moved = self._moved(other, 1)
        return moved if moved is not None else super().__add__(other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Traced:
        moved = self._moved(other, -1)
        return moved if moved is not None else super().__sub__(other)

    def _moved(self, other: Any, sign: int) -> Place | None:
        if not isinstance(other, int) or isinstance(other, bool):
            return None
        by = other.dim if isinstance(other, Extent) else Dim.of(1).scaled(Fraction(int(other)))
        return Place(self.place, self.start + by.scaled(Fraction(sign)))

    # ------------------------------------------------------------ beside another position

    def __eq__(self, other: object) -> Any:
        found = self.beside(other, "=")
        return super().__eq__(other) if found is None else found

    def __ne__(self, other: object) -> Any:
        found = self.beside(other, "<>")
        return super().__ne__(other) if found is None else found

    def __lt__(self, other: Any) -> Any:
        found = self.beside(other, "<")
        return super().__lt__(other) if found is None else found

    def __le__(self, other: Any) -> Any:
        found = self.beside(other, "<=")
        return super().__le__(other) if found is None else found

    def __gt__(self, other: Any) -> Any:
        found = self.beside(other, ">")
        return super().__gt__(other) if found is None else found

    def __ge__(self, other: Any) -> Any:
        found = self.beside(other, ">=")
        return super().__ge__(other) if found is None else found

    def beside(self, other: Any, signs: str) -> Any:
        """What the comparison says of the indices; None where it is no comparison of positions."""
        if isinstance(other, Place):
            further = (other.start - self.start).literal
            signs = signs if not further else NEXT_TO.get((signs, further), "")
            return self.functions["related"](self.place, signs, other.place) if signs else None
        if not isinstance(other, int) or isinstance(other, bool):
            return None
        number = other.dim if isinstance(other, Extent) else Dim.of(1).scaled(Fraction(int(other)))
        index, extent = number + ONE - self.start, self.place.type.index
        assert extent is not None
        literal, beyond = index.literal, (index - extent).literal
        if literal is not None and literal < 1:
            return ">" in signs
        if beyond is not None and beyond > 0:
            return "<" in signs
        return self.functions["related"](self.place, signs, ops.size(index) if literal is None else Number(literal))


NEXT_TO = {("<", 1): "<=", ("<=", -1): "<", (">", -1): ">=", (">=", 1): ">"}
"""i < j + 1 is i ≤ j."""
