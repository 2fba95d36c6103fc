"""The differential of a formula over names, in the differentials of the names and of the variable.

Sums and products are differentiated where they stand (each factor in turn gives way to its differential), every other
operation by its own record, with the differential of the argument in the place of Kronecker's delta.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradatim.derive.derivative import derivative
from gradatim.derive.primary import moves_along_itself
from gradatim.errors import UnknownDerivative
from gradatim.explain.linear import contracted, put_in, series
from gradatim.explain.partials import moved, pushed
from gradatim.explain.plan import Plan
from gradatim.explain.primaries import moved_along, ways
from gradatim.explain.sheet import Name, Sheet, reindexed
from gradatim.explain.still import moves
from gradatim.ops import add, at, number, product, quotient, zero
from gradatim.ops.base import Additive, Along, LocallyConstant, Multilinear, Primary, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.powers import mpower
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Symbol, Term, walk
from gradatim.types import Type


@dataclass(slots=True)
class Turn:
    """Each part in its turn gives way to its differential; `direction` is the symbol dX, `moving` has the names' differentials."""

    plan: Plan
    variable: Term
    direction: Term
    moving: dict[Symbol, Name] = field(default_factory=dict, kw_only=True)

    @property
    def sheet(self) -> Sheet:
        return self.plan.sheet

    def depends(self, term: Term) -> bool:
        return moves(term, (self.plan.variable, *(n.symbol for n in self.plan.names)))

    def of(self, node: Term) -> Term:
        """The differential of a formula over names, in the differentials of the names and of the variable."""
        if not self.depends(node):
            return zero(node.type.bare)
        if node is self.plan.variable and not self.plan.member or node is self.variable:
            return self.direction
        if isinstance(node, Symbol) and node in self.moving:
            return self.moving[node].symbol
        if isinstance(node, Bind):
            return self.binder(node)
        if not isinstance(node, Apply):
            raise UnknownDerivative(
                "by one entry of an array that stands as a whole, too, the differential is not written line by line"
            )
        if node.op is at:
            return self.entry(node)
        if not isinstance(node.op, Function):
            rule = derivative_of(node.op)
            if isinstance(rule, LocallyConstant):
                return zero(node.type.bare)
            if isinstance(rule, Primary) and moves_along_itself(node.args[0], self.plan.variable):
                return product(rule.slope(node), self.of(node.args[0]))
            if isinstance(rule, Primary) and rule.along is not None and not any(map(self.depends, node.args[1:])):
                return rule.along(node, self.of(node.args[0]))
            if isinstance(rule, Along) and [k for k, a in enumerate(node.args) if self.depends(a)] == [rule.by]:
                return rule.moves(node, self.of(node.args[rule.by]))
            if node.is_scalar and self.traced(node):
                return self.by_gradient(node)
            if node.op is mpower and not self.depends(node.args[1]):
                return series(node, self.of(node.args[0]))
            if isinstance(rule, (Additive, Multilinear)):
                return self.each_in_turn(node)
            if node.op is quotient and not self.depends(node.args[1]):
                return quotient(self.of(node.args[0]), node.args[1])
        return self.by_record(node)

    def entry(self, node: Apply) -> Term:
        inner = node.args[0]
        if isinstance(inner, Symbol) and inner in self.moving:
            found = self.moving[inner]
            return at(found.symbol, *node.args[1:]) if found.indices or not self.sheet.names[inner].indices else found.symbol
        return at(self.of(inner), *node.args[1:])

    def binder(self, node: Bind) -> Term:
        index, body = node.opened()
        if node.kind == "product" and body.is_scalar and not self.plan.member:
            # d Πᵢ fᵢ = (Πᵢ fᵢ) Σᵢ dfᵢ/fᵢ
            return product(node, Bind("sum", index, quotient(self.of(body), body)))
        if node.kind != "sum":
            raise UnknownDerivative(f"the differential of a {node.kind} over an index is not written line by line")
        if self.plan.member and self.runs_over_the_member(body, index):
            members = (n for n in walk(body) if isinstance(n, Apply) and n.op is at and n.args[0] is self.plan.variable)
            if any(n.args[1] is not index for n in members):
                raise UnknownDerivative("the differential of a sum over pairs of one family is not written line by line")
            return self.of(reindexed(body, (index,), self.plan.member[:1]))
        return Bind("sum", index, self.of(body))

    def counts_members(self, node: Bind) -> bool:
        """Whether a sum counts the family of the variable."""
        index, body = node.opened()
        return node.kind == "sum" and self.depends(body) and self.runs_over_the_member(body, index)

    def runs_over_the_member(self, body: Term, index: Symbol) -> bool:
        """Whether the sum counts the family of the variable, so that one of its members moves: Σⱼ of Σᵢⱼ (xᵢᵀyⱼ)² does not."""
        entries = (n for n in walk(body) if isinstance(n, Apply) and n.op is at and index in n.args[1:])
        return any(self.depends(n) for n in entries)

    def each_in_turn(self, node: Apply) -> Term:
        """The product rule: each factor gives way to its differential, the others stay."""
        ways = [
            node.rebuild((*node.args[:k], self.of(a), *node.args[k + 1 :])) for k, a in enumerate(node.args) if self.depends(a)
        ]
        if isinstance(derivative_of(node.op), Additive):
            moving = [self.of(a) for a in node.args if self.depends(a)]
            return made_of(add, moving)
        return made_of(add, ways)

    def by_record(self, node: Apply) -> Term:
        """The operation's own rule, with the argument's differential in the place of the delta."""
        try:
            return self.by_rule(node)
        except UnknownDerivative:
            if not self.variable.is_scalar or self.plan.parts_of(node):
                raise
            # d e^{tA} = A e^{tA} dt: by a scalar there is a derivative where there is none by the matrix.
            return product(derivative(node, self.variable, verified=False), self.direction)

    def in_parts(self, node: Apply) -> Term:
        """The differential of a scalar by those of its arguments."""
        return self.each_in_turn(node) if isinstance(derivative_of(node.op), (Additive, Multilinear)) else self.by_record(node)

    def by_rule(self, node: Apply) -> Term:
        stands = [Symbol(f"\u2063a{k}", Type(a.type.axes, row=a.type.row)) for k, a in enumerate(node.args)]
        alongs = [Symbol(f"\u2063d{k}", Type(a.type.axes, row=a.type.row)) for k, a in enumerate(node.args)]
        body = node.rebuild(tuple(s if self.depends(a) else a for s, a in zip(stands, node.args)))
        ways: list[Term] = []
        for k, a in enumerate(node.args):
            if self.depends(a):
                way = moved(body, stands[k], alongs[k])
                table: dict[Term, Term] = {**dict(zip(stands, node.args)), alongs[k]: self.of(a)}
                way = put_in(way, {body: node}, table)
                ways.append(way)
        return made_of(add, ways)

    # ------------------------------------------------------------ functions of a matrix

    def traced(self, node: Apply) -> bool:
        """Whether a function of a matrix moves in an array under a scalar: it has a differential only there."""
        todo = [a for a in node.args if a.rank]
        while todo:
            a = todo.pop()
            if not isinstance(a, Apply) or isinstance(a.op, Function) or not self.depends(a):
                continue
            if isinstance(derivative_of(a.op), Primary) and not moves_along_itself(a.args[0], self.plan.variable):
                return True
            todo += [b for b in a.args if b.rank]
        return False

    def by_gradient(self, node: Apply) -> Term:
        """The differential of a scalar by its gradients: d tr f(M) = tr(f′(M) dM)."""
        movers = [(n.symbol, self.of(n.reference)) for n in self.plan.parts_of(node)]
        movers += [(self.plan.variable, self.direction)] if self.plan.direct(node) else []
        if len(movers) == 1 and not self.plan.member:
            try:
                found = ways(node, *movers[0])
                return made_of(add, found)
            except UnknownDerivative:
                if moved_along(node, self.plan.variable):
                    return self.in_parts(node)
        terms: list[Term] = []
        for by in (*(n.reference for n in self.plan.parts_of(node)), *([self.variable] if self.plan.direct(node) else [])):
            terms.append(contracted(pushed(node, by, number(1)), self.of(by)))
        return made_of(add, terms)
