"""JAX functions by way of their jaxpr: every primitive as an operation on traced arrays."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gradatim.errors import GradatimError
from gradatim.jax_constants import Lazy, chosen, constant, folded_constants, given
from gradatim.jax_places import AFFINE, affine, gathered
from gradatim.jax_primitives import ALONG, KNOWN, PRIMITIVES, largest_of
from gradatim.jax_several import SEVERAL
from gradatim.term import Number, Size, Symbol, Term, free_symbols, is_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import array
from gradatim.trace.factors import without_factors
from gradatim.trace.folds import folded
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.jax_cases import Cases, stacked_cases
from gradatim.trace.jax_loops import branch, scan
from gradatim.trace.jax_masks import Mask, Positions, iota, masked
from gradatim.trace.places import Place
from gradatim.trace.proxy import Sizes, Traced
from gradatim.types import Dim

U, F = UFUNCS, FUNCTIONS


def uses_jax(function: Callable[..., Any]) -> bool:
    """Whether a function's source names something of JAX, or is JAX's own."""
    inner = inspect.unwrap(function)
    code = getattr(inner, "__code__", None)
    known = {**getattr(inner, "__globals__", {}), **inspect.getclosurevars(inner).nonlocals} if code is not None else {}
    names = set(code.co_names) | set(code.co_freevars) if code is not None else set()
    owners = [getattr(v, "__module__", None) or getattr(v, "__name__", "") for n, v in known.items() if n in names]
    return code is None or any(str(o).split(".")[0].startswith("jax") for o in owners) or "jax" in type(function).__module__


def from_jaxpr(
    function: Callable[..., Any],
    arguments: Mapping[str, tuple[Term, tuple[Dim, ...]]],
    shifts: bool = True,
    fixed: proxy.Fixed | None = None,
    data: Mapping[str, Any] | None = None,
    frozen: dict[Symbol, Term] | None = None,
) -> Term:
    """The term of a JAX function. A maximum counts as the shift of a sum of exponentials, which cancels; without `shifts` as itself.
    With `fixed` sizes it is the term at those, and of the arguments in `data` only what is made of them stands in it, as constants.
    `frozen` takes the symbols of what is not differentiated (`stop_gradient`); without it, such is an error.

    Raises GradatimError naming a primitive that is not known.
    """
    import jax

    sizes = fixed if fixed is not None else Sizes()
    sizes.shifts = shifts
    with proxy.tracing(sizes):
        struct: Any = jax.ShapeDtypeStruct
        known = dict(data or {})
        shapes = {n: struct(tuple(int(sizes.of(d)) for d in dims), float) for n, (_, dims) in arguments.items()}
        shapes.update((n, struct(a.shape, a.dtype)) for n, a in known.items())
        closed = jax.make_jaxpr(lambda *a: function(**dict(zip(shapes, a))))(*shapes.values())
        inputs = [given(n, known[n]) if n in known else Traced(*arguments[n]) for n in shapes]
        outputs = _run(closed.jaxpr, closed.consts, inputs)
        if len(outputs) != 1:
            raise GradatimError("the function must return one array")
        (result,) = outputs
        if isinstance(result, bool):
            raise GradatimError("a test of values has no formula here")
        term = array(result.value if isinstance(result, Shift) else _constant(result)).term
        term = without_factors(folded(term, sizes.loops), sizes.factors)
        return _thawed(term, sizes.frozen, frozen)


def _thawed(term: Term, found: dict[Symbol, Term], wanted: dict[Symbol, Term] | None) -> Term:
    """What is not differentiated goes to whoever wants it."""
    if wanted is not None:
        wanted.clear()
        wanted.update(found)
    elif any(s in found for s in free_symbols(term)):
        raise GradatimError("stop_gradient has no formula: the derivative of the function is not that of its value")
    return term


def _run(jaxpr: Any, constants: Any, inputs: list[Any]) -> list[Any]:
    values: dict[Any, Any] = {}

    def read(v: Any) -> Any:
        return _literal(v.val) if hasattr(v, "val") else values[v]

    values.update(zip(jaxpr.constvars, map(_literal, constants)))
    values.update(zip(jaxpr.invars, inputs))
    for equation in jaxpr.eqns:
        args = [read(v) for v in equation.invars]
        results = folded_constants(equation, args) or _applied(equation, args)
        values.update(zip(equation.outvars, results))
    return [read(v) for v in jaxpr.outvars]


def _literal(value: Any) -> Any:
    """A constant; a number that stands for a dimension is that dimension."""
    shape = getattr(value, "shape", ())
    if shape == ():
        number = float(value)
        if not math.isfinite(number):
            return number
    return array(value) if shape == () else Lazy(value)


def _applied(equation: Any, args: list[Any]) -> list[Any]:
    """An operation by its formula; at sizes at hand what is linear has one in any case."""
    try:
        return _apply(equation, args)
    except GradatimError:
        if not isinstance(proxy.SIZES, proxy.Fixed) or equation.primitive.name not in AFFINE:
            raise
        return [affine(equation, args)]


def _apply(equation: Any, args: list[Any]) -> list[Any]:
    name, params = equation.primitive.name, equation.params
    if name in ("pjit", "jit", "closed_call", "core_call", "remat", "remat2", "checkpoint", "custom_jvp_call", "custom_vjp_call"):
        inner = params.get("jaxpr") or params.get("call_jaxpr") or params.get("fun_jaxpr")
        if (along := ALONG.get(_name(params, inner))) is not None:
            return [along(equation, *map(_constant, args))]
        known = KNOWN.get(_name(params, inner))
        if known is None and name == "custom_jvp_call" and [e.primitive.name for e in inner.jaxpr.eqns] == LOGADDEXP:
            known = U["logaddexp"]
        if known is not None and not _told(args):
            found = known(*(_constant(a) for a in args))
            return list(found) if isinstance(found, tuple) else [found]
        return _run(inner.jaxpr, inner.consts, args) if hasattr(inner, "jaxpr") else _run(inner, [], args)
    if name == "scan":
        return scan(params, args, _run, _constant)
    if name == "cond":
        return _branch(params, args)
    if name == "gather":
        return [gathered(equation, *args)]
    if (cases := stacked_cases(equation, args, lambda a: isinstance(a, Lazy))) is not None:
        return [cases]
    if isinstance(args[0] if args else None, Cases):
        by, *others = args
        return [by.select(list(map(_constant, others)), _by_condition) if name == "select_n" else by.applied(name, params)]
    if name == "select_n" and isinstance(args[0], Lazy) and isinstance(proxy.SIZES, proxy.Fixed):
        return [_chosen(args[0], *(_constant(a) for a in args[1:]))]
    operands = [_constant(a) for a in args]
    if name == "iota":
        return [iota(params)]
    if any(isinstance(a, (Positions, Mask)) for a in operands):
        return [masked(name, operands, params)]
    if any(isinstance(a, (Shift, bool, float)) for a in operands):
        return [_shifted(equation, operands)]
    if name in COMPARED:
        outcome = _compared(name, *operands)
        return [outcome if outcome is not None else U[COMPARED[name]](*operands)]
    if name == "reduce_max":
        largest = largest_of(operands[0], params["axes"])
        return [Shift(largest) if proxy.SIZES.shifts else largest]
    if name == "stop_gradient":
        return [_frozen(operands[0])]
    if name == "is_finite" or name == "ne" and equation.invars[0] is equation.invars[1]:
        return [name == "is_finite"]
    if name in ("eq", "ne"):
        if all(isinstance(getattr(a, "term", None), Number) for a in operands):
            return [(operands[0].term is operands[1].term) == (name == "eq")]
        raise GradatimError("a test whether values are equal has no formula here")
    if name in SEVERAL:
        return SEVERAL[name](params, *operands)
    way = PRIMITIVES.get(name)
    if way is None:
        raise GradatimError(f"the JAX primitive {name} has no formula here")
    return [way(params, *operands)]


def _told(args: list[Any]) -> bool:
    """Whether at sizes at hand all operands are known, so that JAX itself works out what is made of them."""
    return isinstance(proxy.SIZES, proxy.Fixed) and not any(isinstance(a, Traced) and free_symbols(a.term) for a in args)


def _name(params: Any, inner: Any) -> str:
    """What JAX calls a function that it calls by name, or one of its own that has a derivative of its own."""
    said = getattr(getattr(getattr(inner, "jaxpr", None), "debug_info", None), "func_src_info", "")
    name, _, place = str(said).partition(" at ")
    return str(params.get("name") or (name if "jax/_src" in place else "")).strip("_")


def _chosen(mask: Lazy, below: Any, above: Any) -> Any:
    """What is chosen by truth values that are known: of a triangle by its name, of others as products."""
    known = _constant(mask) if mask.made is None else None
    if isinstance(known, Mask):
        try:
            return masked("select_n", [known, below, above], {})
        except GradatimError:
            pass
    return chosen(mask, below, above)


def _by_condition(condition: Any, below: Any, above: Any) -> Any:
    return _chosen(condition, below, above) if isinstance(condition, Lazy) else F["where"](condition, above, below)


def _branch(params: Any, args: list[Any]) -> list[Any]:
    """What is chosen by a comparison of values, or by data."""
    by = args[0]
    if not isinstance(by, Lazy) or by.made is None or len(params["branches"]) != 2:
        return branch(params, [_constant(a) for a in args], _run)
    below, above = (_run(b.jaxpr, b.consts, list(args[1:])) for b in params["branches"])
    return [chosen(by.then(lambda k: k > 0), _constant(a), _constant(b)) for a, b in zip(below, above)]


def _frozen(a: Any) -> Traced:
    """What is not differentiated, by a symbol of its own."""
    x = array(a)
    names = free_symbols(x.term)
    if any(map(is_index, names)):
        raise GradatimError("stop_gradient inside a loop has no formula here")
    if not names:
        return x
    known: dict[Symbol, Term] = proxy.SIZES.frozen
    symbol = next((s for s, t in known.items() if t is x.term), None)
    if symbol is None:
        symbol = Symbol(f"held{len(known)}", x.term.type.bare)
        known[symbol] = x.term
    return Traced(symbol, x.dims)


COMPARED = {"gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal"}


def _compared(name: str, a: Any, b: Any) -> bool | None:
    """The outcome of a comparison of numbers and sizes, which are positive; None where values decide."""
    x, y = (_sign_or_number(v) for v in (a, b))
    if isinstance(a, Place) and y == 0:
        return {"ge": True, "lt": False}.get(name)  # positions are counted from 0: JAX asks whether they are negative
    if x is None or y is None:
        return None
    return {"gt": x > y, "ge": x >= y, "lt": x < y, "le": x <= y}[name]


def _sign_or_number(a: Any) -> float | None:
    """The number that a constant is at the traced sizes; sizes are large there, so that what is said of them holds of all but the small."""
    t = getattr(a, "term", None)
    if isinstance(t, Number):
        return float(t.value)
    if isinstance(t, Size):
        return float(t.dim.evaluate({str(d): n for d, n in proxy.SIZES.number.items() if d.names == (str(d),)}))
    return None


@dataclass(frozen=True, slots=True)
class Shift:
    """The largest entry, which sums of exponentials are shifted by: there it cancels, so that it counts as nothing.

    Elsewhere it is what it is. Where it was left out wrongly, that is found out when formula and function are compared.
    """

    value: Traced


LOGADDEXP = ["max", "sub", "ne", "add", "abs", "neg", "exp", "log1p", "add", "select_n"]
"""What the body of JAX's log(eᵃ + eᵇ) looks like."""


