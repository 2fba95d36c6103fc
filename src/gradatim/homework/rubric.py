"""The rubric: what an answer is worth. A TOML file that `--init` writes from the document and an instructor edits.

Every figure that turns a verdict into marks stands in it, and its hash is stored with the marks, so that a mark can be
made again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gradatim.errors import ReadError
from gradatim.homework.document import Document
from gradatim.homework.task import Task
from gradatim.judge.target import LAYOUTS
from gradatim.judge.verdict import KINDS

VERSION = 1
MARKS = ("as written", "as repaired")
DEDUCTIONS: dict[str, Fraction] = {
    **dict.fromkeys(("transpose", "sign", "factor", "symmetry", "index"), Fraction(1, 4)),
    **dict.fromkeys(("shape", "order", "missing-term", "extra-term", "missing-sum"), Fraction(1, 2)),
    **dict.fromkeys(("chain-rule", "product", "unfinished"), Fraction(1, 2)),
    "other": Fraction(1),
    "layout": Fraction(0),
    "condition": Fraction(1, 4),
    "form": Fraction(1, 4),
    "gap": Fraction(1, 4),
}
"""The share of a box's points that each kind of mistake costs, where the rubric says nothing else."""
MEANING = {
    "transpose": "the transpose, where the layout is fixed",
    "sign": "a sign",
    "factor": "a constant factor",
    "shape": "a formula that does not conform",
    "order": "the order of a product, or the wrong product",
    "missing-term": "a term is missing",
    "extra-term": "a term is too many",
    "missing-sum": "a sum is missing",
    "chain-rule": "a factor of the chain rule is missing",
    "product": "a slip of the product or quotient rule",
    "symmetry": "right only for symmetric matrices",
    "index": "an index that is bound and free",
    "unfinished": "never put together",
    "other": "wrong in any other way",
    "layout": "right in an accepted layout, where nothing fixes one",
    "condition": "right under a condition that is not accepted",
    "form": "not in terms of what was asked for",
    "gap": "a derivation with a step that is too big or missing",
}
assert set(DEDUCTIONS) == {*KINDS, "layout", "condition", "form", "gap"} == set(MEANING)


@dataclass(frozen=True, slots=True)
class Box:
    """What one question is worth: the points of the final result and of the derivation, and what is accepted."""

    label: str
    final: Fraction
    derivation: Fraction = Fraction(0)
    in_terms_of: tuple[str, ...] = ()
    layouts: tuple[str, ...] = LAYOUTS
    conditions: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    asks: str = ""

    @property
    def points(self) -> Fraction:
        return self.final + self.derivation


