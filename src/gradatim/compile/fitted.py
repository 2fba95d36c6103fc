"""Polynomials for stretches of the line on which an expression loses its digits: interpolation at Chebyshev's points of exact values.

Near zero and far out the polynomial stands beside a power of z, and far out it is one of 1/z. A piece is taken only where it was seen
to keep its digits, in floating point, at points between those that it was made of. Source: Trefethen, Approximation Theory and
Approximation Practice (2013), ch. 3 and 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import arb, fmpq

from gradatim.value.precision import workprec

NODES = 28
"""Values of which a piece is made."""
BITS = 56
"""What is left out is smaller by so many binary digits."""
CANCELLED = 6
"""The terms may be larger than the value by so much together."""
MOST_PIECES, MOST_TRIED = 14, 24
LONG = 40
"""A stretch is taken for one that reaches to zero, or far out, where one end is so many times the other."""
NEAR = 0.1
"""What begins nearer to zero than this is covered in two parts, near to zero and far out."""
DIGITS = 72
"""Binary digits to which exact values are wanted."""
LADDER = (160, 640, 2560)

Value = Callable[[arb], arb]


@dataclass(frozen=True, slots=True)
class Leading:
    """What stands beside a polynomial: zᵖ eᵏᶻ as a factor, a log |z| + b z + c z² as terms."""

    power: float = 0
    rate: float = 0.0
    added: tuple[float, ...] = ()

    def parted(self, z: arb, value: arb) -> arb:
        """What is left of a value for the polynomial."""
        if self.added:
            a, b, c = map(arb, self.added)
            value -= a * abs(z).log() + b * z + c * z * z
        if self.power:
            value /= z ** int(self.power) if self.power == int(self.power) else z.sqrt() ** int(2 * self.power)
        return value / (arb(self.rate) * z).exp() if self.rate else value


NONE = Leading()


@dataclass(frozen=True, slots=True)
class Piece:
    """Where low ≤ z ≤ high: zᵖ eᵏᶻ (c₀ + c₁ tˢ + c₂ t²ˢ + …) + a log |z| + b z + c z² with t = (z − center) scale, or of 1/z where it is `inverse`."""

    low: float
    high: float
    leading: Leading
    inverse: bool
    center: float
    scale: float
    step: int
    coefficients: tuple[float, ...]

    def __call__(self, z: float) -> float:
        t = ((1 / z if self.inverse else z) - self.center) * self.scale
        t **= self.step
        out = self.coefficients[-1]
        for c in self.coefficients[-2::-1]:
            out = c + t * out
        lead = self.leading
        with np.errstate(all="ignore"):
            half = np.exp(lead.rate * z / 2)
            whole = (np.float64(z) ** lead.power if lead.power else 1.0) * out * half * half
            if lead.added:
                whole += lead.added[0] * np.log(np.abs(z)) + lead.added[1] * z + lead.added[2] * z * z
            return float(whole)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces, in order, and a point where none of them is."""

    pieces: tuple[Piece, ...]
    aside: float


@dataclass(frozen=True, slots=True)
class Known:
    """An exact value rounded, and how much it changes with the last digits of z."""

    value: arb
    slope: arb
    room: float = 1.0
    """How many times the smallest number counts: factors of the value may have been that small."""

    def near(self, got: float, eps: float, ulps: float, moved: arb | None = None) -> bool:
        """Whether a number is the value up to so many units in the last place, and to what an argument rounded makes of it."""
        value = self.value if moved is None else self.value + self.slope * moved
        if not math.isfinite(got):
            return bool(value > LARGEST[eps]) if got > 0 else bool(-value > LARGEST[eps])
        allowed = ulps * eps * abs(value) + 3 * eps * abs(self.slope) + 4 * self.room * TINY[eps]
        return not abs(arb(got) - value) > allowed


TINY = {2.0**-52: arb(2) ** -1022, 2.0**-23: arb(2) ** -126}
LARGEST = {2.0**-52: arb(2) ** 1023, 2.0**-23: arb(2) ** 127}


def exactly(f: Value, x: arb) -> arb | None:
    """The value at a point to enough digits; None where it has none."""
    for bits in LADDER:
        with workprec(bits):
            try:
                made = f(x)
            except (ZeroDivisionError, ValueError, OverflowError):
                return None
            if made.is_finite() and (made.rel_accuracy_bits() >= DIGITS or abs(made) < VANISHING):
                return made
    return None


VANISHING = arb(2) ** -1400


def known(f: Value, z: float) -> Known | None:
    """The value at a number and its slope times z."""
    step = arb(2) ** -40
    for bits in LADDER:
        with workprec(bits):
            at = arb(z)
            try:
                one, other = f(at), f(at * (1 + step))
            except (ZeroDivisionError, ValueError, OverflowError):
                return None
            if not (one.is_finite() and other.is_finite()):
                continue
            if one.rel_accuracy_bits() >= DIGITS + 40:
                return Known(one.mid(), ((other - one) / step).mid(), 1 + z * z if abs(z) < 1e3 else 1.0)
            if abs(one) < VANISHING and abs(other) < VANISHING:
                return Known(arb(0), arb(0))
    return None


