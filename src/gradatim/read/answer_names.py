"""What names of an answer mean by how everybody writes: hᵢ beside h(w, xᵢ), the entry a_{ij} of A, the X of vectors xᵢ, the row aᵢ of A."""

from __future__ import annotations

from dataclasses import replace

from gradatim.errors import GradatimError
from gradatim.read.answer_lines import Row
from gradatim.read.answer_trees import (
    apart,
    is_called,
    members_in,
    standing_alone,
    subscripts_in,
    value_of_itself,
    with_name,
    without_primes,
)
from gradatim.read.derivatives import written
from gradatim.read.heads import mentions
from gradatim.read.means import mean_of
from gradatim.read.names import stripped, text_name
from gradatim.read.only_calls import only_call
from gradatim.read.prose import Declaration
from gradatim.read.scope import Assumption, Definition, Tables, full
from gradatim.read.settle import Scope
from gradatim.read.tree import Node, Post, walk
from gradatim.term import Symbol


class Named:
    """Names are given their meaning in `tables`, and each is an assumption that the answer lists."""

    text: str
    scope: Scope
    tables: Tables

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
            letter = stripped(name)
            of = next((n for n, s in self.tables.symbols.items() if stripped(n) == letter.upper() and s.rank == 2), None)
            own = [n for n in posts if n.args[0].value == name]
            if len(letter) != 1 or not letter.islower() or of is None or self.says_something(name) or name in self.tables.indices:
                continue
            if not all(len(subscripts_in(n)) == 2 and len(n.posts) == 1 for n in own):
                continue
            parsed = [[with_name(n, name, of) if isinstance(n, Node) else n for n in row] for row in parsed]
            self.scope.assumed.append(
                Assumption(f"{text_name(name)} with two indices is the entry of {text_name(of)}", own[0].span)
            )
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

    def means(self, parsed: list[list[Node | GradatimError]]) -> None:
        """The x̄ of an answer that nothing explains."""
        for node in (n for row in parsed for root in row if isinstance(root, Node) for n in walk(root) if n.kind == "name"):
            name = str(node.value)
            if self.says_something(name) or (made := mean_of(name, self.tables, node)) is None:
                continue
            self.tables.declared.pop(name, None)
            self.tables.definitions[name] = made
            self.scope.assumed.append(Assumption(f"{text_name(name)} is the mean of what stands below the bar", node.span))

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
            letter = stripped(name)
            of = next((s for n, s in self.tables.symbols.items() if stripped(n) == letter.upper()), None)
            below = [p for p in node.posts if p.kind == "sub"]
            letters = [t for t in below[0].tokens if t.kind == "name"] if len(below) == 1 else []
            if len(letter) != 1 or not letter.islower() or of is None or of.rank != 2 or of.type.family or len(letters) != 1:
                continue
            if self.says_something(name) or self.tables.knows(full(name, letters[0].text, "")) or name in self.tables.indices:
                continue
            matrix = next(n for n, s in self.tables.symbols.items() if s is of)
            if "diagonal" in of.type.facts:
                place = Post("sub", (letters[0], letters[0]), node.span)
                entry = Node("post", node.span, (Node("name", node.span, (), matrix),), None, (place,))
                self.tables.declared.pop(name, None)
                self.tables.definitions[name] = Definition(name, entry, None, letters[0].text, node.span, self.text)
                self.scope.assumed.append(
                    Assumption(f"{text_name(name)}ᵢ is the i-th entry of the diagonal of {text_name(matrix)}", node.span)
                )
                continue
            told = Declaration(f"{name}_{letters[0].text}", "vector", role=f"rows:{matrix}", family=(letters[0].text, ""))
            self.tables.declared.pop(name, None)
            self.tables.families[name] = told
            said = f"{text_name(name)}ᵢ is the i-th row of {text_name(matrix)}, as a column unless only a row conforms"
            self.scope.assumed.append(Assumption(said, node.span))

    def says_something(self, name: str) -> bool:
        """Whether the name has a meaning already: a value, a size, or a declaration with a shape."""
        d = self.tables.declared.get(name)
        known = name in self.tables.symbols or name in self.tables.definitions or name in self.tables.families
        return known or name in self.tables.sizes or (d is not None and bool(d.dims or d.kind))
