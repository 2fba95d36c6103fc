r"""`\newcommand`, `\def`, `\DeclareMathOperator`: found, taken out and expanded under one budget.

What the physics package and `mathtools` define is known without a definition; a definition in the text has precedence.
"""

from __future__ import annotations

import re

from gradatim.errors import LimitExceeded, ReadError

MAX_EXPANDED = 200_000
_DEFINITION = re.compile(
    r"\\(?:(?P<re>re)?newcommand|providecommand|DeclareMathOperator|DeclarePairedDelimiter|def)\*?\s*(?:\{\s*\\(?P<braced>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))\s*"
    r"(?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\]]*)\])?(?P<hashes>(?:#\d)*)\s*"
)
_BRACE = re.compile(r"\\.|[{}]", re.S)
_COMMAND = re.compile(r"\\([A-Za-z]+)")


_BUILT_IN: dict[str, tuple[int, str]] = {
    "norm": (1, r"\lVert #1\rVert"),
    "abs": (1, r"\lvert #1\rvert"),
    "inner": (2, r"\langle #1, #2\rangle"),
    "innerproduct": (2, r"\langle #1, #2\rangle"),
    "ip": (2, r"\langle #1, #2\rangle"),
    "qty": (1, r"\left(#1\right)"),
    "grad": (0, r"\nabla "),
    "gradient": (0, r"\nabla "),
    "dd": (1, r"\mathrm{d}#1"),
    "vb": (1, r"\mathbf{#1}"),
    "va": (1, r"\vec{#1}"),
    "order": (1, r"O(#1)"),
}
"""Commands that packages define, with their number of arguments."""
_DERIVATIVES = {
    "pdv": r"\partial ",
    "pd": r"\partial ",
    "dv": r"\mathrm{d} ",
    "partialderivative": r"\partial ",
    "derivative": r"\mathrm{d} ",
}
_KNOWN = re.compile(r"\\(?:" + "|".join((*_BUILT_IN, *_DERIVATIVES)) + r")\*?\s*(?=[\[{])|\\(?:grad|gradient)(?![A-Za-z])")


def expand(text: str, limit: int = MAX_EXPANDED) -> tuple[str, list[int]]:
    """The text without its macros, and for every character (and the end) its place in the original.

    Raises LimitExceeded where the expansion does not end within the budget, ReadError for a broken definition.
    """
    if "\\" not in text or not (_DEFINITION.search(text) or _KNOWN.search(text)):
        if len(text) > limit:
            raise LimitExceeded(f"the text is longer than {limit} characters")
        return text, list(range(len(text) + 1))
    table: dict[str, tuple[int, str]] = {}
    kept: list[tuple[str, int]] = []
    at = 0
    while match := _DEFINITION.search(text, at):
        kept.extend((c, k) for k, c in enumerate(text[at : match.start()], at))
        body, end = _group(text, match.end())
        count = int(match.group("count") or match.group("hashes").count("#"))
        if "DeclareMathOperator" in match.group(0):
            body = f"\\operatorname{{{body}}}"
        elif "DeclarePairedDelimiter" in match.group(0):
            close, end = _group(text, _after_space(text, end))
            body, count = f"{_sided(body, 'l')} #1{_sided(close, 'r')} ", 1
        elif match.group("default") is not None:
            # An optional first argument is taken at its default.
            body, count = body.replace("#1", match.group("default")), count - 1
            for k in range(1, count + 1):
                body = body.replace(f"#{k + 1}", f"#{k}")
        table[match.group("braced") or match.group("bare")] = count, body
        # Line ends stay, so that lines keep their numbers.
        kept.extend((c, k) for k, c in enumerate(text[match.start() : end], match.start()) if c == "\n")
        at = end
    kept.extend((c, k) for k, c in enumerate(text[at:], at))
    return _rewrite(kept, table, len(text), limit)


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _sided(delimiter: str, side: str) -> str:
    """`\\|` as `\\lVert` or `\\rVert`, so that a pair of bars is never taken the wrong way round."""
    return {"\\|": f"\\{side}Vert", "\\Vert": f"\\{side}Vert", "|": f"\\{side}vert", "\\vert": f"\\{side}vert"}.get(
        delimiter.strip(), delimiter
    )


