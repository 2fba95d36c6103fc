"""A traced function's formula beside the function itself, by value: what it is, and its slope along a random direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.term import Term

STEP = 1e-6


def agrees(
    f: Callable[..., Any],
    shapes: Mapping[str, str | int | tuple[str, ...]],
    sizes: Mapping[str, int],
    seed: int,
    rel: float = 1e-9,
    slope_rel: float = 2e-5,
) -> None:
    """At entries between 0.2 and 0.9; the slopes by differences, for each argument."""
    names = f.__code__.co_varnames[: f.__code__.co_argcount]
    term = gd.from_function(f, shapes={n: shapes[n] for n in names})
    rng = np.random.default_rng(seed)
    axes = {n: d if isinstance(d := shapes[n], tuple) else (d,) for n in names}
    arrays = {n: rng.uniform(0.2, 0.9, size=[d if isinstance(d, int) else sizes[d] for d in axes[n]]) for n in names}

    def value(of: Term) -> Any:
        compiled = gd.compile(of, sizes=dict(sizes))
        return compiled(**{n: arrays[n] for n in compiled.arguments})

    def at(by: str, moved: Any) -> float:
        # The function may write into what it is given.
        return float(f(**{n: a + moved if n == by else a.copy() for n, a in arrays.items()}))

    assert float(value(term)) == pytest.approx(at("", 0), rel=rel)
    for by in names:
        along = rng.normal(size=arrays[by].shape)
        slope = (at(by, STEP * along) - at(by, -STEP * along)) / (2 * STEP)
        assert slope == pytest.approx(float(np.sum(value(gd.derivative(term, by)) * along)), rel=slope_rel, abs=1e-6)
