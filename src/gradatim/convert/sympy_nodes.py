"""SymPy's nodes one by one: what a sum, a product of matrices, a Heaviside function of its is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

from gradatim import ops
from gradatim.convert.extra import SAME
from gradatim.errors import GradatimError
from gradatim.ops.structure import made_of
from gradatim.term import Number, Symbol, Term
from gradatim.types import Dim, matrix

OURS = {theirs: ours for ours, theirs in SAME.items()}
Where = Mapping[Any, tuple[Symbol, Any]]
"""Bound symbols: our index, and the value of SymPy's symbol at its first position."""


class Reader(Protocol):
    """What reads the parts of a node."""

    sp: Any

    def of(self, e: Any, where: Where) -> Term: ...
    def dim(self, e: Any) -> Dim: ...


Reads = Callable[[Any, Any, Where], Term]
"""A way to read a node: by the reader, the node, and what is bound around it."""


def function_of(name: str, a: Term) -> Term:
    """A function of a number; of a matrix the matrix function, as SymPy means it (entry by entry it says applyfunc)."""
    if not a.rank:
        return ops.dictionary()[OURS[name]](a)
    whole = ops.dictionary().get(f"{OURS[name]}m")
    if whole is None or a.rank != 2 or a.type.axes[0] != a.type.axes[1]:
        raise GradatimError(f"SymPy's {name} of an array cannot be converted: entry by entry it is the array's applyfunc({name})")
    return whole(a)


def _add(r: Reader, e: Any, where: Where) -> Term:
    return ops.add(*(r.of(a, where) for a in e.args))


def _mul(r: Reader, e: Any, where: Where) -> Term:
    """A product, with what has a negative exponent below the line."""
    above, below = [], []
    for a in e.args:
        if a.is_Pow and a.exp.is_Number and a.exp.is_negative and a.base is not r.sp.E:
            below.append(r.of(a.base**-a.exp, where))
        else:
            above.append(r.of(a, where))
    top = made_of(ops.product, above) if above else Number(1)
    if not below:
        return top
    return ops.quotient(top, made_of(ops.product, below))


def _pow(r: Reader, e: Any, where: Where) -> Term:
    sp = r.sp
    if e.base is sp.E:
        return ops.exp(r.of(e.exp, where))
    if e.exp.is_Number and e.exp.is_negative:
        return ops.quotient(Number(1), r.of(e.base**-e.exp, where))
    base = r.of(e.base, where)
    return ops.sqrt(base) if e.exp == sp.Rational(1, 2) else ops.power(base, r.of(e.exp, where))


def _log(r: Reader, e: Any, where: Where) -> Term:
    inner = e.args[0]
    if isinstance(inner, r.sp.Abs) and isinstance(inner.args[0], r.sp.Determinant):
        return ops.logdet(r.of(inner.args[0].arg, where))
    return ops.log(r.of(inner, where))


def _matmul(r: Reader, e: Any, where: Where) -> Term:
    return ops.product(*(r.of(a, where) for a in e.args))


def _matpow(r: Reader, e: Any, where: Where) -> Term:
    return ops.raised_to(r.of(e.base, where), r.of(e.exp, where))


def _transpose(r: Reader, e: Any, where: Where) -> Term:
    inner = r.of(e.arg, where)
    return ops.transpose(inner) if inner.rank else inner


def _trace(r: Reader, e: Any, where: Where) -> Term:
    inner = r.of(e.arg, where)
    return ops.trace(inner) if inner.rank else inner


def _hadamard(r: Reader, e: Any, where: Where) -> Term:
    args = [r.of(a, where) for a in e.args]
    if not args[0].rank:
        return ops.product(*args)
    made = args[0]
    for a in args[1:]:
        made = ops.hadamard(made, a)
    return made


def _hadamard_power(r: Reader, e: Any, where: Where) -> Term:
    if getattr(e.exp, "is_Matrix", False):
        raise GradatimError("SymPy's HadamardPower with a matrix as its exponent cannot be converted: it has no counterpart here")
    base, exponent = r.of(e.base, where), r.of(e.exp, where)
    return ops.hpower(base, exponent) if base.rank else ops.power(base, exponent)


def _diag_matrix(r: Reader, e: Any, where: Where) -> Term:
    v = r.of(e.args[0], where)
    if v.rank == 2:
        raise GradatimError("SymPy's DiagMatrix of a matrix cannot be converted: its argument is a vector")
    return ops.diag(ops.transpose(v) if v.type.row else v) if v.rank else v


def _kronecker(r: Reader, e: Any, where: Where) -> Term:
    args = [r.of(a, where) for a in e.args]
    made = args[0]
    for a in args[1:]:
        made = ops.kron(made, a) if made.rank and a.rank else ops.product(made, a)
    return made


