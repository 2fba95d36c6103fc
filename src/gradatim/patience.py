"""A bound on the time that a calculation may take, for callers who have another way to an answer.

What runs out is told by every walk over a term, where all long calculations pass. It is no ordinary exception, so that nobody on the way takes
it for a formula that has none and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time

from gradatim.errors import LimitExceeded


class _OutOfTime(BaseException):
    """Leaves through all handlers, up to `within`."""


_end: ContextVar[float | None] = ContextVar("end", default=None)


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """While the block runs, seconds of this thread's own work are counted. Raises LimitExceeded where they are used up."""
    outer = _end.get()
    end = thread_time() + seconds
    token = _end.set(end if outer is None else min(outer, end))
    try:
        yield
    except _OutOfTime:
        if outer is not None and thread_time() > outer:
            raise
        raise LimitExceeded(f"{what} takes more than {seconds:g} seconds") from None
    finally:
        _end.reset(token)


def look_at_the_clock() -> None:
    end = _end.get()
    if end is not None and thread_time() > end:
        raise _OutOfTime
