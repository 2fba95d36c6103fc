"""An answer read against what it should be: its final value with sizes fitted, its entries stacked, its shapes said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gradatim.derive.derivative import derivative
from gradatim.errors import GradatimError, LimitExceeded, ReadError, ShapeError, Span
from gradatim.judge.by_member import by_member
from gradatim.judge.composite import by_several_indices
from gradatim.judge.differentials import tangent
from gradatim.judge.pieces import unfolded
from gradatim.judge.stationary import before_zero
from gradatim.judge.target import Target, describe, stacked
from gradatim.matrix.build import is_zero
from gradatim.ops import at, number, zero
from gradatim.ops.pairs import pair
from gradatim.read.problem import Problem
from gradatim.read.scope import Assumption
from gradatim.read.stated import Answer, Member
from gradatim.term import Apply, Bind, Size, Symbol, Term, free_symbols, fresh_index, is_index, substitute, walk
from gradatim.types import Dim, Type
from gradatim.value.points import dims_of, parts


@dataclass(frozen=True, slots=True)
class Final:
    """The final answer: the member as read, its value as an array of the right axes, and what had to be assumed."""

    member: Member
    term: Term
    assumed: tuple[Assumption, ...] = ()


def differentiate(function: Term, wrt: tuple[Term, ...]) -> Term:
    """Derivatives that stand inside a person's formulas, also by a quantity that they defined (∂L/∂ŷ)."""
    for variable in wrt:
        function = _by(function, variable)
    return function


MAX_AXES = 4


@lru_cache(maxsize=500)
def _by(function: Term, variable: Term) -> Term:
    if function.rank + variable.rank > MAX_AXES:
        raise LimitExceeded(f"a derivative with more than {MAX_AXES} axes is not worked out inside an answer")
    if isinstance(variable, Symbol) or (
        isinstance(variable, Apply) and variable.op is at and isinstance(variable.args[0], Symbol)
    ):
        return derivative(function, variable)
    if isinstance(variable, Apply) and variable.op is at and function.is_scalar:
        # ∂L/∂zᵢ is the i-th entry of ∂L/∂z.
        return at(_by(function, variable.args[0]), *variable.args[1:])
    if (found := by_member(function, variable)) is not None:
        return found
    body = getattr(getattr(variable, "op", None), "body", None)
    for shown in (function, unfolded_but(function, variable)):
        for node in (variable, body):
            if node is not None and any(n is node for n in walk(shown)):
                mark = Symbol("\u2063quantity", Type(variable.type.axes, row=variable.type.row))
                return substitute(derivative(substitute(shown, {node: mark}), mark), {mark: variable})
    raise ShapeError("a derivative is by a symbol, a member of a family or a quantity that occurs in the function")


def answer_to(
    problem: Problem, target: Target, text: str, whole: bool = False, entrywise: list[Span] | None = None, known: int = 0
) -> Answer:
    """A text read as the answer to a question: derivatives and differentials in it have their value, and what is concluded from
    setting the derivative to zero is left out. Raises what `Problem.read_answer` raises."""
    return before_zero(problem.read_answer(text, differentiate, tangent(target), whole, target.wrt, entrywise, known), target)


def unfolded_but(function: Term, kept: Term) -> Term:
    """The function with definitions replaced by their bodies, all but one."""
    mark = Symbol("\u2063kept", kept.type.bare)
    for _ in range(20):
        held = substitute(function, {kept: mark})
        opened = unfolded(held, once=True)
        function = substitute(opened, {mark: kept})
        if opened is held:
            break
    return function


def final(answer: Answer, target: Target) -> Final:
    """The value that answers. Raises the error of its reading, ReadError where nothing answers."""
    member = answer.final(*target.wrt)
    if member.term is None:
        raise member.error or ReadError("a derivative stands here that is not worked out", answer.text, member.span)
    return fitted(member, target, answer)


def fitted(member: Member, target: Target, answer: Answer, given: str = "") -> Final:
    """The member's value with the sizes of constants taken from what is expected, and entries as an array. `given` is the
    text of the question, which may say which entry is asked for."""
    assert member.term is not None
    if member.term is number(0) and target.right.rank and is_zero(target.right):
        return Final(member, zero(target.right.type), (Assumption("0 is the zero of the derivative's shape"),))
    term, assumed = entries(sized(member.term, target), target, answer, given)
    if term.rank == 2 and target.right.rank > 2:
        opened = by_vec(term, target)
        if opened is not None:
            return Final(
                member, opened, (Assumption("the answer is the matrix of d vec F / d (vec X)ᵀ, columns below each other"),)
            )
    wanted = [form for form in target.forms.values() if form.rank == term.rank]
    for form in wanted:
        found = fit(term, form.type, names_of_sizes(target.function, target.right))
        if found is not None:
            return Final(member, found, assumed)
    return Final(member, term, assumed)


