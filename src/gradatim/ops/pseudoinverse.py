"""The Moore–Penrose inverse of a matrix of full rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, Monomial, Need, Notation, Op, Ring, Sample, register
from gradatim.ops.linear_algebra import identity
from gradatim.ops.structure import M_N, number, product, subtract, transpose
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type


def _turned(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[0].rank != 2:
        raise ShapeError(f"the pseudoinverse is of a matrix, not of {types[0].described}")
    return Type(types[0].axes[::-1])


def _value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    m, n = map(size, node.args[0].type.axes)
    gram = R.einsum(((2, 0), (2, 1)) if m >= n else ((0, 2), (1, 2)), (0, 1), (a[0], a[0]), {})
    across = R.inverse(gram)
    if m >= n:
        return R.einsum(((0, 2), (1, 2)), (0, 1), (across, a[0]), {})
    return R.einsum(((2, 0), (2, 1)), (0, 1), (a[0], across), {})


def _tall(t: Term) -> bool | None:
    """Whether there are at least as many rows as columns, where that is known."""
    m, n = t.type.axes
    if m == n:
        return True
    return None if m.literal is None or n.literal is None else m.literal >= n.literal


def _rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    """−A⁺ dA A⁺ and what leaves the ranges of A and Aᵀ, of which one is everything where the rank is full."""
    x = node.args[0]
    m, n = x.type.axes
    (a, b), (i, j) = out, inn
    found = [Monomial(number(-1), (Factor(node, (a, i)), Factor(node, (j, b))))]
    if _tall(x) is not True:
        left = subtract(identity(params=(n,)), product(node, x))
        found.append(Monomial(number(1), (Factor(left, (a, j)), Factor(product(transpose(node), node), (i, b)))))
    if m != n and _tall(x) is not False:
        right = subtract(identity(params=(m,)), product(x, node))
        found.append(Monomial(number(1), (Factor(product(node, transpose(node)), (a, j)), Factor(right, (i, b)))))
    return found


def _full_rank(node: Apply) -> tuple[Need, ...]:
    x = node.args[0]
    return ((x if _tall(x) else transpose(x), "full_column_rank"),) if _tall(x) is not None else ((x, "full_rank"),)


pinv: Op = register(
    Op(
        name="pinv",
        title="pseudoinverse",
        signature=_turned,
        derivative=Indexed(_rule),
        rule="derivative of the pseudoinverse",
        source="Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973), 4.12",
        value=_value,
        code={"numpy": "np.linalg.pinv({0})", "torch": "torch.linalg.pinv({0})"},
        notation=Notation("function", r"\operatorname{pinv}", "pinv", ("pinv", "pseudoinverse")),
        samples=(Sample((M_N,)), Sample((Type((Dim.of(3), Dim.of(4))),))),
        needs=_full_rank,
        batched=True,
    )
)
