"""Letters of plain text that stand side by side and are no product: `xlogx`, the `hidden` of `W_hidden`."""

from __future__ import annotations

import re
from collections.abc import Container

from gradatim.read.spelling import GLUED, GREEK_WORDS, function_word

_WITHIN = re.compile(r"(?P<before>[A-Za-z]{0,2})(?P<word>sinh?|cosh?|tanh?|log|exp|sqrt)(?P<after>[A-Za-z]{1,2})")
"""Letters among which a function's name stands."""
_CALLED = re.compile(r"[A-Z](?P<word>[dD]iag|trace|det|vec|exp|log|ln|tanh?|sinh?|cosh?|sqrt|softmax|sigmoid)")
"""A capital letter before the name of a function."""
SPELT_ACCENTS = ("hat", "bar", "tilde")
_ACCENTED = re.compile(
    rf"(?P<name>[A-Za-z]|{'|'.join(sorted(GREEK_WORDS, key=len, reverse=True))})(?P<accent>{'|'.join(SPELT_ACCENTS)})"
)
_ENGLISH = frozenset({"that", "what", "chat"})
_INDICES = frozenset("ijklmn")
LONG = 4
"""So many small letters side by side are a word, `minimize`, `loss`, rather than a product."""


def written_apart(run: str, glued: bool) -> str:
    """How letters are written where a function's name stands among them; "" for any others. `glued` says that those which are else
    read as the function (`sinx`) are asked about, too."""
    if found := _WITHIN.fullmatch(run):
        return " ".join(part for part in found.groups() if part)
    return f"{found[1]} {run[-1]}" if glued and (found := GLUED.match(run)) else ""


def factor_before_a_call(run: str) -> str:
    """The `diag` of the letters `Wdiag` before a bracket, of which the first alone is a factor; "" for any others."""
    found = _CALLED.fullmatch(run)
    return found["word"] if found and not function_word(run) else ""


def accent_spelt_out(run: str, words: Container[str]) -> str:
    """The `\\hat{y}` that `yhat` is; "" for any other letters."""
    found = _ACCENTED.fullmatch(run)
    if found is None or run in words or run.lower() in _ENGLISH or all(letter in words for letter in run):
        return ""
    return f"\\{found['accent']}{{{GREEK_WORDS.get(found['name'], found['name'])}}}"


def stand_below(run: str, after: str, words: Container[str]) -> bool:
    """Whether letters below a name of plain text stand there together: `W_hidden`, `A_ij`; `after` is what follows them."""
    if after in (("_", "^", "'") if len(run) < 4 else ("_",)):  # w_ix_i, w_ixy^2
        return False
    if run in GREEK_WORDS or function_word(run) or all(letter in words for letter in run):
        return False
    return run.islower() and (len(run) > 2 or len(run) == 2 and set(run) <= _INDICES)


__all__ = ["LONG", "SPELT_ACCENTS", "accent_spelt_out", "factor_before_a_call", "stand_below", "written_apart"]
