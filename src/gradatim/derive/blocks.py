"""Second derivatives by several variables at once: a block for each pair of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradatim.derive.derivative import derivative
from gradatim.errors import EvaluationError, GradatimError, ShapeError
from gradatim.term import Symbol, Term, free_symbols
from gradatim.value.floats import evaluate
from gradatim.write import latex, text


@dataclass(frozen=True, slots=True)
class Blocks:
    """The Hessian of a scalar function by `variables`: `blocks[i][j]` is ∂²f by the i-th, then by the j-th variable.

    A block of two vectors is a matrix; one of matrices has the axes of both variables. Each was verified.
    """

    function: Term
    variables: tuple[Term, ...]
    blocks: tuple[tuple[Term, ...], ...]

    def __getitem__(self, place: tuple[int, int]) -> Term:
        i, j = place
        try:
            return self.blocks[i][j]
        except IndexError:
            raise GradatimError(f"there is no block {place}: there are {len(self.variables)} variables") from None

    def text(self) -> str:
        """A line for each block: `∂²f/∂x∂y = …`."""
        return "\n".join(
            f"∂²f/∂{text(a)}{'²' if a is b else '∂' + text(b)} = {text(self.blocks[i][j])}"
            for i, a in enumerate(self.variables)
            for j, b in enumerate(self.variables)
        )

    def latex(self) -> str:
        """A matrix of the blocks."""
        rows = r" \\ ".join(" & ".join(latex(b) for b in row) for row in self.blocks)
        return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def operator(self, **arrays: object) -> object:
        """All blocks as one linear operator with matvec, solve, diagonal, trace, logdet and dense, on a tuple of arrays, one for each
        variable, or on one vector that holds them one after another. With arrays it is the operator at these numbers, which SciPy takes.
        """
        return self.function.face.joint(self.function, self.variables, self.blocks, arrays)

    def evaluate(self, **arrays: Any) -> list[list[Any]]:
        """The values of the blocks; arrays are named as the symbols, and a block takes those that occur in it."""
        symbols = {s.plain: s for s in free_symbols(self.function)}
        strange = sorted(set(arrays) - set(symbols))
        if strange:
            raise EvaluationError(f"{', '.join(strange)} does not occur in the function")
        sizes: dict[str, int] = {}
        for name, value in arrays.items():  # a block such as 2 I has no array of its own to tell its size
            sizes.update(
                (str(d), n) for d, n in zip(symbols[name].type.axes, getattr(value, "shape", ())) if d.names == (str(d),)
            )
        return [[evaluate(b, _own(b, arrays), sizes) for b in row] for row in self.blocks]


def _own(block: Term, arrays: Mapping[str, Any]) -> dict[str | Symbol, Any]:
    names = {s.plain for s in free_symbols(block)}
    return {name: value for name, value in arrays.items() if name in names}


def hessian_blocks(function: Term, variables: Sequence[Term]) -> Blocks:
    """Every second derivative of a scalar function by these variables. Raises ShapeError and what `derivative` raises."""
    if not variables:
        raise ShapeError("a Hessian needs a variable")
    return Blocks(function, tuple(variables), tuple(tuple(derivative(function, a, b) for b in variables) for a in variables))
