"""SciPy's special functions on stand-ins.

Most are NumPy ufuncs and find the stand-ins by themselves. `logsumexp`, `softmax` and `log_softmax` are plain functions, which turn their
argument into an array; while a function is traced they are exchanged for ones that know stand-ins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Bind, fresh_index
from gradatim.trace.broadcast import array, divided
from gradatim.trace.functions import UFUNCS
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import summed
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


STAND_INS: dict[str, Callable[..., Traced]] = {"logsumexp": _log_sum_exp, "softmax": _softmax, "log_softmax": _log_softmax}


@contextmanager
def stand_ins(function: Callable[..., Any]) -> Iterator[None]:
    """SciPy's functions exchanged, in its module and where the traced function took them from there by name."""
    module = sys.modules.get("scipy.special")
    owners: list[dict[str, Any]] = [] if module is None else [vars(module)]
    if module is not None and isinstance(getattr(function, "__globals__", None), dict):
        owners.append(function.__globals__)
    changed: list[tuple[dict[str, Any], str, Any]] = []
    originals = {getattr(module, name, None): made for name, made in STAND_INS.items()}
    try:
        for owner in owners:
            for name, value in list(owner.items()):
                made = originals.get(value) if callable(value) and getattr(value, "__name__", "") in STAND_INS else None
                if made is not None:
                    changed.append((owner, name, value))
                    owner[name] = _either(made, value)
        yield
    finally:
        for owner, name, value in changed:
            owner[name] = value


def _either(made: Callable[..., Any], own: Callable[..., Any]) -> Callable[..., Any]:
    def function(a: Any, *args: Any, **options: Any) -> Any:
        return (made if isinstance(a, Traced) else own)(a, *args, **options)

    return function
