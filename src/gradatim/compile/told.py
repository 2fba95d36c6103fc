"""What the arguments of a generated function tell it: the sizes of axes, the floating type, where tensors stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lcm

from gradatim.compile.names import Names
from gradatim.errors import GradatimError
from gradatim.term import Symbol
from gradatim.types import Dim


def multiple(d: Dim) -> int | None:
    """How many times a size by name an axis is, 2 of 2m; None for others."""
    if len(d.terms) != 1 or len(d.names) != 1:
        return None
    ((_, c),) = d.terms
    return c.numerator if c.denominator == 1 and c > 1 and d == Dim.of(d.names[0]).scaled(c) else None


class Told:
    """Expressions for what is known from arguments. `unpacked` are the lines that read sizes from shapes; those of `fixed` are known."""

    def __init__(
        self, target: str, arguments: Mapping[Symbol, str], constant: Sequence[Symbol], fixed: Mapping[str, int], names: Names
    ) -> None:
        self.target, self.arguments, self.constant, self.fixed, self.names = target, arguments, constant, fixed, names
        self.whole: dict[Dim, str] = {}
        """Axes that are no size by name: m + p, where neither m nor p is told."""
        self.sizes: dict[str, str] = {}
        self.unpacked: list[str] = []
        self._axes()

    def _axes(self) -> None:
        """Where each size is read from, and what the other axes are compared with."""
        arrays = sorted((s for s in self.arguments if s.type.rank), key=lambda s: s not in self.constant)
        for s in arrays:
            for k, d in enumerate(s.type.axes):
                if d.names == (str(d),) and str(d) not in self.sizes:
                    self.sizes[str(d)] = self.names.take(str(d))
                    self.unpacked.append(f"{self.sizes[str(d)]} = {self.arguments[s]}.shape[{k}]")
        for s in arrays:
            for k, d in enumerate(s.type.axes):
                times = multiple(d)
                if times is not None and d.names[0] not in {*self.sizes, *self.fixed}:
                    # Of an axis of 2m the half, which the check of the shape doubles again.
                    self.sizes[d.names[0]] = self.names.take(d.names[0])
                    self.unpacked.append(f"{self.sizes[d.names[0]]} = {self.arguments[s]}.shape[{k}] // {times}")
        self._differences(arrays)
        for s in arrays:
            for k, d in enumerate(s.type.axes):
                if not set(d.names) <= {*self.sizes, *self.fixed} and d not in self.whole:
                    self.whole[d] = self.names.take("_".join(d.names))
                    self.unpacked.append(f"{self.whole[d]} = {self.arguments[s]}.shape[{k}]")

    def _differences(self, arrays: Sequence[Symbol]) -> None:
        """Of an axis of n + 1, or of n + m where m is known, what is left for n."""
        for s in arrays:
            for k, d in enumerate(s.type.axes):
                unknown = [n for n in d.names if n not in {*self.sizes, *self.fixed}]
                rest = d - Dim.of(unknown[0]) if len(unknown) == 1 else d
                if rest is not d and rest.terms and unknown[0] not in rest.names:
                    (name,) = unknown
                    less = self.size(rest)
                    self.sizes[name] = self.names.take(name)
                    self.unpacked.append(f"{self.sizes[name]} = {self.arguments[s]}.shape[{k}] - {less}")

    def size(self, dim: Dim) -> str:
        """An expression for a dimension; of n(n + 1)/2 the numerator is divided as a whole."""
        if dim in self.whole:
            return self.whole[dim]
        out = ""
        below = lcm(*(c.denominator for _, c in dim.terms))
        # n - 1, not -1 + n.
        for monomial, exact in sorted(dim.terms, key=lambda term: term[1] < 0):
            c = exact * below
            factors = [str(abs(c.numerator))] if abs(c.numerator) != 1 or not monomial else []
            for name, k in monomial:
                if name not in self.sizes and name in self.fixed:
                    factors += [str(int(self.fixed[name]))] * k
                    continue
                if name not in self.sizes and (found := self._from_product(name)):
                    factors += [found] * k
                    continue
                if name not in self.sizes:
                    raise GradatimError(
                        f"the size {name} occurs in no argument, so a compiled function cannot know it: give it as sizes={{{name!r}: …}}"
                    )
                factors += [self.sizes[name]] * k
            piece = " * ".join(factors)
            sign = "-" if c < 0 else "+"
            out += f" {sign} {piece}" if out else f"-{piece}" if c < 0 else piece
        out = out or "0"
        if below != 1:
            out = f"({out}) // {below}"
        return out if out.isidentifier() or out.isdigit() else f"({out})"

    def _from_product(self, name: str) -> str:
        """A size of which the arguments tell only a power or a product with known sizes; "" where they do not."""
        for dim, whole in self.whole.items():
            (monomial, c) = dim.terms[0]
            powers = dict(monomial)
            if len(dim.terms) == 1 and c == 1 and all(n == name or n in self.sizes for n in powers) and name in powers:
                known = [self.sizes[n] for n, k in monomial if n != name for _ in range(k)]
                rest = f"{whole} // {known[0] if len(known) == 1 else '(' + ' * '.join(known) + ')'}" if known else whole
                return rest if powers[name] == 1 else f"round(({rest}) ** (1 / {powers[name]}))"
        return ""

    def like(self) -> str:
        """An argument that is an array, for its dtype and device; "" where there is none."""
        for s, name in self.arguments.items():
            if s.type.rank or self.target == "torch" and not any(t.type.rank for t in self.arguments):
                return name
        return ""

    def device(self) -> str:
        """The option that puts a new tensor beside the arguments."""
        return f", device={self.like()}.device" if self.target == "torch" and self.like() else ""

    def dtype(self) -> str:
        if not any(s.type.rank for s in self.arguments):
            return {"numpy": "np.float64", "jax": "float", "torch": "torch.float64"}[self.target]
        return f"{self.like()}.dtype"
