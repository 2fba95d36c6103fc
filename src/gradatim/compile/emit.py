"""Source text: a planned graph as a function that a person would not be ashamed of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isinf
from textwrap import wrap

from gradatim.compile.cost import Sizes
from gradatim.compile.dialect import Dialect
from gradatim.compile.expressions import Expressions
from gradatim.compile.fitted import Piece, Pieces
from gradatim.compile.frame import Frame
from gradatim.compile.graph import Graph
from gradatim.compile.layout import layouts
from gradatim.compile.names import Names
from gradatim.compile.nodes import Node, below
from gradatim.compile.series import Near
from gradatim.compile.suggested import suggested
from gradatim.compile.texts import ATOM, SUM, Text, number, wrapped
from gradatim.compile.told import Told
from gradatim.term import Symbol

Term = tuple[Fraction, tuple[tuple[int, int], ...], Node, tuple[int, ...]]
"""A term of a sum: its coefficient, its ties, the operand and the labels of its axes."""
WIDTH, LONGEST = 72, 100
"""An expression longer than the first gets a name of its own, except a result that is shorter than the second."""
LEAVES = ("number", "size", "running")
FACTORED = ("solve", "inverse", "logdet")


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the program and the node that it computes."""

    name: str
    source: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class Emitted:
    """A function's source, the names of its arguments by symbol, its steps, the source of each node."""

    source: str
    name: str
    arguments: Mapping[Symbol, str]
    steps: tuple[Step, ...]
    texts: Mapping[Node, str]


