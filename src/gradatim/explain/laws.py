"""Laws of matrix algebra as small rewritings, one at a time: what a line of algebra does is said by the laws that it uses.

Each law looks at one node and gives the part that it rewrites and what stands there afterwards. The checker evaluates every line
that comes of it, so a law needs no side conditions beyond those that make it true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradatim.derive.recognise import recognised
from gradatim.matrix.build import split, times, transposed
from gradatim.matrix.powers import assemble, power_product
from gradatim.matrix.scalar import content, divided, multiply
from gradatim.ops import (
    add,
    diag,
    diagonal,
    facts,
    hadamard,
    hdivide,
    identity,
    inverse,
    number,
    ones,
    product,
    quotient,
    relu,
    step,
    trace,
    transpose,
)
from gradatim.ops.function import Function
from gradatim.ops.structure import args_of, made_of
from gradatim.ops.tidy import tidy
from gradatim.term import Apply, Term, transform, walk


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a law: the whole node afterwards, and the equation `left = right` that it used, with its reason."""

    node: Term
    left: Term
    right: Term
    since: str = ""


Law = Callable[[Term], Use | None]


def _neighbours(node: Term) -> Iterator[tuple[int, Term, Term]]:
    if isinstance(node, Apply) and node.op is product:
        for k, (a, b) in enumerate(zip(node.args, node.args[1:])):
            if not a.is_scalar and not b.is_scalar:
                yield k, a, b


def _put(node: Term, k: int, right: Term, since: str = "") -> Use:
    """Two neighbours of a chain replaced by one factor."""
    args = node.args
    every = (*args[:k], *_flat(right), *args[k + 2 :])
    return Use(made_of(product, every), product(args[k], args[k + 1]), right, since)


def _flat(term: Term) -> tuple[Term, ...]:
    if isinstance(term, Apply) and term.op is product and sum(not a.is_scalar for a in term.args) < 2:
        return term.args
    return (term,)


def is_of(term: Term, op: object) -> bool:
    """Whether an operation stands outermost."""
    return isinstance(term, Apply) and term.op is op


# ---------------------------------------------------------------- products


def identity_goes(node: Term) -> Use | None:
    """I A = A, and (−I) A = −A."""
    for k, a, b in _neighbours(node):
        for one, other in ((a, b), (b, a)):
            scale = _scaled_identity(one)
            if scale is not None:
                right = multiply(*scale) if scale else number(1)
                new = other if right is number(1) else product(*args_of(right, product), *args_of(other, product))
                scalars = [t for t in node.args[:k] if t.is_scalar]
                arrays = [t for t in node.args[:k] if not t.is_scalar]
                front = multiply(*scalars, *scale)
                every = (
                    *(args_of(front, product) if front is not number(1) else ()),
                    *arrays,
                    *args_of(other, product),
                    *node.args[k + 2 :],
                )
                return Use(made_of(product, every), product(a, b), new)
    return None


def without_identities(term: Term) -> Term:
    """The term with I A written A."""

    def rule(node: Term) -> Term:
        while (use := identity_goes(node)) is not None:
            node = use.node
        return node

    return transform(term, rule)


def _scaled_identity(term: Term) -> list[Term] | None:
    """The scalars in front of an identity, and below it."""
    if is_of(term, quotient) and term.rank == 2:
        above = _scaled_identity(term.args[0])
        return None if above is None else [*above, quotient(number(1), term.args[1])]
    chain = args_of(term, product)
    arrays = [t for t in chain if not t.is_scalar]
    return [t for t in chain if t.is_scalar] if len(arrays) == 1 and is_of(arrays[0], identity) else None


def inverse_cancels(node: Term) -> Use | None:
    """X⁻¹X = I."""
    for k, a, b in _neighbours(node):
        for one, other in ((a, b), (b, a)):
            if is_of(one, inverse) and one.args[0] is other:
                return _put(node, k, identity(params=other.type.axes[:1]))
    return None


def diagonal_acts(node: Term) -> Use | None:
    """diag(a) b = a ⊙ b."""
    for k, a, b in _neighbours(node):
        if is_of(a, diag) and is_of(b, diag):
            return _put(node, k, diag(entries(a.args[0], b.args[0])))
        if is_of(a, diag) and b.rank == 1 and not b.type.row:
            return _put(node, k, entries(a.args[0], b))
        if is_of(b, diag) and a.rank == 1 and a.type.row:
            return _put(node, k, entries(a, transposed(b.args[0])))
    return None


