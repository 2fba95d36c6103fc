"""The chain style: intermediates named, the partial derivative of each, then put together from the function inwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.explain.algebra import rewritten
from gradatim.explain.frame import by_name, define, derivative_name, ordinary, shape_check
from gradatim.explain.ledger import Ledger
from gradatim.explain.part import Part
from gradatim.explain.partials import local, regular
from gradatim.explain.sheet import Name
from gradatim.explain.steps import Claim, Label, Move, Step, Words
from gradatim.explain.summands import summands
from gradatim.explain.tidy import tidied
from gradatim.ops import add
from gradatim.ops.function import Function
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Symbol, Term, is_sum, substitute, walk
from gradatim.write.text import text


@dataclass(slots=True)
class Chain(Ledger):
    """The chain style: `run` writes all steps."""

    def run(self) -> list[Step]:
        """All steps, the shape check last."""
        parts = summands(self.plan, self.plan.root)
        self.steps += define(self.plan, self.function, self.label, bool(len(parts) == 1 and self.plan.names))
        whole = derivative_name(self.label, self.variable, self.result, self.function)
        if len(parts) == 1:
            self.part(self.plan.root, self.label, self.function, whole, self.result)
        else:
            self.sum_rule(parts, whole)
        self.steps.append(shape_check(self.function, self.variable, self.result, self.label))
        return self.steps

    # ------------------------------------------------------------ one part

    def part(self, body: Term, label: Label, function: Term, whole: Term, result: Term | None) -> Term:
        """The derivative of one part of a sum, or of the whole function; returns its value over names."""
        names = self.reached(body)
        if not names:
            return self.at_once(body, function, whole, result)
        self.asked_first(names)
        part = Part(self, body, label, function, whole, self.reached(body))
        part.partials()
        return part.together(result)

    def asked_first(self, names: Sequence[Name]) -> None:
        """The derivatives that a hint of the question asks for before all others, each by the variable itself."""
        for name in names:
            if name.latex not in self.first or name.symbol in self.totals or self.plan.member:
                continue
            inner = self.reached(name.body)
            if not inner or not regular(name.body, self.variable):
                continue
            function = self.sheet.shown(self.sheet.unfolded(name.body))
            value = tidied(self.sheet, local(self.sheet.unfolded(name.body), self.variable), self.plan)
            value = substitute(value, {self.sheet.unfolded(name.body): name.reference})
            label = self.name_label(name)
            total = self.derivative(label, name.symbol, self.variable, self.by_label(self.variable), value, name.indices)
            part = Part(self, name.body, label, function, self.sheet.shown(total.reference), inner, name)
            part.partials()
            part.together(value)
            self.totals.add(name.symbol)

    def at_once(self, body: Term, function: Term, whole: Term, result: Term | None) -> Term:
        """A part that one rule differentiates."""
        value = result if result is not None else local(body, self.variable)
        claim = Claim(function, (Move(self.variable),))
        self.one_line(whole, body, self.variable, self.sheet.shown(value), claim, None)
        return value

    # ------------------------------------------------------------ sums

    def sum_rule(self, parts: list[Term], whole: Term) -> None:
        """Term by term, then the sum."""
        values = [self.term(body) for body in parts]
        claim = Claim(self.function, (Move(self.variable),))
        rest = [a for a in self.plan.root.args if not self.moves(a)] if self.plan.root.op is add else []  # type: ignore[attr-defined]
        why: Words = ()
        if rest:
            constant = self.sheet.shown(made_of(add, rest))
            why = (constant, " does not depend on ", self.variable, ", so its derivative is 0")
        total: Term = add(*(self.sheet.shown(v) for v in values))
        if _same_sum(total, self.result):
            total = self.result
        self.steps.append(Step("sum rule", whole, total, why, "chain", claim))
        self.finish(total, self.result)

    def term(self, body: Term) -> Term:
        """The derivative of one term of the sum; its value over names."""
        shown, unfolded, by = self.sheet.shown(body), self.sheet.unfolded(body), self.by_label(self.variable)
        alone = ordinary(self.function, self.variable)
        named = self.sheet.names[body] if isinstance(body, Symbol) and body in self.sheet.names else None
        if named is not None:  # it is differentiated under the name that it has
            label, body = self.name_label(named), named.body
        elif self.plan.parts_of(body) or self.by_members(unfolded):
            label = self.summand(unfolded, shown)
        else:
            label = (rf"\left[{self.sheet.latex(shown)}\right]", f"[{text(shown)}]")
        name = by_name(label, by, alone)
        if label[0].startswith(r"\left["):
            before = by_name(("", ""), by, alone)
            name = before[0] + label[0], f"{before[1]} {label[1]}"
        head = Apply(Function(*name, (), local(unfolded, self.variable)), ())
        return self.part(body, label, unfolded, head, None)

    def by_members(self, body: Term) -> bool:
        """Whether a term of the sum is one over entries, whose derivative is led by one of them."""
        sums = isinstance(self.variable, Symbol) and self.variable.rank
        return bool(sums) and any(is_sum(n) and self.plan.direct(n) for n in walk(body))

    def moves(self, term: Term) -> bool:
        return self.plan.direct(term) or bool(self.plan.parts_of(term))

    def summand(self, body: Term, shown: Term) -> Label:
        """A name for a term of the sum that is made of intermediates: f₁, f₂."""
        n = 1 + sum(s.kind == "definition" and s.rule == "term of the sum" for s in self.steps)
        base = self.label if not {"_", "^"} & set(self.label[0]) else ("f", "f")
        label = (rf"{base[0]}_{n}", base[1] + "₀₁₂₃₄₅₆₇₈₉"[n % 10])
        left = Apply(Function(*label, (), body), ())
        self.steps.append(Step("term of the sum", left, shown, (), "definition", Claim(left)))
        return label

    def finish(self, last: Term, result: Term) -> None:
        """From the line that was reached to the result."""
        if text(last) != text(result):
            self.steps.append(rewritten(last, result))


def _same_sum(a: Term, b: Term) -> bool:
    """Whether two sums have the same terms in another order."""

    def terms(t: Term) -> list[str]:
        return sorted(text(x) for x in args_of(t, add))

    return terms(a) == terms(b)
