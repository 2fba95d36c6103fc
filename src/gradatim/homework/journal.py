"""The journal of a batch: one line a graded submission, so that a run that was killed goes on where it stopped.

A line holds a key (the contents of submission, document and rubric, and the version) and the sheet as data. A line that was cut
off by a kill is passed over; the submission is graded again and comes out the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from gradatim.errors import GradatimError, ReadError
from gradatim.homework.sheet import Sheet, pack, unpack

try:
    import fcntl
except ImportError:  # no such locks on Windows; two runs at once are then not noticed
    fcntl = None  # type: ignore[assignment]


def key_of(made: Mapping[str, Any], raw: bytes) -> str:
    """What a sheet depends on, as one fingerprint."""
    return hashlib.sha256(json.dumps(dict(made), sort_keys=True).encode() + b"\0" + raw).hexdigest()


class Journal:
    """An open journal; `found` holds the sheets of earlier runs by key. Raises ReadError where the file cannot be used."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.found: dict[str, Sheet] = {}
        try:
            self.file: TextIO = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise ReadError(f"{self.path}: the journal cannot be written ({error.strerror or error})") from None
        try:
            self._lock()
            self._load()
        except (OSError, GradatimError):
            self.file.close()
            raise

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ReadError(f"{self.path}: another run is writing this journal") from None

    def _load(self) -> None:
        self.file.seek(0)
        try:
            text = self.file.read()
        except UnicodeDecodeError:
            raise ReadError(f"{self.path} is not a journal of Gradatim") from None
        lines = text.split("\n")
        for k, line in enumerate(lines):
            try:
                row = json.loads(line)
                self.found[row["key"]] = unpack(row["sheet"])
            except (ValueError, KeyError, TypeError, RecursionError):
                if k == 0 and line.strip() and not line.startswith('{"key"'):
                    raise ReadError(f"{self.path} is not a journal of Gradatim") from None
        if text and not text.endswith("\n"):
            # The last line was cut off: what follows begins on a line of its own.
            self.file.write("\n")
            self.file.flush()

    def add(self, key: str, sheet: Sheet) -> None:
        self.file.write(json.dumps({"key": key, "sheet": pack(sheet)}, ensure_ascii=False) + "\n")
        self.file.flush()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.file.close()


__all__ = ["Journal", "key_of"]
