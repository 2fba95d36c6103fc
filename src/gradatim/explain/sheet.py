"""The sheet of paper: names for intermediates and for derivatives, as symbols to work with and as definitions to show.

While steps are made a name is a stand-in symbol, so that the engine differentiates by it; what is shown has a definition in
its place, which prints alike and carries its value. A name under a sum has the sum's index: its stand-in is a family.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradatim.matrix.scalar import multiply
from gradatim.ops import at, facts, number, power
from gradatim.ops.function import Function
from gradatim.term import Apply, Symbol, Term, free_symbols, substitute, transform, walk
from gradatim.types import Type
from gradatim.write.latex import latex
from gradatim.write.spelling import USUAL, Spelling

Indices = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A named quantity. `body` is its value over stand-ins; `indices` are those of the sums it stands under."""

    symbol: Symbol
    latex: str
    text: str
    body: Term
    indices: tuple[Symbol, ...]
    node: Term | None = None
    given: bool = False
    """Whether the document defined it."""

    @property
    def reference(self) -> Term:
        """The stand-in at its own indices."""
        return at(self.symbol, *self.indices) if self.indices else self.symbol


class Sheet:
    """The names of one derivation."""

    def __init__(self, *roots: Term, author: Spelling = USUAL) -> None:
        self.author = author
        self.names: dict[Symbol, Name] = {}
        self.calls: dict[Symbol, Function] = {}
        self.taken: set[str] = set()
        self.letters: dict[str, str] = dict(author.letters)
        """The letter of the index that runs over a dimension."""
        self.sums: set[str] = set()
        """The letters of indices that stand under sums only."""
        self.counted: set[str] = set()
        """The dimensions that an index of a sum of this derivation runs over."""
        for s in free_symbols(*roots):
            self.taken |= {s.name, s.label, s.plain, s.label.casefold()}
        for node in roots:
            self.taken |= set(_dimension_names(node))
        for op in defined(*roots):
            self.taken |= {op.name, op.text, op.text.casefold()}
        self.earlier: dict[Term, tuple[str, str]] = {}
        """What a derivation before this one on the same paper called its intermediates."""
        self.bold = any("\\mathbf" in s.name for s in free_symbols(*roots) if s.rank == 1)

    # ------------------------------------------------------------ names

    def enter(
        self, spelt: str, text: str, body: Term, indices: tuple[Symbol, ...], node: Term | None = None, given: bool = False
    ) -> Name:
        """A new name for a body over stand-ins."""
        axes = tuple(i.type.index for i in indices if i.type.index is not None)
        known = facts(node) if node is not None else frozenset()
        type_ = Type((*axes, *body.type.axes), row=body.type.row, family=len(indices), facts=known & _KEPT)
        symbol = Symbol(f"{spelt}\u2063\u2063", type_, f"{text}\u2063\u2063", text)
        name = Name(symbol, spelt, text, body, indices, node, given)
        self.names[symbol] = name
        return name

    def letter(self, type_: Type, wanted: Iterable[str] = ()) -> tuple[str, str]:
        """A letter that nobody uses, in LaTeX and in text, fit for the rank."""
        pool = [*wanted, *_LETTERS[min(len(type_.axes), 2)]]
        for letter in (*pool, *(f"{c}_{n}" for n in range(1, 200) for c in pool)):
            shown = _subscripted(letter)
            if not {letter, shown, shown.casefold()} & self.taken:
                self.taken |= {letter, shown, shown.casefold()}
                return (rf"\mathbf{{{letter}}}" if self.bold and type_.axes and "_" not in letter else letter), shown
        raise AssertionError("no letter left")

    def latex(self, term: Term) -> str:
        """LaTeX in the spelling of the question."""
        return latex(term, self.letters, self.author)

    def index(self, extent: Type) -> Symbol:
        """An index with a letter that nobody uses."""
        over = str(extent.index)
        own = self.author.letters.get(over, "")
        letter = next(c for c in (*own, *"ijklprsq", *(f"i_{n}" for n in range(1, 500))) if c not in self.taken)
        self.taken.add(letter)
        self.sums.add(letter)
        if over not in self.counted:
            self.counted.add(over)
            self.letters[over] = letter
        return Symbol(letter, extent)

    # ------------------------------------------------------------ the two faces of a name

    def shown(self, term: Term) -> Term:
        """The term with definitions in place of stand-ins."""

        def rule(node: Term) -> Term:
            if isinstance(node, Symbol) and node in self.names and not self.names[node].indices:
                return Apply(self.call(node), ())
            if isinstance(node, Apply) and node.op is at and node.args[0] in self.names:
                name = self.names[node.args[0]]
                n = len(name.indices)
                call: Term = Apply(self.call(name.symbol), node.args[1 : n + 1])
                return at(call, *node.args[n + 1 :]) if node.args[n + 1 :] else call
            return node

        return transform(term, rule)

    def call(self, symbol: Symbol) -> Function:
        if symbol not in self.calls:
            name = self.names[symbol]
            self.calls[symbol] = Function(
                name.latex, name.text, name.indices, self.shown(name.body), family=len(name.indices), plain=name.text
            )
        return self.calls[symbol]

    def unfolded(self, term: Term, keep: Iterable[Symbol] = ()) -> Term:
        """The term with the bodies of names in their places, those in `keep` apart."""
        kept = set(keep)
        done: dict[Symbol, Term] = {}

        def body(symbol: Symbol) -> Term:
            if symbol not in done:
                done[symbol] = transform(self.names[symbol].body, rule)
            return done[symbol]

        def rule(node: Term) -> Term:
            if isinstance(node, Symbol) and node in self.names and node not in kept and not self.names[node].indices:
                return body(node)
            if isinstance(node, Apply) and node.op is at and node.args[0] in self.names and node.args[0] not in kept:
                symbol = node.args[0]
                assert isinstance(symbol, Symbol)
                name = self.names[symbol]
                n = len(name.indices)
                opened = reindexed(body(symbol), name.indices, node.args[1 : n + 1])
                return at(opened, *node.args[n + 1 :]) if node.args[n + 1 :] else opened
            return node

        return transform(term, rule)

    def folded(self, term: Term) -> Term:
        """The term with names in the places where their bodies stand written out."""
        for name in reversed(self.names.values()):  # S = M⁻¹ before M
            if name.node is not None and not name.given and not name.indices and name.body.args:
                whole = self.unfolded(name.reference)
                term = substitute(term, {whole: name.reference})
                square = multiply(whole, whole) if whole.is_scalar else whole
                if square is not whole and square.args == whole.args:  # ‖x‖² is no power of ‖x‖ as it is written
                    term = substitute(term, {square: power(name.reference, number(2))})
        return term

    def uses(self, term: Term) -> list[Name]:
        """The names that occur in a term, in the order of their making."""
        found = set(free_symbols(term))
        return [n for s, n in self.names.items() if s in found]


