"""The derivatives that one sentence asks for: its nouns ("the gradient of ⟨1⟩ with respect to ⟨2⟩") and derivatives written as
formulas ("find ⟨∂L/∂W⟩ and ⟨∂L/∂b⟩"), in the order of the sentence, so that none of them is lost.

Formulas have been taken out of the sentence and stand as numbered places. A noun takes what follows it up to the next noun:
the function after `of`, the variables after `with respect to`; "the gradient and the Hessian of ⟨f⟩" share theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gradatim.homework.definitions import level_split, tidy
from gradatim.homework.formulas import Formula, derivative_in, named_derivative
from gradatim.homework.modifiers import (
    asked_beside,
    at_a_value,
    made_of,
    modified,
    of_descent,
    of_it,
    times_of,
    turned_round,
    where_supposed,
)
from gradatim.homework.parameters import group_in
from gradatim.homework.written_out import (
    DIFFERENTIAL,
    NAME,
    PLACE,
    PRIMED,
    TRANSPOSED,
    Object,
    along_written,
    in_brackets,
    latex_of,
    listed,
    not_parsed,
    own_differential,
    stacked,
    without_sign,
    written_out,
)

_EQUATIONS = (
    r"normal\s+equations?|(?:likelihood|score|estimating)\s+equations?"
    r"|(?:first[- ]order|stationarity|optimality)(?:\s+(?:necessary|optimality|stationarity))*\s+conditions?"
)
"""Equations that say that a gradient is zero."""
CONDITION = "condition"
"""Their kind."""
KIND = (
    r"(?P<kind>(?:(?:first|second|partial|total|matrix|vector|directional)[- ])*derivatives?|(?:total\s+)?differentials?|(?:sub-?)?gradients?(?: vectors?)?|sub-?differentials?"
    r"|jacobians?(?: matrix)?|hessians?(?: matrix)?|(?<=the )score(?=[.,;?])|score(?:\s+(?:functions?|vectors?)|(?=\s+(?:and|with\s+respect)\b))(?!\s+(?:of|for)\s+(?:attention|each|the\s+(?:model|class)))"
    r"|(?:observed|expected)(?:\s+fisher)?\s+information(?:\s+matrix)?|fisher(?:['’]s)?\s+information(?:\s+matrix)?|information\s+matrix"
    rf"|{_EQUATIONS})"
)
_NOT_OBJECT = r"(?![- ](?:descent|ascent|method|flow|step|check|algorithm|update|boost|norm|clipping|information|based|free)\w*)"
_NOUN = re.compile(rf"\b{KIND}{_NOT_OBJECT}\b|\b(?P<verb>differentiat(?:e|ing))\b", re.I)
_AND = r"(?:\s*,\s*and|\s*,|\s+and|\s*,?\s+as\s+well\s+as)\s+"
_BY = r"(?:with\s+(?:respect|regards?)\s+to|w\.?\s?r\.?\s?t\.?|relative\s+to|by|wrt)"
_TEXT = r"(?:(?!\bwith\s+respect|\bw\.?\s?r\.?\s?t\b|\bwrt\b)[^⟨⟩.?!;])"
_NOT_NOUN = r"(?!where|when|with|for|if|given|assuming|in|is|are|as|of|that|which|set|show|find|compute)"
_VARIABLES = re.compile(
    rf"\b{_BY}\s*(?P<vars>(?:(?!\b(?:parameters|weights|variables|unknowns|inputs)\s+of\b|\)\s*of\b)[^⟨⟩.?!;:]){{0,60}}?(?:{PLACE}[\s-]+(?:matri(?:x|ces)|vectors?)\s+(?={PLACE}))?{PLACE}(?:{_AND}(?:(?:also|then|next|afterwards|subsequently|finally|lastly|secondly|thereafter)\s+)?(?:{_BY}\s+)?(?:{_NOT_NOUN}[\w-]+\s+){{0,3}}?{PLACE}(?!\s*{_BY}))*)",
    re.I,
)
_ALSO_BY = re.compile(
    rf"(?:\band\b|,|\bas\s+well\s+as\b)\s+(?:(?:also|then|next|afterwards|subsequently|finally|lastly|secondly|thereafter)\s+)?(?:(?:the\s+(?:one|other|same|latter)|that|those|likewise)\s+)?(?:taken\s+)?{_BY}\s+"
    rf"(?:{_NOT_NOUN}[\w-]+\s+){{0,3}}?(?P<vars>{PLACE}(?:{_AND}{PLACE})*)",
    re.I,
)
"""A further variable after the function: "by ⟨μ⟩ of ⟨f⟩, and the one with respect to ⟨σ⟩"."""
_AS_FUNCTION = re.compile(rf"\bas\s+(?:an?\s+)?functions?\s+of\s+(?:the\s+\w+\s+)?(?P<vars>{PLACE}(?:{_AND}{PLACE})*)", re.I)
"""`z as a function of x`: what it is differentiated by, where nothing else says so."""
_STRANGE = re.compile(r"'|\\nabla|\\partial|[∇∂]")
"""What a formula behind a noun holds that is another derivative than those that are read: `f''(X)[V, V]`."""
_THAT_IS = re.compile(r"\bi\.\s?e\.\s*,?|\bthat\s+is\s*,")
_FIRST_AS_FUNCTION = re.compile(
    rf"[\s*_]*(?:regarded\s+|considered\s+)?as\s+(?:an?\s+)?functions?\s+of\s+(?:the\s+\w+\s+)?(?P<vars>{PLACE}(?:{_AND}{PLACE})*)",
    re.I,
)
_IN_VARIABLES = re.compile(
    rf"\s+(?:taken\s+)?in\s+(?:the\s+)?(?:(?:variable|vector|matrix|scalar|argument)s?\s+)?(?P<vars>{PLACE}(?:{_AND}{PLACE})*)(?=\s*(?:[.,;:?!]|$|for\b|of\b|at\b|with\b|where\b))",
    re.I,
)
"""`the derivative in z`."""
_AGAIN = re.compile(rf"{_AND}(?P<f>{PLACE})\s+{_BY}\s+(?P<x>{PLACE})", re.I)
"""A second function with a variable of its own: "⟨f⟩ with respect to ⟨t⟩ and ⟨g⟩ with respect to ⟨X⟩"."""
_ASIDE = r"(?:(?!\b(?:where|when|if|given|assuming|solve|set|use|show|then|hence|explain|with\s+respect|w\.?\s?r\.?\s?t|wrt)\b)[^⟨⟩.?!;])"
_NO_FUNCTION = r"(?!\s+(?:an?\s+)?(?:fixed|given|constant|any|all|every|some|arbitrary|real|positive|nonzero|symmetric|invertible|square)\s+(?:\w+\s+)?⟨)"
"""`for fixed ⟨y⟩` speaks of no function."""
_FUNCTIONS = re.compile(
    rf"\b(?:(?<!dependence )(?<!dependency )of|for{_NO_FUNCTION}|to)\b{_ASIDE}{{0,80}}?(?P<f>{PLACE}(?:{_AND}(?:of\s+)?(?:the\s+\w+\s+)?{PLACE})*)",
    re.I,
)
_OF_ARGUMENTS = re.compile(r"\bthis\s+function\s+of\s+$", re.I)
"""What stands before the arguments of a function that was stated before."""
_VAGUE = re.compile(
    r"\s*\b(?:of|for)\s+(?:this|that|these|those|it|each|every|all|both|the\s+(?:above|following|given|resulting)|(?:the|our|its)\s+[\w -]*?"
    r"(?:functions?|loss|objective|cost|risk|error|likelihood|expressions?|energy|criterion)\b|$|\W*$)",
    re.I,
)
VERB = re.compile(
    r"\b(compute|find|derive|write|what\s+(?:is|are)|calculate|determine|give|evaluate|obtain|state|take|work\s+out|differentiate|express|provide|identify|deduce|simplify|reduce|conclude\s+with|set(?=\s+(?:the|its)\s+(?:partial\s+)?(?:gradient|derivative|jacobian)s?\b)|(?:one|we)\s+seeks?|i\s+(?:want|need)|we\s+want|how\s+(?:to|(?:do|can|would|does)\s+(?:i|you|we|one))\s+get|what\s+do(?:es)?(?=[^.?!]*\b(?:equal|amount\s+to|look\s+like)\b))\b",
    re.I,
)
SHOW = re.compile(r"\b(show|prove|verify|confirm|check|demonstrate)\b", re.I)
_ADJUNCT = re.compile(r"\b(?:by|using|use|via|from|when|whether|if|that|which|until|since|because|where|without)\b", re.I)
_MEASURE_OF = re.compile(
    r"\b(?:eigen(?:values?|vectors?)|norms?|magnitude|length|size|traces?|determinants?|inverse|rank|sign|spectrum|zeros?|roots?|bounds?)\s+(?:of|on|for)\s+(?:the\s+)?$",
    re.I,
)
"""What is asked of a derivative that is written as a formula."""
BY_DOING = re.compile(r"\bby\s+(?:(?:comput|find|deriv|calculat|evaluat|tak)ing|(?=differentiating\b)|writing\s+down)\b", re.I)
"""What is to be done on the way to something else: "prove that f is convex by computing its Hessian"."""
_ON_THE_WAY = "the derivative alone is answered, and not what is to be concluded from it"
_PART_OF = re.compile(
    r"\b(?!expressions?|formulas?|forms?|equations?|values?|entries|functions?\b)\w+\s+(?:of|for)\s+(?:the\s+|each\s+|both\s+|this\s+)*$",
    re.I,
)
_DOING = re.compile(r"\b(?:of|for|in)\s+\w+ing\s+(?:the\s+|a\s+)?$", re.I)
_OF = re.compile(rf"\s+of\s+(?P<f>{PLACE})")
_CLAIM = re.compile(rf"\b(?:is|equals|are|becomes)\s+(?:given\s+by\s+|equal\s+to\s+)?(?P<g>{PLACE})", re.I)
_ENDS = re.compile(
    r"\s*(?:$|[.,;:?!)]|\band\b|\bin\s+(?:terms|matrix|vector|closed|matrix-vector|full)|\b(?:along|in\s+the\s+direction|explicitly|analytically|here|there|below|above|now|again|for|at|everywhere|where(?:ver)?|when(?:ever)?|if|assuming|provided|using|by|via)\b)",
    re.I,
)
_OWN_TRANSPOSE = re.compile(rf"\s*({NAME})\s*=\s*\1\s*{TRANSPOSED}|\s*({NAME})\s*{TRANSPOSED}\s*=\s*\2\s*")
_CONDITION = re.compile(r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*(?:\\(?:neq?|geq?|leq?|in|succ\w*)(?![A-Za-z])|[<>≥≤≠∈])")
"""`k \\ne y`, `x > 0` after "for": for which the derivative is asked, and of no function."""
_LINKED = re.compile(
    r"[\s,;*_()]*(?:(?:and|or|hence|thus|therefore|finally|lastly|consequently|then|also|as\s+well\s+as|the|their|its|a|an|first|second|partial|both|gradients?|hessian|jacobian|matrix"
    r"|derivatives?|\(?(?:i{1,3}|iv|v)\))(?!\w)[\s,;*_()]*)*",
    re.I,
)


_OTHER_VERB = re.compile(r"\b(?:solve|set|use|show|then|hence|explain)\b", re.I)
_ARTICLE = re.compile(
    r"\b(?:for|of)\s*$|\b(?:the|its|their|both|all|each|this|and|corresponding|a|an|second|first)\W*(?:\w+\W+)?$", re.I
)
_IT = re.compile(r"\s+(?:it|this|the\s+(?:result|expression))\b", re.I)
_ITS = re.compile(r"\bits\b", re.I)
_DIRECTED = re.compile(rf"\b(?:in|along)\s+(?:the\s+)?direction\b|\balong\s+{PLACE}", re.I)
_DIRECTION = re.compile(
    rf"\b(?:in|along)\s+(?:(?:the|a|any|an\s+arbitrary)\s+)?(?:unit\s+)?(?:direction\s*)?(?:of\s+)?(?:(?:the|a)\s+)?(?:unit\s+)?(?:vector|matrix)?\s*"
    rf"(?P<d>{PLACE})",
    re.I,
)
_AT = re.compile(rf"\bat\s+(?:the\s+point\s+|a\s+point\s+)?(?P<x>{PLACE})", re.I)
_OF_ANOTHER = re.compile(r"\s+of\s+(?:its|the|this|that|their)\s+", re.I)
"""What stands between two nouns, "the Jacobian of the gradient"."""
_SAID_OF_THEM = re.compile(
    r"\s*(?:,\s*)?(?:(?:are|is|being|both|all)\s+)*(?:symmetric|s?p\.?[sd]\.?d?\b|positive|invertible|constants?|fixed|square|matri|vectors?|scalars?|known|given|real|orthogonal|diagonal)",
    re.I,
)
_LAST_OF_COMMAS = re.compile(rf",\s*{PLACE}\Z")
_SIZE = re.compile(r"\\times(?![A-Za-z])|×")
"""What stands before the name of a matrix: "the ⟨m × n⟩ matrix ⟨X⟩"."""
_BARE_NAME = re.compile(r"\\?[A-Za-z]+(?:\{\\?[A-Za-z]+\})?(?:_\w|_\{\w+\})?")
_ALSO_OF = re.compile(
    rf"(?:\band\b|,|\bas\s+well\s+as\b)\s+(?:(?:also|then|next|afterwards|subsequently|finally|lastly|secondly|thereafter)\s+)?(?:the\s+(?:one|other|same)|that|those)\s+(?:of|for)\s+(?:the\s+)?(?:[\w-]+\s+){{0,3}}?(?P<f>{PLACE})",
    re.I,
)
"""A further function: "and also the one of ⟨g⟩"."""
_SAID_BETWEEN = re.compile(
    r"^[\s,(]*(?:where|with|when|if|for|given|assuming|provided)\b(?:(?!\b(?!assuming)\w+ing\b)[^.?!;])*?"
    r"(?=(?:\s*,)?\s+(?:and|as\s+well\s+as|then)\s+(?:(?:also|then|hence|again|next)\s+)?(?:(?:its|the|their)\s+)?$)",
    re.I,
)
"""A condition between what is asked first and what is asked then."""
_PIECE = re.compile(r"\b(?:terms?|parts?|components?|entry|entries|penalty|regulari[sz]er)\b.*\b(?:in|of|from)\s*$", re.I)
"""What stands between a noun and a formula of which only a piece is meant: "the gradient of the last term in ⟨f⟩"."""
_FUNCTION_OF_VERB = re.compile(rf"{_TEXT}{{0,60}}?(?P<f>{PLACE}(?:{_AND}{PLACE})*)", re.I)
_SYSTEM = re.compile(r"\b(?:transform(?:ation)?|map(?:ping)?|change|coordinates|substitution|system)\b", re.I)
"""What several formulas are together."""
_MAPPING = re.compile(r"\s*(?::|\\colon(?![A-Za-z]))(?!=).*(?:\\(?:right|long)?(?:arrow|to|mapsto)(?![A-Za-z])|→).*$", re.S)
"""`f: ℝⁿ → ℝ` names f."""
_THING = re.compile(
    rf"\s*\b(?:of|for)\s+(?:the|its|this|our)\s+(?P<thing>[A-Za-z][\w -]*?)(?=\s+{_BY}\b|\s*(?:$|[.,;:?!(])|\s+and\b)", re.I
)
_EVERY = re.compile(
    r"\s+(?:of|for)\s+(?:both|all|each|every)(?:\s+(?:one\s+)?of)?(?:\s+(?:these|those|them|the))?(?:\s+(?:two|three|four))?(?:\s+functions?)?\s*(?:[.,;:?!)]|$|\bwith\b|\bat\b)",
    re.I,
)
"""All functions of the text."""
_WROTE = re.compile(r"\b(?:the|an?)\s+(?P<thing>(?:augmented\s+|dual\s+|reduced\s+)?lagrang(?:ian|ean))\b", re.I)
_GENERIC = re.compile(
    r"\b(?:functions?|transformation|map(?:ping)?|change|coordinates|substitution|system|loss(?:es)?|objective|cost|risk|error|(?:log-?)?likelihood|expressions?|energy|criterion|above|following|given|resulting|same|new|whole|output)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A noun or a derivative formula at its place in the sentence."""

    start: int
    end: int
    noun: str = ""
    place: str = ""


