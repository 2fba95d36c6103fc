"""Up, where axes are counted by several indices: networks with pair indices become Kronecker products, vec and its inverse.

A *holder* is a factor with a pair index (`M[(j,i), q]`). What else hangs on that pair is gathered to one vec, so that the holders
meet as ordinary vectors and matrices; a vector over a pair whose parts go elsewhere becomes a matrix again. An axis of the result
that is split is put together last: parts that match between rows and columns are the factors of a Kronecker product.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from gradatim.index.lower import extent
from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.build import split as split_up
from gradatim.matrix.pieces import Indices, NoMatrixForm, Piece
from gradatim.matrix.powers import assemble
from gradatim.ops import add, commutation, diag, identity, khatri_rao, kron, unvec, vec, zero
from gradatim.ops.pairs import components, paired
from gradatim.term import Apply, Term, fresh_index
from gradatim.types import Type

Delta = tuple[Term, Term]
Reduce = Callable[[list[Piece], Indices], list[Term]]
Finish = Callable[[list[Piece], list[Delta], Indices], Term]


def has_pairs(pieces: Sequence[Piece], deltas: Sequence[Delta]) -> bool:
    return any(len(components(i)) > 1 for p in pieces for i in p.indices) or any(
        len(components(i)) > 1 for d in deltas for i in d
    )


def with_pairs(
    pieces: list[Piece], deltas: list[Delta], free: Indices, reduce: Reduce, finish: Finish
) -> tuple[list[Term], Term]:
    """The scalars that split off and the array over the free indices. Raises NoMatrixForm where it needs indices."""
    split = {d[0]: d[1] for d in deltas if len(components(d[1])) > 1}
    ties = [d for d in deltas if len(components(d[1])) == 1]
    if any(p not in free for p in split) or any(len(components(d[0])) > 1 for d in deltas):
        raise NoMatrixForm
    # A split axis goes by its pair everywhere.
    pieces = [Piece(p.term, tuple(split.get(i, i) for i in p.indices)) for p in pieces]
    parts, more = _apart([components(split.get(i, i)) for i in free])
    ties += more
    kept = tuple(c for group in parts for c in group)
    scalars = _holders(pieces, ties, kept, reduce)
    scalars += reduce(pieces, kept)
    if any(i not in kept for p in pieces for i in p.indices):
        raise NoMatrixForm
    return scalars, _joined(pieces, ties, parts, finish)


def _apart(parts: Sequence[Indices]) -> tuple[list[Indices], list[Delta]]:
    """Axes with parts of their own: where two axes share a part, the second goes by another that equals it."""
    seen: set[Term] = set()
    out: list[Indices] = []
    ties: list[Delta] = []
    for group in sorted(parts, key=len, reverse=True):
        own: list[Term] = []
        for c in group:
            if c in seen:
                twin = fresh_index(extent(c))
                ties.append((c, twin))
                c = twin
            seen.add(c)
            own.append(c)
        out.append(tuple(own))
    order = sorted(range(len(parts)), key=lambda k: -len(parts[k]))
    return [out[order.index(k)] for k in range(len(parts))], ties


# ---------------------------------------------------------------- holders


def _holders(pieces: list[Piece], ties: Sequence[Delta], kept: Indices, reduce: Reduce) -> list[Term]:
    """Give every pair among the factors an index of its own, contract, and open again what must be."""
    pairs = list(dict.fromkeys(i for p in pieces for i in p.indices if len(components(i)) > 1))
    if not pairs:
        return []
    parts = [c for g in pairs for c in components(g)]
    if len(set(parts)) != len(parts) or any(len(components(g)) != 2 for g in pairs):
        raise NoMatrixForm
    own: dict[Term, Term] = {g: fresh_index(extent(g)) for g in pairs}
    touching = _reaching(pieces, set(parts), own)
    plain = [p for p in pieces if any(p is q for q in touching)]
    held = [Piece(p.term, tuple(own.get(i, i) for i in p.indices)) for p in pieces if not any(p is q for q in touching)]
    if any(i in parts and i not in kept for p in held for i in p.indices):
        # M[(i,j), j]: a holder meets a part of its pair once more, which no vec of the rest can say.
        raise NoMatrixForm
    scalars: list[Term] = []
    outside: list[Term] = []
    for g in pairs:
        a, b = components(g)
        gathered = _gathered(plain, a, b, kept, ties, reduce)
        if gathered is None:
            outside.append(g)
        else:
            more, matrix = gathered
            scalars += more
            held.append(Piece(_vec(matrix), (own[g],)))
    around = tuple(dict.fromkeys([*kept, *(own[g] for g in outside), *(i for p in plain for i in p.indices)]))
    scalars += reduce(held, around)
    back = {own[g]: components(g) for g in outside}
    for p in held:
        if not any(i in back for i in p.indices):
            plain.append(p)
        elif len(p.indices) == 1:
            a, b = back[p.indices[0]]
            plain.append(Piece(_unvec(p.term, b, a), (b, a)))
        else:
            _half_open(p, back, plain, kept)
    pieces[:] = plain
    return scalars


def _half_open(p: Piece, back: dict[Term, Indices], plain: list[Piece], kept: Indices) -> None:
    """A matrix of which a column is counted by two indices, where a vector hangs on one of them and the other stays:
    Σₖ A[i, (j,k)] xₖ is A (I ⊗ x), and Σⱼ A[i, (j,k)] xⱼ is A (x ⊗ I). The vector is taken out of `plain`."""
    opened = [i for i in p.indices if i in back]
    if len(opened) != 1:
        raise NoMatrixForm
    rest = next(i for i in p.indices if i not in back)
    for gone, stays in (back[opened[0]], back[opened[0]][::-1]):
        met = [v for v in plain if gone in v.indices]
        if len(met) == 1 and met[0].indices == (gone,) and stays in kept and gone not in kept:
            plain.remove(met[0])
            unit = identity(params=(extent(stays),))
            first = gone is back[opened[0]][0]
            spread = kron(met[0].term, unit) if first else kron(unit, met[0].term)
            plain.append(Piece(times(p.turned(rest), spread), (rest, stays)))
            return
    raise NoMatrixForm


def _reaching(pieces: Sequence[Piece], parts: set[Term], pairs: Container[Term]) -> list[Piece]:
    """The pieces that hang on the parts of pairs, directly or through one another; holders stop the walk."""
    found: list[Piece] = []
    reach = set(parts)
    while True:
        more = [
            p
            for p in pieces
            if not any(p is q for q in found) and any(i in reach for i in p.indices) and not any(i in pairs for i in p.indices)
        ]
        if not more:
            return found
        found += more
        reach |= {i for p in more for i in p.indices}


def _gathered(
    plain: list[Piece], a: Term, b: Term, kept: Indices, ties: Sequence[Delta], reduce: Reduce
) -> tuple[list[Term], Term] | None:
    """What hangs on a pair and on nothing outside it, as a matrix with rows b and columns a; taken out of `plain`."""
    if a in kept or b in kept or any(x in (a, b) for d in ties for x in d):
        return None
    group: list[Piece] = []
    reach: set[Term] = {a, b}
    while True:
        more = [p for p in plain if not any(p is q for q in group) and any(i in reach for i in p.indices)]
        if not more:
            break
        group += more
        reach |= {i for p in more for i in p.indices}
    if not group or reach & set(kept):
        return None
    local = list(group)
    try:
        scalars = reduce(local, (b, a))
    except NoMatrixForm:
        return None
    if any(i not in (a, b) for p in local for i in p.indices):
        return None
    plain[:] = [p for p in plain if not any(p is q for q in group)]
    return scalars, _over_two(local, b, a)


def _over_two(pieces: Sequence[Piece], i: Term, j: Term) -> Term:
    from_rows = next((p.term for p in pieces if p.indices == (i,)), None)
    from_columns = next((p.term for p in pieces if p.indices == (j,)), None)
    whole = next((p.turned(i) for p in pieces if len(p.indices) == 2), None)
    if whole is None:
        if from_rows is None or from_columns is None:
            raise NoMatrixForm
        return times(from_rows, transposed(from_columns))
    if from_rows is not None:
        whole = times(diag(from_rows), whole)
    return whole if from_columns is None else times(whole, diag(from_columns))


def _vec(matrix: Term) -> Term:
    if isinstance(matrix, Apply) and matrix.op is unvec:
        return matrix.args[0]
    return vec(matrix)


def _unvec(vector: Term, rows: Term, columns: Term) -> Term:
    """The matrix of a vec; (P ⊗ Q) v becomes Q V Pᵀ."""
    shape = (extent(rows), extent(columns))
    part = split_up(vector)
    if part is None:
        return zero(Type(shape))
    chain = part[1]
    if len(chain) == 1 and isinstance(chain[0], Apply) and chain[0].op is vec and chain[0].args[0].type.axes == shape:
        return times(assemble(part[0]), chain[0].args[0])
    if len(chain) > 1 and (opened := _kron_applied(chain[0], times(*chain[1:]), rows, columns)) is not None:
        return times(assemble(part[0]), opened)
    return unvec(vector, params=shape)


def _kron_applied(matrix: Term, vector: Term, rows: Term, columns: Term) -> Term | None:
    """The matrix of `(P ⊗ Q) v`, for a sum of such products term by term."""
    if isinstance(matrix, Apply) and matrix.op is add:
        parts = [_kron_applied(a, vector, rows, columns) for a in matrix.args]
        return plus(*parts) if all(p is not None for p in parts) else None  # type: ignore[arg-type]
    part = split_up(matrix)
    if part is None or len(part[1]) != 1:
        return None
    head = part[1][0]
    if not (isinstance(head, Apply) and head.op is kron and all(a.rank == 2 for a in head.args)):
        return None
    p, q = head.args
    if (q.type.axes[0], p.type.axes[0]) != (extent(rows), extent(columns)):
        return None
    inner = _unvec(vector, fresh_index(q.type.axes[1]), fresh_index(p.type.axes[1]))
    return times(assemble(part[0]), q, inner, transposed(p))


# ---------------------------------------------------------------- split axes


def _joined(pieces: list[Piece], ties: list[Delta], parts: Sequence[Indices], finish: Finish) -> Term:
    """The array whose axes are counted by these parts."""
    if len(parts) == 1:
        return _one_axis(pieces, ties, parts[0], finish)
    if len(parts) != 2:
        raise NoMatrixForm
    rows, columns = parts
    left, right = _within(pieces, rows), _within(pieces, columns)
    rest = [p for p in pieces if not any(p is q for q in (*left, *right))]
    crossing = ties or any(len(p.indices) == 2 for p in rest)
    if not crossing and (left or right):
        return times(
            _one_axis([p for p in pieces if p.indices[0] in rows], [], rows, finish),
            transposed(_one_axis([p for p in pieces if p.indices[0] in columns], [], columns, finish)),
        )
    whole = _kronecker(rest, ties, rows, columns, finish)
    if left:
        whole = times(diag(_vec(_over_two(left, rows[1], rows[0]))), whole)
    if right:
        whole = times(whole, diag(_vec(_over_two(right, columns[1], columns[0]))))
    return whole


def _within(pieces: Sequence[Piece], group: Indices) -> list[Piece]:
    """The matrices both of whose axes count one axis of the result."""
    return [p for p in pieces if len(p.indices) == 2 and p.indices[0] in group and p.indices[1] in group]


def _one_axis(pieces: list[Piece], ties: list[Delta], group: Indices, finish: Finish) -> Term:
    if len(group) == 1:
        return finish(pieces, ties, group)
    if len(group) == 2 and (_within(pieces, group) or ties):
        return _vec(finish(pieces, ties, (group[1], group[0])))
    if ties or _within(pieces, group):
        raise NoMatrixForm
    factors = [finish([p for p in pieces if p.indices == (i,)], [], (i,)) for i in group]
    return _chain(factors)


def _chain(factors: Sequence[Term]) -> Term:
    whole = factors[0]
    for f in factors[1:]:
        whole = kron(whole, f)
    return whole


def _kronecker(pieces: list[Piece], ties: list[Delta], rows: Indices, columns: Indices, finish: Finish) -> Term:
    """Match each part of the rows with one of the columns; a crossed match is a commutation matrix."""
    if len(rows) == 2 and len(columns) == 1 and not ties and len(pieces) == 2:
        found = [next((p for p in pieces if p.indices in ((i, columns[0]), (columns[0], i))), None) for i in rows]
        if found[0] is not None and found[1] is not None:
            return khatri_rao(found[0].turned(rows[0]), found[1].turned(rows[1]))
    partner: dict[Term, Term] = {}
    for i, j in [(p.indices[0], p.indices[1]) for p in pieces if len(p.indices) == 2] + list(ties):
        i, j = (i, j) if i in rows else (j, i)
        if (
            i not in rows
            or j not in columns
            or partner.get(i, j) is not j
            or any(partner.get(r) is j for r in partner if r is not i)
        ):
            raise NoMatrixForm
        partner[i] = j
    loose = [j for j in columns if j not in partner.values()]
    for i in rows:
        if i not in partner and loose and len(rows) == len(columns):
            partner[i] = loose.pop(0)
    order = [columns.index(partner[i]) for i in rows if i in partner]
    if order != sorted(order):
        if len(rows) != 2 or len(columns) != 2:
            raise NoMatrixForm
        turned = _kronecker(pieces, ties, rows, (columns[1], columns[0]), finish)
        # K takes the columns (j, i) to (i, j).
        return times(turned, commutation(params=(extent(columns[1]), extent(columns[0]))))
    return _chain([_slot(pieces, ties, i, j, finish) for i, j in _slots(rows, columns, partner)])


def _slots(rows: Indices, columns: Indices, partner: dict[Term, Term]) -> list[tuple[Term | None, Term | None]]:
    """Rows and columns in step: what has no partner stands alone where it stands among its own."""
    out: list[tuple[Term | None, Term | None]] = []
    left = list(columns)
    for i in rows:
        j = partner.get(i)
        while j is not None and left and left[0] is not j:
            out.append((None, left.pop(0)))
        if j is not None:
            left.pop(0)
        out.append((i, j))
    return [*out, *((None, j) for j in left)]


def _slot(pieces: list[Piece], ties: list[Delta], i: Term | None, j: Term | None, finish: Finish) -> Term:
    free = tuple(x for x in (i, j) if x is not None)
    own = [p for p in pieces if any(x in free for x in p.indices)]
    tied = [d for d in ties if d[0] in free]
    whole = finish(own, tied, free)
    return transposed(whole) if i is None else whole


__all__ = ["has_pairs", "paired", "with_pairs"]
