"""What is shown of a derivative that was read from paper: names as the author's, and what the answer hangs on."""

from __future__ import annotations

from gradatim import ops
from gradatim.derive.by_gradient import by_gradient
from gradatim.derive.derivative import Derived
from gradatim.derive.maps import LinearMap, map_of
from gradatim.derive.shares import by_shares
from gradatim.errors import GradatimError
from gradatim.homework.otherwise import deciding, guesses
from gradatim.ops import number
from gradatim.ops.function import Function
from gradatim.read.names import text_name
from gradatim.read.problem import Problem
from gradatim.report.entry import (
    Entry,
    Label,
    Part,
    Reading,
    at_point,
    definitions_of,
    left_side,
    meanings,
    shape_of,
    together_left,
)
from gradatim.term import Apply, Term, walk
from gradatim.write.parts import Named
from gradatim.write.spelling import Spelling, spelling_of


def name_of(problem: Problem) -> Label:
    """How the function is called: as its author did, f where it has no name."""
    if problem.name:
        return problem.name, text_name(problem.name)
    if (named := _negated(problem.term)) is not None:
        return f"-{named.name}", f"−{named.text}"
    return next(((n, n) for n in "fFJL" if n not in problem.symbols), ("f", "f"))


def _negated(term: Term) -> Function | None:
    """The ℓ of −ℓ; None for any other term."""
    if not (isinstance(term, Apply) and term.op is ops.product and len(term.args) == 2 and term.args[0] is number(-1)):
        return None
    op = getattr(term.args[1], "op", None)
    return op if isinstance(op, Function) else None


def _left(problem: Problem, name: Label, wrt: tuple[Term, ...], ordinary: bool, author: Spelling) -> Label:
    """The derivative of the function, and minus that of ℓ for −ℓ."""
    named = _negated(problem.term) if not problem.name else None
    if named is None:
        return left_side(name, wrt, ordinary, author)
    left = left_side((named.name, named.text), wrt, ordinary, author)
    return f"-{left[0]}", f"−{left[1]}"


def as_map(found: Derived) -> LinearMap | None:
    """A derivative of more than two axes as a linear map, where one can be found and verified."""
    if found.term.rank <= 2 or found.convention or not found.stages:
        return None
    try:
        return map_of(found.stages, found.wrt)
    except GradatimError:
        return None


def entry_of(
    problem: Problem,
    wrt: tuple[Term, ...],
    found: Derived,
    others: tuple[Reading, ...] = (),
    whole: bool = False,
    below: tuple[Part, ...] = (),
    heading: str = "",
    asks: str = "",
    author: Spelling | None = None,
) -> Entry:
    """The entry of an answer; `others` is what it is under other readings."""
    author, name = author or spelling_of(f"{problem.text}\n{problem.given}"), name_of(problem)
    ordinary = len(problem.symbols) == 1 and all(s.is_scalar for s in problem.symbols.values())
    guess, left = deciding(problem.assumed), _left(problem, name, wrt, ordinary, author)
    left = together_left(name, wrt, author) if found.convention.endswith(" together") else left
    return Entry(
        found.term,
        problem.term,
        name,
        at_point(left, found.point) if found.general else left,
        definitions_of(problem.term, *(n for n in problem.shorthand if n not in problem.itself and n in walk(found.term))),
        heading=heading,
        asks=asks,
        shape=shape_of(found.term),
        checked=found.checked,
        guesses=guesses(problem.assumed),
        condition=guess.text if guess is not None and others else "",
        others=others,
        author=author,
        below=below,
        whole=whole,
        map=as_map(found),
        # A derivation explains the signs it uses.
        legend=() if below else meanings(found.term, problem.term),
        needs=found.conditions,
        # A derivation ends in the answer as it was found.
        shorter=None if whole or below else _shorter(problem, found, author, bool(asks)),
    )


def _shorter(problem: Problem, found: Derived, author: Spelling, alone: bool) -> Named | None:
    """The shares of sums by name, a Hessian in terms of the function and its gradient. `alone` is an answer without the function above it, which then is
    stated where the question gives it no name."""
    name = name_of(problem)
    shared = (
        by_shares(found.term, author.letters, frozenset(problem.symbols) | set(name))
        if not found.convention and found.general is None
        else None
    )
    if shared is not None:
        return shared
    made = by_gradient(found, name, lambda letter: rf"\{author.bold}{{{letter}}}" if author.bold else letter)
    if made is None:
        return None
    stated = tuple((head, value) for head, value in made.where if value is not problem.term or alone and not problem.name)
    return Named(made.term, stated)
