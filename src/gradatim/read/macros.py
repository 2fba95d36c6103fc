r"""`\newcommand`, `\def`, `\DeclareMathOperator`: found, taken out and expanded under one budget."""

from __future__ import annotations

import re

from gradatim.errors import LimitExceeded, ReadError

MAX_EXPANDED = 200_000
_DEFINITION = re.compile(
    r"\\(?:(re)?newcommand|providecommand|DeclareMathOperator|def)\*?\s*(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))\s*(?:\[(\d)\])?((?:#\d)*)\s*"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")


def expand(text: str) -> tuple[str, list[int]]:
    """The text without its macros, and for every character (and the end) its place in the original.

    Raises LimitExceeded where the expansion does not end within the budget, ReadError for a broken definition.
    """
    if "\\" not in text or not _DEFINITION.search(text):
        if len(text) > MAX_EXPANDED:
            raise LimitExceeded(f"the text is longer than {MAX_EXPANDED} characters")
        return text, list(range(len(text) + 1))
    table: dict[str, tuple[int, str]] = {}
    kept: list[tuple[str, int]] = []
    at = 0
    while match := _DEFINITION.search(text, at):
        kept.extend((c, k) for k, c in enumerate(text[at : match.start()], at))
        body, end = _group(text, match.end())
        if "DeclareMathOperator" in match.group(0):
            body = f"\\operatorname{{{body}}}"
        count = int(match.group(4) or match.group(5).count("#"))
        table[match.group(2) or match.group(3)] = count, body
        at = end
    kept.extend((c, k) for k, c in enumerate(text[at:], at))
    return _rewrite(kept, table, len(text))


def _group(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != "{":
        match = _COMMAND.match(text, at)
        end = match.end() if match else min(at + 1, len(text))
        if end == at:
            raise ReadError("a macro has no body", text, (max(at - 1, 0), at))
        return text[at:end], end
    level = 0
    for k in range(at, len(text)):
        if text[k] in "{}" and text[k - 1] != "\\":
            level += 1 if text[k] == "{" else -1
            if not level:
                return text[at + 1 : k], k + 1
    raise ReadError("`{` opened here is not closed", text, (at, at + 1), "add `}`")


def _rewrite(kept: list[tuple[str, int]], table: dict[str, tuple[int, str]], size: int) -> tuple[str, list[int]]:
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
        if name not in table:
            out.extend((x, place) for x in "\\" + name)
            continue
        count, body = table[name]
        arguments = [_take(todo, place) for _ in range(count)]
        for k, argument in enumerate(arguments, 1):
            body = body.replace(f"#{k}", argument)
            if len(body) > MAX_EXPANDED:
                raise LimitExceeded("the macros of the text expand without bound")
        spent += len(body) + 1
        if spent > MAX_EXPANDED:
            raise LimitExceeded("the macros of the text expand without bound")
        # A space keeps `\x y` from becoming `\alphay` where the body ends in a command.
        tail = " " if body[-1:].isalpha() and todo and todo[-1][0].isalpha() else ""
        todo.extend((x, place) for x in reversed(body + tail))
    return "".join(c for c, _ in out), [k for _, k in out] + [size]


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
