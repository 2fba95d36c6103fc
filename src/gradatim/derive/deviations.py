"""Deviations from a mean add up to nothing: Σᵢ (xᵢ − x̄) = 0. What flows through such a sum into the mean is left out.

Whether a sum is one of these is decided by its normal form, with the definitions in it written out, so that x̄ may have a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache

from gradatim.check.normal import proves
from gradatim.matrix.definitions import expanded
from gradatim.ops import add, at, number, ones, power, product, quotient, total
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.function import Function
from gradatim.ops.structure import made_of, whole_of
from gradatim.term import Apply, Bind, Size, Symbol, Term, depends_on, fresh_index, is_sum, walk
from gradatim.types import Dim

LONGEST = 120
"""How many nodes a sum may have of which this is asked."""


def without_nothing(monomials: Iterable[Monomial], free: Collection[Term]) -> list[Monomial]:
    """The monomials without those that are zero, and without the terms of a factor that are zero in the sum over an index that
    stands nowhere else."""
    out: list[Monomial] = []
    for m in monomials:
        if any(map(_zero, _sums(m.coefficient))):
            continue
        if (lone := _lone(m, free)) is None:
            out.append(m)
            continue
        k, summed = lone
        head = m.factors[k].head
        assert isinstance(head, Apply)
        if _zero(summed(head)):
            continue
        parts = head.args if head.op is add else ()
        kept = [a for a in parts if not _zero(summed(a))]
        if len(kept) == len(parts):
            out.append(m)
        else:
            out += [Monomial(m.coefficient, _replaced(m.factors, k, a)) for a in kept]
    return out


def _replaced(factors: tuple[Factor, ...], k: int, head: Term) -> tuple[Factor, ...]:
    return (*factors[:k], Factor(head, factors[k].indices), *factors[k + 1 :])


def sums_to_nothing(m: Monomial, index: Symbol) -> bool:
    """Whether a monomial is zero once it is summed over an index that stands in one or two of its factors."""
    moving = [t for t in _factors(m.coefficient) if depends_on(t, index)]
    for f in m.factors:
        if index in f.indices or f.head is not None and depends_on(f.head, index):
            if f.head is None or len(f.indices) != f.head.rank:
                return False
            moving.append(at(f.head, *f.indices) if f.indices else f.head)
    if not 0 < len(moving) < 3 or not any(map(_has_sum, moving)):
        return False
    return _zero(Bind("sum", index, made_of(product, moving)))


def _has_sum(term: Term) -> bool:
    """Whether a factor may be a difference to a mean: a sum, an entry of one, or what has a name."""
    head = whole_of(term)
    return any(isinstance(n, Apply) and (n.op is add or isinstance(n.op, Function)) for n in (term, head))


def _factors(coefficient: Term) -> Iterator[Term]:
    stack = [coefficient]
    while stack:
        node = stack.pop()
        if isinstance(node, Apply) and node.op is product:
            stack.extend(node.args)
        elif isinstance(node, Apply) and node.op is power and node.args[1] is number(1):
            stack.append(node.args[0])
        elif node is not number(1):
            yield node


def _sums(coefficient: Term) -> Iterator[Term]:
    """The sums among the factors of a number."""
    stack = [coefficient]
    while stack:
        node = stack.pop()
        if isinstance(node, Apply) and node.op is product:
            stack.extend(node.args)
        elif isinstance(node, Apply) and node.op is quotient:
            stack.append(node.args[0])
        elif is_sum(node) or isinstance(node, Apply) and node.op is total:
            yield node


def _lone(m: Monomial, free: Collection[Term]) -> tuple[int, Callable[[Term], Term]] | None:
    """The factor that alone has an index that is summed, by its place, and the sum of what may stand there instead of it."""
    heads = [f.head for f in m.factors]
    bare = [isinstance(h, Apply) and h.op is ones for h in heads]
    uses = Counter(i for f, b in zip(m.factors, bare) if not b for i in f.indices)
    for k, f in enumerate(m.factors):
        if bare[k] or f.head is None or not _differs(f.head) or len(f.indices) != f.head.rank:
            continue
        for n, i in enumerate(f.indices):
            if uses[i] == 1 and i not in free and i.type.index is not None:
                return k, _summing(f.indices, n, i.type.index)
    return None


def _summing(indices: tuple[Term, ...], n: int, extent: Dim) -> Callable[[Term], Term]:
    own = fresh_index(extent)
    return lambda head: Bind("sum", own, at(head, *(own if k == n else i for k, i in enumerate(indices))))


def _differs(term: Term) -> bool:
    """Whether it may be a difference to a mean, or a sum of such: a sum, or a name for something."""
    return isinstance(term, Apply) and (term.op is add or isinstance(term.op, Function))


@lru_cache(maxsize=4_000)
def _zero(term: Term) -> bool:
    whole = expanded(term)
    nodes = list(walk(whole))
    if len(nodes) > LONGEST or not any(isinstance(n, Apply) and n.op is add for n in nodes):
        return False
    if not any(isinstance(n, Size) for n in nodes) or not any(
        isinstance(n, Bind) or isinstance(n, Apply) and n.op is total for n in nodes
    ):
        return False
    return proves(whole, number(0))


__all__ = ["sums_to_nothing", "without_nothing"]
