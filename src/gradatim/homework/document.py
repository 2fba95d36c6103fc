"""A homework document as sections and numbered items, with displayed formulas, points and the student's answers told apart.

Works on lines, with formulas masked first so that a minus in a display is never taken for a bullet. A scan loses
numbers; a bullet is therefore numbered by its place among the items of its section.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from gradatim.errors import ReadError, Span

DISPLAY = re.compile(
    r"\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.+?)\\\]"
    r"|\\begin\{(?P<env>equation|align|gather|multline|eqnarray|displaymath)(?P<star>\*?)\}(?P<c>.+?)\\end\{(?P=env)(?P=star)\}",
    re.S,
)
_HEADING = re.compile(
    r"(?P<md>#{1,6})\s+(?P<t>.+?)\s*#*$|\\(?P<tex>(?:sub){0,2}section|chapter|paragraph)(?P<s>\*?)\{(?P<u>.+)\}\s*$"
)
_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<bullet>[-*+•])|\(?(?P<num>\d{1,3})[.)]|(?P<tex>\\item)(?:\s*\[(?P<label>[^\]]*)\])?|\((?P<letter>[a-z]|[ivx]{1,4})\))(?=\s|$)"
)
_WORDED = re.compile(
    r"[\s*_>]*(?:question|problem|exercise|q)\s*\.?\s*(?P<num>\d{1,3}(?:\.\d{1,3})?)(?P<letter>[a-z]?)\s*(?:\((?P<p>[^)]*)\))?[.:)*_]*(?=\s|$)",
    re.I,
)
_POINTS = re.compile(r"[\[(]\s*(\d+(?:\.\d+)?)\s*(?:points?|pts?\.?|marks?)\s*[\])]", re.I)
_ANSWER = re.compile(
    r"[\s*_#>]*(?:\\(?:textbf|emph|textit|paragraph\*?)\{)?\s*(?:your |my |final |student )?(?:derivation|final result|result|solution|answers?|proof|working)\s*\}?\s*[:.*_]*\s*$"
    r"|\s*\\begin\{(?:solution|answer|proof)\}.*",
    re.I,
)
_ANSWER_END = re.compile(r"\s*\\end\{(?:solution|answer|proof)\}")
_TABLE_ROW = re.compile(r"^\|?\s*(?P<name>\S.*?)\s*(?:\t+|\||&|\s{2,})\s*(?P<p>\d+(?:\.\d+)?)\s*(?:\||\\\\)?\s*$")
_ENUM = re.compile(r"\\(begin|end)\{(?:enumerate|itemize|questions|parts)\}")
_ASKS = re.compile(r"derivative|gradient|jacobian|hessian|\\nabla|\\partial|\bd[a-z]/d|\\frac\{d", re.I)


@dataclass(frozen=True, slots=True)
class Display:
    """A displayed formula: its LaTeX, its place, and whether it stands among a student's answers."""

    latex: str
    span: Span
    answer: bool = False
    tag: str = ""


@dataclass(slots=True)
class Item:
    """A numbered item: its label in the document, its question text, what follows it, its points."""

    label: str
    span: Span
    text: str = ""
    answer: str = ""
    answer_span: Span = (0, 0)
    displays: tuple[Display, ...] = ()
    points: Fraction | None = None
    parent: Item | None = None


@dataclass(slots=True)
class Section:
    """A section: number ("" for front matter), title, points, the text before its first item, its items."""

    number: str
    title: str
    span: Span
    points: Fraction | None = None
    preamble: str = ""
    displays: tuple[Display, ...] = ()
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """The whole document. `table` is its own table of points, `notes` what does not add up."""

    text: str
    sections: list[Section]
    table: tuple[tuple[str, Fraction], ...] = ()
    table_total: Fraction | None = None
    notes: tuple[str, ...] = ()

    @property
    def items(self) -> list[Item]:
        return [i for s in self.sections for i in s.items]


def read_document(text: str) -> Document:
    """Sections, items and points of a document's text (Markdown, LaTeX or plain). Raises ReadError where it is empty."""
    if not text.strip():
        raise ReadError("the document is empty")
    masked = _mask(text)
    sections = _sections(text, masked)
    numbered = [s for s in sections if s.number]
    table, total = _table(masked)
    for section in numbered or sections:
        _Walker(text, masked, section).run()
    if not numbered:
        _number_plain(sections)
    document = Document(text, sections, table, total)
    document.notes = tuple(_sums(document))
    return document


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
    for match in re.finditer(r"[^\n]+", masked):
        found = _HEADING.match(match.group())
        if not found or _ANSWER.match(match.group()):
            continue
        title = _plain(found["t"] or found["u"] or "")
        number = re.match(
            r"(?:(?:question|problem|exercise|part|section|q)\s*)?(\d{1,3})(?:[.:)]|\b)(?!\s*-?\d)\s*(.*)", title, re.I
        )
        if found["tex"] == "section" and not found["s"]:
            counter += 1
            heads.append((match.start(), match.end(), str(counter), title))
        elif found["tex"]:
            continue
        else:
            heads.append((match.start(), match.end(), number.group(1) if number else "", number.group(2) if number else title))
    sections = []
    if not heads or masked[: heads[0][0]].strip():
        heads.insert(0, (0, 0, "", ""))
    for k, (_, end, label, title) in enumerate(heads):
        stop = heads[k + 1][0] if k + 1 < len(heads) else len(text)
        points = _POINTS.search(title)
        section = Section(label, _POINTS.sub("", title).strip(" :.-"), (end, stop), Fraction(points.group(1)) if points else None)
        sections.append(section)
    return sections


