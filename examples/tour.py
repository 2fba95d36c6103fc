"""Six derivatives as courses ask for them, stated in Python and answered as closed matrix formulas."""

import gradatim as gd

# A scalar of a scalar.
u, a = gd.scalar("u", positive=True), gd.scalar("a")
quotient = gd.exp(a * u) / u**3 - 3 * u**2

# The log of a sum of exponentials, by one of the members.
w, x = gd.vector("w", "d"), gd.family("x", "N", "d")
i, k = gd.index("i", "N"), gd.index("k", "N")
log_sum = gd.log(gd.sum_over(k, gd.exp(w.T @ x[k])))

# Bilinear forms in a matrix.
X = gd.matrix("X", "m", "n")
b, c = gd.vector("b", "m"), gd.vector("c", "n")
bilinear = gd.log(1 + gd.exp(b.T @ X @ c))

# A network of two layers; its output is named, and the name is kept.
W, t, s = gd.matrix("W", "h", "d"), gd.vector("t", "d"), gd.vector("s", "h")
v, y = gd.row("v", "h"), gd.scalar("y")
guess = gd.define("ŷ", v @ (W @ t + s))
loss = (y - guess) ** 2

# Logistic regression, a label and a row of the data for each example.
D, z = gd.matrix("D", "N", "d"), gd.vector("z", "N")
logistic = gd.total(gd.softplus(D @ w)) - z.T @ (D @ w)

QUESTIONS = [
    ("d/du (exp(a u) / u³ − 3 u²)", quotient, u),
    ("∂/∂xᵢ log Σₖ exp(wᵀxₖ)", log_sum, x[i]),
    ("∇_X log(1 + exp(bᵀX c))", bilinear, X),
    ("∇_W (y − ŷ)²,  ŷ = v (W t + s)", loss, W),
    ("∇_w Σ softplus(D w) − zᵀD w", logistic, w),
    ("∇_X log |det X|", gd.logdet(gd.matrix("X", "n", "n")), "X"),
]

for question, function, variable in QUESTIONS:
    answer = gd.derivative(function, variable)
    shape = " × ".join(map(str, answer.shape)) or "scalar"
    print(f"{question:34} {str(answer):44} {shape}")
