"""Random expressions, their gradients and Hessians: generated code against the evaluator."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from compile.agree import assert_agrees, needs, point_for
from fuzz.generate import Generator
from gradatim.derive import derivative
from gradatim.errors import GradatimError
from gradatim.term import Symbol, Term, free_symbols, is_index, substitute, walk
from gradatim.types import Type, matrix, vector
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.value.precision import workprec


def terms(rng: Random) -> list[Term]:
    """A random function with what it gives when it is differentiated."""
    f = Generator(rng).term(rng.choice([Type(), Type(), vector("n"), matrix("m", "n")]), rng.randint(2, 4))
    # The generator declares no symmetric matrices, and plans for them differ.
    square = [s for s in free_symbols(f) if s.rank == 2 and s.type.axes[0] == s.type.axes[1] and not s.type.facts]
    chosen = [s for s in square if rng.random() < 0.5]
    f = substitute(f, {s: Symbol(s.name, replace(s.type, facts=frozenset({"symmetric"}))) for s in chosen})
    variables = [s for s in free_symbols(f) if not is_index(s)]
    out = [f]
    if variables and f.is_scalar:
        x = rng.choice(variables)
        try:
            out.append(derivative(f, x, verified=False))
            out.append(derivative(f, x, x, verified=False))
        except GradatimError:
            pass
    return out


def exact(f: Term, arrays: dict[str, Any]) -> Any:
    """The value in ball arithmetic: the evaluator works in doubles, and cancels where compiled code does not."""
    with workprec(2000):
        ring = Balls()
        symbols = {s: np.asarray(arrays[s.plain], float) for s in free_symbols(f)}
        sizes = {str(d): n for s, a in symbols.items() for d, n in zip(s.type.axes, a.shape)}
        given = {s: ring.array(a.shape, [Fraction(float(x)) for x in a.ravel()]) for s, a in symbols.items()}
        value = run(f, ring, given, sizes)
        return np.array([float(x) for x in value.data]).reshape(value.shape)


def touchy(f: Term, arrays: dict[str, Any]) -> bool:
    """Whether rounding alone may change the value: a part overflows, or the last digits of the arguments decide."""
    value = np.asarray(f.evaluate(**arrays))
    if not np.allclose(value, exact(f, arrays), rtol=1e-7, atol=0):
        return True
    moved = np.asarray(f.evaluate(**{n: np.asarray(a) * (1 + 1e-11) for n, a in arrays.items()}))
    if not np.allclose(value, moved, rtol=1e-7, atol=0):
        return True
    for node in walk(f):
        if not node.indexed and node.args:
            try:
                part = np.asarray(node.evaluate(**{s.plain: arrays[s.plain] for s in free_symbols(node)}))
            except GradatimError:
                return True
            if not np.all(np.abs(part) < 1e200):
                return True
            # A power underflows in the evaluator where compiled code scales it first.
            exponent = getattr(getattr(node, "op", None), "name", "") in ("pnorm", "power", "hpower") and node.args[1]
            if isinstance(exponent, Term) and not exponent.indexed:
                held = {s.plain: arrays[s.plain] for s in free_symbols(exponent)}
                if abs(float(np.asarray(exponent.evaluate(**held)))) > 50:
                    return True
    return False


def tried(seed: str, backend: str) -> int:
    rng = Random(seed)
    done = 0
    for f in terms(rng):
        try:
            arrays = point_for(rng, f)
            value = np.asarray(f.evaluate(**arrays))
        except GradatimError:
            continue
        if not np.all(np.isfinite(value)) or np.max(np.abs(value)) > 1e8:
            continue
        try:
            assert_agrees(f, backend, arrays, 1e-6)
        except AssertionError:
            if not touchy(f, arrays):
                raise
            continue
        done += 1
    return done


@pytest.mark.parametrize("turn", range(40))
def test_numpy(turn: int, seed: int) -> None:
    print(f"seed {seed}:{turn}")
    tried(f"{seed}:{turn}", "numpy")


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
def test_more(backend: str, seed: int) -> None:
    needs(backend)
    done = 0
    for turn in range(400 if backend == "numpy" else 100):
        print(f"seed {seed}:{turn}")
        done += tried(f"{seed}:{turn}", backend)
    assert done > 100
