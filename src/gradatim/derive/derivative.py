"""The derivative of a term by a variable or a family's member, in a layout, verified against the function itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradatim.check.along import verify_differential
from gradatim.check.verify import Verification, verify
from gradatim.derive.closing import Indices
from gradatim.derive.conditions import Condition, conditions
from gradatim.derive.entry_sums import as_arrays
from gradatim.derive.folded import by_name, entries_of
from gradatim.derive.forward import tangent
from gradatim.derive.laplacian import as_laplacian
from gradatim.derive.powers import is_function_of_one, own_variable, put_back
from gradatim.derive.primary import is_along
from gradatim.derive.recognise import as_spelled, named, recognised
from gradatim.derive.sweep import flow
from gradatim.derive.whole_ranges import over_whole_ranges
from gradatim.errors import LimitExceeded, ShapeError, UnknownDerivative
from gradatim.index.lower import fresh_for, join
from gradatim.matrix.build import is_zero, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.definitions import expanded
from gradatim.matrix.divided import divided
from gradatim.matrix.even import alike
from gradatim.matrix.explicit import by_its_entries
from gradatim.matrix.gathered_rows import in_blocks
from gradatim.matrix.kept import keep
from gradatim.matrix.lift import lift_sum
from gradatim.matrix.matrix_form import is_matrix_form
from gradatim.matrix.members import over_rows
from gradatim.matrix.orientation import as_read, identity_last, in_its_order, one_way
from gradatim.matrix.partial import by_restriction, from_second, under_one_sign
from gradatim.matrix.ranges import in_ranges
from gradatim.matrix.rows import with_entries_opened
from gradatim.matrix.settle import cancelled, with_facts
from gradatim.matrix.signs import signs_inside
from gradatim.matrix.stack import entry_at
from gradatim.matrix.tensors import by_entries
from gradatim.ops import add, at, inner, product, trace
from gradatim.ops.base import Factor, Monomial
from gradatim.ops.function import Function, substitute_through
from gradatim.ops.structure import number
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, is_sum, substitute, transform, walk
from gradatim.write.latex import latex

LAYOUTS = ("gradient", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivative and the checks it passed, one for each order."""

    term: Term
    checks: tuple[Verification, ...]
    convention: str = ""
    """What the result is, in words, where it is not the ambient derivative."""
    stages: tuple[Term, ...] = ()
    """What was differentiated, by each of `wrt` in turn: the function, its first derivative, and so on."""
    wrt: tuple[Term, ...] = ()
    point: tuple[str, str] = ("", "")
    """The point at which the result is the value of the derivative, `general`, in LaTeX and text; of that the checks speak."""
    general: Term | None = None
    held: tuple[Condition, ...] | None = None
    """The conditions that are left at the point."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold for the derivative to exist and to be this, beside what is declared."""
        return conditions(self.stages, self.wrt, self.term) if self.held is None else self.held

    @property
    def checked(self) -> str:
        """How the result was checked, in words; the last order's check speaks for the result."""
        found = self.checks[-1].text if self.checks else "not checked"
        found = f"at {self.point[1]}; the derivative {found}" if self.general is not None else found
        return f"{self.convention}; {found}" if self.convention else found

    def as_json(self) -> dict[str, object]:
        """The checks as data: outcome, words, and the figures of the last order's check."""
        if not self.checks:
            return {"outcome": "not checked", "text": self.checked}
        last = self.checks[-1]
        figures = {"method": last.method, "points": last.points, "sizes": last.sizes, "digits": last.digits, "seed": last.seed}
        return {"outcome": "verified", "text": self.checked, **figures}


MAX_AXES = 8
"""Axes of a result: a fourth derivative by a matrix has eight."""


def derivative(function: Term, *wrt: Term, layout: str = "gradient", verified: bool = True) -> Term:
    """The derivative of `function` by each of `wrt` in turn.

    A scalar by an array has the array's shape; an array by a scalar the function's; a vector by a vector is the Jacobian
    with entries d f_i / d x_j (numerator); `denominator` is its transpose. `wrt` holds symbols or members of families
    (`at(x, i)` with a free index). Raises UnknownDerivative, ShapeError, NotVerified.
    """
    return derived(function, *wrt, layout=layout, verified=verified).term


