"""On what a function is defined: "let $\\phi(X) = \\dots$ on the positive definite matrices" says what X is."""

from __future__ import annotations

import re

_WORD = r"(?:real|symmetric|skew-symmetric|positive[\s-]+(?:semi-?)?definite|positive|invertible|non-?singular|orthogonal|diagonal|square)"
_ON = re.compile(
    r"\$(?P<head>\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?)\s*\(\s*(?P<name>\\?[A-Za-z]+|\\(?:mathbf|boldsymbol|bm)\s*\{\s*\\?[A-Za-z]+\s*\})\s*\)\s*:?="
    r"(?P<body>[^$]+)\$,?\s+(?:is\s+|be\s+)?(?:defined\s+)?(?:on|over|for)\s+(?:the\s+)?(?:(?:open\s+|convex\s+)*(?:set|cone|space|domain)\s+of\s+)?"
    rf"(?:all\s+|the\s+)?(?P<words>(?:{_WORD}\s+)+)(?P<noun>matrices|vectors)\b(?!\s*(?:\$|\\|[A-Z]\b))",
    re.IGNORECASE,
)


def said_of_domains(text: str) -> str:
    """The text with what a domain says of the one argument of its function, as a sentence of its own."""

    def said(m: re.Match[str]) -> str:
        noun = "matrix" if m["noun"].lower() == "matrices" else "vector"
        return f"{m[0]}; ${m['name']}$ is a {m['words'].strip()} {noun};"

    return _ON.sub(said, text)


__all__ = ["said_of_domains"]
