"""Parts of what is there: the lower and the upper triangle of a square matrix, and the indicators that restrict a sum.

[i ≠ j] and [i < j] are Iverson's brackets. Where one is zero, the factors beside it are not looked at, so that the sum of
1/‖xᵢ − xⱼ‖ over i ≠ j has a value (Knuth, Two notes on notation, Amer. Math. Monthly 99, 1992).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import (
    Factor,
    Indexed,
    LocallyConstant,
    Monomial,
    Notation,
    Op,
    Ring,
    Sample,
    Value,
    need_square,
    register,
)
from gradatim.ops.linear_algebra import ones
from gradatim.ops.quotients import quotient
from gradatim.ops.structure import MAGNUS, SCALAR, SQUARE, add, number, product, size
from gradatim.term import Apply, Number, Symbol, Term, walk
from gradatim.types import Dim, Type


def _kept(keeps: Callable[[int, int], bool]) -> Value:
    def value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
        n = size(node.type.axes[0])
        where = [Fraction(int(keeps(i, j))) for i in range(n) for j in range(n)]
        return R.multiply(a[0], R.array((n, n), where))

    return value


def _rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    mask = Apply(node.op, (ones(params=node.type.axes),))
    return [Monomial(number(1), (Factor(mask, out), *(Factor(None, (o, i)) for o, i in zip(out, inn))))]


def _triangle(name: str, title: str, keeps: Callable[[int, int], bool], fact: str) -> Op:
    def signature(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
        n = need_square(f"the {title}", types[0])
        return Type((n, n))

    return register(
        Op(
            name=name,
            title=title,
            signature=signature,
            derivative=Indexed(_rule),
            rule="differential of a selection of entries",
            source=f"{MAGNUS}, ch. 3",
            value=_kept(keeps),
            code={"numpy": f"np.{name}({{0}})"},
            notation=Notation("function", rf"\operatorname{{{name}}}", name, (name,)),
            samples=(Sample((SQUARE,)),),
            facts=lambda _node, _facts: frozenset({fact}),
        )
    )


tril = _triangle("tril", "lower triangle", lambda i, j: i >= j, "lower")
triu = _triangle("triu", "upper triangle", lambda i, j: i <= j, "upper")


# ---------------------------------------------------------------- indicators that restrict a sum

KNUTH = "Knuth, Two notes on notation, Amer. Math. Monthly 99 (1992)"


def _relation(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    for t in types:
        if t.rank:
            raise ShapeError(f"a relation of indices is between two positions, not {t.described}")
    return Type(())


def age(index: Term) -> tuple[int, int, str]:
    """An order of indices that renaming does not change while a formula is made: those with a name, then by age."""
    name = index.name if isinstance(index, Symbol) else ""
    serial = name.removeprefix("#f")
    return (1, int(serial), "") if name.startswith("#f") and serial.isdigit() else (0, 0, name)


def _settled(node: Apply, same: int, holds: Callable[[Number, Number], bool]) -> Term | None:
    """The indicator of two positions that are one, or numbers."""
    a, b = node.args
    if a is b:
        return number(same)
    if isinstance(a, Number) and isinstance(b, Number):
        return number(int(holds(a, b)))
    return None


def _unequal_normal(node: Apply) -> Term:
    found = _settled(node, 0, lambda a, b: a is not b)
    return found if found is not None else unequal(*sorted(node.args, key=age))


def _less_normal(node: Apply) -> Term:
    found = _settled(node, 0, lambda a, b: a.value < b.value)
    return node if found is None else found


def _differs(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    return R.add(R.number(Fraction(1)), R.multiply(R.number(Fraction(-1)), R.equal(a[0], a[1])))


def _precedes(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    return R.map("step", R.add(a[1], R.multiply(R.number(Fraction(-1)), a[0])))


unequal: Op = register(
    Op(
        name="unequal",
        title="indicator of different indices",
        signature=_relation,
        derivative=LocallyConstant(),
        rule="derivative of an indicator",
        source=KNUTH,
        value=_differs,
        code={"numpy": "np.not_equal({0}, {1}) * 1.0"},
        notation=Notation("relation", r"\ne", "≠"),
        samples=(Sample((SCALAR, SCALAR)),),
        domain=("", ""),
        arity=2,
        facts=lambda _node, _facts: frozenset({"nonnegative", "labels01"}),
        restricts=True,
        normal=_unequal_normal,
    )
)
less: Op = register(
    Op(
        name="less",
        title="indicator of an index before another",
        signature=_relation,
        derivative=LocallyConstant(),
        rule="derivative of an indicator",
        source=KNUTH,
        value=_precedes,
        code={"numpy": "np.less({0}, {1}) * 1.0"},
        notation=Notation("relation", "<", "<"),
        samples=(Sample((SCALAR, SCALAR)),),
        domain=("", ""),
        arity=2,
        facts=lambda _node, _facts: frozenset({"nonnegative", "labels01"}),
        restricts=True,
        normal=_less_normal,
        complement=lambda node: (less(node.args[1], node.args[0]), unequal(*node.args)),
    )
)


def restricting(node: Term) -> bool:
    """Whether a term is an indicator that restricts what stands beside it."""
    return isinstance(node, Apply) and isinstance(node.op, Op) and node.op.restricts


def how_many(mask: Apply, index: Symbol) -> Term | None:
    """How many positions of an index an indicator lets pass: all but one that differ from another; None where that is no number."""
    extent = index.type.index
    if mask.op is not unequal or extent is None or index not in mask.args:
        return None
    return add(size(extent), number(-1))


def restricted_by(term: Term, *indices: Term) -> bool:
    """Whether an indicator that speaks of one of the indices stands in the term: no sum over it is a product of matrices."""
    return term.indexed and any(restricting(n) and any(i in n.args for i in indices) for n in walk(term))


def indicators(term: Term, depth: int = 0) -> tuple[Apply, ...]:
    """The indicators that restrict among the factors of a term; of a sum what all its terms are restricted to."""
    found: dict[Apply, None] = {}
    stack = [term]
    while stack:
        node = stack.pop()
        if isinstance(node, Apply) and restricting(node):
            found[node] = None
        elif isinstance(node, Apply) and node.op is product:
            stack.extend(reversed(node.args))
        elif isinstance(node, Apply) and node.op is quotient:
            stack.append(node.args[0])
        elif isinstance(node, Apply) and node.op is add and depth < DEEPEST:
            each = [{in_either_order(m) for m in indicators(a, depth + 1)} for a in node.args]
            found.update(dict.fromkeys(sorted(set.intersection(*each), key=repr)))
    return tuple(found)


DEEPEST = 20
"""How many sums within sums are looked through."""


def in_either_order(mask: Apply) -> Apply:
    """[i ≠ j], which [i < j] implies."""
    both = mask.op.complement(mask)[1] if isinstance(mask.op, Op) and mask.op.complement is not None else mask
    assert isinstance(both, Apply)
    found = _unequal_normal(both) if both.op is unequal else both
    return found if isinstance(found, Apply) else mask
