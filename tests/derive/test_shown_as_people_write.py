"""Answers as a good author writes them: each expected form is a published formula, or says why it is the one that reads best."""

from __future__ import annotations

from gradatim.derive.derivative import derived
from gradatim.derive.structured import asked
from gradatim.read.problem import read
from gradatim.write.text import text


def answer(function: str, given: str, wrt: str, order: int = 1) -> str:
    problem = read(function, given=given)
    return text(derived(problem.term, *(problem.find(wrt),) * order).term)


GAUSSIAN = r"$x_n,\mu\in\mathbb{R}^D$, $\Sigma$ is symmetric positive definite"
LOG_LIKELIHOOD = r"-\frac{N}{2}\ln|\Sigma|-\frac12\sum_{n=1}^N(x_n-\mu)^T\Sigma^{-1}(x_n-\mu)"


def test_what_is_the_same_in_every_term_stands_before_the_sum() -> None:
    # Bishop, Pattern Recognition and Machine Learning (2006), eq. 2.120 and exercise 2.34.
    assert answer(LOG_LIKELIHOOD, GAUSSIAN, r"\mu") == "Σ⁻¹ Σᵢ (xᵢ − μ)"
    assert answer(LOG_LIKELIHOOD, GAUSSIAN, r"\Sigma") == "(1/2)(Σ⁻¹(Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ) Σ⁻¹ − N Σ⁻¹)"


def test_a_turned_residual_has_its_positive_terms_first() -> None:
    # R qᵢ + t − pᵢ is how the residual of a rigid motion is written: Arun, Huang & Blostein (1987), eq. 3, turned.
    points = r"$p_i,q_i,t\in\mathbb{R}^3$, $R\in\mathbb{R}^{3\times3}$"
    assert answer(r"\frac12\sum_{i=1}^n\|p_i-Rq_i-t\|^2", points, "R") == "Σᵢ (R qᵢ + t − pᵢ) qᵢᵀ"


def test_a_difference_stands_one_way_round() -> None:
    fisher = r"$w,m_1,m_2\in\mathbb{R}^D$, $S_W$ is symmetric positive definite"
    found = answer(r"\frac{(w^T(m_2-m_1))^2}{w^TS_Ww}", fisher, "w")
    assert "m₁ − m₂" not in found and found.count("m₂ − m₁") == 3
    soft = answer(r"\frac12\|\mathrm{softmax}(x)-y\|^2", r"$x,y\in\mathbb{R}^n$", "x")
    assert "y − softmax(x)" not in soft and soft.count("softmax(x) − y") == 2


def test_norms_and_squared_norms_meet() -> None:
    # ‖x‖⁻³ has one name, whichever of the norm and its square it came from.
    found = answer(r"\frac{a^Tx}{\|a\|\|x\|}", r"$a,x\in\mathbb{R}^n$", "x", 2)
    assert found == "((3(aᵀx) x / ‖x‖² − a) xᵀ − (aᵀx) I − x aᵀ) / (‖a‖ ‖x‖³)"


def test_functions_of_one_number_go_by_their_shortest_name() -> None:
    rows = r"$a_i^T$ are the rows of $A\in\mathbb{R}^{m\times n}$, $b\in\mathbb{R}^m$, $x\in\mathbb{R}^n$"
    assert answer(r"\sum_{i=1}^m\log\cosh(a_i^Tx-b_i)", rows, "x") == "Aᵀtanh(A x − b)"
    assert answer(r"\log\cosh(a^Tx)", r"$a,x\in\mathbb{R}^n$", "x", 2) == "(1 − tanh(aᵀx)²) a aᵀ"
    # Mikolov et al., Distributed Representations of Words and Phrases (2013), eq. 4: its gradient in textbooks has σ(uᵀv) for noise.
    noise = answer(r"-\sum_{k=1}^K\log\sigma(-u_k^Tv)", r"$u_k,v\in\mathbb{R}^d$", "v")
    assert noise == "Σᵢ σ(uᵢᵀv) uᵢ"
    logistic = answer(r"\sum_{i=1}^n\log(1+e^{-w^Tx_i})", r"$w,x_i\in\mathbb{R}^d$", "w", 2)
    assert logistic == "Σᵢ σ(wᵀxᵢ)(1 − σ(wᵀxᵢ)) xᵢ xᵢᵀ"


def test_a_factor_of_all_terms_is_taken_out_beside_the_identity() -> None:
    # Boyd & Vandenberghe, Convex Optimization (2004), sec. 9.6 writes curvature as Aᵀ(…)A.
    found = answer(r"\|Ax-b\|_2", r"$A\in\mathbb{R}^{m\times n}$, $b\in\mathbb{R}^m$, $x\in\mathbb{R}^n$", "x", 2)
    assert found == "Aᵀ(I − (A x − b)(A x − b)ᵀ / ‖A x − b‖²) A / ‖A x − b‖"
    # Nothing is taken out where the terms are symmetric as they stand.
    spd = r"$A\in\mathbb{R}^{n\times n}$ symmetric positive definite, $x\in\mathbb{R}^n$"
    assert answer(r"\sqrt{x^TAx}", spd, "x", 2) == "(A − A x xᵀA / (xᵀA x)) / √(xᵀA x)"


