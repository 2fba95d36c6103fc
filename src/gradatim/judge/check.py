"""`check_answer`: is this answer right, how surely, and if not, which mistake is it?

`answer` is what a person wrote. It is read in the names of the problem, its final formula is compared with the verified derivative
(`compare`), and where it differs the kinds of mistake are looked for by value (`mistakes`).
"""

from __future__ import annotations

from gradatim.check.ladder import Equality
from gradatim.errors import GradatimError, LimitExceeded, ShapeError
from gradatim.judge.compare import compare
from gradatim.judge.mistakes import findings
from gradatim.judge.nonconforming import repaired_shape
from gradatim.judge.reading import Final, differentiate, final, shapes
from gradatim.judge.target import Target
from gradatim.judge.verdict import Finding, Verdict
from gradatim.read.answer import Answer
from gradatim.read.problem import Problem
from gradatim.term import Term
from gradatim.write import text as write_text

BLANK = frozenset("?.-_ \n\t$")


def check_answer(problem: Problem, wrt: tuple[Term, ...], answer: str, layout: str = "") -> Verdict:
    """The verdict on an answer to "the derivative of the problem's function by wrt". `layout` is "" where nothing fixes it."""
    if not answer.strip() or set(answer) <= BLANK:
        return Verdict("blank", message="there is no answer", as_written="blank")
    target = Target(problem.term, wrt, layout)
    return judged(problem, target, answer)


def judged(problem: Problem, target: Target, text: str) -> Verdict:
    """The verdict on a text against a target."""
    try:
        answer = problem.read_answer(text, differentiate)
        found = final(answer, target)
    except ShapeError as error:
        return nonconforming(problem, target, text, error)
    except LimitExceeded as error:
        return Verdict("undecided", certainty="could not decide", message=str(error).splitlines()[0])
    except GradatimError as error:
        return unreadable(error)
    return compared(target, answer, found)


def unreadable(error: GradatimError) -> Verdict:
    message = getattr(error, "message", str(error)).splitlines()[0]
    span = getattr(error, "span", None)
    suggestion = getattr(error, "suggestion", "")
    said = f"the answer could not be read: {message}" + (f" ({suggestion})" if suggestion else "")
    return Verdict("unreadable", certainty="could not read", message=said, span=span)


def nonconforming(problem: Problem, target: Target, text: str, error: ShapeError) -> Verdict:
    """A formula whose parts do not fit: wrong, and which transposes or which order would make it right."""
    said = str(error).splitlines()[0]
    finding = repaired_shape(problem, target, text) or Finding("shape", f"the answer does not conform: {said}")
    return Verdict(
        "wrong",
        certainty="proved different",
        mistake=finding.kind,
        mistakes=(finding.kind,),
        message=finding.message,
        place=finding.place,
        span=finding.span,
        expected=target.right,
        evidence=said,
    )


def compared(target: Target, answer: Answer, found: Final) -> Verdict:
    assumed = (*answer.assumed, *found.assumed)
    result = compare(found.term, target)
    common = {
        "assumed": assumed,
        "answer": found.term,
        "expected": target.right,
        "read_as": write_text(found.term),
        "shapes": shapes(found.term),
        "span": found.member.span,
        "layout": result.layout,
        "condition": result.condition,
        "certainty": result.equality.certainty,
        "evidence": evidence(result.equality),
    }
    if result.outcome == "right":
        return Verdict("right", message=result.message, **common)  # type: ignore[arg-type]
    if result.outcome == "undecided":
        return Verdict("undecided", message=result.message, **common)  # type: ignore[arg-type]
    kinds = list(result.findings)
    if result.outcome == "wrong" and not kinds:
        kinds = findings(found.term, target)
    first = kinds[0] if kinds else Finding("other", different(result.equality))
    return Verdict(
        result.outcome,
        mistake=first.kind,
        mistakes=tuple(dict.fromkeys(f.kind for f in kinds)) or ("other",),
        message=first.message,
        place=first.place,
        counterexample=result.equality.counterexample,
        **common,  # type: ignore[arg-type]
    )


def different(equality: Equality) -> str:
    found = equality.counterexample
    if found is None:
        return f"the answer is not the derivative: {equality.text}"
    where = f"entry ({', '.join(map(str, found.entry))})" if found.entry else "the value"
    return f"the answer is not the derivative; {where} differs first"


def evidence(equality: Equality) -> str:
    return equality.text


__all__ = ["check_answer", "judged", "unreadable"]
