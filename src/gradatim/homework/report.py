"""A solved document as plain text or Markdown."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import indent

from gradatim.homework.solve import Question, Solution
from gradatim.term import Term
from gradatim.write.latex import latex
from gradatim.write.text import text


def _line(term: Term, left: str) -> str:
    return left + text(term)


def as_text(solution: Solution, show: Callable[[Term, str], str] = _line, detail: str = "normal") -> str:
    """One block a question: label, what is asked, the answer (by `show`, on one line of Unicode where nothing else is said),
    its shape, check and guesses, and the steps to it."""
    blocks = []
    for q in solution.questions:
        lines = [f"{q.label}{_points(q)}  {q.asks}"]
        if q.answer is None:
            lines.append(f"    no answer: {q.error}")
        else:
            lines += [show(q.answer, "    "), f"    shape {_shape(q)}; {q.checked}"]
        lines += [f"    assumed: {a}" for a in q.assumed]
        if q.derivation is not None:
            lines += ["", indent(q.derivation.text(detail), "    ")]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, *_rest(solution)]) + "\n"


def as_markdown(solution: Solution, detail: str = "normal") -> str:
    """The same with displayed LaTeX."""
    blocks = []
    for q in solution.questions:
        parts = [f"## {q.label}{_points(q)}", q.asks]
        if q.answer is None:
            parts.append(f"No answer: {q.error}")
        else:
            parts += [f"$$\n{latex(q.answer)}\n$$", f"Shape {_shape(q)}; {q.checked}."]
        parts += [f"- Assumed: {a}" for a in q.assumed]
        if q.derivation is not None:
            parts.append(q.derivation.markdown(detail))
        blocks.append("\n\n".join(parts))
    return "\n\n".join([*blocks, *_rest(solution)]) + "\n"


def _points(q: Question) -> str:
    return "" if q.points is None else f" ({q.points} points)" if q.points != 1 else " (1 point)"


def _shape(q: Question) -> str:
    assert q.answer is not None
    return " × ".join(str(d) for d in q.answer.shape) or "scalar"


def _rest(solution: Solution) -> list[str]:
    out = ["\n".join(f"{label}: {why}" for label, why in solution.others)] if solution.others else []
    return out + (["\n".join(solution.notes)] if solution.notes else [])
