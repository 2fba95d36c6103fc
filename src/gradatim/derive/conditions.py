"""What must hold for a derivative: no entry at a kink, no division by zero, a matrix that is invertible.

The operations' records say what their derivatives need. What declared facts settle is left out, and a condition on a compound is
said of its parts where that is simpler: xᵀx ≠ 0 is x ≠ 0, (AXB)⁻¹ needs A, X and B to be invertible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gradatim.derive.recognise import recognised
from gradatim.matrix.definitions import expanded
from gradatim.ops import Op, at, facts
from gradatim.ops.base import Need
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Number, Symbol, Term, free_symbols, is_index, substitute, walk
from gradatim.types import Dim, index_type
from gradatim.write import latex, text
from gradatim.write.names import LETTERS
from gradatim.write.spelling import USUAL, Spelling

_SETTLED = {
    "somewhere": ("nonzero", "positive", "unit", "probability", "onehot", "orthogonal", "invertible", "spd"),
    "full_column_rank": ("full_column_rank", "invertible"),
}
"""Facts that settle a condition, beside the fact of its own name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`fact` must hold of `of`: `positive`, `nonzero`, `somewhere` (not zero altogether), `invertible`, `full_column_rank`,
    `fraction` (below one in size), `one_largest`, `one_greatest`. Indices of members that are free in it mean every member."""

    of: Term
    fact: str

    def text(self) -> str:
        """On one line of Unicode: `X invertible`, `wᵀxᵢ > 0 for every i`."""
        before, after = self.words()
        return f"{before[1]}{text(self.of)}{after[1]}{self._every()}"

    def latex(self, author: Spelling = USUAL) -> str:
        """LaTeX, in an author's spelling."""
        before, after = self.words()
        every = ", ".join(map(latex, self._indices()))
        return f"{before[0]}{latex(self.of, author=author)}{after[0]}" + (rf" \text{{ for every }} {every}" if every else "")

    def as_json(self, author: Spelling = USUAL) -> dict[str, object]:
        return {"text": self.text(), "latex": self.latex(author), "fact": self.fact}

    def __str__(self) -> str:
        return self.text()

    def _indices(self) -> list[Symbol]:
        return [s for s in free_symbols(self.of) if is_index(s)]

    def _every(self) -> str:
        return f" for every {', '.join(s.label for s in self._indices())}" if self._indices() else ""

    def words(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """What is written before and after the term, in LaTeX and in text."""
        key = self.fact if not self.of.is_scalar else f"{self.fact} scalar"
        return _WORDS.get(key) or _WORDS.get(self.fact) or _after(self.fact.replace("_", " "))


def _after(words: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("", ""), (rf" \text{{ {words}}}", f" {words}")


_WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "positive scalar": (("", ""), (" > 0", " > 0")),
    "nonzero scalar": (("", ""), (r" \neq 0", " ≠ 0")),
    "fraction scalar": ((r"\left|", "|"), (r"\right| < 1", "| < 1")),
    "somewhere": (("", ""), (r" \neq 0", " ≠ 0")),
    "positive": _after("with positive entries"),
    "nonzero": _after("without zero entries"),
    "fraction": _after("with entries between −1 and 1"),
    "invertible": _after("invertible"),
    "spd": _after("symmetric positive definite"),
    "full_column_rank": _after("of full column rank"),
    "one_greatest": _after("with one entry alone the largest"),
    "simple": _after("with simple eigenvalues"),
    "apart": _after("with distinct entries"),
    "one_largest": _after("with one entry alone largest in magnitude"),
}


def conditions(stages: Sequence[Term], wrt: Sequence[Term], result: Term | None = None) -> tuple[Condition, ...]:
    """What the derivatives of `stages` need, each by its variable: the function, then its derivative, and so on. With the
    `result`, also what that needs to have a value."""
    found: dict[Need, None] = {}
    seen: set[Term] = set()
    moved = {_symbol(v) for v in wrt}
    for function, variable in zip(stages, wrt):
        for node in _opened(recognised(function), seen, _letters(function)):
            if isinstance(node.op, Op) and node.op.needed(node):
                for term, fact in node.op.needed(node):
                    if _symbol(variable) in free_symbols(term):
                        found.update(dict.fromkeys(_simplified(term, fact)))
    if result is not None:
        for node in _opened(result, seen, _letters(result)):
            if isinstance(node.op, Op) and node.op.strict:
                for term, fact in node.op.needed(node):
                    if moved & set(free_symbols(term)):
                        found.update(dict.fromkeys(_simplified(term, fact)))
    return tuple(Condition(t, fact) for t, fact in found if not _implied(t, fact, found))


def _symbol(variable: Term) -> Term:
    return variable.args[0] if isinstance(variable, Apply) and variable.op is at else variable


def _opened(root: Term, seen: set[Term], letters: Iterator[str]) -> Iterator[Apply]:
    """The operations below a term, those under sums and in the bodies of definitions, with indices that have a letter."""
    named: dict[tuple[int, Dim], Symbol] = {}
    todo: list[tuple[Term, int]] = [(root, 0)]
    while todo:
        node, depth = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Bind):
            key = depth, node.extent
            if key not in named:
                named[key] = Symbol(next(letters), index_type(node.extent))
            todo.append((substitute(node.body, {node.index: named[key]}), depth + 1))
        elif isinstance(node, Apply):
            yield node
            todo += [(a, depth) for a in reversed(node.args)]
            if isinstance(node.op, Function) and node.op.body is not None:
                todo.append((_called(node, node.op, node.op.body, letters), depth))


