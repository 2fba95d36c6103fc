"""Operations made at run time: a definition (`ŷ = …`), a function with arguments (`h(w, xᵢ) = …`), an unknown `g`."""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.errors import ShapeError
from gradatim.ops.base import Derivative, Notation, Structural
from gradatim.term import Symbol, Term
from gradatim.types import Type


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a person named.

    `body` is its value in terms of `parameters` (None for an unknown function); a definition has no parameters.
    `elementwise` functions have one scalar parameter and act entry by entry on any shape. `primes` counts derivatives of
    an unknown function: g, g′, g″. `family` counts the leading index parameters that are written as a subscript (ŷᵢ).
    `shown` is False where calls are written by the name alone (`h` for `h(x)`).
    """

    name: str
    text: str
    parameters: tuple[Symbol, ...]
    body: Term | None
    type: Type = Type()
    elementwise: bool = False
    primes: int = 0
    family: int = 0
    shown: bool = True
    plain: str = ""

    @property
    def title(self) -> str:
        return f"function {self.text}"

    @property
    def rule(self) -> str:
        return "chain rule" if self.parameters else "definition"

    @property
    def derivative(self) -> Derivative:
        return Structural()

    @property
    def notation(self) -> Notation:
        return Notation("function", self.name, self.text)

    def facts(self, _node: Term, facts: object) -> frozenset[str]:
        return facts(self.body) if self.body is not None and not self.parameters else frozenset()  # type: ignore[operator]

    def result(self, args: tuple[Term, ...], _params: tuple[object, ...]) -> Type:
        if len(args) != len(self.parameters):
            raise ShapeError(f"{self.text} takes {len(self.parameters)} argument(s), not {len(args)}")
        if self.elementwise:
            return Type(args[0].type.axes, row=args[0].type.row)
        for k, (a, p) in enumerate(zip(args, self.parameters), 1):
            if a.type.axes != p.type.axes or a.type.row != p.type.row:
                raise ShapeError(f"argument {k} of {self.text} is {a.type.described}; it was defined for {p.type.described}")
        return self.body.type.bare if self.body is not None else self.type
