"""From a document to derivative questions: for each item the declarations and definitions that are in force for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

from gradatim.errors import GradatimError
from gradatim.homework.asks import NO_QUESTION, Ask, bare_lead, find_asks, lead, led
from gradatim.homework.carried import carried, covariances, without_models
from gradatim.homework.conforms import conforms, told_of
from gradatim.homework.contexts import (
    NO_FUNCTION,
    called_before,
    contexts_of,
    is_model,
    only_variable,
    spoken_of,
    system,
    without_a_name,
)
from gradatim.homework.definitions import (
    arguments,
    calls,
    clean,
    definitions,
    flat,
    flat_head,
    heads,
    is_name,
    last_function,
    level_split,
    mentions,
    reached,
    right,
    styled_entries,
    turned,
)
from gradatim.homework.dependent import held_in, moved, of_losses
from gradatim.homework.document import Document, Item, Section
from gradatim.homework.formulas import formulas
from gradatim.homework.generic import of_one_member, one_of_them
from gradatim.homework.lagrangian import is_lagrangian, is_problem, lagrangian
from gradatim.homework.objects import CONDITION
from gradatim.homework.parameters import Chosen, members_of
from gradatim.homework.quantities import asked_by_name
from gradatim.homework.referred import introduced, referred
from gradatim.homework.tables import rows_as_sentences
from gradatim.homework.task import Task
from gradatim.homework.together import (
    are_symbols,
    as_many_numbers,
    names_equated,
    not_a_constant,
    of_numbers,
    only_symbol,
    without_values,
)
from gradatim.homework.told_by import told_by, without_hints
from gradatim.homework.unnumbered import unnumbered
from gradatim.homework.upstream import upstream
from gradatim.homework.written_out import PRIME, stacked
from gradatim.judge.layouts import layout_of
from gradatim.read.names import text_name
from gradatim.read.prose import declarations

_WHERE = re.compile(r"[,;:]\s*(?:where|with|assuming|given|if)\b.*$", re.I | re.S)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(?:enumerate|itemize|parts|subparts|questions|document)\}")
_OF_LIKELIHOODS = {"score": "the gradient of a log-likelihood", "observed information": "minus the Hessian of a log-likelihood"}
_AS_BEFORE = re.compile(r"\bsame\s+(?:as|question|exercise)\b|\b(?:repeat|redo)\b|\bdo\s+the\s+same\b", re.I)
_CONSTRAINED = re.compile(r"\bsubject\s+to\b|\bs\.\s?t\.|\bconstraints?\b|\bconstrained\b", re.I)
_HELD_TO = re.compile(
    r"\bsubject\s+to\b|\bs\.\s?t\.|\b(?:on|over)\s+(?:the\s+)?(?:unit\s+|probability\s+|standard\s+)?(?:sphere|simplex|circle|hypersphere)\b"
    r"|\b(?:constrained|restricted)\s+to\b|\b(?:Stiefel|Grassmann(?:ian)?)\s+manifold\b",
    re.I,
)
"""What says that the variable is held to a set, which derivatives of the function do not know."""
_PROBABILITIES = ("P", "p", "Pr", "\\Pr", "\\mathbb{P}", "\\mathrm{P}", "\\operatorname{Pr}")
_OF_PROBABILITIES = re.compile(r"likelihood|loss|cost|objective|risk|error|criterion|entropy", re.I)
"""What is made of a probability, and is not the probability itself."""


def tasks(document: Document) -> list[Task]:
    """Every numbered item in the document's order; each is a derivative question, is none, or says why it was not read.

    An item that asks for several derivatives gives a task for each: the first has the item's label, the others have a number
    after it.
    """
    out: list[Task] = []
    for k, section in enumerate(document.sections):
        said = (s.preamble for s in document.sections[:k] if not s.number and not s.items)
        front = "\n\n".join(t for text in said for t in re.split(r"\n\s*\n", text) if _declares(t))
        for item in section.items:
            try:
                out += _tasks(item, section, document, front, out)
            except GradatimError as error:  # what is said around an item contradicts itself: the others stand
                out.append(Task(item.label, item, section, None, f"not read: {str(error).splitlines()[0]}"))
            except (RecursionError, MemoryError):
                out.append(Task(item.label, item, section, None, "not read: it is too deep or too large"))
    return out


def _declares(text: str) -> bool:
    """Whether a paragraph before the questions says what a name is or defines one; nothing else in it concerns them."""
    try:
        said = declarations(rows_as_sentences(text)) if formulas(text) else []
    except GradatimError:
        return True  # it contradicts itself, which is told where it is used
    return any(d.kind or d.dims or d.facts or d.role for d in said) or bool(definitions(text))


def _tasks(item: Item, section: Section, document: Document, front: str, before: list[Task]) -> list[Task]:
    found = find_asks(item.text)
    parts = [i for i in section.items if i.parent is item]
    if parts and (isinstance(found, str) or led(item.text)):
        return [Task(item.label, item, section, None, f"see {', '.join(i.label for i in parts)}")]
    if isinstance(found, str) and not parts:
        found = _led(item, section) or found
    if found == NO_QUESTION:
        texts = contexts_of(item, section, document, front, without_hints(item.text))[2]
        found = asked_by_name(item.text, texts[:-1]) or found
    if found == NO_QUESTION and _AS_BEFORE.search(item.text) and any(t.section is section and t.ask for t in before):
        found = "not read: it asks again what another item asks"
    if isinstance(found, str):
        return [Task(item.label, item, section, None, found)]
    said = tuple(document.corrections.get(label, "") for label in ("", item.label))
    contexts = contexts_of(item, section, document, front, without_hints(item.text))
    fixed = layout_of([*(s.preamble for s in document.sections), *contexts[-1]])
    made = [
        t
        for ask in referred(found, contexts[0][-1], item, section, before)
        for t in _by_variables(ask, [[*texts[:-1], ask.own or texts[-1]] for texts in contexts], item, section, said)
    ]
    made = [replace(t, fixed=fixed) for t in made]
    return [t if k == 0 else replace(t, label=f"{t.label} ({k + 1})") for k, t in enumerate(made)]


def _led(item: Item, section: Section) -> list[Ask]:
    """The questions of an item that holds a function alone, below "For each of the following, compute the gradient"."""
    above = item.parent.text if item.parent else section.preamble
    if not formulas(item.text):
        return []
    asked = lead(above)
    if not asked:
        verb = bare_lead(above)
        found = find_asks(f"{verb} {_ENVIRONMENT.sub('', unnumbered(item.text))}") if verb else ""
        return found if isinstance(found, list) else []
    defined = definitions(item.text)
    stated = [clean(f.latex) for f in formulas(item.text) if not NO_FUNCTION.search(f.latex)]
    function = last_function(defined) or (stated or [""])[0]
    shown = f"{_WHERE.sub('', asked[0].asks).rstrip(' :.,')}: {_ENVIRONMENT.sub('', unnumbered(item.text)).strip()}"
    return [replace(a, function=function, asks=shown) for a in asked] if function else []


class _Aside(Exception):
    """Why an item is left aside, in the words of its status."""


def _by_variables(ask: Ask, contexts: list[list[str]], item: Item, section: Section, corrections: tuple[str, ...]) -> list[Task]:
    """The tasks of one ask: one for each variable where the question leaves the variables to the function's own."""
    if ask.at or ask.supposed:  # "at $x = 1$" defines no x
        contexts = [[without_values(text, ask.at or ask.supposed) for text in texts] for texts in contexts]
    try:
        ask, function, prose, noted = _function_of(ask, contexts)
        means = _defined(ask, function, contexts, prose)
        chain, given, told = _told(ask, function, means, contexts, corrections)
        asks, given, by = _by_what(ask, function, chain, given)
        for ask in asks:
            if words := not_a_constant(chain, ask.wrt, means.prose):
                raise _Aside(f"not read: what “{words}” makes of the name is not known here")
    except _Aside as status:
        return [Task(item.label, item, section, None, str(status))]
    among = tuple(arguments(function) or arguments(chain[-1])) if ask.at or ask.supposed else ()
    if ask.supposed and are_symbols(chain, given, names_equated(ask.supposed)):
        asks = [replace(a, at=a.supposed) for a in asks]
    asks = [replace(a, function=function, among=among) for a in asks]
    made = []
    for a in asks:
        own, losses = of_losses(chain, a.wrt)
        said = "\n\n".join((given, *(f"${name}$ is a scalar function." for name in losses)))
        made.append(replace(_task(item, section, a, said, own), noted=(*noted, *told, *by, *losses.values())))
    return [replace(t, chain=(*t.chain, _minus(t.chain[-1]))) for t in made] if ask.minus else made


