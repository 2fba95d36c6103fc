"""Equal forms of a result, on request: stacked or by member, factored or multiplied out, definitions written out, in terms of the
function itself. Each is compared with what it came from by value before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from gradatim.check.ladder import equal
from gradatim.check.verify import result_axes, verify
from gradatim.derive.derivative import Derived
from gradatim.derive.recognise import recognised
from gradatim.errors import GradatimError, NotVerified
from gradatim.matrix.build import times
from gradatim.matrix.cost import cost
from gradatim.matrix.definitions import expanded
from gradatim.matrix.expand import multiplied_out, put_in_factors
from gradatim.matrix.members import without_members
from gradatim.matrix.pieces import NoMatrixForm
from gradatim.matrix.powers import power_product
from gradatim.matrix.settle import gathered
from gradatim.matrix.unstacked import with_members
from gradatim.ops import at, number, power, product, transpose
from gradatim.ops.function import Function, substitute_through
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, fresh_index, is_index, transform, walk
from gradatim.types import Dim, Type, index_type
from gradatim.write import latex, text

FORMS = ("factored", "expanded", "stacked", "member", "definitions", "itself")
"""Forms that a result may be asked for in; `itself` is in terms of the function."""


@dataclass(frozen=True, slots=True)
class Form:
    """A term in another form. `names` says what symbols stand for that do not occur in the term it came from: the matrix whose
    rows are the members of a family, or the members that are the rows of a matrix."""

    term: Term
    names: tuple[tuple[Symbol, Symbol], ...] = ()

    def in_old_names(self) -> Term:
        """The same value in the symbols of the term it came from."""
        term = self.term
        for new, old in self.names:
            term = substitute_through(term, new, _as_array(old, new))
        return term

    def legend(self) -> list[tuple[str, str]]:
        """What the new names stand for, in LaTeX and in text."""
        return [_said(new, old) for new, old in self.names if new.rank == 2] + [
            (f"{latex(n)} = {latex(body)}", f"{text(n)} = {text(body)}") for n, body in self._definitions()
        ]

    def _definitions(self) -> list[tuple[Term, Term]]:
        """Definitions that speak of the new names: h = σ(X w)."""
        new = {n for n, _ in self.names}
        found = [(n, n.op.body) for n in walk(self.term) if isinstance(n, Apply) and isinstance(n.op, Function)]
        return [(n, body) for n, body in found if body is not None and new & set(free_symbols(body))]


def _said(new: Symbol, old: Symbol) -> tuple[str, str]:
    family, matrix = (new, old) if new.type.family else (old, new)
    member = at(family, Symbol("i", index_type(family.type.axes[0])))
    row = transpose(member) if not member.type.row else member
    if new.type.family:
        return rf"{latex(row)} \text{{ is row }} i \text{{ of }} {latex(matrix)}", f"{text(row)} is row i of {text(matrix)}"
    return rf"{latex(matrix)} \text{{ has the rows }} {latex(row)}", f"{text(matrix)} has the rows {text(row)}"


def _as_array(old: Symbol, new: Symbol) -> Term:
    """The array that a symbol holds, under another type: a family as a matrix, a matrix as a family."""
    if new.type.family:
        return old
    i = fresh_index(old.type.axes[0])
    return Bind("stack", i, at(old, i))


def factored(term: Term) -> Term:
    """The term as a product, as far as common factors and factored polynomials reach."""
    return _same(term, put_in_factors(term))


def multiplied(term: Term) -> Term:
    """The term as a sum of products. Raises LimitExceeded where there would be too many."""
    return _same(term, multiplied_out(term))


def definitions_written_out(term: Term) -> Term:
    """The term with every named definition replaced by what it stands for."""
    return _same(term, transform(expanded(term), gathered))


def stacked(term: Term) -> Form:
    """A result over families in the arrays that hold their members, `Xᵀ(y − X w)`. Raises GradatimError where it has no such form."""
    families = [s for s in free_symbols(term) if s.type.family and not is_index(s)]
    if not families:
        raise GradatimError("there is no family of vectors or numbers in it to be stacked")
    if any(s.rank > 2 or s.type.family > 1 for s in families):
        raise GradatimError("families of matrices and families counted by two indices have no stacked form")
    rows: dict[Term, Symbol] = {}
    taken = {name for s in free_symbols(term) for name in (s.name, s.label)}
    for s in families:
        rows[s] = _capital(s, taken) if s.rank == 2 else Symbol(s.name, Type(s.type.axes, facts=s.type.facts), s.plain, s.label)
        taken |= {rows[s].name, rows[s].label}
    try:
        found = transform(without_members(term, rows), gathered)
    except NoMatrixForm:
        raise GradatimError("it has no stacked form") from None
    if any(is_index(s) for s in free_symbols(found)) or any(isinstance(n, Bind) for n in walk(found)):
        raise GradatimError("it has no stacked form: some of its sums stay sums")
    form = Form(found, tuple((new, old) for old, new in rows.items() if isinstance(old, Symbol)))
    _same(term, form.in_old_names())
    return form


def by_member(term: Term, count: Dim | None = None) -> Form:
    """The inverse of `stacked`: sums over the members that are the rows of a matrix, `Σᵢ (yᵢ − wᵀxᵢ) xᵢ`. `count` is the dimension
    that counts them; left out, N or the first that serves. Raises GradatimError where there is no such form."""
    dims = [count] if count is not None else _counts(term)
    for n in dims:
        try:
            form = _members(term, n)
        except NoMatrixForm:
            continue
        _same(term, form.in_old_names())
        return form
    raise GradatimError("it has no form by member" + (f" over {count}" if count is not None else ""))


def _counts(term: Term) -> list[Dim]:
    first = dict.fromkeys(s.type.axes[0] for s in free_symbols(term) if s.rank == 2 and not s.type.family)
    return sorted(first, key=lambda d: d != Dim.of("N"))


def _members(term: Term, count: Dim) -> Form:
    found = with_members(term, count)
    if found is term:
        raise NoMatrixForm
    names: list[tuple[Symbol, Symbol]] = []
    table: dict[Term, Term] = {}
    taken = {name for s in free_symbols(term) for name in (s.name, s.label)}
    for s in free_symbols(term):
        if s.type.axes and s.type.axes[0] == count and not s.type.family and s.rank <= 2:
            new = _small(s, taken) if s.rank == 2 else Symbol(s.name, replace(s.type, family=1), s.plain, s.label)
            taken |= {new.name, new.label}
            table[s] = new
            names.append((new, s))

    def rule(node: Term) -> Term:
        """Members where there were rows; whatever else holds the matrix has no form by member."""
        if isinstance(node, Apply) and node.op is at and node.args[0] in table:
            return at(table[node.args[0]], *node.args[1:])
        return node

    done = transform(found, rule)
    if any(s in table for s in free_symbols(done)):
        raise NoMatrixForm
    return Form(done, tuple(names))


def _capital(s: Symbol, taken: set[str]) -> Symbol:
    return _renamed(s, taken, str.upper, Type(s.type.axes))


def _small(s: Symbol, taken: set[str]) -> Symbol:
    return _renamed(s, taken, str.lower, Type(s.type.axes, family=1))


def _renamed(s: Symbol, taken: set[str], change: object, type_: Type) -> Symbol:
    """The name in the other case, styled as before; where that is taken, with a prime."""
    letters = [k for k, c in enumerate(s.name) if c.isalpha()]
    single = len(s.label) == 1 and s.label.isalpha() and s.label in s.name
    turn = str.upper if change is str.upper else str.lower
    name = s.name.replace(s.label, turn(s.label)) if single and letters and turn(s.label) != s.label else s.name + "'"
    label = turn(s.label) if name[-1] != "'" else s.label + "′"
    while name in taken or label in taken:
        name, label = name + "'", label + "′"
    return Symbol(name, type_, label.replace("′", "_members"), label)


def itself(term: Term, function: Term, name: tuple[str, str] = ("f", "f")) -> Term:
    """The term with the function's own name where its value occurs: ∂ exp(aᵀx)/∂x is f a. Raises GradatimError where it does not."""
    own = Apply(Function(name[0], name[1], (), function), ())
    value = recognised(function)
    found = [t for t in (_named(term, v, own) for v in {function: 0, value: 0}) if own in list(walk(t))]
    if function.is_scalar:
        for k in (1, 2):
            raised = power(own, number(k)) if k > 1 else own
            whole = times(raised, times(power(value, number(-k)), term))
            found += [whole] if own in list(walk(whole)) else []
    if not found:
        raise GradatimError("the function itself does not occur in it")
    best = min(found, key=cost)
    if cost(best) > cost(term) + 10:
        raise GradatimError("in terms of the function itself it is no simpler")
    return _same(term, best)


