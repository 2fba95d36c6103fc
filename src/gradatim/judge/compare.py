"""An answer against the right one: equal, equal in another layout, equal under a condition, or different."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradatim.check.ladder import Equality, equal
from gradatim.judge.target import Target, alike, describe, turned
from gradatim.judge.verdict import Finding
from gradatim.term import Term

DIFFERENT = Equality("proved different", "proved different", "different: the shapes differ")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the ladder says of an answer: an outcome, the step of the ladder, the layout or condition under which it is right."""

    outcome: str
    equality: Equality
    message: str = ""
    layout: str = ""
    condition: str = ""
    findings: tuple[Finding, ...] = ()


def compare(answer: Term, target: Target) -> Comparison:
    """Compare with the right answer, then with it in the other layouts."""
    right = target.right
    plain = _equal(answer, right)
    if plain.holds:
        return Comparison("right", plain, "right", target.layout or "gradient")
    if plain.verdict == "could not decide":
        return Comparison("undecided", plain, f"{plain.text}; a person should look at this")
    for layout, form in _other_layouts(target):
        other = _equal(answer, form)
        if other.holds:
            return _transposed(answer, target, layout, other, plain)
    if plain.verdict == "equal except" and plain.exception in ("symmetric", "domain"):
        return _conditional(plain)
    return Comparison("wrong", plain)


def _equal(answer: Term, right: Term) -> Equality:
    if not alike(answer.type, right.type):
        return DIFFERENT
    return equal(answer, right)


def _other_layouts(target: Target) -> Iterator[tuple[str, Term]]:
    seen = {target.right}
    for layout, form in target.forms.items():
        if form not in seen:
            seen.add(form)
            yield layout, form
    flipped = turned(target.right)
    if flipped is not None and flipped not in seen:
        yield "", flipped


def _transposed(answer: Term, target: Target, layout: str, found: Equality, plain: Equality) -> Comparison:
    """The transpose of the right answer: another layout, or simply wrong where the layout is fixed."""
    wanted = target.layout or "gradient"
    shape = (
        f"the derivative is {target.shape}; yours is {describe(answer.type)}"
        if not alike(answer.type, target.right.type)
        else "the answer is the right one transposed"
    )
    named = f"it would be right in {layout} layout" if layout else "it would be right transposed"
    message = f"you have the transpose: {shape} ({named})"
    finding = Finding("transpose", message, hint="compare the shape of your answer with that of the variable")
    if target.layout or not layout:
        outcome = "wrong"
    else:
        outcome = "right up to layout"
        message = f"right in {layout} layout: {shape} in {wanted} layout"
        finding = Finding("transpose", message, hint=finding.hint)
    return Comparison(outcome, found if outcome != "wrong" else plain, message, layout, "", (finding,))


def _conditional(plain: Equality) -> Comparison:
    condition = plain.certainty.removeprefix("equal except ").removeprefix("that ")
    kind = "symmetry" if plain.exception == "symmetric" else "other"
    said = condition.replace(" must be ", " is ").replace(" must have ", " has ")
    message = f"right only if {said}, and that is not given" if plain.exception != "domain" else f"right only where {said}"
    finding = Finding(kind, message, hint="which property of a matrix or a number did you use that is not given?")
    return Comparison("right under a condition", plain, message, "", said, (finding,))


__all__ = ["Comparison", "compare"]
