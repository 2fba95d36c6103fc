"""The indices that a binder being worked under, or the question, holds: lifting takes them as given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from gradatim.term import Term

_kept: ContextVar[tuple[Term, ...]] = ContextVar("kept", default=())
"""Indices opened from binders that are being worked under, the outermost first: lifting must not sum them. Each thread has its own."""


@contextmanager
def keep(*indices: Term) -> Iterator[None]:
    """While the block runs, lifting treats the indices as given (they belong to an enclosing sum or to the question)."""
    before = _kept.set(tuple(dict.fromkeys((*_kept.get(), *indices))))
    try:
        yield
    finally:
        _kept.reset(before)


@contextmanager
def given_up(*indices: Term) -> Iterator[None]:
    """While the block runs, kept indices are axes like any others."""
    before = _kept.set(tuple(i for i in _kept.get() if i not in indices))
    try:
        yield
    finally:
        _kept.reset(before)


def kept_indices() -> tuple[Term, ...]:
    """The indices that lifting and contracting must not sum, because a binder being worked under holds them."""
    return _kept.get()