def _called(node: Apply, function: Function, body: Term, letters: Iterator[str]) -> Term:
    """The body of a definition at the arguments of a call; a function that acts entry by entry at one entry of its own."""
    arguments = list(node.args)
    if function.elementwise and node.rank:
        places = [Symbol(next(letters), index_type(d)) for d in node.type.axes]
        arguments = [at(a, *places) for a in arguments]
    return substitute(body, dict(zip(function.parameters, arguments)))


def _letters(root: Term) -> Iterator[str]:
    taken = {name for node in walk(root) if isinstance(node, Symbol) for name in (node.label, node.plain)}
    return (letter for letter in LETTERS if letter not in taken)


def _simplified(term: Term, fact: str) -> list[Need]:
    """The conditions on the parts that a condition comes to; none where declared facts settle it."""
    todo: list[Need] = [(term, fact)]
    out: list[Need] = []
    while todo:
        t, f = todo.pop(0)
        f = "nonzero" if f == "somewhere" and t.is_scalar else f
        if _holds(t, f):
            continue
        written_out = recognised(expanded(t))
        if written_out is not t and not _simplified(written_out, f):  # what a named σ(wᵀx) is settles it
            continue
        op = t.op if isinstance(t, Apply) else None
        simpler = op.reduces(t, f, facts) if isinstance(op, Op) and isinstance(t, Apply) else None
        if simpler is None:
            out.append((t, f))
        else:
            todo += simpler
    return out


def _holds(term: Term, fact: str) -> bool:
    if isinstance(term, Number):
        return {"positive": term.value > 0, "nonzero": term.value != 0, "fraction": abs(term.value) < 1}.get(fact, False)
    known = facts(term)
    return fact in known or not known.isdisjoint(_SETTLED.get(fact, ()))


_STRONGER = {"nonzero": ("positive",), "somewhere": ("nonzero", "positive", "invertible"), "full_column_rank": ("invertible",)}


def _every_entry(entry: Term, whole: Term) -> bool:
    """Whether a term is an entry of the other at indices that run over all of it: xᵢ > 0 for every i says it of x."""
    if not (isinstance(entry, Apply) and entry.op is at and entry.args[0] is whole):
        return False
    indices = entry.args[1:]
    return len(indices) == whole.rank == len(set(indices)) and all(isinstance(i, Symbol) and is_index(i) for i in indices)


def _implied(term: Term, fact: str, found: Iterable[Need]) -> bool:
    """Whether another condition says as much."""
    others = set(found)
    if any(f in (fact, *_STRONGER.get(fact, ())) and _every_entry(t, term) for t, f in others):
        return True
    if any((term, more) in others for more in _STRONGER.get(fact, ())):
        return True
    # det X > 0 says that X is invertible.
    return fact == "invertible" and any(
        f == "positive" and isinstance(t, Apply) and isinstance(t.op, Op) and t.op.reduces(t, "nonzero", facts) == ((term, fact),)
        for t, f in others
    )
