"""What must not be in the repository: unfinished marks, paths of one machine, files that are not text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLACES = ("src", "tests", "docs", "examples", ".ci")
ENDINGS = {".py", ".md", ".toml", ".tex", ".txt", ".html", ".css", ".js", ".json", ""}
FILES = sorted(
    p
    for p in [*ROOT.glob("*"), *(q for place in PLACES for q in (ROOT / place).rglob("*"))]
    if p.is_file() and p.suffix in ENDINGS and "__pycache__" not in p.parts and p not in (Path(__file__), ROOT / ".git")
)

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE = re.compile(r"(?<![\w.])/(?:tmp|work|home|root|Users)/\w")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_nothing_unfinished_and_no_path_of_a_machine(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for pattern in (UNFINISHED, MACHINE):
            found = pattern.search(line)
            assert found is None, f"{path.relative_to(ROOT).as_posix()}:{number}: {found.group()!r}"  # type: ignore[union-attr]


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or text.lstrip().startswith(('"""', 'r"""')), f"{path.name} needs a docstring"
