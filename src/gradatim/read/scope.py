"""What is known where a formula is read: declared names, definitions, and the symbols that were settled."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from gradatim.errors import ReadError, Span
from gradatim.ops.function import Function
from gradatim.read.conventions import bars_by_entry, matrix_functions, norms_of_rows, speaks_of_complex, standard_basis
from gradatim.read.eigenpairs import eigenvectors, named_values
from gradatim.read.entries import OF_MATRICES
from gradatim.read.index_sets import Rule, rules
from gradatim.read.infer import dimension
from gradatim.read.names import member_parts, stripped
from gradatim.read.prose import Declaration, declarations
from gradatim.read.set_scripts import full
from gradatim.read.tree import Node
from gradatim.term import Symbol, Term
from gradatim.types import Dim

_REAL = re.compile(r"\breal\b|\\mathbb\s*\{?\s*R|\\R\b|ℝ")
TWIN = "\u2063"
"""Marks the name of a family whose letter a vector has as well."""


OWN_NORM = "\\mathrm{norm}"
"""What the norms are called that a text defines, with their subscript."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A guess of the reader: what it took, where, what else it could be, whether another reading conforms too, and
    what to write into the declarations to settle it."""

    text: str
    span: Span = (0, 0)
    alternatives: tuple[str, ...] = ()
    changes_answer: bool = False
    fix: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(eq=False, slots=True)
class Definition:
    """A definition as written: the name, its parameters' nodes (None without brackets), its index, its body."""

    name: str
    body: Node | None
    parameters: tuple[Node, ...] | None
    index: str
    span: Span
    text: str
    elementwise: bool = False
    alias: str = ""


