"""Unit vectors, the cross product of space and its matrix, running sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, LocallyConstant, Monomial, Notation, Op, Ring, Sample, Structural, register
from gradatim.ops.structure import COOKBOOK, MAGNUS, number
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type

# ---------------------------------------------------------------- unit vectors


def _basis_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    n = params[0]
    assert isinstance(n, Dim)
    if types[0].rank:
        raise ShapeError(f"a unit vector is chosen by an index, not by {types[0].described}")
    if types[0].index is not None and types[0].index != n:
        raise ShapeError(f"an index of {types[0].index} does not choose a unit vector of {n}")
    return Type((n,))


def _basis_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    n = size(node.type.axes[0])
    return R.equal(R.array((n,), [Fraction(k + 1) for k in range(n)]), R.multiply(a[0], R.full((n,), Fraction(1))))


basis = register(
    Op(
        name="basis",
        title="unit vector",
        signature=_basis_type,
        derivative=Structural(),
        rule="derivative of a constant",
        source=f"{COOKBOOK}, 9.7",
        value=_basis_value,
        code={"numpy": "(np.arange({1}[0]) == {0}).astype(float)"},
        notation=Notation("unit", r"\mathbf{e}", "e", ("basis",), legend="{0} is the column with 1 in place {1}, else 0"),
        samples=(Sample((Type(index=Dim.of("n")),), (Dim.of("n"),)),),
        facts=lambda _n, _f: frozenset({"onehot", "unit", "nonnegative"}),
        weight=14,
    )
)
"""The column of the identity at an index."""


# ---------------------------------------------------------------- the cross product

THREE = Dim.of(3)
SPACE = Type((THREE,))


def _space(t: Type) -> None:
    if t.rank != 1 or t.axes[0] != THREE:
        raise ShapeError(f"a cross product is of vectors of 3 entries, not of {t.described}")


def _cross_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    for t in types:
        _space(t)
    return Type((THREE,), row=types[0].row and types[1].row)


_SIGNS = [
    Fraction({(0, 1, 2): 1, (1, 2, 0): 1, (2, 0, 1): 1, (0, 2, 1): -1, (2, 1, 0): -1, (1, 0, 2): -1}.get((i, j, k), 0))
    for i in range(3)
    for j in range(3)
    for k in range(3)
]


def _cross_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    return R.einsum(((0, 1, 2), (1,), (2,)), (0,), (R.array((3, 3, 3), _SIGNS), a[0], a[1]), {})


def _hat_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    # [a]_× b is a × b, so its entry (i, k) is the sum of ε_ijk a_j.
    return R.einsum(((0, 1, 2), (1,)), (0, 2), (R.array((3, 3, 3), _SIGNS), a[0]), {})


levi_civita = register(
    Op(
        name="levi_civita",
        title="Levi-Civita symbol",
        signature=lambda _t, _p: Type((THREE, THREE, THREE)),
        derivative=LocallyConstant(),
        rule="derivative of a constant",
        source=f"{MAGNUS}, ch. 2",
        value=lambda R, _a, _n, _s: R.array((3, 3, 3), _SIGNS),
        code={"numpy": "np.cross(np.expand_dims(np.eye(3), 1), np.eye(3)).transpose(2, 0, 1)"},
        notation=Notation("constant", r"\varepsilon", "ε", ("levi_civita",)),
        samples=(Sample(()),),
        arity=0,
    )
)


def _hat_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    _space(types[0])
    return Type((THREE, THREE))


def _hat_rule(_node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    return [Monomial(number(1), (Factor(levi_civita(), (out[0], inn[0], out[1])),))]


hat = register(
    Op(
        name="hat",
        title="matrix of a cross product",
        signature=_hat_type,
        derivative=Indexed(_hat_rule),
        rule="differential of the matrix of a cross product",
        source=f"{MAGNUS}, ch. 2",
        value=_hat_value,
        code={
            "numpy": "np.cross({0}, np.eye(3, dtype={0}.dtype)).T",
            "torch": "torch.linalg.cross({0}.expand(3, 3), torch.eye(3, dtype={0}.dtype, device={0}.device)).T",
        },
        notation=Notation("fence", "[", "[", ("hat", "skew"), r"]_\times", "]_×"),
        samples=(Sample((SPACE,)),),
        facts=lambda _n, _f: frozenset({"skew"}),
    )
)
"""[a]_× with [a]_× b = a × b."""


def _cross_rule(node: Apply, k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    if k == 1:
        return [Monomial(number(1), (Factor(hat(node.args[0]), (out[0], inn[0])),))]
    return [Monomial(number(-1), (Factor(hat(node.args[1]), (out[0], inn[0])),))]


cross = register(
    Op(
        name="cross",
        title="cross product",
        signature=_cross_type,
        derivative=Indexed(_cross_rule),
        rule="product rule for the cross product",
        source=f"{MAGNUS}, ch. 2",
        value=_cross_value,
        code={"numpy": "np.cross({0}, {1})", "torch": "torch.linalg.cross({0}, {1})"},
        notation=Notation("infix", r"\times", "×", ("cross",)),
        samples=(Sample((SPACE, SPACE)),),
        arity=2,
    )
)


# ---------------------------------------------------------------- running sums


def _lower_ones_value(R: Ring, _a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    n = size(node.type.axes[0])
    return R.array((n, n), [Fraction(int(j <= i)) for i in range(n) for j in range(n)])


lower_ones = register(
    Op(
        name="lower_ones",
        title="lower-triangular matrix of ones",
        signature=lambda _t, params: Type((params[0], params[0])),  # type: ignore[arg-type]
        derivative=LocallyConstant(),
        rule="derivative of a constant",
        source=f"{MAGNUS}, ch. 1",
        value=_lower_ones_value,
        code={"numpy": "np.tril(np.ones(({0}[0], {0}[0])))"},
        notation=Notation("sized", r"\mathbf{T}", "𝐓", ("lower_ones",)),
        samples=(Sample((), (Dim.of("n"),)),),
        facts=lambda _n, _f: frozenset({"lower", "nonnegative", "invertible"}),
        arity=0,
    )
)


def _cumsum_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[0].rank != 1:
        raise ShapeError(f"running sums are of a vector, not of {types[0].described}")
    return Type(types[0].axes, row=types[0].row)


cumsum = register(
    Op(
        name="cumsum",
        title="running sums",
        signature=_cumsum_type,
        derivative=Indexed(
            lambda node, _k, out, inn: [Monomial(number(1), (Factor(lower_ones(params=node.type.axes), (out[0], inn[0])),))]
        ),
        rule="differential of running sums",
        source=f"{MAGNUS}, ch. 8",
        value=lambda R, a, n, s: R.einsum(
            ((0, 1), (1,)), (0,), (_lower_ones_value(R, (), lower_ones(params=n.type.axes), s), a[0]), {}
        ),
        code={"numpy": "np.cumsum({0})"},
        notation=Notation("function", r"\operatorname{cumsum}", "cumsum", ("cumsum",)),
        samples=(Sample((Type((Dim.of("n"),)),)),),
        facts=lambda node, facts: facts(node.args[0]) & {"positive", "nonnegative"},
    )
)
