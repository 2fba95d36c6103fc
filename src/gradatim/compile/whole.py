"""Operations on whole matrices as expressions of Python source: inverses, solutions, determinants, and what a record has its own code for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from gradatim.compile.nodes import Node
from gradatim.compile.pieces import Pieces
from gradatim.compile.symmetry import symmetric
from gradatim.compile.texts import ATOM, Text, wrapped
from gradatim.errors import GradatimError
from gradatim.ops import dictionary
from gradatim.types import Dim


class Whole(Pieces):
    """`factors` names the factorisations that several operations share, `dtype` and `device` are expressions."""

    factors: dict[Node, str]
    dtype: Callable[[], str]
    device: Callable[[], str]
    fast: bool

    def _special(self, node: Node) -> Text:
        name, (over, parameter) = node.data
        made: Text = getattr(self, "_whole_" + name)(node, over, parameter)
        return made

    def symmetric(self, node: Node, facts: Sequence[str]) -> bool:
        return "spd" in facts or symmetric(node)

    def _whole_inverse(self, node: Node, over: int, facts: Sequence[str]) -> Text:
        a = node.args[0]
        if a in self.factors:
            return f"_inverse({self.factors[a]})", ATOM
        if self.m == "np" and not over and self.symmetric(a, facts):
            return f"_inverse_symmetric({self.standard(a)[0]})", ATOM
        if self.m == "np" and not over and self.fast:
            return f"_inverse(_factor({self.standard(a)[0]}))", ATOM
        return f"{self.m}.linalg.inv({self.standard(a)[0]})", ATOM

    def _whole_solve(self, node: Node, over: int, facts: Sequence[str]) -> Text:
        a, b = node.args
        turned = "T" in facts
        if over:
            # A vector for every member is a matrix of one column: otherwise the members would be taken for columns.
            column, back = ("[..., None]", "[..., 0]") if b.rank == over + 1 else ("", "")
            return f"{self.m}.linalg.solve({self.standard(a)[0]}, {wrapped(self.standard(b), ATOM)}{column}){back}", ATOM
        if a in self.factors:
            return f"_solve({self.factors[a]}, {self.standard(b)[0]}{', transposed=True' if turned else ''})", ATOM
        if self.m == "np":
            for side in ("lower", "upper"):
                if side in facts:
                    more = ", transposed=True" if turned else ""
                    return f"_solve_triangular({self.standard(a)[0]}, {self.standard(b)[0]}, lower={side == 'lower'}{more})", ATOM
            if self.symmetric(a, facts):
                return f"_solve_symmetric({self.standard(a)[0]}, {self.standard(b)[0]})", ATOM
        source = wrapped(self.standard(a), ATOM) + ".T" if turned else self.standard(a)[0]
        if self.m == "np" and self.fast:
            return f"_solve_general({source}, {self.standard(b)[0]})", ATOM
        if self.m == "jnp" and "spd" in facts:
            return f"jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor({source}), {self.standard(b)[0]})", ATOM
        return f"{self.m}.linalg.solve({source}, {self.standard(b)[0]})", ATOM

    def _whole_det(self, node: Node, over: int, facts: Sequence[str]) -> Text:
        return f"{self.m}.linalg.det({self.standard(node.args[0])[0]})", ATOM

    def _whole_logdet(self, node: Node, over: int, facts: Sequence[str]) -> Text:
        a = node.args[0]
        if "signed" in facts and "spd" not in facts:
            return f"_log_of_det({self.standard(a)[0]})", ATOM
        if a in self.factors:
            return f"_logdet({self.factors[a]})", ATOM
        return f"{self.m}.linalg.slogdet({self.standard(a)[0]})[1]", ATOM

    def _whole_matrix_power(self, node: Node, over: int, parameter: Sequence[object]) -> Text:
        return f"{self.m}.linalg.matrix_power({self.standard(node.args[0])[0]}, {parameter[0]})", ATOM

    def _whole_code(self, node: Node, over: int, parameter: Sequence[Any]) -> Text:
        """The code of the operation's record; targets that have none of their own take NumPy's where it only makes a constant."""
        op = dictionary()[parameter[0]]
        sizes = "(" + "".join(f"{self.size(p)}, " for p in parameter[1:] if isinstance(p, Dim)) + ")"
        values = [wrapped(self.standard(a), ATOM) for a in node.args]
        if any(isinstance(p, Dim) for p in parameter[1:]):
            values.append(sizes)
        values += [repr(p) for p in parameter[1:] if isinstance(p, (int, str))]
        template = op.code.get(self.dialect.name)
        if template is None and (self.m == "np" or not node.args):
            template = op.code["numpy"]
        if template is None and self.m == "jnp" and not re.search(r"vectorize|int\(|\.astype", op.code["numpy"]):
            # jax.numpy has NumPy's names; what needs a concrete number, or Python's own function, has no form there.
            template = re.sub(r"\bnp\.", "jnp.", op.code["numpy"])
        if template is None:
            raise GradatimError(f"{op.title} has no form in {self.dialect.name}")
        text = template.format(*values)
        text = text if re.fullmatch(r"[\w.]+(\([\w., ]*\))?", text) else f"({text})"
        if not node.args and node.rank:
            like = f", dtype={self.dtype()}{self.device()}"
            text = {"np": f"np.asarray({text}, dtype={self.dtype()})", "jnp": f"jnp.asarray({text}{like})"}.get(
                self.m, f"torch.as_tensor({text}{like})"
            )
        return text, ATOM

    def _whole_applied(self, node: Node, over: int, parameter: tuple[str, bool]) -> Text:
        """The product with a matrix that is not formed, by the code of its record."""
        name, turned = parameter
        template = (dictionary()[name].applied or ("", ""))[turned]
        return re.sub(r"\bnp\.", f"{self.m}.", template).format(*(wrapped(self.standard(a), ATOM) for a in node.args)), ATOM

    def _whole_vech(self, node: Node, over: int, parameter: object) -> Text:
        a = node.args[0]
        n = self.size(a.dims[-1])
        source = wrapped(self.standard(a), ATOM)
        low = f"np.flatnonzero(np.tril(np.ones(({n}, {n}))).T)"
        turned = f"{self.m}.swapaxes({source}, -1, -2)" if over else f"{source}.T"
        flat = ", ".join([*map(self.size, a.dims[:over]), "-1"])
        return f"{turned}.reshape({flat})[..., {low}]", ATOM
