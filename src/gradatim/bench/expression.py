"""The value of a Python expression over NumPy arrays, worked out from its syntax tree and never run.

Question collections give their reference answers as such expressions (`2 * A.T @ (A @ x - b)`). Names, operators, attributes
and functions that are not listed here are refused, and sizes and steps are bounded.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradatim.errors import EvaluationError, LimitExceeded
from gradatim.value.doubles import expm

MAX_STEPS, MAX_ENTRIES, MAX_NUMBER = 200_000, 50_000, 10_000
MODULES = ("jnp", "np", "numpy", "jax")
METHODS = frozenset("T shape size ndim real imag conj mean sum prod reshape transpose ravel flatten dot trace max min".split())
PLAIN = (
    "abs arange arctan argmax argmin array asarray block broadcast_to clip concatenate cos cosh cumprod cumsum diag diagonal dot "
    "einsum exp expm1 expand_dims eye full hstack identity inner kron log log1p logaddexp matmul max maximum mean min minimum ones "
    "ones_like outer power prod ravel real reshape roll sign sin sinh sqrt square squeeze stack sum swapaxes take tan tanh "
    "tensordot trace transpose tril triu vdot vstack where zeros zeros_like"
).split()
LINEAR = "cholesky cond det eig eigh eigvalsh inv lstsq matrix_power matrix_rank norm pinv qr slogdet solve svd".split()
BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.MatMult: operator.matmul,
}
COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def _sigmoid(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


def _softmax(a: Any, axis: int = -1) -> Any:
    e = np.exp(a - np.max(a, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def _logsumexp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(a), axis=axis, keepdims=keepdims))


FUNCTIONS: dict[str, Any] = {
    **{name: getattr(np, name) for name in PLAIN if hasattr(np, name)},
    **{f"linalg.{name}": getattr(np.linalg, name) for name in LINEAR},
    "scipy.linalg.expm": expm,
    "linalg.eigh": lambda a, symmetrize_input=True: np.linalg.eigh((a + a.T) / 2 if symmetrize_input else a),
    "linalg.slogdet": lambda a: tuple(np.linalg.slogdet(a)),
    "nn.sigmoid": _sigmoid,
    "nn.softmax": _softmax,
    "nn.log_softmax": lambda a, axis=-1: a - _logsumexp(a, axis, True),
    "nn.relu": lambda a: np.maximum(a, 0),
    "nn.softplus": lambda a: np.logaddexp(0, a),
    "nn.silu": lambda a: a * _sigmoid(a),
    "nn.logsumexp": _logsumexp,
    "nn.one_hot": lambda a, n: np.eye(n)[a],
    "scipy.special.logsumexp": _logsumexp,
    "scipy.special.expit": _sigmoid,
    "pi": np.pi,
    "e": np.e,
    "inf": np.inf,
    "newaxis": None,
}
BUILTINS: dict[str, Any] = {
    "abs": abs,
    "float": float,
    "int": int,
    "len": len,
    "max": max,
    "min": min,
    "range": range,
    "sum": sum,
}


def value_of(source: str, names: Mapping[str, Any]) -> Any:
    """The value of the expression. Raises EvaluationError for anything not listed, LimitExceeded for what is too large."""
    try:
        tree = ast.parse(source.strip(), mode="eval")
        with np.errstate(all="ignore"):
            return _Reader().value(tree.body, dict(names))
    except (SyntaxError, TypeError, ValueError, KeyError, IndexError, ArithmeticError, AttributeError) as error:
        raise EvaluationError(f"the expression has no value: {error}") from None
    except (RecursionError, MemoryError):
        raise LimitExceeded("the expression is too large") from None


class _Reader:
    """One walk over one expression; `steps` bounds its work."""

    def __init__(self) -> None:
        self.steps = 0

    def value(self, node: ast.AST, names: Mapping[str, Any]) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise LimitExceeded("the expression takes too many steps")
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            raise EvaluationError(f"{type(node).__name__} is not read in a reference answer")
        found = method(node, names)
        if isinstance(found, np.ndarray) and found.size > MAX_ENTRIES:
            raise LimitExceeded("an array of the expression is too large")
        return found

    def on_Constant(self, node: ast.Constant, _names: Mapping[str, Any]) -> Any:
        if isinstance(node.value, int) and abs(node.value) > MAX_NUMBER:
            raise LimitExceeded(f"the number {node.value} is too large")
        return node.value

    def on_Name(self, node: ast.Name, names: Mapping[str, Any]) -> Any:
        if node.id in names:
            return names[node.id]
        if node.id in BUILTINS:
            return BUILTINS[node.id]
        raise EvaluationError(f"{node.id} has no value")

    def on_Attribute(self, node: ast.Attribute, names: Mapping[str, Any]) -> Any:
        path = _dotted(node)
        if path and path[0] in MODULES and path[0] not in names:
            name = ".".join(path[1:]).removeprefix("numpy.")
            if name not in FUNCTIONS:
                raise EvaluationError(f"{'.'.join(path)} is not known here")
            return FUNCTIONS[name]
        if node.attr not in METHODS:
            raise EvaluationError(f".{node.attr} is not known here")
        return getattr(np.asarray(self.value(node.value, names)), node.attr)

    def on_BinOp(self, node: ast.BinOp, names: Mapping[str, Any]) -> Any:
        a, b = self.value(node.left, names), self.value(node.right, names)
        if isinstance(node.op, ast.Pow):
            return np.power(np.asarray(a, dtype=float), b) if not np.iscomplexobj(a) else a**b
        if type(node.op) not in BINARY or isinstance(a, (str, bytes)) or isinstance(b, (str, bytes)):
            raise EvaluationError("this operator is not read in a reference answer")
        if isinstance(a, (list, tuple)) or isinstance(b, (list, tuple)):
            return tuple(a) + tuple(b) if isinstance(node.op, ast.Add) else BINARY[type(node.op)](np.asarray(a), np.asarray(b))
        return BINARY[type(node.op)](a, b)

    def on_UnaryOp(self, node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
        a = self.value(node.operand, names)
        return -a if isinstance(node.op, ast.USub) else np.logical_not(a) if isinstance(node.op, ast.Not) else a

    def on_Compare(self, node: ast.Compare, names: Mapping[str, Any]) -> Any:
        if len(node.ops) != 1 or type(node.ops[0]) not in COMPARE:
            raise EvaluationError("this comparison is not read in a reference answer")
        return COMPARE[type(node.ops[0])](self.value(node.left, names), self.value(node.comparators[0], names))

    def on_IfExp(self, node: ast.IfExp, names: Mapping[str, Any]) -> Any:
        return self.value(node.body if self.value(node.test, names) else node.orelse, names)

    def on_Tuple(self, node: ast.Tuple, names: Mapping[str, Any]) -> Any:
        return tuple(self.several(node.elts, names))

    def on_List(self, node: ast.List, names: Mapping[str, Any]) -> Any:
        return self.several(node.elts, names)

    def on_Slice(self, node: ast.Slice, names: Mapping[str, Any]) -> Any:
        return slice(*(None if p is None else self.value(p, names) for p in (node.lower, node.upper, node.step)))

    def on_Subscript(self, node: ast.Subscript, names: Mapping[str, Any]) -> Any:
        base, place = self.value(node.value, names), self.value(node.slice, names)
        return base[place] if isinstance(base, (tuple, list, np.ndarray)) else np.asarray(base)[place]

    def on_Lambda(self, node: ast.Lambda, names: Mapping[str, Any]) -> Any:
        a = node.args
        if a.vararg or a.kwarg or a.kwonlyargs or a.defaults:
            raise EvaluationError("only a lambda of plain arguments is read")
        parameters = [p.arg for p in a.args]
        return lambda *args: self.value(node.body, {**names, **dict(zip(parameters, args, strict=True))})

    def on_ListComp(self, node: ast.ListComp | ast.GeneratorExp, names: Mapping[str, Any]) -> Any:
        found: list[Any] = []
        self.generate(node.generators, node.elt, dict(names), found)
        return found

    on_GeneratorExp = on_ListComp

    def generate(self, rest: Sequence[ast.comprehension], body: ast.AST, names: dict[str, Any], found: list[Any]) -> None:
        if not rest:
            found.append(self.value(body, names))
            return
        first = rest[0]
        if not isinstance(first.target, ast.Name) or first.is_async:
            raise EvaluationError("only a loop over one name is read")
        for item in self.value(first.iter, names):
            inner = {**names, first.target.id: item}
            if all(self.value(test, inner) for test in first.ifs):
                self.generate(rest[1:], body, inner, found)

    def on_Call(self, node: ast.Call, names: Mapping[str, Any]) -> Any:
        function = self.value(node.func, names)
        if not callable(function):
            raise EvaluationError("what is called is not a function")
        named = {str(k.arg): self.value(k.value, names) for k in node.keywords if k.arg}
        return function(*self.several(node.args, names), **named)

    def several(self, nodes: Sequence[ast.AST], names: Mapping[str, Any]) -> list[Any]:
        out: list[Any] = []
        for n in nodes:
            if isinstance(n, ast.Starred):
                out.extend(self.value(n.value, names))
            else:
                out.append(self.value(n, names))
        return out


def _dotted(node: ast.AST) -> tuple[str, ...]:
    """`jnp.linalg.inv` as its names; () for an attribute of anything but a module."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else ()
