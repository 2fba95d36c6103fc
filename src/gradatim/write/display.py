"""The terminal in two dimensions: fractions with a bar, sums with limits, brackets as tall as what they hold.

A term is written once by the common printer, into one line of text with private marks around what is not linear
(`Marks`). The line is then laid out: marks become boxes of characters set side by side on a common axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import combining

from gradatim.ops.base import Notation
from gradatim.term import Term
from gradatim.write.printer import write
from gradatim.write.text import PRIMES, Text, raised
from gradatim.write.written import POSTFIX, SUM, Written

# A mark opens, separates or closes; what a group is follows its opening mark as one letter.
OPEN, NEXT, CLOSE = "\ue000", "\ue001", "\ue002"
MAX_DEPTH = 60
WIDEST = 10_000
TALL = dict(zip("()[]|‖", ("⎛⎜⎝", "⎞⎟⎠", "⎡⎢⎣", "⎤⎥⎦", "│││", "‖‖‖")))
"""The upper, middle and lower part of a bracket that is taller than a line."""
SPACED = frozenset("+−=·")


def cells(line: str) -> int:
    """How many columns of a terminal a line takes: an accent stands above the letter before it."""
    return len(line) - sum(1 for c in line if combining(c)) if not line.isascii() else len(line)


def centred(line: str, width: int) -> str:
    return line.center(width + len(line) - cells(line))


def padded(line: str, width: int) -> str:
    """The line with blanks behind it, as wide as `width` columns."""
    return line + " " * (width - cells(line))


def _group(kind: str, *parts: str) -> str:
    return OPEN + kind + NEXT.join(parts) + CLOSE


class Marks(Text):
    """The spelling of the terminal, with marks for what stands in two dimensions."""

    def number(self, value: Fraction) -> Written:
        plain = super().number(value)
        if value.denominator == 1:
            return plain
        bar = _group("f", str(abs(value.numerator)), str(value.denominator))
        return Written(self.minus + bar, SUM, negative=True) if value < 0 else Written(bar, POSTFIX)

    def parens(self, body: str) -> str:
        return _group("b", "(", body, ")")

    def join(self, factors: Sequence[Written]) -> str:
        if not any(OPEN in f.text for f in factors):
            return super().join(factors)
        out = factors[0].text
        for before, f in zip(factors, factors[1:]):
            close = f.text.startswith(OPEN + "b(") and (before.text[-1] in "ᵀ¹" + CLOSE or before.text.isdigit())
            clings = before.text.endswith("ᵀ") and f.strength >= POSTFIX and len(before.text) <= 6
            out += ("" if close or clings else " ") + f.text
        return out

    def fraction(self, top: Written, bottom: Written) -> Written:
        return Written(_group("f", top.text, bottom.text), POSTFIX)

    def power(self, base: str, exponent: Written) -> str:
        small = raised(exponent.text) if OPEN not in exponent.text else "^("
        return base + small if not small.startswith("^(") else _group("p", base, exponent.text)

    def big(self, kind: str, index: str, extent: str, body: str, limits: str = "") -> str:
        sign = "Σ" if kind == "sum" else "Π"
        return _group("s", sign, "" if limits else extent, limits or f"{index}=1", body)

    def call(self, name: str, primes: int, arguments: Sequence[str]) -> str:
        return f"{name}{PRIMES.get(primes, '′' * primes)}" + _group("b", "(", ", ".join(arguments), ")")

    def fence(self, notation: Notation, body: str, matrix: bool = False) -> str:
        left, right = notation.text, matrix and notation.matrix_text or notation.close_text
        if left[-1:] in TALL and right[:1] in TALL:
            return left[:-1] + _group("b", left[-1], body, right[0]) + right[1:]
        return left + body + right

    def radical(self, body: str) -> str:
        return "√" + _group("b", "(", body, ")")


# ---------------------------------------------------------------- boxes


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of one width; `axis` is the line on which neighbours stand."""

    lines: tuple[str, ...]
    axis: int = 0

    @property
    def width(self) -> int:
        return cells(self.lines[0])

    @property
    def height(self) -> int:
        return len(self.lines)


def _beside(boxes: Sequence[Box]) -> Box:
    """Boxes side by side on one axis."""
    if not boxes:
        return Box(("",))
    above = max(b.axis for b in boxes)
    below = max(b.height - b.axis for b in boxes)
    rows = []
    for k in range(above + below):
        row = ""
        for b in boxes:
            own = k - above + b.axis
            row += b.lines[own] if 0 <= own < b.height else " " * b.width
        rows.append(row)
    return Box(tuple(rows), above)


