"""Questions of the list that are refused for now, by name: each is worth an operation or a notation."""

UNANSWERED = frozenset(
    {
        r"\sum_{i=1}^{n-1}(x_{i+1}-x_i)^2 by x",
        r"\sum_{i=1}^{n-1}|x_{i+1}-x_i| by x",
        r"\sum_{i=1}^{n-1}\left[100(x_{i+1}-x_i^2)^2+(1-x_i)^2\right] by x",
        r"\sum_{i<j}\|x_i-x_j\| by x_i",
    }
)
