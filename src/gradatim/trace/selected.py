"""What `x[x > 0]` selects: the whole array and the condition. How many entries it has depends on values; sums over it have a formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import fresh_index
from gradatim.trace.broadcast import array, divided, entry, multiplied, of_entries, raised, stacked
from gradatim.trace.conditions import Condition, as_condition, where
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.moments import understood
from gradatim.trace.positions import selection
from gradatim.trace.proxy import Traced
from gradatim.trace.relations import SAME, Pattern, Related
from gradatim.trace.shapes import summed
from gradatim.types import ONE

REFUSED = "of a selection by values only sums, means, products and norms have a formula, for its size is not known: use np.where"


class Selected:
    """Some entries of an array (or rows of a matrix). What is done entry by entry is done to the whole array."""

    __slots__ = ("condition", "whole")
    __array_priority__ = 3000
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, whole: Traced, condition: Condition) -> None:
        self.whole, self.condition = whole, condition

    # ------------------------------------------------------------ entry by entry

    def _with(self, name: str, *others: Any) -> Selected:
        return Selected(UFUNCS[name](*(self._whole_of(o) for o in others)), self.condition)

    def _whole_of(self, other: Any) -> Any:
        if isinstance(other, Selected):
            if other.condition.term is not self.condition.term or other.whole.dims != self.whole.dims:
                raise GradatimError("two selections by different conditions have no formula together")
            return other.whole
        if array(other).ndim:
            raise GradatimError(REFUSED)
        return other

    def __add__(self, other: Any) -> Selected:
        return self._with("add", self, other)

    def __radd__(self, other: Any) -> Selected:
        return self._with("add", other, self)

    def __sub__(self, other: Any) -> Selected:
        return self._with("subtract", self, other)

    def __rsub__(self, other: Any) -> Selected:
        return self._with("subtract", other, self)

    def __mul__(self, other: Any) -> Selected:
        return self._with("multiply", self, other)

    def __rmul__(self, other: Any) -> Selected:
        return self._with("multiply", other, self)

    def __truediv__(self, other: Any) -> Selected:
        return self._with("divide", self, other)

    def __rtruediv__(self, other: Any) -> Selected:
        return self._with("divide", other, self)

    def __pow__(self, other: Any) -> Selected:
        return self._with("power", self, other)

    def __neg__(self) -> Selected:
        return self._with("negative", self)

    def __abs__(self) -> Selected:
        return self._with("absolute", self)

    def __matmul__(self, other: Any) -> Any:
        """The inner product of two selections, and selected rows times what is not selected."""
        if isinstance(other, Selected):
            if self.whole.ndim != 1 or other.whole.ndim != 1:
                raise GradatimError(REFUSED)
            return (self * other).sum()
        if self.whole.ndim != 2 or self.condition.ndim != 1:
            raise GradatimError(REFUSED)
        return Selected(UFUNCS["matmul"](self.whole, other), self.condition)

    # ------------------------------------------------------------ over the entries

    def _kept(self, otherwise: int) -> Traced:
        """The whole array with a number where nothing is selected."""
        c = self.condition
        if isinstance(c, Pattern) and not otherwise:
            return _by_pattern(self.whole, c)
        if self.whole.ndim > c.ndim:
            c = _lifted(c, self.whole.ndim)
        return where(c, self.whole, otherwise)

    def _inside(self, name: str, axis: Any, *more: Any) -> Selected | None:
        """What is done along an axis of every selected row; None for the axis of the selection itself."""
        count = self.whole.ndim - self.condition.ndim + 1
        if not isinstance(axis, int) or not axis % count:
            return None
        along = axis % count + self.condition.ndim - 1
        return Selected(FUNCTIONS[name](self.whole, *more, axis=along), self.condition)

    @property
    def size(self) -> Traced:
        total = self.condition.count
        for d in self.whole.dims[self.condition.ndim :]:
            total = multiplied(total, Traced(ops.size(d), ()))
        return total

    def sum(self, axis: Any = None, **options: Any) -> Any:
        understood("sum", options)
        inside = self._inside("sum", axis)
        return inside if inside is not None else summed(self._kept(0), _axis(self, axis))

    def mean(self, axis: Any = None, **options: Any) -> Any:
        understood("mean", options)
        inside = self._inside("mean", axis)
        if inside is not None:
            return inside
        over = _axis(self, axis)
        return divided(self.sum(axis), self.size if over is None else self.condition.count)

    def var(self, axis: Any = None, ddof: int = 0, **options: Any) -> Traced:
        understood("var", options)
        if axis not in (None, 0) or self.whole.ndim != 1:
            raise GradatimError(REFUSED)
        squares = (self - self.mean()) ** 2
        return divided(squares.sum(), self.condition.count - ddof if ddof else self.condition.count)

    def std(self, axis: Any = None, ddof: int = 0, **options: Any) -> Traced:
        return UFUNCS["sqrt"](self.var(axis, ddof, **options))  # type: ignore[no-any-return]

    def prod(self, axis: Any = None, **options: Any) -> Traced:
        understood("prod", options)
        if self.whole.ndim != 1:
            raise GradatimError(REFUSED)
        return FUNCTIONS["prod"](self._kept(1), axis)  # type: ignore[no-any-return]

    def dot(self, other: Any) -> Any:
        return self @ other

    def __getattr__(self, name: str) -> Any:
        raise GradatimError(REFUSED)

    def __getitem__(self, index: Any) -> Any:
        raise GradatimError(REFUSED)

    __setitem__ = __iter__ = __len__ = __bool__ = __float__ = __array__ = __eq__ = __getitem__

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method == "reduce" and name in ("add", "multiply"):
            return (self.sum if name == "add" else self.prod)(options.get("axis", 0))
        if name == "matmul" and method == "__call__":
            return inputs[0] @ inputs[1] if isinstance(inputs[0], Selected) else _refuse()
        if method != "__call__" or options or name not in UFUNCS:
            raise GradatimError(f"np.{name} cannot be traced")
        return self._with(name, *inputs)

    def __array_function__(self, function: Any, _types: Any, args: Any, options: Any) -> Any:
        known = OF_SELECTIONS.get(function.__name__)
        return _refuse() if known is None else known(*args, **options)


def _refuse() -> Any:
    raise GradatimError(REFUSED)


def _axis(selected: Selected, axis: Any) -> Any:
    """The axis of the whole array: what is selected along several axes is one axis."""
    if axis is None or selected.condition.ndim == 1 and axis == 0:
        return axis if selected.whole.ndim > 1 else None
    if selected.condition.ndim == selected.whole.ndim and axis in (0, -1):
        return None
    raise GradatimError(REFUSED)


def _lifted(c: Condition, axes: int) -> Condition:
    """A condition on rows, for all their entries."""
    more = (ONE,) * (axes - c.ndim)
    opposite = None if c.opposite is None else _lifted(c.opposite, axes)
    return Condition(Traced(c.term, (*c.dims, *more)), opposite=opposite)


def _norm(x: Selected, ord: Any = None, axis: Any = None) -> Any:
    inside = x._inside("norm", axis, ord)
    if inside is not None:
        return inside
    if x.whole.ndim != 1 or ord not in (None, 1, 2):
        return _refuse()
    return abs(x).sum() if ord == 1 else UFUNCS["sqrt"](raised_sum(x))


def raised_sum(x: Selected) -> Traced:
    return summed(raised(x._kept(0), 2))


OF_SELECTIONS: dict[str, Callable[..., Any]] = {
    "sum": lambda a, *args, **options: a.sum(*args, **options),
    "mean": lambda a, *args, **options: a.mean(*args, **options),
    "average": lambda a: a.mean(),
    "prod": lambda a, *args, **options: a.prod(*args, **options),
    "var": lambda a, *args, **options: a.var(*args, **options),
    "std": lambda a, *args, **options: a.std(*args, **options),
    "dot": lambda a, b: a @ b,
    "inner": lambda a, b: a @ b,
    "norm": _norm,
    "size": lambda a: a.size,
}
"""NumPy's functions that have a formula on a selection."""


