"""Terms to SymPy and back, by value: SymPy's own evaluation with explicit matrices, and our evaluator."""

from __future__ import annotations

from functools import reduce
from random import Random
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from compile.agree import point_for
from fuzz.generate import Generator
from gradatim.convert import from_sympy, to_sympy
from gradatim.errors import GradatimError
from gradatim.ops import dictionary
from gradatim.term import Symbol, Term, free_symbols, is_index
from gradatim.types import Dim, Type, matrix, vector
from gradatim.value.floats import evaluate
from gradatim.value.points import generic_sizes, parts

sp = pytest.importorskip("sympy")
SIZES = {"m": 3, "n": 4, "p": 5, "N": 6, "d": 7, "q": 6, "k": 3}


def by_sympy(e: Any, arrays: dict[str, Any]) -> Any:
    """The value of SymPy's expression, node by node as SymPy's documentation defines them (its own evaluation knows only some)."""
    return numbers(e, {**arrays, **SIZES})


FUNCTIONS = {"Abs": np.abs, "Max": lambda *a: max(a), "Min": lambda *a: min(a), "sign": np.sign, "tan": np.tan, "atan": np.arctan}
MATRICES: dict[str, Any] = {
    "MatAdd": lambda *a: sum(a),
    "MatMul": lambda *a: reduce(lambda p, q: p @ q if np.ndim(p) and np.ndim(q) else p * q, a),
    "Transpose": lambda a: a.T,
    "Inverse": lambda a, *_: np.linalg.inv(a),
    "MatPow": lambda a, k: np.linalg.matrix_power(a, int(k)),
    "Trace": np.trace,
    "Determinant": np.linalg.det,
    "HadamardProduct": lambda *a: reduce(np.multiply, a),
    "HadamardPower": np.power,
    "DiagMatrix": lambda v: np.diag(v.ravel()),
    "DiagonalOf": lambda a: np.diag(a)[:, None],
    "Identity": lambda n: np.eye(int(n)),
    "OneMatrix": lambda m, n: np.ones((int(m), int(n))),
    "ZeroMatrix": lambda m, n: np.zeros((int(m), int(n))),
    "KroneckerProduct": lambda *a: reduce(np.kron, a),
    "Add": lambda *a: sum(a),
    "Mul": lambda *a: reduce(lambda p, q: p * q, a),
    "Pow": lambda a, k: np.float64(a) ** k,
    "KroneckerDelta": lambda i, j, *_: float(i == j),
    "Mod": lambda a, b: a % b,
    "floor": np.floor,
}


def numbers(e: Any, at: dict[Any, Any]) -> Any:
    name = type(e).__name__
    if e.is_Number or isinstance(e, sp.core.numbers.NumberSymbol):
        return float(e)
    if name == "DiagonalMatrix":
        return np.diag(np.diag(numbers(e.arg, at)))
    if name == "MatrixSymbol":
        return np.asarray(at[e.name], float).reshape([int(numbers(n, at)) for n in e.shape])
    if isinstance(e, sp.Symbol):
        return float(at[e] if e in at else at[e.name])
    if name in ("Sum", "Product"):
        (i, low, high), *rest = reversed(e.limits)
        inner = e.func(e.function, *reversed(rest)) if rest else e.function
        steps = [numbers(inner, {**at, i: k}) for k in range(int(numbers(low, at)), int(numbers(high, at)) + 1)]
        return sum(steps) if name == "Sum" else reduce(lambda p, q: p * q, steps)
    if name == "FunctionMatrix":
        m, n = (int(numbers(d, at)) for d in e.shape)
        i, j = e.lamda.variables
        return np.array([[numbers(e.lamda.expr, {**at, i: r, j: c}) for c in range(n)] for r in range(m)])
    if name == "ElementwiseApplyFunction":
        (z,) = e.function.variables
        a = numbers(e.expr, at)
        return np.array([[numbers(e.function.expr, {**at, z: x}) for x in row] for row in a])
    if name == "MatrixElement":
        return numbers(e.parent, at)[int(numbers(e.i, at)), int(numbers(e.j, at))]
    if name == "MatrixSlice":
        (r0, r1, _), (c0, c1, _) = ([numbers(x, at) for x in s] for s in (e.rowslice, e.colslice))
        return numbers(e.parent, at)[int(r0) : int(r1), int(c0) : int(c1)]
    if name == "Indexed":
        return np.asarray(at[str(e.base.label)])[tuple(int(numbers(i, at)) for i in e.indices)]
    args = [numbers(a, at) for a in e.args]
    if name in MATRICES:
        return MATRICES[name](*args)
    if name in FUNCTIONS:
        return FUNCTIONS[name](*args)
    return float(getattr(sp, name)(*args))


