"""A solution key to be handed out: the solved document as a LaTeX file that compiles, or as one page of HTML."""

from __future__ import annotations

import re
from html import escape

from gradatim.explain.on_latex import latex_prose
from gradatim.homework.report import below
from gradatim.homework.solve import Question, Solution
from gradatim.report.entry import Entry, map_left, needs_prose
from gradatim.report.html import article, page
from gradatim.term import Term

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


def as_latex(solution: Solution, detail: str = "normal", whole: bool = False) -> str:
    """A document of its own: each question, its derivation, its answer."""
    parts = [_latex_question(q, detail, whole) for q in solution.questions]
    parts += [rf"\textit{{{escaped(f'{label}: {why}')}}}" for label, why in solution.others]
    return _PREAMBLE + "\n\n".join(parts) + "\n\\end{document}\n"


def _latex_question(q: Question, detail: str, whole: bool) -> str:
    entry = q.entry(whole)
    out = [rf"\subsection*{{{escaped(entry.heading)}}}", escaped(q.asks)]
    if entry.answer is None:
        return "\n\n".join([*out, f"No answer: {escaped(q.error)}"])
    if q.derivation is not None:
        out.append(q.derivation.latex(detail))
    elif q.underived:
        out.append(f"No derivation: {escaped(q.underived)}")
    out += [f"If {escaped(entry.condition)}:"] if entry.condition else []
    if entry.map is not None:
        out += _boxed(entry, entry.map.body, map_left(entry))
        out += ["By entries:", f"\\[\n{entry.latex(entry.answer)}\n\\]"]
    else:
        out += _boxed(entry, entry.answer)
    out += needs_prose(entry)
    for other in entry.others:
        found = [] if other.answer is None else _boxed(entry, other.answer)
        out += [f"If {escaped(other.condition)}:" + ("" if found else " no answer was found."), *found]
    out.append(rf"{{\small Shape {escaped(latex_shape(entry.shape))}; {escaped(entry.checked)}.}}")
    out += [rf"\textit{{Assumed: {escaped(a)}}}" for a in q.assumed]
    return "\n\n".join(out)


def _boxed(entry: Entry, term: Term, left: str = "") -> list[str]:
    named = entry.named(term)
    where = ", ".join(f"${entry.latex(head)} = {entry.latex(value)}$" for head, value in named.where)
    formula = f"\\[\n\\boxed{{{left or entry.left[0] + ' ='} {entry.latex(named.term)}}}\n\\]"
    return [formula, *([f"where {where}."] if where else [])]


def latex_shape(shape: str) -> str:
    return shape.replace("×", r"$\times$") if "×" in shape else shape


def escaped(text: str) -> str:
    """Prose with formulas between dollars as LaTeX: the signs that LaTeX reads are escaped outside the formulas."""
    pieces = re.split(r"(\$[^$]+\$)", text)
    return "".join(p if p.startswith("$") and len(p) > 2 else latex_prose(_prose(p)) for p in pieces)


def _prose(text: str) -> str:
    text = re.sub(r"\*\*|__", "", text).replace("\\", "")
    return re.sub(r"[&%#_{}$]", lambda m: "\\" + m.group(), text).replace("^", r"\^{}").replace("~", r"\~{}")


def as_html(solution: Solution, detail: str = "normal", whole: bool = False) -> str:
    """One page that needs nothing else; the reasons of steps are folded."""
    body = ["<h1>Solutions</h1>", *(article(q.entry(whole, below(q, detail))) for q in solution.questions)]
    others = "".join(f"<li>{escape(label)}: {escape(why)}</li>" for label, why in solution.others)
    body += [f"<h2>Other items</h2><ul>{others}</ul>"] if others else []
    body += [f'<p class="soft">{escape(note)}</p>' for note in solution.notes]
    return page("Solutions", body)
