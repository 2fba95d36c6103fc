"""When a claim that does not hold as it was read is not doubted: a text says more than is read of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError
from gradatim.judge.stationary import is_zero
from gradatim.judge.verdict import Verdict
from gradatim.ops import transpose
from gradatim.read.problem import read
from gradatim.term import Apply, Symbol, Term
from gradatim.value.points import parts

KIND = re.compile(r"\$(?P<name>[^$]+)\$ is a (?P<kind>row vector|vector|matrix|scalar)")
EINSTEIN = re.compile(r"Einstein|summation convention|repeated ind(?:ex|ices)|implied sum", re.I)
LIMITS = re.compile(r"_\s*\{\s*(?P<i>[a-z])\s*=[^{}]*\}")
"""The lower limit of a sum, whose `=` is no equation."""
INDICES = re.compile(r"_(?:\{\s*(?P<several>[a-z](?:\s*,?\s*[a-z])*)\s*\}|(?P<one>[a-z]))")
COMPOSED = re.compile(r"\(\s*\\?\w+\s*(?:\\circ(?![a-zA-Z])|∘)\s*\\?\w+\s*\)\s*(?:\\left)?\s*\(")
CALLED = re.compile(r"(?P<name>\\?[A-Za-z]+|[^\W\d_])\s*\(")
SLOPE = re.compile(r"(?:\\nabla|∇|\\partial|∂|\bd)(?:[_^](?:\w|\{[^{}]*\}))*\s*\{?\s*$")
MATHEMATICS = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|\\\[.*?\\\]|\\[a-zA-Z]+|`[^`]*`", re.S)
ENGLISH = frozenset("the a an of is are and to we in that for with be this let where by as it on".split())


def settled_by_value(verdict: Verdict) -> Verdict:
    """A text may leave derivatives in what it claims, `∂f/∂w = ∂f/∂a · ∂a/∂w`: their values decide."""
    if verdict.certainty == "proved different":
        return verdict
    if verdict.outcome == "incomplete" and verdict.mistake == "unfinished" and verdict.certainty.startswith(("proved", "equal")):
        return replace(verdict, outcome="right", mistake=None, mistakes=(), message="right: its derivatives have these values")
    return verdict


def numbers(verdict: Verdict, givens: tuple[str, ...]) -> str | None:
    """The declarations with every small letter that was only guessed to be a vector as a number; None where there is none."""
    guessed = [m["name"] for a in verdict.assumed if (m := KIND.fullmatch(a.fix)) and m["kind"] == "vector" and a.changes_answer]
    turned = {s.plain for s in turned_symbols(verdict.expected)} if verdict.expected is not None else set()
    small = [n for n in guessed if re.fullmatch(r"[a-z]|\\[a-z]+", n) and n.lstrip("\\") not in turned]
    return None if not small else givens[0] + "".join(f" ${n}$ is a scalar." for n in small)


def turned_symbols(term: Term) -> set[Symbol]:
    """The symbols that stand below a transpose: no numbers."""
    return {n.args[0] for n in parts(term) if isinstance(n, Apply) and n.op is transpose and isinstance(n.args[0], Symbol)}


def uncertain(verdict: Verdict, claim: str, text: str) -> str:
    """Why a claim in a text is not doubted although it does not hold as it was read; "" where it is."""
    guessed = [m["name"] for a in verdict.assumed if (m := KIND.fullmatch(a.fix))]
    if verdict.expected is not None and is_zero(verdict.expected) and verdict.answer is not None and not is_zero(verdict.answer):
        return "as it was read, the function does not depend on the variable"
    if EINSTEIN.search(text) and any(map(repeated, LIMITS.sub(r"_{\g<i>}", claim).split("="))):
        return "sums over repeated indices without a sign of a sum (Einstein's convention) are not read"
    if (name := defined_twice(claim, text)) is not None:
        return f"{name} is defined more than once in the text"
    if COMPOSED.search(claim):
        return "a composition of functions, (g ∘ f)(x), is not read"
    if verdict.outcome == "right under a condition" and foreign(text):
        return f"{verdict.message}: the language of the text is not read"
    if guessed and (verdict.mistake == "shape" or verdict.certainty == "proved different" and verdict.answer is None):
        names = ", ".join(dict.fromkeys(guessed))
        return f"the shapes do not fit as they were guessed ({names}): declare them"
    meant = [a.text for a in verdict.assumed if a.changes_answer and not KIND.fullmatch(a.fix)]
    return f"another reading is possible ({meant[0]})" if meant else ""


def repeated(side: str) -> bool:
    """Whether an index stands twice in one side and no sign of a sum binds it."""
    found = Counter(letter for m in INDICES.finditer(side) for letter in re.findall("[a-z]", m["several"] or m["one"]))
    summed = set("".join(re.findall(r"(?:\\sum|∑|Σ)\s*_\s*(\{[^{}]*\}|[a-z])", side)))
    return any(count > 1 and letter not in summed for letter, count in found.items())


def defined_twice(claim: str, text: str) -> str | None:
    """A function of the claim of which a text says at two places what it is, and not the same; None where there is none."""
    left = claim.partition("=")[0]
    for name in dict.fromkeys(m["name"] for m in CALLED.finditer(left)):
        heads = re.finditer(rf"(?<![A-Za-z\\]){re.escape(name)}\s*\([^()=$]*\)\s*&?\s*:?=(?P<body>[^=$\n]*)", text)
        said = [m for m in heads if not SLOPE.search(text[: m.start()][-40:])]
        bodies = {re.sub(r"[\s.,;{}]|\\\\", "", m["body"]): m for m in said}
        if len(bodies) > 1 and not _one_function([m["body"].strip(" .,;") for m in bodies.values()], text[: said[0].start()]):
            return name
    return None


def _one_function(bodies: list[str], given: str) -> bool:
    """Whether several formulas are one function in several forms: xᵀAx, and by its entries."""
    try:
        first, *others = (read(body, given).term for body in bodies)
        return all(equal(first, other).holds for other in others)
    except (GradatimError, RecursionError, MemoryError):
        return False


def foreign(text: str) -> bool:
    """Whether the words of a text are of another language than the one that is read, English: what they say is not known."""
    words = re.findall(r"[^\W\d_]+", MATHEMATICS.sub(" ", text).lower())
    if any(ord(c) > 0x36F and not 0x1E00 <= ord(c) < 0x2000 for w in words for c in w if len(w) > 1):
        return True
    return len(words) >= 12 and sum(w in ENGLISH for w in words) * 20 < len(words)


__all__ = ["defined_twice", "foreign", "numbers", "repeated", "settled_by_value", "turned_symbols", "uncertain"]
