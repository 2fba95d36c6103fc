"""The marks of many submissions together: a person's overrides, equal answers grouped, ids joined at export only."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from gradatim.errors import ReadError
from gradatim.homework.sheet import NO_REASON, VERSION, Mark, Sheet, figure
from gradatim.homework.source import characters


@dataclass(frozen=True, slots=True)
class Group:
    """Answers to one question that are equal: one look is enough for all of them."""

    name: str
    label: str
    marks: tuple[tuple[str, Mark], ...]

    @property
    def first(self) -> Mark:
        return self.marks[0][1]

    @property
    def open(self) -> bool:
        return any(m.open for _, m in self.marks)

    @property
    def submissions(self) -> tuple[str, ...]:
        return tuple(s for s, _ in self.marks)


@dataclass(frozen=True, slots=True)
class Gradebook:
    """Sheets in the order of the submissions, and how they were made."""

    sheets: tuple[Sheet, ...]
    made: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(q.label for s in self.sheets for q in s.questions))

    @property
    def groups(self) -> tuple[Group, ...]:
        """Equal answers, question by question; the ones that wait for a person first, then the frequent ones."""
        found: dict[tuple[str, str], list[tuple[str, Mark]]] = {}
        for sheet in self.sheets:
            for mark in sheet.questions:
                if mark.group:
                    found.setdefault((mark.label, mark.group), []).append((sheet.submission, mark))
        order = {label: k for k, label in enumerate(self.labels)}
        groups = [Group(name, label, tuple(marks)) for (label, name), marks in found.items()]
        return tuple(sorted(groups, key=lambda g: (order[g.label], not g.open, -len(g.marks), g.name)))

    @property
    def whole(self) -> tuple[tuple[Sheet, str], ...]:
        """Submissions of which no answer was found, or that could not be graded, and why: a person reads each as a whole."""
        return tuple((s, s.problems[0]) for s in self.sheets if s.problems and s.open and len(s.open) == len(s.questions))

    @property
    def pile(self) -> tuple[Group, ...]:
        """The groups that wait for a person, without those of whole submissions."""
        whole = {s.submission for s, _ in self.whole}
        return tuple(g for g in self.groups if g.open and not whole >= set(g.submissions))

    @property
    def open(self) -> int:
        """How many answers wait for a person."""
        return sum(len(s.open) for s in self.sheets)

    def to_json(self) -> str:
        """Versioned JSON: one submission's questions at the top, or a list of submissions with the groups."""
        if len(self.sheets) == 1:
            data = {"version": VERSION, **self.sheets[0].as_json(), "made": dict(self.made)}
        else:
            groups = [
                {"group": g.name, "label": g.label, "outcome": g.first.outcome, "submissions": list(g.submissions)}
                for g in self.groups
            ]
            data = {
                "version": VERSION,
                "submissions": [s.as_json(reveal=False) for s in self.sheets],
                "groups": groups,
                "expected": self.expected(),
                "notes": list(self.notes),
                "made": dict(self.made),
            }
        return json.dumps(data, ensure_ascii=False, indent=2)

    def expected(self) -> dict[str, Any]:
        """The right answer to each question, for the person who marks."""
        return {q.label: q.said["expected"] for s in self.sheets for q in s.questions if q.said.get("expected")}


@dataclass(frozen=True, slots=True)
class Question:
    """How the answers to one question turned out: outcomes by frequency, and the mean of the points (None where there are none)."""

    label: str
    asks: str
    max_points: Fraction
    outcomes: tuple[tuple[str, int], ...]
    mean: Fraction | None


def statistics(book: Gradebook) -> tuple[Question, ...]:
    """Each question over all submissions."""
    rows = []
    for label in book.labels:
        marks = [q for s in book.sheets for q in s.questions if q.label == label]
        counts: dict[str, int] = {}
        for q in marks:
            counts[q.outcome] = counts.get(q.outcome, 0) + 1
        points = [q.points for q in marks if q.points is not None]
        mean = sum(points, Fraction(0)) / len(points) if points else None
        ordered = tuple(sorted(counts.items(), key=lambda c: (-c[1], c[0])))
        rows.append(Question(label, marks[0].asks, marks[0].max_points, ordered, mean))
    return tuple(rows)


# ---------------------------------------------------------------- overrides