def objects(sentence: str, places: list[Formula]) -> list[Object]:
    """Every derivative that a sentence asks for, in order; [] where it asks for none."""
    again = _THAT_IS.search(sentence)
    told = objects(sentence[again.end() :], places) if again is not None else []
    if again is not None and told:  # "the gradient by the inputs, i.e. find ⟨∂J/∂x⟩"
        return [*(o for o in objects(sentence[: again.start()], places) if o.functions), *told]
    shown, verb = SHOW.search(sentence), VERB.search(sentence)
    if shown is not None and verb is not None and shown.start() < verb.start():  # "show that ⟨A′ = BA⟩ and deduce ⟨C′⟩"
        first = objects(sentence[: verb.start()], places)
        if first:
            return [*first, *_objects(sentence, places, verb, False)]
    showing = shown is not None and verb is None
    verb = shown if showing else verb
    doing = BY_DOING.search(sentence)
    if doing is not None and showing:
        showing, verb = False, doing
    found = _objects(sentence, places, verb, showing) if verb is not None else []
    if found or doing is None or doing is verb:
        return found
    return [replace(o, noted=o.noted or _ON_THE_WAY, partial=True) for o in _objects(sentence, places, doing, False)]


def _objects(sentence: str, places: list[Formula], verb: re.Match[str], showing: bool) -> list[Object]:
    """Every derivative behind a verb."""
    sentence, descends = of_descent(sentence, lambda at: places[at].latex)
    mentions = _mentions(sentence, places, verb.start())
    found: list[Object] = []
    last = verb.end() if not verb.group().lower().startswith("differentiate") else verb.start()
    for k, m in enumerate(mentions):
        window = sentence[m.end : mentions[k + 1].start if k + 1 < len(mentions) else len(sentence)]
        between = sentence[last : m.start]
        for again in () if showing else VERB.finditer(between):  # "…, when … is used, i.e. find the gradient"
            between = sentence[last + again.end() : m.start]
        if found:  # "…, where ⟨A⟩ is symmetric, and its Hessian"
            between = _SAID_BETWEEN.sub("", between)
        made = (
            _formula(m, between, bool(found), places)
            if m.place
            else _noun(m, between, window, sentence, showing, places, bool(found))
        )
        if made is None and m.place and found:
            break
        if made is not None and (point := at_a_value(window, lambda at: places[at].latex)):
            made = replace(made, at=point)
        elif made is not None and (supposed := where_supposed(window, lambda at: places[at].latex)):
            made = replace(made, supposed=supposed)
        if made is not None and (beside := asked_beside(window)):
            made = replace(made, noted="; ".join(n for n in (made.noted, beside) if n))
        if made is not None:
            found.append(made)
            if (
                m.place
                and made.functions
                and made.variables
                and (also := _ALSO_BY.match(window, len(window) - len(window.lstrip())))
            ):
                found += [replace(made, variables=(v,) * made.order) for v in _variables(also, places)]
            if not m.place and made.functions and not made.unread:
                pairs = [(tidy(latex_of(p["f"], places)), tidy(latex_of(p["x"], places))) for p in _AGAIN.finditer(window)]
                found += [replace(made, functions=(f,), variables=(x,)) for f, x in pairs if x not in made.variables]
            last = m.end if m.place else m.end + _used(window)
    if descends and found:
        found[0] = replace(found[0], noted=descends)
    return _shared(_at_one_point(found, mentions, sentence, places), showing)


