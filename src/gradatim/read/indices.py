"""Indices: the limits of sums, and which names a subscript uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gradatim.errors import ShapeError
from gradatim.ops import Function, add, at, basis, equal, size
from gradatim.read.infer import Size, dimension
from gradatim.read.shifts import NOTHING, size_of
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, bare, spell, walk
from gradatim.term import Apply, Symbol, Term, is_index, transform
from gradatim.types import Dim

if TYPE_CHECKING:
    from gradatim.read.resolve import Resolver


_INDICES = frozenset("ijklpqrst")


def bound_names(big: Node) -> list[str]:
    """The index names that a sum binds: `i` of `_{i=1}`, `i, j` of `_{i,j}` or `_{ij}`."""
    for post in big.posts:
        if post.kind == "sub":
            return _names(post.tokens)
    return []


def _names(tokens: tuple[Token, ...]) -> list[str]:
    out: list[str] = []
    for k, t in enumerate(tokens):
        if t.kind == "op" and t.text not in (",", "forall"):
            # 1 ≤ i < j ≤ n and i ≠ j bind both; j of j = i + 1 alone is bound.
            if t.text in ("<", "<=", ">", ">=", "!="):
                out += [x.text for x in tokens[k + 1 :] if x.kind == "name" and x.text in _INDICES]
            break
        if t.kind == "name":
            out.append(t.text)
    return out


def limits(node: Node, scope: Resolver) -> list[tuple[str, Size, bool]]:
    """Each bound index with its extent; the third is whether its range was written."""
    sub = next((p for p in node.posts if p.kind == "sub"), None)
    sup = next((p for p in node.posts if p.kind == "power"), None)
    if sub is None:
        raise scope.error("a sum names its index below the sign", node.span, r"write \sum_{i=1}^{n}")
    names = _names(sub.tokens)
    rest = bare(sub.tokens)
    if not names:
        raise scope.error("this sum names no index", sub.span)
    relations = [t for t in rest if t.kind == "op" and t.text != ","]
    if not relations:
        return [(name, _extent(name, sup, scope), False) for name in names]
    if relations[0].text != "=":
        raise scope.error(
            f"a sum over indices restricted by `{relations[0].text}` is not read", sub.span, "write the sum over the full range"
        )
    after = rest[rest.index(relations[0]) + 1 :]
    first = "".join(t.text for t in after)
    if any(t.text == "..." for t in after):
        upper = next((t.text for t in reversed(after) if t.kind in ("name", "num")), "")
        first = after[0].text
        return [(name, _upper(upper, first, sup, scope), True) for name in names]
    if sup is None:
        return [(name, scope.extent_of(name), True) for name in names]
    return [(name, _upper(spell(sup.tokens), first, sup, scope), True) for name in names]


def _extent(name: str, sup: Post | None, scope: Resolver) -> Size:
    if sup is not None:
        return _upper(spell(sup.tokens), "1", sup, scope)
    return scope.extent_of(name)


def _upper(upper: str, first: str, sup: Post | None, scope: Resolver) -> Size:
    span = sup.span if sup is not None else (0, 0)
    if "\\infty" in upper or "infty" in upper:
        raise scope.error("an infinite sum is not read", span)
    size, before = dimension(upper), size_of(first)
    for name in (*size.names, *before.names):
        scope.tables.sizes.setdefault(name)
    count = size - before
    if count.literal is not None and count.literal < 1:
        raise scope.error(f"this sum runs from {first} to {upper}: over nothing", span)
    return count


def start(node: Node) -> Dim:
    """How many numbers come before the one at which the indices of a sum begin: none for 1, −1 for 0."""
    sub = next((p for p in node.posts if p.kind == "sub"), None)
    rest = bare(sub.tokens) if sub is not None else []
    at_sign = next((k for k, t in enumerate(rest) if t.text == "="), None)
    after = rest[at_sign + 1 :] if at_sign is not None else []
    listing = next((k for k, t in enumerate(after) if t.text in ("...", ",")), len(after))
    return size_of("".join(t.text for t in after[:listing])) if after else NOTHING


def _counts_members(node: Apply, k: int) -> bool:
    """Whether an index at this place of an operation says which member is meant, and not a number."""
    if isinstance(node.op, Function):
        return node.op.parameters[k].type.index is not None
    return node.op in (at, basis) or node.op is equal and all(map(is_index, node.args))


def counted_from(first: Dim, index: Symbol, body: Term) -> Term:
    """The body with the index as the number that it is: members are counted from the first, numbers begin where the sum does.

    Raises ShapeError where the members of a sum that begins above 1 would be others than those that are written.
    """
    if first == NOTHING:
        return body

    def rule(node: Term) -> Term:
        if not isinstance(node, Apply) or index not in node.args:
            return node
        counts = [a is index and _counts_members(node, k) for k, a in enumerate(node.args)]
        if first.literal != -1 and any(counts) and node.op is not at:
            raise ShapeError(f"a sum over members that begins at {first} is not read; write the sum over all of them")
        return node.rebuild(tuple(shifted if a is index and not c else a for a, c in zip(node.args, counts)))

    shifted = add(index, size(first))
    return shifted if body is index else transform(body, rule)


def counted_over(nodes: Iterable[Node]) -> dict[str, str]:
    """The names over whose entries a sum runs, and its end, as N for `\\sum_{k=1}^N x_k`; "0" where one begins at 0, as the
    x of x_{t-1} under a sum from t = 1."""
    out: dict[str, str] = {}
    for big in (n for root in nodes for n in walk(root) if n.kind == "big"):
        below = next(([t.text for t in p.tokens] for p in big.posts if p.kind == "sub"), [])
        end = next((spell(p.tokens) for p in big.posts if p.kind == "power"), "")
        if below[1:] not in (["=", "0"], ["=", "1"]):
            continue
        for n in walk(big):
            if n.kind != "post" or n.args[0].kind != "name":
                continue
            places = {spell(p.tokens) for p in n.posts if p.kind == "sub"}
            before = below[2] == "1" and bool(places & {f"{below[0]}-1", f"{{{below[0]}-1}}"})
            if before or below[0] in places:
                name = str(n.args[0].value)
                out[name] = "0" if below[2] == "0" or before or out.get(name) == "0" else end
    return out


def means(node: Node) -> list[tuple[str, str]]:
    """The i and n of `\\frac1n\\sum_i`, a mean: the sum is over n, though nothing says so."""
    if node.kind == "juxt":
        pairs = [(below, b) for a, b in zip(node.args, node.args[1:]) if (below := _denominator(a)) is not None]
    elif node.kind == "mul" and node.value == "/" and node.args[1].kind == "juxt":
        pairs = [(node.args[1].args[0], node.args[1].args[1])]
    else:
        return []
    out = []
    for below, big in pairs:
        names = bound_names(big) if big.kind == "big" and len(big.posts) == 1 and big.posts[0].kind == "sub" else []
        plain = len(names) == 1 and len(big.posts[0].tokens) == 1
        counts = [
            n for n in (below, *(below.args if below.kind == "juxt" else ())) if n.kind == "name" and str(n.value) in "nmNMKTdDH"
        ]
        if plain and len(counts) == 1:
            out.append((names[0], str(counts[0].value)))
    return out


def _denominator(node: Node) -> Node | None:
    """What a fraction divides by, in brackets or not: the 2N of `\\frac{1}{2N}`, `(1/2N)` and `(1/(2N))`."""
    while node.kind == "group" and len(node.args) == 1:
        node = node.args[0]
    if node.kind != "frac" and not (node.kind == "mul" and node.value == "/"):
        return None
    below = node.args[1]
    while below.kind == "group" and len(below.args) == 1:
        below = below.args[0]
    return below


def uses_index(node: Node, name: str) -> bool:
    """Whether a subscript or bracketed superscript below the node uses the name, outside sums that bind it."""
    stack = [node]
    while stack:
        item = stack.pop()
        if item.kind == "big" and name in bound_names(item):
            continue
        for post in item.posts:
            if post.kind in ("sub", "label") and any(t.kind == "name" and t.text == name for t in post.tokens):
                return True
            if post.node is not None:
                stack.append(post.node)
        stack.extend(item.args)
    return False


def all_bound(nodes: list[Node]) -> set[str]:
    """Every index name that some sum in the nodes binds."""
    out: set[str] = set()
    for root in nodes:
        for node in walk(root):
            if node.kind == "big":
                out.update(bound_names(node))
    return out
