"""`gd.hessian(f, (W, b)).operator()`: second derivatives by several variables as one linear operator.

It acts on a tuple of arrays, one for each variable, or on one vector that holds them one after another. Where the block of the largest
variable has a structure to solve with, the others are eliminated: the Schur complement is as large as they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from gradatim.compile.function import Compiled
from gradatim.compile.linear_map import LinearMap, MapAt, floating_type, named_axes, sizes_told
from gradatim.compile.operator import HessianOperator, OperatorAt
from gradatim.compile.structure import applied
from gradatim.errors import EvaluationError, GradatimError
from gradatim.matrix.build import plus
from gradatim.term import Symbol, Term, free_symbols, is_index
from gradatim.types import Type
from gradatim.write import text


class JointOperator(LinearMap):
    """A Hessian by several variables as a linear map; printing it shows each block. `blocks[i][j]` has the axes of the i-th, then of the
    j-th variable.

    `op.at(W=…, b=…, …)` gives the operator at numbers, which SciPy takes as a linear operator; the methods here take the numbers by
    name with each call. Raises GradatimError where a variable is no symbol.
    """

    def __init__(self, function: Term, variables: Sequence[Term], blocks: Sequence[Sequence[Term]]) -> None:
        if not all(isinstance(v, Symbol) for v in variables):
            raise GradatimError("an operator by several variables needs symbols; a member of a family is none")
        self.variables = tuple(v for v in variables if isinstance(v, Symbol))
        self.blocks = tuple(map(tuple, blocks))
        every = free_symbols(function, *(b for row in blocks for b in row))
        self.symbols = {s.plain: s for s in every if not is_index(s)}
        self.needed = {s.plain for row in blocks for b in row for s in free_symbols(b) if not is_index(s)}
        self.named_axes = {n: named_axes(s.type.axes) for n, s in self.symbols.items()}
        self.directions = tuple(Symbol(_unused(f"d{v.plain}", self.symbols), Type(v.type.axes)) for v in self.variables)
        self._compiled: dict[Hashable, Compiled] = {}
        self._alone: dict[int, HessianOperator] = {}

    def alone(self, k: int) -> HessianOperator | None:
        """The operator of one variable's own block; None for a number."""
        if not self.variables[k].type.rank:
            return None
        if k not in self._alone:
            self._alone[k] = HessianOperator(self.blocks[k][k])
        return self._alone[k]

    def __str__(self) -> str:
        lines = []
        for i, u in enumerate(self.variables):
            for j, v in enumerate(self.variables[i:], i):
                own = self.alone(i) if i == j else None
                lines.append(f"{text(u)}, {text(v)}: {own if own is not None else text(self.blocks[i][j])}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Hessian operator by {', '.join(map(text, self.variables))}>\n{self}"

    def at(self, **arrays: Any) -> JointAt:
        """The operator at numbers. Raises EvaluationError for wrong or missing arguments."""
        return JointAt(self, arrays)

    def product(self, sizes: Mapping[str, int]) -> Compiled:
        """The product with directions, one for each variable, which are its first arguments."""
        places = range(len(self.variables))
        key = "product", tuple(sorted(sizes.items()))
        if key not in self._compiled:
            terms = [plus(*(applied(self.blocks[i][j], self.directions[j]) for j in places)) for i in places]
            self._compiled[key] = Compiled(terms, "numpy", "product", sizes, first=self.directions)
        return self._compiled[key]

    def formed(self, pairs: Sequence[tuple[int, int]], sizes: Mapping[str, int]) -> Compiled:
        """Some of the blocks, worked out together."""
        key = tuple(pairs), tuple(sorted(sizes.items()))
        if key not in self._compiled:
            self._compiled[key] = Compiled([self.blocks[i][j] for i, j in pairs], "numpy", "blocks", sizes)
        return self._compiled[key]


def _unused(name: str, taken: Mapping[str, object]) -> str:
    while name in taken:
        name += "_"
    return name


class JointAt(MapAt):
    """A Hessian by several variables at numbers: what SciPy's iterative methods need of a linear operator, and direct solutions."""

    def __init__(self, operator: JointOperator, arrays: Mapping[str, Any]) -> None:
        self.operator = operator
        strange = [n for n in arrays if n not in operator.symbols]
        missing = sorted(operator.needed - set(arrays))
        if strange or missing:
            said = f"no value is given for {', '.join(missing)}" if missing else f"{', '.join(strange)} does not occur"
            raise EvaluationError(said)
        self.arrays = dict(arrays)
        self._sizes = sizes_told(arrays, operator.named_axes)
        try:
            self.shapes = tuple([tuple([d.evaluate(self._sizes) for d in v.type.axes]) for v in operator.variables])
        except GradatimError:
            raise EvaluationError("no array tells the variables' shapes: give the variables, too") from None
        self.counts = tuple(map(prod, self.shapes))
        self.dtype = floating_type(arrays)
        self._blocks: dict[tuple[int, int], Any] = {}

    @property
    def shape(self) -> tuple[int, int]:
        n = sum(self.counts)
        return n, n

    # ------------------------------------------------------------ vectors and tuples

    def parts(self, v: Any) -> list[Any]:
        """An array for each variable, of a tuple of them or of one vector. Raises EvaluationError for other shapes."""
        if isinstance(v, (tuple, list)) and len(v) == len(self.shapes):
            pieces = [np.asarray(a, self.dtype) for a in v]
            if all(a.shape == s for a, s in zip(pieces, self.shapes)):
                return pieces
        elif np.size(v) == self.shape[0]:
            flat = np.split(np.asarray(v, self.dtype).ravel(), np.cumsum(self.counts)[:-1])
            return [a.reshape(s) for a, s in zip(flat, self.shapes)]
        raise EvaluationError(
            f"needs arrays of the shapes {', '.join(map(str, self.shapes))}, or a vector of {self.shape[0]} entries"
        )

    def _like(self, pieces: Sequence[Any], v: Any) -> Any:
        """The pieces as what was given: a tuple, or one vector of its shape."""
        if isinstance(v, (tuple, list)) and len(v) == len(self.shapes):
            return tuple([a if a.ndim else float(a) for a in pieces])
        return np.concatenate([np.ravel(a) for a in pieces]).reshape(np.shape(v))

    # ------------------------------------------------------------ products and solutions

    def matvec(self, v: Any) -> Any:
        """H v, as a tuple where v is one, else as a vector."""
        pieces = [a if a.ndim else float(a) for a in self.parts(v)]
        compiled = self.operator.product(self._sizes)
        rest = {n: self.arrays[n] for n in compiled.arguments[len(pieces) :]}
        return self._like([np.asarray(a) for a in compiled(*pieces, **rest)], v)

    rmatvec = matvec
    """Second derivatives are symmetric."""

    def __matmul__(self, other: Any) -> Any:
        return self.matmat(other) if np.ndim(other) == 2 else self.matvec(other)

    def solve(self, right: Any) -> Any:
        """The v with H v = right. Raises EvaluationError (a LinAlgError) where H is singular, LimitExceeded where it is too large."""
        pieces = self.parts(right)
        found = self._eliminated([a.ravel() for a in pieces])
        if found is None:
            found = self._dense_solution(np.concatenate([a.ravel() for a in pieces]))
        return self._like([a.reshape(s) for a, s in zip(np.split(found, np.cumsum(self.counts)[:-1]), self.shapes)], right)

    def _block(self, i: int, j: int) -> Any:
        """A block as a matrix."""
        return self._blocks[i, j] if i <= j else self._blocks[j, i].T

    def _form(self, apart_from: int | None = None) -> None:
        """Work out the blocks on and above the diagonal, but for one variable's own."""
        places = range(len(self.shapes))
        pairs = [(a, b) for a in places for b in places[a:] if (a, b) not in self._blocks and not a == b == apart_from]
        if not pairs:
            return
        compiled = self.operator.formed(pairs, self._sizes)
        values = compiled(**{n: self.arrays[n] for n in compiled.arguments})
        for (a, b), value in zip(pairs, values if len(pairs) > 1 else (values,)):
            self._blocks[a, b] = np.asarray(value, self.dtype).reshape(self.counts[a], self.counts[b])

    # ------------------------------------------------------------ elimination

    def _pivot(self) -> tuple[int, OperatorAt] | None:
        """The largest variable, where its own block is solved with by a structure, and it is as large as the others together."""
        k = max(range(len(self.counts)), key=self.counts.__getitem__)
        own = self._own(k)
        if own is None or not own.operator.structure.is_structured or 2 * self.counts[k] < sum(self.counts):
            return None
        return k, own

    def _own(self, k: int) -> OperatorAt | None:
        """The operator of one variable's own block; None for a number."""
        own = self.operator.alone(k)
        if own is None:
            return None
        names = {*own.symbols, self.operator.variables[k].plain}
        return OperatorAt(own, {n: a for n, a in self.arrays.items() if n in names}, self._sizes)

    def _complement(self, k: int, own: OperatorAt) -> tuple[list[int], Any, Any, Any] | None:
        """The other variables, the blocks between them and the k-th, those solved with, and the Schur complement."""
        self._form(apart_from=k)
        others = [j for j in range(len(self.counts)) if j != k]
        between = np.concatenate([self._block(k, j) for j in others], axis=1)
        if own.operator.structure.is_diagonal:
            solved = between / np.reshape(own.diagonal(), (-1, 1))
        else:
            solved = np.stack([own.solve(np.ascontiguousarray(c)) for c in between.T], axis=1)
        inner = np.block([[self._block(i, j) for j in others] for i in others]) - between.T @ solved
        return (others, between, solved, inner) if np.all(np.isfinite(solved)) else None

    def _eliminated(self, pieces: list[Any]) -> Any:
        """The solution by a Schur complement; None where no block has a structure, or it fails."""
        pivot = self._pivot() if len(self.counts) > 1 else None
        if pivot is None:
            return None
        k, own = pivot
        try:
            with np.errstate(divide="ignore", invalid="ignore"):
                made = self._complement(k, own)
                if made is None:
                    return None
                others, between, solved, inner = made
                first = own.solve(pieces[k])
                rest = np.linalg.solve(inner, np.concatenate([pieces[j] for j in others]) - between.T @ first)
        except np.linalg.LinAlgError:
            return None
        out = dict(zip(others, np.split(rest, np.cumsum([self.counts[j] for j in others])[:-1])))
        out[k] = first - solved @ rest
        whole = np.concatenate([out[j] for j in range(len(self.counts))])
        return whole if np.all(np.isfinite(whole)) else None

    # ------------------------------------------------------------ numbers about it

    def dense(self) -> Any:
        """The Hessian as a matrix, the variables one after another."""
        self._form()
        places = range(len(self.counts))
        return np.block([[self._block(i, j) for j in places] for i in places])

    def diagonal(self) -> tuple[Any, ...]:
        """The diagonal, as an array for each variable."""
        out = []
        for k in range(len(self.counts)):
            own = self._own(k)
            if own is None:
                compiled = self.operator.formed([(k, k)], self._sizes)
                out.append(compiled(**{n: self.arrays[n] for n in compiled.arguments}))
            else:
                out.append(own.diagonal())
        return tuple(out)

    def trace(self) -> float:
        return float(sum(np.sum(d) for d in self.diagonal()))

    def logdet(self) -> float:
        """log |det H|, by the structure of the largest variable's block where it has one."""
        pivot = self._pivot() if len(self.counts) > 1 else None
        if pivot is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                made = self._complement(*pivot)
            if made is not None:
                return pivot[1].logdet() + float(np.linalg.slogdet(made[3])[1])
        return float(np.linalg.slogdet(self.dense())[1])

    def __repr__(self) -> str:
        return f"<Hessian operator at numbers, {self.shape[0]} × {self.shape[1]}>"
