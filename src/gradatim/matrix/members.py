"""The two forms of a result over a family: by member, `Σᵢ (yᵢ − wᵀxᵢ) xᵢ`, and stacked, `Xᵀ(y − X w)`.

The members of a family lie in the rows of a matrix (numbers in the entries of a vector). Each part that depends on the member
becomes an array with the members along its first axis; a sum over the members becomes a product with a transpose.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.definitions import expanded
from gradatim.matrix.pieces import NoMatrixForm
from gradatim.matrix.powers import power_product, summands
from gradatim.matrix.recognisers import diag_of, entrywise, inner_of
from gradatim.matrix.settle import gathered
from gradatim.matrix.stack import stacked
from gradatim.ops import (
    add,
    at,
    hadamard,
    inner,
    norm,
    number,
    ones,
    product,
    quotient,
    size,
    softmax,
    sqnorm,
    sqrt,
    transpose,
)
from gradatim.ops.base import Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.quotients import power
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, is_sum, substitute, transform, walk

Rows = Mapping[Term, Symbol]
"""The matrix (or vector) that holds the members of each family."""


def without_members(term: Term, rows: Rows) -> Term:
    """The term with sums over members written with the arrays that hold them. Raises NoMatrixForm where a sum has no such form."""

    def rule(node: Term) -> Term:
        if is_sum(node):
            i, body = node.opened()
            return total(i, body)
        if isinstance(node, Bind) and node.kind == "product":
            raise NoMatrixForm
        return gathered(node)

    return transform(substitute(term, dict(rows)), rule)


def over_rows(term: Term) -> Term:
    """The term with sums over the rows of a matrix as products with it, where that is shorter: Σᵢ hᵢ Xᵢ Xᵢᵀ is Xᵀdiag(h) X."""

    def rule(node: Term) -> Term:
        if not is_sum(node):
            return node
        i, body = node.opened()
        if not _of_rows(i, body):
            return node
        try:
            found = transform(total(i, body), gathered)
        except NoMatrixForm:
            return node
        return min(node, found, key=cost)

    if not any(isinstance(n, Bind) for n in walk(term)):
        return term
    changed = transform(term, rule)
    return transform(changed, gathered) if changed is not term else term


def _of_rows(i: Symbol, body: Term) -> bool:
    """Whether an index chooses rows of matrices and no members of families."""
    chosen = [n.args[0] for n in walk(body) if isinstance(n, Apply) and n.op is at and n.args[1] is i]
    return any(a.rank == 2 for a in chosen) and not any(a.type.family for a in chosen)


# ---------------------------------------------------------------- arrays over the members


def numbers(i: Symbol, term: Term) -> Term:
    """A number that depends on the member as the vector over the members."""
    assert i.type.index is not None
    if not depends_on(term, i):
        return times(term, ones(params=(i.type.index,)))
    found = stacked(i, term, _opener)
    if isinstance(found, Bind) or any(isinstance(n, Bind) and n.kind == "stack" for n in _below(found)):
        raise NoMatrixForm
    return found


def _below(term: Term) -> list[Term]:
    out, todo = [], [term]
    while todo:
        node = todo.pop()
        out.append(node)
        todo += node.args
    return out


def _opener(i: Symbol, term: Term) -> Term | None:
    """A number made from vectors: wᵀxᵢ is X w."""
    if not isinstance(term, Apply):
        return None
    if isinstance(term.op, Function) and term.op.elementwise:
        return Apply(term.op, (numbers(i, term.args[0]),))
    if isinstance(term.op, Function) and term.op.body is not None:
        # h(w, xᵢ) for every member is the vector that is called h.
        body = numbers(i, expanded(term))
        return Apply(Function(term.op.name, term.op.text, (), body, plain=term.op.plain), ())
    if term.op is product:
        return _of_product(i, term)
    if term.op is inner and term.args[0].rank == 1:
        return _contracted(i, *term.args)
    if term.op is sqnorm and term.args[0].rank == 1:
        return _contracted(i, term.args[0], term.args[0])
    if term.op is norm and term.args[0].rank == 1:
        return sqrt(_contracted(i, term.args[0], term.args[0]))
    return None


def _of_product(i: Symbol, term: Apply) -> Term | None:
    scalars = [a for a in term.args if a.is_scalar]
    chain = [a for a in term.args if not a.is_scalar]
    if not chain or term.rank:
        return None
    if chain[0].rank != 1 or not chain[0].type.row:
        return None
    whole = _contracted(i, transposed(chain[0]), chain[1] if len(chain) == 2 else product(*chain[1:]))
    for s in scalars:
        whole = entrywise(numbers(i, s), whole) if depends_on(s, i) else times(s, whole)
    return whole


def _contracted(i: Symbol, u: Term, v: Term) -> Term:
    """uᵢᵀvᵢ over the members."""
    if not depends_on(u, i):
        return times(vectors(i, v), u)
    if not depends_on(v, i):
        return times(vectors(i, u), v)
    both = entrywise(vectors(i, u), vectors(i, v))
    return times(both, ones(params=both.type.axes[1:]))


def vectors(i: Symbol, term: Term) -> Term:
    """A vector that depends on the member as the matrix with the members' vectors in its rows."""
    assert i.type.index is not None
    if not depends_on(term, i):
        return times(ones(params=(i.type.index,)), transposed(term))
    if not isinstance(term, Apply):
        raise NoMatrixForm
    if term.op is at and len(term.args) == 2 and term.args[1] is i and not depends_on(term.args[0], i):
        return term.args[0]
    if term.op is transpose:
        return vectors(i, term.args[0])
    if term.op is add:
        return plus(*(vectors(i, a) for a in term.args))
    if term.op is quotient:
        top, bottom = term.args
        return _weighted(i, power(bottom, number(-1)), top)
    if term.op is product:
        return _rows_of_product(i, term)
    if term.op is softmax and not term.params:
        return softmax(vectors(i, term.args[0]), params=("rows",))
    if term.op is hadamard or (isinstance(derivative_of(term.op), Pointwise) and all(a.rank == 1 for a in term.args)):
        return Apply(term.op, tuple(vectors(i, a) for a in term.args), term.params)
    raise NoMatrixForm


