"""What a definition says with members for its parameters, `g(x_i) = (y_i − wᵀx_i)²`: entries of x_i, other members of the same i.

The body is rewritten before anything has a type: `x_{il}` is an entry of the parameter, and the y_i of a body is one more
parameter, of the example that the call names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradatim.read.indices import bound_names
from gradatim.read.names import stripped
from gradatim.read.spelt import spelling_of
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, slots, walk


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """The tree with other names."""
    args = tuple(renamed(a, names) for a in node.args)
    posts = tuple(p if p.node is None else replace(p, node=renamed(p.node, names)) for p in node.posts)
    value = names.get(str(node.value), node.value) if node.kind == "name" else node.value
    return replace(node, args=args, posts=posts, value=value)


def by_entries(node: Node, member: Node) -> Node:
    """The tree with `x_{il}` and `x^{(i)}_l` as the entry l of the member x_i or x⁽ⁱ⁾."""
    args = tuple(by_entries(a, member) for a in node.args)
    posts = tuple(p if p.node is None else replace(p, node=by_entries(p.node, member)) for p in node.posts)
    node = replace(node, args=args, posts=posts)
    if node.kind != "post" or base_of(node) != base_of(member) or len(member.posts) != 1:
        return node
    mark = member.posts[0]
    same = next((p for p in posts if p.kind == mark.kind), None)
    sub = next((p for p in posts if p.kind == "sub"), None)
    if same is None or sub is None:
        return node
    index, below = _letters(mark), _letters(same)
    left = below[len(index) :] if mark.kind == "sub" else _letters(sub)
    if not left or [t.text for t in below[: len(index)]] != [t.text for t in index]:
        return node
    whole = Node("group", node.span, (replace(member, span=node.span),), "(")
    kept = tuple(p for p in posts if p is not same and p is not sub)
    return replace(node, args=(whole,), posts=(Post("sub", left, sub.span), *kept))


def freed(node: Node, parameters: Sequence[Node]) -> Node:
    """The tree with another letter for a sum's index that is that of a parameter: the x_i in the sum of `h(x_i) = Σ_i exp(wᵀx_i)`
    runs, and is not the parameter."""
    taken = {t.text for p in parameters if (t := index_of(p)) is not None and t.kind == "name"}
    own = {t.text for n in walk(node) for p in n.posts for t in p.tokens} | {str(n.value) for n in walk(node) if n.kind == "name"}
    for letter in sorted(taken):
        other = next((c for c in "jklmnpqrst" if c not in own | taken), "")
        if other and any(n.kind == "big" and letter in bound_names(n) for n in walk(node)):
            node = _rebound(node, letter, other)
    return node


def _rebound(node: Node, letter: str, other: str, inside: bool = False) -> Node:
    inside = inside or (node.kind == "big" and letter in bound_names(node))
    args = tuple(_rebound(a, letter, other, inside) for a in node.args)
    posts = tuple(
        replace(
            p,
            tokens=tuple(replace(t, text=other) if inside and t.kind == "name" and t.text == letter else t for t in p.tokens),
            node=None if p.node is None else _rebound(p.node, letter, other, inside),
        )
        for p in node.posts
    )
    value = other if inside and node.kind == "name" and node.value == letter else node.value
    return replace(node, args=args, posts=posts, value=value)


def base_of(node: Node) -> str:
    """The name that a node's scripts stand on; "" where it is no name."""
    base = node.args[0] if node.kind == "post" else node
    return str(base.value) if base.kind == "name" else ""


def index_of(node: Node) -> Token | None:
    """The index of a member, the i of x_i and x⁽ⁱ⁾."""
    if node.kind != "post" or len(node.posts) != 1 or node.posts[0].kind not in ("sub", "label"):
        return None
    letters = _letters(node.posts[0])
    return letters[0] if len(letters) == 1 and letters[0].kind in ("name", "num") else None


def others(body: Node, parameters: Sequence[Node]) -> list[tuple[Node, int]]:
    """The members of a body that carry the index of a parameter and are none: each with the number of that parameter."""
    own = {stripped(spelling_of(p)) for p in parameters}
    bound = {name for n in walk(body) if n.kind == "big" for name in bound_names(n)}
    found: dict[str, tuple[Node, int]] = {}
    for k, p in enumerate(parameters):
        letter = index_of(p)
        if letter is None or letter.kind != "name" or letter.text in bound:
            continue
        for n in walk(body):
            marks = tuple(x for x in n.posts if x.kind == p.posts[0].kind) if n.kind == "post" else ()
            if (
                not base_of(n)
                or base_of(n) == base_of(p)
                or len(marks) != 1
                or [t.text for t in _letters(marks[0])] != [letter.text]
            ):
                continue
            member = replace(n, posts=marks)
            if stripped(spelling_of(member)) not in own:
                found.setdefault(spelling_of(member), (member, k))
    return list(found.values())


def of_example(member: Node, parameter: Node, argument: Node) -> Node | None:
    """The member of the example that a call names: y_k for g(x_k) where the definition has x_i and y_i; None where none is named."""
    there, here = index_of(parameter), index_of(argument)
    if there is None or here is None or stripped(base_of(argument)) != stripped(base_of(parameter)):
        return None
    mark = member.posts[0]
    tokens = tuple(here if t.text == there.text else t for t in mark.tokens)
    return replace(member, posts=(replace(mark, tokens=tokens),), span=argument.span)


def _letters(sub: Post) -> tuple[Token, ...]:
    return tuple(t for t in slots(sub.tokens) if t.kind not in ("open", "close"))


__all__ = ["base_of", "by_entries", "freed", "index_of", "of_example", "others", "renamed"]
