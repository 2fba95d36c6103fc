"""The record of an operation, and what its fields are made of.

An operation is one frozen record: shape law, derivative, meaning in numbers, code, notation, facts. Passes ask the record
and never name an operation (lowering and lifting name the few structural ones). A field left out is an error at import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from gradatim.errors import GradatimError, ShapeError
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type

# ---------------------------------------------------------------- numbers


class Ring(Protocol):
    """A number system in which terms are evaluated: float64 arrays, arb balls, a prime field. Arrays are its own."""

    def number(self, value: Fraction) -> Any: ...
    def add(self, a: Any, b: Any) -> Any: ...
    def multiply(self, a: Any, b: Any) -> Any:
        """Entry by entry; a scalar meets every entry."""

    def divide(self, a: Any, b: Any) -> Any: ...
    def power(self, base: Any, exponent: Any) -> Any:
        """Entry by entry, scalar exponent as an array of the ring."""

    def power_rational(self, base: Any, exponent: Fraction) -> Any: ...
    def einsum(
        self, ins: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Any], extents: Mapping[int, int]
    ) -> Any:
        """The sum over all indices not in `out` of the product of the arrays' entries; a repeated output index is a diagonal."""

    def map(self, name: str, a: Any) -> Any:
        """The scalar function of this name at each entry; names are those of the `scalar` fields of the dictionary."""

    def inverse(self, a: Any) -> Any: ...
    def det(self, a: Any) -> Any: ...
    def primary(self, name: str, a: Any) -> Any:
        """The function of this name (exp, log, sqrt, sin, cos) of a square matrix."""

    def spectrum(self, a: Any) -> tuple[Any, Any]:
        """The eigenvalues of a symmetric matrix, the largest first, and its eigenvectors in this order, as columns of length one
        whose entry of largest size is positive."""

    def eigen(self, a: Any, count: int) -> tuple[Any, Any]:
        """The `count` eigenvalues of largest real part of a square matrix, and their right eigenvectors as in `spectrum`;
        EvaluationError, or nan, where one of them is not real."""

    def maximum(self, a: Any) -> Any:
        """The largest entry."""

    def entries(self, a: Any) -> Sequence[Any]:
        """The entries as scalars, row by row."""

    def stack(self, parts: Sequence[Any]) -> Any:
        """Arrays of one shape along a new first axis."""

    def equal(self, a: Any, b: Any) -> Any:
        """1 where the entries are equal, 0 elsewhere."""

    def shape(self, a: Any) -> tuple[int, ...]: ...
    def full(self, shape: tuple[int, ...], value: Fraction) -> Any: ...
    def array(self, shape: tuple[int, ...], values: Sequence[Fraction]) -> Any:
        """The array of these entries, the last axis fastest."""

    def whole(self, a: Any) -> int:
        """The whole number that a scalar is; EvaluationError where it is none."""

    def reshaped(self, a: Any, shape: tuple[int, ...]) -> Any:
        """The same entries in the same order (the last axis fastest) under another shape."""


Value = Callable[[Ring, Sequence[Any], Apply, Callable[[Dim], int]], Any]


# ---------------------------------------------------------------- index formulas


@dataclass(frozen=True, slots=True)
class Factor:
    """`head[indices]`; a head of None is Kronecker's delta of its two indices. Indices are index terms (or numbers)."""

    head: Term | None
    indices: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Monomial:
    """A scalar coefficient times factors; every index that is not free where it stands is summed."""

    coefficient: Term
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Einsum:
    """Local index numbers of each argument and of the result. Output indices may repeat (a diagonal) or be new (ones)."""

    ins: tuple[tuple[int, ...], ...]
    out: tuple[int, ...]


Group = tuple[int, ...]
"""An axis as local index numbers: one, or several that count it together, the first slowest."""


@dataclass(frozen=True, slots=True)
class PairedEinsum:
    """An einsum whose axes may be groups of local indices: `vec` is ij → (ji), a Kronecker product ij, kl → (ik)(jl)."""

    ins: tuple[tuple[Group, ...], ...]
    out: tuple[Group, ...]
    dims: tuple[Dim, ...]
    """The extent of each local index."""


