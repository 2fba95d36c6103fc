"""Special functions entry by entry: the error function, logarithms near one, the gamma function and its relatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.ops.base import Factor, Indexed, Monomial, Notation, Op, Pointwise, Ring, Sample, register
from gradatim.ops.linear_algebra import unit
from gradatim.ops.pointwise import DLMF, POSITIVE, exp, n, pi, pointwise
from gradatim.ops.quotients import power, quotient
from gradatim.ops.structure import add, minus, product
from gradatim.ops.structure import number as num
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type

erf: Op = pointwise(
    "erf",
    "error function",
    lambda x, y: quotient(product(n(2), exp(minus(power(x, n(2))))), power(pi(), n(Fraction(1, 2)))),
    f"{DLMF}, 7.2.1",
    "np.vectorize(math.erf)({0})",
    r"\operatorname{erf}",
    keeps_sign=True,
)
erfinv: Op = pointwise(
    "erfinv",
    "inverse error function",
    lambda x, y: product(n(Fraction(1, 2)), power(pi(), n(Fraction(1, 2))), exp(power(y, n(2)))),
    f"{DLMF}, 7.17.1",
    "scipy.special.erfinv({0})",
    r"\operatorname{erfinv}",
    domain="fraction",
    strict=True,
    rises=True,
    keeps_sign=True,
)
_BELOW_ONE = frozenset({"positive", "fraction"})
ndtri: Op = register(
    Op(
        name="ndtri",
        title="quantile of the standard normal distribution",
        signature=lambda types, _p: Type(types[0].axes, row=types[0].row),
        derivative=Pointwise(
            (lambda x, y: product(power(product(n(2), pi()), n(Fraction(1, 2))), exp(quotient(power(y, n(2)), n(2)))),)
        ),
        rule="derivative of the quantile",
        source="Bishop, Pattern Recognition and Machine Learning (2006), 4.3.5",
        value=lambda R, a, _n, _s: R.map("ndtri", a[0]),
        code={"numpy": "scipy.special.ndtri({0})"},
        notation=Notation(
            "function",
            r"\operatorname{ndtri}",
            "ndtri",
            ("ndtri",),
            meaning=(r"\operatorname{ndtri} = \Phi^{-1}", "ndtri is the inverse of the normal distribution function Φ"),
        ),
        samples=tuple(Sample((Type(axes, facts=_BELOW_ONE),)) for axes in ((), (Dim.of("n"),), (Dim.of("m"), Dim.of("n")))),
        scalar="ndtri",
        domain=("",),
        needs=lambda node: ((node.args[0], "positive"), (node.args[0], "fraction")),
        strict=True,
        rises=True,
    )
)
log1p: Op = pointwise(
    "log1p",
    "logarithm of one plus",
    lambda x, y: quotient(n(1), add(n(1), x)),
    f"{DLMF}, 4.7.1",
    "np.log1p({0})",
    r"\operatorname{log1p}",
    (),
    "positive",
    needs=lambda node: ((add(unit(node.args[0].type), node.args[0]), "positive"),),
    strict=True,
    bend="concave",
    rises=True,
    keeps_sign=True,
)
expm1: Op = pointwise(
    "expm1",
    "exponential less one",
    lambda x, y: exp(x),
    f"{DLMF}, 4.7.1",
    "np.expm1({0})",
    r"\operatorname{expm1}",
    bend="convex",
    rises=True,
    keeps_sign=True,
)

arcsin: Op = pointwise(
    "arcsin",
    "arcsine",
    lambda x, y: power(add(n(1), minus(power(x, n(2)))), n(Fraction(-1, 2))),
    f"{DLMF}, 4.24.7",
    "np.arcsin({0})",
    r"\arcsin",
    ("asin",),
    "fraction",
    keeps_sign=True,
)
arccos: Op = pointwise(
    "arccos",
    "arccosine",
    lambda x, y: minus(power(add(n(1), minus(power(x, n(2)))), n(Fraction(-1, 2)))),
    f"{DLMF}, 4.24.8",
    "np.arccos({0})",
    r"\arccos",
    ("acos",),
    "fraction",
)
arcsinh: Op = pointwise(
    "arcsinh",
    "inverse hyperbolic sine",
    lambda x, y: power(add(n(1), power(x, n(2))), n(Fraction(-1, 2))),
    f"{DLMF}, 4.37.16",
    "np.arcsinh({0})",
    r"\operatorname{arsinh}",
    ("asinh", "arsinh"),
    keeps_sign=True,
)
arctanh: Op = pointwise(
    "arctanh",
    "inverse hyperbolic tangent",
    lambda x, y: quotient(n(1), add(n(1), minus(power(x, n(2))))),
    f"{DLMF}, 4.37.24",
    "np.arctanh({0})",
    r"\operatorname{artanh}",
    ("atanh", "artanh"),
    "fraction",
    keeps_sign=True,
)

# ---------------------------------------------------------------- the gamma function

# After a shift by ten the asymptotic series is good to the last digits.
_PSI = (
    "np.log({0} + 10) - 1 / (2 * ({0} + 10)) - 1 / (12 * ({0} + 10) ** 2) + 1 / (120 * ({0} + 10) ** 4) "
    "- 1 / (252 * ({0} + 10) ** 6) + 1 / (240 * ({0} + 10) ** 8) "
    "- np.sum(1 / (np.expand_dims({0}, -1) + np.arange(10)), axis=-1)"
)


def _polygamma_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    order = node.params[0]
    assert isinstance(order, int)
    slope = polygamma(node.args[0], params=(order + 1,))
    return [Monomial(num(1), (Factor(slope, out), *(Factor(None, (o, i)) for o, i in zip(out, inn))))]


def _polygamma_value(R: Ring, a: Sequence[Any], node: Apply, _size: Callable[[Dim], int]) -> Any:
    return R.map(f"polygamma {node.params[0]}", a[0])


_K = "np.prod(np.arange(1, {1}))"
polygamma: Op = register(
    Op(
        name="polygamma",
        title="polygamma function",
        signature=lambda types, _p: Type(types[0].axes, row=types[0].row),
        derivative=Indexed(_polygamma_rule),
        rule="derivative of the polygamma function",
        source=f"{DLMF}, 5.15.1",
        value=_polygamma_value,
        # Forty terms of the series, and Euler and Maclaurin's remainder.
        code={
            "numpy": f"(-1.0) ** ({{1}} + 1) * {_K} * ({{1}} * np.sum((np.expand_dims({{0}}, -1) + np.arange(40.0)) ** (-1.0 - {{1}}), "
            "axis=-1) + ({0} + 40) ** (-1.0 * {1}) * (1 + {1} / (2 * ({0} + 40)) + {1} * ({1} + 1) / (12 * ({0} + 40) ** 2) "
            "- {1} * ({1} + 1) * ({1} + 2) * ({1} + 3) / (720 * ({0} + 40) ** 4)))"
        },
        notation=Notation(
            "primed", r"\psi", "ψ", ("polygamma",), meaning=(r"\psi = (\log \Gamma)'", "ψ is the derivative of log Γ")
        ),
        samples=(Sample((Type(facts=POSITIVE),), (1,)), Sample((Type((Dim.of("n"),), facts=POSITIVE),), (2,))),
        domain=("positive",),
    )
)
digamma: Op = pointwise(
    "digamma",
    "digamma function",
    lambda x, y: polygamma(x, params=(1,)),
    f"{DLMF}, 5.2.2",
    _PSI,
    r"\operatorname{digamma}",
    (),
    "positive",
    # ψ is a function of the author's in most papers.
    notation=Notation(
        "function",
        r"\operatorname{digamma}",
        "digamma",
        ("digamma",),
        meaning=(r"\operatorname{digamma} = (\log \Gamma)'", "digamma is the derivative of log Γ"),
    ),
)
lgamma: Op = pointwise(
    "lgamma",
    "logarithm of the gamma function",
    lambda x, y: digamma(x),
    f"{DLMF}, 5.2.2",
    "np.vectorize(math.lgamma)({0})",
    r"\log\Gamma",
    ("gammaln", "loggamma"),
    "positive",
    notation=Notation("function", r"\log\Gamma", "log Γ", ("lgamma", "gammaln", "loggamma")),
)
gamma: Op = pointwise(
    "gamma",
    "gamma function",
    lambda x, y: product(y, digamma(x)),
    f"{DLMF}, 5.2.2",
    "np.vectorize(math.gamma)({0})",
    r"\Gamma",
    (),
    "positive",
    POSITIVE,
    notation=Notation("function", r"\Gamma", "Γ", ("gamma",)),
)
factorial: Op = pointwise(
    "factorial",
    "factorial",
    lambda x, y: product(y, digamma(add(x, n(1)))),
    f"{DLMF}, 5.4.1",
    "np.vectorize(math.gamma)({0} + 1)",
    "!",
    (),
    "positive",
    POSITIVE,
    notation=Notation("postfix", "!", "!", ("factorial",)),
)
