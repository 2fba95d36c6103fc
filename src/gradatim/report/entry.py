"""One question and its answer as it is shown, and its forms: text, Markdown. (`report.html` has the page.)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gradatim.derive.conditions import Condition
from gradatim.derive.maps import LinearMap
from gradatim.ops.base import Op
from gradatim.ops.function import Function
from gradatim.report.prose import markdown_prose, unicode_prose
from gradatim.term import Apply, Term, walk
from gradatim.write.latex import latex
from gradatim.write.parts import Named, named_parts
from gradatim.write.spelling import USUAL, Spelling
from gradatim.write.text import text

Label = tuple[str, str]
"""A name as LaTeX and as text."""
Writer = Callable[[Term, str], str]
"""A formula and what stands before it (`f = `) as one or several lines."""


class Part(Protocol):
    """What can stand below an answer, such as a derivation."""

    def text(self) -> str: ...
    def latex(self) -> str: ...
    def markdown(self) -> str: ...
    def html(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Guess:
    """What the reader took for granted, and what to declare to settle it."""

    text: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading that conforms as well, and the answer under it (None where it has none)."""

    condition: str
    answer: Term | None
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is shown of one question. `condition` is the guess on which the answer depends, `others` what it is otherwise."""

    answer: Term | None
    function: Term | None = None
    name: Label = ("f", "f")
    left: Label = ("", "")
    definitions: tuple[tuple[Term, Term], ...] = ()
    """What the function's own names stand for: pairs of a call and its value."""
    heading: str = ""
    asks: str = ""
    shape: str = ""
    checked: str = ""
    guesses: tuple[Guess, ...] = ()
    condition: str = ""
    others: tuple[Reading, ...] = ()
    error: str = ""
    author: Spelling = USUAL
    below: tuple[Part, ...] = ()
    whole: bool = False
    """Whether the answer is written without naming its parts."""
    map: LinearMap | None = None
    """An answer of more than two axes as a linear map: what is read first, its entries below it."""
    legend: tuple[Label, ...] = ()
    """What the names of a form stand for that the question does not have: X has the rows xᵢᵀ."""
    needs: tuple[Condition, ...] = ()
    """What must hold for the answer, beside what is declared."""
    shorter: Named | None = None
    """The answer by names that say more than those of its repeated parts: a Hessian in terms of the gradient."""

    def named(self, term: Term) -> Named:
        if self.whole:
            return Named(term)
        return self.shorter if self.shorter is not None and term is self.answer else named_parts(term, self.author)

    def latex(self, term: Term) -> str:
        return latex(term, author=self.author)


def left_side(name: Label, wrt: tuple[Term, ...], ordinary: bool, author: Spelling = USUAL) -> Label:
    """∂f/∂x in LaTeX and text, with each variable as it stands in the function; df/dx where both are scalars."""
    by, written = [latex(w, author=author) for w in wrt], [text(w) for w in wrt]
    d, mark = ("d", "d") if ordinary else (r"\partial ", "∂")
    if len(wrt) == 1:
        return rf"\frac{{{d}{name[0]}}}{{{d}{by[0]}}}", f"{mark}{name[1]}/{mark}{written[0]}"
    raised = "".join("²³⁴⁵⁶⁷⁸⁹"[n - 2] for n in [len(wrt)])
    if len(set(by)) == 1:
        below = rf"{d}{by[0]}^{len(wrt)}" if "^" not in by[0] else rf"{d}{{{by[0]}}}^{len(wrt)}"
        under = f"{mark}{written[0]}{raised}"
    else:
        below, under = r" \, ".join(d + b for b in by), "".join(mark + w for w in written)
    return rf"\frac{{{d.strip()}^{len(wrt)} {name[0]}}}{{{below}}}", f"{mark}{raised}{name[1]}/{under}"


def together_left(name: Label, wrt: tuple[Term, ...], author: Spelling = USUAL) -> Label:
    """∂f/∂(r, θ): the one Jacobian by several numbers."""
    by, written = ", ".join(latex(w, author=author) for w in wrt), ", ".join(map(text, wrt))
    return rf"\frac{{\partial {name[0]}}}{{\partial ({by})}}", f"∂{name[1]}/∂({written})"


def at_point(left: Label, point: Label) -> Label:
    """A derivative's left side at a point."""
    return rf"\left.{left[0]}\right|_{{{point[0]}}}", f"{left[1]} at {point[1]}"


def differential_left(name: Label, along: str, label: str = "", order: int = 1) -> Label:
    """df, or D_v f along v, in LaTeX and text; d²f, D²_v f."""
    power, raised = (f"^{order}", _RAISED[order - 2]) if order > 1 else ("", "")
    if along:
        return rf"D{power}_{{{along}}} {name[0]}", f"D{raised}_{label or along} {name[1]}"
    return rf"\mathrm{{d}}{power}{' ' * bool(power)}{name[0]}", f"d{raised}{name[1]}"


_RAISED = "²³⁴⁵⁶⁷⁸⁹"


def shape_of(term: Term) -> str:
    return " × ".join(map(str, term.shape)) or "scalar"


# ---------------------------------------------------------------- text


def formula_lines(entry: Entry, term: Term, left: str, show: Writer) -> list[str]:
    """A formula and what its parts are called, one below the other."""
    named = entry.named(term)
    lines = [show(named.term, left)]
    words = ["where ", *["      "] * 8]
    indent = " " * (len(left) - len(left.lstrip()))
    lines += [show(value, f"{indent}{word}{text(head)} = ") for word, (head, value) in zip(words, named.where)]
    return lines