def _named(term: Term, value: Term, own: Term) -> Term:
    """Every occurrence of a value replaced by its name, among the factors of a product, too."""
    factors = power_product(value).powers if value.is_scalar else ()
    compound = len(factors) > 1 or any(k != 1 for _, k in factors)

    def rule(node: Term) -> Term:
        if node is value:
            return own
        if compound and isinstance(node, Apply) and node.op is product:
            scalars = [a for a in node.args if a.is_scalar]
            held = dict(power_product(made_of(product, scalars)).powers) if scalars else {}
            often = min((int(held.get(a, Fraction(0)) / k) for a, k in factors), default=0)
            if often > 0:
                rest = [a for a in node.args if not a.is_scalar]
                left = times(power(value, number(-often)), *scalars)
                return times(power(own, number(often)) if often > 1 else own, left, *rest)
        return node

    return transform(term, rule)


def _same(old: Term, new: Term) -> Term:
    """The new form, once it has been found equal to the old by value."""
    verdict = equal(old, new)
    if not verdict.holds:
        raise NotVerified(f"the form asked for could not be shown to be equal to the result: {verdict.text}")
    return new


# ---------------------------------------------------------------- of an answer


def in_form(found: Derived, form: str, name: tuple[str, str] = ("f", "f")) -> tuple[Derived, Form]:
    """An answer in a form, verified against the function again. Raises GradatimError."""
    if form not in FORMS:
        raise GradatimError(f"unknown form {form!r}; there are {', '.join(FORMS)}")
    made = _made(found, form, name)
    checks = found.checks
    if found.stages and not found.convention and result_axes(found.stages[-1], found.wrt[-1]) == made.term.type.axes:
        if len(set(made.term.type.axes)) == made.term.rank:  # a square result may have been turned by a layout
            checks = (*checks[:-1], verify(found.stages[-1], found.wrt[-1], made.in_old_names()))
    return replace(found, term=made.term, checks=checks), made


def _made(found: Derived, form: str, name: tuple[str, str]) -> Form:
    if form == "stacked":
        return stacked(found.term)
    if form == "member":
        return by_member(found.term)
    if form == "itself":
        if not found.stages:
            raise GradatimError("the function is not known")
        return Form(itself(found.term, found.stages[0], name))
    return Form(_SIMPLE[form](found.term))


_SIMPLE: Mapping[str, Callable[[Term], Term]] = {
    "factored": factored, "expanded": multiplied, "definitions": definitions_written_out,
}  # fmt: skip

__all__ = ["FORMS", "Form", "by_member", "definitions_written_out", "factored", "in_form", "itself", "multiplied", "stacked"]
