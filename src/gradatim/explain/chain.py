"""The chain style: intermediates named, the partial derivative of each, then put together from the function inwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradatim.derive.recognise import negated
from gradatim.errors import UnknownDerivative
from gradatim.explain.algebra import alike, rewritten
from gradatim.explain.partials import chained, local, moved, pushed, regular, unsettled
from gradatim.explain.plan import Plan
from gradatim.explain.raw import raw
from gradatim.explain.rules import condition, described, of_derivatives
from gradatim.explain.sheet import Name, Sheet, reindexed
from gradatim.explain.steps import Claim, Move, Step, Words
from gradatim.explain.tidy import fronted, tidied, turned
from gradatim.matrix.cost import cost
from gradatim.ops import add, exp, number, product, quotient, rational, sigmoid
from gradatim.ops.function import Function
from gradatim.ops.tidy import tidy
from gradatim.term import Apply, Bind, Symbol, Term, substitute
from gradatim.write.latex import latex
from gradatim.write.printer import PLACES
from gradatim.write.text import text

Label = tuple[str, str]
HUGE = 2_000
"""The cost above which a result is not written out: it stays in the names of the intermediates."""
LONG = 260
"""The cost above which a formula is not carried from line to line under its value."""


@dataclass(slots=True)
class Chain:
    """One derivation in the making. `label` is how the function is called, `variable` the variable or member."""

    plan: Plan
    function: Term
    label: Label
    variable: Term
    result: Term
    first: frozenset[str] = frozenset()
    """The names, in LaTeX, whose derivative by the variable is asked for first."""
    steps: list[Step] = field(default_factory=list)
    totals: set[Term] = field(default_factory=set)
    derivatives: dict[tuple[Term, Term], Name] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        return self.plan.sheet

    def run(self) -> list[Step]:
        """All steps, the shape check last."""
        parts = summands(self.plan, self.plan.root)
        self.steps += define(self.plan, self.function, self.label, bool(len(parts) == 1 and self.plan.names))
        whole = derivative_name(self.label, self.variable, self.result)
        if len(parts) == 1:
            self.part(self.plan.root, self.label, self.function, whole, self.result)
        else:
            self.sum_rule(parts, whole)
        self.steps.append(shape_check(self.function, self.variable, self.result, self.label))
        return self.steps

    # ------------------------------------------------------------ names

    def by_label(self, by: Term) -> Label:
        if by in self.plan.sheet.names:
            return self.name_label(self.plan.sheet.names[by])  # type: ignore[index]
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
        place = (rf"\frac{{\partial {of[0]}}}{{\partial {by_label[0]}}}", f"∂{of[1]}/∂{by_label[1]}")
        if held:
            still = ", ".join(h[0] for h in held), ", ".join(h[1] for h in held)
            place = (rf"\left.{place[0]}\right|_{{{still[0]}}}", f"({place[1]})|{still[1]}")
        name = self.sheet.enter(*place, value, indices)
        self.derivatives[of_key, by] = name
        return name

    # ------------------------------------------------------------ one part

    def part(self, body: Term, label: Label, function: Term, whole: Term, result: Term | None) -> Term:
        """The derivative of one part of a sum, or of the whole function; returns its value over names."""
        names = self.reached(body)
        if not names:
            return self.at_once(body, label, function, whole, result)
        self.asked_first(names)
        part = _Part(self, body, label, function, whole, self.reached(body))
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
            part = _Part(self, name.body, label, function, self.sheet.shown(total.reference), inner, name)
            part.partials()
            part.together(value)
            self.totals.add(name.symbol)

    def at_once(self, body: Term, label: Label, function: Term, whole: Term, result: Term | None) -> Term:
        """A part that one rule differentiates."""
        value = result if result is not None else local(body, self.variable)
        claim = Claim(function, (Move(self.variable),))
        self.one_line(whole, body, self.variable, self.sheet.shown(value), claim, None)
        return value

    def one_line(self, left: Term, body: Term, by: Term, value: Term, claim: Claim, ungathered: Term | None) -> None:
        """A derivative by one rule: as the rule gives it, then gathered."""
        rule, why = described(body, by)
        rule = of_derivatives(rule)
        if ungathered is None:
            ungathered = raw(body, by)
        if ungathered is None and self.by_facts(left, body, by, value, claim):
            return
        if isinstance(body, Apply) and body.op is sigmoid and body.is_scalar and by.is_scalar:
            self.steps.append(Step(rule, left, value, why, "partial", claim, substeps=self.sigmoid(body, by, left, value, claim)))
            return
        if ungathered is not None and text(ungathered) != text(value) and cost(ungathered) < 4 * cost(value) + 200:
            self.steps.append(Step(rule, left, ungathered, why, "partial", claim, needs=condition(body, [by])))
            self.steps.append(rewritten(ungathered, value))
        else:
            self.steps.append(Step(rule, left, value, why, "partial", claim, needs=condition(body, [by])))

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
            shown = reindexed(shown, _indices(by), self.plan.member[:1])
        return (
            Step("quotient rule", left, shown, ("(1/h)′ = −h′/h²",), "partial", claim),
            Step("algebra", shown, value, ("1 − σ = exp(−t)/(1 + exp(−t))",), "rewrite", Claim(shown), continues=True),
        )

    def reached(self, body: Term) -> list[Name]:
        """The names below a body, outermost first."""
        return self.plan.outermost_first(body, self.totals)

    # ------------------------------------------------------------ sums

    def sum_rule(self, parts: list[Term], whole: Term) -> None:
        """Term by term, then the sum."""
        left: list[Term] = []
        values: list[Term] = []
        for body in parts:
            shown = self.sheet.shown(body)
            by = self.by_label(self.variable)
            name = (
                rf"\frac{{\partial}}{{\partial {by[0]}}}\left[{latex(shown)}\right]",
                f"∂/∂{by[1]} [{text(shown)}]",
            )
            unfolded = self.sheet.unfolded(body)
            value = local(unfolded, self.variable)
            label = (rf"\left[{latex(shown)}\right]", f"[{text(shown)}]")
            if self.plan.parts_of(body):
                label = self.summand(unfolded, shown)
                name = (rf"\frac{{\partial {label[0]}}}{{\partial {by[0]}}}", f"∂{label[1]}/∂{by[1]}")
            head = Apply(Function(*name, (), value), ())
            left.append(head)
            values.append(self.part(body, label, unfolded, head, None))
        claim = Claim(self.function, (Move(self.variable),))
        rest = [a for a in self.plan.root.args if not self.moves(a)] if self.plan.root.op is add else []  # type: ignore[attr-defined]
        why: Words = ()
        if rest:
            constant = self.sheet.shown(rest[0] if len(rest) == 1 else add(*rest))
            why = (constant, " does not depend on ", self.variable, ", so its derivative is 0")
        total: Term = add(*(self.sheet.shown(v) for v in values))
        if _same_sum(total, self.result):
            total = self.result
        self.steps.append(Step("sum rule", whole, total, why, "chain", claim))
        self.finish(total, total, self.result, whole)

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

    def finish(self, last: Term, unfolded: Term, result: Term, whole: Term) -> None:
        """From the line that was reached to the result."""
        if text(last) != text(result):
            self.steps.append(rewritten(last, result))


class _Part:
    """One scalar or array function over names: its partial derivatives and their product along every path."""

    def __init__(
        self, chain: Chain, body: Term, label: Label, function: Term, whole: Term, names: list[Name], own: Name | None = None
    ) -> None:
        self.chain, self.body, self.label, self.function, self.whole, self.names = chain, body, label, function, whole, names
        self.sheet, self.plan, self.variable = chain.sheet, chain.plan, chain.variable
        self.key = own.symbol if own is not None else body
        self.indices = own.indices if own is not None else ()
        self.nodes: list[tuple[Term, Label, Term, tuple[Symbol, ...]]] = [(self.key, label, body, self.indices)]
        self.nodes += [(n.symbol, chain.name_label(n), n.body, n.indices) for n in names]

    # ------------------------------------------------------------ partial derivatives

    def partials(self) -> None:
        """A line for the derivative of each quantity by each that it is made of."""
        for key, label, body, indices in self.nodes:
            if key in self.chain.totals:
                continue
            for child in self.plan.parts_of(body):
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
            own = {body: self.sheet.names[key].reference}  # type: ignore[index]
            value = substitute(value, own)
            ungathered = None if ungathered is None else substitute(ungathered, own)
        of_indices = tuple(dict.fromkeys((*indices, *(i for i in _indices(by) if by_key is not self.variable))))
        if self.plan.member and by_key is self.variable and indices:
            by_label = (latex(self.plan.variable) + PLACES[1], text(self.plan.variable) + PLACES[1])
        name = self.chain.derivative(label, key, by_key, by_label, value, of_indices, self.held(body, by_key))
        shown = [self.sheet.shown(t) for t in (name.reference, value, body, by, ungathered if ungathered is not None else value)]
        if self.plan.member:
            # The only summand that moves is the member's own: from here on it is the member's index.
            shown = [reindexed(t, of_indices, self.plan.member[: len(of_indices)]) for t in shown]
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
        """Of an array by an array: nothing with two axes, so the rule is applied when it is put together."""

    # ------------------------------------------------------------ together

    def together(self, result: Term | None) -> Term:
        """The chain rule: adjoints from the function inwards, then the variable's."""
        adjoint: dict[Term, Term] = {}
        outer = self.body.rank
        for name in self.names:
            adjoint[name.symbol] = self.adjoint_of(name, adjoint, outer)
        final = self.contributions(self.variable, None, adjoint, outer)
        expression = _sum(final)
        value = result if result is not None else tidied(self.sheet, expression, self.plan)
        why = self.reasons(None)
        claim = Claim(self.function, (Move(self.variable),))
        self.lines(self.whole, expression, self.sheet.shown(value), claim, why)
        return value

    def adjoint_of(self, name: Name, adjoint: dict[Term, Term], outer: int) -> Term:
        """∂f/∂name; written on a line of its own where it is used more than once or by a rule that needs it as a whole."""
        found = self.contributions(name.reference, name, adjoint, outer)
        expression = _sum(found)
        if self.is_name(expression) or not self.needs_line(name, found):
            return expression
        value = tidied(self.sheet, expression, self.plan)
        entry = self.chain.derivative(self.label, self.key, name.symbol, self.chain.name_label(name), value, name.indices)
        of = self.sheet.shown(self.sheet.unfolded(self.body, (name.symbol,)))
        claim = Claim(of, (Move(self.sheet.shown(name.reference)),), True)
        shown = self.sheet.shown(value)
        why = self.reasons(name)
        self.lines(self.sheet.shown(entry.reference), expression, shown if cost(shown) < LONG else None, claim, why)
        return entry.reference

    def reasons(self, name: Name | None) -> Words:
        """For a derivative of an array by an array, which is no matrix: the differential that is passed back instead."""
        out: Words = ()
        for parent, label, body, indices in self.nodes:
            by = name.reference if name is not None else self.own_member(indices)
            if parent in self.chain.totals or regular(body, by) or not self.used(parent, body, name):
                continue
            by_label = self.chain.name_label(name) if name is not None else self.chain.by_label(self.variable)
            along = Symbol(r"\mathrm{d}" + by_label[0], by.type.bare, "d" + by_label[1], "d" + by_label[1])
            value = moved(body, by, along)
            if parent in self.sheet.names:
                value = substitute(value, {body: self.sheet.names[parent].reference})  # type: ignore[index]
            left = Symbol(r"\mathrm{d}" + label[0], body.type.bare, "d" + label[1], "d" + label[1])
            out = (*out, "; " if out else "", left, " = ", self.sheet.shown(value))
        return out

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
        return ways > 1 or by_push or len(found) > 1

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
                return _flat(above, partial)
            return chained(above, partial, body, by, outer)
        found = pushed(body, by, above if above is not None else number(1))
        return found if parent not in self.sheet.names else substitute(found, {body: self.sheet.names[parent].reference})  # type: ignore[index]

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
        formal = self.sheet.shown(expression)
        long = value is not None and cost(value) > HUGE
        put_in = fronted(turned(tidy(self.sheet.shown(self.sheet.unfolded(expression, [n.symbol for n in self.plan.names])))))
        why = "the derivatives along each way from the variable to the function are multiplied" + (
            ", and the ways added" if isinstance(expression, Apply) and expression.op is add else ""
        )
        steps.append(Step("chain rule", whole, formal, reasons or (why,), "chain", claim))
        if value is None:
            return
        last = formal
        inside = self.sheet.shown(tidied(self.sheet, expression, self.plan))
        if text(put_in) != text(last) and cost(put_in) < 2 * LONG:
            step = Step("substitution", last, put_in, ("the partial derivatives put in",), "rewrite", Claim(last), continues=True)
            steps.append(step)
            last = put_in
        if not alike(inside, last) and (long or text(inside) != text(value)) and 4 * cost(inside) < 5 * cost(put_in) < 10 * LONG:
            steps.append(rewritten(last, inside))
            last = inside
        if not long and text(value) != text(last):
            steps.append(rewritten(last, value))


