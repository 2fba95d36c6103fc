"""Forms that neither overflow nor cancel, put in place of those that do. The value is the same; every rule is local.

log(1 + eᶻ), −log(1 − σ(z))   softplus          1 − σ(z)             σ(−z)
σ(z) σ(−z)                    t/(1 + t)², t = e^−|z|      1 − tanh²(z)         4t/(1 + t)², t = e^−2|z|
log Σ eᶻ                      m + log Σ eᶻ⁻ᵐ    eᶻ / Σ eᶻ            eᶻ⁻ᵐ / Σ eᶻ⁻ᵐ
log(1 + x), eˣ − 1            log1p, expm1      y log x              0 where y is 0
log(1 − eˣ)                   log(−expm1(x)) or log1p(−eˣ)
log((1 + erf(z/√2))/2)        log Φ(z)
‖x‖²                          xᵀx, never through the norm

Differences are in `gradatim.compile.differences`, logarithms of powers and roots in `gradatim.compile.logarithms`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction

from gradatim.compile.choices import chosen
from gradatim.compile.differences import without_cancelling
from gradatim.compile.exponentials import exponentials
from gradatim.compile.graph import Graph
from gradatim.compile.hyperbolic import hyperbolic, log_of_cosh
from gradatim.compile.logarithms import log_of_power, log_of_root, proportional
from gradatim.compile.magnitudes import is_large, without_large
from gradatim.compile.nodes import ONE, Label, Part, Summand, Tie
from gradatim.compile.operands import (
    argument,
    base_of,
    by_entries,
    factors_of,
    functions_in,
    is_map,
    is_scaled,
    name_of,
    nonnegative,
    one_plus,
    split,
    unturned,
)
from gradatim.compile.ratios import one_power, through_sums
from gradatim.compile.shifted import shares, shifted, with_exponentials
from gradatim.compile.sigmoids import entropies, slopes
from gradatim.compile.tails import log_of_tail, mills
from gradatim.types import Dim

FOLDED: dict[str, Callable[..., Fraction | int]] = {
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "step": lambda x: int(x > 0),
    "relu": lambda x: max(x, Fraction(0)),
    "max": max,
    "min": min,
    "equal": lambda a, b: int(a == b),
    "unequal": lambda a, b: int(a != b),
    "less": lambda a, b: int(a < b),
}
"""Functions whose value at numbers is exact."""
UNDONE = {("arctanh", "tanh"), ("arcsinh", "sinh"), ("sinh", "arcsinh"), ("tan", "arctan")}
"""A function of its inverse, defined everywhere: `arctanh(tanh(x))` is infinite from x = 20 on."""


class Stable:
    """Sums, products and functions on a graph, each in its stable form."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    # ------------------------------------------------------------ helpers

    def negative(self, part: Part) -> Part:
        return self.scaled(Fraction(-1), part)

    def scaled(self, factor: Fraction, part: Part) -> Part:
        """A number times an operand, with one number in front."""
        c, bare = split(self.graph, part)
        inner = factors_of(bare)
        return self.graph.contract(factor * c, inner, part.axes)

    def plus(self, a: Part, b: Part, sign: int = 1) -> Part:
        dims = {**dict(zip(b.axes, b.node.dims)), **dict(zip(a.axes, a.node.dims))}
        (c, one), (d, other) = split(self.graph, a), split(self.graph, b)
        return self.graph.add([Summand(c, one), Summand(sign * d, other)], dims)

    def minus(self, a: Part, b: Part) -> Part:
        return self.plus(a, b, -1)

    # ------------------------------------------------------------ functions

    def map(self, name: str, parts: Sequence[Part], parameter: Hashable = None) -> Part:
        found = None
        if name == "log":
            found = self._log(parts[0])
        elif name == "power" and isinstance(parameter, Fraction):
            found = self._power(parts[0], parameter)
        elif name == "exp" and is_map(parts[0], "log"):
            found = argument(parts[0])
        elif parts[0].node.kind == "map" and (name, name_of(parts[0].node)) in UNDONE:
            found = argument(parts[0])
        elif name in FOLDED and all(p.node.kind == "number" for p in parts):
            found = Part(self.graph.number(FOLDED[name](*(p.node.data for p in parts))), ())
        elif name == "abs" and nonnegative(self.graph, parts[0].node):
            found = parts[0]
        return found if found is not None else self.graph.map(name, parts, parameter)

    def _log(self, part: Part) -> Part | None:
        node = part.node
        if node.kind == "map" and name_of(node) == "sigmoid":
            return self.negative(self.graph.map("softplus", [self.negative(argument(part))]))
        if node.kind == "map" and name_of(node) == "exp":
            return argument(part)
        if (found := log_of_cosh(self, part)) is not None or (found := log_of_tail(self, part)) is not None:
            return found
        if (shares := self._log_of_shares(part)) is not None:
            return shares
        if node.kind == "special" and name_of(node) == "det":
            name, (over, facts) = node.data
            made = self.graph.special("logdet", node.args, node.dims, (over, (*facts, "signed")))
            return Part(made, part.axes)
        c, bare = split(self.graph, part)
        if c == -1 and is_map(bare, "expm1"):
            return self.graph.map("log1mexp", [argument(bare)])
        if c == 1 and is_map(part, "sigmoid_gap"):
            return self._log_of_gap(part)
        if (found := log_of_power(self, c, bare)) is not None or (found := log_of_root(self, part)) is not None:
            return found
        if is_map(part, "expm1"):
            z = argument(part)
            return self.plus(z, self.graph.map("log1mexp", [self.negative(z)]))
        one_more = one_plus(part)
        if one_more is not None:
            c, rest = one_more
            if c == 1 and is_map(rest, "exp"):
                return self.graph.map("softplus", [argument(rest)])
            if c == -1 and is_map(rest, "sigmoid"):
                return self.negative(self.graph.map("softplus", [argument(rest)]))
            return self.graph.map("log1p", [self.scaled(c, rest)])
        sum_ = shifted(self, part) or shifted(self, with_exponentials(self, part))
        if sum_ is not None:
            return self.plus(sum_.top, self.graph.map("log", [sum_.rest]))
        return None

    def _log_of_gap(self, part: Part) -> Part:
        """log(σ(a) − σ(b)) is log σ(a) + log σ(−b) + log(1 − e^(b − a))."""
        table = dict(zip(part.node.out, part.axes))
        a, b = (Part(n, tuple([table[x] for x in labels])) for n, labels in zip(part.node.args, part.node.labels))
        above = self.graph.map("softplus", [self.negative(a)])
        tails = self.plus(self.negative(above), self.negative(self.graph.map("softplus", [b])))
        return self.plus(tails, self.graph.map("log1mexp", [self.minus(b, a)]))

    def _log_of_shares(self, part: Part) -> Part | None:
        """log of a softmax, or of an entry of it, which may have vanished."""
        node = part.node
        if node.kind == "special" and name_of(node) == "softmax":
            return Part(self.graph.special("log_softmax", node.args, node.dims, node.data[1]), part.axes)
        if node.kind in ("take", "permute", "gather"):
            whole = self._log_of_shares(Part(node.args[0], tuple(node.args[0].out)))
            if whole is not None:
                return Part(self.graph.again(node, [whole.node, *node.args[1:]]), part.axes)
        return None

    def _power(self, part: Part, exponent: Fraction) -> Part | None:
        node = part.node
        if exponent == 1:
            return part
        if node.kind == "number" and node.data and exponent.denominator == 1:
            return Part(self.graph.number(node.data ** int(exponent)), ())
        if exponent == Fraction(1, 2):
            return self.graph.map("sqrt", [part])
        c, bare = split(self.graph, part)
        opened = base_of(bare)[1] != 1 or is_map(bare, "expm1") or is_map(bare, "erfc") or is_large(c)
        if c != 1 and bare != part and opened and exponent.denominator == 1:
            return self.graph.contract(c ** int(exponent), [self.map("power", [bare], exponent)], part.axes)
        below, k = base_of(part)
        if below != part and k.denominator == exponent.denominator == 1:
            return self.map("power", [below], k * exponent)
        if exponent == -1 and node.kind == "add":
            one_more = one_plus(part)
            if (
                one_more is not None
                and one_more[0] == 1
                and one_more[1].node.kind == "map"
                and name_of(one_more[1].node) == "exp"
            ):
                return self.graph.map("sigmoid", [self.negative(argument(one_more[1]))])
            if one_more is not None and not part.axes:
                return self._over_share(*one_more)
        if exponent == 2 and node.kind == "special" and name_of(node) == "norm":
            over = node.data[1][0]
            inner = node.args[0]
            own: list[Label] = [*part.axes, *(("norm", node.number, k) for k in range(inner.rank - over))]
            one = unturned(Part(inner, tuple(own)))
            return self.graph.contract(ONE, [one, one], part.axes)
        if exponent.denominator == 1 and exponent % 2 == 0 and is_map(part, "sqrt"):
            return self.map("power", [argument(part)], exponent / 2)
        if exponent == -2 and node.kind == "map" and name_of(node) == "cosh":
            return self.graph.map("sech2", [argument(part)])
        return None

    def _over_share(self, c: Fraction, rest: Part) -> Part | None:
        """1 / (1 + c a / p) of numbers as p / (p + c a), which has a value where p is 0."""
        factors = factors_of(rest)
        below = next((q for q in factors if not q.axes and base_of(q)[1] == -1 and q.node.kind == "map"), None)
        if below is None or any(q.axes for q in factors):
            return None
        p = base_of(below)[0]
        others = [q for q in factors if q is not below]
        if rest.node.kind == "contract":
            c *= rest.node.data
        above = self.graph.contract(c, others, ()) if others else Part(self.graph.number(c), ())
        return self.graph.contract(ONE, [p, self.map("power", [self.plus(p, above)], -ONE)], ())

    # ------------------------------------------------------------ sums

    def add(self, summands: Sequence[Summand], dims: Mapping[Label, Dim], spread: Iterable[Label] = ()) -> Part:
        terms = self._gathered(without_cancelling(self, list(summands)))
        return without_large(self.graph, self.graph.add(terms, dims, spread))

    def _gathered(self, terms: list[Summand]) -> list[Summand]:
        """a·X + b·X with scalars a, b is (a + b)·X, one pass over the array instead of two."""
        parted = [self._parted(s) for s in terms]
        seen: dict[tuple[Part, tuple[Tie, ...]], list[int]] = {}
        for k, (s, found) in enumerate(zip(terms, parted)):
            if found is not None:
                seen.setdefault((found[1], s.ties), []).append(k)
        if all(len(group) == 1 for group in seen.values()):
            return terms
        out: list[Summand] = []
        done: set[int] = set()
        for k, s in enumerate(terms):
            found = parted[k]
            group = seen[found[1], s.ties] if found is not None else [k]
            if len(group) == 1:
                out.append(s)
            elif k not in done:
                done.update(group)
                fronts = [Summand(terms[j].coefficient, parted[j][0]) for j in group]  # type: ignore[index]
                front = self.graph.add(fronts, {})
                c, bare = split(self.graph, front)
                array = found[1] if found is not None else s.part
                out.append(Summand(c, self.graph.contract(ONE, [bare, array], array.axes), s.ties))
        return out

    def _parted(self, s: Summand) -> tuple[Part, Part] | None:
        """The scalar in front of an array and the array; None for what is no array."""
        if not s.part.axes:
            return None
        node = s.part.node
        if not is_scaled(s.part):
            return Part(self.graph.number(1), ()), s.part
        factors = factors_of(s.part)
        (array,) = [f for f in factors if f.axes]
        if set(array.axes) != set(s.part.axes):
            return None
        scalars = [f for f in factors if not f.axes]
        deeper = self._parted(Summand(ONE, array))
        if deeper is not None and deeper[1] != array:
            scalars, array = [*scalars, deeper[0]], deeper[1]
        return self.graph.contract(node.data, scalars, ()), array

    # ------------------------------------------------------------ products

    def product(self, coefficient: Fraction, parts: list[Part], kept: set[Label]) -> tuple[Fraction, list[Part]]:
        """The factors of a product with the stable forms of those that belong together."""
        if POWER in functions_in(parts):
            coefficient, parts = self._cancelled(coefficient, parts)
        parts = self._repeats(parts, kept)
        held = functions_in(parts)
        for names, form in _FORMS:
            if not names.isdisjoint(held):
                made = form(self, parts)
                if made is not parts:
                    parts, held = made, functions_in(made)
        return coefficient, parts

    def _cancelled(self, coefficient: Fraction, parts: list[Part]) -> tuple[Fraction, list[Part]]:
        """(x ∘ w) / (c x) is w / c: products entry by entry are opened above and below where an array stands in both."""
        below = [p for p in parts if base_of(p)[1] == -1 and by_entries(base_of(p)[0])]
        if not below:
            return coefficient, parts
        lower = {q for p in below for q in factors_of(base_of(p)[0])}
        above = [p for p in parts if p not in below]
        upper = {q for p in above for q in ([p, *factors_of(p)] if by_entries(p) else [p])}
        if not any(q.axes and q in upper for q in lower):
            return coefficient, parts
        out: list[Part] = []
        for p in above:
            if by_entries(p) and any(q in lower for q in factors_of(p)):
                coefficient *= p.node.data
                out += factors_of(p)
            else:
                out.append(p)
        for p in below:
            coefficient /= base_of(p)[0].node.data
            out += [self.map("power", [q], -ONE) for q in factors_of(base_of(p)[0])]
        return coefficient, out

    def _repeats(self, parts: list[Part], kept: set[Label]) -> list[Part]:
        """Powers of one scalar or of one array entry by entry are gathered; reciprocals cancel."""
        exponents: dict[Part, Fraction] = {}
        found = [base_of(p) for p in parts]
        for base, e in found:
            exponents[base] = exponents[base] + e if base in exponents else e
        if len(exponents) == len(parts) and all(e is ONE or e not in (0, 2) for _, e in found):
            return parts
        out: list[Part] = []
        ones: list[Part] = []
        for p in dict.fromkeys(base_of(p)[0] for p in parts):
            e = exponents[p]
            alone = sum(1 for q in parts if base_of(q)[0] == p) == 1
            # A square that is summed over is two factors, in whichever form it was written.
            if (alone or not e) and not (e == 2 and not set(p.axes) <= kept):
                if e:
                    out.append(next(q for q in parts if base_of(q)[0] == p))
                elif p.axes:
                    ones.append(self.graph.map("power", [p], Fraction(0)))
                continue
            if p.axes and e.denominator == 1 and e > 0 and p.node.rank > 1 and e > 2:
                out += [p] * int(e)
            elif e == 2 and p.axes:
                out += [p, p]
            else:
                out.append(p if e == 1 else self.map("power", [p], e))
        # What cancels entirely is ones, which count where no other factor has their axes.
        for p in ones:
            if not set(p.axes) <= {a for q in out for a in q.axes}:
                out.append(p)
        # Each an object of its own, by which the forms below tell two equal factors apart.
        return [Part(q.node, q.axes) for q in out]


POWER = "power"
_FORMS: tuple[tuple[frozenset[str], Callable[[Stable, list[Part]], list[Part]]], ...] = (
    (frozenset({POWER}), one_power),
    (frozenset({POWER}), through_sums),
    (frozenset({"exp", "expm1"}), exponentials),
    (frozenset({POWER}), mills),
    (frozenset({POWER}), shares),
    (frozenset({"sigmoid"}), slopes),
    (frozenset({POWER}), proportional),
    (frozenset({"exp", "cosh", "sech2"}), hyperbolic),
    (frozenset({"log"}), entropies),
    (frozenset({"step"}), chosen),
)
"""The stable forms of products in the order in which they are looked for, each with the functions one of which it begins with."""
