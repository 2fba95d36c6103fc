"""(a I + b 𝟏𝟏ᵀ) X as a X + b 𝟏 (𝟏ᵀX): means are taken away, and no matrix as large as the square of the data is formed.

The sum is closed before it meets anything else. Distributing it over the whole product instead would subtract large products from each
other where the means are large.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradatim.ops.linear_algebra import is_identity, ones
from gradatim.ops.quotients import quotient
from gradatim.ops.structure import add, made_of, product, transpose, turned
from gradatim.term import Apply, Number, Term, transformed


def without_means(terms: Sequence[Term]) -> list[Term]:
    """The terms with such matrices multiplied with and not formed."""
    made = transformed(terms, _opened)
    return [made[t] for t in terms]


def _opened(node: Term) -> Term:
    while isinstance(node, Apply) and node.op is product:
        found = _once(node.args)
        if found is None:
            return node
        node = found
    return node


def _once(args: tuple[Term, ...]) -> Term | None:
    """A product with the first such matrix applied to what stands behind it, or before it; None where there is none."""
    arrays = [k for k, a in enumerate(args) if a.rank]
    for place, k in enumerate(arrays):
        weights = _weights(args[k])
        if weights is None:
            continue
        behind = arrays[place + 1] if place + 1 < len(arrays) else None
        if behind is not None and not args[behind].type.row and _weights(args[behind]) is None:
            return _joined(args, k, behind, _applied(weights, args[behind]))
        before = arrays[place - 1] if place else None
        if before is not None and (args[before].rank == 2 or args[before].type.row):
            return _joined(args, k, before, turned(_applied(weights, turned(args[before]))))
    return None


def _joined(args: tuple[Term, ...], gone: int, at: int, made: Term) -> Term:
    left = [made if k == at else a for k, a in enumerate(args) if k != gone]
    return made_of(product, left)


def _applied(weights: tuple[Term, Term], x: Term) -> Term:
    own, means = weights
    one = ones(params=x.type.axes[:1])
    if x.rank == 1:
        repeated = product(means, product(transpose(one), x), one)
    else:
        repeated = product(means, one, transpose(product(transpose(x), one)))
    return add(x if own is Number(1) else product(own, x), repeated)


def _weights(t: Term) -> tuple[Term, Term] | None:
    """a and b of a I + b 𝟏𝟏ᵀ; None for other matrices."""
    if not isinstance(t, Apply) or t.op is not add or len(t.args) != 2 or t.rank != 2:
        return None
    for one, other in (t.args, t.args[::-1]):
        a, b = _multiple(one, is_identity), _multiple(other, _is_uniform)
        if a is not None and b is not None:
            return a, b
    return None


def _multiple(t: Term, known: Callable[[Term], bool]) -> Term | None:
    """The scalar in front of a matrix of which something is known."""
    if known(t):
        return Number(1)
    if not isinstance(t, Apply):
        return None
    if t.op is quotient and not t.args[1].rank:
        inner = _multiple(t.args[0], known)
        return None if inner is None else quotient(inner, t.args[1])
    if t.op is product:
        arrays = [a for a in t.args if a.rank]
        scalars = [a for a in t.args if not a.rank]
        whole = made_of(product, arrays)
        if not scalars or not known(whole):
            return None
        return made_of(product, scalars)
    return None


def _is_ones(t: Term) -> bool:
    return isinstance(t, Apply) and (t.op is ones or t.op is transpose and _is_ones(t.args[0]))


def _is_uniform(t: Term) -> bool:
    """𝟏𝟏ᵀ, or the matrix of ones."""
    if isinstance(t, Apply) and t.op is product and len(t.args) == 2:
        return all(map(_is_ones, t.args)) and not t.args[0].type.row and t.args[0].rank == 1
    return _is_ones(t) and t.rank == 2