def _at_one_point(found: list[Object], mentions: list[_Mention], sentence: str, places: list[Formula]) -> list[Object]:
    """A point behind the last of several derivatives is that of all of them: "⟨∂z/∂x⟩ and ⟨∂z/∂y⟩ at ⟨x = 1⟩"."""
    out = list(found)
    for k in range(len(out) - 2, -1, -1) if len(out) == len(mentions) else ():
        said = at_a_value(sentence[mentions[k + 1].end :], lambda at: places[at].latex)
        if _LINKED.fullmatch(sentence[mentions[k].end : mentions[k + 1].start]) and not out[k].at:
            at = out[k + 1].at if out[k + 1].at == said else ""
            out[k] = replace(out[k], at=at, supposed=out[k].supposed or out[k + 1].supposed)
    return out


_ALL = re.compile(
    r"\b(?:all|every|each)(?:\s+(?:of\s+)?(?:the|its|these|their))?(?:\s+(?:necessary|relevant|required))?\s*$", re.I
)
"""What stands before gradients of which none is named."""


def _mentions(sentence: str, places: list[Formula], start: int) -> list[_Mention]:
    """Nouns and derivative formulas after the verb; a noun whose formula follows ("the gradient ⟨∇L⟩") is that formula."""
    nouns = [_Mention(m.start(), m.end(), re.sub(r"\s+", " ", m.group().lower())) for m in _NOUN.finditer(sentence, start)]
    written = [
        _Mention(m.start(), m.end(), "", m.group())
        for m in re.finditer(PLACE, sentence)
        if m.start() >= start
        and (
            named_derivative(without_sign(latex_of(m.group(), places))[0])
            or PRIMED.match(without_sign(latex_of(m.group(), places))[0])
            or along_written(latex_of(m.group(), places))
            or not_parsed(latex_of(m.group(), places))
        )
    ]
    written += [
        _Mention(m.start(), m.end(), "", m.group())
        for m in re.finditer(PLACE, sentence)
        if m.start() >= start and _differential_of(latex_of(m.group(), places), places)
    ]
    kept = [n for n in nouns if not any(re.fullmatch(r"[\s,:]*", sentence[n.end : w.start]) for w in written if w.start >= n.end)]
    return sorted((*kept, *written), key=lambda m: m.start)


