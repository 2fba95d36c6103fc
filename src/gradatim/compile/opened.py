"""The entries of a second derivative as sums of products of indexed factors, and which factors belong together.

Factors that share no summed index are independent, and the free indices that each group touches tell the structure: of H[i,j,k,l]
a group over (i,k) and one over (j,l) are a Kronecker product, V ↦ A V Bᵀ.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.index.lower import contract, fresh_for, join, lower, rename
from gradatim.ops import add, equal, number, product, rational
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Term, depends_on, is_index

MOST = 64
"""An array of more summands than this is taken as it is."""


def opened(term: Term, indices: tuple[Term, ...]) -> list[Monomial]:
    """The entries as products of factors without sums; where there would be too many, the array itself as the one factor."""
    pending = [lower(term, indices)]
    done: list[Monomial] = []
    while pending:
        if len(pending) + len(done) > MOST:
            return [Monomial(number(1), (Factor(term, indices),))]
        m = pending.pop()
        split = _split(m, indices)
        if split is None:
            closed = contract(_deltas(m), indices)
            if closed is not None:
                done.append(closed)
        else:
            pending.extend(reversed(split))
    return done


def _split(m: Monomial, indices: Sequence[Term]) -> list[Monomial] | None:
    """A monomial with a sum in it as several."""
    for k, f in enumerate(m.factors):
        if isinstance(f.head, Apply) and f.head.op is add:
            rest = Monomial(m.coefficient, m.factors[:k] + m.factors[k + 1 :])
            return [join(rest, lower(s, f.indices)) for s in f.head.args]
    parts = list(_scalars(m.coefficient))
    for k, p in enumerate(parts):
        if isinstance(p, Apply) and p.op is add and any(depends_on(p, i) for i in indices):
            rest = Monomial(product(*parts[:k], *parts[k + 1 :], number(1)), m.factors)
            return [join(rest, lower(s, ())) for s in p.args]
        if isinstance(p, Bind) and (summed := _summed(p, indices)) is not None:
            rest = Monomial(product(*parts[:k], *parts[k + 1 :], number(1)), m.factors)
            return [join(rest, summed)]
        if isinstance(p, Apply) and p.op not in (equal, product) and any(depends_on(p, i) for i in indices):
            lowered = lower(p, ())
            if lowered.factors or lowered.coefficient is not p:
                rest = Monomial(product(*parts[:k], *parts[k + 1 :], number(1)), m.factors)
                return [join(rest, lowered)]
    return None


def _summed(p: Bind, indices: Sequence[Term]) -> Monomial | None:
    """A sum over an index as factors that share it; None where something else in it depends on the index."""
    if p.kind != "sum" or not any(depends_on(p, i) for i in indices):
        return None
    (own,) = fresh_for((p.extent,))
    summand = _deltas(rename(lower(p.body, ()), {p.index: own}))
    if not any(own in f.indices for f in summand.factors) or depends_on(summand.coefficient, own):
        return None
    return None if any(f.head is not None and depends_on(f.head, own) for f in summand.factors) else summand


def _scalars(term: Term) -> tuple[Term, ...]:
    if isinstance(term, Apply) and term.op is product and term.is_scalar and all(a.is_scalar for a in term.args):
        return tuple(x for a in term.args for x in _scalars(a))
    return (term,)


def _deltas(m: Monomial) -> Monomial:
    """Indicators of equal indices as deltas."""
    rest: list[Term] = []
    ties: list[Factor] = []
    for p in _scalars(m.coefficient):
        if isinstance(p, Apply) and p.op is equal and all(is_index(a) for a in p.args):
            ties.append(Factor(None, (p.args[0], p.args[1])))
        else:
            rest.append(p)
    rest = [p for p in rest if rational(p) != 1] or [number(1)]
    return Monomial(made_of(product, rest), (*m.factors, *ties))


def groups(m: Monomial, free: Sequence[Term]) -> list[tuple[frozenset[Term], tuple[Factor, ...]]]:
    """Factors that share summed indices together, with the free indices that they touch."""
    found: list[tuple[set[Term], list[Factor]]] = []
    for f in m.factors:
        touched = set(f.indices)
        if f.head is not None:
            touched |= {i for i in free if depends_on(f.head, i)}
        fused, factors = set(touched), [f]
        keep = []
        for other, held in found:
            if any(i not in free for i in other & fused):
                fused |= other
                factors = held + factors
            else:
                keep.append((other, held))
        found = [*keep, (fused, factors)]
    return [(frozenset(i for i in t if i in free), tuple(held)) for t, held in found]
