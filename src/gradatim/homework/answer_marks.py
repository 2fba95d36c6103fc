"""Lines that name a question: `## 2(b)`, `\\section*{Problem 3}`, `(b)` below it, the items of LaTeX lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

EMPTY: Mapping[str, str] = MappingProxyType({})
Path = tuple[str, ...]

_STEM = r"(?:answer(?:\s+to)?|solution(?:\s+(?:to|for))?)?\s*(?P<word>question|problem|exercise|part|task|section|q|ex|p)?\s*\.?\s*#?\s*"
_STEP = r"(?:[a-z]|[ivx]{1,4})"
_BELOW = rf"(?:\s*[.,;:)–—-]?\s*\(\s*{_STEP}\s*\)|[ \t]*[.,;:)]?[ \t]+[a-z]\)(?=\s|$)|\s*[,;:–—-]?\s*(?:sub)?part\s*\(?\s*{_STEP}(?![a-z])\s*\)?|\.?[a-z](?![A-Za-z0-9]))"
_PATH = rf"(?P<open>\()?(?P<path>\d{{1,3}}(?:\s*\.\s*\d{{1,3}}|(?P<nested>\s*\)\s*\d{{1,3}}(?=[.)]))){{0,2}}{_BELOW}{{0,2}})"
_MARK = re.compile(
    rf"[ \t>]*(?P<head>#{{1,6}}[ \t]*|\\item[ \t]*\[)?(?P<bold>[*_]{{0,3}})[ \t]*{_STEM}{_PATH}"
    r"(?P<stop>[ \t]*(?:[.):]+|[-–—](?=\s))?)[*_]{0,3}[ \t]*(?P<close>\])?[:.)*_]*(?=\s|$|[\$\\])",
    re.I,
)
_LETTER = re.compile(
    r"[ \t>]*(?:[-+•][ \t]+|#{1,6}[ \t]*|\\item[ \t]*(?:\[)?)?[*_]{0,3}[ \t]*(?:part[ \t]+)?"
    rf"(?:\((?P<a>{_STEP})\)|(?P<b>[a-z])\))[*_]{{0,3}}\]?[:.]*[*_]{{0,3}}(?=\s|$)",
    re.I,
)
_BARE = re.compile(
    r"[ \t>]*(?:(?P<head>#{1,6}[ \t]*|[*_]{2,3}[ \t]*)?(?:part[ \t]+)(?P<a>[a-z])|(?P<h>#{1,6}[ \t]*|[*_]{2,3}[ \t]*)(?P<b>[a-z])(?=[ \t]*[.:*_]*[ \t]*$)|(?P<c>[a-z])\.)"
    r"[ \t]*[.:]*[*_]{0,3}[.:]*(?=\s|$)",
    re.I,
)
"""A letter without brackets: `Part A`, `## a`, and `a.` as the next item of a list."""
_NAMED = re.compile(
    rf"[ \t>]*(?:#{{1,6}}[ \t]*)?[*_]{{0,3}}[ \t]*{_STEM}(?P<letter>(?-i:[A-Z]|[IVX]{{2,4}}(?=\.)))[ \t]*\.?[ \t]*(?P<num>\d{{1,2}})(?:[ \t]*\((?P<step>{_STEP})\))?"
    r"[.):]*[*_]{0,3}[.:)]*(?=\s|$|[\$\\])",
    re.I,
)
"""`A.1`, `Question B2(a)`: the labels of sheets whose parts are lettered."""
_SECTION = re.compile(r"[ \t>]*#{0,6}[ \t]*[*_]{0,3}section[ \t]+(?-i:[A-Z])[ \t]*(?:[:.–—-][^=$\\]*)?[*_]{0,3}[ \t]*", re.I)
_COMMAND = re.compile(
    r"(?P<blank>^[ \t]*)\\(?P<name>(?:sub){0,2}section|(?:sub)?paragraph|textbf|underline|emph|textit)\*?[ \t]*\{(?P<inside>[^{}\n]*)\}"
)
_UNINDENTED = re.compile(r"^[ \t]*\\noindent(?![A-Za-z])")
_LEVELS = {"section": "#", "subsection": "##", "subsubsection": "###", "paragraph": "####", "subparagraph": "####"}


def as_markdown(line: str) -> str:
    """A line with the LaTeX commands of a heading replaced by Markdown's signs, every other character in its place."""
    line = _UNINDENTED.sub(lambda m: " " * len(m.group()), line)
    found = _COMMAND.match(line)
    if found is None:
        return line
    sign = _LEVELS.get(found["name"], "**")
    front = f"{found['blank']}{sign}".ljust(found.start("inside"))
    return f"{front}{found['inside']}:{line[found.end() :]}"


