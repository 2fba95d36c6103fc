"""A derivation as LaTeX and as Markdown: displays with the rule beside each line, a few words before each display."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import combining, normalize

from gradatim.explain.formula import Formula
from gradatim.explain.notation import notation
from gradatim.explain.on_text import closing, says
from gradatim.explain.steps import Script, Step, Words
from gradatim.ops import size
from gradatim.read.spelling import SUBSCRIPTS, SUPERSCRIPTS
from gradatim.term import Term
from gradatim.types import Dim
from gradatim.write.latex import latex
from gradatim.write.names_latex import GREEK_LETTERS, MARKS
from gradatim.write.rows_latex import rows, width
from gradatim.write.spelling import Spelling

Write = Callable[[Term], str]

HEADINGS = {
    "definition": "Write",
    "partial": "The parts:",
    "chain": "Put together:",
    "rewrite": "Put together:",
    "result": "Read off:",
}
PAGE = 70
"""How many letters wide a line may be (`write.rows_latex`) before it goes on below."""
LONG = 15
"""How wide a formula in a sentence may be before its paragraph is set with more room between words."""
LETTER = 0.85
"""The width of a letter of text beside one in a formula."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a display: its left side, the rows of its right side, and the note beside it."""

    left: str
    right: tuple[str, ...]
    note: str = ""


def written(script: Script, detail: str) -> str:
    """`align*` displays (amsmath, amssymb) with a sentence before each."""
    # A blank line before a display would begin a paragraph, with an empty line on paper.
    made = _blocks(script, detail, "\\begin{align*}\n{}\n\\end{align*}", latex_prose)
    return "\n\n".join(map(_loosened, made.replace("\n\n\\begin{align*}", "\n\\begin{align*}").split("\n\n")))


def _loosened(paragraph: str) -> str:
    """A paragraph with room between its words where a formula in it is long: a line ends before it rather than in the margin."""
    if "\\begin{" in paragraph or not any(width(formula) > LONG for formula in paragraph.split("$")[1::2]):
        return paragraph
    return f"\\begin{{sloppypar}}\n{paragraph}\n\\end{{sloppypar}}"


def markdown(script: Script, detail: str) -> str:
    """`$$` displays with a sentence before each."""
    return _blocks(script, detail, "$$\n\\begin{aligned}\n{}\n\\end{aligned}\n$$", markdown_words)


def _blocks(script: Script, detail: str, display: str, prose: Callable[[str], str]) -> str:
    def write(term: Term) -> str:
        return latex(term, script.letters, script.author)

    blocks: list[str] = [f"{script.note[:1].upper()}{script.note[1:]}."] if script.asked else []
    heard: set[str] = set()
    for heading, steps in grouped(script):
        lines = laid_out([line for s in steps for line in _lines(s, write, detail, script.author)])
        blocks += [heading, display.replace("{}", lines)]
        reasons = [reason for s in steps if says(s, detail) for reason in _reasons(s, write, prose, script.author)]
        reasons = [r for r in dict.fromkeys(reasons) if detail == "full" or r not in heard]
        heard |= {*reasons}
        if reasons:
            blocks.append(" ".join(reasons) if detail != "full" else "\n\n".join(reasons))
    last = closing(script)
    shape = _shape(last)
    blocks.append(f"Shape check: {f'${shape}$' if shape else 'a scalar'}; {words(last.said, write, prose, script.author)}.")
    for k, step in enumerate(script.coda):
        if step.continues:
            continue
        more = next((n for n, s in enumerate(script.coda[k + 1 :], k + 1) if not s.continues), len(script.coda))
        steps = [*script.coda[k:more]]
        lines = laid_out([line for s in steps for line in _lines(s, write, detail, script.author)])
        blocks += [prose(f"{step.rule[:1].upper()}{step.rule[1:]}:"), display.replace("{}", lines)]
        blocks += [r for s in steps for r in _reasons(s, write, prose, script.author)] if detail != "brief" else []
    signs = [] if detail == "brief" else notation(script)
    if signs:
        blocks.append("Notation: " + "; ".join(words(w, write, prose, script.author) for w in signs) + ".")
    if last.checked and detail != "brief":
        blocks.append(f"Every step checked: {_SIZE.sub(_size, last.checked)}.")
    return "\n\n".join(blocks)


def grouped(script: Script) -> list[tuple[str, list[Step]]]:
    """The steps in blocks of one kind, the shape check apart."""
    blocks: list[tuple[str, list[Step]]] = []
    for step in script.steps[:-1]:
        heading = HEADINGS[step.kind]
        if blocks and (step.continues or blocks[-1][0] == heading):
            blocks[-1][1].append(step)
        else:
            blocks.append((heading, [step]))
    return blocks


def laid_out(lines: Sequence[Line]) -> str:
    """The rows of a display. Notes stand in one column, right of the widest row; where the page has no room for that, each behind its
    own row, or below it."""
    margin = max(width(line.left) for line in lines)
    widest = max(width(row) for line in lines for row in line.right)
    column = margin + widest + max(LETTER * width(line.note) for line in lines) <= PAGE
    out: list[str] = []
    for line in lines:
        first, *more = line.right
        made = [f"{line.left} &= {first}" if line.left or first[0] != "&" else first]
        made += [f"&{row}" if row[0] == "=" else rf"&\quad {{}} {row}" for row in more]
        if line.note and column:
            made[-1] += f" && {line.note}"
        elif line.note and margin + width(line.right[-1]) + LETTER * width(line.note) + 3 * bool(more) <= PAGE:
            made[-1] += rf" \qquad {line.note}"
        elif line.note:
            made.append(rf"&\qquad {line.note}")
        out += made
    return " \\\\\n".join(out)