def answer_lines(entry: Entry, left: str, show: Writer) -> list[str]:
    """The answer after its left side, which ends in " = "; a linear map first, where it is one, and its entries below."""
    assert entry.answer is not None
    if entry.map is None:
        return formula_lines(entry, entry.answer, left, show)
    head = left.removesuffix("= ")
    indent = " " * (len(left) - len(left.lstrip()))
    lines = formula_lines(entry, entry.map.body, f"{head}: {entry.map.taken(text)} ↦ ", show)
    return lines + [show(entry.answer, f"{indent}by entries: ")]


def definitions_of(*terms: Term) -> tuple[tuple[Term, Term], ...]:
    """The definitions that terms use, outermost first, as calls with their parameters and their values."""
    found: dict[Function, None] = {}
    todo = list(terms)
    while todo:
        for node in walk(todo.pop(0)):
            op = node.op if isinstance(node, Apply) else None
            if isinstance(op, Function) and op.body is not None and op not in found:
                found[op] = None
                todo.append(op.body)
    return tuple((Apply(op, op.parameters), op.body) for op in found if op.body is not None)


def meanings(answer: Term, question: Term) -> tuple[Label, ...]:
    """What the operations of an answer mean that the question does not have, and that not every reader knows by that name."""
    known = {
        node.op for t in (question, *(v for _, v in definitions_of(question))) for node in walk(t) if isinstance(node, Apply)
    }
    new = dict.fromkeys(node.op for node in walk(answer) if isinstance(node, Apply) and node.op not in known)
    return tuple(dict.fromkeys(op.notation.meaning for op in new if isinstance(op, Op) and op.notation.meaning[0]))


def legend_lines(entry: Entry, left: str = "") -> list[str]:
    """What the names of a form stand for."""
    words = ["where ", *["      "] * len(entry.legend)]
    return [f"{left}{word}{said}" for word, (_, said) in zip(words, entry.legend)]


def legend_prose(entry: Entry) -> list[str]:
    """The same as prose with formulas in dollars."""
    return ["where " + ", ".join(f"${said}$" for said, _ in entry.legend) + "."] if entry.legend else []


def needs_line(entry: Entry, left: str = "") -> list[str]:
    """What must hold for the answer: `for X invertible`."""
    return [f"{left}for {', '.join(c.text() for c in entry.needs)}"] if entry.needs else []


def needs_prose(entry: Entry) -> list[str]:
    """The same as prose with formulas in dollars."""
    return ["For " + ", ".join(f"${c.latex(entry.author)}$" for c in entry.needs) + "."] if entry.needs else []


def condition_lines(entry: Entry, show: Writer, left: str) -> list[str]:
    """What the answer is under the other readings."""
    lines = []
    for other in entry.others:
        if other.answer is None:
            lines.append(f"If {other.condition}: no answer was found for this reading.")
        else:
            lines += [f"If {other.condition}:", *formula_lines(entry, other.answer, left, show)]
    return lines


def asked(entry: Entry) -> str:
    """The question's words with its formulas in Unicode."""
    return unicode_prose(entry.asks)


# ---------------------------------------------------------------- Markdown


def as_markdown(entry: Entry, level: int = 2) -> str:
    """Headings, prose and displayed LaTeX."""
    parts = [f"{'#' * level} {entry.heading}"] if entry.heading else []
    if entry.asks:
        parts.append(entry.asks)
    elif entry.function is not None:
        parts.append(f"$$\n{entry.name[0]} = {entry.latex(entry.function)}\n$$")
        if entry.definitions:
            parts.append("with " + _listed(entry, entry.definitions) + ".")
    if entry.answer is None:
        parts.append(f"No answer: {markdown_prose(entry.error)}")
        return "\n\n".join([*parts, *(f"- Assumed: {markdown_prose(g.text)}" for g in entry.guesses)])
    if entry.condition:
        parts.append(f"If {markdown_prose(entry.condition)}:")
    parts += _answer(entry, entry.answer)
    parts += legend_prose(entry)
    parts += needs_prose(entry)
    parts.append(f"Shape {entry.shape}; {entry.checked}.")
    for other in entry.others:
        parts.append(f"If {markdown_prose(other.condition)}:" + ("" if other.answer is not None else " no answer was found."))
        if other.answer is not None:
            parts += _displayed(entry, other.answer)
    parts += ["\n".join(f"- Assumed: {markdown_prose(g.text)}" for g in entry.guesses)] if entry.guesses else []
    return "\n\n".join([*parts, *(part.markdown() for part in entry.below)])


def _answer(entry: Entry, answer: Term) -> list[str]:
    if entry.map is None:
        return _displayed(entry, answer)
    return [*_displayed(entry, entry.map.body, map_left(entry)), "By entries:", f"$$\n{entry.latex(answer)}\n$$"]


def map_left(entry: Entry) -> str:
    r"""LaTeX of what stands before the body of a linear map: `\frac{\partial f}{\partial X} : dX \mapsto`."""
    assert entry.map is not None
    return rf"{entry.left[0]} : {entry.map.taken(entry.latex)} \mapsto"


def _displayed(entry: Entry, term: Term, left: str = "") -> list[str]:
    named = entry.named(term)
    out = [f"$$\n{left or entry.left[0] + ' ='} {entry.latex(named.term)}\n$$"]
    if named.where:
        out.append("where " + _listed(entry, named.where) + ".")
    return out


def _listed(entry: Entry, pairs: tuple[tuple[Term, Term], ...]) -> str:
    return ", ".join(f"${entry.latex(head)} = {entry.latex(value)}$" for head, value in pairs)
