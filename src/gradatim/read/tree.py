"""The untyped tree: what was written, with places, before any name has a type.

Juxtaposition stays juxtaposition and `f(x)` stays a name beside a bracket: types decide later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from gradatim.errors import Span
from gradatim.read.tokens import Token

ENTRIES = "entries"
"""The value of a group that holds one entry of an array, as a definition by entries gives it."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is attached to the right of a factor.

    `kind`: sub (tokens), label (a bracketed superscript, tokens), power (tokens; `node` where it is an expression),
    prime (count in `count`), factorial.
    """

    kind: str
    tokens: tuple[Token, ...]
    span: Span
    node: Node | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """One node. Kinds and their `value`:

    num (Fraction) · name (spelling) · word (function word) · group (bracket; args are the items) · post (args: base; posts) ·
    juxt (args: factors) · add (args: terms; value: signs) · mul (value: operator; two args) · frac · root (arg; value: degree) ·
    big (value: sum/prod; posts: limits; arg: body) · call (value: word; posts; args) · bar · norm · angle (two args) ·
    rel (value: relation; two args) · infty · dots
    """

    kind: str
    span: Span
    args: tuple[Node, ...] = ()
    value: object = None
    posts: tuple[Post, ...] = ()
    below: tuple[Node, ...] | None = field(default=None, init=False, repr=False, compare=False)
    """What `walk` found, kept for the next time."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`head = body`, or a body alone. Chains `a = b = c` keep every part."""

    parts: tuple[Node, ...]
    span: Span


def number(node: Node) -> Fraction | None:
    return node.value if node.kind == "num" and isinstance(node.value, Fraction) else None


def bare(tokens: Iterable[Token]) -> list[Token]:
    """What stands in a script, without the braces around it."""
    return [t for t in tokens if t.kind not in ("gopen", "gclose")]


def slots(tokens: Iterable[Token]) -> list[Token]:
    """The signs of a script without braces and commas: i and j of _{i,j}."""
    return [t for t in bare(tokens) if t.text != ","]


def spell(tokens: tuple[Token, ...]) -> str:
    """The canonical text of a subscript or label: commas dropped between single signs, no spaces."""
    out = ""
    for t in bare(tokens):
        if t.kind == "op" and t.text == ",":
            continue
        piece = t.text
        if out and out[-1].isalpha() and "\\" in out.split("}")[-1] and piece[:1].isalpha():
            out += " "
        out += piece
    return out


MAX_KEPT = 500
"""Longer walks are not kept: those of a deep formula would fill the memory."""


def walk(node: Node) -> tuple[Node, ...]:
    """The node and every node below, parents first. A formula is walked by many readers, so what was found is kept."""
    if node.below is not None:
        return node.below
    found, stack = [], [node]
    while stack:
        item = stack.pop()
        found.append(item)
        if item.posts:
            stack.extend(p.node for p in item.posts if p.node is not None)
        stack.extend(reversed(item.args))
    out = tuple(found)
    if len(out) <= MAX_KEPT:
        object.__setattr__(node, "below", out)
    return out


def unraised(node: Node) -> tuple[Node, str]:
    """The base and the exponent of a parameter `\\sigma^2`: what the definition calls σ is the σ; any other node and ""."""
    if node.kind != "post" or not node.posts or node.posts[-1].kind != "power" or not spell(node.posts[-1].tokens).isdigit():
        return node, ""
    kept = node.posts[:-1]
    return (replace(node, posts=kept) if kept else node.args[0]), spell(node.posts[-1].tokens)


def one_name(node: Node) -> bool:
    """Whether a node is a name, with what stands below it and a label above: x, r_i, x^{(i)}."""
    if node.kind == "post" and all(p.kind in ("sub", "label") for p in node.posts):
        node = node.args[0]
    return node.kind == "name"


def spelt(node: Node | None) -> object:
    """The node without its places."""
    if node is None:
        return None
    marks = [tuple(t.text for t in slots(p.tokens)) for p in node.posts]
    posts = tuple((p.kind, m, p.count) for p, m in zip(node.posts, marks))
    return node.kind, str(node.value), posts, tuple(spelt(a) for a in node.args)


def inside(part: Node, whole: Node) -> bool:
    """Whether the text of one tree stands somewhere in another."""
    return any(spelt(part) == spelt(node) for node in walk(whole))


def signs_of(node: Node) -> object:
    """A node without its places: what two that are written alike have in common."""
    posts = tuple((p.kind, tuple(t.text for t in p.tokens), p.count) for p in node.posts)
    return node.kind, str(node.value), posts, tuple(map(signs_of, node.args))
