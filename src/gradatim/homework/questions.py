"""From a document to derivative questions: for each item the declarations and definitions that are in force for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from gradatim.homework.asks import Ask, find_ask
from gradatim.homework.document import DISPLAY, Display, Document, Item, Section

_INLINE = re.compile(r"(?<!\$)\$(?!\$)([^$]+)\$(?!\$)|\\\((.+?)\\\)")
_CONDITION = re.compile(r"\b(?:when|if|for|case|assume|assuming|at)\s*$", re.I)
# "The derivative of a scalar y with respect to a vector x is ..." is a convention about any y and x: it declares nothing.
_GENERAL = re.compile(
    r"(?:(?<=[.?!]\s)|^)[^.?!\n]*\b(?:derivative|gradient)s?\s+of\s+an?\b[^.?!\n]*\bwith\s+respect\s+to\s+an?\b[^.?!\n]*[.?!]",
    re.M | re.I,
)
_NO_HEAD = re.compile(r"\\nabla|\\frac|\\partial|\\sum|\\in\b|\\dots|\\ldots|\\to|[<>,+]")


@dataclass(frozen=True, slots=True)
class Task:
    """One numbered item. A derivative question has an `ask`, the text of its declarations, and `chain`: the
    definitions it reaches, the function last. For any other item `status` says what it is or why it was not read."""

    label: str
    item: Item
    section: Section
    ask: Ask | None
    status: str
    given: str = ""
    chain: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction | None:
        return self.item.points


def tasks(document: Document) -> list[Task]:
    """Every numbered item in the document's order; each is a derivative question, is none, or says why it was not read."""
    front = "\n\n".join(s.preamble for s in document.sections if not s.number and not s.items and "$" in s.preamble)
    return [_task(item, section, front) for section in document.sections for item in section.items]


def _task(item: Item, section: Section, front: str) -> Task:
    found = find_ask(item.text)
    if isinstance(found, str):
        return Task(item.label, item, section, None, found)
    own = re.split(r"\*{0,2}\bhints?\b\s*:", item.text, maxsplit=1, flags=re.I)[0]
    above = item.parent.text if item.parent else ""
    prose = [front, section.preamble, above, own]
    formulas = [f for text in prose for f in _definitions(text)]
    chain = _reached(found.function, formulas)
    given = "\n\n".join(t for t in (_GENERAL.sub(" ", _prose(text)) for text in prose) if t)
    return Task(item.label, item, section, found, "derivative question", given, tuple(chain))


def _prose(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", DISPLAY.sub(" ", text)).strip()


def _definitions(text: str) -> list[str]:
    """The formulas of a text that define a name: displayed, and in the line."""
    found: list[tuple[int, str]] = []
    for match in DISPLAY.finditer(text):
        latex = next(g for g in (match["a"], match["b"], match["c"]) if g is not None)
        found += [(match.start(), row) for row in rows(latex) if heads(row)]
    masked = DISPLAY.sub(lambda m: " " * len(m.group()), text)
    for match in _INLINE.finditer(masked):
        latex = (match.group(1) or match.group(2)).strip()
        if heads(latex) and not _CONDITION.search(masked[: match.start()]):
            found.append((match.start(), clean(latex)))
    return [latex for _, latex in sorted(found, key=lambda f: f[0])]


def rows(latex: str) -> list[str]:
    """The rows of a display as separate formulas; a row that begins with `=` goes on with the one before."""
    if "\\begin" in latex:
        return [clean(latex)]
    out: list[str] = []
    for row in re.split(r"\\\\(?:\[[^\]]*\])?", latex):
        row = clean(row.replace("\\&", "\x02").replace("&", " ").replace("\x02", "\\&"))
        if out and row.startswith(("=", "+", "-")):
            out[-1] = f"{out[-1]} {row}"
        elif row:
            out.append(row)
    return out


def clean(latex: str) -> str:
    """A formula without labels, tags and the punctuation of its sentence."""
    latex = re.sub(r"\\q?quad\s*(?:\((\d{1,3}|\*)\)|\\text\{\s*\(\d{1,3}\)\s*\})\s*$", "", latex.strip())
    latex = re.sub(r"\\(?:label|tag\*?)\{[^{}]*\}|\\(?:nonumber|notag|displaystyle|qquad|quad)(?![A-Za-z])", " ", latex)
    return re.sub(r"(?:\s|[.,;]|\\[,;!])+$", "", latex.strip())


def heads(latex: str) -> list[str]:
    """The names that a formula defines: what stands left of each `=` but the last part, without its arguments."""
    parts = _level_split(latex)
    names = [re.sub(r"\s+", "", _head(p)) for p in parts[:-1]]
    good = [n for p, n in zip(parts, names) if n and not _NO_HEAD.search(_head(p)) and not n[0].isdigit()]
    return good if names and good and good[0] == names[0] else []


def _level_split(latex: str) -> list[str]:
    out, depth, last = [], 0, 0
    for k, c in enumerate(latex):
        depth += (c in "{([") - (c in "})]")
        if c == "=" and depth == 0 and latex[k - 1 : k] not in ("<", ">", "!", "\\"):
            out.append(latex[last : k - 1 if latex[k - 1 : k] == ":" else k])
            last = k + 1
    return [*out, latex[last:]]


def _head(part: str) -> str:
    """`f(x; W)` is f; a bracket inside braces, as in `W^{(1)}`, belongs to the name."""
    depth = 0
    for k, c in enumerate(part):
        if c == "(" and depth == 0:
            return part[:k].removesuffix("\\left").strip()
        depth += (c == "{") - (c == "}")
    return part.strip()


def _reached(function: str, formulas: list[str]) -> list[str]:
    """The definitions that the function's formula uses, directly or through others, and the function last."""
    own = heads(function)
    wanted = re.sub(r"\s+", "", _head(function))
    defined = next((f for f in reversed(formulas) if wanted in heads(f)), "") if not own else clean(function)
    start = defined or clean(function)
    chosen: dict[str, None] = {}
    todo = [start]
    while todo:
        text = todo.pop()
        for formula in formulas:
            if formula != start and formula not in chosen and any(_mentions(text, h) for h in heads(formula)):
                chosen[formula] = None
                todo.append(formula)
    return [*(f for f in dict.fromkeys(formulas) if f in chosen and not set(heads(f)) & set(heads(start))), start]


def _mentions(text: str, name: str) -> bool:
    flat = re.sub(r"\s+", " ", text)
    pattern = r"\s*".join(re.escape(c) for c in re.findall(r"\\[A-Za-z]+|.", re.sub(r"_\{?[a-z]\}?$", "", name)))
    return (
        re.search(
            (r"(?<![A-Za-z\\])" if name[0].isalpha() else "")
            + pattern
            + (r"(?![A-Za-z])" if name.startswith("\\") and name[-1].isalpha() else ""),
            flat,
        )
        is not None
    )


__all__ = ["Display", "Task", "clean", "heads", "rows", "tasks"]
