"""PyTorch's spelling of functions, and the helpers that code for it brings along."""

from __future__ import annotations

from gradatim.compile.by_entry import FITTED, STRETCHES, second_bessel
from gradatim.compile.dialect import Dialect, helpers, shared_helpers, special, templates

_TORCH_MAPS = {
    "step": "({0} > 0).to({dtype})",
    "relu": "torch.clamp({0}, min=0)",
    "sigmoid": "torch.sigmoid({0})",
    "softplus": "_softplus({0})",
    "xlogy": "torch.xlogy({0}, {1})",
    "equal": "({0} == {1}).to({dtype})",
    "unequal": "({0} != {1}).to({dtype})",
    "less": "({0} < {1}).to({dtype})",
    **special("torch.special", "gamma", "factorial", "polygamma"),
    "polygamma": "_polygamma({parameter}, {0})",
    "besselj0": "torch.special.bessel_j0({0})",
    "besselj1": "torch.special.bessel_j1({0})",
    "besselj2": "_besselj2({0})",
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
def _number(x, name, dtype, device=None):
    """A scalar argument as a tensor without axes."""
    try:
        t = x if torch.is_tensor(x) else torch.as_tensor(x, dtype=dtype, device=device)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not a real number") from None
    if t.ndim:
        raise ValueError(f"{name} is a scalar; the array given has shape {tuple(t.shape)}")
    if t.is_complex():
        raise TypeError(f"{name} is not a real number")
    return t.to(dtype=dtype, device=device)
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
def _polygamma(n, x):
    """The n-th derivative of the digamma function, of which torch has half the digits; by Euler and Maclaurin's formula for positive x."""
    at, total, factor = torch.where(x > 0, x, 1.0), 0.0, n + 1.0
    for k in range(20):
        total = total + (at + k) ** (-n - 1)
    y = at + 20
    total = total + y**-n / n + y ** (-n - 1) / 2
    numbers = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000)
    for k in range(6):
        total = total + numbers[k] * factor * y ** (-n - 2 * k - 2)
        factor = factor * (n + 2 * k + 2) * (n + 2 * k + 3)
    return torch.where(x > 0, (-1.0) ** (n + 1) * math.factorial(n) * total, torch.special.polygamma(n, x))
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
    templates("torch", _TORCH_MAPS),
    shared_helpers("torch", "torch.sigmoid", "torch.special.erfcx", "z", "torch.special.gammaln")
    | helpers(
        "torch",
        STRETCHES,
        FITTED.replace("{array}", "z"),
        *_TORCH.split("---\n"),
        *second_bessel("torch.special", "i", "ie", "j"),
    ),
    {
        "torch.": "import torch",
        "np.": "import numpy as np",
        "math.": "import math",
        "-> Callable": "from collections.abc import Callable",
    },
)
