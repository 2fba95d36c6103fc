"""What the way a letter is written tells of it: small and in italics, with a number below, beside the time t, with posts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradatim.read.infer import Shape
from gradatim.read.tree import Node

BOLD_LETTER = re.compile(r"\\(mathbf|boldsymbol|bm|vec|underline)(?![A-Za-z])")


def small_letter(name: str) -> bool:
    """Whether a name is a small letter in italics, as numbers are written."""
    return not BOLD_LETTER.search(name) and name.lstrip("\\")[:1].islower() and "{" not in name.partition("_")[0]


def in_time(node: Node) -> Node | None:
    """The At of e^{At}, in which t is the time and no vector."""
    exponent = node.args[0] if node.kind == "call" and node.value == "exp" and len(node.args) == 1 else None
    if node.kind == "post" and node.args[0].kind == "name" and node.args[0].value in ("e", "\\mathrm{e}"):
        exponent = next((p.node for p in node.posts if p.kind == "power"), None)
    if exponent is not None and exponent.kind == "group" and len(exponent.args) == 1:
        exponent = exponent.args[0]
    timed = exponent is not None and exponent.kind == "juxt" and exponent.args[-1].kind == "name"
    return exponent if timed and exponent is not None and exponent.args[-1].value == "t" else None


def stands_on(name: str, node: Node) -> bool:
    """Whether the node is the name with posts."""
    return node.kind == "post" and node.args[0].kind == "name" and node.args[0].value == name


def numbered_alike(name: str, other: str) -> bool:
    """Whether two names differ only in the number below them."""
    a, b = name.rsplit("_", 1), other.rsplit("_", 1)
    return len(a) == len(b) == 2 and a[0] == b[0] and a[1].isdigit() and b[1].isdigit()


def of_two_kinds(shapes: Mapping[str, Shape]) -> tuple[str, str] | None:
    """The e_1 and e_2, undeclared, of which one would be a vector and one a number: two of the standard basis, most likely, and
    nobody said so."""
    ranks = {name: shape.rank for name, shape in shapes.items() if _NUMBERED_E.fullmatch(name)}
    first = next(iter(ranks), "")
    other = next((n for n, rank in ranks.items() if rank != ranks[first]), "")
    return (first, other) if other else None


_NUMBERED_E = re.compile(r"(?:\\mathbf\{e\}|\\boldsymbol\{e\}|\\vec\{e\}|e)_\{?\d+\}?")


__all__ = ["BOLD_LETTER", "in_time", "numbered_alike", "of_two_kinds", "small_letter", "stands_on"]