@dataclass(frozen=True, slots=True)
class Rubric:
    """The whole rubric. `layout` is "" where nothing fixes one; `marks` says which reading the marks follow where misread characters were repaired."""

    boxes: tuple[Box, ...]
    deductions: Mapping[str, Fraction] = field(default_factory=lambda: dict(DEDUCTIONS))
    layout: str = ""
    scan: bool = False
    marks: str = "as written"
    follow_through: bool = True
    smallest: Fraction = Fraction(1, 4)
    seed: int = 1
    notes: tuple[str, ...] = ()

    def box(self, label: str) -> Box:
        """The box of a label. Raises ReadError where the rubric has none."""
        found = next((b for b in self.boxes if b.label == label), None)
        if found is None:
            raise ReadError(f"the rubric has no question {label}; it has {', '.join(b.label for b in self.boxes)}")
        return found

    @property
    def hash(self) -> str:
        """A fingerprint of all that decides a mark; comments and order in the file do not matter."""
        return hashlib.sha256(json.dumps(as_data(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]

    @property
    def max_points(self) -> Fraction:
        return sum((b.points for b in self.boxes), Fraction(0))


# ---------------------------------------------------------------- from a document


def default_rubric(document: Document, tasks: Sequence[Task], scan: bool = False) -> Rubric:
    """The rubric that a document suggests: its own points, boxes and required forms. What it does not say is noted."""
    points, notes = _points(document, tasks)
    boxes = tuple(_box(t, points[t.label]) for t in tasks if t.ask is not None)
    fixed = {t.fixed for t in tasks if t.ask is not None}
    layout = next(iter(fixed)) if len(fixed) == 1 else ""
    # What is said of gradients alone leaves the layout of Jacobians open: that is for each question.
    return Rubric(boxes, layout="" if layout == "gradient" else layout, scan=scan, notes=tuple(notes))


_EACH = re.compile(
    r"\b(?:each|every|all)\s+(?:of\s+the\s+)?(?:questions?|problems?|parts?|items?|exercises?)\b[^.\n\d]{0,25}?(\d+(?:\.\d+)?)\s*(?:points?|pts?|marks?)\b"
    r"|\b(\d+(?:\.\d+)?)\s*(?:points?|pts?|marks?)\s+(?:each|per\s+(?:question|problem|part|item|exercise))\b",
    re.I,
)
"""What a document says of all its questions: "Each question is worth 2 points"."""


def _points(document: Document, tasks: Sequence[Task]) -> tuple[dict[str, Fraction], list[str]]:
    """A question without points of its own shares what its section (or the table) leaves over; else it counts 1."""
    points = {t.label: t.points for t in tasks if t.points is not None}
    notes = [*_of_parts(tasks, points), *_shared(tasks, points)]
    table = {_words(name): p for name, p in document.table}
    for section in document.sections:
        own = [i.label for i in section.items]
        missing = [label for label in own if label not in points]
        total = section.points if section.points is not None else table.get(_words(section.title))
        if missing and total is not None:
            rest = total - sum((points[label] for label in own if label in points), Fraction(0))
            if rest > 0:
                share = rest / len(missing)
                points |= dict.fromkeys(missing, share)
                notes.append(
                    f"{', '.join(missing)}: {counted(share)} {'each' if len(missing) > 1 else ''}".rstrip()
                    + f", what section {section.number or section.title} of {figure(total)} points leaves"
                )
    bare = [t.label for t in tasks if t.label not in points and t.ask is not None]
    each = {Fraction(next(g for g in m.groups() if g)) for m in _EACH.finditer(document.text)}
    if bare and len(each) == 1:
        (share,) = each
        points |= dict.fromkeys(bare, share)
        notes.append(f"{', '.join(bare)}: {counted(share)} each, as the document says of all")
    elif bare:
        points |= dict.fromkeys(bare, Fraction(1))
        notes.append(f"{', '.join(bare)}: the document gives no points; 1 point each")
    return {label: p for label, p in points.items() if p is not None}, notes


def _of_parts(tasks: Sequence[Task], points: dict[str, Fraction]) -> list[str]:
    """What the points of an item leave for its parts, in equal shares, whether they are derivative questions or not."""
    notes: list[str] = []
    for whole in (t for t in tasks if t.ask is None and t.points is not None):
        parts = {t.item.label: t.item for t in tasks if t.item.parent is whole.item}
        missing = [label for label in parts if label not in points]
        rest = (whole.points or Fraction(0)) - sum((points[label] for label in parts if label in points), Fraction(0))
        if missing and rest > 0:
            share = rest / len(missing)
            points |= dict.fromkeys(missing, share)
            each = "each, " if len(missing) > 1 else ""
            notes.append(
                f"{', '.join(missing)}: {counted(share)} {each}of the {figure(whole.points or Fraction(0))} of {whole.label}"
            )
    return notes


def _shared(tasks: Sequence[Task], points: dict[str, Fraction]) -> list[str]:
    """The points of an item that asks several questions, in equal parts; what is to be said of it."""
    groups: dict[int, list[Task]] = {}
    for t in tasks:
        groups.setdefault(id(t.item), []).append(t)
    notes: list[str] = []
    for group in groups.values():
        given = [points[t.label] for t in group if t.label in points]
        asked = [t.label for t in group if t.ask is not None]
        if len(given) == 1 and len(asked) > 1:
            share = given[0] / len(asked)
            points |= dict.fromkeys(asked, share)
            notes.append(f"{', '.join(asked)}: {counted(share)} each, of the {figure(given[0])} of their item")
    return notes


def _words(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().lower()


_TWO_BOXES = re.compile(
    r"derivation\b.*\b(?:first|one)\s+box\b.*\b(?:final|result|answer)\b.*\bbox|show your (?:derivation|work)", re.I | re.S
)
_TERMS = re.compile(r"in\s+terms\s+of\s+(?P<list>.+?)(?:\.(?=\s|$)|;|\?|$)", re.I | re.S)


_ALLOWED = re.compile(r"\b(?:may|can|could|might|free\s+to|not\s+(?:need|have)\s+to)\b[^.?!;]*\Z", re.I)
"""What allows and does not ask: "you may leave your answer in terms of g"."""


def _box(task: Task, points: Fraction) -> Box:
    text = task.item.text
    half = Fraction(0)
    if _TWO_BOXES.search(text):
        half = points / 2
    asks = task.ask.asks if task.ask is not None else ""
    return Box(task.label, points - half, half, in_terms_of(text), asks=asks)


def in_terms_of(text: str) -> tuple[str, ...]:
    """The names that an answer is to be written in: "in terms of $a$ and $u$"."""
    found = _TERMS.search(text)
    if not found or _ALLOWED.search(text[: found.start()]):
        return ()
    names: list[str] = []
    for formula in re.findall(r"\$+([^$]+)\$+", found["list"]):
        depth, last = 0, 0
        for k, c in enumerate(formula + ","):
            depth += (c in "{([") - (c in "})]")
            if c == "," and depth == 0:
                name = re.sub(r"\\forall.*|\\(?:quad|,|;)", "", formula[last:k]).strip()
                last = k + 1
                if name:
                    names.append(name)
    return tuple(dict.fromkeys(names))


# ---------------------------------------------------------------- as data


def as_data(rubric: Rubric) -> dict[str, Any]:
    """All that decides a mark, as plain data."""
    return {
        "version": VERSION,
        "layout": rubric.layout,
        "scan": rubric.scan,
        "marks": rubric.marks,
        "follow_through": rubric.follow_through,
        "smallest": str(rubric.smallest),
        "seed": rubric.seed,
        "deductions": {k: str(v) for k, v in rubric.deductions.items()},
        "question": [
            {
                "label": b.label,
                "final": str(b.final),
                "derivation": str(b.derivation),
                "in_terms_of": list(b.in_terms_of),
                "layouts": list(b.layouts),
                "conditions": list(b.conditions),
                "accepted": list(b.accepted),
            }
            for b in rubric.boxes
        ],
    }


def counted(share: Fraction) -> str:
    return f"{figure(share)} point{'s' if share != 1 else ''}"


def figure(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
