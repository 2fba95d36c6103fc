"""Derivatives that are set to zero: `∇f = Xᵀ(Xw − y) = 0 ⇒ w = (XᵀX)⁻¹Xᵀy`. The derivative is what stands before the zero."""

from __future__ import annotations

from dataclasses import replace

from gradatim.ops import zero
from gradatim.read.answer import Answer, Line, Member
from gradatim.term import Number, Term


def before_zero(answer: Answer, right: Term) -> Answer:
    """The answer without the zeros that its derivative is set to, and without what is concluded from them; as it is where the
    derivative is zero, or nothing but a zero answers."""
    if is_zero(right):
        return answer
    kept: list[Line] = []
    cut = False
    for line in answer.lines:
        members = line.members
        if len(members) > 1 and members[-1].term is not None and is_zero(members[-1].term) and not line.defines:
            members = members[:-1]
            while len(members) > 1 and members[-1].term is not None and is_zero(members[-1].term):
                members = members[:-1]
            bare = len(members) == 1 and members[0].claimed is not None
            if not bare:
                kept.append(replace(line, members=members))
            cut = True
        elif not cut or line.head is not None or line.defines:
            kept.append(line)
    if not cut or not any(_states(line) for line in kept):
        return answer
    return replace(answer, lines=tuple(kept))


def _states(line: Line) -> bool:
    last: Member = line.members[-1]
    return not line.defines and not (len(line.members) == 1 and last.claimed is not None)


def is_zero(term: Term) -> bool:
    return (isinstance(term, Number) and term.value == 0) or term is zero(term.type)


__all__ = ["before_zero", "is_zero"]
