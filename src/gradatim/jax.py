"""Drop-in replacements for JAX's derivatives that use the closed formula where there is one.

    from gradatim.jax import hessian, newton
    H = hessian(f)(w, X, y)          # as jax.hessian(f)(w, X, y)
    step = newton(f)(w, X, y)        # −H⁻¹ g, solved by the Hessian's structure

A function is read through its jaxpr for the shapes of a call, differentiated, compared with the function itself at random points and
compiled for JAX; the results work under jit, vmap and grad. Where that fails, JAX's own derivative answers, and `fallback`
says how loudly: "warn" (the default), "error" or "silent".
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Any

from gradatim.compile.function import Compiled
from gradatim.compile.structure import Structure, newton_direction
from gradatim.derive import derivative
from gradatim.errors import GradatimError
from gradatim.jaxpr import from_jaxpr
from gradatim.matrix.build import plus, times
from gradatim.ops import identity, number
from gradatim.term import Symbol, Term, substitute
from gradatim.tracing import compare
from gradatim.types import Dim, Type

FALLBACKS = ("warn", "error", "silent")
Function = Callable[..., Any]
Maker = Callable[[Term, Symbol], tuple[Term, ...]]


class Fallback(UserWarning):
    """JAX's own derivative was used; the message says why."""


def grad(f: Function, argnums: int = 0, fallback: str = "warn") -> Function:
    """The gradient of a scalar function, as `jax.grad`."""
    import jax

    return _drop_in(f, argnums, fallback, lambda t, x: (derivative(t, x),), jax.grad(f, argnums), 1)


def hessian(f: Function, argnums: int = 0, fallback: str = "warn") -> Function:
    """The Hessian, as `jax.hessian`: an array of twice the argument's axes."""
    import jax

    return _drop_in(f, argnums, fallback, lambda t, x: (derivative(t, x, x),), jax.hessian(f, argnums), 2)


def hvp(f: Function, argnums: int = 0, fallback: str = "warn") -> Function:
    """The Hessian times a direction, which comes after the function's arguments: `hvp(f)(x, …, v)`. The Hessian is not formed."""
    import jax

    def make(t: Term, x: Symbol) -> tuple[Term, ...]:
        if x.is_scalar:
            return (times(derivative(t, x, x), Symbol(DIRECTION)),)
        s = Structure(derivative(t, x, x))
        return (substitute(s.matvec, {s.direction: Symbol(DIRECTION, s.direction.type)}),)

    def own(*args: Any) -> Any:
        *rest, v = args
        gradient = jax.grad(f, argnums)
        moved = lambda u: gradient(*rest[:argnums], u, *rest[argnums + 1 :])
        return jax.jvp(moved, (rest[argnums],), (v,))[1]

    return _drop_in(f, argnums, fallback, make, own, 1, directed=True)


def newton(f: Function, argnums: int = 0, damping: float = 0.0, fallback: str = "warn") -> Function:
    """Newton's direction −(H + damping I)⁻¹ g, solved by the Hessian's structure where it has one.

    A direction that does not lead downwards, since the Hessian is not positive definite there, is returned with a warning.
    """
    import jax
    import jax.numpy as jnp

    def make(t: Term, x: Symbol) -> tuple[Term, ...]:
        g, h = derivative(t, x), derivative(t, x, x)
        if damping:
            if h.rank != 2:
                raise GradatimError("damping is known for a vector argument")
            h = plus(h, times(_exact(damping), identity(params=h.type.axes[:1])))
        return newton_direction(g, h), g

    def own(*args: Any) -> Any:
        x = jnp.asarray(args[argnums])
        g = jax.grad(f, argnums)(*args)
        h = jax.hessian(f, argnums)(*args).reshape(x.size, x.size) + damping * jnp.eye(x.size)
        return -jnp.linalg.solve(h, g.reshape(x.size)).reshape(x.shape), g

    both = _drop_in(f, argnums, fallback, make, own, 1)

    @wraps(f)
    def direction(*args: Any) -> Any:
        step, g = both(*args)
        if not isinstance(step, jax.core.Tracer) and float(jnp.vdot(step, g)) > 0:
            warnings.warn("the Hessian is not positive definite here: Newton's direction leads upwards", stacklevel=2)
        return step

    return direction


