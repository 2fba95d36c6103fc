"""Scalar functions applied entry by entry: one line each. The partial is stated for a scalar x and the value y = f(x)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.ops.base import (
    Known,
    LocallyConstant,
    Needs,
    Notation,
    Op,
    Pointwise,
    Reduces,
    Ring,
    Sample,
    Simpler,
    Value,
    no_reduction,
    register,
)
from gradatim.ops.needs import each, magnitude
from gradatim.ops.quotients import late, power, quotient
from gradatim.ops.structure import add, minus, product
from gradatim.term import Apply, Number, Term
from gradatim.types import Dim, Type

DLMF = "NIST Digital Library of Mathematical Functions"

Scalar1 = Callable[[Term, Term], Term]


def _same(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    return Type(types[0].axes, row=types[0].row)


def _value(name: str) -> Value:
    def value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
        return R.map(name, a[0])

    return value


def pointwise(
    name: str,
    title: str,
    partial: Scalar1 | None,
    source: str,
    numpy: str,
    latex: str = "",
    names: tuple[str, ...] = (),
    domain: str = "",
    result: frozenset[str] = frozenset(),
    rule: str = "",
    notation: Notation | None = None,
    needs: Needs | None = None,
    strict: bool = False,
    exists: Needs | None = None,
    reduces: Reduces = no_reduction,
    simpler: Simpler | None = None,
    even: bool = False,
    bend: str = "",
    rises: bool = False,
    choice: Callable[[Apply], tuple[str | Term, ...]] | None = None,
    keeps_sign: bool = False,
    of_matrices: bool = False,
) -> Op:
    """Register a scalar function by its name, derivative, source and code; everything else follows."""
    facts = frozenset({domain}) if domain else frozenset()
    return register(
        Op(
            name=name,
            title=title,
            signature=_same,
            derivative=LocallyConstant() if partial is None else Pointwise((partial,)),
            rule=rule or f"derivative of the {title}",
            source=source,
            value=_value(name),
            code={"numpy": numpy},
            notation=notation or Notation("function", latex or rf"\operatorname{{{name}}}", name, (name, *names)),
            samples=tuple(Sample((Type(shape, facts=facts),)) for shape in ((), (Dim.of("n"),), (Dim.of("m"), Dim.of("n")))),
            scalar=name,
            domain=(domain,),
            facts=lambda _node, _facts: result,
            needs=needs,
            strict=strict,
            exists=exists,
            reduces=each("nonzero", "positive") if keeps_sign and reduces is no_reduction else reduces,
            simpler=simpler,
            even=even,
            bend=bend,
            rises=rises,
            choice=choice,
            keeps_sign=keeps_sign,
            of_matrices=of_matrices,
        )
    )


def _root_of_square(inner: Term, facts: Known) -> Term | None:
    """√(t²) is t where t is not negative."""
    if isinstance(inner, Apply) and inner.op is power and inner.args[1] is n(2) and "nonnegative" in facts(inner.args[0]):
        return inner.args[0]
    return None


def n(value: int | Fraction) -> Term:
    return Number(value)


POSITIVE = frozenset({"positive"})

exp: Op = pointwise(
    "exp",
    "exponential",
    lambda x, y: y,
    f"{DLMF}, 4.7.1",
    "np.exp({0})",
    r"\exp",
    result=POSITIVE,
    bend="convex",
    rises=True,
    of_matrices=True,
)
log: Op = pointwise(
    "log",
    "logarithm",
    lambda x, y: quotient(n(1), x),
    f"{DLMF}, 4.7.1",
    "np.log({0})",
    r"\log",
    ("ln",),
    "positive",
    strict=True,
    bend="concave",
    rises=True,
    of_matrices=True,
)
late["log"] = log
sqrt: Op = pointwise(
    "sqrt",
    "square root",
    lambda x, y: quotient(n(1), product(n(2), y)),
    f"{DLMF}, 4.7.7",
    "np.sqrt({0})",
    "",
    (),
    "positive",
    POSITIVE,
    exists=lambda node: ((node.args[0], "nonnegative"),),
    reduces=lambda node, fact, _facts: ((node.args[0], "positive"),) if fact in ("positive", "nonzero") else None,
    simpler=lambda node, facts: _root_of_square(node.args[0], facts),
    notation=Notation("radical", r"\sqrt", "√", ("sqrt",)),
    bend="concave",
    rises=True,
    of_matrices=True,
)
sin: Op = pointwise("sin", "sine", lambda x, y: cos(x), f"{DLMF}, 4.20.1", "np.sin({0})", r"\sin", of_matrices=True)
cos: Op = pointwise(
    "cos", "cosine", lambda x, y: minus(sin(x)), f"{DLMF}, 4.20.2", "np.cos({0})", r"\cos", even=True, of_matrices=True
)
tan: Op = pointwise(
    "tan",
    "tangent",
    lambda x, y: add(n(1), power(y, n(2))),
    f"{DLMF}, 4.20.3",
    "np.tan({0})",
    r"\tan",
    needs=lambda node: ((cos(node.args[0]), "nonzero"),),
    strict=True,
)

arctan: Op = pointwise(
    "arctan",
    "arctangent",
    lambda x, y: quotient(n(1), add(n(1), power(x, n(2)))),
    f"{DLMF}, 4.24.9",
    "np.arctan({0})",
    r"\arctan",
    ("atan",),
    keeps_sign=True,
)
sinh: Op = pointwise(
    "sinh", "hyperbolic sine", lambda x, y: cosh(x), f"{DLMF}, 4.34.1", "np.sinh({0})", r"\sinh", keeps_sign=True
)
cosh: Op = pointwise(
    "cosh", "hyperbolic cosine", lambda x, y: sinh(x), f"{DLMF}, 4.34.2", "np.cosh({0})", r"\cosh", result=POSITIVE, even=True
)
tanh: Op = pointwise(
    "tanh",
    "hyperbolic tangent",
    lambda x, y: add(n(1), minus(power(y, n(2)))),
    f"{DLMF}, 4.34.3",
    "np.tanh({0})",
    r"\tanh",
    result=frozenset({"fraction"}),
    keeps_sign=True,
)
sign: Op = pointwise(
    "sign",
    "sign",
    None,
    f"{DLMF}, 1.16.10",
    "np.sign({0})",
    r"\operatorname{sign}",
    ("sgn",),
    "nonzero",
    simpler=lambda node, facts: late["simpler_sign"](node, facts),
    keeps_sign=True,
)


def _sign_at_zero(node: Apply) -> tuple[str | Term, ...]:
    x = node.args[0]
    if x.is_scalar:
        return (sign(x), " may be any number from −1 to 1 where ", x, " = 0")
    return ("an entry of ", sign(x), " may be any number from −1 to 1 where that of ", x, " is 0")


def _step_at_zero(node: Apply) -> tuple[str | Term, ...]:
    x = node.args[0]
    if x.is_scalar:
        return (step(x), " may be any number from 0 to 1 where ", x, " = 0")
    return ("an entry of ", step(x), " may be any number from 0 to 1 where that of ", x, " is 0")


absolute: Op = pointwise(
    "abs",
    "absolute value",
    lambda x, y: sign(x),
    f"{DLMF}, 1.9.7",
    "np.abs({0})",
    domain="nonzero",
    result=frozenset({"nonnegative"}),
    reduces=magnitude,
    even=True,
    simpler=lambda node, facts: node.args[0] if "nonnegative" in facts(node.args[0]) else None,
    notation=Notation("fence", r"\left|", "|", ("abs",), r"\right|", "|", array_latex=r"\operatorname{abs}", array_text="abs"),
    bend="convex",
    choice=_sign_at_zero,
)
step: Op = pointwise(
    "step",
    "indicator of positive entries",
    None,
    f"{DLMF}, 1.16.13",
    "({0} > 0).astype(float)",
    domain="nonzero",
    result=frozenset({"labels01", "nonnegative"}),
    simpler=lambda node, facts: late["simpler_step"](node, facts),
    notation=Notation(
        "fence", r"\mathbf{1}[", "𝟙[", ("step", "heaviside"), r" > 0]", " > 0]", legend="{0} is 1 where `t > 0`, else 0"
    ),
)
relu: Op = pointwise(
    "relu",
    "rectifier",
    lambda x, y: step(x),
    "Goodfellow, Bengio & Courville, Deep Learning (2016), 6.3.1",
    "np.maximum({0}, 0)",
    r"\operatorname{ReLU}",
    ("ReLU",),
    "nonzero",
    bend="convex",
    rises=True,
    choice=_step_at_zero,
    simpler=lambda node, facts: node.args[0] if "nonnegative" in facts(node.args[0]) else None,
)
sigmoid: Op = pointwise(
    "sigmoid",
    "sigmoid",
    lambda x, y: product(y, add(n(1), minus(y))),
    "Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.88",
    "1 / (1 + np.exp(-{0}))",
    result=frozenset({"positive", "fraction"}),
    notation=Notation(
        "function",
        r"\sigma",
        "σ",
        ("sigmoid", "logistic", "expit"),
        meaning=(r"\sigma(z) = \frac{1}{1 + e^{-z}}", "σ(z) = 1/(1 + e⁻ᶻ)"),
        legend="{0}` = 1/(1 + exp(−t))`",
    ),
)
softplus: Op = pointwise(
    "softplus",
    "softplus",
    lambda x, y: sigmoid(x),
    "Goodfellow, Bengio & Courville, Deep Learning (2016), 3.10",
    "np.logaddexp(0, {0})",
    result=POSITIVE,
    bend="convex",
    rises=True,
)

# π is 4 arctan 1: to any precision in every number system that knows the arctangent.
pi: Op = register(
    Op(
        name="pi",
        title="number π",
        signature=lambda _types, _params: Type(),
        derivative=LocallyConstant(),
        rule="derivative of a constant",
        source=f"{DLMF}, 4.23.11",
        value=lambda R, _a, _n, _s: R.multiply(R.number(Fraction(4)), R.map("arctan", R.number(Fraction(1)))),
        code={"numpy": "np.pi"},
        notation=Notation("constant", r"\pi", "π", ("pi",)),
        samples=(Sample(()),),
        facts=lambda _node, _facts: POSITIVE,
        arity=0,
    )
)
