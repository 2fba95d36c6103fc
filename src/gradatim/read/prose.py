"""Declarations in prose: `constant vectors $\\mathbf b$, $X \\in \\mathbb R^{n\\times d}$, a symmetric matrix $A$`.

The text is cut into words, formulas and punctuation. A phrase of describing words belongs to the names after it
("a symmetric matrix $A$") or, after a verb or where no name follows, to the names before it ("$A$ is symmetric").
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradatim.errors import ReadError, Span
from gradatim.read.conventions import rows_of_one
from gradatim.read.macros import expand
from gradatim.read.phrases import DENYING, FACTS, GLUE, KINDS, SINGULAR, SUPPOSING, VERBS, Piece, equations, pieces, with_sizes
from gradatim.read.sets import Found
from gradatim.read.spelling import function_word


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the text says of one name. `dims` are as written; `family` is (index, upper) for `x_i, i = 1..N`.

    `role` is free text for names with a known meaning: `sigmoid`, `rows:A`, `columns:U`, `=\\tanh`, `entries:A`.
    """

    name: str
    kind: str | None = None
    dims: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()
    family: tuple[str, str] | None = None
    role: str = ""
    elementwise: bool = False
    span: Span = (0, 0)
    note: str = ""
    """What is to be said of it: that an earlier declaration of the name gave way to this one."""


@dataclass
class _Entry:
    name: str
    span: Span
    kind: str | None = None
    dims: tuple[str, ...] = ()
    facts: set[str] = field(default_factory=set)
    index: str = ""
    upper: str = ""
    role: str = ""
    elementwise: bool = False
    told: bool = False
    at: Span = (0, 0)
    """Where its kind and size were said."""
    note: str = ""


def declarations(text: str) -> list[Declaration]:
    """What the text declares, in order of first mention. Formulas that declare nothing are passed over."""
    text, _ = expand(text) if "command" in text or "\\def" in text or "DeclareMath" in text else (text, [])
    text = rows_of_one(text)
    items = with_sizes(pieces(text))
    state = _State(text)
    for k, item in enumerate(items):
        state.step(item, items[k + 1 :])
    state.close()
    return [
        Declaration(
            e.name,
            _kind(e),
            e.dims,
            frozenset(e.facts),
            (e.index, e.upper) if e.index else None,
            e.role,
            e.elementwise,
            e.span,
            e.note,
        )
        for e in state.entries.values()
    ]


