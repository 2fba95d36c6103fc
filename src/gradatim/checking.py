"""Is it right? `gd.check` for an answer, `gd.equal` for two formulas."""

from __future__ import annotations

from gradatim.check.ladder import Equality
from gradatim.errors import ReadError, ShapeError, within_limits
from gradatim.judge.check import check_answer, check_term
from gradatim.judge.claims import check_claim
from gradatim.judge.question import asked, member, variables
from gradatim.judge.target import LAYOUTS
from gradatim.judge.two_sides import compared
from gradatim.judge.verdict import Verdict
from gradatim.operators import FACE
from gradatim.operators import term as _term
from gradatim.paper import Problem
from gradatim.read.settle import Scope
from gradatim.read.side_by_side import side_by_side
from gradatim.term import Term

Term.face = FACE


def check(
    answer: str | Term,
    of: object = None,
    wrt: object = None,
    given: str = "",
    layout: str | None = None,
    scan: bool = False,
    seed: int = 1,
) -> Verdict:
    r"""Whether an answer is the derivative of `of` by `wrt`, how surely, and if not, what kind of mistake it holds.

    `answer` is LaTeX or plain text: a formula, or a derivation of several lines; or a Term over the symbols of `of`. `of` is a Term, a problem from `gd.read`, or
    LaTeX (declared by `given`); `wrt` a symbol, a name in any spelling, or a pair for a second derivative. Both are left out
    of a full claim, `gd.check(r"\nabla_X a^T X b = a b^T")`. `layout` says which
    convention is asked for (`gradient`, `numerator`, `denominator`); None leaves it open. `scan` allows the repair of misread
    characters in scanned text; each is reported in `.repairs`, and `.as_written` is the outcome without them. `seed` draws the
    points of comparison: the same seed gives the same evidence. Raises ReadError, ShapeError, UnknownDerivative, NotVerified for a *question* that cannot be answered; an answer never raises: what cannot be
    read is `unreadable`, what cannot be decided `undecided`.
    """
    if not isinstance(answer, (str, Term)):
        raise ReadError("an answer is text or a term")
    if not isinstance(given, str):
        raise ReadError('declarations are text: given="A is an n x n matrix"')
    if layout is not None and layout not in LAYOUTS:
        raise ShapeError(f"unknown layout {layout!r}; there are {', '.join(LAYOUTS)}")
    if of is None and wrt is not None:
        raise ReadError("which function is it the derivative of? give of= as well, or a full claim without wrt=")
    with within_limits("the question or the answer is too deep or too large"):
        if of is None and not isinstance(answer, str):
            raise ReadError("which function is it the derivative of? give of= and wrt= as well")
        if of is None:
            assert isinstance(answer, str)
            return check_claim(answer, given, layout or "", scan, seed)
        problem = asked(_unwrapped(of), given)
        by = tuple(map(member, variables(problem, wrt)))
        if isinstance(answer, str):
            return check_answer(problem, by, answer, layout or "", scan, seed)
        return check_term(problem, by, answer, layout or "", seed)


def equal(a: str | Term, b: str | Term, given: str = "", seed: int = 1) -> Equality:
    """Whether two formulas are equal, with the step of the ladder that says so and what both need to have values (`.needs`).

    The formulas are LaTeX, plain text or Terms; names mean the same in both. Raises ReadError, ShapeError for text that
    cannot be read, LimitExceeded.
    """
    if not isinstance(given, str):
        raise ReadError('declarations are text: given="A is an n x n matrix"')
    with within_limits("a formula is too deep or too large to compare"):
        scope = Scope(given)
        if isinstance(a, str) and isinstance(b, str):
            _, left, right = side_by_side(scope, a, b)
            return compared(left, right, seed)
        left, right = (scope.elaborate(t) if isinstance(t, str) else _term(t) for t in (a, b))
        return compared(left, right, seed)


def _unwrapped(of: object) -> object:
    if isinstance(of, Problem):
        return of.reading
    return of if isinstance(of, str) else _term(of)


__all__ = ["check", "equal"]
