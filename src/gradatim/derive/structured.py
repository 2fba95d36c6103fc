"""Derivatives on structured sets: the entries of a symmetric matrix are not independent, a unit vector moves across itself.

The ambient gradient G treats all entries as independent. `projected` is its orthogonal projection on the directions in which
the variable can move: the gradient within the set. `entries` is the derivative by each free entry, the two places of one
variable moving together (Petersen & Pedersen, The Matrix Cookbook (2012), sec. 2.8): 2G − G ⊙ I for a symmetric matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gradatim.check.ladder import equal as equal_by_value
from gradatim.check.tangent import verify_structured
from gradatim.derive.derivative import Derived, derived, one_derivative, readable
from gradatim.errors import GradatimError, LimitExceeded, ShapeError
from gradatim.matrix.build import plus, put_together, split, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.expand import multiplied_out
from gradatim.matrix.powers import assemble, content, divided, summands
from gradatim.matrix.recognisers import diag_of, diagonal_of, entrywise, inner_of
from gradatim.matrix.settle import cancelled, with_facts
from gradatim.matrix.shorthand import in_names
from gradatim.ops import add, at, equal, facts, identity, implied, number, ones, power, product, size, tril, triu
from gradatim.ops.structure import args_of, minus
from gradatim.term import Bind, Symbol, Term, fresh_index

FORMS = ("ambient", "projected", "entries")
"""Whose derivative it is: all entries independent, the gradient within the set, or by each free entry."""

STRUCTURES = ("toeplitz", "diagonal", "orthogonal", "symmetric", "skew", "lower", "upper", "unit", "probability")
"""In order: the first that is known of the variable is its structure."""

SHORTER = 0.85
"""What a sum put together anew must cost less than, as a part of what it cost."""
Projection = Callable[[Term, Symbol], Term]
HALF = product(number(1), power(number(2), number(-1)))


def structure_of(variable: Symbol) -> str:
    """The structured set that a variable is declared in; "" for none."""
    known = implied(variable.type.facts)
    found = next((s for s in STRUCTURES if s in known), "")
    return "symmetric toeplitz" if found == "toeplitz" and "symmetric" in known else found


def structured(function: Term, variable: Term, form: str = "projected") -> Derived:
    """The derivative of a scalar function by a variable of known structure, verified along steps within its set.

    `form` is `projected` or `entries` (see above). Raises GradatimError where the variable has no structure or its set has
    no independent entries, ShapeError, NotVerified.
    """
    if form not in FORMS[1:]:
        raise GradatimError(f"unknown form {form!r}; there are {', '.join(FORMS)}")
    if not isinstance(variable, Symbol):
        raise GradatimError("a derivative on a structured set is by a symbol")
    if not function.is_scalar:
        raise ShapeError(f"a derivative on a structured set is of a scalar function, not of {function.type.described}")
    structure = structure_of(variable)
    if not structure:
        raise GradatimError(
            f"nothing of what is declared of {variable.label} makes a structured set; known are {', '.join(STRUCTURES)}"
        )
    table = PROJECTED if form == "projected" else ENTRIES
    if structure not in table:
        raise GradatimError(f"{NAMED[structure]} has no independent entries; ask for the projected gradient")
    ambient = cancelled(with_facts(one_derivative(function, variable)))
    result = with_facts(table[structure](ambient, variable))
    check = verify_structured(function, variable, result, structure, form)
    return Derived(result, (check,), name_of(structure, form), (function,), (variable,))


def asked(function: Term, wrt: Sequence[Term], form: str = "", layout: str = "gradient", names: Sequence[Term] = ()) -> Derived:
    """The derivative in the form that was asked for: of a first derivative of a scalar function on a structured set, else the
    ambient one. `names` are calls of definitions that the answer may use for what they stand for. Raises GradatimError where a
    form is asked for that such a derivative cannot have."""
    if form not in ("", "ambient") and len(wrt) != 1:
        raise GradatimError(f"the {form} form is of a first derivative")
    found = derived(function, *wrt, layout=layout) if form in ("", "ambient") else structured(function, wrt[0], form)
    named = in_names(found.term, names)
    if len(wrt) > 1 and not found.convention and layout == "gradient":
        again = [t for n in names if (t := _by_its_name(found, n, names)) is not None]
        named = min(named, *again, key=cost) if again else named
    if named is not found.term and len(summands(named)) > 1 and cost(again_put := _together_again(named)) < SHORTER * cost(named):
        named = again_put
    # Named after it was checked, so the two are compared by value.
    return replace(found, term=named) if named is not found.term and equal_by_value(found.term, named).holds else found


def _together_again(term: Term) -> Term:
    """A sum with names in it multiplied out and gathered anew: like terms may have met."""
    try:
        return plus(*summands(multiplied_out(term)))
    except LimitExceeded:
        return term


def _by_its_name(found: Derived, name: Term, names: Sequence[Term]) -> Term | None:
    """The last derivative of what was found before it with a name in it: ∇r = 2(A − r I) x / (xᵀx) is differentiated as it stands."""
    before = in_names(found.stages[-1], (name,))
    if before is found.stages[-1]:
        return None
    return in_names(readable(one_derivative(before, found.wrt[-1]), before), names)


def name_of(structure: str, form: str) -> str:
    """What the result is, in words."""
    if form == "projected":
        return f"the gradient projected on the directions in which {NAMED[structure]} can move"
    return f"the derivative by the independent entries of {NAMED[structure]}"


NAMED = {
    "symmetric": "a symmetric matrix",
    "skew": "a skew-symmetric matrix",
    "diagonal": "a diagonal matrix",
    "lower": "a lower triangular matrix",
    "upper": "an upper triangular matrix",
    "toeplitz": "a Toeplitz matrix",
    "symmetric toeplitz": "a symmetric Toeplitz matrix",
    "orthogonal": "an orthogonal matrix",
    "unit": "a unit vector",
    "probability": "a probability vector",
}


def _eye(g: Term) -> Term:
    return identity(params=(g.type.axes[0],))


def _on_diagonal(g: Term) -> Term:
    """G ⊙ I, which is G itself for a diagonal G."""
    part = split(g)
    if "diagonal" in facts(g) or part is None:
        return g
    chain = part[1][0] if len(part[1]) == 1 else times(*part[1])
    return times(assemble(part[0]), entrywise(chain, _eye(g)))


def _diagonal(g: Term, _x: Symbol) -> Term:
    return g if "diagonal" in facts(g) else diag_of(diagonal_of(g))


def _symmetric_entries(g: Term, _x: Symbol) -> Term:
    whole = plus(g, transposed(g))
    # Kept apart from the rest: 2aaᵀ − aaᵀ ⊙ I says more than aaᵀ ⊙ (2𝟏 − I).
    parts = args_of(whole, add)
    return _scalar_in_front([*parts, times(number(-1), _on_diagonal(g))])


def _scalar_in_front(parts: Sequence[Term]) -> Term:
    """The sum with what all its terms are multiplied by before it: det(X)(2X⁻¹ − X⁻¹ ⊙ I)."""
    taken = [p for p in map(split, parts) if p is not None]
    common = content([c for c, _ in taken])
    if len(taken) < len(parts) or not common.powers:
        return add(*parts)
    inside = [put_together(divided(c, common), chain, parts[0].type.bare) for c, chain in taken]
    return put_together(common, (add(*inside),), parts[0].type.bare)


def _skew_entries(g: Term, _x: Symbol) -> Term:
    return plus(g, minus(transposed(g)))


def _triangle(keep: Callable[[Term], Term], fact: str) -> Projection:
    return lambda g, _x: g if fact in facts(g) else keep(g)


def along_diagonals(g: Term, mean: bool = False) -> Term:
    """The sums of a matrix along its diagonals, each at every place of its diagonal; the means where asked for."""
    n = g.type.axes[0]
    i, j, k, s = (fresh_index(n) for _ in range(4))
    shift = equal(plus(s, minus(k)), plus(j, minus(i)))
    if mean:
        count = Bind("sum", k, Bind("sum", s, shift))
        k2, s2 = fresh_index(n), fresh_index(n)
        total = Bind("sum", k2, Bind("sum", s2, product(equal(plus(s2, minus(k2)), plus(j, minus(i))), at(g, k2, s2))))
        return Bind("stack", i, Bind("stack", j, product(power(count, number(-1)), total)))
    return Bind("stack", i, Bind("stack", j, Bind("sum", k, Bind("sum", s, product(shift, at(g, k, s))))))


def _symmetric_toeplitz(g: Term, _x: Symbol) -> Term:
    sums = along_diagonals(g)
    return plus(sums, transposed(sums), minus(entrywise(sums, _eye(g))))


def _orthogonal(g: Term, x: Symbol) -> Term:
    return times(HALF, plus(g, minus(times(x, transposed(g), x))))


def _unit(g: Term, x: Symbol) -> Term:
    column = transposed(x) if x.type.row else x
    return plus(g, minus(times(inner_of(column, transposed(g) if g.type.row else g), x)))


def _simplex(g: Term, _x: Symbol) -> Term:
    one = ones(params=g.type.axes)
    mean = times(power(size(g.type.axes[0]), number(-1)), inner_of(one, g))
    return plus(g, minus(times(mean, one)))


def _half_sum(sign: int) -> Projection:
    def projected(g: Term, _x: Symbol) -> Term:
        whole = plus(g, transposed(g) if sign > 0 else minus(transposed(g)))
        return times(HALF, whole)

    return projected


PROJECTED: dict[str, Projection] = {
    "symmetric": lambda g, x: g if "symmetric" in facts(g) else _half_sum(1)(g, x),
    "skew": lambda g, x: g if "skew" in facts(g) else _half_sum(-1)(g, x),
    "diagonal": _diagonal,
    "lower": _triangle(tril, "lower"),
    "upper": _triangle(triu, "upper"),
    "toeplitz": lambda g, _x: along_diagonals(g, mean=True),
    "symmetric toeplitz": lambda g, x: along_diagonals(_half_sum(1)(g, x), mean=True),
    "orthogonal": _orthogonal,
    "unit": _unit,
    "probability": _simplex,
}
ENTRIES: dict[str, Projection] = {
    "symmetric": _symmetric_entries,
    "skew": _skew_entries,
    "diagonal": _diagonal,
    "lower": _triangle(tril, "lower"),
    "upper": _triangle(triu, "upper"),
    "toeplitz": lambda g, _x: along_diagonals(g),
    "symmetric toeplitz": _symmetric_toeplitz,
}

__all__ = ["ENTRIES", "FORMS", "PROJECTED", "STRUCTURES", "structure_of", "structured"]
