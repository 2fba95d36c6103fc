"""Any formula by its entries, and its derivative by an entry with Kronecker deltas: what the index style writes where a formula is
more than one product."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.explain.entries import times
from gradatim.index.lower import fresh_for, lower
from gradatim.matrix.recognisers import apart
from gradatim.ops import (
    add,
    at,
    diag,
    equal,
    exp,
    hadamard,
    hdivide,
    hpower,
    identity,
    log,
    logsumexp,
    norm,
    number,
    ones,
    power,
    product,
    quotient,
    rational,
    softmax,
    sqnorm,
    sqrt,
    transpose,
)
from gradatim.ops.base import Additive, Multilinear, Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, is_sum, transform

Indices = tuple[Term, ...]
MAX_DEPTH = 12


def spelt(term: Term, indices: Indices, symbol: Symbol, depth: int = 0) -> Term | None:
    """The entry of a formula at some places, in entries of the symbol; None where an operation has no entries that are written out."""
    if symbol not in free_symbols(term):
        return _constant(term, indices)
    if is_sum(term):
        index, body = term.opened()
        inside = spelt(body, indices, symbol, depth + 1)
        return None if inside is None else Bind("sum", index, inside)
    if term is symbol:
        return at(symbol, *indices) if indices else symbol
    if depth > MAX_DEPTH or not isinstance(term, Apply) or isinstance(term.op, Function):
        return None
    if term.op is at and term.args[0] is symbol:
        return at(symbol, *term.args[1:], *indices)
    rule = derivative_of(term.op)
    if isinstance(rule, Additive):
        return _all(add, [spelt(a, indices, symbol, depth + 1) for a in term.args])
    if term.op is product and term.is_scalar and all(a.is_scalar for a in term.args):
        parts = [spelt(a, (), symbol, depth + 1) for a in term.args]
        return None if any(p is None for p in parts) else _flat(*(p for p in parts if p is not None))
    if isinstance(rule, Multilinear):
        return _opened(term, indices, symbol, depth)
    if isinstance(rule, Pointwise) and len(term.args) == 1 and term.type.axes == term.args[0].type.axes:
        return _all(term.op, [spelt(term.args[0], indices, symbol, depth + 1)])
    if term.op is power and term.is_scalar and symbol not in free_symbols(term.args[1]):
        base = spelt(term.args[0], (), symbol, depth + 1)
        return None if base is None else power(base, term.args[1])
    if term.op is quotient:
        return _all(quotient, [spelt(term.args[0], indices, symbol, depth + 1), spelt(term.args[1], (), symbol, depth + 1)])
    return _reduced(term, indices, symbol, depth)


def _constant(term: Term, indices: Indices) -> Term:
    """The entry of what does not move, its scalars in front."""
    if not indices:
        return term
    scalars, rest = apart(term)
    return times(*scalars, at(rest, *indices))


def _all(op: object, parts: list[Term | None]) -> Term | None:
    kept = [p for p in parts if p is not None]
    return op(*kept) if len(kept) == len(parts) else None  # type: ignore[operator]


def _opened(term: Term, indices: Indices, symbol: Symbol, depth: int) -> Term | None:
    """A product or trace as a sum over its inner indices."""
    monomial = lower(term, indices)
    if symbol in free_symbols(monomial.coefficient):
        front = spelt(monomial.coefficient, (), symbol, depth + 1) if monomial.coefficient is not term else None
        if front is None:
            return None
    else:
        front = monomial.coefficient
    if any(not isinstance(i, Symbol) and i not in indices for f in monomial.factors for i in f.indices):
        return None  # an index that counts pairs
    factors: list[Term] = []
    for f in monomial.factors:
        found = equal(*f.indices) if f.head is None else spelt(f.head, f.indices, symbol, depth + 1)
        if found is None:
            return None
        factors.append(found)
    given = {*indices, *(s for s in free_symbols(term) if is_index(s))}
    inner = [i for i in dict.fromkeys(i for f in monomial.factors for i in f.indices) if isinstance(i, Symbol) and i not in given]
    return bound(inner, times(front, *factors))


def _reduced(term: Apply, indices: Indices, symbol: Symbol, depth: int) -> Term | None:
    """Norms and sums of exponentials."""
    arg = term.args[0]
    if term.op not in (sqnorm, norm, logsumexp, softmax) or term.op is softmax and term.rank != 1:
        return None
    inner = fresh_for(arg.type.axes)
    entry = spelt(arg, inner, symbol, depth + 1)
    if entry is None:
        return None
    if term.op in (sqnorm, norm):
        squares = bound(list(inner), power(entry, number(2)))
        return squares if term.op is sqnorm else sqrt(squares)
    total = bound(list(inner), exp(entry))
    if term.op is logsumexp:
        return log(total)
    own = spelt(arg, indices, symbol, depth + 1)
    return None if own is None else quotient(exp(own), total)


def opened(term: Term) -> Term:
    """A formula with the entries of sums, outer and entrywise products, diagonal matrices and functions of entries opened:
    (diag(p) − p pᵀ)ⱼₖ is δⱼₖ pⱼ − pⱼ pₖ."""

    def rule(node: Term) -> Term:
        if not (isinstance(node, Apply) and node.op is at):
            return node
        head, places = node.args[0], node.args[1:]
        if not isinstance(head, Apply) or isinstance(head.op, Function) or len(places) != head.rank or head.op is at:
            return node
        return _entry_opened(head, places) or node

    return transform(term, rule)


def _entry_opened(head: Apply, places: Indices) -> Term | None:
    def entry(a: Term, where: Indices) -> Term:
        return opened(at(a, *where)) if where else a

    kind = derivative_of(head.op)
    if isinstance(kind, Additive):
        return add(*(entry(a, places) for a in head.args))
    if head.op is diag and len(places) == 2:
        return times(equal(*places), entry(head.args[0], places[:1]))
    if head.op is transpose:
        return entry(head.args[0], tuple(reversed(places)))
    if head.op is ones:
        return number(1)
    if head.op is identity:
        return equal(*places)
    if head.op is hadamard:
        return times(*(entry(a, places) for a in head.args))
    if head.op is hdivide:
        return quotient(entry(head.args[0], places), entry(head.args[1], places))
    if head.op is hpower:
        return power(entry(head.args[0], places), head.args[1])
    if head.op is product:
        scalars, arrays = [a for a in head.args if a.is_scalar], [a for a in head.args if not a.is_scalar]
        if len(arrays) == 1:
            return times(*scalars, entry(arrays[0], places))
        if len(arrays) == 2 and len(places) == 2 and arrays[0].rank == arrays[1].rank == 1:
            return times(*scalars, entry(arrays[0], places[:1]), entry(arrays[1], places[1:]))
        return None
    if isinstance(kind, Pointwise) and len(head.args) == 1 and head.type.axes == head.args[0].type.axes:
        return Apply(head.op, (entry(head.args[0], places),), head.params)
    return None


def by_entry(term: Term, symbol: Symbol, places: Indices) -> Term | None:
    """The derivative of a scalar formula by the entry of a symbol at some places, with a delta for each of its entries."""
    if symbol not in free_symbols(term):
        return number(0)
    if isinstance(term, Bind):
        index, body = term.opened()
        slope = by_entry(body, symbol, places) if term.kind == "sum" else None
        return None if slope is None else Bind("sum", index, slope)
    if not isinstance(term, Apply):
        return None
    if term.op is at and term.args[0] is symbol:
        return times(*(equal(i, j) for i, j in zip(term.args[1:], places)))
    if isinstance(term.op, Function) or not all(a.is_scalar for a in term.args):
        return None
    moving = [k for k, a in enumerate(term.args) if symbol in free_symbols(a)]
    slopes = {k: by_entry(term.args[k], symbol, places) for k in moving}
    if any(s is None for s in slopes.values()):
        return None
    return _through(term, {k: s for k, s in slopes.items() if s is not None})


def _flat(*factors: Term) -> Term:
    """A product of scalars without brackets round the products in it."""
    return times(*(g for f in factors for g in args_of(f, product)))


def _through(term: Apply, slopes: dict[int, Term]) -> Term | None:
    """The rule of a scalar operation over the derivatives of its arguments."""
    if term.op is add:
        parts = list(slopes.values())
        return made_of(add, parts)
    if term.op is product:
        ways = [_flat(*(slopes[k] if j == k else a for j, a in enumerate(term.args))) for k in slopes]
        return made_of(add, ways)
    if term.op is quotient:
        top, bottom = term.args
        if 1 not in slopes:
            return quotient(slopes[0], bottom)
        down = times(top, slopes[1])
        whole = add(times(bottom, slopes[0]), product(number(-1), down)) if 0 in slopes else product(number(-1), down)
        return quotient(whole, power(bottom, number(2)))
    k = rational(term.args[1]) if term.op is power else None
    if k is not None:
        base = term.args[0]
        return _flat(number(k), base if k == 2 else power(base, number(k - 1)), slopes[0])
    rule = derivative_of(term.op)
    if isinstance(rule, Pointwise) and len(term.args) == 1:
        return _flat(rule.partials[0](*term.args, term), slopes[0])
    return None


def bound(indices: Sequence[Symbol], body: Term) -> Term:
    """The sum over several indices, the first outermost."""
    for index in reversed(indices):
        body = Bind("sum", index, body)
    return body
