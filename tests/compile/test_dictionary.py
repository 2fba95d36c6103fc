"""Every operation of the dictionary, its gradient and its second derivative, in every target."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, assert_agrees, needs, point_for
from gradatim.derive import derivative
from gradatim.errors import GradatimError
from gradatim.ops import at, dictionary, inner, product, total, trace
from gradatim.ops.base import Op, Sample
from gradatim.term import Bind, Symbol, Term, fresh_index
from gradatim.types import Dim, Type

CASES = [(op, k) for op in dictionary().values() for k in range(len(op.samples)) if op.name not in ("pair", "at", "basis")]


def applied(op: Op, sample: Sample) -> tuple[list[Symbol], Term]:
    symbols = [Symbol(f"a{k}", t) for k, t in enumerate(sample.types)]
    return symbols, op(*symbols, params=sample.params)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("op", "k"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_every_operation_and_its_derivatives(op: Op, k: int, backend: str, rng: Random) -> None:
    needs(backend)
    symbols, node = applied(op, op.samples[k])
    terms = [node]
    if symbols and node.type.index is None:
        weight = Symbol("weight", node.type.bare)
        scalar = node if node.is_scalar else inner(weight, node) if node.rank < 3 else total(node)
        for s in symbols:
            try:
                first = derivative(scalar, s, verified=False)
                # Under JAX every term is compiled once more by XLA, which takes a second.
                terms += [first] if backend == "jax" else [first, derivative(first, s, verified=False)]
            except GradatimError:
                continue
    arrays = point_for(rng, *terms)
    if not symbols and node.rank < 3:
        # A constant matrix, whose sizes an argument tells.
        v = Symbol("v", Type(node.type.axes[-1:]))
        sizes = [Symbol(f"m{k}", Type((d, d))) for k, d in enumerate(p for p in node.params if isinstance(p, Dim))]
        terms = [product(node, v) if node.rank == 2 else inner(node, v)]
        terms = [product(*map(trace, sizes), t) for t in terms]
        arrays = point_for(rng, *terms)
    for term in terms:
        assert_agrees(term, backend, arrays)


MEMBERLESS = {"mpower", "pnorm", "powm"}
"""An exponent, or a p, of its own for every member."""


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize(("op", "k"), [c for c in CASES if c[0].samples[c[1]].types], ids=lambda x: getattr(x, "name", str(x)))
def test_every_operation_on_all_members_of_a_family(op: Op, k: int, backend: str, rng: Random) -> None:
    needs(backend)
    sample, count = op.samples[k], Dim.of("N")
    i = fresh_index(count)
    families = [Symbol(f"a{k}", replace(t, axes=(count, *t.axes), family=1)) for k, t in enumerate(sample.types)]
    term = Bind("stack", i, op(*(at(s, i) for s in families), params=sample.params))
    arrays = point_for(rng, term)
    if op.name in MEMBERLESS:
        with pytest.raises(GradatimError, match="member"):
            gd.compile(term, backend=backend)
    else:
        assert_agrees(term, backend, arrays)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_single_precision_stays_single(backend: str, rng: Random) -> None:
    needs(backend)
    for op, k in CASES:
        symbols, node = applied(op, op.samples[k])
        if not any(s.rank for s in symbols) or op.name in ("unvec", "rows", "columns"):
            continue
        arrays = point_for(rng, node)
        wanted = np.asarray(node.evaluate(**arrays))
        single = {n: np.float32(a) if np.ndim(a) else a for n, a in arrays.items()}
        got = np.asarray(gd.compile(node, backend=backend)(**single))
        assert not got.shape or got.dtype == np.float32, op.name
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4 * np.max(np.abs(wanted)), err_msg=op.name)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_matrix_without_a_basis_of_eigenvectors(backend: str) -> None:
    """exp of [[1, 1], [0, 1]] is e [[1, 1], [0, 1]]; eigenvectors would give e I."""
    needs(backend)
    A = gd.matrix("A", "n", "n")
    J = np.array([[1.0, 1.0], [0.0, 1.0]])
    got = np.asarray(gd.compile(dictionary()["expm"](A), backend=backend)(A=J), dtype=float)
    np.testing.assert_allclose(got, np.e * J, rtol=1e-6)
    turned = np.asarray(gd.compile(dictionary()["sinm"](A), backend=backend)(A=J), dtype=float)
    np.testing.assert_allclose(turned, [[np.sin(1), np.cos(1)], [0, np.sin(1)]], rtol=1e-6)
    logarithm = dictionary()["logm"](A)
    if backend == "numpy":
        np.testing.assert_allclose(gd.compile(logarithm)(A=J), [[0, 1], [0, 0]], atol=1e-12)
        with pytest.raises(gd.EvaluationError, match="no basis"):
            logarithm.evaluate(A=J)
    else:
        with pytest.raises(GradatimError, match="declare it symmetric"):
            gd.compile(logarithm, backend=backend)
