"""Small recognisers: products, traces and diagonals of arrays as a person writes them."""

from __future__ import annotations

from gradatim.matrix.build import plus, scaled, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.entries import is_entrywise, simplified
from gradatim.matrix.scalar import add_up, multiply
from gradatim.ops import (
    add,
    at,
    basis,
    diag,
    diagonal,
    hadamard,
    identity,
    number,
    ones,
    power,
    product,
    quotient,
    relu,
    sign,
    size,
    step,
    total,
    trace,
    transpose,
)
from gradatim.ops import facts as _facts
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Symbol, Term, walk
from gradatim.types import Type


def entrywise(a: Term, b: Term) -> Term:
    """The Hadamard product with scalars in front, ones left out, and a diagonal matrix seen as one."""
    if a.is_scalar:
        return times(a, b)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Apply) and one.op is ones:
            return other
        if isinstance(one, Apply) and one.op is basis:
            return times(at(other, one.args[0]), one)
    factors: list[Term] = []
    front: list[Term] = []
    for t in (a, b):
        scalars, rest = apart(t)
        front += scalars
        factors += args_of(rest, hadamard)
    kinked = {f.args[0] for f in factors if isinstance(f, Apply) and f.op is relu}
    # relu(z) ⊙ 𝟙[z > 0] is relu(z).
    factors = [f for f in factors if not (isinstance(f, Apply) and f.op is step and f.args[0] in kinked)]
    factors = _in_order(factors)
    plain = scaled(multiply(*front) if front else number(1), made_of(hadamard, factors))
    signs = any(isinstance(f, Apply) and f.op is sign for f in factors)
    if not signs and not any(is_entrywise(f) for f in factors) and len(set(factors)) == len(factors):
        return plain
    return min(simplified(plain, plus), plain, key=cost)


def _in_order(factors: list[Term]) -> list[Term]:
    """Names among the factors of an entrywise product by the alphabet, in the places that names had: w ⊙ xᵢ, A ⊙ B ⊙ X."""
    places = [k for k, f in enumerate(factors) if _name(f)]
    named = iter(sorted((factors[k] for k in places), key=_name))
    return [next(named) if k in places else f for k, f in enumerate(factors)]


def _name(term: Term) -> str:
    """The name of a symbol or of a member; "" for anything else."""
    if isinstance(term, Apply) and term.op is at:
        term = term.args[0]
    return term.name if isinstance(term, Symbol) else ""


def apart(term: Term) -> tuple[list[Term], Term]:
    """The scalar factors of an array and the rest of it."""
    if isinstance(term, Apply) and term.op is product:
        scalars = [t for t in term.args if t.is_scalar]
        arrays = [t for t in term.args if not t.is_scalar]
        if scalars and arrays:
            return scalars, times(*arrays)
    return [], term


def diag_of(v: Term) -> Term:
    if isinstance(v, Apply) and v.op is ones:
        return identity(params=v.type.axes)
    if isinstance(v, Apply) and v.op is diagonal and "diagonal" in _facts(v.args[0]):
        return v.args[0]
    scalars, rest = apart(v)
    return scaled(multiply(*scalars) if scalars else number(1), diag(transposed(rest) if rest.type.row else rest))


def diagonal_of(m: Term) -> Term:
    if isinstance(m, Apply) and m.op is diag:
        return m.args[0]
    if isinstance(m, Apply) and m.op is identity:
        return ones(params=m.type.axes[:1])
    scalars, rest = apart(m)
    if isinstance(rest, Apply) and rest.op is transpose:
        rest = rest.args[0]
    if isinstance(rest, Apply) and rest.op is add and len(rest.args) <= 4:
        parts = [diagonal_of(part) for part in rest.args]
        if not any(isinstance(n, Apply) and n.op is diagonal for part in parts for n in walk(part)):
            return times(*scalars, plus(*parts))
    if isinstance(rest, Apply) and rest.op is product and (halves := _outer(rest.args)) is not None:
        return times(*scalars, entrywise(*halves))
    if isinstance(rest, Apply) and rest.op is product and len(rest.args) == 2 and all(a.rank == 2 for a in rest.args):
        a, b = rest.args[0], transposed(rest.args[1])
        if is_entrywise(a) or is_entrywise(b):  # the diagonal of (Y ⊘ P) Pᵀ holds the row sums of Y
            rows = times(entrywise(a, b), ones(params=b.type.axes[1:]))
            if cost(rows) < cost(diagonal(rest)):
                return times(*scalars, rows)
    return scaled(multiply(*scalars) if scalars else number(1), diagonal(rest))


def _outer(chain: tuple[Term, ...]) -> tuple[Term, Term] | None:
    """The columns u and v of a chain that is u vᵀ."""
    for k, (a, b) in enumerate(zip(chain, chain[1:]), 1):
        if a.rank == b.rank == 1 and not a.type.row and b.type.row:
            return times(*chain[:k]), transposed(times(*chain[k:]))
    return None


