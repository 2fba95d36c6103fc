"""Words for what the dictionary has the parts of: the adjugate, the pseudo-inverse, the cosine of two vectors, divergences,
normal densities, logarithms to another base. Each is one function from drafts to a draft, in the table at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradatim import ops
from gradatim.errors import ReadError, Span
from gradatim.ops.base import Op
from gradatim.read.infer import Draft, Shape, dimension
from gradatim.read.names import text_name
from gradatim.read.several import Several
from gradatim.read.spelt import spelling_of
from gradatim.read.tree import Node, spell
from gradatim.term import Number, Term

HALF = Fraction(1, 2)


class Composites(Several):
    """What a word or a sign means in operations of the dictionary."""

    def composite(self, word: str, drafts: list[Draft], span: Span) -> Draft | None:
        """The meaning of a word that stands before its arguments; None where the word is none of these."""
        entry = COMPOSITES.get(word)
        if entry is None:
            return None
        count, meaning = entry
        if len(drafts) != count:
            raise self.error(f"`{word}` takes {count} argument{'s' * (count > 1)}, and here stand {len(drafts)}", span)
        return meaning(self, drafts, span)

    def built(self, shape: Shape, maker: Callable[[], Term], drafts: list[Draft], span: Span) -> Draft:
        return Draft(shape, maker, span, "", None, any(d.guess for d in drafts))

    def divided(self, top: Draft, bottom: Draft, span: Span, entrywise: bool = False) -> Draft:
        raise NotImplementedError

    # ------------------------------------------------------------ matrices

    def adjugate(self, drafts: list[Draft], span: Span, turned: bool = False) -> Draft:
        """det(X) X⁻¹, and its transpose, the matrix of cofactors."""
        x = drafts[0]
        self.square(x, "the adjugate")

        def make() -> Term:
            made = x.make()
            inverse = ops.inverse(made)
            return ops.product(ops.det(made), ops.transpose(inverse) if turned else inverse)

        return self.built(Shape(x.shape.axes), make, drafts, span)

    def cofactors(self, drafts: list[Draft], span: Span) -> Draft:
        return self.adjugate(drafts, span, True)

    def pseudo_inverse(self, drafts: list[Draft], span: Span) -> Draft:
        """X⁺ where it is a formula: of a matrix of full column or row rank, or an invertible one."""
        x = drafts[0]
        if x.shape.rank != 2:
            raise self.solver.clash("a pseudo-inverse is of a matrix", x, x)
        text = self.text

        def make() -> Term:
            made = x.make()
            known, turned = ops.facts(made), ops.transpose(made)
            if "invertible" in known:
                return ops.inverse(made)
            if "full_column_rank" in known:
                return ops.product(ops.inverse(ops.product(turned, made)), turned)
            if "full_row_rank" in known:
                return ops.product(turned, ops.inverse(ops.product(made, turned)))
            raise ReadError(
                "the pseudo-inverse has a formula, and a derivative, where the rank is known",
                text,
                span,
                "declare that the matrix has full column rank, has full row rank, or is invertible",
            )

        return self.built(Shape((x.shape.axes[1], x.shape.axes[0])), make, drafts, span)

    # ------------------------------------------------------------ vectors

    def alike(self, word: str, drafts: list[Draft], ranks: tuple[int, ...] = (1,)) -> tuple[Draft, Draft]:
        a, b = drafts
        if a.shape.rank not in ranks or not self.solver.same(Shape(a.shape.axes, a.shape.row), b.shape):
            raise self.solver.clash(f"`{word}` is of two {'vectors' if ranks == (1,) else 'arrays'} of one shape", a, b)
        return a, b

    def cosine(self, drafts: list[Draft], span: Span) -> Draft:
        """uᵀv / (‖u‖ ‖v‖)."""
        a, b = self.alike("cos", drafts)

        def make() -> Term:
            u, v = a.make(), b.make()
            return ops.quotient(ops.inner(u, v), ops.product(ops.norm(u), ops.norm(v)))

        return self.built(Shape(), make, drafts, span)

    def divergence(self, drafts: list[Draft], span: Span) -> Draft:
        """Σ pᵢ log(pᵢ/qᵢ)."""
        a, b = self.alike("KL", drafts, (1, 2))

        def make() -> Term:
            p, q = a.make(), b.make()
            return ops.inner(p, ops.log(ops.hdivide(p, q)))

        return self.built(Shape(), make, drafts, span)

    def entropy(self, drafts: list[Draft], span: Span) -> Draft:
        """−Σ pᵢ log pᵢ."""
        p = drafts[0]
        if not p.shape.rank:
            raise self.error("the entropy is of a vector of probabilities", span)
        return self.built(Shape(), lambda: ops.minus(ops.inner(p.make(), ops.log(p.make()))), drafts, span)

    # ------------------------------------------------------------ logarithms and densities

    def to_base(self, x: Draft, base: Draft, span: Span) -> Draft:
        """log x / log b, entry by entry."""
        log = self.pointwise(ops.log, x, span)
        return self.built(
            Shape(x.shape.axes, x.shape.row), lambda: ops.quotient(log.make(), ops.log(base.make())), [x, base], span
        )

    def pointwise(self, op: ops.Op, x: Draft, span: Span, entrywise: bool = False) -> Draft:
        raise NotImplementedError

    def density(self, group: Node, span: Span) -> Draft:
        """𝒩(x; μ, Σ): the density of the normal distribution. Its logarithm is kept aside for a log before it."""
        if len(group.args) != 3:
            raise self.error(
                "a normal density has three arguments: the point, the mean and the (co)variance",
                span,
                r"\mathcal{N}(x; \mu, \Sigma)",
            )
        x, mean, spread = (self.draft(a) for a in group.args)
        if x.shape.rank == 1 and mean.tag == "number" and mean.make() is Number(0):  # 𝒩(x; 0, I)
            zero = x.shape
            mean = Draft(zero, lambda: ops.zero(self.solver.type(Shape(zero.axes, zero.row))), mean.span)
        if not self.solver.same(Shape(x.shape.axes, x.shape.row), mean.shape):
            raise self.solver.clash("a normal density has a mean of the point's shape", x, mean)
        if (
            x.shape.rank > 1
            or spread.shape.rank != 2 * x.shape.rank
            or not all(self.solver.unify(a, x.shape.axes[0]) for a in spread.shape.axes)
        ):
            raise self.solver.clash("a normal density has a covariance of the point's size", x, spread)
        column = not x.shape.row
        if x.shape.rank:
            self.suppose_covariance(group.args[2])
        self.assume(
            f"{self.solver.quote(span)} is the density of the normal distribution with this mean and "
            f"{'covariance' if x.shape.rank else 'variance'}",
            span,
        )

        def parts() -> tuple[Term, Term]:
            """The logarithm of the determinant of 2πΣ as a determinant, and the quadratic form."""
            d, s = ops.subtract(x.make(), mean.make()), spread.make()
            scaled = ops.product(Number(2), ops.pi(), s)
            if not x.shape.rank:
                return scaled, ops.quotient(ops.power(d, Number(2)), s)
            left, right = (ops.transpose(d), d) if column else (d, ops.transpose(d))
            return scaled, ops.product(left, ops.inverse(s), right)

        def make() -> Term:
            scaled, form = parts()
            volume = ops.det(scaled) if x.shape.rank else scaled
            return ops.product(ops.power(volume, Number(-HALF)), ops.exp(ops.product(Number(-HALF), form)))

        def log() -> Term:
            scaled, form = parts()
            volume = ops.logdet(scaled) if x.shape.rank else ops.log(scaled)
            return ops.add(ops.product(Number(-HALF), volume), ops.product(Number(-HALF), form))

        guess = any(p.guess for p in (x, mean, spread))
        return Draft(Shape(), make, span, "density", Draft(Shape(), log, span), guess)

    def suppose_covariance(self, node: Node) -> None:
        """The covariance of a density is positive definite, and a precision whose inverse it is: said where nobody says so."""
        posts = [p for p in node.posts if spell(p.tokens) not in ("-1",)] if node.kind == "post" else []
        node = replace(node, posts=tuple(posts)) if posts else node.args[0] if node.kind == "post" else node
        base = node.args[0] if [p.kind for p in posts] == ["sub"] else node
        name = next((n for n in (spelling_of(node), spelling_of(base)) if n in self.shapes), "")
        if name and not self.facts_of(name) & {"spd", "psd", "symmetric", "diagonal"}:
            self.supposed[name] = "spd"
            self.assume(
                f"{text_name(name)} is symmetric positive definite, a covariance",
                node.span,
                (),
                True,
                f"${name}$ is positive definite",
            )


def _reciprocal(op: Op) -> Callable[[Composites, list[Draft], Span], Draft]:
    """One over a function, entry by entry: sec, csc, sech, …"""

    def meaning(self: Composites, drafts: list[Draft], span: Span) -> Draft:
        x = self.pointwise(op, drafts[0], span)
        if not x.shape.rank:
            return self.divided(self.literal(Fraction(1), span), x, span, False)

        def make() -> Term:
            below = x.make()
            return ops.hdivide(ops.unit(below.type), below)

        return Draft(Shape(x.shape.axes, x.shape.row), make, span, "", None, x.guess)

    return meaning


def _unit_matrix(self: Composites, drafts: list[Draft], span: Span) -> Draft:
    """`eye(n)`, as code writes the identity."""
    n = dimension(self.text[drafts[0].span[0] : drafts[0].span[1]])
    return Draft(Shape((n, n)), lambda: ops.identity(params=(self.solver.dim(n),)), span)


COMPOSITES: dict[str, tuple[int, Callable[[Composites, list[Draft], Span], Draft]]] = {
    "adj": (1, Composites.adjugate),
    "adjugate": (1, Composites.adjugate),
    "cof": (1, Composites.cofactors),
    "cofactor": (1, Composites.cofactors),
    "pinv": (1, Composites.pseudo_inverse),
    "cossim": (2, Composites.cosine),
    "cosine": (2, Composites.cosine),
    "KL": (2, Composites.divergence),
    "eye": (1, _unit_matrix),
    "sec": (1, _reciprocal(ops.cos)),
    "csc": (1, _reciprocal(ops.sin)),
    "cot": (1, _reciprocal(ops.tan)),
    "sech": (1, _reciprocal(ops.cosh)),
    "csch": (1, _reciprocal(ops.sinh)),
    "coth": (1, _reciprocal(ops.tanh)),
    "entropy": (1, Composites.entropy),
    "log2": (1, lambda self, d, span: self.to_base(d[0], self.literal(Fraction(2), span), span)),
    "log10": (1, lambda self, d, span: self.to_base(d[0], self.literal(Fraction(10), span), span)),
}
"""How many arguments, and what it means."""
