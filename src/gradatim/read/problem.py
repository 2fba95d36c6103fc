"""`read`: a text and its declarations to a problem; `Scope`: declarations and definitions in which more is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from gradatim import ops
from gradatim.errors import GradatimError, LimitExceeded, ReadError, ShapeError
from gradatim.ops.function import Function
from gradatim.read.elaborate import Elaborator
from gradatim.read.heads import definitions_of, mentions
from gradatim.read.infer import Draft
from gradatim.read.names import plain_name, text_name
from gradatim.read.parser import expression
from gradatim.read.prose import Declaration, equations
from gradatim.read.resolve import spelling_of
from gradatim.read.scope import Assumption, Definition, Tables
from gradatim.read.tree import Node, walk
from gradatim.term import Symbol, Term, free_symbols
from gradatim.types import index_type

MAX_TRIES = 200
T = TypeVar("T")


class Scope:
    """Declared names, definitions, and the symbols settled so far; formulas are read in it one after another."""

    def __init__(self, given: str = "", declared: tuple[Declaration, ...] = ()) -> None:
        self.tables = Tables()
        self.tables.declare(given)
        for d in declared:
            self.tables.add(d)
        self.assumed: list[Assumption] = []
        self.equations = equations(given)

    @property
    def symbols(self) -> dict[str, Symbol]:
        """The symbols settled so far, by LaTeX spelling."""
        return dict(self.tables.symbols)

    @property
    def definitions(self) -> dict[str, Definition]:
        return dict(self.tables.definitions)

    def elaborate(self, text: str) -> Term:
        """Read one expression: what is new in it is settled from then on. Raises ReadError, ShapeError, LimitExceeded."""
        return self.run(lambda: self.settle(text, expression(text, self.words()))[0])

    def read(self, text: str) -> tuple[Term, tuple[str, ...]]:
        """Read definitions and a last formula: its term, and the name it defines (if any)."""
        return self.run(lambda: self.define(text))

    def run(self, action: Callable[[], T]) -> T:
        """What every way in goes through: text that exhausts the stack is too deep, not a crash."""
        try:
            return action()
        except RecursionError:
            raise LimitExceeded("the formula is nested too deeply") from None

    def words(self) -> frozenset[str]:
        names = (*self.tables.declared, *self.tables.symbols, *self.tables.definitions)
        return frozenset(n for n in names if len(n) > 1 and n.isascii() and n.isalpha())

    def define(self, text: str) -> tuple[Term, tuple[str, ...]]:
        found, root = definitions_of(text, self.tables, self.words())
        for d in found:
            self.tables.definitions[d.name] = d
        self.given_definitions([*found, root])
        # The arguments of the asked function's head are the names of the problem, not parameters.
        root.parameters = None
        if root.name:
            assert root.body is not None
            return self.settle(text, root.body, root)[0], (root.name,)
        assert root.body is not None
        return self.settle(text, root.body, None)[0], ()

    def given_definitions(self, found: list[Definition]) -> None:
        """Equations of the declarations define the names that the formula uses and nothing else explains."""
        wanted = set().union(*(mentions(d.body, "") for d in found if d.body is not None))
        defined = {d.name for d in found}
        for text in reversed(self.equations):
            try:
                more, last = definitions_of(text, self.tables, self.words())
            except GradatimError:
                continue
            for d in (*more, last):
                known = self.tables.declared.get(d.name)
                settled = known is not None and bool(known.dims or known.kind)
                if d.name and d.name in wanted and d.name not in defined and not settled and d.body is not None:
                    self.tables.definitions[d.name] = d
                    defined.add(d.name)
                    wanted |= mentions(d.body, d.name)

    def note_ranges(self, nodes: list[Node]) -> None:
        """The N of a sum up to N is a size everywhere, also where it stands before the sum."""
        for root in nodes:
            for node in walk(root):
                if node.kind == "big":
                    for post in node.posts:
                        if post.kind == "power" and len(post.tokens) == 1 and post.tokens[0].kind == "name":
                            self.tables.sizes.setdefault(post.tokens[0].text)

    def settle(self, text: str, node: Node, root: Definition | None = None) -> tuple[Term, Elaborator]:
        """Try the kinds of undeclared names, the likeliest first, until the formula conforms."""
        self.note_ranges([node, *(d.body for d in self.tables.definitions.values() if d.body is not None)])
        first: GradatimError | None = None
        for lenient in (False, True):
            kinds: dict[str, int] = {}
            tried: set[tuple[tuple[str, int], ...]] = set()
            queue: list[dict[str, int]] = [{}]
            while queue and len(tried) < MAX_TRIES:
                choice = queue.pop(0)
                key = tuple(sorted((n, k) for n, k in choice.items() if k))
                if key in tried:
                    continue
                tried.add(key)
                attempt = Elaborator(text, self.tables, choice, lenient)
                try:
                    draft = attempt.draft_root(node, root)
                    return self.finish(attempt, draft, node, text, root, choice, lenient)
                except ShapeError as error:
                    first = first or error
                    kinds = {n: len(k) for n, (k, _) in (attempt.guessed | attempt.turns).items()}
                    more = [{**choice, n: choice.get(n, 0) + 1} for n in kinds if choice.get(n, 0) + 1 < kinds[n]]
                    queue.extend(more)
            if not kinds and first is not None and not lenient:
                continue
        assert first is not None
        raise first

    def finish(
        self,
        attempt: Elaborator,
        draft: Draft,
        node: Node,
        text: str,
        root: Definition | None,
        choice: dict[str, int],
        lenient: bool,
    ) -> tuple[Term, Elaborator]:
        others = {n: self.alternatives(text, node, root, choice, n, len(k), lenient) for n, (k, _) in attempt.guessed.items()}
        taken = {
            *self.tables.sizes,
            *self.tables.declared,
            *attempt.shapes,
            *self.tables.symbols,
            *self.tables.definitions,
            *attempt.bound,
            *attempt.free,
        }
        taken |= {name for s in self.tables.symbols.values() for a in s.type.axes for name in a.names}
        attempt.settle_ranges()
        attempt.solver.settle(taken)
        term = draft.make()
        for name, shape in attempt.shapes.items():
            attempt.make_symbol(name, shape)
        self.tables.symbols.update(attempt.symbols)
        self.assumed.extend(a for a in attempt.assumptions if a not in self.assumed)
        for name, (kinds, span) in attempt.guessed.items():
            kind = kinds[choice.get(name, 0) % len(kinds)]
            symbol = attempt.symbols[name]
            self.assumed.append(
                Assumption(
                    f"{text_name(name)} is a {symbol.type.describe()}",
                    span,
                    tuple(others[name]),
                    bool(others[name]),
                    f"${name}$ is a {_PHRASE[kind]}",
                )
            )
        for name, extent in attempt.free.items():
            self.tables.indices.setdefault(name, str(attempt.solver.dim(extent)))
        return term, attempt

    def alternatives(
        self, text: str, node: Node, root: Definition | None, choice: dict[str, int], name: str, count: int, lenient: bool
    ) -> list[str]:
        """The other kinds of one guessed name with which the formula conforms as well."""
        out: list[str] = []
        for k in range(count):
            if k == choice.get(name, 0):
                continue
            attempt = Elaborator(text, self.tables, {**choice, name: k}, lenient)
            try:
                attempt.draft_root(node, root)
            except GradatimError:
                continue
            if name in attempt.guessed:
                out.append(_PHRASE[attempt.guessed[name][0][k]])
        return out


_PHRASE = {
    "scalar": "scalar",
    "vector": "vector",
    "row": "row vector",
    "matrix": "matrix",
    "family": "family of vectors",
    "family2": "family of matrices",
}


class Problem:
    """What was read: the function's term, the symbols by plain name, every guess, and the scope for more."""

    def __init__(self, scope: Scope, term: Term, name: str, text: str, given: str, names: Mapping[str, str]) -> None:
        self.scope, self.term, self.name, self.text, self.given = scope, term, name, text, given
        self.names = dict(names)
        used = [s for s in free_symbols(term) if s.type.index is None]
        self.symbols = _by_plain_name(used, names, scope)

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        return tuple(self.scope.assumed)

    @property
    def definitions(self) -> dict[str, Function]:
        """The functions that the text defines, by LaTeX spelling."""
        out: dict[str, Function] = {}
        stack, seen = [self.term], {self.term}
        while stack:
            node = stack.pop()
            op = getattr(node, "op", None)
            children = list(node.args)
            if isinstance(op, Function):
                out.setdefault(op.name, op)
                if op.body is not None:
                    children.append(op.body)
            for child in children:
                if child not in seen:
                    seen.add(child)
                    stack.append(child)
        return dict(sorted(out.items()))

    def find(self, spelling: str) -> Term:
        """The symbol of any spelling (λ, `\\lambda`, lambda, lam, `W^{(1)}`, W1), or the member `x_i` of a family.

        Raises ReadError where nothing has that name.
        """
        spelling = self.names.get(spelling, spelling).strip().strip("$").strip()
        if spelling in self.symbols:
            return self.symbols[spelling]
        canonical = _canonical(spelling)
        if canonical:
            node = self._named(canonical)
            if node is not None:
                return node
        by_plain = plain_name(canonical or spelling)
        if by_plain in self.symbols:
            return self.symbols[by_plain]
        close = [n for n in self.symbols if n[:1].lower() == spelling.lstrip("\\")[:1].lower()]
        listed = ", ".join(sorted(self.symbols))
        raise ReadError(
            f"{spelling!r} is not a variable of this function; there are {listed}",
            spelling,
            (0, len(spelling)),
            f"did you mean {close[0]}?" if close else "",
        )

    def _named(self, canonical: str) -> Term | None:
        by_latex = {s.name: s for s in self.symbols.values()}
        name = self.scope.tables.alias(canonical)
        if name in by_latex:
            return by_latex[name]
        for base, d in self.scope.tables.families.items():
            if d.name == name and base in by_latex:
                return _member(by_latex[base], name)
        base, index = _split_member(name)
        base = self.scope.tables.alias(base)
        if index and base in by_latex and by_latex[base].rank:
            return _member(by_latex[base], name)
        return None


