"""The index style: entries and sums with Kronecker deltas, then back to matrix form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradatim.derive.derivative import target, without_facts
from gradatim.derive.sweep import flow
from gradatim.explain.algebra import alike
from gradatim.explain.chain import Chain
from gradatim.explain.deltas import bound, by_entry, spelt
from gradatim.explain.deltas import opened as entries_opened
from gradatim.explain.entries import Entries, entries, entry, times
from gradatim.explain.frame import derivative_name, shape_check
from gradatim.explain.linear import sign_out
from gradatim.explain.rules import condition, described, of_derivatives
from gradatim.explain.sheet import Sheet
from gradatim.explain.steps import Claim, Move, Step, Words
from gradatim.index.lower import contract, fresh_for
from gradatim.matrix.cost import cost
from gradatim.matrix.kept import keep
from gradatim.matrix.scalar import multiply
from gradatim.ops import add, at, equal, product, quotient
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.function import Function
from gradatim.ops.structure import made_of
from gradatim.ops.tidy import tidy
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index, substitute, transform, walk
from gradatim.types import Type
from gradatim.write.text import text

MAX_COST = 400
"""The cost above which a line with deltas is not written: it would be longer than anybody reads."""


@dataclass(slots=True)
class IndexChain(Chain):
    """As the chain style, with every derivative that has an array in it made by its entries."""

    def one_line(self, left: Term, body: Term, by: Term, value: Term, claim: Claim, ungathered: Term | None) -> None:
        if body.is_scalar and by.is_scalar or body.rank + by.rank > 2:
            Chain.one_line(self, left, body, by, value, claim, ungathered)
            return
        steps = by_entries(self.sheet, left, body, by, value, claim)
        if steps:
            self.steps += steps
        else:
            Chain.one_line(self, left, body, by, value, claim, ungathered)

    def by_entries(self, left: Term, body: Term, by: Term, value: Term, claim: Claim) -> bool:
        steps = by_entries(self.sheet, left, body, by, self.sheet.shown(value), claim)
        if not any(s.rule == "derivative of an entry" for s in steps):
            return False
        self.steps += steps[:-1]
        return True


def whole_by_entries(function: Term, label: tuple[str, str], variable: Term, result: Term, sheet: Sheet) -> list[Step]:
    """A derivative of more than two axes, which stays as its entries; no steps where it has no such form."""
    sheet.taken |= {*label}
    left = derivative_name(label, variable, result, function)
    steps = by_entries(sheet, left, function, variable, result, Claim(function, (Move(variable),)))
    if not any(s.rule == "derivative of an entry" for s in steps):
        return []  # nothing would be led by entries
    steps[-1] = replace(steps[-1], rule="entries collected", kind="result")
    return [*steps, shape_check(function, variable, result, label)]


def by_entries(sheet: Sheet, left: Term, body: Term, by: Term, value: Term, claim: Claim) -> list[Step]:
    """The entry of what is differentiated, its derivative by an entry with deltas, the deltas carried out, the matrix."""
    names = _letters(sheet, body, by, body.rank + by.rank + 4)
    out = tuple(Symbol(names.pop(0), t) for t in _index_types(body))
    inn = tuple(Symbol(names.pop(0), t) for t in _index_types(by))
    shown_body = sheet.shown(body)
    of = _at(shown_body, out)
    by_entry = _at(sheet.shown(by), inn)
    entry_claim = Claim(of, (Move(by_entry),), claim.fixed)
    opened = _opened(body, by, out, inn)
    steps: list[Step] = []
    last: Term | None = None
    head = _at(left, (*out, *inn))
    if opened is not None:
        spelt = _signed(sheet.shown(bound(opened.summed, opened.body)))
        if not alike(spelt, of):
            steps.append(Step("entries", of, spelt, ("entry by entry",), "partial", Claim(of)))
        deltas = _signed(sheet.shown(_with_deltas(opened, inn)))
        why: Words = ("an entry of ", sheet.shown(by), " by another is 1 where they are the same entry, and 0 elsewhere")
        steps.append(Step("derivative of an entry", head, deltas, why, "partial", entry_claim))
        last = deltas
    else:
        last = _in_general(sheet, steps, body, by, of, head, out, inn, entry_claim)
    contracted = _picked(opened, inn) if opened is not None else _contracted(body, by, out, inn)
    if contracted is None or not {s for s in free_symbols(contracted) if is_index(s)} <= {*out, *inn, *_indices(body, by)}:
        return []
    contracted = _neat(sheet.shown(contracted))
    if last is None:
        rule, why = described(body, by)
        steps.append(Step(of_derivatives(rule), head, contracted, why, "partial", entry_claim, needs=condition(body, [by])))
    elif text(contracted) != text(last):
        new = _names(contracted) - _names(last)
        rule, words = (
            ("algebra", ("deltas carried out, and gathered",)) if new else ("Kronecker delta", ("a delta picks one summand",))
        )
        steps.append(Step(rule, last, contracted, words, "rewrite", Claim(last), continues=True))
    steps.append(Step("matrix form", left, value, ("all entries together",), "partial", claim))
    return steps


def _in_general(
    sheet: Sheet,
    steps: list[Step],
    body: Term,
    by: Term,
    of: Term,
    head: Term,
    out: Sequence[Symbol],
    inn: Sequence[Symbol],
    claim: Claim,
) -> Term | None:
    """The two lines of a formula that is more than one product; the last of them, None where it has no such form."""
    if not isinstance(by, Symbol):
        return None
    spelling = spelt(body, tuple(out), by)
    slope = None if spelling is None else by_entry(spelling, by, tuple(inn))
    slope = None if slope is None else tidy(slope)
    if spelling is None or slope is None or cost(slope) > MAX_COST:
        return None
    shown, deltas = _signed(sheet.shown(spelling)), _signed(sheet.shown(slope))
    if not alike(shown, of):
        steps.append(Step("entries", of, shown, ("entry by entry",), "partial", Claim(of)))
    why: Words = ("an entry of ", sheet.shown(by), " by another is 1 where they are the same entry, and 0 elsewhere")
    steps.append(Step("derivative of an entry", head, deltas, why, "partial", claim))
    return deltas


def _signed(term: Term) -> Term:
    """Signs of every summand before their sum."""
    return tidy(transform(term, sign_out))


def _neat(term: Term) -> Term:
    """Entries opened, and the scalars of a product put together."""
    return _signed(transform(entries_opened(term), _fractions))


def _fractions(node: Term) -> Term:
    """(1/u) aᵢ as aᵢ/u."""
    if (
        isinstance(node, Apply)
        and node.op is product
        and node.is_scalar
        and any(isinstance(a, Apply) and a.op is quotient for a in node.args)
    ):
        return multiply(*node.args) if all(a.is_scalar for a in node.args) else node
    return node


def _names(term: Term) -> set[str]:
    """The operations of a formula, entries apart."""
    return {n.op.name for n in walk(term) if isinstance(n, Apply) and n.op is not at}


def _at(term: Term, indices: Sequence[Symbol]) -> Term:
    """An entry; of a member of a family the member's index comes first."""
    if not indices:
        return term
    if isinstance(term, Apply) and isinstance(term.op, Function) and term.op.text.startswith("(") and "|" in term.op.text:
        # ((∂f/∂x)|u)ᵢⱼ: the indices are those of the derivative, not of what is held still.
        bracketed = replace(term.op, name=rf"\left({term.op.name}\right)", text=f"({term.op.text})")
        term = Apply(bracketed, term.args)
    if isinstance(term, Apply) and term.op is at:
        return at(term.args[0], *term.args[1:], *indices)
    return at(term, *indices)


