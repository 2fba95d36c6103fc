"""The derivative of a function of a matrix along a matrix, L_f(X, E): f(X + tE) = f(X) + t L_f(X, E) + …, linear in E.

It stands in the corner of the function of a block matrix, f([X E; 0 X]) = [f(X) L_f(X, E); 0 f(X)], which is how it is worked out.
Its adjoint in E is L_f(Xᵀ, ·). Source: Higham, Functions of Matrices (2008), 3.1, 3.2 and 10.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Along, Notation, Op, Ring, Sample, need_square, register
from gradatim.ops.blocks import blocks, columns, places, rows
from gradatim.ops.linear_algebra import zeros
from gradatim.ops.structure import SQUARE, made_of, product, transpose
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type


def _signature(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    n = need_square("a function of a matrix", types[0])
    if types[1].axes != types[0].axes:
        raise ShapeError(f"a derivative along a matrix is along one of {types[0].described}, not {types[1].described}")
    return Type((n, n))


def corner(whole: Callable[[Term], Term], x: Term, step: Term) -> Term:
    """L_f(X, E) by its definition: the upper right block of f([X E; 0 X])."""
    (n, _) = x.type.axes
    function = whole(blocks([[x, step], [zeros(params=(n, n)), x]]))
    upper, right = places([n, n])
    return columns(rows(function, params=upper), params=right)


def _value(name: str) -> Callable[[Ring, Sequence[Any], Apply, Callable[[Dim], int]], Any]:
    def value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
        n = size(node.type.axes[0])
        upper, lower = (_unit_rows(R, n, start) for start in (0, n))

        def put(block: Any, left: Any, right: Any) -> Any:
            return R.einsum(((1, 0), (1, 2), (2, 3)), (0, 3), (left, block, right), {})

        whole = R.add(R.add(put(a[0], upper, upper), put(a[1], upper, lower)), put(a[0], lower, lower))
        return R.einsum(((0, 1), (1, 2), (3, 2)), (0, 3), (upper, R.primary(name, whole), lower), {})

    return value


def _unit_rows(R: Ring, n: int, start: int) -> Any:
    """The rows of the identity of 2n from one on."""
    return R.array((n, 2 * n), [Fraction(int(j == start + i)) for i in range(n) for j in range(2 * n)])


# By the eigenvalues: entry (i, j) in the basis of the eigenvectors is scaled by (exp wᵢ − exp wⱼ)/(wᵢ − wⱼ).
_W, _V = "np.linalg.eig({0})[0]", "np.linalg.eig({0})[1]"
_APART = f"np.sinc((np.expand_dims({_W}, 1) - np.expand_dims({_W}, 0)) * 0.5j / np.pi)"
_MIDDLE = f"np.exp((np.expand_dims({_W}, 1) + np.expand_dims({_W}, 0)) / 2)"
_NUMPY = f"np.real({_V} @ ((np.linalg.inv({_V}) @ {{1}} @ {_V}) * {_MIDDLE} * {_APART}) @ np.linalg.inv({_V}))"


def _facts(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    return facts(node.args[0]) & facts(node.args[1]) & {"symmetric", "lower", "upper", "diagonal"}


def _simpler(node: Apply, facts: Callable[[Term], frozenset[str]]) -> Term | None:
    """Numbers stand in front: L(X, sE) is s L(X, E)."""
    x, step = node.args
    scalars = [a for a in step.args if a.is_scalar] if isinstance(step, Apply) and step.op is product else []
    if not scalars or len(scalars) == len(step.args):
        return None
    rest = [a for a in step.args if a.rank]
    whole = made_of(product, rest)
    return product(*scalars, Apply(node.op, (x, whole))) if whole.type.axes == step.type.axes else None


expm_frechet: Op = register(
    Op(
        name="expm_frechet",
        title="derivative of the matrix exponential along a matrix",
        signature=_signature,
        derivative=Along(
            1,
            lambda node, weight: expm_frechet(transpose(node.args[0]), weight),
            lambda node, step: expm_frechet(node.args[0], step),
        ),
        rule="differential of the matrix exponential",
        saying="a change E of X changes e^X by `∫₀¹ exp(sX) E exp((1 − s)X) ds`",
        source="Higham, Functions of Matrices (2008), 10.2",
        value=_value("exp"),
        code={"numpy": _NUMPY},
        notation=Notation(
            "function",
            r"L_{\exp}",
            "L_exp",
            ("expm_frechet",),
            meaning=(
                r"L_{\exp}(X, E) = \int_0^1 e^{sX} E\, e^{(1 - s) X} \,\mathrm{d}s",
                "L_exp(X, E) = ∫₀¹ exp(sX) E exp((1 − s)X) ds",
            ),
            legend="{0}` = ∫₀¹ exp(sA) B exp((1 − s)A) ds`",
        ),
        samples=(Sample((SQUARE, SQUARE)),),
        domain=("", ""),
        facts=_facts,
        arity=2,
        simpler=_simpler,
    )
)

__all__ = ["corner", "expm_frechet"]
