r"""What stands in boxes of upright text: names and functions, and words of English, which are no factors of a product."""

from __future__ import annotations

import re

from gradatim.read.spelling import function_word

_PROSE = frozenset(
    "if for all when whenever otherwise else or where subject such that is are be being then since because so thus hence as the an "
    "which we have let every each any some not unless over given assume assuming suppose here note using independent".split()
)
_SHORT = re.compile(r"(?:s\.\s?t|w\.\s?r\.\s?t|i\.\s?e|e\.\s?g)\.?")
_PUNCTUATED = re.compile(r"[A-Za-z]{3,}\s*[:,;](?!\s*\w\s*[)\]])|[:,;]\s*[A-Za-z]{3,}|[!?]|\(\s*an?\s")
_WITH_NUMBER = re.compile(r"[A-Za-z]{2,}\d+")
"""An upright word with a number at its end is one name, as `\\operatorname{relu6}`: no product."""
BESIDE = "state what is said of the names beside the formula, as its declarations"
_OPENING = re.compile(r"(?:min|max)imi[sz](?:e|ing)(?:\s+over)?|let|suppose|consider|define", re.IGNORECASE)
"""What is written before a statement and is no part of it."""


def box(text: str, opens: bool) -> tuple[str, str]:
    """What a box of upright text is, and its text: a kind of token; `space` where it says nothing; `says` for words that are not
    read; "" for a formula in upright type. `opens` tells whether a statement begins here."""
    if text.strip(" .,;:") in ("where", "with", "and"):
        return "sep", text
    if function_word(text):
        return "word", text
    if _OPENING.fullmatch(text):
        return ("space" if opens else "says"), text
    if says(text):
        return "says", text
    if text.isalpha() and text.isascii():
        return "name", text if len(text) == 1 and text not in "T" else f"\\mathrm{{{text}}}"
    if text and all(t.isalpha() or t in "-–. " for t in text) or _WITH_NUMBER.fullmatch(text):
        return "name", f"\\mathrm{{{text}}}"
    return ("" if text.strip(".,;:") else "space"), text


def says(text: str) -> bool:
    """Whether the words of a box say something and name nothing: `for all`, `squared:`, `(a quadratic)`."""
    if _SHORT.fullmatch(text.strip()):
        return True
    words = re.findall(r"[A-Za-z]+", text)
    return any(w.lower() in _PROSE for w in words) or _PUNCTUATED.search(text) is not None


def without_label(source: str, at: int) -> int:
    """Where the label below or above a brace ends, `_{\\text{loss}}`, of which the brace ends at `at`."""
    found = re.compile(r"\s*[_^]\s*").match(source, at)
    if found is None:
        return at
    level, k = 0, found.end()
    for k in range(found.end(), len(source)):
        level += (source[k] == "{") - (source[k] == "}")
        if level <= 0:
            break
    return min(k + 1, len(source))


_BRACED_ANGLE = re.compile(r"(?<![\^_])\{\s*(\\[lr]angle)\s*\}")
_OPENED = re.compile(r"\\langle\s*(\{)")
_CLOSED = re.compile(r"\}\s*(?:\\(?:right|[bB]igg?r?)\s*)?\\rangle")


def without_braced_angles(text: str) -> str:
    """`{\\langle}{X, AX}{\\rangle}`, braced for its spacing, with blanks for these braces: every other character keeps its place."""
    text = _BRACED_ANGLE.sub(lambda m: m.group().replace("{", " ").replace("}", " "), text)
    for m in _OPENED.finditer(text):
        level, k = 0, m.start(1)
        while k < len(text) and (level := level + (text[k] == "{") - (text[k] == "}")):
            k += 1
        if _CLOSED.match(text, k):
            text = f"{text[: m.start(1)]} {text[m.end(1) : k]} {text[k + 1 :]}"
    return text


__all__ = ["BESIDE", "box", "says", "without_braced_angles", "without_label"]
