"""What the targets spell differently: the names of functions, and helpers that generated code brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradatim.compile.by_entry import (
    ERFCX,
    HUBER,
    LOG1MEXP,
    LOG_COSH,
    LOG_NDTR,
    LOGSUMEXP,
    MILLS_GAP,
    NEAR_ZERO,
    NORM,
    PNORM,
    SECH2,
    SIGMOID_LESS,
    SIGMOID_SLOPE,
    SOFTMAX,
    SOFTPLUS,
    XLOGY,
)
from gradatim.compile.factorised import FACTOR, INV_SYMMETRIC, INVERSE, LOG_OF_DET, LOGDET, POSV, SOLVE, TRIANGULAR
from gradatim.compile.low_rank_code import low_rank_helpers
from gradatim.compile.spectra import matrix_helpers, spectral_helpers


@dataclass(frozen=True, slots=True)
class Dialect:
    """A target. `maps` are templates of functions entry by entry, `helpers` the source of functions named in templates,
    `headers` the imports that a helper or a template needs, by the word that gives it away."""

    name: str
    module: str
    array: str
    maps: Mapping[str, str]
    helpers: Mapping[str, str]
    imports: Mapping[str, str]
    scalar_maps: Mapping[str, str] = field(default_factory=dict)


_COMMON = {
    "exp": "{m}.exp({0})",
    "log": "{m}.log({0})",
    "log1p": "{m}.log1p({0})",
    "expm1": "{m}.expm1({0})",
    "sqrt": "{m}.sqrt({0})",
    "sin": "{m}.sin({0})",
    "cos": "{m}.cos({0})",
    "tan": "{m}.tan({0})",
    "arctan": "{m}.arctan({0})",
    "sinh": "{m}.sinh({0})",
    "cosh": "{m}.cosh({0})",
    "tanh": "{m}.tanh({0})",
    "sign": "{m}.sign({0})",
    "abs": "{m}.abs({0})",
    "max": "{m}.maximum({0}, {1})",
    "min": "{m}.minimum({0}, {1})",
    "huber": "_huber({0}, {1})",
    "arcsin": "{m}.arcsin({0})",
    "arccos": "{m}.arccos({0})",
    "arcsinh": "{m}.arcsinh({0})",
    "arctanh": "{m}.arctanh({0})",
    "where": "{m}.where({0} > 0, {1}, 0)",
    "elsewhere": "{m}.where({0} > 0, 0, {1})",
    "log_cosh": "_log_cosh({0})",
    "log1mexp": "_log1mexp({0})",
    "near_zero": "_near_zero({0}, {1}, {parameter})",
    "mills_gap": "_mills_gap({0})",
    "share": "{0} / {1}",
    "away": "{m}.where({m}.abs({0}) < {parameter}, {parameter}, {0})",
}
_SPECIAL = {
    "erf": "{s}.erf({0})",
    "erfc": "{s}.erfc({0})",
    "erfcx": "{s}.erfcx({0})",
    "log_ndtr": "{s}.log_ndtr({0})",
    "digamma": "{s}.digamma({0})",
    "lgamma": "{s}.gammaln({0})",
    "gamma": "{s}.gamma({0})",
    "factorial": "{s}.gamma({0} + 1)",
    "polygamma": "{s}.polygamma({parameter}, {0})",
}


def _special(module: str, *without: str) -> dict[str, str]:
    """Special functions of a module that names them as SciPy does."""
    return {name: t.replace("{s}", module) for name, t in _SPECIAL.items() if name not in without}


def _templates(module: str, more: Mapping[str, str]) -> dict[str, str]:
    return {name: t.replace("{m}", module) for name, t in {**_COMMON, **more}.items()}


# ---------------------------------------------------------------- NumPy

_ARRAY = '''
def _array(x, name):
    """An argument as an array of floating-point numbers."""
    try:
        a = jnp.asarray(x)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not an array of real numbers") from None
    if jnp.iscomplexobj(a):
        raise TypeError(f"{name} is not an array of real numbers")
    return a if jnp.issubdtype(a.dtype, jnp.floating) else a.astype(float)
'''
_MATRIX_POWER = '''
def _matrix_power(A, k):
    """A to a whole power that is known at run time only, by repeated squaring."""
    k = jnp.asarray(k, int)
    square = jnp.where(k < 0, jnp.linalg.inv(A), A)

    def step(state):
        result, square, k = state
        return jnp.where(k % 2 == 1, result @ square, result), square @ square, k // 2

    start = (jnp.eye(A.shape[-1], dtype=A.dtype), square, jnp.abs(k))
    return jax.lax.while_loop(lambda state: state[2] > 0, step, start)[0]
'''


def _helpers(module: str, *sources: str) -> dict[str, str]:
    out = {}
    for s in sources:
        name = s.split("def ")[1].split("(")[0]
        out[name] = s.strip("\n").replace("{m}", module)
    return out


NUMPY = Dialect(
    "numpy",
    "np",
    "np.ndarray",
    _templates(
        "np",
        {
            "step": "({0} > 0).astype({dtype})",
            "relu": "np.maximum({0}, 0)",
            "sigmoid": "expit({0})",
            "sigmoid_slope": "_sigmoid_slope({0})",
            "sigmoid_less": "_sigmoid_less({0}, {1})",
            "sech2": "_sech2({0})",
            "softplus": "_softplus({0})",
            "xlogy": "xlogy({0}, {1})",
            "equal": "({0} == {1}).astype({dtype})",
            "unequal": "({0} != {1}).astype({dtype})",
            "less": "({0} < {1}).astype({dtype})",
            **_special("special", "polygamma"),
            "polygamma": "_polygamma({parameter}, {0})",
        },
    ),
    _helpers(
        "np",
        SIGMOID_LESS.replace("{sigmoid}", "expit"),
        MILLS_GAP.replace("{erfcx}", "special.erfcx"),
        SIGMOID_SLOPE,
        SECH2,
        SOFTPLUS,
        LOG_COSH,
        LOG1MEXP,
        NEAR_ZERO,
        SOFTMAX,
        LOGSUMEXP,
        NORM,
        PNORM,
        HUBER,
        FACTOR,
        SOLVE,
        INVERSE,
        LOGDET,
        LOG_OF_DET,
        POSV,
        INV_SYMMETRIC,
        TRIANGULAR,
        *spectral_helpers("np"),
        *matrix_helpers("np"),
        *low_rank_helpers("np"),
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
    if np.ndim(x):
        raise ValueError(f"{name} is a scalar; the array given has shape {np.shape(x)}")
    try:
        return float(x)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not a real number") from None''',
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
        "math.": "import math",
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
        "near_zero": "float(_near_zero({0}, {1}, {parameter}))",
        "step": "float({0} > 0)",
        "equal": "float({0} == {1})",
        "unequal": "float({0} != {1})",
        "less": "float({0} < {1})",
        "max": "max({0}, {1})",
    },
)

# ---------------------------------------------------------------- JAX

JAX = Dialect(
    "jax",
    "jnp",
    "jax.Array",
    _templates(
        "jnp",
        {
            "step": "jnp.asarray({0} > 0, {dtype})",
            "relu": "jnp.maximum({0}, 0)",
            "sigmoid": "jax.nn.sigmoid({0})",
            "sigmoid_slope": "_sigmoid_slope({0})",
            "sigmoid_less": "_sigmoid_less({0}, {1})",
            "sech2": "_sech2({0})",
            "softplus": "_softplus({0})",
            "xlogy": "_xlogy({0}, {1})",
            "equal": "jnp.asarray({0} == {1}, {dtype})",
            "unequal": "jnp.asarray({0} != {1}, {dtype})",
            "less": "jnp.asarray({0} < {1}, {dtype})",
            **_special("jax.scipy.special", "erfcx", "log_ndtr"),
            "log_ndtr": "_log_ndtr({0})",
            "erfcx": "_erfcx({0})",
        },
    ),
    _helpers(
        "jnp",
        SIGMOID_LESS.replace("{sigmoid}", "jax.nn.sigmoid"),
        MILLS_GAP.replace("{erfcx}", "_erfcx"),
        SIGMOID_SLOPE,
        SECH2,
        SOFTPLUS,
        LOG_COSH,
        LOG1MEXP,
        NEAR_ZERO,
        SOFTMAX,
        LOGSUMEXP,
        NORM,
        PNORM,
        HUBER,
        _ARRAY,
        ERFCX,
        LOG_NDTR,
        _MATRIX_POWER,
        LOG_OF_DET,
        XLOGY,
        *spectral_helpers("jnp"),
        *matrix_helpers("jnp"),
        *low_rank_helpers("jnp"),
    ),
    {
        "jnp.": "import jax.numpy as jnp",
        "jax.scipy": "import jax",
        "jax.scipy.special": "import jax.scipy.special",
        "jax.scipy.linalg": "import jax.scipy.linalg",
        "jax.nn": "import jax",
        "jax.lax": "import jax",
        "jax.Array": "import jax",
        "np.": "import numpy as np",
        "math.": "import math",
        "-> Callable": "from collections.abc import Callable",
    },
)

# ---------------------------------------------------------------- PyTorch

_TORCH_MAPS = {
    "step": "({0} > 0).to({dtype})",
    "relu": "torch.clamp({0}, min=0)",
    "sigmoid": "torch.sigmoid({0})",
    "sigmoid_slope": "_sigmoid_slope({0})",
    "sigmoid_less": "_sigmoid_less({0}, {1})",
    "sech2": "_sech2({0})",
    "softplus": "_softplus({0})",
    "xlogy": "torch.xlogy({0}, {1})",
    "equal": "({0} == {1}).to({dtype})",
    "unequal": "({0} != {1}).to({dtype})",
    "less": "({0} < {1}).to({dtype})",
    **_special("torch.special", "gamma", "factorial"),
    "gamma": "_gamma({0})",
    "factorial": "_gamma({0} + 1)",
}
_TORCH = '''
def _tensor(x, name):
    """An argument as a tensor of floating-point numbers."""
    try:
        t = x if torch.is_tensor(x) else torch.as_tensor(np.asarray(x))
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not an array of real numbers") from None
    if t.is_complex():
        raise TypeError(f"{name} is not an array of real numbers")
    return t if t.is_floating_point() else t.double()
---
def _softplus(z):
    """log(1 + exp(z)) without overflow."""
    return torch.clamp(z, min=0) + torch.log1p(torch.exp(-torch.abs(z)))
---
def _softmax(z, axis=None):
    """exp(z) over its sum, shifted by the largest entry."""
    axis = tuple(range(z.ndim)) if axis is None else axis
    e = torch.exp(z - torch.amax(z, axis, keepdim=True))
    return e / torch.sum(e, axis, keepdim=True)
---
def _logsumexp(z, axis=None):
    """log of the sum of exp(z), shifted by the largest entry."""
    return torch.logsumexp(z, tuple(range(z.ndim)) if axis is None else axis)
---
def _norm(x, axis=None):
    """The 2-norm, without overflow or underflow of the squares."""
    axis = tuple(range(x.ndim)) if axis is None else axis
    top = torch.amax(torch.abs(x), axis, keepdim=True)
    scale = torch.where((top > 0) & torch.isfinite(top), top, torch.ones_like(top))
    return torch.amax(scale, axis) * torch.sqrt(torch.sum((x / scale) ** 2, axis))
---
def _pnorm(x, p, axis=None):
    """The p-norm, without overflow or underflow of the powers."""
    axis = tuple(range(x.ndim)) if axis is None else axis
    top = torch.amax(torch.abs(x), axis, keepdim=True)
    scale = torch.where((top > 0) & torch.isfinite(top), top, torch.ones_like(top))
    return torch.amax(scale, axis) * torch.sum(torch.abs(x / scale) ** p, axis) ** (1 / p)
---
def _gamma(x):
    """The gamma function: torch has the logarithm of its size, and its sign is (-1)^floor(x) below zero."""
    sign = torch.where((x < 0) & (torch.floor(x) % 2 != 0), -1.0, 1.0).to(x.dtype)
    return sign * torch.exp(torch.special.gammaln(x))
---
def _log_of_det(A):
    """log det A through the logarithms of pivots; nan where the determinant is negative."""
    sign, logs = torch.linalg.slogdet(A)
    return torch.where(sign < 0, torch.nan, logs)
---
def _solve(A, B, transposed=False):
    """The X with A X = B."""
    A = A.mT if transposed else A
    return torch.linalg.solve(A, B)
---
def _inner(A, B):
    """The sum of the products of the entries."""
    return torch.sum(A * B)
---
def _scalar(x, like):
    """A number as a tensor beside others."""
    return torch.as_tensor(x, dtype=like.dtype, device=like.device)
'''

TORCH = Dialect(
    "torch",
    "torch",
    "torch.Tensor",
    _templates("torch", _TORCH_MAPS),
    _helpers(
        "torch",
        SIGMOID_LESS.replace("{sigmoid}", "torch.sigmoid"),
        MILLS_GAP.replace("{erfcx}", "torch.special.erfcx"),
        SIGMOID_SLOPE,
        SECH2,
        LOG_COSH,
        LOG1MEXP,
        NEAR_ZERO,
        HUBER,
    )
    | _helpers("torch", *_TORCH.split("---\n"), *spectral_helpers("torch"), *matrix_helpers("torch"), *low_rank_helpers("torch")),
    {
        "torch.": "import torch",
        "np.": "import numpy as np",
        "math.": "import math",
        "-> Callable": "from collections.abc import Callable",
    },
)

DIALECTS = {d.name: d for d in (NUMPY, JAX, TORCH)}
