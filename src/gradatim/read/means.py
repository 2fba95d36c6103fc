"""The x̄ of an answer to a question about the members xᵢ that has no x̄: their mean, as everybody writes it."""

from __future__ import annotations

import re

from gradatim.read.names import stripped
from gradatim.read.parser import expression
from gradatim.read.scope import Definition, Tables
from gradatim.read.tree import Node

_BAR = re.compile(r"\\(?:bar|overline)\s*\{\s*(?P<of>\\?[A-Za-z]+)\s*\}")


def mean_of(name: str, tables: Tables, node: Node) -> Definition | None:
    """The mean of the family or of the entries of the vector whose letter stands below the bar; None where there is neither."""
    found = _BAR.fullmatch(stripped(name))
    if found is None:
        return None
    of = next((n for n in (*tables.families, *tables.symbols) if stripped(n) == found["of"]), None)
    symbol = tables.symbols.get(of or "")
    if of is None or symbol is None or symbol.rank > 2 or not (symbol.type.family == 1 or symbol.rank == 1):
        return None
    size = symbol.type.axes[0]
    if not re.fullmatch(r"\w+", str(size)):
        return None
    written = rf"\frac{{1}}{{{size}}} \sum_{{i=1}}^{{{size}}} {of}_i"
    return Definition(name, expression(written), None, "", node.span, written)


__all__ = ["mean_of"]
