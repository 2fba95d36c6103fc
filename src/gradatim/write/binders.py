"""Sums, products and stacks over an index, with what restricts them below the sign, and labels in place of sums over them."""

from __future__ import annotations

from dataclasses import replace

from gradatim.ops import basis
from gradatim.ops.base import Notation, Op
from gradatim.term import Apply, Bind, Symbol, Term, depends_on
from gradatim.write.labels import apart_from, at_labels, chosen, labels_in
from gradatim.write.limits import restricted
from gradatim.write.names import named_whole
from gradatim.write.pen import Pen
from gradatim.write.written import ATOM, PRODUCT, Written, in_parentheses

UNEQUAL = Notation("relation", r"\ne", "≠")


def binder(pen: Pen, node: Bind) -> Written:
    if node.kind == "stack":
        return _stack(pen, node)
    if (pick := chosen(node)) is not None:
        return _picked(pen, node, pick)
    limits, inner = _limits(pen, node)
    body = in_parentheses(pen.written(inner), pen.style)
    return Written(pen.style.big(node.kind, pen.names[node.index], str(node.extent), body, limits), PRODUCT, True)


def _stack(pen: Pen, node: Bind) -> Written:
    if (whole := named_whole(node)) is not None:
        return Written(pen.style.name(Symbol(whole.name, text=whole.text)), ATOM)
    indices, extents = [], []
    inner: Term = node
    while isinstance(inner, Bind) and inner.kind == "stack":
        indices.append(pen.names[inner.index])
        extents.append(str(inner.extent))
        inner = inner.body
    return Written(pen.style.stack(pen.done[inner].text, indices, extents), ATOM)


def _limits(pen: Pen, node: Bind) -> tuple[str, Term]:
    """What stands below the sign, and the body without it."""
    masks, inner = restricted(node)
    if not masks and (apart := apart_from(node)) is not None:
        entry, inner = apart
        return pen.style.relation(pen.names[node.index], pen.sign(UNEQUAL), label(pen, entry)), inner
    if not masks and (merged := _both(node)) is not None:
        masks, inner = merged
    return ", ".join(_limit(pen, m, node.index) for m in masks), inner


def _both(node: Bind) -> tuple[tuple[Apply, ...], Term] | None:
    """Of two sums or products, one directly under the other, the indicator between their indices, written once: Σ over i < j."""
    inner = node.body
    if not isinstance(inner, Bind) or inner.kind != node.kind:
        return None
    masks, body = restricted(inner)
    return (masks, body) if len(masks) == 1 and set(masks[0].args) == {node.index, inner.index} else None


def _limit(pen: Pen, mask: Apply, index: Symbol) -> str:
    """`j ≠ i`, `j > i`: the index that is summed first."""
    assert isinstance(mask.op, Op)
    a, b = map(pen.index, mask.args)
    sign = pen.sign(mask.op.notation)
    if mask.args[1] is index:
        a, b, sign = b, a, {"<": ">"}.get(sign, sign)
    return pen.style.relation(a, sign, b)


def label(pen: Pen, entry: Term) -> str:
    """The yᵢ of 𝟙[yᵢ = k]."""
    array, one = at_labels(entry)[:2]
    labels = labels_in(array)
    assert labels is not None
    return pen.style.subscript(pen.style.name(labels), [pen.index(one)])


def entry_of_labels(pen: Pen, node: Apply) -> Written:
    """𝟙[yᵢ = k], and the unit vector e_{yᵢ} that a row of the array is."""
    one = label(pen, node)
    places = at_labels(node)[1:]
    if len(places) == 1:
        return Written(pen.style.subscript(pen.sign(basis.notation), [one]), ATOM)
    return Written(pen.style.indicator(one, pen.index(places[1])), ATOM)


def _picked(pen: Pen, node: Bind, pick: tuple[Term, Term]) -> Written:
    """The w_{yᵢ} that Σ_k 𝟙[yᵢ = k] w_k is: the body with the label in place of the index."""
    entry, body = pick
    known = {t: w for t, w in pen.done.items() if not depends_on(t, node.index)}
    return replace(pen, names={**pen.names, node.index: label(pen, entry)}, done=known).written(body)
