"""Documents run: every Python and console example in the README and the docs is executed and gives what is printed there.

- A `python` block with `>>>` is a session; one without is a script. The blocks of a document share their names.
- In a `console` block a line that starts with `$ ` is a command, the lines up to the next one are its output.
- `sh` blocks (installing, running these tests) are not run here: CI runs the README's own test command.
"""

from __future__ import annotations

import doctest
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import gradatim
from gradatim.cli import COMMANDS

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(python|console)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
PROGRESS = re.compile(r"^graded (\d+) of (?!\1,)\d+,.*\n", re.MULTILINE)
TIMINGS = re.compile(r"\b\d+(\.\d+)?( ?)(ms|µs|s)\b")


def blocks(path: Path, language: str) -> list[tuple[int, str]]:
    """The line and the body of every block of a language."""
    text = path.read_text(encoding="utf-8")
    return [(text.count("\n", 0, m.start(2)) + 1, m[2]) for m in BLOCK.finditer(text) if m[1] == language]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_python_blocks(path: Path) -> None:
    names: dict[str, object] = {"__name__": "__example__"}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS, verbose=False)
    report: list[str] = []
    for line, body in blocks(path, "python"):
        if ">>>" in body:
            test = doctest.DocTestParser().get_doctest(body, names, name_of(path), str(path), line - 1)
            runner.run(test, out=report.append, clear_globs=False)
            names = test.globs
        else:
            exec(compile("\n" * (line - 1) + body, str(path), "exec"), names)
    assert not report, "".join(report)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which `gradatim` and `python` are this tree's."""
    folder = tmp_path_factory.mktemp("bin")
    for name, arguments in (("gradatim", " -m gradatim"), ("python", "")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n', encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONIOENCODING": "utf-8",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_console_blocks(path: Path, environment: dict[str, str]) -> None:
    for line, body in blocks(path, "console"):
        for command, expected in sessions(body):
            done = subprocess.run(
                command,
                shell=True,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                stdin=subprocess.DEVNULL,
            )
            printed = done.stdout + done.stderr
            assert without_timings(printed) == without_timings(expected), f"{name_of(path)}:{line}: $ {command}\n{printed}"


def sessions(body: str) -> list[tuple[str, str]]:
    """Commands and their output."""
    found: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            assert found, f"output before the first command: {line!r}"
            found[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in found]


def without_timings(text: str) -> str:
    """Times differ from run to run, and so does how often a slow run tells how far it is; everything else must not."""
    return "\n".join(line.rstrip() for line in TIMINGS.sub("…", PROGRESS.sub("", text)).strip().splitlines())


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for match in LINK.finditer(path.read_text(encoding="utf-8")):
        assert (path.parent / match[1]).exists(), f"{name_of(path)} links to {match[1]}, which is not there"


def test_ci_runs_the_command_of_the_readme() -> None:
    found = re.findall(r"^(.*?) +# run the tests$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == 1, "README.md needs exactly one line that ends in '# run the tests'"
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


INLINE = re.compile(r"(?<!`)`(gradatim [^`\n]+)`")
SH = re.compile(r"^```sh\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"\bgd\.([a-z]\w*)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_commands_within_a_line_exist(path: Path, environment: dict[str, str]) -> None:
    """Their options are options of the command; where they name files of the examples, they run."""
    for command in INLINE.findall(path.read_text(encoding="utf-8")):
        words = command.split()
        if words[1] == "COMMAND":
            continue
        assert words[1] in COMMANDS, f"{name_of(path)}: `{command}`"
        shown = subprocess.run(
            [sys.executable, "-m", "gradatim", words[1], "--help"],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout
        assert all(w in shown for w in words if w.startswith("--")), f"{name_of(path)}: `{command}`"
        if any(w.startswith("examples/") for w in words):
            done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0 and done.stdout, f"{name_of(path)}: `{command}`\n{done.stderr}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_names_of_the_package_exist(path: Path) -> None:
    missing = {n for n in NAME.findall(path.read_text(encoding="utf-8")) if not hasattr(gradatim, n)}
    assert not missing, f"{name_of(path)} speaks of {', '.join(sorted(missing))}"


def test_what_the_first_command_of_the_readme_runs(environment: dict[str, str]) -> None:
    """Its last part, in this tree: the environment and the installation are made by ./check, and tested by test_package."""
    lines = [
        line.split("#")[0].strip()
        for block in SH.findall((ROOT / "README.md").read_text(encoding="utf-8"))
        for line in block.splitlines()
    ]
    ran = [part.strip().removeprefix(".venv/bin/") for line in lines for part in line.split("&&") if "bin/gradatim" in part]
    assert ran, "README.md shows no command that runs the product"
    for command in ran:
        done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0 and "shape check" in done.stdout, f"$ {command}\n{done.stderr}"
