"""What follows from a writer's own results: the derivative as it would be if a wrong line before were right.

A wrong ∂u/∂x makes u another function of x: u₀ + G(x − x₀), where what carries a ₀ is held. A wrong ∂f/∂v makes f another
function of v: ⟨D₀, v⟩, and what f holds beside v stays: f(v₀, x) is added. What is differentiated through them is what a writer gets who goes on without a further mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradatim.derive.derivative import differential, differential_of
from gradatim.errors import GradatimError
from gradatim.judge.reading import differentiate, unfolded_but
from gradatim.judge.target import Target
from gradatim.ops import add, product, subtract, trace, transpose
from gradatim.term import Symbol, Term, free_symbols, substitute, walk
from gradatim.types import Type

MAX_OWN = 6
"""How many of a writer's results are followed, the last ones."""


@dataclass(frozen=True, slots=True)
class Own:
    """A result that a writer got wrong: the derivative of `of` by `wrt` (its differential where that is empty), and their value."""

    of: Term
    wrt: tuple[Term, ...]
    value: Term


def following(own: Sequence[Own], of: Term, wrt: tuple[Term, ...], target: Target) -> Iterator[Term]:
    """What the derivative of `of` by `wrt` (its differential where `wrt` is empty) would be by the writer's own results."""
    held: dict[Term, Term] = {}
    table = _altered(own, target, held)
    starts = [(of, wrt)] if table else []
    for known in reversed(own[-MAX_OWN:]):
        if len(wrt) == 2 and known.of is of and known.wrt == wrt[:1]:
            starts.append((known.value, wrt[1:]))
        elif len(known.wrt) == 1 and known.of is of and wrt and known.wrt[0] not in wrt:
            outer = _linear(_mark(known.value, held), known.wrt[0])
            beside = _replaced(of, {known.wrt[0]: _mark(known.wrt[0], held)})
            if outer is not None:
                starts.append((outer if beside is of else add(outer, beside), wrt))
    for start, by in starts:
        try:
            changed = _replaced(start, table)
            value = differentiate(changed, by) if by else differential(changed, _variable(target), verified=False)
            for _ in range(2):  # what is held may itself hold what is held
                value = substitute(value, held)
        except GradatimError:
            continue
        yield value


def _variable(target: Target) -> Symbol:
    assert isinstance(target.wrt[0], Symbol)
    return target.wrt[0]


def _altered(own: Sequence[Own], target: Target, held: dict[Term, Term]) -> dict[Term, Term]:
    """The quantities whose own derivative by the variable is wrong, each with the function that has this derivative."""
    variable = target.wrt[0]
    if len(set(target.wrt)) != 1 or not isinstance(variable, Symbol):
        return {}
    step = subtract(variable, _mark(variable, held))
    table: dict[Term, Term] = {}
    for known in own[-MAX_OWN:]:
        if known.of is target.function or known.wrt not in ((), (variable,)):
            continue
        try:
            if not known.wrt:
                dx = differential_of(variable)
                kept: dict[Term, Term] = {
                    s: _mark(s, held) for s in free_symbols(known.value) if s is not dx and s.type.index is None
                }
                change: Term | None = substitute(substitute(known.value, kept), {dx: step})
            else:
                change = _linear(_mark(known.value, held), step)
            if change is not None:
                table[known.of] = add(_mark(known.of, held), change)
        except GradatimError:
            continue
    return table


def _replaced(term: Term, table: dict[Term, Term]) -> Term:
    """The term with quantities exchanged, also where only their bodies stand in it."""
    for quantity, new in table.items():
        body = getattr(getattr(quantity, "op", None), "body", None)
        for shown in (term, unfolded_but(term, quantity)):
            found = [n for n in (quantity, body) if n is not None and any(n is m for m in walk(shown))]
            if found:
                term = substitute(shown, dict.fromkeys(found, new))
                break
    return term


def _mark(term: Term, held: dict[Term, Term]) -> Symbol:
    """A symbol that stands for a held value."""
    mark = Symbol(f"\u2063own{len(held)}", Type(term.type.axes, row=term.type.row, family=term.type.family))
    held[mark] = term
    return mark


def _linear(slope: Term, step: Term) -> Term | None:
    """The linear map with a derivative, at a step: ⟨G, dx⟩ for a scalar, J dx for a vector; None for more axes."""
    if not step.rank:
        return product(slope, step)
    if slope.type.axes == step.type.axes and slope.rank == 1:
        return product(slope if slope.type.row else transpose(slope), transpose(step) if step.type.row else step)
    if slope.type.axes == step.type.axes and slope.rank == 2:
        return trace(product(transpose(slope), step))
    if slope.rank == 2 and step.rank == 1 and slope.type.axes[1] == step.type.axes[0] and not step.type.row:
        return product(slope, step)
    return None


__all__ = ["Own", "following"]
