"""The shares that the terms of a sum have of it, by name: −Σₙ γₙₖ Σₖ⁻¹ (xₙ − μₖ), where γₙₖ = πₖ 𝒩ₙₖ / Σⱼ πⱼ 𝒩ₙⱼ.

The derivative of log Σⱼ tⱼ holds tₖ / Σⱼ tⱼ times what remains of the term: responsibilities of a mixture, probabilities of a softmax
over a family. The factors of tₖ may stand before a sum over members that has the quotient in it, and are looked for there as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gradatim.check.ladder import equal
from gradatim.matrix.build import before_sum, put_together, split, times
from gradatim.matrix.cost import cost
from gradatim.matrix.powers import PowerProduct, assemble, divided, power_product
from gradatim.ops import at, exp, product, quotient
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, is_sum, substitute, transform, walk
from gradatim.types import Dim
from gradatim.write.names import LETTERS
from gradatim.write.parts import Named

LONG = 120
"""An answer that costs less is written out."""
WORTH = 0.7
"""What an answer may cost with shares by name, as a part of what it costs without."""
NAMES = (("p", "p"), ("q", "q"), (r"\rho", "ρ")), ((r"\gamma", "γ"), ("r", "r"), (r"\rho", "ρ"))
"""Letters for shares of one sum, and of one for each member (responsibilities), in the order in which they are tried."""


def by_shares(term: Term, letters: Mapping[str, str], taken: frozenset[str]) -> Named | None:
    """The answer with the shares in it by name, and what these stand for; None where there are none or little is gained. `letters`
    are an author's for the indices of each size, `taken` are names with another meaning. Compared by value."""
    if cost(term) < LONG or not any(is_sum(n) and n.is_scalar for n in walk(term)):
        return None
    shares = _Shares(letters, taken | _taken(term))
    found = transform(term, shares.named)
    if not shares.made or cost(found) > WORTH * cost(term) or not equal(term, found).holds:
        return None
    used = {n.op for n in walk(found) if isinstance(n, Apply) and isinstance(n.op, Function)}
    return Named(found, tuple((Apply(f, f.parameters), f.body) for f in shares.made.values() if f in used and f.body is not None))