def _function_of(ask: Ask, contexts: list[list[str]]) -> tuple[Ask, str, list[str], tuple[str, ...]]:
    """The question and its function, the texts that explain it, and what had to be supposed. Raises _Aside where there is none."""
    if ask.unread:
        raise _Aside(f"not read: “{ask.unread}”")
    if ask.kind == CONDITION and not (ask.function or ask.thing) and any(map(_CONSTRAINED.search, contexts[0][2:])):
        raise _Aside("not read: conditions of a problem with constraints, of which no Lagrangian is named")
    ask, unread, noted = _named(ask, contexts[0], contexts[2])
    if unread:
        raise _Aside(f"not read: {unread}")
    noted = (*noted, ask.noted) if ask.noted else noted
    if ask.kind != CONDITION and "agrangian" not in ask.thing and any(map(_HELD_TO.search, contexts[0][2:])):
        noted = (*noted, "the constraint is no part of the function: the derivative is that in the whole space")
    function, prose = spoken_of(ask, contexts)
    missing = f"not read: no formula says what “the {ask.thing}” is"
    if is_model(function, ask.thing, ask.wrt):
        raise _Aside(missing)
    noted = (*noted, *_borrowed(function, contexts)) if function and not (ask.function or ask.thing) else noted
    if not function and (function := without_a_name(ask, contexts[0])):
        noted = (*noted, "the function is the one formula with the variable that stands here without a name")
    if not function:
        raise _Aside(NO_QUESTION if ask.kind == CONDITION else "not read: the question does not name its function")
    if not ask.function and flat_head(function) in _PROBABILITIES and _OF_PROBABILITIES.search(ask.thing):
        raise _Aside(missing)
    if ask.kind in _OF_LIKELIHOODS and not re.search(r"\\?log|\\ln|\\ell|^\s*(?:\\mathcal\s*\{?L\}?|L|LL)\b", function):
        raise _Aside(f"not read: the {ask.kind} is {_OF_LIKELIHOODS[ask.kind]}")
    return ask, function, prose, noted


