"""A homework document as sections and numbered items, with displayed formulas, points and the student's answers told apart.

Works on lines, with formulas masked first so that a minus in a display is never taken for a bullet. A scan loses
numbers; a bullet is therefore numbered by its place among the items of its section.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from gradatim.errors import LimitExceeded, ReadError
from gradatim.homework.formulas import DISPLAY
from gradatim.homework.items import (
    ASKS,
    DOTTED,
    HEADING,
    NUMBERED,
    PARTED,
    PRIMES,
    WORD,
    Item,
    Section,
    Walker,
    is_answer_heading,
    points_of,
    without_points,
)
from gradatim.homework.source import Source
from gradatim.read.macros import expand
from gradatim.read.quiet import quiet

_TABLE_ROW = re.compile(r"^\|?\s*(?P<name>\S.*?)\s*(?:\t+|\||&|\s{2,})\s*(?P<p>\d+(?:\.\d+)?)\s*(?:\||\\\\)?\s*$")
MAX_EXPANDED = 4_000_000
MAX_ITEMS = 1_000
"""Numbered items of a document: each is read with all that stands before it."""
_OF_PARTS = re.compile(r"(?m)^[\s*_>]*(?i:question|problem|exercise|q)\s*[A-Z]\.?\d{1,2}\b")
_PART = re.compile(r"#+\s*part\s+[A-Z]\b", re.I)
"""`## Part A. Theory` is a section where its questions are called `Question A.1`."""
_LETTER = re.compile(r"\((?P<letter>[a-z]|[ivx]{1,4})\)(?=\s|$)")
"""The part that a heading is of: `### Q1. (a)`."""
_BEGIN = "\\begin{document}"


@dataclass(slots=True)
class Document:
    """The whole document. `table` is its own table of points, `notes` what does not add up."""

    text: str
    sections: list[Section]
    table: tuple[tuple[str, Fraction], ...] = ()
    table_total: Fraction | None = None
    notes: tuple[str, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)
    """Declarations of the side file by the label of a question, "" for all: they have the last word."""

    @property
    def items(self) -> list[Item]:
        return [i for s in self.sections for i in s.items]


def read_document(text: str) -> Document:
    """Sections, items and points of a document's text (Markdown, LaTeX or plain). Raises ReadError where it is empty."""
    if not text.strip():
        raise ReadError("the document is empty")
    corrections = text.corrections if isinstance(text, Source) else {}
    read_as = (text.note,) if isinstance(text, Source) and text.note else ()
    text, passed_over = quiet(expand(text, MAX_EXPANDED)[0])
    masked = _mask(text)
    sections = _sections(text, masked)
    numbered = [s for s in sections if s.number]
    table, total = _table(masked)
    for section in numbered or sections:
        Walker(text, masked, section).run()
    for section in sections[sections.index(numbered[0]) :] if numbered else ():
        # "Extra credit": a section without a number that asks for something stands under its title.
        if not section.number and ASKS.search(text[section.span[0] : section.span[1]]):
            Walker(text, masked, section).run()
            for item in section.items:
                item.label = f"{section.title} {item.label}".strip()
    for section in sections[: sections.index(numbered[0])] if numbered else ():
        # What stands below the title ("Throughout, A ∈ ℝ^{m×n}") holds for all that follows.
        begin = text.find(_BEGIN, *section.span)
        start = section.span[0] if begin < 0 else begin + len(_BEGIN)
        section.preamble = section.preamble or text[start : section.span[1]]
    if not numbered:
        _number_plain(sections)
    if not any(s.items for s in sections) and (ASKS.search(masked) or PRIMES.search(masked)):
        Walker(text, masked, sections[-1]).whole(Item("1", sections[-1].span))
    if len([i for s in sections for i in s.items]) > MAX_ITEMS:
        raise LimitExceeded(f"the document has more than {MAX_ITEMS} numbered items")
    _apart([i for s in sections for i in s.items])
    document = Document(text, sections, table, total, (), corrections)
    strange = [label for label in corrections if label and label not in {i.label for i in document.items}]
    if strange:
        raise ReadError(f"the side file corrects {', '.join(strange)}, and the document has no such question")
    document.notes = (*read_as, *passed_over, *map(_bare_points, filter(_has_bare_points, sections)), *_sums(document))
    return document


def _has_bare_points(section: Section) -> bool:
    """Whether every item ends in a number in brackets, and these add up to the points of the section: "Find the Hessian. (3)"."""
    if section.points is None or not section.items or any(i.points is not None for i in section.items):
        return False
    found = [_BARE_POINTS.search(i.text) for i in section.items]
    return all(found) and sum(Fraction(m[1]) for m in found if m) == section.points


def _bare_points(section: Section) -> str:
    for item in section.items:
        item.points = Fraction(_BARE_POINTS.search(item.text)[1])  # type: ignore[index]
    return f"section {section.number}: the numbers at the ends of its items are their points, for they add up to {section.points}"


_BARE_POINTS = re.compile(r"[\[(](\d{1,2}(?:\.\d)?)[\])][\s.*]*\Z")


# ---------------------------------------------------------------- cutting


