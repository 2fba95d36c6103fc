"""Stand-ins for NumPy arrays: they have NumPy's full meaning, broadcasting included, and remember a term.

A `Traced` holds a term and the shape that NumPy would see. Axes of extent one are in the shape alone, since terms have none:
a column kept as (N, 1) is the vector of N. Broadcasting is written out: a row added to every row of a matrix is 𝟏bᵀ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError, ShapeError
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, fresh_index
from gradatim.types import ONE, Dim

Shape = tuple[Dim, ...]


class Extent(int):
    """A size that is both a number, for whoever needs one, and the name of a dimension, in arithmetic."""

    dim: Dim

    def __new__(cls, value: int, dim: Dim) -> Extent:
        self = super().__new__(cls, value)
        self.dim = dim
        return self

    @property
    def traced(self) -> Traced:
        return Traced(Size(self.dim) if self.dim.literal is None else Number(self.dim.literal), ())

    def __truediv__(self, other: Any) -> Any:
        return self.traced / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.traced

    def __mul__(self, other: Any) -> Any:
        return self.traced * other

    __rmul__ = __mul__

    def __add__(self, other: Any) -> Any:
        return self.traced + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self.traced - other

    def __rsub__(self, other: Any) -> Any:
        return other - self.traced

    def __pow__(self, other: Any, modulus: Any = None) -> Any:
        return self.traced**other


class Sizes:
    """The numbers that stand for named dimensions while a function is traced: primes, so that they are recognised."""

    primes = (1009, 1013, 1019, 1021, 1031, 1033, 1039, 1049, 1051, 1061, 1063, 1069, 1087, 1091, 1093, 1097)

    def __init__(self) -> None:
        self.number: dict[Dim, int] = {}

    def of(self, dim: Dim) -> Extent:
        if dim.literal is not None:
            return Extent(dim.literal, dim)
        if dim not in self.number:
            if len(self.number) == len(self.primes):
                raise GradatimError(f"more than {len(self.primes)} dimensions")
            self.number[dim] = self.primes[len(self.number)]
        return Extent(self.number[dim], dim)

    def dim(self, n: int) -> Dim:
        """The dimension that a number stands for."""
        if isinstance(n, Extent):
            return n.dim
        for d, k in self.number.items():
            if k == n:
                return d
        return Dim.of(int(n))


SIZES = Sizes()
"""Those of the tracing that is going on; see `gradatim.trace.run.traced`."""


class Traced:
    """An array that remembers how it was made."""

    __slots__ = ("term", "dims")
    __array_priority__ = 2000
    __hash__ = None  # type: ignore[assignment]
    __iter__ = None

    def __init__(self, term: Term, dims: Shape) -> None:
        self.term = ops.transpose(term) if term.type.row else term
        self.dims = dims

    # ------------------------------------------------------------ what NumPy's arrays have

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(SIZES.of(d) for d in self.dims)

    @property
    def ndim(self) -> int:
        return len(self.dims)

    @property
    def size(self) -> Any:
        total = Dim.of(1)
        for d in self.dims:
            total = total * d
        return Traced(ops.size(total), ())

    @property
    def dtype(self) -> Any:
        return float

    @property
    def T(self) -> Traced:
        return transpose(self)

    def __len__(self) -> int:
        if not self.dims:
            raise TypeError("len() of a scalar")
        return SIZES.of(self.dims[0])

    def __bool__(self) -> bool:
        raise GradatimError(
            "the function asks whether an array is true: what it does would depend on values, so it has no formula"
        )

    def __float__(self) -> float:
        raise GradatimError("the function turns an argument into a plain number, so it cannot be traced")

    __int__ = __float__

    def __array__(self, *_: object, **__: object) -> Any:
        raise GradatimError("the function uses something of NumPy's that cannot be traced")

    def _compared(self, _other: object) -> Any:
        raise GradatimError(
            "the function compares values; a function by cases has no formula here (np.maximum(x, 0) and abs have)"
        )

    __lt__ = __le__ = __gt__ = __ge__ = _compared

    def __eq__(self, other: object) -> Any:
        return self._compared(other)

    def __add__(self, other: Any) -> Traced:
        return combined(ops.add, self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Traced:
        return combined(ops.subtract, self, other)

    def __rsub__(self, other: Any) -> Traced:
        return combined(ops.subtract, other, self)

    def __mul__(self, other: Any) -> Traced:
        return multiplied(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Traced:
        return divided(self, other)

    def __rtruediv__(self, other: Any) -> Traced:
        return divided(other, self)

    def __pow__(self, other: Any) -> Traced:
        return raised(self, other)

    def __rpow__(self, other: Any) -> Traced:
        return raised(array(other), self)

    def __matmul__(self, other: Any) -> Traced:
        return self.ufuncs["matmul"](self, other)  # type: ignore[no-any-return]

    def __rmatmul__(self, other: Any) -> Traced:
        return self.ufuncs["matmul"](other, self)  # type: ignore[no-any-return]

    def __neg__(self) -> Traced:
        return Traced(ops.minus(self.term), self.dims)

    def __pos__(self) -> Traced:
        return self

    def __abs__(self) -> Traced:
        return Traced(ops.absolute(self.term), self.dims)

    def __getitem__(self, index: Any) -> Traced:
        return taken(self, index)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return summed(self, axis, keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return mean(self, axis, keepdims)

    def var(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["var"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def std(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["std"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def max(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["max"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def min(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["min"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def dot(self, other: Any) -> Traced:
        return self.functions["dot"](self, other)  # type: ignore[no-any-return]

    def trace(self) -> Traced:
        return Traced(ops.trace(self.term), ())

    def transpose(self, *axes: int) -> Traced:
        return transpose(self, axes or None)

    def reshape(self, *shape: Any) -> Traced:
        return reshape(self, shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape)

    def squeeze(self, axis: Any = None) -> Traced:
        return Traced(self.term, tuple(d for d in self.dims if d != ONE))

    def copy(self) -> Traced:
        return self

    def astype(self, *_: object, **__: object) -> Traced:
        return self

    # NumPy's functions on these arrays; the tables are filled by `gradatim.trace.functions`.

    ufuncs: dict[str, Callable[..., Any]] = {}
    functions: dict[str, Callable[..., Any]] = {}

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method == "reduce" and name == "add":
            return summed(array(inputs[0]), options.get("axis", 0), bool(options.get("keepdims")))
        options.pop("dtype", None)
        if method != "__call__" or options or name not in self.ufuncs:
            raise GradatimError(f"np.{name}{'' if method == '__call__' else '.' + method} cannot be traced")
        return self.ufuncs[name](*inputs)

    def __array_function__(self, function: Any, _types: Any, args: Any, options: Any) -> Any:
        name = function.__name__
        if name not in self.functions:
            raise GradatimError(f"the NumPy function {name} cannot be traced")
        return self.functions[name](*args, **options)


# ---------------------------------------------------------------- constants


def array(value: Any) -> Traced:
    """Any operand as a traced array: numbers, constant arrays that are 0, 1 or the identity times a number."""
    if isinstance(value, Traced):
        return value
    if isinstance(value, Extent):
        return value.traced
    if isinstance(value, Term):
        return Traced(value, value.type.axes)
    shape = tuple(getattr(value, "shape", ()))
    if not shape:
        number = float(value)
        if not math.isfinite(number):
            raise GradatimError(f"{number} is not a finite number")
        exact = value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else Fraction(repr(number))
        return Traced(Number(exact), ())
    return _constant(value, tuple(SIZES.dim(n) for n in shape))


def _constant(value: Any, dims: Shape) -> Traced:
    flat = value.ravel()
    kept = tuple(d for d in dims if d != ONE)
    if bool((flat == flat[0]).all()):
        c = array(float(flat[0])).term
        return Traced(c if not kept else scaled(c, ones(kept)), dims)
    if len(dims) == 2 and dims[0] == dims[1]:
        diagonal = value.diagonal()
        n = len(diagonal)
        if bool((diagonal == diagonal[0]).all()) and int((value != 0).sum()) == n:
            return Traced(scaled(array(float(diagonal[0])).term, ops.identity(params=dims[:1])), dims)
    raise GradatimError("a constant array with entries of its own stands in the function: make it an argument")


def ones(dims: Shape) -> Term:
    return ops.ones(params=dims)


# ---------------------------------------------------------------- broadcasting


def common(a: Shape, b: Shape) -> Shape:
    """NumPy's rule: shapes are aligned at the end, and an axis of one meets any other."""
    n = max(len(a), len(b))
    left, right = (ONE,) * (n - len(a)) + a, (ONE,) * (n - len(b)) + b
    out = []
    for x, y in zip(left, right):
        if x != y and ONE not in (x, y):
            raise ShapeError(f"operands of shapes ({', '.join(map(str, a))}) and ({', '.join(map(str, b))}) do not broadcast")
        out.append(y if x == ONE else x)
    return tuple(out)