def reindexed(term: Term, indices: tuple[Symbol, ...], places: Indices) -> Term:
    """The term at other indices."""
    table: dict[Term, Term] = {i: p for i, p in zip(indices, places) if i is not p}
    return transform(term, lambda node: table.get(node, node)) if table else term


def indices_of(term: Term) -> tuple[Symbol, ...]:
    """The indices of a member or an entry."""
    return tuple(a for a in term.args[1:] if isinstance(a, Symbol)) if isinstance(term, Apply) else ()


def defined(*roots: Term) -> Iterator[Function]:
    """The named functions that occur, also in each other's bodies."""
    found: set[Function] = set()
    todo = list(roots)
    while todo:
        for node in walk(todo.pop()):
            if isinstance(node, Apply) and isinstance(node.op, Function) and node.op not in found:
                found.add(node.op)
                yield node.op
                todo += [node.op.body] if node.op.body is not None else []


def _dimension_names(root: Term) -> Iterator[str]:
    for s in free_symbols(root):
        for d in s.type.axes:
            yield from d.names
        if s.type.index is not None:
            yield from s.type.index.names


def _subscripted(letter: str) -> str:
    base, _, n = letter.partition("_")
    return base + "".join("₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in n)


_KEPT = frozenset("symmetric spd psd diagonal lower upper positive invertible probability".split())
_LETTERS = ("uvsqpzαβγt", "zrqvpgsut", "MSKRZPQTGH")
