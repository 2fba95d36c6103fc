"""What an earlier derivation found, in the symbols of a later one: ∂L/∂z₂ of question 2.1 is an adjoint in question 2.2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.errors import GradatimError
from gradatim.explain.plan import Plan
from gradatim.explain.sheet import Name
from gradatim.ops.function import Function
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index, transform

CITED = "as in"
"""How the rule of a line begins that an earlier question derived."""


@dataclass(frozen=True, slots=True)
class Lemma:
    """The derivative of what is called `of` by what is called `by` (in LaTeX), and the question that derived it."""

    of: str
    by: str
    result: Term
    question: str


def cited(lemmas: Sequence[Lemma], of: str, name: Name, plan: Plan, function: Term) -> tuple[Term, str] | None:
    """The derivative by a name over stand-ins, and where it was derived; None where no lemma speaks of it."""
    if not name.given or name.indices:
        return None
    for lemma in reversed(lemmas):  # the nearest first
        if lemma.of == of and lemma.by == name.latex:
            found = over_names(lemma.result, plan, function)
            if found is not None and found.type.axes == name.body.type.axes:
                return found, lemma.question
    return None


def over_names(term: Term, plan: Plan, function: Term) -> Term | None:
    """A formula of another question with the names and symbols of this one in it; None where it speaks of anything else."""
    names = {n.latex: n for n in plan.names if n.given and not n.indices}
    symbols = {s.name: s for s in free_symbols(function)}

    class Unknown(Exception):
        pass

    def rule(node: Term) -> Term:
        if isinstance(node, Symbol) and not is_index(node):
            # Its dimensions may be called otherwise there: a shape that does not fit is an error below.
            if node.name in names:
                return names[node.name].symbol
            if node.name not in symbols or symbols[node.name].rank != node.rank:
                raise Unknown
            return symbols[node.name]
        if isinstance(node, Apply) and isinstance(node.op, Function):
            if node.args or node.op.name not in names:
                raise Unknown
            return names[node.op.name].symbol
        return node

    try:
        return transform(term, rule)
    except (Unknown, GradatimError):
        return None
