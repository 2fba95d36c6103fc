"""What a person meets on the first day: slips of the keyboard, files from other programs, a forgotten option."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradatim import cli

HOMEWORK = "# Sheet\n\n1. (2 points) Find the gradient of $f(x) = \\|x\\|^2$.\n2. (3 points) Find the gradient of $g(x) = a^T x$ by $x$.\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.main(arguments)
    out = capsys.readouterr()
    return status, out.out, out.err


def test_options_may_stand_between_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet, rubric = tmp_path / "hw.md", tmp_path / "mine.toml"
    sheet.write_text(HOMEWORK, encoding="utf-8")
    answers = [tmp_path / name for name in ("a.md", "b.md")]
    for path in answers:
        path.write_text("1. $2x$\n2. $a$\n", encoding="utf-8")
    assert run(capsys, "grade", str(sheet), "--init", "--rubric", str(rubric))[0] == 0
    status, out, _ = run(capsys, "grade", str(sheet), "--rubric", str(rubric), *map(str, answers), "--no-journal")
    assert status == 0 and "a.md" in out and "b.md" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["derive", "x^T", "A", "x", "--wrt", "x"], "needs quotes"),
        (["derive", "x^2", "--steps"], "did you mean --style?"),
        (["derive", "x^2", "-wrt", "x"], "did you mean --wrt?"),
        (["drive", "x^2"], "did you mean derive?"),
        (["x^T A x"], "gradatim derive"),
        (["--frobnicate"], "no option --frobnicate"),
        (["grade"], "required: DOCUMENT"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2 and not out and said in err
    assert len(err.splitlines()) == 2, "a usage and a sentence, no page"


def test_a_formula_with_a_minus_in_front_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    for formula in ("-x", "-x^2", "-x'Ax"):
        assert run(capsys, "derive", formula, "--wrt", "x", "--to", "latex")[0] == 0


def test_the_variables_are_named_where_one_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "derive", "x^T A x")
    assert status == 2 and "--wrt" in err and "there are x, A" in err


def test_the_only_variable_needs_no_name_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "derive", "y = 3x^2 + 2x")
    assert status == 0 and "6 x + 2" in out and "assumed: differentiated by x, the only name in it" in out


def test_documents_and_sentences_are_sent_to_solve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "hw.md"
    sheet.write_text(HOMEWORK, encoding="utf-8")
    for asked in (str(sheet), "compute the gradient of the following functions of x"):
        status, _, err = run(capsys, "derive", asked)
        assert status == 2 and "gradatim solve" in err


def test_an_answer_may_stand_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("r = Ax - b\ndf/dx = 2 A^T r\n= 2A^T(Ax - b)\n", encoding="utf-8")
    asked = ["--of", "||Ax-b||^2", "--wrt", "x"]
    status, out, _ = run(capsys, "check", str(path), *asked)
    assert status == 0 and out.startswith("right") and "derivation: holds" in out
    status, _, err = run(capsys, "check", str(tmp_path / "no.txt"), *asked)
    assert status == 2 and "no such file" in err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_other_programs_are_read(encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "hw.md"
    sheet.write_bytes(("Übung, gestellt für alle\n\n" + HOMEWORK).replace("\n", "\r\n").encode(encoding))
    status, out, _ = run(capsys, "solve", str(sheet), "--style", "none")
    assert status == 0 and "2 x" in out
    assert ("read as Windows-1252" in out) == (encoding == "cp1252")


def test_damaged_utf8_is_not_taken_for_another_encoding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "hw.md"
    sheet.write_bytes("Find the gradient of $λ x^T x$ by $x$.".encode() + b"\xe9")
    status, _, err = run(capsys, "solve", str(sheet))
    assert status == 2 and "not UTF-8" in err


def test_a_full_disk_is_the_outputs_fault() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gradatim", "derive", "x^2", "--wrt", "x"], stdout=full, stderr=subprocess.PIPE, env=os.environ
        )
    assert done.returncode == 2 and b"the output" in done.stderr


def test_text_needs_neither_numpy_nor_mathml() -> None:
    code = "import sys; from gradatim.cli import main; main(['derive', 'x^2', '--wrt', 'x']); print({'numpy', 'latex2mathml'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.endswith("set()\n")


def test_one_operation_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "ops", "inverse")
    assert status == 0 and out.startswith("inverse: ") and "∂f[i,j]/∂X[p,q] = −f[i,p] f[q,j]" in out and "np.linalg.inv" in out
    status, out, _ = run(capsys, "ops", "det", "tr", "--table", "code", "--to", "text")
    assert [line.split()[0] for line in out.splitlines()] == ["operation", "trace", "det"]
    status, _, err = run(capsys, "ops", "sofmax")
    assert status == 2 and "did you mean softmax" in err


def test_many_guesses_of_one_kind_stand_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    formula = "+".join(f"x^T A_{k} x" for k in range(6))
    _, out, _ = run(capsys, "derive", formula, "--wrt", "x")
    assert "assumed: A₀, A₁, A₂, A₃, A₄, A₅ are each an n × n matrix" in out and "assumed: x is a column vector of n" in out
    assert "$A_5$ is a matrix" in out, "each can still be settled"


def test_an_error_of_a_question_stands_under_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "hw.md"
    sheet.write_text(
        "Let $A$ be an m × n matrix.\n\n1. Find the gradient of $\\operatorname{tr}(A X A)$ by $X$.\n", encoding="utf-8"
    )
    status, out, _ = run(capsys, "solve", str(sheet))
    lines = out.splitlines()
    place = next(k for k, line in enumerate(lines) if "no answer" in line)
    assert status == 1 and all(line.startswith("    ") for line in lines[place : place + 3])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("A symetric", "did you mean `A symmetric`?"),
        ("A is sym", "did you mean `A is symmetric`?"),
        ("A pos def", "did you mean `A positive definite`?"),
        ("x is a vecotr", "did you mean `x is a vector`?"),
        ("A = A^T", "write formulas between dollars: `$A = A^T$`"),
    ],
)
def test_a_declaration_that_says_nothing_says_what_was_meant(given: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "derive", "x^T A x", "--wrt", "x", "--given", given)
    assert status == 2 and not out and meant in err


@pytest.mark.parametrize(
    "given", ["derivative w.r.t. x", "with respect to $x$", "where * is multiplication of one entry by another"]
)
def test_a_sentence_that_declares_nothing_of_the_letters_is_no_obstacle(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "derive", "x^T A x", "--wrt", "x", "--given", given)
    assert status == 0 and "(A + Aᵀ) x" in out
    assert ("nothing is declared by" in out) == ("where" in given)


def test_complex_declarations_are_said_to_be_taken_as_real(capsys: pytest.CaptureFixture[str]) -> None:
    given = r"$A \in \mathbb{C}^{m \times n}$, $x \in \mathbb{R}^n$"
    status, out, _ = run(capsys, "derive", r"\|Ax\|^2", "--wrt", "x", "--given", given)
    assert status == 0 and "taken as real" in out
