"""Marks as one HTML page that needs nothing else: no script, no picture, nothing from elsewhere. Everything in it is escaped."""

from __future__ import annotations

import re
from html import escape

from gradatim.homework.gradebook import Gradebook, Group, statistics
from gradatim.homework.sheet import Mark, Sheet, figure
from gradatim.homework.sheet_text import counted, facts, headline, made, outcome, plain, points, shortened
from gradatim.judge.page import headline as first_said
from gradatim.report.html import prose
from gradatim.report.mathml import displayed

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1a; --soft: #66645e; --line: #d9d6cd; --paper: #fdfcf9; --card: #fff;
  --right: #1f7a3d; --part: #9a6700; --wrong: #b3261e; --ask: #6b3fa0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e7e1; --soft: #a3a097; --line: #3b3934; --paper: #191815; --card: #211f1c;
  --right: #63c384; --part: #dba642; --wrong: #f0837b; --ask: #bd9bea; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 Georgia, "Iowan Old Style", "Times New Roman", serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
p { margin: .25rem 0; } .soft, footer { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; white-space: normal; }
.scroll { overflow-x: auto; }
article, details { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; margin: .6rem 0; }
article { padding: .8rem 1rem; } details > summary { cursor: pointer; padding: .6rem 1rem; }
details > div { padding: 0 1rem .6rem; }
.head { display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; }
.head b { font-size: 1.05rem; } .head .points { margin-left: auto; font-variant-numeric: tabular-nums; }
pre { margin: .5rem 0; padding: .5rem .7rem; border-left: 3px solid var(--line); background: var(--paper); white-space: pre-wrap;
  overflow-wrap: anywhere; font: .82rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .15rem .8rem; margin: .4rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.right { color: var(--right); } .part { color: var(--part); } .wrong { color: var(--wrong); } .ask { color: var(--ask); }
.blank { color: var(--soft); } a { color: inherit; }
dd code { font: .85rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
summary code { font: .8rem ui-monospace, Menlo, Consolas, monospace; color: var(--soft); margin-left: 1rem; overflow-wrap: anywhere; }
td.counts, th.counts { text-align: left; }
td.counts { white-space: normal; } td.counts span { white-space: nowrap; margin-right: .7rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; } }
@media print { body { max-width: none; } details { break-inside: avoid; } }
"""
CLASSES = {
    "right": "right",
    "right up to layout": "part",
    "right under a condition": "part",
    "incomplete": "part",
    "wrong": "wrong",
    "blank": "blank",
}


def as_html(book: Gradebook, document: str = "") -> str:
    """The page: a table and the groups where there are several submissions, then every submission."""
    several = len(book.sheets) > 1
    title = f"Marks: {document}" if document else "Marks"
    body = [f"<h1>{_text(title)}</h1>"]
    if several:
        waiting = (
            f"{counted(book.open)} {'waits' if book.open == 1 else 'wait'} for a person"
            if book.open
            else "nothing waits for a person"
        )
        body += [f'<p class="soft">{len(book.sheets)} submissions; {waiting}.</p>', _questions(book)]
        body += _groups(book)
        body += ["<h2>Submissions</h2>", _table(book)]
        body += [
            f'<details id="s{k}"><summary>{_summary(s)}</summary><div>{_sheet(s)}</div></details>'
            for k, s in enumerate(book.sheets)
        ]
    else:
        for s in book.sheets:
            body += [f"<p>{_summary(s)}</p>", _sheet(s)]
    body.append(_key(book))
    notes = dict.fromkeys((*book.notes, *(n for s in book.sheets for n in s.notes)))
    body.append("<footer>" + "".join(f"<p>Note: {_text(n)}</p>" for n in notes))
    body.append(f"<p>Marks are proposals.{_text(f' Made with {made(book)}.') if book.made else ''}</p></footer>")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _text(value: str) -> str:
    return escape(plain(value), quote=True)


def _quoted(value: str) -> str:
    """What is said of an answer, what it quotes between backticks set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _text(value))


def _prose(words: str, longest: int) -> str:
    """What a question asks, its formulas set; in full length only where cutting it would cut a formula."""
    return prose(plain(words)) if len(words) <= 2 * longest else _text(shortened(words, longest))


def _code(latex: str) -> str:
    return "<pre>" + "\n".join(_text(line) for line in latex.strip().split("\n")) + "</pre>"


def _summary(s: Sheet) -> str:
    name = s.submission or "Answers in the document"
    problems = "".join(f' <span class="ask">{_text(p)}</span>' for p in s.problems)
    return f"<b>{_text(name)}</b> {_text(headline(s))}{problems}"


def _sheet(s: Sheet) -> str:
    return "\n".join(_article(q) for q in s.questions)


