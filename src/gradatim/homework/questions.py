"""From a document to derivative questions: for each item the declarations and definitions that are in force for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from gradatim.errors import GradatimError
from gradatim.homework.asks import Ask, find_asks
from gradatim.homework.document import DISPLAY, Display, Document, Item, Section
from gradatim.homework.formulas import formulas
from gradatim.read.problem import read

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
        """The item's points; where it asks for several derivatives they stand with the first."""
        return self.item.points if self.label == self.item.label else None


def tasks(document: Document) -> list[Task]:
    """Every numbered item in the document's order; each is a derivative question, is none, or says why it was not read.

    An item that asks for several derivatives gives a task for each: the first has the item's label, the others have a number
    after it.
    """
    front = "\n\n".join(s.preamble for s in document.sections if not s.number and not s.items and formulas(s.preamble))
    out: list[Task] = []
    for section in document.sections:
        for item in section.items:
            out += _tasks(item, section, document, front)
    return out


def _tasks(item: Item, section: Section, document: Document, front: str) -> list[Task]:
    found = find_asks(item.text)
    if isinstance(found, str):
        parts = [i.label for i in section.items if i.parent is item]
        return [Task(item.label, item, section, None, f"see {', '.join(parts)}" if parts else found)]
    said = tuple(document.corrections.get(label, "") for label in ("", item.label))
    made = [t for ask in found for t in _by_variables(ask, _context(item, section, document, front), item, section, said)]
    return [t if k == 0 else replace(t, label=f"{t.label} ({k + 1})") for k, t in enumerate(made)]


def _context(item: Item, section: Section, document: Document, front: str) -> list[list[str]]:
    """The texts in force for an item, nearest last; then the same with what stands before it in its section, and with the
    sections before: a name that nothing nearer explains is looked for there."""
    own = _without_hints(item.text)
    above = item.parent.text if item.parent else ""
    near = [front, section.preamble, above, own]
    before = [i.text for i in section.items[: section.items.index(item)] if i is not item.parent]
    earlier = document.sections[: document.sections.index(section)]
    far = [t for s in earlier for t in (s.preamble, *(i.text for i in s.items)) if s.number]
    return [near, [front, section.preamble, *before, above, own], [front, *far, section.preamble, *before, above, own]]


def _by_variables(ask: Ask, contexts: list[list[str]], item: Item, section: Section, corrections: tuple[str, ...]) -> list[Task]:
    """The tasks of one ask: one for each variable where the question leaves the variables to the function's own."""
    for prose in contexts:
        defined = [f for text in prose for f in _definitions(text)]
        function = ask.function or _last_function(defined)
        if function and (heads(function) or not _is_name(function) or any(_flat_head(function) in heads(f) for f in defined)):
            break
    else:
        prose = contexts[0]
        defined = [f for text in prose for f in _definitions(text)]
        function = ask.function
    if not function:
        return [Task(item.label, item, section, None, "not read: the question does not name its function")]
    chain = _reached(function, defined)
    given = "\n\n".join(t for t in (*(_GENERAL.sub(" ", _prose(text)) for text in prose), *corrections) if t)
    asks = [ask]
    if not ask.wrt:
        variables = _arguments(function) or _arguments(chain[-1])
        if not variables:
            return [Task(item.label, item, section, None, "not read: the question does not say by what to differentiate")]
        asks = [replace(ask, wrt=(v,) * ask.order) for v in variables]
    return [_task(item, section, replace(a, function=function), given, chain) for a in asks]


def _task(item: Item, section: Section, ask: Ask, given: str, chain: list[str]) -> Task:
    """The task of one ask. A variable that the text defines (`∂L/∂ŷ`) stands for itself: its definition is left out, and
    what kind of thing it is is told instead."""
    for variable in ask.wrt:
        name = re.sub(r"\s+", "", _head(variable))
        defining = [f for f in chain[:-1] if name in heads(f)]
        if not defining:
            continue
        kind = _kind_of(name, chain, given)
        chain = _reached(chain[-1], [f for f in chain if f not in defining])
        given = f"{given}\n\n${name}$ is a {kind}." if kind else given
    return Task(item.label, item, section, ask, "derivative question", given, tuple(chain))


def _kind_of(name: str, chain: list[str], given: str) -> str:
    """Scalar, vector, row vector or matrix: what a definition of the chain is; "" where that is not read."""
    try:
        found = read("\n".join(chain), given).definitions
    except GradatimError:
        return ""
    made = next((f for n, f in found.items() if re.sub(r"\s+", "", n) == name and not f.parameters), None)
    if made is None or made.body is None:
        return ""
    rank = made.body.rank
    return "row vector" if made.body.type.row and rank == 1 else {0: "scalar", 1: "vector", 2: "matrix"}.get(rank, "")


