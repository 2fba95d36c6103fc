"""Drop-in replacements for JAX's derivatives that use the closed formula where there is one.

    from gradatim.jax import hessian, newton
    H = hessian(f)(w, X, y)          # as jax.hessian(f)(w, X, y)
    step = newton(f)(w, X, y)        # −H⁻¹ g, solved by the Hessian's structure

A function is read through its jaxpr for the shapes of a call, differentiated, compared with the function itself at random points and
compiled for JAX; the results work under jit, vmap and grad. Arrays that it closes over count as arguments. Arguments may be trees of arrays, and `argnums` may name several of them;
results come as JAX gives them. Where there is no formula, JAX's own derivative answers, and `fallback` says how loudly: "warn"
(the default), "error" or "silent".
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from typing import Any

from gradatim.compile.function import Compiled
from gradatim.compile.structure import Structure, newton_direction
from gradatim.derive import derivative
from gradatim.errors import GradatimError, ShapeError
from gradatim.jax_reading import Reading, is_setting, squeezed
from gradatim.matrix.build import plus, times
from gradatim.ops import add, identity, inner, number, product
from gradatim.ops.structure import made_of
from gradatim.patience import within
from gradatim.term import Symbol, Term, substitute, walk
from gradatim.trace.held import held, taking
from gradatim.trace.state import state

FALLBACKS = ("warn", "error", "silent")
Function = Callable[..., Any]
Numbers = int | Sequence[int]


class Fallback(UserWarning):
    """JAX's own derivative was used; the message says why."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """The arguments that are differentiated by: the shapes of their arrays and how JAX nests them."""

    definition: Any
    shapes: tuple[tuple[int, ...], ...]
    kinds: tuple[Any, ...]

    def packed(self, arrays: Sequence[Any], front: tuple[int, ...] = ()) -> Any:
        """In the precision of the arguments, as JAX has derivatives, whatever the data beside them have."""
        import jax
        import jax.numpy as jnp

        shaped = [jnp.reshape(jnp.asarray(a, kind), front + s) for a, s, kind in zip(arrays, self.shapes, self.kinds)]
        return jax.tree_util.tree_unflatten(self.definition, shaped)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """Terms to compile together, and what is made of their values."""

    terms: tuple[Term, ...]
    finish: Callable[[Sequence[Any], _Tree], Any]


Maker = Callable[[Term, list[Symbol]], _Recipe]


def grad(f: Function, argnums: Numbers = 0, fallback: str = "warn") -> Function:
    """The gradient of a scalar function, as `jax.grad`."""
    import jax

    def make(t: Term, xs: list[Symbol]) -> _Recipe:
        return _Recipe(tuple(derivative(t, x) for x in xs), lambda values, tree: tree.packed(values))

    return _drop_in(f, argnums, fallback, make, jax.grad(f, argnums))


def hessian(f: Function, argnums: Numbers = 0, fallback: str = "warn") -> Function:
    """The Hessian, as `jax.hessian`: an array of twice the argument's axes, of a tree a tree of trees."""
    import jax

    def make(t: Term, xs: list[Symbol]) -> _Recipe:
        pairs = [(i, j) for i in range(len(xs)) for j in range(i, len(xs))]

        def finish(values: Sequence[Any], tree: _Tree) -> Any:
            blocks = _blocks(values, tree)
            rows = [tree.packed([blocks[i, j] for j in range(len(xs))], tree.shapes[i]) for i in range(len(xs))]
            return jax.tree_util.tree_unflatten(tree.definition, rows)

        return _Recipe(tuple(derivative(t, xs[i], xs[j]) for i, j in pairs), finish)

    return _drop_in(f, argnums, fallback, make, jax.hessian(f, argnums))


