"""What an answer states: lines of formulas that are equal, and the derivatives that they claim."""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.errors import GradatimError, ReadError, Span
from gradatim.ops.function import Function
from gradatim.read.scope import Assumption
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index
from gradatim.term import walk as walk_term


@dataclass(frozen=True, slots=True)
class Claimed:
    """The derivative that the left side of a line names: `∂L/∂b`.

    `of` is its function (None where the answer's name for it is not known: a person may call an unnamed function L), `wrt`
    its variables, twice for a second derivative (() for `∇f`; None in it for one that is not known). `of_text` and
    `wrt_text` are as written. `entry` holds the indices where an entry is stated: `∂f_{ij}/∂x_k` has i, j, k.
    """

    of: Term | None
    wrt: tuple[Term | None, ...]
    of_text: str
    wrt_text: tuple[str, ...]
    order: int
    transposed: bool
    span: Span
    entry: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The function and the variables as they are written, without blanks."""
        return unspaced(self.of_text, *self.wrt_text)


def unspaced(*texts: str) -> tuple[str, ...]:
    return tuple("".join(text.split()) for text in texts)


@dataclass(frozen=True, slots=True)
class Member:
    """One side of a line: its text and place, its value (None where `error` says why it has none), and the derivative
    that it is where it is nothing else: then `term` is its value if the reader was given what differentiates."""

    text: str
    span: Span
    term: Term | None
    error: GradatimError | None
    claimed: Claimed | None = None
    other: Term | None = None
    """The value in another reading: of `∇(xᵀx) y` where only the brackets are differentiated."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its members, joined by `=` (or `≈`). `continues` where it begins with the sign and so goes on with the line
    before; `defines` the name that it defines for the answer alone; `head` what its chain claims (of its own first member
    or that of the line it continues)."""

    text: str
    span: Span
    members: tuple[Member, ...]
    continues: bool = False
    defines: str = ""
    head: Claimed | None = None
    signs: tuple[str, ...] = ()

    @property
    def restates(self) -> bool:
        """Whether the line says what a name of the problem is: `p = softmax(Wx + b)`."""
        first = self.members[0].term if len(self.members) > 1 and not self.continues else None
        named = isinstance(first, Symbol) or (isinstance(first, Apply) and isinstance(first.op, Function) and not first.args)
        return named

    @property
    def error(self) -> GradatimError | None:
        """The first error of its members."""
        return next((m.error for m in self.members if m.error is not None), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A read answer: its lines in order, and what was assumed in reading them."""

    text: str
    lines: tuple[Line, ...]
    assumed: tuple[Assumption, ...]

    def final(self, *wrt: Term) -> Member:
        """The member that answers: the last one of the last line that claims the derivative by `wrt` (any derivative where
        `wrt` is left out), or of the last line that claims nothing and defines nothing.

        Raises ReadError where there is none.
        """
        lines = [line for line in self.lines if not line.defines]
        # "G = 2Aᵀr, r = Ax − b": where every line defines a name, the answer is the name that no other line uses.
        lines = lines or [line for line in self.lines if not any(_uses(other, line.defines) for other in self.lines)]
        heads = [line for line in lines if line.head is not None and _by(line.head, wrt)]
        open_ = [line for line in lines if line.head is None]
        # "Wᵀ(p − y). Here p = softmax(Wx + b)": what says a known name again is not the answer where something else may be.
        # Where all that is open says known names again, "h = σ(z)", the answer is a name of the writer's own that no line uses.
        own = [line for line in self.lines if line.defines and not any(_uses(other, line.defines) for other in self.lines)]
        for found in (heads, [line for line in open_ if not line.restates], own if open_ else [], open_, lines):
            for line in reversed(found):
                if line.members and not (line.members[-1].claimed is not None and len(line.members) == 1 and not line.continues):
                    return line.members[-1]
        raise ReadError("no formula of this answer states the derivative", self.text, (0, len(self.text)))

    @property
    def term(self) -> Term:
        """The value of the final member. Raises its error where it was not read."""
        found = self.final()
        if found.term is None:
            raise found.error or ReadError("a derivative stands here that is not worked out", self.text, found.span)
        return found.term

    @property
    def indices(self) -> tuple[Symbol, ...]:
        """The free indices of the final member, where the answer states one entry: in the order of the derivative that it
        claims, `∂f_{ij}/∂x_k`, the others after them by name."""
        order = next((line.head.entry for line in reversed(self.lines) if line.head is not None), ())
        found = [s for s in free_symbols(self.term) if is_index(s)]
        return tuple(sorted(found, key=lambda s: (order.index(s.name) if s.name in order else len(order), s.name)))


def _uses(line: Line, name: str) -> bool:
    """Whether a line's values are built on the definition of the name (its own definition aside)."""
    if line.defines == name:
        return False
    nodes = (n for m in line.members if m.term is not None for n in walk_term(m.term))
    return any(isinstance(n, Apply) and isinstance(n.op, Function) and n.op.name == name for n in nodes)


def _by(head: Claimed, wrt: tuple[Term, ...]) -> bool:
    """Whether the claim is by these variables; one whose variables are not named may be."""
    return not wrt or not head.wrt or head.wrt == wrt
