"""The differential style of Magnus and Neudecker: dy line by line to dy = tr(Gᵀ dX), then G is read off."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf

from gradatim.errors import GradatimError, UnknownDerivative
from gradatim.explain.algebra import GATHERED, alike, rewritten, worked
from gradatim.explain.deltas import spelt
from gradatim.explain.formula import EQUALS, Formula, f
from gradatim.explain.frame import define, derivative_name, shape_check
from gradatim.explain.linear import coefficient, collected, contracted, flat, neat, spread_out
from gradatim.explain.partials import local, pushed
from gradatim.explain.reorder import at_the_end, reordered
from gradatim.explain.rules import condition, described_differential
from gradatim.explain.sheet import Name, reindexed
from gradatim.explain.steps import Claim, Label, Move, Step, Words
from gradatim.explain.tidy import fronted, gathered, turned
from gradatim.explain.turn import Turn
from gradatim.index.lower import fresh_for
from gradatim.matrix.build import is_zero, transposed
from gradatim.matrix.cost import cost
from gradatim.ops import add, at, diag, diagonal, hdivide, number, product
from gradatim.ops.function import Function
from gradatim.ops.structure import made_of
from gradatim.ops.tidy import tidy
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, substitute, transform, walk
from gradatim.write.latex import latex
from gradatim.write.text import lowered, text

D = r"\mathrm{d}"
"""The d of a differential in LaTeX."""
MAX_SPREAD = 6
"""How many terms of a differential are written one by one."""
MAX_SPELT = 400
"""The cost above which an entry of a line is not written out as it stands."""


@dataclass(slots=True)
class Differentials(Turn):
    """One derivation in the making."""

    function: Term
    label: tuple[str, str]
    result: Term
    steps: list[Step] = field(default_factory=list, kw_only=True)

    def run(self) -> list[Step]:
        """All steps, the shape check last."""
        self.steps += define(self.plan, self.function, self.label, bool(self.plan.names))
        for name in self.plan.names:
            self.name_differential(name)
        self.lines(self.whole())
        self.steps.append(shape_check(self.function, self.variable, self.result, self.label))
        return self.steps

    def whole_name(self) -> Label:
        """The left side dy."""
        return D + self.label[0], "d" + self.label[1]

    def whole(self) -> Apply:
        """The left side dy, with its value."""
        return Apply(Function(*self.whole_name(), (), self.sheet.shown(self.unfolded(self.plan.root))), ())

    # ------------------------------------------------------------ differentials

    def differential_name(self, name: Name, mark: Label) -> Label:
        """ds, of a member with its mark."""
        return D + name.latex + mark[0], "d" + name.text + mark[1]

    def name_differential(self, name: Name) -> None:
        """The line `ds = …` of an intermediate."""
        body, indices = name.body, name.indices
        place: Term | None = None
        if self.plan.member and indices:
            # Of a family only the member that is meant moves, and with it only its own intermediates.
            body = reindexed(body, indices, self.plan.member[: len(indices)])
            indices, place = (), self.plan.member[0]
        value = substitute(self.neat(self.change(body)), {body: self.own_reference(name)})
        marks = ("", "") if place is None else (f"_{{{latex(place)}}}", lowered([text(place)]))
        entry = self.sheet.enter(*self.differential_name(name, marks), value, indices)
        self.moving[name.symbol] = entry
        self.line(self.sheet.shown(entry.reference), body, value)

    def change(self, body: Term) -> Term:
        """The differential of an intermediate; of an array that a number moves its derivative times the number's."""
        if (
            self.variable.is_scalar
            and body.rank
            and self.plan.direct(body)
            and not self.plan.parts_of(body)
            and not self.plan.member
        ):
            try:
                return product(local(body, self.variable), self.direction)
            except UnknownDerivative:
                pass
        return self.of(body)

    def own_reference(self, name: Name) -> Term:
        """A name at the member that is meant."""
        return at(name.symbol, *self.plan.member[:1]) if self.plan.member and name.indices else name.reference

    def neat(self, term: Term) -> Term:
        """Scalars in front, what moves last, chains without needless brackets."""
        moving: set[Term] = {self.direction, *(n.symbol for n in self.moving.values())}
        return neat(fronted(turned(term)), moving)

    def line(self, left: Term, body: Term, value: Term) -> None:
        rule, why = self.ruled(body)
        if self.plan.member and any(isinstance(n, Bind) and self.counts_members(n) for n in walk(body)):
            why = ("of the sum only the summand of ", self.variable, " moves", *(("; ",) if why else ()), *why)
        claim = Claim(self.sheet.shown(body), self.moves(body), True)
        self.steps.append(Step(rule, left, self.sheet.shown(value), why, "partial", claim, needs=self.needed(body)))

    def ruled(self, body: Term) -> tuple[str, Words]:
        """The rule of a line, and why."""
        return described_differential(body, self.movers(body))

    def movers(self, body: Term) -> list[Term]:
        """The stand-ins and the variable that occur in a body."""
        found: list[Term] = [n.symbol for n in self.plan.parts_of(body)]
        return [*found, self.plan.variable] if self.plan.direct(body) else found

    def needed(self, body: Term) -> Words:
        """What must hold for a line, said of the members that it speaks of."""
        own: dict[Term, Term] = {n.symbol: n.reference for n in self.plan.parts_of(body)}
        return condition(body, [own.get(m, m) for m in self.movers(body)])

    def moves(self, body: Term) -> tuple[Move, ...]:
        """What moves with a body, each along its own differential."""
        out = [
            Move(self.sheet.shown(self.own_reference(n)), self.sheet.shown(self.moving[n.symbol].reference))
            for n in self.plan.parts_of(body)
        ]
        if self.plan.direct(body):
            out.append(Move(self.variable, self.direction))
        return tuple(out)

    def unfolded(self, body: Term) -> Term:
        """The differential of a body with the differentials of names written out."""
        return self.put_into(self.of(body))

    # ------------------------------------------------------------ to the end

    def lines(self, whole: Apply) -> None:
        """dy in the differentials of what it is made of, then in dX alone, then as the form that the derivative is read off."""
        root, shown = self.plan.root, self.sheet.shown
        first = self.neat(self.of(root))
        rule, why = self.ruled(root)
        claim = Claim(shown(root), self.moves(root), True)
        self.steps.append(Step(rule, whole, shown(first), why, "chain", claim, needs=self.needed(root)))
        last = shown(first)
        whole_arrays = self.in_arrays(first)
        if whole_arrays is not None:
            last = self.go_on("matrix form", last, shown(whole_arrays), (f("Σᵢ aᵢ bᵢ = aᵀb"),))
        inside = self.unfolded(root) if whole_arrays is None else self.put_into(whole_arrays)
        put_in = shown(inside)
        last = self.go_on("substitution", last, put_in, ("the differentials of the intermediates put in",))
        short = self.simplified(inside)
        if short is not None:
            inside, put_in = short, shown(short)
            last = self.go_on("algebra", last, put_in, ())
        gradient = self.gradient()
        if gradient is None:
            self.read_entries(whole, last)
            return
        if is_zero(gradient):
            self.read_off(gradient)
            return
        gradient = self.shorter(gradient, inside, 1.0 if short is not None else 0.9)
        form = self.canonical(gradient)
        last = self.term_by_term(last, put_in, form)
        if isinstance(last, (Apply, Bind)) and any(isinstance(n, Bind) for n in walk(last)):
            together = collected(last, {self.direction})
            if 4 * cost(together) < 3 * cost(last) + 40 and not alike(together, shown(form)):
                said: Words = ("like terms gathered",)
                self.steps.append(Step("algebra", last, together, said, "rewrite", Claim(last), continues=True))
                last = together
        if at_the_end(last, self.direction) and 3 * cost(last) < 4 * cost(form) + 40:
            # What is read off is what the line has, also where the adjoints lead to another form.
            self.read_off(self.shorter(gradient, inside, inf) if last is put_in else gradient)
            return
        rule, reason = reordered(last, self.direction, self.function.is_scalar)
        each = self.each_to_the_end(inside)
        if each is not None and not alike(shown(each), last) and not alike(shown(each), shown(form)):
            last = self.go_on(rule, last, shown(each), reason)
            rule, reason = "algebra", ("like terms and common factors gathered",)
        self.go_on(rule, last, shown(form), reason)
        self.read_off(gradient)

    def simplified(self, inside: Term) -> Term | None:
        """A differential in which much cancels once the intermediates are put in; None where little does."""
        short = self.neat(gathered(worked(inside)))
        return short if _crossed(short) < _crossed(inside) and cost(short) < cost(inside) else None

    def put_into(self, term: Term) -> Term:
        """A formula with the differentials of names written out."""
        found = self.neat(self.sheet.unfolded(term, [n.symbol for n in self.plan.names]))
        return self.sheet.folded(found) if self.variable.is_scalar else found

    def in_arrays(self, first: Term) -> Term | None:
        """A differential that is a sum over entries, −Σᵢ (yᵢ/pᵢ) dpᵢ, by whole arrays, −(y ⊘ p)ᵀ dp; None where it is none."""
        moving = [self.moving[n.symbol] for n in self.plan.parts_of(self.plan.root)]
        by_entries = [
            n for n in walk(first) if isinstance(n, Apply) and n.op is at and any(n.args[0] is m.symbol for m in moving)
        ]
        along = [m.symbol for m in moving]
        along += [self.direction] if self.plan.direct(self.plan.root) and isinstance(self.direction, Symbol) else []
        if not by_entries or not first.is_scalar or self.plan.member or any(m.indices for m in moving):
            return None
        try:
            found = [contracted(local(first, d), d) for d in along]
        except GradatimError:
            return None
        whole = self.neat(made_of(add, found))
        return None if any(isinstance(n, Bind) for n in walk(whole)) or cost(whole) > 2 * cost(first) + 40 else whole

    def shorter(self, gradient: Term, inside: Term, share: float) -> Term:
        """The gradient as the line has it that was reached, where that has less than a share of the cost of the one by adjoints."""
        if not isinstance(self.direction, Symbol) or not self.function.is_scalar:
            return gradient
        try:
            found = local(inside, self.direction)
        except GradatimError:
            return gradient
        return found if cost(found) < share * cost(gradient) and found.type.axes == gradient.type.axes else gradient

    def each_to_the_end(self, term: Term) -> Term | None:
        """Every term of a differential with the differential of the variable at its end, before like terms are gathered; None where
        there is but one term, or where a term has no such form."""
        assert isinstance(self.direction, Symbol)
        spread = spread_out(term, {self.direction})
        if not 1 < len(spread) <= MAX_SPREAD:
            return None
        try:
            ends = [self.canonical(local(t, self.direction)) for t in spread]
        except GradatimError:
            return None
        each = neat(add(*ends), {self.direction})
        return None if any(isinstance(n, Bind) and n.kind == "stack" for n in walk(each)) else each

    def term_by_term(self, last: Term, put_in: Term, form: Term) -> Term:
        """tr(S⁻¹(dXᵀA X + XᵀA dX)) multiplied out, where the differential of the variable stands in several terms."""
        moving: set[Term] = {self.direction}
        spread = spread_out(put_in, moving)
        if not 1 < len(spread) <= MAX_SPREAD:
            return last
        total = self.neat(add(*spread))
        if (
            alike(self.sheet.shown(total), last)
            or alike(self.sheet.shown(total), self.sheet.shown(form))
            or cost(total) > 3 * cost(put_in)
        ):
            return last
        return self.go_on("linearity", last, self.sheet.shown(total), ("multiplied out, term by term",))

    def go_on(self, rule: str, last: Term, term: Term, why: Words) -> Term:
        """One more line `= …`, where it says something new."""
        if text(term) == text(last):
            return last
        if rule == "algebra":
            self.steps.append(rewritten(last, term, why))
            return term
        self.steps.append(Step(rule, last, term, why, "rewrite", Claim(last), continues=True))
        return term

    def canonical(self, gradient: Term) -> Term:
        """tr(Gᵀ dX), gᵀ dx, g du or J dx."""
        d: Term = self.direction
        if self.function.is_scalar:
            return contracted(gradient, d)
        if d.is_scalar:
            return product(gradient, d)
        column = transposed(d) if d.type.row else d
        form = product(gradient, column)
        return transposed(form) if self.function.type.row else form

    def gradient(self) -> Term | None:
        """The derivative in terms of names, None where it has more than two axes."""
        if self.function.rank + self.variable.rank > 2:
            return None
        if not self.function.is_scalar or is_zero(self.result):
            return self.sheet.folded(self.result)
        adjoint: dict[Symbol, Term] = {}
        nodes: list[tuple[Term, Term, tuple[Symbol, ...]]] = [(self.plan.root, number(1), ())]
        total: list[Term] = []
        for name in [None, *self.plan.outermost_first(self.plan.root)]:
            if name is None:
                body, above, indices = nodes[0]
            elif name.symbol in adjoint:
                body, above, indices = name.body, adjoint[name.symbol], name.indices
            else:
                continue
            for child in self.plan.parts_of(body):
                own = {} if name is None else {name.body: name.reference}
                part = self.summed(substitute(pushed(body, child.reference, above), own), indices, child.indices)
                before = adjoint.get(child.symbol)
                adjoint[child.symbol] = part if before is None else add(before, part)
            if self.plan.direct(body):
                own = {} if name is None else {name.body: name.reference}
                total.append(self.summed(substitute(pushed(body, self.own_member(indices), above), own), indices, ()))
        plain = made_of(add, total)
        found = gathered(plain)
        known = {
            *free_symbols(self.plan.root, self.variable),
            *(s for n in self.plan.names for s in (n.symbol, *free_symbols(n.body))),
        }
        return self.result if is_zero(found) or set(free_symbols(found)) - known else found

    def own_member(self, indices: tuple[Symbol, ...]) -> Term:
        if self.plan.member and indices:
            return at(self.plan.variable, *indices)
        return self.variable

    def summed(self, term: Term, indices: tuple[Symbol, ...], own: tuple[Symbol, ...]) -> Term:
        extra = [i for i in indices if i not in own]
        if self.plan.member and extra and not own:
            return reindexed(term, tuple(extra), self.plan.member[: len(extra)])
        for index in reversed(extra):
            term = Bind("sum", index, term)
        return term

    def read_off(self, gradient: Term) -> None:
        """The derivative is what stands before the differential of the variable."""
        y = Formula(*reversed(self.whole_name()))
        left = derivative_name(self.label, self.variable, self.result, self.function)
        claim = Claim(self.function, (Move(self.variable),))
        what = "J" if not self.function.is_scalar else "G" if self.variable.rank == 2 else "g"
        unknown = Symbol(what, self.result.type.bare)
        form = contracted(unknown, self.direction) if self.function.is_scalar else product(unknown, self.direction)
        why: Words = (y, EQUALS, form, " holds for every ", self.direction, ", so ", unknown, " is the derivative")
        shown = self.sheet.shown(gradient)
        self.steps.append(Step("identification", left, shown, why, "result", claim))
        self.go_on("algebra", shown, self.result, GATHERED)

    def by_entries(self, whole: Apply, last: Term) -> None:
        """An entry of the differential as the last line has it, then as a sum over the entries of dX."""
        assert isinstance(self.direction, Symbol) and isinstance(whole.op, Function)
        shape = self.function.type.axes
        index_types = [i.type for i in fresh_for((*shape, *self.variable.type.axes))]
        letters = (c for c in "ijklprstabcq" if c not in self.sheet.taken)
        named = [Symbol(c, t) for c, t in zip(letters, index_types)]
        if len(named) < len(index_types):
            return
        out, inner = tuple(named[: len(shape)]), tuple(named[len(shape) :])
        body: Term = product(*flat(coefficient(self.result, (*out, *inner))), at(self.direction, *inner))
        for index in reversed(inner):
            body = Bind("sum", index, body)
        bracketed = replace(whole.op, name=rf"\left({whole.op.name}\right)", text=f"({whole.op.text})")
        left = at(Apply(bracketed, ()), *out)
        opened = _entry(last, out, self.direction)
        opened = tidy(opened) if opened is not None and cost(opened) < MAX_SPELT else None
        if opened is not None and not alike(opened, body):
            self.steps.append(Step("entries", left, opened, ("entry by entry",), "chain", Claim(left)))
            told = ("what stands beside ", at(self.direction, *inner))
            self.steps.append(Step("gathered", opened, body, told, "rewrite", Claim(opened), continues=True))
        else:
            self.steps.append(Step("entries", left, body, ("entry by entry",), "chain", Claim(left)))

    def read_entries(self, whole: Apply, last: Term) -> None:
        """A derivative of more than two axes: its entries are the coefficients of those of the differential."""
        self.by_entries(whole, last)
        left = derivative_name(self.label, self.variable, self.result, self.function)
        claim = Claim(self.function, (Move(self.variable),))
        why = ("with more than two axes it is no matrix: its entries stand beside those of ", self.direction)
        self.steps.append(Step("identification", left, self.result, why, "result", claim))


