"""Commands and words of formulas: roots, fractions, big operators, functions with and without brackets."""

from __future__ import annotations

from fractions import Fraction

from gradatim.read.conditions import Conditions
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.spelling import function_word
from gradatim.read.tokens import Token
from gradatim.read.traces import turned_group
from gradatim.read.tree import Node, Post
from gradatim.read.unsaid import unnamed_in_call, unnamed_index


class Words(Conditions):
    """A command or a word and what it takes."""

    def term(self) -> Node:
        raise NotImplementedError

    def factor(self) -> Node:
        raise NotImplementedError

    def primary(self) -> Node:
        raise NotImplementedError

    def bracket(self) -> Node:
        raise NotImplementedError

    def tex_group(self) -> Node:
        raise NotImplementedError

    def posts(self, base: Node | None = None) -> tuple[Post, ...]:
        raise NotImplementedError

    def argument(self) -> Node:
        """The argument of \\frac or \\sqrt: a group, or one token (one digit of a number)."""
        t = self.now
        if t.kind == "gopen":
            inner = self.tex_group()
            return inner.args[0] if inner.kind == "group" and inner.value == "tex" else inner
        if t.kind == "num" and len(t.text) > 1 and t.text.isdigit():
            self.tokens[self.k] = Token("num", t.text[1:], t.start + 1, t.end, value=Fraction(t.text[1:]))
            return Node("num", (t.start, t.start + 1), (), Fraction(t.text[0]))
        if t.kind == "name" or t.kind == "num":
            return self.primary()
        if t.kind == "cmd":
            return self.command()
        if t.kind == "open" and self.plain:
            return self.primary()
        raise self.unexpected()

    def command(self) -> Node:
        t = self.take()
        if t.text == "frac":
            self.deeper()
            top, bottom = self.argument(), self.argument()
            self.depth -= 1
            return Node("frac", self.since(t.start), (top, bottom))
        if t.text == "sqrt":
            return self.root(t)
        if t.text in ("sum", "prod"):
            return self.big(t)
        if t.text == "infty":
            return Node("infty", (t.start, t.end))
        if t.text == "mathbb1":
            return Node("name", (t.start, t.end), (), "\\mathbb{1}")
        raise self.error(f"`{t.text}` is not read here", (t.start, t.end))

    def root(self, t: Token) -> Node:
        degree: Node | None = None
        if self.now.kind == "open" and self.now.text == "[":
            self.take()
            degree = self.sum_()
            if not (self.now.kind == "close" and self.now.text == "]"):
                raise self.error("`[` opened here is not closed")
            self.take()
        self.deeper()
        inner = (
            self.factor()
            if self.now.kind in ("open", "name", "num", "bar") and not self.now.kind == "gopen" and self.now.kind != "num"
            else self.argument()
        )
        self.depth -= 1
        return Node("root", self.since(t.start), (inner,), degree)

    def big(self, t: Token) -> Node:
        self.deeper()
        posts = []
        while self.is_op("_", "^"):
            sign = self.take()
            posts.append(Post("sub" if sign.text == "_" else "power", self.script(), self.since(sign.start)))
        if self.is_op("+") or self.now.kind in ("end", "close", "gclose"):
            raise self.error("this sum has no body", (t.start, t.end))
        minus = self.take() if self.is_op("-") else None  # Σ −aᵢ is the sum of −aᵢ
        body = self.term()
        if minus is not None:
            body = Node("add", self.since(minus.start), (body,), ("-",))
        self.depth -= 1
        return Node("big", self.since(t.start), (body,), t.text, tuple(posts or unnamed_index(body, self.tokens, t)))

    def word(self) -> Node:
        """A function word with its powers, subscripts and argument: bracketed, or the whole product that follows."""
        t = self.take()
        posts = self.posts()
        self.deeper()
        word = function_word(t.text)
        if (
            self.now.kind == "open"
            and self.now.text not in ("<", "grid", "cases")
            and not (word in ("trace", "det", "logdet", "total") and turned_group(self.tokens, self.k))
        ):
            args = self.bracket().args
        elif self.now.kind in ("end", "close", "gclose", "sep") or (self.now.kind == "op" and self.now.text != "-"):
            self.depth -= 1
            return Node("word", self.since(t.start), (), word, posts)
        elif word in ("max", "min") and self.now.kind == "gopen":
            args = (self.tex_group(),)
        else:
            args = (self.bare_argument(t),)
        self.depth -= 1
        if word == "total" and not posts and len(args) == 1 and (index := unnamed_in_call(args[0], self.tokens, self.text)):
            return Node("big", self.since(t.start), args, "sum", tuple(index))
        return Node("call", self.since(t.start), args, word, posts)

    def bare_argument(self, t: Token) -> Node:
        """Without brackets a function takes the product that follows, up to a sign or another function."""
        start = self.now.start
        if self.is_op("-"):
            self.take()
            inner = self.bare_argument(t)
            return Node("add", self.since(start), (inner,), ("-",))
        gamma = self.now.text == "\\Gamma" and self.peek().kind == "open"
        factors = [self.factor()]
        if gamma:  # log Γ(x) y is a product, as log det(X) y is
            factors.append(self.factor())
        elif factors[0].kind not in ("call", "big"):
            while (
                self.starts_factor()
                and self.now.kind != "word"
                and not (self.now.kind == "cmd" and self.now.text in ("sum", "prod"))
            ):
                factors.append(self.factor())
            # log (1/Z) exp(…), log (1/n) Σ …: nobody takes the logarithm of the factor alone.
            density = factors[-1].kind == "frac" and function_word(t.text) == "log" and self.now.text in ("exp", "sum", "prod")
            if density or (self.now.kind == "word" and _turned(factors[-1])):  # log yᵀ softmax(z): a row does not end it
                factors.append(self.factor())
        return factors[0] if len(factors) == 1 else Node("juxt", self.since(start), tuple(factors))


def _turned(node: Node) -> bool:
    """Whether a factor ends in a transpose."""
    if not node.posts:
        return False
    last = node.posts[-1]
    return last.kind == "prime" or last.kind == "power" and len(last.tokens) == 1 and last.tokens[0].text in TRANSPOSES
