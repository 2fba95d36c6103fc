"""What scanners take for each other: the table of signs, and the places of a text where one of them may stand.

Candidates are built from the text and from the names that the problem declares; nothing else is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradatim.errors import Span
from gradatim.read.answer_text import closing
from gradatim.read.problem import Problem

ALIKE = (
    "6b", "0O", "0o", "1l", "1I", "5S", "2Z", "2z", "8B", "9g", "9q", "xmn", "DL", "uv", "un", "ce", "co", "ao", "aα", "ad",
    "hn", "ij", "il", "yg", "y4", "vr", "vν", "wω", "uμ", "pρ", "bβ", "bh", "Bβ", "kκ", "kK", "vV", "xχ", "yγ", "zZ", "zs", "sS",
    "cC", "pP", "oO", "nη", "tτ", "σo", "AΛ", "EΣ", "ε3", "λx", "λA", "θ0", "θO", "φψ", "mn", "XY", "XK", "UV", "UV", "MN", "HN", "PD", "xX", "wW", "uU", "yY", "wv",
)  # fmt: skip
"""Groups of signs that scanners take for each other."""
GREEK = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "ε": r"\epsilon", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda",
    "μ": r"\mu", "ν": r"\nu", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\phi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega",
    "Λ": r"\Lambda", "Σ": r"\Sigma",
}  # fmt: skip
SIGNS = (
    (r"\Delta", r"\nabla"), (r"\nabla", r"\Delta"), (r"\approx", "="), ("∇", "Δ"), ("Δ", r"\nabla"), ("≈", "="), (r"\delta", r"\partial"),
    ("δ", r"\partial"), (r"\Sigma", r"\sum"), ("x", r"\times"), ("X", r"\times"), ("O", r"\odot"), ("0", r"\odot"), ("o", r"\odot"),
    (r"\theta", r"\odot"), (r"\Theta", r"\odot"),
)  # fmt: skip
WORD = re.compile(r"\\[A-Za-z]+|[A-Za-z]|\d+|.", re.S)
_WORDS = re.compile(
    r"\\(?:text\w*|mathrm|mbox|operatorname)\*?\s*\{[^{}]{2,}\}|(?<![A-Za-z\\])(?:exp|log|ln|sin|cos|tanh?|softmax|sigmoid|diag|tr|det|vec|sign|max|min|for|where|and)(?![A-Za-z])"
)
"""Words: their letters are no names."""
STYLE = re.compile(r"\\(?:mathbf|boldsymbol|mathcal|mathrm|mathsf|hat|bar|tilde|vec)|[{}]")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One sign taken for another wherever it stands in a line."""

    old: str
    new: str
    edits: tuple[tuple[Span, str], ...]
    why: str

    @property
    def changes_value(self) -> bool:
        """Whether a digit, a sign, an exponent or a transpose changes: then a person is asked."""
        return any(c.isdigit() or c in "+-−^=" for c in f"{self.old}{self.new}")

    def on(self, text: str) -> str:
        for (a, b), new in sorted(self.edits, reverse=True):
            text = text[:a] + new + text[b:]
        return text


def exchanges(problem: Problem, text: str, at: Span | None = None) -> Iterator[Exchange]:
    """What in a text may have been misread, near `at` where the fault is known: a label taken for a power, a name beside another
    taken for its subscript, signs, then letters that look like names of the problem."""
    words = [m.span() for m in _WORDS.finditer(text)]
    tokens = [
        (m.group(), m.span())
        for m in WORD.finditer(text)
        if not m.group().isspace() and not any(a <= m.start() < b for a, b in words)
    ]
    yield from _labels(problem, text)
    yield from _joined(problem, text)
    yield from written_below(text)
    names = letters_of(problem)
    yield from _signs(tokens, names)
    yield from _turned(text, names)
    seen: set[tuple[str, str]] = set()
    for token, span in tokens:
        sign = _glyph(token)
        if not sign or (at is not None and not (at[0] - 1 <= span[0] < max(at[1], at[0] + 1))):
            continue
        if at is not None and sign in names:
            # A line is not unreadable for a name that is known.
            continue
        if token == "e" and re.search(r"(?<![A-Za-z\\])e\s*\^", text):
            # The base of an exponential is no name.
            continue
        once = sum(t == token for t, _ in tokens) == 1
        for other in _confused(sign):
            new = GREEK.get(other, other)
            if (token, new) in seen or (other not in names and not other.isdigit()):
                continue
            if sign in names and other.isdigit() and not once:
                # A name that stands in several places is hardly the same number in all of them.
                continue
            seen.add((token, new))
            put = new + (" " if new.startswith("\\") else "")
            why = f"{new} is a name of the problem" if other in names else f"the line does not conform with {token}"
            yield Exchange(token, new, tuple((s, put) for t, s in tokens if t == token), why)


def letters_of(problem: Problem) -> set[str]:
    """The letters of the problem's names, styles and labels left out."""
    found: set[str] = set()
    for name in known_names(problem):
        match = re.match(r"\\[A-Za-z]+|[A-Za-z]", bare(name))
        if match and _glyph(match.group()):
            found.add(_glyph(match.group()))
    return found


def letters_in(text: str) -> set[str]:
    """The letters that stand alone in a text, Greek ones as such."""
    return {g for m in WORD.finditer(text) if (g := _glyph(m.group())) and g.isalpha()}


def known_names(problem: Problem) -> list[str]:
    tables = problem.scope.tables
    every = (*tables.symbols, *tables.declared, *tables.families, *tables.definitions, *tables.sizes)
    return list(dict.fromkeys(every))


