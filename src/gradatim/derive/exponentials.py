"""Sums of exponentials spelt out: `log Σᵢ exp(vᵢ)` is log-sum-exp, and `exp(v) / Σᵢ exp(vᵢ)` the softmax.

Sums over members of a family stay as they are written: there the members are what the reader wants to see.
"""

from __future__ import annotations

from gradatim.matrix.lift import has_indices, over
from gradatim.matrix.scalar import power_product
from gradatim.ops import at, exp, log, logsumexp, quotient, softmax, total
from gradatim.term import Apply, Bind, Term, depends_on, walk


def log_sum_exp(node: Apply) -> Term | None:
    """log Σᵢ exp(vᵢ), and log of the sum of exp(v)."""
    summed = _summed_exponential(node.args[0]) if node.op is log and node.is_scalar else None
    return None if summed is None else logsumexp(summed)


def soft_max(node: Apply) -> Term | None:
    """exp(v) / Σᵢ exp(vᵢ), whole or one entry of it."""
    if node.op is not quotient:
        return None
    top, bottom = node.args
    summed = _summed_exponential(bottom)
    if summed is None or not (isinstance(top, Apply) and top.op is exp):
        return None
    if top.args[0] is summed:
        return softmax(summed)
    if top.is_scalar and isinstance(top.args[0], Apply) and top.args[0].op is at and top.args[0].args[0] is summed:
        return at(softmax(summed), *top.args[0].args[1:])
    return None


def _summed_exponential(term: Term) -> Term | None:
    """The vector v of Σᵢ exp(vᵢ); None for anything else, or where v needs indices."""
    if isinstance(term, Apply) and term.op is total and isinstance(term.args[0], Apply) and term.args[0].op is exp:
        inner = term.args[0].args[0]
        return inner if inner.rank == 1 and not inner.type.row else None
    if not (isinstance(term, Bind) and term.kind == "sum" and isinstance(term.body, Apply) and term.body.op is exp):
        return None
    if not term.is_scalar or any(_by_member(n) for n in walk(term.body)):
        return None
    index, body = term.opened()
    exponent = body.args[0]
    if not depends_on(exponent, index) or not power_product(exponent).powers:
        return None
    vector = over((index,), exponent)
    if vector is None or vector.rank != 1 or depends_on(vector, index) or has_indices(vector):
        return None
    return vector


def _by_member(node: Term) -> bool:
    """Whether a part is a member of a family."""
    return isinstance(node, Apply) and node.op is at and bool(node.args[0].type.family)


__all__ = ["log_sum_exp", "soft_max"]
