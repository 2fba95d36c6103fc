"""Symbols in a formula: the shape that a name has by what was said of it, else the kinds that are tried for it."""

from __future__ import annotations

from difflib import get_close_matches

from gradatim import ops
from gradatim.errors import ReadError, Span
from gradatim.read.defined import Defined
from gradatim.read.infer import Draft, Shape, Size, dimension, shape_of_type
from gradatim.read.names import habits, plain_name, text_name
from gradatim.read.prose import Declaration
from gradatim.read.scope import member_parts
from gradatim.read.shapes import SQUARE
from gradatim.read.signs import number_first
from gradatim.read.spelt import spelling_of
from gradatim.term import Bind, Symbol, Term


class Symbols(Defined):
    """Names without their posts."""

    def symbol(self, name: str, span: Span, indices: int = 0) -> Draft:
        tables = self.tables
        if name in self.parameters:
            shape = self.parameters[name]
            return Draft(shape, lambda: self.parameter_symbol(name, shape), span)
        if name in tables.definitions:
            return self.defined(tables.definitions[name], span)
        if name in tables.symbols:
            known = tables.symbols[name]
            self.names_at[span] = name
            return Draft(shape_of_type(known.type), lambda: known, span)
        if tables.closed and (moving := self.without_its_time(name, span)) is not None:
            return moving
        if (root := self.root(name, span)) is not None:
            return root
        if name in tables.declared and tables.declared[name].role.startswith("stack-"):
            return self.stack_of(tables.declared[name], span)
        self.names_at[span] = name
        if name not in self.shapes:
            start = not indices and name not in tables.declared and name.endswith("^0") and not tables.closed
            self.shapes[name] = self.like(name.removesuffix("^0"), name, span) if start else self.new_shape(name, indices, span)
        shape = self.shapes[name]
        return Draft(shape, lambda: self.make_symbol(name, shape), span, "", None, name in self.guessed)

    def root(self, name: str, span: Span) -> Draft | None:
        """The σ beside a variable σ², or where σ² alone is defined; None for any other name."""
        tables, squared = self.tables, f"{name}^2"
        if (square := tables.symbols.get(squared)) is not None and square.is_scalar and name not in tables.declared:
            return Draft(Shape(), lambda: ops.sqrt(square), span)
        d = tables.definitions.get(squared)
        if d is None or d.parameters or d.index or squared in self.working:
            return None
        value = self.defined(d, span)
        if value.shape.rank:
            return None
        self.assume(f"{text_name(name)} is the root of {text_name(squared)} that is not negative", span, ("minus that",), False)
        return Draft(Shape(), lambda: ops.sqrt(value.make()), span)

    def without_its_time(self, name: str, span: Span) -> Draft | None:
        """The x(t) for which an answer writes x, and its derivative, for which it writes \\dot x."""
        raise NotImplementedError

    def like(self, base: str, name: str, span: Span) -> Shape:
        """The shape of the w^0 beside w."""
        self.assume(f"{text_name(name)} is a name of its own, of the kind of {text_name(base)}", span, ("a power",), False)
        shape = self.symbol(base, span).shape
        return Shape(shape.axes, shape.row)

    def stack_of(self, d: Declaration, span: Span) -> Draft:
        """The matrix whose rows (or columns) the members of a family are."""
        part, member = d.role.removeprefix("stack-").split(":")
        base, letter = member_parts(member)
        family = self.symbol(base, span)
        axes = family.shape.axes

        def make() -> Term:
            i = Symbol(letter, self.solver.type(Shape(index=axes[0])))
            stack = Bind("stack", i, ops.at(family.make(), i))
            return ops.transpose(stack) if part == "columns" else stack

        return Draft(Shape(axes if part == "rows" else axes[::-1]), make, span)

    def new_shape(self, name: str, indices: int, span: Span) -> Shape:
        tables = self.tables
        if name in tables.declared and self.told(tables.declared[name]):
            return self.declared_shape(tables.declared[name])
        if (like := self.said_of_another(name, indices, span)) is not None:
            return like
        if name in tables.families and (not indices or self.told(tables.families[name]) or tables.families[name].family):
            return self.family_shape(tables.families[name])
        base, index = member_parts(name)
        if index and base in tables.families:
            raise self.error(f"the member {name} of a family needs an index that runs", span)
        if tables.closed and name not in tables.declared and f"{name}^2" not in tables.symbols:
            raise self.unknown(name, span)
        if tables.complex and name in ("i", "j", "\\mathrm{i}", "\\mathrm{j}", "\\imath") and not indices:
            raise self.error(
                "complex numbers are not read: everything here is real", span, "state the real and imaginary parts as variables"
            )
        kinds = habits(name, indices)
        if indices == 1 and name in tables.hints:
            kinds = ("family2", *(k for k in kinds if k != "family2"))
        if not indices and name in tables.acted_on:
            kinds = ("vector", *(k for k in kinds if k != "vector"))
        if not indices and name in tables.halved and kinds[0] == "matrix":
            kinds = ("scalar", *(k for k in kinds if k != "scalar"))
        d = tables.declared.get(name)
        kinds = number_first(kinds, d, name in tables.placed)
        if indices < 3 and (d is not None and d.kind is None and d.facts & SQUARE or tables.in_lines(name)):
            kinds = ("matrix",)
        elif d is not None and d.facts & {"onehot", "probability", "adds_to_one"}:
            kinds = ("vector", "matrix", "family")
        elif indices == 2 and (member := tables.families.get(name)) is not None and member.facts & {"onehot", "probability"}:
            kinds = ("family", "matrix")
        self.guessed[name] = (kinds, span)
        return self.guess_shape(kinds[self.choice.get(name, 0) % len(kinds)], bool(d and d.facts & SQUARE))

    def unknown(self, name: str, span: Span) -> ReadError:
        """A name of an answer that its problem does not know."""
        tables = self.tables
        known = dict.fromkeys((*tables.symbols, *tables.definitions, *tables.declared, *tables.families))
        if same := [n for n in known if text_name(n) == text_name(name) and n != name]:
            # Told apart by their style alone: `\\mathbf{K}` beside K.
            return self.error(f"`{name}` is not declared in this problem", span, f"did you mean `{same[0]}`?")
        for f in (*tables.definitions.values(), *tables.heads.values()):
            if f.name in self.text and name not in self.text and any(spelling_of(p) == name for p in f.parameters or ()):
                said = f"`{text_name(f.name)}` is a function, and it is not said of what it is here"
                return self.error(said, span, f"write `{text_name(f.name)}(…)`, or define `{text_name(f.name)}` by itself")
        plain = list(dict.fromkeys(text_name(n) for n in known if n != name))
        close = get_close_matches(text_name(name), plain, 1, 0.5) or [n for n in plain if n.lower() == text_name(name).lower()]
        return self.error(
            f"`{text_name(name)}` is not declared in this problem",
            span,
            f"did you mean `{close[0]}`?" if close else f"its names are {', '.join(plain)}" if plain else "",
        )

    def parameter_symbol(self, name: str, shape: Shape) -> Symbol:
        return Symbol(name, self.solver.type(shape), plain_name(name), text_name(name))

    def literal_size(self, size: str) -> Size:
        return dimension(size) if size else self.solver.fresh()
