"""`x^* A x`, `A^H A`: the conjugate transpose of a name that stands beside it in the same product, which is its transpose where
everything is real. An `x^*` that stands without x is another x."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gradatim.read.names import text_name
from gradatim.read.spelt import spelling_of
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, spell

_STARS = ("*", "\\ast", "\\star")
_TRANSPOSED = ("H", "\\mathrm{H}", "\\mathsf{H}", "*", "\\ast", "\\star")


def real_transposes(factors: tuple[Node, ...], real: bool, known: Callable[[str], bool]) -> tuple[tuple[Node, ...], list[str]]:
    """The factors with ᵀ for such a sign, and what is to be said of each; a name that is `known` with its star keeps it. `real`:
    whether the text says that everything is; else only a star is taken for a transpose, and ᴴ is left for its error."""
    bases = [_base(f) for f in factors]
    out, notes = list(factors), list[str]()
    for k, factor in enumerate(factors):
        sign = spell(factor.posts[-1].tokens).strip("{}") if factor.kind == "post" else ""
        others = {b for j, b in enumerate(bases) if j != k}
        if sign not in _TRANSPOSED or bases[k] not in others or not (real or sign in _STARS) or known(spelling_of(factor)):
            continue
        post = factor.posts[-1]
        turned = Post("power", (Token("name", "T", *post.span),), post.span, Node("name", post.span, (), "T"))
        out[k] = replace(factor, posts=(*factor.posts[:-1], turned))
        shown = text_name(bases[k])
        notes.append(f"{shown}{'*' if sign in _STARS else 'ᴴ'} is {shown}ᵀ: everything here is real")
    return tuple(out), notes


def _base(factor: Node) -> str:
    """The name of a factor without a sign of this kind; "" for anything else."""
    if factor.kind == "name":
        return str(factor.value)
    if factor.kind != "post" or factor.args[0].kind != "name":
        return ""
    kept = factor.posts[:-1] if spell(factor.posts[-1].tokens).strip("{}") in _TRANSPOSED else factor.posts
    return spelling_of(replace(factor, posts=kept)) if kept else str(factor.args[0].value)


__all__ = ["real_transposes"]
