"""What a second derivative is made of: diagonals, Kronecker products, ranks of one; solved with as such."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gradatim.compile.diagonals import DiagonalAndRanks, Entrywise, diagonal, diagonal_and_ranks, entrywise
from gradatim.compile.kroneckers import Kroneckers, kronecker
from gradatim.compile.opened import opened
from gradatim.compile.pencils import Pair
from gradatim.compile.solved import Dense, Way
from gradatim.errors import GradatimError, ShapeError
from gradatim.index.lower import fresh_for, join, lower, rename
from gradatim.matrix.build import times, transposed
from gradatim.matrix.kept import keep
from gradatim.matrix.lift import lift, lift_sum
from gradatim.ops import number, power, total
from gradatim.ops.base import Factor, Monomial
from gradatim.term import Bind, Symbol, Term, free_symbols, is_index
from gradatim.types import Type
from gradatim.write import text


class Structure:
    """A Hessian as a linear map on arrays of the variable's shape. Terms for all that may be asked of it."""

    def __init__(self, hessian: Term) -> None:
        rank = hessian.rank
        axes = hessian.type.axes
        if rank % 2 or not rank or axes[: rank // 2] != axes[rank // 2 :]:
            raise ShapeError(f"a linear operator needs as many axes in as out; this is {hessian.type.described}")
        self.hessian, self.half = hessian, rank // 2
        self.axes = axes[: self.half]
        self.out, self.inn = fresh_for(self.axes), fresh_for(self.axes)
        self.monomials = opened(hessian, (*self.out, *self.inn))
        self.direction = Symbol("V" if self.half == 2 else "v", Type(self.axes))

    # ------------------------------------------------------------ terms

    @cached_property
    def matvec(self) -> Term:
        """H applied to the direction."""
        ties = [join(m, Monomial(number(1), (Factor(self.direction, self.inn),))) for m in self.monomials]
        return lift_sum(ties, self.out)

    @cached_property
    def rmatvec(self) -> Term:
        """The transpose of H applied to the direction."""
        ties = [join(m, Monomial(number(1), (Factor(self.direction, self.out),))) for m in self.monomials]
        return lift_sum(ties, self.inn)

    @cached_property
    def diagonal(self) -> Term:
        return diagonal(self.monomials, self.out, self.inn)

    @property
    def trace(self) -> Term:
        return total(self.diagonal)

    @property
    def dense(self) -> Term:
        return self.hessian

    def solve(self, right: Term) -> Term | None:
        """The direction that H takes to `right`, as a formula; None where no structure helps."""
        return self._way.solve(right) if self._way else None

    @property
    def logdet(self) -> Term | None:
        """log |det H|, where a formula is known."""
        return self._way.logdet() if self._way else None

    @property
    def two_sided(self) -> tuple[Pair, Pair] | None:
        """V ↦ A V Bᵀ + C V Dᵀ as its two products, either or both with Vᵀ, that without first; None where the Hessian is none such."""
        way = self._way
        if not isinstance(way, Kroneckers) or len(way.pairs) != 2:
            return None
        one, other = sorted(way.pairs, key=lambda p: p.turned)
        return one, other

    @property
    def is_structured(self) -> bool:
        """Whether it is solved with by more than the matrix itself."""
        return self._way is not None and not isinstance(self._way, Dense)

    @property
    def is_diagonal(self) -> bool:
        """Whether every entry of the variable meets itself alone."""
        return isinstance(self._way, Entrywise) or isinstance(self._way, DiagonalAndRanks) and not self._way.ranks

    def __str__(self) -> str:
        return str(self._way) if self._way else text(self.hessian)

    @cached_property
    def _way(self) -> Way | None:
        entries = self.monomials, self.out, self.inn
        # The matrix of one row of a larger Hessian has that row's index, which is not summed.
        with keep(*(i for i in free_symbols(self.hessian) if is_index(i))):
            if self.half == 1:
                return diagonal_and_ranks(*entries) or Dense(self.hessian)
            return kronecker(*entries) or entrywise(*entries) or _by_blocks(self)


def applied(block: Term, direction: Term) -> Term:
    """A second derivative by two variables applied to a direction of the second; its last axes are those of the direction."""
    count = direction.rank
    axes = block.type.axes
    out, inn = fresh_for(axes[: len(axes) - count]), fresh_for(axes[len(axes) - count :])
    given = Monomial(number(1), (Factor(direction, inn),)) if count else Monomial(direction, ())
    return lift_sum([join(m, given) for m in opened(block, (*out, *inn))], out)


@dataclass(frozen=True, slots=True)
class _Blocks(Way):
    """Rows (or columns) that do not meet each other, each with a matrix of its own: `block` at the index `member`."""

    block: Structure
    member: Symbol
    rows: bool

    def solve(self, right: Term) -> Term | None:
        (other,) = fresh_for(self.block.axes)
        places = (self.member, other) if self.rows else (other, self.member)
        with keep(self.member):
            solved = self.block.solve(lift(lower(right, places), (other,)))
        if solved is None:
            return None
        stacked = Bind("stack", self.member, solved)
        return stacked if self.rows else transposed(stacked)

    def logdet(self) -> Term | None:
        inner = self.block.logdet
        return Bind("sum", self.member, inner) if inner is not None else None

    def __str__(self) -> str:
        return f"a block for each {'row' if self.rows else 'column'}: {text(Bind('stack', self.member, self.block.hessian))}"


def _by_blocks(s: Structure) -> Way | None:
    """A Hessian by a matrix whose rows, or whose columns, meet none but themselves."""
    for k, rows in ((0, True), (1, False)):
        one, other = s.out[k], s.inn[k]
        rest: list[Monomial] = []
        for m in s.monomials:
            tie = next((f for f in m.factors if f.head is None and set(f.indices) == {one, other}), None)
            if tie is not None:
                rest.append(Monomial(m.coefficient, tuple(f for f in m.factors if f is not tie)))
        if not rest or len(rest) < len(s.monomials):
            continue
        with keep(one):
            block = lift_sum([rename(m, {other: one}) for m in rest], (s.out[1 - k], s.inn[1 - k]))
            return _Blocks(Structure(block), one, rows)
    return None


def newton_direction(gradient: Term, hessian: Term) -> Term:
    """−H⁻¹ g as a formula. Raises GradatimError where the Hessian has more than two axes and no structure to solve with."""
    if hessian.is_scalar:
        return times(number(-1), gradient, power(hessian, number(-1)))
    found = Structure(hessian).solve(gradient)
    if found is None:
        raise GradatimError("the Hessian has no structure that can be solved with as a formula; use operator() with numbers")
    return times(number(-1), found)
