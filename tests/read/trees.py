"""Trees as one line, for tests: `(juxt a b)`, attachments in braces."""

from __future__ import annotations

from gradatim.read.parser import statements
from gradatim.read.tree import Node, spell


def line(node: Node) -> str:
    """One node and everything below it."""
    if node.kind == "num":
        out = str(node.value)
    elif node.kind == "name":
        out = str(node.value)
    else:
        value = node.value
        if isinstance(value, Node):
            value = line(value)
        elif isinstance(value, tuple):
            value = "".join(map(str, value))
        out = "(" + " ".join([node.kind if value is None else f"{node.kind}:{value}", *map(line, node.args)]) + ")"
    for post in node.posts:
        inside = line(post.node) if post.node is not None else spell(post.tokens)
        out += "{" + f"{post.kind} {inside or post.count}" + "}"
    return out


def tree(text: str) -> str:
    """Every statement of a text, `=` between the parts of one, ` ; ` between statements."""
    return " ; ".join(" = ".join(map(line, s.parts)) for s in statements(text))
