"""Down: a term and indices for its axes become one monomial of indexed factors.

Lowering is lazy. Everything multilinear is opened (products, transposes, traces, diagonals); a sum, an inverse, an
exponential stays whole as the head of a factor until a rule asks for its derivative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradatim.ops import at, ones, quotient
from gradatim.ops.base import Factor, Monomial, Multilinear, derivative_of
from gradatim.ops.structure import number, power, product, size
from gradatim.term import Apply, Bind, Number, Symbol, Term, fresh_index, substitute
from gradatim.types import Dim

Indices = tuple[Term, ...]


def fresh_for(axes: Iterable[Dim]) -> tuple[Symbol, ...]:
    """A fresh index for each axis."""
    return tuple(fresh_index(d) for d in axes)


def lower(term: Term, indices: Indices) -> Monomial:
    """The entry of `term` at `indices`, opened as far as it is multilinear."""
    scalars: list[Term] = []
    factors: list[Factor] = []
    work: list[tuple[Term, Indices]] = [(term, indices)]
    while work:
        node, at_indices = work.pop()
        if isinstance(node, Number):
            scalars.append(node)
        elif isinstance(node, Apply) and isinstance(derivative_of(node.op), Multilinear):
            work.extend(reversed(_open(node, at_indices, factors)))
        elif isinstance(node, Apply) and node.op is quotient:
            scalars.append(power(node.args[1], number(-1)))
            work.append((node.args[0], at_indices))
        elif isinstance(node, Apply) and node.op is at:
            if isinstance(node.args[0], (Symbol,)) and not at_indices and node.args[0].type.family:
                scalars.append(node)
            else:
                work.append((node.args[0], node.args[1:] + at_indices))
        elif isinstance(node, Bind) and node.kind == "stack":
            work.append((substitute(node.body, {node.index: at_indices[0]}), at_indices[1:]))
        elif not at_indices:
            scalars.append(node)
        else:
            factors.append(Factor(node, at_indices))
    coefficient: Term = scalars[0] if len(scalars) == 1 else product(*scalars) if scalars else number(1)
    return Monomial(coefficient, tuple(factors))


def _open(node: Apply, indices: Indices, factors: list[Factor]) -> list[tuple[Term, Indices]]:
    """The arguments of a multilinear operation with the indices that its einsum gives them."""
    rule = derivative_of(node.op)
    assert isinstance(rule, Multilinear)
    einsum = rule.einsum(tuple(a.type for a in node.args), node.params)
    table: dict[int, Term] = {}
    for local, index in zip(einsum.out, indices):
        if local in table:
            factors.append(Factor(None, (table[local], index)))
        else:
            table[local] = index
    for local, index in zip(einsum.out, indices):
        # An axis that no argument has is one of ones. The factor stays, or a sum over it would lose its count.
        if einsum.out.count(local) == 1 and not any(local in i for i in einsum.ins):
            factors.append(Factor(ones(params=(node.type.axes[einsum.out.index(local)],)), (index,)))
    for arg, locals_ in zip(node.args, einsum.ins):
        for local, dim in zip(locals_, arg.type.axes):
            if local not in table:
                table[local] = fresh_index(dim)
    return [(arg, tuple(table[i] for i in locals_)) for arg, locals_ in zip(node.args, einsum.ins)]


def rename(monomial: Monomial, table: Mapping[Term, Term]) -> Monomial:
    """The monomial with indices replaced, in the factors and inside the coefficient and the heads."""
    return Monomial(
        substitute(monomial.coefficient, table),
        tuple(
            Factor(None if f.head is None else substitute(f.head, table), tuple(table.get(i, i) for i in f.indices))
            for f in monomial.factors
        ),
    )


def extent(index: Term) -> Dim:
    found = index.type.index
    assert found is not None
    return found


def contract(monomial: Monomial, free: Iterable[Term], fixed: Iterable[Term] = ()) -> Monomial | None:
    """Carry out the deltas: a summed index gives way to its partner. None is zero. Deltas between kept indices stay."""
    kept = set(free) | set(fixed)
    coefficient: list[Term] = [monomial.coefficient]
    factors = list(monomial.factors)
    done: list[Factor] = []
    while factors:
        factor = factors.pop()
        if factor.head is not None:
            done.append(factor)
            continue
        i, j = factor.indices
        if isinstance(i, Number) and isinstance(j, Number):
            if i is not j:
                return None
        elif i is j:
            if i not in kept:
                if not any(i in f.indices for f in (*factors, *done)):
                    coefficient.append(size(extent(i)))
        elif _summed(i, kept) or _summed(j, kept):
            gone, stays = (i, j) if _summed(i, kept) else (j, i)
            table = {gone: stays}
            coefficient = [substitute(c, table) for c in coefficient]
            factors = [_renamed(f, table) for f in factors]
            done = [_renamed(f, table) for f in done]
        else:
            done.append(factor)
    done.reverse()
    whole: Term = coefficient[0] if len(coefficient) == 1 else product(*coefficient)
    return Monomial(whole, tuple(done))


def _summed(index: Term, kept: set[Term]) -> bool:
    return isinstance(index, Symbol) and index not in kept


def _renamed(factor: Factor, table: Mapping[Term, Term]) -> Factor:
    head = None if factor.head is None else substitute(factor.head, table)
    return Factor(head, tuple(table.get(i, i) for i in factor.indices))


def join(*monomials: Monomial) -> Monomial:
    """The product of monomials."""
    scalars = [m.coefficient for m in monomials if m.coefficient is not number(1)]
    coefficient: Term = product(*scalars) if len(scalars) > 1 else scalars[0] if scalars else number(1)
    return Monomial(coefficient, tuple(f for m in monomials for f in m.factors))
