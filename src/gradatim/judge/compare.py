"""An answer against the right one: equal, equal in another layout, equal under a condition, or different."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradatim.check.ladder import Equality, equal
from gradatim.errors import GradatimError
from gradatim.judge.edits import toggles
from gradatim.judge.pieces import terms_of, unfolded
from gradatim.judge.target import Target, alike, describe, turned
from gradatim.judge.trials import Trials
from gradatim.judge.verdict import Finding
from gradatim.ops import add, number, step
from gradatim.term import Apply, Term, free_symbols, is_index, substitute
from gradatim.value.points import parts
from gradatim.write.text import text

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
    plain = _equal(answer, right, target.seed)
    if plain.verdict == "proved different" and alike(answer.type, right.type):
        # A condition may be on a symbol inside a definition: there it is seen only where the definition is opened.
        opened = unfolded(answer), unfolded(right)
        if opened != (answer, right) and (again := _equal(*opened, target.seed)).verdict == "equal except":
            plain = again
    if plain.holds:
        return Comparison("right", plain, "right", target.layout or "gradient")
    if plain.verdict == "could not decide":
        return Comparison("undecided", plain, f"{plain.text}; a person should look at this")
    for layout, form in _other_layouts(target):
        other = _equal(answer, form, target.seed)
        if other.holds:
            return _transposed(answer, target, layout, other, plain)
    for said, form in target.on_the_set:
        if form is not right and (found := _equal(answer, form, target.seed)).holds:
            message = f"right as {said}; another form was asked for"
            finding = Finding("symmetry", message, hint="are the entries of the variable independent of each other?")
            return Comparison("right under a condition", found, message, "", f"it is {said}", (finding,))
    if plain.verdict == "equal except" and plain.exception == "symmetric":
        turned_ = transposes(answer, target)
        return Comparison("wrong", plain, turned_[0].message, "", _condition(plain), turned_) if turned_ else conditional(plain)
    if plain.verdict == "equal except" and plain.exception == "sum":
        return conditional(plain)
    if plain.verdict == "equal except" and plain.exception == "domain" and _of_numbers(plain, answer, right):
        return conditional(plain)
    return on_a_region(answer, target) or Comparison("wrong", plain)


def on_a_region(answer: Term, target: Target) -> Comparison | None:
    """Right where the function is not zero, or has not bent yet: −y x for the hinge loss, of which the case y wᵀx ≥ 1 is left out."""
    steps = [n for n in parts(target.right) if isinstance(n, Apply) and n.op is step and n.is_scalar and not _bound(n)]
    if not steps or len(steps) > MAX_STEPS:
        return None
    table: dict[Term, Term] = dict.fromkeys(steps, number(1))
    found = _equal(answer, substitute(target.right, table), target.seed)
    if not found.holds:
        return None
    where = " and ".join(text(n).removeprefix("𝟙[").removesuffix("]") for n in steps)
    message = f"right where {where}; what it is elsewhere is left out"
    finding = Finding("missing-term", message, hint="what is the derivative on the other side of the kink?")
    return Comparison("right under a condition", found, message, "", where, (finding,))


MAX_STEPS = 3


def _bound(term: Term) -> bool:
    return any(is_index(s) and s.name.startswith("#") for s in free_symbols(term))


def _equal(answer: Term, right: Term, seed: int) -> Equality:
    if not alike(answer.type, right.type):
        return DIFFERENT
    return equal(answer, right, seed=seed)


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
        f"the derivative is {target.shape}, and yours is {describe(answer.type)}"
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
        message = f"right in {layout} layout; in {wanted} layout {shape}"
        finding = Finding("transpose", message, hint=finding.hint)
    return Comparison(outcome, found if outcome != "wrong" else plain, message, layout, "", (finding,))


def transposes(answer: Term, target: Target) -> tuple[Finding, ...]:
    """Transposes inside the answer that make it right for every matrix: then symmetry was not used, they were forgotten."""
    trials = Trials([answer, target.right])
    for start in dict.fromkeys((answer, _multiplied_out(answer))):
        for candidate in toggles(start) if trials.usable else ():
            if trials.same(candidate.term, target.right) and _equal(candidate.term, target.right, target.seed).holds:
                message = f"right but for a transpose: look at {candidate.said}"
                return (Finding("transpose", message, candidate.said, None, "write the shape below every factor"),)
    return ()


def _multiplied_out(term: Term) -> Term:
    found = terms_of(unfolded(term))
    try:
        return add(*found) if len(found) > 1 else term
    except GradatimError:
        return term


def _of_numbers(plain: Equality, answer: Term, right: Term) -> bool:
    """Whether the domain is one of numbers: √(s²) = s for positive s. That an array has positive entries is no domain."""
    if "positive" not in plain.certainty:
        return True
    return all(s.is_scalar for s in free_symbols(answer, right) if s.type.index is None and not s.type.facts)


def _condition(plain: Equality) -> str:
    condition = plain.certainty.removeprefix("equal except ").removeprefix("that ")
    of, must, what = condition.partition(" must be ")
    if must and "," in of:  # of several: A, B and C are symmetric
        return f"{' and '.join(of.rsplit(', ', 1))} are {what}"
    return condition.replace(" must be ", " is ").replace(" must have ", " has ").replace(" must add up ", " add up ")


def conditional(plain: Equality) -> Comparison:
    """Right under the condition that the ladder names."""
    kind, said = "symmetry" if plain.exception in ("symmetric", "sum") else "other", _condition(plain)
    message = f"right only if {said}, and that is not given" if plain.exception != "domain" else f"right only where {said}"
    finding = Finding(kind, message, hint="which property of a matrix or a number did you use that is not given?")
    return Comparison("right under a condition", plain, message, "", said, (finding,))


__all__ = ["Comparison", "compare", "conditional"]
