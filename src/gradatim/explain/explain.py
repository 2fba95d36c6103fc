"""`explain`: from a function and a variable to a derivation in which every step is verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradatim.derive.derivative import LAYOUTS, derived, one_derivative, target, without_facts
from gradatim.errors import LimitExceeded, NotVerified, ShapeError, UnknownDerivative
from gradatim.explain.by_index import IndexChain, whole_by_entries
from gradatim.explain.chain import Chain
from gradatim.explain.checker import faults
from gradatim.explain.coda import Convention, in_convention
from gradatim.explain.collected import collected, collecting, moves_whole
from gradatim.explain.derivation import Derivation
from gradatim.explain.differential import D, Differentials
from gradatim.explain.earlier import Lemma
from gradatim.explain.forward import Forward
from gradatim.explain.frame import HUGE, by_name, derivative_name, ordinary
from gradatim.explain.likewise import folded
from gradatim.explain.part import DEEP
from gradatim.explain.partials import local, regular
from gradatim.explain.plan import Plan, opened, planned
from gradatim.explain.regroup import numbered, regrouped
from gradatim.explain.sheet import Sheet
from gradatim.explain.steps import Claim, Move, Step
from gradatim.explain.summands import summands
from gradatim.matrix.build import is_zero
from gradatim.matrix.cost import cost
from gradatim.matrix.settle import with_facts
from gradatim.ops import basis, equal, maximum, minimum, norm, number, power, rational, sqnorm, transpose
from gradatim.ops.function import Function, substitute_through
from gradatim.ops.powers import mpower, raised_to
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, transform, walk
from gradatim.write.latex import latex
from gradatim.write.spelling import USUAL, Spelling
from gradatim.write.text import text

MAX_TERMS = 60
MAX_NODES = 2_000
"""Parts of a function above which nobody would read its derivation."""
STYLES = ("chain", "differential", "index")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a derivation is to be written: its style, how the function is called, the names (in LaTeX) of definitions whose own
    derivative comes first, how the question spells things, what earlier questions derived, the form of the answer."""

    style: str
    label: tuple[str, str]
    first: frozenset[str]
    author: Spelling
    lemmas: tuple[Lemma, ...]
    convention: Convention


def explain(
    function: Term,
    *wrt: Term,
    style: str = "chain",
    label: tuple[str, str] = ("f", "f"),
    result: Term | None = None,
    first: Iterable[str] = (),
    layout: str = "gradient",
    structure: str = "",
    columns: bool = False,
    verified: bool = True,
    author: Spelling = USUAL,
    lemmas: Iterable[Lemma] = (),
) -> Derivation:
    """The derivation of the derivative of a function by a symbol or a member of a family.

    `label` is how the function is called, in LaTeX and in text; `result` the derivative, where it is known already; `first` the
    names (in LaTeX) of definitions whose own derivative is to come first; `author` how the question spells things; `lemmas` what
    earlier questions derived, cited where it holds here. In another `layout`, for a `structure` (`projected`, `entries`), or on
    stacked `columns`, last lines lead from the derivative to the form that was asked for. Raises NotVerified where a step fails its
    check: nothing is shown that was not verified.
    """
    if style not in STYLES:
        raise ShapeError(f"unknown style {style!r}; there are {', '.join(STYLES)}")
    if len(wrt) not in (1, 2):
        raise ShapeError("a derivation is by one variable, or by two for a second derivative")
    if layout not in LAYOUTS:
        raise ShapeError(f"unknown layout {layout!r}; there are {', '.join(LAYOUTS)}")
    manner = Manner(style, label, frozenset(first), author, tuple(lemmas), Convention(layout, structure, columns))
    made = _made(function, wrt, manner, result)
    if not verified:
        return made
    try:
        return checked(made)
    except NotVerified:
        if not manner.lemmas:
            raise
        # A name can mean another thing in an earlier question: what does not hold here is not cited.
        return checked(_made(function, wrt, replace(manner, lemmas=()), result))


def _made(function: Term, wrt: tuple[Term, ...], manner: Manner, result: Term | None) -> Derivation:
    if len(wrt) == 1:
        derivation = first_order(function, wrt[0], manner, result)
    else:
        derivation = second_order(function, wrt[0], wrt[1], manner, result)
    return replace(derivation, steps=folded(derivation.steps), coda=in_convention(derivation, manner.convention))


