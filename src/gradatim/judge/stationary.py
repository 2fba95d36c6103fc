"""Derivatives that are set to zero: `∇f = Xᵀ(Xw − y) = 0 ⇒ w = (XᵀX)⁻¹Xᵀy`. The derivative is what stands before the zero."""

from __future__ import annotations

import re
from dataclasses import replace

from gradatim.judge.differentials import holds_differential
from gradatim.judge.target import Target
from gradatim.ops import zero
from gradatim.read.stated import Answer, Line, Member
from gradatim.term import Number, Term

_SET = re.compile(
    r"\b(?:set|setting|sets|put|putting|equat\w+)\b[^.]{0,200}?(?:\bto|\bequal|=|\bwith)[^.]{0,200}?(?:\bzero\b|(?<![\w.])0(?![\w.]))"
    r"|\b(?:stationary|critical)\s+points?\b|\bfirst[- ]order\s+(?:optimality\s+)?condition|\bnormal\s+equations?\b"
    r"|\b(?:minimi[sz]er|maximi[sz]er|optimum|optimal|solv(?:e|ing)\s+for|closed[- ]form\s+solution)\b",
    re.I,
)
"""Words after which an equation is solved."""


def before_zero(answer: Answer, target: Target) -> Answer:
    """The answer without the zeros that its derivative is set to, and without what is concluded from them; as it is where the
    derivative is zero, or nothing but a zero answers."""
    if is_zero(target.right):
        return answer
    kept: list[Line] = []
    cut, end = False, 0
    for line in answer.lines:
        members = line.members
        said, end = answer.text[end : line.span[0]], line.span[1]
        if set_to_zero(line, target) and len(members) == 1:
            cut = True  # "= 0" in a row of its own
            continue
        if set_to_zero(line, target):
            members = members[:-1]
            while len(members) > 1 and members[-1].term is not None and is_zero(members[-1].term):
                members = members[:-1]
            bare = len(members) == 1 and members[0].claimed is not None
            if not bare:
                kept.append(replace(line, members=members))
            cut = True
            continue
        if _SET.search(said) and any(_states(k) for k in kept):
            cut = True
        if not cut or line.head is not None or line.defines:
            kept.append(line)
    if not cut or not any(_states(line) for line in kept):
        return answer
    return replace(answer, lines=tuple(kept))


def set_to_zero(line: Line, target: Target) -> bool:
    """Whether a line ends in a zero and is about a derivative: `dX X⁻¹ + X dX⁻¹ = 0` only says something of differentials."""
    last = line.members[-1] if len(line.members) > 1 or (line.continues and line.members) else None
    if last is None or last.term is None or not is_zero(last.term) or line.defines:
        return False
    return not any(m.term is not None and holds_differential(m.term, target) for m in line.members)


def _states(line: Line) -> bool:
    last: Member = line.members[-1]
    return not line.defines and not (len(line.members) == 1 and last.claimed is not None)


def is_zero(term: Term) -> bool:
    return (isinstance(term, Number) and term.value == 0) or term is zero(term.type)


__all__ = ["before_zero", "is_zero"]
