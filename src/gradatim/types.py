"""Types: the axes of a value, each of a symbolic dimension, and whether a vector stands or lies.

A scalar has no axes, a vector one, a matrix two. A *family* such as `x_i, i = 1..N` is one array whose leading
axes (`family` of them) are counted by the family's indices. An *index* is a scalar integer that runs over a dimension.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Union

from gradatim.errors import ShapeError

Monomial = tuple[tuple[str, int], ...]
DimLike = Union["Dim", str, int]


class _Hashed:
    """A place for a hash that is worked out once: that of a fraction takes long, and dimensions are looked up all the time."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True)
class Dim(_Hashed):
    """A dimension: a polynomial with rational coefficients in named sizes, such as `n`, `m*p` or `n*(n+1)/2`.

    `terms` is sorted and free of zeros, so equal polynomials are equal objects.
    """

    terms: tuple[tuple[Monomial, Fraction], ...]

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", hash(self.terms))
            return self._hash

    @staticmethod
    def of(value: DimLike) -> Dim:
        """The dimension of a size (an int), a name (a str) or a dimension itself."""
        if isinstance(value, Dim):
            return value
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise ShapeError(f"a dimension is a name or a positive whole number, not {value!r}")
        if isinstance(value, int):
            if value < 1:
                raise ShapeError(f"a dimension is a positive whole number, not {value}")
            return _dim({(): Fraction(value)})
        if value.isdigit():
            return Dim.of(int(value))
        if not value.strip():
            raise ShapeError("a dimension needs a name")
        return _dim({((value.strip(), 1),): Fraction(1)})

    def __add__(self, other: DimLike) -> Dim:
        total = dict(self.terms)
        for monomial, c in Dim.of(other).terms:
            total[monomial] = total.get(monomial, Fraction(0)) + c
        return _dim(total)

    def __sub__(self, other: DimLike) -> Dim:
        total = dict(self.terms)
        for monomial, c in Dim.of(other).terms:
            total[monomial] = total.get(monomial, Fraction(0)) - c
        return _dim(total)

    def __mul__(self, other: DimLike) -> Dim:
        total: dict[Monomial, Fraction] = {}
        for m1, c1 in self.terms:
            for m2, c2 in Dim.of(other).terms:
                powers = dict(m1)
                for name, k in m2:
                    powers[name] = powers.get(name, 0) + k
                key = tuple(sorted(powers.items()))
                total[key] = total.get(key, Fraction(0)) + c1 * c2
        return _dim(total)

    def scaled(self, factor: Fraction) -> Dim:
        return _dim({m: c * factor for m, c in self.terms})

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({name for m, _ in self.terms for name, _ in m}))

    @property
    def literal(self) -> int | None:
        """The size as a number where the dimension is one, else None."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and self.terms[0][0] == () and self.terms[0][1].denominator == 1:
            return int(self.terms[0][1])
        return None

    def substitute(self, sizes: Mapping[str, Dim]) -> Dim:
        result = Dim(())
        for monomial, c in self.terms:
            piece = Dim((((), c),))
            for name, k in monomial:
                for _ in range(k):
                    piece = piece * sizes.get(name, Dim.of(name))
            result = result + piece
        return result

    def evaluate(self, sizes: Mapping[str, int]) -> int:
        """The size at given sizes of its names. Raises ShapeError for a missing name or a fraction."""
        total: int | Fraction = 0
        for monomial, c in self.terms:
            value: int | Fraction = c.numerator if c.denominator == 1 else c  # whole numbers are multiplied much faster
            for name, k in monomial:
                if name not in sizes:
                    raise ShapeError(f"the size of the dimension {name} is not known")
                value *= sizes[name] ** k
            total += value
        if total.denominator != 1:
            raise ShapeError(f"the dimension {self} is not a whole number at the given sizes")
        return int(total)

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        out = ""
        ordered = sorted(self.terms, key=lambda t: (-sum(k for _, k in t[0]), t[0]))
        first = next((t for t in ordered if t[1] > 0), ordered[0])  # n - k, not -k + n
        ordered = [first, *(t for t in ordered if t is not first)]
        for monomial, c in ordered:
            body = " ".join(name if k == 1 else f"{name}^{k}" for name, k in monomial)
            size = abs(c)
            text = body if size == 1 and body else f"{size} {body}".strip()
            out += (" - " if c < 0 else " + ") + text if out else ("-" if c < 0 else "") + text
        return out

    def __repr__(self) -> str:
        return f"Dim({self})"


@lru_cache(maxsize=4096)
def _interned(terms: tuple[tuple[Monomial, Fraction], ...]) -> Dim:
    return Dim(terms)


def _dim(total: Mapping[Monomial, Fraction]) -> Dim:
    return _interned(tuple(sorted((m, c) for m, c in total.items() if c)))


ONE = Dim.of(1)


@dataclass(frozen=True, slots=True)
class Type:
    """What a term is: its axes, whether a vector is a row, how many leading axes count a family, or an index's range.

    `facts` are those declared of a symbol; facts of compound terms are worked out by `gradatim.ops.facts`.
    """

    axes: tuple[Dim, ...] = ()
    row: bool = False
    family: int = 0
    index: Dim | None = None
    facts: frozenset[str] = field(default=frozenset())

    @property
    def rank(self) -> int:
        return len(self.axes)

    @property
    def is_scalar(self) -> bool:
        return not self.axes

    @property
    def is_matrix(self) -> bool:
        return len(self.axes) == 2

    @property
    def is_square(self) -> bool:
        return len(self.axes) == 2 and self.axes[0] == self.axes[1]

    @property
    def member(self) -> Type:
        """The type of one member of a family."""
        return replace(self, axes=self.axes[self.family :], family=0)

    @property
    def bare(self) -> Type:
        return replace(self, facts=frozenset()) if self.facts else self

    def describe(self) -> str:
        """Words for an error or a listing: `scalar`, `column vector of n`, `m × n matrix`."""
        if self.index is not None:
            return f"index 1..{self.index}"
        if self.family:
            counts = "×".join(map(str, self.axes[: self.family]))
            return f"family of {counts} members, each {self.member.described}"
        if not self.axes:
            return "scalar"
        if len(self.axes) == 1:
            return f"{'row' if self.row else 'column'} vector of {self.axes[0]}"
        if len(self.axes) == 2:
            return f"{beside(self.axes)} matrix"
        return f"{beside(self.axes)} tensor"

    @property
    def described(self) -> str:
        """The words with their article: `a scalar`, `an n × m matrix`."""
        return with_article(self.describe())


def beside(sizes: Iterable[object]) -> str:
    """Sizes with × between them, sums of names in brackets: `n × (m + p)`."""
    return " × ".join(f"({s})" if " + " in s or " - " in s else s for s in map(str, sizes))


def with_article(words: str) -> str:
    """The words with `a` or `an`, by the sound of the first: an n × m matrix, an 8 × 3 matrix, a 3 × 8 matrix, an index."""
    first = words.lstrip("(").split(" ")[0]
    spelt = len(first.strip("₀₁₂₃₄₅₆₇₈₉0123456789")) == 1 and first.isascii() or first[1:2] in ("_", "·")
    if first[:1].isdigit():
        vowel = first in ("8", "11", "18") or first.startswith("8")
    else:
        vowel = first[:1] in "aefhilmnorsxAEFHILMNORSX" if spelt else first[:1] in "aeiouAEIOU"
    return f"{'an' if vowel else 'a'} {words}"


SCALAR = Type()

LABELS = "labels:"
"""The fact of an array of zeros and ones that it keeps labels, with their name behind it."""
SQUARE_FACTS = frozenset(
    "symmetric skew spd psd diagonal lower upper orthogonal invertible idempotent toeplitz".split(),
)
"""What can be said of a square matrix only."""


def vector(n: DimLike, facts: Iterable[str] = (), row: bool = False) -> Type:
    """A column (or row) vector of n entries; a vector of literally one entry is a scalar."""
    dim = Dim.of(n)
    return Type((), facts=frozenset(facts)) if dim == ONE else Type((dim,), row=row, facts=frozenset(facts))


def matrix(m: DimLike, n: DimLike, facts: Iterable[str] = ()) -> Type:
    """An m × n matrix; m × 1 is a column, 1 × n a row, 1 × 1 a scalar."""
    rows, columns = Dim.of(m), Dim.of(n)
    if columns == ONE:
        return vector(rows, facts)
    if rows == ONE:
        return vector(columns, facts, row=True)
    return Type((rows, columns), facts=frozenset(facts))


def index_type(extent: DimLike) -> Type:
    return Type((), index=Dim.of(extent))


def shape_of(t: Type) -> tuple[str | int, ...]:
    """The shape as people see it: numbers where the dimension is a number, names otherwise."""
    return tuple(d.literal if d.literal is not None else str(d) for d in t.axes)
