"""Stand-ins for NumPy arrays: they have NumPy's full meaning, broadcasting included, and remember a term.

A `Traced` holds a term and the shape that NumPy would see. Axes of extent one are in the shape alone, since terms have none:
a column kept as (N, 1) is the vector of N. What its methods do is in tables, which `gradatim.trace.functions` fills.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from threading import RLock
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Number, Size, Symbol, Term
from gradatim.trace.hints import HINTS, REDUCED
from gradatim.types import ONE, Dim, Type

Shape = tuple[Dim, ...]
NOTHING = Dim(())


class Extent(int):
    """A size that is both a number, for whoever needs one, and the name of a dimension, in arithmetic."""

    dim: Dim

    def __new__(cls, value: int, dim: Dim) -> Extent:
        self = super().__new__(cls, value)
        self.dim = dim
        return self

    @property
    def traced(self) -> Traced:
        if int(self) < 0:
            return -(-self).traced
        if self.dim.literal is not None:
            return Traced(Number(self.dim.literal), ())
        # 2N is two times N, so that its factors cancel.
        front = self.dim.terms[0][1] if len(self.dim.terms) == 1 else Fraction(1)
        whole = Size(self.dim.scaled(1 / front))
        return Traced(whole if front == 1 else ops.product(Number(front), whole), ())

    def _with(self, other: Any, made: Callable[[Dim, Dim], Dim]) -> Extent | None:
        """A size made of two; None where the other is none."""
        if not isinstance(other, int) or isinstance(other, bool):
            return None
        own = other.dim if isinstance(other, Extent) else Dim.of(1).scaled(Fraction(int(other)))
        dim = made(self.dim, own)
        return SIZES.of(dim) if dim.terms else None

    def __neg__(self) -> Extent:
        return Extent(-int(self), self.dim.scaled(Fraction(-1)))

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a + b) or self.traced + other

    def __radd__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a + b) or other + self.traced

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, Extent) and other.dim == self.dim:
            return 0
        return self._with(other, lambda a, b: a - b) or self.traced - other

    def __rsub__(self, other: Any) -> Any:
        return (-self)._with(other, lambda a, b: a + b) or other - self.traced

    def __mul__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a * b) or self.traced * other

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self.traced / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.traced

    def __pow__(self, other: Any, modulus: Any = None) -> Any:
        return self.traced**other

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """np.sqrt(d) is of the size and not of the number that stands for it."""
        return self.traced.__array_ufunc__(ufunc, method, *(a.traced if isinstance(a, Extent) else a for a in inputs), **options)


class Sizes:
    """The numbers that stand for named dimensions while a function is traced: primes far apart, so that they, and what is
    next to them, are recognised."""

    primes = (1009, 1117, 1229, 1361, 1481, 1601, 1721, 1861, 1979, 2099, 2213, 2333, 2459, 2579, 2699, 2819)
    near = 12

    def __init__(self) -> None:
        self.number: dict[Dim, int] = {}
        self.loops: list[Any] = []
        """The loops over named axes that were begun, an inner one after the one that it runs in."""
        self.shifts = True
        """Whether a maximum in a jaxpr counts as the shift of a sum of exponentials."""
        self.lifted = False
        """Whether NumPy's maximum does."""
        self.frozen: dict[Symbol, Term] = {}
        """Stand-ins for what counts as constant when it is differentiated, and the terms that they are."""
        self.way: Any = None
        """The run that is going on, of those for the outcomes of branches on values."""
        self.factors: dict[Symbol, Term] = {}
        """Stand-ins for triangular factors, and the matrices that they are factors of."""

    @property
    def literal(self) -> dict[Any, Any]:
        """Named sizes by the numbers that stand for them."""
        return {str(d): n for d, n in self.number.items()}

    def of(self, dim: Dim) -> Extent:
        if dim.literal is not None:
            return Extent(dim.literal, dim)
        if dim.names != (str(dim),):
            return Extent(dim.evaluate({n: int(self.of(Dim.of(n))) for n in dim.names}), dim)
        if dim not in self.number:
            if len(self.number) == len(self.primes):
                raise GradatimError(f"more than {len(self.primes)} dimensions")
            self.number[dim] = self.primes[len(self.number)]
        return Extent(self.number[dim], dim)

    def dim(self, n: int) -> Dim:
        """The dimension that a number stands for: a size, the sum of two, or one that is next to a size."""
        if isinstance(n, Extent):
            return n.dim
        known = list(self.number.items())
        for d, k in known:
            if k == n:
                return d
        for d, k in known:
            for e, l in known:
                if k + l == n:
                    return d + e
        for d, k in known:
            if abs(k - n) <= self.near:
                return d + Dim.of(n - k) if n > k else d - Dim.of(k - n)
        return Dim.of(int(n))


