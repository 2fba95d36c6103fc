"""Values of definitions by their names: exp(wₖᵀxₙ) / Σⱼ exp(wⱼᵀxₙ) in an answer is the yₙₖ that was defined so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradatim.derive.entry_sums import as_arrays
from gradatim.derive.recognise import recognised
from gradatim.matrix.definitions import expanded
from gradatim.matrix.stack import stacked_twice
from gradatim.ops import at
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, is_index, substitute, transform, walk


def entries_of(term: Term) -> Term:
    """The term with the entries of what is given by its entries in place: [exp(xᵢ)]ᵢ at k is exp(xₖ)."""
    return transform(term, _entry_of_stack)


def _entry_of_stack(node: Term) -> Term:
    while isinstance(node, Apply) and node.op is at and isinstance(node.args[0], Bind) and node.args[0].kind == "stack":
        inner, place, *rest = node.args
        assert isinstance(inner, Bind)
        entry = substitute(inner.body, {inner.index: place})
        node = at(entry, *rest) if rest else entry
    return node


MOST = 12
"""How many definitions are looked for."""


def by_name(term: Term, function: Term) -> Term:
    """The term with the values of the function's definitions, at whatever indices, written by their names."""
    patterns = list(_patterns(function))[:MOST]
    # What was written out to be differentiated holds no names: yₙₖ by the aₙₖ behind it.
    written = ((entries_of(expanded(body)), indices, call) for body, indices, call in patterns)
    patterns += [p for p, old in zip(written, patterns[:]) if p[0] is not old[0]]
    if not patterns:
        return term
    wholes = dict(_wholes(patterns)) if any(isinstance(n, Apply) and n.rank for n in walk(term)) else {}

    def rule(node: Term) -> Term:
        if not isinstance(node, Apply) or not node.is_scalar:
            return wholes.get(node, node)
        for body, indices, call in patterns:
            if isinstance(body, Apply) and body.op is node.op and (found := _matched(body, indices, node)) is not None:
                return substitute(call, found)
        return node

    return transform(term, rule)


def _patterns(function: Term) -> Iterator[tuple[Term, tuple[Symbol, ...], Term]]:
    """The scalar values of definitions that have indices, the indices, and the name at them."""
    for node in walk(function):
        if not isinstance(node, Apply) or not isinstance(node.op, Function) or node.op.body is None or node.op.elementwise:
            continue
        body, indices = node.op.body, list[Symbol]()
        if node.op.parameters:
            if node.is_scalar and all(map(is_index, node.op.parameters)):
                yield body, node.op.parameters, Apply(node.op, node.op.parameters)
            continue
        while isinstance(body, Bind) and body.kind == "stack":
            index, body = body.opened()
            indices.append(index)
        if indices and body.is_scalar:
            yield body, tuple(indices), at(node, *indices)


def _wholes(patterns: Sequence[tuple[Term, tuple[Symbol, ...], Term]]) -> Iterator[tuple[Term, Term]]:
    """The arrays that definitions give by their entries, and the names of these: softmax(a) for pₖ = exp(aₖ) / Σⱼ exp(aⱼ)."""
    for body, indices, call in patterns:
        if len(indices) == 2 and isinstance(call, Apply) and call.op is at and call.args[1:] == indices:
            whole = stacked_twice(*indices, body)
            if isinstance(whole, Apply):
                yield whole, call.args[0]
        entry = recognised(as_arrays(body))
        if isinstance(entry, Apply) and entry.op is at and entry.args[1:] == indices and isinstance(call, Apply):
            whole = entry.args[0]
            if isinstance(call.op, Function) and isinstance(whole, Apply) and not any(depends_on(whole, i) for i in indices):
                named: Term = call
                for i in reversed(indices):
                    named = Bind("stack", i, named)
                yield whole, named


def _matched(body: Term, indices: tuple[Symbol, ...], node: Term) -> dict[Term, Term] | None:
    """What stands at the indices where the node is the body at them."""
    found: dict[Term, Term] = {}
    stack = [(body, node)]
    while stack:
        a, b = stack.pop()
        if a in indices:
            if found.setdefault(a, b) is not b:
                return None
        elif isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op and len(a.args) == len(b.args):
            stack += zip(a.args, b.args)
        elif isinstance(a, Bind) and isinstance(b, Bind) and a.kind == b.kind and any(depends_on(a, i) for i in indices):
            if a.index.type != b.index.type:
                return None  # sums over different ranges
            stack.append((substitute(a.body, {a.index: b.index}), b.body))
        elif a is not b and not isinstance(a, Bind):
            return None
    return found if len(found) == len(indices) and substitute(body, dict(found)) is node else None


__all__ = ["by_name", "entries_of"]
