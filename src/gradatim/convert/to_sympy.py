"""Terms to SymPy: matrices as MatrixExpr, vectors as n × 1 and 1 × n matrices, scalars as Expr.

Sums over indices are SymPy's, from 0, as its entries are counted. An array that has no matrix expression is a FunctionMatrix of its
entries, which every multilinear operation has; one of more than two axes lives inside a formula only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradatim.convert.extra import SAME, sympy_module
from gradatim.errors import GradatimError, within_limits
from gradatim.matrix.definitions import expanded
from gradatim.ops import facts, polygamma
from gradatim.ops.base import Group, Multilinear, Op, Paired, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.structure import at
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, free_symbols, is_index, walk
from gradatim.types import Dim, Type

LETTERS = "ijklpqrstuvw"


def to_sympy(term: Term, symbols: Mapping[str, Any] | None = None) -> Any:
    """The SymPy expression of a term: a MatrixExpr for arrays, an Expr for scalars.

    Vectors are n × 1 matrices (rows 1 × n), a family of vectors is a matrix with a member in each row, dimensions are positive integer
    symbols, scalars are real ones. `symbols` gives SymPy objects to use for names of your own. Bodies of definitions are
    written out; what is declared of a matrix (symmetric, positive definite) is not carried along, since MatrixSymbol has no place
    for it. Raises GradatimError for what SymPy has no counterpart of, such as arrays of more than two axes.
    """
    if not isinstance(term, Term):
        raise GradatimError(f"only terms are converted, not a {type(term).__name__}")
    with within_limits("the formula is too deep or too large to convert"):
        made = _Writer(sympy_module(), term, dict(symbols or {})).written()
    if isinstance(made, _Entries):
        raise GradatimError(f"SymPy's matrices have two axes; this is a {term.type.describe()}")
    return made


@dataclass(frozen=True, slots=True)
class _Entries:
    """An array of more than two axes: its entries as a function of positions."""

    entry: Callable[..., Any]


class _Writer:
    def __init__(self, sp: Any, root: Term, given: dict[str, Any]) -> None:
        self.sp, self.root, self.given = sp, expanded(root), given
        self.done: dict[Term, Any] = {}
        self.taken = {s.plain for s in free_symbols(self.root)} | {
            n for s in walk(self.root) for d in s.type.axes for n in d.names
        }
        self.positions: dict[Term, Any] = {}
        for node in walk(self.root):
            if isinstance(node, Bind):
                self.positions[node.index] = sp.Symbol(self._letter(node.height), integer=True)

    def _letter(self, height: int) -> str:
        """A name for the index of a binder; binders within one another differ in height."""
        name = LETTERS[(height - 1) % len(LETTERS)] + "_" * ((height - 1) // len(LETTERS))
        while name in self.taken:
            name += "_"
        return name

    def written(self) -> Any:
        for node in walk(self.root):
            try:
                self.done[node] = self._of(node)
            except (TypeError, ValueError, AttributeError, NotImplementedError) as error:
                # SymPy rewrites what it is given, and stumbles over scalars with matrices inside.
                raise GradatimError(f"SymPy cannot build this expression: {error}") from None
        return self.done[self.root]

    def dim(self, d: Dim) -> Any:
        total = self.sp.Integer(0)
        for monomial, c in d.terms:
            piece = self.sp.Rational(c.numerator, c.denominator)
            for name, k in monomial:
                piece *= self.given.get(name, self.sp.Symbol(name, integer=True, positive=True)) ** k
            total += piece
        return total

    def shape(self, t: Type) -> tuple[Any, Any]:
        if t.rank == 1:
            n = self.dim(t.axes[0])
            return (self.sp.Integer(1), n) if t.row else (n, self.sp.Integer(1))
        return self.dim(t.axes[0]), self.dim(t.axes[1])

    # ------------------------------------------------------------ entries

    def entry(self, node: Term, where: Sequence[Any]) -> Any:
        """The entry of a term at positions counted from 0."""
        made = self.done[node]
        if not node.rank:
            return made
        if isinstance(made, _Entries):
            return made.entry(*where)
        if node.rank == 1:
            return made[0, where[0]] if node.type.row else made[where[0], 0]
        return made[where[0], where[1]]

    def from_entries(self, t: Type, entry: Callable[..., Any]) -> Any:
        """An array by its entries."""
        if t.rank == 0:
            return entry()
        if t.rank > 2:
            return _Entries(entry)
        i, j = self.sp.Dummy("i", integer=True), self.sp.Dummy("j", integer=True)
        body = entry(i, j) if t.rank == 2 else entry(j if t.row else i)
        return self.sp.FunctionMatrix(*self.shape(t), self.sp.Lambda((i, j), body))

    def summed(self, body: Any, indices: Sequence[tuple[Any, Dim]]) -> Any:
        limits = [(i, 0, self.dim(d) - 1) for i, d in indices]
        return self.sp.Sum(body, *limits) if limits else body

    # ------------------------------------------------------------ nodes

    def _of(self, node: Term) -> Any:
        sp = self.sp
        if isinstance(node, Number):
            return sp.Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Size):
            return self.dim(node.dim)
        if isinstance(node, Symbol):
            return self._symbol(node)
        if isinstance(node, Bind):
            return self._bound(node)
        assert isinstance(node, Apply)
        if node.op is at:
            return self._at(node)
        if isinstance(node.op, Function):
            f = sp.Function(node.op.plain or node.op.name + "′" * node.op.primes)
            if node.op.elementwise and node.rank:
                return self.mapped(node, f)
            if any(a.rank for a in node.args):
                raise GradatimError(f"the unknown function {node.op.text} of an array has no counterpart in SymPy")
            return f(*(self.done[a] for a in node.args))
        assert isinstance(node.op, Op)
        return self._operation(node, node.op)

    def _symbol(self, s: Symbol) -> Any:
        if s.plain in self.given:
            return self.given[s.plain]
        if is_index(s):
            # An index of the formula is a position, counted from 1 as on paper where it is free.
            return self.positions[s] + 1 if s in self.positions else self.sp.Symbol(s.plain, integer=True, positive=True)
        if s.rank == 0:
            more = {"positive": True} if "positive" in facts(s) else {"real": True}
            return self.sp.Symbol(s.plain, **more)
        if s.rank > 2:
            base = self.sp.IndexedBase(s.plain, shape=tuple(map(self.dim, s.type.axes)))
            return _Entries(lambda *where: base[where])
        return self.sp.MatrixSymbol(s.plain, *self.shape(s.type))

    def _bound(self, node: Bind) -> Any:
        index = self.positions[node.index]
        limits = (index, 0, self.dim(node.extent) - 1)
        if node.kind == "product":
            return self.sp.Product(self.done[node.body], limits)
        if node.kind == "sum":
            if not node.rank:
                return self.sp.Sum(self.done[node.body], limits)
            return self.from_entries(node.type, lambda *w: self.sp.Sum(self.entry(node.body, w), limits))
        return self.from_entries(node.type, lambda k, *w: self._at_position(self.entry(node.body, w), index, k))

    def _at_position(self, body: Any, index: Any, where: Any) -> Any:
        return body.subs(index, where) if hasattr(body, "subs") else body

    def _at(self, node: Apply) -> Any:
        array, *indices = node.args
        where = [self.done[i] - 1 for i in indices]
        if array.rank == 2 and len(where) == 1 and not isinstance(self.done[array], _Entries):
            row = self.done[array][where[0], :]
            return row if node.type.row else row.T
        return self.from_entries(node.type, lambda *rest: self.entry(array, [*where, *rest]))

    def mapped(self, node: Apply, function: Any) -> Any:
        """A scalar function of one argument, entry by entry."""
        (a,) = node.args
        made = self.done[a]
        if not a.rank:
            return function(made)
        if isinstance(made, _Entries):
            return _Entries(lambda *w: function(made.entry(*w)))
        return made.applyfunc(function)

    def _operation(self, node: Apply, op: Op) -> Any:
        if op.scalar and len(node.args) == 1:
            function = self._scalar(op.scalar)
            if function is not None:
                return self.mapped(node, function)
        if op.name in WAYS and all(a.rank <= 2 for a in node.args) and node.rank <= 2:
            return WAYS[op.name](self, node, [self.done[a] for a in node.args])
        if op is polygamma:
            k = node.params[0]
            return self.mapped(node, self.sp.Lambda(z := self.sp.Dummy("z"), self.sp.polygamma(k, z)))
        if op.name in BY_ENTRIES:
            rule = BY_ENTRIES[op.name]
            return self.from_entries(node.type, lambda *w: rule(self.sp, *(self.entry(a, w) for a in node.args)))
        law = derivative_of(op)
        if isinstance(law, Multilinear):
            e = law.einsum(tuple(a.type for a in node.args), node.params)
            dims = {i: d for a, ins in zip(node.args, e.ins) for i, d in zip(ins, a.type.axes)}
            dims.update(zip(e.out, node.type.axes))
            return self._product_of_entries(node, [[(i,) for i in ins] for ins in e.ins], [(i,) for i in e.out], dims)
        if isinstance(law, Paired):
            p = law.einsum(tuple(a.type for a in node.args), node.params)
            return self._product_of_entries(node, p.ins, p.out, dict(enumerate(p.dims)))
        raise GradatimError(f"the {op.title} has no counterpart in SymPy")

    def _scalar(self, name: str) -> Any:
        sp = self.sp
        if name in SAME:
            return getattr(sp, SAME[name])
        z = sp.Dummy("z")
        plain = {
            "sqrt": lambda: sp.sqrt(z),
            "sigmoid": lambda: 1 / (1 + sp.exp(-z)),
            "softplus": lambda: sp.log(1 + sp.exp(z)),
            "relu": lambda: sp.Max(z, 0),
            "step": lambda: sp.Heaviside(z, 0),
            "log1p": lambda: sp.log(1 + z),
            "expm1": lambda: sp.exp(z) - 1,
        }
        return sp.Lambda(z, plain[name]()) if name in plain else None

    def _product_of_entries(
        self, node: Apply, ins: Sequence[Sequence[Group]], out: Sequence[Group], dims: Mapping[int, Dim]
    ) -> Any:
        """Any product by its entries: the sum over all inner indices of the product of the factors' entries."""
        outer = {i for g in out for i in g}
        inner = [i for i in dict.fromkeys(i for groups in ins for g in groups for i in g) if i not in outer]

        def entry(*where: Any) -> Any:
            factor = self.sp.Integer(1)
            table: dict[int, Any] = {}
            for group, w in zip(out, where):
                for i, part in zip(group, self._split(w, [dims[i] for i in group])):
                    if i in table:
                        factor *= self.sp.KroneckerDelta(table[i], part)
                    table.setdefault(i, part)
            dummies = {i: self.sp.Dummy("k", integer=True) for i in inner}
            table.update(dummies)
            for a, groups in zip(node.args, ins):
                factor *= self.entry(a, [self._joined([(table[i], dims[i]) for i in g]) for g in groups])
            return self.summed(factor, [(dummies[i], dims[i]) for i in inner])

        return self.from_entries(node.type, entry)

    def _split(self, where: Any, dims: Sequence[Dim]) -> list[Any]:
        """The positions that one position of a common axis stands for, the first slowest."""
        parts: list[Any] = []
        for d in reversed(dims[1:]):
            parts.insert(0, self.sp.Mod(where, self.dim(d)))
            where = self.sp.floor(where / self.dim(d))
        return [where, *parts]

    def _joined(self, parts: Sequence[tuple[Any, Dim]]) -> Any:
        total = parts[0][0]
        for where, d in parts[1:]:
            total = total * self.dim(d) + where
        return total


