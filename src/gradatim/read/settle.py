"""`Scope`: declarations and definitions in which formulas are read; the kinds of undeclared names are tried until they conform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from gradatim.errors import GradatimError, LimitExceeded, ReadError, ShapeError
from gradatim.ops import size
from gradatim.ops.function import substitute_through
from gradatim.patterns import late
from gradatim.read.any_member import note_any
from gradatim.read.conventions import sizes_as_pairs, swapped_indices
from gradatim.read.derivatives import written
from gradatim.read.elaborate import Elaborator
from gradatim.read.heads import by_entries, definitions_of, entry_parts, mentions, unused
from gradatim.read.indices import all_bound
from gradatim.read.infer import Draft
from gradatim.read.labels import logarithms_outward
from gradatim.read.models import models
from gradatim.read.names import plain_name, stripped, text_name
from gradatim.read.noted import note_dress, note_entries, note_ranges
from gradatim.read.own_words import said_again, unread_word, words_defined
from gradatim.read.parser import expression
from gradatim.read.places import functions_with_members
from gradatim.read.prose import Declaration
from gradatim.read.runs import without_dots
from gradatim.read.scope import OWN_NORM, TWIN, Assumption, Definition, Tables, full, member_parts
from gradatim.read.signs import unclear
from gradatim.read.spectrum_of import put_in
from gradatim.read.spelling import VOCABULARY_WORDS
from gradatim.read.spelt import spelling_of
from gradatim.read.to_scalar import STEPS, components, other_kinds
from gradatim.read.told_equations import equations, held
from gradatim.read.tree import Node, walk
from gradatim.read.written_as import BOLD_LETTER, of_two_kinds
from gradatim.term import Size, Symbol, Term, free_symbols, is_index
from gradatim.term import walk as walk_terms
from gradatim.types import Dim

WORK = 12_000
"""How many nodes the readings of other kinds may visit together."""
MAX_TRIES = 200
_STATED = ("\\sigma", "\\Phi", "\\Gamma", "\\mathcal{N}", "\\mathbb{1}")
"""Letters that name a function before a bracket though no word does: what equals one of these is stated."""
_BY_ENTRY = late(
    r"(?:/\s*|\}\s*\{\s*)(?:\\partial|∂)\s*(?:\\[a-z]+\s*\{\s*)?\\?[A-Za-z]+\s*\}?\s*_\s*(?:\{\s*(?P<several>[a-z]{1,3})\s*\}|(?P<one>[a-z]))"
)
T = TypeVar("T")


class Scope:
    """Declared names, definitions, and the symbols settled so far; formulas are read in it one after another."""

    def __init__(self, given: str = "", declared: tuple[Declaration, ...] = (), kept: str = "") -> None:
        given = swapped_indices(sizes_as_pairs(given))
        self.tables = Tables()
        self.tables.declare(given)
        for d in declared:
            self.tables.add(d)
        self.assumed: list[Assumption] = []
        # An equation that defines the variable itself ("τ = σ²") explains it and is not put in.
        self.equations = [e for e in equations(given) if not kept or e.partition("=")[0].strip() != kept]
        self.spectrum: tuple[str, str] | None = None
        """The letter of eigenvalues that stand without their matrix, and the matrix."""
        self.asked_below = frozenset(c for m in _BY_ENTRY.finditer(given) for c in m["several"] or m["one"])
        """The letters below what is differentiated by, ∂f/∂x_k: no size is called so."""
        self.held, self.fixed, self.kept = held(given), held(given, True), kept
        self.root: Definition | None = None
        """The asked function as it was defined, with its name and parameters."""

    def copy(self) -> Scope:
        """A scope that knows the same; what is read in it stays in it."""
        made = Scope()
        made.tables, made.equations, made.root = self.tables.copy(), list(self.equations), self.root
        made.held, made.fixed, made.asked_below = list(self.held), list(self.fixed), self.asked_below
        made.assumed = list(self.assumed)
        return made

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
        upright = (n[8:-1] for n in names if n.startswith("\\mathrm{") and n.endswith("}"))
        # A Σᵢ that is only mentioned is a sum; one that is declared a matrix is none.
        told = (n for n in names if (d := self.tables.declared.get(n)) is None or d.dims or d.kind or d.facts)
        sums = (t for t in map(text_name, told) if t[0] in "ΣΠ")
        # Single letters too: `Wx` of a declared W and x is their product in code as well.
        return frozenset(sums) | frozenset(n for n in (*names, *upright) if n.isascii() and n.isalpha())

    def define(self, text: str) -> tuple[Term, tuple[str, ...]]:
        found, root = definitions_of(text, self.tables, self.words())
        found = [d for d in found if d.name != self.kept]
        if self.spectrum is not None:
            for d in (*found, root):
                d.body = put_in(d.body, *self.spectrum) if d.body is not None else None
        for d in found:
            self.tables.definitions[d.name] = d
        if not root.name and root.body is not None and text[root.body.span[1] : root.span[1]].lstrip("} ").startswith("="):
            self.assumed.append(
                Assumption("what is asked is the left side; that the right side is equal to it is not used", root.span)
            )
        self.say_which_is_asked(found, root)
        self.given_definitions([*found, root])
        self.own_words()
        self.root = replace(root) if root.name else None
        # The arguments of the asked function's head are the names of the problem, not parameters.
        root.parameters = None
        if root.name:
            assert root.body is not None
            return self.settle(text, root.body, root)[0], (root.name,)
        assert root.body is not None
        return self.settle(text, root.body, None)[0], ()

    def own_words(self) -> None:
        """Words of the dictionary that the text defines: those that it only explains stay with the dictionary."""

        def value(call: str, declared: tuple[Declaration, ...], own: bool) -> Term:
            trial = self.copy()
            if not own:
                trial.tables.definitions.pop(name, None)
            for d in declared:
                trial.tables.add(d)
            return trial.elaborate(call)

        for name in words_defined([*self.tables.definitions]):
            d = self.tables.definitions[name]
            again = said_again(d, value)
            if again is not False:
                del self.tables.definitions[name]
            if again is None:
                self.assumed.append(unread_word(name[8:-1], d.text[slice(*d.span)]))

    def say_which_is_asked(self, found: list[Definition], root: Definition) -> None:
        """Of several functions that a text states and none uses, which one is taken."""
        free = [d for d in unused([*found, root], self.tables) if d is not root and d.name != root.name]
        beside = [text_name(full(d.name.removesuffix(TWIN), d.index, "")) for d in free]
        if not beside:
            return
        asked = text_name(full(root.name.removesuffix(TWIN), root.index, "")) if root.name else "the formula without a name"
        others = tuple(f"the derivative of {name}" for name in beside)
        left = f"{' and '.join(beside)} {'are' if len(beside) > 1 else 'is'} not used by it"
        self.assumed.append(Assumption(f"{asked} is the function that is asked; {left}", root.span, others, True))

    def given_definitions(self, found: list[Definition]) -> None:
        """Equations of the declarations define the names that the formula uses and nothing else explains."""
        wanted = set().union(*(mentions(d.body, "") for d in found if d.body is not None))
        wanted |= {stripped(n) for n in wanted}
        defined = {d.name for d in found} | {full(d.name, d.index, "") for d in found if d.index}
        bound = frozenset(all_bound([d.body for d in found if d.body is not None]))
        using = list(found)
        more: list[tuple[str, Definition]] = []
        members = {m for m in map(member_parts, wanted) if m[1]}
        for text in reversed(self.equations):
            base, letter = member_parts(text.partition("=")[0].strip())
            if letter and any(b == base and i != letter for b, i in members):  # P_j = …, of which the formula holds P_c
                bound |= {letter}
            try:
                others, last = definitions_of(text, self.tables, self.words(), bound)
            except GradatimError:
                self.tables.unread.setdefault(text.partition("(")[0].strip(), text)
                continue
            for d in (*others, last):
                if d.name and d.body is not None and self.explains(d, text):
                    more.append((text, replace(d, body=without_dots(d.body))))
                elif d.parameters:
                    self.tables.unread.setdefault(d.name, text)  # what it is equal to is not known: no factor before a bracket
        count = -1
        while count != len(using):  # what one defines may speak of what another does
            count = len(using)
            for text, d in more:
                d = by_entries(d, using, self.tables)
                assert d.body is not None
                asked = d.name in wanted or (stripped(d.name) in wanted and not self.tables.knows(stripped(d.name)))
                if not (asked or d.name.startswith(OWN_NORM)) or d.name in defined or self.settled(d, text):
                    continue
                if models(d, [e.body for e in using if e.body is not None]):
                    self.modelled(d.name, text)
                    defined.add(d.name)
                else:
                    self.tables.definitions[d.name] = d
                    defined.add(d.name)
                    using.append(d)
                    wanted |= mentions(d.body, d.name)

    def modelled(self, name: str, text: str) -> None:
        other = f"{text_name(name)} is what the equation says, wherever it stands"
        self.assumed.append(Assumption(f"`{text}` is a model, and {text_name(name)} is held fixed", (0, 0), (other,), True))

    def explains(self, d: Definition, text: str) -> bool:
        """Whether an equation says what its left side is: `δ = ∂L/∂z` gives a derivative a name, and `f_{ij} = f(X_{ij})` says
        where the numbers come from. `A = (a_{ij})` only gives the entries of A a letter."""
        if d.body is None or written(d.body, text) is not None or self.of_unknown(d.body, d.parameters or ()):
            return False
        if d.body.kind == "num" and (d.index or entry_parts(d.name)[1]):
            return False  # "I_{ij} = 1 if user i rated item j"
        parts = (self.tables.declared.get(stripped(n)) for n in mentions(d.body, ""))
        return not any(known is not None and known.role == f"entries:{d.name}" for known in parts)

    def settled(self, d: Definition, text: str) -> bool:
        """Whether a name that an equation of the declarations explains is a value of its own: a constant, a function, a count.
        "H = I − 𝟏𝟏ᵀ/n is the centering matrix" says what H is."""
        if text in self.fixed:
            return True
        known = self.tables.declared.get(d.name)
        # y = Bz, "a function of z", says what y is.
        function = known is not None and known.kind == "function" and d.parameters is not None and not d.elementwise
        constant = known is not None and (text in self.held or function or known.kind == "integer")
        return known is not None and bool(known.dims or known.kind) and constant

    def of_unknown(self, body: Node, parameters: tuple[Node, ...] = ()) -> bool:
        """Whether a body is the value of a function that nothing states: no parameter is one, the u of `u(τ − 1)`."""
        called = (
            body.kind == "juxt" and len(body.args) == 2 and body.args[0].kind in ("name", "post") and body.args[1].kind == "group"
        )
        name = spelling_of(body.args[0]) if called else ""
        called = called and name not in ("", *map(spelling_of, parameters))
        known = self.tables.declared.get(name)
        own = name in self.tables.definitions or any(e.partition("=")[0].strip().startswith(f"{name}(") for e in self.equations)
        told = known is not None and bool(known.role or known.kind == "function")
        own = own or plain_name(name).lower() in VOCABULARY_WORDS
        return called and not own and not told and name not in _STATED

    def shorthand(self, term: Term) -> tuple[Term, ...]:
        """Calls of the functions that equations of the declarations define of symbols of the term, though it does not use them."""
        made: dict[str, Term] = {}
        symbols = set(free_symbols(term))
        for text in self.equations:
            trial = self.copy()
            try:
                _, last = definitions_of(text, trial.tables, trial.words())
                taken = last.name in self.tables.symbols or last.name in self.tables.definitions
                if not last.name or last.parameters or last.index or last.body is None or taken:
                    continue
                before = set(trial.tables.symbols)
                trial.tables.definitions[last.name] = last
                call = trial.elaborate(last.name)
            except GradatimError:
                continue
            body = getattr(getattr(call, "op", None), "body", None)
            if body is not None and not call.args and set(trial.tables.symbols) == before and set(free_symbols(body)) <= symbols:
                made[last.name] = call
        return tuple(made.values())

    def settle(self, text: str, node: Node, root: Definition | None = None) -> tuple[Term, Elaborator]:
        """Try the kinds of undeclared names, the likeliest first, until the formula conforms."""
        nodes = [node, *(d.body for d in self.tables.definitions.values() if d.body is not None)]
        note_ranges(self.tables, nodes)
        self.assumed += note_dress(self.tables, nodes)
        if not self.tables.closed:
            self.assumed += note_entries(self.tables, nodes) + note_any(self.tables, nodes)
        functions_with_members(self.tables)
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
                    if not self.tables.closed:
                        attempt, draft, choice = self.numbers_reading(text, node, root, lenient, (attempt, draft, choice))
                    if draft.shape.rank and not self.tables.closed:
                        attempt, draft, choice = self.scalar_reading(text, node, root, lenient, (attempt, draft, choice))
                    return self.finish(attempt, draft, node, text, root, choice, lenient)
                except ShapeError as error:
                    first = first or error
                    kinds = {n: len(k) for n, (k, _) in (attempt.guessed | attempt.turns).items()}
                    kinds = dict(sorted(kinds.items(), key=lambda item: item[0] in STEPS))
                    more = [{**choice, n: choice.get(n, 0) + 1} for n in kinds if choice.get(n, 0) + 1 < kinds[n]]
                    queue.extend(more)
            if not kinds and first is not None and not lenient:
                continue
        assert first is not None
        raise first

    def numbers_reading(
        self, text: str, node: Node, root: Definition | None, lenient: bool, first: tuple[Elaborator, Draft, dict[str, int]]
    ) -> tuple[Elaborator, Draft, dict[str, int]]:
        """Where `b_1 x_i` was guessed a row times a member of a family, the reading in which both are numbers, if it conforms:
        the row is a guess that nothing speaks for. The x_1, …, x_n of g(x_1, …, x_n) are the numbers of one x."""
        attempt, _, choice = first
        now = {n: (k, k[choice.get(n, 0) % len(k)]) for n, (k, _) in attempt.guessed.items()}
        rows = {n: k.index("scalar") for n, (k, kind) in now.items() if kind == "row" and "scalar" in k}
        members = {
            n: k.index("vector")
            for n, (k, kind) in now.items()
            if kind == "family" and "vector" in k and not BOLD_LETTER.search(n)
        }
        numbered = components(self.root, text)
        others = any(shape.rank for n, shape in attempt.shapes.items() if n not in numbered)  # Aw_1 is of a vector w_1
        parts = {n: k.index("scalar") for n, (k, kind) in now.items() if kind == "vector" and n in numbered and not others}
        if not parts and not (rows and members):
            return first
        other = {**choice, **parts, **(rows | members if rows and members else {})}
        again = Elaborator(text, self.tables, other, lenient)
        try:
            return again, again.draft_root(node, root), other
        except GradatimError:
            return first

    def scalar_reading(
        self, text: str, node: Node, root: Definition | None, lenient: bool, first: tuple[Elaborator, Draft, dict[str, int]]
    ) -> tuple[Elaborator, Draft, dict[str, int]]:
        """Where names that were guessed scalars, or families of vectors, leave an array, the reading with one or two of them
        vectors that gives a scalar, if there is one: a function that is differentiated is mostly a scalar, and the xᵢ of
        log Σᵢ exp(xᵢ) are numbers."""
        attempt, _, choice = first
        tries = other_kinds(attempt, choice, node, text)
        for change in tries[: max(WORK // len(walk(node)), 2)]:
            other = {**choice, **change}
            again = Elaborator(text, self.tables, other, lenient)
            try:
                draft = again.draft_root(node, root)
            except GradatimError:
                continue
            if not draft.shape.rank:
                return again, draft, other
        return first

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
        # Every other kind of every guessed name is tried, as long as that is not the work of minutes.
        allowed = max(WORK // len(walk(node)), 1)
        others = {
            n: self.alternatives(text, node, root, choice, n, len(k), lenient) if place * len(k) < allowed else []
            for place, (n, (k, _)) in enumerate(attempt.guessed.items())
        }
        taken = self.taken(attempt, node, root)
        attempt.settle_ranges()
        loose = attempt.loose()
        attempt.solver.settle(taken, [a for shape in attempt.shapes.values() for a in shape.axes])
        for check in attempt.deferred:
            check()
        term = draft.make()
        if (apart := of_two_kinds({n: s for n, s in attempt.shapes.items() if n in attempt.guessed})) is not None:
            said = f"{text_name(apart[0])} would be {attempt.solver.described(attempt.shapes[apart[0]])} here, and {text_name(apart[1])} another thing"
            raise ReadError(said, text, (0, 0), "declare them: $e_i$ is the i-th standard basis vector")
        for name, shape in attempt.shapes.items():
            attempt.make_symbol(name, shape)
        self.tables.loose.update({name: attempt.solver.dim(size) for name, size in loose})
        self.tables.lengths.update({n: attempt.solver.dim(size) for n, size in attempt.lengths.items()})
        self.tables.moving.update({n: s for n, s in attempt.symbols.items() if n in attempt.moves})
        self.tables.symbols.update({n: s for n, s in attempt.symbols.items() if n not in attempt.moves})
        term = self.counted(logarithms_outward(term) if self.tables.labels else term)
        known = {a.text for a in self.assumed}
        # One guess that is made at several places is one guess.
        new: dict[str, Assumption] = {}
        for a in attempt.assumptions:
            if a.text not in known:
                new.setdefault(a.text, a)
        self.assumed.extend(new.values())
        for name, (kinds, span) in attempt.guessed.items():
            kind = kinds[choice.get(name, 0) % len(kinds)]
            if unclear(name, self.tables.declared.get(name), kind, others[name], name in self.tables.placed):
                fix = f"write `${name}$ is a positive scalar`, or `${name}$ is a positive definite matrix`"
                raise ReadError(f"{text_name(name)} may be a number or a matrix here, and only its sign is said", text, span, fix)
            symbol, at_time = attempt.symbols[name], f"({attempt.moves[name]})" if name in attempt.moves else ""
            self.assumed.append(
                Assumption(
                    f"{text_name(name)}{text_name(at_time)} is {symbol.type.described}",
                    span,
                    tuple(others[name]),
                    bool(others[name]),
                    f"${name}{at_time}$ is a {_PHRASE[kind]}",
                )
            )
        self.noted(attempt)
        for name, extent in attempt.free.items():
            self.tables.indices.setdefault(name, str(attempt.solver.dim(extent)))
        return term, attempt

    def noted(self, attempt: Elaborator) -> None:
        """What is to be said of the names of a formula, whether they were guessed or not."""
        for name in attempt.shapes:
            if name in self.tables.from_zero:
                what = text_name(name)
                said = (
                    f"the sums count {what} from 0; its entries are numbered from 1 here, and {what}₁ is the {what}₀ of the text"
                )
                self.assumed.append(Assumption(said))
            d = self.tables.declared.get(name) or self.tables.families.get(name)
            if d is not None and d.note:
                self.assumed.append(Assumption(d.note, d.span))

    def taken(self, attempt: Elaborator, node: Node, root: Definition | None) -> set[str]:
        """The names that a size of which nothing is said may not be given."""
        taken = {
            *self.tables.sizes,
            *self.tables.declared,
            *attempt.shapes,
            *self.tables.symbols,
            *self.tables.definitions,
            *self.asked_below,
            *attempt.bound,
            *attempt.free,
            *all_bound([node, *(d.body for d in self.tables.definitions.values() if d.body is not None)]),
        }
        taken |= {name for s in self.tables.symbols.values() for a in s.type.axes for name in a.names}
        if root is not None:
            taken.add(root.name)
        return taken

    def counted(self, term: Term) -> Term:
        """The number k of X^k is a size, and so it is where it stands elsewhere: k tr(X^k) speaks of one k."""
        scalars = {s.plain: s for s in self.tables.symbols.values() if s.is_scalar and not is_index(s)}
        found = {n.dim.names[0] for n in walk_terms(term) if isinstance(n, Size) and n.dim.names == (str(n.dim),)}
        self.tables.counted.update(dict.fromkeys(name for name in scalars if name in found))
        for name in self.tables.counted:
            if name in scalars:
                term = substitute_through(term, scalars[name], size(Dim.of(name)))
        return term

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
    "tensor3": "tensor of order three",
    "tensor4": "tensor of order four",
}