def _same_sum(a: Term, b: Term) -> bool:
    """Whether two sums have the same terms in another order."""

    def terms(t: Term) -> list[str]:
        return sorted(text(x) for x in (t.args if isinstance(t, Apply) and t.op is add else (t,)))

    return terms(a) == terms(b)


def define(plan: Plan, function: Term, label: Label, root: bool) -> list[Step]:
    """A line for each intermediate, the innermost first, and the function in terms of them."""
    sheet, out = plan.sheet, list[Step]()
    for name in plan.names:
        left, body = sheet.shown(name.reference), sheet.shown(name.body)
        if name.given and name.node is not None and name.node.args and text(name.node) != text(left):
            # h(w, xᵢ) of the document goes by its name alone from here on.
            spelt = spelt_out(body)
            forms = (body,) if spelt is body else (spelt, body)
            out.append(Step("definition", left, name.node, (), "definition", Claim(left), forms=forms))
        else:
            rule = "definition" if name.given else "name"
            out.append(Step(rule, left, body, (), "definition", Claim(left)))
    if root:
        before = Apply(Function(*label, (), function), ())
        out.append(Step("name", before, sheet.shown(plan.root), (), "definition", Claim(function)))
    return out


def spelt_out(body: Term) -> Term:
    """A sigmoid as the document had it: 1/(1 + exp(−t))."""
    if isinstance(body, Apply) and body.op is sigmoid and body.is_scalar:
        return quotient(number(1), add(number(1), exp(negated(body.args[0]))))
    return body