def sized(term: Term, target: Target) -> Term:
    """The term with numbers that the function has as sizes replaced by these: the k of `k X^{k-1}` is that of Xᵏ."""
    own = names_of_sizes(target.function)
    numbers = [s for s in free_symbols(term) if s.is_scalar and s.plain in own and not is_index(s)]
    return substitute(term, {s: Size(Dim.of(s.plain)) for s in numbers})


def fit(term: Term, wanted: Type, own: set[str]) -> Term | None:
    """The term with sizes that only it has (all but `own`) chosen so that its axes are the ones wanted; None where they
    cannot be."""
    table = _sizes(term, wanted, own) if term.rank == len(wanted.axes) else None
    return None if table is None else resized(term, table)


def entries(term: Term, target: Target, answer: Answer, given: str = "") -> tuple[Term, tuple[Assumption, ...]]:
    """An answer that states one entry, by free indices that the target does not have, as the array of all entries."""
    known = {s for s in free_symbols(target.right, *target.wrt, target.function) if is_index(s)}
    free = [s for s in free_symbols(term) if is_index(s) and s not in known and not s.name.startswith("#")]
    missing = target.right.rank - term.rank
    if missing > len(free) and (named := _named_entries(answer, target, missing, free)):
        # `∂f/∂x_k = 2 Σᵢ xᵢ` is the same for every k.
        return stacked(term, named), (Assumption(f"the answer states the entry at {', '.join(s.label for s in named)}"),)
    if (
        0 < missing < len(free)
        and not term.rank
        and (read := by_several_indices(term, free, target, names_of_sizes(target.function, target.right), given))
    ):
        return read[0], (Assumption(read[1]),)
    if not free or missing != len(free):
        return term, ()
    order = _order(free, answer, target, given)
    own = names_of_sizes(target.function, target.right)
    ranges: dict[Term, Term] = {}
    for s, axis in zip(order, target.right.type.axes):
        # δ_ij alone does not say how far its indices run: what is expected does.
        if s.type.index != axis and s.type.index is not None and not own & set(s.type.index.names):
            ranges[s] = Symbol(s.name, Type((), index=axis), s.plain, s.label)
    try:
        made = stacked(substitute(term, ranges), tuple(ranges.get(s, s) for s in order))  # type: ignore[misc]
    except GradatimError:
        return term, ()
    names = ", ".join(s.label for s in order)
    return made, (Assumption(f"the answer states the entry at {names}, in this order"),)


def _named_entries(answer: Answer, target: Target, missing: int, free: list[Symbol]) -> tuple[Symbol, ...]:
    """The indices of the entry that the left side claims, where the right side does not hold all of them."""
    head = next((line.head for line in reversed(answer.lines) if line.head is not None), None)
    if head is None or len(head.entry) != missing or not {s.name for s in free} <= set(head.entry):
        return ()
    have = {s.name: s for s in free}
    made = [have.get(name, Symbol(name, Type((), index=axis))) for name, axis in zip(head.entry, target.right.type.axes)]
    return tuple(made) if all(s.type.index == axis for s, axis in zip(made, target.right.type.axes)) else ()


def _order(free: list[Symbol], answer: Answer, target: Target, given: str) -> tuple[Symbol, ...]:
    """The axes that the indices stand for: as the claim orders them, else by the alphabet where the extents agree."""
    head = next((line.head for line in reversed(answer.lines) if line.head is not None and line.head.entry), None)
    if head is not None and set(head.entry) >= {s.name for s in free}:
        return tuple(sorted(free, key=lambda s: head.entry.index(s.name)))
    said = left_entry(answer, {s.name for s in free}) or asked_entry(given, {s.name for s in free})
    if said:
        return tuple(sorted(free, key=lambda s: said.index(s.name)))
    ordered = sorted(free, key=lambda s: s.name)
    axes = target.right.type.axes[: len(free)]
    rows = target.function.rank if len(target.wrt) == 1 else len(axes) // 2
    # ∂f_{ij}/∂x_k in the order of the alphabet, or ∂f_{kl}/∂X_{ij}: which of them, the sizes tell.
    for tried in (ordered, [*ordered[len(ordered) - rows :], *ordered[: len(ordered) - rows]]):
        if all(s.type.index == a for s, a in zip(tried, axes)):
            return tuple(tried)
    placed: list[Symbol] = []
    for axis in axes:
        fitting = [s for s in ordered if s.type.index == axis and s not in placed]
        if not fitting:
            return tuple(ordered)
        placed.append(fitting[0])
    return tuple(placed)


BELOW = re.compile(r"_\s*(?:\{([a-z,\s]+)\}|([a-z]))\s*$")


def left_entry(answer: Answer, names: set[str]) -> list[str]:
    """The indices of the last left side that is one entry, `[∇f]_{ij} = …`, `G_{ij} = …`, where they are the ones wanted."""
    for line in reversed(answer.lines):
        if line.continues or len(line.members) < 2 or not (found := BELOW.search(line.members[0].text)):
            continue
        letters = [c for c in found[1] or found[2] if c.isalpha()]
        if set(letters) == names and len(letters) == len(names):
            return letters
    return []


