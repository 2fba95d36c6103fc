"""What a term is worth on its way into the program, and labels that turn out to be one."""

from __future__ import annotations

from typing import NamedTuple

from gradatim.compile.nodes import Label, Node, Part, Tie
from gradatim.types import Dim


class Value(NamedTuple):
    """`ties` are pairs of labels on whose diagonal the value stands (Kronecker deltas of indices)."""

    node: Node
    axes: tuple[Label, ...]
    own: tuple[Label, ...]
    dims: tuple[Dim, ...]
    ties: tuple[Tie, ...] = ()

    @property
    def part(self) -> Part:
        return Part(self.node, self.axes)


class Joined:
    """Labels that turned out to be one."""

    def __init__(self) -> None:
        self.parent: dict[Label, Label] = {}

    def of(self, label: Label) -> Label:
        while label in self.parent:
            label = self.parent[label]
        return label

    def join(self, a: Label, b: Label) -> None:
        a, b = self.of(a), self.of(b)
        if a != b:
            self.parent[b] = a
