"""Functions, powers, primes and norms: what stands before a bracket, and what is attached to a factor."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from gradatim import ops
from gradatim.errors import ShapeError, Span
from gradatim.ops.base import Op, Pointwise
from gradatim.ops.function import Function
from gradatim.read.applied import Applied, primes_of, word_node
from gradatim.read.composites import COMPOSITES
from gradatim.read.constants import BY_HABIT, EXPECTATIONS
from gradatim.read.infer import Draft, Shape, dimension
from gradatim.read.names import UNKNOWN_LETTERS, member_parts, parts, plain_name, stripped, text_name
from gradatim.read.prose import Declaration
from gradatim.read.resolve import IDENTITY, ONES
from gradatim.read.scope import Definition, full
from gradatim.read.spelt import is_pseudo, label_of, spelling_of
from gradatim.read.traces import OF_BRACKET, inverse_inside
from gradatim.read.tree import Node, Post, number, one_name, spell, walk
from gradatim.term import Apply, Symbol
from gradatim.types import SCALAR, Dim

_WORD = re.compile(r"\\(?:mathrm|operatorname|text|mathsf|mathit)\{[A-Za-z]{2,}\d*\}")
"""Names of several letters: before a bracket they are functions."""
_MULTIPLIERS = (*"wxyzbcdpr", "\\lambda", "\\mu", "\\nu", "\\alpha", "\\beta", "\\gamma", "\\theta", "\\xi")
"""Letters of vectors: with a prime before a bracket they are rows, \\lambda'(Ax - b), and no derivatives."""
_UNARY = {
    "trace": ops.trace,
    "det": ops.det,
    "logdet": ops.logdet,
    "inverse": ops.inverse,
    "total": ops.total,
    "logsumexp": ops.logsumexp,
    "lse": ops.logsumexp,
}
_CONSTANTS = ("I", "\\mathbf{I}", "\\mathbf{1}", "e", "\\pi")
_OF_ARRAYS = ("total", "mean", "norm", "sqnorm", "norm1", "norminf")
_SQUARE = ("trace", "det", "logdet", "inverse")


_BARE_PHI = re.compile(r"(?:\\Phi(?![A-Za-z])|Φ)(?!\s*(?:\\left|\\[bB]ig+l?)?\s*[(\[])")
"""A Φ that is applied to nothing is no function."""


def has_scripts(node: Node) -> bool:
    """Whether something below a node stands with a subscript, as the members of a family do."""
    return any(p.kind == "sub" for n in walk(node) for p in n.posts)


def _is_call(node: Node) -> bool:
    """`x(t)`: what is multiplied with a letter before it stands in no brackets of its own."""
    return node.kind == "juxt" and len(node.args) == 2 and one_name(node.args[0]) and node.args[1].kind == "group"


def _is_product(node: Node) -> bool:
    """Whether a node is a product without brackets and signs, which needs no brackets behind a factor: the xᵢᵀβ of b(xᵢᵀβ)."""
    return node.kind == "juxt" and all(a.kind in ("name", "post", "num") for a in node.args)


KERNELS = ("k", "K", "\\kappa", "\\mathcal{K}", "\\mathbf{K}")
"""Letters that before two arguments name a kernel: no product has two factors with a comma between them."""


