"""A solution key to be handed out: the solved document as a LaTeX file that compiles, or as one page of HTML."""

from __future__ import annotations

import re
from html import escape

from gradatim.explain.on_latex import latex_prose
from gradatim.homework.solve import Question, Solution
from gradatim.report.html import page, prose
from gradatim.report.mathml import mathml
from gradatim.write.latex import latex

_PREAMBLE = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage[margin=2.5cm]{geometry}
\usepackage{amsmath,amssymb,bm}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\begin{document}
"""


def as_latex(solution: Solution, detail: str = "normal") -> str:
    """A document of its own: each question, its derivation, its answer."""
    parts = [_latex_question(q, detail) for q in solution.questions]
    parts += [rf"\textit{{{escaped(f'{label}: {why}')}}}" for label, why in solution.others]
    return _PREAMBLE + "\n\n".join(parts) + "\n\\end{document}\n"


def _latex_question(q: Question, detail: str) -> str:
    out = [rf"\subsection*{{{escaped(q.label)}}}", escaped(q.asks)]
    if q.answer is None:
        out.append(f"No answer: {escaped(q.error)}")
        return "\n\n".join(out)
    if q.derivation is not None:
        out.append(q.derivation.latex(detail))
    out.append(f"\\[\n\\boxed{{{latex(q.answer)}}}\n\\]")
    out += [rf"\textit{{Assumed: {escaped(a)}}}" for a in q.assumed]
    return "\n\n".join(out)


def escaped(text: str) -> str:
    """Prose with formulas between dollars as LaTeX: the signs that LaTeX reads are escaped outside the formulas."""
    pieces = re.split(r"(\$[^$]+\$)", text)
    return "".join(p if p.startswith("$") and len(p) > 2 else latex_prose(_prose(p)) for p in pieces)


def _prose(text: str) -> str:
    text = re.sub(r"\*\*|__", "", text).replace("\\", "")
    return re.sub(r"[&%#_{}$]", lambda m: "\\" + m.group(), text).replace("^", r"\^{}").replace("~", r"\~{}")


def as_html(solution: Solution, detail: str = "normal") -> str:
    """One page that needs nothing else; the reasons of steps are folded."""
    body = [_html_question(q, detail) for q in solution.questions]
    others = "".join(f"<li>{escape(label)}: {prose(why)}</li>" for label, why in solution.others)
    return page("Solution key", [*body, f"<h2>Other items</h2><ul>{others}</ul>" if others else ""])


def _html_question(q: Question, detail: str) -> str:
    out = ["<article>", f"<h2>{escape(q.label)}</h2>", f"<p>{prose(q.asks)}</p>"]
    if q.answer is None:
        return "\n".join([*out, f"<p>No answer: {escape(q.error)}</p>", "</article>"])
    if q.derivation is not None:
        out.append(q.derivation.html(detail, whole=False))
    else:
        out.append(f"<p>{mathml(latex(q.answer), True)}</p>")
    return "\n".join([*out, *(f'<p class="soft">Assumed: {escape(a)}</p>' for a in q.assumed), "</article>"])
