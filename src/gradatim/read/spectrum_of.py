"""Eigenvalues that a formula writes without their matrix: the λᵢ of "λᵢ are the eigenvalues of X", where X is the variable."""

from __future__ import annotations

from dataclasses import replace

from gradatim.patterns import late
from gradatim.read.tree import Node, spell

_NAME = r"\\?[A-Za-z]+(?:\{[A-Za-z]\})?"
_VALUES = r"(?:eigenvalues?|singular\s+values?)"
_LETTER = r"\\(?:lambda|sigma|mu|rho)|λ|σ|μ|ρ"
_OF = late(
    rf"\$?\s*(?P<letter>{_LETTER})_\{{?\w\}}?[^.;$]*\$?[^.;$]{{0,40}}\b{_VALUES}\s+of\s+(?:(?:the|an?)\s+)?(?:[a-z-]+\s+){{0,6}}\$?\s*(?P<matrix>{_NAME})(?![A-Za-z(])"
)
_WITH = late(
    rf"\$\s*(?P<matrix>{_NAME})\b[^.;$]*\$[^.;$]*?\b(?:with|has|have|having)\s+(?:[a-z-]+\s+){{0,3}}{_VALUES}\s*\$\s*(?P<letter>{_LETTER})_"
)


def eigenvalues_of(given: str, matrix: str) -> str:
    """The letter of the eigenvalues (or singular values) that a text gives a matrix; "" where it gives it none."""
    for pattern in (_OF, _WITH):
        for m in pattern.finditer(given):
            if m["matrix"] == matrix:
                letters = {"λ": "\\lambda", "σ": "\\sigma", "μ": "\\mu", "ρ": "\\rho"}
                return letters.get(m["letter"], m["letter"])
    return ""


def put_in(node: Node, letter: str, matrix: str) -> Node:
    """The tree with λᵢ(X) wherever a λᵢ stands alone."""
    if node.kind == "post" and node.args[0].kind == "name" and node.args[0].value == letter:
        subs = tuple(p for p in node.posts if p.kind == "sub")
        if len(subs) == 1 and len(spell(subs[0].tokens)) == 1:
            group = Node("group", node.span, (Node("name", node.span, (), matrix),), "(")
            rest = tuple(p for p in node.posts if p.kind != "sub")
            behind: Node = Node("post", node.span, (group,), None, rest) if rest else group
            return Node("juxt", node.span, (replace(node, posts=subs), behind))
    args = list(node.args)
    done: list[Node] = []
    for k, a in enumerate(args):
        after = args[k + 1] if k + 1 < len(args) else None
        inner = after.args[0] if after is not None and after.kind == "post" else after
        called = node.kind == "juxt" and inner is not None and inner.kind == "group" and len(inner.args) == 1
        own = called and inner is not None and inner.args[0].kind == "name" and inner.args[0].value == matrix
        made = a if own else put_in(a, letter, matrix)
        done += made.args if made is not a and made.kind == "juxt" and node.kind == "juxt" else [made]
    posts = tuple(p if p.node is None else replace(p, node=put_in(p.node, letter, matrix)) for p in node.posts)
    return replace(node, args=tuple(done), posts=posts)


__all__ = ["eigenvalues_of", "put_in"]
