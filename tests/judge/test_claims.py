"""Full claims, alone and among the displays of a file."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import ReadError
from gradatim.judge.claims import claims_of

NOTES = r"""# Least squares

Let $A \in \mathbb{R}^{m\times n}$, $x \in \mathbb{R}^n$ and $b \in \mathbb{R}^m$, and let $L(x) = \|Ax - b\|^2$.

The gradient is $\nabla_x L(x) = 2A^T(Ax - b)$, and so

$$\nabla^2_x L(x) = 2A^TA.$$

# Quadratic forms

For a matrix $B \in \mathbb{R}^{n\times n}$ and a vector $x \in \mathbb{R}^n$,
\begin{align}
\nabla_x\, x^TBx &= 2Bx \\
\nabla_x\, x^TBx &= (B + B^T)x \\
                 &= Bx + B^Tx
\end{align}
and $\frac{\partial}{\partial q} q$ is no claim. $$\nabla_x \operatorname{mystery}(x) = x$$

```
$$\nabla_x x^Tx = 7x$$
```
"""


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"\nabla_X a^T X b = a b^T", "right"),
        (r"\nabla_X a^T X b = b a^T", "right up to layout"),
        (r"\frac{\partial}{\partial X} \log\det X = X^{-T}", "right"),
        (r"\frac{\partial \log\det X}{\partial X} = X^{-1}", "right up to layout"),
        (r"\frac{d}{dx} x^TAx = (A + A^T)x", "right"),
        (r"\frac{\partial x^TAx}{\partial x^T} = x^T(A + A^T)", "right"),
        (r"f(x) = x^TAx; \nabla_x f(x) = Ax", "wrong"),
        (r"f(x) = x^TAx; \nabla^2_x f = A + A^T", "right"),
        ("d/dx (x^T x) = 2x", "right"),
        ("d/dx x'A x = 2A x", "right under a condition"),
        (r"\nabla_x \frac12\|Ax-b\|^2 = A^T(Ax-b) = A^TAx - A^Tb", "right"),
    ],
)
def test_a_claim_is_its_own_question(claim: str, outcome: str) -> None:
    assert gd.check(claim).outcome == outcome


def test_what_is_no_claim() -> None:
    for text in ("x^T x", "a = b", r"\nabla f = 2x"):
        with pytest.raises(ReadError):
            gd.check(text)


def test_every_claim_of_a_file_with_its_place() -> None:
    found = list(claims_of(NOTES))
    assert [(c.line, c.state) for c in found] == [(5, "holds"), (7, "holds"), (13, "doubtful"), (14, "holds"), (17, "not read")]
    assert found[1].column == 3 and NOTES.splitlines()[6][2:].startswith(r"\nabla^2")
    assert found[2].verdict.mistake == "symmetry"


@pytest.mark.parametrize(
    ("source", "state"),
    [
        # Sums over repeated indices, as Einstein writes them: no sum is missing.
        (r"With a vector $v$ and a square matrix $M$, in Einstein's notation $$\frac{d}{dv_r}(v^\top M v) = \frac{d}{dv_r}v_sm_{st}v_t$$", ""),
        # What the text says in another language may be the condition.
        (r"设 $M$ 为对称矩阵, 则 $$\nabla_v v^TMv = 2Mv$$", ""),
        (r"Let $M$ be a square matrix. $$\nabla_v v^TMv = 2Mv$$", "doubtful"),
        # A composition is no product of entries.
        (r"$$\frac{\partial}{\partial\boldsymbol{t}}(q\circ r)(\boldsymbol{t})= \frac{\partial q}{\partial r}\frac{\partial r}{\partial \boldsymbol t}$$", ""),
        # One letter for two functions.
        (r"Let $q(u) = u_1^2 + 3u_2^2$. For $q(u) = \frac12 u^2$ we have $\nabla q(u) = u$.", ""),
        # Derivatives may stay in what a text claims, and their values decide.
        (r"For functions $q$ and $r$ of a scalar $t$, $$\frac{d}{dt} [q(t) r(t)] = q(t) \frac{d}{dt} r(t) + r(t) \frac{d}{dt} q(t) \quad\textrm{Product rule}$$", "holds"),
        (r"For functions $q$ and $r$ of a scalar $t$, $$\frac{d}{dt} [q(t) r(t)] = q(t) \frac{d}{dt} r(t) - r(t) \frac{d}{dt} q(t) \quad\textrm{Product rule}$$", "doubtful"),
        (r"Let $q(a,b) = (a+b)^2$, $a(t) = t^2$, $b(t) = 5t$. $$\frac{\partial q}{\partial t} = \frac{\partial q}{\partial a}\frac{\partial a}{\partial t} + \frac{\partial q}{\partial b}\frac{\partial b}{\partial t}$$", "holds"),
        # A condition behind the claim.
        (r"$$\frac{d}{dt} t^p = p t^{p-1} \;\text{for } p \neq 0$$", "holds"),
        (r"$$\frac{d}{dt} t^p = t^{p-1} \;\text{for } p = 1$$", ""),
        # A name that is defined by a chain whose first member is only named.
        (r"$$\begin{aligned} q &= \log p(s|z; u) \\ &= s u^Tz - e^{u^Tz} \end{aligned}$$ so $$\frac{\partial q}{\partial u} = (s - e^{u^Tz})z$$", "holds"),
        # The gradient of a function of one argument is by that.
        (r"The loss of $u$ is $$Q(u) = \|Hu - s\|^2$$ hence $$\nabla Q(u) = 2H^T(Hu - s)$$", "holds"),
    ],
)  # fmt: skip
def test_claims_are_doubted_only_for_what_was_read(source: str, state: str) -> None:
    (found,) = claims_of(source)
    assert found.state == (state or "not read"), found.verdict.message


def test_a_function_that_no_text_defines_is_named() -> None:
    (found,) = claims_of(r"$$\nabla Q(u) = H^T(Hu - s)$$")
    assert found.verdict.message == "Q is not defined in the text"


def test_equations_side_by_side_after_a_comma() -> None:
    found = list(claims_of(r"$$\nabla_M \text{tr}(PMQ) = P^TQ^T, \nabla_M \text{tr}(M^TPM) = (P + P^T)M$$"))
    assert [c.state for c in found] == ["holds", "holds"]


def test_a_derivative_that_is_set_to_zero_is_not_found_to_be_zero() -> None:
    """Where the function was read as free of the variable, the `= 0` behind the gradient is no evidence."""
    (found,) = claims_of(r"Let $Q(v) = \|h\|^2$. $$\nabla Q(v) = H^Tr + 2v = 0$$")
    assert found.state != "holds"


JACOBIANS = r"""Let $X \in \mathbb{R}^{n \times d}$ and $w \in \mathbb{R}^d$. @

