"""`gradatim bench run`: generated code beside JAX, problem by problem, in one run.

Every candidate is warmed, the fastest automatic derivative is chosen, and then that one, conjugate gradients where a Newton direction is
asked, the formula written out by hand, and the generated code run in turn. The ratio is the median of the ratios of turns, with its quartiles. JAX dispatches
synchronously: its default is slower on short calls and would flatter us.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import numpy as np

from gradatim.bench.by_hand import BY_HAND
from gradatim.bench.problems import Problem, problems
from gradatim.compile.function import Compiled
from gradatim.compile.load import load
from gradatim.errors import GradatimError
from gradatim.term import free_symbols

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
}
"""One thread for both sides."""
SECONDS = 3.0
"""How long the turns of one row take together, about."""
TURNS = (5, 60)
WARMED = 5e-3
"""A call that takes less than this many seconds is made once before it is timed."""
TOLERANCE = 1e-9

Call = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One problem: microseconds of each side, ratios with quartiles, the error, how long compiling took, and emitting as part of it."""

    name: str
    what: str
    ad: float
    cg: float | None
    ours: float
    ratio: tuple[float, float, float]
    cg_ratio: tuple[float, float, float] | None
    error: float
    bound: float
    compile_ms: float
    emit_ms: float
    hand: float
    of_hand: float
    aim: float
    good: float

    @property
    def loses(self) -> bool:
        return self.ratio[1] < 0.95


def rows(only: Sequence[int] = ()) -> Iterator[Row]:
    """The rows, one after another. Raises GradatimError where JAX is missing."""
    try:
        import jax
    except ImportError:
        raise GradatimError("bench run compares with JAX, which is not installed (pip install jax)") from None
    import scipy.special  # noqa: F401  (what a process imports once is no time of a row)

    _one_processor()
    settings: Any = jax.config
    settings.update("jax_cpu_enable_async_dispatch", False)
    settings.update("jax_enable_x64", True)
    machine = speeds()
    for k, problem in enumerate(problems(), 1):
        if not only or k in only:
            yield measured(problem, BY_HAND[k - 1], machine)


def _one_processor() -> None:
    """XLA works on as many processors as it may, whatever its flags say; so it gets one, as NumPy does, where the system lets us."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def measured(problem: Problem, by_hand: Callable[..., Any], machine: tuple[float, float]) -> Row:
    """One row: everything is timed in turns."""
    arrays = problem.arrays(np.random.default_rng(0))
    terms = problem.terms()
    start = perf_counter()
    sizes = {str(d): n for s in free_symbols(*terms) for d, n in zip(s.type.axes, np.shape(arrays[s.plain]))}
    compiled = Compiled(terms, "numpy", "formula", sizes)
    taken = 1e3 * (perf_counter() - start)
    start = perf_counter()
    load(compiled._program.emitted("numpy", "formula", fast=True).source, "formula")
    emitting = 1e3 * (perf_counter() - start)
    given = [arrays[s.plain] for s in compiled._program.symbols]
    ours: Call = lambda: compiled(*given)
    candidates = automatic(problem, arrays)
    ad = min(candidates, key=lambda call: _once(call, 3))
    cg = conjugate_gradients(problem, arrays) if problem.what == "newton" else None
    hand: Call = lambda: by_hand(**arrays)
    times = _interleaved([ad, ours, hand, *([cg] if cg else [])])
    costs = compiled.plan.costs()
    bound = 1e6 * max(sum(c.flops for c in costs) / machine[0], _results(ours()) / machine[1])
    return Row(
        problem.name,
        problem.what,
        1e6 * median(times[0]),
        1e6 * median(times[3]) if cg else None,
        1e6 * median(times[1]),
        _ratio(times[0], times[1]),
        _ratio(times[3], times[1]) if cg else None,
        max(_error(problem, ours(), ad()), _error(problem, hand(), ad())),
        bound,
        taken,
        emitting,
        1e6 * median(times[2]),
        _ratio(times[2], times[1])[1],
        problem.aim,
        problem.good,
    )


def _results(value: Any) -> int:
    """Bytes that must at least be written."""
    return sum(np.asarray(v).nbytes for v in value) if isinstance(value, tuple) else np.asarray(value).nbytes


def speeds() -> tuple[float, float]:
    """Floating-point operations and bytes written in a second, by a matrix product and a fill."""
    a = np.ones((400, 400))
    flops = 2 * 400**3 / min(_once(lambda: a @ a, 3) for _ in range(3))
    big = np.ones(4_000_000)
    return flops, big.nbytes / min(_once(lambda: big.fill(1.0), 3) for _ in range(3))


# ---------------------------------------------------------------- the other side


def automatic(problem: Problem, arrays: Mapping[str, Any]) -> list[Call]:
    """Jitted automatic derivatives in every spelling and mode."""
    import jax
    import jax.numpy as jnp

    names = [v.plain for v in problem.variables]
    fixed = {n: jnp.asarray(a) for n, a in arrays.items() if n not in names}
    several = len(names) > 1
    point = jnp.stack([jnp.asarray(arrays[n]) for n in names]) if several else jnp.asarray(arrays[names[0]])
    calls: list[Call] = []
    for spelling in problem.spellings:

        def function(v: Any, rest: Any, spelling: Any = spelling) -> Any:
            own = dict(zip(names, v)) if several else {names[0]: v}
            return spelling(jnp, {**rest, **own})

        if problem.what == "gradient":
            made = [jax.grad(function)]
        elif problem.what == "hessian":
            made = [jax.hessian(function), jax.jacrev(jax.grad(function))]
        else:
            made = [_newton(function)]
        calls += [_bound(jax.jit(g), point, fixed) for g in made]
    return calls


def _newton(function: Any) -> Any:
    import jax
    import jax.numpy as jnp

    def direction(v: Any, rest: Any) -> Any:
        n = v.size
        h = jax.hessian(function)(v, rest).reshape(n, n)
        return -jnp.linalg.solve(h, jax.grad(function)(v, rest).reshape(n)).reshape(v.shape)

    return direction


def conjugate_gradients(problem: Problem, arrays: Mapping[str, Any]) -> Call:
    """Newton's direction by conjugate gradients on jitted Hessian-vector products."""
    import jax
    import jax.numpy as jnp

    name = problem.variables[0].plain
    spelling = problem.spellings[-1]
    fixed = {n: jnp.asarray(a) for n, a in arrays.items() if n != name}
    point = jnp.asarray(arrays[name])

    def solve(v: Any, rest: Any) -> Any:
        gradient = jax.grad(lambda u: spelling(jnp, {**rest, name: u}))
        product = lambda d: jax.jvp(gradient, (v,), (d,))[1]
        cg: Any = jax.scipy.sparse.linalg.cg
        return -cg(product, gradient(v), tol=1e-10, maxiter=2000)[0]

    return _bound(jax.jit(solve), point, fixed)