def _group(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != "{":
        match = _COMMAND.match(text, at)
        end = match.end() if match else min(at + 1, len(text))
        if end == at:
            raise ReadError("a macro has no body", text, (max(at - 1, 0), at))
        return text[at:end], end
    level = 0
    for m in _BRACE.finditer(text, at):
        if m.group()[0] != "\\":  # of `\\\\}` the brace closes, of `\\}` it is written
            level += 1 if m.group() == "{" else -1
            if not level:
                return text[at + 1 : m.start()], m.end()
    raise ReadError("`{` opened here is not closed", text, (at, at + 1), "add `}`")


def _rewrite(kept: list[tuple[str, int]], table: dict[str, tuple[int, str]], size: int, limit: int) -> tuple[str, list[int]]:
    """Expand from the left; what a macro stands for is put back and read again, so that macros may use macros."""
    todo = kept[::-1]
    out: list[tuple[str, int]] = []
    spent = 0
    while todo:
        c, place = todo.pop()
        if c != "\\" or not todo or not todo[-1][0].isalpha():
            out.append((c, place))
            if c == "\\" and todo:
                out.append(todo.pop())
            continue
        name = ""
        while todo and todo[-1][0].isascii() and todo[-1][0].isalpha():
            name += todo.pop()[0]
        known = table.get(name) or _packaged(name, todo)
        if known is None:
            out.extend((x, place) for x in "\\" + name)
            continue
        count, body = known
        arguments = [_take(todo, place) for _ in range(count)]
        for k, argument in enumerate(arguments, 1):
            body = body.replace(f"#{k}", argument)
            if len(body) > limit:
                raise LimitExceeded("the macros of the text expand without bound")
        spent += len(body) + 1
        if spent > limit:
            raise LimitExceeded("the macros of the text expand without bound")
        # A space keeps `\x y` from becoming `\alphay` where the body ends in a command.
        tail = " " if body[-1:].isalpha() and todo and todo[-1][0].isalpha() else ""
        todo.extend((x, place) for x in reversed(body + tail))
    return "".join(c for c, _ in out), [k for _, k in out] + [size]


def _packaged(name: str, todo: list[tuple[str, int]]) -> tuple[int, str] | None:
    """A command of a package, where what it needs follows: its number of arguments and its body, options taken away."""
    if name in _BUILT_IN:
        count, body = _BUILT_IN[name]
        if count and todo and todo[-1][0] == "*":
            todo.pop()
        if count and todo and todo[-1][0] == "[" and name in ("norm", "abs"):
            _option(todo)
        return (count, body) if not count or (todo and todo[-1][0] == "{") else None
    if name not in _DERIVATIVES:
        return None
    order = ""
    if todo and todo[-1][0] == "*":
        todo.pop()
    if todo and todo[-1][0] == "[":
        order = _option(todo)
    if not (todo and todo[-1][0] == "{"):
        return None
    d, power = _DERIVATIVES[name], f"^{{{order}}}" if order else ""
    groups = _groups_ahead(todo)
    if groups == 1:
        return 1, f"\\frac{{{d}{power}}}{{{d}#1{power}}}"
    if groups == 2:
        return 2, f"\\frac{{{d}{power}#1}}{{{d}#2{power}}}"
    return 3, f"\\frac{{{d}^{{2}}#1}}{{{d}#2{d}#3}}"


def _option(todo: list[tuple[str, int]]) -> str:
    """Take `[…]` away and give what it holds."""
    todo.pop()
    inside = ""
    while todo and todo[-1][0] != "]" and len(inside) < 20:
        inside += todo.pop()[0]
    if todo:
        todo.pop()
    return inside


def _groups_ahead(todo: list[tuple[str, int]]) -> int:
    """How many groups follow one another, three at most."""
    count, level, k = 0, 0, len(todo) - 1
    while k >= 0 and count < 3:
        c = todo[k][0]
        if level == 0 and c != "{":
            break
        level += (c == "{") - (c == "}")
        count += level == 0
        k -= 1
    return count


def _take(todo: list[tuple[str, int]], place: int) -> str:
    while todo and todo[-1][0].isspace():
        todo.pop()
    if not todo:
        raise ReadError("a macro lacks an argument", "", (place, place))
    first = todo.pop()[0]
    if first == "\\":
        while todo and todo[-1][0].isascii() and todo[-1][0].isalpha():
            first += todo.pop()[0]
        return first
    if first != "{":
        return first
    level, inside = 1, ""
    while todo:
        c = todo.pop()[0]
        level += (c == "{") - (c == "}")
        if not level:
            return inside
        inside += c
    raise ReadError("an argument of a macro is not closed", "", (place, place))