def bare(name: str) -> str:
    """A spelling without its styles and braces: `\\mathbf{w}^{(2)}` is `w^(2)`."""
    return STYLE.sub("", name).strip()


def _glyph(token: str) -> str:
    if len(token) == 1 and (token.isalpha() or token.isdigit()):
        return token
    return next((g for g, command in GREEK.items() if command == token), "")


def _confused(sign: str) -> list[str]:
    return list(dict.fromkeys(c for group in ALIKE if sign in group for c in group if c != sign))


def _signs(tokens: list[tuple[str, Span]], names: set[str]) -> Iterator[Exchange]:
    for old, new in SIGNS:
        spans = [s for t, s in tokens if t == old]
        if spans and _glyph(old) not in names:
            yield Exchange(old, new, tuple((s, new) for s in spans), "the line reads with it")


def _turned(text: str, names: set[str]) -> Iterator[Exchange]:
    """`w^7` and `w T` for `w^T`."""
    found: dict[tuple[str, str], list[tuple[Span, str]]] = {}
    for match in _POWER.finditer(text):
        old = match["sign"]
        found.setdefault((f"^{old}", "^T"), []).append((match.span("sign"), "T"))
    for match in _DROPPED.finditer(text) if "T" not in names else ():
        found.setdefault(("T", "^T"), []).append((match.span("sign"), "^T "))
    for (old, new), edits in found.items():
        yield Exchange(old, new, tuple(edits), "the line conforms with the transpose")


_POWER = re.compile(r"\^\s*(?:\{\s*(?:\(\d\)\s*)?)?(?P<sign>[71IlrF+†]|\\(?:tau|Gamma|dagger))(?=\s*\}|(?<!\{.)(?![A-Za-z}]))")
_DROPPED = re.compile(r"(?<![A-Za-z\\^_{])(?:\\math\w+\{[A-Za-z]\}|[A-Za-z]|[)\]}])\s*(?<!\(\d\))(?P<sign>T)(?![A-Za-z_^])")


def _labels(problem: Problem, text: str) -> Iterator[Exchange]:
    """`w^2` for `w^{(2)}`, `w^{(1)}` for `W^{(1)}`, where a name with that label is known."""
    labelled = {bare(n) for n in known_names(problem) if n.endswith(")}")}
    found: dict[tuple[str, str], list[tuple[Span, str]]] = {}
    for match in re.finditer(r"([A-Za-z])\}?\s*(\^(?:\{(?P<n>\d)(?P<t>T|\\top)\}|\{?(?P<d>\d)\}?))", text):
        letter, digit, turned = match[1], match["n"] or match["d"], match["t"] or ""
        if f"{letter}^({digit})" in labelled:
            key = (f"{letter}{match.group(2)}", f"{letter}^{{({digit}){turned}}}")
            found.setdefault(key, []).append((match.span(2), f"^{{({digit}){turned}}}"))
    for match in re.finditer(r"([A-Za-z])\}?\s*\^\{\((\d)\)\}", text):
        letter, digit = match.group(1), match.group(2)
        other = letter.swapcase()
        if f"{letter}^({digit})" not in labelled and f"{other}^({digit})" in labelled:
            key = (f"{letter}^{{({digit})}}", f"{other}^{{({digit})}}")
            found.setdefault(key, []).append((match.span(1), other))
    for (old, new), edits in found.items():
        yield Exchange(old, new, tuple(edits), f"{new} is a name of the problem")


def _joined(problem: Problem, text: str) -> Iterator[Exchange]:
    """`x_c` and `X_c` for `X c`: a subscript that is a vector of its own, on a letter whose capital is a name."""
    tables = problem.scope.tables
    spellings = {bare(n): n for n in (*tables.symbols, *tables.declared)}
    vectors = {bare(n) for n, s in tables.symbols.items() if s.rank == 1 and not s.type.family}
    vectors |= {bare(n) for n, d in tables.declared.items() if d.kind in ("vector", "row")}
    found: dict[str, list[tuple[Span, str]]] = {}
    for match in re.finditer(r"([A-Za-z])_(?:\{([a-z])\}|([a-z]))", text):
        name, below = match.group(1).upper(), match.group(2) or match.group(3)
        if name in spellings and below in vectors and below not in tables.indices:
            found.setdefault(name, []).append((match.span(), f"{spellings[name]} {spellings[below]}"))
    for name, edits in found.items():
        (a, b), new = edits[0]
        yield Exchange(text[a:b], new, tuple(edits), f"{name} and what stands below it are names of the problem")


def written_below(text: str) -> Iterator[Exchange]:
    """What goes on below a line, `- 6u` with `+ 2a` under it, taken for a denominator: none begins with a plus."""
    for found in _FRACTION.finditer(text):
        middle = closing(text, found.end())
        begins = _PLUS.match(text, middle + 1) if middle > 0 else None
        end = closing(text, begins.end()) if begins is not None else -1
        if begins is None or end < 0:
            continue
        top, bottom = text[found.end() : middle].strip(), text[begins.end() - 1 : end].strip()
        twice = "".join(top.split()).endswith("".join(bottom.split()))
        said = "a denominator does not begin with a plus" + (", and the line says it already" if twice else "")
        new = top if twice else f"{top} {bottom}"
        yield Exchange(f"{{{bottom}}}", "" if twice else bottom, (((found.start(), end + 1), new),), said)


_FRACTION = re.compile(r"\\[dt]?frac\s*\{")
_PLUS = re.compile(r"\s*\{\s*\+")


__all__ = ["Exchange", "bare", "exchanges", "known_names", "letters_in", "letters_of", "written_below"]
