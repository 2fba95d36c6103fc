"""What declared facts mean: whether an array of exact numbers has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product as tuples

Matrix = list[list[Fraction]]
Values = tuple[tuple[int, ...], list[Fraction]]
Fact = Callable[[tuple[int, ...], Sequence[Fraction]], bool]
"""Whether the entries of an array of that shape have a property."""


def _pairs(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(tuples(range(shape[0]), range(shape[1])))


def _square(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def _at_each(law: Callable[[Callable[[int, int], Fraction], int, int], bool]) -> Fact:
    """A fact of square matrices that is a law of each entry by its place, where x(i, j) are the entries."""

    def holds(shape: tuple[int, ...], a: Sequence[Fraction]) -> bool:
        return _square(shape) and all(law(lambda i, j: a[i * shape[0] + j], i, j) for i, j in _pairs(shape))

    return holds


_symmetric = _at_each(lambda x, i, j: x(i, j) == x(j, i))
_lower = _at_each(lambda x, i, j: i >= j or x(i, j) == 0)
_upper = _at_each(lambda x, i, j: i <= j or x(i, j) == 0)


def _orthogonal_holds(shape: tuple[int, ...], a: Sequence[Fraction]) -> bool:
    if not _square(shape):
        return False
    n = shape[0]
    return all(sum(a[k * n + i] * a[k * n + j] for k in range(n)) == int(i == j) for i, j in _pairs(shape))


def _orthonormal_columns(shape: tuple[int, ...], a: Sequence[Fraction]) -> bool:
    if len(shape) != 2:
        return False
    m, n = shape
    return all(
        sum((a[k * n + i] * a[k * n + j] for k in range(m)), Fraction(0)) == int(i == j) for i in range(n) for j in range(i, n)
    )


def _idempotent(n: int, a: Sequence[Fraction]) -> bool:
    return all(sum((a[i * n + k] * a[k * n + j] for k in range(n)), Fraction(0)) == a[i * n + j] for i, j in _pairs((n, n)))


def pivots(shape: tuple[int, ...], a: Sequence[Fraction]) -> list[Fraction]:
    """The pivots of elimination without exchanges; the product of the first k is the leading minor of order k."""
    n = shape[0]
    m = [list(a[i * n : (i + 1) * n]) for i in range(n)]
    out: list[Fraction] = []
    for k in range(n):
        p = m[k][k]
        out.append(p)
        if p == 0:
            return out
        for i in range(k + 1, n):
            factor = m[i][k] / p
            for j in range(k, n):
                m[i][j] -= factor * m[k][j]
    return out


def _spd(shape: tuple[int, ...], a: Sequence[Fraction]) -> bool:
    return all(x > 0 for x in a) if not shape else _symmetric(shape, a) and all(p > 0 for p in pivots(shape, a))


def _rows(shape: tuple[int, ...], a: Sequence[Fraction]) -> list[Sequence[Fraction]]:
    n = shape[-1] if shape else 1
    return [a[k : k + n] for k in range(0, len(a), n)]


HOLDS: dict[str, Fact] = {
    "symmetric": lambda s, a: not s or _symmetric(s, a),
    "skew": _at_each(lambda x, i, j: x(i, j) == -x(j, i)),
    "spd": _spd,
    "psd": _spd,
    "diagonal": lambda s, a: _lower(s, a) and _upper(s, a),
    "lower": _lower,
    "upper": _upper,
    "toeplitz": _at_each(lambda x, i, j: not (i and j) or x(i, j) == x(i - 1, j - 1)),
    "orthogonal": _orthogonal_holds,
    "orthonormal_columns": _orthonormal_columns,
    "idempotent": lambda s, a: _square(s) and _idempotent(s[0], a),
    "invertible": lambda s, a: _square(s) or (not s and a[0] != 0),
    "positive": lambda s, a: all(x > 0 for x in a),
    "nonnegative": lambda s, a: all(x >= 0 for x in a),
    "nonzero": lambda s, a: all(x != 0 for x in a),
    "unit": lambda s, a: all(sum(x * x for x in r) == 1 for r in _rows(s, a)),
    "probability": lambda s, a: all(sum(r) == 1 and min(r) >= 0 for r in _rows(s, a)),
    "adds_to_one": lambda s, a: all(sum(r) == 1 for r in _rows(s, a)),
    "onehot": lambda s, a: all(sum(r) == 1 and set(r) <= {0, 1} for r in _rows(s, a)),
    "labels01": lambda s, a: set(a) <= {Fraction(0), Fraction(1)},
    "signs": lambda s, a: set(a) <= {Fraction(-1), Fraction(1)},
    "integer": lambda s, a: all(x.denominator == 1 for x in a),
    "fraction": lambda s, a: all(abs(x) < 1 for x in a),
    "full_column_rank": lambda s, a: len(s) == 2 and s[0] >= s[1],
    "full_row_rank": lambda s, a: len(s) == 2 and s[0] <= s[1],
    "square": lambda s, a: _square(s),
}
"""What each fact says of exact entries (invertible and full rank hold for random entries but on a set of measure zero)."""

NO_MATTER = frozenset({"constant", "variable", "real"})
