"""A Pratt parser from tokens to the untyped tree. Depth is bounded; every error points at its place."""

from __future__ import annotations

import re

from gradatim.errors import LimitExceeded, ReadError
from gradatim.read.chains import split
from gradatim.read.cursor import CLOSING, MAX_DEPTH, PRODUCTS, RELATIONS, TRANSPOSES, is_label, label_and_index
from gradatim.read.mapsto import without_arrows
from gradatim.read.parser_words import Words
from gradatim.read.python import is_python, statements_of
from gradatim.read.tokens import TRANSPOSED, Token, tokenize
from gradatim.read.tree import Node, Post, Statement, bare
from gradatim.read.unsaid import paired, unbraced, without_primes


def statements(text: str, words: frozenset[str] = frozenset()) -> list[Statement]:
    """The statements of a text: definitions and expressions, separated by `;`, line ends, `\\\\`, `where`, commas."""
    if is_python(text):
        return statements_of(text, lambda n: identifier(n, words))
    tokens = paired(without_primes(unbraced(without_arrows(tokenize(text, words))), words), text)
    out = [Parser(text, piece).statement() for piece in split(tokens, text)]
    if not out:
        raise ReadError("there is nothing to read", text, (0, len(text)))
    return out


def identifier(name: str, words: frozenset[str]) -> Node | None:
    """The name that an identifier of code means: `w1` is w₁, `lam` is λ, `y_hat` is ŷ; None where it is no one name."""
    if name in words:
        return Node("name", (0, len(name)), (), name)
    for accent in ("hat", "bar", "tilde", "dot"):
        if name.endswith(f"_{accent}"):
            name = f"\\{accent}{{{name.removesuffix(f'_{accent}')}}}"
    try:
        parser = Parser(name, tokenize(name, words))
        node = parser.factor()
        one = parser.now.kind == "end" and node.kind in ("name", "post")
    except ReadError:
        one = False
    if one:
        return node
    return Node("name", (0, len(name)), (), f"\\mathrm{{{name}}}") if name.isalpha() else None


def expression(text: str, words: frozenset[str] = frozenset()) -> Node:
    """The single expression of a text."""
    found = statements(text, words)
    if len(found) > 1:
        raise ReadError("one formula was expected, and there are several", text, found[1].span)
    if len(found[0].parts) > 1:
        raise ReadError("an expression was expected, not an equation", text, found[0].span)
    return found[0].parts[0]


_ROW_OF_ONES = re.compile(r"(?<![\w.^_])1\s*(?:\^\s*\{?\s*(?:T|\\top)|ᵀ|')")
"""`1^TB1`: beside a transposed 1 the last one is the vector of ones, too."""


