r"""Equations that say where data come from: the y = X\beta + u of a text whose function holds y - X\beta. Such an equation defines
nothing: put in, it would leave the noise alone in the place of the residual, and a derivative of nothing."""

from __future__ import annotations

from collections.abc import Iterable

from gradatim.read.heads import mentions
from gradatim.read.scope import Definition, full
from gradatim.read.spelt import spelling_of
from gradatim.read.tree import Node, signs_of, spell, walk


def models(d: Definition, bodies: Iterable[Node]) -> bool:
    """Whether a definition is a model of its left side: the formulas subtract what it is equal to, but for one name that they do not
    hold, its noise, if there is one."""
    if d.body is None or d.parameters:
        return False
    bodies = tuple(bodies)
    held = set().union(*(mentions(b, "") for b in bodies))
    parts = list(zip(d.body.args, d.body.value)) if d.body.kind == "add" and isinstance(d.body.value, tuple) else [(d.body, "+")]
    noise = [a for a, _ in parts if spelling_of(a) and not {spelling_of(a), _letter(a)} & held]
    signal = {(signs_of(a), str(s)) for a, s in parts if a not in noise}
    if len(noise) > 1 or not signal:
        return False
    own = {d.name, full(d.name, d.index, "")} if d.index else {d.name}
    return any(_subtracts(n, own, signal) for b in bodies for n in walk(b) if n.kind == "add")


def _subtracts(node: Node, own: set[str], signal: set[tuple[object, str]]) -> bool:
    """Whether a sum holds the name and, with the other sign, all that the name is equal to but for its noise."""
    signs = node.value if isinstance(node.value, tuple) else ()
    parts = [(_bare(a), str(s)) for a, s in zip(node.args, signs)]
    mine = [s for a, s in parts if spelling_of(a) in own]
    if len(mine) != 1:
        return False
    rest = {(signs_of(a), s) for a, s in parts}
    return all((form, "-" if s == mine[0] else "+") in rest for form, s in signal)


def _bare(node: Node) -> Node:
    """The `Xh` of an entry `(Xh)_n`, the y of `y_n`; brackets around one thing are left out."""
    if node.kind == "post" and [p.kind for p in node.posts] == ["sub"] and len(spell(node.posts[0].tokens)) == 1:
        node = node.args[0]
    while node.kind == "group" and len(node.args) == 1:
        node = node.args[0]
    return node


def _letter(node: Node) -> str:
    base = node.args[0] if node.kind == "post" else node
    return str(base.value)


__all__ = ["models"]
