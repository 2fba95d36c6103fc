"""Ranges and blocks put for the 0/1 matrices by which they are differentiated: `E x` is x_{2:n}, `Eᵀy` is [𝟎; y], and parts
that stand beside each other are one matrix of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.matrix.build import plus, times, transposed
from gradatim.ops import Op, add, basis, identity, ones, product, size, transpose, zero, zeros
from gradatim.ops.blocks import Place, block, block_places, blocks, columns, embedded, grid_of, is_zeros, place, rows, zero_block
from gradatim.ops.linear_algebra import is_identity
from gradatim.ops.structure import ends
from gradatim.term import Apply, Term, transform, walk
from gradatim.types import ONE, Dim, matrix


def in_ranges(term: Term) -> Term:
    """The term with ranges and blocks written as such; the same term where none occur."""
    if not any(isinstance(n, Apply) and n.op is rows and is_identity(n.args[0]) for n in walk(term)):
        return term
    return transform(transform(term, _one), _written_out)


def _one(node: Term) -> Term:
    if not isinstance(node, Apply):
        return node
    if node.op is product:
        return _product(node)
    if node.op is add:
        return _joined(node)
    return node


def _written_out(node: Term) -> Term:
    """What is left of the identity's rows: a unit vector, or the identity between zeros."""
    if isinstance(node, Apply) and node.op is transpose and isinstance(node.args[0], Apply):
        inner = node.args[0]
        if inner.op is transpose:
            return inner.args[0]
        if inner.op is block and len(inner.args) <= 3 and any(is_identity(a) for a in inner.args):
            return block(*(transposed(a) for a in inner.args), params=inner.params[::-1])
    where = _place(node)
    if where is None:
        return node
    if where[1] == ONE:
        return transpose(basis(size(where[0]), params=node.args[0].type.axes[:1]))
    return embedded(identity(params=(where[1],)), where, 1)


def _place(t: Term) -> Place | None:
    """The place of a selection of rows of the identity."""
    if isinstance(t, Apply) and t.op is rows and is_identity(t.args[0]):
        return t.params  # type: ignore[return-value]
    return None


def _turned(t: Term) -> Place | None:
    return _place(t.args[0]) if isinstance(t, Apply) and t.op is transpose else None


# ---------------------------------------------------------------- products


def _product(node: Apply) -> Term:
    scalars = [a for a in node.args if a.is_scalar]
    arrays = [a for a in node.args if not a.is_scalar]
    apart = next((k for k, a in enumerate(arrays) if _selections(a)), None)
    if apart is not None and not any(_selections(a) for a in arrays[:apart] + arrays[apart + 1 :]) and len(arrays) > 1:
        whole = arrays[apart]
        inner = whole.args[0] if isinstance(whole, Apply) and whole.op is transpose else whole
        sums = [transposed(s) for s in inner.args] if inner is not whole else list(inner.args)
        return _one(plus(*(_one(times(*scalars, *arrays[:apart], s, *arrays[apart + 1 :])) for s in sums)))
    changed = False
    while (found := _taken_once(arrays)) is not None:
        arrays, changed = found, True
    if len(arrays) == 1 and scalars and (where := _turned(arrays[0])) is not None and where[1] == ONE and not node.type.row:
        return embedded(times(*scalars), where, 0)
    if len(arrays) > 1 and (where := _turned(arrays[0])) is not None and _conforms(arrays[1:], where[1], 0):
        inner = _times(arrays[1:])
        return times(*scalars, embedded(inner, where, 0))
    if len(arrays) > 1 and (where := _place(arrays[-1])) is not None and _conforms(arrays[:-1], where[1], 1):
        return times(*scalars, embedded(_times(arrays[:-1]), where, 1))
    return times(*scalars, *arrays) if changed else node


def _selections(t: Term) -> bool:
    """Whether it is a sum of selections of rows of the identity, or the transpose of one."""
    if isinstance(t, Apply) and t.op is transpose:
        return _selections(t.args[0])
    return isinstance(t, Apply) and t.op is add and all(_place(a) or _turned(a) for a in map(_bare, t.args))


def _bare(t: Term) -> Term:
    arrays = [a for a in t.args if not a.is_scalar] if isinstance(t, Apply) and t.op is product else [t]
    return arrays[0] if len(arrays) == 1 else t


def _times(factors: Sequence[Term]) -> Term:
    return factors[0] if len(factors) == 1 else _one(product(*factors))


def _conforms(factors: Sequence[Term], count: Dim, end: int) -> bool:
    """Whether the product of all the factors meets a range of this many, and not only its first or last chain."""
    whole = product(*factors)
    return whole.rank > 0 and ends(whole.type)[end] == count


def _taken_once(arrays: list[Term]) -> list[Term] | None:
    """The chain with one selection carried out on its neighbour."""
    for k, a in enumerate(arrays):
        where = _place(a)
        if where is not None and k + 1 < len(arrays):
            return [*arrays[:k], taken(arrays[k + 1], where, 0), *arrays[k + 2 :]]
        where = _turned(a)
        if where is not None and k and ends(arrays[k - 1].type)[1] == ends(a.type)[0]:
            return [*arrays[: k - 1], taken(arrays[k - 1], where, 1), *arrays[k + 1 :]]
    return None


