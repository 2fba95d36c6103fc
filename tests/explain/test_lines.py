"""What a line of a derivation says, and that it goes on with the line above it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import gradatim as gd
from gradatim import ops
from gradatim.explain.algebra import alike
from gradatim.explain.checker import faults
from gradatim.explain.derivation import Derivation
from gradatim.explain.explain import STYLES


def made(function: str, given: str, *wrt: str, style: str = "chain") -> Derivation:
    return gd.explain(gd.read(function, given=given), *wrt, style=style)


def lines(d: Derivation) -> list[str]:
    return [f"{s.before} = {s.after}" for s in d.steps]


def rules(d: Derivation) -> dict[str, str]:
    return {str(s.before): s.rule for s in d.steps if not s.continues}


@pytest.mark.parametrize("style", STYLES)
def test_a_line_goes_on_with_the_line_above(style: str) -> None:
    """In a second derivative nothing is said twice, and what goes on with a line that was said before is not said either."""
    d = made(r"\log(x^T A x)", "A is a symmetric n × n matrix, x a vector of length n", "x", "x", style=style)
    for above, step in zip(d.steps, d.steps[1:]):
        assert not step.continues or step.before is above.after


def test_a_line_that_goes_on_with_another_is_a_fault() -> None:
    d = made(r"\|A x - b\|^2", "A is an m × n matrix, x a vector of length n, b a vector of length m", "x")
    at = next(k for k, s in enumerate(d.steps) if s.continues)
    loose = (*d.steps[: at - 1], *d.steps[at:])
    found, _ = faults(replace(d, steps=loose))
    assert [f.reason for f in found] == ["it does not go on with the line above"]


def test_factors_that_move_together_are_a_product() -> None:
    given = "X, A and B are m × n matrices"
    d = made(r"\operatorname{tr}((X \odot A)^T (X \odot B))", given, "X", style="differential")
    assert rules(d)["df"] == "product rule"
    one = made(r"\operatorname{tr}((X \odot A)^T B)", given, "X", style="differential")
    assert rules(one)["df"] == "linearity"


def test_functions_of_a_matrix_term_by_term() -> None:
    """d tr(A log A) = tr(log(A) dA) + tr(A A⁻¹ dA), as A commutes with log A; log det eˣ is the trace."""
    d = made(r"\operatorname{tr}(A \log A)", "A is a symmetric positive definite n × n matrix", "A", style="differential")
    assert "df = tr(logm(A) dA) + tr(A A⁻¹ dA)" in lines(d)
    chain = made(r"\operatorname{tr}(A \log A)", "A is a symmetric positive definite n × n matrix", "A")
    assert "tr(A A⁻¹ dA)" in chain.steps[0].why
    d = made(r"\log\det e^X", "X is an n × n matrix", "X", style="differential")
    assert "df = tr(expm(X)⁻¹ expm(X) dX)" in lines(d) and not d.steps[0].needs


def test_a_scalar_times_a_matrix_is_not_under_a_trace() -> None:
    d = made("u^T e^{tA} v", "A is an n × n matrix, t a scalar, u and v vectors of length n", "t")
    assert d.steps[0].rule == "derivative of the matrix exponential"
    assert "commutes" in d.steps[0].why


def test_a_power_whose_exponent_moves() -> None:
    assert made("x^x", "x is a positive scalar", "x").steps[0].rule == "logarithmic differentiation"
    assert made("a^x", "a and x are positive scalars", "x").steps[0].rule == "derivative of the exponential"


def test_sums_over_entries_go_by_one_entry() -> None:
    """−(log pᵢ + 1) is the derivative of −pᵢ log pᵢ; no other summand has pᵢ in it."""
    d = made(r"-\sum_{k=1}^n p_k \log p_k", "p is a vector of length n", "p")
    assert lines(d)[:2] == ["(∂f/∂p)ₖ = −(log(pₖ) + 1)", "∂f/∂p = −(log(p) + 𝟏)"]
    assert d.steps[0].rule == "product rule" and "only the summand" in d.steps[0].why
    # What is no sum of one summand for each entry is not taken for one.
    assert "(∂f/∂x)" not in made(r"\sum_{i=1}^n \sum_{j=1}^n (x_i - x_j)^2", "x is a vector of length n", "x").text()


def test_of_a_family_one_summand_moves() -> None:
    d = made(r"\log \sum_{k=1}^K \exp(w^T x_k)", r"w and x_k are vectors of length d for $k = 1, \dots, K$", "x_k")
    assert any("of the sum only the summand" in s.why for s in d.steps)


def test_the_letter_of_the_sum_is_the_authors() -> None:
    d = made(r"\sum_{k=1}^N \log(1 + \exp(w^T x_k))", r"$w, x_k \in \mathbb R^d$ for $k = 1, \dots, N$", "w")
    assert "Σₖ" in d.text() and "Σᵢ" not in d.text() and r"\sum_{k" in d.latex()
    # The member that is asked for keeps its letter, so the sum takes another.
    other = made(r"\log \sum_{k=1}^K \exp(w^T x_k)", r"w and x_k are vectors of length d for $k = 1, \dots, K$", "x_k")
    assert "Σₖ" not in other.text()


def test_what_is_in_order_is_not_put_in_order() -> None:
    d = made(r"\|x\|", "x is a vector of length n", "x", style="differential")
    assert [s.rule for s in d.steps] == ["differential of the norm", "identification", "shape check"]


def test_the_laws_of_the_trace_are_those_that_are_used() -> None:
    given = "A is an m × m matrix, X is m × n, B is n × n"
    d = made(r"\operatorname{tr}(X^T A X B)", given, "X", style="differential")
    turned = next(s for s in d.steps if s.rule == "cyclic property of the trace")
    assert "tr(Aᵀ) = tr(A)" in turned.why
    plain = made(r"\operatorname{tr}(A X B)", "A is p × m, X is m × n, B is n × p", "X", style="differential")
    assert "tr(Aᵀ)" not in plain.text()


def test_the_name_of_a_product_is_used_in_longer_products() -> None:
    given = r"w and x_i are vectors of length d, y_i scalars for $i = 1, \dots, N$"
    d = made(r"\sum_{i=1}^N (\exp(w^T x_i) - y_i w^T x_i)", given, "w")
    assert "f = Σᵢ (exp(uᵢ) − yᵢ uᵢ)" in lines(d) and "∂f/∂uᵢ = exp(uᵢ) − yᵢ" in lines(d)


def residual(depth: int) -> tuple[gd.Term, gd.Term, gd.Term]:
    x, W = gd.vector("x", "n"), gd.matrix("W", "n", "n")
    h: gd.Term = x
    for _ in range(depth):
        h = h + gd.tanh(W @ h)
    return gd.sqnorm(h), x, W


@pytest.mark.parametrize("style", STYLES)
def test_layers_are_numbered_and_the_middle_is_folded(style: str) -> None:
    """Every layer h₁ … h₁₂ has its name, its line and its check; what is written is the first and the last."""
    f, x, _ = residual(12)
    d = gd.explain(f, x, style=style)
    every = [s for step in d.steps[:-1] for s in (*step.between, step)]
    shown = [f"{s.before} = {s.after}" for s in every]
    assert {f"h{n} = h{m} + tanh(z{n})" for n, m in (("₂", "₁"), ("₇", "₆"), ("₁₂", "₁₁"))} <= set(shown)
    assert any(line.startswith("∂f/∂h₅ = ") for line in shown)
    assert all(s.checked for s in every)
    assert sum(not s.continues for s in d.steps) <= 50
    assert d.text().count("⋮") >= 3 and d.latex().count(r"\vdots") >= 3 and "lines of the same form" in d.html()
    assert "⋮" not in d.text("full") and "h₇ = h₆ + tanh(z₇)" in d.text("full")
    assert d.as_json()["steps"] and d.hints and d.markdown()
    numbers = [int(n) for n in re.findall(r"^ *(\d+)\. ", d.text("full"), re.M)]
    assert len(numbers) > 60
    assert numbers == list(range(1, len(numbers) + 1))
    assert d.asked == ("differential" if style == "differential" else "") and (not d.asked or "chain rule" in d.note)


def test_many_ways_are_not_all_written() -> None:
    f, _, W = residual(12)
    d = gd.explain(f, W)
    assert "⋯" in d.text() and max(map(len, d.text().splitlines())) < 140
    assert d.result is gd.gradient(f, W)


@pytest.mark.parametrize("style", STYLES)
def test_what_is_constant_nearby_does_not_move(style: str) -> None:
    """The pieces of Huber's function: each indicator stands still, and the condition says where it does not."""
    huber = r"\begin{cases} \frac12 r^2 & |r| \le d \\ d(|r| - \frac12 d) & |r| > d \end{cases}"
    d = made(huber, "r and d are scalars", "r", style=style)
    assert not any(str(s.after) == "0" for s in d.steps) and not any(s.kind == "definition" for s in d.steps)
    assert "|r| − d ≠ 0" in d.text()


