"""The shapes of names: declared, told by habit, or guessed and listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from gradatim.errors import ReadError, Span
from gradatim.ops.function import Function
from gradatim.read.infer import Draft, Shape, Size, Solver, dimension
from gradatim.read.names import dressed, habits, parts, plain_name, text_name
from gradatim.read.prose import Declaration
from gradatim.read.scope import Assumption, Definition, Tables, member_parts
from gradatim.read.shifts import Reach
from gradatim.read.tree import Node
from gradatim.term import Number, Symbol
from gradatim.types import ONE, SQUARE_FACTS, Dim

SQUARE = SQUARE_FACTS | {"square"}
TWO_INDICES = re.compile(r".+_\{([a-z])([a-z])\}")
"""x_{it}, z_{nj}."""


@dataclass(eq=False, slots=True)
class Made:
    """A definition worked out once in a try: the shapes of its parameters, its body, the function when built."""

    definition: Definition
    parameters: tuple[tuple[str, Shape], ...]
    body: Draft | None
    shape: Shape
    elementwise: bool
    function: Function | None = None


class Shapes:
    """What is known of names before they are looked up."""

    def __init__(self, text: str, tables: Tables, choice: dict[str, int], lenient: bool = False) -> None:
        self.text, self.tables, self.choice, self.lenient = text, tables, choice, lenient
        self.solver = Solver(text)
        self.bound: dict[str, Size] = {}
        self.around: frozenset[str] = frozenset()
        """The indices of the sums in which a definition stands that is being worked out."""
        self.begins: dict[str, tuple[Dim, Reach]] = {}
        """How many numbers come before the first of a bound index, and how far its members go."""
        self.parameters: dict[str, Shape] = {}
        self.shapes: dict[str, Shape] = {}
        self.moves: dict[str, str] = {}
        """Names that stand with the time in brackets."""
        self.adds_up = False
        """Whether what is read is the argument of sum(…) or mean(…)."""
        self.ran: list[tuple[str, Size]] = []
        """The indices of sums and how far they run."""
        self.lengths: dict[str, Size] = {}
        """How many entries the values of unknown functions have."""
        self.guessed: dict[str, tuple[tuple[str, ...], Span]] = {}
        self.runs: dict[str, set[bool]] = {}
        """How the members of a family are taken: picked by a label (True), by an index that runs (False)."""
        self.supposed: dict[str, str] = {}
        """Facts that the place where a name stands implies."""
        self.free: dict[str, Size] = {}
        self.made: dict[tuple[object, ...], Made] = {}
        self.assumptions: list[Assumption] = []
        self.symbols: dict[str, Symbol] = {}
        self.working: list[str] = []
        self.tries: dict[tuple[str, bool], bool] = {}
        self.ranges: list[tuple[Size, str]] = []
        self.set_extents: dict[str, Size] = {}
        self.turns: dict[str, tuple[tuple[str, ...], Span]] = {}
        self.by_entry: set[Span] = set()
        """Where bars hold absolute values, and no norm."""
        self.names_at: dict[Span, str] = {}
        self.calls = 0
        self.deferred: list[Callable[[], None]] = []
        """What can be judged only when every size is known."""

    def draft(self, node: Node) -> Draft:
        raise NotImplementedError

    def error(self, message: str, span: Span, suggestion: str = "") -> ReadError:
        return ReadError(message, self.text, span, suggestion)

    def assume(self, text: str, span: Span, alternatives: tuple[str, ...] = (), changes: bool = False, fix: str = "") -> None:
        made = Assumption(text, span, alternatives, changes, fix)
        if made not in self.assumptions[-200:]:
            self.assumptions.append(made)

    def literal(self, value: object, span: Span) -> Draft:
        return Draft(Shape(), lambda: Number(value), span, "number")  # type: ignore[arg-type]

    def extent_of_set(self, name: str) -> Size:
        """How many things a set has, where a sum runs over them."""
        return self.set_extents.setdefault(name, self.solver.fresh())

    def extent_of(self, name: str) -> Size:
        """The extent of an index whose range is not written: declared, or solved by use."""
        upper = self.tables.indices.get(name, "")
        fresh = self.solver.fresh()
        if upper:
            self.ranges.append((fresh, upper))
        return fresh

    def told(self, d: Declaration) -> bool:
        """Whether the declaration settles the kind."""
        return bool(
            d.dims
            or d.kind in ("scalar", "vector", "row", "matrix", "integer")
            or (not d.kind and "positive" in d.facts and not d.facts & SQUARE and habits(d.name, 0)[0] == "scalar")
            or d.family
        )

    def guess_shape(self, kind: str, square: bool) -> Shape:
        a, b, c = self.solver.fresh(), self.solver.fresh(), self.solver.fresh()
        if kind.startswith("tensor"):
            return Shape((a, b, c) if kind == "tensor3" else (a, b, c, self.solver.fresh()))
        return {
            "scalar": Shape(),
            "vector": Shape((a,)),
            "row": Shape((a,), True),
            "matrix": Shape((a, a if square else b)),
            "family": Shape((a, b), False, 1),
            "family2": Shape((a, b, c), False, 1),
        }[kind]

    def declared_shape(self, d: Declaration) -> Shape:
        if d.dims:
            sizes: list[Size] = [dimension(x) for x in d.dims]
            if len(sizes) == 2 and sizes[1] == ONE:
                return Shape((sizes[0],)) if sizes[0] != ONE else Shape()
            if len(sizes) == 2 and sizes[0] == ONE:
                return Shape((sizes[1],), True)
            if len(sizes) == 1 and d.kind == "matrix":
                return Shape((sizes[0], sizes[0]))
            return Shape() if sizes == [ONE] else Shape(tuple(sizes), d.kind == "row" and len(sizes) == 1)
        if d.kind in ("vector", "row"):
            return Shape((self.solver.fresh(d.span),), d.kind == "row")
        if d.kind == "matrix":
            return self.guess_shape("matrix", bool(d.facts & SQUARE))
        return Shape()

    def family_shape(self, d: Declaration) -> Shape:
        count: Size = dimension(d.family[1]) if d.family and d.family[1] else self.solver.fresh()
        member = self.declared_shape(d) if self.told(d) and (d.dims or d.kind) else None
        if member is None:
            base, _ = member_parts(d.name)
            kinds = habits(base, 1)
            self.guessed[base] = (kinds, d.span)
            kind = kinds[self.choice.get(base, 0) % len(kinds)]
            guess = self.guess_shape(kind, False)
            self.solver.unify(guess.axes[0], count)
            return guess
        if TWO_INDICES.fullmatch(d.name) and member.rank:  # x_{it}: the second index counts members as well
            return Shape((count, self.solver.fresh(), *member.axes), member.row, 2)
        return Shape((count, *member.axes), member.row, 1 if member.rank else 0)

    def said_of_another(self, name: str, indices: int, span: Span) -> Shape | None:
        """What the declarations say of the same letter in another dress: of K where the formula has K_{k+1}, and of s^{(t)}
        where it has s and nowhere an index on it."""
        base, wraps, sub, _ = parts(name)
        letter = dressed(base, wraps)
        if not indices and len(sub) > 1 and not sub.isalnum() and "\\" not in sub and "," not in sub:
            d = self.tables.declared.get(self.tables.alias(letter))
        elif not indices and name == letter and name in self.tables.families and not self.tables.closed:
            d = self.tables.families[name]
            bare = not re.search(rf"{re.escape(base)}\}}*\s*(?:_|\^\s*\{{?\s*\()", self.text)
            d = d if bare and not d.family and not d.role else None
        else:
            d = None
        if d is None or not d.dims:
            return None
        self.assume(f"{text_name(name)} is what was said of {text_name(d.name)}", span)
        return self.declared_shape(d)

    def facts_of(self, name: str) -> frozenset[str]:
        d = self.tables.declared.get(name) or self.tables.families.get(name)
        told = frozenset(f for f in d.facts if f not in ("eachrow", "eachcolumn", "square")) if d is not None else frozenset()
        return told | {f for f in (self.supposed.get(name),) if f}

    def make_symbol(self, name: str, shape: Shape) -> Symbol:
        if name not in self.symbols:
            plain = self.tables.plain.get(name) or plain_name(name)
            facts = self.facts_of(name) if shape.rank - shape.family < 3 else frozenset()  # of a symmetric tensor nothing is used
            self.symbols[name] = Symbol(name, self.solver.type(shape, facts), plain, text_name(name))
        return self.symbols[name]
