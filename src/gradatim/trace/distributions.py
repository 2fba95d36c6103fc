"""SciPy's distributions on stand-ins: the logarithms of their densities, and of the normal distribution its functions.

Of a distribution on a part of the line only the logarithm of the density is known, which has no value elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.trace.broadcast import array, divided, multiplied, raised
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.products import matmul
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import summed
from gradatim.types import ONE

U = UFUNCS
Methods = dict[str, Callable[..., Any]]


def _log(a: Any) -> Any:
    return U["log"](array(a))


def _log_pi(times: int) -> Traced:
    return Traced(ops.log(ops.product(ops.number(times), ops.pi()) if times > 1 else ops.pi()), ())


def _standard(made: Callable[..., Any], count: int, density: bool) -> Callable[..., Any]:
    """A function of the standard distribution with `count` parameters, moved by `loc` and stretched by `scale`."""

    def function(x: Any, *args: Any, loc: Any = 0, scale: Any = 1, **named: Any) -> Any:
        if named or not count <= len(args) <= count + 2:
            raise GradatimError("a distribution is traced with its parameters by their places, and with loc and scale")
        shapes, rest = args[:count], args[count:]
        loc, scale = (*rest, *(loc, scale)[len(rest) :])
        plain = isinstance(scale, (int, float)) and scale == 1
        z = U["subtract"](array(x), loc)
        value = made(z if plain else divided(z, scale), *shapes)
        return U["subtract"](value, _log(scale)) if density and not plain else value

    return function


def _whole_line(log_density: Callable[..., Any], count: int = 0) -> Methods:
    logpdf = _standard(log_density, count, True)
    return {"logpdf": logpdf, "pdf": lambda *args, **options: U["exp"](logpdf(*args, **options))}


def _student(z: Any, v: Any) -> Any:
    v = array(v)
    front = U["gammaln"](divided(v + 1, 2)) - U["gammaln"](divided(v, 2)) - divided(_log(v) + _log_pi(1), 2)
    return front - multiplied(divided(v + 1, 2), U["log1p"](divided(raised(z, 2), v)))


def _of_vectors(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    """The logarithm of the density of normal vectors, one or the rows of a matrix."""
    r = array(x) if mean is None else U["subtract"](array(x), mean)
    c = array(cov)
    if allow_singular or r.ndim not in (1, 2) or c.ndim not in (0, 2) or ONE in r.dims:
        raise GradatimError("multivariate_normal is traced for vectors with a covariance that is a matrix or a number")
    d = Traced(ops.size(r.dims[-1]), ())
    if c.ndim:
        turned = FUNCTIONS["inv"](c)
        far = matmul(matmul(r, turned), r) if r.ndim == 1 else summed(multiplied(matmul(r, turned), r), 1)
        log_det = Traced(ops.logdet(c.term), ())
    else:
        far, log_det = divided(summed(raised(r, 2), -1), c), multiplied(d, _log(c))
    return -divided(multiplied(d, _log_pi(2)) + log_det + far, 2)


_beta_log = lambda z, a, b: multiplied(array(a) - 1, _log(z)) + multiplied(array(b) - 1, U["log1p"](-z)) - U["betaln"](a, b)

DISTRIBUTIONS: dict[str, Methods] = {
    "norm": {
        **_whole_line(lambda z: -divided(raised(z, 2) + _log_pi(2), 2)),
        "cdf": _standard(lambda z: U["ndtr"](z), 0, False),
        "logcdf": _standard(lambda z: U["log_ndtr"](z), 0, False),
        "sf": _standard(lambda z: U["ndtr"](-z), 0, False),
        "logsf": _standard(lambda z: U["log_ndtr"](-z), 0, False),
    },
    "laplace": _whole_line(lambda z: -U["absolute"](z) - _log(2)),
    "logistic": _whole_line(lambda z: -z - multiplied(2, U["logaddexp"](0, -z))),
    "cauchy": _whole_line(lambda z: -_log_pi(1) - U["log1p"](raised(z, 2))),
    "t": _whole_line(_student, 1),
    "expon": {"logpdf": _standard(lambda z: -z, 0, True)},
    "gamma": {"logpdf": _standard(lambda z, a: multiplied(array(a) - 1, _log(z)) - z - U["gammaln"](array(a)), 1, True)},
    "beta": {"logpdf": _standard(_beta_log, 2, True)},
    "multivariate_normal": {"logpdf": _of_vectors, "pdf": lambda *args, **options: U["exp"](_of_vectors(*args, **options))},
}


class Distribution:
    """One of SciPy's distributions that knows stand-ins; `given` are the parameters of one that is called with them."""

    def __init__(self, name: str, own: Any, either: Callable[..., Any], given: tuple[Any, dict[str, Any]] = ((), {})) -> None:
        self._name, self._own, self._either, self._given = name, own, either, given

    def __call__(self, *args: Any, **options: Any) -> Distribution:
        return Distribution(self._name, self._own, self._either, (args, options))

    def __getattr__(self, method: str) -> Any:
        args, options = self._given
        made = DISTRIBUTIONS[self._name].get(method, self._refused(method))
        chosen = self._either(made, getattr(self._own, method))
        return (lambda *x, **more: chosen(*x, *args, **options, **more)) if args or options else chosen

    def _refused(self, method: str) -> Callable[..., Any]:
        def refuse(*_args: Any, **_options: Any) -> Any:
            known = ", ".join(DISTRIBUTIONS[self._name])
            raise GradatimError(f"scipy.stats.{self._name}.{method} has no formula here; there are {known}")

        return refuse
