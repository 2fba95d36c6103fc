"""What a second derivative is made of: diagonals, Kronecker products, ranks of one; solved with as such.

The entries of a Hessian are sums of products of indexed factors. Factors that share no summed index are independent, and the
indices that each group touches tell the structure: of H[i,j,k,l] a group over (i,k) and one over (j,l) are a Kronecker product, V ↦ A V Bᵀ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gradatim.compile.pencils import solved_from_both_sides
from gradatim.errors import GradatimError, ShapeError
from gradatim.index.lower import contract, fresh_for, join, lower, rename
from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.kept import keep
from gradatim.matrix.lift import lift, lift_sum
from gradatim.ops import (
    absolute,
    add,
    equal,
    facts,
    hdivide,
    identity,
    inner,
    inverse,
    log,
    logdet,
    number,
    ones,
    power,
    product,
    quotient,
    rational,
    size,
    total,
)
from gradatim.ops.base import Factor, Monomial
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, free_symbols, is_index, walk
from gradatim.types import Type
from gradatim.write import text

MOST = 64
"""A Hessian of more summands than this is taken as it is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """`coefficient` · V ↦ left V rightᵀ, or left Vᵀ rightᵀ where `turned`."""

    coefficient: Term
    left: Term
    right: Term
    turned: bool


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
        found = _opened(hessian, (*self.out, *self.inn))
        self.monomials = found if found is not None else [Monomial(number(1), (Factor(hessian, (*self.out, *self.inn)),))]
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
        table: dict[Term, Term] = dict(zip(self.inn, self.out))
        return lift_sum([rename(m, table) for m in self.monomials], self.out)

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
        return self._way is not None and not isinstance(self._way, _Dense)

    @property
    def is_diagonal(self) -> bool:
        """Whether every entry of the variable meets itself alone."""
        return isinstance(self._way, _Entrywise) or isinstance(self._way, _DiagonalAndRanks) and not self._way.ranks

    def __str__(self) -> str:
        return str(self._way) if self._way else text(self.hessian)

    @cached_property
    def _way(self) -> Way | None:
        makers: tuple[Callable[[Structure], Way | None], ...] = (
            (_diagonal_and_ranks, _dense) if self.half == 1 else (_kronecker, _entrywise, _by_blocks)
        )
        # The matrix of one row of a larger Hessian has that row's index, which is not summed.
        with keep(*(i for i in free_symbols(self.hessian) if is_index(i))):
            return next((way for make in makers if (way := make(self)) is not None), None)


def applied(block: Term, direction: Term) -> Term:
    """A second derivative by two variables applied to a direction of the second; its last axes are those of the direction."""
    count = direction.rank
    axes = block.type.axes
    out, inn = fresh_for(axes[: len(axes) - count]), fresh_for(axes[len(axes) - count :])
    found = _opened(block, (*out, *inn))
    monomials = found if found is not None else [Monomial(number(1), (Factor(block, (*out, *inn)),))]
    given = Monomial(number(1), (Factor(direction, inn),)) if count else Monomial(direction, ())
    return lift_sum([join(m, given) for m in monomials], out)


class Way:
    """A structure that can be solved with."""

    def solve(self, right: Term) -> Term | None:
        raise NotImplementedError

    def logdet(self) -> Term | None:
        return None


# ---------------------------------------------------------------- summands


def _opened(term: Term, indices: tuple[Term, ...]) -> list[Monomial] | None:
    """The entries as products of factors without sums; None where there are too many."""
    pending = [lower(term, indices)]
    done: list[Monomial] = []
    while pending:
        if len(pending) + len(done) > MOST:
            return None
        m = pending.pop()
        split = _split(m, indices)
        if split is None:
            closed = contract(_deltas(m), indices)
            if closed is not None:
                done.append(closed)
        else:
            pending.extend(reversed(split))
    return done


