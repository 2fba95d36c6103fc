"""One formula of an answer measured against the right answer: what it is, and what it only looks like."""

from __future__ import annotations

import re
from dataclasses import replace

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError
from gradatim.judge.answering import answering
from gradatim.judge.compare import compare
from gradatim.judge.mistakes import findings
from gradatim.judge.outcomes import different, evidence, unfinished
from gradatim.judge.pieces import unfolded
from gradatim.judge.reading import Final, from_vec, shapes
from gradatim.judge.target import Target, stacked
from gradatim.judge.trials import Trials
from gradatim.judge.two_sides import needed, said
from gradatim.judge.verdict import Finding, Verdict
from gradatim.ops import Function, diag, diagonal, subtract, transpose
from gradatim.read.problem import Problem
from gradatim.read.scope import Assumption
from gradatim.read.stated import Answer
from gradatim.term import Apply, Term, free_symbols, is_index
from gradatim.value.points import parts
from gradatim.write import text as write_text


def compared(target: Target, answer: Answer, found: Final) -> Verdict:
    assumed = (*answer.assumed, *found.assumed)
    free = {s for s in free_symbols(found.term) if is_index(s)} - set(free_symbols(target.right, target.function, *target.wrt))
    if target.right.rank > 2 and free and found.term.rank + len(free) != target.right.rank:
        said = "the answer's indices are not one for each axis of the derivative; a person should look at this"
        return Verdict("undecided", message=said, certainty="could not decide", assumed=assumed, read_as=write_text(found.term))
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
        return Verdict("right", message=result.message + where_defined(found.term, target), **common)  # type: ignore[arg-type]
    if result.outcome == "undecided":
        return Verdict("undecided", message=result.message, **common)  # type: ignore[arg-type]
    diagonal, said = only_diagonal(found.term, target) if result.outcome == "wrong" else ("", "")
    if diagonal == "incomplete":
        return unfinished(Verdict("wrong", **common), said)  # type: ignore[arg-type]
    kinds = [Finding("shape", said)] if said else list(result.findings)
    if result.outcome == "wrong" and not kinds:
        kinds = findings(found.term, target)
    first = kinds[0] if kinds else Finding("other", different(result.equality))
    return Verdict(
        result.outcome,
        mistake=first.kind,
        mistakes=tuple(dict.fromkeys(f.kind for f in kinds)) or ("other",),
        message=first.message,
        place=first.place,
        advice=first.hint,
        counterexample=result.equality.counterexample,
        **common,  # type: ignore[arg-type]
    )


def only_diagonal(answer: Term, target: Target) -> tuple[str, str]:
    """The outcome for the diagonal of a matrix alone, as a column or as ∂sᵢ/∂zᵢ, with what is said; nothing of any other answer."""
    right = target.right
    free = [s for s in free_symbols(answer) if is_index(s) and s not in free_symbols(right, *target.wrt)]
    column = stacked(answer, (free[0],)) if len(free) == 1 and not answer.rank else answer
    if right.rank != 2 or right.type.axes[0] != right.type.axes[1] or column.type.axes != right.type.axes[:1]:
        return "", ""
    own = diagonal(right)
    if not equal(transpose(column) if column.type.row else column, own).holds:
        return "", ""
    if equal(right, diag(own)).holds:
        return "incomplete", "these are the entries on the diagonal of the derivative: say that those off it are zero"
    if free:
        return "incomplete", "right for the entries on the diagonal of the derivative; those off it are still to be worked out"
    return "wrong", f"the derivative is {target.shape}; this is its diagonal alone, and the entries off it are not zero"


def where_defined(answer: Term, target: Target) -> str:
    """What an answer needs to have a value and the derivative does not; "" where there is nothing."""
    needs = needed(unfolded(answer), beyond=target.conditions)
    return f", wherever the answer has a value: for {said(needs)}" if needs else ""


