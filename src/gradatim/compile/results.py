"""The results that a program is asked for, and what they need: how often a node is read, and which inverses stand as matrices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.compile.nodes import Node, below
from gradatim.compile.reasons import Label
from gradatim.types import Dim


@dataclass(frozen=True, slots=True)
class Output:
    """A result: a node, the label of each of its axes, and those of the result's axes (repeated: a diagonal; absent: constant)."""

    node: Node
    axes: tuple[Label, ...]
    own: tuple[Label, ...]
    dims: tuple[Dim, ...]


def uses(outputs: Sequence[Output]) -> dict[Node, int]:
    """How often each node is read, by others or as a result."""
    found = Counter(o.node for o in outputs)
    for node in below([o.node for o in outputs]):
        # A sum of a matrix and its transpose may open the one product that it holds twice.
        for a in dict.fromkeys(node.args) if node.kind == "add" else node.args:
            found[a] += 1
    return found


def needed_whole(outputs: Sequence[Output]) -> set[Node]:
    """Inverses that stand as a matrix of their own somewhere (a term of a sum, a result): they are worked out and multiplied with."""
    found = {o.node for o in outputs}
    for node in below([o.node for o in outputs]):
        arrays = [(a, labels) for a, labels in zip(node.args, node.labels) if a.rank]
        if node.kind != "contract":
            found.update(node.args)
        for k, (a, labels) in enumerate(arrays):
            others = {x for j, (_, more) in enumerate(arrays) if j != k for x in more}
            summed = [x for x in labels if x in others and x not in node.out]
            if not summed or len(arrays) == 2 and len(summed) == len(labels):
                found.add(a)
    return {n for n in found if n.kind == "special" and n.data[0] == "inverse"}
