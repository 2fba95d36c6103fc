"""Products of two arrays as expressions of Python source: matrix products, entry by entry, sums over several axes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from gradatim.compile.cost import Sizes
from gradatim.compile.grams import Gram
from gradatim.compile.nodes import Node
from gradatim.compile.pieces import Pieces
from gradatim.compile.symmetry import symmetric
from gradatim.compile.texts import ATOM, POWER, TERM, Text, wrapped

LEAST_WIDE, LARGEST_COMMON = 1 << 19, 16
"""A product of so many entries that sums over so few is made by blocks of rows: it takes longer to write than to work out."""
LEAST_BATCHED = 128
"""Matrices of fewer entries are multiplied with vectors by einsum, where there is one for every position of other axes."""


MOST_BY_ONES, MOST_BY_ONES_IN_ALL, MOST_TURNED, LEAST_BY_ROWS = 512, 4096, 64, 32
"""Rows up to this length, and arrays of up to so many entries, are summed by a product with ones, which begins sooner; rows up to the
next are turned to find the largest entry of each, and rows from the last on multiplied by NumPy's own product of vectors."""
MOST_IN_CACHE = 1 << 15
"""Entries of a product entry by entry that is summed along an axis, beyond which einsum, which does not store it, is faster."""


class Products(Pieces):
    """`extents` tells how long axes are, `named` which nodes have a name, `fast` that the source is run and not read."""

    extents: Sizes
    named: Mapping[Node, str] = {}
    fast = False
    grams: Mapping[Node, Gram] = {}

    def out(self, node: Node) -> tuple[int, ...]:
        raise NotImplementedError

    def axes(self, a: Node, labels: Sequence[int]) -> tuple[int, ...]:
        raise NotImplementedError

    def aligned(self, node: Node, labels: Sequence[int], out: Sequence[int], level: int = ATOM) -> str:
        raise NotImplementedError

    def permuted(self, node: Node, order: Sequence[int]) -> Text:
        raise NotImplementedError

    def _in_order(self, source: Text, order: Sequence[int]) -> Text:
        raise NotImplementedError

    def _scaled(self, coefficient: Fraction, scalars: Sequence[Node], body: Text | None) -> Text:
        raise NotImplementedError

    def short_rows(self, a: Node, most: int) -> bool:
        """Whether a matrix has rows along which NumPy's own loops are too short to be fast; only in code that is run and not read."""
        if not self.fast or self.m != "np" or a.rank != 2:
            return False
        last = dict(zip(a.out, a.dims))[self.out(a)[-1]]
        return self.extents.entries([last]) <= most

    def _by_ones(self, source: Text, gone: int) -> Text:
        """The sum along an axis of a matrix as a product."""
        return f"{'_row_sums' if gone else '_column_sums'}({source[0]})", ATOM

    def _pair(self, a: Node, la: Sequence[int], b: Node, lb: Sequence[int], out: Sequence[int]) -> Text:
        shared = [x for x in la if x in lb]
        summed = [x for x in shared if x not in out]
        if any(x not in out and x not in shared for x in (*la, *lb)) or len(set(la)) < len(la) or len(set(lb)) < len(lb):
            return self._einsum([(a, la), (b, lb)], out)
        if not summed:
            if a is b and list(la) == list(lb) == list(out):
                return f"{wrapped(self.text[a], ATOM)} ** 2", POWER
            return self._times(a, la, b, lb, out)
        if summed == shared and len(summed) == 1 and len(la) <= 2 and len(lb) <= 2:
            return self._matmul(a, la, b, lb, out, summed[0])
        if not out and set(la) == set(lb):
            order = [lb.index(x) for x in la]
            # Of two arrays that are summed over entirely only the difference of their orders matters.
            either = len(la) == 2 and (symmetric(a) or symmetric(b))
            other = self.text[b] if either else self.permuted(b, order)
            if self.m == "torch":
                return f"_inner({self.text[a][0]}, {other[0]})", ATOM
            return f"{self.m}.vdot({self.text[a][0]}, {other[0]})", ATOM
        if summed == shared:
            return self._tensordot(a, la, b, lb, out, summed)
        if (
            len(summed) == 1
            and len(la) == len(lb) == len(shared) == 2
            and self.short_rows(a, MOST_BY_ONES)
            and self.extents.volume(a) <= MOST_IN_CACHE
        ):
            other = self.permuted(b, [lb.index(x) for x in la])
            if la[1] == summed[0] and self._extent_of(a, la, {la[1]}) >= LEAST_BY_ROWS and hasattr(np, "vecdot"):
                return f"np.vecdot({self.text[a][0]}, {other[0]})", ATOM
            squared = f"{wrapped(self.text[a], TERM)} * {wrapped(other, POWER)}"
            return self._by_ones((squared, ATOM), list(la).index(summed[0]))
        if self.fast and self.m == "np" and (quick := self._along_one(a, la, b, lb, out, summed)) is not None:
            return quick
        if len(summed) == 1 and len(la) - len(shared) == 1 == len(lb) - len(shared):
            return self._batched(a, la, b, lb, out, summed[0])
        if len(summed) == 1 and {len(la) - len(shared), len(lb) - len(shared)} == {0, 1}:
            if len(la) == len(shared):
                a, la, b, lb = b, lb, a, la
            if self._extent_of(a, la, set(la) - set(shared)) * self._extent_of(a, la, set(summed)) >= LEAST_BATCHED:
                return self._batched_vectors(a, la, b, lb, out, summed[0])
        return self._einsum([(a, la), (b, lb)], out)

    def _along_one(
        self, a: Node, la: Sequence[int], b: Node, lb: Sequence[int], out: Sequence[int], summed: Sequence[int]
    ) -> Text | None:
        """Arrays of three axes and more summed along the first, where NumPy adds whole arrays, or along the last, where it multiplies
        vectors; None otherwise."""
        if len(summed) != 1 or max(len(la), len(lb)) < 3:
            return None
        if list(la) == list(lb) == [*summed, *out]:
            return f"({wrapped(self.text[a], TERM)} * {wrapped(self.text[b], POWER)}).sum(0)", ATOM
        if len(la) < len(lb):
            a, la, b, lb = b, lb, a, la
        *kept, last = la
        ends = list(la[len(la) - len(lb) :])
        if last != summed[0] or set(lb) != set(ends) or set(kept) != set(out) or not hasattr(np, "vecdot"):
            return None
        text = f"np.vecdot({self.text[a][0]}, {self.permuted(b, [lb.index(x) for x in ends])[0]})"
        return self._in_order((text, ATOM), [kept.index(x) for x in out])

    def _total(self, source: Text, axis: str) -> str:
        """A sum of entries. NumPy's method takes half the time to begin that its function takes."""
        if self.m == "np":
            return f"{wrapped(source, ATOM)}.sum({axis})"
        return f"{self.m}.sum({source[0]}{', ' * bool(axis)}{axis})"

    def _einsum(self, arrays: Sequence[tuple[Node, Sequence[int]]], out: Sequence[int]) -> Text:
        letters: dict[int, str] = {}
        for _, labels in arrays:
            for x in labels:
                letters.setdefault(x, "ijklmnopqrstuvwxyzabcdefgh"[len(letters)])
        spec = ",".join("".join(letters[x] for x in labels) for _, labels in arrays)
        spec += "->" + "".join(letters[x] for x in out)
        return f'{self.m}.einsum("{spec}", {", ".join(self.text[a][0] for a, _ in arrays)})', ATOM

    def _outer(self, node: Node) -> Text:
        """A sum of outer products as one matrix product."""
        r = len(node.args) // 2
        half = len(node.labels[0])
        quick = self.fast and self.m == "np"
        shown: list[str] = []
        for side, start in ((node.out[:half], 0), (node.out[half:], r)):
            texts = []
            for k in range(start, start + r):
                labels = self.axes(node.args[k], node.labels[k])
                one = self.permuted(node.args[k], [labels.index(x) for x in side])
                texts.append(self._scaled(node.data[k], [], one)[0] if not start else one[0])
            # `array` puts a few arrays together in less time than `stack`, a quarter where they are vectors.
            shown.append(f"{self.m}.{'array' if quick or self.m == 'np' and half == 1 else 'stack'}(({', '.join(texts)}))")
        if quick:
            return f"_outer_sum({', '.join(shown)})", ATOM
        if node.rank == 2:
            return f"{shown[0]}.T @ {shown[1]}", TERM
        axes = "dims=([0], [0])" if self.m == "torch" else "axes=(0, 0)"
        return f"{self.m}.tensordot({', '.join(shown)}, {axes})", ATOM

    def _times(self, a: Node, la: Sequence[int], b: Node, lb: Sequence[int], out: Sequence[int]) -> Text:
        """Entry by entry, or an outer product; a reciprocal is a division."""
        for p, lp, q, lq in ((a, la, b, lb), (b, lb, a, la)):
            if q.kind == "map" and q.data == ("power", Fraction(-1)) and q not in self.named:
                stored = dict(zip(self.out(q), lq))
                inner = tuple(stored[x] for x in self.axes(q.args[0], q.labels[0]))
                top = self.aligned(p, lp, out, TERM)
                return f"{top} / {self.aligned(q.args[0], inner, out, POWER)}", TERM
        if self.fast and self.m == "np" and len(la) == len(lb) == 1 and la != lb:
            # A product of matrices writes u vᵀ in half the time that NumPy's loop over rows takes.
            column, row = (a, b) if la[0] == out[0] else (b, a)
            left, right = f"{wrapped(self.text[column], ATOM)}[:, None]", f"{wrapped(self.text[row], ATOM)}[None]"
            return self._dot((left, ATOM), (right, ATOM), self.extents.volume(a) * self.extents.volume(b), 1)
        return f"{self.aligned(a, la, out, TERM)} * {self.aligned(b, lb, out, POWER)}", TERM

    def _matmul(self, a: Node, la: Sequence[int], b: Node, lb: Sequence[int], out: Sequence[int], k: int) -> Text:
        if a in self.grams:
            matrix, labels, summed, weights = self.grams[a]
            order = [0, 1] if self.axes(matrix, labels)[0] == summed else [1, 0]
            return f"_weighted_gram({self.permuted(matrix, order)[0]}, {self.text[weights][0]})", ATOM
        if len(la) == 1 and len(lb) == 2 or (len(out) == 2 and out[0] in lb):
            a, la, b, lb = b, lb, a, la
        left = self.permuted(a, [0, 1] if len(la) == 1 or la[1] == k else [1, 0]) if len(la) == 2 else self.text[a]
        right = self.permuted(b, [0, 1] if lb[0] == k else [1, 0]) if len(lb) == 2 else self.text[b]
        if self.fast and self.m == "np":
            # NumPy's dot is a third of a microsecond quicker to begin than @, and the same after that; vᵀX needs no view of Xᵀ.
            if len(la) == 2 and len(lb) == 1 and left != self.text[a]:
                return f"{wrapped(right, ATOM)}.dot({self.text[a][0]})", ATOM
            result = self.extents.volume(a) * self.extents.volume(b)
            common = self._extent_of(a, la, {k}) if len(la) == len(lb) == 2 else LARGEST_COMMON + 1
            return self._dot(left, right, result // common**2, common)
        return f"{wrapped(left, TERM)} @ {wrapped(right, POWER)}", TERM

    def _dot(self, left: Text, right: Text, result: int, common: int) -> Text:
        """A product in code that is run: how many entries it has, and over how many it sums."""
        if result >= LEAST_WIDE and common <= LARGEST_COMMON:
            return f"_wide_product({left[0]}, {right[0]})", ATOM
        return f"{wrapped(left, ATOM)}.dot({right[0]})", ATOM

    def _tensordot(
        self, a: Node, la: Sequence[int], b: Node, lb: Sequence[int], out: Sequence[int], summed: Sequence[int]
    ) -> Text:
        axes = ([la.index(x) for x in summed], [lb.index(x) for x in summed])
        free = [x for x in la if x not in summed] + [x for x in lb if x not in summed]
        text = f"{self.m}.tensordot({self.text[a][0]}, {self.text[b][0]}, {'dims' if self.m == 'torch' else 'axes'}={axes})"
        order = [free.index(x) for x in out]
        if order == sorted(order):
            return text, ATOM
        return f"{text}.{'permute' if self.m == 'torch' else 'transpose'}({', '.join(map(str, order))})", ATOM

    def _extent_of(self, a: Node, stored: Sequence[int], chosen: set[int]) -> int:
        """How many entries there are along some labels of an operand."""
        own = dict(zip(a.out, a.dims))
        return self.extents.entries([own[x] for x, label in zip(self.out(a), stored) if label in chosen])

    def _batched_vectors(self, a: Node, la: Sequence[int], b: Node, lb: Sequence[int], out: Sequence[int], k: int) -> Text:
        """A matrix times a vector for every position of the common axes."""
        common = [x for x in out if x in la and x in lb]
        (free,) = [x for x in la if x not in lb]
        left = self.permuted(a, [la.index(x) for x in (*common, free, k)])
        right = self.permuted(b, [lb.index(x) for x in (*common, k)])
        made = [*common, free]
        text = f"({wrapped(left, TERM)} @ {wrapped(right, ATOM)}[..., None])[..., 0]"
        return self._in_order((text, ATOM), [made.index(x) for x in out])

    def _batched(self, a: Node, la: Sequence[int], b: Node, lb: Sequence[int], out: Sequence[int], k: int) -> Text:
        """Matrix products for every position of the common axes."""
        common = [x for x in out if x in la and x in lb]
        (fa,) = [x for x in la if x not in lb]
        (fb,) = [x for x in lb if x not in la]
        left = self.permuted(a, [la.index(x) for x in (*common, fa, k)])
        right = self.permuted(b, [lb.index(x) for x in (*common, k, fb)])
        made = [*common, fa, fb]
        text = f"{wrapped(left, TERM)} @ {wrapped(right, POWER)}"
        order = [made.index(x) for x in out]
        if order == sorted(order):
            return text, TERM
        return f"({text}).{'permute' if self.m == 'torch' else 'transpose'}({', '.join(map(str, order))})", ATOM