def _mask(text: str) -> str:
    """The text with comments and displayed formulas blanked, every other character in its place."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", "\x01", match.group())

    if "\\begin{document}" in text or "\\documentclass" in text:
        text = re.sub(r"(?<!\\)%[^\n]*", lambda m: " " * len(m.group()), text)
        head = text.find("\\begin{document}")
        text = re.sub(r"[^\n]", " ", text[: head + 16]) + text[head + 16 :] if head >= 0 else text
    text = re.sub(r"(?ms)^(```|~~~).*?^\1[^\n]*$", lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    return DISPLAY.sub(blank, text)


def _sections(text: str, masked: str) -> list[Section]:
    heads: list[tuple[int, int, str, str]] = []
    counter = 0
    titled = _OF_PARTS.search(masked) is not None
    lines = [found for line in masked.splitlines() if (found := HEADING.match(line))]
    by_hand = not any(f["tex"] == "section" and (not f["s"] or NUMBERED.match(_plain(f["u"]))) for f in lines)
    for match in re.finditer(r"[^\n]+", masked):
        found = HEADING.match(match.group())
        if not found or is_answer_heading(match.group()):
            continue
        title = _plain(found["t"] or found["u"] or "")
        own = by_hand and found["tex"] == "subsection" and found["s"] and NUMBERED.match(title)
        if _item_heading(match.group(), found) and not own and not (titled and _PART.match(match.group())):
            continue
        number = NUMBERED.match(title)
        if found["tex"] == "section" and not found["s"]:
            counter += 1
            heads.append((match.start(), match.end(), str(counter), title))
        else:
            part = _LETTER.match(number.group(2)) if number else None
            label = f"{number.group(1)}({part['letter']})" if number and part else number.group(1) if number else ""
            heads.append((match.start(), match.end(), label, number.group(2) if number else title))
    sections = []
    if not heads or masked[: heads[0][0]].strip():
        heads.insert(0, (0, 0, "", ""))
    for k, (_, end, label, title) in enumerate(heads):
        stop = heads[k + 1][0] if k + 1 < len(heads) else len(text)
        section = Section(label, without_points(title), (end, stop), points_of(title))
        sections.append(section)
    return sections


def _plain(title: str) -> str:
    title = re.sub(r"\\(?:quad|qquad|hfill|enspace|,|;)(?![A-Za-z])|~", " ", title)
    return re.sub(r"\\\*|[*_]{2}|</?\w+>", "", title).strip()


def _item_heading(line: str, found: re.Match[str]) -> bool:
    """Whether a heading begins an item of the section before it: `### 1.2 …`, `### (a)`, `\\subsection{…}`."""
    if found["tex"] == "section":
        return False
    if found["tex"]:
        return not re.match(rf"{WORD}\s*\.?\s*\d", _plain(found["u"]), re.I)
    title = _plain(found["t"] or "")
    return DOTTED.match(title) is not None or PARTED.match(line) is not None


# ---------------------------------------------------------------- numbers and points


def _number_plain(sections: list[Section]) -> None:
    """Without numbered sections: items are 1, 2, ...; where several sections have items, the section's place comes first."""
    holding = [s for s in sections if s.items]
    if len(holding) > 1:
        for k, section in enumerate(holding, 1):
            for item in section.items:
                item.label = item.label if re.match(r"[A-Z]\.?\d", item.label) else f"{k}.{item.label}"


def _apart(items: list[Item]) -> None:
    """No two items under one label: the second `1` of a document is `1 [2]`."""
    seen: dict[str, int] = {}
    for item in items:
        seen[item.label] = seen.get(item.label, 0) + 1
        if seen[item.label] > 1:
            item.label = f"{item.label} [{seen[item.label]}]"


def _table(masked: str) -> tuple[tuple[tuple[str, Fraction], ...], Fraction | None]:
    rows: list[tuple[str, Fraction]] = []
    total, inside = None, False
    for line in masked.splitlines():
        if re.match(r"^\|?\s*\**(question|problem|section|part)s?\**\s*(\t+|\||&|\s{2,})\s*\**(points|marks|score)", line, re.I):
            inside = True
        elif inside and (row := _TABLE_ROW.match(line)):
            name, points = row["name"].strip(" *"), Fraction(row["p"])
            if re.match(r"total", name, re.I):
                total = points
            else:
                rows.append((name, points))
        elif inside and line.strip() and not re.fullmatch(r"[\s|:\\hline-]+", line):
            inside = False
    return tuple(rows), total


def _sums(document: Document) -> list[str]:
    """What of the points does not add up. A bullet without points is a number that the scan lost: said, not guessed."""
    notes = []
    if document.table and document.table_total is not None and sum(p for _, p in document.table) != document.table_total:
        notes.append(
            f"the rows of the table of points add up to {sum(p for _, p in document.table)}, its total says {document.table_total}"
        )
    for section in document.sections:
        known = [i.points for i in section.items if i.points is not None]
        missing = [i.label for i in section.items if i.points is None]
        if section.points is None or not known:
            continue
        rest = section.points - sum(known)
        if missing and rest >= 0:
            notes.append(
                f"section {section.number}: {', '.join(missing)} without points of their own; {rest} of {section.points} are left for them"
            )
        elif rest != 0:
            notes.append(f"section {section.number}: its items add up to {sum(known)} points, its title says {section.points}")
    given = [s.points for s in document.sections if s.points is not None]
    if document.table_total is not None and given and sum(given) != document.table_total:
        notes.append(f"the sections add up to {sum(given)} points, the table says {document.table_total}")
    return notes


__all__ = ["DISPLAY", "Document", "Item", "Section", "read_document"]
