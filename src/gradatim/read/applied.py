"""What a text defines before a bracket: calls of its functions, entries of its vectors."""

from __future__ import annotations

import re
from dataclasses import replace

from gradatim.errors import ShapeError, Span
from gradatim.read.arguments import base_of, of_example, others
from gradatim.read.heads import mentions
from gradatim.read.infer import Draft, Shape
from gradatim.read.names import text_name
from gradatim.read.scope import Definition
from gradatim.read.shapes import Made
from gradatim.read.spelt import spelling_of
from gradatim.read.tree import Node, Post, walk
from gradatim.read.unknowns import Unknowns
from gradatim.term import Apply, Term

_BARE = re.compile(r"\\?\w+\s*")
"""A name with nothing raised behind it."""


class Applied(Unknowns):
    """Definitions and vectors, and the brackets behind them."""

    def called(self, name: str, letter: str, group: Node, primes: int, span: Span) -> Draft | None:
        raise NotImplementedError

    def on_call(self, node: Node) -> Draft:
        raise NotImplementedError

    def entry_of_value(self, whole: Definition, indices: list[Draft], group: Node, span: Span) -> Draft | None:
        """`y_k(x)`: an entry of y(x), or the k-th of the functions that the text defines as `y_i(x)`; None for `s_i (1 - s_j)`, where
        the name stands for its value inside the brackets, and so it does outside."""
        if whole.index:
            return self.indexed_call(whole, indices, span, tuple(self.draft(a) for a in group.args))
        value = self.called(whole.name, whole.name, group, 0, span)
        if value is None and any(whole.name in mentions(a, "") and not _calls(a, whole.name) for a in group.args):
            return None
        if value is None:
            raise self.error(f"{text_name(whole.name)} is no function of what stands in these brackets", span)
        return self.indexed(value, indices, span)

    def call_defined(self, d: Definition, group: Node, primes: int, span: Span) -> Draft | None:
        if d.alias:
            return self.on_call(Node("call", span, group.args, word_node(d.alias), primes_of(primes, span)))
        whole = d.name in self.tables.heads and [*map(spelling_of, group.args)] == [*map(spelling_of, d.parameters or ())]
        if whole and not primes:
            return self.defined(d, span)
        if not d.parameters:
            return self.entry_in_brackets(d.name, group, span) or self.itself(d, group, span)
        if any(d.name in mentions(a, "") and not _calls(a, d.name) for a in group.args):
            # `h(1 - h)`: the name stands for its value inside, so it does outside.
            return None
        if len(group.args) != len(d.parameters):
            raise self.error(f"{d.name} was defined with {len(d.parameters)} argument(s) and stands with {len(group.args)}", span)
        self.same_numbers(d, group, span)
        d, group = self.with_members(d, group, span)
        arguments = tuple(self.draft(self.at_base(p, a, d)) for p, a in zip(d.parameters or (), group.args))
        elementwise = self.acts_elementwise(d, arguments)
        made = self.define(d, arguments, elementwise)
        if not elementwise:
            for (_, shape), a in zip(made.parameters, arguments):
                if not self.solver.same(Shape(shape.axes, shape.row), a.shape):
                    raise ShapeError(
                        f"{d.name} was used for {self.solver.described(shape)} and here for {self.solver.described(a.shape)}\n"
                        + self.error("", a.span).caret
                    )
        shape = arguments[0].shape if elementwise else made.shape
        guess = any(a.guess for a in arguments)
        if primes:
            return self.primed(d, made, arguments, primes, span)
        return Draft(
            Shape(shape.axes, shape.row),
            lambda: Apply(self.function(made), tuple(a.make() for a in arguments)),
            span,
            "",
            None,
            guess,
        )

    def entry_in_brackets(self, name: str, group: Node, span: Span) -> Draft | None:
        """`\\pi(a)` of a vector π: its entry a, where a is the index of a sum or a letter that means nothing else."""
        inside = group.args[0]
        letter = str(inside.value) if len(group.args) == 1 and inside.kind == "name" and group.value == "(" else ""
        mine = letter in self.bound or (len(letter) == 1 and self.may_run(letter) and not self.known(letter))
        if not mine or letter in self.shapes or self.rank_of(name) != 1:
            return None
        self.assume(f"{self.solver.quote(span)} is an entry of {text_name(name)}", span, ("a product",), True)
        return self.indexed(self.symbol(name, span), [self.index(letter, inside.span)], span)

    def itself(self, d: Definition, group: Node, span: Span) -> Draft | None:
        """`f(x)` after `f = xᵀA x`: f itself, where all that stands in the brackets are names that its definition speaks of."""
        named = [spelling_of(a) if a.kind in ("name", "post") else "" for a in group.args]
        spoken, inside = self.spoken_of(d), set().union(*(mentions(a, "") for a in group.args))
        if group.value != "(" or d.index or not named or not set(named) <= spoken:
            bare = _BARE.fullmatch(self.text[span[0] : group.span[0]]) is not None
            near = inside & spoken or (d.body is not None and d.body.kind in ("call", "word"))
            if bare and group.value == "(" and near and not inside & {d.name, *self.tables.definitions}:
                self.assume(f"{self.solver.quote(span)} is a product: {text_name(d.name)} is defined without arguments", span)
            return None
        self.assume(f"{self.solver.quote(span)} is {text_name(d.name)} itself, and no product", span, ("a product",), True)
        return self.defined(d, span)

    def spoken_of(self, d: Definition) -> set[str]:
        """The names in a definition, and in the definitions that it uses."""
        found: set[str] = set()
        todo = [d]
        while todo:
            body = todo.pop().body
            new = mentions(body, "") - found if body is not None else set()
            found |= new
            todo += [self.tables.definitions[n] for n in new if n in self.tables.definitions]
        return found

    def with_members(self, d: Definition, group: Node, span: Span) -> tuple[Definition, Node]:
        """The y_i of `g(x_i) = (y_i − wᵀx_i)²` as one more parameter, and the call with that of the example it names."""
        parameters, arguments = d.parameters or (), group.args
        found = others(d.body, parameters) if d.body is not None and not d.index else []
        for member, k in found:
            if self.tables.alias(base_of(member)) not in self.tables.families:
                continue
            of = of_example(member, (d.parameters or ())[k], group.args[k])
            if of is None:
                said = f"{text_name(d.name)} is defined with {text_name(spelling_of(member))}, and this call does not say of which example"
                raise self.error(said, span, f"make {text_name(spelling_of(member))} an argument of {text_name(d.name)}")
            parameters, arguments = (*parameters, member), (*arguments, of)
        return replace(d, parameters=parameters), replace(group, args=arguments)

    def same_numbers(self, d: Definition, group: Node, span: Span) -> None:
        """What `P(y = 1 | x) = …` says of 1 it says of no other value."""
        for p, a in zip(d.parameters or (), group.args):
            if p.kind == "num" and (a.kind != "num" or a.value != p.value):
                raise self.error(
                    f"{text_name(d.name)} is defined where its argument is {p.value}, and stands here with another",
                    span,
                    "define it for every value of the argument",
                )

    def primed(self, d: Definition, made: Made, arguments: tuple[Draft, ...], primes: int, span: Span) -> Draft:
        """g′(s) of a function of one number that the text defines."""
        slope, name = self.tables.slope, text_name(d.name)
        number = len(made.parameters) == len(arguments) == 1 and not made.parameters[0][1].rank and not d.index
        if slope is None or not number or made.body is None or made.body.shape.rank or primes > 3:
            raise self.error(
                f"the derivative of {d.name}, which is defined here, is written out in a formula, not as {d.name}′", span
            )
        self.assume(
            f"{name}{'′″‴'[primes - 1]} is the {('', 'second ', 'third ')[primes - 1]}derivative of the {name} that is defined",
            span,
        )

        def make() -> Term:
            function = self.function(made)
            body = function.body
            for _ in range(primes):
                assert body is not None
                body = slope(body, function.parameters[0])
            return Apply(replace(function, body=body, primes=primes), (arguments[0].make(),))

        shape = arguments[0].shape if made.elementwise else made.shape
        return Draft(Shape(shape.axes, shape.row), make, span, "", None, arguments[0].guess)


def primes_of(count: int, span: Span) -> tuple[Post, ...]:
    return (Post("prime", (), span, None, count),) if count else ()


def word_node(word: str) -> str:
    from_table = {"tr": "trace", "ln": "log", "ReLU": "relu", "sgn": "sign", "logistic": "sigmoid"}
    return from_table.get(word, word)


def _calls(node: Node, name: str) -> bool:
    """Whether the name stands before a bracket somewhere below the node."""
    return any(
        n.kind == "juxt" and any(a.kind == "name" and a.value == name and b.kind == "group" for a, b in zip(n.args, n.args[1:]))
        for n in walk(node)
    )
