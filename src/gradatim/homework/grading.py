"""From files to marks: the document, its rubric and its overrides found, submissions graded."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradatim.errors import GradatimError, ReadError
from gradatim.homework.grade import Grader
from gradatim.homework.rubric import Rubric
from gradatim.homework.rubric_file import parse_rubric, read_rubric
from gradatim.homework.sheet import Mark, Sheet
from gradatim.homework.source import LIMIT, Source, decode, read_source
from gradatim.judge.verdict import Verdict

ENDINGS = (".md", ".markdown", ".tex", ".txt", ".ipynb")
NEEDS_TEXT = (
    ".pdf",
    ".png",
    ".jpg",
    ".jpeg",
    ".heic",
    ".tif",
    ".tiff",
    ".gif",
    ".webp",
    ".doc",
    ".docx",
    ".odt",
    ".rtf",
    ".pages",
    ".zip",
)
"""Endings of what students hand in although it holds no text that can be read here."""
_BINARY = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"PK\x03\x04": "an archive or an office file"}


def beside(document: str | Path, what: str) -> Path:
    """The side file of a document: `hw4.md` has `hw4.rubric.toml` and `hw4.overrides.toml` next to it."""
    path = Path(document)
    return path.with_name(f"{path.stem}.{what}.toml")


def grader_for(
    document: str | Path, rubric: str | Path | Rubric | None = None, scan: bool | None = None, layout: str | None = None
) -> Grader:
    """The grader of a document file. Without a rubric the one beside the document is taken, if there is one.

    Raises ReadError where the document or the rubric cannot be read, or the document asks for no derivative.
    """
    text = read_source(document)
    plain = Grader(text)
    if not plain.asked:
        raise ReadError(f"{document}: no question of this document asks for a derivative")
    if rubric is None and beside(document, "rubric").is_file():
        rubric = beside(document, "rubric")
    if rubric is None:
        chosen = plain.rubric
    elif isinstance(rubric, Rubric):
        chosen = rubric
    else:
        chosen = read_rubric(rubric, plain.document, plain.tasks)
    return with_options(plain, chosen, scan, layout)


def with_options(plain: Grader, rubric: Rubric, scan: bool | None, layout: str | None) -> Grader:
    if scan is not None and scan != rubric.scan:
        rubric = replace(rubric, scan=scan)
    if layout is not None and layout != rubric.layout:
        rubric = replace(rubric, layout=layout)
    return plain if rubric == plain.rubric else Grader(plain.text, rubric, like=plain)


def grader_of(text: str, rubric: str, corrections: Mapping[str, str] | None = None) -> Grader:
    """The grader of a document's text with what its side file corrects, and a rubric as TOML text."""
    source = Source(text)
    source.corrections = dict(corrections or {})
    plain = Grader(source)
    return with_options(plain, parse_rubric(rubric, "the rubric", plain.document, plain.tasks), None, None)


def corrections_of(grader: Grader) -> dict[str, str]:
    """What the side file of the document corrects."""
    return dict(grader.text.corrections) if isinstance(grader.text, Source) else {}


def made_with(grader: Grader) -> dict[str, Any]:
    """What is stored with marks so that they can be made again."""
    return {
        "gradatim": _version(),
        "rubric": grader.rubric.hash,
        "document": _fingerprint(grader),
        "seed": grader.rubric.seed,
        "scan": grader.rubric.scan,
    }


def _fingerprint(grader: Grader) -> str:
    said = corrections_of(grader)
    whole = grader.text + (json.dumps(said, sort_keys=True) if said else "")
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _version() -> str:
    # The package itself is above this room; whoever imports the room has loaded it.
    return str(getattr(sys.modules.get("gradatim"), "__version__", ""))


def submission_bytes(path: str | Path, folder: Path | None = None) -> bytes:
    """The bytes of a submission. Raises ReadError for what is no file or too long, and for a link out of the `folder` that was
    handed in: it could show another file of this machine."""
    try:
        if folder is not None and not Path(path).resolve().is_relative_to(folder.resolve()):
            raise ReadError(f"{Path(path).name} is a link to a place outside of the submissions")
        if Path(path).is_dir():
            raise ReadError(f"{Path(path).name} is a folder")
        with Path(path).open("rb") as file:
            raw = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        raise ReadError(f"the file cannot be read ({error.__class__.__name__})") from None
    if len(raw) > LIMIT:
        raise ReadError(f"{Path(path).name} has more than {LIMIT} bytes")
    return raw


def submission_text(raw: bytes, name: str) -> Source:
    """The text of a submission. Raises ReadError, which for pictures and PDFs says that their text is needed first."""
    kind = next((what for start, what in _BINARY.items() if raw.startswith(start)), "")
    if kind:
        raise ReadError(f"it is {kind}: handwriting and PDFs need their text first (LaTeX or Markdown, from a scanner or typed)")
    return decode(raw, name)


def graded(grader: Grader, raw: bytes, name: str, made: Mapping[str, Any]) -> Sheet:
    """The sheet of a submission's bytes; a file that is no text has a sheet, too, and waits for a person."""
    try:
        text = submission_text(raw, name)
    except GradatimError as error:
        if not raw.strip():
            return replace(grader.grade("", name, made), problems=("the file is empty",))
        return failed(grader, name, str(error).splitlines()[0], made)
    sheet = grader.grade(text, name, made)
    return replace(sheet, notes=(*sheet.notes, text.note)) if text.note else sheet


def failed(grader: Grader, name: str, reason: str, made: Mapping[str, Any]) -> Sheet:
    """The sheet of a submission that could not be graded: no points, and a place in the pile for a person."""
    said = Verdict("unreadable", message=reason).as_json()
    marks = tuple(
        Mark(
            a.task.label,
            a.task.ask.asks if a.task.ask is not None else "",
            a.box.points,
            None,
            "unreadable",
            review=f"the submission could not be graded: {reason}",
            said=said,
        )
        for a in grader.asked
    )
    return Sheet(name, marks, made, grader.notes, (reason,))


__all__ = [
    "ENDINGS",
    "NEEDS_TEXT",
    "beside",
    "corrections_of",
    "failed",
    "graded",
    "grader_for",
    "grader_of",
    "made_with",
    "submission_bytes",
    "submission_text",
]