# ---------------------------------------------------------------- operations that SymPy has

Way = Callable[[_Writer, Apply, list[Any]], Any]


def _scalar_of(w: _Writer, made: Any) -> Any:
    """A 1 × 1 matrix as a scalar."""
    return w.sp.Trace(made) if getattr(made, "is_Matrix", False) else made


def _add(w: _Writer, node: Apply, args: list[Any]) -> Any:
    return w.sp.MatAdd(*args) if node.rank else w.sp.Add(*args)


def _product(w: _Writer, node: Apply, args: list[Any]) -> Any:
    """Chains of matrices; a chain that comes to one number is its trace."""
    scalars: list[Any] = []
    chains: list[list[Any]] = []
    closed = True
    for a, made in zip(node.args, args):
        if not a.rank:
            scalars.append(made)
            continue
        if closed:
            chains.append([])
        chains[-1].append(made)
        product = w.sp.MatMul(*chains[-1])
        closed = product.shape == (1, 1)
    matrices = [w.sp.MatMul(*c) if len(c) > 1 else c[0] for c in chains]
    numbers = scalars + [_scalar_of(w, m) for m in matrices if m.shape == (1, 1)]
    whole = [m for m in matrices if m.shape != (1, 1)]
    if not whole:
        return w.sp.Mul(*numbers)
    return w.sp.MatMul(*numbers, *whole) if numbers or len(whole) > 1 else whole[0]


