"""Shapes with sizes that are not known yet, and the solver that makes them known before any term exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Union

from gradatim.errors import ReadError, ShapeError, Span
from gradatim.read.extents import size_of
from gradatim.term import Term
from gradatim.types import ONE, Dim, Type, beside, with_article


@dataclass(eq=False, slots=True)
class Var:
    """A size that is not known yet."""

    serial: int
    at: Span = (0, 0)


Size = Union[Dim, Var]


@dataclass(frozen=True, slots=True)
class Shape:
    """A type whose sizes may still be unknown."""

    axes: tuple[Size, ...] = ()
    row: bool = False
    family: int = 0
    index: Size | None = None

    @property
    def rank(self) -> int:
        return len(self.axes)


@dataclass(eq=False, slots=True)
class Draft:
    """A part that has a shape; `make` builds its term once all sizes are solved, once.

    `value` is the number where it is a literal, `tag` what later reading asks for (`det`, `abs`), `guess` whether a
    name of guessed kind stands in it.
    """

    shape: Shape
    maker: Callable[[], Term]
    span: Span
    tag: str = ""
    inner: Draft | None = None
    guess: bool = False
    built: Term | None = field(default=None)

    def make(self) -> Term:
        if self.built is None:
            self.built = self.maker()
        return self.built


_LETTERS = "nmpqkdrslt"
"""What sizes are called, in turn."""
_OWN = re.compile("\u2063[0-9]+")


class Solver:
    """Sizes unify; a clash is a ShapeError that names both shapes and both places."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bound: dict[Var, Size] = {}
        self.counter = count(1)
        self.free: list[Var] = []
        self.guessed: set[str] = set()
        """The names of sizes of which nothing is said."""
        self.aliases: dict[str, Dim | None] = {}
        """What the names stand for that were made for sizes of which products are taken; None while that is open."""

    def fresh(self, span: Span = (0, 0)) -> Var:
        var = Var(next(self.counter), span)
        self.free.append(var)
        return var

    def find(self, size: Size) -> Size:
        while isinstance(size, Var) and size in self.bound:
            size = self.bound[size]
        while isinstance(size, Dim) and any(self.aliases.get(n) for n in size.names):
            size = size.substitute({n: d for n, d in self.aliases.items() if d is not None})
        return size

    def known(self, size: Size) -> Dim:
        """The size as a dimension; one that is still open gets a name of its own, which a later use may tell."""
        found = self.find(size)
        if isinstance(found, Var):
            name = f"\u2063{len(self.aliases)}"
            self.aliases[name] = None
            self.bound[found] = named = Dim.of(name)
            return named
        return found

    def _told(self, a: Dim, b: Dim) -> bool:
        """A name of our own is told what it stands for."""
        if a.names == (str(a),) and self.aliases.get(str(a), ONE) is None and b != ONE and str(a) not in b.names:
            self.aliases[str(a)] = b
            return True
        return self._told_by_rest(a, b) or self._told_by_factors(a, b)

    def _told_by_rest(self, a: Dim, b: Dim) -> bool:
        """m · ? = m p: the one open factor is what is left of the other product."""
        open_ = [n for n in a.names if self._open(n)]
        if len(open_) != 1 or len(a.terms) != 1 or len(b.terms) != 1 or len(a.names) < 2 or open_[0] in b.names:
            return False
        (above, c), (below, d) = b.terms[0], a.terms[0]
        rest = dict(above)
        for name, k in below:
            if name != open_[0]:
                rest[name] = rest.get(name, 0) - k
        if dict(below)[open_[0]] != 1 or any(k < 0 for k in rest.values()) or (c / d).denominator != 1:
            return False
        found = Dim.of(int(c / d))
        for name, k in rest.items():
            for _ in range(k):
                found = found * Dim.of(name)
        return found != ONE and self._told(Dim.of(open_[0]), found)

    def _told_by_factors(self, a: Dim, b: Dim) -> bool:
        """Products of sizes that are all open, the rows and the columns of A ⊗ B: where they have to be equal, A and B are square."""
        if len(a.names) != len(b.names) or len(a.names) < 2 or not all(self._open(n) for n in (*a.names, *b.names)):
            return False
        if len(a.terms) != 1 or len(b.terms) != 1 or set(a.names) & set(b.names):
            return False
        return all(self._told(Dim.of(x), Dim.of(y)) for x, y in zip(sorted(a.names), sorted(b.names)))

    def _open(self, name: str) -> bool:
        return name in self.aliases and self.aliases[name] is None

    def unify(self, a: Size, b: Size) -> bool:
        """Make two sizes equal; False where they cannot be. An unknown size is never taken to be one."""
        a, b = self.find(a), self.find(b)
        if a is b or a == b:
            return True
        if isinstance(a, Var):
            if b == ONE:
                return False
            self.bound[a] = b
            return True
        if isinstance(b, Var):
            if a == ONE:
                return False
            self.bound[b] = a
            return True
        return self._told(a, b) or self._told(b, a)

    def same(self, a: Shape, b: Shape) -> bool:
        if a.rank != b.rank or (a.rank == 1 and a.row != b.row):
            return False
        return all(self.unify(x, y) for x, y in zip(a.axes, b.axes))

    def settle(self, taken: set[str], seen: Iterable[Size] = ()) -> None:
        """Name what is still free: letters that the text does not use, the `seen` sizes first where there are not enough of them."""
        letters = chain(_LETTERS, (f"n{k}" for k in count(1)))
        scarce = len({f for v in self.free if isinstance(f := self.find(v), Var)}) > len(set(_LETTERS) - taken)
        for var in (*((v for v in map(self.find, seen) if isinstance(v, Var)) if scarce else ()), *self.free):
            if isinstance(self.find(var), Var):
                name = next(x for x in letters if x not in taken)
                taken.add(name)
                self.guessed.add(name)
                self.bound[self.find(var)] = Dim.of(name)  # type: ignore[index]
        for own in [n for n, d in self.aliases.items() if d is None]:
            name = next(x for x in letters if x not in taken)
            taken.add(name)
            self.aliases[own] = Dim.of(name)

    def dim(self, size: Size) -> Dim:
        found = self.find(size)
        if isinstance(found, Var):
            raise ShapeError("a size is still unknown")
        return found

    def type(self, shape: Shape, facts: frozenset[str] = frozenset()) -> Type:
        axes = tuple(self.dim(a) for a in shape.axes)
        index = None if shape.index is None else self.dim(shape.index)
        return Type(axes, row=shape.row and len(axes) == 1, family=shape.family, index=index, facts=facts)

    def words(self, shape: Shape) -> str:
        def one(size: Size) -> str:
            found = self.find(size)
            return "?" if isinstance(found, Var) else _OWN.sub("?", str(found))

        axes = [one(a) for a in shape.axes]
        if not axes:
            return "scalar"
        if shape.rank == 1:
            return f"{'row' if shape.row else 'column'} vector" + (f" of {axes[0]}" if axes[0] != "?" else "")
        if axes == ["?", "?"]:
            return "matrix"
        return beside(axes) + (" matrix" if shape.rank == 2 else " tensor")

    def described(self, shape: Shape) -> str:
        """The words with their article."""
        return with_article(self.words(shape))

    def clash(self, message: str, a: Draft, b: Draft) -> ShapeError:
        star = (
            self.text[a.span[1] : b.span[0]].strip() == "*" and a.shape.rank == b.shape.rank == 1 and a.shape.row == b.shape.row
        )
        return ShapeError(
            f"{message}: {self.quote(a.span)} is {self.described(a.shape)} and {self.quote(b.span)} is {self.described(b.shape)}\n"
            + ReadError("", self.text, (b.span[0], b.span[1])).caret
            + ("\nwrite `.*` for the product entry by entry, or `'*` for the inner product" if star else "")
        )

    def quote(self, span: Span) -> str:
        piece = " ".join(self.text[span[0] : span[1]].split())
        return f"`{piece if len(piece) < 60 else piece[:57] + '…'}`"


def shape_of_type(t: Type) -> Shape:
    return Shape(t.axes, t.row, t.family, t.index)


def dimension(text: str) -> Dim:
    """A size as it was written: `n`, `3`, `n+1`, `2n`, `D_x`, `n(n+1)/2`. Raises ReadError for anything else."""
    return size_of(text)
