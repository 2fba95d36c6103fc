"""LaTeX: `2 \\mathbf{A}^\\top \\left(\\mathbf{A} \\mathbf{x} - \\mathbf{b}\\right)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from gradatim.ops.base import Notation
from gradatim.term import Size, Symbol, Term
from gradatim.write.printer import ATOM, PRODUCT, SUM, Written, write


class Latex:
    """The spelling of LaTeX; names are written as their authors wrote them."""

    minus = "-"
    plus = "+"

    def number(self, value: Fraction) -> Written:
        size = abs(value)
        text = str(size.numerator) if size.denominator == 1 else rf"\frac{{{size.numerator}}}{{{size.denominator}}}"
        strength = ATOM if size.denominator == 1 else PRODUCT
        return Written(self.minus + text, SUM, negative=True) if value < 0 else Written(text, strength)

    def name(self, symbol: Symbol) -> str:
        return symbol.name.replace("\u2063", "")

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
        return Written(rf"\frac{{{top.text}}}{{{bottom.text}}}", 3)

    def power(self, base: str, exponent: Written) -> str:
        return f"{_once(base, '^')}^{{{exponent.text}}}"

    def hpower(self, base: str, exponent: Written) -> str:
        return rf"{_once(base, '^')}^{{\circ {exponent.text}}}"

    def transpose(self, base: str) -> str:
        label = _label(base)
        return rf"{label[0]}^{{{label[1]}\top}}" if label else rf"{base}^\top"

    def inverse(self, base: str, transposed: bool) -> str:
        return rf"{_once(base, '^')}^{{{'-' + chr(92) + 'top' if transposed else '-1'}}}"

    def subscript(self, base: str, indices: Sequence[str]) -> str:
        return f"{base}_{{{','.join(indices) if any(len(i) > 1 for i in indices) else ''.join(indices)}}}"

    def big(self, kind: str, index: str, extent: str, body: str) -> str:
        return rf"\{'sum' if kind == 'sum' else 'prod'}_{{{index}=1}}^{{{extent}}} {body}"

    def stack(self, body: str, indices: Sequence[str], extents: Sequence[str]) -> str:
        return rf"\left[{body}\right]_{{{''.join(indices)}}}"

    def call(self, name: str, primes: int, arguments: Sequence[str]) -> str:
        return rf"{name}{chr(39) * primes}\left({', '.join(arguments)}\right)"

    def fence(self, notation: Notation, body: str) -> str:
        return notation.latex + body + notation.close_latex

    def radical(self, body: str) -> str:
        return rf"\sqrt{{{body}}}"

    def indicator(self, a: str, b: str) -> str:
        return rf"\mathbb{{1}}\left[{a} = {b}\right]"

    def spelling(self, notation: Notation) -> str:
        return notation.latex


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
    return f"{{{base}}}" if _label(base) and mark == "^" else base


def latex(term: Term, index_names: Mapping[str, str] | None = None) -> str:
    """The term as LaTeX. `index_names` prefers a letter for the indices of an extent."""
    return write(term, Latex(), index_names)
