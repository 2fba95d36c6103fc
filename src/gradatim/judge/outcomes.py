"""Verdicts of a kind: what cannot be read, is unfinished, or needs a person; and what a verdict rests on."""

from __future__ import annotations

from dataclasses import replace

from gradatim.check.ladder import Equality
from gradatim.errors import GradatimError
from gradatim.judge.verdict import Finding, Verdict

HOLDS = ("right", "right up to layout")
"""Outcomes of an answer that is right as it stands, of all shapes that people give a derivative."""


def unreadable(error: GradatimError) -> Verdict:
    message = getattr(error, "message", str(error)).splitlines()[0]
    span = getattr(error, "span", None)
    suggestion = getattr(error, "suggestion", "")
    said = f"the answer could not be read: {message}" + (f" ({suggestion})" if suggestion else "")
    return Verdict("unreadable", certainty="could not read", message=said, span=span)


def person(verdict: Verdict, said: str) -> Verdict:
    """The verdict that only a person can give, and why."""
    return replace(verdict, outcome="undecided", message=said, mistake=None, mistakes=(), certainty="could not decide")


def unfinished(verdict: Verdict, said: str) -> Verdict:
    return replace(
        verdict, outcome="incomplete", mistake="unfinished", mistakes=("unfinished",), message=said, counterexample=None
    )


def explained_by(verdict: Verdict, finding: Finding) -> Verdict:
    """The verdict with the mistake that a change of the text told."""
    return replace(
        verdict,
        mistake=finding.kind,
        mistakes=(finding.kind,),
        message=finding.message,
        place=finding.place,
        advice=finding.hint,
    )


def different(equality: Equality) -> str:
    found = equality.counterexample
    if found is None:
        return f"the answer is not the derivative: {equality.text}"
    where = f"entry ({', '.join(map(str, found.entry))})" if found.entry else "the value"
    return f"the answer is not the derivative; {where} differs first"


def evidence(equality: Equality) -> str:
    """What the verdict rests on, for a sceptic: a proof, points with their sizes and seed, or a counterexample."""
    if equality.counterexample is not None:
        return equality.counterexample.said("your answer", "the derivative")
    return equality.text