The Jacobian of $Xw$ with respect to $w$ is $X^T$.

The Jacobian of $Xw$ with respect to $w$ is $X$.
"""


def test_a_jacobian_has_the_rows_of_its_function() -> None:
    transposed, plain = claims_of(JACOBIANS.replace("@", ""))
    assert (transposed.state, plain.state) == ("doubtful", "holds")
    assert transposed.verdict.mistake == "transpose" and "denominator layout" in transposed.verdict.message


@pytest.mark.parametrize(
    "said", ["We use the denominator layout throughout.", r"Recall that $$\frac{\partial (Bw)}{\partial w} = B^T.$$"]
)
def test_a_text_may_lay_its_jacobians_the_other_way(said: str) -> None:
    assert "holds" in [c.state for c in claims_of(JACOBIANS.replace("@", said)) if c.text.endswith("X^T")]


@pytest.mark.parametrize("unit", ["q", "1", "x,", "(", "\\[ x ", "x = ", "a b ", "A is a matrix, ", "data:image/png;base64,"])
def test_a_claim_is_found_behind_what_has_no_end(unit: str) -> None:
    """xᵀAx has the gradient (A + Aᵀ)x, whatever stands between the declarations and the claim."""
    noise = (unit * 60_000)[:60_000]
    text = f"Let $A \\in \\mathbb{{R}}^{{n\\times n}}$ and $x \\in \\mathbb{{R}}^n$.\n\n{noise}\n\nThen\n\\[ \\nabla_x x^T A x = (A + A^T) x \\]\n"
    assert [c.state for c in claims_of(text)] == ["holds"]


def test_how_far_declarations_were_looked_for_is_said() -> None:
    sentence = "Nothing is declared in this sentence of a long lecture. "
    text = "Let $x \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{m\\times n}$.\n\n" + f"{sentence * 20}\n\n" * 110
    (claim,) = claims_of(text + "\\[ \\nabla_x \\|Ax\\|^2 = 2A^TAx \\]\n")
    assert claim.state == "holds" and any("30000 characters" in a.text for a in claim.verdict.assumed)