def _borrowed(function: str, contexts: list[list[str]]) -> list[str]:
    """What is to be said of a function that a question without a name has from another question. Raises _Aside where its own text, or
    that of its section, tells of one in words."""
    near, section = ([f for text in texts for f in definitions(text)] for texts in (contexts[0] + contexts[1], contexts[2]))
    if function in near or not heads(function):
        return []
    if any(map(introduced, contexts[0][2 if function in section else 1 :])):
        raise _Aside("not read: the function that it asks of is told in words")
    return [f"the question names no function: {text_name(flat_head(function))} of another question is taken"]


def _told(
    ask: Ask, function: str, means: _Means, contexts: list[list[str]], corrections: tuple[str, ...]
) -> tuple[list[str], str, list[str]]:
    """The chain of a question's function, the declarations that it is read with, and what is to be said of where they come from."""
    chain, prose = means.chain, means.prose
    chain, models, model = without_models(chain, ask.wrt or tuple(arguments(function) or arguments(chain[-1])), prose)
    near, noted = [told_by(text) for text in prose], [model]
    if near[0] and prose[0] == contexts[0][0] and not conforms(chain, near[0], near[1:]) and conforms(chain, "", near[1:]):
        near[0] = ""
        noted = ["what is declared below the title does not fit this question and was left aside", model]
    told, note = carried(chain, near, [told_by(t) for t in means.behind if t not in prose])
    if told and not conforms(chain, told, near):
        told = note = ""  # another item's A is another A
    far = [t for t in contexts[3] if t not in contexts[2] and t not in means.behind]
    more, other = carried(chain, [told, *near], [told_by(t) for t in far])
    if more and conforms(chain, more, [told, *near], strictly=True):
        told, note = f"{told} {more}".strip(), "; ".join(n for n in (note, other.replace("an item", "a section")) if n)
    spread, why = covariances(chain, near)
    told = f"{told} {spread}".strip()
    given = "\n\n".join(t for t in (told, *near, ask.declares, *corrections) if t)
    for formula in (f for f in means.stated if f not in means.defined or f in models):
        given = given.replace(formula, heads(formula)[0])
    chain, given, one = of_one_member(chain, given, ask.wrt)
    given = one_of_them(given, ask.wrt, contexts[0][-1])
    chain, given, depends = moved(chain, given, ask.wrt)
    return chain, given, [n for n in (*noted, note, why, means.note, one, depends) if n]


