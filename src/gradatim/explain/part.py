"""One function over names: its partial derivatives, and their product along every way from the variable to it."""

from __future__ import annotations

from gradatim.errors import UnknownDerivative
from gradatim.explain.algebra import alike, rewritten, said_alike, same_parts
from gradatim.explain.earlier import CITED, cited
from gradatim.explain.formula import EQUALS, Formula
from gradatim.explain.frame import HUGE, by_name
from gradatim.explain.laws import without_identities
from gradatim.explain.ledger import Ledger
from gradatim.explain.linear import series, stands_as_base
from gradatim.explain.partials import chained, local, moved, pushed, regular
from gradatim.explain.raw import raw
from gradatim.explain.rules import described_differential
from gradatim.explain.sayings import IN_EACH
from gradatim.explain.sheet import Name, indices_of, reindexed
from gradatim.explain.steps import Claim, Label, Move, Step, Words
from gradatim.explain.summands import flat, summed_ways
from gradatim.explain.tidy import fronted, gathered, tidied, turned
from gradatim.matrix.cost import cost
from gradatim.ops import add, number, product
from gradatim.ops.function import Function
from gradatim.ops.structure import whole_of
from gradatim.ops.tidy import tidy
from gradatim.term import Apply, Bind, Symbol, Term, substitute
from gradatim.write.latex import latex
from gradatim.write.names import PLACES
from gradatim.write.text import lowered, text

MAX_SETTLED, MIN_GAIN = 400, 20
"""A derivative above the first cost is not looked at for a shorter form; one that saves less than the second is no news."""
_PLAIN = ("linearity", "sum rule", "product rule")
"""Rules of a differential that are seen without their names."""
DEEP = 8
"""The number of intermediates above which each has its own line on the way back: the layers of a network."""
MAX_WAYS = 6
"""How many ways from the variable to the function are written out in a sum."""
MAX_TOLD = 4
"""How many differentials are said beside one line."""
LONG = 260
"""The cost above which a formula is not carried from line to line under its value."""


