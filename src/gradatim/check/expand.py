"""A term written out, entry by entry, as a sum of products of parts at indices."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradatim.check.collect import collected, of_size, raised, reciprocal
from gradatim.check.monomials import (
    ONE,
    Mono,
    Part,
    Poly,
    Unsuited,
    constant,
    scaled,
    single,
    summed,
    times,
)
from gradatim.ops import at as at_op
from gradatim.ops import (
    basis,
    det,
    exp,
    hadamard,
    hdivide,
    hpower,
    identity,
    inverse,
    logdet,
    logsumexp,
    matrix_power,
    norm,
    power,
    product,
    quotient,
    rational,
    sigmoid,
    softmax,
    sqnorm,
    sqrt,
    transpose,
    zeros,
)
from gradatim.ops import log as log_op
from gradatim.ops.base import Additive, Multilinear, Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Number, Operation, Size, Symbol, Term, fresh_index, is_index, substitute

MAX_DEPTH = 60
MAX_POWER = 6
MAX_VISITS = 1_500
Place = tuple[Term, ...]
SYMMETRIC = frozenset({"symmetric", "spd", "psd", "diagonal"})


# ---------------------------------------------------------------- a term, written out


class Expansion:
    """Writes a term out at given indices. Every call makes its own bound indices, so that products never share one."""

    def __init__(self) -> None:
        self.depth = 0
        self.rounds = 0

    def poly(self, term: Term, place: Place) -> Poly:
        self.depth += 1
        self.rounds += 1
        if self.depth > MAX_DEPTH or self.rounds > MAX_VISITS:
            raise Unsuited("the term is too deep or too large")
        try:
            return self.opened(term, place)
        finally:
            self.depth -= 1

    def opened(self, term: Term, place: Place) -> Poly:
        if isinstance(term, Number):
            return constant(term.value)
        if isinstance(term, Size):
            return of_size(term.dim)
        if isinstance(term, Symbol):
            kind = "symmetric" if len(place) == 2 and not term.type.family and term.type.facts & SYMMETRIC else "entry"
            return single(Part("index", "", (term,)) if is_index(term) else Part(kind, f"{term.name}/{id(term)}", place))
        if isinstance(term, Bind):
            return self.binder(term, place)
        if isinstance(term, Apply):
            return self.operation(term, place)
        raise Unsuited("a node of another kind")

    def binder(self, term: Bind, place: Place) -> Poly:
        index, body = term.opened()
        if term.kind == "sum":
            return summed(self.poly(body, place), (index,))
        if term.kind == "stack":
            return self.poly(substitute(body, {index: plain(place[0])}), place[1:])
        return single(Part("op", "product", (), (((index,), self.poly(body, ())),)))

    def operation(self, node: Apply, place: Place) -> Poly:
        if isinstance(node.op, Function):
            if node.op.body is None or node.op.elementwise:
                return self.closed(node, place)
            return self.poly(node.op.body_at(node.args), place)
        if node.op is at_op:
            return self.poly(node.args[0], (*map(plain, node.args[1:]), *place))
        if node.op is basis:
            return single(Part("delta", "", (place[0], plain(node.args[0]))))
        if node.op is zeros:
            return ()
        kind = derivative_of(node.op)
        if isinstance(kind, Additive):
            return tuple(m for a in node.args for m in self.poly(a, place))
        if isinstance(kind, Multilinear):
            return self.multilinear(node, place, kind)
        known = _KNOWN.get(node.op)
        return known(self, node, place) if known is not None else self.closed(node, place)

    def multilinear(self, node: Apply, place: Place, kind: Multilinear) -> Poly:
        e = kind.einsum(tuple(a.type for a in node.args), node.params)
        table: dict[int, Term] = {}
        deltas: list[Poly] = []
        for local, index in zip(e.out, place):
            if local in table:
                deltas.append(single(Part("delta", "", (table[local], index))))
            else:
                table[local] = index
        own: list[Term] = []
        for a, locals_ in zip(node.args, e.ins):
            for local, dim in zip(locals_, a.type.axes):
                if local not in table:
                    table[local] = fresh_index(dim)
                    own.append(table[local])
        polys = [self.poly(a, tuple(table[k] for k in locals_)) for a, locals_ in zip(node.args, e.ins)]
        return summed(times(*deltas, *polys), own)

    def closed(self, node: Apply, place: Place) -> Poly:
        """An operation that is not opened: a function of its arguments' entries where it acts entry by entry, else of the arrays."""
        name = f"{node.op.name}{node.params}" if not isinstance(node.op, Function) else f"{node.op.name}/{id(node.op)}"
        if _by_entry(node):
            args = tuple(((), collected(self.poly(a, place if a.rank else ()))) for a in node.args)
            return single(Part("op", name, (), args))
        made = []
        for a in node.args:
            own = tuple(fresh_index(d) for d in a.type.axes)
            made.append((own, collected(self.poly(a, own))))
        return single(Part("square" if node.op in (det, logdet) else "op", name, place, tuple(made)))

    # ------------------------------------------------------------ powers

    def to_power(self, term: Term, place: Place, k: Fraction) -> Poly:
        if not k:
            return constant(1)
        if k.denominator != 1:
            return root(collected(self.poly(term, place)), k)
        if isinstance(term, Number):
            if not term.value:
                raise Unsuited("a division by zero")
            return constant(raised(term.value, k)) if abs(k) < 64 else single(Part("op", f"{term.value}^{k}"))
        if isinstance(term, Apply) and (found := self.inward(term, place, k)) is not None:
            return found
        if 0 < k <= MAX_POWER:
            return times(*(self.poly(term, place) for _ in range(int(k))))
        return reciprocal(collected(self.poly(term, place)), -k)

    def inward(self, term: Apply, place: Place, k: Fraction) -> Poly | None:
        """A power of a product, a quotient, a power, an exponential or a root."""
        if isinstance(term.op, Function) and term.op.body is not None and not term.op.elementwise:
            return self.to_power(term.op.body_at(term.args), place, k)
        if term.op is hadamard or (term.op is product and all(a.is_scalar for a in term.args)):
            return times(*(self.to_power(a, place, k) for a in term.args))
        if term.op is product and (scalars := [a for a in term.args if a.is_scalar]):
            rest = [a for a in term.args if not a.is_scalar]
            return times(*(self.to_power(a, (), k) for a in scalars), self.to_power(made_of(product, rest), place, k))
        if term.op is quotient or term.op is hdivide:
            below = term.args[1]
            return times(self.to_power(term.args[0], place, k), self.to_power(below, place if below.rank else (), -k))
        inside = rational(term.args[1]) if term.op is power or term.op is hpower else None
        if inside is not None and inside.denominator == 1:
            return self.to_power(term.args[0], place, inside * k)
        if term.op is exp or inside is not None or term.op in (sqrt, norm, sigmoid):
            if term.op is norm and k % 2 == 0:
                return self.to_power(sqnorm(term.args[0]), (), k / 2)
            base = collected(self.poly(term, place))
            if len(base) == 1 and not base[0].bound:
                return (Mono(raised(base[0].number, k), tuple((p, e * k) for p, e in base[0].parts)),)
        return None


