"""Functions of neural networks and their kin by their words: GELU, SiLU, RMS norm, … Each is what its parts make it, and said.

Sources: Goodfellow, Bengio & Courville, Deep Learning (2016), 6.3; Hendrycks & Gimpel, Gaussian Error Linear Units (2016);
Zhang & Sennrich, Root Mean Square Layer Normalization (2019); Clevert, Unterthiner & Hochreiter, Exponential Linear Units (2016);
Klambauer et al., Self-Normalizing Neural Networks (2017); Barron, Continuously Differentiable ELU (2017); Howard et al.,
Searching for MobileNetV3 (2019).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradatim import ops
from gradatim.errors import Span
from gradatim.read.composites import Composites
from gradatim.read.infer import Draft, Shape
from gradatim.term import Bind, Number, Symbol, Term
from gradatim.types import index_type

HALF = Fraction(1, 2)
Meaning = Callable[[Composites, list[Draft], Span], Draft]


def _times(a: Term, b: Term) -> Term:
    return ops.hadamard(a, b) if a.rank else ops.product(a, b)


def _one(x: Term) -> Term:
    return ops.unit(x.type) if x.rank else Number(1)


def _entrywise(formula: Callable[[Term], Term], said: str = "", other: str = "") -> Meaning:
    """A function of one argument, entry by entry."""

    def meaning(self: Composites, drafts: list[Draft], span: Span) -> Draft:
        x = drafts[0]
        if said:
            self.assume(f"{self.solver.quote(span)} is {said}", span, (other,) if other else ())
        return self.built(Shape(x.shape.axes, x.shape.row), lambda: formula(x.make()), drafts, span)

    return meaning


def _gelu(x: Term) -> Term:
    return ops.product(Number(HALF), _times(x, ops.add(_one(x), ops.erf(ops.quotient(x, ops.sqrt(Number(2)))))))


def _leaky(self: Composites, drafts: list[Draft], span: Span) -> Draft:
    x = drafts[0]
    slope = drafts[1] if len(drafts) == 2 else self.literal(Fraction(1, 100), span)
    if slope.shape.rank:
        raise self.error("the slope of a leaky rectifier is a number", span)
    if len(drafts) == 1:
        self.assume(f"{self.solver.quote(span)} has the slope 0.01 below zero", span, ("another slope",))

    def make() -> Term:
        t = x.make()
        return ops.subtract(ops.relu(t), ops.product(slope.make(), ops.relu(ops.minus(t))))

    return self.built(Shape(x.shape.axes, x.shape.row), make, drafts, span)


def _exponential(said: str, formula: Callable[[Term, Term], Term]) -> Meaning:
    """A rectifier with an exponential below zero, whose α is 1 where none is given."""

    def meaning(self: Composites, drafts: list[Draft], span: Span) -> Draft:
        x = drafts[0]
        alpha = drafts[1] if len(drafts) == 2 else self.literal(Fraction(1), span)
        if alpha.shape.rank:
            raise self.error("the α of an exponential linear unit is a number", span)
        if len(drafts) == 1:
            self.assume(f"{self.solver.quote(span)} is the one with α = 1", span, ("another α",))
        else:
            self.assume(f"{self.solver.quote(span)} is {said}", span)
        return self.built(Shape(x.shape.axes, x.shape.row), lambda: formula(x.make(), alpha.make()), drafts, span)

    return meaning


def _bent(x: Term, below: Term, alpha: Term) -> Term:
    """x above zero, α (e^t − 1) below, with the sign of x in t."""
    bent = ops.relu(ops.minus(ops.expm1(below)))
    return ops.subtract(ops.relu(x), bent if alpha is Number(1) else ops.product(alpha, bent))


def _elu(x: Term, alpha: Term) -> Term:
    return _bent(x, x, alpha)


def _celu(x: Term, alpha: Term) -> Term:
    return _bent(x, x if alpha is Number(1) else ops.quotient(x, alpha), alpha)


SELU = Fraction("1.0507009873554805"), Fraction("1.6732632423543772")
"""λ and α, by which a normal distribution with mean 0 and variance 1 keeps them. Source: Klambauer et al. (2017), eq. 14."""


def _selu(self: Composites, drafts: list[Draft], span: Span) -> Draft:
    x = drafts[0]
    scale, alpha = drafts[1:] if len(drafts) == 3 else [self.literal(v, span) for v in SELU]
    if scale.shape.rank or alpha.shape.rank:
        raise self.error("the λ and the α of a scaled exponential linear unit are numbers", span)
    if len(drafts) == 1:
        self.assume(f"{self.solver.quote(span)} has the λ = 1.0507… and α = 1.6732… of the paper that proposed it", span)
    else:
        self.assume(f"{self.solver.quote(span)} is λ x above zero and λ α (eˣ − 1) below", span)

    def make() -> Term:
        return ops.product(scale.make(), _elu(x.make(), alpha.make()))

    return self.built(Shape(x.shape.axes, x.shape.row), make, drafts, span)


def _hard_sigmoid(x: Term) -> Term:
    """x/6 + 1/2, held between 0 and 1."""
    half = ops.product(Number(HALF), _one(x)) if x.rank else Number(HALF)
    return ops.clip(ops.add(ops.quotient(x, Number(6)), half), Number(0), Number(1))


def _running_products(self: Composites, drafts: list[Draft], span: Span) -> Draft:
    """The product of the first i entries, for each i."""
    x = drafts[0]
    if x.shape.rank != 1 or x.shape.row:
        raise self.error("running products are of a column vector", span)

    def make() -> Term:
        t = x.make()
        i, j = (Symbol(name, index_type(t.type.axes[0])) for name in ("i", "j"))
        before = Bind("product", j, ops.power(ops.at(t, j), ops.less(j, i)))
        return Bind("stack", i, ops.product(before, ops.at(t, i)))

    return self.built(Shape(x.shape.axes), make, drafts, span)


def _log_softmax(self: Composites, drafts: list[Draft], span: Span) -> Draft:
    x = drafts[0]
    if x.shape.rank != 1:
        raise self.error("log-softmax is of a vector here", span, "write log(softmax(X))")

    def make() -> Term:
        t = x.make()
        return ops.subtract(t, ops.product(ops.logsumexp(t), ops.unit(t.type)))

    return self.built(Shape(x.shape.axes, x.shape.row), make, drafts, span)


def _rms(self: Composites, drafts: list[Draft], span: Span) -> Draft:
    x = drafts[0]
    if x.shape.rank != 1:
        raise self.error("RMS norm is of a vector here", span)
    self.assume(f"{self.solver.quote(span)} is x/√(‖x‖²/n), with no small number under the root", span)

    def make() -> Term:
        t = x.make()
        return ops.quotient(t, ops.sqrt(ops.quotient(ops.sqnorm(t), ops.size(t.type.axes[0]))))

    return self.built(Shape(x.shape.axes, x.shape.row), make, drafts, span)


def _clamped(self: Composites, drafts: list[Draft], span: Span) -> Draft:
    x, low, high = drafts
    if low.shape.rank or high.shape.rank:
        raise self.error("the bounds of a clamp are numbers", span)
    return self.built(Shape(x.shape.axes, x.shape.row), lambda: ops.clip(x.make(), low.make(), high.make()), drafts, span)


ACTIVATIONS: dict[str, tuple[tuple[int, ...], Meaning]] = {
    "gelu": ((1,), _entrywise(_gelu, "x Φ(x), by the error function", "its approximation by tanh")),
    "silu": ((1,), _entrywise(lambda x: _times(x, ops.sigmoid(x)))),
    "mish": ((1,), _entrywise(lambda x: _times(x, ops.tanh(ops.softplus(x))))),
    "softsign": (
        (1,),
        _entrywise(lambda x: (ops.hdivide if x.rank else ops.quotient)(x, ops.add(_one(x), ops.absolute(x)))),
    ),
    "logsigmoid": ((1,), _entrywise(lambda x: ops.minus(ops.softplus(ops.minus(x))))),
    "logit": ((1,), _entrywise(lambda x: ops.subtract(ops.log(x), ops.log(ops.subtract(_one(x), x))))),
    "erfc": ((1,), _entrywise(lambda x: ops.subtract(_one(x), ops.erf(x)))),
    "elu": ((1, 2), _exponential("x above zero and α (eˣ − 1) below", _elu)),
    "celu": ((1, 2), _exponential("x above zero and α (e^(x/α) − 1) below", _celu)),
    "selu": ((1, 3), _selu),
    "leakyrelu": ((1, 2), _leaky),
    "prelu": ((2,), _leaky),
    "relu6": ((1,), _entrywise(lambda x: ops.clip(x, Number(0), Number(6)), "held between 0 and 6")),
    "hardsigmoid": ((1,), _entrywise(_hard_sigmoid, "x/6 + 1/2, held between 0 and 1", "another slope")),
    "hardswish": ((1,), _entrywise(lambda x: _times(x, _hard_sigmoid(x)), "x times x/6 + 1/2, held between 0 and 1")),
    "cumprod": ((1,), _running_products),
    "hardtanh": ((1,), _entrywise(lambda x: ops.clip(x, Number(-1), Number(1)))),
    "clamp": ((3,), _clamped),
    "logsoftmax": ((1,), _log_softmax),
    "rmsnorm": ((1,), _rms),
}
"""How many arguments, and what it means."""

__all__ = ["ACTIVATIONS"]
