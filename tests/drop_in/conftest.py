"""JAX keeps every program that it compiled. These tests compile thousands, which would be three gigabytes by the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

KEPT = 5
"""So many tests in a row share what is compiled: letting go after each costs a third more time, and saves no more than half a gigabyte."""
finished = count(1)


@pytest.fixture(autouse=True)
def programs_are_let_go() -> Iterator[None]:
    yield
    if next(finished) % KEPT == 0:
        pytest.importorskip("jax").clear_caches()