def _last_function(defined: list[str]) -> str:
    """The last definition that no other definition of the text uses: what "this function" means."""
    free = [f for f in defined if not any(_mentions(_right(g), h) for g in defined if g is not f for h in heads(f))]
    return (free or defined or [""])[-1]


def _right(formula: str) -> str:
    return _level_split(formula)[-1]


def _is_name(function: str) -> bool:
    """Whether a function is asked by its name (`L`, `f(x)`) and not written out."""
    return (
        re.fullmatch(r"(?:\\[A-Za-z]+\s*(?:\{[^{}]*\})?|[A-Za-z])(?:[_^](?:\{[^{}]*\}|\S))*\s*(?:\(.*\))?", function.strip())
        is not None
    )


def _flat_head(function: str) -> str:
    return re.sub(r"\s+", "", _head(function))


def _arguments(function: str) -> list[str]:
    """The variables in the head `f(x)` or `L(W, b; X)`: what follows a semicolon or a bar is data."""
    head = _level_split(function)[0].strip()
    if not _is_name(head) or "(" not in head:
        return []
    inside = re.split(r";|\\mid|\||\\vert", head[head.index("(") + 1 : head.rindex(")")])[0]
    return [v.strip() for v in inside.split(",") if v.strip()]


def _without_hints(text: str) -> str:
    return re.split(r"\*{0,2}\bhints?\b\s*:", text, maxsplit=1, flags=re.I)[0]


def _prose(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", DISPLAY.sub(" ", text)).strip()


def _definitions(text: str) -> list[str]:
    """The formulas of a text that define a name: displayed, and in the line."""
    found: list[str] = []
    for f in formulas(text):
        candidates = rows(f.latex) if f.display else [c for piece in _listed(f.latex) for c in [clean(piece)]]
        before = text[: f.span[0]]
        found += [c for c in candidates if heads(c) and not (not f.display and _CONDITION.search(before) and _constant(c))]
    return found


def _listed(latex: str) -> list[str]:
    """`z = Wx, h = \\sigma(z)` as two formulas: a comma before a name with its own `=` separates."""
    pieces, depth, last = [], 0, 0
    for k, c in enumerate(latex):
        depth += (c in "{([") - (c in "})]")
        if (
            c in ",;"
            and depth == 0
            and re.match(r"\s*(?:\\[;,! ]|\\q?quad|\\text\{\s*(?:and|where)\s*\})*\s*\\?[A-Za-z][^=,+]{0,40}=", latex[k + 1 :])
        ):
            pieces.append(latex[last:k])
            last = k + 1
    return [*pieces, latex[last:]]


def _constant(formula: str) -> bool:
    """`K = 2`, `x = 0`: a value that is supposed for a moment."""
    return re.fullmatch(r"\s*[-\w.\\{}]{1,20}\s*", _right(formula)) is not None


def rows(latex: str) -> list[str]:
    """The rows of a display as separate formulas; a row that begins with a sign goes on with the one before."""
    latex = re.sub(r"\\(?:begin|end)\{(?:aligned|split|gathered|alignedat)\}(?:\{\d\})?", " ", latex)
    out: list[str] = []
    for row in _rows(latex):
        row = clean(row.replace("\\&", "\x02").replace("&", " ").replace("\x02", "\\&"))
        if out and row.startswith(("=", "+", "-", "\\cdot", "\\times")):
            out[-1] = f"{out[-1]} {row}"
        elif row:
            out += [p for p in map(clean, _listed(row)) if p]
    return out


def _rows(latex: str) -> list[str]:
    """Cut at `\\\\` outside inner environments such as `cases` and matrices."""
    out, depth, last = [], 0, 0
    for m in re.finditer(r"\\begin\{|\\end\{|\\\\(?:\s*\[[^\]]*\])?", latex):
        if m.group().startswith("\\\\") and depth == 0:
            out.append(latex[last : m.start()])
            last = m.end()
        elif not m.group().startswith("\\\\"):
            depth += 1 if m.group() == "\\begin{" else -1
    return [*out, latex[last:]]


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
    if re.search(r"\\[lc]?dots|\.\.\.|…", parts[-1]) or (
        good and re.fullmatch(rf"\s*{re.escape(good[0])}\s*\^.{{1,12}}", parts[-1])
    ):
        # `i = 1, …, N` is a range and `A = A^T` a property.
        return []
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
