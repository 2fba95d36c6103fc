"""Answers as one page of HTML that needs nothing else: no script, nothing fetched. Whatever an author wrote is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from gradatim.report.entry import Entry, legend_prose, map_left, needs_prose
from gradatim.report.mathml import mathml
from gradatim.report.prose import MATH
from gradatim.term import Term

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1a; --soft: #66645e; --line: #d9d6cd; --paper: #fdfcf9; --card: #fff; --good: #1f7a3d;
  --ask: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e7e1; --soft: #a3a097; --line: #3b3934; --paper: #191815; --card: #211f1c;
  --good: #63c384; --ask: #dba642; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 54rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 17px/1.55 Georgia, "Iowan Old Style", "Times New Roman", serif; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; } h2 { font-size: 1.1rem; margin: 0 0 .4rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .9rem 1.1rem; margin: .9rem 0; }
p { margin: .35rem 0; } ul { margin: .35rem 0; padding-left: 1.2rem; } .soft { color: var(--soft); font-size: .88rem; }
.formula { overflow-x: auto; overflow-y: hidden; padding: .45rem 0; } .answer { border-left: 3px solid var(--good); padding-left: .8rem; }
.check { color: var(--good); } .ask { color: var(--ask); } math { font-size: 1.1em; } code { overflow-wrap: anywhere; }
@media print { body { max-width: none; } article { break-inside: avoid; } }
"""


def page(title: str, body: Sequence[str]) -> str:
    """A whole page; the title is text, the body HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def smaller(element: str) -> str:
    """An element with headings of the size that a cell of a notebook has."""
    return element.replace("<h2", "<h4").replace("</h2>", "</h4>")


def prose(words: str) -> str:
    """Prose whose formulas stand in dollars."""
    out, end = [], 0
    for found in MATH.finditer(words):
        formula = next(g for g in found.groups() if g is not None)
        out += [_words(words[end : found.start()]), mathml(formula.strip())]
        end = found.end()
    return "".join([*out, _words(words[end:])])


def _words(words: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(words))


def article(entry: Entry) -> str:
    """One question and its answer."""
    out = [f"<h2>{escape(entry.heading)}</h2>"] if entry.heading else []
    if entry.asks:
        out.append(f"<p>{prose(entry.asks)}</p>")
    if entry.function is not None:
        out.append(_formula(f"{entry.name[0]} = {entry.latex(entry.function)}"))
        out += _pairs("with", entry, entry.definitions)
    if entry.answer is None:
        out.append(f'<p class="ask">No answer: {escape(entry.error)}</p>')
    else:
        if entry.condition:
            out.append(f'<p class="ask">If {escape(entry.condition)}:</p>')
        out.append(f'<div class="answer">{_first(entry, entry.answer)}</div>')
        out += [f"<p>{prose(words)}</p>" for words in (*legend_prose(entry), *needs_prose(entry))]
        out.append(f'<p class="soft">Shape {escape(entry.shape)} <span class="check">✓</span> {escape(entry.checked)}</p>')
        for other in entry.others:
            out.append(f'<p class="ask">If {escape(other.condition)}:</p>')
            out.append(
                _answer(entry, other.answer) if other.answer is not None else "<p>no answer was found for this reading</p>"
            )
    out += [f'<p class="soft">Assumed: {escape(g.text)}</p>' for g in entry.guesses]
    return "<article>\n" + "\n".join([*out, *(part.html() for part in entry.below)]) + "\n</article>"


def _formula(latex: str) -> str:
    return f'<div class="formula">{mathml(latex, True)}</div>'


def _first(entry: Entry, answer: Term) -> str:
    """The answer; a linear map first, where it is one, and its entries below."""
    if entry.map is None:
        return _answer(entry, answer)
    return _answer(entry, entry.map.body, map_left(entry)) + "<p>By entries:</p>" + _formula(entry.latex(answer))


def _answer(entry: Entry, term: Term, left: str = "") -> str:
    named = entry.named(term)
    formula = f"{left or entry.left[0] + ' ='} {entry.latex(named.term)}"
    return "".join([_formula(formula), *_pairs("where", entry, named.where)])


def _pairs(word: str, entry: Entry, pairs: Sequence[tuple[Term, Term]]) -> list[str]:
    parts = ", ".join(mathml(f"{entry.latex(head)} = {entry.latex(value)}") for head, value in pairs)
    return [f"<p>{word} {parts}.</p>"] if pairs else []