ENTRY = re.compile(r"\\partial(?P<of>[^/=$]*?)\s*(?:/|\}\s*\{)\s*\\partial(?P<by>[^=$]*)")
SCRIPT = re.compile(r"_(?:\{([a-zA-Z,\s]+)\}|([a-zA-Z]))")


def asked_entry(given: str, names: set[str]) -> list[str]:
    """The indices of the entry that a question asks for, `∂P_{ij}/∂S_{kl}`, where they are the ones wanted."""
    for m in ENTRY.finditer(given):
        letters = [c for part in (m["of"], m["by"]) for s in SCRIPT.finditer(part) for c in (s[1] or s[2]) if c.isalpha()]
        if set(letters) == names and len(letters) == len(names):
            return letters
    return []


def by_vec(matrix: Term, target: Target) -> Term | None:
    """The array of a derivative that is stated as the matrix of vec by vec; None where the sizes are others."""
    axes = target.right.type.axes
    rows = target.function.rank if len(target.wrt) == 1 else len(axes) // 2
    groups = (axes[:rows], axes[rows:])
    if any(not 1 <= len(g) <= 2 for g in groups):
        return None
    totals = [g[0] if len(g) == 1 else g[0] * g[1] for g in groups]
    own = names_of_sizes(target.function, target.right)
    matrix = fit(matrix, Type(tuple(totals)), own) or matrix
    if list(matrix.type.axes) != totals:
        return None
    indices = [tuple(fresh_index(d) for d in g) for g in groups]
    try:
        places = [g[0] if len(g) == 1 else pair(*reversed(g)) for g in indices]
        return stacked(at(matrix, *places), (*indices[0], *indices[1]))
    except GradatimError:
        return None


def from_vec(column: Term, wanted: Type) -> Iterator[tuple[Term, str]]:
    """The matrices that a column of all entries may stand for, with what is taken for granted: column by column, as vec does, and
    row by row, as ⊗ of two columns lies."""
    rows, columns = wanted.axes
    column = fit(column, Type((rows * columns,)), set(rows.names) | set(columns.names)) or column
    if column.type.row or list(column.type.axes) != [rows * columns]:
        return
    i, j = fresh_index(rows), fresh_index(columns)
    for place, said in ((pair(j, i), "columns below each other"), (pair(i, j), "row by row")):
        try:
            yield stacked(at(column, place), (i, j)), f"the answer lists the entries of the derivative in one column, {said}"
        except GradatimError:
            continue


def _sizes(term: Term, wanted: Type, own: set[str]) -> dict[str, Dim] | None:
    """What sizes that only the answer has must be for its axes to be the ones wanted; None where they cannot be."""
    table: dict[str, Dim] = {}
    for have, want in zip(term.type.axes, wanted.axes):
        have = have.substitute(table)
        if have == want:
            continue
        if len(have.names) == 1 and have == Dim.of(have.names[0]) and have.names[0] not in own:
            table[have.names[0]] = want
        else:
            return None
    return table


def names_of_sizes(*terms: Term) -> set[str]:
    return {name for d in dims_of(parts(*terms)) for name in d.names}


def resized(term: Term, table: Mapping[str, Dim]) -> Term:
    """The term with sizes replaced, in the constants and indices that have them; the symbols of the problem have none."""
    if not table:
        return term

    def index(s: Symbol) -> Symbol:
        extent = s.type.index
        assert extent is not None
        new = extent.substitute(table)
        return s if new == extent else Symbol(s.name, Type((), index=new), s.plain, s.label)

    done: dict[Term, Term] = {}
    try:
        for node in walk(term):
            if isinstance(node, Size):
                done[node] = Size(node.dim.substitute(table))
            elif isinstance(node, Symbol):
                done[node] = node if node.type.index is None else index(node)
            elif isinstance(node, Bind):
                # The index goes with its body: an index of another extent is another symbol.
                done[node] = node.rebuild((index(node.index), done[node.body]))
            elif isinstance(node, Apply) and any(isinstance(p, Dim) for p in node.params):
                params = tuple(p.substitute(table) if isinstance(p, Dim) else p for p in node.params)
                done[node] = Apply(node.op, tuple(done[a] for a in node.args), params)
            else:
                done[node] = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
    except GradatimError:
        return term
    return done[term]


def shapes(term: Term) -> tuple[str, ...]:
    """What stands in an answer and which shape it has: every symbol, then the whole."""
    found = [f"{s.label}: {describe(s.type)}" for s in free_symbols(term) if not is_index(s) and not s.name.startswith("#")]
    return (*found, f"the whole: {describe(term.type)}")


__all__ = [
    "Final",
    "answer_to",
    "differentiate",
    "entries",
    "final",
    "fit",
    "fitted",
    "from_vec",
    "names_of_sizes",
    "resized",
    "shapes",
]
