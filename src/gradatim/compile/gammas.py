"""Differences of the logarithm of the gamma function and of its derivatives: log Γ(x + d) − log Γ(x) as one function of x and d.

Where x is large both are large and their difference is about d log x. The logarithm of the beta function, log Γ(a) + log Γ(b) − log Γ(a + b),
is log Γ of the smaller less such a difference at the larger.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gradatim.compile.nodes import ONE, Part, Summand, terms_of
from gradatim.compile.operands import argument, nonnegative, split

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable

ORDERS = {("lgamma", None): -1, ("digamma", None): 0, ("polygamma", 1): 1}
"""The functions with how often they are the derivative of the digamma function."""


def order_of(part: Part) -> int | None:
    """Which of them an operand is."""
    return ORDERS.get((part.node.data[0], part.node.data[1])) if part.node.kind == "map" else None


def of_gammas(stable: Stable, s: Summand, t: Summand, _count: int) -> Summand | None:
    """c f(x) − c f(y) as c (f(y + d) − f(y)), where d = x − y is a single term."""
    n = order_of(s.part)
    if n is None or order_of(t.part) != n or t.coefficient != -s.coefficient or s.coefficient < 0:
        return None
    x, y = argument(s.part), argument(t.part)
    for first, base, sign in ((x, y, ONE), (y, x, -ONE)):
        d = _difference(stable, first, base)
        if d is not None and set(d.axes) | set(base.axes) <= set(s.part.axes) | set(t.part.axes):
            return Summand(sign * s.coefficient, stable.graph.map("gamma_rise", [base, d], n))
    return None


def _difference(stable: Stable, x: Part, y: Part) -> Part | None:
    """x − y, where it is a single term that cannot be negative."""
    dims = {a: dim for p in (x, y) for a, dim in zip(p.axes, p.node.dims)}
    terms: list[Summand] = []
    for sign, p in ((ONE, x), (-ONE, y)):
        own = terms_of(p)
        if any(o.ties for o in own):
            return None
        for o in own:
            c, bare = split(stable.graph, o.part)
            terms.append(Summand(sign * o.coefficient * c, bare))
    made = stable.graph.add(terms, dims)
    return made if made.node.kind != "add" and nonnegative(stable.graph, made.node) else None


def without_betas(stable: Stable, terms: list[Summand]) -> list[Summand]:
    """c log Γ(a) + c log Γ(b) − c log Γ(a + b) as one function of a and b."""
    logs = [k for k, s in enumerate(terms) if order_of(s.part) == -1 and not s.ties]
    for i in logs:
        for j in logs:
            for k in logs:
                if len({i, j, k}) < 3 or not terms[i].coefficient == terms[j].coefficient == -terms[k].coefficient:
                    continue
                d = _difference(stable, argument(terms[k].part), argument(terms[i].part))
                if d is not None and d == argument(terms[j].part):
                    made = stable.graph.map("log_beta", [argument(terms[i].part), d])
                    left = [s for n, s in enumerate(terms) if n not in (i, j, k)]
                    return without_betas(stable, [*left, Summand(Fraction(terms[i].coefficient), made)])
    return terms
