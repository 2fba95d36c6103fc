"""Balls: every number is an enclosure (python-flint's arb), so that what excludes zero is proved not to be zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial
from typing import Any

from flint import acb, acb_mat, arb, arb_mat, ctx

from gradatim.errors import EvaluationError
from gradatim.value.lists import Array, ListRing
from gradatim.value.precision import exact
from gradatim.value.spectra import eigen, spectrum


class Balls(ListRing):
    """Ball arithmetic at the precision of `flint.ctx` at the time of use (`with workprec(bits)`).

    Functions with a kink decide by sign and raise EvaluationError where a ball straddles it. `signs` collects the signs
    that scalars had at their kinks; `ties` says that two balls were taken to be equal because nothing told them apart to
    half of the digits (then a refutation is not a proof).
    """

    def __init__(self) -> None:
        self.signs: list[int] = []
        self.ties = False

    def entry_of(self, value: Fraction) -> Any:
        return arb(value.numerator) if value.denominator == 1 else arb(exact(value))

    def array(self, shape: tuple[int, ...], values: Sequence[Fraction]) -> Array:
        return Array(shape, [self.entry_of(v) for v in values])

    def divide(self, a: Array, b: Array) -> Array:
        if any(y.contains(0) for y in b.data):
            raise EvaluationError("division by zero")
        return self.pair(lambda x, y: x / y, a, b)

    def power(self, base: Array, exponent: Array) -> Array:
        if len(exponent.data) == 1 and (whole := exponent.data[0]).is_exact() and whole.is_integer():
            # A size in the exponent: (−2)ⁿ has a value for every whole n.
            return self.power_rational(base, Fraction(int(whole.unique_fmpz())))
        return self.pair(self._raised, base, exponent)

    def _raised(self, x: Any, y: Any) -> Any:
        if x.is_zero() and y > 0:
            return arb(0)
        if not x > 0:
            raise EvaluationError("a power with a real exponent needs a positive base")
        return (x.log() * y).exp()

    def power_rational(self, base: Array, exponent: Fraction) -> Array:
        if exponent.denominator == 1:
            k = int(exponent)
            if k < 0 and any(x.contains(0) for x in base.data):
                raise EvaluationError("division by zero")
            if abs(k) > 10**6:
                raise EvaluationError(f"the exponent {k} is too large")
            return self.each(lambda x: x**k, base)
        if any(not x >= 0 or (exponent < 0 and not x > 0) for x in base.data):
            raise EvaluationError(f"the power {exponent} of a negative number")
        q = exact(exponent)
        return self.each(lambda x: x.sqrt() if exponent == Fraction(1, 2) else x**q, base)

    def map(self, name: str, a: Array) -> Array:
        if name in KINKS:
            result = self.each(lambda x: KINKS[name](x, self.sign(x)), a)
            if not a.shape:
                self.signs.append(self.sign(a.data[0]))
            return result
        function = SMOOTH.get(name)
        if function is None:
            raise EvaluationError(f"{name} has no value in ball arithmetic")
        result = self.each(function, a)
        for x in result.data:
            if not x.is_finite():
                raise EvaluationError(f"the {name} of a number outside its domain")
        return result

    def sign(self, x: Any) -> int:
        if x > 0:
            return 1
        if x < 0:
            return -1
        if x.is_zero():
            return 0
        raise EvaluationError("a number is too close to a kink to tell its sign")

    def whole(self, a: Array) -> int:
        found = a.data[0].unique_fmpz()
        if found is None:
            raise EvaluationError("the exponent of a matrix is not a whole number")
        return int(found)

    def inverse(self, a: Array) -> Array:
        try:
            return Array(a.shape, list(_matrix(a).inv().entries()))
        except ZeroDivisionError:
            raise EvaluationError("a singular matrix has no inverse") from None

    def det(self, a: Array) -> Array:
        return Array((), [_matrix(a).det()]) if a.shape else a

    def primary(self, name: str, a: Array) -> Array:
        if not a.shape:
            return self.map(name, a)
        if name == "exp":
            return Array(a.shape, list(_matrix(a).exp().entries()))
        if name in ("sin", "cos"):
            turned = (acb_mat(_matrix(a)) * acb(0, 1)).exp()
            return Array(a.shape, [x.imag if name == "sin" else x.real for x in turned.entries()])
        return Array(a.shape, _by_eigenvalues(name, a))

    def spectrum(self, a: Array) -> tuple[Array, Array]:
        return spectrum(a)

    def eigen(self, a: Array, count: int) -> tuple[Array, Array]:
        return eigen(a, count)

    def maximum(self, a: Array) -> Array:
        best = a.data[0]
        for x in a.data[1:]:
            best = best.max(x)
        return Array((), [best])

    def equal(self, a: Array, b: Array) -> Array:
        return self.pair(self._same, a, b)

    def _same(self, x: Any, y: Any) -> Any:
        if not x.overlaps(y):
            return arb(0)
        if x.is_exact() and y.is_exact():
            return arb(1)
        if abs(x - y) <= abs(x) * arb(2) ** (-ctx.prec // 2):
            self.ties = True
            return arb(1)
        raise EvaluationError("two numbers are too close to tell whether they are equal")


def _matrix(a: Array) -> Any:
    return arb_mat(a.shape[0], a.shape[1], a.data)


def _by_eigenvalues(name: str, a: Array) -> list[Any]:
    """log or sqrt of a matrix whose eigenvalues are apart from each other and from the negative numbers."""
    whole = acb_mat(_matrix(a))
    try:
        values, vectors = whole.eig(right=True)
        back = vectors.inv()
    except (ValueError, ZeroDivisionError):
        raise EvaluationError(f"the {name} of a matrix whose eigenvalues are not told apart") from None
    if any(v.imag.contains(0) and not v.real > 0 for v in values):
        raise EvaluationError(f"the {name} of a matrix with an eigenvalue that is not positive")
    n = a.shape[0]
    middle = acb_mat(n, n, [getattr(values[i], name)() if i == j else 0 for i in range(n) for j in range(n)])
    return [x.real for x in (vectors * middle * back).entries()]


def sigmoid(x: Any) -> Any:
    """1/(1 + e⁻ˣ) of a ball or of a power series."""
    return 1 / (1 + (-x).exp())


def _softplus(x: Any) -> Any:
    # For a large x the exponential of -x is small, and nothing overflows either way.
    return x + (-x).exp().log1p() if x > 0 else x.exp().log1p()


def _polygamma(order: int) -> Callable[[Any], Any]:
    """(−1)^(k + 1) k! ζ(k + 1, x)."""
    sign = 1 if order % 2 else -1
    return lambda x: sign * arb(factorial(order)) * arb(order + 1).zeta(x)


def _gamma(x: Any) -> Any:
    if not x > 0:
        raise EvaluationError("the gamma function is taken of positive numbers")
    return x.gamma()


def _floor(x: Any) -> Any:
    found = x.floor()
    if not found.is_exact():
        raise EvaluationError("a number is too close to a jump to tell on which side it is")
    return found


def _rint(x: Any) -> Any:
    """The nearest whole number; of two that are as near the even one."""
    if (x - arb("0.5")).is_integer():
        return 2 * (x / 2 + arb("0.25")).floor()
    return _floor(x + arb("0.5"))


def _bessel(kind: str, order: int) -> Callable[[Any], Any]:
    if kind == "j":
        return lambda x: x.bessel_j(order)
    return lambda x: x.bessel_i(order) * ((-abs(x)).exp() if kind == "ie" else 1)


def _ndtri(p: Any) -> Any:
    return -arb(2).sqrt() * (2 * p).erfcinv()


SMOOTH: dict[str, Callable[[Any], Any]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: x.tan(),
    "arctan": lambda x: x.atan(),
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
    "tanh": lambda x: x.tanh(),
    "sigmoid": sigmoid,
    "softplus": _softplus,
    "erf": lambda x: x.erf(),
    "erfinv": lambda x: x.erfinv(),
    "ndtri": _ndtri,
    "floor": _floor,
    "rint": _rint,
    **{f"bessel{kind}{k}": _bessel(kind, k) for kind in ("j", "i", "ie") for k in range(3)},
    "log1p": lambda x: x.log1p(),
    "expm1": lambda x: x.expm1(),
    "arcsin": lambda x: x.asin(),
    "arccos": lambda x: x.acos(),
    "arcsinh": lambda x: x.asinh(),
    "arctanh": lambda x: x.atanh(),
    "gamma": _gamma,
    "lgamma": lambda x: x.lgamma(),
    "digamma": lambda x: x.digamma(),
    "factorial": lambda x: _gamma(x + 1),
    **{f"polygamma {k}": _polygamma(k) for k in range(1, 8)},
}


KINKS: dict[str, Callable[[Any, int], Any]] = {
    "abs": lambda x, s: -x if s < 0 else x,
    "sign": lambda _x, s: arb(s),
    "step": lambda _x, s: arb(1 if s > 0 else 0),
    "relu": lambda x, s: x if s > 0 else arb(0),
}
