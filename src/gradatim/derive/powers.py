"""Derivatives by a power of a number, ∂ℓ/∂σ²: the power is a variable of its own, and σ must not stand elsewhere."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradatim.errors import GradatimError
from gradatim.ops import inverse, number, power
from gradatim.ops.function import Function, substitute_through
from gradatim.term import Apply, Number, Symbol, Term, free_symbols, substitute, transform
from gradatim.types import Type
from gradatim.write import text


def is_function_of_one(variable: Term) -> bool:
    """Whether a variable is a whole power of a scalar symbol, or the inverse of a matrix symbol."""
    return is_inverse(variable) or (
        isinstance(variable, Apply)
        and variable.op is power
        and isinstance(variable.args[0], Symbol)
        and isinstance(variable.args[1], Number)
        and variable.args[1].value.denominator == 1
    )


def is_inverse(variable: Term) -> bool:
    """Whether a variable is Σ⁻¹ for a matrix symbol Σ."""
    return isinstance(variable, Apply) and variable.op is inverse and isinstance(variable.args[0], Symbol)


def own_variable(function: Term, variable: Term) -> tuple[Term, Symbol]:
    """The function in a variable that stands for the power or the inverse, and this variable. Raises GradatimError where the
    number stands outside of the power (σ beside σ²) and nothing says that it is positive."""
    if is_inverse(variable):
        return _by_inverse(function, variable.args[0])
    base, exponent = variable.args
    assert isinstance(base, Symbol) and isinstance(exponent, Number)
    facts = base.type.facts | ({"positive"} if exponent.value.numerator % 2 == 0 else set())
    mark = Symbol(f"\u2063{text(variable)}", Type(facts=facts), text(variable), text(variable))

    def rule(node: Term) -> Term:
        if isinstance(node, Apply) and node.op is power and node.args[0] is base and isinstance(node.args[1], Number):
            times = Fraction(node.args[1].value) / exponent.value
            return (mark if times == 1 else power(mark, number(times))) if times.denominator == 1 else node
        if isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is not None:
            body = transform(node.op.body, rule)
            return node if body is node.op.body else Apply(replace(node.op, body=body), node.args, node.params)
        return node

    def opened(node: Term) -> Term:
        """A call ℓ(μ, σ) by the body of ℓ: in it the number stands in its powers."""
        called = isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is not None and base in node.args
        return node.op.body_at(node.args) if called else node  # type: ignore

    changed = transform(transform(function, opened), rule)
    if base in free_symbols(changed):
        if "positive" not in base.type.facts:
            said = f"{text(variable)} is a power and not a variable of this function, where {text(base)} stands outside of it too"
            raise GradatimError(f"{said}: say that {text(base)} is positive, or differentiate by {text(base)}")
        changed = substitute_through(changed, base, power(mark, number(1 / Fraction(exponent.value))))
    return changed, mark


def _by_inverse(function: Term, base: Term) -> tuple[Term, Symbol]:
    """The function of Σ as one of P = Σ⁻¹, which is symmetric where Σ is."""
    assert isinstance(base, Symbol)
    label = text(inverse(base))
    mark = Symbol(f"\u2063{label}", replace(base.type, facts=base.type.facts & OF_INVERSES | {"invertible"}), label, label)
    return substitute_through(function, base, inverse(mark)), mark


def put_back(term: Term, mark: Symbol, variable: Term) -> Term:
    """The derivative with the variable itself for what stands for it: (Σ⁻¹)⁻¹ is Σ."""
    found = substitute(term, {mark: variable})
    if not is_inverse(variable):
        return found

    def rule(node: Term) -> Term:
        again = isinstance(node, Apply) and node.op is inverse and node.args[0] is variable
        return variable.args[0] if again else node

    return transform(found, rule)


OF_INVERSES = frozenset({"symmetric", "spd", "diagonal", "lower-triangular", "upper-triangular"})
"""Facts of a matrix that its inverse shares."""


__all__ = ["is_function_of_one", "own_variable", "put_back"]
