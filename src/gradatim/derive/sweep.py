"""Reverse accumulation over the interned graph: one adjoint per node, kept whole.

The adjoint of a node is a list of monomials over the `outer` indices (the axes of the function, none for a scalar) and
the node's own axes. Wherever both together are at most two it is lifted to one term at once, so that `2(Ax − b)` enters
the next rule as one factor. Only what depends on the variable is visited.

What reaches the variable is collected over the `asked` indices, one for each of its axes. An entry `xⱼ` reaches it with
a delta of `j` and the asked index, and when the sum that binds `j` is left, `Σⱼ δ_ij a_j` is `a_i` before anything is
written. What has no such delta is wrapped into a sum; a sum over entries of matrices becomes a matrix product again.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from gradatim.derive.closing import Adjoint, Indices, closed
from gradatim.derive.deviations import without_nothing
from gradatim.derive.matrix_functions import through_along, through_power, through_primary
from gradatim.derive.reach import captured, reaching
from gradatim.derive.recognise import recognised
from gradatim.errors import UnknownDerivative
from gradatim.index.lower import contract, extent, fresh_for, join, lower, lower_within, open_pairs, rename, renamed
from gradatim.matrix.build import is_zero, put_together, split, times
from gradatim.matrix.cost import cost
from gradatim.matrix.kept import keep, kept_indices
from gradatim.matrix.lift import lift_sum
from gradatim.matrix.powers import PowerProduct, power_product
from gradatim.matrix.shorthand import in_factors
from gradatim.matrix.stack import spread
from gradatim.ops import at, number, ones, product
from gradatim.ops.base import (
    Additive,
    Along,
    Factor,
    Indexed,
    LocallyConstant,
    Monomial,
    Multilinear,
    Paired,
    Pointwise,
    Primary,
    derivative_of,
)
from gradatim.ops.function import Function
from gradatim.ops.masks import restricting
from gradatim.ops.pairs import components
from gradatim.ops.powers import mpower
from gradatim.ops.quotients import power
from gradatim.ops.structure import args_of
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, free_symbols, fresh_index, is_index, substitute

MAX_OPENED = 12
"""Factors above which an adjoint is not opened for the next rule."""


@dataclass(slots=True)
class Sweep:
    """One differentiation: the variable, an index for each of its axes, the outer indices.

    Of a member `xᵢ` the first asked indices are given, not fresh: the caller keeps them while the sweep runs.
    """

    variable: Symbol
    asked: Indices
    outer: Indices

    @property
    def free(self) -> Indices:
        """The axes of the result: the outer indices and those asked indices that are not given."""
        given = kept_indices()
        return (*self.outer, *(i for i in self.asked if isinstance(i, Symbol) and i not in given))


def adjoints(root: Term, seed: Adjoint, root_axes: Indices, sweep: Sweep) -> Adjoint:
    """What flows into the variable from `root`, over the outer and the asked indices."""
    axes: dict[Term, Indices] = {root: root_axes}
    pending: dict[Term, Adjoint] = {root: list(seed)}
    found: Adjoint = []
    for node in reversed(reaching(root, sweep.variable)):
        if node not in pending:
            continue
        adjoint = settled(pending.pop(node), axes[node], sweep)
        if not adjoint:
            continue
        if node is sweep.variable:
            found += [rename(m, dict(zip(axes[node], sweep.asked))) for m in adjoint]
        elif isinstance(node, Apply) and node.op is at and node.args[0] is sweep.variable:
            taken = node.args[1:]
            ties = Monomial(number(1), tuple(Factor(None, (q, t)) for q, t in zip(sweep.asked, taken)))
            rest: dict[Term, Term] = dict(zip(axes[node], sweep.asked[len(taken) :]))
            found += [join(rename(m, rest), ties) for m in adjoint]
        elif isinstance(node, Bind):
            found += through_binder(node, adjoint, axes[node], sweep)
        else:
            for child, contribution, child_axes in passed_on(node, adjoint, axes[node], sweep):
                own = axes.setdefault(child, child_axes)
                # An index that the child already goes by may be summed in this contribution: it steps aside.
                table: dict[Term, Term] = {i: fresh_index(extent(i)) for i in own if i not in child_axes}
                table.update(zip(child_axes, own))
                pending.setdefault(child, []).extend(rename(m, table) for m in contribution)
    return found


def settled(adjoint: Adjoint, axes: Indices, sweep: Sweep) -> Adjoint:
    """The adjoint of a node, lifted to one factor where it has at most two axes and no entry of an outer sum in it."""
    free = (*sweep.outer, *axes)
    contracted = [m for m in (contract(m, free, kept_indices()) for m in adjoint) if m is not None and not is_zero(m.coefficient)]
    contracted = without_nothing(contracted, (*free, *kept_indices()))
    if len(free) > 2 or any(_has_entry(m, free) for m in contracted):
        return contracted
    term = lift_sum(contracted, free)
    if is_zero(term):
        return []
    # A long adjoint stays one factor: opening it for every node below would cost its length each time.
    return [lower_within(term, free, MAX_OPENED) or Monomial(number(1), (Factor(term, free),))]


def _has_entry(m: Monomial, free: Indices) -> bool:
    """Whether a delta ties an axis to an index from outside: such a monomial waits until that index is summed."""
    return any(f.head is None and any(i not in free and len(components(i)) == 1 for i in f.indices) for f in m.factors)


Contribution = tuple[Term, Adjoint, Indices]


def passed_on(node: Term, adjoint: Adjoint, axes: Indices, sweep: Sweep) -> list[Contribution]:
    """What a node passes on to its children."""
    assert isinstance(node, Apply)
    if isinstance(node.op, Function):
        return _through_call(node, adjoint, axes, sweep)
    rule = derivative_of(node.op)
    wanted = [k for k, a in enumerate(node.args) if depends_on(a, sweep.variable)]
    if isinstance(rule, LocallyConstant):
        return []
    if isinstance(rule, Additive):
        return [(node.args[k], adjoint, axes) for k in wanted]
    if isinstance(rule, Multilinear):
        return [_multilinear(node, k, adjoint, axes) for k in wanted]
    if isinstance(rule, Paired):
        return [_paired(node, k, adjoint, axes) for k in wanted]
    if isinstance(rule, Pointwise):
        return [_pointwise(node, rule, k, adjoint, axes) for k in wanted]
    if isinstance(rule, Indexed):
        return [_indexed(node, rule, k, adjoint, axes) for k in wanted]
    if isinstance(rule, Primary):
        return [through_primary(node, rule, k, adjoint, axes, sweep) for k in wanted]
    if isinstance(rule, Along):
        return [through_along(node, rule, k, adjoint, axes, sweep) for k in wanted]
    if node.op is mpower:
        return [through_power(node, adjoint, axes, sweep)]
    if node.op is at:
        inner = fresh_for(node.args[0].type.axes)
        ties = tuple(Factor(None, (o, i)) for o, i in zip((*node.args[1:], *axes), inner))
        return [(node.args[0], [join(m, Monomial(number(1), ties)) for m in adjoint], inner)]
    raise UnknownDerivative(f"the {node.op.title} has no derivative rule")  # type: ignore[attr-defined]


def _multilinear(node: Apply, k: int, adjoint: Adjoint, axes: Indices) -> Contribution:
    """The other arguments stay, contracted with the adjoint."""
    rule = derivative_of(node.op)
    assert isinstance(rule, Multilinear)
    einsum = rule.einsum(tuple(a.type for a in node.args), node.params)
    inner = fresh_for(node.args[k].type.axes)
    table: dict[int, Term] = dict(zip(einsum.ins[k], inner))
    ties: list[Factor] = [Factor(None, (table[n], i)) for n, i in zip(einsum.ins[k], inner) if table[n] is not i]
    for local, index in zip(einsum.out, axes):
        if local in table:
            ties.append(Factor(None, (index, table[local])))
        else:
            table[local] = index
    others: list[Monomial] = []
    for j, (arg, locals_) in enumerate(zip(node.args, einsum.ins)):
        if j == k:
            continue
        for local, dim in zip(locals_, arg.type.axes):
            if local not in table:
                table[local] = fresh_for((dim,))[0]
        others.append(lower(arg, tuple(table[n] for n in locals_)))
    extra = join(*others, Monomial(number(1), tuple(ties)))
    mentioned = {table[n] for j, locals_ in enumerate(einsum.ins) if j != k for n in locals_} | {
        *axes,
        *(i for t in ties for i in t.indices),
    }
    bare = tuple(Factor(ones(params=(extent(i),)), (i,)) for i in inner if i not in mentioned)
    return node.args[k], [join(m, extra, Monomial(number(1), bare)) for m in adjoint], inner


def _paired(node: Apply, k: int, adjoint: Adjoint, axes: Indices) -> Contribution:
    """The axes are split into the indices that count them; the other arguments stay."""
    factors: list[Factor] = []
    opened = open_pairs(node, axes, factors)
    inner = fresh_for(node.args[k].type.axes)
    ties = tuple(Factor(None, (i, x)) for i, x in zip(opened[k][1], inner))
    others = [lower(a, at_indices) for j, (a, at_indices) in enumerate(opened) if j != k]
    extra = join(*others, Monomial(number(1), (*factors, *ties)))
    return node.args[k], [join(m, extra) for m in adjoint], inner


def _pointwise(node: Apply, rule: Pointwise, k: int, adjoint: Adjoint, axes: Indices) -> Contribution:
    """The adjoint times the scalar derivative at each entry."""
    if node.is_scalar:
        slope = rule.partials[k](*node.args, node)
        return node.args[k], [join(m, Monomial(slope, ())) for m in adjoint], ()
    stands = tuple(Symbol(f"#p{n}") for n in range(len(node.args) + 1))
    scalar = rule.partials[k](*stands[:-1], stands[-1])
    table: dict[Term, Term] = dict(zip(stands, (*node.args, node)))
    slope = spread(scalar, table, node.type.bare)
    return node.args[k], [join(lower(slope, axes), m) for m in adjoint], axes


def _indexed(node: Apply, rule: Indexed, k: int, adjoint: Adjoint, axes: Indices) -> Contribution:
    inner = fresh_for(node.args[k].type.axes)
    out: Adjoint = []
    for m in adjoint:
        for piece in rule.rule(node, k, axes, inner):
            opened = [lower(f.head, f.indices) if f.head is not None else Monomial(number(1), (f,)) for f in piece.factors]
            out.append(join(m, Monomial(piece.coefficient, ()), *opened))
    return node.args[k], out, inner


# ---------------------------------------------------------------- calls of named functions


def _through_call(node: Apply, adjoint: Adjoint, axes: Indices, sweep: Sweep) -> list[Contribution]:
    """Chain rule through a function that a person named: the body's own derivative, in terms of the call itself."""
    function = node.op
    assert isinstance(function, Function)
    if function.elementwise:
        return [_elementwise_call(node, function, adjoint, axes)]
    if function.body is None:
        return _unknown_call(node, function, adjoint, axes, sweep)
    out: list[Contribution] = []
    targets: list[tuple[Term, Term]] = [(p, a) for p, a in zip(function.parameters, node.args) if depends_on(a, sweep.variable)]
    targets += [(s, s) for s in captured(function) if depends_on(s, sweep.variable)]
    table: dict[Term, Term] = dict(zip(function.parameters, node.args))
    body = recognised(function.body)
    value = substitute(body, table)
    for parameter, actual in targets:
        assert isinstance(parameter, Symbol)
        inner = fresh_for(actual.type.axes)
        if node.is_scalar:
            local = substitute(substitute(local_gradient(body, parameter), table), {value: node})
            local = in_factors(_in_terms_of(node, value, local), value, node)
            out.append((actual, [join(m, lower(local, inner)) for m in adjoint], inner))
        else:
            pieces = flow(body, parameter, axes, inner)
            made = [_in_call(p, table, value, node) for p in pieces]
            out.append((actual, [join(m, p) for m in adjoint for p in made], inner))
    return out


