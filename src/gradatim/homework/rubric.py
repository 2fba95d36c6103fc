"""The rubric: what an answer is worth. A TOML file that `--init` writes from the document and an instructor edits.

Every figure that turns a verdict into marks stands in it, and its hash is stored with the marks, so that a mark can be
made again.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from gradatim.errors import ReadError
from gradatim.homework.document import Document
from gradatim.homework.questions import Task
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
                    f"{', '.join(missing)}: {_counted(share)} {'each' if len(missing) > 1 else ''}".rstrip()
                    + f", what section {section.number or section.title} of {_figure(total)} points leaves"
                )
    bare = [t.label for t in tasks if t.label not in points and t.ask is not None]
    each = {Fraction(next(g for g in m.groups() if g)) for m in _EACH.finditer(document.text)}
    if bare and len(each) == 1:
        (share,) = each
        points |= dict.fromkeys(bare, share)
        notes.append(f"{', '.join(bare)}: {_counted(share)} each, as the document says of all")
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
                f"{', '.join(missing)}: {_counted(share)} {each}of the {_figure(whole.points or Fraction(0))} of {whole.label}"
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
            notes.append(f"{', '.join(asked)}: {_counted(share)} each, of the {_figure(given[0])} of their item")
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


# ---------------------------------------------------------------- the file


def read_rubric(source: str | Path, document: Document, tasks: Sequence[Task]) -> Rubric:
    """The rubric of a TOML file; a question that it leaves out keeps what the document suggests.

    Raises ReadError for a missing file, text that is not TOML, an unknown key, or a value that cannot be meant.
    """
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ReadError(f"{path}: the rubric cannot be read ({error.__class__.__name__})") from None
    return parse_rubric(text, str(path), document, tasks)


def parse_rubric(text: str, name: str, document: Document, tasks: Sequence[Task]) -> Rubric:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReadError(f"{name} is not TOML: {error}") from None
    return from_data(data, name, default_rubric(document, tasks))


_GENERAL = ("version", "document", "layout", "scan", "marks", "follow_through", "smallest", "seed", "deductions", "question")
_BOX_KEYS = tuple(f.name for f in fields(Box))


def from_data(data: Mapping[str, Any], name: str, base: Rubric) -> Rubric:
    """A rubric from parsed TOML, over the one that the document suggests."""
    check = _Checker(name)
    check.keys(data, _GENERAL, "the rubric")
    if data.get("version", VERSION) != VERSION:
        raise ReadError(f"{name}: version {data['version']!r} of the rubric is not known; this is version {VERSION}")
    deductions = dict(base.deductions)
    for kind, value in check.table(data, "deductions").items():
        if kind not in DEDUCTIONS:
            raise ReadError(f"{name}: there is no kind of mistake {kind!r}; there are {', '.join(DEDUCTIONS)}")
        deductions[kind] = check.number(value, f"deductions.{kind}", 1)
    boxes = {b.label: b for b in base.boxes}
    rows = data.get("question", [])
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise ReadError(f"{name}: questions are tables [[question]]")
    seen: set[str] = set()
    for row in rows:
        label = row.get("label")
        if not isinstance(label, str):
            raise ReadError(
                f'{name}: a question needs a label in quotation marks, label = "1.1"'
                + (f", not {label!r}" if label is not None else "")
            )
        if label not in boxes or label in seen:
            why = "stands twice" if label in seen else f"is no derivative question of the document; there are {', '.join(boxes)}"
            raise ReadError(f"{name}: question {label!r} {why}")
        seen.add(label)
        boxes[label] = _read_box(row, boxes[label], check)
    return replace(
        base,
        boxes=tuple(boxes.values()),
        deductions=deductions,
        layout=check.choice(data, "layout", ("", *LAYOUTS), base.layout),
        scan=check.boolean(data, "scan", base.scan),
        marks=check.choice(data, "marks", MARKS, base.marks),
        follow_through=check.boolean(data, "follow_through", base.follow_through),
        smallest=check.step(data.get("smallest", base.smallest)),
        seed=check.whole(data.get("seed", base.seed), "seed"),
        notes=tuple(n for n in base.notes if not any(label in re.split(r"[,:\s]+", n.split(":")[0]) for label in seen)),
    )


def _read_box(row: Mapping[str, Any], base: Box, check: _Checker) -> Box:
    where = f"question {base.label}"
    check.keys(row, _BOX_KEYS, where)
    layouts = check.texts(row, "layouts", base.layouts, where)
    for layout in layouts:
        if layout not in LAYOUTS:
            raise ReadError(f"{check.name}: {where}: there is no layout {layout!r}; there are {', '.join(LAYOUTS)}")
    return Box(
        base.label,
        check.number(row.get("final", base.final), f"{where}: final", 10_000),
        check.number(row.get("derivation", base.derivation), f"{where}: derivation", 10_000),
        check.texts(row, "in_terms_of", base.in_terms_of, where),
        layouts,
        check.texts(row, "conditions", base.conditions, where),
        check.texts(row, "accepted", base.accepted, where),
        base.asks,
    )


@dataclass(frozen=True, slots=True)
class _Checker:
    """Values of the file, each with an error that names its place."""

    name: str

    def keys(self, data: Mapping[str, Any], known: Sequence[str], where: str) -> None:
        for key in data:
            if key not in known:
                raise ReadError(f"{self.name}: {where} has the unknown key {key!r}; there are {', '.join(known)}")

    def table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            raise ReadError(f"{self.name}: {key} is a table [{key}]")
        return value

    def number(self, value: object, where: str, largest: int) -> Fraction:
        if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)) or not 0 <= value <= largest:
            raise ReadError(f"{self.name}: {where} is a number from 0 to {largest}, not {value!r}")
        return value if isinstance(value, Fraction) else Fraction(str(value)).limit_denominator(10_000)

    def step(self, value: object) -> Fraction:
        found = self.number(value, "smallest", 100)
        if not found:
            raise ReadError(f"{self.name}: smallest is a number above 0 (0.0001 and more), not {value!r}")
        return found

    def whole(self, value: object, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise ReadError(f"{self.name}: {where} is a whole number from 0 to {2**31 - 1}, not {value!r}")
        return value

    def boolean(self, data: Mapping[str, Any], key: str, default: bool) -> bool:
        value = data.get(key, default)
        if not isinstance(value, bool):
            raise ReadError(f"{self.name}: {key} is true or false, not {value!r}")
        return value

    def choice(self, data: Mapping[str, Any], key: str, known: Sequence[str], default: str) -> str:
        value = data.get(key, default)
        if value not in known:
            raise ReadError(f"{self.name}: {key} is one of {', '.join(repr(k) for k in known)}, not {value!r}")
        return str(value)

    def texts(self, data: Mapping[str, Any], key: str, default: tuple[str, ...], where: str) -> tuple[str, ...]:
        value = data.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ReadError(f"{self.name}: {where}: {key} is a list of texts, not {value!r}")
        return tuple(value)


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


def write_rubric(rubric: Rubric, name: str) -> str:
    """The rubric as a TOML file with a word on every entry."""
    out = [
        f"# Rubric of {_one_line(name)}. Edit it and give it to `gradatim grade` with --rubric.",
        "# Marks are proposals: what could not be read or decided is left to a person.",
        *(f"# Note: {_one_line(n)}" for n in rubric.notes),
        "",
        f"version = {VERSION}",
        f"layout = {_text(rubric.layout)}            # the layout the course fixes: gradient, numerator, denominator; empty: any",
        f"scan = {_text(rubric.scan)}            # submissions are scans: misread characters may be repaired, and are reported",
        f"marks = {_text(rubric.marks)}    # marks where characters were repaired: as written, or as repaired",
        f"follow_through = {_text(rubric.follow_through)}   # a slip costs once: what follows from it in the right way costs nothing more",
        f"smallest = {_figure(rubric.smallest)}          # marks are rounded to a multiple of this",
        f"seed = {rubric.seed}                # of the random points at which formulas are compared",
        "",
        "[deductions]           # the share of a box's points that a mistake of each kind costs, from 0 to 1",
        *(f"{kind} = {_figure(share)}".ljust(23) + f"# {MEANING[kind]}" for kind, share in rubric.deductions.items()),
    ]
    for b in rubric.boxes:
        out += [
            "",
            "[[question]]",
            f"label = {_text(b.label)}".ljust(23) + f"# {_one_line(b.asks)[:160]}",
            f"final = {_figure(b.final)}".ljust(23) + "# points of the final result",
            f"derivation = {_figure(b.derivation)}".ljust(23) + "# points of the derivation",
            f"in_terms_of = {_list(b.in_terms_of)}".ljust(22) + " # the names an answer is to be written in; empty: any",
            f"layouts = {_list(b.layouts)}   # accepted, where no layout is fixed",
            f"conditions = {_list(b.conditions)}".ljust(23) + "# accepted for answers that are right under a condition only",
            f"accepted = {_list(b.accepted)}".ljust(23) + "# further answers, in LaTeX, that count as right",
        ]
    return "\n".join(out) + "\n"


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)


def _text(value: str | bool) -> str:
    """A TOML value. JSON's strings are TOML's basic strings, DEL apart."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[str]) -> str:
    # LaTeX is full of backslashes: a literal string keeps it readable.
    return "[" + ", ".join(f"'{v}'" if "'" not in v and v.isprintable() else _text(v) for v in values) + "]"


def _counted(share: Fraction) -> str:
    return f"{_figure(share)} point{'s' if share != 1 else ''}"


def _figure(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"


__all__ = [
    "Box",
    "DEDUCTIONS",
    "Rubric",
    "as_data",
    "default_rubric",
    "from_data",
    "in_terms_of",
    "parse_rubric",
    "read_rubric",
    "write_rubric",
]
