"""A declared name that a sum counts: x ∈ ℝᵈ and Σ_{i=1}^N (wᵀxᵢ − yᵢ)² speak of any one of N examples, and not of N of the d entries."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.read.cursor import TRANSPOSES
from gradatim.read.indices import all_bound
from gradatim.read.infer import dimension
from gradatim.read.names import text_name
from gradatim.read.prose import Declaration
from gradatim.read.scope import Assumption, Tables, member_parts
from gradatim.read.tree import Node, spell, walk
from gradatim.read.uses import alone
from gradatim.read.written_as import BOLD_LETTER, stands_on


def note_any(tables: Tables, nodes: list[Node]) -> list[Assumption]:
    """Make families of the names that are declared for any one member, and say so."""
    assumed: list[Assumption] = []
    for name, ends in _counted(nodes).items():
        d = tables.declared.get(name)
        if d is None or not _of_any(name, d, ends, nodes):
            continue
        tables.families[name] = tables.declared.pop(name)
        said = f"what is said of {text_name(name)} is said of each of the {max(ends) or 'members'} that the sum counts"
        assumed.append(Assumption(said, d.span, ("its entries are counted",), True))
    return assumed


def _counted(nodes: Sequence[Node]) -> dict[str, set[str]]:
    """The names that carry the index of a sum from 1, or of one over all there are, and the ends of these sums: "" for all."""
    out: dict[str, set[str]] = {}
    for big in (n for root in nodes for n in walk(root) if n.kind == "big"):
        below = next(([t.text for t in p.tokens] for p in big.posts if p.kind == "sub"), [])
        end = next((spell(p.tokens) for p in big.posts if p.kind == "power"), "")
        if below[1:] not in (["=", "1"], []):
            continue
        for n in walk(big):
            if n.kind == "post" and n.args[0].kind == "name" and below[:1] == _index(n):
                out.setdefault(str(n.args[0].value), set()).add(end)
    return out


def _index(node: Node) -> list[str]:
    """The i of x_i and of x^{(i)}, [] where there is none or more than one."""
    below = [[t.text for t in p.tokens if t.text not in "()[]"] for p in node.posts if p.kind in ("sub", "label")]
    return below[0] if len(below) == 1 and len(below[0]) == 1 else []


def _of_any(name: str, d: Declaration, ends: set[str], nodes: Sequence[Node]) -> bool:
    if d.role or d.family or d.kind == "function" or member_parts(name)[1] or any(e and not e[0].isalpha() for e in ends):
        return False
    if any(ends & set(dimension(size).names) for size in d.dims if size) or any(alone(name, n) for n in nodes):
        return False
    bound = all_bound(list(nodes))
    places = [n for root in nodes for n in walk(root) if stands_on(name, n)]
    if not all(_index(n) and _index(n)[0] in bound for n in places):
        return False
    number = d.kind == "scalar" and not d.dims
    bold = BOLD_LETTER.search(name) is not None and all(ends)
    return number or bold or any(_as_array(name, n) for root in nodes for n in walk(root))


def _as_array(name: str, node: Node) -> bool:
    """Whether a member stands where only arrays do: turned, behind a matrix or something turned, in a norm."""
    if stands_on(name, node):
        return _turned(node)
    if node.kind == "norm" or node.kind == "call" and node.value in ("norm", "inner"):
        return any(stands_on(name, a) for inside in node.args for a in _terms(inside))
    if node.kind != "juxt":
        return False
    return any(stands_on(name, b) and (_turned(a) or _capital(a)) for a, b in zip(node.args, node.args[1:]))


def _capital(node: Node) -> bool:
    return node.kind == "name" and str(node.value).rstrip("}").rsplit("{", 1)[-1].lstrip("\\")[:1].isupper()


def _terms(node: Node) -> list[Node]:
    """The terms of a sum, whatever brackets are around it."""
    return [t for a in node.args for t in _terms(a)] if node.kind in ("add", "neg", "group") else [node]


def _turned(node: Node) -> bool:
    return node.kind == "post" and any(
        p.kind == "prime" or p.kind == "power" and spell(p.tokens) in TRANSPOSES for p in node.posts
    )


__all__ = ["note_any"]
