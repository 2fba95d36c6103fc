"""What the parts of a derivation write into: its steps, its names, the derivatives that have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradatim.explain.algebra import alike, rewritten
from gradatim.explain.by_summand import by_summand
from gradatim.explain.earlier import Lemma
from gradatim.explain.formula import f
from gradatim.explain.frame import by_name, ordinary, spelt_out
from gradatim.explain.partials import unsettled
from gradatim.explain.plan import Plan
from gradatim.explain.primaries import out_of_the_trace
from gradatim.explain.raw import raw
from gradatim.explain.rules import condition, described, of_derivatives
from gradatim.explain.sheet import Name, Sheet, indices_of, reindexed
from gradatim.explain.steps import Claim, Label, Step, Words
from gradatim.matrix.cost import cost
from gradatim.ops import sigmoid
from gradatim.term import Apply, Symbol, Term, free_symbols
from gradatim.write.latex import latex
from gradatim.write.names import PLACES
from gradatim.write.text import text


@dataclass(slots=True)
class Ledger:
    """One derivation in the making. `label` is how the function is called, `variable` the variable or member."""

    plan: Plan
    function: Term
    label: Label
    variable: Term
    result: Term
    first: frozenset[str] = frozenset()
    """The names, in LaTeX, whose derivative by the variable is asked for first."""
    lemmas: tuple[Lemma, ...] = ()
    """What earlier questions derived."""
    steps: list[Step] = field(default_factory=list)
    totals: set[Term] = field(default_factory=set)
    derivatives: dict[tuple[Term, Term], Name] = field(default_factory=dict)
    below: dict[tuple[Term, int], list[Name]] = field(default_factory=dict)
    """The names below a body, for as many derivatives as were asked for first."""

    @property
    def sheet(self) -> Sheet:
        return self.plan.sheet

    def by_label(self, by: Term) -> Label:
        if by in self.plan.sheet.names:
            return self.name_label(self.plan.sheet.names[by])
        return latex(by), text(by)

    @staticmethod
    def name_label(name: Name) -> Label:
        place = PLACES[len(name.indices)] if name.indices else ""
        return name.latex + place, name.text + place

    def derivative(
        self,
        of: Label,
        of_key: Term,
        by: Term,
        by_label: Label,
        value: Term,
        indices: tuple[Symbol, ...],
        held: Sequence[Label] = (),
    ) -> Name:
        """The name ∂of/∂by with its value; `held` are the quantities that stand still beside the variable."""
        alone = not held and ordinary(self.function, self.variable) and self.only(of_key, by)
        place = by_name(of, by_label, alone)
        if held:
            still = ", ".join(h[0] for h in held), ", ".join(h[1] for h in held)
            place = (rf"\left.{place[0]}\right|_{{{still[0]}}}", f"({place[1]})|{still[1]}")
        name = self.sheet.enter(*place, value, indices)
        self.derivatives[of_key, by] = name
        return name

    def only(self, of_key: Term, by: Term) -> bool:
        """Whether a quantity depends on one of its parts alone."""
        body = self.sheet.names[of_key].body if of_key in self.sheet.names else of_key
        return set(free_symbols(self.sheet.unfolded(body, [by]))) == {by}  # type: ignore[list-item]

    def one_line(self, left: Term, body: Term, by: Term, value: Term, claim: Claim, ungathered: Term | None) -> None:
        """A derivative by one rule: as the rule gives it, then gathered."""
        rule, why = described(body, by)
        rule, why = of_derivatives(rule), (*why, *out_of_the_trace(body, by))
        if ungathered is None:
            ungathered = raw(body, by)
        if ungathered is None and (steps := by_summand(self.sheet, left, body, by, value, claim)):
            self.steps += steps
            return
        if ungathered is None and self.by_facts(left, body, by, value, claim):
            return
        if isinstance(body, Apply) and body.op is sigmoid and body.is_scalar and by.is_scalar:
            self.steps.append(Step(rule, left, value, why, "partial", claim, substeps=self.sigmoid(body, by, left, value, claim)))
            return
        if ungathered is not None and not alike(ungathered, value) and cost(ungathered) < 4 * cost(value) + 200:
            self.steps.append(Step(rule, left, ungathered, why, "partial", claim, needs=condition(body, [by])))
            self.steps.append(rewritten(ungathered, value))
        else:
            self.steps.append(Step(rule, left, value, why, "partial", claim, needs=condition(body, [by])))

    def by_entries(self, left: Term, body: Term, by: Term, value: Term, claim: Claim) -> bool:
        """Whether a derivative of an array by an array was led by its entries: in the index style it is."""
        return False

    def by_facts(self, left: Term, body: Term, by: Term, value: Term, claim: Claim) -> bool:
        """The derivative as the rule gives it, then with what is known of the matrices in it; whether that says more."""
        found = unsettled(body, by)
        if found is None or cost(found[0]) > 3 * cost(value) + 60:
            return False
        plain, used = self.sheet.shown(found[0]), found[1]
        if text(plain) == text(value):
            return False
        rule, why = described(body, by)
        rule = of_derivatives(rule)
        self.steps.append(Step(rule, left, plain, why, "partial", claim, needs=condition(body, [by])))
        said: Words = ()
        for symbol, kind in used.items():
            said = (*said, *(("; ",) if said else ()), self.sheet.shown(symbol), f" is {kind}")
        name = "symmetry" if any("symmetric" in kind for kind in used.values()) else "what is given"
        self.steps.append(Step(name, plain, value, said, "rewrite", Claim(plain), continues=True))
        return True

    def sigmoid(self, body: Term, by: Term, left: Term, value: Term, claim: Claim) -> tuple[Step, ...]:
        """Why σ′ = σ(1 − σ): the quotient rule on 1/(1 + exp(−t))."""
        slope = raw(spelt_out(body), by)
        if slope is None:
            return ()
        shown = self.sheet.shown(slope)
        if self.plan.member:
            shown = reindexed(shown, indices_of(by), self.plan.member[:1])
        return (
            Step("quotient rule", left, shown, (f("(1/h)′ = −h′/h²"),), "partial", claim),
            Step("algebra", shown, value, (f("1 − σ = exp(−t)/(1 + exp(−t))"),), "rewrite", Claim(shown), continues=True),
        )

    def reached(self, body: Term) -> list[Name]:
        """The names below a body, outermost first."""
        key = body, len(self.totals)
        if key not in self.below:
            self.below[key] = self.plan.outermost_first(body, self.totals)
        return self.below[key]
