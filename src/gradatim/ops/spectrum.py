"""Eigenvalues and eigenvectors of symmetric matrices, the largest first.

Of a matrix that is not symmetric they are those of its symmetric part (X + Xᵀ)/2: so they are defined at every step that a
derivative takes. An eigenvector has length one, and its entry of largest size is positive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, Monomial, Need, Notation, Op, Ring, Sample, need_square, register
from gradatim.ops.structure import MAGNUS, SQUARE, number
from gradatim.term import Apply, Term, fresh_index
from gradatim.types import Dim, Type

HALF = Fraction(1, 2)
_PART = "({0} + {0}.T) / 2"


def _part(R: Ring, a: Any) -> Any:
    return R.multiply(R.number(HALF), R.add(a, R.einsum(((0, 1),), (1, 0), (a,), {})))


def _simple(node: Apply) -> tuple[Need, ...]:
    return ((node.args[0], "simple"),)


def _values_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    return Type((need_square("the eigenvalues", types[0]),))


def _values_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    v = eigenvectors(node.args[0])
    return [Monomial(number(1), (Factor(v, (inn[0], out[0])), Factor(v, (inn[1], out[0]))))]


eigenvalues = register(
    Op(
        name="eigenvalues",
        title="eigenvalues of a symmetric matrix",
        signature=_values_type,
        derivative=Indexed(_values_rule),
        rule="differential of a simple eigenvalue",
        saying="`dλ = vᵀ dS v`, where `v` is the eigenvector of length 1",
        source=f"{MAGNUS}, ch. 8",
        value=lambda R, a, _n, _s: R.spectrum(_part(R, a[0]))[0],
        code={
            "numpy": f"np.linalg.eigvalsh({_PART})[::-1]",
            "torch": f"torch.linalg.eigvalsh({_PART}).flip(-1)",
        },
        notation=Notation("spectrum", r"\lambda", "λ", ("eigenvalues",), spectral="value"),
        samples=(Sample((SQUARE,)),),
        needs=_simple,
        facts=lambda node, facts: frozenset({"positive"}) if "spd" in facts(node.args[0]) else frozenset(),
    )
)


def _vectors_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    n = need_square("the eigenvectors", types[0])
    return Type((n, n))


def _vectors_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    j = fresh_index(node.type.axes[0])
    apart = gaps(eigenvalues(node.args[0]))
    return [
        Monomial(
            number(HALF),
            (Factor(node, (out[0], j)), Factor(apart, (j, out[1])), Factor(node, (p, j)), Factor(node, (q, out[1]))),
        )
        for p, q in ((inn[0], inn[1]), (inn[1], inn[0]))
    ]


_V = f"np.linalg.eigh({_PART})[1][:, ::-1]"
_VT = f"torch.linalg.eigh({_PART})[1].flip(-1)"
eigenvectors: Op = register(
    Op(
        name="eigenvectors",
        title="eigenvectors of a symmetric matrix",
        signature=_vectors_type,
        derivative=Indexed(_vectors_rule),
        rule="differential of an eigenvector",
        source=f"{MAGNUS}, ch. 8",
        value=lambda R, a, _n, _s: R.spectrum(_part(R, a[0]))[1],
        code={
            "numpy": f"{_V} * np.sign(np.sum({_V} * (np.abs({_V}) == np.max(np.abs({_V}), axis=0)), axis=0))",
            "torch": f"{_VT} * torch.sign(torch.sum({_VT} * (torch.abs({_VT}) == torch.amax(torch.abs({_VT}), 0)), 0))",
        },
        notation=Notation("spectrum", "V", "V", ("eigenvectors",), spectral="columns"),
        samples=(Sample((SQUARE,)),),
        needs=_simple,
        facts=lambda _n, _f: frozenset({"orthogonal", "invertible"}),
        either_sign=True,
    )
)


def _gaps_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[0].rank != 1:
        raise ShapeError(f"gaps are of a vector, not of {types[0].described}")
    return Type(types[0].axes * 2)


def _gaps_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    n = R.shape(a[0])[0]
    ones = R.full((n,), Fraction(1))
    across, down = R.einsum(((0,), (1,)), (0, 1), (ones, a[0]), {}), R.einsum(((0,), (1,)), (0, 1), (a[0], ones), {})
    same = R.array((n, n), [Fraction(int(i == j)) for i in range(n) for j in range(n)])
    apart = R.add(across, R.multiply(R.number(Fraction(-1)), down))
    # One is added on the diagonal and the quotient there put to zero: nothing is divided by zero.
    off = R.array((n, n), [Fraction(int(i != j)) for i in range(n) for j in range(n)])
    return R.multiply(off, R.divide(R.full((n, n), Fraction(1)), R.add(apart, same)))


def _gaps_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    twice = (Factor(node, out), Factor(node, out))
    return [
        Monomial(number(-1), (*twice, Factor(None, (out[1], inn[0])))),
        Monomial(number(1), (*twice, Factor(None, (out[0], inn[0])))),
    ]


_EYE = "np.eye({0}.shape[0])"
gaps = register(
    Op(
        name="gaps",
        title="reciprocal gaps",
        signature=_gaps_type,
        derivative=Indexed(_gaps_rule),
        rule="quotient rule, entry by entry",
        source=f"{MAGNUS}, ch. 8",
        value=_gaps_value,
        code={
            "numpy": f"1 / (np.expand_dims({{0}}, 0) - np.expand_dims({{0}}, 1) + {_EYE}) - {_EYE}",
            "torch": "1 / ({0}[None] - {0}[:, None] + torch.eye({0}.shape[0], dtype={0}.dtype, device={0}.device))"
            " - torch.eye({0}.shape[0], dtype={0}.dtype, device={0}.device)",
        },
        notation=Notation("function", r"\operatorname{gaps}", "gaps", ("gaps",)),
        samples=(Sample((Type((Dim.of("n"),)),)),),
        needs=lambda node: ((node.args[0], "apart"),),
    )
)
"""The entry (j, i) is 1/(λᵢ − λⱼ), and zero on the diagonal."""

__all__ = ["eigenvalues", "eigenvectors", "gaps"]
