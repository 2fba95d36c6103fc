"""Source text: a planned graph as a function that a person would not be ashamed of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isinf
from textwrap import wrap

from gradatim.compile.cost import Sizes
from gradatim.compile.dialect import Dialect
from gradatim.compile.expressions import Expressions
from gradatim.compile.fitted import Piece, Pieces
from gradatim.compile.frame import Frame
from gradatim.compile.grams import grams
from gradatim.compile.graph import Graph
from gradatim.compile.layout import layouts
from gradatim.compile.names import Names
from gradatim.compile.nodes import Node, below
from gradatim.compile.series import Near
from gradatim.compile.statements import Statements, Step, is_view, placed
from gradatim.compile.suggested import suggested
from gradatim.compile.texts import ATOM, Text, number, wrapped
from gradatim.compile.told import Told
from gradatim.term import Symbol

WIDTH, LONGEST = 72, 100
"""An expression longer than the first gets a name of its own, except a result that is shorter than the second."""
LEAVES = ("number", "size", "running")
FACTORED = ("solve", "inverse", "logdet")


@dataclass(frozen=True, slots=True)
class Emitted:
    """A function's source, the names of its arguments by symbol, its steps, the source of each node."""

    source: str
    name: str
    arguments: Mapping[Symbol, str]
    steps: tuple[Step, ...]
    texts: Mapping[Node, str]


class Emitter(Statements):
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
        self.expressions.series, self.expressions.let = self.series, self.let
        self.expressions.named, self.expressions.fast, self.expressions.place = self.named, fast, place or {}
        self.frame = Frame(dialect, self.arguments, outputs, about, fast, self.told.unpacked, self.told.size)

    # ------------------------------------------------------------ the body

    def emitted(self) -> Emitted:
        order = below(self.outputs)
        uses = _uses(order, self.outputs)
        self.expressions.order = layouts(
            order, self.outputs, self.expressions.extents.of, self.expressions.fast and self.expressions.m == "np"
        )
        if self.dialect.name == "numpy":
            self.placed = placed(order, uses)
            order = [n for n in order if uses[n] or n in self.outputs]
        self.hoisted = self._hoisted(order)
        if self.fast and self.dialect.name == "numpy":
            self.expressions.grams = grams(order, uses, {*self.hoisted, *self.outputs}, self.expressions.extents.volume)
        shared = self._shared_factors(order)
        self.spectra = self._shared_spectra(order)
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
        if node in self.spectra:
            self._spectrum(node)
            return
        if node in self.placed:
            e.text[node] = e.text[self.placed[node].inner]
            return
        if node in e.grams:
            return
        if node.kind == "add" and any(t or a in self.placed for _, t, a, _ in e.summands(node)):
            text = self.by_statements(node)
        elif node.kind == "contract" and (scaled := self.scaled_in_place(node, uses)):
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

    def _shared_spectra(self, order: Sequence[Node]) -> dict[Node, tuple[Node, Node]]:
        """Eigenvalues and eigenvectors of one matrix that are both needed, by either of them."""
        found: dict[Node, dict[str, Node]] = {}
        for node in order if self.dialect.name == "numpy" else ():
            if node.kind == "special" and node.data[0] in ("eigenvalues", "eigenvectors"):
                found.setdefault(node.args[0], {})[node.data[0]] = node
        both = [(n["eigenvalues"], n["eigenvectors"]) for n in found.values() if len(n) == 2]
        return {node: pair for pair in both for node in pair}

    def _spectrum(self, node: Node) -> None:
        """Both on one line, where the first of them stands."""
        pair, e = self.spectra[node], self.expressions
        if node not in e.text:
            names = [self.names.take(suggested(n, e)) for n in pair]
            source = f"_spectrum({e.standard(node.args[0])[0]})"
            self.lines.append((f"{', '.join(names)} = {source}", node))
            self.steps.append(Step(", ".join(names), source, node))
            for n, name in zip(pair, names):
                e.text[n], self.named[n] = (name, ATOM), name

    def _factor(self, node: Node, users: Sequence[Node]) -> None:
        e = self.expressions
        symmetric = any(e.symmetric(node, u.data[1][1]) for u in users)
        source = e.text[node][0]
        wanted = f"{source}_factor" if source.isidentifier() else "factor"
        text = f"_factor({source}{', symmetric=True' if symmetric else ''})"
        e.factors[node] = self.let(None, (text, ATOM), wanted, node)[0]

    def _result(self, node: Node) -> str:
        """A result: never an argument itself, nor a view of one."""
        source, _ = self.expressions.text[node]
        inner = node
        while inner.args and is_view(inner, self.expressions.text[inner][0]):
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
