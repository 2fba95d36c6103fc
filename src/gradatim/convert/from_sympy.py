"""SymPy to terms: MatrixExpr and Expr node by node, with SymPy's meaning and nothing guessed.

Positions of matrix entries count from 0 there and from 1 here. An index is what a Sum, a Product or a FunctionMatrix binds; it has to run
over a whole axis wherever it stands at an entry. The axes of an IndexedBase without a shape are those that its indices run over.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.convert.extents import axes_of_bases, sizes_of
from gradatim.convert.extra import sympy_module
from gradatim.convert.sympy_nodes import NODES, OURS, WHY, Reads, Where, function_of, heaviside, polygamma
from gradatim.errors import GradatimError, within_limits
from gradatim.ops.function import Function
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Number, Symbol, Term, fresh_index
from gradatim.trace.functions import UFUNCS
from gradatim.trace.proxy import Traced
from gradatim.types import Dim, Type, matrix

MOST_ENTRIES = 256
"""An explicit matrix is written out as a sum of its entries up to this many."""


def from_sympy(expr: Any, facts: Mapping[str, Any] | None = None, symbols: Mapping[str, Term] | None = None) -> Term:
    """The term of a SymPy expression: a MatrixExpr, an explicit Matrix or a scalar Expr (never text, which `gd.read` reads).

    An n × 1 MatrixSymbol is a column vector, a 1 × n one a row. `facts` declares what is known of symbols, {"A": "spd"}; a symbol that
    SymPy knows to be positive is so here. `symbols` gives terms of your own for names. Raises GradatimError for what has no
    counterpart (Piecewise, Integral, an unevaluated Derivative, complex numbers), naming it.
    """
    sp = sympy_module()
    if not isinstance(expr, (sp.Basic, sp.MatrixBase)):
        hint = "; text is read by gd.read" if isinstance(expr, str) else ""
        raise GradatimError(f"a {type(expr).__name__} is not a SymPy expression{hint}")
    expr = expr.as_immutable() if isinstance(expr, sp.MatrixBase) else expr
    with within_limits("the expression is too deep or too large to convert"):
        return _Reader(sp, dict(facts or {}), dict(symbols or {}), expr).of(expr, {})


class _Reader:
    def __init__(self, sp: Any, facts: dict[str, Any], symbols: dict[str, Term], root: Any) -> None:
        self.sp, self.symbols = sp, symbols
        self.facts = {n: frozenset([f] if isinstance(f, str) else f) for n, f in facts.items()}
        self.known: dict[tuple[Any, tuple[Any, ...]], Term] = {}
        self.bases = axes_of_bases(sp, root)
        self.sizes = sizes_of(sp, root)

    def of(self, e: Any, where: Where) -> Term:
        """The term of an expression under the bound symbols. Equal parts are read once."""
        bound = tuple(where.items()) if where and getattr(e, "free_symbols", set()) & set(where) else ()
        key = (e, bound)
        if key not in self.known:
            self.known[key] = self._of(e, where)
        return self.known[key]

    def _of(self, e: Any, where: Where) -> Term:
        sp = self.sp
        if isinstance(e, sp.MatrixBase):
            return self._explicit(e, where)
        if e.is_Number or isinstance(e, (sp.core.numbers.NumberSymbol, sp.core.numbers.ImaginaryUnit)):
            return self._number(e)
        for name in (c.__name__ for c in type(e).__mro__):
            if name in READERS:
                return READERS[name](self, e, where)
        name = type(e).__name__
        if name in OURS and len(e.args) == 1:
            return function_of(name, self.of(e.args[0], where))
        if isinstance(e, sp.core.function.AppliedUndef):
            return self._undefined(e, where)
        hint = WHY.get(name, "it has no counterpart here")
        raise GradatimError(f"SymPy's {name} cannot be converted: {hint}")

    # ------------------------------------------------------------ leaves

    def _number(self, e: Any) -> Term:
        sp = self.sp
        if e is sp.pi:
            return ops.pi()
        if e is sp.E:
            return ops.exp(Number(1))
        if e.is_Rational:
            return Number(Fraction(int(e.p), int(e.q)))
        if e.is_Float:
            return Number(Fraction(repr(float(e))))
        raise GradatimError(f"the number {e} cannot be converted: only finite real numbers have a counterpart")

    def dim(self, e: Any) -> Dim:
        """A dimension: a polynomial in symbols with rational coefficients."""
        sp = self.sp
        e = sp.expand(e)
        if not e.is_polynomial() or not all(s.is_Symbol for s in e.free_symbols):
            raise GradatimError(f"the dimension {e} is no polynomial in named sizes")
        total: dict[Any, Fraction] = {}
        names = sorted(e.free_symbols, key=str)
        for powers, c in sp.Poly(e, *names).terms() if names else [((), e)]:
            if not c.is_Rational:
                raise GradatimError(f"the dimension {e} is no polynomial in named sizes")
            key = tuple(sorted((str(s), k) for s, k in zip(names, powers) if k))
            total[key] = Fraction(int(c.p), int(c.q))
        made = Dim(()) + Dim(tuple(sorted((m, c) for m, c in total.items() if c)))
        if made.literal is not None and made.literal < 1:
            raise GradatimError(f"a dimension of {made} entries has no counterpart")
        return made

    def typed(self, name: str, t: Type) -> Term:
        if name in self.symbols:
            given = self.symbols[name]
            if given.type.axes != t.axes or given.type.row != t.row:
                raise GradatimError(f"{name} is a {t.describe()} in SymPy; the term given for it is a {given.type.describe()}")
            return given
        return Symbol(name, Type(t.axes, row=t.row, facts=self.facts.get(name, frozenset()) | t.facts))

    def symbol(self, e: Any, where: Where) -> Term:
        if e in where:
            index, first = where[e]
            shift = self.of(first - 1, {})
            return index if shift is Number(0) else ops.add(index, shift)
        if e in self.sizes:
            return ops.size(Dim.of(str(e)))
        if e.is_real is False:
            raise GradatimError(f"{e} is declared complex, which has no counterpart")
        known = {"positive"} if e.is_positive else {"nonzero"} if e.is_nonzero else set()
        return self.typed(str(e), Type(facts=frozenset(known)))

    def matrix_symbol(self, e: Any, _where: Where) -> Term:
        return self.typed(str(e.name), matrix(self.dim(e.shape[0]), self.dim(e.shape[1])))

    def _explicit(self, e: Any, where: Where) -> Term:
        """A matrix of given entries: Σ aᵢⱼ eᵢeⱼᵀ."""
        rows, columns = e.shape
        if rows * columns > MOST_ENTRIES or not rows * columns:
            raise GradatimError(f"an explicit matrix of {rows} × {columns} entries: make it a MatrixSymbol")
        t = matrix(rows, columns)
        if not t.rank:
            return self.of(e[0, 0], where)
        terms = []
        for i in range(rows):
            for j in range(columns):
                if e[i, j] != 0:
                    sides = [ops.basis(Number(k + 1), params=(Dim.of(n),)) for k, n in ((i, rows), (j, columns)) if n > 1]
                    unit = sides[0] if len(sides) == 1 else ops.product(sides[0], ops.transpose(sides[1]))
                    unit = ops.transpose(unit) if t.row else unit
                    terms.append(ops.product(self.of(e[i, j], where), unit))
        return made_of(ops.add, terms) if terms else ops.zero(t)

    def _undefined(self, e: Any, where: Where) -> Term:
        args = [self.of(a, where) for a in e.args]
        parameters = tuple(Symbol(f"t{k}") for k in range(len(args)))
        name = type(e).__name__
        return Apply(Function(name, name, parameters, None, elementwise=len(args) == 1), args)

    # ------------------------------------------------------------ sums over indices, entries

    def bound(self, e: Any, where: Where, kind: str) -> Term:
        body, limits = e.function, e.limits
        inner = dict(where)
        indices = []
        for limit in reversed(limits):
            if len(limit) != 3:
                raise GradatimError(f"SymPy's {type(e).__name__} over {limit[0]} has no limits")
            symbol, low, high = limit
            if (low.free_symbols | high.free_symbols) & {s for s, *_ in limits}:
                raise GradatimError(f"the limits of {symbol} depend on another index, which has no counterpart")
            index = fresh_index(self.dim(high - low + 1))
            inner[symbol] = (index, low)
            indices.append(index)
        made = self.of(body, inner)
        for index in reversed(indices):
            made = Bind(kind, index, made)
        return made

    def position(self, at: Any, axis: Dim, first: Any, where: Where) -> Term:
        """The index or number of an entry; `first` is what SymPy counts from."""
        if at in where:
            index, low = where[at]
            if index.type.index != axis or self.sp.simplify(low - first) != 0:
                raise GradatimError(f"{at} stands at an axis of {axis} entries, which it does not run over from {first}")
            return index
        shifted = self.sp.expand(at - first + 1)
        if shifted.is_Integer:
            if int(shifted) < 1 or axis.literal is not None and int(shifted) > axis.literal:
                raise GradatimError(f"the position {at} lies outside an axis of {axis} entries")
            return Number(int(shifted))
        if shifted.is_Symbol and shifted in where:
            return self.position(shifted, axis, self.sp.Integer(1), where)
        raise GradatimError(f"the position {at} is neither a number nor an index that runs over the axis")

    def element(self, e: Any, where: Where) -> Term:
        array = self.of(e.parent, where)
        rows, columns = (self.dim(n) for n in e.parent.shape)
        places = [(e.i, rows), (e.j, columns)]
        chosen = [self.position(i, d, self.sp.Integer(0), where) for i, d in places if d != Dim.of(1)]
        return ops.at(array, *chosen) if chosen else array

    def indexed(self, e: Any, where: Where) -> Term:
        name = str(e.base.label)
        if name not in self.bases:
            raise GradatimError(f"the axes of {name} are not known: give IndexedBase a shape, or sum over its indices")
        axes, first = self.bases[name]
        dims = tuple(self.dim(n) for n in axes)
        array = self.typed(name, Type(dims))
        return ops.at(array, *(self.position(i, d, first, where) for i, d in zip(e.indices, dims)))

    def part(self, e: Any, where: Where) -> Term:
        """A whole row or column of a matrix."""
        array = self.of(e.parent, where)
        whole = [s == (0, n, 1) for s, n in zip((e.rowslice, e.colslice), e.parent.shape)]
        if array.rank == 2 and whole.count(True) == 1:
            k = whole.index(False)
            low, high, _ = (e.rowslice, e.colslice)[k]
            if self.sp.simplify(high - low) == 1:
                place = self.position(low, array.type.axes[k], self.sp.Integer(0), where)
                member = ops.at(array if k == 0 else ops.transpose(array), place)
                return ops.transpose(member) if k == 0 and not member.type.row else member
        raise GradatimError(f"the part {e} of a matrix has no counterpart: only whole rows and columns have")

    def function_matrix(self, e: Any, where: Where) -> Term:
        i, j = e.lamda.variables
        indices = [fresh_index(self.dim(n)) for n in e.shape]
        zero = self.sp.Integer(0)
        made = self.of(e.lamda.expr, {**where, i: (indices[0], zero), j: (indices[1], zero)})
        t = matrix(self.dim(e.shape[0]), self.dim(e.shape[1]))
        if t.rank == 2:
            return Bind("stack", indices[0], Bind("stack", indices[1], made))
        if t.rank == 1:
            made = Bind("stack", indices[1 if t.row else 0], made)
            return ops.transpose(made) if t.row else made
        return made

    # ------------------------------------------------------------ entry by entry

    def applied(self, e: Any, where: Where) -> Term:
        """A function on every entry of an array, with NumPy's meaning of its arithmetic."""
        array = self.of(e.expr, where)
        (z,) = e.function.variables
        made = _Mapped(self, z, Traced(array, array.type.axes), where).of(e.function.expr)
        t = Traced(made.term, made.dims).term
        if not t.rank and array.rank:
            t = ops.product(t, ops.unit(Type(array.type.axes)))
        return ops.transpose(t) if array.type.row else t