def hvp(f: Function, argnums: Numbers = 0, fallback: str = "warn") -> Function:
    """The Hessian times a direction, which comes after the function's arguments: `hvp(f)(x, …, v)`. The Hessian is not formed."""
    import jax

    def make(t: Term, xs: list[Symbol]) -> _Recipe:
        finish = lambda values, tree: tree.packed(values)
        directions = [Symbol(f"{DIRECTION}{k}", x.type.bare) for k, x in enumerate(xs)]
        if len(xs) == 1 and not xs[0].is_scalar:
            s = Structure(derivative(t, xs[0], xs[0]))
            return _Recipe((substitute(s.matvec, {s.direction: directions[0]}),), finish)
        # The gradient of ⟨∇f, v⟩ is H v.
        along = [inner(derivative(t, x), v) if x.rank else product(derivative(t, x), v) for x, v in zip(xs, directions)]
        slope = made_of(add, along)
        return _Recipe(tuple(derivative(slope, x) for x in xs), finish)

    def own(*args: Any) -> Any:
        *rest, v = args
        gradient = jax.grad(lambda picked: f(*_replaced(rest, argnums, picked)))
        return jax.jvp(gradient, (_picked(rest, argnums),), (v,))[1]

    return _drop_in(f, argnums, fallback, make, own, directed=True)


def newton(f: Function, argnums: Numbers = 0, damping: float = 0.0, fallback: str = "warn") -> Function:
    """Newton's direction −(H + damping I)⁻¹ g, of the shape of the argument, solved by the Hessian's structure where it has one.

    A direction that does not lead downwards, since the Hessian is not positive definite there, is returned with a warning
    (not under jit, where no values are known).
    """
    import jax
    import jax.numpy as jnp
    from jax.flatten_util import ravel_pytree

    def make(t: Term, xs: list[Symbol]) -> _Recipe:
        gradients = [derivative(t, x) for x in xs]
        if len(xs) == 1:
            step = _structured_step(gradients[0], derivative(t, xs[0], xs[0]), damping)
            if step is not None:
                return _Recipe((step, gradients[0]), lambda values, tree: tuple(tree.packed([v]) for v in values))
        pairs = [(i, j) for i in range(len(xs)) for j in range(i, len(xs))]
        blocks = tuple(derivative(t, xs[i], xs[j]) for i, j in pairs)

        def finish(values: Sequence[Any], tree: _Tree) -> Any:
            size = [int(jnp.size(v)) for v in values[: len(xs)]]
            found = _blocks(values[len(xs) :], tree)
            rows = [
                jnp.concatenate([jnp.reshape(found[i, j], (size[i], size[j])) for j in range(len(xs))], 1) for i in range(len(xs))
            ]
            g = jnp.concatenate([jnp.ravel(v) for v in values[: len(xs)]])
            step = -jnp.linalg.solve(jnp.concatenate(rows) + damping * jnp.eye(g.size, dtype=g.dtype), g)
            places = [sum(size[:k]) for k in range(1, len(xs))]
            return tree.packed(jnp.split(step, places)), tree.packed(values[: len(xs)])

        return _Recipe((*gradients, *blocks), finish)

    def own(*args: Any) -> Any:
        flat, unravel = ravel_pytree(_picked(args, argnums))
        scalar = lambda v: f(*_replaced(args, argnums, unravel(v)))
        g, h = jax.grad(scalar)(flat), jax.hessian(scalar)(flat)
        return unravel(-jnp.linalg.solve(h + damping * jnp.eye(flat.size, dtype=flat.dtype), g)), unravel(g)

    both = _drop_in(f, argnums, fallback, make, own)

    @wraps(f)
    def direction(*args: Any) -> Any:
        step, g = both(*args)
        flat, slope = ravel_pytree(step)[0], ravel_pytree(g)[0]
        if not isinstance(flat, jax.core.Tracer) and not float(jnp.vdot(flat, slope)) <= 0:
            if not bool(jnp.all(jnp.isfinite(flat))):
                warnings.warn("the Hessian is singular here: Newton's direction has entries that are not finite", stacklevel=2)
                return step
            warnings.warn("the Hessian is not positive definite here: Newton's direction leads upwards", stacklevel=2)
        return step

    return direction