def _total(w: _Writer, a: Any) -> Any:
    ones = w.sp.OneMatrix
    return _scalar_of(w, w.sp.MatMul(ones(1, a.shape[0]), a, ones(a.shape[1], 1)))


def _inner(w: _Writer, a: Any, b: Any) -> Any:
    return w.sp.Trace(w.sp.MatMul(a.T, b)) if a.shape[1] == 1 or a.shape[0] != 1 else w.sp.Trace(w.sp.MatMul(a, b.T))


def _sqnorm(w: _Writer, a: Any) -> Any:
    return _inner(w, a, a) if getattr(a, "is_Matrix", False) else a**2


def _power(w: _Writer, node: Apply, args: list[Any]) -> Any:
    return args[0] ** args[1]


def _hpower(w: _Writer, node: Apply, args: list[Any]) -> Any:
    return w.sp.HadamardPower(args[0], args[1]) if node.rank else args[0] ** args[1]


def _hdivide(w: _Writer, node: Apply, args: list[Any]) -> Any:
    return w.sp.HadamardProduct(args[0], w.sp.HadamardPower(args[1], -1)) if node.rank else args[0] / args[1]


def _logdet(w: _Writer, node: Apply, args: list[Any]) -> Any:
    det = w.sp.Determinant(args[0])
    return w.sp.log(det if facts(node.args[0]) & {"spd"} else w.sp.Abs(det))


