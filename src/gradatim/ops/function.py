"""Operations made at run time: a definition (`ŷ = …`), a function with arguments (`h(w, xᵢ) = …`), an unknown `g`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradatim.errors import ShapeError
from gradatim.ops.base import Derivative, Notation, Structural
from gradatim.term import Apply, Symbol, Term, transform
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
                raise ShapeError(
                    f"argument {k} of {self.text} is a {a.type.describe()}; it was defined for a {p.type.describe()}"
                )
        return self.body.type.bare if self.body is not None else self.type


def substitute_through(term: Term, old: Symbol, new: Term) -> Term:
    """Replace a symbol everywhere, also inside the bodies of named definitions."""
    if old is new:
        return term

    def rule(node: Term) -> Term:
        if node is old:
            return new
        if isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is not None:
            body = substitute_through(node.op.body, old, new)
            if body is not node.op.body:
                return Apply(replace(node.op, body=body), node.args, node.params)
        return node

    return transform(term, rule)
