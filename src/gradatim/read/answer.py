"""An answer as somebody wrote it, read in the scope of a problem and leaving that problem as it was.

An answer is a formula, an equation, a chain of `=` over several lines (`aligned`, display after display), with definitions
of its own ("where S = CΣCᵀ", "u = wᵀx"). Every member of every line is read by itself, so that one line that cannot be read
does not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from gradatim.errors import GradatimError, LimitExceeded, ReadError, Span
from gradatim.read.answer_lines import Row, cut
from gradatim.read.answer_names import Named
from gradatim.read.answer_text import mathematics
from gradatim.read.answer_trees import (
    array_of,
    by_entries,
    ends_turned,
    run_brackets,
    subscripts_in,
    turned_group,
)
from gradatim.read.derivatives import Differentiate, Written, written
from gradatim.read.differentials import signs, with_differentials
from gradatim.read.heads import head_of, mentions
from gradatim.read.indices import all_bound
from gradatim.read.lines_told import blanked, told_lines
from gradatim.read.names import text_name
from gradatim.read.parser import Parser, statements
from gradatim.read.prose import Declaration, declarations
from gradatim.read.python import is_python
from gradatim.read.remarks import remarks
from gradatim.read.scope import Assumption, Definition
from gradatim.read.settle import Scope
from gradatim.read.shape_notes import shape_notes, without
from gradatim.read.stated import Answer, Claimed, Line, Member
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, spell, walk
from gradatim.read.value_in_words import with_values
from gradatim.term import Term

MAX_ROWS = 400
CONSTANTS = ("identity", "commutation", "duplication", "elimination")
"""What an answer may say of a name in words."""


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
    text = with_values(text)
    return scope.run(lambda: _Reading(scope, text, differentiate, tangent, asked, entrywise, known).run(whole))


class _Reading(Named):
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
        self.means(parsed)
        self.data_matrices(parsed)
        lines: list[Line] = []
        for row, nodes, name in zip(found, parsed, names):
            lines.append(self.line(row, nodes, name, lines[-1] if lines else None))
        return Answer(self.text, tuple(lines), tuple(self.scope.assumed[self.before :]))

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