def _shifted(equation: Any, operands: list[Any]) -> Any:
    """An operation with a shift, or with the outcome of a test for infinities."""
    name = equation.primitive.name
    if name == "select_n" and isinstance(operands[0], bool):
        return operands[1 + operands[0]]
    if name == "is_finite":
        return True
    if name in ("convert_element_type", "broadcast_in_dim") and isinstance(operands[0], (bool, float)):
        return operands[0]
    if name == "max" and any(isinstance(a, float) and a == -math.inf for a in operands):
        return next(a for a in operands if not isinstance(a, float))
    if name == "select_n" and any(isinstance(a, float) and math.isnan(a) for a in operands[1:]):
        # Where a function says itself that it has no value, its formula may have any.
        return next(a for a in operands[1:] if not (isinstance(a, float) and math.isnan(a)))
    rest = [a for a in operands if not isinstance(a, (Shift, float))]
    if name in ("add", "sub") and len(rest) == 1 and (name == "add" or operands[0] is rest[0]):
        return rest[0]
    if any(isinstance(a, (bool, float)) for a in operands):
        raise GradatimError(f"a test of values, or an infinity, inside {name} has no formula here")
    if name in ("stop_gradient", "copy", "copy_p"):
        return operands[0]
    if name in ("broadcast_in_dim", "reshape"):
        return Shift(PRIMITIVES[name](equation.params, operands[0].value))
    plain = [a.value if isinstance(a, Shift) else a for a in operands]
    way = PRIMITIVES.get(name)
    if way is None:
        raise GradatimError(f"a maximum inside {name} has no formula here")
    return way(equation.params, *plain)


def _mask(value: Any) -> Mask | None:
    """A constant of truth values as the mask that it is; None where it is none."""
    import numpy as np

    if value.ndim != 2 or value.shape[0] != value.shape[1]:
        return None
    dims = tuple(proxy.SIZES.dim(int(n)) for n in value.shape)
    whole = np.ones(value.shape, bool)
    for kind, strict, made in (
        ("lower", False, np.tril(whole)),
        ("upper", False, np.triu(whole)),
        ("lower", True, np.tril(whole, -1)),
        ("upper", True, np.triu(whole, 1)),
        ("diagonal", False, np.eye(len(value), dtype=bool)),
    ):
        if np.array_equal(value, made):
            return Mask(kind, strict, dims)
    return None


def _constant(a: Any) -> Any:
    if isinstance(a, Lazy) and a.made is not None:
        return constant(a)
    if isinstance(a, Lazy):
        import numpy as np

        value = np.asarray(a.value)
        mask = _mask(value) if value.dtype == bool else None
        return mask if mask is not None else array(value)
    return a