def test_an_entry_is_zero_where_its_name_is() -> None:
    """r = relu(z) is 0 where 𝟙[z > 0] is: both laws of the line are named."""
    d = made(r"\|\operatorname{relu}(W x)\|^2", "W is m × n, x a vector of length n", "W")
    assert any("𝟙[z > 0] ⊙ r = r" in s.why for s in d.steps)


def test_like_terms_are_gathered_before_they_are_turned() -> None:
    """y (1 − h) − (1 − y) h = y − h stands on a line of its own."""
    given = r"$w, x_i \in \mathbb R^d$, $y_i$ a scalar for $i = 1, \dots, N$"
    loss = r"h_i = \frac{1}{1 + \exp(-w^T x_i)}; L = -\sum_{i=1}^N [y_i \log h_i + (1 - y_i) \log(1 - h_i)]"
    d = made(loss, given, "w", style="differential")
    assert any(s.why == "like terms gathered" and "(yᵢ − hᵢ)" in str(s.after) for s in d.steps)


def test_what_is_known_of_others_is_used_in_a_gradient_that_is_differentiated_again() -> None:
    """𝟏ᵀt = 1 for probabilities t: the gradient is (p − t), and it goes on as that."""
    d = made(r"-t^T \log \operatorname{softmax}(z)", "t is a probability vector of length K, z a vector of length K", "z", "z")
    named = next(s for s in d.steps if str(s.before) == "g")
    assert str(named.after) == "softmax(z) − t"