def _bound(function: Any, point: Any, fixed: Any) -> Call:
    return lambda: function(point, fixed).block_until_ready()


# ---------------------------------------------------------------- time


def _once(call: Call, repeats: int) -> float:
    call()
    best = float("inf")
    for _ in range(repeats):
        start = perf_counter()
        call()
        best = min(best, perf_counter() - start)
    return best


def _interleaved(calls: Sequence[Call]) -> list[list[float]]:
    """Seconds of each call, turn by turn; short calls are repeated within a turn.

    What another call has left in the caches and in the allocator is not to count: a short call is made once before its time is taken,
    and each turn begins with the next of the calls.
    """
    quick = [_once(c, 3) for c in calls]
    counts = [max(1, int(4e-4 / max(q, 1e-7))) for q in quick]
    turn = sum(q * n for q, n in zip(quick, counts))
    times: list[list[float]] = [[] for _ in calls]
    for first in range(max(TURNS[0], min(TURNS[1], int(SECONDS / turn)))):
        for k in range(len(calls)):
            k = (k + first) % len(calls)
            call = calls[k]
            if quick[k] < WARMED:
                call()
            start = perf_counter()
            for _ in range(counts[k]):
                call()
            times[k].append((perf_counter() - start) / counts[k])
    return times


def _ratio(above: Sequence[float], below: Sequence[float]) -> tuple[float, float, float]:
    ratios = [a / b for a, b in zip(above, below)]
    low, _, high = quantiles(ratios, n=4)
    return low, median(ratios), high


def _error(problem: Problem, ours: Any, ad: Any) -> float:
    """The largest difference in units of the largest entry."""
    wanted = np.asarray(ad)
    if isinstance(ours, tuple):
        k = len(problem.variables)
        if problem.what == "hessian":
            full = np.zeros((k, k))
            full[np.triu_indices(k)] = [float(x) for x in ours]
            got = full + np.triu(full, 1).T
        else:
            got = np.array([float(x) for x in ours])
    else:
        got = np.asarray(ours)
    return float(np.max(np.abs(got - wanted)) / np.max(np.abs(wanted)))


# ---------------------------------------------------------------- the table


def header() -> str:
    return (
        f"{'problem':52} {'best AD µs':>11} {'CG µs':>9} {'ours µs':>9} {'AD / ours':>10} {'quartiles':>17} "
        f"{'CG / ours':>10} {'by hand µs':>10} {'of it':>6} {'error':>8} {'bound µs':>9} {'compile':>8} {'emit':>7} {'aim':>7}"
    )


def line(row: Row) -> str:
    low, middle, high = row.ratio
    cg = f"{row.cg:9.1f}" if row.cg is not None else f"{'':>9}"
    other = f"{row.cg_ratio[1]:10.1f}" if row.cg_ratio else f"{'':>10}"
    flag = "  loses" if row.loses else "" if row.error <= TOLERANCE else "  differs"
    return (
        f"{row.name:52} {row.ad:11.1f} {cg} {row.ours:9.1f} {middle:9.2f}× {f'{low:.2f} – {high:.2f}':>17} {other} "
        f"{row.hand:10.1f} {100 * row.of_hand:4.0f} % {row.error:8.0e} {row.bound:9.1f} {row.compile_ms:5.1f} ms {row.emit_ms:4.1f} ms {row.aim:7g}{flag}"
    )


def record(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "task": row.what,
        "ad_us": row.ad,
        "cg_us": row.cg,
        "ours_us": row.ours,
        "ratio": {"lower": row.ratio[0], "median": row.ratio[1], "upper": row.ratio[2]},
        "cg_ratio": row.cg_ratio[1] if row.cg_ratio else None,
        "error": row.error,
        "bound_us": row.bound,
        "by_hand_us": row.hand,
        "of_by_hand": row.of_hand,
        "compile_ms": row.compile_ms,
        "emit_ms": row.emit_ms,
        "aim": row.aim,
        "good": row.good,
    }


def alone() -> bool:
    """Whether this process has one thread for each side, which must be said before NumPy and JAX are loaded."""
    return os.environ.get("GRADATIM_BENCH") == "alone"
