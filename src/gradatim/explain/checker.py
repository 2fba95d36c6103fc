"""The checker of derivations: every step again, by numbers alone.

It knows nothing of how steps are made, and shares no rewriting with what makes them: it evaluates. A step that says two formulas
are equal is evaluated on both sides; one that states a derivative is compared with the difference quotient of the function that
it is the derivative of, along random directions. Points are random, every dimension has a size of its own, arithmetic is in
balls of 256 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from gradatim.errors import EvaluationError, NotVerified
from gradatim.explain.place import Fault, Place, TooWide
from gradatim.explain.steps import Claim, Move, Script, Step
from gradatim.term import Symbol, Term, free_symbols
from gradatim.types import Type
from gradatim.value.points import Point, generic_sizes, modes, parts, random_point

POINTS = 2


def faults(script: Script, seed: int = 1, points: int = POINTS) -> tuple[list[Fault], str]:
    """What does not hold in a derivation (nothing, if all is well), and how it was checked, in words.

    Raises NotVerified where no random point lies in the domain of all steps.
    """
    steps = list(numbered((*script.steps, *script.coda)))
    found = [Fault(path, step, reason) for path, step in steps if (reason := misfit(step))]
    found += _strangers(script, steps) + _ending(script)
    if found:
        return found, ""
    found, how = _at_points(steps, seed, points)
    # Values first: a line that goes on with a wrong one is no fault of its own.
    return found or _loose(steps), how


def numbered(steps: Sequence[Step], above: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Step]]:
    """Every step with its path."""
    for n, step in enumerate(steps, 1):
        yield (*above, n), step
        yield from numbered(step.substeps, (*above, n))


# ---------------------------------------------------------------- shapes


def misfit(step: Step) -> str:
    """How the shapes of a step disagree; "" where they do not."""
    claim, got = step.claim, step.after.type
    if claim is None:
        return "the step claims nothing that could be checked"
    wanted = _shape(claim)
    for t in (got, *(f.type for f in step.forms)):
        if t.axes != wanted.axes or len(t.axes) == 1 and t.row != wanted.row:
            return f"the left side is {wanted.described}, the right side {t.described}"
    return ""


def _shape(claim: Claim) -> Type:
    of = claim.of.type
    if not claim.moves or claim.moves[0].along is not None:
        return of
    by = claim.moves[0].by.type
    return Type((*of.axes, *by.axes), row=of.row if not by.axes else by.row and not of.axes)


def _strangers(script: Script, steps: Sequence[tuple[tuple[int, ...], Step]]) -> list[Fault]:
    """Steps that speak of symbols which neither the function nor their own claim knows."""
    known = set(free_symbols(script.function, *script.variables))
    out = []
    for path, step in steps:
        allowed = known.union(*(free_symbols(t) for t in _spoken(step.claim)))
        strange = [s for t in (step.after, *step.forms) for s in free_symbols(t) if s not in allowed]
        if strange:
            out.append(Fault(path, step, f"{strange[0].label} is not a symbol of the function"))
    return out


def _loose(steps: Sequence[tuple[tuple[int, ...], Step]]) -> list[Fault]:
    """Lines `= …` that do not go on with the line above them."""
    above: dict[tuple[int, ...], Step] = {}
    out = []
    for path, step in steps:
        before = above.get(path[:-1])
        if step.continues and before is not None and step.before is not before.after:
            out.append(Fault(path, step, "it does not go on with the line above"))
        above[path[:-1]] = step
    return out


def _ending(script: Script) -> list[Fault]:
    """The last step states the derivative of the function itself."""
    last = script.steps[-1]
    path = (len(script.steps),)
    if last.after is not script.result:
        return [Fault(path, last, "the last line is not the result")]
    claim = last.claim
    if claim is None or claim.of is not script.goal or claim.moves != (Move(script.variables[-1]),) or claim.fixed:
        return [Fault(path, last, "the last line does not speak of the function and the variable that were asked for")]
    return []


# ---------------------------------------------------------------- values


def _at_points(steps: Sequence[tuple[tuple[int, ...], Step]], seed: int, points: int) -> tuple[list[Fault], str]:
    terms = [t for _, s in steps for t in (s.after, *s.forms, *_spoken(s.claim))]
    nodes, symbols = parts(*terms), free_symbols(*terms)
    rng = Random(seed)
    done, trivial, reason = 0, 0, ""
    sizes: dict[str, int] = {}
    first: dict[Symbol, int] = {}
    crossed = [(path, step) for path, step in steps if _crosses(step)]
    for turn in range(6 * points):
        here = generic_sizes(nodes, turn)
        outcome = None
        for mode in modes():
            point = random_point(symbols, here, rng, mode)
            first = first or point.indices
            # A line that holds for one entry may not hold for another: each point looks at other places.
            point = replace(point, indices={i: 1 + (p - 1 + done) % _extent(i, here) for i, p in first.items()})
            try:
                outcome = Place(point, rng.randrange(1 << 30)).all(steps)
                if crossed and not outcome.faults:
                    # Where no mode gives the diagonal a value, as for 1/(xᵢ − xⱼ), there is nothing to hold on it.
                    outcome.faults += Place(_on_diagonal(point), rng.randrange(1 << 30)).all(crossed).faults
                break
            except (EvaluationError, TooWide) as error:
                reason = str(error) or "the precision is lost in cancellation"
        if outcome is None:
            continue
        if outcome.faults:
            return outcome.faults, ""
        if not outcome.moved and trivial < 3 * points:
            trivial += 1  # everything is zero here (a rectifier that is off): true, but it says little
            continue
        sizes = sizes or here
        done += 1
        if done == points:
            break
    if not done:
        raise NotVerified(
            f"the derivation could not be checked: no random point in the domain of every step was found ({reason})"
        )
    where = ", ".join(f"{name} = {n}" for name, n in sizes.items())
    return [], f"both sides equal at {done} random points" + (f" ({where})" if where else "")


def _extent(index: Symbol, sizes: dict[str, int]) -> int:
    assert index.type.index is not None
    return index.type.index.evaluate(sizes)


def _free_indices(step: Step) -> list[Symbol]:
    return [s for s in free_symbols(step.after, *_spoken(step.claim)) if isinstance(s, Symbol) and s.type.index is not None]


def _crosses(step: Step) -> bool:
    """Whether a step has two indices of one extent: it is looked at off the diagonal and on it."""
    extents = [s.type.index for s in _free_indices(step)]
    return len(set(extents)) < len(extents)


def _on_diagonal(point: Point) -> Point:
    """The point with indices of one extent at one place."""
    places: dict[Any, int] = {}
    return replace(point, indices={i: places.setdefault(i.type.index, p) for i, p in point.indices.items()})


def _spoken(claim: Claim | None) -> Iterator[Term]:
    if claim is not None:
        yield claim.of
        for move in claim.moves:
            yield move.by
            if move.along is not None:
                yield move.along
