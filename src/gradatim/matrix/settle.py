"""The last pass over a result: facts of symbols are used, and sums that they make alike are gathered."""

from __future__ import annotations

from gradatim.matrix.build import plus, times, transposed
from gradatim.ops import add, diag, facts, identity, inverse, number, ones, product, quotient, rational, transpose
from gradatim.term import Apply, Term, transform


def with_facts(term: Term) -> Term:
    """The term with facts used: Sᵀ is S for a symmetric S, Q⁻¹ is Qᵀ for an orthogonal Q, like terms then add up."""
    changed = transform(term, _one)
    return transform(changed, _gather) if changed is not term else term


def _one(node: Term) -> Term:
    if isinstance(node, Apply):
        if node.op is transpose:
            inner = node.args[0]
            return times(number(-1), inner) if "skew" in facts(inner) else transposed(inner)
        if node.op is inverse and "orthogonal" in facts(node.args[0]):
            return transposed(node.args[0])
        if node.op is product:
            return _rows_of_one(_entries_of_one(node))
        if node.op is diag and isinstance(node.args[0], Apply) and node.args[0].op is ones:
            return identity(params=node.args[0].type.axes)
    return node


def _entries_of_one(node: Apply) -> Term:
    """𝟏ᵀy is 1 for a one-hot vector and for probabilities: their entries add up to one."""
    kept = list(node.args)
    for k in range(len(kept) - 1):
        for unit, y in ((kept[k], kept[k + 1]), (kept[k + 1], kept[k])):
            lying = unit.args[0] if isinstance(unit, Apply) and unit.op is transpose else unit
            standing = y.args[0] if isinstance(y, Apply) and y.op is transpose else y
            scalar = product(kept[k], kept[k + 1]).is_scalar
            if scalar and isinstance(lying, Apply) and lying.op is ones and facts(standing) & {"onehot", "probability"}:
                return product(*kept[:k], number(1), *kept[k + 2 :])
    return node


def _rows_of_one(node: Term) -> Term:
    """Y𝟏 is 𝟏 where each row of Y adds up to one."""
    if not (isinstance(node, Apply) and node.op is product):
        return node
    for k, (y, unit) in enumerate(zip(node.args, node.args[1:])):
        stochastic = y.rank == 2 and facts(y) & {"onehot", "probability"}
        if stochastic and isinstance(unit, Apply) and unit.op is ones and unit.rank == 1 and not unit.type.row:
            kept = (*node.args[:k], ones(params=y.type.axes[:1]), *node.args[k + 2 :])
            return product(*kept) if len(kept) > 1 else kept[0]
    return node


def _gather(node: Term) -> Term:
    if isinstance(node, Apply) and node.op is add:
        return plus(*node.args)
    if isinstance(node, Apply) and node.op is product:
        return times(*node.args)
    if isinstance(node, Apply) and node.op is quotient and all(map(_numbered, node.args)):
        return times(node)
    return node


def _numbered(term: Term) -> bool:
    """Whether a number stands in front, which may cancel against another: 2 Σ⁻¹ x / (2 c)."""
    return rational(term) is not None or isinstance(term, Apply) and term.op is product and rational(term.args[0]) is not None