class _Shares:
    """The names given so far, by the sum of which they are shares."""

    def __init__(self, letters: Mapping[str, str], taken: frozenset[str]) -> None:
        self.letters, self.taken = letters, taken
        self.made: dict[Term, Function] = {}

    def named(self, node: Term) -> Term:
        """A product with a share among its factors; any other term as it is."""
        if not (isinstance(node, Apply) and node.op in (product, quotient)):
            return node
        part = split(node) if node.rank else (power_product(node), ())
        if part is None:
            return node
        coefficient, chain = part
        summed = next((f for f in (*chain, *(a for a, k in coefficient.powers if k == 1)) if is_sum(f)), None)
        if isinstance(summed, Bind) and (inside := self._in_sum(coefficient, chain, summed)) is not None:
            return inside
        alone = self._extracted(coefficient)
        return node if alone is None else times(assemble(alone[0]), alone[1], *chain)

    def _in_sum(self, coefficient: PowerProduct, chain: tuple[Term, ...], summed: Bind) -> Term | None:
        """A sum with the factors before it taken in, a share found, and what stays the same in every term put out again."""
        index, body = summed.opened()
        part = split(body) if body.rank else (power_product(body), ())
        if part is None:
            return None
        kept = tuple(p for p in coefficient.powers if summed in chain or p[0] is not summed)
        together = PowerProduct(coefficient.coefficient, kept).times(part[0])
        found = self._extracted(together)
        if found is None and not self._names(body):
            return None
        # What a share inside was divided by may cancel with what stands before the sum.
        inside = times(assemble(found[0]), found[1], *part[1]) if found is not None else times(assemble(together), *part[1])
        out, rest = before_sum(inside, index) if inside.rank else _before(inside, index)
        whole = Bind("sum", index, rest)
        return times(assemble(out), *(whole if f is summed else f for f in chain), *(() if summed in chain else (whole,)))

    def _names(self, term: Term) -> bool:
        """Whether a term has a share by its name."""
        named = set(self.made.values())
        return any(isinstance(n, Apply) and n.op in named for n in walk(term))

    def _extracted(self, coefficient: PowerProduct) -> tuple[PowerProduct, Term] | None:
        """A coefficient without the factors of a share, and the share."""
        held = dict(coefficient.powers)
        for whole, k in coefficient.powers:
            if k != -1 or not is_sum(whole):
                continue
            indices = dict.fromkeys(s for a in held for s in free_symbols(a) if is_index(s) and s.type.index == whole.extent)
            for index in indices:
                term = power_product(substitute(whole.body, {whole.index: index}))
                missing = [(a, e) for a, e in term.powers if held.get(a, Fraction(0)) != e]
                if len(missing) < len(term.powers) and all(_is_name(a) for a, _ in missing) and _tells(term, missing):
                    share = self._called(whole, index)
                    if share is None:
                        continue
                    rest = divided(coefficient, term).times(PowerProduct(Fraction(1), ((whole, Fraction(1)),)))
                    return rest, share
        return None

    def _called(self, whole: Bind, index: Symbol) -> Term | None:
        """The share of one term of a sum, by its name."""
        loose = tuple(s for s in free_symbols(whole) if is_index(s) and s.name.startswith("#"))
        letters = self._letters((*(s.type.index for s in loose), whole.extent))
        parameters = tuple(Symbol(x, s.type) for x, s in zip(letters, (*loose, whole.index)))
        generic = substitute(whole, dict(zip(loose, parameters)))
        function = self.made.get(generic)
        if function is None:
            name = next((n for n in NAMES[bool(loose)] if not self.taken & set(n)), None)
            if name is None or not isinstance(generic, Bind):
                return None
            self.taken |= set(name)
            body = quotient(substitute(generic.body, {generic.index: parameters[-1]}), generic)
            function = Function(*name, parameters, body, family=len(parameters), plain=name[1])
            self.made[generic] = function
        return Apply(function, (*loose, index))

    def _letters(self, extents: tuple[Dim | None, ...]) -> list[str]:
        out: list[str] = []
        for extent in extents:
            wanted = self.letters.get(str(extent), "")
            out.append(next(x for x in (wanted, *LETTERS) if x and x not in out and (x == wanted or x not in self.taken)))
        return out


def _is_name(atom: Term) -> bool:
    """A symbol or an entry of one: what the share is divided by where it is not among the factors."""
    return isinstance(atom, Symbol) or isinstance(atom, Apply) and atom.op is at and isinstance(atom.args[0], Symbol)


def _tells(term: PowerProduct, missing: list[tuple[Term, Fraction]]) -> bool:
    """Whether an exponential is among the factors that are there: πₖ / Σⱼ πⱼ alone is no share that needs a name."""
    return any(isinstance(n, Apply) and n.op is exp for a, e in term.powers if (a, e) not in missing for n in walk(a))


def _before(body: Term, index: Symbol) -> tuple[PowerProduct, Term]:
    """The factors of a number that are the same in every term of a sum, and the rest."""
    whole = power_product(body)
    front = tuple(p for p in whole.powers if index not in free_symbols(p[0]))
    rest = PowerProduct(Fraction(1), tuple(p for p in whole.powers if p not in front))
    return PowerProduct(whole.coefficient, front), put_together(rest, (), body.type)


def _taken(term: Term) -> frozenset[str]:
    out: set[str] = set()
    for s in free_symbols(term):
        out |= {s.label, s.plain, s.name, *(n for a in s.type.axes for n in a.names)}
    for n in walk(term):
        if isinstance(n, Apply) and isinstance(n.op, Function):
            out |= {n.op.text, n.op.name}
    return frozenset(out)


__all__ = ["by_shares"]
