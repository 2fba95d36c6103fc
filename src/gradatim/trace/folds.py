"""What the passes of a loop add up, multiply or stack, found in a result.

Where it holds `… + g(i₁) + g(i₂)`, the loop adds g(i) for every i; the same with products and with what is stacked. Of passes that go different ways
through the body, the conditions choose. An index that is left over belongs to a loop in which a pass uses what the one before it made, and that has
no formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.ops.base import Op
from gradatim.ops.blocks import columns, place, rows
from gradatim.ops.masks import indicators, less
from gradatim.term import Apply, Bind, Number, Symbol, Term, depends_on, fresh_index, is_sum, substitute, transform
from gradatim.trace import proxy
from gradatim.trace.conditions import Condition, where
from gradatim.trace.loops import Loop
from gradatim.trace.places import Place
from gradatim.trace.proxy import NOTHING, Traced
from gradatim.trace.relations import ABOVE, ALL, BELOW, SAME, Related, Signs
from gradatim.types import ONE

Values = Mapping[int, Term]
"""What the passes of each way contribute, in the first pass's index; a way that is missing contributes nothing."""
Part = tuple[tuple[Related, ...], Term]
T = TypeVar("T")


def folded(term: Term, loops: Sequence[Loop]) -> Term:
    """The term with what the passes of each loop add, multiply or stack as a sum, product or stack over the axis."""
    for loop in loops:
        if loop.left:
            raise GradatimError(f"a loop over {loop.dim} that is left by break or return has no formula")
    term = gathered(term, loops)
    for loop in loops:
        if any(depends_on(term, i) for i in loop.passes):
            raise GradatimError(
                f"a loop over {loop.dim} uses in one pass what the pass before it made; only what is added up, multiplied or "
                f"stacked pass by pass has a formula at every size, and a loop over an axis whose size is a number has one"
            )
    return term


def gathered(term: Term, loops: Sequence[Loop]) -> Term:
    """The same, where other loops may still be running."""
    for loop in reversed(loops):
        if loop.begun:
            term = transform(term, _Gathered(loop))
    return term


