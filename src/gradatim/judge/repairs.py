"""Misread characters of scanned text: what a line that cannot be read, or that does not conform, may have said.

Whether an exchange fits is told by reading and by shapes alone. The right answer is never looked at. At most two exchanges mend a
line, and every one is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gradatim.errors import GradatimError, ReadError, ShapeError, Span
from gradatim.judge.confusions import Exchange, bare, exchanges, letters_in, letters_of, written_below
from gradatim.judge.lines import is_blank
from gradatim.judge.verdict import Repair
from gradatim.read.problem import Problem
from gradatim.read.scope import Assumption, Tables
from gradatim.read.stated import Answer, Claimed, Line, Member
from gradatim.term import Symbol, Term, free_symbols, is_index
from gradatim.types import Type

PER_LINE, MAX_MADE = 2, 6
MAX_TRIES = 60
MAX_LINES, LONGEST = 80, 1_000
MAX_SIGNS = 12_000
"""How many characters are read in all tries on one line."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A text with its repairs; none where nothing was mended."""

    text: str
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """The problem, by what it is differentiated, and what was read so far: the same line is looked at many times."""

    problem: Problem
    asked: tuple[Term, ...] = ()
    found: dict[tuple[str, int], Answer | None] = field(default_factory=dict, compare=False)

    @property
    def tables(self) -> Tables:
        return self.problem.scope.tables


def mended(problem: Problem, text: str, asked: tuple[Term, ...] = ()) -> Mended:
    """The text with misread signs exchanged, line by line. What was exchanged in one line is tried first in the next."""
    question = Question(problem, asked)
    answer = _read(question, text)
    if answer is None:
        return Mended(text)
    first = _pass(question, answer, ())
    # What was misread in one line is misread in the lines before it, too.
    done = first if not first.left or not first.used else _pass(question, answer, first.used)
    for (a, b), new in reversed(done.edits):
        text = text[:a] + new + text[b:]
    return Mended(text, tuple(done.repairs.values()))


@dataclass(slots=True)
class _Pass:
    """One way through the lines: the edits, their repairs, the exchanges made, how many lines are still not read."""

    edits: list[tuple[Span, str]] = field(default_factory=list)
    repairs: dict[tuple[str, str], Repair] = field(default_factory=dict)
    used: list[Exchange] = field(default_factory=list)
    left: int = 0


def _pass(question: Question, answer: Answer, known: Sequence[Exchange]) -> _Pass:
    """Mend line by line. Exchanges that are known from another line do not count: they are no further guess."""
    out = _Pass(used=list(known))
    definitions: list[str] = []
    wanted: Type | None = None
    for line in answer.lines[:MAX_LINES]:
        wanted = _left(line, wanted)
        new, made = _mended_line(question, line, definitions, wanted, out)
        if made:
            out.edits.append((line.span, new))
            out.used += [exchange for exchange, _ in made]
            for repair in (r for exchange, before in made for r in _reported(exchange, before, line.span[0])):
                out.repairs.setdefault((repair.written, repair.read_as), repair)
        if line.defines or _defines(question, new):
            definitions.append(new)
    return out


def _mended_line(
    question: Question, line: Line, definitions: Sequence[str], wanted: Type | None, state: _Pass
) -> tuple[str, list[tuple[Exchange, str]]]:
    """The line with its exchanges; as it was where they make it read no better."""
    new = line.text
    start = bad = _badness(question, new, definitions, wanted) if len(new) < LONGEST else (0, 0, 0)
    made: list[tuple[Exchange, str]] = []
    known, guesses = {(e.old, e.new) for e in state.used}, 0
    while bad[0] and guesses < PER_LINE and len(made) < MAX_MADE:
        found = _better(question, new, definitions, wanted, bad, state.used)
        if found is None:
            break
        guesses += (found[0].old, found[0].new) not in known
        made.append((found[0], new))
        _, new, bad = found
    state.left += bad[0] > 0
    return (new, made) if bad[0] < start[0] else (line.text, [])


def _reported(exchange: Exchange, text: str, offset: int) -> Iterator[Repair]:
    """A repair for each thing that was written: `x_c` and `x_e` are two, one letter in many places is one."""
    pieces = dict.fromkeys((text[a:b], new) for (a, b), new in exchange.edits)
    for (a, b), new in exchange.edits:
        written, read_as = (text[a:b], new) if len(pieces) > 1 else (exchange.old, exchange.new)
        yield Repair(written, read_as, (offset + a, offset + b), exchange.why, exchange.changes_value)


def _shape_only(function: Term, wrt: tuple[Term, ...]) -> Term:
    """A stand-in for a derivative: to see whether a line conforms, its shape is enough."""
    axes = function.type.axes + tuple(d for v in wrt for d in v.type.axes)
    row = wrt[-1].type.member.row if function.is_scalar else function.type.row
    return Symbol("\u2063derivative", Type(axes, row=row and len(axes) == 1))


def _step(term: Term) -> Term:
    """A stand-in for a differential."""
    return Symbol("\u2063step", term.type.bare)


def _read(question: Question, text: str, known: int = 0) -> Answer | None:
    key = text, known
    if key not in question.found:
        try:
            question.found[key] = question.problem.read_answer(text, _shape_only, _step, asked=question.asked, known=known)
        except GradatimError:
            question.found[key] = None
    return question.found[key]


