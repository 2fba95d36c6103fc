"""The map of the package: every file of `src/` with its idea, and no name of a file in the architecture that is not there."""

from __future__ import annotations

import ast
import re
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "gradatim"
PAGE = ROOT / "docs" / "map.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
FILES = sorted(SRC.rglob("*.py"), key=lambda p: (p.parent != SRC, p.parent, p.name))
LONGEST = 420


def idea(path: Path) -> str:
    """The first paragraph of the docstring, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def page() -> str:
    lines = [
        "# The map",
        "",
        "Every file with its idea, package by package; [the architecture](architecture.md) says how they work together. The lines are the",
        "first words of the files themselves (`pytest tests/test_map.py --update-goldens` writes this page anew).",
    ]
    for package, files in groupby(FILES, key=lambda p: p.parent):
        held = list(files)
        name = package.relative_to(SRC).as_posix()
        lines += ["", "## " + ("The top" if name == "." else f"{name}"), ""]
        start = next(p for p in held if p.name == "__init__.py")
        lines += [idea(start), ""] + [f"- `{p.stem}`: {idea(p)}" for p in held if p is not start]
    return "\n".join(lines) + "\n"


def test_the_map_is_up_to_date(update_goldens: bool) -> None:
    if update_goldens:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/map.md is out of date: pytest tests/test_map.py --update-goldens"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SRC).as_posix())
def test_an_idea_is_told_in_a_sentence_or_two(path: Path) -> None:
    assert 0 < len(idea(path)) <= LONGEST, f"{path.name}: the first paragraph of its docstring is its line in the map"


def sections() -> list[tuple[str, str]]:
    """The packages that the architecture tells of, with what it says."""
    text = ARCHITECTURE.read_text(encoding="utf-8").split("\n## Decisions")[0]
    return re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL)


def test_every_package_has_its_section() -> None:
    packages = {p.parent.name for p in FILES if p.name == "__init__.py" and p.parent != SRC}
    assert packages == {name for name, _ in sections()}


@pytest.mark.parametrize(("package", "text"), sections(), ids=[name for name, _ in sections()])
def test_the_architecture_names_files_that_are_there(package: str, text: str) -> None:
    known = {p.stem for p in (SRC / package).rglob("*.py")} | {p.stem for p in SRC.glob("*.py")}
    known |= {f"{p.parent.name}/{p.stem}" for p in FILES}
    named = [word for word in re.findall(r"`([^`]+)`", text) if re.fullmatch(r"[a-z_/]+", word)]
    missing = [word for word in named if word not in known]
    assert not missing, f"docs/architecture.md, {package}: no file is called {', '.join(missing)}"
