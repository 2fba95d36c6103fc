"""A derivation line by line: each line against the quantity it claims to equal, and against the line before.

The first line that is neither is the slip. Later lines are judged by the writer's own results: what follows from a wrong line
is not wrong again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError, ShapeError
from gradatim.judge.mistakes import findings
from gradatim.judge.reading import fit, names_of_sizes
from gradatim.judge.target import Target, alike, describe, turned
from gradatim.judge.verdict import Finding, LineVerdict
from gradatim.read.answer import Answer, Line, Member
from gradatim.read.derivatives import written
from gradatim.read.parser import expression
from gradatim.read.tree import walk
from gradatim.term import Term, substitute

MAX_DIAGNOSED = 5
"""For how many wrong lines the kind of mistake is looked for."""
BLANK = frozenset("?.- \n\t$")


@dataclass(frozen=True, slots=True)
class Derivation:
    """What is said of the lines, the outcome for the whole, and the number of the first wrong line."""

    outcome: str
    lines: tuple[LineVerdict, ...] = ()
    first_wrong: int | None = None


@dataclass(slots=True)
class _Walk:
    """The state of one walk: what the running chain should equal, what was written last, and the writer's own values of
    quantities that they got wrong."""

    answer: Answer
    target: Target
    truth: Term | None = None
    last: Term | None = None
    own: dict[Term, Term] = field(default_factory=dict)
    found: list[LineVerdict] = field(default_factory=list)


def derivation(answer: Answer, target: Target) -> Derivation:
    """Judge every line of an answer that has more than its final formula."""
    steps = sum(len(line.members) - (line.members[0].claimed is not None) for line in answer.lines if line.members)
    if len(answer.lines) < 2 and steps < 2:
        return Derivation("none")
    state = _Walk(answer, target)
    for number, line in enumerate(answer.lines, 1):
        state.found.append(_judged(state, number, line))
    slips = [v for v in state.found if v.state == "slip"]
    unread = [v for v in state.found if v.state == "unread"]
    judged = [v for v in state.found if v.state in ("holds", "slip", "follows")]
    if slips:
        outcome = "slip"
    elif not judged:
        outcome = "unreadable" if unread else "none"
    else:
        outcome = "gap" if unread else "holds"
    return Derivation(outcome, tuple(state.found), slips[0].number if slips else None)


def is_blank(member: Member) -> bool:
    """`= ?`: the writer left it open."""
    return set(member.text) <= BLANK or member.text.rstrip("$ \n").endswith("?")


def holds_derivative(member: Member) -> bool:
    """Whether a derivative still stands in a formula: then it is not finished."""
    if member.claimed is not None:
        return True
    try:
        node = expression(member.text)
    except GradatimError:
        return False
    return any(written(n, member.text) is not None for n in walk(node))


# ---------------------------------------------------------------- one line


def _judged(state: _Walk, number: int, line: Line) -> LineVerdict:
    members = [m for m in line.members if not is_blank(m)]
    if not members:
        return LineVerdict(number, line.text, line.span, "not judged", "the line is left open")
    head = None
    if not line.continues:
        state.truth, state.last = None, None
        head = members[0] if members[0].claimed is not None else None
        if line.defines:
            bad = next((m for m in members if m.error is not None and m is not members[0]), None)
            value = next((m.term for m in reversed(members) if m.term is not None), None)
            state.truth = state.last = value
            return _unread(number, line, bad) if bad else LineVerdict(number, line.text, line.span, "definition")
        if head is not None or len(members) > 1:
            state.truth = members[0].term
            rest = members[1:]
            if members[0].error is not None and members[0].claimed is None:
                return _unread(number, line, members[0])
        else:
            # A formula alone answers the question.
            state.truth, rest = state.target.right, members
    else:
        rest = members
    if not rest:
        return LineVerdict(number, line.text, line.span, "not judged")
    target = _claim(state, head) if head is not None else None
    return _members(state, number, line, rest, target)


def _claim(state: _Walk, head: Member) -> Target | None:
    """What a line that begins with a derivative is measured against, so that kinds of mistake can be told."""
    claimed = head.claimed
    assert claimed is not None
    if head.term is None or claimed.of is None or not claimed.wrt or any(w is None for w in claimed.wrt):
        return None
    return known(claimed.of, tuple(w for w in claimed.wrt if w is not None), head.term)


def known(function: Term, wrt: tuple[Term, ...], right: Term) -> Target:
    """A target whose right answer is known already."""
    made = Target(function, wrt)
    made.__dict__["gradient"] = right
    return made


def _members(state: _Walk, number: int, line: Line, rest: list[Member], target: Target | None) -> LineVerdict:
    """Judge the members of a line against the chain; the worst of them is the line's state."""
    worst = LineVerdict(number, line.text, line.span, "holds")
    for member in rest:
        if member.error is not None or member.term is None:
            return _unread(number, line, member)
        if state.truth is None:
            state.truth = state.last = member.term
            worst = LineVerdict(number, line.text, line.span, "not judged", "what it should equal is not known")
            continue
        verdict = _one(state, number, line, member.term, target)
        if verdict.state == "slip":
            state.own[state.truth] = member.term
            state.last = member.term
            return verdict
        if verdict.state == "follows" or verdict.message:
            worst = verdict if worst.state == "holds" else worst
        if verdict.state == "follows":
            state.own[state.truth] = member.term
        state.last = member.term
    return worst


def _one(state: _Walk, number: int, line: Line, term: Term, target: Target | None) -> LineVerdict:
    truth = state.truth
    assert truth is not None
    term = fit(term, truth.type, names_of_sizes(truth, state.target.function)) or term
    if _same(term, truth):
        return LineVerdict(number, line.text, line.span, "holds")
    flipped = turned(truth)
    if flipped is not None and _same(term, flipped):
        said = f"the transpose of what it should equal (in the other layout): {describe(truth.type)} is asked for"
        return LineVerdict(number, line.text, line.span, "holds", said, "transpose")
    if state.last is not None and state.last is not truth and _same(term, state.last):
        return LineVerdict(number, line.text, line.span, "follows", "follows from the line before, which is wrong")
    for value in (truth, state.last):
        if value is not None and state.own and _same(term, substitute(value, state.own)):
            return LineVerdict(number, line.text, line.span, "follows", "follows from an earlier line, which is wrong")
    if sum(v.state == "slip" for v in state.found) >= MAX_DIAGNOSED:
        return LineVerdict(number, line.text, line.span, "slip", "this is not what it should equal", "other")
    finding = _kind(term, truth, target or known(truth, (), truth))
    return LineVerdict(number, line.text, line.span, "slip", finding.message, finding.kind)


def _kind(term: Term, truth: Term, target: Target) -> Finding:
    if target.wrt:
        return findings(term, target)[0]
    found = findings(term, target)[0]
    return Finding(found.kind, found.message.replace("the derivative", "what the line before says"), found.place)


def _same(a: Term, b: Term) -> bool:
    return alike(a.type, b.type) and equal(a, b).holds


def _unread(number: int, line: Line, member: Member) -> LineVerdict:
    error = member.error
    said = getattr(error, "message", str(error)).splitlines()[0] if error is not None else "a derivative is not worked out"
    if isinstance(error, ShapeError):
        return LineVerdict(number, line.text, line.span, "slip", f"the line does not conform: {said}", "shape")
    return LineVerdict(number, line.text, line.span, "unread", f"not read: {said}")


__all__ = ["Derivation", "derivation", "holds_derivative", "is_blank", "known"]