def diagonal_on_chain(node: Term) -> Use | None:
    """diag(a) W v = a ⊙ (W v), and its transpose: a diagonal matrix beside a chain that is a column."""
    if not is_of(node, product):
        return None
    arrays = [(k, a) for k, a in enumerate(node.args) if not a.is_scalar]
    for at, (k, a) in enumerate(arrays):
        if not is_of(a, diag):
            continue
        end = next((j for j in range(at + 1, len(arrays)) if arrays[j][1].rank == 1 and not arrays[j][1].type.row), None)
        if end is not None and end > at + 1 and all(b.rank == 2 for _, b in arrays[at + 1 : end]):
            column = product(*(b for _, b in arrays[at + 1 : end + 1]))
            return _chain_put(node, k, arrays[end][0], entries(a.args[0], column), product(a, column))
        begin = next((j for j in range(at - 1, -1, -1) if arrays[j][1].rank == 1 and arrays[j][1].type.row), None)
        if begin is not None and begin < at - 1 and all(b.rank == 2 for _, b in arrays[begin + 1 : at]):
            row = product(*(b for _, b in arrays[begin:at]))
            return _chain_put(node, arrays[begin][0], k, entries(row, transposed(a.args[0])), product(row, a))
    return None


def _chain_put(node: Term, first: int, last: int, right: Term, left: Term) -> Use:
    every = (*node.args[:first], right, *node.args[last + 1 :])
    return Use(made_of(product, every), left, right)


def trace_of_outer(node: Term) -> Use | None:
    """tr(x yᵀ) = yᵀx."""
    if not is_of(node, trace):
        return None
    inner = node.args[0]
    below = inner.args[1] if is_of(inner, quotient) else None
    factors = args_of(inner.args[0] if below is not None else inner, product)
    scalars, arrays = [a for a in factors if a.is_scalar], [a for a in factors if not a.is_scalar]
    if not arrays or arrays[0].rank != 1 or arrays[0].type.row or arrays[-1].rank != 1 or not arrays[-1].type.row:
        return None
    turned = product(*arrays[1:], arrays[0])
    new = product(*scalars, turned) if scalars else turned
    return Use(quotient(new, below) if below is not None else new, trace(product(*arrays)), turned)


def entries(a: Term, b: Term) -> Term:
    """a ⊙ b, laid flat."""
    parts = [f for t in (a, b) for f in args_of(t, hadamard)]
    return hadamard(*parts)


def sum_spreads(node: Term) -> Use | None:
    """(diag(p) − p pᵀ) v = diag(p) v − p pᵀv: a sum with a diagonal matrix in it is multiplied out onto a vector."""
    for k, a, b in _neighbours(node):
        for total, vector, left in ((a, b, True), (b, a, False)):
            if is_of(total, add) and vector.rank == 1 and vector.type.row is not left and any(map(_diagonal, total.args)):
                spread = add(*(_beside(t, vector, left) for t in total.args))
                return _put(node, k, spread)
    return None


def _diagonal(term: Term) -> bool:
    scale = [a for a in term.args if not a.is_scalar] if is_of(term, product) else [term]
    return len(scale) == 1 and (is_of(scale[0], diag) or is_of(scale[0], identity))


def _beside(term: Term, vector: Term, left: bool) -> Term:
    """One term of the sum times the vector; where an outer product meets it, its inner product stands in brackets."""
    factors = args_of(term, product)
    scalars, chain = [a for a in factors if a.is_scalar], [a for a in factors if not a.is_scalar]
    near = chain[-1] if left else chain[0]
    inner = product(near, vector) if left else product(vector, near)
    if near.rank == 1 and inner.is_scalar:
        return product(*scalars, inner, *(chain[:-1] if left else chain[1:]))
    return product(*scalars, *chain, vector) if left else product(*scalars, vector, *chain)


def transposes_carried_out(node: Term) -> Use | None:
    """(A B)ᵀ = BᵀAᵀ."""
    if is_of(node, transpose):
        turned = transposed(node.args[0])
        if turned is not node:
            symmetric = turned is node.args[0] and node.rank == 2
            return Use(turned, node, turned, "symmetric" if symmetric else "")
    return None


# ---------------------------------------------------------------- entry by entry


