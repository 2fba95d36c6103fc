"""The value of a derivative at a point: x = 0, X = I, (1, 2), or another array of the formula.

The point is put in and the formula put together anew. What then holds no name is a number, or ones, or an identity: it is guessed
from its value at one size and kept where it is equal at others, to as many digits as everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from flint import fmpq

from gradatim.check.ladder import equal
from gradatim.derive.conditions import Condition
from gradatim.derive.derivative import Derived
from gradatim.errors import EvaluationError, GradatimError, ShapeError
from gradatim.matrix.build import is_zero, times, transposed
from gradatim.matrix.explicit import MOST, by_its_entries
from gradatim.matrix.settle import cancelled, gathered
from gradatim.ops import at, identity, number, ones, quotient, size, transpose
from gradatim.ops.base import Multilinear, derivative_of
from gradatim.ops.blocks import blocks
from gradatim.ops.linear_algebra import zero
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, substitute, transform, walk
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.value.precision import workprec
from gradatim.write.latex import latex
from gradatim.write.text import text

BITS, LARGEST = 256, 10_000
"""Of how many bits a value is, and how large the denominator of a fraction that is seen in it."""
ROUNDS = 4


def at_a_point(found: Derived, point: Mapping[Symbol, Term]) -> Derived:
    """The value of a verified derivative where its variables have these values.

    Raises ShapeError where a value is of another shape than its variable, EvaluationError where the formula has no value there.
    """
    for variable, value in point.items():
        if variable.type.axes != value.type.axes:
            raise ShapeError(f"the point is {value.type.described} and {variable.label} is {variable.type.described}")
    by: dict[Term, Term] = {variable: _by_numbers(value) for variable, value in point.items()}
    label = tuple(", ".join(f"{write(v)} = {write(x)}" for v, x in by.items()) for write in (latex, text))
    said = label[1]
    held = _held(found.conditions, by, said)
    whole = substitute(found.term, by)
    short = _by_numbers(by_its_entries(_put_together(whole)))
    if not equal(whole, short).holds:
        raise EvaluationError(f"no value of the derivative was found at {said}: the formula may not be defined there")
    return replace(found, term=short, point=(label[0], said), general=found.term, held=held)


def _held(conditions: tuple[Condition, ...], point: Mapping[Term, Term], said: str) -> tuple[Condition, ...]:
    """What must hold at the point, of what holds a name there; the rest is looked at."""
    out: list[Condition] = []
    for condition in conditions:
        there = _put_together(substitute(condition.of, point))
        if any(not is_index(s) for s in free_symbols(there)):
            out.append(replace(condition, of=there))
        elif not _holds(there, condition.fact):
            raise EvaluationError(f"there may be no derivative at {said}, where {condition} does not hold")
    return tuple(dict.fromkeys(out))


def _holds(there: Term, fact: str) -> bool:
    if isinstance(there, Apply) and there.op is identity:
        return fact in ("invertible", "full_column_rank", "somewhere")
    for index in free_symbols(there):
        there = Bind("stack", index, there)
    cells = _cells(there)
    if fact == "positive":
        return bool(cells) and all(c is not None and c > 0 for c in cells)
    if fact == "nonzero":
        return bool(cells) and all(cells)
    return fact == "somewhere" and any(cells)


def _put_together(term: Term) -> Term:
    for _ in range(ROUNDS):
        before, term = term, transform(cancelled(term), _settled)
        if term is before:
            break
    return term


def _settled(node: Term) -> Term:
    """A node of which all parts are put together, without products with zero, and without sums and functions of numbers."""
    if isinstance(node, Apply) and isinstance(derivative_of(node.op), Multilinear) and any(map(is_zero, node.args)):
        return zero(node.type)
    if isinstance(node, Apply) and node.op is at and is_zero(node.args[0]):
        return number(0) if node.is_scalar else zero(node.type)
    if isinstance(node, Apply) and node.op is transpose:
        return transposed(node.args[0])
    node = gathered(node)
    return _without_names(node) if _is_closed(node) else node


def _is_closed(node: Term) -> bool:
    return isinstance(node, Apply) and bool(node.args) and node.rank <= 2 and not node.indexed and not free_symbols(node)


def _without_names(node: Term) -> Term:
    """A number for what is one, c 𝟏 or c I for an array that is that; anything else as it is."""
    cells = _cells(node)
    if not cells or None in cells:
        return node
    guess: Term = number(cells[0] or 0)
    if node.rank:
        square = node.type.is_square
        off = cells[1] if square else cells[0]
        like = identity(params=node.type.axes[:1]) if square and off == 0 != cells[0] else ones(params=node.type.axes)
        guess = times(guess, like) if cells[0] else zero(node.type)
        if node.type.axes[0].literal is None and cells[0] and not equal(node, guess).holds:
            guess = times(quotient(number(1), size(node.type.axes[0])), like)  # softmax of zeros: 1/n in every entry
    return guess if guess.type == node.type and equal(node, guess).holds else node


def _by_numbers(term: Term) -> Term:
    """An array of numbers alone, of a size that is a number, with them in their places."""
    shape = [d.literal for d in term.type.axes]
    cells = _cells(term) if shape and len(shape) < 3 and None not in shape and not free_symbols(term) else []
    if len(cells) < 2 or len(cells) > MOST**2 or None in cells:
        return term
    entries = [number(c or 0) for c in cells]
    width = 1 if len(shape) == 1 and not term.type.row else shape[-1] or 1
    return blocks([entries[k : k + width] for k in range(0, len(entries), width)])


def _cells(node: Term) -> list[Fraction | None]:
    """The entries at one size of what holds no name, as far as they are fractions; none where it has no value."""
    names = sorted({n for t in walk(node) for d in t.type.axes for n in d.names})
    try:
        with workprec(BITS):
            value = run(node, Balls(), {}, {n: k for k, n in enumerate(names, 3)})
            return [_fraction(x) for x in value.data]
    except (GradatimError, ValueError, ZeroDivisionError, OverflowError):
        return []


def _fraction(x: object) -> Fraction | None:
    """The fraction with a small denominator that a ball holds."""
    near = Fraction(float(x.mid())).limit_denominator(LARGEST)  # type: ignore[attr-defined]
    inside = x.contains(fmpq(near.numerator, near.denominator))  # type: ignore[attr-defined]
    return near if inside else None


__all__ = ["at_a_point"]
