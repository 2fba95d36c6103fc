"""A letter for any one member: after a_n = W x_n + b, a question about p = softmax(a) speaks of one a."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gradatim.homework.definitions import definitions, flat, heads, right
from gradatim.read.names import text_name

_MEMBER = re.compile(r"(?P<letter>(?:\\[A-Za-z]+\{)?\\?[a-z]+\}?)_\{[a-z]\}\Z")


def of_one_member(chain: list[str], given: str, variables: Iterable[str]) -> tuple[list[str], str, str]:
    """The chain and the declarations of a question by a letter that the texts define with an index only, as what is said of one
    member, and what is to be said of that. Unchanged where the function itself has members, or the letter a definition."""
    function = chain[-1]
    defined = {h for f in (*chain[:-1], *definitions(given)) for h in heads(f)}
    named = [v for v in map(flat, variables) if v not in defined and any(_letter(h) == v for h in defined)]
    if not named or "_" in function or not heads(function):
        return chain, given, ""
    letters = {*named, *(h for h in heads(function) if any(_letter(d) == h for d in defined))}
    for formula in definitions(given):
        if letters & set(map(_letter, heads(formula))):
            given = given.replace(formula, heads(formula)[0])
    for letter in letters:
        given = re.sub(rf"{re.escape(letter)}_(?:\{{[a-z]\}}|[a-z](?![A-Za-z]))", letter.replace("\\", "\\\\"), given)
    kept = [f for f in chain if f is function or not letters & set(map(_letter, heads(f)))]
    used = "\n".join(map(right, kept))
    kept = [f for f in kept if f is function or any(h in flat(used) for h in heads(f))]
    return kept, given, f"{', '.join(map(text_name, named))} stands for one member"


def one_of_them(given: str, variables: Iterable[str], own: str) -> str:
    """The declarations with what they say of u_o said of u_w, where a question by u_w tells `w = o` from `w \\ne o`: u_o is one of them."""
    for variable in variables:
        found = _INDEXED.fullmatch(flat(variable))
        for m in re.finditer(_COMPARED.format(found["i"]), own) if found else ():
            declared = rf"\$\s*{re.escape(found['letter'])}\s*_\s*(?:{m['label']}|\{{\s*{m['label']}\s*\}})\s*\$" if found else ""
            given = re.sub(declared, "$" + variable.replace("\\", r"\\") + "$", given)
    return given


_INDEXED = re.compile(r"(?P<letter>(?:\\[A-Za-z]+\{)?\\?[A-Za-z]+\}?)_\{(?P<i>[a-z])\}\Z")
_COMPARED = r"(?<![A-Za-z\\]){}\s*(?:=|\\neq?|\\not\s*=|≠)\s*(?P<label>[a-z])(?![A-Za-z])"


def _letter(name: str) -> str:
    """The letter of a member's name, `\\mathbf{a}` of `\\mathbf{a}_{n}`; empty for any other name."""
    found = _MEMBER.fullmatch(name)
    return found["letter"] if found else ""


__all__ = ["of_one_member", "one_of_them"]
