"""`gd.explain`: a derivation of what was read from paper or built in Python."""

from __future__ import annotations

from gradatim.errors import GradatimError, within_limits
from gradatim.explain.called import called
from gradatim.explain.derivation import Derivation
from gradatim.explain.explain import explain as _explain
from gradatim.paper import Problem, member
from gradatim.term import Symbol, Term, free_symbols
from gradatim.write.spelling import USUAL, spelling_of


def explain(f: Problem | Term, *wrt: object, style: str = "chain", layout: str = "gradient", structure: str = "") -> Derivation:
    """The derivation of the derivative of f by x: `.steps`, `.result`, `.text()`, `.latex()`, `.markdown()`, `.html()`.

    f is a term, or a problem from `gd.read`; x a symbol, a member of a family, or a name. Styles: "chain" (intermediates and
    their partial derivatives), "differential" (Magnus and Neudecker), "index" (entries and Kronecker deltas). Two variables ask for
    a second derivative. In another `layout` ("numerator", "denominator"), or for a `structure` ("projected", "entries") of a declared
    variable, a last line leads from the derivative to that form (`.coda`). Every step is verified. Raises UnknownDerivative, NotVerified,
    ShapeError, LimitExceeded.
    """
    if isinstance(f, Problem):
        # A name that the text defines is a variable from here on: the function is looked at after that.
        variables = [f.find(w) if isinstance(w, str) else w for w in wrt]
        term, label = f.term, f.reading.name
    elif isinstance(f, Term):
        term, label = f, ""
        variables = [_named(f, w) if isinstance(w, str) else w for w in wrt]
    else:
        raise GradatimError(f"a derivation is of a term or of a problem from gd.read, not of {f!r}")
    for v in variables:
        if not isinstance(v, Term):
            raise GradatimError(f"a derivation is by a symbol, a member of a family or a name, not by {v!r}")
    with within_limits("the function is too deep or too large to explain"):
        by = tuple(member(v) for v in variables if isinstance(v, Term))
        author = spelling_of(f"{f.reading.text}\n{f.reading.given}") if isinstance(f, Problem) else USUAL
        form = structure or (f.structure_for(by) if isinstance(f, Problem) else "")
        return _explain(term, *by, style=style, label=called(term, label), layout=layout, structure=form, author=author)


def _named(function: Term, name: str) -> Symbol:
    found = [s for s in free_symbols(function) if name in (s.plain, s.name, s.label)]
    if len(found) != 1:
        listed = ", ".join(s.plain for s in free_symbols(function))
        raise GradatimError(
            f"{name!r} names {'several symbols' if found else 'no symbol'} of the function; its symbols are {listed}"
        )
    return found[0]