def _by_what(ask: Ask, function: str, chain: list[str], given: str) -> tuple[list[Ask], str, list[str]]:
    """The question for each of its variables, its declarations, and what had to be supposed. Raises _Aside where it has none."""
    own, noted = arguments(function) or arguments(chain[-1]), []
    defined = arguments(chain[-1])
    if (
        len(own) == len(defined)
        and own != defined
        and not any(mentions(f, flat(v)) for f in chain for v in own if v not in defined)
    ):
        # ∇f(x₀) of f(x) = …
        noted = [f"the answer is written in {', '.join(map(text_name, defined))}, for {', '.join(map(text_name, own))}"]
        own = defined
    if ask.kind == PRIME and not _of_arrays(chain):
        # A prime is a derivative by a number, unless the text says of its variable that it is none.
        given = "\n\n".join((*(f"${v}$ is a scalar." for v in own), given))
    asks = [ask]
    if not ask.wrt:
        chosen = members_of(ask.group, chain, given) if ask.group else Chosen()
        if chosen.unread:
            raise _Aside(f"not read: {chosen.unread}")
        noted += [chosen.note] if chosen.note else []
        variables = list(chosen.names) or own or (_of_calls(chain) if ask.kind != PRIME else [])
        if not variables and ask.kind == "jacobian":
            variables = as_many_numbers(chain, given)
        of_one = ask.kind != PRIME and not chain[-1].startswith(r"\begin{pmatrix}")
        if not variables and of_one and (only := only_variable(chain[-1]) or only_symbol(chain, given)):
            variables, noted = [only], [*noted, f"the question does not say by what to differentiate: by {text_name(only)}"]
        if not variables:
            raise _Aside("not read: the question does not say by what to differentiate")
        ask = replace(ask, wrt=tuple(variables)) if ask.kind == "jacobian" else ask
        # A Hessian by several names has a block for every two of them.
        asks = [ask] if ask.wrt else [replace(ask, wrt=each) for each in combinations_with_replacement(variables, ask.order)]
    if ask.kind == "jacobian" and len(ask.wrt) > 1 and not of_numbers(chain, given, ask.wrt):
        asks = [replace(ask, wrt=(v,)) for v in ask.wrt]
    return asks, given, noted


def _minus(function: str) -> str:
    """Minus a function, by its name where it has one."""
    left, *right = level_split(function)
    return f"-{left.strip()}" if right else f"-\\left({function}\\right)"


@dataclass(frozen=True, slots=True)
class _Means:
    """What a question's function means: all definitions in force, the chain of them that it reaches, the texts that it is read with, those
    behind them, and what is to be said of where a definition comes from."""

    stated: list[str]
    defined: list[str]
    chain: list[str]
    prose: list[str]
    behind: list[str]
    note: str = ""


def _defined(ask: Ask, function: str, contexts: list[list[str]], prose: list[str]) -> _Means:
    """Where the chain of a function does not hold the variable, what it holds is looked for further back."""
    found: list[_Means] = []
    for texts in (prose, *contexts[contexts.index(prose) + 1 :]):
        stated = [f for text in texts for f in definitions(text)]
        called, letters, sources = called_before(function, stated, contexts, contexts[0][1:])
        stated = [*called, *stated]
        defined = styled_entries(turned(stated, function, ask.wrt), function)
        chain = reached(function, defined)
        own = found[0].stated if found else stated
        before = [h for f in chain[:-1] for h in heads(f)[:1] if h in letters or f not in own]
        note = f"{', '.join(map(text_name, dict.fromkeys(before)))} as defined in an item before" if before else ""
        found.append(_Means(stated, defined, chain, texts, sources or contexts[2], note))
        if not ask.wrt or any(mentions(f, flat(w)) for f in chain for w in ask.wrt):
            return found[-1]
    return found[0]