def _weighted(i: Symbol, weight: Term, vector: Term) -> Term:
    return times(diag_of(numbers(i, weight)), vectors(i, vector)) if depends_on(weight, i) else times(weight, vectors(i, vector))


def _rows_of_product(i: Symbol, term: Apply) -> Term:
    """M v with a constant matrix is V Mᵀ; a weight that depends on the member scales its row."""
    scalars = [a for a in term.args if a.is_scalar]
    chain = [a for a in term.args if not a.is_scalar]
    column = chain if not term.type.row else [transposed(a) for a in reversed(chain)]
    if len(column) > 1 and any(depends_on(m, i) for m in column[:-1]):
        raise NoMatrixForm
    whole = vectors(i, column[-1])
    if len(column) > 1:
        whole = times(whole, transposed(times(*column[:-1])))
    for s in scalars:
        whole = times(diag_of(numbers(i, s)), whole) if depends_on(s, i) else times(s, whole)
    return whole


# ---------------------------------------------------------------- sums over the members


def total(i: Symbol, body: Term) -> Term:
    """Σᵢ of a body, in the arrays over the members."""
    assert i.type.index is not None
    if not depends_on(body, i):
        return times(size(i.type.index), body)
    if isinstance(body, Apply) and body.op is add:
        return plus(*(total(i, a) for a in body.args))
    found = [t for t in (_attempt(i, body), _attempt(i, _arrays_opened(body))) if t is not None]
    if not found:
        raise NoMatrixForm
    return min(found, key=cost)


def _attempt(i: Symbol, body: Term) -> Term | None:
    try:
        if isinstance(body, Apply) and body.op is add:
            return plus(*(_of_one(i, a) for a in body.args))
        return _of_one(i, body)
    except NoMatrixForm:
        return None


