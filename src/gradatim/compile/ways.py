"""Operations that enter the program in a way of their own: quotients, powers, norms, constants, what divides by cases."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Part, Summand, Tie
from gradatim.compile.values import Value
from gradatim.errors import GradatimError
from gradatim.ops import facts
from gradatim.ops.blocks import columns
from gradatim.ops.frechet import corner
from gradatim.ops.linear_algebra import inverse
from gradatim.ops.matrix_functions import expm
from gradatim.ops.quotients import rational
from gradatim.ops.structure import ends
from gradatim.ops.vectors import levi_civita
from gradatim.term import Apply, is_index
from gradatim.types import ONE as TYPE_ONE

if TYPE_CHECKING:
    from gradatim.compile.enter import Enter


def _quotient(e: Enter, term: Apply, args: list[Value]) -> Value:
    top, bottom = args
    return e.scaled(top, reciprocal(e.graph, bottom.part))


def reciprocal(graph: Graph, part: Part) -> Part:
    if part.node.kind == "number" and part.node.data:
        return Part(graph.number(1 / part.node.data), ())
    return graph.map("power", [part], Fraction(-1))


def _power(e: Enter, term: Apply, args: list[Value]) -> Value:
    exponent = rational(term.args[1])
    if exponent == 1:
        return args[0]
    if exponent is None:
        return e.mapped(term, "power", args)
    return e.mapped(term, "power", args[:1], exponent)


def _hdivide(e: Enter, term: Apply, args: list[Value]) -> Value:
    a, b = e.solid(args[0]), e.solid(args[1])
    own = e.fresh(term.rank)
    top, bottom = a.part.renamed(dict(zip(a.own, own))), b.part.renamed(dict(zip(b.own, own)))
    part = e.graph.contract(ONE, [top, reciprocal(e.graph, bottom)], dict.fromkeys((*top.axes, *bottom.axes)))
    return Value(part.node, part.axes, own, term.type.axes)


def _summed(e: Enter, term: Apply, v: Value, part: Part) -> Value:
    """The sum of a value's entries over all its own axes."""
    return e.closed([part], (), (), (), set(v.own), dict(zip(v.own, v.dims)))


def _sqnorm(e: Enter, term: Apply, args: list[Value]) -> Value:
    v = args[0]
    return e.closed([v.part, v.part], (), (), v.ties, set(v.own), dict(zip(v.own, v.dims)))


def _norm1(e: Enter, term: Apply, args: list[Value]) -> Value:
    v = args[0] if not args[0].ties else e.solid(args[0])
    return _summed(e, term, v, e.graph.map("abs", [v.part]))


def _norm(e: Enter, term: Apply, args: list[Value]) -> Value:
    if not args[0].own:
        return e.mapped(term, "abs", args)
    return e.whole(term, "norm", args)


def _matrix_power(e: Enter, term: Apply, args: list[Value]) -> Value:
    k = term.params[0]
    assert isinstance(k, int)
    v = args[0]
    if len(v.own) == 2 and v.own[0] == v.own[1]:
        part = e.graph.map("power", [v.part], Fraction(k))
        return v._replace(node=part.node, axes=part.axes)
    if abs(k) <= MOST_REPEATED:
        # As factors the order of the products is free: A³x is three products with a vector.
        base = e.whole(inverse(term.args[0]), "inverse", args) if k < 0 else v
        labels = e.fresh(abs(k) + 1)
        base = e.solid(base)
        parts = [base.part.renamed(dict(zip(base.own, pair))) for pair in zip(labels, labels[1:])]
        return e.closed(parts, (labels[0], labels[-1]), term.type.axes, (), set(labels[1:-1]), {})
    return e.whole(term, "matrix_power", args)


MOST_REPEATED = 8
"""A matrix power is written out as a product up to this exponent."""


def _pnorm(e: Enter, term: Apply, args: list[Value]) -> Value:
    node, over = e.leading(args[0])
    if args[1].axes:
        raise GradatimError(f"the {term.op.name} with a p of its own for every member cannot be compiled")
    made = e.graph.special("pnorm", [node, args[1].node], node.dims[: len(over)], (len(over), ()))
    return Value(made, over, (), ())