@dataclass(frozen=True, slots=True)
class Override:
    """Points that a person set: for one question of one submission, or for a group of equal answers."""

    points: Fraction
    question: str = ""
    submission: str = ""
    group: str = ""
    why: str = ""

    @property
    def text(self) -> str:
        return self.why or NO_REASON


def read_overrides(path: str | Path) -> tuple[Override, ...]:
    """The overrides of a TOML file. An entry without points is one that is not decided yet. Raises ReadError."""
    name = str(path)
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReadError(f"{name} is not TOML: {error}") from None
    except (OSError, ValueError) as error:
        raise ReadError(f"{name}: the overrides cannot be read ({error.__class__.__name__})") from None
    rows = data.get("override", [])
    unknown = [k for k in data if k != "override"]
    if unknown or not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise ReadError(f"{name}: overrides are tables [[override]]" + (f", not {unknown[0]!r}" if unknown else ""))
    return tuple(o for k, row in enumerate(rows, 1) if (o := _override(row, f"{name}: override {k}")) is not None)


def _override(row: Mapping[str, Any], where: str) -> Override | None:
    for key, value in row.items():
        if key not in ("submission", "question", "group", "points", "why"):
            raise ReadError(f"{where} has the unknown key {key!r}; there are submission, question, group, points, why")
        if key != "points" and not isinstance(value, str):
            raise ReadError(f"{where}: {key} is a text, not {value!r}")
    if not row.get("group") and not (row.get("submission") and row.get("question")):
        raise ReadError(f"{where} needs a group, or a submission and a question")
    if "points" not in row:
        return None
    points = row["points"]
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not 0 <= points <= 10_000:
        raise ReadError(f"{where}: points is a number from 0 to 10000, not {points!r}")
    value = Fraction(str(points)).limit_denominator(10_000)
    return Override(value, row.get("question", ""), row.get("submission", ""), row.get("group", ""), row.get("why", ""))


def overridden(book: Gradebook, overrides: Sequence[Override]) -> Gradebook:
    """The book with a person's points in place of the proposed ones; one for a submission beats one for a group."""
    used: set[int] = set()

    def changed(sheet: Sheet, mark: Mark) -> Mark:
        chosen = None
        for k, o in enumerate(overrides):
            single = o.submission in (sheet.submission, Path(sheet.submission).stem) and o.question == mark.label
            if single or (o.group and o.group == mark.group and not o.submission):
                used.add(k)
                if single or chosen is None or not chosen.submission:
                    chosen = o
        return mark if chosen is None else replace(mark, points=chosen.points, override=chosen.text)

    sheets = tuple(replace(s, questions=tuple(changed(s, q) for q in s.questions)) for s in book.sheets)
    lost = [o for k, o in enumerate(overrides) if k not in used]
    more = {
        (q.label, q.points, q.max_points): None
        for s in sheets
        for q in s.questions
        if q.override and (q.points or 0) > q.max_points
    }
    notes = [
        f"an override matches nothing: {o.group or f'{o.submission} {o.question}'} ({figure(o.points)} point{'s' if o.points != 1 else ''})"
        for o in lost
    ]
    notes += [f"an override gives {figure(given)} points for {label}, which has {figure(most)}" for label, given, most in more]
    return replace(book, sheets=sheets, notes=(*book.notes, *notes))


def review_file(book: Gradebook) -> str:
    """A TOML file of overrides to fill in: one entry for each group of answers that waits for a person."""
    out = [
        "# Answers that wait for a person, equal ones together. Give points to an entry and keep the file:",
        "# `gradatim grade` takes it with --overrides, and your points stay whenever the marks are made again.",
    ]
    for sheet, problem in book.whole:
        out += ["", f"# The whole of {_comment(sheet.submission, 120)}: {_comment(problem, 200)}"]
        for mark in sheet.open:
            out += [
                "[[override]]",
                f"submission = {json.dumps(sheet.submission)}",
                f"question = {json.dumps(mark.label)}",
                f"# points =   # of {figure(mark.max_points)}",
            ]
    for group in book.pile:
        mark = next(m for _, m in group.marks if m.open)
        proposed = f"proposed: {figure(mark.points)}" if mark.points is not None else "no proposal"
        repaired = f", {figure(mark.as_repaired)} as repaired" if mark.as_repaired is not None else ""
        out += [
            "",
            f"# Question {group.label}, {figure(mark.max_points)} point{'s' if mark.max_points != 1 else ''} ({proposed}{repaired}); {len(group.marks)} "
            f"{'answer' if len(group.marks) == 1 else 'answers'}: {_comment(', '.join(group.submissions), 120)}",
            f"# {_comment(mark.review, 200)}",
            *([f"# {_comment(mark.submitted, 400)}"] if mark.submitted.strip() else []),
            "[[override]]",
            f"group = {json.dumps(group.name)}",
            "# points =",
            '# why = ""',
        ]
    return "\n".join(out) + "\n"