def _plain(title: str) -> str:
    return re.sub(r"\\\*|[*_]{2}|</?\w+>", "", title).strip()


class _Walker:
    """One section, line by line: what is preamble, question and answer."""

    def __init__(self, text: str, masked: str, section: Section) -> None:
        self.text, self.masked, self.section = text, masked, section
        self.start = section.span[0]
        self.item: Item | None = None
        self.last = 0
        self.letters: Item | None = None
        self.answering = False
        self.depth = 0
        self.begun: list[tuple[Item, int]] = []

    def run(self) -> None:
        a, b = self.section.span
        for match in re.finditer(r"[^\n]+", self.masked[a:b]):
            self.line(match.group(), a + match.start())
        bounds = [start for _, start in self.begun] + [b]
        for (item, _), stop in zip(self.begun, bounds[1:]):
            self.split(item, stop)
        first = bounds[0]
        self.section.preamble, self.section.displays = self.text[a:first], tuple(_displays(self.text, a, first))
        if not self.begun and self.section.number and _ASKS.search(self.text[a:b]):
            # "## Problem 3" with its question below: the section is its only item.
            item = Item(self.section.number, (a, b), points=self.section.points)
            self.whole(item)

    def whole(self, item: Item) -> None:
        a, b = item.span
        self.split(item, b)
        item.displays = ()
        self.section.preamble = item.text
        self.section.displays = tuple(_displays(self.text, a, a + len(item.text)))
        self.section.items.append(item)

    def line(self, line: str, at: int) -> None:
        if _ENUM.search(line):
            self.depth += 1 if "begin" in line else -1
        if _ANSWER_END.match(line):
            self.answering = False
            return
        if _ANSWER.match(line):
            if self.item is not None:
                self.answering = True
            return
        worded = _WORDED.match(line)
        if worded:
            number = worded["num"].rsplit(".", 1)[-1]
            self.open(number, line, at, int(number))
            if worded["letter"]:
                self.letters = self.item
            return
        found = _ITEM.match(line)
        if not found or len(found["indent"].expandtabs(4)) >= 4 and not found["tex"]:
            return
        self.marked(found, line, at)

    def marked(self, found: re.Match[str], line: str, at: int) -> None:
        if found["num"]:
            number = int(found["num"])
            if number <= self.last or (self.answering and number != self.last + 1):
                self.answering = self.item is not None
                return
            self.open(str(number), line, at, number)
        elif found["letter"]:
            if self.answering and not _ASKS.search(line):
                return
            parent = self.letters or self.item
            if parent is not None and "(" in parent.label:
                parent = parent.parent
            self.letters = parent
            self.open(f"{parent.label if parent else self.section.number}({found['letter']})", line, at, self.last, parent)
        elif found["tex"] and found["label"]:
            self.open(found["label"].strip("().: "), line, at, self.last + 1)
        else:
            body = line[found.end() :]
            question = bool(_ASKS.search(body))
            if self.answering and not question or self.depth > 1 and found["tex"]:
                return
            if not question and not _POINTS.search(body) and re.match(r"\s*\*\*.+?:?\*\*", body):
                return
            self.open(str(self.last + 1), line, at, self.last + 1)

    def open(self, number: str, line: str, at: int, last: int, parent: Item | None = None) -> None:
        self.last, self.answering = last, False
        label = number if parent or not self.section.number or "(" in number else f"{self.section.number}.{number}"
        if parent is None:
            self.letters = None
        points = _POINTS.search(line)
        self.item = Item(label, (at, at), points=Fraction(points.group(1)) if points else None, parent=parent)
        self.section.items.append(self.item)
        self.begun.append((self.item, at))

    def split(self, item: Item, stop: int) -> None:
        """The question ends where its sentence is complete and a display, or the heading of an answer, follows."""
        a, end = item.span[0], stop
        for match in re.finditer(r"[^\n]+", self.masked[a:stop]):
            if _ANSWER.match(match.group()):
                end = a + match.start()
                break
        for match in DISPLAY.finditer(self.text, a, end):
            before = self.text[a : match.start()].rstrip()
            if _ASKS.search(before) and before.endswith((".", "?", "!", "$", ")", "]")) and not _continues(before):
                end = match.start()
                break
        item.span = (a, end)
        item.text = self.text[a:end].rstrip()
        item.answer, item.answer_span = self.text[end:stop].strip("\n"), (end, stop)
        item.displays = (*_displays(self.text, a, end), *_displays(self.text, end, stop, True))


def _continues(before: str) -> bool:
    """Whether the last sentence still waits for its formula: it ends in a formula but without a stop, or in `of`."""
    return not before.endswith((".", "?", "!")) and not re.search(r"with respect to|w\.?r\.?t\.?|\\nabla|\\frac", before)


def _displays(text: str, a: int, b: int, answer: bool = False) -> list[Display]:
    out = []
    for m in DISPLAY.finditer(text, a, b):
        tag = re.match(r"[ \t]*\((\d+)\)", text[m.end() : m.end() + 12])
        latex = next(g for g in (m["a"], m["b"], m["c"]) if g is not None)
        out.append(Display(latex.strip(), (m.start(), m.end()), answer, tag.group(1) if tag else ""))
    return out


# ---------------------------------------------------------------- numbers and points


def _number_plain(sections: list[Section]) -> None:
    """Without numbered sections: items are 1, 2, ...; where several sections have items, the section's place comes first."""
    holding = [s for s in sections if s.items]
    if len(holding) > 1:
        for k, section in enumerate(holding, 1):
            for item in section.items:
                item.label = f"{k}.{item.label}"


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
