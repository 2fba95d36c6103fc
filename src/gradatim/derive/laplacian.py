"""Sums of squared differences of the entries or rows of one array as a form in it: Σᵢ Σⱼ wᵢⱼ (xᵢ − xⱼ)² is
xᵀ(diag((W + Wᵀ) 𝟏) − W − Wᵀ) x, for a symmetric W twice the form of the graph Laplacian diag(W 𝟏) − W.
Without weights it is 2 (n ‖x‖² − (𝟏ᵀx)²)."""

from __future__ import annotations

from gradatim.matrix.build import transposed
from gradatim.matrix.lift import over
from gradatim.matrix.matrix_form import has_indices
from gradatim.ops import add, at, diag, facts, number, ones, power, product, rational, size, sqnorm, trace
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, is_sum, transform


def as_laplacian(term: Term) -> Term:
    """The term with every such double sum as a form."""
    return transform(term, _form)


def _form(node: Term) -> Term:
    if not (is_sum(node) and node.is_scalar):
        return node
    i, inner = node.opened()
    if not is_sum(inner) or _other_range(inner, i):
        return node
    j, body = inner.opened()
    factors = list(body.args) if isinstance(body, Apply) and body.op is product else [body]
    found = [(k, z) for k, f in enumerate(factors) if (z := _difference(f, i, j)) is not None]
    if len(found) != 1:
        return node
    k, z = found[0]
    rest = [*factors[:k], *factors[k + 1 :]]
    numbers = [f for f in rest if not depends_on(f, i) and not depends_on(f, j)]
    weights = [f for f in rest if f not in numbers]
    if not weights:
        n, middle = size(z.type.axes[0]), product(transposed(z), ones(params=z.type.axes[:1]))
        spread = add(product(n, sqnorm(z)), product(number(-1), power(middle, number(2)) if z.rank == 1 else sqnorm(middle)))
        return product(*numbers, number(2), spread)
    laplacian = _laplacian(weights, i, j, z)
    if laplacian is None:
        return node
    form = product(transposed(z), laplacian, z)
    return product(*numbers, form if z.rank == 1 else trace(form))


def _other_range(inner: Bind, i: Symbol) -> bool:
    """Whether the inner sum runs over another range than the outer one."""
    return inner.extent != i.type.index


def _difference(factor: Term, i: Symbol, j: Symbol) -> Term | None:
    """The z of (zᵢ − zⱼ)² and of ‖zᵢ − zⱼ‖²."""
    if not isinstance(factor, Apply):
        return None
    square = factor.op is sqnorm or factor.op is power and rational(factor.args[1]) == 2
    inside = factor.args[0] if square else None
    if not (isinstance(inside, Apply) and inside.op is add and len(inside.args) == 2):
        return None
    first, second = inside.args
    for one, other in ((first, second), (second, first)):
        negative = isinstance(other, Apply) and other.op is product and len(other.args) == 2 and rational(other.args[0]) == -1
        if not negative or not (isinstance(one, Apply) and one.op is at and len(one.args) == 2):
            continue
        z, place = one.args
        assert isinstance(other, Apply)
        alike = place in (i, j) and other.args[1] is at(z, j if place is i else i)
        if alike and not z.type.family and z.rank < 3 and not z.type.row and not depends_on(z, i) and not depends_on(z, j):
            return z
    return None


def _laplacian(weights: list[Term], i: Symbol, j: Symbol, z: Term) -> Term | None:
    """diag((W + Wᵀ) 𝟏) − W − Wᵀ for the array W of the weights."""
    n = z.type.axes[0]
    one = ones(params=(n,))
    both = [w for w in weights if depends_on(w, i) and depends_on(w, j)]
    w = over((i, j), made_of(product, weights)) if both else None
    if w is None or w.rank != 2 or has_indices(w) or depends_on(w, i) or depends_on(w, j):
        return None
    if "symmetric" in facts(w):
        return product(number(2), add(diag(product(w, one)), product(number(-1), w)))
    whole = add(w, transposed(w))
    return add(diag(product(whole, one)), product(number(-1), whole))


__all__ = ["as_laplacian"]
