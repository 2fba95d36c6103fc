"""Another reading of an answer's text, tried where the text as it stands is wrong: how far a sum reaches, what diag does to a matrix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradatim.read.scope import Assumption

_SUM = re.compile(r"\\sum\s*(?:(?:\\limits)?\s*[_^]\s*(?:\{[^{}]*\}|\w))*\s*|∑\s*|Σ[ᵢⱼₖₙ]?\s*")
_END = re.compile(r"[=;,\n$&]|\\\\|\\text|\\quad|$")
_DIAG = re.compile(r"(?:\\(?:mathrm|operatorname|text)\s*\{\s*diag\s*\}|\\diag|(?<![A-Za-z\\])diag)\s*(?:\\left)?\s*(?=\()")

_IN_WORDS = re.compile(
    r"\s*(?P<head>[^=]*=)?(?P<a>[^=]+?)\s*,?\s*\b(?:if|when|whenever|for|where)\b\s+(?P<c>[^,;]+?)\s*(?:[,;.]\s*(?:and\s+)?|\band\s+|\s(?=else\b))"
    r"(?:else\s+(?P<e>.+)|(?P<b>[^,;]+?)\s*,?\s*\b(?:otherwise|elsewhere|else|if\s+not)\b)[\s.]*",
    re.I | re.S,
)
"""Two cases in words: `−yx if y wᵀx < 1, 0 otherwise`."""
CASES = "the cases that stand in words are read as such"
REACH = "the answer is right if the sum takes in all that stands behind it, and wrong as it is written: brackets would say which"
BELOW = (
    "the answer is right if all that stands close behind `/` is divided by, and wrong as it is written: brackets would say which"
)
DASH = "the answer is right if the stroke before it is a dash, and wrong if it is a minus: a person should look at this"
DIAGONAL = "diag of a matrix is taken as the matrix with its diagonal alone"


def seen_by(text: str, function: str, parameter: str, variables: Sequence[str]) -> str:
    """The text with h(w) as h(x), where h(x) = σ(wᵀx) is what the question defines and w what it asks by: the h of the question, seen as
    a function of w. The same text where nothing of the kind stands in it."""
    for variable in variables:
        called = re.compile(rf"(?<![A-Za-z\\])({re.escape(function)})\s*\(\s*{re.escape(variable)}\s*\)")
        text = called.sub(lambda m: f"{m[1]}({parameter})", text)
    return text


def as_cases(text: str) -> str:
    """A text whose two cases stand in words with the cases as a formula; "" where no such cases stand in it."""
    found = _IN_WORDS.fullmatch(re.sub(r"\$\$?|\\\(|\\\)|\\text\s*\{([^{}]*)\}", lambda m: m[1] or " ", text))
    if found is None:
        return ""
    head, other = (found["head"] or "").strip(), (found["e"] or found["b"]).strip(" .")
    other = "0" if other.lower() in ("zero", "it is 0", "it is zero") else other
    return rf"{head} \begin{{cases}} {found['a'].strip()} & {found['c'].strip()} \\ {other} & \text{{otherwise}} \end{{cases}}"


def reaching(text: str, assumed: Sequence[Assumption] = ()) -> Iterator[str]:
    """The text with all that follows a sum, up to the end of its formula, in brackets below it."""
    for found in list(_SUM.finditer(text))[-2:]:
        start = found.end()
        stop = _END.search(text, start)
        end = stop.start() if stop is not None else len(text)
        rest = text[start:end]
        if _outside(rest) and _balanced(rest):
            yield f"{text[:start]}({rest}){text[end:]}"


_SLASH = re.compile(r"`(?P<whole>[^`]+)` is read as \(`(?P<quotient>[^`]+)`\) times ")
_DASHED = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}(?P<dash>\s+[-–—−](?=\s*\S))")


def closed(text: str, assumed: Sequence[Assumption]) -> Iterator[str]:
    """The text with what stands close behind a slash in brackets, where the reader took it for a factor: `‖x − a‖²/2s²`."""
    for found in (_SLASH.match(a.text) for a in assumed):
        if found and not (rest := found["whole"].removeprefix(found["quotient"]))[:1].isspace():
            top, _, below = found["quotient"].rpartition("/")
            yield text.replace(found["whole"], f"{top}/({below}{rest})")


def undashed(text: str, assumed: Sequence[Assumption] = ()) -> Iterator[str]:
    """The text without the dash behind its words: "Final answer - 2Ax"."""
    for m in _DASHED.finditer(text):
        yield text[: m.start("dash")] + " :" + text[m.end("dash") :]


_INSIDE = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_SLOPE = re.compile(rf"\\[dt]?frac\s*(?=\{{\s*\\partial){_INSIDE}\s*(?=\{{\s*\\partial){_INSIDE}")
ROWS = "the answer is right if the derivatives in it are rows, as in numerator layout, and wrong if they are columns"


def as_rows(text: str, assumed: Sequence[Assumption] = ()) -> Iterator[str]:
    """The last formula of a text with the derivatives in it as rows, turned back into a column."""
    start = max(text.rfind("="), text.rfind("\n"), text.find("$")) + 1
    end = text.find("$", start) if "$" in text[start:] else len(text)
    inside = text[start:end].strip()
    if _SLOPE.search(inside) and _balanced(inside):
        turned = _SLOPE.sub(lambda m: rf"\left({m.group()}\right)^T", inside)
        yield rf"\left({turned}\right)^T"


OTHERWISE = ((REACH, reaching), (BELOW, closed), (DASH, undashed), (ROWS, as_rows))
"""What else a wrong answer may say, and what is then told."""


def _outside(rest: str) -> bool:
    """Whether a plus or minus stands outside all brackets, behind something."""
    depth = 0
    for k, c in enumerate(rest):
        depth += (c in "([{") - (c in ")]}")
        if c in "+-−" and not depth and rest[:k].strip():
            return True
    return False


def _balanced(rest: str) -> bool:
    depth = 0
    for c in rest:
        depth += (c in "([{") - (c in ")]}")
        if depth < 0:
            return False
    return depth == 0


def on_diagonal(text: str) -> str:
    """The text with diag(M) as M ∘ I; the same where none stands in it."""
    while (found := _DIAG.search(text)) is not None:
        depth, k = 0, found.end()
        while k < len(text):
            depth += (text[k] == "(") - (text[k] == ")")
            k += 1
            if not depth:
                break
        if depth:
            return text
        inside = text[found.end() : k].removesuffix(")")
        inside = re.sub(r"\\right\s*$", "", inside[1:])
        text = f"{text[: found.start()]}(({inside})\\circ I){text[k:]}"
    return text


__all__ = ["CASES", "DIAGONAL", "OTHERWISE", "as_cases", "on_diagonal", "seen_by"]
