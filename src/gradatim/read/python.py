"""Formulas in Python's spelling: `X.T @ (X @ w - y)`, `np.sum(np.log(X @ w))`. Parsed by `ast`, never run.

They are told by `@`, `**`, `.T`, `.dot(` and `np.`. There `*` and `**` act entry by entry and `@` takes a vector on either side
as it needs it, which is NumPy's meaning and not that of other plain text, where `*` is the matrix product.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from fractions import Fraction

from gradatim.errors import LimitExceeded, ReadError, Span
from gradatim.read.spelling import function_word
from gradatim.read.tree import Node, Post, Statement

_SIGNS = re.compile(r"(?<!\w)(?:np|jnp|numpy|jax|torch)\.\w|@|\*\*|(?<=[\w)\]])\.(?:T|dot|sum|mean|trace)\b")
_MODULES = ("np", "jnp", "numpy", "jax", "torch", "linalg", "nn", "special", "scipy")
_CALLS = {
    "sum": "total", "trace": "trace", "det": "det", "inv": "inverse", "norm": "norm", "exp": "exp", "log": "log", "sqrt": "sqrt",
    "sin": "sin", "cos": "cos", "tan": "tan", "tanh": "tanh", "sinh": "sinh", "cosh": "cosh", "arctan": "arctan", "abs": "abs",
    "sign": "sign", "diag": "diag", "diagonal": "diag", "logsumexp": "logsumexp", "softmax": "softmax", "sigmoid": "sigmoid",
    "expit": "sigmoid", "relu": "relu", "softplus": "softplus", "absolute": "abs", "eye": "eye", "identity": "eye",
    "log10": "log10", "log2": "log2", "log1p": "log1p", "expm1": "expm1", "arcsin": "arcsin", "arccos": "arccos",
    "arcsinh": "arcsinh", "erf": "erf", "max": "max", "min": "min",
}  # fmt: skip
_MINUS = "−"
"""The typographic minus, under which the command line hands on a formula that begins with one."""
MAX_DEPTH = 60


def is_python(text: str) -> bool:
    """Whether a text is Python's: it has one of Python's own signs, and Python can parse it."""
    plain = text.replace(_MINUS, "-")
    return (
        "\\" not in text and "$" not in text and plain.isascii() and _SIGNS.search(text) is not None and _parsed(text) is not None
    )


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text.strip().replace(_MINUS, "-"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def statements_of(text: str, name: Callable[[str], Node | None]) -> list[Statement]:
    """The assignments and expressions of a Python text. `name` reads an identifier as the name of the text's declarations.

    Raises ReadError for anything that is no formula, LimitExceeded for what is nested too deeply.
    """
    module = _parsed(text)
    assert module is not None
    reader = _Python(text, name)
    out = [reader.statement(s) for s in module.body]
    if not out:
        raise ReadError("there is nothing to read", text, (0, len(text)))
    return out


class _Python:
    def __init__(self, text: str, name: Callable[[str], Node | None]) -> None:
        self.text, self.name, self.depth = text, name, 0
        shift = len(text) - len(text.lstrip())
        self.lines = [shift]
        for k, c in enumerate(text[shift:], shift):
            if c == "\n":
                self.lines.append(k + 1)

    def span(self, node: ast.AST) -> Span:
        a = self.lines[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        b = self.lines[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return a, b

    def error(self, message: str, node: ast.AST, suggestion: str = "") -> ReadError:
        return ReadError(message, self.text, self.span(node), suggestion)

    def statement(self, s: ast.stmt) -> Statement:
        if isinstance(s, ast.Assign):
            return Statement((*(self.node(t) for t in s.targets), self.node(s.value)), self.span(s))
        if isinstance(s, ast.Expr):
            return Statement((self.node(s.value),), self.span(s))
        raise self.error("only formulas and assignments are read", s, "for a Python function use gd.from_function")

    def node(self, n: ast.expr) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LimitExceeded(f"the formula is nested more than {MAX_DEPTH} deep")
        method: Callable[[ast.expr], Node] = getattr(self, f"on_{type(n).__name__}", self.on_other)
        made = method(n)
        self.depth -= 1
        return made

    def on_other(self, n: ast.expr) -> Node:
        raise self.error("this is not read as mathematics", n, "gd.from_function reads NumPy code")

    def on_Constant(self, n: ast.Constant) -> Node:
        if isinstance(n.value, bool) or not isinstance(n.value, (int, float)):
            raise self.error("only numbers are constants of a formula", n)
        written = self.text[slice(*self.span(n))].replace("_", "")
        try:
            value = Fraction(written) if len(written) < 400 else None
        except ValueError:
            value = None
        if value is None:
            raise self.error("this number is not read", n)
        return Node("num", self.span(n), (), value)

    def on_Name(self, n: ast.Name) -> Node:
        found = self.name(n.id)
        span = self.span(n)
        if found is None:
            raise self.error(f"`{n.id}` is not read as a name", n)
        return Node(
            found.kind, span, tuple(Node(a.kind, span, a.args, a.value, a.posts) for a in found.args), found.value, found.posts
        )

    def on_UnaryOp(self, n: ast.UnaryOp) -> Node:
        if not isinstance(n.op, (ast.USub, ast.UAdd)):
            raise self.error("this sign is not read", n)
        inner = self.node(n.operand)
        return Node("add", self.span(n), (inner,), ("-",)) if isinstance(n.op, ast.USub) else inner

    def on_BinOp(self, n: ast.BinOp) -> Node:
        # A long sum is a left-deep tree: walked without recursion.
        chain: list[ast.BinOp] = []
        left: ast.expr = n
        while isinstance(left, ast.BinOp):
            chain.append(left)
            left = left.left
        made = self.node(left)
        for step in reversed(chain):
            made = self.joined(made, step, self.node(step.right))
        return made

    def joined(self, left: Node, step: ast.BinOp, right: Node) -> Node:
        span = self.span(step)
        if isinstance(step.op, (ast.Add, ast.Sub)):
            sign = "+" if isinstance(step.op, ast.Add) else "-"
            if left.kind == "add" and len(left.args) > 1:
                assert isinstance(left.value, tuple)
                return Node("add", span, (*left.args, right), (*left.value, sign))
            return Node("add", span, (left, right), ("+", sign))
        if isinstance(step.op, ast.Pow):
            power = Post("hpower", (), self.span(step.right), right)
            return Node("post", span, (Node("group", left.span, (left,), "("),), None, (power,))
        op = {ast.Mult: "entrywise", ast.MatMult: "matmul", ast.Div: "over"}.get(type(step.op))
        if op is None:
            raise self.error("this operation is not read", step)
        return Node("mul", span, (left, right), op)

    def on_Attribute(self, n: ast.Attribute) -> Node:
        if n.attr == "T":
            return self.call("transpose", [self.node(n.value)], n)
        if self.path(n) in ("np.pi", "jnp.pi", "numpy.pi"):
            return Node("name", self.span(n), (), "\\pi")
        raise self.error(f"the attribute `.{n.attr}` is not read", n)

    def path(self, n: ast.expr) -> str:
        parts: list[str] = []
        while isinstance(n, ast.Attribute):
            parts.append(n.attr)
            n = n.value
        return ".".join([n.id, *reversed(parts)]) if isinstance(n, ast.Name) else ""

    def on_Subscript(self, n: ast.Subscript) -> Node:
        inner = n.value
        if isinstance(inner, ast.Call) and self.path(inner.func).endswith("linalg.slogdet") and ast.unparse(n.slice) == "1":
            return self.call("logdet", [self.node(inner.args[0])], n)
        raise self.error(
            "an index in square brackets is not read", n, "write x_1 for the first entry, or read the code with gd.from_function"
        )

    def on_Call(self, n: ast.Call) -> Node:
        if n.keywords:
            over = n.keywords[0].arg in ("axis", "dim", "keepdims", "keepdim")
            raise self.error(
                f"the option `{n.keywords[0].arg}` is not read",
                n,
                "without it sums and means are over all entries; gd.from_function reads NumPy code with it" if over else "",
            )
        path = self.path(n.func)
        arguments = [self.node(a) for a in n.args]
        module = path.split(".")[0] in _MODULES or path in ("sum", "abs", "max") or function_word(path) != ""
        if isinstance(n.func, ast.Attribute) and path.split(".")[0] not in _MODULES:
            arguments = [self.node(n.func.value), *arguments]
            path, module = n.func.attr, True
        if not module and isinstance(n.func, ast.Name):
            return Node("juxt", self.span(n), (self.on_Name(n.func), Node("group", self.span(n), tuple(arguments), "(")))
        return self.call(path.rsplit(".", 1)[-1], arguments, n)

    def call(self, name: str, a: list[Node], n: ast.expr) -> Node:
        span = self.span(n)
        if name in ("dot", "matmul", "inner", "vdot") and len(a) == 2:
            return Node("mul", span, (a[0], a[1]), "matmul")
        if name == "outer" and len(a) == 2:
            return Node("mul", span, (a[0], self.call("transpose", [a[1]], n)), "*")
        if name == "multiply" and len(a) == 2:
            return Node("mul", span, (a[0], a[1]), "entrywise")
        if name == "maximum" and len(a) == 2:
            return Node("call", span, tuple(a), "max")
        if name == "square" and len(a) == 1:
            two = Post("hpower", (), span, Node("num", span, (), Fraction(2)))
            return Node("post", span, (Node("group", span, (a[0],), "("),), None, (two,))
        if name == "norm" and len(a) in (1, 2):
            if len(a) == 2 and a[1].kind == "num" and a[1].value not in (1, 2):
                raise self.error("this order of a norm is not read", n)
            return Node("call", span, (a[0],), "norm1" if len(a) == 2 and a[1].value == 1 else "norm")
        if len(a) == 1 and name == "log_softmax":
            return Node("call", span, (Node("call", span, (a[0],), "softmax"),), "log")
        if len(a) == 1 and name in ("transpose", "mean"):
            return Node("call", span, (a[0],), name)
        word = _CALLS.get(name) or ("logdet" if name == "logdet" else "")
        if word and len(a) == 1:
            return Node("call", span, (a[0],), word)
        raise self.error(f"`{name}` with {len(a)} argument{'s' * (len(a) != 1)} is not read", n)


__all__ = ["is_python", "statements_of"]
