"""Local derivatives: of a formula over names, by one of its names or by the variable. The engine's own records make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from gradatim.derive.derivative import one_derivative, target, without_facts
from gradatim.derive.forward import tangent
from gradatim.derive.primary import runs_along
from gradatim.derive.recognise import recognised
from gradatim.derive.sweep import Sweep, adjoints, flow
from gradatim.explain.sheet import Name
from gradatim.index.lower import fresh_for, join, lower
from gradatim.matrix.kept import keep
from gradatim.matrix.lift import lift_sum
from gradatim.matrix.settle import with_facts
from gradatim.ops import facts, number
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.function import substitute_through
from gradatim.term import Symbol, Term, free_symbols, is_index, substitute
from gradatim.write.text import text


@lru_cache(maxsize=2_000)
def local(body: Term, by: Term) -> Term:
    """The derivative of a body by a stand-in or by the variable."""
    return with_facts(one_derivative(body, by))


def unsettled(body: Term, by: Term) -> tuple[Term, dict[Symbol, str]] | None:
    """The derivative before what is known of matrices and vectors is used, and what was used of which; None where it makes
    no difference: (W + Wᵀ) r, W symmetric."""
    known = [s for s in free_symbols(body) if s.rank and _kind(s)]
    if not known:
        return None
    value = local(body, by)
    plain = _forgetting(body, by, known)
    if text(plain) == text(value):
        return None
    used = [s for s in known if len(known) == 1 or text(_forgetting(body, by, [s])) != text(value)]
    return plain, {s: _kind(s) for s in used or known}


def _forgetting(body: Term, by: Term, known: Sequence[Symbol]) -> Term:
    """The derivative with nothing known of some symbols."""
    bare: dict[Term, Term] = {s: Symbol(s.name + "\u2064", replace(s.type, facts=frozenset()), s.plain, s.label) for s in known}
    found = one_derivative(substitute(body, bare), substitute(by, bare))
    return substitute(found, {b: s for s, b in bare.items()})


def _kind(symbol: Symbol) -> str:
    """What is known of a symbol that shortens formulas, in a word."""
    known = facts(symbol)
    return next((word for fact, word in _KINDS if fact in known), "")


_KINDS = (
    ("orthogonal", "orthogonal"),
    ("skew", "skew-symmetric"),
    ("diagonal", "diagonal"),
    ("symmetric", "symmetric"),
    ("onehot", "one-hot"),
    ("probability", "a vector of probabilities"),
    ("adds_to_one", "a vector whose entries add up to 1"),
    ("unit", "of length 1"),
)


def regular(p: Term, c: Term) -> bool:
    """Whether the derivative of one by the other has at most two axes."""
    return p.rank + c.rank <= 2


def pushed(body: Term, by: Term, adjoint: Term) -> Term:
    """The part of ∂f/∂by that comes through `body`, where the adjoint is ∂f/∂body: the chain rule as reverse accumulation."""
    symbol, taken = target(by)
    bare, free_body = without_facts(symbol, body)
    asked = fresh_for(symbol.type.axes[len(taken) :])
    axes = fresh_for(body.type.axes)
    held = [s for s in (*taken, *free_symbols(body), *free_symbols(adjoint)) if is_index(s)]
    with keep(*held):
        sweep = Sweep(bare, (*taken, *asked), ())
        found = adjoints(free_body, [lower(adjoint, axes)], axes, sweep)
        result = lift_sum(found, asked, by.type.row)
    return with_facts(substitute_through(result, bare, symbol))


def chained(adjoint: Term, partial: Term, p: Term, c: Term, outer: int) -> Term:
    """The product of ∂f/∂p and ∂p/∂c in the orientation that fits; the first `outer` axes of the adjoint are those of f."""
    out = fresh_for(adjoint.type.axes[:outer])
    inner, axes = fresh_for(p.type.axes), fresh_for(c.type.axes)
    monomial = join(lower_whole(adjoint, (*out, *inner)), lower_whole(partial, (*inner, *axes)))
    held = [s for s in (*free_symbols(adjoint), *free_symbols(partial)) if is_index(s)]
    with keep(*held):
        return lift_sum([monomial], (*out, *axes), c.type.row and not out)


def lower_whole(term: Term, indices: Sequence[Term]) -> Monomial:
    """A term as one factor, not opened, so that it stays recognisable."""
    return Monomial(number(1), (Factor(term, tuple(indices)),)) if indices else Monomial(term, ())


def moved(body: Term, by: Term, along: Term) -> Term:
    """The differential of a body where `by` alone moves, along `along`."""
    symbol, taken = target(by)
    bare, free_body = without_facts(symbol, body)
    if not taken and runs_along(free_body, bare):
        return substitute_through(tangent(free_body, bare, along), bare, symbol)
    outer = fresh_for(body.type.axes)
    asked = fresh_for(symbol.type.axes[len(taken) :])
    held = [s for s in (*taken, *free_symbols(body)) if is_index(s)]
    with keep(*held):
        found = flow(free_body, bare, outer, (*taken, *asked))
        return substitute_through(
            lift_sum([join(m, lower_whole(along, asked)) for m in found], outer, body.type.row), bare, symbol
        )


__all__ = ["Name", "Symbol", "chained", "local", "moved", "pushed", "recognised", "regular", "unsettled"]
