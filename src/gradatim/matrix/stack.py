"""A scalar that depends on an index, as an array over that index: `[exp(wᵀxᵢ)]ᵢ` is `exp(X w)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from gradatim.matrix.scalar import multiply
from gradatim.ops import (
    add,
    at,
    basis,
    equal,
    hadamard,
    hdivide,
    hpower,
    number,
    ones,
    power,
    product,
    quotient,
    rational,
    transpose,
    unit,
)
from gradatim.ops.base import Op, Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.masks import restricted_by
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Bind, Number, Symbol, Term, depends_on
from gradatim.types import Type

Opener = Callable[[Symbol, Term], Term | None]


def stacked(index: Term, term: Term, opener: Opener | None = None) -> Term:
    """The array whose leading axis is `index`: pushed into sums, entries and scalar functions; what cannot be pushed is
    offered to `opener`, and stays a `stack` binder where that declines."""
    assert isinstance(index, Symbol)
    extent = index.type.index
    assert extent is not None
    if restricted_by(term, index) and not (isinstance(term, Apply) and term.op is product and _apart(term, index)):
        return Bind("stack", index, term)
    if isinstance(term, Apply) and term.op is at and term.args[1] is index and not depends_on(term.args[0], index):
        if len(term.args) == 2 and not term.args[0].type.family:
            whole = term.args[0]
            return transpose(whole) if whole.type.row else whole
    if term.is_scalar and isinstance(term, Apply) and all(a.is_scalar for a in term.args) and _pushes(term):
        pushed = _push(index, term, opener)
        if pushed is not None:
            return pushed
    opened = opener(index, term) if opener is not None else None
    if opened is not None:
        return opened
    return Bind("stack", index, term)


def stacked_twice(rows: Term, columns: Term, term: Term) -> Term:
    """The matrix over two indices: functions of one number, powers and sums act on the matrices of what is inside."""
    if not depends_on(term, columns):
        left = stacked(rows, term) if depends_on(term, rows) else _everywhere(term, rows)
        return product(*args_of(left, product), transpose(_ones(columns)))
    if not depends_on(term, rows):
        return product(_ones(rows), transpose(stacked(columns, term)))
    if isinstance(term, Apply) and not restricted_by(term, rows, columns):
        inner = [k for k, a in enumerate(term.args) if depends_on(a, rows) or depends_on(a, columns)]
        if term.op is add:
            return add(*(stacked_twice(rows, columns, a) for a in term.args))
        linear = term.op is product or term.op in (quotient, power) and inner == [0]
        if len(inner) == 1 and (linear or len(term.args) == 1 and _pushes(term)):
            (k,) = inner
            inside = stacked_twice(rows, columns, term.args[k])
            return Apply(hpower if term.op is power else term.op, (*term.args[:k], inside, *term.args[k + 1 :]), term.params)
    return stacked(rows, stacked(columns, term))


def _ones(index: Term) -> Term:
    assert index.type.index is not None
    return ones(params=(index.type.index,))


def _everywhere(term: Term, index: Term) -> Term:
    """A number at every place."""
    return _ones(index) if term is number(1) else product(*args_of(term, product), _ones(index))


_open: ContextVar[frozenset[object]] = ContextVar("open", default=frozenset())
"""What is being lifted over indices now, in this thread."""


@contextmanager
def once(key: object) -> Iterator[bool]:
    """Whether the key is new inside all that is open: a scalar that is lowered to itself is one entry, and no product of any."""
    within = _open.get()
    before = _open.set(within | {key})
    try:
        yield key not in within
    finally:
        _open.reset(before)


def _apart(term: Apply, index: Symbol) -> bool:
    """Whether one factor alone depends on the index: the others stand before it."""
    return term.is_scalar and sum(depends_on(a, index) for a in term.args) == 1


def _pushes(term: Apply) -> bool:
    if isinstance(term.op, Function):
        return term.op.elementwise
    return term.op in (add, product, quotient, power) or (isinstance(derivative_of(term.op), Pointwise) and len(term.args) == 1)


def _push(index: Symbol, term: Apply, opener: Opener | None) -> Term | None:
    shape = Type((index.type.index,)) if index.type.index is not None else Type()

    def arg(t: Term) -> Term:
        if depends_on(t, index):
            return stacked(index, t, opener)
        factors = args_of(t, product)
        return product(*factors, unit(shape)) if t is not number(1) else unit(shape)

    if term.op is add:
        return add(*(arg(t) for t in term.args))
    if term.op is power:
        return hpower(arg(term.args[0]), term.args[1]) if not depends_on(term.args[1], index) else None
    if term.op is quotient:
        top, bottom = term.args
        return hdivide(arg(top), arg(bottom)) if depends_on(bottom, index) else quotient(arg(top), bottom)
    if term.op is product:
        scalars = [t for t in term.args if not depends_on(t, index)]
        arrays = [arg(t) for t in term.args if depends_on(t, index)]
        whole = made_of(hadamard, arrays)
        return product(*scalars, whole) if scalars else whole
    return Apply(term.op, (arg(term.args[0]),), term.params)


def entry_at(term: Term, index: Term) -> Term | None:
    """The entry of a vector at an index as a scalar formula, where the vector is built entry by entry; None where it is not."""
    if isinstance(term, Symbol):
        return at(term, index)
    if not isinstance(term, Apply) or term.type.row:
        return None
    if term.op is ones:
        return number(1)
    if term.op is basis:
        return equal(index, term.args[0])
    arrays = [a for a in term.args if not a.is_scalar]
    if term.op is product and len(arrays) != 1:
        return None
    if term.op in _OF_ENTRIES or isinstance(derivative_of(term.op), Pointwise) and len(arrays) == len(term.args) == 1:
        parts = [a if a.is_scalar else entry_at(a, index) for a in term.args]
        if all(p is not None for p in parts):
            if _OF_ENTRIES.get(term.op) is product:
                return multiply(*parts)  # type: ignore[arg-type]
            return Apply(_OF_ENTRIES.get(term.op, term.op), parts, term.params)  # type: ignore[arg-type]
    return None


_OF_ENTRIES: dict[object, Op] = {
    add: add, product: product, quotient: quotient, hadamard: product, hdivide: quotient, hpower: power,
}  # fmt: skip


def spread(rule: Term, table: dict[Term, Term], shape: Type) -> Term:
    """A scalar formula applied entry by entry: symbols stand for arrays of the shape given by `table`."""
    if shape.is_scalar:
        raise ValueError("nothing to spread over a scalar")
    if rule in table:
        return table[rule]
    uses = any(depends_on(rule, s) for s in table)
    if not uses:
        return unit(shape) if rule is number(1) else product(rule, unit(shape))
    assert isinstance(rule, Apply)
    if rule.op is add:
        return add(*(spread(a, table, shape) for a in rule.args))
    if rule.op is product:
        scalars = [a for a in rule.args if not any(depends_on(a, s) for s in table)]
        arrays = [spread(a, table, shape) for a in rule.args if a not in scalars]
        whole = made_of(hadamard, arrays)
        return product(*scalars, whole) if scalars else whole
    if rule.op is power and rational(rule.args[1]) is not None:
        return hpower(spread(rule.args[0], table, shape), rule.args[1])
    if rule.op is quotient:
        top, bottom = rule.args
        if not any(depends_on(bottom, s) for s in table):
            return quotient(spread(top, table, shape), bottom)
        if isinstance(top, Number):
            inverse = hpower(spread(bottom, table, shape), number(-1))
            return inverse if top is number(1) else product(top, inverse)
        return hdivide(spread(top, table, shape), spread(bottom, table, shape))
    return Apply(rule.op, tuple(spread(a, table, shape) for a in rule.args), rule.params)