def entries_cancel(node: Term) -> Use | None:
    """p ⊙ (y ⊘ p) = y; relu(z) ⊙ 𝟙[z > 0] = relu(z); the same of rows."""
    if is_of(node, hadamard) and node.type.row and any(is_of(a, transpose) for a in node.args):
        use = entries_cancel(hadamard(*(transposed(a) for a in node.args)))
        return None if use is None else Use(transposed(use.node), use.left, use.right, use.since)
    if is_of(node, hadamard):
        for a in node.args:
            known = value_of(a)
            mask = step(known.args[0]) if is_of(known, relu) else None
            if mask in node.args:
                kept = [b for b in node.args if b is not mask]
                return Use(made_of(hadamard, kept), hadamard(mask, a), a)
        for j, over in enumerate(node.args):
            if is_of(over, hdivide) and over.args[1] in (*node.args[:j], *node.args[j + 1 :]):
                kept = list(node.args)
                kept[j] = over.args[0]
                kept.remove(over.args[1])
                new = made_of(hadamard, kept)
                return Use(new, hadamard(over.args[1], over), over.args[0])
    if is_of(node, hdivide) and node.args[0] is node.args[1]:
        one = ones(params=node.type.axes)
        return Use(one, node, one)
    return None


def value_of(term: Term) -> Term:
    """What a name stands for."""
    if isinstance(term, Apply) and isinstance(term.op, Function) and term.op.body is not None and not term.args:
        return term.op.body
    return term


def inner_cancels(node: Term) -> Use | None:
    """pᵀ(y ⊘ p) = 𝟏ᵀy."""
    for k, a, b in _neighbours(node):
        if a.rank != 1 or b.rank != 1 or not a.type.row or b.type.row:
            continue
        lying, standing = transposed(a), b
        for one, other in ((lying, standing), (standing, lying)):
            if is_of(other, hdivide) and other.args[1] is one:
                unit = transposed(ones(params=one.type.axes))
                return _put(node, k, product(unit, other.args[0]))
    return None


_ADDED = "a vector whose entries add up to 1"


def adds_up_to_one(node: Term) -> Use | None:
    """𝟏ᵀy = 1 for one-hot vectors, probabilities and what is said to add up to one."""
    for k, a, b in _neighbours(node):
        if a.rank != 1 or b.rank != 1 or not a.type.row or b.type.row:
            continue
        for unit, y in ((transposed(a), b), (b, transposed(a))):
            if is_of(unit, ones) and "adds_to_one" in facts(y):
                rest = (*node.args[:k], *node.args[k + 2 :])
                new: Term = number(1) if not rest else made_of(product, rest)
                known = facts(y)
                kind = "one-hot" if "onehot" in known else "a vector of probabilities" if "probability" in known else _ADDED
                return Use(new, product(a, b), number(1), f"{kind}")
    return None


def row_sums(node: Term) -> Use | None:
    """diag(A Bᵀ) = (A ⊙ B) 𝟏: the diagonal of such a product has the sums over rows."""
    if not is_of(node, diagonal) or not is_of(node.args[0], product):
        return None
    factors = node.args[0].args
    scalars, arrays = [a for a in factors if a.is_scalar], [a for a in factors if not a.is_scalar]
    if len(arrays) != 2 or any(a.rank != 2 for a in arrays):
        return None
    a, b = arrays[0], transposed(arrays[1])
    entrywise = entries(a, b)
    cancelled = entries_cancel(entrywise)
    if cancelled is None:
        return None
    new = product(*scalars, cancelled.node, ones(params=a.type.axes[1:]))
    return Use(new, diagonal(product(*arrays)), product(cancelled.node, ones(params=a.type.axes[1:])))


def rows_add_up_to_one(node: Term) -> Use | None:
    """Y 𝟏 = 𝟏 where the rows of Y are one-hot or probabilities; diag(𝟏) = I."""
    if is_of(node, diag):
        inner = args_of(node.args[0], product)
        arrays = [a for a in inner if not a.is_scalar]
        if len(arrays) == 1 and is_of(arrays[0], ones):
            eye = identity(params=arrays[0].type.axes)
            scalars = [a for a in inner if a.is_scalar]
            return Use(product(*scalars, eye) if scalars else eye, diag(arrays[0]), eye)
    for k, a, b in _neighbours(node):
        if a.rank == 2 and is_of(b, ones) and b.rank == 1 and not b.type.row and "adds_to_one" in facts(a):
            kind = "each row is one-hot" if "onehot" in facts(a) else "each row adds up to 1"
            return _put(node, k, ones(params=a.type.axes[:1]), kind)
    return None


