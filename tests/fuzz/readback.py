"""Terms written and read again: names as authors spell them, and a scope that knows them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from gradatim import ops
from gradatim.read.names import plain_name, text_name
from gradatim.read.prose import Declaration
from gradatim.read.settle import Scope
from gradatim.term import Apply, Bind, Number, Symbol, Term, is_index, walk
from gradatim.types import Dim, Type

from .generate import Generator, M, N

SCALARS = [
    *(
        "c",
        r"\lambda",
        r"\beta",
        r"\mathrm{rate}",
        r"\alpha_1",
        r"s^{(1)}",
        r"\hat{\sigma}",
        "b_0",
        r"\eta_{hx}",
        r"y'",
        "r",
        r"\ell",
    ),
    *(r"\mathcal{L}", r"\bar{g}", r"\mathrm{loss}", r"\gamma_2", r"\varepsilon"),
]
VECTORS = [
    *(
        "x",
        r"\mathbf{w}",
        r"\hat{\mathbf{y}}",
        "x_1",
        r"w^{(2)}",
        r"\boldsymbol{\mu}",
        "z_{hx}",
        "v",
        r"\bar{x}",
        r"\theta",
        r"a^{[1]}",
    ),
    *(r"\mathrm{bias}", r"\mathbf{u}_2", r"\tilde{q}", r"\phi", "p_0", r"x'"),
]
MATRICES = [
    *("A", r"\mathbf{X}", r"\Sigma", r"W^{(1)}", r"\tilde{B}", r"W_2", r"\mathbf{K}_{xx}", r"\Lambda", "C", r"\hat{\Sigma}", "U"),
    *(r"\mathrm{Gain}", r"\mathbf{W}^{[2]}", "Q", r"\Phi", r"A'", "H_{12}"),
]


class Named(Generator):
    """The generator of the fuzz tests with names as authors spell them, each for one type."""

    def __init__(self, rng: Random) -> None:
        super().__init__(rng)
        self.names: dict[tuple[object, ...], Symbol] = {}
        self.pools = [list(SCALARS), list(VECTORS), list(MATRICES)]
        for pool in self.pools:
            rng.shuffle(pool)

    def named(self, t: Type, depth: int) -> Term:
        """No functions of its own: what such a name stands for is not in the formula that is read back."""
        return self.term(t, depth - 1)

    def as_authors(self, symbol: Symbol) -> Symbol:
        key = (symbol.name, symbol.type)
        if key not in self.names:
            pool = self.pools[min(symbol.type.member.rank, 2)]
            name = pool.pop() if pool else f"{'cxA'[min(symbol.rank, 2)]}_{{{len(self.names)}}}"
            self.names[key] = Symbol(name, symbol.type, plain_name(name), text_name(name))
        return self.names[key]

    def drawn(self, depth: int) -> Term:
        """A term of any type whose names are the authors'."""
        t = self.rng.choice((Type(), Type(), Type(), Type((M,)), Type((M, N)), Type((M,), row=True)))
        while True:
            term = self.scalar(depth) if t.is_scalar else self.term(t, depth)
            if term.args or isinstance(term, Symbol):  # a constant alone is written without its size, which stands beside it
                return renamed(term, self.as_authors)


def renamed(term: Term, naming: Callable[[Symbol], Symbol]) -> Term:
    """The term with other names, and with powers and log determinants as the reader keeps them."""
    done: dict[Term, Term] = {}
    for node in walk(term):
        if isinstance(node, Symbol):
            done[node] = node if is_index(node) else naming(node)
        elif isinstance(node, Apply):
            done[node] = _kept(Apply(node.op, tuple(done[a] for a in node.args), node.params))
        elif isinstance(node, Bind):
            done[node] = Bind(node.kind, node.index, done[node.body])
        else:
            done[node] = node
    return done[term]


def _kept(node: Apply) -> Term:
    last = node.args[-1] if node.args else node
    if node.op is ops.mpower and isinstance(last, Number):
        return ops.matrix_power_of(node.args[0], int(last.value)) or node.args[0]
    if node.op is ops.log and isinstance(last, Apply) and last.op is ops.det:
        return ops.logdet(last.args[0])
    if node.op is ops.log and isinstance(last, Apply) and last.op is ops.gamma:
        return ops.lgamma(last.args[0])
    if node.op is ops.less:  # of numbers, and not of indices, it is the indicator of a positive difference
        return ops.step(ops.subtract(node.args[1], node.args[0]))
    if node.op is ops.pnorm and isinstance(last, Number) and last.value in (1, 2):
        return (ops.norm if last.value == 2 else ops.norm1)(node.args[0])
    if node.op is ops.quotient:
        top = node.args[0]
        if isinstance(top, Number) and top.value < 0:
            return ops.minus(ops.quotient(Number(-top.value), node.args[1]))
        if isinstance(top, Apply) and top.op is ops.product and isinstance(top.args[0], Number) and top.args[0].value < 0:
            return ops.minus(ops.quotient(ops.product(Number(-top.args[0].value), *top.args[1:]), node.args[1]))
    return node


def scope_of(term: Term) -> Scope:
    """A scope in which the names of the term are settled."""
    scope = Scope()
    for s in dict.fromkeys(n for n in walk(term) if isinstance(n, Symbol) and not is_index(n)):
        scope.tables.symbols[s.name] = s
        if s.type.family:
            scope.tables.families[s.name] = Declaration(f"{s.name}_i", family=("i", str(s.type.axes[0])))
        for d in s.type.axes:
            scope.tables.note_size(str(d))
    for p in (p for n in walk(term) if isinstance(n, Apply) for p in n.params if isinstance(p, Dim)):
        scope.tables.note_size(str(p))
    return scope


def same(a: Term, b: Term) -> bool:
    """Whether two terms are one term, up to names of sizes that no symbol has: `𝟏` alone does not say how many ones it holds."""
    if a is b:
        return True
    told: dict[str, Dim] = {}
    indices: dict[Term, Term] = {}
    stack, seen = [(a, b)], set()
    while stack:
        x, y = stack.pop()
        if (x, y) in seen or x is y:
            continue
        seen.add((x, y))
        if isinstance(x, Symbol) and isinstance(y, Symbol):
            if not (is_index(x) and indices.get(x) is y):
                return False
        elif isinstance(x, Bind) and isinstance(y, Bind):
            if x.kind != y.kind or not _alike(x.extent, y.extent, told):
                return False
            indices[x.index] = y.index
            stack.append((x.body, y.body))
        elif isinstance(x, Apply) and isinstance(y, Apply):
            if x.op is not y.op or len(x.args) != len(y.args) or len(x.params) != len(y.params):
                return False
            for p, q in zip(x.params, y.params):
                if not (_alike(p, q, told) if isinstance(p, Dim) and isinstance(q, Dim) else p == q):
                    return False
            stack += zip(x.args, y.args)
        else:
            return False
    return True


def _alike(a: Dim, b: Dim, told: dict[str, Dim]) -> bool:
    if a == b:
        return True
    if len(b.names) == 1 and Dim.of(b.names[0]) == b:
        return told.setdefault(b.names[0], a) == a
    return False
