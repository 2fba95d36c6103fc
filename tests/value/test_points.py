"""Random points: the facts hold exactly, sizes are generic, one seed gives one point."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from gradatim.errors import NotVerified
from gradatim.ops import add, at, inverse, product, transpose
from gradatim.term import Apply, Symbol
from gradatim.types import Dim, Type, matrix, vector
from gradatim.value.holds import HOLDS, pivots
from gradatim.value.points import FIELD, WHOLE, draw, generic_sizes, modes, parts, random_point

SEED = 5
SQUARE = ("symmetric", "skew", "spd", "psd", "diagonal", "lower", "upper", "orthogonal", "invertible", "positive", "nonzero")
PAIRS = [
    ("symmetric", "orthogonal"),
    ("spd", "diagonal"),
    ("symmetric", "positive"),
    ("lower", "invertible"),
    ("diagonal", "orthogonal"),
]
VECTOR = ("positive", "nonnegative", "unit", "probability", "onehot", "labels01", "nonzero", "integer")


@pytest.mark.parametrize("mode", [*dict.fromkeys(modes()), FIELD, WHOLE])
def test_declared_facts_hold_exactly(mode: str) -> None:
    rng = Random(SEED)
    mode = "any" if mode == "mixed" else mode
    for facts in [(), *((f,) for f in SQUARE), *PAIRS]:
        symbol = Symbol("S", matrix("n", "n", facts))
        shape, entries = draw(symbol, {"n": 4}, rng, mode)
        assert all(HOLDS[f](shape, entries) for f in facts), facts
    for facts in [(), *((f,) for f in VECTOR), ("unit", "positive")]:
        shape, entries = draw(Symbol("v", vector("n", facts)), {"n": 5}, rng, mode)
        assert all(HOLDS[f](shape, entries) for f in facts), facts


def test_each_member_of_a_family_has_the_facts() -> None:
    family = Symbol("Q", Type((Dim.of("N"), Dim.of("n"), Dim.of("n")), family=1, facts=frozenset({"orthogonal"})))
    shape, entries = draw(family, {"N": 3, "n": 4}, Random(SEED))
    assert shape == (3, 4, 4)
    members = [entries[k : k + 16] for k in range(0, 48, 16)]
    assert all(HOLDS["orthogonal"]((4, 4), e) for e in members)
    assert members[0] != members[1]


def test_orthogonal_matrices_have_both_determinants() -> None:
    signs = set()
    for seed in range(12):
        shape, entries = draw(Symbol("Q", matrix("n", "n", ["orthogonal"])), {"n": 4}, Random(seed))
        determinant = Fraction(1)
        for p in pivots(shape, entries):
            determinant *= p
        signs.add(determinant)
    assert signs == {1, -1}


def test_sizes_are_different_and_at_least_three_and_keep_away_from_literal_ones() -> None:
    a, b = Symbol("A", matrix("m", "n")), Symbol("B", matrix("n", "p"))
    c = Symbol("c", vector(4))
    sizes = generic_sizes(parts(product(a, b), c))
    assert len(set(sizes.values())) == 3 and min(sizes.values()) >= 3 and 4 not in sizes.values()


def test_full_column_rank_gets_rows_enough_and_polynomial_sizes_come_out() -> None:
    a = Symbol("A", matrix("a", "z", ["full_column_rank"]))
    z = Symbol("z", vector(Dim.of("z") - Dim.of("a") + 2))
    for turn in range(3):
        sizes = generic_sizes(parts(inverse(product(transpose(a), a))), turn)
        assert sizes["a"] > sizes["z"]
    assert generic_sizes(parts(z))["z"] >= generic_sizes(parts(z))["a"] - 1


def test_no_sizes_where_there_are_none() -> None:
    with pytest.raises(NotVerified, match="no sizes"):
        generic_sizes([Symbol("z", vector(Dim.of("n") - Dim.of("n") * 2))])


def test_a_fact_that_nobody_knows_is_refused_and_a_contradiction_too() -> None:
    for facts in (("mysterious",), ("skew", "spd"), ("onehot", "nonzero")):
        with pytest.raises(NotVerified, match="declared of S"):
            draw(Symbol("S", matrix("n", "n", facts)), {"n": 3}, Random(SEED))


def test_one_seed_gives_one_point_and_free_indices_get_a_position() -> None:
    x, i = Symbol("x", Type((Dim.of("N"), Dim.of("d")), family=1)), Symbol("i", Type(index=Dim.of("N")))
    nodes = parts(add(at(x, i), at(x, i)))
    one, two = (random_point(nodes, generic_sizes(nodes), Random(SEED)) for _ in range(2))
    assert one == two
    assert 1 <= one.indices[i] <= one.sizes["N"]
    assert isinstance(nodes[-1], Apply)
