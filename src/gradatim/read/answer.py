"""An answer as somebody wrote it, read in the scope of a problem and leaving that problem as it was.

An answer is a formula, an equation, a chain of `=` over several lines (`aligned`, display after display), with definitions
of its own ("where S = CΣCᵀ", "u = wᵀx"). Every member of every line is read by itself, so that one line that cannot be read
does not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gradatim.errors import GradatimError, LimitExceeded, ReadError, Span
from gradatim.ops.function import Function
from gradatim.read.answer_lines import Row, cut
from gradatim.read.answer_text import mathematics
from gradatim.read.answer_trees import (
    apart,
    array_of,
    by_entries,
    ends_turned,
    is_called,
    members_in,
    run_brackets,
    standing_alone,
    subscripts_in,
    turned_group,
    value_of_itself,
    with_name,
    without_primes,
)
from gradatim.read.derivatives import Differentiate, Written, written
from gradatim.read.differentials import signs, with_differentials
from gradatim.read.heads import head_of, mentions
from gradatim.read.indices import all_bound
from gradatim.read.lines_told import blanked, told_lines
from gradatim.read.names import stripped, text_name
from gradatim.read.only_calls import only_call
from gradatim.read.parser import Parser, statements
from gradatim.read.prose import Declaration, declarations
from gradatim.read.python import is_python
from gradatim.read.remarks import remarks
from gradatim.read.scope import Assumption, Definition, full
from gradatim.read.settle import Scope
from gradatim.read.shape_notes import shape_notes, without
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, spell, walk
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index
from gradatim.term import walk as walk_term

MAX_ROWS = 400
CONSTANTS = ("identity", "commutation", "duplication", "elimination")
"""What an answer may say of a name in words."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The derivative that the left side of a line names: `∂L/∂b`.

    `of` is its function (None where the answer's name for it is not known: a person may call an unnamed function L), `wrt`
    its variables, twice for a second derivative (() for `∇f`; None in it for one that is not known). `of_text` and
    `wrt_text` are as written. `entry` holds the indices where an entry is stated: `∂f_{ij}/∂x_k` has i, j, k.
    """

    of: Term | None
    wrt: tuple[Term | None, ...]
    of_text: str
    wrt_text: tuple[str, ...]
    order: int
    transposed: bool
    span: Span
    entry: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One side of a line: its text and place, its value (None where `error` says why it has none), and the derivative
    that it is where it is nothing else: then `term` is its value if the reader was given what differentiates."""

    text: str
    span: Span
    term: Term | None
    error: GradatimError | None
    claimed: Claimed | None = None
    other: Term | None = None
    """The value in another reading: of `∇(xᵀx) y` where only the brackets are differentiated."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its members, joined by `=` (or `≈`). `continues` where it begins with the sign and so goes on with the line
    before; `defines` the name that it defines for the answer alone; `head` what its chain claims (of its own first member
    or that of the line it continues)."""

    text: str
    span: Span
    members: tuple[Member, ...]
    continues: bool = False
    defines: str = ""
    head: Claimed | None = None
    signs: tuple[str, ...] = ()

    @property
    def restates(self) -> bool:
        """Whether the line says what a name of the problem is: `p = softmax(Wx + b)`."""
        first = self.members[0].term if len(self.members) > 1 and not self.continues else None
        named = isinstance(first, Symbol) or (isinstance(first, Apply) and isinstance(first.op, Function) and not first.args)
        return named

    @property
    def error(self) -> GradatimError | None:
        """The first error of its members."""
        return next((m.error for m in self.members if m.error is not None), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A read answer: its lines in order, and what was assumed in reading them."""

    text: str
    lines: tuple[Line, ...]
    assumed: tuple[Assumption, ...]

    def final(self, *wrt: Term) -> Member:
        """The member that answers: the last one of the last line that claims the derivative by `wrt` (any derivative where
        `wrt` is left out), or of the last line that claims nothing and defines nothing.

        Raises ReadError where there is none.
        """
        lines = [line for line in self.lines if not line.defines]
        # "G = 2Aᵀr, r = Ax − b": where every line defines a name, the answer is the name that no other line uses.
        lines = lines or [line for line in self.lines if not any(_uses(other, line.defines) for other in self.lines)]
        heads = [line for line in lines if line.head is not None and _by(line.head, wrt)]
        open_ = [line for line in lines if line.head is None]
        # "Wᵀ(p − y). Here p = softmax(Wx + b)": what says a known name again is not the answer where something else may be.
        # Where all that is open says known names again, "h = σ(z)", the answer is a name of the writer's own that no line uses.
        own = [line for line in self.lines if line.defines and not any(_uses(other, line.defines) for other in self.lines)]
        for found in (heads, [line for line in open_ if not line.restates], own if open_ else [], open_, lines):
            for line in reversed(found):
                if line.members and not (line.members[-1].claimed is not None and len(line.members) == 1 and not line.continues):
                    return line.members[-1]
        raise ReadError("no formula of this answer states the derivative", self.text, (0, len(self.text)))

    @property
    def term(self) -> Term:
        """The value of the final member. Raises its error where it was not read."""
        found = self.final()
        if found.term is None:
            raise found.error or ReadError("a derivative stands here that is not worked out", self.text, found.span)
        return found.term

    @property
    def indices(self) -> tuple[Symbol, ...]:
        """The free indices of the final member, where the answer states one entry: in the order of the derivative that it
        claims, `∂f_{ij}/∂x_k`, the others after them by name."""
        order = next((line.head.entry for line in reversed(self.lines) if line.head is not None), ())
        found = [s for s in free_symbols(self.term) if is_index(s)]
        return tuple(sorted(found, key=lambda s: (order.index(s.name) if s.name in order else len(order), s.name)))


def read_answer(
    scope: Scope,
    text: str,
    differentiate: Differentiate | None = None,
    tangent: Callable[[Term], Term] | None = None,
    whole: bool = False,
    asked: tuple[Term, ...] = (),
    entrywise: list[Span] | None = None,
    known: int = 0,
) -> Answer:
    """Read an answer in a copy of the scope, where the asked function is known by its name as well.

    Definitions that end before `known` are taken as they stand and given no value: they were read before.

    Names that neither the problem nor the answer knows are errors of their line. With `differentiate` a derivative inside a
    formula has its value; without it such a member carries an error (a derivative that is a member alone still says what it
    claims). Raises ReadError where the text holds no formula, LimitExceeded.
    """
    return scope.run(lambda: _Reading(scope, text, differentiate, tangent, asked, entrywise, known).run(whole))


class _Reading:
    def __init__(
        self,
        scope: Scope,
        text: str,
        differentiate: Differentiate | None,
        tangent: Callable[[Term], Term] | None,
        asked: tuple[Term, ...],
        entrywise: list[Span] | None,
        known: int,
    ) -> None:
        self.text = text
        self.known = known
        self.bound: set[str] = set()
        """The indices that sums of the answer bind."""
        self.scope = scope.copy()
        self.before = len(scope.assumed)
        self.tables = self.scope.tables
        self.tables.closed = True
        self.tables.differentiate, self.tables.tangent, self.tables.asked = differentiate, tangent, asked
        self.tables.entrywise = entrywise
        # What the function itself uses keeps its meaning; other names of the text are free for the answer's own use.
        self.used = frozenset(self.tables.symbols) | frozenset(self.tables.definitions)
        root = scope.root
        if root is not None and (whole := array_of(root, self.tables)) is not None:
            # `P_{ij} = …` gives the entries of P.
            self.tables.declared.pop(whole.name, None)
            self.tables.definitions[whole.name] = whole
        elif root is not None and root.name not in self.used:
            self.tables.definitions[root.name] = root
            self.tables.heads[root.name] = replace(root, parameters=None)

    def run(self, whole: bool = False) -> Answer:
        if is_python(self.text):
            code = statements(self.text, self.scope.words())
            found = [Row(tuple([] for _ in c.parts), tuple(p.span for p in c.parts), c.span) for c in code]
            return self.read(found, [list(c.parts) for c in code])
        self.said_in_words()
        words = self.scope.words()
        notes = shape_notes(self.text, self.tables.sizes)
        for a, b in notes:
            self.scope.assumed.append(Assumption(f"`{self.text[a:b]}` notes a shape and is no factor", (a, b)))
        recalled = remarks(self.text, self.known_letter)
        for a, b in recalled:
            self.scope.assumed.append(
                Assumption(f"`{self.text[a:b].strip('$ ')}` is recalled, and no line of the answer", (a, b))
            )
        found = cut(mathematics(without(self.told_in_words(), [*notes, *recalled]), words, whole), words)
        if len(found) > MAX_ROWS:
            raise LimitExceeded(f"the answer has more than {MAX_ROWS} lines")
        if not found:
            raise ReadError("there is no formula to read", self.text, (0, len(self.text)))
        return self.read(found, [self.parsed(row) for row in found])

    def known_letter(self, name: str) -> bool:
        """Whether a letter means something in the problem, or is defined by the answer."""
        alias = self.tables.alias(name)
        return alias in self.used or re.search(rf"(?:^|[$,;&\n])\s*{re.escape(name)}\s*(?:_\S+\s*)?:?=", self.text) is not None

    def told_in_words(self) -> str:
        """The text without "with b_j the columns of B", which says what the b_j are."""
        text = self.text
        for told in told_lines(text):
            of, member = self.tables.alias(told.matrix), self.tables.alias(told.name)
            symbol, family = self.tables.symbols.get(of), self.tables.symbols.get(member)
            if symbol is not None and symbol.rank == 2 and not symbol.type.family and not self.says_something(told.name):
                known = Declaration(f"{told.name}_{told.index}", "vector", role=f"{told.line}s:{of}", family=(told.index, ""))
                self.tables.declared.pop(told.name, None)
                self.tables.families[told.name] = known
            elif told.line == "row" and family is not None and family.type.family == 1 and not self.says_something(told.matrix):
                body = Node("name", told.span, (), member)
                self.tables.definitions[told.matrix] = Definition(told.matrix, body, None, "", told.span, self.text)
            else:
                continue
            said = f"{text_name(told.name)}ᵢ is the i-th {told.line} of {text_name(told.matrix)}, as the answer says"
            self.scope.assumed.append(Assumption(said, told.span))
            text = blanked(text, told.span)
        return text

    def in_function(self) -> frozenset[str] | None:
        """The names in the asked function; None where it has none to be found by."""
        root = self.scope.root
        return None if root is None or root.body is None else frozenset(mentions(root.body, ""))

    def said_in_words(self) -> None:
        """What the answer says of constants of its own: "where $E$ is the identity"."""
        if "$" not in self.text or not any(word in self.text.lower() for word in CONSTANTS):
            return
        for d in declarations(self.text):
            if d.role in CONSTANTS and not self.says_something(d.name) and d.name not in self.tables.indices:
                self.tables.add(d)
                self.scope.assumed.append(Assumption(f"{text_name(d.name)} is the {d.role}, as the answer says", d.span))

    def read(self, found: list[Row], parsed: list[list[Node | GradatimError]]) -> Answer:
        parsed = self.primes_apart(self.members_apart(found, parsed))
        if self.tables.tangent is not None and (led := signs(parsed, self.tables, self.in_function())):
            parsed = [[with_differentials(n, led, self.text) if isinstance(n, Node) else n for n in nodes] for nodes in parsed]
        parsed = self.entries_of_matrices(parsed)
        self.compared_indices(parsed)
        self.bound = all_bound([n for nodes in parsed for n in nodes if isinstance(n, Node)])
        others = [[n for m in parsed if m is not nodes for n in m if isinstance(n, Node)] for nodes in parsed]
        names = [self.defined(*each) for each in zip(found, parsed, others)]
        self.given(parsed)
        self.data_matrices(parsed)
        lines: list[Line] = []
        for row, nodes, name in zip(found, parsed, names):
            lines.append(self.line(row, nodes, name, lines[-1] if lines else None))
        return Answer(self.text, tuple(lines), tuple(self.scope.assumed[self.before :]))

    def members_apart(self, found: list[Row], parsed: list[list[Node | GradatimError]]) -> list[list[Node | GradatimError]]:
        """`hᵢ = h(w, xᵢ)`: a member that bears the name of a function of the problem is another name than the function."""
        taken: set[str] = set()
        for row, nodes in zip(found, parsed):
            first = nodes[0] if len(nodes) > 1 and not row.continues else None
            if not isinstance(first, Node) or first.kind != "post" or first.args[0].kind != "name" or len(first.posts) != 1:
                continue
            name, below = str(first.args[0].value), first.posts[0]
            known = self.tables.definitions.get(self.tables.alias(name))
            of_problem = known is not None and bool(known.parameters) and not known.index
            # `σᵢ = σ(wᵀxᵢ)` of a function that only its habit explains.
            by_habit = known is None and any(isinstance(n, Node) and is_called(n, name) for n in nodes[1:])
            if below.kind == "sub" and len(below.tokens) == 1 and (of_problem or by_habit):
                taken.add(name)
        for row, nodes in zip(found, parsed):
            name = "" if row.continues else value_of_itself(nodes)
            if name and self.is_function(name) and name not in taken:
                # `S = S(QK)`: from here on S alone is the value.
                parsed = [[standing_alone(n, name, apart(name)) if isinstance(n, Node) else n for n in row] for row in parsed]
                self.scope.assumed.append(Assumption(f"{text_name(name)} alone is its value in this answer", row.span))
        for name in dict.fromkeys(m for nodes in parsed for n in nodes if isinstance(n, Node) for m in members_in(n)):
            if name not in taken and (made := self.member_of(name)) is not None:
                taken.add(name)
                self.tables.definitions[made.name] = made
                of = made.text[slice(*made.span)] if made.body is not None and made.body.span == made.span else ""
                said = f"`{of}`, to which nothing else is applied" if of else f"{text_name(name)} of the i-th example"
                self.scope.assumed.append(Assumption(f"{text_name(name)}ᵢ is {said}"))
        for name in sorted(taken):
            parsed = [[self.apart(n, name) if isinstance(n, Node) else n for n in nodes] for nodes in parsed]
        return parsed

    def primes_apart(self, parsed: list[list[Node | GradatimError]]) -> list[list[Node | GradatimError]]:
        """The f' of an answer to a question about f(x) is the derivative by x."""
        root = self.scope.root
        own = root.parameters if root is not None else None
        if root is None or own is None or len(own) != 1 or own[0].kind != "name" or self.tables.knows(f"{root.name}'"):
            return parsed
        return [[without_primes(n, root.name, own[0]) if isinstance(n, Node) else n for n in row] for row in parsed]

    def apart(self, node: Node, name: str) -> Node:
        """A member with another name for `hᵢ`, and for h alone where no derivative is taken: `Xᵀ(h − y)` with the vector of the hᵢ."""
        node = with_name(node, name, apart(name))
        whole = not any(written(n, self.text) is not None for n in walk(node))
        return standing_alone(node, name, apart(name)) if whole and not is_called(node, name) else node

    def is_function(self, name: str) -> bool:
        known, d = self.tables.definitions.get(name), self.tables.declared.get(name)
        return (known is not None and bool(known.parameters)) or (d is not None and (d.kind == "function" or bool(d.role)))

    def entries_of_matrices(self, parsed: list[list[Node | GradatimError]]) -> list[list[Node | GradatimError]]:
        """The a_{ij} of an answer to a question that has a matrix A and no a: its entries, as everybody writes them."""
        nodes = [n for row in parsed for n in row if isinstance(n, Node)]
        posts = [n for root in nodes for n in walk(root) if n.kind == "post" and n.args[0].kind == "name"]
        for name in sorted({str(n.args[0].value) for n in posts}):
            of = next((n for n, s in self.tables.symbols.items() if stripped(n) == name.upper() and s.rank == 2), None)
            own = [n for n in posts if n.args[0].value == name]
            if len(name) != 1 or not name.islower() or of is None or self.says_something(name) or name in self.tables.indices:
                continue
            if not all(len(subscripts_in(n)) == 2 and len(n.posts) == 1 for n in own):
                continue
            parsed = [[with_name(n, name, of) if isinstance(n, Node) else n for n in row] for row in parsed]
            self.scope.assumed.append(Assumption(f"{name} with two indices is the entry of {text_name(of)}", own[0].span))
        return parsed

    def compared_indices(self, parsed: list[list[Node | GradatimError]]) -> None:
        """The i and j of "p_i(1 − p_i) where i = j, else −p_i p_j": letters that stand below names and are compared as well."""
        nodes = [n for row in parsed for root in row if isinstance(root, Node) for n in walk(root)]
        sides = [a for n in nodes if n.kind == "rel" for a in n.args]
        below = {letter for n in nodes if n.posts and sides for letter in subscripts_in(replace(n, args=()))}
        for side in sides:
            if side.kind == "name" and side.value in below and not self.says_something(str(side.value)):
                self.tables.indices.setdefault(str(side.value), "")

    def member_of(self, name: str) -> Definition | None:
        """`hᵢ` where the problem has h(w, xᵢ) and the answer does not say what hᵢ is."""
        known = self.tables.definitions.get(name)
        if known is not None and (not known.parameters or known.index):
            return None
        within = [d for d in (*self.tables.definitions.values(), self.scope.root) if d is not None and d is not known]
        if (known is not None or not self.says_something(name)) and (once := only_call(name, within)) is not None:
            call, where, letter = once
            return Definition(apart(name), call, None, letter, call.span, where.text)
        if known is None or not known.parameters:
            return None
        letters = [t.text for p in known.parameters for post in p.posts if post.kind == "sub" for t in post.tokens]
        if len(letters) != 1 or not letters[0].isalpha():
            return None
        bracket = Node("group", known.span, known.parameters, "(")
        body = Node("juxt", known.span, (Node("name", known.span, (), name), bracket))
        return Definition(apart(name), body, None, letters[0], known.span, known.text)

    def given(self, parsed: list[list[Node | GradatimError]]) -> None:
        """What the declarations define and only the answer uses: `p = …` of the problem's text."""
        nodes = [n for row in parsed for n in row if isinstance(n, Node)]
        kept = dict(self.tables.indices)
        bodies = [d.body for d in (*self.tables.definitions.values(), self.scope.root) if d is not None and d.body is not None]
        for letter in (*"ijkl", *sorted(all_bound(bodies))):
            # "Write zᵢ = …": the index of a definition in prose needs no other mention.
            self.tables.indices.setdefault(letter, "")
        self.scope.given_definitions([Definition("", n, None, "", n.span, self.text) for n in nodes])
        self.tables.indices = kept

    def data_matrices(self, parsed: list[list[Node | GradatimError]]) -> None:
        """The X of an answer to a question about vectors xᵢ that has no X: the matrix with the rows xᵢᵀ, as everybody writes it."""
        nodes = [n for row in parsed for n in row if isinstance(n, Node)]
        bodies = [d.body for d in self.tables.definitions.values() if d.body is not None]
        for name in sorted(set().union(*(mentions(n, "") for n in [*nodes, *bodies]))):
            letter = stripped(name)
            members = letter.lower()
            if not letter.lstrip("\\")[:1].isupper() or not (len(letter) == 1 or letter[0] == "\\"):
                continue
            of = next((n for n in (*self.tables.families, *self.tables.symbols) if stripped(n) == members), None)
            symbol = self.tables.symbols.get(of or "")
            if symbol is None or symbol.rank != 2 or symbol.type.family != 1:
                continue
            if self.says_something(name) and not self.holds_all(name, symbol):
                continue
            where = next((n.span for root in nodes for n in walk(root) if n.kind == "name" and n.value == name), (0, 0))
            self.tables.declared.pop(name, None)
            self.tables.definitions[name] = Definition(name, Node("name", where, (), of), None, "", where, self.text)
            self.scope.assumed.append(Assumption(f"{text_name(name)} is the matrix with the rows {text_name(members)}ᵢᵀ", where))

        self.rows(nodes)

    def holds_all(self, name: str, members: Symbol) -> bool:
        """Whether a matrix that the problem declares and its function does not use has the sizes of all members together: X ∈ ℝⁿˣᵈ
        beside the examples xᵢ ∈ ℝᵈ, i = 1 … n."""
        d = self.tables.declared.get(name)
        sizes = tuple(map(str, members.type.axes))
        known = name in self.tables.symbols or name in self.tables.definitions or name in self.tables.families
        return d is not None and not known and not d.role and not d.facts and tuple(map(str, d.dims)) == sizes

    def rows(self, nodes: list[Node]) -> None:
        """The aᵢ of an answer to a question that has a matrix A and no a: the i-th row of A, as a column."""
        for node in (n for root in nodes for n in walk(root) if n.kind == "post" and n.args[0].kind == "name"):
            name = str(node.args[0].value)
            of = next((s for n, s in self.tables.symbols.items() if stripped(n) == name.upper()), None)
            below = [p for p in node.posts if p.kind == "sub"]
            letters = [t for t in below[0].tokens if t.kind == "name"] if len(below) == 1 else []
            if len(name) != 1 or not name.islower() or of is None or of.rank != 2 or of.type.family or len(letters) != 1:
                continue
            if self.says_something(name) or self.tables.knows(full(name, letters[0].text, "")) or name in self.tables.indices:
                continue
            matrix = next(n for n, s in self.tables.symbols.items() if s is of)
            told = Declaration(f"{name}_{letters[0].text}", "vector", role=f"rows:{matrix}", family=(letters[0].text, ""))
            self.tables.declared.pop(name, None)
            self.tables.families[name] = told
            said = f"{name}ᵢ is the i-th row of {text_name(matrix)}, as a column unless only a row conforms"
            self.scope.assumed.append(Assumption(said, node.span))

    def says_something(self, name: str) -> bool:
        """Whether the name has a meaning already: a value, a size, or a declaration with a shape."""
        d = self.tables.declared.get(name)
        known = name in self.tables.symbols or name in self.tables.definitions or name in self.tables.families
        return known or name in self.tables.sizes or (d is not None and bool(d.dims or d.kind))

    # ------------------------------------------------------------ one line

    def parsed(self, row: Row) -> list[Node | GradatimError]:
        if row.error is not None:
            return [row.error]
        return [self.member_node(tokens) for tokens in row.members]

    def member_node(self, tokens: list[Token]) -> Node | GradatimError:
        try:
            parser = Parser(self.text, tokens)
            node = parser.sum_()
            if parser.now.kind != "end":
                raise parser.unexpected()
        except GradatimError as error:
            return error
        return run_brackets(node)

    def defined(self, row: Row, nodes: list[Node | GradatimError], others: Sequence[Node] = ()) -> str:
        """The name that the line defines: a new one on the left of its first `=`, or one of the text that the function
        does not use. `others` is what stands on other lines."""
        if len(nodes) < 2 or row.continues or not isinstance(nodes[0], Node) or not isinstance(nodes[1], Node):
            return ""
        head = head_of(nodes[0], self.tables, set(self.tables.indices) | set("ijklnm") | self.bound, frozenset(self.bound))
        if self.is_power(nodes[0]) or (head is not None and head[1] and self.is_function(head[0].rstrip("'′"))):
            # `σ² = …` of a function of σ solves for it; h′(z) is the derivative of an h that is known.
            return ""
        if head is None or written(nodes[0], self.text) is not None:
            return ""
        name, parameters, index = head
        body = nodes[-1] if isinstance(nodes[-1], Node) else nodes[1]
        if body.kind == "num" and body.value == 0 and nodes[0].kind != "name":
            # `Aᵀ(Ax − b) = 0` is an equation.
            return ""
        if not index and (made := by_entries(nodes[0], body, self.tables)) is not None:
            name, body = made
        named = self.tables.alias(name)
        if (
            named in self.used
            or named in self.tables.families
            or named in self.tables.definitions
            or (derivative := written(body, self.text)) is not None
            # "… − g wᵀ where g = ∇r" of a second derivative tells it by the first, "δ xᵀ where δ = ∂L/∂z" by that of another quantity.
            and not (self.another(derivative) and any(name in mentions(n, "") for n in others))
        ):
            return ""
        if name in mentions(body, "") and named in self.tables.declared:
            return ""
        for letter in sorted(set(subscripts_in(nodes[0])) & all_bound([body])):
            said = f"the {letter} that the sum binds is another index than the {letter} on the left side"
            self.scope.assumed.append(Assumption(said, row.span))
        self.tables.declared.pop(named, None)
        self.tables.definitions[name] = Definition(name, body, parameters, index, row.span, self.text)
        return name

    def another(self, derivative: Written) -> bool:
        """Whether a derivative is another one than the one asked for: of lower order, or by a quantity of the problem's own."""
        asked = self.tables.asked
        if derivative.order < len(asked):
            return True
        by = [self.value(w) for w in derivative.wrt]
        return bool(by) and len(by) == len(asked) and all(w is not None and w not in asked for w in by)

    def is_power(self, node: Node) -> bool:
        """Whether a left side is a whole power of a name that the function uses."""
        if node.kind != "post" or len(node.posts) != 1 or node.posts[0].kind not in ("power", "label"):
            return False
        return spell(node.posts[0].tokens).isdigit() and self.tables.alias(str(node.args[0].value)) in self.used

    def line(self, row: Row, nodes: list[Node | GradatimError], defines: str, before: Line | None) -> Line:
        if defines and row.span[1] <= self.known:
            return Line(self.text[row.span[0] : row.span[1]], row.span, (), row.continues, defines)
        members = tuple(self.member(node, span) for node, span in zip(nodes, row.spans))
        head = members[0].claimed if members and not row.continues else None
        if row.continues and before is not None:
            head = before.head
            defines = defines or before.defines
        return Line(self.text[row.span[0] : row.span[1]], row.span, members, row.continues, defines, head, row.signs)

    def member(self, node: Node | GradatimError, span: Span) -> Member:
        text = self.text[span[0] : span[1]].strip()
        if not isinstance(node, Node):
            return Member(text, span, None, node)
        found = written(node, self.text)
        if found is None and (inner := turned_group(node)) is not None and (found := written(inner, self.text)) is not None:
            found = replace(found, transposed=not found.transposed)
        claimed = self.claim(found) if found is not None and (found.body is not None or found.span == node.span) else None
        try:
            term: Term | None = self.scope.settle(self.text, node)[0]
            error: GradatimError | None = None
        except GradatimError as failure:
            term, error = None, failure
        if claimed is not None and self.tables.differentiate is None:
            error = None
        return Member(text, span, term, error, claimed, self.tightly(node) if claimed is None else None)

    def tightly(self, node: Node) -> Term | None:
        """The value where a differential operator takes only the brackets behind it; None where it makes no difference."""
        products = (n.args for n in walk(node) if n.kind == "juxt")
        pairs = ((a, b) for args in products for a, b in zip(args, args[1:-1]) if b.kind == "group")
        if not any((found := written(a, self.text)) is not None and found.body is None for a, b in pairs):
            return None
        self.tables.tight = True
        try:
            return self.value(node)
        finally:
            self.tables.tight = False

    def claim(self, found: Written) -> Claimed:
        """What a derivative on a left side claims. A ∇ that stands alone is of the asked function."""
        wrt = tuple(self.value(w) for w in found.wrt)
        texts = tuple(self.text[w.span[0] : w.span[1]] for w in found.wrt)
        entry = tuple(dict.fromkeys(name for n in (found.body, *found.wrt) if n is not None for name in subscripts_in(n)))
        if found.body is None:
            return Claimed(None, wrt, "", texts, found.order, found.transposed, found.span, entry)
        body = self.text[found.body.span[0] : found.body.span[1]]
        of = self.value(found.body)
        # Of a number, `∇f(x)ᵀ` can only be (∇f(x))ᵀ.
        lying = found.transposed != (of is not None and of.is_scalar and ends_turned(found.body))
        return Claimed(of, wrt, body, texts, found.order, lying, found.span, entry)

    def value(self, node: Node) -> Term | None:
        try:
            return self.scope.settle(self.text, node)[0]
        except GradatimError:
            return None


def _uses(line: Line, name: str) -> bool:
    """Whether a line's values are built on the definition of the name (its own definition aside)."""
    if line.defines == name:
        return False
    nodes = (n for m in line.members if m.term is not None for n in walk_term(m.term))
    return any(isinstance(n, Apply) and isinstance(n.op, Function) and n.op.name == name for n in nodes)


def _by(head: Claimed, wrt: tuple[Term, ...]) -> bool:
    """Whether the claim is by these variables; one whose variables are not named may be."""
    return not wrt or not head.wrt or head.wrt == wrt


__all__ = ["Answer", "Claimed", "Line", "Member", "read_answer"]
