"""The targets, by name."""

from gradatim.compile.in_jax import JAX
from gradatim.compile.in_numpy import NUMPY
from gradatim.compile.in_torch import TORCH

DIALECTS = {d.name: d for d in (NUMPY, JAX, TORCH)}
