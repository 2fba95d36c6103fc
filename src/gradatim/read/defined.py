"""Definitions: what a text defines is worked out once for each kind of its arguments, and called."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.errors import LimitExceeded, ShapeError, Span
from gradatim.ops.function import Function
from gradatim.read.arguments import by_entries, freed, index_of, renamed
from gradatim.read.entries import OF_MATRICES
from gradatim.read.infer import Draft, Shape
from gradatim.read.members import Members
from gradatim.read.names import plain_name, stripped, text_name
from gradatim.read.scope import Definition
from gradatim.read.shapes import Made
from gradatim.read.spelt import spelling_of
from gradatim.read.tree import Node, unraised, walk
from gradatim.read.uses import norms_in
from gradatim.term import Apply, Bind, Number, Symbol, Term

_MAX_CALLS = 2_000


class Defined(Members):
    """What the text defines."""

    def defined(self, d: Definition, span: Span) -> Draft:
        """A definition used by its name alone: its value, its stack over the index, or a call with its own parameters."""
        d = self.tables.heads.get(d.name, d)
        if d.index:
            made = self.define(d, ())
            extent = made.parameters[0][1].index
            assert extent is not None
            shape = Shape((extent, *made.shape.axes))

            def stack() -> Term:
                i = Symbol(d.index, self.solver.type(Shape(index=extent)))
                return Bind("stack", i, Apply(self.function(made), (i,)))

            return Draft(shape, stack, span)
        arguments = tuple(self.draft(unraised(p)[0]) for p in d.parameters or ())
        made = self.define(d, arguments)
        return Draft(made.shape, lambda: Apply(self.function(made, False), tuple(a.make() for a in arguments)), span)

    def define(self, d: Definition, arguments: tuple[Draft, ...], elementwise: bool = False) -> Made:
        """Work the body out, once for each kind of its arguments."""
        key = (d.name, elementwise, *((a.shape.rank, a.shape.row) for a in arguments))
        if key in self.made:
            return self.made[key]
        if d.name in self.working:
            steps = f"write out the steps that are meant ({d.name}_1 = …, {d.name}_2 = …)" if d.index else ""
            told = (
                f"{d.name}_{d.index} is defined by another member of itself, a recurrence"
                if d.index
                else f"{d.name} is defined by itself"
            )
            raise self.error(told, d.span, steps)
        self.calls += 1
        if self.calls > _MAX_CALLS or len(self.working) > 60:
            raise LimitExceeded("the definitions lean on each other too deeply")
        saved = self.bound, self.parameters, self.text, self.begins
        outside, self.around = self.around, self.around | set(self.bound)
        names = [_parameter(p, k) for k, p in enumerate(d.parameters or ())]
        local = {n: Shape() if elementwise else _shape_of(a) for n, a in zip(names, arguments)}
        self.bound, self.parameters, self.begins = {}, local, {}
        if d.index:
            self.bound = {d.index: self.extent_of(d.index)}
        self.working.append(d.name)
        self.text = self.solver.text = d.text
        try:
            assert d.body is not None
            body = self.draft(self.in_terms_of_parameters(d.body, d.parameters or ()))
            index = tuple((n, Shape(index=e)) for n, e in self.bound.items())
        finally:
            self.bound, self.parameters, self.text, self.begins = saved
            self.around = outside
            self.solver.text = self.text
            self.working.pop()
        if not names and not index and not elementwise:
            self.as_declared(d, body)
        made = Made(d, (*index, *local.items()), body, Shape(body.shape.axes, body.shape.row), elementwise)
        self.made[key] = made
        return made

    def acts_elementwise(self, d: Definition, arguments: tuple[Draft, ...]) -> bool:
        """Declared so; or a function of one scalar that meets an array."""
        if d.elementwise:
            return True
        if len(arguments) != 1 or not arguments[0].shape.rank or d.name in self.working:
            return False
        key = d.name, True
        if key in self.tries:
            return self.tries[key]
        self.tries[key] = False
        if arguments[0].shape.rank == 2 and self.speaks_of_arrays(d, arguments):
            return False
        kept = dict(self.solver.bound), list(self.assumptions), dict(self.guessed), dict(self.shapes)
        try:
            scalar = self.define(d, (Draft(Shape(), lambda: Number(0), arguments[0].span),), True)
            # What its argument does not stand in is one number, and not one for each entry.
            own = {n.value for p in d.parameters or () for n in walk(p) if n.kind == "name"}
            used = d.body is not None and any(n.kind == "name" and n.value in own for n in walk(d.body))
            works = used and not scalar.shape.rank and not norms_in(d.body)
        except (ShapeError, ValueError):
            works = False
        if not works:
            self.solver.bound, self.assumptions, self.guessed, self.shapes = kept
            self.made = {k: v for k, v in self.made.items() if k[:2] != (d.name, True)}
        else:
            self.assume(f"{text_name(d.name)} is applied entry by entry", d.span, (), False, f"${d.name}$ is applied elementwise")
        self.tries[key] = works
        return works

    def speaks_of_arrays(self, d: Definition, arguments: tuple[Draft, ...]) -> bool:
        """Whether a definition is written for a matrix, g(X) = X³ + 2X with a declared X, and conforms as it stands."""
        declared = [self.tables.declared.get(spelling_of(p)) for p in d.parameters or ()]
        if not all(x is not None and (x.kind == "matrix" or len(x.dims) == 2 or x.facts & OF_MATRICES) for x in declared):
            return False
        kept = dict(self.solver.bound), list(self.assumptions), dict(self.guessed), dict(self.shapes)
        try:
            return self.define(d, arguments).shape.rank in (0, 2)
        except (ShapeError, ValueError):
            self.solver.bound, self.assumptions, self.guessed, self.shapes = kept
            return False

    def in_terms_of_parameters(self, body: Node, parameters: Sequence[Node]) -> Node:
        """The body with its parameters as the head spells them: the x_i of `h(\\mathbf{x}_i) = exp(wᵀx_i)`, where no other x is
        known, and `x_{il}` as the entry l of the parameter x_i."""
        body = freed(body, parameters)
        bases = [str(n.args[0].value if n.kind == "post" else n.value) for n in parameters if n.kind in ("name", "post")]
        styles = {stripped(b): b for b in bases}
        names = {str(n.value) for n in walk(body) if n.kind == "name"}
        own = {v: styles[stripped(v)] for v in names - set(bases) if stripped(v) in styles}
        meant = {v: base for v, base in own.items() if base not in names or not self.tables.knows(v)}
        if meant and len(styles) == len(set(bases)):
            body = renamed(body, meant)
        for p in parameters:
            if index_of(p) is not None:
                body = by_entries(body, p)
        return body

    def as_declared(self, d: Definition, body: Draft) -> None:
        """What a text defines has the shape that the text declares for it. Raises ShapeError with both."""
        told = self.tables.declared.get(d.name)
        if told is None or told.family or not (told.dims or told.kind in ("scalar", "vector", "matrix")):
            return
        said = self.declared_shape(told)
        if said.rank != body.shape.rank or not all(self.solver.unify(a, b) for a, b in zip(said.axes, body.shape.axes)):
            raise ShapeError(
                f"{text_name(d.name)} is declared a {self.solver.words(said)} and defined as a {self.solver.words(body.shape)}\n"
                + self.error("", d.span).caret
            )

    def function(self, made: Made, shown: bool = True) -> Function:
        if made.function is None:
            d = made.definition
            parameters = tuple(
                Symbol(n, self.solver.type(s), plain_name(shown), text_name(shown))
                if s.index is None
                else Symbol(n, self.solver.type(s))
                for n, s in made.parameters
                for shown in (n.strip("{}") if n.startswith("{") else n,)
            )
            body = made.body.make() if made.body is not None else None
            made.function = Function(
                d.name,
                text_name(d.name),
                parameters,
                body,
                self.solver.type(made.shape),
                made.elementwise,
                0,
                1 if d.index else 0,
                shown or not parameters,
                plain_name(d.name),
            )
        return made.function


def _parameter(node: Node, k: int) -> str:
    """The name of a parameter; a number, as in `P(1, x) = …`, is braced so that each has a name of its own."""
    return "{" * k + f"{{{node.value}}}" + "}" * k if node.kind == "num" else spelling_of(node)


def _shape_of(argument: Draft) -> Shape:
    """A parameter has the argument's own shape: declarations speak of the name's other uses, the call of this one."""
    return Shape(argument.shape.axes, argument.shape.row, argument.shape.family)
