"""Answers that say in words that there is none, or that it stands somewhere else."""

from __future__ import annotations

import re

from gradatim.judge.verdict import Verdict
from gradatim.read.answer_text import CROSSED_OUT

_NOTHING = re.compile(
    r"(?:sorry|i(?:'m| am)?|we|have|had|really|honestly|just|am|is|it|this|the|one|question|part|,|\.|\s)*"
    r"(?:(?:no|not any) (?:idea|clue|answer|solution|attempt|time)|(?:do(?:n'?t| not)|did(?:n'?t| not)|could(?:n'?t| not)|can(?:'?t|not)) "
    r"(?:know|do|finish|solve|get|understand|figure|answer|have|find|remember)[a-z ]*|dunno|idk|n/?a|none|not (?:sure|attempted|answered|done|"
    r"finished|solved)[a-z ]*|skip(?:ped|ping)?[a-z ]*|(?:left |intentionally |left intentionally )*(?:blank|empty)|unanswered|ran out of time|out of time|"
    r"no time[a-z ]*|todo|tbd|to do|nothing|pass|(?:i )?g[ai]ve up)"
    r"(?:[ ,.:;!–—-]*(?:sorry|apologies|unfortunately|:?\())*",
    re.I,
)
_ELSEWHERE = re.compile(
    r"(?:see|same as|as in|cf\.?|refer to|shown|done|answered|from|follows from)\b[\w\s.,()#:§'-]{0,60}", re.I
)


def unsaid(text: str) -> Verdict | None:
    """The verdict on words such as "no idea" (blank) and "see 2" (a person has to look); None for anything else."""
    text, struck = CROSSED_OUT.subn(" ", text)
    if struck and not text.strip():
        return Verdict("blank", message="all of the answer is crossed out", as_written="blank")
    said = re.sub(r"[’`]", "'", text)
    said = re.sub(r"\\(?:text\w*|emph|mbox)\{([^{}]*)\}", r"\1", said).strip(" \t\n.!?:;,()[]{}*_~$-–—…\"'")
    said = re.sub(r"\s+", " ", said)
    if said and _NOTHING.fullmatch(said):
        return Verdict("blank", message="the answer says that there is none", as_written="blank")
    if _ELSEWHERE.fullmatch(said):
        message = "it refers to another place"
        return Verdict("unreadable", certainty="could not read", message=message, as_written="unreadable")
    return None


__all__ = ["unsaid"]
