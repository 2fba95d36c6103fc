"""A function of arrays run on stand-ins: what it returns is its term."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradatim.errors import GradatimError
from gradatim.term import Term
from gradatim.trace import more as _more  # noqa: F401 - it fills the tables of functions
from gradatim.trace import ordered as _ordered  # noqa: F401
from gradatim.trace import ufuncs as _ufuncs  # noqa: F401
from gradatim.trace.broadcast import array
from gradatim.trace.exchange import exchanged
from gradatim.trace.factors import without_factors
from gradatim.trace.loops import folded
from gradatim.trace.proxy import Sizes, Traced, tracing
from gradatim.trace.special import stand_ins
from gradatim.types import Dim


def traced(function: Callable[..., Any], arguments: Mapping[str, tuple[Term, tuple[Dim, ...]]], lifted: bool = False) -> Term:
    """The term of what the function returns for arguments that are symbols of these shapes. `lifted` leaves out the largest entry that
    is taken away before exponentials: the caller compares."""
    sizes = Sizes()
    sizes.lifted = lifted
    with tracing(sizes):
        with stand_ins(function), exchanged(function):
            result = function(**{name: Traced(term, dims) for name, (term, dims) in arguments.items()})
        if isinstance(result, (tuple, list, dict)) or result is None:
            raise GradatimError(f"the function returns a {type(result).__name__}; it must return one array")
        return without_factors(folded(array(result).term, sizes.loops), sizes.factors)
