"""Calls of functions that nobody stated, and their derivatives by name: g(x), g′(x), ∇h(x); ψ⁽¹⁾(x)."""

from __future__ import annotations

import re

from gradatim import ops
from gradatim.errors import Span
from gradatim.ops.function import Function
from gradatim.read.infer import Draft, Shape, dimension, shape_of_type
from gradatim.read.matrices import Matrices
from gradatim.read.moving import dotted, moves
from gradatim.read.names import UNKNOWN_LETTERS, plain_name, stripped, text_name
from gradatim.read.scope import full
from gradatim.read.spelt import spelling_of
from gradatim.read.tree import Node, one_name
from gradatim.term import Apply, Symbol, Term
from gradatim.types import SCALAR

UNKNOWN, BY_ENTRY = "unknown", "unknown, by entry"
"""The tags of calls of unknown functions: of numbers or of whole arrays, and of those that are applied to every entry of an array."""
NUMBER_OR_VECTOR = ("number", "vector")
"""What an unknown function of several arguments may give."""


class Unknowns(Matrices):
    """What a call of an unknown function is."""

    def call(self, head: Node, after: Node | None) -> Draft | None:
        raise NotImplementedError

    def call_unknown(
        self, name: str, group: Node, primes: int, span: Span, elementwise: bool, role: str, by_habit: bool = False
    ) -> Draft:
        if by_habit:
            self.refuse_unread(name, span)
        arguments = tuple(self.draft(a) for a in group.args)
        guess = any(a.guess for a in arguments)
        title = text_name(name)
        if elementwise and len(arguments) == 1 and not (by_habit and self.gives_a_number(name, arguments[0], primes, span)):
            shape = arguments[0].shape

            def entries() -> Term:
                t = Symbol("t", SCALAR)
                return Apply(
                    Function(name, title, (t,), None, SCALAR, True, primes, 0, True, plain_name(name)),
                    (arguments[0].make(),),
                )

            return Draft(Shape(shape.axes, shape.row), entries, span, BY_ENTRY if shape.rank else UNKNOWN, None, guess)
        whole = len(arguments) == 1 and (not arguments[0].shape.rank or primes == 1)
        if primes and whole and (not role or role.endswith("->")):  # of an array the first alone, which is its gradient
            shape = arguments[0].shape

            def slope() -> Term:
                made = arguments[0].make()
                t = Symbol("t_1", made.type.bare)
                taken = (0,) * primes
                return Apply(Function(name, title, (t,), None, SCALAR, False, 0, 0, True, plain_name(name), taken), (made,))

            return Draft(Shape(shape.axes, shape.row), slope, span, UNKNOWN, None, guess)
        if primes:
            raise self.error("a derivative of an unknown function of several entries is not read", span)
        domain = [x for x in role[4:].split("->")[0].split(",") if x] if role.startswith("map:") else []
        if domain and len(arguments) == 1:
            a = arguments[0]
            if a.shape.rank != len(domain) or not all(self.solver.unify(x, dimension(y)) for x, y in zip(a.shape.axes, domain)):
                raise self.solver.clash(f"{name} was declared for another argument", a, a)
        target = role.split("->")[1].split(",") if role.startswith("map:") else []
        result = Shape(tuple(dimension(x) for x in target if x))
        if by_habit and not role and len(arguments) > 1 and self.gives_a_vector(name, span):
            result = Shape((self.tables.lengths.get(name) or self.lengths.setdefault(name, self.solver.fresh()),))

        def make() -> Term:
            made = tuple(a.make() for a in arguments)
            parameters = tuple(Symbol(f"t_{k}", m.type.bare) for k, m in enumerate(made, 1))
            return Apply(
                Function(name, title, parameters, None, self.solver.type(result), False, 0, 0, True, plain_name(name)), made
            )

        return Draft(result, make, span, UNKNOWN, None, guess)

    def moving(self, name: str, group: Node, primes: int, span: Span) -> Draft | None:
        """`x(t)`, `A(t)`: what a name that changes with the time is at the time t, of the shape that the name alone would have;
        `x'(t)` and `\\dot x(t)` are its derivatives."""
        argument = group.args[0]
        lone = group.value == "(" and len(group.args) == 1 and one_name(argument)
        letter = spelling_of(argument) if lone else ""
        if not lone or self.is_index(letter):
            return None
        dots, base = next(iter(dotted(name)), (0, name)) if name not in self.tables.declared else (0, name)
        taken = primes + dots
        if not self.moves_with_time(base, letter, bool(primes)):
            return None
        time, title = self.draft(argument), text_name(base)
        if time.shape.rank:
            raise self.solver.clash("the time is a number", time, time)
        if (
            re.search(rf"(?<![A-Za-z\\]){re.escape(base)}(?![A-Za-z_}}]|'*\s*\(\s*{re.escape(letter)}\s*\))", self.text)
            and not self.tables.closed
        ):
            said = f"{title} stands with the time and without it: is it the same?"
            raise self.error(said, span, f"write {title}(t) everywhere, or another letter for what does not move")
        if base not in self.tables.moving and base not in self.tables.declared:
            self.assume(
                f"{title} is an unknown function of {text_name(letter)}", span, (f"{title} times {text_name(letter)}",), True
            )
        self.moves[base] = letter
        return self.at_time(base, taken, time, span)

    def at_time(self, name: str, taken: int, time: Draft, span: Span) -> Draft:
        """The value, or a derivative, of what changes with the time."""
        known = self.tables.moving.get(name)
        value = Draft(shape_of_type(known.type), lambda: known, span) if known is not None else self.symbol(name, span)

        def make() -> Term:
            kind, t = self.solver.type(value.shape), Symbol("t_1", SCALAR)
            of = Function(name, text_name(name), (t,), None, kind, False, 0, 0, True, plain_name(name), (0,) * taken)
            return Apply(of, (time.make(),))

        return Draft(value.shape, make, span, UNKNOWN, None, value.guess)

    def without_its_time(self, name: str, span: Span) -> Draft | None:
        found = next(((k, n) for k, n in ((0, name), *dotted(name)) if n in self.tables.moving), None)  # x, \\dot x
        if found is None or "t" not in self.tables.symbols:
            return None
        taken, base = found
        return self.at_time(base, taken, self.symbol("t", span), span)

    def moves_with_time(self, name: str, letter: str, primed: bool) -> bool:
        """Whether a name before `(t)` is what changes with the time t, and neither a factor nor a function that is declared."""
        if name in self.moves:
            return self.moves[name] == letter
        d = self.tables.declared.get(name)
        if d is not None and d.role == moves(letter):
            return True
        if letter != "t" or name in self.tables.moving:
            return letter == "t"
        told = d is not None and (self.told(d) or bool(d.facts or d.kind or d.role))
        named = stripped(name) in UNKNOWN_LETTERS or name in self.tables.definitions or name in self.parameters
        return not (told or named or primed or name in self.tables.symbols or name in self.tables.sizes)

    def assume_unknown(self, letter: str, called: Draft, span: Span) -> None:
        """That a function is unknown is a guess, and of an array also what it does to it."""
        said, others, fix = "", [f"{text_name(letter)} times what stands in the bracket"], f"${letter}$ is a function"
        if called.tag == BY_ENTRY:
            said, fix = ", applied to every entry", f"${letter}$ is a function applied elementwise"
            others.insert(0, "function")
        self.assume(f"{text_name(letter)} is an unknown function{said}", span, tuple(others), True, fix)

    def one_of_functions(self, name: str, letter: str, group: Node, role: str, span: Span) -> Draft:
        """`\\phi_j(x)` of functions that are numbered: the entry j of the unknown vector φ(x) of their values."""
        self.refuse_unread(letter, span)
        if not role:
            said = f"{text_name(name)} is one of several unknown functions, the entries of {text_name(letter)}(…)"
            times = (f"{text_name(name)} times what stands in the bracket",)
            self.assume(said, span, times, True, f"${name}$ is a function")
        index = self.index(name[len(letter) :].removeprefix("_").strip("{}"), span)
        arguments = tuple(self.draft(a) for a in group.args)
        extent = index.shape.index
        assert extent is not None
        domain = [x for x in role[4:].split("->")[0].split(",") if x] if role.startswith("map:") else []
        if domain and len(arguments) == 1:
            a = arguments[0]
            if a.shape.rank != len(domain) or not all(self.solver.unify(x, dimension(y)) for x, y in zip(a.shape.axes, domain)):
                raise self.solver.clash(f"{name} was declared for another argument", a, a)
        whole = Shape((extent,))

        def make() -> Term:
            made = tuple(a.make() for a in arguments)
            parameters = tuple(Symbol(f"t_{k}", m.type.bare) for k, m in enumerate(made, 1))
            kind = self.solver.type(whole)
            return Apply(Function(letter, text_name(letter), parameters, None, kind, False, 0, 0, True, plain_name(letter)), made)

        values = Draft(whole, make, span, UNKNOWN, None, any(a.guess for a in arguments))
        return self.indexed(values, [index], span)

    def refuse_unread(self, name: str, span: Span) -> None:
        """A function of which the declarations say something that is not read is neither unknown nor a factor."""
        if name in self.tables.unread and not self.known(name):
            raise self.error(f"what the declarations say of {text_name(name)} is not read: {self.tables.unread[name]}", span)

    def gives_a_number(self, name: str, x: Draft, primes: int, span: Span) -> bool:
        """Whether a function that nothing declares is taken to give one number of a vector: the f of f(x) + λᵀ(Ax − b) is, where it
        does not conform applied to every entry."""
        if primes or x.shape.rank not in (1, 2):
            return False
        key = f"{name}()"
        self.turns[key] = ("entries", "number"), span
        return self.choice.get(key, 0) % 2 == 1

    def gives_a_vector(self, name: str, span: Span) -> bool:
        """Whether a function of several arguments that nothing declares is taken to give a vector, as the φ of θᵀφ(s, a) does; it
        gives a number where that conforms."""
        if name in self.tables.lengths or self.tables.closed:
            return name in self.tables.lengths
        key = f"{name}()"
        self.turns[key] = NUMBER_OR_VECTOR, span
        return self.choice.get(key, 0) % 2 == 1

    def nabla_of_unknown(self, order: int, head: Node, after: Node | None) -> Draft | None:
        """`\\nabla h(x)`, `\\nabla^2 h(x)` of an unknown function of one argument; None for anything else."""
        called = self.call(head, after)
        if called is None or after is None:
            return None
        if called.tag not in (UNKNOWN, BY_ENTRY):
            return self.nabla_of_defined(order, head, after, called)
        if called.tag == BY_ENTRY:  # another kind is tried: what has a gradient gives a number
            raise self.solver.clash("a function that has a gradient is not applied to every entry", called, called)
        group = after.args[0] if after.kind == "post" else after
        axes = self.draft(group.args[0]).shape.axes
        if len(group.args) != 1:
            raise self.error("the derivative of an unknown function of several arguments is not read", called.span)

        def make() -> Term:
            node = called.make()
            assert isinstance(node, Apply) and isinstance(node.op, Function)
            op = node.op
            for _ in range(order):
                op = op.partial(0)
            return Apply(op, node.args)

        return Draft(Shape((*called.shape.axes, *axes * order)), make, called.span, "", None, called.guess)

    def nabla_of_defined(self, order: int, head: Node, after: Node, called: Draft) -> Draft | None:
        """`\\nabla\\phi(y)` of a φ that the text defines, within a function: its gradient at y."""
        take = self.tables.slope
        group = after.args[0] if after.kind == "post" else after
        defined = self.tables.definitions.get(str(head.value))
        if (
            take is None
            or head.kind != "name"
            or defined is None
            or len(defined.parameters or ()) != 1
            or called.shape.rank
            or len(group.args) != 1
        ):
            return None
        argument = self.draft(group.args[0])
        if argument.shape.rank != 1 and order > 1 or self.tables.differentiate is not None:
            return None

        def make() -> Term:
            node = called.make()
            assert isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is not None
            op, body = node.op, node.op.body
            if len(op.parameters) != 1:  # the asked function itself, which has its variable and no argument
                raise self.error("the gradient of the asked function is what is to be found", called.span)
            for _ in range(order):
                body = take(body, op.parameters[0])
            sign = "" if order == 1 else "^2"
            spelt = rf"\nabla{sign} {op.name}", f"∇{'²' if sign else ''}{op.text}"
            return Apply(Function(*spelt, op.parameters, body, body.type.bare, plain=f"grad_{op.plain}"), node.args)

        return Draft(Shape(argument.shape.axes * order), make, called.span, "", None, called.guess)

    def numbered(self, base: Node, label: str, group: Node, span: Span) -> Draft | None:
        """ψ⁽¹⁾(x), the polygamma functions, where nothing else has that name."""
        order = label.strip("()")
        if base.value != "\\psi" or not order.isdigit() or len(group.args) != 1 or self.known(full("\\psi", "", label)):
            return None
        x = self.draft(group.args[0])
        params = (int(order),)
        return Draft(Shape(x.shape.axes, x.shape.row), lambda: ops.polygamma(x.make(), params=params), span, "", x, x.guess)


__all__ = ["UNKNOWN", "Unknowns"]
