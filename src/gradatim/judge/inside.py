"""A sign or a power that is wrong somewhere inside an answer: it is altered there, and the answer is right."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from gradatim.errors import GradatimError
from gradatim.judge.pieces import in_words, places, replaced, unfolded
from gradatim.judge.verdict import Finding
from gradatim.ops import add, inverse, minus, norm, number, power, product, quotient, rational, sqnorm, transpose
from gradatim.term import Apply, Term

if TYPE_CHECKING:
    from gradatim.judge.mistakes import Case

MAX_SIGNS, MAX_POWERS = 40, 60
STEPS = tuple(map(Fraction, ("1", "-1", "1/2", "-1/2", "2", "-2")))


def signs_inside(case: Case) -> Iterator[Finding]:
    """The sign of one term of a sum that stands inside: y/p + (1 − y)/(1 − p) for y/p − (1 − y)/(1 − p)."""
    answer, count = unfolded(case.answer), 0
    for place in places(answer):
        node = place.node
        if not isinstance(node, Apply) or node.op is not add:
            continue
        for k, term in enumerate(node.args):
            count += 1
            if count > MAX_SIGNS:
                return
            changed = replaced(answer, place.path, add(*node.args[:k], minus(term), *node.args[k + 1 :]))
            if case.fits(changed, case.right):
                said = in_words(term).removeprefix("−")
                yield Finding(
                    "sign", f"the sign of {said} is wrong in {in_words(node)}", said, hint="follow the minus signs once more"
                )
                return


def arguments_inside(case: Case) -> Iterator[Finding]:
    """The sign of what stands in a function of numbers: 1/(1 + e^x) for 1/(1 + e^{−x})."""
    answer, count = unfolded(case.answer), 0
    for place in places(answer):
        node = place.node
        if not isinstance(node, Apply) or len(node.args) != 1 or not getattr(node.op, "scalar", ""):
            continue
        count += 1
        if count > MAX_SIGNS:
            return
        changed = replaced(answer, place.path, node.rebuild((minus(node.args[0]),)))
        if case.fits(changed, case.right):
            said = in_words(node.args[0])
            yield Finding(
                "sign", f"the sign of {said} is wrong in {in_words(node)}", said, hint="follow the minus signs once more"
            )
            return


def powers_inside(case: Case) -> Iterator[Finding]:
    """A power that is one too high or too low, an inverse that is none: x/‖x‖² for x/‖x‖, (au − 3)/u³ for (au − 3)/u⁴."""
    answer, count = unfolded(case.answer), 0
    for place in places(answer):
        for new in _other_powers(place.node):
            count += 1
            if count > MAX_POWERS:
                return
            changed = replaced(answer, place.path, new)
            if case.fits(changed, case.right):
                said = in_words(place.node.args[1] if getattr(place.node, "op", None) is quotient else place.node)
                yield Finding("factor", f"the power of {said} is wrong", said, hint="which power does the rule leave?")
                return


def _other_powers(node: Term) -> Iterator[Term]:
    op = node.op if isinstance(node, Apply) else None
    exponent = rational(node.args[1]) if op is power else None
    try:
        if exponent is not None:
            yield from (power(node.args[0], number(exponent + step)) for step in STEPS if exponent + step)
        elif op is sqnorm:
            yield norm(node.args[0])
            yield power(norm(node.args[0]), number(3))
        elif op is norm:
            yield from (power(node, number(k)) for k in (2, 3))
        elif op is inverse:
            yield node.args[0]
        elif node.type.is_square and op is not transpose:
            yield inverse(node)
            yield product(node, node)
        elif op is quotient and not node.args[1].rank and rational(node.args[1]) is None:
            yield from (quotient(node.args[0], power(node.args[1], number(k))) for k in (2, 3))
    except GradatimError:
        return


__all__ = ["arguments_inside", "powers_inside", "signs_inside"]
