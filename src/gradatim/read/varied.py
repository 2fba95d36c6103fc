"""Variables that a function does not hold as it was read: the text is read again so that it does, and what that takes for granted is said.

Each way gives the other reading and the variable in it, or None where it does not apply.
"""

from __future__ import annotations

import re

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.read.delimited import greek_in_latex
from gradatim.read.names import plain_name, text_name
from gradatim.read.prose import Declaration
from gradatim.read.reading import Reading, canonical_name, split_member
from gradatim.read.scope import Assumption, full
from gradatim.read.spectrum_of import eigenvalues_of
from gradatim.read.turned_pi import AS_A_NAME
from gradatim.term import Term
from gradatim.types import Dim

Varied = tuple[Reading, Term]

_STACKED = re.compile(
    r"(?P<name>\\?[A-Za-z]+(?:\{[A-Za-z]\})?)\s*=\s*(?:\\(?:mathrm|operatorname|text|mbox)\s*\{\s*vec\s*\}|\\?vec)\s*\(?\s*(?P<whole>\\?[A-Z][A-Za-z]*(?:\{[A-Z]\})?)\s*\)?"
)
"""`x = \\operatorname{vec}(X)`."""

_INVERSE = re.compile(r"(?P<base>\S.*?)\s*(?:\^\s*\{?\s*-\s*1\s*\}?|⁻¹)")
"""`\\Sigma^{-1}` where the name of a variable is wanted."""


def inverted(reading: Reading, spelling: str) -> Term | None:
    """`\\Sigma^{-1}` as a variable, for a matrix Σ that the function holds."""
    found = _INVERSE.fullmatch(spelling)
    base = reading.symbols.get(plain_name(canonical_name(found["base"]) or found["base"])) if found else None
    return ops.inverse(base) if base is not None and base.rank == 2 and not base.type.family else None


def squared(reading: Reading, base: str) -> Varied | None:
    """`\\sigma^2` as a variable: where σ stands in squares only, the text is read again with σ² as a name of its own; else it is
    the power of σ, by which is differentiated where σ is positive."""
    plain = plain_name(canonical_name(base) or base)
    if (before := reading.symbols.get(f"{plain}2")) is not None and before.name.endswith("^2"):
        return reading, before
    known = reading.symbols.get(plain)
    if known is None or not known.is_scalar:
        return None
    name = f"{known.name}^2"
    again = reading.again(Declaration(name, "scalar", facts=frozenset({"positive"})), plain={name: f"{known.plain}2"})
    found = again.symbols.get(f"{known.plain}2")
    if found is not None and again.symbol(known.name) is None:
        return again, found
    # Else σ stands alone too, or is the argument of a function.
    return (reading, ops.power(known, ops.number(2))) if known.type.index is None else None


def kept(reading: Reading, canonical: str, plain: str) -> Varied | None:
    """What an equation explains, where that equation is not put in: its value is a variable of its own."""
    stated = _stated(reading, plain) or _stated(reading, plain_name(split_member(canonical)[0]))
    if not stated:
        return None
    again = _not_put_in(reading, stated)
    found = again.symbols.get(plain) or again.named(canonical)
    return (again, found) if found is not None else None


def _stated(reading: Reading, plain: str) -> str:
    """The left side of the equation that defines a name which the formula uses; "" where there is none."""
    for equation in reading.scope.equations:
        left = equation.partition("=")[0].strip()
        name = canonical_name(left)
        if name in reading.scope.tables.definitions and plain_name(name) == plain:
            return left
    own = reading.scope.tables.definitions.items()
    return next((n for n, d in own if plain in (plain_name(n), plain_name(full(n, d.index, "")))), "")


def _not_put_in(reading: Reading, stated: str) -> Reading:
    tables = reading.scope.tables
    known = reading.definitions.get(stated)
    axes = [str(a) for a in known.type.axes] if known is not None else []
    told = known is not None and stated not in tables.declared and all(map(str.isalnum, axes))
    kind = ("scalar", "vector", "matrix")[len(axes)] if len(axes) < 3 else None
    index = tables.definitions[stated].index if stated in tables.definitions else ""
    own = (Declaration(full(stated, index, ""), kind, tuple(axes)),) if told and kind else ()
    again = reading.again(*own, kept=stated)
    if "=" in reading.text:
        again.scope.assumed.append(Assumption(f"{text_name(stated)} is varied on its own: what it is equal to is not put in"))
    return again


