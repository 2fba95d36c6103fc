"""Hints for practice: a ladder that gives away the kind of rule, then the place, then the line, step after step; the answer is
not among them."""

from __future__ import annotations

from gradatim.explain.steps import Script, Step
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
    out = _naming(script, names)
    for n, step in enumerate(found):
        begin = "Next" if n or names else "First"
        out.append(f"{begin}: {_kind(step)}.")
        out.append(f"{begin}: {_kind(step)}, for {text(step.before, script.letters)}" + _where(step) + ".")
        if step.after is not script.result:
            out.append(f"{text(step.before, script.letters)} = {text(step.after, script.letters)}")
    out.append("Put in what stands behind the names, and simplify." if names else "Simplify what you have.")
    return out


def _naming(script: Script, names: list[Step]) -> list[str]:
    if not names:
        return []
    inner = names[:-1] if len(names) > 1 else names
    count = f"{len(inner)} intermediate quantit{'y' if len(inner) == 1 else 'ies'}"
    left = ", ".join(text(s.before, script.letters) for s in inner)
    return [
        f"First: give a name to {count}.",
        f"Name what stands inside the outer functions: {left}.",
        "; ".join(f"{text(s.before, script.letters)} = {text(s.after, script.letters)}" for s in names),
    ]


def _kind(step: Step) -> str:
    article = "" if step.rule in ("algebra", "linearity", "Jacobi's formula", "identification", "matrix form") else "the "
    return f"use {article}{step.rule}"


def _where(step: Step) -> str:
    shape = " × ".join(map(str, step.shape))
    return f" (a result of shape {shape})" if shape else " (a scalar)"
