"""Slips of the chain rule and of the product rule, found on the function itself: differentiated with one step altered.

A step is altered by putting a symbol where a node stands: the derivative by that symbol alone is where a chain was broken off,
the derivative with the node's slope taken as one is a chain factor forgotten, and the derivative by one occurrence of the
variable alone is the product rule done by half.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradatim.derive.derivative import one_derivative
from gradatim.errors import GradatimError
from gradatim.judge.pieces import in_words, unfolded
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
    function = _split(unfolded(case.target.function))
    for node in inner_nodes(function, case.target.wrt[0]):
        if isinstance(node, Apply) and is_pointwise(node):
            forgotten = straight(function, node, case.target.wrt[0])
            if forgotten is not None and case.constant(forgotten) is not None:
                yield Finding(
                    "chain-rule",
                    f"the chain rule was not followed through {in_words(node)}: its own derivative is missing",
                    in_words(node),
                    hint=f"what is the derivative of {in_words(node)} by what stands in it?",
                )
                return
        elif isinstance(node, Apply) and node.type.axes == case.target.wrt[0].type.axes and not node.op == add:
            forgotten = skipped(function, node, case.target.wrt[0])
            if forgotten is not None and case.constant(forgotten) is not None:
                yield Finding(
                    "chain-rule",
                    f"the chain rule was not followed through {in_words(node)}: its own derivative is missing",
                    in_words(node),
                    hint=f"what is the derivative of {in_words(node)} by what stands in it?",
                )
                return
        broken = outer(function, node)
        if broken is not None and (case.fits(broken) or case.constant(broken) is not None):
            yield Finding(
                "chain-rule",
                f"the chain rule was broken off: this is the derivative by {in_words(node)}, whose own derivative is missing",
                in_words(node),
                hint=f"what is the derivative of {in_words(node)} by the variable?",
            )
            return


def occurrences(case: Case) -> Iterator[Finding]:
    """Only one of several occurrences of the variable was differentiated, or one was left out."""
    if len(case.target.wrt) != 1:
        return
    variable = case.target.wrt[0]
    function = _split(unfolded(case.target.function))
    parts = list(by_occurrence(function, variable))
    if not 1 < len(parts) <= MAX_OCCURRENCES:
        return
    for part in parts:
        if case.fits(part):
            yield Finding(
                "missing-term",
                f"{in_words(variable)} occurs {len(parts)} times in the function, and only one occurrence was differentiated",
                hint="the product rule gives one term for each occurrence of the variable",
            )
            return
    for part in parts:
        try:
            rest = subtract(case.target.gradient, part)
        except GradatimError:
            continue
        if case.fits(rest):
            yield Finding(
                "missing-term",
                f"one occurrence of {in_words(variable)} in the function was not differentiated",
                hint="the product rule gives one term for each occurrence of the variable",
            )
            return


# ---------------------------------------------------------------- altered functions


def inner_nodes(function: Term, variable: Term) -> Iterator[Term]:
    """Nodes between the function and the variable that a chain rule steps on, from the function inwards."""
    count = 0
    for node in reversed(list(walk(function))):
        if node is function or not node.args or node is variable or (isinstance(node, Bind) and node.kind != "sum"):
            continue
        # A transpose is no step of a chain: the derivative by it is the one by what it turns.
        if getattr(node, "op", None) in (at, transpose) or not _depends(node, variable):
            continue
        bound = {n.index for n in walk(function) if isinstance(n, Bind)}
        if any(s in bound for s in free_symbols(node)):
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
    what carries a ₀ is held."""
    inner = node.args[0]
    if inner.type.axes != node.type.axes:
        return None
    kind = Type(node.type.axes, row=node.type.row)
    value, held = Symbol("\u2063value", kind), Symbol("\u2063held", kind)
    try:
        changed = substitute(function, {node: add(value, inner, held)})
        return substitute(one_derivative(changed, variable), {value: node, held: minus(inner)})
    except GradatimError:
        return None


def skipped(function: Term, node: Apply, variable: Term) -> Term | None:
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


__all__ = ["by_occurrence", "chain_rule", "occurrences", "outer", "straight"]
