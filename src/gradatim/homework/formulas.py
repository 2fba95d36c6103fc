"""The formulas of a document's text: in `$`, `\\(`, displays, or, where a document has no such marks, told by their look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gradatim.errors import GradatimError, Span
from gradatim.read.derivatives import Written, written
from gradatim.read.marked import Marked
from gradatim.read.parser import Parser
from gradatim.read.plain import brackets_open
from gradatim.read.spelling import GREEK_WORDS, function_word
from gradatim.read.tokens import tokenize
from gradatim.read.tree import Node, walk

DISPLAY = Marked(
    r"\$\$(?P<a>.+?)\$\$|(?<!\\)\\\[(?P<b>.+?)(?<!\\)\\\]"
    r"|\\begin\{(?P<env>equation|align|gather|multline|eqnarray|displaymath|flalign|alignat)(?P<star>\*?)\}(?P<c>.+?)\\end\{(?P=env)(?P=star)\}"
)
_INLINE = Marked(r"(?<![\\$])\$(?!\$)(?P<a>[^$]+?)(?<!\\)\$(?!\$)|\\\((?P<b>.+?)\\\)|\\begin\{math\}(?P<c>.+?)\\end\{math\}")
_MARKED = re.compile(r"\$|\\\(|\\\[|\\begin\{(?:equation|align|gather|math)")
_CODE = re.compile(r"(?<!`)`(?P<a>[^`\n]+)`(?!`)")
_STRONG = re.compile(r"[=^*/|'_+@<>∂∇ᵀ²₀-₉ᵢⱼ≥≤∈‖√Σ∑·⊙⁻¹³ⁿᵏ]|(?<=\w)\(|\.T\b")
_ALONE = re.compile(r"[-+−–±×½⅓⅔¼¾⅛]|[^\W\d_][\u0300-\u036f]*\d?|\d+(?:\.\d+)?")
"""Words that are mathematics by themselves: a sign, a number, a letter with its accent."""
_CAPITAL_WORDS = ("A", "I")
_BY_WORD = re.compile(r"\(?(?:w\.?r\.?t\.?|to|by|and)", re.I)
"""What stands before the A by which is differentiated: "wrt x and A"."""
_SIGNS = frozenset("= + - − – * · × / :=".split())
_ARGUMENT = re.compile(r"[(|‖]|[A-Za-z](?![A-Za-z])|[A-Z]{2,4}(?![A-Za-z])")
"""What a function's name stands before: `log ||x||`, `tr AXB`."""
_NEXT = re.compile(r"(?:[ \t]*\n\s*|[ \t]{3,})(?:[^\W\d_][\u0300-\u036f]*\w?)(?:\([^()\n]*\))?\s*:?=")
"""A new line, or a wide gap, and then a definition of its own."""
_NAME = re.compile(
    r"(?:\\(?:bm|boldsymbol|mathbf|mathrm|mathcal|mathsf|overline|bar|tilde|hat)\s*(?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|\\?[A-Za-z]+)"
    r"|\\?[A-Za-z]+|[^\W\d_]\u0304?)(?:[_^](?:\{[^{}]*\}|\w))*"
)
_BLANK = re.compile(r"[\s?._…]*(?:\\(?:ldots|dots|cdots|_+|underline\s*\{.*\}|boxed\s*\{.*\}|fbox\s*\{.*\}))*[\s?._]*")
"""An empty right side, or one that only marks the place of an answer."""
_RANGED = re.compile(r"\s*,?\s*(?:…|\.\.\.|⋯|\\[lc]?dots)\s*,?\s*\w+")
_LEAD = re.compile(
    r"\s*(?:(?:question|problem|exercise|part|q)\s*)?\(?(?:\d{1,3}(?:\.\d{1,3})?|[a-z]|[ivx]{1,4})[.):]?\)?\s+(?=[^\s=:])", re.I
)
_POINTS = re.compile(r"[\[(]\s*\d+(?:\.\d+)?\s*(?:points?|pts?\.?|marks?|credits?|p\.?)?\s*[\])]", re.I)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of a text: its LaTeX (or plain) source and its place, marks included."""

    latex: str
    span: Span
    display: bool = False


def formulas(text: str) -> list[Formula]:
    """Every formula of the text, in order. A text without any mark of mathematics is searched for what looks like it."""
    return list(_found(str(text)))


@lru_cache(maxsize=1024)
def _found(text: str) -> tuple[Formula, ...]:
    """The same, kept: a text is in force for many questions."""
    found = [Formula(_inside(m), m.span(), True) for m in DISPLAY.finditer(text)]
    masked = DISPLAY.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    found += [Formula(_inside(m), m.span()) for m in _INLINE.finditer(masked)]
    if not found and not _MARKED.search(text):
        code = [Formula(m["a"].strip(), m.span()) for m in _CODE.finditer(text)]
        code = [f for f in code if _STRONG.search(f.latex) or len(f.latex) == 1] if any(map(_is_strong, code)) else []
        found = code or _plain(text)
    return tuple(sorted((f for f in found if f.latex), key=lambda f: f.span))


def _is_strong(f: Formula) -> bool:
    return _STRONG.search(f.latex) is not None


def _inside(match: re.Match[str]) -> str:
    return next(match[g] for g in "abc" if match.groupdict().get(g) is not None).strip()


def _plain(text: str) -> list[Formula]:
    """Runs of words that look like mathematics: `f(x) = ||A*x - b||^2`, `log(det(S))`, a letter alone."""
    text = _POINTS.sub(lambda m: " " * len(m.group()), text)
    out: list[Formula] = []
    run: list[re.Match[str]] = []
    level = 0
    """Brackets that are open in the run."""
    lead = _LEAD.match(text)
    words = list(re.finditer(r"\S+", text[lead.end() :] if lead else text))
    shift = lead.end() if lead else 0
    for k, word in enumerate(words):
        body = word.group()
        if run and (_NEXT.match(text, run[-1].end() + shift) or _bulleted(text, run[-1].end() + shift, word.start() + shift)):
            out += _taken(text, run, shift)
            run = []
        if not run and body.endswith(")") and "(" not in body:  # the x of "(wrt x)"
            body = body.rstrip(")")
        # After a sign a short word is a product of letters: `ŷ = Wh + b`.
        awaited = (
            bool(run)
            and run[-1].group() in _SIGNS
            and re.fullmatch(r"[(\[{]*(?:\d*[^\W\d_]{1,3}|\d+(?:\.\d+)?)[)\]}]*[.,;:?!]?", body) is not None
        )
        follows = awaited or (bool(run) and level > 0)
        if not run and _bulleted(text, text.rfind("\n", 0, word.start() + shift), word.start() + shift):
            continue
        by = body.rstrip(".,;:?!") in _CAPITAL_WORDS and k > 0 and _BY_WORD.fullmatch(words[k - 1].group()) is not None
        if by or follows or _mathematical(body.rstrip(".,;:?!"), bool(run), words[k + 1].group() if k + 1 < len(words) else ""):
            level = brackets_open(body) + (level if run else 0)
            run.append(word)
            if body[-1] in ".,;:?!" and not level:
                out += _taken(text, run, shift)
                run = []
        else:
            out += _taken(text, run, shift)
            run = []
    return out + _taken(text, run, shift)


def _bulleted(text: str, a: int, b: int) -> bool:
    """Whether a new line, or the text, and a bullet begin between two words: the minus of `- Prediction: …` is none."""
    return (
        re.fullmatch(r"\s*\n\s*" if a >= 0 else r"\s*", text[max(a, 0) : b]) is not None
        and re.match(r"[-+*•]\s", text[b : b + 2]) is not None
    )


def _taken(text: str, run: list[re.Match[str]], shift: int) -> list[Formula]:
    if not run:
        return []
    a, b = run[0].start() + shift, run[-1].end() + shift
    piece = text[a:b].rstrip(".,;:?!")
    while brackets_open(piece) < 0 and piece[-1:] in ")]}":
        piece = piece[:-1]
    strong = _STRONG.search(piece) is not None or function_word(re.split(r"[\s(]", piece)[0]) != ""
    if re.fullmatch(r"[A-Za-z]\s*=\s*\d+", piece) and (ranged := _RANGED.match(text, a + len(piece))):
        piece = text[a : ranged.end()]  # i = 1, …, N
    if not piece or not (strong or re.fullmatch(r"[A-Za-zͰ-Ͽ]\w?", piece) or piece in GREEK_WORDS):
        return []
    return [Formula(piece, (a, a + len(piece)))]


def _mathematical(word: str, inside: bool, after: str) -> bool:
    if not word:
        return False
    if inside and (opened := re.match(r"[-+−–]?[(\[{]+", word)):  # −(J z / 2), -[y log p + …], (Ax − b)
        word = word[opened.end() :]
        if after in _SIGNS and re.fullmatch(r"[^\W\d_]{1,3}", word):
            return True
        if not word or re.fullmatch(r"\w", word):
            return re.fullmatch(r"[A-Za-z]{2,}\W*", after) is None or function_word(after) != ""
    if inside and re.match(r"[-−–][A-Za-z]{2,}", word):  # −log det X
        word = word[1:]
    if re.fullmatch(r"[\"'(“”]*[A-Za-z]{2,}(?:[-'’][A-Za-z]+)*[\"')“”]*", word):
        return word in GREEK_WORDS or (
            function_word(word) != ""
            and (inside or _ARGUMENT.match(after) is not None or function_word(re.split(r"[(_^]", after)[0]) != "")
        )
    if word in ("a", "A", "I"):
        return inside or re.match(r"[=*+/^@]|-\s|'", after) is not None
    if word[0] in "([{" and after in _SIGNS:  # (y − Xβ)
        word = word.lstrip("([{")
    letters = re.sub(r"[^A-Za-z]", "", word)
    if len(letters) > 1 and not _STRONG.search(word):
        return False
    return bool(_STRONG.search(word)) or _ALONE.fullmatch(word) is not None


def derivative_in(latex: str) -> tuple[Written, str] | None:
    """The derivative that a formula is, or that stands alone left of its first `=`, with what stands right of it."""
    left, sign, right = _cut(latex)
    try:
        tokens = tokenize(left)
        parser = Parser(left, tokens[:-1])
        node = parser.sum_()
        found = (written(node, left) or before_a_sum(node, left)) if parser.now.kind == "end" else None
    except GradatimError:
        return None
    return (found, right.strip() if sign else "") if found is not None and found.body is not None else None


def before_a_sum(node: Node, text: str) -> Written | None:
    """The derivative of a sum whose brackets were left out, `∇_w ‖Xw − y‖² + λ‖w‖²`: of two terms and more in the variable, the first
    written out, of which no other holds a derivative; None for anything else."""
    if node.kind != "add" or not isinstance(node.value, tuple) or node.value[0] != "+":
        return None
    first, *rest = node.args
    found = written(first, text)
    if (
        found is None
        or found.body is None
        or not found.wrt
        or _BARE_NAME.fullmatch(text[found.body.span[0] : found.body.span[1]])
    ):
        return None
    names = [text[w.span[0] : w.span[1]].strip() for w in found.wrt]
    said = [text[n.span[0] : n.span[1]] for n in rest]
    if not all(any(re.search(rf"(?<![A-Za-z\\]){re.escape(x)}(?![A-Za-z])", t) for x in names) for t in said):
        return None
    if any(written(part, text) is not None for n in rest for part in walk(n)):
        return None
    body = Node("add", (found.body.span[0], node.span[1]), (found.body, *rest), node.value)
    return Written(body, found.wrt, found.order, node.span, found.transposed)


_BARE_NAME = re.compile(r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*(?:\([^()]*\))?\s*")


def named_derivative(latex: str) -> tuple[Written, str] | None:
    """The same of a derivative that is given a name, `P = ∂W/∂F`."""
    found = derivative_in(latex)
    if found is not None:
        return found
    left, sign, right = _cut(latex)
    return derivative_in(right) if sign and _NAME.fullmatch(re.sub(r"\s*\([^()=]*\)\s*\Z", "", left)) else None


def left_open(latex: str) -> bool:
    """Whether a derivative's right side is left to be filled in: `dy/dx =`, `∂J/∂S = ?`."""
    _, sign, right = _cut(latex.strip())
    return bool(sign) and _BLANK.fullmatch(right) is not None and derivative_in(latex) is not None


def _cut(latex: str) -> tuple[str, str, str]:
    depth = 0
    for k, c in enumerate(latex):
        depth += (c in "{([") - (c in "})]")
        if c == "=" and depth == 0:
            return latex[:k].rstrip("&: "), "=", latex[k + 1 :].lstrip("& ")
    return latex, "", ""


__all__ = ["DISPLAY", "Formula", "derivative_in", "formulas", "left_open", "named_derivative"]
