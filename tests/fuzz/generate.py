"""Random well-shaped expressions, drawn from the dictionary's own records: nothing is left out for being hard."""

from __future__ import annotations

from random import Random

from gradatim.ops import Function, at, dictionary, facts, product, transpose
from gradatim.ops import add as add_op
from gradatim.ops.base import Along, Op, Primary
from gradatim.ops.pairs import half
from gradatim.term import Apply, Bind, Number, Symbol, Term, free_symbols, fresh_index, is_index, substitute, walk
from gradatim.types import Dim, Type

DIMS = ("m", "n", "p")
M, N, P = map(Dim.of, DIMS)
JOINT = (M * N, N * P, P * P, half(P), M + N)
"""Sizes of what vec and Kronecker products give."""
LEFT_OUT = {
    "pair": "a position, which stands inside indices only",
    "basis": "chosen by an index, which no operation makes",
    "levi_civita": "three axes, which no operation takes",
    "at": "drawn with sums over a family",
    "eigenvalues": "written and read of matrices that are declared symmetric",
    "eigenvectors": "known up to its sign, and written by its number",
    "gaps": "of eigenvalues, which are apart",
    **dict.fromkeys(
        (
            "dominant_eigenvalue",
            "dominant_eigenvector",
            "dominant_resolvent",
            "dominant_response",
            "right_eigenvectors",
            "resolvents",
            "responses",
        ),
        "of matrices whose eigenvalues are real, which random ones are not",
    ),
    "equal": "an indicator of equality is nowhere differentiable at random points",
    **{
        op.name: "its derivative is a formula under a trace only"
        for op in dictionary().values()
        if isinstance(op.derivative, Primary)
    },
    **{
        op.name: "by its other arguments no derivative is known"
        for op in dictionary().values()
        if isinstance(op.derivative, Along)
    },
}