class Parser(Words):
    # ------------------------------------------------------------ statements and sums

    def statement(self) -> Statement:
        start = self.now.start
        parts = [self.over()]
        while self.is_op("="):
            self.take()
            parts.append(self.over())
        if self.now.kind != "end":
            raise self.unexpected()
        return Statement(tuple(parts), self.since(start))

    def over(self) -> Node:
        """A sum, or two with plain TeX's `\\over` between them: a fraction."""
        start = self.now.start
        top = self.sum_()
        if self.now.kind != "cmd" or self.now.text != "over":
            return top
        self.take()
        return Node("frac", self.since(start), (top, self.sum_()))

    def sum_(self) -> Node:
        """Terms between + and -."""
        self.deeper()
        start = self.now.start
        signs: list[str] = []
        terms: list[Node] = []
        sign = "+"
        if self.is_op("+", "-"):
            sign = self.take().text
        while True:
            while self.is_op("-", "+"):
                sign = {"+": sign, "-": "-" if sign == "+" else "+"}[self.take().text]
            terms.append(self.dots() if terms and sign == "+" and self.is_op("...") else self.term())
            signs.append(sign)
            if not self.is_op("+", "-"):
                break
            sign = self.take().text
        self.depth -= 1
        if len(terms) == 1 and signs == ["+"]:
            return terms[0]
        return Node("add", self.since(start), tuple(terms), tuple(signs))

    def term(self) -> Node:
        """Products by a sign, to the left; juxtaposition binds more tightly than every sign."""
        start = self.now.start
        left = self.juxtaposed()
        while self.is_op(*PRODUCTS):
            op = self.take().text
            negative = False
            while self.is_op("-") and op != ":":
                self.take()
                negative = not negative
            right = self.juxtaposed()
            if negative:
                right = Node("add", right.span, (right,), ("-",))
            left = Node("mul", self.since(start), (left, right), op)
        return left

    def juxtaposed(self) -> Node:
        start = self.now.start
        factors = [self.factor()]
        while self.starts_factor():
            numbers = self.now.kind == "num" and factors[-1].kind == "num" and not self.tokens[self.k - 1].kind == "gclose"
            if numbers and not (factors[-1].value == 1 and self.now.text == "1" and TRANSPOSED.match(self.text, self.now.end)):
                span = factors[-1].span[0], self.now.end
                raise self.error("two numbers stand side by side", span, "write the sign between them")
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else Node("juxt", self.since(start), tuple(factors))

    # ------------------------------------------------------------ bars

    def fenced(self) -> Node:
        start = self.now.start
        kind = self.bar_text()
        self.take_bar(kind)
        self.bars.append(kind)
        inner = self.sum_()
        if not self.closes_bar() or self.bar_text() != kind:
            raise self.error(f"`{kind}` opened here is not closed", (start, start + 1), f"add `{kind}`")
        self.take_bar(kind)
        self.bars.pop()
        if kind == "|" and inner.kind == "bar":
            # `\left|\left| x \right|\right|` is how some write a norm (and an absolute value of one is itself).
            return Node("norm", self.since(start), inner.args)
        return Node("norm" if kind == "‖" else "bar", self.since(start), (inner,))

    # ------------------------------------------------------------ factors

    def factor(self) -> Node:
        start = self.now.start
        base = self.primary()
        posts = self.posts(base)
        return Node("post", self.since(start), (base,), None, posts) if posts else base

    def posts(self, base: Node | None = None) -> tuple[Post, ...]:
        out: list[Post] = []
        while True:
            t = self.now
            if t.kind == "op" and t.text in ("^", ".^"):
                self.take()
                if out and out[-1].kind in ("power", "hpower") and not (out[-1].tokens and out[-1].tokens[-1].text in TRANSPOSES):
                    raise self.error(
                        "two superscripts follow each other", (t.start, self.now.end), "group them: (a^b)^c or a^{(b^c)}"
                    )
                out.extend(label_and_index(self.power(t, t.text == ".^", base is None)))
            elif t.kind == "op" and t.text == "_":
                self.take()
                tokens = self.script()
                out.append(Post("sub", tokens, self.since(t.start)))
            elif t.kind == "prime":
                count = 0
                while self.now.kind == "prime":
                    count += len(self.take().text)
                out.append(Post("prime", (), self.since(t.start), None, count))
            elif t.kind == "op" and t.text == "!":
                self.take()
                out.append(Post("factorial", (), self.since(t.start)))
            elif t.kind == "op" and t.text == "." and self.peek().kind == "name" and self.peek().text == "T":
                self.take()
                token = self.take()
                out.append(Post("power", (token,), self.since(t.start)))
            elif (
                self.plain
                and base is not None
                and base.kind == "norm"
                and not out
                and t.kind == "cmd"
                and t.text == "infty"
                and not t.spaced
            ):
                self.take()
                out.append(Post("sub", (t,), (t.start, t.end)))
            elif (
                self.plain
                and base is not None
                and base.kind == "name"
                and not out
                and t.kind == "num"
                and not t.spaced
                and str(t.text).isdigit()
                and not (t.text == "1" and _ROW_OF_ONES.search(self.text))
            ):
                self.take()
                out.append(Post("sub", (t,), (t.start, t.end)))
            else:
                return tuple(out)

    def power(self, sign: Token, elementwise: bool, word: bool = False) -> Post:
        tokens = self.script()
        span = self.since(sign.start)
        if not tokens:
            raise self.error("an exponent is missing", span)
        if elementwise:
            return Post("hpower", tokens, span, self.sub_parse(tokens))
        if (
            tokens[0].kind == "op"
            and tokens[0].text == "odot"
            and (len(tokens) > 1 or (self.plain and self.raises_on() and not word))
        ):
            # `x^{\circ 2}` and `x^∘2` raise every entry.
            exponent = tokens[1:] or self.script()
            return Post("hpower", exponent, self.since(sign.start), self.sub_parse(exponent))
        if is_label(tokens):
            return Post("label", tokens, span)
        names = [t.text for t in bare(tokens)]
        if tokens[-1].kind in ("name", "word") and tokens[-1].text in (*TRANSPOSES, "tr") and len(names) >= 1:
            # Whether `^{-t}` turns a matrix or raises a number is not told by the characters: both readings go on.
            return Post("power", tokens, span, self.sub_parse(tokens) if tokens[-1].text in ("T", "t") else None)
        if all(t.kind == "prime" for t in tokens):
            return Post("prime", (), span, None, sum(len(t.text) for t in tokens))
        if len(tokens) == 1 and tokens[0].text in ("odot", "*", "+", "\\dagger", "-"):
            return Post("label", tokens, span)
        return Post("power", tokens, span, self.sub_parse(tokens))

    def raises_on(self) -> bool:
        """Whether an exponent stands here, after a sign that says of what kind it is: `x^∘2`, `x^∘−1`, `x^∘(k)`."""
        return self.now.kind in ("num", "open", "name") or (self.is_op("-") and self.peek().kind in ("num", "open", "name"))

    def sub_parse(self, tokens: tuple[Token, ...]) -> Node:
        inner = Parser(self.text, list(tokens), self.depth + 1)
        if inner.depth > MAX_DEPTH:
            raise LimitExceeded(f"the formula is nested more than {MAX_DEPTH} deep")
        inner.plain = self.plain
        node = inner.sum_()
        if inner.now.kind != "end":
            raise inner.unexpected()
        return node

    def primary(self) -> Node:
        t = self.now
        if t.kind == "num":
            self.take()
            return Node("num", (t.start, t.end), (), t.value)
        if t.kind == "name":
            self.take()
            return Node("name", (t.start, t.end), (), t.text, ())
        if t.kind == "word":
            return self.word()
        if t.kind == "bar" and not self.closes_bar():
            return self.fenced()
        if t.kind == "open" and t.text == "grid":
            return self.grid()
        if t.kind == "open" and t.text == "cases":
            return self.cases()
        if t.kind == "open" or t.kind == "op" and t.text == "<":
            return self.angle() if t.text == "<" else self.bracket()
        if t.kind == "gopen":
            return self.tex_group()
        if t.kind == "cmd":
            return self.command()
        raise self.unexpected()

    def tex_group(self) -> Node:
        opening = self.take()
        self.deeper()
        saved, self.bars = self.bars, []
        inner = self.over()
        self.bars = saved
        if self.now.kind != "gclose":
            raise self.error(
                "`{` opened here is not closed" if self.now.kind == "end" else f"`{self.now.text}` is not expected here",
                (opening.start, opening.end) if self.now.kind == "end" else None,
            )
        self.take()
        self.depth -= 1
        return inner if inner.kind not in ("add", "mul", "juxt") else Node("group", self.since(opening.start), (inner,), "tex")

    def bracket(self) -> Node:
        opening = self.take()
        self.deeper()
        saved, self.bars = self.bars, []
        items: list[Node] = []
        cuts: list[int] = []
        closing = CLOSING[opening.text]
        self.separate_by_bar()
        while not (self.now.kind == "close" and self.now.text == closing):
            if self.now.kind == "op" and self.now.text == "cdot" and self.peek().kind == "close":
                raise self.error("a placeholder (·) is not a value")
            items.append(self.dots() if self.is_op("...") and items else self.relation())
            if self.is_op(",", ";"):
                cuts += [len(items)] * (self.take().text == ";")
            elif not (self.now.kind == "close" and self.now.text == closing):
                if self.now.kind == "close":
                    raise self.error(
                        f"`{opening.text}` is closed by `{self.now.text}`",
                        (opening.start, self.now.end),
                        f"close it with `{closing}`",
                    )
                if self.now.kind in ("end", "gclose"):
                    raise self.error(
                        f"`{opening.text}` opened here is not closed", (opening.start, opening.end), f"add `{closing}`"
                    )
                raise self.unexpected()
        self.take()
        self.bars = saved
        self.depth -= 1
        if not items:
            raise self.error("the brackets are empty", self.since(opening.start))
        if cuts and opening.text == "[":
            items = [_line(items[a:b]) for a, b in zip([0, *cuts], [*cuts, len(items)]) if a < b]
        return Node("group", self.since(opening.start), tuple(items), opening.text)

    def grid(self) -> Node:
        """The entries of a matrix written out, row by row."""
        opening = self.take()
        self.deeper()
        saved, self.bars = self.bars, []
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self.dots() if self.is_op("...") else self.sum_())
            t = self.take()
            if t.kind == "close" and t.text == "grid":
                break
            if t.kind == "op" and t.text == "\\\\":
                rows.append([])
            elif not (t.kind == "op" and t.text == "&"):
                raise self.error(f"`{t.text}` is not expected in a matrix", (t.start, t.end))
        self.bars = saved
        self.depth -= 1
        if len({len(r) for r in rows}) > 1:
            raise self.error("the rows of this matrix have another number of entries", self.since(opening.start))
        entries = tuple(c for r in rows for c in r)
        if any(c.kind == "dots" for c in entries):
            if len(rows) > 1 and len(rows[0]) > 1:
                dots = next(c for c in entries if c.kind == "dots")
                raise self.error("`…` in a matrix leaves entries to be guessed", dots.span, "write its entries by their indices")
            return Node("group", self.since(opening.start), entries, "(")
        return Node("grid", self.since(opening.start), tuple(c for r in rows for c in r), (len(rows), len(rows[0])))

    def relation(self) -> Node:
        left = self.sum_()
        if self.now.kind == "op" and self.now.text in RELATIONS:
            op = self.take().text
            right = self.sum_()
            return Node("rel", (left.span[0], right.span[1]), (left, right), op)
        return left

    def angle(self) -> Node:
        opening = self.take()
        self.deeper()
        saved, self.bars = self.bars, []
        left = self.sum_()
        if not (self.is_op(",") or (self.now.kind == "bar")):
            raise self.error("an inner product needs two parts, separated by a comma", self.since(opening.start))
        self.take()
        right = self.sum_()
        if not (self.now.kind in ("close", "op") and self.now.text == ">"):
            raise self.error("`⟨` opened here is not closed", (opening.start, opening.end))
        self.take()
        self.bars = saved
        self.depth -= 1
        return Node("angle", self.since(opening.start), (left, right))


def _line(items: list[Node]) -> Node:
    """A row of a matrix that is written in brackets, between semicolons."""
    return Node("group", (items[0].span[0], items[-1].span[1]), tuple(items), "[")
