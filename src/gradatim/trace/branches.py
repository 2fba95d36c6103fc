"""Branches on values: a function that asks `if x > 0` is run once for every outcome, and what its runs return is chosen by the conditions.

A run that ends in the function's own `raise` or `assert` is left out: there the function has no value.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradatim.errors import GradatimError
from gradatim.term import Term
from gradatim.trace import proxy
from gradatim.trace.broadcast import array
from gradatim.trace.conditions import Condition, where
from gradatim.trace.hints import BRANCHED
from gradatim.trace.proxy import Traced
from gradatim.trace.state import LIBRARIES

MOST_MET, MOST_RUNS = 8, 32
"""Conditions that one run may ask for, and runs in all."""


@dataclass(slots=True)
class Way:
    """One run: the outcomes that were decided before it, and the conditions that it met."""

    outcomes: list[bool]
    settled: Callable[[Term], Term]
    """What becomes of a term at the end of a run: loops folded, factors put back."""
    met: list[Condition] = field(default_factory=list)

    def taken(self, condition: Condition) -> bool:
        """The outcome of the next condition; of one that was met before the same as then."""
        found = _settled(condition, self.settled)
        for known, outcome in zip(self.met, self.outcomes):
            if known.term is found.term:
                return outcome
        if found.ndim or len(self.met) == MOST_MET:
            raise GradatimError(BRANCHED)
        self.met.append(found)
        if len(self.outcomes) < len(self.met):
            self.outcomes.append(True)
        return self.outcomes[len(self.met) - 1]


def _settled(c: Condition, settle: Callable[[Term], Term]) -> Condition:
    try:
        term, over = settle(c.term), None if c.over is None else settle(c.over)
    except GradatimError:
        raise GradatimError(BRANCHED) from None
    return Condition(Traced(term, c.dims), over, None if c.opposite is None else _settled(c.opposite, settle))


Run = Callable[[list[bool]], tuple[Way, Traced | Exception]]


def explored(run: Run) -> Traced:
    """What the runs for all outcomes return, as one array. Raises what the function raises where none returns."""
    left = [MOST_RUNS]
    result = _below(run, [], left)
    if isinstance(result, Exception):
        raise result
    return result


def _below(run: Run, outcomes: Sequence[bool], left: list[int]) -> Traced | Exception:
    """All runs that begin with these outcomes."""
    if not left[0]:
        raise GradatimError(BRANCHED)
    left[0] -= 1
    way, result = run(list(outcomes))
    for k in reversed(range(len(outcomes), len(way.met))):
        other = _below(run, [*way.outcomes[:k], False], left)
        result = _joined(way.met[k], result, other)
    return result


def _joined(condition: Condition, held: Traced | Exception, failed: Traced | Exception) -> Traced | Exception:
    if isinstance(held, Exception):
        return failed
    if isinstance(failed, Exception) or held.term is failed.term and held.dims == failed.dims:
        return held
    if held.dims != failed.dims:
        raise GradatimError("a branch on values that returns arrays of two shapes has no formula")
    return where(condition, held, failed)


def outcome(made: Callable[[], Any], settle: Callable[[Term], Term]) -> Traced | Exception:
    """What a run returns; the exception that the function itself raises. Whatever else fails is raised."""
    try:
        result = made()
    except GradatimError:
        raise
    except Exception as error:
        if not proxy.SIZES.way.met or not _own(error):
            raise
        return error
    if isinstance(result, (tuple, list, dict)) or result is None:
        raise GradatimError(f"the function returns a {type(result).__name__}; it must return one array")
    x = array(result)
    return Traced(settle(x.term), x.dims)


def _own(error: Exception) -> bool:
    """Whether an exception comes from a `raise` or an `assert` of the user's own code, and not from what cannot be traced."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or str(trace.tb_frame.f_globals.get("__name__", "")).split(".")[0] in LIBRARIES:
        return False
    return dis.opname[trace.tb_frame.f_code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
