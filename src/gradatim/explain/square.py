"""Laws of products of square matrices: their inverse and their determinant, factor by factor."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.explain.laws import Law, Use, identity_goes, inverse_cancels, transposes_carried_out
from gradatim.ops import add, det, inverse, logdet, power, product, transpose
from gradatim.ops.structure import made_of, number
from gradatim.term import Apply, Term, walk


def of_square_factors(term: Term) -> int:
    """How many inverses and determinants of a product of square matrices are written in a formula."""
    return sum(isinstance(n, Apply) and n.op in (inverse, det, logdet) and bool(_square(n.args[0])) for n in walk(term))


def inverse_of_product(node: Term) -> Use | None:
    """(A B)⁻¹ = B⁻¹A⁻¹."""
    factors = _square(node.args[0]) if isinstance(node, Apply) and node.op is inverse else ()
    if not factors:
        return None
    turned = product(*map(_inverse, reversed(factors)))
    return Use(turned, node, turned)


def determinant_of_product(node: Term) -> Use | None:
    """det(A B) = det(A) det(B); log det adds up."""
    factors = _square(node.args[0]) if isinstance(node, Apply) and node.op in (det, logdet) else ()
    if not factors:
        return None
    counted: dict[Term, int] = {}
    for a in factors:
        base = a.args[0] if isinstance(a, Apply) and a.op is transpose else a
        counted[base] = counted.get(base, 0) + 1
    assert isinstance(node, Apply)
    if node.op is det:
        parts = [det(a) if n == 1 else power(det(a), number(n)) for a, n in counted.items()]
    else:
        parts = [logdet(a) if n == 1 else product(number(n), logdet(a)) for a, n in counted.items()]
    join = product if node.op is det else add
    whole = parts[0] if len(parts) == 1 else join(*parts)
    return Use(whole, node, whole)


def _square(term: Term) -> Sequence[Term]:
    """The factors of a product of square matrices; none where one of them is not square."""
    if not (isinstance(term, Apply) and term.op is product and term.rank == 2):
        return ()
    return term.args if all(a.type.is_square for a in term.args) else ()


def _inverse(factor: Term) -> Term:
    """The inverse of a transpose as people write it, the transpose of the inverse; of an inverse, what it is the inverse of."""
    if isinstance(factor, Apply) and factor.op is transpose:
        return transpose(_inverse(factor.args[0]))
    return factor.args[0] if isinstance(factor, Apply) and factor.op is inverse else inverse(factor)


def transposes_cancel(node: Term) -> Use | None:
    """A⁻ᵀAᵀ = I."""
    if not (isinstance(node, Apply) and node.op is product):
        return None
    args = node.args
    for k, (a, b) in enumerate(zip(args, args[1:])):
        if all(isinstance(t, Apply) and t.op is transpose and t.rank == 2 for t in (a, b)):
            use = inverse_cancels(product(b.args[0], a.args[0]))
            if use is not None:
                rest = (*args[:k], use.node, *args[k + 2 :])
                return Use(made_of(product, rest), product(a, b), use.node)
    return None


LAWS: tuple[Law, ...] = (
    inverse_of_product,
    determinant_of_product,
    transposes_carried_out,
    inverse_cancels,
    transposes_cancel,
    identity_goes,
)
"""What is used where the factors of a product come apart."""

__all__ = ["LAWS", "of_square_factors"]
