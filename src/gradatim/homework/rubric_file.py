"""A rubric as a TOML file: read with errors that name the place, written with comments that say what each figure means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from gradatim.errors import ReadError
from gradatim.homework.document import Document
from gradatim.homework.rubric import DEDUCTIONS, MARKS, MEANING, VERSION, Box, Rubric, default_rubric, figure
from gradatim.homework.source import toml_value
from gradatim.homework.task import Task
from gradatim.judge.target import LAYOUTS


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


def write_rubric(rubric: Rubric, name: str) -> str:
    """The rubric as a TOML file with a word on every entry."""
    out = [
        f"# Rubric of {_one_line(name)}. Edit it and give it to `gradatim grade` with --rubric.",
        "# Marks are proposals: what could not be read or decided is left to a person.",
        *(f"# Note: {_one_line(n)}" for n in rubric.notes),
        "",
        f"version = {VERSION}",
        f"layout = {toml_value(rubric.layout)}            # the layout the course fixes: gradient, numerator, denominator; empty: any",
        f"scan = {toml_value(rubric.scan)}            # submissions are scans: misread characters may be repaired, and are reported",
        f"marks = {toml_value(rubric.marks)}    # marks where characters were repaired: as written, or as repaired",
        f"follow_through = {toml_value(rubric.follow_through)}   # a slip costs once: what follows from it in the right way costs nothing more",
        f"smallest = {figure(rubric.smallest)}          # marks are rounded to a multiple of this",
        f"seed = {rubric.seed}                # of the random points at which formulas are compared",
        "",
        "[deductions]           # the share of a box's points that a mistake of each kind costs, from 0 to 1",
        *(f"{kind} = {figure(share)}".ljust(23) + f"# {MEANING[kind]}" for kind, share in rubric.deductions.items()),
    ]
    for b in rubric.boxes:
        out += [
            "",
            "[[question]]",
            f"label = {toml_value(b.label)}".ljust(23) + f"# {_one_line(b.asks)[:160]}",
            f"final = {figure(b.final)}".ljust(23) + "# points of the final result",
            f"derivation = {figure(b.derivation)}".ljust(23) + "# points of the derivation",
            f"in_terms_of = {_list(b.in_terms_of)}".ljust(22) + " # the names an answer is to be written in; empty: any",
            f"layouts = {_list(b.layouts)}   # accepted, where no layout is fixed",
            f"conditions = {_list(b.conditions)}".ljust(23) + "# accepted for answers that are right under a condition only",
            f"accepted = {_list(b.accepted)}".ljust(23) + "# further answers, in LaTeX, that count as right",
        ]
    return "\n".join(out) + "\n"


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)


def _list(values: Sequence[str]) -> str:
    # LaTeX is full of backslashes: a literal string keeps it readable.
    return "[" + ", ".join(f"'{v}'" if "'" not in v and v.isprintable() else toml_value(v) for v in values) + "]"
