"""Functions of a matrix under a trace: `d tr(A log A) = tr(log(A) dA) + tr(A A⁻¹ dA)`, one term for each place that moves."""

from __future__ import annotations

from gradatim.derive.primary import commutes, moves_along_itself
from gradatim.errors import UnknownDerivative
from gradatim.explain.formula import EQUALS
from gradatim.explain.linear import contracted
from gradatim.explain.partials import pushed
from gradatim.explain.steps import Words
from gradatim.matrix.build import transposed
from gradatim.ops import add, identity, number, product, trace
from gradatim.ops.base import Along, Primary, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.structure import args_of, made_of
from gradatim.term import Apply, Symbol, Term, free_symbols, substitute
from gradatim.write.latex import latex
from gradatim.write.text import text


def primaries(body: Term, symbol: Term) -> list[Apply]:
    """The outermost functions of a matrix in a body that move, other than along themselves."""
    found: list[Apply] = []
    todo = [body]
    while todo:
        node = todo.pop(0)
        if not isinstance(node, Apply) or symbol not in free_symbols(node):
            continue
        primary = not isinstance(node.op, Function) and isinstance(derivative_of(node.op), Primary)
        if primary and isinstance(symbol, Symbol) and not moves_along_itself(node.args[0], symbol):
            found += [] if node in found else [node]
        else:
            todo += node.args
    return found


def ways(body: Term, by: Symbol, along: Term) -> list[Term]:
    """The differential of a scalar by a matrix that stands in functions of a matrix, term by term: what stands outside them,
    then each of them with f′(X) dX in the place of d f(X). Raises UnknownDerivative where that is no formula."""
    nodes = primaries(body, by)
    stands: dict[Term, Symbol] = {n: Symbol(f"\u2063f{k}", n.type.bare, text=text(n)) for k, n in enumerate(nodes)}
    opened = substitute(body, {**stands})
    back: dict[Term, Term] = {s: n for n, s in stands.items()}
    out: list[Term] = []
    if by in free_symbols(opened):
        out.append(substitute(contracted(pushed(opened, by, number(1)), along), back))
    for node, stand in zip(nodes, stands.values()):
        adjoint = substitute(pushed(opened, stand, number(1)), back)
        rule = derivative_of(node.op)
        assert isinstance(rule, Primary)
        if node.args[0] is not by or not commutes(transposed(adjoint), by):
            raise UnknownDerivative(f"the differential of {text(node)} is not written term by term")
        out.append(_traced(transposed(adjoint), rule.slope(node), along))
    return out


def _traced(adjoint: Term, slope: Term, along: Term) -> Term:
    """tr(Gᵀ f′(X) dX), the scalars in front."""
    factors = [f for t in (adjoint, slope) for f in args_of(t, product)]
    arrays = [f for f in factors if f.rank and not (isinstance(f, Apply) and f.op is identity)]
    scalars = [f for f in factors if not f.rank]
    whole = trace(product(*arrays, along) if arrays else along)
    return product(*scalars, whole) if scalars else whole


def moved_along(body: Term, by: Term) -> bool:
    """Whether every function of a matrix that moves in a body has a derivative along any change."""
    rules = [derivative_of(n.op) for n in primaries(body, by)]
    return bool(rules) and all(isinstance(r, Primary) and r.along is not None for r in rules)


def along_words(body: Term, by: Symbol) -> Words:
    """What a change of the matrix does to its function, and how it comes out of a trace."""
    node = primaries(body, by)[0]
    rule = derivative_of(node.op)
    assert isinstance(rule, Primary) and rule.along is not None
    along = Symbol(rf"\mathrm{{d}}{latex(node.args[0])}", node.type.bare, f"d{text(node.args[0])}", f"d{text(node.args[0])}")
    if node.args[0].args:  # a compound argument moves by a change of its own
        along = Symbol("E", node.type.bare)
        return ("a change ", along, " of ", node.args[0], " changes ", node, " by ", rule.along(node, along))
    return (_d(node), EQUALS, rule.along(node, along))


def adjoint_words(node: Apply) -> Words:
    """tr(Gᵀ L(X, E)) = tr(L(Xᵀ, G)ᵀ E) for what is linear along a matrix."""
    rule = derivative_of(node.op)
    assert isinstance(rule, Along)
    weight, step = Symbol("G", node.type.bare), Symbol("E", node.type.bare)
    moved = trace(product(transposed(weight), rule.moves(node, step)))
    return (moved, EQUALS, trace(product(transposed(rule.flows(node, weight)), step)))


def out_of_the_trace(body: Term, by: Term) -> Words:
    """How the derivative of a scalar along a matrix is read off, where that is said by no line of its own."""
    if not body.is_scalar or not isinstance(by, Symbol) or not by.rank or not moved_along(body, by) or commuting_ways(body, by):
        return ()
    node = primaries(body, by)[0]
    rule = derivative_of(node.op)
    assert isinstance(rule, Primary) and rule.along is not None
    step = rule.along(node, Symbol("E", node.type.bare))
    return ("; ", *adjoint_words(step)) if isinstance(step, Apply) else ()


def primary_words(body: Term, by: Symbol) -> Words:
    """The differential term by term, and why d f(X) may be written f′(X) dX."""
    along = Symbol(rf"\mathrm{{d}}{latex(by)}", by.type.bare, f"d{text(by)}", f"d{text(by)}")
    try:
        found = ways(body, by, along)
    except UnknownDerivative:
        return along_words(body, by) if moved_along(body, by) else ()
    value = made_of(add, found)
    return ("under a trace ", _d(primaries(body, by)[0]), " may be written ", *_slope(primaries(body, by)[0], along), ": ", value)


def commuting_ways(body: Term, by: Symbol) -> bool:
    """Whether every function of a matrix in a body stands under a trace with what it commutes with."""
    try:
        return bool(ways(body, by, by))
    except UnknownDerivative:
        return not moved_along(body, by)


def _d(node: Apply) -> Term:
    return Symbol(rf"\mathrm{{d}}{latex(node)}", node.type.bare, f"d {text(node)}", f"d {text(node)}")


def _slope(node: Apply, along: Term) -> Words:
    rule = derivative_of(node.op)
    assert isinstance(rule, Primary)
    return (product(rule.slope(node), along),)


def commuting(node: Apply, by: Symbol) -> Words:
    """d e^{tA} = e^{tA} A dt, since what moves is a scalar times a constant matrix."""
    along = Symbol(rf"\mathrm{{d}}{latex(by)}", by.type.bare, f"d{text(by)}", f"d{text(by)}")
    rule = derivative_of(node.op)
    assert isinstance(rule, Primary)
    inner = [a for a in node.args[0].args if a.rank]
    value = product(rule.slope(node), *inner, along) if node.args[0].args[0] is by and len(node.args[0].args) == 2 else None
    said: Words = (node.args[0], " commutes with its change")
    return said if value is None else (_d(node), EQUALS, value, ", since ", *said)
