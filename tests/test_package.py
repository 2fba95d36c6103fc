"""The package as it is imported: light, complete, and with verbs that keep their names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import gradatim as gd

ROOT = Path(__file__).parent.parent


def python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_loads_nothing_heavy() -> None:
    heavy = "numpy flint rich jax sympy torch opt_einsum".split()
    assert python(f"import sys, gradatim; print([m for m in {heavy!r} if m in sys.modules])") == "[]"


def test_deriving_loads_no_extra() -> None:
    extras = "rich jax sympy torch opt_einsum pytest".split()
    code = f"import sys, gradatim as gd; x = gd.vector('x', 'n'); print(gd.gradient(x.T @ x, x)); print([m for m in {extras!r} if m in sys.modules])"
    assert python(code, PYTHONIOENCODING="utf-8").splitlines() == ["2 x", "[]"]


@pytest.mark.parametrize("name", gd.__all__)
def test_every_name_is_there_and_explains_itself(name: str) -> None:
    value = getattr(gd, name)
    assert not isinstance(value, ModuleType), f"gd.{name} is a room of the package, not a verb"
    assert value.__doc__, f"gd.{name} needs a docstring"
    assert name in dir(gd)


def test_a_verb_keeps_its_name_beside_a_room_of_the_same_name() -> None:
    code = "import gradatim.derive, gradatim.index.lower, gradatim as gd; print(gd.index('i', 'N'))"
    assert python(code) == "i"


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        gd.nonsense  # noqa: B018


def test_errors_are_one_tree() -> None:
    for name in gd.__all__:
        value = getattr(gd, name)
        if isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, gd.GradatimError)


def test_output_does_not_depend_on_the_hash_seed() -> None:
    code = Path(ROOT / "examples" / "tour.py").read_text(encoding="utf-8")
    outputs = {python(code, PYTHONHASHSEED=seed, PYTHONIOENCODING="utf-8") for seed in ("0", "1", "12345")}
    assert len(outputs) == 1
