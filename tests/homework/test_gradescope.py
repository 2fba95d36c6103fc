"""The autograder, run in Gradescope's layout in a folder of our own."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from submissions import HOMEWORK

from gradatim.cli import main
from gradatim.homework.autograder import FEEDBACK, as_results
from gradatim.homework.grade import Grader
from gradatim.homework.grading import graded, grader_for, made_with
from gradatim.write.text import text

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Gradescope's images are POSIX systems")
SUBMISSION = HOMEWORK.with_name("submission.md")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    assert main(["gradescope", str(HOMEWORK), "-o", str(path)]) == 0
    return path


def unpacked(archive: Path, root: Path) -> Path:
    """Gradescope's layout: the zip in `source`, `run_autograder` beside it, empty `submission` and `results`."""
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(archive) as file:
        file.extractall(root / "source")
        for info in file.infolist():
            (root / "source" / info.filename).chmod(info.external_attr >> 16 & 0o777)
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    return root


def run(root: Path, python: str = sys.executable) -> dict[str, Any]:
    environment = {"PATH": os.environ["PATH"], "GRADATIM_PYTHON": python, "HOME": str(root)}
    done = subprocess.run([str(root / "run_autograder")], cwd="/", env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    return found


def test_the_root_of_the_zip(archive: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        modes = {i.filename: stat.S_IMODE(i.external_attr >> 16) for i in file.infolist()}
    assert modes["setup.sh"] & 0o111 and modes["run_autograder"] & 0o111 and not modes["config.json"] & 0o111
    assert "src/gradatim/__init__.py" in modes and not any("__pycache__" in name for name in modes)


def test_the_same_zip_again(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    assert main(["gradescope", str(HOMEWORK), "-o", str(again)]) == 0
    assert again.read_bytes() == archive.read_bytes()


def test_scripts_are_shell(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        for name in ("setup.sh", "run_autograder"):
            (tmp_path / name).write_bytes(file.read(name))
            assert subprocess.run(["bash", "-n", str(tmp_path / name)]).returncode == 0


def test_a_submission_is_graded(archive: Path, tmp_path: Path) -> None:
    root = unpacked(archive, tmp_path / "autograder")
    shutil.copy(SUBMISSION, root / "submission" / "my answers.md")
    (root / "submission" / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    # Names and e-mails: not to be read, so not to matter even where they are no JSON.
    (root / "submission_metadata.json").write_text("{not json", encoding="utf-8")
    found = run(root)
    tests = {t["number"]: t for t in found["tests"]}
    assert list(tests) == ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1"]
    assert tests["1.1"]["score"] == 3 and tests["1.1"]["status"] == "passed" and tests["1.1"]["max_score"] == 3
    assert tests["2.1"]["score"] == 3.75 and tests["2.1"]["status"] == "failed"
    assert "score" not in tests["3.1"] and "3.1" in found["output"]
    assert found["score"] == sum(t.get("score", 0) for t in found["tests"])
    assert found["stdout_visibility"] == "hidden" and all(t["output_format"] == "text" for t in tests.values())
    assert "sign" not in tests["2.1"]["output"] and not (tmp_path / "ran").exists()


def test_what_is_no_text_is_told_kindly(archive: Path, tmp_path: Path) -> None:
    root = unpacked(archive, tmp_path / "autograder")
    (root / "submission" / "scan.pdf").write_bytes(b"%PDF-1.7")
    found = run(root)
    assert "no file of text" in found["output"] and all("score" not in t for t in found["tests"])


def test_results_are_written_where_nothing_can_run(archive: Path, tmp_path: Path) -> None:
    root = unpacked(archive, tmp_path / "autograder")
    (root / "source" / "config.json").write_text("{", encoding="utf-8")
    found = run(root)
    assert found["tests"] == [] and "no mark" in found["output"]


@pytest.mark.parametrize("feedback", FEEDBACK)
def test_feedback(feedback: str) -> None:
    grader = grader_for(HOMEWORK)
    results = as_results(graded(grader, SUBMISSION.read_bytes(), "s.md", made_with(grader)), feedback)
    told = json.dumps(results["tests"], ensure_ascii=False)
    tests = {t["number"]: t for t in results["tests"]}
    wanted = grader.asked[3].target
    assert wanted is not None
    right = text(wanted.right)
    assert (right in tests["2.1"]["output"]) == (feedback == "full")
    assert ("sign" in tests["2.1"]["output"]) == (feedback in ("hint", "full"))
    assert {t["visibility"] for t in results["tests"]} == {{"none": "hidden", "full": "after_published"}.get(feedback, "visible")}
    if feedback == "none":
        assert all(t["output"] == "" for t in results["tests"]) and "1.1" in results["output"]
    assert "\x1b" not in told


def test_a_missing_derivation_is_told() -> None:
    document = "Let $x$ be a vector and $f = x^T x$.\n\n1. (2 points) Find the gradient of $f$ with respect to $x$. Show your derivation.\n"
    sheet = Grader(document).grade("$2x$")
    (test,) = as_results(sheet, "verdict")["tests"]
    assert test["score"] == 1 and test["output"].splitlines()[-1] == "No derivation was found."


def test_the_side_file_goes_along(tmp_path: Path) -> None:
    document, zipped = tmp_path / "hw.md", tmp_path / "a.zip"
    document.write_text(
        "Let $A$ be a square matrix and $x$ a vector, $f = x^T A x$.\n\n1. (2 points) Find the gradient of $f$ with respect to $x$.\n",
        encoding="utf-8",
    )
    document.with_name("hw.gradatim.toml").write_text(
        'given = "$A$ is \\"symmetric\\"."\n[questions."1"]\ngiven = "$A$ is a symmetric matrix."\n', encoding="utf-8"
    )
    assert main(["gradescope", str(document), "-o", str(zipped)]) == 0
    root = unpacked(zipped, tmp_path / "autograder")
    again = grader_for(root / "source" / "homework.md", root / "source" / "rubric.toml")
    assert made_with(again) == made_with(grader_for(document))
