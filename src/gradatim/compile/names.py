"""Names in generated code: what people wrote where it is an identifier, never one that means something else."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata

RESERVED = frozenset({"np", "jnp", "jax", "torch", "math", "scipy", "dtype", "ndarray", "self", "LinAlgError"})


class Names:
    """Names handed out once each."""

    def __init__(self) -> None:
        self.taken: set[str] = set(RESERVED)

    def take(self, wanted: str) -> str:
        """The name as an identifier; with a number behind it where it is taken."""
        base = identifier(wanted)
        name, n = base, 1
        while name in self.taken:
            n += 1
            name = f"{base}_{n}" if base[-1:].isdigit() else f"{base}{n}"
        self.taken.add(name)
        return name


def identifier(wanted: str) -> str:
    """A valid identifier close to the name: letters, digits and underscores, no keyword, no builtin, no leading underscore."""
    text = unicodedata.normalize("NFKC", wanted)
    text = re.sub(r"\W", "_", text).strip("_") or "v"
    if not text.isidentifier():
        text = "v" + text
    if not text.isidentifier():
        text = "v"
    if keyword.iskeyword(text) or keyword.issoftkeyword(text) or hasattr(builtins, text):
        text += "_"
    return text[:60]


def quoted(text: str) -> str:
    """Text that may stand inside a docstring or a comment: one line, nothing that could end it."""
    flat = " ".join(text.split())
    return flat.replace("\\", "\\\\").replace('"', '\\"')
