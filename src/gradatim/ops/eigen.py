"""Simple real eigenvalues of square matrices that need not be symmetric, and their eigenvectors.

Xu = λu with ‖u‖ = 1, the entry of largest size of u positive; the left eigenvector is the right one of Xᵀ. `dominant` is the
eigenvalue of largest real part. Where every eigenvalue is real, all are taken, the largest first: as of a symmetric matrix whose entries
are varied one by one. With the reduced resolvent S = (λI − X)^#, the inverse on the other eigenvectors, which is the pseudo-inverse of
λI − X where X is symmetric,

    dλ = vᵀ dX u / (vᵀu),   du = (I − uuᵀ) S dX u,   dS = S dX S − dλ S² − S² dX P − P dX S²,   P = u vᵀ / (vᵀu).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gradatim.ops.base import Factor, Indexed, Known, Monomial, Need, Notation, Op, Ring, Sample, need_square, register
from gradatim.ops.linear_algebra import inverse
from gradatim.ops.quotients import quotient
from gradatim.ops.structure import MAGNUS, SQUARE, number, product, transpose
from gradatim.term import Apply, Term, fresh_index
from gradatim.types import Dim, Type

KATO = "Kato, Perturbation Theory for Linear Operators (1995), ch. II"
Indices = tuple[Term, ...]
_Value = Callable[[Ring, Sequence[Any], Apply, Callable[[Dim], int]], Any]


@dataclass(frozen=True, slots=True)
class _Parts:
    """u, w with wᵀu = 1, S and M = (I − uuᵀ)S of a matrix at indices: of its dominant eigenvalue, or of the one at an index."""

    x: Term
    at: Indices
    letter: tuple[object, ...] = ()
    """How an author writes the eigenvectors, if not as v, in LaTeX and in text."""

    def u(self, a: Term) -> Factor:
        return Factor((right_eigenvectors if self.at else dominant_eigenvector)(self.x, params=self.letter), (*self.at, a))

    def w(self, a: Term) -> Factor:
        """The left eigenvector, but for the coefficient that `scaled` gives."""
        if self.at:
            return Factor(inverse(transpose(right_eigenvectors(self.x))), (*self.at, a))
        return Factor(dominant_eigenvector(transpose(self.x)), (a,))

    def scaled(self, by: int) -> Term:
        """A number over wᵀu, as far as `w` leaves it out."""
        if self.at:
            return number(by)
        left = dominant_eigenvector(transpose(self.x))
        return quotient(number(by), product(transpose(left), dominant_eigenvector(self.x)))

    def s(self, a: Term, b: Term) -> Factor:
        return Factor((resolvents if self.at else dominant_resolvent)(self.x), (*self.at, a, b))

    def m(self, a: Term, b: Term) -> Factor:
        return Factor((responses if self.at else dominant_response)(self.x, params=self.letter), (*self.at, a, b))

    def moved_s(self, out: Indices, inn: Indices, sign: int = 1, front: tuple[Factor, ...] = ()) -> list[Monomial]:
        (a, d), (b, c), e = out, inn, _fresh(out[0])
        along = (
            (self.w(b), self.u(c), self.s(a, e), self.s(e, d)),
            (self.s(a, e), self.s(e, b), self.u(c), self.w(d)),
            (self.u(a), self.w(b), self.s(c, e), self.s(e, d)),
        )
        straight = Monomial(number(sign), (*front, self.s(a, b), self.s(c, d)))
        return [straight, *(Monomial(self.scaled(-sign), (*front, *factors)) for factors in along)]

    def moved_m(self, out: Indices, inn: Indices) -> list[Monomial]:
        (a, d), (b, c), p, q = out, inn, _fresh(out[0]), _fresh(out[0])
        return [
            *self.moved_s(out, inn),
            *self.moved_s((q, d), inn, -1, (self.u(a), self.u(q))),
            Monomial(number(-1), (self.m(a, b), self.u(c), self.u(p), self.s(p, d))),
            Monomial(number(-1), (self.u(a), self.m(p, b), self.u(c), self.s(p, d))),
        ]


def _fresh(like: Term) -> Term:
    """A summed index of the same range."""
    assert like.type.index is not None
    return fresh_index(like.type.index)


def _rule(many: bool, moved: Callable[[_Parts, Indices, Indices], list[Monomial]]) -> Indexed:
    def rule(node: Apply, _k: int, out: Indices, inn: Indices) -> list[Monomial]:
        return moved(_Parts(node.args[0], out[:1] if many else (), node.params), out[1:] if many else out, inn)

    return Indexed(rule)


# ---------------------------------------------------------------- values


def _turned(R: Ring, a: Any) -> Any:
    return R.einsum(((0, 1),), (1, 0), (a,), {})


def _one(R: Ring, a: Any) -> Any:
    """A vector by its dominant eigenvalue from a matrix with one column; a number from a vector with one entry."""
    return R.einsum(((0, 1),), (0,), (a,), {}) if len(R.shape(a)) == 2 else R.einsum(((0,),), (), (a,), {})


def _dominant_resolvent(R: Ring, a: Any) -> Any:
    values, right = R.eigen(a, 1)
    u, v = _one(R, right), _one(R, R.eigen(_turned(R, a), 1)[1])
    n = R.shape(u)[0]
    across = R.divide(R.einsum(((0,), (1,)), (0, 1), (u, v), {}), R.einsum(((0,), (0,)), (), (u, v), {}))
    same = R.array((n, n), [Fraction(int(i == j)) for i in range(n) for j in range(n)])
    minus = R.number(Fraction(-1))
    # λI − X + P is invertible: it does to u what P does, and to the others what λI − X does.
    whole = R.add(R.add(R.multiply(_one(R, values), same), R.multiply(minus, a)), across)
    return R.add(R.inverse(whole), R.multiply(minus, across))


def _resolvents(R: Ring, a: Any) -> Any:
    n = R.shape(a)[0]
    values, right = R.eigen(a, n)
    ones = R.full((n,), Fraction(1))
    apart = R.add(
        R.einsum(((0,), (1,)), (0, 1), (ones, values), {}),
        R.multiply(R.number(Fraction(-1)), R.einsum(((0,), (1,)), (0, 1), (values, ones), {})),
    )
    same = R.array((n, n), [Fraction(int(i == j)) for i in range(n) for j in range(n)])
    others = R.array((n, n), [Fraction(int(i != j)) for i in range(n) for j in range(n)])
    gaps = R.multiply(others, R.divide(R.full((n, n), Fraction(1)), R.add(apart, same)))
    return R.einsum(((1, 3), (3, 0), (3, 2)), (0, 1, 2), (right, gaps, R.inverse(right)), {})


def _less_u(R: Ring, u: Any, s: Any) -> Any:
    """(I − uuᵀ) S for each index that u has in front."""
    front = tuple(range(len(R.shape(u)) - 1))
    a, b, p = (len(front) + k for k in range(3))
    off = R.einsum(((*front, a), (*front, p), (*front, p, b)), (*front, a, b), (u, u, s), {})
    return R.add(s, R.multiply(R.number(Fraction(-1)), off))


def _of(value: Callable[[Ring, Any], Any]) -> _Value:
    return lambda R, a, _n, _s: value(R, a[0])


def _rows(R: Ring, a: Any) -> Any:
    return _turned(R, R.eigen(a, R.shape(a)[0])[1])


# ---------------------------------------------------------------- the records

_EIG = "np.linalg.eig({0})"
_ORDER = f"np.argsort(-np.real({_EIG}[0]))"
_U = f"np.real({_EIG}[1][:, {_ORDER}])"
_V = f"({_U} * np.sign(np.sum({_U} * (np.abs({_U}) == np.max(np.abs({_U}), axis=0)), axis=0)))"
_L = f"np.real({_EIG}[0][{_ORDER}])"
_EYE = "np.eye({0}.shape[0])"
_GAPS = f"(1 / (np.expand_dims({_L}, 0) - np.expand_dims({_L}, 1) + {_EYE}) - {_EYE})"
_S = f"np.einsum('aj,ji,jb->iab', {_V}, {_GAPS}, np.linalg.inv({_V}))"
_TOP = f"np.linalg.eig({{0}})[1][:, np.argmax(np.real({_EIG}[0]))]"
_TOP_U = f"np.real({_TOP} / {_TOP}[np.argmax(np.abs({_TOP}))])"
_TOP_V = _TOP_U.replace("{0}", "{0}.T")
_TOP_P = f"(np.outer({_TOP_U}, {_TOP_V}) / ({_TOP_U} @ {_TOP_V}))"
_TOP_S = f"(np.linalg.inv(np.max(np.real({_EIG}[0])) * {_EYE} - {{0}} + {_TOP_P}) - {_TOP_P})"


def _vector(_types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    return Type((need_square("an eigenvector", _types[0]),))


def _scalar(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    need_square("an eigenvalue", types[0])
    return Type()


def _axes(count: int) -> Callable[[tuple[Type, ...], tuple[object, ...]], Type]:
    return lambda types, _params: Type((need_square("the eigenvectors", types[0]),) * count)


def _needs(fact: str) -> Callable[[Apply], tuple[Need, ...]]:
    return lambda node: ((node.args[0], fact),)


def _symmetric(facts: frozenset[str]) -> bool:
    return bool(facts & {"symmetric", "spd", "psd"})


def _of_symmetric(node: Apply, facts: Known) -> frozenset[str]:
    return frozenset({"symmetric"} if _symmetric(facts(node.args[0])) else ())


def _without_off(other: str) -> Callable[[Apply, Known], Term | None]:
    """Of a symmetric matrix uᵀS is zero, and (I − uuᵀ)S is S."""

    def simpler(node: Apply, facts: Known) -> Term | None:
        if not _symmetric(facts(node.args[0])):
            return None
        return (resolvents if other == "resolvents" else dominant_resolvent)(node.args[0])

    return simpler


_POSITIVE = (Sample((replace(SQUARE, facts=frozenset({"positive"})),)),)
_REAL = (Sample((replace(SQUARE, facts=frozenset({"symmetric"})),)),)


def _op(name: str, title: str, signature: Any, derivative: Indexed, value: Any, code: str, notation: Notation, **more: Any) -> Op:
    many = not name.startswith("dominant")
    return register(
        Op(
            name=name,
            title=title,
            signature=signature,
            derivative=derivative,
            source=MAGNUS + ", ch. 9" if "eigen" in name else KATO,
            value=_of(value),
            code={"numpy": code},
            notation=notation,
            samples=_REAL if many else _POSITIVE,
            needs=_needs("real_simple" if many else "dominant"),
            strict=True,
            either_sign="eigenvector" in name,
            **more,
        )
    )


def _moved_value(parts: _Parts, _out: Indices, inn: Indices) -> list[Monomial]:
    return [Monomial(parts.scaled(1), (parts.w(inn[0]), parts.u(inn[1])))]


def _moved_vector(parts: _Parts, out: Indices, inn: Indices) -> list[Monomial]:
    return [Monomial(number(1), (parts.m(out[0], inn[0]), parts.u(inn[1])))]


dominant_eigenvalue: Op = _op(
    "dominant_eigenvalue",
    "dominant eigenvalue of a square matrix",
    _scalar,
    _rule(False, _moved_value),
    lambda R, a: _one(R, R.eigen(a, 1)[0]),
    f"np.max(np.real({_EIG}[0]))",
    Notation("spectrum", r"\lambda", "λ", ("dominant_eigenvalue",), spectral="value"),
    rule="differential of a simple eigenvalue",
    saying="`dλ = vᵀ dX u / (vᵀ u)` with the right eigenvector `u` and the left one `v`",
    facts=lambda node, facts: frozenset({"positive"}) if facts(node.args[0]) & {"positive", "spd"} else frozenset(),
)
dominant_eigenvector: Op = _op(
    "dominant_eigenvector",
    "eigenvector of length 1 of the dominant eigenvalue",
    _vector,
    _rule(False, _moved_vector),
    lambda R, a: _one(R, R.eigen(a, 1)[1]),
    f"({_TOP_U} / np.sqrt({_TOP_U} @ {_TOP_U}))",
    Notation("spectrum", "v", "v", ("dominant_eigenvector",), spectral="vector"),
    rule="differential of an eigenvector",
    facts=lambda node, facts: frozenset({"unit", "positive"} if "positive" in facts(node.args[0]) else {"unit"}),
)
dominant_resolvent: Op = _op(
    "dominant_resolvent",
    "reduced resolvent at the dominant eigenvalue",
    _axes(2),
    _rule(False, _Parts.moved_s),
    _dominant_resolvent,
    _TOP_S,
    Notation("spectrum", "S", "S", ("dominant_resolvent",), spectral="resolvent"),
    rule="differential of a reduced resolvent",
    facts=_of_symmetric,
)
dominant_response: Op = _op(
    "dominant_response",
    "reduced resolvent at the dominant eigenvalue, less its part along the eigenvector",
    _axes(2),
    _rule(False, _Parts.moved_m),
    lambda R, a: _less_u(R, _one(R, R.eigen(a, 1)[1]), _dominant_resolvent(R, a)),
    f"({_TOP_S} - np.outer({_TOP_U}, {_TOP_U} @ {_TOP_S}) / ({_TOP_U} @ {_TOP_U}))",
    Notation("spectrum", "M", "M", ("dominant_response",), spectral="response"),
    rule="differential of a reduced resolvent",
    simpler=_without_off("dominant"),
)
right_eigenvectors: Op = _op(
    "right_eigenvectors",
    "eigenvectors of length 1 of real eigenvalues, one for each row",
    _axes(2),
    _rule(True, _moved_vector),
    _rows,
    f"{_V}.T",
    Notation("spectrum", "v", "v", ("right_eigenvectors",), spectral="vector"),
    rule="differential of an eigenvector",
    facts=lambda node, facts: frozenset({"orthogonal", "invertible"} if _symmetric(facts(node.args[0])) else {"invertible"}),
)
resolvents: Op = _op(
    "resolvents",
    "reduced resolvents at real eigenvalues",
    _axes(3),
    _rule(True, _Parts.moved_s),
    _resolvents,
    _S,
    Notation("spectrum", "S", "S", ("resolvents",), spectral="resolvent"),
    rule="differential of a reduced resolvent",
    facts=lambda node, facts: frozenset({"symmetric_members"} if _symmetric(facts(node.args[0])) else ()),
)
responses: Op = _op(
    "responses",
    "reduced resolvents at real eigenvalues, less their parts along the eigenvectors",
    _axes(3),
    _rule(True, _Parts.moved_m),
    lambda R, a: _less_u(R, _rows(R, a), _resolvents(R, a)),
    f"({_S} - np.einsum('ai,pi,ipb->iab', {_V}, {_V}, {_S}))",
    Notation("spectrum", "M", "M", ("responses",), spectral="response"),
    rule="differential of a reduced resolvent",
    simpler=_without_off("resolvents"),
)

__all__ = [
    "dominant_eigenvalue",
    "dominant_eigenvector",
    "dominant_resolvent",
    "dominant_response",
    "resolvents",
    "responses",
    "right_eigenvectors",
]
