"""Sums and products over an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from gradatim import ops
from gradatim.errors import ReadError, Span
from gradatim.ops.structure import made_of
from gradatim.read.index_sets import by_rule, over_elements, whole_sets
from gradatim.read.indices import bound_names, counted_from, limits, start, uses_index
from gradatim.read.infer import Draft, Shape, Size
from gradatim.read.names import text_name
from gradatim.read.parser import Parser
from gradatim.read.pieces import Pieces
from gradatim.read.restricted import Exponent, Restricted, Weight, exponents, is_restricted, restricted, weights
from gradatim.read.shifts import NOTHING, reach_of
from gradatim.read.tree import Node, Post, bare
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index
from gradatim.types import Dim


@dataclass(frozen=True, slots=True)
class _Over:
    """What a sum runs over: each index with how far it runs and whether that is written, and the body under them; where the sum is
    over part of a range, the weights of its terms, or the exponents of the factors of a product."""

    pairs: list[tuple[str, Size, bool]]
    body: Draft
    first: Dim = NOTHING
    factors: Sequence[Weight] = ()
    masks: Sequence[Exponent] = ()


class Sums(Pieces):
    """What a sum sign binds, and what it takes in."""

    def sums_taken_in(self, node: Node) -> Node:
        """`Σᵢ aᵢ + bᵢ`: where what follows a sum uses its index, and nothing else binds it, it belongs to the sum."""
        signs = node.value
        assert isinstance(signs, tuple)
        for k, a in enumerate(node.args[:-1]):
            big = _last_big(a)
            if big is None:
                continue
            names = [n for n in bound_names(big) if n not in self.bound and n not in self.parameters]
            reach = k
            for j in range(k + 1, len(node.args)):
                if any(uses_index(node.args[j], n) for n in names):
                    reach = j
            if reach > k:
                body = Node(
                    "add",
                    (big.args[0].span[0], node.args[reach].span[1]),
                    (big.args[0], *node.args[k + 1 : reach + 1]),
                    ("+", *signs[k + 1 : reach + 1]),
                )
                self.assume(
                    f"the sum over {names[0]} takes in {self.solver.quote((node.args[k + 1].span[0], node.args[reach].span[1]))}, which uses {names[0]}",
                    node.span,
                    (),
                    False,
                    "put brackets around the body of the sum",
                )
                taken = Node("big", (big.span[0], body.span[1]), (body,), big.value, big.posts)
                rest = (*node.args[:k], _replaced_last(a, taken), *node.args[reach + 1 :])
                return Node("add", node.span, rest, (*signs[: k + 1], *signs[reach + 1 :]))
        return node

    def on_big(self, node: Node) -> Draft:
        kind = "sum" if node.value == "sum" else "product"
        self.of_capital_sign(node)
        if kind == "sum" and (stated := by_rule(node, self.tables.set_rules)) is not None:
            node = self.over_condition(stated) or node
        things = whole_sets(node)
        node = self.over_members(node)
        if not node.posts and kind == "sum":
            return self.whole_sum(node)
        saved = dict(self.bound), dict(self.begins)
        try:
            part = self.part_or_condition(node, kind) if is_restricted(node, self) else None
            if isinstance(part, Node):
                self.bound, self.begins = saved
                return self.on_big(part)
            over = self.over_all(node, things) if part is None else self.over_part(node, kind, part)
        finally:
            self.bound, self.begins = saved
        return self.added_up(node, kind, over)

    def part_or_condition(self, node: Node, kind: str) -> Restricted | Node:
        """What the limits of a sum over part of a range say; where they are a condition, the sum over all with its indicator."""
        try:
            return restricted(node, self, lambda n: uses_index(node.args[0], n))
        except ReadError:
            whole = self.over_condition(node) if kind == "sum" else None
            if whole is None:
                raise
            return whole

    def over_part(self, node: Node, kind: str, part: Restricted) -> _Over:
        pairs = [(n, e, True) for n, e in part.bound.items()]
        body = self.draft(node.args[0])
        if kind == "product":
            return _Over(pairs, body, masks=exponents(part, self))
        return _Over(pairs, body, factors=weights(part, self))

    def over_all(self, node: Node, things: str) -> _Over:
        pairs, first = limits(node, self), start(node)
        if things and len(pairs) == 1:
            self.solver.unify(pairs[0][1], self.extent_of_set(things))
        reach = reach_of(node.args[0], [name for name, _, _ in pairs])
        for name, extent, _ in pairs:
            self.bound[name], self.begins[name] = extent, (first, reach)
        return _Over(pairs, self.draft(node.args[0]), first)

    def added_up(self, node: Node, kind: str, over: _Over) -> Draft:
        """The sum or the product of a body over its indices, which are not bound any more."""
        body = over.body
        self.ran += [(name, extent) for name, extent, _ in over.pairs]
        sub = next((p for p in node.posts if p.kind == "sub"), None)
        if sub is not None and sub.span[0] == sub.span[1]:  # the parser's own, where the sum has no limits
            if self.adds_entries(sub, body):
                self.assume(f"{self.solver.quote(node.span)} adds up entries, and {sub.tokens[0].text} is one index", node.span)
                return self.of_one(Node("call", node.span, node.args, "total"), "total")
            self.assume(f"{self.solver.quote(node.span)} is summed over {sub.tokens[0].text}", node.span)
        if kind == "product" and body.shape.rank:
            raise self.solver.clash("a product over an index needs scalar factors", body, body)
        if (found := self.whole_spectrum(kind, body, over.pairs, node.span)) is not None:
            return found
        make = partial(self.bound_term, node, kind, over)
        return Draft(Shape(body.shape.axes, body.shape.row), make, node.span, "", None, body.guess)

    def bound_term(self, node: Node, kind: str, over: _Over) -> Term:
        term = over.body.make()
        indices = [Symbol(name, self.solver.type(Shape(index=extent))) for name, extent, _ in over.pairs]
        ends: tuple[Term, ...] = ()
        if over.masks:
            for index in indices:
                ends = tuple(t for m in over.masks for t in m.end(index, term))
            term = ops.power(term, made_of(ops.product, [m.indicator() for m in over.masks]))
        elif over.factors:
            inside = term.args if isinstance(term, Apply) and term.op is ops.structure.product and term.is_scalar else (term,)
            term = ops.product(*(f(term) for f in over.factors), *inside)
        else:
            self.unused(node, over.body, term, over.pairs)
        for index in reversed(indices):
            term = Bind(kind, index, counted_from(over.first, index, term))
        return ops.product(*ends, term) if ends else term

    def over_members(self, node: Node) -> Node:
        """A sum over the things in a set as one over an index of them, and said to be."""
        found = over_elements(node, self)
        if found is None:
            return node
        made, names, index = found
        for name in names:
            d = self.tables.declared.get(name)
            if d is not None and name not in self.tables.families and not d.family:
                self.tables.families[name] = replace(d, name=f"{name}_{index}", family=(index, ""))
                del self.tables.declared[name]
        shown = " and ".join(f"{text_name(n)}_{index}" for n in names)
        self.assume(f"the sum runs over the members {shown} of the set", node.span)
        return made

    def of_capital_sign(self, node: Node) -> None:
        """A `\\Sigma_i` without limits that was taken for a sum is said to be one."""
        capital = next((c for c in ("\\Sigma", "\\Pi") if self.text.startswith(c, node.span[0])), "")
        sub = next((p for p in node.posts if p.kind == "sub"), None)
        if capital and sub is not None and all(t.text != "=" for t in sub.tokens):
            whole, what = self.text[node.span[0] : sub.span[1]], "sum" if node.value == "sum" else "product"
            self.assume(
                f"`{whole}` is the sign of a {what}", node.span, (f"a matrix {capital}",), True, "write \\sum for the sign"
            )

    def adds_entries(self, index: Post, body: Draft) -> bool:
        """Whether `sum(x_i .* w)` adds up entries for one i: it may, where the body has entries, in a function and in an answer for one i."""
        asked = {s.name for w in self.tables.asked for s in free_symbols(w)}
        return bool(index.count) and bool(body.shape.rank) and (not self.tables.closed or index.tokens[0].text in asked)

    def whole_spectrum(self, kind: str, body: Draft, pairs: list[tuple[str, Size, bool]], span: Span) -> Draft | None:
        """The sum of all eigenvalues of a matrix is its trace, and their product its determinant, whatever the matrix; None for
        any other sum, and for a matrix that is said to be symmetric, whose eigenvalues are numbers each."""
        if len(pairs) != 1 or body.tag != f"eigenvalue:{pairs[0][0]}" or body.inner is None:
            return None
        matrix, name = body.inner, "trace" if kind == "sum" else "determinant"
        whole = ops.trace if kind == "sum" else ops.det
        self.assume(f"{self.solver.quote(span)} is the {name}: every eigenvalue is counted as often as it occurs", span)
        return Draft(Shape(), lambda: whole(matrix.make()), span, "det" if kind == "product" else "", matrix, matrix.guess)

    def over_condition(self, node: Node) -> Node | None:
        """`\\sum_{i : y_i w^T x_i < 1} a_i` as a sum over all i with an indicator; None where the limits are no such condition."""
        sub = next(p for p in node.posts if p.kind == "sub")
        tokens = bare(sub.tokens)
        if len(tokens) < 4 or tokens[0].kind != "name" or tokens[1].text not in (":", "|") or len(node.posts) > 1:
            return None
        try:
            parser = Parser(self.text, tokens[2:])
            relation = parser.relation()
        except ReadError:
            return None
        if relation.kind != "rel" or parser.now.kind != "end" or not uses_index(relation, tokens[0].text):
            return None
        body = node.args[0]
        factors = body.args if body.kind == "juxt" else (body if body.kind != "add" else Node("group", body.span, (body,), "("),)
        holds = (Node("name", sub.span, (), "\\mathbb{1}"), Node("group", sub.span, (relation,), "{"))
        inside = Node("juxt", body.span, (*holds, *factors))
        return Node("big", node.span, (inside,), node.value, (replace(sub, tokens=(tokens[0],)),))

    def unused(self, node: Node, body: Draft, term: Term, pairs: list[tuple[str, Size, bool]]) -> None:
        """An index that the body does not use repeats it: to be asked where no range is written, and said of what has a name."""
        found = free_symbols(term)
        used = {s.name for s in found}
        idle = [(n, told or n in self.tables.indices) for n, _, told in pairs if n not in used]
        if not idle or not used:
            return
        inside, names = self.solver.quote(body.span), ", ".join(n for n, _ in idle)
        if not all(told for _, told in idle) and not {s.name for s in found if not is_index(s)} <= set(self.tables.symbols):
            raise self.error(
                f"{inside} does not use the index {names}, and no range is written", node.span, "write the index where it belongs"
            )
        self.assume(f"{inside} does not use the index {names}, and is repeated for each of its values", node.span)

    def whole_sum(self, node: Node) -> Draft:
        """A sum without an index: of all entries of what follows."""
        body = self.draft(node.args[0])
        if not body.shape.rank:
            raise self.error("a sum names its index below the sign", node.span, r"write \sum_{i=1}^{n}")
        self.assume(f"{self.solver.quote(node.span)} sums all entries", node.span)
        return Draft(Shape(), lambda: ops.total(body.make()), node.span, "", None, body.guess)


def _last_big(node: Node) -> Node | None:
    """The sum at the right end of a term: what follows a term may belong to it."""
    while node.kind in ("juxt", "mul") and node.args:
        if node.kind == "mul" and node.value not in ("cdot", "*", "times", "/"):
            return None
        node = node.args[-1]
    return node if node.kind == "big" else None


def _replaced_last(node: Node, new: Node) -> Node:
    if node.kind == "big":
        return new
    return Node(
        node.kind, (node.span[0], new.span[1]), (*node.args[:-1], _replaced_last(node.args[-1], new)), node.value, node.posts
    )