def derivative_name(label: Label, variable: Term, result: Term) -> Term:
    """∂f/∂x as it stands on the left of a line."""
    shown = (rf"\frac{{\partial {label[0]}}}{{\partial {latex(variable)}}}", f"∂{label[1]}/∂{text(variable)}")
    return Apply(Function(*shown, (), result), ())


def shape_check(function: Term, variable: Term, result: Term, label: Label) -> Step:
    """The last line: the derivative of the function itself, and why its shape is the right one."""
    if function.is_scalar:
        why: Words = ("a scalar by ", variable, " has the shape of ", variable)
    elif variable.is_scalar:
        why = (f"by a scalar: the shape of {label[1]}",)
    else:
        rows, columns = f"the axes of {label[1]} ({_axes(function)})", f" ({_axes(variable)})"
        if function.rank == variable.rank == 1:
            why = (f"a row for each entry of {label[1]} ({_axes(function)}), a column for each of ", variable, columns)
        else:
            why = (rows + ", then those of ", variable, columns)
    claim = Claim(function, (Move(variable),))
    return Step("shape check", derivative_name(label, variable, result), result, why, "shape", claim)


def _axes(term: Term) -> str:
    return ", ".join(map(str, term.type.axes))


def summands(plan: Plan, root: Term) -> list[Term]:
    """The terms of a sum that depend on the variable, with the constant factors in front of the sum; [root] for anything else."""

    def moving(t: Term) -> bool:
        return plan.direct(t) or bool(plan.parts_of(t))

    if isinstance(root, Apply) and root.op is add:
        found = [p for a in root.args if moving(a) for p in summands(plan, a)]
        return found if len(found) > 1 or len(found) == 1 and len(root.args) > 1 and not plan.names else [root]
    if isinstance(root, Apply) and root.op is product and root.is_scalar:
        inner = [a for a in root.args if moving(a)]
        rest = [a for a in root.args if not moving(a)]
        if len(inner) == 1 and isinstance(inner[0], Apply) and inner[0].op is add and all(a.is_scalar for a in rest):
            found = summands(plan, inner[0])
            if len(found) > 1:
                return [tidy_product(*rest, p) for p in found]
    if isinstance(root, Apply) and root.op is quotient and not moving(root.args[1]):
        found = summands(plan, root.args[0])
        if len(found) > 1:
            return [quotient(p, root.args[1]) for p in found]
    return [root]


