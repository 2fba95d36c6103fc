"""Declarations in prose: `constant vectors $\\mathbf b$, $X \\in \\mathbb R^{n\\times d}$, a symmetric matrix $A$`.

The text is cut into words, formulas and punctuation. A phrase of describing words belongs to the names after it
("a symmetric matrix $A$") or, after a verb or where no name follows, to the names before it ("$A$ is symmetric").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from gradatim.errors import Span
from gradatim.read.ahead import LEADING, clause_ahead, described_ahead, describes_on, name_ahead, subject_ahead
from gradatim.read.clause import Clause, looks_like, trailing
from gradatim.read.conventions import (
    covariances_of_normals,
    entries_that_add_up,
    members_of_families,
    ones_of,
    printed_shapes,
    projected_in_time,
    raised_members,
    real_numbers,
    rows_of_one,
    square_of_order,
    told_of_graphs_and_masks,
    without_mappings,
    without_nouns_of_derivatives,
    without_places,
)
from gradatim.read.domains import said_of_domains
from gradatim.read.entries import NOUNS, kind_of, settled_facts
from gradatim.read.loose import heard
from gradatim.read.macros import expand
from gradatim.read.moving import at_times, moves
from gradatim.read.phrases import (
    ABOVE_ENTRIES,
    DENYING,
    ENTRIES,
    FACTS,
    GLUE,
    KINDS,
    OTHERS,
    SINGULAR,
    SUPPOSING,
    VERBS,
    Piece,
    pieces,
    with_sizes,
)
from gradatim.read.related import related
from gradatim.read.spelling import function_word


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the text says of one name. `dims` are as written; `family` is (index, upper) for `x_i, i = 1..N`.

    `role` is free text for names with a known meaning: `sigmoid`, `rows:A`, `columns:U`, `=\\tanh`, `entries:A`, `moves`.
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


def declarations(text: str) -> list[Declaration]:
    """What the text declares, in order of first mention. Formulas that declare nothing are passed over."""
    return list(_declared(text))


_AHEAD = 200
"""Pieces that are looked at ahead: more than a sentence has."""


@lru_cache(maxsize=512)
def _declared(text: str) -> tuple[Declaration, ...]:
    """The same, kept: a document is declared once for all the formulas that are read in it."""
    text, _ = expand(text) if "command" in text or "\\def" in text or "DeclareMath" in text else (text, [])
    text = _RESPECT.sub(lambda m: m[0][:-1] + ";", text)
    text, moving = at_times(told_of_graphs_and_masks(without_nouns_of_derivatives(real_numbers(text))))
    text = covariances_of_normals(without_mappings(printed_shapes(said_of_domains(projected_in_time(without_places(text))))))
    text = members_of_families(entries_that_add_up(rows_of_one(square_of_order(ones_of(raised_members(text))))))
    items = with_sizes(related(pieces(text)))
    state = _State(text)
    for k, item in enumerate(items):
        state.step(item, items[k + 1 : k + 1 + _AHEAD])
    state.close()
    state.ranged()
    state.stacks()
    state.entries_to_arrays()
    state.numbers_alone()
    state.unit_vectors()
    return tuple(
        Declaration(
            e.name,
            kind_of(e),
            e.dims,
            frozenset(settled_facts(e)),
            (e.index, e.upper) if e.index else None,
            e.role or (moves(moving[e.name]) if e.name in moving else ""),
            e.elementwise,
            e.span,
            e.note,
        )
        for e in state.entries.values()
    )


_RESPECT = re.compile(r"\b(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?)\s[^,.;:\n]{1,60},", re.I)
"""By what is differentiated: of it nothing is said by what follows, "with respect to x, A symmetric"."""
_OF_NUMBERS = frozenset("label labels target targets count counts response responses outcome outcomes".split())


class _State(Clause):
    """A text read piece by piece."""

    def step(self, item: Piece, rest: list[Piece]) -> None:
        self.span = item.span
        if item.kind == "sizes" and item.found:
            self.each_its_own(item.found.names)
        elif item.kind == "phrases":
            self.each_its_phrase([tuple(words.split()) for words in item.text.split("|")])
        elif item.kind == "dims" and self.of_a_thing():
            self.fresh()
        elif item.kind == "dims" and item.found:
            self.dims = item.found.dims
            # "X n × p" and a new name, mostly on a new line: the size is of the name before it.
            beside = bool(rest) and rest[0].kind == "math" and not self.words_between and not self.verb and not self.phrase
            if self.subjects and (not rest or beside or rest[0].text in (",", ".", ";", ")", "and")) or not rest:
                self.post()
        elif item.kind == "math" and item.found:
            if self.last in _OF_NUMBERS:
                self.numbers.update(item.found.names)
            self.formula(item.found, item.span)
            self.belonging = False
            self.last, self.thing, self.article, self.words_between, self.holding = "", "", False, False, False
        elif item.kind == "word":
            if item.text in ("a", "an", "the", "its"):
                self.article = self.article or item.text in ("a", "an")
                self.single = self.single or (not self.last and not self.verb)
            self.word(item.text, rest)
            self.last = item.text
            self.holding = item.text in ("with", "has", "have", "having", "whose") or (self.holding and item.text not in VERBS)
            self.words_between = self.words_between or item.text != "and"
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

    def each_its_phrase(self, phrases: list[tuple[str, ...]]) -> None:
        """ "x and y are a vector and a scalar, respectively": one description for each name."""
        named = self.subjects[-len(phrases) :]
        if len(named) == len(phrases):
            for e, words in zip(named, phrases):
                sizes = next((w[1:] for w in words if w.startswith("#")), "")
                self.describe(e, [w for w in words if w in KINDS], tuple(sizes.split("×")) if sizes else ())
            self.phrase, self.dims, self.done = [], (), True

    def word(self, word: str, rest: list[Piece]) -> None:
        word = word.replace("‐", "-").replace("‑", "-")
        self.belonging = word == "of" or (self.belonging and word not in VERBS)
        self.inside = word == "of" or (self.inside and KINDS.get(word, "noun") in FACTS | {"", "scalar"})
        self.by_entries = self.by_entries or (word in ENTRIES and bool(self.phrase))
        if word in ("number", "numbers") and rest and rest[0].text == "of":
            word = "integer"  # "n is the number of examples"
        if self.turns_away(word, rest):
            return
        if word == "same" and rest and rest[0].text in _MEASURES:
            self.dims = self.size_told_before(rest) or self.dims
        self.deny(word, rest)
        if word in KINDS and self.denied and KINDS[word] in FACTS | {"function", "elementwise"}:
            return
        if not self.of_rows(word, rest) and not self.of_kind(word, rest):
            self.joining(word, rest)
        if word in ("let", "suppose", "consider", "where", "when", "for"):
            self.post()
            self.fresh()

    def turns_away(self, word: str, rest: list[Piece]) -> bool:
        """Whether a word begins to speak of something else than the names before it."""
        if word in _FUNCTIONS and rest and (rest[0].text in VERBS or rest[0].text == "applied"):
            # "exp is applied elementwise", without marks of mathematics.
            self.fresh()
            e = self.entry(f"\\{function_word(word)}", self.span)
            e.kind, self.subjects, self.latest = "function", [e], (e.name,)
            return True
        if word in LEADING and self.verb and not NOUNS & {KINDS[w] for w in self.phrase} and described_ahead(rest):
            # "f_d is the d-th element of a vector f": what is described is f.
            self.post()
            self.fresh()
            return True
        if word in OTHERS and self.verb and not self.phrase:
            self.fresh()
            return True
        return False

    def of_rows(self, word: str, rest: list[Piece]) -> bool:
        """Whether a word speaks of rows and columns: "each row adds up to one", "softmax is taken row-wise"."""
        sides = ("row", "rows", "column", "columns")
        if word in ("every", "each", "all") and rest and rest[0].text in sides and self.subjects:
            for e in self.subjects:
                e.facts.add(f"each{rest[0].text.removesuffix('s')}")
        elif word in ("row-wise", "rowwise", "columnwise", "column-wise"):
            self.entry("softmax", (0, 0)).role = "rows" if word.startswith("row") else "columns"
        elif not (word in sides and self.last in ("every", "each", "all")):
            return False
        return True

    def of_kind(self, word: str, rest: list[Piece]) -> bool:
        """Whether a word says what something is: a verb, a noun, an adjective."""
        if word in ("have", "has") and not self.subjects:
            pass  # "I have $x \\in \\mathbb R^n$"
        elif word in VERBS:
            self.verb_said(word)
        elif word == "diagonal" and self.of_its_diagonal(rest):
            self.phrase = [w for w in self.phrase if w not in ABOVE_ENTRIES]
        elif word == "input" or (word in KINDS and not heard(word, rest, self.last)):
            self.spoken = self.spoken or (self.verb and not self.phrase)
        elif word in KINDS:
            self.describing(word, rest)
        elif word == "triangular" and self.phrase:
            pass
        elif word in ("lower", "upper") and rest and rest[0].text.startswith("triangular"):
            self.phrase.append(f"{word}-triangular")
        elif word == "determinant":
            self.phrase = [w for w in self.phrase if w != "positive"]
        else:
            return False
        return True

    def joining(self, word: str, rest: list[Piece]) -> None:
        """Words that join: "with", "of", "and"; any other says nothing that is understood."""
        if word == "with":
            if self.phrase:
                self.post()
            if rest and rest[0].kind == "math":  # "X, C in R^n with C symmetric": what follows is said of C alone
                self.subjects, self.verb = [], False
        elif word == "of" and self.of_something() and not (rest and (rest[0].kind == "dims" or rest[0].text in _MEASURES)):
            self.post()
            self.fresh()
        elif word == "and":
            if subject_ahead(rest):  # "the vector x, and the output is a scalar"
                self.post()
                self.fresh()
            elif self.verb or self.phrase:
                self.post()
                if (self.done or self.spoken) and rest and rest[0].kind == "math":
                    self.fresh()
        elif word not in GLUE and word not in ("size", "times", "for") and not word.startswith("-") and word.isalpha():
            self.nothing_said(word, rest)

    def of_its_diagonal(self, rest: list[Piece]) -> bool:
        """Whether a matrix has this diagonal and need not be diagonal: "with positive diagonal", "has zero diagonal entries"."""
        following = rest[0].text if rest else ""
        if following in KINDS:
            return False
        if following in ENTRIES or self.last in ("the", "its", "main", "whose"):
            return True
        return self.holding and self.last in ABOVE_ENTRIES and not (rest and rest[0].kind == "math")

    def of_a_thing(self) -> bool:
        """Whether a size is that of a thing and of no name: "input $x \\in \\mathbb{R}^d$, hidden layer of size $h$"."""
        if self.verb or not self.thing or not self.subjects:
            return False
        return self.thing in _THINGS or all(e.dims for e in self.subjects)

    def size_told_before(self, rest: list[Piece]) -> tuple[str, ...]:
        """ "of the same order" as what was told its size before, "of the same size as D" as D, if that was told."""
        for before, i in zip(rest, rest[1:]):
            if before.text == "as" and i.found is not None and i.found.names:
                e = self.entries.get(i.found.names[0])
                return e.dims if e is not None else ()
        return next((e.dims for e in reversed(self.entries.values()) if e.dims and e not in self.subjects), ())

    def of_something(self) -> bool:
        """Whether a description ends with `of`: after "a function of the vector x" what follows describes x, and "y a one-hot vector
        of c classes" is said of y."""
        kinds = {KINDS[w] for w in self.phrase}
        return "function" in kinds or bool(self.subjects and self.single and not self.verb and kinds & {"vector", "matrix"})

    def verb_said(self, word: str) -> None:
        """`is` and its like: of which of the names before it they speak."""
        if self.verb:
            self.post()
        elif any(e.name not in self.told for e in self.subjects[-1:]):
            self.subjects = trailing(self.subjects, self.told)
            tied = any(self.entries[n].role for n in self.latest if n in self.entries)
            if word in SINGULAR and not tied:  # "a row of A and x is a vector" is not said of A
                self.subjects = [e for e in self.subjects if any(e.name == n or looks_like(e.name, n) for n in self.latest)]
        elif word in SINGULAR:
            self.subjects = [e for e in self.subjects if e.name in self.latest]
        self.verb, self.phrase, self.dims, self.spoken = True, [], (), False

    def nothing_said(self, word: str, rest: list[Piece]) -> None:
        """A word that describes nothing: it ends what described names before it, and may be a slip of a word that does."""
        self.pre, self.thing = ((), ()), self.thing if word in _MEASURES else word
        if self.verb and (meant := _misspelt(word)):
            for e in self.subjects:
                e.note = f"“{word}” is not understood, and nothing is taken from it; “{meant}” may be meant"
        if self.phrase and not self.subjects and not name_ahead(rest):
            self.phrase, self.dims = [], ()
        if self.verb and self.subjects and NOUNS & {KINDS[w] for w in self.phrase}:
            # "a matrix independent of the vector x": the description ends with its noun.
            self.post()
        self.spoken = self.spoken or (self.verb and not self.phrase)

    def describing(self, word: str, rest: list[Piece]) -> None:
        """A word that says of what kind something is, or a fact of it."""
        if KINDS[word] == "function" and self.belonging:
            return  # "the parameters of a kernel function"
        if (
            word == "integer"
            and rest
            and rest[0].text == "of"
            and any(e.kind or e.dims for e in self.subjects if e.name in self.latest)
        ):
            return  # "a vector with length equal to the number of words"
        if KINDS[word] == "scalar" and (self.inside or self.last == "real"):
            nouns = {KINDS[w] for w in self.phrase} | {e.kind for e in self.subjects if self.inside}
            if nouns & {"vector", "matrix"} or self.last in ("of", "real") and nouns & NOUNS:
                return  # "a vector of real numbers", "vectors p and q of positive numbers"
        if self.subjects and not self.verb and not self.phrase and not self.post_follows(word, rest):
            self.subjects, self.pre = [], ((), ())
        self.phrase.append(word)
        if not self.subjects and name_ahead(rest):
            return  # "one-hot label $y$": a noun that says nothing stands between
        if not rest or (rest[0].kind == "word" and rest[0].text not in KINDS and rest[0].text not in GLUE | ENTRIES):
            self.post()

    def deny(self, word: str, rest: list[Piece]) -> None:
        """Denial begins with its word, and ends where a clause begins that names something else."""
        if word in DENYING or word in SUPPOSING:
            self.denied = True
            self.supposed = self.supposed or word in SUPPOSING
        elif word == "and" and self.denied and not self.supposed and clause_ahead(rest):
            self.denied = False  # "X is not square and the matrix A is symmetric"
        elif word == "but" and not self.supposed:
            self.denied = False  # "not symmetric but invertible"

    def post_follows(self, word: str, rest: list[Piece]) -> bool:
        """Whether this phrase, without a verb, ends before any name: then it describes the names before it."""
        noun = KINDS[word] in ("vector", "matrix")
        for i in rest:
            if i.kind == "math":
                return False
            if i.kind == "punct" or i.text in ("and", "with", "where") or (i.text == "of" and noun and self.single):
                return True
            noun = noun or KINDS.get(i.text) in ("vector", "matrix")
        return True

    def punctuation(self, mark: str, rest: list[Piece]) -> None:
        self.denied = self.supposed = False
        if mark == ":" and self.phrase and not self.subjects and {KINDS[w] for w in self.phrase} <= {"function", ""}:
            self.phrase, self.dims = [], ()  # "dual function: $Q \\succ 0$": a title
            return
        if mark == ":" and self.phrase and rest and rest[0].found and rest[0].found.defined:
            self.phrase, self.dims = [], ()  # "with a Toeplitz matrix: $y = Xh$": what follows is no such matrix
            return
        if mark == ":" and self.phrase:
            self.pre = (tuple(self.phrase), self.dims)
            self.phrase, self.dims, self.subjects = [], (), []
            return
        self.belonging = False
        if mark == "(":
            if clause_ahead(rest):  # "the targets y (and f is …)": a clause of its own
                self.post()
                self.fresh()
            return
        if mark == ":" and self.subjects and not self.dims:
            self.verb = True
            return
        if self.phrase or self.dims:
            self.post()
        if mark in ".;":
            self.fresh()
        elif mark == "," and ((self.done or self.verb) and not describes_on(rest) or subject_ahead(rest)):
            self.fresh()


def _misspelt(word: str) -> str:
    """The describing word that this one is a slip of: `symetric`; "" for a word of its own."""
    known = [k for k in KINDS if len(k) > 5]
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.88)), "") if len(word) > 5 else ""


_THINGS = frozenset("layer layers batch minibatch mini-batch vocabulary network window hidden".split())
_MEASURES = frozenset({"order", "size", "shape", "dimension", "dimensions", "length", "type"})
_FUNCTIONS = frozenset("exp log ln sqrt sin cos tan tanh sinh cosh arctan sigmoid relu".split())


__all__ = ["Declaration", "declarations"]
