"""Definitions in words: "where $\\mu$ and $\\sigma$ are the mean and standard deviation of $x$", "let $t$ be the trace of $A$".

A word for a value that is made of an array defines the name it is said of, as a formula would. A word of this kind that has no formula here
is told as well: the name depends on the array, and nobody may take it for a constant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from gradatim.patterns import late

_ENTRIES = r"(?:\s+of\s+(?:all\s+)?(?:the\s+)?(?:entries|elements|components|coordinates|values))?"
_UNARY: tuple[tuple[str, str], ...] = (
    (r"(?:empirical\s+|arithmetic\s+)?(?:mean|average)(?:\s+value)?" + _ENTRIES, r"\operatorname{mean}(@)"),
    (r"(?:population\s+|empirical\s+)?standard\s+deviation" + _ENTRIES, r"\operatorname{std}(@)"),
    (r"(?:population\s+|empirical\s+)?variance" + _ENTRIES, r"\operatorname{var}(@)"),
    (r"squared\s+(?:Euclidean\s+|L2\s+)?norm", r"\|@\|_2^2"),
    (r"squared\s+Frobenius\s+norm", r"\|@\|_F^2"),
    (r"(?:Euclidean|L2|2|\$\\ell_2\$|\$\\?L_2\$)[\s-]+(?:norm|length)", r"\|@\|_2"),
    (r"Frobenius\s+norm", r"\|@\|_F"),
    (r"nuclear\s+norm|trace\s+norm", r"\|@\|_*"),
    (r"spectral\s+norm|operator\s+norm|(?:largest|maximum|greatest|maximal)\s+singular\s+value", r"\sigma_{\max}(@)"),
    (r"(?:L1|1|\$\\ell_1\$|\$\\?L_1\$)[\s-]+norm", r"\|@\|_1"),
    (r"norm", r"\|@\|"),
    (r"sum" + _ENTRIES, r"\operatorname{sum}(@)"),
    (r"trace", r"\operatorname{tr}(@)"),
    (r"determinant", r"\det(@)"),
    (r"log[-\s]determinant", r"\log\det(@)"),
    (r"inverse", r"(@)^{-1}"),
    (r"transpose", r"(@)^\top"),
    (r"(?:largest|top|maximum|maximal|leading|dominant|greatest)\s+eigenvalue", r"\lambda_{\max}(@)"),
    (r"(?:smallest|minimum|minimal|least)\s+eigenvalue", r"\lambda_{\min}(@)"),
    (r"(?:largest|maximum|maximal|greatest)(?:\s+(?:entry|element|component|coordinate|value))?" + _ENTRIES, r"\max(@)"),
    (r"(?:smallest|minimum|minimal|least)(?:\s+(?:entry|element|component|coordinate|value))?" + _ENTRIES, r"\min(@)"),
    (r"median" + _ENTRIES, r"\operatorname{median}(@)"),
    (r"softmax", r"\operatorname{softmax}(@)"),
    (r"(?:logistic\s+)?sigmoid", r"\operatorname{sigmoid}(@)"),
    (r"ReLU|rectified\s+linear\s+unit", r"\operatorname{ReLU}(@)"),
)
_BINARY: tuple[tuple[str, str], ...] = (
    (r"(?:inner|dot|scalar)\s+product", r"@^\top #"),
    (r"outer\s+product", r"@ #^\top"),
    (r"(?:Hadamard|element[-\s]?wise|entry[-\s]?wise)\s+product", r"@ \odot #"),
    (r"squared\s+(?:Euclidean\s+)?distance", r"\|@ - #\|^2"),
    (r"sum", r"@ + #"),
    (r"difference", r"@ - #"),
    (r"(?:Euclidean\s+)?distance", r"\|@ - #\|"),
    (r"cosine(?:\s+similarity)?(?:\s+of\s+the\s+angle)?", r"\frac{@^\top #}{\|@\|\|#\|}"),
)
_UNKNOWN = (
    r"(?:(?:unbiased|sample|corrected|weighted|geometric|harmonic|moving|running|running|trimmed)\s+)+(?:mean|average|variance|standard\s+deviation)"
    r"|covariance(?:\s+matrix)?|correlation(?:\s+matrix)?|(?:auto|cross)-?correlation|mode|range|entropy|quantile|spectral\s+radius|condition\s+number"
    r"|pseudo-?inverse|adjugate|adjoint|cofactor\s+matrix|permanent|(?:matrix\s+)?(?:square\s+root|logarithm|exponential)|cumulative\s+sum|cumsum"
    r"|Gram(?:ian)?\s+matrix|projection|normali[sz]ation|normali[sz]ed\s+version|argmax|(?:cross|vector)\s+product|Cholesky\s+factor|second\s+largest\s+entry"
)
_NAME = r"\$\s*(?P<{0}>(?:\\[A-Za-z]+\s*\{{\s*\\?[A-Za-z]\s*\}}|\\?[A-Za-z]+|\\(?:hat|bar|tilde)\s+\\?[A-Za-z])(?:_(?:\w|\{{\w+\}}))?(?P<{0}s>\s*\^\s*\{{?2\}}?)?)\s*\$"
_OF = r"\$\s*(?P<{0}>[^$=<>,]{{1,60}}?|[^$=<>]{{1,40}}dots[^$=<>]{{1,40}}?)\s*(?:\\in(?![A-Za-z])[^$]*|∈[^$]*)?\$"
_ARTICLE = r"(?:(?:the|its|their|respectively)\s*,?\s*)*"
_KIND = (
    r"(?:(?:(?:input|feature|data|weight|parameter|column|row|given|real|square|symmetric|positive|definite|semidefinite|invertible|hidden|residual"
    r"|activation|vector|matrix|scalar)s?|the|all|(?:the\s+)?(?:entries|elements|components|coordinates)\s+of)\s+){0,5}"
)
_IS = r"(?:,?\s*(?:is|are|be|denotes?|denoting|being|stands?\s+for|represents?)\s+(?:respectively\s+)?)"
_RANDOM = late(
    r"\b(?:random|distribut\w+|gaussian|normally|densit\w+|probabilit\w+|expectation|iid|i\.i\.d)|\\sim(?![A-Za-z])|\\mathcal\s*\{?\s*N\b",
    re.I,
)
"""Where a mean is that of a distribution, and no function of the variable."""
_MOMENT = late(r"mean|average|variance|deviation", re.I)


@dataclass(frozen=True, slots=True)
class Told:
    """What words say of a name: its formula; or, where it has none here, `unread`, the words, and `of` what they speak of."""

    name: str
    formula: str = ""
    unread: str = ""
    of: str = ""


def spoken(text: str) -> list[str]:
    """The definitions that a text makes in words, as formulas."""
    return [t.formula for t in told(text) if t.formula]


@lru_cache(maxsize=1024)
def told(text: str) -> tuple[Told, ...]:
    """What a text says in words of names, each once."""
    if "$" not in text:
        return ()
    found: dict[str, Told] = {}
    for shape in _SHAPES:
        for m in shape(text):
            found.setdefault(m.name, m)
    return tuple(found.values())


def formula_of(words: str, of: str) -> str:
    """The formula for a word such as "inverse" of something; "" where it has none here."""
    body = next((made for pattern, made in _UNARY if re.fullmatch(pattern, words, re.I)), "")
    return body.replace("@", of)


def _words(table: tuple[tuple[str, str], ...], label: str) -> str:
    return "|".join(f"(?P<{label}{k}>{words})" for k, (words, _) in enumerate(table))


_ONE = rf"(?:{_words(_UNARY, 'u')}|(?P<lost>{_UNKNOWN}))"
_SECOND = rf"(?:{_words(_UNARY, 'v')}|(?P<lost2>{_UNKNOWN}))"
_TWO = _words(_BINARY, "b")
_A, _B, _X, _Y = _NAME.format("a"), _NAME.format("b"), _OF.format("x"), _OF.format("y")
_AND = r"\s*(?:,\s*)?and\s+"
_OF_X = rf"\s+of\s+{_KIND}{_X}"
_SAID = late(rf"{_A}{_IS}{_ARTICLE}{_ONE}{_OF_X}", re.I)
_APPOSED = late(rf"{_A}(?:\s*,)?\s+the\s+{_ONE}{_OF_X}", re.I)
_NAMED_BY = late(
    rf"\b(?:denote|write|call)\s+(?:by\s+)?(?P<swap>{_A}\s+)?(?:for\s+)?the\s+{_ONE}{_OF_X}(?:\s+(?:by|as)\s+{_NAME.format('c')})?",
    re.I,
)
_BEFORE = late(rf"\bthe\s+{_ONE}\s+{_A}{_OF_X}", re.I)
_TURNED = late(rf"\bthe\s+{_ONE}{_OF_X}\s*(?:is|are|be|,|is\s+denoted\s+by|denoted\s+by|is\s+called|is\s+written)\s*{_A}", re.I)
_PAIR = late(rf"{_A}{_AND}{_B}{_IS}{_ARTICLE}{_ONE}{_AND}{_ARTICLE}{_SECOND}{_OF_X}", re.I)
_PAIR_BEFORE = late(rf"\bthe\s+{_ONE}\s+{_A}{_AND}(?:the\s+)?{_SECOND}\s+{_B}{_OF_X}", re.I)
_OF_TWO = late(rf"{_A}{_IS}the\s+(?:{_TWO})\s+(?:of|between)\s+{_KIND}{_X}{_AND}{_KIND}{_Y}(?!\s*(?:is|are|be|denotes?)\b)", re.I)
_ALONE = late(r"\$\s*(?P<x>\\?[A-Za-z])\s*(?:\\in(?![A-Za-z])[^$]*|∈[^$]*)?\$")
_ITS = late(rf"{_A}{_IS}its\s+{_ONE}", re.I)
_ITS_PAIR = late(rf"{_A}{_AND}{_B}{_IS}its\s+{_ONE}{_AND}{_ARTICLE}{_SECOND}", re.I)
_MORE = late(r"\s*(?:,\s*)?and\s+(?:of\s+)?\$[^$]+\$(?!\s*(?:is|are|be|denotes?)\b)", re.I)
"""A second array behind the first: "the mean of $x$ and $y$"."""
_LISTED = late(r"(?P<letter>\\?[A-Za-z]+)_\{?1\}?\s*,.*(?:dots|\.\.\.|…).*,\s*(?P=letter)_\{?(?P<last>\w)\}?\s*")
_MEMBER = late(r"(?P<letter>\\?[A-Za-z]+)_\{?(?P<index>[a-z])\}?\s*")
_SUMS = {r"\operatorname{mean}(@)": r"\frac{1}{#N}\sum_{#i=1}^{#N} #x", r"\operatorname{sum}(@)": r"\sum_{#i=1}^{#N} #x"}
NEAR = 300
"""Characters around a mean in which a distribution is looked for."""


def _made(m: re.Match[str], name: str, label: str, table: tuple[tuple[str, str], ...], lost: str, of: str = "") -> Told | None:
    """What one word says of one name."""
    groups = m.groupdict()
    subject, of = groups[name], of or (groups.get("x") or "").strip()
    words = re.sub(r"\s+", " ", m.group()).strip(" ,.")
    if _MOMENT.search(words) and _RANDOM.search(m.string[max(0, m.start() - NEAR) : m.end() + NEAR]):
        return None
    bare = re.sub(r"\s*\^\s*\{?2\}?\s*$", "", subject)
    k = next((k for k in range(len(table)) if groups.get(f"{label}{k}")), None)
    nothing = Told(bare, unread=words, of=of)
    if not of or k is None or lost and groups.get(lost) or table is _UNARY and _MORE.match(m.string, m.end()):
        return nothing
    body = table[k][1]
    if groups.get(f"{name}s"):
        if "{var}" not in body:
            return nothing
        body = body.replace("{var}", "{std}")  # σ² is the variance: σ is the deviation
    value = _over(of, body, m.string) if "_" in of else body.replace("@", of).replace("#", (groups.get("y") or "").strip())
    return Told(bare, f"{bare} = {value}", "", of) if value else nothing


def _over(of: str, body: str, text: str) -> str:
    """The same of members, `x_1, …, x_N` or `x_i`, whose number is told; "" where it is not, or the word has no sum."""
    listed, member = _LISTED.fullmatch(of), _MEMBER.fullmatch(of)
    if listed:
        letter, index, last = listed["letter"], "i" if listed["letter"] != "i" else "j", listed["last"]
    elif member:
        run = re.search(rf"{member['index']}\s*=\s*1\s*,?\s*(?:\\[lc]?dots|\.\.\.|…)\s*,?\s*(\w)", text)
        letter, index, last = member["letter"], member["index"], run[1] if run else ""
    else:
        return body.replace("@", of) if re.fullmatch(r"\\?[A-Za-z]+_\{?\d\}?", of) else ""
    whole = _SUMS.get(body, "") if last else ""
    return whole.replace("#N", last).replace("#i", index).replace("#x", f"{letter}_{index}")


def _singles(pattern: re.Pattern[str]) -> Callable[[str], list[Told]]:
    def found(text: str) -> list[Told]:
        made = (
            _made(m, "c" if m.groupdict().get("c") else "a", "u", _UNARY, "lost") for m in pattern.finditer(text) if _has_name(m)
        )
        return [t for t in made if t is not None]

    return found


def _has_name(m: re.Match[str]) -> bool:
    groups = m.groupdict()
    return bool(groups.get("a") or groups.get("c"))


def _pairs(pattern: re.Pattern[str]) -> Callable[[str], list[Told]]:
    def found(text: str) -> list[Told]:
        out = []
        for m in pattern.finditer(text):
            out += [_made(m, "a", "u", _UNARY, "lost"), _made(m, "b", "v", _UNARY, "lost2")]
        return [t for t in out if t is not None]

    return found


def _of_two(text: str) -> list[Told]:
    made = (_made(m, "a", "b", _BINARY, "") for m in _OF_TWO.finditer(text))
    return [t for t in made if t is not None]


def _its(text: str) -> list[Told]:
    """What is said of "its" mean, after something was said of the array itself."""
    out: list[Told | None] = []
    for pattern, names in ((_ITS_PAIR, (("a", "u", "lost"), ("b", "v", "lost2"))), (_ITS, (("a", "u", "lost"),))):
        for m in pattern.finditer(text):
            before = [x["x"].strip() for shape in (_PAIR, _SAID, _TURNED, _BEFORE) for x in shape.finditer(text, 0, m.start())]
            alone = [x["x"] for x in _ALONE.finditer(re.split(r"[.;]\s", text[: m.start()])[-1])]
            meant = before[-1] if before else alone[-1] if len(set(alone)) == 1 else ""
            out += [_made(m, name, label, _UNARY, lost, meant) for name, label, lost in names]
    return [t for t in out if t is not None]


_SHAPES = (_pairs(_PAIR), _pairs(_PAIR_BEFORE), _of_two, *map(_singles, (_SAID, _APPOSED, _NAMED_BY, _BEFORE, _TURNED)), _its)

__all__ = ["Told", "formula_of", "spoken", "told"]
