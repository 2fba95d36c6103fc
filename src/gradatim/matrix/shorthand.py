"""Names that the declarations introduce for parts (`write K = K₀ + θ K₁`), put where these parts stand in an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from gradatim.matrix.build import is_zero, split, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.powers import PowerProduct, assemble, power_product
from gradatim.matrix.scalar import add_up, multiply
from gradatim.matrix.settle import with_facts
from gradatim.ops import add, number, power, product, quotient, sqnorm, transpose
from gradatim.ops.function import Function
from gradatim.term import Apply, Term, substitute, transform, walk


def in_names(term: Term, names: Sequence[Term]) -> Term:
    """The term with what each of `names`, calls of functions without arguments, stands for replaced by the call, where that is
    shorter. The value stays what it is."""
    known: dict[Term, Term] = {}
    for name in names:
        bodies = _bodies(name)
        # What was named before has its name in a later value, too: v = a / (aᵀw).
        bodies = [*bodies, *(b for b in (substitute(part, known) for part in bodies) if b not in bodies)]
        known |= dict.fromkeys(bodies[:1], name)
        for part in bodies:
            named = transform(term, partial(_named, part=part, name=name))
            term = min(term, named, key=cost)
            if part.is_scalar:
                term = in_factors(term, part, name)
    return term


def in_factors(term: Term, value: Term, name: Term) -> Term:
    """The term with the factors of a number gathered under its name, where that is shorter: (xᵀA x) B / (xᵀx) is r B for
    r = xᵀA x / (xᵀx); and c e / (e + c)² is p (1 − p) for p = e / (e + c)."""
    whole = power_product(value)
    if len(whole.powers) < 2:
        return term
    rest = add_up((number(1), multiply(number(-1), value)))
    left = power_product(rest)
    called = [(whole, name)]
    if len(left.powers) > 1:
        called.append((left, add(number(1), product(number(-1), name))))
    return min(term, transform(term, lambda node: _gathered(node, called)), key=cost)


def _gathered(node: Term, called: Sequence[tuple[PowerProduct, Term]]) -> Term:
    if not (isinstance(node, Apply) and node.op in (product, quotient)):
        return node
    part = split(node) if node.rank else (power_product(node), ())
    if part is None:
        return node
    coefficient, found = part[0], list[Term]()
    for value, name in called:
        often = _often(coefficient, value)
        if often:
            coefficient = coefficient.times(
                PowerProduct(value.coefficient**-often, tuple((a, -k * often) for a, k in value.powers))
            )
            found.append(power(name, number(often)) if often > 1 else name)
    return times(assemble(coefficient), *found, *part[1]) if found else node


def _often(coefficient: PowerProduct, value: PowerProduct) -> int:
    """How many times all factors of a value are among those of a coefficient."""
    held = dict(coefficient.powers)
    return max(0, min(int(held.get(a, Fraction(0)) / k) for a, k in value.powers))


def _bodies(name: Term) -> list[Term]:
    """What the name stands for, as it was written and as answers write it."""
    assert isinstance(name, Apply) and isinstance(name.op, Function) and name.op.body is not None
    body = name.op.body
    found = [body, with_facts(body), one_square(body)]
    if not body.is_scalar:
        found.append(times(body))
    return [b for b in dict.fromkeys(found) if b.args and not is_zero(b)]


def one_square(term: Term) -> Term:
    """‖x‖² as xᵀx where the function writes both, so that they cancel."""
    squares = [
        n for n in walk(term) if isinstance(n, Apply) and n.op is sqnorm and n.args[0].rank == 1 and not n.args[0].type.row
    ]
    table: dict[Term, Term] = {}
    for square in squares:
        x = square.args[0]
        written = product(transpose(x), x)
        if any(n is written for n in walk(term)):
            table[square] = written
    return substitute(term, table) if table else term


def _named(node: Term, part: Term, name: Term) -> Term:
    if node is part:
        return name
    if node.is_scalar == part.is_scalar and not part.is_scalar and node is transposed(part):
        return transposed(name)
    if isinstance(node, Apply) and node.op is product and any(a in _turned(name) for a in node.args):
        return times(*node.args)  # a sum that became −r within a product: its sign goes in front
    if isinstance(node, Apply) and isinstance(part, Apply) and node.op is part.op:
        if node.op is add and node.type.axes == part.type.axes:
            return _in_sum(node, part, name)
        if node.op is product and not part.is_scalar:
            return _in_chain(node, part, name)
    if isinstance(node, Apply) and node.op is quotient and isinstance(part, Apply) and part.op is quotient and part.rank:
        return _in_quotient(node, part, name)
    return node


def _turned(name: Term) -> tuple[Term, Term]:
    return times(number(-1), name), times(number(-1), transposed(name))


def _in_sum(node: Apply, part: Apply, name: Term) -> Term:
    """A sum that holds all terms of the part, once or with the other sign: x + Ay + b is z + b."""
    for sign in (1, -1):
        wanted = Counter(part.args if sign == 1 else (times(number(-1), t) for t in part.args))
        have = Counter(node.args)
        if not wanted - have:
            rest = list(node.args)
            for t in wanted.elements():
                rest.remove(t)
            named = name if sign == 1 else times(number(-1), name)
            ordered = [named, *rest] if sign == 1 else [*rest, named]
            return add(*ordered) if rest else named
    return node


def _in_quotient(node: Term, part: Term, name: Term) -> Term:
    """A product with a factor that the part divides by the same numbers: a bᵀ / s is v bᵀ for v = a / s."""
    whole, wanted = split(node), split(part)
    if whole is None or wanted is None or len(wanted[1]) != 1 or _often(whole[0], wanted[0]) < 1:
        return node
    left = PowerProduct(1 / wanted[0].coefficient, tuple((a, -k) for a, k in wanted[0].powers))
    for factor, called in ((wanted[1][0], name), (transposed(wanted[1][0]), transposed(name))):
        if whole[1].count(factor) == 1:
            return times(assemble(whole[0].times(left)), *(called if f is factor else f for f in whole[1]))
    return node


def _in_chain(node: Term, part: Apply, name: Term) -> Term:
    """A product whose neighbouring factors are those of the part, straight or transposed."""
    whole, wanted = split(node), split(part)
    if whole is None or wanted is None or wanted[0].powers or wanted[0].coefficient != 1:
        return node
    front, chain = whole
    back = split(transposed(part))
    for factors, called in ((wanted[1], name), (back[1] if back is not None else (), transposed(name))):
        for k in range(len(chain) - len(factors) + 1 if factors else 0):
            if chain[k : k + len(factors)] == factors:
                chain = (*chain[:k], called, *chain[k + len(factors) :])
                return _in_chain(times(assemble(front), *chain), part, name)
    return node


__all__ = ["in_factors", "in_names", "one_square"]