def drawn(rng: np.random.Generator, term: Term) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for s in free_symbols(term):
        if is_index(s):
            continue
        shape = tuple(d.evaluate(SIZES) for d in s.type.axes)
        a = rng.uniform(0.4, 1.4, size=shape)
        if len(shape) == 2 and shape[0] == shape[1]:
            a = a @ a.T + np.eye(shape[0]) if s.type.facts & {"spd", "symmetric"} else a + 2 * np.eye(shape[0])
        out[s.plain] = a if shape else float(a)
    return out


def assert_same(term: Term, arrays: dict[str, Any], other: Any) -> None:
    wanted = np.asarray(evaluate(term, {s: arrays[s.plain] for s in free_symbols(term)}, SIZES))
    got = np.asarray(other)
    assert np.max(np.abs(np.imag(got)), initial=0) < 1e-9
    np.testing.assert_allclose(np.real(got).reshape(wanted.shape), wanted, rtol=1e-9, atol=1e-9, err_msg=str(term))


A, B, C = gd.matrix("A", "m", "n"), gd.matrix("B", "n", "p"), gd.matrix("C", "m", "n")
S, X = gd.matrix("S", "n", "n", spd=True), gd.matrix("X", "n", "n")
x, y, b, v = gd.vector("x", "n"), gd.vector("y", "n"), gd.vector("b", "m"), gd.vector("v", "m")
a, c = gd.scalar("a"), gd.scalar("c", positive=True)
xs, ys, i = gd.family("xs", "N", "n"), gd.family("ys", "N"), gd.index("i", "N")
TERMS: list[Term] = [
    2 * A.T @ (A @ x - b),
    gd.norm(A @ x - b) ** 2,
    gd.trace(A @ B @ B.T @ A.T),
    gd.logdet(S) + x.T @ gd.inv(S) @ x,
    gd.det(X) * gd.inv(X).T,
    (x.T @ X @ x) * (y.T @ X @ y) * x,
    x @ y.T @ X,
    gd.hadamard(A, C) / c,
    gd.sigmoid(A @ x) * b,
    gd.diag(x) @ X + a * gd.eye("n"),
    gd.diag(X),
    gd.softmax(x),
    gd.logsumexp(A @ x),
    gd.kron(x, y.T),
    gd.total(gd.relu(A)) + gd.norm(x, 1),
    gd.sum_over(i, (ys[i] - x.T @ xs[i]) ** 2) / c,
    gd.sum_over(i, gd.exp(x.T @ xs[i]) * xs[i]),
    gd.sum_over(i, xs[i] @ xs[i].T),
    gd.prod_over(i, gd.sigmoid(ys[i])),
    gd.vec(A),
    gd.unvec(gd.vec(A), "m", "n"),
    gd.khatri_rao(A, C),
    gd.gradient(gd.logsumexp(A @ x), x),
    gd.hessian(gd.total(gd.softplus(A @ x)), x),
    X @ X @ X,
    c**a + gd.log(c) * gd.tanh(a) - gd.arctan(a),
    gd.elementwise("g", a, a**2 + gd.sin(a))(A),
]


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_values_by_sympy_and_back(term: Term, seed: int) -> None:
    arrays = drawn(np.random.default_rng(seed), term)
    there = to_sympy(term)
    assert_same(term, arrays, by_sympy(there, arrays))
    if there.has(sp.Mod, sp.floor):
        # A position that counts pairs is written in SymPy's arithmetic, which has no way back.
        with pytest.raises(GradatimError, match="position"):
            from_sympy(there)
        return
    back = from_sympy(there, facts={"S": "spd"})
    assert back.rank == term.rank and back.shape == term.shape and back.type.row == term.type.row
    assert_same(term, arrays, evaluate(back, {s: arrays[s.plain] for s in free_symbols(back)}, SIZES))


def random_terms(rng: Random) -> Term:
    return Generator(rng).term(
        rng.choice([Type(), vector("n"), matrix("m", "n"), Type((Dim.of("p"),), row=True)]), rng.randint(1, 3)
    )


