"""Eigenvalues, eigenvectors and singular values before a bracket: λ_max(X), λᵢ(A), vᵢ(A), σᵢ(X), ‖X‖₂."""

from __future__ import annotations

from gradatim import ops
from gradatim.errors import Span
from gradatim.ops.tidy import tidy
from gradatim.read.composites import Composites
from gradatim.read.infer import Draft, Shape
from gradatim.read.names import text_name
from gradatim.read.tree import Node
from gradatim.term import Apply, Number, Symbol, Term

_LARGEST = {"max": "largest", "min": "smallest", "1": "largest"}


class Spectra(Composites):
    """What belongs to an eigenvalue or a singular value that is told by its number."""

    def said(self, what: str, span: Span, *otherwise: str) -> None:
        self.assume(f"{self.solver.quote(span)} is {what}", span, otherwise, bool(otherwise))

    def of_named_value(self, name: str, sub: str, group: Node, span: Span) -> Draft | None:
        """λᵢ(A + tB) of a text that says that λᵢ is an eigenvalue; None where it says nothing of the kind, or of no matrix."""
        named = self.tables.named_values
        plain = name.replace("{", "").replace("}", "")
        letter, end = named.get(plain) or named.get(plain.removesuffix(sub)) or ("", "")
        if not letter or self.draft(group.args[0]).shape.rank != 2:
            return None
        if end == "other":
            raise self.error(f"which eigenvalue {self.solver.quote(span)} is by the text is not read", span)
        if end == "up" and _extreme(sub) != "min":
            if sub != "1":
                return self.of_smallest(sub, group.args[0], span)
            sub = "\\min"
        return self.of_spectrum(letter, sub, group.args[0], span, True)

    def of_smallest(self, sub: str, argument: Node, span: Span) -> Draft | None:
        """λ_2(X) of a text that counts from the smallest one: λ_{n−1}(X), counted from the largest; λ_k(X) is −λ_k(−X)."""
        x = self.draft(argument)
        if x.shape.rank != 2:
            return None
        self.runs_over_columns(sub, x, span)
        self.square(x, "the eigenvalues")
        self.assume(f"{self.solver.quote(span)} is the {sub}-th smallest eigenvalue", span)

        def make() -> Term:
            made = x.make()
            self.needs_symmetry(made, span)
            if sub.isdigit():
                n = self.solver.dim(x.shape.axes[1])
                return ops.at(ops.eigenvalues(made), ops.size(n - (int(sub) - 1)))
            return ops.minus(ops.at(ops.eigenvalues(ops.minus(made)), self.place(sub, x)))

        plain = not sub.isdigit()
        return Draft(Shape(), make, span, f"eigenvalue:{sub}" if plain else "", x if plain else None, x.guess)

    def of_spectrum(self, letter: str, sub: str, argument: Node, span: Span, named: bool = False) -> Draft | None:
        """λ_max(X), λ_i(X) of a symmetric matrix, σ_max(X), σ_i(X) of any; None where it is nothing of the kind."""
        extreme = _extreme(sub)
        if not (extreme or named) and (self.known(letter) or not (sub.isdigit() or self.is_index(sub) or sub in tuple("ijkl"))):
            return None
        x = self.draft(argument)
        if x.shape.rank != 2:
            return None
        self.runs_over_columns(sub, x, span)
        name = "eigenvalue" if letter == "\\lambda" else "singular value"
        if letter == "\\lambda":
            self.square(x, "the eigenvalues")
        which = _LARGEST.get(extreme or sub, f"{sub}-th largest")
        others = ("the sigmoid of a layer",) if letter == "\\sigma" and not (extreme or named) else ()
        self.assume(f"{self.solver.quote(span)} is the {which} {name}", span, others, bool(others))

        def make() -> Term:
            made = x.make()
            if letter == "\\sigma":
                return singular_value(made, self.place(sub, x))
            if extreme == "max" or sub == "1":
                return self.largest(made, span)
            self.needs_symmetry(made, span)
            return ops.at(ops.eigenvalues(made), self.place(sub, x))

        plain = letter == "\\lambda" and not extreme and not sub.isdigit()
        return Draft(Shape(), make, span, f"eigenvalue:{sub}" if plain else "", x if plain else None, x.guess)

    def of_eigenvector(self, letter: str, name: str, group: Node, span: Span) -> Draft | None:
        """vᵢ(A), v_max(A), v(A), where the text says that these are eigenvectors; None before what is no matrix."""
        if letter not in self.tables.eigenvectors or len(group.args) != 1:
            return None
        x = self.draft(group.args[0])
        if x.shape.rank != 2:
            return None
        sub = name[len(letter) :].removeprefix("_").removeprefix("{").removesuffix("}")
        size = self.square(x, "the eigenvectors")
        sub = sub or self.tables.eigenvectors[letter]
        if not sub:
            raise self.error("of which eigenvalue this is the eigenvector is not said", span, "write v_1, v_i, v_{\\max}")
        self.runs_over_columns(sub, x, span)
        which = _LARGEST.get(_extreme(sub) or sub, f"{sub}-th largest")
        self.assume(f"{self.solver.quote(span)} is the eigenvector of length 1 of the {which} eigenvalue, up to its sign", span)

        def make() -> Term:
            made = x.make()
            letters = () if letter == "v" else (letter, text_name(letter))
            if not _symmetric(made) and (_extreme(sub) == "max" or sub == "1"):
                return ops.dominant_eigenvector(made, params=letters)
            self.needs_symmetry(made, span)
            return ops.at(ops.right_eigenvectors(made, params=letters), self.place(sub, x))

        return self.built(Shape((size,)), make, [x], span)  # type: ignore[arg-type]

    def pseudo_inverse(self, drafts: list[Draft], span: Span) -> Draft:
        """X⁺; that of λᵢ(X) I − X is the reduced resolvent where X is symmetric."""
        made = super().pseudo_inverse(drafts, span)

        def make() -> Term:
            found = _reduced(drafts[0].make())
            return made.make() if found is None else found

        return Draft(made.shape, make, span, "", None, made.guess)

    def dominant_value(self, drafts: list[Draft], span: Span) -> Draft:
        """The eigenvalue of largest real part, of any square matrix."""
        self.square(drafts[0], "the eigenvalues")
        return self.built(Shape(), lambda: ops.dominant_eigenvalue(drafts[0].make()), drafts, span)

    def dominant_vector(self, drafts: list[Draft], span: Span) -> Draft:
        """Its right eigenvector of length one."""
        size = self.square(drafts[0], "the eigenvectors")
        return self.built(Shape((size,)), lambda: ops.dominant_eigenvector(drafts[0].make()), drafts, span)  # type: ignore[arg-type]

    def largest(self, made: Term, span: Span) -> Term:
        """The largest eigenvalue of a symmetric matrix, the one of largest real part of any other."""
        if _symmetric(made):
            return ops.at(ops.eigenvalues(made), Number(1))
        said = "the largest eigenvalue is the one of largest real part, which is real and simple"
        self.assume(said, span, ("that of a symmetric matrix, if it is one",), True, "the matrix is symmetric, where it is")
        return ops.dominant_eigenvalue(made)

    def runs_over_columns(self, sub: str, x: Draft, span: Span) -> None:
        """An index below the letter runs over the columns of the matrix."""
        if not _extreme(sub) and not sub.isdigit():
            index = self.index(sub, span)
            if index.shape.index is None or not self.solver.unify(index.shape.index, x.shape.axes[1]):
                raise self.error(f"the index {sub} does not run over the columns of this matrix", span)

    def place(self, sub: str, x: Draft) -> Term:
        """The number that stands below the letter, of the largest first."""
        extreme = _extreme(sub)
        if extreme == "min":
            return ops.size(self.solver.dim(x.shape.axes[1]))
        if extreme or sub.isdigit():
            return Number(1 if extreme else int(sub))
        return Symbol(sub, self.solver.type(Shape(index=x.shape.axes[1])))

    def needs_symmetry(self, made: Term, span: Span) -> None:
        if not _symmetric(made):
            raise self.error(
                "eigenvalues are read of a symmetric matrix, and nothing says that this one is",
                span,
                "declare the matrix symmetric",
            )

    def spectral_norm(self, x: Draft, span: Span, sure: bool) -> Draft:
        """‖X‖₂ = σ_max(X) = √λ_max(XᵀX)."""
        if sure:
            self.said("the spectral norm", span)
        else:
            self.said("the spectral norm, the largest singular value", span, "the Frobenius norm")
        return self.built(Shape(), lambda: singular_value(x.make(), Number(1)), [x], span)


