"""What the names of a question are when its formulas are read together: numbers of one Jacobian, values of a point, or what words alone make
of others."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.derive.derivative import derivative
from gradatim.derive.together import are_numbers
from gradatim.errors import GradatimError
from gradatim.homework.definitions import flat, heads, is_name, mentions
from gradatim.homework.formulas import formulas
from gradatim.read.problem import read
from gradatim.read.spoken import told


def not_a_constant(chain: list[str], variables: Sequence[str], texts: Sequence[str]) -> str:
    """What the texts say in words of a name of the chain that depends on a variable, where no formula is known for it; "" for nothing."""
    moved = [*map(flat, variables), *(h for f in chain for h in heads(f))]
    for said in (t for text in texts for t in told(text) if t.unread):
        used = any(mentions(f, said.name) for f in chain) and not any(said.name in heads(f) for f in chain)
        if used and flat(said.name) not in moved and (not said.of or any(mentions(said.of, v) for v in moved)):
            return said.unread
    return ""


def of_numbers(chain: list[str], given: str, variables: Sequence[str]) -> bool:
    """Whether all these variables of a chain are numbers: then its Jacobian by them is one matrix."""
    try:
        found = read(";\n".join(chain), given, slope=derivative)
        return found.term.rank < 2 and are_numbers([found.find(v) for v in variables])
    except GradatimError:
        return False


def as_many_numbers(chain: list[str], given: str) -> list[str]:
    """The names of the formulas of a system, where they are numbers and as many as the formulas: r and θ of x = r cos θ, y = r sin θ."""
    try:
        found = read(";\n".join(chain), given, slope=derivative)
    except GradatimError:
        return []
    names = [s for s in found.symbols.values() if s.is_scalar]
    alone = len(names) == len(found.symbols) and tuple(map(str, found.term.shape)) == (str(len(names)),)
    return sorted((s.name for s in names), key="\n".join(chain).find) if alone else []


def only_symbol(chain: list[str], given: str) -> str:
    """The one name that a chain has, where it has one only: the A of tr(A³); of a name alone nobody knows what it is."""
    if is_name(chain[-1]) and "(" not in chain[-1]:
        return ""
    try:
        found = read(";\n".join(chain), given, slope=derivative)
    except GradatimError:
        return ""
    names = [s.name for s in found.symbols.values()]
    return names[0] if len(names) == 1 else ""


def names_equated(values: str) -> list[str]:
    """The names of `x = 1, y = 0`; [] for values without names."""
    return [p.partition("=")[0].strip() for p in values.split(",")] if values.count("=") == values.count(",") + 1 else []


def are_symbols(chain: list[str], given: str, names: Sequence[str]) -> bool:
    """Whether all these names, of which there is one at least, are free in the function of a chain."""
    try:
        found = read(";\n".join(chain), given, slope=derivative)
    except GradatimError:
        return False
    known = {flat(s.name) for s in found.symbols.values()}
    return bool(names) and all(flat(n) in known for n in names)


def without_values(text: str, values: str) -> str:
    """A text without the formulas that state values of a point, `x = 1`, which are supposed there and define nothing."""
    pieces = {flat(p) for p in values.split(",")} if names_equated(values) else set()
    for f in reversed(formulas(text)) if pieces else ():
        if all(flat(p.strip(" .;")) in pieces for p in f.latex.strip(" .,;").split(",")):
            text = f"{text[: f.span[0]]}{' ' * (f.span[1] - f.span[0])}{text[f.span[1] :]}"
    return text


__all__ = ["are_symbols", "as_many_numbers", "names_equated", "not_a_constant", "of_numbers", "only_symbol", "without_values"]
