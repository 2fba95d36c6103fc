"""SciPy's functions on stand-ins.

Most are NumPy ufuncs and find the stand-ins by themselves. `logsumexp`, `cho_solve` and their like are plain functions, which turn their
arguments into arrays; while a function is traced they are exchanged for ones that know stand-ins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Bind, fresh_index
from gradatim.trace.broadcast import array, divided, entrywise, multiplied, raised
from gradatim.trace.distances import DISTANCES
from gradatim.trace.distributions import DISTRIBUTIONS, Distribution
from gradatim.trace.factors import cho_factor, cho_solve, scipy_cholesky, solve_triangular
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.proxy import Traced
from gradatim.trace.selected import Selected
from gradatim.trace.shapes import summed
from gradatim.trace.ufuncs import least_squares, pseudoinverse
from gradatim.types import ONE


def _log_sum_exp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Traced:
    x = array(a)
    if return_sign:
        raise GradatimError("logsumexp with return_sign cannot be traced")
    if b is None and not keepdims and x.ndim == 1 and x.dims[0] != ONE:
        return Traced(ops.logsumexp(x.term), ())
    if b is None and not keepdims and x.ndim == 2 and axis in (0, 1, -1, -2) and ONE not in x.dims:
        t = x.term if axis in (1, -1) else ops.transpose(x.term)
        i = fresh_index(t.type.axes[0])
        return Traced(Bind("stack", i, ops.logsumexp(ops.at(t, i))), t.type.axes[:1])
    e = UFUNCS["exp"](x)
    made: Traced = UFUNCS["log"](summed(e if b is None else UFUNCS["multiply"](b, e), axis, keepdims))
    return made


def _softmax(a: Any, axis: Any = None) -> Traced:
    x = array(a)
    if x.ndim == 1 and x.dims[0] != ONE:
        return Traced(ops.softmax(x.term), x.dims)
    e = UFUNCS["exp"](x)
    return divided(e, summed(e, axis, True))


def _log_softmax(a: Any, axis: Any = None) -> Traced:
    x = array(a)
    over = summed(UFUNCS["exp"](x), axis, True)
    made: Traced = UFUNCS["subtract"](x, UFUNCS["log"](over))
    return made


def _log_beta(a: Any, b: Any) -> Any:
    log_gamma = UFUNCS["gammaln"]
    return log_gamma(a) + log_gamma(b) - log_gamma(array(a) + b)


def _relative_entropy(a: Any, b: Any) -> Any:
    return UFUNCS["xlogy"](a, divided(a, b))


def _huber(d: Any, r: Any) -> Any:
    size = UFUNCS["absolute"](r)
    return FUNCTIONS["where"](size <= d, divided(raised(array(r), 2), 2), multiplied(d, size - divided(d, 2)))


def _of_order(kinds: tuple[Callable[..., Any], ...]) -> Callable[..., Traced]:
    def bessel(order: Any, a: Any) -> Traced:
        if not isinstance(order, int) or not 0 <= order < len(kinds):
            raise GradatimError("Bessel functions have a formula for the orders 0, 1 and 2")
        return entrywise(kinds[order])(a)

    return bessel


ENTRYWISE: dict[str, Callable[..., Any]] = {
    "erfinv": ops.erfinv,
    "ndtri": ops.ndtri,
    "j0": ops.besselj0,
    "j1": ops.besselj1,
    "i0": ops.besseli0,
    "i1": ops.besseli1,
    "i0e": ops.besselie0,
    "i1e": ops.besselie1,
}
BY_ORDER: dict[str, tuple[Callable[..., Any], ...]] = {
    "jv": (ops.besselj0, ops.besselj1, ops.besselj2),
    "jn": (ops.besselj0, ops.besselj1, ops.besselj2),
    "iv": (ops.besseli0, ops.besseli1, ops.besseli2),
    "ive": (ops.besselie0, ops.besselie1, ops.besselie2),
}

UFUNCS.update(
    {
        "logit": lambda a: UFUNCS["log"](a) - UFUNCS["log1p"](-array(a)),
        "rel_entr": _relative_entropy,
        "kl_div": lambda a, b: _relative_entropy(a, b) - array(a) + b,
        "xlog1py": lambda a, b: multiplied(a, UFUNCS["log1p"](b)),
        "huber": _huber,
        "pseudo_huber": lambda d, r: multiplied(multiplied(d, d), UFUNCS["sqrt"](1 + raised(divided(r, d), 2)) - 1),
        **{name: entrywise(op) for name, op in ENTRYWISE.items()},
        "erfcinv": lambda a: -divided(UFUNCS["ndtri"](divided(a, 2)), UFUNCS["sqrt"](array(2))),
        **{name: _of_order(table) for name, table in BY_ORDER.items()},
        "erfc": lambda a: 1 - UFUNCS["erf"](a),
        "ndtr": lambda a: divided(1 + UFUNCS["erf"](divided(a, UFUNCS["sqrt"](array(2)))), 2),
        "exprel": lambda a: divided(UFUNCS["expm1"](a), a),
        "betaln": _log_beta,
        "beta": lambda a, b: UFUNCS["exp"](_log_beta(a, b)),
        "boxcox": lambda a, k: divided(UFUNCS["power"](a, k) - 1, k),
    }
)


def _polygamma(n: Any, x: Any) -> Traced:
    a = array(x)
    if not isinstance(n, int) or n < 0 or a.term.rank > 2:
        raise GradatimError("polygamma has a formula for an order that is a whole number")
    return Traced(ops.digamma(a.term) if not n else ops.polygamma(a.term, params=(n,)), a.dims)


def _expm(a: Any) -> Traced:
    x = array(a)
    return Traced(ops.dictionary()["expm"](x.term), x.dims)


def _positive(name: str, op: Callable[..., Any], a: Any) -> Traced:
    x = array(a)
    if "spd" not in ops.facts(x.term):
        raise GradatimError(f'scipy.linalg.{name} has a formula for a matrix declared positive definite: facts={{"A": "spd"}}')
    return Traced(op(x.term), x.dims)


def _logm(a: Any, disp: bool = True) -> Traced:
    return _positive("logm", ops.dictionary()["logm"], a)


def _sqrtm(a: Any, disp: bool = True, blocksize: int = 64) -> Traced:
    return _positive("sqrtm", lambda t: ops.dictionary()["powm"](t, ops.number(Fraction(1, 2))), a)


STAND_INS: dict[str, dict[str, Callable[..., Any]]] = {
    "scipy.special": {"logsumexp": _log_sum_exp, "softmax": _softmax, "log_softmax": _log_softmax, "polygamma": _polygamma},
    "scipy.linalg": {
        "cholesky": scipy_cholesky,
        "cho_factor": cho_factor,
        "cho_solve": cho_solve,
        "solve_triangular": solve_triangular,
        "expm": _expm,
        "logm": _logm,
        "sqrtm": _sqrtm,
        "pinv": pseudoinverse,
        "lstsq": least_squares,
        **{name: FUNCTIONS[name] for name in ("solve", "inv", "det", "norm")},
    },
    "scipy.spatial.distance": DISTANCES,
}


@contextmanager
def stand_ins(function: Callable[..., Any]) -> Iterator[None]:
    """SciPy's functions exchanged, in their modules and where the traced function took them from there by name."""
    names = getattr(function, "__globals__", None)
    changed: list[tuple[dict[str, Any], str, Any]] = []
    try:
        tables: dict[str, Mapping[str, Any]] = {**STAND_INS, "scipy.stats": DISTRIBUTIONS}
        for path, table in tables.items():
            module = sys.modules.get(path)
            if module is None:
                continue
            originals = {name: getattr(module, name) for name in table}
            for owner in (vars(module), *([names] if isinstance(names, dict) else [])):
                for name, value in list(owner.items()):
                    known = next((n for n, own in originals.items() if own is value), None)
                    if known is not None:
                        changed.append((owner, name, value))
                        made: Any = table[known]
                        owner[name] = Distribution(known, value, _either) if isinstance(made, dict) else _either(made, value)
        yield
    finally:
        for owner, name, value in reversed(changed):
            owner[name] = value


def _either(made: Callable[..., Any], own: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **options: Any) -> Any:
        return (made if any(map(_stands_in, (*args, *options.values()))) else own)(*args, **options)

    return function


def _stands_in(a: Any) -> bool:
    return isinstance(a, (Traced, Selected)) or isinstance(a, (tuple, list)) and any(map(_stands_in, a))


FUNCTIONS["i0"] = UFUNCS["i0"]
