"""What an answer says itself of how it is meant: the entry that its left side names, and products taken entry by entry."""

from __future__ import annotations

import re

from gradatim.judge.answering import entry_of
from gradatim.judge.target import Target
from gradatim.judge.verdict import Verdict
from gradatim.read.stated import Line, Member
from gradatim.term import free_symbols, is_index
from gradatim.write import text as write_text

_WISE = r"(?:(?:element|entry|component|coordinate|point)s?[- ]?wise|entry by entry|element by element)"
WISE = re.compile(
    rf"{_WISE}\s+(?:product|multipl\w+)|\bhadamard\b|(?:[*·×∗⋅]|\\cdot|\\times|\\ast|products?|multipl\w+)\s*\$?\s*(?:is|are|means|denotes|taken|being|done|:|=)?\s*(?:the\s+)?{_WISE}"
    rf"|(?:(?<=[)\]}}$\d])|(?<=[^A-Za-z][A-Za-z]))(?:\s*,)?\s*\(?{_WISE}\)?[\s.$]*(?=$|\n|,)",
    re.I,
)
"""Words by which a writer says how a product is meant: "(elementwise)" behind a formula, "where * is elementwise"."""


def by_entries(line: Line, target: Target) -> bool:
    """Whether a left side is the derivative of one number by another, ∂f/∂X_ij, ∂F_i/∂x_j: no layout lays that otherwise."""
    head = line.head
    if head is None or not head.wrt or len(head.wrt) != len(target.wrt) or head.transposed:
        return False
    numbers = target.function.is_scalar or (head.of is not None and head.of.is_scalar)
    return numbers and all(w is not None and w.is_scalar and entry_of(w, x) for w, x in zip(head.wrt, target.wrt))


def other_index(line: Line, member: Member, target: Target) -> Verdict | None:
    """The verdict on an entry at i that is told at j: ∂ℓ/∂z_i = e^{z_j} / Σ_k e^{z_k}. None where the indices are the same."""
    if member.term is None or not by_entries(line, target) or line.head is None or member.term.rank:
        return None
    known = set(free_symbols(target.right, *target.wrt, target.function))
    free = [s.name for s in free_symbols(member.term) if is_index(s) and s not in known and not s.name.startswith("#")]
    strange = [name for name in free if name not in line.head.entry]
    if len(free) != target.right.rank or not strange:
        return None
    said = f"the left side is the entry at {', '.join(line.head.entry)}, and the right side has the index {', '.join(strange)}"
    return Verdict(
        "wrong",
        certainty="proved different",
        mistake="index",
        mistakes=("index",),
        message=said,
        span=member.span,
        answer=member.term,
        read_as=write_text(member.term),
        advice="which index is bound by the sum, and which one is that of the entry?",
        expected=target.right,
        evidence=said,
    )


__all__ = ["WISE", "by_entries", "other_index"]
