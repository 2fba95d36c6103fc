"""What stands below the sign of a sum or a product: the indicators that restrict it, as in Σ over j ≠ i.

Of a sum they are factors of its body, of a product the exponents: what is ruled out contributes a 0 to the one and a 1 to the other.
"""

from __future__ import annotations

from gradatim.ops import number, power, product, quotient
from gradatim.ops.base import Op
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Term


def restricted(node: Bind) -> tuple[tuple[Apply, ...], Term]:
    """The indicators that restrict a sum or a product by its own index, and its body without them."""
    found: list[Apply] = []
    body = node.body
    if node.kind == "sum":
        body = _without(body, node.index, found)
    elif node.kind == "product" and isinstance(body, Apply) and body.op is power:
        if _without(body.args[1], node.index, found) is not number(1):
            return (), body
        body = body.args[0]
    return tuple(found), body


def _without(term: Term, index: Term, found: list[Apply]) -> Term:
    if not isinstance(term, Apply):
        return term
    if isinstance(term.op, Op) and term.op.restricts and index in term.args:
        found.append(term)
        return number(1)
    if term.op is quotient:
        top = _without(term.args[0], index, found)
        return term if top is term.args[0] else quotient(top, term.args[1])
    if term.op is not product:
        return term
    args = [_without(a, index, found) for a in term.args]
    if all(a is b for a, b in zip(args, term.args)):
        return term
    kept = [a for a, old in zip(args, term.args) if a is old or a is not number(1)]
    return number(1) if not kept else made_of(product, kept)


__all__ = ["restricted"]
