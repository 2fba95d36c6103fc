"""A place in a stream of tokens: looking, taking, and what belongs to a script or a bar."""

from __future__ import annotations

from gradatim.errors import ReadError, Span
from gradatim.read.tokens import Token
from gradatim.read.tree import Post

MAX_DEPTH = 60
CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
PRODUCTS = ("*", "@", "/", "ldiv", "cdot", "times", "odot", "oslash", "otimes", "oplus", ":", ".*", "./")
RELATIONS = ("=", "!=", "<", ">", "<=", ">=")
TRANSPOSES = (
    "T",
    "\\top",
    "\\mathrm{T}",
    "\\mathsf{T}",
    "\\mathbf{T}",
    "t",
    "\\mathrm{t}",
    "\\mathrm{tr}",
    "\\intercal",
    "\\mathsf{t}",
    "\\mathit{T}",
)


class Cursor:
    """The tokens of a formula and where the parser stands in them."""

    def __init__(self, text: str, tokens: list[Token], depth: int = 0) -> None:
        last = tokens[-1].end if tokens else 0
        self.text, self.tokens, self.k = text, [*tokens, Token("end", "", last, last)], 0
        self.depth = depth
        self.bars: list[str] = []
        self.plain = "\\" not in text

    @property
    def now(self) -> Token:
        return self.tokens[self.k]

    def peek(self) -> Token:
        return self.tokens[min(self.k + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.k += 1
        return token

    def is_op(self, *texts: str) -> bool:
        return self.now.kind == "op" and self.now.text in texts

    def error(self, message: str, span: Span | None = None, suggestion: str = "") -> ReadError:
        return ReadError(message, self.text, span or (self.now.start, self.now.end), suggestion)

    def since(self, start: int) -> Span:
        return start, self.tokens[max(self.k - 1, 0)].end

    def starts_factor(self) -> bool:
        t = self.now
        if t.kind == "bar":
            return not self.closes_bar()
        return t.kind in ("num", "name", "word", "cmd", "open", "gopen") and not (t.kind == "cmd" and t.text == "over")

    def closes_bar(self) -> bool:
        """Whether the bar here closes one that is open."""
        t = self.now
        slip = bool(self.bars) and self.bars[-1] == self.bar_text() and self.peek().text in ("_", "^")
        if t.kind != "bar" or t.side == "l" and not slip:  # `\\lVert X\\lVert_2^2`: nothing opens before a script
            return False
        if t.side == "r":
            return True
        before = self.tokens[self.k - 1] if self.k else t
        raised = self.k > 1 and self.tokens[self.k - 2].kind == "op" and self.tokens[self.k - 2].text in ("^", "_")
        if before.kind == "op" and before.text not in ("!", ")") and not raised:
            return False  # after a sign nothing can end, unless it is one of a script: `x^*`
        return bool(self.bars) and self.bars[-1] == self.bar_text()

    def bar_text(self) -> str:
        """`|`, or `‖` also where it is written as two bars."""
        t, n = self.now, self.peek()
        if t.text in ("‖",):
            return "‖"
        if n.kind == "bar" and n.text == "|" and n.start == t.end == t.start + 1 and not (self.bars and self.bars[-1] == "|"):
            return "‖"
        return "|"

    def take_bar(self, kind: str) -> None:
        first = self.take()
        if kind == "‖" and first.text == "|":
            self.take()

    def separate_by_bar(self) -> None:
        """Inside a bracket after a name, a single bar that has no partner parts arguments: KL(p ‖ q), 𝒩(x | μ, Σ)."""
        before = self.tokens[self.k - 2] if self.k > 1 else None
        if before is None or before.kind not in ("name", "word", "gclose"):
            return
        level, at, k = 0, [], self.k
        while self.tokens[k].kind != "end" and level >= 0:
            t = self.tokens[k]
            level += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
            if t.kind == "bar" and not level and not t.side:
                at.append(k)
            k += 1
        double = len(at) == 2 and at[1] == at[0] + 1 and self.tokens[at[0]].end == self.tokens[at[1]].start
        if len(at) == 1 or double:
            first, last = self.tokens[at[0]], self.tokens[at[-1]]
            self.tokens[at[0] : at[-1] + 1] = [Token("op", ",", first.start, last.end)]
            self.drop_variables()

    def drop_variables(self) -> None:
        """`P(Y = y, X = x)`: of a probability the values that are taken, without the names of what takes them."""
        level, k = 0, self.k
        while level >= 0 and self.tokens[k].kind != "end":
            t, sign = self.tokens[k], self.tokens[k + 1]
            first = k == self.k or (self.tokens[k - 1].kind == "op" and self.tokens[k - 1].text in (",", ";"))
            if not level and first and t.kind == "name" and sign.kind == "op" and sign.text == "=":
                del self.tokens[k : k + 2]
                t = self.tokens[k]
            level += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
            k += 1

    def script(self) -> tuple[Token, ...]:
        """The tokens of a sub- or superscript: a group, a bracketed run in plain text, or one token."""
        t = self.now
        if t.kind == "end":
            raise self.unexpected()
        if t.kind == "gopen" or (t.kind == "open" and self.plain and t.text == "("):
            return self.balanced()
        if t.kind == "open" and t.text == "[" and self.plain:
            # a^[1] is a label
            close = Token("close", "]", t.end, t.end)
            return (t, *self.balanced(), close)
        if t.kind in ("close", "gclose", "sep"):
            raise self.unexpected()
        if t.kind == "op" and t.text == "-" and self.plain:
            return (self.take(), *self.script())
        self.take()
        if t.kind == "cmd" and t.text in ("frac",):
            return (t, *self.piece(), *self.piece())
        if t.kind == "num" and len(t.text) > 1 and not self.plain and t.text.isdigit():
            said = f"of `{t.text}` TeX sets only the first digit above or below, which nobody means"
            raise self.error(said, (t.start, t.end), f"write {{{t.text}}} in braces")
        return (t,)

    def piece(self) -> tuple[Token, ...]:
        if self.now.kind == "gopen":
            inner = self.balanced()
            return (
                (Token("gopen", "{", inner[0].start, inner[0].start), *inner, Token("gclose", "}", inner[-1].end, inner[-1].end))
                if inner
                else ()
            )
        return (self.take(),)

    def balanced(self) -> tuple[Token, ...]:
        opening = self.take()
        level = 1
        out: list[Token] = []
        while True:
            t = self.take()
            if t.kind == "end":
                raise self.error(f"`{opening.text}` opened here is not closed", (opening.start, opening.end), "close it")
            if t.kind in ("gopen", "open"):
                level += 1
            elif t.kind in ("gclose", "close"):
                level -= 1
                if not level:
                    return tuple(out)
            out.append(t)

    def unexpected(self) -> ReadError:
        t = self.now
        if t.kind == "close":
            return self.error(f"`{t.text}` closes nothing", suggestion="remove it, or open a bracket before it")
        if t.kind == "gclose":
            return self.error("`}` closes nothing")
        if t.kind == "end":
            return self.error("the formula ends where something is still missing")
        if t.kind == "op" and t.text == "...":
            return self.error("`…` leaves terms to be guessed", suggestion=r"write the sum with \sum")
        return self.error(f"`{t.text}` is not expected here")


def label_and_index(post: Post) -> tuple[Post, ...]:
    """`[2](i)`, `(i)[2]` as the label of a layer and the index of an example; any other script as it is."""
    tokens, signs = post.tokens, [t.text for t in post.tokens]
    if len(tokens) != 6 or signs[0::3] not in (["[", "("], ["(", "["]) or signs[2::3] not in (["]", ")"], [")", "]"]):
        return (post,)
    layer, example = (tokens[:3], tokens[3:]) if signs[0] == "[" else (tokens[3:], tokens[:3])
    if any(t.kind not in ("num", "name") for t in (layer[1], example[1])):
        return (post,)
    return Post("label", layer, post.span), Post("sub", example[1:2], post.span)


def is_label(tokens: tuple[Token, ...]) -> bool:
    """`(1)`, `[l]`, `(i)`: one number or name in brackets, perhaps with a transpose after it."""
    if len(tokens) < 3 or tokens[0].kind != "open" or tokens[0].text not in "([":
        return False
    close = next((k for k, t in enumerate(tokens) if t.kind == "close"), 0)
    inside, after = tokens[1:close], tokens[close + 1 :]
    if not inside or len(inside) > 3 or any(t.kind not in ("num", "name") and t.text not in "+-" for t in inside):
        return False
    if len(inside) == 2 and inside[0].kind == "op":
        return False
    return all(t.kind in ("name", "op", "gopen", "gclose", "num") for t in after) and (
        not after or after[-1].text in TRANSPOSES or not after
    )
