"""A derivation as LaTeX and as Markdown: displays with the rule beside each line, a few words before each display."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from gradatim.write.spelling import Spelling
from gradatim.write.text import text

Write = Callable[[Term], str]

HEADINGS = {
    "definition": "Write",
    "partial": "The parts:",
    "chain": "Put together:",
    "rewrite": "Put together:",
    "result": "Read off:",
}
WIDE = 64
"""Characters (of Unicode) above which a line has its note below it."""


def written(script: Script, detail: str) -> str:
    """`align*` displays (amsmath, amssymb) with a sentence before each."""
    # A blank line before a display would begin a paragraph, with an empty line on paper.
    made = _blocks(script, detail, "\\begin{align*}\n{}\n\\end{align*}", latex_prose)
    return made.replace("\n\n\\begin{align*}", "\n\\begin{align*}")


def markdown(script: Script, detail: str) -> str:
    """`$$` displays with a sentence before each."""
    return _blocks(script, detail, "$$\n\\begin{aligned}\n{}\n\\end{aligned}\n$$", markdown_words)


def _blocks(script: Script, detail: str, display: str, prose: Callable[[str], str]) -> str:
    def write(term: Term) -> str:
        return latex(term, script.letters, script.author)

    blocks: list[str] = [f"{script.note[:1].upper()}{script.note[1:]}."] if script.asked else []
    heard: set[str] = set()
    for heading, steps in grouped(script):
        rows = " \\\\\n".join(row for s in steps for row in _rows(s, write, detail, script.author))
        blocks += [heading, display.replace("{}", rows)]
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
        rows = " \\\\\n".join(row for s in steps for row in _rows(s, write, detail, script.author))
        blocks += [prose(f"{step.rule[:1].upper()}{step.rule[1:]}:"), display.replace("{}", rows)]
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


def _rows(step: Step, write: Write, detail: str, author: Spelling) -> list[str]:
    if step.likewise:
        count = sum(not s.continues for s in step.between)
        above = [rf"&\;\;\vdots && \text{{{count} lines of the same form}}"] if detail != "full" else []
        above += [r for s in step.between for r in _rows(s, write, detail, author)] if detail == "full" else []
        return [*above, *_rows(replace(step, likewise=0), write, detail, author)]
    left = "" if step.continues else write(step.before)
    right = " = ".join(write(t) for t in (step.after, *step.forms))
    row = f"{left} &= {right}"
    if detail == "brief" or step.kind == "definition" and step.rule == "name":
        return [row]
    condition = ", for " + words(step.needs, write, latex_prose, author) if step.needs else ""
    shape = "" if step.continues or not step.shape else rf" (${_shape(step)}$)"
    beside = rf"\text{{{latex_prose(step.rule)}{condition}{shape}}}"
    if len(text(step.before)) * (not step.continues) + len(text(step.after)) > WIDE:
        return [row, rf"&\qquad {beside}"]
    return [rf"{row} && {beside}"]


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
