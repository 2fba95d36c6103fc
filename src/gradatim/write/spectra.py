"""Eigenvalues, eigenvectors and what their derivatives are made of, as they are written: λ_max(X), vᵢ(X), (λᵢ(X) I − X)⁺."""

from __future__ import annotations

from collections.abc import Mapping

from gradatim.ops import facts, identity, transpose
from gradatim.ops.base import Notation, Op
from gradatim.term import Apply, Number, Size, Symbol, Term
from gradatim.write.written import ATOM, POSTFIX, PRODUCT, SUM, Style, Written

AXES = {"value": 0, "vector": 1, "resolvent": 2, "response": 2}
"""The axes of what belongs to one eigenvalue."""
VALUE = Notation("spectrum", r"\lambda", "λ")
VECTOR = ("v", "v")
"""The letter of an eigenvector that nobody has named, in LaTeX and in text."""


def spectral(node: Apply, argument: Written, style: Style) -> Written | None:
    """What belongs to the dominant eigenvalue; None for all eigenvalues or eigenvectors together."""
    return _written(node, argument, style.extreme("max"), style) if node.rank == AXES.get(_what(node)) else None


def spectral_entry(node: Apply, below: str, done: Mapping[Term, Written], style: Style) -> Written | None:
    """What belongs to one eigenvalue by its number; None for any other entry."""
    base, index = node.args[:2]
    columns = isinstance(base, Apply) and base.op is transpose
    inner = base.args[0] if columns else base
    if not isinstance(inner, Apply) or columns and len(node.args) > 2:
        return None
    what = _what(inner)
    if what != "columns" if columns else inner.rank - 1 != AXES.get(what):
        return None
    if what == "value" and index is Number(1):
        below = style.extreme("max")
    elif what == "value" and isinstance(index, Size) and index.dim == inner.type.axes[0]:
        below = style.extreme("min")
    return _written(inner, done[inner.args[0]], below, style)


def _what(node: Apply) -> str:
    return node.op.notation.spectral if isinstance(node.op, Op) else ""


def _written(node: Apply, argument: Written, below: str, style: Style) -> Written:
    def called(letter: str) -> str:
        return style.call(style.subscript(letter, [below]), 0, [argument.text])

    what = _what(node)
    latex, text = (str(p) for p in node.params or VECTOR)
    vector = called(style.name(Symbol(latex, text=text)))
    if what in ("vector", "columns"):
        return Written(vector, ATOM)
    value = Written(called(style.spelling(VALUE)), ATOM)
    if what == "value":
        return value
    one = style.spelling(identity.notation)
    whole = style.parens(argument.text) if argument.strength <= SUM else argument.text
    apart = style.parens(f"{style.join([value, Written(one, ATOM)])} {style.minus} {whole}")
    # Of a symmetric matrix the group inverse is the pseudo-inverse.
    sign = "+" if facts(node.args[0]) & {"symmetric", "spd", "psd"} else style.group
    inverse = Written(style.power(apart, Written(sign, ATOM)), POSTFIX)
    if what == "resolvent":
        return inverse
    along = style.join([Written(vector, ATOM), Written(style.transpose(vector), POSTFIX)])
    return Written(style.join([Written(style.parens(f"{one} {style.minus} {along}"), ATOM), inverse]), PRODUCT)


__all__ = ["spectral", "spectral_entry"]
