"""The indices that a binder being worked under, or the question, holds: lifting takes them as given."""

from __future__ import annotations

from gradatim.term import Term

_kept: dict[Term, int] = {}
"""Indices opened from binders that are being worked under: lifting must not sum them."""


class keep:
    """While the block runs, lifting treats the index as given (it belongs to an enclosing sum or to the question)."""

    def __init__(self, *indices: Term) -> None:
        self.indices = indices

    def __enter__(self) -> None:
        for i in self.indices:
            _kept[i] = _kept.get(i, 0) + 1

    def __exit__(self, *_exc: object) -> None:
        for i in self.indices:
            _kept[i] -= 1
            if not _kept[i]:
                del _kept[i]


class given_up:
    """While the block runs, kept indices are axes like any others."""

    def __init__(self, *indices: Term) -> None:
        self.indices = indices
        self.were: dict[Term, int] = {}

    def __enter__(self) -> None:
        self.were = {i: _kept.pop(i) for i in self.indices if i in _kept}

    def __exit__(self, *_exc: object) -> None:
        _kept.update(self.were)


def kept_indices() -> list[Term]:
    """The indices that lifting and contracting must not sum, because a binder being worked under holds them."""
    return list(_kept)
