"""Questions to the tree of an answer: which letters stand below its names, what is transposed, what is defined by its entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from gradatim.errors import GradatimError
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.scope import Definition, Tables, full
from gradatim.read.spelt import spelling_of
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, bare, slots, spell, walk


def turned_group(node: Node) -> Node | None:
    """What stands in brackets that are transposed: the ∇f of `(∇f)ᵀ`."""
    if node.kind != "post" or len(node.posts) != 1 or spell(node.posts[0].tokens) not in TRANSPOSES:
        return None
    inner = node.args[0]
    return inner.args[0] if inner.kind == "group" and len(inner.args) == 1 else None


def ends_turned(node: Node) -> bool:
    """Whether the last factor carries a transpose."""
    last = node.args[-1] if node.kind == "juxt" else node
    return last.kind == "post" and bool(last.posts) and spell(last.posts[-1].tokens) in TRANSPOSES


def apart(name: str) -> str:
    """A spelling of its own for the members that bear a function's name; it is written as the name is."""
    return f"\\mathit{{{name}}}"


def members_in(node: Node) -> list[str]:
    """The names that carry a single letter as their subscript."""
    found = [n for n in walk(node) if n.kind == "post" and n.args[0].kind == "name"]
    return [
        str(n.args[0].value)
        for n in found
        if any(
            p.kind == "sub" and len(p.tokens) == 1 and p.tokens[0].kind == "name" and p.tokens[0].text in "ijkn" for p in n.posts
        )
    ]


def with_name(node: Node, old: str, new: str) -> Node:
    """The tree with another name wherever a name carries a subscript."""
    args = tuple(with_name(a, old, new) for a in node.args)
    posts = tuple(p if p.node is None else replace(p, node=with_name(p.node, old, new)) for p in node.posts)
    if node.kind == "post" and args[0].kind == "name" and args[0].value == old and any(p.kind == "sub" for p in posts):
        args = (replace(args[0], value=new), *args[1:])
    return replace(node, args=args, posts=posts)


def by_entries(head: Node, body: Node, tables: Tables) -> tuple[str, Node] | None:
    """`D_{ii} = …` defines a diagonal matrix, `M_{ij} = …` a matrix by its entries: the name and the whole array."""
    if head.kind != "post" or head.args[0].kind != "name" or len(head.posts) != 1 or head.posts[0].kind != "sub":
        return None
    below = tuple(slots(head.posts[0].tokens))
    letters = [t.text for t in below]
    if len(below) != 2 or not all(t.kind == "name" and len(t.text) == 1 and t.text.islower() for t in below):
        return None
    if tables.knows(full(str(head.args[0].value), "".join(letters), "")):
        return None
    kept = below[:1] if letters[0] == letters[1] else below
    stack = Node("post", body.span, (Node("group", body.span, (body,), "["),), None, (Post("sub", kept, body.span),))
    return str(head.args[0].value), stack if len(kept) == 2 else Node("call", body.span, (stack,), "diag")


def subscripts_in(node: Node) -> list[str]:
    """The letters that stand as subscripts below a node, in order."""
    posts = [p for n in walk(node) for p in n.posts if p.kind == "sub"]
    return [t.text for p in posts for t in p.tokens if t.kind == "name" and len(t.text) == 1]


def value_of_itself(nodes: Sequence[Node | GradatimError]) -> str:
    """The S of `S = S(QK)`, a value that bears the name of its function; "" for anything else."""
    if len(nodes) != 2 or not isinstance(nodes[0], Node) or not isinstance(nodes[1], Node) or nodes[0].kind != "name":
        return ""
    call = nodes[1]
    bracketed = call.kind == "juxt" and len(call.args) == 2 and call.args[1].kind == "group" and call.args[1].value == "("
    return str(nodes[0].value) if bracketed and call.args[0].kind == "name" and call.args[0].value == nodes[0].value else ""


