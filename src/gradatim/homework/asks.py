"""What an item asks: derivatives of which functions by which variables, or something else.

Formulas are taken out first; what is left is a sentence with numbered places, in which the few ways of asking are told
apart: "the gradient of ⟨1⟩ with respect to ⟨2⟩", "differentiate ⟨1⟩ by ⟨2⟩", "find ⟨∂L/∂W⟩", "the Hessian of this function".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.homework.formulas import Formula, derivative_in, formulas

LIMIT = 4000
"""Characters of an item that are searched for its question."""
_KIND = (
    r"(?P<kind>(?:(?:first|second|partial|total|matrix|vector)[- ])*derivatives?|gradients?(?: vectors?)?|jacobians?(?: matrix)?"
    r"|hessians?(?: matrix)?)"
)
_BY = r"(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|relative\s+to|by|wrt)"
_PLACE = r"⟨\d+⟩"
_VARS = rf"(?P<vars>(?:[^⟨⟩.?!;:]{{0,60}}?{_PLACE})(?:\s*(?:,|and|, and|as well as)\s+(?:also\s+)?(?:{_BY}\s+)?(?:(?!where|when|with|for|if|given|assuming|in|is|are|as|of)[\w-]+\s+){{0,3}}?{_PLACE})*)"
_TEXT = r"(?:(?!\bwith\s+respect|\bw\.?\s?r\.?\s?t\b|\bwrt\b)[^⟨⟩.?!;])"
_OF_BY = re.compile(
    rf"{_KIND}(?:{_TEXT}{{0,60}}?)\b(?:of|for)\b{_TEXT}{{0,80}}?(?P<f>{_PLACE})[^.?!;]{{0,160}}?\b{_BY}\s*{_VARS}", re.I
)
_BY_OF = re.compile(rf"{_KIND}{_TEXT}{{0,30}}?{_BY}\s*{_VARS}{_TEXT}{{0,30}}?\b(?:of|for)\b{_TEXT}{{0,80}}?(?P<f>{_PLACE})", re.I)
_OF = re.compile(rf"{_KIND}(?:\s+⟨\d+⟩)?\s*\b(?:of|for)\b{_TEXT}{{0,80}}?(?P<f>{_PLACE})", re.I)
_BY_ALONE = re.compile(rf"{_KIND}{_TEXT}{{0,80}}?\b{_BY}\s*{_VARS}", re.I)
_DIFFERENTIATE = re.compile(
    rf"\bdifferentiat(?:e|ing)\b{_TEXT}{{0,60}}?(?P<f>{_PLACE})(?:[^.?!;]{{0,80}}?\b{_BY}\s*{_VARS})?", re.I
)
_THIS = re.compile(rf"{_KIND}[^.?!;]{{0,40}}?\bof\s+(?:this|that|the\s+(?:above|following|given|resulting))\b", re.I)
_LOSS = re.compile(
    rf"{_KIND}{_TEXT}{{0,40}}?\bof\s+(?:the|our|its)\s+[\w -]*?(?:function|loss|objective|cost|risk|error|likelihood)\b", re.I
)
_FORM = re.compile(rf"{_KIND}\s+in\s+(?:terms\s+of|(?:matrix|vector|closed|matrix-vector)\s+(?:form|notation))", re.I)
_VERB = re.compile(
    r"\b(compute|find|derive|write|what\s+(?:is|are)|calculate|determine|give|evaluate|obtain|state|take|work\s+out|differentiate|express|provide)\b",
    re.I,
)
_SHOW = re.compile(r"\b(show|prove|verify|confirm|check|demonstrate)\b", re.I)
_ASIDE = re.compile(
    r"\s*(?:\W*)(?:recall|note|remember|notice|you\s+(?:may|can|might|could|will)|hint|for\s+example|observe)\b", re.I
)
_DERIVATIVE_WORD = re.compile(r"derivative|gradient|jacobian|hessian|differentiat", re.I)
_OBJECT = re.compile(
    r"derivative|jacobian|hessian|gradient(?![- ](?:descent|ascent|method|flow|step|check|algorithm|update))", re.I
)
_CLAIM = re.compile(rf"\b(?:is|equals|are|becomes)\s+(?:given\s+by\s+|equal\s+to\s+)?(?P<g>{_PLACE})", re.I)


@dataclass(frozen=True, slots=True)
class Ask:
    """A derivative question: the sentence, the function as written (a formula where it defines itself, "" for "this
    function"), the variables (() where the question names none), and what a "show that" claims."""

    asks: str
    function: str
    wrt: tuple[str, ...]
    order: int = 1
    kind: str = "derivative"
    claim: str = ""


def find_ask(text: str) -> Ask | str:
    """The first question of an item's text, or why there is none: "not a derivative question" or "not read: ..."."""
    found = find_asks(text)
    return found if isinstance(found, str) else found[0]


def find_asks(text: str) -> list[Ask] | str:
    """Every derivative question of an item's text, or why there is none."""
    body = _without_hints(text)[:LIMIT]
    places = formulas(body)
    flat, owners = _flattened(body, places)
    if not _DERIVATIVE_WORD.search(flat) and not any(derivative_in(f.latex) for f in places):
        return "not a derivative question"
    out: list[Ask] = []
    unread = False
    for a, b in _sentences(flat):
        sentence = flat[a:b]
        if _ASIDE.match(sentence) or not (_VERB.search(sentence) or _SHOW.search(sentence)):
            continue
        found = _asked(sentence, places)
        shown = _shown(body, owners, a, b)
        out += [Ask(shown, *rest) for rest in found if all(rest[:2] != (o.function, o.wrt) or rest[2] != o.order for o in out)]
        unread = unread or (not found and _seems_asked(sentence, places))
    if out:
        return out
    return "not read: no function and variable of a derivative were found in it" if unread else "not a derivative question"


def _without_hints(text: str) -> str:
    return re.split(r"\*{0,2}\\?(?:textbf\{|emph\{|textit\{)?\b(?:hint|note)s?\b\}?\s*[:.]", text, maxsplit=1, flags=re.I)[0]


def _flattened(body: str, places: list[Formula]) -> tuple[str, list[int]]:
    """The text with ⟨k⟩ for formula k, and for every character the place it came from."""
    out, owners, at = "", [], 0
    for k, f in enumerate(places):
        mark = f"⟨{k}⟩"
        out += body[at : f.span[0]] + mark
        owners += [*range(at, f.span[0]), *([f.span[0]] * len(mark))]
        at = f.span[1]
    return out + body[at:], [*owners, *range(at, len(body) + 1)]


def _sentences(flat: str) -> list[tuple[int, int]]:
    cuts = [0]
    for m in re.finditer(
        r"(?<![ie]\.[eg])(?<!\bw\.r\.t)(?<!\bEq)(?<!\bcf)(?:[.?!](?=[\s*_)\]}]+[A-Z⟨(\\]|\s*$)|:(?=\s+[A-Z]))|\n\s*\n", flat
    ):
        cuts.append(m.end())
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], len(flat)]) if flat[a:b].strip()]


