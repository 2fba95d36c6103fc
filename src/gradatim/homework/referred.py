"""What a question without a function speaks of: what its item defines, all of it, or the function of the question before."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations_with_replacement

from gradatim.homework.asks import Ask
from gradatim.homework.contexts import objective
from gradatim.homework.definitions import definitions, flat, heads, mentions, right
from gradatim.homework.document import Item, Section
from gradatim.homework.task import Task

_CHANGED = re.compile(
    r"\bnow\s*\?|\b(?:add(?:s|ed|ing)?|replac\w+|instead|modif\w+|remov\w+|penali[sz]\w+|regulari[sz]\w+)\b", re.I
)
"""What says that the function is no longer the one of the question before."""
_INTRODUCED = re.compile(
    r"\b(?:consider|suppose|assume|let|introduce|take|use)\b(?:(?!\b(?:same|above|previous|this|these|part|question|our)\b)[^.?!$]){0,60}?"
    r"\b(?:loss|likelihood|objective|cost|risk|energy|entropy|penalty|divergence|regression|classifier|autoencoder|network|distribution)\b",
    re.I,
)
_PLURAL = re.compile(r"\b(?:derivatives|gradients|jacobians|hessians)\b", re.I)


def referred(asks: list[Ask], own: str, item: Item, section: Section, before: list[Task]) -> list[Ask]:
    """Questions without a function ("Derive the Hessian.") speak of what the item defines, or else of the question before; those "of
    both", and "the derivatives by x", of all that it defines and does not use."""
    asks = _of_each(asks, definitions(own))
    by = {flat(w) for a in asks for w in a.wrt}
    stated = [f for f in definitions(own) if not by & set(heads(f))]
    if all(speaks(a) for a in asks) or objective([own]) or (stated and not any(a.claim for a in asks)):
        return asks
    if not stated and (_CHANGED.search(own) or introduced(own)):
        # "Add a penalty to Q. What is the gradient now?" asks of another function.
        done = "changed" if _CHANGED.search(own) else "told"
        return [a if speaks(a) else replace(a, unread=f"{a.kind} of a function that is {done} in words") for a in asks]
    earlier = [t for t in before if t.section is section and t.item.parent is item.parent and t.ask is not None]
    return _of_the_last(asks, earlier) if earlier else asks


def introduced(text: str) -> bool:
    """Whether a text speaks of a function of its own in words: "Consider the hinge loss of a linear classifier." """
    return _INTRODUCED.search(text) is not None and not definitions(text)


def _of_each(asks: list[Ask], defined: list[str]) -> list[Ask]:
    """The questions, one for each function where they are of all."""
    free = [f for f in defined if not any(mentions(right(g), h) for g in defined if g is not f for h in heads(f))]
    by = next(iter({a.wrt for a in asks})) if len({a.wrt for a in asks}) == 1 else ()
    depending = [f for f in free if any(mentions(f, flat(w)) for w in by)]
    out: list[Ask] = []
    for ask in asks:
        of = free if ask.every else depending if len(free) > 1 and _PLURAL.search(ask.asks) else []
        out += [replace(ask, function=f) for f in of] if of and not speaks(ask) else [ask]
    return out


def _of_the_last(asks: list[Ask], earlier: list[Task]) -> list[Ask]:
    """The questions of the function that the last item before asked of, and by what it was differentiated there."""
    function = earlier[-1].chain[-1]
    same = [t.ask for t in earlier if t.item is earlier[-1].item and t.ask is not None and t.chain[-1] == function]
    by_each = list(dict.fromkeys(w for a in same for w in a.wrt))
    named = [a if speaks(a) else replace(a, function=function) for a in asks]
    return [
        replace(a, wrt=wrt) if wrt else a
        for a in named
        for wrt in (combinations_with_replacement(by_each, a.order) if not a.wrt and a.function == function else [()])
    ]


def speaks(ask: Ask) -> bool:
    """Whether a question says itself of what it speaks."""
    return bool(ask.function or (ask.thing and not ask.generic) or ask.unread)


__all__ = ["introduced", "referred", "speaks"]