def _class(mark: Mark) -> str:
    # What holds only with repairs is a question to a person, not a green light.
    return "ask" if mark.open and mark.as_written != mark.outcome else CLASSES.get(mark.outcome, "ask")


def _article(q: Mark) -> str:
    head = f'<div class="head"><b>{_text(q.label)}</b> <span class="{_class(q)}">{_text(outcome(q))}</span><span class="points">{_text(points(q))}</span></div>'
    asks = f'<p class="soft">{_prose(q.asks, 300)}</p>' if q.asks else ""
    return f"<article>{head}{asks}{_code(q.submitted) if q.submitted else ''}{_facts(q)}</article>"


def _facts(q: Mark) -> str:
    latex = str(q.said.get("read_as_latex") or "")
    shown = {"read as": displayed(latex)} if latex else {}
    rows = [f"<dt>{_text(name)}</dt><dd{_ask(name)}>{shown.get(name) or _quoted(text)}</dd>" for name, text in facts(q)]
    return f"<dl>{''.join(rows)}</dl>" if rows else ""


def _ask(name: str) -> str:
    return ' class="ask"' if name == "to look at" else ""


def _table(book: Gradebook) -> str:
    heads = "".join(f"<th>{_text(x)}</th>" for x in ("submission", *book.labels, "total", "for a person"))
    rows = []
    for k, s in enumerate(book.sheets):
        marks = {q.label: q for q in s.questions}
        cells = "".join(_cell(marks.get(x)) for x in book.labels)
        total = figure(s.total) if s.total is not None else f"{figure(s.so_far)}+"
        waiting = ", ".join(q.label for q in s.open)
        rows.append(
            f'<tr><td><a href="#s{k}">{_text(s.submission)}</a></td>{cells}<td>{total}</td><td>{_text(waiting)}</td></tr>'
        )
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _questions(book: Gradebook) -> str:
    """For each question how its answers turned out, and the mean of the points that were proposed."""
    rows = []
    for row in statistics(book):
        counts = " ".join(f'<span class="{CLASSES.get(o, "ask")}">{n} {_text(first_said(o))}</span>' for o, n in row.outcomes)
        mean = "–" if row.mean is None else f"{float(row.mean):.2f}"
        asks = _prose(row.asks, 140)
        rows.append(
            f'<tr><td><b>{_text(row.label)}</b> <span class="soft">{asks}</span></td><td class="counts">{counts}</td><td>{mean} of {figure(row.max_points)}</td></tr>'
        )
    return f'<div class="scroll"><table><thead><tr><th>question</th><th class="counts">answers</th><th>mean</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _cell(mark: Mark | None) -> str:
    if mark is None:
        return "<td></td>"
    text = "?" if mark.points is None else figure(mark.points) + ("?" if mark.open else "")
    return f'<td class="{_class(mark)}" title="{_text(outcome(mark))}">{text}</td>'


def _groups(book: Gradebook) -> list[str]:
    waiting = book.pile
    rest = [g for g in book.groups if not g.open and g.first.outcome != "blank"]
    out = [f"<h2>For a person ({len(waiting)})</h2>", *map(_group, waiting)] if waiting else []
    place = {s.submission: k for k, s in enumerate(book.sheets)}
    whole = [
        f'<li><a href="#s{place[s.submission]}">{_text(s.submission)}</a> <span class="ask">{_text(problem)}</span></li>'
        for s, problem in book.whole
    ]
    out += [f"<h2>Whole submissions for a person ({len(whole)})</h2><ul>{''.join(whole)}</ul>"] if whole else []
    return [*out, "<h2>Equal answers</h2>", *map(_group, rest)] if rest else out


def _group(g: Group) -> str:
    mark = next((m for _, m in g.marks if m.open), g.first)
    names = ", ".join(g.submissions[:12]) + (f" and {len(g.marks) - 12} more" if len(g.marks) > 12 else "")
    head = (
        f"<b>{_text(g.label)}</b> {counted(len(g.marks))}: "
        f'<span class="{_class(mark)}">{_text(outcome(mark))}</span>, {_text(points(mark))} <span class="soft">{_text(g.name)}</span>'
        f"<br><code>{_text(shortened(mark.submitted, 90))}</code>"
    )
    return f'<details><summary>{head}</summary><div><p class="soft">{_text(names)}</p>{_code(mark.submitted)}{_facts(mark)}</div></details>'


def _key(book: Gradebook) -> str:
    rows = [
        f"<dt>{_text(label)}</dt><dd>{displayed(str(e['latex'])) if e.get('latex') else _text(str(e['text']))}</dd>"
        for label, e in book.expected().items()
    ]
    return f"<details><summary>The right answers</summary><div><dl>{''.join(rows)}</dl></div></details>" if rows else ""


__all__ = ["as_html"]
