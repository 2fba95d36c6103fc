"""Functions of a square matrix: whether exp(X) is taken entry by entry or is the matrix function, which is told or asked."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradatim import ops
from gradatim.errors import ReadError, Span
from gradatim.ops.base import Op
from gradatim.read.infer import Draft, Shape
from gradatim.read.names import text_name
from gradatim.read.scope import Definition
from gradatim.read.tree import Node, unraised
from gradatim.read.vocabulary import Vocabulary
from gradatim.term import Number, Term

_TAGS = {"abs": "abs", "gamma": "gamma"}


class Matrices(Vocabulary):
    """What exp, log, sin, cos and roots mean of a matrix."""

    def pointwise(self, op: Op, x: Draft, span: Span, entrywise: bool = False) -> Draft:
        maker = self.of_matrix(op, x, span) if x.shape.rank == 2 and op.of_matrices and not entrywise else None
        return Draft(
            Shape(x.shape.axes, x.shape.row),
            maker or (lambda: op(x.make())),
            span,
            _TAGS.get(op.name, ""),
            x,
            x.guess,
        )

    def of_matrix(self, op: Op, x: Draft, span: Span, by_habit: bool = False) -> Callable[[], Term]:
        """A function of a matrix, decided when its size is known: of one that is not square it acts on the entries."""
        text = self.text

        def make() -> Term:
            made = x.make()
            a, b = (self.solver.find(s) for s in x.shape.axes)
            d = self.tables.declared.get(f"\\{op.name}") or self.tables.declared.get(op.name)
            if d is not None and d.elementwise:
                return op(made)
            what = " ".join(text[span[0] : span[1]].split())
            if a != b:
                self.not_square(op, what, span, {*made.type.axes[0].names, *made.type.axes[1].names}, by_habit)
                return op(made)
            known = ops.facts(made)
            habit = (
                by_habit
                or (op is ops.log and "spd" in known)
                or (op is ops.sqrt and "psd" in known)
                or (op is ops.exp and "skew" in known)
            )
            if not self.tables.matrix and not habit:
                inside = " ".join(text[x.span[0] : x.span[1]].split())
                raise ReadError(
                    f"is the {op.title} of the square matrix `{inside}` taken entry by entry, or is it the matrix function?",
                    text,
                    span,
                    rf"write {op.name}^\circ(…) or declare that {op.name} is applied elementwise, or that it is the matrix {op.title}",
                )
            if not self.tables.matrix:
                self.assume(
                    f"`{what}` is the {op.title} of a matrix, not of its entries",
                    span,
                    ("entry by entry",),
                    True,
                    rf"write, to say otherwise, $\{op.name}$ is applied elementwise",
                )
            return _function(op, made)

        return make

    def not_square(self, op: Op, what: str, span: Span, sizes: set[str], by_habit: bool) -> None:
        """What is not square has no function but that of its entries: said where nobody said the sizes. e^X asks."""
        if not sizes & self.solver.guessed:
            return
        if by_habit:
            raise self.error(
                f"is `{what}` taken entry by entry, or is it the matrix {op.title}? Nothing says that it is square",
                span,
                "declare the sizes",
            )
        self.assume(
            f"`{what}` is taken entry by entry",
            span,
            (f"the {op.title} of a square matrix",),
            True,
            rf"$\{op.name}$ is applied elementwise",
        )

    def fractional(self, x: Draft, exponent: Draft, span: Span) -> Draft:
        """X^{1/2}, X^α of a square matrix: its powers by the eigenvalues."""
        if not self.tables.matrix:
            self.assume(f"{self.solver.quote(span)} is a power of a matrix, not of its entries", span, ("entry by entry",), False)
        return self.built(Shape(x.shape.axes), lambda: ops.powm(x.make(), exponent.make()), [x, exponent], span)

    def nuclear(self, x: Draft, span: Span) -> Draft:
        """‖X‖_*, the sum of the singular values: tr (XᵀX)^{1/2} of a matrix of full column rank, else tr (XXᵀ)^{1/2}."""

        def make() -> Term:
            made = x.make()
            turned = ops.transpose(made)
            wide = "full_row_rank" in ops.facts(made)
            gram = ops.product(made, turned) if wide else ops.product(turned, made)
            return ops.trace(ops.powm(gram, Number(Fraction(1, 2))))

        self.assume(
            f"{self.solver.quote(span)} is the nuclear norm, and the matrix has full column rank",
            span,
            ("full row rank: the derivative has the other Gram matrix",),
            False,
            f"${self.text[x.span[0] : x.span[1]]}$ has full row rank",
        )
        return self.built(Shape(), make, [x], span)

    def at_base(self, parameter: Node, argument: Node, d: Definition) -> Node:
        """What stands for the σ of a function that is defined as f(μ, σ²): the s of f(m, s²)."""
        exponent = unraised(parameter)[1]
        if not exponent:
            return argument
        base, raised = unraised(argument)
        if raised != exponent:
            raise self.error(
                f"{text_name(d.name)} is defined for a power {self.solver.quote(parameter.span)} and stands with something else",
                argument.span,
                "define it with a name for the power",
            )
        return base


def _function(op: Op, x: Term) -> Term:
    if op is ops.sqrt:
        return ops.powm(x, Number(Fraction(1, 2)))
    return ops.MATRIX_FUNCTIONS[op.name](x)
