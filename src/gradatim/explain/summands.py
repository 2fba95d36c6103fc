"""Sums taken apart into the terms that move, and products of scalars put side by side."""

from __future__ import annotations

from gradatim.errors import UnknownDerivative
from gradatim.explain.plan import Plan
from gradatim.explain.still import moves
from gradatim.ops import add, number, product, quotient, rational
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Term


def summands(plan: Plan, root: Term) -> list[Term]:
    """The terms of a sum that depend on the variable, with the constant factors in front of the sum; [root] for anything else."""

    def moving(t: Term) -> bool:
        return moves(t, (plan.variable, *(n.symbol for n in plan.names)))

    if isinstance(root, Apply) and root.op is add:
        found = [p for a in root.args if moving(a) for p in summands(plan, a)]
        return found if len(found) > 1 or len(found) == 1 and len(root.args) > 1 and not plan.names else [root]
    if isinstance(root, Apply) and root.op is product and root.is_scalar:
        inner = [a for a in root.args if moving(a)]
        rest = [a for a in root.args if not moving(a)]
        if len(inner) == 1 and isinstance(inner[0], Apply) and inner[0].op is add and all(a.is_scalar for a in rest):
            found = summands(plan, inner[0])
            if len(found) > 1:
                return [tidy_product(*rest, p) for p in found]
    if isinstance(root, Apply) and root.op is quotient and not moving(root.args[1]):
        found = summands(plan, root.args[0])
        if len(found) > 1:
            return [quotient(p, root.args[1]) for p in found]
    return [root]


def tidy_product(*factors: Term) -> Term:
    """A product of scalars with its numbers in front."""
    flat: list[Term] = []
    for f in factors:
        flat += f.args if isinstance(f, Apply) and f.op is product and f.is_scalar and all(a.is_scalar for a in f.args) else (f,)
    numbers = [f for f in flat if rational(f) is not None]
    value = number(1)
    for f in numbers:
        value = number(value.value * (rational(f) or 1))
    rest = [f for f in flat if rational(f) is None]
    every = rest if value.value == 1 else [value, *rest]
    return made_of(product, every)


def flat(a: Term, b: Term) -> Term:
    left = args_of(a, product)
    return product(*left, b)


def summed_ways(terms: list[Term]) -> Term:
    """The sum of the ways, what all have in front taken out. Raises UnknownDerivative where there is none."""
    if not terms:
        raise UnknownDerivative("no intermediate moves with the variable: there are no steps to write")
    if len(terms) == 1:
        return terms[0]
    factors = [args_of(t, product) for t in terms]
    first = factors[0][0]
    if first.is_scalar and all(len(f) > 1 and f[0] is first for f in factors):
        return product(first, summed_ways([f[1] if len(f) == 2 else product(*f[1:]) for f in factors]))
    return add(*terms)