def test_order_alone_is_no_line() -> None:
    given = r"$x_i, \theta \in \mathbb R^n$, $y_i$ and the weights $w_i$ are scalars for $i = 1, \dots, m$"
    d = made(r"\frac12 \sum_{i=1}^m w_i (\theta^T x_i - y_i)^2", given, r"\theta")
    at = next(k for k, s in enumerate(d.steps) if str(s.before) == "∂f/∂uᵢ")
    assert not d.steps[at + 1].continues


def test_sums_by_a_number_stay_sums_first() -> None:
    d = made(r"\log \sum_{k=1}^K \exp(a_k + b_k t)", "a and b are vectors of length K, t a scalar", "t")
    at = next(k for k, s in enumerate(d.steps) if str(s.before) == "∂s/∂t")
    assert str(d.steps[at].after) == "Σᵢ bᵢ exp(aᵢ + bᵢ t)"
    assert d.steps[at + 1].continues and d.steps[at + 1].why == "Σᵢ aᵢ bᵢ = aᵀb"


def test_a_sum_of_matrices_has_a_capital_and_a_family_is_explained() -> None:
    given = "a_i are vectors of length d, w a vector of length N"
    d = made(r"\log\det(\sum_{i=1}^N w_i a_i a_i^T)", given, "w")
    assert str(d.steps[0].before) == "S" and "a by itself is the matrix with the rows aᵢᵀ" in d.text()


def test_one_factor_that_moves_is_linear() -> None:
    assert made(r"a \times x", "a and x are vectors of length 3", "x").steps[0].rule == "linearity of the cross product"


def test_a_definition_that_holds_the_variable_moves() -> None:
    """min(π, d) by s, where d = s³: π is constant nearby, d is not."""
    p = gd.read(r"d = s^3; f = \min(\pi, d)", given="s is a scalar")
    for style in STYLES:
        assert all(s.checked for s in gd.explain(p, "s", style=style).steps)
    assert "df/dd = 𝟙[d < π]" in lines(gd.explain(p, "s"))


def test_a_line_of_deltas_that_is_gathered_is_algebra() -> None:
    d = made(r"\operatorname{softmax}(z)", "z is a vector of length n", "z", style="index")
    gathered = next(s for s in d.steps if s.continues)
    assert gathered.rule == "algebra" and gathered.why == "deltas carried out, and gathered"


def test_the_index_style_leads_arrays_by_arrays_by_entries() -> None:
    """R = M − U Vᵀ: ∂Rᵢⱼ/∂Uₖₗ = −δᵢₖ Vⱼₗ, and the chain rule sums over the entries of R."""
    d = made(r"\|M - U V^T\|_F^2", "M is m × n, U is m × k, V is n × k", "U", style="index")
    said = {f"{s.before} = {s.after}" for s in d.steps}
    assert any("(∂R/∂U)" in line and "δ" in line for line in said)
    assert any("= Σ" in s.why and "(∂f/∂R)" in s.why and "(∂R/∂U)" in s.why for s in d.steps if s.rule == "chain rule")
    assert str(d.result) == "−2(M − U Vᵀ) V" and all(s.checked for s in d.steps)


def test_what_has_no_entries_goes_by_differentials() -> None:
    d = made(r"\operatorname{diag}(x)^2 A x", "A is an n × n matrix, x a vector of length n", "x", style="index")
    assert d.style == "differential" and d.asked == "index" and "not everything" in d.text().splitlines()[0]


@pytest.mark.parametrize("style", STYLES)
def test_a_softmax_meets_its_logarithm(style: str) -> None:
    """What cancels in −(diag(p) − p pᵀ)(y ⊘ p) is said: 𝟏ᵀy = 1 is used of the one-hot y."""
    d = made(
        r"p = \operatorname{softmax}(z); L = -\sum_{i=1}^c y_i \log p_i",
        "$z \\in \\mathbb R^c$, and $y \\in \\mathbb R^c$ is one-hot",
        "z",
        style=style,
    )
    assert any("𝟏ᵀy = 1 (one-hot)" in s.why for s in d.steps)


