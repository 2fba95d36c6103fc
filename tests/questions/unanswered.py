"""Questions of the list that are refused for now, by name: each is worth an operation or a notation."""

UNANSWERED = frozenset[str]()
