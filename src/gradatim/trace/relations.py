"""How two positions stand to each other, as a condition: i < j, i ≤ j, i ≠ j and their like, of two places and of the entries of a matrix."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from gradatim import ops
from gradatim.ops.masks import less, unequal
from gradatim.term import Number, Term
from gradatim.trace.broadcast import array
from gradatim.trace.conditions import Condition
from gradatim.trace.proxy import Traced
from gradatim.types import ONE, Dim

BELOW, SAME, ABOVE = "<=>"
ALL = frozenset("<=>")
Signs = frozenset[str]


class Related(Condition):
    """How one position stands to another: before it, at it, behind it, or at one of several of these."""

    __slots__ = ("left", "signs", "right")

    def __init__(self, left: Term, signs: Signs, right: Term) -> None:
        super().__init__(Traced(_indicator(left, signs, right), ()))
        self.left, self.signs, self.right = left, signs, right

    def __invert__(self) -> Related:
        return Related(self.left, ALL - self.signs, self.right)

    def of(self, change: Callable[[Term], Term]) -> Related:
        """The same of other positions."""
        return Related(change(self.left), self.signs, change(self.right))


def _indicator(left: Term, signs: Signs, right: Term) -> Term:
    if len(signs) == 2 and SAME in signs or signs == {SAME}:
        return ops.subtract(Number(1), _indicator(left, ALL - signs, right))
    if signs == {BELOW, ABOVE}:
        return unequal(left, right)
    return less(left, right) if signs == {BELOW} else less(right, left) if signs else Number(0)


class Pattern(Condition):
    """Which entries of a square matrix are meant, by how the row stands to the column: a triangle, the diagonal, all but that."""

    __slots__ = ("n", "signs")

    def __init__(self, n: Dim, signs: Signs) -> None:
        super().__init__(Traced(_mask(n, signs), (n, n)))
        self.n, self.signs = n, signs

    def __invert__(self) -> Pattern:
        return Pattern(self.n, ALL - self.signs)

    def __and__(self, other: Any) -> Condition:
        return Pattern(self.n, self.signs & other.signs) if isinstance(other, Pattern) else super().__and__(other)

    def at(self, i: Term, j: Term) -> Related:
        return Related(i, self.signs, j)

    def kept(self, a: Any) -> Traced:
        """The entries that are meant, zeros elsewhere."""
        x = array(a)
        if x.dims != self.dims or not self.signs:
            return super().kept(a)
        t, diagonal = x.term, ops.diag(ops.diagonal(x.term))
        if self.signs == {SAME}:
            return Traced(diagonal, x.dims)
        sides = self.signs - {SAME}
        whole = t if len(sides) == 2 else ops.triu(t) if BELOW in sides else ops.tril(t)
        return Traced(whole if SAME in self.signs else ops.subtract(whole, diagonal), x.dims)

    @property
    def count(self) -> Traced:
        n = ops.size(self.n)
        other = ops.size(self.n + ONE if SAME in self.signs else self.n - ONE)
        halves = len(self.signs - {SAME})
        found = {
            0: n if self.signs else Number(0),
            1: ops.quotient(ops.product(n, other), Number(2)),
            2: ops.product(n, n if SAME in self.signs else other),
        }
        return Traced(found[halves], ())


def _mask(n: Dim, signs: Signs) -> Term:
    ones, identity = ops.ones(params=(n, n)), ops.identity(params=(n,))
    if not signs or signs == {SAME}:
        return identity if signs else ops.zeros(params=(n, n))
    if SAME not in signs:
        return ops.subtract(_mask(n, signs | {SAME}), identity)
    return ones if len(signs) == 3 else ops.triu(ones) if BELOW in signs else ops.tril(ones)


PATTERNS = (("=", None, False), ("<>", None, True), (">=", 0, False), (">", -1, False), ("<=", -1, True), ("<", 0, True))
"""The signs, which lower triangle of ones, and whether that is turned into zeros."""


def pattern_of(value: Any, dims: Sequence[Dim]) -> Pattern | None:
    """The pattern that a square array of numbers 0 and 1 has, as np.tri and np.eye make it; None for others."""
    if len(dims) != 2 or dims[0] != dims[1] or dims[0].literal is not None:
        return None
    numpy = sys.modules["numpy"]
    for signs, k, turned in PATTERNS:
        made = numpy.eye(len(value)) if k is None else numpy.tri(len(value), k=k)
        if bool((value == (1 - made if turned else made)).all()):
            return Pattern(dims[0], frozenset(signs))
    return None


Traced.functions["pattern"] = pattern_of
Traced.functions["related"] = lambda left, signs, right: Related(left, frozenset(signs), right)
