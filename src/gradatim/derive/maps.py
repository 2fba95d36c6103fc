"""Derivatives of more than two axes in the forms people read: a linear map, a Kronecker product, entries.

The derivative of X⁻¹ by X has four axes. As a linear map it is dX ↦ −X⁻¹ dX X⁻¹, by columns −(X⁻ᵀ ⊗ X⁻¹), by entries
[−(X⁻¹)ᵢₖ (X⁻¹)ₗⱼ]ᵢⱼₖₗ. Source: Magnus & Neudecker, Matrix Differential Calculus (2019), ch. 5 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from gradatim.check.verify import verify
from gradatim.derive.derivative import Derived, derivative, differential, differential_of, target
from gradatim.errors import GradatimError, ShapeError, UnknownDerivative
from gradatim.matrix.columns import on_columns
from gradatim.matrix.matrix_form import is_matrix_form
from gradatim.matrix.pieces import NoMatrixForm
from gradatim.matrix.settle import with_facts
from gradatim.ops import unvec, vec
from gradatim.ops.function import substitute_through
from gradatim.term import Apply, Symbol, Term, free_symbols, substitute, transform
from gradatim.types import Type
from gradatim.write import latex, text


@dataclass(frozen=True, slots=True)
class LinearMap:
    """The derivative of `function` by `variable` as the map that takes a `step` to `body`, verified along steps.

    Of a derivative of higher order the map takes several steps (`earlier` and the last) and is linear in each of them.
    """

    function: Term
    variable: Symbol
    step: Symbol
    body: Term
    earlier: tuple[Symbol, ...] = ()

    def text(self) -> str:
        return f"{self.taken(text)} ↦ {text(self.body)}"

    def latex(self) -> str:
        return rf"{self.taken(latex)} \mapsto {latex(self.body)}"

    def taken(self, write: Callable[[Term], str]) -> str:
        """The step, or the steps in brackets."""
        steps = ", ".join(map(write, (*self.earlier, self.step)))
        return f"({steps})" if self.earlier else steps

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def index_form(self) -> Term:
        """The same by entries: the axes of the function, then those of the variable. Verified."""
        return derivative(self.function, self.variable)

    def kronecker_form(self) -> Term:
        """The same on columns stacked, d vec(F) / d vec(X)ᵀ. Verified."""
        return kronecker_form(self.function, self.variable)


def linear_map(function: Term, variable: Term) -> LinearMap:
    """The derivative as a linear map of a step. Raises UnknownDerivative, NotVerified, ShapeError."""
    symbol, taken = target(variable)
    if taken:
        raise ShapeError("a linear map is of a step of a whole symbol, not of a member")
    known = {s.label for s in free_symbols(function)}
    if "d" + symbol.label in known:
        raise GradatimError(f"d{symbol.label} is the name of a symbol of the function, so it cannot name the step")
    body = differential(function, symbol)
    step = next((s for s in free_symbols(body) if s.label == "d" + symbol.label), None)
    return LinearMap(function, symbol, step or differential_of(symbol), body)


def map_of(stages: Sequence[Term], wrt: Sequence[Term]) -> LinearMap:
    """The map that a derivative is which was taken by each of `wrt` in turn: linear in a step of the last variable, and where
    the derivative before it has more than two axes itself, in a step for each. Raises as `linear_map`."""
    first = next(k for k, stage in enumerate(stages) if k + 1 == len(stages) or stages[k + 1].rank > 2)
    variables = [target(w) for w in wrt[first:]]
    if first + 1 == len(stages) or any(taken for _, taken in variables):
        return linear_map(stages[-1], wrt[-1])
    body, steps = stages[first], list[Symbol]()
    for number, (symbol, _) in enumerate(variables, 1):
        step = differential_of(symbol)
        own = Symbol(f"{step.name}_{number}", step.type, f"{step.plain}{number}", f"{step.label}{_BELOW[number]}")
        body = substitute(differential(body, symbol), {step: own})
        steps.append(own)
    return LinearMap(stages[-1], variables[-1][0], steps[-1], body, tuple(steps[:-1]))


_BELOW = "₀₁₂₃₄₅₆₇₈₉"

_ASKED: WeakKeyDictionary[Term, tuple[tuple[Term, ...], tuple[Term, ...]] | None] = WeakKeyDictionary()
"""Derivatives with more than two axes that were asked for, and of what by what; None for one that two questions share."""


def noted(found: Derived) -> Term:
    """The derivative, remembered as the map that it is: printed, it is a map first."""
    whole = found.term.rank > 2 and not found.convention and not any(target(w)[1] for w in found.wrt)
    if whole and found.stages:
        asked = (found.stages, found.wrt)
        _ASKED[found.term] = asked if _ASKED.get(found.term, asked) == asked else None
    return found.term


def shown_as(result: Term) -> LinearMap | None:
    """The map that a derivative is printed as; None for any other term, and where the map has no formula without indices."""
    asked = _ASKED.get(result) if result.rank > 2 else None
    if asked is None:
        return None
    try:
        found = map_of(*asked)
    except GradatimError:
        return None
    return found if is_matrix_form(found.body) or not is_matrix_form(result) else None


def unstacked(function: Term) -> Term:
    """The F of vec(F), whose derivative on stacked columns is the same."""
    return function.args[0] if isinstance(function, Apply) and function.op is vec else function


def kronecker_form(function: Term, variable: Term) -> Term:
    """d vec(F) / d vec(X)ᵀ, columns stacked: −(X⁻ᵀ ⊗ X⁻¹) for the inverse. Raises as `derivative` does."""
    symbol, taken = target(variable)
    if taken or function.rank > 2 or symbol.rank > 2:
        raise ShapeError("the Kronecker form is of scalars, vectors and matrices by a whole symbol")
    stacked = vec(function) if function.rank == 2 else function
    if symbol.rank < 2:
        return derivative(stacked, symbol)
    rows, columns = symbol.type.axes
    columns_of = Symbol(symbol.name + "⃗", Type((rows * columns,)), symbol.plain, symbol.label)
    whole = unvec(columns_of, params=(rows, columns))
    of_columns = substitute_through(stacked, symbol, whole)
    found = _by_rules(function, symbol)
    if found is not None:
        verify(of_columns, columns_of, substitute_through(found, symbol, whole))
        return with_facts(found)
    raw = derivative(of_columns, columns_of)
    return with_facts(transform(substitute_through(raw, columns_of, vec(symbol)), _plain))


def on_stacked_columns(found: Derived, variable: Term) -> Derived:
    """A derivative as one by vec(X): the vec of a gradient, and d vec(F) / d vec(X)ᵀ of an array F."""
    function = found.stages[-1]
    whole = vec(found.term) if function.is_scalar else kronecker_form(unstacked(function), variable)
    return replace(found, term=whole, convention="columns stacked")


def _by_rules(function: Term, symbol: Symbol) -> Term | None:
    """The Kronecker form read off the linear map; None where that has no such form."""
    try:
        body = differential(function, symbol, verified=False)
        return on_columns(body, differential_of(symbol))
    except (NoMatrixForm, UnknownDerivative):
        return None


def _plain(node: Term) -> Term:
    """unvec(vec(X)) is X."""
    inner = node.args[0] if isinstance(node, Apply) and node.op is unvec else None
    return inner.args[0] if isinstance(inner, Apply) and inner.op is vec else node
