"""Definitions by a link: `\\log λ_i = x_iᵀβ` says what λ_i is, and so does `\\operatorname{logit}(p_i) = x_iᵀβ`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradatim.read.tree import Node, Statement, spelt
from gradatim.read.uses import mentions

_LOGIT = "\\mathrm{logit}"


def linked(pieces: list[Statement]) -> list[Statement]:
    """The statements with each link solved for the name below it, where another statement speaks of that name."""
    return [_solved(s, [o for o in pieces if o is not s]) for s in pieces]


def _solved(s: Statement, others: list[Statement]) -> Statement:
    found = _link(s.parts[0]) if len(s.parts) == 2 else None
    if found is None:
        return s
    name, inverse = found
    own = _base(name)
    said = [p for o in others for p in (o.parts[1:] or o.parts)]
    if own in mentions(s.parts[1], "") or any(len(o.parts) > 1 and _base(o.parts[0]) == own for o in others):
        return s
    if not any(own in mentions(_without(p, str(spelt(s.parts[0]))), "") for p in said):
        return s  # `\\log q = …` where only log q is spoken of gives the logarithm a name
    return replace(s, parts=(name, inverse(s.parts[1])))


def _link(head: Node) -> tuple[Node, Callable[[Node], Node]] | None:
    """The name that a left side speaks of, and what turns the right side into its value."""
    if head.kind == "call" and head.value == "log" and len(head.args) == 1 and not head.posts:
        inside = _bare(head.args[0])
        if _base(inside):
            return inside, _exp
        if inside.kind == "frac" or (inside.kind == "mul" and inside.value == "/"):
            above, below = map(_bare, inside.args)
            return (above, _logistic) if _base(above) and _is_rest(below, above) else None
    if head.kind == "juxt" and len(head.args) == 2 and head.args[0].kind == "name" and head.args[0].value == _LOGIT:
        inside = _bare(head.args[1])
        return (inside, _logistic) if _base(inside) else None
    return None


def _bare(node: Node) -> Node:
    while node.kind == "group" and len(node.args) == 1:
        node = node.args[0]
    return node


def _base(node: Node) -> str:
    """The letter of a name, with a subscript or without; "" for what is no name."""
    if node.kind == "post" and len(node.posts) == 1 and node.posts[0].kind == "sub":
        node = node.args[0]
    return str(node.value) if node.kind == "name" else ""


def _is_rest(node: Node, of: Node) -> bool:
    """Whether this is 1 − p."""
    if node.kind != "add" or node.value != ("+", "-"):
        return False
    return node.args[0].value == Fraction(1) and spelt(node.args[1]) == spelt(of)


def _without(node: Node, head: str) -> Node:
    """The tree with what is spelt like the left side taken for a number."""
    if spelt(node) == head:
        return Node("num", node.span, (), Fraction(1))
    return replace(node, args=tuple(_without(a, head) for a in node.args))


def _exp(body: Node) -> Node:
    return Node("call", body.span, (body,), "exp")


def _logistic(body: Node) -> Node:
    one = Node("num", body.span, (), Fraction(1))
    minus = Node("add", body.span, (Node("group", body.span, (body,), "("),), ("-",))
    return Node("frac", body.span, (one, Node("add", body.span, (one, _exp(minus)), ("+", "+"))))


__all__ = ["linked"]
