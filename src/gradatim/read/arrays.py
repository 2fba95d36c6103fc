"""Arrays written in brackets: `[t]_{ij}` by its entries, `[w]_\\times`, the matrix of a cross product."""

from __future__ import annotations

from gradatim import ops
from gradatim.read.grids import Grids
from gradatim.read.indices import uses_index
from gradatim.read.infer import Draft, Shape
from gradatim.read.tree import Node, Post, spell
from gradatim.term import Bind, Symbol, Term


class Arrays(Grids):
    """What brackets make of their entries."""

    def on_group(self, node: Node) -> Draft:
        raise NotImplementedError

    def bracketed(self, base: Node, post: Post) -> Draft | None:
        """Square brackets with something below them; None where the subscript is an index of what they hold."""
        return self.skew_of(base) if spell(post.tokens) == "times" else self.stacked(base, post)

    def skew_of(self, base: Node) -> Draft:
        """`[w]_×`, the matrix of the cross product with w."""
        x = self.on_group(base)
        three = ops.cross.samples[0].types[0].axes[0]
        if x.shape.rank != 1 or not self.solver.unify(x.shape.axes[0], three):
            raise self.error("`[ ]_×` is of a vector of 3 entries", base.span)
        return Draft(Shape((three, three)), lambda: ops.dictionary()["hat"](x.make()), base.span, "", None, x.guess)

    def stacked(self, base: Node, post: Post) -> Draft | None:
        """`[t]_{ij}` where i and j are bound by nothing else: the array of the entries t."""
        names = [t.text for t in post.tokens if t.kind == "name"]
        plain = all(t.kind == "name" or t.text == "," for t in post.tokens)
        if not names or not plain or any(n in self.bound for n in names) or not any(uses_index(base, n) for n in names):
            return None
        saved = dict(self.bound)
        extents = [self.solver.fresh() for _ in names]
        self.bound.update(zip(names, extents))
        try:
            body = self.draft(base.args[0])
        finally:
            self.bound = saved
        if body.shape.rank:
            return None

        def make() -> Term:
            term = body.make()
            for name, extent in zip(reversed(names), reversed(extents)):
                term = Bind("stack", Symbol(name, self.solver.type(Shape(index=extent))), term)
            return term

        return Draft(Shape(tuple(extents)), make, (base.span[0], post.span[1]), "", None, body.guess)