def _over(top: Box, bottom: Box) -> Box:
    """A fraction."""
    width = max(top.width, bottom.width) + 2
    return Box((*(centred(l, width) for l in top.lines), "─" * width, *(centred(l, width) for l in bottom.lines)), top.height)


def _bracketed(left: str, body: Box, right: str) -> Box:
    if body.height == 1:
        return _beside([Box((left,)), body, Box((right,))])
    return _beside([_tall(left, body), body, _tall(right, body)])


def _tall(sign: str, body: Box) -> Box:
    upper, middle, lower = tuple(TALL[sign])
    return Box((upper, *middle * (body.height - 2), lower), body.axis)


def _limits(sign: str, above: Box, below: Box) -> Box:
    width = max(above.width, below.width, 1)
    lines = (*(centred(l, width) for l in above.lines), centred(sign, width), *(centred(l, width) for l in below.lines))
    return Box(lines, above.height)


def _raised(base: Box, exponent: Box) -> Box:
    """An exponent above and to the right of its base."""
    lines = [" " * base.width + l for l in exponent.lines] + [l + " " * exponent.width for l in base.lines]
    return Box(tuple(lines), exponent.height + base.axis)


# ---------------------------------------------------------------- from marks to boxes


def _pieces(line: str) -> list[Box]:
    """The boxes of a marked line, cut before every top-level sign so that it can be broken there."""
    out: list[Box] = []
    k, plain = 0, ""
    while k < len(line):
        if line[k] == OPEN:
            if plain:
                out.append(Box((plain,)))
                plain = ""
            end = _end(line, k)
            out.append(_boxed(line[k + 1], _parts(line[k + 2 : end])))
            k = end + 1
            continue
        if line[k] in SPACED and plain.endswith(" ") and line[k + 1 : k + 2] == " ":
            out.append(Box((plain,)))
            plain = ""
        plain += line[k]
        k += 1
    return out + [Box((plain,))] if plain or not out else out


def _end(line: str, start: int) -> int:
    depth = 0
    for k in range(start, len(line)):
        depth += (line[k] == OPEN) - (line[k] == CLOSE)
        if not depth:
            return k
    raise AssertionError("marks are balanced by construction")


def _parts(inside: str) -> list[str]:
    parts, depth = [""], 0
    for c in inside:
        depth += (c == OPEN) - (c == CLOSE)
        if c == NEXT and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def _boxed(kind: str, parts: Sequence[str]) -> Box:
    if kind == "b":
        return _bracketed(parts[0], _beside(_pieces(parts[1])), parts[2])
    if kind == "f":
        return _over(_beside(_pieces(parts[0])), _beside(_pieces(parts[1])))
    if kind == "p":
        return _raised(_beside(_pieces(parts[0])), _beside(_pieces(parts[1])))
    sign, above, below, body = parts
    return _beside([_limits(sign, Box((above,)), Box((below,))), Box((" ",)), _beside(_pieces(body))])


def _depth(line: str) -> int:
    deepest = depth = 0
    for c in line:
        depth += (c == OPEN) - (c == CLOSE)
        deepest = max(deepest, depth)
    return deepest


def _broken(boxes: Sequence[Box], width: int, indent: int) -> list[Box]:
    """Rows no wider than `width` where that can be had, broken before signs; later rows are indented."""
    rows: list[list[Box]] = [[]]
    used = 0
    for b in boxes:
        at_sign = b.height == 1 and b.lines[0][:1] in SPACED
        group = b.width
        if at_sign and rows[-1] and used + _run(boxes, b) > width:
            rows.append([Box((" " * indent,))])
            used = indent
        rows[-1].append(b)
        used += group
    return [_beside(r) for r in rows]


def _run(boxes: Sequence[Box], start: Box) -> int:
    """The width from a sign to the next one."""
    k = next(n for n, b in enumerate(boxes) if b is start)
    total = boxes[k].width
    for b in boxes[k + 1 :]:
        if b.height == 1 and b.lines[0][:1] in SPACED:
            break
        total += b.width
    return total


def display(term: Term, left: str = "", width: int = 100, index_names: Mapping[str, str] | None = None) -> str:
    """The term in several lines of Unicode; `left` stands before it on its axis, as in `∂f/∂x = `.

    A term nested so deeply that nobody could take it in is written on one line instead.
    """
    line = write(term, Marks(), index_names)
    if _depth(line) > MAX_DEPTH:
        return left + write(term, Text(), index_names)
    head = [Box((left,))] if left else []
    rows = _broken([*head, *_pieces(line)], width, cells(left) + 2)
    if any(r.width > WIDEST for r in rows):
        return left + write(term, Text(), index_names)
    return "\n".join(line.rstrip() for r in rows for line in r.lines)
