"""What the place of a name in a formula says of its kind: a letter that is transposed is no number, one over a number is one."""

from __future__ import annotations

from gradatim.read.arguments import base_of
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.indices import all_bound
from gradatim.read.names import stripped
from gradatim.read.prose import Declaration
from gradatim.read.scope import TWIN, Tables, full
from gradatim.read.tree import Node, spell, walk
from gradatim.read.written_as import stands_on


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
    """The name that stands alone over a number, N of \\frac N2 and of N/2, or before an identity; "" where there is none."""
    if node.kind == "juxt" and node.args[0].kind == "post" and base_of(node.args[1]) in ("I", "\\mathbf{I}"):  # N²I
        squared = [spell(p.tokens) for p in node.args[0].posts] == ["2"]
        return base_of(node.args[0]) if squared else ""
    if not (node.kind == "frac" or node.kind == "mul" and node.value in ("/", "over")):
        return ""
    above, below = node.args
    if below.kind == "juxt":  # N/2 ln|C|
        below = below.args[0]
    return str(above.value) if above.kind == "name" and below.kind == "num" else ""


def is_product(node: Node) -> bool:
    """Whether factors stand side by side, with the sign of programs between them or without."""
    return node.kind == "juxt" or node.kind == "mul" and node.value == "*"


def acted_on(node: Node, tables: Tables) -> str:
    """The small letter at the end of a product, where a capital or a bracket to the power −1 stands before it; "" if none does."""
    if not is_product(node) or node.args[-1].kind != "name":
        return ""
    before, last = node.args[-2], str(node.args[-1].value)
    while is_product(before):  # c*A*x
        before = before.args[-1]
    inner = before.args[0] if before.kind == "post" else before
    inverse = before.kind == "post" and [spell(p.tokens) for p in before.posts if p.kind == "power"] == ["-1"]
    inverse = inverse or any(n.kind == "name" and n.value in ("I", "X", "A") for n in walk(inner))
    name = str(inner.value) if inner.kind == "name" else ""
    known = tables.declared.get(name)
    matrix = name[:1].isupper() and name not in tables.sizes and (known is None or known.kind in (None, "matrix"))
    return last if last.islower() and (matrix or (inverse and inner.kind == "group")) else ""


def multiplied(node: Node) -> list[str]:
    """The small letters that an inner product is taken of, `dot(x, y)`, `⟨x, y⟩`: nobody writes one of numbers."""
    of_two = (node.kind == "angle" or node.kind == "call" and node.value == "inner") and len(node.args) == 2
    return [str(a.value) for a in node.args if a.kind == "name" and str(a.value).islower()] if of_two else []


def summed_up(node: Node) -> list[str]:
    """The small letters among the factors entry by entry of `sum(y * log(p))`: a number would stand before the sum."""
    if node.kind != "call" or node.value not in ("mean", "total") or len(node.args) != 1:
        return []
    out, waiting = list[str](), [node.args[0]]
    while waiting:
        part = waiting.pop()
        if part.kind == "name" and part is not node.args[0] and len(str(part.value)) == 1 and str(part.value).islower():
            out.append(str(part.value))
        elif part.kind in ("group", "call", "add") or part.kind == "mul" and part.value in ("entrywise", "*"):
            waiting += part.args
    return out


def inverted(node: Node) -> bool:
    """Whether a capital with one subscript stands to a negative power: `\\Sigma_k^{-1}` is a member of a family of matrices."""
    power = [spell(p.tokens) for p in node.posts if p.kind == "power"]
    return _capital_member(node) and any(x.startswith("-") for x in power)


def covariance(node: Node) -> str:
    """The Σ of `\\mathcal{N}(x; \\mu_k, \\Sigma_k)`: a capital is a covariance and no variance."""
    for name, group in zip(node.args, node.args[1:]):
        if name.value == "\\mathcal{N}" and group.kind == "group" and len(group.args) == 3 and _capital_member(group.args[2]):
            return str(group.args[2].args[0].value)
    return ""


def _capital_member(node: Node) -> bool:
    if node.kind != "post" or node.args[0].kind != "name":
        return False
    sub = [p for p in node.posts if p.kind == "sub"]
    letter = str(node.args[0].value).rstrip("}").rsplit("{", 1)[-1].lstrip("\\")
    return len(sub) == 1 and len(sub[0].tokens) == 1 and letter[:1].isupper()


def placed_in(node: Node, tables: Tables) -> list[str]:
    """The names that stand in a product where matrices do: behind another factor, or before a name that is not transposed."""
    out = []
    for k, arg in enumerate(node.args):
        name = base_of(arg)
        if not name:
            continue
        before, after = node.args[k - 1] if k else None, node.args[k + 1] if k + 1 < len(node.args) else None
        behind = before is not None and before.kind not in ("num", "frac")
        beside = tables.declared.get(base_of(after)) if after is not None else None
        sized = beside is not None and len(beside.dims) == 2  # beside a matrix that is told its size, K > 0 is no other
        ahead = after is not None and base_of(after) not in ("", "I", "\\mathbf{I}") and not _turned(after) and not sized
        if behind or ahead:
            out.append(name)
    return out


def _turned(node: Node) -> bool:
    return any(p.kind == "prime" or p.kind == "power" and spell(p.tokens) in TRANSPOSES for p in node.posts)


def is_row_of_ones(node: Node) -> bool:
    """Whether a factor is 1ᵀ."""
    turned = node.kind == "post" and len(node.posts) == 1 and spell(node.posts[0].tokens) in TRANSPOSES
    return turned and node.args[0].kind == "num" and node.args[0].value == 1


def functions_with_members(tables: Tables) -> None:
    """The A_i in A(x) = A_0 + Σᵢ xᵢ A_i are members of a family, and no values of the function that shares the letter."""
    for d in tables.definitions.values():
        if d.parameters is None or d.index or d.body is None or d.name + TWIN in tables.families:
            continue
        bound = all_bound([d.body])
        below = {spell(p.tokens) for n in walk(d.body) if stands_on(d.name, n) for p in n.posts if p.kind == "sub"} & bound
        if below:
            known = tables.families.pop(d.name, None) or Declaration(full(d.name, min(below), ""))
            tables.families[d.name + TWIN] = known
            tables.plain[d.name + TWIN] = f"{stripped(d.name).lstrip(chr(92))}s"


__all__ = [
    "functions_with_members",
    "acted_on",
    "covariance",
    "halved",
    "inverted",
    "is_product",
    "is_row_of_ones",
    "lying",
    "multiplied",
    "placed_in",
    "runs",
    "summed_up",
]