def _index_types(term: Term) -> list[Type]:
    return [i.type for i in fresh_for(term.type.axes)]


def _indices(*terms: Term) -> set[Term]:
    return {s for t in terms for s in free_symbols(t) if is_index(s)}


def _letters(sheet: Sheet, body: Term, by: Term, count: int) -> list[str]:
    taken = sheet.taken | {s.label for s in free_symbols(body, by)}
    return [c for c in (*"ijklprstq", *(f"i_{n}" for n in range(1, 99))) if c not in taken][:count]


def _opened(body: Term, by: Term, out: Sequence[Symbol], inn: Sequence[Symbol]) -> Entries | None:
    """The entry form of a body that is one product, with its outer indices called as asked for."""
    found = entries(body, by)
    if found is None:
        return None
    table: dict[Term, Term] = dict(zip(found.outer, out))
    taken = {s.name for s in (*out, *inn)}
    spare = iter(c for c in "klprstijq" if c not in taken and c not in {s.name for s in free_symbols(body)})
    table.update((i, Symbol(next(spare), i.type)) for i in found.summed)
    factors = tuple(Factor(f.head, tuple(table.get(i, i) for i in f.indices)) for f in found.factors)
    summed = tuple(table[i] for i in found.summed)
    return Entries(substitute(found.coefficient, table), factors, tuple(out), summed, found.places)  # type: ignore[arg-type]


