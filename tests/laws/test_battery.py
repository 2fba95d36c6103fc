"""The battery: every law of every operation, at every sample. A new operation is in it by being registered."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product as tuples
from math import isqrt
from random import Random
from typing import Any

import numpy as np
import pytest
import scipy.special

from gradatim.errors import NotVerified
from gradatim.ops import dictionary, facts
from gradatim.ops.base import (
    Additive,
    Along,
    Factor,
    Indexed,
    LocallyConstant,
    Monomial,
    Multilinear,
    Op,
    Paired,
    Pointwise,
    Primary,
    Sample,
    Structural,
)
from gradatim.ops.pairs import components
from gradatim.term import Apply, Symbol, Term, fresh_index, is_index, walk
from gradatim.types import Dim, Type
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.value.field import PRIME, Field, NotRational
from gradatim.value.floats import Floats
from gradatim.value.lists import Array
from gradatim.value.points import WHOLE, Point, generic_sizes, modes, parts, random_point
from gradatim.value.precision import workprec

SEED = 20261
CASES = [pytest.param(op, s, id=f"{op.name}-{k}") for op in dictionary().values() for k, s in enumerate(op.samples)]


def sampled(op: Op, sample: Sample) -> Apply:
    """The operation applied to symbols of the sample's types, with the facts that its domain asks for."""
    args = []
    for k, t in enumerate(sample.types):
        needed = op.domain[k] if k < len(op.domain) else ""
        kept = replace(t, facts=t.facts | {needed}) if needed else t
        args.append(Symbol(f"a{k}", kept))
    return op(*args, params=sample.params)


def point_for(node: Term, mode: str = "any", turn: int = 0) -> Point:
    nodes = parts(node)
    return random_point(nodes, generic_sizes(nodes, turn), Random(SEED + turn), mode)


def in_floats(term: Term, point: Point) -> Any:
    arrays = {s: np.array([float(v) for v in values]).reshape(shape) for s, (shape, values) in point.arrays.items()}
    return run(term, Floats(), arrays, point.sizes, point.indices)


def in_balls(term: Term, point: Point, moved: dict[Symbol, Array] | None = None) -> Array:
    ring = Balls()
    arrays = {s: ring.array(shape, values) for s, (shape, values) in point.arrays.items()}
    value: Array = run(term, ring, {**arrays, **(moved or {})}, point.sizes, point.indices)
    return value


# ---------------------------------------------------------------- values and shapes


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_the_shape_law_gives_the_shape_of_the_value(op: Op, sample: Sample) -> None:
    node = sampled(op, sample)
    point = point_for(node)
    expected = tuple(d.evaluate(point.sizes) for d in node.type.axes)
    assert in_floats(node, point).shape == expected
    with workprec(128):
        assert in_balls(node, point).shape == expected


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_floats_and_balls_agree(op: Op, sample: Sample) -> None:
    node = sampled(op, sample)
    for turn in range(2):
        point = point_for(node, turn=turn)
        with workprec(200):
            exact = in_balls(node, point)
            wide = max((float(x.rad()) for x in exact.data), default=0.0)
        assert wide < 1e-40
        np.testing.assert_allclose(in_floats(node, point).ravel(), [float(x) for x in exact.data], rtol=1e-10, atol=1e-12)