def derived(function: Term, *wrt: Term, layout: str = "gradient", verified: bool = True) -> Derived:
    """As `derivative`, with what its checks found."""
    if layout not in LAYOUTS:
        raise ShapeError(f"unknown layout {layout!r}; there are {', '.join(LAYOUTS)}")
    if not wrt:
        raise ShapeError("a derivative needs a variable")
    if (axes := function.rank + sum(w.rank for w in wrt)) > MAX_AXES and len(wrt) > 1:
        raise LimitExceeded(f"a derivative with {axes} axes is not worked out: no more than {MAX_AXES}")
    for variable in wrt:
        _no_namesake(function, variable)
    if (raised := next((w for w in wrt if is_function_of_one(w)), None)) is not None:
        changed, mark = own_variable(function, raised)
        found = derived(changed, *(mark if w is raised else w for w in wrt), layout=layout, verified=verified)
        return replace(found, term=put_back(found.term, mark, raised), stages=(function,), wrt=wrt)
    result = function
    checks: list[Verification] = []
    stages: list[Term] = []
    for n, variable in enumerate(wrt):
        before = result
        stages.append(before)
        last = n == len(wrt) - 1
        raw = one_derivative(before, variable)
        result = readable(raw, function) if last else raw
        if verified:
            checks.append(verify(before, variable, result))
    return Derived(in_layout(result, function, wrt, layout), tuple(checks), "", tuple(stages), wrt)


def readable(raw: Term, function: Term) -> Term:
    """A derivative of `function` as it is shown: facts used, signs and differences where a person puts them, functions named."""
    settled = by_entries(over_rows(under_one_sign(in_ranges(cancelled(_with_facts(raw, function))))))
    settled = from_second(by_restriction(one_way(alike(settled))))
    shown = one_way(named(as_read(in_blocks(by_its_entries(signs_inside(with_entries_opened(settled)))), function)))
    ordered = identity_last(in_its_order(shown, function), function)
    return as_spelled(with_entries_opened(by_name(divided(ordered), function)), function)


def _with_facts(raw: Term, function: Term) -> Term:
    """Facts used, but for those that the function itself states as a constraint: of λ (Σᵢ wᵢ − 1) by λ remains Σᵢ wᵢ − 1."""
    stated = [s for n in walk(function) if _vanishes(n) for s in free_symbols(n) if s.type.facts]
    hidden = {s: Symbol(s.name + "\u2063", s.type.bare, s.plain, s.label) for s in stated}
    for s, bare in hidden.items():
        raw = substitute_through(raw, s, bare)
    found = with_facts(raw)
    for s, bare in hidden.items():
        found = substitute_through(found, bare, s)
    return found


def _vanishes(node: Term) -> bool:
    """Whether facts make a whole sum of a few terms zero."""
    if not (isinstance(node, Apply) and node.op is add and len(node.args) <= MOST_STATED):
        return False
    return any(s.type.facts for s in free_symbols(node)) and is_zero(with_facts(node))


MOST_STATED = 3
"""Terms above which a sum is not looked at as a constraint."""


def one_derivative(function: Term, variable: Term) -> Term:
    """The derivative with facts about the variable left unused, so that it can be differentiated again."""
    symbol, taken = target(variable)
    bare, body = without_facts(symbol, function)
    with keep(*(i for i in taken if is_index(i)), *(s for s in free_symbols(body) if is_index(s))):
        if not taken and not symbol.rank and _has_arrays(body):
            return _by_scalar(body, bare, symbol)
        spread = (body,) if taken else (body, over_whole_ranges(body))
        forms = dict.fromkeys((body, *(recognised(as_arrays(form)) for form in spread), as_laplacian(body)))
        found = [_backwards(form, bare, taken) for form in forms]
        found += _as_entry(body, bare, taken) + _written_out(body, bare, taken, found)
        # What is shown has its facts used: labels that add up to one make the arrays shorter.
        result = min(found, key=lambda t: cost(with_facts(t))) if len(found) > 1 else found[0]
    return substitute_through(result, bare, symbol)


def _as_entry(body: Term, symbol: Symbol, taken: Indices) -> list[Term]:
    """The derivative by an entry of a vector also as the entry of the one by the vector: (softmax(a) − t)ₖ by aₖ."""
    if len(taken) != 1 or symbol.type.family or symbol.rank != 1 or not body.is_scalar or not any(is_sum(n) for n in walk(body)):
        return []
    whole = with_facts(_backwards(recognised(as_arrays(body)), symbol, ()))
    entry = entry_at(whole, taken[0])
    return [] if entry is None else [entry]


