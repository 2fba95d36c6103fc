"""What follows in the right way from a wrong answer to an earlier question: the derivative of a wrong gradient is no second slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from gradatim.check.ladder import equal
from gradatim.derive.derivative import derivative
from gradatim.errors import GradatimError
from gradatim.homework.asked import Asked
from gradatim.homework.marks import rounded
from gradatim.homework.sheet import Mark
from gradatim.judge.target import turned
from gradatim.matrix.build import is_zero
from gradatim.term import Term

OFF = ("wrong", "right under a condition")


def followed_through(asked: Asked, mark: Mark, before: Sequence[tuple[Asked, Mark]]) -> Mark:
    """The mark without what its final result lost, where that is the derivative of what an earlier question was wrongly answered
    with; the mark itself in any other case."""
    own = mark.verdict.answer if mark.verdict is not None else None
    if own is not None and is_zero(own):
        return mark  # what the slip made trivial earns nothing
    if not asked.rubric.follow_through or mark.outcome not in OFF or own is None or len(asked.wrt) != 2 or mark.points is None:
        return mark
    for other, earlier in before:
        found = earlier.verdict.answer if earlier.verdict is not None and earlier.outcome in OFF else None
        if found is not None and _first_of(other, asked) and _is_derivative(own, found, asked):
            kept = tuple(d for d in mark.deductions if d.box != "final")
            note = f"it is the derivative of the answer to {earlier.label}, where the slip was deducted"
            points = rounded(asked.box.points - sum((d.points for d in kept), Fraction(0)), asked.rubric.smallest)
            return replace(mark, points=points, deductions=kept, notes=(*mark.notes, note))
    return mark


def _first_of(other: Asked, asked: Asked) -> bool:
    """Whether a question asks for the first of the two derivatives of the same function."""
    if other.target is None or asked.target is None or other.wrt != asked.wrt[:1]:
        return False
    a, b = other.target.function, asked.target.function
    return a is b or (a.type == b.type and equal(a, b, seed=asked.rubric.seed).holds)


def _is_derivative(own: Term, gradient: Term, asked: Asked) -> bool:
    lying = turned(gradient) if gradient.rank == 1 and gradient.type.row else gradient
    try:
        made = derivative(lying or gradient, asked.wrt[1], verified=False)
        forms = [made, *filter(None, [turned(made)])]
        return any(f.type == own.type and equal(f, own, seed=asked.rubric.seed).holds for f in forms)
    except GradatimError:
        return False


__all__ = ["followed_through"]
