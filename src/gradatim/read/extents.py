"""Sizes as they are written: `n`, `n+1`, `2n`, `mp`, `D_x`, `n(n+1)/2`, `\\frac{n(n+1)}{2}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from gradatim.errors import ReadError
from gradatim.read.tokens import Token
from gradatim.types import Dim

MAX_SIZE = 100
"""Characters of a size, which bound how deep its brackets go."""
MAX_TERMS = 100
_PIECE = re.compile(r"\d+|\\[td]?frac|\\cdot|\\?[A-Za-z]+(?:_(?:\{[^{}]*\}|\\?[A-Za-z0-9]+))?|[-+*/^(){}]")


def size_of(text: str) -> Dim:
    """The polynomial that a size is. Raises ReadError for anything else, zero among it."""
    spaceless = text.replace(" ", "").replace("\\,", "").replace("\\left", "").replace("\\right", "")
    pieces = _PIECE.findall(spaceless) if len(spaceless) <= MAX_SIZE else []
    if not pieces or "".join(pieces) != spaceless:
        raise _unread(text)
    reader = _Reader(text, pieces)
    found = reader.sum()
    if reader.k < len(pieces) or not found.terms:
        raise _unread(text)
    return found


def _unread(text: str) -> ReadError:
    said = f" (it has more than {MAX_SIZE} characters)" if len(text) > MAX_SIZE else ""
    return ReadError(f"the size {text[:MAX_SIZE]!r} is not read{said}", text, (0, len(text)))


class _Reader:
    """Descent over the pieces: sums of products of powers; juxtaposition multiplies, and only whole numbers divide."""

    def __init__(self, text: str, pieces: list[str]) -> None:
        self.text, self.pieces, self.k = text, pieces, 0

    def next(self) -> str:
        return self.pieces[self.k] if self.k < len(self.pieces) else ""

    def take(self, wanted: str = "") -> str:
        piece = self.next()
        if not piece or wanted and piece != wanted:
            raise _unread(self.text)
        self.k += 1
        return piece

    def sum(self) -> Dim:
        total = Dim(())
        sign = self.take() if self.next() in ("+", "-") else "+"
        while True:
            part = self.product()
            total = total - part if sign == "-" else total + part
            if self.next() not in ("+", "-"):
                return total
            sign = self.take()

    def product(self) -> Dim:
        total = self.factor()
        while self.next() not in ("", "+", "-", ")", "}"):
            if self.next() == "/":
                self.take()
                total = self.divided(total, self.factor())
            else:
                if self.next() in ("*", "\\cdot"):
                    self.take()
                total = total * self.factor()
        return total

    def divided(self, top: Dim, bottom: Dim) -> Dim:
        if len(bottom.terms) != 1 or bottom.names:
            raise _unread(self.text)
        return top.scaled(1 / Fraction(bottom.terms[0][1]))

    def factor(self) -> Dim:
        found = self.base()
        if self.next() != "^":
            return found
        self.take()
        braced = self.next() == "{"
        if braced:
            self.take()
        exponent = self.take()
        if not exponent.isdigit() or not 0 < int(exponent) < 10:
            raise _unread(self.text)
        if braced:
            self.take("}")
        power = found
        for _ in range(int(exponent) - 1):
            power = power * found
            if len(power.terms) > MAX_TERMS:
                raise _unread(self.text)
        return power

    def base(self) -> Dim:
        piece = self.take()
        if piece in ("(", "{"):
            inside = self.sum()
            self.take(")" if piece == "(" else "}")
            return inside
        if piece.endswith("frac"):
            return self.divided(self.part(), self.part())
        if piece.isdigit():
            return Dim.of(int(piece)) if int(piece) else Dim(())
        if not piece.strip("\\")[:1].isalpha():
            raise _unread(self.text)
        total = Dim.of(1)
        names = _names(piece)
        if self.next() == "^" and len(names) > 1:  # of nk², only the k is squared
            self.pieces[self.k - 1 : self.k] = names
            self.k += len(names) - 2
            names = names[:-1]
            for name in names:
                total = total * Dim.of(name)
            return total * self.factor()
        for name in names:
            total = total * Dim.of(name)
        return total

    def part(self) -> Dim:
        """What stands above or below the bar of a fraction: a group, or one digit of \\frac12."""
        piece = self.next()
        if piece.isdigit() and len(piece) > 1:
            self.pieces[self.k : self.k + 1] = [piece[0], piece[1:]]
        return self.base()


def _names(piece: str) -> list[str]:
    """`mp` is a product of two names; what has a subscript, or is long and of small letters, is one name."""
    piece = piece.replace("{", "").replace("}", "")
    if piece.startswith("\\") or "_" in piece or len(piece) == 1 or piece.islower() and len(piece) > 3:
        return [piece.lstrip("\\")]
    return list(piece)


def spelled_size(part: list[Token], spell: Callable[[list[Token]], str]) -> str:
    """A size as text that `dimension` reads; "" where it does not."""
    kinds = [t.kind for t in part]
    while kinds[-1] == "gclose" and kinds.count("gclose") > kinds.count("gopen"):
        part, kinds = part[:-1], kinds[:-1]
    while part[0].text == "(" and part[-1].text == ")" and all(depth(part[:k]) for k in range(1, len(part))):
        part = part[1:-1]
    if all(t.kind in ("name", "num", "gopen", "gclose") or t.text in ("_", "+", "-", "^") for t in part):
        return spell(part) if any(t.kind in ("name", "num") for t in part) else ""
    text = "".join({"frac": "\\frac", "cdot": "*"}.get(t.text, t.text) for t in part)
    try:
        size_of(text)
    except ReadError:
        return ""
    return text


def depth(c: list[Token]) -> int:
    return sum((t.kind == "open") - (t.kind == "close") for t in c)


__all__ = ["depth", "size_of", "spelled_size"]