def _of_arrays(chain: list[str]) -> bool:
    """Whether formulas show that they are of arrays: transposes, norms, determinants, traces."""
    shown = r"\^\s*(?:T|\{?\s*(?:\\top|\\intercal|T(?![A-Za-z])|\\mathsf))|ᵀ|\\\||\\[lr]?Vert|‖|\|\||\\det|\bdet\b|\btr\b|\\(?:mathrm|operatorname|text)\{[Tt]r"
    return any(re.search(shown, f) for f in chain)


def _named(ask: Ask, near: list[str], whole: list[str]) -> tuple[Ask, str, tuple[str, ...]]:
    """The question with its function as a formula, or why there is none; and what had to be supposed for it."""
    if ask.kind == "jacobian" and not ask.function and len(of := system(ask.thing, near)) > 1:
        return replace(ask, function=stacked(of)), "", ()
    if is_lagrangian(ask.thing, ask.function, near) and not any(
        flat_head(ask.function) in heads(f) for t in near for f in definitions(t)
    ):
        written = _called_thing("lagrangian", near) if ask.thing else ""
        if heads(written) or written and not is_problem(written) and not is_name(written):
            return replace(ask, function=written), "", ()
        made = lagrangian(ask.thing, ask.function or written, ask.wrt, near, "\n\n".join(map(told_by, near)))
        return replace(ask, function=made.function, declares=made.declares), made.unread, (made.note,) if made.note else ()
    if ask.thing and not ask.generic:
        called = _called_thing(ask.thing, near)
        return (replace(ask, function=called), "", ()) if called else (ask, f"no formula says what “the {ask.thing}” is", ())
    slope = upstream(ask.function, ask.wrt, near, whole) if ask.order == 1 else None
    if slope is None:
        return ask, "", ()
    return replace(ask, function=slope.function, declares=slope.declares or ask.declares), "", (slope.note,)


def _called_thing(thing: str, texts: list[str]) -> str:
    """The formula that the nearest text calls so: "the L1 penalty $λ‖w‖₁$" for "the penalty term"."""
    words = [w for w in re.findall(r"[a-z][\w-]+", thing) if w not in ("term", "terms", "part", "value")]
    for text in reversed(texts):
        for f in formulas(text):
            before = re.split(r"[.?!$]", text[: f.span[0]])[-1].lower()
            if any(re.search(rf"\b{re.escape(w)}\b(?:\W+\w+){{0,2}}\W*$", before) for w in words) and not NO_FUNCTION.search(
                f.latex
            ):
                return clean(f.latex)
    return ""


def _task(item: Item, section: Section, ask: Ask, given: str, chain: list[str]) -> Task:
    """The task of one ask. A variable that the text defines (`∂L/∂ŷ`) stands for itself: its definition is left out, and
    what kind of thing it is is told instead."""
    left_out: list[str] = []
    for variable in (*ask.wrt, *held_in(item.text)):  # what is held fixed stands for itself as well
        name = flat_head(variable)
        defining = [f for f in chain[:-1] if name in heads(f)]
        if not defining:
            continue
        left_out += reached(defining[-1], chain[:-1])
        told = told_of(name, chain, given)
        chain = reached(chain[-1], [f for f in chain if f not in defining])
        for formula in (f for f in definitions(given) if name in heads(f)):
            given = given.replace(formula, heads(formula)[0])  # the variable stands for itself there too
        given = f"{given}\n\n{told}." if told else given
    return Task(item.label, item, section, ask, "derivative question", given, tuple(chain), tuple(dict.fromkeys(left_out)))


def _of_calls(chain: list[str]) -> list[str]:
    """The variables of the one function that a formula without a name is made of: `\\ell(w; x, y)^2`."""
    used = [f for f in chain[:-1] if calls(chain[-1], flat_head(f))] or [
        f for f in chain[:-1] if mentions(right(chain[-1]), flat_head(f))
    ]
    found = [a for f in used if (a := arguments(f))]
    return found[0] if len(found) == 1 else []


__all__ = ["tasks"]
