"""Which files were handed in: the names on the command line or in Python, with the folders among them opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gradatim.errors import ReadError
from gradatim.homework.grading import ENDINGS, NEEDS_TEXT


@dataclass(frozen=True, slots=True)
class File:
    """A file with its name in the sheet, and the folder in which it was found (None where it was named itself)."""

    name: str
    path: Path
    folder: Path | None = None


def collected(paths: Sequence[str | Path], sheet: str | Path | None = None) -> list[File]:
    """The files to grade; a folder stands for the documents in it, the homework `sheet` itself apart. Raises ReadError."""
    own = os.path.abspath(sheet) if sheet is not None else ""
    files: list[Path] = []
    folders: dict[Path, Path] = {}
    for given in map(Path, paths):
        if given.is_dir():
            inside = [p for p in in_folder(given) if os.path.abspath(p) != own]
            if not inside:
                raise ReadError(f"{given}: there is no submission in this folder ({', '.join(ENDINGS)})")
            files += inside
            folders |= dict.fromkeys(inside, given)
        elif given.is_file():
            files.append(given)
        else:
            raise ReadError(f"{given}: there is no such file")
    files = list({os.path.abspath(p): p for p in files}.values())
    names = [p.name for p in files]
    if len(set(names)) < len(names):
        whole = [Path(os.path.abspath(p)) for p in files]
        base = Path(os.path.commonpath(whole))
        names = [p.relative_to(base).as_posix() for p in whole]
    return [File(name, path, folders.get(path)) for name, path in zip(names, files)]


def in_folder(folder: Path) -> list[Path]:
    """The submissions of a folder. A PDF or a picture is one too (it waits for a person), unless it lies in a student's own folder
    beside a text, or has a text's name: then it is a part of that."""
    found = sorted(
        p for p in folder.rglob("*") if p.is_file() and not any(x.startswith(".") for x in p.relative_to(folder).parts)
    )
    texts = [p for p in found if p.suffix.lower() in ENDINGS]
    own = {p.parent for p in texts if p.parent != folder}
    stems = {p.with_suffix("") for p in texts}
    others = [p for p in found if p.suffix.lower() in NEEDS_TEXT and p.parent not in own and p.with_suffix("") not in stems]
    return sorted([*texts, *others])


__all__ = ["File", "collected", "in_folder"]