def rational_of(residue: int) -> Fraction:
    """The fraction of small numerator and denominator that a residue stands for (Wang's reconstruction)."""
    bound = isqrt(PRIME // 2)
    r0, r1, t0, t1 = PRIME, residue, 0, 1
    while r1 > bound:
        q = r0 // r1
        r0, r1, t0, t1 = r1, r0 - q * r1, t1, t0 - q * t1
    return Fraction(r1, t1)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_the_prime_field_agrees_where_the_operation_is_rational(op: Op, sample: Sample) -> None:
    node = sampled(op, sample)
    point = point_for(node, WHOLE)
    ring = Field()
    arrays = {s: ring.array(shape, values) for s, (shape, values) in point.arrays.items()}
    try:
        value = run(node, ring, arrays, point.sizes, point.indices)
    except NotRational:
        assert op.scalar or op.name in NOT_RATIONAL or isinstance(op.derivative, (Primary, Along))
        return
    with workprec(200):
        exact = in_balls(node, point)
        assert all(b.contains(_ball(rational_of(int(v)))) for b, v in zip(exact.data, value.data, strict=True))


NOT_RATIONAL = {
    "at_least_zero",
    "arctan2",
    "less",
    "unequal",
    "pi",
    "polygamma",
    "huber",
    "eigenvalues",
    "eigenvectors",
    "dominant_eigenvalue",
    "dominant_eigenvector",
    "dominant_resolvent",
    "dominant_response",
    "right_eigenvectors",
    "resolvents",
    "responses",
    "largest",
    "sort",
    "sort_places",
    "median",
    "median_weights",
    "maximum",
    "minimum",
    "basis",
    "pnorm",
    "power",
    "hpower",
    "equal",
    "norm",
    "norm1",
    "norminf",
    "logdet",
    "logsumexp",
    "softmax",
}


def _ball(value: Fraction) -> Any:
    # Divided, not rounded twice: the midpoint of the quotient is compared with an enclosure that holds it.
    return Balls().entry_of(value).mid()


# ---------------------------------------------------------------- derivatives


def declared_slope(node: Apply, k: int, point: Point, direction: Array) -> list[Any]:
    """What the record says of the change along a direction in argument k: a second reading of the derivative's kinds, which
    shares nothing with the engine's."""
    ring = Balls()
    derivative = node.op.derivative  # type: ignore[attr-defined]
    if isinstance(derivative, Additive):
        return direction.data
    if isinstance(derivative, (Multilinear, Paired)):
        moved: dict[Symbol, Array] = {node.args[k]: direction}  # type: ignore[dict-item]
        return in_balls(node, point, moved).data
    if isinstance(derivative, LocallyConstant):
        return [ring.entry_of(Fraction(0))] * len(in_balls(node, point).data)
    if isinstance(derivative, Pointwise):
        return pointwise_slope(node, derivative, k, point, direction)
    if isinstance(derivative, (Along, Primary)):
        return along_slope(node, derivative, point, direction)
    assert isinstance(derivative, Indexed)
    return indexed_slope(node, derivative, k, point, direction)


def pointwise_slope(node: Apply, derivative: Pointwise, k: int, point: Point, direction: Array) -> list[Any]:
    ring = Balls()
    names = [Symbol(f"s{j}") for j in range(len(node.args))]
    own = Symbol("s_self")
    partial = derivative.partials[k](*names, own)
    values = [in_balls(a, point).data for a in node.args]
    selves = in_balls(node, point).data
    slope = []
    for e in range(len(selves)):
        table = {s: Array((), [v[e]]) for s, v in zip(names, values)}
        table[own] = Array((), [selves[e]])
        slope.append(run(partial, ring, table, point.sizes).data[0] * direction.data[e])
    return slope


def along_slope(node: Apply, derivative: Along | Primary, point: Point, direction: Array) -> list[Any]:
    """What the change along a whole matrix is said to be."""
    step = Symbol("step", node.args[0].type)
    moved = derivative.moves if isinstance(derivative, Along) else derivative.along
    assert moved is not None
    return in_balls(moved(node, step), point, {step: direction}).data


def indexed_slope(node: Apply, derivative: Indexed, k: int, point: Point, direction: Array) -> list[Any]:
    out = tuple(fresh_index(d) for d in node.type.axes)
    inn = tuple(fresh_index(d) for d in node.args[k].type.axes)
    rule = derivative.rule(node, k, out, inn)
    slope = []
    for there in positions(out, point):
        total = Balls().entry_of(Fraction(0))
        for e, here in enumerate(positions(inn, point)):
            where = dict(zip((*out, *inn), (*there, *here)))
            for monomial in rule:
                total = total + monomial_at(monomial, where, point) * direction.data[e]
        slope.append(total)
    return slope


def positions(indices: Sequence[Term], point: Point) -> Iterator[tuple[int, ...]]:
    return tuples(*(range(1, i.type.index.evaluate(point.sizes) + 1) for i in indices))  # type: ignore[union-attr]


def monomial_at(monomial: Monomial, where: dict[Term, int], point: Point) -> Any:
    """The value of a monomial: a sum over the indices that have no place yet."""
    every = [c for f in monomial.factors for i in f.indices for c in components(i)]
    loose = list(dict.fromkeys(i for i in every if is_index(i) and i not in where))
    total = Balls().entry_of(Fraction(0))
    for places in positions(loose, point):
        here = {**where, **dict(zip(loose, places))}
        value = in_balls(monomial.coefficient, point).data[0]
        for factor in monomial.factors:
            value = value * factor_at(factor, here, point)
        total = total + value
    return total


def place_of(index: Term, where: dict[Term, int], point: Point) -> int:
    """The position of an index, or the one that a pair counts, the first slowest."""
    place = 1
    for c in components(index):
        place = (place - 1) * c.type.index.evaluate(point.sizes) + where[c]  # type: ignore[union-attr]
    return place


_heads: dict[tuple[int, int], Array] = {}


def factor_at(factor: Factor, where: dict[Term, int], point: Point) -> Any:
    places = [place_of(i, where, point) for i in factor.indices]
    if factor.head is None:
        i, j = factor.indices
        if i.type.index is None or j.type.index is None:
            raise AssertionError("a delta of two indices")
        return Balls().entry_of(Fraction(int(places[0] == places[1])))
    key = (id(point), id(factor.head))
    if key not in _heads:
        _heads[key] = in_balls(factor.head, point)
    return Balls().entry(_heads[key], [p - 1 for p in places]).data[0]


def by_record(op: Op, k: int) -> bool:
    """Whether the record says what every change of an argument does to the value."""
    if isinstance(op.derivative, Along):
        return k == op.derivative.by
    return op.derivative.along is not None if isinstance(op.derivative, Primary) else not isinstance(op.derivative, Structural)


CORNERS = {"maximum", "minimum", "huber", "gaps", "sort", "sort_places", "median", "median_weights"}
"""Where two arguments are equal there is no derivative, and few small numbers often are equal."""
DIFFERENTIABLE = [
    pytest.param(op, s, k, id=f"{op.name}-{j}-{k}")
    for op in dictionary().values()
    for j, s in enumerate(op.samples)
    for k in range(len(s.types))
    if by_record(op, k)
]


@pytest.mark.parametrize(("op", "sample", "k"), DIFFERENTIABLE)
def test_the_declared_derivative_is_the_slope_of_the_value(op: Op, sample: Sample, k: int, samples: Counter[str]) -> None:
    node = sampled(op, sample)
    for turn in range(8):
        # Both signs, small and large entries, entries of one sign: whatever the operation's domain leaves of them.
        point = point_for(node, "any" if op.name in CORNERS else ("any", "small", "mixed", "small positive")[turn % 4], turn)
        _heads.clear()
        with workprec(256):
            symbol = node.args[k]
            assert isinstance(symbol, Symbol)
            shape, values = point.arrays[symbol]
            rng = Random(SEED + k)
            steps = [Fraction(rng.randint(-64, 64), 64) for _ in values]
            ring, h = Balls(), Fraction(1, 2**64)
            ahead = in_balls(node, point, {symbol: ring.array(shape, [v + h * d for v, d in zip(values, steps)])})
            behind = in_balls(node, point, {symbol: ring.array(shape, [v - h * d for v, d in zip(values, steps)])})
            slope = [(a - b) * ring.entry_of(Fraction(2**63)) for a, b in zip(ahead.data, behind.data)]
            declared = declared_slope(node, k, point, ring.array(shape, steps))
        samples[op.name] += len(slope)
        for s, d in zip(slope, declared, strict=True):
            assert abs(float((s - d).mid())) <= 1e-20 * (1 + abs(float(s.mid())))


@pytest.mark.parametrize("op", [op for op in dictionary().values() if isinstance(op.derivative, Along)], ids=lambda op: op.name)
def test_what_is_linear_along_a_matrix_has_the_adjoint_that_its_record_says(op: Op) -> None:
    """⟨G, L(E)⟩ is ⟨L*(G), E⟩, and L is linear."""
    assert isinstance(op.derivative, Along)
    node = sampled(op, op.samples[0])
    point = point_for(node)
    with workprec(256):
        ring, rng, by = Balls(), Random(SEED), node.args[op.derivative.by]
        assert isinstance(by, Symbol)
        shape, _ = point.arrays[by]
        first, second, weight = (
            ring.array(shape, [Fraction(rng.randint(-64, 64), 64) for _ in range(shape[0] * shape[1])]) for _ in range(3)
        )
        g = Symbol("G", node.type)
        flows = in_balls(op.derivative.flows(node, g), point, {g: weight})
        moved = [in_balls(node, point, {by: e}) for e in (first, second, ring.add(first, second))]
        left = sum(x * y for x, y in zip(weight.data, moved[0].data, strict=True))
        right = sum(x * y for x, y in zip(flows.data, first.data, strict=True))
        assert abs(float((left - right).mid())) <= 1e-30 * (1 + abs(float(left.mid())))
        for a, b, both in zip(*(m.data for m in moved), strict=True):
            assert abs(float((a + b - both).mid())) <= 1e-30 * (1 + abs(float(both.mid())))


PRIMARY = [
    pytest.param(op, s, id=op.name) for op in dictionary().values() if isinstance(op.derivative, Primary) for s in op.samples
]


@pytest.mark.parametrize(("op", "sample"), PRIMARY)
def test_the_slope_of_a_function_of_a_matrix(op: Op, sample: Sample, samples: Counter[str]) -> None:
    """Along X² + X/2, which commutes with X, the whole value moves by the slope; along any direction its trace does."""
    assert isinstance(op.derivative, Primary)
    node = sampled(op, sample)
    for turn in range(2):
        point = point_for(node, turn=turn)
        with workprec(256):
            ring, symbol = Balls(), node.args[0]
            assert isinstance(symbol, Symbol)
            shape, values = point.arrays[symbol]
            x, rng = ring.array(shape, values), Random(SEED + turn)
            square = ring.einsum(((0, 1), (1, 2)), (0, 2), (x, x), {})
            along = ring.add(square, ring.multiply(ring.number(Fraction(1, 2)), x))
            anyhow = ring.array(shape, [Fraction(rng.randint(-64, 64), 64) for _ in values])
            declared = in_balls(op.derivative.slope(node), point)
            for direction, traced in ((along, False), (anyhow, True)):
                moved = [_moved(node, point, symbol, x, direction, sign) for sign in (1, -1)]
                slope = [(a - b) * ring.entry_of(Fraction(2**63)) for a, b in zip(moved[0].data, moved[1].data)]
                told = ring.einsum(((0, 1), (1, 2)), (0, 2), (declared, direction), {}).data
                n = shape[0]
                if traced:
                    slope, told = [sum(slope[:: n + 1])], [sum(told[:: n + 1])]
                samples[op.name] += len(slope)
                for s, d in zip(slope, told, strict=True):
                    assert abs(float((s - d).mid())) <= 1e-20 * (1 + abs(float(s.mid())))


def _moved(node: Term, point: Point, symbol: Symbol, x: Array, direction: Array, sign: int) -> Array:
    ring = Balls()
    step = ring.multiply(ring.number(Fraction(sign, 2**64)), direction)
    return in_balls(node, point, {symbol: ring.add(x, step)})


@pytest.mark.parametrize(
    "op", [op for op in dictionary().values() if isinstance(op.derivative, LocallyConstant) and op.arity], ids=lambda o: o.name
)
def test_what_is_locally_constant_has_two_values_at_least(op: Op) -> None:
    """A constant must not hide behind `LocallyConstant`."""
    node = sampled(op, op.samples[-1])
    rng = Random(SEED)
    nodes = parts(node)
    seen = set()
    for _ in range(40):
        point = random_point(nodes, generic_sizes(nodes), rng, WHOLE)
        seen.update(np.ravel(in_floats(node, point)).tolist())
    assert len(seen) >= 2


# ---------------------------------------------------------------- facts

TOLERANCE = 1e-9


def close(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-8, atol=TOLERANCE))