def tidy_product(*factors: Term) -> Term:
    """A product of scalars with its numbers in front."""
    flat: list[Term] = []
    for f in factors:
        flat += f.args if isinstance(f, Apply) and f.op is product and f.is_scalar and all(a.is_scalar for a in f.args) else (f,)
    numbers = [f for f in flat if rational(f) is not None]
    value = number(1)
    for f in numbers:
        value = number(value.value * (rational(f) or 1))
    rest = [f for f in flat if rational(f) is None]
    every = rest if value.value == 1 else [value, *rest]
    return every[0] if len(every) == 1 else product(*every)


def _flat(a: Term, b: Term) -> Term:
    left = a.args if isinstance(a, Apply) and a.op is product else (a,)
    return product(*left, b)


def _sum(terms: list[Term]) -> Term:
    """The sum of the ways, what all have in front taken out. Raises UnknownDerivative where there is none."""
    if not terms:
        raise UnknownDerivative("no intermediate moves with the variable: there are no steps to write")
    if len(terms) == 1:
        return terms[0]
    factors = [t.args if isinstance(t, Apply) and t.op is product else (t,) for t in terms]
    first = factors[0][0]
    if first.is_scalar and all(len(f) > 1 and f[0] is first for f in factors):
        return product(first, _sum([f[1] if len(f) == 2 else product(*f[1:]) for f in factors]))
    return add(*terms)


def _indices(term: Term) -> tuple[Symbol, ...]:
    return tuple(a for a in term.args[1:] if isinstance(a, Symbol)) if isinstance(term, Apply) else ()


__all__ = ["Chain", "cost", "summands"]
