"""Functions that a person named, replaced by their bodies."""

from __future__ import annotations

from gradatim.ops.function import Function
from gradatim.ops.structure import at, transpose
from gradatim.term import Apply, Bind, Term, fresh_index, substitute, walk


def expanded(root: Term) -> Term:
    """The term with every named function replaced by its body; an elementwise one by the stack of its entries."""
    if not any(isinstance(node, Apply) and isinstance(node.op, Function) for node in walk(root)):
        return root
    done: dict[Term, Term] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        pending = [a for a in node.args if a not in done]
        if pending:
            stack.extend(pending)
            continue
        rebuilt = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(rebuilt, Apply) and isinstance(rebuilt.op, Function) and rebuilt.op.body is not None:
            inside = _inlined(rebuilt, rebuilt.op)
            if inside not in done:
                stack.append(inside)
                continue
            rebuilt = done[inside]
        done[node] = rebuilt
        stack.pop()
    return done[root]


def _inlined(node: Apply, op: Function) -> Term:
    assert op.body is not None
    if not (op.elementwise and node.type.axes):
        return op.body_at(node.args)
    indices = [fresh_index(d) for d in node.type.axes]
    body = substitute(op.body, {op.parameters[0]: at(node.args[0], *indices)})
    for i in reversed(indices):
        body = Bind("stack", i, body)
    return transpose(body) if node.type.row else body
