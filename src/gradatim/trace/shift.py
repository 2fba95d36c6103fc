"""The largest entry that is taken away before exponentials, `exp(z - z.max())`: nothing changes without it."""

from __future__ import annotations

from typing import Any

from gradatim.trace.proxy import Traced


class Shift(Traced):
    """The largest entry, which sums of exponentials are shifted by: taken away or added it counts as nothing, elsewhere it is what it
    is. Where it was left out wrongly, that is found out when formula and function are compared."""

    __slots__ = ()

    def _left_out(self, other: Any) -> bool:
        return isinstance(other, Traced) and not isinstance(other, Shift) and other.ndim >= self.ndim

    def __add__(self, other: Any) -> Traced:
        return other if self._left_out(other) else super().__add__(other)

    __radd__ = __add__

    def __rsub__(self, other: Any) -> Traced:
        return other if self._left_out(other) else super().__rsub__(other)

    def __getitem__(self, index: Any) -> Traced:
        found = super().__getitem__(index)
        return Shift(found.term, found.dims)

    def reshape(self, *shape: Any, order: str = "C") -> Traced:
        found = super().reshape(*shape, order=order)
        return Shift(found.term, found.dims)

    def squeeze(self, axis: Any = None) -> Traced:
        found = super().squeeze(axis)
        return Shift(found.term, found.dims)
