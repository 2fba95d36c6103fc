"""One walk for all linear writers: every node is written once, with the strength by which it binds.

A writer supplies the spelling (`Style`); this file decides where parentheses stand. Strengths: a sum is weaker than a
product, a product than a postfix, and an atom never needs parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from gradatim.errors import LimitExceeded
from gradatim.ops import (
    add,
    at,
    basis,
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
    transpose,
    zeros,
)
from gradatim.ops.base import Notation, Op
from gradatim.ops.blocks import offset_of
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, walk
from gradatim.types import ONE, Dim
from gradatim.write.labels import apart_from, at_labels, chosen, complement_of, depending, entry_chosen, is_label_entry, labels_in
from gradatim.write.limits import restricted
from gradatim.write.names import PLACES, bound_names, index_of, named_whole
from gradatim.write.numerals import NUMERAL
from gradatim.write.spectra import spectral, spectral_entry
from gradatim.write.written import ATOM, POSTFIX, PRODUCT, SUM, Written

MAX_LENGTH = 2_000_000
ZERO = Dim(())
_BARE = re.compile(r"\\?[^\W\d_]|\\[A-Za-z]+(\{\\?[A-Za-z]+\})?")
"""A name without labels: what stands below it is no part of it."""
_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")


class Style(Protocol):
    """How a writer spells things."""

    minus: str
    group: str
    plus: str
    root: int
    """How strongly a root holds together."""

    def number(self, value: Fraction) -> Written: ...
    def name(self, symbol: Symbol) -> str: ...
    def size(self, size: Size) -> str: ...
    def parens(self, body: str) -> str: ...
    def join(self, factors: Sequence[Written]) -> str: ...
    def fraction(self, top: Written, bottom: Written) -> Written: ...
    def power(self, base: str, exponent: Written) -> str: ...
    def hpower(self, base: str, exponent: Written) -> str: ...
    def transpose(self, base: str) -> str: ...
    def inverse(self, base: str, transposed: bool) -> str: ...
    def subscript(self, base: str, indices: Sequence[str]) -> str: ...
    def big(self, kind: str, index: str, extent: str, body: str, limits: str = "") -> str: ...
    def stack(self, body: str, indices: Sequence[str], extents: Sequence[str]) -> str: ...
    def call(self, name: str, primes: int, arguments: Sequence[str]) -> str: ...
    def fence(self, notation: Notation, body: str, matrix: bool = False) -> str: ...
    def radical(self, body: str) -> str: ...
    def indicator(self, a: str, b: str, sign: str = "=") -> str: ...
    def relation(self, a: str, sign: str, b: str) -> str: ...
    def spelling(self, notation: Notation) -> str: ...
    def entrywise(self, notation: Notation, name: str) -> str: ...
    def sizes(self, params: Sequence[object]) -> str: ...
    def upright(self, word: str) -> str: ...
    def extreme(self, word: str) -> str: ...
    def blocks(self, grid: Sequence[Sequence[str]]) -> str: ...


def write(root: Term, style: Style, index_names: Mapping[str, str] | None = None) -> str:
    """The text of a term in a style. Raises LimitExceeded where it would be longer than anyone can read."""
    names = bound_names(root, index_names)
    done: dict[Term, Written] = {}
    length: dict[Term, int] = {}
    for node in walk(root):
        length[node] = 1 + sum(length[a] for a in node.args)
        if length[node] > MAX_LENGTH // 4:
            raise LimitExceeded("the formula is too long to write out; name its parts")
        done[node] = _write(node, done, style, names)
    if (
        isinstance(root, Apply)
        and not root.args
        and isinstance(root.op, Op)
        and root.op.notation.kind == "constant"
        and _two_sizes(root)
    ):
        return style.spelling(root.op.notation)  # alone, its shape stands beside it
    return done[root].text


def _write(node: Term, done: dict[Term, Written], style: Style, names: Mapping[Term, str]) -> Written:
    if isinstance(node, Number):
        return style.number(node.value)
    if isinstance(node, Symbol):
        return Written(names.get(node, "") or style.name(node), ATOM)
    if isinstance(node, Size):
        text = style.size(node)
        return Written(text, ATOM if len(node.dim.terms) == 1 and " " not in text else SUM)
    if isinstance(node, Bind):
        return _binder(node, done, style, names)
    assert isinstance(node, Apply)
    args = [done[a] for a in node.args]
    if node.op is add:
        if (other := complement_of(node)) is not node and is_label_entry(other):
            one = _label_text(other, done, style, names)
            return Written(style.indicator(one, _index_text(at_labels(other)[2], done, names), style.spelling(UNEQUAL)), ATOM)
        return _sum(args, style)
    if node.op is product:
        return _product(args, style)
    if node.op is quotient:
        return _fraction(args, style)
    if node.op in (power, hpower, mpower, powm):
        base = _tight(args[0], style, ATOM)
        return Written((style.hpower if node.op is hpower else style.power)(base, args[1]), POSTFIX)
    if node.op is matrix_power:
        exponent = style.number(Fraction(str(node.params[0])))
        return Written(style.power(_tight(args[0], style, ATOM), exponent), POSTFIX)
    if node.op is transpose:
        inner = node.args[0]
        if isinstance(inner, Apply) and inner.op is inverse:
            return Written(style.inverse(_tight(done[inner.args[0]], style, ATOM), True), POSTFIX)
        return Written(style.transpose(_tight(args[0], style, ATOM)), POSTFIX)
    if node.op is inverse:
        return Written(style.inverse(_tight(args[0], style, ATOM), False), POSTFIX)
    if (entry := entry_chosen(node)) is not None:
        held = entry[1]
        places = held.args[1:] if isinstance(held, Apply) and held.op is at else ()
        array = held.args[0] if places else held
        at_label = [*(_index_text(p, done, names) for p in places), _label_text(entry[0], done, style, names)]
        return Written(style.subscript(_tight(done[array], style, ATOM), at_label), ATOM)
    if node.op is at:
        below = _index_text(node.args[1], done, names)
        if (found := spectral_entry(node, below, done, style)) is not None:
            rest = [_index_text(i, done, names) for i in node.args[2:]]
            return Written(style.subscript(_tight(found, style, ATOM), rest), ATOM) if rest else found
        if at_labels(node):
            return _entry_of_labels(node, done, style, names)
        whole, moved = _unranged(node)
        indices = [_moved(_index_text(i, done, names), by) for i, by in zip(node.args[1:], moved)]
        return Written(style.subscript(_tight(done[whole], style, ATOM), indices), ATOM)
    return _by_notation(node, args, style, names, done)


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


def _index_text(index: Term, done: Mapping[Term, Written], names: Mapping[Term, str]) -> str:
    return index_of(index, names) if isinstance(index, Symbol) else done[index].text


def _by_notation(
    node: Apply, args: Sequence[Written], style: Style, names: Mapping[Term, str], done: Mapping[Term, Written]
) -> Written:
    """Operations that are written by the kind of their notation."""
    if isinstance(node.op, Function):
        return _named(node, node.op, args, style, names)
    notation: Notation = node.op.notation  # type: ignore[attr-defined]
    if notation.kind == "fence" and notation.array_text and node.args[0].rank:
        notation = Notation("function", notation.array_latex, notation.array_text)
    if (
        notation.kind == "fence"
        and notation.close_text == " > 0]"
        and (found := _compared(node.args[0], done, style)) is not None
    ):
        return found
    if notation.kind == "fence":
        return Written(style.fence(notation, ", ".join(a.text for a in args), node.args[0].rank == 2), ATOM)
    if isinstance(node.op, Op) and node.op.of_matrices and _square(node.args[0]):
        # exp(A) of a square matrix would be the matrix function.
        return Written(style.call(style.entrywise(notation, node.op.name), 0, [args[0].text]), ATOM)
    if notation.kind == "radical":
        return Written(style.radical(args[0].text), style.root)
    if notation.kind == "indicator":
        if all(a.is_scalar and isinstance(a, Symbol) for a in node.args):
            return Written(style.subscript(style.spelling(notation), [index_of(a, names) for a in node.args]), ATOM)
        return Written(style.indicator(args[0].text, args[1].text), ATOM)
    if notation.kind == "relation":
        a, b = (_index_text(i, done, names) for i in node.args)
        return Written(style.indicator(a, b, style.spelling(notation)), ATOM)
    if notation.kind == "infix":
        return _infix(args, style.spelling(notation), style)
    if notation.kind == "sized":
        return Written(style.subscript(style.spelling(notation), [str(p) for p in node.params]), ATOM)
    if notation.kind == "unit":
        return Written(
            style.subscript(style.spelling(notation), [_index_text(node.args[0], {node.args[0]: args[0]}, names)]), ATOM
        )
    if notation.kind == "norm":
        return Written(style.subscript(style.fence(notation, args[0].text), [args[1].text]), ATOM)
    if notation.kind == "primed":
        label = Symbol(rf"{notation.latex}^{{({node.params[0]})}}", text=notation.text + f"({node.params[0]})".translate(_RAISED))
        return Written(style.call(style.name(label), 0, [args[0].text]), ATOM)
    if notation.kind == "postfix":
        return Written(_tight(args[0], style, ATOM) + style.spelling(notation), POSTFIX)
    if notation.kind == "spectrum" and (found := spectral(node, args[0], style)) is not None:
        return found
    if notation.kind == "pair":
        return _position(node, names)
    if notation.kind == "range":
        return _range(node, done, style)
    if notation.kind == "blocks":
        wide = int(str(node.params[1]))
        cells = ["0" if _empty(a) else w.text for a, w in zip(node.args, args)]
        return Written(style.blocks([cells[k : k + wide] for k in range(0, len(cells), wide)]), ATOM)
    if notation.kind == "constant":
        base = style.spelling(notation)
        if _two_sizes(node):
            base = style.subscript(base, [style.sizes(node.params)])
        return Written(style.transpose(base), POSTFIX) if node.type.row else Written(base, ATOM)
    name = style.spelling(notation)
    if _two_sizes(node):
        name = style.subscript(name, [style.sizes(node.params)])
    elif node.params and node.params[0] == "columns":
        name = style.subscript(name, [style.upright("columns")])
    # (log det X)²: two words before one bracket do not hold a power together.
    return Written(style.call(name, 0, [a.text for a in args]), POSTFIX if " " in notation.text else ATOM)


def _range(node: Apply, done: Mapping[Term, Written], style: Style) -> Written:
    """`x_{2:n}`, `X_{1:k,:}`, `X_{:,2}`; rows of columns are written at once, `X_{1:k,2:m}`."""
    inner = node.args[0]
    parts = [_span(node)] if inner.rank == 1 else [_span(node), ":"] if node.op is rows else [":", _span(node)]
    if inner.rank == 2 and isinstance(inner, Apply) and inner.op in (rows, columns) and inner.op is not node.op:
        parts = [_span(node), _span(inner)] if node.op is rows else [_span(inner), _span(node)]
        inner = inner.args[0]
    base = done[inner]
    labelled = isinstance(inner, Symbol) and not _BARE.fullmatch(base.text)
    text = style.parens(base.text) if labelled else _tight(base, style, ATOM)
    return Written(style.subscript(text, parts), ATOM)


def _span(node: Apply) -> str:
    front, count = node.params[:2]
    assert isinstance(front, Dim) and isinstance(count, Dim)
    return (str(front) if count == ONE else f"{front}:{front + count - ONE}").replace(" ", "")


def _empty(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is zeros


def _two_sizes(node: Apply) -> bool:
    return len(node.params) == 2 and all(isinstance(p, Dim) for p in node.params)


def _square(term: Term) -> bool:
    return term.rank == 2 and term.type.axes[0] == term.type.axes[1]


def _position(node: Apply, names: Mapping[Term, str]) -> Written:
    """The place that several indices count together: (j − 1) m + i."""
    text = index_of(node.args[0], names)
    for part in node.args[1:]:
        size = str(part.type.index)
        text = f"({text}-1){f'({size})' if ' ' in size else size}+{index_of(part, names)}"
    return Written(text, SUM)


def _named(node: Apply, function: Function, args: Sequence[Written], style: Style, names: Mapping[Term, str]) -> Written:
    base = style.name(Symbol(function.name, text=function.text))
    if function.family:
        indices = [index_of(a, names) if isinstance(a, Symbol) else w.text for a, w in zip(node.args[: function.family], args)]
        base = _placed(base, indices, style) if any(p in base for p in PLACES) else style.subscript(base, indices)
    rest = args[function.family :]
    if not rest or not function.shown:
        # A derivative (∂y/∂s) is one name, but a power or transpose of it needs parentheses.
        return Written(base, POSTFIX if function.name.startswith("\\frac") else ATOM)
    return Written(style.call(*_partial(base, function, style), [a.text for a in rest]), ATOM)


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


_NABLA = Notation("constant", r"\nabla", "∇")
_PARTIAL = Notation("constant", r"\partial", "∂")


def _placed(base: str, indices: Sequence[str], style: Style) -> str:
    for n, place in enumerate(PLACES):
        base = base.replace(place, style.subscript("", indices[:n]) if n else "")
    return base


def _tight(piece: Written, style: Style, least: int) -> str:
    return piece.text if piece.strength >= least else style.parens(piece.text)


def _sum(args: Sequence[Written], style: Style) -> Written:
    out = ""
    for k, a in enumerate(args):
        text = a.text if a.strength > SUM or a.negative else style.parens(a.text)
        if not k:
            out = text
        elif a.negative:
            out += f" {style.minus} {text[len(style.minus) :].lstrip()}"
        else:
            out += f" {style.plus} {text}"
    return Written(out, SUM)


def _compared(difference: Term, done: Mapping[Term, Written], style: Style) -> Written | None:
    """What is asked of a difference, that it is positive, as a relation: 𝟙[x > y], and 𝟙[z < 1] beside a constant; 𝟙[x < 0] of −x."""
    if isinstance(difference, Apply) and difference.op is product and done[difference].negative:
        return Written(style.indicator(done[difference].text[len(style.minus) :].lstrip(), "0", "<"), ATOM)
    if not (isinstance(difference, Apply) and difference.op is add and len(difference.args) == 2):
        return None
    more, less = (done[a] for a in difference.args)
    if not more.negative and not less.negative and _is_constant(difference.args[1]):
        return Written(style.indicator(more.text, style.minus + less.text, ">"), ATOM)
    if more.negative or not less.negative:
        return None
    small, great = less.text[len(style.minus) :].lstrip(), difference.args[0]
    constant = _is_constant(great)
    return Written(style.indicator(small, more.text, "<") if constant else style.indicator(more.text, small, ">"), ATOM)


def _is_constant(term: Term) -> bool:
    """Whether it is a number, or an array of one number."""
    if isinstance(term, Apply) and term.op is product and isinstance(term.args[0], Number) and len(term.args) == 2:
        term = term.args[1]
    return isinstance(term, Number) or isinstance(term, Apply) and not term.args


_NUMERIC_BAR = re.compile(r"\\frac\{\d+\}\{\d+\}")


def _product(args: Sequence[Written], style: Style) -> Written:
    """Factors side by side; a leading negative number is the sign of the whole."""
    factors = list(args)
    negative = bool(factors) and factors[0].negative
    if negative:
        stripped = factors[0].text[len(style.minus) :].lstrip()
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
        text = only.text if only.strength >= PRODUCT and not only.negative else style.parens(only.text)
        held = only.strength if text is only.text else ATOM
        return Written(style.minus + text, SUM, only.open_end, True, held) if negative else only
    pieces: list[Written] = []
    for k, f in enumerate(factors):
        last = k == len(factors) - 1
        bare = f.strength >= POSTFIX or (f.open_end and last and f.strength >= PRODUCT)
        pieces.append(f if bare and not f.negative else Written(style.parens(f.text), ATOM))
    text = style.join(pieces)
    end = factors[-1].open_end and pieces[-1] is factors[-1]
    return Written(style.minus + text, SUM, end, True) if negative else Written(text, PRODUCT, end)


def _fraction(args: Sequence[Written], style: Style) -> Written:
    top, bottom = args
    if top.negative:
        inner = style.fraction(Written(top.text[len(style.minus) :].lstrip(), PRODUCT, top.open_end), bottom)
        return Written(style.minus + inner.text, SUM, inner.open_end, True)
    return style.fraction(top, bottom)


def _infix(args: Sequence[Written], symbol: str, style: Style) -> Written:
    """Operators such as ⊙ stand between what holds together more tightly; a chain of them is one product."""
    pieces = [_tight(a, style, POSTFIX) for a in args]
    return Written(f" {symbol} ".join(pieces), PRODUCT)


def _binder(node: Bind, done: dict[Term, Written], style: Style, names: Mapping[Term, str]) -> Written:
    index, extent = names[node.index], str(node.extent)
    body = done[node.body]
    if node.kind == "stack":
        if (whole := named_whole(node)) is not None:
            return Written(style.name(Symbol(whole.name, text=whole.text)), ATOM)
        indices, extents, inner = [index], [extent], node.body
        while isinstance(inner, Bind) and inner.kind == "stack":
            indices.append(names[inner.index])
            extents.append(str(inner.extent))
            inner = inner.body
        return Written(style.stack(done[inner].text, indices, extents), ATOM)
    if (pick := chosen(node)) is not None:
        return _picked(node, pick, done, style, names)
    masks, inner = restricted(node)
    apart = apart_from(node) if not masks else None
    if apart is not None:
        inner = apart[1]
        body = _again(inner, done, style, names)
    elif not masks and (merged := _both(node)) is not None:
        masks, inner = merged
    if masks:
        body = _again(inner, done, style, names)
    if apart is not None:
        limits = style.relation(index, style.spelling(UNEQUAL), _label_text(apart[0], done, style, names))
    else:
        limits = ", ".join(_limit(m, node.index, done, style, names) for m in masks)
    text = body.text if body.strength >= PRODUCT and not body.negative else style.parens(body.text)
    return Written(style.big(node.kind, index, extent, text, limits), PRODUCT, True)


UNEQUAL = Notation("relation", r"\ne", "≠")


def _label_text(entry: Term, done: Mapping[Term, Written], style: Style, names: Mapping[Term, str]) -> str:
    """The yᵢ of 𝟙[yᵢ = k]."""
    array, one = at_labels(entry)[:2]
    labels = labels_in(array)
    assert labels is not None
    return style.subscript(style.name(labels), [_index_text(one, done, names)])


def _entry_of_labels(node: Apply, done: Mapping[Term, Written], style: Style, names: Mapping[Term, str]) -> Written:
    """𝟙[yᵢ = k], and the unit vector e_{yᵢ} that a row of the array is."""
    one = _label_text(node, done, style, names)
    places = at_labels(node)[1:]
    if len(places) == 1:
        return Written(style.subscript(style.spelling(basis.notation), [one]), ATOM)
    return Written(style.indicator(one, _index_text(places[1], done, names)), ATOM)


def _picked(node: Bind, pick: tuple[Term, Term], done: dict[Term, Written], style: Style, names: Mapping[Term, str]) -> Written:
    """The w_{yᵢ} that Σ_k 𝟙[yᵢ = k] w_k is: the body with the label in place of the index."""
    named = {**names, node.index: _label_text(pick[0], done, style, names)}
    local = dict(done)
    for part in walk(pick[1]):
        if part not in local:
            local[part] = _write(part, local, style, named)
    for part in depending(pick[1], node.index):
        local[part] = _write(part, local, style, named)
    return local[pick[1]]


def _again(inner: Term, done: dict[Term, Written], style: Style, names: Mapping[Term, str]) -> Written:
    for part in walk(inner):
        if part not in done:
            done[part] = _write(part, done, style, names)
    return done[inner]


def _both(node: Bind) -> tuple[tuple[Apply, ...], Term] | None:
    """Of two sums or products, one directly under the other, the indicator between their indices, written once: Σ over i < j."""
    inner = node.body
    if node.kind == "stack" or not isinstance(inner, Bind) or inner.kind != node.kind:
        return None
    masks, body = restricted(inner)
    return (masks, body) if len(masks) == 1 and set(masks[0].args) == {node.index, inner.index} else None


def _limit(mask: Apply, index: Symbol, done: dict[Term, Written], style: Style, names: Mapping[Term, str]) -> str:
    """`j ≠ i`, `j > i`: the index that is summed first."""
    a, b = (_index_text(i, done, names) for i in mask.args)
    notation: Notation = mask.op.notation  # type: ignore[attr-defined]
    sign = style.spelling(notation)
    if mask.args[1] is index:
        a, b, sign = b, a, {"<": ">"}.get(sign, sign)
    return style.relation(a, sign, b)
