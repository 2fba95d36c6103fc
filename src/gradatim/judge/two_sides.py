"""Two formulas side by side: the ladder's answer, with what must hold for both to have values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradatim.check.ladder import Equality, equal
from gradatim.derive.conditions import Condition, values_need
from gradatim.errors import GradatimError
from gradatim.term import Term


def compared(a: Term, b: Term, seed: int = 1) -> Equality:
    """Whether two formulas are equal; that they are is said of where both have values: (Aᵀ)⁻¹ = (A⁻¹)ᵀ for A invertible."""
    found = equal(a, b, seed=seed)
    if not found.holds and found.verdict != "equal except":
        return found
    needs = needed(a, b)
    return replace(found, needs=needs, text=f"{found.text}; for {said(needs)}") if needs else found


def needed(*terms: Term, beyond: Sequence[Condition] = ()) -> tuple[str, ...]:
    """What the terms need to have values beside conditions that are known, in words."""
    try:
        return tuple(c.text() for c in values_need(*terms, beyond=beyond))
    except GradatimError:
        return ()


def said(needs: tuple[str, ...]) -> str:
    """Conditions in a sentence."""
    return " and ".join(filter(None, (", ".join(needs[:-1]), needs[-1])))


__all__ = ["compared", "needed", "said"]