class _State:
    """Names of the running clause, and the phrase of describing words that waits for its names."""

    def __init__(self, source: str) -> None:
        self.source, self.span = source, (0, 0)
        self.entries: dict[str, _Entry] = {}
        self.subjects: list[_Entry] = []
        self.phrase: list[str] = []
        self.dims: tuple[str, ...] = ()
        self.verb = False
        self.pre: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.done = False
        self.posted = False
        """A phrase without a verb has described the names before it ("x, y vectors"): the next name opens a new list."""
        self.relation = ""
        self.held: list[_Entry] = []
        self.parts = ""
        """`rows:X` after "X with rows": what the next names are."""
        self.last = ""
        self.told: set[str] = set()
        """Names whose size their own formula gave: a verb after a list speaks of the others."""
        self.latest: tuple[str, ...] = ()
        """The names of the last formula: what `is` speaks of where every name before it has its size already."""
        self.single = False
        """After "x a vector", with its article: the phrase is said of the last formula alone."""
        self.denied = False
        """After `not` facts are denied, and after `if` they are supposed: neither declares them."""

    def entry(self, name: str, span: Span) -> _Entry:
        return self.entries.setdefault(name, _Entry(name, span))

    def step(self, item: Piece, rest: list[Piece]) -> None:
        self.span = item.span
        if item.kind == "sizes" and item.found:
            self.each_its_own(item.found.names)
        elif item.kind == "dims" and item.found:
            self.dims = item.found.dims
            if self.subjects and (not rest or rest[0].text in (",", ".", ";", ")", "and")) or not rest:
                self.post()
        elif item.kind == "math" and item.found:
            self.formula(item.found, item.span)
            self.last = ""
        elif item.kind == "word":
            if item.text in ("a", "an") and not self.last and not self.verb:
                self.single = True
            self.word(item.text, rest)
            self.last = item.text
        elif item.kind == "other":
            # A formula that declares nothing: what is said next is said of it.
            self.post()
            self.fresh()
        elif item.kind == "punct":
            self.punctuation(item.text, rest)

    def each_its_own(self, sizes: tuple[str, ...]) -> None:
        """ "b and c are vectors of length m and n, respectively": one size for each name."""
        named = self.subjects[-len(sizes) :]
        if len(named) == len(sizes):
            for e, size in zip(named, sizes):
                self.describe(e, self.phrase, tuple(size.split("×")))
            self.phrase, self.dims, self.done = [], (), True

    def word(self, word: str, rest: list[Piece]) -> None:
        word = word.replace("‐", "-").replace("‑", "-")
        if word in _FUNCTIONS and rest and (rest[0].text in VERBS or rest[0].text == "applied"):
            # "exp is applied elementwise", without marks of mathematics.
            self.fresh()
            e = self.entry(f"\\{function_word(word)}", self.span)
            e.kind, self.subjects = "function", [e]
            return
        if word in DENYING or word in SUPPOSING:
            self.denied = True
        if word in KINDS and self.denied and KINDS[word] in FACTS:
            return
        if word in VERBS:
            if self.verb:
                self.post()
            elif any(e.name not in self.told for e in self.subjects[-1:]):
                self.subjects = _trailing(self.subjects, self.told)
            elif word in SINGULAR:
                self.subjects = [e for e in self.subjects if e.name in self.latest]
            self.verb, self.phrase, self.dims = True, [], ()
        elif (
            word in ("rows", "columns", "row", "column")
            and rest
            and rest[0].text == "of"
            and (self.held or (self.subjects and self.verb))
        ):
            self.relation = "rows" if word.startswith("row") else "columns"
            self.held = self.held or list(self.subjects)
        elif word in _PARTS and self.subjects and self.last in ("with", "whose", "has") and _name_follows(rest):
            self.post()
            self.parts = f"{_PARTS[word]}:{self.subjects[-1].name}"
        elif word in ("every", "each", "all") and rest and rest[0].text in ("row", "rows") and self.subjects:
            for e in self.subjects:
                e.facts.add("eachrow")
        elif word in ("row-wise", "rowwise", "columnwise", "column-wise"):
            self.entry("softmax", (0, 0)).role = "rows" if word.startswith("row") else "columns"
        elif word == "diagonal" and self.last in ("the", "its", "main") and not (rest and rest[0].text in KINDS):
            pass
        elif word in KINDS:
            if self.subjects and not self.verb and not self.phrase and not self.post_follows(word, rest):
                self.subjects, self.pre = [], ((), ())
            self.phrase.append(word)
            if not rest or (rest[0].kind == "word" and rest[0].text not in KINDS and rest[0].text not in GLUE):
                self.post()
        elif word == "triangular" and self.phrase:
            pass
        elif word in ("lower", "upper") and rest and rest[0].text.startswith("triangular"):
            self.phrase.append(f"{word}-triangular")
        elif word == "determinant":
            self.phrase = [w for w in self.phrase if w != "positive"]
        elif word == "with":
            if self.phrase:
                self.post()
            if rest and rest[0].kind == "math":  # "X, C in R^n with C symmetric": what follows is said of C alone
                self.subjects, self.verb = [], False
        elif word == "of" and any(KINDS[w] == "function" for w in self.phrase):
            # "a function of the vector x": what follows describes x.
            self.post()
            self.fresh()
        elif word == "and":
            if self.verb or self.phrase:
                self.post()
                if self.done and rest and rest[0].kind == "math":
                    self.fresh()
        elif word not in GLUE and word not in ("size", "times", "for") and not word.startswith("-") and word.isalpha():
            self.pre = ((), ())
        if word in ("let", "suppose", "consider", "where", "when", "for"):
            self.post()
            self.fresh()

    def post_follows(self, word: str, rest: list[Piece]) -> bool:
        """Whether this phrase, without a verb, ends before any name: then it describes the names before it."""
        for i in rest:
            if i.kind == "math":
                return False
            if i.kind == "punct" or i.text in ("and", "with", "where"):
                return True
        return True

    def punctuation(self, mark: str, rest: list[Piece]) -> None:
        self.denied = False
        if mark == ":" and self.phrase:
            self.pre = (tuple(self.phrase), self.dims)
            self.phrase, self.dims, self.subjects = [], (), []
            return
        if mark == "(":
            return
        if mark == ":" and self.subjects and not self.dims:
            self.verb = True
            return
        if self.phrase or self.dims:
            self.post()
        if mark in ".;":
            self.fresh()
            self.relation, self.held = "", []
        elif mark == "," and (self.done or self.verb) and not _describes_on(rest):
            self.fresh()

    def fresh(self) -> None:
        self.subjects, self.verb, self.done, self.posted, self.pre = [], False, False, False, ((), ())

    def close(self) -> None:
        self.post()

    def post(self) -> None:
        """The phrase describes the names before it."""
        if (self.phrase or self.dims) and self.subjects:
            targets = self.subjects[-1:] if self.dims and not self.phrase and not self.verb else self.subjects
            if not self.verb and self.single:
                targets = [e for e in self.subjects if e.name in self.latest]
            elif not self.verb and self.subjects[-1].name not in self.told:
                targets = [e for e in targets if e in _trailing(self.subjects, self.told)]
            for e in targets:
                self.describe(e, self.phrase, self.dims)
            self.done = self.verb
            self.posted = not self.verb
        self.phrase, self.dims, self.single = [], (), False

    def formula(self, found: Found, span: Span) -> None:
        if self.relation and found.names:
            for e in self.held:
                e.role = f"{self.relation}:{found.names[0]}"
            self.held = self.held[1:]
            self.relation = ""
        if self.parts and found.names:
            for name in found.names:
                self.entry(name.split("_")[0] if self.parts.startswith("entries") else name, span).role = self.parts
            self.parts = ""
            return
        if self.phrase or self.dims:
            if self.verb and self.subjects and not found.index:
                self.post()
                self.fresh()
            else:
                self.pre = (tuple(self.phrase), self.dims)
                self.phrase, self.dims = [], ()
                self.subjects, self.verb = [], False
        elif (self.verb and self.done) or (self.posted and found.names):
            self.fresh()
        if found.index and not found.names:
            self.range(found)
            return
        self.latest = found.names
        for name in found.names:
            e = self.entry(name, span)
            self.describe(e, list(self.pre[0]), self.pre[1])
            if found.dims is not None and (found.dims or found.kind):
                self.agree(e, found.dims, found.kind)
                e.dims = found.dims
                self.told.add(name)
                e.told = True
                if found.kind:
                    e.kind = found.kind
            e.facts |= set(found.facts)
            e.role = found.role or e.role
            if name in found.members or (
                found.index and name.endswith(f"_{found.index}") or found.index and f"({found.index})" in name
            ):
                e.index, e.upper = found.index, found.upper
            self.subjects.append(e)
        if found.index:
            self.range(found)

    def describe(self, e: _Entry, words: list[str], dims: tuple[str, ...]) -> None:
        kinds = [m for m in (KINDS[w] for w in words) if m in _SHAPED]
        kind = kinds[-1] if kinds and not (kinds[0] == "scalar" and "function" in kinds) else None
        if dims or kind:
            self.agree(e, dims, kind)
        _describe(e, words, dims)

    def agree(self, e: _Entry, dims: tuple[str, ...], kind: str | None) -> None:
        """Two declarations of one name agree; within a paragraph it is an error where they do not, and a later paragraph
        has the last word, which is noted.

        Raises ReadError with both places.
        """
        rank = len(_flat(dims)) if dims else _SHAPED.get(kind or "")
        known = len(_flat(e.dims)) if e.dims else _SHAPED.get(e.kind or "")
        clash = rank is not None and known is not None and rank != known and not (rank and known and not (dims and e.dims))
        clash = clash or bool(dims and e.dims and _flat(dims) != _flat(e.dims))
        if clash and e.at != self.span:
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
        for e in self.entries.values():
            if e.name.endswith((f"_{found.index}", f"^{{({found.index})}}", f"_{{{found.index}}}", f"_{{w_{found.index}}}")):
                e.index, e.upper = found.index, found.upper


