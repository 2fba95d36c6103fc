"""Names as they are spelt in LaTeX, with what stands above and below them."""

from __future__ import annotations

from gradatim.read.scope import full
from gradatim.read.tree import Node, Post, spell


def label_of(post: Post) -> tuple[str, list[Post]]:
    """The label's spelling with its brackets (or the bare index letter), and the transpose that may follow it."""
    tokens = list(post.tokens)
    close = next((k for k, t in enumerate(tokens) if t.kind == "close"), -1)
    if close < 0:
        return spell(post.tokens), []
    inside, after = tokens[1:close], tokens[close + 1 :]
    text = "".join(t.text for t in inside)
    shown = text if len(text) == 1 and text.isalpha() else f"{tokens[0].text}{text}{tokens[close].text}"
    turned = [Post("power", tuple(after), post.span)] if after else []
    return shown, turned


def is_pseudo(post: Post) -> bool:
    """Whether a superscript is the sign of a pseudo-inverse."""
    return post.kind == "label" and len(post.tokens) == 1 and post.tokens[0].text in ("+", "\\dagger")


def spelling_of(node: Node) -> str:
    """The LaTeX spelling of a name with its subscript and label; "" where the node is no name."""
    if node.kind == "name":
        return str(node.value)
    if node.kind == "post" and node.args[0].kind == "name":
        sub = next((p for p in node.posts if p.kind == "sub"), None)
        label = next((p for p in node.posts if p.kind == "label"), None)
        inside = label_of(label)[0] if label is not None else "'" * sum(p.count for p in node.posts if p.kind == "prime")
        return full(str(node.args[0].value), spell(sub.tokens) if sub else "", inside)
    return ""