def as_list(verdict: Verdict, target: Target, answer: Answer, found: Final) -> Verdict | None:
    """The verdict on a column that lists the entries of a matrix, as vec does, where it is right so or says so; None otherwise."""
    said = re.search(r"vec(?![a-z])[^=]*=", answer.text) is not None
    if (target.layout and not said) or found.term.rank != 1 or target.right.rank != 2:
        return None
    for matrix, taken in from_vec(found.term, target.right.type):
        again = compared(target, answer, Final(found.member, matrix, (*found.assumed, Assumption(taken))))
        if said or again.outcome.startswith("right"):
            return replace(again, read_as=verdict.read_as, shapes=verdict.shapes)
    return None


def spread(answer: Answer) -> str:
    """What was said of a scalar, no number, that was added to an array; "" where there is none."""
    return next((a.text for a in answer.assumed if re.match(r"`[^`]*[a-zA-Z][^`]*` is added to every entry", a.text)), "")


def divided(answer: Answer) -> str:
    """Where an array was divided by an array, entry by entry for want of another meaning; "" where nothing was."""
    found = (re.match(r"(`.+`) divides entry by entry", a.text) for a in answer.assumed)
    return next((m[1] for m in found if m), "")


def number_or_all(problem: Problem, answer: Answer) -> str:
    """The name of a function that stands alone and was added to an array, as in `Xᵀ(h − y)` where the problem has h(w, xᵢ); "" where
    there is none."""
    found = re.match(r"`(.+?)` is added", spread(answer))
    function = problem.definitions.get(found[1]) if found else None
    return found[1] if found and function is not None and function.parameters else ""


def by_differential(verdict: Verdict, target: Target) -> Verdict:
    """The verdict on an answer that stops at a differential: the derivative of a number or a vector is still to be read off it."""
    if not verdict.outcome.startswith("right"):
        return verdict
    if target.right.rank > 2 or target.differential:
        said = "right" if target.differential else "right, as a differential"
        return replace(verdict, outcome="right", mistake=None, mistakes=(), message=said)
    return unfinished(verdict, "the differential is right; the derivative is still to be read off it")


def undefined(term: Term, problem: Problem) -> str:
    """A name of the answer that the problem mentions but gives neither a size nor a value; "" where there is none."""
    used = set(free_symbols(problem.term))
    asked = {n.op.name for n in parts(problem.term) if isinstance(n, Apply) and isinstance(n.op, Function)}
    for n in parts(term):
        if isinstance(n, Apply) and isinstance(n.op, Function) and n.op.body is None and n.op.name not in asked:
            return f"the function `{n.op.text}`"
    for s in free_symbols(term):
        declared = problem.scope.tables.declared.get(s.name)
        if s in used or is_index(s) or s.name.startswith("#") or problem.scope.tables.symbols.get(s.name) is s:
            continue
        if declared is None or not (declared.dims or declared.kind in ("scalar", "vector", "row", "matrix")):
            return f"`{s.label}`"
    return ""


def says_what_it_is(answer: Answer, target: Target) -> Term | None:
    """The variable, where the answer is an equation for it: x = (AᵀA)⁻¹Aᵀb."""
    line, _ = answering(answer, target)
    first = line.members[0].term if len(line.members) > 1 else None
    return first if first is not None and first in target.wrt else None


def is_set_to_zero(answer: Answer, target: Target) -> bool:
    """Whether the answer is the equation for a point where the derivative is zero, divided by a number or not: AᵀAx = Aᵀb."""
    line, _ = answering(answer, target)
    sides = [m.term for m in line.members]
    if line.head is not None or line.defines or len(sides) != 2 or sides[0] is None or sides[1] is None:
        return False
    if any(side.type.axes != target.right.type.axes for side in sides if side is not None):
        return False
    try:
        trials = Trials([target.right])
        return trials.usable and trials.ratio(subtract(sides[0], sides[1]), target.right) is not None
    except GradatimError:
        return False


__all__ = [
    "as_list",
    "by_differential",
    "compared",
    "divided",
    "is_set_to_zero",
    "number_or_all",
    "says_what_it_is",
    "spread",
    "undefined",
    "where_defined",
]