def _differential_of(latex: str, places: list[Formula]) -> str:
    """The f of `df` where another formula defines f; "" for anything else."""
    name = own_differential(latex)
    defines = re.compile(rf"\s*{re.escape(name)}\s*(?:\([^()=]*\)\s*)?:?=")
    return name if name and any(defines.match(p.latex) for p in places) else ""


def _used(window: str) -> int:
    """How much of what follows a noun belongs to it."""
    blank = len(window) - len(window.lstrip())
    ends = [m.end() for m in (_VARIABLES.search(window), _FUNCTIONS.match(window, blank)) if m is not None]
    return max(ends, default=0)


def _noun(
    m: _Mention, between: str, window: str, sentence: str, showing: bool, places: list[Formula], follows: bool
) -> Object | None:
    verbal = m.noun.startswith("differentiat")
    own = re.match(rf"\s+(?P<name>{PLACE})", window)
    if not verbal:  # "the Hessian ⟨H⟩ of": its own name
        window = re.sub(rf"^\s+{PLACE}", lambda name: " " * len(name.group()), window)
    if m.noun.startswith(("differential", "total")):
        window = re.sub(r"^\s+d[A-Za-z]\b", " ", window)  # "the differential dF"
    of, by = _complements(window, verbal)
    by = by or _VARIABLES.match(sentence.lstrip(" *_")) or _FIRST_AS_FUNCTION.match(sentence)
    if of is not None and derivative_in(latex_of(re.findall(PLACE, of["f"])[0], places)) is not None:
        return None
    claim = _CLAIM.search(window, max(of.end() if of else 0, by.end() if by else 0))
    if showing and claim is None:
        return None
    between, minus = turned_round(between)
    bare = _ARTICLE.search(between) or not between.strip(" *_")  # "Find gradient and Hessian."
    group = "" if by else group_in(window)
    if not (by or group) and re.match(r"(?:first )?partial derivatives\b", m.noun):
        group = "partials"
    if not (by or group) and m.noun in ("gradients", "derivatives") and _ALL.search(between):
        group = "parameters"
    if _OF_ANOTHER.fullmatch(window) and _NOUN.match(sentence, m.end + len(window)):
        return Object(m.noun, 1, unread=f"{m.noun} of a derivative")
    if _hidden(between, showing) or not (
        of or by or group or _THING.match(window) or showing or _VAGUE.match(window) or (_ENDS.match(window) and bare)
    ):
        return None
    order, changed = modified(m.noun, between)
    if (made := _by_another_name(m, None if of or showing else own, window, by, places, "agrangian" in sentence)) is not None:
        return made
    minus = minus or m.noun.startswith("observed")
    changed = changed or ("" if verbal else of_it(window))
    if verbal and (times := times_of(window)):
        order, changed = (2, changed) if times == 2 else (1, "several times")
    if changed or minus and showing or order > 1 and re.match(r"(?:total )?differential(?!i)", m.noun):
        return Object(m.noun, 1, unread=f"{changed or ('minus', 'second')[order > 1]} {_words(m, window)}")
    if not showing and re.match(r"directional|(?:total )?differential(?!i)", m.noun) or _DIRECTED.search(window):
        return _directed(m, order, window, of, by, places)
    if of is not None and made_of(window[: of.start("f")], window[of.end("f") :]):
        return Object(m.noun, 1, unread=_words(m, window))
    if not showing and of and _PIECE.search(window[: of.start("f")]):
        return Object(m.noun, 1, unread=_words(m, window))
    kind = re.sub(r" (?:matrix|vectors?|functions?)$|s$", "", "derivative" if verbal else m.noun)
    variables = _variables(by, places)
    if by and by.re is _VARIABLES and by.string is window:
        variables += tuple(v for m in _ALSO_BY.finditer(window, by.end("vars")) for v in _variables(m, places))
    functions = _functions(of, window, places) if of else ()
    if of is None and (_IT.match(window) if verbal else _ITS.search(between)):
        # After "the gradient of f, where A = Aᵀ, and its Hessian" it is of f, which it shares.
        meant = "" if follows and not re.search(PLACE, between) else _antecedent(sentence[: m.start], variables, places)
        functions = (meant,) if meant else ()
    said = None if of else _THING.match(window)
    thing = said["thing"].lower() if said else ""
    if of is not None and (spoken := _WROTE.search(window[: of.start("f")])):
        thing, functions = spoken["thing"].lower(), ()  # "the Lagrangian of min f"
    if of is None and not thing and (verbal or _ITS.search(between)) and (wrote := _WROTE.search(sentence[: m.start])):
        thing, functions = wrote["thing"].lower(), ()  # "write the Lagrangian and compute its gradient"
    every = of is None and _EVERY.match(window) is not None
    about = functions, variables, latex_of(claim["g"], places) if showing and claim else ""
    made = Object(
        kind, order, *about, thing=thing, generic=_GENERIC.search(thing) is not None, minus=minus, group=group, every=every
    )
    if kind == "jacobian" and of is not None and len(functions) > 1 and _SYSTEM.search(window[: of.start("f")]):
        made = replace(made, functions=(stacked(functions),))
    return replace(made, mixed=re.search(r"\bfirst\s+and\s+(?:the\s+)?$", between, re.I) is not None and order == 2)


