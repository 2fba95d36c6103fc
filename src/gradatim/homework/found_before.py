"""What earlier answers of a submission give to a later one: names that they define, and derivatives that they work out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gradatim.errors import GradatimError
from gradatim.homework.definitions import definitions, heads, level_split
from gradatim.homework.document import Document
from gradatim.homework.items import Item
from gradatim.homework.linked import solved
from gradatim.homework.task import Task
from gradatim.judge.leaning import Derivative
from gradatim.read.names import text_name
from gradatim.read.problem import Problem
from gradatim.term import Term

_BELOW = re.compile(r"[₀-₉ᵢⱼₖₗₘₙ]+$|_\S+$")


def defining(problem: Problem | None, wrt: tuple[Term, ...], text: str, name: str, limit: int) -> str:
    """The line of an answer to the derivative by `wrt` that defines a name; "" where none does."""
    if problem is None or len(text) > limit:
        return ""
    try:
        lines = problem.read_answer(text, asked=wrt).lines
    except GradatimError:
        return ""
    own = {line.defines: line.text.strip(" &") for line in reversed(lines) if line.defines}
    # p₂ is an entry of the p that `p_j = …` defines.
    return next((text for wanted in (name, _BELOW.sub("", name)) for n, text in own.items() if text_name(n) == wanted), "")


def in_document(document: Document, task: Task, name: str) -> str:
    """The definition of a name that stands nearest before the end of a question, in its own item or further up: what a writer may
    use though the question's function does not; "" where none does."""
    wanted = {name, _BELOW.sub("", name)}
    for text in _above(document, task):
        for formula in reversed(definitions(text)):
            link = solved(level_split(formula))
            if any(text_name(h) in wanted or _BELOW.sub("", text_name(h)) in wanted for h in heads(formula)):
                return " = ".join(link) if link else formula
    return ""


def _above(document: Document, task: Task) -> Iterator[str]:
    section = task.section
    item: Item | None = task.item
    while item is not None:
        yield item.text
        item = item.parent
    before = document.sections[: document.sections.index(section)] if section in document.sections else []
    own = [i for i in section.items if i.span[0] < task.item.span[0]]
    yield from (i.text for i in reversed(own))
    yield section.preamble
    for other in reversed(before):
        yield from (i.text for i in reversed(other.items))
        yield other.preamble


def one_each(problem: Problem | None, text: str, count: int, limit: int) -> list[str]:
    """The formulas of a text in which as many stand as questions are asked, none of which says what it is the derivative of: "2Ax
    and 2A" gives the gradient and the Hessian, in the order in which they were asked, and so does "g = 2Ax; H = 2A". [] for any
    other text."""
    if problem is None or len(text) > limit:
        return []
    try:
        lines = problem.read_answer(text).lines
    except GradatimError:
        return []
    named = {x.defines for x in lines if x.defines}
    alone = len(named) == len(lines) and not any(
        re.search(rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z])", x.members[-1].text) for n in named for x in lines
    )
    if len(lines) != count or any(x.head is not None or x.continues or len(x.members) != (2 if alone else 1) for x in lines):
        return []
    if named and not alone:
        return []
    mark = "$" if "$" in text else ""
    return [f"{mark}{x.members[-1].text.strip(' &$')}{mark}" for x in lines]


def formulas_for(problem: Problem | None, text: str, limit: int) -> int:
    """How many formulas of a text answer, those that explain a name apart; a text that cannot be read has as many as one likes."""
    if problem is None or len(text) > limit:
        return limit
    try:
        return sum(not x.defines and not x.continues for x in problem.read_answer(text).lines)
    except GradatimError:
        return limit


def derivatives(tasks: Iterable[Task]) -> frozenset[Derivative]:
    """The derivatives that these questions ask for, as an answer may name them."""
    asks = (t.ask for t in tasks)
    return frozenset(Derivative.of(a.function, a.wrt) for a in asks if a is not None and a.function)


__all__ = ["defining", "derivatives", "formulas_for", "in_document", "one_each"]
