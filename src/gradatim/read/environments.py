"""Tokens, and LaTeX's environments on the way to them: those that only arrange formulas go, those of matrices are cut into entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gradatim.errors import ReadError
from gradatim.read.run_together import SPELT_ACCENTS, accent_spelt_out, stand_below
from gradatim.read.spelling import ACCENTS, STYLES, UPRIGHT

_RUN = re.compile(r"[A-Za-z]{2,}")
MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "psmallmatrix", "bsmallmatrix", "array")
CASES = ("cases", "dcases", "rcases")
_ENTRY = re.compile(r"\[\s*(?:\d+|:)(?:\s*[,:]\s*(?:\d+|:)?)*\s*\]")
"""`[0]`, `[0, 1]`, `[:, 2]` behind a name, as programs write it: no product with a number in brackets."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{[A-Za-z*]+\}")


def cells_of(source: str, start: int, end: int) -> list[list[tuple[int, int]]]:
    """Where the entries of a matrix begin and end, row by row: `&` and `\\\\` outside of groups part them."""
    rows: list[list[tuple[int, int]]] = [[]]
    depth, at, k = 0, start, start
    while k < end:
        c = source[k]
        if c == "\\" and (found := _ENVIRONMENT.match(source, k)):
            depth += 1 if found[1] == "begin" else -1
            k = found.end()
            continue
        if c == "\\" and source[k + 1 : k + 2] == "\\" and not depth:
            rows[-1].append((at, k))
            rows.append([])
            at = k + 2
        elif c == "&" and not depth:
            rows[-1].append((at, k))
            at = k + 1
        elif c in "{}":
            depth += 1 if c == "{" else -1
        k += 2 if c == "\\" else 1
    rows[-1].append((at, end))
    return rows


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is one of num, name, word, cmd, op, open, close, gopen, gclose, bar, prime, sep, nl, end."""

    kind: str
    text: str
    start: int
    end: int
    side: str = ""
    value: Fraction | None = None
    spaced: bool = False
    run: int = 0
    """The number of letters of the run that a single-letter name was cut from."""


class Environments:
    """The part of the scanner that meets `\\begin`. `s` is the source, `i` the place in it."""

    s: str
    original: str
    places: list[int]
    words: frozenset[str]
    i: int
    out: list[Token]
    spaced: bool
    cases: int

    def skip_space(self) -> None:
        while self.i < len(self.s) and self.s[self.i] in " \t\r\n":
            self.i += 1

    def argument(self, a: int) -> tuple[str, int]:
        """The text of the group (or the single character or command) that follows, and where it begins."""
        self.skip_space()
        if self.i >= len(self.s):
            raise self.error("something should follow this command", a, self.i)
        first, prefixed = self.i, False
        while self.s[self.i] != "{":
            start = self.i
            self.i += 1
            if self.s[start] == "\\":
                while self.i < len(self.s) and self.s[self.i].isascii() and self.s[self.i].isalpha():
                    self.i += 1
                self.i = max(self.i, min(start + 2, len(self.s)))
            command = self.s[start + 1 : self.i]
            if self.s[start] != "\\" or not (command in STYLES or command in ACCENTS or command in UPRIGHT):
                return self.s[first : self.i], first
            prefixed = True
            self.skip_space()
            if self.i >= len(self.s):
                raise self.error("something should follow this command", a, self.i)
        level, start = 0, self.i + 1
        for k in range(self.i, len(self.s)):
            if self.s[k] in "{}" and self.s[k - 1] != "\\":
                level += 1 if self.s[k] == "{" else -1
            if not level:
                self.i = k + 1
                return (self.s[first : self.i], first) if prefixed else (self.s[start:k], start)
        raise self.error("`{` opened here is not closed", self.i, self.i + 1, "add `}`")

    def bracket_option(self) -> None:
        if self.s[self.i : self.i + 1] == "[":
            end = self.s.find("]", self.i)
            inside = self.s[self.i + 1 : end] if end > 0 else ""
            if inside and inside[0].isdigit() and inside.rstrip().endswith(("pt", "em", "ex", "mm", "cm", "in")):
                self.i = end + 1

    def name_of_code(self, a: int) -> bool:
        """`x\\_in`, as names are typed in code: what stands behind the sign is one subscript."""
        run = _RUN.match(self.s, self.i) if self.out and self.out[-1].kind == "name" else None
        if run is None:
            return False
        self.i = run.end()
        for kind, text in (("op", "_"), ("gopen", "{"), ("name", f"\\mathrm{{{run[0]}}}"), ("gclose", "}")):
            self.emit(kind, text, a, self.i)
        return True

    def together(self, run: str, a: int, b: int) -> bool:
        """Whether letters side by side are one name (`yhat`), an accent (`y_hat`) or a label (`W_hidden`): then it is emitted."""
        below = bool(self.out) and self.out[-1].text == "_" and "\\" not in self.original
        if accented := accent_spelt_out(run, self.words):
            self.i = b
            self.name(accented, a, b)
        elif below and run in SPELT_ACCENTS and len(self.out) > 1 and self.out[-2].kind == "name":
            self.i = b
            self.out.pop()
            self.out[-1] = replace(self.out[-1], text=f"\\{run}{{{self.out[-1].text}}}", end=self.places[b])
        elif below and stand_below(run, self.s[b : b + 1], self.words):
            self.i = b
            self.emit("gopen", "{", a, a)
            for k in range(a, b):
                self.emit("name", self.s[k], k, k + 1)
            self.emit("gclose", "}", b, b)
        else:
            return False
        return True

    def name(self, spelling: str, a: int, b: int, run: int = 1) -> None:
        raise NotImplementedError

    def error(self, message: str, a: int, b: int, suggestion: str = "") -> ReadError:
        raise NotImplementedError

    def inner(self, text: str, start: int) -> list[Token]:
        raise NotImplementedError

    def append(self, t: Token, a: int) -> None:
        raise NotImplementedError

    def emit(self, kind: str, text: str, a: int, b: int, value: Fraction | None = None, run: int = 0) -> None:
        raise NotImplementedError

    def no_entry(self, a: int, c: str) -> None:
        """Refuses an index in square brackets behind a name, which is counted from 0 in most programs."""
        behind = self.out and self.out[-1].kind in ("name", "close") and not self.spaced
        if c == "[" and behind and _ENTRY.match(self.s, a):
            raise self.error("this looks like an entry or a part as in a program", a, a + 1, "entries are x_1, A_{12}, from 1 on")

    def environment(self, name: str, a: int) -> None:
        inside, _ = self.argument(a)
        if inside.rstrip("*") in CASES and name in ("begin", "end"):
            self.cases += 1 if name == "begin" else -1
            self.emit("open" if name == "begin" else "close", "cases", a, self.i)
            return
        if name == "begin" and inside.rstrip("*") in MATRICES:
            self.grid(inside, a)
            return
        if name in ("begin", "end") and inside.rstrip("*") not in (
            "aligned",
            "align",
            "equation",
            "gather",
            "gathered",
            "split",
            "alignat",
            "multline",
            "displaymath",
            "math",
            "eqnarray",
            "flalign",
        ):
            raise self.error(f"the environment {inside!r} is not read", a, self.i, "write the formula without it")
        self.spaced = True

    def grid(self, name: str, a: int) -> None:
        """The entries of a matrix written out, each read by itself, with `&` and `\\\\` between them."""
        if name == "array":
            self.argument(a)
        start, level = self.i, 1
        for found in _ENVIRONMENT.finditer(self.s, start):
            level += 1 if found[1] == "begin" else -1
            if not level:
                break
        else:
            raise self.error(f"the environment {name!r} is not closed", a, self.i, rf"add \end{{{name}}}")
        rows = [r for r in cells_of(self.s, start, found.start()) if any(self.s[b:e].strip() for b, e in r)]
        if not rows:
            raise self.error("this matrix is empty", a, found.end())
        if name in ("vmatrix", "vmatrix*"):
            self.emit("word", "det", a, a)
        self.emit("open", "grid", a, start)
        for k, row in enumerate(rows):
            if k:
                self.emit("op", "\\\\", row[0][0], row[0][0])
            for j, (b, e) in enumerate(row):
                if j:
                    self.emit("op", "&", b, b)
                for t in self.inner(self.s[b:e], b):
                    if t.kind != "nl":
                        self.append(t, a)
        self.i = found.end()
        self.emit("close", "grid", found.start(), self.i)


_COMMANDS = re.compile(r"\\[^ ]|[{}$]")
"""What LaTeX has and code has not."""


def solves(original: str, before: Sequence[Token]) -> bool:
    """Whether a lone backslash solves a system, as in code: `A \\ b` in a text without any command; `A\\ b` is a space of TeX."""
    after = bool(before) and before[-1].kind in ("name", "num", "close", "prime")
    return after and original[before[-1].end : before[-1].end + 1].isspace() and not _COMMANDS.search(original)