def _unknown_call(node: Apply, function: Function, adjoint: Adjoint, axes: Indices, sweep: Sweep) -> list[Contribution]:
    """The adjoint times ∇h, ∇²h, …: the derivative of a function of which no more is known than its shapes."""
    out: list[Contribution] = []
    for k, arg in enumerate(node.args):
        if not depends_on(arg, sweep.variable):
            continue
        inner = fresh_for(arg.type.axes)
        before = sum(len(function.parameters[j].type.axes) for j in function.taken if j <= k) + len(function.type.axes)
        local = lower(Apply(function.partial(k), node.args), (*axes[:before], *inner, *axes[before:]))
        out.append((arg, [join(m, local) for m in adjoint], inner))
    return out


def _in_terms_of(call: Term, value: Term, slope: Term) -> Term:
    """The slope as the call times something, where all factors of its value are among those of the slope: ∇p = −p(x) Σ⁻¹(x − μ)."""
    whole = split(slope)
    if whole is None or not any(isinstance(a, Apply) and a.args for a, k in power_product(value).powers if k > 0):
        return slope
    rest = split(times(slope, power(value, number(-1))))
    if rest is None or not _below(rest[0]) <= _below(whole[0]):
        return slope
    return min(slope, times(call, put_together(*rest, slope.type)), key=cost)


