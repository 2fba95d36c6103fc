"""Bytes to text: a homework document from a file, with one clear error for what is no document."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from gradatim.errors import LimitExceeded, ReadError

LIMIT = 4_000_000
"""Bytes: a homework is text; what is longer is something else."""


class Source(str):
    """A document's text, with what its side file says: declarations by the label of a question, "" for all of them. `note` says
    that its bytes were no UTF-8, and what they were taken for."""

    corrections: dict[str, str]
    note: str = ""


def read_source(source: str | Path) -> Source:
    """The text of a document file (.md, .tex, .txt, .ipynb: its Markdown cells), with the corrections of its side file.

    The side file of `hw4.md` is `hw4.gradatim.toml` beside it: `given = "…"` declares for every question, and under
    `[questions."2.1"]` for one; what it declares has the last word.

    A `str` is a path; text in memory goes to `document.read_document`. Raises ReadError for a missing file,
    a directory, an empty file, bytes that are no text, a broken notebook; LimitExceeded for a huge file.
    """
    path = Path(source)
    try:
        if path.is_dir():
            raise ReadError(f"{path} is a directory; a document is a file (.md, .tex, .txt, .ipynb)")
        if not path.exists():
            raise ReadError(f"{path}: there is no such file")
        if path.stat().st_size > LIMIT:
            raise LimitExceeded(f"{path} has more than {LIMIT} bytes")
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ReadError(f"{source!s:.200}: the file cannot be read ({error.__class__.__name__})") from None
    text = decode(raw, str(path))
    text.corrections = _corrections(path.with_name(f"{path.stem}.gradatim.toml"))
    return text


def _corrections(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReadError(f"{path}: {error}") from None
    questions = said.get("questions", {})
    given = {"": said.get("given", "")}
    given |= (
        {label: q.get("given", "") if isinstance(q, dict) else None for label, q in questions.items()}
        if isinstance(questions, dict)
        else {"": None}
    )
    if set(said) - {"given", "questions"} or not all(isinstance(text, str) for text in given.values()):
        raise ReadError(f'{path}: it holds `given = "…"` and tables [questions."1.1"] with a `given` of their own, nothing else')
    return {label: text for label, text in given.items() if text}


def side_file(corrections: Mapping[str, str]) -> str:
    """A side file that says these corrections."""
    out = [f"given = {toml_value(corrections[''])}"] if "" in corrections else []
    for label, text in corrections.items():
        out += [f"[questions.{toml_value(label)}]", f"given = {toml_value(text)}"] if label else []
    return "\n".join(out) + "\n"


def toml_value(value: str | bool) -> str:
    """A TOML value. JSON's strings are TOML's basic strings, DEL apart."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""A character of several bytes: a text that has one is UTF-8 with damage, and not of an encoding of single bytes."""


def characters(raw: bytes, name: str) -> tuple[str, str]:
    """Bytes as text, and a note where they are not UTF-8: UTF-16 says so itself (a byte order mark), Windows-1252, which holds
    Latin-1, is taken for granted where nothing speaks against it. Raises ReadError for what is neither."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return raw.decode("utf-16").replace("\ufeff", ""), ""
        except UnicodeDecodeError:
            raise ReadError(f"{name} begins like UTF-16 text and is none") from None
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        try:
            text = "" if _UTF8.search(raw) or b"\0" in raw else raw.decode("cp1252")
        except UnicodeDecodeError:
            text = ""
        if text:
            return text, f"{name} is not UTF-8 text; it was read as Windows-1252 (Latin-1)"
        line = raw.count(b"\n", 0, error.start) + 1
        raise ReadError(f"{name} is not UTF-8 text (byte {error.start}, line {line})") from None


def decode(raw: bytes, name: str) -> Source:
    """Bytes as text, line ends made `\\n`; a notebook becomes the text of its Markdown cells."""
    text, note = characters(raw, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if name.endswith(".ipynb"):
        text = _cells(text, name)
    if not text.strip():
        raise ReadError(f"{name} is empty")
    if "\0" in text:
        raise ReadError(f"{name} is not a text document (it holds null bytes)")
    made = Source(text)
    made.corrections, made.note = {}, note
    return made


def _cells(text: str, name: str) -> str:
    try:
        book = json.loads(text)
        cells = [c for c in book["cells"] if c.get("cell_type") == "markdown"]
        parts = ["".join(c["source"]) if isinstance(c["source"], list) else str(c["source"]) for c in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReadError(f"{name} is not a notebook: its JSON has no list of cells with a source") from None
    return "\n\n".join(parts)
