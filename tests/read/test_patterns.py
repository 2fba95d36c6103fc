"""Patterns that are compiled late are compiled patterns to whoever uses them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import gradatim
from gradatim.patterns import late

ROOT = Path(gradatim.__file__).parent


def test_a_late_pattern_has_the_methods_of_a_compiled_one() -> None:
    pattern = late(r"(\d+)x", re.I)
    assert pattern.search("a 12X")[1] == "12"  # type: ignore[index]
    assert pattern.sub(".", "3x4x") == ".."
    assert [m.group() for m in pattern.finditer("1x 2X")] == ["1x", "2X"]
    assert pattern.pattern == r"(\d+)x" and pattern.flags & re.I


FILES = [p for p in sorted(ROOT.rglob("*.py")) if "patterns import late" in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_late_pattern_is_one(path: Path) -> None:
    """A slip in a pattern would show when it is used, and not before."""
    module = __import__(".".join(("gradatim", *path.relative_to(ROOT).with_suffix("").parts)), fromlist=["_"])
    names = [
        target.id
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "late"
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert names
    for name in names:
        assert isinstance(re.compile(getattr(module, name).pattern, getattr(module, name).flags), re.Pattern)