def _better(
    question: Question, text: str, definitions: Sequence[str], wanted: Type | None, bad: Badness, used: Sequence[Exchange]
) -> tuple[Exchange, str, Badness] | None:
    """The exchange after which a line reads best, the first of those that mend it; None where none helps."""
    best: tuple[Exchange, str, Badness] | None = None
    tries = min(MAX_TRIES, MAX_SIGNS // max(1, len(text) + sum(map(len, definitions))))
    for exchange in islice(_candidates(question, text, definitions, used), tries):
        new = exchange.on(text)
        now = _badness(question, new, definitions, wanted)
        if now[0] and (exchange.new in question.tables.sizes or exchange.new.isdigit() or exchange.old.isdigit()):
            # A size or a number fits almost everywhere as a factor: it is no repair unless all fits then.
            continue
        if now < (bad if best is None else best[2]):
            best = (exchange, new, now)
            if not now[0] or any((e.old, e.new) == (exchange.old, exchange.new) for e in used):
                # What was misread in an earlier line is misread here, too.
                break
    return best


def _candidates(question: Question, text: str, definitions: Sequence[str], used: Sequence[Exchange]) -> Iterator[Exchange]:
    fault = _fault(question, text, definitions)
    every = list(exchanges(question.problem, text, fault))
    known = {(e.old, e.new) for e in used}
    yield from sorted(every, key=lambda e: (e.old, e.new) not in known)


def _fault(question: Question, text: str, definitions: Sequence[str]) -> Span | None:
    """Where the first error of the line stands; None where it is not told or where the parts do not conform."""
    start, answer = _in_context(question, text, definitions)
    if answer is None:
        return None
    for member in _members(answer, start):
        span = getattr(member.error, "span", None)
        if member.error is not None and not isinstance(member.error, ShapeError) and span is not None:
            return span[0] - start, span[1] - start
        if member.claimed is not None and _unknown(member.claimed):
            return member.span[0] - start, member.span[1] - start
    return None


def _in_context(question: Question, text: str, definitions: Sequence[str]) -> tuple[int, Answer | None]:
    front = "".join(f"{_bared(d)}\n\n" for d in definitions)
    return len(front), _read(question, front + text, len(front))


def _bared(text: str) -> str:
    return text.replace("&", " ").strip().strip("$").strip()


def _members(answer: Answer, start: int) -> list[Member]:
    return [m for line in answer.lines if line.span[0] >= start for m in line.members if not is_blank(m)]


Badness = tuple[int, int, int]
"""How badly a line reads, how many letters in it are no names, and how far from its end the first fault stands."""


def _badness(question: Question, text: str, definitions: Sequence[str], wanted: Type | None) -> Badness:
    """How badly a line reads: two for every member that cannot be read, one for every one that does not conform."""
    start, answer = _in_context(question, text, definitions)
    if answer is None:
        return 20, 0, len(text)
    total = 0
    for line in answer.lines:
        if line.span[0] < start:
            continue
        expected = wanted if line.continues else _left(line, None)
        for member in line.members:
            if not is_blank(member):
                total += _of_member(question, member, expected, answer.assumed)
    total += sum(1 for _ in written_below(text))
    strange = letters_in(text) - letters_of(question.problem) - {x for d in definitions for x in letters_in(d.split("=")[0])}
    at = [m.error.span[0] - start for m in _members(answer, start) if isinstance(m.error, ReadError) and m.error.span]
    return (total, len(strange), len(text) - at[0] if at else 0) if total else (0, 0, 0)


_BROADCAST = re.compile(r"`(?!1`)[^`]+` is added to every entry of `[^`]*`$")
_RANGE = re.compile(r"\w runs over entries [a-z] to ")
"""A sum that begins at a letter, `Σ_{i=l}`, is read, but is more likely one that begins at 1."""


_ENDS = re.compile(r"\w runs over entries 1 to (\w+) of the \w+ of ")
"""A sum up to a size that nobody has declared."""


def _of_member(question: Question, member: Member, expected: Type | None, assumed: Sequence[Assumption]) -> int:
    claimed = member.claimed
    if claimed is not None and _unknown(claimed):
        return 2
    if isinstance(member.error, ShapeError):
        return 1
    if member.error is not None:
        return 2
    if member.term is None:
        return 0
    if _odd_index(question, member.term):
        return 2
    if any(_BROADCAST.match(a.text) or _RANGE.match(a.text) for a in assumed):
        return 1
    if any((m := _ENDS.match(a.text)) is not None and m[1] not in question.tables.sizes for a in assumed):
        return 1
    if expected is not None and sorted(map(str, expected.axes)) != sorted(map(str, member.term.type.axes)):
        return 1
    return 0


def _unknown(claimed: Claimed) -> bool:
    """Whether it is not known of what or by what a derivative is; a ∇ alone is of the asked function."""
    return (claimed.of is None and bool(claimed.of_text)) or None in claimed.wrt


def _odd_index(question: Question, term: Term) -> bool:
    """A name that is declared as a vector or a matrix and stands as an index."""
    tables = question.tables
    shaped = {bare(n) for n, d in tables.declared.items() if d.kind in ("vector", "row", "matrix") or d.dims}
    return any(is_index(s) and s.name in shaped and s.name not in tables.indices for s in free_symbols(term))


def _left(line: Line, before: Type | None) -> Type | None:
    """The shape of what the line's chain equals, by its left side; what continues keeps that of the line before."""
    if line.continues:
        return before
    if line.defines or len(line.members) < 2:
        return None
    first = line.members[0]
    return first.term.type if first.term is not None else None


def _defines(question: Question, text: str) -> bool:
    answer = _read(question, text)
    return answer is not None and any(line.defines for line in answer.lines)


__all__ = ["Mended", "mended"]
