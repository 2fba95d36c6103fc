"""Which parts of a function get a name: the intermediates that a teacher would write down before differentiating.

A definition of the document is one. So is what stands inside a function that is not linear in it (`log s`, `‖r‖²`, `S⁻¹`), and a
factor of a product of which another factor depends on the variable as well. What is so short that one rule is enough
(`y − ŷ` under a square, `2x` in an exponential) is left where it stands.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from gradatim.derive.primary import moves_along_itself
from gradatim.derive.recognise import recognised
from gradatim.errors import LimitExceeded
from gradatim.explain.sheet import Name, Sheet
from gradatim.explain.still import moves
from gradatim.ops import add, at, exp, power, product, quotient, rational, softmax, transpose
from gradatim.ops.base import Additive, Indexed, LocallyConstant, Multilinear, Pointwise, Primary, Structural, derivative_of
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_sum, substitute, transform, walk
from gradatim.types import Type

MAX_NAMES = 150
"""A derivation with more intermediates is nothing that anybody would read."""


@dataclass(slots=True)
class Plan:
    """The function over its named parts. `variable` is the symbol, `member` the indices of the member that is meant."""

    sheet: Sheet
    variable: Symbol
    member: tuple[Term, ...]
    root: Term
    names: list[Name]
    whole: Term | None = None
    """The function with its sums over rows and entries written with whole arrays, where the plan is of that form."""
    known: dict[Term, list[Name]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The names of terms that were asked for before."""

    def parts_of(self, term: Term) -> list[Name]:
        """The planned names that occur in a term, in the order of their making."""
        found = self.known.get(term)
        if found is None:
            free = set(free_symbols(term))
            found = self.known[term] = [n for n in self.names if n.symbol in free]
        return found

    def outermost_first(self, body: Term, stop: Container[Term] = ()) -> list[Name]:
        """The names below a body, each after all those that use it, names of one line in its order; nothing below `stop`."""
        found: dict[Symbol, Name] = {}
        todo = [body]
        while todo:
            for name in self.parts_of(todo.pop()):
                if name.symbol not in found:
                    found[name.symbol] = name
                    if name.symbol not in stop:
                        todo.append(name.body)
        above = [n for n in found.values() if n.symbol not in stop]
        users: dict[Symbol, set[Symbol]] = {s: set() for s in found}
        for n in above:
            for part in self.parts_of(n.body):
                users[part.symbol].add(n.symbol)
        out: dict[Symbol, Name] = {}
        waiting = list(self.parts_of(body))
        while waiting:
            name = waiting.pop(0)
            if name.symbol not in out and users[name.symbol] <= set(out):
                out[name.symbol] = name
                if name.symbol not in stop:
                    waiting += self.parts_of(name.body)
        return list(out.values())

    def direct(self, term: Term) -> bool:
        """Whether the variable itself occurs in a term over names."""
        return self.variable in free_symbols(term)


def planned(function: Term, variable: Symbol, member: tuple[Term, ...], sheet: Sheet, under_sums: bool = True) -> Plan:
    """Name the intermediates of a function and write it over them; those under a sum only where asked for."""
    planner = _Planner(variable, member, sheet, under_sums)
    root = planner.visit(opened(function), ())
    return Plan(sheet, variable, member, root, planner.made)


def opened(function: Term) -> Term:
    """The function without the name that the document gave the whole of it."""
    while isinstance(function, Apply) and isinstance(function.op, Function) and function.op.body is not None:
        if function.op.elementwise:
            break
        function = function.op.body_at(function.args)
    return function


