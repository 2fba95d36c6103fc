"""Parts of arrays and arrays put together: ranges of rows and of columns, matrices of blocks.

A range keeps its place as three sizes that are one at least: where it begins, counted from the front; how many it takes; where
it ends, counted from the back. So the sizes at which a function is tried leave room for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import EvaluationError, ShapeError
from gradatim.ops.base import Factor, Indexed, Monomial, Notation, Op, Ring, Sample, register
from gradatim.ops.linear_algebra import identity, zero, zeros
from gradatim.ops.structure import COLUMN, M_N, MAGNUS, SCALAR, SQUARE, ends, number, transpose
from gradatim.term import Apply, Term
from gradatim.types import ONE, Dim, Type, matrix

Facts = Callable[[Term], frozenset[str]]
Place = tuple[Dim, Dim, Dim]
SQUARE_FACTS = frozenset({"symmetric", "spd", "psd", "diagonal", "lower", "upper"})


def place(n: Dim, offset: Dim, count: Dim) -> Place:
    """The range of `count` entries of n after the first `offset`. Raises ShapeError where it plainly does not fit."""
    back = n - offset - count + ONE
    for size in (count, offset + ONE, back):
        if size.literal is not None and size.literal < 1:
            raise ShapeError(f"entries {offset + ONE} to {offset + count} are not among those of an axis of {n}")
    return offset + ONE, count, back


def offset_of(where: tuple[object, ...]) -> Dim:
    """How many entries stand before a range."""
    front = where[0]
    assert isinstance(front, Dim)
    return front - ONE


def _place_of(params: tuple[object, ...], n: Dim, title: str) -> Dim:
    if len(params) != 3 or not all(isinstance(p, Dim) for p in params):
        raise ShapeError(f"{title} need a place: where they begin, how many they are, where they end")
    front, count, back = params
    assert isinstance(front, Dim) and isinstance(count, Dim) and isinstance(back, Dim)
    if front + count + back - ONE - ONE != n:
        raise ShapeError(f"{title} at this place are of an axis of {front + count + back - ONE - ONE}, not of {n}")
    return count


def _rows_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    t = types[0]
    if t.rank not in (1, 2):
        raise ShapeError(f"a range of rows is of a matrix or a vector, not of {t.described}")
    count = _place_of(params, t.axes[0], "rows")
    if t.rank == 1:
        return Type() if count == ONE else Type((count,), row=t.row, family=t.family)
    return Type((count, t.axes[1]), family=1) if t.family else matrix(count, t.axes[1])


def _columns_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    t = types[0]
    if t.rank != 2:
        raise ShapeError(f"a range of columns is of a matrix, not of {t.described}")
    return matrix(t.axes[0], _place_of(params, t.axes[1], "columns"))


def _chosen(R: Ring, node: Apply, size: Callable[[Dim], int]) -> Any:
    front, count, back = (size(p) for p in node.params if isinstance(p, Dim))
    if min(front, count, back) < 1:
        raise EvaluationError(f"entries {front} to {front + count - 1} of an axis of {front + count + back - 2} do not exist")
    whole = front + count + back - 2
    return R.array((count, whole), [Fraction(int(j == i + front - 1)) for i in range(count) for j in range(whole)])


def _rows_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    rest = tuple(range(2, 1 + node.args[0].rank))
    found = R.einsum(((0, 1), (1, *rest)), (0, *rest), (_chosen(R, node, size), a[0]), {})
    return R.reshaped(found, tuple(size(d) for d in node.type.axes))


def _columns_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    found = R.einsum(((0, 1), (2, 1)), (2, 0), (_chosen(R, node, size), a[0]), {})
    return R.reshaped(found, tuple(size(d) for d in node.type.axes))


def selector(n: Dim, where: tuple[object, ...]) -> Term:
    """These rows of the identity: the matrix that takes them from what stands to its right."""
    return rows(identity(params=(n,)), params=where)


def _picks(n: Dim, where: tuple[object, ...], own: Term | None, whole: Term) -> Factor:
    """The factor that takes an index of a range to that of the axis; `own` is None where the range is a single entry."""
    return Factor(selector(n, where), (whole,) if own is None else (own, whole))


def _rows_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    single = node.params[1] == ONE
    rest = out if single else out[1:]
    same = tuple(Factor(None, (o, i)) for o, i in zip(rest, inn[1:]))
    return [Monomial(number(1), (_picks(node.args[0].type.axes[0], node.params, None if single else out[0], inn[0]), *same))]


def _columns_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    single = node.params[1] == ONE
    own = None if single else out[-1]
    return [Monomial(number(1), (Factor(None, (out[0], inn[0])), _picks(node.args[0].type.axes[1], node.params, own, inn[1])))]


def _range_facts(node: Apply, facts: Facts) -> frozenset[str]:
    inner = node.args[0]
    kept = facts(inner) & {"positive", "nonnegative", "nonzero"}
    if node.op is rows and isinstance(inner, Apply) and inner.op is columns and inner.params == node.params:
        kept |= facts(inner.args[0]) & SQUARE_FACTS
    return kept


def _range(name: str, title: str, signature: Any, rule: Any, value: Any, numpy: str, samples: tuple[Sample, ...]) -> Op:
    return register(
        Op(
            name=name,
            title=title,
            signature=signature,
            derivative=Indexed(rule),
            rule="differential of a selection of entries",
            source=f"{MAGNUS}, ch. 3",
            value=value,
            code={"numpy": numpy, "torch": numpy, "jax": numpy},
            notation=Notation("range", name, name, (name,)),
            samples=samples,
            facts=_range_facts,
        )
    )


_WHOLE = Dim.of("k") + Dim.of("l") + ONE
_WHERE = (Dim.of(3), Dim.of("k"), Dim.of("l"))
rows = _range(
    "rows",
    "range of rows",
    _rows_type,
    _rows_rule,
    _rows_value,
    "{0}[{1}[0] - 1 : {1}[0] - 1 + {1}[1]]",
    (
        Sample((Type((_WHOLE,)),), _WHERE),
        Sample((Type((_WHOLE, Dim.of("n"))),), _WHERE),
        Sample((Type((_WHOLE, Dim.of("n"))),), (Dim.of("k"), Dim.of("l"), Dim.of(3))),
    ),
)
columns = _range(
    "columns",
    "range of columns",
    _columns_type,
    _columns_rule,
    _columns_value,
    "{0}[:, {1}[0] - 1 : {1}[0] - 1 + {1}[1]]",
    (Sample((Type((Dim.of("n"), _WHOLE)),), _WHERE),),
)


# ---------------------------------------------------------------- blocks


def grid_of(node: Apply) -> list[tuple[Term, ...]]:
    """The blocks row by row."""
    wide = node.params[1]
    assert isinstance(wide, int)
    return [node.args[k : k + wide] for k in range(0, len(node.args), wide)]


def _sizes(types: tuple[Type, ...], params: tuple[object, ...]) -> tuple[list[Dim], list[Dim]]:
    """The rows of each row of blocks and the columns of each column of them."""
    if len(params) != 2 or not all(isinstance(p, int) and p > 0 for p in params):
        raise ShapeError("blocks need the numbers of their rows and columns")
    tall, wide = int(str(params[0])), int(str(params[1]))
    if len(types) != tall * wide:
        raise ShapeError(f"{tall} × {wide} blocks are {tall * wide} matrices, not {len(types)}")
    found = [ends(t) for t in types]
    heights, widths = [found[i * wide][0] for i in range(tall)], [found[j][1] for j in range(wide)]
    for k, (m, n) in enumerate(found):
        i, j = divmod(k, wide)
        if (m, n) != (heights[i], widths[j]):
            raise ShapeError(f"block ({i + 1}, {j + 1}) is {types[k].described}, and its place is {heights[i]} × {widths[j]}")
    return heights, widths


def _total(parts: Sequence[Dim]) -> Dim:
    total = parts[0]
    for p in parts[1:]:
        total = total + p
    return total


def _block_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    heights, widths = _sizes(types, params)
    return matrix(_total(heights), _total(widths))


def places(parts: Sequence[Dim]) -> list[Place]:
    """Where each part of an axis stands in it."""
    whole, before, out = _total(parts), Dim(()), []
    for p in parts:
        out.append(place(whole, before, p))
        before = before + p
    return out


def block_places(node: Apply) -> tuple[list[Place], list[Place]]:
    """Where the rows and the columns of blocks stand."""
    heights, widths = _sizes(tuple(a.type for a in node.args), node.params)
    return places(heights), places(widths)


def _block_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    heights, widths = ([size(d) for d in part] for part in _sizes(tuple(t.type for t in node.args), node.params))
    m, n = sum(heights), sum(widths)
    total = None
    for k, value in enumerate(a):
        i, j = divmod(k, len(widths))
        left = _unit_columns(R, m, sum(heights[:i]), heights[i])
        right = _unit_columns(R, n, sum(widths[:j]), widths[j])
        part = R.einsum(((0, 1), (1, 2), (3, 2)), (0, 3), (left, R.reshaped(value, (heights[i], widths[j])), right), {})
        total = part if total is None else R.add(total, part)
    return R.reshaped(total, tuple(size(d) for d in node.type.axes))


def _unit_columns(R: Ring, n: int, offset: int, count: int) -> Any:
    return R.array((n, count), [Fraction(int(i == j + offset)) for i in range(n) for j in range(count)])


def _block_rule(node: Apply, k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    heights, widths = _sizes(tuple(a.type for a in node.args), node.params)
    i, j = divmod(k, len(widths))
    outer, inner, factors = list(out), list(inn), []
    for parts, at in ((heights, i), (widths, j)):
        whole = _total(parts)
        if whole == ONE:
            continue
        o = outer.pop(0)
        own = inner.pop(0) if parts[at] != ONE else None
        if len(parts) == 1:
            assert own is not None
            factors.append(Factor(None, (o, own)))
        else:
            factors.append(_picks(whole, places(parts)[at], own, o))
    return [Monomial(number(1), tuple(factors))]


def _block_facts(node: Apply, facts: Facts) -> frozenset[str]:
    kept = frozenset.intersection(*(facts(a) for a in node.args)) & {"positive", "nonnegative", "nonzero"}
    grid = grid_of(node)
    heights, widths = _sizes(tuple(a.type for a in node.args), node.params)
    if heights != widths:
        return kept
    n = len(grid)
    off = [(i, j) for i in range(n) for j in range(n) if i != j]
    if all("symmetric" in facts(grid[i][i]) or grid[i][i].is_scalar for i in range(n)):
        if all(_turned(grid[i][j], grid[j][i]) for i, j in off):
            kept |= {"symmetric"}
    if all(is_zeros(grid[i][j]) for i, j in off):
        every = frozenset.intersection(*(facts(grid[i][i]) for i in range(n)))
        kept |= every & {"spd", "psd", "symmetric", "diagonal", "invertible", "orthogonal", "skew"}
    return kept


def is_zeros(t: Term) -> bool:
    return isinstance(t, Apply) and t.op is zeros or t is number(0)


def _turned(a: Term, b: Term) -> bool:
    if a is b and a.is_scalar:
        return True
    if is_zeros(a) or is_zeros(b):
        return is_zeros(a) and is_zeros(b)
    return any(isinstance(x, Apply) and x.op is transpose and x.args[0] is y for x, y in ((a, b), (b, a)))


_P, _Q = Dim.of("p"), Dim.of("q")
block = register(
    Op(
        name="block",
        title="matrix of blocks",
        signature=_block_type,
        derivative=Indexed(_block_rule),
        rule="differential block by block",
        source=f"{MAGNUS}, ch. 1",
        value=_block_value,
        code={"numpy": "np.block([[{0}, {1}], [{2}, {3}]])"},
        notation=Notation("blocks", "block", "block", ("block",)),
        samples=(
            Sample((M_N, Type((Dim.of("m"), _P)), Type((_Q, Dim.of("n"))), Type((_Q, _P))), (2, 2)),
            Sample((COLUMN, Type((Dim.of("m"),))), (2, 1)),
            Sample((COLUMN, Type((Dim.of("n"), _P))), (1, 2)),
            Sample((SQUARE, COLUMN, Type(COLUMN.axes, row=True), SCALAR), (2, 2)),
        ),
        facts=_block_facts,
        arity=None,
    )
)


def blocks(grid: Sequence[Sequence[Term]]) -> Term:
    """The matrix of these blocks, row by row; one block alone is itself."""
    if len(grid) == 1 and len(grid[0]) == 1:
        return grid[0][0]
    return block(*(b for row in grid for b in row), params=(len(grid), len(grid[0])))


def embedded(term: Term, where: Place, axis: int) -> Term:
    """The term with rows (axis 0) or columns (axis 1) of zeros before and after, so that it stands at the place."""
    front, _, back = where
    grid = [list(row) for row in grid_of(term)] if isinstance(term, Apply) and term.op is block else [[term]]
    heights, widths = [ends(row[0].type)[0] for row in grid], [ends(t.type)[1] for t in grid[0]]
    if axis == 0:
        before, after = ([[zero_block(d, w) for w in widths]] if d.terms else [] for d in (front - ONE, back - ONE))
        return blocks([*before, *grid, *after])
    left, right = ([[zero_block(h, d)] if d.terms else [] for h in heights] for d in (front - ONE, back - ONE))
    return blocks([[*a, *row, *b] for a, row, b in zip(left, grid, right)])


def zero_block(m: Dim, n: Dim) -> Term:
    """A block of zeros."""
    return zero(matrix(m, n))


__all__ = [
    "block",
    "block_places",
    "blocks",
    "columns",
    "embedded",
    "grid_of",
    "offset_of",
    "place",
    "places",
    "rows",
    "selector",
]
