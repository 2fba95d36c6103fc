"""Arrays written in brackets: `[t]_{ij}` by its entries, `[w]_\\times`, the matrix of a cross product."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradatim import ops
from gradatim.errors import ShapeError
from gradatim.read.grids import Grids
from gradatim.read.indices import uses_index
from gradatim.read.infer import Draft, Shape, dimension
from gradatim.read.tree import Node, Post, spell, spelt, walk
from gradatim.term import Apply, Bind, Symbol, Term


def _last_index(node: Node) -> str:
    """The last thing below a name in the node: the n of `x_n^2`."""
    for n in walk(node):
        for post in n.posts:
            if post.kind == "sub":
                return spell(post.tokens[-1:])
    return ""


def renumbered(node: Node | None, old: str, new: str) -> Node | None:
    """The node with the last thing below its names, where it is `old`, made `new`; None where nothing is."""
    if node is None:
        return None
    changed = False

    def walked(n: Node) -> Node:
        nonlocal changed
        posts = []
        for p in n.posts:
            if p.kind == "sub" and p.tokens and p.tokens[-1].text == old:
                changed = True
                kind = "num" if new.isdigit() else "name"
                token = replace(p.tokens[-1], text=new, kind=kind, value=Fraction(new) if new.isdigit() else None)
                p = replace(p, tokens=(*p.tokens[:-1], token))
            posts.append(replace(p, node=walked(p.node)) if p.node is not None else p)
        return replace(n, args=tuple(walked(a) for a in n.args), posts=tuple(posts))

    made = walked(node)
    return made if changed else None


class Arrays(Grids):
    """What brackets make of their entries."""

    def on_group(self, node: Node) -> Draft:
        raise NotImplementedError

    def bracketed(self, base: Node, post: Post) -> Draft | None:
        """Square brackets with something below them; None where the subscript is an index of what they hold."""
        return self.skew_of(base) if spell(post.tokens) == "times" else self.stacked(base, post)

    def run_of(self, node: Node, turned: bool = False) -> Draft:
        """`(x_1, …, x_n)`: the column of what the first is, as the number below it runs to that of the last. With a transpose
        it is the same column, as everybody writes one on a line. A run of columns is the matrix of them, and `turned` that of
        their rows."""
        items = [a for a in node.args if a.kind != "dots"]
        dots = next(k for k, a in enumerate(node.args) if a.kind == "dots")
        guessed = self.error(
            "`…` leaves terms to be guessed", node.args[dots].span, r"write the entries out, or the sum with \sum"
        )
        letter = next(c for c in "ijklpq" if c not in self.bound and not any(uses_index(a, c) for a in items))
        upper = _last_index(items[-1])
        running = renumbered(items[0], "1", letter)
        if len(node.args) - dots != 2 or not upper or running is None:
            raise guessed
        wanted = [*((str(k + 1), items[k]) for k in range(dots)), (upper, items[-1])]
        if any(spelt(renumbered(running, letter, number)) != spelt(item) for number, item in wanted):
            raise guessed
        size = dimension(upper)
        for name in size.names:
            self.tables.sizes.setdefault(name)
        saved = dict(self.bound)
        self.bound[letter] = size
        try:
            body = self.draft(running)
        finally:
            self.bound = saved
        if body.shape.rank > 1 or (body.shape.rank and (body.shape.row or node.value != "[")):
            if body.guess:  # of names of which nothing is said another kind is tried
                raise self.solver.clash("what a run in round brackets lists are numbers", body, body)
            raise guessed

        def entries() -> Term:
            i = Symbol(letter, self.solver.type(Shape(index=size)))
            entry = body.make()
            if isinstance(entry, Apply) and entry.op is ops.structure.at and entry.args[1] is i and len(entry.args) == 2:
                return entry.args[0]
            return Bind("stack", i, entry)

        def make() -> Term:
            return entries() if turned or not body.shape.rank else ops.transpose(entries())

        axes = (size, *body.shape.axes)
        return Draft(Shape(axes if turned else axes[::-1]), make, node.span, "", None, body.guess)

    def skew_of(self, base: Node) -> Draft:
        """`[w]_×`, the matrix of the cross product with w."""
        x = self.on_group(base)
        three = ops.cross.samples[0].types[0].axes[0]
        if x.shape.rank != 1 or not self.solver.unify(x.shape.axes[0], three):
            raise ShapeError(f"`[ ]_×` is of a vector of 3 entries\n{self.error('', base.span).caret}")
        return Draft(Shape((three, three)), lambda: ops.dictionary()["hat"](x.make()), base.span, "", None, x.guess)
