"""Marks as text for a terminal and as Markdown. What a student wrote is shown as it stands, with nothing in it that acts."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence

from gradatim.homework.gradebook import Gradebook, Group
from gradatim.homework.sheet import NO_REASON, Mark, Sheet, figure
from gradatim.judge.page import headline as first_said

Paint = Callable[[str, str], str]
WIDTH = 100
COLOURS = {
    "right": "32",
    "right up to layout": "33",
    "right under a condition": "33",
    "wrong": "31",
    "incomplete": "33",
    "blank": "2",
    "unreadable": "35",
    "undecided": "35",
}


def plain(text: str) -> str:
    """The text without characters that control a terminal or turn its direction."""
    return "".join(c if c.isprintable() else " " for c in text)


def no_colour(text: str, _style: str) -> str:
    return text


def colour(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


def as_text(book: Gradebook, paint: Paint = no_colour, width: int = WIDTH) -> str:
    """One submission in full; of several, a table, what waits for a person, and the groups of equal answers."""
    if len(book.sheets) == 1:
        return _sheet(book.sheets[0], paint, width) + _footer(book, width)
    return _table(book, paint) + _pile(book, paint, width) + _groups(book, paint, width) + _footer(book, width)


def headline(sheet: Sheet) -> str:
    """The sum in words: what is proposed, and what waits for a person."""
    waiting = len(sheet.open)
    known = f"{figure(sheet.so_far)} of {figure(sheet.max_points)} point{'s' if sheet.max_points != 1 else ''} proposed"
    return known + (f"; {waiting} {'question waits' if waiting == 1 else 'questions wait'} for a person" if waiting else "")


def _sheet(sheet: Sheet, paint: Paint, width: int) -> str:
    out = [paint(plain(sheet.submission or "answers in the document"), "1") + "  " + headline(sheet)]
    out += [f"  {plain(p)}" for p in sheet.problems]
    for q in sheet.questions:
        out += ["", *_mark(q, paint, width)]
    return "\n".join(out) + "\n"


def outcome(mark: Mark) -> str:
    """The verdict in words, as written and as repaired where they differ."""
    said = first_said(mark.outcome)
    if mark.as_written != mark.outcome:
        said = f"{first_said(mark.as_written)} as written, {said} as repaired"
    return said + (f" ({mark.mistake})" if mark.mistake and mark.outcome != "right" else "")


def points(mark: Mark) -> str:
    told = f"{figure(mark.points)} of {figure(mark.max_points)}"
    if mark.as_repaired is not None and not mark.override:
        told += f" ({figure(mark.as_repaired)} as repaired)"
    return told + (" (set by a person)" if mark.override else "")


def facts(mark: Mark) -> list[tuple[str, str]]:
    """What is said of a mark, a name and a text each: the same in every report."""
    said = mark.said
    rows = [("read as", str(said.get("read_as") or ""))]
    if mark.message and mark.message not in mark.review and mark.message != mark.outcome:
        rows.append(("because", mark.message))
    rows += [("wrong line", t) for t in _wrong_lines(mark)]
    if mark.derivation != "none":
        rows.append(("derivation", mark.derivation))
    rows += [("repaired", _repair(r)) for r in said.get("repairs", ())]
    rows += [
        ("deducted", f"{figure(d.points)} ({d.kind}): {d.why}" if d.why != mark.message else f"{figure(d.points)} ({d.kind})")
        for d in mark.deductions
    ]
    rows.append(("counterexample", _counterexample(str(said.get("counterexample") or ""))))
    if mark.outcome not in ("unreadable", "undecided"):
        rows.append(("certainty", str(said.get("certainty") or "")))
    rows += [("assumed", text) for text in dict.fromkeys(str(a["text"]) for a in said.get("assumed", ()))]
    rows += [("note", n) for n in mark.notes]
    rows += [
        ("set by a person", "" if mark.override == NO_REASON else mark.override),
        ("to look at", "" if mark.override else mark.review),
    ]
    return [(name, text) for name, text in rows if text]


def _wrong_lines(mark: Mark) -> list[str]:
    lines = [x for x in mark.said.get("lines", ()) if x.get("state") == "slip"]
    return [f"{x['number']}: `{_tidy(x['text'])}`" + (f" – {x['message']}" if x.get("message") else "") for x in lines[:1]]


def _tidy(line: str) -> str:
    """A line of a display without what only places it."""
    return " ".join(re.sub(r"(?<!\\)&|\\\\\s*$", " ", line.strip()).split())


def _counterexample(text: str) -> str:
    """The ladder compares a first with a second term; here these are the answer and the derivative."""
    return text.replace(" the first is ", " the answer is ").replace(" and the second ", " and the derivative ")


def _repair(repair: dict[str, object]) -> str:
    ask = " (please confirm)" if repair.get("needs_confirmation") else ""
    taken = f"read as {repair['read_as']}" if repair["read_as"] else "left out"
    return f"{repair['written']} {taken}: {repair['why']}{ask}"


def _mark(q: Mark, paint: Paint, width: int) -> list[str]:
    head = f"{plain(q.label):<5} {paint(outcome(q), COLOURS.get(q.outcome, ''))}  {points(q)}"
    out = [head]
    if q.submitted:
        out += _wrapped("wrote", shortened(q.submitted), width)
    for name, text in facts(q):
        out += _wrapped(name, text, width)
    return out


def shortened(latex: str, limit: int = 600) -> str:
    """An answer on one line, cut where it is very long."""
    line = re.sub(r"\s+", " ", latex).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _wrapped(name: str, text: str, width: int) -> list[str]:
    lines = textwrap.wrap(plain(" ".join(text.split())), max(20, width - 22), break_long_words=True) or [""]
    return [f"      {name:<15} {lines[0]}", *(" " * 22 + x for x in lines[1:])]


def _table(book: Gradebook, paint: Paint) -> str:
    labels = book.labels
    names = [plain(s.submission) for s in book.sheets]
    wide = min(40, max(map(len, [*names, "submission"]), default=10))
    out = [paint(f"{'submission':<{wide}}  " + " ".join(f"{x:>6}" for x in labels) + f"  {'total':>7}  for a person", "1")]
    for name, sheet in zip(names, book.sheets):
        marks = {q.label: q for q in sheet.questions}
        cells = " ".join(_cell(marks.get(x), paint) for x in labels)
        total = figure(sheet.total) if sheet.total is not None else f"{figure(sheet.so_far)}+"
        waiting = ", ".join(q.label for q in sheet.open) if len(sheet.open) < len(sheet.questions) else "all"
        waiting = waiting if sheet.open else ""
        problem = plain(sheet.problems[0]) if sheet.problems else ""
        shown = name if len(name) <= wide else name[: wide - 1] + "…"
        out.append(f"{shown:<{wide}}  {cells}  {total:>7}  {waiting}{': ' if waiting and problem else ''}{problem}".rstrip())
    return "\n".join(out) + "\n"


def _cell(mark: Mark | None, paint: Paint) -> str:
    if mark is None:
        return " " * 6
    text = ("?" if mark.points is None else figure(mark.points) + ("?" if mark.open else "")).rjust(6)
    return paint(text, COLOURS.get(mark.outcome, ""))


def _pile(book: Gradebook, paint: Paint, width: int) -> str:
    waiting = book.pile
    if not waiting and not book.whole:
        return ""
    return _whole(book, paint, width) + (_waiting(waiting, paint, width) if waiting else "")


def _whole(book: Gradebook, paint: Paint, width: int) -> str:
    """The submissions that a person reads as a whole."""
    out: list[str] = []
    for sheet, problem in book.whole:
        said = next((q.review for q in sheet.questions if q.review), "")
        out += [
            "",
            plain(sheet.submission),
            *_wrapped("to look at", said or problem, width),
        ]
    return "\n".join(["", paint("Whole submissions", "1"), *out]) + "\n" if out else ""


def _waiting(waiting: Sequence[Group], paint: Paint, width: int) -> str:
    answers = sum(m.open for g in waiting for _, m in g.marks)
    out = ["", paint(f"For a person: {counted(answers)} in {len(waiting)} {'group' if len(waiting) == 1 else 'groups'}", "1")]
    for g in waiting:
        mark = next(m for _, m in g.marks if m.open)
        out += ["", f"{g.label:<5} {g.name}  {counted(len(g.marks))}: {_names(g.submissions)}"]
        out += _wrapped("wrote", shortened(mark.submitted, 200), width) if mark.submitted.strip() else []
        out += _wrapped("to look at", mark.review, width)
    return "\n".join(out) + "\n"


def _groups(book: Gradebook, paint: Paint, width: int) -> str:
    rest = [g for g in book.groups if not g.open and g.first.outcome != "blank"]
    if not rest:
        return ""
    out = ["", paint("Equal answers", "1")]
    for g in rest:
        said = g.first.message if g.first.outcome != "right" else ""
        line = f"{g.label:<5} {g.name}  {counted(len(g.marks))}  {outcome(g.first)}, {points(g.first)}" + (
            f": {said}" if said else ""
        )
        out += textwrap.wrap(plain(line), width, subsequent_indent=" " * 6)
    return "\n".join(out) + "\n"


def counted(n: int) -> str:
    return f"{n} answer" if n == 1 else f"{n} answers"


def _names(names: tuple[str, ...], limit: int = 6) -> str:
    shown = ", ".join(map(plain, names[:limit]))
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")


def made(book: Gradebook) -> str:
    """How the marks were made: what is needed to make them again."""
    m = book.made
    parts = [f"{key} {m[key]}" for key in ("gradatim", "rubric", "document", "seed") if m.get(key) is not None]
    return ", ".join(parts) + (", repairs allowed" if m.get("scan") else "")


def _footer(book: Gradebook, width: int) -> str:
    out = [""]
    for note in dict.fromkeys((*book.notes, *(n for s in book.sheets for n in s.notes))):
        out += textwrap.wrap(plain(f"Note: {note}"), width, subsequent_indent="  ")
    out.append("Marks are proposals." + (f" Made with {made(book)}." if book.made else ""))
    return "\n".join(out) + "\n"


# ---------------------------------------------------------------- Markdown


def escaped(text: str) -> str:
    """Text in which nothing is Markdown or HTML."""
    return re.sub(r"^([-+=]|\d+(?=[.)]))", r"\\\1", _inline(plain(" ".join(text.split()))))


def _inline(text: str) -> str:
    """Text inside a line, in which brackets, emphasis, code and HTML are signs like others."""
    return re.sub(r"([\\`*_\[\]#|<>&~$])", r"\\\1", text)


def asked(text: str) -> str:
    """A question in Markdown: its formulas between dollars as they stand, all else as text."""
    pieces = re.split(r"(\$\$.+?\$\$|\$[^$]+\$)", plain(" ".join(text.split())))
    return "".join(p if k % 2 and not re.search(r"[<>`]", p) else _inline(p) for k, p in enumerate(pieces))


def fenced(text: str) -> str:
    """A block of code that the text cannot close."""
    fence = "`" * max(3, 1 + max((len(m) for m in re.findall(r"`+", text)), default=0))
    body = "\n".join(plain(line) for line in text.split("\n"))
    return f"{fence}latex\n{body}\n{fence}"


def as_markdown(book: Gradebook) -> str:
    """A table of all submissions where there are several, then every answer with what is said of it."""
    out: list[str] = ["# Marks", ""]
    if len(book.sheets) > 1:
        out += ["| submission | " + " | ".join(book.labels) + " | total | for a person |", "|---" * (len(book.labels) + 3) + "|"]
        for s in book.sheets:
            marks = {q.label: q for q in s.questions}
            cells = [figure(marks[x].points) if x in marks else "" for x in book.labels]
            total = figure(s.total) if s.total is not None else f"{figure(s.so_far)}+"
            out.append(
                f"| {escaped(s.submission)} | " + " | ".join(cells) + f" | {total} | {' '.join(q.label for q in s.open)} |"
            )
        out.append("")
    for s in book.sheets:
        out += [f"## {escaped(s.submission) or 'Answers in the document'}", "", f"{headline(s)}.", ""]
        out += [f"{escaped(p)}.\n" for p in s.problems]
        for q in s.questions:
            out += [f"### {escaped(q.label)}: {outcome(q)}, {points(q)}", "", asked(q.asks), ""]
            if q.submitted:
                out += [fenced(q.submitted), ""]
            out += [*(f"- {name}: {escaped(text)}" for name, text in facts(q)), ""]
    out += [f"- Note: {escaped(n)}" for n in dict.fromkeys((*book.notes, *(n for s in book.sheets for n in s.notes)))]
    out += ["", "Marks are proposals." + (f" Made with {escaped(made(book))}." if book.made else "")]
    return "\n".join(out) + "\n"


__all__ = ["as_markdown", "as_text", "colour", "facts", "headline", "made", "no_colour", "outcome", "plain", "points"]
