"""Questions of the list that are refused for now, by name: each is worth an operation or a notation."""

UNANSWERED = frozenset(
    {
        r"\sum_{i=1}^{n-1}(x_{i+1}-x_i)^2 by x",
        r"\sum_{i=1}^{n-1}|x_{i+1}-x_i| by x",
        r"\sum_{i=1}^{n-1}\left[100(x_{i+1}-x_i^2)^2+(1-x_i)^2\right] by x",
        r"\sum_{i<j}(x_i-x_j)^2 by x",
        r"\sum_{i\neq j}x_ix_j by x",
        r"\sum_{i<j}\|x_i-x_j\| by x_i",
        r"\sum_{i=1}^n\left(\sum_{j=1}^ix_j\right)^2 by x",
        r"L_\delta(r) = \begin{cases}\frac12r^2 & |r|\le\delta\\ \delta(|r|-\frac12\delta) & \text{otherwise}\end{cases} by r",
    }
)