def first_order(function: Term, variable: Term, manner: Manner, result: Term | None, before: Sheet | None = None) -> Derivation:
    """The derivation of a first derivative, unchecked; `before` is the sheet of one that stands above it."""
    _readable(function)
    label, style = manner.label, manner.style
    plan = laid_out(function, variable, label, manner.author, before)
    if len(summands(plan, plan.root)) > MAX_TERMS:
        raise LimitExceeded(f"the function is a sum of more than {MAX_TERMS} terms: no derivation of it is written out")
    if result is None:
        result = derived(function, variable, verified=False).term
    if before is None and is_zero(result):
        raise UnknownDerivative("the function does not move with the variable: its derivative is 0, and there are no steps to it")
    symbol, sheet, asked = plan.variable, plan.sheet, ""
    if style == "differential" and len(plan.names) > DEEP and cost(sheet.unfolded(plan.root)) > HUGE // 4:
        asked, style = (style, "chain") if _has_chain(plan, function, variable) else ("", style)
    if style != "differential" and _has_chain(plan, function, variable):
        made = Chain if style == "chain" else IndexChain
        steps = made(plan, function, label, variable, result, manner.first, manner.lemmas).run()
    elif style == "index" and (
        whole := whole_by_entries(function, label, variable, result, Sheet(function, variable, author=manner.author))
    ):
        steps = whole
    elif style == "chain":
        along = Symbol(D + latex(variable), variable.type.bare, "d" + symbol.plain, "d" + text(variable))
        moving: Term = number(1) if variable.is_scalar else along
        steps = Forward(plan, variable, moving, function, label, result).run()
    else:
        asked, style = style if style != "differential" else asked, "differential"
        direction = Symbol(D + latex(variable), variable.type.bare, "d" + symbol.plain, "d" + text(variable))
        steps = Differentials(plan, variable, direction, function, label, result).run()
    if plan.whole is not None:
        steps = [collecting(function, readied(opened(function)), opened(plan.whole), label), *steps]
    given = function, label, (variable,), style, tuple(_unsaid(steps)), result, function, sheet.letters, manner.author
    return Derivation(*given, paper=sheet, asked=asked)


def _readable(function: Term) -> None:
    """Raises LimitExceeded for a function that is too large for steps that anybody would read."""
    for count, _ in enumerate(walk(function)):
        if count > MAX_NODES:
            raise LimitExceeded(f"the function has more than {MAX_NODES} parts: no derivation of it is written out")


def second_order(function: Term, x: Term, y: Term, manner: Manner, result: Term | None) -> Derivation:
    """The gradient by the first variable, then its derivative by the second."""
    label = manner.label
    if result is None:
        result = derived(function, x, y, verified=False).term
    below = first_order(function, x, manner, None)
    known = next((q for m in manner.lemmas if (q := _gradient_of(m, label, x, below.result))), "")
    # The second derivative is of the gradient in which no fact about the variable was used.
    gradient = _known_of_others(one_derivative(function, x), x, y)
    taken = {n for s in free_symbols(function, x, y) for n in (s.name, s.label, s.plain)} | set(label)
    letter = next(c for c in ("g", "G", "q", "φ") if c not in taken)
    head = Apply(Function(letter, letter, (), gradient), ())
    whole = derivative_name(label, x, below.result, function)
    claim = Claim(function, (Move(x),))
    rule = f"the gradient, as in {known}" if known else "name"
    named = Step(rule, head, gradient, ("the gradient ", whole, ", to be differentiated again"), "definition", claim)
    if is_zero(result) and not set(free_symbols(y)) & set(free_symbols(gradient)):
        claim = Claim(gradient, (Move(y),))
        said = ("the gradient does not depend on ", y)
        last = Step("derivative of a constant", _second_name(function, label, x, y, result), result, said, "partial", claim)
        steps = (*(() if known else below.steps[:-1]), named, last)
        return Derivation(function, label, (x, y), manner.style, steps, result, gradient, below.letters, manner.author)
    again = first_order(gradient, y, replace(manner, label=(letter, letter), lemmas=()), result, None if known else below.paper)
    last = replace(again.steps[-1], before=_second_name(function, label, x, y, result))
    over_names = tuple(s.after for s in again.steps if s.before is head and text(s.after) != text(gradient))
    named = replace(named, forms=over_names)
    above = () if known else below.steps[:-1]
    fresh = tuple(_unsaid((s for s in again.steps[:-1] if s.before is not head), above))
    steps = (*above, named, *fresh, last)
    letters = {**below.letters, **again.letters}
    return Derivation(function, label, (x, y), manner.style, steps, result, gradient, letters, manner.author)


def _known_of_others(gradient: Term, *variables: Term) -> Term:
    """The gradient with what is known of everything but the variables used: 𝟏ᵀt = 1 for probabilities t."""
    bare = {symbol: without_facts(symbol, symbol)[0] for symbol in (target(v)[0] for v in variables)}
    for symbol, unknown in bare.items():
        gradient = substitute_through(gradient, symbol, unknown) if unknown is not symbol else gradient
    gradient = with_facts(gradient)
    for symbol, unknown in bare.items():
        gradient = substitute_through(gradient, unknown, symbol) if unknown is not symbol else gradient
    return gradient


def _gradient_of(lemma: Lemma, label: tuple[str, str], x: Term, gradient: Term) -> str:
    """The question that derived this very gradient; "" where the lemma is another."""
    return lemma.question if (lemma.of, lemma.by) == (label[0], latex(x)) and lemma.result is gradient else ""


def _unsaid(steps: Iterable[Step], above: Sequence[Step] = ()) -> Iterator[Step]:
    """The steps that say something new: intermediates and partial derivatives are said once, with all lines that go on with them."""
    seen = {_said(s) for s in above} - {("", "")}
    again = False
    for step in steps:
        if not step.continues:
            said = _said(step)
            again = said in seen
            if said != ("", ""):
                seen.add(said)
        if not again:
            yield step


