"""Operations that are written by the kind of their notation, a function for each kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from gradatim.ops import add, columns, product, rows, zeros
from gradatim.ops.base import Notation, Op
from gradatim.ops.function import Function
from gradatim.term import Apply, Number, Symbol, Term
from gradatim.types import ONE, Dim
from gradatim.write.names import PLACES, index_of
from gradatim.write.pen import Pen
from gradatim.write.spectra import spectral
from gradatim.write.written import ATOM, POSTFIX, PRODUCT, SUM, Style, Written, tight, without_minus

_BARE = re.compile(r"\\?[^\W\d_]|\\[A-Za-z]+(\{\\?[A-Za-z]+\})?")
"""A name without labels: what stands below it is no part of it."""
_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_RELATIONS = {
    " > 0]": (Notation("relation", ">", ">"), Notation("relation", "<", "<")),
    " ≥ 0]": (Notation("relation", r"\ge", "≥"), Notation("relation", r"\le", "≤")),
}
"""How an indicator compares two: what is asked of the first where they stand so, and turned round."""
_NABLA = Notation("constant", r"\nabla", "∇")
_PARTIAL = Notation("constant", r"\partial", "∂")


def by_notation(pen: Pen, node: Apply) -> Written:
    if isinstance(node.op, Function):
        return _named(pen, node, node.op)
    assert isinstance(node.op, Op)
    notation = node.op.notation
    if notation.kind == "fence" and notation.array_text and node.args[0].rank:
        notation = Notation("function", notation.array_latex, notation.array_text)
    elif node.op.of_matrices and _square(node.args[0]):
        # exp(A) of a square matrix would be the matrix function.
        return Written(pen.style.call(pen.style.entrywise(notation, node.op.name), 0, [pen.done[node.args[0]].text]), ATOM)
    return _KINDS.get(notation.kind, _function)(pen, node, notation)


def _function(pen: Pen, node: Apply, notation: Notation) -> Written:
    name = pen.sign(notation)
    if two_sizes(node):
        name = pen.style.subscript(name, [pen.style.sizes(node.params)])
    elif node.params and node.params[0] == "columns":
        name = pen.style.subscript(name, [pen.style.upright("columns")])
    # (log det X)²: two words before one bracket do not hold a power together.
    text = pen.style.call(name, 0, [pen.done[a].text for a in node.args])
    return Written(text, POSTFIX if " " in notation.text else ATOM)


def _fence(pen: Pen, node: Apply, notation: Notation) -> Written:
    signs = _RELATIONS.get(notation.close_text)
    if signs is not None and (found := _compared(pen, node.args[0], *map(pen.sign, signs))) is not None:
        return found
    inside = ", ".join(pen.done[a].text for a in node.args)
    return Written(pen.style.fence(notation, inside, node.args[0].rank == 2), ATOM)


def _compared(pen: Pen, difference: Term, above: str, below: str) -> Written | None:
    """What is asked of a difference, that it is positive, as a relation: 𝟙[x > y], and 𝟙[z < 1] beside a constant; 𝟙[x < 0] of −x."""
    style = pen.style
    if isinstance(difference, Apply) and difference.op is product and pen.done[difference].negative:
        return Written(style.indicator(without_minus(pen.done[difference], style), "0", below), ATOM)
    if not (isinstance(difference, Apply) and difference.op is add and len(difference.args) == 2):
        return None
    great, last = difference.args
    more, less = pen.done[great], pen.done[last]
    if not more.negative and not less.negative and _is_constant(last):
        return Written(style.indicator(more.text, style.minus + less.text, above), ATOM)
    if more.negative and not _is_constant(great) or not less.negative:
        return None
    small = without_minus(less, style)
    return Written(
        style.indicator(small, more.text, below) if _is_constant(great) else style.indicator(more.text, small, above), ATOM
    )


def _is_constant(term: Term) -> bool:
    """Whether it is a number, or an array of one number."""
    if isinstance(term, Apply) and term.op is product and isinstance(term.args[0], Number) and len(term.args) == 2:
        term = term.args[1]
    return isinstance(term, Number) or isinstance(term, Apply) and not term.args


def _radical(pen: Pen, node: Apply, _notation: Notation) -> Written:
    return Written(pen.style.radical(pen.done[node.args[0]].text), pen.style.root)


def _indicator(pen: Pen, node: Apply, notation: Notation) -> Written:
    if all(a.is_scalar and isinstance(a, Symbol) for a in node.args):
        return Written(pen.style.subscript(pen.sign(notation), [*map(pen.index, node.args)]), ATOM)
    a, b = (pen.done[x].text for x in node.args)
    return Written(pen.style.indicator(a, b), ATOM)


def _relation(pen: Pen, node: Apply, notation: Notation) -> Written:
    a, b = map(pen.index, node.args)
    return Written(pen.style.indicator(a, b, pen.sign(notation)), ATOM)


def _infix(pen: Pen, node: Apply, notation: Notation) -> Written:
    """Operators such as ⊙ stand between what holds together more tightly; a chain of them is one product."""
    return Written(f" {pen.sign(notation)} ".join(pen.tight(a, POSTFIX) for a in node.args), PRODUCT)


def _sized(pen: Pen, node: Apply, notation: Notation) -> Written:
    return Written(pen.style.subscript(pen.sign(notation), [str(p) for p in node.params]), ATOM)


def _unit(pen: Pen, node: Apply, notation: Notation) -> Written:
    return Written(pen.style.subscript(pen.sign(notation), [pen.index(node.args[0])]), ATOM)


def _norm(pen: Pen, node: Apply, notation: Notation) -> Written:
    inside, degree = (pen.done[a].text for a in node.args)
    return Written(pen.style.subscript(pen.style.fence(notation, inside), [degree]), ATOM)


def _primed(pen: Pen, node: Apply, notation: Notation) -> Written:
    primes = f"({node.params[0]})"
    label = Symbol(rf"{notation.latex}^{{{primes}}}", text=notation.text + primes.translate(_RAISED))
    return Written(pen.style.call(pen.style.name(label), 0, [pen.done[node.args[0]].text]), ATOM)


def _postfix(pen: Pen, node: Apply, notation: Notation) -> Written:
    return Written(pen.tight(node.args[0]) + pen.sign(notation), POSTFIX)


def _spectrum(pen: Pen, node: Apply, notation: Notation) -> Written:
    found = spectral(node, pen.done[node.args[0]], pen.style)
    return found if found is not None else _function(pen, node, notation)


def _pair(pen: Pen, node: Apply, _notation: Notation) -> Written:
    """The place that several indices count together: (j − 1) m + i."""
    text = index_of(node.args[0], pen.names)
    for part in node.args[1:]:
        size = str(part.type.index)
        text = f"({text}-1){f'({size})' if ' ' in size else size}+{index_of(part, pen.names)}"
    return Written(text, SUM)


def _range(pen: Pen, node: Apply, _notation: Notation) -> Written:
    """`x_{2:n}`, `X_{1:k,:}`, `X_{:,2}`; rows of columns are written at once, `X_{1:k,2:m}`."""
    inner = node.args[0]
    parts = [_span(node)] if inner.rank == 1 else [_span(node), ":"] if node.op is rows else [":", _span(node)]
    if inner.rank == 2 and isinstance(inner, Apply) and inner.op in (rows, columns) and inner.op is not node.op:
        parts = [_span(node), _span(inner)] if node.op is rows else [_span(inner), _span(node)]
        inner = inner.args[0]
    base = pen.done[inner]
    labelled = isinstance(inner, Symbol) and not _BARE.fullmatch(base.text)
    text = pen.style.parens(base.text) if labelled else tight(base, pen.style)
    return Written(pen.style.subscript(text, parts), ATOM)


def _span(node: Apply) -> str:
    front, count = node.params[:2]
    assert isinstance(front, Dim) and isinstance(count, Dim)
    return (str(front) if count == ONE else f"{front}:{front + count - ONE}").replace(" ", "")


def _blocks(pen: Pen, node: Apply, _notation: Notation) -> Written:
    wide = int(str(node.params[1]))
    cells = ["0" if isinstance(a, Apply) and a.op is zeros else pen.done[a].text for a in node.args]
    return Written(pen.style.blocks([cells[k : k + wide] for k in range(0, len(cells), wide)]), ATOM)


def _constant(pen: Pen, node: Apply, notation: Notation) -> Written:
    base = pen.sign(notation)
    if two_sizes(node):
        base = pen.style.subscript(base, [pen.style.sizes(node.params)])
    return Written(pen.style.transpose(base), POSTFIX) if node.type.row else Written(base, ATOM)


def two_sizes(node: Apply) -> bool:
    return len(node.params) == 2 and all(isinstance(p, Dim) for p in node.params)


def _square(term: Term) -> bool:
    return term.type.is_square


# ---------------------------------------------------------------- functions that people named


def _named(pen: Pen, node: Apply, function: Function) -> Written:
    base = pen.style.name(Symbol(function.name, text=function.text))
    if function.family:
        indices = [*map(pen.index, node.args[: function.family])]
        base = _placed(base, indices, pen.style) if any(p in base for p in PLACES) else pen.style.subscript(base, indices)
    rest = node.args[function.family :]
    if not rest or not function.shown:
        # A derivative (∂y/∂s) is one name, but a power or transpose of it needs parentheses.
        return Written(base, POSTFIX if function.name.startswith("\\frac") else ATOM)
    return Written(pen.style.call(*_partial(base, function, pen.style), [pen.done[a].text for a in rest]), ATOM)


def _partial(base: str, function: Function, style: Style) -> tuple[str, int]:
    """The name of an unknown function's derivative and its primes: g′ by a scalar, ∇h and ∇²h of a scalar value, the Jacobian
    J_h; ∇₁h, ∇₁∇₂h by the first and second of several arguments."""
    taken = function.taken
    if not taken:
        return base, function.primes
    count = style.number(Fraction(len(taken)))
    if len(function.parameters) == 1:
        if not function.parameters[0].type.axes:
            return base, len(taken)
        if function.type.axes:
            return (style.subscript("J", [base]) if len(taken) == 1 else style.power("D", count) + base), 0
        nabla = style.spelling(_NABLA)
        return (nabla if len(taken) == 1 else style.power(nabla, count)) + " " * nabla.isascii() + base, 0
    marks = [
        style.subscript(style.spelling(_NABLA if function.parameters[k].type.axes else _PARTIAL), [str(k + 1)]) for k in taken
    ]
    return "".join(marks) + base, 0


def _placed(base: str, indices: Sequence[str], style: Style) -> str:
    for n, place in enumerate(PLACES):
        base = base.replace(place, style.subscript("", indices[:n]) if n else "")
    return base


_KINDS: dict[str, Callable[[Pen, Apply, Notation], Written]] = {
    "blocks": _blocks,
    "constant": _constant,
    "fence": _fence,
    "indicator": _indicator,
    "infix": _infix,
    "norm": _norm,
    "pair": _pair,
    "postfix": _postfix,
    "primed": _primed,
    "radical": _radical,
    "range": _range,
    "relation": _relation,
    "sized": _sized,
    "spectrum": _spectrum,
    "unit": _unit,
}
"""What is not here is written as a function with its arguments in parentheses."""