class Calls(Applied):
    """What names and words do to a bracket; powers and norms."""

    # ------------------------------------------------------------ a name before a bracket

    def call(self, head: Node, after: Node | None) -> Draft | None:
        """The call that two neighbours are, or None where they are a product."""
        base = head.args[0] if head.kind == "post" else head
        if base.kind != "name" or after is None:
            return None
        group = after.args[0] if after.kind == "post" else after
        if group.kind != "group" or group.value == "tex":
            return None
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
            for post in after.posts if after.kind == "post" else ():
                numbered = self.attach(numbered, post)
            return numbered
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
                for post in (*powers, *(after.posts if after.kind == "post" else ())):
                    value = self.attach(value, post)
                return Draft(value.shape, value.make, (head.span[0], after.span[1]), value.tag, value.inner, value.guess)
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
        for post in (*powers, *(after.posts if after.kind == "post" else ())):
            found = self.attach(found, post)
        return Draft(found.shape, found.make, (head.span[0], after.span[1]), found.tag, found.inner, found.guess)

    def called(self, name: str, letter: str, group: Node, primes: int, span: Span) -> Draft | None:
        if name in self.parameters:
            return None
        definition = self.tables.definitions.get(name)
        if definition is not None:
            return self.call_defined(definition, group, primes, span)
        if letter == "\\mathbb{1}" or (letter in (*ONES, *IDENTITY) and group.args[0].kind == "rel"):
            return self.indicator(group, span)
        d = self.tables.declared.get(name)
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
        if (d is not None and d.role == "sigmoid") or (
            letter == "\\sigma"
            and (d is None or (d.kind is None and not d.dims and not d.facts) or d.kind == "function")
            and not self.symbol_known(name)
        ):
            if d is None:
                others = ("σ times what stands in the bracket", "an unknown function")
                self.assume("σ is the sigmoid 1/(1 + e^(-z))", span, others, True, r"$\sigma$ is the sigmoid")
            return self.on_call(Node("call", span, group.args, "sigmoid", primes_of(primes, span)))
        if d is not None and d.role in ("huber", "softmax"):
            below = name[len(letter) :].removeprefix("_").strip("{}")
            return (
                self.huber(below, group, span) if d.role == "huber" else self.on_call(Node("call", span, group.args, "softmax"))
            )
        free = (d is None or not (d.kind or d.dims)) and not self.symbol_known(name) and name not in self.shapes and not primes
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
                or (stripped(letter) in UNKNOWN_LETTERS and name not in self.shapes and name not in self.tables.sizes)
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

    def indicator(self, group: Node, span: Span) -> Draft:
        relation = group.args[0]
        if relation.kind != "rel" or len(group.args) > 1:
            raise self.error("an indicator holds one relation", span)
        return self.holds(relation, span)

    def holds(self, relation: Node, span: Span) -> Draft:
        """1 where the relation holds, else 0."""
        raise NotImplementedError

    # ------------------------------------------------------------ words

    def on_call(self, node: Node) -> Draft:
        word = str(node.value)
        own = self.tables.definitions.get(f"\\mathrm{{{word}}}")
        if own is not None and own.parameters and own.name not in self.working:
            return self.of_own_word(own, node)
        self.say_reach(node, word)
        if inverse_inside(node, self.text):
            self.assume(f"{self.solver.quote(node.span)} is the trace of all that follows", node.span, (OF_BRACKET,), True)
        if word in ("max", "min"):
            return self.extreme(node, word)
        if word == "cos" and len(node.args) == 2:
            word = "cosine"
        if word == "vec" and any(p.kind == "power" and spell(p.tokens) == "-1" for p in node.posts):
            # The inverse of vec is unvec, whose sizes stand below it.
            word, node = "unvec", replace(node, value="unvec", posts=tuple(p for p in node.posts if p.kind != "power"))
        if word in COMPOSITES:
            found = self.composite(word, [self.draft(a) for a in node.args], node.span)
            assert found is not None
        elif any(a.kind == "dots" for a in node.args):
            found = self.of_one(replace(node, args=(Node("group", node.span, node.args, "("),)), word)
        elif len(node.args) != 1:
            return self.several(node, word)
        else:
            found = self.of_one(node, word)
        for post in node.posts:
            if post.kind in ("power", "hpower"):
                # `diag^{-1}(Mx)` is an inverse; sin^{-1} may be another function.
                if (
                    post.node is not None
                    and number(post.node) is None
                    and post.node.kind == "add"
                    and word not in (*_UNARY, "diag")
                ):
                    raise self.error("an exponent of a function's name is read only where it is a positive number", post.span)
                found = self.attach(found, post)
        return found

    def say_reach(self, node: Node, word: str) -> None:
        """`sin x y` without brackets is the sine of the product, and is said to be."""
        body = node.args[0]
        op = ops.dictionary().get(word)
        bare = body.kind == "juxt" and "(" not in self.text[node.span[0] : body.span[0]]
        if op is None or not op.scalar or not bare or len(node.args) > 1:
            return
        names = [spelling_of(n) for n in body.args if one_name(n)]
        letters = [parts(n)[0].lstrip("\\")[:1] for n in names if n != "\\pi"]
        if len(letters) == len(body.args) and len({*names}) > 1 and all(map(str.islower, letters)):
            whole = self.solver.quote(node.span)
            said = f"{whole} is {word} of the whole product"
            self.assume(said, node.span, (f"{word} of its first factor",), True, "write brackets around the argument")

    def of_own_word(self, own: Definition, node: Node) -> Draft:
        """A word that the text defines, with what is attached to it: sgn(x), relu²(x), softmax_i(z)."""
        primes = sum(p.count for p in node.posts if p.kind == "prime")
        found = self.call_defined(own, Node("group", node.span, node.args, "("), primes, node.span)
        if found is None:
            raise self.error(f"`{node.value}` is called with itself", node.span)
        for post in node.posts:
            if post.kind != "prime":
                found = self.attach(found, post)
        return found

    def of_one(self, node: Node, word: str) -> Draft:
        """A function of one argument; log with a number below it is to that base."""
        below = next((p for p in node.posts if p.kind == "sub"), None)
        if below is not None and word == "log" and len(below.tokens) == 1 and below.tokens[0].kind == "num":
            base = below.tokens[0].value
            assert base is not None
            return self.to_base(self.draft(node.args[0]), self.literal(base, below.span), node.span)
        if below is not None and word == "log" and spell(below.tokens) in ("e", "\\mathrm{e}"):
            below = None
        if below is not None and word not in ("norm",):
            return self.with_subscript(word, below, self.draft(node.args[0]), node.span)
        if any(p.kind == "label" and spell(p.tokens) == "odot" for p in node.posts) and (op := ops.dictionary().get(word)):
            return self.pointwise(op, self.draft(node.args[0]), node.span, True)
        primes = sum(p.count for p in node.posts if p.kind == "prime")
        argument = self.of_diagonal(node.args[0]) if word == "diag" else self.draft(node.args[0])
        lenient = self.lenient and str(node.args[0].value) not in self.tables.indexed
        if word in _OF_ARRAYS and argument.guess and not (argument.shape.rank or lenient or has_scripts(node.args[0])):
            raise self.solver.clash("entries are added up of an array", argument, argument)  # nobody adds up one number
        return self.apply(word, argument, node.span, primes)

    def with_subscript(self, word: str, below: Post, x: Draft, span: Span) -> Draft:
        """What stands below a function's name: the sizes of `unvec_{m×n}`, the direction of a softmax, the base of a logarithm."""
        text = spell(below.tokens)
        sizes = (
            "".join(t.text for t in below.tokens if t.kind not in ("gopen", "gclose"))
            .replace("times", ",")
            .strip("()")
            .split(",")
        )
        if word == "unvec" and len(sizes) == 2:
            rows, columns = map(dimension, sizes)
            known = isinstance(rows, Dim) and isinstance(columns, Dim)
            if x.shape.rank != 1 or known and not self.solver.unify(x.shape.axes[0], rows * columns):
                raise self.error("the entries of this vector do not fill the matrix", span)
            return Draft(Shape((rows, columns)), lambda: ops.unvec(x.make(), params=(rows, columns)), span, "", None, x.guess)
        if word == "softmax" and text in ("\\mathrm{columns}", "columns", "\\mathrm{rows}", "rows") and x.shape.rank == 2:
            side = "columns" if "columns" in text else "rows"
            return Draft(x.shape, lambda: ops.softmax(x.make(), params=(side,)), span, "", None, x.guess)
        if word == "huber":
            bound = self.draft(Node("num", below.span, (), below.tokens[0].value)) if below.tokens[0].kind == "num" else None
            edge = bound or self.symbol(self.tables.alias(text), below.span)
            return Draft(x.shape, lambda: ops.huber(x.make(), edge.make()), span, "", None, x.guess)
        raise self.error(f"a subscript of `{word}` is not read", span)

    def apply(self, word: str, x: Draft, span: Span, primes: int = 0) -> Draft:
        """A function of the dictionary by its name."""
        if word == "log" and x.tag in ("det", "abs") and not primes:
            inner = x.inner if x.tag == "det" else (x.inner.inner if x.inner is not None and x.inner.tag == "det" else None)
            if inner is not None:
                return Draft(Shape(), lambda: ops.logdet(inner.make()), span, "", None, x.guess)
        if word == "log" and x.tag == "gamma" and x.inner is not None and not primes:
            return self.pointwise(ops.lgamma, x.inner, span)
        if word == "log" and x.tag == "density" and x.inner is not None and not primes:
            return Draft(Shape(), x.inner.make, span, "", None, x.guess)
        if word == "unvec":
            raise self.error(
                "unvec does not say of which size its matrix is", span, r"write \operatorname{unvec}_{m \times n}(v)"
            )
        op = ops.dictionary().get(word)
        if op is not None and op.scalar:
            return self.pointwise(op, x, span) if not primes else self.derivative(op, x, primes, span)
        if primes:
            raise self.error(f"`{word}′` is not read", span)
        if word in _UNARY:
            if word in ("det", "logdet") and x.guess and not (x.shape.rank or self.lenient):
                raise self.solver.clash("a determinant is of a matrix", x, x)  # nobody takes that of a number
            if word in _SQUARE and x.shape.rank:
                self.square(x, {"trace": "the trace", "inverse": "the inverse"}.get(word, "the determinant"))
            shape = Shape(x.shape.axes) if word == "inverse" else Shape()
            if word == "inverse" and not x.shape.rank:
                return self.powered(x, self.literal(Fraction(-1), span), span)
            return Draft(shape, lambda: _UNARY[word](x.make()), span, "det" if word == "det" else "", x, x.guess)
        if word == "transpose":
            return self.transposed(x, span)
        if word == "mean":
            return self.mean(x, span)
        if word == "diag":
            if x.shape.rank == 2:
                size = self.square(x, "the diagonal")
                return Draft(Shape((size,)), lambda: ops.diagonal(x.make()), span, "", None, x.guess)  # type: ignore[arg-type]
            if x.shape.rank != 1:
                raise self.solver.clash("diag needs a vector or a matrix", x, x)
            return Draft(Shape((x.shape.axes[0], x.shape.axes[0])), lambda: ops.diag(x.make()), span, "", None, x.guess)
        if word == "softmax":
            return self.softmax(x, span)
        if word in ("norm", "sqnorm", "norm1", "norminf"):
            return Draft(Shape(), lambda: ops.dictionary()[word](x.make()), span, "norm", x, x.guess)
        if op is not None and op.arity == 1:
            return self.by_size(op, x, span)
        if op is not None:
            raise self.error(f"`{word}` takes several arguments", span, f"write {word}(a, b)")
        raise self.error(f"`{word}` is not in the dictionary of operations", span)

    def by_size(self, op: Op, x: Draft, span: Span) -> Draft:
        """An operation whose shape law this reader does not know: its record gives it, once the sizes are known."""
        for a in reversed(x.shape.axes):  # vec stacks columns: (A ⊗ B) vec(X) is vec(B X Aᵀ)
            self.solver.known(a)
        try:
            result = op.signature((self.solver.type(x.shape),), ())
        except ShapeError:
            if x.shape.rank != 2 or not self.solver.unify(*x.shape.axes):
                raise
            result = op.signature((self.solver.type(x.shape),), ())  # of square matrices only
        return Draft(Shape(result.axes, result.row), lambda: op(x.make()), span, "", None, x.guess)

    def softmax(self, x: Draft, span: Span) -> Draft:
        if not x.shape.rank:
            raise self.solver.clash("softmax is of a vector", x, x)
        params: tuple[object, ...] = ()
        if x.shape.rank == 2:
            d = self.tables.declared.get("softmax")
            params = (d.role if d is not None and d.role in ("rows", "columns") else "rows",)
            if d is None:
                self.assume("softmax of a matrix is taken row by row", span, ("column by column",), True, "softmax is row-wise")
        return Draft(Shape(x.shape.axes, x.shape.row), lambda: ops.softmax(x.make(), params=params), span, "", None, x.guess)

    def derivative(self, op: Op, x: Draft, primes: int, span: Span) -> Draft:
        """σ′(z): the stated derivative of a function of the dictionary, as a function of its own."""
        if not isinstance(op.derivative, Pointwise) or primes > 1:
            raise self.error(f"this derivative of {op.title} is not read", span)
        t = Symbol("t", SCALAR)
        body = op.derivative.partials[0](t, op(t))
        latex = op.notation.latex or op.name
        f = Function(f"{latex}'", f"{op.notation.text}′", (t,), body, SCALAR, True, 0, 0, True, f"{op.name}_prime")
        return Draft(Shape(x.shape.axes, x.shape.row), lambda: Apply(f, (x.make(),)), span, "", None, x.guess)

    def attach(self, x: Draft, post: Post) -> Draft:
        if is_pseudo(post):
            return self.pseudo_inverse([x], (x.span[0], post.span[1]))
        return super().attach(x, post)


__all__ = ["Calls", "parts"]