def _shown(body: str, owners: list[int], a: int, b: int) -> str:
    """The sentence as written, without the item's number and points."""
    sentence = re.sub(r"\s+", " ", body[owners[a] : owners[min(b, len(owners) - 1)]]).strip(" *_")
    sentence = re.sub(r"^(?:[-*•]|\\(?:item|question|part|subpart)(?:\[[^\]]*\])?|\(?\w{1,3}[.)]|\d+\.\d+)\s+", "", sentence)
    sentence = re.sub(
        r"^(?:#+\s*)?(?:question|problem|exercise|q)\s*\.?\s*\d+(?:\.\d+)?[a-z]?[.:)]?\s*", "", sentence, flags=re.I
    )
    return re.sub(r"^[*_]*[\[(]\s*[\d.]+\s*(?:points?|pts?\.?|marks?)\s*[\])][*_.:]*\s*", "", sentence, flags=re.I).strip()


Found = tuple[str, tuple[str, ...], int, str, str]


def _asked(sentence: str, places: list[Formula]) -> list[Found]:
    showing = _SHOW.search(sentence) is not None and not _VERB.search(sentence)
    written_out = _formulas_asked(sentence, places, showing)
    for pattern in (_OF_BY, _BY_OF, _DIFFERENTIATE):
        match = pattern.search(sentence)
        if match and (match.groupdict().get("vars") or pattern is _DIFFERENTIATE):
            claim = _CLAIM.search(sentence, match.end())
            if showing and claim is None:
                continue
            return _worded(match, places, places[_number(claim["g"])].latex if showing and claim else "")
    if written_out:
        return written_out
    match = _OF.search(sentence)
    if match and (not showing or _CLAIM.search(sentence, match.end())):
        inner = derivative_in(_latex(match["f"], places))
        return _worded(match, places) if inner is None else []
    if showing:
        return []
    match = _BY_ALONE.search(sentence) or _THIS.search(sentence) or _LOSS.search(sentence) or _FORM.search(sentence)
    return _worded(match, places) if match else []


