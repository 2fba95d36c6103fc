"""What the targets spell differently: the names of functions, and helpers that generated code brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradatim.compile.by_entry import (
    EXPM1_GAP,
    HUBER,
    LOG1MEXP,
    LOG_COSH,
    LOGSUMEXP,
    NORM,
    PNORM,
    SECH2,
    SIGMOID_LESS,
    SIGMOID_SLOPE,
    SOFTMAX,
    SOFTPLUS,
)
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
    "expm1_gap": "_expm1_gap({0})",
}
_SPECIAL = {
    "erf": "{s}.erf({0})",
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
_FACTOR = '''
def _factor(A, symmetric=False):
    """A Cholesky factor where A is positive definite, an LU factorisation otherwise."""
    single = A.dtype == np.float32
    if symmetric:
        # A is symmetric, so its transpose is A in the order that LAPACK wants.
        upper, info = (lapack.spotrf if single else lapack.dpotrf)(A.T, clean=1)
        if info == 0:
            return upper, None
    lu, pivots, info = (lapack.sgetrf if single else lapack.dgetrf)(A)
    if info > 0:
        raise LinAlgError(f"a matrix of shape {A.shape} that is to be inverted is singular")
    return lu, pivots
'''
_SOLVE = '''
def _solve(factor, B, transposed=False):
    """The X with A X = B, for the factorisation of A."""
    F, pivots = factor
    single = F.dtype == np.float32
    if pivots is None:
        return (lapack.spotrs if single else lapack.dpotrs)(F, B)[0]
    return (lapack.sgetrs if single else lapack.dgetrs)(F, pivots, B, trans=int(transposed))[0]
'''
_INVERSE = '''
def _inverse(factor):
    """The inverse, for the factorisation of A."""
    F, pivots = factor
    single = F.dtype == np.float32
    if pivots is None:
        half = (lapack.spotri if single else lapack.dpotri)(F)[0]
        return half + np.triu(half, 1).T
    return (lapack.sgetri if single else lapack.dgetri)(F, pivots)[0]
'''
_LOGDET = '''
def _logdet(factor):
    """log |det A|, for the factorisation of A."""
    F, pivots = factor
    logs = np.sum(np.log(np.abs(F.diagonal())))
    return 2 * logs if pivots is None else logs
'''
_LOG_OF_DET = '''
def _log_of_det(A):
    """log det A through the logarithms of pivots; nan where the determinant is negative."""
    sign, logs = {m}.linalg.slogdet(A)
    return {m}.where(sign < 0, {m}.nan, logs)
'''
_POSV = '''
def _solve_symmetric(A, B):
    """The X with A X = B for a symmetric A, by Cholesky's factorisation where A is positive definite."""
    _, X, info = (lapack.sposv if A.dtype == np.float32 else lapack.dposv)(A.T, B)
    return X if info == 0 else np.linalg.solve(A, B)
'''
_INV_SYMMETRIC = '''
def _inverse_symmetric(A):
    """The inverse of a symmetric A, from its Cholesky factor where A is positive definite."""
    single = A.dtype == np.float32
    upper, info = (lapack.spotrf if single else lapack.dpotrf)(A.T, clean=1)
    if info != 0:
        return np.linalg.inv(A)
    half = (lapack.spotri if single else lapack.dpotri)(upper)[0]
    return half + np.triu(half, 1).T
'''
_TRIANGULAR = '''
def _solve_triangular(A, B, lower, transposed=False):
    """The X with A X = B for a triangular A."""
    return scipy.linalg.solve_triangular(A, B, lower=lower, trans=int(transposed))
'''
_XLOGY = '''
def _xlogy(y, x):
    """y log x, and 0 where y is 0."""
    return {m}.where(y == 0, 0, y * {m}.log({m}.where(y == 0, 1, x)))
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
        SIGMOID_SLOPE,
        SECH2,
        SOFTPLUS,
        LOG_COSH,
        LOG1MEXP,
        EXPM1_GAP,
        SOFTMAX,
        LOGSUMEXP,
        NORM,
        PNORM,
        HUBER,
        _FACTOR,
        _SOLVE,
        _INVERSE,
        _LOGDET,
        _LOG_OF_DET,
        _POSV,
        _INV_SYMMETRIC,
        _TRIANGULAR,
        *spectral_helpers("np"),
        *matrix_helpers("np"),
        *low_rank_helpers("np"),
    )
    | {
        "_arrays": '''def _arrays(**arguments):
    """The arguments as arrays of one floating type: float32 where all are, float64 otherwise."""
    arrays = {name: np.asarray(x) for name, x in arguments.items()}
    for name, a in arrays.items():
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
    except TypeError:
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
            **_special("jax.scipy.special"),
        },
    ),
    _helpers(
        "jnp",
        SIGMOID_LESS.replace("{sigmoid}", "jax.nn.sigmoid"),
        SIGMOID_SLOPE,
        SECH2,
        SOFTPLUS,
        LOG_COSH,
        LOG1MEXP,
        EXPM1_GAP,
        SOFTMAX,
        LOGSUMEXP,
        NORM,
        PNORM,
        HUBER,
        _MATRIX_POWER,
        _LOG_OF_DET,
        _XLOGY,
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
        "torch", SIGMOID_LESS.replace("{sigmoid}", "torch.sigmoid"), SIGMOID_SLOPE, SECH2, LOG_COSH, LOG1MEXP, EXPM1_GAP, HUBER
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