class Fitting:
    """Pieces for one expression."""

    def __init__(self, f: Value) -> None:
        self.f = f
        self.pieces: list[Piece] = []
        self.tried = 0

    def covers(self, low: float, high: float) -> bool:
        """Whether pieces were found for a stretch, which may reach to infinity on one side or have zero in it."""
        before, self.tried = len(self.pieces), 0
        if self._covered(low, high):
            return True
        del self.pieces[before:]
        return False

    def _covered(self, low: float, high: float, beside: Leading = NONE) -> bool:
        if len(self.pieces) >= MOST_PIECES or self.tried >= MOST_TRIED:
            return False
        if low < 0 < high and not (math.isinf(low) or math.isinf(high)):
            return self._about_zero(low, high)
        if low < 0 < high:
            return False
        side = 1 if high > 0 else -1
        inner, outer = sorted((abs(low), abs(high)))
        if outer <= 1 and outer > LONG * inner:
            return self._beside_zero(side, outer)
        if outer > LONG * inner and not beside.rate:
            if 0 < inner < NEAR:
                # What is near to zero is not far out.
                return self._covered(low, side) and self._covered(side, high)
            return inner > 0 and self._far(side, inner, outer)
        if (piece := self._piece(low, high, beside, False)) is not None:
            self.pieces.append(piece)
            return True
        if not beside.rate and self._steep(low, high):
            return self._far(side, inner, outer)
        between = side * (math.sqrt(inner * outer) if outer > 1.3 * inner else (inner + outer) / 2)
        return outer > 1.0001 * inner and self._covered(low, between, beside) and self._covered(between, high, beside)

    def _steep(self, low: float, high: float) -> bool:
        """Whether the values at the ends are of quite different sizes."""
        one, other = (exactly(self.f, arb(x)) for x in (low, high))
        if one is None or other is None:
            return False
        one, other = abs(one), abs(other)
        return bool(one > other * 2**30 or other > one * 2**30)

    def _far(self, side: int, inner: float, outer: float) -> bool:
        if (nothing := self._constant(side, inner, outer)) is not None:
            self.pieces.append(nothing)
            return True
        candidates = (_leading_far(self.f, side), _added(self.f, arb(side)))
        return any(self._goes(side, inner, outer, leading) for leading in candidates if leading is not None)

    def _goes(self, side: int, inner: float, outer: float, leading: Leading) -> bool:
        before = len(self.pieces)
        if leading.rate:
            # Beyond the largest or the smallest numbers there is nothing but infinity or zero.
            end = max(780 / abs(leading.rate), 2 * inner)
            if end < outer:
                if (beyond := self._constant(side, end, outer)) is None:
                    return False
                self.pieces.append(beyond)
                outer = end
        begins = inner
        for _ in range(7):
            if begins >= outer:
                break
            piece = self._piece(*((begins, outer) if side > 0 else (-outer, -begins)), leading, True)
            if piece is not None:
                self.pieces.append(piece)
                ends = (inner, begins) if side > 0 else (-begins, -inner)
                return begins == inner or self._covered(*ends, Leading(rate=leading.rate))
            begins *= 2.2
        del self.pieces[before:]
        return False

    def _constant(self, side: int, inner: float, outer: float) -> Piece | None:
        """Zero where everything has vanished, or infinity of the right sign."""
        value: float | None = None
        for k in range(9):
            z = inner * (min(outer, 1e4 * inner) / inner) ** (k / 8) if k else inner
            at = exactly(self.f, arb(side * z))
            if at is None and k and value == 0:
                # Nothing can be told from zero out there.
                continue
            if at is None or not (abs(at) < arb(2) ** -1080 or abs(at) > arb(2) ** 1030):
                return None
            here = 0.0 if abs(at) < 1 else math.inf if at > 0 else -math.inf
            if value is not None and here != value:
                return None
            value = here
        ends = (inner, outer) if side > 0 else (-outer, -inner)
        return None if value is None else Piece(*ends, NONE, False, 0.0, 1.0, 1, (value,))

    def _about_zero(self, low: float, high: float) -> bool:
        power, radius = _power_at_zero(self.f), max(-low, high)
        if power is None or power != _power_at_zero(self.f, -1):
            return self._beside_zero(-1, -low) and self._beside_zero(1, high)
        for _ in range(5):
            piece = self._piece(-radius, radius, Leading(power), False)
            if piece is not None:
                self.pieces.append(piece)
                return (low >= -radius or self._covered(low, -radius)) and (high <= radius or self._covered(radius, high))
            radius /= 2
        return False

    def _beside_zero(self, side: int, outer: float) -> bool:
        power = _power_at_zero(self.f, side)
        if power is None:
            return False
        begins = outer
        for _ in range(5):
            piece = self._piece(*((0.0, begins) if side > 0 else (-begins, 0.0)), Leading(power), False)
            if piece is not None:
                self.pieces.append(piece)
                return begins == outer or self._covered(*((begins, outer) if side > 0 else (-outer, -begins)))
            begins /= 2
        return False

    # ------------------------------------------------------------ one piece

    def _piece(self, low: float, high: float, leading: Leading, inverse: bool) -> Piece | None:
        """The polynomial on one stretch; None where it does not settle, or does not keep the digits."""
        self.tried += 1
        ends = sorted((0.0 if math.isinf(low) else 1 / low, 0.0 if math.isinf(high) else 1 / high)) if inverse else [low, high]
        center, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
        if not half or not math.isfinite(1 / half):
            return None
        with workprec(400):
            values = []
            for u in _points():
                x = arb(center) + arb(half) * u
                z = 1 / x if inverse else x
                found = exactly(self.f, z.mid())
                if found is None:
                    return None
                left = leading.parted(z, found)
                # What is below the last digit of the sum that it is a term of is nothing.
                values.append(arb(0) if leading.added and abs(left) < abs(found) * arb(2) ** -60 else left)
            width = half * 2 / max(abs(ends[0]), abs(ends[1]))
            made = [0.0] if all(abs(v) < VANISHING for v in values) else _interpolated(values, width, bool(leading.added))
        if made is None:
            return None
        step = 2 if not any(made[1::2]) and not inverse else 1
        # Of a constant single precision need not hold the scale, which about zero is huge.
        scale = 1 / half if len(made[::step]) > 1 else 1.0
        piece = Piece(low, high, leading, inverse, center, scale, step, tuple(made[::step]))
        return piece if self._keeps(piece, ends) else None

    def _keeps(self, piece: Piece, ends: list[float]) -> bool:
        """Whether the polynomial is right at other points than those it was made of."""
        low, high = ends
        inside = [low + (high - low) * (k + 0.37) / TRIED for k in range(TRIED)]
        near = max(abs(low), abs(high))
        inside += [s * near * 10.0**-k for k in (3, 6, 12, 30) for s in (1, -1) if low <= s * near * 10.0**-k <= high]
        points = [1 / x for x in inside if x] if piece.inverse else inside
        seen = 0
        for z in points:
            if not z or not piece.low <= z <= piece.high:
                continue
            value = exactly(self.f, arb(z))
            if value is None:
                continue
            seen += 1
            got = piece(z)
            # How much it changes with the digits of z, which takes another value, is asked where that decides.
            if not Known(value, arb(0)).near(got, 2.0**-52, 14) and not ((k := known(self.f, z)) and k.near(got, 2.0**-52, 14)):
                return False
        return seen >= TRIED - 4


