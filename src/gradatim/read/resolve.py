"""Names in a formula: symbols, members of families, entries, labels, sizes, constants, definitions."""

from __future__ import annotations

import re

from gradatim import ops
from gradatim.errors import ShapeError, Span
from gradatim.read.cursor import RELATIONS
from gradatim.read.infer import Draft, Shape, Size, dimension
from gradatim.read.names import parts, text_name
from gradatim.read.scope import TWIN, full
from gradatim.read.shifts import Running, shifted, slots_of
from gradatim.read.spelt import is_pseudo, label_of
from gradatim.read.symbols import Symbols
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, bare, slots, spell
from gradatim.term import Number, Symbol
from gradatim.types import ONE, Dim

IDENTITY = ("I", "\\mathbf{I}", "\\mathbb{I}", "\\mathrm{I}", "\\mathrm{Id}", "\\boldsymbol{I}", "\\mathsf{I}")
ONES = ("\\mathbf{1}", "\\boldsymbol{1}", "\\mathbb{1}", "\\vec{1}")
ZEROS = ("\\mathbf{0}", "\\boldsymbol{0}", "\\vec{0}")


class Resolver(Symbols):
    """The state of one try, and what names mean in it."""

    # ------------------------------------------------------------ tools

    def settle_ranges(self) -> None:
        """Indices whose range no use has fixed take the range that the declarations give their letter."""
        for size, upper in self.ranges:
            if not isinstance(self.solver.find(size), Dim):
                self.solver.unify(size, dimension(upper))
        for name, size in self.loose() if self.tables.closed else ():
            known = self.tables.loose
            extent = known.get(name) or (next(iter(known.values())) if len({*known.values()}) == 1 else None)
            if extent is not None:
                self.solver.unify(size, extent)

    def loose(self) -> list[tuple[str, Size]]:
        """The indices of sums that run over no axis of an array, the b of Σ_b φ(s, b), and how far they run."""
        axes = {self.solver.find(a) for shape in self.shapes.values() for a in shape.axes}
        found = [(name, self.solver.find(size)) for name, size in self.ran]
        return [(name, size) for name, size in found if not isinstance(size, Dim) and size not in axes]

    # ------------------------------------------------------------ a name with its posts

    def name(self, base: Node, posts: list[Post]) -> tuple[Draft, list[Post]]:
        """What a name means with what is attached to it, and the posts that do not belong to it."""
        letter = str(base.value)
        self.refuse_subgradients(letter, base.span)
        if (found := self.by_its_script(letter, base, posts)) is not None:
            return found
        sub = next((p for p in posts if p.kind == "sub"), None)
        label = self.label_among(letter, sub, posts)
        rest = [p for p in posts if p is not sub and p is not label]
        inside, turned = label_of(label) if label is not None else ("", [])
        subscript = spell(sub.tokens) if sub is not None else ""
        if label is None and (own := next((p for p in rest if self.raised_in_name(p, letter, subscript)), None)) is not None:
            rest.remove(own)
            inside = self.raised_in_name(own, letter, subscript)
        span = (base.span[0], max([base.span[1], *(p.span[1] for p in (sub, label) if p is not None)]))
        left = [*turned, *rest]
        if (local := self.local(letter, subscript, inside, span)) is not None:
            return local, left
        if (known := self.special(letter, sub, rest, span)) is not None:
            euler = letter in ("e", "\\mathrm{e}", "\\mathbf{e}") and known.tag == "exp"
            return known, [p for p in left if p.kind != "power"] if euler else left
        return self.lookup(letter, sub, subscript, inside, span), left

    def refuse_subgradients(self, letter: str, span: Span) -> None:
        """`∂f`, `subgradient`: no names, but questions that are asked elsewhere."""
        if letter == "\\partial" and not self.known(letter):
            raise self.error(
                "∂ before a function asks for its subgradients, and a derivative names its variable",
                span,
                r"ask for the subgradients of the function (`--subgradient`, gd.subgradient), or write \frac{\partial f}{\partial x}",
            )
        if re.search(r"sub-?(?:gradient|differential)", letter, re.I):
            raise self.error(
                f"`{letter}` asks for something and is no name here", span, "ask with `--subgradient` or gd.subgradient"
            )

    def by_its_script(self, letter: str, base: Node, posts: list[Post]) -> tuple[Draft, list[Post]] | None:
        """Names whose script tells by its form what is meant: J^{ij}, x_{2:n}, A_{m\\times n}, 1_{x > 0}."""
        if parts(letter)[0] == "J" and posts and posts[0].kind == "power":
            single = self.single_entry(posts[0], (base.span[0], posts[0].span[1]))
            if single is not None:
                return single, posts[1:]
        sub = next((p for p in posts if p.kind == "sub"), None)
        if sub is None:
            return None
        rest = [p for p in posts if p is not sub]
        if (part := self.sliced(letter, sub, (base.span[0], sub.span[1]))) is not None:
            return part, rest
        if any(t.text == "times" for t in sub.tokens) and letter not in (*IDENTITY, *ONES, *ZEROS):
            return self.sized(base, rest, sub)
        if letter in (*IDENTITY, *ONES) and any(t.text in RELATIONS for t in sub.tokens if t.kind == "op"):
            return self.below_one(sub), rest
        return None

    def label_among(self, letter: str, sub: Post | None, posts: list[Post]) -> Post | None:
        """The bracketed superscript that belongs to a name, or the i of a w^i whose text says that it is the i-th row of W."""
        label = next((p for p in posts if p.kind == "label"), None)
        if label is not None and is_pseudo(label):
            known = self.known(full(letter, spell(sub.tokens) if sub else "", spell(label.tokens)))
            label = label if known else None
        if label is None and self.counted_above(letter):
            return next((p for p in posts if p.kind == "power" and len(p.tokens) == 1 and self.is_index(p.tokens[0].text)), None)
        return label

    def raised_in_name(self, post: Post, letter: str, subscript: str) -> str:
        """A power or primes that belong to a name, as they are written: the 0 where an iteration starts, what is declared so; "" for
        any other."""
        text = spell(post.tokens) if post.kind == "power" else "'" * post.count if post.kind == "prime" else ""
        if post.kind == "prime" and not any(self.primed_name(full(letter, s, text)) for s in ("", subscript)):
            return ""
        starts = text == "0" and self.starting(letter, subscript)
        primed = subscript and post.kind == "prime" and self.known(full(letter, "", text))
        return text if text and (starts or self.known(full(letter, subscript, text)) or primed) else ""

    def starting(self, letter: str, sub: str) -> bool:
        """Whether letter^0 is where an iteration starts, and no power: nobody writes the power 0 of one name."""
        d = self.tables.declared.get(self.tables.alias(full(letter, sub, "")))
        return letter not in ("e", "\\mathrm{e}") and letter not in self.parameters and not (d is not None and d.kind == "scalar")

    def sized(self, base: Node, posts: list[Post], sub: Post) -> tuple[Draft, list[Post]]:
        """`A_{m\\times n}`: the name A, with its size below it."""
        found, rest = self.name(base, posts)
        sizes = [self.literal_size(x) for x in spell(sub.tokens).split("times") if x]
        axes = [n for n in sizes if n != ONE]
        if len(axes) != found.shape.rank or not all(self.solver.unify(a, n) for a, n in zip(found.shape.axes, axes)):
            raise ShapeError(
                f"{self.solver.quote(base.span)} is {self.solver.described(found.shape)}, not {spell(sub.tokens).replace('times', ' × ')}\n"
                + self.error("", sub.span).caret
            )
        return found, rest

    def below_one(self, sub: Post) -> Draft:
        """`1_{x > 0}`, `1_{\\{x > 0\\}}`."""
        raise NotImplementedError

    def counted_above(self, letter: str) -> bool:
        """Whether the members of a name carry their index above, as they are declared."""
        family = self.tables.families.get(self.tables.alias(letter))
        return family is not None and "^{(" in family.name

    def primed_name(self, name: str) -> bool:
        """Whether a prime belongs to a name that is defined or declared with it, and so is no transpose."""
        d = self.tables.declared.get(name)
        if name in self.parameters:
            return True
        return (
            name in self.tables.definitions
            or name in self.tables.symbols
            or (d is not None and bool(d.dims or d.kind or d.facts))
        )

    def known(self, name: str) -> bool:
        return name in self.parameters or self.tables.knows(self.tables.alias(name))

    def local(self, letter: str, sub: str, label: str, span: Span) -> Draft | None:
        """A parameter of the function that is being worked out."""
        name = full(letter, sub, label)
        if name in self.parameters:
            shape = self.parameters[name]
            return Draft(shape, lambda: self.parameter_symbol(name, shape), span)
        return None

    def lookup(self, letter: str, sub: Post | None, subscript: str, label: str, span: Span) -> Draft:
        whole = full(letter, subscript, label)
        if whole in self.tables.sizes and not self.shaped(whole):
            return Draft(Shape(), lambda: ops.size(Dim.of(whole)), span, "size")
        if whole in self.bound or (self.tables.closed and whole in self.tables.indices and not self.says_more(whole)):
            return self.index(whole, span)
        name = self.in_brackets(letter, subscript, label) or self.tables.alias(whole)
        if sub is not None and name in self.shapes and not any(t.text in self.bound for t in sub.tokens):
            return self.symbol(name, span)  # K_k R_k K_k^T: a name is what it was before, though R has made an index of k
        indices = self.subscripts(letter, sub, label, span)
        d = self.tables.declared.get(name)
        mentioned = d is not None and not (self.told(d) or d.facts or d.role or d.kind) and name not in self.tables.definitions
        running = mentioned and indices and all(t.text in self.bound for t in (sub.tokens if sub else ()) if t.kind == "name")
        member = indices and self.tables.member_of_family(name) and name not in self.tables.definitions
        if self.plainly(name) and not running and not member:
            self.refuse_unbound(name, sub, span)
            return self.symbol(name, span)
        if (labelled := self.below_label(letter, sub, label, name)) is not None:
            return self.entry(*labelled, span)
        if indices:
            base = self.base_of(letter, label)
            if base is not None:
                return self.entry(base, indices, span)
        if sub is not None and any(t.text in self.bound for t in sub.tokens) and any(t.text in ("+", "-") for t in sub.tokens):
            # x_{t+k-1} under a sum over k is an entry, and no name.
            raise self.error(
                f"the index of {self.solver.quote(span)} is not read", span, "write the sum so that an index is one letter"
            )
        if indices:
            names = [i for i in indices if i.tag == "index" or i.tag.startswith("label:")]
            if (column := self.of_capital(letter, label, indices, span)) is not None:
                return column
            if (names and len(names) == len(indices)) or letter in self.tables.indexed:
                return self.entry(letter if label == "" or label in self.bound else full(letter, "", label), indices, span)
        self.refuse_running(name, sub, span)
        return self.symbol(name, span)

    def in_brackets(self, letter: str, subscript: str, label: str) -> str:
        """The W^{(l)} that the text declares or defines under this spelling, where l is a label and counts no members."""
        if len(label) != 1 or label in self.bound or label in self.tables.indices or self.known(full(letter, subscript, label)):
            return ""
        spelt = (self.tables.alias(full(letter, subscript, f"{a}{label}{b}")) for a, b in ("()", "[]"))
        return next((n for n in spelt if self.plainly(n)), "")

    def refuse_running(self, name: str, sub: Post | None, span: Span) -> None:
        """A name with an index that runs below it is no scalar that stands still."""
        running = [t.text for t in sub.tokens if t.text in self.bound] if sub is not None else []
        if running and name not in self.parameters and name not in self.tables.symbols:
            what = self.solver.quote(span)
            raise self.error(
                f"what stands below {what} beside the index {running[0]} is not read", span, "declare it, or use one letter"
            )

    def of_capital(self, letter: str, label: str, indices: list[Draft], span: Span) -> Draft | None:
        """The a^{[2](i)} of a text that has A^{[2]} only, and the y^{(i)} beside a row Y: what the examples are stored in."""
        layer = label.startswith("[")
        name = self.tables.alias(full(letter.upper(), "", label if layer else ""))
        above = bool(label) and len(letter) == 1 and letter.islower() and len(indices) == 1
        if not above or not self.known(name) or name in self.working:
            return None
        whole = self.symbol(name, span)
        if whole.shape.rank == 1 and whole.shape.row:
            self.assume(f"{self.solver.quote(span)} is an entry of {text_name(name)}", span)
            return self.indexed(whole, indices, span)
        if whole.shape.rank != 2 or not layer:
            return None
        self.assume(f"{self.solver.quote(span)} is a column of {text_name(name)}", span, (f"a row of {text_name(name)}",), True)
        return self.indexed(whole, indices, span, True)

    def refuse_unbound(self, name: str, sub: Post | None, span: Span) -> None:
        """Under a sum over i an x_i that is declared on its own is no constant."""
        below = [t.text for t in bare(sub.tokens)] if sub is not None else []
        if len(below) == 1 and below[0] in self.bound and name not in self.parameters and name not in self.tables.definitions:
            raise self.error(
                f"{self.solver.quote(span)} is declared on its own, and stands under a sum over {below[0]}",
                span,
                rf"declare the members: ${name}$, ${below[0]} = 1, \dots, N$",
            )

    def below_label(self, letter: str, sub: Post | None, label: str, whole: str) -> tuple[str, list[Draft]] | None:
        """`x_{1,i}`, `x₁ᵢ`: the name x_1 that is known, and the indices that stand after its label."""
        if sub is None or self.plainly(whole):
            return None
        tokens = slots(sub.tokens)
        if not tokens:
            return None
        base = self.base_of(letter, label)
        # α_{0m} under a sum over m is the m-th of α_0: no member has the number 0. So is β_{1j}, where β has no indices of its own.
        free = tokens[0].text == "0" or (base is None and letter not in self.tables.indexed)
        zeroth = len(tokens) == 2 and tokens[0].kind == "num" and tokens[1].text in self.bound and free
        if base is not None and not zeroth and (base in self.tables.families or self.rank_of(base) >= len(tokens)):
            return None
        for cut in range(len(tokens) - 1, 0, -1):
            name = self.tables.alias(full(letter, spell(tuple(tokens[:cut])), label))
            if not (self.known(name) or name in self.shapes or zeroth) or name in self.tables.families_names():
                continue
            found = [self.one_index(t, True) for t in tokens[cut:]]
            indices = [i for i in found if i is not None]
            if len(indices) == len(found):
                return name, indices
        return None

    def shaped(self, name: str) -> bool:
        """Whether the name is declared as a value, not only mentioned."""
        if name in self.tables.definitions or name in self.tables.symbols:
            return True
        d = self.tables.declared.get(name)
        return d is not None and bool(
            d.dims
            or d.kind in ("vector", "row", "matrix", "function")
            or (d.kind == "scalar" and name not in self.tables.indices.values())
        )

    def plainly(self, name: str) -> bool:
        return name in self.tables.definitions or name in self.tables.symbols or name in self.tables.declared

    def base_of(self, letter: str, label: str) -> str | None:
        """The known name that the indices stand on."""
        tables = self.tables
        base = letter if not label or self.is_index(label) else full(letter, "", label)
        name = tables.alias(base)
        if name + TWIN in tables.families:
            return name + TWIN
        if name in tables.families or self.plainly(name) or name in self.parameters or name in self.shapes:
            return name
        return None

    def is_index(self, name: str) -> bool:
        return name in self.bound or name in self.free or (name in self.tables.indices)

    def subscripts(self, letter: str, sub: Post | None, label: str, span: Span) -> list[Draft]:
        """The indices of a name: those of a bracketed superscript first; [] where the subscript is a label."""
        out: list[Draft] = []
        base = self.tables.alias(letter if not label or self.is_index(label) else full(letter, "", label))
        family = base in self.tables.families
        ranked = family or self.rank_of(base) > 0 or base in self.tables.indexed
        if label and len(label) == 1 and label.isalpha():
            if not (self.is_index(label) or family):
                return []
            out.append(self.index(label, span))
        elif label.isdigit() and family and not self.known(full(letter, "", label)):
            out.append(self.position(label, span))
        if sub is None:
            return out
        slots = slots_of(sub.tokens)
        digit = [len(slot) for slot in slots] == [1] and slots[0][0].kind == "num"
        if digit and self.tables.counts.get(base) == "0" and not self.known(full(letter, spell(sub.tokens), label)):
            raise self.error(f"a sum counts {text_name(base)} from 0: which entry is this?", span, "write the sum from 1")
        if len(slots) >= 3 and (whole := spell(sub.tokens)) in self.free:
            return [*out, self.index(whole, span)]  # w_{y_i} below \sum_{j \ne y_i}: the label of the one example
        pair = slots[0][0].text if len(slots) == 1 and len(slots[0]) == 1 and slots[0][0].kind == "num" else ""
        if len(pair) == 2 and "0" not in pair and pair.isdigit() and not family and self.rank_of(base) == 2:
            return [self.position(digit, span) for digit in pair]  # A_{12} of a matrix
        picks = len(slots) >= 3 and slots[-2][0].text == "_" and self.is_index(slots[-1][0].text)
        above = [t for t in sub.tokens[2:] if t.kind == "name"] if [t.text for t in sub.tokens[1:4]] == ["^", "{", "("] else []
        if not picks and len(above) == 1 and above[0].text in self.bound:
            picks, slots = True, [above]  # μ_{c^{(i)}}
        numbered = picks and self.numbers_them(base, sub.tokens[0].text, slots[-1][0].text, span)
        if len(sub.tokens) > 2 and not numbered and (labelled := self.labels_among(sub.tokens, span)) is not None:
            return [*out, *labelled]
        if picks:
            slots = slots[-1:]
        elif (
            len(slots) >= 3
            and slots[1][0].text == "_"
            and base in self.tables.indexed
            and not self.known(full(letter, spell(sub.tokens), label))
        ):
            # The label of the one example: f_{y_i} beside f_j is the entry that it picks, as f_y is.
            return [*out, self.index(spell(sub.tokens), span)]
        if (
            ranked
            and not family
            and len(slots) == 1
            and self.labelled(base, full(letter, spell(sub.tokens), label), slots[0][0], span)
        ):
            return out
        if family or ranked:
            self.picked_or_run(base, picks, [s[0].text for s in slots], span)
        # Beside an index that runs, the k of A_{kj} is one as well: as a scalar of its own, A_{kj} would not run with j.
        among = any(len(slot) == 1 and slot[0].text in self.bound for slot in slots)
        for slot in slots:
            if len(slot) > 1:
                found = self.at_a_distance(slot)
            else:
                known = among or base in self.tables.indexed or base in self.tables.definitions
                found = self.one_index(slot[0], ranked or among, known, self.end_of(base))
            if found is None:
                return out if label and out else []
            out.append(found)
        return out

    def labelled(self, base: str, name: str, number: Token, span: Span) -> bool:
        """Whether the 2 of b_2 is a label, beside a b that nothing declares: it is where an entry of b does not conform."""
        told = self.tables.declared.get(base)
        if number.kind != "num" or base in self.tables.indexed or self.known(name) or (told is not None and self.told(told)):
            return False
        if base in self.tables.symbols or base in self.tables.definitions or base in self.parameters:
            return False
        self.turns["|label"] = ("entry", "label"), span  # of all such numbers: A_2 x − b_2
        if self.choice.get("|label", 0) % 2 == 0:
            return False
        self.assume(f"{text_name(name)} is a name of its own", span, (f"an entry of {text_name(base)}",), True)
        return True

    def end_of(self, base: str) -> str:
        """The name of the size of a vector, below which it has its last entry."""
        d = self.tables.declared.get(base)
        dims = d.dims if d is not None and d.kind in (None, "vector") else ()
        return "".join(dims[:1] * (len(dims) == 1)) if dims else self.tables.counts.get(base, "")

    def says_more(self, name: str) -> bool:
        """Whether an index is known as something else: "r is the index of the class" says nothing more of r."""
        d = self.tables.declared.get(name)
        told = d is None or self.told(d) or bool(d.facts or d.role or d.kind)
        return self.known(name) and (told or name in self.tables.symbols or name in self.tables.definitions)

    def may_run(self, name: str) -> bool:
        """Whether a letter that nothing explains can be an index that is left free: δ_{ij}, or the entry of an answer."""
        return (
            len(name) == 1
            and name.islower()
            and name not in self.parameters
            and not self.shaped(name)
            and name not in self.tables.families
        )

    def one_index(self, t: Token, ranked: bool, runs: bool = False, end: str = "") -> Draft | None:
        """A number or a letter as an index; so is the `end` of the axis. Below a name that other indices run over (`runs`) any small letter is one."""
        if t.kind == "name" and ranked and end == t.text and end not in self.bound and not self.shaped(end):
            return Draft(Shape(), lambda: ops.size(Dim.of(end)), (t.start, t.end), "number")  # the last entry, x_N
        if t.kind == "name" and (
            self.is_index(t.text)
            or (ranked and self.tables.closed and self.may_run(t.text))
            or (ranked and runs and len(t.text) == 1 and t.text.islower() and not self.rank_of(t.text))
            or (ranked and t.text in ("i", "j", "k", "l", "m", "n", "\\ell", "s", "t", "c") and t.text not in self.parameters)
        ):
            return self.index(t.text, (t.start, t.end))
        if t.kind == "num" and ranked and t.text.isdigit() and int(t.text) > 0:
            return self.position(t.text, (t.start, t.end))
        return None

    def at_a_distance(self, slot: list[Token]) -> Draft | None:
        """`i+1`, where i is the index of a sum."""
        found = shifted(slot)
        span = slot[0].start, slot[-1].end
        if (found is None or found[0] not in self.bound) and any(t.kind == "name" and t.text in self.bound for t in slot):
            raise self.error("an index like this is not read", span, "write the index with a number added, as in x_{i+1}")
        if found is None or found[0] not in self.bound:
            return None
        self.tables.sizes.update(dict.fromkeys(found[1].names))
        running = self.index(found[0], span)
        return Running(running.shape, running.make, span, "index", None, False, None, found[0], found[1])

    def position(self, text: str, span: Span) -> Draft:
        return Draft(Shape(), lambda: Number(int(text)), span, "number")

    def index(self, name: str, span: Span) -> Draft:
        if name not in self.bound and name in self.around:
            what = text_name(self.working[-1])
            said = f"{what} is defined with an {name} of its own and stands in a sum over {name}: is it one of several?"
            raise self.error(said, span, f"write {what}_{name} = … and {what}_{name} in the sum")
        if name not in self.bound and name not in self.free:
            self.free[name] = self.extent_of(name)
        extent = self.bound[name] if name in self.bound else self.free[name]
        shape = Shape(index=extent)
        return Running(shape, lambda: Symbol(name, self.solver.type(shape)), span, "index", None, False, None, name)

    def rank_of(self, name: str) -> int:
        if name in self.parameters:
            return self.parameters[name].rank
        if name in self.shapes:
            return self.shapes[name].rank
        if name in self.tables.symbols:
            return self.tables.symbols[name].rank
        if name in self.tables.definitions:
            return 0 if name in self.working else self.symbol(name, (0, 0)).shape.rank
        d = self.tables.declared.get(name)
        return self.declared_shape(d).rank if d is not None and self.shaped(name) and d.kind != "function" else 0

    # ------------------------------------------------------------ what other files know

    def special(self, letter: str, sub: Post | None, rest: list[Post], span: Span) -> Draft | None:
        """Constants by habit, where they are not declared."""
        raise NotImplementedError

    def single_entry(self, post: Post, span: Span) -> Draft | None:
        raise NotImplementedError

    def sliced(self, letter: str, sub: Post, span: Span) -> Draft | None:
        raise NotImplementedError