def _functions(of: re.Match[str], window: str, places: list[Formula]) -> tuple[str, ...]:
    """The formulas behind "of" that are functions, and declare nothing."""
    found = tuple(tidy(latex_of(p, places)) for p in re.findall(PLACE, of["f"]))
    if _SAID_OF_THEM.match(window, of.end("f")):  # "⟨f⟩, ⟨A⟩ and ⟨B⟩ symmetric"
        found = tuple(f for k, f in enumerate(found) if not k or not _BARE_NAME.fullmatch(f))
    found += tuple(tidy(latex_of(m["f"], places)) for m in _ALSO_OF.finditer(window, of.end("f")))
    return tuple(_MAPPING.sub("", f) for k, f in enumerate(found) if not (_declares(f) and (k or _CONDITION.match(f))))


def _by_another_name(
    m: _Mention, own: re.Match[str] | None, window: str, by: re.Match[str] | None, places: list[Formula], lagrangian: bool
) -> Object | None:
    """What stands behind a noun instead of its function, an expectation, or equations that say that a gradient is 0."""
    if own is not None and _STRANGE.search(latex_of(own["name"], places)):
        return Object(m.noun, 1, unread=f"{m.noun} {latex_of(own['name'], places).strip()}")
    if re.match(r"(?:expected|fisher|information)", m.noun):
        return Object(m.noun, 1, unread=f"{m.noun}: an expectation")
    if not re.fullmatch(_EQUATIONS, m.noun):
        return None
    named = _OF.match(window)
    functions = (tidy(latex_of(named["f"], places)),) if named else ()
    said = f"the {m.noun} say{'s' * (m.noun[-1] != 's')} that this is 0"
    thing = "" if functions or not lagrangian else "lagrangian"
    about = CONDITION, 1, functions, _variables(by, places)
    return Object(*about, thing=thing, generic=not thing, noted=said, partial=True)


