"""A function of arrays run on stand-ins: what it returns is its term."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradatim.term import Term
from gradatim.trace import more as _more  # noqa: F401 - it fills the tables of functions
from gradatim.trace import ordered as _ordered  # noqa: F401
from gradatim.trace import ufuncs as _ufuncs  # noqa: F401
from gradatim.trace.branches import Way, explored, outcome
from gradatim.trace.exchange import exchanged
from gradatim.trace.factors import without_factors
from gradatim.trace.folds import folded
from gradatim.trace.proxy import Sizes, Traced, tracing
from gradatim.trace.special import stand_ins
from gradatim.types import Dim


def traced(function: Callable[..., Any], arguments: Mapping[str, tuple[Term, tuple[Dim, ...]]], lifted: bool = False) -> Term:
    """The term of what the function returns for arguments that are symbols of these shapes. `lifted` leaves out the largest entry that
    is taken away before exponentials: the caller compares."""

    def run(outcomes: list[bool]) -> tuple[Way, Traced | Exception]:
        sizes = Sizes()
        sizes.lifted = lifted
        settle = lambda term: without_factors(folded(term, sizes.loops), sizes.factors)
        sizes.way = Way(outcomes, settle)
        with tracing(sizes), stand_ins(function), exchanged(function):
            given = {name: Traced(term, dims) for name, (term, dims) in arguments.items()}
            return sizes.way, outcome(lambda: function(**given), settle)

    return explored(run).term
