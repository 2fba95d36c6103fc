"""A derivation as HTML: a list of steps, each with its rule and shape, the reasons folded; nothing is fetched from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from gradatim.explain.notation import notation
from gradatim.explain.on_latex import grouped
from gradatim.explain.on_text import closing, shape_words
from gradatim.explain.steps import Script, Step, Words
from gradatim.report.html import page as whole_page
from gradatim.report.mathml import mathml
from gradatim.term import Term
from gradatim.write.latex import latex
from gradatim.write.text import text

Write = Callable[[Term], str]
Math = Callable[[Term, Script], str]
"""A formula of a derivation in HTML."""

STYLE = """
.derivation h4 { margin: 1em 0 .3em; font-weight: normal; font-style: italic; }
.derivation table { border-collapse: collapse; }
.derivation td { padding: .2em .6em .2em 0; vertical-align: baseline; }
.derivation td math { math-style: normal; }
.derivation td.left { text-align: right; white-space: nowrap; }
.derivation td.note { color: var(--soft, #666); font-size: 85%; padding-left: 1.5em; }
.derivation .shape { color: var(--good, #1f7a3d); }
.derivation summary { cursor: pointer; }
.derivation .last { border-top: 1px solid var(--line, #ccc); margin-top: 1em; padding-top: .5em; }
""".strip()


def fragment(script: Script, detail: str, math: Math) -> str:
    """The derivation as an element with its own style; `math` writes a formula."""

    def write(term: Term) -> str:
        return math(term, script)

    return "\n".join([f"<style>{STYLE}</style>", '<div class="derivation">', *_body(script, write, detail), "</div>"])


def page(script: Script, detail: str, math: Math) -> str:
    """A page of its own."""
    return whole_page(f"∂{script.label[1]}/∂{text(script.variables[-1])}", [fragment(script, detail, math)])


def _body(script: Script, write: Write, detail: str) -> Iterator[str]:
    for heading, steps in grouped(script):
        yield f"<h4>{escape(heading)}</h4>"
        yield "<table>"
        for step in steps:
            yield from _row(step, write, detail)
        yield "</table>"
    last = closing(script)
    yield '<div class="last">'
    yield f"<div>{write(last.before)} = {write(last.after)}</div>"
    yield f"<div>shape check: <span class='shape'>{escape(shape_words(last))}</span>; {_words(last.said, write)}</div>"
    if script.coda:
        yield "<table>"
        for step in script.coda:
            yield from _row(step, write, detail)
        yield "</table>"
    signs = [] if detail == "brief" else notation(script)
    if signs:
        yield f"<div>notation: {'; '.join(_words(w, write) for w in signs)}</div>"
    if last.checked and detail != "brief":
        yield f"<div>every step checked: {escape(last.checked)}</div>"
    yield "</div>"


def _row(step: Step, write: Write, detail: str) -> Iterator[str]:
    left = "" if step.continues else write(step.before)
    right = " = ".join(write(t) for t in (step.after, *step.forms))
    yield f'<tr><td class="left">{left}</td><td>= {right}</td><td class="note">{_note(step, write, detail)}</td></tr>'


def _note(step: Step, write: Write, detail: str) -> str:
    shape = "" if step.continues else f"<span class='shape'>{escape(shape_words(step))}</span>"
    if detail == "brief":
        return shape
    rule = "" if step.kind == "definition" and step.rule == "name" else escape(step.rule)
    if step.needs:
        rule += f", for {_words(step.needs, write)}"
    head = ", ".join(filter(None, (shape, rule)))
    inside = [f"<p>{_words(step.said, write)}</p>"] if step.said else []
    if step.substeps:
        inside.append(f"<table>{''.join(_substep(s, write) for s in step.substeps)}</table>")
    if not inside:
        return head
    opened = " open" if detail == "full" else ""
    return f"<details{opened}><summary>{head}</summary>{''.join(inside)}</details>"


def _substep(step: Step, write: Write) -> str:
    left = "" if step.continues else write(step.before)
    why = f"{escape(step.rule)}: {_words(step.said, write)}" if step.said else escape(step.rule)
    return f'<tr><td class="left">{left}</td><td>= {write(step.after)}</td><td class="note">{why}</td></tr>'


def _words(said: Words, write: Write) -> str:
    return "".join(escape(w) if isinstance(w, str) else write(w) for w in said)


def typeset(term: Term, script: Script) -> str:
    """A formula in MathML."""
    return mathml(latex(term, script.letters, script.author)).replace("<math ", '<math displaystyle="true" ', 1)


def plain(term: Term, script: Script) -> str:
    """A formula in one line of Unicode."""
    return f'<span class="math">{escape(text(term, script.letters))}</span>'
