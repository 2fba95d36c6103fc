"""Where a document explains what an item leaves open: the item, the parts before it, its section, the sections before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim.errors import GradatimError
from gradatim.homework.asks import Ask
from gradatim.homework.definitions import (
    calls,
    clean,
    definitions,
    flat,
    flat_head,
    head,
    heads,
    is_name,
    last_function,
    level_split,
    mentions,
    right,
)
from gradatim.homework.document import Document, Item, Section
from gradatim.homework.formulas import formulas
from gradatim.homework.worded_cases import with_cases
from gradatim.read.names import stripped
from gradatim.read.prose import declarations

NO_FUNCTION = re.compile(r"\\in(?![A-Za-z])|∈|\\dots|\\ldots|\\to(?![A-Za-z])|^\s*\\?[A-Za-z]+\s*$")
"""What a formula holds that is no function."""
_RELATION = re.compile(r"[<>≥≤≠]|\\(?:neq?|[gl]eq?|succ\w*|prec\w*|sim|approx|propto)(?![A-Za-z])")
_OPTIMUM = re.compile(
    r"(?:[^=]{1,40}=\s*)?\\?(?:operatorname\*?\{\s*)?(?:arg\s*|\\arg\s*(?:\\[,;!])*)?\\?(?:min|max)(?:imize|imise)?(?![A-Za-z])\}?"
    r"\s*(?:\\limits)?\s*_\s*(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\S)(?:\s|\\[,;:! ]|\\quad)*"
)
"""`\\min_w`, `\\hat{w} = \\arg\\min_{w \\in \\mathbb{R}^d}` before an objective."""
_CRITERION = re.compile(r"\b(?:loss|objective|cost|risk|error|energy|criterion|problem)\b", re.I)
_VARIABLES = ("x", "X", "w", "W", "\\theta", "\\Theta", "\\beta")
"""What a variable is called, where a question leaves it out."""
_MODELS = frozenset(("f", "h", "g", "\\hat{y}", "y", "p", "\\hat{f}", "\\hat{p}", "\\sigma"))
"""Names of what predicts, which no author gives to what is minimised."""


_HERE_ONLY = re.compile(
    r"[,;(]?\s*\b(?:where|with|when|but|if)\s+(?:now|here|this\s+time)\b(?:[^.;?!\n$]|\$[^$]*\$){0,400}|[,;(]?\s*\b(?:where|with|when|if)\b"
    r"(?:[^.;?!\n$]|\$[^$]*\$){0,400}?\b(?:(?:for|in)\s+this\s+(?:question|problem|part|item|exercise|subpart)(?:\s+only)?|now|this\s+time)(?=\s*(?:[.;)\n]|$))",
    re.I,
)


def contexts_of(item: Item, section: Section, document: Document, front: str, own: str) -> list[list[str]]:
    """The texts in force for an item, nearest last; then the same with the parts before it of its own item, with all that stands
    before it in its section, and with the sections before: a name that nothing nearer explains is looked for there."""
    above = item.parent.text if item.parent else ""
    before = [i for i in section.items[: section.items.index(item)] if i is not item.parent]
    parts = [_for_all(i.text) for i in before if item.parent is not None and i.parent is item.parent]
    earlier = document.sections[: document.sections.index(section)]
    far = [t for s in earlier for t in (s.preamble, *(_for_all(i.text) for i in s.items)) if s.number]
    whole = [section.preamble, *(_for_all(i.text) for i in before), above, own]
    every = (
        [front, section.preamble, above, own],
        [front, section.preamble, above, *parts, own],
        [front, *whole],
        [front, *far, *whole],
    )
    return [list(map(with_cases, texts)) for texts in every]


def _for_all(text: str) -> str:
    """The text of an item without what it says for itself alone: "xᵀAx, where now $A$ is symmetric"."""
    return _HERE_ONLY.sub(" ", text)


def spoken_of(ask: Ask, contexts: Sequence[list[str]]) -> tuple[str, list[str]]:
    """The function of a question, and the nearest texts that explain it."""
    by = {flat(w) for w in ask.wrt}
    for prose in contexts:
        defined = [f for text in prose for f in definitions(text)]
        # What a "show that" defines beside its claim ("XᵀSX with S = …") is not what it speaks of.
        spoken = [f for text in prose[:-1] for f in definitions(text)] if ask.claim else []
        function = ask.function or last_function([f for f in spoken or defined if not by & set(heads(f))])
        if not ask.function and (not ask.thing or _CRITERION.search(ask.thing)):
            function = objective(prose, function) or function
        if function and (heads(function) or not is_name(function) or any(flat_head(function) in heads(f) for f in defined)):
            return function, prose
    return ask.function, contexts[0]


def system(thing: str, texts: Sequence[str]) -> list[str]:
    """The formulas that "this transformation" speaks of: what the nearest text that defines anything defines and does not use; []
    where it speaks of no system."""
    if not _SYSTEM.search(thing):
        return []
    defined = next((found for text in reversed(texts) if (found := definitions(text))), [])
    return [f for f in defined if not any(mentions(right(g), h) for g in defined if g is not f for h in heads(f))]


_SYSTEM = re.compile(r"\b(?:transformation|mapping|map|change|coordinates|substitution|system)\b", re.I)


def without_a_name(ask: Ask, texts: Sequence[str]) -> str:
    """The one formula with the variables that the nearest text holding any gives without a name: "the divergence is $…$"; "" for none."""
    by = [flat(w) for w in ask.wrt]
    for text in reversed(texts):
        said = [clean(f.latex) for f in formulas(text) if _alone(f.latex)]
        whole = [f for f in dict.fromkeys(said) if not is_name(f) and by and all(mentions(f, w) for w in by)]
        if whole:
            return whole[0] if len(whole) == 1 else ""
    return ""


def only_variable(function: str) -> str:
    """The one letter of a formula that variables are called by, whole and no member: the x of `x^T A x`; "" where none or several are."""
    found = [w for w in _VARIABLES if mentions(function, w)]
    return found[0] if len(found) == 1 and not re.search(re.escape(found[0]) + r"\s*_", function) else ""


def objective(texts: list[str], function: str = "") -> str:
    """What the texts minimise or maximise, where they say so after they define the function; without a name."""
    last = ""
    for text in texts:
        for f in formulas(text):
            sides = [clean(s) for s in level_split(f.latex)]
            found = _OPTIMUM.match(sides[-1]) or _OPTIMUM.match(f.latex)
            if found and f.display:
                body = _OPTIMUM.sub("", sides[-1], count=1) if _OPTIMUM.match(sides[-1]) else f.latex[found.end() :]
                last = "" if is_name(body) else clean(body)
            elif _MINIMISED.search(text[: f.span[0]]) and _alone(f.latex):
                last = clean(f.latex)
            elif function and function in map(clean, (f.latex, *sides)) or clean(f.latex) == function:
                last = ""
    return last


def _alone(latex: str) -> bool:
    """Whether a formula is a function that is written out without a name."""
    return len(level_split(latex)) == 1 and not (is_name(latex) or NO_FUNCTION.search(latex) or _RELATION.search(latex))


_MINIMISED = re.compile(r"\b(?:mini|maxi)mi[sz](?:e|es|ed|ing)\s+(?:(?:the|a|an|our|this|its)\s+)?(?:[\w-]+\s+){0,3}\Z", re.I)
"""What stands before an objective: "we wish to minimize the penalised loss ⟨f⟩"."""


def is_model(function: str, thing: str, variables: Sequence[str]) -> bool:
    """Whether "the loss" was taken for what only predicts: `f(x) = w^T x`, differentiated by w."""
    if not variables or not re.search(r"loss|objective|cost|risk|error", thing, re.I) or flat_head(function) not in _MODELS:
        return False
    left, *right = level_split(function)
    inside = left[len(head(left)) :]
    return bool(inside.strip()) and all(
        not mentions(inside, flat(v)) and any(mentions(r, flat(v)) for r in right) for v in variables
    )


def called_before(
    function: str, defined: list[str], contexts: Sequence[list[str]], near: Sequence[str]
) -> tuple[list[str], list[str], list[str]]:
    """Definitions that texts further back give of functions with arguments which the function's chain calls, `CE(y, ŷ)`, with what
    these use; the names of those that have one letter, which might mean another thing in the other text; and the other texts."""
    known = {h for f in defined for h in heads(f)}
    said = {stripped(d.name) for t in near for d in _told(t) if d.kind or d.role or d.dims}
    text = "\n".join((function, *defined))
    out: dict[str, None] = {}
    letters: dict[str, None] = {}
    sources: list[str] = []
    for given in contexts[1:]:
        here = _called(text, [f for t in given for f in definitions(t)], known, said)
        letters |= {h: None for h in here if len(re.sub(r"\\[a-z]+|[^A-Za-z]", "", h)) < 2}
        out |= dict.fromkeys(here.values())
        known |= set(here)
        text = "\n".join((text, *here.values()))
        sources = list(given) if here else sources
    return list(out), list(letters), sources


def _called(text: str, formulas: list[str], known: set[str], said: set[str]) -> dict[str, str]:
    """The definitions of functions that the text calls and of all that these use, by name; the last of each name."""
    found: dict[str, str] = {}
    todo = [text]
    while todo:
        using, borrowed = todo.pop(), bool(found)
        for formula in formulas:
            name = flat_head(formula)
            used = "(" in level_split(formula)[0] and calls(using, name)
            used = used or (borrowed and any(mentions(using, h) for h in heads(formula)))
            if name and used and name not in known and stripped(name) not in said and found.get(name) != formula:
                if name not in found or formulas.index(found[name]) < formulas.index(formula):
                    found[name] = formula
                    todo.append("=".join(level_split(formula)[1:]))
    return found


def _told(text: str) -> list:  # type: ignore[type-arg]
    try:
        return declarations(text)
    except GradatimError:
        return []


__all__ = ["NO_FUNCTION", "called_before", "contexts_of", "is_model", "objective", "spoken_of", "system"]
