"""Cholesky's factor in traced functions: a stand-in L of which K = L Lᵀ is known, and what is said of K by means of it.

L itself has no closed formula. What people do with it has: solutions with both factors are solutions with K, ‖L⁻¹ r‖² is
rᵀK⁻¹r, the sum of the logarithms of its diagonal is half of log det K. After tracing these are put in the place of L; where
an L is left over, the function has no formula here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Number, Symbol, Term, depends_on, free_symbols, transform
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, scaled
from gradatim.trace.products import matmul
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import transpose
from gradatim.types import Type

HALF = ops.quotient(Number(1), Number(2))


def cholesky(a: Any, upper: bool = False, **_options: Any) -> Traced:
    """The stand-in for the lower (or upper) factor."""
    x = array(a)
    if x.ndim != 2 or x.dims[0] != x.dims[1]:
        raise GradatimError("Cholesky's factor is of one square matrix")
    known: dict[Symbol, Term] = proxy.SIZES.factors
    factor = next((s for s, k in known.items() if k is x.term), None)
    if factor is None:
        factor = Symbol(f"Cholesky's factor {len(known) + 1}", Type(x.dims, facts=frozenset({"lower"})))
        known[factor] = x.term
    made = Traced(factor, x.dims)
    return transpose(made) if upper else made


def scipy_cholesky(a: Any, lower: bool = False, **_options: Any) -> Traced:
    return cholesky(a, not lower)


def cho_factor(a: Any, lower: bool = False, **_options: Any) -> tuple[Traced, bool]:
    return cholesky(a, not lower), lower


def cho_solve(factor: tuple[Any, bool], b: Any, **_options: Any) -> Traced:
    """K⁻¹ b, of SciPy's pair of a factor and whether it is the lower one."""
    f = array(factor[0])
    one, other = (f, _turned(f)) if factor[1] else (_turned(f), f)
    return matmul(_inverse(other), matmul(_inverse(one), b))


def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False, **_options: Any) -> Traced:
    """A⁻¹ b for the triangle of A that is meant."""
    x = array(a)
    if unit_diagonal:
        raise GradatimError("solve_triangular with a unit diagonal has no formula here")
    plain = x.term.args[0] if isinstance(x.term, Apply) and x.term.op is ops.transpose else x.term
    if plain not in proxy.SIZES.factors and not ops.facts(x.term) & {"lower", "upper"}:
        x = Traced((ops.tril if lower else ops.triu)(x.term), x.dims)
    return matmul(_inverse(_turned(x) if trans in (1, "T", 2, "C") else x), b)


def _turned(a: Traced) -> Traced:
    """The transpose; of a transpose what it is of, by which factors are known."""
    t = a.term
    if isinstance(t, Apply) and t.op is ops.transpose:
        return Traced(t.args[0], a.dims[::-1])
    return transpose(a)


def _inverse(a: Traced) -> Traced:
    return Traced(ops.inverse(a.term), a.dims)


# ---------------------------------------------------------------- L gives way to K


def without_factors(term: Term, factors: Mapping[Symbol, Term]) -> Term:
    """The term with K in place of its factors. Raises GradatimError where a factor is used in another way."""
    if not factors:
        return term
    # A matrix that is factorised may itself be made with another's factor.
    for factor in reversed(list(factors)):
        whole = factors[factor]
        # What the one rule leaves may be what another waits for.
        for _ in range(3):
            term = transform(term, lambda node, f=factor, k=whole: _ruled(node, f, k))  # type: ignore[misc]
        if factor in free_symbols(term):
            raise GradatimError(
                "Cholesky's factor has no closed formula by itself; solutions with both factors, ‖L⁻¹x‖² and the "
                "logarithms of its diagonal have one"
            )
    return term


