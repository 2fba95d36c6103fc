"""JAX's spelling of functions, and the helpers that code for it brings along."""

from __future__ import annotations

from gradatim.compile.by_entry import (
    ERFCX,
    FITTED,
    LOG_NDTR,
    LOGSUMEXP,
    NORM,
    PNORM,
    SOFTMAX,
    SOFTPLUS,
    STRETCHES,
    XLOGY,
    second_bessel,
)
from gradatim.compile.dialect import Dialect, helpers, shared_helpers, special, templates
from gradatim.compile.factorised import LOG_OF_DET

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
_NUMBER = '''
def _number(x, name):
    """A scalar argument as a floating-point number."""
    if x is None:
        raise TypeError(f"{name} is not a real number")
    try:
        a = jnp.asarray(x)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not a real number") from None
    if a.ndim:
        raise ValueError(f"{name} is a scalar; the array given has shape {a.shape}")
    if jnp.iscomplexobj(a):
        raise TypeError(f"{name} is not a real number")
    return a if jnp.issubdtype(a.dtype, jnp.floating) else 1.0 * a
'''
_BESSELJ = '''
def _besselj(k, x):
    """The Bessel function of a small order k; beyond 25 by Hankel's expansion."""
    size, small = jnp.abs(x), jnp.minimum(jnp.abs(x), 0.01) / 2
    near, far = jnp.where(size < 25, jnp.maximum(size, 0.01), 1.0), jnp.where(size < 25, 25.0, size)
    series = 1 - small**2 / (k + 1) + small**4 / (2 * (k + 1) * (k + 2)) - small**6 / (6 * (k + 1) * (k + 2) * (k + 3))
    inside = jnp.where(size < 0.01, series * small**k / max(k, 1), jax.scipy.special.bessel_jn(near, v=2, n_iter=100)[k])
    even, odd, term = 0.0, 0.0, 1.0
    for j in range(16):
        even, odd = (even + (-1) ** (j // 2) * term, odd) if j % 2 == 0 else (even, odd + (-1) ** (j // 2) * term)
        term = term * (4 * k**2 - (2 * j + 1) ** 2) / (8 * (j + 1)) / far
    angle = far - (2 * k + 1) * math.pi / 4
    beyond = jnp.sqrt(2 / (math.pi * far)) * (even * jnp.cos(angle) - odd * jnp.sin(angle))
    return jnp.where(size < 25, inside, beyond) * (jnp.sign(x) if k == 1 else 1)
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


JAX = Dialect(
    "jax",
    "jnp",
    "jax.Array",
    templates(
        "jnp",
        {
            "step": "jnp.asarray({0} > 0, {dtype})",
            "relu": "jnp.maximum({0}, 0)",
            "sigmoid": "jax.nn.sigmoid({0})",
            "softplus": "_softplus({0})",
            "xlogy": "_xlogy({0}, {1})",
            "equal": "jnp.asarray({0} == {1}, {dtype})",
            "unequal": "jnp.asarray({0} != {1}, {dtype})",
            "less": "jnp.asarray({0} < {1}, {dtype})",
            **special("jax.scipy.special", "erfcx", "log_ndtr"),
            "log_ndtr": "_log_ndtr({0})",
            **{f"besselj{k}": f"_besselj({k}, {{0}})" for k in range(3)},
            "erfcx": "_erfcx({0})",
        },
    ),
    shared_helpers("jnp", "jax.nn.sigmoid", "_erfcx", "jnp.asarray(z)", "jax.scipy.special.gammaln")
    | helpers(
        "jnp",
        STRETCHES,
        FITTED.replace("{array}", "jnp.asarray(z)"),
        SOFTPLUS,
        SOFTMAX,
        LOGSUMEXP,
        NORM,
        PNORM,
        _ARRAY,
        _NUMBER,
        ERFCX,
        LOG_NDTR,
        _MATRIX_POWER,
        _BESSELJ,
        LOG_OF_DET,
        XLOGY,
        *second_bessel("jax.scipy.special", "i", "ie"),
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