def _variables(by: re.Match[str] | None, places: list[Formula]) -> tuple[str, ...]:
    named = [tidy(latex_of(p, places)) for p in re.findall(PLACE, by["vars"])] if by else []
    if by and len(named) > 1 and _LAST_OF_COMMAS.search(by["vars"]) and _SAID_OF_THEM.match(by.string, by.end("vars")):
        named.pop()  # "with respect to ⟨X⟩, ⟨A⟩ symmetric"
    return tuple(v for x in named if not _SIZE.search(x) for v in in_brackets(x) or listed(x))


def _antecedent(before: str, variables: tuple[str, ...], places: list[Formula]) -> str:
    """The formula that "it" speaks of in "rewrite ⟨f⟩ in matrix notation and differentiate it": the last that is written out, or
    else the last that is defined, or else the first name; "" where there is none."""
    before = _AT.sub(lambda m: " " * len(m.group()), before)
    nouns = [m.start() for m in _NOUN.finditer(before)]
    claims = [m.span("g") for m in _CLAIM.finditer(before) if nouns and m.start() > nouns[0]]
    spans = [m.span() for m in re.finditer(PLACE, before)]
    said = [tidy(latex_of(before[a:b], places)) for a, b in spans if (a, b) not in claims]
    said = [f for f in said if f not in variables and not _declares(f)]
    whole = [f for f in said if not re.fullmatch(r"\\?[A-Za-z]+(?:_\w|_\{\w+\})?(?:\([^()]*\))?", f)]
    written = [f for f in whole if len(level_split(f)) == 1] or whole
    return (written[-1:] or said[:1] or [""])[0]


