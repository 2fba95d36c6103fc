"""The question that an answer belongs to, however it is given: a term, a problem that was read, or a text."""

from __future__ import annotations

from gradatim.errors import ReadError
from gradatim.ops import at
from gradatim.read.problem import Problem, read
from gradatim.read.settle import Scope
from gradatim.read.spelling import GREEK_WORDS
from gradatim.term import Symbol, Term, free_symbols, is_index
from gradatim.types import index_type
from gradatim.write.latex import latex


def asked(of: object, given: str = "") -> Problem:
    """The problem of a function that is a text (declared by `given`), a problem, or a term. Raises ReadError."""
    if isinstance(of, str):
        return read(of, given)
    if isinstance(of, Problem):
        return of
    if isinstance(of, Term):
        return of_term(of, given)
    raise ReadError("the function is a term, a problem that was read, or LaTeX")


def of_term(function: Term, given: str = "") -> Problem:
    """A problem whose function is a term made in Python: its symbols are known by their names."""
    scope = Scope(given)
    for s in free_symbols(function):
        if is_index(s):
            scope.tables.indices[s.name] = str(s.type.index)
            continue
        for name in dict.fromkeys((s.name, *_spellings(s))):
            scope.tables.symbols.setdefault(name, s)
        for axis in s.type.axes:
            scope.tables.note_size(str(axis))
    return Problem(scope, function, "", latex(function), given, {})


def _spellings(symbol: Symbol) -> list[str]:
    """How people write a name that was typed in Python: lambda as λ, W1 as W₁ or W⁽¹⁾."""
    name = symbol.name
    out: list[str] = []
    if name in GREEK_WORDS:
        out.append(GREEK_WORDS[name])
    if name == "lam":
        out.append("\\lambda")
    letter, digits = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    if digits and len(letter) == 1:
        out += [f"{letter}_{digits}", f"{letter}^{{({digits})}}"]
    return out


def variables(problem: Problem, wrt: object) -> tuple[Term, ...]:
    """The variables of a derivative: a symbol, a member, a name in any spelling, or a pair of them. Raises ReadError."""
    if wrt is None:
        raise ReadError("by which variable? give wrt=")
    several = tuple(wrt) if isinstance(wrt, (tuple, list)) else (wrt,)
    if not several:
        raise ReadError("by which variable? give wrt=")
    return tuple(_variable(problem, w) for w in several)


def _variable(problem: Problem, wrt: object) -> Term:
    if isinstance(wrt, Term):
        return wrt
    if isinstance(wrt, str):
        return problem.find(wrt)
    raise ReadError("a derivative is by a symbol, a member of a family or a name")


def member(variable: Term) -> Term:
    """A family stands for one member of it, by a free index: the derivative by x is the one by xᵢ."""
    if isinstance(variable, Symbol) and variable.type.family:
        return at(variable, Symbol("i", index_type(variable.type.axes[0])))
    return variable


__all__ = ["asked", "member", "of_term", "variables"]
