"""The last pass over a result: facts of symbols are used, and sums that they make alike are gathered."""

from __future__ import annotations

from gradatim.errors import LimitExceeded
from gradatim.matrix.build import before_sum, cancelled_through, is_zero, plus, sum_within, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.entries import is_entrywise, simplified
from gradatim.matrix.expand import multiplied_out
from gradatim.matrix.powers import assemble, summands
from gradatim.matrix.recognisers import trace_of
from gradatim.ops import (
    Op,
    add,
    at,
    diag,
    facts,
    hadamard,
    hpower,
    identity,
    inverse,
    number,
    ones,
    power,
    product,
    quotient,
    rational,
    size,
    total,
    trace,
    transpose,
)
from gradatim.ops import unit as filled
from gradatim.ops.masks import age
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Bind, Number, Term, depends_on, free_symbols, is_sum, transform, walk


def with_facts(term: Term) -> Term:
    """The term with facts used: Sᵀ is S for a symmetric S, Q⁻¹ is Qᵀ for an orthogonal Q, like terms then add up."""
    best = term
    for _ in range(2):  # what gathering puts together may be simplified again
        changed = transform(best, _one)
        if changed is best:
            break
        best = transform(changed, gathered)
    if any("unit" in facts(s) for s in free_symbols(term)):
        # (x − (uᵀx) u)ᵀ u is zero, which shows only where it is multiplied out.
        best = min(best, _opened(best), key=cost)
    return best


def _opened(term: Term) -> Term:
    try:
        apart = transform(transform(multiplied_out(term), _one), gathered)
        return apart if apart.is_scalar else plus(*summands(apart))
    except LimitExceeded:
        return term


def _one(node: Term) -> Term:
    if is_sum(node):
        outside = _beside_sum(node) if node.rank else None
        return _sum_of_row(node) if outside is None else outside
    if isinstance(node, Apply):
        simpler = node.op.simpler(node, facts) if isinstance(node.op, Op) and node.op.simpler is not None else None
        if simpler is not None:
            return simpler
        if node.op is transpose:
            inner = node.args[0]
            return times(number(-1), inner) if "skew" in facts(inner) else transposed(inner)
        if node.op is at and len(node.args) == 3 and "symmetric" in facts(node.args[0]) and node.indexed:
            return at(node.args[0], *sorted(node.args[1:], key=age))
        if node.op is inverse and "orthogonal" in facts(node.args[0]):
            return transposed(node.args[0])
        if node.op in (power, hpower) and "signs" in facts(node.args[0]) and (k := rational(node.args[1])) is not None:
            if k.denominator == 1:  # yᵢ² is 1 for labels −1 and 1
                return node.args[0] if k % 2 else filled(node.type.bare) if node.rank else number(1)
        if node.op in (power, hpower) and "labels01" in facts(node.args[0]) and (rational(node.args[1]) or 0) > 0:
            return node.args[0]
        if node.op is trace:
            return trace_of(node.args[0])
        if node.op is total and (counted := _count_of_ones(node.args[0])) is not None:
            return counted
        if node.op is product:
            return _without_constant(_rows_of_one(_entries_of_one(node)))
        if node.op is diag and isinstance(node.args[0], Apply) and node.args[0].op is ones:
            return identity(params=node.args[0].type.axes)
    return node


def _sum_of_row(node: Bind) -> Term:
    """Σₖ tₙₖ is 1 where the entries of each row add up to one, and what stands beside them stays."""
    factors = args_of(node.body, product)
    moving = [f for f in factors if depends_on(f, node.index)]
    if len(moving) != 1 or not (isinstance(entry := moving[0], Apply) and entry.op is at):
        return node
    whole, *places = entry.args
    alone = places[-1] is node.index and not any(depends_on(p, node.index) for p in (whole, *places[:-1]))
    if not alone or len(places) != whole.rank or "adds_to_one" not in facts(whole):
        return node
    rest = [f for f in factors if f is not entry]
    return made_of(product, rest) if rest else number(1)


def _count_of_ones(inner: Term) -> Term | None:
    """sum(c 𝟏) is c times the number of entries."""
    factors = args_of(inner, product)
    unit = [f for f in factors if isinstance(f, Apply) and f.op is ones]
    if len(unit) != 1 or any(f.rank for f in factors if f is not unit[0]):
        return None
    return times(*(f for f in factors if f is not unit[0]), *(size(d) for d in unit[0].type.axes))


def _entries_of_one(node: Apply) -> Term:
    """𝟏ᵀy is 1 for a one-hot vector and for probabilities, whose entries add up to one, and where that is said."""
    kept = list(node.args)
    for k in range(len(kept) - 1):
        for unit, y in ((kept[k], kept[k + 1]), (kept[k + 1], kept[k])):
            lying = unit.args[0] if isinstance(unit, Apply) and unit.op is transpose else unit
            standing = y.args[0] if isinstance(y, Apply) and y.op is transpose else y
            scalar = _meet(kept[k], kept[k + 1])
            if scalar and lying is standing and lying.rank == 1 and "unit" in facts(lying):
                return product(*kept[:k], number(1), *kept[k + 2 :])
            if scalar and isinstance(lying, Apply) and lying.op is ones and "adds_to_one" in facts(standing):
                return product(*kept[:k], number(1), *kept[k + 2 :])
    return node


