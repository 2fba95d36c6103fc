"""What stands round every derivation: the definitions at its head, the name of the derivative, the shape check at its end."""

from __future__ import annotations

from gradatim.derive.recognise import negated
from gradatim.explain.formula import Formula
from gradatim.explain.plan import Plan
from gradatim.explain.steps import Claim, Label, Move, Step, Words
from gradatim.ops import add, exp, number, quotient, sigmoid, size
from gradatim.ops.function import Function
from gradatim.term import Apply, Symbol, Term, free_symbols
from gradatim.write.latex import latex
from gradatim.write.text import text

HUGE = 2_000
"""The cost above which a result is not written out: it stays in the names of the intermediates."""


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


def derivative_name(label: Label, variable: Term, result: Term, function: Term | None = None) -> Term:
    """∂f/∂x as it stands on the left of a line; df/dx where the function is one of that number alone."""
    by = latex(variable), text(variable)
    return Apply(Function(*by_name(label, by, function is not None and ordinary(function, variable)), (), result), ())


def ordinary(function: Term, variable: Term) -> bool:
    """Whether a function is one of a single number, so that its derivatives are ordinary ones."""
    return variable.is_scalar and isinstance(variable, Symbol) and set(free_symbols(function)) == {variable}


def by_name(of: Label, by: Label, ordinary: bool, order: int = 1) -> Label:
    """∂f/∂x, or df/dx, in LaTeX and in text; of a higher order by one variable ∂²f/∂x²."""
    d, mark = ("d", "d") if ordinary else (r"\partial ", "∂")
    if order == 1:
        return rf"\frac{{{d}{of[0]}}}{{{d}{by[0]}}}", f"{mark}{of[1]}/{mark}{by[1]}"
    return rf"\frac{{{d.strip()}^{order} {of[0]}}}{{{d}{by[0]}^{order}}}", f"{mark}²{of[1]}/{mark}{by[1]}²"


def shape_check(function: Term, variable: Term, result: Term, label: Label) -> Step:
    """The last line: the derivative of the function itself, and why its shape is the right one."""
    name = Formula(label[1], label[0])
    if function.is_scalar:
        why: Words = ("a scalar by ", variable, " has the shape of ", variable)
    elif variable.is_scalar:
        why = ("by a scalar: the shape of ", name)
    else:
        rows, columns = (" (", _axes(function), ")"), (" (", _axes(variable), ")")
        if function.rank == variable.rank == 1:
            why = ("a row for each entry of ", name, *rows, ", a column for each of ", variable, *columns)
        else:
            why = ("the axes of ", name, *rows, ", then those of ", variable, *columns)
    claim = Claim(function, (Move(variable),))
    return Step("shape check", derivative_name(label, variable, result, function), result, why, "shape", claim)


def _axes(term: Term) -> Formula:
    return Formula(", ".join(map(str, term.type.axes)), ", ".join(latex(size(d)) for d in term.type.axes))
