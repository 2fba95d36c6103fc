"""Operations made at run time: a definition (`ŷ = …`), a function with arguments (`h(w, xᵢ) = …`), an unknown `g`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradatim.errors import ShapeError
from gradatim.ops.base import Derivative, Notation, Structural
from gradatim.term import Apply, Symbol, Term, substitute, transform
from gradatim.types import Type


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a person named.

    `body` is its value in terms of `parameters` (None for an unknown function); a definition has no parameters.
    `elementwise` functions have one scalar parameter and act entry by entry on any shape. `primes` counts derivatives of
    an unknown elementwise function: g, g′, g″. `taken` are the positions of the parameters by which any other unknown function
    has been differentiated, smallest first (∇h is (0,), ∇²h is (0, 0)); `type` is its value's before that. `family` counts the
    leading index parameters that are written as a subscript (ŷᵢ). `shown` is False where calls are written by the name alone
    (`h` for `h(x)`).
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
    taken: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        return f"function {self.text}"

    @property
    def rule(self) -> str:
        return "chain rule" if self.parameters else "definition"

    def body_at(self, args: tuple[Term, ...]) -> Term:
        """The value at arguments of a function that has a body."""
        assert self.body is not None
        return substitute(self.body, dict(zip(self.parameters, args)))

    @property
    def derivative(self) -> Derivative:
        return Structural()

    @property
    def notation(self) -> Notation:
        return Notation("function", self.name, self.text)

    def partial(self, k: int) -> Function:
        """An unknown function's derivative by its parameter k. Its axes are the value's and then those of the parameters taken,
        in the order of their positions: by Schwarz's theorem the order of differentiation is no matter."""
        if self.elementwise:
            return replace(self, primes=self.primes + 1)
        return replace(self, taken=tuple(sorted((*self.taken, k))))

    @property
    def partial_type(self) -> Type:
        """The type of an unknown function's value, or of its derivative's."""
        axes = tuple(axis for k in self.taken for axis in self.parameters[k].type.axes)
        gradient = not self.type.axes and len(self.taken) == 1
        return (
            Type((*self.type.axes, *axes), row=self.parameters[self.taken[0]].type.row)
            if gradient
            else Type((*self.type.axes, *axes))
        )

    def facts(self, _node: Term, facts: object) -> frozenset[str]:
        if self.body is None and len(set(self.taken)) == 1 and len(self.taken) == 2 and len(self.partial_type.axes) == 2:
            return frozenset({"symmetric"}) if not self.type.axes else frozenset()
        return facts(self.body) if self.body is not None and not self.parameters else frozenset()  # type: ignore[operator]

    def result(self, args: tuple[Term, ...], _params: tuple[object, ...]) -> Type:
        if len(args) != len(self.parameters):
            raise ShapeError(f"{self.text} takes {len(self.parameters)} argument(s), not {len(args)}")
        if self.elementwise:
            return Type(args[0].type.axes, row=args[0].type.row)
        for k, (a, p) in enumerate(zip(args, self.parameters), 1):
            if a.type.axes != p.type.axes or a.type.row != p.type.row:
                raise ShapeError(f"argument {k} of {self.text} is {a.type.described}; it was defined for {p.type.described}")
        if self.body is not None:
            return self.body.type.bare
        return self.partial_type if self.taken else self.type


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