def trace_of(m: Term) -> Term:
    """The trace in the cheapest cyclic order and orientation; of a sum, term by term where that is shorter: tr(I − r rᵀ) is n − ‖r‖²."""
    if isinstance(m, Apply) and m.op is quotient:
        return multiply(power(m.args[1], number(-1)), trace_of(m.args[0]))
    scalars, rest = apart(m)
    if isinstance(rest, Apply) and rest.op is add and len(rest.args) <= 4:
        parts = add_up(trace_of(part) for part in rest.args)
        return multiply(*scalars, min(trace(rest), parts, key=cost))
    if isinstance(rest, Apply) and rest.op is identity:
        return multiply(*scalars, size_of(rest.type))
    if isinstance(rest, Apply) and rest.op is product:
        chain = list(rest.args)
        for k, t in enumerate(chain):
            if t.rank == 1 and t.type.row is False and k + 1 < len(chain) and chain[k + 1].rank == 1:
                return multiply(*scalars, times(*chain[k + 1 :], *chain[: k + 1]))
        forms = [times(*chain[k:], *chain[:k]) for k in range(len(chain))]
        forms += [transposed(f) for f in forms]
        rest = min(forms, key=lambda f: (cost(f), not _ends_in_symbol(f)))
        if rest.is_scalar:
            return multiply(*scalars, rest)
    return multiply(*scalars, trace(rest)) if scalars else trace(rest)


def _ends_in_symbol(t: Term) -> bool:
    """Among equally short cyclic orders the one that ends in the plain variable reads best: tr(X⁻¹ dX)."""
    return bool(t.args) and isinstance(t.args[-1], Symbol)


def size_of(t: Type) -> Term:
    return size(t.axes[0])


def inner_of(a: Term, b: Term) -> Term:
    """The inner product of two columns, in the cheaper orientation."""
    if isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op is ones:
        return size(a.type.axes[0])
    forth, back = times(transposed(a), b), times(transposed(b), a)
    forms = [forth, back]
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Apply) and one.op is ones and isinstance(other, Apply) and other.op is add:
            forms.append(add_up(_entries_added(part) for part in other.args))
    if is_entrywise(a) or is_entrywise(b):
        one = ones(params=a.type.axes)
        if one not in (a, b):  # pᵀ(y ⊘ p) is 𝟏ᵀy
            forms.append(inner_of(one, entrywise(a, b)))
    return min(forms, key=cost)


def _entries_added(column: Term) -> Term:
    """The sum of the entries of a term of a sum, so that x − (Σ xⱼ / n) 𝟏 is seen to add up to nothing."""
    scalars, rest = apart(column)
    if isinstance(rest, Apply) and rest.op is ones:
        return multiply(*scalars, size(rest.type.axes[0]))
    return multiply(*scalars, total(rest))


def applied(matrix: Term, vector: Term) -> Term:
    """A matrix times a vector; a sum is multiplied out where entries then cancel or ones meet: (diag(p) − p pᵀ)(y ⊘ p) is
    y − (𝟏ᵀy) p, and (X − m 𝟏ᵀ) 𝟏 is X 𝟏 − n m."""
    whole = times(matrix, vector)
    if (opened := _scaled_rows(matrix, vector)) is not None:
        whole = min(whole, opened, key=cost)
    summing = isinstance(vector, Apply) and vector.op is ones
    if not (isinstance(matrix, Apply) and matrix.op is add and (summing or is_entrywise(vector))) or len(matrix.args) > 8:
        return whole
    parts = [_applied_part(part, vector) for part in matrix.args]
    return min(whole, plus(*parts), key=cost)


def _scaled_rows(matrix: Term, vector: Term) -> Term | None:
    """(W ⊙ u vᵀ) x as u ⊙ (W (v ⊙ x)), and so for a short sum of such; None for any other matrix."""
    scalars, rest = apart(matrix)
    if not (isinstance(rest, Apply) and rest.op is hadamard):
        return None
    for k, factor in enumerate(rest.args):
        front, inner = apart(factor)
        terms = [apart(t) for t in args_of(inner, add)]
        halves = [_outer(t.args) if isinstance(t, Apply) and t.op is product else None for _, t in terms]
        if len(terms) > 3 or None in halves:
            continue
        others = (*rest.args[:k], *rest.args[k + 1 :])
        kept = made_of(hadamard, others)
        parts = [
            times(*own, entrywise(half[0], times(kept, entrywise(half[1], vector))))
            for (own, _), half in zip(terms, halves)
            if half
        ]
        return times(*scalars, *front, plus(*parts) if len(parts) > 1 else parts[0])
    return None


def _applied_part(part: Term, vector: Term) -> Term:
    scalars, rest = apart(part)
    chain = args_of(rest, product)
    last, before = chain[-1], chain[:-1]
    if isinstance(last, Apply) and last.op is diag:
        vector = entrywise(last.args[0], vector)
        return times(*scalars, *before, vector)
    if last.type.row and last.rank == 1 and before:
        return times(*scalars, inner_of(transposed(last), vector), *before)
    return times(part, vector)
