"""Parts that stand within a line: `1. Let f(x) = … . (a) Find the gradient. (b) Find the Hessian.`"""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"(?:^|[.:;?!,$}\]]|\band)[ \t]*(?P<label>[*_]*(?:\((?P<letter>[a-h])\)|(?<![(\w])(?P<half>[a-h])\))[*_]*)[ \t]+(?=\S)", re.M
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_BEGINS = re.compile(
    r"\W{0,40}(?:\[\d{1,3}\]\W{0,40}|\d{1,3}(?:\.\d+)?\s*(?:points?|pts?|marks?|credits?|p)\b\W{0,40})?(?:find|compute|derive|show|give|determine|calculate|evaluate|"
    r"prove|explain|write|what|is|are|state|verify|differentiate|obtain|using|"
    r"use|name|list|sketch|plot|draw|describe|discuss|argue|identify|propose|suggest|comment|interpret|justify|implement|minimi[sz]e|solve|how|why|for\s+which|"
    r"for\s+what|under|can|does|do|give|which|when|where|hence|then|now|simplify|deduce|conclude|repeat|check)\b",
    re.I,
)


def inline_parts(text: str) -> list[int]:
    """Where the parts begin that a line holds after its beginning: (a), (b), … in order in one paragraph, each of which asks."""
    found: list[int] = []
    run: list[re.Match[str]] = []
    for m in [*_LABEL.finditer(text), None]:
        follows = m is not None and run and _letter(m) == chr(ord(_letter(run[-1])) + 1)
        if follows and m is not None and not _PARAGRAPH.search(text, run[-1].end(), m.start()):
            run.append(m)
            continue
        found += _asked(text, run)
        run = [m] if m is not None and _letter(m) == "a" else []
    return found


def _asked(text: str, run: list[re.Match[str]]) -> list[int]:
    if len(run) < 2 or not all(_BEGINS.match(text, m.end()) for m in run):
        return []
    return [at for m in run if text[text.rfind("\n", 0, at := m.start("label")) + 1 : at].strip()]


def _letter(m: re.Match[str]) -> str:
    return m["letter"] or m["half"]


__all__ = ["inline_parts"]
