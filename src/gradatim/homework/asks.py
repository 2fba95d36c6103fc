"""What an item asks: a derivative of which function by which variable, or something else."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MATH = r"\$+\s*(?P<{0}>[^$]+?)\s*\$+"
_OF = re.compile(
    r"(?P<kind>partial derivatives?|second (?:partial )?derivatives?|derivatives?|gradients?|jacobians?|hessians?(?: matrix)?)(?:\s+matrix)?"
    r"[^$.?!]{0,80}?\b(?:of|for)\s+(?:the\s+)?[^$.?!]{0,60}?" + _MATH.format("f") + r"(?P<mid>[^.?!]{0,200}?)"
    r"(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|by)\s+(?:the\s+)?[^$.?!]{0,50}?" + _MATH.format("x"),
    re.I,
)
_VERB = re.compile(
    r"\b(compute|find|derive|write|what\s+is|show|prove|calculate|determine|give|evaluate|obtain|state|work\s+out)\b", re.I
)
_NABLA = re.compile(
    r"\\nabla\s*(?P<o>\^\s*\{?2\}?)?\s*(?:_\s*(?P<x>\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|\S))?\s*(?P<o2>\^\s*\{?2\}?)?\s*(?P<f>.+)",
    re.S,
)
_FRAC = re.compile(
    r"\\[dt]?frac\s*\{\s*(?:d|\\partial|\\mathrm\{d\})\s*(?P<o>\^\s*\{?2\}?)?\s*(?P<f>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*?)\s*\}\s*"
    r"\{\s*(?:d|\\partial|\\mathrm\{d\})\s*(?P<x>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})+?)\s*\}\s*(?P<rest>.*)",
    re.S,
)
_DERIVATIVE_WORD = re.compile(r"derivative|gradient|jacobian|hessian|differentiat|\\nabla|\\partial", re.I)


LIMIT = 4000
"""Characters of an item that are searched for its question."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A derivative question: the sentence, the function as written (a formula where it defines itself), the variables."""

    asks: str
    function: str
    wrt: tuple[str, ...]
    order: int = 1
    kind: str = "derivative"
    claim: str = ""


def find_ask(text: str) -> Ask | str:
    """The question of an item's text, or why there is none: "not a derivative question" or "not read: ..."."""
    body = re.split(r"\*{0,2}\b(?:hint|note)s?\b\s*:", text, maxsplit=1, flags=re.I)[0][:LIMIT]
    if not _DERIVATIVE_WORD.search(body) and not _FRAC.search(body):
        return "not a derivative question"
    found = _OF.search(body)
    if found:
        return _worded(body, found)
    for match in re.finditer(r"\$+([^$]+)\$+", body):
        if _VERB.search(body[: match.start()]):
            ask = _symbolic(body, match.group(1).strip(), match.start())
            if ask is not None:
                return ask
    if not _VERB.search(body):
        return "not a derivative question"
    return "not read: no function and variable of a derivative were found in it"


def _worded(body: str, found: re.Match[str]) -> Ask:
    kind = re.sub(r"\s+", " ", found["kind"].lower()).removesuffix(" matrix").rstrip("s")
    order = 2 if kind == "hessian" or kind.startswith("second") else 1
    wrt = found["x"].strip().rstrip(".,;")
    return Ask(_sentence(body, found.start()), found["f"].strip().rstrip(".,;"), (wrt,) * order, order, kind)


def _symbolic(body: str, formula: str, at: int) -> Ask | None:
    left, _, right = formula.partition("=")
    nabla = re.match(_NABLA, left.strip())
    frac = re.match(_FRAC, left.strip())
    if nabla and nabla["x"]:
        order = 2 if nabla["o"] or nabla["o2"] else 1
        wrt, function, kind = _bare(nabla["x"]), nabla["f"], "hessian" if order == 2 else "gradient"
    elif frac and (frac["f"] or frac["rest"]):
        order = 2 if frac["o"] else 1
        wrt, function, kind = frac["x"].strip(), frac["f"] or frac["rest"], "derivative"
        if order == 2:
            pair = re.split(r"\\partial(?![A-Za-z])", wrt)
            wrts = tuple(re.sub(r"\^\s*\{?(2|T|\\top)\}?$", "", p.strip()) for p in pair)
            wrts = wrts * 2 if len(wrts) == 1 else wrts
            return Ask(_sentence(body, at), function.strip(" ,.;"), wrts, 2, "hessian", right.strip())
    else:
        return None
    return Ask(_sentence(body, at), function.strip(" ,.;"), (wrt,) * order, order, kind, right.strip())


def _bare(group: str) -> str:
    return group[1:-1].strip() if group.startswith("{") else group


def _sentence(body: str, at: int) -> str:
    """The sentence that holds the place, without the item's number and points."""
    start = max((m.end() for m in re.finditer(r"(?<!i\.e)(?<!e\.g)[.?!]\s+(?=[A-Z])", body[:at])), default=0)
    end = re.compile(r"[.?!](?=\s+[A-Z*]|\s*$)").search(body, at)
    sentence = re.sub(r"\s+", " ", body[start : end.end() if end else len(body)]).strip()
    sentence = re.sub(r"^(?:[-*•]|\\item(?:\[[^\]]*\])?|\(?\w{1,3}[.)])\s+", "", sentence)
    return re.sub(r"^[\[(]\s*[\d.]+\s*(?:points?|pts?|marks?)\s*[\])]\s*", "", sentence, flags=re.I)