@dataclass(slots=True)
class Tables:
    """Declarations by name, families by base name, sizes, definitions, settled symbols and functions."""

    declared: dict[str, Declaration] = field(default_factory=dict)
    families: dict[str, Declaration] = field(default_factory=dict)
    sizes: dict[str, None] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    """Plain names that are not those of the spelling: the caller's own, and the suffixed ones of names that clash."""
    functions: dict[str, Function] = field(default_factory=dict)
    indices: dict[str, str] = field(default_factory=dict)
    heads: dict[str, Definition] = field(default_factory=dict)
    """The asked function by its name, without parameters: in an answer `L` and `L(w)` are its value."""
    hints: dict[str, None] = field(default_factory=dict)
    """Names whose members are inverted somewhere: members of a family of matrices, if nothing else is known."""
    eigenvectors: dict[str, str] = field(default_factory=dict)
    """Letters of eigenvectors, and `max` or `min` where the text says of which eigenvalue."""
    named_values: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Eigenvalues and singular values that the text names: the letter of the mathematics, and from which end they are counted."""
    halved: dict[str, None] = field(default_factory=dict)
    """Capitals that stand alone over a number, the N of N/2: numbers, if nothing else is known."""
    placed: dict[str, None] = field(default_factory=dict)
    """Names that stand in a product as matrices do."""
    acted_on: dict[str, None] = field(default_factory=dict)
    """Small letters to which a matrix is applied, the y of `X^T y`: vectors, if nothing else is known."""
    moving: dict[str, Symbol] = field(default_factory=dict)
    """Names that stand with the time in brackets, the x of x(t), as symbols of the same kind."""
    lengths: dict[str, Dim] = field(default_factory=dict)
    """Unknown functions of several arguments that give a vector, and how many entries it has."""
    indexed: dict[str, None] = field(default_factory=dict)
    """Names that carry an index which a sum binds: another single letter below them is an index too."""
    units: bool = False
    """Whether the declarations say that the e_1, e_2, … are standard basis vectors."""
    labels: dict[str, str] = field(default_factory=dict)
    """The arrays of zeros and ones in which labels are kept, by the name of the labels."""
    counts: dict[str, str] = field(default_factory=dict)
    """Names over whose entries a sum runs, and its upper end where it begins at 1; "0" where it begins at 0."""
    from_zero: dict[str, None] = field(default_factory=dict)
    """Names of which a sum of the problem counts the entries from 0, in every formula."""
    matrix: bool = False
    """Whether the declarations speak of matrix functions."""
    complex: bool = False
    """Whether the declarations speak of complex numbers."""
    real: bool = False
    """Whether they say that numbers are real."""
    broadcast: bool = False
    """Whether they say that a vector beside a matrix is broadcast: a column is added to every column, a row to every row."""
    norms_of_rows: bool = False
    """Whether they say that a norm of a matrix adds up the norms of its rows."""
    bars_by_entry: bool = False
    """Whether they say that |·| of a vector holds the absolute values of its entries."""
    counted: dict[str, None] = field(default_factory=dict)
    """Plain names of numbers that an exponent of a matrix made whole: they are sizes wherever they stand."""
    loose: dict[str, Dim] = field(default_factory=dict)
    """Indices of the problem's sums that run over no axis of an array, and the size up to which they run."""
    sets: dict[str, int] = field(default_factory=dict)
    """Names of sets over which a sum runs, by how many indices: |S| of one counts its members."""
    whole_sets: dict[str, None] = field(default_factory=dict)
    """Names of sets over whose things a sum runs, x ∈ D: |D| counts them."""
    set_rules: dict[str, Rule] = field(default_factory=dict)
    """Sets of indices that the declarations state by a condition, by name."""
    sized: dict[str, str] = field(default_factory=dict)
    """Letters that the text gives to a constant of the vec calculus: "K_{mn} is the commutation matrix"."""
    unread: dict[str, str] = field(default_factory=dict)
    """Functions for which the declarations state an equation that could not be read, and the equation."""
    dressed: dict[str, str] = field(default_factory=dict)
    """The bold name whose entries a letter in italics has: the x of x_j beside \\mathbf{x}."""
    closed: bool = False
    """Whether names that nothing declares or defines are errors: an answer speaks of its problem's names."""
    entrywise: list[Span] | None = None
    """Where neighbours of one shape are multiplied entry by entry, as nobody should write it: their places are put here. None
    where such a product does not conform."""
    tight: bool = False
    """Whether a differential operator takes only the brackets behind it: ∇(xᵀx) y."""
    slope: Callable[[Term, Symbol], Term] | None = None
    """What gives g′ of a g that the text defines its value; None where that is an error."""
    differentiate: Callable[[Term, tuple[Term, ...]], Term] | None = None
    """What gives the derivatives in a formula their value; None where a derivative in a formula is an error."""
    tangent: Callable[[Term], Term] | None = None
    asked: tuple[Term, ...] = ()
    """The variables of the question: a ∇ in an answer that does not say by what is by the first of them."""
    """What gives the differentials in a formula their value."""

    def copy(self) -> Tables:
        """Tables that begin with the same entries; what is added to them stays there."""
        kept = {f.name: getattr(self, f.name) for f in fields(self)}
        made = Tables(**{name: dict(t) for name, t in kept.items() if isinstance(t, dict)})  # type: ignore[arg-type]
        made.matrix, made.complex, made.real = self.matrix, self.complex, self.real
        made.norms_of_rows, made.broadcast = self.norms_of_rows, self.broadcast
        made.bars_by_entry, made.units = self.bars_by_entry, self.units
        made.slope = self.slope
        return made

    def declare(self, text: str) -> None:
        self.matrix = self.matrix or matrix_functions(text)
        self.complex = self.complex or speaks_of_complex(text)
        self.real = self.real or bool(_REAL.search(text))
        self.norms_of_rows = self.norms_of_rows or norms_of_rows(text)
        self.broadcast = self.broadcast or "broadcast" in text.lower()
        self.bars_by_entry = self.bars_by_entry or bars_by_entry(text)
        self.eigenvectors |= eigenvectors(text)
        self.named_values |= named_values(text)
        self.units = self.units or standard_basis(text)
        self.set_rules |= rules(text)
        found = declarations(text)
        letters: dict[str, set[str]] = {}
        for d in found:
            base, index = member_parts(d.name)
            if index:
                letters.setdefault(base, set()).add(index)
        ranged = {member_parts(d.name)[0] for d in found if d.family}
        # W_q and W_k, y_w and y_l are two things with labels, not members of one family.
        labels = {b for b, s in letters.items() if b not in ranged and len(s) > 1 and not s <= set("ijklmnst")}
        # The n of an n × n matrix is no index: σ_n beside it is a name with a label, unless the text gives n a range.
        ranges = {d.family[0] for d in found if d.family}
        sizes = {size for d in found for size in d.dims if len(size) == 1} - ranges
        for d in found:
            base, index = member_parts(d.name)
            self.add(d, base not in labels and (bool(d.family) or index not in sizes))
        self.two_of_one_name()

    def two_of_one_name(self) -> None:
        """x, x_i ∈ ℝᵈ: a vector and the members of a family are two things, although they share a letter."""
        for base, d in list(self.families.items()):
            own = self.declared.get(base)
            vector = own is not None and not own.family and not own.role and (len(own.dims) == 1 or own.kind == "vector")
            if (
                own is not None
                and vector
                and d.name != base
                and (d.role.startswith(("rows:", "columns:")) or len(d.dims) >= 1 or d.kind in ("vector", "matrix"))
            ):
                self.families[base + TWIN] = self.families.pop(base)
                self.plain[base + TWIN] = f"{stripped(base).lstrip(chr(92))}s"

    def add(self, d: Declaration, member: bool = True) -> None:
        for size in d.dims:
            self.note_size(size)
        if d.role in ("commutation", "duplication", "elimination") and "_" in d.name:
            self.sized[d.name.partition("_")[0]] = d.role
            return
        self.declared[d.name] = d
        if d.family:
            self.indices[d.family[0]] = d.family[1]
            if d.family[1]:
                self.note_size(d.family[1])
        base, index = member_parts(d.name)
        matrix = len(d.dims) == 2 or bool(d.facts & OF_MATRICES)  # R_n ≻ 0 is a name as long as no sum runs over n
        if index and (d.family or (member and index in "ijklmnst" and (index in "ijk" or not matrix))):
            self.families.setdefault(base, d)

    def note_size(self, size: str) -> None:
        try:
            for name in dimension(size).names:
                self.sizes.setdefault(name)
        except ReadError:
            return

    def alias(self, name: str) -> str:
        """The declared or defined name that this spelling means: itself, or the one that differs only in style."""
        if self.knows(name):
            return name
        if name in self.dressed:
            return self.dressed[name]
        wanted = stripped(name)
        found = [n for n in (*self.declared, *self.families, *self.definitions, *self.symbols) if stripped(n) == wanted]
        found = list(dict.fromkeys(found))
        return found[0] if len(found) == 1 else name

    def member_of_family(self, name: str) -> bool:
        """Whether a declared name is any member of a family: the x_i of which that is said, and, where a sum runs over one, the x_j
        declared beside it."""
        if name in self.families_names():
            return True
        base = member_parts(name)[0]
        d, of = self.declared.get(name), self.families.get(base) if base in self.indexed else None
        return d is not None and of is not None and (d.dims, d.kind, d.role) == (of.dims, of.kind, of.role) and not of.family

    def families_names(self) -> set[str]:
        """The names of members as they were declared: `x_i`."""
        return {d.name for d in self.families.values()}

    def in_lines(self, name: str) -> bool:
        """Whether the rows or columns of this name are spoken of, and so it is a matrix."""
        return any(d.role in (f"rows:{name}", f"columns:{name}") for d in self.declared.values())

    def knows(self, name: str) -> bool:
        return name in self.declared or name in self.definitions or name in self.symbols or name in self.families


__all__ = ["Assumption", "Definition", "Tables", "full", "member_parts"]