SHORTER = 0.6
"""Definitions are written out where the derivative is shorter than this part of the one that keeps their names."""


def _written_out(body: Term, symbol: Symbol, taken: Indices, named_ones: list[Term]) -> list[Term]:
    """The derivative of the function with its definitions written out, where that is much shorter: yₖ = exp(aₖ) / Σⱼ exp(aⱼ)
    is the softmax, whose cross-entropy has a short derivative."""
    if not body.is_scalar or not any(
        isinstance(n, Apply) and isinstance(n.op, Function) and n.op.body is not None for n in walk(body)
    ):
        return []
    if not any(isinstance(n, Bind) for t in (body, *named_ones) for n in walk(t)):
        return []  # nothing is summed by member
    whole = entries_of(expanded(body))
    if len(list(walk(whole))) > 2 * len(list(walk(body))) + LONGEST_WRITTEN_OUT:
        return []
    plain = recognised(whole)
    forms = dict.fromkeys((recognised(as_arrays(plain)), plain))
    found = [*(_backwards(form, symbol, taken) for form in forms), *_as_entry(whole, symbol, taken)]
    best = min(found, key=lambda t: cost(by_name(with_facts(t), body)))
    shown = by_name(with_facts(best), body)
    share = SHORTER if shown is with_facts(best) else 1  # what keeps the names is compared as it is
    return [shown] if cost(shown) < share * min(cost(with_facts(t)) for t in named_ones) else []


LONGEST_WRITTEN_OUT = 60
"""How many nodes more than twice as many a function may get by writing its definitions out."""


def _backwards(body: Term, symbol: Symbol, taken: Indices) -> Term:
    """The derivative by reverse accumulation."""
    outer, rest = fresh_for(body.type.axes), fresh_for(symbol.type.axes[len(taken) :])
    row = symbol.type.member.row if taken else symbol.type.row
    return lift_sum(
        flow(body, symbol, outer, (*taken, *rest)), (*outer, *rest), row if body.is_scalar and rest else body.type.row
    )


def _has_arrays(body: Term) -> bool:
    return any(n.rank for n in walk(body))


def _by_scalar(body: Term, bare: Symbol, symbol: Symbol) -> Term:
    """Forwards, and of a scalar also backwards: the shorter of the two."""
    found: list[Term] = []
    if all(n.rank < 3 for n in walk(body)):
        try:
            found.append(tangent(body, bare, number(1)))
        except UnknownDerivative:
            if not body.is_scalar:  # tr f(A + tB) has one backwards, and f(A + tB) none
                raise
    if not found or body.is_scalar:
        found.append(_backwards(body, bare, ()))
    # tr(e^M B) is plainer than tr L_exp(M, B), which has a name of its own in it.
    return substitute_through(min(found, key=lambda t: (any(map(is_along, walk(t))), cost(t))), bare, symbol)


def without_facts(symbol: Symbol, function: Term) -> tuple[Symbol, Term]:
    """The variable as a symbol of which nothing is known, and the function of that symbol: facts used before the last
    derivative would change it (xᵀx = 1 for a unit x has derivative 0)."""
    if not symbol.type.facts:
        return symbol, recognised(function)
    bare = Symbol(symbol.name + "\u2063", replace(symbol.type, facts=frozenset()), symbol.plain, symbol.label)
    return bare, recognised(substitute_through(function, symbol, bare))


def target(variable: Term) -> tuple[Symbol, Indices]:
    """The symbol of a variable and the indices of the member that is meant."""
    if isinstance(variable, Symbol) and not is_index(variable):
        return variable, ()
    if isinstance(variable, Apply) and variable.op is at and isinstance(variable.args[0], Symbol):
        return variable.args[0], variable.args[1:]
    raise ShapeError("a derivative is by a symbol or by a member of a family")


def _no_namesake(function: Term, variable: Term) -> None:
    """A function of x₁ and x₂, or of another x, is not constant in x: what is meant was read or made apart."""
    symbol = (
        variable if isinstance(variable, Symbol) else variable.args[0] if isinstance(variable, Apply) and variable.args else None
    )
    if not isinstance(symbol, Symbol) or is_index(symbol):
        return
    held = [s for s in free_symbols(function) if isinstance(s, Symbol) and not is_index(s)]
    if symbol in held:
        return
    alike = [s for s in held if s.plain == symbol.plain or s.plain.rpartition("_")[0] == symbol.plain and s.plain[-1].isdigit()]
    if alike:
        names = ", ".join(sorted(f"{s.label} ({s.type.described})" for s in alike))
        raise ShapeError(
            f"the function holds {names} and not this {symbol.label}, {symbol.type.described}: of a text that was read, ask for the "
            "variable first, then for the term"
        )