class Fixed(Sizes):
    """The sizes at hand. A function that holds arrays of its own is read for those alone; its arrays become symbols."""

    def __init__(self, at: Mapping[Dim, int]) -> None:
        super().__init__()
        self.number = dict(at)
        self.constants: dict[Symbol, Any] = {}
        """The arrays, by the symbols that stand for them."""
        self.made: dict[Symbol, Callable[..., Any]] = {}
        """How those of them that are made of data are calculated from it."""

    def dim(self, n: int) -> Dim:
        if isinstance(n, Extent):
            return n.dim
        return next((d for d, k in self.number.items() if k == n), Dim.of(int(n)))

    def constant(self, value: Any, dims: tuple[Dim, ...]) -> Symbol:
        symbol = Symbol(f"constant{len(self.constants)}", Type(tuple(d for d in dims if d.literal != 1)))
        self.constants[symbol] = value.astype(float).reshape([n for n in value.shape if n != 1])
        return symbol


SIZES = Sizes()
"""Those of the tracing that is going on; see `tracing`."""
_turn = RLock()


@contextmanager
def tracing(sizes: Sizes) -> Iterator[None]:
    """While the block runs, stand-ins have these sizes. One thread traces at a time, since names in the modules of functions are
    exchanged; a function that is traced may itself have one traced."""
    global SIZES
    with _turn:
        before, SIZES = SIZES, sizes
        try:
            yield
        finally:
            SIZES = before