def of_eigenvalues(reading: Reading, name: str) -> Varied | None:
    """The matrix of which a text says that the formula's λᵢ are the eigenvalues: they move with it."""
    letter = eigenvalues_of(greek_in_latex(reading.given), name) if name else ""
    if not letter or not any(s.name.startswith(letter) for s in reading.symbols.values()):
        return None
    try:
        again = reading.again(spectrum=(letter, name))
    except GradatimError:
        return None
    said = f"the {text_name(letter)}ᵢ are the eigenvalues of {text_name(name)}, and change with it"
    return _with(again, name, said)


def stacked(reading: Reading, name: str) -> Varied | None:
    """The x of "x = vec(X)", where the function holds X alone: X is the matrix of the columns that x stacks."""
    found = (re.fullmatch(_STACKED, e.strip()) for e in reading.scope.equations)
    whole = next((m["whole"] for m in found if m is not None and canonical_name(m["name"]) == name), "") if name else ""
    d = reading.scope.tables.declared.get(canonical_name(whole)) if whole else None
    if d is None or len(d.dims) != 2:
        return None
    rows, columns = d.dims
    size = (str(Dim.of(rows) * Dim.of(columns)),) if all(x.isalnum() for x in d.dims) else ()
    equation = rf"{whole} = \operatorname{{unvec}}_{{{rows} \times {columns}}}({name})"
    try:
        again = reading.again(Declaration(name, "vector", size), kept=name, more=(equation,))
    except GradatimError:
        return None
    return _with(again, name, f"{text_name(whole)} is the matrix whose columns {text_name(name)} stacks")


def numbered(reading: Reading, plain: str) -> list[str]:
    """The names x_1, x_2, … of the function, for x."""
    return [n for n in reading.symbols if n.startswith(f"{plain}_") and n[len(plain) + 1 :].isdigit()]


def of_entries(reading: Reading, name: str, plain: str) -> Varied | None:
    """The vector x where a text speaks of x_1, …, x_n only, of which nothing is said."""
    entries = numbered(reading, plain)
    numbers = {int(n.rpartition("_")[2]) for n in entries}
    symbols = [reading.symbols[n] for n in entries]
    declared = reading.scope.tables.declared
    if not entries or numbers != set(range(1, len(numbers) + 1)):
        return None
    if all(s.rank for s in symbols) or any(s.name in declared for s in symbols):
        return None
    size = str(len(numbers))
    said = f"{text_name(name)} has the {size} entries that are numbered"
    try:
        again = reading.again(Declaration(name, "vector", (size,), note=said))
    except GradatimError:
        return None
    return _with(again, name)


def of_a_run(reading: Reading, letter: str) -> Varied | None:
    """A letter of a run beside `*` that is a product, as it is meant where one of them is a variable: the Xw of
    `0.5*||Xw - y||^2` by w. With programming's signs a run of letters is one name otherwise."""
    if not (run := run_with(reading, letter)):
        return None
    try:
        again = reading.again(*map(Declaration, run))
    except GradatimError:
        return None
    if not again.term.is_scalar or letter not in again.symbols:
        return None
    again.scope.assumed.append(Assumption(f"`{run}` is the product of {' and '.join(run)}", (0, 0), ("one name",), True))
    return again, again.symbols[letter]


def run_with(reading: Reading, letter: str) -> str:
    """The name of two or three letters beside `*` in which a letter stands; "" where there is none."""
    if len(letter) != 1 or "*" not in reading.text:
        return ""
    return next((n for n in reading.symbols if n.isalpha() and 1 < len(n) < 4 and letter in n), "")


def pi_as_a_name(reading: Reading, name: str) -> Varied | None:
    """π, where it is no number but the variable."""
    if name != "\\pi":
        return None
    try:
        again = reading.again(given=f"{reading.given}\n\n{AS_A_NAME}".strip())
    except GradatimError:
        return None
    if "pi" not in again.symbols:
        return None
    again.scope.assumed.append(Assumption("π is a name here, by which is differentiated", (0, 0), ("the number π",), True))
    return again, again.symbols["pi"]


def _with(again: Reading, name: str, said: str = "") -> Varied | None:
    """The other reading where it holds that name, with what it takes for granted."""
    found = again.symbol(name)
    if found is None:
        return None
    if said:
        again.scope.assumed.append(Assumption(said))
    return again, found


__all__ = [
    "Varied",
    "inverted",
    "kept",
    "numbered",
    "of_a_run",
    "of_eigenvalues",
    "of_entries",
    "pi_as_a_name",
    "run_with",
    "squared",
    "stacked",
]
