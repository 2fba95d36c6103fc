"""Labels as they stand on paper: the entry Y_ik of an array that keeps labels is 𝟙[yᵢ = k], the sum Σ_k Y_ik w_k is w_{yᵢ}, and a
sum of terms times 1 − Y_ij goes over j ≠ yᵢ."""

from __future__ import annotations

from gradatim.ops import add, at, hadamard, number, product, quotient, total
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Number, Symbol, Term
from gradatim.types import LABELS


def labels_in(term: Term) -> Symbol | None:
    """The labels that an array of zeros and ones keeps; None for any other term."""
    if not isinstance(term, Symbol):
        return None
    name = next((f.removeprefix(LABELS) for f in sorted(term.type.facts) if f.startswith(LABELS)), "")
    return Symbol(name) if name else None


def at_labels(term: Term) -> tuple[Term, ...]:
    """The array of labels and the indices of what is taken from it, in one step or in two; () for any other term."""
    places: tuple[Term, ...] = ()
    while isinstance(term, Apply) and term.op is at:
        term, places = term.args[0], (*term.args[1:], *places)
    return (term, *places) if places and labels_in(term) is not None else ()


def is_label_entry(term: Term, index: Term | None = None) -> bool:
    """Whether a term is 𝟙[yᵢ = k], of a given k where one is given."""
    found = at_labels(term)
    return len(found) == 3 and (index is None or found[2] is index and found[1] is not index)


def entry_chosen(node: Term) -> tuple[Term, Term] | None:
    """The row e_{yᵢ} and the v of sum(e_{yᵢ} ⊙ v), which is the entry of v at yᵢ; None for any other term."""
    inner = node.args[0] if isinstance(node, Apply) and node.op is total else None
    if not isinstance(inner, Apply) or inner.op is not hadamard or len(inner.args) != 2:
        return None
    for row, values in (inner.args, inner.args[::-1]):
        if len(at_labels(row)) == 2 and values.rank == 1:
            return row, values
    return None


def chosen(node: Bind) -> tuple[Term, Term] | None:
    """Of a sum Σ_k 𝟙[yᵢ = k] f(k), the indicator and f(k); None for any other sum."""
    body = node.body
    bottom = body.args[1] if isinstance(body, Apply) and body.op is quotient else None
    top = body.args[0] if bottom is not None else body
    if node.kind != "sum" or not isinstance(top, Apply):
        return None
    factors = top.args if top.op is product else (top,)
    found = next((f for f in factors if is_label_entry(f, node.index)), None)
    if found is None:
        return None
    rest = _product([f for f in factors if f is not found])
    return found, quotient(rest, bottom) if bottom is not None else rest


def apart_from(node: Bind) -> tuple[Term, Term] | None:
    """Of a sum Σ_j (1 − 𝟙[yᵢ = j]) f(j), the indicator and f(j); None for any other sum."""
    body = node.body
    if node.kind != "sum" or not isinstance(body, Apply) or body.op is not product:
        return None
    for factor in body.args:
        held = complement_of(factor)
        if held is not factor and is_label_entry(held, node.index):
            return held, _product([f for f in body.args if f is not factor])
    return None


def complement_of(factor: Term) -> Term:
    """The x of 1 − x; any other term as it is."""
    if not isinstance(factor, Apply) or factor.op is not add or len(factor.args) != 2:
        return factor
    for one, other in (factor.args, factor.args[::-1]):
        minus = isinstance(other, Apply) and other.op is product and other.args[0] is number(-1) and len(other.args) == 2
        if one is number(1) and minus:
            return other.args[1]
    return factor


def _product(factors: list[Term]) -> Term:
    return Number(1) if not factors else made_of(product, factors)


__all__ = ["apart_from", "at_labels", "chosen", "complement_of", "entry_chosen", "is_label_entry", "labels_in"]
