"""`gd.compile` and `gd.source`: calls, errors, what the source looks like, constants held back."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from random import Random

import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, assert_agrees, needs, point_for
from gradatim import ops
from gradatim.compile.load import load
from gradatim.compile.names import identifier, quoted
from gradatim.term import Bind, Term

X, w, y, lam = gd.matrix("X", "N", "d"), gd.vector("w", "d"), gd.vector("y", "N"), gd.scalar("lam")
RIDGE = gd.norm(X @ w - y) ** 2 + lam * gd.norm(w) ** 2


def arrays(n: int = 7, d: int = 4) -> dict[str, object]:
    rng = np.random.default_rng(0)
    return {"X": rng.normal(size=(n, d)), "w": rng.normal(size=d), "y": rng.normal(size=n), "lam": 0.5}


def test_a_call_by_name_and_by_position() -> None:
    g = gd.compile(gd.gradient(RIDGE, w))
    a = arrays()
    wanted = 2 * (a["X"].T @ (a["X"] @ a["w"] - a["y"]) + a["lam"] * a["w"])  # type: ignore[attr-defined, operator]
    np.testing.assert_allclose(g(**a), wanted, rtol=1e-12)
    np.testing.assert_allclose(g(*(a[n] for n in g.arguments)), wanted, rtol=1e-12)
    assert g.arguments == ("X", "w", "y", "lam")


def test_other_sizes_after_the_first_call() -> None:
    g = gd.compile(gd.hessian(RIDGE, w))
    for n, d in ((7, 4), (9, 3), (3, 11)):
        a = arrays(n, d)
        rows = np.asarray(a["X"])
        np.testing.assert_allclose(g(X=rows, lam=0.5), 2 * (rows.T @ rows + 0.5 * np.eye(d)), rtol=1e-12)


def test_single_precision_stays_single() -> None:
    single = {k: np.asarray(v, np.float32) if np.ndim(v) else v for k, v in arrays().items()}  # type: ignore[arg-type]
    for t in (gd.gradient(RIDGE, w), gd.hessian(RIDGE, w)):
        c = gd.compile(t)
        got = c(**{n: single[n] for n in c.arguments})
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, t.evaluate(**{n: arrays()[n] for n in c.arguments}), rtol=2e-5, atol=1e-5)


def test_scalars_and_constants_keep_single_precision() -> None:
    """exp of a number is a float64 in NumPy, which would make one of everything that it meets."""
    v, s = gd.vector("v", "n"), gd.scalar("s")
    x = np.array([1.0, 2.0, 3.0], np.float32)
    for t in (gd.exp(s) * v, gd.sqrt(2 * s) * gd.log(v), v / gd.sqrt(s), gd.gradient(gd.norm(v) ** 2 * gd.exp(-2 * s), v)):
        got = gd.compile(t)(**{n: {"v": x, "s": 0.7}[n] for n in gd.compile(t).arguments})
        assert got.dtype == np.float32, str(t)
        np.testing.assert_allclose(got, t.evaluate(v=x.astype(float), s=0.7), rtol=1e-5)


def test_whole_numbers_and_lists_are_taken_as_floats() -> None:
    g = gd.compile(gd.gradient(RIDGE, w))
    got = g(X=[[1, 2], [3, 4], [5, 6]], w=[1, 1], y=[1, 0, 2], lam=1)
    np.testing.assert_allclose(got, [2 * (2 + 21 + 45 + 1), 2 * (4 + 28 + 54 + 1)])


def test_results_never_alias_arguments() -> None:
    f = w.T @ w + lam * (w.T @ gd.vector("c", "d"))
    g = gd.compile(gd.gradient(gd.gradient(f, lam), w))
    c = np.ones(3)
    got = g(c=c)
    got[:] = 7
    assert np.all(c == 1)


BAD = [
    ({"w": np.ones(3)}, r"w has shape \(3,\), expected \(4,\)"),
    ({"X": np.ones(4)}, r"X has shape \(4,\), expected \(N, d\)"),
    ({"y": np.ones((7, 1))}, r"y has shape \(7, 1\), expected \(7,\)"),
    ({"lam": np.ones(2)}, r"lam is a scalar; the array given has shape \(2,\)"),
    ({"w": np.ones(4) * 1j}, "w is not an array of real numbers"),
    ({"w": np.array(["a"] * 4)}, "w is not an array of real numbers"),
    ({"z": 1}, "z"),
]


@pytest.mark.parametrize(("change", "message"), BAD, ids=[m for _, m in BAD])
def test_bad_arguments_are_named(change: dict[str, object], message: str) -> None:
    g = gd.compile(gd.gradient(RIDGE, w))
    with pytest.raises(gd.EvaluationError, match=message) as caught:
        g(**{**arrays(), **change})
    assert isinstance(caught.value, ValueError)


def test_a_missing_argument_is_named() -> None:
    some = arrays()
    del some["lam"]
    with pytest.raises(gd.EvaluationError, match="lam"):
        gd.compile(gd.gradient(RIDGE, w))(**some)


def test_a_singular_matrix_is_an_error_of_linear_algebra() -> None:
    A, b = gd.matrix("A", "n", "n"), gd.vector("b", "n")
    for t in (gd.inv(A), gd.inv(A) @ b, gd.inv(A.T @ A) @ b):
        with pytest.raises(gd.EvaluationError, match="(?i)singular") as caught:
            gd.compile(t)(A=np.ones((3, 3)), b=np.ones(3)) if b in t.args else gd.compile(t)(np.ones((3, 3)))
        assert isinstance(caught.value, np.linalg.LinAlgError)


@pytest.mark.parametrize("what", [None, 3, "x", (), [RIDGE, 1]])
def test_only_terms_are_compiled(what: object) -> None:
    with pytest.raises(gd.GradatimError):
        gd.compile(what)


def test_options_are_checked() -> None:
    for options in ({"backend": "fortran"}, {"constant": ("q",)}, {"name": "import"}, {"name": "a b"}, {"name": "eval"}):
        with pytest.raises(gd.GradatimError):
            gd.compile(RIDGE, **options)


def test_an_unknown_function_cannot_be_compiled() -> None:
    with pytest.raises(gd.GradatimError, match="g is not known"):
        gd.compile(gd.total(gd.unknown("g")(w)))


# ---------------------------------------------------------------- several at once


def test_value_gradient_and_hessian_share_their_parts() -> None:
    terms = (RIDGE, gd.gradient(RIDGE, w), gd.hessian(RIDGE, w))
    joint = gd.compile(terms)
    for got, t in zip(joint(**arrays()), terms):
        mine = {s: a for s, a in arrays().items() if s in gd.compile(t).arguments}
        np.testing.assert_allclose(got, t.evaluate(**mine), rtol=1e-12)
    assert joint.source.count("X @ w") == 1


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_arguments_in_the_order_of_the_function_that_was_read(backend: str) -> None:
    pytest.importorskip(backend)
    f = gd.from_function(lambda u, v, M: u @ M @ v + v @ v, shapes={"u": "n", "v": "n", "M": "n n"})
    g = gd.gradient(f, "v")
    u, v, M = np.array([1.0, 2.0]), np.array([3.0, -1.0]), np.array([[0.0, 1.0], [2.0, 5.0]])
    compiled = gd.compile(g, backend=backend, arguments=("u", "v", "M"))
    assert compiled.arguments == ("u", "v", "M")
    assert np.allclose(compiled(u, v, M), M.T @ u + 2 * v) and np.allclose(compiled(M=M, v=v, u=u), M.T @ u + 2 * v)
    assert "def formula(v: " in gd.source(g, arguments=("v",)), "the others follow in their own order"
    absent = gd.vector("w", "n")
    assert np.allclose(gd.compile(gd.gradient(f, "v"), arguments=(absent, "v", "u", "M"))(u, v, u, M), M.T @ u + 2 * v)
    with pytest.raises(gd.GradatimError, match="arguments: q does not occur"):
        gd.compile(g, arguments=("q",))


def test_what_depends_on_constants_alone_is_computed_once() -> None:
    C = gd.matrix("C", "d", "d", spd=True)
    t = gd.inv(C) @ (w * w)
    prepared = gd.compile(t, constant="C")
    assert prepared.source.index("_factor" if "_factor(" in prepared.source else "inv") < prepared.source.index("def prepared")
    rng = np.random.default_rng(1)
    A = rng.normal(size=(4, 4))
    A = A @ A.T + np.eye(4)
    with_C = prepared(A)
    for _ in range(2):
        v = rng.normal(size=4)
        np.testing.assert_allclose(with_C(v), np.linalg.solve(A, v * v), rtol=1e-9)
    with pytest.raises(gd.EvaluationError, match=r"w has shape \(3,\), expected \(4,\)"):
        with_C(np.ones(3))


def test_the_plan_counts_operations() -> None:
    plan = gd.compile(gd.gradient(RIDGE, w), sizes={"N": 1000, "d": 10}).plan
    total = sum(c.flops for c in plan.costs())
    assert 4 * 1000 * 10 <= total <= 5 * 1000 * 10
    assert "N = 1000" in plan.explain() and "flop" in plan.explain()


def test_the_cheap_order_is_found() -> None:
    """A matrix product where a vector would do costs a thousand times as much."""
    n = 1000
    A, B, v = gd.matrix("A", "n", "n"), gd.matrix("B", "n", "n"), gd.vector("v", "n")
    for t in (A @ B @ v, gd.trace(A @ B), gd.diag(A @ B), gd.trace(A @ v @ v.T @ B), gd.diag(v) @ A @ B @ v):
        flops = sum(c.flops for c in gd.compile(t, sizes={"n": n}).plan.costs())
        assert flops <= 8 * n * n, (str(t), flops)


def test_a_repeated_chain_is_raised_by_squaring() -> None:
    A, B = gd.matrix("A", "n", "n"), gd.matrix("B", "n", "n")
    chain = gd.gradient(gd.trace(A @ B @ A @ B @ A @ B @ A @ B @ A @ B @ A @ B @ A @ B @ A @ B), B)
    assert sum(c.flops for c in gd.compile(chain, sizes={"n": 100}).plan.costs()) < 6.2 * 2 * 100**3


# ---------------------------------------------------------------- the source


@pytest.mark.parametrize("backend", BACKENDS)
def test_source_stands_alone(backend: str) -> None:
    """It runs in an interpreter that has never heard of gradatim, and says what it computes and of which shapes."""
    needs(backend)
    text = gd.source(gd.gradient(RIDGE, w), backend=backend, name="ridge_gradient")
    assert "gradatim" not in text and "2(Xᵀ(X w − y) + lam w)" in text and "shape (N, d)" in text
    call = "import numpy as np\nr = ridge_gradient(np.ones((3, 2)), np.ones(2), np.ones(3), 1.0)\nprint([float(x) for x in r])"
    run = subprocess.run([sys.executable, "-c", text + call], capture_output=True, text=True, check=True)
    assert ast.literal_eval(run.stdout.strip()) == [8.0, 8.0]


def test_inspect_shows_the_generated_lines() -> None:
    c = gd.compile(gd.gradient(RIDGE, w), sizes={"N": 7, "d": 4})
    assert "(X.dot(w) - y).dot(X)" in inspect.getsource(c._function)  # type: ignore[arg-type]
    assert "X.T @ (X @ w - y)" in c.source


NAMES = ["lambda", "class", "x y", "1x", "__import__", 'x"""', "np", "β", "exec", "a.b", "x′", "print", "_arrays", "prepared"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_symbol_is_safe(name: str) -> None:
    v = gd.vector(name, "n")
    c = gd.compile(gd.gradient(v.T @ v, v))
    np.testing.assert_allclose(c(np.arange(3.0)), 2 * np.arange(3.0))
    assert all(a.isidentifier() for a in c.arguments)


