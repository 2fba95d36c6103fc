"""Whether an answer is written in the terms that the question asks for: "in terms of a and u"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim.errors import GradatimError
from gradatim.ops.function import Function
from gradatim.read.problem import Problem
from gradatim.term import Term, free_symbols, is_index
from gradatim.write.text import text


def outside(problem: Problem, answer: Term, names: Sequence[str]) -> tuple[str, ...]:
    """What stands in the answer although it is not among the names; () where the question asks for no terms.

    Sizes and indices are free to use, and so is a name that the answer itself defines from names that were asked for.
    """
    allowed: set[Term] = set()
    functions: set[str] = set()
    for name in names:
        found = _named(problem, name)
        if found is not None:
            allowed |= set(free_symbols(found))
        else:
            functions.add(name.replace(" ", ""))
    if not allowed and not functions:
        return ()
    strange: dict[str, None] = {}
    todo, seen = [answer], {answer}
    while todo:
        node = todo.pop()
        op = getattr(node, "op", None)
        below = list(node.args)
        if isinstance(op, Function):
            if op.name in problem.definitions and op.name not in functions:
                strange[op.text] = None
            elif op.name not in problem.definitions and op.body is not None:
                below.append(op.body)
        for child in below:
            if child not in seen:
                seen.add(child)
                todo.append(child)
        if not node.args and not is_index(node) and node in set(free_symbols(node)) and node not in allowed:
            name = text(node)
            if not name.startswith("#"):
                strange[name] = None
    return tuple(sorted(strange))


def unknown_names(problem: Problem, names: Sequence[str]) -> list[str]:
    """The names that the question has neither as symbols nor as functions."""

    return [name for name in names if _named(problem, name) is None and name.replace(" ", "") not in problem.definitions]


_SCRIPT = re.compile(r"(?:_(?:\w|\{\w+\})|\^\{[(\[]\w[)\]]\})\s*\Z")


def _named(problem: Problem, name: str) -> Term | None:
    """The symbol of a name, or the array of which it is an entry or a member, `x_j^{(i)}`; None where there is none."""
    while True:
        try:
            return problem.find(name)
        except GradatimError:
            shorter = _SCRIPT.sub("", name.strip())
            if shorter == name.strip():
                return None
            name = shorter


__all__ = ["outside", "unknown_names"]