def _matrix_function_power(e: Enter, term: Apply, args: list[Value]) -> Value:
    """A power of a matrix, or of every member's, with a real exponent."""
    node, over = e.leading(args[0])
    if args[1].axes:
        raise GradatimError("a matrix power with an exponent of its own for every member cannot be compiled")
    own = e.fresh(2)
    known = tuple(sorted(facts(term.args[0]) & {"symmetric", "spd", "psd"}))
    made = e.graph.special("powm", [node, args[1].node], (*node.dims[: len(over)], *term.type.axes), (len(over), known))
    return Value(made, (*over, *own), own, term.type.axes)


def _along_a_matrix(e: Enter, term: Apply, args: list[Value]) -> Value:
    """By its definition: the corner of the function of a block matrix."""
    return e.value(corner(expm, *term.args))


def _epsilon(e: Enter, places: tuple[Label, ...]) -> Part:
    """The Levi-Civita symbol at three labels."""
    three = levi_civita().type.axes
    return Part(e.graph.special("code", [], three, (0, ("levi_civita",))), places)


def _largest(e: Enter, term: Apply, args: list[Value]) -> Value:
    v = e.solid(args[0], spread=True)
    part = e.graph.reduce("max", v.part, v.own)
    return Value(part.node, part.axes, (), ())


def _cross(e: Enter, term: Apply, args: list[Value]) -> Value:
    """Of members of a family Σ ε_ijk a_j b_k; of two vectors the library's own."""
    a, b = (e.solid(v, spread=True) for v in args)
    if set(a.axes) == set(a.own) and set(b.axes) == set(b.own):
        return e.by_record(term, args)
    i, j, k = e.fresh(3)
    parts = [_epsilon(e, (i, j, k)), a.part.renamed({a.own[0]: j}), b.part.renamed({b.own[0]: k})]
    return e.closed(parts, (i,), term.type.axes, (), {j, k}, {})


def _hat(e: Enter, term: Apply, args: list[Value]) -> Value:
    v = e.solid(args[0], spread=True)
    if set(v.axes) == set(v.own):
        return e.by_record(term, args)
    i, j, k = e.fresh(3)
    return e.closed([_epsilon(e, (i, j, k)), v.part.renamed({v.own[0]: j})], (i, k), term.type.axes, (), {j}, {})


def _basis(e: Enter, term: Apply, args: list[Value]) -> Value:
    """The column of the identity at an index: 1 where the own label and the index are equal."""
    own = e.fresh(1)
    chosen = term.args[0]
    if is_index(chosen):
        return Value(e.graph.number(1), (), own, term.type.axes, ((own[0], chosen),))
    # At a position that is computed, an indicator along the axis.
    part = e.graph.map("equal", [Part(e.graph.running(term.type.axes[0]), own), args[0].part])
    return Value(part.node, part.axes, own, term.type.axes)


def _range(e: Enter, term: Apply, args: list[Value]) -> Value:
    """Rows or columns from one place to another, also of every member of a family."""
    node, over = e.leading(args[0])
    axis = -1 if term.op is columns or term.args[0].rank == 1 else -2
    own = e.fresh(term.rank)
    dims = (*node.dims[: len(over)], *term.type.axes)
    made = e.graph.special("range", [node], dims, (len(over), (axis, *term.params[:2])))
    return Value(made, (*over, *own), own, term.type.axes)


def _block(e: Enter, term: Apply, args: list[Value]) -> Value:
    """Blocks as arrays of the rank of the whole, one beside and above the other; of members, for every member."""
    solid = [e.solid(v, spread=True) for v in args]
    counts = {a: d for v in solid for a, d in e.dims(v).items() if a in v.axes and a not in v.own}
    over = tuple(counts)
    if not over and not any(a.rank for a in term.args):
        labels_of_whole = e.fresh(term.rank)
        made = e.graph.special("entries", [v.node for v in solid], term.type.axes, (0, term.params))
        return Value(made, labels_of_whole, labels_of_whole, term.type.axes)
    nodes = []
    for v, arg in zip(solid, term.args):
        axes = [d for d, whole in zip(ends(arg.type), ends(term.type)) if whole != TYPE_ONE]
        labels = iter(v.own)
        own = tuple(e.fresh(1)[0] if d == TYPE_ONE else next(labels) for d in axes)
        nodes.append(e.leading(Value(v.node, v.axes, (*over, *own), (*counts.values(), *axes), v.ties))[0])
    made = e.graph.special("block", nodes, (*counts.values(), *term.type.axes), (len(over), term.params))
    own = e.fresh(term.rank)
    return Value(made, (*over, *own), own, term.type.axes)


