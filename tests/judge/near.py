"""Right answers altered: near misses, which differ in value, and restatements, which do not."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np

from gradatim.errors import GradatimError
from gradatim.judge.edits import orders, other_products, toggles, without_one
from gradatim.judge.pieces import factors_of, places, replaced, terms_of, unfolded
from gradatim.judge.target import Target
from gradatim.ops import (
    absolute,
    add,
    diag,
    diagonal,
    hadamard,
    identity,
    inner,
    inverse,
    number,
    product,
    quotient,
    size,
    sqnorm,
    sqrt,
    total,
    trace,
    transpose,
)
from gradatim.read.problem import read
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index
from gradatim.value.floats import evaluate

GIVEN = (
    r"$A, B, X \in \mathbb R^{n\times n}$, $Y \in \mathbb R^{m\times n}$, $b, c, x \in \mathbb R^n$, $y \in \mathbb R^m$, $s, t$ are scalars, "
    r"$z_i \in \mathbb R^n$, $v_i\in\mathbb R$, $i = 1\dots N$, $W\in\mathbb R^{m\times n}$, $P\in\mathbb R^{n\times n}$ is symmetric positive definite"
)
QUESTIONS = [
    (r"\|Yx - y\|^2", "x"),
    (r"\|WX - Y\|_F^2", "X"),
    (r"\|WX - Y\|_F^2", "W"),
    (r"b^T X c + s\, c^T X^T A b", "X"),
    (r"x^T A x + s b^T x", "x"),
    (r"\mathrm{tr}(A X B X^T)", "X"),
    (r"s^2 b^T X^{-1} c", "X"),
    (r"\log\det X + \mathrm{tr}(A X)", "X"),
    (r"\sum_{i=1}^N (z_i^T x - v_i)^2 + s \|x\|^2", "x"),
    (r"\frac{1}{N}\sum_{i=1}^N \log(1 + \exp(-v_i z_i^T x))", "x"),
    (r"\log \sum_{i=1}^N \exp(z_i^T x)", "x"),
    (r"\exp(-\frac12 (x - b)^T A (x - b))", "x"),
    (r"\frac{x^T A x}{x^T x}", "x"),
    (r"\|Y - \tanh(W X)\|_F^2", "W"),
    (r"\sqrt{1 + \|Yx\|^2}", "x"),
    (r"\mathrm{tr}(X^3 A)", "X"),
    (r"(b^T x)^2 t^3 + t\, c^T x", "x"),
    (r"\|b - X X^T c\|^2", "X"),
    (r"x^T P x - \frac{s}{1 + s^2} \log(x^T P x)", "x"),
]
SIZES = {"n": 4, "m": 3, "N": 5}


def targets() -> list[Target]:
    """The questions with their verified answers."""
    found = []
    for of, wrt in QUESTIONS:
        problem = read(of, GIVEN)
        target = Target(problem.term, (problem.find(wrt),), "gradient")
        assert target.right is target.gradient
        found.append(target)
    return found


def value(term: Term, seed: int) -> Any:
    """The value at random arrays, by NumPy; None where there is none."""
    rng = np.random.default_rng(seed)
    arrays: dict[Symbol, Any] = {}
    for s in sorted((s for s in free_symbols(term) if not is_index(s)), key=lambda s: s.name):
        own = np.random.default_rng((seed, sum(map(ord, s.name))))
        a = own.normal(size=tuple(d.evaluate(SIZES) for d in s.type.axes))
        arrays[s] = a @ a.T + np.eye(len(a)) if "spd" in s.type.facts else a
    del rng
    try:
        found = np.asarray(evaluate(term, arrays, SIZES, {s: 2 for s in free_symbols(term) if is_index(s)}))
    except GradatimError:
        return None
    return found if np.all(np.isfinite(found)) else None


def differ(a: Term, b: Term) -> bool | None:
    """Whether two terms differ at any of some points; None where no point decides."""
    seen = False
    for seed in range(4):
        x, y = value(a, seed), value(b, seed)
        if x is None or y is None:
            continue
        if x.shape != y.shape:
            return True
        seen = True
        if not np.allclose(x, y, rtol=1e-9, atol=1e-9 * (1 + float(np.max(np.abs(y))))):
            return True
    return False if seen else None


# ---------------------------------------------------------------- near misses


def near_misses(right: Term, rng: Random) -> Iterator[Term]:
    """Every kind of mistake, in random order."""
    made = [list(way(right)) for way in WRONG]
    made = [m for m in made if m]
    while made:
        group = rng.choice(made)
        yield group.pop(rng.randrange(len(group)))
        made = [m for m in made if m]


def _scaled(right: Term) -> Iterator[Term]:
    for c in (-1, 2, number(1).value / 2, 3):
        yield product(number(c), right)
    yield product(size(right.type.axes[0]), right)
    for s in free_symbols(right):
        if s.is_scalar and not is_index(s):
            yield product(s, right)


def _terms(right: Term) -> Iterator[Term]:
    pieces = terms_of(unfolded(right))
    for k in range(len(pieces) if len(pieces) > 1 else 0):
        rest = pieces[:k] + pieces[k + 1 :]
        yield add(*rest) if len(rest) > 1 else rest[0]
        yield add(*rest, product(number(-1), pieces[k]))
        yield add(*rest, product(number(2), pieces[k]))


def _edited(right: Term) -> Iterator[Term]:
    for edits in (toggles(right), orders(right), other_products(right), without_one(unfolded(right))):
        for k, e in enumerate(edits):
            if k > 25:
                break
            yield e.term


def _sizes(right: Term) -> Iterator[Term]:
    """Wrong for negative numbers only; off the diagonal only; for matrices that are not symmetric only."""
    for p in list(places(right))[:40]:
        node = p.node
        if isinstance(node, Symbol) and node.is_scalar and not is_index(node):
            for other in (absolute(node), sqrt(product(node, node))):
                if (made := replaced(right, p.path, other)) is not None:
                    yield made
        if node.rank == 2 and node.type.axes[0] == node.type.axes[1]:
            for other in (diag(diagonal(node)), product(number(1).__class__(number(1).value / 2), add(node, transpose(node)))):
                if (made := replaced(right, p.path, other)) is not None:
                    yield made


WRONG = (_scaled, _terms, _edited, _sizes)


# ---------------------------------------------------------------- restatements


def restated(right: Term, rng: Random, steps: int = 3) -> Term:
    """The same value in other words: a few rewritings at random places."""
    term = right
    for _ in range(steps):
        options = list(_rewritings(term, rng))
        if options:
            term = rng.choice(options)
    return term


def _rewritings(term: Term, rng: Random) -> Iterator[Term]:
    pieces = terms_of(term)
    if len(pieces) > 1:
        rng.shuffle(pieces)
        yield add(*pieces)
    found = list(places(term))
    rng.shuffle(found)
    for p in found[:12]:
        for new in _same(p.node, rng):
            made = replaced(term, p.path, new)
            if made is not None:
                yield made


def _same(node: Term, rng: Random) -> Iterator[Term]:
    if node.rank in (1, 2):
        yield transpose(transpose(node))
        yield add(product(number(3), node), product(number(-2), node))
    if node.rank == 2 and node.type.axes[0] == node.type.axes[1]:
        yield product(node, identity(params=(node.type.axes[0],)))
        yield transpose(transpose(node))
    if not isinstance(node, Apply):
        return
    yield from _of_operation(node, rng)


def _of_operation(node: Apply, rng: Random) -> Iterator[Term]:
    name = node.op.name
    if name == "add":
        args = list(node.args)
        rng.shuffle(args)
        yield add(*args)
    if name == "product":
        c, factors = factors_of(node)
        scalars, arrays = [f for f in factors if f.is_scalar], [f for f in factors if f.rank]
        rng.shuffle(scalars)
        yield product(number(c), *scalars, *arrays)
        if arrays and node.rank == 2:
            yield transpose(product(number(c), *scalars, *(transpose(a) for a in reversed(arrays))))
        for k, a in enumerate(arrays):
            if isinstance(a, Apply) and a.op.name == "add":
                yield add(*(product(number(c), *scalars, *arrays[:k], t, *arrays[k + 1 :]) for t in a.args))
    if name == "trace":
        inside = node.args[0]
        yield trace(transpose(inside))
        if isinstance(inside, Apply) and inside.op.name == "product" and len(inside.args) > 1:
            yield trace(product(*inside.args[1:], inside.args[0]))
    if name == "inverse":
        yield transpose(inverse(transpose(node.args[0])))
    if name == "quotient":
        yield product(node.args[0], quotient(number(1), node.args[1]))
    if name == "hadamard":
        yield hadamard(*reversed(node.args))
    if name == "sqnorm":
        yield total(hadamard(node.args[0], node.args[0]))
        yield inner(node.args[0], node.args[0])
    if name == "transpose" and isinstance(node.args[0], Apply) and node.args[0].op.name == "add":
        yield add(*(transpose(a) for a in node.args[0].args))


__all__ = ["differ", "near_misses", "restated", "sqnorm", "targets"]
