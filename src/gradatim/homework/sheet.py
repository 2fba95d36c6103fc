"""What grading produces, as plain data: a mark for every question of a submission, with its evidence, and how it was made.

A sheet goes through a journal and between processes as JSON and comes back the same; reports are written from it alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any

from gradatim.judge.verdict import Verdict

VERSION = 1
NO_REASON = "set by a person"
"""What an override says that gives no reason."""


@dataclass(frozen=True, slots=True)
class Deduction:
    """What was taken off a box (`final` or `derivation`), and why."""

    box: str
    kind: str
    points: Fraction
    why: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One question of one submission.

    `points` are proposed; None where a person must decide, and `review` says why (it may also ask to confirm a figure).
    `as_repaired` are the points where the repaired reading counts. `verdict` is there while the formulas are in memory;
    `said` is the same as data. `override` says that a person set the points.
    """

    label: str
    asks: str
    max_points: Fraction
    points: Fraction | None
    outcome: str
    submitted: str = ""
    how: str = ""
    review: str = ""
    notes: tuple[str, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    as_repaired: Fraction | None = None
    group: str = ""
    override: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    verdict: Verdict | None = field(default=None, compare=False, repr=False)

    @property
    def mistake(self) -> str | None:
        value = self.said.get("mistake")
        return None if value is None else str(value)

    @property
    def message(self) -> str:
        return str(self.said.get("message", ""))

    @property
    def as_written(self) -> str:
        return str(self.said.get("as_written", self.outcome))

    @property
    def derivation(self) -> str:
        return str(self.said.get("derivation", "none"))

    @property
    def first_wrong_line(self) -> int | None:
        value = self.said.get("first_wrong_line")
        return value if isinstance(value, int) else None

    @property
    def open(self) -> bool:
        """Whether a person must still look at it."""
        return bool(self.review) and not self.override

    def as_json(self, reveal: bool = True) -> dict[str, Any]:
        """The mark in the form of the interface: what is said of the answer, and the points."""
        said = {k: v for k, v in self.said.items() if k != "expected" or reveal}
        return {
            "label": self.label,
            "asks": self.asks,
            "submitted": {"latex": self.submitted},
            **said,
            "outcome": self.outcome,
            "mistake": self.mistake,
            "message": self.message,
            "first_wrong_line": self.first_wrong_line,
            "points": number(self.points),
            "max_points": number(self.max_points),
            "points_as_repaired": number(self.as_repaired),
            "review": self.review or None,
            "found": self.how,
            "notes": list(self.notes),
            "deductions": [{"box": d.box, "kind": d.kind, "points": number(d.points), "why": d.why} for d in self.deductions],
            "group": self.group or None,
            "override": self.override or None,
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """All marks of one submission. `problems` say what befell the submission as a whole (unreadable, timed out)."""

    submission: str
    questions: tuple[Mark, ...]
    made: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def total(self) -> Fraction | None:
        """The sum of the points; None while a question has none."""
        points = [q.points for q in self.questions]
        return None if any(p is None for p in points) else sum((p for p in points if p is not None), Fraction(0))

    @property
    def so_far(self) -> Fraction:
        return sum((q.points for q in self.questions if q.points is not None), Fraction(0))

    @property
    def max_points(self) -> Fraction:
        return sum((q.max_points for q in self.questions), Fraction(0))

    @property
    def open(self) -> tuple[Mark, ...]:
        """The questions that wait for a person."""
        return tuple(q for q in self.questions if q.open)

    def as_json(self, reveal: bool = True) -> dict[str, Any]:
        return {
            "submission": self.submission,
            "questions": [q.as_json(reveal) for q in self.questions],
            "total": number(self.total),
            "total_so_far": number(self.so_far),
            "max_points": number(self.max_points),
            "review": [q.label for q in self.open],
            "problems": list(self.problems),
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        """The sheet as versioned JSON."""
        return json.dumps({"version": VERSION, **self.as_json(), "made": dict(self.made)}, ensure_ascii=False, indent=2)


# ---------------------------------------------------------------- to data and back

_POINTS = ("max_points", "points", "as_repaired")


def pack(sheet: Sheet) -> dict[str, Any]:
    """A sheet as data that `unpack` takes back without loss (points are exact fractions)."""
    marks = []
    for q in sheet.questions:
        row: dict[str, Any] = {f.name: getattr(q, f.name) for f in fields(q) if f.name != "verdict"}
        row |= {k: None if row[k] is None else str(row[k]) for k in _POINTS}
        row["deductions"] = [[d.box, d.kind, str(d.points), d.why] for d in q.deductions]
        row["said"] = dict(q.said)
        marks.append(row)
    return {
        "submission": sheet.submission,
        "questions": marks,
        "made": dict(sheet.made),
        "notes": list(sheet.notes),
        "problems": list(sheet.problems),
    }


def unpack(data: Mapping[str, Any]) -> Sheet:
    """The sheet of `pack`. Raises KeyError, TypeError or ValueError for data that is none."""
    marks = []
    for row in data["questions"]:
        made = dict(row)
        made |= {k: None if made[k] is None else Fraction(made[k]) for k in _POINTS}
        made["deductions"] = tuple(Deduction(box, kind, Fraction(points), why) for box, kind, points, why in made["deductions"])
        made["notes"] = tuple(made["notes"])
        marks.append(Mark(**made))
    return Sheet(str(data["submission"]), tuple(marks), data["made"], tuple(data["notes"]), tuple(data["problems"]))


def settled(sheet: Sheet) -> Sheet:
    """The sheet without the formulas in memory, as it comes back from a journal."""
    return replace(sheet, questions=tuple(replace(q, verdict=None) for q in sheet.questions))


def number(value: Fraction | None) -> int | float | None:
    """Points as a JSON number."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def figure(value: Fraction | None) -> str:
    """Points as people write them, with two digits of what does not end; a dash where there are none."""
    return "–" if value is None else f"{round(float(value), 2):g}"


__all__ = ["NO_REASON", "Deduction", "Mark", "Sheet", "VERSION", "figure", "number", "pack", "settled", "unpack"]
