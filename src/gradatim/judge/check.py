"""`check_answer`: is this answer right, how surely, and if not, which mistake is it?

`answer` is what a person wrote. It is read in the names of the problem, its final formula is compared with the verified derivative
(`compare`), and where it differs the kinds of mistake are looked for by value (`mistakes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from gradatim.errors import GradatimError, ReadError, ShapeError
from gradatim.judge.answering import answering, called, other_question
from gradatim.judge.broken import rejoined
from gradatim.judge.compare import compare
from gradatim.judge.differentials import read_off
from gradatim.judge.leaning import LEANS, all_known, leans, primed
from gradatim.judge.lines import Derivation, derivation, holds_derivative, is_blank
from gradatim.judge.measured import (
    as_list,
    by_differential,
    compared,
    divided,
    is_set_to_zero,
    number_or_all,
    says_what_it_is,
    spread,
    undefined,
)
from gradatim.judge.nonconforming import lacking, repaired_shape
from gradatim.judge.otherwise_read import CASES, DIAGONAL, OTHERWISE, as_cases, on_diagonal, seen_by
from gradatim.judge.outcomes import HOLDS, explained_by, person, unfinished, unreadable
from gradatim.judge.question import known_by_name
from gradatim.judge.reading import Final, answer_to, fitted
from gradatim.judge.repairs import mended
from gradatim.judge.second import (
    BROKEN,
    DONE,
    DOUBT,
    DOUBT_LATER,
    TWO,
    concludes,
    done_in_words,
    earlier,
    in_words,
    is_remark,
    two_answers,
)
from gradatim.judge.stated_entries import WISE, by_entries, other_index
from gradatim.judge.target import Target, turned
from gradatim.judge.undeclared import supposed
from gradatim.judge.unsaid import unsaid
from gradatim.judge.verdict import Finding, Repair, Verdict
from gradatim.judge.where_clauses import with_clauses
from gradatim.read.answer_text import mathematics
from gradatim.read.problem import Problem
from gradatim.read.quiet import without_gaps
from gradatim.read.scope import Assumption
from gradatim.read.stated import Answer, Line, Member
from gradatim.term import Symbol, Term, free_symbols, substitute
from gradatim.write import text as write_text

MAX_CHARACTERS = 20_000
STAR = "`*` is the matrix product here and does not conform; entry by entry the answer is right: a person should look at this"
MAX_EARLIER = 5
"""How many formulas before the last one are looked at again."""
BLANK = frozenset("?.-_ \n\t$")


def check_answer(
    problem: Problem, wrt: tuple[Term, ...], answer: str, layout: str = "", scan: bool = False, seed: int = 1
) -> Verdict:
    """The verdict on an answer to "the derivative of the problem's function by wrt". `layout` is "" where nothing fixes it.

    `seed` draws the points of comparison: the same seed gives the same evidence. With `scan` the text came from a scanner: characters that it may have misread are mended where a line cannot be read or does
    not conform, from declarations and shapes alone. Every repair is reported, and `as_written` is the outcome without them.
    Raises UnknownDerivative, NotVerified, LimitExceeded where the question has no answer of our own.
    """
    if not answer.strip() or set(answer) <= BLANK:
        return Verdict("blank", message="there is no answer", as_written="blank")
    if (words := unsaid(answer)) is not None:
        return words
    if len(answer) > MAX_CHARACTERS:
        said = f"the answer is longer than {MAX_CHARACTERS} characters"
        return Verdict("undecided", message=said, as_written="undecided", certainty="could not decide")
    problem = known_by_name(problem, answer := without_gaps(answer))
    target = Target(problem.term, wrt, layout, seed, problem.structure_for(wrt))
    found = supposed(judged(problem, target, answer), answer, target, lambda t: judged(problem, target, t))
    written = found.outcome
    repairs: tuple[Repair, ...] = ()
    if scan:
        better = mended(problem, answer, wrt)
        if better.repairs:
            found, repairs = judged(problem, target, better.text), better.repairs
    assumed = tuple(dict.fromkeys((*problem.assumed, *found.assumed)))
    return replace(found, as_written=written, repairs=repairs, assumed=assumed, expected=target.right)


def check_term(problem: Problem, wrt: tuple[Term, ...], answer: Term, layout: str = "", seed: int = 1) -> Verdict:
    """The verdict on a term. Its symbols are those of the problem, or have their plain names and shapes.

    Raises what `check_answer` raises.
    """
    target = Target(problem.term, wrt, layout, seed, problem.structure_for(wrt))
    own = {s.plain: s for s in free_symbols(target.function, *wrt)}
    table: dict[Term, Term] = {
        s: own[s.plain] for s in free_symbols(answer) if s.plain in own and s.type.axes == own[s.plain].type.axes
    }
    said = write_text(answer)
    member = Member(said, (0, len(said)), substitute(answer, table), None)
    read = Answer(said, (Line(said, member.span, (member,)),), ())
    verdict = judged_member(problem, target, read, read.lines[0], member)
    return replace(verdict, as_written=verdict.outcome, expected=target.right)


def judged(problem: Problem, target: Target, text: str) -> Verdict:
    """The verdict on a text against a target: of its final formula, and of the way there."""
    try:
        answer = answer_to(problem, target, text)
    except GradatimError as error:
        return unreadable(error)
    named = problem.scope.root is not None and bool(problem.scope.root.name)
    if not named and (name := called(answer, target)):
        target = target.by_name(name)
    final = final_verdict(problem, target, answer)
    verdict = looked_again(problem, target, answer, final)
    if verdict.outcome in ("wrong", "unreadable") and (other := continued(problem, target, text)) is not None:
        return other
    if verdict.outcome == "incomplete" and (together := with_clauses(answer, problem.text + problem.given)):
        again = judged(problem, target, together)
        if again.outcome == "wrong" or again.outcome.startswith("right"):
            verdict = again
    if verdict.outcome == "wrong":
        for said, others in OTHERWISE:
            if any(right_so(problem, target, t) for t in others(text, verdict.assumed)):
                return person(verdict, said)
    if verdict.outcome == "wrong" and (whole := target.for_every) is not None:
        again = judged(problem, whole, text)
        if again.outcome.startswith("right") or again.outcome == "incomplete" or verdict.mistake == "shape" != again.mistake:
            return replace(again, assumed=(*again.assumed, Assumption("the answer is for all entries of the function at once")))
    if verdict.outcome == "wrong" and (other := as_function_of_the_variable(problem, target, text)) is not None:
        return other
    if verdict.mistake == "other" and (variable := says_what_it_is(answer, target)) is not None:
        name = write_text(variable)
        verdict = replace(
            verdict, message=f"this says what {name} is, and not what the derivative by {name} is", advice=SET_TO_ZERO
        )
        final = replace(final, message=verdict.message)
    elif verdict.mistake == "other" and is_set_to_zero(answer, target):
        verdict = replace(verdict, message="this sets the derivative to zero, and does not say what it is", advice=SET_TO_ZERO)
        final = replace(final, message=verdict.message)
    way = one_kind(derivation(answer, target), answer, target, final)
    return replace(verdict, derivation=way.outcome, lines=way.lines, first_wrong_line=way.first_wrong)


def as_function_of_the_variable(problem: Problem, target: Target, text: str) -> Verdict | None:
    """The verdict on a text whose h(w) is the h(x) = σ(wᵀx) of the question, where it is right so, or but for a sign or a
    constant; None otherwise."""
    names = [n for w in target.wrt if isinstance(w, Symbol) for n in dict.fromkeys((w.name, w.label, w.plain))]
    for name, d in problem.definitions.items():
        own = d.parameters or ()
        parameter = own[0].name if len(own) == 1 else ""
        if not parameter or parameter in names or (said := seen_by(text, name, parameter, names)) == text:
            continue
        found = judged(problem, target, said)
        if found.outcome.startswith("right") or found.mistake in ("sign", "factor"):
            note = f"{name} of {names[0]} is the {name}({parameter}) of the question, seen as a function of {names[0]}"
            return replace(found, assumed=(*found.assumed, Assumption(note)))
    return None


QUESTIONED = "a question mark stands behind the formula: whether it is an answer, a person has to say"
EXCHANGED = "the indices of the entry are exchanged: the right side is the entry whose row is this one's column"
SET_TO_ZERO = "give the derivative itself, before it is set to zero"


def right_so(problem: Problem, target: Target, text: str) -> bool:
    """Whether the last formula of a text is right."""
    try:
        answer = answer_to(problem, target, text)
        return accepted(problem, target, answer, *answering(answer, target)) == "right"
    except GradatimError:
        return False


def continued(problem: Problem, target: Target, text: str) -> Verdict | None:
    """The verdict on a text whose rows without `=` go on with the rows before them, where it is right so; None where it is not."""
    joined, surely = rejoined(text)
    if joined == text:
        return None
    try:
        answer = answer_to(problem, target, joined)
        if not accepted(problem, target, answer, *answering(answer, target)):
            return None
    except GradatimError:
        return None
    found = judged(problem, target, joined)
    return found if surely else person(found, BROKEN)


def one_kind(way: Derivation, answer: Answer, target: Target, final: Verdict) -> Derivation:
    """The derivation with the mistake of its last line told as that of the answer: there more is tried to explain it."""
    if final.outcome != "wrong" or final.mistake is None or not way.lines:
        return way
    try:
        at = next(k for k, line in enumerate(answer.lines) if line is answering(answer, target)[0])
    except GradatimError:
        return way
    line = way.lines[at]
    if line.state != "slip" or line.mistake not in ("other", "shape"):
        return way
    told = replace(line, mistake=final.mistake, message=final.message)
    return replace(way, lines=(*way.lines[:at], told, *way.lines[at + 1 :]))


def looked_again(problem: Problem, target: Target, answer: Answer, verdict: Verdict) -> Verdict:
    """The verdict, or another one where an earlier formula is right and the last one may only comment on it, or where two different
    answers are given."""
    if verdict.outcome not in ("wrong", "unreadable", "incomplete") and not verdict.outcome.startswith("right"):
        return verdict
    try:
        line, member = answering(answer, target)
    except GradatimError:
        line, member = None, None
    if line is not None and member is not None and done_in_words(answer, line, member):
        return person(verdict, DONE)
    if line is not None and (other := two_answers(answer, line)) is not None and other.members:
        last = verdict.outcome if verdict.outcome.startswith("right") else ""
        if last != accepted(problem, target, answer, other, other.members[-1]):
            return person(verdict, TWO)
    left_out = verdict.outcome == "right under a condition" and verdict.mistake == "missing-term"
    if verdict.outcome.startswith("right") and not (left_out and in_words(answer.text) is not None):
        return verdict
    if (said := in_words(answer.text)) is not None:
        return by_cases(problem, target, answer.text) or said
    for again in fuller(problem, target, answer):
        if accepted(problem, target, *again):
            found = judged_member(problem, target, *again)
            # Where the formula taken first could be an answer, too, only a person can say which is meant.
            plausible = member is not None and member.term is not None and member.term.type.axes == target.right.type.axes
            return person(found, DOUBT_LATER) if plausible else found
    if line is None or member is None:
        return verdict
    end = answer.lines[-1]
    if verdict.outcome == "incomplete" and end.head is None and not end.defines and end is not line:
        # "∂L/∂z = ∂L/∂h ⊙ h′, i.e. 2(vᵀh − y) v ⊙ h′": what stands behind it without a left side puts it together.
        if accepted(problem, target, answer, end, end.members[-1]):
            return judged_member(problem, target, answer, end, end.members[-1])
    for other, formula in islice(earlier(answer, line), MAX_EARLIER):
        if accepted(problem, target, answer, other, formula):
            found = judged_member(problem, target, answer, other, formula)
            return found if is_remark(answer, line, member.term, target) else person(found, DOUBT)
    return verdict


def accepted(problem: Problem, target: Target, answer: Answer, line: Line, member: Member) -> str:
    """The outcome for a formula that is right, perhaps in another layout; "" for any other: which mistake it holds is not looked for."""
    if member.term is None or holds_derivative(member, target.function) or other_question(line, target):
        return ""
    if primed(answer, member, target.known):
        return ""
    try:
        found = fitted(member, target, answer, problem.given)
        outcome = compare(found.term, target).outcome if not undefined(found.term, problem) else ""
    except GradatimError:
        return ""
    return outcome if outcome in HOLDS else ""


def by_cases(problem: Problem, target: Target, text: str) -> Verdict | None:
    """The verdict on a text with its two cases in words read as such, where it is right so; None otherwise."""
    cases = as_cases(text)
    found = judged(problem, target, cases) if cases else None
    if found is None or not found.outcome.startswith("right"):
        return None
    return replace(found, assumed=(*found.assumed, Assumption(CASES)))


def fuller(problem: Problem, target: Target, answer: Answer) -> Iterator[tuple[Answer, Line, Member]]:
    """Other formulas that may be the answer: the last line, where it names the derivative ("hence $H = …$"), and the last formula
    of the text with those that seemed to explain another one only."""
    last = answer.lines[-1] if answer.lines else None
    if last is not None and concludes(answer, last):
        yield answer, last, last.members[-1]
    words = problem.scope.words()
    if mathematics(answer.text, words, True) == mathematics(answer.text, words):
        return
    try:
        whole = answer_to(problem, target, answer.text, True)
        if len(whole.lines) > len(answer.lines):
            yield whole, *answering(whole, target)
    except GradatimError:
        return


def final_verdict(problem: Problem, target: Target, answer: Answer) -> Verdict:
    """The verdict on the formula that answers."""
    if target.differential and (stated := differential_in(answer, target)) is not None:
        return judged_member(problem, target, answer, *stated)
    try:
        line, member = answering(answer, target)
    except GradatimError as error:
        if answer.lines and all(line.members[-1].claimed is not None for line in answer.lines if not line.defines):
            said = "the derivative is only named here: work it out"
            return Verdict("incomplete", mistake="unfinished", mistakes=("unfinished",), message=said)
        return unreadable(error)
    return judged_member(problem, target, answer, line, member)


def differential_in(answer: Answer, target: Target) -> tuple[Line, Member] | None:
    """The last formula of an answer that is a differential, with its line; None where there is none."""
    found = [(line, line.members[-1]) for line in answer.lines if line.members and line.members[-1].term is not None]
    return next(((x, m) for x, m in reversed(found) if m.term is not None and read_off(m.term, target) is not None), None)


def judged_member(problem: Problem, target: Target, answer: Answer, line: Line, member: Member) -> Verdict:
    """The verdict on one formula of an answer, the last of a line."""
    if is_blank(member):
        open_ = Verdict("blank", message="the answer is left open")
        return open_ if set(member.text.rpartition("=")[2]) <= BLANK else person(open_, QUESTIONED)
    if member.error is not None and holds_derivative(member, target.function):
        said = "a derivative still stands in the answer: put the pieces together"
        return Verdict("incomplete", mistake="unfinished", mistakes=("unfinished",), message=said, span=member.span)
    if isinstance(member.error, ShapeError):
        return nonconforming(problem, target, answer.text, member.error)
    if member.term is None:
        return unreadable(member.error or ReadError("the formula has no value", answer.text, member.span))
    if (off := read_off(member.term, target)) is not None:
        return by_differential(compared(target.in_layout("gradient"), answer, Final(member, off)), target)
    found = fitted(member, target, answer, problem.given)
    if line.head is not None and line.head.transposed and line.head.order == 1 and target.function.is_scalar:
        found = replace(found, term=turned(found.term) or found.term)
    unknown = undefined(found.term, problem)
    if unknown:
        return unreadable(ReadError(f"{unknown} has no value: say what it is", answer.text, member.span))
    if (strange := other_index(line, member, target)) is not None:
        return strange
    entrywise = by_entries(line, target)
    verdict = compared(target.in_layout("gradient") if entrywise else target, answer, found)
    if entrywise and verdict.mistake == "transpose" and "layout" in verdict.message:
        verdict = replace(verdict, message=EXCHANGED, advice="which index is that of the row, and which that of the column?")
    if target.differential and verdict.outcome.startswith("right"):
        return unfinished(verdict, "the derivative is right; it is the differential that is asked for")
    if verdict.outcome == "wrong" and (listed := as_list(verdict, target, answer, found)) is not None:
        verdict = listed
    if verdict.outcome.startswith("right") and holds_derivative(member, target.function) and not all_known(member, target.known):
        return unfinished(verdict, "a derivative still stands in the answer: put the pieces together")
    if verdict.outcome.startswith("right") and leans(answer, member, target.function, target.known):
        return unfinished(verdict, LEANS)
    if verdict.outcome.startswith("right") and (name := primed(answer, member, target.known)):
        return unfinished(verdict, f"{name} still stands in the answer: work it out")
    if verdict.outcome == "wrong" and other_question(line, target):
        return unfinished(verdict, "no line states the derivative that is asked for")
    if verdict.mistake == "other":
        finding = repaired_shape(problem, target, answer.text, exact=True)
        if finding is not None:
            return explained_by(verdict, finding)
    if verdict.mistake == "index" and (name := number_or_all(problem, answer)):
        return person(
            verdict, f"`{name}` alone may be the number of one example or the vector of all; a person should look at this"
        )
    if verdict.mistake == "other" and spread(answer) and (finding := lacking(problem, target, answer.text)) is not None:
        return explained_by(verdict, finding)
    if verdict.mistake == "other" and (where := divided(answer)):
        message = f"an array stands below the bar in {where}: arrays do not divide, and entry by entry it is not the derivative"
        return replace(verdict, mistake="shape", mistakes=("shape",), message=message, advice="by what number is divided?")
    if verdict.mistake == "other" and (added := spread(answer)):
        message = f"the terms do not have one shape: {added}"
        return replace(
            verdict, mistake="shape", mistakes=("shape",), message=message, place="", advice="what is the shape of each term?"
        )
    return verdict


_BLOCKS = re.compile(r"\[(?:[^\[\]+=&-]|(?<=[\^{])-)*?(?:\\[;:]|\\q?quad(?![a-zA-Z])|\\ )(?:[^\[\]+=&-]|(?<=[\^{])-)*\]")
"""Factors in square brackets with a wide space between them."""


def side_by_side(problem: Problem, target: Target, text: str, blocks: re.Match[str]) -> Verdict | None:
    """The verdict on the text with blocks side by side in the bracket, where it is right so and fits no other way; None otherwise."""
    inside = re.sub(r"\\[;:]|\\q?quad(?![a-zA-Z])|\\ ", " & ", blocks[0][1:-1])
    matrix = rf"\begin{{bmatrix}}{inside}\end{{bmatrix}}"
    found = judged(problem, target, text[: blocks.start()] + matrix + text[blocks.end() :])
    if not found.outcome.startswith("right"):
        return None
    return replace(found, assumed=(*found.assumed, Assumption(f"`{blocks[0]}` is read as blocks side by side")))


def nonconforming(problem: Problem, target: Target, text: str, error: ShapeError) -> Verdict:
    """A formula whose parts do not fit: wrong, and which transposes or which order would make it right."""
    if (blocks := _BLOCKS.search(text)) is not None:
        if (beside := side_by_side(problem, target, text, blocks)) is not None:
            return beside
        may = f"`{blocks[0]}` may be blocks side by side, and does not conform as a product: a person should look at this"
        return Verdict("undecided", certainty="could not decide", message=may, span=blocks.span(), expected=target.right)
    if (diagonal := on_diagonal(text)) != text:
        found = judged(problem, target, diagonal)
        if found.outcome.startswith("right"):
            return replace(found, assumed=(*found.assumed, Assumption(DIAGONAL)))
    said = str(error).splitlines()[0]
    plain = said if "not conform" in said else f"the answer does not conform: {said}"
    finding = repaired_shape(problem, target, text) or Finding("shape", "")
    if finding.kind == "product" and WISE.search(text) is not None:
        return Verdict(
            "right",
            certainty="equal",
            message="right, with the product taken entry by entry, as the answer says",
            span=finding.span,
            expected=target.right,
            assumed=(Assumption(f"the product at `{finding.place}` is taken entry by entry, as the answer says"),),
        )
    if finding.kind == "product" and "*" in finding.place and "\\" not in text:
        # In plain text the star may be meant entry by entry, and is right so.
        return Verdict("undecided", certainty="could not decide", message=STAR, span=finding.span, expected=target.right)
    return Verdict(
        "wrong",
        certainty="proved different",
        mistake=finding.kind,
        mistakes=tuple(dict.fromkeys((finding.kind, "shape"))),
        message=f"{plain}; {finding.message}" if finding.message else plain,
        place=finding.place,
        span=finding.span,
        advice=finding.hint,
        expected=target.right,
        evidence=said,
    )
