"""Python loops over an axis whose size is a name: a few passes are run, each with an index of its own.

`for x in X`, `for i in range(len(y))`, with `zip` and `enumerate`, run twice. Where a pass asks `if y[i] > 0` or `if i != j`, there are two passes for
each way through the body. What they add up is found in the result by `gradatim.trace.folds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from gradatim.errors import GradatimError
from gradatim.term import Symbol, Term, depends_on, fresh_index, substitute
from gradatim.trace import proxy
from gradatim.trace.conditions import Condition
from gradatim.trace.hints import BRANCHED
from gradatim.trace.places import Place
from gradatim.trace.proxy import NOTHING, Traced
from gradatim.trace.relations import Related
from gradatim.types import ONE, Dim

MOST_PASSES = 64
"""A loop over an axis of a known size is run pass by pass up to this many."""
MOST_WAYS = 8
"""Ways through the body of a loop."""


class Way:
    """One way through the body: the outcomes of the conditions that its passes meet, and those that were met."""

    def __init__(self, outcomes: list[bool]) -> None:
        self.outcomes = outcomes
        self.met: list[Condition] = []


class Loop:
    """A loop over an axis: the indices of its passes, of which two go each way."""

    def __init__(self, dim: Dim) -> None:
        self.dim = dim
        self.passes: list[Symbol] = []
        self.ways = [Way([])]
        self.bounds: list[tuple[Place, str]] = []
        """What the place is beside others in every pass: j > i for `range(i + 1, n)`."""
        self.asked = 0
        self.done = self.left = False

    @property
    def begun(self) -> bool:
        return bool(self.passes)

    def index(self, k: int) -> Symbol | None:
        """The index of a pass; None behind the last one."""
        if k == len(self.passes) and not self.done:
            self.done = k == 2 * len(self.ways)
            if not self.done:
                self.passes.append(fresh_index(self.dim))
                self.asked = 0
        return self.passes[k] if k < len(self.passes) else None

    def taken(self, condition: Condition) -> bool:
        """The outcome of a condition in the pass that runs; both are run, one after the other."""
        number = len(self.passes) - 1
        way = self.ways[number // 2]
        inner = [loop for loop in proxy.SIZES.loops if loop.done]
        gathered = Traced.functions["gathered"]
        found = _changed(condition, lambda t: gathered(substitute(t, {self.passes[number]: self.passes[0]}), inner))
        for known, outcome in zip(way.met[: self.asked], way.outcomes):
            if known.term is found.term:
                return outcome
        if number % 2:
            if self.asked == len(way.met) or way.met[self.asked].term is not found.term:
                raise GradatimError(BRANCHED)
        elif found.ndim or len(self.ways) == MOST_WAYS:
            raise GradatimError(BRANCHED)
        else:
            way.met.append(found)
            if len(way.outcomes) < len(way.met):
                self.ways.append(Way([*way.outcomes, False]))
                way.outcomes.append(True)
        self.asked += 1
        return way.outcomes[self.asked - 1]


def _changed(condition: Condition, change: Callable[[Term], Term]) -> Condition:
    if isinstance(condition, Related):
        return condition.of(change)
    over = None if condition.over is None else change(condition.over)
    opposite = None if condition.opposite is None else _changed(condition.opposite, change)
    return Condition(Traced(change(condition.term), condition.dims), over, opposite)


def asking(condition: Condition) -> Loop | None:
    """The loop in which a condition is met whose outcome depends on the pass; None outside of loops."""
    running = [loop for loop in proxy.SIZES.loops if loop.begun and not loop.done]
    if not any(depends_on(condition.term, i) for loop in running for i in loop.passes[-1:]):
        return None
    return running[-1]  # type: ignore[no-any-return]


Traced.functions["asking"] = asking


def _loop(dim: Dim, fresh: bool = False) -> Loop:
    """A new loop; what is run beside another, as by `zip`, is that loop."""
    loops: list[Loop] = proxy.SIZES.loops
    for other in reversed(loops):
        if other.dim == dim and not other.begun and not other.bounds and not fresh:
            return other
    loops.append(Loop(dim))
    return loops[-1]


def _positions(dim: Dim, start: Dim = NOTHING) -> Iterator[Any]:
    if dim.literal is not None and (start.literal is not None or start == NOTHING):
        if dim.literal > MOST_PASSES:
            raise GradatimError(f"a loop over {dim} positions is too long to be traced pass by pass: name the size")
        first = start.literal or 0
        return iter(range(first, first + dim.literal))
    return Turns(_loop(dim), start)


class Turns:
    """The place of every pass."""

    def __init__(self, loop: Loop, start: Dim = NOTHING) -> None:
        self.loop, self.start, self.places = loop, start, _turns(loop, start)

    def __iter__(self) -> Iterator[Place]:
        return self.places

    def __next__(self) -> Place:
        return next(self.places)


def _turns(loop: Loop, start: Dim) -> Iterator[Place]:
    k = 0
    try:
        while (index := loop.index(k)) is not None:
            yield Place(index, start)
            k += 1
    except GeneratorExit:
        # `zip` ends with the first of its loops; a `break` or a `return` ends one before its end.
        loop.left = not loop.done
        loop.done = True
        raise


def passes(a: Traced) -> Iterator[Traced]:
    """The rows of a stand-in, one after another."""
    if not a.dims:
        raise TypeError("iteration over a scalar")
    if a.dims[0] == ONE:
        return iter([a[0]])
    return (a[i] for i in _positions(a.dims[0]))


def in_turn(*bounds: Any) -> Iterator[Any]:
    """`range`, also up to a size with a name, or beside the position of an outer loop."""
    if any(isinstance(b, Place) for b in bounds):
        return _beside(bounds)
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


def _beside(bounds: tuple[Any, ...]) -> Iterator[Place]:
    """`range(i)`, `range(i + 1)`, `range(i, n)` and `range(i + 1, n)`: the whole axis, of which every pass is bound to a part."""
    first, last = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
    whole = first == 0 if not isinstance(first, Place) else isinstance(last, int)
    if len(bounds) > 2 or not whole:
        raise GradatimError(
            "a loop between two places of its own has no formula here; range(i), range(i + 1, n) and their like have one"
        )
    outer = first if isinstance(first, Place) else last
    axis = outer.place.type.index
    assert axis is not None
    loop = _loop(proxy.SIZES.dim(last) if outer is first else axis, fresh=True)
    loop.bounds.append((outer, ">=" if outer is first else "<"))
    return Turns(loop)


def in_pairs(things: Any, count: int) -> Iterator[Any]:
    """`itertools.combinations` of two positions, or of two rows."""
    rows = things if isinstance(things, Traced) else None
    if rows is None and not isinstance(things, Turns) or count != 2:
        return combinations(things, count)

    def pairs() -> Iterator[Any]:
        for i in _positions(rows.dims[0]) if rows is not None else things:
            if not isinstance(i, Place):
                raise GradatimError("pairs of positions have a formula for an axis whose size is a name")
            inner = _loop(things.loop.dim if rows is None else rows.dims[0], fresh=True)
            inner.bounds.append((i, ">"))
            for j in Turns(inner, i.start):
                yield (i, j) if rows is None else (rows[i], rows[j])

    return pairs()


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
