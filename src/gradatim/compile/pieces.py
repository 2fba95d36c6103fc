"""Parts of arrays and arrays put together, as expressions of Python source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.compile.graph import Node
from gradatim.compile.texts import ATOM, Text, wrapped
from gradatim.types import ONE, Dim


class Pieces:
    """Ranges of rows and columns, and blocks."""

    m: str

    size: Callable[[Dim], str]

    def standard(self, a: Node) -> Text:
        raise NotImplementedError

    def _whole_eigenvalues(self, node: Node, over: int, parameter: object) -> Text:
        return f"_eigenvalues({self.standard(node.args[0])[0]})", ATOM

    def _whole_eigenvectors(self, node: Node, over: int, parameter: object) -> Text:
        return f"_eigenvectors({self.standard(node.args[0])[0]})", ATOM

    def _whole_gaps(self, node: Node, over: int, parameter: object) -> Text:
        return f"_gaps({self.standard(node.args[0])[0]})", ATOM

    def _whole_range(self, node: Node, over: int, parameter: Sequence[Any]) -> Text:
        axis, front, count = parameter
        begin = self.size(front - ONE) if front != ONE else "0"
        end = self.size(front - ONE + count)
        cut = begin if count == ONE else f"{begin if front != ONE else ''}:{end}"
        slots = [cut] if axis == -1 else [cut, ":"]
        before = [":"] * (node.args[0].rank - len(slots))
        return f"{wrapped(self.standard(node.args[0]), ATOM)}[{', '.join([*before, *slots])}]", ATOM

    def _whole_block(self, node: Node, over: int, parameter: Sequence[Any]) -> Text:
        wide = parameter[1]
        join = "torch.cat" if self.m == "torch" else f"{self.m}.concatenate"
        cells = [self.standard(a)[0] for a in node.args]
        lines = [cells[k : k + wide] for k in range(0, len(cells), wide)]
        rows = [line[0] if wide == 1 else f"{join}(({', '.join(line)}), {node.rank - 1})" for line in lines]
        return (rows[0] if len(rows) == 1 else f"{join}(({', '.join(rows)}), {over})"), ATOM
