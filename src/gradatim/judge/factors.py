"""Factors left out, factors too many, one name for another: the answer and the right one with one part altered."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from math import prod
from typing import TYPE_CHECKING

from gradatim.judge.edits import Edit, without_one
from gradatim.judge.pieces import in_words, opened, places, replaced, terms_of, unfolded
from gradatim.judge.sums import added
from gradatim.judge.verdict import Finding
from gradatim.ops import add, at, exp, quotient, rational, softmax, total
from gradatim.term import Apply, Bind, Size, Symbol, Term, free_symbols, is_index, substitute, walk

if TYPE_CHECKING:
    from gradatim.judge.mistakes import Case

MAX_EXCHANGES = 60
MAX_EDITS = 40
MAX_TERMS = 6


def dropped_factors(case: Case) -> Iterator[Finding]:
    """The right answer with a factor left out, or the answer with one too many, or one taken for another."""
    for found in left_out(case):
        yield found
        return
    theirs = list(without_one(unfolded(case.answer)))
    for edit in theirs:
        if case.constant(case.right, edit.term) is not None:
            yield _extra_factor(edit)
            return
    for mine in islice(without_one(unfolded(case.right)), MAX_EDITS):
        for edit in theirs[:MAX_EDITS]:
            if mine.term.rank == case.right.rank and case.constant(mine.term, edit.term) is not None:
                yield Finding(
                    "chain-rule",
                    f"the factor {edit.said} stands where another belongs",
                    edit.said,
                    hint="write out the derivative of each function in the chain",
                )
                return


def _extra_factor(edit: Edit) -> Finding:
    """A minus too many is a sign, a number or a size a constant, anything else a factor that the chain rule does not bring in."""
    number = _number(edit)
    if number is not None and number < 0:
        return Finding("sign", "the sign of one term is wrong", hint="follow the minus signs once more")
    if all(p.is_scalar and _plain(p) for p in edit.parts):
        return Finding(
            "factor", f"the constant factor {edit.said} is too many", edit.said, hint="where does this constant come from?"
        )
    said = f"the factor {edit.said} is too many"
    return Finding("chain-rule", said, edit.said, hint="by what is each step of the chain rule differentiated?")


def left_out(case: Case) -> Iterator[Finding]:
    """The right answer with one factor left out; its shape may then be another."""
    right = unfolded(case.right)
    by_terms = added(terms) if 1 < len(terms := terms_of(right)) <= MAX_TERMS else right
    for start in dict.fromkeys((right, spelt_out(right), by_terms or right)):
        for edit in without_one(start):
            if case.constant(edit.term) is not None:
                yield _missing_factor(case, edit)
                return


def multiplied_out(term: Term) -> bool:
    """Whether a term is a sum only when its products are multiplied out."""
    term = opened(term)
    while isinstance(term, Bind):
        term = term.body
    return not (isinstance(term, Apply) and term.op is add)


def spelt_out(term: Term) -> Term:
    """The softmax of a vector as the quotient that it is, so that its parts can be left out."""
    table: dict[Term, Term] = {}
    for node in walk(term):
        if isinstance(node, Apply) and node.op is softmax and node.rank == 1:
            table[node] = quotient(exp(node.args[0]), total(exp(node.args[0])))
    return substitute(term, table)


def _missing_factor(case: Case, edit: Edit) -> Finding:
    """A number or a size is a constant; a weight of the function, or its own value, a part of the term; what the chain rule brings
    in is its factor."""
    variables = {v.args[0] if v.args else v for v in case.target.wrt}
    if (number := _number(edit)) is not None and number < 0:
        return Finding("sign", "the sign of one term is wrong", hint="follow the minus signs once more")
    constant = all(not variables & set(free_symbols(p)) for p in edit.parts)
    if constant and all(p.is_scalar and _plain(p) for p in edit.parts):
        return Finding("factor", "a constant factor is missing in one term", hint="where did a constant get lost?")
    weights = constant and all(p.is_scalar or p.type.is_square for p in edit.parts)
    whole = unfolded(case.target.function)
    if weights or any(p is whole for p in edit.parts):
        return Finding(
            "missing-term", "a factor of the function is missing", hint="which factors of the function are still there?"
        )
    return Finding(
        "chain-rule", "a factor of the derivative is missing", hint="which factor does the chain rule bring in at each step?"
    )


def _number(edit: Edit) -> Fraction | None:
    """The number that was left out, where nothing but a number was."""
    values = [v for p in edit.parts if (v := rational(p)) is not None]
    return prod(values, start=Fraction(1)) if values and len(values) == len(edit.parts) else None


def _plain(p: Term) -> bool:
    """A number, a size, or a quotient of them."""
    return all(isinstance(n, Size) or not isinstance(n, Symbol) for n in walk(p)) and not any(
        isinstance(n, Bind) for n in walk(p)
    )


# ---------------------------------------------------------------- names


def exchanged(case: Case) -> Iterator[Finding]:
    """Right with one name in place of another: everywhere, at one place, or the two exchanged. The variable in place of what
    multiplies it is the derivative of a product by the wrong factor."""
    variables = {v.args[0] if v.args else v for v in case.target.wrt}
    own, known = _leaves(case.answer), _leaves(case.right, case.target.function)
    pairs = [(s, t) for s in own for t in known if s is not t and s.type.axes == t.type.axes and s.type.row == t.type.row]
    pairs.sort(key=lambda p: (p[0].args[0] if p[0].args else p[0]) not in variables)
    for s, t in pairs[:MAX_EXCHANGES]:
        spots = [p for p in places(case.answer) if p.node is s]
        one = (replaced(case.answer, p.path, t) for p in spots)
        both = substitute(case.answer, {s: t, t: s})
        for candidate in (*one, substitute(case.answer, {s: t}), both):
            if candidate is not None and candidate is not case.answer and case.fits(case.right, candidate):
                said = in_words(s)
                if (s.args[0] if s.args else s) in variables and candidate is not both:
                    message = f"the derivative of a product by one factor is the other factor: look at {said}"
                    yield Finding(
                        "chain-rule", message, said, hint="what is the derivative of the inner function by the variable?"
                    )
                else:
                    yield Finding("other", f"one name stands for another: look at {said}", said, hint="which name stands here?")
                return


def _leaves(*terms: Term) -> list[Term]:
    """Symbols and members of families."""
    members = [n for t in terms for n in walk(t) if isinstance(n, Apply) and n.op is at and isinstance(n.args[0], Symbol)]
    return list(dict.fromkeys([*members, *(s for s in free_symbols(*terms) if not is_index(s) and not s.type.family)]))


__all__ = ["dropped_factors", "exchanged", "left_out", "multiplied_out", "spelt_out"]