_SHAPED = {"scalar": 0, "integer": 0, "vector": 1, "row": 1, "column": 1, "matrix": 2}
"""How many axes a kind has."""


def _flat(dims: tuple[str, ...]) -> tuple[str, ...]:
    """The axes that are more than one entry long: an n × 1 matrix is a vector of n."""
    return tuple(d for d in dims if d != "1")


def _clause(source: str, span: Span) -> Span:
    """The clause around a place: between the stops and line ends next to it, but not inside a formula."""
    a, b = span
    while a > 0 and source[a - 1] not in ",;.\n" and span[0] - a < 60:
        a -= 1
    while b < len(source) and source[b] not in ",;.\n" and b - span[1] < 60:
        b += 1
    return a, b


_FUNCTIONS = frozenset("exp log ln sqrt sin cos tan tanh sinh cosh arctan sigmoid relu".split())
_PARTS = {"rows": "rows", "columns": "columns", "entries": "entries", "elements": "entries"}


def _name_follows(rest: list[Piece]) -> bool:
    """Whether a formula comes next, at most a verb before it."""
    return bool(rest) and (rest[0].kind == "math" or rest[0].text in VERBS and rest[1:2] != [] and rest[1].kind == "math")


def _describes_on(rest: list[Piece]) -> bool:
    """Whether describing words follow that end before any name: "a real, symmetric matrix"."""
    found = False
    for i in rest:
        if i.kind == "math" or (i.kind == "word" and i.text in VERBS):
            return False
        if i.kind in ("punct", "other") or i.text in ("and", "with", "where"):
            return found
        found = found or i.text in KINDS
    return found


