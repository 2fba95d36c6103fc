"""Derivatives of more than two axes in the forms people read: a linear map, a Kronecker product, entries.

The derivative of X⁻¹ by X has four axes. As a linear map it is dX ↦ −X⁻¹ dX X⁻¹, by columns −(X⁻ᵀ ⊗ X⁻¹), by entries
[−(X⁻¹)ᵢₖ (X⁻¹)ₗⱼ]ᵢⱼₖₗ. Source: Magnus & Neudecker, Matrix Differential Calculus (2019), ch. 5 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.check.verify import verify
from gradatim.derive.derivative import derivative, differential, differential_of, target
from gradatim.errors import GradatimError, ShapeError, UnknownDerivative
from gradatim.matrix.columns import on_columns
from gradatim.matrix.pieces import NoMatrixForm
from gradatim.matrix.settle import with_facts
from gradatim.ops import unvec, vec
from gradatim.ops.function import substitute_through
from gradatim.term import Apply, Symbol, Term, free_symbols, transform
from gradatim.types import Type
from gradatim.write import latex, text


@dataclass(frozen=True, slots=True)
class LinearMap:
    """The derivative of `function` by `variable` as the map that takes a `step` to `body`, verified along steps."""

    function: Term
    variable: Symbol
    step: Symbol
    body: Term

    def text(self) -> str:
        return f"{text(self.step)} ↦ {text(self.body)}"

    def latex(self) -> str:
        return rf"{latex(self.step)} \mapsto {latex(self.body)}"

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
