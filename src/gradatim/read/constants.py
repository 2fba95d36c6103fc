"""Constants by habit: Euler's e, the identity, ones and zeros, unit vectors, Kronecker's delta, single-entry matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from gradatim import ops
from gradatim.errors import ReadError, Span
from gradatim.ops.base import Op
from gradatim.ops.function import Function
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.entries import flat
from gradatim.read.infer import Draft, Shape, Size, dimension
from gradatim.read.labels import label_at
from gradatim.read.names import parts, text_name
from gradatim.read.prose import Declaration
from gradatim.read.resolve import IDENTITY, ONES, ZEROS, Resolver
from gradatim.read.scope import full
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, bare, slots, spell
from gradatim.term import Apply, Number, Symbol, Term
from gradatim.types import SCALAR, Dim

BY_HABIT = {
    "\\Gamma": ("gamma", "gamma function"),
    "\\psi": ("digamma", "digamma function"),
    "D_KL": ("KL", "Kullback-Leibler divergence"),
    "L_exp": ("expm_frechet", "derivative of the matrix exponential, taken at its first argument along the second"),
}
"""Names that before a bracket are functions of the dictionary, where nothing is declared of them."""

EXPECTATIONS = (r"\mathbb{E}", r"\mathbb{P}", r"\mathrm{Var}", r"\mathrm{Cov}", r"\mathbb{V}")


class Constants(Resolver):
    """What a letter stands for that nothing declares."""

    def of_matrix(self, op: Op, x: Draft, span: Span, by_habit: bool = False) -> Callable[[], Term]:
        raise NotImplementedError

    def special(self, letter: str, sub: Post | None, rest: list[Post], span: Span) -> Draft | None:
        """Euler's e, the identity, ones and zeros, unit vectors and Kronecker's delta, where they are not declared."""
        size = spell(sub.tokens) if sub is not None else ""
        if self.tables.units and parts(letter)[0] == "e" and size.isdigit() and int(size) > 0:
            return self.standard_unit(full(letter, size, ""), int(size), span)
        if letter in ONES or letter in ZEROS:
            return self.filled(letter, size, span)
        declared = self.tables.declared.get(letter) or self.tables.declared.get(full(letter, size, ""))
        if declared is not None and declared.role == "identity" and (letter in IDENTITY or self.tables.closed):
            n = self.literal_size(size or (declared.dims[0] if declared.dims else ""))
            return Draft(Shape((n, n)), lambda: ops.identity(params=(self.solver.dim(n),)), span)
        base = self.euler(letter, sub, rest)
        told = declared or (self.tables.declared.get(self.tables.alias(letter)) if sub is None else None)
        if told is not None and told.role == "ones" and not base:
            return self.of_ones(told)
        # An e that a text only mentions ("log(1 + e^u)" among the declarations) is declared nothing else than Euler's number.
        positive = declared is not None and bool(declared.facts)  # e > 0 is a number of that name
        free = (
            letter in ("e", "\\mathrm{e}")
            and letter not in self.parameters
            and not (positive or self.shaped(self.tables.alias(letter)))
        )
        mentioned = free and sub is None and letter not in self.shapes and any(p.kind == "power" for p in rest)
        if not base and not mentioned and (self.known(letter) or (sub is not None and self.known(full(letter, size, "")))):
            return None
        power = next((p for p in rest if p.kind == "power"), None)
        if letter in ("e", "\\mathrm{e}") and sub is None and power is not None and self.exponential(power):
            inner = self.draft(power.node or Node("name", power.span, (), power.tokens[-1].text))
            if inner.shape.rank == 2:
                whole = (span[0], power.span[1])
                return Draft(Shape(inner.shape.axes), self.of_matrix(ops.exp, inner, whole, True), span, "exp", None, inner.guess)
            if base:
                self.assume(
                    f"{self.solver.quote((span[0], power.span[1]))} is the exponential, not a power of the vector",
                    span,
                    ("the declared e to a power entry by entry",),
                    self.tables.alias(letter) == letter,
                    r"write \\exp(…) where Euler's number is meant",
                )
            return Draft(Shape(inner.shape.axes, inner.shape.row), lambda: ops.exp(inner.make()), span, "exp", None, inner.guess)
        if letter in IDENTITY and "times" in size and len({*size.split("times")}) == 1:
            size = size.split("times")[0]
        if letter in IDENTITY and (not size or not any(self.is_index(x) for x in size)):
            n = self.literal_size(size)
            return Draft(Shape((n, n)), lambda: ops.identity(params=(self.solver.dim(n),)), span)
        if letter in EXPECTATIONS:
            self.no_expectation(letter, span)
        if sub is not None and (sized := self.sized_constant(letter, sub, span)) is not None:
            return sized
        if letter == "\\pi" and sub is None:
            return Draft(Shape(), ops.pi, span, "number")
        return self.indexed_constant(letter, sub, span)

    def no_expectation(self, letter: str, span: Span) -> NoReturn:
        raise self.error(
            f"`{text_name(letter)}` is read neither as an expectation nor as a name",
            span,
            "write the expectation as a mean over members, E_i[…], or worked out, or declare the name",
        )

    def sized_constant(self, letter: str, sub: Post, span: Span) -> Draft | None:
        """K_{mn}, D_n, L_n, the constant matrices of the vec calculus, where m and n are sizes and nothing else has the name."""
        told = self.tables.sized.get(letter)
        known = (o for o in ops.dictionary().values() if o.notation.kind == "sized")
        op = next((o for o in known if (o.name == told if told else o.notation.latex == letter)), None)
        if op is None:
            return None
        wanted = len(op.samples[0].params)
        tokens = [t.text for t in bare(sub.tokens)]
        pieces = "".join(tokens).split(",") if "," in tokens or wanted == 1 else tokens
        if told and len(pieces) == 1:
            pieces = pieces * wanted  # K_n is K_{nn}
        try:
            params = tuple(dimension(t) for t in pieces)
        except ReadError:
            return None
        names = {n for p in params for n in p.names}
        if len(params) != wanted or not all(n in self.tables.sizes and n not in self.bound for n in names):
            return None
        what = self.solver.quote(span)
        if not told:
            self.assume(f"{what} is the {op.title}", span, (f"a matrix of the name {what}",), True, f"${letter}$ is a matrix")
        return Draft(Shape(op.signature((), params).axes), lambda: op(params=params), span)

    def euler(self, letter: str, sub: Post | None, rest: list[Post]) -> bool:
        """Whether an upright or italic e to a power is Euler's number although a *styled* e is declared: `e^{au}` beside the
        vector 𝐞, which has no such power."""
        power = next((p for p in rest if p.kind == "power"), None)
        if letter not in ("e", "\\mathrm{e}") or sub is not None or power is None or not self.exponential(power):
            return False
        d = self.tables.declared.get(self.tables.alias(letter))
        array = d is not None and (bool(d.dims) or d.kind in ("vector", "row", "matrix"))
        square = d is not None and (len(d.dims) == 2 or d.kind == "matrix") and _inverse(power)
        return (
            array
            and not square
            and power.node is not None
            and power.node.kind != "num"
            and power.tokens[-1].text not in TRANSPOSES
        )

    def exponential(self, power: Post) -> bool:
        """Whether e to this power is the exponential; eᵀ alone is a transposed vector, unless T is a number."""
        if len(power.tokens) == 1 and power.tokens[0].text in TRANSPOSES:
            return power.tokens[0].text == "t" or power.tokens[0].text in self.tables.sizes or self.known(power.tokens[0].text)
        return power.node is not None or len(power.tokens) == 1

    def filled(self, letter: str, size: str, span: Span) -> Draft:
        """The vector (or, with `n\\times m` below, the matrix) of ones or zeros."""
        op = ops.ones if letter in ONES else ops.zeros
        declared = self.tables.declared.get(letter)
        written = size or ("times".join(declared.dims) if declared is not None else "")
        if written:
            sizes = tuple(self.literal_size(x) for x in written.split("times"))
        else:
            # A vector, or where only that conforms a matrix.
            key = f"{letter}|{span}"
            self.turns[key] = ("vector", "matrix"), span
            sizes = tuple(self.solver.fresh() for _ in range(1 + self.choice.get(key, 0) % 2))
        return Draft(Shape(sizes), lambda: op(params=tuple(self.solver.dim(n) for n in sizes)), span)

    def of_ones(self, declared: Declaration) -> Draft:
        """A letter that the text says is the vector (or the matrix) of ones."""
        axes: tuple[Size, ...] = tuple(self.literal_size(d) for d in flat(declared.dims))
        axes = axes or tuple(self.solver.fresh() for _ in range(2 if declared.kind == "matrix" else 1))
        row = declared.kind == "row"
        made = Shape(axes, row)

        def make() -> Term:
            ones = ops.ones(params=tuple(self.solver.dim(n) for n in axes))
            return ops.transpose(ones) if row else ones

        return Draft(made, make, declared.span)

    def indexed_constant(self, letter: str, sub: Post | None, span: Span) -> Draft | None:
        if sub is None:
            return None
        if parts(letter)[0] == "\\delta" and (of_label := self.delta_of_label(sub, span)) is not None:
            return of_label
        if parts(letter)[0] == "e" and (of_label := self.unit_of_label(sub, span)) is not None:
            return of_label
        atoms = slots(sub.tokens)
        delta = (parts(letter)[0] == "\\delta" and len(atoms) == 2) or (
            parts(letter)[0] == "e" and len(atoms) == 1 and _may_count(atoms[0])
        )
        if not atoms or not all(t.kind == "name" and (self.is_index(t.text) or (delta and self.may_run(t.text))) for t in atoms):
            return None
        found = [self.index(t.text, span) for t in atoms]
        if parts(letter)[0] == "\\delta" and len(found) == 2:
            if not self.solver.unify(found[0].shape.index, found[1].shape.index):  # type: ignore[arg-type]
                raise self.error("the indices of δ have different ranges", span)
            return Draft(Shape(), lambda: ops.equal(found[0].make(), found[1].make()), span)
        if parts(letter)[0] == "e" and len(found) == 1:
            extent = found[0].shape.index
            assert extent is not None
            if atoms[0].text not in self.bound:
                self.assume(
                    f"{text_name(letter)}_{atoms[0].text} is a unit vector",
                    span,
                    (),
                    False,
                    f"${letter}_{atoms[0].text}$ is a vector, where it is one",
                )

            def make() -> Term:
                return ops.basis(found[0].make(), params=(self.solver.dim(extent),))

            return Draft(Shape((extent,)), make, span)
        return None

    def delta_of_label(self, sub: Post, span: Span) -> Draft | None:
        """δ_{k y_i} of a label that picks members."""
        found = self.labels_among(sub.tokens, span)
        if found is None or len(found) != 2:
            return None
        at = next(k for k, i in enumerate(found) if i.tag.startswith("label:"))
        name, letter = found[at].tag.split(":")[1:]
        return self.entry_of_label((name, letter), found[1 - at], span)

    def standard_unit(self, name: str, number: int, span: Span) -> Draft:
        """The e_1 of a text that says that the e_i are the standard basis vectors."""
        d = self.tables.declared.get(self.tables.alias(name))
        extent = self.literal_size(d.dims[0] if d is not None and len(d.dims) == 1 else "")
        if isinstance(extent, Dim) and extent.literal is not None and extent.literal < number:
            raise self.error(f"{text_name(name)} is no basis vector of {extent} entries", span)
        return Draft(Shape((extent,)), lambda: ops.basis(Number(number), params=(self.solver.dim(extent),)), span)

    def unit_of_label(self, sub: Post, span: Span) -> Draft | None:
        """e_{y_i} of a label that picks members: the row of the array in which labels are kept."""
        atoms = bare(sub.tokens)
        found = label_at(atoms, 0)
        if found is None or found[1] != len(atoms) or not self.picks(found[0]):
            return None
        array, i = self.one_hot(found[0], span)
        return Draft(Shape(array.shape.axes[1:]), lambda: ops.at(array.make(), i.make()), span)

    def single_entry(self, post: Post, span: Span) -> Draft | None:
        """J^{ij}, the matrix whose only entry is a 1 at (i, j)."""
        atoms = slots(post.tokens)
        if len(atoms) != 2 or not all(
            t.kind == "name" and (self.is_index(t.text) or self.may_run(t.text) and _may_count(t)) for t in atoms
        ):
            return None
        rows, columns = (self.index(t.text, span) for t in atoms)
        m, n = rows.shape.index, columns.shape.index
        assert m is not None and n is not None

        def make() -> Term:
            left = ops.basis(rows.make(), params=(self.solver.dim(m),))
            return ops.product(left, ops.transpose(ops.basis(columns.make(), params=(self.solver.dim(n),))))

        return Draft(Shape((m, n)), make, span)

    def normal_cdf(self, x: Draft, span: Span) -> Draft | None:
        """Φ(z) of a number or of every entry, where nothing else is called Φ: the distribution function of the standard normal."""
        if x.shape.rank > 1:
            return None
        self.assume(
            "Φ is the distribution function of the standard normal, (1 + erf(z/√2))/2",
            span,
            ("Φ times what stands in the bracket",),
            True,
            r"$\Phi(z) = \frac{1 + \operatorname{erf}(z/\sqrt{2})}{2}$",
        )

        def make() -> Term:
            t = Symbol("z", SCALAR)
            body = ops.quotient(ops.add(Number(1), ops.erf(ops.quotient(t, ops.sqrt(Number(2))))), Number(2))
            return Apply(Function("\\Phi", "Φ", (t,), body, SCALAR, True, 0, 0, True, "Phi"), (x.make(),))

        return Draft(Shape(x.shape.axes, x.shape.row), make, span, "", None, x.guess)


def _inverse(power: Post) -> bool:
    """`e^{-1}`, `e^{-2}` of a matrix e."""
    inner = bare(power.tokens)
    return len(inner) == 2 and inner[0].text == "-" and inner[1].kind == "num"


def _may_count(t: Token) -> bool:
    """Whether a letter is one of those that count places."""
    return t.text in ("i", "j", "k", "l", "m", "n", "p", "q", "r", "s")
