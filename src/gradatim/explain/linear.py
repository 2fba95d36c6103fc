"""Linear forms put in order: what moves at the end, constants in front, products of sums multiplied out."""

from __future__ import annotations

from gradatim.matrix.build import transposed
from gradatim.matrix.recognisers import apart
from gradatim.matrix.scalar import add_up, multiply
from gradatim.ops import add, at, identity, number, power, product, quotient, rational, trace
from gradatim.ops.base import Multilinear, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.powers import mpower, power_factors
from gradatim.ops.structure import args_of, made_of
from gradatim.ops.tidy import tidy
from gradatim.term import Apply, Bind, Term, free_symbols, is_sum, substitute, transform


def contracted(gradient: Term, d: Term) -> Term:
    """What a gradient makes of a differential: tr(Gᵀ dX), gᵀ dx or g du."""
    if d.is_scalar:
        return product(gradient, d)
    scalars, rest = apart(transposed(gradient))
    if d.rank == 2:
        whole = trace(d if isinstance(rest, Apply) and rest.op is identity else chain_of(rest, d))
    else:
        whole = product(d, rest) if d.type.row else chain_of(rest, d)
    front = multiply(*scalars) if scalars else number(1)
    every = (*side_by_side(front), *(whole.args if whole.op is product else (whole,)))
    return made_of(product, every)


def series(node: Term, change: Term) -> Term:
    """d Mᵏ = Σᵣ Mʳ⁻¹ dM Mᵏ⁻ʳ, of a power with a symbol as exponent."""
    assert isinstance(node, Apply)
    index, before, after = power_factors(node)
    return Bind("sum", index, product(before, change, after))


def stands_as_base(body: Term, by: Term) -> bool:
    """Whether a body is a power of a matrix with a symbol as exponent."""
    return isinstance(body, Apply) and body.op is mpower and body.args[0] is by


def coefficient(term: Term, places: tuple[Term, ...]) -> Term:
    """The entry of an array at some places; a stack is opened there."""
    for k, place in enumerate(places):
        if not (isinstance(term, Bind) and term.kind == "stack"):
            return at(term, *places[k:])
        index, body = term.opened()
        term = substitute(body, {index: place})
    return term


def spread_out(term: Term, moving: set[Term]) -> list[Term]:
    """A linear formula as terms in each of which what moves stands once: products and traces of sums multiplied out."""
    if not any(s in moving for s in free_symbols(term)):
        return [term]
    if isinstance(term, Apply) and term.op is add:
        return [t for a in term.args for t in spread_out(a, moving)]
    if isinstance(term, Apply) and not isinstance(term.op, Function) and isinstance(derivative_of(term.op), Multilinear):
        inside = [k for k, a in enumerate(term.args) if any(s in moving for s in free_symbols(a))]
        if len(inside) == 1:
            k = inside[0]
            return [term.rebuild((*term.args[:k], t, *term.args[k + 1 :])) for t in spread_out(term.args[k], moving)]
    return [term]


def flat(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, Apply) and term.op is product and term.is_scalar else (term,)


def chain_of(rest: Term, d: Term) -> Apply:
    """A chain with the differential at its end."""
    return product(*args_of(rest, product), d)


def neat(term: Term, moving: set[Term]) -> Term:
    """Products of scalars with their constants gathered in front and what moves at the end; `2 (rᵀ dr)` is `2 rᵀ dr`."""

    def rule(node: Term) -> Term:
        if isinstance(node, Apply) and node.op is product and not node.is_scalar:
            # d e^{tA} = e^{tA} A dt
            last = [a for a in node.args if a.is_scalar and a in moving]
            kept = [a for a in node.args if a not in last]
            return product(*kept, *last) if last else node
        if not (isinstance(node, Apply) and node.op in (product, quotient) and node.is_scalar):
            return node
        top, bottom = (node.args[0], node.args[1]) if node.op is quotient else (node, None)
        parts = _factors(top)
        still = [p for p in parts if not any(m in moving for m in free_symbols(p))]
        last = [p for p in parts if p not in still]
        if not last or not all(p.is_scalar for p in parts):
            return node
        if bottom is not None:
            still.append(power(bottom, number(-1)))
        front = side_by_side(multiply(*still)) if still else []
        chain = last[-1].args if isinstance(last[-1], Apply) and last[-1].op is product else (last[-1],)
        every = [*front, *last[:-1], *chain]
        return made_of(product, every)

    return transform(tidy(transform(term, sign_out)), lambda node: rule(scalars_out(node, moving)))


