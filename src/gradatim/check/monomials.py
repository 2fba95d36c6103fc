"""What the normal form of a comparison is made of: sums of products of indexed parts, every summed index named.

Unlike the monomials that are differentiated, these are expanded to the end: a sum is opened wherever it stands, and what cannot be
opened (a determinant, a logarithm, an unknown function) is a part whose arguments are such sums again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from gradatim.errors import GradatimError
from gradatim.term import Number, Term

MAX_MONOMIALS = 600
MAX_LEAVES = 400


class Unsuited(GradatimError):
    """The term has no normal form of this kind, or one that is too large."""


class Part:
    """A factor of a monomial: `kind` and `head` say what it is, `slots` the indices at which it stands, `args` the sums inside
    it, each with the indices that it binds. `free` are the indices that occur in it."""

    __slots__ = ("kind", "head", "slots", "args", "free")

    def __init__(self, kind: str, head: object, slots: tuple[Term, ...] = (), args: tuple[Argument, ...] = ()) -> None:
        self.kind, self.head, self.slots, self.args = kind, head, slots, args
        free = {s for s in slots if not isinstance(s, Number)}
        for own, inside in args:
            free |= free_of(inside) - set(own)
        self.free = frozenset(free)


class Mono(NamedTuple):
    """A number times parts to powers, summed over the indices `bound`."""

    number: Fraction
    parts: tuple[tuple[Part, Fraction], ...] = ()
    bound: tuple[Term, ...] = ()


Poly = tuple[Mono, ...]
Argument = tuple[tuple[Term, ...], Poly]
ONE = Fraction(1)


def free_of(poly: Poly) -> set[Term]:
    return {i for m in poly for p, _ in m.parts for i in p.free if i not in m.bound}


def constant(value: Fraction | int) -> Poly:
    return (Mono(Fraction(value)),) if value else ()


def single(part: Part, power: Fraction = ONE) -> Poly:
    return (Mono(ONE, ((part, power),)),)


def times(*polys: Poly) -> Poly:
    """The product of sums whose bound indices are all different."""
    out: Poly = constant(1)
    for poly in polys:
        if len(out) * len(poly) > MAX_MONOMIALS:
            raise Unsuited("the expanded form is too long")
        out = tuple(Mono(m.number * n.number, m.parts + n.parts, m.bound + n.bound) for m in out for n in poly)
    return out


def scaled(poly: Poly, c: Fraction) -> Poly:
    return tuple(Mono(m.number * c, m.parts, m.bound) for m in poly)


def summed(poly: Poly, indices: Iterable[Term]) -> Poly:
    own = tuple(indices)
    return tuple(Mono(m.number, m.parts, m.bound + own) for m in poly)


def renamed(part: Part, table: Mapping[Term, Term]) -> Part:
    """The part with indices replaced; what it binds is its own."""
    if not part.free & set(table):
        return part
    args = tuple((own, tuple(renamed_mono(m, table) for m in inside)) for own, inside in part.args)
    return Part(part.kind, part.head, tuple(table.get(s, s) for s in part.slots), args)


def renamed_mono(mono: Mono, table: Mapping[Term, Term]) -> Mono:
    return Mono(mono.number, tuple((renamed(p, table), e) for p, e in mono.parts), mono.bound)


# ---------------------------------------------------------------- keys

Names = Mapping[Term, str]


class Keys:
    """Keys of parts and sums: equal only for what is equal, whatever its bound indices are called.

    Bound indices are told apart by where they stand (colours are refined until nothing changes); where that does not tell them apart,
    each is tried in turn and the least key is taken. `MAX_LEAVES` bounds the tries.
    """

    def __init__(self) -> None:
        self.leaves = 0

    def poly(self, poly: Poly, names: Names, depth: int = 0) -> str:
        total: dict[str, Fraction] = {}
        for m in poly:
            key = self.mono(m, names, depth)
            total[key] = total.get(key, Fraction(0)) + m.number
        return "+".join(f"{c}*{k}" for k, c in sorted(total.items()) if c)

    def mono(self, mono: Mono, names: Names, depth: int = 0) -> str:
        """The key of a monomial without its number."""
        powers: dict[str, Fraction] = {}
        for parts, own in components(mono):
            if own:
                key, power = self.component(parts, own, names, depth), ONE
                powers[key] = powers.get(key, Fraction(0)) + power
                continue
            for part, power in parts:
                key = self.part(part, names, depth)
                powers[key] = powers.get(key, Fraction(0)) + power
        return "·".join(f"{k}^{e}" for k, e in sorted(powers.items()) if e)

    def component(self, parts: list[tuple[Part, Fraction]], own: list[Term], names: Names, depth: int) -> str:
        """Parts that hang together by their bound indices."""
        if len(own) == 1:
            return self.numbered(parts, own, names, depth)
        colours = {d: f"?{d.type.index}" for d in own}
        return self.refined(parts, colours, names, depth)

    def refined(self, parts: list[tuple[Part, Fraction]], colours: dict[Term, str], names: Names, depth: int) -> str:
        classes = len(set(colours.values()))
        while True:
            told = {d: (colours[d], self.seen_from(d, parts, colours, names, depth)) for d in colours}
            ranks = {key: f"?{k}" for k, key in enumerate(sorted(set(told.values())))}
            colours = {d: ranks[told[d]] for d in colours}
            if len(ranks) == classes:
                break
            classes = len(ranks)
        if classes == len(colours):
            return self.numbered(parts, sorted(colours, key=lambda d: int(colours[d][1:])), names, depth)
        tied = next(c for c in sorted(set(colours.values())) if list(colours.values()).count(c) > 1)
        found: list[str] = []
        for d in [d for d in colours if colours[d] == tied]:
            self.leaves += 1
            if self.leaves > MAX_LEAVES:
                raise Unsuited("too many indices look alike")
            found.append(self.refined(parts, {**colours, d: tied + "!"}, names, depth))
        return min(found)

    def seen_from(
        self, d: Term, parts: list[tuple[Part, Fraction]], colours: Mapping[Term, str], names: Names, depth: int
    ) -> tuple[str, ...]:
        told = {**names, **colours, d: "*"}
        return tuple(sorted(f"{self.part(p, told, depth + 1)}^{e}" for p, e in parts if d in p.free))

    def numbered(self, parts: list[tuple[Part, Fraction]], own: list[Term], names: Names, depth: int) -> str:
        told = {**names, **{d: f"~{depth}.{k}:{d.type.index}" for k, d in enumerate(own)}}
        powers: dict[str, Fraction] = {}
        for p, e in parts:
            key = self.part(p, told, depth + 1)
            powers[key] = powers.get(key, Fraction(0)) + e
        return "{" + "·".join(f"{k}^{e}" for k, e in sorted(powers.items())) + "}"

    def part(self, part: Part, names: Names, depth: int = 0) -> str:
        labels = [names.get(s, str(s)) for s in part.slots]
        if part.kind in ("delta", "symmetric"):
            labels.sort()
        if part.kind == "sum" and len(part.args[0][1]) == 1 and part.args[0][1][0].number == 1:
            # One product in a bracket is that product, or it would not cancel against it.
            (mono,) = part.args[0][1]
            if len(found := components(mono)) == 1 and found[0][1]:
                return self.component(*found[0], names, depth)
        inside = [self.argument(own, poly, names, depth) for own, poly in part.args]
        if part.kind == "square":
            turned = self.argument(tuple(reversed(part.args[0][0])), part.args[0][1], names, depth)
            if turned == inside[0]:
                labels.sort()
            elif turned < inside[0]:
                inside[0] = turned
                labels.reverse()
        return f"{part.kind} {part.head}({';'.join(inside)})[{','.join(labels)}]"

    def argument(self, own: tuple[Term, ...], poly: Poly, names: Names, depth: int) -> str:
        told = {**names, **{m: f"^{depth}.{k}:{m.type.index}" for k, m in enumerate(own)}} if own else names
        # The extents belong to the key: a sum over n and one over m of the same ones differ.
        front = ",".join(str(m.type.index) for m in own)
        return f"{front}|{self.poly(poly, told, depth + 1)}"


def components(mono: Mono) -> list[tuple[list[tuple[Part, Fraction]], list[Term]]]:
    """The parts grouped by the bound indices that they share; parts without any come together, with no indices."""
    bound = set(mono.bound)
    groups: list[tuple[list[tuple[Part, Fraction]], set[Term]]] = []
    loose: list[tuple[Part, Fraction]] = []
    for p, e in mono.parts:
        touched = set(p.free & bound)
        if not touched:
            loose.append((p, e))
            continue
        joined, rest = [(p, e)], []
        for parts, own in groups:
            if own & touched:
                joined += parts
                touched |= own
            else:
                rest.append((parts, own))
        groups = [*rest, (joined, touched)]
    out = [(parts, [d for d in mono.bound if d in own]) for parts, own in groups]
    return [*out, (loose, [])] if loose else out


__all__ = [
    "Keys",
    "Mono",
    "Part",
    "Poly",
    "Unsuited",
    "components",
    "constant",
    "free_of",
    "renamed",
    "scaled",
    "single",
    "summed",
    "times",
]
