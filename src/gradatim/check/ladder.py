"""Are two terms equal? The strongest answer that can be given, in the words of a ladder.

From the top: `proved` (one normal form, so at all sizes); `equal` (rational expressions that agree at random points of a large
prime field, with the probability of a mistake); `proved different` (an enclosure of one entry excludes zero at a point
that is shown); `equal to 100 digits` at some points (transcendental, not proved); `equal except` (for a transpose,
for symmetric matrices, where both are defined); `could not decide`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from itertools import chain, repeat
from math import prod
from random import Random
from typing import Any

from gradatim.check.normal import proves
from gradatim.errors import EvaluationError, GradatimError, NotVerified
from gradatim.ops import diag, hpower, inner, inverse, ones, power, product, quotient, total, transpose
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, substitute
from gradatim.types import Type
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.value.field import PRIME, Field, NotRational
from gradatim.value.lists import Array
from gradatim.value.points import FIELD, WHOLE, Point, dims_of, generic_sizes, modes, parts, random_point, suits
from gradatim.value.precision import workprec
from gradatim.value.running import RunningBalls

FIELD_POINTS = 3
BALL_POINTS = 5
DIGITS = 100
BITS = 420
BUDGET = 200_000


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point at which two terms differ: values by plain name (nested lists of fractions), and the entry that differs."""

    values: dict[str, Any]
    sizes: dict[str, int]
    entry: tuple[int, ...]
    left: float
    right: float
    difference: float = 0.0
    names: Mapping[str, str] = field(default_factory=dict)
    """What stands on paper for a plain name: λ for lam, W⁽¹⁾ for W1."""

    @property
    def text(self) -> str:
        return self.said("the first", "the second")

    def said(self, left: str, right: str) -> str:
        """The example in a sentence, with names for the two sides."""
        values = ", ".join(f"{self.names.get(name, name)} = {_shown(value)}" for name, value in self.values.items())
        where = f" in entry ({', '.join(map(str, self.entry))})" if self.entry else ""
        first, second = f"{self.left:.10g}", f"{self.right:.10g}"
        by = f", a difference of {self.difference:.3g}" if first == second else ""
        return f"at {values or 'every point'} {left} is {first} and {right} {second}{where}{by}"


