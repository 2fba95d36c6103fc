"""Norms and their squares; softmax and log-sum-exp."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, Monomial, Notation, Op, Ring, Sample, register
from gradatim.ops.linear_algebra import unit
from gradatim.ops.needs import size_of_argument
from gradatim.ops.pointwise import absolute, sign
from gradatim.ops.products import equal
from gradatim.ops.quotients import power, quotient
from gradatim.ops.structure import COLUMN, COOKBOOK, M_N, MAGNUS, made_of, minus, number, product, transpose, turned
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type

NONZERO = frozenset({"nonzero"})


def _to_scalar(_types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    return Type()


def _vector_only(title: str) -> Callable[[tuple[Type, ...], tuple[object, ...]], Type]:
    def signature(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
        if types[0].rank != 1:
            raise ShapeError(f"{title} is of a vector, not of {types[0].described}")
        return Type()

    return signature


def all_entries(R: Ring, a: Any) -> Any:
    """The sum of the entries."""
    return R.einsum((tuple(range(len(R.shape(a)))),), (), (a,), {})


def _positive(_node: Apply, _facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    return frozenset({"nonnegative"})


def _of_unit(node: Apply, facts: Callable[[Term], frozenset[str]]) -> Term | None:
    """The length of a unit vector is one."""
    return number(1) if node.args[0].rank == 1 and "unit" in facts(node.args[0]) else None


def _simpler(node: Apply, facts: Callable[[Term], frozenset[str]]) -> Term | None:
    """‖u‖ is one for a unit vector, and ‖Q x‖ is ‖x‖ for an orthogonal Q."""
    if _of_unit(node, facts) is not None:
        return number(1)
    inner = node.args[0]
    factors = list(inner.args) if isinstance(inner, Apply) and inner.op is product else []
    kept = factors
    while len(kept) > 1 and kept[0].rank == 2 and _keeps_length(kept[0], facts):
        kept = kept[1:]
    while len(kept) > 1 and kept[-1].rank == 2 and _keeps_length(turned(kept[-1]), facts):
        kept = kept[:-1]
    if len(kept) == len(factors):
        return None
    return Apply(node.op, (made_of(product, kept), *node.args[1:]))


def _keeps_length(matrix: Term, facts: Callable[[Term], frozenset[str]]) -> bool:
    """Whether ‖A x‖ is ‖x‖: the columns are orthonormal, or the matrix is the transpose of an orthogonal one."""
    if isinstance(matrix, Apply) and matrix.op is transpose:
        return "orthogonal" in facts(matrix.args[0])
    return "orthonormal_columns" in facts(matrix)


def _square(R: Ring, a: Any) -> Any:
    axes = tuple(range(len(R.shape(a))))
    return R.einsum((axes, axes), (), (a, a), {})


sqnorm = register(
    Op(
        name="sqnorm",
        bend="convex",
        even=True,
        title="squared norm",
        signature=_to_scalar,
        derivative=Indexed(lambda node, _k, _o, inn: [Monomial(number(2), (Factor(node.args[0], inn),))]),
        rule="differential of the squared norm",
        saying="`‖%‖²` adds up the squares of the entries, and the derivative of `t²` is `2 t`",
        source=f"{COOKBOOK}, eq. 131",
        value=lambda R, a, _n, _s: _square(R, a[0]),
        code={"numpy": "np.sum({0} ** 2)"},
        notation=Notation("fence", r"\left\|", "‖", ("sqnorm",), r"\right\|^2", "‖²", r"\right\|_F^2", "‖_F²"),
        samples=(Sample((COLUMN,)), Sample((M_N,))),
        facts=_positive,
        reduces=size_of_argument,
        simpler=_simpler,
    )
)


def _ball_at_zero(node: Apply) -> tuple[str | Term, ...]:
    x = node.args[0]
    return (quotient(x, node), " may be any array of norm at most 1 where ", x, " = 0")


norm = register(
    Op(
        name="norm",
        bend="convex",
        choice=_ball_at_zero,
        even=True,
        title="norm",
        signature=_to_scalar,
        derivative=Indexed(lambda node, _k, _o, inn: [Monomial(power(node, number(-1)), (Factor(node.args[0], inn),))]),
        rule="differential of the norm",
        saying="`‖%‖` is the root of `‖%‖²`, and `2 % / (2 ‖%‖) = %/‖%‖`",
        source=f"{COOKBOOK}, eq. 129",
        value=lambda R, a, _n, _s: R.map("sqrt", _square(R, a[0])),
        code={"numpy": "np.sqrt(np.sum({0} ** 2))"},
        notation=Notation("fence", r"\left\|", "‖", ("norm",), r"\right\|", "‖", r"\right\|_F", "‖_F"),
        samples=(Sample((COLUMN,)), Sample((M_N,))),
        domain=("nonzero",),
        needs=lambda node: ((node.args[0], "somewhere"),),
        facts=_positive,
        reduces=size_of_argument,
        simpler=_simpler,
    )
)


def _signs_at_zero(node: Apply) -> tuple[str | Term, ...]:
    x = node.args[0]
    return ("an entry of ", sign(x), " may be any number from −1 to 1 where that of ", x, " is 0")


norm1 = register(
    Op(
        name="norm1",
        bend="convex",
        choice=_signs_at_zero,
        even=True,
        title="1-norm",
        signature=_to_scalar,
        derivative=Indexed(lambda node, _k, _o, inn: [Monomial(number(1), (Factor(sign(node.args[0]), inn),))]),
        rule="differential of the 1-norm",
        saying="the absolute values of the entries are added up, and `d |t|/dt = sign(t)`",
        source=f"{MAGNUS}, ch. 8",
        value=lambda R, a, _n, _s: all_entries(R, R.map("abs", a[0])),
        code={"numpy": "np.sum(np.abs({0}))"},
        notation=Notation("fence", r"\left\|", "‖", ("norm1",), r"\right\|_1", "‖₁"),
        samples=(Sample((Type(COLUMN.axes, facts=NONZERO),)), Sample((Type(M_N.axes, facts=NONZERO),))),
        domain=("nonzero",),
        facts=_positive,
        reduces=size_of_argument,
    )
)


def _peak_rule(node: Apply, _k: int, _out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    x = node.args[0]
    where = equal(absolute(x), product(node, unit(x.type)))
    return [Monomial(number(1), (Factor(sign(x), inn), Factor(where, inn)))]


def _tied_peaks(node: Apply) -> tuple[str | Term, ...]:
    return (
        "where several entries of ", node.args[0], " are largest in size, their signs may be weighted by any numbers that are not "
        "negative and add up to 1; where all are 0, any vector of 1-norm at most 1",
    )  # fmt: skip


norminf = register(
    Op(
        name="norminf",
        bend="convex",
        choice=_tied_peaks,
        even=True,
        title="maximum norm",
        signature=_vector_only("the maximum norm"),
        derivative=Indexed(_peak_rule),
        rule="differential of the maximum norm",
        saying="near this point the norm is the absolute value of one entry, the largest",
        source=f"{MAGNUS}, ch. 8",
        value=lambda R, a, _n, _s: R.maximum(R.map("abs", a[0])),
        code={"numpy": "np.max(np.abs({0}))"},
        notation=Notation("fence", r"\left\|", "‖", ("norminf",), r"\right\|_\infty", "‖∞"),
        samples=(Sample((Type(COLUMN.axes, facts=NONZERO),)),),
        domain=("nonzero",),
        needs=lambda node: ((node.args[0], "one_largest"),),
        facts=_positive,
        reduces=size_of_argument,
    )
)


# ---------------------------------------------------------------- the largest of all entries


def _largest_rule(node: Apply, _k: int, _out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    x = node.args[0]
    return [Monomial(number(1), (Factor(equal(x, product(node, unit(x.type))), inn),))]


def _largest_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if not types[0].rank:
        raise ShapeError("the largest entry is of a vector or a matrix, not of a scalar")
    return Type()


def _tied_largest(node: Apply) -> tuple[str | Term, ...]:
    return (
        "where several entries of ", node.args[0], " are largest, they may be weighted by any numbers that are not negative and "
        "add up to 1",
    )  # fmt: skip


largest: Op = register(
    Op(
        name="largest",
        bend="convex",
        rises=True,
        choice=_tied_largest,
        title="largest entry",
        signature=_largest_type,
        derivative=Indexed(_largest_rule),
        rule="derivative of the largest entry",
        saying="near this point the largest entry is one and the same",
        source="Boyd & Vandenberghe, Convex Optimization (2004), 6.1.2",
        value=lambda R, a, _n, _s: R.maximum(a[0]),
        code={"numpy": "np.max({0})"},
        notation=Notation("function", r"\max", "max", ("largest",)),
        samples=(Sample((COLUMN,)), Sample((M_N,))),
        needs=lambda node: ((node.args[0], "one_greatest"),),
        facts=lambda node, facts: facts(node.args[0]) & {"positive", "nonnegative"},
    )
)


def smallest(x: Term) -> Term:
    """The smallest entry, as minus the largest of what is turned around."""
    return minus(largest(minus(x)))


def _lse_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    return R.map("log", all_entries(R, R.map("exp", a[0])))


logsumexp = register(
    Op(
        name="logsumexp",
        bend="convex",
        rises=True,
        title="log-sum-exp",
        signature=_to_scalar,
        derivative=Indexed(lambda node, _k, _o, inn: [Monomial(number(1), (Factor(softmax(node.args[0]), inn),))]),
        rule="derivative of log-sum-exp",
        saying="`∂/∂%ₖ log Σⱼ exp(%ⱼ) = exp(%ₖ) / Σⱼ exp(%ⱼ)`",
        source="Boyd & Vandenberghe, Convex Optimization (2004), 3.1.5",
        value=_lse_value,
        code={"numpy": "np.logaddexp.reduce({0}, axis=None)"},
        notation=Notation("function", r"\operatorname{logsumexp}", "logsumexp", ("logsumexp", "lse", "LSE")),
        samples=(Sample((COLUMN,)),),
    )
)


def _softmax_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    t = types[0]
    if t.rank == 1:
        return Type(t.axes, row=t.row)
    if t.rank == 2 and params in (("rows",), ("columns",)):
        return Type(t.axes)
    raise ShapeError(f"softmax is of a vector, or of a matrix by rows or by columns; this is {t.described}")


def _softmax_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    own = tuple(Factor(None, (o, i)) for o, i in zip(out, inn))
    kept = {(): (), ("rows",): (own[0],), ("columns",): (own[-1],)}[node.params]  # type: ignore[index]
    return [
        Monomial(number(1), (Factor(node, out), *own)),
        Monomial(number(-1), (Factor(node, out), Factor(node, inn), *kept)),
    ]


def _softmax_value(R: Ring, a: Sequence[Any], node: Apply, _size: Callable[[Dim], int]) -> Any:
    e = R.map("exp", a[0])
    if not node.params:
        return R.divide(e, all_entries(R, e))
    kept = 0 if node.params == ("rows",) else 1
    sums = R.einsum(((0, 1),), (kept,), (e,), {})
    ones = R.full(R.shape(e), number(1).value)
    return R.divide(e, R.einsum(((kept,), (0, 1)), (0, 1), (sums, ones), {}))


softmax: Op = register(
    Op(
        name="softmax",
        title="softmax",
        signature=_softmax_type,
        derivative=Indexed(_softmax_rule),
        rule="derivative of the softmax",
        saying="`∂pᵢ/∂%ₖ = pᵢ (δᵢₖ − pₖ)`, where `p` is the softmax of `%`",
        source="Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.106",
        value=_softmax_value,
        # {1} is the axis along which rows sum to one: None for a vector, 1 by rows, 0 by columns.
        code={
            "numpy": "np.exp({0} - np.max({0}, axis={1}, keepdims=True)) / "
            "np.sum(np.exp({0} - np.max({0}, axis={1}, keepdims=True)), axis={1}, keepdims=True)"
        },
        notation=Notation(
            "function",
            r"\operatorname{softmax}",
            "softmax",
            ("softmax",),
            meaning=(r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "softmax(z)ᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)"),
            legend="{0} has the entries `exp(aᵢ)/Σⱼ exp(aⱼ)`",
        ),
        samples=(Sample((COLUMN,)), Sample((M_N,), ("rows",)), Sample((M_N,), ("columns",))),
        facts=lambda node, _f: frozenset({"positive"}) | (frozenset({"probability"}) if not node.params else frozenset()),
    )
)
