"""Differentials in an answer: `df = 2(Ax − b)ᵀA dx`, `d log det X = tr(X⁻¹ dX)`. Told from a product with a number d by what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradatim.errors import GradatimError
from gradatim.read.derivatives import written
from gradatim.read.scope import Tables
from gradatim.read.tree import Node, walk

SIGNS = ("d", "\\mathrm{d}", "\\partial", "\\mathrm{D}", "\\delta")
_SURE = ("\\mathrm{d}", "\\partial")


def signs(rows: Sequence[Sequence[Node | GradatimError]], tables: Tables, used: frozenset[str] | None = None) -> frozenset[str]:
    """The signs that stand before differentials in an answer. `d` is one unless the problem has a d: where that is only a size,
    an equation that begins with `df =` tells."""
    begun = {str(row[0].args[0].value) for row in rows if len(row) > 1 and _bare(row[0])}
    found = {sign for row in rows for m in row if isinstance(m, Node) for sign in _leading(m)}
    return frozenset(
        s
        for s in SIGNS
        if s in found
        and (not _taken(s, tables) or _acts(s, rows, tables, used))
        and (s in begun or s in _SURE or not _size(s, tables))
    )


def _bare(node: Node | GradatimError) -> bool:
    return isinstance(node, Node) and node.kind == "juxt" and len(node.args) > 1 and str(node.args[0].value) in SIGNS


def _size(sign: str, tables: Tables) -> bool:
    # δ alone is as often a name of the writer's own: it stands for a variation only where an equation begins with it.
    return sign in tables.sizes or sign == "\\delta"


def _taken(sign: str, tables: Tables) -> bool:
    plain, sign = sign, tables.alias(sign)
    known = sign in tables.symbols or sign in tables.definitions or sign in tables.families
    d = tables.declared.get(sign)
    return known or (d is not None and bool(d.dims or d.kind)) or (plain == "\\mathrm{d}" and _taken("d", tables))


def _acts(sign: str, rows: Sequence[Sequence[Node | GradatimError]], tables: Tables, used: frozenset[str] | None) -> bool:
    """Whether a d that the text declares and the function does not use stands before brackets only, in an answer about numbers:
    the d(u³) of a quotient rule is no product with a vector d."""
    names = frozenset(tables.symbols) if used is None else used
    if any(v.rank for v in tables.asked) or not tables.asked or {sign, tables.alias(sign)} & names:
        return False
    members = [m for row in rows for m in row if isinstance(m, Node)]
    own = {id(n) for m in members for f in walk(m) if f.kind == "frac" and written(f, "") is not None for n in walk(f)}
    factors = [n.args for m in members for n in walk(m) if n.kind == "juxt" and id(n) not in own]
    after = [b for args in factors for a, b in zip(args, args[1:]) if a.kind == "name" and a.value == sign]
    return bool(after) and all(_bracketed(b) for b in after)


def _bracketed(node: Node) -> bool:
    inner = node.args[0] if node.kind == "post" else node
    return inner.kind == "group" and inner.value == "("


def _leading(node: Node) -> set[str]:
    """The signs that stand before a factor."""
    return {str(a.value) for n in walk(node) if n.kind == "juxt" for a in n.args[:-1] if a.kind == "name" and a.value in SIGNS}


def with_differentials(node: Node, found: frozenset[str], text: str) -> Node:
    """The tree with every sign of a differential and the factor after it as one node. What is a derivative stays one."""
    if node.kind in ("frac", "mul") and written(node, text) is not None:
        return node
    args = tuple(with_differentials(a, found, text) for a in node.args)
    posts = tuple(p if p.node is None else replace(p, node=with_differentials(p.node, found, text)) for p in node.posts)
    if node.kind != "juxt":
        return replace(node, args=args, posts=posts)
    out: list[Node] = []
    for a in args:
        if out and out[-1].kind == "name" and out[-1].value in found:
            sign = out.pop()
            a = Node("differential", (sign.span[0], a.span[1]), (a,))
        out.append(a)
    return out[0] if len(out) == 1 else replace(node, args=tuple(out), posts=posts)


__all__ = ["signs", "with_differentials"]
