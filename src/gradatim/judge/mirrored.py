"""Half of a matrix: one of two transposed terms, A − g xᵀ for A − g xᵀ − x gᵀ; or its diagonal alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gradatim.errors import GradatimError
from gradatim.judge.pieces import in_words, terms_of, unfolded
from gradatim.judge.sums import combination
from gradatim.judge.target import turned
from gradatim.judge.trials import close
from gradatim.judge.verdict import Finding
from gradatim.ops import add, number, product

if TYPE_CHECKING:
    from gradatim.judge.mistakes import Case

LONGEST = 40
"""Characters of a term that is told by itself."""
HINT = "both factors of the product depend on the variable"


def on_the_diagonal(case: Case) -> Iterator[Finding]:
    """The diagonal of a matrix for the matrix: diag(s ⊙ (1 − s)) for diag(s) − s sᵀ."""
    right, own = case.trials.values(case.right), case.trials.values(case.answer)
    if right is None or own is None or any(v.ndim != 2 or v.shape[0] != v.shape[1] for v in right):
        return
    if all(close(a, np.diag(np.diag(w))) for a, w in zip(own, right)):
        message = "right on the diagonal only: the entries off it are not zero"
        yield Finding("missing-term", message, hint="what is the derivative of the i-th entry by the j-th, for i ≠ j?")


def mirrored(case: Case) -> Iterator[Finding]:
    right, own = case.trials.values(case.right), case.trials.values(case.answer)
    if right is None or own is None or any(v.ndim != 2 or v.shape[0] != v.shape[1] for v in right):
        return
    if not all(close(v, v.T) for v in right) or all(close(v, v.T) for v in own):
        return
    terms = terms_of(unfolded(case.answer))
    lying = [t for t in map(turned, terms) if t is not None]
    try:
        lacking = add(case.right, product(number(-1), case.answer))
    except GradatimError:
        return
    found = combination(case, lying, lacking) if len(lying) == len(terms) else None
    if found is None or any(min(abs(c), abs(c - 1)) > 1e-6 for c in found):
        return
    said = " and ".join(in_words(t) for t, c in zip(terms, found) if c > 0.5)
    message = "the derivative is symmetric, and of two terms that are each other's transpose one is missing"
    place = said if len(said) <= LONGEST else ""
    yield Finding("missing-term", f"{message}{f': that of {said}' if place else ''}", place, hint=HINT)


__all__ = ["mirrored", "on_the_diagonal"]
