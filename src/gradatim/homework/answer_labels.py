"""Answers in a text of their own, without the questions: found by label, by numbering, or by the derivative they claim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim.errors import GradatimError, Span
from gradatim.homework.answer_parts import heading
from gradatim.homework.asks import Ask, find_ask
from gradatim.homework.document import DISPLAY, read_document
from gradatim.homework.questions import Task

Path = tuple[str, ...]

_STRONG = re.compile(r"\n[ \t]*(?:#{1,6}[ \t]|\\(?:sub)*section|[*_]{0,3}(?:question|problem|exercise)\s*\d)", re.I)

_STEM = r"(?:answer(?:\s+to)?|solution(?:\s+(?:to|for))?)?\s*(?P<word>question|problem|exercise|part|task|section|q|ex|p)?\s*\.?\s*#?\s*"
_PATH = r"(?P<open>\()?(?P<path>\d{1,3}(?:\s*\.\s*\d{1,3}|(?P<nested>\s*\)\s*\d{1,3}(?=[.)]))){0,2}(?:\s*\.?\s*\(\s*(?:[a-z]|[ivx]{1,4})\s*\)|\.?[a-z](?![A-Za-z0-9])){0,2})"
_MARK = re.compile(
    rf"[ \t>]*(?P<head>#{{1,6}}[ \t]*|\\(?:sub){{0,2}}section\*?\{{|\\paragraph\*?\{{|\\textbf\{{|\\item[ \t]*\[)?(?P<bold>[*_]{{0,3}})[ \t]*{_STEM}{_PATH}"
    r"(?P<stop>[ \t]*(?:[.):]+|-(?=\s))?)[*_]{0,3}[ \t]*(?P<close>[}\]])?[:.)*_]*(?=\s|$|[\$\\])",
    re.I,
)
_LETTER = re.compile(
    r"[ \t>]*(?:#{1,6}[ \t]*|\\item[ \t]*\[)?[*_]{0,3}(?:part[ \t]+)?(?:\((?P<a>[a-z]|[ivx]{1,4})\)|(?P<b>[a-z])\))[*_]{0,3}\]?[:.]?(?=\s|$)",
    re.I,
)


def path_of(label: str) -> Path:
    """A label as the steps that lead to it: `1.2(b)` is 1, 2, b."""
    return tuple(re.findall(r"\d+|[a-z]+", label.lower()))


def by_label(text: str, labels: Sequence[str]) -> dict[str, list[Span]]:
    """The pieces of a text below lines that begin with a label of the document (`1.2`, `**Question 2(b)**`, `## 3`).

    Bare numbers (`2.` as a line of a list) count only where a heading has named their section: a derivation may number its steps.
    """
    paths = {path_of(label): label for label in labels}
    marks: list[tuple[int, int, str]] = []
    context: Path = ()
    scope: Path = ()
    lines = _lines(text)
    lettered = any(_LETTER.match(line) for _, line in lines)
    depth = 0
    counts: list[int] = []
    for start, line in lines:
        counted = _counted(line, counts)
        if counted and scope and len(counts) == 1:
            # The items of a list below a heading are numbered as LaTeX numbers them, or lettered where the document letters them.
            steps = (str(counted), chr(ord("a") + counted - 1)) if counted <= 26 else (str(counted),)
            opened = next((o for s in steps if (o := _resolve((s,), scope, paths, False, False, lettered)) and o[1]), None)
            if opened is not None:
                context, label = opened
                marks.append((start, start + line.index("\\item") + 5, label))
                continue
        found = _MARK.match(line)
        letter = _LETTER.match(line) if not found else None
        if found:
            path = path_of(found["path"])
            heading = bool(found["head"] and "[" not in found["head"] or found["word"]) or len(path) > 1
            # "Part 1" below "Question 2" is the first part of that question.
            if found["open"] and ")" not in found["stop"]:
                continue
            part = (
                (found["word"] or "").lower() in ("part", "p", "task") and bool(scope) and scope not in paths and len(path) == 1
            )
            opened = _resolve(
                path, scope, paths, heading and not part, part or bool(found["bold"] or found["head"]), lettered and not part
            )
            level = len(found["head"].strip()) if (found["head"] or "").startswith("#") else 0
            if opened is None:
                if found["word"] or (level and level <= depth):
                    # A question that the document does not have: what stands below it answers none of its questions.
                    marks.append((start, start + found.end(), ""))
                continue
            context, label = opened
            depth = level or depth
            if (heading and not part) or context[:1] != scope[:1]:
                # "1) 2. …": the numbers on the lines below are of the same question.
                scope = context[:-1] if found["nested"] else context
            marks.append((start, start + found.end(), label))
        elif letter and context:
            step = (letter["a"] or letter["b"]).lower()
            for base in (context, context[:-1]):
                candidate = _lettered((*base, step), paths)
                if candidate:
                    context = (*base, step)
                    marks.append((start, start + letter.end(), paths[candidate]))
                    break
    return _pieces(text, marks)


def _counted(line: str, counts: list[int]) -> int:
    """The number of a plain `\\item` at the beginning of a line, 0 where there is none; `counts` are the numbered lists that are open."""
    text = line.strip()
    for m in re.finditer(r"\\(begin|end)\{enumerate\}", text):
        if m[1] == "begin":
            counts.append(0)
        elif counts:
            counts.pop()
    text = re.sub(r"^\\begin\{enumerate\}(\[[^\]]*\])?\s*", "", text)
    if not counts or not re.match(r"\\item(?![a-zA-Z]|\s*\[)", text):
        return 0
    counts[-1] += 1
    return counts[-1]


def _resolve(
    path: Path, scope: Path, paths: dict[Path, str], heading: bool, bold: bool, lettered: bool
) -> tuple[Path, str] | None:
    """The new context and the label that a mark opens ("" for a heading above labels); None where it is no mark. `scope` is what the
    last heading named; below a heading that is a label itself, numbers count steps.

    A heading, a word (`Question 2`) or a longer path names its place in full. A bold number is an item of the section before it,
    unless items are lettered; a bare number is never more than that.
    """
    below = [(*scope, *path)] if scope and scope not in paths and len(path) == 1 else []
    if heading:
        candidates = [path, *below]
    elif bold:
        candidates = [path, *below] if lettered else [*below, path]
    else:
        candidates = below
    for candidate in candidates:
        exact = candidate if candidate in paths else _lettered(candidate, paths)
        if exact:
            return candidate, paths[exact]
        inner = [p for p in paths if p[: len(candidate)] == candidate]
        if inner:
            # A heading "3" above the only question of section 3 is that question's.
            return candidate, paths[inner[0]] if len(inner) == 1 else ""
    return None


def _lettered(path: Path, paths: dict[Path, str]) -> Path | None:
    """`1(b)` for the second question of section 1, where the document numbers it 1.2."""
    if path in paths:
        return path
    if len(path) < 2 or not path[-1].isalpha() or len(path[-1]) != 1:
        return None
    numbered = (*path[:-1], str(ord(path[-1]) - ord("a") + 1))
    lettered = any(len(p) > 1 and p[-1].isalpha() for p in paths)
    return numbered if numbered in paths and not lettered else None


def _pieces(text: str, marks: list[tuple[int, int, str]]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for k, (_, end, label) in enumerate(marks):
        stop = marks[k + 1][0] if k + 1 < len(marks) else len(text)
        if label:
            found.setdefault(label, []).append((end, stop))
    return found


def _lines(text: str) -> list[tuple[int, str]]:
    """Lines outside displayed formulas, with their places."""
    masked = list(text)
    at = 0
    while match := DISPLAY.search(text, at):
        at = match.end()
        if _STRONG.search(match.group()):
            # A stray `$$` does not swallow the next question.
            at = match.start() + 2
            continue
        masked[match.start() : match.end()] = ["\n" if c == "\n" else "\x01" for c in match.group()]
    return [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", "".join(masked)) if not m.group().startswith("\x01")]


def by_numbering(text: str, labels: Sequence[str]) -> dict[str, list[Span]]:
    """The items of a submission that is built like the document: its sections and items are counted in the same way."""
    try:
        document = read_document(text)
    except GradatimError:
        return {}
    found: dict[str, list[Span]] = {}
    for item in document.items:
        if item.label in labels:
            found.setdefault(item.label, []).append((_after_marker(text, item.span[0]), item.answer_span[1]))
    return found


def _after_marker(text: str, at: int) -> int:
    found = re.compile(r"[ \t]*(?:[-*+•]|\(?\w{1,4}[.)]|\\item(?:[ \t]*\[[^\]]*\])?)(?=\s|$)").match(text, at)
    return found.end() if found else at


# ---------------------------------------------------------------- by what a formula claims


def by_claim(text: str, tasks: Sequence[Task]) -> dict[str, list[Span]]:
    """Formulas without any label: each goes to the only question whose derivative stands left of its `=`, with the
    formulas before it that claim nothing."""
    asked: dict[tuple[str, ...], list[str]] = {}
    for task in tasks:
        if task.ask is not None:
            asked.setdefault(_key(task.ask), []).append(task.label)
    unique = {key: names[0] for key, names in asked.items() if len(names) == 1}
    found: dict[str, list[Span]] = {}
    start = 0
    for match in DISPLAY.finditer(text):
        latex = next(g for g in (match["a"], match["b"], match["c"]) if g is not None)
        claim = find_ask(f"Find ${_first_side(latex)}$, the derivative.")
        label = unique.get(_key(claim)) if isinstance(claim, Ask) else None
        if label:
            found.setdefault(label, []).append((start, match.end()))
            start = match.end()
    return found


def _first_side(latex: str) -> str:
    return re.sub(r"\\begin\{[a-z]+\*?\}(?:\{[^{}]*\})?|&", " ", latex.split("=", 1)[0]).strip()


def _key(ask: Ask) -> tuple[str, ...]:
    """Function and variables without styling, arguments and spaces."""
    return tuple(_unstyled(x) for x in (re.split(r"=|\((?!\d)", ask.function)[0], *ask.wrt))


def _unstyled(name: str) -> str:
    name = re.sub(r"\\(?:mathbf|boldsymbol|mathcal|mathrm|bm|vec)(?![A-Za-z])", "", name)
    return re.sub(r"[\s{}]", "", name)


__all__ = ["by_claim", "by_label", "by_numbering", "heading", "path_of"]
