"""Functions with corners: the larger and the smaller of two, values held between bounds, Huber's function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, Monomial, Need, Notation, Op, Pointwise, Ring, Sample, register, same_axes
from gradatim.ops.linear_algebra import unit, zeros
from gradatim.ops.pointwise import absolute, relu, step
from gradatim.ops.structure import COLUMN, M_N, SCALAR, add, args_of, made_of, minus, number, product, subtract
from gradatim.term import Apply, Number, Term, transform, walk
from gradatim.types import Dim, Type

SUBGRADIENT = "Boyd & Vandenberghe, Convex Optimization (2004), 6.1.2"


def _two(title: str) -> Callable[[tuple[Type, ...], tuple[object, ...]], Type]:
    return lambda types, _params: same_axes(title, types)


def _less(R: Ring, a: Any, b: Any) -> Any:
    return R.add(a, R.multiply(R.number(Fraction(-1)), b))


def _larger(R: Ring, a: Any, b: Any) -> Any:
    """One of the two as it is: b + relu(a − b) would lose a small a beside a large b."""
    first = R.map("step", _less(R, a, b))
    return R.add(R.multiply(a, first), R.multiply(b, _less(R, R.number(Fraction(1)), first)))


def _smaller(R: Ring, a: Any, b: Any) -> Any:
    second = R.map("step", _less(R, a, b))
    return R.add(R.multiply(b, second), R.multiply(a, _less(R, R.number(Fraction(1)), second)))


def _over(a: Term, b: Term) -> Term:
    """a − b, of which the sign counts: with a number it is added up, so that t − 0 is t and x − (−1) is x + 1."""
    if isinstance(a, Number) and a.value == 0 or isinstance(a, Apply) and a.op is zeros:
        return minus(b)
    if isinstance(b, Number):
        rest = [t for t in args_of(a, add) if not isinstance(t, Number)]
        shift = sum((t.value for t in args_of(a, add) if isinstance(t, Number)), -b.value)
        return made_of(add, [*rest, number(shift)] if shift or not rest else rest)
    if isinstance(b, Apply) and b.op is zeros:
        return a
    if isinstance(b, Apply) and b.op is product and isinstance(b.args[0], Number):
        return add(a, product(number(-b.args[0].value), *b.args[1:]))
    return subtract(a, b)


at_least_zero: Op = register(
    replace(
        step,
        name="at_least_zero",
        title="indicator of entries that are at least zero",
        rule="derivative of the indicator of entries that are at least zero",
        value=lambda R, a, _n, _s: _less(R, R.number(Fraction(1)), R.map("step", _less(R, R.number(Fraction(0)), a[0]))),
        code={"numpy": "({0} >= 0).astype(float)"},
        scalar="",
        notation=Notation(
            "fence", r"\mathbf{1}[", "𝟙[", ("at_least_zero",), r" \ge 0]", " ≥ 0]", legend="{0} is 1 where `t ≥ 0`, else 0"
        ),
    )
)
"""What `step` of the opposite leaves of 1, 𝟙[x ≥ 0] = 1 − 𝟙[−x > 0]: of two that tie, one counts and the other does not."""


def strictly(term: Term) -> Term:
    """The term with 1 − 𝟙[−x > 0] for 𝟙[x ≥ 0], for programs that know the one indicator only."""

    def rule(node: Term) -> Term:
        if not isinstance(node, Apply) or node.op is not at_least_zero:
            return node
        opposite = made_of(add, [minus(a) for a in reversed(args_of(node.args[0], add))])
        return add(unit(node.type.bare), minus(step(opposite)))

    return transform(term, rule) if any(isinstance(n, Apply) and n.op is at_least_zero for n in walk(term)) else term


def _settled(a: Term) -> bool:
    """A number, or an array of one number: nobody differentiates by it."""
    if isinstance(a, Apply) and a.op is product and isinstance(a.args[0], Number) and len(a.args) == 2:
        a = a.args[1]
    return isinstance(a, Number) or isinstance(a, Apply) and not a.args


def _above(a: Term, b: Term) -> Term:
    """The weight of what counts above another: none where the two tie."""
    return step(_over(a, b))


def _rest(a: Term, b: Term) -> Term:
    """What is left for the other one, so that the weights add up to 1 at a tie; beside a number it is strict, as for a rectifier."""
    return _above(b, a) if _settled(a) or _settled(b) else at_least_zero(_over(b, a))


def _apart(node: Apply) -> tuple[Need, ...]:
    return ((_over(node.args[0], node.args[1]), "nonzero"),)


def _tied(node: Apply) -> tuple[str | Term, ...]:
    a, b = node.args
    entries = "" if node.is_scalar else "the entries of "
    return ("where ", entries, a, " and ", b, " are equal, their derivatives may have any weights α and 1 − α with 0 ≤ α ≤ 1")


_SAMPLES = (Sample((SCALAR, SCALAR)), Sample((COLUMN, COLUMN)), Sample((M_N, M_N)))

maximum: Op = register(
    Op(
        name="maximum",
        title="larger of two, entry by entry",
        bend="convex",
        rises=True,
        choice=_tied,
        signature=_two("the maximum of two"),
        derivative=Pointwise((lambda a, b, y: _above(a, b), lambda a, b, y: _rest(a, b))),
        rule="derivative of the maximum of two",
        source=SUBGRADIENT,
        value=lambda R, a, _n, _s: _larger(R, a[0], a[1]),
        code={"numpy": "np.maximum({0}, {1})"},
        notation=Notation("function", r"\max", "max", ("maximum",)),
        samples=_SAMPLES,
        domain=("", ""),
        needs=_apart,
        arity=2,
        facts=lambda node, facts: (facts(node.args[0]) | facts(node.args[1])) & {"positive", "nonnegative"},
    )
)
minimum: Op = register(
    Op(
        name="minimum",
        title="smaller of two, entry by entry",
        bend="concave",
        rises=True,
        choice=_tied,
        signature=_two("the minimum of two"),
        derivative=Pointwise((lambda a, b, y: _above(b, a), lambda a, b, y: _rest(b, a))),
        rule="derivative of the minimum of two",
        source=SUBGRADIENT,
        value=lambda R, a, _n, _s: _smaller(R, a[0], a[1]),
        code={"numpy": "np.minimum({0}, {1})"},
        notation=Notation("function", r"\min", "min", ("minimum",)),
        samples=_SAMPLES,
        domain=("", ""),
        needs=_apart,
        arity=2,
        facts=lambda node, facts: facts(node.args[0]) & facts(node.args[1]) & {"positive", "nonnegative"},
    )
)


# ---------------------------------------------------------------- bounds that are scalars


def _spread(scalar: Term, like: Term) -> Term:
    if not like.rank:
        return scalar
    if scalar is number(1):
        return unit(like.type)
    front = args_of(scalar, product)
    return product(*front, unit(like.type))


def clip(x: Term, low: Term, high: Term) -> Term:
    """Each entry held between two scalars."""
    above = relu(x) if low is number(0) else maximum(x, _spread(low, x))
    return minimum(above, _spread(high, x))


def _huber_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[1].rank:
        raise ShapeError(f"the threshold of Huber's function is a scalar, not {types[1].described}")
    return Type(types[0].axes, row=types[0].row)


def _huber_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    size = R.map("abs", a[0])
    wide = R.map("relu", _less(R, size, a[1]))
    held = _smaller(R, size, a[1])
    # Half the square inside, the tangent outside.
    return R.add(R.multiply(R.multiply(held, held), R.number(Fraction(1, 2))), R.multiply(a[1], wide))


def _huber_rule(node: Apply, k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    x, delta = node.args
    if k == 0:
        slope = clip(x, minus(delta), delta)
        return [Monomial(number(1), (Factor(slope, out), *(Factor(None, (o, i)) for o, i in zip(out, inn))))]
    return [Monomial(number(1), (Factor(relu(subtract(absolute(x), _spread(delta, x))), out),))]


huber: Op = register(
    Op(
        name="huber",
        title="Huber's function",
        bend="convex",
        signature=_huber_type,
        derivative=Indexed(_huber_rule),
        rule="derivative of Huber's function",
        source="Boyd & Vandenberghe, Convex Optimization (2004), 6.1.2",
        value=_huber_value,
        code={
            "numpy": "np.minimum(np.abs({0}), {1}) ** 2 / 2 + {1} * np.maximum(np.abs({0}) - {1}, 0)",
        },
        notation=Notation("function", r"\operatorname{huber}", "huber", ("huber", "Huber")),
        samples=tuple(Sample((t, Type(facts=frozenset({"positive"})))) for t in (SCALAR, COLUMN, M_N)),
        domain=("nonzero", "positive"),
        needs=lambda node: ((node.args[1], "positive"),),  # the slope is continuous: there is no kink
        arity=2,
        facts=lambda _node, _facts: frozenset({"nonnegative"}),
    )
)