def _by_entry(node: Apply) -> bool:
    if isinstance(node.op, Function):
        return node.op.elementwise
    return isinstance(derivative_of(node.op), Pointwise) or bool(getattr(node.op, "scalar", ""))


def plain(index: Term) -> Term:
    """An index that is a letter or a number. Raises Unsuited for anything else."""
    if isinstance(index, Number) or is_index(index):
        return index
    raise Unsuited("an index that is worked out")


def root(base: Poly, k: Fraction) -> Poly:
    """A root is a part of its own, to a whole power; nothing is taken out of it, since √(s²) is not s."""
    return single(Part("root", k.denominator, (), (((), base),)), Fraction(k.numerator))


# ---------------------------------------------------------------- single operations


def _exponential(poly: Poly) -> Poly:
    """exp(a + b) is exp(a) exp(b): one part for each term of the exponent, which is the exponential of its base to a power."""
    parts = tuple((Part("exp", "", (), (((), (Mono(ONE, m.parts, m.bound),)),)), m.number) for m in poly)
    return (Mono(ONE, parts),)


def _exp(x: Expansion, node: Apply, place: Place) -> Poly:
    return _exponential(collected(x.poly(node.args[0], place)))


def _sigmoid(x: Expansion, node: Apply, place: Place) -> Poly:
    small = _exponential(scaled(collected(x.poly(node.args[0], place)), Fraction(-1)))
    return reciprocal(collected((*constant(1), *small)), ONE)


