"""Comparisons of values, and what is chosen by them: np.where(x > 0, a, b) is 𝟙[x > 0] a + (1 − 𝟙[x > 0]) b."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Number, Term
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, by_entries, combined, common, multiplied, spread
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import summed


class Condition(Traced):
    """Ones where something holds, zeros elsewhere. Of one comparison `over` is what is compared with zero, strictly; `opposite` is
    the condition of which this one is the negation."""

    __slots__ = ("over", "opposite")

    def __init__(self, value: Traced, over: Term | None = None, opposite: Condition | None = None) -> None:
        super().__init__(value.term, value.dims)
        self.over, self.opposite = over, opposite

    def __bool__(self) -> bool:
        loop = self.functions["asking"](self)
        if loop is not None:
            return bool(loop.taken(self))
        way = proxy.SIZES.way
        return super().__bool__() if way is None else bool(way.taken(self))

    def all(self, axis: Any = None) -> Condition:
        return every(self, axis)

    def any(self, axis: Any = None) -> Condition:
        return some(self, axis)

    def __and__(self, other: Any) -> Condition:
        return Condition(multiplied(self, as_condition(other)))

    def __or__(self, other: Any) -> Condition:
        return ~(~self & ~as_condition(other))

    def kept(self, a: Any) -> Traced:
        """The entries of an array where the condition holds, zeros elsewhere."""
        return multiplied(Traced(self.term, self.dims), a)

    @property
    def count(self) -> Traced:
        """How often it holds."""
        return summed(Traced(self.term, self.dims))

    def __invert__(self) -> Condition:
        return self.opposite if self.opposite is not None else Condition(1 - Traced(self.term, self.dims), opposite=self)


def as_condition(a: Any) -> Condition:
    """A comparison, or an array of truth values that is known, as a condition."""
    if not isinstance(a, Condition):
        if getattr(getattr(a, "dtype", None), "kind", "") != "b" or isinstance(a, Traced):
            raise GradatimError("and, or and not are of comparisons, which have a formula")
        known = Traced.functions["pattern"](a, tuple(proxy.SIZES.dim(n) for n in a.shape))
        return known if known is not None else Condition(array(a * 1.0))
    return a


def some(a: Any, axis: Any = None, keepdims: bool = False) -> Condition:
    """Whether a condition holds anywhere."""
    return greater(summed(Traced(as_condition(a).term, as_condition(a).dims), axis, keepdims), Fraction(1, 2), True)


def every(a: Any, axis: Any = None, keepdims: bool = False) -> Condition:
    return ~some(~as_condition(a), axis, keepdims)


def greater(a: Any, b: Any, strictly: bool) -> Condition:
    """a > b, or a ≥ b, which is not b > a."""
    if not strictly:
        return ~greater(b, a, True)
    over = combined(ops.subtract, a, b)
    step = ops.step(over.term) if over.term.rank < 3 else by_entries(ops.step, over.dims, over.term)
    return Condition(Traced(step, over.dims), over.term)


def where(condition: Any, a: Any = None, b: Any = None) -> Traced:
    """What is chosen entry by entry; the rectifier and its like by their names."""
    if a is None or b is None:
        raise GradatimError("np.where is traced with what to choose from: np.where(condition, a, b)")
    if isinstance(condition, bool) or getattr(condition, "shape", None) == () and not isinstance(condition, Traced):
        chosen_one = array(a if condition else b)
        shape = common(array(a).dims, array(b).dims)
        return Traced(spread(chosen_one, shape), shape)
    c, x, y = as_condition(condition), array(a), array(b)
    if c.opposite is not None:
        c, x, y = c.opposite, y, x
    if c.over is not None and x.term is c.over:
        if isinstance(y.term, Number) and y.term.value == 0 and c.over.rank < 3:
            return Traced(ops.relu(c.over), c.dims)
        if y.term is ops.minus(c.over) and c.over.rank < 3:
            return Traced(ops.absolute(c.over), c.dims)
    if isinstance(y.term, Number) and y.term.value == 0:
        return c.kept(x)
    if isinstance(x.term, Number) and x.term.value == 0:
        return (~c).kept(y)
    return c.kept(x) + (~c).kept(y)
