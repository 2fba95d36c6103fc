"""Functions that statistics and machine learning call by a word: hinge, variance, layer norm, attention, projections, block
matrices by name, expectations over a family, the multivariate gamma function.

A word is only read so where the text neither declares nor defines it, and what it is taken for is listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from gradatim import ops
from gradatim.errors import Span
from gradatim.ops.structure import made_of
from gradatim.read.activations import ACTIVATIONS
from gradatim.read.composites import HALF
from gradatim.read.indices import uses_index
from gradatim.read.infer import Draft, Shape, dimension
from gradatim.read.names import plain_name
from gradatim.read.spectra import Spectra
from gradatim.read.spelling import VOCABULARY_WORDS
from gradatim.read.tree import Node
from gradatim.term import Bind, Number, Symbol, Term
from gradatim.types import Dim

_PARAMETER = re.compile(r"\\[A-Za-z]+|[A-Za-z]|\d+(?:\.\d+)?")
"""One of the names, or the number, that stand below a word."""


_SPREAD = "mean squared distance to the mean, of all n entries"


class Vocabulary(Spectra):
    """What these words mean in operations of the dictionary."""

    def by_word(self, letter: str, sub: str, group: Node, span: Span) -> Draft | None:
        """The meaning of an undeclared word before a bracket; None where it is none of these."""
        if letter in ("H", "h", "L", r"\ell", r"\rho") and sub == r"\delta" and len(group.args) == 1:
            self.assume(f"{self.solver.quote(span)} is Huber's function", span, ("another function",), True)
            return self.huber(sub, group, span)
        if letter == r"\mathrm{reshape}" and not sub:
            return self.reshaped(group, span)
        spelt = letter.startswith("\\mathrm{") or len(letter) > 2 and letter.isascii() and letter.replace("_", "").isalpha()
        word = VOCABULARY_WORDS.get(plain_name(letter).lower().replace("_", "")) if spelt else None
        if word is None or group.value not in ("(", "["):
            return None
        drafts = [self.draft(a) for a in group.args]
        if word == "proj" and sub and len(drafts) == 1:
            return self.projection(self.symbol(self.tables.alias(sub), span), drafts[0], span)
        counts, meaning = VOCABULARY[word]
        if counts and len(drafts) in counts and not sub:
            return meaning(self, drafts, span)
        below = self.parameters_below(sub, span) if len(drafts) + len(_PARAMETER.findall(sub)) in counts else []
        return meaning(self, [*drafts, *below], span) if below or not sub and not counts else None

    def parameters_below(self, sub: str, span: Span) -> list[Draft]:
        """What stands below a word as further arguments, as in `LeakyReLU_α(x)` and `BN_{γ, β}(X)`; nothing where it is an index."""
        names = _PARAMETER.findall(sub)
        if (
            "".join(names) != sub
            or any(self.is_index(name) for name in names)
            or names[1:]
            and any(n[0].isdigit() for n in names)
        ):
            return []
        numeral = names[0][0].isdigit()
        return [self.literal(Fraction(n), span) if numeral else self.symbol(self.tables.alias(n), span) for n in names]

    def huber(self, sub: str, group: Node, span: Span) -> Draft:
        """Huber's function of the bracket, with what stands below its name as the bound between its two parts."""
        if not sub or len(group.args) != 1:
            raise self.error("Huber's function has one argument, and its bound below its name", span, r"write h_\delta(x)")
        x = self.draft(group.args[0])
        edge = self.literal(Fraction(sub), span) if sub.isdigit() else self.symbol(self.tables.alias(sub), span)
        return Draft(x.shape, lambda: ops.huber(x.make(), edge.make()), span, "", None, x.guess)

    def array(self, x: Draft, word: str, ranks: tuple[int, ...]) -> None:
        if x.shape.rank not in ranks:
            kinds = " or ".join({1: "a vector", 2: "a matrix", 3: "an array"}[r] for r in ranks)
            raise self.solver.clash(f"`{word}` is of {kinds}", x, x)

    # ------------------------------------------------------------ losses

    def hinge(self, drafts: list[Draft], span: Span) -> Draft:
        """max(0, 1 − z); of a label and a value max(0, 1 − y z)."""
        z = drafts[-1]
        if len(drafts) == 2:
            self.alike("hinge", drafts, (0, 1))
        self.said("the hinge max(0, 1 − z)" if len(drafts) == 1 else "the hinge max(0, 1 − y z)", span)

        def make() -> Term:
            inner = z.make()
            if len(drafts) == 2:
                y = drafts[0].make()
                inner = ops.hadamard(y, inner) if inner.rank else ops.product(y, inner)
            return ops.relu(ops.subtract(ops.unit(inner.type), inner))

        return self.built(Shape(z.shape.axes, z.shape.row), make, drafts, span)

    def squares(self, drafts: list[Draft], span: Span) -> Draft:
        """‖a − b‖² over the number of entries."""
        a, _ = self.alike("mse", drafts, (1, 2))
        self.said("the mean of the squared differences", span)

        def make() -> Term:
            u, v = (d.make() for d in drafts)
            return ops.quotient(ops.sqnorm(ops.subtract(u, v)), _count(u))

        return self.built(Shape(), make, [a, drafts[1]], span)

    def binary(self, drafts: list[Draft], span: Span) -> Draft:
        """−Σ y log p + (1 − y) log(1 − p)."""
        self.alike("bce", drafts, (0, 1, 2))
        if drafts[0].shape.rank:
            self.said("the binary cross-entropy summed over the entries", span, "its mean")

        def make() -> Term:
            y, p = (d.make() for d in drafts)
            join = ops.inner if y.rank else ops.product
            one = ops.unit(y.type)
            return ops.minus(ops.add(join(y, ops.log(p)), join(ops.subtract(one, y), ops.log(ops.subtract(one, p)))))

        return self.built(Shape(), make, drafts, span)

    def reshaped(self, group: Node, span: Span) -> Draft:
        """`reshape(v, m, n)` and `reshape(v, (m, n))`: the columns of the matrix stand in the vector one after another."""
        first, *rest = group.args
        sizes = rest[0].args if len(rest) == 1 and rest[0].kind == "group" else tuple(rest)
        if len(sizes) != 2:
            raise self.error("reshape takes a vector and two sizes", span, r"write \operatorname{reshape}(v, m, n)")
        rows, columns = (dimension(self.text[slice(*n.span)]) for n in sizes)
        x = self.draft(first)
        known = isinstance(rows, Dim) and isinstance(columns, Dim)
        if x.shape.rank != 1 or known and not self.solver.unify(x.shape.axes[0], rows * columns):
            raise self.error("the entries of what is reshaped do not fill the matrix", span)
        self.said("reshaped by columns, as vec stacks them", span, "by rows, as NumPy does")
        return Draft(Shape((rows, columns)), lambda: ops.unvec(x.make(), params=(rows, columns)), span, "", None, x.guess)

    # ------------------------------------------------------------ moments

    def mean(self, x: Draft, span: Span) -> Draft:
        self.array(x, "mean", (1, 2, 3))
        sizes = x.shape.axes
        return self.built(
            Shape(),
            lambda: ops.quotient(ops.total(x.make()), ops.product(*(ops.size(self.solver.dim(n)) for n in sizes))),
            [x],
            span,
        )

    def variance(self, drafts: list[Draft], span: Span) -> Draft:
        x = drafts[0]
        self.array(x, "var", (1,))
        self.said(f"the {_SPREAD}", span, "divided by n − 1")
        return self.built(Shape(), lambda: _variance(x.make()), drafts, span)

    def deviation(self, drafts: list[Draft], span: Span) -> Draft:
        x = drafts[0]
        self.array(x, "std", (1,))
        self.said(f"the root of the {_SPREAD}", span, "divided by n − 1")
        return self.built(Shape(), lambda: ops.sqrt(_variance(x.make())), drafts, span)

    def covariance(self, drafts: list[Draft], span: Span) -> Draft:
        """(1/N) Σ (xᵢ − x̄)(xᵢ − x̄)ᵀ of the rows of a matrix."""
        x = drafts[0]
        if len(drafts) == 2:
            self.alike("cov", drafts)
            self.said("the mean product of the distances to the means, of all n entries", span, "divided by n − 1")
            return self.built(Shape(), lambda: _joint(*(d.make() for d in drafts)), drafts, span)
        self.array(x, "cov", (2,))
        self.said("the covariance of the rows, divided by their number", span, "divided by their number less one")

        def make() -> Term:
            apart = _columns_centred(x.make())
            return ops.quotient(ops.product(ops.transpose(apart), apart), ops.size(apart.type.axes[0]))

        return self.built(Shape((x.shape.axes[1],) * 2), make, drafts, span)

    def correlation(self, drafts: list[Draft], span: Span) -> Draft:
        """Pearson's: the cosine of the vectors less their means."""
        self.alike("corr", drafts)
        self.said("the correlation coefficient of the entries", span)

        def make() -> Term:
            u, v = (_centred(d.make()) for d in drafts)
            return ops.quotient(ops.inner(u, v), ops.product(ops.norm(u), ops.norm(v)))

        return self.built(Shape(), make, drafts, span)

    # ------------------------------------------------------------ normalised

    def standardised(self, drafts: list[Draft], span: Span, rows: bool) -> Draft:
        """(x − mean) / deviation: of a vector; of each row (layer norm) or column (batch norm) of a matrix. With two more
        arguments scaled and shifted entry by entry."""
        x = drafts[0]
        self.array(x, "layernorm" if rows else "batchnorm", (1, 2) if rows else (2,))
        which = "" if x.shape.rank == 1 else " of each row" if rows else " of each column"
        self.said(f"(x − mean)/deviation{which}, with no small number under the root", span)
        for d in drafts[1:]:
            if d.shape.rank != 1 or d.shape.row or not self.solver.unify(d.shape.axes[0], x.shape.axes[-1]):
                raise self.solver.clash("scale and shift have an entry for each feature", x, d)

        def make() -> Term:
            t = x.make()
            if t.rank == 1:
                unit: Term = ops.quotient(ops.subtract(t, ops.product(_mean(t), ops.unit(t.type))), ops.sqrt(_variance(t)))
            else:
                unit = ops.transpose(_columns_standard(ops.transpose(t))) if rows else _columns_standard(t)
            if len(drafts) == 1:
                return unit
            scale, shift = (d.make() for d in drafts[1:])
            if t.rank == 1:
                return ops.add(ops.hadamard(scale, unit), shift)
            ones = ops.ones(params=t.type.axes[:1])
            return ops.add(ops.product(unit, ops.diag(scale)), ops.product(ones, ops.transpose(shift)))

        return self.built(Shape(x.shape.axes, x.shape.row), make, drafts, span)

    def normalized(self, drafts: list[Draft], span: Span) -> Draft:
        x = drafts[0]
        self.array(x, "normalize", (1,))
        return self.built(Shape(x.shape.axes, x.shape.row), lambda: ops.quotient(x.make(), ops.norm(x.make())), drafts, span)

    def attention(self, drafts: list[Draft], span: Span) -> Draft:
        """softmax(Q Kᵀ / √d) V, by rows."""
        q, k, v = drafts
        for d in drafts:
            self.array(d, "attention", (2,))
        fits = self.solver.unify(q.shape.axes[1], k.shape.axes[1]) and self.solver.unify(k.shape.axes[0], v.shape.axes[0])
        if not fits:
            raise self.solver.clash("attention: Q and K have as many columns, K and V as many rows", q, k)
        self.said("softmax(Q Kᵀ/√d) V, the softmax by rows", span)

        def make() -> Term:
            a, b, c = (d.make() for d in drafts)
            score = ops.quotient(ops.product(a, ops.transpose(b)), ops.sqrt(ops.size(a.type.axes[1])))
            return ops.product(ops.softmax(score, params=("rows",)), c)

        return self.built(Shape((q.shape.axes[0], v.shape.axes[1])), make, drafts, span)

    def projection(self, onto: Draft, x: Draft, span: Span) -> Draft:
        """(uᵀx / uᵀu) u onto a vector; A(AᵀA)⁻¹Aᵀx onto the columns of a matrix."""
        self.array(onto, "proj", (1, 2))
        if x.shape.rank != 1 or not self.solver.unify(onto.shape.axes[0], x.shape.axes[0]):
            raise self.solver.clash("a projection does not conform", onto, x)

        def make() -> Term:
            u, v = onto.make(), x.make()
            if u.rank == 1:
                return ops.product(ops.quotient(ops.inner(u, v), ops.sqnorm(u)), u)
            turned = ops.transpose(u)
            return ops.product(u, ops.inverse(ops.product(turned, u)), turned, v)

        return self.built(Shape(x.shape.axes), make, [onto, x], span)

    # ------------------------------------------------------------ linear algebra by name

    def solved(self, drafts: list[Draft], span: Span) -> Draft:
        inverse = self.powered(drafts[0], self.literal(Fraction(-1), span), span)
        return self.chain([inverse, drafts[1]], span)

    def chain(self, parts: list[Draft], span: Span) -> Draft:
        raise NotImplementedError

    def assembled(self, rows: list[list[Draft]], span: Span) -> Draft:
        raise NotImplementedError

    def diagonal_blocks(self, drafts: list[Draft], span: Span) -> Draft:
        zero = self.literal(Fraction(0), span)
        return self.assembled([[d if i == j else zero for j in range(len(drafts))] for i, d in enumerate(drafts)], span)

    # ------------------------------------------------------------ expectations, special functions

    def expectation(self, letter: str, group: Node, below: str, span: Span) -> Draft | None:
        """The mean, variance or covariance over the members of a family whose index stands in the bracket; None where there is
        no such index: of a random variable nothing is known."""
        names = [below] if below else [i for i in self.tables.indices if uses_index(group, i) and i not in self.bound]
        if len(names) != 1 or len(group.args) != 1 or not (uses_index(group, names[0]) or below):
            return None
        name = names[0]
        saved = dict(self.bound)
        extent = self.bound[name] = self.extent_of(name)
        try:
            body = self.draft(group.args[0])
        finally:
            self.bound = saved
        spread = letter in (r"\mathrm{Var}", r"\mathrm{Cov}", r"\mathbb{V}")
        if letter == r"\mathbb{P}" or spread and body.shape.rank > 1 or body.shape.row:
            return None
        what = "covariance" if body.shape.rank else "variance"
        self.said(f"the {what if spread else 'mean'} over {name}, of all members", span)

        def mean(t: Term) -> Term:
            i = Symbol(name, self.solver.type(Shape(index=extent)))
            return ops.quotient(Bind("sum", i, t), ops.size(self.solver.dim(extent)))

        def make() -> Term:
            t = body.make()
            if not spread:
                return mean(t)
            apart = ops.subtract(t, mean(t))
            return mean(ops.product(apart, ops.transpose(apart)) if t.rank else ops.power(apart, Number(2)))

        axes = body.shape.axes
        return self.built(Shape((*axes, *axes) if spread else axes), make, [body], span)

    def multigamma(self, below: str, x: Draft, span: Span) -> Draft:
        """Γ_p(a) = π^{p(p−1)/4} Π_j Γ(a + (1 − j)/2), and its logarithm for a log before it."""
        p = dimension(below)
        for name in p.names:
            self.tables.sizes.setdefault(name)
        self.said(f"the multivariate gamma function of order {p}", span)
        j = Symbol("j", self.solver.type(Shape(index=p)))
        quarter = ops.product(Number(Fraction(1, 4)), ops.size(p), ops.add(ops.size(p), Number(-1)))

        def shifted() -> Term:
            return ops.add(x.make(), ops.product(Number(HALF), ops.subtract(Number(1), j)))

        def make() -> Term:
            return ops.product(ops.power(ops.pi(), quarter), Bind("product", j, ops.gamma(shifted())))

        def log() -> Term:
            return ops.add(ops.product(quarter, ops.log(ops.pi())), Bind("sum", j, ops.lgamma(shifted())))

        return Draft(Shape(), make, span, "density", Draft(Shape(), log, span), x.guess)

    def mixed_norm(self, x: Draft, span: Span) -> Draft:
        """‖X‖_{2,1}, the sum of the norms of the columns, or of the rows where the text speaks of them."""
        rows = self.tables.norms_of_rows
        self.said(f"the sum of the norms of the {'rows' if rows else 'columns'}", span, f"of the {'columns' if rows else 'rows'}")

        def make() -> Term:
            turned = x.make() if rows else ops.transpose(x.make())
            j = Symbol("j", self.solver.type(Shape(index=turned.type.axes[0])))
            return Bind("sum", j, ops.norm(ops.at(turned, j)))

        return self.built(Shape(), make, [x], span)


