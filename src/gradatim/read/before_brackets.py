"""What a name before a bracket is: a function that is known by name, one that nobody stated, or a factor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from gradatim.errors import Span
from gradatim.read.applied import primes_of, word_node
from gradatim.read.calls import Calls
from gradatim.read.constants import BY_HABIT, EXPECTATIONS
from gradatim.read.infer import Draft, Shape
from gradatim.read.names import UNKNOWN_LETTERS, member_parts, plain_name, stripped, text_name
from gradatim.read.prose import Declaration
from gradatim.read.resolve import IDENTITY, ONES
from gradatim.read.scope import full
from gradatim.read.spelt import label_of, spelling_of
from gradatim.read.tree import Node, Post, one_name, spell

_WORD = re.compile(r"\\(?:mathrm|operatorname|text|mathsf|mathit)\{[A-Za-z]{2,}\d*\}")
"""Names of several letters: before a bracket they are functions."""
_MULTIPLIERS = (*"wxyzbcdpr", "\\lambda", "\\mu", "\\nu", "\\alpha", "\\beta", "\\gamma", "\\theta", "\\xi")
"""Letters of vectors: with a prime before a bracket they are rows, \\lambda'(Ax - b), and no derivatives."""
_CONSTANTS = ("I", "\\mathbf{I}", "\\mathbf{1}", "e", "\\pi")
KERNELS = ("k", "K", "\\kappa", "\\mathcal{K}", "\\mathbf{K}")
"""Letters that before two arguments name a kernel: no product has two factors with a comma between them."""
_BARE_PHI = re.compile(r"(?:\\Phi(?![A-Za-z])|Φ)(?!\s*(?:\\left|\\[bB]ig+l?)?\s*[(\[])")
"""A Φ that is applied to nothing is no function."""


def _is_call(node: Node) -> bool:
    """`x(t)`: what is multiplied with a letter before it stands in no brackets of its own."""
    return node.kind == "juxt" and len(node.args) == 2 and one_name(node.args[0]) and node.args[1].kind == "group"


def _is_product(node: Node) -> bool:
    """Whether a node is a product without brackets and signs, which needs no brackets behind a factor: the xᵢᵀβ of b(xᵢᵀβ)."""
    return node.kind == "juxt" and all(a.kind in ("name", "post", "num") for a in node.args)


