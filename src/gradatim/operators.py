"""What people type: `A @ x - b`, `.T`, `** 2`, `np.exp(t)`. The meaning is NumPy's, without silent broadcasting."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from gradatim import ops
from gradatim.arrays import (
    above,
    beside,
    blocked,
    concatenated,
    entrywise_pair,
    part,
    unfolded,
    variance,
)
from gradatim.compile.joint import JointOperator
from gradatim.compile.operator import HessianOperator
from gradatim.derive.maps import shown_as
from gradatim.errors import GradatimError, ShapeError
from gradatim.term import Apply, Bind, Number, Symbol, Term
from gradatim.types import index_type
from gradatim.value.floats import evaluate as evaluate_floats
from gradatim.write import latex as write_latex
from gradatim.write import text as write_text


def term(value: object) -> Term:
    """A Python number as an exact term; a term as it is, and that of a problem that was read. Anything else is an error that says what to do."""
    if isinstance(value, Term):
        return value
    if isinstance(value, str):
        raise GradatimError(f"{value!r} is text: gd.read({value!r}) reads it, and its `.assumed` says what was guessed")
    if isinstance(value, bool) or value is None or isinstance(value, (bytes, complex)):
        raise GradatimError(f"{value!r} is not a number or a term")
    read = getattr(value, "term", None)
    if isinstance(read, Term):  # what gd.read gave back
        return read
    if isinstance(value, (int, Fraction)):
        return Number(value)
    if hasattr(value, "shape") and getattr(value, "shape", ()) != ():
        raise ShapeError("an array stands where a term is wanted: declare a symbol for it and pass the array to evaluate")
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise GradatimError(f"a {type(value).__name__} is not a number or a term") from None
    if not math.isfinite(number):
        raise GradatimError(f"{number} is not a finite number")
    return Number(Fraction(repr(number)))


def _same(a: Term, b: Term) -> bool:
    return a.type.axes == b.type.axes and (a.rank != 1 or a.type.row == b.type.row)


def _column(t: Term) -> Term:
    return ops.transpose(t) if t.type.row else t


LONGEST_SUM = 64


class TermFace:
    """The operators of terms; one object, put on `Term.face`."""

    def add(self, a: object, b: object) -> Term:
        x, y = term(a), term(b)
        if not _same(x, y):
            raise ShapeError(self._clash("+", x, y))
        return self._sum(x, y)

    def _sum(self, x: Term, y: Term) -> Term:
        """Python groups a + b + c from the left; on paper it is one sum. Sums that a program builds stay quick by the bound."""
        if isinstance(x, Apply) and x.op is ops.add and len(x.args) < LONGEST_SUM:
            return ops.add(*x.args, y)
        return ops.add(x, y)

    def subtract(self, a: object, b: object) -> Term:
        x, y = term(a), term(b)
        if not _same(x, y):
            raise ShapeError(self._clash("-", x, y))
        return self._sum(x, ops.minus(y))

    def _clash(self, sign: str, x: Term, y: Term) -> str:
        message = f"{sign}: the left side is {x.type.described}, the right side {y.type.described}"
        if x.is_scalar != y.is_scalar:
            return message + "; write c * gd.ones(...) or c * gd.eye(...) for the array that is meant"
        if x.rank == y.rank == 1 and x.type.row != y.type.row and x.type.axes == y.type.axes:
            return message + "; transpose one with .T"
        return message

    def multiply(self, a: object, b: object) -> Term:
        x, y = term(a), term(b)
        if x.is_scalar or y.is_scalar:
            return ops.product(x, y)
        if _same(x, y):
            return ops.hadamard(x, y)
        raise ShapeError(self._clash("*", x, y) + "; use @ for the matrix product, gd.diag(v) @ M to scale rows")

    def divide(self, a: object, b: object) -> Term:
        x, y = term(a), term(b)
        if y.is_scalar:
            return ops.quotient(x, y)
        if _same(x, y):
            return ops.hdivide(x, y)
        if x is Number(1):
            return ops.hdivide(ops.unit(y.type), y)
        if x.is_scalar:
            return ops.product(x, ops.hpower(y, ops.number(-1)))
        raise ShapeError(self._clash("/", x, y) + "; elementwise division needs equal shapes")

    def matmul(self, a: object, b: object) -> Term:
        x, y = term(a), term(b)
        if x.is_scalar or y.is_scalar:
            raise ShapeError(self._clash("@", x, y) + "; use * for a scalar factor")
        if x.rank == y.rank == 1 and x.type.row == y.type.row:
            if x.type.axes != y.type.axes:
                raise ShapeError(self._clash("@", x, y))
            return ops.product(ops.transpose(x), y) if not x.type.row else ops.product(x, ops.transpose(y))
        if x.rank == 1 and y.rank == 2 and not x.type.row:
            x = ops.transpose(x)  # as in NumPy, a vector on the left of a matrix lies
        if isinstance(x, Apply) and x.op is ops.product and not any(a.is_scalar for a in x.args[1:]):
            # Python groups b.T @ X @ c from the left; on paper it is one chain.
            return ops.product(*x.args, y)
        return ops.product(x, y)

    def power(self, a: object, b: object) -> Term:
        x, y = term(a), term(b)
        if not y.is_scalar:
            raise ShapeError(f"**: the exponent is {y.type.described}, not a scalar")
        return ops.power(x, y) if x.is_scalar else ops.hpower(x, y)

    def negative(self, a: Term) -> Term:
        return ops.minus(a)

    def absolute(self, a: Term) -> Term:
        return ops.absolute(a)

    def transpose(self, a: Term) -> Term:
        return a if a.is_scalar else ops.transpose(a)

    def entry(self, a: Term, index: object) -> Term:
        """Entries and ranges as Python counts them, from 0: `X[0, 1]` is X₁₂ on paper. Index terms count as on paper."""
        return part(a, index)

    def ufunc(self, ufunc: object, method: str, inputs: tuple[object, ...], options: dict[str, object]) -> Term:
        name = getattr(ufunc, "__name__", str(ufunc))
        if method != "__call__" or options or name not in UFUNCS:
            raise GradatimError(
                f"np.{name}{'' if method == '__call__' else '.' + method} is not known on terms{' with options' if options else ''}"
            )
        return UFUNCS[name](*inputs)

    def array_function(self, function: object, args: tuple[object, ...], options: dict[str, object]) -> object:
        name = getattr(function, "__name__", str(function))
        if name not in FUNCTIONS:
            raise GradatimError(f"the NumPy function {name} is not known on terms")
        try:
            return FUNCTIONS[name](*args, **options)
        except TypeError as error:
            raise GradatimError(f"the NumPy function {name} is not known with these arguments on terms: {error}") from None

    def as_array(self, a: Term) -> object:
        if a.rank:
            raise ShapeError(
                f"{a.type.described} is no entry of an array; np.stack and np.concatenate put terms together, np.sum takes one term"
            )
        held = sys.modules["numpy"].empty((), dtype=object)  # NumPy asks, so it is loaded
        held[()] = a
        return held

    def called(self, name: str, *args: object, **options: object) -> Term:
        made: Term = FUNCTIONS[name](*args, **options)
        return made

    def text(self, a: Term) -> str:
        """A derivative of more than two axes as the linear map that it is; gd.text writes its entries."""
        return found.text() if (found := shown_as(a)) is not None else write_text(a)

    def latex(self, a: Term) -> str:
        return found.latex() if (found := shown_as(a)) is not None else write_latex(a)

    def evaluate(self, a: Term, arrays: dict[str, object]) -> object:
        return evaluate_floats(a, cast("Mapping[str | Symbol, Any]", arrays))

    def operator(self, a: Term, arrays: dict[str, object]) -> object:
        made = HessianOperator(a)
        return made.at(**arrays) if arrays else made

    def joint(self, function: Term, by: Sequence[Term], blocks: Sequence[Sequence[Term]], arrays: dict[str, object]) -> object:
        made = JointOperator(function, by, blocks)
        return made.at(**arrays) if arrays else made


FACE = TermFace()
Term.face = FACE


def _unary(op: Callable[[Term], Term]) -> Callable[[object], Term]:
    return lambda a: op(term(a))


def _extreme(op: Callable[..., Term], largest: bool) -> Callable[[object, object], Term]:
    def pair(a: object, b: object) -> Term:
        x, y = term(a), term(b)
        for one, other in ((x, y), (y, x)):
            if isinstance(one, Number) and one.value == 0:
                return ops.relu(other) if largest else ops.minus(ops.relu(ops.minus(other)))
        return entrywise_pair(op, x, y)

    return pair


def _clip(a: object, low: object, high: object) -> Term:
    return entrywise_pair(ops.minimum, entrywise_pair(ops.maximum, term(a), term(low)), term(high))


def _logaddexp(a: object, b: object) -> Term:
    x, y = term(a), term(b)
    for one, other in ((x, y), (y, x)):
        if isinstance(one, Number) and one.value == 0:
            return ops.softplus(other)
    return ops.log(ops.add(ops.exp(x), ops.exp(y)))


UFUNCS: dict[str, Callable[..., Term]] = {
    "add": FACE.add,
    "subtract": FACE.subtract,
    "multiply": FACE.multiply,
    "divide": FACE.divide,
    "true_divide": FACE.divide,
    "matmul": FACE.matmul,
    "power": FACE.power,
    "float_power": FACE.power,
    "negative": _unary(ops.minus),
    "positive": _unary(lambda a: a),
    "square": lambda a: FACE.power(a, 2),
    "reciprocal": lambda a: FACE.divide(1, a),
    "exp": _unary(ops.exp),
    "log": _unary(ops.log),
    "sqrt": _unary(ops.sqrt),
    "sin": _unary(ops.sin),
    "cos": _unary(ops.cos),
    "tan": _unary(ops.tan),
    "arctan": _unary(ops.arctan),
    "sinh": _unary(ops.sinh),
    "cosh": _unary(ops.cosh),
    "tanh": _unary(ops.tanh),
    "absolute": _unary(ops.absolute),
    "fabs": _unary(ops.absolute),
    "sign": _unary(ops.sign),
    "maximum": _extreme(ops.maximum, True),
    "minimum": _extreme(ops.minimum, False),
    "clip": _clip,
    "arcsin": _unary(ops.arcsin),
    "arccos": _unary(ops.arccos),
    "arcsinh": _unary(ops.arcsinh),
    "arctanh": _unary(ops.arctanh),
    "logaddexp": _logaddexp,
    "log2": _unary(lambda a: ops.quotient(ops.log(a), ops.log(Number(2)))),
    "log10": _unary(lambda a: ops.quotient(ops.log(a), ops.log(Number(10)))),
    "log1p": _unary(ops.log1p),
    "expm1": _unary(ops.expm1),
}


def _sum(a: object, axis: object = None) -> Term:
    t = term(a)
    if axis is None or t.rank == 1 and axis in (0, -1):
        return t if t.is_scalar else ops.total(t)
    if t.rank == 2 and axis in (0, 1, -1, -2):
        if axis in (0, -2):
            return ops.product(ops.transpose(t), ops.ones(params=(t.type.axes[0],)))
        return ops.product(t, ops.ones(params=(t.type.axes[1],)))
    raise ShapeError(f"{t.type.described} has no axis {axis!r}")


def _mean(a: object) -> Term:
    t = term(a)
    count = ops.product(*(ops.size(d) for d in t.type.axes)) if t.rank else Number(1)
    return ops.quotient(_sum(t), count)


def _dot(a: object, b: object) -> Term:
    x, y = term(a), term(b)
    return FACE.multiply(x, y) if x.is_scalar or y.is_scalar else FACE.matmul(x, y)


def _outer(a: object, b: object) -> Term:
    x, y = _column(term(a)), _column(term(b))
    return ops.product(x, ops.transpose(y))


def _diag(a: object) -> Term:
    t = term(a)
    return ops.diag(_column(t)) if t.rank == 1 else ops.diagonal(t)


def norm_of(a: object, ord: object = None) -> Term:
    """The norm NumPy means: 2-norm of a vector, Frobenius norm of a matrix; for vectors also 1, inf and any order above 1."""
    t = term(a)
    if ord is not None and not isinstance(ord, (int, float, str, Term)):
        raise GradatimError(f"the order of a norm is a number, a scalar or a word, not a {type(ord).__name__}")
    if ord is None or (t.rank == 1 and ord == 2) or (t.rank == 2 and ord == "fro"):
        return ops.norm(t)
    if t.rank == 1 and ord == 1:
        return ops.norm1(t)
    if t.rank == 1 and ord == math.inf:
        return ops.norminf(t)
    if t.rank == 1 and (isinstance(ord, Term) and ord.is_scalar or isinstance(ord, (int, float)) and ord > 1):
        return ops.pnorm(t, term(ord))
    raise GradatimError(f"the norm of order {ord!r} of {t.type.described} is not known")


def _slogdet(_a: object) -> Term:
    raise GradatimError("np.linalg.slogdet gives a pair; use gd.logdet(A) for the logarithm of the absolute determinant")


def _matrix_power(a: object, n: object) -> Term:
    if not isinstance(n, int) or isinstance(n, bool):
        raise GradatimError(f"a matrix power needs a whole exponent, not {n!r}")
    t = term(a)
    found = ops.matrix_power_of(t, n)
    return found if found is not None else ops.identity(params=t.type.axes[:1])


def _all(f: Callable[[list[Term]], Term]) -> Callable[..., Term]:
    return lambda parts, **options: f([term(p) for p in parts], **options)


def _reshape(a: object, shape: object) -> Term:
    if shape not in (-1, (-1,)):
        raise GradatimError("np.reshape is known on terms into one axis only; gd.unvec makes a matrix of a vector")
    return unfolded(term(a))


def _product_of(a: object) -> Term:
    t = term(a)
    if t.rank != 1:
        raise ShapeError(f"np.prod is known of a vector, not of {t.type.described}")
    i = Symbol("i", index_type(t.type.axes[0]))
    return Bind("product", i, ops.at(t, i))


def _kron(a: object, b: object) -> Term:
    x, y = term(a), term(b)
    if any(u.rank == 1 and not u.type.row and v.rank == 2 for u, v in ((x, y), (y, x))):
        raise ShapeError(
            "np.kron takes a vector beside a matrix for a row; gd.kron takes it for what it is, a column or (v.T) a row"
        )
    return ops.kron(x, y)


def _pinv(a: object) -> Term:
    raise GradatimError("write the pseudo-inverse out where the rank is known: inv(X.T @ X) @ X.T for full column rank")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sum": _sum,
    "mean": _mean,
    "trace": _unary(ops.trace),
    "dot": _dot,
    "inner": _dot,
    "vdot": _dot,
    "outer": _outer,
    "diag": _diag,
    "diagonal": _unary(ops.diagonal),
    "transpose": _unary(FACE.transpose),
    "inv": _unary(ops.inverse),
    "det": _unary(ops.det),
    "slogdet": _slogdet,
    "norm": norm_of,
    "matrix_power": _matrix_power,
    "block": lambda grid: blocked(grid, term),
    "concatenate": _all(concatenated),
    "hstack": _all(lambda parts: concatenated(parts, 1)),
    "vstack": _all(above),
    "stack": _all(above),
    "column_stack": _all(beside),
    "kron": _kron,
    "solve": lambda a, b: FACE.matmul(ops.inverse(term(a)), b),
    "tril": _unary(ops.tril),
    "triu": _unary(ops.triu),
    "cumsum": _unary(ops.cumsum),
    "clip": _clip,
    "ravel": _unary(unfolded),
    "reshape": _reshape,
    "max": _unary(ops.largest),
    "amax": _unary(ops.largest),
    "min": _unary(ops.smallest),
    "amin": _unary(ops.smallest),
    "prod": _product_of,
    "var": lambda a, ddof=0: variance(term(a), ddof),
    "std": lambda a, ddof=0: ops.sqrt(variance(term(a), ddof)),
    "cross": lambda a, b: ops.cross(term(a), term(b)),
    "pinv": _pinv,
}
