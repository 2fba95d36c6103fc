"""`gd.hessian(f, W).operator()`: a Hessian as a linear operator, never formed unless it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from gradatim.compile.function import Compiled, SingularMatrix
from gradatim.compile.linear_map import LinearMap, MapAt, floating_type, named_axes, sizes_told
from gradatim.compile.structure import Structure
from gradatim.compile.twosided import TwoSided, diagonalised
from gradatim.errors import EvaluationError, GradatimError
from gradatim.matrix.build import times
from gradatim.term import Symbol, Term, free_symbols, is_index, substitute


class HessianOperator(LinearMap):
    """A Hessian as a linear map on arrays of the variable's shape. Printing it shows the structure that was found.

    `op.at(A=…, x=…)` gives the operator at numbers, which SciPy takes as a linear operator; the methods here take the numbers
    by name with each call: `op.matvec(v, A=…, x=…)`.
    """

    def __init__(self, hessian: Term) -> None:
        self.hessian = hessian
        self.structure = Structure(hessian)
        self.symbols = {s.plain: s for s in free_symbols(hessian) if not is_index(s)}
        self.named_axes = {n: named_axes(s.type.axes) for n, s in self.symbols.items()}
        self.own_axes = named_axes(self.structure.axes)
        names = set(self.symbols)
        wanted = next(n for n in ("v", "direction", "direction_", "direction__") if n not in names)
        self._direction = Symbol(wanted, self.structure.direction.type)
        self._compiled: dict[tuple[str, tuple[tuple[str, int], ...]], Compiled | None] = {}

    def __str__(self) -> str:
        return str(self.structure)

    def __repr__(self) -> str:
        return f"<Hessian operator: {self}>"

    def at(self, **arrays: Any) -> OperatorAt:
        """The operator at numbers. Raises EvaluationError for wrong or missing arguments."""
        return OperatorAt(self, arrays)

    def compiled(self, what: str, sizes: Mapping[str, int] | None = None) -> Compiled | None:
        """The compiled formula of one method; None where there is none (a solution without structure)."""
        key = what, tuple(sorted(sizes.items())) if sizes else ()
        if key not in self._compiled:
            self._compiled[key] = self._made(what, sizes)
        return self._compiled[key]

    def _made(self, what: str, sizes: Mapping[str, int] | None) -> Compiled | None:
        s = self.structure
        if what == "solve":
            # Of two Kronecker products both sides are diagonalised once, at the numbers.
            term = s.solve(self._direction) if s.two_sided is None else None
        elif what == "factors":
            pairs = s.two_sided
            if pairs is None:
                return None
            return Compiled([t for p in pairs for t in (times(p.coefficient, p.left), p.right)], "numpy", what, sizes)
        elif what in ("matvec", "rmatvec"):
            term = substitute(getattr(s, what), {s.direction: self._direction})
        else:
            term = getattr(s, what)
        if term is None:
            return None
        held = [x for x in free_symbols(term) if x is not self._direction and not is_index(x)]
        return Compiled((term,), "numpy", what, sizes, held if what in ("solve", "matvec", "rmatvec") else ())


class OperatorAt(MapAt):
    """A Hessian at numbers: what SciPy's iterative methods need of a linear operator, and direct solutions."""

    def __init__(self, operator: HessianOperator, arrays: Mapping[str, Any], sizes: Mapping[str, int] | None = None) -> None:
        self.operator = operator
        symbols = operator.symbols
        extra = [n for n in arrays if n not in symbols]
        sizes = sizes_told(arrays, operator.named_axes, sizes)
        # The variable itself need not occur in its Hessian, but tells its sizes.
        missing = [n for n in symbols if n not in arrays]
        if missing:
            raise EvaluationError(f"no value is given for {', '.join(missing)}")
        self.arrays = {n: arrays[n] for n in arrays if n in symbols}
        for name in extra:
            shape = np.shape(arrays[name])
            if len(shape) == operator.structure.half:
                for k, d in operator.own_axes:
                    sizes.setdefault(d, shape[k])
        self._sizes = sizes
        self._prepared: dict[str, Any] = {}
        self.dtype = floating_type(self.arrays)

    @property
    def variable_shape(self) -> tuple[int, ...]:
        """The shape of the variable. Raises EvaluationError where no array tells it."""
        try:
            return tuple(d.evaluate(self._sizes) for d in self.operator.structure.axes)
        except GradatimError:
            raise EvaluationError("no array tells the variable's shape: give the variable, too") from None

    @property
    def shape(self) -> tuple[int, int]:
        n = prod(self.variable_shape)
        return n, n

    # ------------------------------------------------------------ products and solutions

    def matvec(self, v: Any) -> Any:
        """H v, for v of the variable's shape or flat; the result has v's shape."""
        return self._applied("matvec", v)

    def rmatvec(self, v: Any) -> Any:
        """The transpose of H times v."""
        return self._applied("rmatvec", v)

    def __matmul__(self, other: Any) -> Any:
        a = np.asarray(other)
        return (
            self.matmat(a)
            if a.ndim == 2 and a.shape[0] == self.shape[0] and self.operator.structure.half == 1
            else self.matvec(a)
        )

    def solve(self, right: Any) -> Any:
        """The v with H v = right: by the structure where there is one, else from the matrix itself.

        Raises EvaluationError (a LinAlgError) where H is singular, LimitExceeded where it has no structure and is too large.
        """
        if self._planned("solve") is not None:
            try:
                result = self._applied("solve", right)
            except SingularMatrix:
                result = np.full(np.shape(right), np.nan)
            if np.all(np.isfinite(result)):
                return result
        found = self._two_sided_solution(right)
        return found if found is not None else self._dense_solution(right)

    def _two_sided(self) -> TwoSided | None:
        """A sum of two Kronecker products at these numbers, diagonalised; None where it is none, or not a symmetric one."""
        if "two sided" not in self._prepared:
            compiled = self._planned("factors")
            made = None
            if compiled is not None:
                pairs = self.operator.structure.two_sided
                a, b, c, d = compiled(**{n: self.arrays[n] for n in compiled.arguments})
                assert pairs is not None
                made = diagonalised(a, b, c, d, (pairs[0].turned, pairs[1].turned))
            self._prepared["two sided"] = made
        found: TwoSided | None = self._prepared["two sided"]
        return found

    def _two_sided_solution(self, right: Any) -> Any:
        factors = self._two_sided()
        if factors is None:
            return None
        result = factors.solve(np.asarray(right, self.dtype).reshape(self.variable_shape))
        return result.reshape(np.shape(right)) if np.all(np.isfinite(result)) else None

    def _applied(self, what: str, v: Any) -> Any:
        compiled = self._planned(what)
        assert compiled is not None
        a = np.asarray(v, dtype=self.dtype)
        axes = self.operator.structure.half
        flat = a.ndim != axes
        if flat:
            a = a.reshape(self.variable_shape) if a.size == self.shape[0] else a
        if what not in self._prepared:
            names = [n for n in compiled.arguments if n != self.operator._direction.plain]
            if compiled.constant:
                self._prepared[what] = compiled(**{n: self.arrays[n] for n in names})
            else:
                self._prepared[what] = compiled
        result = self._prepared[what](a)
        return np.asarray(result).reshape(np.shape(v)) if flat else result

    def _planned(self, what: str) -> Compiled | None:
        """The formula of a method for these sizes: what is the identity alone has no array to tell them."""
        return self.operator.compiled(what, self._sizes)

    # ------------------------------------------------------------ numbers about it

    def _value(self, what: str) -> Any:
        try:
            compiled = self._planned(what)
            if compiled is None:
                return None
            return compiled(**{n: self.arrays[n] for n in compiled.arguments})
        except GradatimError as error:
            raise EvaluationError(str(error)) from None

    def diagonal(self) -> Any:
        return self._value("diagonal")

    def trace(self) -> float:
        return float(np.sum(self.diagonal()))

    def dense(self) -> Any:
        """The Hessian as an array."""
        return self._value("dense")

    def logdet(self) -> float:
        """log |det H|, by the structure where there is one."""
        found = self._value("logdet")
        if found is not None:
            return float(found)
        factors = self._two_sided()
        if factors is not None:
            return factors.logdet()
        n = self.shape[0]
        return float(np.linalg.slogdet(np.asarray(self.dense()).reshape(n, n))[1])

    def __repr__(self) -> str:
        return f"<Hessian operator at numbers, {self.shape[0]} × {self.shape[1]}: {self.operator}>"
