"""Leaving a binder: what was differentiated under `Σᵢ` is tied to an asked index, contracted, or summed by member."""

from __future__ import annotations

from fractions import Fraction

from gradatim.derive.deviations import sums_to_nothing
from gradatim.index.lower import contract, extent, join, lower, rename
from gradatim.matrix.build import is_zero, put_together, split, sum_within, times
from gradatim.matrix.kept import given_up, keep, kept_indices
from gradatim.matrix.lift import lift, lift_sum
from gradatim.matrix.matrix_form import has_indices
from gradatim.matrix.powers import PowerProduct, assemble, leaving
from gradatim.matrix.stack import stacked
from gradatim.ops import at, number, size
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.masks import restricted_by
from gradatim.ops.pairs import components
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, walk

Indices = tuple[Term, ...]
Adjoint = list[Monomial]
"""Monomials over the axes of the function and those of what is differentiated by."""


def closed(inside: Adjoint, free: Indices, index: Symbol) -> Adjoint:
    """Leave the binder of `index`. A delta that ties an asked index to the index of a binder further out waits until that
    binder is left: d/duᵢ Σᵢ Σⱼ (…) keeps the sum over j and loses the one over i. Till then the outer index is that axis."""
    groups: dict[tuple[Factor, ...], Adjoint] = {}
    for m in filter(None, (_inner_deltas_out(m, free, index) for m in inside)):
        ties = tuple(f for f in m.factors if _ties(f, free, index))
        groups.setdefault(ties, []).append(Monomial(m.coefficient, tuple(f for f in m.factors if f not in ties)))
    out: Adjoint = []
    for ties, group in groups.items():
        axes: dict[Term, Term] = dict(_axis(f, free) for f in ties)
        with given_up(*(axes[i] for i in free if i in axes)):
            # Two axes tied to one outer index are one axis till then.
            own = tuple(dict.fromkeys(axes.get(i, i) for i in free))
            made = _closed([rename(m, axes) for m in group], own, index)
        out += [join(m, Monomial(number(1), ties)) for m in made] if ties else made
    return out


def _ties(f: Factor, free: Indices, index: Symbol) -> bool:
    """Whether a delta waits for a binder further out; one that ties an axis to a fixed position (X₁ⱼ) waits for nothing."""
    if f.head is not None or _at(f, index) or all(i in free for i in f.indices):
        return False
    return all(isinstance(c, Symbol) for i in f.indices for c in components(i))


def _inner_deltas_out(m: Monomial, free: Indices, index: Symbol) -> Monomial | None:
    """A delta of an index that is summed within the monomial (of a diagonal matrix) is carried out: it ties nothing."""
    given = {*free, *kept_indices(), index}
    ends = [c for f in m.factors if f.head is None for i in f.indices for c in components(i) if isinstance(c, Symbol)]
    return m if all(c in given for c in ends) else contract(m, free, (*kept_indices(), index))


def _axis(tie: Factor, free: Indices) -> tuple[Term, Term]:
    """The axis of a delta and the index that stands for it; of two given indices each stands for itself."""
    i, j = tie.indices
    return (i, j) if i in free else (j, i) if j in free else (i, i)


def _closed(inside: Adjoint, free: Indices, index: Symbol) -> Adjoint:
    """An entry taken at the index meets the asked index, the rest is summed: by member where members of a family are in it,
    as a contraction where its entries are those of vectors and matrices."""
    out: Adjoint = []
    rest: Adjoint = []
    for m in inside:
        if any(f.head is None and _at(f, index) for f in m.factors):
            met = contract(m, free, kept_indices())
            if met is not None:
                out.append(met)
        elif not _mentions(m, index):
            out.append(join(Monomial(size(extent(index)), ()), m))
        elif sums_to_nothing(m, index):
            continue
        elif _by_member(m, index) or not _contracts(m, free, index, out):
            rest.append(m)
    if rest:
        out += summed_by_member(rest, free, index)
    return out


def _mentions(m: Monomial, index: Symbol) -> bool:
    return depends_on(m.coefficient, index) or any(
        _at(f, index) or f.head is not None and depends_on(f.head, index) for f in m.factors
    )


def _at(factor: Factor, index: Symbol) -> bool:
    """Whether a factor is taken at the index, alone or as part of a pair."""
    return any(index in components(i) for i in factor.indices)


def _by_member(m: Monomial, index: Symbol) -> bool:
    heads = [m.coefficient, *(f.head for f in m.factors if f.head is not None and depends_on(f.head, index))]
    families = any(f.head is not None and f.head.type.family and _at(f, index) for f in m.factors)
    return families or any(
        isinstance(n, Apply) and n.op is at and n.args[0].type.family and index in n.args[1:] for h in heads for n in walk(h)
    )


def _contracts(m: Monomial, free: Indices, index: Symbol, out: Adjoint) -> bool:
    """Carry the sum out as a contraction, if that gives a formula without indices."""
    if any(f.head is not None and depends_on(f.head, index) for f in m.factors) or restricted_by(m.coefficient, index):
        return False
    if len(free) > 2:
        return False
    lifted = lift(m, free)
    if depends_on(lifted, index) or has_indices(lifted, set(walk(m.coefficient))):
        return False
    out.append(lower(lifted, free))
    return True


def summed_by_member(rest: Adjoint, free: Indices, index: Symbol) -> Adjoint:
    """The sum over members as one factor, what does not depend on the member in front of it."""
    if len(free) > 2:
        return [_indexed_sum(m, index) for m in rest]
    with keep(index):
        term = lift_sum(rest, free)
    if is_zero(term):
        return []
    front, body = without(term, index)
    if not free:
        return [Monomial(times(front, Bind("sum", index, body)), ())]
    return [join(Monomial(front, ()), Monomial(number(1), (Factor(sum_within(body, index), free),)))]


def without(term: Term, index: Symbol) -> tuple[Term, Term]:
    """The scalar factors of a term that do not depend on the index, and the rest."""
    part = split(term)
    if part is None:
        return number(1), term
    coefficient, chain = part
    if not chain and len(coefficient.powers) == 1 and coefficient.coefficient == 1:
        return number(1), term
    front = leaving(coefficient, index)
    apart = PowerProduct(coefficient.coefficient, front)
    inside = PowerProduct(Fraction(1), tuple(p for p in coefficient.powers if p not in front))
    return assemble(apart), put_together(inside, chain, term.type)


def _indexed_sum(m: Monomial, index: Symbol) -> Monomial:
    """More than two axes: the member's index becomes one more contracted index of the monomial."""
    if not depends_on(m.coefficient, index):
        return m
    return Monomial(number(1), (Factor(stacked(index, m.coefficient), (index,)), *m.factors))


__all__ = ["Adjoint", "Indices", "closed", "without"]
