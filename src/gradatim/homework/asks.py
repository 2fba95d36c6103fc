"""What an item asks: derivatives of which functions by which variables, or something else.

Formulas are taken out first; what is left is a sentence with numbered places, and `objects` finds in it the derivatives that
are asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gradatim.homework.bare import bars_apart, marked, worded
from gradatim.homework.definitions import definitions, heads, last_function, level_split, tidy
from gradatim.homework.formulas import Formula, derivative_in, formulas, left_open, named_derivative
from gradatim.homework.objects import BY_DOING, CONDITION, KIND, SHOW, VERB, objects
from gradatim.homework.unnumbered import unnumbered
from gradatim.homework.written_out import (
    OPERATOR,
    PLACE,
    PRIMED,
    Object,
    along_written,
    latex_of,
    listed,
    not_parsed,
    own_differential,
    without_sign,
    written_out,
)

NO_QUESTION = "not a derivative question"
LIMIT = 4000
"""Characters of an item that are searched for its question."""
_ASIDE = re.compile(
    r"\s*(?:\W{0,40})(?:recall|note|remember|notice|you\s+(?:may|can|might|could|will)|hint|for\s+example|observe)\b", re.I
)
_DERIVATIVE_WORD = re.compile(
    r"derivative|gradient|jacobian|hessian|differentia|\bscore\b|\binformation\b|\bequations?\b|\bconditions?\b", re.I
)
_NEGATED = re.compile(
    r"\b(?:not|n't|n’t|never|without)\s+(?:need(?:ed)?\s+|have\s+|required\s+|asked\s+)?(?:to\s+)?(?:be\s+)?\w*(?:comput|deriv|find|calculat|differentiat|evaluat|simplif|provid|writ)",
    re.I,
)
"""What is not asked: "you do not need to compute any derivative"."""
_OBJECT = re.compile(
    r"derivative|differential(?!\s+equation)|jacobian|hessian|gradient(?![- ](?:descent|ascent|method|flow|step|check|algorithm|update))",
    re.I,
)
_CHANGES = re.compile(rf"\bhow\s+(?:does|do|would|will)\s+(?:the|its|this|your)\s+{KIND}", re.I)
_EACH = re.compile(r"\b(?:following|each|every|these|below)\b", re.I)
_AGAIN = re.compile(
    rf"\b(?:repeat\b[^⟨⟩.]*|do\s+(?:the\s+same|this|it)(?:\s+again)?|answer\s+the\s+same[^⟨⟩.]*)\s+(?:for|with)\s+(?P<f>{PLACE})",
    re.I,
)
"""The questions before, of another function."""
_OF_LIST = re.compile(r"\b(?:for|of)[\s*_]*:?[\s*_]*$", re.I)
"""A sentence that goes on in the items below it: "Find ⟨∇_X f⟩ for"."""
_LEADS = re.compile(r"\b(?:following|each|every|these|below)\b|(?:\b(?:of|for|to)|:|⟨\d+⟩\.?)[\s*_]*$", re.I)

_PHRASE = re.compile(
    rf"[\s*_#>-]*(?:\(?\w{{1,3}}[.)]\s+)?[*_\s]*(?:[\[(]\s*[\d.]+\s*(?:points?|pts?\.?|marks?|credits?|p\.?)\s*[\])][\s*_:]*)?(?:the\s+)?{KIND}\s+(?:with\s+respect\s+to\s+{PLACE}\s+)?(?:of\b|for\b|(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|wrt)\s+{PLACE}\W*$)",
    re.I,
)
"""A question without a verb: "3. Jacobian of ⟨F⟩." """
_BARE_FORMULAS = re.compile(rf"(?:the\s+)?(?:{KIND}\s*:?\s+)?{PLACE}(?:\s*(?:,|,?\s+and|;)\s*{PLACE})*[\s.,;:?*_]*", re.I)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|equals?|vanish\w*|exists?|can|may|must|should|will|gives?|shows?)\b", re.I)

_SAID_BESIDE = re.compile(
    rf"(?:(?:,\s*|\s)(?:where|with|if|when|assuming|given|for)\s|,\s*{PLACE}\s+(?:is|are)\b).*", re.I | re.S
)
"""What such a question says of its names, in a sentence of its own."""
_AND_THAT = re.compile(
    rf"[\s*_(]*(?:and(?:\s+(?:also|then|what\s+about))?|what\s+about|how\s+about|also)[\s,]+(?=(?:(?:the|its|their)\s+)?(?:{KIND}|{PLACE})\W*$)",
    re.I,
)
"""A question that goes on with the one before it: "And the Hessian?", "What about ⟨∂z/∂y⟩?"."""

_MEANING = re.compile(
    r"\b(?:definitions?|difference|connection|relation(?:ship)?|advantages?|disadvantages?)\b[^.?!⟨⟩]*\b(?:of|between)\b[^.?!⟨⟩]*"
    r"\b(?:those|these|them|the\s+(?:two|three)|gradients?|jacobians?|hessians?|derivatives?)\b[^.?!⟨⟩]*[.?!]?\s*$",
    re.I,
)
"""What a notion means, and no derivative of anything: "Is there any connection between those definitions?" """
_BARE = re.compile(
    r"\b(?P<verb>compute|find|derive|calculate|determine|evaluate|give|obtain|write\s+down|state)\b"
    r"(?:\s+(?:each\s+of|all(?:\s+of)?|both\s+of))?(?:\s+(?:the|these))?"
    r"(?:\s+(?:following|second-order|first-order|partial|derivatives?|partials?|gradients?|expressions?|quantities))*"
    r"(?:\s+(?:by\s+hand|below|explicitly|in\s+closed\s+form|of|for))*[\s*_]*[:.]?[\s*_]*(?:\([^()]*\)\s*:)?[\s*_]*$",
    re.I,
)
_MANNER = re.compile(
    r"[\s*_(]*(?:please\s+)?(?:show|justify|explain|simplify|write|provide|include|be\s+sure|make\s+sure)\b[^⟨⟩]*"
    r"\b(?:steps?|work(?:ing|ings)?|answers?|reasoning|derivations?|results?)\b[^⟨⟩]*$",
    re.I,
)
"""How the answer is to be written: "Show all steps." """
_DOLLARS = re.compile(r"(?<!\\)\$")
_LIST = re.compile(r"\\begin\{(?:enumerate|itemize|parts|subparts|tasks|multicols)\}(?:\[[^\]]*\]|\{\d\})*\s*$")


@dataclass(frozen=True, slots=True)
class Ask:
    """A derivative question: the sentence, the function as written (a formula where it defines itself, "" for "this
    function"), the variables (() where the question names none), and what a "show that" claims; or, `unread`, the words that were not understood."""

    asks: str
    function: str
    wrt: tuple[str, ...]
    order: int = 1
    kind: str = "derivative"
    claim: str = ""
    unread: str = ""
    thing: str = ""
    generic: bool = False
    along: str = ""
    """The direction of a directional derivative; `objects.DIFFERENTIAL` for the differential."""
    minus: bool = False
    noted: str = ""
    """What was supposed to read it."""
    partial: bool = False
    """Whether what is asked goes on from the derivative: "derive the normal equations"."""
    at: str = ""
    """The point at which its value is asked for, as written."""
    group: str = ""
    """What its variables are called where no formula names them: "parameters"."""
    turned: bool = False
    """Whether it is written by the transpose of its variable, `∂f/∂xᵀ`."""
    supposed: str = ""
    """Values that it supposes, a point if they are of its variables: "when x = 1"."""
    every: bool = False
    """Whether the functions are all that the text defines: "of both"."""
    declares: str = ""
    """What is to be declared of names that its function got here, of multipliers."""
    among: tuple[str, ...] = ()
    """The arguments of the function, of which a point of several numbers speaks."""
    own: str = ""
    """The item up to this question, where what follows there gives another meaning to its names; "" where nothing does."""

    @property
    def together(self) -> bool:
        """Whether the one matrix by several numbers is asked for."""
        return self.order == 1 and len(self.wrt) > 1


def find_ask(text: str) -> Ask | str:
    """The first question of an item's text, or why there is none: "not a derivative question" or "not read: ..."."""
    found = find_asks(text)
    return found if isinstance(found, str) else found[0]


def find_asks(text: str) -> list[Ask] | str:
    """Every derivative question of an item's text, or why there is none."""
    found = _found_asks(text)
    behind = _without_hints(text)[LIMIT:]
    if not isinstance(found, str) or not (_OBJECT.search(behind) or PRIMED.search(behind) or "\\nabla" in behind):
        return found
    return f"not read: more than its first {LIMIT} characters are not searched for a question"


def _found_asks(text: str) -> list[Ask] | str:
    body = marked(bars_apart(worded(_without_hints(text)[:LIMIT])))
    places = apart(formulas(body))
    flat, owners = _flattened(body, places)
    flat, places = _applied(
        _RATES.sub(lambda m: ("partial derivatives" if "partial" in m.group() else "derivative").ljust(len(m.group())), flat),
        places,
    )
    if _MEANING.search(flat):
        return NO_QUESTION
    if (
        len(_DOLLARS.findall(body)) % 2 == 0
        and not _DERIVATIVE_WORD.search(flat)
        and not any(
            named_derivative(without_sign(f.latex)[0])
            or PRIMED.match(without_sign(f.latex)[0])
            or along_written(f.latex)
            or own_differential(f.latex)
            or not_parsed(f.latex)
            for f in places
        )
    ):
        return NO_QUESTION
    out: list[Ask] = []
    unread = False
    for a, b in _sentences(flat):
        sentence = flat[a:b]
        if _ASIDE.match(sentence) or _NEGATED.search(sentence):
            continue
        sentence = _PASSIVE.sub("", sentence)
        goes_on = _AND_THAT.match(sentence) if out else None
        sentence = f"Find {sentence[goes_on.end() :]}" if goes_on else sentence
        if (phrase := _PHRASE.match(sentence)) and not _FINITE.search(_SAID_BESIDE.sub("", sentence[phrase.end() :])):
            sentence = f"Find the {sentence[phrase.start('kind') :]}"
        elif _named_only(sentence, places):
            sentence = f"Find {sentence}"
        if (again := _AGAIN.search(sentence)) and out:
            function, shown = tidy(latex_of(again["f"], places)), _shown(body, owners, a, b)
            out += [replace(k, function=function, asks=shown, own="") for k in out if k.asks == out[-1].asks]
            continue
        if not any(p.search(sentence) for p in (VERB, SHOW, BY_DOING, _CHANGES)):
            continue
        found = objects(sentence, places)
        shown = _shown(body, owners, a, b)
        end = owners[min(b, len(owners) - 1)]
        own, meant = (_so_far(body, end), _last_before(body, owners[a], end)) if found else ("", "")
        for ask in (replace(ask, own=own) for o in found for ask in _asked(o, shown)):
            if goes_on and not (ask.function or ask.thing or ask.unread):
                ask = replace(ask, function=out[-1].function, wrt=ask.wrt or out[-1].wrt[:1] * ask.order)
            ask = replace(ask, function=meant) if meant and not (ask.function or ask.thing or ask.claim or ask.unread) else ask
            if all(_what(ask) != _what(o) for o in out):
                out.append(ask)
        unread = unread or (not found and _seems_asked(sentence, places))
    if not out:
        out = [a for f in places if left_open(f.latex) for a in _asked(written_out(f.latex), f"${f.latex}$")]
    if out:
        return [a for a in out if a.kind != CONDITION] or out
    asked = _DERIVATIVE_WORD.search(flat) or re.search(r"\\nabla|\\partial|\\frac\s*\{\s*d", flat)
    if not unread and VERB.search(flat) and asked and len(_DOLLARS.findall(body)) % 2:
        return "not read: a `$` of it is not closed"
    return "not read: no function and variable of a derivative were found in it" if unread else NO_QUESTION


_RATES = re.compile(
    r"\bfirst[- ]order\s+partials\b|\b(?:instantaneous\s+)?rates?\s+of\s+change\b(?=\s+(?:of|in)\b)|\bslopes?\s+of\s+the\s+tangent(?:\s+line)?\s+(?=to\b)|\bsensitivit(?:y|ies)\b(?=[^.?!]*\bwith\s+respect\s+to\b)",
    re.I,
)
"""Other words for a derivative."""
_PASSIVE = re.compile(
    r"\s+(?:(?:is|are|has|have)\s+to\s+be\s+(?:determined|computed|found|calculated|derived|obtained)|(?:is|are)\s+(?:required|sought|wanted|asked(?:\s+for)?))(?=\s*[.!]?\s*$)",
    re.I,
)
"""A question in the passive: "the derivative of f is to be determined"."""
_AND_PLACE = re.compile(r"⟨(\d+)⟩(?=(?:\s*,|\s+and|\s*,\s*and|\s+as\s+well\s+as)\s+(?:also\s+)?⟨(\d+)⟩(?!\s+of\b))")
"""An operator alone behind a derivative that is written out, `$\\nabla_x f$ and $\\nabla_y$`: it is of the same."""
_OF_PLACE = re.compile(r"⟨(\d+)⟩((?:(?:,| and|, and) ⟨\d+⟩)*) of ⟨(\d+)⟩(?P<more>(?:,? and of ⟨\d+⟩)*)")


def _of_whole(latex: str) -> str:
    """A function by its name where it has one, and in brackets where it has none."""
    inside = latex.strip(" .,;")
    return level_split(inside)[0].strip() if heads(inside) else f"({inside})"


def _applied(flat: str, places: list[Formula]) -> tuple[str, list[Formula]]:
    """An operator in a formula of its own applied to what follows: `$\\nabla_x$ of $\\|x\\|^2$` is `$\\nabla_x \\|x\\|^2$`."""
    made = list(places)
    for m in reversed(list(_OF_PLACE.finditer(flat))):
        named, right = [int(k) for k in re.findall(r"\d+", m[1] + m[2])], int(m[3])
        operators = [k for k in named if k < len(made) and OPERATOR.fullmatch(made[k].latex)]
        if right < len(made) and named[-1] in operators:
            last = made[operators[-1]].latex.strip()
            for k in map(int, re.findall(r"\d+", m["more"])):  # "⟨∂/∂Σ⟩ of ⟨f⟩ and of ⟨g⟩"
                made[k] = replace(made[k], latex=f"{last} {_of_whole(made[k].latex)}")
            whole = _of_whole(made[right].latex)
            for k in operators:
                made[k] = replace(made[k], latex=f"{made[k].latex.strip()} {whole}")
            more = re.sub(r"\bof\b", "  ", m["more"])
            flat = flat[: m.end(2)] + " " * (m.start("more") - m.end(2)) + more + flat[m.end() :]
    for m in _AND_PLACE.finditer(flat):
        before, operator = made[int(m[1])].latex, made[int(m[2])].latex
        found = derivative_in(before) if OPERATOR.fullmatch(operator) else None
        if found is not None and found[0].body is not None and not found[1]:
            a, b = found[0].body.span
            made[int(m[2])] = replace(made[int(m[2])], latex=f"{operator.strip()} {before[a:b]}")
    return flat, made


def _what(ask: Ask) -> tuple[object, ...]:
    return ask.function, ask.wrt, ask.order, ask.unread, ask.along, ask.minus, ask.at, ask.group, ask.own, ask.turned


def _so_far(body: str, end: int) -> str:
    """The text up to the end of a question, where it defines a name there and anew behind it; "" for any other."""
    before = {h: f for f in definitions(body[:end]) for h in heads(f)}
    anew = (f for f in definitions(body[end:]) for h in heads(f) if before.get(h, f) != f)
    return body[:end] if next(anew, "") else ""


def _last_before(body: str, start: int, end: int) -> str:
    """What a sentence without a function speaks of where the text goes on to another: the last that was defined before it."""
    meant, behind = last_function(definitions(body[:start])), definitions(body[end:])
    return meant if meant and behind and not definitions(body[start:end]) and last_function(behind) != meant else ""


def _named_only(sentence: str, places: list[Formula]) -> bool:
    """Whether a sentence is a derivative and nothing else: "(a) ⟨∇_U F⟩", "The gradient ⟨∇_U F⟩ and ⟨∇_V F⟩."."""
    bare = _BARE_FORMULAS.fullmatch(unnumbered(sentence))
    found = [derivative_in(without_sign(latex_of(p, places))[0]) for p in re.findall(PLACE, sentence)] if bare else []
    return bool(found) and all(f is not None and not f[1] for f in found)


def lead(text: str) -> list[Ask]:
    """What a text asks of all the items below it: "For each of the following functions, compute the gradient."; [] for none."""
    body = _LIST.sub("", marked(_without_hints(text)[:LIMIT]))
    places = formulas(body)
    flat, owners = _flattened(body, places)
    for a, b in reversed(_sentences(flat)):
        sentence = flat[a:b]
        if _ASIDE.match(sentence) or not VERB.search(sentence) or not _LEADS.search(sentence):
            continue
        asked = [k for o in objects(sentence, places) for k in _asked(o, _shown(body, owners, a, b)) if not k.unread]
        each = (
            _EACH.search(sentence) is not None or _OF_LIST.search(sentence) is not None
        )  # "the derivatives df/dx of the following functions"
        asked = [replace(k, function="") for k in asked if not k.function or k.function.strip() in k.wrt or each and _is_one(k)]
        if asked:
            return asked
    return []


def _is_one(ask: Ask) -> bool:
    """Whether its function is named by a letter alone, with arguments or without."""
    return re.fullmatch(r"\s*\\?[A-Za-z]+\s*(?:\([^()]*\))?\s*", ask.function) is not None


def led(text: str) -> bool:
    """Whether a text asks something of all the items below it, by name or in formulas of their own."""
    return bool(lead(text)) or bare_lead(text) != ""


def bare_lead(text: str) -> str:
    """The verb of a text that ends in "Compute the following:", below which every item is a derivative; "" for any other."""
    body = _LIST.sub("", marked(_without_hints(text)[:LIMIT]))
    flat, _ = _flattened(body, formulas(body))
    asked = [flat[a:b] for a, b in _sentences(flat) if not _MANNER.match(flat[a:b])]
    found = _BARE.search((asked or [""])[-1])
    return found["verb"] if found else ""


def _asked(found: Object, shown: str) -> list[Ask]:
    """The questions of one object: for each of its functions by each of its variables."""
    if found.unread:
        return [Ask(shown, "", (), found.order, found.kind, "", found.unread)]
    kind, out = found.kind.rstrip("!"), []
    curved = kind in ("hessian", "observed information")
    together = (
        found.kind.endswith("!")
        or (found.order == 2 and len(found.variables) == 2 and not curved and not found.mixed)
        or (found.order == 1 and kind == "jacobian" and not found.claim)  # of numbers they are one matrix
    )
    for function in found.functions or ("",):
        named = Ask(shown, function, found.variables, found.order, kind, found.claim, "", found.thing, found.generic)
        about = replace(
            named,
            along=found.along,
            minus=found.minus,
            noted=found.noted,
            partial=found.partial,
            at=found.at,
            group=found.group,
            supposed=found.supposed,
            every=found.every,
            turned=found.turned,
        )
        for order in (1, 2) if found.mixed else (found.order,):
            named = replace(about, order=order, kind=kind if order == found.order else "derivative")
            each = () if together else found.variables
            out += [replace(named, wrt=(v,) * order) for v in each] or [named]
    return out


def _without_hints(text: str) -> str:
    return re.split(r"\*{0,2}\\?(?:textbf\{|emph\{|textit\{)?\b(?:hint|note)s?\b\}?\s*[:.]", text, maxsplit=1, flags=re.I)[0]


def apart(places: list[Formula]) -> list[Formula]:
    """Formulas, a list of derivatives in one formula (`∇_w J, ∇_b J`) as one for each."""
    out: list[Formula] = []
    for f in places:
        pieces = [p for p in (re.sub(r"^(?:\s|\\[,;:! ]|\\q?quad(?![A-Za-z]))+", "", q) for q in listed(f.latex)) if p]
        several = len(pieces) > 1 and all(named_derivative(tidy(p)) or PRIMED.match(tidy(p)) for p in pieces)
        marks = [f.span] + [(f.span[1], f.span[1])] * (len(pieces) - 1)
        out += [replace(f, latex=tidy(p), span=s) for p, s in zip(pieces, marks)] if several else [f]
    return out


def _flattened(body: str, places: list[Formula]) -> tuple[str, list[int]]:
    """The text with ⟨k⟩ for formula k, and for every character the place it came from."""
    out, owners, at = "", [], 0
    for k, f in enumerate(places):
        # A display that ends its sentence has the stop inside.
        mark = ("" if f.span[0] < f.span[1] else ", ") + f"⟨{k}⟩" + ("." if f.display and f.latex.rstrip().endswith(".") else "")
        out += body[at : f.span[0]] + mark
        owners += [*range(at, f.span[0]), *([f.span[0]] * len(mark))]
        at = f.span[1]
    return out + body[at:], [*owners, *range(at, len(body) + 1)]


def _sentences(flat: str) -> list[tuple[int, int]]:
    cuts = [0]
    for m in re.finditer(
        r"(?<![ie]\.[eg])(?<!\bw\.r\.t)(?<!\bs\.t)(?<!\bs\.\st)(?<!\bEq)(?<!\bcf)(?:[.?!](?=[\s*_)\]}]+[A-Z⟨(\\]|\s*$)|:(?=\s+[A-Z]))|\n\s*\n",
        flat,
    ):
        cuts.append(m.end())
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], len(flat)]) if flat[a:b].strip()]


def _shown(body: str, owners: list[int], a: int, b: int) -> str:
    """The sentence as written, without the item's number and points."""
    return unnumbered(body[owners[a] : owners[min(b, len(owners) - 1)]])


def _seems_asked(sentence: str, places: list[Formula]) -> bool:
    """Whether a verb of the sentence has a derivative as its object: then it is a question that was not read."""
    verb = VERB.search(sentence)
    if verb is None or _CHANGES.search(sentence):
        return _CHANGES.search(sentence) is not None
    clause = re.split(r"[,;]|\b(?:by|using|from|when|where|that)\b", sentence[verb.end() :])[0]
    object_ = " ".join(clause.split()[:9])
    return _OBJECT.search(object_) is not None or any(named_derivative(latex_of(p, places)) for p in re.findall(PLACE, clause))


__all__ = ["NO_QUESTION", "Ask", "bare_lead", "find_ask", "find_asks", "lead", "led"]
