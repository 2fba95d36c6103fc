"""Operations of several arguments: the larger of two, Kronecker and cross products, norms with a p, powers Xᵏ, factorials;
arrays by their entries."""

from __future__ import annotations

from fractions import Fraction

from gradatim import ops
from gradatim.errors import GradatimError, Span
from gradatim.ops.base import Op
from gradatim.read.indices import limits, uses_index
from gradatim.read.infer import Draft, Shape
from gradatim.read.objectives import optimises
from gradatim.read.powers import Powers
from gradatim.read.tokens import Token
from gradatim.read.tree import ENTRIES, Node, Post, walk
from gradatim.term import Apply, Bind, Number, Symbol, Term, depends_on
from gradatim.types import Dim

_OF_EQUALS = ("inner", "hadamard", "equal")
"""Operations whose two arguments have one shape."""


class Several(Powers):
    """What takes more than one argument."""

    def extreme(self, node: Node, word: str) -> Draft:
        args = node.args[0].args if len(node.args) == 1 and node.args[0].kind == "group" else node.args
        if len(args) == 1:
            return self.extreme_entry(node, args[0], word)
        if len(args) < 2 or node.posts:
            raise self.error(f"`{word}` is read of two or more values, as in max(0, z)", node.span)
        drafts = [self.draft(a) for a in args]
        found = drafts[0]
        for other in drafts[1:]:
            found = self.extreme_of(word, found, other, node.span)
        return found

    def extreme_entry(self, node: Node, argument: Node, word: str) -> Draft:
        """`max x`, the largest entry; `max_i (aᵢᵀx + bᵢ)`, the largest over an index."""
        if optimises(node, argument):
            raise self.error(f"the {word}imum over a variable is not read", node.span, "state the objective alone")
        op = ops.largest if word == "max" else ops.smallest
        pairs = limits(node, self) if node.posts else []
        saved = dict(self.bound)
        self.bound.update((name, extent) for name, extent, _ in pairs)
        try:
            x = self.draft(argument)
        finally:
            self.bound = saved
        if bool(x.shape.rank) == bool(pairs):
            what = "an index below it, or a vector" if not pairs else "a scalar for each index"
            if x.guess and not self.lenient:
                raise self.solver.clash(f"`{word}` of one value needs {what}", x, x)
            raise self.error(f"`{word}` of one value needs {what}", node.span)

        def make() -> Term:
            return op(gathered(x.make(), [Symbol(name, self.solver.type(Shape(index=extent))) for name, extent, _ in pairs]))

        return Draft(Shape(), make, node.span, "", None, x.guess)

    def extreme_of(self, word: str, a: Draft, b: Draft, span: Span) -> Draft:
        for zero, other in ((a, b), (b, a)):
            if zero.tag == "number" and zero.make() is Number(0):
                shape = Shape(other.shape.axes, other.shape.row)
                if word == "max":
                    return Draft(shape, lambda x=other: ops.relu(x.make()), span, "", other, other.guess)  # type: ignore[misc]
                return Draft(shape, lambda x=other: ops.minus(ops.relu(ops.minus(x.make()))), span, "", other, other.guess)  # type: ignore[misc]
        return self.of_two(ops.maximum if word == "max" else ops.minimum, word, a, b, span)

    def of_two(self, op: Op, word: str, a: Draft, b: Draft, span: Span) -> Draft:
        """A function of two numbers, entry by entry of arrays; a number beside an array is one for every entry."""
        if a.shape.rank and b.shape.rank and not self.solver.same(Shape(a.shape.axes, a.shape.row), b.shape):
            raise self.solver.clash(f"`{word}` is taken entry by entry of values of one shape", a, b)
        shape = a.shape if a.shape.rank else b.shape

        def make() -> Term:
            x, y = a.make(), b.make()
            like = x if x.rank else y
            return op(*(ops.product(t, ops.unit(like.type)) if like.rank and not t.rank else t for t in (x, y)))

        return Draft(Shape(shape.axes, shape.row), make, span, "", None, a.guess or b.guess)

    def several(self, node: Node, word: str) -> Draft:
        """A function of the dictionary with several arguments."""
        if word == "norm" and len(node.args) == 2 and not node.posts:
            return self.norm_of_degree(node)
        drafts = [self.draft(a) for a in node.args]
        guess = any(d.guess for d in drafts)
        if node.posts:
            raise self.error(f"a power of `{word}` of several arguments is not read", node.span)
        if word in ("kron", "khatri_rao", "khatrirao") and len(drafts) == 2:
            return (
                self.kronecker(drafts[0], drafts[1], node.span) if word == "kron" else self.by_signature(word, drafts, node.span)
            )
        if word == "huber" and len(drafts) == 2:
            return Draft(drafts[0].shape, lambda: ops.huber(*(d.make() for d in drafts)), node.span, "", None, guess)
        if word == "clip" and len(drafts) == 3:
            return Draft(drafts[0].shape, lambda: ops.clip(*(d.make() for d in drafts)), node.span, "", None, guess)
        if word == "arctan2" and len(drafts) == 2:
            return self.of_two(ops.arctan2, word, drafts[0], drafts[1], node.span)
        if word == "xlogy" and len(drafts) == 2:
            return self.entropies(drafts, node.span)
        op = ops.dictionary().get(word)
        if op is not None and op.arity == len(drafts) and word in ("inner", "hadamard", "cross", "equal", "expm_frechet"):
            return self.by_signature(word, drafts, node.span)
        raise self.error(
            f"`{word}` takes {'one argument' if op is None or op.arity == 1 else f'{op.arity} arguments'}", node.span
        )

    def norm_of_degree(self, node: Node) -> Draft:
        """`norm(x, 3)`, `norm(X, 'fro')`, as code writes ‖x‖₃: what would stand below the bars is the second argument."""
        below = node.args[1]
        at = self.text[slice(*below.span)].strip("'\"").lower()
        names = {"inf": "infty", "fro": "F", "nuc": "nuc"}
        degree = below.value if below.kind in ("num", "name") else ""
        text = names.get(at, str(degree))
        tokens = (Token("name", text, *below.span),)
        if not text or isinstance(degree, Fraction) and (degree.denominator != 1 or degree < 1):
            raise self.error("the degree of a norm is a whole number from 1, a name, inf or fro", below.span)
        return self.norm(Node("norm", node.span, node.args[:1]), [Post("sub", tokens, below.span)])[0]

    def entropies(self, drafts: list[Draft], span: Span) -> Draft:
        """x log y, entry by entry."""
        x, y = drafts
        if not self.solver.same(Shape(x.shape.axes, x.shape.row), y.shape):
            raise self.solver.clash("`xlogy` is taken entry by entry of values of one shape", x, y)
        join = ops.hadamard if x.shape.rank else ops.product
        return Draft(x.shape, lambda: join(x.make(), ops.log(y.make())), span, "", None, x.guess or y.guess)

    def by_signature(self, word: str, drafts: list[Draft], span: Span) -> Draft:
        """An operation whose record gives the shape, once the sizes of its arguments are known."""
        op = ops.dictionary()["khatri_rao" if word == "khatrirao" else word]
        if word in _OF_EQUALS and not self.solver.same(drafts[0].shape, drafts[1].shape):
            raise self.solver.clash(f"`{word}` is of two of one shape", drafts[0], drafts[1])
        for d in drafts:
            for a in d.shape.axes:
                self.solver.known(a)
        result = op.signature(tuple(self.solver.type(d.shape) for d in drafts), ())
        guess = any(d.guess for d in drafts)
        return Draft(Shape(result.axes, result.row), lambda: op(*(d.make() for d in drafts)), span, "", None, guess)

    def kronecker(self, left: Draft, right: Draft, span: Span) -> Draft:
        for d in (left, right):
            if d.guess and not d.shape.rank:
                raise self.solver.clash("a Kronecker product is of matrices and vectors", left, right)
        return self.by_signature("kron", [left, right], span)

    def kronecker_sum(self, left: Draft, right: Draft, span: Span) -> Draft:
        """A ⊕ B = A ⊗ I + I ⊗ B."""
        sizes: list[Dim] = []
        for d in (left, right):
            if d.shape.rank != 2 or not self.solver.unify(*d.shape.axes):
                raise self.error("a Kronecker sum is of square matrices", d.span)
            sizes.append(self.solver.known(d.shape.axes[0]))
        whole = sizes[0] * sizes[1]
        return Draft(
            Shape((whole, whole)), lambda: ops.kron_sum(left.make(), right.make()), span, "", None, left.guess or right.guess
        )

    def cross(self, left: Draft, right: Draft, span: Span) -> Draft:
        """The cross product of two vectors of space."""
        three = ops.cross.samples[0].types[0].axes[0]
        for d in (left, right):
            if not self.solver.unify(d.shape.axes[0], three):
                raise self.error("a cross product is of two vectors of 3 entries", span)
        return Draft(
            Shape(left.shape.axes, left.shape.row and right.shape.row),
            lambda: ops.cross(left.make(), right.make()),
            span,
            "",
            None,
            left.guess or right.guess,
        )

    # ------------------------------------------------------------ entries by an index

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
        if body.shape.rank and base.value != ENTRIES:
            return None
        if body.shape.rank and (body.guess or body.shape.row):
            raise self.solver.clash("an entry is a scalar", body, body)

        def make() -> Term:
            term = body.make()
            for name, extent in zip(reversed(names), reversed(extents)):
                term = Bind("stack", Symbol(name, self.solver.type(Shape(index=extent))), term)
            return term

        # `\\hat x_i = x_i − μ` of vectors x_i: the members one below the other.
        return Draft(Shape((*extents, *body.shape.axes)), make, (base.span[0], post.span[1]), "", None, body.guess)

    def of_diagonal(self, node: Node) -> Draft:
        """`diag(sᵢ(1 − sᵢ))`: entries by an index that nothing binds are the vector of them."""
        letters = {
            t.text: t
            for n in walk(node)
            for p in n.posts
            if p.kind in ("sub", "label")
            for t in p.tokens
            if t.kind == "name" and t.text not in self.bound and (self.is_index(t.text) or self.may_run(t.text))
        }
        if len(letters) == 1:
            (index,) = letters.values()
            try:
                found = self.stacked(Node("group", node.span, (node,), "["), Post("sub", (index,), node.span))
            except GradatimError:
                found = None
            if found is not None:
                return found
        return self.draft(node)


def gathered(entry: Term, indices: list[Symbol]) -> Term:
    """The array of the entries: x itself where they are the xᵢ."""
    if isinstance(entry, Apply) and entry.op is ops.at and entry.args[1:] == tuple(indices):
        whole = entry.args[0]
        if whole.rank == len(indices) and not any(depends_on(whole, i) for i in indices):
            return whole
    for i in reversed(indices):
        entry = Bind("stack", i, entry)
    return entry
