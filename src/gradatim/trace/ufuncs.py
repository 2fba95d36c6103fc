"""NumPy's and SciPy's rarer functions of entries, running values, pieces, and what is made of eigenvalues."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Term
from gradatim.trace.broadcast import array, by_entries, common, divided, multiplied, spread
from gradatim.trace.conditions import Condition, every, greater
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.moments import understood
from gradatim.trace.picked import reversed_along
from gradatim.trace.products import matmul
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import summed, transpose
from gradatim.trace.untold import Untold
from gradatim.types import ONE


def _pi() -> Traced:
    return Traced(ops.pi(), ())


def _sinc(a: Any) -> Traced:
    x = multiplied(_pi(), array(a))
    return divided(UFUNCS["sin"](x), x)


def _arctan2(a: Any, b: Any) -> Traced:
    y, x = array(a), array(b)
    shape = common(y.dims, x.dims)
    s, t = spread(y, shape), spread(x, shape)
    return Traced(ops.arctan2(s, t) if s.rank < 3 else by_entries(ops.arctan2, shape, s, t), shape)


def _logaddexp2(a: Any, b: Any) -> Traced:
    two = UFUNCS["log"](array(2))
    return divided(UFUNCS["logaddexp"](multiplied(a, two), multiplied(b, two)), two)


def _told(answer: bool) -> Any:
    """A formula is of finite numbers; who asks has loaded NumPy."""
    return sys.modules["numpy"].bool_(answer)


def _close(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, **options: Any) -> Condition:
    understood("isclose", options)
    size = UFUNCS["absolute"]
    return greater(multiplied(rtol, size(b)) + atol, size(UFUNCS["subtract"](a, b)), False)


UFUNCS.update(
    {
        "arctan2": _arctan2,
        "isfinite": lambda _a: _told(True),
        "isnan": lambda _a: _told(False),
        "isinf": lambda _a: _told(False),
        "deg2rad": lambda a: divided(multiplied(_pi(), a), 180),
        "radians": lambda a: divided(multiplied(_pi(), a), 180),
        "rad2deg": lambda a: divided(multiplied(180, a), _pi()),
        "degrees": lambda a: divided(multiplied(180, a), _pi()),
        "fmax": UFUNCS["maximum"],
        "fmin": UFUNCS["minimum"],
        "logaddexp2": _logaddexp2,
        "erfcx": lambda a: multiplied(UFUNCS["exp"](UFUNCS["square"](a)), UFUNCS["erfc"](a)),
        "log_ndtr": lambda a: UFUNCS["log"](UFUNCS["ndtr"](a)),
        "arccosh": lambda a: UFUNCS["log"](array(a) + UFUNCS["sqrt"](UFUNCS["square"](a) - 1)),
    }
)


# ---------------------------------------------------------------- pieces


def _select(conditions: Sequence[Any], choices: Sequence[Any], default: Any = 0) -> Any:
    """The choice of the first condition that holds."""
    if len(conditions) != len(choices):
        raise GradatimError("np.select takes as many choices as conditions")
    result: Any = default
    for c, value in reversed(list(zip(conditions, choices))):
        result = FUNCTIONS["where"](c, value, result)
    return result


def _piecewise(x: Any, conditions: Any, functions: Any, *args: Any, **options: Any) -> Any:
    """The function of the last condition that holds; one function more is for where none does."""
    listed = list(conditions) if isinstance(conditions, (list, tuple)) else [conditions]
    made = [f(x, *args, **options) if callable(f) else f for f in functions]
    if len(made) not in (len(listed), len(listed) + 1):
        raise GradatimError("np.piecewise takes a function for every condition, and one more for where none holds")
    result: Any = made[-1] if len(made) > len(listed) else 0
    for c, value in zip(listed, made):
        result = FUNCTIONS["where"](c, value, result)
    return result


def _correlation(x: Any, y: Any = None, rowvar: bool = True, **options: Any) -> Traced:
    understood("corrcoef", options)
    rows = FUNCTIONS["vstack"]((x, y)) if y is not None else array(x)
    if rows.ndim != 2 or y is not None and (array(x).ndim != 1 or array(y).ndim != 1):
        raise GradatimError("np.corrcoef has a formula for one matrix, or for two vectors")
    c = FUNCTIONS["cov"](rows, rowvar=rowvar)
    scale = UFUNCS["sqrt"](FUNCTIONS["diagonal"](c))
    return divided(c, FUNCTIONS["outer"](scale, scale))


# ---------------------------------------------------------------- eigenvalues


class EighResult(NamedTuple):
    """What np.linalg.eigh returns."""

    eigenvalues: Traced
    eigenvectors: Any


def _of_a_triangle(a: Any, uplo: str) -> Term:
    """The symmetric matrix that NumPy sees: it looks at one triangle."""
    x = array(a)
    if x.ndim != 2 or x.dims[0] != x.dims[1]:
        raise GradatimError("eigenvalues have a formula for one square matrix")
    if "symmetric" in ops.facts(x.term):
        return x.term
    half = (ops.tril if uplo.upper() == "L" else ops.triu)(x.term)
    return ops.subtract(ops.add(half, ops.transpose(half)), ops.diag(ops.diagonal(x.term)))


def _eigvalsh(a: Any, UPLO: str = "L") -> Traced:
    values = ops.eigenvalues(_of_a_triangle(a, UPLO))
    return reversed_along(Traced(values, values.type.axes), 0)


def _eigh(a: Any, UPLO: str = "L") -> EighResult:
    return EighResult(
        _eigvalsh(a, UPLO),
        Untold("the eigenvectors that np.linalg.eigh gives have no formula here, for their signs are not given"),
    )


def _gram(x: Traced) -> Term:
    return ops.product(ops.transpose(x.term), x.term)


def _singular_values(a: Any) -> Traced:
    """The roots of the eigenvalues of the smaller of AᵀA and AAᵀ."""
    x = array(a)
    m, n = (d.literal for d in x.dims) if x.ndim == 2 else (None, None)
    if x.ndim != 2 or x.term.rank != 2 or (m is None or n is None) and x.dims[0] != x.dims[1]:
        raise GradatimError(
            "singular values have a formula for a matrix whose sizes are numbers: there are as many as the smaller one says"
        )
    if m is not None and n is not None and m < n:
        x = transpose(x)
    values = ops.eigenvalues(_gram(x))
    return UFUNCS["sqrt"](Traced(values, values.type.axes))  # type: ignore[no-any-return]


class SVDResult(NamedTuple):
    """What np.linalg.svd returns."""

    U: Untold
    S: Traced
    Vh: Untold


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        raise GradatimError("np.linalg.svd with hermitian=True has no formula here")
    values = _singular_values(a)
    vectors = Untold("the singular vectors that np.linalg.svd gives have no formula here, for they are not unique")
    return SVDResult(vectors, values, vectors) if compute_uv else values


def _norm(own: Callable[..., Traced]) -> Callable[..., Traced]:
    def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Traced:
        x = array(a)
        if axis is not None or x.ndim != 2 or keepdims or ord in (None, "fro"):
            return own(a, ord, axis, keepdims)
        if ord == 2:
            top = ops.largest(ops.eigenvalues(_gram(x)))
            return UFUNCS["sqrt"](Traced(top, ()))  # type: ignore[no-any-return]
        if ord == "nuc":
            return summed(_singular_values(x))
        if ord in (1, float("inf")):
            return FUNCTIONS["max"](summed(UFUNCS["absolute"](x), 0 if ord == 1 else 1))  # type: ignore[no-any-return]
        return own(a, ord)

    return norm


def _cumprod(a: Any, axis: Any = None, **options: Any) -> Traced:
    understood("cumprod", options)
    x = array(a)
    if x.ndim != 1 or axis not in (None, 0, -1) or x.dims[0].literal is None or x.dims[0].literal > MOST_FACTORS:
        raise GradatimError("np.cumprod has a formula for a vector of a known, small number of entries")
    made = [x[0]]
    for k in range(1, x.dims[0].literal):
        made.append(multiplied(made[-1], x[k]))
    return FUNCTIONS["stack"](made) if len(made) > 1 else x


# ---------------------------------------------------------------- least squares


class LstsqResult(NamedTuple):
    """What np.linalg.lstsq returns."""

    x: Traced
    residuals: Any
    rank: Any
    singular_values: Any


def pseudoinverse(a: Any, rcond: Any = None, hermitian: bool = False, **options: Any) -> Traced:
    """np.linalg.pinv and scipy.linalg.pinv. A cut of small singular values leaves a matrix of full rank as it is."""
    options = {k: v for k, v in options.items() if k not in ("rtol", "atol", "check_finite")}
    understood("linalg.pinv", options)
    x = array(a)
    if x.ndim != 2 or ONE in x.dims:
        raise GradatimError("np.linalg.pinv has a formula for one matrix")
    return Traced(ops.pinv(x.term), x.dims[::-1])


def least_squares(a: Any, b: Any, *_cut: Any, **options: Any) -> LstsqResult:
    return LstsqResult(
        matmul(pseudoinverse(a), b), *[Untold("of what np.linalg.lstsq returns only the solution has a formula")] * 3
    )


MOST_FACTORS = 16
"""Of running products, written out."""

FUNCTIONS.update(
    {
        "sinc": _sinc,
        "isclose": _close,
        "allclose": lambda a, b, *args, **options: every(_close(a, b, *args, **options)),
        "nan_to_num": lambda a, **_options: array(a),
        "select": _select,
        "piecewise": _piecewise,
        "corrcoef": _correlation,
        "nanmean": FUNCTIONS["mean"],
        "eigvalsh": _eigvalsh,
        "eigh": _eigh,
        "svd": _svd,
        "svdvals": _singular_values,
        "norm": _norm(FUNCTIONS["norm"]),
        "cumprod": _cumprod,
        "pinv": pseudoinverse,
        "lstsq": least_squares,
    }
)