class _Planner:
    def __init__(self, variable: Symbol, member: tuple[Term, ...], sheet: Sheet, under_sums: bool) -> None:
        self.variable, self.member, self.sheet, self.under_sums = variable, member, sheet, under_sums
        self.made: list[Name] = []
        self.memo: dict[Term, Term] = {}
        self.letters: dict[tuple[Type, int], Symbol] = {}

    def depends(self, term: Term) -> bool:
        return moves(term, (self.variable, *(n.symbol for n in self.made)))

    def visit(self, node: Term, indices: tuple[Symbol, ...]) -> Term:
        """The node over the names of its parts."""
        if node in self.memo:
            return self.memo[node]
        if not node.args and not isinstance(node, Apply) or not self.depends(node):
            return node
        if isinstance(node, Bind):
            return self.binder(node, indices)
        if not isinstance(node, Apply):
            return node
        if not isinstance(node.op, Function) and isinstance(derivative_of(node.op), LocallyConstant):
            return node
        if node.op is at:
            return at(self.visit(node.args[0], indices), *node.args[1:])
        if isinstance(node.op, Function) and node.op.body is not None and not node.op.elementwise:
            body = substitute(recognised(node.op.body), dict(zip(node.op.parameters, node.args)))
            self.memo[node] = self.defined(node, body, indices)
            return self.memo[node]
        args = tuple(self.part(a, k, node, indices) for k, a in enumerate(node.args))
        return node.rebuild(args)

    def defined(self, node: Apply, body: Term, indices: tuple[Symbol, ...]) -> Term:
        """A definition under its name; one that is another definition by another name, h(x) = g(θᵀx), takes its place."""
        assert isinstance(node.op, Function)
        before = len(self.made)
        inside = self.visit(body, indices)
        if len(self.made) > before and self.made[-1].given and inside is self.made[-1].reference:
            inner = self.made.pop()
            del self.sheet.names[inner.symbol]
            found = self.name(node, inner.body, indices, node.op).reference
            if inner.node is not None:
                self.memo[inner.node] = found
            return found
        return self.name(node, inside, indices, node.op).reference

    def part(self, arg: Term, k: int, parent: Apply, indices: tuple[Symbol, ...]) -> Term:
        if isinstance(arg, Apply) and arg.op is transpose and parent.op is not transpose:
            # (x − m)ᵀ S (x − m): the vector gets the name, not its transpose.
            return transposed(self.part(arg.args[0], k, parent, indices)) if self.depends(arg) else arg
        inside = self.visit(arg, indices)
        if not self.depends(arg) or not self.stands_out(inside, arg, k, parent):
            return inside
        if arg not in self.memo:
            self.memo[arg] = self.name(arg, inside, indices).reference
        return self.memo[arg]

    def binder(self, node: Bind, indices: tuple[Symbol, ...]) -> Term:
        """Under a sum names get the sum's index; a stack or product is differentiated as a whole."""
        if node.kind != "sum" or len(indices) > 1 or not self.under_sums:
            return self.written_out(node)
        private, body = node.opened()
        index = self.index(private.type, len(indices))
        body = substitute(body, {private: index})
        if self.member and not self.by_member(body, index):
            return self.written_out(node)
        return Bind("sum", index, self.visit(body, (*indices, index)))

    def written_out(self, node: Term) -> Term:
        """A term whose parts get no names, without the definitions in it that move: their own derivatives are nowhere."""

        def value(term: Term) -> Term:
            if isinstance(term, Apply) and isinstance(term.op, Function) and term.op.body is not None and not term.op.elementwise:
                return opened(term) if self.depends(term) else term
            return term

        for _ in range(MAX_NAMES):
            made = transform(node, value)
            if made is node:
                return node
            node = made
        raise LimitExceeded(
            "the definitions of the function stand too deep inside each other: no derivation of it is written out"
        )

    def index(self, extent: Type, depth: int) -> Symbol:
        """The letter of an index: sums beside each other share it, so that what is equal in them gets one name."""
        if (extent, depth) not in self.letters:
            self.letters[extent, depth] = self.sheet.index(extent)
        return self.letters[extent, depth]

    def by_member(self, body: Term, index: Symbol) -> bool:
        """Whether a family enters the body by the member at the sum's own index alone."""
        entries = [n for n in walk(body) if isinstance(n, Apply) and n.op is at and n.args[0] is self.variable]
        bare = substitute(body, {e: at(Symbol("\u2063", self.variable.type), *e.args[1:]) for e in entries})
        return all(e.args[1:] == (index,) for e in entries) and self.variable not in free_symbols(bare)

    def name(self, node: Term, body: Term, indices: tuple[Symbol, ...], function: Function | None = None) -> Name:
        if len(self.made) >= MAX_NAMES:
            raise LimitExceeded(f"the function has more than {MAX_NAMES} intermediates: no derivation of it is written out")
        used = tuple(i for i in indices if i in free_symbols(body))
        if function is not None:
            latex, text, given = function.name, function.text, True
        else:
            latex, text = self.sheet.earlier.get(node) or self.sheet.letter(body.type, wanted(body))
            given = False
        name = self.sheet.enter(latex, text, body, used, node, given)
        self.made.append(name)
        return name

    # ------------------------------------------------------------ taste

    def stands_out(self, inside: Term, arg: Term, k: int, parent: Apply) -> bool:
        """Whether an argument is written down under a name of its own."""
        curved = isinstance(arg, Apply) and isinstance(derivative_of(arg.op), (Indexed, Pointwise))
        if arg in self.sheet.earlier and (curved or not arg.rank):
            return True  # what has a name on the paper keeps it
        rule = derivative_of(parent.op)
        if isinstance(rule, (Primary, Structural)) and arg.rank == 2:
            return not self.plain(inside) and not moves_along_itself(arg, self.variable)
        if self.plain(inside) or arg.rank == 2 and self.only_traced(inside):
            return False
        if (
            isinstance(inside, Apply)
            and inside.rank == 2
            and isinstance(derivative_of(inside.op), Indexed)
            and inside.op is not quotient
        ):
            # aᵀ X⁻¹ b: the inverse is an intermediate.
            return parent.op is not transpose and not isinstance(inside.op, Function)
        if parent.op is quotient:
            return (k == 1 or self.depends(parent.args[1])) and not self.one_rule(inside)
        if isinstance(rule, Additive):
            return False
        if isinstance(rule, Multilinear):
            others = [a for j, a in enumerate(parent.args) if j != k and self.depends(a)]
            return bool(others) and self.compound(inside) and not self.one_rule(inside)
        if isinstance(rule, (Pointwise, Indexed)) or isinstance(parent.op, Function):
            return k == 0 or not isinstance(rule, Pointwise)
        return False

    def only_traced(self, term: Term) -> bool:
        """Whether a function of a matrix moves in it, which has a derivative in matrices as a part of something scalar only."""
        found = (n for n in walk(term) if isinstance(n, Apply) and not isinstance(n.op, Function))
        return any(
            isinstance(derivative_of(n.op), Primary)
            and self.depends(n.args[0])
            and not moves_along_itself(n.args[0], self.variable)
            for n in found
        )

    def compound(self, term: Term) -> bool:
        """Whether a factor is more than a variable, its transpose or a product of constants with it."""
        while isinstance(term, Apply) and term.op in (transpose,):
            term = term.args[0]
        if isinstance(term, Apply) and term.op is product:
            return any(self.compound(a) for a in term.args)
        if isinstance(term, Apply) and term.op is power and rational(term.args[1]) is not None and not term.args[0].args:
            return False
        return isinstance(term, (Apply, Bind)) and term.op is not at if isinstance(term, Apply) else isinstance(term, Bind)

    def plain(self, term: Term) -> bool:
        """Whether something is differentiated in the head: the variable or a name, with a constant factor or summand."""
        if isinstance(term, Symbol) or isinstance(term, Apply) and term.op in (at, transpose) and not self.deep(term.args[0]):
            return True
        if isinstance(term, Apply) and term.op in (add, product, quotient) and len(list(walk(term))) <= 9:
            moving = [a for a in term.args if self.depends(a)]
            if len(moving) == 1 and self.plain(moving[0]):
                return term.is_scalar and moving[0].is_scalar or term.op is add
        return False

    def one_rule(self, term: Term) -> bool:
        """Whether a scalar of a scalar is differentiated by one rule: eᵃᵘ, u³, 1 + u²."""
        if not term.is_scalar or self.variable.type.axes or len(list(walk(term))) > 12:
            return False
        if isinstance(term, Apply) and term.op in (add, product, quotient):
            return all(self.plain(a) or self.one_rule(a) for a in term.args if self.depends(a))
        return isinstance(term, Apply) and all(self.plain(a) for a in term.args if self.depends(a))

    @staticmethod
    def deep(term: Term) -> bool:
        return isinstance(term, (Apply, Bind)) and not (isinstance(term, Apply) and term.op is at)


def transposed(term: Term) -> Term:
    return transpose(term)


def wanted(body: Term) -> str:
    """The letters that fit a quantity: s for a sum, r for a difference of arrays, p for probabilities, S for what is inverted."""
    if is_sum(body):
        return ("s", "z", "S")[min(body.rank, 2)]
    if isinstance(body, Apply):
        if (
            body.op is add
            and body.is_scalar
            and any(isinstance(a, Apply) and a.op is exp or isinstance(a, Bind) for a in body.args)
        ):
            return "s"
        if body.op is add and body.rank == 1:
            return "r" if any(_negative(a) for a in body.args) else "z"
        if body.op is add and body.rank == 2:
            return "R" if any(_negative(a) for a in body.args) else "M"
        if body.op is softmax:
            return "p"
    return ""


def _negative(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is product and (c := rational(term.args[0])) is not None and c < 0