def path_of(label: str) -> Path:
    """A label as the steps that lead to it: `1.2(b)` is 1, 2, b."""
    return tuple(re.findall(r"\d+|[a-z]+", re.sub(r"(?:sub)?part", " ", label.lower())))


def title_of(line: str) -> str:
    """The words of a heading, in small letters; "" where a line is none."""
    found = _HEADING.fullmatch(as_markdown(line))
    return re.sub(r"[\W_]+", " ", found["title"]).strip().lower() if found else ""


_HEADING = re.compile(r"[ \t>]*(?:#{1,6}|\*\*)[ \t]*(?P<title>[^$\\#]+)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_LIST = re.compile(r"\\(begin|end)\{(?:enumerate|questions|parts|subparts)\}")
_OPENS = re.compile(r"^\\begin\{(?:enumerate|questions|parts|subparts)\}(?:\[[^\]]*\])?\s*")
_ITEM = re.compile(r"\\(?:item|question|(?:sub)?part)(?![a-zA-Z]|\s*\[[^\]]*[a-zA-Z0-9][^\]]*\]\s*\()(?:\s*\[\d+\])?")


class Marks:
    """The places of a text where the answer to a question begins, line by line.

    A heading, a word (`Question 2`) or a longer path names its place in full. A bold number is an item of the section before it,
    unless items are lettered; a bare number is never more than that: a derivation may number its steps.
    """

    def __init__(self, labels: tuple[str, ...], lines: list[tuple[int, str]], titles: Mapping[str, str] = EMPTY) -> None:
        """`titles` are the labels of what stands below a heading of the document, by the words of the heading."""
        self.paths = {path_of(label): label for label in labels}
        self.paths = {**running(self.paths), **self.paths}
        self.lines = [(start, as_markdown(line)) for start, line in lines]
        self.lettered = any(_LETTER.match(line) for _, line in self.lines)
        self.headed = any(_MARK.match(line) for _, line in self.lines)
        self.nested = depth_of_lists(self.lines) > 1 or all(len(p) == 1 for p in self.paths)
        self.titles = {words: path_of(label) for words, label in titles.items()}
        self.found: list[tuple[int, int, str]] = []
        """Start and end of each mark, and the label that it opens ("" for a heading above labels, or of none of them)."""
        self.context: Path = ()
        self.scope: Path = ()
        """What the last heading named: below a heading that is a label itself, numbers count steps."""
        self.word = ""
        """What the last heading called its place: a question, a section."""
        self.depth = 0
        self.counts: list[int] = []
        self.by_letter = False
        self.bare = False
        """The answer that is open numbers its steps."""
        for start, line in self.lines:
            self.read(start, line)

    def read(self, start: int, line: str) -> None:
        open_lists = list(self.counts)
        counted = self.count(line)
        if counted and self.item(start, line, counted):
            return
        if not counted and self.nested and not self.headed and len(open_lists) == 1 and self.counts[:1] not in ([], open_lists):
            # An item that only holds a list of items ends the answer above it.
            self.found.append((start, start + len(line), ""))
            return
        before = len(self.found)
        if (path := self.titles.get(title_of(line), ())) and self.resolve(path, True, False, False) is not None:
            self.context = self.scope = path
            self.word = ""
            self.found.append((start, start + len(line), ""))
        elif (named := _NAMED.match(line)) and (
            place := tuple(p.lower() for p in named.group("letter", "num", "step") if p)
        ) in self.paths:
            self.context = self.scope = place
            self.found.append((start, start + self.end(line, named), self.paths[place]))
        elif mark := _MARK.match(line):
            self.mark(start, line, mark)
        elif _SECTION.fullmatch(line):
            # The title of the next section ends the answer above it.
            self.found.append((start, start + len(line), ""))
        elif (letter := _LETTER.match(line) or _BARE.match(line)) and self.context:
            self.letter(start, line, letter)
        if len(self.found) > before:
            self.beside(start, line)

    def beside(self, start: int, line: str) -> None:
        """The letters that follow in turn on the line of a letter: `(i) Ax (ii) 2x`."""
        while len(self.context) > 1 and (found := self.next_beside(line, self.found[-1][1] - start)):
            at, step = found
            self.context = (*self.context[:-1], step)
            self.found.append((start + at.start(), start + at.end(), self.paths[lettered(self.context, self.paths)]))  # type: ignore[index]

    def next_beside(self, line: str, at: int) -> tuple[re.Match[str], str] | None:
        """The next letter of the line, behind something that is no word of a sentence ("by (b)")."""
        last = self.context[-1]
        steps = [_ROMAN[_ROMAN.index(last) + 1]] if last in _ROMAN[:-1] else []
        steps += [chr(ord(last) + 1)] if len(last) == 1 and last.isalpha() else []
        for step in steps:
            if lettered((*self.context[:-1], step), self.paths) is None:
                continue
            for m in re.finditer(rf"(?<=[\s;])(?:\({step}\)|{step}\))(?=\s)", line[at:]):
                said = line[at : at + m.start()].rstrip()
                word = re.search(r"(?:^|\s)[A-Za-z]?[a-z]{2,}$", said)
                if said and not word and said.count("$") % 2 == 0 and said.count("(") == said.count(")"):
                    return re.compile(re.escape(m.group())).search(line, at + m.start()), step  # type: ignore[return-value]
        return None

    def mark(self, start: int, line: str, found: re.Match[str]) -> None:
        path, head = path_of(found["path"]), found["head"] or ""
        if found["open"] and ")" not in found["stop"] and ")" not in found["path"]:
            return
        if found["open"] and len(path) == 1:
            return
        heading = bool(head and "[" not in head or found["word"]) or len(path) > 1
        scope = self.scope
        # "Part 1" below "Question 2" is the first part of that question.
        word = (found["word"] or "").lower()
        below = (word in ("part", "p", "task") and word != self.word) or (self.word == "section" and word not in ("", "section"))
        part = below and bool(scope) and scope not in self.paths and len(path) == 1
        opened = self.resolve(path, heading and not part, part or bool(found["bold"] or head), self.lettered and not part)
        if opened is None and not heading and self.next_in_turn(path, found, line[found.end() :]):
            opened = path, self.paths[path]
        self.bare = self.bare or (opened is None and not heading)
        level = len(head.strip()) if head.startswith("#") else 0
        if opened is None:
            if found["word"] or (level and level <= self.depth):
                # A question that the document does not have: what stands below it answers none of its questions.
                self.found.append((start, start + found.end(), ""))
            return
        self.context, label = opened
        self.by_letter = self.bare = False
        self.depth = level or self.depth
        if (heading and not part) or self.context[:1] != scope[:1]:
            # "1) 2. …": the numbers on the lines below are of the same question.
            self.scope = self.context[:-1] if found["nested"] else self.context
            self.word = word
        self.found.append((start, start + self.end(line, found), label))

    def next_in_turn(self, path: Path, found: re.Match[str], rest: str) -> bool:
        """Whether `3)`, or 3 before a formula, opens question 3 behind `2b)`, where no place has a heading: it is the next question
        of all, and the answer above it has numbered no steps."""
        last = self.context[:1]
        stop = found["stop"] or re.match(r"\s*(?:[$\x01]|\\[\[(])", rest)
        if len(path) > 1 or path not in self.paths or not stop or self.word or self.depth or self.bare or not last:
            return False
        return last[0].isdigit() and path[0] == str(int(last[0]) + 1)

    def letter(self, start: int, line: str, found: re.Match[str]) -> None:
        groups = found.groupdict()
        step = next(groups[g] for g in "abc" if groups.get(g)).lower()
        bases = (self.context, self.context[:-1])
        for base in bases:
            candidate = lettered((*base, step), self.paths)
            if candidate is None or (candidate[-1] != step and self.context in self.paths and not self.by_letter):
                # Letters below a question that a number has named count its steps.
                continue
            if groups.get("c") and self.expected(base) != step:
                # A line that begins with "a." is an item only in its turn.
                continue
            self.context, self.by_letter = (*base, step), True
            self.found.append((start, start + self.end(line, found), self.paths[candidate]))
            return

    def expected(self, base: Path) -> str:
        """The letter that comes next below a place."""
        last = self.context[len(base) :]
        return chr(ord(last[0]) + 1) if last and last[0].isalpha() and len(last[0]) == 1 else "a"

    def end(self, line: str, found: re.Match[str]) -> int:
        """Where the answer begins: behind the title, where the mark is a heading with one."""
        title = line[found.end() :]
        is_heading = line.lstrip(" \t>").startswith("#") and not re.search(r"[$=\\\x01]", title)
        return len(line) if is_heading else found.end()

    def count(self, line: str) -> int:
        """The number of a plain item at the beginning of a line, 0 where there is none."""
        text = line.strip()
        for m in _LIST.finditer(text):
            if m[1] == "begin":
                self.counts.append(0)
            elif self.counts:
                self.counts.pop()
        counted = 0
        while self.counts and (opens := _OPENS.match(text) or (_ITEM.match(text) if not counted else None)):
            if opens.re is _ITEM:
                # `\item \begin{enumerate} \item …` on one line: the outer list counts, then the inner one.
                outer = _LIST.search(text, opens.end()) is not None and len(self.counts) > 1
                at = len(self.counts) - (2 if outer else 1)
                self.counts[at] += 1
                counted = 0 if outer else self.counts[at]
            text = text[opens.end() :].lstrip()
        return counted

    def item(self, start: int, line: str, counted: int) -> bool:
        """Whether an item of a LaTeX list opens a question: counted below a heading, or in lists within lists where the text has
        no headings. Items are numbered as LaTeX numbers them, or lettered where the document letters them."""
        steps = (str(counted), chr(ord("a") + counted - 1)) if counted <= 26 else (str(counted),)
        if self.scope and len(self.counts) == 1:
            opened = next((o for s in steps if (o := self.resolve((s,), False, False, self.lettered)) and o[1]), None)
        elif self.nested and not self.headed:
            outer = tuple(map(str, self.counts[:-1]))
            opened = next((o for s in steps if (o := self.resolve((*outer, s), True, True, False))), None)
        else:
            opened = None
        if opened is None:
            return False
        self.context, label = opened
        last = [m.end() for m in re.finditer(_ITEM.pattern, line)][-1]
        self.found.append((start, start + last, label))
        return True

    def resolve(self, path: Path, heading: bool, bold: bool, are_lettered: bool) -> tuple[Path, str] | None:
        """The new context and the label that a mark opens; None where it is no mark."""
        scope, paths = self.scope, self.paths
        below = [(*scope, *path)] if scope and scope not in paths and len(path) == 1 else []
        if heading:
            candidates = [path, *below]
        elif bold:
            candidates = [path, *below] if are_lettered else [*below, path]
        else:
            candidates = below
        for candidate in candidates:
            exact = candidate if candidate in paths else lettered(candidate, paths)
            if exact:
                return candidate, paths[exact]
            inner = [p for p in paths if p[: len(candidate)] == candidate]
            if inner:
                # A heading "3" above the only question of section 3 is that question's.
                return candidate, paths[inner[0]] if len(inner) == 1 else ""
        return None


def running(paths: dict[Path, str]) -> dict[Path, str]:
    """The labels by their numbers alone where these run on from section to section: question 4 is the first of section 2."""
    sections = dict.fromkeys(p[0] for p in paths if len(p) > 1 and p[1].isdigit())
    numbers = [[int(p[1]) for p in paths if p[0] == s and len(p) > 1 and p[1].isdigit()] for s in sections]
    follow = all(max(a) < min(b) for a, b in zip(numbers, numbers[1:]))
    plain = any(len(p) == 1 or not p[1].isdigit() for p in paths)
    return {p[1:]: label for p, label in paths.items()} if len(sections) > 1 and follow and not plain else {}


def depth_of_lists(lines: list[tuple[int, str]]) -> int:
    """How deep numbered lists stand inside each other."""
    depth = deepest = 0
    for m in (m for _, line in lines for m in _LIST.finditer(line)):
        depth = depth + 1 if m[1] == "begin" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def lettered(path: Path, paths: dict[Path, str]) -> Path | None:
    """`1(b)` for the second question of section 1 where the document numbers it 1.2, `1.2` and `1(ii)` where it is 1(b)."""
    if path in paths:
        return path
    if len(path) < 2:
        return None
    step = path[-1]
    place = int(step) if step.isdigit() else ord(step) - ord("a") + 1 if len(step) == 1 else 0
    places = [place, _ROMAN.index(step) + 1 if step in _ROMAN else 0]
    for n in places:
        letter = chr(ord("a") + n - 1) if 0 < n <= 26 else ""
        for other in (str(n), letter, _ROMAN[n - 1] if 0 < n <= len(_ROMAN) else ""):
            if n and other and other != step and (*path[:-1], other) in paths:
                return (*path[:-1], other)
    return None


__all__ = ["EMPTY", "Marks", "Path", "path_of", "title_of"]
