"""What the reader took for granted, in lines: each guess once, and one text of declarations that settles them all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from shlex import quote
from typing import Protocol

_DECLARES = re.compile(
    r"\$[^$]+\$ (?:is|are) (?:(?:an?|the|applied) [^,]*|positive definite)|softmax is row-wise|\$[^$]+ = [^$]+\$"
)
"""What can be pasted among declarations; any other fix is advice."""


class Guessed(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def fix(self) -> str: ...


def settling(guesses: Iterable[Guessed], given: str = "") -> str:
    """The declarations that settle the guesses, after those that were given; "" where nothing is to be declared."""
    fixes = dict.fromkeys(g.fix for g in guesses if _DECLARES.fullmatch(g.fix))
    if not fixes:
        return ""
    before = given.strip().rstrip(".;,")
    return ". ".join([*([before] if before else []), *fixes])


def guess_lines(guesses: Iterable[Guessed], given: str = "") -> list[str]:
    """A line for each guess, with the advice that is no declaration, and one with a `--given` to copy."""
    found = list(guesses)
    lines = [
        f"assumed: {text}"
        for text in gathered(g.text + (f" ({g.fix})" if g.fix and not _DECLARES.fullmatch(g.fix) else "") for g in found)
    ]
    declared = settling(found, given)
    return [*lines, *([f"to settle this: --given {quote(declared)}"] if declared else [])]


MANY = 5
"""So many names of one kind stand on one line."""
_KIND = re.compile(r"(\S+) is (an? (?:[^`(]| × )+)")


def gathered(guesses: Iterable[str]) -> list[str]:
    """Guesses, each once; where many names are of one kind, they are told together."""
    once = list(dict.fromkeys(guesses))
    kinds: dict[str, list[str]] = {}
    for text in once:
        if m := _KIND.fullmatch(text):
            kinds.setdefault(m[2], []).append(m[1])
    out: dict[str, None] = {}
    for text in once:
        m = _KIND.fullmatch(text)
        names = kinds[m[2]] if m else []
        out[f"{', '.join(names)} are each {m[2]}" if m and len(names) >= MANY else text] = None
    return list(out)


__all__ = ["gathered", "guess_lines", "settling"]