def spread(a: Traced, shape: Shape) -> Term:
    """The term with all axes of the common shape, repeated along those that it lacks."""
    own = (ONE,) * (len(shape) - len(a.dims)) + a.dims
    target = tuple(d for d in shape if d != ONE)
    has = [k for k, d in enumerate(own) if d != ONE]
    places = [k for k, d in enumerate(shape) if d != ONE]
    if len(has) == len(places):
        return a.term
    if not has:
        return scaled(a.term, ones(target)) if target else a.term
    if len(target) == 2:
        row = has[0] == places[1]
        return (
            ops.product(ones(target[:1]), ops.transpose(a.term)) if row else ops.product(a.term, ops.transpose(ones(target[1:])))
        )
    indices = [fresh_index(d) for d in target]
    body: Term = ops.at(a.term, *(indices[places.index(k)] for k in has))
    return stacked(indices, body)


def stacked(indices: Sequence[Symbol], body: Term) -> Term:
    for i in reversed(indices):
        body = Bind("stack", i, body)
    return body


def combined(op: Callable[..., Term], a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    shape = common(x.dims, y.dims)
    if isinstance(y.term, Number) and y.term.value == 0 and x.dims == shape:
        return x
    if isinstance(x.term, Number) and x.term.value == 0 and y.dims == shape and op is ops.add:
        return y
    return Traced(op(spread(x, shape), spread(y, shape)), shape)


def multiplied(a: Any, b: Any) -> Traced:
    """Entry by entry; a vector along an axis of a matrix is a diagonal matrix at its side."""
    x, y = array(a), array(b)
    shape = common(x.dims, y.dims)
    if not x.term.rank or not y.term.rank:
        return Traced(scaled(x.term, y.term), shape)
    if x.term.rank == y.term.rank == 1 and len([d for d in shape if d != ONE]) == 2:
        first = _place(x, shape) < _place(y, shape)
        u, v = (x.term, y.term) if first else (y.term, x.term)
        return Traced(ops.product(u, ops.transpose(v)), shape)
    for one, other in ((x, y), (y, x)):
        if one.term.rank == 1 and other.term.rank == 2:
            d = ops.diag(one.term)
            left = _place(one, shape) == _place(other, shape)
            return Traced(ops.product(d, other.term) if left else ops.product(other.term, d), shape)
    return Traced(ops.hadamard(spread(x, shape), spread(y, shape)), shape)


def scaled(a: Term, b: Term) -> Term:
    """A product with a scalar; a factor of one is not written."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Number) and one.value == 1:
            return other
    return ops.product(a, b)


def _place(a: Traced, shape: Shape) -> int:
    """The first axis of the common shape that the array has."""
    own = (ONE,) * (len(shape) - len(a.dims)) + a.dims
    return next(k for k, d in enumerate(own) if d != ONE)


def divided(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    if not y.term.rank:
        return Traced(ops.quotient(x.term, y.term), common(x.dims, y.dims))
    if not x.term.rank:
        inverse = Traced(ops.hpower(y.term, Number(-1)), y.dims)
        return multiplied(x, inverse)
    shape = common(x.dims, y.dims)
    return Traced(ops.hdivide(spread(x, shape), spread(y, shape)), shape)


def raised(a: Traced, b: Any) -> Traced:
    y = array(b)
    if y.term.rank:
        raise GradatimError("a power with an array as its exponent cannot be traced")
    if not a.term.rank:
        return Traced(ops.power(a.term, y.term), common(a.dims, y.dims))
    return Traced(ops.hpower(a.term, y.term), a.dims)


# ---------------------------------------------------------------- sums


def _axes(a: Traced, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(a.ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    out = tuple(k + a.ndim if k < 0 else k for k in given)
    if any(not 0 <= k < a.ndim for k in out):
        raise ShapeError(f"axis {axis} is out of bounds for an array of {a.ndim} axes")
    return out


def summed(a: Traced, axis: Any = None, keepdims: bool = False) -> Traced:
    gone = _axes(a, axis)
    dims = tuple(ONE if k in gone else d for k, d in enumerate(a.dims))
    left = dims if keepdims else tuple(d for k, d in enumerate(a.dims) if k not in gone)
    real = [k for k, d in enumerate(a.dims) if d != ONE]
    lost = [real.index(k) for k in gone if k in real]
    term = a.term
    if not lost:
        return Traced(term, left)
    if len(lost) == len(real):
        return Traced(_total(term), left)
    if len(real) == 2:
        one = ones((a.dims[real[lost[0]]],))
        return Traced(ops.product(term, one) if lost[0] == 1 else ops.product(ops.transpose(term), one), left)
    indices = [fresh_index(d) for d in term.type.axes]
    body: Term = ops.at(term, *indices)
    for k in lost:
        body = Bind("sum", indices[k], body)
    return Traced(stacked([i for k, i in enumerate(indices) if k not in lost], body), left)


def _total(term: Term) -> Term:
    """The sum of all entries; of squares the squared norm."""
    if isinstance(term, Apply) and term.op is ops.hpower and ops.rational(term.args[1]) == 2:
        return ops.sqnorm(term.args[0])
    if isinstance(term, Apply) and term.op is ops.hadamard and len(term.args) == 2 and term.args[0] is term.args[1]:
        return ops.sqnorm(term.args[0])
    return ops.total(term)


def mean(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
    x = array(a)
    count = Dim.of(1)
    for k in _axes(x, axis):
        count = count * x.dims[k]
    total = summed(x, axis, keepdims)
    return Traced(ops.quotient(total.term, ops.size(count)), total.dims)


# ---------------------------------------------------------------- shapes


def transpose(a: Any, axes: Any = None) -> Traced:
    x = array(a)
    order = tuple(reversed(range(x.ndim))) if axes is None else tuple(axes[0] if isinstance(axes[0], tuple) else axes)
    dims = tuple(x.dims[k] for k in order)
    real = [k for k, d in enumerate(x.dims) if d != ONE]
    kept = [real.index(k) for k in order if k in real]
    if kept == sorted(kept):
        return Traced(x.term, dims)
    if len(kept) == 2:
        return Traced(ops.transpose(x.term), dims)
    indices = [fresh_index(d) for d in x.term.type.axes]
    return Traced(stacked([indices[k] for k in kept], ops.at(x.term, *indices)), dims)


def reshape(a: Traced, shape: Any) -> Traced:
    """Only axes of extent one come and go."""
    given = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    real = [d for d in a.dims if d != ONE]
    dims: list[Dim] = []
    free = [k for k, n in enumerate(given) if isinstance(n, int) and not isinstance(n, Extent) and n == -1]
    known = [SIZES.dim(n) if k not in free else None for k, n in enumerate(given)]
    rest = list(real)
    for d in known:
        if d is not None and d != ONE and d in rest:
            rest.remove(d)
    for d in known:
        dims.append(d if d is not None else rest[0] if len(rest) == 1 else ONE)
    if [d for d in dims if d != ONE] != real:
        raise GradatimError("a reshape that joins, splits or reorders axes cannot be traced")
    return Traced(a.term, tuple(dims))


def taken(a: Traced, index: Any) -> Traced:
    """Whole numbers, `:` and None; slices of parts cannot be traced."""
    items = list(index) if isinstance(index, tuple) else [index]
    if Ellipsis in [i for i in items if i is Ellipsis]:
        at = next(k for k, i in enumerate(items) if i is Ellipsis)
        fill = a.ndim - sum(1 for i in items if i is not None and i is not Ellipsis)
        items[at : at + 1] = [slice(None)] * fill
    dims: list[Dim] = []
    places: list[Term | None] = []
    axis = 0
    for i in items:
        if i is None:
            dims.append(ONE)
            continue
        if axis >= a.ndim:
            raise ShapeError("too many indices")
        d = a.dims[axis]
        axis += 1
        if isinstance(i, slice) and i == slice(None):
            dims.append(d)
            places.append(None)
        elif isinstance(i, int) and not isinstance(i, (bool, Extent)):
            places.append(Number(i + 1) if i >= 0 else ops.add(ops.size(d), Number(i + 1)) if i < -1 else ops.size(d))
            if d == ONE:
                places.pop()
                continue
        else:
            raise GradatimError(f"the index {i!r} cannot be traced: use whole numbers, : and None")
    dims += a.dims[axis:]
    places += [None] * (a.ndim - axis)
    return Traced(_at(a, places), tuple(dims))


def _at(a: Traced, places: Sequence[Term | None]) -> Term:
    if all(p is None for p in places):
        return a.term
    real = list(a.term.type.axes)
    wanted = [p for p, d in zip(places, a.dims) if d != ONE] if len(places) == a.ndim else list(places)
    indices: list[Term] = [p if p is not None else fresh_index(d) for p, d in zip(wanted, real)]
    free = [i for p, i in zip(wanted, indices) if p is None and isinstance(i, Symbol)]
    return stacked(free, ops.at(a.term, *indices))