TRIED = 23


@lru_cache(maxsize=1)
def _points() -> tuple[arb, ...]:
    with workprec(400):
        return tuple(arb.cos_pi_fmpq(fmpq(2 * k + 1, 2 * NODES)) for k in range(NODES))


@lru_cache(maxsize=1)
def _cosines() -> tuple[tuple[arb, ...], ...]:
    """What makes coefficients of values, for each of Chebyshev's polynomials."""
    with workprec(400):
        return tuple(
            tuple((2 if j else 1) * arb.cos_pi_fmpq(fmpq(j * (2 * k + 1), 2 * NODES)) / NODES for k in range(NODES))
            for j in range(NODES)
        )


@lru_cache(maxsize=1)
def _monomials() -> tuple[tuple[int, ...], ...]:
    """Chebyshev's polynomials by their coefficients."""
    out = [(1,), (0, 1)]
    while len(out) < NODES:
        one, other = out[-1], out[-2]
        out.append(tuple([2 * (one[k - 1] if k else 0) - (other[k] if k < len(other) else 0) for k in range(len(one) + 1)]))
    return tuple(out)


def _interpolated(values: list[arb], width: float, beside: bool = False) -> list[float] | None:
    """The coefficients of the polynomial through values at Chebyshev's points; None where they do not fall fast enough.

    The stretch is so wide as a part of its outer end. With `beside` something larger is added, and the own size does not matter.
    """
    sizes = [float(v) for v in values]
    most = max(map(abs, sizes))
    # Near a zero the digits of z decide, of which the value has as many as it changes with them.
    least = most if beside else max(min(map(abs, sizes)), (max(sizes) - min(sizes)) / width / 16)
    if not least or not math.isfinite(most) or most / least > 1 << 20:
        return None
    chebyshev: list[arb] = []
    for row in _cosines():
        total = arb(0)
        for c, v in zip(row, values):
            total += c * v
        chebyshev.append(total)
    limit = least / 2**BITS
    # The last ones tell how much is missing beyond them.
    if any(abs(c.mid()) > limit / 4 for c in chebyshev[-4:]):
        return None
    used, left = NODES, arb(0)
    while used > 1 and left + abs(chebyshev[used - 1].mid()) < limit:
        used -= 1
        left += abs(chebyshev[used].mid())
    out = [arb(0)] * used
    for j in range(used):
        for k, m in enumerate(_monomials()[j]):
            if m:
                out[k] += m * chebyshev[j]
    made = [0.0 if abs(c.mid()) < limit / 2**20 else float(c.mid()) for c in out]
    return made if sum(map(abs, made)) <= CANCELLED * max(least, most / 8) else None


