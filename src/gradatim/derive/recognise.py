"""Functions spelt out, seen as what they are: `1/(1 + exp(−t))` is the sigmoid, so that its derivative comes out as σ(1 − σ).

Each recogniser looks at one node whose parts were looked at before; its value is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from gradatim.derive.exponentials import log_sum_exp, soft_max, soft_max_entrywise, soft_max_of_rows
from gradatim.derive.identities import IDENTITIES, is_one
from gradatim.derive.outer_sums import diagonal_of_outer
from gradatim.derive.roots import squared_away, under_one_root
from gradatim.derive.spectral import by_matrix
from gradatim.matrix.build import is_zero, times, transposed
from gradatim.matrix.definitions import expanded
from gradatim.matrix.scalar import multiply
from gradatim.matrix.shorthand import one_square
from gradatim.ops import (
    absolute,
    add,
    det,
    diag,
    exp,
    hdivide,
    hpower,
    identity,
    inner,
    inverse,
    kron,
    log,
    logdet,
    matrix_power,
    matrix_power_of,
    maximum,
    minimum,
    mpower,
    norm,
    norm1,
    norminf,
    number,
    pnorm,
    power,
    product,
    quotient,
    rational,
    sigmoid,
    size,
    softplus,
    sqnorm,
    trace,
    transpose,
)
from gradatim.ops.base import Additive, Op
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Term, substitute, transform, transformed, walk

Recogniser = Callable[[Apply], Term | None]


def named(result: Term) -> Term:
    """A result with what a derivative makes of exponentials and sigmoids under its name."""
    return transform(
        result,
        lambda node: _first(
            node, (soft_max, soft_max_of_rows, *IDENTITIES, by_matrix, diagonal_of_outer, squared_away, under_one_root)
        ),
    )


@lru_cache(maxsize=4_000)
def recognised(term: Term) -> Term:
    """The term with known functions recognised; its value is the same everywhere."""
    return transform(one_square(term), _recognised)


def all_recognised(terms: Sequence[Term]) -> list[Term]:
    """Several terms with known functions recognised, what they share once."""
    squares = any(isinstance(n, Apply) and n.op is sqnorm for n in walk(*terms))
    squared = [one_square(t) for t in terms] if squares else terms
    made = transformed(squared, _recognised)
    return [made[t] for t in squared]


def as_spelled(result: Term, function: Term) -> Term:
    """xᵀx of a result as ‖x‖² where the function writes norms and no such product; uᵀv as ⟨u, v⟩ where it writes that."""
    table: dict[Term, Term] = {}
    for node in walk(function):
        if isinstance(node, Apply) and _of_columns(node):
            u, v = node.args
            table |= {times(transposed(v), u): node, times(transposed(u), v): node}
    if table:
        result = substitute(result, table)
    if not any(isinstance(n, Apply) and n.op in (norm, sqnorm) for n in walk(function)):
        return result
    pairs = (pair for n in walk(function) if isinstance(n, Apply) and n.op is product for pair in zip(n.args, n.args[1:]))
    if any(x.rank == 1 and lying is transpose(x) for lying, x in pairs):
        return result
    return transform(result, lambda n: n if (x := _own_square(n)) is None else sqnorm(x))


def _inner_product(node: Apply) -> Term | None:
    """⟨u, v⟩ of columns as uᵀv, so that it meets what is written so."""
    return times(transposed(node.args[0]), node.args[1]) if _of_columns(node) else None


def _of_columns(node: Apply) -> bool:
    return node.op is inner and all(a.rank == 1 and not a.type.row for a in node.args)


def _own_square(node: Term) -> Term | None:
    """The x of xᵀx."""
    if isinstance(node, Apply) and node.op is product and len(node.args) == 2 and node.is_scalar and node.args[1].rank == 1:
        lying, x = node.args
        return x if lying is transpose(x) else None
    return None


def _recognised(node: Term) -> Term:
    return _first(node, RECOGNISERS.get(node.op, ())) if isinstance(node, Apply) else node


def _first(node: Term, recognisers: Iterable[Recogniser]) -> Term:
    if isinstance(node, Apply):
        for recogniser in recognisers:
            found = recogniser(node)
            if found is not None:
                return found
    return node


def _of_equals(node: Apply) -> Term | None:
    """The larger and the smaller of two that are the same."""
    return node.args[0] if node.op in (maximum, minimum) and node.args[0] is node.args[1] else None


def _norm_of_zero(node: Apply) -> Term | None:
    return number(0) if node.op in (norm, norm1, norminf, pnorm) and is_zero(node.args[0]) else None


def _repeated(node: Apply) -> Term | None:
    """A A A as A³."""
    if node.op is not product or len(node.args) < 3:
        return None
    out: list[Term] = []
    for base, run in groupby(node.args):
        k = len(list(run))
        square = base.type.is_square
        power_of = matrix_power_of(base, k) if k > 2 and square else None
        out += [base] * k if power_of is None else [power_of]
    return None if len(out) == len(node.args) else made_of(product, out)


def _of_diagonal(node: Apply) -> Term | None:
    """A power of diag(x) is diag(x^∘k)."""
    base = node.args[0] if node.op is mpower else None
    return diag(hpower(base.args[0], node.args[1])) if isinstance(base, Apply) and base.op is diag else None


def _whole_power(node: Apply) -> Term | None:
    """A power of a matrix whose exponent is a number after all."""
    k = rational(expanded(node.args[1])) if node.op is mpower else None
    return None if k is None or k.denominator != 1 else matrix_power_of(node.args[0], int(k))


def _of_identity(node: Apply) -> Term | None:
    """What stands for a multiple of the identity: (λ⁻¹ I)⁻¹ is λ I, det(c I) is cⁿ, and xᵀ(λ I) y is λ xᵀy."""
    if node.op in (inverse, det, logdet) and (c := _multiple(node.args[0])) is not None:
        n = size(node.args[0].type.axes[0])
        if node.op is inverse:
            return product(power(c, number(-1)), node.args[0] if c is number(1) else _unit(node.args[0]))
        return power(c, n) if node.op is det else product(n, log(absolute(c)))
    if node.op is product and node.is_scalar and len(node.args) > 2:
        inner = next((a for a in node.args[1:-1] if a.rank == 2 and _multiple(a) is not None), None)
        if inner is not None and node.args[0].type.row:
            rest = product(*(a for a in node.args if a is not inner))
            return rest if (c := _multiple(inner)) is None or c is number(1) else product(c, rest)
    return None


def _multiple(term: Term) -> Term | None:
    """The c of c I."""
    if isinstance(term, Apply) and term.op is identity:
        return number(1)
    if isinstance(term, Apply) and term.op is quotient and (c := _multiple(term.args[0])) is not None:
        return quotient(c, term.args[1])
    if isinstance(term, Apply) and term.op is product and term.rank == 2:
        arrays = [a for a in term.args if a.rank]
        scalars = [a for a in term.args if not a.rank]
        if len(arrays) == 1 and (c := _multiple(arrays[0])) is not None:
            return multiply(c, *scalars)
    return None


def _unit(term: Term) -> Term:
    return identity(params=term.type.axes[:1])


def _of_kronecker(node: Apply) -> Term | None:
    """Inverse and determinant of a Kronecker product of square matrices."""
    inner = node.args[0] if node.op in (inverse, det, logdet) else None
    if not (isinstance(inner, Apply) and inner.op is kron):
        return None
    a, b = inner.args
    if any(t.rank != 2 or t.type.axes[0] != t.type.axes[1] for t in (a, b)):
        return None
    if node.op is inverse:
        return kron(inverse(a), inverse(b))
    m, p = size(a.type.axes[0]), size(b.type.axes[0])
    if node.op is det:
        return product(power(det(a), p), power(det(b), m))
    return add(product(p, logdet(a)), product(m, logdet(b)))


def _of_power(node: Apply) -> Term | None:
    """The determinant of a power or an inverse is that of the determinant; so in a product where a factor or its transpose
    recurs. The inverse of an inverse is the matrix."""
    inner = node.args[0] if node.op in (det, logdet, inverse) else None
    if not isinstance(inner, Apply) or inner.is_scalar:
        return None
    if node.op is inverse:
        return inner.args[0] if inner.op is inverse else _turned_round(inner)
    if inner.op in (mpower, matrix_power):
        exponent = inner.args[1] if inner.op is mpower else number(inner.params[0])  # type: ignore[arg-type]
        base = inner.args[0]
        return power(det(base), exponent) if node.op is det else product(exponent, logdet(base))
    if inner.op is inverse:
        base = inner.args[0]
        return power(det(base), number(-1)) if node.op is det else product(number(-1), logdet(base))
    if inner.op is not product or any(a.rank != 2 or a.type.axes[0] != a.type.axes[1] for a in inner.args):
        return None
    counts: dict[Term, int] = {}
    for a in inner.args:
        base, k = _unturned(a)
        counts[base] = counts.get(base, 0) + k
    if len(counts) == len(inner.args):
        return None
    parts = [(base, number(k)) for base, k in counts.items() if k]
    if not parts:
        return number(1 if node.op is det else 0)
    if node.op is det:
        return product(*(power(det(base), k) if k is not number(1) else det(base) for base, k in parts))
    return add(*(product(k, logdet(base)) if k is not number(1) else logdet(base) for base, k in parts))


def _turned_round(inner: Apply) -> Term | None:
    """(X Y⁻¹)⁻¹ is Y X⁻¹, where that leaves no more inverses."""
    if inner.op is not product or any(a.rank != 2 or a.type.axes[0] != a.type.axes[1] for a in inner.args):
        return None
    inverted = [isinstance(a, Apply) and a.op is inverse for a in inner.args]
    if 2 * sum(inverted) < len(inverted):
        return None
    return product(*(a.args[0] if turned else inverse(a) for a, turned in zip(inner.args[::-1], inverted[::-1])))


def _unturned(term: Term) -> tuple[Term, int]:
    """The base and exponent as far as a determinant is concerned."""
    if isinstance(term, Apply) and term.op is transpose:
        return _unturned(term.args[0])
    if isinstance(term, Apply) and term.op is inverse:
        base, k = _unturned(term.args[0])
        return base, -k
    if isinstance(term, Apply) and term.op is matrix_power:
        base, k = _unturned(term.args[0])
        return base, k * int(str(term.params[0]))
    return term, 1


def _sigmoid(node: Apply) -> Term | None:
    """1/(1 + e^t) and e^t/(1 + e^t), of scalars and entry by entry."""
    if node.op in (quotient, hdivide):
        top, bottom = node.args
    elif node.op in (power, hpower) and rational(node.args[1]) == -1:
        top, bottom = number(1), node.args[0]
    else:
        return None
    parts = _one_plus_exp(bottom)
    if parts is None:
        return None
    t, e = parts
    return sigmoid(negated(t)) if is_one(top) else sigmoid(t) if top is e else None


def _softplus(node: Apply) -> Term | None:
    """log(1 + e^t)."""
    parts = _one_plus_exp(node.args[0]) if node.op is log else None
    return None if parts is None else softplus(parts[0])


def _square(node: Apply) -> Term | None:
    """(a − b)ᵀ(a − b) is ‖a − b‖²: one factor, so that its derivative is one product. xᵀx is left as it is."""
    if node.op is not product or not node.is_scalar:
        return None
    arrays = [a for a in node.args if a.rank]
    inner = _squared_sum(arrays)
    if inner is None:
        return None
    scalars = [a for a in node.args if not a.rank]
    return product(*scalars, sqnorm(inner)) if scalars else sqnorm(inner)


def _even_norm(node: Apply) -> Term | None:
    """‖x‖⁴ is (‖x‖²)²: without a root, and with a derivative at zero."""
    inner = node.args[0] if node.op is power else None
    k = rational(node.args[1]) if node.op is power else None
    if not (isinstance(inner, Apply) and inner.op is norm) or k is None or k.denominator != 1 or k % 2 or k <= 0:
        return None
    square = sqnorm(inner.args[0])
    return square if k == 2 else power(square, number(k / 2))


def _square_in_trace(node: Apply) -> Term | None:
    """tr((A − B)ᵀ(A − B)) is ‖A − B‖²."""
    if node.op is not trace or not isinstance(chain := node.args[0], Apply) or chain.op is not product:
        return None
    inner = _squared_sum(chain.args)
    return None if inner is None else sqnorm(inner)


def _squared_sum(pair: tuple[Term, ...] | list[Term]) -> Term | None:
    """The a of aᵀa and of aaᵀ, where a is a sum."""
    if len(pair) == 2:
        for turned, straight in (pair, pair[::-1]):
            if isinstance(turned, Apply) and turned.op is transpose and turned.args[0] is straight:
                return straight if _is_sum(straight) else None
    return None


_LOOKS_AT: Mapping[Recogniser, tuple[Op, ...]] = {
    _inner_product: (inner,),
    _sigmoid: (quotient, hdivide, power, hpower),
    _softplus: (log,),
    _square: (product,),
    _even_norm: (power,),
    _square_in_trace: (trace,),
    _of_equals: (maximum, minimum),
    _norm_of_zero: (norm, norm1, norminf, pnorm),
    _repeated: (product,),
    _of_diagonal: (mpower,),
    _whole_power: (mpower,),
    _of_identity: (inverse, det, logdet, product),
    _of_kronecker: (inverse, det, logdet),
    _of_power: (inverse, det, logdet),
    log_sum_exp: (log,),
    soft_max: (quotient,),
    soft_max_of_rows: (product,),
    soft_max_entrywise: (hdivide,),
}
"""The recognisers, in the order in which they are asked, and the operations that each of them looks at."""
RECOGNISERS: Mapping[object, tuple[Recogniser, ...]] = {
    op: tuple([r for r, ops in _LOOKS_AT.items() if op in ops]) for op in {op for ops in _LOOKS_AT.values() for op in ops}
}
"""The same by operation: most parts of a term are nothing that any of them looks at."""


def _is_sum(term: Term) -> bool:
    return isinstance(term, Apply) and isinstance(getattr(term.op, "derivative", None), Additive)


def _one_plus_exp(term: Term) -> tuple[Term, Term] | None:
    """The t and e^t of 1 + e^t."""
    if isinstance(term, Apply) and term.op is add and len(term.args) == 2:
        for one, e in (term.args, term.args[::-1]):
            if is_one(one) and isinstance(e, Apply) and e.op is exp:
                return e.args[0], e
    return None


def negated(term: Term) -> Term:
    """−t, with a sign that is already there taken away."""
    if isinstance(term, Apply) and term.op is product and (c := rational(term.args[0])) is not None:
        rest = term.args[1:]
        if c == -1:
            return made_of(product, rest)
        return product(number(-c), *rest)
    value = rational(term)
    return number(-value) if value is not None else product(number(-1), term)
