"""Regular expressions that are compiled when they are first used.

Those that know the words of a subject are long, and no run needs more than a few of them: compiled at import they would take longer than
the rest of the start.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Has every method of a compiled pattern, as its own attribute from the first use on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._source)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "pattern"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`; whether the pattern is one is found when it is used."""
    return cast("re.Pattern[str]", _Late(pattern, flags))


__all__ = ["late"]