def _split(m: Monomial, indices: Sequence[Term]) -> list[Monomial] | None:
    """A monomial with a sum in it as several."""
    for k, f in enumerate(m.factors):
        if isinstance(f.head, Apply) and f.head.op is add:
            rest = Monomial(m.coefficient, m.factors[:k] + m.factors[k + 1 :])
            return [join(rest, lower(s, f.indices)) for s in f.head.args]
    parts = list(_scalars(m.coefficient))
    for k, p in enumerate(parts):
        if isinstance(p, Apply) and p.op is add and any(depends_on(p, i) for i in indices):
            rest = Monomial(product(*parts[:k], *parts[k + 1 :], number(1)), m.factors)
            return [join(rest, lower(s, ())) for s in p.args]
        if isinstance(p, Bind) and (summed := _summed(p, indices)) is not None:
            rest = Monomial(product(*parts[:k], *parts[k + 1 :], number(1)), m.factors)
            return [join(rest, summed)]
        if isinstance(p, Apply) and p.op not in (equal, product) and any(depends_on(p, i) for i in indices):
            opened = lower(p, ())
            if opened.factors or opened.coefficient is not p:
                rest = Monomial(product(*parts[:k], *parts[k + 1 :], number(1)), m.factors)
                return [join(rest, opened)]
    return None


def _summed(p: Bind, indices: Sequence[Term]) -> Monomial | None:
    """A sum over an index as factors that share it; None where something else in it depends on the index."""
    if p.kind != "sum" or not any(depends_on(p, i) for i in indices):
        return None
    (own,) = fresh_for((p.extent,))
    opened = _deltas(rename(lower(p.body, ()), {p.index: own}))
    if not any(own in f.indices for f in opened.factors) or depends_on(opened.coefficient, own):
        return None
    return None if any(f.head is not None and depends_on(f.head, own) for f in opened.factors) else opened


def _scalars(term: Term) -> tuple[Term, ...]:
    if isinstance(term, Apply) and term.op is product and term.is_scalar and all(a.is_scalar for a in term.args):
        return tuple(x for a in term.args for x in _scalars(a))
    return (term,)


def _deltas(m: Monomial) -> Monomial:
    """Indicators of equal indices as deltas."""
    rest: list[Term] = []
    ties: list[Factor] = []
    for p in _scalars(m.coefficient):
        if isinstance(p, Apply) and p.op is equal and all(is_index(a) for a in p.args):
            ties.append(Factor(None, (p.args[0], p.args[1])))
        else:
            rest.append(p)
    rest = [p for p in rest if rational(p) != 1] or [number(1)]
    return Monomial(rest[0] if len(rest) == 1 else product(*rest), (*m.factors, *ties))


def _groups(m: Monomial, free: Sequence[Term]) -> list[tuple[frozenset[Term], tuple[Factor, ...]]]:
    """Factors that share summed indices together, with the free indices that they touch."""
    groups: list[tuple[set[Term], list[Factor]]] = []
    for f in m.factors:
        touched = set(f.indices)
        if f.head is not None:
            touched |= {i for i in free if depends_on(f.head, i)}
        fused, factors = set(touched), [f]
        keep = []
        for other, held in groups:
            if any(i not in free for i in other & fused):
                fused |= other
                factors = held + factors
            else:
                keep.append((other, held))
        groups = [*keep, (fused, factors)]
    return [(frozenset(i for i in t if i in free), tuple(held)) for t, held in groups]


# ---------------------------------------------------------------- Kronecker products


