"""Functions given piece by piece: `cases`, and indicators of relations, as sums of values times steps."""

from __future__ import annotations

from gradatim import ops
from gradatim.errors import Span
from gradatim.ops.structure import made_of
from gradatim.read.arrays import Arrays
from gradatim.read.infer import Draft, Shape
from gradatim.read.parser import Parser
from gradatim.read.tree import Node, Post
from gradatim.term import Number, Term


class Pieces(Arrays):
    """What conditions make of values."""

    def on_cases(self, node: Node) -> Draft:
        values = [self.draft(v) for v in node.args[::2]]
        array = next((v for v in values if v.shape.rank), None)
        for v in values if array is not None else ():
            assert array is not None
            zero = v.tag == "number" and v.make() is Number(0)
            if not zero and not self.solver.same(Shape(array.shape.axes, array.shape.row), v.shape):
                raise self.solver.clash("the values of `cases` have one shape", array, v)
        signs = [[self.truth(r) for r in c.args] for c in node.args[1::2]]
        if len(signs) > 1 and any(not s for s in signs[:-1]):
            raise self.error("only the last case can be what is left", node.span)
        if len(signs) > 2 or (len(signs) == 2 and not signs[-1]):
            self.assume("the conditions of the cases exclude each other", node.span)

        def make() -> Term:
            one = ops.number(1)
            steps = [ops.product(*(d.make() for d in s)) if len(s) > 1 else s[0].make() for s in signs if s]
            if not signs[-1]:
                steps.append(ops.add(one, *(ops.minus(s) for s in steps)) if steps else one)
            made = [v.make() for v in values]
            terms = [ops.product(s, v) if v is not one else s for v, s in zip(made, steps) if v is not Number(0)]
            return made_of(ops.add, terms) if terms else Number(0)

        return Draft(
            Shape() if array is None else Shape(array.shape.axes, array.shape.row),
            make,
            node.span,
            "",
            None,
            any(v.guess for v in values),
        )

    def truth(self, relation: Node) -> Draft:
        """1 where the relation of two scalars holds, else 0."""
        if (of_label := self.label_is(relation)) is not None:
            return of_label
        if (
            self.tables.closed
            and relation.value == "="
            and all(a.kind == "name" and self.counts(str(a.value)) for a in relation.args)
        ):
            one, other = (self.index(str(a.value), a.span) for a in relation.args)
            return Draft(Shape(), lambda: ops.equal(one.make(), other.make()), relation.span)  # 1{w = o} of an answer is δ_{wo}
        left, right = (self.draft(a) for a in relation.args)
        if left.shape.rank or right.shape.rank:
            raise self.error("a condition compares two scalars", relation.span)
        return Draft(Shape(), lambda: _truth(str(relation.value), left.make(), right.make()), relation.span)

    def label_is(self, relation: Node) -> Draft | None:
        """𝟙[y_i = k] and 𝟙[y_i ≠ k] where y_i is a label that picks members; None for any other relation."""
        sides = [self.label_of_node(a) for a in relation.args]
        at = next((k for k, s in enumerate(sides) if s is not None), None)
        if at is None or relation.value not in ("=", "!=") or len(sides) != 2:
            return None
        label, other = sides[at], sides[1 - at]
        assert label is not None
        index = self.picked(other, relation.span) if other is not None else self.side(relation.args[1 - at])
        if index.shape.index is None and index.tag != "number":
            raise self.error("a label is compared with an index or a number", relation.span)
        held = self.entry_of_label(label, index, relation.span)
        if relation.value == "=":
            return held
        return Draft(Shape(), lambda: ops.subtract(ops.number(1), held.make()), relation.span)

    def side(self, node: Node) -> Draft:
        """The side of a relation that says which: a letter that nothing explains is an index that is left free."""
        name = str(node.value) if node.kind == "name" else ""
        free = len(name) == 1 and name.islower() and not self.known(name)
        return self.index(name, node.span) if free else self.draft(node)

    def below_one(self, sub: Post) -> Draft:
        tokens = list(sub.tokens)
        if len(tokens) > 2 and tokens[0].kind == "open" and tokens[-1].kind == "close":
            tokens = tokens[1:-1]
        return self.holds(Parser(self.text, tokens).relation(), sub.span)

    def counts(self, name: str) -> bool:
        """Whether a letter of an answer is an index: one that runs, or that nothing explains."""
        return self.is_index(name) or not self.known(name) and self.may_run(name)

    def holds(self, relation: Node, span: Span) -> Draft:
        """An indicator of a relation; of an array with a scalar it is taken entry by entry."""
        if (of_label := self.label_is(relation)) is not None:
            return of_label
        left, right = (self.draft(a) for a in relation.args)
        if not left.shape.rank and not right.shape.rank:
            return self.truth(relation)
        if relation.value == "=" and self.solver.same(Shape(left.shape.axes, left.shape.row), right.shape):
            return Draft(left.shape, lambda: ops.equal(left.make(), right.make()), span, "", None, left.guess or right.guess)
        if relation.value in ("=", "!=") and (left.shape.index is not None or right.shape.index is not None):
            raise self.solver.clash("what an index is compared with is a number", left, right)  # another kind of y may conform
        if relation.value not in INDICATORS:
            raise self.error("this indicator is not read", span, "write it as 1[x > 0]")
        indicator, turned = INDICATORS[str(relation.value)]
        big, small = (right, left) if turned else (left, right)
        zero = small.tag == "number" and small.make() is Number(0)
        if zero:
            return self.pointwise(indicator, big, span)
        array = big if big.shape.rank else small
        if big.shape.rank and small.shape.rank and not self.solver.same(Shape(big.shape.axes, big.shape.row), small.shape):
            raise self.solver.clash("an indicator compares arrays of one shape", big, small)

        def make() -> Term:
            a, b = big.make(), small.make()
            unit = ops.unit(self.solver.type(array.shape))
            a, b = (t if t.rank else ops.product(t, unit) for t in (a, b))
            return indicator(ops.subtract(a, b))

        return Draft(Shape(array.shape.axes, array.shape.row), make, span, "", None, big.guess or small.guess)


INDICATORS = {">": (ops.step, False), "<": (ops.step, True), ">=": (ops.at_least_zero, False), "<=": (ops.at_least_zero, True)}
"""What a relation asks of a difference, and whether it is the right side less the left."""


def _truth(sign: str, a: Term, b: Term) -> Term:
    if sign == "!=":
        return ops.unequal(a, b)
    if sign not in INDICATORS:
        return ops.equal(a, b)
    if a.type.index is not None and b.type.index is not None:
        less = {"<": (a, b), ">": (b, a), ">=": (a, b), "<=": (b, a)}[sign]
        return ops.less(*less) if sign in "<>" else ops.subtract(ops.number(1), ops.less(*less))
    indicator, turned = INDICATORS[sign]
    x, y = (b, a) if turned else (a, b)
    return indicator(x if y is Number(0) else ops.minus(y) if x is Number(0) else ops.subtract(x, y))
