"""A name that an answer uses and nobody declares: what it must stand for to make the answer right, where that can be told.

What people name so without a word is a part of the function, or of its derivative: the covariance below a determinant, the residual,
the diagonal matrix of the slopes. An answer that is right with one of them waits for a person, with the part beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from gradatim.errors import GradatimError
from gradatim.judge.outcomes import HOLDS
from gradatim.judge.pieces import factors_of, unfolded
from gradatim.judge.target import Target
from gradatim.judge.verdict import Verdict
from gradatim.ops import product
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, is_sum, substitute, walk
from gradatim.write import text as write_text
from gradatim.write.latex import latex

UNKNOWN = re.compile(r"`([^`]+)` (?:is not declared in this problem|has no value)")
MAX_TRIED = (24, 8)
"""How many parts are tried for the first name, and for each of them for a second one."""
TELLING = ("sign", "factor", "transpose", "missing-term")
"""Mistakes that are clear enough to say what an undeclared name seems to stand for, the clearest first."""
Judge = Callable[[str], Verdict]
Meant = tuple[str, str]
"""A name and what it stands for, in words."""


def supposed(verdict: Verdict, text: str, target: Target, judge: Judge) -> Verdict:
    """The verdict on a text with names that are not declared: for a person, where the answer is right if they stand for parts of
    the function; with what would be wrong then, where it is nearly so; as it is in any other case."""
    nearly: tuple[tuple[Meant, ...], Verdict] | None = None
    for meant, found in _tried(verdict, text, target, judge):
        if found.outcome in HOLDS:
            names = " and ".join(f"`{name}`" for name, _ in meant)
            said = f"{names} {'is' if len(meant) == 1 else 'are'} not declared in this problem: the answer is right if {_stand(meant)}"
            message = f"{said}; a person should look at this"
            return replace(verdict, outcome="undecided", certainty="could not decide", message=message)
        if found.outcome == "wrong" and found.mistake in TELLING and (nearly is None or _clearer(found, nearly[1])):
            nearly = meant, found
    if nearly is None:
        return verdict
    return replace(verdict, message=f"{verdict.message}; if {_stand(nearly[0])}: {nearly[1].message}")


def _clearer(found: Verdict, known: Verdict) -> bool:
    """Whether less would be wrong: anything before a term that is missing, and of the others the whole before a place."""
    last = TELLING[-1]
    if last in (found.mistake, known.mistake):
        return known.mistake == last != found.mistake
    return bool(known.place and not found.place)


def _stand(meant: tuple[Meant, ...]) -> str:
    if len(meant) == 1:
        return f"it stands for {meant[0][1]}"
    return " and ".join(f"`{name}` stands for {shown}" for name, shown in meant)


def _tried(
    verdict: Verdict, text: str, target: Target, judge: Judge, depth: int = 0
) -> Iterator[tuple[tuple[Meant, ...], Verdict]]:
    """What the verdict would be if an undeclared name stood for a part, and if a second one did, too."""
    missing = UNKNOWN.search(verdict.message) if verdict.outcome == "unreadable" else None
    if missing is None or depth >= len(MAX_TRIED):
        return
    for k, (said, shown) in enumerate(islice(_candidates(missing[1], target), MAX_TRIED[depth])):
        try:
            found = judge(longer := ahead(said, text))
        except GradatimError:
            continue
        if found.outcome in HOLDS and judge(said).outcome in HOLDS:
            continue  # what the name is to stand for is the whole answer
        meant = (missing[1], shown)
        yield (meant,), found
        if k < MAX_TRIED[1]:
            yield from (((meant, *others), v) for others, v in _tried(found, longer, target, judge, depth + 1))


def ahead(line: str, text: str) -> str:
    """A text with a formula ahead of it, as its own formulas stand: beside a formula in dollar signs, one without would be words."""
    marked = re.search(r"\$|\\\[|\\\(|\\begin\{", text)
    return f"$${line}$$\n\n{text}" if marked else f"{line};\n{text}"


def _candidates(name: str, target: Target) -> Iterator[tuple[str, str]]:
    """Definitions of a name by parts that it may stand for, as a line and in words. Capitals name matrices, small letters the rest."""
    matrix = name[:1].isupper()
    whole = (target.function,) if target.function.is_scalar else ()
    for part in dict.fromkeys((*whole, *_parts(unfolded(target.function)), *_parts(unfolded(target.right)))):
        if part is target.right or any(is_index(s) and s.name.startswith("#") for s in free_symbols(part)):
            continue
        inner, below = part, ""
        if isinstance(part, Bind) and part.kind == "stack":
            index, body = part.opened()
            inner, below = substitute(body, {index: Symbol("i", index.type)}), "_i"
        if matrix and part.rank == 2 and not below:
            yield f"{name} = {latex(part)}", write_text(part)
        elif matrix and part.rank == 1 and not part.type.row:
            yield rf"{name} = \operatorname{{diag}}({latex(inner)})", f"diag({write_text(inner)})"
        elif not matrix and part.rank < 2 and not isinstance(part, Symbol):
            yield f"{name}{below} = {latex(inner)}", write_text(inner)


def _parts(term: Term) -> Iterator[Term]:
    """The parts of a term, the widest first; those that a sum counts, as the vector of all."""
    for node in reversed(list(walk(term))):
        if isinstance(node, Apply) or (isinstance(node, Symbol) and node.rank):
            yield node
        if is_sum(node):
            index, body = node.opened()
            yield from (Bind("stack", index, t) for t in _counted(body, index))


def _counted(body: Term, index: Symbol) -> Iterator[Term]:
    """The numbers in the body of a sum that its index counts: those in front of the whole body, then each."""
    front = [f for f in factors_of(body)[1] if f.is_scalar and index in free_symbols(f)]
    if front and not body.is_scalar:
        yield product(*front) if len(front) > 1 else front[0]
    for node in walk(body):
        if isinstance(node, Apply) and node.is_scalar and {s for s in free_symbols(node) if is_index(s)} == {index}:
            yield node


__all__ = ["UNKNOWN", "ahead", "supposed"]