def _comment(text: str, limit: int) -> str:
    """Text for a comment: one line, nothing that ends it or controls a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


# ---------------------------------------------------------------- CSV


def as_csv(book: Gradebook, roster: Sequence[Mapping[str, str]] = ()) -> str:
    """One row for each submission; with a roster one for each of its lines, whose columns then come first, and one for each
    submission that no line names. Where a question has no points its cell and the total are empty."""
    labels = book.labels
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [c for c in (roster[0] if roster else {}) if c != "submission"]
    maximum = {q.label: q.max_points for s in book.sheets for q in s.questions}
    heads = [x for label in labels for x in (f"{label} ({figure(maximum[label])})", f"{label} outcome", f"{label} mistake")]
    writer.writerow(map(guarded, [*columns, "submission", *heads, "total", "total so far", "max", "for a person"]))
    by_name = {s.submission: s for s in book.sheets} | {Path(s.submission).stem: s for s in book.sheets}
    rows: Iterable[tuple[Mapping[str, str], Sheet | None]] = [({}, s) for s in book.sheets]
    if roster:
        unnamed = set(strangers(book, roster))
        rows = [(r, by_name.get(r["submission"])) for r in roster]
        rows += [({}, s) for s in book.sheets if s.submission in unnamed]
    for person, sheet in rows:
        name = sheet.submission if sheet is not None else person.get("submission", "")
        writer.writerow(map(guarded, [*(person.get(c, "") for c in columns), name, *_cells(sheet, labels)]))
    return out.getvalue()


def _cells(sheet: Sheet | None, labels: Sequence[str]) -> list[str]:
    if sheet is None:
        return [*[""] * (3 * len(labels)), "", "", "", "no submission"]
    marks = {q.label: q for q in sheet.questions}
    cells: list[str] = []
    for label in labels:
        q = marks.get(label)
        cells += [
            "" if q is None or q.points is None else figure(q.points),
            q.outcome if q else "",
            (q.mistake or "") if q else "",
        ]
    total = "" if sheet.total is None else figure(sheet.total)
    return [*cells, total, figure(sheet.so_far), figure(sheet.max_points), " ".join(q.label for q in sheet.open)]


def guarded(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    text = "".join(c if c.isprintable() else " " for c in cell)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text


def read_roster(path: str | Path) -> list[dict[str, str]]:
    """The lines of a roster: a CSV file with a column `submission` (the file's name, with or without its ending) and columns of
    your own. Raises ReadError."""
    try:
        text, _ = characters(Path(path).read_bytes(), str(path))
        rows = list(csv.DictReader(io.StringIO(text), restkey="more", delimiter=_delimiter(text)))
    except OSError as error:
        raise ReadError(f"{path}: the roster cannot be read ({(error.strerror or str(error)).lower()})") from None
    except (ValueError, csv.Error) as error:
        raise ReadError(f"{path}: the roster cannot be read ({error.__class__.__name__})") from None
    heads = [str(h) for h in (rows[0] if rows else {}) if h != "more"]
    column = next((h for h in heads if h.strip().lower() == "submission"), "")
    if not column:
        there = f"; its columns are {', '.join(heads)}" if heads else ""
        raise ReadError(
            f"{path}: the roster needs a first line with a column `submission`, and a line for each submission{there}"
        )
    named = {h: "submission" if h == column else h for h in heads}
    return [{named[h]: str(row[h] or "").strip() for h in heads} for row in rows]


def _delimiter(text: str) -> str:
    """What stands between the columns: a comma, or where spreadsheets write it so, a semicolon or a tab."""
    first = text.lstrip("\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


def strangers(book: Gradebook, roster: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Submissions that no line of the roster names."""
    named = {r["submission"] for r in roster}
    return tuple(s.submission for s in book.sheets if not {s.submission, Path(s.submission).stem} & named)


__all__ = [
    "Gradebook",
    "Group",
    "Override",
    "as_csv",
    "guarded",
    "overridden",
    "read_overrides",
    "read_roster",
    "review_file",
    "statistics",
    "strangers",
]
