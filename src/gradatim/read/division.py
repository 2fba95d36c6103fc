"""Fractions and slashes: what is divided by what, and whether entry by entry."""

from __future__ import annotations

import re

from gradatim import ops
from gradatim.errors import Span
from gradatim.read.infer import Draft, Shape
from gradatim.read.sums import Sums
from gradatim.read.tree import Node
from gradatim.term import Number, Term


class Division(Sums):
    """What is divided, and numbers beside arrays."""

    def factors(self, nodes: list[Node]) -> list[Draft]:
        raise NotImplementedError

    def slash(self, node: Node) -> Draft:
        """`a/b c`: the denominator is the one factor after the bar; what follows multiplies, and that is said."""
        found = self.written(node)
        if found is not None:
            return self.derivative_of(found)
        top, right = self.draft(node.args[0]), node.args[1]
        if right.kind != "juxt":
            return self.divided(top, self.draft(right), node.span)
        parts = self.factors(list(right.args))
        if len(parts) > 1 and self.alone(node):
            below = self.solver.quote((parts[0].span[0], parts[-1].span[1]))
            self.assume(
                f"{self.solver.quote(node.span)} divides by {below}",
                node.span,
                (f"only {self.solver.quote(parts[0].span)} is the denominator",),
                True,
                "use \\frac or brackets",
            )
            return self.divided(top, self.chain(parts, (parts[0].span[0], parts[-1].span[1])), node.span)
        if parts[0].shape.rank and len(parts) > 1:
            whole = self.chain(parts, (parts[0].span[0], parts[-1].span[1]))
            if not whole.shape.rank:  # x'Ax / x'x: no one divides by a vector and multiplies by another
                self.assume(f"{self.solver.quote(whole.span)} is the denominator", node.span, (), False, "use brackets")
                return self.divided(top, whole, node.span)
            raise self.error("how far the denominator goes is not told", node.span, "use \\frac or brackets")
        quotient = self.divided(top, parts[0], (node.span[0], parts[0].span[1]))
        half = node.args[0].kind == "num" and right.args[0].kind == "num"
        # 1/2 x is one half of x; of 1/2x a reader may think otherwise.
        glued = half and len(parts) > 1 and parts[0].span[1] == parts[1].span[0] and self.text[parts[1].span[0]].isalpha()
        if len(parts) > 1 and (not half or glued):
            rest = self.solver.quote((parts[1].span[0], parts[-1].span[1]))
            self.assume(
                f"{self.solver.quote(node.span)} is read as ({self.solver.quote(quotient.span)}) times {rest}",
                node.span,
                (f"the denominator takes in {rest}",),
                True,
                "use \\frac or brackets",
            )
        return self.chain([quotient, *parts[1:]], node.span)

    def alone(self, node: Node) -> bool:
        """Whether a quotient without a space fills its brackets: `(1/2N)` is meant as 1/(2N)."""
        a, b = node.span
        around = self.text[a - 1 : a] == "(" and self.text[b : b + 1] == ")"
        return around and node.args[0].kind == "num" and re.search(r"\s", self.text[a:b]) is None

    def on_frac(self, node: Node) -> Draft:
        found = self.written(node)
        if found is not None:
            return self.derivative_of(found)
        return self.divided(self.draft(node.args[0]), self.draft(node.args[1]), node.span)

    def divided(self, top: Draft, bottom: Draft, span: Span, entrywise: bool = False) -> Draft:
        guess = top.guess or bottom.guess
        if not bottom.shape.rank and not entrywise:

            def make() -> Term:
                a, b = top.make(), bottom.make()
                if isinstance(a, Number) and isinstance(b, Number) and b.value:
                    return Number(a.value / b.value)
                return ops.quotient(a, b)

            tag = "number" if top.tag == bottom.tag == "number" else ""
            return Draft(Shape(top.shape.axes, top.shape.row), make, span, tag, None, guess)
        if bottom.guess and not entrywise and not self.lenient:
            raise self.solver.clash("a division by an array", top, bottom)
        if bottom.shape.row and not top.shape.row and not entrywise:  # w'x / w' * w: what is divided by is w'w
            # A shape that does not conform, so that another kind of an undeclared name or of an argument is tried.
            raise self.solver.clash("a division by a row vector needs brackets around what it is divided by", top, bottom)
        if not top.shape.rank:
            if top.guess and not self.lenient:
                raise self.solver.clash("a scalar is divided by an array", top, bottom)
            top = self.spread(top, bottom, span, "is divided by") if bottom.shape.rank else top
        elif not entrywise:
            self.assume(f"{self.solver.quote(span)} divides entry by entry", span)
        if not self.solver.same(top.shape, bottom.shape):
            raise self.solver.clash("the quotient does not conform", top, bottom)
        return Draft(top.shape, lambda: ops.hdivide(top.make(), bottom.make()), span, "", None, guess)

    def spread(self, scalar: Draft, array: Draft, span: Span, does: str = "is added to") -> Draft:
        """A scalar that is added to an array, or stands over one: the scalar in every entry, said aloud."""
        # An array, or a number, only because an undeclared name is supposed to be one: it may as well be the other.
        # The x of which a sum adds up the x_i is an array for sure.
        sure = self.names_at.get(array.span, "") in self.tables.indexed and array.shape.rank == 1
        supposed = any(self.names_at.get(p.span, "") in self.guessed for p in ((scalar,) if sure else (scalar, array)))
        doubtful = scalar.guess or array.shape.rank == 2 or array.guess
        if scalar.tag != "number" and (supposed or (doubtful and not self.lenient)):
            raise self.solver.clash("the sum does not conform", scalar, array)
        square = array.shape.rank == 2 and self.solver.find(array.shape.axes[0]) == self.solver.find(array.shape.axes[1])
        what = self.solver.quote(scalar.span)
        self.assume(
            f"{what} {does} every entry of {self.solver.quote(array.span)}",
            span,
            (f"{what} times the identity",) if square and does == "is added to" else (),
            square,
        )

        def make() -> Term:
            unit = ops.unit(self.solver.type(array.shape))
            value = scalar.make()
            return unit if value is Number(1) else ops.product(value, unit)

        return Draft(Shape(array.shape.axes, array.shape.row), make, scalar.span, "", None, scalar.guess)
