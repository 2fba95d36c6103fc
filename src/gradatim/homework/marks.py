"""From verdicts to points, by the rubric. Where a verdict decides nothing there are no points, and a person is asked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from gradatim.homework.rubric import Box, Rubric
from gradatim.homework.sheet import Deduction
from gradatim.judge.verdict import Verdict

UNDECIDED = ("unreadable", "undecided")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Points (None: a person decides), what was taken off, and why a person is asked ("" where nobody is)."""

    points: Fraction | None
    deductions: tuple[Deduction, ...] = ()
    review: str = ""


def propose(final: Verdict, way: Verdict, box: Box, rubric: Rubric, off_form: tuple[str, ...] = ()) -> Proposal:
    """Points for a question from the verdict on its final result and the one on the way there.

    `off_form` names what stands in the answer although the question asks for it in other terms.
    """
    if final.outcome in UNDECIDED:
        why = "could not be read" if final.outcome == "unreadable" else "could not be decided"
        return Proposal(None, review=f"the answer {why}: {_reason(final)}")
    if final.outcome == "blank":
        return Proposal(Fraction(0), _taken(("final", "blank", Fraction(1), "no answer"), box))
    off = [*_final(final, way, box, rubric)]
    if off_form and final.outcome.startswith("right"):
        off.append(
            ("final", "form", rubric.deductions["form"], f"not in the terms asked for: {', '.join(off_form)} stands in it")
        )
    review = ""
    if box.derivation:
        if way.derivation in UNDECIDED:
            return Proposal(None, review="the derivation could not be read")
        off += _way(way, rubric)
    deductions = tuple(d for o in off for d in _taken(o, box))
    left = {"final": box.final, "derivation": box.derivation}
    for d in deductions:
        left[d.box] = max(Fraction(0), left[d.box] - d.points)
    points = sum(left.values(), Fraction(0))
    if points < box.final + box.derivation:  # a third of ten points is all of them, and stays what it is
        points = rounded(points, rubric.smallest)
    return Proposal(min(points, box.final + box.derivation), deductions, review)


def _reason(verdict: Verdict) -> str:
    return (
        re.sub(r"^(?:the answer could not be (?:read|decided)|could not decide): ", "", verdict.message).rstrip(". ")
        or "no reason is known"
    )


_Off = tuple[str, str, Fraction, str]


def _final(final: Verdict, way: Verdict, box: Box, rubric: Rubric) -> list[_Off]:
    shares = rubric.deductions
    if final.outcome == "right":
        return []
    if final.outcome == "right up to layout":
        accepted = not rubric.layout and (not final.layout or final.layout in box.layouts)
        kind = "layout" if accepted else "transpose"
        where = f"right in {final.layout} layout" if final.layout else "right in another layout"
        return [("final", kind, shares[kind], where)] if shares[kind] else []
    if final.outcome == "right under a condition":
        if _same_words(final.condition, box.conditions):
            return []
        kind = "symmetry" if final.mistake == "symmetry" else "condition"
        return [("final", kind, shares[kind], f"right only under a condition: {final.condition}")]
    kind = final.mistake or ("unfinished" if final.outcome == "incomplete" else "other")
    if rubric.follow_through and box.derivation and way.derivation == "slip" and way.lines and way.lines[-1].state == "follows":
        return [("final", kind, Fraction(0), "wrong, but it follows from the slip in the derivation, which is deducted there")]
    return [("final", kind, shares[kind], final.message or final.outcome)]


def _way(way: Verdict, rubric: Rubric) -> list[_Off]:
    if way.derivation == "holds":
        return []
    if way.derivation == "none":
        return [("derivation", "unfinished", Fraction(1), "no derivation is shown")]
    if way.derivation == "gap":
        return [("derivation", "gap", rubric.deductions["gap"], "a step of the derivation is missing or too big")]
    # Of several slips the one that weighs most is deducted, once.
    slips = [line for line in way.lines if line.state == "slip"]
    wrong = max(slips, key=lambda line: rubric.deductions[line.mistake or "other"]) if slips else None
    kind = (wrong.mistake if wrong is not None else None) or way.mistake or "other"
    at = f"line {wrong.number}: " if wrong is not None else ""
    said = (wrong.message if wrong is not None else way.message) or "the derivation has a slip"
    share = rubric.deductions[kind]
    if not rubric.follow_through and wrong is not None:
        # Without follow-through, nothing after the slip earns marks.
        judged = [line for line in way.lines if line.state in ("holds", "slip", "follows")]
        after = sum(line.number >= wrong.number for line in judged)
        share = max(share, Fraction(after, max(1, len(judged))))
    return [("derivation", kind, share, at + said)]


def _taken(off: _Off, box: Box) -> tuple[Deduction, ...]:
    name, kind, share, why = off
    if kind == "blank":
        return tuple(Deduction(n, "blank", p, why) for n, p in (("final", box.final), ("derivation", box.derivation)) if p)
    return (Deduction(name, kind, share * (box.final if name == "final" else box.derivation), why),)


def _same_words(condition: str, accepted: tuple[str, ...]) -> bool:
    def plain(text: str) -> str:
        return re.sub(r"\W+", "", text).lower()

    return bool(condition) and plain(condition) in {plain(a) for a in accepted}


def rounded(points: Fraction, smallest: Fraction) -> Fraction:
    """To the nearest multiple, halves upwards: a rounding never costs anything."""
    return Fraction(math.floor(points / smallest + Fraction(1, 2))) * smallest


__all__ = ["Proposal", "propose", "rounded"]
