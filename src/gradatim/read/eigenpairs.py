r"""Eigenvalues that a text introduces by their equations or in words: "$\lambda$ is a simple eigenvalue of $A$ with $Au = \lambda u$ and
$v^TA = \lambda v^T$". What is so introduced is defined by the matrix; which eigenvalue it is makes no difference to the formula of its
derivative, and what is taken for it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.patterns import late
from gradatim.read.delimited import NAME as _NAME
from gradatim.read.delimited import STAR as _STAR
from gradatim.read.delimited import delimited, greek_in_latex
from gradatim.read.marked import Marked
from gradatim.read.names import text_name

_RIGHT = late(rf"(?P<M>{_NAME})\s*(?P<u>{_NAME})\s*=\s*(?P<l>{_NAME})\s*(?P=u)(?![\w'^_])")
_LEFT = late(
    rf"(?P<v>{_NAME}){_STAR}\s*(?P<M>{_NAME})\s*=\s*(?P<l>{_NAME})\s*(?P=v){_STAR}"
    rf"|(?P<M2>{_NAME}){_STAR}\s*(?P<v2>{_NAME})\s*=\s*(?P<l2>{_NAME})\s*(?P=v2)(?![\w'^_])"
)
_FORMULA = Marked(r"\$\$?(?P<body>[^$]+)\$\$?|\\\((?P<round>.+?)\\\)|\\\[(?P<square>.+?)\\\]")
_SPOKEN = late(r"\b(?:eigen(?:value|vector|pair)s?|perron|spectral\s+radius)\b", re.IGNORECASE)
_OTHER = late(
    r"\b(?:smallest|minimal|least|lowest|second|complex|imaginary|repeated|multiple|all|distinct|each|every|generali[sz]ed)\b",
    re.IGNORECASE,
)
_PERRON = late(r"\b(?:positive|nonnegative|non-negative|perron)\b", re.IGNORECASE)
_F = r"\$\s*(?P<{}>{})\s*(?:\(\s*(?P<{}arg>{})\s*\)\s*)?\$"
_WORDS = r"(?:[A-Za-z-]+|\([^()$]*\))"
_VALUE_IN_WORDS = late(
    rf"(?:{_F.format('l', _NAME, 'l', _NAME)}\s*(?:is|be|denotes?|denote|for|=|,)?\s*(?:the|a|an|its)\s+)?"
    rf"(?P<what>(?:{_WORDS}\s+){{0,4}}?(?:eigenvalue|spectral\s+radius))"
    rf"(?:\s*,?\s*(?:is\s+)?\$\s*(?P<l2>{_NAME})\s*(?:\(\s*(?P<l2arg>{_NAME})\s*\)\s*)?\$)?"
    rf"(?:\s*,?\s*(?:of|for)\s+(?:(?:{_WORDS})\s+){{0,8}}?\$\s*(?P<M>{_NAME})\b[^$]*\$)?",
    re.IGNORECASE,
)
_VECTOR_IN_WORDS = late(
    rf"(?P<side>\b(?:left|right)\b)?[\s-]{{0,9}}(?:(?:unit|normali[sz]ed|unit-norm|positive|corresponding|associated|and)\s+|\([^()$]*\)\s*){{0,9}}"
    rf"eigenvectors?\s*,?\s*\$\s*(?P<u>{_NAME})\s*(?:\(\s*{_NAME}\s*\)\s*)?\$(?!\s*(?:of|,\s*\.\.\.))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """The names that a text gives to a matrix, an eigenvalue of it, and its right and left eigenvectors; "" for what has none."""

    matrix: str
    value: str
    right: str = ""
    left: str = ""
    spoken: str = ""


def eigenpair(text: str, given: str) -> tuple[str, str]:
    """The declarations with the definitions that such an introduction amounts to, and what is to be said of it; the same declarations
    and "" where the function is not one of that eigenvalue, or of its eigenvectors."""
    if not _SPOKEN.search(given):
        return given, ""
    told, text = greek_in_latex(delimited(given)), greek_in_latex(text)
    pair = _found(told)
    if pair is None or not _is_of(text, pair) or _OTHER.search(pair.spoken):
        return given, ""
    if "radius" in pair.spoken.lower() and not _PERRON.search(given):
        return given, ""  # of other matrices it may be the size of a complex eigenvalue, or of a negative one
    bodies = {
        pair.value: rf"\operatorname{{dominanteigenvalue}}({pair.matrix})",
        pair.right: rf"\operatorname{{dominanteigenvector}}({pair.matrix})",
        pair.left: rf"\operatorname{{dominanteigenvector}}({pair.matrix}^T)",
    }
    normal = bool(pair.right and pair.left) and _normalised(told, pair)
    if normal:
        bodies[pair.left] = rf"\frac{{{bodies[pair.left]}}}{{{bodies[pair.left]}^T {bodies[pair.right]}}}"
    defined = [
        rf"${name}{f'({pair.matrix})' if _call(name).search(text) else ''} = {body}$" for name, body in bodies.items() if name
    ]
    kept = _FORMULA.sub(lambda m: "" if _equation(m) else m[0], told)
    # What is defined needs no declaration, and "λ with right eigenvector u" says of λ nothing.
    kept = _VECTOR_IN_WORDS.sub(lambda m: "" if m["u"] in bodies else m[0], kept)
    kept = re.sub(r"(?:\s*(?:,\s*)?(?:with|where|such that|satisfying|and|so that|i\.e\.|that is)){1,5}\s*(?=[,.;]|$)", "", kept)
    value, matrix = text_name(pair.value), text_name(pair.matrix)
    said = f"{value} is the eigenvalue of {matrix} of largest real part; the formula is the same for any simple real eigenvalue"
    if normal:
        said += f"; {text_name(pair.right)} has length 1, and {text_name(pair.left)}ᵀ{text_name(pair.right)} = 1"
    elif vectors := [text_name(n) for n in (pair.right, pair.left) if n]:
        said += f"; {' and '.join(vectors)} {'have' if len(vectors) > 1 else 'has'} length 1"
    return f"{kept.rstrip()}\n\nWrite {', '.join(defined)}.", said


_SIZE = late(r"\$\s*\w+\s*(?:\\times|×)\s*\w+\s*\$")


def _found(given: str) -> Pair | None:
    given = _SIZE.sub(" sized ", given)
    matrix, value, right, left = "", "", "", ""
    for m in _FORMULA.finditer(given):
        body = next(g for g in m.groups() if g is not None)
        if found := _LEFT.search(body):
            matrix, value, left = (found[a] or found[a + "2"] for a in "Mlv")
            body = body[: found.start()] + body[found.end() :]
        if found := _RIGHT.search(body):
            matrix, value, right = found["M"], found["l"], found["u"]
    spoken = ""
    for m in _VALUE_IN_WORDS.finditer(given):
        named = m["l"] or m["l2"]
        spoken = spoken or m["what"]
        value = value or named or ""
        matrix = matrix or m["M"] or m["larg"] or m["l2arg"] or (_owner(given[: m.end("what")]) if named == value else "")
    for m in _VECTOR_IN_WORDS.finditer(given):
        if (m["side"] or "").lower() == "left":
            left = left or m["u"]
        elif m["u"] != left:
            right = right or m["u"]
    if not matrix or not value or len({matrix, value, right, left} - {""}) < 2 + bool(right) + bool(left):
        return None
    return Pair(matrix, value, right, left, spoken)


_MATRIX = late(r"\$\s*(?P<name>[A-Z])(?![A-Za-z])(?:\s*\\in[^$]*)?\s*\$")


def _owner(before: str) -> str:
    """The one matrix that a sentence names before it speaks of "a dominant eigenvalue $\\lambda$"; "" where there are several."""
    sentence = re.split(r"[.;]\s", before)[-1]
    found = dict.fromkeys(m["name"] for m in _MATRIX.finditer(sentence))
    return next(iter(found)) if len(found) == 1 and re.search(r"\b(?:with|ha(?:s|ve|ving)|of|whose)\b", sentence) else ""


def _normalised(given: str, pair: Pair) -> bool:
    """Whether the text says that vᵀu = 1."""
    u, v = re.escape(pair.right), re.escape(pair.left)
    return bool(re.search(rf"(?:{v}{_STAR}\s*{u}|{u}{_STAR}\s*{v})\s*=\s*1(?!\d)", given))


def _call(name: str, matrix: str = "") -> re.Pattern[str]:
    """The name before its matrix in brackets, or before any bracket."""
    inside = rf"\s*{re.escape(matrix)}\s*(?:\\right)?\)" if matrix else ""
    return re.compile(rf"{_before(name)}{re.escape(name)}\s*(?:\\left)?\({inside}")


def _alone(name: str) -> re.Pattern[str]:
    return re.compile(rf"{_before(name)}{re.escape(name)}(?![\w{{]|\s*_)")


def _before(name: str) -> str:
    return r"(?<!\\)" if name.startswith("\\") else r"(?<![\w\\])"


def _is_of(text: str, pair: Pair) -> bool:
    """Whether the function holds the eigenvalue (or an eigenvector as a function of the matrix) and nothing else of the pair."""
    names = [n for n in (pair.value, pair.right, pair.left) if n]
    rest = text
    for n in names:
        rest = _call(n, pair.matrix).sub(" ", rest)
    if any(_call(n).search(text) for n in names) and not _alone(pair.matrix).search(rest):
        return True  # λ(A + tB)
    if any(_alone(n).search(rest) for n in (pair.matrix, pair.right, pair.left) if n):
        return False
    return rest != text or bool(_alone(pair.value).search(text))


_AFTER = late(
    rf"eigenvectors?\b(?P<words>[^.$]{{0,40}})\$\s*(?P<name>{_NAME})|eigenpairs?[^.$]{{0,20}}\$\s*\(\s*{_NAME}\s*,\s*(?P<second>{_NAME})",
    re.IGNORECASE,
)
_AHEAD = late(
    rf"\$\s*(?P<name>{_NAME})(?:\s*\([^$]*\))?\s*\$\s*(?:is|are|be|being|denotes?|for|as|,)\s+(?P<words>[^.$]{{0,50}}eigenvectors?\b[^.;]*)",
    re.IGNORECASE,
)
_EXTREMES = {
    "largest": "max",
    "dominant": "max",
    "leading": "max",
    "top": "max",
    "principal": "max",
    "perron": "max",
    "smallest": "min",
}


def eigenvectors(given: str) -> dict[str, str]:
    """The letters, without what stands below them, that a text gives to eigenvectors: `max` or `min` where it says which, else ""."""
    found: dict[str, str] = {}
    given = greek_in_latex(delimited(given)) if "eigen" in given else given
    for pattern in (_AFTER, _AHEAD) if "eigen" in given else ():
        for m in pattern.finditer(given):
            name = _LETTER.sub(r"\\\1{\2}", (m["name"] or m.groupdict().get("second") or "").partition("_")[0].strip())
            words = {_EXTREMES[w] for w in re.findall(r"[a-z]+", (m["words"] or "").lower()) if w in _EXTREMES}
            if name[-2:].strip("}{")[-1:].isupper():
                continue  # the matrix of the eigenvectors
            found[name] = found.get(name) or (words.pop() if len(words) == 1 else "")
    return found


_LETTER = late(r"\\(mathbf|boldsymbol|bm|vec)\s*\{?\s*(\\?[A-Za-z]+)\s*\}?$")


_VALUE = rf"(?P<name>{_NAME})_(?P<sub>\w|\\?(?:max|min)|\{{\s*(?:\w|\\?(?:max|min))\s*\}})"
_ORDINAL = r"(?:\$[^$]{1,4}\$|\w)\s*-?\s*(?:th|st|nd|rd)\b"
_VALUE_SAID = late(
    rf"\$\s*{_VALUE}\s*(?:\([^$]*\)\s*)?\$\s*(?:is|are|be|being|denotes?|denote|for|as|,)\s+(?P<words>(?:{_ORDINAL}|[^.;:$]){{0,60}}?)"
    r"\b(?P<what>eigenvalue|singular\s+value)s?\b"
    rf"|\b(?P<what2>eigenvalue|singular\s+value)s?\s+\$\s*{_VALUE.replace('name', 'name2').replace('sub', 'sub2')}(?P<chain>[^$]*)\$",
    re.IGNORECASE,
)
_CHAIN = late(rf"{_VALUE}\s*(?:\([^$()]*\)\s*)?(?P<sign>\\le(?:q|qslant)?|\\ge(?:q|qslant)?|≤|≥|<|>)(?![A-Za-z])")


_PLACES = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_ELSE = frozenset("generalized generalised complex imaginary absolute magnitude modulus".split())


def named_values(given: str) -> dict[str, tuple[str, str]]:
    """The eigenvalues and singular values that a text names by a letter with a number, an index or an extreme below it: by their names
    without braces, the letter of the mathematics, and whether they are counted `up` from the smallest or `down`, as is usual, or `other` where they are something else."""
    if "eigenvalue" not in given and "singular" not in given:
        return {}
    told = greek_in_latex(delimited(given))
    rising = {m["name"] for m in _CHAIN.finditer(told) if m["sign"] in ("\\le", "\\leq", "\\leqslant", "≤", "<")}
    found: dict[str, tuple[str, str]] = {}
    for base in rising:
        found[f"{base}_"] = ("\\lambda", "up")  # in λ₁ ≤ … ≤ λₙ every one is counted from the smallest
    for m in _VALUE_SAID.finditer(told):
        name, sub = m["name"] or m["name2"], (m["sub"] or m["sub2"]).strip("{} ")
        words = set(re.findall(r"[a-z]+", (m["words"] or "").lower()))
        letter = "\\sigma" if (m["what"] or m["what2"]).lower().startswith("singular") else "\\lambda"
        up = bool(words & {"smallest", "least", "minimal", "lowest", "bottom"}) or name in rising
        place = [n for word, n in _PLACES.items() if word in words]
        other = bool(words & _ELSE) or bool(place and place != [sub])
        if sub == "1" and re.search(rf"{re.escape(name)}_\{{?1\}}?\s*,\s*(?:[^$]*,\s*)?(?:\\[lc]?dots|\.\.\.|…)", told):
            found.setdefault(f"{name}_", (letter, "down"))  # all of them, λ₁, …, λₙ
        found.setdefault(f"{name}_{sub}", (letter, "other" if other else "up" if up else "down"))
    return found


def _equation(m: re.Match[str]) -> bool:
    body = next(g for g in m.groups() if g is not None)
    return bool(_LEFT.search(body) or _RIGHT.search(body))


__all__ = ["Pair", "eigenpair", "eigenvectors", "named_values"]
