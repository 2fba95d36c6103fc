"""What the text has said of each name, and whether it agrees with itself."""

from __future__ import annotations

import re

from gradatim.errors import ReadError, Span
from gradatim.read.entries import OF_MATRICES, SHAPED, Entry, describe, flat
from gradatim.read.found import Found
from gradatim.read.names import BOLD, member_parts, parts
from gradatim.read.phrases import KINDS

_UNIT = re.compile(r"\b(?:basis|unit|canonical|one-hot|indicator|a\s+(?:single\s+)?(?:one|1))\b|\$1\$\s+(?:in|at)", re.IGNORECASE)
"""What is said of unit vectors."""
OF_ENTRIES = frozenset({"positive", "nonnegative", "nonzero", "signs", "labels01"})
"""What is said of one entry, whichever it is, and so of all."""


class Told:
    """The entries of the names, and the ends of the indices."""

    def __init__(self, source: str) -> None:
        self.source, self.span = source, (0, 0)
        self.entries: dict[str, Entry] = {}
        self.ranges: dict[str, str] = {}
        """The upper ends that the text gives its indices."""

    def entry(self, name: str, span: Span) -> Entry:
        return self.entries.setdefault(name, Entry(name, span))

    def ranged(self) -> None:
        """ "for all i = 1..N, a_i ∈ ℝⁿ": a range that stands before the members it counts."""
        for name, e in list(self.entries.items()):
            base, index = member_parts(name)
            whole = self.entries.get(base)
            if self.entry_of_matrix(name, e):
                continue
            if (
                index in self.ranges
                and not e.index
                and (e.dims or e.kind)
                and not e.role
                and not (whole and (whole.dims or whole.kind))
            ):
                e.index, e.upper = index, self.ranges[index]

    def entry_of_matrix(self, name: str, e: Entry) -> bool:
        """`r_{ik} ∈ {0, 1}` with two indices: r is a matrix, and what is said of the entry is said of all."""
        both = _two_indices(name)
        if both is None or e.dims or e.role or e.kind not in (None, "scalar"):
            return False
        counted = set(both[1:]) <= set(self.ranges)
        if not counted and not set(both[1:]) <= set("ijkl"):
            return False
        array = self.entries.setdefault(both[0], Entry(both[0], e.span))
        if array.kind not in (None, "matrix") or array.role:
            return False
        array.kind = "matrix"
        sizes = tuple(self.ranges[i] for i in both[1:]) if counted else ()
        array.dims = array.dims or (sizes if all(sizes) else ())
        array.facts |= e.facts & OF_ENTRIES
        del self.entries[name]
        return True

    def stacks(self) -> None:
        """A family that is declared in its own right is not read out of an array of which nothing else is known: then
        "the rows of X are the x_i" says what X is."""
        for name, e in self.entries.items():
            part, _, array = e.role.partition(":")
            whole = self.entries.get(array)
            if part in ("rows", "columns") and e.dims and e.index and e.upper and whole is not None and not whole.dims:
                e.role = ""
                whole.role, whole.kind = f"stack-{part}:{name}", "matrix"

    def entries_to_arrays(self) -> None:
        """ "p ∈ ℝⁿ with p_i > 0" says something of all entries of p."""
        for name, e in list(self.entries.items()):
            base = self.entries.get(member_parts(name)[0]) if member_parts(name)[1] else None
            if base is None or not (base.dims or base.kind) or e.dims or e.kind not in (None, "scalar") or e.role:
                continue
            number = e.kind == "scalar" or e.index
            if number and not (len(base.dims) == 1 or base.kind == "vector"):
                continue
            base.facts |= e.facts & OF_ENTRIES
            if not number:
                del self.entries[name]

    def numbers_alone(self) -> None:
        """ "x, y ∈ ℝⁿ and a, b are real": where others are told their sizes, small letters that are real are numbers. Where none is,
        "x real" says no more of x than that it is no complex number, and its use decides."""
        sizes = any(e.dims for e in self.entries.values())
        for name, e in list(self.entries.items()):
            letter, wraps, _, _ = parts(e.name)
            small = letter.lstrip("\\")[:1].islower() and not set(wraps) & set(BOLD)
            if e.real and small and not (e.kind or e.dims or e.facts or e.role or e.index):
                if sizes:
                    e.kind = "scalar"
                else:
                    del self.entries[name]

    def unit_vectors(self) -> None:
        """ "$e_i$ is the i-th unit vector" says of e_i what it is by habit, and declares no family of that name."""
        for name, e in list(self.entries.items()):
            base, index = member_parts(name)
            vector = e.kind in (None, "vector") and len(e.dims) < 2 and not e.role and not e.upper
            said = e.kind or e.dims or e.facts
            if parts(base)[0] == "e" and len(index) == 1 and vector and (not said or _UNIT.search(self.source)):
                del self.entries[name]

    def describe(self, e: Entry, words: list[str], dims: tuple[str, ...]) -> None:
        kinds = [m for m in (KINDS[w] for w in words) if m in SHAPED]
        kind = kinds[-1] if kinds and not (kinds[0] == "scalar" and "function" in kinds) else None
        if dims or kind:
            self.agree(e, dims, kind)
        describe(e, words, dims)

    def agree(self, e: Entry, dims: tuple[str, ...], kind: str | None) -> None:
        """Two declarations of one name agree; within a paragraph it is an error where they do not, and a later paragraph
        has the last word, which is noted.

        Raises ReadError with both places.
        """
        rank = len(flat(dims)) if dims else SHAPED.get(kind or "")
        known = len(flat(e.dims)) if e.dims else 2 if e.facts & OF_MATRICES else SHAPED.get(e.kind or "")
        clash = rank is not None and known is not None and rank != known and not (rank and known and not (dims and e.dims))
        # "x is a vector. x is a matrix": two sentences, no sizes, two kinds.
        apart = bool(kind and e.kind and re.search(r"[.;\n]", self.source[e.at[0] : self.span[0]]))
        clash = clash or apart and not dims and not e.dims and rank != known
        clash = clash or bool(dims and e.dims and flat(dims) != flat(e.dims))
        if clash and e.carried:
            e.dims, e.kind, e.facts, e.carried = (), None, set(), False
        elif clash and e.at != self.span:
            first, second = (
                " ".join(self.source[a:b].split()) for a, b in (_clause(self.source, e.at), _clause(self.source, self.span))
            )
            if "\n\n" not in self.source[e.at[1] : self.span[0]]:
                raise ReadError(
                    f"{e.name} is declared twice, and the two do not agree: “{first}” and “{second}”",
                    self.source,
                    self.span,
                    "keep one of the two, or give the two things two names",
                )
            e.note = f"{e.name} is declared twice: “{second}” counts, “{first}” does not"
            e.dims, e.kind, e.facts, e.told = (), None, set(), False
        if clash or e.at == (0, 0):
            e.at = self.span

    def range(self, found: Found) -> None:
        self.ranges[found.index] = found.upper
        for e in self.entries.values():
            if not e.numbered and e.name.endswith(
                (f"_{found.index}", f"^{{({found.index})}}", f"_{{{found.index}}}", f"_{{w_{found.index}}}")
            ):
                e.index, e.upper = found.index, found.upper


def _clause(source: str, span: Span) -> Span:
    """The clause around a place: between the stops and line ends next to it, but not inside a formula."""
    a, b = span
    while a > 0 and source[a - 1] not in ",;.\n" and span[0] - a < 60:
        a -= 1
    while b < len(source) and source[b] not in ",;.\n" and b - span[1] < 60:
        b += 1
    return a, b


def _two_indices(name: str) -> tuple[str, str, str] | None:
    """`r_{ik}` as (r, i, k)."""
    found = re.fullmatch(r"(.+)_\{([a-z])([a-z])\}", name)
    return (found[1], found[2], found[3]) if found else None
