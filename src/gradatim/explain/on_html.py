"""A derivation as HTML: a list of steps, each with its rule and shape, the reasons folded; nothing is fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from gradatim.explain.notation import notation
from gradatim.explain.on_latex import grouped, pieces
from gradatim.explain.on_text import closing, shape_words
from gradatim.explain.steps import Script, Step, Words
from gradatim.report.html import page as whole_page
from gradatim.report.mathml import displayed
from gradatim.term import Term
from gradatim.write.latex import latex
from gradatim.write.rows_latex import rows, width
from gradatim.write.text import text

WIDEST = 56
"""How many letters wide a row may be (`write.rows_latex`), so that the notes have room at its side."""
STYLE = """
.derivation h4 { margin: 1em 0 .3em; font-weight: normal; font-style: italic; }
.derivation table { border-collapse: collapse; }
.derivation td { padding: .2em .6em .2em 0; vertical-align: baseline; }
.derivation td math { math-style: normal; }
.derivation td.left { text-align: right; white-space: nowrap; }
.derivation { overflow-x: auto; }
.derivation td.right { white-space: nowrap; }
.derivation td td.right { white-space: normal; }
.derivation td.more { padding-left: 2.5em; }
.derivation td.note { color: var(--soft, #666); font-size: 85%; padding-left: 1.5em; min-width: 12em; }
.derivation .shape { color: var(--good, #1f7a3d); }
.derivation summary { cursor: pointer; }
.derivation .last { border-top: 1px solid var(--line, #ccc); margin-top: 1em; padding-top: .5em; }
""".strip()


def fragment(script: Script, detail: str) -> str:
    """The derivation as an element with its own style."""
    return "\n".join([f"<style>{STYLE}</style>", '<div class="derivation">', *_body(script, _Writer(script), detail), "</div>"])


def page(script: Script, detail: str) -> str:
    """A page of its own."""
    return whole_page(f"∂{script.label[1]}/∂{text(script.variables[-1])}", [fragment(script, detail)])


class _Writer:
    """Formulas and sentences of a derivation in HTML, formulas as MathML."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def latex(self, term: Term) -> str:
        return latex(term, self.script.letters, self.script.author)

    def __call__(self, term: Term) -> str:
        return displayed(self.latex(term))

    def words(self, said: Words) -> str:
        found = pieces(said, self.latex, self.script.author)
        return "".join(escape(w) if is_prose else displayed(w) for is_prose, w in found)


def _body(script: Script, write: _Writer, detail: str) -> Iterator[str]:
    if script.asked:
        yield f"<p>{script.note[:1].upper()}{script.note[1:]}.</p>"
    for heading, steps in grouped(script):
        yield f"<h4>{escape(heading)}</h4>"
        yield "<table>"
        for step in steps:
            yield from _row(step, write, detail)
        yield "</table>"
    last = closing(script)
    yield '<div class="last">'
    yield f"<div>{write(last.before)} = {write(last.after)}</div>"
    yield f"<div>shape check: <span class='shape'>{escape(shape_words(last))}</span>; {write.words(last.said)}</div>"
    if script.coda:
        yield "<table>"
        for step in script.coda:
            yield from _row(step, write, detail)
        yield "</table>"
    signs = [] if detail == "brief" else notation(script)
    if signs:
        yield f"<div>notation: {'; '.join(write.words(w) for w in signs)}</div>"
    if last.checked and detail != "brief":
        yield f"<div>every step checked: {escape(last.checked)}</div>"
    yield "</div>"


def _row(step: Step, write: _Writer, detail: str) -> Iterator[str]:
    if step.likewise:
        count = sum(not s.continues for s in step.between)
        inside = "".join(_substep(s, write) for s in step.between)
        opened = " open" if detail == "full" else ""
        head = f"<summary>⋮ {count} lines of the same form</summary>"
        yield f'<tr><td></td><td colspan="2"><details{opened}>{head}<table>{inside}</table></details></td></tr>'
    left = "" if step.continues else write.latex(step.before)
    first, *more = rows(" = ".join(write.latex(t) for t in (step.after, *step.forms)), WIDEST - width(left))
    begun, note = displayed(left) if left else "", _note(step, write, detail)
    yield f'<tr><td class="left">{begun}</td><td class="right">= {displayed(first)}</td><td class="note">{note}</td></tr>'
    for row in more:
        yield f'<tr><td></td><td class="right more">{displayed(row)}</td></tr>'


def _note(step: Step, write: _Writer, detail: str) -> str:
    shape = "" if step.continues else f"<span class='shape'>{escape(shape_words(step))}</span>"
    if detail == "brief":
        return shape
    rule = "" if step.kind == "definition" and step.rule == "name" else escape(step.rule)
    if step.needs:
        rule += f", for {write.words(step.needs)}"
    head = ", ".join(filter(None, (shape, rule)))
    inside = [f"<p>{write.words(step.said)}</p>"] if step.said else []
    if step.finer:
        inside.append(f"<table>{''.join(_substep(s, write) for s in step.finer)}</table>")
    if not inside:
        return head
    opened = " open" if detail == "full" else ""
    return f"<details{opened}><summary>{head}</summary>{''.join(inside)}</details>"


def _substep(step: Step, write: _Writer) -> str:
    left = "" if step.continues else write(step.before)
    why = f"{escape(step.rule)}: {write.words(step.said)}" if step.said else escape(step.rule)
    return f'<tr><td class="left">{left}</td><td class="right">= {write(step.after)}</td><td class="note">{why}</td></tr>'