def _with_deltas(found: Entries, inn: Sequence[Symbol]) -> Term:
    """Each entry of the variable in turn gives way to a delta for each of its axes."""
    ways: list[Term] = []
    for k in found.places:
        deltas = [equal(i, j) for i, j in zip(found.factors[k].indices, inn)]
        others = [entry(f) for f in found.factors[:k]] + deltas + [entry(f) for f in found.factors[k + 1 :]]
        ways.append(times(found.coefficient, *others))
    return bound(found.summed, made_of(add, ways))


def _picked(found: Entries, inn: Sequence[Symbol]) -> Term:
    """The sums that the deltas carry out: a summed index becomes the asked one, a delta with an outer index stays."""
    ways: list[Term] = []
    for k in found.places:
        own = found.factors[k].indices
        table: dict[Term, Term] = {}
        deltas: list[Term] = []
        for i, j in zip(own, inn):
            if i in found.summed and i not in table:
                table[i] = j
            else:
                deltas.append(equal(table.get(i, i), j))
        others = [*(entry(f) for f in found.factors[:k]), *deltas, *(entry(f) for f in found.factors[k + 1 :])]
        body = substitute(times(found.coefficient, *others), table)
        ways.append(bound([i for i in found.summed if i not in table], body))
    return made_of(add, ways)


def _contracted(body: Term, by: Term, out: Sequence[Symbol], inn: Sequence[Symbol]) -> Term | None:
    """The derivative's entry as the engine's records give it, deltas carried out."""
    symbol, taken = target(by)
    bare, free_body = without_facts(symbol, body)
    if bare is not symbol:
        free_body = substitute(free_body, {bare: symbol})
        bare = symbol
    with keep(*taken, *_indices(body)):
        found = flow(free_body, bare, tuple(out), (*taken, *inn))
        parts = [m for m in (contract(m, (*out, *inn), (*taken, *_indices(body))) for m in found) if m is not None]
    terms = [_entry_of(m, {*out, *inn, *taken, *_indices(body)}) for m in parts]
    if not terms or any(t is None for t in terms):
        return None
    return terms[0] if len(terms) == 1 else add(*(t for t in terms if t is not None))


def _entry_of(m: Monomial, free: set[Term]) -> Term | None:
    """A monomial as a formula with entries; its summed indices are bound."""
    factors: list[Term] = []
    for f in m.factors:
        if f.head is None:
            factors.append(equal(*f.indices))
        else:
            factors.append(at(f.head, *f.indices))
    summed = [i for i in dict.fromkeys(i for f in m.factors for i in f.indices) if isinstance(i, Symbol) and i not in free]
    if len(summed) > 3:
        return None
    return bound(summed, times(m.coefficient, *factors))