def _fits(meaning: str, dims: tuple[str, ...]) -> bool:
    """Whether a describing word can be meant of a name whose size is known already."""
    if not dims:
        return True
    if meaning in (
        "matrix",
        "symmetric",
        "skew",
        "diagonal",
        "lower",
        "upper",
        "spd",
        "psd",
        "orthogonal",
        "invertible",
        "idempotent",
        "square",
    ):
        return len(dims) == 2 and (meaning == "matrix" or dims[0] == dims[1])
    if meaning in ("function", "scalar", "integer", "sigmoid", "softmax", "identity"):
        return meaning == "identity"
    return True


def _kind(e: _Entry) -> str | None:
    if len(e.dims) == 2:
        return "matrix" if e.kind in ("row", "vector", None) and "1" not in e.dims else e.kind
    return e.kind


def _trailing(subjects: list[_Entry], told: set[str]) -> list[_Entry]:
    k = len(subjects)
    while k and subjects[k - 1].name not in told:
        k -= 1
    return subjects[k:]


def _describe(e: _Entry, words: list[str], dims: tuple[str, ...]) -> None:
    meanings = [
        m
        for m in (KINDS[w] for w in words)
        if _fits(m, e.dims) and not (e.told and not e.dims and m in ("vector", "matrix", "row", "column"))
    ]
    for k, m in enumerate(meanings):
        if m in ("scalar", "vector", "matrix", "function", "integer"):
            if not (m == "function" and e.kind) and e.kind not in ("row",):
                e.kind = m
        elif m == "row":
            if len(e.dims) < 2 and (not dims or len(dims) == 1):
                e.kind = "row"
        elif m == "column":
            e.kind = e.kind or "vector"
        elif m == "positive" and ("spd" in meanings[k:] or "psd" in meanings[k:]):
            pass
        elif m in FACTS:
            e.facts.add(m)
        elif m == "elementwise" and not e.dims:
            e.elementwise = True
            e.kind = e.kind or "function"
        elif m in ("sigmoid", "identity", "softmax"):
            e.role = m
    if {"orthogonal", "idempotent"} <= e.facts:
        # An orthogonal projection is a symmetric one, and no orthogonal matrix.
        e.facts = (e.facts - {"orthogonal"}) | {"symmetric"}
    if "distribution" in meanings and "vector" in meanings:
        e.facts.add("probability")
    if {"diagonal", "positive"} <= e.facts:
        # The entries of a diagonal matrix that can be positive are those on its diagonal.
        e.facts = (e.facts - {"positive"}) | {"spd"}
    if "row" in meanings and "vector" in meanings and len(e.dims) < 2:
        e.kind = "row"
    if dims and not e.dims:
        e.dims = dims


__all__ = ["Declaration", "declarations", "equations"]