def _arrays_opened(body: Term) -> Term:
    """A product over the summands of its first factor that is a sum of arrays; numbers before it stay as they are."""
    if isinstance(body, Apply) and body.op is product:
        for k, a in enumerate(body.args):
            if not a.is_scalar and len(summands(a)) > 1:
                return add(*(times(*body.args[:k], s, *body.args[k + 1 :]) for s in summands(a)))
    return body


def _of_one(i: Symbol, body: Term) -> Term:
    """The sum of one product."""
    if not depends_on(body, i):
        return total(i, body)
    if body.is_scalar:
        return _total_of_numbers(i, body)
    if not isinstance(body, Apply):
        raise NoMatrixForm
    if body.op is quotient:
        return total(i, product(power(body.args[1], number(-1)), *args_of(body.args[0], product)))
    if body.op is product:
        return _total_of_product(i, body)
    if body.op is hadamard and body.rank == 1:
        outside = [a for a in body.args if not depends_on(a, i)]
        inside = [a for a in body.args if depends_on(a, i)]
        if outside:
            whole = total(i, made_of(hadamard, inside))
            return entrywise(made_of(hadamard, outside), whole)
    if body.rank == 1:
        whole = times(transposed(vectors(i, body)), ones(params=(i.type.index,)))
        return transposed(whole) if body.type.row else whole
    raise NoMatrixForm


def _total_of_numbers(i: Symbol, body: Term) -> Term:
    """Σᵢ aᵢ bᵢ is aᵀb; the constants stand before it."""
    powers = power_product(body)
    outside = [power(a, number(k)) if k != 1 else a for a, k in powers.powers if not depends_on(a, i)]
    inside = [power(a, number(k)) if k != 1 else a for a, k in powers.powers if depends_on(a, i)]
    last = numbers(i, inside[-1])
    rest = inside[:-1]
    first = numbers(i, made_of(product, rest)) if rest else ones(params=last.type.axes)
    return times(number(powers.coefficient), *outside, inner_of(first, last))


def _total_of_product(i: Symbol, body: Apply) -> Term:
    scalars = [a for a in body.args if a.is_scalar]
    chain = [a for a in body.args if not a.is_scalar]
    outside = [s for s in scalars if not depends_on(s, i)]
    inside = [s for s in scalars if depends_on(s, i)]
    weight = numbers(i, made_of(product, inside)) if inside else None
    front = [chain.pop(0) for _ in chain[:] if chain and not depends_on(chain[0], i)]
    back = [chain.pop() for _ in chain[:] if chain and not depends_on(chain[-1], i)][::-1]
    assert i.type.index is not None
    if not chain:
        scale = inner_of(ones(params=weight.type.axes), weight) if weight is not None else size(i.type.index)
        return times(*outside, scale, *front, *back)
    return times(*outside, *front, _total_of_chain(i, chain, weight), *back)


def _total_of_chain(i: Symbol, chain: list[Term], weight: Term | None) -> Term:
    """Σᵢ sᵢ vᵢ is Vᵀs, Σᵢ sᵢ uᵢvᵢᵀ is Uᵀ diag(s) V."""
    assert i.type.index is not None
    if len(chain) == 1 and chain[0].rank == 1:
        row = chain[0].type.row
        whole = times(transposed(vectors(i, chain[0])), ones(params=(i.type.index,)) if weight is None else weight)
        return transposed(whole) if row else whole
    turn = next((k for k, a in enumerate(chain) if a.rank == 1 and a.type.row), len(chain))
    left, right = chain[:turn], chain[turn:]
    if not left or not right:
        raise NoMatrixForm
    column = made_of(product, left)
    row_ = made_of(product, right)
    if column.rank != 1 or row_.rank != 1:
        raise NoMatrixForm
    u, v = vectors(i, column), vectors(i, transposed(row_))
    return times(transposed(u), *([] if weight is None else [diag_of(weight)]), v)
