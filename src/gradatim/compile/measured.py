"""Expressions of one array, entry by entry, as floating point works them out: where digits are lost, polynomials take their place.

Every such expression of a program is compared with its exact value from the smallest to the largest numbers, in single and in double
precision. No rule has to know why it fails: cancellation far out, a pole that another term removes, squares that overflow.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb

from gradatim.compile.balls import MOST, Program, Unknown, is_constant
from gradatim.compile.fitted import Fitting, Known, Piece, Pieces, known
from gradatim.compile.graph import Graph
from gradatim.compile.nodes import Node, Part, below
from gradatim.value.precision import workprec

LOST = 24
"""Units in the last place from which a value counts as lost."""
LEAST, LARGEST = 1e-8, 2e6
"""What is lost only nearer to zero or further out than this, where squares and cubes overflow, is no reason for polynomials: nobody would
want to read them for it, and they take their time. Where digits are lost between these, they reach as far as digits are lost."""
SIZES = (
    *(1.27e-300, 1.1e-200, 1.7e-160, 1.3e-100, 1.9e-50, 1.1e-30, 1.6e-20, 1.2e-12, 1.4e-8, 1.7e-6, 1.1e-4, 1.3e-3),
    *(0.011, 0.03, 0.09, 0.2, 0.37, 0.52, 0.71, 0.93, 1.13, 1.41, 1.9, 2.6, 3.3, 4.2, 5.3, 6.7, 8.6, 11.3, 15.1, 19.7),
    *(26.3, 33.7, 44.1, 61.3, 88.9, 123.7, 171.3, 251.9, 363.1, 523.7, 741.3, 987.1, 3.1e3, 1.7e4, 1.3e5, 1.9e6, 1.1e8),
    *(1.3e10, 1.7e13, 1.1e16, 1.3e20, 1.9e30, 1.1e50, 1.3e100, 1.1e154, 1.7e200, 1.3e300),
)
GRID = tuple(sorted({float(np.float32(s * x)) if 1e-37 < x < 1e37 else s * x for x in SIZES for s in (1, -1)} | {0.0}))
MET = np.array([not z or LEAST <= abs(z) <= LARGEST for z in GRID])
BESIDE = 2
"""How many numbers of the grid on either side of one in doubt are looked at as well."""
GONE = arb(2) ** -1060
"""As good as zero in any precision."""
LOGARITHMS = frozenset({"log", "log1mexp"})
JUMPS = frozenset({"step", "where", "elsewhere", "equal", "unequal", "less"})
"""No polynomial takes the place of a jump: what stands beside it is looked at alone. (A sign is often half of a smooth odd function.)"""
FAR = 1e5
HUGE = 1e30
"""The same holds of values that are near to what overflows, and of poles at zero."""
SHAKES, SHAKEN = 4, 10
"""How often all roundings are drawn by lot, and by how many units a value may change."""
TRIES = 4
"""Neighbours that are tried with every number: one may be right by chance."""
PRECISIONS = ((np.float64, 2.0**-52, 0.0, math.inf), (np.float32, 2.0**-23, 1e-36, 1e37))


def kept(graph: Graph, outputs: Sequence[Node]) -> list[Node]:
    """The program with polynomials where its expressions lose their digits."""
    return _Pass(graph, outputs).outputs()


class _Pass:
    def __init__(self, graph: Graph, outputs: Sequence[Node]) -> None:
        self.graph, self.roots = graph, outputs
        self.order = below(outputs)
        self.atom: dict[Node, Node] = {}
        """The array of which a node is made entry by entry; itself for others."""
        self.new: dict[Node, Node] = {}

    def outputs(self) -> list[Node]:
        for node in self.order:
            self.atom[node] = self._atom(node)
        chosen = self._chosen()
        if not chosen:
            return list(self.roots)
        for node in self.order:
            found = chosen.get(node)
            self.new[node] = self._again(node) if found is None else self._beside(node, found)
        return [self.new[r] for r in self.roots]

    def _chosen(self) -> dict[Node, Pieces]:
        """The largest expressions that can have polynomials where they need them."""
        pending = list(self.roots)
        for node in self.order:
            pending += [a for a in node.args if self.atom[a] is not self.atom[node] or self.atom[node] is node]
        found: dict[Node, Pieces] = {}
        seen: set[Node] = set()
        while pending:
            node = pending.pop()
            if node in seen or self.atom[node] is node or is_constant(node):
                continue
            seen.add(node)
            atom = self.atom[node]
            between = self._between(node, atom)
            if any(n.kind == "map" and n.data[0] in JUMPS for n in between):
                pending += [a for a in node.args if self.atom[a] is atom]
                continue
            if len(between) > MOST or not any(_joins(n) for n in between):
                continue
            pieces, whole = _measured(_Cached(_key(node, atom, between), node, atom))
            if pieces is not None:
                found[node] = pieces
            elif not whole:
                pending += [a for a in node.args if self.atom[a] is atom]
        return found

    def _between(self, node: Node, atom: Node) -> list[Node]:
        return [n for n in below([node]) if self.atom[n] is atom and n is not atom and not is_constant(n)]

    def _atom(self, node: Node) -> Node:
        if node.kind not in ("map", "add", "contract") or node.kind == "add" and any(t for _, t in node.data):
            return node
        atoms = {self.atom[a] for a in node.args if not is_constant(a)}
        if len(atoms) != 1 or any(labels != node.out for a, labels in zip(node.args, node.labels) if not is_constant(a)):
            return node
        return atoms.pop()

    def _again(self, node: Node) -> Node:
        args = [self.new[a] for a in node.args]
        return node if args == list(node.args) else self.graph.again(node, args)

    def _beside(self, node: Node, found: Pieces) -> Node:
        """The expression with polynomials beside it."""
        atom = self.atom[node]
        z = Part(self.new[atom], tuple(atom.out))
        known: dict[Node, Node] = {atom: self.graph.map("aside", [z], found).node}
        for n in self._between(node, atom):
            known[n] = self.graph.again(n, [known.get(a, a) for a in n.args])
        return self.graph.map("fitted", [z, Part(known[node], tuple(atom.out))], found).node


def _joins(node: Node) -> bool:
    """Whether a sum, or something with the array in it twice, or the logarithm of a function, which may have vanished: elsewhere
    what one function after the other makes keeps its digits."""
    joined = node.kind == "add" or sum(not is_constant(a) for a in node.args) > 1
    return joined or node.kind == "map" and node.data[0] in LOGARITHMS and node.args[0].kind in ("map", "contract")


class _Cached:
    """An expression as a key: equal where the steps are."""

    __slots__ = ("key", "node", "atom")

    def __init__(self, key: Hashable, node: Node, atom: Node) -> None:
        self.key, self.node, self.atom = key, node, atom

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Cached) and self.key == other.key


def _key(node: Node, atom: Node, between: Sequence[Node]) -> Hashable:
    """The steps of an expression, whatever program it stands in."""
    places: dict[Node, int] = {atom: 0}
    steps: list[Hashable] = []
    inside = set(between)
    for n in below([node]):
        if n in inside or n is not atom and is_constant(n):
            data: Any = tuple([c for c, _ in n.data]) if n.kind == "add" else n.data
            steps.append((n.kind, data, tuple([places[a] for a in n.args])))
            places[n] = len(places)
    return tuple(steps)


@lru_cache(maxsize=4096)
def _measured(what: _Cached) -> tuple[Pieces | None, bool]:
    """Polynomials for where an expression loses digits, and whether it keeps them everywhere."""
    try:
        with workprec(200):
            return _looked_at(what)
    except (Unknown, ArithmeticError, AttributeError, IndexError, TypeError, ValueError):
        # What cannot be tried out here stays as it is.
        return None, False


def _looked_at(what: _Cached) -> tuple[Pieces | None, bool]:
    exact, floating = Exact(Program(what.node, what.atom, True)), Program(what.node, what.atom, False)
    doubtful = _doubtful(floating)
    # What is lost only where nobody goes is not asked for: most expressions are done here.
    met = doubtful & MET
    values = exact.values(met)
    lost = _lost(floating, values)
    if not any(lost):
        return None, all(v is not None for v, m in zip(values, met) if m)
    worth = [bad and v is not None and abs(v.value) < HUGE for bad, v in zip(lost, values)]
    if not any(worth):
        return None, False
    # What lies between lost numbers and beside them has to be known, too; elsewhere nothing was seen to be wrong.
    wanted = np.convolve(doubtful, np.ones(2 * BESIDE + 1), "same") > 0
    values = exact.values(wanted)
    known_at = [v is not None or not w for v, w in zip(values, wanted)]
    _vanish(values, known_at)
    lost = _lost(floating, values)
    fitting = Fitting(exact.f)
    for low, high in _stretches(lost, known_at):
        if any(w and low <= z <= high for z, w in zip(GRID, worth)):
            fitting.covers(low, high)
    if not fitting.pieces:
        return None, False
    pieces = tuple(sorted(_without_inner(fitting.pieces), key=lambda p: (p.low, p.high)))
    aside = next((z for z in sorted(GRID, key=_from_one) if not any(p.low <= z <= p.high for p in pieces)), None)
    return (None, False) if aside is None else (Pieces(pieces, aside), True)


def _lost(floating: Program, values: Sequence[Known | None]) -> list[bool]:
    """Where a value is known that floating point does not have."""
    return [v is not None and not good for v, good in zip(values, _good(floating, values))]


def _without_inner(pieces: Sequence[Piece]) -> list[Piece]:
    """Without those that lie in another one."""
    out: list[Piece] = []
    for p in sorted(pieces, key=lambda p: p.low - p.high if math.isfinite(p.low - p.high) else -math.inf):
        if not any(q.low <= p.low and p.high <= q.high for q in out):
            out.append(p)
    return out


def _from_one(z: float) -> float:
    return abs(math.log(abs(z))) + (z < 0) if z else math.inf


def _vanish(values: list[Known | None], known_at: list[bool]) -> None:
    """Zeros where the value has vanished and, further out, cannot be told from zero any more."""
    zero = GRID.index(0.0)
    for side in (1, -1):
        outwards = range(zero + side * 30, len(GRID) if side > 0 else -1, side)
        last = next((k for k in reversed(outwards) if known_at[k]), None)
        if last is not None and (at := values[last]) is not None and abs(at.value) < GONE:
            for k in outwards[outwards.index(last) :]:
                values[k], known_at[k] = Known(arb(0), arb(0)), True


@lru_cache(maxsize=1)
def _noise() -> Any:
    """What rounding may do to every step, at every number."""
    signs = np.random.default_rng(1).integers(0, 2, (SHAKES, MOST + 1, len(GRID))) * 2 - 1
    return 1 + signs * 2.0**-52


def _doubtful(floating: Program) -> Any:
    """The numbers at which a value depends on rounding, is none, or is zero or infinite in one of the precisions."""
    at = np.array(GRID)
    with np.errstate(all="ignore"):
        plain = np.broadcast_to(np.asarray(floating(at), np.float64), at.shape)
        single = np.broadcast_to(np.asarray(floating(at.astype(np.float32)), np.float64), at.shape)
        far = (np.abs(at) < 1e-36) & (at != 0) | (np.abs(at) > 1e37)
        doubtful = ~np.isfinite(plain) | (plain == 0) | ~far & (~np.isfinite(single) | (single == 0))
        for noise in _noise():
            doubtful |= ~(np.abs(floating.shaken(at, noise) - plain) <= SHAKEN * 2.0**-52 * np.abs(plain))
    return doubtful


class Exact:
    """The exact values of an expression on the grid, each worked out once."""

    def __init__(self, f: Program) -> None:
        self.f = f
        self.found: dict[int, Known | None] = {}

    def values(self, wanted: Any) -> list[Known | None]:
        for k in np.flatnonzero(wanted):
            if k not in self.found:
                self.found[int(k)] = known(self.f, GRID[k]) if GRID[k] else self._at_zero()
        return [self.found[k] if w else None for k, w in enumerate(wanted)]

    def _at_zero(self) -> Known | None:
        """The limit, where there is one from both sides."""
        one, other = (known(self.f, side * 2.0**-200) for side in (1, -1))
        if one is None or other is None:
            return None
        if max(abs(one.value), abs(other.value)) < arb(2) ** -150:
            return Known(arb(0), arb(0))
        middle, apart = (one.value + other.value) / 2, abs(one.value - other.value)
        return Known(middle.mid(), arb(0)) if apart <= abs(middle) / 2**60 else None


def _good(floating: Program, values: Sequence[Known | None]) -> list[bool]:
    good = [True] * len(GRID)
    for kind, eps, least, largest in PRECISIONS:
        base = np.array(GRID, np.float64)
        have = np.array([v is not None for v in values])
        within = ((np.abs(base) > least) & (np.abs(base) < largest) | (base == 0)) & have
        # Special functions may take their time where they have no value.
        base[~within] = next((z for z, w in zip(GRID, within) if w), 1.0)
        at: Any = base.astype(kind)
        for j in range(TRIES):
            moved: Any = at * kind(1 + j * 3 * eps)
            with np.errstate(all="ignore"):
                got = np.broadcast_to(np.asarray(floating(moved), np.float64), at.shape)
            for k, value in enumerate(values):
                if good[k] and value is not None and within[k]:
                    shift = float(moved[k]) / GRID[k] - 1 if GRID[k] else 0.0
                    good[k] = value.near(float(got[k]), eps, LOST, arb(shift))
    return good


def _stretches(lost: list[bool], known_at: Sequence[bool]) -> list[tuple[float, float]]:
    """From one good number to the next, with the lost ones between them; a single good one between two lost ones is chance."""
    marked = list(lost)
    for k in range(1, len(lost) - 1):
        if lost[k - 1] and lost[k + 1]:
            marked[k] = True
    # Where the exact value is not known nearest to zero, it is as it is beside that.
    zero = GRID.index(0.0)
    if marked[zero]:
        for side in (1, -1):
            k = zero + side
            while 0 <= k < len(marked) and not known_at[k]:
                k += side
            if 0 <= k < len(marked) and marked[k]:
                marked[min(zero, k) : max(zero, k)] = [True] * abs(k - zero)
    out: list[tuple[float, float]] = []
    k = 0
    while k < len(marked):
        if not marked[k]:
            k += 1
            continue
        first = k
        while k + 1 < len(marked) and marked[k + 1]:
            k += 1
        low = GRID[first - 1] if first and known_at[first - 1] else _edge(first, -1)
        high = GRID[k + 1] if k + 1 < len(GRID) and known_at[k + 1] else _edge(k, 1)
        # Where nothing but zeros and infinities come out any more, the polynomial is as good.
        if low < -FAR and all(known_at[:first]):
            low = -math.inf
        if high > FAR and all(known_at[k + 1 :]):
            high = math.inf
        out.append((low, high))
        k += 1
    return out


def _edge(k: int, side: int) -> float:
    """The end of a stretch beyond which nothing has a value: zero, or the number itself."""
    if not 0 <= k + side < len(GRID):
        return side * math.inf
    return 0.0 if GRID[k + side] == 0 else GRID[k] * (1 + side * 1e-9 * (1 if GRID[k] > 0 else -1))