NUMERIC: dict[str, Callable[[Any], bool]] = {
    "symmetric": lambda a: a.ndim == 0 or close(a, a.T),
    "symmetric_members": lambda a: close(a, np.swapaxes(a, -1, -2)),
    "orthonormal_columns": lambda a: close(a.T @ a, np.eye(a.shape[1])),
    "skew": lambda a: close(a, -a.T),
    "diagonal": lambda a: a.ndim == 2 and close(a, np.diag(np.diag(a))),
    "lower": lambda a: a.ndim == 2 and close(a, np.tril(a)),
    "upper": lambda a: a.ndim == 2 and close(a, np.triu(a)),
    "orthogonal": lambda a: close(a @ a.T, np.eye(len(a))),
    "invertible": lambda a: a.ndim == 0 and a != 0 or a.ndim == 2 and a.shape[0] == a.shape[1] and abs(np.linalg.det(a)) > 1e-12,
    "spd": lambda a: a.ndim == 0 and a > 0 or a.ndim == 2 and close(a, a.T) and np.linalg.eigvalsh(a).min() > 0,
    "psd": lambda a: a.ndim == 0 and a >= 0 or a.ndim == 2 and close(a, a.T) and np.linalg.eigvalsh(a).min() > -TOLERANCE,
    "positive": lambda a: bool((a > 0).all()),
    "nonnegative": lambda a: bool((a >= 0).all()),
    "nonzero": lambda a: bool((a != 0).all()),
    "probability": lambda a: bool((a >= 0).all()) and close(a.sum(axis=-1), 1.0),
    "adds_to_one": lambda a: close(a.sum(axis=-1), 1.0),
    "unit": lambda a: close((a * a).sum(axis=-1), 1.0),
    "onehot": lambda a: close(a * a, a) and close(a.sum(axis=-1), 1.0),
    "labels01": lambda a: close(a * a, a),
    "integer": lambda a: close(a, np.round(a)),
    "fraction": lambda a: bool((abs(a) < 1).all()),
    "square": lambda a: a.ndim == 2 and a.shape[0] == a.shape[1],
    "full_column_rank": lambda a: a.ndim == 2 and np.linalg.matrix_rank(a) == a.shape[1],
    "full_row_rank": lambda a: a.ndim == 2 and np.linalg.matrix_rank(a) == a.shape[0],
}