class _Mapped:
    """The body of a function of one number, at an array."""

    def __init__(self, reader: _Reader, variable: Any, array: Traced, where: Where) -> None:
        self.reader, self.variable, self.array, self.where = reader, variable, array, where

    def of(self, e: Any) -> Traced:
        if e == self.variable:
            return self.array
        if not e.has(self.variable):
            return Traced(self.reader.of(e, self.where), ())
        name = type(e).__name__
        args = [self.of(a) for a in e.args]
        if name in FOLDED:
            total = args[0]
            for a in args[1:]:
                total = UFUNCS[FOLDED[name]](total, a)
            return total
        if name == "Pow":
            return self._power(e, *args)
        if name == "Heaviside":
            return Traced(heaviside(self.reader, e, args[0].term), args[0].dims)
        if name == "polygamma" and e.args[0].is_Integer:
            return Traced(polygamma(int(e.args[0]), args[1].term), args[1].dims)
        if name in OURS and len(args) == 1:
            return Traced(ops.dictionary()[OURS[name]](args[0].term), args[0].dims)
        raise GradatimError(f"SymPy's {name} entry by entry cannot be converted: {WHY.get(name, 'it has no counterpart here')}")

    def _power(self, e: Any, base: Traced, exponent: Traced) -> Traced:
        made: Traced
        if e.exp.has(self.variable):
            made = UFUNCS["exp"](UFUNCS["multiply"](exponent, UFUNCS["log"](base)))
        else:
            made = UFUNCS["sqrt"](base) if e.exp == self.reader.sp.Rational(1, 2) else UFUNCS["power"](base, exponent)
        return made


FOLDED = {"Add": "add", "Mul": "multiply", "Max": "maximum", "Min": "minimum"}

READERS: dict[str, Reads] = {
    **NODES,
    "Symbol": _Reader.symbol,
    "MatrixSymbol": _Reader.matrix_symbol,
    "ElementwiseApplyFunction": _Reader.applied,
    "FunctionMatrix": _Reader.function_matrix,
    "MatrixElement": _Reader.element,
    "MatrixSlice": _Reader.part,
    "Indexed": _Reader.indexed,
    "Sum": lambda r, e, w: r.bound(e, w, "sum"),
    "Product": lambda r, e, w: r.bound(e, w, "product"),
}
"""How each kind of node is read, by the name of its class or of one that it derives from."""