class Traced:
    """An array that remembers how it was made."""

    __slots__ = ("term", "dims", "base", "written")
    __array_priority__ = 2000
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, term: Term, dims: Shape) -> None:
        self.term = ops.transpose(term) if term.type.row else term
        self.dims = dims
        self.base: Term | None = None
        """What an array was before a loop began to write into it, and `written` what the passes wrote where."""
        self.written: dict[Any, tuple[Term, Term]] | None = None

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
        return self.functions["transpose"](self)  # type: ignore[no-any-return]

    def __len__(self) -> int:
        if not self.dims:
            raise TypeError("len() of a scalar")
        return SIZES.of(self.dims[0])

    def __bool__(self) -> bool:
        raise GradatimError("the function branches on values, so it has no formula; np.where(condition, a, b) has one")

    def __format__(self, _spec: str) -> str:
        return repr(self)  # what is printed has no part in the value

    def __float__(self) -> float:
        raise GradatimError("the function turns a value into a plain number, so it has no formula")

    __int__ = __float__

    def __array__(self, *_: object, **__: object) -> Any:
        raise GradatimError(
            "the function makes a NumPy array of what is traced, which has no formula: np.stack joins traced values"
        )

    def __eq__(self, other: object) -> Any:
        raise GradatimError("the function asks whether values are equal; only <, <=, > and >= of values have a formula")

    def __gt__(self, other: Any) -> Any:
        return self.ufuncs["greater"](self, other)

    def __ge__(self, other: Any) -> Any:
        return self.ufuncs["greater_equal"](self, other)

    def __lt__(self, other: Any) -> Any:
        return self.ufuncs["less"](self, other)

    def __le__(self, other: Any) -> Any:
        return self.ufuncs["less_equal"](self, other)

    def __iter__(self) -> Any:
        return self.functions["passes"](self)

    def __setitem__(self, index: Any, value: Any) -> None:
        self.functions["write"](self, index, value)

    def __add__(self, other: Any) -> Traced:
        return self.ufuncs["add"](self, other)  # type: ignore[no-any-return]

    __radd__ = __add__

    def __sub__(self, other: Any) -> Traced:
        return self.ufuncs["subtract"](self, other)  # type: ignore[no-any-return]

    def __rsub__(self, other: Any) -> Traced:
        return self.ufuncs["subtract"](other, self)  # type: ignore[no-any-return]

    def __mul__(self, other: Any) -> Traced:
        return self.ufuncs["multiply"](self, other)  # type: ignore[no-any-return]

    def __rmul__(self, other: Any) -> Traced:
        return self.ufuncs["multiply"](other, self)  # type: ignore[no-any-return]

    def __truediv__(self, other: Any) -> Traced:
        return self.ufuncs["divide"](self, other)  # type: ignore[no-any-return]

    def __rtruediv__(self, other: Any) -> Traced:
        return self.ufuncs["divide"](other, self)  # type: ignore[no-any-return]

    def __pow__(self, other: Any) -> Traced:
        return self.ufuncs["power"](self, other)  # type: ignore[no-any-return]

    def __rpow__(self, other: Any) -> Traced:
        return self.ufuncs["power"](other, self)  # type: ignore[no-any-return]

    def __matmul__(self, other: Any) -> Traced:
        return self.ufuncs["matmul"](self, other)  # type: ignore[no-any-return]

    def __rmatmul__(self, other: Any) -> Traced:
        return self.ufuncs["matmul"](other, self)  # type: ignore[no-any-return]

    def __mod__(self, other: Any) -> Traced:
        return self.ufuncs["remainder"](self, other)  # type: ignore[no-any-return]

    def __rmod__(self, other: Any) -> Traced:
        return self.ufuncs["remainder"](other, self)  # type: ignore[no-any-return]

    def __floordiv__(self, other: Any) -> Traced:
        return self.ufuncs["floor_divide"](self, other)  # type: ignore[no-any-return]

    def __rfloordiv__(self, other: Any) -> Traced:
        return self.ufuncs["floor_divide"](other, self)  # type: ignore[no-any-return]

    def __round__(self, digits: int = 0) -> Traced:
        return self.functions["round"](self, digits)  # type: ignore[no-any-return]

    def __neg__(self) -> Traced:
        return Traced(ops.minus(self.term), self.dims)

    def __pos__(self) -> Traced:
        return self

    def __abs__(self) -> Traced:
        return Traced(ops.absolute(self.term), self.dims)

    def __getitem__(self, index: Any) -> Traced:
        written = self.functions["read_at"](self, index)
        return written if written is not None else self.functions["taken"](self, index)  # type: ignore[no-any-return]

    def sum(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["sum"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def mean(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["mean"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def var(self, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Traced:
        return self.functions["var"](self, axis=axis, keepdims=keepdims, ddof=ddof)  # type: ignore[no-any-return]

    def std(self, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Traced:
        return self.functions["std"](self, axis=axis, keepdims=keepdims, ddof=ddof)  # type: ignore[no-any-return]

    def prod(self, axis: Any = None) -> Traced:
        return self.functions["prod"](self, axis)  # type: ignore[no-any-return]

    def cumsum(self, axis: Any = None) -> Traced:
        return self.functions["cumsum"](self, axis)  # type: ignore[no-any-return]

    def clip(self, low: Any = None, high: Any = None, **options: Any) -> Traced:
        return self.functions["clip"](self, low, high, **options)  # type: ignore[no-any-return]

    def diagonal(self) -> Traced:
        return self.functions["diagonal"](self)  # type: ignore[no-any-return]

    def max(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["max"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def min(self, axis: Any = None, keepdims: bool = False) -> Traced:
        return self.functions["min"](self, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]

    def dot(self, other: Any) -> Traced:
        return self.functions["dot"](self, other)  # type: ignore[no-any-return]

    def trace(self) -> Traced:
        return Traced(ops.trace(self.term), ())

    def transpose(self, *axes: int) -> Traced:
        return self.functions["transpose"](self, axes or None)  # type: ignore[no-any-return]

    def reshape(self, *shape: Any, order: str = "C") -> Traced:
        given = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
        return self.functions["reshape"](self, given, order)  # type: ignore[no-any-return]

    def squeeze(self, axis: Any = None) -> Traced:
        gone = range(self.ndim) if axis is None else [k % self.ndim for k in (axis if isinstance(axis, tuple) else (axis,))]
        if axis is not None and any(self.dims[k] != ONE for k in gone):
            raise GradatimError(f"squeeze: an axis of more than one entry, axis={axis}")
        return Traced(self.term, tuple(d for k, d in enumerate(self.dims) if k not in gone or d != ONE))

    def copy(self) -> Traced:
        return Traced(self.term, self.dims)

    def item(self) -> Traced:
        return self

    def ravel(self, order: str = "C") -> Traced:
        return self.functions["reshape"](self, -1, order)  # type: ignore[no-any-return]

    flatten = ravel

    def astype(self, *_: object, **__: object) -> Traced:
        return self

    # NumPy's functions on these arrays; the tables are filled by `gradatim.trace.functions`.

    ufuncs: dict[str, Callable[..., Any]] = {}
    functions: dict[str, Callable[..., Any]] = {}

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method == "reduce" and name == "add":
            return self.functions["sum"](inputs[0], axis=options.get("axis", 0), keepdims=bool(options.get("keepdims")))
        if method == "reduce" and name in REDUCED and not options.get("keepdims"):
            return self.functions[REDUCED[name]](inputs[0], axis=options.get("axis", 0))
        options.pop("dtype", None)
        if options.get("out", (None,))[0] is inputs[0]:
            # `total += x`, where total was a constant array: the name is given what is returned.
            options.pop("out")
        if method == "outer" and len(inputs) == 2 and not options and name in self.ufuncs:
            return self.functions["ufunc.outer"](self.ufuncs[name], *inputs)
        if method != "__call__" or options or name not in self.ufuncs:
            raise GradatimError(f"np.{name}{'' if method == '__call__' else '.' + method} cannot be traced")
        return self.ufuncs[name](*inputs)

    def __array_function__(self, function: Any, _types: Any, args: Any, options: Any) -> Any:
        name = function.__name__
        if name not in self.functions:
            module = str(getattr(function, "__module__", "")).replace("numpy", "np", 1)
            raise GradatimError(f"{module}.{name} has no formula here{HINTS.get(name, '')}")
        return self.functions[name](*args, **options)