def _directed(
    m: _Mention, order: int, window: str, of: re.Match[str] | None, by: re.Match[str] | None, places: list[Formula]
) -> Object:
    """ "the directional derivative of f at x in the direction v", "the differential of f"."""
    total = re.match(r"(?:total )?differential", m.noun) is not None
    found = _DIRECTION.search(window)
    named = listed(tidy(latex_of(found["d"], places))) if found else []
    if not total and len(named) != 1 or m.noun.startswith("hessian"):  # a number or a vector
        return Object(m.noun, 1, unread=_words(m, window))
    point = by or _AT.search(window)
    where = listed(tidy(latex_of(re.findall(PLACE, point.group())[0], places))) if point else []
    said = [tidy(latex_of(p, places)) for p in re.findall(PLACE, of["f"])] if of else []
    functions = tuple(f for k, f in enumerate(said) if not (k and _declares(f)))
    variables = tuple(v for v in where if "=" not in v)[:1]
    return Object(
        "differential" if total else "derivative", order, functions, variables, along=named[0] if named else DIFFERENTIAL
    )


def _complements(window: str, verbal: bool) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """The function and the variables that follow a noun, or the verb "differentiate", whose function follows at once."""
    by = _VARIABLES.search(window) or _AS_FUNCTION.search(window) or _IN_VARIABLES.match(window)
    of = _FUNCTION_OF_VERB.match(window) if verbal else _FUNCTIONS.search(window)
    if of is not None and not verbal and _OTHER_VERB.search(window[: of.start()]):
        of = None
    if of is not None and _OF_ARGUMENTS.search(window[of.start() : of.start("f")]):
        of = None
    if of is not None and by is not None and by.start() <= of.start("f") < by.end():
        of = _FUNCTIONS.search(window, by.end())
    return of, by


