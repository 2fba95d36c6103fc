"""Questions in the words of people who ask them: what a name is must not depend on how clumsily it was said."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.read.operators import operator
from gradatim.read.prose import declarations
from gradatim.read.settle import Scope

RNG = np.random.default_rng(11)


def told(text: str) -> dict[str, tuple[str | None, tuple[str, ...], frozenset[str]]]:
    return {d.name: (d.kind, d.dims, d.facts) for d in declarations(text)}


# ---------------------------------------------------------------- what a sentence is said of


def test_an_element_of_a_vector_is_no_vector() -> None:
    found = told(r"$g_k$ is the $k$-th element of a $D$-dimensional vector $\mathbf{g}$.")
    assert found[r"\mathbf{g}"][:2] == ("vector", ("D",))
    assert found["g_k"] == (None, (), frozenset())


def test_what_a_matrix_is_the_covariance_of_is_no_matrix() -> None:
    found = told(r"$C$ is the covariance matrix for the outputs $t$ (and $C_0$ is the covariance matrix for the noise $u$)")
    assert "spd" in found["C"][2] and "spd" in found["C_0"][2]
    assert found["t"] == found["u"] == (None, (), frozenset())


def test_parameters_of_a_function_are_no_function() -> None:
    assert told(r"and $\eta$ holds the parameters of the kernel function")[r"\eta"][0] is None


def test_a_number_of_things_is_a_whole_number() -> None:
    assert told(r"$p$ is the number of features")["p"][0] == "integer"
    problem = gd.read(
        r"\frac{1}{p}\sum_{i=1}^{p} (a^\top z_i)^2", given=r"$z_i \in \mathbb{R}^q$ and $p$ is the number of points in the sample"
    )
    assert "p" not in problem.symbols  # the 1/p and the upper end are one p


@pytest.mark.parametrize(
    "text",
    [
        r"$Q \in \mathbb{R}^{k \times k} \text{ symmetric}, \ c \in \mathbb{R}^k$",
        r"$Q \in \mathbb{R}^{k \times k} \mbox{ is symmetric}$",
        r"$Q \in \mathbb{R}^{k \times k},\quad\textrm{symmetric}$",
    ],
)
def test_words_inside_a_formula_are_said_of_it(text: str) -> None:
    assert told(text)["Q"] == ("matrix", ("k", "k"), frozenset({"symmetric"}))


def test_words_inside_a_formula_are_not_said_of_the_next_name() -> None:
    assert not told(r"$Q \in \mathbb{R}^{k \times k} \text{ symmetric}, \ R \in \mathbb{R}^{k \times k}$")["R"][2]


def test_a_matrix_drawn_with_dots_is_a_matrix_and_one_column_a_vector() -> None:
    found = told(
        r"a symmetric matrix $\Omega = \begin{pmatrix} w_{11} & \cdots & w_{1k} \\ \vdots & \ddots & \vdots \end{pmatrix}$, and "
        r"$v = \left[\begin{array}{c} v_1 \\ \vdots \\ v_k \end{array}\right]$"
    )
    assert found[r"\Omega"][0] == "matrix" and "symmetric" in found[r"\Omega"][2]
    assert found["v"][0] == "vector"


def test_a_vector_of_ones_written_out_has_no_size_of_one() -> None:
    assert told(r"$h \in \mathbb{R}^n$ is the vector $h=(1,1,\ldots,1)^\top$")["h"][1] == ("n",)


def test_the_bold_switch_makes_no_bold_sizes() -> None:
    assert told(r"$\bf A \in \mathbb{R}^{mk \times mk}$")[r"\mathbf{A}"][1] == ("mk", "mk")


def test_an_equation_among_declarations_defines() -> None:
    problem = gd.read(
        r"u^T R^{-1} u", given=r"$s \in \mathbb{R}, \quad H \in \mathbb{R}^{k \times k}, \quad R = sH $, $H$ is invertible"
    )
    h, u = RNG.normal(size=(3, 3)) + 3 * np.eye(3), RNG.normal(size=3)
    got = problem.derivative("s").evaluate(s=2.0, H=h, u=u)
    assert np.isclose(got, -u @ np.linalg.inv(h) @ u / 4)  # uᵀ(sH)⁻¹u is a/s


def test_a_name_in_another_dress_is_what_was_said_of_it() -> None:
    problem = gd.read(r"\|y - G_{k+1} v\|^2", given=r"$G$ is an $m \times n$ matrix, $v^{(t)} \in \mathbb{R}^{n \times 1}$")
    kinds = {str(s): s.type.describe() for s in problem.symbols.values()}
    assert kinds["Gₖ₊₁"] == "m × n matrix" and kinds["v"] == "column vector of n"


# ---------------------------------------------------------------- which formula is asked


def test_a_formula_without_a_name_is_asked_whatever_follows() -> None:
    problem = gd.read(r"\|\vec{\beta}\|^2; \beta = B^T \vec u", given="B is m × n, u is a vector")
    b, u = RNG.normal(size=(4, 3)), RNG.normal(size=4)
    assert np.allclose(problem.derivative("u").evaluate(B=b, u=u), 2 * b @ b.T @ u)


def test_a_definition_may_stand_the_other_way_round() -> None:
    problem = gd.read(r"z^T S z; KK^T = S", given=r"$K \in \mathbb{R}^{n \times r}$, $z \in \mathbb{R}^n$")
    k, z = RNG.normal(size=(4, 3)), RNG.normal(size=4)
    assert np.allclose(problem.derivative("K").evaluate(K=k, z=z), 2 * np.outer(z, z) @ k)
    with pytest.raises(gd.GradatimError):  # an equation alone defines nothing
        gd.read("A^T x = b")


def test_a_text_that_defines_a_word_of_the_dictionary_means_its_own() -> None:
    problem = gd.read(r"1 - cossim(a, b); cossim(a, b) = a^T b", given="a and b are vectors")
    b = RNG.normal(size=3)
    assert np.allclose(problem.derivative("a").evaluate(a=RNG.normal(size=3), b=b), -b)


def test_a_function_word_may_name_the_function() -> None:
    assert str(gd.read(r"\cos = u^T v / (\|u\| \|v\|)").term.type.describe()) == "scalar"


def test_entries_with_a_number_above_and_one_below_are_a_matrix() -> None:
    problem = gd.read(
        r"\sum_{i=1}^N \sum_{j=1}^k r_j^{(i)} e_{j}^{(i)}; e_{j}^{(i)} = \|x^{(i)} - c_j\|^2",
        given="$x^{(i)}$ and $c_j$ are vectors",
    )
    r, x, c = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 2)), RNG.normal(size=(3, 2))
    wanted = np.array([sum(2 * r[i, j] * (c[j] - x[i]) for i in range(4)) for j in range(3)])
    assert np.allclose(problem.derivative("c").evaluate(r=r, x=x, c=c), wanted)


# ---------------------------------------------------------------- notation


def test_braces_around_a_function_are_no_argument() -> None:
    assert str(gd.read(r"{\rm tr}(A B)").term) == str(gd.read(r"\operatorname{tr}(A B)").term)
    assert str(gd.read(r"{\rm det}(A)").term) == "det(A)"


def test_the_bold_switch_may_be_repeated() -> None:
    problem = gd.read(r"\bf b^T(\bf A \bf x)", given=r"$\bf A \in \mathbb{R}^{m \times n}$")
    assert set(problem.symbols) == {"A", "b", "x"}


def test_an_inverse_after_the_name_of_a_matrix_function() -> None:
    problem = gd.read(r"a^T \operatorname{diag}^{-1}(M x) a", given="M is m × n, a and x are vectors")
    m, x, a = RNG.normal(size=(4, 3)), RNG.normal(size=3), RNG.normal(size=4)
    assert np.allclose(problem.derivative("x").evaluate(M=m, x=x, a=a), -m.T @ (a / (m @ x)) ** 2)
    with pytest.raises(gd.GradatimError):  # the arcsine, or one over the sine: nobody can tell
        gd.read(r"\sin^{-1}(x)")


def test_a_sum_without_limits_runs_over_the_index_in_it() -> None:
    problem = gd.read(r"\log(\sum \exp(a_i^T x))", given=r"where $a_i^T$ is row $i$ of the matrix $A$ and x is a vector")
    a, x = RNG.normal(size=(4, 3)), RNG.normal(size=3)
    e = np.exp(a @ x)
    assert np.allclose(problem.derivative("x").evaluate(A=a, x=x), a.T @ e / e.sum())
    assert any("summed over i" in str(g) for g in problem.assumed)


def test_an_array_that_is_a_set_as_well_keeps_its_entries() -> None:
    problem = gd.read(r"\sum_{(i,j) \in M} (M_{i,j} - U_i^T V_j)^2")
    mask = np.array([[1.0, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 1]])
    m, u, v = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 2)), RNG.normal(size=(3, 2))
    got = problem.derivative("U").evaluate(Omega_M=mask, M=m, U=u, V=v)
    assert np.allclose(got, -2 * (mask * (m - u @ v.T)) @ v)


def test_members_of_families_make_a_sum_of_forms_a_scalar() -> None:
    problem = gd.read(r"\sum_{t=1}^{T}(Y_{t}-\Pi'X_{t})'\Sigma^{-1}(Y_{t}-\Pi'X_{t})")
    assert problem.term.is_scalar
    assert problem.symbols["X"].type.describe() == "family of T members, each a column vector of " + str(
        problem.symbols["Pi"].shape[0]
    )


# ---------------------------------------------------------------- a square as the variable


def test_a_variance_is_a_variable() -> None:
    problem = gd.read(r"-\frac{n}{2}\log(2\pi\sigma^2) - \frac{1}{2\sigma^2}\|y - m\|^2", given=r"$y, m \in \mathbb{R}^n$")
    slope = problem.derivative(r"\sigma^2")
    y, m, v = RNG.normal(size=4), RNG.normal(size=4), 1.7
    rest = float((y - m) @ (y - m))
    assert np.isclose(slope.evaluate(y=y, m=m, sigma2=v), -4 / (2 * v) + rest / (2 * v * v))
    assert r"\sigma^2" in slope.latex()
    assert r"\sigma^2^" not in slope.latex() and "²²" not in str(slope)
    assert gd.check(r"\frac{\|y-m\|^2}{2\sigma^4} - \frac{n}{2\sigma^2}", of=problem, wrt=r"\sigma^2").outcome == "right"


def test_a_variance_beside_its_root_is_refused() -> None:
    with pytest.raises(gd.GradatimError, match="is a power and not a variable"):
        gd.read(r"\sigma^2 + \sigma").derivative(r"\sigma^2")


def test_the_root_of_a_variance_is_one_too() -> None:
    assert str(gd.read(r"a\sigma^2").derivative("sigma")) == "2 a σ"


def test_scopes_know_the_equations_of_lists() -> None:
    assert Scope(r"$t \in \mathbb{R}, \quad Q = tS$").equations == ["Q = tS"]


# ---------------------------------------------------------------- indices, sets and styles


@pytest.mark.parametrize("other", ["k'", r"k\prime", r"k^\prime", r"k^{\prime}"])
def test_a_primed_index_is_an_index_of_its_own(other: str) -> None:
    problem = gd.read(rf"\sum_{{k=1}}^K c_k \log \sum_{{{other}=1}}^K e^{{w_{{{other}}}^\top z}}")
    c, w, z = RNG.normal(size=3), RNG.normal(size=(3, 4)), RNG.normal(size=4)
    assert set(problem.symbols) == {"c", "w", "z"}
    assert np.isclose(problem.term.evaluate(c=c, w=w, z=z), c.sum() * np.log(np.exp(w @ z).sum()))


def test_a_primed_vector_beside_a_primed_index_stays_itself() -> None:
    problem = gd.read(r"k(x, x') = \sum_{i'} a_{i'} (x_{i'} - x'_{i'})^2", given=r"$x \in \mathbb{R}^n$, $a \in \mathbb{R}^n$")
    assert set(problem.symbols) == {"a", "x", "x_prime"}


def test_an_entry_that_is_only_mentioned_is_an_entry() -> None:
    problem = gd.read(r"\sum_{n=1}^N \sum_{k=1}^K t_{nk} \log u_{nk}", given=r"where $t_{nk}$ tells whether $n$ is in class $k$")
    assert problem.symbols["t"].rank == 2


def test_entries_of_two_arrays() -> None:
    problem = gd.read(r"\sum_{i,j} s_{ij} r_{ij}", given=r"$s_{ij}$ and $r_{ij}$ are the elements of $S$ and $R$")
    assert str(problem.derivative("R")) == "S"
    problem = gd.read(r"\sum_{i,j} s_{ij}^2", given=r"$s_{ij}$ is the $(i,j)$-th entry of $S$")
    assert str(problem.derivative("S")) == "2 S"


def test_sizes_before_respectively_may_have_articles() -> None:
    found = told(r"with $u$ and $B$ being a $n \times 1$ and a $n \times m$ matrix, respectively.")
    assert found["u"][1] == ("n", "1") and found["B"][1] == ("n", "m")


def test_a_set_may_carry_a_sign() -> None:
    problem = gd.read(r"\sum_{c \in \mathcal{C}_t^-} (w_c^T v)^2", given="v and $w_c$ are vectors in $R^d$")
    assert problem.term.is_scalar and "C_minus_t" in problem.symbols


def test_bold_letters_in_braces_are_no_group() -> None:
    problem = gd.read(r"{\bf v}^T_1 {\bf Sv}_1")
    assert set(problem.symbols) == {"v_1", "S"}


@pytest.mark.parametrize("formula", [r"\mathbf{y_n}^T \mathbf{y_n}", r"\mathbf{y}_n^T \mathbf{y}_n"])
def test_a_style_does_not_reach_the_subscript(formula: str) -> None:
    assert [s.name for s in gd.read(formula).symbols.values()] == [r"\mathbf{y}_n"]


def test_a_bold_letter_in_an_exponent_is_the_one_outside() -> None:
    problem = gd.read(r"y\, \mathbf{w}^T \mathbf{x} - e^{\mathbf{w}^T \mathbf{x}}", given="$y$ is a scalar")
    assert set(problem.symbols) == {"y", "w", "x"} and str(problem.derivative("w")) == "(y − exp(wᵀx)) x"


def test_a_style_around_a_power_of_the_reals() -> None:
    assert told(r"$x \in \mathbb{R^d}$")["x"][1] == ("d",)


def test_capitals_and_greek_letters_are_vectors_where_that_makes_a_scalar() -> None:
    problem = gd.read(r"f(B)=B^T\Sigma^{-1}B", given=r"where $\Sigma$ is positive definite. Set $B=Y-X\beta$")
    kinds = {n: s.type.describe().split(" of")[0] for n, s in problem.symbols.items()}
    assert kinds["Y"] == kinds["beta"] == "column vector" and problem.term.is_scalar
    assert gd.read(r"AXB").term.rank == 2  # nothing asks for a scalar here


def test_three_numbers_under_a_hadamard_sign_are_a_product() -> None:
    assert str(gd.read(r"a \circ b \circ c", given="a, b and c are scalars").term) == "a b c"


def test_an_underline_marks_a_vector_as_bold_type_does() -> None:
    problem = gd.read(r"\underline{x}^T A \underline{x}", given=r"$\underline{x} \in \mathbb{R}^n$, $A$ is symmetric")
    assert set(problem.symbols) == {"x", "A"} and str(problem.derivative("x")) == "2 A x"


def test_a_one_that_is_transposed_is_a_vector_at_the_other_end_too() -> None:
    x = RNG.normal(size=(3, 4))
    problem = gd.read(r"1^\top (X \odot X) 1", given="X is m × n")
    assert np.isclose(problem.term.evaluate(X=x), (x * x).sum())


def test_entries_in_italics_are_those_of_the_bold_vector() -> None:
    z = RNG.normal(size=4)
    problem = gd.read(r"\mathbf{c}^T\mathbf{z} - \log\sum_{j=1}^n e^{z_j}")
    assert set(problem.symbols) == {"c", "z"}
    c = RNG.normal(size=4)
    assert np.allclose(problem.derivative("z").evaluate(c=c, z=z), c - np.exp(z) / np.exp(z).sum())


def test_the_size_in_round_brackets() -> None:
    assert told("$A ∈ ℝ^(m×n)$")["A"][1] == ("m", "n")


def test_dots_typed_one_by_one_in_a_head() -> None:
    assert str(gd.read(r"f(x_1,...,x_n|\mu)= \sum_{i=1}^n (x_i-\mu)^2").term) == "Σᵢ (xᵢ − μ)²"


def test_a_norm_that_is_closed_by_an_opening_bar() -> None:
    assert str(gd.read(r"\lVert X\lVert_F^2 + \lVert Y\rVert_F^2", given="X and Y are matrices").term) == "‖X‖_F² + ‖Y‖_F²"


def test_a_variable_that_the_declarations_explain() -> None:
    problem = gd.read(r"r^T (W W^T + \tau I)^{-1} r", given=r"$\tau = \sigma^2$, W is n × q, r is a vector")
    w, r = RNG.normal(size=(4, 3)), RNG.normal(size=4)
    inverse = np.linalg.inv(w @ w.T + 2 * np.eye(4))
    assert np.isclose(problem.derivative(r"\tau").evaluate(W=w, r=r, tau=2.0), -r @ inverse @ inverse @ r)


@pytest.mark.parametrize(
    ("formula", "by", "derivative"),
    [
        ("||Ax - b||^2 + lambda*||x||^2", "x", "2(Aᵀ(A x − b) + λ x)"),
        ("||y - Xw||^2 + lam*w'w", "w", "2 λ w − 2 Xᵀ(y − X w)"),
        ("dx*x", "x", "dx"),
    ],
)
def test_a_matrix_times_a_vector_beside_a_star(formula: str, by: str, derivative: str) -> None:
    assert str(gd.read(formula).derivative(by)) == derivative


def test_a_run_of_letters_beside_a_star_is_told() -> None:
    with pytest.raises(gd.ReadError, match=r"write W\*x for a product"):
        gd.read("y*log(softmax(Wx))").derivative("W")


@pytest.mark.parametrize("formula", ["x[0]^2 + x[1]^2", "A[0,1] x", "a^T(A x)[2]", "A[:,0]^T b"])
def test_an_entry_as_in_a_program_is_no_product(formula: str) -> None:
    with pytest.raises(gd.ReadError, match="as in a program"):
        gd.read(formula)


@pytest.mark.parametrize("given", ["x in R^n, A in R^n x n", "x in R^n, A in R^n x n is symmetric", "A in R^3 x 3, x in R^3"])
def test_a_power_of_two_sizes_without_brackets(given: str) -> None:
    read = gd.read("x^T A x", given=given)
    assert read.symbols["A"].rank == 2 and read.symbols["x"].rank == 1


def test_a_name_behind_a_space_is_no_size() -> None:
    assert gd.read("a^T b", given="a in R^n, b in R^n").symbols["b"].rank == 1
    symbols = gd.read("x^T a + x^T b", given="a in R^n, x and b are vectors").symbols
    assert symbols["x"].rank == symbols["b"].rank == 1


@pytest.mark.parametrize("formula", ["grad_x x^T A x", "nabla_x x^T A x", "nabla_{x} x^T A x"])
def test_nabla_by_its_name(formula: str) -> None:
    asked = operator(formula)
    assert asked is not None and asked.wrt == ("x",) and asked.function == "x^T A x"


def test_a_function_without_brackets_takes_what_a_row_before_it_multiplies() -> None:
    """A row times a column is one number, of which the logarithm is taken: log yᵀ alone would be a row of logarithms."""
    given = "y and z are vectors in R^n"
    assert gd.read(r"\log y^T softmax(z)", given=given).term is gd.read(r"\log(y^T softmax(z))", given=given).term