def scalars_out(node: Term, moving: set[Term]) -> Term:
    """The scalars that stay still before a linear function of one argument: tr(−2 M dX) is −2 tr(M dX)."""
    if not (isinstance(node, Apply) and node.is_scalar and len(node.args) == 1 and not isinstance(node.op, Function)):
        return node
    inner = node.args[0]
    if not (isinstance(derivative_of(node.op), Multilinear) and isinstance(inner, Apply) and inner.op is product):
        return node
    front = [a for a in inner.args if a.is_scalar and not any(m in moving for m in free_symbols(a))]
    rest = [a for a in inner.args if a not in front]
    if not front or not any(a.rank for a in rest):
        return node
    return product(*front, node.rebuild((made_of(product, rest),)))


def sign_out(node: Term) -> Term:
    """−Σᵢ (−aᵢ) is Σᵢ aᵢ: the sign of every summand before the sum."""
    if not is_sum(node):
        return node
    index, body = node.opened()
    body = tidy(body)
    if isinstance(body, Apply) and body.op is product and (c := rational(body.args[0])) is not None and c < 0:
        rest = body.args[1:] if c == -1 else (number(-c), *body.args[1:])
        return product(number(-1), Bind("sum", index, made_of(product, rest)))
    return node


def collected(term: Term, moving: set[Term]) -> Term:
    """A linear formula with the coefficients of one moving factor added up: (y (1 − h) − h (1 − y)) du is (y − h) du."""

    def rule(node: Term) -> Term:
        if not (isinstance(node, Apply) and node.op is add and node.is_scalar):
            return node
        groups: dict[tuple[Term, ...], list[Term]] = {}
        for summand in node.args:
            parts = _factors(summand)
            last = tuple(p for p in parts if any(m in moving for m in free_symbols(p)))
            groups.setdefault(last, []).append(multiply(*(p for p in parts if p not in last)))
        if len(groups) == len(node.args) or () in groups:
            return node
        out: list[Term] = []
        for last, fronts in groups.items():
            chain = last[-1].args if isinstance(last[-1], Apply) and last[-1].op is product else (last[-1],)
            every = (*side_by_side(add_up(tuple(fronts))), *last[:-1], *chain)
            out.append(made_of(product, every))
        return made_of(add, out)

    return transform(term, rule)


def side_by_side(front: Term) -> tuple[Term, ...]:
    """A scalar as the factors that stand in front of something; a fraction stays one."""
    if front is number(1):
        return ()
    return args_of(front, product)


def _factors(term: Term) -> list[Term]:
    """The scalar factors of a scalar; a chain of arrays is one."""
    if isinstance(term, Apply) and term.op is product:
        if all(a.is_scalar for a in term.args):
            return [f for a in term.args for f in _factors(a)]
        scalars = [a for a in term.args if a.is_scalar]
        arrays = [a for a in term.args if not a.is_scalar]
        if scalars and arrays and product(*arrays).is_scalar:
            return [*(f for a in scalars for f in _factors(a)), product(*arrays)]
    if isinstance(term, Apply) and term.op is quotient:
        return [*_factors(term.args[0]), power(term.args[1], number(-1))]
    return [term]


def put_in(term: Term, whole: dict[Term, Term], table: dict[Term, Term]) -> Term:
    return substitute(substitute(term, whole), table)
