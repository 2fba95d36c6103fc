"""Whether an answer is written in the terms that the question asks for: "in terms of a and u"."""

from __future__ import annotations

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
        try:
            allowed |= set(free_symbols(problem.find(name)))
        except GradatimError:
            functions.add(name.replace(" ", ""))
    if not allowed and not functions:
        return ()
    found: dict[str, None] = {}
    todo, seen = [answer], {answer}
    while todo:
        node = todo.pop()
        op = getattr(node, "op", None)
        below = list(node.args)
        if isinstance(op, Function):
            if op.name in problem.definitions and op.name not in functions:
                found[op.text] = None
            elif op.name not in problem.definitions and op.body is not None:
                below.append(op.body)
        for child in below:
            if child not in seen:
                seen.add(child)
                todo.append(child)
        if not node.args and not is_index(node) and node in set(free_symbols(node)) and node not in allowed:
            name = text(node)
            if not name.startswith("#"):
                found[name] = None
    return tuple(sorted(found))


def unknown_names(problem: Problem, names: Sequence[str]) -> list[str]:
    """The names that the question has neither as symbols nor as functions."""

    def known(name: str) -> bool:
        try:
            return problem.find(name) is not None
        except GradatimError:
            return name.replace(" ", "") in problem.definitions

    return [name for name in names if not known(name)]


__all__ = ["outside", "unknown_names"]