MATRIX_FACTS = (
    "",
    "symmetric",
    "skew",
    "diagonal",
    "lower",
    "upper",
    "spd",
    "psd",
    "orthogonal",
    "invertible",
    "positive",
    "nonnegative",
)
VECTOR_FACTS = ("", "positive", "nonzero", "unit", "probability", "adds_to_one", "onehot", "labels01", "nonnegative", "integer")
SCALAR_FACTS = ("", "positive", "nonzero", "labels01", "integer", "nonnegative")


def choices(t: Type) -> list[Type]:
    """The types with each fact that such a value can have; matrices are made square so that facts of square ones apply."""
    if t.index is not None or t.family or "integer" in t.facts:
        return [t]
    names = {0: SCALAR_FACTS, 1: VECTOR_FACTS, 2: MATRIX_FACTS}.get(t.rank, ("",))
    axes = (Dim.of("n"),) * 2 if t.rank == 2 else tuple(Dim.of("n") for _ in t.axes)
    return [replace(t, axes=axes, facts=frozenset({f} if f else ())) for f in names]


CONTRADICTIONS = [frozenset(p) for p in tuples(("positive", "nonzero"), ("skew", "diagonal", "lower", "upper", "onehot"))] + [
    frozenset({"positive", "orthogonal"}),
    # Orthogonal and positive definite is the identity alone, which no random draw gives.
    *(frozenset({f, "spd"}) for f in ("skew", "lower", "upper", "orthogonal")),
]


