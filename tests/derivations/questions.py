"""The derivations that are kept as goldens: functions as people write them, each with its declarations and its variables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """`first` holds the names of definitions whose derivative a hint asks for before the others."""

    name: str
    function: str
    given: str
    wrt: tuple[str, ...]
    style: str = "chain"
    first: tuple[str, ...] = ()


def q(name: str, function: str, given: str, *wrt: str, style: str = "chain", first: tuple[str, ...] = ()) -> Question:
    return Question(name, function, given, wrt, style, first)


HOMEWORK = (
    r"constant scalar $a$, constant vectors $\mathbf b, \mathbf c, \mathbf d, \mathbf e, \mathbf w$, variable scalar $u$, "
    r"variable vectors $\mathbf x_i, i = 1 \dots N$, variable matrix $\mathbf X$"
)
NETWORK = (
    r"matrix $\mathbf W^{(1)}$, column vectors $\mathbf b^{(1)}, \mathbf x$, scalars $b^{(2)}, y$, row vector $\mathbf w^{(2)}$"
)
TWO_LAYERS = r"\hat y = \mathbf w^{(2)} (\mathbf W^{(1)} \mathbf x + \mathbf b^{(1)}) + b^{(2)}; \mathcal L = (y - \hat y)^2"
CROSS = (
    r"h(\mathbf w, \mathbf x_i) = \frac{1}{1 + \exp(-g(\mathbf w)^T \mathbf x_i)}; g(w) = w^2; "
    r"L(\mathbf w) = -\frac1N \sum_{i=1}^N [y_i \log h(\mathbf w, \mathbf x_i) + (1 - y_i) \log(1 - h(\mathbf w, \mathbf x_i))]"
)
EXAMPLES = r"$\mathbf w \in \mathbb R^D$, $\mathbf x_i \in \mathbb R^D$, $y_i$ a scalar for $i = 1, \dots, N$, $g$ is applied elementwise"
LINEAR = r"A is an m × n matrix, x a vector of n, b a vector of m"
SQUARE = r"X is an invertible n × n matrix"
GAUSS = r"S is a symmetric positive definite d × d matrix, x and m are vectors of d"
DEEP = r"V is a c × h matrix, W an h × d matrix, x a vector of d, a a vector of h, y a one-hot vector of c"

QUESTIONS = [
    q("hw-1.1", r"v = \frac{\exp(au)}{u^3} - 3u^2 + 2au + 5a - 10", HOMEWORK, "u"),
    q("hw-1.2", r"z = \ln(\sum_{i=1}^N \exp(\mathbf w^T \mathbf x_i))", HOMEWORK, r"\mathbf x_i"),
    q("hw-1.3", r"y = a \ln(\exp(\mathbf b^T \mathbf X \mathbf c) + \exp(\mathbf d^T \mathbf X \mathbf e))", HOMEWORK, "X"),
    q("hw-2.1", TWO_LAYERS, NETWORK, "b1"),
    q("hw-2.2", TWO_LAYERS, NETWORK, "W1"),
    q("hw-3.1", CROSS, EXAMPLES, "w", first=(r"\hat{y}", "h")),
    q("hw-1.3-differential", r"y = a \ln(\exp(\mathbf b^T \mathbf X \mathbf c) + \exp(\mathbf d^T \mathbf X \mathbf e))", HOMEWORK, "X", style="differential"),
    q("hw-1.2-differential", r"z = \ln(\sum_{i=1}^N \exp(\mathbf w^T \mathbf x_i))", HOMEWORK, r"\mathbf x_i", style="differential"),
    q("hw-2.2-differential", TWO_LAYERS, NETWORK, "W1", style="differential"),
    q("hw-3.1-differential", CROSS, EXAMPLES, "w", style="differential"),
    q("hw-1.3-index", r"y = a \ln(\exp(\mathbf b^T \mathbf X \mathbf c) + \exp(\mathbf d^T \mathbf X \mathbf e))", HOMEWORK, "X", style="index"),
    q("linear-form", r"a^T x", "a and x are vectors of n", "x"),
    q("quadratic-form", r"x^T A x", "A is an n × n matrix, x a vector of n", "x"),
    q("quadratic-form-index", r"x^T A x", "A is an n × n matrix, x a vector of n", "x", style="index"),
    q("least-squares", r"\|A x - b\|^2", LINEAR, "x"),
    q("least-squares-differential", r"\|A x - b\|^2", LINEAR, "x", style="differential"),
    q("least-squares-index", r"\|A x - b\|^2", LINEAR, "x", style="index"),
    q("ridge", r"\|A x - b\|^2 + \lambda \|x\|^2", LINEAR, "x"),
    q("weighted-least-squares", r"(A x - b)^T W (A x - b)", LINEAR + ", W a symmetric m × m matrix", "x"),
    q("distance", r"\|x - c\|", "x and c are vectors of n", "x"),
    q("absolute-value", r"|a^T x|", "a and x are vectors of n", "x"),
    q("log-det", r"\log \det X", SQUARE, "X"),
    q("log-det-differential", r"\log \det X", SQUARE, "X", style="differential"),
    q("log-det-gram-differential", r"\log \det(X^T A X)", "X is an m × n matrix, A a symmetric positive definite m × m matrix", "X", style="differential"),
    q("det", r"\det X", SQUARE, "X"),
    q("det-gram", r"\det(X^T X)", "X is an m × n matrix", "X"),
    q("inverse-form", r"a^T X^{-1} b", SQUARE + ", a and b vectors of n", "X"),
    q("inverse-form-differential", r"a^T X^{-1} b", SQUARE + ", a and b vectors of n", "X", style="differential"),
    q("inverse-trace-differential", r"\operatorname{tr}(A X^{-1} B)", SQUARE + ", A and B are n × n matrices", "X", style="differential"),
    q("inverse-matrix", r"X^{-1}", SQUARE, "X"),
    q("trace-bilinear", r"\operatorname{tr}(A X B)", "A is p × m, X is m × n, B is n × p", "X"),
    q("trace-quadratic-differential", r"\operatorname{tr}(X^T A X B)", "A is m × m, X is m × n, B is n × n", "X", style="differential"),
    q("log-sum-exp", r"\log \sum_{i=1}^n \exp(x_i)", "x is a vector of n", "x"),
    q("log-sum-exp-hessian", r"\operatorname{logsumexp}(x)", "x is a vector of n", "x", "x"),
    q("softmax-jacobian", r"\operatorname{softmax}(W x + b)", "W is m × n, x a vector of n, b a vector of m", "x"),
    q("softmax-cross-entropy", r"p = \operatorname{softmax}(z); L = -\sum_{i=1}^c y_i \log p_i", "z is a vector of c, y a one-hot vector of c", "z"),
    q("two-layer-network", r"h = \tanh(W x + a); p = \operatorname{softmax}(V h); L = -y^T \log p", DEEP, "W"),
    q("two-layer-network-input", r"h = \tanh(W x + a); p = \operatorname{softmax}(V h); L = -y^T \log p", DEEP, "x"),
    q("sigmoid-regression", r"L = \sum_{i=1}^N \log(1 + \exp(-y_i w^T x_i))", r"$w \in \mathbb R^d$, $x_i \in \mathbb R^d$, $y_i$ a scalar for $i = 1, \dots, N$", "w"),
    q("gaussian-mean", r"\log \det S + (x - m)^T S^{-1} (x - m)", GAUSS, "m"),
    q("gaussian-covariance", r"\log \det S + (x - m)^T S^{-1} (x - m)", GAUSS, "S"),
    q("gaussian-covariance-differential", r"\log \det S + (x - m)^T S^{-1} (x - m)", GAUSS, "S", style="differential"),
    q("matrix-factorisation", r"\frac12 \|M - U V^T\|_F^2 + \frac\lambda2 \|U\|_F^2", "M is m × n, U is m × k, V is n × k", "U"),
    q("matrix-factorisation-whole", r"\sum_{i=1}^m \sum_{j=1}^n (M_{ij} - u_i v_j^T)^2", r"M is an m × n matrix, $u_i$ and $v_j$ are the $i$th row of $U \in \mathbb{R}^{m \times k}$ and the $j$th row of $V \in \mathbb{R}^{n \times k}$", "U"),
    q("inverse-form-maps", r"A X^{-1} B", SQUARE + ", A an m × n matrix, B an n × p matrix", "X"),
    q("inverse-by-number", r"(A + t B)^{-1}", "A and B are n × n matrices, t a scalar", "t"),
    q("entries-of-a-matrix", r"-\sum_{i=1}^m \sum_{j=1}^n Y_{ij} \log P_{ij}", "Y and P are m × n matrices, the entries of P are positive", "P"),
    q("matrix-factorisation-differential", r"\frac12 \|M - U V^T\|_F^2 + \frac\lambda2 \|U\|_F^2", "M is m × n, U is m × k, V is n × k", "U", style="differential"),
    q("rayleigh-quotient", r"\frac{x^T A x}{x^T x}", "A is a symmetric n × n matrix, x a vector of n", "x"),
    q("least-squares-hessian", r"\|A x - b\|^2", LINEAR, "x", "x"),
    q("elementwise-vector", r"\sin(A x + b)", LINEAR, "x"),
    q("product-rule", r"u^2 \exp(a u)", "scalars a and u", "u"),
    q("chain-of-scalars", r"\sqrt{1 + \exp(-t^2)}", "scalar t", "t"),
    q("hadamard", r"\|x \odot y\|^2", "x and y are vectors of n", "x"),
    q("unknown-function", r"c^T g(W x)", "W is m × n, x a vector of n, c a vector of m, $g$ is applied elementwise", "x"),
    q("matrix-linear-map", r"A X B", "A is p × m, X is m × n, B is n × q", "X"),
    q("matrix-exponential", r"a^T e^X b", "X is an n × n matrix, a and b vectors of n", "X"),
    q("matrix-exponential-differential", r"\|e^X a - b\|^2", "X is an n × n matrix, a and b vectors of n", "X", style="differential"),
    q("rectified", r"\|\operatorname{relu}(W x)\|^2", "W is m × n, x a vector of n", "W"),
]  # fmt: skip
