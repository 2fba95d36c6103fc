"""Slips of the chain rule and of the product rule, found on the function itself: differentiated with one step altered.

A step is altered by putting a symbol where a node stands: the derivative by that symbol alone is where a chain was broken off,
the derivative with the node's slope taken as one is a chain factor forgotten, and the derivative by one occurrence of the
variable alone is the product rule done by half.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from gradatim.derive.derivative import one_derivative
from gradatim.errors import GradatimError
from gradatim.index.lower import extent
from gradatim.judge.pieces import in_words, unfolded
from gradatim.judge.target import stacked
from gradatim.judge.verdict import Finding
from gradatim.ops import add, at, det, exp, log, logdet, logsumexp, minus, subtract, total, transpose
from gradatim.ops.base import Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, substitute, walk
from gradatim.types import Type

if TYPE_CHECKING:
    from gradatim.judge.mistakes import Case

MAX_NODES = 14
MAX_OCCURRENCES = 8


def chain_rule(case: Case) -> Iterator[Finding]:
    """The derivative broken off at an inner node, or with the slope of one function forgotten."""
    if len(case.target.wrt) != 1:
        return
    function, variable = _split(unfolded(case.target.function)), case.target.wrt[0]
    bound = bound_in(function)
    for node in inner_nodes(function, variable, bound):
        below = bool(bound & set(free_symbols(node)))
        if isinstance(node, Apply) and is_pointwise(node):
            forgotten = straight(function, node, variable)
        else:
            same = not below and node.type.axes == variable.type.axes and getattr(node, "op", None) is not add
            forgotten = skipped(function, node, variable) if same else None
        place = in_words(node)
        if forgotten is not None and case.constant(forgotten) is not None:
            message = f"the chain rule was not followed through {place}: its own derivative is missing"
            yield Finding("chain-rule", message, place, hint=f"what is the derivative of {place} by what stands in it?")
            return
        broken = None if below else outer(function, node)
        if broken is not None and (case.fits(broken) or case.constant(broken) is not None):
            message = f"the chain rule was broken off: this is the derivative by {place}, whose own derivative is missing"
            yield Finding("chain-rule", message, place, hint=f"what is the derivative of {place} by the variable?")
            return


HINT = "the product rule gives one term for each occurrence of the variable"


def occurrences(case: Case) -> Iterator[Finding]:
    """Only one of several occurrences of the variable was differentiated, or one was left out."""
    parts, name = _by_each(case), in_words(case.target.wrt[0]) if case.target.wrt else ""
    if any(case.fits(part) for part in parts):
        message = f"{name} occurs {len(parts)} times in the function, and only one occurrence was differentiated"
        yield Finding("missing-term", message, hint=HINT)
        return
    for part in parts:
        try:
            rest = subtract(case.target.gradient, part)
        except GradatimError:
            continue
        if case.fits(rest):
            yield Finding("missing-term", f"one occurrence of {name} in the function was not differentiated", hint=HINT)
            return


def counted_alike(case: Case) -> Iterator[Finding]:
    """The derivative by one occurrence of the variable counted for each: 2CXbaᵀ for that of aᵀXᵀCXb."""
    parts = _by_each(case)
    if any((c := case.constant(part)) is not None and abs(c - len(parts)) < 1e-7 for part in parts):
        name = in_words(case.target.wrt[0])
        message = f"{name} occurs {len(parts)} times in the function, and not all of them give the same term"
        yield Finding("missing-term", message, hint=HINT)


def _by_each(case: Case) -> list[Term]:
    """The derivatives by each occurrence of the variable, where there are several."""
    if len(case.target.wrt) != 1:
        return []
    parts = list(by_occurrence(_split(unfolded(case.target.function)), case.target.wrt[0]))
    return parts if 1 < len(parts) <= MAX_OCCURRENCES else []


# ---------------------------------------------------------------- altered functions


def bound_in(function: Term) -> set[Term]:
    return {n.index for n in walk(function) if isinstance(n, Bind)}


def inner_nodes(function: Term, variable: Term, within: Collection[Term] = ()) -> Iterator[Term]:
    """Nodes between the function and the variable that a chain rule steps on, from the function inwards; below sums those alone
    whose bound indices are among `within`."""
    count, outside = 0, bound_in(function) - set(within)
    for node in reversed(list(walk(function))):
        if node is function or not node.args or node is variable or (isinstance(node, Bind) and node.kind != "sum"):
            continue
        # A transpose is no step of a chain: the derivative by it is the one by what it turns.
        if getattr(node, "op", None) in (at, transpose) or not _depends(node, variable):
            continue
        if any(s in outside for s in free_symbols(node)):
            continue
        count += 1
        if count > MAX_NODES:
            return
        yield node
    return


def _depends(node: Term, variable: Term) -> bool:
    if isinstance(variable, Apply) and variable.op is not at:
        return any(n is variable for n in walk(node))
    target = variable.args[0] if isinstance(variable, Apply) else variable
    return target in free_symbols(node)


def is_pointwise(node: Apply) -> bool:
    if isinstance(node.op, Function):
        return node.op.elementwise
    return isinstance(derivative_of(node.op), Pointwise)


def outer(function: Term, node: Term) -> Term | None:
    """The derivative of the function by one of its nodes."""
    mark = Symbol("\u2063node", Type(node.type.axes, row=node.type.row))
    try:
        return substitute(one_derivative(substitute(function, {node: mark}), mark), {mark: node})
    except GradatimError:
        return None


def straight(function: Term, node: Apply, variable: Term) -> Term | None:
    """The derivative with the slope of a pointwise node taken as one: of f with `node` replaced by `node₀ + (z − z₀)`, where
    what carries a ₀ is held. Below a sum there is one for each value of the index."""
    inner = node.args[0]
    bound = tuple(i for i in free_symbols(node) if i in bound_in(function))
    if inner.type.axes != node.type.axes or bound and node.rank:
        return None
    kind = Type((*(extent(i) for i in bound), *node.type.axes), row=node.type.row)
    value, held = Symbol("\u2063value", kind), Symbol("\u2063held", kind)
    try:
        own = [at(s, *bound) if bound else s for s in (value, held)]
        changed = substitute(function, {node: add(own[0], inner, own[1])})
        return substitute(one_derivative(changed, variable), {value: stacked(node, bound), held: stacked(minus(inner), bound)})
    except GradatimError:
        return None


def skipped(function: Term, node: Term, variable: Term) -> Term | None:
    """The derivative with that of a node of the variable's own shape taken as the identity: e^{au} with the slope of au forgotten."""
    kind = Type(node.type.axes, row=node.type.row)
    if variable.type.row != node.type.row or variable.type.index is not None:
        return None
    value, held = Symbol("\u2063value", kind), Symbol("\u2063held", kind)
    try:
        changed = substitute(function, {node: add(value, variable, held)})
        return substitute(one_derivative(changed, variable), {value: node, held: minus(variable)})
    except GradatimError:
        return None