class Emitter:
    """One function. `checked` emits the conversions and checks that stand alone; without it they are as quick as may be."""

    def __init__(
        self,
        graph: Graph,
        outputs: Sequence[Node],
        symbols: Sequence[Symbol],
        dialect: Dialect,
        name: str,
        about: Sequence[str],
        fast: bool = False,
        constant: Sequence[Symbol] = (),
        sizes: Mapping[str, int] | None = None,
        place: Mapping[Node, int] | None = None,
    ) -> None:
        self.graph, self.outputs, self.dialect, self.about, self.fast = graph, outputs, dialect, about, fast
        self.constant = tuple(constant)
        self.names = Names()
        self.names.taken.update(dialect.helpers)
        # `xlogy(`, `lapack.`: a temporary of that name would hide what is imported.
        self.names.taken.update(key.strip(".(") for key in dialect.imports)
        self.name = self.names.take(name)
        self.arguments = {s: self.names.take(s.plain) for s in symbols}
        self.names.taken.add("prepared")
        fixed = dict(sizes or {})
        self.told = Told(dialect.name, self.arguments, self.constant, fixed, self.names)
        self.lines: list[tuple[str, Node | None]] = []
        self.expressions = Expressions(graph, dialect, self.told, Sizes(fixed))
        self.steps: list[Step] = []
        self.named: dict[Node, str] = {}
        self.series: dict[Node, str] = {}
        self.written: dict[Pieces, str] = {}
        self.expressions.series = self.series
        self.expressions.named, self.expressions.fast, self.expressions.place = self.named, fast, place or {}
        self.frame = Frame(dialect, self.arguments, outputs, about, fast, self.told.unpacked, self.told.size)

    # ------------------------------------------------------------ the body

    def emitted(self) -> Emitted:
        order = below(self.outputs)
        uses = _uses(order, self.outputs)
        self.expressions.order = layouts(
            order, self.outputs, self.expressions.extents.of, self.expressions.fast and self.expressions.m == "np"
        )
        self.hoisted = self._hoisted(order)
        shared = self._shared_factors(order)
        for node in order:
            self._node(node, uses, shared)
        results = [self._result(o) for o in self.outputs]
        return self._finished(", ".join(results))

    def _node(self, node: Node, uses: Mapping[Node, int], shared: Mapping[Node, list[Node]]) -> None:
        e = self.expressions
        if node.kind == "symbol":
            e.text[node] = self.arguments[node.data], ATOM
            if node in shared:
                self._factor(node, shared[node])
            return
        if node.kind == "map" and isinstance(node.data[1], Near):
            self._series(node, node.data[1])
        if node.kind == "map" and isinstance(node.data[1], Pieces):
            self._pieces(node, node.data[1])
        if node.kind == "add" and any(t for _, t, _, _ in e.summands(node)):
            text = self._with_diagonals(node)
        elif node.kind == "contract" and (scaled := self._scaled_in_place(node, uses)):
            text = scaled
        else:
            text = e.of(node)
        keep = uses[node] > 1 and node.kind not in ("number", "size", "permute") and not text[0].isidentifier()
        keep = keep or node in self.hoisted and node.kind not in ("number", "size", "permute")
        if node in shared or keep or len(text[0]) > WIDTH and node.kind != "number":
            text = self.let(node, text)
        e.text[node] = text
        if node in shared:
            self._factor(node, shared[node])

    def _series(self, node: Node, near: Near) -> None:
        """The coefficients of a power series on lines of their own."""
        shown = ", ".join(number(c)[0] for c in near.coefficients) + ("," if len(near.coefficients) == 1 else "")
        lines = wrap(f"({shown})".replace(" / ", "/"), 90, break_long_words=False)
        name = self.let(None, ("\n        ".join(lines).replace("/", " / "), ATOM), "coefficients", node)[0]
        self.series[node] = f"{number(near.radius)[0]}, {near.power}, {near.step}, {name}"

    def _pieces(self, node: Node, found: Pieces) -> None:
        """Polynomials for stretches of the line, on lines of their own."""
        if found not in self.written:
            shown = ",\n".join(_spelt(p) for p in found.pieces) + ("," if len(found.pieces) == 1 else "")
            self.written[found] = self.let(None, ("(" + shown.replace("\n", "\n        ") + ")", ATOM), "pieces", node)[0]
        other = f"{found.aside!r}, " if node.data[0] == "aside" else ""
        self.series[node] = other + self.written[found]

    def _hoisted(self, order: Sequence[Node]) -> set[Node]:
        """What depends on constant arguments alone."""
        held = set(self.constant)
        found: set[Node] = set()
        for node in order:
            if (
                node.kind == "symbol"
                and node.data in held
                or node.args
                and all(a in found or a.kind in LEAVES for a in node.args)
            ):
                found.add(node)
        return found if held else set()

    def let(self, node: Node | None, text: Text, wanted: str = "", owner: Node | None = None) -> Text:
        if text[0].isidentifier():
            return text
        name = self.names.take(wanted or (suggested(node, self.expressions) if node is not None else "t"))
        self.steps.append(Step(name, text[0], node))
        self.lines.append((f"{name} = {text[0]}", node or owner))
        if node is not None:
            self.named[node] = name
        return name, ATOM

    def _shared_factors(self, order: Sequence[Node]) -> dict[Node, list[Node]]:
        """Matrices that several operations factorise."""
        if self.dialect.name != "numpy":
            return {}
        found: dict[Node, list[Node]] = {}
        for node in order:
            if node.kind == "special" and node.data[0] in FACTORED and not node.data[1][0]:
                facts = node.data[1][1]
                if "signed" in facts and "spd" not in facts or {"lower", "upper"} & set(facts):
                    continue
                found.setdefault(node.args[0], []).append(node)
        return {
            a: users
            for a, users in found.items()
            if len(users) > 1 or a in self.hoisted and not all(u in self.hoisted for u in users)
        }

    def _factor(self, node: Node, users: Sequence[Node]) -> None:
        e = self.expressions
        symmetric = any(e.symmetric(node, u.data[1][1]) for u in users)
        source = e.text[node][0]
        wanted = f"{source}_factor" if source.isidentifier() else "factor"
        text = f"_factor({source}{', symmetric=True' if symmetric else ''})"
        e.factors[node] = self.let(None, (text, ATOM), wanted, node)[0]

    def _with_diagonals(self, node: Node) -> Text:
        """A sum some of whose terms stand on diagonals: the others first, then the diagonals are added in place."""
        e = self.expressions
        terms = e.summands(node)
        tied = [t for t in terms if t[1]]
        plain = [t for t in terms if not t[1]]
        if self.dialect.name != "numpy":
            return self._masked(node, plain, tied)
        if not plain and len(tied) == 1 and node.rank == 2 and len(tied[0][3]) == 1:
            c, _, a, _ = tied[0]
            return f"np.diag({e._scaled(c, [], e.text[a])[0]})", ATOM
        out = e.out(node)
        covered = {x for _, _, _, labels in plain for x in labels}
        shape = e.shape(e.dims(node))
        if plain and all(x in covered for x in out):
            start = e.plain_sum(plain, out)[0]
            if len(plain) == 1 and plain[0][0] == 1 and not _fresh(plain[0][2], start):
                start = f"{wrapped((start, SUM), ATOM) if not start.isidentifier() else start}.copy()"
        elif plain:
            start = f"np.zeros({shape}, {self.told.dtype()}) + ({e.plain_sum(plain, out)[0]})"
        else:
            start = f"np.zeros({shape}, {self.told.dtype()})"
        name = self.let(node, (f"({start})" if start.isidentifier() else start, SUM))[0]
        for c, ties, a, labels in tied:
            # Two ties may share a label: then all three stand on one diagonal.
            table = {x: x for t in ties for x in t}
            for x, y in ties:
                first, other = table[x], table[y]
                table = {z: first if root == other else root for z, root in table.items()}
            letters = {x: "ijklmnopqr"[k] for k, x in enumerate(dict.fromkeys(table.get(x, x) for x in out))}
            whole = "".join(letters[table.get(x, x)] for x in out)
            kept = list(dict.fromkeys(table.get(x, x) for x in out))
            spec = f"{whole}->{''.join(letters[x] for x in kept)}"
            inner = [table.get(x, x) for x in labels]
            level = SUM if abs(c) == 1 else ATOM
            value = e.aligned(a, inner, kept, level) if len(set(inner)) == len(inner) else self._on_own_diagonal(a, inner, kept)
            sign, size = ("-=" if c < 0 else "+="), abs(c)
            added = number(size)[0] if a.kind == "number" else e._term(size, value)
            line = f'np.einsum("{spec}", {name})[...] {sign} {added}'
            self.lines.append((line, None))
            self.steps.append(Step("", line, None))
        return name, ATOM

    def _scaled_in_place(self, node: Node, uses: Mapping[Node, int]) -> Text | None:
        """A number times a sum that has a name and that nobody else needs: the array of the sum becomes it."""
        e = self.expressions
        arrays = [(a, labels) for a, labels in e.operands(node) if a.rank]
        if self.dialect.name != "numpy" or self.constant or len(arrays) != 1 or node.rank < 2:
            return None
        ((a, labels),) = arrays
        if a not in self.named or a.kind != "add" or len(a.args) < 2 or uses[a] > 1 or labels != e.out(node):
            return None
        name = self.named[a]
        line = f"{name} *= {e._scaled(node.data, [x for x in node.args if not x.rank], None)[0]}"
        self.lines.append((line, None))
        self.steps.append(Step("", line, None))
        return name, ATOM

    def _on_own_diagonal(self, a: Node, labels: Sequence[int], out: Sequence[int]) -> str:
        """A diagonal of an operand, with axes of extent one where it has none of the result's."""
        source = self.expressions._einsum([(a, labels)], [x for x in out if x in labels])[0]
        slots = [":" if x in labels else "None" for x in out]
        return f"{source}[{', '.join(slots)}]" if "None" in slots else source

    def _masked(self, node: Node, plain: Sequence[Term], tied: Sequence[Term]) -> Text:
        """Targets without in-place addition: a diagonal is a product with identity matrices."""
        e = self.expressions
        out = e.out(node)
        pieces = [e.plain_sum(plain, out)[0]] if plain else []
        extent = dict(zip(node.out, node.dims))
        device = self.told.device()
        for c, ties, a, labels in tied:
            factors = []
            table: dict[int, int] = {}
            for x, y in ties:
                eye = f"{e.m}.eye({self.told.size(extent[x])}, dtype={self.told.dtype()}{device})"
                slots = [":" if z in (x, y) else "None" for z in out]
                while slots[0] == "None":
                    slots.pop(0)
                factors.append(f"{eye}[{', '.join(slots)}]" if "None" in slots else eye)
                table[y] = x
            if a.kind != "number":
                factors.append(e.aligned(a, labels, out, ATOM))
            size = abs(c)
            if size != 1:
                factors.insert(0, e._scaled(Fraction(size), [], None)[0])
            pieces.append(("-" if c < 0 else "+") + " * ".join(factors))
        text = " ".join(
            p if k == 0 and not p.startswith("+") else f"{p[0]} {p[1:]}" if p[0] in "+-" and k else p.lstrip("+")
            for k, p in enumerate(pieces)
        )
        covered = {x for _, _, _, labels in plain for x in labels} | {
            x for _, t, _, labels in tied for x in (*labels, *(z for p in t for z in p))
        }
        if not all(x in covered for x in out):
            text = f"({text}) * {e.ones(e.shape(e.dims(node)))}"
        return text, SUM

    def _result(self, node: Node) -> str:
        """A result: never an argument itself, nor a view of one."""
        source, _ = self.expressions.text[node]
        inner = node
        while (
            inner.kind in ("permute", "take")
            or inner.kind == "contract"
            and len(inner.args) == 1
            and source.startswith("np.diag")
        ):
            inner = inner.args[0]
        if self.dialect.name == "numpy" and inner.kind == "symbol" and node.rank:
            return f"{wrapped(self.expressions.text[node], ATOM)}.copy()"
        if self.dialect.name == "torch" and self.expressions.plain(node):
            return f"torch.as_tensor({source}, dtype={self.told.dtype()})"
        if self.dialect.name == "jax" and node.kind in ("number", "size"):
            return f"jnp.asarray({source}, dtype={self.told.dtype()})"
        if node.kind in ("number", "size"):
            return f"float({source})"
        return self.expressions.standard(node)[0]

    def _texts(self) -> dict[Node, str]:
        return {node: text for node, (text, _) in self.expressions.text.items()}

    # ------------------------------------------------------------ the whole function

    def _finished(self, result: str) -> Emitted:
        if self.constant:
            return self._prepared(result)
        body = [*self.frame.conversions(self.arguments), *self.frame.shapes(self.arguments)]
        lines = [f"    {line}" for line in (*body, *self._statements(result))]
        text = "\n".join([self.frame.signature(self.name, self.arguments), *self.frame.docstring(), *lines])
        return Emitted(self.frame.module(text), self.name, self.arguments, tuple(self.steps), self._texts())

    def _statements(self, result: str) -> list[str]:
        """The lines of the body; what would be named only to be returned is returned as it is."""
        lines = [text for text, _ in self.lines]
        name, equals, value = lines[-1].partition(" = ") if lines else ("", "", "")
        if equals and name == result and "\n" not in value and len(value) < LONGEST:
            return [*lines[:-1], f"return {value}"]
        return [*lines, f"return {result}"]

    def _prepared(self, result: str) -> Emitted:
        """A function of the constant arguments that does what depends on them alone and returns the function of the others."""
        held = {s: n for s, n in self.arguments.items() if s in self.constant}
        free = {s: n for s, n in self.arguments.items() if s not in self.constant}
        outer = [*self.frame.conversions(held), *self.frame.shapes(held)]
        inner = [*self.frame.conversions(free), *self.frame.shapes(free)]
        first = self.hoisted | {a for node in self.hoisted for a in node.args if a.kind in LEAVES}
        early = False
        for text, node in self.lines:
            early = node in first if node is not None else early
            (outer if early else inner).append(text)
        inside = "prepared"
        lines = [f"    {line}" for line in outer]
        lines += ["", *(f"    {line}" for line in self.frame.signature(inside, free).splitlines())]
        lines += [f"        {line}" for line in (*inner, f"return {result}")]
        lines += ["", f"    return {inside}"]
        head = self.frame.signature(self.name, held).rpartition(" -> ")[0] + " -> Callable:"
        text = "\n".join([head, *self.frame.docstring(), *lines])
        return Emitted(self.frame.module(text), self.name, self.arguments, tuple(self.steps), self._texts())


