"""Up: a monomial of indexed factors becomes a matrix formula.

The factors are a network: each is a vertex, each index an edge (or a hyperedge). Edges are contracted one at a time, the
ones that leave the smallest and plainest piece first: matrix times vector, inner product, trace, product of matrices,
then entry-by-entry products, diagonals, sums over ones. What cannot be written without indices is written with them.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from fractions import Fraction

from gradatim.errors import UnknownDerivative
from gradatim.index.lower import contract, extent, join, lower
from gradatim.matrix.build import is_zero, plus, scaled, times, transposed
from gradatim.matrix.contraction import contracted_pieces, whole_of
from gradatim.matrix.cost import cost
from gradatim.matrix.kept import given_up, keep, kept_indices
from gradatim.matrix.matrix_form import has_indices, written_by_indices
from gradatim.matrix.pairs import has_pairs, with_pairs
from gradatim.matrix.pieces import Indices, NoMatrixForm, Piece
from gradatim.matrix.powers import PowerProduct, assemble, power_product
from gradatim.matrix.rows import row_at
from gradatim.matrix.scalar import multiply
from gradatim.matrix.stack import entry_at, once, stacked, stacked_twice
from gradatim.ops import add, at, basis, equal, hpower, identity, maximum, minimum, number, ones, power, rational, size, zero
from gradatim.ops.base import Factor, Monomial, Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.masks import restricted_by
from gradatim.ops.pairs import components
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, depends_on, free_symbols, is_index, is_sum, walk
from gradatim.types import Type


def lift_sum(monomials: Sequence[Monomial], free: Indices, row: bool = False) -> Term:
    """A sum of monomials as one term with the axes `free` (a row where asked for one)."""
    axes = tuple(extent(i) for i in free)
    shape = Type(axes, row=row and len(axes) == 1)
    lifted = [t for t in (lift(m, free, row) for m in monomials) if not is_zero(t)]
    if not lifted:
        return zero(shape)
    return plus(*lifted) if len(lifted) > 1 else lifted[0]


def lift(monomial: Monomial, free: Indices, row: bool = False) -> Term:
    """One monomial as a term with the axes `free`; with indices where no matrix form was found."""
    axes = tuple(extent(i) for i in free)
    fixed = [i for i in kept_indices() if i not in free]
    contracted = contract(monomial, free, fixed)
    if contracted is None or is_zero(contracted.coefficient):
        return zero(Type(axes, row=row and len(axes) == 1))
    try:
        result = _network(contracted, free, fixed)
    except NoMatrixForm:
        by_member = _by_member(contracted, free)
        return with_indices(contracted, free, fixed) if by_member is None else by_member
    if (opened := _row_opened(contracted, fixed)) is not None:
        result = min(result, lift_sum(opened, free), key=cost)
    return transposed(result) if row and len(axes) == 1 else result


def _by_member(m: Monomial, free: Indices) -> Term | None:
    """One formula for each member of a family of matrices, `[tr(Aᵢ S)]ᵢ`; None where that needs other indices too."""
    chosen = free[0] if free else None
    counted = any(f.head is not None and f.head.type.family and f.head.rank > 2 and f.indices[0] is chosen for f in m.factors)
    if not counted or not isinstance(chosen, Symbol):
        return None
    with keep(chosen):
        member = lift(m, free[1:])
    return Bind("stack", chosen, member) if written_by_indices(member) <= {chosen} else None


def _row_opened(m: Monomial, fixed: Sequence[Term]) -> list[Monomial] | None:
    """The terms of a monomial with a row of a short sum in it: row c of diag(p) − p pᵀ is p_c (e_c − p)."""
    for k, f in enumerate(m.factors):
        whole = f.head
        if isinstance(whole, Apply) and whole.op is add and whole.rank == 2 and len(whole.args) <= 3:
            if sum(i in fixed or isinstance(i, Number) for i in f.indices) == 1:
                rest = Monomial(m.coefficient, m.factors[:k] + m.factors[k + 1 :])
                return [join(rest, lower(part, f.indices)) for part in whole.args]
    return None


# ---------------------------------------------------------------- the network


def _network(monomial: Monomial, free: Indices, fixed: Sequence[Term]) -> Term:
    joint = {c for f in monomial.factors for i in f.indices if len(components(i)) > 1 for c in components(i)}
    if any(depends_on(monomial.coefficient, c) for c in joint):
        # An entry at a part of a pair meets the pair as a factor.
        monomial = join(lower(monomial.coefficient, ()), Monomial(number(1), monomial.factors))
    if restricted_by(monomial.coefficient, *free):
        raise NoMatrixForm
    given = set(fixed) | {i for f in monomial.factors for i in f.indices if isinstance(i, (Number, Size))}
    scalars = [monomial.coefficient]
    pieces: list[Piece] = []
    deltas: list[tuple[Term, Term]] = []
    for factor in monomial.factors:
        if factor.head is None:
            if any(i in given for i in factor.indices):
                _chosen(factor.indices, given, scalars, pieces)
                continue
            deltas.append((factor.indices[0], factor.indices[1]))
            continue
        piece = _with_given(factor, given)
        if piece.indices:
            pieces.append(piece)
        else:
            scalars.append(piece.term)
    known = {*free, *fixed, *(c for p in pieces for i in p.indices for c in components(i))}
    if _hidden(known, *scalars, *(p.term for p in pieces)):
        raise NoMatrixForm
    scalars, pieces = _free_coefficient(scalars, _free_heads(pieces, free, given), free, given)
    if any(len(p.indices) > 2 for p in pieces):
        raise NoMatrixForm
    if joint & given or any(depends_on(s, c) for s in scalars for c in joint):
        raise NoMatrixForm
    if has_pairs(pieces, deltas):
        more, whole = with_pairs(pieces, deltas, free, contracted_pieces, whole_of)
        return scaled(multiply(*scalars, *more), whole)
    scalars += contracted_pieces(pieces, free)
    if any(i not in free for p in pieces for i in p.indices):
        raise NoMatrixForm
    coefficient = multiply(*scalars)
    return scaled(coefficient, whole_of(pieces, deltas, free))


def _chosen(indices: Indices, given: set[Term], scalars: list[Term], pieces: list[Piece]) -> None:
    """A delta with a given index is a unit vector; one of two given indices a number."""
    i, j = indices if indices[1] in given else indices[::-1]
    if i in given:
        scalars.append(equal(i, j))
    elif len(components(i)) > 1:
        raise NoMatrixForm
    else:
        pieces.append(Piece(basis(j, params=(extent(i),)), (i,)))


def _with_given(factor: Factor, given: set[Term]) -> Piece:
    """A factor with its given indices taken as entries, rows or columns."""
    head = factor.head
    assert head is not None
    lead = 0
    while lead < len(factor.indices) and factor.indices[lead] in given:
        lead += 1
    plainly = lead == 1 and head.rank == 2 and not head.type.family
    term = head if not lead else row_at(head, factor.indices[0]) if plainly else at(head, *factor.indices[:lead])
    if term.type.row:  # inside the network every vector stands: which way it lay is said again at the end
        term = transposed(term)
    rest = factor.indices[lead:]
    if any(i in given for i in rest):
        if len(rest) == 2 and not lead:
            return Piece(row_at(transposed(term), rest[1]), rest[:1])
        raise NoMatrixForm
    return Piece(term, rest)


def _free_heads(pieces: list[Piece], free: Indices, given: set[Term]) -> list[Piece]:
    """A vector that depends on an index of the network becomes a matrix over that index and its own."""
    indices = [i for i in dict.fromkeys([*free, *(i for p in pieces for i in p.indices)]) if i not in given]
    out: list[Piece] = []
    for p in pieces:
        uses = [i for i in indices if depends_on(p.term, i)]
        if not uses:
            out.append(p)
            continue
        if len(uses) > 1 or len(p.indices) > 1:
            raise NoMatrixForm
        entry = entry_at(p.term, p.indices[0])
        whole = None if entry is None else over((p.indices[0], uses[0]), entry)
        if whole is not None:
            out.append(Piece(whole, (p.indices[0], uses[0])))
        else:
            assert isinstance(uses[0], Symbol)
            rows = _entrywise_rows(p.term, uses[0], p.indices[0], free)
            out.append(Piece(rows or Bind("stack", uses[0], p.term), (uses[0], p.indices[0])))
    return out


def _entrywise_rows(term: Term, index: Term, own: Term, free: Indices) -> Term | None:
    """The vectors (A xᵢ)^∘2, for all i, as the rows of (X Aᵀ)^∘2; None for what is no power or function of a product entry by entry,
    and where the index is summed: there it counts members."""
    if index not in free or not (isinstance(term, Apply) and term.rank == 1 and (_by_entry(term.op) or term.op is hpower)):
        return None
    array, *others = term.args
    if array.rank != 1 or any(o.rank or depends_on(o, index) for o in others):
        return None
    try:
        whole = lift(lower(array, (own,)), (index, own))
    except NoMatrixForm:
        return None
    return None if depends_on(whole, index) else Apply(term.op, (whole, *others), term.params)


def _free_coefficient(
    scalars: list[Term], pieces: list[Piece], free: Indices, given: set[Term]
) -> tuple[list[Term], list[Piece]]:
    """A scalar that depends on an index of the network becomes a vector over that index."""
    indices = list(dict.fromkeys([*free, *(i for p in pieces for i in p.indices)]))
    out: list[Term] = []
    powers = power_product(multiply(*scalars))
    parts = [number(powers.coefficient)] + [assemble(PowerProduct(Fraction(1), (item,))) for item in powers.powers]
    for part in parts:
        uses = [i for i in indices if i not in given and depends_on(part, i)]
        if not uses:
            out.append(part)
        elif len(uses) == 1:
            pieces.append(Piece(stacked(uses[0], part, lambda i, t: over((i,), t)), (uses[0],)))
        elif len(uses) == 2:
            whole = over(uses, part)
            pieces.append(Piece(whole if whole is not None else stacked_twice(uses[0], uses[1], part), (uses[0], uses[1])))
        else:
            raise NoMatrixForm
    return out, pieces


def over(indices: Sequence[Term], term: Term) -> Term | None:
    """A scalar that depends on indices as an array over them: `Mᵢⱼ − uᵢᵀvⱼ` is `M − U Vᵀ`. None where it needs indices, or
    would run over the members of a family, which stay members."""
    if any(isinstance(n, Apply) and n.op is at and n.args[0].type.family and n.args[1] in indices for n in walk(term)):
        return None
    if restricted_by(term, *indices):
        return None
    if any(is_index(s) and s not in indices and s not in kept_indices() for s in free_symbols(term)):
        return None  # an index that somebody else sums would be summed here
    if isinstance(term, Apply) and term.op is equal and len(indices) == 2 and set(term.args) == set(indices):
        return identity(params=(extent(indices[0]),))
    if not any(depends_on(term, i) for i in indices):
        return lift(Monomial(term, ()), tuple(indices))
    if isinstance(term, Apply) and term.op is add:
        parts = [over(indices, t) for t in term.args]
        return plus(*parts) if all(p is not None for p in parts) else None  # type: ignore[arg-type]
    if isinstance(term, Apply) and term.op is power and rational(term.args[1]) is not None:
        base = over(indices, term.args[0])
        return hpower(base, term.args[1]) if base is not None else None
    if isinstance(term, Apply) and len(term.args) == 1 and term.args[0].is_scalar and _by_entry(term.op):
        inside = over(indices, term.args[0])
        return Apply(term.op, (inside,), term.params) if inside is not None else None
    if isinstance(term, Apply) and term.op in (maximum, minimum):
        both = [over(indices, a) for a in term.args]
        return None if None in both else Apply(term.op, tuple(both))  # type: ignore[arg-type]
    return _lowered_over(tuple(indices), term)


def _by_entry(op: object) -> bool:
    """Whether a function of numbers acts on the entries of arrays, too."""
    return op.elementwise if isinstance(op, Function) else isinstance(derivative_of(op), Pointwise)


def _lowered_over(indices: Indices, term: Term) -> Term | None:
    """A product of entries as a matrix product; a sum over entries opened first: `[Σⱼ aᵢⱼ xⱼ]ᵢ` is `A x`."""
    if is_sum(term):
        inner, body = term.opened()
        if not depends_on(body, inner):
            whole = over(indices, body)
            return None if whole is None else times(size(extent(inner)), whole)
        opened = lower(body, ())
        if depends_on(opened.coefficient, inner):
            # Σⱼ exp(Sᵢⱼ): the sum stands outside the function, so it is one over the array of what is summed.
            whole = over((*indices, inner), body) if len(indices) == 1 else None
            return None if whole is None else times(whole, ones(params=(extent(inner),)))
    else:
        inner, opened = None, lower(term, ())
    if inner is None and not opened.factors:
        return _factors_over(indices, term)
    with given_up(*indices), once((indices, term)) as first:
        lifted = lift(opened, indices) if first else None
    return None if lifted is None or has_indices(lifted) or inner is not None and depends_on(lifted, inner) else lifted


def _factors_over(indices: Indices, term: Term) -> Term | None:
    """A product of scalars that are no entries: −(xᵢ − xⱼ)², 1/(1 + xᵢ)."""
    p = power_product(term)
    if len(p.powers) == 1 and p.coefficient == 1:
        atom, k = p.powers[0]
        base = over(indices, atom) if k != 1 else None
        return None if base is None else hpower(base, number(k))
    with given_up(*indices):
        lifted = lift(Monomial(term, ()), indices)
    return None if has_indices(lifted) else lifted


# ---------------------------------------------------------------- with indices


def _hidden(known: Container[Term], *terms: Term) -> list[Symbol]:
    """Indices opened from binders that occur inside heads only: they are summed like those of factors."""
    open_terms = [t for t in terms if t.indexed]
    return [s for s in free_symbols(*open_terms) if is_index(s) and s.name.startswith("#f") and s not in known]


def with_indices(monomial: Monomial, free: Indices, fixed: Sequence[Term] = ()) -> Term:
    """The honest last resort: a stack over the free indices of products of entries, contracted as far as that goes."""
    kept = (*free, *fixed)
    parts: list[Term] = [monomial.coefficient]
    pieces: list[Piece] = []
    for f in monomial.factors:
        if f.head is None:
            parts.append(equal(*f.indices))
        else:
            pieces.append(Piece(transposed(f.head) if f.head.type.row else f.head, f.indices))
    # A coefficient or a head that depends on a summed index keeps that index, so nothing may be contracted over it.
    bound = [i for p in pieces for i in p.indices if isinstance(i, Symbol) and i not in kept]
    heads = [p.term for p in pieces]
    open_indices = [i for i in dict.fromkeys(bound) if any(depends_on(t, i) for t in (monomial.coefficient, *heads))]
    # Nor over one that is part of a pair, which names a position.
    joint = [i for p in pieces for i in p.indices if not isinstance(i, Symbol)]
    joint += [i for f in monomial.factors if f.head is None for i in f.indices]
    parts += contracted_pieces(pieces, (*kept, *open_indices, *joint, *(c for i in joint for c in components(i))))
    parts += [at(p.term, *p.indices) for p in pieces if not (isinstance(p.term, Apply) and p.term.op is ones)]
    every = [c for i in (*joint, *(i for p in pieces for i in p.indices)) for c in components(i)]
    inner = dict.fromkeys(i for i in every if isinstance(i, Symbol) and i not in kept)
    inner.update(dict.fromkeys(_hidden({*kept, *inner}, *parts)))
    body = multiply(*parts)
    for summed in inner:
        body = Bind("sum", summed, body)
    for axis in reversed(free):
        if not isinstance(axis, Symbol):
            raise UnknownDerivative("a position that two indices count together is left over: this derivative cannot be written")
        body = Bind("stack", axis, body)
    return body