def check_facts(node: Term, trials: int = 2) -> None:
    claimed = facts(node)
    for f in sorted(claimed):
        assert f in NUMERIC, f"nobody says what {f} means in numbers"
    nodes = parts(node)
    for turn in range(trials if claimed else 0):
        try:
            point = random_point(nodes, generic_sizes(nodes, turn), Random(SEED + turn), ("any", "mixed")[turn % 2])
        except NotVerified:
            # No value has both facts; a pair that some value has must not hide here.
            assert any(a.type.facts >= pair for a in node.args for pair in CONTRADICTIONS)
            return
        with np.errstate(all="ignore"):
            value = in_floats(node, point)
        if not np.all(np.isfinite(value)):
            continue
        for f in sorted(claimed):
            assert NUMERIC[f](value), f"{node!r} is said to be {f} with {[a.type.facts for a in node.args]}, but it is {value}"


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_facts_of_results_hold(op: Op, sample: Sample) -> None:
    check_facts(sampled(op, sample))
    for types in tuples(*(choices(t) for t in sample.types)):
        try:
            node = sampled(op, replace(sample, types=types))
        except Exception as error:  # a square sample may not fit the shape law
            assert type(error).__name__ == "ShapeError"
            return
        check_facts(node)


def test_facts_of_triple_products_and_repeated_factors_hold() -> None:
    ops = dictionary()
    square = Type((Dim.of("n"), Dim.of("n")))
    for f, g in tuples(MATRIX_FACTS, MATRIX_FACTS):
        a = Symbol("a", replace(square, facts=frozenset({f} if f else ())))
        b = Symbol("b", replace(square, facts=frozenset({g} if g else ())))
        t = ops["transpose"]
        for args in ((a, b, a), (a, b, t(a)), (t(a), b, a), (t(a), a), (a, a), (a, a, a)):
            check_facts(ops["product"](*args), 1)
        check_facts(ops["add"](a, t(a)), 1)
        check_facts(ops["hadamard"](a, a), 1)


# ---------------------------------------------------------------- code

