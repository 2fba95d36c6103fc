"""Questions of the list that are refused for now, by name: each is worth an operation or a notation."""

UNANSWERED = frozenset(
    {
        r"\sum_{i<j}\|x_i-x_j\| by x_i",
    }
)
