"""LaTeX: `2 \\mathbf{A}^\\top \\left(\\mathbf{A} \\mathbf{x} - \\mathbf{b}\\right)`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from gradatim.ops.base import Notation
from gradatim.term import Size, Symbol, Term
from gradatim.write.names_latex import latex_name
from gradatim.write.numerals import decimal
from gradatim.write.printer import write
from gradatim.write.spelling import USUAL, Spelling
from gradatim.write.written import ATOM, POSTFIX, SUM, Written


class Latex:
    """The spelling of LaTeX; names are written as their authors wrote them, words as `author` spells them."""

    minus = "-"
    group = r"\#"
    plus = "+"
    root = ATOM

    def __init__(self, author: Spelling = USUAL) -> None:
        self.author = author

    def number(self, value: Fraction) -> Written:
        size = abs(value)
        plain = decimal(size)
        text = plain or rf"\frac{{{size.numerator}}}{{{size.denominator}}}"
        strength = ATOM if plain else POSTFIX
        return Written(self.minus + text, SUM, negative=True) if value < 0 else Written(text, strength)

    def name(self, symbol: Symbol) -> str:
        return latex_name(symbol.name.replace("\u2063", ""))

    def size(self, size: Size) -> str:
        return str(size.dim)

    def parens(self, body: str) -> str:
        return rf"\left({body}\right)"

    def join(self, factors: Sequence[Written]) -> str:
        out = factors[0].text
        for f in factors[1:]:
            out += (r" \cdot " if f.text[0].isdigit() else " ") + f.text
        return out

    def fraction(self, top: Written, bottom: Written) -> Written:
        # A fraction bar holds its parts together, but a power or transpose of it needs parentheses: not an atom.
        return Written(rf"\frac{{{top.text}}}{{{bottom.text}}}", POSTFIX)

    def power(self, base: str, exponent: Written) -> str:
        if base.endswith("^2") and exponent.text.isdigit():
            return f"{base[:-2]}^{{{2 * int(exponent.text)}}}"  # a variable σ² to a power
        return f"{_once(base, '^')}^{{{exponent.text}}}"

    def hpower(self, base: str, exponent: Written) -> str:
        return rf"{_once(base, '^')}^{{\circ {exponent.text}}}"

    def transpose(self, base: str) -> str:
        if base.startswith("e^{"):
            base = _once(base, "^")
        label, mark = _label(base), self.author.transpose
        if mark == "'":
            return f"{{{base}}}'" if label or base.endswith("'") else f"{base}'"
        if label:
            return f"{label[0]}^{{{label[1]}{mark}}}"
        return f"{base}^{mark}" if len(mark) == 1 or mark[1:].isalpha() else f"{base}^{{{mark}}}"

    def inverse(self, base: str, transposed: bool) -> str:
        if transposed and self.author.transpose == "'":
            return f"{{{self.inverse(base, False)}}}'"
        return f"{_once(base, '^')}^{{{'-' + self.author.transpose if transposed else '-1'}}}"

    def subscript(self, base: str, indices: Sequence[str]) -> str:
        base = _once(base, "_") if base.startswith("e^{") else base
        if found := _LOWERED.fullmatch(base):
            # The label below a name comes first: x_{1,i} is the i-th of x_1.
            label = found[2].removeprefix("{").removesuffix("}")
            return f"{found[1]}_{{{','.join((label, ''.join(indices) if all(len(i) == 1 for i in indices) else ','.join(indices)))}}}{found[3]}"
        if _LOWERED_SIGN.fullmatch(base):
            base = self.parens(base)
        return f"{base}_{{{','.join(indices) if any(len(i) > 1 for i in indices) else ''.join(indices)}}}"

    def big(self, kind: str, index: str, extent: str, body: str, limits: str = "") -> str:
        sign = r"\sum" if kind == "sum" else r"\prod"
        return rf"{sign}_{{{limits}}} {body}" if limits else rf"{sign}_{{{index}=1}}^{{{extent}}} {body}"

    def stack(self, body: str, indices: Sequence[str], extents: Sequence[str]) -> str:
        return rf"\left[{body}\right]_{{{''.join(indices)}}}"

    def call(self, name: str, primes: int, arguments: Sequence[str]) -> str:
        if name == r"\exp" and self.author.exponential:
            return f"e^{{{arguments[0]}}}"
        return rf"{name}{chr(39) * primes}\left({', '.join(arguments)}\right)"

    def fence(self, notation: Notation, body: str, matrix: bool = False) -> str:
        return self.spelt(notation.latex) + body + (matrix and notation.matrix_latex or notation.close_latex)

    def radical(self, body: str) -> str:
        return rf"\sqrt{{{body}}}"

    def indicator(self, a: str, b: str, sign: str = "=") -> str:
        return rf"\mathbb{{1}}\left[{a} {sign} {b}\right]"

    def relation(self, a: str, sign: str, b: str) -> str:
        return f"{a} {sign} {b}"

    def spelling(self, notation: Notation) -> str:
        return self.spelt(notation.latex)

    def entrywise(self, notation: Notation, name: str) -> str:
        return (r"\operatorname{sqrt}" if notation.kind == "radical" else self.spelt(notation.latex)) + r"^{\circ}"

    def sizes(self, params: Sequence[object]) -> str:
        return r" \times ".join(map(str, params))

    def upright(self, word: str) -> str:
        return rf"\mathrm{{{word}}}"

    def extreme(self, word: str) -> str:
        return "\\" + word

    def blocks(self, grid: Sequence[Sequence[str]]) -> str:
        rows = r" \\ ".join(" & ".join(row) for row in grid)
        return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"

    def spelt(self, usual: str) -> str:
        return self.author.word(usual)


_LOWERED = re.compile(r"(\\?[A-Za-z]+(?:\{.*\})?)_(\{[^{}]*\}|\w)((?:\^\{[^{}]*\}|')?)")


_ENTRY_OF_LABELLED = re.compile(r"\\?[A-Za-z]+(?:\{[^{}]*\})?\^\{[^{}]*\}_(?:\{[^{}]*\}|\w)")
"""An entry of a name with a label above, `W^{(1)}_{ij}`."""
_LOWERED_SIGN = re.compile(r".*_\\[a-z]+")
"""What ends in a sign below: the matrix of a cross product, `[p]_\\times`."""


def _label(base: str) -> tuple[str, str] | None:
    """A name and its superscript label, where it ends in one: `W^{(1)}`."""
    if base.endswith("}") and "^{" in base and not base.startswith((r"\left", r"\frac")):
        cut = base.rindex("^{")
        inside = base[cut + 2 : -1]
        if "{" not in inside and "}" not in inside:
            return base[:cut], inside
    return None


def _once(base: str, mark: str) -> str:
    """A base that has a superscript already is grouped, so that a second one is legal."""
    if base.startswith("e^{"):
        return rf"\left({base}\right)"
    grouped = _label(base) or base.endswith("^2") or _ENTRY_OF_LABELLED.fullmatch(base)
    return f"{{{base}}}" if mark == "^" and grouped else base


def latex(term: Term, index_names: Mapping[str, str] | None = None, author: Spelling = USUAL) -> str:
    """The term as LaTeX. `index_names` prefers a letter for the indices of an extent; `author` spells words and transposes."""
    return write(term, Latex(author), {**author.letters, **(index_names or {})})