class _Gathered:
    """The rule that makes sums and products of what the passes of one loop contribute."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.made: dict[Term, dict[int, Term]] = {}
        """Sums and products that were made, and of what: another way may add to them."""

    def __call__(self, node: Term) -> Term:
        passes = self.loop.passes
        if not isinstance(node, Apply) or node.op not in (ops.add, ops.product) or not any(depends_on(node, i) for i in passes):
            return node
        if node.op is ops.product and not all(a.is_scalar for a in node.args):
            return node
        parts: list[Term] = list(node.args)
        while (found := self._in_pairs(parts)) is None:
            # The tallest part holds what the passes before have added.
            whole = [p for p in parts if isinstance(p, Apply) and p.op is node.op and any(depends_on(p, i) for i in passes)]
            if not whole:
                return node
            at = parts.index(max(whole, key=lambda p: p.height))
            parts[at : at + 1] = parts[at].args
        rest = [p for p in parts if not any(depends_on(p, i) for i in passes)]
        kept = [p for p in rest if p not in self.made]
        values = {k: own[0] if len(own) == 1 else node.op(*own) for k, own in found.items()}
        for p in rest:
            for k, before in self.made.get(p, {}).items():
                values[k] = node.op(before, values[k]) if k in values else before
        made = [*kept, *self._whole(node.op, values, found)]
        return made[0] if len(made) == 1 else node.op(*made)

    def _in_pairs(self, parts: Sequence[Term]) -> dict[int, list[Term]] | None:
        """What the two passes of each way contribute, as the first pass has it; None where the two differ."""
        passes = self.loop.passes
        found: dict[int, list[Term]] = {}
        for k in range(len(self.loop.ways)):
            first, second = passes[2 * k : 2 * k + 2]
            early, late = ([p for p in parts if depends_on(p, i)] for i in (first, second))
            if [substitute(p, {second: first}) for p in late] != early:
                return None
            if early:
                found[k] = [substitute(p, {first: passes[0]}) for p in early]
        return found or None

    def _whole(self, op: Op, values: dict[int, Term], found: Mapping[int, list[Term]]) -> list[Term]:
        """One sum for each term that the passes add where there is one way, one for all where there are several."""
        if op is not ops.add:
            return [self._kept(Bind("product", self.loop.passes[0], _chosen(self.loop, values, Number(1))), values)]
        if len(self.loop.ways) == 1:
            return [t for part in found[0] for t in _sums(self.loop, {0: part})]
        sums = _sums(self.loop, values)
        return [self._kept(sums[0] if len(sums) == 1 else ops.add(*sums), values)] if sums else []

    def _kept(self, made: Term, values: dict[int, Term]) -> Term:
        self.made[made] = values
        return made


# ---------------------------------------------------------------- the ways through a body


def _chosen(loop: Loop, values: Values, otherwise: Term) -> Term:
    """What the conditions choose of what the ways contribute."""

    def leaf(k: int) -> Term:
        return values.get(k, otherwise)

    def fork(c: Condition, held: Term, failed: Term) -> Term:
        return _where(c, held, failed)

    chosen = _tree(loop, leaf, fork)
    for bound in _bounds(loop):
        chosen = _where(bound, chosen, otherwise)
    return chosen


def _where(c: Condition, held: Term, failed: Term) -> Term:
    if held is failed:
        return held
    return where(c, Traced(held, held.type.axes), Traced(failed, failed.type.axes)).term


def _tree(loop: Loop, leaf: Callable[[int], T], fork: Callable[[Condition, T, T], T]) -> T:
    def below(ways: list[int], depth: int) -> T:
        first = loop.ways[ways[0]]
        if depth == len(first.met):
            return leaf(ways[0])
        held = [k for k in ways if loop.ways[k].outcomes[depth]]
        failed = [k for k in ways if not loop.ways[k].outcomes[depth]]
        return fork(first.met[depth], below(held, depth + 1), below(failed, depth + 1))

    return below(list(range(len(loop.ways))), 0)


def _bounds(loop: Loop) -> list[Related]:
    own = Place(loop.passes[0])
    found = [own.beside(outer, signs) for outer, signs in loop.bounds]
    if not all(isinstance(b, Related) for b in found):
        raise GradatimError(
            "a loop with these bounds has no formula; range(i), range(i + 1), range(i, n) and range(i + 1, n) have one"
        )
    return [b for b in found if isinstance(b, Related)]


def _sums(loop: Loop, values: Values) -> list[Term]:
    """The sums over the axis: comparisons of positions restrict them, other conditions stand beside what is added."""
    values, there = _apart(values)

    def leaf(k: int) -> list[Part]:
        return [((), values[k])] if k in values else []

    def fork(c: Condition, held: list[Part], failed: list[Part]) -> list[Part]:
        if isinstance(c, Related):
            return [((*r, c), t) for r, t in held] + [((*r, ~c), t) for r, t in failed]
        if len(held) == len(failed) == 1 and held[0][0] == failed[0][0]:
            return [(held[0][0], _where(c, held[0][1], failed[0][1]))]
        return [(r, _where(c, t, _nothing(t))) for r, t in held] + [(r, _where(c, _nothing(t), t)) for r, t in failed]

    sums: list[Term] = []
    for restrictions, value in _tree(loop, leaf, fork):
        whole = value if there is None else ops.product(value, there)
        sums += _restricted(loop.passes[0], _settled([*_bounds(loop), *restrictions]), whole)
    return [stacked_units(t) for t in sums]


def _apart(values: Values) -> tuple[Values, Term | None]:
    """The numbers, and the one place where all of them are written, g(i) of g(i) e_i."""
    places = {t.args[-1] if isinstance(t, Apply) and t.op is ops.product and len(t.args) == 2 else t for t in values.values()}
    there = next(iter(places), None)
    if there is None or len(places) > 1 or not there.rank or there in values.values():
        return values, None
    found = {k: t.args[0] for k, t in values.items()}
    return (found, there) if all(t.is_scalar for t in found.values()) else (values, None)


def _nothing(like: Term) -> Term:
    return ops.zeros(params=like.type.axes) if like.rank else Number(0)


def _settled(restrictions: Sequence[Related]) -> list[Related]:
    """What is said of the same two positions as one."""
    found: dict[tuple[Term, Term], Signs] = {}
    for r in restrictions:
        key, signs = (r.left, r.right), r.signs
        if (r.right, r.left) in found:
            key, signs = (r.right, r.left), frozenset({BELOW: ABOVE, ABOVE: BELOW}.get(s, s) for s in signs)
        found[key] = found.get(key, ALL) & signs
    return [Related(left, signs, right) for (left, right), signs in found.items() if signs != ALL]


def _restricted(i: Symbol, restrictions: Sequence[Related], value: Term) -> list[Term]:
    """Σ over i of a value where the positions stand to each other as is said."""
    if not restrictions:
        extent = i.type.index
        assert extent is not None
        i, value = _widened(i, value)
        return [Bind("sum", i, value) if depends_on(value, i) else _times(ops.size(extent), value)]
    first, *rest = restrictions
    if not first.signs:
        return []
    if len(first.signs) > 1 and SAME in first.signs:
        split = [Related(first.left, signs, first.right) for signs in (first.signs - {SAME}, frozenset(SAME))]
        return [t for r in split for t in _restricted(i, [r, *rest], value)]
    if first.signs != {SAME} or i not in (first.left, first.right):
        return _restricted(i, rest, _times(first.term, value))
    there: dict[Term, Term] = {i: first.right if first.left is i else first.left}
    value = substitute(value, there)
    for r in rest:
        value = _times(r.of(lambda t: substitute(t, there)).term, value)
    return [value]


def _widened(i: Symbol, value: Term) -> tuple[Symbol, Term]:
    """An index before another one whose axis is longer by one, as of `range(n - 1)` before `range(i + 1, n)`, over that axis: the last
    position is before none."""
    body = value
    while is_sum(body):
        body = body.body
    before = [m for m in indicators(body) if m.op is less and m.args[0] is i]
    longer = [e for m in before if (e := m.args[1].type.index) is not None and i.type.index == e - ONE]
    if not longer:
        return i, value
    wide = fresh_index(longer[0])

    def rule(node: Term) -> Term:
        if not isinstance(node, Apply) or node.op is not ops.at or i not in node.args[1:]:
            return node
        part, axis = node.args[0], node.args.index(i) - 1
        whole = part.args[0] if isinstance(part, Apply) and part.op in (rows, columns) else part
        from_front = place(longer[0], NOTHING, longer[0] - ONE)
        cut = isinstance(part, Apply) and part.op is (columns if axis else rows) and part.params == from_front
        return ops.at(whole, *(wide if a is i else a for a in node.args[1:])) if cut else node

    try:
        return wide, substitute(transform(value, rule), {i: wide})
    except GradatimError:  # it stands where only the shorter axis has entries
        return i, value


def _times(factor: Term, value: Term) -> Term:
    if isinstance(value, Number) and value.value == 1:
        return factor
    if isinstance(value, Apply) and value.op is ops.product and value.args[0].is_scalar:
        return ops.product(factor, *value.args)
    return ops.product(factor, value)


# ---------------------------------------------------------------- arrays that passes fill


def stacked_units(node: Term) -> Term:
    """Σᵢ g(i) e_i as the stack of g(i), and Σᵢⱼ g(i, j) e_i e_jᵀ as the matrix of g(i, j); Σᵢ g(i) e_i e_iᵀ is diagonal."""
    indices: list[Symbol] = []
    body = node
    while is_sum(body):
        indices.append(body.index)
        body = body.body
    if not indices or not isinstance(body, Apply) or body.op is not ops.product or not all(a.is_scalar for a in body.args[:-1]):
        return node
    *factors, there = body.args
    value = factors[0] if len(factors) == 1 else ops.product(*factors)
    found = [u.args[0] if isinstance(u, Apply) and u.op is ops.transpose else u for u in _units(there)]
    places = [u.args[0] for u in found if isinstance(u, Apply) and u.op is ops.basis]
    if len(places) == 2 and places[0] is places[1] and indices == places[:1]:
        return ops.diag(Bind("stack", indices[0], value))
    if len(places) != len(indices) or set(places) != set(indices):
        return node
    for i in reversed([p for p in places if isinstance(p, Symbol)]):
        value = Bind("stack", i, value)
    return value


def _units(there: Term) -> tuple[Term, ...]:
    return there.args if isinstance(there, Apply) and there.op is ops.product else (there,)


def joined(parts: Sequence[Traced]) -> Traced | None:
    """What the passes of a loop put into a list, as one array; None where the list is no such."""
    for loop in reversed(proxy.SIZES.loops):
        passes = loop.passes
        if not parts or len(parts) != len(passes) or not depends_on(parts[-1].term, passes[-1]):
            continue
        own = [substitute(p.term, {i: passes[0]}) for p, i in zip(parts, passes)]
        if own[::2] == own[1::2] and not loop.bounds and len({p.dims for p in parts}) == 1:
            whole = _chosen(loop, dict(enumerate(own[::2])), own[0])
            return Traced(Bind("stack", passes[0], whole), (loop.dim, *parts[0].dims))
    return None


Traced.functions |= {"joined": joined, "gathered": gathered}
