"""Sets over which sums run: one for each index (`j \\in R_i`, `j \\in N(i)`), by their condition (`R_i = \\{j : t_j \\ge t_i\\}`),
and sets of things (`x \\in C_k`), whose members are counted by an index of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradatim.errors import GradatimError
from gradatim.read.indices import uses_index
from gradatim.read.tokens import Token, tokenize
from gradatim.read.tree import Node, Post, bare, spell, walk

if TYPE_CHECKING:
    from gradatim.read.resolve import Resolver
    from gradatim.read.scope import Tables

_OWN = "ijknmslt"
"""Letters for the index of the members of a set, the likeliest first."""
_RULE = re.compile(
    r"(?P<name>\\?[A-Za-z]+(?:\{[A-Za-z]\})?)\s*(?:_\s*\{?\s*(?P<sub>[a-z])\s*\}?|\(\s*(?:[a-z]\s*_\s*)?(?P<of>[a-z])\s*\))\s*:?=\s*"
    r"(?:\\left)?\\?\{\s*(?P<one>[a-z])\s*(?::|\||\\mid|\\colon|\\,:)\s*(?P<holds>[^{}]*(?:\{[^{}]*\}[^{}]*)*?)\s*(?:\\right)?\\?\}"
)
_TAKES = re.compile(r"[<>]|\\(?:leq?|geq?|leqslant|geqslant|lt|gt|neq?|ne)\b|[≤≥≠]")


@dataclass(frozen=True, slots=True)
class Rule:
    """`R_i = \\{j : t_j \\ge t_i\\}`: the index i of the set, the one j of its members, and what holds of them."""

    index: str
    member: str
    holds: str


def rules(text: str) -> dict[str, Rule]:
    """The sets that a text states by a condition, by name."""
    found = (m for m in _RULE.finditer(text) if _TAKES.search(m["holds"]))
    return {m["name"]: Rule(m["sub"] or m["of"], m["one"], m["holds"].rstrip("\\ ")) for m in found}


def set_of(tokens: list[Token], scope: Resolver, used: Callable[[str], bool]) -> tuple[str, list[str]]:
    """The name of a set and the indices of which it is one for each: `R_i` and `R(t_i)` of an i that runs, or by which the body
    counts; a name alone for `\\Omega`, `S_{train}`."""
    plain = [t.text for t in bare(tokens)]
    if len(plain) >= 4 and plain[1] == "(" and plain[-1] == ")":
        below = [t for t in plain[2:-1] if t != ","]
        letters = below[-1:] if len(below) == 3 and below[1] == "_" else below
    elif len(plain) >= 3 and plain[1] == "_":
        letters = [t for t in plain[2:] if t != ","]
    else:
        letters = []
    runs = letters and all(len(x) == 1 and x.islower() and (x in scope.bound or scope.is_index(x) or used(x)) for x in letters)
    if runs:
        return plain[0], letters
    return (plain[0] if len(plain) == 1 else spell(tuple(tokens))), []


def counted(node: Node, sets: Collection[str]) -> tuple[str, str] | None:
    """The set and its index in `|C_k|`, `|N(i)|` and `|S|`, "" where it has none; None for what is no set."""
    base, index = node, ""
    if node.kind == "post" and len(node.posts) == 1 and node.posts[0].kind == "sub":
        base, index = node.args[0], spell(node.posts[0].tokens)
    elif node.kind == "juxt" and len(node.args) == 2 and node.args[1].kind == "group" and len(node.args[1].args) == 1:
        base, inside = node.args[0], node.args[1].args[0]
        index = str(inside.value) if inside.kind == "name" else ""
        if inside.kind == "post" and len(inside.posts) == 1 and inside.posts[0].kind == "sub":
            index = spell(inside.posts[0].tokens)
        if not index:
            return None
    name = str(base.value) if base.kind == "name" else ""
    return (name, index) if name in sets and len(index) < 2 else None


def whole_sets(node: Node) -> str:
    """The set over which a sum runs by its things, `\\sum_{x \\in D} f(x)`, without an index of its own; "" for any other sum."""
    sub = next((p for p in node.posts if p.kind == "sub"), None)
    tokens = bare(sub.tokens) if sub is not None else []
    at = next((k for k, t in enumerate(tokens) if t.text == "in"), 0)
    if not at or len(tokens) != at + 2 or tokens[-1].kind != "name":
        return ""
    names = [t.text for t in tokens[:at] if t.kind == "name"]
    inside = {str(n.value) for n in walk(node.args[0]) if n.kind == "name"}
    things = names and all(n in inside and not uses_index(node.args[0], n) for n in names)
    return tokens[-1].text if things and all(t.text != "_" for t in tokens[:at]) else ""


def by_rule(node: Node, known: dict[str, Rule]) -> Node | None:
    """A sum over `j \\in R_i` as one over the j for which the condition of R_i holds; None where no text states it."""
    sub = next((p for p in node.posts if p.kind == "sub"), None)
    tokens = bare(sub.tokens) if sub is not None else []
    plain = [t.text for t in tokens]
    if sub is None or len(plain) < 5 or plain[1] != "in" or (rule := known.get(plain[2])) is None:
        return None
    index = plain[-2] if plain[3] == "(" else plain[-1]
    if len(index) != 1:
        return None
    try:
        condition = [t for t in tokenize(rule.holds) if t.kind != "end"]
    except GradatimError:
        return None
    names = {rule.member: plain[0], rule.index: index}
    place = sub.span
    moved = [
        replace(t, text=names.get(t.text, t.text) if t.kind == "name" else t.text, start=place[0], end=place[1])
        for t in condition
    ]
    colon = Token("op", ":", *place)
    return replace(node, posts=(replace(sub, tokens=(tokens[0], colon, *moved)),))


def over_elements(node: Node, scope: Resolver) -> tuple[Node, tuple[str, ...], str] | None:
    """`\\sum_{x \\in C_k} f(x)` as `\\sum_{i \\in C_k} f(x_i)`, and `\\sum_{(x,y) \\in D}` as a sum over all i: the sum, what runs, and
    the new index. None where what stands before ∈ is an index."""
    sub = next((p for p in node.posts if p.kind == "sub"), None)
    tokens = bare(sub.tokens) if sub is not None else []
    at = next((k for k, t in enumerate(tokens) if t.text == "in"), 0)
    body = node.args[0]
    if sub is None or not at or any(t.text in ("in", "=", "!=", "<", ">", "<=", ">=", ":") for t in tokens[at + 1 :]):
        return None
    left = tokens[:at]
    names = tuple(t.text for t in left if t.kind == "name")
    index = names[1] if len(names) == 2 and [t.text for t in left][1:2] == ["_"] else ""
    if index:  # x_i ∈ C_k counts the i
        return replace(node, posts=(replace(sub, tokens=(left[2], *tokens[at:])),)), names[:1], index
    if any(t.kind not in ("name", "open", "close") and t.text != "," for t in left):
        return None
    inside = {str(n.value) for n in walk(body) if n.kind == "name"}
    if not names or any(uses_index(body, n) or n not in inside for n in names):
        return None
    letter = next(
        (x for x in _OWN if x not in scope.bound and x not in inside and not uses_index(body, x) and x not in names), ""
    )
    if not letter or left[0].kind == "name" and len(names) > 1:
        return None
    place = sub.span
    below = Post("sub", (Token("name", letter, *place),), place)
    numbered = len(tokens) - at - 1 > 1
    limits = (Token("name", letter, *place), *(tokens[at:] if numbered else ()))
    return replace(node, args=(_members(body, set(names), below),), posts=(replace(sub, tokens=limits),)), names, letter


def _members(node: Node, names: set[str], below: Post) -> Node:
    """The tree with an index below each of the names."""
    if node.kind == "name" and node.value in names:
        return Node("post", node.span, (node,), None, (below,))
    posts = tuple(p if p.node is None else replace(p, node=_members(p.node, names, below)) for p in node.posts)
    if node.kind == "post" and node.args[0].kind == "name" and node.args[0].value in names:
        return replace(node, posts=(below, *posts))
    return replace(node, args=tuple(_members(a, names, below) for a in node.args), posts=posts)


def own_array(name: str, tables: Tables, text: str) -> str:
    """The name of the set's own array: another one where the text writes entries of an array of that name, as in
    `\\sum_{(i,j) \\in M} (M_{ij} − …)^2`."""
    declared = tables.declared.get(name)
    below = re.search(rf"(?<!\\in)(?<!\\in )(?<!∈)(?<!∈ )(?<![|A-Za-z\\]){re.escape(name)}(?![A-Za-z])\s*_", text)
    entries = declared is not None and bool(declared.dims or declared.kind) or below or name in tables.sizes
    return f"\\Omega_{{{name}}}" if entries else name


__all__ = ["Rule", "by_rule", "counted", "over_elements", "own_array", "rules", "set_of", "whole_sets"]
