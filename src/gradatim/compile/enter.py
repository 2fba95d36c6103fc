"""In: terms become nodes of the program, transposes, diagonals, identities and sums over indices become labels.

A `Value` is what a term is worth: a node, the label of each of its axes, and the labels of the term's own axes. An own
axis that the node lacks is one along which it is repeated (ones); one label at two own axes is a diagonal matrix, so
an identity is the number 1 at (a, a), and no diagonal matrix is ever formed before it is asked for. Indices of the formula
are labels, too: what stands under a sum has an axis for the sum's index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, Tie
from gradatim.compile.values import Joined, Value
from gradatim.compile.ways import ON_DIAGONALS, WAYS
from gradatim.errors import GradatimError
from gradatim.matrix.definitions import expanded
from gradatim.ops import facts, strictly
from gradatim.ops.base import Einsum, Multilinear, Op, Paired, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.pairs import components, pair
from gradatim.ops.quotients import rational
from gradatim.ops.structure import at
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, is_index, walk_new
from gradatim.types import Dim
from gradatim.value.guard import guarded


class Enter:
    """Terms of one program on their way in. Equal terms are entered once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.known: dict[Term, Value] = {}
        self.serial = 1

    def value(self, root: Term) -> Value:
        root = strictly(guarded(expanded(root)))
        for node in walk_new(root, self.known):
            self.known[node] = self._value(node)
        return self.known[root]

    def fresh(self, n: int) -> tuple[int, ...]:
        first = self.serial
        self.serial = first + n
        return tuple(range(first, self.serial))

    # ------------------------------------------------------------ nodes of a term

    def _value(self, term: Term) -> Value:
        g = self.graph
        if isinstance(term, Number):
            return Value(g.number(term.value), (), (), ())
        if isinstance(term, Size):
            return Value(g.size(term.dim), (), (), ())
        if isinstance(term, Symbol):
            if term.type.index is not None:
                return Value(g.running(term.type.index), (term,), (), ())
            own = self.fresh(term.rank)
            return self._declared(term, Value(g.symbol(term), own, own, term.type.axes))
        if isinstance(term, Bind):
            return self._bound(term)
        assert isinstance(term, Apply)
        args = [self.known[a] for a in term.args]
        if term.op is at:
            return self._entry(term, args)
        if isinstance(term.op, Function):
            raise GradatimError(f"the function {term.op.text} is not known, so it cannot be compiled")
        assert isinstance(term.op, Op)
        return self._operation(term, term.op, args)

    def _declared(self, symbol: Symbol, v: Value) -> Value:
        """A matrix declared diagonal is worth its diagonal."""
        if "diagonal" in symbol.type.facts and v.node.rank == 2:
            (a,) = self.fresh(1)
            part = self.graph.contract(ONE, [Part(v.node, (a, a))], [a])
            return Value(part.node, part.axes, (a, a), v.dims)
        return v

    def _operation(self, term: Apply, op: Op, args: list[Value]) -> Value:
        rule = derivative_of(op)
        if isinstance(rule, Multilinear):
            return self._multilinear(term, rule, args)
        if isinstance(rule, Paired):
            return self._paired(term, rule, args)
        if op.name in WAYS:
            return WAYS[op.name](self, term, args)
        if op.scalar:
            return self.mapped(term, op.scalar, args)
        if op.name in WHOLE:
            return self.whole(term, op.name, args)
        return self.by_record(term, args)

    def by_record(self, term: Apply, args: list[Value]) -> Value:
        """An operation of which only the code of its record is known: whole arrays in, a whole array out."""
        op = term.op
        assert isinstance(op, Op)
        nodes = []
        members: tuple[Label, ...] = ()
        for v in args:
            node, over = self.leading(v)
            if over and not (op.batched and len(args) == 1):
                raise GradatimError(f"{op.title} of every member of a family cannot be compiled")
            nodes.append(node)
            members = over
        front = nodes[0].dims[: len(members)] if members else ()
        made = self.graph.special("code", nodes, (*front, *term.type.axes), (len(members), (op.name, *term.params)))
        own = self.fresh(term.rank)
        return Value(made, (*members, *own), own, term.type.axes)

    def _paired(self, term: Apply, rule: Paired, args: list[Value]) -> Value:
        """An operation that splits axes and joins them: a product between two changes of shape."""
        e = rule.einsum(tuple([a.type for a in term.args]), term.params)
        unit = self.fresh(len(e.dims))
        parts: list[Part] = []
        every: dict[Label, Dim] = {}
        for v, groups in zip(args, e.ins):
            node, over = self.leading(v)
            every.update((a, d) for a, d in zip(over, node.dims))
            flat = [k for g in groups for k in g]
            if any(len(g) != 1 for g in groups):
                node = self.graph.reshaped(node, (*node.dims[: len(over)], *(e.dims[k] for k in flat)))
            parts.append(Part(node, (*over, *(unit[k] for k in flat))))
        out: tuple[Label, ...] = tuple([unit[k] for g in e.out for k in g])
        gone: set[Label] = {u for u in unit if u not in out}
        whole = self.closed(parts, out, tuple([e.dims[k] for g in e.out for k in g]), (), gone, dict(zip(unit, e.dims)))
        node, over = self.leading(whole)
        if any(len(g) != 1 for g in e.out):
            node = self.graph.reshaped(node, (*node.dims[: len(over)], *term.type.axes))
        own = self.fresh(term.rank)
        return Value(node, (*over, *own), own, term.type.axes)

    def _multilinear(self, term: Apply, rule: Multilinear, args: list[Value]) -> Value:
        """Arguments as factors of one product; axes that the operation joins get one label."""
        einsum = rule.einsum(tuple([a.type for a in term.args]), term.params)
        places = dict.fromkeys([i for ins in einsum.ins for i in ins])
        places.update(dict.fromkeys(einsum.out))
        unit = dict(zip(places, self.fresh(len(places))))
        if all(not v.ties and len(set(v.own)) == len(v.own) for v in args):
            return self._product_of(term, einsum, unit, args)
        joined = Joined()
        dims: dict[Label, Dim] = {}
        for v, ins in zip(args, einsum.ins):
            seen: dict[Label, Label] = {}
            for label, local, dim in zip(v.own, ins, v.dims):
                dims[unit[local]] = dim
                if label in seen:
                    joined.join(seen[label], unit[local])
                seen[label] = unit[local]
        for local, dim in zip(einsum.out, term.type.axes):
            dims[unit[local]] = dim
        parts: list[Part] = []
        ties: list[Tie] = []
        for v, ins in zip(args, einsum.ins):
            table: dict[Label, Label] = {a: joined.of(unit[i]) for a, i in zip(v.own, ins)}
            parts.append(Part(v.node, tuple([table.get(a, a) for a in v.axes])))
            if v.ties:
                ties += [(table.get(a, a), table.get(b, b)) for a, b in v.ties]
        own = tuple([joined.of(unit[i]) for i in einsum.out])
        summed = {joined.of(u) for u in unit.values()} - set(own)
        return self.closed(parts, own, term.type.axes, ties, summed, {joined.of(u): d for u, d in dims.items()})

    def _product_of(self, term: Apply, einsum: Einsum, unit: Mapping[int, Label], args: list[Value]) -> Value:
        """The usual case: no argument is a diagonal, so no axes turn out to be one."""
        parts: list[Part] = []
        present: set[Label] = set()
        for v, ins in zip(args, einsum.ins):
            table: dict[Label, Label] = {a: unit[i] for a, i in zip(v.own, ins)}
            axes = tuple([table.get(a, a) for a in v.axes])
            present.update(axes)
            parts.append(Part(v.node, axes))
        own = tuple([unit[i] for i in einsum.out])
        summed = set(unit.values()).difference(own)
        if not summed <= present:
            return self.closed(parts, own, term.type.axes, (), summed, _extents(unit, einsum, args))
        part = self.graph.contract(ONE, parts, present - summed)
        return Value(part.node, part.axes, own, term.type.axes)

    def closed(
        self,
        parts: list[Part],
        own: tuple[Label, ...],
        own_dims: tuple[Dim, ...],
        ties: Sequence[Tie],
        summed: set[Label],
        dims: Mapping[Label, Dim],
    ) -> Value:
        """The product, summed over some labels: a tie of a summed label renames it, a label of no factor counts."""
        summed = set(summed)
        left: list[Tie] = []
        pending = list(ties)
        while pending:
            a, b = pending.pop(0)
            if a == b:
                continue
            if a in summed or b in summed:
                gone, stays = (a, b) if a in summed else (b, a)
                table = {gone: stays}
                parts = [p.renamed(table) for p in parts]
                pending = [(table.get(x, x), table.get(y, y)) for x, y in pending]
                left = [(table.get(x, x), table.get(y, y)) for x, y in left]
                summed.discard(gone)
            else:
                left.append((a, b))
        present = {a for p in parts for a in p.axes}
        parts += [Part(self.graph.size(dims[a]), ()) for a in sorted(summed - present, key=repr)]
        part = self.graph.contract(ONE, parts, present - summed)
        return Value(part.node, part.axes, own, own_dims, tuple(dict.fromkeys(left)))

    def _entry(self, term: Apply, args: list[Value]) -> Value:
        """An entry: an index takes the place of the axis's own label."""
        v = args[0]
        if any(isinstance(i, Apply) and i.op is pair for i in term.args[1:]):
            return self._entry_of_pairs(term, v)
        taken = len(term.args) - 1
        ties = list(v.ties)
        table: dict[Label, Label] = {}
        for k, index in enumerate(term.args[1:]):
            label = v.own[k]
            if isinstance(index, Symbol) and is_index(index):
                if label in table or label in v.own[taken:]:
                    ties.append((table.get(label, label), index))
                else:
                    table[label] = index
            else:
                if label in v.own[:k] + v.own[k + 1 :]:
                    return self._entry(term, [self.solid(v), *args[1:]])
                v = self._picked(v, label, index, args[k + 1])
        part = v.part.renamed(table)
        ties = [(table.get(a, a), table.get(b, b)) for a, b in ties]
        if len(set(part.axes)) < len(part.axes):
            part = self.graph.contract(ONE, [part], set(part.axes))
        return Value(part.node, part.axes, v.own[taken:], v.dims[taken:], tuple([t for t in ties if t[0] != t[1]]))

    def _entry_of_pairs(self, term: Apply, v: Value) -> Value:
        """An axis that several indices count is split, and each index takes its part."""
        node, over = self.leading(v)
        dims: list[Dim] = list(node.dims[: len(over)])
        axes: list[Label] = list(over)
        ties: list[Tie] = []
        for index, dim in zip(term.args[1:], v.dims):
            for i in components(index):
                if not is_index(i):
                    raise GradatimError("a position among pairs that is no index cannot be compiled")
                if i in axes:
                    (other,) = self.fresh(1)
                    ties.append((i, other))
                    axes.append(other)
                else:
                    axes.append(i)
                dims.append(i.type.index or dim)
        rest = v.dims[len(term.args) - 1 :]
        own = self.fresh(len(rest))
        split = self.graph.reshaped(node, (*dims, *rest))
        return self.closed([Part(split, (*axes, *own))], own, rest, ties, {b for _, b in ties}, {})

    def _picked(self, v: Value, label: Label, index: Term, position: Value) -> Value:
        """The value at a fixed or computed position of an own axis."""
        if label not in v.axes:
            return v
        axis = v.axes.index(label)
        fixed = rational(index)
        if fixed is not None or isinstance(index, Size):
            where: int | Dim = index.dim - 1 if isinstance(index, Size) else int(fixed or 0) - 1
            node = self.graph.take(v.node, axis, where)
            return v._replace(node=node, axes=v.axes[:axis] + v.axes[axis + 1 :])
        part = self.graph.gather(v.part, axis, position.part)
        return v._replace(node=part.node, axes=part.axes)

    def _bound(self, term: Bind) -> Value:
        body = self.known[term.body]
        index = term.index
        if term.kind == "stack":
            (own,) = self.fresh(1)
            table: dict[Label, Label] = {index: own}
            ties = [(table.get(a, a), table.get(b, b)) for a, b in body.ties]
            v = Value(body.node, body.part.renamed(table).axes, (own, *body.own), (term.extent, *body.dims))
            return self._tied(v, ties)
        if term.kind == "sum":
            return self.closed([body.part], body.own, body.dims, body.ties, {index}, {index: term.extent})
        if body.ties:
            body = self.solid(body)
        if index in body.axes:
            part = self.graph.reduce("prod", body.part, [index])
            return Value(part.node, part.axes, (), ())
        part = self.graph.map("power", [body.part, Part(self.graph.size(term.extent), ())])
        return Value(part.node, part.axes, (), ())

    def _tied(self, v: Value, ties: Iterable[Tie]) -> Value:
        """A tie of two own labels is one label at both axes."""
        left: list[Tie] = []
        pending = list(ties)
        while pending:
            a, b = pending.pop(0)
            if a == b:
                continue
            if a in v.own and b in v.own:
                gone, stays = (a, b) if a not in v.axes else (b, a)
                if gone in v.axes and stays in v.axes:
                    part = self.graph.contract(ONE, [v.part.renamed({gone: stays})], set(v.axes) - {gone})
                    v = v._replace(node=part.node, axes=part.axes)
                v = v._replace(axes=tuple([stays if x == gone else x for x in v.axes]))
                v = v._replace(own=tuple([stays if x == gone else x for x in v.own]))
                # What was tied to the label that is gone is tied to the one that stays.
                pending, left = (
                    [(stays if x == gone else x, stays if y == gone else y) for x, y in ts] for ts in (pending, left)
                )
            else:
                left.append((a, b))
        return v._replace(ties=tuple(left))

    # ------------------------------------------------------------ dense values

    def solid(self, v: Value, spread: bool = False) -> Value:
        """The value with its diagonals written out, and with all own axes where `spread` holds."""
        absent = [a for a in v.own if a not in v.axes]
        if not v.ties and len(set(v.own)) == len(v.own) and not (spread and absent):
            return v
        ties = list(v.ties)
        own: list[Label] = []
        for a in v.own:
            if a in own:
                (other,) = self.fresh(1)
                ties.append((a, other))
                own.append(other)
            else:
                own.append(a)
        dims = self.dims(v, ties) | dict(zip(own, v.dims))
        needed = [a for t in ties for a in t] + (own if spread else [])
        part = self.graph.add([Summand(ONE, v.part, tuple(ties))], dims, dict.fromkeys(needed))
        return Value(part.node, part.axes, tuple(own), v.dims)

    def dims(self, v: Value, ties: Iterable[Tie] = ()) -> dict[Label, Dim]:
        found: dict[Label, Dim] = dict(zip(v.own, v.dims))
        found.update(zip(v.axes, v.node.dims))
        for t in (*v.ties, *ties):
            for a in t:
                if a not in found and isinstance(a, Symbol) and a.type.index is not None:
                    found[a] = a.type.index
        return found

    def leading(self, v: Value) -> tuple[Node, tuple[Label, ...]]:
        """The node with its axes in order: indices of the formula first, then the own axes."""
        v = self.solid(v, spread=True)
        over = tuple([a for a in v.axes if a not in v.own])
        return self.ordered(v.part, (*over, *v.own)), over

    def ordered(self, part: Part, axes: tuple[Label, ...]) -> Node:
        """A node whose axes stand in the order that an operation on whole arrays needs."""
        return self.graph.permuted(part, axes)

    # ------------------------------------------------------------ entry by entry

    def add(self, term: Apply, args: list[Value]) -> Value:
        """A sum: diagonal terms stay diagonal where all are on one diagonal."""
        patterns = {tuple([v.own.index(a) for a in v.own]) for v in args}
        own = self.fresh(term.rank)
        alike = len(patterns) == 1 and not any(v.ties for v in args)
        if alike:
            (pattern,) = patterns
            own = tuple([own[k] for k in pattern])
        summands: list[Summand] = []
        dims: dict[Label, Dim] = {}
        for v in args:
            table: dict[Label, Label] = {}
            ties = list(v.ties)
            for a, o in zip(v.own, own):
                if a in table and table[a] != o:
                    ties.append((a, o))
                else:
                    table[a] = o
            summands.append(Summand(ONE, v.part.renamed(table), tuple((table.get(a, a), table.get(b, b)) for a, b in ties)))
            dims |= {table.get(a, a): d for a, d in self.dims(v).items()} | dict(zip(own, v.dims))
        part = self.graph.add(summands, dims)
        return Value(part.node, part.axes, own, term.type.axes)

    def mapped(self, term: Apply, name: str, args: list[Value], parameter: object = None) -> Value:
        """A scalar function; own axes are those of the first array among the arguments."""
        args = [self.solid(v) for v in args]
        own = self.fresh(term.rank)
        parts = [v.part.renamed(dict(zip(v.own, own))) for v in args]
        part = self.graph.map(name, parts, parameter)
        return Value(part.node, part.axes, own, term.type.axes)

    def scaled(self, v: Value, factor: Part) -> Value:
        """The value times a scalar."""
        part = self.graph.contract(ONE, [v.part, factor], dict.fromkeys((*v.axes, *factor.axes)))
        return v._replace(node=part.node, axes=part.axes)

    # ------------------------------------------------------------ whole arrays

    def whole(self, term: Apply, name: str, args: list[Value]) -> Value:
        """An operation on a whole vector or matrix: an inverse, a log-determinant, a norm, a softmax."""
        v = args[0]
        if v.own and len(v.own) == 2 and v.own[0] == v.own[1] and not v.ties and name in ON_DIAGONALS:
            return ON_DIAGONALS[name](self, term, v)
        flipped = name in TURNS and len(v.own) == 2 and v.own[0] != v.own[1] and v.axes == (v.own[1], v.own[0])
        if flipped:
            v = v._replace(own=(v.own[1], v.own[0]), dims=(v.dims[1], v.dims[0]))
        if name == "softmax" and len(v.own) == 2:
            return self._by_rows(term, name, v)
        node, over = self.leading(v)
        known = KEPT if name in TURNS else SYMMETRIC if name in OF_MATRICES else frozenset()
        parameter = (*term.params, *sorted(facts(term.args[0]) & known))
        batch = node.dims[: len(over)]
        own = self.fresh(term.rank)
        made = self.graph.special(name, [node], (*batch, *term.type.axes), (len(over), parameter))
        axes = (*over, *(reversed(own) if flipped and len(own) == 2 else own))
        return Value(made, axes, own, term.type.axes)

    def _by_rows(self, term: Apply, name: str, v: Value) -> Value:
        """An operation on every row, or every column, of a matrix is one on the members of a family: both ways to say so are one node."""
        row, column = (1, 0) if "columns" in term.params else (0, 1)
        whole = self.solid(v, spread=True)
        over = tuple([a for a in whole.axes if a not in whole.own])
        node = self.ordered(whole.part, (*over, whole.own[row], whole.own[column]))
        made = self.graph.special(name, [node], node.dims, (len(over) + 1, ()))
        own = self.fresh(2)
        return Value(made, (*over, own[row], own[column]), own, term.type.axes)


def _extents(unit: Mapping[int, Label], einsum: Einsum, args: Iterable[Value]) -> dict[Label, Dim]:
    return {unit[i]: d for v, ins in zip(args, einsum.ins) for i, d in zip(ins, v.dims)}


KEPT = frozenset({"spd", "lower", "upper", "orthogonal"})
TURNS = frozenset({"inverse", "det", "logdet", "matrix_power"})
"""Operations on matrices that a transpose passes through."""
SPECTRAL = frozenset({"eigenvalues", "eigenvectors", "gaps", "right_eigenvectors", "resolvents", "responses"})
DOMINANT = frozenset(f"dominant_{what}" for what in ("eigenvalue", "eigenvector", "resolvent", "response"))
SYMMETRIC = frozenset({"symmetric", "spd", "psd"})
OF_MATRICES = {"expm", "logm", "sinm", "cosm"}
WHOLE = TURNS | OF_MATRICES | {"norm", "norminf", "logsumexp", "softmax", "vech", "tril", "triu", "cumsum"} | SPECTRAL | DOMINANT