def _said(step: Step) -> tuple[str, str]:
    """What a step says, to say it once."""
    return (text(step.before), text(step.after)) if step.kind in ("definition", "partial") else ("", "")


def _second_name(function: Term, label: tuple[str, str], x: Term, y: Term, result: Term) -> Term:
    """∂²f/∂x∂y."""
    if x is y:
        return Apply(Function(*by_name(label, (latex(x), text(x)), ordinary(function, x), 2), (), result), ())
    below, shown = rf"\partial {latex(x)} \partial {latex(y)}", f"∂{text(x)}∂{text(y)}"
    return Apply(Function(rf"\frac{{\partial^2 {label[0]}}}{{{below}}}", f"∂²{label[1]}/{shown}", (), result), ())


def readied(function: Term) -> Term:
    """A squared norm as one operation (‖r‖² is differentiated without a root), a whole power of a matrix as that power, the
    larger of two equal things as the one that they are (their corner would be everywhere), nothing transposed twice."""

    def rule(node: Term) -> Term:
        if isinstance(node, Apply) and node.op is power and rational(node.args[1]) == 2:
            inner = node.args[0]
            if isinstance(inner, Apply) and inner.op is norm:
                return sqnorm(inner.args[0])
        if isinstance(node, Apply) and node.op is mpower and rational(node.args[1]) is not None:
            return raised_to(node.args[0], node.args[1])
        if isinstance(node, Apply) and node.op is transpose and isinstance(node.args[0], Apply) and node.args[0].op is transpose:
            return node.args[0].args[0]
        if isinstance(node, Apply) and node.op in (maximum, minimum) and node.args[0] is node.args[1]:
            return node.args[0]
        return node

    return transform(function, rule)


def laid_out(function: Term, variable: Term, label: tuple[str, str], author: Spelling, before: Sheet | None = None) -> Plan:
    """The plan with names under sums, or without them where their derivatives would be written with indices."""
    symbol, member = target(variable)
    function = readied(function)
    plan = _named(function, symbol, member, variable, label, author, before)
    whole = collected(function, symbol) if not member and moves_whole(plan) else function
    if whole is function:
        return plan
    plan = _named(whole, symbol, member, variable, label, author, before)
    plan.whole = whole
    return plan


def _named(
    function: Term,
    symbol: Symbol,
    member: tuple[Term, ...],
    variable: Term,
    label: tuple[str, str],
    author: Spelling,
    before: Sheet | None,
) -> Plan:
    for under_sums in (True, False):
        sheet = Sheet(function, variable, author=author)
        sheet.taken |= {*label}
        if before is not None:
            sheet.taken |= before.taken - set(before.letters.values())
            sheet.earlier = {n.node: (n.latex, n.text) for n in before.names.values() if n.node is not None and not n.given}
        plan = numbered(regrouped(planned(function, symbol, member, sheet, under_sums)))
        if not any(n.indices for n in plan.names) or not any(map(_by_entries, _partials(plan, variable))):
            break
    return plan


def _partials(plan: Plan, variable: Term) -> Iterator[Term]:
    """The derivatives of names under sums by what they are made of."""
    for name in plan.names:
        if name.indices:
            if plan.direct(name.body) and regular(name.body, variable):
                by = variable.rebuild((variable.args[0], *name.indices)) if plan.member else variable
                yield local(name.body, by)
            for child in plan.parts_of(name.body):
                if regular(name.body, child.body):
                    yield local(name.body, child.reference)


def _by_entries(term: Term) -> bool:
    """Whether a formula is written out by its entries."""
    return any(
        isinstance(n, Bind) and n.kind == "stack" or isinstance(n, Apply) and (n.op is equal and n.is_scalar or n.op is basis)
        for n in walk(term)
    )


def _has_chain(plan: Plan, function: Term, variable: Term) -> bool:
    """Whether partial derivatives with at most two axes put the derivative together."""
    if function.is_scalar:
        return True
    if not regular(function, variable) or not all(regular(function, n.body) for n in plan.names):
        return False
    edges = [(n.body, c.body) for n in plan.names for c in plan.parts_of(n.body)]
    edges += [(n.body, variable) for n in plan.names if plan.direct(n.body)]
    return all(regular(a, b) for a, b in edges)


def checked(derivation: Derivation) -> Derivation:
    """The derivation with what was checked of every step written beside it. Raises NotVerified where one fails."""
    found, how = faults(derivation)
    if found:
        fault = found[0]
        path = ".".join(map(str, fault.path))
        raise NotVerified(
            f"step {path} of the derivation failed its check ({text(fault.step.before)} = {text(fault.step.after)}): "
            f"{fault.reason}; please report this"
        )
    steps, coda = (tuple(_noted(s, how) for s in part) for part in (derivation.steps, derivation.coda))
    return replace(derivation, steps=steps, coda=coda)


def _noted(step: Step, how: str) -> Step:
    claim = step.claim
    word = how
    if claim is not None and claim.moves:
        word = how.replace("both sides equal", "equal to difference quotients", 1)
    return step.with_check(word, tuple(_noted(s, how) for s in step.substeps))