def _meet(a: Term, b: Term) -> bool:
    """Whether a row stands before a column. In (𝟏ᵀu) v the neighbours u and v need not even conform."""
    return a.rank == b.rank == 1 and a.type.row and not b.type.row and a.type.axes == b.type.axes


def _rows_of_one(node: Term) -> Term:
    """Y𝟏 is 𝟏 where each row of Y adds up to one, and 𝟏ᵀYᵀ is 𝟏ᵀ."""
    if not (isinstance(node, Apply) and node.op is product):
        return node
    for k, (a, b) in enumerate(zip(node.args, node.args[1:])):
        if _stochastic(a) and isinstance(b, Apply) and b.op is ones and b.rank == 1 and not b.type.row:
            unit: Term = ones(params=a.type.axes[:1])
        elif isinstance(b, Apply) and b.op is transpose and _stochastic(b.args[0]) and _lying_ones(a):
            unit = transpose(ones(params=b.args[0].type.axes[:1]))
        else:
            continue
        kept = (*node.args[:k], unit, *node.args[k + 2 :])
        return made_of(product, kept)
    return node


def _without_constant(node: Term) -> Term:
    """(diag(p) − p pᵀ)(v + c 𝟏) is (diag(p) − p pᵀ) v for probabilities p: what makes a vector of ones zero takes no notice of one."""
    if not (isinstance(node, Apply) and node.op is product and node.rank == 1 and not node.type.row):
        return node
    *before, s, v = node.args
    if not (s.rank == 2 and isinstance(s, Apply) and s.op is add and isinstance(v, Apply) and v.op is add):
        return node
    kept = [t for t in v.args if not _constant(t)]
    if len(kept) == len(v.args) or not kept or not _no_rows(s):
        return node
    return product(*before, s, made_of(add, kept))


def _constant(t: Term) -> bool:
    """Whether a column is a number times a vector of ones."""
    factors = args_of(t, product)
    return isinstance(factors[-1], Apply) and factors[-1].op is ones and all(f.is_scalar for f in factors[:-1])


def _no_rows(s: Apply) -> bool:
    """Whether the rows of a matrix add up to zero."""
    unit = ones(params=s.type.axes[1:])
    out: list[Term] = []
    for t in summands(s):
        factors = args_of(t, product)
        last = factors[-1]
        spread = isinstance(last, Apply) and last.op is diag
        out.append(times(*factors[:-1], *(last.args if spread and isinstance(last, Apply) else (last, unit))))
    return is_zero(plus(*(transform(t, _one) for t in out)))


def _stochastic(y: Term) -> bool:
    return y.rank == 2 and "adds_to_one" in facts(y)


def _lying_ones(a: Term) -> bool:
    inner = a.args[0] if isinstance(a, Apply) and a.op is transpose else a
    return isinstance(inner, Apply) and inner.op is ones and a.rank == 1 and a.type.row


def cancelled(term: Term) -> Term:
    """The term with products opened where inverses among them then cancel, and put together again."""
    if not any(isinstance(n, Apply) and (n.op is inverse or n.op is add and "idempotent" in facts(n)) for n in walk(term)):
        return term
    for _ in range(2):
        opened = transform(term, cancelled_through)
        if opened is term:
            break
        term = transform(opened, gathered)
    return term


def _beside_sum(node: Bind) -> Term | None:
    """Σᵢ cᵢ (y ⊙ vᵢ) of products vᵢ = A bᵢ with what is the same in every term outside: y ⊙ (A Σᵢ cᵢ bᵢ)."""
    *scalars, entrywise = args_of(node.body, product)
    if not (isinstance(entrywise, Apply) and entrywise.op is hadamard and all(s.is_scalar for s in scalars)):
        return None
    still = [a for a in entrywise.args if not depends_on(a, node.index)]
    moving = [a for a in entrywise.args if depends_on(a, node.index)]
    if not still or len(moving) != 1:
        return None
    first = moving[0].args[0] if isinstance(moving[0], Apply) and moving[0].op is product else node
    if first.rank != 2 or depends_on(first, node.index):  # by member it is read as well: Σᵢ cᵢ (y ⊙ vᵢ)
        return None
    return hadamard(*still, gathered(sum_within(times(*scalars, moving[0]), node.index)))


def gathered(node: Term) -> Term:
    """A sum with like terms added up, a product with its neighbours merged; any other term as it is."""
    if isinstance(node, Apply) and node.op is add:
        return plus(*node.args)
    if isinstance(node, Apply) and node.op is product:
        return times(*node.args)
    if isinstance(node, Apply) and node.op is quotient:
        return times(power(node.args[1], number(-1)), node.args[0])
    if node.rank and is_entrywise(node) and isinstance(node, Apply):
        return min(simplified(node), node, key=cost)
    if is_sum(node) and node.rank:
        front, body = before_sum(node.body, node.index)
        return node if body is node.body else times(assemble(front), Bind("sum", node.index, body))
    if isinstance(node, Bind) and node.kind == "stack" and isinstance(node.body, Number):
        return times(node.body, ones(params=(node.extent,)))
    return node