def _by_pattern(whole: Traced, pattern: Pattern) -> Traced:
    """The whole array where the pattern holds. Elsewhere it is not looked at: 1/‖xᵢ − xⱼ‖ has no value on the diagonal."""
    indices = [fresh_index(d) for d in whole.dims]
    i, j = indices[:2]
    apart = pattern.signs - {SAME}
    value = of_entries(whole.term, indices) or entry(whole.term, indices)
    parts = [Traced(stacked(indices, ops.product(Related(i, apart, j).term, value)), whole.dims)] if apart else []
    if SAME in pattern.signs:
        there = [Related(i, frozenset(SAME), j).term, value]
        parts.append(Traced(stacked(indices, ops.product(*there)), whole.dims))
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


def selected(a: Traced, index: Any) -> Selected | None:
    """What a condition selects of an array, or of the rows of one; None for another index."""
    found = selection(a, index)
    if found is not None:
        return Selected(*found)
    if not isinstance(index, Traced) and getattr(getattr(index, "dtype", None), "kind", "") == "b" and getattr(index, "ndim", 0):
        index = as_condition(index)
    if not isinstance(index, Condition):
        return None
    if not index.ndim or index.dims != a.dims[: index.ndim] or index.ndim not in (1, a.ndim):
        raise GradatimError("a selection by values has a formula where the condition has the array's shape, or is on its rows")
    return Selected(a, index)