class BeforeBrackets(Calls):
    """What a name does to the bracket behind it: it is called, or it is a factor."""

    # ------------------------------------------------------------ a name before a bracket

    def call(self, head: Node, after: Node | None) -> Draft | None:
        """The call that two neighbours are, or None where they are a product."""
        base = head.args[0] if head.kind == "post" else head
        if base.kind != "name" or after is None:
            return None
        group = after.args[0] if after.kind == "post" else after
        if group.kind != "group" or group.value == "tex":
            return None
        behind = after.posts if after.kind == "post" else ()
        sub = next((p for p in head.posts if p.kind == "sub"), None)
        if base.value == "\\sigma" and sub is not None and any(spell(p.tokens) == "2" for p in head.posts if p.kind == "power"):
            return None  # the variance of what stands below, times the bracket
        if self.tables.closed and base.value == "\\delta" and sub is not None and not self.known("\\delta"):
            return None
        primes = sum(p.count for p in head.posts if p.kind == "prime")
        if primes and (base.value in (*ONES, *IDENTITY) or self.primed_name(full(str(base.value), "", "'" * primes))):
            return None  # 𝟏'(A ∘ X)𝟏
        powers = [p for p in head.posts if p.kind == "power"]
        label = next((label_of(p)[0] for p in head.posts if p.kind == "label"), "")
        if label and (numbered := self.numbered(base, label, group, head.span)):
            return self.with_posts(numbered, behind)
        if label and self.symbol_known(self.tables.alias(full(str(base.value), "", label))):
            return None
        name = self.tables.alias(full(str(base.value), spell(sub.tokens) if sub else "", label))
        d = self.tables.declared.get(name)
        whole = self.tables.definitions.get(self.tables.alias(str(base.value)))
        if sub is not None and whole is not None and whole.parameters and not self.known(name) and not primes and not label:
            indices = [self.one_index(t, True) for t in sub.tokens if t.text != ","]
            if indices and all(indices) and len(group.args) == len(whole.parameters):  # y_k(x, w): an entry of the value
                value = self.entry_of_value(whole, [i for i in indices if i is not None], group, (head.span[0], group.span[1]))
                if value is None:
                    return None
                return replace(self.with_posts(value, [*powers, *behind]), span=(head.span[0], after.span[1]))
        entry = after.kind == "post" and after.posts[0].kind == "sub" and sub is not None
        if entry and name not in self.tables.definitions and not (d is not None and d.kind == "function"):
            return None  # W_{kj} (Σ)_{kj}
        span = (head.span[0], group.span[1])
        found = (
            None
            if primes or powers or name in self.tables.definitions
            else self.of_eigenvector(str(base.value), name, group, span)
            or self.of_named_spectrum(name, str(base.value), group, span)
        )
        found = found or self.called(name, str(base.value), group, primes, span)
        if found is None:
            return None
        return replace(self.with_posts(found, [*powers, *behind]), span=(head.span[0], after.span[1]))

    def with_posts(self, x: Draft, posts: Iterable[Post]) -> Draft:
        for post in posts:
            x = self.attach(x, post)
        return x

    def called(self, name: str, letter: str, group: Node, primes: int, span: Span) -> Draft | None:
        if name in self.parameters:
            return None
        definition = self.tables.definitions.get(name)
        if definition is not None and definition.index and name == "\\sigma" and not definition.parameters:
            definition = None  # `σ_i = σ(wᵀx_i)`: what stands before the bracket is no member
        if definition is not None:
            return self.call_defined(definition, group, primes, span)
        d = self.tables.declared.get(name)
        if (said := self.by_meaning(name, letter, d, group, primes, span)) is not None:
            return said
        free = self.unshaped(name, d, primes)
        if letter == "\\Phi" and free and len(group.args) == 1 and not _BARE_PHI.search(self.text):
            return self.normal_cdf(self.draft(group.args[0]), span)
        if (value := self.moving(name, group, primes, span)) is not None:
            return value
        if self.numbered_functions(name, letter, group, primes):
            return self.one_of_functions(name, letter, group, d.role if d is not None and d.kind == "function" else "", span)
        d = d or self.like_its_members(name, letter)
        if d is not None and d.kind == "function":
            # A function from ℝ to ℝ acts on every entry of an array.
            return self.call_unknown(name, group, primes, span, d.elementwise or d.role == "map:->", d.role)
        return self.untold(name, letter, d, group, primes, span)

    def by_meaning(self, name: str, letter: str, d: Declaration | None, group: Node, primes: int, span: Span) -> Draft | None:
        """What a word, a declared meaning or habit makes of a name before a bracket: a function that has a name of its own."""
        if letter == "\\mathbb{1}" or (letter in (*ONES, *IDENTITY) and group.args[0].kind == "rel"):
            return self.indicator(group, span)
        habit = letter if name == letter else plain_name(name)
        if habit in BY_HABIT and d is None and not self.known(name) and (letter != "\\psi" or self.tables.closed):
            word, what = BY_HABIT[habit]
            if all(a.text != f"{text_name(name)} is the {what}" for a in self.assumptions):
                self.assume(f"{text_name(name)} is the {what}", span, (), False, f"${name}$ is a scalar, where it is one")
            return self.on_call(Node("call", span, group.args, word, primes_of(primes, span)))
        bare = d is None or name in EXPECTATIONS and not (self.told(d) or d.facts or d.kind or d.role)
        if bare and (d is not None or not self.known(name)) and (said := self.in_words(name, letter, group, span)) is not None:
            return said
        if (
            (letter == "\\mathcal{N}" or letter == "N" and self.conditioned(group))
            and d is None
            and name == letter
            and not self.known(letter)
        ):
            return self.density(group, span)
        if d is not None and d.role.startswith("=") and d.role[1:]:
            return self.on_call(Node("call", span, group.args, word_node(d.role[1:]), primes_of(primes, span)))
        if self.is_sigmoid(name, letter, d):
            if d is None:
                others = ("σ times what stands in the bracket", "an unknown function")
                self.assume("σ is the sigmoid 1/(1 + e^(-z))", span, others, True, r"$\sigma$ is the sigmoid")
            return self.on_call(Node("call", span, group.args, "sigmoid", primes_of(primes, span)))
        if d is not None and d.role in ("huber", "softmax"):
            below = name[len(letter) :].removeprefix("_").strip("{}")
            return (
                self.huber(below, group, span) if d.role == "huber" else self.on_call(Node("call", span, group.args, "softmax"))
            )
        return None

    def unshaped(self, name: str, d: Declaration | None, primes: int) -> bool:
        """Whether nothing has given a name a value or a shape yet."""
        return (d is None or not (d.kind or d.dims)) and not self.symbol_known(name) and name not in self.shapes and not primes

    def is_sigmoid(self, name: str, letter: str, d: Declaration | None) -> bool:
        if d is not None and d.role == "sigmoid":
            return True
        told = d is not None and d.kind != "function" and (d.kind is not None or bool(d.dims or d.facts))
        member = self.tables.definitions.get(letter) if name != letter else None
        if member is not None and member.index:
            return False  # the σ_i of `σ_i(1 − σ_i)`, of which the text says what it is
        return letter == "\\sigma" and not told and not self.symbol_known(name)

    def untold(self, name: str, letter: str, d: Declaration | None, group: Node, primes: int, span: Span) -> Draft | None:
        """A name of which nothing says that it is a function: it is one by its letter or its primes, or a factor."""
        free = self.unshaped(name, d, primes)
        declared, family = self.tables.declared.get(letter), self.tables.families.get(letter)
        if (
            name != letter
            and self.is_index(name[-1:])
            and len(group.args) == 1
            and group.args[0].kind == "name"
            and group.value == "("
            and self.tables.alias(letter) not in self.tables.symbols
            and not (family is not None and (family.dims or family.kind))
            and (declared is None or not self.told(declared))
        ):
            raise self.error(f"is {self.solver.quote(span)} a function of its argument or a product?", span, "declare the name")
        if name != letter and (self.known(letter) or letter in self.shapes or self.is_index(name[-1:])):
            return None
        if (
            (d is None or not (self.told(d) or d.facts))
            and not self.symbol_known(name)
            and (
                (primes and stripped(letter) not in _MULTIPLIERS)
                or (
                    (stripped(letter) in UNKNOWN_LETTERS or self.of_the_head(name, group))
                    and name not in self.shapes
                    and name not in self.tables.sizes
                )
            )
        ):
            called = self.call_unknown(name, group, primes, span, True, "", True)
            self.assume_unknown(letter, called, span)
            return called
        if d is None and free and self.bound and len(name) == 1 and name.islower() and _is_product(group.args[0]):
            called = self.call_unknown(name, group, primes, span, True, "", True)
            self.assume_unknown(letter, called, span)  # the b of Σᵢ b(xᵢᵀβ): a product needs no brackets
            return called
        return self.undeclared(name, group, span, d is None or not self.told(d), free)

    def of_the_head(self, name: str, group: Node) -> bool:
        """Whether a letter stands before an argument of the density that is defined, and never without it: the T and the A of
        `p(y | \\theta) = h(y) \\exp(\\theta^T T(y) - A(\\theta))`."""
        if group.value != "(" or len(group.args) != 1 or not one_name(group.args[0]) or name != name[:1]:
            return False
        at = self.text[group.args[0].span[0] : group.args[0].span[1]].strip()
        left = self.text.partition("=")[0]
        of_two = re.search(r"\((?P<y>[^()]*)(?:\||;|\\mid(?![a-z])|\\vert(?![a-z]))(?P<by>[^()]*)\)", left)
        every = len(re.findall(rf"(?<![A-Za-z\\^{{]){name}(?![A-Za-z])", self.text))
        called = len(re.findall(rf"(?<![A-Za-z\\]){name}\s*\(\s*{re.escape(at)}\s*\)", self.text))
        return 0 < every == called and of_two is not None and at in (p.strip() for g in of_two.groups() for p in g.split(","))

    def conditioned(self, group: Node) -> bool:
        """`(x | \\mu, \\Sigma)`, `(x; \\mu, \\Sigma)`: what stands behind the name of a density."""
        if len(group.args) != 3:
            return False
        first, second = (self.text[a.span[1] : b.span[0]].strip() for a, b in zip(group.args, group.args[1:]))
        return first in ("|", ";", "\\mid", "\\,|\\,", "\\,;\\,", "\\vert") and second == ","

    def numbered_functions(self, name: str, letter: str, group: Node, primes: int) -> bool:
        """Whether `\\phi_j(x)` under an index j is one of several functions: declared so, or before one name in brackets, as no
        factor of a product stands, where nothing makes a φ_j a number."""
        index = name[len(letter) :].removeprefix("_").strip("{}")
        if primes or not index or not self.is_index(index) or letter in self.tables.symbols or letter in self.shapes:
            return False
        d = self.tables.declared.get(name)
        if d is not None and d.kind == "function":
            return True
        told = (self.tables.declared.get(letter), self.tables.families.get(letter), d)
        if any(x is not None and (self.told(x) or x.facts or x.role) for x in told) or letter in self.tables.definitions:
            return False
        alone = group.value == "(" and all(map(one_name, group.args))
        return alone and (stripped(letter) in UNKNOWN_LETTERS or stripped(letter) == "r") and not self.tables.closed

    def like_its_members(self, name: str, letter: str) -> Declaration | None:
        """What is said of the f_i, for an f_0 of which nothing is said: a function of the same things."""
        found = [d for n, d in self.tables.declared.items() if n != letter and member_parts(n)[0] == letter]
        functions = name != letter and bool(found) and all(d.kind == "function" for d in found)
        return found[0] if functions and not self.known(name) else None

    def undeclared(self, name: str, group: Node, span: Span, untold: bool, free: bool) -> Draft | None:
        """What no word and no declaration makes a function: a kernel by habit, or an entry in brackets."""
        if free and name in KERNELS and (kernel := self.kernel(name, group, span)) is not None:
            return kernel
        self.refuse_number(name, group, span, untold)
        if untold:
            self.refuse_unread(name, span)
            self.refuse_ambiguous(name, group, span)
        return self.entry_in_brackets(name, group, span)

    def of_named_spectrum(self, name: str, letter: str, group: Node, span: Span) -> Draft | None:
        """λ_max(A + tB) of a text that speaks of λ_max and gives it no kind; a λ_1 before a matrix can be a factor as well, and is asked about."""
        sub = name[len(letter) :].removeprefix("_").strip("{}")
        d = self.tables.declared.get(name)
        if name in self.parameters:
            return None
        if len(group.args) == 1 and (known := self.of_named_value(name, sub, group, span)) is not None:
            return known
        if d is None:
            return None
        told = self.told(d) or d.facts or d.kind or d.role or self.symbol_known(name) or name in self.shapes
        if letter not in ("\\lambda", "\\sigma") or told or len(group.args) != 1 or not (sub.isdigit() or sub in ("max", "min")):
            return None
        if sub.isdigit() and self.draft(group.args[0]).shape.rank == 2:
            said = f"is {self.solver.quote(span)} a function of its argument or a product?"
            raise self.error(said, span, "declare the name as a scalar, or leave it out of the declarations")
        return self.of_spectrum(letter, sub, group.args[0], span)

    def kernel(self, name: str, group: Node, span: Span) -> Draft | None:
        """`K(x_i, x_j)` of a K of which nothing is said: a function of two things of one kind."""
        if len(group.args) != 2 or group.value != "(" or self.tables.closed:
            return None
        left, right = (self.draft(a) for a in group.args)
        if not self.solver.same(Shape(left.shape.axes, left.shape.row), right.shape):
            raise self.solver.clash(f"{text_name(name)} compares two things of one kind", left, right)
        said = f"{text_name(name)} is an unknown function of two arguments, a kernel"
        self.assume(said, span, (), True, f"${name}$ is a function")
        return self.call_unknown(name, group, 0, span, False, "", True)

    def in_words(self, name: str, letter: str, group: Node, span: Span) -> Draft | None:
        """A word, an expectation, an entropy or Γ_p before a bracket, where nothing is said of the name."""
        sub = name[len(letter) :].removeprefix("_").strip("{}") if name.startswith(letter) else ""
        if letter in EXPECTATIONS:
            return self.expectation(letter, group, sub, span)
        if letter == "E" and not self.known(letter) and letter not in self.tables.symbols:
            return self.expectation(letter, group, sub, span) or self.no_expectation(letter, span)
        if letter in ("\\lambda", "\\sigma") and sub and len(group.args) == 1:
            return self.of_spectrum(letter, sub, group.args[0], span)
        if self.known(letter):
            return None
        if letter == "\\Gamma" and sub and len(group.args) == 1:
            return self.multigamma(sub, self.draft(group.args[0]), span)
        if name == "H" and len(group.args) == 1 and group.args[0].kind in ("name", "post"):
            p = self.tables.declared.get(spelling_of(group.args[0]))
            if p is not None and "probability" in p.facts:
                self.assume("H is the entropy", span, (), False, "$H$ is a matrix, where it is one")
                return self.entropy([self.draft(group.args[0])], span)
        return self.by_word(letter, sub, group, span)

    def refuse_number(self, name: str, group: Node, span: Span, untold: bool) -> None:
        """`x(1)` is an entry of a program's array or the value of a function: nobody multiplies a name by (1)."""
        bare = "^" not in self.text[span[0] : group.span[0]] and group.value == "(" and name not in self.tables.sizes
        if bare and all(a.kind == "num" for a in group.args) and (self.rank_of(name) or untold and not self.symbol_known(name)):
            said = f"{self.solver.quote(span)} is read neither as an entry nor as a value"
            raise self.error(said, span, "entries are x_1, A_{12}, from 1 on; for a function, declare it")

    def refuse_ambiguous(self, name: str, group: Node, span: Span) -> None:
        """`k(x)` of an undeclared k is a call or a product: nobody can tell, so nobody guesses."""
        alone = one_name(group.args[0]) or _is_call(group.args[0])
        alone = group.value == "(" and (alone or len(group.args) > 1 or _WORD.match(name) is not None)
        known = name in self.tables.families or name in self.tables.sizes or name in _CONSTANTS or self.symbol_known(name)
        if alone and not known and name not in EXPECTATIONS:
            raise self.error(
                f"is {self.solver.quote(span)} a function of its argument or a product?",
                span,
                "declare the name as a function or as a scalar, vector or matrix",
            )

    def symbol_known(self, name: str) -> bool:
        return name in self.tables.symbols