def taken(term: Term, where: Place, axis: int) -> Term:
    """The rows (axis 0) or columns (axis 1) of a term at a place."""
    if isinstance(term, Apply):
        if term.op is transpose:
            return transposed(taken(term.args[0], where, 1 - axis))
        if term.op in (ones, zeros) and term.rank == 2:
            m, n = term.type.axes
            t = matrix(where[1], n) if axis == 0 else matrix(m, where[1])
            return zero(t) if term.op is zeros else ones(params=(*t.axes, *(("row",) if t.row else ())))
        if term.op is block and (cut := _blocks_at(term, where, axis)) is not None:
            return cut
        if term.op is (rows if axis == 0 else columns):
            inner: Place = term.params  # type: ignore[assignment]
            n = inner[0] + inner[1] + inner[2] - ONE - ONE
            return taken(term.args[0], place(n, inner[0] + where[0] - ONE - ONE, where[1]), axis)
        if term.op is add and all(_splits(a, axis) for a in term.args):
            return plus(*(taken(a, where, axis) for a in term.args))
    if axis == 1 and term.rank == 1:
        return transposed(rows(transposed(term), params=where))
    if is_identity(term):
        chosen = rows(term, params=where)
        return chosen if axis == 0 else transpose(chosen)
    return (rows if axis == 0 else columns)(term, params=where)


def _splits(term: Term, axis: int) -> bool:
    return isinstance(term, Apply) and term.op is block and len(block_places(term)[axis]) > 1


def _blocks_at(node: Apply, where: Place, axis: int) -> Term | None:
    """Whole blocks, where the place is that of some of them that follow each other."""
    places = block_places(node)[axis]
    first = next((k for k, p in enumerate(places) if p[0] == where[0]), None)
    last = next((k for k, p in enumerate(places) if p[2] == where[2]), None)
    if first is None or last is None or last < first:
        return None
    grid = grid_of(node)
    return blocks(grid[first : last + 1] if axis == 0 else [row[first : last + 1] for row in grid])


# ---------------------------------------------------------------- sums


@dataclass(frozen=True, slots=True)
class Part:
    """A matrix and where its rows and columns stand; None where they are all there are."""

    rows: Place | None
    columns: Place | None
    inner: Term


def _joined(node: Apply) -> Term:
    """Summands that stand in different places, as one matrix of blocks."""
    parts = [_part(a) for a in node.args]
    if any(p.rows is None and p.columns is None for p in parts):
        return node
    if any((p.rows is None) != (parts[0].rows is None) or (p.columns is None) != (parts[0].columns is None) for p in parts):
        return node
    m, n = ends(node.type)
    across, down = _tiles([p.rows for p in parts], m), _tiles([p.columns for p in parts], n)
    if across is None or down is None:
        return node
    grid: list[list[Term]] = []
    for r in across:
        grid.append([])
        for c in down:
            here = [p.inner for p in parts if p.rows == r and p.columns == c]
            grid[-1].append(plus(*here) if here else zero_block(r[1] if r else m, c[1] if c else n))
    return blocks(grid)


def _part(term: Term) -> Part:
    """A summand as a matrix at a place: a block that stands alone between zeros, with its scalars inside."""
    if isinstance(term, Apply) and term.op is product:
        scalars, arrays = [a for a in term.args if a.is_scalar], [a for a in term.args if not a.is_scalar]
        if len(arrays) == 1 and scalars:
            inner = _part(arrays[0])
            return (
                Part(inner.rows, inner.columns, times(*scalars, inner.inner))
                if inner.inner is not arrays[0]
                else Part(None, None, term)
            )
    if not (isinstance(term, Apply) and isinstance(term.op, Op) and term.op is block):
        return Part(None, None, term)
    full = [k for k, a in enumerate(term.args) if not is_zeros(a)]
    if len(full) != 1:
        return Part(None, None, term)
    across, down = block_places(term)
    i, j = divmod(full[0], len(down))
    return Part(across[i] if len(across) > 1 else None, down[j] if len(down) > 1 else None, term.args[full[0]])


def _tiles(found: Sequence[Place | None], n: Dim) -> list[Place | None] | None:
    """The places in order, with those of the gaps; None where they overlap or their order is not known."""
    left = list(dict.fromkeys(found))
    if left == [None]:
        return [None]
    out: list[Place | None] = []
    before = Dim(())
    while left:
        ready = [p for p in left if p is not None and _least(p[0] - ONE - before)]
        first = next((p for p in ready if all(q is p or q is not None and _least(q[0] - p[0] - p[1]) for q in left)), None)
        if first is None:
            return None
        gap = first[0] - ONE - before
        if gap.terms:
            out.append(place(n, before, gap))
        out.append(first)
        before = first[0] + first[1] - ONE
        left.remove(first)
    if (n - before).terms:
        out.append(place(n, before, n - before))
    return out


def _least(d: Dim) -> bool:
    """Whether a size is zero at least whatever its names are worth."""
    return all(c >= 0 for _, c in d.terms)


__all__ = ["in_ranges", "taken"]
