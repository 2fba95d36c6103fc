"""From stacked to by member: `Xᵀ(y − X w)` as `Σᵢ (yᵢ − wᵀxᵢ) xᵢ`, where xᵢ is a row of X and yᵢ an entry of y.

Wherever two factors meet in the dimension that counts the members, the product is a sum over the members.
"""

from __future__ import annotations

from collections.abc import Callable

from gradatim.matrix.build import times, transposed
from gradatim.matrix.pieces import NoMatrixForm
from gradatim.matrix.scalar import multiply
from gradatim.ops import (
    add,
    at,
    diag,
    exp,
    hadamard,
    hdivide,
    hpower,
    inner,
    log,
    logsumexp,
    norm,
    number,
    ones,
    power,
    product,
    quotient,
    softmax,
    sqnorm,
    sqrt,
    total,
    transpose,
)
from gradatim.ops.base import Pointwise, derivative_of
from gradatim.ops.structure import ends, made_of
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, fresh_index, transform
from gradatim.types import Dim

Summand = Callable[[Symbol], Term]


def with_members(term: Term, count: Dim) -> Term:
    """The term with every product over the dimension `count` as a sum over the members. Raises NoMatrixForm."""

    def rule(node: Term) -> Term:
        if not isinstance(node, Apply):
            return node
        if node.op is power and node.args[1] is number(2) and isinstance(node.args[0], Apply) and node.args[0].op is sqrt:
            return node.args[0].args[0]
        found = _sum_of(node, count)
        if found is None:
            return node
        i = fresh_index(count)
        whole = _bound(i, found(i), [a for a in node.args if a.is_scalar] if node.op is product else [])
        return sqrt(whole) if node.op is norm else log(whole) if node.op is logsumexp else whole

    return transform(term, rule)


def _bound(i: Symbol, summand: Term, outside: list[Term]) -> Term:
    """The sum, with the numbers that do not depend on the member before it."""
    if isinstance(summand, Apply) and summand.op is product:
        constant = [a for a in summand.args if a.is_scalar and not depends_on(a, i)]
        rest = [a for a in summand.args if a not in constant]
        outside = [*outside, *constant]
        summand = made_of(product, rest)
    whole = Bind("sum", i, summand)
    return times(*outside, whole) if outside else whole


def _sum_of(node: Apply, count: Dim) -> Summand | None:
    """What is summed over the members, where the operation sums over them."""
    if node.op is product:
        return _product(node, count)
    a = node.args[0] if node.args else node
    if not a.type.axes or a.type.axes[0] != count or a.rank > 2:
        return None
    if node.op is total:
        return lambda i: number_at(i, a) if a.rank == 1 else total(row_at(i, a))
    if node.op is inner:
        b = node.args[1]
        return lambda i: multiply(number_at(i, a), number_at(i, b)) if a.rank == 1 else inner(row_at(i, a), row_at(i, b))
    if node.op is logsumexp:
        return lambda i: exp(number_at(i, a)) if a.rank == 1 else total(exp(row_at(i, a)))
    if node.op in (sqnorm, norm):
        return lambda i: power(number_at(i, a), number(2)) if a.rank == 1 else sqnorm(row_at(i, a))
    return None


def _product(node: Apply, count: Dim) -> Summand | None:
    arrays = [k for k, a in enumerate(node.args) if not a.is_scalar]
    meets = [k for j, k in zip(arrays, arrays[1:]) if ends(node.args[j].type)[1] == count == ends(node.args[k].type)[0]]
    if not meets:
        return None
    # A diagonal matrix or one of members by members has a meeting on either side: the first is the one that is summed.
    k = meets[0]
    left = [a for a in node.args[:k] if not a.is_scalar]
    before, after = _chain(left), _chain([a for a in node.args[k:] if not a.is_scalar])

    def summand(i: Symbol) -> Term:
        front = number_at(i, transposed(before)) if before.rank == 1 else row_at(i, transposed(before))
        back = number_at(i, after) if after.rank == 1 else transposed(row_at(i, after))
        return times(front, back)

    return summand


def _chain(factors: list[Term]) -> Term:
    return made_of(product, factors)


def number_at(i: Symbol, vector: Term) -> Term:
    """The entry of a vector over the members that belongs to one of them."""
    vector = transposed(vector) if vector.type.row else vector
    if isinstance(vector, Symbol):
        return at(vector, i)
    if not isinstance(vector, Apply):
        raise NoMatrixForm
    if vector.op is ones:
        return number(1)
    if vector.op is add:
        return add(*(number_at(i, a) for a in vector.args))
    if vector.op is hadamard:
        return multiply(*(number_at(i, a) for a in vector.args))
    if vector.op is hdivide:
        return quotient(*(number_at(i, a) for a in vector.args))
    if vector.op is hpower:
        return power(number_at(i, vector.args[0]), vector.args[1])
    if vector.op is quotient:
        return quotient(number_at(i, vector.args[0]), vector.args[1])
    if isinstance(derivative_of(vector.op), Pointwise) and len(vector.args) == 1:
        return Apply(vector.op, (number_at(i, vector.args[0]),), vector.params)
    if vector.op is product:
        scalars = [a for a in vector.args if a.is_scalar]
        chain = [a for a in vector.args if not a.is_scalar]
        if len(chain) == 1:
            return multiply(*scalars, number_at(i, chain[0]))
        if isinstance(chain[0], Apply) and chain[0].op is diag:
            return multiply(*scalars, number_at(i, chain[0].args[0]), number_at(i, _chain(chain[1:])))
        return times(*scalars, transposed(_chain(chain[1:])), row_at(i, chain[0]))
    raise NoMatrixForm


def row_at(i: Symbol, matrix: Term) -> Term:
    """The row of a matrix over the members that belongs to one of them, as a column."""
    if isinstance(matrix, Symbol):
        return at(matrix, i)
    if isinstance(matrix, Apply) and matrix.op is transpose and isinstance(matrix.args[0], Apply):
        turned = transposed(matrix.args[0])
        if turned is not matrix:
            return row_at(i, turned)
    if not isinstance(matrix, Apply) or matrix.rank != 2:
        raise NoMatrixForm
    if matrix.op is add:
        return add(*(row_at(i, a) for a in matrix.args))
    if matrix.op is softmax and matrix.params == ("rows",):
        return softmax(row_at(i, matrix.args[0]))
    if matrix.op is quotient:
        return quotient(row_at(i, matrix.args[0]), matrix.args[1])
    if matrix.op is hpower:
        return hpower(row_at(i, matrix.args[0]), matrix.args[1])
    if matrix.op is hadamard or isinstance(derivative_of(matrix.op), Pointwise) and all(a.rank == 2 for a in matrix.args):
        return Apply(matrix.op, tuple(row_at(i, a) for a in matrix.args), matrix.params)
    if matrix.op is product:
        scalars = [a for a in matrix.args if a.is_scalar]
        chain = [a for a in matrix.args if not a.is_scalar]
        if len(chain) == 1:
            return times(*scalars, row_at(i, chain[0]))
        if chain[0].rank == 1:
            return times(*scalars, number_at(i, chain[0]), transposed(_chain(chain[1:])))
        if isinstance(chain[0], Apply) and chain[0].op is diag:
            return times(*scalars, number_at(i, chain[0].args[0]), row_at(i, _chain(chain[1:])))
        return times(*scalars, transposed(_chain(chain[1:])), row_at(i, chain[0]))
    raise NoMatrixForm


__all__ = ["with_members"]