@dataclass(frozen=True, slots=True)
class _Kronecker(Way):
    """V ↦ c A V Bᵀ: solved from both sides."""

    pair: Pair

    def solve(self, right: Term) -> Term:
        p = self.pair
        left, other = inverted(p.left), inverted(transposed(p.right))
        solved = _cancelled(left, right, other)
        if p.turned:
            solved = transposed(solved)
        return times(power(p.coefficient, number(-1)), solved) if rational(p.coefficient) != 1 else solved

    def logdet(self) -> Term | None:
        p = self.pair
        if p.turned:
            return None
        m, n = p.left.type.axes[0], p.right.type.axes[0]
        parts = [
            times(number(1), size(n), logdet(p.left)) if not _is_identity(p.left) else None,
            times(number(1), size(m), logdet(p.right)) if not _is_identity(p.right) else None,
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


def _kronecker(s: Structure) -> Way | None:
    (i, j), (k, l) = s.out, s.inn
    pairs: list[Pair] = []
    for m in s.monomials:
        found = _as_pair(m, i, j, k, l)
        if found is None:
            return None
        pairs.append(found)
    pairs = _all_joined(pairs)
    if len(pairs) > 1:
        return Kroneckers(tuple(pairs))
    return _Kronecker(pairs[0]) if pairs else None


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


@dataclass(frozen=True, slots=True)
class Kroneckers(Way):
    """A sum of Kronecker products: of two symmetric ones both sides are diagonalised together."""

    pairs: tuple[Pair, ...]

    def solve(self, right: Term) -> Term | None:
        return solved_from_both_sides(*self.pairs, right) if len(self.pairs) == 2 else None

    def __str__(self) -> str:
        out = ""
        for p in self.pairs:
            shown = str(_Kronecker(p))
            out += shown if not out else f" − {shown[1:]}" if shown.startswith("−") else f" + {shown}"
        return out


@dataclass(frozen=True, slots=True)
class _Entrywise(Way):
    """V ↦ D ⊙ V."""

    entries: Term

    def solve(self, right: Term) -> Term:
        return hdivide(right, self.entries)

    def logdet(self) -> Term | None:
        return total(log(absolute(self.entries)))

    def __str__(self) -> str:
        return f"diag(vec({text(self.entries)}))"


def _entrywise(s: Structure) -> Way | None:
    """A Hessian by a matrix in which every entry meets itself alone."""
    for m in s.monomials:
        ties = [set(f.indices) for f in m.factors if f.head is None]
        if not all({a, b} in ties for a, b in zip(s.out, s.inn)):
            return None
    return _Entrywise(s.diagonal) if s.monomials else None


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


def _as_pair(m: Monomial, i: Term, j: Term, k: Term, l: Term) -> Pair | None:
    groups = _groups(m, (i, j, k, l))
    if any(depends_on(m.coefficient, x) for x in (i, j, k, l)):
        return None
    for turned, (first, second) in ((False, ((i, k), (j, l))), (True, ((i, l), (j, k)))):
        left = [f for t, held in groups if t <= set(first) for f in held]
        right = [f for t, held in groups if t <= set(second) for f in held]
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


def _is_identity(t: Term) -> bool:
    return isinstance(t, Apply) and t.op is identity


def inverted(t: Term) -> Term:
    """The inverse, without inverting an inverse or the identity."""
    if _is_identity(t):
        return t
    if isinstance(t, Apply) and t.op is inverse:
        return t.args[0]
    if isinstance(t, Apply) and t.op is product:
        scalars = [a for a in t.args if a.is_scalar]
        arrays = [a for a in t.args if not a.is_scalar]
        if len(arrays) == 1 and scalars:
            return times(power(product(*scalars) if len(scalars) > 1 else scalars[0], number(-1)), inverted(arrays[0]))
    return inverse(t)


def _cancelled(left: Term, middle: Term, right: Term) -> Term:
    """left · middle · right; a sum in the middle is multiplied out where inverses cancel."""
    chain = [t for t in (left, right) if not _is_identity(t)]
    if not chain:
        return middle

    def around(t: Term) -> Term:
        ends = [t]
        if not _is_identity(left):
            ends.insert(0, left)
        if not _is_identity(right):
            ends.append(right)
        return times(*ends)

    whole = around(middle)
    scale, body = _front(middle)
    if isinstance(body, Apply) and body.op is add:
        spread = plus(*(around(s) for s in body.args))
        if _inverses(spread) < _inverses(whole):
            return times(scale, spread) if scale is not None else spread
    return whole


def _front(t: Term) -> tuple[Term | None, Term]:
    if isinstance(t, Apply) and t.op is product:
        arrays = [a for a in t.args if not a.is_scalar]
        scalars = [a for a in t.args if a.is_scalar]
        if len(arrays) == 1 and scalars:
            return product(*scalars) if len(scalars) > 1 else scalars[0], arrays[0]
    return None, t


def _inverses(t: Term) -> int:
    return sum(1 for n in walk(t) if isinstance(n, Apply) and n.op is inverse)


# ---------------------------------------------------------------- a diagonal and products of two vectors


@dataclass(frozen=True, slots=True)
class _DiagonalAndRanks(Way):
    """diag(s) + c u vᵀ (Sherman and Morrison), or diag(s) alone."""

    s: Term
    ranks: tuple[tuple[Term, Term, Term], ...]

    def solve(self, right: Term) -> Term:
        plain = hdivide(right, self.s)
        if not self.ranks:
            return plain
        ((c, u, v),) = self.ranks
        scaled = hdivide(u, self.s)
        if _front(right)[1] is _front(u)[1]:
            # Along u itself the two terms are one, and their difference loses no digits.
            return product(power(add(number(1), product(c, inner(v, scaled))), number(-1)), plain)
        share = quotient(product(c, inner(v, plain)), add(number(1), product(c, inner(v, scaled))))
        return add(plain, product(number(-1), share, scaled))

    def logdet(self) -> Term | None:
        parts: list[Term] = [total(_log_abs(self.s))]
        for c, u, v in self.ranks:
            parts.append(_log_abs(add(number(1), product(c, inner(v, hdivide(u, self.s))))))
        return add(*parts) if len(parts) > 1 else parts[0]

    def __str__(self) -> str:
        out = f"diag({text(self.s)})"
        for c, u, v in self.ranks:
            term = text(times(c, u, transposed(v)))
            out += f" − {term[1:].lstrip()}" if term.startswith("−") else f" + {term}"
        return out


def _log_abs(t: Term) -> Term:
    return log(absolute(t))


def _diagonal_and_ranks(s: Structure) -> Way | None:
    """Only where a diagonal is there: a rank of one alone is singular, and a dense matrix gains nothing."""
    ((i,), (k,)) = s.out, s.inn
    diagonals: list[Monomial] = []
    ranks: list[tuple[Term, Term, Term]] = []
    for m in s.monomials:
        # An index tied to a number picks an entry: it is no diagonal.
        tie = next((f for f in m.factors if f.head is None and set(f.indices) == {i, k}), None)
        if tie is not None:
            diagonals.append(Monomial(m.coefficient, tuple(f for f in m.factors if f is not tie)))
            continue
        if any(depends_on(m.coefficient, x) for x in (i, k)):
            return None
        groups = _groups(m, (i, k))
        left = [f for t, held in groups if t <= {i} for f in held]
        right = [f for t, held in groups if t <= {k} for f in held]
        if len(left) + len(right) != len(m.factors) or not left or not right:
            return None
        ranks.append((m.coefficient, lift(Monomial(number(1), tuple(left)), (i,)), lift(Monomial(number(1), tuple(right)), (k,))))
    if not diagonals or len(ranks) > 1:
        return None
    both: dict[Term, Term] = {k: i}
    spread = [Monomial(m.coefficient, m.factors or (Factor(ones(params=s.axes), (i,)),)) for m in diagonals]
    return _DiagonalAndRanks(lift_sum([rename(m, both) for m in spread], (i,)), tuple(ranks))


# ---------------------------------------------------------------- no structure


@dataclass(frozen=True, slots=True)
class _Dense(Way):
    """A matrix, factorised; an inverse of a matrix is multiplied with."""

    matrix: Term

    def solve(self, right: Term) -> Term:
        scale, body = _front(self.matrix)
        solved = product(inverted(body), right)
        return product(power(scale, number(-1)), solved) if scale is not None else solved

    def logdet(self) -> Term | None:
        return logdet(self.matrix)

    def __str__(self) -> str:
        known = " (positive definite)" if "spd" in facts(self.matrix) else ""
        return text(self.matrix) + known


def _dense(s: Structure) -> Way | None:
    return _Dense(s.hessian)


def newton_direction(gradient: Term, hessian: Term) -> Term:
    """−H⁻¹ g as a formula. Raises GradatimError where the Hessian has more than two axes and no structure to solve with."""
    if hessian.is_scalar:
        return times(number(-1), gradient, power(hessian, number(-1)))
    found = Structure(hessian).solve(gradient)
    if found is None:
        raise GradatimError("the Hessian has no structure that can be solved with as a formula; use operator() with numbers")
    return times(number(-1), found)
