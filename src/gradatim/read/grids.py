"""Matrices written out: of scalars, which are sums of entries times unit vectors, and of blocks, which are worked out block
by block in products, sums, transposes, norms, traces and (two by two) determinants."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, permutations

from gradatim import ops
from gradatim.errors import ReadError, ShapeError, Span
from gradatim.ops.structure import made_of
from gradatim.read.derivatives import Derivatives
from gradatim.read.infer import Draft, Shape, Size
from gradatim.read.tree import Node, Post, spell
from gradatim.term import Number, Term
from gradatim.types import ONE, Dim, matrix

Rows = list[list[Draft]]


@dataclass(eq=False, slots=True)
class Blocks(Draft):
    """A matrix of blocks: its sizes are those of its parts, and it has no term of its own."""

    rows: Rows = field(default_factory=list)


class Grids(Derivatives):
    """What `pmatrix` and its like mean."""

    def chain(self, parts: list[Draft], span: Span) -> Draft:
        raise NotImplementedError

    # ------------------------------------------------------------ written out

    def on_grid(self, node: Node) -> Draft:
        assert isinstance(node.value, tuple)
        wide = int(node.value[1])
        cells = [self.draft(a) for a in node.args]
        rows = [cells[k : k + wide] for k in range(0, len(cells), wide)]
        return self.assembled(rows, node.span)

    def listed(self, node: Node) -> Draft:
        """`(f_1, f_2)` of scalars: a row, which a transpose makes a column. `[A, B; C, D]`, `[[A, B], [C, D]]`: blocks."""
        if any(a.kind == "rel" for a in node.args):
            raise self.no_value(node)
        between = [self.text[a.span[1] : b.span[0]] for a, b in zip(node.args, node.args[1:])]
        if node.value == "(" and any(re.search(r"\||\\mid|\\vert", part) for part in between):  # (\mu\nu|\lambda\sigma) is no row
            raise self.error(
                "what a bar in round brackets means is not known here", node.span, "declare an array with its indices"
            )
        if node.value == "[" and all(a.kind == "group" and a.value == "[" for a in node.args):
            return self.lines([list(a.args) for a in node.args], node)
        cells = [self.draft(a) for a in node.args]
        if not any(d.shape.rank for d in cells):
            return self.assembled([cells], node.span)
        if node.value == "[" and all(d.shape.rank == 1 and not d.shape.row for d in cells):
            return self.beside_or_stacked(cells, node.span)
        if node.value == "[" or not any(d.shape.rank == 1 and not d.shape.row or d.shape.rank > 2 for d in cells):
            return self.assembled([cells], node.span)
        if any(d.guess for d in cells):  # of other kinds it can be one
            raise ShapeError(str(self.no_value(node)))
        raise self.no_value(node)

    def no_value(self, node: Node) -> ReadError:
        return self.error(
            "a list in brackets is not a value here",
            node.span,
            "is a name before it that should be a function? A matrix of blocks is written [A, B; C, D]",
        )

    def lines(self, rows: list[list[Node]], node: Node) -> Draft:
        if len({len(r) for r in rows}) > 1:
            raise self.error("the rows of this matrix have another number of entries", node.span)
        for row in rows:
            for cell in row:
                if cell.kind == "juxt" and len(row) == 1 and " " in self.text[cell.span[0] : cell.span[1]].strip():
                    raise self.error(
                        "is this a product, or are these blocks side by side?", cell.span, "write commas between blocks"
                    )
        return self.assembled([[self.draft(c) for c in row] for row in rows], node.span)

    def beside_or_stacked(self, cells: list[Draft], span: Span) -> Draft:
        """`[h, x]` of column vectors: the matrix of these columns, or where only that conforms one vector below the other."""
        kinds = ("columns", "stacked")
        key = f"[]|{span}"
        self.turns[key] = kinds, span
        what, first = self.solver.quote(span), [self.solver.find(d.shape.axes[0]) for d in cells]
        apart = any(isinstance(n, Dim) and isinstance(first[0], Dim) and n != first[0] for n in first[1:])
        if apart or kinds[self.choice.get(key, 0) % 2] == "stacked":
            self.assume(f"{what} is one vector below the other", span)
            return self.assembled([[d] for d in cells], span)
        self.assume(f"{what} is the matrix of these columns", span, ("one vector below the other",), True, "")
        return self.assembled([cells], span)

    def assembled(self, rows: Rows, span: Span) -> Draft:
        cells = [d for row in rows for d in row]
        if len(cells) == 1:
            return cells[0]
        guess = any(d.guess for d in cells)
        if not any(d.shape.rank or d.tag == "grid" for d in cells):
            return self.of_scalars(rows, span, guess)
        heights = [self.common(row, 0) for row in rows]
        widths = [self.common([row[j] for row in rows], 1) for j in range(len(rows[0]))]
        axes = tuple(n for n in (self.total(heights), self.total(widths)) if n != ONE)

        def filled(d: Draft, m: Size, n: Size) -> Term:
            return ops.zero(matrix(self.solver.dim(m), self.solver.dim(n))) if _is_zero(d) else d.make()

        def make() -> Term:
            return ops.blocks([[filled(d, m, n) for d, n in zip(row, widths)] for row, m in zip(rows, heights)])

        made = Blocks(Shape(axes, heights == [ONE] and len(axes) == 1), make, span, "grid", None, guess)
        made.rows, made.inner = rows, made
        return made

    def common(self, cells: list[Draft], axis: int) -> Size:
        """The rows (axis 0) of blocks beside each other, the columns (axis 1) of blocks below each other; zeros fit anywhere."""
        sized = [d for d in cells if not _is_zero(d)]
        for d in sized[1:]:
            if not self.solver.unify(_ends(sized[0])[axis], _ends(d)[axis]):
                raise self.solver.clash(f"the {'columns' if axis else 'rows'} of these blocks do not conform", sized[0], d)
        return _ends(sized[0])[axis] if sized else ONE

    def total(self, sizes: list[Size]) -> Dim:
        whole = self.solver.known(sizes[0])
        for n in sizes[1:]:
            whole = whole + self.solver.known(n)
        return whole

    def undivided(self, d: Draft) -> Draft:
        """A matrix of blocks as any other matrix."""
        return Draft(d.shape, d.make, d.span, "", None, d.guess) if d.tag == "grid" else d

    def kept_whole(self, made: Draft, whole: Draft) -> Draft:
        """What was worked out block by block: written whole where nothing asks for its blocks."""
        if made.tag == "grid":
            made.maker = whole.make
        return made

    def of_scalars(self, rows: Rows, span: Span, guess: bool) -> Draft:
        """Σ f_ij e_i e_jᵀ."""
        r, c = Dim.of(len(rows)), Dim.of(len(rows[0]))
        axes = tuple(d for d in (r, c) if d != ONE)

        def unit(k: int, n: Dim) -> Term:
            return ops.basis(Number(k + 1), params=(n,))

        def make() -> Term:
            parts: list[Term] = []
            values = [[cell.make() for cell in row] for row in rows]
            if ONE not in (r, c) and all(isinstance(v, Number) for row in values for v in row):
                return ops.blocks(values)
            for i, row in enumerate(values):
                for j, value in enumerate(row):
                    if value is not Number(0):
                        left = [unit(i, r)] if r != ONE else []
                        right = [ops.transpose(unit(j, c))] if c != ONE else []
                        front = [] if value is Number(1) else [value]
                        factors = [*front, *left, *right]
                        parts.append(made_of(ops.product, factors))
            if not parts:
                return ops.zeros(params=(*axes, *(("row",) if r == ONE else ())))
            return made_of(ops.add, parts)

        made = Blocks(Shape(axes, r == ONE), make, span, "entries", None, guess)
        made.rows, made.inner = rows, made
        return made

    # ------------------------------------------------------------ block by block

    def rows_of(self, d: Draft) -> Rows:
        """Rows of blocks; what is not split is one block."""
        return d.inner.rows if d.tag == "grid" and isinstance(d.inner, Blocks) else [[d]]

    def grid_product(self, parts: list[Draft], span: Span) -> Draft:
        front = [p for p in parts if p.tag != "grid" and not p.shape.rank]
        arrays = [p for p in parts if p.tag == "grid" or p.shape.rank]
        grids = [self.rows_of(p) for p in arrays]
        if any(len(a[0]) != len(b) for a, b in zip(grids, grids[1:])):
            return self.chain([self.undivided(p) for p in parts], span)
        rows = grids[0]
        for other in grids[1:]:
            rows = [[self.dotted(row, [o[j] for o in other], span) for j in range(len(other[0]))] for row in rows]
        if front:
            rows = [[d if _is_zero(d) else self.chain([*front, d], span) for d in row] for row in rows]
        made = self.assembled(rows, span)
        return self.kept_whole(made, self.chain([self.undivided(p) for p in parts], span))

    def dotted(self, row: list[Draft], column: list[Draft], span: Span) -> Draft:
        terms = [self.chain([a, b], span) for a, b in zip(row, column) if not (_is_zero(a) or _is_zero(b))]
        return self.summed(terms, ["+"] * len(terms), span)

    def summed(self, terms: list[Draft], signs: list[str], span: Span) -> Draft:
        kept = [(t, s) for t, s in zip(terms, signs) if not _is_zero(t)]
        if not kept:
            return self.literal(Fraction(0), span)
        first = kept[0][0]
        for t, _ in kept[1:]:
            if not self.solver.same(Shape(first.shape.axes, first.shape.row), Shape(t.shape.axes, t.shape.row)):
                raise self.solver.clash("the blocks do not conform", first, t)

        def make() -> Term:
            made = [ops.minus(t.make()) if s == "-" else t.make() for t, s in kept]
            return made_of(ops.add, made)

        return Draft(Shape(first.shape.axes, first.shape.row), make, span, "", None, any(t.guess for t, _ in kept))

    def grid_sum(self, parts: list[Draft], signs: list[str], span: Span) -> Draft:
        every = [self.rows_of(p) for p in parts]
        if len({(len(g), len(g[0])) for g in every}) > 1:
            return self.summed([self.undivided(p) for p in parts], signs, span)
        rows = [
            [self.summed([g[i][j] for g in every], signs, span) for j in range(len(every[0][0]))] for i in range(len(every[0]))
        ]
        return self.assembled(rows, span)

    def transposed(self, x: Draft, span: Span) -> Draft:
        if x.tag != "grid":
            return super().transposed(x, span)
        whole = super().transposed(self.undivided(x), span)
        rows = self.rows_of(x)
        turned = [
            [row[j] if not row[j].shape.rank else self.transposed(row[j], span) for row in rows] for j in range(len(rows[0]))
        ]
        return self.kept_whole(self.assembled(turned, span), whole)

    def powered(self, x: Draft, exponent: Draft, span: Span) -> Draft:
        if x.tag != "grid":
            return super().powered(x, exponent, span)
        value = ops.rational(exponent.make())
        if value is None or value.denominator != 1 or not 1 <= value <= 6 or x.shape.rank != 2:
            return super().powered(self.undivided(x), exponent, span)
        return self.grid_product([x] * int(value), span)

    def euclidean(self, x: Draft, order: str, rest: list[Post], span: Span) -> tuple[Draft, list[Post]]:
        if x.tag != "grid":
            return super().euclidean(x, order, rest, span)
        cells = [d for row in self.rows_of(x) for d in row if not _is_zero(d)]
        if x.shape.rank == 2 and order == "2" or not cells:
            return super().euclidean(self.undivided(x), order, rest, span)
        squared = bool(rest) and rest[0].kind == "power" and spell(rest[0].tokens) == "2"

        def make() -> Term:
            parts = [ops.sqnorm(d.make()) if d.shape.rank else ops.power(d.make(), Number(2)) for d in cells]
            whole = made_of(ops.add, parts)
            return whole if squared else ops.sqrt(whole)

        return Draft(Shape(), make, span, "" if squared else "norm", None, x.guess), rest[1:] if squared else rest

    def apply(self, word: str, x: Draft, span: Span, primes: int = 0) -> Draft:
        if (
            word == "det"
            and x.tag == "entries"
            and isinstance(x.inner, Blocks)
            and len(x.inner.rows) == len(x.inner.rows[0]) <= 3
        ):
            return self.expanded(x.inner.rows, span)
        rows = self.rows_of(x)
        if x.tag != "grid" or word not in ("trace", "det") or not self.on_diagonal(rows, 2 if word == "det" else 99):
            return super().apply(word, self.undivided(x), span, primes)
        if word == "trace":
            parts = [super(Grids, self).apply("trace", row[k], span) for k, row in enumerate(rows)]
            return self.summed(parts, ["+"] * len(parts), span)
        return self.schur(rows, span)

    def on_diagonal(self, rows: Rows, most: int) -> bool:
        """Whether the blocks on the diagonal are square."""
        square = (self.solver.find(_ends(row[k])[0]) == self.solver.find(_ends(row[k])[1]) for k, row in enumerate(rows))
        return 2 <= len(rows) == len(rows[0]) <= most and all(square)

    def expanded(self, rows: Rows, span: Span) -> Draft:
        """A small determinant of scalars by Leibniz: ad − bc."""
        n = len(rows)

        def make() -> Term:
            parts = []
            for order in permutations(range(n)):
                cells = [rows[i][j].make() for i, j in enumerate(order)]
                if not any(c is Number(0) for c in cells):
                    odd = sum(a > b for a, b in combinations(order, 2)) % 2
                    counts = Counter(c for c in cells if c is not Number(1))
                    term = made_of(
                        ops.product, [ops.power(c, Number(k)) if k > 1 else c for c, k in counts.items()] or [Number(1)]
                    )
                    parts.append(ops.minus(term) if odd else term)
            return made_of(ops.add, parts) if parts else Number(0)

        return self.built(Shape(), make, [d for row in rows for d in row], span)

    def schur(self, rows: Rows, span: Span) -> Draft:
        """det [A B; C D] = det(A) det(D − C A⁻¹ B)."""
        (a, b), (c, d) = rows
        inverse = self.powered(a, self.literal(Fraction(-1), span), span)
        rest = self.summed([d, self.chain([c, inverse, b], span)], ["+", "-"], span)
        self.assume(f"{self.solver.quote(a.span)} is invertible", span)
        dets = [super(Grids, self).apply("det", m, span) if m.shape.rank else m for m in (a, rest)]
        return self.chain(dets, span)


def _ends(d: Draft) -> tuple[Size, Size]:
    """The rows and columns of a part: a column has one column, a scalar one of both."""
    axes = d.shape.axes
    if len(axes) == 2:
        return axes[0], axes[1]
    if len(axes) == 1:
        return (ONE, axes[0]) if d.shape.row else (axes[0], ONE)
    return ONE, ONE


def _is_zero(d: Draft) -> bool:
    return d.tag == "number" and d.make() is Number(0)


__all__ = ["Blocks", "Grids"]