# ---------------------------------------------------------------- the common way

DIRECTION = "direction"


def _exact(value: float) -> Term:
    return number(Fraction(repr(float(value))))


def _drop_in(
    f: Function, argnums: int, fallback: str, make: Maker, own: Function, order: int, directed: bool = False
) -> Function:
    if fallback not in FALLBACKS:
        raise GradatimError(f"unknown fallback {fallback!r}; there are {', '.join(FALLBACKS)}")
    if not callable(f) or not isinstance(argnums, int):
        raise GradatimError("a function and the number of one argument are needed")
    import jax

    made: dict[Any, Function | None] = {}

    @wraps(f)
    def derived(*args: Any) -> Any:
        key = tuple(_signature(a) for a in args)
        if key not in made:
            try:
                # Inside jit the comparison with the function needs numbers, not traces.
                with jax.ensure_compile_time_eval():
                    made[key] = _closed(f, args, argnums, make, order, directed)
            except Exception as error:  # whatever fails on the way to a formula, JAX itself can answer
                if fallback == "error":
                    raise error if isinstance(error, GradatimError) else GradatimError(str(error)) from None
                if fallback == "warn":
                    warnings.warn(f"JAX's own derivative is used: {error}", Fallback, stacklevel=2)
                made[key] = None
        function = made[key]
        return own(*args) if function is None else function(*args)

    return derived


def _signature(a: Any) -> Any:
    import jax

    leaves, structure = jax.tree_util.tree_flatten(a)
    return structure, tuple((getattr(x, "shape", ()), str(getattr(x, "dtype", type(x)))) for x in leaves)


def _closed(f: Function, args: tuple[Any, ...], argnums: int, make: Maker, order: int, directed: bool) -> Function:
    """The compiled formula for arguments of these shapes. Raises GradatimError where there is none."""
    import jax
    import jax.numpy as jnp

    inner = args[:-1] if directed else args
    if not 0 <= argnums < len(inner):
        raise GradatimError(f"there is no argument {argnums}")
    leaves, structure = jax.tree_util.tree_flatten(inner)
    shapes = [tuple(jnp.shape(x)) for x in leaves]
    position = sum(len(jax.tree_util.tree_leaves(a)) for a in inner[:argnums])
    if str(jax.tree_util.tree_structure(inner[argnums])) != str(jax.tree_util.tree_structure(0.0)):
        raise GradatimError("the argument is a tree of arrays: its derivative is taken by JAX")
    names = [f"a{k}" for k in range(len(leaves))]
    dims = [tuple(Dim.of(1) if n == 1 else Dim.of(f"n{n}") for n in s) for s in shapes]
    symbols = {n: Symbol(n, Type(tuple(d for d in ds if d.literal != 1))) for n, ds in zip(names, dims)}

    def flat(**given: Any) -> Any:
        return f(*jax.tree_util.tree_unflatten(structure, [given[n] for n in names]))

    term = from_jaxpr(flat, {n: (symbols[n], ds) for n, ds in zip(names, dims)})
    if not term.is_scalar:
        raise GradatimError("the function is not a scalar")
    if all(d.literal is None for ds in dims for d in ds):
        compare(flat, term, symbols)
    else:
        raise GradatimError("an argument has an axis of one")
    x = symbols[names[position]]
    terms = make(term, x)
    sizes = {f"n{n}": n for s in shapes for n in s}
    compiled = Compiled(terms, "jax", "formula", sizes)
    wanted = compiled.arguments
    shape = shapes[position] * order

    def call(*given: Any) -> Any:
        flatly = dict(zip(names, jax.tree_util.tree_leaves(given[:-1] if directed else given)))
        if directed:
            flatly[DIRECTION] = given[-1]
        result = compiled(**{n: flatly[n] for n in wanted})
        return tuple(jnp.reshape(r, shape) for r in result) if isinstance(result, tuple) else jnp.reshape(result, shape)

    return call


__all__ = ["Fallback", "grad", "hessian", "hvp", "newton"]
