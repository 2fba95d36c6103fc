"""Answers that lean on a derivative through a name of their own: `k Xᵀr` where k is defined by ‖∇f‖ works nothing out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.errors import GradatimError
from gradatim.judge.lines import holds_derivative
from gradatim.ops import Function
from gradatim.read.derivatives import written
from gradatim.read.names import stripped
from gradatim.read.parser import expression
from gradatim.read.stated import Answer, Member, unspaced
from gradatim.read.tree import walk
from gradatim.term import Apply, Term
from gradatim.term import walk as walk_terms


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative by the names that it has in a text, without their styles and arguments. `by` is () for `∇f`."""

    function: str
    by: tuple[str, ...]

    @classmethod
    def of(cls, function: str, by: tuple[str, ...]) -> Derivative:
        return cls(_bare(re.split(r"=|\((?!\d)", function)[0]), tuple(map(_bare, by)))

    def same(self, other: Derivative) -> bool:
        return self.function == other.function and (not self.by or not other.by or self.by == other.by)


def _bare(name: str) -> str:
    return re.sub(r"[\s{}\\_^(),]", "", re.sub(r"\\(?:mathrm|operatorname)(?![A-Za-z])", "", stripped(name)))


LEANS = "a name of the answer is defined by a derivative that is not worked out"


def leans(answer: Answer, member: Member, function: Term, known: frozenset[Derivative] = frozenset()) -> bool:
    """Whether a definition on which the formula is built holds a derivative that no line of the answer works out, and that is not
    known."""
    if member.term is None:
        return False
    used = _names(member.term)
    defining = (line.members[-1] for line in answer.lines if line.defines in used and line.members)
    return any(holds_derivative(m, function) and not _worked_out(m, answer, function, known) for m in defining)


def primed(answer: Answer, member: Member, known: frozenset[Derivative] = frozenset()) -> str:
    """The φ′ of a function that the question defines, where it stands in a formula and nothing works it out; "" where none does."""
    for node in walk_terms(member.term) if member.term is not None else ():
        op = node.op if isinstance(node, Apply) else None
        if not isinstance(op, Function) or not op.primes or op.body is None:
            continue
        told = re.search(
            rf"{re.escape(op.name)}\s*(?:'+|\^\s*\{{?\s*\\prime\s*\}}?)\s*(?:\([^=()]*\))?\s*&?=(?!\s*\?)", answer.text
        )
        if told is None and not any(k.function == _bare(op.name) for k in known):
            return f"{op.text}{'′' * op.primes}"
    return ""


def _names(term: Term) -> set[str]:
    """The names of the definitions in a term, and of those in their bodies."""
    names: set[str] = set()
    stack = [term]
    while stack:
        for node in walk_terms(stack.pop()):
            op = node.op if isinstance(node, Apply) else None
            if isinstance(op, Function) and op.name not in names:
                names.add(op.name)
                stack.extend([op.body] if op.body is not None else [])
    return names


def all_known(member: Member, known: frozenset[Derivative]) -> bool:
    """Whether every derivative that stands in a formula is known."""
    return bool(known) and _worked_out(member, None, None, known)


def _worked_out(member: Member, answer: Answer | None, function: Term | None, known: frozenset[Derivative]) -> bool:
    """Whether every derivative in a formula is known, or the left side of a line that says what it is."""
    try:
        node = expression(member.text)
    except GradatimError:
        return False
    lines = answer.lines if answer is not None else ()
    said = {line.head.named for line in lines if line.head is not None and not holds_derivative(line.members[-1], function)}
    for n in walk(node):
        found = written(n, member.text)
        if found is None or found.body is None:
            continue
        of = member.text[found.body.span[0] : found.body.span[1]]
        by = tuple(member.text[w.span[0] : w.span[1]] for w in found.wrt)
        own = Derivative.of(of, by)
        if unspaced(of, *by) not in said and not any(map(own.same, known)):
            return False
    return True


__all__ = ["LEANS", "Derivative", "all_known", "leans", "primed"]
