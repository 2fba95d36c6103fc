"""The vertices of the network that is lifted to a formula."""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.matrix.build import transposed
from gradatim.term import Term

Indices = tuple[Term, ...]


@dataclass(slots=True)
class Piece:
    """A vertex of the network: a vector or matrix and the indices of its axes."""

    term: Term
    indices: Indices

    def turned(self, first: Term) -> Term:
        """The matrix with the axis of `first` leading."""
        return self.term if self.indices[0] is first else transposed(self.term)


class NoMatrixForm(Exception):
    """The network needs more than two axes somewhere."""