def _crossed(term: Term) -> int:
    """How many diagonal matrices and entrywise quotients there are: what cancels where a softmax meets its logarithm."""
    return sum(isinstance(n, Apply) and n.op in (diag, diagonal, hdivide) for n in walk(term))


def _entry(term: Term, out: tuple[Symbol, ...], d: Symbol) -> Term | None:
    """The entry of a linear formula at some places, with chains of constants in it left as they are: (A X⁻¹)ᵢₖ dXₖₗ (X⁻¹ B)ₗⱼ."""
    stands: dict[Term, Term] = {}

    def whole(factors: list[Term]) -> list[Term]:
        if len(factors) < 2:
            return factors
        chain = product(*factors)
        stands.setdefault(chain, Symbol(f"\u2063c{len(stands)}", chain.type.bare if chain.rank > 1 else chain.type))
        return [stands[chain]]

    def rule(node: Term) -> Term:
        if not (isinstance(node, Apply) and node.op is product and node.rank and d in free_symbols(node)):
            return node
        scalars, before, moving, after = list[Term](), list[Term](), list[Term](), list[Term]()
        for a in node.args:
            place = scalars if a.is_scalar else moving if d in free_symbols(a) else after if moving else before
            place.append(a)
        return product(*scalars, *whole(before), *moving, *whole(after)) if len(moving) == 1 and moving[0].rank else node

    found = spelt(transform(term, rule), out, d)
    return None if found is None else substitute(found, {s: c for c, s in stands.items()})
