"""The problems of `gradatim bench run`: each as a formula, as JAX functions in the spellings people use, and as numbers.

The formula is the plain mathematical statement. Nothing here, or anywhere else, knows a problem by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradatim import ops
from gradatim.compile.newton import newton
from gradatim.derive import derivative
from gradatim.ops import (
    add,
    exp,
    identity,
    inverse,
    log,
    logdet,
    minus,
    number,
    product,
    quotient,
    sigmoid,
    softplus,
    sqnorm,
    subtract,
    total,
    trace,
    transpose,
)
from gradatim.term import Symbol, Term
from gradatim.types import matrix, vector

Arrays = dict[str, Any]
Spelling = Callable[[Any, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """`what` is "gradient", "hessian" or "newton" of `function` by `variable` (several scalars: a vector of them in JAX).

    `spellings` gives JAX functions of (jnp, arguments); `aim` and `good` are the published ratios to reach.
    """

    name: str
    what: str
    function: Term
    variables: tuple[Symbol, ...]
    arrays: Callable[[np.random.Generator], Arrays]
    spellings: tuple[Spelling, ...]
    aim: float
    good: float

    def terms(self) -> tuple[Term, ...]:
        if self.what == "newton":
            return (newton(self.function, self.variables[0]),)
        if self.what == "gradient":
            return tuple(derivative(self.function, v, verified=False) for v in self.variables)
        pairs = [(u, v) for k, u in enumerate(self.variables) for v in self.variables[k:]]
        return tuple(derivative(self.function, u, v, verified=False) for u, v in pairs)


def half(t: Term) -> Term:
    return quotient(t, number(2))


def _spd(rng: np.random.Generator, n: int) -> Any:
    a = rng.normal(size=(n, n))
    return a @ a.T / n + np.eye(n)


def problems() -> Sequence[Problem]:
    return (
        ridge(),
        logistic(),
        factorisation("gradient", 8, 6.5),
        factorisation("newton", 12_000, 10_000),
        linear_net(),
        one_neuron(),
        covariance(30, "hessian", 200, 130),
        precision(),
        covariance(200, "gradient", 3, 2.4),
        process("gradient", 3.2, 2.5),
        process("hessian", 6.5, 5.1),
        two_quadratics(),
        trace_power(),
    )


def ridge() -> Problem:
    X, w, y, lam = Symbol("X", matrix("N", "d")), Symbol("w", vector("d")), Symbol("y", vector("N")), Symbol("lam")
    f = add(sqnorm(subtract(product(X, w), y)), product(lam, sqnorm(w)))
    return Problem(
        "ridge 100×10, gradient",
        "gradient",
        f,
        (w,),
        lambda r: {"X": r.normal(size=(100, 10)), "w": r.normal(size=10), "y": r.normal(size=100), "lam": 0.5},
        (
            lambda jnp, a: jnp.sum((a["X"] @ a["w"] - a["y"]) ** 2) + a["lam"] * jnp.sum(a["w"] ** 2),
            lambda jnp, a: jnp.vdot(a["X"] @ a["w"] - a["y"], a["X"] @ a["w"] - a["y"]) + a["lam"] * jnp.vdot(a["w"], a["w"]),
        ),
        3,
        2.3,
    )


def logistic() -> Problem:
    X, w, y = Symbol("X", matrix("N", "d")), Symbol("w", vector("d")), Symbol("y", vector("N"))
    f = total(softplus(minus(ops.hadamard(y, product(X, w)))))
    return Problem(
        "logistic 5000×400, Hessian",
        "hessian",
        f,
        (w,),
        lambda r: {"X": r.normal(size=(5000, 400)) / 20, "w": r.normal(size=400), "y": r.choice([-1.0, 1.0], size=5000)},
        (
            lambda jnp, a: jnp.sum(jnp.logaddexp(0, -a["y"] * (a["X"] @ a["w"]))),
            lambda jnp, a: jnp.sum(jnp.log1p(jnp.exp(-a["y"] * (a["X"] @ a["w"])))),
        ),
        3.8,
        3.3,
    )


def factorisation(what: str, aim: float, good: float) -> Problem:
    T, U, V = Symbol("T", matrix("m", "n")), Symbol("U", matrix("m", "k")), Symbol("V", matrix("n", "k"))
    return Problem(
        f"‖T − UVᵀ‖² by U, 150×150×10, {what}",
        what,
        sqnorm(subtract(T, product(U, transpose(V)))),
        (U,),
        lambda r: {"T": r.normal(size=(150, 150)), "U": r.normal(size=(150, 10)), "V": r.normal(size=(150, 10))},
        (lambda jnp, a: jnp.sum((a["T"] - a["U"] @ a["V"].T) ** 2),),
        aim,
        good,
    )


def linear_net() -> Problem:
    W1, W2 = Symbol("W1", matrix("h", "d")), Symbol("W2", matrix("o", "h"))
    X, Y = Symbol("X", matrix("d", "N")), Symbol("Y", matrix("o", "N"))
    return Problem(
        "linear net W2(W1 X), 500, 20, 10, 12, Newton in W1",
        "newton",
        sqnorm(subtract(product(W2, W1, X), Y)),
        (W1,),
        lambda r: {
            "W2": r.normal(size=(12, 10)),
            "W1": r.normal(size=(10, 20)),
            "X": r.normal(size=(20, 500)),
            "Y": r.normal(size=(12, 500)),
        },
        (lambda jnp, a: jnp.sum((a["W2"] @ (a["W1"] @ a["X"]) - a["Y"]) ** 2),),
        180,
        130,
    )


def one_neuron() -> Problem:
    w, x, y = Symbol("w", vector("n")), Symbol("x", vector("n")), Symbol("y")
    h = sigmoid(product(transpose(ops.hadamard(w, w)), x))
    f = subtract(minus(product(y, log(h))), product(subtract(number(1), y), log(subtract(number(1), h))))

    def spelt(jnp: Any, a: Mapping[str, Any]) -> Any:
        z = jnp.vdot(a["w"] * a["w"], a["x"])
        s = 1 / (1 + jnp.exp(-z))
        return -a["y"] * jnp.log(s) - (1 - a["y"]) * jnp.log(1 - s)

    def stable(jnp: Any, a: Mapping[str, Any]) -> Any:
        z = jnp.vdot(a["w"] * a["w"], a["x"])
        return jnp.logaddexp(0, z) - a["y"] * z

    return Problem(
        "cross-entropy of σ((w∘w)ᵀx), n = 1000, Newton",
        "newton",
        f,
        (w,),
        lambda r: {"w": r.uniform(0.3, 1.0, size=1000) / 20, "x": r.uniform(0.2, 1.0, size=1000), "y": 0.3},
        (spelt, stable),
        2500,
        2100,
    )


def covariance(n: int, what: str, aim: float, good: float) -> Problem:
    C, S = Symbol("C", matrix("n", "n", {"spd"})), Symbol("S", matrix("n", "n", {"spd"}))

    def factored(jnp: Any, a: Mapping[str, Any]) -> Any:
        import jax

        L = jnp.linalg.cholesky(a["C"])
        return jnp.sum(jnp.log(jnp.diagonal(L))) + jnp.trace(jax.scipy.linalg.cho_solve((L, True), a["S"])) / 2

    return Problem(
        f"Gaussian by covariance, n = {n}, {'4-axis Hessian' if what == 'hessian' else what}",
        what,
        add(half(logdet(C)), half(trace(product(inverse(C), S)))),
        (C,),
        lambda r: {"C": _spd(r, n), "S": _spd(r, n)},
        (
            lambda jnp, a: jnp.linalg.slogdet(a["C"])[1] / 2 + jnp.trace(jnp.linalg.solve(a["C"], a["S"])) / 2,
            lambda jnp, a: jnp.linalg.slogdet(a["C"])[1] / 2 + jnp.sum(jnp.linalg.inv(a["C"]) * a["S"].T) / 2,
            *((factored,) if what == "gradient" else ()),
        ),
        aim,
        good,
    )


def precision() -> Problem:
    L, S = Symbol("L", matrix("n", "n", {"spd"})), Symbol("S", matrix("n", "n", {"spd"}))
    return Problem(
        "Gaussian by precision, n = 30, Newton",
        "newton",
        subtract(half(trace(product(L, S))), half(logdet(L))),
        (L,),
        lambda r: {"L": _spd(r, 30), "S": _spd(r, 30)},
        (lambda jnp, a: jnp.sum(a["L"] * a["S"].T) / 2 - jnp.linalg.slogdet(a["L"])[1] / 2,),
        6000,
        5000,
    )


def process(what: str, aim: float, good: float) -> Problem:
    a, b, c = Symbol("a"), Symbol("b"), Symbol("c")
    D, y = Symbol("D", matrix("n", "n", {"symmetric"})), Symbol("y", vector("n"))
    width = half(exp(product(number(-2), b)))
    K = add(product(exp(a), exp(minus(product(width, D)))), product(exp(c), identity(params=D.type.axes[:1])))
    f = add(half(product(transpose(y), inverse(K), y)), half(logdet(K)))

    def arrays(r: np.random.Generator) -> Arrays:
        x = np.sort(r.uniform(0, 10, size=200))
        return {"a": 0.1, "b": -0.2, "c": -1.0, "D": (x[:, None] - x) ** 2, "y": np.sin(x) + r.normal(size=200) / 5}

    def kernel(jnp: Any, v: Mapping[str, Any]) -> Any:
        return jnp.exp(v["a"]) * jnp.exp(-jnp.exp(-2 * v["b"]) / 2 * v["D"]) + jnp.exp(v["c"]) * jnp.eye(200)

    def plain(jnp: Any, v: Mapping[str, Any]) -> Any:
        k = kernel(jnp, v)
        return v["y"] @ jnp.linalg.solve(k, v["y"]) / 2 + jnp.linalg.slogdet(k)[1] / 2

    def factored(jnp: Any, v: Mapping[str, Any]) -> Any:
        import jax

        L = jnp.linalg.cholesky(kernel(jnp, v))
        return v["y"] @ jax.scipy.linalg.cho_solve((L, True), v["y"]) / 2 + jnp.sum(jnp.log(jnp.diagonal(L)))

    return Problem(f"GP marginal likelihood, n = 200, {what}", what, f, (a, b, c), arrays, (plain, factored), aim, good)


def two_quadratics() -> Problem:
    x = Symbol("x", vector("n"))
    A, B = Symbol("A", matrix("n", "n")), Symbol("B", matrix("n", "n"))
    f = product(product(transpose(x), A, x), product(transpose(x), B, x))
    return Problem(
        "(xᵀAx)(xᵀBx), n = 500, Hessian",
        "hessian",
        f,
        (x,),
        lambda r: {"x": r.normal(size=500), "A": r.normal(size=(500, 500)), "B": r.normal(size=(500, 500))},
        (lambda jnp, a: (a["x"] @ (a["A"] @ a["x"])) * (a["x"] @ (a["B"] @ a["x"])),),
        60,
        27,
    )


def trace_power() -> Problem:
    A, X = Symbol("A", matrix("n", "n")), Symbol("X", matrix("n", "n"))

    def plain(jnp: Any, a: Mapping[str, Any]) -> Any:
        return jnp.trace(jnp.linalg.matrix_power(a["A"] @ a["X"], 8))

    def squared(jnp: Any, a: Mapping[str, Any]) -> Any:
        m = a["A"] @ a["X"]
        m = m @ m
        m = m @ m
        return jnp.sum(m * m.T)

    return Problem(
        "tr((AX)⁸), n = 500, gradient",
        "gradient",
        trace(product(*(A, X) * 8)),
        (X,),
        lambda r: {"A": r.normal(size=(500, 500)) / 23, "X": r.normal(size=(500, 500)) / 23},
        (plain, squared),
        1.45,
        1.4,
    )