def _extreme(sub: str) -> str:
    word = sub.removeprefix("\\").removeprefix("mathrm{").rstrip("}")
    return word if word in ("max", "min") else ""


def _reduced(made: Term) -> Term | None:
    """The reduced resolvent that the pseudo-inverse of λᵢ(X) I − X is for a symmetric X; None of any other term."""
    parts = made.args if isinstance(made, Apply) and made.op is ops.add else ()
    for value in (n for p in parts[:1] for n in p.args if n.is_scalar):
        held = value.args[0] if isinstance(value, Apply) and value.op is ops.at else value
        if not isinstance(held, Apply) or held.op not in (ops.eigenvalues, ops.dominant_eigenvalue):
            continue
        x = held.args[0]
        apart = ops.subtract(ops.product(value, ops.identity(params=x.type.axes[:1])), x)
        if _symmetric(x) and tidy(apart) is tidy(made):
            return ops.dominant_resolvent(x) if held is value else ops.at(ops.resolvents(x), *value.args[1:])
    return None


def _symmetric(made: Term) -> bool:
    return bool(ops.facts(made) & {"symmetric", "spd", "psd"})


def singular_value(x: Term, position: Term) -> Term:
    """σᵢ(X) = √λᵢ(XᵀX)."""
    return ops.sqrt(ops.at(ops.eigenvalues(ops.product(ops.transpose(x), x)), position))


__all__ = ["Spectra", "singular_value"]
