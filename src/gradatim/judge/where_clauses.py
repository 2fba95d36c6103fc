"""Derivatives that a clause behind an answer works out, `−h ∇g where ∇g = 2Xᵀr`: what it says, right or wrong, stands in the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradatim.errors import GradatimError, Span
from gradatim.judge.lines import holds_derivative
from gradatim.read.answer_trees import ends_turned
from gradatim.read.derivatives import Written, written
from gradatim.read.parser import expression
from gradatim.read.stated import Answer, Line, Member, unspaced
from gradatim.read.tree import Node

LETTERS = "GQRZUVMPEFHTKJ"
_CLAUSE = re.compile(r"\b(?:where|with|here)\b", re.I)


def with_clauses(answer: Answer, taken: str) -> str:
    """The text of an answer with names for the derivatives of its last open formula, defined as the clause behind it says; "" where
    there is none of them. `taken` are texts in which none of these names may stand."""
    for k in range(len(answer.lines) - 1, -1, -1):
        line = answer.lines[k]
        if line.defines or not line.members or not holds_derivative(line.members[-1]):
            continue
        said = {other.head.named: other.members[-1] for other in _behind(answer, k) if other.head is not None}
        member = line.members[-1]
        found = sorted(_derivatives(member), key=lambda each: each[1], reverse=True)
        if not found or not all(name in said for name, _, _ in found):
            return ""
        letters = dict(zip(dict.fromkeys(name for name, _, _ in found), (c for c in LETTERS if c not in taken + answer.text)))
        if not all(name in letters for name, _, _ in found):
            return ""
        formula = member.text
        for name, span, lying in found:
            formula = f"{formula[: span[0]]} {letters[name]}{'^T' if lying else ''} {formula[span[1] :]}"
        front = [other.text for other in answer.lines if other.defines]
        front += [f"{letter} = {said[name].text}" for name, letter in letters.items()]
        return "\n\n".join(f"$${text.strip(' &$')}$$" for text in (*front, formula))
    return ""


def _behind(answer: Answer, k: int) -> Iterator[Line]:
    """The lines of the clause behind a line that say what a derivative is."""
    open_ = False
    for before, line in zip(answer.lines[k:], answer.lines[k + 1 :]):
        open_ = open_ or _CLAUSE.search(answer.text[before.span[1] : line.span[0]]) is not None
        if open_ and line.head is not None and len(line.members) > 1 and not holds_derivative(line.members[-1]):
            yield line


def _derivatives(member: Member) -> Iterator[tuple[tuple[str, ...], Span, bool]]:
    """The derivatives in a formula by their names, each with its place and whether it is transposed; none inside another."""
    try:
        stack = [expression(member.text)]
    except GradatimError:
        return
    while stack:
        node = stack.pop()
        found = written(node, member.text)
        if found is not None and found.body is not None and node.kind != "juxt":
            yield _named(found, found.body, node.span, member.text)
            continue
        behind = False
        for a, b in zip(node.args, (*node.args[1:], None)):
            operator = written(a, member.text) if node.kind == "juxt" and b is not None else None
            if operator is not None and operator.body is None and b is not None:
                yield _named(operator, b, (a.span[0], b.span[1]), member.text)
                behind = True
            elif not behind:
                stack.append(a)
            else:
                behind = False


def _named(found: Written, body: Node, span: Span, text: str) -> tuple[tuple[str, ...], Span, bool]:
    of, lying = text[body.span[0] : body.span[1]], ends_turned(body)
    if lying:
        of = _TURNED.sub("", of)
    by = (text[w.span[0] : w.span[1]] for w in found.wrt)
    return unspaced(of, *by), span, lying != found.transposed


_TURNED = re.compile(r"\s*(?:\^\s*(?:\{\s*(?:T|\\top)\s*\}|T|\\top)|ᵀ|')\s*$")


__all__ = ["with_clauses"]
