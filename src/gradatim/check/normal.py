"""A normal form for comparing: two terms with the same one are equal, at all sizes.

A term is written out entry by entry as a sum of products (`monomials`): products and traces are sums over indices, elementwise
functions are functions of entries, a softmax is a quotient of exponentials, powers and exponentials are collected. Bound indices
are named by where they stand. So `tr(AB)` and `tr(BA)`, a product multiplied out, a sum over examples and its stacked form have one
normal form. It is sound and not complete: where two forms differ nothing is said.
"""

from __future__ import annotations

from fractions import Fraction

from gradatim.check.collect import collected
from gradatim.check.expand import Expansion
from gradatim.check.monomials import Keys, scaled
from gradatim.errors import GradatimError
from gradatim.term import Term, fresh_index


def proves(a: Term, b: Term) -> bool:
    """Whether two terms of one shape have one normal form. False says nothing."""
    if a.type.axes != b.type.axes:
        return False
    try:
        place = tuple(fresh_index(d) for d in a.type.axes)
        names: dict[Term, str] = {s: f"@{k}" for k, s in enumerate(place)}
        forms = [Keys().poly(collected(Expansion().poly(t, place)), names) for t in (a, b)]
        if forms[0] == forms[1]:
            return True
        minus = scaled(Expansion().poly(b, place), Fraction(-1))
        return not Keys().poly(collected((*Expansion().poly(a, place), *minus)), names)
    except (GradatimError, RecursionError, OverflowError):
        return False


__all__ = ["proves"]
