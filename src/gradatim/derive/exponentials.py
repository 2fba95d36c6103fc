"""Sums of exponentials spelt out: `log Σᵢ exp(vᵢ)` is log-sum-exp, and `exp(v) / Σᵢ exp(vᵢ)` the softmax.

Sums over members of a family stay as they are written: there the members are what the reader wants to see.
"""

from __future__ import annotations

from gradatim.matrix.build import transposed
from gradatim.matrix.lift import over
from gradatim.matrix.matrix_form import has_indices
from gradatim.matrix.powers import power_product
from gradatim.ops import (
    at,
    diag,
    exp,
    hdivide,
    hpower,
    log,
    logsumexp,
    ones,
    product,
    quotient,
    rational,
    softmax,
    total,
    transpose,
)
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Term, depends_on, is_sum, walk


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


def soft_max_of_rows(node: Apply) -> Term | None:
    """diag(exp(S) 𝟏)⁻¹ exp(S) and exp(S) diag(𝟏ᵀexp(S))⁻¹, the softmax of each row or column, among the factors of a product."""
    if node.op is not product:
        return None
    for k, (a, b) in enumerate(zip(node.args, node.args[1:])):
        found = _normalised(a, b, "rows") or _normalised(b, a, "columns")
        if found is not None:
            rest = (*node.args[:k], found, *node.args[k + 2 :])
            return made_of(product, rest)
    return None


def _normalised(weights: Term, e: Term, along: str) -> Term | None:
    """The softmax of S where `weights` is the diagonal matrix of one over the sums of e = exp(S)."""
    if not (isinstance(e, Apply) and e.op is exp and e.rank == 2 and isinstance(weights, Apply) and weights.op is diag):
        return None
    inverse = weights.args[0]
    if not isinstance(inverse, Apply):
        return None
    if inverse.op is hpower and rational(inverse.args[1]) == -1:
        sums = inverse.args[0]
    elif inverse.op is hdivide and _is_ones(inverse.args[0]):
        sums = inverse.args[1]
    else:
        return None
    turned = e if along == "rows" else transposed(e)
    whole = isinstance(sums, Apply) and sums.op is product and len(sums.args) == 2
    if not whole or sums.args[0] is not turned or not _is_ones(sums.args[1]):
        return None
    return softmax(e.args[0], params=(along,))


def soft_max_entrywise(node: Apply) -> Term | None:
    """exp(S) ⊘ (exp(S) 𝟏 𝟏ᵀ) and exp(S) ⊘ (𝟏 (𝟏ᵀexp(S))), the softmax of each row or column as broadcasting writes it."""
    if node.op is not hdivide or node.rank != 2:
        return None
    e, spread = node.args
    if not (isinstance(e, Apply) and e.op is exp):
        return None
    for along, turned, sums in (("rows", e, spread), ("columns", transposed(e), transposed(spread))):
        one = ones(params=turned.type.axes[1:])
        if _factors(sums) == (turned, one, transpose(one)):
            return softmax(e.args[0], params=(along,))
    return None


def _factors(term: Term) -> tuple[Term, ...]:
    """The factors of a product of products."""
    if isinstance(term, Apply) and term.op is product:
        return tuple(f for a in term.args for f in _factors(a))
    return (term,)


def _is_ones(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is ones


def _summed_exponential(term: Term) -> Term | None:
    """The vector v of Σᵢ exp(vᵢ); None for anything else, or where v needs indices."""
    if isinstance(term, Apply) and term.op is total and isinstance(term.args[0], Apply) and term.args[0].op is exp:
        inner = term.args[0].args[0]
        return inner if inner.rank == 1 and not inner.type.row else None
    if not (is_sum(term) and isinstance(term.body, Apply) and term.body.op is exp):
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


__all__ = ["log_sum_exp", "soft_max", "soft_max_entrywise", "soft_max_of_rows"]