def _quotient(x: Expansion, node: Apply, place: Place) -> Poly:
    below = node.args[1]
    return times(x.poly(node.args[0], place), x.to_power(below, place if below.rank else (), Fraction(-1)))


def _power(x: Expansion, node: Apply, place: Place) -> Poly:
    k = rational(node.args[1])
    return x.to_power(node.args[0], place, k) if k is not None else x.closed(node, place)


def _sqnorm(x: Expansion, node: Apply, _place: Place) -> Poly:
    own = tuple(fresh_index(d) for d in node.args[0].type.axes)
    return summed(times(x.poly(node.args[0], own), x.poly(node.args[0], own)), own)


def _norm(x: Expansion, node: Apply, _place: Place) -> Poly:
    return root(collected(_sqnorm(x, node, ())), Fraction(1, 2))


def _sqrt(x: Expansion, node: Apply, place: Place) -> Poly:
    return root(collected(x.poly(node.args[0], place)), Fraction(1, 2))


def _softmax(x: Expansion, node: Apply, place: Place) -> Poly:
    inside = node.args[0]
    axis = 0 if not node.params or node.params == ("columns",) else 1
    other = fresh_index(inside.type.axes[axis])
    along = (*place[:axis], other, *place[axis + 1 :])
    total = summed(_exponential(collected(x.poly(inside, along))), (other,))
    return times(_exponential(collected(x.poly(inside, place))), reciprocal(collected(total), ONE))


def _logsumexp(x: Expansion, node: Apply, _place: Place) -> Poly:
    own = tuple(fresh_index(d) for d in node.args[0].type.axes)
    total = summed(_exponential(collected(x.poly(node.args[0], own))), own)
    return single(Part("op", f"{log_op.name}()", (), (((), collected(total)),)))


def _inverse(x: Expansion, node: Apply, place: Place) -> Poly:
    inside = node.args[0]
    i, j = place
    if isinstance(inside, Apply):
        if inside.op is identity:
            return x.poly(inside, place)
        if inside.op is transpose:
            return x.poly(inverse(inside.args[0]), (j, i))
        if inside.op is inverse:
            return x.poly(inside.args[0], place)
        if inside.op is product:
            scalars = [a for a in inside.args if a.is_scalar]
            arrays = [a for a in inside.args if not a.is_scalar]
            if (scalars or len(arrays) > 1) and all(a.type.axes == inside.type.axes for a in arrays):
                turned = [inverse(a) for a in reversed(arrays)]
                whole = made_of(product, turned)
                return times(*(x.to_power(s, (), Fraction(-1)) for s in scalars), x.poly(whole, place))
    own = tuple(fresh_index(d) for d in inside.type.axes)
    return single(Part("square", "inverse", place, ((own, collected(x.poly(inside, own))),)))


def _matrix_power(x: Expansion, node: Apply, place: Place) -> Poly:
    k, inside = node.params[0], node.args[0]
    if not isinstance(k, int) or not 0 < abs(k) <= MAX_POWER:
        return x.closed(node, place)
    one = inside if k > 0 else inverse(inside)
    return x.poly(product(*([one] * abs(k))) if abs(k) > 1 else one, place)


def _det(x: Expansion, node: Apply, place: Place) -> Poly:
    inside = node.args[0]
    if isinstance(inside, Apply) and inside.op is transpose:
        return x.poly(det(inside.args[0]), place)
    if isinstance(inside, Apply) and inside.op is inverse:
        return x.to_power(det(inside.args[0]), (), Fraction(-1))
    if isinstance(inside, Apply) and inside.op is product and all(a.type.axes == inside.type.axes for a in inside.args):
        return times(*(x.poly(det(a), ()) for a in inside.args))
    return x.closed(node, place)


_KNOWN: dict[Operation, Callable[[Expansion, Apply, Place], Poly]] = {
    exp: _exp,
    sigmoid: _sigmoid,
    quotient: _quotient,
    hdivide: _quotient,
    power: _power,
    hpower: _power,
    sqnorm: _sqnorm,
    norm: _norm,
    sqrt: _sqrt,
    softmax: _softmax,
    logsumexp: _logsumexp,
    inverse: _inverse,
    matrix_power: _matrix_power,
    det: _det,
}
"""How an operation is written by others. What is not here stays closed, which is sound."""


__all__ = ["Expansion"]
