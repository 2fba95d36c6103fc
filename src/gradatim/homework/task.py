"""One numbered item as a task: a derivative question with all that it is read with, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gradatim.homework.asks import Ask
from gradatim.homework.document import Item, Section


@dataclass(frozen=True, slots=True)
class Task:
    """One numbered item. A derivative question has an `ask`, the text of its declarations, and `chain`: the
    definitions it reaches, the function last. For any other item `status` says what it is or why it was not read."""

    label: str
    item: Item
    section: Section
    ask: Ask | None
    status: str
    given: str = ""
    chain: tuple[str, ...] = ()
    defining: tuple[str, ...] = ()
    """Definitions of a variable of the question, and what they use: `z = Wx + b` for ∂ℓ/∂z."""
    noted: tuple[str, ...] = ()
    """What was supposed to make it a question: that a loss of which only ∂L/∂Y is given is taken to first order."""
    fixed: str = ""
    """The layout of derivatives that the document says it uses; "" where it says nothing of it."""

    @property
    def layout(self) -> str:
        """The layout that the answer is given in."""
        turned = self.ask is not None and self.ask.turned
        return "numerator" if turned else self.fixed or "gradient"

    @property
    def points(self) -> Fraction | None:
        """The item's points; where it asks for several derivatives they stand with the first."""
        return self.item.points if self.label == self.item.label else None


__all__ = ["Task"]
