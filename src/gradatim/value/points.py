"""Random points at which functions are evaluated: generic sizes, exact rational entries, the declared facts respected.

Sizes 1 and 2 are avoided (everything commutes at 1), and every dimension has a size of its own, so that an exchange of two of
them shows. Entries are fractions, so that one point serves balls and prime fields alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations
from math import prod
from random import Random

from gradatim.errors import NotVerified, ShapeError
from gradatim.term import Apply, Bind, Size, Symbol, Term, walk
from gradatim.types import LABELS, Dim, Type
from gradatim.value.field import PRIME
from gradatim.value.holds import HOLDS, NO_MATTER, Matrix, Values

SMALLEST = 3
LARGEST = 4_000
"""No array of a point has more entries than this."""


@dataclass(frozen=True, slots=True)
class Point:
    """Sizes by name, entries by symbol (shape, then the entries, the last axis fastest), positions of free indices."""

    sizes: dict[str, int]
    arrays: dict[Symbol, Values]
    indices: dict[Symbol, int]


def parts(*roots: Term) -> list[Term]:
    """Every distinct node below the roots, bodies of functions included."""
    found: dict[Term, None] = {}
    todo = list(roots)
    opened: set[Term] = set()
    while todo:
        root = todo.pop()
        if root in opened:
            continue
        opened.add(root)
        for node in walk(root):
            if node in found:
                continue
            found[node] = None
            body = getattr(getattr(node, "op", None), "body", None)
            if isinstance(body, Term):
                todo.append(body)
    return list(found)


def dims_of(nodes: Iterable[Term]) -> list[Dim]:
    """The dimensions that occur: axes, extents of indices, sizes used as numbers, dimensions of constants."""
    found: dict[Dim, None] = {}
    for node in nodes:
        found.update(dict.fromkeys(node.type.axes))
        if node.type.index is not None:
            found[node.type.index] = None
        if isinstance(node, Size):
            found[node.dim] = None
        if isinstance(node, Bind):
            found[node.extent] = None
        if isinstance(node, Apply):
            found.update(dict.fromkeys(p for p in node.params if isinstance(p, Dim)))
    return list(found)


def generic_sizes(nodes: Sequence[Term], turn: int = 0) -> dict[str, int]:
    """A size for every name of a dimension, all different, from 3 up; literal sizes are avoided where that is cheap.

    Dimensions that are polynomials come out positive, and a symbol with full column rank has enough rows. `turn` gives
    another assignment of the same kind. Raises NotVerified where none is found.
    """
    dims = dims_of(nodes)
    names = sorted({name for d in dims for name in d.names})
    literal = {d.literal for d in dims if d.literal is not None}
    pool: list[int] = []
    # One name alone gets another size at another turn; several names exchange theirs.
    candidate = SMALLEST + (turn % 2 if len(names) < 2 else 0)
    while len(pool) < len(names) + 2:
        if candidate not in literal or candidate > 8:
            pool.append(candidate)
        candidate += 1
    shift = turn % max(1, len(names))
    pool = pool[shift : len(names)] + pool[:shift] + pool[len(names) :]
    symbols = [n for n in nodes if isinstance(n, Symbol) and n.type.member.rank == 2]
    for choice in islice(permutations(pool, len(names)), 5_000):
        sizes = dict(zip(names, choice))
        if _suits(dims, symbols, sizes):
            return sizes
    raise NotVerified("no sizes were found at which every dimension of the expression is a positive whole number")


def suits(nodes: Sequence[Term], sizes: Mapping[str, int]) -> bool:
    """Whether every dimension of the nodes is a positive whole number at these sizes."""
    return _suits(dims_of(nodes), [], sizes)


def _suits(dims: Sequence[Dim], symbols: Sequence[Symbol], sizes: Mapping[str, int]) -> bool:
    try:
        return all(d.evaluate(sizes) >= 1 for d in dims) and all(_has_room(s.type.member, sizes) for s in symbols)
    except ShapeError:
        return False


def _has_room(t: Type, sizes: Mapping[str, int]) -> bool:
    """Whether a matrix of these sizes can have its facts: enough rows for full column rank; a skew matrix of odd order is
    singular."""
    m, n = (d.evaluate(sizes) for d in t.axes)
    tall, wide = bool(t.facts & {"full_column_rank", "orthonormal_columns"}), "full_row_rank" in t.facts
    return (not tall or m >= n) and (not wide or m <= n) and (not t.facts >= {"skew", "invertible"} or n % 2 == 0)


MODES = (
    ("any", 3), ("positive", 2), ("small", 2), ("small positive", 2), ("large positive", 2), ("mixed", 10), ("tiny", 1),
)  # fmt: skip
"""How entries without facts are drawn, and how many times each way is tried before giving up."""

_RANGES = {
    "any": (13, 110, True),
    "positive": (16, 110, False),
    "small": (1, 15, True),
    "small positive": (1, 15, False),
    "large positive": (130, 400, False),
    "tiny": (1, 3, True),
}
FIELD, WHOLE = "field", "whole"
"""Entries from all of a prime field; small whole numbers, for counterexamples that people read."""


def modes() -> list[str]:
    return [mode for mode, count in MODES for _ in range(count)]


def random_point(symbols: Sequence[Term], sizes: Mapping[str, int], rng: Random, mode: str = "any") -> Point:
    """A point for the symbols among these terms. Raises NotVerified for facts that no way of drawing can meet, or where an
    array would be too large."""
    arrays: dict[Symbol, Values] = {}
    indices: dict[Symbol, int] = {}
    for s in sorted((n for n in symbols if isinstance(n, Symbol)), key=lambda s: (s.name, str(s.type.index))):
        if s.type.index is not None:
            indices[s] = rng.randint(1, s.type.index.evaluate(sizes))
            continue
        arrays[s] = draw(s, sizes, rng, rng.choice(sorted(_RANGES)) if mode == "mixed" else mode)
    return Point(dict(sizes), arrays, indices)


def draw(symbol: Symbol, sizes: Mapping[str, int], rng: Random, mode: str = "any") -> Values:
    """Entries for one symbol; each member of a family has the facts."""
    t = symbol.type
    shape = tuple(d.evaluate(sizes) for d in t.axes)
    if prod(shape) > LARGEST:
        raise NotVerified(f"{symbol.label} has {prod(shape)} entries at generic sizes, which is too many to check")
    entries: list[Fraction] = []
    members = prod(shape[: t.family])
    for k in range(members):
        entries += member(t, shape[t.family :], rng, mode, k, symbol.label)
    return shape, entries


def member(t: Type, shape: tuple[int, ...], rng: Random, mode: str, k: int, name: str) -> list[Fraction]:
    """One member: a scalar, a vector or a matrix with the facts of its type."""
    facts = t.facts
    for fact in sorted(facts):
        if fact not in HOLDS and fact not in NO_MATTER and not fact.startswith(LABELS):
            raise NotVerified(f"no random point is known for what is declared of {name}: {fact}")
    if len(shape) == 2:
        rows = _matrix(facts, shape, rng, mode)
        out = [x for row in rows for x in row]
    else:
        out = _vector(facts, prod(shape), rng, mode, k, not shape)
    for fact in sorted(facts):
        if fact in HOLDS and not HOLDS[fact](shape, out):
            raise NotVerified(f"no random point was found for what is declared of {name}: {', '.join(sorted(facts))}")
    return out


def entry(rng: Random, mode: str, positive: bool = False) -> Fraction:
    """One entry, never zero."""
    if mode == FIELD:
        return Fraction(rng.randrange(1, PRIME))
    if mode == WHOLE:
        return Fraction(rng.choice((1, 2, 3) if positive else (1, 2, -1, 3, -2)))
    low, high, signed = _RANGES[mode]
    value = Fraction(rng.randint(low * 8 + 1, high * 8), 64 * 8)
    return -value if signed and not positive and rng.random() < 0.5 else value


def _vector(facts: frozenset[str], n: int, rng: Random, mode: str, k: int, scalar: bool) -> list[Fraction]:
    if "onehot" in facts:
        hot = rng.randrange(n)
        return [Fraction(int(i == hot)) for i in range(n)]
    if "labels01" in facts:
        if facts & {"positive", "nonzero"}:
            return [Fraction(1)] * n
        first = rng.randint(0, 1)
        return [Fraction((first + i + k) % 2) for i in range(n)]
    if "signs" in facts:
        first = 0 if facts & {"positive", "nonnegative"} else rng.randint(0, 1)
        return [Fraction(1 if facts & {"positive", "nonnegative"} else (-1) ** (first + i + k)) for i in range(n)]
    if "integer" in facts:
        return [Fraction(rng.randint(1, 4)) for _ in range(n)]
    positive = bool(facts & {"positive", "nonnegative", "probability", "spd", "psd"})
    out = [entry(rng, mode, positive) for _ in range(n)]
    if "fraction" in facts:
        return [x / (1 + abs(x)) for x in out]
    if "probability" in facts or positive and "adds_to_one" in facts:
        total = sum(out)
        return [x / total for x in out]
    if "adds_to_one" in facts:
        return [*out[1:], 1 - sum(out[1:], Fraction(0))]
    if "unit" in facts:
        return [Fraction(1)] if scalar else _sphere(out, positive)
    return out


def _sphere(v: list[Fraction], positive: bool) -> list[Fraction]:
    """A rational vector of length one, by stereographic projection from the last pole; positive entries map to positive
    ones where they lie outside the equator."""
    square = sum((x * x for x in v[:-1]), Fraction(0))
    while positive and 0 < square <= 1:
        v, square = [2 * x for x in v], 4 * square
    return [*(2 * x / (square + 1) for x in v[:-1]), (square - 1) / (square + 1)]


def _matrix(facts: frozenset[str], shape: tuple[int, ...], rng: Random, mode: str) -> Matrix:
    m, n = shape
    if m == n and {"probability", "symmetric"} <= facts:
        return _doubly_stochastic(n, rng)
    if facts & {"onehot", "labels01", "signs", "probability", "adds_to_one", "integer", "unit", "fraction"}:
        return [_vector(facts, n, rng, mode, k, False) for k in range(m)]
    if "orthonormal_columns" in facts and m >= n:
        return [row[:n] for row in _orthogonal(facts, m, rng, mode)]
    positive = bool(facts & {"positive", "nonnegative"})
    a = [[entry(rng, mode, positive) for _ in range(n)] for _ in range(m)]
    if m != n:
        return a
    if "orthogonal" in facts:
        return _orthogonal(facts, n, rng, mode)
    if "idempotent" in facts:
        return _projection("symmetric" in facts, n, rng, mode)
    if facts & {"invertible", "spd", "psd"}:
        for i in range(n):
            a[i][i] += 2 if a[i][i] > 0 else -2
    if "toeplitz" in facts:
        turned = 0 if facts & {"symmetric", "spd", "psd"} else 1
        a = [[a[0][j - i] if j >= i else a[turned][i - j] for j in range(n)] for i in range(n)]
        if facts & {"spd", "psd", "invertible"}:  # a heavy diagonal, the same everywhere
            a = [[x + 8 * (i == j) * sum(abs(y) for y in a[0]) for j, x in enumerate(row)] for i, row in enumerate(a)]
        return a
    if "diagonal" in facts or {"lower", "upper"} <= facts or {"symmetric", "lower"} <= facts or {"symmetric", "upper"} <= facts:
        size = abs if facts & {"spd", "psd"} else Fraction
        return [[size(a[i][j]) if i == j else Fraction(0) for j in range(n)] for i in range(n)]
    if facts & {"spd", "psd"}:
        scale = Fraction(1, n)
        return [[scale * sum(a[i][k] * a[j][k] for k in range(n)) for j in range(n)] for i in range(n)]
    if "symmetric" in facts:
        return [[a[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
    if "skew" in facts:
        return [[a[i][j] if i < j else -a[j][i] if i > j else Fraction(0) for j in range(n)] for i in range(n)]
    if "lower" in facts:
        return [[a[i][j] if i >= j else Fraction(0) for j in range(n)] for i in range(n)]
    if "upper" in facts:
        return [[a[i][j] if i <= j else Fraction(0) for j in range(n)] for i in range(n)]
    return a


def _orthogonal(facts: frozenset[str], n: int, rng: Random, mode: str) -> Matrix:
    if facts & {"diagonal", "lower", "upper"}:
        return [[Fraction(rng.choice((-1, 1))) if i == j else Fraction(0) for j in range(n)] for i in range(n)]
    out = _reflection(n, rng, mode)
    if "symmetric" in facts:
        return out
    # Every orthogonal matrix is a product of at most n reflections (Cartan, Dieudonné).
    for _ in range(rng.randint(n - 2, n - 1)):
        other = _reflection(n, rng, mode)
        out = [[sum((out[i][k] * other[k][j] for k in range(n)), Fraction(0)) for j in range(n)] for i in range(n)]
    return out


def _doubly_stochastic(n: int, rng: Random) -> Matrix:
    """A symmetric matrix with rows of sum one: a mean of permutations and their transposes (Birkhoff)."""
    out = [[Fraction(0)] * n for _ in range(n)]
    weights = [Fraction(rng.randint(1, 9)) for _ in range(n + 1)]
    for weight in weights:
        for i, j in enumerate(rng.sample(range(n), n)):
            out[i][j] += weight / (2 * sum(weights))
            out[j][i] += weight / (2 * sum(weights))
    return out


def _projection(orthogonal: bool, n: int, rng: Random, mode: str) -> Matrix:
    """u vᵀ / (vᵀu) or what it leaves, I less it; along v itself where the projection is orthogonal."""
    v = [entry(rng, mode) for _ in range(n)]
    u = v if orthogonal else [entry(rng, mode) for _ in range(n)]
    scale = sum((a * b for a, b in zip(u, v)), Fraction(0)) or Fraction(1)
    rest = rng.random() < 0.5
    return [[int(rest and i == j) + (-1 if rest else 1) * u[i] * v[j] / scale for j in range(n)] for i in range(n)]


def _reflection(n: int, rng: Random, mode: str) -> Matrix:
    # Small whole numbers keep the fractions short where many are multiplied; a field wants entries from all of it.
    v = [entry(rng, mode) if mode == FIELD else Fraction(rng.choice((-3, -2, -1, 1, 2, 3))) for _ in range(n)]
    square = sum((x * x for x in v), Fraction(0))
    return [[int(i == j) - 2 * v[i] * v[j] / square for j in range(n)] for i in range(n)]
