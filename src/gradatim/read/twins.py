"""`L_i = …; L = \\sum_i L_i`: the members of a family and a whole that share a letter are two definitions."""

from __future__ import annotations

from dataclasses import replace

from gradatim.read.scope import TWIN
from gradatim.read.tree import Node, Statement, spell, spelt
from gradatim.read.uses import INDEX_LETTERS


def two_of_one_letter(pieces: list[Statement]) -> list[Statement]:
    """The statements with the family under a name of its own, where `L_i` and `L` are both defined."""
    heads = [_base(s.parts[0]) for s in pieces if len(s.parts) > 1]
    members = {name for name, index in heads if index and index in INDEX_LETTERS}
    both = members & {name for name, index in heads if not index}
    both -= {name for name in both if len(_arguments(name, pieces)) > 1}  # f(x) beside f_i(u): two functions, or a slip
    if not both:
        return pieces
    return [replace(s, parts=tuple(_apart(p, both) for p in s.parts)) for s in pieces]


def indices_of_twins(pieces: list[Statement]) -> set[str]:
    """What counts the members of such a family, whichever letter a sum over it has."""
    heads = [_base(s.parts[0]) for s in pieces if len(s.parts) > 1]
    return {index for name, index in heads if name.endswith(TWIN)}


def _base(head: Node) -> tuple[str, str]:
    """The name that a left side defines, and what stands below it; no name where there is something else about it."""
    if head.kind == "juxt" and len(head.args) == 2 and head.args[1].kind == "group":
        head = head.args[0]
    if head.kind == "name":
        return str(head.value), ""
    if head.kind == "post" and head.args[0].kind == "name" and [p.kind for p in head.posts] == ["sub"]:
        return str(head.args[0].value), spell(head.posts[0].tokens)
    return "", ""


def _arguments(name: str, pieces: list[Statement]) -> set[object]:
    """The ways in which the heads of a name write its arguments."""
    heads = [s.parts[0] for s in pieces if len(s.parts) > 1 and _base(s.parts[0])[0] == name]
    return {spelt(h.args[1]) for h in heads if h.kind == "juxt"}


def _apart(node: Node, both: set[str]) -> Node:
    args = tuple(_apart(a, both) for a in node.args)
    posts = tuple(p if p.node is None else replace(p, node=_apart(p.node, both)) for p in node.posts)
    below = next((spell(p.tokens) for p in node.posts if p.kind == "sub"), "")
    if node.kind == "post" and args[0].kind == "name" and args[0].value in both and len(below) == 1:
        args = (replace(args[0], value=f"{args[0].value}{TWIN}"),)
    return replace(node, args=args, posts=posts)


__all__ = ["indices_of_twins", "two_of_one_letter"]
