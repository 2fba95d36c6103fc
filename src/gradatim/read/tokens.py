"""Characters to tokens: LaTeX, plain text and Unicode come out alike, each token with its place in the source.

A name carries its styling in its canonical LaTeX spelling (`\\mathbf{x}`, `\\hat{\\boldsymbol{y}}`), so `𝐱`, `\\bf x`
and `\\mathbf x` are one name. What only arranges the page (sizes, spacing, alignment) is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from fractions import Fraction

from gradatim.errors import LimitExceeded, ReadError
from gradatim.read.boxes import without_braced_angles
from gradatim.read.capitals import binds
from gradatim.read.commands import Commands
from gradatim.read.environments import Token
from gradatim.read.integrals import integrals_named
from gradatim.read.macros import expand
from gradatim.read.run_together import LONG, factor_before_a_call, written_apart
from gradatim.read.scripts import Scripts
from gradatim.read.spelling import (
    COMBINING,
    GLUED,
    GREEK_WORDS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    UNICODE_COMMANDS,
    VOCABULARY_WORDS,
    function_word,
    is_code,
    letter_of,
    stands_apart,
)

MAX_TOKENS = 60_000
_MARKS = {m: m for m in (".*", "./", ".^", "<=", ">=", "!=")} | {":=": "=", "**": ".^", "==": "=", "->": "to"}
"""Marks of two characters, and what they mean."""
_SIGNS = dict.fromkeys("([", "open") | dict.fromkeys(")]", "close") | dict.fromkeys("+-*/^_=,:.<>!@", "op")
_SIGNS |= {"|": "bar", "'": "prime", ";": "sep"}
"""Marks of one character, and what kind of token each is."""
_EXPONENT = re.compile(r"[eE][+-]?\d{1,3}(?![\w.])")
_DOTTED = re.compile(rf"\.(?!T(?![A-Za-z]))(?:[A-Za-z]|{'|'.join(sorted(GREEK_WORDS, key=len, reverse=True))})(?![A-Za-z(])")
"""A dot between two names, as in `w.x + b`: a product."""
_DEFINES = re.compile(r"\s*:?=")
_NUMBERED = re.compile(r"[A-Za-z]+\d{1,2}[A-Za-z]?(?![A-Za-z0-9])")
TRANSPOSED = re.compile(r"\s*(?:\^\s*\{?\s*(?:T|\\top|\\intercal|\\mathsf|\\mathrm)(?![a-z])|ᵀ|⊤)")
"""The transpose of what stands before."""


def tokenize(text: str, words: frozenset[str] = frozenset()) -> list[Token]:
    """The tokens of a formula. `words` are declared names of several letters. Raises ReadError, LimitExceeded."""
    text = without_braced_angles(text) if "langle" in text else text
    source, places = expand(integrals_named(text) if "\\int" in text else text)
    return _Scanner(text, source, places, words).run()


class _Scanner(Commands):
    def __init__(self, original: str, source: str, places: list[int], words: frozenset[str]) -> None:
        self.original, self.s, self.places, self.words = original, source, places, words
        self.i = 0
        self.out: list[Token] = []
        self.raised = Scripts(self.out)
        self.side = ""
        self.spaced = False
        self.style: list[tuple[str, int]] = []
        self.depth = 0
        self.cases = 0
        """How many `cases` are open: in them `&`, `\\\\` and words have a meaning."""
        # Text with programming's signs of multiplication writes names as whole words; elsewhere letters stand side by side.
        self.code = is_code(original)

    def error(self, message: str, a: int, b: int, suggestion: str = "") -> ReadError:
        return ReadError(message, self.original, (self.places[a], self.places[min(b, len(self.s))]), suggestion)

    def emit(self, kind: str, text: str, a: int, b: int, value: Fraction | None = None, run: int = 0) -> None:
        if len(self.out) > MAX_TOKENS:
            raise LimitExceeded(f"the formula has more than {MAX_TOKENS} symbols")
        place = self.places[a], max(self.places[min(b, len(self.s))], self.places[a])
        self.out.append(Token(kind, text, place[0], place[1], self.side, value, self.spaced, run))
        self.side, self.spaced = "", False

    def run(self) -> list[Token]:
        while self.i < len(self.s):
            self.step()
        self.emit("end", "", len(self.s), len(self.s))
        return self.out

    def step(self) -> None:
        a, c = self.i, self.s[self.i]
        if c == "\\":
            self.command()
        elif c in " \t\r\f\v\u00a0\u2009\u200a\u202f\u2061\u2062\u2063\u200b~":
            self.i, self.spaced = a + 1, True
        elif c == "\n" and self.cases:
            self.i, self.spaced = a + 1, True
        elif c == "\n":
            self.i = a + 1
            self.emit("nl", "\n", a, a + 1)
        elif c in "0123456789" or (c == "." and self.s[a + 1 : a + 2] in tuple("0123456789")):
            self.number()
        elif c in SUPERSCRIPTS or c in SUBSCRIPTS:
            self.scripts()
        elif c == "⊤" and self.out and self.out[-1].kind in ("name", "close", "gclose", "num"):
            # x⊤, raised by its look alone.
            self.i = a + 1
            self.emit("op", "^", a, a)
            self.name("T", a, a + 1)
        elif c.isalpha() or c in UNICODE_COMMANDS:
            self.letters()
        else:
            self.punctuation()

    def number(self) -> None:
        a = self.i
        while self.i < len(self.s) and (self.s[self.i].isascii() and self.s[self.i].isdigit()):
            self.i += 1
        if (
            self.s[self.i : self.i + 1] == "."
            and self.s[self.i + 1 : self.i + 2].isdigit()
            and self.s[self.i + 1 : self.i + 2].isascii()
        ):
            self.i += 1
            while self.i < len(self.s) and self.s[self.i].isascii() and self.s[self.i].isdigit():
                self.i += 1
        if self.i - a > 400:
            raise LimitExceeded("a number has more than 400 digits")
        if found := _EXPONENT.match(self.s, self.i):
            if "\\" in self.original:
                raise self.error(
                    "this may be a power of ten, or a product with e",
                    a,
                    found.end(),
                    r"write 2 \cdot 10^{-3}, or put spaces around the signs: 2 e - 3",
                )
            self.i = found.end()
        if self.s[a : self.i] == "11" and TRANSPOSED.match(self.s, self.i) and not self.raised.here():
            self.i = a + 1  # 11ᵀ: a number has no transpose, and two vectors of ones make a matrix
            self.emit("num", "1", a, self.i, Fraction(1))
            return
        self.emit("num", self.s[a : self.i], a, self.i, Fraction(self.s[a : self.i]))

    def scripts(self) -> None:
        table = SUPERSCRIPTS if self.s[self.i] in SUPERSCRIPTS else SUBSCRIPTS
        a = self.i
        while self.i < len(self.s) and self.s[self.i] in table:
            self.i += 1
            if self.s[self.i - 1] == "⁾" and self.s[a] == "⁽":
                break  # W⁽¹⁾⁻¹: the label, and then the power
        self.emit("op", "^" if table is SUPERSCRIPTS else "_", a, a)
        self.emit("gopen", "{", a, a)
        for k in range(a, self.i):
            for t in tokenize(table[self.s[k]])[:-1]:
                self.emit(t.kind, t.text, k, k + 1, t.value)
        self.emit("gclose", "}", self.i, self.i)

    def punctuation(self) -> None:
        a, c = self.i, self.s[self.i]
        if self.mark_of_two(a):
            return
        self.no_entry(a, c)
        self.i = a + 1
        if (
            c == "."
            and self.out
            and self.out[-1].kind == "name"
            and self.out[-1].end == self.places[a]
            and _DOTTED.match(self.s, a)
        ):
            self.emit("op", "cdot", a, a + 1)
        elif c in "{}":
            self.brace(c, a)
        elif c in _SIGNS:
            self.emit(_SIGNS[c], c, a, a + 1)
        elif c == "&" and self.cases:
            self.emit("op", "&", a, a + 1)
        elif c in "$&":
            self.spaced = True
        elif c == "%" and "\\" in self.original:
            end = self.s.find("\n", a)
            self.i = len(self.s) if end < 0 else end
        elif c in COMBINING:
            raise self.error("this accent stands on nothing that can be named", a, a + 1)
        else:
            raise self.error(f"the character {c!r} has no meaning here", a, a + 1)

    def mark_of_two(self, a: int) -> bool:
        """Whether two characters are one mark here; it is emitted then."""
        for mark, meant in _MARKS.items():
            if self.s.startswith(mark, a):
                self.i = a + 2
                self.emit("op", meant, a, a + 2)
                return True
        if not self.s.startswith("||", a):
            return False
        self.i = a + 2
        self.emit("bar", "|", a, a + 1)
        self.emit("bar", "|", a + 1, a + 2)
        return True

    def brace(self, c: str, a: int) -> None:
        if c == "{":
            self.depth += 1
            self.emit("gopen", c, a, a + 1)
            return
        self.depth -= 1
        while self.style and self.style[-1][1] > self.depth:
            self.style.pop()
        if len(self.out) > 1 and self.out[-1].kind == "gopen" and self.out[-2].kind == "word":
            self.out.pop()
        else:
            self.emit("gclose", c, a, a + 1)

    # ------------------------------------------------------------ letters

    def name(self, spelling: str, a: int, b: int, run: int = 1) -> None:
        """Emit a name in the running style, with the combining accents that follow it."""
        for style, _ in self.style if self.style and not self.raised.here() else ():
            spelling = f"{style}{{{spelling}}}"
        while self.i < len(self.s) and self.s[self.i] in COMBINING:
            spelling = f"{COMBINING[self.s[self.i]]}{{{spelling}}}"
            self.i += 1
            b = self.i
        self.emit("name", spelling, a, b, run=run)

    def letters(self) -> None:
        a, c = self.i, self.s[self.i]
        if c in UNICODE_COMMANDS and not (c in "ΣΠ" and not binds(self.s, a, self.words, self.turned())):
            self.i = a + 1
            self.structural(UNICODE_COMMANDS[c], a)
        elif not c.isascii():
            self.i = a + 1
            self.unicode_letter(c, a)
        else:
            self.run_of_letters(a)

    def run_of_letters(self, a: int) -> None:
        """Letters side by side: a word, a name of several letters, or a product."""
        b = a
        while b < len(self.s) and self.s[b].isascii() and self.s[b].isalpha():
            b += 1
        if self.out and self.out[-1].text == "^" and self.s[a] in "Tt" and self.out[-1].end == self.places[a]:
            # `x^Tr` is a transpose and a letter, not a word.
            b = a + 1
        numbered = _NUMBERED.match(self.s, a)
        if numbered and function_word(numbered.group()):
            b = numbered.end()
        elif numbered and self.s[numbered.end() : numbered.end() + 1] == "(" and function_word(self.s[a:b]):
            self.i = numbered.end()  # `relu6(x)` is a function of that name, and not the relu of 6 x
            self.name(rf"\mathrm{{{numbered.group()}}}", a, self.i)
            return
        run = self.s[a:b]
        if self.together(run, a, b) or self.word(run, a, b) or self.long_name(run, a, b):
            return
        self.ask_of_a_run(run, a, b)
        for k in range(a, b):
            self.i = k + 1
            self.name(self.s[k], k, k + 1, b - a)

    def word(self, run: str, a: int, b: int) -> bool:
        """Whether a run of letters is a word of the language of formulas, or begins with one; it is emitted then."""
        called, declared = self.s[b : b + 1] == "(", all(letter in self.words for letter in run)
        if run in self.words and b - a > 1:
            return False
        if (glued := GLUED.match(run)) and not function_word(run) and not declared:
            self.i = a + glued.end(1)  # `trX`, `lndetX`: a function's name and what it is of
            self.emit("word", glued[1], a, self.i)
        elif called and (factor := factor_before_a_call(run)) and factor not in self.words:
            self.i = a + 1  # `Wdiag(s)`: the matrix W, and then the function
            self.name(run[0], a, a + 1)
        elif b - a > 1 and run in ("where", "with", "and"):
            self.i = b
            self.emit("sep", run, a, b)
        elif run in ("sum", "prod") and not called:
            self.i = b
            self.structural(run, a)
        elif b - a > 1 and function_word(run) and (run not in GREEK_WORDS or called):
            self.i = b  # `gamma(x)` is a function, and the gamma of `gamma*x` a letter
            self.emit("word", run, a, b)
        else:
            return False
        return True

    def long_name(self, run: str, a: int, b: int) -> bool:
        """Whether a run of several letters is one name; it is emitted then."""
        if b - a < 2:
            return False
        if run in self.words:
            spelling = run
        elif run in GREEK_WORDS:
            spelling = GREEK_WORDS[run]
        elif self.code and not self.is_product(run, a, b):
            spelling = run
        elif (
            self.s[b : b + 1] == "("
            and b - a > 2
            and (run.islower() or run.lower() in VOCABULARY_WORDS)
            and not all(letter in self.words for letter in run)
        ):
            spelling = rf"\mathrm{{{run}}}"  # hinge(z): a function of that name, and no product of five letters
        else:
            return False
        self.i = b
        self.name(spelling, a, b)
        return True

    def ask_of_a_run(self, run: str, a: int, b: int) -> None:
        """Raise ReadError for letters among which a function's name stands, unless they are names, or the head of a definition."""
        bare = bool(self.out) and self.out[-1].text in ("^", "_")  # of `e^xsinx` the first x alone is the exponent
        run, a = (run[1:], a + 1) if bare else (run, a)
        if self.raised.here() and not bare or all(letter in self.words for letter in run) or _DEFINES.match(self.s, b):
            return
        if apart := written_apart(run, bare):
            raise self.error(f"is `{run}` `{apart}`, or a product of letters?", a, b, f"write `{apart}`, or declare the letters")
        if run.islower() and len(run) >= LONG and not bare:
            raise self.one_name_or_several(run, a, b)

    def is_product(self, run: str, a: int, b: int) -> bool:
        """Whether letters side by side are a product although the text has signs of multiplication: their names are declared, or
        one of them stands alone as well (`||Ax-b||^2 + lam*||x||^2`). Raises ReadError where it may as well be a word."""
        if all(letter in self.words for letter in run):
            return True
        if not stands_apart(run, self.s):
            return False
        if not run.islower():
            return True
        if run[0] == "d" and len(run) == 2:
            return False  # dx, as code names a step
        raise self.one_name_or_several(run, a, b)

    def one_name_or_several(self, run: str, a: int, b: int) -> ReadError:
        """The question whether letters are a word or a product."""
        if self.code or len(run) < LONG:
            return self.error(f"is `{run}` one name, or {' times '.join(run)}?", a, b, f"write {'*'.join(run)}, or declare {run}")
        return self.error(f"is `{run}` one name, or a product of letters?", a, b, rf"write \mathrm{{{run}}} for a name")

    def turned(self) -> bool:
        """Whether what stands last is a transpose or ends a script."""
        return bool(self.out) and self.out[-1].text in ("T", "\\top", "'", "gclose")

    def unicode_letter(self, c: str, a: int) -> None:
        plain = unicodedata.normalize("NFD", c)
        if len(plain) > 1 and plain[0].isalpha() and all(m in COMBINING for m in plain[1:]):
            spelling = self.letter(plain[0], a)
            for m in plain[1:]:
                spelling = f"{COMBINING[m]}{{{spelling}}}"
            self.name(spelling, a, a + 1)
            return
        self.name(self.letter(c, a), a, a + 1)

    def letter(self, c: str, a: int) -> str:
        """The LaTeX spelling of one letter or styled letter of Unicode."""
        if found := letter_of(c):
            return found
        raise self.error(f"the character {c!r} has no meaning here", a, a + 1)

    # ------------------------------------------------------------ arguments of commands

    def inner(self, text: str, start: int) -> list[Token]:
        """The tokens of an argument, at their own places."""
        if len(self.style) > 20 or self.depth > 200:
            raise LimitExceeded("styles are nested too deeply")
        scanner = _Scanner(self.original, text, self.places[start : start + len(text) + 1], self.words)
        scanner.depth = self.depth + 10
        return scanner.run()[:-1]

    def append(self, t: Token, a: int) -> None:
        self.out.append(replace(t, spaced=self.spaced or t.spaced))
        self.spaced = False
        if len(self.out) > MAX_TOKENS:
            raise LimitExceeded(f"the formula has more than {MAX_TOKENS} symbols")


__all__ = ["MAX_TOKENS", "Token", "tokenize"]
