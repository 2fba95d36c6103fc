"""Python loops over an axis whose size is a name: two passes are run, and what they add up is recognised as a sum.

`for x in X`, `for i in range(len(y))`, with `zip` and `enumerate`, run twice, each pass with an index of its own. Where the result holds
`… + g(i₁) + g(i₂)`, the loop adds g(i) for every i; the same with products and with what is stacked. An index that is left over belongs to
a loop in which a pass uses what the one before it made, and that has no formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.ops.base import Op
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, fresh_index, is_sum, substitute, transform
from gradatim.trace import proxy
from gradatim.trace.proxy import NOTHING, Place, Traced
from gradatim.types import ONE, Dim

MOST_PASSES = 64
"""A loop over an axis of a known size is run pass by pass up to this many."""


class Loop:
    """A loop over an axis: the indices of its two passes, and whether it has begun."""

    def __init__(self, dim: Dim) -> None:
        self.dim = dim
        self.passes = fresh_index(dim), fresh_index(dim)
        self.begun = self.done = False


def _loop(dim: Dim) -> Loop:
    """A new loop; what is run beside another, as by `zip`, is that loop."""
    loops: list[Loop] = proxy.SIZES.loops
    for other in reversed(loops):
        if other.dim == dim and not other.begun:
            return other
    loops.append(Loop(dim))
    return loops[-1]


def _positions(dim: Dim, start: Dim = NOTHING) -> Iterator[Any]:
    if dim.literal is not None and (start.literal is not None or start == NOTHING):
        if dim.literal > MOST_PASSES:
            raise GradatimError(f"a loop over {dim} positions is too long to be traced pass by pass: name the size")
        first = start.literal or 0
        return iter(range(first, first + dim.literal))
    loop = _loop(dim)

    def passes() -> Iterator[Place]:
        for index in loop.passes:
            loop.begun = True
            yield Place(index, start)
        loop.done = True

    return passes()


def passes(a: Traced) -> Iterator[Traced]:
    """The rows of a stand-in, one after another."""
    if not a.dims:
        raise TypeError("iteration over a scalar")
    if a.dims[0] == ONE:
        return iter([a[0]])
    return (a[i] for i in _positions(a.dims[0]))


def in_turn(*bounds: Any) -> Iterator[Any]:
    """`range`, also up to a size with a name."""
    numbers = [b for b in bounds if isinstance(b, int)]
    dims = [proxy.SIZES.dim(b) if b else NOTHING for b in numbers]
    if len(numbers) == len(bounds) and all(d.literal is not None or d == NOTHING for d in dims):
        return iter(range(*map(int, numbers)))
    if len(numbers) == len(bounds) and (len(bounds) < 3 or bounds[2] == 1):
        if len(bounds) == 1:
            return _positions(dims[0])
        start = dims[0] if bounds[0] else NOTHING
        return _positions(dims[1] - start, start)
    raise GradatimError("a loop with steps, or whose bounds depend on values, has no formula here")


def numbered(things: Any, start: int = 0) -> Iterator[Any]:
    """`enumerate`, whose numbers are positions of an axis where what is numbered runs over one with a name."""
    inner = iter(things)
    own: Loop | None = None
    count = 0
    while True:
        idle = [loop for loop in proxy.SIZES.loops if not loop.begun]
        try:
            thing = next(inner)
        except StopIteration:
            return
        if not count:
            own = next((loop for loop in idle if loop.begun), None)
        number = count + start if own is None else Place(own.passes[count]) if not start else Place(own.passes[count]) + start
        yield number, thing
        count += 1


# ---------------------------------------------------------------- what the passes add up


def folded(term: Term, loops: Sequence[Loop]) -> Term:
    """The term with what two passes of each loop add, multiply or stack as a sum, product or stack over the axis."""
    for loop in reversed(loops):
        first, second = loop.passes

        def rule(node: Term, first: Symbol = first, second: Symbol = second) -> Term:
            return _gathered(node, first, second)

        term = transform(term, rule)
    for loop in loops:
        if any(depends_on(term, i) for i in loop.passes):
            raise GradatimError(
                f"a loop over {loop.dim} uses in one pass what the pass before it made; only what is added up, multiplied or "
                "stacked pass by pass has a formula"
            )
    return term


def _gathered(node: Term, first: Symbol, second: Symbol) -> Term:
    if not isinstance(node, Apply) or node.op not in (ops.add, ops.product) or not depends_on(node, second):
        return node
    if node.op is ops.product and not all(a.is_scalar for a in node.args):
        return node
    parts = _flat(node, node.op)
    late = [p for p in parts if depends_on(p, second)]
    early = [p for p in parts if depends_on(p, first)]
    if [substitute(p, {second: first}) for p in late] != early:
        return node
    rest = [p for p in parts if p not in late and p not in early]
    kind = "sum" if node.op is ops.add else "product"
    made = [stacked_units(Bind(kind, first, p)) for p in early]
    whole = [*rest, *made]
    return whole[0] if len(whole) == 1 else node.op(*whole)


def stacked_units(node: Term) -> Term:
    """Σᵢ g(i) e_i as the stack of g(i), and Σᵢⱼ g(i, j) e_i e_jᵀ as the matrix of g(i, j)."""
    indices: list[Symbol] = []
    body = node
    while is_sum(body):
        indices.append(body.index)
        body = body.body
    if not indices or not isinstance(body, Apply) or body.op is not ops.product or len(body.args) != 2:
        return node
    value, there = body.args
    units = [there] if len(indices) == 1 else list(there.args) if isinstance(there, Apply) and there.op is ops.product else []
    found = [u.args[0] if isinstance(u, Apply) and u.op is ops.transpose else u for u in units]
    places = [u.args[0] for u in found if isinstance(u, Apply) and u.op is ops.basis]
    if value.rank or len(places) != len(indices) or set(places) != set(indices):
        return node
    for i in reversed([p for p in places if isinstance(p, Symbol)]):
        value = Bind("stack", i, value)
    return value


def _flat(t: Term, op: Op) -> list[Term]:
    """The terms of a sum, or the factors of a product of numbers, without the nesting; a minus goes to each term."""
    if isinstance(t, Apply) and t.op is op and (op is ops.add or t.is_scalar):
        return [p for a in t.args for p in _flat(a, op)]
    return [t]


def joined(parts: Sequence[Traced]) -> Traced | None:
    """What the two passes of a loop put into a list, as one array; None where the list is no such."""
    for loop in reversed(proxy.SIZES.loops):
        first, second = loop.passes
        if len(parts) == 2 and depends_on(parts[1].term, second):
            if substitute(parts[1].term, {second: first}) is parts[0].term:
                return Traced(Bind("stack", first, parts[0].term), (loop.dim, *parts[0].dims))
    return None
