"""What must hold for a derivative: no entry at a kink, no division by zero, a matrix that is invertible.

The operations' records say what their derivatives need. What declared facts settle is left out, and a condition on a compound is
said of its parts where that is simpler: xᵀx ≠ 0 is x ≠ 0, (AXB)⁻¹ needs A, X and B to be invertible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any, TypeGuard

from gradatim.derive.recognise import recognised
from gradatim.errors import GradatimError
from gradatim.matrix.build import times, transposed, turned_sum
from gradatim.matrix.cost import cost
from gradatim.matrix.definitions import expanded
from gradatim.matrix.powers import negated_sum, normal_form
from gradatim.matrix.scalar import add_up
from gradatim.matrix.stack import entry_at
from gradatim.ops import Op, add, at, eigenvalues, eigenvectors, facts, implied, power, product, transpose
from gradatim.ops.base import Need
from gradatim.ops.function import Function
from gradatim.ops.masks import indicators
from gradatim.ops.structure import whole_of
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, free_symbols, is_index, substitute, walk
from gradatim.types import Dim, index_type
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.write import latex, text
from gradatim.write.names import LETTERS
from gradatim.write.spelling import USUAL, Spelling

_SETTLED = {
    "somewhere": ("nonzero", "positive", "unit", "probability", "adds_to_one", "onehot", "orthogonal", "invertible", "spd"),
    "full_column_rank": ("full_column_rank", "invertible"),
}
"""Facts that settle a condition, beside the fact of its own name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`fact` must hold of `of`: `positive`, `nonzero`, `somewhere` (not zero altogether), `invertible`, `full_column_rank`,
    `fraction` (below one in size), `one_largest`, `one_greatest`. Indices of members that are free in it mean every member."""

    of: Term
    fact: str
    among: tuple[Apply, ...] = ()
    """Indicators between the indices that are free in it: of members i ≠ j alone."""

    def text(self) -> str:
        """On one line of Unicode: `X invertible`, `wᵀxᵢ > 0 for every i`."""
        before, after = self.words()
        return f"{before[1]}{text(self.of)}{after[1]}{self._every()}"

    def latex(self, author: Spelling = USUAL) -> str:
        """LaTeX, in an author's spelling."""
        before, after = self.words()
        every = ", ".join(self._members(lambda i: latex(i), lambda m: m.op.notation.latex))  # type: ignore[attr-defined]
        return f"{before[0]}{latex(self.of, author=author)}{after[0]}" + (rf" \text{{ for every }} {every}" if every else "")

    def as_json(self, author: Spelling = USUAL) -> dict[str, object]:
        return {"text": self.text(), "latex": self.latex(author), "fact": self.fact}

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _members(self, name: Callable[[Symbol], str], sign: Callable[[Apply], str]) -> list[str]:
        """The indices that are free in the term, `i ≠ j` where one restricts another."""
        said = [f"{name(a)} {sign(m)} {name(b)}" for m in self.among for a, b in [m.args]]  # type: ignore[arg-type]
        told = {i for m in self.among for i in m.args}
        return [*said, *(name(s) for s in free_symbols(self.of) if is_index(s) and s not in told)]

    def _every(self) -> str:
        members = self._members(lambda s: s.label, lambda m: m.op.notation.text)  # type: ignore[attr-defined]
        return f" for every {', '.join(members)}" if members else ""

    def words(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """What is written before and after the term, in LaTeX and in text."""
        key = self.fact if not self.of.is_scalar else f"{self.fact} scalar"
        return _WORDS.get(key) or _WORDS.get(self.fact) or _after(self.fact.replace("_", " "))


def _after(words: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("", ""), (rf" \text{{ {words}}}", f" {words}")


_WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "positive scalar": (("", ""), (" > 0", " > 0")),
    "nonnegative scalar": (("", ""), (r" \geq 0", " ≥ 0")),
    "nonzero scalar": (("", ""), (r" \neq 0", " ≠ 0")),
    "fraction scalar": ((r"\left|", "|"), (r"\right| < 1", "| < 1")),
    "somewhere": (("", ""), (r" \neq 0", " ≠ 0")),
    "positive": _after("with positive entries"),
    "nonnegative": _after("without negative entries"),
    "nonzero": _after("without zero entries"),
    "fraction": _after("with entries between −1 and 1"),
    "invertible": _after("invertible"),
    "spd": _after("symmetric positive definite"),
    "full_column_rank": _after("of full column rank"),
    "full_rank": _after("of full rank"),
    "one_greatest": _after("with one entry alone the largest"),
    "simple": _after("with simple eigenvalues"),
    "real_simple": _after("with real and simple eigenvalues"),
    "dominant": _after("with a real and simple eigenvalue of largest real part"),
    "apart": _after("with distinct entries"),
    "one_largest": _after("with one entry alone largest in magnitude"),
}


def conditions(stages: Sequence[Term], wrt: Sequence[Term], result: Term | None = None) -> tuple[Condition, ...]:
    """What the derivatives of `stages` need, each by its variable: the function, then its derivative, and so on. With the
    `result`, also what that needs to have a value."""
    found: dict[Need, tuple[Apply, ...]] = {}
    seen: set[tuple[Term, Masks]] = set()
    moved = {whole_of(v) for v in wrt}
    for function, variable in zip(stages, wrt):
        for node, masks in _opened(recognised(function), seen, _letters(function)):
            if isinstance(node.op, Op) and node.op.needed(node):
                for term, fact in node.op.needed(node):
                    if whole_of(variable) in free_symbols(term):
                        _note(found, _simplified(term, fact), masks)
    if result is not None:
        _note_values(found, result, seen, lambda node: _strictly(node, moved))
    smooth = result is not None and not any(isinstance(n, Apply) and n.op in (eigenvalues, eigenvectors) for n in walk(result))
    return tuple(
        Condition(t, fact, masks)
        for (t, fact), masks in found.items()
        # A result that holds no eigenvalue goes on where two of them meet, and so does the derivative.
        if not _implied(t, fact, found) and not (smooth and fact == "simple" and len(stages) == 1)
    )


def values_need(*terms: Term, beyond: Sequence[Condition] = ()) -> tuple[Condition, ...]:
    """What must hold for the terms to have values, beside what is declared and conditions that are known: that A is invertible
    for A⁻¹, that a and b are positive for log a + log b."""
    found: dict[Need, Masks] = {(c.of, c.fact): c.among for c in beyond}
    known = set(found)
    seen: set[tuple[Term, Masks]] = set()
    for term in terms:
        _note_values(found, term, seen, _for_value)
    left = {need: m for need, m in found.items() if not _implied(*need, found)}
    return tuple(Condition(t, f, m) for (t, f), m in left.items() if (t, f) not in known and not _follows(t, f, left))


Masks = tuple[Apply, ...]


def _note_values(
    found: dict[Need, Masks], whole: Term, seen: set[tuple[Term, Masks]], of: Callable[[Apply], Iterable[Need]]
) -> None:
    """Take up what the operations of a term need, each as `of` tells."""
    for node, masks in _opened(whole, seen, _letters(whole)):
        for term, fact in of(node):
            _note(found, _simplified(term, fact), masks)


def _strictly(node: Apply, moved: set[Term]) -> Iterator[Need]:
    """What a value needs no less than a derivative, of the symbols that are moved."""
    if isinstance(node.op, Op) and node.op.strict:
        yield from (need for need in node.op.needed(node) if moved & set(free_symbols(need[0])))


def _for_value(node: Apply) -> tuple[Need, ...]:
    return node.op.needed_for_value(node) if isinstance(node.op, Op) else ()


def _note(found: dict[Need, Masks], needs: Iterable[Need], masks: Masks) -> None:
    """Take up conditions, each with the indicators that speak of its indices; one that says the same of other letters is known."""
    for term, fact in needs:
        free = {s for s in free_symbols(term) if is_index(s)}
        own = tuple(dict.fromkeys(_either_way(m, term, fact) for m in masks if set(m.args) <= free))
        if (term, fact) in found:
            found[term, fact] = tuple(m for m in found[term, fact] if m in own)
        elif not any(f == fact and _same_members(t, among, term, own, fact) for (t, f), among in found.items()):
            found[term, fact] = own


def _either_way(mask: Apply, term: Term, fact: str) -> Apply:
    """The indicator in its one form; one of i < j as one of i ≠ j where the condition says the same of both orders."""
    complement = mask.op.complement  # type: ignore[attr-defined]
    i, j = mask.args
    turned = _opposite(term) if fact in ("nonzero", "somewhere") else None
    if complement is not None and substitute(term, {i: j, j: i}) in (term, turned):
        mask = complement(mask)[1]
    found = normal_form(mask)
    assert isinstance(found, Apply)
    return found


def _opposite(term: Term) -> Term | None:
    return negated_sum(term) if term.is_scalar else turned_sum(term) if isinstance(term, Apply) and term.op is add else None


def _same_members(known: Term, known_masks: Masks, term: Term, masks: Masks, fact: str) -> bool:
    """Whether the one is the other with its indices called otherwise, or the opposite of that: xₖ − xᵢ ≠ 0 for every i ≠ k."""
    theirs = [s for s in free_symbols(known) if is_index(s)]
    mine = [s for s in free_symbols(term) if is_index(s)]
    if not mine or len(mine) != len(theirs) or len(mine) > 3:
        return False
    turned = _opposite(known) if fact in ("nonzero", "somewhere") else None
    wanted = set(known_masks)
    for order in permutations(theirs):
        table: dict[Term, Term] = dict(zip(mine, order))
        if any(a.type.index != b.type.index for a, b in table.items()):
            continue  # what runs over m is not what runs over n
        if {normal_form(substitute(m, table)) for m in masks} == wanted and substitute(term, table) in (known, turned):
            return True
    return False


def operations(function: Term) -> Iterator[Apply]:
    """The operations of a function, those under sums and in definitions, with a letter for every index that is bound."""
    return (node for node, _ in _opened(function, set(), _letters(function)))


def _opened(root: Term, seen: set[tuple[Term, Masks]], letters: Iterator[str]) -> Iterator[tuple[Apply, Masks]]:
    """The operations below a term, those under sums and in the bodies of definitions, with indices that have a letter, each
    with the indicators beside it."""
    named: dict[tuple[int, Dim], Symbol] = {}
    todo: list[tuple[Term, int, Masks]] = [(root, 0, ())]
    while todo:
        node, depth, masks = todo.pop()
        if (node, masks) in seen:
            continue
        seen.add((node, masks))
        if isinstance(node, Bind):
            key = depth, node.extent
            if key not in named:
                named[key] = Symbol(next(letters), index_type(node.extent))
            todo.append((substitute(node.body, {node.index: named[key]}), depth + 1, masks))
        elif isinstance(node, Apply):
            beside = node.args[1] if node.op is power else node  # what an exponent of 0 rules out is not looked at
            masks = tuple(dict.fromkeys((*masks, *indicators(beside))))
            yield node, masks
            todo += [(a, depth, masks) for a in reversed(node.args)]
            if isinstance(node.op, Function) and node.op.body is not None:
                todo.append((_called(node, node.op, node.op.body, letters), depth, masks))


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
            # BᵀXᵀA is invertible where AᵀXB is.
            out.append((min(t, transposed(t), key=lambda form: (cost(form), text(form))) if f == "invertible" else t, f))
        else:
            todo += simpler
    return out


def _constant(term: Term) -> Any:
    """The value of a term without names, such as log 2, in ball arithmetic; None where it has none."""
    try:
        return run(term, Balls(), {}, {}).data[0]
    except GradatimError:
        return None


def _of_number(value: Any, fact: str) -> bool:
    known = {"positive": value > 0, "nonnegative": value >= 0, "nonzero": value != 0, "fraction": abs(value) < 1}
    return bool(known.get(fact, False))


def _holds(term: Term, fact: str) -> bool:
    if isinstance(term, Number):
        return _of_number(term.value, fact)
    if term.is_scalar and not free_symbols(term) and not any(isinstance(n, Size) for n in walk(term)):
        value = _constant(term)  # a ball: an order holds where it holds of all of it
        return value is not None and _of_number(value, fact)
    known = facts(term)
    return fact in known or not known.isdisjoint(_SETTLED.get(fact, ()))


_STRONGER = {
    "nonzero": ("positive",),
    "nonnegative": ("positive",),
    "somewhere": ("nonzero", "positive", "invertible"),
    "full_column_rank": ("invertible",),
}


def _every_entry(entry: Term, whole: Term) -> bool:
    """Whether a term is an entry of the other at indices that run over all of it: xᵢ > 0 for every i says it of x."""
    if not (isinstance(entry, Apply) and entry.op is at and entry.args[0] is whole):
        return _built_entry(entry, whole)
    indices = entry.args[1:]
    return len(indices) == whole.rank == len(set(indices)) and all(isinstance(i, Symbol) and is_index(i) for i in indices)


def _built_entry(entry: Term, whole: Term) -> bool:
    """Whether a scalar with one index is the entry of a vector that is built entry by entry: 1 + xᵢ of 𝟏 + x."""
    indices = [s for s in free_symbols(entry) if is_index(s)]
    if not entry.is_scalar or whole.rank != 1 or len(indices) != 1 or indices[0].type.index != whole.type.axes[0]:
        return False
    made = _entry(whole, indices[0])
    return made is not None and (made is entry or add_up([made]) is add_up([entry]))


def _entry(whole: Term, index: Symbol) -> Term | None:
    """The entry of a vector; of A x, the row of A times x."""
    if isinstance(whole, Apply) and whole.op is add:
        terms = [_entry(t, index) for t in whole.args]
        return None if None in terms else add(*(t for t in terms if t is not None))
    if isinstance(whole, Apply) and whole.op is product and whole.rank == 1:
        scalars = [a for a in whole.args if a.is_scalar]
        first, *rest = (a for a in whole.args if not a.is_scalar)
        if rest and isinstance(first, Symbol) and first.rank == 2:
            return times(*scalars, times(transpose(at(first, index)), *rest))
    return entry_at(whole, index)


def _implied(term: Term, fact: str, found: Iterable[Need]) -> bool:
    """Whether another condition says as much."""
    others = {*found, *((t.body, "nonzero") for t, f in found if f in ("positive", "nonzero") and _is_product(t))}
    others.discard((term, fact))
    if any(f in (fact, *_STRONGER.get(fact, ())) and _every_entry(t, term) for t, f in others):
        return True
    if any((term, more) in others for more in _STRONGER.get(fact, ())):
        return True
    # det X > 0 says that X is invertible.
    return fact == "invertible" and any(
        f == "positive" and t.is_scalar and isinstance(t, Apply) and (term, fact) in _simplified(t, "nonzero") for t, f in others
    )


def _follows(term: Term, fact: str, found: Iterable[Need]) -> bool:
    """Whether a condition on a compound holds where those on its names do: a b > 0 where a > 0 and b > 0."""
    names = {s for s in free_symbols(term) if not is_index(s) and s is not term}
    told: dict[Term, set[str]] = {}
    for t, f in (need for need in found if need != (term, fact)):
        of = next((s for s in names if s is t or _every_entry(t, s)), None)
        if of is not None:
            told.setdefault(of, set()).add(f)
    table: dict[Term, Term] = {s: _told(s, told[s]) for s in free_symbols(term) if s in told}
    return bool(table) and not _simplified(substitute(term, table), fact)


def _told(s: Symbol, known: set[str]) -> Symbol:
    return Symbol(s.name, replace(s.type, facts=implied(s.type.facts | known)), s.plain, s.label)


def _is_product(term: Term) -> TypeGuard[Bind]:
    """Whether it is a product over an index: it is zero where a factor is."""
    return isinstance(term, Bind) and term.kind == "product"
