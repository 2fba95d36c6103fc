"""A second look where the last formula of an answer is not right: what it says beside its answer may have been taken for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradatim.judge.lines import is_blank
from gradatim.judge.target import Target, alike, turned
from gradatim.judge.verdict import Verdict
from gradatim.read.stated import Answer, Line, Member
from gradatim.term import Term

_MATH = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.S)
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_CASES = re.compile(r"\b(?:otherwise|else)\b|(?:\b(?:if|when|for)\s*\$[^$]*(?:[<>=]|\\(?:le|ge|ne|in)).*){2}", re.S)
_OR = re.compile(
    r"[\s$.,;()]*(?:or|or maybe|or perhaps|or else|/|vs\.?|else|alternatively|maybe|not sure,? or)[\s$.,;:()]*", re.I
)
TWO = "two different answers are given; a person should look at this"
_AGAINST = re.compile(
    r"\b(?:not|wrong|incorrect|isn'?t|doesn'?t|instead|but|no|never|times|plus|minus|over|divided|multiplied|multiply|actually|correction|mistake|sorry)\b",
    re.I,
)
"""Words after which the formula before them may not be meant."""
_CONCLUDES = re.compile(r"\b(?:so|hence|thus|then|therefore|get|obtain|becomes|gives|yields|answer|finally|result|final)\b", re.I)
_SAID_OF = re.compile(r"[\s$]*(?:is|are|has|have|must|vanishes|exists|holds)\b")
BROKEN = "the answer is right if a formula goes on after a break without a sign; a person should look at this"
DOUBT_LATER = "two formulas of the answer could be meant, and only the later one is right; a person should look at this"
DOUBT = "two formulas of the answer could be meant, and only the earlier one is right; a person should look at this"


def earlier(answer: Answer, line: Line) -> Iterator[tuple[Line, Member]]:
    """The formulas before the last one that could be the answer, the latest first; none for a line that goes on with a chain or
    claims the derivative."""
    if line.head is not None or line.continues:
        return
    place = next((k for k, other in enumerate(answer.lines) if other is line), 0)
    for other in reversed(answer.lines[:place]):
        if other.defines or not other.members or is_blank(other.members[-1]):
            continue
        if other.members[-1].term is not None:
            yield other, other.members[-1]


def two_answers(answer: Answer, line: Line) -> Line | None:
    """The line before the last one where "or" stands between them: two answers, unless they are one in two forms."""
    place = next((k for k, other in enumerate(answer.lines) if other is line), 0)
    before = answer.lines[place - 1]
    if not place or line.continues or before.defines or not _one_claim(line, before):
        return None
    gap = answer.text[answer.lines[place - 1].span[1] : line.span[0]]
    return answer.lines[place - 1] if _OR.fullmatch(gap) else None


def _one_claim(line: Line, before: Line) -> bool:
    """Whether two lines claim nothing, or the same derivative."""
    a, b = line.head, before.head
    return (a is None and b is None) or (a is not None and b is not None and (a.of, a.wrt, a.entry) == (b.of, b.wrt, b.entry))


def concludes(answer: Answer, line: Line) -> bool:
    """Whether the last line gives the derivative a name of the writer's own: "hence $H = …$"."""
    if not line.defines or not line.members or line.members[-1].term is None or len(answer.lines) < 2:
        return False
    if any(other.head is not None for other in answer.lines):
        return False
    return _CONCLUDES.search(answer.text[answer.lines[-2].span[1] : line.span[0]]) is not None


def is_remark(answer: Answer, line: Line, term: Term | None, target: Target) -> bool:
    """Whether the last formula only says something of the answer before it, in a sentence: it has another shape."""
    place = next((k for k, other in enumerate(answer.lines) if other is line), 0)
    if not place:
        return False
    gap = answer.text[answer.lines[place - 1].span[1] : line.span[0]]
    if not _WORD.search(gap.replace("\\text", " ")) or _AGAINST.search(_MATH.sub(" ", answer.text)):
        return False
    if _CONCLUDES.search(gap) and not _SAID_OF.match(answer.text[line.span[1] :]):
        return False
    flipped = turned(target.right)
    return term is None or not (alike(term.type, target.right.type) or (flipped is not None and alike(term.type, flipped.type)))


_DOES = re.compile(
    r"\b(?:twice|half(?:\s+of)?|double|thrice|minus|plus|times|(?:transpose|inverse|negative|opposite|reciprocal|square|root|cube|product|sum"
    r"|difference|quotient|ratio|logarithm|exponential|trace|diagonal)\s+of)(?:\s+(?:the|matrix|vector|matrices|vectors|column|row))*\s*"
    r"(?:\$[^$]*\$\s*(?:,|and)\s*)*\$*\s*$",
    re.I,
)
_DONE = re.compile(
    r"\s*\$*\s*(?:times|plus|minus|transposed|inverted|squared|halved|doubled|(?:multiplied|divided)\s+by)\b", re.I
)
DONE = "words beside the formula do something to it, and only the formula is read; a person should look at this"


def done_in_words(answer: Answer, line: Line, member: Member) -> bool:
    """Whether words just before or behind the formula that answers change it: "twice $Aᵀr$", "$Aᵀr$ times 2"."""
    start = line.members[0].span[0] if line.head is None else member.span[0]
    return _DOES.search(answer.text[:start]) is not None or _DONE.match(answer.text, line.span[1]) is not None


def in_words(text: str) -> Verdict | None:
    """What is said of an answer whose cases stand in words: "$x$ if $t > 0$ and $0$ otherwise"; None for any other."""
    words = _MATH.sub(lambda m: "$=$" if re.search(r"[<>=]|\\(?:le|ge|ne|in)", m.group()) else "$$", text)
    plain = "$" not in text and "\\" not in text and re.search(r"\b(?:if|when|for|where)\b", text) is not None
    if "\\begin{cases}" in text or not _CASES.search(words) or (len(_MATH.findall(text)) < 2 and not plain):
        return None
    said = "the answer is given by cases in words; a person should look at this"
    return Verdict("undecided", certainty="could not decide", message=said)


__all__ = [
    "BROKEN",
    "DONE",
    "DOUBT",
    "DOUBT_LATER",
    "TWO",
    "concludes",
    "done_in_words",
    "earlier",
    "in_words",
    "is_remark",
    "two_answers",
]
