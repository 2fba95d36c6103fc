"""Even functions of a difference and of its opposite as one: ‖a − b‖ and ‖b − a‖ in one formula add up."""

from __future__ import annotations

from gradatim.matrix.build import turned_sum
from gradatim.matrix.powers import negated_sum
from gradatim.matrix.settle import gathered
from gradatim.ops import Op, add, hpower, power, rational
from gradatim.term import Apply, Term, substitute, transform, walk


def alike(term: Term) -> Term:
    """The term with every even function of −s written as that of s, where both occur."""
    seen: dict[Term, None] = {}
    table: dict[Term, Term] = {}
    for node in walk(term):
        if isinstance(node, Apply) and node.args and _is_even(node):
            inner = node.args[0]
            if isinstance(inner, Apply) and inner.op is add and inner not in seen:
                turned = negated_sum(inner) if inner.is_scalar else turned_sum(inner)
                if turned in seen:
                    assert turned is not None
                    table[node] = node.rebuild((turned, *node.args[1:]))
                else:
                    seen[inner] = None
    return transform(substitute(term, table), gathered) if table else term


def _is_even(node: Apply) -> bool:
    if node.op in (power, hpower):
        k = rational(node.args[1])
        return k is not None and k.denominator == 1 and k % 2 == 0
    return isinstance(node.op, Op) and node.op.even


__all__ = ["alike"]
