"""What an expression of one array is worth, exactly and as floating point has it: programs of balls, and of NumPy's numbers.

Ball arithmetic encloses the value at any number of digits; the same steps as the generated code takes show how much of it that code keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb, fmpq

from gradatim.compile.in_numpy import NUMPY
from gradatim.compile.load import BETWEEN, load
from gradatim.compile.nodes import Node
from gradatim.compile.series import Near
from gradatim.errors import GradatimError
from gradatim.value.precision import exact

MOST = 120
"""Longer expressions are not looked at."""
Step = tuple[Callable[..., Any], tuple[int, ...]]


class Unknown(GradatimError):
    """An operation of which no exact value is known here."""


def is_constant(node: Node) -> bool:
    """Whether a node is made of numbers alone, and of π."""
    pending = [node]
    while pending:
        n = pending.pop()
        if n.rank or n.kind not in ("number", "add", "contract", "map") and not _is_pi(n):
            return False
        pending.extend(n.args)
    return True


def _is_pi(node: Node) -> bool:
    return node.kind == "special" and node.data[0] == "code" and node.data[1][1] == ("pi",)


class Program:
    """An expression of an atom as steps, each with the places of its arguments."""

    def __init__(self, node: Node, atom: Node, exact: bool) -> None:
        self.exact = exact
        self.steps: list[Step] = []
        self.value_at = self._entered(node, {atom: 0})

    def __call__(self, x: Any) -> Any:
        values = [x]
        single = getattr(getattr(x, "dtype", None), "itemsize", 8) < 8
        for f, places in self.steps:
            made = f(*[values[k] for k in places])
            # √(2π) alone is a float64, which beside an array would make that one, too; in code it is a float.
            values.append(float(made) if single and isinstance(made, float) else made)
        return values[self.value_at]

    def shaken(self, x: Any, noise: Sequence[Any]) -> Any:
        """The same with every result multiplied by what rounding might have made of it."""
        values = [x]
        for (f, places), shake in zip(self.steps, noise):
            made = f(*[values[k] for k in places])
            values.append(made * shake if places else made)
        return values[self.value_at]

    def _entered(self, root: Node, known: dict[Node, int]) -> int:
        pending = [root]
        while pending:
            node = pending[-1]
            if node in known:
                pending.pop()
                continue
            wanted = [a for a in self._arguments(node) if a not in known]
            pending.extend(wanted)
            if not wanted:
                known[node] = self._step(pending.pop(), known)
        return known[root]

    def _arguments(self, node: Node) -> Sequence[Node]:
        # The exact value of what a series stands for is that of the expression.
        return node.args[:1] if self.exact and isinstance(node.data, tuple) and isinstance(node.data[-1], Near) else node.args

    def _step(self, node: Node, known: Mapping[Node, int]) -> int:
        if len(self.steps) > MOST:
            raise Unknown("too long an expression")
        if self.exact and node.kind == "map" and isinstance(node.data[1], Near):
            whole = node.data[1].whole
            assert whole is not None
            return self._entered(whole[0], {whole[1]: known[node.args[0]]})
        places = tuple([known[a] for a in node.args])
        self.steps.append(((_exact if self.exact else _floating)(node), places))
        return len(self.steps)


# ---------------------------------------------------------------- exact values


def _exact(node: Node) -> Callable[..., arb]:
    if node.kind == "number":
        value = exact(node.data)
        return lambda: arb(value)
    if _is_pi(node):
        return lambda: arb.pi()
    if node.kind == "contract":
        return _product(exact(node.data))
    if node.kind == "add":
        return _sum([exact(c) for c, _ in node.data])
    if node.kind == "map" and node.data[0] == "power" and len(node.args) == 1:
        return _power(node.data[1])
    if node.kind == "map" and node.data[0] == "gamma_rise":
        return _gamma_rise(node.data[1])
    if node.kind == "map" and node.data[0] == "polygamma":
        return _polygamma(int(node.data[1]))
    if node.kind != "map" or node.data[0] not in EXACT:
        raise Unknown(str(node.data))
    return EXACT[node.data[0]]


def _product(front: fmpq) -> Callable[..., arb]:
    def value(*parts: arb) -> arb:
        out = arb(front)
        for p in parts:
            out *= p
        return out

    return value


def _sum(fronts: Sequence[fmpq]) -> Callable[..., arb]:
    def value(*parts: arb) -> arb:
        out = arb(0)
        for c, p in zip(fronts, parts):
            out += c * p
        return out

    return value


def _power(k: Any) -> Callable[..., arb]:
    if not isinstance(k, Fraction):
        raise Unknown("a power")
    if k.denominator == 1:
        return lambda x: x ** int(k)
    if k.denominator == 2:
        return lambda x: x.sqrt() ** int(2 * k)
    exponent = exact(k)
    return lambda x: (x.log() * exponent).exp()


def _polygamma(n: int) -> Callable[..., arb]:
    sign = arb(1 if n % 2 else -1)
    return lambda x: sign * arb.fac_ui(n) * arb(n + 1).zeta(x) if x > 0 else arb.nan()


def _gamma_rise(n: int) -> Callable[..., arb]:
    f = arb.lgamma if n < 0 else arb.digamma if n == 0 else _polygamma(n)
    return lambda x, d: f(x + d) - f(x) if x > 0 else arb.nan()


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp()) if x > 0 else x.exp() / (1 + x.exp())


def _softplus(x: arb) -> arb:
    return x + (-x).exp().log1p() if x > 0 else x.exp().log1p()


def _sech2(x: arb) -> arb:
    t = (-2 * abs(x)).exp()
    return 4 * t / (1 + t) ** 2


def _log_cosh(x: arb) -> arb:
    return abs(x) + (-2 * abs(x)).exp().log1p() - arb.const_log2()


def _log1mexp(x: arb) -> arb:
    return (-(x.expm1())).log() if x > -1 else (-(x.exp())).log1p()


def _erfc(x: arb) -> arb:
    """At the middle of the ball, where it is worked out well, with what the radius can change: |erfc′| < 2 (|x| + 1) erfc."""
    change = 4 * (abs(x) + 1) * x.rad()
    if not change < arb(2) ** -8:
        return x.erfc()
    bound = change.upper()
    return x.mid().erfc() * (1 + arb(0, bound))


def _erfcx(x: arb) -> arb:
    return (x * x).exp() * _erfc(x)


def _log_ndtr(x: arb) -> arb:
    u = x / arb(2).sqrt()
    return (_erfc(-u) / 2).log() if x < 0 else (-_erfc(u) / 2).log1p()


def _sign(x: arb) -> arb:
    return arb(1) if x > 0 else arb(-1) if x < 0 else arb.nan()


def _larger(x: arb, y: arb) -> arb:
    return x if x > y else y if y > x else arb.nan()


def _smaller(x: arb, y: arb) -> arb:
    return x if x < y else y if y < x else arb.nan()


def _general_power(x: arb, y: arb) -> arb:
    return (x.log() * y).exp()


EXACT: dict[str, Callable[..., arb]] = {
    **{
        name: getattr(arb, method)
        for name, method in (
            *((f, f) for f in ("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")),
            *((f, f) for f in ("erf", "digamma", "lgamma", "gamma")),
            *((f"arc{f}", f"a{f}") for f in ("sin", "cos", "tan", "sinh", "tanh")),
        )
    },
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "sigmoid_slope": lambda x: _sigmoid(x) * _sigmoid(-x),
    "sigmoid_less": lambda x, y: _sigmoid(x) - y,
    "sigmoid_gap": lambda a, b: _sigmoid(a) * _sigmoid(-b) * -(b - a).expm1(),
    "sech2": _sech2,
    "log_cosh": _log_cosh,
    "log1mexp": _log1mexp,
    "erfc": _erfc,
    "erfcx": _erfcx,
    "log_ndtr": _log_ndtr,
    "mills_gap": lambda x: 1 / (arb.pi().sqrt() * _erfcx(x)) - x,
    "abs": lambda x: abs(x),
    "sign": _sign,
    "max": _larger,
    "min": _smaller,
    "relu": lambda x: _larger(x, arb(0)),
    "step": lambda x: (_sign(x) + 1) / 2,
    "where": lambda x, y: y if x > 0 else arb(0) if x < 0 else arb.nan(),
    "elsewhere": lambda x, y: arb(0) if x > 0 else y if x < 0 else arb.nan(),
    "xlogy": lambda y, x: y * x.log(),
    "power": _general_power,
    "log_beta": lambda x, y: x.lgamma() + y.lgamma() - (x + y).lgamma(),
    "exp_less": lambda x, y: (x - y).exp(),
    "unit": lambda x, y: x / y,
}
"""Functions entry by entry on balls."""


# ---------------------------------------------------------------- what floating point makes of it


def _floating(node: Node) -> Callable[..., Any]:
    if node.kind == "number":
        value = float(node.data)
        return lambda: value
    if _is_pi(node):
        return lambda: float(arb.pi())
    if node.kind == "contract":
        return _product_of_floats(float(node.data))
    if node.kind == "add":
        return _sum_of_floats([float(c) for c, _ in node.data])
    if node.kind == "map" and node.data[0] == "power" and len(node.args) == 1:
        return _power_of_floats(node.data[1])
    if node.kind != "map" or node.data[0] == "power":
        if node.kind == "map":
            return lambda x, y: x**y
        raise Unknown(str(node.kind))
    return _template(node)


def _product_of_floats(front: float) -> Callable[..., Any]:
    def value(*parts: Any) -> Any:
        out = parts[0] if front == 1 else front * parts[0]
        for p in parts[1:]:
            out = out * p
        return out

    return value


def _sum_of_floats(fronts: Sequence[float]) -> Callable[..., Any]:
    order = sorted(range(len(fronts)), key=lambda k: fronts[k] < 0)

    def value(*parts: Any) -> Any:
        first = order[0]
        out = fronts[first] * parts[first]
        for k in order[1:]:
            out = out + fronts[k] * parts[k]
        return out

    return value


def _power_of_floats(k: Any) -> Callable[..., Any]:
    if not isinstance(k, Fraction):
        raise Unknown("a power")
    exponent = int(k) if k.denominator == 1 else float(k)
    return lambda x: 1 / x if exponent == -1 else x**exponent


def _template(node: Node) -> Callable[..., Any]:
    name, parameter = node.data
    template = NUMPY.maps.get(name)
    if name == "polygamma" and template is not None:
        # SciPy counts up from where it is to where it is positive.
        template = template.replace("{0}", "np.where({0} > 0, {0}, math.nan)")
    if template is None:
        raise Unknown(str(name))
    if isinstance(parameter, Near):
        near = parameter
        coefficients = ", ".join(repr(float(c)) for c in near.coefficients)
        shown = f"{float(near.radius)!r}, {near.power}, {near.step}, ({coefficients},)"
    else:
        shown = repr(float(parameter)) if isinstance(parameter, Fraction) else str(parameter)
    return _loaded(template.replace("{parameter}", shown).replace("{dtype}", "x.dtype"), len(node.args))


@lru_cache(maxsize=2048)
def _loaded(template: str, count: int) -> Callable[..., Any]:
    names = ["x", "y"][:count]
    own = f"def entry({', '.join(names)}):\n    return {template.format(*names)}"
    used: list[str] = []
    pending = [own]
    while pending:
        text = pending.pop()
        for name, source in NUMPY.helpers.items():
            if name not in used and f"{name}(" in text:
                used.append(name)
                pending.append(source)
    parts = [NUMPY.helpers[name] for name in NUMPY.helpers if name in used]
    return load(BETWEEN.join(["\n".join(IMPORTS), *parts, own]) + "\n", "entry")[0]


IMPORTS = (
    "import math",
    "from functools import lru_cache",
    "import numpy as np",
    "import scipy.special as special",
    "from scipy.special import expit, xlogy",
)