def test_random_terms(seed: int) -> None:
    print(f"seed {seed}")
    there_and_back = there_only = 0
    for turn in range(60):
        term = random_terms(Random(f"{seed}:{turn}"))
        try:
            arrays = point_for(Random(f"{seed}:{turn}"), term)
            wanted = np.asarray(term.evaluate(**arrays))
            there = to_sympy(term)
        except GradatimError:
            continue
        if not np.all(np.isfinite(wanted)) or np.max(np.abs(wanted)) > 1e8:
            continue
        scale = max(1.0, float(np.max(np.abs(wanted))))
        sizes = generic_sizes(parts(term))
        try:
            with np.errstate(all="ignore"):
                got = numbers(there, {**arrays, **sizes})
        except TypeError:
            continue  # SymPy has no number for one of its own functions there
        if not np.all(np.isfinite(got)):
            continue  # rounded to a pole, as tanh is to 1
        np.testing.assert_allclose(
            np.asarray(got).reshape(wanted.shape) / scale, wanted / scale, rtol=0, atol=1e-7, err_msg=str(term)
        )
        there_only += 1
        try:
            back = from_sympy(there)
        except GradatimError:
            continue
        mine = {s: arrays[s.plain] for s in free_symbols(back)}
        np.testing.assert_allclose(evaluate(back, mine, sizes) / scale, wanted / scale, rtol=0, atol=1e-7, err_msg=str(term))
        there_and_back += 1
    assert there_only > 25 and there_and_back > 20


