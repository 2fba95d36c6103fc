"""The running clause of a declaration: its names, and what waits to be said of them."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.errors import LimitExceeded, Span
from gradatim.read.entries import NOUNS, OF_MATRICES, SHAPED, Entry, flat
from gradatim.read.found import Found
from gradatim.read.names import parts
from gradatim.read.phrases import (
    KINDS,
)
from gradatim.read.told import Told

MAX_LISTED = 1_000
"""Names that one sentence may speak of."""
_ROOM = 60
_REAL = frozenset({"real", "real-valued"})


class Clause(Told):
    """Names of the running clause, and the phrase of describing words that waits for its names."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.subjects: list[Entry] = []
        self.phrase: list[str] = []
        self.dims: tuple[str, ...] = ()
        self.verb = False
        self.pre: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.done = False
        self.spoken = False
        """After a verb something was said that describes nothing: in "x is the input and u a unit vector" what follows is said of u."""
        self.posted = False
        """A phrase without a verb has described the names before it ("x, y vectors"): the next name opens a new list."""
        self.last = ""
        self.told: set[str] = set()
        """Names whose size their own formula gave: a verb after a list speaks of the others."""
        self.latest: tuple[str, ...] = ()
        """The names of the last formula: what `is` speaks of where every name before it has its size already."""
        self.single = False
        """After "x a vector", with its article: the phrase is said of the last formula alone."""
        self.article = False
        """An indefinite article stands before the running phrase: it is said of one formula."""
        self.pairs: set[str] = set()
        """Names that stand together in one example, `(x_i, y_i)`."""
        self.numbers: set[str] = set()
        """Names behind a noun for numbers: in "labels $y_i$, $x_i \\in \\mathbb R^d$" the space is not that of the labels."""
        self.words_between = False
        self.thing = ""
        """The last word since a formula that describes nothing."""
        """Words other than `and` stand between the last name and here."""
        self.once = False
        """That phrase is said of its first formula alone."""
        self.first: tuple[str, ...] = ()
        """The first names that a phrase before them describes; () where it has none yet."""
        self.inside = False
        """After `of`, as long as only describing words follow."""
        self.holding = False
        """After `with` or `has`, up to a name or another verb: what follows can be a part of what was named."""
        self.belonging = False
        """After `of`, up to a name, a verb or a stop."""
        self.by_entries = False
        """The running phrase is said of entries: "d has positive entries"."""
        self.room = _ROOM
        self.denied = False
        """After `not` facts are denied, and after `if` they are supposed: neither declares them."""
        self.supposed = False

    def fresh(self) -> None:
        self.subjects, self.verb, self.done, self.posted, self.pre = [], False, False, False, ((), ())
        self.first, self.once, self.spoken = (), False, False

    def close(self) -> None:
        self.post()

    def post(self) -> None:
        """The phrase describes the names before it."""
        if (self.phrase or self.dims) and self.subjects:
            targets = self.alike() if self.dims and not self.phrase and not self.verb else self.subjects
            if not self.verb and self.single and not plural(self.phrase):
                targets = [e for e in self.subjects if e.name in self.latest]
            elif not self.verb and self.subjects[-1].name in self.told and not plural(self.phrase):
                targets = [e for e in targets if e.name in self.latest]
            elif not self.verb and self.subjects[-1].name not in self.told:
                targets = [e for e in targets if e in trailing(self.subjects, self.told)]
            for e in targets:
                self.describe(e, self.phrase, self.dims)
                e.real = e.real or (self.verb and not self.dims and set(self.phrase) <= _REAL)
                if self.by_entries and e.kind is None and not e.dims and not e.index:
                    e.kind = "matrix" if parts(e.name)[0].lstrip("\\")[:1].isupper() else "vector"
            self.done = self.verb
            self.posted = not self.verb
        self.phrase, self.dims, self.single, self.by_entries = [], (), False, False

    def alike(self) -> list[Entry]:
        """The names of the running list that a size at its end is said of: "A, B n × n" speaks of both, "b, X n × p" of X."""
        out = self.subjects[-1:]
        for e in reversed(self.subjects[:-1]):
            if e.dims or e.kind or e.role or e.defined or self.words_between or not looks_like(e.name, out[0].name):
                break
            out.insert(0, e)
        return out

    def formula(self, found: Found, span: Span) -> None:
        if self.phrase or self.dims:
            if self.verb and self.subjects and not self.done and not found.index:
                self.post()
                self.fresh()
            else:
                self.pre, self.first, self.once = (tuple(self.phrase), self.dims), (), False
                self.phrase, self.dims = [], ()
                self.subjects, self.verb, self.posted, self.done = [], False, False, False
        elif (self.verb and self.done) or (self.posted and found.names):
            self.fresh()
        if found.index and not found.names:
            self.range(found)
            return
        if not found.defined:  # "Y = XW and X ∈ ℝⁿ" is not said of Y
            self.subjects = [e for e in self.subjects if not e.defined]
        self.latest = found.names
        later = bool(self.first)
        if self.pre != ((), ()) and not later:
            self.first = found.names
            self.once = self.article and not plural(self.pre[0])
        self.pairs.update(found.members)
        for name in found.names:
            e = self.entry(name, span)
            e.defined = found.defined
            self.from_before(e, found, later)
            if found.dims is not None and (found.dims or found.kind):
                self.agree(e, found.dims, found.kind)
                e.dims = found.dims or (e.dims if found.kind == "vector" else ())
                self.told.add(name)
                e.told = True
                if found.kind:
                    e.kind = found.kind
                self.listed_before(e, found)
            e.facts |= set(found.facts)
            e.role = found.role or e.role
            if found.index and (name in found.members or name.endswith(f"_{found.index}") or f"({found.index})" in name):
                e.index, e.upper, e.numbered = found.index, found.upper, found.invented
            self.subjects.append(e)
        if len(self.subjects) > self.room:
            # "a b a b …": of a name that is listed again and again one is enough.
            self.subjects = list({id(e): e for e in self.subjects}.values())
            self.room = max(_ROOM, 2 * len(self.subjects))
            if len(self.subjects) > MAX_LISTED:
                raise LimitExceeded(f"a sentence of the declarations lists more than {MAX_LISTED} names")
        if found.index and not found.invented:
            self.range(found)

    def listed_before(self, e: Entry, found: Found) -> None:
        """ "x, y, z ∈ ℝⁿ" with each name set apart: the set is said of those of the list that look alike."""
        if self.verb or self.pre != ((), ()) or self.words_between:
            return
        for other in reversed(self.subjects):
            if other.name in found.names:
                continue
            if other.dims or other.kind or other.facts or other.role or not looks_like(other.name, e.name):
                break
            if other.name in self.numbers or other.name in self.pairs or other.index:  # what a set of pairs holds is no list
                break
            other.dims, other.kind = e.dims, e.kind
            self.told.add(other.name)
            other.told = True

    def from_before(self, e: Entry, found: Found, later: bool) -> None:
        """The phrase before the list describes this name of it, if it can: "a matrix B ∈ ℝ^{p×q} and x ∈ ℝⁿ" is not said of x,
        nor is "a matrix A and b" of b, nor "a symmetric A ∈ ℝⁿˣⁿ, c ∈ ℝ" of c, nor "symmetric A, and X ∈ ℝⁿˣⁿ" of X."""
        words, dims = self.pre
        nouns = [w for w in words if KINDS[w] in NOUNS | {"row", "column", "function"}]
        singular = bool(nouns) and not plural(words)
        if later and singular and (self.once or not looks_like(e.name, self.first[0])):
            return
        ranks = {SHAPED[KINDS[w]] for w in nouns if KINDS[w] in SHAPED} or {2 for w in words if KINDS[w] in OF_MATRICES}
        own = len(flat(found.dims)) if found.dims else 0 if found.kind == "scalar" else None
        if later and ranks and own is not None and own not in ranks:
            return
        if later and not nouns and own is not None and not self.entry(self.first[0], e.span).told:
            return
        before = e.kind, e.dims
        self.describe(e, list(words), dims)
        e.carried = later and singular and (e.kind, e.dims) != before


def plural(words: Sequence[str]) -> bool:
    """Whether a describing noun among the words stands in the plural."""
    return any((w.endswith("s") or w == "matrices") and KINDS[w] in SHAPED for w in words)


def looks_like(name: str, other: str) -> bool:
    """Whether two names are of one style and case, as those of one kind mostly are."""
    (a, wraps, _, _), (b, others, _, _) = parts(name), parts(other)
    return wraps == others and a.lstrip("\\")[:1].isupper() == b.lstrip("\\")[:1].isupper()


def trailing(subjects: list[Entry], told: set[str]) -> list[Entry]:
    k = len(subjects)
    while k and subjects[k - 1].name not in told:
        k -= 1
    return subjects[k:]