class Generator:
    """Draws terms of a wanted type. Variables are drawn from a pool, so that they repeat; `x` is always among them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.ops = [op for op in dictionary().values() if op.name not in LEFT_OUT]
        self.serial = 0

    def symbol(self, t: Type, known: frozenset[str] = frozenset()) -> Term:
        """A symbol of a type from a small pool of each; positive where that is needed."""
        n = self.rng.randrange(2)
        kind = ("s", "v", "M")[t.rank] + ("r" if t.row else "")
        mark = "".join(sorted(f[0] for f in known))
        name = f"{kind}{mark}{'_'.join(map(str, t.axes))}{n}"
        return Symbol(name, Type(t.axes, row=t.row, facts=known))

    def term(self, t: Type, depth: int) -> Term:
        """A random term of the type, at most `depth` operations deep."""
        if depth <= 0 or self.rng.random() < 0.12:
            return self.leaf(t)
        if t.rank == 1 and not t.row and t.axes[0] in JOINT and self.rng.random() < 0.3:
            return self.joint(t.axes[0], depth)
        if self.rng.random() < 0.06:
            return self.named(t, depth)
        for _ in range(60):
            op = self.rng.choice(self.ops)
            made = self.applied(op, t, depth)
            if made is not None:
                return made
        return self.leaf(t)

    def size(self) -> Dim:
        drawn = self.rng.random()
        return self.rng.choice(JOINT) if drawn < 0.08 else Dim.of(3) if drawn < 0.13 else Dim.of(self.rng.choice(DIMS))

    def joint(self, n: Dim, depth: int) -> Term:
        """A vector of a joint size by way of the constant matrix that makes it."""
        ops = dictionary()
        if n == half(P):
            return product(ops["elimination"](params=(P,)), self.term(Type((P * P,)), depth - 1))
        if n == P * P:
            return product(ops["duplication"](params=(P,)), self.term(Type((half(P),)), depth - 1))
        if n == M + N:
            return dictionary()["block"](*(self.term(Type((part,)), depth - 1) for part in (M, N)), params=(2, 1))
        rows, columns = (M, N) if n == M * N else (N, P)
        return product(ops["commutation"](params=(rows, columns)), self.term(Type((n,)), depth - 1))

    def named(self, t: Type, depth: int) -> Term:
        """What a person defined: a name for a formula, a function of an argument, or one that is applied entry by entry."""
        self.serial += 1
        name, draw = f"d{self.serial}", self.rng.random()
        if draw < 0.4:
            return Apply(Function(name, name, (), self.term(t, depth - 1)), ())
        if draw < 0.7:
            argument = Type((Dim.of(self.rng.choice(DIMS)),)) if self.rng.random() < 0.6 else Type()
            parameter = Symbol(f"?{name}", argument)
            inner = self.term(t, depth - 1)
            # The parameter takes the place of a symbol of its type, where there is one.
            table = {s: parameter for s in walk(inner) if isinstance(s, Symbol) and s.type == argument}
            if not table:
                return inner  # a function that leaves its argument out is a constant with a name
            return Apply(Function(name, name, (parameter,), substitute(inner, table)), (self.term(argument, depth - 1),))
        parameter = Symbol(f"?{name}")
        link = dictionary()[self.rng.choice(("exp", "tanh", "sin", "softplus", "sigmoid", "arctan", "cosh"))]
        body = (
            product(link(parameter), add_op(parameter, Number(self.rng.choice((1, 2))))) if draw < 0.85 else link(link(parameter))
        )
        return Apply(Function(name, name, (parameter,), body, Type(), True), (self.term(t, depth - 1),))

    def leaf(self, t: Type) -> Term:
        if t.is_scalar and self.rng.random() < 0.3:
            return Number(self.rng.choice((1, 2, 3, -1, -2)))
        return self.symbol(t)

    def applied(self, op: Op, t: Type, depth: int) -> Term | None:
        """The operation with arguments whose shapes follow one of its samples, if its result then has the wanted type."""
        sample = self.rng.choice(op.samples)
        names = sorted(
            {n for s in sample.types for d in s.axes for n in d.names}
            | {n for p in sample.params if isinstance(p, Dim) for n in p.names}
        )
        for _ in range(12):
            table = {n: self.size() for n in names}
            types = [Type(tuple(d.substitute(table) for d in s.axes), row=s.row, facts=s.facts) for s in sample.types]
            params = tuple(p.substitute(table) if isinstance(p, Dim) else p for p in sample.params)
            stand_ins = tuple(Symbol(f"?{k}", s) for k, s in enumerate(types))
            try:
                result = op.result(stand_ins, params)
            except Exception:
                continue
            if result.axes == t.axes and result.row == t.row:
                return Apply(op, [self.argument(s, depth - 1) for s in types], params)
        return None

    def argument(self, t: Type, depth: int) -> Term:
        """An argument in the operation's domain: made positive or well conditioned where it has to be."""
        inner = self.term(Type(t.axes, row=t.row), depth)
        if "positive" in t.facts:
            return self.positive(inner, t)
        if "fraction" in t.facts:
            return dictionary()["tanh"](inner)
        if "nonzero" in t.facts and t.rank and facts(inner) & {"lower", "nonnegative", "diagonal"}:
            return self.positive(inner, t)  # zeros may stand in it
        if "integer" in t.facts:
            return Number(self.rng.choice((2, 3)))
        if "invertible" in t.facts:
            name = f"R{t.axes[0]}"
            return (
                add_op(product(Number(7), Apply(dictionary()["identity"], (), (t.axes[0],))), inner)
                if self.rng.random() < 0.5
                else Symbol(name, t)
            )
        return inner

    def positive(self, inner: Term, t: Type) -> Term:
        if "positive" in facts(inner):
            return inner
        if self.rng.random() < 0.5:
            return self.symbol(Type(t.axes, row=t.row), frozenset({"positive"}))
        return dictionary()["exp"](inner)

    def entries(self, indices: tuple[Symbol, ...], depth: int) -> Term:
        """A scalar in entries at these indices: products, sums and functions of them, and sums over an index of its own."""
        draw = self.rng.random()
        if depth <= 0 or not indices or draw < 0.2:
            return self.entry(indices)
        if draw < 0.45:
            link = self.rng.choice(("exp", "tanh", "sin", "softplus", "sigmoid", "arctan"))
            return dictionary()[link](self.entries(indices, depth - 1))
        if draw < 0.65:
            return product(self.entries(indices, depth - 1), self.entries(indices, depth - 1))
        if draw < 0.8:
            return add_op(self.entries(indices, depth - 1), self.entries(indices, depth - 1))
        if draw < 0.85:
            return dictionary()["quotient"](self.entries(indices, depth - 1), dictionary()["exp"](self.entry(indices)))
        own = fresh_index(Dim.of(self.rng.choice(DIMS)))
        return Bind("sum", own, self.entries((*indices[-1:], own), depth - 1))

    def entry(self, indices: tuple[Symbol, ...]) -> Term:
        """An entry of a vector at one of the indices or of a matrix at two of them."""
        i, j = self.rng.choice(indices), self.rng.choice(indices)
        a, b = (k.type.index for k in (i, j))
        assert a is not None and b is not None
        if self.rng.random() < 0.3 or i is j:
            return at(Symbol(f"v{a}{self.rng.randrange(2)}", Type((a,))), i)
        return at(Symbol(f"M{a}_{b}{self.rng.randrange(2)}", Type((a, b))), i, j)

    def entrywise(self, depth: int) -> Term:
        """One or two sums over entries, as papers write losses."""
        i, j = fresh_index(Dim.of(self.rng.choice(DIMS))), fresh_index(Dim.of(self.rng.choice(DIMS)))
        if self.rng.random() < 0.4:
            return Bind("sum", i, self.entries((i,), depth))
        return Bind("sum", i, Bind("sum", j, self.entries((i, j), depth)))

    def scalar(self, depth: int) -> Term:
        """A scalar function; one in six is a sum over the members of a family, one in twelve one over entries."""
        if self.rng.random() < 1 / 12:
            return self.entrywise(depth)
        if self.rng.random() < 1 / 6:
            i = fresh_index(Dim.of("N"))
            xs, ys = Symbol("xs", Type((Dim.of("N"), Dim.of("n")), family=1)), Symbol("ys", Type((Dim.of("N"),), family=1))
            inner = self.term(Type(), depth - 1)
            column = Symbol("vn0", Type((Dim.of("n"),)))
            table = product(transpose(column), at(xs, i))
            link = self.rng.choice(("exp", "tanh", "softplus", "sigmoid", "sin"))
            return Bind("sum", i, product(at(ys, i), dictionary()[link](add_op(table, inner))))
        return self.term(Type(), depth)

    def array(self, depth: int) -> Term:
        """A function whose value is a vector, a row or a matrix."""
        m, n = (Dim.of(d) for d in self.rng.sample(DIMS, 2))
        return self.term(self.rng.choice((Type((m,)), Type((m,), row=True), Type((m, n)), Type((m, m)))), depth)

    def question(self, depth: int, arrays: bool = False) -> tuple[Term, Symbol]:
        """A function, of scalar value or of array value, and a variable that it depends on."""
        while True:
            f = self.array(depth) if arrays else self.scalar(depth)
            symbols = [s for s in dict.fromkeys(free_symbols(f)) if not is_index(s) and not s.type.family]
            if symbols:
                return f, self.rng.choice(symbols)
