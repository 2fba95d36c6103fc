"""Derivatives that are written as formulas, `∂L/∂W`, `-∇²ℓ`, `f'(0)`, and what any question asks for: a derivative of functions by variables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.homework.definitions import level_split, tidy
from gradatim.homework.formulas import Formula, derivative_in, named_derivative
from gradatim.homework.modifiers import is_value
from gradatim.read.spelling import SUBSCRIPTS

PLACE = r"⟨\d+⟩"
"""A formula that was taken out of its sentence."""
DIFFERENTIAL = "d"
PRIME = "prime"
"""The kind of a derivative that is asked for as f′(x): by a scalar."""
PRIMED = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+(?:\{[A-Za-z]+\})?(?:_(?:\{[^{}]*\}|\\[A-Za-z]+|\w))?)(?P<primes>'{1,3})\s*(?P<at>\((?:\\?[A-Za-z]+|[-+]?\d+(?:\.\d+)?|\\mathbf\{?0\}?)\))?(?:\s*=(?P<claim>.+)|[\s.,;]*)\Z",
    re.S,
)
_OWN_DIFFERENTIAL = re.compile(r"\s*(?:d|\\mathrm\s*\{?d\}?|\\operatorname\{d\})\s*(?P<name>\\?[A-Za-z]+)[\s.,;]*")
_CALLED = re.compile(r"(?P<name>\\?[A-Za-z]+(?:_\w|_\{\w+\})?)\s*(?:\\left\s*)?\((?P<at>[^()]*)(?:\\right\s*)?\)")
NAME = r"\\?[A-Za-z]+(?:\{\\?[A-Za-z]+\})?(?:_\w|_\{\w+\})?"
TRANSPOSED = r"(?:'|ᵀ|\^\s*\{?\s*(?:\\top|\\intercal|\\prime|T|\\mathsf\s*\{?T\}?)\s*\}?)\s*"
_TURNED = re.compile(rf"\s*{TRANSPOSED}\Z")
_TURNED_GRADIENT = re.compile(rf"\s*{NAME}\s*\([^()]*\)\s*{TRANSPOSED}\s*[^\s.,;]")
_LEVEL = {ord(low): letter for low, letter in SUBSCRIPTS.items()}
"""The x of ∇ₓ."""


@dataclass(frozen=True, slots=True)
class Object:
    """A derivative that a sentence asks for. `functions` and `variables` are as written, () where the sentence names none;
    `thing` is what a sentence calls its function without a formula ("the penalty term"); `unread` says of one that is not
    understood how the sentence words it."""

    kind: str
    order: int
    functions: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    claim: str = ""
    mixed: bool = False
    unread: str = ""
    thing: str = ""
    generic: bool = False
    """Whether those words may be said of any function: "the loss"."""
    along: str = ""
    """The direction of a directional derivative, `DIFFERENTIAL` where the differential is asked for."""
    minus: bool = False
    """Whether minus the derivative is asked for: "minus the Hessian"."""
    at: str = ""
    """The point at which its value is asked for, as written."""
    noted: str = ""
    """What was supposed to read it."""
    group: str = ""
    """What its variables are called where no formula names them: "parameters"."""
    supposed: str = ""
    """Values that it supposes, a point if they are of its variables: "when x = 1"."""
    every: bool = False
    """Whether the functions are all that the text defines: "of both"."""
    partial: bool = False
    """Whether what is asked goes on from the derivative: "derive the normal equations"."""
    turned: bool = False
    """Whether it is written by the transpose of its variable, `∂f/∂xᵀ`."""


_ALONG = re.compile(
    rf"\s*(?:(?P<primed>{NAME})(?P<primes>'{{1,2}})|(?:D|\\nabla)\s*(?P<second>\^\s*\{{?2\}}?)?\s*(?P<name>{NAME}))\s*(?:\((?P<at>{NAME})\))?"
    r"\s*(?:\\left\s*)?\[(?P<along>[^\[\]]+?)(?:\\right\s*)?\][\s.,;]*"
)
"""`f''(X)[V, V]`, `Df(x)[h]`, `\\nabla^2 f(x)[h, h]`."""


def along_written(latex: str) -> Object | None:
    """A derivative with its direction in brackets; None for any other formula. Where it has two directions it is not read."""
    m = _ALONG.fullmatch(latex)
    if m is None:
        return None
    order = len(m["primes"]) if m["primes"] else 2 if m["second"] else 1
    named = [d.strip() for d in m["along"].split(",")]
    if len(set(named)) > 1 or len(named) != order:
        return Object("derivative", order, unread=latex.strip())
    return Object("derivative", order, (m["primed"] or m["name"],), (m["at"],) if m["at"] else (), along=named[0])


_D = r"(?:\\partial|d|\\mathrm\s*(?:\{d\}|d)|\\operatorname\{d\})"
OPERATOR = re.compile(
    rf"\s*(?:\\nabla\s*_\s*(?:\{{[^{{}}]*\}}|\\[A-Za-z]+|\w)|\\[dt]?frac\s*\{{\s*{_D}\s*\}}\s*\{{\s*{_D}[^{{}}]*(?:\{{[^{{}}]*\}})?\s*\}})\s*"
)


def not_parsed(latex: str) -> bool:
    """Whether a formula begins with the sign of a derivative and is none that is understood: `∇_μ 𝔼_{x∼N(μ,Σ)}[…]`."""
    sign = OPERATOR.match(latex)
    return sign is not None and sign.end() < len(latex.strip(" .,;")) and named_derivative(latex) is None


def own_differential(latex: str) -> str:
    """The f of `df`; "" for any other formula."""
    found = _OWN_DIFFERENTIAL.fullmatch(latex)
    return found["name"] if found else ""


def written_out(latex: str) -> Object:
    """The derivative that a formula is, or gives a name to, or minus one."""
    if directed := along_written(latex):
        return directed
    latex, minus = without_sign(latex)
    if derivative_in(latex) is None and not PRIMED.match(latex):
        latex = latex[latex.index("=") + 1 :].strip()
    primed = PRIMED.match(latex)
    if primed:
        at = primed["at"] or ""
        value = "" if re.search(r"[A-Za-z]\)", at) else at[1:-1]
        function = primed["name"] + ("" if value else at)
        return Object(PRIME, primed["primes"].count("'"), (function,), (), tidy(primed["claim"] or ""), at=value, minus=minus)
    found = derivative_in(latex)
    assert found is not None
    written, claim = found
    assert written.body is not None
    function, at = _valued(tidy(latex[written.body.span[0] : written.body.span[1]]))
    variables = tuple(latex[w.span[0] : w.span[1]].strip().translate(_LEVEL) for w in written.wrt)
    if written.order == 1 and variables and (several := in_brackets(variables[0])):
        function = stacked(names) if (names := in_brackets(function)) else function
        return Object("jacobian", 1, (function,), tuple(several), tidy(claim), minus=minus, noted=_NOT_ITS_DETERMINANT)
    if written.order == 1:  # ∂g/∂θ′ is the Jacobian, as ∂g/∂θᵀ is
        called = _CALLED.fullmatch(function)
        own = listed(called["at"]) if called else []  # but the x′ of k(x, x′) is a name
        variables = tuple(v if v in own else _TURNED.sub("", v) for v in variables)
    if not variables and _TURNED_GRADIENT.match(
        function
    ):  # ∇V(x)ᵀ f(x) is a product with a gradient, and no gradient of a product
        return Object("gradient", written.order, unread=latex.strip())
    if variables and len(variables) != written.order:
        return Object("derivative", written.order, unread=latex.strip())
    nabla = "nabla" in latex or "∇" in latex
    kind = ("hessian" if written.order == 2 else "gradient") if nabla else "derivative"
    # Written out, the variables are those of one derivative, in turn.
    noted = "the derivative is taken of the whole sum that stands behind its sign" if written.body.kind == "add" else ""
    turned = written.transposed and written.order == 1
    return Object(f"{kind}!", written.order, (function,), variables, tidy(claim), minus=minus, at=at, noted=noted, turned=turned)


_NOT_ITS_DETERMINANT = "a derivative of several by several is taken as the Jacobian matrix, not as its determinant"


def in_brackets(name: str) -> list[str]:
    """The names of `(x, y)`; [] for any other formula."""
    inside = re.fullmatch(r"\s*(?:\\left)?\((.+?)(?:\\right)?\)\s*", name, re.S)
    found = listed(inside[1]) if inside else []
    return found if len(found) > 1 else []


JOINT = r" \\ "


def stacked(functions: Sequence[str]) -> str:
    """Formulas below one another, each by its name where it has one: what a system of functions is."""
    named = (level_split(f) for f in functions)
    rows = [(sides[0] if len(sides) > 1 else sides[-1]).strip() for sides in named]
    return rf"\begin{{pmatrix}} {JOINT.join(rows)} \end{{pmatrix}}"


def _valued(function: str) -> tuple[str, str]:
    """f and 0 of f(0); any other function as it is."""
    called = _CALLED.fullmatch(function)
    return (called["name"], called["at"]) if called and is_value(called["at"]) else (function, "")


def without_sign(latex: str) -> tuple[str, bool]:
    """A derivative without the minus before it, `-∇²ℓ` or `I(β) = -∇²ℓ`, and whether there was one; any other formula as it is."""
    body = latex.rpartition("=")[2].strip()
    turned = body[1:].strip() if body[:1] in ("-", "−") else ""
    return (turned, True) if turned and (derivative_in(turned) is not None or PRIMED.match(turned)) else (latex, False)


def latex_of(place: str, places: list[Formula]) -> str:
    return places[int(place.strip("⟨⟩"))].latex


def listed(latex: str) -> list[str]:
    """`W, b` as two variables; a comma inside brackets or braces is none."""
    out, depth = [""], 0
    for c in latex:
        depth += (c in "{([") - (c in "})]")
        if c == "," and depth == 0:
            out.append("")
        else:
            out[-1] += c
    named = (re.split(r"\\in(?![A-Za-z])|∈", tidy(o))[0].strip() for o in out)  # "with respect to x ∈ ℝⁿ"
    return [v for v in named if v and not re.match(r"\\forall|\\(?:l|c)?dots|i\s*=", v)]


__all__ = [
    "DIFFERENTIAL",
    "JOINT",
    "NAME",
    "OPERATOR",
    "PLACE",
    "PRIME",
    "PRIMED",
    "TRANSPOSED",
    "Object",
    "along_written",
    "in_brackets",
    "latex_of",
    "listed",
    "not_parsed",
    "own_differential",
    "stacked",
    "without_sign",
    "written_out",
]
