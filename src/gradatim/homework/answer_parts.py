"""The parts of one answer: the way (derivation) and the final result, told apart by headings, environments and boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.homework.document import DISPLAY

_ROLES = {
    "derivation": "way", "working": "way", "work": "way", "proof": "way", "steps": "way", "justification": "way",
    "final result": "final", "final answer": "final", "result": "final", "final": "final",
    "solution": "whole", "answer": "whole", "answers": "whole", "your answer": "whole", "my answer": "whole", "response": "whole",
}  # fmt: skip
_NAMES = "|".join(sorted((re.escape(r).replace(r"\ ", r"\s+") for r in _ROLES), key=len, reverse=True))
_HEADING = re.compile(
    rf"[ \t>]*#{{0,6}}[ \t]*(?:\\(?:textbf|emph|textit|underline|paragraph|sub(?:sub)?section|section)\*?\{{)?[*_]*(?:your|my|the|student)?\s*"
    rf"(?P<role>{_NAMES})\s*(?:box)?[*_]*\s*\}}?\s*(?P<stop>[:.]?)[*_]*\}}?[ \t]*(?P<rest>.*)$",
    re.I,
)
_ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\{(?P<name>solution|answer|proof|tcolorbox|mdframed|framed|quote|boxedminipage|minipage|center|answerbox|solutionbox|"
    r"solutionorbox|shaded)\*?\}(?:\[[^\]\n]*\])?"
)
_SIMPLE = re.compile(
    r"\\(?:noindent|newpage|clearpage|vspace\*?\{[^{}]*\}|vfill|hfill|bigskip|medskip|smallskip|pagebreak|qed)(?![A-Za-z])"
    r"|\\(?:begin|end)\{(?:document|enumerate|itemize|questions|parts|description)\}(?:\[[^\]\n]*\])?"
)
_BOX = re.compile(r"\\(?:boxed|fbox|framebox|ovalbox)\s*\{")
_MARKER = re.compile(
    r"\s*(?:#{1,6}\s*)?(?:[*_]{2})?(?:[-*+•]|\\item(?:\s*\[[^\]]*\])?|\(?\w{1,4}[.)]|(?:question|problem|exercise|part|q)\s*[\d.]+\s*(?:\([a-z]\))?[.:)]?)"
    r"[*_]{0,2}(?:\s+|$)",
    re.I,
)
_POINTS = re.compile(r"^\s*[\[(]\s*\d+(?:\.\d+)?\s*(?:points?|pts?\.?|marks?)\s*[\])]\s*", re.I)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_EMPTY = re.compile(r"[\s$#*_>|\-–—=.…?~:\\{}\[\]]*")


@dataclass(frozen=True, slots=True)
class Parts:
    """`final` is the text of the final result ("" where the answer does not set it apart), `way` all before and around it,
    `whole` everything; `boxed` says that a box marks the final result."""

    whole: str
    way: str
    final: str
    boxed: bool = False


def split_parts(answer: str) -> Parts:
    """The parts of an answer. Where several final results stand, the last that is not empty counts."""
    text = _SIMPLE.sub(" ", _COMMENT.sub(" ", answer))
    pieces: list[tuple[str, list[str]]] = [("whole", [])]
    for line in _lines(text):
        role, rest = heading(line)
        if role:
            pieces.append((role, [rest] if rest else []))
        else:
            pieces[-1][1].append(line)
    texts = [(role, _ENVIRONMENT.sub(" ", "\n".join(lines)).strip()) for role, lines in pieces]
    finals = [t for role, t in texts if role == "final" and not blank(t)]
    ways = [t for role, t in texts if role != "final" and not blank(t)]
    whole = "\n\n".join(t for _, t in texts if not blank(t))
    if finals:
        return Parts(whole, "\n\n".join(ways), finals[-1])
    boxes = list(_boxes(whole))
    if boxes:
        unboxed = whole
        for a, b, inner in reversed(boxes):
            unboxed = unboxed[:a] + inner + unboxed[b:]
        last = boxes[-1][2].strip()
        return Parts(unboxed, unboxed, last if "$" in last or "\\(" in last else f"$${last}$$", True)
    return Parts(whole, whole, "")


def heading(line: str) -> tuple[str, str]:
    """The role that a line gives to what follows, and what of the line belongs to it; ("", "") for any other line."""
    if "\\begin{" in line and (found := _ENVIRONMENT.search(line)) and "\\begin" in found.group():
        role = "way" if found["name"] == "proof" else "whole"
        return role, line[found.end() :].strip()
    found = _HEADING.match(line)
    if not found or (found["rest"].strip() and not found["stop"]):
        return "", ""
    return _ROLES[re.sub(r"\s+", " ", found["role"].lower())], found["rest"].strip().strip("*_ ")


def _lines(text: str) -> list[str]:
    """The lines of a text; a displayed formula is never cut."""
    masked = DISPLAY.sub(lambda m: m.group().replace("\n", "\x02"), text)
    return [line.replace("\x02", "\n") for line in masked.split("\n")]


def _boxes(text: str) -> list[tuple[int, int, str]]:
    found = []
    at = 0
    while match := _BOX.search(text, at):
        depth, k = 1, match.end()
        while k < len(text) and depth:
            depth += (text[k] == "{" and text[k - 1] != "\\") - (text[k] == "}" and text[k - 1] != "\\")
            k += 1
        if not depth:
            found.append((match.start(), k, text[match.end() : k - 1]))
        at = k
    return found


def blank(text: str) -> bool:
    """Whether nothing is answered: only headings of boxes, rules and empty environments."""
    for line in _lines(_COMMENT.sub(" ", text)):
        role, rest = heading(line)
        left = _SIMPLE.sub("", _ENVIRONMENT.sub("", rest if role else line))
        if not _EMPTY.fullmatch(left):
            return False
    return True


def bare(question: str) -> str:
    """A question's words without the marker of its item and its points."""
    return _POINTS.sub("", _MARKER.sub("", question, count=1)) if _MARKER.match(question) else _POINTS.sub("", question)


__all__ = ["Parts", "bare", "blank", "heading", "split_parts"]