def _softmax(w: _Writer, node: Apply, args: list[Any]) -> Any:
    if node.rank != 1:
        raise GradatimError("the softmax of the rows or columns of a matrix has no counterpart in SymPy")
    e = args[0].applyfunc(w.sp.exp)
    return w.sp.MatMul(1 / _total(w, e), e)


WAYS: dict[str, Way] = {
    "add": _add,
    "product": _product,
    "quotient": lambda w, n, a: w.sp.MatMul(1 / a[1], a[0]) if n.rank else a[0] / a[1],
    "power": _power,
    "hpower": _hpower,
    "hdivide": _hdivide,
    "hadamard": lambda w, n, a: w.sp.HadamardProduct(*a) if n.rank else w.sp.Mul(*a),
    "transpose": lambda w, n, a: w.sp.Transpose(a[0]) if n.rank else a[0],
    "inverse": lambda w, n, a: w.sp.Inverse(a[0]),
    "matrix_power": lambda w, n, a: w.sp.MatPow(a[0], n.params[0]),
    "mpower": lambda w, n, a: w.sp.MatPow(a[0], a[1]),
    "trace": lambda w, n, a: w.sp.Trace(a[0]),
    "det": lambda w, n, a: w.sp.Determinant(a[0]),
    "logdet": _logdet,
    "diag": lambda w, n, a: w.sp.DiagMatrix(a[0]),
    "diagonal": lambda w, n, a: w.sp.DiagonalOf(a[0]),
    "total": lambda w, n, a: _total(w, a[0]),
    "inner": lambda w, n, a: _inner(w, *a) if n.args[0].rank else a[0] * a[1],
    "sqnorm": lambda w, n, a: _sqnorm(w, a[0]),
    "norm": lambda w, n, a: w.sp.sqrt(_sqnorm(w, a[0])),
    "norm1": lambda w, n, a: _total(w, a[0].applyfunc(w.sp.Abs)),
    "logsumexp": lambda w, n, a: w.sp.log(_total(w, a[0].applyfunc(w.sp.exp))),
    "pnorm": lambda w, n, a: _total(w, w.sp.HadamardPower(a[0].applyfunc(w.sp.Abs), a[1])) ** (1 / a[1]),
    "softmax": _softmax,
    "kron": lambda w, n, a: w.sp.KroneckerProduct(*a),
    "kron_sum": lambda w, n, a: w.sp.MatAdd(
        w.sp.KroneckerProduct(a[0], w.sp.Identity(a[1].shape[0])), w.sp.KroneckerProduct(w.sp.Identity(a[0].shape[0]), a[1])
    ),
    "identity": lambda w, n, a: w.sp.Identity(w.shape(n.type)[0]),
    "ones": lambda w, n, a: w.sp.OneMatrix(*w.shape(n.type)),
    "zeros": lambda w, n, a: w.sp.ZeroMatrix(*w.shape(n.type)),
    "equal": lambda w, n, a: w.sp.KroneckerDelta(*a),
    "pi": lambda w, n, a: w.sp.pi,
}
"""Operations by the expression that SymPy has for them."""

BY_ENTRIES: dict[str, Callable[..., Any]] = {
    "at_least_zero": lambda sp, a: sp.Heaviside(a, 1),
    "maximum": lambda sp, a, b: sp.Max(a, b),
    "minimum": lambda sp, a, b: sp.Min(a, b),
    "huber": lambda sp, x, d: sp.Min(sp.Abs(x), d) ** 2 / 2 + d * sp.Max(sp.Abs(x) - d, 0),
}
"""Operations entry by entry of several arguments."""
