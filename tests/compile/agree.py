"""Whether generated code has the value of the term, which the evaluator works out node by node without any law."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import numpy as np
import pytest

import gradatim as gd
import gradatim.operators
from gradatim.errors import EvaluationError
from gradatim.term import Symbol, Term, free_symbols, is_index
from gradatim.value.floats import evaluate
from gradatim.value.points import Point, generic_sizes, parts, random_point

made_for: list[tuple[Term, ...]] = []
"""The terms for which points were drawn: their sizes are those of the last point."""
BACKENDS = ("numpy", "jax", "torch")


def arrays_at(point: Point) -> dict[Symbol, Any]:
    """The point's exact entries as arrays of float64."""
    return {
        s: np.array([float(x) for x in entries]).reshape(shape) if shape else float(entries[0])
        for s, (shape, entries) in point.arrays.items()
    }


def point_for(rng: Random, *terms: Term) -> dict[str, Any]:
    made_for.append(terms)
    nodes = parts(*terms)
    point = random_point(nodes, generic_sizes(nodes), rng)
    found = arrays_at(point)
    return {s.plain: found[s] for s in free_symbols(*terms) if not is_index(s)}


def called(term: Term | tuple[Term, ...], backend: str, arrays: dict[str, Any]) -> Any:
    compiled = gd.compile(term, backend=backend)
    with np.errstate(all="ignore"):
        result = compiled(**arrays)
    return tuple(np.asarray(r) for r in result) if isinstance(term, tuple) else np.asarray(result)


def needs(backend: str) -> None:
    """Skip where a target's library is missing; JAX works in double precision."""
    if backend == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    if backend == "torch":
        pytest.importorskip("torch")


def assert_agrees(term: Term, backend: str, arrays: dict[str, Any], tolerance: float = 1e-9) -> None:
    mine = {s.plain: arrays[s.plain] for s in free_symbols(term) if not is_index(s)}
    try:
        wanted = np.asarray(term.evaluate(**mine))
    except EvaluationError as error:
        # A size that no argument tells (or only by a product of sizes) is told to the evaluator.
        assert "size of the dimension" in str(error), error
        try:
            got = called(term, backend, mine)
        except gd.GradatimError as other:
            assert re.search("occurs in no argument|without an array among the arguments", str(other)), other
            return
        wanted = np.asarray(evaluate(term, mine, generic_sizes(parts(*made_for[-1]))))
    else:
        got = called(term, backend, mine)
    assert got.shape == wanted.shape, f"{term}: shape {got.shape}, not {wanted.shape}"
    finite = np.isfinite(wanted)
    scale = np.max(np.abs(wanted[finite])) if finite.any() else 1.0
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=max(tolerance * scale, 1e-11), err_msg=str(term))
