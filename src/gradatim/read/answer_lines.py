"""An answer's text to its lines, and each line to the members between its `=` signs, as tokens with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.errors import LimitExceeded, ReadError, Span
from gradatim.read.tokens import Token, tokenize

MAX_REPAIRS = 100
_MATH = re.compile(
    r"\$\$(?P<a>.+?)\$\$|\$(?P<b>[^$]+?)\$|\\\((?P<c>.+?)\\\)|(?<!\\)\\\[(?P<d>.+?)(?<!\\)\\\]"
    r"|\\begin\{(?P<env>equation|align|gather|multline|eqnarray|displaymath|flalign)(?P<star>\*?)\}(?P<e>.+?)\\end\{(?P=env)(?P=star)\}",
    re.S,
)
_WRAPPER = re.compile(r"\\(?:begin|end)\{(?:solution|answer|proof|document|center)\*?\}|\\(?:noindent|qed|square|blacksquare)\b")
_COMMENT = re.compile(r"\\(?:text|mbox|textrm|textit|textbf|intertext|hbox)\s*\{(?P<t>[^{}$]*)\}")
_CONNECT = re.compile(r"\b(?:where|with|and)\b")
_JOINS = ("+", "-", "times", "cdot", "odot", "*", "otimes", "/", "≈", "=")
_EQUALS = ("=", "≈")


@dataclass(frozen=True, slots=True)
class Row:
    """One line in tokens: its members, their places, whether it begins with the sign, the signs between its members."""

    members: tuple[list[Token], ...]
    spans: tuple[Span, ...]
    span: Span
    continues: bool = False
    signs: tuple[str, ...] = ()
    error: ReadError | None = None


def mathematics(text: str) -> str:
    """The text with all that is no formula blanked, every character in its place, and `;` between separate formulas.

    A text without `$` or displays is a formula as a whole. Words in `\\text{…}` that say something beside a formula
    (two words and more, or a connective) are blanked.
    """
    text = _WRAPPER.sub(lambda m: " " * len(m.group()), text)
    text = _SPACE_OF.sub(lambda m: " " * len(m.group()), text)
    if not _MATH.search(text):
        text = _STATES.sub(lambda m: ";" + " " * (len(m.group()) - 1), _STOP.sub(lambda m: ";" + m.group()[1:], text))
        text = _PROSE.sub(_without_prose, _BOLD.sub(r"  \1  ", text))
    if _MATH.search(text):
        out = list(re.sub(r"[^\n]", " ", text).replace("\n", " "))
        aside, end = False, -1
        for m in _MATH.finditer(text):
            group = next(g for g in ("a", "b", "c", "d", "e") if m[g] is not None)
            aside = end >= 0 and group in ("b", "c") and _is_aside(text[end : m.start()], aside)
            words, end = text[max(end, 0) : m.start()], m.end()
            if aside and not ("=" in m[group] and _NAMES.search(words)):
                continue
            out[m.start(group) : m.end(group)] = m[group]
            out[m.start()] = ";"
        text = "".join(out)
    return _COMMENT.sub(_without_comment, text)


def _is_aside(words: str, before: bool) -> bool:
    """Whether an inline formula behind another one only explains it: "…, where $A$ is symmetric", "of shape $K \\times d$"."""
    if _ANSWERS.search(words):
        return False
    ended = re.search(r"[.!?:;](?:\s|$)|\n\s*\n", re.sub(r"\bi\.e\.", "", words)) is not None
    return _EXPLAINS.search(words) is not None or (before and not ended)


def _without_prose(m: re.Match[str]) -> str:
    """Words between formulas that carry no dollars, "Let r = Ax − b. Then ∇f = 2Aᵀr": blanked, and a formula of its own after them."""
    if not _STRONG & set(re.findall(r"[a-z]+", m.group().lower())):
        return m.group()
    return ";" + " " * (len(m.group()) - 1)


def _without_comment(m: re.Match[str]) -> str:
    said = m["t"].strip()
    words = re.findall(r"[A-Za-z]+", said)
    connects = _CONNECT.fullmatch(said.strip(" ,.:")) is not None
    if connects or (len(words) < 2 and said.lower().strip(" ,.:") not in _SAYING):
        return m.group()
    kept = " " * len(m.group())
    # "…, where S is" in a comment still separates what stands on both sides of it.
    return ";" + kept[1:] if _CONNECT.search(said) else kept


_STRONG = frozenset(
    "the gradient derivative answer solution result final let then thus hence therefore get have obtain equals simplify simplifies "
    "gives yields using since because rule chain respect final finally our this which".split()
)
_WEAK = frozenset("is a an of to we so by in as it are be that f if it with on".split())
_WORD = "|".join(sorted(_STRONG | (_WEAK - {"f", "a"}), key=len, reverse=True))
_PROSE = re.compile(rf"(?<![\\\w{{^_])(?:[.,:]\s+)?\b(?:{_WORD})\b(?:[\s,:]+(?:{_WORD})\b)*[:,.]?(?=\s|$)", re.I)
_EXPLAINS = re.compile(
    r"\b(?:where|here|since|because|which|whose|with|shape|size|than|if|when|for|provided|as|in)\b|\bi\.e\.", re.I
)
_ANSWERS = re.compile(
    r"\b(?:so|hence|thus|then|therefore|get|obtain|becomes|gives|yields|gradient|derivative|hessian|jacobian|answer|finally|result|form|notation|written|rewrite|simplif\w+|equals)\b",
    re.I,
)
_NAMES = re.compile(r"\b(?:where|here|with|for)\b", re.I)
_STATES = re.compile(
    r"\b(?:the\s+)?(?:gradient|derivative|jacobian|hessian)\s+of\s+\S+\s+(?:with\s+respect\s+to|w\.?r\.?t\.?|by)\s+\S+\s+(?:is|equals)\b:?",
    re.I,
)
_STOP = re.compile(r"(?<=[A-Za-z)\]}])\.(?=\s+[\\∇A-Za-z])")
_BOLD = re.compile(r"^\*\*([^*].*?)\*\*\s*$", re.S)
_SPACE_OF = re.compile(r"\\in\s*\\(?:mathbb|mathbf|bf)\s*\{?\s*R\s*\}?\s*(?:\^\s*(?:\{[^{}]*\}|\w))?\s*(?=$|[.,;$\n]|\\\\)")
"""`∈ ℝⁿ` behind a formula says its shape."""
_SAYING = frozenset("so hence thus therefore then since because also or i.e e.g answer result solution final and".split())


def cut(text: str, words: frozenset[str]) -> list[Row]:
    """The lines of a masked text. A line with a sign that is not known becomes a row with an error; the others are read."""
    errors: list[Row] = []
    for _ in range(MAX_REPAIRS):
        try:
            tokens = tokenize(text, words)
            break
        except ReadError as error:
            if error.span is None:
                raise
            a, b = _line_around(text, error.span[0])
            errors.append(Row(([],), ((a, b),), (a, b), error=error))
            blanked = re.sub(r"[^\n;]", " ", text[a:b])
            if blanked == text[a:b]:
                raise
            text = text[:a] + blanked + text[b:]
    else:
        raise LimitExceeded(f"the answer has more than {MAX_REPAIRS} lines that cannot be read")
    rows = [_row(piece) for piece in _pieces(tokens, "\\" not in text)]
    return sorted([*rows, *errors], key=lambda r: r.span)


def _line_around(text: str, at: int) -> Span:
    """The line of the text (between `\\\\`, line ends and `;`) that holds a place."""
    ends = [m.span() for m in re.finditer(r"\\\\|\n|;", text)]
    a = max((end for _, end in ends if end <= at), default=0)
    b = min((start for start, _ in ends if start >= max(at, a)), default=len(text))
    return a, b


def _pieces(tokens: list[Token], plain: bool) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    depth = 0
    for k, t in enumerate(tokens):
        if t.kind in ("open", "gopen"):
            depth += 1
        elif t.kind in ("close", "gclose"):
            depth = max(depth - 1, 0)
        if t.kind == "end":
            break
        if t.kind == "sep":
            if depth == 0:
                pieces.append([])
            else:
                pieces[-1].append(Token("op", ";", t.start, t.end) if t.text == ";" else t)
        elif t.kind == "nl":
            hard = t.text != "\n" or plain or (k + 1 < len(tokens) and tokens[k + 1].kind == "nl")
            if depth == 0 and (hard or _is_equation(tokens, k + 1)) and not _goes_on(pieces[-1], tokens, k):
                pieces.append([])
        elif depth == 0 and t.kind == "op" and t.text == "," and (_defines(tokens, k) or _defined(pieces[-1], tokens, k)):
            pieces.append([])
        else:
            pieces[-1].append(t)
    return [p for p in map(_trimmed, pieces) if p]


def _goes_on(piece: list[Token], tokens: list[Token], k: int) -> bool:
    """Whether the line after this break continues the formula before it: by a sign at either side, and no `=` of its own."""
    after = next((t for t in tokens[k + 1 :] if t.kind != "nl"), None)
    if not piece or after is None or after.kind == "end":
        return False
    if piece[-1].kind == "op" and piece[-1].text in (*_JOINS, ","):
        return True
    begins = after.kind == "op" and after.text in _JOINS and after.text not in _EQUALS
    return begins and not _is_equation(tokens, k + 1)


def _is_equation(tokens: list[Token], k: int) -> bool:
    """Whether the line that begins here holds an `=` outside brackets."""
    depth = 0
    while k < len(tokens) and tokens[k].kind == "nl":
        k += 1
    for t in tokens[k:]:
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if t.kind in ("end", "sep") or (t.kind == "nl" and depth == 0):
            return False
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            return True
    return False


def _defines(tokens: list[Token], k: int) -> bool:
    """Whether a comma is followed by `name =` (or a derivative and `=`): a statement of its own."""
    depth = 0
    for n, t in enumerate(tokens[k + 1 :]):
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if depth < 0 or t.kind in ("end", "sep") or (depth == 0 and t.kind == "op" and t.text in (",", "+", "-")):
            return False
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            return n > 0
    return False


def _defined(piece: list[Token], tokens: list[Token], k: int) -> bool:
    """Whether a comma ends an equation and a formula follows: `r = Ax - b, 2A^T r`. A range, `i = 1, …, N`, goes on."""
    depth, right = 0, -1
    for n, t in enumerate(piece):
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            right = n + 1
    value = piece[right:] if right > 0 else []
    after = [t for t in tokens[k + 1 :] if t.kind not in ("nl",)]
    follows = next((n for n, t in enumerate(after) if t.kind in ("end", "sep") or (t.kind == "op" and t.text == ",")), 0)
    return bool(value) and not (len(value) == 1 and value[0].kind == "num") and follows > 1


def _trimmed(tokens: list[Token]) -> list[Token]:
    while tokens and tokens[-1].kind == "op" and tokens[-1].text in (",", ".", ":"):
        tokens.pop()
    while tokens and tokens[0].kind == "op" and tokens[0].text in (",", ".", ":"):
        tokens.pop(0)
    return tokens


def _row(piece: list[Token]) -> Row:
    span = piece[0].start, piece[-1].end
    members: list[list[Token]] = [[]]
    signs: list[str] = []
    depth = 0
    continues = piece[0].kind == "op" and piece[0].text in _EQUALS
    for t in piece[1:] if continues else piece:
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            signs.append(t.text)
            members.append([])
        else:
            members[-1].append(t)
    spans = [(m[0].start, m[-1].end) if m else span for m in members]
    return Row(tuple(members), tuple(spans), span, continues, ((piece[0].text,) if continues else ()) + tuple(signs))


__all__ = ["Row", "cut", "mathematics"]
