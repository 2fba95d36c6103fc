"""Quotients entry by entry are written as quotients: 𝟏 ⊘ x, not x^∘−1."""

from __future__ import annotations

from gradatim.ops import hadamard, hdivide, hpower, number, rational, unit
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Term, transform


def divided(term: Term) -> Term:
    """The term with negative powers entry by entry as quotients."""
    return transform(term, _over)


def _over(node: Term) -> Term:
    if not isinstance(node, Apply):
        return node
    if node.op is hpower and (k := rational(node.args[1])) is not None and k < 0:
        base = node.args[0]
        return hdivide(unit(node.type.bare), base if k == -1 else hpower(base, number(-k)))
    if node.op is hadamard:
        below = [a.args[1] for a in node.args if _reciprocal(a)]
        above = [a for a in node.args if not _reciprocal(a)]
        if below:
            return hdivide(made_of(hadamard, above) if above else unit(node.type.bare), made_of(hadamard, below))
    return node


def _reciprocal(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is hdivide and term.args[0] is unit(term.type.bare)


__all__ = ["divided"]
