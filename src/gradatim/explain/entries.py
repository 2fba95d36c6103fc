"""A multilinear formula by its entries: `bᵀXc = Σᵢⱼ bᵢ Xᵢⱼ cⱼ`, and what stands beside an entry of the variable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.index.lower import fresh_for, lower
from gradatim.matrix.scalar import multiply
from gradatim.ops import at, number, product, rational
from gradatim.ops.base import Factor
from gradatim.ops.structure import args_of, made_of, whole_of
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index, substitute

MAX_FACTORS = 6


@dataclass(frozen=True, slots=True)
class Entries:
    """An entry of a formula: a coefficient times entries, summed over `summed`. `outer` are the indices of the entry itself,
    `places` the positions among the factors where the variable stands."""

    coefficient: Term
    factors: tuple[Factor, ...]
    outer: tuple[Symbol, ...]
    summed: tuple[Symbol, ...]
    places: tuple[int, ...]

    @property
    def body(self) -> Term:
        return times(self.coefficient, *map(entry, self.factors))

    def beside(self, k: int) -> Term:
        """The other factors, with their sum over what the variable's entry does not fix."""
        others = [f for j, f in enumerate(self.factors) if j != k]
        fixed = {*self.outer, *self.factors[k].indices}
        left = [i for i in self.summed if i not in fixed]
        return summed(left, times(self.coefficient, *map(entry, others)))


def entries(body: Term, by: Term) -> Entries | None:
    """The entry form of a formula that is one product, where everything in it is an array with a name."""
    symbol = whole_of(by)
    if by is not symbol:
        return None
    outer = fresh_for(body.type.axes)
    monomial = lower(body, outer)
    if not monomial.factors or len(monomial.factors) > MAX_FACTORS or symbol in free_symbols(monomial.coefficient):
        return None
    if any(f.head is None or f.head is not symbol and symbol in free_symbols(f.head) for f in monomial.factors):
        return None
    order = list(dict.fromkeys([*outer, *(i for f in monomial.factors for i in f.indices)]))
    if not all(isinstance(i, Symbol) for i in order) or len({*outer}) != len(outer):
        return None
    given = {s for s in free_symbols(body) if is_index(s)}
    if any(i in given for i in order):
        return None
    letters = _letters(body, len(order))
    table: dict[Term, Term] = {i: Symbol(c, i.type) for i, c in zip(order, letters)}
    factors = tuple(Factor(f.head, tuple(table[i] for i in f.indices)) for f in monomial.factors)
    places = tuple(k for k, f in enumerate(factors) if f.head is symbol)
    if not places:
        return None
    named = [table[i] for i in order]
    return Entries(
        substitute(monomial.coefficient, table),
        factors,
        tuple(named[: len(outer)]),  # type: ignore[arg-type]
        tuple(named[len(outer) :]),  # type: ignore[arg-type]
        places,
    )


def entry(factor: Factor) -> Term:
    assert factor.head is not None
    return at(factor.head, *factor.indices)


def times(*factors: Term) -> Term:
    """Factors side by side in their order, the coefficient gathered, ones left out."""
    front = multiply(factors[0]) if factors and factors[0].is_scalar and factors[0].args else None
    flat = (*(front.args if _is_product(front) else (front,)), *factors[1:]) if front is not None else factors
    kept = [f for f in flat if rational(f) != 1]
    return made_of(product, kept) if kept else number(1)


def _is_product(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is product


def summed(indices: Sequence[Symbol], body: Term) -> Term:
    """`Σᵢⱼ body` with the letters that the indices have."""
    if not indices:
        return body
    latex = rf"\sum_{{{','.join(i.name for i in indices)}}}"
    shown = "".join(_SUBSCRIPT.get(i.name, f"_{i.name}") for i in indices)
    factors = args_of(body, product)
    front = [f for f in factors if rational(f) is not None]
    return product(*front, Symbol(latex, text=f"Σ{shown}"), *(f for f in factors if f not in front))


def _letters(body: Term, count: int) -> list[str]:
    taken = {n for s in free_symbols(body) for n in (s.label, s.plain, s.name)}
    return [c for c in (*"ijklprstq", *(f"i_{n}" for n in range(1, 99))) if c not in taken][:count]


_SUBSCRIPT = dict(zip("ijklpqrst", ("ᵢ", "ⱼ", "ₖ", "ₗ", "ₚ", "_q", "ᵣ", "ₛ", "ₜ")))
