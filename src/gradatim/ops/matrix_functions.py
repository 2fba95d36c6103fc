"""Primary functions of a square matrix: exponential, logarithm, sine, cosine, powers with a real exponent (square roots).

f(X) is the power series, or f of the eigenvalues in the basis of the eigenvectors. Where the change
commutes with X, d f(X) = f′(X) dX, and for every change d tr f(X) = tr(f′(X) dX). Else the derivative along a change is an
operation of its own (see `frechet`), which the exponential has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Notation, Op, Primary, Ring, Sample, Value, need_square, register
from gradatim.ops.frechet import expm_frechet
from gradatim.ops.linear_algebra import inverse
from gradatim.ops.quotients import rational
from gradatim.ops.structure import SQUARE, add, minus, number, product
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type

HIGHAM = "Higham, Functions of Matrices (2008)"
SPD = Type(SQUARE.axes, facts=frozenset({"spd"}))
KEPT = frozenset({"symmetric", "diagonal", "lower", "upper"})


def _signature(title: str) -> Callable[[tuple[Type, ...], tuple[object, ...]], Type]:
    def signature(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
        n = need_square(f"the {title}", types[0])
        return Type((n, n))

    return signature


def _value(name: str) -> Value:
    def value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
        return R.primary(name, a[0])

    return value


def _by_eigenvalues(of_them: str) -> str:
    """NumPy's source of a function of the eigenvalues w in the basis of the eigenvectors."""
    return f"np.real((np.linalg.eig({{0}})[1] * {of_them}) @ np.linalg.inv(np.linalg.eig({{0}})[1]))"


def _facts(
    also: frozenset[str], where: str, always: frozenset[str] = frozenset()
) -> Callable[[Apply, Callable[[Term], frozenset[str]]], frozenset[str]]:
    def known(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
        of = facts(node.args[0])
        return (of & KEPT) | (also if where in of else frozenset()) | always

    return known


def _register(
    name: str,
    title: str,
    function: str,
    slope: Callable[[Apply], Term],
    section: str,
    notation: Notation,
    domain: str = "",
    known: Callable[[Apply, Callable[[Term], frozenset[str]]], frozenset[str]] = _facts(frozenset(), ""),
    along: Op | None = None,
) -> Op:
    return register(
        Op(
            name=name,
            title=title,
            signature=_signature(title),
            derivative=Primary(slope, (), None if along is None else lambda node, step: along(node.args[0], step)),
            rule=f"differential of the {title} under a trace",
            source=f"{HIGHAM}, {section}",
            value=_value(function),
            code={"numpy": _by_eigenvalues(f"np.{function}(np.linalg.eig({{0}})[0] + 0j)")},
            notation=notation,
            samples=(Sample((SPD,)),) if domain else (Sample((SQUARE,)),),
            domain=(domain,),
            facts=known,
        )
    )


expm: Op = _register(
    "expm",
    "matrix exponential",
    "exp",
    lambda node: node,
    "10.1",
    Notation("function", r"\operatorname{expm}", "expm", ("expm",)),
    known=_facts(frozenset({"spd"}), "symmetric", frozenset({"invertible"})),
    along=expm_frechet,
)
logm: Op = _register(
    "logm",
    "matrix logarithm",
    "log",
    lambda node: inverse(node.args[0]),
    "11.1",
    Notation("function", r"\operatorname{logm}", "logm", ("logm",)),
    domain="spd",
)
sinm: Op = _register(
    "sinm",
    "sine of a matrix",
    "sin",
    lambda node: cosm(node.args[0]),
    "12.1",
    Notation("function", r"\operatorname{sinm}", "sinm", ("sinm",)),
)
cosm: Op = _register(
    "cosm",
    "cosine of a matrix",
    "cos",
    lambda node: minus(sinm(node.args[0])),
    "12.1",
    Notation("function", r"\operatorname{cosm}", "cosm", ("cosm",)),
)


def _powm_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    if types[1].rank:
        raise ShapeError(f"the exponent of a matrix power is a scalar, not a {types[1].describe()}")
    return _signature("power of a matrix")(types, params)


def _powm_value(R: Ring, a: Sequence[Any], node: Apply, _size: Callable[[Dim], int]) -> Any:
    if rational(node.args[1]) == Fraction(1, 2):
        return R.primary("sqrt", a[0])
    return R.primary("exp", R.multiply(a[1], R.primary("log", a[0])))


def _less_one(exponent: Term) -> Term:
    value = rational(exponent)
    return add(exponent, number(-1)) if value is None else number(value - 1)


powm: Op = register(
    Op(
        name="powm",
        title="power of a matrix",
        signature=_powm_type,
        derivative=Primary(
            lambda node: product(node.args[1], powm(node.args[0], _less_one(node.args[1]))),
            (lambda node: product(node, logm(node.args[0])),),
        ),
        rule="differential of a power of a matrix under a trace",
        source=f"{HIGHAM}, 7.1",
        value=_powm_value,
        code={"numpy": _by_eigenvalues("(np.linalg.eig({0})[0] + 0j) ** {1}")},
        notation=Notation("structural", "^", "^", ("powm",)),
        samples=(Sample((SPD, Type())),),
        domain=("spd", ""),
        facts=_facts(frozenset({"spd"}), "spd"),
        arity=2,
    )
)

MATRIX_FUNCTIONS = {"exp": expm, "log": logm, "sin": sinm, "cos": cosm}
"""The function of a matrix by the name of the function of numbers."""
