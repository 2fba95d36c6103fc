"""Why a program is what it is: the choices that planning made, and what each operation avoids."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from gradatim.compile.cheapest import Tree, cheapest, next_best
from gradatim.compile.cost import Sizes, short
from gradatim.compile.nodes import Node

Label = Hashable
Called = Callable[[Node], str]


class Decision:
    """A choice between two ways to compute one thing."""

    def said(self, called: Called) -> str:
        """The choice in words; "" where there was no other way. `called` tells what an operand is called."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Ordered(Decision):
    """A product of several factors, put in the cheapest order."""

    factors: tuple[tuple[Node, tuple[Label, ...]], ...]
    kept: frozenset[Label]
    extent: Mapping[Label, int]

    def said(self, called: Called) -> str:
        inputs = [axes for _, axes in self.factors]
        best, tree = cheapest(inputs, self.kept, self.extent)
        other = next_best(inputs, self.kept, self.extent)
        if other is None or other[0] <= best:
            return ""
        names = [called(n) for n, _ in self.factors]
        return (
            f"{_spelt(tree, names)} takes {short(best)} multiplications; {_spelt(other[1], names)} would take {short(other[0])}"
        )


@dataclass(frozen=True, slots=True)
class Opened(Decision):
    """Products that others hold as well are opened here."""

    products: tuple[Node, ...]

    def said(self, called: Called) -> str:
        return "a product that several others hold is opened in each of them, which is less work than to form it"


@dataclass(frozen=True, slots=True)
class Shared(Decision):
    """A product that several others hold is formed once."""

    uses: int

    def said(self, called: Called) -> str:
        return f"formed once for {self.uses} products"


@dataclass(frozen=True, slots=True)
class Apart(Decision):
    """A scalar, or a product with a thin sum, worked out term by term; `whole` is what it takes otherwise, at least."""

    work: int
    whole: int
    subtracts: bool

    def said(self, called: Called) -> str:
        said = f"term by term {short(self.work)} operations; with the sum formed first at least {short(self.whole)}"
        return said + ("; CANCELLATION: loses digits where the terms nearly cancel" if self.subtracts else "")


@dataclass(frozen=True, slots=True)
class Rooted(Decision):
    """The root of nonnegative weights goes into the one factor of Xᵀ diag(d) X."""

    def said(self, called: Called) -> str:
        return "the root of the weights goes into the matrix: its Gram matrix is symmetric, half the work of Xᵀ(d ∘ X)"


@dataclass(frozen=True, slots=True)
class Squared(Decision):
    """Neighbours that occur together several times in a chain."""

    times: int

    def said(self, called: Called) -> str:
        return f"stands {self.times} times in one product and is formed once"


@dataclass(frozen=True, slots=True)
class Thin(Decision):
    """A diagonal matrix and few columns, worked with by Woodbury's formula."""

    rows: int
    rank: int

    def said(self, called: Called) -> str:
        ours, whole = 2 * self.rows * self.rank**2, 2 * self.rows**3 // 3
        return f"a diagonal and {self.rank} columns: Woodbury's formula, {short(ours)} operations; as a whole {short(whole)}"


def _spelt(tree: Tree, names: list[str], outer: bool = True) -> str:
    if isinstance(tree, int):
        return names[tree]
    inner = "·".join(_spelt(t, names, False) for t in tree)
    return inner if outer else f"({inner})"


# ---------------------------------------------------------------- what an operation avoids

MAPS = {
    "softplus": "log(1 + exp z) as max(z, 0) + log1p(exp(−|z|)): nothing overflows",
    "sigmoid_slope": "σ(z)(1 − σ(z)) as t/(1 + t)² with t = exp(−|z|): nothing cancels",
    "sigmoid_gap": "σ(a) − σ(b) as σ(a) σ(−b) (1 − exp(b − a)): nothing cancels where both are nearly 1",
    "sigmoid_less": "σ(z) − y as (1 − y) − σ(−z) where z is positive: nothing cancels where y is 1",
    "sech2": "1 − tanh(z)² as 4t/(1 + t)² with t = exp(−2|z|): nothing cancels",
    "log_cosh": "log cosh z by |z| where it is large and by sinh(z/2) where it is small: nothing overflows, nothing cancels",
    "log1mexp": "log(1 − exp z) by expm1 or by log1p: nothing cancels",
    "log1p": "log(1 + x) keeps the digits of a small x",
    "near_zero": "by its power series where z is small, where the terms of the formula cancel or divide by zero",
    "erfc": "1 − erf(x) keeps its digits where it is small",
    "erfcx": "exp(x²) erfc(x), of which neither factor overflows or vanishes",
    "mills_gap": "what φ/Φ is more than its main part, by a continued fraction where they are nearly equal",
    "unit": "of length one: squares neither overflow nor vanish; 0 where the norm is 0",
    "log_ndtr": "the logarithm of the normal distribution where it underflows",
    "expm1": "exp(x) − 1 keeps the digits of a small x",
    "xlogy": "y log x is 0 where y is 0",
}
WHOLE = {
    "logsumexp": "shifted by the largest exponent: nothing overflows",
    "log_softmax": "shifted by the largest exponent: no logarithm of what has vanished",
    "softmax": "shifted by the largest exponent: nothing overflows",
    "logdet": "the logarithm from the pivots: a determinant overflows where its logarithm does not",
    "norm": "scaled by the largest entry: squares neither overflow nor vanish",
    "log_shares": "logarithms of entries over their norm, by differences from the largest: logarithms of the norm would cancel",
}


def reason(node: Node, sizes: Sizes) -> str:
    """Why an operation is the one that it is; "" where there is nothing to say."""
    if node.kind == "map":
        return MAPS.get(node.data[0], "")
    if node.kind == "outer":
        return f"{len(node.args) // 2} outer products as one matrix product, without an array of the result's size for each"
    if node.kind == "reduce" and node.data == "max":
        return "taken out of the exponentials: none overflows"
    if node.kind != "special":
        return ""
    name = str(node.data[0])
    if name != "solve":
        return WHOLE.get(name, "")
    n = sizes.of(node.args[0].dims[-1])
    columns = sizes.entries(node.args[1].dims[1:])
    ours, inverted = 2 * n**3 // 3 + 2 * n * n * columns, 2 * n**3 + 2 * n * n * columns
    return f"solved, {short(ours)} operations; an inverse and a product would take {short(inverted)} and lose digits"
