"""Products as they are written: factors side by side, dots and stars, entry by entry, inner products."""

from __future__ import annotations

import re
from dataclasses import replace

from gradatim import ops
from gradatim.errors import ShapeError, Span
from gradatim.read.conjugates import real_transposes
from gradatim.read.derivatives import written
from gradatim.read.division import Division
from gradatim.read.infer import Draft, Shape
from gradatim.read.places import is_row_of_ones
from gradatim.read.traces import TO_THE_END, bare_trace, ends_early
from gradatim.read.tree import Node
from gradatim.term import Term
from gradatim.types import ONE

HADAMARD = ("odot", ".*")
_TRANSPOSED_ONE = re.compile(r"(?<![\w.])1\s*(?:\^\s*\{?\s*(?:\\top|\\intercal|\\math\w+\s*\{?\s*T|T)|'|ᵀ)")
"""Where a 1 is transposed, it is a vector of ones, there and at the end of a product."""


class Factors(Division):
    """What stands beside each other."""

    def on_juxt(self, node: Node) -> Draft:
        turned, notes = real_transposes(node.args, self.tables.real, self.known)
        if notes and self.tables.complex:
            raise self.error("the conjugate transpose is not read: everything here is real", node.span)
        for note in notes:
            self.assume(note, node.span, ("another name",), True)
        node = replace(node, args=turned) if notes else node
        factors = self.factors(list(node.args))
        if len(factors) == len(node.args) and ends_early([f.shape.rank for f in factors], node.args, self.text):
            self.assume(f"the trace in {self.solver.quote(node.span)} ends with its bracket", node.span, (TO_THE_END,), True)
        return self.chain(factors, node.span)

    def factors(self, nodes: list[Node]) -> list[Draft]:
        """The factors of a juxtaposition, names that are functions joined with the bracket after them."""
        out: list[Draft] = []
        k = 0
        while k < len(nodes):
            following = nodes[k + 1] if k + 1 < len(nodes) else None
            if nodes[k].kind == "num" and nodes[k].value == 1 and following is not None and following.kind == "group":
                if following.args[0].kind == "rel":  # 1{x > 0}
                    out.append(self.indicator(following, (nodes[k].span[0], following.span[1])))
                    k += 2
                    continue
            called = self.call(nodes[k], following)
            if called is not None:
                out.append(called)
                k += 2
                continue
            operator = self.written(nodes[k])
            if operator is not None and operator.body is None and not operator.wrt and k + 2 < len(nodes):
                slope = self.nabla_of_unknown(operator.order, nodes[k + 1], nodes[k + 2])
                if slope is not None:
                    out.append(slope)
                    k += 3
                    continue
            if operator is not None and operator.body is None and k + 1 < len(nodes):
                # A differential operator takes all that follows it, or only the brackets behind it.
                if self.tables.tight and nodes[k + 1].kind == "group" and k + 2 < len(nodes):
                    out.append(
                        self.derivative_of(
                            written(Node("juxt", (nodes[k].span[0], nodes[k + 1].span[1]), (nodes[k], nodes[k + 1])), self.text)
                            or operator
                        )
                    )
                    k += 2
                    continue
                whole = Node("juxt", (nodes[k].span[0], nodes[-1].span[1]), tuple(nodes[k:]))
                out.append(self.derivative_of(written(whole, self.text) or operator))
                return out
            one = nodes[k].kind == "num" and nodes[k].value == 1
            last = one and k and k == len(nodes) - 1
            ones = last and out[-1].shape.rank
            apart = last and out[-1].guess and self.text[nodes[k].span[0] - 1].isspace()  # "b_0 1" holds no number 1
            outer = one and following is not None and is_row_of_ones(following)
            if outer or apart or ones and (out[-1].shape.rank == 2 or _TRANSPOSED_ONE.search(self.text)):
                span = nodes[k].span
                place = (span[0], following.span[1]) if outer and following is not None else (nodes[k - 1].span[0], span[1])
                self.assume(f"the 1 in {self.solver.quote(place)} is the vector of ones", span)
                out.append(self.filled("\\mathbf{1}", "", span))
            else:
                if nodes[k].kind == "bar" and out and out[-1].shape.row and nodes[k].span not in self.by_entry:
                    self.by_entry.add(nodes[k].span)  # z^T|v| is a sum over entries: nobody writes a row times a norm
                    if self.draft(nodes[k].args[0]).shape.rank == 1:
                        words = f"{self.solver.quote(nodes[k].span)} holds the absolute values of the entries"
                        self.assume(words, nodes[k].span, ("the norm of a vector",), True)
                out.append(self.draft(nodes[k]))
            k += 1
        return out

    def chain(self, parts: list[Draft], span: Span) -> Draft:
        """The product of a chain: columns meet rows; where the running product is a scalar a new chain begins."""
        if len(parts) == 1:
            return parts[0]
        if any(p.tag == "grid" for p in parts):
            return self.grid_product(parts, span)
        if self.tables.entrywise is not None and len(merged := self.entry_by_entry(parts, self.tables.entrywise)) < len(parts):
            return self.chain(merged, span)
        rows, columns, begun = ONE, ONE, False
        last = parts[0]
        for k, p in enumerate(parts):
            if p.shape.rank == 0:
                continue
            if p.shape.rank > 2:
                raise self.error(f"{self.solver.described(p.shape)} is not a factor of a matrix product", p.span)
            axes = p.shape.axes
            r = ONE if p.shape.rank == 1 and p.shape.row else axes[0]
            c = axes[0] if p.shape.rank == 1 and p.shape.row else (axes[1] if p.shape.rank == 2 else ONE)
            if not begun:
                rows, columns, begun = r, c, True  # type: ignore[assignment]
            elif columns == ONE and rows == ONE:
                rows, columns = r, c  # type: ignore[assignment]
            elif (columns == ONE) == (r == ONE) and self.solver.unify(columns, r):
                columns = c  # type: ignore[assignment]
            elif (end := self.scalar_block(parts, k)) is not None:
                block = self.chain(parts[k:end], (p.span[0], parts[end - 1].span[1]))
                return self.chain([*parts[:k], block, *parts[end:]], span)
            else:
                raise self.solver.clash("the product does not conform", last, p)
            last = Draft(_shape(rows, columns), p.maker, (parts[0].span[0], p.span[1]))
        shape = _shape(rows, columns)

        def make() -> Term:
            return ops.product(*(p.make() for p in parts))

        return Draft(shape, make, span, "", None, any(p.guess for p in parts))

    def entry_by_entry(self, parts: list[Draft], places: list[Span]) -> list[Draft]:
        """The factors with neighbours of one shape, which do not conform as matrices, as their product entry by entry."""
        out: list[Draft] = []
        for p in parts:
            last = out[-1].shape if out else p.shape
            alike = bool(out) and p.shape.rank in (1, 2) and (last.axes, last.row) == (p.shape.axes, p.shape.row)
            if alike and not (p.shape.rank == 2 and p.shape.axes[0] == p.shape.axes[1]):
                span = (out[-1].span[0], p.span[1])
                places.append(span)
                out[-1] = self.hadamard_of([out[-1], p], span)
            else:
                out.append(p)
        return out

    def columns_together(self, parts: list[Draft]) -> list[Draft]:
        """The factors of `sum(y*log(p))` with neighbouring columns, which have no matrix product, as their product entry by entry."""
        out: list[Draft] = []
        for p in parts:
            if out and p.shape.rank == out[-1].shape.rank == 1 and p.shape.row == out[-1].shape.row:
                span = (out[-1].span[0], p.span[1])
                self.assume(f"`*` in {self.solver.quote(span)} is taken entry by entry", span)
                out[-1] = self.hadamard_of([out[-1], p], span)
            else:
                out.append(p)
        return out

    def scalar_block(self, parts: list[Draft], k: int) -> int | None:
        """Where the factors from k on are a row, perhaps matrices, and a column: `L xᵀx` is L times the number xᵀx."""
        if k == 0 or parts[k].shape.rank != 1 or not parts[k].shape.row:
            return None
        return next((j + 1 for j in range(k + 1, len(parts)) if parts[j].shape.rank == 1 and not parts[j].shape.row), None)

    def on_mul(self, node: Node) -> Draft:
        op = node.value
        if op == "/":
            return self.slash(node)
        if op in HADAMARD:
            return self.hadamard_chain(node)
        if op in ("matmul", "entrywise"):
            return self.code_product(node)
        if op == "over":
            top, bottom = self.draft(node.args[0]), self.draft(node.args[1])
            return self.divided(top, bottom, node.span, bool(bottom.shape.rank))
        if op in ("*", "@") and (self.adds_up or node.args[0].kind == "mul" and node.args[0].value == op):
            parts = [self.draft(n) for n in _flat(node, op)]
            return self.chain(self.columns_together(parts) if op == "*" and self.adds_up else parts, node.span)
        left, right = self.draft(node.args[0]), self.draft(node.args[1])
        if op == "ldiv":
            self.assume(
                f"{self.solver.quote(node.span)} solves a linear system, the inverse of the left times the right", node.span
            )
            return self.solved([left, right], node.span)
        if op in ("oslash", "./"):
            return self.divided(left, right, node.span, True)
        if op == "otimes":
            return self.kronecker(left, right, node.span)
        if op == "oplus":
            return self.kronecker_sum(left, right, node.span)
        if op == ":" or (op == "cdot" and left.shape.rank == right.shape.rank == 1 and left.shape.row == right.shape.row):
            return self.inner(left, right, node.span)
        if op == "times" and left.shape.rank and right.shape.rank:
            if left.shape.rank == right.shape.rank == 1:
                return self.cross(left, right, node.span)
        if right.shape.rank == 2 and (bare := bare_trace(node.args[0], self.text)):
            quoted = self.solver.quote(node.span)
            raise self.error(
                f"what {bare} is taken of is not told: of all of {quoted}, or up to the sign", node.span, "write brackets"
            )
        return self.chain([left, right], node.span)

    def hadamard_chain(self, node: Node) -> Draft:
        """`a ⊙ b ⊙ c` is one product of three."""
        nodes: list[Node] = []
        first = node
        while first.kind == "mul" and first.value in HADAMARD:
            nodes.append(first.args[1])
            first = first.args[0]
        for n in (first, *nodes):
            # |x|^p ⊙ v, sgn(x) ⊙ (|x| − θ)₊: what is multiplied entry by entry has entries, so the bars are no norm.
            self.by_entry |= {b.span for b in _openly(n) if b.kind == "bar"}
        parts = [self.draft(n) for n in (first, *reversed(nodes))]
        arrays = [p for p in parts if p.shape.rank]
        if not arrays and not self.lenient and any(p.guess for p in parts):  # nobody writes ⊙ between numbers
            raise self.solver.clash("a Hadamard product is of arrays", parts[0], parts[1])
        if len(arrays) < len(parts):
            supposed = [p for p in parts if not p.shape.rank and p.guess]
            if arrays and supposed:  # c ⊙ x with an undeclared c: an array, and no number
                raise self.solver.clash("the Hadamard product does not conform", supposed[0], arrays[0])
            return (
                self.chain(parts, node.span)
                if len(parts) == 2 or not arrays
                else self.chain([*(p for p in parts if not p.shape.rank), self.hadamard_of(arrays, node.span)], node.span)
            )
        try:
            return self.hadamard_of(parts, node.span)
        except ShapeError:
            if (found := self.entries_first(node)) is None:
                raise
            return found

    def entries_first(self, node: Node) -> Draft | None:
        """The answer `u ⊙ v xᵀ` as (u ⊙ v) xᵀ, where that alone conforms; None where it does not conform either."""
        second, *rest = node.args[1].args or (node.args[1],)
        if not self.tables.closed or node.args[1].kind != "juxt" or self.call(second, rest[0]) is not None:
            return None
        inner = replace(node, span=(node.span[0], second.span[1]), args=(node.args[0], second))
        try:
            found = self.chain([self.hadamard_chain(inner), *map(self.draft, rest)], node.span)
        except ShapeError:
            return None
        self.assume(f"{self.solver.quote(inner.span)} is multiplied first, since nothing else conforms", node.span)
        return found

    def hadamard_of(self, parts: list[Draft], span: Span) -> Draft:
        for p in parts[1:]:
            if not self.solver.same(parts[0].shape, p.shape):
                raise self.solver.clash("the Hadamard product does not conform", parts[0], p)
        shape = Shape(parts[0].shape.axes, parts[0].shape.row)
        return Draft(
            shape,
            lambda: ops.hadamard(*(p.make() for p in parts)) if len(parts) > 1 else parts[0].make(),
            span,
            "",
            None,
            any(p.guess for p in parts),
        )

    def inner(self, left: Draft, right: Draft, span: Span) -> Draft:
        if left.shape.rank != right.shape.rank or not all(
            self.solver.unify(a, b) for a, b in zip(left.shape.axes, right.shape.axes)
        ):
            raise self.solver.clash("an inner product needs equal shapes", left, right)
        if not left.shape.rank:
            return self.chain([left, right], span)
        return Draft(Shape(), lambda: ops.inner(left.make(), right.make()), span, "", None, left.guess or right.guess)


def _openly(node: Node) -> list[Node]:
    """What a node is made of, as far as only brackets, sums and what is attached stand around it."""
    return [node, *(b for a in node.args for b in _openly(a))] if node.kind in ("group", "post", "add") else [node]


def _shape(rows: object, columns: object) -> Shape:
    if rows == ONE and columns == ONE:
        return Shape()
    if columns == ONE:
        return Shape((rows,))  # type: ignore[arg-type]
    if rows == ONE:
        return Shape((columns,), row=True)  # type: ignore[arg-type]
    return Shape((rows, columns))  # type: ignore[arg-type]


def _flat(node: Node, op: object) -> list[Node]:
    """The factors of `a * b * c`, which is one product of three."""
    out: list[Node] = []
    while node.kind == "mul" and node.value == op:
        out.append(node.args[1])
        node = node.args[0]
    return [node, *reversed(out)]