def _below(p: PowerProduct) -> set[tuple[Term, Fraction]]:
    return {(a, k) for a, k in p.powers if k < 0}


@lru_cache(maxsize=2_000)
def local_gradient(body: Term, variable: Symbol) -> Term:
    """The gradient of a scalar body by one of its symbols, as a term of that symbol's shape."""
    asked = fresh_for(variable.type.axes)
    with keep(*given_indices(body)):
        return lift_sum(flow(body, variable, (), asked), asked, variable.type.row)


def given_indices(body: Term) -> list[Symbol]:
    """Indices that stand free in a term (a definition's index parameter, a named member): they are never summed."""
    return [s for s in free_symbols(body) if is_index(s)]


def flow(root: Term, variable: Symbol, outer: Indices, asked: Indices) -> Adjoint:
    """d root[outer] / d variable[asked] as monomials."""
    sweep = Sweep(variable, asked, outer)
    axes = fresh_for(root.type.axes)
    seed = [Monomial(number(1), tuple(Factor(None, (o, i)) for o, i in zip(outer, axes)))]
    with keep(*given_indices(root)):
        return adjoints(root, seed, axes, sweep)


def _in_call(m: Monomial, table: dict[Term, Term], value: Term, call: Term) -> Monomial:
    def settle(t: Term) -> Term:
        return substitute(substitute(t, table), {value: call})

    return Monomial(
        settle(m.coefficient),
        tuple(Factor(None if f.head is None else settle(f.head), tuple(renamed(i, table) for i in f.indices)) for f in m.factors),
    )