m, n = sp.symbols("m n", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
t = sp.Symbol("t", real=True)
MA, MX, MB = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("X", n, n), sp.MatrixSymbol("B", m, n)
vx, vr = sp.MatrixSymbol("x", n, 1), sp.MatrixSymbol("r", 1, n)
EXPRESSIONS = [
    MA * vx + 2 * MB * vx,
    sp.Trace(MA.T * MB),
    sp.log(sp.Abs(sp.Determinant(MX))) + sp.Determinant(MX),
    MX.I * vx - MX**3 * vx,
    sp.HadamardProduct(MA, MB) + sp.HadamardPower(MA, 2),
    sp.DiagMatrix(vx) * sp.DiagonalMatrix(MX) + sp.Identity(n),
    sp.DiagonalOf(MX),
    sp.KroneckerProduct(MA, vr),
    vr * MX,
    (vx.T * MX * vx)[0, 0] / n,
    (vx.T * MX * vx).diff(vx),
    sp.Trace(MX * MX * MX).diff(MX),
    MA.applyfunc(sp.Lambda(t, 1 / (1 + sp.exp(-t)))),
    MA.applyfunc(sp.Lambda(t, sp.sqrt(t) + t**2 / n + sp.Max(t, 1) + 2**t + sp.Heaviside(t))),
    vr.applyfunc(sp.log),
    sp.Sum(MA[j, k] ** 2, (j, 0, m - 1), (k, 0, n - 1)),
    sp.Sum(sp.exp(vx[j, 0]) * (j + 1), (j, 0, n - 1)),
    sp.Sum(sp.IndexedBase("y")[j] * sp.IndexedBase("z", shape=(n,))[j], (j, 0, n - 1)),
    sp.Product(sp.Abs(vx[j, 0]), (j, 0, n - 1)),
    sp.FunctionMatrix(m, n, sp.Lambda((j, k), MA[j, k] * vx[k, 0])),
    MX[1, 2] + vx[0, 0] * vr[0, 1],
    MA[1, :] * vx + MX[:, 2].T * vx,
    sp.DotProduct(sp.Matrix([1, 2, 3]), sp.Matrix([t, 1, 0])),
    sp.Matrix([[1, t], [t**2, 0], [3, 4]]),
    sp.loggamma(t) + sp.polygamma(2, t) + sp.digamma(t) + sp.gamma(t) + sp.erf(t) + sp.pi * sp.E + t ** sp.Rational(-3, 2),
    sp.Max(t, 2) + sp.Min(t, 2, 3) + sp.Max(t, 0) + sp.sign(t),
]


@pytest.mark.parametrize("e", EXPRESSIONS, ids=str)
def test_expressions_of_sympy(e: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "A": (3, 4),
        "B": (3, 4),
        "X": (4, 4),
        "x": (4,),
        "r": (4,),
        "y": (4,),
        "z": (4,),
        "t": (),
    }
    arrays = {name: rng.uniform(0.4, 1.6, size=shape) for name, shape in shapes.items()}
    arrays["X"] = arrays["X"] + 2 * np.eye(4)
    term = from_sympy(e)
    wanted = explicit(e, {**arrays, **SIZES})
    got = np.asarray(evaluate(term, {s: arrays[s.plain] for s in free_symbols(term)}, SIZES))
    np.testing.assert_allclose(got, np.asarray(wanted).reshape(got.shape), rtol=1e-9, err_msg=str(e))


def explicit(e: Any, at: dict[Any, Any]) -> Any:
    if isinstance(e, sp.DotProduct):
        a, b = (explicit(x, at) for x in e.args)
        return np.sum(a * b)
    if isinstance(e, sp.MatrixBase):
        return np.array([[numbers(x, at) for x in row] for row in e.tolist()])
    return numbers(e, at)


@pytest.mark.parametrize(
    ("e", "said"),
    [
        (sp.Piecewise((1, t > 0), (0, True)), "Piecewise.*by cases"),
        (sp.Integral(t, t), "Integral"),
        (sp.Derivative(sp.Function("f")(t), t), "doit"),
        (sp.I * t, "real"),
        (sp.oo, "finite"),
        (t > 0, "cannot be converted"),
        (sp.BlockMatrix([[MA, MB]]), "BlockMatrix"),
        (sp.IndexedBase("y")[2], "axes of y"),
        (sp.Sum(MX[j, j], (j, 0, m - 1)), "run over"),
        (sp.Sum(MX[j, j], (j, 1, n)), "run over"),
        (sp.Sum(j, (j, 1, k)), ""),
        (sp.HadamardPower(MA, MB), "exponent"),
        (MA[j, k], "position j"),
        (MX[7, 9], ""),
        (sp.MatrixSymbol("Z", sp.sqrt(n), n), "polynomial"),
    ],
    ids=str,
)
def test_what_has_no_counterpart_is_named(e: Any, said: str) -> None:
    if said:
        with pytest.raises(GradatimError, match=said):
            from_sympy(e)
    else:
        from_sympy(e)


@pytest.mark.parametrize("given", ["x + y", 3, None, np.ones(3)], ids=str)
def test_only_expressions_are_converted(given: object) -> None:
    with pytest.raises(GradatimError):
        from_sympy(given)
    with pytest.raises(GradatimError):
        to_sympy(given)  # type: ignore[arg-type]


def test_arrays_of_three_axes_live_inside_formulas_only() -> None:
    jacobian = gd.jacobian(X @ x, X)
    with pytest.raises(GradatimError, match="two axes"):
        to_sympy(jacobian)
    assert to_sympy(gd.total(gd.elementwise("f", a, gd.exp(a))(A))).is_Matrix is not True


def test_symbols_and_facts_of_ones_own() -> None:
    mine = gd.matrix("A", "m", "n")
    assert mine in free_symbols(from_sympy(MA * vx, symbols={"A": mine}))
    assert "spd" in next(s for s in free_symbols(from_sympy(MX, facts={"X": "spd"}))).type.facts
    theirs = sp.MatrixSymbol("Q", m, n)
    assert to_sympy(A @ x, symbols={"A": theirs}).has(theirs)
    with pytest.raises(GradatimError, match="A is a"):
        from_sympy(MA * vx, symbols={"A": x})


def test_every_operation_is_converted_or_named() -> None:
    for op in dictionary().values():
        for sample in op.samples[:1]:
            args = [Symbol(f"a{k}", s) for k, s in enumerate(sample.types)]
            try:
                to_sympy(op(*args, params=sample.params))
            except GradatimError as error:
                assert op.title in str(error) or "two axes" in str(error), (op.name, error)


def test_a_function_of_a_matrix_is_not_taken_entry_by_entry() -> None:
    """`exp` of a matrix is the matrix exponential in SymPy, where `applyfunc` is entry by entry."""
    n = sp.Symbol("n", integer=True, positive=True)
    M, x = sp.MatrixSymbol("M", n, n), sp.MatrixSymbol("x", n, 1)
    value = np.array([[0.0, 1.0, 0.5], [0.0, 0.0, 2.0], [0.0, 0.0, 0.0]])
    # Of a matrix whose third power is zero the series ends.
    wanted = np.eye(3) + value + value @ value / 2
    np.testing.assert_allclose(from_sympy(sp.exp(M)).evaluate(M=value), wanted, atol=1e-12)
    np.testing.assert_allclose(from_sympy(M.applyfunc(sp.exp)).evaluate(M=value), np.exp(value))
    for e in (sp.exp(x), sp.tanh(x), sp.erf(M)):
        with pytest.raises(gd.GradatimError, match="applyfunc"):
            from_sympy(e)
