"""What is attached to a factor: powers, transposes, primes of a norm."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from math import prod

from gradatim import ops
from gradatim.errors import ShapeError, Span
from gradatim.exact import whole_power
from gradatim.ops.structure import made_of
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.infer import Draft, Shape
from gradatim.read.names import UNKNOWN_LETTERS
from gradatim.read.parser import Parser
from gradatim.read.scope import OWN_NORM, Definition
from gradatim.read.slices import Slices
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, bare, spell
from gradatim.term import Apply, Number, Term, free_symbols, is_index, substitute
from gradatim.types import Dim

MAX_WHOLE = 64
_FROBENIUS = re.compile(r"(?:\\(?:math\w+)\{)?(?:F|[Ff] ?r ?o(?: ?b)?|[Ff]robenius)\}?")

_PRODUCT = re.compile(r"\^\s*\{?\s*\\?(?:T|top|intercal|mathsf|mathrm)(?![a-z])|ᵀ")
"""A transpose: the number that stands in a norm is an inner product, and not a vector that was taken for a number."""


class Powers(Slices):
    """Powers, transposes and norms."""

    def slope_of_number(self, x: Draft, span: Span) -> Draft | None:
        """The derivative of a number by the number that is asked; None where none is."""
        raise NotImplementedError

    def attach(self, x: Draft, post: Post) -> Draft:
        span = (x.span[0], max(post.span[1], x.span[1]))
        if post.kind == "power":
            return self.power(x, post, span)
        if post.kind == "hpower":
            assert post.node is not None
            e = worked_out(self.draft(post.node))
            return Draft(
                Shape(x.shape.axes, x.shape.row),
                lambda: (ops.hpower if x.shape.rank else ops.power)(x.make(), e.make()),
                span,
                "",
                None,
                x.guess,
            )
        if post.kind == "prime":
            if post.count > 1:
                said = "these primes are read neither as transposes nor as derivatives"
                raise self.error(said, post.span, "declare the function, or write ^T for a transpose")
            if not x.shape.rank:
                if (
                    x.guess and self.text[x.span[0] : x.span[1]].strip() not in UNKNOWN_LETTERS
                ):  # a' of an undeclared a turns a vector
                    raise self.solver.clash("a prime on a scalar is no transpose", x, x)
                if post.count == 1 and self.text[x.span[0] : x.span[1]].lstrip("\\left ")[:1] in ("(", "["):
                    slope = self.slope_of_number(x, span)  # (u³)′ in an answer about numbers
                    if slope is not None:
                        return slope
                raise self.error(
                    "a prime on a scalar is read neither as a transpose nor as a name", post.span, "declare it, or write ^T"
                )
            return self.transposed(x, span)
        if post.kind == "sub":
            if (labelled := self.labels_among(post.tokens, post.span)) is not None:
                return self.indexed(x, labelled, span)
            indices = [self.one_index(t, True) for t in post.tokens if t.text != ","]
            if not indices or any(i is None for i in indices):
                raise self.error("this subscript is not read as indices", post.span)
            return self.indexed(x, [i for i in indices if i is not None], span)
        if post.kind == "factorial":
            return Draft(Shape(x.shape.axes, x.shape.row), lambda: ops.factorial(x.make()), span, "", None, x.guess)
        raise self.error("this superscript is not read", post.span)

    def transposed(self, x: Draft, span: Span) -> Draft:
        if x.shape.rank > 2:
            raise self.error(f"{self.solver.described(x.shape)} has no transpose", span)
        if not x.shape.rank and _value(x) == 1:
            self.assume(f"the transposed 1 in {self.solver.quote(span)} is the row of ones", span)
            return self.transposed(self.filled("\\mathbf{1}", "", span), span)
        if not x.shape.rank:
            name = self.names_at.get(x.span, "")
            if x.guess or name in self.shapes and name not in self.tables.sizes and name not in self.bound:
                # An undeclared name that is transposed is no number; of a declared number nobody writes the transpose.
                raise ShapeError(
                    f"{self.solver.quote(x.span)} is a scalar, and a scalar has no transpose\n{self.error('', x.span).caret}"
                )
            if _value(x) is not None:
                raise self.error("a number has no transpose", span, "the vector of ones is written 1 alone: 1 1^T")
            return Draft(x.shape, x.make, span, x.tag, x.inner, x.guess)
        shape = Shape(x.shape.axes, not x.shape.row) if x.shape.rank == 1 else Shape((x.shape.axes[1], x.shape.axes[0]))
        return Draft(shape, lambda: ops.transpose(x.make()), span, "", None, x.guess)

    def power(self, x: Draft, post: Post, span: Span) -> Draft:
        tokens = bare(post.tokens)
        last = tokens[-1]
        if last.kind in ("name", "word") and last.text in (*TRANSPOSES, "tr", "trace") and not self.raises(x, tokens, post):
            if last.text == "t" and x.guess:
                self.assume(f"{self.solver.quote(span)} is a transpose", span, ("a power",), True)
            return self.transposing_power(x, post, span)
        node = post.node
        if node is None:
            node = Node("name", post.span, (), last.text)
        conjugate = last.text in ("H", "\\dagger", "\\mathrm{H}", "\\mathsf{H}") and len(tokens) == 1
        if conjugate and (self.tables.complex or not self.known_scalar(last.text)):
            raise self.error(
                "the conjugate transpose is not read: everything here is real", post.span, "write ^T for a transpose"
            )
        return self.powered(x, worked_out(self.draft(node)), span)

    def raises(self, x: Draft, tokens: list[Token], post: Post) -> bool:
        """Whether an exponent that ends in T or t is one: of a number, where T is a number as well or more than it stands there."""
        if len(tokens) == 1 and tokens[0].text in self.bound:
            return True  # γ^t under a sum over t
        if post.node is None or x.shape.rank or x.guess and len(tokens) == 1 and not self.known_scalar(tokens[-1].text):
            return False
        return len(tokens) > 1 or self.known_scalar(tokens[-1].text)

    def known_scalar(self, name: str) -> bool:
        return name in self.tables.sizes or self.tables.knows(name)

    def transposing_power(self, x: Draft, post: Post, span: Span) -> Draft:
        """`^{-T}`, `^{-2T}`, `^{2T}`: the power, then the transpose."""
        before = "".join(t.text for t in bare(post.tokens[:-1]) if t.text != "cdot")
        if before in ("", "1"):
            return self.transposed(x, span)
        if before in ("-", "-1"):
            k = -1
        elif before.lstrip("-").isdigit() and len(before) < 6:
            k = int(before)
        else:
            raise self.error("this exponent is not read", post.span)
        return self.transposed(self.powered(x, self.literal(Fraction(k), post.span), span), span)

    def powered(self, x: Draft, exponent: Draft, span: Span) -> Draft:
        if exponent.shape.rank:
            raise self.solver.clash("an exponent is a scalar", x, exponent)
        value = _value(exponent)
        guess = x.guess or exponent.guess
        if not x.shape.rank:
            return Draft(Shape(), lambda: ops.power(x.make(), exponent.make()), span, "", None, guess)
        if x.shape.rank == 2 and value is not None and value.denominator == 1:
            if self.solver.unify(*x.shape.axes):
                k = int(value)
                if k == 0 or abs(k) > 1000:
                    raise self.error("this matrix power is not read", span)
                return Draft(Shape(x.shape.axes), lambda: ops.matrix_power_of(x.make(), k) or x.make(), span, "", None, guess)
            if value < 0:
                self.square(x, "the inverse")
        if x.shape.rank == 2 and value is None:
            self.square(x, "a power")
            if self.real(exponent):
                return self.fractional(x, exponent, span)
            return Draft(Shape(x.shape.axes), lambda: _symbolic_power(x.make(), exponent.make()), span, "", None, guess)
        if (
            x.shape.rank == 2
            and (value is None or value.denominator != 1)
            and self.solver.find(x.shape.axes[0]) == self.solver.find(x.shape.axes[1])
        ):
            return self.fractional(x, exponent, span)
        if x.guess and not self.lenient:
            raise self.solver.clash("a power of an array", x, exponent)
        self.assume(
            f"the power {self.solver.quote(span)} is taken entry by entry",
            span,
            ("the inner product with itself",) if x.shape.rank == 1 and value == 2 else (),
            False,
        )
        return Draft(Shape(x.shape.axes, x.shape.row), lambda: ops.hpower(x.make(), exponent.make()), span, "", None, guess)

    def norm_in_bars(self, node: Node, posts: list[Post]) -> bool:
        """Whether single bars hold a norm: those with the mark of one below, as in `|x|_2` and `|A|_F`."""
        if node.kind != "bar" or not posts or posts[0].kind != "sub" or self.tables.bars_by_entry:
            return False
        if spell(posts[0].tokens) not in ("1", "2", "F", "*", "infty") or not self.draft(node.args[0]).shape.rank:
            return False
        span = (node.span[0], posts[0].span[1])
        self.assume(f"{self.solver.quote(span)} is a norm", span, ("absolute values, and an entry of them",))
        return True

    def norm(self, node: Node, posts: list[Post]) -> tuple[Draft, list[Post]]:
        x = self.draft(node.args[0])
        sub = next((p for p in posts if p.kind == "sub"), None)
        order = spell(sub.tokens) if sub is not None else ""
        order = "inf" if order == "infty" else "F" if _FROBENIUS.fullmatch(order) else order
        rest = [p for p in posts if p is not sub]
        end = max([node.span[1], *(p.span[1] for p in posts)])
        span = (node.span[0], end)
        if order in ("", "2", "F", "\\ell 2"):
            return self.euclidean(x, order, rest, span)
        if order in ("1", "inf") and x.shape.rank == 1 or order == "1" and x.shape.rank == 2:
            if x.shape.rank == 2:
                self.assume(
                    f"{self.solver.quote(span)} is the sum of the absolute values of the entries",
                    span,
                    ("the largest column sum",),
                    True,
                )
            op = ops.norm1 if order == "1" else ops.norminf
            return Draft(Shape(), lambda: op(x.make()), span, "norm", x, x.guess), rest
        if order in ("*", "odot", "nuc", "\\mathrm{nuc}", "\\mathrm{tr}") and x.shape.rank == 2:
            return self.nuclear(x, span), rest
        if order and not x.shape.rank and x.guess and not self.lenient:
            raise self.solver.clash("a norm with a subscript is of an array", x, x)
        name = self.tables.alias(order)
        if self.known(name) and x.shape.rank == 1 and rest and spell(rest[0].tokens) == "2":
            return self.weighted(x, self.symbol(name, span), span), rest[1:]
        weight = self.inverted(sub) if x.shape.rank == 1 and rest and spell(rest[0].tokens) == "2" else None
        if weight is not None:
            self.assume(f"{self.solver.quote(span)} is v^T M v for M the matrix below the norm", span)
            return self.weighted(x, weight, span), rest[1:]
        if (
            sub is not None
            and order not in ("p", "q")
            and (own := self.tables.definitions.get(f"{OWN_NORM}_{{{spell(sub.tokens)}}}")) is not None
        ):
            return self.own_norm(own, node.args[0], x, span), rest
        if x.shape.rank == 2 and sub is not None and [t.text for t in bare(sub.tokens)] == ["2", ",", "1"]:
            return self.mixed_norm(x, span), rest
        if sub is not None and _two_numbers(sub):
            raise self.error(f"the norm with subscript {order!r} is not in the dictionary of operations", span)
        if x.shape.rank == 2 and order in ("op", "\\mathrm{op}", "\\mathrm{spec}", "\\sigma") and not self.known(order):
            return self.spectral_norm(x, span, True), rest
        degree = self.degree(order, name, span, sub) if x.shape.rank else None
        if degree is not None:
            return Draft(Shape(), lambda: ops.pnorm(x.make(), degree.make()), span, "norm", x, x.guess), rest
        if not x.shape.rank and (order.isdigit() or order in ("p", "inf")):
            raise ShapeError(f"a norm with subscript {order} is of an array, and {self.solver.quote(x.span)} is a number")
        raise self.error(f"the norm with subscript {order!r} is not in the dictionary of operations", span)

    def own_norm(self, own: Definition, inside: Node, x: Draft, span: Span) -> Draft:
        """A norm that the text defines: of the very name of its definition as it stands there, where other names may belong to it
        ("w^i is the i-th row of W"), else with what it is taken of put in."""
        (parameter,) = own.parameters or ()
        if inside.kind == "name" and inside.value == parameter.value:
            return self.defined(replace(own, parameters=None), span)
        made = self.define(own, (x,))
        return Draft(made.shape, lambda: Apply(self.function(made), (x.make(),)), span, "", None, x.guess)

    def degree(self, order: str, name: str, span: Span, sub: Post | None) -> Draft | None:
        """The p of a p-norm: a number from 1, or a scalar."""
        if order.isdigit() and len(order) < 4:
            return self.literal(Fraction(int(order)), span)
        if sub is not None and len(sub.tokens) > 1 and not self.known(name):
            node = Parser(self.text, list(sub.tokens)).sum_()
            found = self.draft(node) if node.kind in ("post", "juxt", "call", "root") else None
            return found if found is not None and not found.shape.rank and not found.guess else None
        if not (self.known(name) or order in ("p", "q", "\\pi")):
            return None
        if order == "\\pi" and not self.known(name):
            return Draft(Shape(), ops.pi, span, "number")
        found = self.symbol(name, span)
        return found if not found.shape.rank else None

    def inverted(self, sub: Post | None) -> Draft | None:
        """The inverse of a matrix that stands below a norm, `\\|x\\|_{\\Sigma^{-1}}^2`; None for anything else."""
        if sub is None or not spell(sub.tokens).endswith("^-1"):
            return None
        node = Parser(self.text, list(sub.tokens)).sum_()
        base = node.args[0] if node.kind == "post" else node
        if base.kind != "name" or not self.known(self.tables.alias(str(base.value))):
            return None
        found = self.draft(node)
        return found if found.shape.rank == 2 else None

    def weighted(self, x: Draft, weight: Draft, span: Span) -> Draft:
        """‖x‖²_A = xᵀAx."""
        column = x if not x.shape.row else self.transposed(x, x.span)
        if weight.shape.rank != 2 or not all(self.solver.unify(a, column.shape.axes[0]) for a in weight.shape.axes):
            raise self.solver.clash("the weight of a norm does not conform", column, weight)
        return Draft(
            Shape(), lambda: ops.product(ops.transpose(column.make()), weight.make(), column.make()), span, "", None, x.guess
        )

    def euclidean(self, x: Draft, order: str, rest: list[Post], span: Span) -> tuple[Draft, list[Post]]:
        if x.shape.rank == 0:
            if x.guess and not self.lenient and not _PRODUCT.search(self.text[slice(*span)]):
                raise self.solver.clash("a norm of a scalar", x, x)
            self.assume(f"{self.solver.quote(span)} is the absolute value of a scalar", span)
            if rest and rest[0].kind == "power" and spell(rest[0].tokens) == "2":
                return Draft(Shape(), lambda: ops.power(x.make(), Number(2)), span, "", x, x.guess), rest[1:]
            return Draft(Shape(), lambda: ops.absolute(x.make()), span, "", None, x.guess), rest
        if x.shape.rank == 2 and order == "2":
            return self.spectral_norm(x, span, False), rest
        if x.shape.rank == 2 and order == "":
            self.assume(f"{self.solver.quote(span)} is the Frobenius norm", span, ("the spectral norm",), True)
        squared = bool(rest) and rest[0].kind == "power" and spell(rest[0].tokens) == "2"
        op = ops.sqnorm if squared else ops.norm
        return Draft(Shape(), lambda: op(x.make()), span, "" if squared else "norm", x, x.guess), rest[1:] if squared else rest

    def fractional(self, x: Draft, exponent: Draft, span: Span) -> Draft:
        raise NotImplementedError

    def nuclear(self, x: Draft, span: Span) -> Draft:
        raise NotImplementedError

    def spectral_norm(self, x: Draft, span: Span, sure: bool) -> Draft:
        raise NotImplementedError

    def mixed_norm(self, x: Draft, span: Span) -> Draft:
        raise NotImplementedError

    def real(self, exponent: Draft) -> bool:
        """Whether an exponent is declared a real number, and so is no count of factors."""
        d = self.tables.declared.get(self.names_at.get(exponent.span, ""))
        return d is not None and d.kind == "scalar" and "integer" not in d.facts

    def square(self, x: Draft, what: str) -> object:
        if x.shape.rank != 2 or not self.solver.unify(x.shape.axes[0], x.shape.axes[1]):
            raise ShapeError(
                f"{what} needs a square matrix, and {self.solver.quote(x.span)} is {self.solver.described(x.shape)}\n"
                + self.error("", x.span).caret
            )
        return x.shape.axes[0]


def _symbolic_power(base: Term, exponent: Term) -> Term:
    """X^k with k as a size, so that it can count the terms of a derivative; X^(−k) as a power of the inverse."""
    names: dict[Term, Term] = {s: ops.size(Dim.of(s.plain)) for s in free_symbols(exponent) if not is_index(s)}
    exponent = substitute(exponent, names)
    if isinstance(exponent, Apply) and exponent.op is ops.product and ops.rational(exponent.args[0]) == -1:
        rest = exponent.args[1:]
        return ops.raised_to(ops.inverse(base), made_of(ops.product, rest))
    return ops.raised_to(base, exponent)


def worked_out(exponent: Draft) -> Draft:
    """An exponent with its value where it is an expression of numbers alone: x^{2+1}, x^{2^3}."""
    if exponent.guess or exponent.shape.rank or exponent.tag:
        return exponent
    try:
        value = _number(exponent.make())
    except ShapeError:  # a size in it is not known yet
        return exponent
    return exponent if value is None else replace(exponent, maker=lambda: ops.number(value), tag="number", built=None)


def _number(term: Term) -> Fraction | None:
    """The value of sums, products and whole powers of numbers; None for any other term."""
    if not isinstance(term, Apply) or term.op not in (ops.add, ops.power, ops.product):
        return ops.rational(term)
    parts = [v for v in map(_number, term.args) if v is not None]
    if len(parts) < len(term.args):
        return None
    if term.op is not ops.power:
        return sum(parts, Fraction(0)) if term.op is ops.add else prod(parts, start=Fraction(1))
    whole = parts[1].denominator == 1 and abs(parts[1]) <= MAX_WHOLE and (parts[0] or parts[1] > 0)
    return whole_power(parts[0], int(parts[1])) if whole else None


def _value(x: Draft) -> Fraction | None:
    """The number that an exponent is, where it is one."""
    term = x.make() if x.tag in ("number", "constant") else None
    if term is None and not x.guess:
        try:
            term = x.make()
        except ShapeError:
            return None
    return ops.rational(term) if term is not None else None


def _two_numbers(sub: Post) -> bool:
    """`p,q` below a norm: a mixed norm, and not the norm of order pq."""
    tokens = bare(sub.tokens)
    return len(tokens) == 3 and tokens[1].text == ","