# ---------------------------------------------------------------- numbers and fractions


def fractions_gathered(node: Term) -> Use | None:
    """Scalars in front of an array, or factors of a scalar, as one power product: what stands above and below cancels."""
    if not isinstance(node, Apply) or node.op is not product:
        return None
    scalars = [a for a in node.args if a.is_scalar]
    arrays = [a for a in node.args if not a.is_scalar]
    if len(scalars) < 2 or not any(_below(s) for s in scalars):
        return None
    front = multiply(*scalars)
    if not arrays:
        return None if front is node else Use(front, node, front)
    new = times(front, *arrays) if front is not number(1) else made_of(product, arrays)
    if front is not number(1) and _chain(new) != tuple(f for a in arrays for f in _chain(a)):
        new = tidy(product(front, *arrays))  # what becomes of the arrays is for other laws to say
    return None if new is node else Use(new, product(*scalars), front)


def _chain(term: Term) -> tuple[Term, ...]:
    """The arrays of a product, scalars apart."""
    part = split(term)
    return () if part is None else part[1]


def _below(term: Term) -> bool:
    return is_of(term, quotient) or isinstance(term, Apply) and term.op is product and any(map(_below, term.args))


def function_recognised(node: Term) -> Use | None:
    """exp(t)/(1 + exp(t)) = σ(t), exp(x)/Σ exp(xᵢ) = softmax(x)."""
    if is_of(node, quotient):
        found = recognised(node)
        if found is not node and not is_of(found, quotient):
            return Use(found, node, found)
    return None


def common_factor_out(node: Term) -> Use | None:
    """(u³ a − 3 u²)/u⁶ = u²(u a − 3)/u⁶: what all terms above a fraction share stands in front of them."""
    if not (is_of(node, quotient) and node.is_scalar and is_of(node.args[0], add)):
        return None
    top = node.args[0]
    parts = [power_product(a) for a in top.args]
    common = content(parts)
    if not common.powers:
        return None
    front = assemble(common)
    rest = add(*(assemble(divided(p, common)) for p in parts))
    return Use(quotient(product(*args_of(front, product), rest), node.args[1]), top, product(*args_of(front, product), rest))


def fraction_cancelled(node: Term) -> Use | None:
    """u²(u a − 3)/u⁶ = (u a − 3)/u⁴."""
    if not (is_of(node, quotient) and node.is_scalar):
        return None
    new = assemble(power_product(node))
    return None if new is node or not set(args_of(node.args[0], product)) - set(args_of(new, product)) else Use(new, node, new)


def one_denominator(node: Term) -> Use | None:
    """y/h − (1 − y)/(1 − h) = (y (1 − h) − (1 − y) h)/(h (1 − h))."""
    if not (is_of(node, add) and node.is_scalar) or any(is_of(n, product) and any(a.rank for a in n.args) for n in walk(node)):
        return None
    pieces = [_fraction(a) for a in node.args]
    below = list(dict.fromkeys(d for _, bottom in pieces for d in bottom))
    if not below or len(below) > 3:
        return None
    tops = [multiply(top, *(d for d in below if d not in bottom)) for top, bottom in pieces]
    new = quotient(add(*tops), made_of(product, below))
    return Use(new, node, new, "one denominator")


def _fraction(term: Term) -> tuple[Term, tuple[Term, ...]]:
    """A summand as what stands above and the factors that stand below."""
    if is_of(term, quotient):
        return term.args[0], args_of(term.args[1], product)
    if is_of(term, product) and all(a.is_scalar for a in term.args):
        tops, bottoms = list[Term](), tuple[Term, ...]()
        for a in term.args:
            top, bottom = _fraction(a)
            tops.append(top)
            bottoms += bottom
        return multiply(*tops), bottoms
    return term, ()


PASSES: tuple[tuple[str, tuple[Law, ...]], ...] = (
    ("multiplied out", (identity_goes, inverse_cancels, trace_of_outer, sum_spreads, diagonal_acts, diagonal_on_chain)),
    ("entry by entry", (entries_cancel, inner_cancels, row_sums, adds_up_to_one, rows_add_up_to_one)),
    ("transposes", (transposes_carried_out,)),
    ("common factor", (common_factor_out,)),
    ("fractions", (fractions_gathered, fraction_cancelled)),
)
"""The order in which a line is worked out."""
