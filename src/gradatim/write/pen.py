"""What one formula is written with: a style, the names of its indices, and the pieces that are written already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradatim.ops.base import Notation
from gradatim.term import Symbol, Term, walk
from gradatim.write.names import index_of
from gradatim.write.written import ATOM, Style, Written, tight


@dataclass(frozen=True, slots=True)
class Pen:
    """`gradatim.write.printer` says how a node is written whose arguments are written."""

    style: Style
    names: Mapping[Term, str]
    done: dict[Term, Written]

    def one(self, node: Term) -> Written:
        raise NotImplementedError

    def written(self, term: Term) -> Written:
        """A term of which parts may not stand in the formula itself, so that nobody has written them yet."""
        if term not in self.done:
            for part in walk(term):
                if part not in self.done:
                    self.done[part] = self.one(part)
        return self.done[term]

    def tight(self, term: Term, least: int = ATOM) -> str:
        """A written term, in parentheses where it holds together less than is needed."""
        return tight(self.done[term], self.style, least)

    def index(self, index: Term) -> str:
        return index_of(index, self.names) if isinstance(index, Symbol) else self.done[index].text

    def sign(self, notation: Notation) -> str:
        return self.style.spelling(notation)
