"""Products multiplied out, and sums put together again: the same value as a plain sum of products, or factored."""

from __future__ import annotations

from itertools import product as choices

from gradatim.errors import LimitExceeded
from gradatim.matrix.build import plus, put_together, split, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.powers import PowerProduct, power_product, summands
from gradatim.matrix.scalar import as_rational
from gradatim.ops import add, inner, number, power, product, quotient, rational, sqnorm, transpose
from gradatim.ops.base import Multilinear, derivative_of
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Term, is_sum, transform

MAX_TERMS = 500
"""Terms above which nobody multiplies out."""
MAX_POWER = 8


def multiplied_out(term: Term) -> Term:
    """The term as a sum of products, as far as products, powers, transposes and sums over indices reach. Raises LimitExceeded."""
    return transform(term, _opened)


def _opened(node: Term) -> Term:
    if is_sum(node):
        i, body = node.opened()
        return _total([Bind("sum", i, s) for s in summands(body)]) if len(summands(body)) > 1 else node
    if not isinstance(node, Apply):
        return node
    if node.op is add:
        return _total(list(node.args))
    if node.op is power and node.args[0].is_scalar:
        k = rational(node.args[1])
        sums = summands(node.args[0])
        if k is not None and k.denominator == 1 and 2 <= k <= MAX_POWER and len(sums) > 1:
            return _distributed(product, (node.args[0],) * int(k))
        return node
    if node.op is quotient:
        sums = summands(node.args[0])
        return _total([quotient(s, node.args[1]) for s in sums]) if len(sums) > 1 else node
    if node.op is sqnorm and len(summands(node.args[0])) > 1:
        v = node.args[0]
        if v.rank == 1:
            column = transposed(v) if v.type.row else v
            return _distributed(product, (_opened(transpose(column)), column))
        return _distributed(inner, (v, v))
    if isinstance(derivative_of(node.op), Multilinear) and any(len(summands(a)) > 1 for a in node.args):
        return _distributed(node.op, node.args, node.params)
    return node


def _distributed(op: object, args: tuple[Term, ...], params: tuple[object, ...] = ()) -> Term:
    """An operation linear in each argument, over the summands of each."""
    parts = [summands(a) for a in args]
    count = 1
    for p in parts:
        count *= len(p)
    if count > MAX_TERMS:
        raise LimitExceeded(f"multiplying out would make {count} terms")
    return _total([_flat(op, chosen, params) for chosen in choices(*parts)])


def _flat(op: object, args: tuple[Term, ...], params: tuple[object, ...]) -> Term:
    if op is product:
        return times(*args)
    if op is transpose:
        return transposed(args[0])
    return Apply(op, args, params)  # type: ignore[arg-type]


def _total(terms: list[Term]) -> Term:
    """Like terms added up, nothing taken out of the sum."""
    flat = [s for t in terms for s in summands(t)]
    if flat[0].is_scalar:
        return _scalars(flat)
    if flat[0].rank > 2:
        return made_of(add, flat)
    found: dict[tuple[Term, ...], list[PowerProduct]] = {}
    for t in flat:
        part = split(t)
        if part is not None:
            found.setdefault(part[1], []).append(part[0])
    out: list[Term] = []
    for chain, coefficients in found.items():
        sums = summands(_scalars([_scalar(c) for c in coefficients])) if len(coefficients) > 1 else [_scalar(coefficients[0])]
        out += [t for s in sums if (p := power_product(s)).coefficient for t in [put_together(p, chain, flat[0].type)]]
    if not out:
        return times(number(0), flat[0])
    return made_of(add, out)


def _scalar(p: PowerProduct) -> Term:
    from_powers = [a if k == 1 else power(a, number(k)) for a, k in p.powers]
    parts = [number(p.coefficient), *from_powers]
    return product(*parts) if from_powers else parts[0]


def _scalars(terms: list[Term]) -> Term:
    merged: dict[frozenset[object], PowerProduct] = {}
    for t in terms:
        p = power_product(t)
        old = merged.get(p.key)
        merged[p.key] = p if old is None else PowerProduct(old.coefficient + p.coefficient, old.powers)
    kept = [put_together(p, (), terms[0].type) for p in merged.values() if p.coefficient]
    return made_of(add, kept) if kept else number(0)


# ---------------------------------------------------------------- together again


def put_in_factors(term: Term) -> Term:
    """The term as a product, as far as a common factor or a factored polynomial is found; the cheapest to read of those."""
    opened = summands(multiplied_out(term))
    if len(opened) == 1:
        return min(term, opened[0], key=_terms)
    found = [term, plus(*opened)]
    if term.is_scalar:
        whole = as_rational([power_product(s) for s in opened])
        found += [whole] if whole is not None else []
    return min(found, key=_terms)


def _terms(term: Term) -> tuple[int, int]:
    inner_terms = term.args[0] if isinstance(term, Apply) and term.op is quotient else term
    return len(summands(inner_terms)), cost(term)


__all__ = ["multiplied_out", "put_in_factors"]