WAYS: dict[str, Callable[[Enter, Apply, list[Value]], Value]] = {
    "add": lambda e, t, a: e.add(t, a),
    "quotient": _quotient,
    "power": _power,
    "hpower": _power,
    "hdivide": _hdivide,
    "sqnorm": _sqnorm,
    "norm": _norm,
    "norm1": _norm1,
    "matrix_power": _matrix_power,
    "identity": lambda e, t, a: _identity(e, t),
    "ones": lambda e, t, a: _filled(e, t, 1),
    "zeros": lambda e, t, a: _filled(e, t, 0),
    "equal": lambda e, t, a: _equal(e, t, a),
    "pair": lambda e, t, a: _pair(e, t, a),
    "unequal": lambda e, t, a: e.mapped(t, "unequal", a),
    "less": lambda e, t, a: e.mapped(t, "less", a),
    "maximum": lambda e, t, a: e.mapped(t, "max", a),
    "arctan2": lambda e, t, a: e.mapped(t, "arctan2", a),
    "minimum": lambda e, t, a: e.mapped(t, "min", a),
    "huber": lambda e, t, a: e.mapped(t, "huber", a),
    "polygamma": lambda e, t, a: e.mapped(t, "polygamma", a, t.params[0]),
    "pnorm": _pnorm,
    "powm": _matrix_function_power,
    "expm_frechet": _along_a_matrix,
    "largest": _largest,
    "cross": _cross,
    "hat": _hat,
    "basis": _basis,
    "rows": _range,
    "columns": _range,
    "block": _block,
}


def _identity(e: Enter, term: Apply) -> Value:
    (a,) = e.fresh(1)
    return Value(e.graph.number(1), (), (a, a), term.type.axes)


def _filled(e: Enter, term: Apply, value: int) -> Value:
    return Value(e.graph.number(value), (), e.fresh(term.rank), term.type.axes)


def _equal(e: Enter, term: Apply, args: list[Value]) -> Value:
    """Of two indices a tie of their labels; of numbers the indicator."""
    a, b = term.args
    if is_index(a) and is_index(b):
        ties: tuple[Tie, ...] = () if a is b else ((a, b),)
        return Value(e.graph.number(1), (), (), (), ties)
    return e.mapped(term, "equal", args)


def _pair(e: Enter, term: Apply, args: list[Value]) -> Value:
    """The position that indices count together, the first slowest: (i − 1) n + j."""
    total = args[0].part
    for v, index in zip(args[1:], term.args[1:]):
        assert index.type.index is not None
        n = index.type.index
        count = Part(e.graph.size(n), ())
        scaled = e.graph.contract(ONE, [total, count], total.axes)
        dims = {a: d for p in (scaled, v.part) for a, d in zip(p.axes, p.node.dims)}
        total = e.graph.add([Summand(ONE, scaled), Summand(-ONE, count), Summand(ONE, v.part)], dims)
    return Value(total.node, total.axes, (), ())


def _diagonal_inverse(e: Enter, term: Apply, v: Value) -> Value:
    part = reciprocal(e.graph, v.part)
    return v._replace(node=part.node, axes=part.axes)


def _diagonal_logdet(e: Enter, term: Apply, v: Value) -> Value:
    return _summed(e, term, v, e.graph.map("log", [e.graph.map("abs", [v.part])]))


def _diagonal_det(e: Enter, term: Apply, v: Value) -> Value:
    if v.own[0] in v.axes:
        part = e.graph.reduce("prod", v.part, [v.own[0]])
    else:
        part = e.graph.map("power", [v.part, Part(e.graph.size(v.dims[0]), ())])
    return Value(part.node, part.axes, (), ())


ON_DIAGONALS: dict[str, Callable[[Enter, Apply, Value], Value]] = {
    "inverse": _diagonal_inverse,
    "logdet": _diagonal_logdet,
    "det": _diagonal_det,
}
