"""V ↦ A V Bᵀ, a Kronecker product, and sums of such: found among the entries of a second derivative, and solved from both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.compile.opened import groups
from gradatim.compile.pencils import Pair, solved_from_both_sides
from gradatim.compile.solved import Way, cancelled, inverted
from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.lift import lift
from gradatim.ops import add, log, logdet, number, power, rational, size
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.linear_algebra import is_identity
from gradatim.term import Apply, Term, depends_on
from gradatim.write import text


@dataclass(frozen=True, slots=True)
class Kronecker(Way):
    """V ↦ c A V Bᵀ: solved from both sides."""

    pair: Pair

    def solve(self, right: Term) -> Term:
        p = self.pair
        left, other = inverted(p.left), inverted(transposed(p.right))
        solved = cancelled(left, right, other)
        if p.turned:
            solved = transposed(solved)
        return times(power(p.coefficient, number(-1)), solved) if rational(p.coefficient) != 1 else solved

    def logdet(self) -> Term | None:
        p = self.pair
        if p.turned:
            return None
        m, n = p.left.type.axes[0], p.right.type.axes[0]
        parts = [
            times(number(1), size(n), logdet(p.left)) if not is_identity(p.left) else None,
            times(number(1), size(m), logdet(p.right)) if not is_identity(p.right) else None,
            times(size(m), size(n), log(p.coefficient)) if rational(p.coefficient) != 1 else None,
        ]
        present = [x for x in parts if x is not None]
        return plus(*present) if present else number(0)

    def __str__(self) -> str:
        p = self.pair
        c = rational(p.coefficient)
        front = "" if c == 1 else "−" if c == -1 else f"{text(p.coefficient)} "
        return f"{front}{_shown(p.right)} ⊗ {_shown(p.left)}" + (" K" if p.turned else "")


def _shown(t: Term) -> str:
    s = text(t)
    return f"({s})" if isinstance(t, Apply) and t.op is add else s


@dataclass(frozen=True, slots=True)
class Kroneckers(Way):
    """A sum of Kronecker products: of two symmetric ones both sides are diagonalised together."""

    pairs: tuple[Pair, ...]

    def solve(self, right: Term) -> Term | None:
        return solved_from_both_sides(*self.pairs, right) if len(self.pairs) == 2 else None

    def __str__(self) -> str:
        out = ""
        for p in self.pairs:
            shown = str(Kronecker(p))
            out += shown if not out else f" − {shown[1:]}" if shown.startswith("−") else f" + {shown}"
        return out


def kronecker(monomials: Sequence[Monomial], out: tuple[Term, ...], inn: tuple[Term, ...]) -> Way | None:
    """V ↦ A V Bᵀ and sums of such; None where a summand is none, or V is no matrix."""
    if len(out) != 2 or len(inn) != 2:
        return None
    (i, j), (k, l) = out, inn
    pairs: list[Pair] = []
    for m in monomials:
        found = _as_pair(m, i, j, k, l)
        if found is None:
            return None
        pairs.append(found)
    pairs = _all_joined(pairs)
    if len(pairs) > 1:
        return Kroneckers(tuple(pairs))
    return Kronecker(pairs[0]) if pairs else None


def _all_joined(pairs: list[Pair]) -> list[Pair]:
    """The products with those that have a factor in common put together."""
    done: list[Pair] = []
    for p in pairs:
        for k, q in enumerate(done):
            joined = _joined(q, p)
            if joined is not None:
                done[k] = joined
                break
        else:
            done.append(p)
    return done if len(done) == len(pairs) else _all_joined(done)


def _as_pair(m: Monomial, i: Term, j: Term, k: Term, l: Term) -> Pair | None:
    found = groups(m, (i, j, k, l))
    if any(depends_on(m.coefficient, x) for x in (i, j, k, l)):
        return None
    for turned, (first, second) in ((False, ((i, k), (j, l))), (True, ((i, l), (j, k)))):
        left = [f for t, held in found if t <= set(first) for f in held]
        right = [f for t, held in found if t <= set(second) for f in held]
        if len(left) + len(right) == len(m.factors) and _covers(left, first) and _covers(right, second):
            a = lift(Monomial(number(1), tuple(left)), first)
            b = lift(Monomial(number(1), tuple(right)), second)
            return Pair(m.coefficient, a, b, turned)
    return None


def _covers(factors: Sequence[Factor], indices: Sequence[Term]) -> bool:
    return all(any(x in f.indices for f in factors) for x in indices)


def _joined(p: Pair, q: Pair) -> Pair | None:
    """Two products with a factor in common as one."""
    if p.turned is not q.turned:
        return None
    one = number(1)
    if p.left is q.left:
        return Pair(one, p.left, plus(times(p.coefficient, p.right), times(q.coefficient, q.right)), p.turned)
    if p.right is q.right:
        return Pair(one, plus(times(p.coefficient, p.left), times(q.coefficient, q.left)), p.right, p.turned)
    return None
