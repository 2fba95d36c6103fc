"""A function that a problem applies to one thing only: its `σᵢ` is σ(wᵀxᵢ), where nothing else is said."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.read.indices import all_bound
from gradatim.read.scope import Definition
from gradatim.read.tree import Node, walk


def only_call(name: str, found: Sequence[Definition]) -> tuple[Node, Definition, str] | None:
    """The one thing to which definitions apply a function, as the call, with where it stands and the one index in it; None where
    there are several, or it has no index of a sum."""
    calls: dict[object, tuple[Node, Definition]] = {}
    for d in found:
        for node in (n for n in walk(d.body) if n.kind == "juxt") if d.body is not None else ():
            for a, b in zip(node.args, node.args[1:]):
                group = b.args[0] if b.kind == "post" else b
                if a.kind == "name" and a.value == name and group.kind == "group" and group.value == "(":
                    calls.setdefault(_told(group), (Node("juxt", (a.span[0], group.span[1]), (a, group)), d))
    if len(calls) != 1:
        return None
    ((call, where),) = calls.values()
    bound = all_bound([d.body for d in found if d.body is not None])
    letters = {t.text for n in walk(call) for p in n.posts if p.kind == "sub" for t in p.tokens if t.text in bound}
    return (call, where, letters.pop()) if len(letters) == 1 else None


def _told(node: Node) -> object:
    """What a tree says, without where it stands."""
    posts = tuple((p.kind, tuple(t.text for t in p.tokens), p.count, _told(p.node) if p.node else None) for p in node.posts)
    return node.kind, node.value, tuple(map(_told, node.args)), posts


__all__ = ["only_call"]
