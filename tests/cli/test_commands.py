"""The command line as a person meets it: output, exit status, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from gradatim import cli
from gradatim.commands import bench, ops
from gradatim.ops import dictionary

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "operations.md"


def gradatim(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gradatim", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def took(*arguments: str) -> float:
    """Processor seconds, which other work on the machine does not lengthen."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments], env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_and_import_are_quick() -> None:
    bare = median(took("-c", "pass") for _ in range(3))
    assert min(took("-m", "gradatim", "--help") for _ in range(3)) - bare < 0.3
    assert min(took("-c", "import gradatim") for _ in range(3)) - bare < 0.15


def test_every_command_is_there_and_explains_itself() -> None:
    modules = {p.stem for p in (ROOT / "src/gradatim/commands").glob("*.py")} - {
        "__init__",
        "screen",
        "forms",
        "steps",
        "kinks",
        "maps",
        "several",
        "tied",
    }
    assert set(cli.COMMANDS) == modules
    for command in cli.COMMANDS:
        done = gradatim(command, "--help")
        assert done.returncode == 0 and command in done.stdout and not done.stderr
        assert "--json" in done.stdout


def test_the_autograder_is_told_as_data(tmp_path: Path) -> None:
    file = tmp_path / "autograder.zip"
    done = gradatim("gradescope", str(ROOT / "examples/homework.md"), "-o", str(file), "--json")
    told = json.loads(done.stdout)
    assert told["file"] == str(file) and file.exists()
    # The six questions of the example, of 3, 3, 4, 5, 5 and 5 points.
    assert (told["questions"], told["points"], told["feedback"]) == (6, 25.0, "verdict")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["ops", "--table", "nonsense"], ["--nonsense"], ["bench", "x"], ["ops", "--to"]]
)
def test_what_is_not_understood_is_said_in_one_line(arguments: list[str]) -> None:
    done = gradatim(*arguments)
    assert done.returncode == 2 and not done.stdout
    assert "Traceback" not in done.stderr and "error:" in done.stderr


def test_no_command_prints_the_help() -> None:
    assert gradatim().stdout == gradatim("--help").stdout


def test_version() -> None:
    assert re.fullmatch(r"gradatim \d+\.\d+\.\d+\n", gradatim("--version").stdout)


def test_a_reader_that_stops_early_is_no_error() -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m gradatim ops | head -n 1',
        shell=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.startswith("operation") and not done.stderr


def test_an_ascii_terminal_is_no_error() -> None:
    done = gradatim("ops", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0 and "\\u2202" in done.stdout


@pytest.mark.parametrize("table", sorted(ops.TABLES))
def test_ops_lists_the_whole_dictionary(table: str) -> None:
    found = json.loads(gradatim("ops", "--table", table, "--json").stdout)
    assert found["version"] == 1
    assert [row["operation"] for row in found["operations"]] == list(dictionary())


def test_output_does_not_depend_on_the_hash_seed() -> None:
    outputs = {gradatim("ops", PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "4711")}
    assert len(outputs) == 1


def test_bench_measures_every_single_problem() -> None:
    for make in bench.single():
        timing = bench.measured(make)
        assert not timing.problem and timing.median > 0 and timing.nodes > 1, timing


def test_bench_stops_where_a_size_took_too_long() -> None:
    slow = bench.Timing(bench.trace_power("", 1, 1), 1e9, 1e9, None, 1)
    assert "not run" in bench.measured(lambda mark: bench.trace_power(mark, 12, 1), slow).problem


HEADS = {
    "derivative": "Every operation that can be differentiated, its derivative, the name of the rule and where it is stated. `f` is the "
    "value of the operation itself, an index that is not on the left is summed, δ is Kronecker's delta.",
    "shape": "What goes in and what comes out.",
    "laws": "How each operation depends on its arguments, what they need to be, what is known of the result always, and what it takes over "
    "from its arguments.",
    "notation": "How each operation is written and read.",
    "code": "Source text in NumPy; {0} and {1} are the arguments.",
}


def page() -> str:
    parts = [
        "# Operations",
        "This page is what `gradatim ops --table TABLE --to markdown` prints for each table; a test keeps it so "
        "(`pytest --update-goldens` writes it anew).",
    ]
    for table, words in HEADS.items():
        parts += [f"## {table.capitalize()}", words, ops.render(ops.rows(table), "markdown", table)]
    return "\n\n".join(parts) + "\n"


def test_the_page_has_every_table() -> None:
    assert set(HEADS) == set(ops.TABLES)


def test_the_page_of_operations_is_up_to_date(update_goldens: bool) -> None:
    if update_goldens:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/operations.md is out of date: pytest tests/cli --update-goldens"


def test_derive_answers_a_formula() -> None:
    done = gradatim("derive", r"\|Ax-b\|^2", "--wrt", "x", "--given", "A is an m × n matrix, b is a vector", "--json")
    found = json.loads(done.stdout)
    assert found["version"] == 1 and found["answer"]["shape"] == ["n"] and found["answer"]["matrix_form"] is True
    assert found["answer"]["text"] == "2 Aᵀ(A x − b)"


def test_solve_answers_every_question_of_the_example() -> None:
    done = gradatim("solve", "examples/homework.md", "--json")
    questions = json.loads(done.stdout)["questions"]
    assert done.returncode == 0 and questions and all(q["answer"] for q in questions)


@pytest.mark.parametrize(
    "arguments",
    [
        ["derive", "{x", "--wrt", "x"],
        ["derive", "", "--wrt", "x"],
        ["derive", "x^2", "--wrt", "q"],
        ["derive", "no/such/file.tex", "--wrt", "x"],
        ["derive", "x^2", "--wrt", "x", "--wrt", "x", "--order", "1"],
        ["solve", "no/such/file.md"],
        ["solve", "docs"],
        ["solve", "LICENSE\x00"],
        ["solve", "-"],
    ],
)
def test_bad_input_is_one_clear_message(arguments: list[str]) -> None:
    if any("\x00" in a for a in arguments):
        assert cli.main(arguments) == 2
        return
    done = gradatim(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("gradatim: ") and "Traceback" not in done.stderr and "fault" not in done.stderr
