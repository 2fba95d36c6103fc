"""One line of Unicode: `2 Aᵀ(A x − b)`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from gradatim.ops.base import Notation
from gradatim.term import Size, Symbol, Term
from gradatim.write.numerals import decimal
from gradatim.write.printer import write
from gradatim.write.written import ATOM, POSTFIX, PRODUCT, SUM, Written

SUPERSCRIPTS = dict(zip("0123456789-+()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"))
SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))

PRIMES = {2: "″", 3: "‴"}


_DERIVATIVE = re.compile(r"∂|d[^\W\d]\S*/d[^\W\d]")
"""How the name of a derivative begins: ∂f/∂x, df/dt."""
_DIFFERENTIAL = re.compile(r"d[A-Za-zα-ωΑ-Ω](?![A-Za-z])")


def raised(text: str) -> str:
    """Superscript characters where there are some for all of it, `^(…)` otherwise."""
    plain = text.replace("−", "-")
    if plain and all(c in SUPERSCRIPTS for c in plain) and (plain.lstrip("-").isdigit() or len(plain) == 1):
        return "".join(SUPERSCRIPTS[c] for c in plain)
    return f"^{text}" if text == Text.group else f"^({text})"


def lowered(indices: Sequence[str]) -> str:
    flat = "".join(indices)
    if list(indices) in (["max"], ["min"]):
        return f"_{flat}"
    if all(c in SUBSCRIPTS for c in flat) and all(len(i) == 1 for i in indices):
        return "".join(SUBSCRIPTS[c] for c in flat)
    if len(flat) == 1 and flat.isascii() and flat.isalnum():
        return f"_{flat}"
    return "_{" + ",".join(indices) + "}"


def divided(text: str) -> bool:
    """Whether a fraction bar stands outside all brackets."""
    depth = 0
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        if c == "/" and not depth:
            return True
    return False


class Text:
    """The spelling of the terminal."""

    minus = "−"
    group = "#"
    plus = "+"
    root = POSTFIX

    def number(self, value: Fraction) -> Written:
        size = abs(value)
        plain = decimal(size)
        text = plain or f"{size.numerator}/{size.denominator}"
        strength = ATOM if plain else PRODUCT
        return Written(self.minus + text, SUM, negative=True) if value < 0 else Written(text, strength)

    def name(self, symbol: Symbol) -> str:
        return symbol.label

    def size(self, size: Size) -> str:
        return str(size.dim)

    def parens(self, body: str) -> str:
        return f"({body})"

    def join(self, factors: Sequence[Written]) -> str:
        out = factors[0].text
        for before, f in zip(factors, factors[1:]):
            close = f.text.startswith("(") and (before.text[-1] in "ᵀ)¹" or before.text.isdigit())
            # A power or transpose clings to its right neighbour: wᵀx reads better than wᵀ x.
            derivative = _DERIVATIVE.match(f.text) or _DERIVATIVE.match(before.text)
            if derivative and not close or f.text[0] in "0123456789" and before.text[0] not in "Σ∑Π∏":
                out += " · " + f.text
                continue
            clings = before.text.endswith("ᵀ") and f.strength >= POSTFIX and len(before.text) <= 6 and "(" not in before.text
            clings = clings and not (_DIFFERENTIAL.match(before.text) or _DIFFERENTIAL.match(f.text))
            out += ("" if close or clings else " ") + f.text
        return out

    def fraction(self, top: Written, bottom: Written) -> Written:
        above = top.text if top.strength >= PRODUCT and not top.open_end and not divided(top.text) else f"({top.text})"
        # `a / Σᵢ bᵢ` says what it means; `a / 2 Σᵢ bᵢ` and `a / Σᵢ bᵢ / c` would not.
        bare = bottom.strength >= POSTFIX or (bottom.open_end and bottom.text[0] in "ΣΠ" and not divided(bottom.text))
        below = bottom.text if bare else f"({bottom.text})"
        tight = len(above) + len(below) <= 3
        return Written(f"{above}/{below}" if tight else f"{above} / {below}", PRODUCT, bottom.open_end and below is bottom.text)

    def power(self, base: str, exponent: Written) -> str:
        if base.endswith("²"):  # a variable σ² to a power
            whole = exponent.text.isdigit()
            return base[:-1] + raised(str(2 * int(exponent.text))) if whole else f"({base})" + raised(exponent.text)
        return base + raised(exponent.text)

    def hpower(self, base: str, exponent: Written) -> str:
        small = raised(exponent.text)
        bare = not small.startswith("^(")
        return f"{base}^∘{exponent.text}" if bare else f"{base}^∘({exponent.text})"

    def transpose(self, base: str) -> str:
        return base + "ᵀ"

    def inverse(self, base: str, transposed: bool) -> str:
        return base + ("⁻ᵀ" if transposed else "⁻¹")

    def subscript(self, base: str, indices: Sequence[str]) -> str:
        if base in ("Σ", "Π") or (base[:1] in ("Σ", "Π") and base[1] in SUBSCRIPTS.values()):
            base = f"({base})"  # Σᵢⱼ would be a sum
        return base + lowered(indices)

    def big(self, kind: str, index: str, extent: str, body: str, limits: str = "") -> str:
        if limits:
            return f"{'∑' if kind == 'sum' else '∏'}_{{{limits}}} {body}"
        below = lowered([index])
        # Σ_{q} would be a name: the sign of a sum that is no letter.
        sign = ("Σ" if kind == "sum" else "Π") if not below.startswith("_") else ("∑" if kind == "sum" else "∏")
        return f"{sign}{below} {body}"

    def stack(self, body: str, indices: Sequence[str], extents: Sequence[str]) -> str:
        return f"[{body}]{lowered(indices)}"

    def call(self, name: str, primes: int, arguments: Sequence[str]) -> str:
        return f"{name}{PRIMES.get(primes, '′' * primes)}({', '.join(arguments)})"

    def fence(self, notation: Notation, body: str, matrix: bool = False) -> str:
        return notation.text + body + (matrix and notation.matrix_text or notation.close_text)

    def radical(self, body: str) -> str:
        return f"√({body})"

    def indicator(self, a: str, b: str, sign: str = "=") -> str:
        return f"𝟙[{a} {sign} {b}]"

    def relation(self, a: str, sign: str, b: str) -> str:
        return f"{a}{sign}{b}"

    def spelling(self, notation: Notation) -> str:
        return notation.text

    def entrywise(self, notation: Notation, name: str) -> str:
        return f"{name}^∘"

    def sizes(self, params: Sequence[object]) -> str:
        return "×".join(map(str, params))

    def upright(self, word: str) -> str:
        return word

    def extreme(self, word: str) -> str:
        return word

    def blocks(self, grid: Sequence[Sequence[str]]) -> str:
        return f"[{'; '.join(', '.join(row) for row in grid)}]"


def text(term: Term, index_names: Mapping[str, str] | None = None) -> str:
    """The term on one line. `index_names` prefers a letter for the indices of an extent, as in {"N": "n"}."""
    return write(term, Text(), index_names)
