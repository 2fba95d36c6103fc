"""`gradatim check` and `gradatim equal`: what they print and the status they end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradatim.cli import main

OF = ("--of", r"\|Ax-b\|^2", "--wrt", "x")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("2A^T(Ax-b)", *OF), 0),
        (("2A^T(Ax+b)", *OF), 1),
        (("2A^T(Ax-b", *OF), 2),
        (("2A^T(Ax-q)", *OF), 2),
        (("x", "--of", "x^T (", "--wrt", "x"), 2),
        ((r"\nabla_X a^T X b = a b^T",), 0),
        (("x^T x",), 2),
        (("x", "--wrt", "x"), 2),
    ],
)
def test_status(arguments: tuple[str, ...], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *arguments]) == status
    assert "Traceback" not in capsys.readouterr().err


def test_the_answer_is_shown_only_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "A^T(Ax-b)", *OF])
    out = capsys.readouterr().out
    assert "½ times" in out and "kind: factor" in out and "A: " in out and "assumed: " in out
    assert "2 Aᵀ" not in out
    main(["check", "A^T(Ax-b)", *OF, "--reveal"])
    assert "2 Aᵀ(A x − b)" in capsys.readouterr().out


def test_hints_come_one_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "A^T(Ax-b)", *OF, "--hint", "1"])
    assert capsys.readouterr().out.splitlines() == ["wrong", "hint 1: a constant factor is wrong"]
    main(["check", "A^T(Ax-b)", *OF, "--hint", "4"])
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "-2A^T(Ax-b)", *OF, "--json"])
    data = json.loads(capsys.readouterr().out)
    assert (data["version"], data["outcome"], data["mistake"]) == (1, "wrong", "sign")
    assert "expected" not in data


def test_a_derivation_on_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        class buffer:
            @staticmethod
            def read(_n: int) -> bytes:
                return rb"r = Ax - b \\ \nabla_x f = A^T r \\ = A^TAx - A^Tb"

    monkeypatch.setattr("sys.stdin", Input)
    assert main(["check", "-", "--of", r"f = \|Ax-b\|^2", "--wrt", "x"]) == 1
    out = capsys.readouterr().out
    assert "derivation: slip, first in line 2" in out and "follows" in out


def test_a_file_of_claims(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# Notes\n\n$$\\nabla_x x^Tx = 2x$$\n\n  $$\\nabla_x x^Tx = x$$\n", encoding="utf-8")
    assert main(["check", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}:3:3: holds") and lines[1].startswith(f"{path}:5:5: doubtful")
    assert lines[2] == "2 claims: 1 holds, 1 doubtful, 0 not read"


@pytest.mark.parametrize(
    ("a", "b", "status"),
    [("X^{-T}", "(X^{-1})^T", 0), ("AB", "BA", 1), ("AB", "(", 2), (r"\mathrm{tr}(AB)", r"\mathrm{tr}(BA)", 0)],
)
def test_equal(a: str, b: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["equal", a, b, "--given", "A, B are n x n matrices"]) == status
    capsys.readouterr()
    if status < 2:
        main(["equal", a, b, "--given", "A, B are n x n matrices", "--json"])
        assert json.loads(capsys.readouterr().out)["version"] == 1
