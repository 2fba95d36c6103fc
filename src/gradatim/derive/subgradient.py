"""Subgradients of a function with kinks, where they are asked for.

A derivative says where it does not exist. A convex function has subgradients there, too: the same formula with any of certain
values at the kink, and for sums, multiples and affine arguments these are all of them (Rockafellar, Convex Analysis (1970), thm. 23.8
and 23.9). Of a function that is not convex the values contain Clarke's generalized gradient (Clarke, Optimization and Nonsmooth
Analysis (1983), 2.3), and that is said instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.derive.conditions import operations
from gradatim.derive.convexity import AFFINE, CONCAVE, CONVEX, curvature
from gradatim.derive.derivative import Derived, derived, target
from gradatim.errors import ShapeError, UnknownDerivative
from gradatim.ops import Op
from gradatim.ops.base import LocallyConstant, derivative_of
from gradatim.term import Symbol, Term, depends_on
from gradatim.write import latex, text
from gradatim.write.spelling import USUAL, Spelling

Sentence = tuple[str | Term, ...]


@dataclass(frozen=True, slots=True)
class Subgradient:
    """The subgradients of a scalar function by a variable: the gradient's formula, and what may stand in it at each kink."""

    function: Term
    variable: Term
    derived: Derived
    choices: tuple[Sentence, ...]
    curvature: str
    supposed: tuple[Term, ...] = ()
    """Scalars that are taken not to be negative where the function is called convex."""

    @property
    def term(self) -> Term:
        """The gradient where there is one."""
        return self.derived.term

    @property
    def said(self) -> str:
        """What the values are, in words."""
        if not self.choices:
            return (
                "there is no kink: the gradient is the only subgradient"
                if self.curvature in (CONVEX, AFFINE)
                else "there is no kink"
            )
        where = f"where {', '.join(map(text, self.supposed))} ≥ 0, " if self.supposed else ""
        if self.curvature == CONVEX:
            return f"{where}the function is convex, and these are all its subgradients"
        if self.curvature == CONCAVE:
            return f"{where}the function is concave: these are its supergradients"
        return "the function is not seen to be convex, so a subgradient need not exist: these values contain Clarke's generalized gradient"

    def lines(self) -> list[str]:
        """What may stand at each kink, as text."""
        return ["".join(p if isinstance(p, str) else text(p) for p in c) for c in self.choices]

    def latex_lines(self, author: Spelling = USUAL) -> list[str]:
        """The same with formulas in LaTeX between dollar signs."""
        return ["".join(p if isinstance(p, str) else f"${latex(p, author=author)}$" for p in c) for c in self.choices]

    def text(self) -> str:
        """The formula and the choices, one a line."""
        return "\n".join([text(self.term), *self.lines(), self.said])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def subgradient(function: Term, variable: Term) -> Subgradient:
    """The subgradients of a scalar function. Raises ShapeError for an array, UnknownDerivative for a function with jumps, and what
    `derivative` raises."""
    if not function.is_scalar:
        raise ShapeError(f"a subgradient is of a scalar function; this is {function.type.described}")
    symbol, _ = target(variable)
    return chosen(function, variable, symbol, derived(function, variable))


def chosen(function: Term, variable: Term, symbol: Symbol, found: Derived) -> Subgradient:
    """The subgradients beside a gradient that was found."""
    choices: dict[Sentence, None] = {}
    for node in operations(function):
        if not isinstance(node.op, Op) or not depends_on(node, symbol):
            continue
        if isinstance(derivative_of(node.op), LocallyConstant):
            raise UnknownDerivative(f"the {node.op.title} jumps: the function has no subgradient there")
        if node.op.choice is not None:
            choices[node.op.choice(node)] = None
    supposed: dict[Term, None] = {}
    bend = curvature(function, symbol, supposed)
    return Subgradient(function, variable, found, tuple(choices), bend, tuple(supposed))


__all__ = ["Subgradient", "chosen", "subgradient"]