def _elementwise_call(node: Apply, function: Function, adjoint: Adjoint, axes: Indices) -> Contribution:
    """g applied entry by entry: g′ by the body's scalar derivative, or one prime more for an unknown g."""
    arg = node.args[0]
    parameter = function.parameters[0]
    if function.body is None:
        slope: Term = Apply(function.partial(0), (arg,))
    else:
        scalar = local_gradient(recognised(function.body), parameter)
        if node.is_scalar:
            slope = substitute(scalar, {parameter: arg})
        else:
            slope = spread(scalar, {parameter: arg}, node.type.bare)
    return arg, [join(m, lower(slope, axes)) for m in adjoint], axes


# ---------------------------------------------------------------- binders


def _factor(body: Term) -> tuple[Term, tuple[Term, ...]]:
    """The factor of a product over an index, and the indicators in its exponent that rule it out: Π over j ≠ i is Πⱼ f^[j ≠ i]."""
    if isinstance(body, Apply) and body.op is power:
        exponent = body.args[1]
        masks = args_of(exponent, product)
        if all(map(restricting, masks)):
            return body.args[0], masks
    return body, ()


def through_binder(node: Bind, adjoint: Adjoint, axes: Indices, sweep: Sweep) -> Adjoint:
    """Differentiate under a sum, a product or a stack, and close over the index what leaves it."""
    index, body = node.opened()
    with keep(index):
        if node.kind == "stack":
            inside = adjoints(body, [rename(m, {axes[0]: index}) for m in adjoint], axes[1:], sweep)
        elif node.kind == "product":
            factor, masks = _factor(body)
            others = Monomial(product(node, *masks, power(factor, number(-1))), ())
            inside = adjoints(factor, [join(m, others) for m in adjoint], axes, sweep)
        else:
            inside = adjoints(body, adjoint, axes, sweep)
    return closed(inside, sweep.free, index)
