"""Rows, columns and ranges by a colon or a dot: `x_{2:n}`, `X_{i,:}`, `X_{:,j}`, `X_{i\\cdot}`, `X_{\\cdot j}`."""

from __future__ import annotations

from gradatim import ops
from gradatim.errors import Span
from gradatim.read.constants import Constants
from gradatim.read.infer import Draft, Shape, dimension
from gradatim.read.shifts import NOTHING, fits, ranged, size_of
from gradatim.read.tokens import Token
from gradatim.read.tree import Post, slots
from gradatim.types import ONE, Dim

_ALL = (":", "cdot", "*", "odot", "bullet")


class Slices(Constants):
    """Parts of a matrix that are written with a place left open."""

    def sliced(self, letter: str, sub: Post, span: Span) -> Draft | None:
        """The row or column that a subscript with one open place means; None for any other subscript."""
        places = slots(sub.tokens)
        if len(places) != 2 or sum(t.text in _ALL for t in places) != 1:
            return self.part_of(letter, sub, span) if any(t.text == ":" for t in places) else None
        name = self.tables.alias(letter)
        if any(t.text == ":" for t in places) and not any(t.text == "," for t in sub.tokens) and self.rank_of(name) == 1:
            return self.part_of(letter, sub, span)
        row = places[1].text in _ALL
        index = self.one_index(places[0] if row else places[1], True, True)
        if index is None or name in self.bound:
            return None
        whole = self.symbol(name, span, 2)
        if whole.shape.rank != 2:
            raise self.error(f"rows and columns are of a matrix, not of a {self.solver.words(whole.shape)}", span)
        member = self.indexed(whole, [index], span, not row)
        return self.row_of(member, f"{letter}_{places[0].text},:", span) if row else member

    def row_of(self, member: Draft, key: str, span: Span) -> Draft:
        """A row lies; where only a column conforms, it is meant as one."""
        kinds = ("row", "vector")
        self.turns[key] = kinds, span
        if self.choice.get(key, 0) % 2:
            return member
        return Draft(Shape(member.shape.axes, True), lambda: ops.transpose(member.make()), span, "", None, member.guess)

    # ------------------------------------------------------------ from one place to another

    def part_of(self, letter: str, sub: Post, span: Span) -> Draft:
        """`x_{2:n}`, `X_{1:k,:}`, `X_{i,1:k}`: entries, rows or columns from one place to another."""
        return self.part_at(self.symbol(self.tables.alias(letter), span, _commas(sub) + 1), letter, sub, span)

    def part_at(self, whole: Draft, letter: str, sub: Post, span: Span) -> Draft:
        """The part of a value that a subscript with colons means."""
        places: list[list[Token]] = [[]]
        for t in sub.tokens:
            if t.text == ",":
                places.append([])
            elif t.kind not in ("gopen", "gclose"):
                places[-1].append(t)
        if len(places) == 1 and whole.shape.rank == 2 and len(places[0]) == 2 and ":" in (places[0][0].text, places[0][1].text):
            places = [[t] for t in places[0]]  # (AB)_{i:}
        if whole.shape.rank != len(places) or whole.shape.family:
            raise self.error(
                f"{len(places)} place{'s' * (len(places) > 1)} below {self.solver.described(whole.shape)}: this range is not read",
                span,
                "one row is X_{i,:}",
            )
        cut = whole
        for axis, place in enumerate(places):
            if any(t.text == ":" for t in place) and len(place) > 1:
                cut = self.cut(cut, axis, place, span)
        chosen = [(axis, place) for axis, place in enumerate(places) if not any(t.text == ":" for t in place)]
        for axis, place in chosen:
            index = self.one_index(place[0], True, True) if len(place) == 1 else None
            if index is None or len(places) != 2:
                raise self.error("this place is not read as an index", span)
            cut = self.indexed(cut, [index], span, axis == 1)
            if axis == 0:
                cut = self.row_of(cut, f"{letter}_{place[0].text},:", span)
        return Draft(cut.shape, cut.make, span, "", None, whole.guess)

    def cut(self, x: Draft, axis: int, place: list[Token], span: Span) -> Draft:
        """One axis from a first to a last place, both counted from 1."""
        at = next(k for k, t in enumerate(place) if t.text == ":")
        first, last = ("".join(t.text for t in part) for part in (place[:at], place[at + 1 :]))
        if any(t.kind == "name" and t.text in self.bound for t in place):
            raise self.error("a range that moves with an index is not read", span, "write the sum over the entries")
        n = self.solver.find(x.shape.axes[axis])
        if not isinstance(n, Dim):
            raise self.error("a range is read of what has a declared size", span, "declare it, as in x ∈ ℝ^n")
        before = size_of(first) if first else NOTHING
        end = dimension(last) if last else n
        for name in (*before.names, *end.names):
            self.tables.sizes.setdefault(name)
        count = end - before
        if not fits(n, before, count, frozenset()):
            raise self.error(f"places {before + ONE} to {end} are not among the {n} that there are", span)
        axes = [count if k == axis else a for k, a in enumerate(x.shape.axes)]
        kept = tuple(a for a in axes if a != ONE)
        row = x.shape.row if x.shape.rank == 1 else len(kept) == 1 and kept[0] is axes[1]
        return Draft(Shape(kept, row), lambda: ranged(x.make(), axis, before, count), span, "", None, x.guess)


def _commas(sub: Post) -> int:
    return sum(t.text == "," for t in sub.tokens)
