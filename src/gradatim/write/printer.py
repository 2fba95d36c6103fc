"""One walk for all linear writers: every node is written once, with the strength by which it binds.

A writer supplies the spelling (`Style`); this file decides where parentheses stand around sums, products, powers, quotients and
entries, `by_notation` around all other operations, `binders` around sums and products over an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from gradatim.errors import LimitExceeded
from gradatim.ops import (
    add,
    at,
    columns,
    hpower,
    inverse,
    matrix_power,
    mpower,
    power,
    powm,
    product,
    quotient,
    rows,
    total,
    transpose,
)
from gradatim.ops.base import Op
from gradatim.ops.blocks import offset_of
from gradatim.term import Apply, Bind, Number, Operation, Size, Symbol, Term, walk
from gradatim.types import ONE, Dim
from gradatim.write.binders import UNEQUAL, binder, entry_of_labels, label
from gradatim.write.by_notation import by_notation, two_sizes
from gradatim.write.labels import at_labels, complement_of, entry_chosen, is_label_entry
from gradatim.write.names import bound_names
from gradatim.write.numerals import NUMERAL
from gradatim.write.pen import Pen
from gradatim.write.spectra import spectral_entry
from gradatim.write.written import ATOM, POSTFIX, PRODUCT, SUM, Style, Written, in_parentheses, tight, without_minus

MAX_LENGTH = 2_000_000
ZERO = Dim(())
_NUMERIC_BAR = re.compile(r"\\frac\{\d+\}\{\d+\}")


def write(root: Term, style: Style, index_names: Mapping[str, str] | None = None) -> str:
    """The text of a term in a style. Raises LimitExceeded where it would be longer than anyone can read."""
    pen = Printer(style, bound_names(root, index_names), {})
    length: dict[Term, int] = {}
    for node in walk(root):
        length[node] = 1 + sum(length[a] for a in node.args)
        if length[node] > MAX_LENGTH // 4:
            raise LimitExceeded("the formula is too long to write out; name its parts")
        pen.done[node] = pen.one(node)
    if isinstance(root, Apply) and isinstance(root.op, Op) and root.op.notation.kind == "constant" and two_sizes(root):
        return style.spelling(root.op.notation)  # alone, its shape stands beside it
    return pen.done[root].text


class Printer(Pen):
    """A node whose arguments are written, written itself."""

    __slots__ = ()

    def one(self, node: Term) -> Written:
        if isinstance(node, Number):
            return self.style.number(node.value)
        if isinstance(node, Symbol):
            return Written(self.names.get(node, "") or self.style.name(node), ATOM)
        if isinstance(node, Size):
            text = self.style.size(node)
            return Written(text, ATOM if len(node.dim.terms) == 1 and " " not in text else SUM)
        if isinstance(node, Bind):
            return binder(self, node)
        assert isinstance(node, Apply)
        return _STRUCTURAL.get(node.op, by_notation)(self, node)


def _sum(pen: Pen, node: Apply) -> Written:
    style = pen.style
    if (other := complement_of(node)) is not node and is_label_entry(other):
        unequal = style.indicator(label(pen, other), pen.index(at_labels(other)[2]), pen.sign(UNEQUAL))
        return Written(unequal, ATOM)
    out = ""
    for k, a in enumerate([pen.done[a] for a in node.args]):
        text = a.text if a.strength > SUM or a.negative else style.parens(a.text)
        if not k:
            out = text
        elif a.negative:
            out += f" {style.minus} {without_minus(a, style)}"
        else:
            out += f" {style.plus} {text}"
    return Written(out, SUM)


def _product(pen: Pen, node: Apply) -> Written:
    """Factors side by side; a leading negative number is the sign of the whole."""
    style = pen.style
    factors = [pen.done[a] for a in node.args]
    negative = bool(factors) and factors[0].negative
    if negative:
        stripped = without_minus(factors[0], style)
        if stripped == "1" and len(factors) > 1:
            factors.pop(0)
        else:
            bar = _NUMERIC_BAR.fullmatch(stripped)  # a fraction bar in LaTeX holds a number together
            strength = ATOM if NUMERAL.fullmatch(stripped) else POSTFIX if bar else factors[0].unsigned
            factors[0] = Written(stripped, strength)
    if not factors:
        return Written("1", ATOM)
    if len(factors) == 1:
        only = factors[0]
        text = in_parentheses(only, style)
        held = only.strength if text is only.text else ATOM
        return Written(style.minus + text, SUM, only.open_end, True, held) if negative else only
    text, end = _side_by_side(factors, style)
    return Written(style.minus + text, SUM, end, True) if negative else Written(text, PRODUCT, end)


def _side_by_side(factors: Sequence[Written], style: Style) -> tuple[str, bool]:
    """Several factors, and whether the last ends in an open-ended sum sign."""
    pieces: list[Written] = []
    for k, f in enumerate(factors):
        last = k == len(factors) - 1
        bare = f.strength >= POSTFIX or (f.open_end and last and f.strength >= PRODUCT)
        pieces.append(f if bare and not f.negative else Written(style.parens(f.text), ATOM))
    return style.join(pieces), factors[-1].open_end and pieces[-1] is factors[-1]


def _fraction(pen: Pen, node: Apply) -> Written:
    style = pen.style
    top, bottom = (pen.done[a] for a in node.args)
    if top.negative:
        inner = style.fraction(Written(without_minus(top, style), PRODUCT, top.open_end), bottom)
        return Written(style.minus + inner.text, SUM, inner.open_end, True)
    return style.fraction(top, bottom)


def _power(pen: Pen, node: Apply) -> Written:
    raised = pen.style.hpower if node.op is hpower else pen.style.power
    return Written(raised(pen.tight(node.args[0]), pen.done[node.args[1]]), POSTFIX)


def _matrix_power(pen: Pen, node: Apply) -> Written:
    exponent = pen.style.number(Fraction(str(node.params[0])))
    return Written(pen.style.power(pen.tight(node.args[0]), exponent), POSTFIX)


def _transpose(pen: Pen, node: Apply) -> Written:
    inner = node.args[0]
    if isinstance(inner, Apply) and inner.op is inverse:
        return Written(pen.style.inverse(pen.tight(inner.args[0]), True), POSTFIX)
    return Written(pen.style.transpose(pen.tight(inner)), POSTFIX)


def _inverse(pen: Pen, node: Apply) -> Written:
    return Written(pen.style.inverse(pen.tight(node.args[0]), False), POSTFIX)


def _total(pen: Pen, node: Apply) -> Written:
    found = entry_chosen(node)
    if found is None:
        return by_notation(pen, node)
    row, held = found
    places = held.args[1:] if isinstance(held, Apply) and held.op is at else ()
    array = held.args[0] if places else held
    return Written(pen.style.subscript(pen.tight(array), [*map(pen.index, places), label(pen, row)]), ATOM)


def _entry(pen: Pen, node: Apply) -> Written:
    if (found := spectral_entry(node, pen.index(node.args[1]), pen.done, pen.style)) is not None:
        rest = [*map(pen.index, node.args[2:])]
        return Written(pen.style.subscript(tight(found, pen.style), rest), ATOM) if rest else found
    if at_labels(node):
        return entry_of_labels(pen, node)
    whole, moved = _unranged(node)
    indices = [_moved(pen.index(i), by) for i, by in zip(node.args[1:], moved)]
    return Written(pen.style.subscript(pen.tight(whole), indices), ATOM)


def _unranged(node: Apply) -> tuple[Term, list[Dim]]:
    """The entry of a range as one of the whole: its array, and what is added to each index."""
    base, moved = node.args[0], [ZERO] * (len(node.args) - 1)
    while isinstance(base, Apply) and base.op in (rows, columns) and base.params[1] != ONE:
        axis = 0 if base.op is rows else 1
        if axis >= len(moved):
            break
        moved[axis] = moved[axis] + offset_of(base.params)
        base = base.args[0]
    return base, moved


def _moved(index: str, by: Dim) -> str:
    if not by.terms:
        return index
    return f"{int(index) + by.literal}" if index.isdigit() and by.literal is not None else f"{index}+{by}".replace(" ", "")


_STRUCTURAL: dict[Operation, Callable[[Pen, Apply], Written]] = {
    add: _sum,
    product: _product,
    quotient: _fraction,
    **dict.fromkeys((power, hpower, mpower, powm), _power),
    matrix_power: _matrix_power,
    transpose: _transpose,
    inverse: _inverse,
    total: _total,
    at: _entry,
}
