"""Differences that cancel, in forms that do not; `c` is any common number.

c − c σ(z)         c σ(−z)                 c − 2c σ(z)             −c tanh(z/2)
c − c tanh²(z)     c sech²(z)              c eˣ − c                c expm1(x)
c − c cos(z)       2c sin²(z/2)            c cosh(z) − c           2c sinh²(z/2)
c + c cosh(z)      2c cosh²(z/2)           c ± c tanh(z)           2c σ(±2z)
c ± c erf(z)        c erfc(∓z)             x ± x erf(z)            x erfc(∓z), of any x
c cosh² − c sinh²  c                       c √u − c √v             c (u − v) / (√u + √v)
c σ(z) − c y       c (1 − y) − c σ(−z) where z > 0                c σ(a) − c σ(b)    c σ(a) σ(−b) (1 − e^(b − a))
c √(b² + x) − c b  c x / (√(b² + x) + b)   log(1 + eᶻ) − z         log(1 + e⁻ᶻ)
c log u − c log v  c log1p((u − v) / v), where u − v is a single term
c eˣ ± c e⁻ˣ       2c sinh(x), 2c cosh(x)  the difference of log(1 + eᶻ) and log(1 + e⁻ᶻ)    z
c / erfcx(u) − c √π u  what Mills' ratio is more than its main part
log Γ(x + d) − log Γ(x), of a single term d, and of its derivatives: see `gradatim.compile.gammas`
f / r − f y / r³   f (r² − y) / r³ with r = √(y + …)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

from gradatim.compile.gammas import of_gammas, without_betas
from gradatim.compile.nodes import ONE, Node, Part, Summand, terms_of
from gradatim.compile.operands import argument, base_of, by_entries, factors_of, functions_in, is_map, name_of, nonnegative, split
from gradatim.compile.tails import without_main_part

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable

HALF = Fraction(1, 2)


def without_cancelling(stable: Stable, terms: list[Summand]) -> list[Summand]:
    """The terms of a sum with those that would cancel each other put together."""
    terms = _with_number(stable, terms)
    if len(terms) < 2 or any(s.ties for s in terms):
        return terms
    held = functions_in([s.part for s in terms])
    if not held:
        return terms
    terms = _squares(stable, terms)
    if any(
        a.kind == "map" and name_of(a) in TWO_SIDED for s in terms if s.part.node.kind == "contract" for a in _inside_of(s.part)
    ):
        terms = _with_common_factors(stable, terms)
    if "lgamma" in held:
        terms = without_betas(stable, terms)
    if "power" in held:
        terms = without_main_part(stable, terms)
    maps = [k for k, s in enumerate(terms) if s.part.node.kind == "map" and name_of(s.part.node) in PAIRS]
    for j, k in permutations(range(len(terms)), 2):
        if j not in maps:
            continue
        made = PAIRS[name_of(terms[j].part.node)](stable, terms[j], terms[k], len(terms))
        if made is not None:
            rest = [s for n, s in enumerate(terms) if n not in (j, k)]
            rest.insert(min(j, k), made)
            return without_cancelling(stable, rest)
    return _over_roots(stable, terms) if "power" in held else terms


# ---------------------------------------------------------------- a number and a function


def _with_number(stable: Stable, terms: list[Summand]) -> list[Summand]:
    ones = [s for s in terms if s.part.node.kind == "number" and not s.ties]
    if len(ones) != 1 or not ones[0].part.node.data:
        return terms
    one = ones[0]
    size = one.coefficient * one.part.node.data
    for k, s in enumerate(terms):
        other = None if s is one or s.ties else _complement(stable, s, size)
        if other is not None:
            rest = [t for t in terms if t is not one and t is not s]
            rest.insert(min(k, len(rest)), other)
            return rest
    return terms


TWO_SIDED = frozenset({"erf", "tanh"})


def _with_common_factors(stable: Stable, terms: list[Summand]) -> list[Summand]:
    """c x y + c x y erf(z), whose common factors are any, as c x y erfc(−z)."""
    opened = [_factors(s) for s in terms]
    for k, (s, (c, own)) in enumerate(zip(terms, opened)):
        for f in own if len(own) > 1 else ():
            if f.node.kind != "map" or name_of(f.node) not in TWO_SIDED:
                continue
            rest = list(own)
            rest.remove(f)
            for j, (d, others) in enumerate(opened):
                if (
                    j == k
                    or terms[j].ties
                    or s.ties
                    or len(others) != len(rest)
                    or sorted(map(hash, others)) != sorted(map(hash, rest))
                ):
                    continue
                other = _complement(stable, Summand(c, f), d) if all(x in rest for x in others) else None
                if other is None:
                    continue
                made = stable.graph.contract(ONE, [*rest, other.part], dict.fromkeys((*s.part.axes, *terms[j].part.axes)))
                left = [t for n, t in enumerate(terms) if n not in (j, k)]
                left.insert(min(j, k), Summand(other.coefficient, made))
                return _with_common_factors(stable, left)
    return terms


def _inside_of(part: Part) -> list[Node]:
    """What a product is of, and what the products in it are of."""
    return [b for a in part.node.args for b in (a.args if a.kind == "contract" else [a])]


def _factors(s: Summand) -> tuple[Fraction, list[Part]]:
    """The number in front of a term that is a product entry by entry, and its factors, those of products inside it, too."""
    front, out, pending = s.coefficient, list[Part](), [s.part]
    while pending:
        p = pending.pop()
        base, e = base_of(p)
        if by_entries(p):
            front *= p.node.data
            pending += factors_of(p)
        elif e == 2:
            out += [base, base]
        else:
            out.append(p)
    return front, out


def _complement(stable: Stable, s: Summand, size: Fraction) -> Summand | None:
    """The number `size` and a function of the opposite sign as one term."""
    if s.part.node.kind != "map":
        return None
    name, graph = name_of(s.part.node), stable.graph
    if name == "sigmoid" and s.coefficient == -2 * size:
        return Summand(-size, graph.map("tanh", [stable.scaled(HALF, argument(s.part))]))
    if name == "tanh" and abs(s.coefficient) == abs(size):
        return Summand(2 * size, graph.map("sigmoid", [stable.scaled(2 * s.coefficient / size, argument(s.part))]))
    if name == "cosh" and s.coefficient == size:
        half = graph.map("cosh", [stable.scaled(HALF, argument(s.part))])
        return Summand(2 * size, stable.map("power", [half], Fraction(2)))
    if name == "erf" and abs(s.coefficient) == abs(size):
        return Summand(size, graph.map("erfc", [stable.scaled(-s.coefficient / size, argument(s.part))]))
    if name == "erfc" and s.coefficient == -size / 2:
        return Summand(size / 2, graph.map("erfc", [stable.negative(argument(s.part))]))
    if s.coefficient != -size:
        return None
    if name == "sigmoid":
        return Summand(size, graph.map("sigmoid", [stable.negative(argument(s.part))]))
    if name == "exp":
        return Summand(-size, graph.map("expm1", [argument(s.part)]))
    if name in ("cos", "cosh"):
        half = graph.map("sin" if name == "cos" else "sinh", [stable.scaled(HALF, argument(s.part))])
        return Summand((2 if name == "cos" else -2) * size, stable.map("power", [half], Fraction(2)))
    if name == "sqrt":
        return _root(stable, s, Part(graph.number(1), ()), ONE)
    if name == "power" and s.part.node.data[1] == 2:
        inner = argument(s.part)
        if is_map(inner, "tanh"):
            return Summand(size, graph.map("sech2", [argument(inner)]))
    base, e = base_of(s.part)
    if is_map(base, "exp") and e != 1:
        return Summand(-size, graph.map("expm1", [stable.scaled(e, argument(base))]))
    return None


def _squares(stable: Stable, terms: list[Summand]) -> list[Summand]:
    """cosh² − sinh² and cos² + sin² as 1."""
    found = {k: square for k, s in enumerate(terms) if (square := _square(s.part)) is not None}
    for j, k in permutations(found, 2):
        (name, z), (other, y) = found[j], found[k]
        sign = {("cosh", "sinh"): -1, ("cos", "sin"): 1}.get((name, other))
        if sign and z == y and terms[k].coefficient == sign * terms[j].coefficient:
            left = [s for n, s in enumerate(terms) if n not in (j, k)]
            one = Part(stable.graph.number(1), ())
            return _with_number(stable, [*left, Summand(terms[j].coefficient, one)])
    return terms


def _square(part: Part) -> tuple[str, Part] | None:
    """The name and the argument of a function that is squared."""
    base, e = base_of(part)
    if part.node.kind == "contract" and part.node.data == 1 and by_entries(part):
        first, *others = factors_of(part)
        base, e = first, Fraction(2 if others == [first] else 1)
    return (name_of(base.node), argument(base)) if e == 2 and base.node.kind == "map" else None


# ---------------------------------------------------------------- a root less what it is nearly


def _root(stable: Stable, s: Summand, b: Part, ratio: Fraction) -> Summand | None:
    """c √(r² b² + x) − c r b as c x / (√(r² b² + x) + r b), for a b that cannot be negative."""
    graph, inside = stable.graph, argument(s.part)
    if inside.node.kind != "add" or not nonnegative(graph, b.node):
        return None
    own = terms_of(inside)
    if any(t.ties for t in own):
        return None
    square = next((t for t in own if _is_square(_parted(stable, t), b, ratio)), None)
    if square is None or len(own) < 2:
        return None
    dims = dict(zip(inside.axes, inside.node.dims))
    x = graph.add([t for t in own if t is not square], dims)
    c, bare = split(graph, s.part)
    below = graph.add([Summand(c, bare), Summand(ratio, b)], {a: d for p in (bare, b) for a, d in zip(p.axes, p.node.dims)})
    front, x = split(graph, x)
    factors = factors_of(x)
    made = graph.contract(ONE, [*factors, stable.map("power", [below], -ONE)], dict.fromkeys((*x.axes, *below.axes)))
    return Summand(s.coefficient * front, made)


def _parted(stable: Stable, s: Summand) -> tuple[Fraction, Part]:
    c, bare = split(stable.graph, s.part)
    return s.coefficient * c, bare


def _is_square(term: tuple[Fraction, Part], b: Part, ratio: Fraction) -> bool:
    c, part = term
    if b.node.kind == "number":
        return part.node.kind == "number" and c * part.node.data == (ratio * b.node.data) ** 2
    return c == ratio**2 and base_of(part) == (b, Fraction(2))


def _less_root(stable: Stable, s: Summand, t: Summand, _count: int) -> Summand | None:
    ratio = -t.coefficient / s.coefficient
    if ratio == 1 and is_map(t.part, "sqrt"):
        return _two_roots(stable, s, t)
    return _root(stable, s, t.part, ratio) if ratio > 0 and t.part.node.kind != "number" else None


def _two_roots(stable: Stable, s: Summand, t: Summand) -> Summand | None:
    """√u − √v as (u − v) / (√u + √v), where u − v is a single term."""
    graph, u, v = stable.graph, argument(s.part), argument(t.part)
    one, other = (terms_of(x) for x in (u, v))
    dims = {a: d for p in (u, v) for a, d in zip(p.axes, p.node.dims)}
    terms = [*one, *(Summand(-x.coefficient, x.part, x.ties) for x in other)]
    if s.part.axes != t.part.axes or any(x.ties for x in terms):
        return None
    front, x = split(graph, graph.add(terms, dims))
    if x.node.kind == "add":
        return None
    below = stable.map("power", [graph.add([Summand(ONE, s.part), Summand(ONE, t.part)], dims)], -ONE)
    made = graph.contract(ONE, [*(factors_of(x)), below], dict.fromkeys((*x.axes, *below.axes)))
    return Summand(s.coefficient * front, made)


def _over_roots(stable: Stable, terms: list[Summand]) -> list[Summand]:
    """c f rᵉ − c f y rᵉ⁻² as c f (r² − y) rᵉ⁻², where r² = y + … is a sum: the second derivative of a root."""
    found = [_powers(s) for s in terms]
    for j, k in permutations(range(len(terms)), 2):
        for r, e in found[j].items():
            if r.node.kind != "add" or e >= 0 or found[k].get(r) != e - 1 or terms[j].coefficient != -terms[k].coefficient:
                continue
            y = {b: n - found[j].get(b, 0) for b, n in found[k].items() if b != r and n != found[j].get(b, 0)}
            if any(b not in found[k] for b in found[j]) or len(y) != 1:
                continue
            ((base, n),) = y.items()
            whole = base if n == 1 else stable.map("power", [base], n)
            rest = _without(stable, r, whole)
            if rest is None:
                continue
            factors = [stable.map("power", [b], m) for b, m in found[j].items() if b != r]
            c, bare = split(stable.graph, rest)
            made = stable.graph.contract(ONE, [*factors, bare, stable.map("power", [r], e - 1)], terms[k].part.axes)
            left = [s for n, s in enumerate(terms) if n not in (j, k)]
            return [*left, Summand(terms[j].coefficient * c, made)]
    return terms


def _powers(s: Summand) -> dict[Part, Fraction]:
    """The factors of a term that is a product entry by entry, with their exponents; of a root, what is under it."""
    if s.ties or s.part.node.kind == "contract" and not (by_entries(s.part) and s.part.node.data == 1):
        return {}
    out: dict[Part, Fraction] = {}
    for f in factors_of(s.part):
        base, e = base_of(f)
        if is_map(base, "sqrt"):
            base, e = argument(base), e / 2
        out[base] = out.get(base, Fraction(0)) + e
    return out


def _without(stable: Stable, total: Part, y: Part) -> Part | None:
    """A sum less one of its terms; None where that is none of them."""
    own = terms_of(total)
    chosen = next((t for t in own if t.coefficient == 1 and t.part == y and not t.ties), None)
    if chosen is None or len(own) < 2 or any(t.ties for t in own):
        return None
    return stable.graph.add([t for t in own if t is not chosen], dict(zip(total.axes, total.node.dims)))


# ---------------------------------------------------------------- functions of z and of −z


def _less(stable: Stable, s: Summand, t: Summand, _count: int) -> Summand | None:
    """σ(z) − y, whose digits for a y near 1 are those of 1 − σ(z); σ(a) − σ(b)."""
    if t.coefficient != -s.coefficient:
        return None
    if is_map(t.part, "sigmoid"):
        return Summand(s.coefficient, stable.graph.map("sigmoid_gap", [argument(s.part), argument(t.part)]))
    if t.part.node.kind not in ("symbol", "take", "gather"):
        return None
    if not set(t.part.axes) <= set(s.part.axes):
        return None
    return Summand(s.coefficient, stable.graph.map("sigmoid_less", [argument(s.part), t.part]))


def _softplus(stable: Stable, s: Summand, t: Summand, _count: int) -> Summand | None:
    """log(1 + eᶻ) − z is log(1 + e⁻ᶻ), and the difference of the two is z."""
    k, z = split(stable.graph, argument(s.part))
    if t.part == z and t.coefficient == -s.coefficient * k:
        return Summand(s.coefficient, stable.graph.map("softplus", [stable.scaled(-k, z)]))
    if t.coefficient == -s.coefficient and _opposite(stable, s, t, "softplus"):
        return Summand(s.coefficient * k, z)
    return None


def _exponentials(stable: Stable, s: Summand, t: Summand, count: int) -> Summand | None:
    """Where nothing else is added: longer sums of exponentials are shifted by the largest."""
    if count > 2 or abs(s.coefficient) != abs(t.coefficient) or s.coefficient < 0 or not _opposite(stable, s, t, "exp"):
        return None
    name = "cosh" if t.coefficient > 0 else "sinh"
    k, z = split(stable.graph, argument(s.part))
    # Of an odd and an even function the argument has a positive number in front.
    sign = -1 if k < 0 and name == "sinh" else 1
    return Summand(2 * sign * s.coefficient, stable.graph.map(name, [stable.scaled(abs(k), z)]))


def _opposite(stable: Stable, s: Summand, t: Summand, name: str) -> bool:
    if t.part.node.kind != "map" or name_of(t.part.node) != name:
        return False
    (k, z), (l, y) = (split(stable.graph, argument(x.part)) for x in (s, t))
    return z == y and k == -l


def _logs(stable: Stable, s: Summand, t: Summand, _count: int) -> Summand | None:
    """log u − log v as log(1 + (u − v) / v), where u − v is a single term: log(1 + z) − log z."""
    graph = stable.graph
    if t.coefficient != -s.coefficient or t.part.node.kind != "map" or name_of(t.part.node) not in ("log", "log1p"):
        return None
    if set(s.part.axes) != set(t.part.axes):
        return None
    u, v = (_inside(stable, x.part) for x in (s, t))
    dims = {a: d for p in (u, v) for a, d in zip(p.axes, p.node.dims)}
    one, other = (terms_of(x) for x in (u, v))
    if any(x.ties for x in (*one, *other)):
        return None
    difference = graph.add([*one, *(Summand(-x.coefficient, x.part) for x in other)], dims)
    if difference.node.kind == "add" or not difference.node.rank and difference.axes:
        return None
    c, bare = split(graph, difference)
    ratio = graph.contract(c, [*(factors_of(bare)), stable.map("power", [v], -ONE)], dict.fromkeys(v.axes))
    return Summand(s.coefficient, stable.graph.map("log1p", [ratio]))


def _inside(stable: Stable, part: Part) -> Part:
    """What the logarithm is of."""
    x = argument(part)
    if name_of(part.node) == "log":
        return x
    c, bare = split(stable.graph, x)
    one = Part(stable.graph.number(1), ())
    return stable.graph.add([Summand(ONE, one), Summand(c, bare)], dict(zip(x.axes, x.node.dims)))


PAIRS: dict[str, Callable[[Stable, Summand, Summand, int], Summand | None]] = {
    "sqrt": _less_root,
    "sigmoid": _less,
    "softplus": _softplus,
    "log": _logs,
    "log1p": _logs,
    "exp": _exponentials,
    "lgamma": of_gammas,
    "digamma": of_gammas,
    "polygamma": of_gammas,
}