def _ruled(node: Term, factor: Symbol, whole: Term) -> Term:
    if not depends_on(node, factor) or node is factor:
        return node
    if isinstance(node, Bind):
        return _of_diagonal(node, factor, whole)
    if not isinstance(node, Apply):
        return node
    op, args = node.op, node.args
    if op is ops.product:
        return _chain(node, factor, whole)
    if op is ops.logdet and args[0] is factor:
        return scaled(HALF, ops.logdet(whole))
    if op is ops.det and args[0] is factor:
        return ops.sqrt(ops.det(whole))
    if op is ops.diagonal and args[0] is ops.transpose(factor):
        return ops.diagonal(factor)
    if op is ops.total:
        return _sum(node, factor, whole)
    if op in (ops.sqnorm, ops.norm):
        square = _chain(_squared(args[0]), factor, whole)
        if not depends_on(square, factor):
            made = square if square.is_scalar else ops.trace(square)
            return made if op is ops.sqnorm else ops.sqrt(made)
    if op is ops.inner:
        joined = _chain(ops.product(ops.transpose(args[0]), args[1]), factor, whole)
        if not depends_on(joined, factor):
            return joined if joined.is_scalar else ops.trace(joined)
    return node


def _squared(t: Term) -> Term:
    return ops.product(ops.transpose(t), t)


def _of_diagonal(node: Bind, factor: Symbol, whole: Term) -> Term:
    """The product of L's diagonal is the root of det K."""
    if node.kind == "product" and node.body is ops.at(ops.diagonal(factor), node.index):
        return ops.sqrt(ops.det(whole))
    return node


def _sum(node: Apply, factor: Symbol, whole: Term) -> Term:
    """The sum of log diag L, also with numbers in front, is half of log det K."""
    inner = node.args[0]
    if inner is ops.log(ops.diagonal(factor)):
        return scaled(HALF, ops.logdet(whole))
    if isinstance(inner, Apply) and inner.op is ops.product and sum(not a.is_scalar for a in inner.args) == 1:
        (array_,) = [a for a in inner.args if not a.is_scalar]
        if array_ is ops.log(ops.diagonal(factor)):
            fronts = [a for a in inner.args if a.is_scalar]
            return ops.product(*fronts, HALF, ops.logdet(whole))
    if isinstance(inner, Apply) and inner.op is ops.hadamard and len(inner.args) == 2:
        return _ruled(ops.inner(*inner.args), factor, whole)
    return node


def _chain(node: Term, factor: Symbol, whole: Term) -> Term:
    """L⁻ᵀL⁻¹ is K⁻¹ and L Lᵀ is K, wherever they meet in a product."""
    if not isinstance(node, Apply) or node.op is not ops.product:
        return node
    squares = _sums_of_squares(node, factor, whole)
    if squares is not None:
        return squares
    links = [x for a in node.args for x in _links(a, factor, False)]
    lower, upper = ops.inverse(factor), ops.inverse(ops.transpose(factor))
    pairs: dict[tuple[Term, Term], Term] = {(upper, lower): ops.inverse(whole), (factor, ops.transpose(factor)): whole}
    out: list[Term] = []
    # Numbers stand in front, where they part no factors.
    for x in sorted(links, key=lambda t: t.rank > 0):
        met = pairs.get((out[-1], x)) if out else None
        if met is not None:
            out[-1] = met
        else:
            out.append(x)
    return node if len(out) == len(links) else made_of(ops.product, out)


def _links(t: Term, factor: Symbol, turned: bool) -> Sequence[Term]:
    """The factors of a product, also of a transposed one, as far as L stands in them."""
    if isinstance(t, Apply) and depends_on(t, factor):
        if t.op is ops.transpose:
            return _links(t.args[0], factor, not turned)
        if t.op is ops.product:
            inner = [_links(a, factor, turned) for a in (reversed(t.args) if turned else t.args)]
            return [x for part in inner for x in part]
        if t.op is ops.inverse and turned and t.args[0] is factor:
            return [ops.inverse(ops.transpose(factor))]
        if t.op is ops.inverse and turned and t.args[0] is ops.transpose(factor):
            return [ops.inverse(factor)]
    return [ops.transpose(t) if turned and t.rank else t]


def _sums_of_squares(node: Apply, factor: Symbol, whole: Term) -> Term | None:
    """The sums of the squares of L⁻¹B's columns are the diagonal of BᵀK⁻¹B."""
    if len(node.args) != 2 or not isinstance(node.args[1], Apply) or node.args[1].op is not ops.ones:
        return None
    first = node.args[0]
    if not isinstance(first, Apply) or first.op is not ops.transpose:
        return None
    square = first.args[0]
    if isinstance(square, Apply) and square.op is ops.hpower and ops.rational(square.args[1]) == 2:
        joined = _chain(_squared(square.args[0]), factor, whole)
        return None if depends_on(joined, factor) else ops.diagonal(joined)
    return None