NOT_BY_TEXT = {
    ("pair", (0, 0)): "the position that indices count together needs their extents, which is the writer's work",
    ("kron", (2, 1)): "a column gets its second axis, which is the writer's work",
    ("product", (0, 2, 1)): "a scalar factor is written with *, which is the writer's work",
    ("product", (0, 0)): "a scalar factor is written with *, which is the writer's work",
    ("block", (1, 1)): "the code of the record is that of two by two blocks, the others are the writer's work",
    ("block", (1, 2)): "the code of the record is that of two by two blocks, the others are the writer's work",
    ("block", (2, 1, 1, 0)): "a column gets its second axis, which is the writer's work",
    ("product", (1, 1)): "an outer product of two one-dimensional arrays is np.outer, which is the writer's work",
}


class Interpreter:
    """Just enough of Python's expressions to read the code field, without running text."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names

    def value(self, node: ast.AST) -> Any:
        match node:
            case ast.Expression(body=body):
                return self.value(body)
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.names[name]
            case ast.Attribute(value=base, attr=attr):
                assert not attr.startswith("_")
                return getattr(self.value(base), attr)
            case ast.BinOp(left=left, op=op, right=right):
                return BINARY[type(op)](self.value(left), self.value(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return COMPARE[type(op)](self.value(left), self.value(right))
            case ast.Subscript(value=base, slice=index):
                return self.value(base)[self.value(index)]
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if bound is None else self.value(bound) for bound in (lower, upper, step)))
            case ast.List(elts=elements):
                return [self.value(e) for e in elements]
            case ast.Tuple(elts=elements):
                return tuple(self.value(e) for e in elements)
            case ast.Call(func=function, args=args, keywords=keywords):
                return self.value(function)(*map(self.value, args), **{str(k.arg): self.value(k.value) for k in keywords})
        raise AssertionError(ast.dump(node))


BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
    ast.MatMult: lambda a, b: a @ b,
    ast.Mod: lambda a, b: a % b,
    ast.FloorDiv: lambda a, b: a // b,
}
COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
}


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_the_numpy_code_computes_the_value(op: Op, sample: Sample) -> None:
    if (op.name, tuple(t.rank for t in sample.types)) in NOT_BY_TEXT and not _inner(op, sample):
        pytest.skip(NOT_BY_TEXT[op.name, tuple(t.rank for t in sample.types)])
    node = sampled(op, sample)
    point = point_for(node)
    values = [in_floats(a, point) if a.type.index is None else point.indices[a] - 1 for a in node.args]  # type: ignore[index]
    texts = [f"v{k}" for k in range(len(values))]
    values += code_params(op, node, point)
    names = {"np": np, "math": math, "scipy": scipy, "float": float, "int": int, **{f"v{k}": v for k, v in enumerate(values)}}
    if op.arity is None and op.derivative.__class__ is not Structural and op.name != "block":
        text = texts[0]
        for t in texts[1:]:
            text = op.code["numpy"].format(f"({text})", t)
    else:
        text = op.code["numpy"].format(*(f"v{k}" for k in range(len(values))))
    found = Interpreter(names).value(ast.parse(text, mode="eval"))
    np.testing.assert_allclose(found, in_floats(node, point), rtol=1e-9, atol=1e-12)


def _inner(op: Op, sample: Sample) -> bool:
    return op.name == "product" and [t.row for t in sample.types] == [True, False]


def code_params(op: Op, node: Apply, point: Point) -> list[Any]:
    """What the placeholders after the arguments stand for: sizes, whole exponents, axes."""
    dims = tuple(p.evaluate(point.sizes) for p in node.params if isinstance(p, Dim))
    if dims:
        return [dims if op.name != "identity" else dims[0]]
    if node.params in (("rows",), ("columns",)):
        return [1 if node.params == ("rows",) else 0]
    return list(node.params) or ([None] if op.name == "softmax" else [])


# ---------------------------------------------------------------- completeness


def test_every_operation_is_sampled_and_every_kind_of_derivative_is_tried() -> None:
    ops = dictionary()
    assert {c.values[0].name for c in CASES} == set(ops)
    tried = {c.values[0].name for c in DIFFERENTIABLE}
    untried = {name for name, op in ops.items() if name not in tried}
    assert untried == {
        name for name, op in ops.items() if not any(by_record(op, k) for k in range(op.arity or 1)) or op.arity == 0
    }


def test_every_domain_has_a_point() -> None:
    for op in dictionary().values():
        for sample in op.samples:
            node = sampled(op, sample)
            for mode in dict.fromkeys(modes()):
                assert set(point_for(node, mode).arrays) == {
                    s for s in walk(node) if isinstance(s, Symbol) and s.type.index is None
                }
