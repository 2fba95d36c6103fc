"""A solved document as plain text or Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from textwrap import indent

from gradatim.explain.derivation import Derivation
from gradatim.homework.solve import Question, Solution
from gradatim.report.entry import Entry, answer_lines, asked, condition_lines, legend_lines, needs_line
from gradatim.report.entry import as_markdown as entry_markdown
from gradatim.report.prose import markdown_prose
from gradatim.term import Term
from gradatim.write.display import cells, padded
from gradatim.write.text import text

Show = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Below:
    """A question's derivation as it stands below the answer."""

    derivation: Derivation
    detail: str

    def text(self) -> str:
        return self.derivation.text(self.detail)

    def latex(self) -> str:
        return self.derivation.latex(self.detail)

    def markdown(self) -> str:
        return self.derivation.markdown(self.detail)

    def html(self) -> str:
        return self.derivation.html(self.detail, whole=False)


@dataclass(frozen=True, slots=True)
class Underived:
    """Why a question has no derivation."""

    reason: str

    def text(self) -> str:
        return f"no derivation: {self.reason}"

    def latex(self) -> str:
        return self.markdown()

    def markdown(self) -> str:
        return f"No derivation: {markdown_prose(self.reason)}"

    def html(self) -> str:
        return f'<p class="soft">No derivation: {escape(self.reason)}</p>'


def below(q: Question, detail: str) -> tuple[Below | Underived, ...]:
    if q.derivation is None:
        return (Underived(q.underived),) if q.underived else ()
    return (Below(q.derivation, detail),)


def _line(term: Term, left: str, letters: Mapping[str, str] | None = None) -> str:
    return left + text(term, letters)


def as_text(solution: Solution, show: Show = _line, detail: str = "normal", whole: bool = False, blocks: bool = False) -> str:
    """Each question: label, what is asked, the answer (by `show`, on one line of Unicode where nothing else is said), its shape,
    check and guesses, and the steps to it. In `blocks`, for people, the function stands above its derivative."""
    shown = []
    asks = Counter((q.label.partition(" ")[0], q.asks) for q in solution.questions)
    for q in solution.questions:
        entry = q.entry(whole)
        here = partial(show, letters=entry.author.letters)
        several = asks[q.label.partition(" ")[0], q.asks] > 1
        lines = _in_blocks(entry, here) if blocks else _on_lines(entry, here, several)
        lines += [f"    assumed: {a}" for a in q.assumed]
        lines += legend_lines(entry, "    ") if q.derivation is None else []
        if q.derivation is not None:
            lines += ["", indent(q.derivation.text(detail, 96, blocks), "    ")]
        elif q.underived:
            lines += [f"    no derivation: {q.underived}"]
        shown.append("\n".join(lines))
    return "\n\n".join([*shown, *_rest(solution)]) + "\n"


def _on_lines(entry: Entry, show: Show, several: bool) -> list[str]:
    """Where one sentence asks for several derivatives, an answer says which it is."""
    lines = [f"{entry.heading}  {entry.asks}"]
    if entry.answer is None:
        return [*lines, indent(f"no answer: {entry.error}", "    ")]
    lines += [f"    If {entry.condition}:"] if entry.condition else []
    lines += answer_lines(entry, "    " + (f"{entry.left[1]} = " if several or entry.map is not None else ""), show)
    lines += ["    " + line if line.startswith("If ") else line for line in condition_lines(entry, show, "    ")]
    return [*lines, *needs_line(entry, "    "), f"    shape {entry.shape}; {entry.checked}"]


def _in_blocks(entry: Entry, show: Show) -> list[str]:
    lines = [entry.heading, asked(entry), ""]
    if entry.answer is None or entry.function is None:
        return [*lines, indent(f"no answer: {entry.error}", "    ")]
    heads = [text(head) for head, _ in entry.definitions]
    width = max(map(cells, (entry.name[1], entry.left[1], *heads)))
    above = [(entry.name[1], entry.function), *zip(heads, (value for _, value in entry.definitions))]
    lines += [show(value, f"    {padded(head, width)} = ") for head, value in above]
    left = f"    {padded(entry.left[1], width)} = "
    lines += [f"    If {entry.condition}:"] if entry.condition else []
    lines += answer_lines(entry, left, show)
    lines += ["    " + line if line.startswith("If ") else line for line in condition_lines(entry, show, left)]
    lines += needs_line(entry, "    ")
    return [*lines, *([] if lines[-1].endswith("\n") else [""]), f"    shape {entry.shape}; {entry.checked}"]


def as_markdown(solution: Solution, detail: str = "normal", whole: bool = False) -> str:
    """The same with displayed LaTeX."""
    blocks = [entry_markdown(q.entry(whole, below(q, detail))) for q in solution.questions]
    return "\n\n".join([*blocks, *_rest(solution, "- ")]) + "\n"


def _rest(solution: Solution, mark: str = "") -> list[str]:
    out = ["\n".join(f"{mark}{label}: {why}" for label, why in solution.others)] if solution.others else []
    return out + (["\n".join(mark + note for note in solution.notes)] if solution.notes else [])
