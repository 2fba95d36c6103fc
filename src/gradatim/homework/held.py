"""A solved document and marked submissions as people hold them in Python: printed as the commands print them, short at a prompt,
and typeset in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from html import escape

from gradatim.homework.gradebook import Gradebook, as_csv
from gradatim.homework.key import as_html as key_html
from gradatim.homework.key import as_latex as key_latex
from gradatim.homework.report import as_markdown as key_markdown
from gradatim.homework.report import as_text as key_text
from gradatim.homework.report import below
from gradatim.homework.sheet import Sheet, figure
from gradatim.homework.sheet_html import as_html as marks_html
from gradatim.homework.sheet_text import as_markdown as marks_markdown
from gradatim.homework.sheet_text import as_text as marks_text
from gradatim.homework.sheet_text import facts, headline, outcome, points
from gradatim.homework.solve import Solution
from gradatim.report.html import article, smaller


@dataclass(frozen=True, slots=True)
class Solved(Solution):
    """A solved document: `.questions`, `.others`, `.notes`; `.text()`, `.markdown()`, `.latex()`, `.html()` as `gradatim solve` has them."""

    def text(self, detail: str = "brief") -> str:
        return key_text(self, detail=detail).rstrip("\n")

    def markdown(self, detail: str = "normal") -> str:
        return key_markdown(self, detail)

    def latex(self, detail: str = "normal") -> str:
        """A document that compiles."""
        return key_latex(self, detail)

    def html(self, detail: str = "normal") -> str:
        """A page that needs nothing else."""
        return key_html(self, detail)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        answered = sum(q.answer is not None for q in self.questions)
        return f"<solution: {_counted(len(self.questions), 'question')}, {answered} answered; {_counted(len(self.others), 'other item')}>"

    def _repr_html_(self) -> str:
        return smaller("\n".join(article(q.entry(False, below(q, "normal"))) for q in self.questions))


@dataclass(frozen=True, slots=True)
class Marked(Sheet):
    """The marks of one submission: `.questions`, `.total`, `.open`; `.text()`, `.markdown()`, `.html()` as `gradatim grade` has them."""

    @property
    def book(self) -> Gradebook:
        return Gradebook((self,), self.made)

    def text(self) -> str:
        return marks_text(self.book).rstrip("\n")

    def markdown(self) -> str:
        return marks_markdown(self.book)

    def html(self) -> str:
        """A page that needs nothing else."""
        return marks_html(self.book, self.submission)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<marks: {self.submission or 'answers in the document'}, {headline(self)}>"

    def _repr_html_(self) -> str:
        head = f"<p><b>{escape(self.submission or 'answers in the document')}</b> {escape(headline(self))}</p>"
        rows = [
            (q.label, outcome(q), points(q), next((t for n, t in facts(q) if n in ("because", "to look at")), ""))
            for q in self.questions
        ]
        return head + _table(("question", "verdict", "points", "because"), rows)


@dataclass(frozen=True, slots=True)
class Class(Gradebook):
    """The marks of several submissions: `.sheets`, `.groups` of equal answers, `.open`; printed as `gradatim grade` prints them."""

    def text(self) -> str:
        return marks_text(self).rstrip("\n")

    def markdown(self) -> str:
        return marks_markdown(self)

    def html(self, title: str = "the class") -> str:
        """A page that needs nothing else."""
        return marks_html(self, title)

    def csv(self) -> str:
        """A row for each submission."""
        return as_csv(self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<marks: {_counted(len(self.sheets), 'submission')}, {_counted(self.open, 'answer')} for a person>"

    def _repr_html_(self) -> str:
        rows = [
            (s.submission, *(figure(q.points) if q.points is not None else "?" for q in s.questions), figure(s.total))
            for s in self.sheets
        ]
        return _table(("submission", *self.labels, "total"), rows)


def solved(solution: Solution) -> Solved:
    return Solved(*(getattr(solution, f.name) for f in fields(Solution)))


def marked(sheet: Sheet) -> Marked:
    return Marked(*(getattr(sheet, f.name) for f in fields(Sheet)))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table; whatever a student wrote is text in it."""
    top = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"


__all__ = ["Class", "Marked", "Solved", "marked", "solved"]
