"""Sums over the entries of an array: of `Σᵢ pᵢ log pᵢ` one entry moves one summand alone, and all entries together are the gradient."""

from __future__ import annotations

from gradatim.explain.algebra import rewritten
from gradatim.explain.partials import local
from gradatim.explain.raw import raw
from gradatim.explain.rules import condition, described, of_derivatives
from gradatim.explain.sheet import Sheet
from gradatim.explain.steps import Claim, Move, Step
from gradatim.index.lower import fresh_for
from gradatim.matrix.cost import cost
from gradatim.ops import at
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, substitute, transform, walk
from gradatim.write.text import text

MAX_COST = 400


def by_summand(sheet: Sheet, left: Term, body: Term, by: Term, value: Term, claim: Claim) -> list[Step]:
    """The derivative by one entry, then the array of all of them; no steps where an entry moves more than its own summand."""
    if not (isinstance(by, Symbol) and by.rank in (1, 2) and not by.type.family and body.is_scalar):
        return []
    indices = _letters(sheet, body, by)
    summand = _summand(body, by, indices) if indices else None
    if summand is None:
        return []
    entry = at(by, *indices)
    ungathered = raw(summand, entry)
    if ungathered is None:
        return []
    alone = Symbol("\u2063e", text="\u2063e")
    gathered = substitute(local(substitute(summand, {entry: alone}), alone), {alone: entry})
    if cost(ungathered) > MAX_COST or by in free_symbols(substitute(gathered, {entry: alone})):
        return []
    rule, why = described(substitute(summand, {entry: alone}), alone)
    words = tuple(substitute(w, {alone: entry}) if isinstance(w, Term) else w for w in why)
    shown_entry = at(sheet.shown(by), *indices)
    said = ("of the sum only the summand with ", shown_entry, " moves", *(("; ",) if words else ()), *words)
    head = at(left, *indices)
    needs = tuple(substitute(w, {alone: entry}) if isinstance(w, Term) else w for w in condition(summand, [by]))
    first, then = sheet.shown(ungathered), sheet.shown(gathered)
    one = Claim(claim.of, (Move(shown_entry),), claim.fixed)
    if text(first) == text(then):
        first = then
    steps = [Step(of_derivatives(rule), head, first, said, "partial", one, needs=needs)]
    if first is not then:
        steps.append(rewritten(first, then))
    return [*steps, Step("matrix form", left, value, ("all entries together",), "partial", claim)]


def counts_entries(body: Term, by: Symbol) -> bool:
    """Whether a body is a sum over the entries of an array, of which each moves its own summand."""
    indices = tuple(Symbol(f"\u2063{k}", i.type) for k, i in enumerate(fresh_for(by.type.axes)))
    summand = _summand(body, by, indices)
    return summand is not None and raw(summand, at(by, *indices)) is not None


def _letters(sheet: Sheet, body: Term, by: Symbol) -> tuple[Symbol, ...]:
    """An index for each axis of the array, with the letter of its dimension where that is free; none where letters run out."""
    free = {s.name for s in free_symbols(body)}
    out: list[Symbol] = []
    for extent in (i.type for i in fresh_for(by.type.axes)):
        own = sheet.letters.get(str(extent.index), "")
        taken = free | (sheet.taken - sheet.sums - {own}) | {i.name for i in out}
        name = next((c for c in (own, *"ijklprstq") if c and c not in taken), None)
        if name is None:
            return ()
        out.append(Symbol(name, extent))
    return tuple(out)


def _summand(body: Term, by: Symbol, indices: tuple[Symbol, ...]) -> Term | None:
    """The body with the sums that count the entries of the array replaced by their summand at some indices; None where there are no
    such sums, where the array stands elsewhere too, or where the body is not linear in them."""
    fixed: set[int] = set()
    for _ in indices:
        found = _fixed(body, by, indices, fixed)
        if found is None:
            return None
        body, axis = found
        fixed.add(axis)
    stand = Symbol("\u2063s")
    return None if by in free_symbols(substitute(body, {at(by, *indices): stand})) else body


def _fixed(body: Term, by: Symbol, indices: tuple[Symbol, ...], fixed: set[int]) -> tuple[Term, int] | None:
    """The body with the one outermost sum over an axis of the array replaced by its summand, and that axis."""
    for axis in (k for k in range(len(indices)) if k not in fixed):
        counted: list[Term] = []
        stand = Symbol("\u2063s")

        def replaced(term: Term, by_stand: bool, axis: int = axis, counted: list[Term] = counted, stand: Symbol = stand) -> Term:
            def rule(node: Term) -> Term:
                if not isinstance(node, Bind) or node.kind != "sum" or by not in free_symbols(node):
                    return node
                if node.extent != by.type.axes[axis]:
                    return node
                own, inside = node.opened()
                places = {n.args[1:] for n in walk(inside) if isinstance(n, Apply) and n.op is at and n.args[0] is by}
                if not places or any(len(p) != len(indices) or p[axis] is not own or own in _others(p, axis) for p in places):
                    return node
                counted.append(node)
                return stand if by_stand else substitute(inside, {own: indices[axis]})

            return transform(term, rule)

        outside = replaced(body, True)
        slope = raw(outside, stand) if len(counted) == 1 and by not in free_symbols(outside) else None
        if slope is not None and stand not in free_symbols(slope):
            return replaced(body, False), axis
    return None


def _others(place: tuple[Term, ...], axis: int) -> tuple[Term, ...]:
    return place[:axis] + place[axis + 1 :]
