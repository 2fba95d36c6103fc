"""Finding a student's answers in a submission: which text answers which question.

Three ways, the surest first. A submission that holds the questions (the document filled in) is cut at their own words, and
what the blank document says there is taken away. Otherwise labels are looked for (`1.2`, `Question 2(b)`, a heading of
a section and numbered items below it). What has no label at all is given to the question whose derivative it claims. The
questions themselves always come from the document, never from the submission.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from gradatim.errors import Span
from gradatim.homework.answer_labels import by_claim, by_label, by_numbering
from gradatim.homework.answer_marks import title_of
from gradatim.homework.answer_parts import bare, blank
from gradatim.homework.document import Document
from gradatim.homework.task import Task

SHORTEST = 20
"""Characters: a shorter question could stand anywhere by chance."""
MAX_LINES = 3000
"""Lines between two questions that are compared with the blank document; beyond it nothing is taken away."""


@dataclass(frozen=True, slots=True)
class Found:
    """The text that answers one question, where it stands in the submission, how it was found and what is odd about it."""

    label: str
    text: str
    span: Span = (0, 0)
    how: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers by label, an item without one left out; and formulas of the submission that belong to no question."""

    by_label: dict[str, Found]
    stray: str = ""


def find_answers(document: Document, tasks: Sequence[Task], submission: str | None) -> Answers:
    """The answer to every item of the document.

    `submission` is None where the document itself holds the answers.
    """
    labels = [t.label for t in tasks]
    if submission is None:
        inside = {t.label: Found(t.label, t.item.answer, t.item.answer_span, "in the document") for t in tasks}
        return Answers({label: f for label, f in inside.items() if not blank(f.text)})
    own = _labels(tasks)
    found, rest = _in_place(document, tasks, submission)
    if not found and len([t for t in tasks if t.ask is not None]) == 1 and not by_label(rest, own):
        (task,) = (t for t in tasks if t.ask is not None)
        marker = re.match(rf"\s*\(?{re.escape(task.label)}[.):]+(?=\s)", rest)
        found = _joined(task, rest, [(marker.end() if marker else 0, len(rest))], "the only question")
    stray = ""
    labelled = False
    if not blank(rest):
        for how, way in (("by its label", by_label), ("by its number", by_numbering)):
            pieces = by_label(rest, own, _titles(tasks)) if way is by_label else way(rest, own)
            labelled = labelled or bool(pieces)
            for task in tasks:
                if task.label in pieces and task.label not in found:
                    found |= _joined(task, rest, pieces[task.label], how)
            spans = [span for spans in pieces.values() for span in spans]
            if way is by_label and spans and not blank(rest[: min(spans)[0]]):
                # Before the first label that names its place in full, plain numbers.
                more = {label: a for label, a in _before(by_numbering(rest, own), min(spans)[0]).items() if label not in pieces}
                for task in tasks:
                    if task.label in more and task.label not in found:
                        found |= _joined(task, rest, more[task.label], "by its number")
                spans += [span for a in more.values() for span in a]
            stray = _stray(rest, spans)
            if found or labelled:
                # Labels with nothing below them are answers left blank.
                break
        if not found and not labelled:
            # Nothing here has a label or a claim, and yet something was written.
            stray = stray or rest.strip()
    if not found and not blank(rest):
        for label, spans in by_claim(rest, tasks).items():
            found |= _joined(next(t for t in tasks if t.label == label), rest, spans, "by what it claims")
            stray = ""
    found |= _together(tasks, found)
    return Answers({label: found[label] for label in labels if label in found}, stray)


def _labels(tasks: Sequence[Task]) -> list[str]:
    """The labels below which answers are looked for: below the heading of an item that has parts, numbers are those of its parts.
    A second question of an item has no label of its own: its `1(a) (2)` would be the part (b) of 1(a)."""
    own = [t for t in tasks if t.label == t.item.label]
    return [t.label for t in own if t.ask is not None or not any(o.item.parent is t.item for o in tasks)]


def _titles(tasks: Sequence[Task]) -> dict[str, str]:
    """The labels of what stands below a heading of the document, by its words: "Part A" of the parts 1(a), 1(b)."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        if any(other.item.parent is task.item for other in tasks) and (words := title_of(task.item.text.split("\n")[0])):
            found.setdefault(words, []).append(task.item.label)
    return {words: labels[0] for words, labels in found.items() if len(set(labels)) == 1}


def _together(tasks: Sequence[Task], found: dict[str, Found]) -> dict[str, Found]:
    """Several questions of one item are answered in one text: each looks for its own derivative in it."""
    shared: dict[str, Found] = {}
    for task in tasks:
        of = next((found[t.label] for t in tasks if t.item is task.item and t.label in found), None)
        if task.label not in found and task.ask is not None and of is not None:
            shared[task.label] = replace(of, label=task.label, how="in the answer to another question of its item")
    return shared


def _before(pieces: dict[str, list[Span]], end: int) -> dict[str, list[Span]]:
    """The pieces that begin before a place, each up to there."""
    cut = {label: [(a, min(b, end)) for a, b in spans if a < end] for label, spans in pieces.items()}
    return {label: spans for label, spans in cut.items() if spans}


def _stray(text: str, spans: Sequence[Span]) -> str:
    """The paragraphs outside the spans that hold a formula."""
    left = list(text)
    for a, b in spans:
        left[a:b] = [c if c == "\n" else " " for c in left[a:b]]
    paragraphs = re.split(r"\n\s*\n", "".join(left))
    return "\n\n".join(p.strip() for p in paragraphs if re.search(r"\$|\\\[|\\begin\{(?:equation|align|gather)|=", p))


def _joined(task: Task, text: str, spans: list[Span], how: str) -> dict[str, Found]:
    """One answer from the pieces that carry its label; the question's own words, where they are repeated, are no answer."""
    asked = bare(task.item.text)
    pieces = [p for a, b in spans if not blank(p := _without_question(text[a:b], asked))]
    if not pieces:
        return {}
    note = f"the answer stands in {len(pieces)} places, which were joined" if len(pieces) > 1 else ""
    return {task.label: Found(task.label, "\n\n".join(pieces), (spans[0][0], spans[-1][1]), how, note)}