class Part:
    """One scalar or array function over names: its partial derivatives and their product along every path."""

    def __init__(
        self, chain: Ledger, body: Term, label: Label, function: Term, whole: Term, names: list[Name], own: Name | None = None
    ) -> None:
        self.chain, self.body, self.label, self.function, self.whole, self.names = chain, body, label, function, whole, names
        self.sheet, self.plan, self.variable = chain.sheet, chain.plan, chain.variable
        self.key = own.symbol if own is not None else body
        self.indices = own.indices if own is not None else ()
        self.nodes: list[tuple[Term, Label, Term, tuple[Symbol, ...]]] = [(self.key, label, body, self.indices)]
        self.nodes += [(n.symbol, chain.name_label(n), n.body, n.indices) for n in names]
        self.cited = self.known_derivatives() if own is None and body is self.plan.root else {}
        self.wanted = self.on_the_way()
        self.led: set[tuple[Term, str]] = set()
        """The derivatives of arrays by arrays that were led by entries."""
        self.deep = len(names) > DEEP

    def known_derivatives(self) -> dict[Term, tuple[Term, str]]:
        """The derivatives by names that earlier questions derived, each with its question."""
        found = {n.symbol: cited(self.chain.lemmas, self.label[0], n, self.plan, self.function) for n in self.names}
        return {symbol: told for symbol, told in found.items() if told is not None}

    def on_the_way(self) -> set[Term]:
        """The function and the names whose derivatives are needed: those between the variable and what is known already."""
        wanted: set[Term] = set()
        todo = [key for key, _, body, _ in self.nodes if self.plan.direct(body) or key in self.chain.totals]
        while todo:
            key = todo.pop()
            if key not in wanted:
                wanted.add(key)
                if key not in self.cited:
                    todo += [k for k, _, body, _ in self.nodes if k not in self.chain.totals and key in self.children(body)]
        return wanted

    def children(self, body: Term) -> set[Term]:
        return {n.symbol for n in self.plan.parts_of(body)}

    # ------------------------------------------------------------ partial derivatives

    def partials(self) -> None:
        """A line for the derivative of each quantity by each that it is made of."""
        for key, label, body, indices in self.nodes:
            if key in self.chain.totals:
                continue
            for child in self.plan.parts_of(body):
                if child.symbol in self.cited or child.symbol not in self.wanted:
                    continue
                if regular(body, child.body):
                    self.partial(key, label, body, indices, child.reference, child.symbol, self.chain.name_label(child))
                else:
                    self.differential(key, label, body, child.reference)
            if self.plan.direct(body):
                by = self.own_member(indices)
                if regular(body, by):
                    self.partial(key, label, body, indices, by, self.variable, self.chain.by_label(self.variable))
                else:
                    self.differential(key, label, body, by)

    def own_member(self, indices: tuple[Symbol, ...]) -> Term:
        """The variable's member at the index of a name under the sum."""
        if self.plan.member and indices:
            assert isinstance(self.variable, Apply)
            return self.variable.rebuild((self.variable.args[0], *indices))
        return self.variable

    def partial(
        self, key: Term, label: Label, body: Term, indices: tuple[Symbol, ...], by: Term, by_key: Term, by_label: Label
    ) -> None:
        value = local(body, by)
        ungathered = raw(body, by)
        if key in self.sheet.names:
            # exp(u) is t again where t = exp(u); a sigmoid's slope is h(1 − h).
            own = {body: self.sheet.names[key].reference}
            value = substitute(value, own)
            ungathered = None if ungathered is None else substitute(ungathered, own)
        of_indices = tuple(dict.fromkeys((*indices, *(i for i in indices_of(by) if by_key is not self.variable))))
        if self.plan.member and by_key is self.variable and indices:
            by_label = (latex(self.plan.variable) + PLACES[1], text(self.plan.variable) + PLACES[1])
        name = self.chain.derivative(label, key, by_key, by_label, value, of_indices, self.held(body, by_key))
        shown = [self.sheet.shown(t) for t in (name.reference, value, body, by, ungathered if ungathered is not None else value)]
        if self.plan.member:
            # The only summand that moves is the member's own: from here on it is the member's index.
            shown = [reindexed(t, of_indices, self.plan.member[: len(of_indices)]) for t in shown]
            body, by = (reindexed(t, of_indices, self.plan.member[: len(of_indices)]) for t in (body, by))
        claim = Claim(shown[2], (Move(shown[3]),), True)
        self.chain.one_line(shown[0], body, by, shown[1], claim, shown[4] if ungathered is not None else None)

    def held(self, body: Term, by_key: Term) -> list[Label]:
        """Where a quantity depends on another both by itself and through names, those names stand still."""
        through = self.plan.parts_of(body)
        if by_key is not self.variable:
            through = [
                n for n in through if n.symbol is not by_key and any(m.symbol is by_key for m in self.chain.reached(n.body))
            ]
        return [self.chain.name_label(n) for n in through]

    def differential(self, key: Term, label: Label, body: Term, by: Term) -> None:
        """Of an array by an array: nothing with two axes, so the rule is applied when it is put together; led by entries before
        that in the index style."""
        if self.plan.member:
            return
        called = self.called(by)
        try:
            value = local(body, by)
        except UnknownDerivative:
            return
        shown = self.sheet.shown
        left = Apply(Function(*by_name(label, called, False), (), shown(value)), ())
        claim = Claim(shown(body), (Move(shown(by)),), True)
        if self.chain.by_entries(left, body, by, value, claim):
            self.led.add((key, called[1]))

    def called(self, by: Term) -> Label:
        """What a name, or the variable, is called below a ∂."""
        symbol = whole_of(by)
        return self.chain.by_label(symbol) if symbol in self.sheet.names else self.chain.by_label(self.variable)

    # ------------------------------------------------------------ together

    def together(self, result: Term | None) -> Term:
        """The chain rule: adjoints from the function inwards, then the variable's."""
        adjoint: dict[Term, Term] = {}
        outer = self.body.rank
        for name in self.names:
            if name.symbol in self.cited:
                adjoint[name.symbol] = self.as_before(name, *self.cited[name.symbol])
            elif name.symbol in self.wanted:
                adjoint[name.symbol] = self.adjoint_of(name, adjoint, outer)
        final = self.contributions(self.variable, None, adjoint, outer)
        expression = summed_ways(final)
        value = result if result is not None else tidied(self.sheet, expression, self.plan)
        why = self.reasons(None)
        claim = Claim(self.function, (Move(self.variable),))
        self.lines(self.whole, expression, self.sheet.shown(value), claim, why)
        return value

    def as_before(self, name: Name, value: Term, question: str) -> Term:
        """The line ∂f/∂name of an earlier question."""
        entry = self.chain.derivative(self.label, self.key, name.symbol, self.chain.name_label(name), value, ())
        of = self.sheet.shown(self.sheet.unfolded(self.body, (name.symbol,)))
        claim = Claim(of, (Move(self.sheet.shown(name.reference)),), True)
        shown = self.sheet.shown(value)
        self.chain.steps.append(Step(f"{CITED} {question}", self.sheet.shown(entry.reference), shown, (), "partial", claim))
        return entry.reference

    def adjoint_of(self, name: Name, adjoint: dict[Term, Term], outer: int) -> Term:
        """∂f/∂name; written on a line of its own where it is used more than once or by a rule that needs it as a whole."""
        found = self.contributions(name.reference, name, adjoint, outer)
        expression = summed_ways(found)
        if self.is_name(expression):
            return expression
        value = gathered(self.sheet.unfolded(expression, self.kept()))
        shorter = None if self.deep else self.settled(name, value)
        if shorter is None and not self.needs_line(name, found):
            return expression
        value = value if shorter is None else shorter
        entry = self.chain.derivative(self.label, self.key, name.symbol, self.chain.name_label(name), value, name.indices)
        of = self.sheet.shown(self.sheet.unfolded(self.body, (name.symbol,)))
        claim = Claim(of, (Move(self.sheet.shown(name.reference)),), True)
        shown = self.sheet.shown(value)
        why = self.reasons(name)
        self.lines(self.sheet.shown(entry.reference), expression, shown if cost(shown) < LONG else None, claim, why)
        return entry.reference

    def settled(self, name: Name, value: Term) -> Term | None:
        """∂f/∂name as the engine has it, where that is much shorter: ŷ − y for −(diag(ŷ) − ŷ ŷᵀ)(y ⊘ ŷ)."""
        if name.indices or self.indices or not regular(self.body, name.body) or cost(value) > MAX_SETTLED:
            return None
        found = local(self.sheet.unfolded(self.body, (name.symbol,)), name.symbol)
        for n in self.names:
            if n is not name and not n.indices:
                found = substitute(found, {self.sheet.unfolded(n.body, (name.symbol,)): n.symbol})
        return found if 3 * cost(found) < 2 * cost(value) and cost(value) - cost(found) > MIN_GAIN else None

    def reasons(self, name: Name | None) -> Words:
        """For a derivative of an array by an array, which is no matrix: the differential that is passed back instead."""
        out: list[Words] = []
        for parent, label, body, indices in self.nodes:
            by = name.reference if name is not None else self.own_member(indices)
            if parent in self.chain.totals or regular(body, by) or not self.used(parent, body, name):
                continue
            by_label = self.chain.name_label(name) if name is not None else self.chain.by_label(self.variable)
            if (parent, by_label[1]) in self.led and parent in self.sheet.names:
                letters = [c for c in "ijklprst" if c not in self.sheet.taken - self.sheet.sums]
                out.append((by_places((self.label, label, by_label), letters, body.rank, by.rank),))
                continue
            along = Symbol(r"\mathrm{d}" + by_label[0], by.type.bare, "d" + by_label[1], "d" + by_label[1])
            value = series(body, along) if by is not body and stands_as_base(body, by) else moved(body, by, along)
            if parent in self.sheet.names:
                value = substitute(value, {body: self.sheet.names[parent].reference})
            left = Symbol(r"\mathrm{d}" + label[0], body.type.bare, "d" + label[1], "d" + label[1])
            rule, why = described_differential(body, [whole_of(by)])
            called: Words = () if rule in _PLAIN else (f" ({rule})",)
            if called and why and isinstance(why[0], str) and why[0].startswith(IN_EACH):
                called = (f" ({rule}; ", *why, ")")
            out.append((left, EQUALS, self.sheet.shown(value), *called))
        told = out if len(out) <= MAX_TOLD else [out[0], ("…",), out[-1]]
        return tuple(w for k, words in enumerate(told) for w in ((("; ",) if k else ()) + words))

    def kept(self) -> list[Symbol]:
        """The names that stay where values are put in: the intermediates; in a deep network also its derivatives by them."""
        adjoints = [n.symbol for (of, _), n in self.chain.derivatives.items() if of is self.key] if self.deep else []
        return [*(n.symbol for n in self.plan.names), *adjoints]

    def is_name(self, expression: Term) -> bool:
        return any(expression is n.reference for n in self.chain.derivatives.values())

    def needs_line(self, name: Name, found: list[Term]) -> bool:
        if name.symbol in self.chain.totals:
            return len(found) > 1
        children = self.plan.parts_of(name.body)
        ways = len(children) + self.plan.direct(name.body)
        by_push = any(not regular(name.body, c.body) for c in children) or (
            self.plan.direct(name.body) and not regular(name.body, self.variable)
        )
        deep = self.deep and any(isinstance(t, Apply) and t.op is product and len(t.args) > 1 for t in found)
        return ways > 1 or by_push or len(found) > 1 or deep

    def contributions(self, by: Term, name: Name | None, adjoint: dict[Term, Term], outer: int) -> list[Term]:
        """What reaches a quantity from each that is made of it."""
        key = name.symbol if name is not None else self.variable
        own = name.indices if name is not None else self.indices
        out: list[Term] = []
        for parent, _, body, indices in self.nodes:
            if not self.used(parent, body, name):
                continue
            above = None if parent is self.key else adjoint[parent]
            member = by if name is not None else self.own_member(indices)
            out.append(self.closed(self.one(parent, body, member, key, above, outer), indices, own))
        return out

    def used(self, parent: Term, body: Term, name: Name | None) -> bool:
        """Whether a quantity is made of another (of the variable, where that is None)."""
        if parent in self.chain.totals:
            return name is None
        return self.plan.direct(body) if name is None else any(n is name for n in self.plan.parts_of(body))

    def one(self, parent: Term, body: Term, by: Term, key: Term, above: Term | None, outer: int) -> Term:
        if regular(body, by):
            partial = self.chain.derivatives[parent, key].reference
            if above is None:
                return partial
            if body.is_scalar and (not outer or by.is_scalar):
                return flat(above, partial)
            return chained(above, partial, body, by, outer)
        found = pushed(body, by, above if above is not None else number(1))
        return found if parent not in self.sheet.names else substitute(found, {body: self.sheet.names[parent].reference})

    def closed(self, term: Term, indices: tuple[Symbol, ...], own: tuple[Symbol, ...]) -> Term:
        """Summed over the indices that the quantity does not have; of a member only its own summand is left."""
        extra = [i for i in indices if i not in own]
        if self.plan.member and extra:
            return reindexed(term, tuple(extra), self.plan.member[: len(extra)])
        for index in reversed(extra):
            term = Bind("sum", index, term)
        return term

    def lines(self, whole: Term, expression: Term, value: Term | None, claim: Claim, reasons: Words) -> None:
        """The chain rule with the names of the derivatives, with their values, and tidied up. Where the values are long (the
        adjoints of a deep network) the names stay."""
        steps = self.chain.steps
        formal = shortened(self.sheet.shown(expression))
        long = value is not None and cost(value) > HUGE
        unfolded = self.sheet.unfolded(expression, self.kept())
        named = self.sheet.folded(unfolded) if cost(unfolded) < LONG else unfolded  # B + 2 x C is K where that has a name
        values = fronted(turned(tidy(self.sheet.shown(named))))
        put_in = shortened(without_identities(values))
        why = "the derivatives along each way from the variable to the function are multiplied" + (
            ", and the ways added" if isinstance(expression, Apply) and expression.op is add else ""
        )
        steps.append(Step("chain rule", whole, formal, reasons or (why,), "chain", claim))
        if value is None:
            return
        last = formal
        inside = shortened(self.sheet.shown(gathered(named)))
        if same_parts(put_in, inside):
            put_in = inside
        if text(put_in) != text(last) and cost(put_in) < 2 * LONG:
            step = Step("substitution", last, put_in, ("the partial derivatives put in",), "rewrite", Claim(last), continues=True)
            steps.append(step)
            last = put_in
        if (
            not alike(inside, last)
            and not (value is not inside and said_alike(last, inside, value))
            and (long or text(inside) != text(value))
            and 4 * cost(inside) < 5 * cost(put_in) < 10 * LONG
        ):
            steps.append(rewritten(last, inside))
            last = inside
        if not long and text(value) != text(last):
            steps.append(rewritten(last, value))


