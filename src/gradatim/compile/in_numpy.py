"""NumPy's spelling of functions, and the helpers that code for it brings along."""

from __future__ import annotations

from gradatim.compile import in_place
from gradatim.compile.by_entry import LOGSUMEXP, PNORM
from gradatim.compile.dialect import Dialect, helpers, shared_helpers, special, templates
from gradatim.compile.factorised import (
    FACTOR,
    GESV,
    INV_SYMMETRIC,
    INVERSE,
    INVERSE_OF_UPPER,
    LOG_OF_DET,
    LOGDET,
    POSV,
    SOLVE,
    SOLVE_WITH_UPPER,
    TRIANGULAR,
)

NUMPY = Dialect(
    "numpy",
    "np",
    "np.ndarray",
    templates(
        "np",
        {
            "step": "({0} > 0).astype({dtype})",
            "relu": "np.maximum({0}, 0)",
            "sigmoid": "expit({0})",
            "sigmoids": "_sigmoid({0})",
            "softplus": "_softplus({0})",
            "xlogy": "xlogy({0}, {1})",
            "equal": "({0} == {1}).astype({dtype})",
            "unequal": "({0} != {1}).astype({dtype})",
            "less": "({0} < {1}).astype({dtype})",
            **special("special", "polygamma"),
            **{f"bessel{kind}2": f"special.{name}(2, {{0}})" for kind, name in (("i", "iv"), ("ie", "ive"), ("j", "jn"))},
            "besselj0": "special.j0({0})",
            "besselj1": "special.j1({0})",
            "polygamma": "_polygamma({parameter}, {0})",
        },
    ),
    shared_helpers("np", "expit", "special.erfcx", "np.asarray(z)", "special.gammaln")
    | helpers(
        "np",
        in_place.STRETCHES,
        in_place.FITTED,
        in_place.DIAGONAL,
        in_place.WIDE_PRODUCT,
        in_place.OUTER_SUM,
        in_place.WEIGHTED_GRAM,
        in_place.ADD_SCALED,
        in_place.ONES,
        in_place.ROW_SUMS,
        in_place.COLUMN_SUMS,
        in_place.TOTAL,
        in_place.SOFTMAX,
        in_place.SIGMOID,
        in_place.SIGMOID_SLOPE,
        in_place.SIGMOID_LESS,
        in_place.SECH2,
        in_place.SOFTPLUS,
        in_place.NORM,
        LOGSUMEXP,
        PNORM,
        FACTOR,
        SOLVE,
        SOLVE_WITH_UPPER,
        INVERSE,
        INVERSE_OF_UPPER,
        LOGDET,
        LOG_OF_DET,
        POSV,
        GESV,
        INV_SYMMETRIC,
        TRIANGULAR,
    )
    | {
        "_arrays": '''def _arrays(**arguments):
    """The arguments as arrays of one floating type: float32 where all are, float64 otherwise."""
    arrays = {}
    for name, x in arguments.items():
        try:
            a = arrays[name] = np.asarray(x)
        except (TypeError, ValueError):
            raise TypeError(f"{name} is not an array of real numbers") from None
        if a.dtype.kind not in "biuf":
            raise TypeError(f"{name} is not an array of real numbers")
        if a.size == 0:
            raise ValueError(f"{name} has an axis without entries: shape {a.shape}")
    single = all(a.dtype == np.float32 for a in arrays.values())
    return [a.astype(np.float32 if single else np.float64, copy=False) for a in arrays.values()]''',
        "_number": '''def _number(x, name):
    """A scalar argument as a number."""
    try:
        a = np.asarray(x)
        if a.ndim == 0 and a.dtype.kind not in "SUc":
            return float(x)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not a real number") from None
    if a.ndim:
        raise ValueError(f"{name} is a scalar; the array given has shape {a.shape}")
    raise TypeError(f"{name} is not a real number")''',
        "_polygamma": '''def _polygamma(k, x):
    """The k-th derivative of the digamma function, in the precision of x."""
    x = np.asarray(x)
    return special.polygamma(k, x).astype(x.dtype if x.dtype.kind == "f" else np.float64)''',
        "_scalar_slope": '''def _scalar_slope(z):
    """sigmoid(z) (1 - sigmoid(z)) of one number."""
    t = math.exp(-abs(z))
    return t / (1 + t) ** 2''',
        "_scalar_sigmoid": '''def _scalar_sigmoid(z):
    """The sigmoid of one number, accurate in both tails."""
    t = math.exp(-abs(z))
    return 1 / (1 + t) if z >= 0 else t / (1 + t)''',
        "_scalar_sigmoid_less": '''def _scalar_sigmoid_less(z, y):
    """sigmoid(z) - y of two numbers; where z > 0 as (1 - y) - sigmoid(-z), which keeps its digits for a y of 1."""
    t = math.exp(-abs(z))
    return 1 - y - t / (1 + t) if z > 0 else t / (1 + t) - y''',
        "_scalar_log_cosh": '''def _scalar_log_cosh(z):
    """log(cosh(z)) of one number, without overflow, and without cancellation near 0."""
    size = abs(z)
    if size < 1:
        return math.log1p(2 * math.sinh(size / 2) ** 2)
    return size - math.log(2) + math.log1p(math.exp(-2 * size))''',
        "_scalar_softplus": '''def _scalar_softplus(z):
    """log(1 + exp(z)) of one number, without overflow."""
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))''',
    },
    {
        "np.": "import numpy as np",
        "lru_cache(": "from functools import lru_cache",
        "math.": "import math",
        "blas.": "from scipy.linalg import blas",
        "lapack.": "from scipy.linalg import lapack",
        "scipy.linalg.": "import scipy.linalg",
        "special.": "import scipy.special as special",
        "expit(": "from scipy.special import expit",
        "xlogy(": "from scipy.special import xlogy",
        "LinAlgError": "from numpy.linalg import LinAlgError",
        "-> Callable": "from collections.abc import Callable",
    },
    {
        "sigmoid": "_scalar_sigmoid({0})",
        "sigmoid_slope": "_scalar_slope({0})",
        "sigmoid_less": "_scalar_sigmoid_less({0}, {1})",
        "softplus": "_scalar_softplus({0})",
        "log_cosh": "_scalar_log_cosh({0})",
        "mills_gap": "float(_mills_gap({0}))",
        "away": "float(np.where(abs({0}) < {parameter}, {parameter}, {0}))",
        "aside": "float(_aside({0}, {parameter}))",
        "fitted": "float(_fitted({0}, {1}, {parameter}))",
        "near_zero": "float(_near_zero({0}, {1}, {parameter}))",
        "step": "float({0} > 0)",
        "where": "({1} if {0} > 0 else 0.0)",
        "elsewhere": "(0.0 if {0} > 0 else {1})",
        "equal": "float({0} == {1})",
        "unequal": "float({0} != {1})",
        "less": "float({0} < {1})",
        "max": "max({0}, {1})",
    },
)
