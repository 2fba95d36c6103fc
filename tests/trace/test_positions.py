"""Entries by position, selections by a condition, angles, singular values: against central differences of the function itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special as sc

import gradatim as gd
from gradatim.errors import GradatimError
from gradatim.term import free_symbols

SIZES = {"n": 5, "m": 4}
CASES: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("turned round", lambda x: np.sum(x[::-1] * np.exp(x)), {"x": "n"}),
    ("columns turned round", lambda x: np.sum(x[:, ::-1] * x**2), {"x": ("m", "n")}),
    ("flip of both axes", lambda x: np.sum(np.flip(x) * x**2), {"x": ("m", "n")}),
    ("quarter turn", lambda x: np.sum(np.rot90(x) * x.T**2), {"x": ("m", "n")}),
    ("steps", lambda x: np.sum(x[1::2] * x[:-1:2] ** 2), {"x": 6}),
    ("steps backwards", lambda x: np.sum(x[4:0:-2] ** 3), {"x": 6}),
    ("positions", lambda x: np.sum(x[[2, 0, 1]] * np.take(x, [0, 1, 2]) ** 2), {"x": "n"}),
    ("positions in both axes", lambda x: np.sum(x[np.triu_indices(3)] ** 2 * np.arange(1, 7)), {"x": (3, 3)}),
    ("rows by position", lambda x: np.sum(x[[1, 0]] ** 3), {"x": ("m", "n")}),
    ("repeated entries", lambda x: np.sum(np.repeat(x, 3) * np.tile(np.ones(1), 1)) + np.sum(np.repeat(x, 2)[1:] ** 2), {"x": "n"}),
    ("repeated rows", lambda x: np.sum(np.repeat(x, 2, axis=0)[1:] ** 2), {"x": ("m", "n")}),
    ("padded", lambda x: np.sum(np.diff(np.pad(x, (1, 2))) ** 2), {"x": "n"}),
    ("padded by the edge", lambda x: np.sum(np.diff(np.pad(x, 1, mode="edge")) ** 2 * 0.5), {"x": "n"}),
    ("inserted and deleted", lambda x: np.sum(np.insert(x, 1, 2.0) ** 2) + np.sum(np.delete(x, 0) ** 3), {"x": "n"}),
    ("grids", lambda x, y: np.sum(np.sin(np.meshgrid(x, y)[0] * np.meshgrid(x, y)[1])), {"x": "n", "y": "m"}),
    ("selected by values", lambda x: np.mean(np.log(x[x > 0.5]) ** 2), {"x": "n"}),
    ("selected by others", lambda x, y: x[y > 0.5] @ y[y > 0.5] + np.linalg.norm(x[y > 0.5]), {"x": "n", "y": "n"}),
    ("selected rows", lambda x, y: np.sum((x[y > 0.5] @ np.ones(SIZES["n"])) ** 2), {"x": (4, 5), "y": 4}),
    ("spread of a selection", lambda x: np.std(x[x > 0.3]) + np.prod(x[x > 0.5]), {"x": "n"}),
    ("angle", lambda x, y: np.sum(np.arctan2(x, y) * np.arctan2(y, -x)), {"x": "n", "y": "n"}),
    ("cardinal sine", lambda x: np.sum(np.sinc(x) ** 2), {"x": "n"}),
    ("normal tails", lambda x: np.sum(sc.log_ndtr(-x) + sc.erfcx(x)), {"x": "n"}),
    ("degrees", lambda x: np.sum(np.sin(np.deg2rad(40 * x))) + np.sum(np.degrees(x)), {"x": "n"}),
    ("chosen pieces", lambda x: np.sum(np.select([x < 0.4, x < 0.6], [x, x**2], x**3)), {"x": "n"}),
    ("piecewise", lambda x: np.sum(np.piecewise(x, [x < 0.5, x >= 0.5], [lambda t: -t, lambda t: t**2])), {"x": "n"}),
    ("correlation", lambda x, y: np.corrcoef(x, y)[0, 1], {"x": "n", "y": "n"}),
    ("largest eigenvalue of one triangle", lambda x: np.linalg.eigvalsh(x)[-1] + np.log(np.linalg.eigh(x)[0]).sum(), {"x": ("n", "n")}),
    ("spectral norm", lambda x: np.linalg.norm(x, 2), {"x": ("m", "n")}),
    ("nuclear norm", lambda x: np.linalg.norm(x, "nuc"), {"x": (4, 3)}),
    ("nuclear norm of a wide matrix", lambda x: np.sum(np.linalg.svd(x, compute_uv=False)), {"x": (3, 4)}),
    ("running products", lambda x: np.sum(np.cumprod(x)), {"x": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("function", "shapes"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_gradient(function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    f = gd.from_function(function, shapes=shapes)
    rng = np.random.default_rng(3)
    point = {n: drawn(rng, s) for n, s in shapes.items()}
    assert np.isclose(float(f.evaluate(**point)), float(function(**point)), rtol=1e-10)
    (x,) = (s for s in free_symbols(f) if s.name == "x")
    slope = gd.gradient(f, x)
    used = {s.name: point[s.name] for s in free_symbols(slope)}
    sizes = {k: n for k, n in SIZES.items() if any(k in (s if isinstance(s, tuple) else (s,)) for s in shapes.values())}
    got = gd.compile(slope, sizes=sizes)(**used)
    assert np.allclose(got, differences(function, point), rtol=1e-5, atol=1e-7)


def drawn(rng: np.random.Generator, shape: Any) -> Any:
    size = tuple(SIZES.get(d, d) for d in (shape if isinstance(shape, tuple) else (shape,)))
    a = rng.uniform(0.2, 0.9, size)
    return a + np.diag(np.arange(2.0, 2.0 + len(a))) if len(size) == 2 and size[0] == size[1] else a


def differences(function: Callable[..., Any], point: dict[str, Any]) -> Any:
    out, h = np.zeros_like(point["x"]), 1e-5
    for k in np.ndindex(*out.shape):
        step = np.zeros_like(out)
        step[k] = h
        ends = [float(function(**{**point, "x": point["x"] + s * step})) for s in (1, -1)]
        out[k] = (ends[0] - ends[1]) / (2 * h)
    return out


REFUSED: list[tuple[Callable[..., Any], str]] = [
    (lambda x: np.max(x[x > 0]), "selection"),
    (lambda x: np.sum(x[x > 0] * x), "selection"),
    (lambda x: x[x > 0][0], "selection"),
    (lambda x: np.sum(x[::2]), "every second of n entries"),
    (lambda x: np.sum(np.linalg.eigh(np.outer(x, x))[1]), "signs"),
]


@pytest.mark.parametrize(("function", "why"), REFUSED)
def test_refused(function: Callable[..., Any], why: str) -> None:
    with pytest.raises(GradatimError, match=why):
        gd.from_function(function, shapes={"x": "n"})
