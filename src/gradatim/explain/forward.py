"""The chain style where an intermediate and the function are arrays, so that no gradient is passed back: the derivative of each
intermediate by the variable, from the variable to the function. By a number it is ∂M/∂x itself; by an array it has more than two
axes and stands as the linear map that it is, ∂S/∂X[dX] = −S dX S, and maps are composed.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.explain.algebra import GATHERED
from gradatim.explain.differential import Differentials
from gradatim.explain.frame import by_name, ordinary
from gradatim.explain.rules import condition, described_differential, of_derivatives
from gradatim.explain.sheet import Name
from gradatim.explain.steps import Claim, Label, Step, Words
from gradatim.ops import number, product, quotient, rational
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Term, transform
from gradatim.write.latex import latex
from gradatim.write.text import text


@dataclass(slots=True)
class Forward(Differentials):
    """The derivatives of the intermediates one after the other; `direction` is 1 for a number, dX for an array."""

    def named(self, of: Label) -> Label:
        """∂S/∂x, or ∂S/∂X[dX]."""
        shown = by_name(of, (latex(self.variable), text(self.variable)), ordinary(self.function, self.variable))
        if self.variable.is_scalar:
            return shown
        return f"{shown[0]}[{{{latex(self.direction)}}}]", f"{shown[1]}[{text(self.direction)}]"

    def differential_name(self, name: Name, mark: Label) -> Label:
        return self.named((name.latex + mark[0], name.text + mark[1]))

    def whole_name(self) -> Label:
        return self.named(self.label)

    def neat(self, term: Term) -> Term:
        return Differentials.neat(self, transform(term, _without_one) if self.variable.is_scalar else term)

    def ruled(self, body: Term) -> tuple[str, Words]:
        rule, why = described_differential(body, self.movers(body))
        if self.plan.parts_of(body) and rule in ("linearity", "sum rule"):
            return "chain rule", ("the derivative passes through what is linear",)
        return of_derivatives(rule), () if rule == "linearity" else why

    def lines(self, whole: Apply) -> None:
        """The function's own line, in the derivatives of what it is made of, then with these put in."""
        if not self.variable.is_scalar:
            Differentials.lines(self, whole)
            return
        root, shown = self.plan.root, self.sheet.shown
        first = shown(self.neat(self.of(root)))
        rule, why = self.ruled(root)
        needs = condition(root, self.movers(root))
        kind = "chain" if self.plan.names else "partial"
        self.steps.append(Step(rule, whole, first, why, kind, Claim(shown(root), self.moves(root), True), needs=needs))
        last = self.go_on("substitution", first, shown(self.unfolded(root)), ("the derivatives of the intermediates put in",))
        last = self.go_on("algebra", last, shown(self.sheet.folded(self.result)), ())
        self.go_on("algebra", last, self.result, GATHERED)


def _without_one(node: Term) -> Term:
    """A product or a quotient without its factors 1."""
    if isinstance(node, Apply) and node.op is quotient and rational(node.args[1]) == 1:
        return node.args[0]
    if not isinstance(node, Apply) or node.op is not product:
        return node
    kept = [a for a in node.args if rational(a) != 1]
    return made_of(product, kept) if kept else number(1)
