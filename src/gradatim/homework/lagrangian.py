"""The Lagrangian of a problem that a text states: its objective and constraints, with a multiplier for each constraint.

A Lagrangian that the text writes itself is that one. Here it is put together: for a minimum f + λ(g − c), for a maximum f − λ(g − c), for
an inequality with what must not be positive in the brackets, for an equation between vectors λᵀ(Ax − b). The sign and the names are told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.errors import GradatimError
from gradatim.homework.definitions import (
    arguments,
    clean,
    definitions,
    flat,
    flat_head,
    head,
    heads,
    is_name,
    level_split,
    mentions,
)
from gradatim.homework.formulas import formulas
from gradatim.read.names import text_name
from gradatim.read.problem import read
from gradatim.term import Symbol, free_symbols

_OPT = re.compile(
    r"\s*(?:\\displaystyle\s*)?(?:\\(?:operatorname\*?|mathrm|text|mbox|underset)\s*\{?\s*)?\\?(?P<sense>min|max)(?:imi[sz]e)?(?![A-Za-z])\s*\}?\s*(?:\\limits)?"
    r"\s*(?:_\s*(?P<by>\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+))?(?:\s|\\[,;:! ]|\\q?quad(?![A-Za-z])|&|~)*"
)
_WORD = re.compile(
    r"\b(?P<sense>max|min)imi[sz](?:e[sd]?|ing|ation\s+of)\b[^.?!⟨⟩]{0,60}⟨(?P<k>\d+)⟩|\b(?P<sense2>max|min)imum\s+(?:value\s+)?of\b[^.?!⟨⟩]{0,40}⟨(?P<k2>\d+)⟩",
    re.I,
)
_SUBJECT = r"(?:subject\s+to|s\.\s?t\.|such\s+that|under)"
_WHERE = re.compile(
    rf"\b(?:{_SUBJECT}|constrained\s+(?:to|by)|with\s+(?:the\s+)?constraints?)(?:\s+(?:the|a|equality|inequality|linear|constraints?|that|condition|norm))*\s*:?\s*"
    r"(?P<list>⟨\d+⟩(?:(?:\s*,|\s*;)?(?:\s+and)?\s*⟨\d+⟩)*)",
    re.I,
)
_INSIDE = re.compile(
    rf"(?:\s|\\[,;: ]|\\q?quad(?![A-Za-z])|&|\\\\|,)*\\(?:text|mathrm|mbox|textrm|rm|operatorname)\s*\{{?\s*(?:{_SUBJECT}|subject\s*\\?\s*to|s\.t|st)\.?\s*(?:~|\\ |\s)*\}}?"
    r"(?:\s|\\[,;: ]|\\q?quad(?![A-Za-z])|&|:)*",
    re.I,
)
_RELATION = re.compile(
    r"(?P<less>\\le(?:q|qslant)?(?![A-Za-z])|≤|\\preceq?(?![A-Za-z])|<)|(?P<more>\\ge(?:q|qslant)?(?![A-Za-z])|≥|\\succeq?(?![A-Za-z])|>)|(?P<same>=)"
)
_MULTIPLIER = re.compile(r"\b(?:Lagrange\s+)?multipliers?\s+(?P<names>\$[^$]+\$(?:(?:\s*,|\s+and)\s*\$[^$]+\$)*)", re.I)
_CALLED = re.compile(r"\bLagrang(?:ian|ean)(?:\s+function)?\s+(?:of\s+this\s+problem\s+)?\$(?P<name>[^$=]+)\$", re.I)
_LETTERS = (r"\lambda", r"\nu", r"\mu", r"\eta", r"\kappa", r"\xi")
_KINDS = (("scalar", "{0} {1}"), ("vector", r"{0}^\top {1}"), ("matrix", r"\operatorname{{tr}}({0}^\top {1})"))


@dataclass(frozen=True, slots=True)
class Lagrangian:
    """A Lagrangian as a formula in the variables of its problem, what declares the multipliers, and what is to be said; or why there is none."""

    function: str = ""
    declares: str = ""
    note: str = ""
    unread: str = ""


def is_lagrangian(thing: str, function: str, texts: Sequence[str]) -> bool:
    """Whether a question speaks of the Lagrangian, in words or by a name that nothing defines."""
    if re.search(r"\blagrang(?:ian|ean)\b", thing, re.I):
        return True
    names = {flat_head(m["name"]) for t in texts for m in _CALLED.finditer(t)}
    return bool(function) and flat_head(function) in names


def is_problem(formula: str) -> bool:
    """Whether a formula states an optimisation, `\\min_x f(x)`."""
    return _OPT.match(formula) is not None


def lagrangian(thing: str, function: str, wrt: Sequence[str], texts: Sequence[str], given: str) -> Lagrangian:
    """The Lagrangian of the problem that the nearest of these texts states; what it is differentiated by, and is no name of the problem, is a
    multiplier."""
    if re.search(r"augmented|dual|reduced|partial", thing, re.I):
        return Lagrangian(unread=f"no formula says what “the {thing}” is")
    found = next((p for t in reversed(texts) if (p := _problem(t)) is not None), None)
    if found is None:
        return Lagrangian(unread="no formula says what the Lagrangian is, and no objective with its constraints is read")
    sense, objective, by, constraints = found
    if not constraints:
        return Lagrangian(unread="the constraints of the Lagrangian are not read")
    whole = "\n".join(texts)
    own = [m for f in _MULTIPLIER.finditer(whole) for m in re.findall(r"\$([^$]+)\$", f["names"])]
    called = next((m["name"].strip() for t in reversed(texts) for m in _CALLED.finditer(t)), "")
    stated = [objective, *constraints, *(f for t in texts for f in definitions(t))]
    alone = [f.latex.strip(" .,") for t in texts for f in formulas(t)]
    asked = (*arguments(called), *arguments(function), *wrt, *(f for f in alone if f in _LETTERS))
    own += [v for v in asked if not any(mentions(f, flat(v)) for f in stated)]
    names = _free(list(dict.fromkeys(own)), [objective, *constraints, whole if not own else ""])
    sign, body, declares = "-" if sense == "max" else "+", objective, ""
    used = []
    for constraint in constraints:
        excess = _excess(constraint)
        if not excess or not names:
            return Lagrangian(unread=f"the constraint {constraint} is not read")
        made = _with(body, sign, names[0], excess, f"{given}\n\n{declares}")
        if made is None:
            return Lagrangian(unread=f"the constraint {constraint} is not read with the objective")
        body, told = made
        declares = f"{declares} {told}"
        used.append(names.pop(0))
    name = called or (function if function and is_name(function) else r"\mathcal{L}")
    variables = arguments(name) or by or tuple(_shared(objective, constraints))
    term = {"-": "minus", "+": "plus"}[sign]
    said = f"the Lagrangian is the objective {term} each constraint times its multiplier {', '.join(map(text_name, used))}"
    over = f"({', '.join(variables)})" if variables else ""
    return Lagrangian(f"{head(name)}{over} = {body}", declares.strip(), said)


def _problem(text: str) -> tuple[str, str, tuple[str, ...], list[str]] | None:
    """The sense, the objective, its variables and the constraints of the optimisation that a text states; None where it states none."""
    places = formulas(text)
    words, at = "", 0
    for k, f in enumerate(places):
        words += text[at : f.span[0]] + f"⟨{k}⟩"
        at = f.span[1]
    words += text[at:]
    listed = [places[int(k)].latex for m in _WHERE.finditer(words) for k in re.findall(r"\d+", m["list"])]
    said = _WORD.search(words)
    for k, f in enumerate(places):
        opt = _OPT.match(f.latex)
        if opt is not None:
            objective, _, inside = _cut(f.latex[opt.end() :])
            if not objective.strip() and k + 1 < len(places):
                objective = places[k + 1].latex
            sense, by = opt["sense"], re.split(r"\\in(?![A-Za-z])|∈", (opt["by"] or "").strip("{} "))[0].strip()
            return sense, _side(objective), tuple(v.strip() for v in by.split(",") if v.strip()), _each([*inside, *listed])
    if said is None:
        return None
    objective, _, inside = _cut(places[int(said["k"] or said["k2"])].latex)
    return (said["sense"] or said["sense2"]).lower(), _side(objective), (), _each([*inside, *listed])


def _cut(latex: str) -> tuple[str, str, list[str]]:
    """An objective, and the constraints that stand in its own formula."""
    found = _INSIDE.search(latex)
    if found is None:
        return latex, "", []
    return latex[: found.start()], found.group(), re.split(r"\\\\|\\q?quad(?![A-Za-z])", latex[found.end() :])


def _side(objective: str) -> str:
    """A formula without its end, by its name where it defines one."""
    objective = clean(re.sub(r"\\(?:begin|end)\{[a-z*]+\}|&", " ", objective))
    return level_split(objective)[0].strip() if heads(objective) else objective


def _each(constraints: Sequence[str]) -> list[str]:
    """Constraints one by one: a comma or an `and` between two relations separates them."""
    out: list[str] = []
    for f in constraints:
        for piece in re.split(r",(?![^(\[{]*[)\]}])|\\(?:text|mathrm)\{\s*(?:,\s*)?and\s*\}|&", f):
            piece = clean(re.sub(r"\\(?:begin|end)\{[a-z*]+\}", " ", piece))
            if piece:
                out.append(piece)
    return out


def _excess(constraint: str) -> str:
    """What is zero, or must not be positive, in a constraint; "" where it is no single relation."""
    found = list(_RELATION.finditer(constraint))
    if len(found) != 1:
        return ""
    left, right = constraint[: found[0].start()].strip(), constraint[found[0].end() :].strip()
    if not left or not right:
        return ""
    low, high = (left, right) if not found[0]["more"] else (right, left)
    zero = r"(?:0|\\mathbf\s*\{?0\}?|\\boldsymbol\s*\{?0\}?)"
    if re.fullmatch(zero, high):
        return low
    if re.fullmatch(zero, low):
        return f"-{high}" if re.fullmatch(r"\\?[A-Za-z]+", high) else f"-\\left({high}\\right)"
    return f"{low} - \\left({high}\\right)" if re.search(r"[-+]", high) else f"{low} - {high}"


def _with(body: str, sign: str, name: str, excess: str, given: str) -> tuple[str, str] | None:
    """The objective with a constraint added, and what declares its multiplier: a number, or an array where the constraint is one."""
    bound = {i for m in re.finditer(r"\\sum\s*_\s*(?:\{\s*([a-z])|([a-z]))", excess) for i in m.groups() if i}
    free = {i for m in re.finditer(r"_\s*(?:\{\s*([a-z])\s*\}|([a-z])(?![A-Za-z]))", excess) for i in m.groups() if i} - bound
    if len(free) > 1:
        return None
    if free:  # a constraint for every i has a multiplier for every i
        index = free.pop()
        whole = f"{body} {sign} \\sum_{{{index}}} {name}_{{{index}}} \\left({excess}\\right)"
        return (whole, "") if _is_number(whole, given) else None
    alone = _ranks(body, given)
    for kind, form in _KINDS:
        enclosed = excess if re.fullmatch(r"\\?[A-Za-z]+(?:_\w|_\{\w+\})?(?:\(\w\))?", excess) else f"\\left({excess}\\right)"
        whole, told = f"{body} {sign} {form.format(name, enclosed)}", f"${name}$ is a {kind}."
        try:
            found = read(whole, f"{given}\n\n{told}")
        except GradatimError:
            continue
        odd = "every entry" if kind == "scalar" else "every entry|unknown function"
        kept = all(len(s.shape) == alone.get(s.name, len(s.shape)) for s in free_symbols(found.term) if isinstance(s, Symbol))
        if kept and found.term.is_scalar and not any(re.search(odd, str(a)) for a in found.assumed):
            return whole, told
    return None


def _ranks(objective: str, given: str) -> dict[str, int]:
    """How many axes the names of an objective have by itself, which no constraint makes another thing of; {} where it is not read."""
    try:
        return {s.name: len(s.shape) for s in free_symbols(read(objective, given).term) if isinstance(s, Symbol)}
    except GradatimError:
        return {}


def _is_number(formula: str, given: str) -> bool:
    """Whether a formula reads as a number, and nothing is spread over entries for it."""
    try:
        found = read(formula, given)
    except GradatimError:
        return False
    return found.term.is_scalar and not any("every entry" in str(a) for a in found.assumed)


def _free(own: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Names for multipliers: the text's own, else letters that it does not use."""
    return [*own, *(n for n in _LETTERS if n not in own and not any(mentions(t, n) for t in texts))]


def _shared(objective: str, constraints: Sequence[str]) -> list[str]:
    """The names of an objective that its constraints speak of as well: what it is optimised over."""
    letters = dict.fromkeys(
        re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])|\\(?:mathbf|boldsymbol)\s*\{\w+\}|\\[a-z]+(?![A-Za-z{])", objective)
    )
    found = [n for n in letters if all(mentions(c, flat(n)) for c in constraints) and n not in ("\\top", "\\frac", "T")]
    return found if len(found) == 1 else []


__all__ = ["Lagrangian", "is_lagrangian", "is_problem", "lagrangian"]
