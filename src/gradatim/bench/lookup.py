"""Whose value is whose: the symbols of what was read, and the arrays of a case under its own plain names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradatim.errors import ReadError
from gradatim.read.problem import Problem
from gradatim.term import Symbol, Term


def assigned(symbols: Mapping[Symbol, str], arrays: Mapping[str, Any], wrt: tuple[Symbol, str] | None) -> dict[Symbol, str]:
    """The array of each symbol: the one of its name, the variable's, one that is spelt nearly so, or the only one left whose
    name is an abbreviation of the other. `symbols` are the plain names; a symbol for which nothing is found is left out."""
    found: dict[Symbol, str] = {}
    for way in (_same, _near, _short):
        for symbol, name in symbols.items():
            if symbol in found:
                continue
            if wrt is not None and symbol is wrt[0] and wrt[1] in arrays:
                found[symbol] = wrt[1]
                continue
            left = [a for a in arrays if a not in found.values() and _fits(symbol, arrays[a])]
            options = way(name, left)
            if len(options) == 1:
                found[symbol] = options[0]
    return found


def _fits(symbol: Symbol, array: Any) -> bool:
    return np.ndim(flattened(array, symbol)) == symbol.type.rank


def flattened(array: Any, symbol: Symbol) -> Any:
    """The array without its axes of length one, where the symbol has none: a 1 × n matrix is read as a row of n."""
    return array if np.ndim(array) <= symbol.type.rank else np.reshape(array, tuple(n for n in np.shape(array) if n != 1))


def _same(name: str, left: Sequence[str]) -> list[str]:
    return [name] if name in left else []


def _near(name: str, left: Sequence[str]) -> list[str]:
    """Families carry a plural s, clashing letters are doubled, and a subscript may lose its underscore."""
    options = (name + "s", name[:1] * 2, name + name[-1:].lower(), name.replace("_", ""))
    return [o for o in dict.fromkeys(options) if o in left][:1]


def _short(name: str, left: Sequence[str]) -> list[str]:
    """What begins with the same letter and abbreviates the other: eps, Sq for Sigma_q, Lambda for Lam, X for the family x."""
    exact = [a for a in left if _abbreviates(a.lower(), name.lower()) or _abbreviates(name.lower(), a.lower())]
    longest = max((len(a) for a in exact), default=0)
    return [a for a in exact if len(a) == longest]


def _abbreviates(short: str, long: str) -> bool:
    short, long = short.replace("_", ""), long.replace("_", "").removeprefix("var")
    rest = iter(long)
    return short[:1] == long[:1] and all(c in rest for c in short)


def variable_of(problem: Problem, case: Mapping[str, Any]) -> Term:
    """What a case asks the derivative by, under its plain name or else as it stands on paper."""
    try:
        return problem.find(case["wrt"])
    except ReadError:
        return problem.find(case.get("wrt_latex", case["wrt"]))
