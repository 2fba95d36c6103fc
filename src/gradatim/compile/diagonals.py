"""Second derivatives that are diagonal, or a diagonal and a product of two vectors: found, and solved with entry by entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.compile.opened import groups
from gradatim.compile.solved import Way, front
from gradatim.index.lower import rename
from gradatim.matrix.build import times, transposed
from gradatim.matrix.lift import lift, lift_sum
from gradatim.ops import absolute, add, hdivide, inner, log, number, ones, power, product, quotient, total
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.structure import made_of
from gradatim.term import Term, depends_on
from gradatim.write import text


def diagonal(monomials: Sequence[Monomial], out: tuple[Term, ...], inn: tuple[Term, ...]) -> Term:
    """The diagonal of a linear map, of the shape of what it is applied to."""
    table: dict[Term, Term] = dict(zip(inn, out))
    return lift_sum([rename(m, table) for m in monomials], out)


@dataclass(frozen=True, slots=True)
class Entrywise(Way):
    """V ↦ D ⊙ V."""

    entries: Term

    def solve(self, right: Term) -> Term:
        return hdivide(right, self.entries)

    def logdet(self) -> Term | None:
        return total(log(absolute(self.entries)))

    def __str__(self) -> str:
        return f"diag(vec({text(self.entries)}))"


def entrywise(monomials: Sequence[Monomial], out: tuple[Term, ...], inn: tuple[Term, ...]) -> Way | None:
    """A Hessian by a matrix in which every entry meets itself alone."""
    for m in monomials:
        ties = [set(f.indices) for f in m.factors if f.head is None]
        if not all({a, b} in ties for a, b in zip(out, inn)):
            return None
    return Entrywise(diagonal(monomials, out, inn)) if monomials else None


@dataclass(frozen=True, slots=True)
class DiagonalAndRanks(Way):
    """diag(s) + c u vᵀ (Sherman and Morrison), or diag(s) alone."""

    s: Term
    ranks: tuple[tuple[Term, Term, Term], ...]

    def solve(self, right: Term) -> Term:
        plain = hdivide(right, self.s)
        if not self.ranks:
            return plain
        ((c, u, v),) = self.ranks
        scaled = hdivide(u, self.s)
        if front(right)[1] is front(u)[1]:
            # Along u itself the two terms are one, and their difference loses no digits.
            return product(power(add(number(1), product(c, inner(v, scaled))), number(-1)), plain)
        share = quotient(product(c, inner(v, plain)), add(number(1), product(c, inner(v, scaled))))
        return add(plain, product(number(-1), share, scaled))

    def logdet(self) -> Term | None:
        parts: list[Term] = [total(_log_abs(self.s))]
        for c, u, v in self.ranks:
            parts.append(_log_abs(add(number(1), product(c, inner(v, hdivide(u, self.s))))))
        return made_of(add, parts)

    def __str__(self) -> str:
        out = f"diag({text(self.s)})"
        for c, u, v in self.ranks:
            term = text(times(c, u, transposed(v)))
            out += f" − {term[1:].lstrip()}" if term.startswith("−") else f" + {term}"
        return out


def _log_abs(t: Term) -> Term:
    return log(absolute(t))


def diagonal_and_ranks(monomials: Sequence[Monomial], out: tuple[Term, ...], inn: tuple[Term, ...]) -> Way | None:
    """Only where a diagonal is there: a rank of one alone is singular, and a dense matrix gains nothing."""
    ((i,), (k,)) = out, inn
    diagonals: list[Monomial] = []
    ranks: list[tuple[Term, Term, Term]] = []
    for m in monomials:
        # An index tied to a number picks an entry: it is no diagonal.
        tie = next((f for f in m.factors if f.head is None and set(f.indices) == {i, k}), None)
        if tie is not None:
            diagonals.append(Monomial(m.coefficient, tuple(f for f in m.factors if f is not tie)))
            continue
        if any(depends_on(m.coefficient, x) for x in (i, k)):
            return None
        found = groups(m, (i, k))
        left = [f for t, held in found if t <= {i} for f in held]
        right = [f for t, held in found if t <= {k} for f in held]
        if len(left) + len(right) != len(m.factors) or not left or not right:
            return None
        ranks.append((m.coefficient, lift(Monomial(number(1), tuple(left)), (i,)), lift(Monomial(number(1), tuple(right)), (k,))))
    if not diagonals or len(ranks) > 1:
        return None
    spread = [Monomial(m.coefficient, m.factors or (Factor(ones(params=(i.type.index,)), (i,)),)) for m in diagonals]
    return DiagonalAndRanks(diagonal(spread, out, inn), tuple(ranks))
