"""Rows and columns by a colon or a dot: `X_{i,:}`, `X_{:,j}`, `X_{i\\cdot}`, `X_{\\cdot j}`."""

from __future__ import annotations

from gradatim import ops
from gradatim.errors import Span
from gradatim.read.constants import Constants
from gradatim.read.infer import Draft, Shape
from gradatim.read.tree import Post

_ALL = (":", "cdot", "*", "odot", "bullet")


class Slices(Constants):
    """Parts of a matrix that are written with a place left open."""

    def sliced(self, letter: str, sub: Post, span: Span) -> Draft | None:
        """The row or column that a subscript with one open place means; None for any other subscript."""
        slots = [t for t in sub.tokens if t.text != "," and t.kind not in ("gopen", "gclose")]
        if len(slots) != 2 or sum(t.text in _ALL for t in slots) != 1:
            if any(t.text == ":" for t in slots):
                raise self.error(
                    "a range of rows, columns or entries is not read", span, "one row is X_{i,:}, one column X_{:,j}"
                )
            return None
        name = self.tables.alias(letter)
        row = slots[1].text in _ALL
        index = self.one_index(slots[0] if row else slots[1], True, True)
        if index is None or name in self.bound:
            return None
        whole = self.symbol(name, span, 2)
        if whole.shape.rank != 2:
            raise self.error(f"rows and columns are of a matrix, not of a {self.solver.words(whole.shape)}", span)
        member = self.indexed(whole, [index], span, not row)
        if not row:
            return member
        # A row lies; where only a column conforms, it is meant as one.
        kinds = ("row", "vector")
        key = f"{letter}_{slots[0].text},:"
        self.turns[key] = kinds, span
        if self.choice.get(key, 0) % 2:
            return member
        return Draft(Shape(member.shape.axes, True), lambda: ops.transpose(member.make()), span, "", None, member.guess)