@dataclass(frozen=True, slots=True)
class Equality:
    """The answer to "are they equal?". `verdict` is the step of the ladder, `certainty` that step with its figures,
    `exception` what `equal except` excepts, `needs` what must hold for both sides to have values, `text` a sentence."""

    verdict: str
    certainty: str
    text: str
    counterexample: Counterexample | None = None
    exception: str = ""
    needs: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Equal without exception, with whatever certainty."""
        return self.verdict in ("proved", "equal", "equal to 100 digits")

    @property
    def differs(self) -> bool:
        return self.verdict in ("proved different", "equal except")

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self.text}>"


def equal(a: Term, b: Term, seed: int = 1) -> Equality:
    """Compare two terms; `seed` draws the points.

    Nothing is raised for terms that cannot be compared: the verdict is then `could not decide`, and the text says why.
    """
    try:
        return _equal(a, b, seed)
    except GradatimError as error:
        return Equality("could not decide", "could not decide", f"could not decide: {error}")


def _equal(a: Term, b: Term, seed: int) -> Equality:
    if a.type.axes != b.type.axes:
        return _other_shape(a, b, seed)
    plain = _compare(a, b, seed)
    if plain.verdict != "proved different":
        return plain
    return _except(a, b, seed, plain) or plain


@lru_cache(maxsize=1_000)
def _compare(a: Term, b: Term, seed: int) -> Equality:
    proved = Equality("proved", "proved", "proved equal: one normal form, at all sizes")
    if a is b:
        return proved
    pair = _Pair(a, b, seed)
    by_value = pair.in_field() or pair.in_balls()
    # A proof that the values contradict would be a fault of the normal form: the values have the last word.
    return proved if by_value.verdict != "proved different" and proves(a, b) else by_value


def _other_shape(a: Term, b: Term, seed: int) -> Equality:
    said = f"the first is {a.type.described}, the second {b.type.described}"
    if a.rank == 2 and tuple(reversed(a.type.axes)) == b.type.axes:
        turned = _compare(transpose(a), b, seed)
        if turned.holds:
            return Equality(
                "equal except", "equal except for a transpose", f"equal except for a transpose: {said}", None, "transpose"
            )
    return Equality("proved different", "proved different", f"different: {said}")


def _except(a: Term, b: Term, seed: int, plain: Equality) -> Equality | None:
    """The exception under which two different terms are equal: a transpose, symmetric matrices, positive entries."""
    if a.type.is_square and _holds(transpose(a), b, seed):
        return _excepted("for a transpose", "transpose", plain)
    symbols = [s for s in free_symbols(a, b) if s.type.index is None]
    square = [s for s in symbols if s.type.member.rank == 2 and len(set(s.type.member.axes)) == 1 and not s.type.facts & _ALREADY]
    for s in (*square, None):
        chosen = [s] if s is not None else square if len(square) > 1 else []
        if chosen and _holds(*_declared(a, b, chosen, "symmetric"), seed):
            for spare in chosen if len(chosen) > 2 else ():  # no more is asked for than is needed
                fewer = [t for t in chosen if t is not spare]
                chosen = fewer if len(fewer) > 1 and _holds(*_declared(a, b, fewer, "symmetric"), seed) else chosen
            names = ", ".join(t.label for t in chosen)
            return _excepted(f"that {names} must be symmetric", "symmetric", plain)
    for s in _added_up(a, b):
        if _holds(substitute(a, {s: _normalised(s)}), substitute(b, {s: _normalised(s)}), seed):
            rows = "the rows of " if s.rank == 2 else "the entries of "
            return _excepted(f"that {rows}{s.label} must add up to one", "sum", plain)
    free = [s for s in symbols if not s.type.facts]
    if free and _holds(*_declared(a, b, free, "positive"), seed):
        must = "be positive" if all(s.is_scalar for s in free) else "have positive entries"
        return _excepted(f"that {', '.join(s.label for s in free)} must {must}", "domain", plain)
    return None


def _added_up(a: Term, b: Term) -> list[Symbol]:
    """Vectors and matrices whose entries are added up somewhere, 𝟏ᵀy or Y𝟏: with a sum of one they may vanish."""
    found: dict[Symbol, None] = {}
    for node in parts(a, b):
        if isinstance(node, Apply) and node.op in (product, total, inner):
            bare = [n.args[0] if isinstance(n, Apply) and n.op is transpose else n for n in node.args]
            if node.op is total or any(isinstance(n, Apply) and n.op is ones for n in bare):
                found.update((n, None) for n in bare if isinstance(n, Symbol) and n.rank in (1, 2) and not n.type.facts)
    return list(found)[:4]


def _normalised(s: Symbol) -> Term:
    """The symbol with its entries (those of each row) divided by their sum."""
    if s.rank == 1:
        return quotient(s, total(s))
    return product(inverse(diag(product(s, ones(params=(s.type.axes[1],))))), s)


_ALREADY = frozenset({"symmetric", "spd", "psd", "diagonal", "skew"})


def _declared(a: Term, b: Term, symbols: Sequence[Symbol], fact: str) -> tuple[Term, Term]:
    table: dict[Term, Term] = {}
    for s in symbols:
        told: Type = replace(s.type, facts=s.type.facts | {fact})
        table[s] = Symbol(s.name, told, s.plain, s.label)
    return substitute(a, table), substitute(b, table)


def _holds(a: Term, b: Term, seed: int) -> bool:
    try:
        return _compare(a, b, seed).holds
    except GradatimError:
        return False


def _excepted(what: str, exception: str, plain: Equality) -> Equality:
    return Equality("equal except", f"equal except {what}", f"equal except {what}", plain.counterexample, exception)


class _Pair:
    """Two terms of one shape, and the points at which they are compared."""

    def __init__(self, a: Term, b: Term, seed: int) -> None:
        self.a, self.b, self.seed = a, b, seed
        self.nodes = parts(a, b)
        self.symbols = free_symbols(a, b)
        self.one_sided = False
        self.sizes: dict[str, int] = {}

    @property
    def tried(self) -> str:
        """The sizes of the first point and the seed that draws all of them again."""
        sizes = ", ".join(f"{name} = {n}" for name, n in self.sizes.items())
        return f" ({sizes}; seed {self.seed})" if sizes else f" (seed {self.seed})"

    # ------------------------------------------------------------ a prime field

    def in_field(self) -> Equality | None:
        """The answer for rational expressions; None where they are not, or where no point suits."""
        rng, ring, done = Random(self.seed), Field(), 0
        largest = 1
        for turn in range(4 * FIELD_POINTS):
            sizes = generic_sizes(self.nodes, turn)
            point = random_point(self.symbols, sizes, rng, FIELD)
            arrays = {s: ring.array(shape, values) for s, (shape, values) in point.arrays.items()}
            try:
                left, right = (run(t, ring, arrays, sizes, point.indices, budget=BUDGET) for t in (self.a, self.b))
            except NotRational:
                return None
            except EvaluationError:
                continue
            if left.data != right.data:
                return self.refuted() or Equality(
                    "proved different", "proved different", "different: they differ in a prime field"
                )
            largest, done = max(largest, *sizes.values()) if sizes else largest, done + 1
            self.sizes = self.sizes or sizes
            if done == FIELD_POINTS:
                break
        if done < FIELD_POINTS:
            return None
        degree = degree_bound(self.nodes, largest)
        if degree >= PRIME // 2**20:
            return None
        chance = (degree / PRIME) ** done
        text = f"equal at {done} points of a large prime field, with a probability of error below {chance:.0e}{self.tried}"
        return Equality("equal", f"equal (probability of error below {chance:.0e})", text)

    # ------------------------------------------------------------ balls

    def in_balls(self) -> Equality:
        rng, done, reason = Random(self.seed + 1), 0, ""
        tries: Iterator[str] = chain(modes(), repeat("mixed", 40))
        for turn, mode in enumerate(tries):
            if done == BALL_POINTS:
                break
            if turn > 24 and done == 0:
                break
            point = random_point(self.symbols, generic_sizes(self.nodes, turn), rng, mode)
            outcome = self.at(point)
            if isinstance(outcome, str):
                reason = outcome
            elif outcome is None:
                done += 1
                self.sizes = self.sizes or point.sizes
            else:
                return self.refuted() or self.different(outcome)
        if done < BALL_POINTS:
            return Equality("could not decide", "could not decide", f"could not decide: {reason or 'no point suits both'}")
        said = f"equal to {DIGITS} digits at {done} random points"
        if self.one_sided:
            text = f"{said}, where both are defined{self.tried}"
            return Equality("equal except", "equal except for the domain", text, None, "domain")
        return Equality("equal to 100 digits", said, f"{said}{self.tried}; not proved")

    def at(self, point: Point) -> Counterexample | str | None:
        """A counterexample, None where both agree to all digits wanted, or why nothing can be said."""
        with workprec(BITS):
            ring = RunningBalls()
            arrays = {s: ring.array(shape, values) for s, (shape, values) in point.arrays.items()}
            values: list[Array | None] = []
            reason = ""
            for t in (self.a, self.b):
                try:
                    values.append(run(t, ring, arrays, point.sizes, point.indices, stand_ins=True, budget=BUDGET))
                except EvaluationError as error:
                    values.append(None)
                    reason = str(error)
            left, right = values
            if left is None or right is None:
                self.one_sided = self.one_sided or (left is None) != (right is None)
                return reason
            return self.compared(ring, left, right, point)

    def compared(self, ring: Balls, left: Array, right: Array, point: Point) -> Counterexample | str | None:
        precise = True
        for k, (x, y) in enumerate(zip(left.data, right.data)):
            difference = x - y
            if not difference.contains(0):
                if ring.ties:
                    return "entries are tied"
                return _counterexample(point, left.shape, k, float(x.mid()), float(y.mid()), float(difference.mid()))
            size = max(abs(x.mid()), abs(y.mid()), 2**-BITS)
            precise = precise and bool(
                difference.rad() <= size * Fraction(1, 10**DIGITS).__float__() or difference.rad() < 1e-110
            )
        return None if precise else "the precision is lost in cancellation"

    # ------------------------------------------------------------ counterexamples for people

    def refuted(self) -> Equality | None:
        """The smallest counterexample found: small sizes, small whole numbers."""
        rng = Random(self.seed + 2)
        names = sorted({name for d in dims_of(self.nodes) for name in d.names})
        for n in (1, 2, 3):
            for _ in range(6 if suits(self.nodes, dict.fromkeys(names, n)) else 0):
                try:
                    point = random_point(self.symbols, dict.fromkeys(names, n), rng, WHOLE)
                    outcome = self.at(point)
                except (GradatimError, ValueError, ZeroDivisionError):
                    continue
                if isinstance(outcome, Counterexample):
                    return self.different(outcome)
        for turn, mode in enumerate(modes()):
            try:
                outcome = self.at(random_point(self.symbols, generic_sizes(self.nodes, turn), rng, mode))
            except NotVerified:
                continue
            if isinstance(outcome, Counterexample):
                return self.different(outcome)
        return None

    def different(self, found: Counterexample) -> Equality:
        return Equality("proved different", "proved different", f"different: {found.text}", found)


def degree_bound(nodes: Sequence[Term], largest: int) -> int:
    """A bound on the degree of numerator and denominator together of any entry of the nodes' last parents, at sizes up to
    `largest`: sums of fractions add their degrees, so every sum over an axis multiplies by its size."""
    bound: dict[Term, int] = {}
    top = 1
    for node in _children_first(nodes):
        if isinstance(node, Symbol):
            bound[node] = 4
            continue
        below = [bound.get(a, 1) for a in node.args]
        body = getattr(getattr(node, "op", None), "body", None)
        inside = bound.get(body, 1) if isinstance(body, Term) else 1
        axes = sum(a.rank for a in node.args) + (1 if isinstance(node, Bind) else 0)
        grows = any(b > 1 for b in below)
        weight = largest ** min(axes, 12) if grows else 1
        power = max((abs(int(p)) for p in getattr(node, "params", ()) if isinstance(p, int)), default=1)
        exponent = _exponent(node)
        bound[node] = min(max(1, sum(below)) * weight * inside * max(1, power) * exponent, 2**62)
        top = max(top, bound[node])
    return 2 * top


def _exponent(node: Term) -> int:
    if isinstance(node, Apply) and node.op in (power, hpower):
        value = getattr(node.args[1], "value", None)
        return max(1, abs(int(value))) if isinstance(value, Fraction) else 1
    return 1


def _children_first(nodes: Sequence[Term]) -> list[Term]:
    order: dict[Term, None] = {}
    for root in nodes:
        stack = [root]
        while stack:
            node = stack[-1]
            if node in order:
                stack.pop()
                continue
            body = getattr(getattr(node, "op", None), "body", None)
            inner = (*node.args, body) if isinstance(body, Term) else node.args
            pending = [a for a in inner if a not in order]
            if pending:
                stack.extend(pending)
                continue
            order[stack.pop()] = None
    return list(order)


def _counterexample(point: Point, shape: tuple[int, ...], k: int, left: float, right: float, difference: float) -> Counterexample:
    entry: list[int] = []
    for n in reversed(shape):
        entry.append(k % n + 1)
        k //= n
    values: dict[str, Any] = {s.plain: _nested(*v) for s, v in point.arrays.items()}
    indices = {s: position for s, position in point.indices.items() if not s.name.startswith("#")}
    values.update({s.plain: position for s, position in indices.items()})
    names = {s.plain: s.label for s in (*point.arrays, *indices)}
    return Counterexample(values, dict(point.sizes), tuple(reversed(entry)), left, right, difference, names)


def _nested(shape: tuple[int, ...], entries: Sequence[Fraction]) -> Any:
    if not shape:
        return entries[0]
    width = prod(shape[1:])
    return [_nested(shape[1:], entries[k * width : (k + 1) * width]) for k in range(shape[0])]


def _shown(value: Any) -> str:
    return "[" + ", ".join(map(_shown, value)) + "]" if isinstance(value, list) else str(value)


__all__ = ["Counterexample", "Equality", "degree_bound", "equal"]
