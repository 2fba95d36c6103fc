"""A term as plain NumPy statements, for scripts that run without this package. Vectors are one-dimensional, families have their
index first, indices count from 0."""

from __future__ import annotations

import keyword
from fractions import Fraction
from itertools import count

from gradatim.errors import GradatimError
from gradatim.judge.pieces import unfolded
from gradatim.ops import add, at, diag, equal, hadamard, identity, matrix_power, ones, product, softmax, transpose, zeros
from gradatim.ops.base import Multilinear, derivative_of
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, is_index, substitute, walk
from gradatim.types import Dim

STEP = " " * 4


class Statements:
    """The statements of one function body: `lines` so far, and the name of every node that has one."""

    def __init__(self, depth: int = 1) -> None:
        self.depth = depth
        self.lines: list[str] = []
        self.names: dict[Term, str] = {}
        self.counter = count(1)

    def value(self, term: Term) -> str:
        """The expression for a term; what stands before it is put into `lines`."""
        for node in walk(term):
            if node not in self.names and not _inside(node, term):
                self.names[node] = self.node(node)
        return self.names[term]

    def node(self, node: Term) -> str:
        if isinstance(node, Number):
            return number(node.value)
        if isinstance(node, Size):
            return dimension(node.dim)
        if isinstance(node, Symbol):
            return f"({identifier(node)} + 1)" if is_index(node) else identifier(node)
        if isinstance(node, Bind):
            return self.kept(self.bind(node))
        assert isinstance(node, Apply)
        if isinstance(node.op, Function):
            return self.kept(self.call(node, node.op))
        return self.kept(self.operation(node))

    def kept(self, expression: str) -> str:
        name = f"t{next(self.counter)}"
        self.lines.append(f"{STEP * self.depth}{name} = {expression}")
        return name

    def operation(self, node: Apply) -> str:
        args = [identifier(a) if isinstance(a, Symbol) and is_index(a) else self.names[a] for a in node.args]
        op = node.op
        if op is at:
            return f"{args[0]}[{', '.join(position(i) for i in node.args[1:])}]"
        if op is add or op is hadamard:
            return (" + " if op is add else " * ").join(args)
        if op is equal and all(is_index(a) for a in node.args):
            return f"float({args[0]} == {args[1]})"
        if op is product:
            return _product(node, args)
        if op is transpose:
            return args[0] if node.rank == 1 else f"{args[0]}.T"
        if op is diag:
            return f"np.diag({args[0]})"
        code: str = op.code["numpy"]  # type: ignore[attr-defined]
        if isinstance(derivative_of(op), Multilinear) and node.args and node.params:
            raise GradatimError(f"the {op.title} has no NumPy text here")  # type: ignore[attr-defined]
        if op in (ones, zeros, identity):
            sizes = ", ".join(dimension(p) for p in node.params if isinstance(p, Dim))
            return code.format(f"({sizes},)" if op is not identity else sizes)
        if op is softmax:
            return code.format(args[0], node.params[0] if node.params else -1)
        if op is matrix_power:
            return code.format(args[0], node.params[0])
        if node.params:
            raise GradatimError(f"the {op.title} has no NumPy text here")  # type: ignore[attr-defined]
        return code.format(*args)

    def bind(self, node: Bind) -> str:
        index, body = node.opened()
        name = f"i{next(self.counter)}"
        named = Symbol(name, index.type)
        inner = Statements(self.depth + 1)
        # What does not depend on the index is worked out outside.
        inner.names = {n: s for n, s in self.names.items() if isinstance(n, (Symbol, Number, Size)) and not is_index(n)}
        inner.counter = self.counter
        result = inner.value(substitute(body, {index: named}))
        function = f"term{next(self.counter)}"
        self.lines += [f"{STEP * self.depth}def {function}({name}):", *inner.lines, f"{STEP * (self.depth + 1)}return {result}"]
        values = f"[{function}({name}) for {name} in range({dimension(node.extent)})]"
        return {"sum": f"sum({values})", "product": f"np.prod({values})", "stack": f"np.stack({values})"}[node.kind]

    def call(self, node: Apply, op: Function) -> str:
        if op.body is None or not op.elementwise:
            raise GradatimError(f"the function {op.text} is not known, so a script cannot compute it")
        inner = Statements(self.depth + 1)
        inner.counter = self.counter
        t = Symbol("entry")
        result = inner.value(unfolded(substitute(op.body, {op.parameters[0]: t})))
        function = f"entrywise{next(self.counter)}"
        self.lines += [f"{STEP * self.depth}def {function}(entry):", *inner.lines, f"{STEP * (self.depth + 1)}return {result}"]
        return f"np.vectorize({function}, otypes=[float])({self.names[node.args[0]]})"


def _inside(node: Term, root: Term) -> bool:
    """Whether a node depends on an index that is bound inside the root: it is worked out in the binder's own function."""
    return any(b is not node and any(n is node for n in walk(b.body)) and _bound(node) for b in walk(root) if isinstance(b, Bind))


def _bound(node: Term) -> bool:
    return any(is_index(n) and n.name.startswith("#") for n in walk(node) if isinstance(n, Symbol))


def _product(node: Apply, args: list[str]) -> str:
    text, left = args[0], node.args[0]
    for a, right in zip(args[1:], node.args[1:]):
        if left.is_scalar or right.is_scalar:
            text = f"{text} * {a}" if left.is_scalar and left is node.args[0] else f"({text}) * {a}"
        elif left.rank == 1 and right.rank == 1 and not left.type.row:
            text = f"np.outer({text}, {a})"
        else:
            text = f"({text}) @ {a}" if " " in text else f"{text} @ {a}"
        left = product(left, right)
    return text


def position(index: Term) -> str:
    if isinstance(index, Number):
        return str(int(index.value) - 1)
    if is_index(index) and isinstance(index, Symbol):
        return identifier(index)
    if isinstance(index, Size):
        return f"{dimension(index.dim)} - 1"
    raise GradatimError("an index that is worked out has no NumPy text here")


def identifier(symbol: Symbol) -> str:
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in symbol.plain) or "v"
    name = f"v{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) or name in ("np", "sum", "range", "float") else name


def number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator) if value >= 0 else f"({value.numerator})"
    return f"({value.numerator} / {value.denominator})"


def dimension(dim: Dim) -> str:
    """A size in code: its name, its number, or the polynomial."""
    if dim.literal is not None:
        return str(dim.literal)
    parts = []
    for monomial, c in dim.terms:
        factors = [number(c)] if c != 1 or not monomial else []
        factors += [f"{size_name(n)}**{k}" if k > 1 else size_name(n) for n, k in monomial]
        parts.append(" * ".join(factors))
    return parts[0] if len(parts) == 1 and "*" not in parts[0] else f"int({' + '.join(parts)})"


def size_name(name: str) -> str:
    clean = "".join(c if c.isalnum() and c.isascii() else "_" for c in name)
    return f"size_{clean}"


__all__ = ["Statements", "dimension", "identifier", "position", "size_name"]
