"""A function that is given by its components: `f = (f_1, …, f_n)` where another line says what f_i is."""

from __future__ import annotations

from gradatim.errors import ReadError
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.infer import dimension
from gradatim.read.scope import Tables
from gradatim.read.tree import Node, Statement, spell, spelt
from gradatim.read.uses import INDEX_LETTERS, mentions, stacked

Member = tuple[str, str, tuple[Node, ...]]
"""Its name, what stands below it, and its arguments."""


def from_components(pieces: list[Statement], tables: Tables) -> list[Statement]:
    """The lines with the run of components and what the i-th of them is made one: the vector whose entry at i that is."""
    for run in pieces:
        found = _run(run)
        if found is None:
            continue
        name, upper, arguments = found
        for line in pieces:
            member = _member(line.parts[0]) if len(line.parts) == 2 and line is not run else None
            if member is None or member[0] != name or len(member[1]) != 1 or member[1] not in INDEX_LETTERS:
                continue
            if member[2] and arguments and _spelt(member[2]) != _spelt(arguments):
                continue
            others = [p for s in pieces if s not in (run, line) for p in s.parts]
            own = line.parts[1]
            if any(f"{name}_" in m for o in (*others, own) for m in mentions(o, "")) or upper in mentions(own, ""):
                continue
            try:
                for size in dimension(upper).names:
                    tables.sizes.setdefault(size)
            except ReadError:
                continue
            tables.indices[member[1]] = upper
            whole = Statement((run.parts[0], stacked(own, member[1])), line.span)
            return [whole if s is line else s for s in pieces if s is not run]
    return pieces


def _run(s: Statement) -> tuple[str, str, tuple[Node, ...]] | None:
    """The f, n and arguments of `… = (f_1(x), …, f_n(x))`, transposed or not; None for any other line."""
    if len(s.parts) != 2:
        return None
    node = s.parts[1]
    if node.kind == "post" and len(node.posts) == 1 and spell(node.posts[0].tokens) in TRANSPOSES:
        node = node.args[0]
    dots = [k for k, a in enumerate(node.args) if a.kind == "dots"]
    if node.kind != "group" or len(dots) != 1 or dots[0] != len(node.args) - 2:
        return None
    items = [_member(a) for a in node.args if a.kind != "dots"]
    below = [m[1] for m in items if m is not None]
    numbered = [str(k + 1) for k in range(len(items) - 1)]
    if len(below) != len(items) or below[:-1] != numbered or len({(m[0], _spelt(m[2])) for m in items if m is not None}) != 1:
        return None
    first = items[0]
    assert first is not None
    return first[0], below[-1], first[2]


def _member(node: Node) -> Member | None:
    """`f_i`, `f_i(x)`."""
    arguments: tuple[Node, ...] = ()
    if node.kind == "juxt" and len(node.args) == 2 and node.args[1].kind == "group":
        arguments, node = node.args[1].args, node.args[0]
    if node.kind != "post" or node.args[0].kind != "name" or len(node.posts) != 1 or node.posts[0].kind != "sub":
        return None
    return str(node.args[0].value), spell(node.posts[0].tokens), arguments


def _spelt(arguments: tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(map(str, map(spelt, arguments)))
