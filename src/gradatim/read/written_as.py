"""What the way a name is written tells of its kind: a letter that is halved, inverted, turned, or to which a matrix is applied."""

from __future__ import annotations

import re

from gradatim.read.cursor import TRANSPOSES
from gradatim.read.scope import Tables, full
from gradatim.read.tree import Node, spell, walk

BOLD_LETTER = re.compile(r"\\(mathbf|boldsymbol|bm|vec|underline)(?![A-Za-z])")


def small_letter(name: str) -> bool:
    """Whether a name is a small letter in italics, as numbers are written."""
    return not BOLD_LETTER.search(name) and name.lstrip("\\")[:1].islower() and "{" not in name.partition("_")[0]


def runs(node: Node, bound: set[str]) -> bool:
    """Whether the name carries an index that a sum of the text binds."""
    return any(p.kind == "sub" and p.tokens and all(t.text in bound or t.text == "," for t in p.tokens) for p in node.posts)


def lying(node: Node) -> str:
    """The small letter that a transpose is written of, with its label: the a_0 of `a_0^T x` is no number."""
    base = node.args[0]
    powers = [spell(p.tokens) for p in node.posts if p.kind == "power"]
    if base.kind != "name" or powers not in [[t] for t in TRANSPOSES] or len({p.kind for p in node.posts} - {"sub", "power"}):
        return ""
    name = str(base.value)
    small = name.rstrip("}").rsplit("{", 1)[-1].lstrip("\\")[:1].islower()
    return full(name, next((spell(p.tokens) for p in node.posts if p.kind == "sub"), ""), "") if small else ""


def halved(node: Node) -> str:
    """The name that stands alone over a number, N of \\frac N2 and of N/2; "" where there is none."""
    if not (node.kind == "frac" or node.kind == "mul" and node.value in ("/", "over")):
        return ""
    above, below = node.args
    if below.kind == "juxt":  # N/2 ln|C|
        below = below.args[0]
    return str(above.value) if above.kind == "name" and below.kind == "num" else ""


def acted_on(node: Node, tables: Tables) -> str:
    """The small letter at the end of a product, where a capital or a bracket to the power −1 stands before it; "" if none does."""
    if len(node.args) < 2 or node.args[-1].kind != "name":
        return ""
    before, last = node.args[-2], str(node.args[-1].value)
    inner = before.args[0] if before.kind == "post" else before
    inverse = before.kind == "post" and [spell(p.tokens) for p in before.posts if p.kind == "power"] == ["-1"]
    inverse = inverse or any(n.kind == "name" and n.value in ("I", "X", "A") for n in walk(inner))
    name = str(inner.value) if inner.kind == "name" else ""
    known = tables.declared.get(name)
    matrix = name[:1].isupper() and name not in tables.sizes and (known is None or known.kind in (None, "matrix"))
    return last if last.islower() and (matrix or (inverse and inner.kind == "group")) else ""


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


def inverted(node: Node) -> bool:
    """Whether a capital with one subscript stands to a negative power: `\\Sigma_k^{-1}` is a member of a family of matrices."""
    power = [spell(p.tokens) for p in node.posts if p.kind == "power"]
    return capital_member(node) and any(x.startswith("-") for x in power)


def covariance(node: Node) -> str:
    """The Σ of `\\mathcal{N}(x; \\mu_k, \\Sigma_k)`: a capital is a covariance and no variance."""
    for name, group in zip(node.args, node.args[1:]):
        if name.value == "\\mathcal{N}" and group.kind == "group" and len(group.args) == 3 and capital_member(group.args[2]):
            return str(group.args[2].args[0].value)
    return ""


def capital_member(node: Node) -> bool:
    if node.kind != "post" or node.args[0].kind != "name":
        return False
    sub = [p for p in node.posts if p.kind == "sub"]
    letter = str(node.args[0].value).rstrip("}").rsplit("{", 1)[-1].lstrip("\\")
    return len(sub) == 1 and len(sub[0].tokens) == 1 and letter[:1].isupper()


__all__ = [
    "BOLD_LETTER",
    "acted_on",
    "numbered_alike",
    "capital_member",
    "covariance",
    "halved",
    "in_time",
    "inverted",
    "lying",
    "runs",
    "small_letter",
    "stands_on",
]