def run_brackets(node: Node) -> Node:
    """`[a_i b_i]_{i=1}^n` as the vector of these entries; behind diag(…) the range says nothing more."""
    args = tuple(run_brackets(a) for a in node.args)
    posts = tuple(p if p.node is None else replace(p, node=run_brackets(p.node)) for p in node.posts)
    if any(a is not b for a, b in zip((*args, *posts), (*node.args, *node.posts))):
        node = replace(node, args=args, posts=posts)
    if len(posts) < 2 or [p.kind for p in posts[:2]] != ["sub", "power"]:
        return node
    below = bare(posts[0].tokens)
    if len(below) != 3 or below[0].kind != "name" or [t.text for t in below[1:]] != ["=", "1"]:
        return node
    base = node.args[0] if node.kind == "post" else node
    if base.kind == "call" and base.value == "diag":
        return replace(node, posts=posts[2:]) if posts[2:] else base
    if base.kind != "group" or len(base.args) != 1 or below[0].text not in subscripts_in(base):
        return node
    stack = Node("group", base.span, base.args, "[")
    return replace(node, args=(stack,), posts=(Post("sub", (below[0],), posts[0].span), *posts[2:]))


def is_called(node: Node, name: str) -> bool:
    """Whether a name is called as a function somewhere in a tree."""
    pairs = [(a, b) for n in walk(node) if n.kind == "juxt" for a, b in zip(n.args, n.args[1:])]
    return any(a.kind == "name" and a.value == name and b.kind == "group" and b.value == "(" for a, b in pairs)


def standing_alone(node: Node, old: str, new: str) -> Node:
    """The tree with another name wherever the name is not called."""
    if node.kind == "name":
        return replace(node, value=new) if node.value == old else node
    args = []
    for k, a in enumerate(node.args):
        after = node.args[k + 1] if node.kind == "juxt" and k + 1 < len(node.args) else None
        called = a.kind == "name" and a.value == old and after is not None and after.kind == "group" and after.value == "("
        args.append(a if called else standing_alone(a, old, new))
    posts = tuple(p if p.node is None else replace(p, node=standing_alone(p.node, old, new)) for p in node.posts)
    return replace(node, args=tuple(args), posts=posts)


def without_primes(node: Node, name: str, variable: Node) -> Node:
    """The tree with `f'`, `f''` and `f'(x)` of the asked function as derivatives by its variable."""
    if order := _primes_of(node, name):
        return _as_fraction(node, order, variable, None)
    args: list[Node] = []
    for k, a in enumerate(node.args):
        before = node.args[k - 1] if node.kind == "juxt" and k else None
        own = a.kind == "group" and len(a.args) == 1 and spelling_of(a.args[0]) == spelling_of(variable)
        if before is not None and own and (order := _primes_of(before, name)):
            args[-1] = _as_fraction(before, order, variable, a)
        else:
            args.append(without_primes(a, name, variable))
    if len(args) == len(node.args) and all(a is b for a, b in zip(args, node.args)):
        return node
    return args[0] if node.kind == "juxt" and len(args) == 1 else replace(node, args=tuple(args))


def _primes_of(node: Node, name: str) -> int:
    """How many primes stand at the name; 0 where it is another or carries something else."""
    if node.kind != "post" or node.args[0].value != name or [p.kind for p in node.posts] != ["prime"]:
        return 0
    return node.posts[0].count


def _as_fraction(node: Node, order: int, variable: Node, group: Node | None) -> Node:
    span = (node.span[0], (group or node).span[1])
    d = Node("name", node.span, (), "\\mathrm{d}")
    power = Post(
        "power", (Token("num", str(order), *node.span, value=Fraction(order)),), span, Node("num", span, (), Fraction(order))
    )
    body = (node.args[0], group) if group is not None else (node.args[0],)
    top = Node("juxt", span, (d if order == 1 else Node("post", span, (d,), None, (power,)), *body))
    return Node("frac", span, (top, Node("juxt", span, (d, variable) * order)))


_BY_ENTRIES = re.compile(r"(\\?[A-Za-z]+(?:\{[A-Za-z]+\})?)_\{?([a-z]),?([a-z])\}?")


def array_of(root: Definition, tables: Tables) -> Definition | None:
    """The array that a function given by its entries belongs to: P for `P_{ij} = …`."""
    found = _BY_ENTRIES.fullmatch(root.name)
    if found is None or root.body is None or found[2] == found[3] or found[1] in (*tables.symbols, *tables.definitions):
        return None
    a, b = root.span
    below = tuple(Token("name", letter, a, a + 1) for letter in found.groups()[1:])
    stack = Node("post", (a, b), (Node("group", (a, b), (root.body,), "["),), None, (Post("sub", below, (a, a + 1)),))
    return Definition(found[1], stack, None, "", root.span, root.text)