def _power_at_zero(f: Value, side: int = 1) -> float | None:
    for e in (200, 60):
        a, b = exactly(f, arb(side) * arb(2) ** -e), exactly(f, arb(side) * arb(2) ** (-e - 1))
        if a is not None and b is not None and not (abs(a) < VANISHING and abs(b) < VANISHING):
            return _power(a, b, side)
    return None


def _power(a: arb, b: arb, side: int) -> float | None:
    """The power of z by which two values go, of which the first is at the double argument; halves on the right side only."""
    if not (abs(a) > 0 and abs(b) > 0):
        return None
    with workprec(400):
        slope = float((abs(a) / abs(b)).log() / arb.const_log2())
    nearest = round(2 * slope) / 2
    if abs(slope - nearest) > 1e-3 or abs(nearest) > 40 or side < 0 and nearest != int(nearest):
        return None
    return int(nearest) if nearest == int(nearest) else nearest


def _leading_far(f: Value, side: int) -> Leading | None:
    """How a function goes far out; None where that is neither by a power, nor by a logarithm, nor exponentially."""
    sided = arb(side)
    for e in (200, 40):
        a, b, c = (exactly(f, sided * arb(2) ** (e + k)) for k in (1, 0, -1))
        if a is None or b is None or c is None:
            continue
        if abs(a) < VANISHING and abs(b) < VANISHING:
            break
        if (power := _power(a, b, side)) is not None and _power(b, c, side) == power:
            return Leading(power)
    return _exponential(f, sided)


def _added(f: Value, sided: arb) -> Leading | None:
    """The coefficients of log |z|, z and z² far out, where they are simple numbers."""
    values = [exactly(f, sided * arb(2) ** e) for e in (12, 13, 14, 15)]
    if any(v is None for v in values):
        return None
    with workprec(400):
        one, other, third = ((y - x) for x, y in zip(values, values[1:]) if x is not None and y is not None)
        h = sided * arb(2) ** 12
        # From h to 2h the three grow by log 2, h and 3h²; what is left after twice and four times a difference is told apart so.
        first, second = other - 2 * one, third - 2 * other
        square = (second - first) / (18 * h * h)
        log = -(first - 6 * square * h * h) / arb.const_log2()
        linear = (one - log * arb.const_log2() - 3 * square * h * h) / h
        found = [float(x.mid()) for x in (log, linear, square)]
    if not all(map(math.isfinite, found)):
        return None
    nearest = [round(2 * x) / 2 for x in found]
    if any(abs(x - y) > 0.01 or abs(y) > 64 for x, y in zip(found, nearest)) or not any(nearest):
        return None
    return Leading(added=tuple(nearest))


def _exponential(f: Value, sided: arb) -> Leading | None:
    """The power and the rate of zᵖ eᵏᶻ, from values very far out, or, where these cannot be told from zero, less far."""
    found = [[exactly(f, sided * h * m) for m in (4, 2, 1)] for h in (arb(2) ** 78, arb(2) ** 12, arb(128))]
    sizes = [
        None if any(v is None or not abs(v) > 0 for v in three) else [abs(v) for v in three if v is not None] for three in found
    ]
    very, quite, near = sizes
    with workprec(400):
        if very is not None and quite is not None:
            rate = float((very[0] / very[1]).log() / arb(2) ** 79)
            power = float(((quite[0] / quite[1]).log() - arb(rate) * arb(2) ** 13) / arb.const_log2())
        elif near is not None:
            one, other = (near[0] / near[1]).log(), (near[1] / near[2]).log()
            rate, power = float((one - other) / 128), float((2 * other - one) / arb.const_log2())
            if abs(rate * 12 - round(rate * 12)) > 1e-9:
                return None
            rate = round(rate * 12) / 12
        else:
            return None
    nearest = round(power)
    if not 1e-3 < abs(rate) < 64 or abs(power - nearest) > 0.01 or abs(nearest) >= 40:
        return None
    return Leading(nearest, float(sided) * rate)
