"""What runs inside Gradescope's container: the files of one submission graded, the results in Gradescope's form.

Started as `python -m gradatim.homework.autograder ROOT SOURCE`. What is told depends on `feedback`: nothing but what was received,
the verdict and how the answer was read, a hint, or everything (shown after publication only).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from gradatim.errors import GradatimError
from gradatim.homework.batch import Batch, Limits, Submission
from gradatim.homework.grading import ENDINGS, grader_for, made_with, submission_bytes, submission_text
from gradatim.homework.sheet import Mark, Sheet, number
from gradatim.homework.sheet_text import facts, outcome, plain, shortened

FEEDBACK = ("none", "verdict", "hint", "full")
MAX_FILES = 50
SENTENCES = {
    "right": "Right.",
    "right up to layout": "Right, in another layout than the usual one.",
    "right under a condition": "Not right in general: under a condition only that is not given.",
    "wrong": "Not right yet.",
    "incomplete": "Not finished: the result that was asked for is not put together.",
    "blank": "No answer was found.",
    "unreadable": "The answer could not be read; a person will look at it.",
    "undecided": "Whether the answer is right could not be decided; a person will look at it.",
}


def main(arguments: list[str]) -> int:
    root, source = Path(arguments[0]), Path(arguments[1])
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    try:
        sheet = graded(root / "submission", source, config)
        results = as_results(sheet, config["feedback"])
    except GradatimError as error:
        print(f"gradatim: {error}", file=sys.stderr)
        results = failure("The submission could not be graded. This is no mark: a person will look at it.")
    write(results, root / "results" / "results.json")
    return 0


def graded(folder: Path, source: Path, config: dict[str, Any]) -> Sheet:
    grader = grader_for(source / config["document"], source / "rubric.toml")
    limits = Limits(1, float(config["seconds"]), int(config["megabytes"]))
    (sheet,) = Batch(grader, made_with(grader), limits, None, None).run([collected(folder)])
    return sheet


def collected(folder: Path) -> Submission:
    """All text files of a submission as one, in the order of their names."""
    files = sorted(
        p
        for p in folder.rglob("*")
        if p.is_file() and not any(x.startswith((".", "__MACOSX")) for x in p.relative_to(folder).parts)
    )
    texts = [p for p in files if p.suffix.lower() in ENDINGS][:MAX_FILES]
    if not texts:
        kinds = ", ".join(sorted({p.suffix.lower() or p.name for p in files})[:8])
        return Submission(
            "submission", b"", f"it has no file of text ({', '.join(ENDINGS)})" + (f"; there is {kinds}" if kinds else "")
        )
    try:
        if len(texts) == 1:
            return Submission(texts[0].name, submission_bytes(texts[0], folder))
        whole = "\n\n".join(submission_text(submission_bytes(p, folder), p.name) for p in texts)
        return Submission("submission.md", whole.encode())
    except GradatimError as error:
        return Submission("submission", b"", str(error).splitlines()[0])


def as_results(sheet: Sheet, feedback: str) -> dict[str, Any]:
    """The results in Gradescope's form. A question that waits for a person has no score of its own."""
    tests = [_test(q, feedback) for q in sheet.questions]
    decided = [q.points for q in sheet.questions if q.points is not None and not q.open]
    return {
        "score": number(sum(decided)) if decided else 0,  # type: ignore[arg-type]
        "output": _told(sheet, feedback),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {**sheet.made, "feedback": feedback, "for_a_person": [q.label for q in sheet.open]},
    }


def _test(q: Mark, feedback: str) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": f"Question {q.label}",
        "number": q.label,
        "max_score": number(q.max_points),
        "output": "\n".join(lines(q, feedback)),
        "output_format": "text",
        "visibility": {"none": "hidden", "full": "after_published"}.get(feedback, "visible"),
    }
    if not q.open and q.points is not None:
        test |= {"score": number(q.points), "status": "passed" if q.points >= q.max_points else "failed"}
    return test


def lines(q: Mark, feedback: str) -> list[str]:
    """What a student is told of one answer. Only `full` says more than a hint, and only it shows the right answer."""
    if feedback == "none":
        return []
    read_as = str(q.said.get("read_as") or "")
    out = [SENTENCES.get(q.outcome, q.outcome)] if feedback != "full" else [outcome(q)]
    if feedback == "full":
        out += [f"you wrote: {shortened(q.submitted)}"] if q.submitted else []
        out += [f"{name}: {text}" for name, text in facts(q)]
        expected = q.said.get("expected")
        out += [f"right answer: {expected['text']}"] if expected else []
    else:
        out += [f"It was read as: {read_as}"] if read_as else []
        if q.outcome != "blank" and (off := [d for d in q.deductions if d.box == "derivation" and d.points]):
            shown = any("no derivation" in d.why for d in off)
            out.append("No derivation was found." if shown else "The derivation is not complete and right yet.")
        if q.outcome == "unreadable" and q.message:
            out.append(q.message)
        if feedback == "hint" and q.outcome in ("wrong", "incomplete", "right under a condition"):
            hints = [str(h) for h in q.said.get("hints", ())][:2] or [f"kind of mistake: {q.mistake}"]
            out += [f"Hint: {h}" for h in dict.fromkeys(hints)]
    return [plain(" ".join(x.split())) for x in out]


def _told(sheet: Sheet, feedback: str) -> str:
    answered = [q.label for q in sheet.questions if q.outcome != "blank" and q.submitted]
    missing = [q.label for q in sheet.questions if q.label not in answered]
    out = [plain(f"{p[:1].upper()}{p[1:]}.") for p in sheet.problems]
    out.append(
        f"Answers were found to: {', '.join(answered) or 'none'}."
        + (f" None was found to: {', '.join(missing)}." if missing else "")
    )
    if sheet.open and feedback != "none":
        out.append(
            f"A person will look at {', '.join(q.label for q in sheet.open)}; the score is without {'it' if len(sheet.open) == 1 else 'them'}."
        )
    out.append("Handwriting and PDFs cannot be read here: hand in LaTeX, Markdown, a notebook or text.") if not answered else None
    return "\n".join(out)


def failure(said: str) -> dict[str, Any]:
    return {"score": 0, "output": said, "output_format": "text", "stdout_visibility": "hidden", "tests": []}


def write(results: dict[str, Any], path: Path) -> None:
    """At once or not at all: a half-written file would be no results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_text(json.dumps(results, ensure_ascii=False, indent=2), encoding="utf-8")
    os.replace(half, path)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