def in_layout(result: Term, function: Term, wrt: tuple[Term, ...], layout: str) -> Term:
    """The result in the layout asked for; numerator is f by x, denominator its transpose; a scalar's gradient is a column in
    the gradient and denominator layouts and transposed in the numerator layout."""
    if layout == "gradient" or result.is_scalar:
        return result
    if len(wrt) == 1 and result.rank <= 2:
        if function.is_scalar:
            return transposed(result) if layout == "numerator" else result
        if layout == "denominator":
            return transposed(result)
    return result


def differential(function: Term, variable: Symbol, verified: bool = True) -> Term:
    """df as a term linear in the symbol `dX` (of the variable's type): tr(Gᵀ dX) for a scalar, −X⁻¹ dX X⁻¹ for an inverse."""
    _no_namesake(function, variable)
    symbol, _ = target(variable)
    bare, body = without_facts(symbol, function)
    step = differential_of(symbol)
    found = _along(body, bare, step)
    if body.rank and all(n.rank < 3 for n in walk(body)):
        found = min(found, tangent(body, bare, step), key=lambda t: (not is_matrix_form(t), cost(t)))
    if not is_matrix_form(found) and function.rank in (1, 2):
        found = min(found, _by_adjoints(body, bare, step), key=lambda t: (not is_matrix_form(t), cost(t)))
    result = in_ranges(with_facts(substitute_through(found, bare, symbol)))
    if verified:
        verify_differential(function, symbol, result, step)
    return transform(_flat(result), lambda n: _step_last(n, step))


def directional(function: Term, variable: Symbol, direction: Symbol | str = "") -> Term:
    """The differential at a step that is called `direction`: the directional derivative, not divided by a length. Verified."""
    body = differential(function, variable)
    if not direction:
        return body
    if isinstance(direction, str):
        direction = Symbol(direction, variable.type.bare)
    if direction.type.axes != variable.type.axes:
        raise ShapeError(f"the direction is a {direction.type.describe()}, the variable a {variable.type.describe()}")
    return substitute(body, {differential_of(variable): direction})


def _along(body: Term, variable: Symbol, step: Symbol) -> Term:
    """The derivative by entries, contracted with the step."""
    outer, asked = fresh_for(body.type.axes), fresh_for(variable.type.axes)
    moved = [join(m, Monomial(number(1), (Factor(step, asked),))) for m in flow(body, variable, outer, asked)]
    return lift_sum(moved, outer, body.type.row)


def _by_adjoints(body: Term, variable: Symbol, step: Symbol) -> Term:
    """The same by two derivatives of numbers: ⟨M, dF⟩ = ⟨G(M), dX⟩ for the gradient G(M) of ⟨M, F⟩, and dF is the gradient of
    ⟨G(M), dX⟩ by M. No array of more than two axes occurs on the way."""
    weight = Symbol("weight\u2063", body.type.bare)
    pulled = one_derivative(inner(weight, body), variable)
    return one_derivative(inner(pulled, step), weight)


def differential_of(symbol: Symbol) -> Symbol:
    """The symbol dX of a symbol X, of its shape."""
    return Symbol(r"\mathrm{d}" + latex(symbol), symbol.type.bare, "d" + symbol.plain, "d" + symbol.label)


def _step_last(node: Term, step: Symbol) -> Term:
    """tr(A dX) of tr(dX A): what stands before the step is the derivative, transposed."""
    if not (isinstance(node, Apply) and node.op is trace and isinstance(node.args[0], Apply) and node.args[0].op is product):
        return node
    factors = node.args[0].args
    if factors.count(step) != 1 or any(f.is_scalar for f in factors):
        return node
    k = factors.index(step) + 1
    return trace(product(*factors[k:], *factors[:k]))


def _flat(term: Term) -> Term:
    """Numbers and scalars before a chain without the brackets that a finished scalar gets: 2 (Ax − b)ᵀ A dx."""
    if isinstance(term, Apply) and term.op is add:
        return add(*map(_flat, term.args))
    if isinstance(term, Apply) and term.op is product:
        *front, last = term.args
        if all(a.is_scalar for a in front) and isinstance(last, Apply) and last.op is product and last.is_scalar:
            return product(*front, *last.args)
    return term
