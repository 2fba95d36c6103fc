"""Linear systems solved as formulas: no inverse is inverted, and what cancels is cancelled."""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.matrix.build import plus, times
from gradatim.ops import add, facts, inverse, logdet, number, power, product
from gradatim.ops.linear_algebra import is_identity
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Term, walk
from gradatim.write import text


class Way:
    """A structure that can be solved with."""

    def solve(self, right: Term) -> Term | None:
        raise NotImplementedError

    def logdet(self) -> Term | None:
        return None


def inverted(t: Term) -> Term:
    """The inverse, without inverting an inverse or the identity."""
    if is_identity(t):
        return t
    if isinstance(t, Apply) and t.op is inverse:
        return t.args[0]
    if isinstance(t, Apply) and t.op is product:
        scalars = [a for a in t.args if a.is_scalar]
        arrays = [a for a in t.args if not a.is_scalar]
        if len(arrays) == 1 and scalars:
            return times(power(made_of(product, scalars), number(-1)), inverted(arrays[0]))
    return inverse(t)


def cancelled(left: Term, middle: Term, right: Term) -> Term:
    """left · middle · right; a sum in the middle is multiplied out where inverses cancel."""
    chain = [t for t in (left, right) if not is_identity(t)]
    if not chain:
        return middle

    def around(t: Term) -> Term:
        ends = [t]
        if not is_identity(left):
            ends.insert(0, left)
        if not is_identity(right):
            ends.append(right)
        return times(*ends)

    whole = around(middle)
    scale, body = front(middle)
    if isinstance(body, Apply) and body.op is add:
        spread = plus(*(around(s) for s in body.args))
        if _inverses(spread) < _inverses(whole):
            return times(scale, spread) if scale is not None else spread
    return whole


def front(t: Term) -> tuple[Term | None, Term]:
    if isinstance(t, Apply) and t.op is product:
        arrays = [a for a in t.args if not a.is_scalar]
        scalars = [a for a in t.args if a.is_scalar]
        if len(arrays) == 1 and scalars:
            return made_of(product, scalars), arrays[0]
    return None, t


def _inverses(t: Term) -> int:
    return sum(1 for n in walk(t) if isinstance(n, Apply) and n.op is inverse)


@dataclass(frozen=True, slots=True)
class Dense(Way):
    """A matrix, factorised; an inverse of a matrix is multiplied with."""

    matrix: Term

    def solve(self, right: Term) -> Term:
        scale, body = front(self.matrix)
        solved = product(inverted(body), right)
        return product(power(scale, number(-1)), solved) if scale is not None else solved

    def logdet(self) -> Term | None:
        return logdet(self.matrix)

    def __str__(self) -> str:
        known = " (positive definite)" if "spd" in facts(self.matrix) else ""
        return text(self.matrix) + known
