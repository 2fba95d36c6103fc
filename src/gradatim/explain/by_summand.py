"""Sums over the entries of a vector: of `Σᵢ pᵢ log pᵢ` one entry moves one summand alone, and all entries together are the gradient."""

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
    """The derivative by one entry, then the vector of all of them; no steps where an entry moves more than its own summand."""
    if not (isinstance(by, Symbol) and by.rank == 1 and not by.type.family and body.is_scalar):
        return []
    (extent,) = (i.type for i in fresh_for(by.type.axes))
    over = str(extent.index)
    letters = (sheet.letters.get(over, "i"), *"ijklprstq")
    free = {s.name for s in free_symbols(body)} | (sheet.taken - {sheet.letters.get(over)})
    name = next((c for c in letters if c not in free), None)
    if name is None:
        return []
    index = Symbol(name, extent)
    entry = at(by, index)
    summand = _summand(body, by, index)
    ungathered = None if summand is None else raw(summand, entry)
    if summand is None or ungathered is None:
        return []
    alone = Symbol("\u2063e", text="\u2063e")
    gathered = substitute(local(substitute(summand, {entry: alone}), alone), {alone: entry})
    if cost(ungathered) > MAX_COST or by in free_symbols(substitute(gathered, {entry: alone})):
        return []
    rule, why = described(substitute(summand, {entry: alone}), alone)
    words = tuple(substitute(w, {alone: entry}) if isinstance(w, Term) else w for w in why)
    shown_entry = at(sheet.shown(by), index)
    said = ("of the sum only the summand with ", shown_entry, " moves", *(("; ",) if words else ()), *words)
    head = at(left, index)
    needs = tuple(substitute(w, {alone: entry}) if isinstance(w, Term) else w for w in condition(summand, [by]))
    first, then = sheet.shown(ungathered), sheet.shown(gathered)
    one = Claim(claim.of, (Move(shown_entry),), claim.fixed)
    if text(first) == text(then):
        first = then
    steps = [Step(of_derivatives(rule), head, first, said, "partial", one, needs=needs)]
    if first is not then:
        steps.append(rewritten(first, then))
    return [*steps, Step("matrix form", left, value, ("all entries together",), "partial", claim)]


def _summand(body: Term, by: Symbol, index: Symbol) -> Term | None:
    """The body with the one sum that counts the entries of the vector replaced by its summand at an index; None where there is no
    such sum, where the vector stands elsewhere too, or where the body is not linear in that sum."""
    counted: list[Term] = []
    stand = Symbol("\u2063s")

    def replaced(term: Term, by_stand: bool) -> Term:
        def rule(node: Term) -> Term:
            if not isinstance(node, Bind) or node.kind != "sum" or node.extent != by.type.axes[0] or by not in free_symbols(node):
                return node
            own, inside = node.opened()
            if {n.args[1:] for n in walk(inside) if isinstance(n, Apply) and n.op is at and n.args[0] is by} != {(own,)}:
                return node
            counted.append(node)
            return stand if by_stand else substitute(inside, {own: index})

        return transform(term, rule)

    outside = replaced(body, True)
    slope = raw(outside, stand)
    if len(counted) != 1 or by in free_symbols(outside) or slope is None or stand in free_symbols(slope):
        return None
    summand = replaced(body, False)
    return None if by in free_symbols(substitute(summand, {at(by, index): stand})) else summand