def _fresh(node: Node, source: str) -> bool:
    """Whether the array belongs to nobody else, so that it may be changed in place."""
    return (
        not source.isidentifier()
        and node.kind in ("contract", "map", "add", "special")
        and (" " in source or not source.endswith(".T"))
        and "diagonal" not in source
    )


def _uses(order: Sequence[Node], outputs: Sequence[Node]) -> dict[Node, int]:
    uses = dict.fromkeys(order, 0)
    for node in order:
        for a in dict.fromkeys(node.args):
            uses[a] += 1
        if len(set(node.args)) < len(node.args):
            for a in set(node.args):
                uses[a] += node.args.count(a) - 1
    for o in outputs:
        uses[o] += 1
    return uses


def _spelt(piece: Piece) -> str:
    """A piece as source."""
    ends, lead = [_real(x) for x in (piece.low, piece.high)], piece.leading
    rest = f"{lead.power}, {lead.rate!r}, {lead.added!r}, {piece.inverse}, {piece.center!r}, {piece.scale!r}, {piece.step}"
    lines = wrap(f"({', '.join(map(_real, piece.coefficients))},)", 90, break_long_words=False)
    return f"({', '.join(ends)}, {rest},\n    " + "\n    ".join(lines) + ")"


def _real(x: float) -> str:
    return f"{'-' * (x < 0)}math.inf" if isinf(x) else repr(x)
