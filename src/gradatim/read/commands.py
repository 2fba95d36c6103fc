"""LaTeX's commands as tokens: styles, accents, words in boxes, operators, Greek letters and functions."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from gradatim.read.boxes import BESIDE, box, without_label
from gradatim.read.capitals import sums_products
from gradatim.read.environments import Environments, solves
from gradatim.read.scripts import Scripts, script_places
from gradatim.read.spelling import (
    ACCENTS,
    GREEK_COMMANDS,
    GREEK_WORDS,
    IGNORED,
    LONG,
    OPERATORS,
    STYLES,
    UPRIGHT,
    function_word,
)

_CONDITION = re.compile(r"[\s,]*(if|for|when|where|otherwise|else|and|in case|elsewhere)(?![A-Za-z])[\s,.]*", re.IGNORECASE)
_LIMITS = re.compile(
    r"\s*_\s*(?:\{\s*[a-zA-Z]\s*=|\{?\s*(?P<i>[a-zA-Z])\s*\}?\s*(?:e\s*\^|\\exp(?![a-z])|\\log(?![a-z]))[^=;]{0,60}?_\s*\{?\s*(?P=i)(?![a-zA-Z]))"
)
"""What stands below a sum: a capital sigma above `i = 1` is one, and one before an exponential or a logarithm in which its index is."""
_EQUATION_NUMBER = re.compile(r"\s*\(\d{1,3}(?:\.\d{1,3})?[a-z]?\)[\s.,;$]*(?=\\\\|\\end|\\\]|\n|$)")
_GREEK = frozenset(GREEK_WORDS.values())


class Commands(Environments):
    """What a scanner does at a backslash."""

    side: str
    style: list[tuple[str, int]]
    depth: int
    raised: Scripts

    def command(self) -> None:
        a = self.i
        b = a + 1
        while b < len(self.s) and self.s[b].isascii() and self.s[b].isalpha():
            b += 1
        if b == a + 1:
            b = min(a + 2, len(self.s))
        name = self.s[a + 1 : b]
        if self.s[b : b + 1] == "*" and name.isalpha() and name in ("operatorname", "DeclareMathOperator"):
            b += 1
        self.i = b
        if name == " " and solves(self.original, self.out):
            self.emit("op", "ldiv", a, a + 1)
        elif name in ("left", "right", "middle"):
            self.side = {"left": "l", "right": "r"}.get(name, "")
            self.skip_space()
            if self.s[self.i : self.i + 1] == ".":
                self.i += 1
                self.side = ""
        elif name in IGNORED or name in ("[", "]", "(", ")", ",", ";", ":", "!", " ", ">", "\n", "/", "-"):
            self.side_of_size(name)
            self.spaced = True
            # `\quad (3)` at the end of a line is the equation's number, not a factor.
            if name in ("quad", "qquad", "hfill") and (number := _EQUATION_NUMBER.match(self.s, self.i)):
                self.i = number.end()
        elif name in ("label", "tag", "begin", "end", "hspace", "vspace", "hskip", "phantom", "vphantom", "color", "textcolor"):
            self.environment(name, a)
        elif name == "_" and self.name_of_code(a):
            pass
        elif name == "\\":
            self.bracket_option()
            self.emit("op" if self.cases else "nl", "\\\\", a, b)
        elif name in STYLES and not (name == "mathit" and LONG.match(self.s, self.i)):
            self.styled(STYLES[name], a)
        elif name in ACCENTS:
            self.accented(ACCENTS[name], a)
        elif name in UPRIGHT or name == "mathit":
            self.upright(a)
        elif name in ("underbrace", "overbrace"):
            text, start = self.argument(a)
            for t in self.inner(text, start):
                self.append(t, a)
            self.i = without_label(self.s, self.i)
        elif name in ("bf", "rm", "it", "sf", "cal", "tt"):
            if name in ("bf", "cal"):
                style = "\\mathbf" if name == "bf" else "\\mathcal"
                if all(s != style for s, _ in self.style):
                    self.style.append((style, self.depth))
            elif name == "rm":
                self.skip_space()
                self.bare_word(self.i)
        else:
            self.structural(name, a)

    def side_of_size(self, name: str) -> None:
        if name in ("bigl", "Bigl", "biggl", "Biggl", "bigr", "Bigr", "biggr", "Biggr"):
            self.side = name[-1]

    def styled(self, style: str, a: int) -> None:
        text, start = self.argument(a)
        if text.strip() in ("0", "1"):
            self.emit("name", f"{style}{{{text.strip()}}}", a, self.i)
            return
        inner = self.inner(text, start)
        if inner:
            inner[0] = replace(inner[0], start=self.places[a])
            inner[-1] = replace(inner[-1], end=max(inner[-1].end, self.places[self.i]))
        for t, below in zip(inner, script_places(inner)):
            # The n of `\\mathbf{y_n}` is no bold letter; the w of `e^{\\mathbf{w}^T x}` is one.
            wrapped = style and t.kind == "name" and not below
            self.append(replace(t, text=f"{style}{{{t.text}}}") if wrapped else t, a)

    def accented(self, accent: str, a: int) -> None:
        text, start = self.argument(a)
        inner = self.inner(text, start)
        if not inner or inner[0].kind != "name":
            raise self.error("this accent stands on nothing that can be named", a, self.i)
        if len(inner) > 1 and inner[1].kind == "name":
            raise self.error("an accent over several letters is not read as a name", a, self.i, "put it over one letter")
        inner[0] = replace(inner[0], text=f"{accent}{{{inner[0].text}}}", start=self.places[a])
        inner[-1] = replace(inner[-1], end=max(inner[-1].end, self.places[self.i]))
        for t in inner:
            self.append(t, a)

    def upright(self, a: int) -> None:
        text, start = self.argument(a)
        stripped = text.strip()
        if self.cases and (found := _CONDITION.match(text)):
            # \text{if $x > 0$}, \text{otherwise}: the word, and what else stands in the box
            self.emit("name", f"\\mathrm{{{found[1].lower()}}}", a, self.i)
            for t in self.inner(text[found.end() :], start + found.end()):
                self.append(t, a)
            return
        kind, said = box(stripped, not self.out or self.out[-1].kind in ("nl", "sep"))
        if kind == "says":
            raise self.error(f"“{said}” is words, and words are not read in a formula", a, self.i, BESIDE)
        if kind == "space":
            self.spaced = True
        elif kind:
            self.emit(kind, said, a, self.i)
        else:
            for t in self.inner(text, start):
                self.append(t, a)

    def bare_word(self, a: int) -> None:
        b = a
        while b < len(self.s) and self.s[b].isascii() and self.s[b].isalpha():
            b += 1
        if b > a:
            self.i = b
            word = self.s[a:b]
            if function_word(word):
                self.emit("word", word, a, b)
            else:
                self.emit("name", f"\\mathrm{{{word}}}" if word == "T" or len(word) > 1 else word, a, b)

    def structural(self, name: str, a: int) -> None:
        """A command that means something by itself: an operator, a bracket, a Greek letter, a function."""
        b = self.i
        if name in ("star", "ast") and self.raised.here():
            self.emit("op", "*", a, b)
        elif name in OPERATORS:
            kind, text, side = OPERATORS[name]
            self.side = side or self.side
            if kind == "bar" and text == "||":
                self.emit("bar", "‖", a, b)
            else:
                self.emit(kind, text, a, b)
        elif name in ("Sigma", "Pi") and (_LIMITS.match(self.s, b) or sums_products(self.s, a, b, self.words)):
            self.emit("cmd", "sum" if name == "Sigma" else "prod", a, b)
        elif name in GREEK_COMMANDS.values() or f"\\{name}" in _GREEK:
            self.name(f"\\{name}", a, b)
        elif name == "half":
            self.emit("num", "1/2", a, b, Fraction(1, 2))
        elif name.startswith("=") and len(name) > 1:
            self.emit("num", name[1:], a, b, Fraction(name[1:]))
        elif name in ("frac", "sqrt", "sum", "prod", "infty", "mathbb1", "over"):
            self.emit("cmd", name, a, b)
        elif function_word(name):
            self.emit("word", name, a, b)
        elif name in ("int", "iint", "oint"):
            raise self.error("integrals are not read", a, b, "work the integral out, or give it a name and say what it is")
        else:
            raise self.error(
                f"the command \\{name} is not known", a, b, "define it with \\newcommand, or write what it stands for"
            )