def _count(t: Term) -> Term:
    sizes = [ops.size(d) for d in t.type.axes]
    return made_of(ops.product, sizes)


def _mean(t: Term) -> Term:
    return ops.quotient(ops.total(t), _count(t))


def _centred(t: Term) -> Term:
    return ops.subtract(t, ops.product(_mean(t), ops.unit(t.type)))


def _variance(t: Term) -> Term:
    return ops.quotient(ops.sqnorm(_centred(t)), _count(t))


def _joint(t: Term, u: Term) -> Term:
    """The covariance of the entries of two vectors."""
    return ops.quotient(ops.inner(_centred(t), _centred(u)), _count(t))


def _columns_centred(t: Term) -> Term:
    """X − 𝟏𝟏ᵀX/N."""
    ones = ops.ones(params=t.type.axes[:1])
    means = ops.quotient(ops.product(ones, ops.transpose(ones), t), ops.size(t.type.axes[0]))
    return ops.subtract(t, means)


def _columns_standard(t: Term) -> Term:
    """Each column less its mean, over its deviation."""
    apart = _columns_centred(t)
    spread = ops.quotient(ops.diagonal(ops.product(ops.transpose(apart), apart)), ops.size(t.type.axes[0]))
    return ops.product(apart, ops.diag(ops.hpower(spread, Number(-HALF))))


