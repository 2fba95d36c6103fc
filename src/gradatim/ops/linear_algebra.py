"""Traces, diagonals, inverses and determinants; identity, ones and zeros."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import (
    Einsum,
    Factor,
    Indexed,
    LocallyConstant,
    Monomial,
    Multilinear,
    Notation,
    Op,
    Ring,
    Sample,
    need_square,
    register,
)
from gradatim.ops.needs import each
from gradatim.ops.structure import COLUMN, COOKBOOK, M_N, MAGNUS, SQUARE, number, product
from gradatim.term import Apply, Number, Term
from gradatim.types import Dim, Type

INVERTIBLE = Type(SQUARE.axes, facts=frozenset({"invertible"}))
PROPERTIES = frozenset({"symmetric", "skew", "diagonal", "lower", "upper", "spd", "invertible", "orthogonal"})


def _square_to_scalar(title: str) -> Callable[[tuple[Type, ...], tuple[object, ...]], Type]:
    def signature(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
        if types[0].rank:
            need_square(title, types[0])
        return Type()

    return signature


trace = register(
    Op(
        name="trace",
        title="trace",
        signature=_square_to_scalar("the trace"),
        derivative=Multilinear(lambda types, _p: Einsum(((0, 0) if types[0].rank else (),), ())),
        rule="differential of the trace",
        source=f"{COOKBOOK}, eq. 36",
        value=None,
        code={"numpy": "np.trace({0})"},
        notation=Notation("function", r"\operatorname{tr}", "tr", ("tr", "trace", "Tr", "Trace")),
        samples=(Sample((SQUARE,)),),
        weight=4,
    )
)


def _diag_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[0].rank != 1:
        raise ShapeError(f"diag(v) makes a diagonal matrix from a vector, not from {types[0].described}")
    return Type((types[0].axes[0], types[0].axes[0]))


diag = register(
    Op(
        name="diag",
        title="diagonal matrix",
        signature=_diag_type,
        derivative=Multilinear(lambda _t, _p: Einsum(((0,),), (0, 0))),
        rule="differential of a diagonal matrix",
        source=f"{MAGNUS}, ch. 2",
        value=None,
        code={"numpy": "np.diag({0})"},
        notation=Notation(
            "function",
            r"\operatorname{diag}",
            "diag",
            ("diag", "Diag"),
            legend="{0} is the diagonal matrix with the entries of {1}",
        ),
        samples=(Sample((COLUMN,)),),
        facts=lambda node, facts: (
            frozenset({"diagonal", "symmetric"})
            | ({"spd", "psd", "invertible"} if "positive" in facts(node.args[0]) else frozenset())
            | ({"invertible"} if "nonzero" in facts(node.args[0]) else frozenset())
        ),
        reduces=lambda node, fact, _facts: (
            ((node.args[0], {"invertible": "nonzero"}.get(fact, fact)),) if fact in ("invertible", "somewhere") else None
        ),
        weight=12,
    )
)


def _diagonal_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    return Type((need_square("the diagonal", types[0]),))


diagonal = register(
    Op(
        name="diagonal",
        title="diagonal of a matrix",
        signature=_diagonal_type,
        derivative=Multilinear(lambda _t, _p: Einsum(((0, 0),), (0,))),
        rule="differential of the diagonal",
        source=f"{MAGNUS}, ch. 2",
        value=None,
        code={"numpy": "np.diagonal({0})"},
        notation=Notation(
            "function", r"\operatorname{diag}", "diag", ("diagonal",), legend="{0} is the column of the diagonal entries of {1}"
        ),
        samples=(Sample((SQUARE,)),),
        facts=lambda node, facts: frozenset({"positive"}) if "spd" in facts(node.args[0]) else frozenset(),
        weight=10,
    )
)


def _dims(params: tuple[object, ...]) -> tuple[Dim, ...]:
    return tuple(p for p in params if isinstance(p, Dim))


def _eye_type(_types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    (n,) = _dims(params)
    return Type((n, n))


def _filled(fill: int) -> Callable[[Ring, Sequence[Any], Apply, Callable[[Dim], int]], Any]:
    def value(R: Ring, _a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
        return R.full(tuple(size(d) for d in node.type.axes), number(fill).value)

    return value


identity = register(
    Op(
        name="identity",
        title="identity matrix",
        signature=_eye_type,
        derivative=Multilinear(lambda _t, _p: Einsum((), (0, 0))),
        rule="derivative of a constant",
        source=f"{MAGNUS}, ch. 1",
        value=None,
        code={"numpy": "np.eye({0})"},
        notation=Notation("constant", "I", "I", ("I", "eye")),
        samples=(Sample((), (Dim.of("n"),)),),
        facts=lambda _n, _f: frozenset({"diagonal", "symmetric", "spd", "psd", "invertible", "orthogonal"}),
        arity=0,
        weight=1,
    )
)


def is_identity(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is identity


def _filled_type(_types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    dims = _dims(params)
    return Type(dims, row=len(dims) == 1 and "row" in params)


ones = register(
    Op(
        name="ones",
        title="array of ones",
        signature=_filled_type,
        derivative=Multilinear(lambda _t, params: Einsum((), tuple(range(len(_dims(params)))))),
        rule="derivative of a constant",
        source=f"{MAGNUS}, ch. 1",
        value=_filled(1),
        code={"numpy": "np.ones({0})"},
        notation=Notation("constant", r"\mathbf{1}", "𝟏", ("ones",), legend="{0} is a vector of ones"),
        samples=(Sample((), (Dim.of("n"),)), Sample((), (Dim.of("m"), Dim.of("n")))),
        facts=lambda node, _f: frozenset({"positive"}),
        arity=0,
        weight=12,
    )
)

zeros = register(
    Op(
        name="zeros",
        title="array of zeros",
        signature=_filled_type,
        derivative=LocallyConstant(),
        rule="derivative of a constant",
        source=f"{MAGNUS}, ch. 1",
        value=_filled(0),
        code={"numpy": "np.zeros({0})"},
        notation=Notation("constant", r"\mathbf{0}", "𝟎", ("zeros",)),
        samples=(Sample((), (Dim.of("n"),)), Sample((), (Dim.of("m"), Dim.of("n")))),
        arity=0,
    )
)


def zero(t: Type) -> Term:
    """The zero of a type: the number 0 for scalars."""
    return zeros(params=(*t.axes, *(("row",) if t.row else ()))) if t.axes else number(0)


def unit(t: Type) -> Term:
    """The array of ones of a type: the number 1 for scalars."""
    return ones(params=(*t.axes, *(("row",) if t.row else ()))) if t.axes else number(1)


def _square_to_square(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    n = need_square("the inverse", types[0])
    return Type((n, n))


def _inverse_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    return [Monomial(Number(-1), (Factor(node, (out[0], inn[0])), Factor(node, (inn[1], out[1]))))]


inverse = register(
    Op(
        name="inverse",
        title="inverse",
        signature=_square_to_square,
        derivative=Indexed(_inverse_rule),
        rule="differential of the inverse",
        saying="`d(%⁻¹) = −%⁻¹ d% %⁻¹`, since `d(% %⁻¹) = 0`",
        source=f"{COOKBOOK}, eq. 59",
        value=lambda R, a, _n, _s: R.inverse(a[0]),
        code={"numpy": "np.linalg.inv({0})"},
        notation=Notation("postfix", "-1", "⁻¹", ("inv", "inverse")),
        samples=(Sample((INVERTIBLE,)),),
        domain=("invertible",),
        strict=True,
        reduces=each("invertible"),
        facts=lambda node, facts: (facts(node.args[0]) & PROPERTIES) | frozenset({"invertible"}),
    )
)


def _det_rule(node: Apply, _k: int, _out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    return [Monomial(node, (Factor(inverse(node.args[0]), (inn[1], inn[0])),))]


det = register(
    Op(
        name="det",
        title="determinant",
        signature=_square_to_scalar("the determinant"),
        derivative=Indexed(_det_rule),
        rule="Jacobi's formula",
        saying="`d det % = det(%) tr(%⁻¹ d%)`",
        source=f"{COOKBOOK}, eq. 49",
        value=lambda R, a, _n, _s: R.det(a[0]),
        code={"numpy": "np.linalg.det({0})"},
        notation=Notation("function", r"\det", "det", ("det", "determinant")),
        samples=(Sample((INVERTIBLE,)),),
        domain=("invertible",),
        reduces=lambda node, fact, _facts: ((node.args[0], "invertible"),) if fact == "nonzero" else None,
        facts=lambda node, facts: frozenset({"positive"}) if "spd" in facts(node.args[0]) else frozenset(),
    )
)


def _logdet_rule(node: Apply, _k: int, _out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    return [Monomial(number(1), (Factor(inverse(node.args[0]), (inn[1], inn[0])),))]


logdet = register(
    Op(
        name="logdet",
        title="logarithm of the absolute determinant",
        signature=_square_to_scalar("the log-determinant"),
        derivative=Indexed(_logdet_rule),
        rule="Jacobi's formula",
        saying="`d log det % = tr(%⁻¹ d%)`",
        source=f"{COOKBOOK}, eq. 57",
        value=lambda R, a, _n, _s: R.map("log", R.map("abs", R.det(a[0]))),
        code={"numpy": "np.linalg.slogdet({0})[1]"},
        notation=Notation("function", r"\log\det", "log det", ("logdet",)),
        samples=(Sample((INVERTIBLE,)),),
        domain=("invertible",),
        strict=True,
    )
)


def _matrix_power_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    n = need_square("a matrix power", types[0])
    if len(params) != 1 or not isinstance(params[0], int):
        raise ShapeError("a matrix power needs a whole exponent")
    return Type((n, n))


def _matrix_power_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    base, k = node.args[0], node.params[0]
    assert isinstance(k, int)
    if k >= 0:
        return [
            Monomial(number(1), (*_power_factor(base, j, out[0], inn[0]), *_power_factor(base, k - 1 - j, inn[1], out[1])))
            for j in range(k)
        ]
    return [
        Monomial(number(-1), (*_power_factor(base, -j, out[0], inn[0]), *_power_factor(base, k - 1 + j, inn[1], out[1])))
        for j in range(1, -k + 1)
    ]


def matrix_power_of(base: Term, k: int) -> Term | None:
    """base^k as a term; None for the identity."""
    if k == 0:
        return None
    if k == 1:
        return base
    return inverse(base) if k == -1 else matrix_power(base, params=(k,))


def _power_factor(base: Term, k: int, i: Term, j: Term) -> tuple[Factor, ...]:
    return (Factor(matrix_power_of(base, k), (i, j)),)


def _matrix_power_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    k = node.params[0]
    assert isinstance(k, int)
    base = a[0] if k >= 0 else R.inverse(a[0])
    n = size(node.type.axes[0])
    result = R.einsum((), (0, 0), (), {0: n})
    for bit in bin(abs(k))[2:]:
        result = R.einsum(((0, 1), (1, 2)), (0, 2), (result, result), {})
        if bit == "1":
            result = R.einsum(((0, 1), (1, 2)), (0, 2), (result, base), {})
    return result


def _of_projection(node: Apply, facts: Callable[[Term], frozenset[str]]) -> Term | None:
    """The powers of a projection are itself."""
    k = node.params[0]
    return node.args[0] if isinstance(k, int) and k > 0 and "idempotent" in facts(node.args[0]) else None


matrix_power = register(
    Op(
        name="matrix_power",
        title="matrix power",
        signature=_matrix_power_type,
        derivative=Indexed(_matrix_power_rule),
        rule="product rule for a matrix power",
        saying="each factor in turn gives way to its differential: `d(%ᵏ) = Σᵢ %ⁱ⁻¹ d% %ᵏ⁻ⁱ`",
        source=f"{COOKBOOK}, eq. 90",
        value=_matrix_power_value,
        simpler=_of_projection,
        code={"numpy": "np.linalg.matrix_power({0}, {1})"},
        notation=Notation("structural", "^", "^", ("matrix_power",)),
        samples=(Sample((SQUARE,), (3,)), Sample((INVERTIBLE,), (-2,))),
        facts=lambda node, facts: facts(node.args[0]) & {"symmetric", "diagonal", "lower", "upper", "spd", "invertible"},
        needs=lambda node: ((node.args[0], "invertible"),) if isinstance(k := node.params[0], int) and k < 0 else (),
        strict=True,
        reduces=each("invertible"),
    )
)


def _total_einsum(types: tuple[Type, ...], _params: tuple[object, ...]) -> Einsum:
    return Einsum((tuple(range(types[0].rank)),), ())


total = register(
    Op(
        name="total",
        title="sum of all entries",
        signature=lambda _t, _p: Type(),
        derivative=Multilinear(_total_einsum),
        rule="differential of a sum of entries",
        source=f"{MAGNUS}, ch. 8",
        value=None,
        code={"numpy": "np.sum({0})"},
        notation=Notation("function", r"\operatorname{sum}", "sum", ("sum", "total")),
        samples=(Sample((COLUMN,)), Sample((M_N,))),
        facts=lambda node, facts: facts(node.args[0]) & {"positive"},
    )
)

__all__ = [
    "det",
    "diag",
    "diagonal",
    "identity",
    "inverse",
    "logdet",
    "matrix_power",
    "matrix_power_of",
    "ones",
    "product",
    "total",
    "trace",
    "unit",
    "zero",
    "zeros",
]