def _declares(latex: str) -> bool:
    """`x ∈ ℝⁿ`, `A = A^T` after a function is what is said of a name, and no function."""
    return _OWN_TRANSPOSE.fullmatch(latex) is not None or (
        re.search(r"\\in(?![A-Za-z])|∈|\\succ|\\neq?(?![A-Za-z])|≠|[<>≥≤]|\\geq?(?![A-Za-z])|\\leq?(?![A-Za-z])", latex)
        is not None
    )


def _hidden(between: str, showing: bool) -> bool:
    """Whether a noun is no object of its verb: "by setting the gradient…", "the size of the gradient"."""
    adjunct = _ADJUNCT.sub(" ", between, count=1) if showing and re.match(r"\s*that\b", between) else between
    return any(p.search(adjunct) for p in (_ADJUNCT, _PART_OF, _DOING))


def _words(m: _Mention, window: str) -> str:
    return re.sub(r"\s+", " ", m.noun + re.sub(PLACE, "…", window)).strip(" .,;:?!")


def _formula(m: _Mention, between: str, follows: bool, places: list[Formula]) -> Object | None:
    latex = latex_of(m.place, places)
    if name := _differential_of(latex, places):
        return Object("differential", 1, (name,), (), along=DIFFERENTIAL)
    if not_parsed(latex):
        return Object("derivative", 1, unread=latex.strip())
    if follows and not _LINKED.fullmatch(between):
        return None
    if _MEASURE_OF.search(between):
        return None  # "the largest eigenvalue of ∇²f"
    if (
        derivative_in(without_sign(latex)[0]) is None
        and not PRIMED.match(latex)
        and not along_written(latex)
        and _ADJUNCT.search(between)
    ):
        return None  # "write the update using g = ∇f"
    return written_out(latex)


def _shared(found: list[Object], showing: bool) -> list[Object]:
    """What a noun leaves out it has from the next that says it, or else from the one before."""
    if showing:
        return found
    out = list(found)
    for order in (range(len(out) - 2, -1, -1), range(1, len(out))):
        for k in order:
            other = out[k + 1] if order.step < 0 else out[k - 1]
            if out[k].unread or out[k].kind.endswith("!") or other.unread:
                continue
            if not out[k].functions and not out[k].variables:
                variables = tuple(dict.fromkeys(other.variables))
                out[k] = replace(out[k], functions=other.functions, variables=variables, at=out[k].at or other.at)
            elif order.step > 0 and not out[k].functions:
                out[k] = replace(out[k], functions=other.functions)
    return out


__all__ = ["BY_DOING", "CONDITION", "KIND", "SHOW", "VERB", "objects"]