def test_sums_over_the_rows_of_a_matrix_are_products_with_it() -> None:
    # Bishop (2006), eq. 4.97: H = Φᵀ R Φ with R = diag(yₙ(1 − yₙ)).
    given = r"$\phi_n,w\in\mathbb{R}^M$ and $t_n\in\{0,1\}$; $\Phi$ has the rows $\phi_n^T$."
    function = r"E(w) = -\sum_{n=1}^N\{t_n\ln y_n+(1-t_n)\ln(1-y_n)\}; y_n = \sigma(w^T\phi_n)"
    assert answer(function, given, "w", 2) == "Φᵀdiag(y ⊙ (𝟏 − y)) Φ"


def test_columns_that_share_an_inner_factor() -> None:
    # Matrix calculus tables: d(aᵀx xᵀb)/dx = (abᵀ + baᵀ)x (Petersen & Pedersen, eq. 81 with X = xxᵀ).
    assert answer("a^Txx^Tb", r"$a,b,x\in\mathbb{R}^n$", "x") == "(a bᵀ + b aᵀ) x"


def test_squares_are_spelled_as_the_function_spells_them() -> None:
    assert answer(r"\|x \otimes x\|_2^2", r"$x\in\mathbb{R}^n$", "x") == "4 ‖x‖² x"
    assert answer(r"(x^Tx)^2", r"$x\in\mathbb{R}^n$", "x") == "4(xᵀx) x"


def test_the_rows_of_a_short_jacobian_stand_below_each_other() -> None:
    given = r"$A\in\mathbb{R}^{n\times n}$, $b,x\in\mathbb{R}^n$"
    assert answer(r"(x^TAx,\ b^Tx)^T", given, "x") == "[xᵀ(A + Aᵀ); bᵀ]"


def asked_answer(function: str, given: str, wrt: str, order: int = 1) -> str:
    problem = read(function, given=given)
    return text(asked(problem.term, (problem.find(wrt),) * order, names=problem.shorthand).term)


def test_a_quotient_goes_by_its_name_in_its_derivatives() -> None:
    # The gradient of the Rayleigh quotient r is 2(Ax − r x)/(xᵀx): Trefethen & Bau, Numerical Linear Algebra (1997), eq. 27.3.
    given = r"$A$ and $B$ are symmetric $n\times n$ matrices, $B$ positive definite and $x \neq 0$."
    assert asked_answer(r"\lambda = \frac{x^TAx}{x^TBx}", given, "x") == "2(A − λ B) x / (xᵀB x)"
    second = asked_answer(r"\lambda = \frac{x^TAx}{x^TBx}", given, "x", 2)
    assert second == "2(A − λ B + 2((2 λ B − A) x xᵀB − B x xᵀA) / (xᵀB x)) / (xᵀB x)"
    inner = asked_answer(r"f(x) = \frac{\langle x,Ax\rangle}{\langle x,x\rangle}", given, "x")
    assert inner == "2(A x − f x) / ⟨x, x⟩"


def test_a_named_probability_and_what_is_left_of_one() -> None:
    # Böhning, Multinomial logistic regression algorithm (1992): the Hessian of one observation is −p(1 − p) x xᵀ.
    given = r"$\omega, x \in \mathbb{R}^d$; $y$ and $c > 0$ are scalars and $p = e^{\omega^Tx}/(e^{\omega^Tx}+c)$."
    found = asked_answer(r"L = y\,\omega^Tx-\ln\left(e^{\omega^Tx} + c\right)", given, r"\omega", 2)
    assert found == "−p (1 − p) x xᵀ"


def test_unknown_functions_of_entries_are_applied_to_arrays() -> None:
    # Hyvärinen & Oja, Independent component analysis (2000): with rows wᵢᵀ of W the gradient has g applied to W x.
    given = r"$w_i^T$ are the rows of $W\in\mathbb{R}^{n\times n}$, $x\in\mathbb{R}^n$"
    assert answer(r"\log|\det W|+\sum_{i=1}^n\log g(w_i^Tx)", given, "W") == "W⁻ᵀ + (g′(W x) ⊘ g(W x)) xᵀ"


def test_numbers_in_front_are_one_number() -> None:
    given = r"$K \in \mathbb{R}^{n\times n}$ symmetric, $y,\alpha\in\mathbb{R}^n$"
    assert answer(r"(1+\lambda)\alpha^TK\alpha-2y^TK\alpha", given, r"\alpha") == "2 K ((1 + λ) α − y)"