VOCABULARY: dict[str, tuple[tuple[int, ...], Callable[[Vocabulary, list[Draft], Span], Draft]]] = {
    "hinge": ((1, 2), Vocabulary.hinge),
    "mse": ((2,), Vocabulary.squares),
    "bce": ((2,), Vocabulary.binary),
    "var": ((1,), Vocabulary.variance),
    "std": ((1,), Vocabulary.deviation),
    "cov": ((1, 2), Vocabulary.covariance),
    "corr": ((2,), Vocabulary.correlation),
    "layernorm": ((1, 3), lambda self, d, span: self.standardised(d, span, True)),
    "batchnorm": ((1, 3), lambda self, d, span: self.standardised(d, span, False)),
    "normalize": ((1,), Vocabulary.normalized),
    "attention": ((3,), Vocabulary.attention),
    "proj": ((2,), lambda self, d, span: self.projection(d[0], d[1], span)),
    "solve": ((2,), Vocabulary.solved),
    "blkdiag": ((), Vocabulary.diagonal_blocks),
    "hstack": ((), lambda self, d, span: self.assembled([d], span)),
    "vstack": ((), lambda self, d, span: self.assembled([[x] for x in d], span)),
    "dominanteigenvalue": ((1,), Spectra.dominant_value),
    "dominanteigenvector": ((1,), Spectra.dominant_vector),
    **ACTIVATIONS,
}
"""How many arguments (any number where none is said), and what it means."""

__all__ = ["VOCABULARY", "Vocabulary"]