def _structured_step(g: Term, h: Term, damping: float) -> Term | None:
    """Newton's direction as a formula; None where the Hessian has more than two axes and no structure, or such a one is damped."""
    if damping and h.rank > 2:
        return None
    if damping:
        c = _exact(damping)
        h = plus(h, times(c, identity(params=h.type.axes[:1])) if h.rank else c)
    try:
        return newton_direction(g, h)
    except GradatimError:
        return None


def _blocks(values: Sequence[Any], tree: _Tree) -> dict[tuple[int, int], Any]:
    """The Hessian's blocks by pairs of arrays: those above the diagonal are given, those below are their transposes."""
    import jax.numpy as jnp

    count = len(tree.shapes)
    out: dict[tuple[int, int], Any] = {}
    given = iter(values)
    for i in range(count):
        for j in range(i, count):
            block = jnp.reshape(next(given), tree.shapes[i] + tree.shapes[j])
            out[i, j] = block
            m, n = len(tree.shapes[i]), len(tree.shapes[j])
            out[j, i] = block if i == j else jnp.transpose(block, (*range(m, m + n), *range(m)))
    return out


# ---------------------------------------------------------------- the common way

DIRECTION = "direction"
MOST_STATES = 4
"""How often a formula is made anew since a function finds other things than before."""
MOST_PARTS = 1000
"""Of a formula: XLA takes minutes to compile what has several thousand, a loop written out pass by pass."""
MOST_SECONDS = 5
"""Of work on the way to a formula, before JAX's own derivative answers."""


def _exact(value: float) -> Term:
    return number(Fraction(repr(float(value))))


def _picked(args: Sequence[Any], argnums: Numbers) -> Any:
    return args[argnums] if isinstance(argnums, int) else tuple(args[k] for k in argnums)


def _replaced(args: Sequence[Any], argnums: Numbers, picked: Any) -> list[Any]:
    out = list(args)
    for k, value in ((argnums, picked),) if isinstance(argnums, int) else zip(argnums, picked):
        out[k] = value
    return out


def _drop_in(f: Function, argnums: Numbers, fallback: str, make: Maker, own: Function, directed: bool = False) -> Function:
    if fallback not in FALLBACKS:
        raise GradatimError(f"unknown fallback {fallback!r}; there are {', '.join(FALLBACKS)}")
    several = isinstance(argnums, Sequence) and bool(argnums) and all(isinstance(k, int) for k in argnums)
    if not callable(f) or not (isinstance(argnums, int) or several):
        raise GradatimError("a function and the numbers of its arguments are needed")

    made: dict[Any, Function | None] = {}
    states: dict[Any, int] = {}

    @wraps(f)
    def derived(*given: Any) -> Any:
        # The data that a function closes over are arguments of its formula.
        data = held(f)
        args = (*given[:-1], *data.values(), given[-1]) if directed and given else (*given, *data.values())
        shapes = (tuple(data), *(_signature(a) for a in args))
        key = (_state(f) if states.get(shapes, 0) <= MOST_STATES else None, shapes)
        if key not in made:
            _same_shape(given, argnums, directed)
            states[shapes] = states.get(shapes, 0) + 1
            try:
                if key[0] is None:
                    raise GradatimError(
                        "what the function finds beside its arguments changes from call to call: make it an argument"
                    )
                with within(MOST_SECONDS, "the way to its formula"):
                    made[key] = _closed(taking(f, list(data)) if data else f, args, argnums, make, directed)
            except Exception as error:  # whatever fails on the way to a formula, JAX itself can answer
                if fallback == "error":
                    raise error if isinstance(error, GradatimError) else GradatimError(str(error)) from None
                if fallback == "warn" and _runs(f, given[:-1] if directed else given):
                    warnings.warn(f"JAX's own derivative is used: {error}", Fallback, stacklevel=2)
                made[key] = None
        function = made[key]
        return own(*given) if function is None else function(*args)

    return derived


def _state(f: Function) -> Any:
    """What else the function finds; None where that cannot be told."""
    try:
        return state(f)
    except GradatimError:
        return None