def test_terms_go_to_the_end_before_they_are_gathered() -> None:
    d = made(r"\operatorname{tr}(X^T B X)", "B is an n × n matrix, X an n × m matrix", "X", style="differential")
    assert "tr(dXᵀ B X) + tr(XᵀB dX) = tr(XᵀBᵀ dX) + tr(XᵀB dX)" in lines(d)


def test_what_a_sum_becomes() -> None:
    """Σᵢ aᵢ xᵢ is Xᵀa; of det Xᵏ the k terms are equal."""
    d = made(
        r"-\sum_{i=1}^m \log(b_i - a_i^T x)",
        "$a_i^T$ are the rows of $A \\in \\mathbb R^{m \\times n}$, b and x are vectors",
        "x",
    )
    assert "Σᵢ aᵢ xᵢ = Xᵀa" in d.steps[-2].why
    power = made(r"\det(X^k)", "X is an invertible n × n matrix, k a positive integer", "X")
    assert "k equal terms" in power.steps[-2].why


def test_signs_and_scalars_stand_before_a_trace() -> None:
    d = made(
        r"\operatorname{tr}(B (2 Y)^{-1} C)", "Y is an invertible n × n matrix, B and C n × n matrices", "Y", style="differential"
    )
    assert not any(re.search(r"tr\([−\d]", line) for line in lines(d)), lines(d)
    d = made(r"\|P - U V^T\|_F^2", "P is an m × n matrix, U an m × r matrix, V an n × r matrix", "U", style="differential")
    assert not any("tr(−" in line for line in lines(d)), lines(d)


def test_what_is_read_off_is_what_the_line_has() -> None:
    """No line takes back what the line before has worked out."""
    d = made(
        r"-\sum_i s_i \log q_i; q = \operatorname{softmax}(y/\rho)",
        "y, s vectors of length n, ρ a scalar",
        "y",
        style="differential",
    )
    at = next(k for k, s in enumerate(d.steps) if s.rule == "identification")
    assert "⊘" not in str(d.steps[at].after) and "⊘" not in str(d.steps[at - 1].after)
    assert str(d.result) == "((𝟏ᵀs) q − s) / ρ"


def test_a_line_does_not_mix_a_name_with_what_it_stands_for() -> None:
    """Where u is ‖y − c‖, its square is u²."""
    d = made(r"\frac{y - c}{\|y - c\|}", "y, c vectors of length n", "y", style="differential")
    assert not any("u" in line.split(" = ", 1)[1] and "‖" in line.split(" = ", 1)[1] for line in lines(d)), lines(d)


def test_a_condition_speaks_of_the_members_of_its_line() -> None:
    given = "$u, z_k \\in \\mathbb{R}^d$, scalars $s_k$, $c$"
    for style in ("chain", "differential"):
        d = made(r"\sum_{k=1}^K \max(0, 1 - s_k (u^T z_k + c))", given, "c", style=style)
        assert [s for s in d.steps if s.needs] and "for uᵢ" not in d.text() and "ᵢ ≠ 0" not in d.text()


def test_a_law_of_scalars_leaves_the_arrays() -> None:
    """dy − (1/n) 𝟏 𝟏ᵀ dy is gathered with nothing cancelled."""
    d = made(r"y - \frac{1}{n} \mathbf{1} \mathbf{1}^T y", "y a vector of length n", "y", style="differential")
    assert "cancelled" not in d.text()


def test_factors_of_a_square_product_come_apart_by_laws() -> None:
    d = made(r"\det(Y^T C Y)", "Y and C are invertible n × n matrices", "Y")
    assert str(d.result) == "2 det(C) det(Y)² Y⁻ᵀ"
    last = next(s for s in reversed(d.steps) if s.rule == "algebra")
    assert "det(YᵀC Y) = det(Y)² det(C)" in last.why and "(YᵀC Y)⁻¹ = Y⁻¹ C⁻¹ Y⁻ᵀ" in last.why and len(last.substeps) > 1


def test_formulas_that_share_parts_are_compared_part_by_part() -> None:
    """Written out, sixty layers of x + tanh(x) have 2⁶⁰ parts."""
    x = gd.vector("x", "n")
    straight, turned, other = x, x, x
    for _ in range(60):
        straight, turned = ops.add(straight, ops.tanh(straight)), ops.add(ops.tanh(turned), turned)
        other = ops.add(other, ops.sin(other))
    assert straight is not turned and alike(straight, turned)
    assert not alike(straight, other)