def _member(symbol: Symbol, name: str) -> Term:
    _, index = _split_member(name)
    return ops.at(symbol, Symbol(index, index_type(symbol.type.axes[0])))


def _split_member(name: str) -> tuple[str, str]:
    from_sub = name.rsplit("_", 1)
    if len(from_sub) == 2 and len(from_sub[1]) == 1 and from_sub[1].isalpha():
        return from_sub[0], from_sub[1]
    if name.endswith(")}") and "^{(" in name:
        base, label = name[:-2].rsplit("^{(", 1)
        if len(label) == 1 and label.isalpha():
            return base, label
    return name, ""


def _canonical(spelling: str) -> str:
    """The LaTeX spelling of a name in any spelling; "" where it is not one name."""
    try:
        node = expression(spelling)
    except ReadError:
        return ""
    base = node.args[0] if node.kind == "post" else node
    if base.kind != "name":
        return ""
    return spelling_of(node)


def _by_plain_name(used: list[Symbol], names: Mapping[str, str], scope: Scope) -> dict[str, Symbol]:
    out: dict[str, Symbol] = {}
    chosen = {_canonical(v) or v: k for k, v in names.items()}
    chosen = {scope.tables.alias(k): v for k, v in chosen.items()}
    for s in used:
        plain = chosen.get(s.name, s.plain)
        base, k = plain, 2
        if plain in out:
            style = next((w for w in ("cal", "bb", "frak") if f"math{w}" in s.name), "")
            plain = f"{style}_{base}" if style else f"{base}_{k}"
        while plain in out:
            plain, k = f"{base}_{k + 1}", k + 1
        out[plain] = s
    return out


def read(text: str, given: str = "", names: Mapping[str, str] | None = None) -> Problem:
    """Read a function as it stands on paper.

    `text` is LaTeX or plain text: an expression, or definitions separated by `;`, line ends or `\\\\`, of which the one
    that no other uses (the last of these) is the function. `given` declares names in prose; `names` are plain names of
    the caller's own for what is read, {"W1": "W_1"}. Raises ReadError (with place and suggestion), ShapeError, LimitExceeded.
    """
    if not isinstance(text, str) or not isinstance(given, str):
        raise ReadError("a formula and its declarations are text")
    scope = Scope(given)
    term, name = scope.read(text)
    return Problem(scope, term, name[0] if name else "", text, given, names or {})


__all__ = ["Assumption", "Problem", "Scope", "read"]