def test_squares_of_labels_are_one() -> None:
    # With yᵢ = ±1 the Hessian of the logistic loss is Σ σ(1 − σ) xᵢxᵢᵀ: Hastie, Tibshirani & Friedman (2009), eq. 4.24 in those labels.
    given = r"$w,x_i\in\mathbb{R}^d$, $y_i\in\{-1,1\}$"
    found = answer(r"\sum_{i=1}^n\log(1+e^{-y_iw^Tx_i})", given, "w", 2)
    assert found == "Σᵢ σ(yᵢ wᵀxᵢ)(1 − σ(yᵢ wᵀxᵢ)) xᵢ xᵢᵀ"
    rows = r"$x_i^T$ are the rows of $X\in\mathbb{R}^{n\times d}$, $y\in\{-1,1\}^n$"
    stacked = answer(r"\sum_{i=1}^n\log(1+e^{-y_iw^Tx_i})", rows, "w", 2)
    assert stacked == "Xᵀdiag(σ(y ⊙ (X w)) ⊙ (𝟏 − σ(y ⊙ (X w)))) X"


def test_a_projection_cancels_inside_products() -> None:
    # The residual of least squares has XᵀX-orthogonal parts: Golub & Pereyra (1973), eq. 4.8, with P = X (XᵀX)⁻¹Xᵀ.
    given = r"$X\in\mathbb{R}^{m\times n}$, $y\in\mathbb{R}^m$"
    found = answer(r"\|y-X(X^TX)^{-1}X^Ty\|^2", given, "X")
    assert found == "2(X (XᵀX)⁻¹ Xᵀy − y) yᵀX (XᵀX)⁻¹"


def test_a_definition_with_its_space_gives_its_name() -> None:
    given = r"$X\in\mathbb{R}^{n\times d}$, $y\in\mathbb{R}^n$, $w\in\mathbb{R}^d$. Let $r=Xw-y\in\mathbb{R}^n$ be the residual."
    assert asked_answer(r"\frac12\|Xw-y\|^2", given, "w") == "Xᵀr"


def test_numbers_with_two_summed_indices_are_entries_and_not_one_number() -> None:
    # Bishop (2006), eq. 12.10: each xₙ has coordinates zₙⱼ of its own.
    given = r"$x_n,\mu,u_j\in\mathbb{R}^D$, $z_{nj}\in\mathbb{R}$"
    found = answer(r"\sum_{n=1}^N\|x_n-\mu-\sum_{j=1}^Mz_{nj}u_j\|^2", given, r"\mu")
    assert found == "−2 Σᵢ (xᵢ − μ − Σⱼ zᵢⱼ uⱼ)"
    problem = read(r"\sum_{n=1}^N\|x_n-\mu-\sum_{j=1}^Mz_{nj}u_j\|^2", given=given)
    assert problem.symbols["z"].rank == 2


def test_functions_that_are_numbered_are_the_entries_of_one() -> None:
    # Boyd & Vandenberghe, 11.2.1: the gradient of the logarithmic barrier is Σᵢ ∇fᵢ(x)/(−fᵢ(x)), the Jacobian's transpose times that.
    given = r"$x\in\mathbb{R}^n$, $f_i:\mathbb{R}^n\to\mathbb{R}$"
    assert answer(r"-\sum_{i=1}^m\log(-f_i(x))", given, "x") == "J_f(x)ᵀ(𝟏 ⊘ (−f(x)))"
    assert answer(r"f_0(x)+\sum_{i=1}^m\lambda_i f_i(x)", given, "x") == "∇f₀(x) + J_f(x)ᵀ λ"


def test_roots_of_numbers_are_under_one_root_and_squared_away() -> None:
    # Hendrycks & Gimpel, Gaussian Error Linear Units (2016): x Φ(x) has derivative Φ(x) + x φ(x), φ(x) = exp(−x²/2)/√(2π).
    gelu = answer(r"x \Phi(x), \Phi(x) = \frac12 (1 + \operatorname{erf}(x/\sqrt 2))", r"$x\in\mathbb{R}$", "x")
    assert gelu == "Φ(x) + x exp(−(1/2) x²) / √(2 π)"
    assert answer(r"\operatorname{erf}(x/\sqrt{2})", r"$x\in\mathbb{R}$", "x") == "√(2/π) exp(−(1/2) x²)"
    # The derivative of erf(x) itself has one root only, which stays below.
    assert answer(r"\operatorname{erf}(x)", r"$x\in\mathbb{R}$", "x") == "2 exp(−x²) / √(π)"


def test_the_exponent_of_a_matrix_may_be_given_as_a_number() -> None:
    cube = answer(r"\operatorname{tr}(X^k)", r"$k = 3$, $X\in\mathbb{R}^{n\times n}$", "X")
    assert cube == answer(r"\operatorname{tr}(X^3)", r"$X\in\mathbb{R}^{n\times n}$", "X") == "3(X²)ᵀ"
