"""Functions that are called by a word, with their powers and primes, and what is attached to a factor."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradatim import ops
from gradatim.errors import ShapeError, Span
from gradatim.ops.base import Op, Pointwise
from gradatim.ops.function import Function
from gradatim.read.applied import Applied
from gradatim.read.composites import COMPOSITES
from gradatim.read.infer import Draft, Shape, dimension
from gradatim.read.names import parts
from gradatim.read.scope import Definition
from gradatim.read.spelt import is_pseudo, spelling_of
from gradatim.read.traces import OF_BRACKET, inverse_inside
from gradatim.read.tree import Node, Post, bare, number, one_name, spell, walk
from gradatim.term import Apply, Symbol
from gradatim.types import SCALAR, Dim

_UNARY = {
    "trace": ops.trace,
    "det": ops.det,
    "logdet": ops.logdet,
    "inverse": ops.inverse,
    "total": ops.total,
    "logsumexp": ops.logsumexp,
    "lse": ops.logsumexp,
}
_OF_ARRAYS = ("total", "mean", "norm", "sqnorm", "norm1", "norminf")
_SQUARE = ("trace", "det", "logdet", "inverse")


def has_scripts(node: Node) -> bool:
    """Whether something below a node stands with a subscript, as the members of a family do."""
    return any(p.kind == "sub" for n in walk(node) for p in n.posts)


class Calls(Applied):
    """What words do to their arguments, and what is attached to a factor."""

    def indicator(self, group: Node, span: Span) -> Draft:
        relation = group.args[0]
        if relation.kind != "rel" or len(group.args) > 1:
            raise self.error("an indicator holds one relation", span)
        return self.holds(relation, span)

    def holds(self, relation: Node, span: Span) -> Draft:
        """1 where the relation holds, else 0."""
        raise NotImplementedError

    # ------------------------------------------------------------ words

    def on_call(self, node: Node) -> Draft:
        word = str(node.value)
        own = self.tables.definitions.get(f"\\mathrm{{{word}}}")
        if own is not None and own.parameters and own.name not in self.working:
            return self.of_own_word(own, node)
        self.say_reach(node, word)
        if inverse_inside(node, self.text):
            self.assume(f"{self.solver.quote(node.span)} is the trace of all that follows", node.span, (OF_BRACKET,), True)
        if word in ("max", "min"):
            return self.extreme(node, word)
        if word == "cos" and len(node.args) == 2:
            word = "cosine"
        if word == "vec" and any(p.kind == "power" and spell(p.tokens) == "-1" for p in node.posts):
            # The inverse of vec is unvec, whose sizes stand below it.
            word, node = "unvec", replace(node, value="unvec", posts=tuple(p for p in node.posts if p.kind != "power"))
        if word in COMPOSITES:
            found = self.composite(word, [self.draft(a) for a in node.args], node.span)
            assert found is not None
        elif any(a.kind == "dots" for a in node.args):
            found = self.of_one(replace(node, args=(Node("group", node.span, node.args, "("),)), word)
        elif len(node.args) != 1:
            return self.several(node, word)
        else:
            found = self.of_one(node, word)
        for post in node.posts:
            if post.kind in ("power", "hpower"):
                # `diag^{-1}(Mx)` is an inverse; sin^{-1} may be another function.
                if (
                    post.node is not None
                    and number(post.node) is None
                    and post.node.kind == "add"
                    and word not in (*_UNARY, "diag")
                ):
                    raise self.error("an exponent of a function's name is read only where it is a positive number", post.span)
                found = self.attach(found, post)
        return found

    def say_reach(self, node: Node, word: str) -> None:
        """`sin x y` without brackets is the sine of the product, and is said to be."""
        body = node.args[0]
        op = ops.dictionary().get(word)
        bare = body.kind == "juxt" and "(" not in self.text[node.span[0] : body.span[0]]
        if op is None or not op.scalar or not bare or len(node.args) > 1:
            return
        names = [spelling_of(n) for n in body.args if one_name(n)]
        letters = [parts(n)[0].lstrip("\\")[:1] for n in names if n != "\\pi"]
        if len(letters) == len(body.args) and len({*names}) > 1 and all(map(str.islower, letters)):
            whole = self.solver.quote(node.span)
            said = f"{whole} is {word} of the whole product"
            self.assume(said, node.span, (f"{word} of its first factor",), True, "write brackets around the argument")

    def of_own_word(self, own: Definition, node: Node) -> Draft:
        """A word that the text defines, with what is attached to it: sgn(x), relu²(x), softmax_i(z)."""
        primes = sum(p.count for p in node.posts if p.kind == "prime")
        found = self.call_defined(own, Node("group", node.span, node.args, "("), primes, node.span)
        if found is None:
            raise self.error(f"`{node.value}` is called with itself", node.span)
        for post in node.posts:
            if post.kind != "prime":
                found = self.attach(found, post)
        return found

    def of_one(self, node: Node, word: str) -> Draft:
        """A function of one argument; log with a number below it is to that base."""
        below = next((p for p in node.posts if p.kind == "sub"), None)
        if below is not None and word == "log" and len(below.tokens) == 1 and below.tokens[0].kind == "num":
            base = below.tokens[0].value
            assert base is not None
            return self.to_base(self.draft(node.args[0]), self.literal(base, below.span), node.span)
        if below is not None and word == "log" and spell(below.tokens) in ("e", "\\mathrm{e}"):
            below = None
        if below is not None and word not in ("norm",):
            return self.with_subscript(word, below, self.draft(node.args[0]), node.span)
        if any(p.kind == "label" and spell(p.tokens) == "odot" for p in node.posts) and (op := ops.dictionary().get(word)):
            return self.pointwise(op, self.draft(node.args[0]), node.span, True)
        primes = sum(p.count for p in node.posts if p.kind == "prime")
        outside, self.adds_up = self.adds_up, self.adds_up or word in ("total", "mean")
        argument = self.of_diagonal(node.args[0]) if word == "diag" else self.draft(node.args[0])
        self.adds_up = outside
        lenient = self.lenient and str(node.args[0].value) not in self.tables.indexed
        if word in _OF_ARRAYS and argument.guess and not (argument.shape.rank or lenient or has_scripts(node.args[0])):
            raise self.solver.clash("entries are added up of an array", argument, argument)  # nobody adds up one number
        return self.apply(word, argument, node.span, primes)

    def with_subscript(self, word: str, below: Post, x: Draft, span: Span) -> Draft:
        """What stands below a function's name: the sizes of `unvec_{m×n}`, the direction of a softmax, the base of a logarithm."""
        text = spell(below.tokens)
        sizes = "".join(t.text for t in bare(below.tokens)).replace("times", ",").strip("()").split(",")
        if word == "unvec" and len(sizes) == 2:
            rows, columns = map(dimension, sizes)
            known = isinstance(rows, Dim) and isinstance(columns, Dim)
            if x.shape.rank != 1 or known and not self.solver.unify(x.shape.axes[0], rows * columns):
                raise self.error("the entries of this vector do not fill the matrix", span)
            return Draft(Shape((rows, columns)), lambda: ops.unvec(x.make(), params=(rows, columns)), span, "", None, x.guess)
        if word == "softmax" and text in ("\\mathrm{columns}", "columns", "\\mathrm{rows}", "rows") and x.shape.rank == 2:
            side = "columns" if "columns" in text else "rows"
            return Draft(x.shape, lambda: ops.softmax(x.make(), params=(side,)), span, "", None, x.guess)
        if word == "huber":
            bound = self.draft(Node("num", below.span, (), below.tokens[0].value)) if below.tokens[0].kind == "num" else None
            edge = bound or self.symbol(self.tables.alias(text), below.span)
            return Draft(x.shape, lambda: ops.huber(x.make(), edge.make()), span, "", None, x.guess)
        raise self.error(f"a subscript of `{word}` is not read", span)

    def apply(self, word: str, x: Draft, span: Span, primes: int = 0) -> Draft:
        """A function of the dictionary by its name."""
        if word == "log" and x.tag in ("det", "abs") and not primes:
            inner = x.inner if x.tag == "det" else (x.inner.inner if x.inner is not None and x.inner.tag == "det" else None)
            if inner is not None:
                return Draft(Shape(), lambda: ops.logdet(inner.make()), span, "", None, x.guess)
        if word == "log" and x.tag == "gamma" and x.inner is not None and not primes:
            return self.pointwise(ops.lgamma, x.inner, span)
        if word == "log" and x.tag == "density" and x.inner is not None and not primes:
            return Draft(Shape(), x.inner.make, span, "", None, x.guess)
        if word == "unvec":
            raise self.error(
                "unvec does not say of which size its matrix is", span, r"write \operatorname{unvec}_{m \times n}(v)"
            )
        op = ops.dictionary().get(word)
        if op is not None and op.scalar:
            return self.pointwise(op, x, span) if not primes else self.derivative(op, x, primes, span)
        if primes:
            raise self.error(f"`{word}′` is not read", span)
        if word in _UNARY:
            if word in ("det", "logdet") and x.guess and not (x.shape.rank or self.lenient):
                raise self.solver.clash("a determinant is of a matrix", x, x)  # nobody takes that of a number
            if word in _SQUARE and x.shape.rank:
                self.square(x, {"trace": "the trace", "inverse": "the inverse"}.get(word, "the determinant"))
            shape = Shape(x.shape.axes) if word == "inverse" else Shape()
            if word == "inverse" and not x.shape.rank:
                return self.powered(x, self.literal(Fraction(-1), span), span)
            return Draft(shape, lambda: _UNARY[word](x.make()), span, "det" if word == "det" else "", x, x.guess)
        if word == "transpose":
            return self.transposed(x, span)
        if word == "mean":
            return self.mean(x, span)
        if word == "diag":
            if x.shape.rank == 2:
                size = self.square(x, "the diagonal")
                return Draft(Shape((size,)), lambda: ops.diagonal(x.make()), span, "", None, x.guess)  # type: ignore[arg-type]
            if x.shape.rank != 1:
                raise self.solver.clash("diag needs a vector or a matrix", x, x)
            return Draft(Shape((x.shape.axes[0], x.shape.axes[0])), lambda: ops.diag(x.make()), span, "", None, x.guess)
        if word == "softmax":
            return self.softmax(x, span)
        if word in ("norm", "sqnorm", "norm1", "norminf"):
            return Draft(Shape(), lambda: ops.dictionary()[word](x.make()), span, "norm", x, x.guess)
        if op is not None and op.arity == 1:
            return self.by_size(op, x, span)
        if op is not None:
            raise self.error(f"`{word}` takes several arguments", span, f"write {word}(a, b)")
        raise self.error(f"`{word}` is not in the dictionary of operations", span)

    def by_size(self, op: Op, x: Draft, span: Span) -> Draft:
        """An operation whose shape law this reader does not know: its record gives it, once the sizes are known."""
        for a in reversed(x.shape.axes):  # vec stacks columns: (A ⊗ B) vec(X) is vec(B X Aᵀ)
            self.solver.known(a)
        try:
            result = op.signature((self.solver.type(x.shape),), ())
        except ShapeError:
            if x.shape.rank != 2 or not self.solver.unify(*x.shape.axes):
                raise
            result = op.signature((self.solver.type(x.shape),), ())  # of square matrices only
        return Draft(Shape(result.axes, result.row), lambda: op(x.make()), span, "", None, x.guess)

    def softmax(self, x: Draft, span: Span) -> Draft:
        if not x.shape.rank:
            raise self.solver.clash("softmax is of a vector", x, x)
        params: tuple[object, ...] = ()
        if x.shape.rank == 2:
            d = self.tables.declared.get("softmax")
            params = (d.role if d is not None and d.role in ("rows", "columns") else "rows",)
            if d is None:
                self.assume("softmax of a matrix is taken row by row", span, ("column by column",), True, "softmax is row-wise")
        return Draft(Shape(x.shape.axes, x.shape.row), lambda: ops.softmax(x.make(), params=params), span, "", None, x.guess)

    def derivative(self, op: Op, x: Draft, primes: int, span: Span) -> Draft:
        """σ′(z): the stated derivative of a function of the dictionary, as a function of its own."""
        if not isinstance(op.derivative, Pointwise) or primes > 1:
            raise self.error(f"this derivative of {op.title} is not read", span)
        t = Symbol("t", SCALAR)
        body = op.derivative.partials[0](t, op(t))
        latex = op.notation.latex or op.name
        f = Function(f"{latex}'", f"{op.notation.text}′", (t,), body, SCALAR, True, 0, 0, True, f"{op.name}_prime")
        return Draft(Shape(x.shape.axes, x.shape.row), lambda: Apply(f, (x.make(),)), span, "", None, x.guess)

    def attach(self, x: Draft, post: Post) -> Draft:
        if is_pseudo(post):
            return self.pseudo_inverse([x], (x.span[0], post.span[1]))
        return super().attach(x, post)


__all__ = ["Calls", "parts"]