def _same_shape(args: tuple[Any, ...], argnums: Numbers, directed: bool) -> None:
    """A direction comes last and has the shapes of what it is a direction of. Raises ShapeError."""
    import jax
    import jax.numpy as jnp

    if not directed:
        return
    try:
        picked = _picked(args[:-1], argnums)
    except IndexError:
        picked = None
    said = [[tuple(map(int, jnp.shape(x))) for x in jax.tree_util.tree_leaves(a)] for a in (picked, args[-1] if args else None)]
    if picked is None or said[0] != said[1]:
        shapes = [", ".join(map(str, s)) or "nothing" for s in said]
        raise ShapeError(
            f"hvp(f)(x, …, v) takes the direction v after the arguments of f: v has the shape {shapes[1]}, the argument {shapes[0]}"
        )


def _runs(f: Function, args: tuple[Any, ...]) -> bool:
    """Whether the function takes these arguments: what is wrong with the call itself is not blamed on the formula."""
    import jax

    try:
        jax.eval_shape(f, *args)
    except Exception:  # it may look at values, which shapes alone do not have
        try:
            f(*args)
        except Exception:
            return False
    return True


def _signature(a: Any) -> Any:
    import jax

    leaves, structure = jax.tree_util.tree_flatten(a)
    return structure, tuple(
        (getattr(x, "shape", ()), str(getattr(x, "dtype", type(x))), x if is_setting(x) else None) for x in leaves
    )


def _closed(f: Function, args: tuple[Any, ...], argnums: Numbers, make: Maker, directed: bool) -> Function:
    """The compiled formula for arguments of these shapes. Raises GradatimError where there is none."""
    import jax

    given = args[:-1] if directed else args
    wanted = [argnums] if isinstance(argnums, int) else list(argnums)
    if not all(0 <= k < len(given) for k in wanted):
        raise GradatimError(f"there is no argument {argnums}")
    flatten = jax.tree_util.tree_flatten
    leaves, structure = flatten(given)
    starts = [sum(len(flatten(a)[0]) for a in given[:k]) for k in range(len(given))]
    chosen = [starts[k] + i for k in wanted for i in range(len(flatten(given[k])[0]))]
    reading = Reading(lambda now: f(*jax.tree_util.tree_unflatten(structure, now)), leaves, chosen)
    tree = _Tree(
        flatten(_picked(given, argnums))[1],
        tuple(reading.shapes[k] for k in chosen),
        tuple(jax.dtypes.result_type(leaves[k]) for k in chosen),
    )
    recipe = make(reading.term, [reading.symbols[k] for k in chosen])
    parts = len({node for t in recipe.terms for node in walk(t)})
    if parts > MOST_PARTS:
        raise GradatimError(f"the formula has {parts} parts, so that it takes long to compile")
    reading.verified()
    sizes = {str(d): n for d, n in reading.sizes.items()}
    compiled = Compiled(recipe.terms, "jax", "formula", sizes)
    needed = compiled.arguments
    kept = _held_back(reading, needed, sizes)

    def call(*now: Any) -> Any:
        values = reading.values(flatten(now[:-1] if directed else now)[0])
        values.update(kept(values))
        if directed:
            values.update((f"{DIRECTION}{k}", squeezed(v)) for k, v in enumerate(flatten(now[-1])[0]))
        result = compiled(**{n: values[n] for n in needed})
        return recipe.finish(result if len(recipe.terms) > 1 else [result], tree)

    return call


def _held_back(
    reading: Reading, needed: Sequence[str], sizes: Mapping[str, int]
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """The values of what the function does not differentiate by (`stop_gradient`), which higher derivatives pass over as well."""
    import jax

    frozen = {s.plain: reading.thawed(t) for s, t in reading.frozen.items() if s.plain in needed}
    if not frozen:
        return lambda values: {}
    formula = Compiled(tuple(frozen.values()), "jax", "formula", sizes)

    def kept(values: Mapping[str, Any]) -> dict[str, Any]:
        found = formula(**{n: values[n] for n in formula.arguments})
        return {n: jax.lax.stop_gradient(v) for n, v in zip(frozen, found if len(frozen) > 1 else [found])}

    return kept


__all__ = ["Fallback", "grad", "hessian", "hvp", "newton"]