def test_symbols_that_look_alike_are_told_apart() -> None:
    a, b = gd.scalar("x y"), gd.scalar("x_y")
    assert gd.compile(a - b)(5.0, 3.0) == 2


def test_docstrings_say_what_names_stand_for() -> None:
    defined = gd.read("y' inv(K) y where K = a B + c I", "B symmetric n x n, y in R^n, a, c scalars").term
    assert "where K = a B + c I\n" in gd.source(gd.gradient(defined, "a"))
    # Of several results the parts that they share have one name.
    S = X.T @ X + lam * gd.eye("d")
    inverse = gd.inv(S)
    several = gd.source(tuple(w @ inverse @ f @ inverse @ f @ inverse @ f @ inverse @ w for f in (X.T @ X, gd.diag(w))))
    assert several.count("(XᵀX + lam I)⁻¹") == 1 and "\n    where S = (XᵀX + lam I)⁻¹\n" in several
    assert ast.parse(several)


def test_docstrings_cannot_be_closed_from_inside() -> None:
    assert '"' not in quoted('"""\n\\').replace('\\"', "")
    assert identifier("") == "v" and identifier("if") == "if_"


HOSTILE = [
    "import os\ndef f(): return 1",
    "def f(): return eval('1')",
    "def f(): return ().__class__",
    "def f(): return open('x')",
    "def f(): return getattr(1, 'real')",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_the_loader_takes_only_what_the_emitter_writes(source: str) -> None:
    with pytest.raises(gd.GradatimError):
        load(source, "f")


@pytest.mark.parametrize("backend", BACKENDS)
def test_families_and_members(backend: str, rng: Random) -> None:
    needs(backend)
    x, i, v = gd.family("x", "N", "d"), gd.index("i", "N"), gd.vector("v", "d")
    f = gd.log(gd.sum_over(i, gd.exp(v.T @ x[i])))
    for t in (f, gd.gradient(f, v), gd.gradient(f, x[i]), gd.hessian(f, v)):
        assert_agrees(t, backend, point_for(rng, t))


# ---------------------------------------------------------------- symmetric matrices

S, T, K = gd.matrix("S", "n", "n", symmetric=True), gd.matrix("T", "n", "n", symmetric=True), gd.matrix("K", "n", "n", spd=True)
B, C = gd.matrix("B", "n", "n"), gd.matrix("C", "n", "n")
u, t = gd.vector("u", "n"), gd.scalar("t")
WITH_SYMMETRIC: list[Term] = [
    gd.hadamard(S, B) @ u + gd.hadamard(S, B.T) @ u,
    gd.inv(gd.hadamard(S, B.T)).T @ u,
    gd.inv(S + B.T).T @ u,
    (S - B.T) @ C @ (S - B.T),
    S @ B @ T + (S @ B @ T).T,
    S @ T @ u + T @ S @ u,
    gd.inv(t * gd.exp(S) + gd.eye("n")) @ B,
    gd.inv(t * gd.exp(S) + gd.eye("n")).T @ B,
    gd.trace(gd.hadamard(S, B.T) @ C) * S,
    S @ S @ S @ u + gd.inv(K) @ gd.inv(K) @ u,
    gd.trace(B @ gd.inv(K) @ (S - u @ u.T - B) @ gd.inv(K)),
    gd.trace(gd.hadamard(S, gd.inv(K) - gd.inv(K) @ u @ u.T @ gd.inv(K)) @ T) - t * gd.trace(S @ gd.inv(K) @ S @ gd.inv(K)),
]


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("term", WITH_SYMMETRIC, ids=str)
@pytest.mark.parametrize("n", [5, 60])
def test_what_is_symmetric_and_what_only_looks_so(term: Term, n: int, backend: str, seed: int) -> None:
    """Sizes on both sides of what makes another form of a trace worth its while."""
    needs(backend)
    rng = np.random.default_rng(seed)
    a = {name: rng.normal(size=(n, n)) / n for name in "STKBC"}
    a = {**a, "S": a["S"] + a["S"].T, "T": a["T"] + a["T"].T, "K": a["K"] @ a["K"].T + np.eye(n)}
    arrays = {**a, "u": rng.normal(size=n), "t": 0.7}
    assert_agrees(term, backend, arrays, 1e-8)


THIN = [
    gd.hessian(gd.logsumexp(X @ w), w),
    X.T @ (gd.diag(y) + y @ y.T) @ X @ w,
    (gd.diag(y) - y @ y.T) @ X,
    X.T @ (gd.diag(y) - 2 * y @ y.T),
    (gd.eye("N") - y @ y.T / gd.sqnorm(y)) @ X,
    X.T @ (gd.eye("N") - gd.ones("N") @ gd.ones("N").T / lam) @ X,
    (gd.diag(y) + X @ w @ y.T) @ (gd.diag(y) - y @ y.T) @ X,
]


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("term", THIN, ids=str)
def test_diagonals_with_outer_products_are_never_formed(term: Term, backend: str) -> None:
    needs(backend)
    a = arrays(400, 6)
    a["y"] = np.abs(np.asarray(a["y"])) + 0.1
    assert_agrees(term, backend, a)
    flops = sum(c.flops for c in gd.compile(term, backend=backend, sizes={"N": 100_000, "d": 6}).plan.costs())
    assert flops < 100_000**2


def test_no_temporary_hides_an_import() -> None:
    """`xlogy` is imported by generated code, and a temporary that is used twice was named after what it computes."""
    x = gd.vector("x", "n")
    g = ops.hadamard(x, ops.log(x))
    both = gd.compile((g, gd.norm(g) ** 2))
    at = np.array([0.5, 2.0, 3.0])
    value, square = both(at)
    np.testing.assert_allclose(value, at * np.log(at))
    assert square == pytest.approx(np.sum((at * np.log(at)) ** 2))


def test_functions_of_whole_numbers_are_not_cut_off() -> None:
    """ψ⁽¹⁾(1) = π²/6, also where the argument is a number of Python's."""
    polygamma = ops.dictionary()["polygamma"]
    assert gd.compile(polygamma(ops.number(1), params=(1,)))() == pytest.approx(np.pi**2 / 6)


@pytest.mark.parametrize("name", ["arctanh tanh", "arcsinh sinh", "sinh arcsinh", "tan arctan"])
def test_a_function_of_its_inverse_is_undone(name: str) -> None:
    outer, inner = (ops.dictionary()[n] for n in name.split())
    x = gd.scalar("x")
    at = 30.0 if "tanh" in name else 3.0
    assert gd.compile(outer(inner(x)))(at) == at


class Table:
    """Something like a data frame: no array, but one can be made of it."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return self.values


@pytest.mark.parametrize("backend", BACKENDS)
def test_arguments_that_are_no_arrays_of_numbers_are_named(backend: str) -> None:
    needs(backend)
    g = gd.compile(gd.gradient(RIDGE, w), backend=backend)
    a = arrays()
    for name, value in (
        ("w", "abc"),
        ("w", np.array(["a", "b", "c", "d"])),
        ("w", np.ones(4) * 1j),
        ("w", None),
        ("X", [[1.0, 2.0], [3.0]]),
        ("lam", "x"),
    ):
        with pytest.raises(gd.EvaluationError, match=f"{name} is not|{name} has shape"):
            g(**{**a, name: value})


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_what_an_array_can_be_made_of_is_taken(backend: str) -> None:
    needs(backend)
    g = gd.compile(gd.gradient(RIDGE, w), backend=backend)
    a = arrays()
    wanted = np.asarray(g(**a))
    np.testing.assert_allclose(np.asarray(g(**{**a, "X": Table(np.asarray(a["X"]))})), wanted)
    turned = np.asfortranarray(a["X"])
    np.testing.assert_allclose(np.asarray(g(**{**a, "X": turned})), wanted)


def test_tensors_of_several_types_are_said() -> None:
    torch = pytest.importorskip("torch")
    g = gd.compile(gd.gradient(RIDGE, w), backend="torch")
    a = {n: torch.as_tensor(x) for n, x in arrays().items()}
    with pytest.raises(gd.EvaluationError, match="X torch.float32"):
        g(**{**a, "X": a["X"].float()})


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_entry_on_the_diagonal_of_three_axes(backend: str) -> None:
    """δᵢₖ δⱼₖ joins three axes: it is 1 where all are equal, and nowhere else."""
    needs(backend)
    x = gd.vector("x", "n")
    i, j, k = (gd.index(n, "n") for n in "ijk")
    # The second derivative of x ∘ x ∘ x: 6 xₖ where i = j = k.
    cube = gd.compile(gd.derivative(x * x * x, x, x), backend=backend)
    at = np.array([1.0, 2.0, -3.0])
    wanted = np.zeros((3, 3, 3))
    wanted[range(3), range(3), range(3)] = 6 * at
    np.testing.assert_allclose(np.asarray(cube(at)), wanted)
    f = gd.softmax(x)
    second = gd.derivative(f, x, x)
    p = np.exp(at) / np.exp(at).sum()
    jacobian = np.diag(p) - np.outer(p, p)
    # ∂/∂xₖ of pᵢ(δᵢⱼ − pⱼ), written out.
    by_hand = np.einsum("ik,ij->ijk", jacobian, np.eye(3) - p) - np.einsum("i,jk->ijk", p, jacobian)
    np.testing.assert_allclose(np.asarray(gd.compile(second, backend=backend)(at)), by_hand, atol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_diagonal_of_what_lacks_axes_of_the_result(backend: str) -> None:
    """δᵢⱼ Aᵢⱼ + xₖ over i, j, k: the diagonal of A is repeated along k."""
    needs(backend)
    A, x = gd.matrix("A", "n", "n"), gd.vector("x", "n")
    i, j, k = (gd.index(n, "n") for n in "ijk")
    term: Term = ops.add(ops.product(ops.equal(i, j), ops.at(A, i, j)), ops.at(x, k))
    for index in (k, j, i):
        term = Bind("stack", index, term)
    a, at = np.arange(9.0).reshape(3, 3) + 1, np.array([10.0, 20.0, 30.0])
    wanted = np.diag(np.diag(a))[:, :, None] + at
    np.testing.assert_allclose(np.asarray(gd.compile(term, backend=backend)(A=a, x=at)), wanted)


@pytest.mark.parametrize("backend", BACKENDS)
def test_whole_numbers_are_taken_as_real_ones(backend: str) -> None:
    needs(backend)
    x = gd.vector("x", "n")
    got = np.asarray(gd.compile(x / 2, backend=backend)(np.array([1, 2, 3])))
    assert got.dtype.kind == "f"
    np.testing.assert_allclose(got, [0.5, 1, 1.5])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("bad", [2 + 1j, "q", [1.0, 2.0]], ids=["complex", "text", "list"])
def test_a_scalar_that_is_no_number_is_named(backend: str, bad: object) -> None:
    needs(backend)
    x, lam = gd.vector("x", "n"), gd.scalar("lam")
    with pytest.raises(gd.GradatimError, match="lam"):
        gd.compile(lam * x, backend=backend)(lam=bad, x=np.ones(3))


def test_what_is_declared_of_an_argument_stands_in_the_docstring() -> None:
    A, lam = gd.matrix("A", "n", "n", spd=True), gd.scalar("lam", positive=True)
    shown = gd.source(lam * gd.logdet(A))
    assert "A: n × n matrix, shape (n, n), symmetric positive definite\n" in shown
    assert "lam: scalar, positive\n" in shown


def test_a_number_made_of_arrays_is_worked_out_once() -> None:
    A, B = gd.matrix("A", "n", "n"), gd.matrix("B", "n", "n")
    x, lam = gd.vector("x", "n"), gd.scalar("lam")
    shown = gd.source(lam * (x.T @ A @ x) * B + 2 * (x.T @ A @ x) * B.T)
    assert shown.count(" @ ") == 2


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "given", ["3", None, [1.0, 2.0], {}, 1j, object()], ids=["text", "None", "list", "dict", "complex", "object"]
)
def test_a_scalar_of_another_kind_is_named(backend: str, given: object) -> None:
    needs(backend)
    g = gd.compile(gd.gradient(RIDGE, w), backend=backend)
    with pytest.raises(gd.EvaluationError, match="^lam is (not a real number|a scalar|not an array of real numbers)"):
        g(**{**arrays(), "lam": given})
