"""`min_w f` where w is a variable of f and no index: the objective of a minimisation, as papers state their functions."""

from __future__ import annotations

from dataclasses import replace

from gradatim.read.tree import Node, Post, bare, walk

_WORDS = ("\\mathrm{minimize}", "\\mathrm{maximize}", "\\mathrm{minimise}", "\\mathrm{maximise}")


def optimises(head: Node, *body: Node) -> bool:
    """Whether a variable of the body stands below the head, and not an index of it."""
    below = {t.text for p in head.posts if p.kind == "sub" for t in bare(p.tokens) if t.kind != "op"}
    inside = [n for a in body for n in walk(a)]
    indices = {t.text for n in inside for p in n.posts if p.kind == "sub" for t in p.tokens}
    return any(n.kind == "name" and n.value in below - indices for n in inside)


def objective(node: Node) -> tuple[Node, Node | None]:
    """The tree without the max or min over a variable with which it begins, and what was left out; it takes in all that follows."""
    return _without(node, ())


def _without(node: Node, rest: tuple[Node, ...]) -> tuple[Node, Node | None]:
    if node.kind == "call" and node.value in ("max", "min") and optimises(node, *node.args, *rest):
        return _argument(node), node
    if node.kind not in ("add", "juxt", "mul") or not node.args:
        return node, None
    first, others = node.args[0], node.args[1:]
    if node.kind == "juxt" and first.kind == "post" and first.args[0].value in _WORDS and optimises(first, *others, *rest):
        return (replace(node, args=others) if len(others) > 1 else others[0]), first
    inner, left_out = _without(first, (*others, *rest))
    return (replace(node, args=(inner, *others)), left_out) if left_out is not None else (node, None)


def _argument(node: Node) -> Node:
    kept: tuple[Post, ...] = tuple(p for p in node.posts if p.kind != "sub")
    inner = node.args[0] if len(node.args) == 1 else Node("group", node.span, node.args, "(")
    return Node("post", node.span, (inner,), None, kept) if kept else inner


__all__ = ["objective", "optimises"]
