"""Names for the steps of a generated function."""

from __future__ import annotations

from gradatim.compile.expressions import Expressions
from gradatim.compile.nodes import Node

SHORT = {
    "sigmoid": "s",
    "sigmoid_less": "residual",
    "exp": "e",
    "exp_less": "e",
    "sqrt": "root",
    "log": "log",
    "sigmoid_slope": "slope",
    "tanh": "t",
    "power": "power",
}


def suggested(node: Node, e: Expressions) -> str:
    """A name that says what the node is, from the names of what it is made of."""
    inner = [e.text[a][0] for a in node.args]
    if node.kind == "contract" and len(inner) == 2 and all(x.isidentifier() and len(x) <= 4 for x in inner):
        (a, b), (la, lb) = inner, node.labels
        if a == b and len(la) == 2 and len(node.out) == 2:
            return f"{a}t{a}" if la[0] == lb[0] else f"{a}{a}t"
        turned = len(la) == 2 and len(set(la) & set(lb)) == 1 and la[0] in lb
        return f"{a}t{b}" if turned else f"{a}{b}"
    if node.kind == "special":
        name = str(node.data[0])
        short = {
            "inverse": "inv",
            "solve": "solved",
            "logdet": "logdet",
            "softmax": "p",
            "log_softmax": "log_p",
            "logsumexp": "lse",
        }.get(name, name)
        if name == "inverse" and inner[0].isidentifier():
            return f"{inner[0]}_inv"
        return short
    if node.kind == "map":
        name = str(node.data[0])
        return SHORT.get(name, name)
    if node.kind == "add":
        signs = [c for c, t, _, _ in e.summands(node) if not t]
        data = any(a.kind == "symbol" and a.rank == node.rank > 0 for a in node.args)
        if len(signs) == 2 and min(signs) < 0 < max(signs) and data:
            return "residual"
        return {0: "total", 1: "v", 2: "M"}.get(node.rank, "T")
    return {0: "c", 1: "u", 2: "M"}.get(node.rank, "T")
