"""What follows in the right way from a wrong answer to an earlier question: a slip costs once.

An earlier ∂L/∂z goes on through z to ∂L/∂W, an earlier ∂u/∂x through u to ∂f/∂x, and a gradient to its Hessian. What would then be
right is what `judge.consistent` gives for the lines of one derivation; here the earlier result is first said in the names of the
later question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError
from gradatim.homework.asked import Asked
from gradatim.homework.marks import rounded
from gradatim.homework.sheet import Mark
from gradatim.judge.consistent import Own, following
from gradatim.judge.pieces import unfolded
from gradatim.judge.target import turned
from gradatim.matrix.build import is_zero
from gradatim.ops import Function
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index, substitute, walk

OFF = ("wrong", "right under a condition")


def followed_through(asked: Asked, mark: Mark, before: Sequence[tuple[Asked, Mark]]) -> Mark:
    """The mark without what its final result lost, where that follows from what an earlier question was wrongly answered with; the
    mark itself in any other case."""
    own = mark.verdict.answer if mark.verdict is not None else None
    if own is not None and is_zero(own):
        return mark  # what the slip made trivial earns nothing
    if not asked.rubric.follow_through or mark.outcome not in OFF or own is None or mark.points is None:
        return mark
    for other, earlier in reversed(before):
        found = earlier.verdict.answer if earlier.verdict is not None and earlier.outcome in OFF else None
        if found is not None and any(_same(own, made, asked) for made in _consequences(other, found, asked)):
            kept = tuple(d for d in mark.deductions if d.box != "final")
            note = f"it follows in the right way from the answer to {earlier.label}, where the slip was deducted"
            points = rounded(asked.box.points - sum((d.points for d in kept), Fraction(0)), asked.rubric.smallest)
            return replace(mark, points=points, deductions=kept, notes=(*mark.notes, note))
    return mark


def _same(own: Term, made: Term, asked: Asked) -> bool:
    try:
        forms = [made, *filter(None, [turned(made)])]
        return any(f.type == own.type and equal(f, own, seed=asked.rubric.seed).holds for f in forms)
    except GradatimError:
        return False


def _consequences(other: Asked, answer: Term, asked: Asked) -> Iterator[Term]:
    """What the later question's derivative would be if an earlier answer were right."""
    target = asked.target
    if target is None or other.target is None or len(other.wrt) != 1:
        return
    if answer.rank == 1 and answer.type.row and not other.wrt[0].type.row:
        answer = turned(answer) or answer
    parts = _named_parts(target.function, *asked.wrt)
    names = {p.name if isinstance(p, Symbol) else p.op.name: p for p in reversed(parts) if isinstance(p, Symbol) or not p.args}
    of, value = (_in_names(t, names) for t in (unfolded(other.target.function), unfolded(answer)))
    variable = _in_names(other.wrt[0], names)
    for quantity in (target.function, *parts):
        if quantity.type == of.type and _equal_in_full(quantity, of, asked):
            yield from following([Own(quantity, (variable,), value)], target.function, asked.wrt, target)
            return


def _equal_in_full(a: Term, b: Term, asked: Asked) -> bool:
    try:
        return equal(unfolded(a), unfolded(b), seed=asked.rubric.seed).holds
    except GradatimError:
        return False


def _named_parts(*terms: Term) -> list[Symbol | Apply]:
    """What stands in terms under a name: symbols, and quantities that are defined, also inside one another."""
    found: dict[Symbol | Apply, None] = {}
    stack = list(terms)
    while stack:
        for node in walk(stack.pop()):
            if isinstance(node, Symbol) and not is_index(node):
                found.setdefault(node)
            elif isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is not None and node not in found:
                found[node] = None
                stack.append(node.op.body)
    return list(found)


def _in_names(term: Term, names: Mapping[str, Term]) -> Term:
    """A term of an earlier question with its symbols as what a later one calls so: its z may be defined there."""
    meant = {s: names.get(s.name, s) for s in free_symbols(term) if not is_index(s)}
    return substitute(term, {s: t for s, t in meant.items() if t.type.axes == s.type.axes})


__all__ = ["followed_through"]
