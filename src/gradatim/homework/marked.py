"""The mark for the answer to one question: by the verdicts on its final result and on the way there."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError
from gradatim.homework.answer_parts import Parts
from gradatim.homework.asked import BLANK, Asked
from gradatim.homework.marks import Proposal, propose
from gradatim.homework.own_lines import with_own_lines
from gradatim.homework.sheet import Mark
from gradatim.homework.terms_asked import outside
from gradatim.judge.verdict import Verdict
from gradatim.write.latex import latex
from gradatim.write.text import text as unicode_text


def marked(asked: Asked, parts: Parts, base: Mark) -> Mark:
    """The mark for the parts of an answer: as written, and as repaired where the rubric allows repairs."""
    final, way, notes = verdicts(asked, parts, asked.rubric.scan)
    shown = _as_one(final, way)
    proposal = _proposal(asked, final, way)
    if asked.doubt and shown.outcome in ("wrong", "incomplete"):
        proposal = Proposal(None, review=asked.doubt)
    repaired = None
    if final.repairs or way.repairs:
        plain, plain_way, _ = verdicts(asked, parts, False)
        written = _proposal(asked, plain, plain_way)
        repaired = proposal.points
        if asked.rubric.marks == "as written":
            proposal = written
        if asked.rubric.marks == "as written" or any(r.needs_confirmation for r in shown.repairs):
            proposal = replace(proposal, review="; ".join(x for x in (proposal.review, _confirm(shown)) if x))
        shown = replace(shown, as_written=plain.outcome)
    said = shown.as_json()
    said["hints"] = list(shown.hints)
    if asked.target is not None and not asked.error:
        right = asked.target.right
        said["expected"] = {"text": unicode_text(right), "latex": latex(right)}
    return replace(
        base,
        points=proposal.points,
        outcome=shown.outcome,
        review=proposal.review,
        notes=(*base.notes, *notes),
        deductions=proposal.deductions,
        as_repaired=repaired,
        group=group_of(asked, shown, parts),
        said=said,
        verdict=shown,
    )


def _confirm(shown: Verdict) -> str:
    read = ", ".join(f"{r.written} as {r.read_as}" for r in shown.repairs)
    return f"misread characters, please confirm: {read}"


def _proposal(asked: Asked, final: Verdict, way: Verdict) -> Proposal:
    off: tuple[str, ...] = ()
    if final.answer is not None and asked.problem is not None:
        off = outside(asked.problem, final.answer, asked.box.in_terms_of)
    return propose(final, way, asked.box, asked.rubric, off)


def verdicts(asked: Asked, parts: Parts, scan: bool) -> tuple[Verdict, Verdict, list[str]]:
    """The verdict on the final result and the one on the way, which are one where the answer does not set them apart."""
    notes: list[str] = []
    if asked.error:
        return BLANK, BLANK, notes
    if not parts.final:
        both = with_own_lines(asked.judge(parts.whole, scan), asked)
        return _accepted(asked, both, notes), both, notes
    final = asked.judge(parts.final, scan)
    if parts.boxed or not parts.way.strip():
        way = asked.judge(parts.whole, scan)
    else:
        way = asked.judge(f"{parts.way}\n\n{parts.final}", scan)
    way = with_own_lines(way, asked)
    if final.outcome == "unreadable" and way.outcome not in ("unreadable", "blank"):
        # The final result may use what the derivation defines.
        final = replace(way, message=way.message)
        notes.append("the final result alone could not be read; it was read together with the derivation")
    elif final.outcome != way.outcome and final.outcome.startswith("right") and way.outcome == "wrong":
        notes.append("the derivation ends in something else than the final result")
    return _accepted(asked, final, notes), way, notes


def _accepted(asked: Asked, final: Verdict, notes: list[str]) -> Verdict:
    """An answer that equals one which the rubric accepts is right."""
    if final.answer is None or final.outcome == "right" or asked.problem is None:
        return final
    for text in asked.box.accepted:
        try:
            accepted = asked.problem.read_answer(text).term
            if accepted.type == final.answer.type and equal(accepted, final.answer, seed=asked.rubric.seed).holds:
                notes.append(f"it equals an answer that the rubric accepts: {text}")
                return replace(final, outcome="right", mistake=None, message="")
        except GradatimError as error:
            notes.append(f"an accepted answer of the rubric could not be read: {str(error).splitlines()[0]}")
    return final


def _as_one(final: Verdict, way: Verdict) -> Verdict:
    """The outcome of the final result with the lines of the way."""
    if final is way:
        return final
    repairs = tuple({(r.written, r.read_as): r for r in (*final.repairs, *way.repairs)}.values())
    return replace(final, derivation=way.derivation, lines=way.lines, first_wrong_line=way.first_wrong_line, repairs=repairs)


def group_of(asked: Asked, verdict: Verdict, parts: Parts) -> str:
    """A name that equal answers share: of one value where it is known, else of one text; of one way there where that has points."""
    way = verdict.derivation if asked.box.derivation else ""
    if verdict.outcome == "blank" or asked.error:
        key = verdict.outcome
    elif verdict.outcome == "right":
        key = f"right|{way}"
    else:
        key = f"{verdict.outcome}|{verdict.mistake}|{way}|{_value(asked, verdict) or _squeezed(parts)}"
    return f"{asked.task.label}-{hashlib.sha256(f'{asked.task.label}|{key}'.encode()).hexdigest()[:8]}"


def _value(asked: Asked, verdict: Verdict) -> str:
    if verdict.answer is None or asked.trials is None:
        return ""
    try:
        found = asked.trials.values(verdict.answer)
    except (GradatimError, ValueError, ZeroDivisionError):
        return ""
    if found is None:
        return ""
    return ";".join(f"{v.shape}:" + ",".join(f"{float(x):.8g}" for x in v.ravel()) for v in found)


def _squeezed(parts: Parts) -> str:
    return re.sub(r"\s+", "", parts.final or parts.whole)