def _lines(step: Step, write: Write, detail: str, author: Spelling) -> list[Line]:
    if step.likewise:
        count = sum(not s.continues for s in step.between)
        above = [Line("", (r"&\;\;\vdots",), rf"\text{{{count} lines of the same form}}")] if detail != "full" else []
        above += [line for s in step.between for line in _lines(s, write, detail, author)] if detail == "full" else []
        return [*above, *_lines(replace(step, likewise=0), write, detail, author)]
    left = "" if step.continues else write(step.before)
    right = tuple(rows(" = ".join(write(t) for t in (step.after, *step.forms)), PAGE - width(left)))
    if detail == "brief" or step.kind == "definition" and step.rule == "name":
        return [Line(left, right)]
    condition = ", for " + words(step.needs, write, latex_prose, author) if step.needs else ""
    shape = "" if step.continues or not step.shape else rf" (${_shape(step)}$)"
    return [Line(left, right, rf"\text{{{latex_prose(step.rule)}{condition}{shape}}}")]


def _reasons(step: Step, write: Write, prose: Callable[[str], str], author: Spelling) -> list[str]:
    if not step.said:
        return []
    return [f"{prose(step.rule[:1].upper() + step.rule[1:])}: {words(step.said, write, prose, author)}."]


_SIZE = re.compile(r"([^\W\d_]\w*) = (\d+)")
"""A size in what is said of the check: `D_1 = 4`."""


def _size(found: re.Match[str]) -> str:
    return f"${latex(size(Dim.of(found[1])))} = {found[2]}$"


def _shape(step: Step) -> str:
    return r" \times ".join(latex(size(d)) for d in step.after.type.axes)


def words(said: Words, write: Write, prose: Callable[[str], str], author: Spelling) -> str:
    """A sentence with its formulas between dollars."""
    return "".join(prose(w) if is_prose else f"${w}$" for is_prose, w in pieces(said, write, author))


def pieces(said: Words, write: Write, author: Spelling) -> Iterator[tuple[bool, str]]:
    """The prose of a sentence, and its formulas in LaTeX: what stands side by side is one formula."""
    formula = ""
    for word in said:
        if not isinstance(word, str):
            formula += word.latex(author.transpose) if isinstance(word, Formula) else write(word)
            continue
        if formula:
            yield False, formula.strip()
        formula = ""
        yield True, word
    if formula:
        yield False, formula.strip()


def markdown_words(s: str) -> str:
    """Prose inside Markdown, the signs in it set as mathematics."""
    return latex_prose(s).replace("``", "“").replace("''", "”").replace("--", "–").replace(r"\dots{}", "…").replace("~", " ")


def latex_prose(s: str) -> str:
    """Prose for LaTeX's text mode, the signs in it set as mathematics; a sign that has no spelling there is left out."""
    out: list[str] = []
    for c in normalize("NFC", s):
        if c.isascii():
            out.append(c)
        elif c in MARKS and out:
            out[-1] = rf"$\{MARKS[c]}{{{out[-1].strip('$')}}}$"
        elif c in _RAISED or c in _LOWERED:
            sign, letter = ("^", _RAISED[c]) if c in _RAISED else ("_", _LOWERED[c])
            if out and out[-1].startswith(f"${sign}{{"):
                out[-1] = f"{out[-1][:-2]}{letter}}}$"
            else:
                out.append(f"${sign}{{{letter}}}$")
        elif c in GREEK_LETTERS:
            out.append(f"$\\{GREEK_LETTERS[c]}$")
        elif c in _SIGNS:
            out.append(_SIGNS[c])
        elif combining(c) and out:
            out[-1] = normalize("NFC", out[-1] + c)
        elif c.isalpha() and ord(c) < 0x180:
            out.append(c)
    return "".join(out)


_RAISED = {**SUPERSCRIPTS, "ᵀ": r"\top "}
_LOWERED = SUBSCRIPTS
_SIGNS = {
    "′": "$'$", "−": "$-$", "‖": r"$\|$", "Σ": r"$\Sigma$", "∂": r"$\partial$", "×": r"$\times$", "·": r"$\cdot$",
    "≠": r"$\neq$", "’": "'", "‘": "`", "⊙": r"$\odot$", "⊘": r"$\oslash$", "⊗": r"$\otimes$", "√": r"$\surd$", "½": r"$\frac12$",
    "…": r"\dots{}", "“": "``", "”": "''", "–": "--", "—": "---", "∈": r"$\in$", "≤": r"$\leq$", "≥": r"$\geq$", "→": r"$\to$",
    "↦": r"$\mapsto$", "ℝ": r"$\mathbb{R}$", "∇": r"$\nabla$", "∞": r"$\infty$", "𝟏": r"$\mathbf{1}$", "±": r"$\pm$",
    "∀": r"$\forall$", "°": r"$^\circ$", "\u00a0": "~", "∘": r"$\circ$", "𝟙": r"$\mathbf{1}$", "≈": r"$\approx$",
}  # fmt: skip