def by_occurrence(function: Term, variable: Term) -> Iterator[Term]:
    """The derivative by each occurrence of the variable alone."""
    if not isinstance(variable, Symbol):
        return
    marks: list[Symbol] = []
    marked = _marked(function, variable, marks)
    if marked is None or len(marks) > MAX_OCCURRENCES:
        return
    back: dict[Term, Term] = dict.fromkeys(marks, variable)
    for mark in marks:
        try:
            yield substitute(one_derivative(marked, mark), back)
        except GradatimError:
            continue


def _marked(term: Term, variable: Symbol, marks: list[Symbol], depth: int = 0) -> Term | None:
    """The function with a symbol of its own at every occurrence of the variable."""
    if term is variable:
        mark = Symbol(f"\u2063{variable.name}{len(marks)}", variable.type, variable.plain, variable.label)
        marks.append(mark)
        return mark
    if not term.args or depth > 40 or len(marks) > MAX_OCCURRENCES:
        return term
    args: list[Term] = []
    for a in term.args:
        made = _marked(a, variable, marks, depth + 1)
        if made is None:
            return None
        args.append(made)
    try:
        return term.rebuild(tuple(args))
    except GradatimError:
        return None


def _split(function: Term) -> Term:
    """Operations that are a chain of two by those two: log det by the logarithm of the determinant,
    log-sum-exp by logarithm, sum and exponential."""
    table: dict[Term, Term] = {}
    for node in walk(function):
        if isinstance(node, Apply) and node.op is logdet:
            table[node] = log(det(node.args[0]))
        if isinstance(node, Apply) and node.op is logsumexp:
            table[node] = log(total(exp(node.args[0])))
    return substitute(function, table) if table else function


__all__ = ["by_occurrence", "chain_rule", "counted_alike", "occurrences", "outer", "straight"]
