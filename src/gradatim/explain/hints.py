"""Hints for practice: a ladder that gives away the kind of rule, then the place, then the line, step after step; the answer is
not among them."""

from __future__ import annotations

from gradatim.explain.algebra import alike
from gradatim.explain.steps import Script, Step, sentence
from gradatim.term import Term
from gradatim.write.text import text


def ladder(script: Script) -> list[str]:
    """All hints in their order: three for each step that a person has to find."""
    found: list[Step] = []
    names: list[Step] = []
    for step in script.steps:
        if step.kind == "definition":
            names.append(step)
        elif step.kind != "shape" and not step.continues:
            found.append(step)

    def write(term: Term) -> str:
        return text(term, script.letters)

    out = _naming(script, names)
    for n, step in enumerate(found):
        left, value = write(step.before), write(step.after)
        out.append(f"{'Next' if n or names else 'First'}: {_kind(step)}.")
        out.append(f"It gives {left}{_where(step)}.")
        if not _gives_away(step, script):
            out.append(f"{left} = {value}")
        elif any(not isinstance(w, str) for w in step.said):
            out.append(f"Look closer: {sentence(step.said, write)}.")
    out.append("Put in what stands behind the names, and simplify." if names else "Simplify what you have.")
    return out


def _gives_away(step: Step, script: Script) -> bool:
    """Whether a line is the answer, also in another order of its terms."""
    return step.after is script.result or alike(step.after, script.result)


def _naming(script: Script, names: list[Step]) -> list[str]:
    if not names:
        return []
    inner = names[:-1] if len(names) > 1 else names
    count = "one intermediate quantity" if len(inner) == 1 else f"{len(inner)} intermediate quantities"
    left = ", ".join(f"{text(s.before, script.letters)}{_where(s)}" for s in inner)
    return [
        f"First: give a name to {count}.",
        f"Name what stands inside the outer functions: {left}.",
        "; ".join(f"{text(s.before, script.letters)} = {text(s.after, script.letters)}" for s in names),
    ]


def _kind(step: Step) -> str:
    if step.rule == "identification":
        return "read the derivative off"
    if step.rule == "matrix form":
        return "write all entries together, as a matrix or vector"
    article = "" if step.rule in ("algebra", "linearity", "entries") or "'s " in step.rule else "the "
    return f"use {article}{step.rule}"


def _where(step: Step) -> str:
    shape = " × ".join(map(str, step.shape))
    return f" (of shape {shape})" if shape else " (a scalar)"
