"""The verdict on an answer as one page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from gradatim.report.html import page, smaller
from gradatim.report.mathml import mathml
from gradatim.term import Term
from gradatim.write.latex import latex

if TYPE_CHECKING:
    from gradatim.judge.verdict import Verdict

TONES = {"right": "check", "right up to layout": "ask", "right under a condition": "ask"}
HEADLINES = {"right under a condition": "not right in general"}


def headline(outcome: str) -> str:
    """What stands first of a verdict: nobody who reads a word only may take it for another one."""
    return HEADLINES.get(outcome, outcome)


def verdict_page(verdict: Verdict, reveal: bool = False) -> str:
    """The page: the outcome, how the answer was read, the evidence and the lines; the right answer only where `reveal` asks."""
    return page(f"Checked: {headline(verdict.outcome)}", ["<article>", *_parts(verdict, reveal), "</article>"])


def verdict_element(verdict: Verdict) -> str:
    """The same as an element to put into a page."""
    return smaller("<article>" + "".join(_parts(verdict, False)) + "</article>")


def _parts(v: Verdict, reveal: bool) -> Iterator[str]:
    said = f": {escape(v.message)}" if v.message and v.message != v.outcome else ""
    yield f'<h2 class="{TONES.get(v.outcome, "ask")}">{escape(headline(v.outcome))}{said}</h2>'
    if v.repairs and v.as_written != v.outcome:
        yield f'<p class="ask">As written: {escape(headline(v.as_written))}</p>'
    yield from (f'<p class="ask">Repaired: {escape(r.text)}</p>' for r in v.repairs)
    if v.answer is not None:
        yield f"<p>Read as:</p>{_formula(v.answer)}"
        yield f'<p class="soft">{escape("; ".join(v.shapes))}</p>'
    if v.mistake is not None:
        yield f"<p>Kind of mistake: {escape(', '.join(v.mistakes or (v.mistake,)))}</p>"
        yield f"<p>{'Look at ' + escape(v.place) if v.place else escape(sentence(v.advice or v.hint(3)))}</p>"
    if v.evidence or v.certainty:
        yield f'<p class="soft">Evidence: {escape(v.evidence or v.certainty)}</p>'
    if v.lines:
        yield "<ol>"
        for line in v.lines:
            message = f": {escape(line.message)}" if line.message else ""
            yield f"<li><code>{escape(' '.join(line.text.split()))}</code><br><b>{escape(line.state)}</b>{message}</li>"
        yield "</ol>"
    yield from (f'<p class="soft">Assumed: {escape(a.text)}</p>' for a in v.assumed)
    if reveal and v.expected is not None:
        yield f'<p>The derivative:</p><div class="answer">{_formula(v.expected)}</div>'


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _formula(term: Term) -> str:
    return f'<div class="formula">{mathml(latex(term), True)}</div>'


__all__ = ["headline", "verdict_element", "verdict_page"]
