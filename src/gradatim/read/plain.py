"""Declarations typed without `$`: which of the characters are mathematics.

`A is an m x n matrix, b: m, x in R^n` becomes `$A$ is an $m \\times n$ matrix, $b$ of size $m$, $x \\in R^n$`, so that one reader
of prose serves both. Every character of the marked text knows the place it came from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from gradatim.patterns import late
from gradatim.read.spelling import GREEK_WORDS, SUPERSCRIPTS

_SCRIPT = r"(?:_\{[^{}]*\}|\^\{[^{}]*\}|\^\([^()]*\)|[_^][A-Za-z0-9]|\d|['′₀-₉ᵢⱼ]|[̂̄̃])"
_LETTER = r"(?:\\(?![lc]?dots(?![A-Za-z]))[A-Za-z]+(?:\{[^{}]*\}|\s(?=[A-Za-z]\b)[A-Za-z])?|[A-Za-zͰ-Ͽ\U0001d400-\U0001d7ff]̂?̄?̃?)"
_GREEK = r"(?:" + "|".join(sorted(map(re.escape, GREEK_WORDS), key=lambda w: (-len(w), w))) + r")"
_DIGITS = r"\d{1,9}(?!\d)"
# Bounds where no author goes further: without them a text of 100,000 digits is read from each of its digits to the end.
_NAME = rf"(?:{_GREEK}(?![A-Za-z]){_SCRIPT}{{0,24}}|{_LETTER}(?![A-Za-z]){_SCRIPT}{{0,24}})"
_PLAIN_SIDE = rf"(?:\d{{0,4}}\(?(?:{_NAME}|{_DIGITS})(?:\s?[+\-]\s?(?:{_NAME}|{_DIGITS})){{0,8}}\)?)"
_SIDE = rf"(?:{_LETTER}\({_LETTER}\s?[+\-]\s?{_DIGITS}\)/{_DIGITS}|{_PLAIN_SIDE})"
_TIMES = r"(?:\s*×\s*|\s*\\times\s*|\s+x\s+|(?<=\w)x(?=\w)|\s+by\s+|-by-)"
_COMPACT = r"(?:(?!exp|max)[a-z0-9]x[a-z0-9])(?![A-Za-z0-9])"
_SIZE = late(rf"(?<![A-Za-z\\])(?:{_COMPACT}|{_SIDE}(?:{_TIMES}{_SIDE}){{1,8}})(?![A-Za-z])")
_DOTS = r"(?:\.\.\.|…|\\[lc]?dots(?![A-Za-z]))"
_NAMES = rf"{_NAME}(?:\s*,\s*(?:and\s+)?(?:{_DOTS}\s*,\s*)?{_NAME}|\s+and\s+{_NAME})*"
_RUN = late(rf"(?<![A-Za-z\\])({_NAME}(?:\s*,\s*{_NAME})*\s*,\s*{_DOTS}\s*,\s*{_NAME})(?![A-Za-z(])")
_LIST = late(rf"(?<![A-Za-z\\]){_NAMES}")
_COMMAS = late(rf"(?<![A-Za-z\\]){_NAME}(?:\s*,\s*{_NAME})*")
_RAISED = "".join(SUPERSCRIPTS).replace("ᵀ", "")
_SPACE = rf"(?:ℝ|R|\\mathbb\s*\{{?R\}}?|\\R|\\Re|S|\\mathbb\s*\{{?S\}}?)(?![A-Za-z])(?:[_^](?:\{{[^{{}}]*\}}|\((?:[^()]|\([^()]*\))*\)(?:/\d)?|[A-Za-z0-9+]+))*(?:(?<=\^\w)\s+x\s+(?:[A-Za-z](?![A-Za-z])(?<![a-ce-jst-zA-CE-JLO-SU-Z](?=\s+(?:is|are|in)\b))|\d+))?[{_RAISED}]*"
_MEMBERS = late(rf"(?<![A-Za-z\\])({_NAMES})\s*(?:∈|\\in\b|\bin\b)\s*({_SPACE})(?![A-Za-z])")
_IN_SPACE = late(rf"(?<![A-Za-z\\])(?:∈|\\in\b|\bin\b)\s*({_SPACE})(?![A-Za-z])")
_SIGN = late(rf"(?<![A-Za-z\\])({_NAMES})\s*(>=|>|≥|≠|!=|≻|⪰)\s*0(?![.\d])")
_RELATIONS = {">=": "\\ge", "≥": "\\ge", "≠": "\\ne", "!=": "\\ne", "≻": "\\succ", "⪰": "\\succeq"}
_MAP = late(rf"(?<![A-Za-z\\])({_NAME})\s*:\s*({_SPACE})\s*(?:→|->|\\to\b|\\rightarrow\b)\s*({_SPACE})(?![A-Za-z])")
_ONE = late(rf"(?<![A-Za-z\\])({_NAME})(?![A-Za-z])")
_SIZED = late(rf"\s*(?::\s*({_SIDE})(?=\s*(?:[,;.]|$))|\(\s*({_SIDE})\s*\))")
_RANGE = late(
    rf"({_NAME})\s*=\s*({_DIGITS})\s*(?:,?\s*(?:\.\.\.?|…|\\[lc]?dots)\s*,?|\bto\b|:)\s*({_NAME}|{_DIGITS})(?![A-Za-z(])"
)
_SPREAD = late(rf"(?<![A-Za-z\\])({_NAME})\s*=\s*([(\[][^()\[\]]*,\s*{_DOTS}\s*,[^()\[\]]*[)\]])(?:\^T|\^\{{T\}}|'|ᵀ)?(\s)?")
"""`x = (x1, x2, …, xn)`: a vector by its entries."""
_STATED = late(rf"(?<![A-Za-z\\])({_NAME})\s*:?=\s*(?=[A-Za-z0-9])")
"""`A = m x n matrix`, `x = vector of length n`: an equals sign that declares."""
_ABBREVIATED = late(
    r"(?:i\.\s?e\.|e\.\s?g\.|s\.\s?t\.|w\.\s?r\.\s?t\.|a\.\s?k\.\s?a\.|i\.\s?i\.\s?d\.|p\.d\.?|p\.s\.d\.?|s\.p\.d\.?)"
)
_END = late(r"[,.;:()]|\b(?:and|with|where|whose)\b")
_OTHER = late(r"[\\_^=<>×∈ℝ{}\[\]→≻⪰]|[^\x00-\x7f]|\d")

_REACH = 400
"""How far from a word is looked for what it belongs to: the length of a long sentence."""
_PART_OF = late(r"\b(?:rows?|columns?|entry|entries|elements?|diagonal|inverse)\s+of\s+$", re.IGNORECASE)
"""After these words a name stands alone: "a row of X, y in R^n" declares y."""

Piece = tuple[int, int, str]
"""From, to, and what is written there instead."""


def mark(
    text: str, verbs: Collection[str], describing: Collection[str], formulas: Sequence[tuple[int, int]] = ()
) -> tuple[str, list[int]]:
    """The text with `$` around its mathematics, and for each of its characters the place in `text`.

    `verbs` and `describing` are the words ("is", "matrix") that tell the article in "a vector" from a name. `formulas` are the
    places of what stands in `$` already: beside it only what cannot be a word is taken for mathematics.
    """
    pieces: list[Piece] = []
    barren: Barren = {}
    at, ahead = 0, 0
    while at < len(text):
        while ahead < len(formulas) and formulas[ahead][1] <= at:
            ahead += 1
        if ahead < len(formulas) and formulas[ahead][0] <= at:
            at = formulas[ahead][1]
            continue
        if short := _ABBREVIATED.match(text, at):
            at = _next(text, short.end() - 1)
            continue
        piece = _piece(text, at, verbs, describing, barren)
        if piece is not None and formulas:
            crosses = ahead < len(formulas) and piece[1] > formulas[ahead][0]
            if crosses or not _no_word(text, piece, describing):
                barren[_SPACED] = max(piece[1], barren.get(_SPACED, 0))
                piece = None
        if piece is not None:
            pieces.append(piece)
        at = piece[1] if piece is not None else _next(text, at)
    return _joined(text, pieces)


_NUMBER_OF_ENTRIES = late(r"(?<![\w.$])\d{1,3}(?=[-‐‑](?:vector|dim))")
"""The 2 of "a 2-vector", "2-dimensional"."""
_COUNTED = late(
    r"(?:parts?|figures?|fig\.|questions?|problems?|sections?|cases?|options?|exercises?|methods?|models?|class|groups?|steps?"
    r"|appendix|items?|tables?|theorems?|lemmas?|versions?|plans?|vitamin|grade|level|type|choice|answers?|student|team)\s+$",
    re.IGNORECASE,
)


_KINDS = ("matrix", "vector", "scalar")


def _no_word(text: str, piece: Piece, describing: Collection[str]) -> bool:
    """Whether what was found beside formulas in `$` can only be mathematics: not the b of "(b)" or of "part b"."""
    a, b, made = piece
    found = text[a:b]
    if (
        _NUMBER_OF_ENTRIES.match(text, a)
        or any(c in found for c in "∈ℝ")
        or "\\dots" in made
        or made.endswith("$ is ")
        or "\\to" in made
        or made.startswith("in $")
    ):
        return True
    if (
        _COUNTED.search(text[max(0, a - 16) : a])
        or text[b : b + 1] == ")"
        or text[max(a - 1, 0) : a] in ("(", "'", "’", "-", ".")
    ):
        return False
    if _SIZE.fullmatch(found):
        return bool(re.search(r"[A-Za-z]", found))
    if re.fullmatch(r"[aAI]", found):
        # Beside formulas a lone A is a name where it is said what it is: "A is", "A symmetric", "A, B".
        after = re.compile(r"\s*(?:,|\s(?:and|is|are|be)\b|∈|\s([a-z-]+))").match(text, b)
        told = after is not None and (after[1] is None or after[1] in describing and after[1] not in _KINDS)
        before = re.search(r"([a-z-]+)\s+$", text[max(0, a - 40) : a])
        return found == "A" and (told or before is not None and before[1] in describing)  # "for symmetric A"
    return _ONE.fullmatch(found) is not None or found.startswith("\\")


_SPACED = late(r"\s*(\S+)")
Barren = dict[re.Pattern[str], int]
"""Up to where the words go at which a pattern has failed: it fails at each word of them, too."""


def _listed(pattern: re.Pattern[str], lists: re.Pattern[str], text: str, at: int, barren: Barren) -> re.Match[str] | None:
    """A pattern that begins with a list of names, tried once for the whole list."""
    if at < barren.get(pattern, 0):
        return None
    found = pattern.match(text, at)
    if found is None and (names := lists.match(text, at)):
        barren[pattern] = names.end()
    return found


def _piece(text: str, at: int, verbs: Collection[str], describing: Collection[str], barren: Barren) -> Piece | None:
    """The mathematics that begins here."""
    if text[at].isspace() or text[max(at - 1, 0) : at] in ("'", "’"):
        return None
    span = _RANGE.match(text, at)
    if span:
        return at, span.end(), f"${span[1]} = {span[2]}, \\dots, {span[3]}$"
    mapped = _MAP.match(text, at)
    if mapped:
        return at, mapped.end(), f"${mapped[1]}: {_space(mapped[2])} \\to {_space(mapped[3])}$"
    members = _listed(_MEMBERS, _LIST, text, at, barren)
    if (
        members
        and not _article(text, at, verbs, describing)
        and not (_PART_OF.search(text[max(0, at - _REACH) : at]) and "," in members[1])
    ):
        names = re.sub(r"\s+and\s+|,\s*and\s+", ", ", members[1])
        return at, members.end(), f"${names} \\in {_space(members[2])}$"
    run = _listed(_RUN, _COMMAS, text, at, barren)
    if run and not _article(text, at, verbs, describing):
        return at, run.end(), "$" + re.sub(r"\.\.\.|…", r"\\dots", run[1]) + "$"
    spread = _SPREAD.match(text, at)
    if spread:
        entries = re.sub(r"\b([A-Za-z])([A-Za-z0-9])\b", r"\1_\2", re.sub(r"\.\.\.|…", r"\\dots", spread[2]))
        return at, spread.end(), f"${spread[1]} = {entries}${spread[3] or ''}"
    stated = _STATED.match(text, at)
    if stated and (_SIZE.match(text, stated.end()) or _noun_ahead(text, stated.end(), describing)):
        return at, stated.end(), f"${stated[1]}$ is "
    within = _IN_SPACE.match(text, at)
    if within:
        return at, within.end(), f"in ${_space(within[1])}$"
    sign = _listed(_SIGN, _LIST, text, at, barren)
    if sign:
        return at, sign.end(), f"${sign[1]} {_RELATIONS.get(sign[2], sign[2])} 0$"
    size = _SIZE.match(text, at)
    if size:
        return at, size.end(), f"${_times(size.group())}$"
    number = _NUMBER_OF_ENTRIES.match(text, at)
    if number:
        return at, number.end(), f"${number.group()}$"
    name = _ONE.match(text, at)
    if name and not _OTHER.match(text, name.end()) and text[name.end() : name.end() + 1] not in ("(", "|"):
        if _article(text, at, verbs, describing):
            return None
        sized = _SIZED.match(text, name.end())
        if sized:
            return at, sized.end(), f"${name[1]}$ of size ${sized[1] or sized[2]}$"
        return at, name.end(), f"${name[1]}$"
    if at < barren.get(_SPACED, 0) and text[at] != "\\":
        return None  # a part of what was taken for words: the whole is as much a formula as its end
    return _formula(text, at)


def _formula(text: str, at: int) -> Piece | None:
    """Words that look like mathematics, up to the first that does not: `p_i = \\sigma(w^T x_i)`, `\\{(x_i, y_i)\\}_{i=1}^N`."""
    end, here, level = at, at, 0
    while True:
        word = _SPACED.match(text, here)
        if word is None:
            break
        body = word[1] if level > 0 else word[1].rstrip(".,;:")
        single = re.fullmatch(r"[A-Za-z]", body) is not None or body in GREEK_WORDS or body in "+-*/"
        if not (level > 0 or _OTHER.search(body) or (single and here > at)):
            break
        end = word.start(1) + len(body)
        level += brackets_open(body)
        if level < 0 or (not level and len(body) < len(word[1])):
            break  # a bracket that was opened before: "(due Oct 14)"
        here = end
    if end == at:
        return None
    end = at + len(text[at:end].rstrip())
    while level < 0 and text[end - 1] in ")]}":
        level += 1
        end -= 1
    # Of brackets that only close nothing is left.
    return (at, end, f"${text[at:end]}$") if end > at else None


def brackets_open(text: str) -> int:
    """How many more brackets open than close."""
    return sum(text.count(c) for c in "([{") - sum(text.count(c) for c in ")]}")


def _article(text: str, at: int, verbs: Collection[str], describing: Collection[str]) -> bool:
    """Whether the `a`, `A`, `an` or `I` here is a word of English and no name.

    It is one after a verb or a name ("x a vector"), and where what it describes ends in a name ("a symmetric matrix B");
    in "a scalar, b a vector" and "A symmetric, x a vector" it is the name itself.
    """
    word = re.compile(r"(?:an?|A|An|I)(?=\s)").match(text, at)
    if word is None:
        return False
    after = re.compile(r"\s+([A-Za-z][A-Za-z-]*)").match(text, word.end())
    size = _SIZE.match(text, word.end() + 1)
    if not size and (after is None or after[1].lower() in verbs or len(after[1]) < 3 and after[1].lower() not in describing):
        return False
    if not size and after is not None and after[1] in GREEK_WORDS:
        return False
    before = text[max(0, at - _REACH) : at]
    last = before.split()[-1:] if before[-1:].isspace() else []
    if any(w.lower() in verbs or w.endswith(":") or _ONE.fullmatch(w) for w in last):
        return True
    k, stop = word.end(), min(len(text), at + _REACH)
    while k < stop:
        size = _SIZE.match(text, k)
        if size:
            k = size.end()
            continue
        if _END.match(text, k):
            return False
        if _ONE.match(text, k) or re.compile(rf"{_NAME}").match(text, k) and not text[k + 1 : k + 2].isalpha():
            return True
        k = _next(text, k)
    return after is not None and not _SIZE.match(text, after.start(1)) and after[1].lower() not in describing


_EQUATION = late(rf"(?<![A-Za-z\\_^(])(?P<left>{_NAME}(?:\({_NAME}\))?)\s*:?=\s*(?P<right>[^=\n;]+)")
_STOP = late(r"\.(?:\s|$)|,\s|\s(?:and|where|with|is|are|for|in|has|so|by|if|on)\b|∈")


def stated(text: str, describing: Collection[str]) -> list[str]:
    """The equations of a text without `$`: `D = diag(x)`, `r = y - X b`. What is followed by words of English is none."""
    out = []
    for m in _EQUATION.finditer(text):
        right, level, end = m["right"], 0, len(m["right"])
        for k, c in enumerate(right):
            level += (c in "([{") - (c in ")]}")
            if level <= 0 and _STOP.match(right, k):
                end = k
                break
        right = right[:end].strip()
        words = re.findall(r"(?<![\\A-Za-z])([A-Za-z]{2,})(\(?)", right)
        said = any(not called and (w.lower() in describing or len(w) > 3 and w not in GREEK_WORDS) for w, called in words)
        name = re.escape(m["left"].partition("(")[0])
        said = said or re.search(rf"(?<![A-Za-z\\]){name}(?![A-Za-z_])", right) is not None  # `A = A^T` defines nothing
        if right and not said and not re.search(r"\.\.|…|dots|×|\d\s*:", right) and not re.fullmatch(r"[\d\s.,{}()]+", right):
            out.append(f"{m['left']} = {right}")
    return out


def _noun_ahead(text: str, at: int, describing: Collection[str]) -> bool:
    """Whether a describing word stands here, an article at most before it."""
    word = re.compile(r"(?:(?:an?|the)\s+)?([A-Za-z][A-Za-z-]+)").match(text, at)
    return word is not None and word[1].lower() in describing


def _next(text: str, at: int) -> int:
    """Where the next word or mark begins."""
    m = re.compile(r"[A-Za-z]+(?:[-‐‑][A-Za-z]+)*|\d+|.", re.S).match(text, at)
    assert m is not None
    end = m.end()
    while end < len(text) and text[end].isspace():
        end += 1
    return end


def _times(size: str) -> str:
    if re.fullmatch(_COMPACT, size):
        return f"{size[0]} \\times {size[2]}"
    return " \\times ".join(part.strip() for part in re.split(_TIMES, size))


def _space(space: str) -> str:
    """A set with its power in braces: `R^(m x n)`, `R^mxn`, `Rⁿ`."""
    base = space.rstrip(_RAISED)
    if base != space:
        space = f"{base}^{''.join(SUPERSCRIPTS[c] for c in space[len(base) :])}"
    m = re.fullmatch(r"([^^]*)\^(?:\{(.*)\}|\((.*)\)|(.*))", space)
    if not m:
        return _reals(space)
    power = next(g for g in m.groups()[1:] if g is not None)
    return f"{_reals(m[1])}^{{{_times(power)}}}"


def _reals(base: str) -> str:
    return re.sub(r"^(?:R|ℝ|\\R|\\Re)(?![A-Za-z])", r"\\mathbb{R}", base)


def _joined(text: str, pieces: list[Piece]) -> tuple[str, list[int]]:
    out, places, at = "", [], 0
    for a, b, instead in pieces:
        out += text[at:a] + instead
        places += [*range(at, a), *(min(a + k, b - 1) for k in range(len(instead)))]
        at = b
    return out + text[at:], places + list(range(at, len(text) + 1))
