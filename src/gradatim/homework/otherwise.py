"""Where a guess decides the answer: what the answer is under the other readings that conform as well."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim.derive.derivative import derived
from gradatim.errors import GradatimError
from gradatim.read.names import stripped
from gradatim.read.problem import Problem, read
from gradatim.read.scope import Assumption
from gradatim.report.entry import Guess, Reading
from gradatim.term import Term
from gradatim.write.text import text

_IS = re.compile(r" is an? ")
GIVES_A_NUMBER = "function"
"""What is declared of a function that is applied to a whole array and gives a number."""
KINDS = ("scalar", "vector", "row vector", "matrix", "family of vectors", "family of matrices")
MOST = 3
"""How many other readings are tried."""


def deciding(assumed: Sequence[Assumption]) -> Assumption | None:
    """The first guess that another reading contradicts and that a declaration settles."""
    return next((a for a in assumed if a.changes_answer and a.fix and _plausible(a)), None)


def _plausible(guess: Assumption) -> list[str]:
    """The alternatives that a reader of the paper would think of: no one writes a matrix as λ, or a scalar as a bold letter."""
    if " is a " not in guess.fix or "$" not in guess.fix:
        return []
    name = guess.fix.split("$")[1]
    letter = stripped(name).lstrip("\\")[:1]
    bold = any(style in name for style in ("mathbf", "boldsymbol", "bm{"))
    if GIVES_A_NUMBER in guess.alternatives:
        return [GIVES_A_NUMBER]
    out = [k for k in guess.alternatives if k in KINDS and ("matri" in k) == letter.isupper()]
    return [k for k in out if not (bold and k == "scalar")]


def guesses(assumed: Sequence[Assumption]) -> tuple[Guess, ...]:
    return tuple(Guess(a.text, a.fix) for a in assumed)


def otherwise(problem: Problem, wrt: Sequence[str], answer: Term, layout: str = "gradient") -> tuple[Reading, ...]:
    """The answers under the other readings of the deciding guess; those that come to the same are left out."""
    guess = deciding(problem.assumed)
    if guess is None:
        return ()
    found: list[Reading] = []
    subject = guess.fix.rsplit(" is a ", 1)[0]
    for kind in _plausible(guess)[:MOST]:
        fix = f"{subject} is a {kind}"
        term: Term | None = None
        try:
            other = read(problem.text, given=f"{problem.given}\n{fix}", names=problem.names)
        except (GradatimError, RecursionError):
            continue  # with this kind the text does not conform: it is no reading
        try:
            if other.term.rank > problem.term.rank:  # aᵀx with a number x: conforms, and is what nobody means
                continue
            if kind == "row vector" and other.term.rank == problem.term.rank:  # the same lying: nobody thinks of that
                continue
            by = [other.find(w) for w in wrt]  # first: a variable may have to be made before the term holds it
            term = derived(other.term, *by, layout=layout).term
        except (GradatimError, RecursionError):
            term = None
        if term is None or text(term) != text(answer):
            told = "gives a number" if kind == GIVES_A_NUMBER else f"is a {kind}"
            found.append(Reading(f"{_IS.split(guess.text)[0]} {told}", term, fix))
    return tuple(found)
