"""Results of a function of which nothing is said: eigenvectors, whose signs are open, what `lstsq` returns beside the solution."""

from __future__ import annotations

from typing import Any

from gradatim.errors import GradatimError


class Untold:
    """A result that may be given a name; whoever uses it is told why it has no formula."""

    __array_priority__ = 3000

    def __init__(self, why: str) -> None:
        self.why = why

    def _refuse(self, *_args: Any, **_options: Any) -> Any:
        raise GradatimError(self.why)

    def __getattr__(self, _name: str) -> Any:
        raise GradatimError(self.why)

    __matmul__ = __rmatmul__ = __mul__ = __rmul__ = __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = _refuse
    __truediv__ = __rtruediv__ = __array_ufunc__ = __array_function__ = __array__ = __float__ = __bool__ = __iter__ = _refuse
