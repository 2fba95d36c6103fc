"""What a node of a program costs: floating-point operations at given sizes, or at guessed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from gradatim.compile.nodes import Node
from gradatim.types import Dim

CUBIC = ("inverse", "solve", "det", "logdet", "matrix_power", "code")
"""Operations on whole arrays that take more than a few passes over them."""
GUESS, MANY = 100, 1000


class Sizes:
    """Sizes of dimensions for the cost model: those given, a guess for the others (counts of examples are guessed larger)."""

    def __init__(self, given: Mapping[str, int]) -> None:
        self.given = dict(given)
        self.known: dict[Dim, int] = {}
        self.flops: dict[Node, int] = {}
        self.shapes: dict[Node, tuple[int, ...]] = {}
        self.volumes: dict[Node, int] = {}

    def of(self, dim: Dim) -> int:
        found = self.known.get(dim)
        if found is None:
            found = self.known[dim] = self._worked_out(dim)
        return found

    def shape(self, node: Node) -> tuple[int, ...]:
        """The sizes of a node's axes."""
        found = self.shapes.get(node)
        if found is None:
            found = self.shapes[node] = tuple([self.of(d) for d in node.dims])
        return found

    def volume(self, node: Node) -> int:
        """How many entries an array has."""
        found = self.volumes.get(node)
        if found is None:
            found = self.volumes[node] = prod(self.shape(node))
        return found

    def _worked_out(self, dim: Dim) -> int:
        known = {n: self.given.get(n, MANY if n[:1] == "N" else GUESS) for n in dim.names}
        try:
            return max(1, dim.evaluate(known))
        except Exception:  # a dimension such as n(n + 1)/2 may be no whole number at guessed sizes
            return GUESS

    def entries(self, dims: Sequence[Dim]) -> int:
        return prod(map(self.of, dims))


def flops(sizes: Sizes, node: Node) -> int:
    """Floating-point operations of one node at given sizes."""
    found = sizes.flops.get(node)
    if found is None:
        found = sizes.flops[node] = _flops(sizes, node)
    return found


def _flops(sizes: Sizes, node: Node) -> int:
    if node.kind == "contract":
        labels: dict[int, int] = {}
        for a, axes in zip(node.args, node.labels):
            labels.update(zip(axes, sizes.shape(a)))
        return (2 if len(labels) > node.rank else 1) * prod(labels.values()) * max(1, len(node.args) - 1)
    if node.kind == "outer":
        return len(node.args) * sizes.volume(node)
    if node.kind == "special" and (node.data[0] not in CUBIC or not (node.args and node.args[0].rank)):
        return max(sizes.volume(node), *map(sizes.volume, node.args), 1)
    if node.kind == "special":
        n = sizes.of(node.args[0].dims[-1])
        members = sizes.entries(node.args[0].dims[:-2])
        columns = sizes.entries(node.args[1].dims[node.args[0].rank - 1 :]) if len(node.args) > 1 else n
        return members * {"solve": 2 * n**3 // 3 + 2 * n * n * columns, "inverse": 2 * n**3}.get(str(node.data[0]), n**3)
    if node.kind in ("add", "map", "reduce"):
        return max(sizes.volume(node), *map(sizes.volume, node.args)) * max(1, len(node.args))
    return 0


def carried_out(sizes: Sizes, node: Node) -> int:
    """The operations that BLAS carries out: of Xᵀ X one half."""
    gram = node.kind == "contract" and node.rank == 2 and len(node.args) == 2 and node.args[0] is node.args[1]
    half = gram and any(x == y and x not in node.out for x, y in zip(*node.labels))
    return flops(sizes, node) // (2 if half else 1)


def short(n: float) -> str:
    """A count in three digits with a letter for its size."""
    for unit in ("", "k", "M", "G", "T"):
        if n < 1000:
            return f"{n:.3g}{unit}"
        n /= 1000
    return f"{n:.3g}P"
