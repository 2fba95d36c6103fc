"""Every error that a public function of Gradatim may raise: one tree under `GradatimError`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

Span = tuple[int, int]


class GradatimError(Exception):
    """The root: whatever the input, a public function raises this or returns."""


class ReadError(GradatimError):
    """The text cannot be read as mathematics.

    `span` is the place in `text` (start, end), `caret` shows the line with the place underlined, and
    `suggestion` says what would mend it ("" when nothing is known).
    """

    def __init__(self, message: str, text: str = "", span: Span | None = None, suggestion: str = "") -> None:
        self.message = message
        self.text = text
        self.span = span
        self.suggestion = suggestion
        parts = [message]
        if self.caret:
            parts.append(self.caret)
        if suggestion:
            parts.append(suggestion)
        super().__init__("\n".join(parts))

    @property
    def caret(self) -> str:
        """The line of the text that holds the span, and a line of carets under the span."""
        if self.span is None or not self.text:
            return ""
        start, end = self.span
        start = max(0, min(start, len(self.text)))
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", start)
        line = self.text[first : len(self.text) if last < 0 else last]
        column, width = start - first, max(1, min(end, first + len(line)) - start)
        # A very long line is cut around the place, so that the caret stays on one screen.
        left = max(0, column - 50)
        shown = line[left : left + 100].replace("\t", " ")
        return f"  {shown}\n  {' ' * (column - left)}{'^' * min(width, 100 - (column - left))}"


class ShapeError(GradatimError):
    """Two shapes that must agree do not. The message names both places and both shapes."""


class UnknownDerivative(GradatimError):
    """An operation has no derivative rule for what was asked; the message names the operation."""


class NotVerified(GradatimError):
    """A result could not be checked, or failed its check, against the function; it is not shown."""


class LimitExceeded(GradatimError):
    """The input is larger or deeper than the bounds that keep an answer quick."""


class EvaluationError(GradatimError):
    """A term cannot be evaluated at what was given: a missing argument, a wrong shape, an undefined value."""


@contextmanager
def within_limits(message: str) -> Iterator[None]:
    """What is too deep or too large for Python itself is a LimitExceeded as well."""
    try:
        yield
    except (RecursionError, MemoryError):
        raise LimitExceeded(message) from None
