"""Sums written with dots: `a_1x_1 + ⋯ + a_nx_n` is the sum over the number that runs from its first term to its last."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, spell, spelt, walk

LETTERS = "ijlpqrst"


def numbered(node: Node, old: str, new: str) -> Node | None:
    """The node with everything below its names that is `old` made `new`; None where nothing is."""
    changed = False

    def walked(n: Node) -> Node:
        nonlocal changed
        posts = []
        for p in n.posts:
            if p.kind == "sub" and any(t.text == old for t in p.tokens):
                changed = True
                kind, value = ("num", Fraction(new)) if new.isdigit() else ("name", None)
                p = replace(
                    p, tokens=tuple(replace(t, text=new, kind=kind, value=value) if t.text == old else t for t in p.tokens)
                )
            posts.append(replace(p, node=walked(p.node)) if p.node is not None else p)
        return replace(n, args=tuple(map(walked, n.args)), posts=tuple(posts))

    made = walked(node)
    return made if changed else None


def runs_taken(node: Node) -> tuple[Node, list[str]]:
    """The sum with each run `first + … + last` as a sum over an index, and what was read so; runs that are none stay as they are."""
    signs = list(node.value) if isinstance(node.value, tuple) else []
    args, said = list(node.args), []
    while any(a.kind == "dots" for a in args):
        k = next(k for k, a in enumerate(args) if a.kind == "dots")
        found = _run(args, signs, k)
        if found is None:
            return node, []
        start, big, words = found
        args[start : k + 2], signs[start : k + 2] = [big], [signs[start]]
        said.append(words)
    return replace(node, args=tuple(args), value=tuple(signs)), said


def without_dots(node: Node) -> Node:
    """The tree with every run of dots in its sums as the sum that it is; dots that are no run stay."""
    posts = tuple(p if p.node is None else replace(p, node=without_dots(p.node)) for p in node.posts)
    made = replace(node, args=tuple(map(without_dots, node.args)), posts=posts)
    made = runs_taken(made)[0] if made.kind == "add" else made
    return made.args[0] if made.kind == "add" and len(made.args) == 1 and made.value == ("+",) else made


def _run(args: list[Node], signs: list[str], k: int) -> tuple[int, Node, str] | None:
    """Where the run around the dots begins, and the sum that it is."""
    if not 0 < k < len(args) - 1 or signs[k] != "+" or signs[k + 1] != "+":
        return None
    last = args[k + 1]
    used = {t.text for n in walk(last) for p in n.posts for t in p.tokens} | {
        str(n.value) for n in walk(last) if n.kind == "name"
    }
    letter = next((c for c in LETTERS if c not in used), "")
    for start in range(max(0, k - 3), k):
        running = numbered(args[start], "1", letter) if letter else None
        if running is None or any(s != "+" for s in signs[start + 1 : k]):
            continue
        counted = all(spelt(numbered(running, letter, str(j + 1))) == spelt(args[start + j]) for j in range(k - start))
        for upper in (u for u in dict.fromkeys(_ends(last)) if counted and spelt(numbered(running, letter, u)) == spelt(last)):
            span = (args[start].span[0], last.span[1])
            below = (Token("name", letter, *span), Token("op", "=", *span), Token("num", "1", *span, value=Fraction(1)))
            kind, value = ("num", Fraction(upper)) if upper.isdigit() else ("name", None)
            above = (Token(kind, upper, *span, value=value),)
            top = Node("num", span, (), value) if value is not None else Node("name", span, (), upper)
            posts = (Post("sub", below, span), Post("power", above, span, top))
            return start, Node("big", span, (running,), "sum", posts), f"the sum over {letter} from 1 to {upper}"
    return None


def _ends(node: Node) -> list[str]:
    return [spell((t,)) for n in walk(node) for p in n.posts if p.kind == "sub" for t in p.tokens if t.kind in ("name", "num")]


__all__ = ["runs_taken", "without_dots"]
