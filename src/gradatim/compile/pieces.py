"""Parts of arrays and arrays put together, as expressions of Python source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.compile.dialect import Dialect
from gradatim.compile.graph import Graph
from gradatim.compile.nodes import Node
from gradatim.compile.symmetry import symmetric
from gradatim.compile.texts import ATOM, Text, wrapped
from gradatim.errors import GradatimError
from gradatim.types import ONE, Dim


class Pieces:
    """Ranges of rows and columns, blocks, and what whole matrices of a kind are worked out by."""

    m: str

    size: Callable[[Dim], str]
    dtype: Callable[[], str]
    device: Callable[[], str]
    graph: Graph
    dialect: Dialect
    text: dict[Node, Text]

    def standard(self, a: Node) -> Text:
        raise NotImplementedError

    def plain(self, node: Node) -> bool:
        raise NotImplementedError

    def _whole_low_rank(self, node: Node, over: int, parameter: Sequence[int]) -> Text:
        """A diagonal and columns: several of them stand beside each other in one array."""
        (count,) = parameter
        first = len(node.args) - 2 * count
        d, *right = [self.standard(a)[0] for a in node.args[:first]]
        sides = [node.args[first : first + count], node.args[first + count :]]
        texts = [[self.standard(a)[0] for a in side] for side in sides]
        columns = [
            side[0] if len(side) == 1 and node.args[first].rank == 2 else f"{self.m}.column_stack(({', '.join(side)},))"
            for side in texts
        ]
        return f"_{node.data[0]}({', '.join([d, *columns, *right])})", ATOM

    _whole_low_rank_solve = _whole_low_rank_inverse = _whole_low_rank_logdet = _whole_low_rank

    def _by_helper(self, node: Node, over: int, parameter: object) -> Text:
        return f"_{node.data[0]}({self.standard(node.args[0])[0]})", ATOM

    _whole_eigenvalues = _whole_eigenvectors = _whole_gaps = _by_helper
    _whole_dominant_eigenvalue = _whole_dominant_eigenvector = _whole_dominant_resolvent = _whole_dominant_response = _by_helper
    _whole_right_eigenvectors = _whole_resolvents = _whole_responses = _by_helper

    def _whole_expm(self, node: Node, over: int, parameter: object) -> Text:
        source = self.standard(node.args[0])[0]
        name = {"np": "scipy.linalg.expm", "jnp": "jax.scipy.linalg.expm"}.get(self.m, "torch.linalg.matrix_exp")
        return f"{name}({source})", ATOM

    def _whole_sinm(self, node: Node, over: int, parameter: object) -> Text:
        return self._turned_exponential(node, "_sine", "imag")

    def _whole_cosm(self, node: Node, over: int, parameter: object) -> Text:
        return self._turned_exponential(node, "_cosine", "real")

    def _turned_exponential(self, node: Node, helper: str, part: str) -> Text:
        source = wrapped(self.standard(node.args[0]), ATOM)
        if self.m == "np":
            return f"{helper}({source})", ATOM
        name = "jax.scipy.linalg.expm" if self.m == "jnp" else "torch.linalg.matrix_exp"
        return f"{name}(1j * {source}).{part}", ATOM

    def _whole_logm(self, node: Node, over: int, parameter: Sequence[object]) -> Text:
        return f"{self._of_symmetric(node, 'log', parameter)}({self.standard(node.args[0])[0]})", ATOM

    def _whole_powm(self, node: Node, over: int, parameter: Sequence[object]) -> Text:
        exponent = self.text[node.args[1]][0]
        return f"{self._of_symmetric(node, 'power', parameter)}({self.standard(node.args[0])[0]}, {exponent})", ATOM

    def _of_symmetric(self, node: Node, name: str, known: Sequence[object]) -> str:
        """The helper for a symmetric matrix, or for any one where there is such a helper."""
        if known or symmetric(node.args[0]):
            return f"_{name}_symmetric"
        if self.m != "np":
            title = {"log": "logarithm", "power": "real power"}[name]
            raise GradatimError(
                f"the {title} of a matrix that is not known to be symmetric has no form in {self.dialect.name}: declare it symmetric"
            )
        return f"_{name}_of_matrix"

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

    def _whole_entries(self, node: Node, over: int, parameter: Sequence[Any]) -> Text:
        """An array of numbers, each worked out by itself."""
        wide = parameter[1] if node.rank == 2 else len(node.args)
        cells = [self.text[a][0] for a in node.args]
        if self.m == "torch":
            made = f", dtype={self.dtype()}{self.device()}"
            stacked = ", ".join(f"torch.as_tensor({c}{made})" if self.plain(a) else c for a, c in zip(node.args, cells))
            shape = "" if node.rank == 1 else f".reshape({len(cells) // wide}, {wide})"
            return f"torch.stack([{stacked}]){shape}", ATOM
        rows = [", ".join(cells[k : k + wide]) for k in range(0, len(cells), wide)]
        body = rows[0] if node.rank == 1 else ", ".join(f"[{row}]" for row in rows)
        return f"{self.m}.array([{body}], dtype={self.dtype()})", ATOM

    # ------------------------------------------------------------ numbers of whole arrays, and functions along their axes

    def _axis(self, node: Node, over: int) -> str:
        rank = node.args[0].rank
        if not over:
            return ""
        own = tuple(range(over, rank))
        return f", axis={own[0] if len(own) == 1 else own}"

    def _whole_norm(self, node: Node, over: int, parameter: object) -> Text:
        return f"_norm({self.standard(node.args[0])[0]}{self._axis(node, over)})", ATOM

    def _whole_logsumexp(self, node: Node, over: int, parameter: object) -> Text:
        return f"_logsumexp({self.standard(node.args[0])[0]}{self._axis(node, over)})", ATOM

    def _whole_pnorm(self, node: Node, over: int, parameter: object) -> Text:
        p = node.args[1]
        return f"_pnorm({self.standard(node.args[0])[0]}, {self.text[p][0]}{self._axis(node, over)})", ATOM

    def _whole_log_shares(self, node: Node, over: int, parameter: object) -> Text:
        return f"_log_shares({self.standard(node.args[0])[0]}, {self.text[node.args[1]][0]})", ATOM

    def _whole_tril(self, node: Node, over: int, parameter: object) -> Text:
        return f"{self.m}.tril({self.standard(node.args[0])[0]})", ATOM

    def _whole_triu(self, node: Node, over: int, parameter: object) -> Text:
        return f"{self.m}.triu({self.standard(node.args[0])[0]})", ATOM

    def _whole_cumsum(self, node: Node, over: int, parameter: object) -> Text:
        return f"{self.m}.cumsum({self.standard(node.args[0])[0]}, -1)", ATOM

    def _whole_norminf(self, node: Node, over: int, parameter: object) -> Text:
        if self.m == "torch":
            return f"torch.amax(torch.abs({self.standard(node.args[0])[0]}){', -1' if over else ''})", ATOM
        return f"{self.m}.max({self.m}.abs({self.standard(node.args[0])[0]}){self._axis(node, over)})", ATOM

    def _whole_log_softmax(self, node: Node, over: int, parameter: Sequence[object]) -> Text:
        text, strength = self._whole_softmax(node, over, parameter)
        return text.replace("_softmax(", "_log_softmax(", 1), strength

    def _whole_softmax(self, node: Node, over: int, parameter: Sequence[object]) -> Text:
        axis = ""
        if over or node.args[0].rank > 1:
            axis = f", axis={-2 if 'columns' in parameter else -1}"
        return f"_softmax({self.standard(node.args[0])[0]}{axis})", ATOM