def _worded(match: re.Match[str], places: list[Formula], claim: str = "") -> list[Found]:
    named = match.groupdict()
    words = re.sub(r"\s+", " ", (named.get("kind") or "derivative").lower())
    kind = re.sub(r" (?:matrix|vectors?)$|s$", "", words)
    order = 2 if kind == "hessian" or kind.startswith("second") else 1
    function = _tidy(_latex(named["f"], places)) if named.get("f") else ""
    variables = [v for p in re.findall(_PLACE, named.get("vars") or "") for v in _listed(_tidy(_latex(p, places)))]
    if order == 2 and re.search(r"\bfirst\s+and\s+(?:the\s+)?second\b", match.string[: match.end()], re.I):
        each: list[tuple[str, ...]] = [(v,) for v in variables] or [()]
        return [(function, v * n, n, ("derivative", kind)[n - 1], "") for n in (1, 2) for v in each]
    if not variables:
        return [(function, (), order, kind, claim)]
    if order == 2 and len(variables) == 2 and kind != "hessian":
        return [(function, tuple(variables), 2, kind, claim)]
    return [(function, (v,) * order, order, kind, claim) for v in variables]


def _formulas_asked(sentence: str, places: list[Formula], showing: bool) -> list[Found]:
    """The derivatives that are written as formulas and asked for: after the verb, one after another."""
    out: list[Found] = []
    verb = _SHOW.search(sentence) if showing else _VERB.search(sentence)
    last = verb.end() if verb else 0
    for match in re.finditer(_PLACE, sentence):
        if verb is None or match.start() < verb.start():
            continue
        latex = _latex(match.group(), places)
        found = derivative_in(latex)
        between = sentence[last : match.start()]
        if found is None:
            if out:
                break
            continue
        if out and not re.fullmatch(r"\s*(?:,|and|, and|or|;|as well as|\s)*\s*(?:then\s+)?", between):
            break
        written, claim = found
        assert written.body is not None
        source = latex
        function = _tidy(source[written.body.span[0] : written.body.span[1]])
        variables = tuple(source[w.span[0] : w.span[1]].strip() for w in written.wrt)
        kind = ("hessian" if written.order == 2 else "gradient") if "nabla" in latex or "∇" in latex else "derivative"
        out.append((function, variables, written.order, kind, _tidy(claim)))
        last = match.end()
    return out


def _seems_asked(sentence: str, places: list[Formula]) -> bool:
    """Whether a verb of the sentence has a derivative as its object: then it is a question that was not read."""
    verb = _VERB.search(sentence)
    if verb is None:
        return False
    clause = re.split(r"[,;]|\b(?:by|using|from|when|where|that)\b", sentence[verb.end() :])[0]
    object_ = " ".join(clause.split()[:9])
    return _OBJECT.search(object_) is not None or any(derivative_in(_latex(p, places)) for p in re.findall(_PLACE, clause))


def _number(place: str) -> int:
    return int(place.strip("⟨⟩"))


def _latex(place: str, places: list[Formula]) -> str:
    return places[_number(place)].latex


def _tidy(latex: str) -> str:
    return re.sub(r"(?:\s|[.,;]|\\[,;!])+$", "", latex.strip())


def _listed(latex: str) -> list[str]:
    """`W, b` as two variables; a comma inside brackets or braces is none."""
    out, depth = [""], 0
    for c in latex:
        depth += (c in "{([") - (c in "})]")
        if c == "," and depth == 0:
            out.append("")
        else:
            out[-1] += c
    return [v for v in (_tidy(o) for o in out) if v and not re.match(r"\\forall|\\(?:l|c)?dots|i\s*=", v)]


__all__ = ["Ask", "find_ask", "find_asks"]