def heaviside(r: Reader, e: Any, inner: Term) -> Term:
    """H(0) is 1/2 unless the second argument says otherwise."""
    at_zero = e.args[1] if len(e.args) > 1 else r.sp.Rational(1, 2)
    if at_zero == 0:
        return ops.step(inner)
    if at_zero == 1:
        return ops.at_least_zero(inner)
    if at_zero == r.sp.Rational(1, 2):
        half = ops.quotient(ops.sign(inner), Number(2))
        one = ops.quotient(ops.unit(inner.type.bare), Number(2)) if inner.rank else Number(Fraction(1, 2))
        return ops.add(half, one)
    raise GradatimError(f"SymPy's Heaviside with the value {at_zero} at 0 has no counterpart")


def polygamma(order: int, x: Term) -> Term:
    return ops.digamma(x) if order == 0 else ops.polygamma(x, params=(order,))


def _polygamma_of(r: Reader, e: Any, where: Where) -> Term:
    if not e.args[0].is_Integer:
        raise GradatimError("SymPy's polygamma of a symbolic order has no counterpart")
    return polygamma(int(e.args[0]), r.of(e.args[1], where))


def _folded(op: Callable[..., Term]) -> Reads:
    def read(r: Reader, e: Any, where: Where) -> Term:
        made, *rest = (r.of(a, where) for a in e.args)
        for a in rest:
            made = op(made, a)
        return made

    return read


def _max(r: Reader, e: Any, where: Where) -> Term:
    if len(e.args) == 2 and 0 in e.args:
        (other,) = [a for a in e.args if a != 0]
        return ops.relu(r.of(other, where))
    return _folded(ops.maximum)(r, e, where)


def _delta(r: Reader, e: Any, where: Where) -> Term:
    for a in e.args:
        if a not in where:
            raise GradatimError("SymPy's KroneckerDelta is converted for two indices of sums")
    (i, first), (j, other) = (where[a] for a in e.args)
    if first != other:
        raise GradatimError("the indices of a KroneckerDelta are counted from different numbers")
    return ops.equal(i, j)


def _filled(op: Any) -> Reads:
    def read(r: Reader, e: Any, where: Where) -> Term:
        t = matrix(r.dim(e.shape[0]), r.dim(e.shape[1]))
        if not t.rank:
            return Number(1 if op is ops.ones else 0)
        made: Term = op(params=t.axes)
        return ops.transpose(made) if t.row else made

    return read


NODES: dict[str, Reads] = {
    "Add": _add,
    "Mul": _mul,
    "Pow": _pow,
    "log": _log,
    "MatAdd": _add,
    "MatMul": _matmul,
    "MatPow": _matpow,
    "Inverse": lambda r, e, w: ops.inverse(r.of(e.arg, w)),
    "Transpose": _transpose,
    "Adjoint": _transpose,
    "Trace": _trace,
    "Determinant": lambda r, e, w: ops.det(r.of(e.arg, w)),
    "HadamardProduct": _hadamard,
    "HadamardPower": _hadamard_power,
    "DiagMatrix": _diag_matrix,
    "DiagonalOf": lambda r, e, w: ops.diagonal(r.of(e.arg, w)),
    "DiagonalMatrix": lambda r, e, w: ops.diag(ops.diagonal(r.of(e.arg, w))),
    "Identity": lambda r, e, w: ops.identity(params=(r.dim(e.shape[0]),)),
    "OneMatrix": _filled(ops.ones),
    "ZeroMatrix": _filled(ops.zeros),
    "KroneckerProduct": _kronecker,
    "DotProduct": lambda r, e, w: ops.inner(*(ops.transpose(a) if a.type.row else a for a in (r.of(x, w) for x in e.args))),
    "KroneckerDelta": _delta,
    "Max": _max,
    "Min": _folded(ops.minimum),
    "Heaviside": lambda r, e, w: heaviside(r, e, r.of(e.args[0], w)),
    "polygamma": _polygamma_of,
}
"""How a kind of node is read, by the name of its class or of one that it derives from."""

WHY = {
    "Piecewise": "a function by cases has no formula here (Max, Min and Abs have)",
    "Derivative": "it is not evaluated: call doit() first",
    "ArrayDerivative": "it is not evaluated: call doit() first",
    "Integral": "integrals have no counterpart",
    "BlockMatrix": "write out the blocks with block_collapse, or give each block a symbol of its own",
    "BlockDiagMatrix": "write out the blocks with block_collapse, or give each block a symbol of its own",
    "re": "only real expressions have a counterpart",
    "im": "only real expressions have a counterpart",
    "conjugate": "only real expressions have a counterpart",
}