# ---------------------------------------------------------------- derivatives


@dataclass(frozen=True, slots=True)
class Multilinear:
    """Linear in each argument: the einsum is the value, and the derivative by an argument drops that argument."""

    einsum: Callable[[tuple[Type, ...], tuple[object, ...]], Einsum]


@dataclass(frozen=True, slots=True)
class Paired:
    """Linear in each argument, with axes that are counted by several indices together (vec, Kronecker products)."""

    einsum: Callable[[tuple[Type, ...], tuple[object, ...]], PairedEinsum]


@dataclass(frozen=True, slots=True)
class Additive:
    """A sum of arguments of one shape: the derivative by each is the identity."""


@dataclass(frozen=True, slots=True)
class Pointwise:
    """Entry by entry. One rule per argument gives the scalar derivative from scalar arguments and the value itself."""

    partials: tuple[Callable[..., Term], ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """An index formula: `rule(self, k, out, inn)` is d self[out] / d args[k][inn] as monomials (fresh indices are summed)."""

    rule: Callable[[Apply, int, tuple[Term, ...], tuple[Term, ...]], list[Monomial]]


@dataclass(frozen=True, slots=True)
class Primary:
    """A primary function of its first argument, a square matrix. `slope(self)` is f′(X): d f(X) = f′(X) dX where dX commutes
    with X, and d tr f(X) = tr(f′(X) dX) for every dX. Other changes have no formula of this kind."""

    slope: Callable[[Apply], Term]
    parameters: tuple[Callable[[Apply], Term], ...] = ()
    """The derivatives by the scalar arguments that follow, as matrices."""
    along: Callable[[Apply, Term], Term] | None = None
    """The derivative along a change that commutes with nothing, as an operation on that change; None where there is none."""


@dataclass(frozen=True, slots=True)
class Along:
    """Linear in one argument by an operation: `flows(self, G)` weighs that argument where G weighs the value, `moves(self, E)` is
    the change of the value where that of the argument is E. By the other arguments nothing is known."""

    by: int
    flows: Callable[[Apply, Term], Term]
    moves: Callable[[Apply, Term], Term]


@dataclass(frozen=True, slots=True)
class LocallyConstant:
    """The derivative is zero wherever there is one (sign, indicators, identity)."""


@dataclass(frozen=True, slots=True)
class Structural:
    """The engine itself knows it (entries of a family, calls of a defined function)."""


Derivative = Multilinear | Paired | Additive | Pointwise | Indexed | Primary | Along | LocallyConstant | Structural


# ---------------------------------------------------------------- notation


@dataclass(frozen=True, slots=True)
class Notation:
    """How an operation is written and read. Writers know the kinds, never the operations:

    `function` name(args); `infix` a name b; `postfix` an exponent such as ^T; `fence` left argument right;
    `radical` a root sign over the argument; `indicator` one where its two arguments are equal (Kronecker's delta of indices);
    `constant` a name without arguments; `sized` one with its dimensions as subscript; `structural` sums, products, powers,
    quotients, entries; `primed` a function with its first parameter as primes; `norm` a fence with its second argument as
    subscript; `unit` a letter with its index as subscript; `pair` the position that several indices count together;
    `range` rows or columns from one place to another, as a subscript; `blocks` a matrix written out;
    `spectrum` what belongs to eigenvalues: the i-th has its number below its letter, and `spectral` says what it is; `relation` an indicator of another relation
    than equality, whose sign is the spelling: below the sign of a sum where it restricts one.
    """

    kind: str
    latex: str
    text: str
    names: tuple[str, ...] = ()
    """Spellings by which readers know it (LaTeX commands without the backslash and plain words)."""
    close_latex: str = ""
    close_text: str = ""
    matrix_latex: str = ""
    matrix_text: str = ""
    """How a fence closes around a matrix, where that differs (the norm of Frobenius)."""
    array_latex: str = ""
    array_text: str = ""
    """The function that is written instead of a fence around an array: |x| of a vector would be its norm."""
    spectral: str = ""
    """Of a spectrum: each `value`, `vector`, reduced `resolvent`, or `response` (the resolvent less its part along the vector), with an
    axis in front where there are all of them; or the vectors as `columns` of one matrix."""
    meaning: tuple[str, str] = ("", "")
    """What to say, in LaTeX and text, where an answer has the operation and the question has not: not everybody's σ is the sigmoid."""
    legend: str = ""
    """What a sign means that not every reader knows, said once below a derivation: {0} stands for the operation on letters, {1} and
    {2} for these, and formulas stand between backquotes."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Arguments on which the battery of laws tries the operation: a type and the facts that its points respect."""

    types: tuple[Type, ...]
    params: tuple[object, ...] = ()


NOTATIONS = (
    "function", "primed", "infix", "postfix", "fence", "norm", "constant", "sized", "unit", "structural", "radical", "indicator",
    "pair", "range", "blocks", "spectrum", "relation",
)  # fmt: skip

Known = Callable[[Term], frozenset[str]]
Facts = Callable[[Apply, Known], frozenset[str]]

Need = tuple[Term, str]
"""A term and a fact that must hold of it. Beside the facts of symbols there are `somewhere` (an array that is not zero
altogether), `full_column_rank`, `one_largest` (one entry alone is the largest in magnitude) and `one_greatest` (the largest)."""
Needs = Callable[[Apply], tuple[Need, ...]]
Reduces = Callable[[Apply, str, Known], "tuple[Need, ...] | None"]


Simpler = Callable[[Apply, Known], "Term | None"]


def no_reduction(_node: Apply, _fact: str, _facts: Known) -> tuple[Need, ...] | None:
    return None


def no_facts(_node: Apply, _facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    return frozenset()


USUAL_WEIGHT = 3


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """An operation of the dictionary.

    `signature` is the shape law (raises ShapeError); `derivative` one of the kinds above; `rule` the mathematician's name of
    that derivative and `source` where it is stated; `value` its numbers (None for multilinear and additive operations,
    whose einsum is their value); `scalar` the name of the scalar function for pointwise ones; `code` NumPy source with
    {0}, {1}; `domain` a fact that each argument has where samples are drawn ("" for none); `facts` what is known of the result.
    `needs` is what must hold for the derivative to exist, where that is not `domain`; `strict` says that the value does
    not exist elsewhere either, `exists` what the value needs where that is less (√x of x ≥ 0). `reduces` turns a condition on the value into conditions on the arguments (det X ≠ 0:
    X invertible), None where it says nothing simpler. `simpler` is the same value written simpler where facts of the arguments
    allow it (|x| of nonnegative entries), None where they do not.
    """

    name: str
    title: str
    signature: Callable[[tuple[Type, ...], tuple[object, ...]], Type]
    derivative: Derivative
    rule: str
    source: str
    value: Value | None
    code: Mapping[str, str]
    notation: Notation
    samples: tuple[Sample, ...]
    scalar: str = ""
    domain: tuple[str, ...] = ()
    facts: Facts = no_facts
    arity: int | None = 1
    """How many arguments; None for any number."""
    needs: Needs | None = None
    strict: bool = False
    exists: Needs | None = None
    reduces: Reduces = no_reduction
    simpler: Simpler | None = None
    even: bool = False
    """Whether turning the sign of the first argument leaves the value: ‖a − b‖ is ‖b − a‖."""
    restricts: bool = False
    """Whether a zero of it says that the other factors are not looked at: [i ≠ j] / ‖xᵢ − xⱼ‖ is zero where i = j. Source:
    Knuth, Two notes on notation, Amer. Math. Monthly 99 (1992)."""
    normal: Callable[[Apply], Term] | None = None
    """The one of several equal nodes that stands for all in sums and products: [j ≠ i] as [i ≠ j]."""
    bend: str = ""
    """`convex` or `concave` as a function of all its arguments (for a norm, of its first); "" where neither is so. Source: Boyd &
    Vandenberghe, Convex Optimization (2004), ch. 3."""
    keeps_sign: bool = False
    """Whether a function of numbers has the sign of its argument: eˣ − 1 is positive where x is."""
    batched: bool = False
    """Whether its code works along the last axes, of arrays that have members of a family in front."""
    either_sign: bool = False
    """Whether the sign of the value is a convention, as that of an eigenvector is."""
    rises: bool = False
    """Whether it is not decreasing in any argument, so that convex in place of an argument stays convex."""
    choice: Callable[[Apply], tuple[str | Term, ...]] | None = None
    """What a subgradient may put for the derivative at the kink: a sentence of words and formulas."""
    saying: str = ""
    """One sentence for its rule, beside a line of a derivation; % stands for the first argument, formulas between backquotes."""
    complement: Callable[[Apply], tuple[Term, Term]] | None = None
    """A partner and the sum of both: [j < i] beside [i < j], and [i ≠ j]."""
    of_matrices: bool = False
    """Whether a function of numbers is one of square matrices as well, of which it is written with a sign entry by entry."""
    weight: int = USUAL_WEIGHT
    """How hard its sign is to read, where the cheapest of several equal formulas is chosen (a symbol counts ten): a product says more
    plainly what is meant than a trace, and a trace than an array of ones. Of a sum each term has it."""

    applied: tuple[str, str] | None = None
    """Code, in the names that NumPy, JAX and PyTorch share, of the product of this matrix, and of its transpose, with the array that
    is the last argument: a permutation picks entries, and is not formed."""

    def result(self, args: tuple[Term, ...], params: tuple[object, ...]) -> Type:
        if self.arity is not None and len(args) != self.arity:
            raise ShapeError(f"{self.title} takes {self.arity} argument(s), not {len(args)}")
        return self.signature(tuple(a.type for a in args), params)

    def __call__(self, *args: Term, params: tuple[object, ...] = ()) -> Apply:
        return Apply(self, args, params)

    def needed(self, node: Apply) -> tuple[Need, ...]:
        """What must hold for the derivative of a node of this operation to exist."""
        if self.needs is not None:
            return self.needs(node)
        return tuple((a, fact) for a, fact in zip(node.args, self.domain) if fact)

    def needed_for_value(self, node: Apply) -> tuple[Need, ...]:
        """What must hold for a node of this operation to have a value."""
        if self.exists is not None:
            return self.exists(node)
        return self.needed(node) if self.strict else ()

    def __repr__(self) -> str:
        return f"<op {self.name}>"


_registry: dict[str, Op] = {}


def register(op: Op) -> Op:
    """Put an operation into the dictionary. A missing or contradictory field is an error at import."""
    problems = [f for f in ("name", "title", "rule", "source") if not getattr(op, f)]
    if op.name in _registry:
        problems.append("name (taken already)")
    if op.value is None and not isinstance(op.derivative, (Multilinear, Additive, Structural)):
        problems.append("value")
    if isinstance(op.derivative, Pointwise) and op.arity != len(op.derivative.partials):
        problems.append("derivative (one partial per argument)")
    if not op.samples:
        problems.append("samples")
    if "numpy" not in op.code:
        problems.append("code['numpy']")
    if op.notation.kind not in NOTATIONS:
        problems.append("notation.kind")
    if problems:
        raise GradatimError(f"the operation {op.name!r} lacks: {', '.join(problems)}")
    _registry[op.name] = op
    return op


def dictionary() -> dict[str, Op]:
    """Every operation by name, in order of registration."""
    return dict(_registry)


def derivative_of(op: object) -> Derivative:
    """The derivative field of a dictionary operation or of a user's function."""
    return op.derivative  # type: ignore[attr-defined, no-any-return]


def words(shape: tuple[Dim, ...]) -> str:
    return "×".join(map(str, shape)) if shape else "scalar"


def same_axes(title: str, types: Sequence[Type]) -> Type:
    """The common shape of arguments that meet entry by entry; ShapeError names the first pair that differs."""
    first = types[0]
    for k, t in enumerate(types[1:], 2):
        if t.axes != first.axes or (t.rank == 1 and t.row != first.row):
            raise ShapeError(
                f"{title}: argument 1 is {first.described}, argument {k} is {t.described}; the shapes must be the same"
            )
    return Type(first.axes, row=first.row)


def need_square(title: str, t: Type) -> Dim:
    if t.rank != 2 or t.axes[0] != t.axes[1]:
        raise ShapeError(f"{title} needs a square matrix, not {t.described}")
    return t.axes[0]
