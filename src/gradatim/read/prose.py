"""Declarations in prose: `constant vectors $\\mathbf b$, $X \\in \\mathbb R^{n\\times d}$, a symmetric matrix $A$`.

The text is cut into words, formulas and punctuation. A phrase of describing words belongs to the names after it
("a symmetric matrix $A$") or, after a verb or where no name follows, to the names before it ("$A$ is symmetric").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gradatim.errors import ReadError, Span
from gradatim.read.macros import expand
from gradatim.read.plain import mark
from gradatim.read.sets import Found, read_formula


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


_KINDS = {
    "scalar": "scalar", "scalars": "scalar", "vector": "vector", "vectors": "vector", "matrix": "matrix", "matrices": "matrix",
    "number": "scalar", "numbers": "scalar", "function": "function", "functions": "function", "integer": "integer", "integers": "integer",
    "constant": "", "constants": "", "variable": "", "variables": "", "real": "", "real-valued": "", "parameter": "", "parameters": "",
    "known": "", "unknown": "", "given": "", "general": "", "fixed": "", "arbitrary": "", "column": "column", "row": "row", "weight": "",
    "square": "square", "symmetric": "symmetric", "skew-symmetric": "skew", "antisymmetric": "skew", "diagonal": "diagonal",
    "invertible": "invertible", "nonsingular": "invertible", "non-singular": "invertible", "orthogonal": "orthogonal",
    "lower-triangular": "lower", "upper-triangular": "upper", "positive-definite": "spd", "positive-semidefinite": "psd",
    "positive": "positive", "nonnegative": "nonnegative", "non-negative": "nonnegative", "nonzero": "nonzero", "non-zero": "nonzero",
    "one-hot": "onehot", "semidefinite": "psd", "definite": "spd", "spd": "spd", "psd": "psd", "covariance": "spd", "identity": "identity",
    "sigmoid": "sigmoid", "logistic": "sigmoid", "softmax": "softmax", "elementwise": "elementwise", "element-wise": "elementwise", "entrywise": "elementwise",
    "entry-wise": "elementwise", "componentwise": "elementwise", "component-wise": "elementwise", "coordinatewise": "elementwise",
    "pointwise": "elementwise", "coordinate-wise": "elementwise",
}  # fmt: skip
_FACTS = frozenset(
    {
        "symmetric",
        "skew",
        "diagonal",
        "invertible",
        "orthogonal",
        "lower",
        "upper",
        "spd",
        "psd",
        "positive",
        "nonnegative",
        "nonzero",
        "onehot",
        "square",
    }
)
_VERBS = frozenset({"is", "are", "be", "denotes", "denote", "has", "have", "being"})
_GLUE = frozenset(
    {
        "a",
        "an",
        "the",
        "with",
        "of",
        "entries",
        "its",
        "size",
        "shape",
        "dimension",
        "dimensions",
        "dimensional",
        "-dimensional",
        "also",
        "both",
        "all",
        "whose",
        "function",
        "only",
        "applied",
        "input",
    }
)
_ARTICLES_BEFORE = frozenset(_KINDS) | {"function", "set", "known", "given", "training", "single", "new", "and", "weight"}
_PIECE = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)
_WORD = re.compile(r"[-‐‑]?[A-Za-z][A-Za-z]*(?:[-‐‑][A-Za-z]+)*|[.,;:()]|[^\sA-Za-z.,;:()]+|\\[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    text: str
    span: Span
    found: Found | None = None


def declarations(text: str) -> list[Declaration]:
    """What the text declares, in order of first mention. Formulas that declare nothing are passed over."""
    text, _ = expand(text) if "command" in text or "\\def" in text or "DeclareMath" in text else (text, [])
    items = _dimensions(_items(text))
    state = _State()
    for k, item in enumerate(items):
        state.step(item, items[k + 1 :])
    state.close()
    return [
        Declaration(
            e.name, _kind(e), e.dims, frozenset(e.facts), (e.index, e.upper) if e.index else None, e.role, e.elementwise, e.span
        )
        for e in state.entries.values()
    ]


# ---------------------------------------------------------------- pieces


def equations(text: str) -> list[str]:
    """The formulas of a text that hold an equation: `p_i = \\sigma(w^Tx_i)`."""
    found = (next(g for g in m.groups() if g is not None) for m in _PIECE.finditer(text))
    return [f for f in found if "=" in f and "\\in" not in f and "dots" not in f]


def _items(text: str) -> list[_Item]:
    out: list[_Item] = []
    at = 0
    if not _PIECE.search(text):
        text, shift = mark(text, _VERBS, _ARTICLES_BEFORE)
    else:
        shift = []
    for match in _PIECE.finditer(text):
        out.extend(_words(text, at, match.start()))
        inside = next(g for g in match.groups() if g is not None)
        span = (match.start(), match.end())
        out.extend(_formula(inside, span))
        at = match.end()
    out.extend(_words(text, at, len(text)))
    if shift:
        out = [_Item(i.kind, i.text, (shift[i.span[0]], shift[min(i.span[1], len(shift) - 1)]), i.found) for i in out]
    return out


def _formula(inside: str, span: Span) -> list[_Item]:
    try:
        founds = read_formula(inside)
    except ReadError:
        founds = []
    return [_Item("math", inside, span, f) for f in founds] or [_Item("other", inside, span)]


def _words(text: str, a: int, b: int) -> list[_Item]:
    return [
        _Item("punct" if m.group() in ".,;:()" else "word", m.group().lower(), (m.start(), m.end()))
        for m in _WORD.finditer(text, a, b)
    ]


def _dimensions(items: list[_Item]) -> list[_Item]:
    """`$m$ by $n$` and `m-by-n` become one dimension phrase; `$n$-vector` becomes a vector of n."""
    out: list[_Item] = []
    k = 0
    while k < len(items):
        i = items[k]
        if k + 2 < len(items) and items[k + 1].text in ("by", "-by-", "x") and i.kind == items[k + 2].kind == "math":
            f, g = i.found or Found(), items[k + 2].found or Found()
            if len(f.names) == len(g.names) == 1 and not f.dims and not g.dims:
                out.append(_Item("dims", "", (i.span[0], items[k + 2].span[1]), Found(dims=(f.names[0], g.names[0]))))
                k += 3
                continue
        nxt = items[k + 1].text if k + 1 < len(items) else ""
        if i.kind == "math" and i.found and i.found.names and not i.found.dims and re.match(r"[-‐‑](vector|dim|column|row)", nxt):
            out.append(_Item("dims", nxt, (i.span[0], items[k + 1].span[1]), Found(dims=tuple(i.found.names[:1]))))
            if "vector" in nxt:
                out.append(_Item("word", "vector", items[k + 1].span))
            k += 2
            continue
        if i.kind == "math" and i.found and len(i.found.names) == 1 and _sized(items, k):
            assert i.found
            out.append(_Item("dims", "", i.span, Found(dims=i.found.names)))
            k += 1
            continue
        if i.kind == "math" and i.found and not i.found.names and i.found.dims:
            i = _Item("dims", i.text, i.span, i.found)
        out.append(i)
        k += 1
    return out


def _sized(items: list[_Item], k: int) -> bool:
    """Whether `size`, `length` or `dimension` stands before: then the name is a dimension."""
    found = items[k].found
    return (
        k > 0
        and found is not None
        and not found.dims
        and items[k - 1].text in ("size", "dimension", "length")
        or (
            k > 1
            and items[k - 1].text == "of"
            and items[k - 2].text in ("size", "dimension", "length")
            and found is not None
            and not found.dims
        )
    )


# ---------------------------------------------------------------- phrases


class _State:
    """Names of the running clause, and the phrase of describing words that waits for its names."""

    def __init__(self) -> None:
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

    def entry(self, name: str, span: Span) -> _Entry:
        return self.entries.setdefault(name, _Entry(name, span))

    def step(self, item: _Item, rest: list[_Item]) -> None:
        if item.kind == "dims" and item.found:
            self.dims = item.found.dims
            if self.subjects and (not rest or rest[0].text in (",", ".", ";", ")", "and")) or not rest:
                self.post()
        elif item.kind == "math" and item.found:
            self.formula(item.found, item.span)
        elif item.kind == "word":
            self.word(item.text, rest)
            self.last = item.text
        elif item.kind == "other":
            # A formula that declares nothing: what is said next is said of it.
            self.post()
            self.fresh()
        elif item.kind == "punct":
            self.punctuation(item.text, rest)

    def word(self, word: str, rest: list[_Item]) -> None:
        word = word.replace("‐", "-").replace("‑", "-")
        if word in _VERBS:
            if self.verb:
                self.post()
            elif any(e.name not in self.told for e in self.subjects[-1:]):
                self.subjects = _trailing(self.subjects, self.told)
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
        elif word == "diagonal" and self.last in ("the", "its", "main") and not (rest and rest[0].text in _KINDS):
            pass
        elif word in _KINDS:
            if self.subjects and not self.verb and not self.phrase and not self.post_follows(word, rest):
                self.subjects, self.pre = [], ((), ())
            self.phrase.append(word)
            if not rest or (rest[0].kind == "word" and rest[0].text not in _KINDS and rest[0].text not in _GLUE):
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
        elif word == "and":
            if self.verb or self.phrase:
                self.post()
                if self.done and rest and rest[0].kind == "math":
                    self.fresh()
        elif word not in _GLUE and word not in ("size", "times", "for") and not word.startswith("-") and word.isalpha():
            self.pre = ((), ())
        if word in ("let", "suppose", "consider", "where", "when", "for"):
            self.post()
            self.fresh()

    def post_follows(self, word: str, rest: list[_Item]) -> bool:
        """Whether this phrase, without a verb, ends before any name: then it describes the names before it."""
        for i in rest:
            if i.kind == "math":
                return False
            if i.kind == "punct" or i.text in ("and", "with", "where"):
                return True
        return True

    def punctuation(self, mark: str, rest: list[_Item]) -> None:
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
        elif mark == "," and self.done:
            self.fresh()

    def fresh(self) -> None:
        self.subjects, self.verb, self.done, self.posted, self.pre = [], False, False, False, ((), ())

    def close(self) -> None:
        self.post()

    def post(self) -> None:
        """The phrase describes the names before it."""
        if (self.phrase or self.dims) and self.subjects:
            targets = self.subjects[-1:] if self.dims and not self.phrase and not self.verb else self.subjects
            for e in targets:
                _describe(e, self.phrase, self.dims)
            self.done = self.verb
            self.posted = not self.verb
        self.phrase, self.dims = [], ()

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
        for name in found.names:
            e = self.entry(name, span)
            _describe(e, list(self.pre[0]), self.pre[1])
            if found.dims is not None and (found.dims or found.kind):
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

    def range(self, found: Found) -> None:
        for e in self.entries.values():
            if e.name.endswith((f"_{found.index}", f"^{{({found.index})}}", f"_{{{found.index}}}", f"_{{w_{found.index}}}")):
                e.index, e.upper = found.index, found.upper


_PARTS = {"rows": "rows", "columns": "columns", "entries": "entries", "elements": "entries"}


def _name_follows(rest: list[_Item]) -> bool:
    """Whether a formula comes next, at most a verb before it."""
    return bool(rest) and (rest[0].kind == "math" or rest[0].text in _VERBS and rest[1:2] != [] and rest[1].kind == "math")


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
        "square",
    ):
        return len(dims) == 2
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
        for m in (_KINDS[w] for w in words)
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
        elif m in _FACTS:
            e.facts.add(m)
        elif m == "elementwise" and not e.dims:
            e.elementwise = True
            e.kind = e.kind or "function"
        elif m in ("sigmoid", "identity", "softmax"):
            e.role = m
    if "row" in meanings and "vector" in meanings and len(e.dims) < 2:
        e.kind = "row"
    if dims and not e.dims:
        e.dims = dims