def _without_question(piece: str, asked: str) -> str:
    flat, places = _flat(piece)
    question = _flat(asked)[0]
    at = flat.find(question) if len(question) >= SHORTEST else -1
    if at < 0:
        return piece
    return piece[: places[at]] + piece[places[at + len(question) - 1] + 1 :]


# ---------------------------------------------------------------- the document filled in


def _in_place(document: Document, tasks: Sequence[Task], text: str) -> tuple[dict[str, Found], str]:
    """Answers between the questions' own words, and the text in which labels are still to be looked for."""
    flat, places = _flat(text)
    anchors: list[tuple[Task, int, int]] = []
    at = 0
    for task in tasks:
        question = _flat(bare(task.item.text))[0]
        start = flat.find(question, at) if len(question) >= SHORTEST else -1
        if start >= 0:
            at = start + len(question)
            anchors.append((task, places[start], places[at - 1] + 1))
    anchors = _with_retyped(tasks, text, anchors)
    asked = sum(t.ask is not None for t in tasks)
    if not anchors or 2 * sum(t.ask is not None for t, _, _ in anchors) < asked:
        return {}, text
    found: dict[str, Found] = {}
    # Answers under their labels may stand before the first question that is repeated.
    front = text[: anchors[0][1]]
    taken = {t.label for t, _, _ in anchors}
    rest = f"{front}\n" if any(label not in taken for label in by_label(front, _labels(tasks))) else ""
    for k, (task, _, end) in enumerate(anchors):
        follower = anchors[k + 1] if k + 1 < len(anchors) else None
        stop = text.rfind("\n", 0, follower[1]) + 1 if follower else len(text)
        template = document.text[task.item.answer_span[0] : follower[0].item.span[0] if follower else len(document.text)]
        kept = _added(text[end:stop], template)
        if follower is None:
            labelled = by_label(kept, [t.label for t in tasks])
            others = [a for label, spans in labelled.items() if label != task.label for a, _ in spans]
            if others:
                # The answers stand after the questions, under their labels.
                first = min(a for spans in labelled.values() for a, _ in spans)
                cut = kept.rfind("\n", 0, max(first - 1, 0)) + 1
                kept, rest = kept[:cut], rest + kept[cut:]
        if not blank(kept):
            found[task.label] = Found(task.label, kept, (end, stop), "in its place")
    return found, rest


def _with_retyped(tasks: Sequence[Task], text: str, anchors: list[tuple[Task, int, int]]) -> list[tuple[Task, int, int]]:
    """The anchors, and those of questions between them whose words are nearly the same: scanned, or cut short."""
    order = {id(t): k for k, t in enumerate(tasks)}
    out = list(anchors)
    for k, task in enumerate(tasks):
        question = _flat(bare(task.item.text))[0]
        if len(question) < SHORTEST or not out or any(t.item is task.item for t, _, _ in out):
            continue
        after = max((b for t, _, b in out if order[id(t)] < k), default=0)
        before = min((a for t, a, _ in out if order[id(t)] > k), default=len(text))
        found = next((m for m in re.finditer(r"[^\n]+", text[after:before]) if _alike(question, m.group())), None)
        if found is not None:
            out.append((task, after + found.start(), after + found.end()))
    return sorted(out, key=lambda anchor: order[id(anchor[0])])


_MARKER = re.compile(r"[\s*_#>-]*(?:\(?\w{1,3}[.)])?[\s*_]*(?:[\[(]\s*\d+\s*(?:points?|pts?\.?|marks?)\s*[\])])?", re.I)


def _alike(question: str, line: str) -> bool:
    """Whether a line says what a question says, as far as it goes."""
    said = _flat(_MARKER.sub("", line, count=1))[0][:120]
    if len(said) < SHORTEST:
        return False
    same = SequenceMatcher(None, question[: len(said)], said, autojunk=False)
    return same.quick_ratio() > 0.85 and same.ratio() > 0.85


def _added(gap: str, template: str) -> str:
    """The lines of the gap that the blank document does not have there. Headings of boxes stay: they tell the parts apart."""
    lines, own = gap.split("\n"), template.split("\n")
    if len(lines) > MAX_LINES or len(own) > MAX_LINES:
        return gap.strip("\n")
    theirs, ours = [_line(x) for x in lines], [_line(x) for x in own]
    known: set[int] = set()
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        known.update(k for k in range(block.b, block.b + block.size) if theirs[k])
    # What follows the heading of the next section is the document's, however it was retyped.
    end = next((k for k in sorted(known) if lines[k].lstrip().startswith(("#", "\\section"))), len(lines))
    kept = [x for k, x in enumerate(lines[:end]) if k not in known or blank(x)]
    return "\n".join(kept).strip("\n")


def _line(text: str) -> str:
    return _flat(text)[0].lstrip("#")


def _flat(text: str) -> tuple[str, list[int]]:
    """The text without spaces, emphasis and case, and the place of every character that is left."""
    kept = [(d, k) for k, c in enumerate(text) if not c.isspace() and c not in "*_`" for d in c.lower()]
    return "".join(c for c, _ in kept), [k for _, k in kept]


__all__ = ["Answers", "Found", "find_answers"]
