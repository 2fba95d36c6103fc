"""Typed elaboration: from the untyped tree to drafts with shapes, and from solved drafts to terms.

Declared kinds decide what juxtaposition, powers, bars and subscripts mean. What is not declared is tried by habit;
`gradatim.read.problem` runs the tries.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from gradatim import ops
from gradatim.ops.structure import made_of
from gradatim.read.cursor import RELATIONS, TRANSPOSES
from gradatim.read.factors import Factors
from gradatim.read.index_sets import counted, own_array
from gradatim.read.infer import Draft, Shape
from gradatim.read.objectives import objective
from gradatim.read.runs import runs_taken
from gradatim.read.scope import Definition
from gradatim.read.traces import inverse_behind
from gradatim.read.tree import ENTRIES, Node, Post, number, spell
from gradatim.term import Apply, Number, Term

_TURNED = re.compile(r"\^\s*\{?\s*(?:-?T|t|\\top|\\intercal|\\(?:mathrm|mathsf|mathbf)\s*\{\s*T)|'|ᵀ|\.T\b")
"""A transpose written in the formula."""


class Elaborator(Factors):
    """One try: a choice of kinds for what is not declared. `draft` works a node out, `Draft.make` builds it."""

    def draft_root(self, node: Node, root: Definition | None) -> Draft:
        """The asked function: the body of its definition, with a free index where the definition has one."""
        if root is not None and root.index:
            self.free[root.index] = self.extent_of(root.index)
        node, left_out = objective(node)
        if left_out is not None:
            span = left_out.span[0], left_out.args[0].span[0] if left_out.kind == "call" else left_out.span[1]
            self.assume(f"{self.solver.quote(span)} is left out: the objective is differentiated", span)
        return self.draft(node)

    def draft(self, node: Node) -> Draft:
        method: Callable[[Node], Draft] = getattr(self, f"on_{node.kind}", self.on_other)
        return method(node)

    def on_other(self, node: Node) -> Draft:
        raise self.error(
            {
                "rel": "a relation is not a value",
                "infty": "infinity is not a value",
                "word": f"`{node.value}` lacks its argument",
            }.get(node.kind, "this is not read"),
            node.span,
        )

    # ------------------------------------------------------------ leaves

    def on_num(self, node: Node) -> Draft:
        value = number(node)
        assert value is not None
        return self.literal(value, node.span)

    def on_group(self, node: Node) -> Draft:
        if any(a.kind == "dots" for a in node.args):
            return self.run_of(node)
        if len(node.args) > 1:
            return self.listed(node)
        # In an answer that stands behind a sign; a question may only say where its function is meant.
        if node.args[0].kind == "rel" and self.tables.closed and node.args[0].value in ("<", ">", "<=", ">="):
            self.assume(f"{self.solver.quote(node.span)} is 1 where it holds and 0 elsewhere", node.span)
            return self.indicator(node, node.span)
        inner = self.draft(node.args[0])
        return Draft(inner.shape, inner.make, node.span, inner.tag, inner.inner, inner.guess)

    def on_name(self, node: Node) -> Draft:
        return self.on_post(Node("post", node.span, (node,), None, ()))

    def on_word(self, node: Node) -> Draft:
        raise self.error(f"`{node.value}` lacks its argument", node.span, "write its argument in brackets")

    def on_post(self, node: Node) -> Draft:
        base, posts = node.args[0], list(node.posts)
        if base.kind == "name" and (operator := self.written(node)) is not None:
            return self.derivative_of(operator)
        if inverse_behind(node):
            self.assume(f"{self.solver.quote(node.span)} is a power of the trace", node.span, ("the trace of the power",), True)
        if base.kind == "name":
            found, posts = self.name(base, posts)
        elif base.kind == "num" and base.value == 1 and posts and posts[0].kind == "sub" and _relates(posts[0]):
            found, posts = self.below_one(posts[0]), posts[1:]
        elif base.kind == "angle" and posts and posts[0].kind == "sub":
            found, posts = self.on_angle(base), posts[1:]
        elif base.kind == "norm" or self.norm_in_bars(base, posts):
            found, posts = self.norm(base, posts)
        elif (
            base.kind == "group"
            and base.value in ("(", "[")
            and posts
            and posts[0].kind == "sub"
            and spell(posts[0].tokens) == "+"
        ):
            found = self.pointwise(ops.relu, self.on_group(base), node.span)
            posts = posts[1:]
        elif base.kind == "group" and any(a.kind == "dots" for a in base.args) and posts and _turns(posts[0]):
            found, posts = self.run_of(base, True), posts[1:]
        elif base.kind == "group" and posts and posts[0].kind == "sub" and any(t.text == ":" for t in posts[0].tokens):
            span = (base.span[0], posts[0].span[1])
            found, posts = self.part_at(self.on_group(base), "", posts[0], span), posts[1:]
        else:
            stack = (
                self.bracketed(base, posts[0])
                if base.kind == "group" and base.value in ("[", ENTRIES) and posts and posts[0].kind == "sub"
                else None
            )
            found = stack or self.draft(base)
            posts = posts[1:] if stack else posts
        for post in posts:
            found = self.attach(found, post)
        return Draft(found.shape, found.make, node.span, found.tag, found.inner, found.guess)

    def on_norm(self, node: Node) -> Draft:
        return self.norm(node, [])[0]

    # ------------------------------------------------------------ sums

    def without_dots(self, node: Node) -> Node:
        """`x_1 + … + x_n` as the sum that it is, and said so. Raises ReadError for dots that leave terms to be guessed."""
        dots = next((a for a in node.args if a.kind == "dots"), None)
        if dots is None:
            return node
        made, said = runs_taken(node)
        if not said:
            raise self.error("`…` leaves terms to be guessed", dots.span, r"write the sum with \sum")
        for words in said:
            self.assume(f"{self.solver.quote(node.span)} holds {words}", node.span)
        return made.args[0] if len(made.args) == 1 and made.value == ("+",) else made

    def on_add(self, node: Node) -> Draft:
        signs = node.value
        assert isinstance(signs, tuple)
        node = self.without_dots(self.sums_taken_in(node))
        if node.kind != "add":
            return self.draft(node)
        parts = [self.draft(a) for a in node.args]
        signs = node.value
        assert isinstance(signs, tuple)
        if any(p.tag == "grid" for p in parts):
            return self.grid_sum(parts, [str(s) for s in signs], node.span)
        arrays = [p for p in parts if p.shape.rank]
        if arrays and len(arrays) < len(parts):
            parts = [p if p.shape.rank else self.spread(p, arrays[0], node.span) for p in parts]
        if arrays:
            parts = self.laid_as_rows(self.added_to_rows(parts))
        first = parts[0]
        for p in parts[1:]:
            if not self.solver.same(first.shape, p.shape):
                raise self.solver.clash("the sum does not conform", first, p)
        shape = Shape(first.shape.axes, first.shape.row, 0)

        def make() -> Term:
            made = [ops.minus(p.make()) if s == "-" else p.make() for p, s in zip(parts, signs)]
            made = [
                Number(-m.args[1].value)
                if s == "-" and isinstance(m, Apply) and isinstance(m.args[1], Number) and len(m.args) == 2
                else m
                for m, s in zip(made, signs)
            ]
            return made_of(ops.add, made)

        return Draft(shape, make, node.span, "", None, any(p.guess for p in parts))

    def laid_as_rows(self, parts: list[Draft]) -> list[Draft]:
        """The b ∈ ℝʰ of x W + b, where x is declared a row: ℝʰ does not say how b lies, and the row beside it does."""
        rows = [p for p in parts if p.shape.rank == 1 and p.shape.row]
        if not rows or any(_TURNED.search(self.text[p.span[0] : p.span[1]]) for p in rows):
            return parts
        return [self.lying_down(p) if self.lies_openly(p) else p for p in parts]

    def lies_openly(self, p: Draft) -> bool:
        """Whether it is a name of which nothing says that it is a column."""
        d = self.tables.declared.get(self.names_at.get(p.span, ""))
        return d is not None and d.kind is None and len(d.dims) == 1 and not d.role and p.shape.rank == 1 and not p.shape.row

    def lying_down(self, p: Draft) -> Draft:
        self.assume(f"{self.solver.quote(p.span)} is a row here, as what it is added to", p.span)
        return Draft(Shape(p.shape.axes, True), lambda: ops.transpose(p.make()), p.span, "", None, p.guess)

    def repeats(self, p: Draft) -> str:
        """`row` or `column` where the text says that a name is added to every one, or that it is broadcast; else ""."""
        spelt = self.text[p.span[0] : p.span[1]].strip()
        d = self.tables.declared.get(spelt) or self.tables.declared.get(self.names_at.get(p.span, ""))
        if d is not None and d.facts & {"eachrow", "eachcolumn"}:
            return "row" if "eachrow" in d.facts else "column"
        if not self.tables.broadcast or d is None or not d.dims:
            return ""
        return "row" if p.shape.row else "column"

    def added_to_rows(self, parts: list[Draft]) -> list[Draft]:
        """A vector that is added to a matrix, where the text says that it is added to every row or to every column."""
        table = next((p for p in parts if p.shape.rank == 2), None)
        if table is None:
            return parts
        out = []
        for p in parts:
            along = self.repeats(p) if p.shape.rank == 1 else ""
            if along:
                if not self.solver.unify(p.shape.axes[0], table.shape.axes[1 if along == "row" else 0]):
                    other = "columns" if along == "row" else "rows"
                    raise self.solver.clash(f"a vector added to every {along} has as many entries as there are {other}", p, table)
                p = self.repeated(p, table, along)
            out.append(p)
        return out

    def repeated(self, vector: Draft, table: Draft, along: str) -> Draft:
        def make() -> Term:
            made = vector.make()
            if along == "column":
                standing = ops.transpose(made) if vector.shape.row else made
                return ops.product(standing, ops.transpose(ops.ones(params=(self.solver.dim(table.shape.axes[1]),))))
            lying = made if vector.shape.row else ops.transpose(made)
            return ops.product(ops.ones(params=(self.solver.dim(table.shape.axes[0]),)), lying)

        return Draft(Shape(table.shape.axes), make, vector.span)

    def on_angle(self, node: Node) -> Draft:
        return self.inner(self.draft(node.args[0]), self.draft(node.args[1]), node.span)

    def of_set(self, node: Node) -> Draft | None:
        """|S|, |C_k|, |N(i)|: how many members a set has over which a sum runs."""
        found = counted(node.args[0], self.tables.sets)
        if found is None:
            return None
        name, index = found
        if name in self.tables.whole_sets and not index:
            extent = self.extent_of_set(name)
            return Draft(Shape(), lambda: ops.size(self.solver.dim(extent)), node.span)
        if not index:
            whole = self.symbol(own_array(name, self.tables, self.text), node.span, self.tables.sets[name])
            return Draft(Shape(), lambda: ops.total(whole.make()), node.span, "", None, whole.guess)
        part = self.entry(own_array(name, self.tables, self.text), [self.index(index, node.span)], node.span)
        if part.shape.rank != 1:
            return None
        return Draft(Shape(), lambda: ops.total(part.make()), node.span, "", None, part.guess)

    def on_bar(self, node: Node) -> Draft:
        if (number := self.of_set(node)) is not None:
            return number
        inner = self.draft(node.args[0])
        if inner.shape.rank == 2 and not self.solver.unify(*inner.shape.axes):
            self.assume(
                f"{self.solver.quote(node.span)} holds the absolute values of the entries: the matrix is not square", node.span
            )
            return self.pointwise(ops.absolute, inner, node.span)
        if inner.shape.rank == 2:
            self.square(inner, "the determinant")
            return Draft(Shape(), lambda: ops.det(inner.make()), node.span, "det", inner, inner.guess)
        if inner.shape.rank == 1 and (node.span in self.by_entry or self.tables.bars_by_entry):
            return self.pointwise(ops.absolute, inner, node.span)
        if inner.shape.rank == 1:
            self.assume(
                f"{self.solver.quote(node.span)} is the norm of a vector",
                node.span,
                ("the absolute values of the entries",),
                True,
            )
            return Draft(Shape(), lambda: ops.norm(inner.make()), node.span, "norm", inner, inner.guess)
        return Draft(Shape(), lambda: ops.absolute(inner.make()), node.span, "abs", inner, inner.guess)

    def on_root(self, node: Node) -> Draft:
        inner = self.draft(node.args[0])
        degree = node.value
        if isinstance(degree, Node):
            value = number(degree)
            if not value:
                raise self.error("the degree of a root is a number", degree.span)
            if value != 2:
                return self.powered(inner, self.literal(Fraction(1) / value, node.span), node.span)
        return self.pointwise(ops.sqrt, inner, node.span)


def _relates(post: Post) -> bool:
    """Whether a relation stands below: the 1 over it is an indicator."""
    return any(t.kind == "op" and t.text in RELATIONS for t in post.tokens)


def _turns(post: Post) -> bool:
    return post.kind == "power" and spell(post.tokens) in TRANSPOSES
