"""Variables by what they are called: "with respect to all parameters", "to the weights and biases", "to its input".

What a text calls parameters, weights or data is that. What it leaves open is told by its letter where authors agree on one, and is said
to be a guess; where they do not, the question is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.errors import GradatimError
from gradatim.homework.definitions import arguments, unstyled
from gradatim.read.names import parts, text_name
from gradatim.read.problem import read

_BY = (
    r"(?:(?:with\s+(?:respect|regards?)\s+to|w\.?\s?r\.?\s?t\.?|wrt|relative\s+to|by)(?:\s+(?:all|each|every|both|any))?"
    r"|(?:for|of)\s+(?:all|each|every|both))"
)
_KINDS = {
    "parameters": r"(?:parameters?|unknowns|weights?\s+(?:matri(?:x|ces)\s+)?and\s+(?:all\s+)?(?:the\s+)?bias(?:es)?(?:\s+vectors?)?)",
    "weights": r"(?:weights?(?:\s+(?:matri(?:x|ces)|vectors?))?)",
    "biases": r"(?:bias(?:es)?(?:\s+(?:vectors?|terms?))?)",
    "inputs": r"(?:inputs?(?:\s+vectors?)?)",
    "first": r"(?:first|1st)\s+(?:argument|variable)",
    "second": r"(?:second|2nd)\s+(?:argument|variable)",
    "variables": r"(?:(?:independent\s+)?variables|arguments)",
}
GROUP = re.compile(
    rf"\b{_BY}(?:\s+of)?(?:\s+(?:the|its|our|these|their))?\s+"
    rf"(?:(?:model|network|trainable|learnable|free|unknown|layer|regression)(?:['’]s)?\s+){{0,2}}"
    rf"(?:{'|'.join(f'(?P<{kind}>{words})' for kind, words in _KINDS.items())})\b(?!\s*⟨)",
    re.I,
)
"""Words that stand for variables, before no formula."""
_CALLED = {
    "parameters": r"parameters?|coefficients?|unknowns?|trainable|learnable",
    "weights": r"weights?",
    "biases": r"bias(?:es)?|intercepts?|offsets?",
    "inputs": r"inputs?|features?|covariates?|design",
    "data": r"data|labels?|targets?|responses?|observ\w+|outputs?|examples?|samples?|constants?|fixed|given|known|hyper-?parameters?|step\s+size"
    r"|learning\s+rate|regulari[sz]\w+|numbers?\s+of",
}
_LETTERS = {
    "weights": frozenset("W w V U \\theta \\Theta \\beta \\omega".split()),
    "biases": frozenset(("b",)),
    "inputs": frozenset("x X".split()),
    "data": frozenset("y Y t T \\lambda \\eta \\epsilon \\varepsilon n N m \\tau".split()),
}
_PLACES = {"partials": slice(None), "variables": slice(None), "first": slice(1), "second": slice(1, 2)}
_MEANT = {
    "parameters": ("parameters", "weights", "biases"),
    "weights": ("weights",),
    "biases": ("biases",),
    "inputs": ("inputs",),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The variables that a group of words stands for, and what is to be said of that; or, `unread`, why they are not known."""

    names: tuple[str, ...] = ()
    note: str = ""
    unread: str = ""


def group_in(window: str) -> str:
    """The group of variables that a text names in words alone; "" for none."""
    found = GROUP.search(window)
    return "" if found is None else next(kind for kind in _KINDS if found[kind])


def members_of(group: str, chain: Sequence[str], given: str) -> Chosen:
    """The variables of a chain that words like "all parameters" stand for."""
    if group == "partials" and not arguments(chain[-1]):
        return _all_numbers(chain, given)
    if group in _PLACES:
        names = tuple(arguments(chain[-1])[_PLACES[group]])
        return Chosen(names) if names else Chosen(unread="the function has no arguments that would say what its variables are")
    try:
        symbols = read(";\n".join(chain), given).symbols.values()
    except GradatimError as error:
        return Chosen(unread=str(error).splitlines()[0])
    kinds = {s.name: _kind(s.name, given) for s in symbols}
    meant = _MEANT[group]
    names = tuple(sorted((n for n, (k, _) in kinds.items() if k in meant), key="\n".join(chain).find))
    open_ = [n for n, (k, _) in kinds.items() if not k]
    if open_:
        listed = ", ".join(map(text_name, open_))
        return Chosen(unread=f"whether {listed} {'is' if len(open_) == 1 else 'are'} among the {group} is not said")
    if not names:
        return Chosen(unread=f"no name of the function is known to be one of the {group}")
    guessed = [n for n, (_, told) in kinds.items() if not told]
    left = [n for n in kinds if n not in names]
    said = f"the {group} are {', '.join(map(text_name, names))}" + (
        f"; {', '.join(map(text_name, left))} held fixed" * bool(left)
    )
    return Chosen(names, said if guessed else "")


def _all_numbers(chain: Sequence[str], given: str) -> Chosen:
    """All names of a function of two or more numbers; none of any other."""
    try:
        symbols = list(read(";\n".join(chain), given).symbols.values())
    except GradatimError:
        return Chosen()
    if len(symbols) < 2 or not all(s.is_scalar for s in symbols):
        return Chosen()
    names = tuple(sorted((s.name for s in symbols), key="\n".join(chain).find))
    return Chosen(names, f"the partial derivatives are taken by all names, {', '.join(map(text_name, names))}")


def _kind(name: str, given: str) -> tuple[str, bool]:
    """What a name is, "" where nobody knows, and whether the text says so."""
    formula = rf"\$[^$]*(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])[^$]*\$"
    for kind, words in _CALLED.items():
        before = rf"\b(?:{words})\b(?:\s+(?:matri(?:x|ces)|vectors?|terms?|of|are|is|the))*\s*(?:\$[^$]*\$\s*(?:,|and|,\s*and)\s*)*{formula}"
        after = rf"{formula}\s*(?:\$[^$]*\$|,|and|\s)*(?:is|are|denotes?|being|as)\s+(?:(?:the|a|an|our|all|model|network|trainable)\s+)*(?:{words})\b"
        if re.search(f"{before}|{after}", given, re.I):
            return kind, True
    letter = parts(unstyled(name))[0].strip()
    return next((kind for kind, letters in _LETTERS.items() if letter in letters), ""), False


__all__ = ["Chosen", "GROUP", "group_in", "members_of"]
