"""Down: a term and indices for its axes become one monomial of indexed factors.

Lowering is lazy. Everything multilinear is opened (products, transposes, traces, diagonals); a sum, an inverse, an
exponential stays whole as the head of a factor until a rule asks for its derivative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gradatim.ops import at, basis, ones, quotient, zeros
from gradatim.ops.base import Factor, Monomial, Multilinear, Paired, derivative_of
from gradatim.ops.pairs import components, pair, paired
from gradatim.ops.quotients import power, rational
from gradatim.ops.structure import add, made_of, number, product, size
from gradatim.term import Apply, Bind, Number, Symbol, Term, depends_on, fresh_index, is_index, substitute
from gradatim.types import Dim

Indices = tuple[Term, ...]


def fresh_for(axes: Iterable[Dim]) -> tuple[Symbol, ...]:
    """A fresh index for each axis."""
    return tuple(fresh_index(d) for d in axes)


def lower(term: Term, indices: Indices) -> Monomial:
    """The entry of `term` at `indices`, opened as far as it is multilinear."""
    opened = lower_within(term, indices, None)
    assert opened is not None
    return opened


def lower_within(term: Term, indices: Indices, most: int | None) -> Monomial | None:
    """As `lower`; None where that would take more than `most` factors."""
    scalars: list[Term] = []
    factors: list[Factor] = []
    work: list[tuple[Term, Indices]] = [(term, indices)]
    while work:
        if most is not None and len(factors) > most:
            return None
        node, at_indices = work.pop()
        if isinstance(node, Number):
            scalars.append(node)
        elif isinstance(node, Apply) and isinstance(derivative_of(node.op), Multilinear):
            work.extend(reversed(_open(node, at_indices, factors)))
        elif isinstance(node, Apply) and isinstance(derivative_of(node.op), Paired) and splits(node, at_indices):
            work.extend(reversed(open_pairs(node, at_indices, factors)))
        elif isinstance(node, Apply) and node.op is quotient:
            scalars.append(power(node.args[1], number(-1)))
            work.append((node.args[0], at_indices))
        elif isinstance(node, Apply) and node.op is at:
            if isinstance(node.args[0], (Symbol,)) and not at_indices and node.args[0].type.family:
                scalars.append(node)
            else:
                work.append((node.args[0], node.args[1:] + at_indices))
        elif isinstance(node, Apply) and node.op is basis:
            factors.append(Factor(None, (at_indices[0], node.args[0])))
        elif isinstance(node, Bind) and node.kind == "stack":
            work.append((substitute(node.body, {node.index: at_indices[0]}), at_indices[1:]))
        elif not at_indices:
            scalars.append(node)
        else:
            factors.append(Factor(node, at_indices))
    coefficient: Term = made_of(product, scalars) if scalars else number(1)
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


def splits(node: Apply, indices: Indices) -> bool:
    """Whether each axis that is counted by several indices is given them: then the operation is opened, else it stays whole."""
    rule = derivative_of(node.op)
    assert isinstance(rule, Paired)
    e = rule.einsum(tuple(a.type for a in node.args), node.params)
    return all(_fits(index, [e.dims[n] for n in group]) for group, index in zip(e.out, indices))


def _fits(index: Term, dims: Sequence[Dim]) -> bool:
    return len(dims) == 1 or [c.type.index for c in components(index)] == dims


def open_pairs(node: Apply, indices: Indices, factors: list[Factor]) -> list[tuple[Term, Indices]]:
    """The arguments with their indices; an axis that is counted by several and is given one index is split by a delta."""
    rule = derivative_of(node.op)
    assert isinstance(rule, Paired)
    e = rule.einsum(tuple(a.type for a in node.args), node.params)
    table: dict[int, Term] = {}
    for group, index in zip(e.out, indices):
        parts = components(index)
        if len(group) == 1:
            table[group[0]] = index
        elif _fits(index, [e.dims[n] for n in group]):
            table.update(zip(group, parts))
        else:
            table.update((n, fresh_index(e.dims[n])) for n in group)
            factors.append(Factor(None, (index, paired(*(table[n] for n in group)))))
    for n in dict.fromkeys(n for groups in e.ins for g in groups if len(g) > 1 for n in g):
        if not all(map(is_index, components(table[n]))):
            # Beside others a position that is no index is one that is held there.
            fixed, table[n] = table[n], fresh_index(e.dims[n])
            factors.append(Factor(None, (table[n], fixed)))
    return [(a, tuple(paired(*(table[n] for n in g)) for g in groups)) for a, groups in zip(node.args, e.ins)]


def renamed(index: Term, table: Mapping[Term, Term]) -> Term:
    """An index with others put for it, or for the ones that it is a pair of."""
    if index in table:
        return table[index]
    if isinstance(index, Apply) and index.op is pair:
        return paired(*(table.get(c, c) for c in index.args))
    return index


def rename(monomial: Monomial, table: Mapping[Term, Term]) -> Monomial:
    """The monomial with indices replaced, in the factors and inside the coefficient and the heads."""
    return Monomial(
        substitute(monomial.coefficient, table),
        tuple(
            Factor(
                substitute(f.head, table) if f.head is not None and f.head.indexed else f.head,
                tuple(renamed(i, table) for i in f.indices),
            )
            for f in monomial.factors
        ),
    )


def extent(index: Term) -> Dim:
    found = index.type.index
    assert found is not None
    return found


def contract(monomial: Monomial, free: Iterable[Term], fixed: Iterable[Term] = ()) -> Monomial | None:
    """Carry out the deltas: a summed index gives way to its partner. None is zero. Deltas between kept indices stay, and so
    does one that splits a kept index into a pair."""
    kept = set(free) | set(fixed)
    coefficient: list[Term] = [monomial.coefficient]
    factors = list(monomial.factors)
    done: list[Factor] = []
    held: dict[Term, Term] = {}
    while factors:
        factor = factors.pop()
        if isinstance(factor.head, Apply) and factor.head.op is zeros:
            return None
        if factor.head is not None:
            done.append(factor)
            continue
        i, j = factor.indices
        if isinstance(i, Number) and isinstance(j, Number):
            if i is not j:
                return None
        elif i is j:
            others = (*factors, *done)
            for c in components(i):
                used = any(c in components(x) or _in_head(f, c) for f in others for x in f.indices)
                if _summed(c, kept) and not used and not any(depends_on(t, c) for t in coefficient):
                    coefficient.append(size(extent(c)))
        elif (apart := _apart(i, j)) is not None:
            factors += apart
        elif _summed(i, kept) or _summed(j, kept):
            gone, stays = (i, j) if _summed(i, kept) else (j, i)
            if not is_index(stays) and len(components(stays)) == 1 and _in_pair(gone, (*factors, *done)):
                held[gone] = stays
                continue
            table = {gone: stays}
            coefficient = [substitute(c, table) for c in coefficient]
            factors = [_renamed(f, table) for f in factors]
            done = [_renamed(f, table) for f in done]
            factors.append(Factor(None, (stays, stays)))  # where nothing else holds the index, its values are counted
        elif (same := _split_twice(i, j, done)) is not None:
            factors += same
        else:
            done.append(Factor(None, (j, i) if len(components(i)) > 1 else (i, j)))
    done.reverse()
    if held:
        done = [Factor(f.head, tuple(_position(i, held) for i in f.indices)) for f in done]
        done += [Factor(None, (i, fixed)) for i, fixed in held.items() if _in_pair(i, done)]
    whole: Term = made_of(product, coefficient)
    return _opened(Monomial(whole, tuple(done)), free, fixed)


def _in_pair(index: Term, factors: Sequence[Factor]) -> bool:
    return any(len(components(i)) > 1 and index in components(i) for f in factors for i in f.indices)


def _position(index: Term, held: Mapping[Term, Term]) -> Term:
    """The position that several indices count together, where all of them are held at positions: row 1, column 2 of 3 is the second."""
    parts = components(index)
    if len(parts) < 2 or not all(c in held for c in parts):
        return index
    total: Term = held[parts[0]]
    for c in parts[1:]:
        before = _plus(total, number(-1))
        total = held[c] if rational(before) == 0 else _plus(product(before, size(extent(c))), held[c])
    return total


def _plus(a: Term, b: Term) -> Term:
    values = [rational(t) for t in (a, b)]
    return number(sum(v for v in values if v is not None)) if None not in values else add(a, b)


def _in_head(factor: Factor, index: Term) -> bool:
    return factor.head is not None and depends_on(factor.head, index)


def _apart(i: Term, j: Term) -> list[Factor] | None:
    """Equal pairs have equal parts."""
    a, b = components(i), components(j)
    if len(a) != len(b) or len(a) < 2 or any(extent(x) != extent(y) for x, y in zip(a, b)):
        return None
    return [Factor(None, (x, y)) for x, y in zip(a, b)]


def _split_twice(i: Term, j: Term, done: Sequence[Factor]) -> list[Factor] | None:
    """Of a second split of one index into a pair: its parts are those of the first."""
    whole, parts = (j, i) if len(components(i)) > 1 else (i, j)
    for f in done:
        if f.head is None and f.indices[0] is whole and len(components(parts)) > 1:
            return _apart(f.indices[1], parts)
    return None


def _opened(monomial: Monomial, free: Iterable[Term], fixed: Iterable[Term]) -> Monomial | None:
    """Factors that have met a pair are opened where it splits their axes."""
    if not any(len(components(i)) > 1 for f in monomial.factors if f.head is not None for i in f.indices):
        return monomial
    parts = [lower(f.head, f.indices) if f.head is not None else Monomial(number(1), (f,)) for f in monomial.factors]
    opened = join(Monomial(monomial.coefficient, ()), *parts)
    if opened.factors == monomial.factors:
        return monomial
    return contract(opened, free, fixed)


def _summed(index: Term, kept: set[Term]) -> bool:
    return isinstance(index, Symbol) and index not in kept


def _renamed(factor: Factor, table: Mapping[Term, Term]) -> Factor:
    head = None if factor.head is None else substitute(factor.head, table)
    return Factor(head, tuple(renamed(i, table) for i in factor.indices))


def join(*monomials: Monomial) -> Monomial:
    """The product of monomials."""
    scalars = [m.coefficient for m in monomials if m.coefficient is not number(1)]
    coefficient: Term = made_of(product, scalars) if scalars else number(1)
    return Monomial(coefficient, tuple(f for m in monomials for f in m.factors))
