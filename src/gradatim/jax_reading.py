"""The term of a JAX function for the arguments of a call, and the values of its symbols at later calls.

A function of real numbers is read for all sizes first; then for the sizes at hand, with whole numbers and truth values as data (labels, places, masks), of which
the formula knows what the function makes of them; then with everything that is not differentiated by as data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradatim.derive import derivative
from gradatim.errors import EvaluationError, GradatimError, NotVerified, ShapeError
from gradatim.jaxpr import from_jaxpr
from gradatim.term import Symbol, Term, free_symbols, substitute
from gradatim.trace.proxy import Fixed
from gradatim.tracing import BELOW_ONE, compare, drawn
from gradatim.types import ONE, Dim, Type
from gradatim.value.floats import evaluate

TOLERANCE = {True: 1e-6, False: 1e-2}
"""How near the formula's derivative must come to JAX's own, in double precision and in single."""


def is_setting(a: Any) -> bool:
    """Whether an argument says how and not of what: a Python number that counts, a truth value, a word, a function."""
    return isinstance(a, (bool, int, str)) or callable(a) and not hasattr(a, "shape")


class Reading:
    """A function of these leaves, of which those at `chosen` are differentiated by. Raises GradatimError where it has no formula."""

    def __init__(self, function: Callable[[list[Any]], Any], leaves: Sequence[Any], chosen: Sequence[int]) -> None:
        import jax
        import jax.numpy as jnp

        self.function, self.leaves, self.chosen = function, list(leaves), list(chosen)
        self.settings = {k for k, x in enumerate(leaves) if is_setting(x) and k not in self.chosen}
        self.arrays = [k for k in range(len(leaves)) if k not in self.settings]
        self.shapes = [() if k in self.settings else tuple(map(int, jnp.shape(x))) for k, x in enumerate(leaves)]
        self._named_by_size(fixed=False)
        self._compiled = jax.jit(lambda values: self._named(**values))
        self.data: tuple[int, ...] = ()
        self.constants: dict[Symbol, Any] = {}
        self.made: dict[Symbol, Any] = {}
        self.frozen: dict[Symbol, Term] = {}
        self.term = self._read()
        if not self.term.is_scalar:
            raise GradatimError("the function is not a scalar")
        self._calculated: Any = None

    def _named_by_size(self, fixed: bool) -> None:
        """Axes with a name for each size; at sizes at hand they are numbers."""
        name = lambda n: Dim.of(n) if fixed or n == 1 else Dim.of(f"n{n}")
        self.dims = [tuple(map(name, s)) for s in self.shapes]
        self.symbols = [Symbol(f"a{k}", Type(tuple(d for d in ds if d.literal != 1))) for k, ds in enumerate(self.dims)]
        self.sizes = {d: int(str(d)[1:]) for ds in self.dims for d in ds if d.literal is None}

    def _read(self) -> Term:
        whole = tuple(k for k in self.arrays if k not in self.chosen and _kind(self.leaves[k]) in "biu")
        rest = tuple(k for k in self.arrays if k not in self.chosen)
        first: Exception | None = None
        last: Exception | None = None
        # Whole numbers have an arithmetic of their own (255 + 1 is 0 in eight bits), so that they are never read as others.
        ways: list[tuple[bool, tuple[int, ...]]] = [] if whole else [(False, ())]
        ways += [(True, whole), *([(True, rest)] if rest != whole else [])]
        for fixed, data in ways:
            for shifts in (True, False):
                try:
                    return self._tried(fixed, data, shifts)
                except NotVerified as error:
                    first = first or error
                except Exception as error:  # JAX's own complaints about sizes that are not those at hand
                    last = error if isinstance(error, GradatimError) or last is None else last
                    break
        raise first or last or GradatimError("the function has no formula here")

    def _tried(self, fixed: bool, data: tuple[int, ...], shifts: bool) -> Term:
        self._named_by_size(fixed)
        if not fixed:
            self._same_steps()
        sizes = Fixed({}) if fixed else None
        samples = {k: _sample(self.leaves[k]) for k in data}
        free = [k for k in self.arrays if k not in samples]
        arguments = {f"a{k}": (self.symbols[k], self.dims[k]) for k in free}
        known = {f"a{k}": a for k, a in samples.items()}
        frozen: dict[Symbol, Term] = {}
        term = from_jaxpr(self._named, arguments, shifts, sizes, known, frozen)
        whole = _substituted(term, frozen)
        constants = {s: a for s, a in sizes.constants.items() if s in free_symbols(whole)} if sizes is not None else {}
        symbols = {f"a{k}": self.symbols[k] for k in free}
        compare(
            lambda **values: self._value({**known, **values}),
            whole,
            symbols,
            {str(d): n for d, n in self.sizes.items()},
            constants,
        )
        self.data, self.constants, self.frozen = data, constants, frozen
        self.made = {s: m for s, m in sizes.made.items() if s in constants} if sizes is not None else {}
        return term

    def _named(self, **values: Any) -> Any:
        return self.function([values[f"a{k}"] if f"a{k}" in values else self.leaves[k] for k in range(len(self.leaves))])

    def _value(self, values: Mapping[str, Any]) -> Any:
        """The function of the symbols' values, which have no axes of one."""
        import jax

        # Inside jit the comparison with the function needs numbers, not traces.
        with jax.ensure_compile_time_eval():
            return np.asarray(self._compiled(self._shaped(values)))

    def _shaped(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """With the axes of one that symbols do not have, at whatever sizes the others are."""
        import jax.numpy as jnp

        found = {}
        for n, a in values.items():
            sizes = iter(k for k in np.shape(a) if k != 1)
            found[n] = jnp.reshape(jnp.asarray(a), tuple(1 if d == ONE else next(sizes) for d in self.dims[int(n[1:])]))
        return found

    def _same_steps(self) -> None:
        """Python's own loops over an axis are as long as the axis. Raises GradatimError where there are any."""
        import jax

        counted = []
        for large in (False, True):
            number = (lambda n: 1009 + n if n > 1 else n) if large else (lambda n: n)
            shapes = {f"a{k}": tuple(map(number, self.shapes[k])) for k in self.arrays}
            of: Any = jax.ShapeDtypeStruct
            struct = {n: of(s, _dtype(self.leaves[int(n[1:])])) for n, s in shapes.items()}
            made = jax.make_jaxpr(lambda values: self._named(**values))(struct)
            counted.append(len(made.jaxpr.eqns))
        if counted[0] != counted[1]:
            raise GradatimError("a loop of Python's own over an axis is read at the sizes at hand")

    def verified(self) -> None:
        """The derivative of the formula against JAX's own at random points: a function may say how it wants to be differentiated.
        Raises NotVerified."""
        import jax

        slopes = {k: self.thawed(derivative(self.term, self.symbols[k])) for k in self.chosen}
        own = jax.jit(jax.grad(lambda x, others: self._named(**others, **x)))
        outcomes = [self._as_jax(own, slopes, turn, signed) for turn, signed in enumerate((0.0, BELOW_ONE, 1.0))]
        if False in outcomes:
            raise NotVerified(
                "the derivative of its formula is not the one that JAX has: it says itself how it is to be differentiated"
            )
        if True not in outcomes:
            raise NotVerified("its derivative has no finite value at random arrays")

    def _as_jax(self, gradient: Any, slopes: Mapping[int, Term], turn: int, signed: float) -> bool | None:
        """Whether the derivatives agree at one point; None where there is nothing to compare."""
        import jax

        rng = np.random.default_rng(20_240_301 + turn)
        sizes = {str(d): n for d, n in self.sizes.items()}
        arrays = {f"a{k}": drawn(rng, self.symbols[k], sizes, signed) for k in self.arrays if k not in self.data}
        with jax.ensure_compile_time_eval():
            values = self._shaped({**{f"a{k}": _sample(self.leaves[k]) for k in self.data}, **arrays})
            by = {f"a{k}": values.pop(f"a{k}") for k in self.chosen}
            wanted = gradient(by, values)
        given = {self.symbols[int(n[1:])]: a for n, a in arrays.items()} | self.constants
        compared = False
        for k, slope in slopes.items():
            own = np.asarray(wanted[f"a{k}"], float)
            try:
                got = evaluate(slope, {s: a for s, a in given.items() if s in free_symbols(slope)}, sizes)
            except (EvaluationError, ShapeError):
                continue
            got = np.asarray(got, float).reshape(own.shape)
            finite = np.isfinite(own) & np.isfinite(got)
            scale = max(1.0, float(np.max(np.abs(own[finite]), initial=0.0)))
            close = TOLERANCE[wanted[f"a{k}"].dtype == np.float64] * scale
            if not np.allclose(got[finite], own[finite], rtol=0, atol=close):
                return False
            compared = compared or bool(finite.any())
        return True if compared else None

    def thawed(self, term: Term) -> Term:
        """A term with what was held constant while it was differentiated."""
        return _substituted(term, self.frozen)

    def values(self, now: Sequence[Any]) -> dict[str, Any]:
        """The values of the symbols, by their names, for the leaves of a call."""
        import jax

        found = {f"a{k}": squeezed(now[k]) for k in self.arrays if k not in self.data}
        found.update((s.plain, a) for s, a in self.constants.items() if s not in self.made)
        if self.made:
            if self._calculated is None:
                self._calculated = jax.jit(self._made)
            found.update(self._calculated({f"a{k}": now[k] for k in self.data}))
        return found

    def _made(self, data: Mapping[str, Any]) -> dict[str, Any]:
        known: dict[int, Any] = {}
        return {s.plain: squeezed(m(data, known)) for s, m in self.made.items()}


def _substituted(term: Term, frozen: Mapping[Symbol, Term]) -> Term:
    """What stands for a term may itself hold such a stand-in, made before it."""
    for symbol, held in reversed(list(frozen.items())):
        term = substitute(term, {symbol: held})
    return term


def _dtype(a: Any) -> Any:
    import jax.numpy as jnp

    return jnp.result_type(a)


def _kind(a: Any) -> str:
    return str(getattr(getattr(a, "dtype", None), "kind", "f"))


def _sample(a: Any) -> Any:
    """The array itself, or, where only its shape is known, one such."""
    import jax
    import jax.numpy as jnp

    if not isinstance(a, jax.core.Tracer):
        with jax.ensure_compile_time_eval():
            return jnp.asarray(a)
    rng = np.random.default_rng(20_240_302)
    with jax.ensure_compile_time_eval():
        made = rng.integers(0, 2, size=a.shape) if _kind(a) in "biu" else rng.uniform(0.1, 0.9, size=a.shape)
        return jnp.asarray(made, a.dtype)


def squeezed(a: Any) -> Any:
    import jax.numpy as jnp

    return jnp.squeeze(a) if 1 in jnp.shape(a) else a
