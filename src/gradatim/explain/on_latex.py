"""A derivation as LaTeX: displays with the rule beside each line."""

from __future__ import annotations

import re

from gradatim.explain.steps import Script, Step, Words
from gradatim.term import Term
from gradatim.write.latex import latex


def written(script: Script, detail: str) -> str:
    """`align*` displays, a sentence before each."""

    def write(term: Term) -> str:
        return latex(term, script.letters)

    blocks: list[str] = []
    for heading, steps in grouped(script):
        rows = [_row(s, write, detail) for s in steps]
        blocks.append(f"{heading}\n\\begin{{align*}}\n" + " \\\\\n".join(rows) + "\n\\end{align*}")
    last = script.steps[-1]
    shape = r" \times ".join(map(str, last.shape))
    shape = f"${shape}$" if shape else "a scalar"
    blocks.append(f"Shape check: {shape}, {words(last.said, write)}.")
    return "\n\n".join(blocks)


HEADINGS = {
    "definition": "Write",
    "partial": "The parts:",
    "chain": "Put together:",
    "rewrite": "Put together:",
    "result": "Read off:",
}


def grouped(script: Script) -> list[tuple[str, list[Step]]]:
    """The steps in blocks of one kind."""
    blocks: list[tuple[str, list[Step]]] = []
    for step in script.steps[:-1]:
        heading = HEADINGS[step.kind]
        if blocks and (step.continues or blocks[-1][0] == heading):
            blocks[-1][1].append(step)
        else:
            blocks.append((heading, [step]))
    return blocks


def _row(step: Step, write, detail: str) -> str:  # type: ignore[no-untyped-def]
    left = "" if step.continues else write(step.before)
    right = " = ".join(write(t) for t in (step.after, *step.forms))
    note = "" if step.kind == "definition" and step.rule == "name" else step.rule
    if detail == "brief":
        note = ""
    row = f"{left} &= {right}"
    if note:
        row += rf" && \text{{({words((note,), write)})}}"
    return row


def words(said: Words, write) -> str:  # type: ignore[no-untyped-def]
    """A sentence in LaTeX's text mode."""
    return "".join(_plain(w) if isinstance(w, str) else f"${write(w)}$" for w in said)


def _plain(s: str) -> str:
    """Prose with the mathematics in it set as such."""
    return re.sub(r"[^\x00-\x7f]+", lambda m: "".join(_SIGNS.get(c, c) for c in m.group()), s)


_SIGNS = {
    "′": "$'$", "²": "$^2$", "−": "$-$", "‖": r"$\|$", "ᵀ": r"$^\top$", "⁻": "$^{-}$", "¹": "$^1$", "Σ": r"$\Sigma$",
    "∂": r"$\partial$", "×": r"$\times$", "·": r"$\cdot$", "≠": r"$\neq$", "ₖ": "$_k$", "’": "'",
}  # fmt: skip