def by_places(called: tuple[Label, Label, Label], letters: list[str], inner: int, outer: int) -> Formula:
    """The chain rule by entries: (∂L/∂W)ᵢⱼ = Σₖ (∂L/∂z)ₖ (∂z/∂W)ₖᵢⱼ, of L, z and W."""
    of, through, by = called
    places, summed = letters[:outer], letters[outer : outer + inner]
    names = [by_name(a, b, False) for a, b in ((of, by), (of, through), (through, by))]
    below = (places, summed, [*summed, *places])
    shown = [rf"\left({n[0]}\right)_{{{''.join(p)}}}" for n, p in zip(names, below)]
    told = [f"({n[1]}){lowered(p)}" for n, p in zip(names, below)]
    whole = rf"{shown[0]} = \sum_{{{','.join(summed)}}} {shown[1]} {shown[2]}"
    return Formula(f"{told[0]} = Σ{lowered(summed)} {told[1]} {told[2]}", whole)


def shortened(term: Term) -> Term:
    """A sum of many terms written with its first two and its last."""
    if not isinstance(term, Apply) or term.op is not add or len(term.args) <= MAX_WAYS:
        return term
    first, second, last = term.args[0], term.args[1], term.args[-1]
    spelt = rf"{latex(first)} + {latex(second)} + \dots + {latex(last)}"
    return Apply(Function(spelt, f"{text(first)} + {text(second)} + ⋯ + {text(last)}", (), term), ())
