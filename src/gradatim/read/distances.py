"""Which entries the index of a sum meets where it is used with a number added, or runs over part of an axis only."""

from __future__ import annotations

from gradatim.errors import ShapeError
from gradatim.read.infer import Draft, Size, dimension
from gradatim.read.shapes import Shapes
from gradatim.read.shifts import NOTHING, Reach, Running, fits
from gradatim.types import ONE, Dim


class Distances(Shapes):
    """Members at a distance."""

    def offset(self, of: Draft, i: Draft, axis: Size, k: int) -> Dim | None:
        """How many entries come before the first that an index meets, where it meets only some; None where it meets all."""
        if not isinstance(i, Running) or i.name not in self.begins:
            return None
        before, reach = self.begins[i.name]
        key = self.reached(of, reach, k)
        offset = before + i.shift
        if self.names_at.get(of.span, "") in self.tables.from_zero:
            offset = offset + ONE  # beside Σ from j = 0, the w_1 of a Σ from j = 1 is the second entry of w
        elif before == NOTHING - ONE and not (key is not None and self.positive(reach.least[key])):
            offset = offset + ONE  # a sum from 0 counts members from 0, unless it names none before the one at 1
        count, size = self.solver.find(i.shape.index or ONE), self.solver.find(axis)
        if not isinstance(count, Dim):
            return None
        if not isinstance(size, Dim):
            most = reach.most[key] if key is not None else i.shift
            self.solver.unify(size, offset - i.shift + most + count)
            size = self.solver.find(axis)
        if not isinstance(size, Dim) or offset == NOTHING and size == count:
            return None
        if not fits(size, offset, count, self.declared_sizes()):
            return None if offset == NOTHING else self.outside(i, size, offset)
        if not (offset.literal is not None and (size - offset - count).literal is not None):
            self.assume(
                f"{i.name} runs over entries {offset + ONE} to {offset + count} of the {size} of {self.solver.quote(of.span)}",
                i.span,
            )
        return offset

    def outside(self, i: Draft, size: Dim, offset: Dim) -> Dim:
        raise ShapeError(
            f"{self.solver.quote(i.span)} begins at entry {offset + ONE} and leaves the {size} that there are\n"
            + self.error("", i.span).caret
        )

    def reached(self, of: Draft, reach: Reach, k: int) -> tuple[str, int] | None:
        """The entry of a sum's reach that speaks of this name."""
        name = self.names_at.get(of.span, "")
        written = [key for key in reach.most if key[1] == k and self.tables.alias(key[0]) in (name, self.tables.alias(name))]
        return written[0] if written else None

    @staticmethod
    def positive(d: Dim) -> bool:
        return bool(d.terms) and all(c > 0 for _, c in d.terms)

    def declared_sizes(self) -> frozenset[str]:
        """The names of sizes that declarations give to arrays."""
        tables = self.tables
        declared = (*tables.declared.values(), *tables.families.values())
        dims = [x for d in declared for x in (*d.dims, *(d.family[1:] if d.family else ()))]
        return frozenset(n for x in dims if x for n in dimension(x).names)
