"""Full claims, `∇_X aᵀXb = abᵀ`: the question and the answer in one line, alone or among the displays of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gradatim.errors import GradatimError, LimitExceeded, ReadError, Span
from gradatim.judge.check import check_answer
from gradatim.judge.doubts import numbers, settled_by_value, uncertain
from gradatim.judge.layouts import layout_of
from gradatim.judge.outcomes import HOLDS
from gradatim.judge.question import member
from gradatim.judge.said import in_words
from gradatim.judge.verdict import Verdict
from gradatim.matrix.build import is_zero
from gradatim.read.derivatives import Written, written
from gradatim.read.marked import Marked
from gradatim.read.parser import statements
from gradatim.read.problem import Problem, read
from gradatim.read.quiet import quiet
from gradatim.read.scope import Assumption
from gradatim.read.tree import Node, Statement
from gradatim.term import Symbol, Term

DISPLAY = Marked(
    r"\$\$(?P<a>.+?)\$\$|(?<!\\)\\\[(?P<b>.+?)(?<!\\)\\\]|(?<![\\$])\$(?!\$)(?P<i>[^$\n]+?)\$(?!\$)|\\\((?P<p>.+?)\\\)"
    r"|\\begin\{(?P<env>equation|align|gather|multline|eqnarray|displaymath|flalign)(?P<star>\*?)\}(?P<c>.+?)\\end\{(?P=env)(?P=star)\}"
)
DERIVATIVE = re.compile(
    r"\\nabla|∇|\\[dt]?frac\s*\{\s*(?:d|\\partial|\\mathrm\{?\s*d\}?|∂)|(?:∂|\bd|\\partial)\s*\S+\s*/\s*(?:∂|d|\\partial)"
)
PLAIN = re.compile(r"\s*(?:d|∂)\s*/\s*(?:d|∂)\s*(?P<wrt>\w+)\s*(?P<body>[(\[|‖\s\w][^=]*)=(?P<answer>.+)", re.S)
"""`d/dx (xᵀx) = 2x`, as it is typed in plain text."""
OPEN = re.compile(
    r"[\s.,;?!]*(?:(?:\\mathbf|\\boldsymbol|\\bm)?\s*\{?\s*0\s*\}?)?(?:\\[,;:! ]|[\s.,;?!])*"
    r"(?:\\(?:iff|implies|(?:Long)?(?:Left)?[rR]ightarrow|q?quad|text)(?![a-zA-Z]).*)?",
    re.S,
)
"""What is set to zero, or left open, claims nothing."""
AFTER = re.compile(
    r"(?:\\q?quad(?![a-zA-Z])|\\[,;:! ]|[~,;\s]){0,20}\\(?:text|textrm|textit|mbox)\s*\{\s*\(?"
    r"(?P<under>for|if|when|whenever|where|provided|assuming|unless|with)?(?![a-z])(?(under)|[A-Z])(?P<rest>.*)$",
    re.S,
)
"""What is said behind a claim: the condition under which it is made (`\\text{for } n > 0`), or the name of its rule."""
ASIDE = re.compile(r"\\(?:text)?color\s*\{[^{}]*\}|\\bbox\s*\[[^\]]*\]")
BESIDE = re.compile(r"&|,|\\q?quad(?![a-zA-Z])|\\(?:text|textrm|mbox)\s*\{\s*and\s*\}")
CHAINED = re.compile(
    r"\$\$(?:\s|\\begin\{[a-z]+\*?\})*(?P<head>(?:\\?[a-zA-Z]+|[^\W\d_])(?:\([^()=]*\))?)\s*&?\s*=(?P<body>[^$]*)\$\$"
)
"""A display that says of one name by several members what it is: `l = log p = y log λ − λ`."""
CONDITION = re.compile(
    r"\b(?:if|when|whenever|for|assuming(?:\s+that)?|provided(?:\s+that)?)\s+(?P<said>(?:[^.$\n]|\$[^$]*\$|\n(?!\n)){3,120}?)"
    r"(?:,|\bthen\b|\bwe\s+(?:have|get|find)|\bthis\s+(?:is|becomes|reduces\s+to)|\bit\s+is)+\s*(?:then|we\s+(?:have|get|find)|simply|just)?\s*:?\s*$",
    re.I,
)
COMMENT = re.compile(r"(?<!\\)%.*")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.S | re.M)
HEADING = re.compile(r"^#{1,6}\s.*$|^\\(?:sub)*(?:section|chapter|paragraph)\*?\{[^}]*\}", re.M)
NAME = re.compile(r"\\?[A-Za-z]+|[^\W\d_]")
ARGUMENT = re.compile(r"(?P<name>(?:\\math\w+\s*\{?\s*)?(?:\\?[A-Za-z]+|[^\W\d_])\}?)\s*\(\s*(?P<argument>[^()=,]+?)\s*\)")
"""`J(θ)`: a name with one argument."""
WORDS = {"right": "holds", "right up to layout": "holds", "wrong": "doubtful", "right under a condition": "doubtful"}
MAX_CLAIMS = 2_000
FIRST, LAST = 30_000, 70_000
"""Characters of the text before a claim that are read for its declarations."""
FAR = Assumption(f"declarations were looked for in the first {FIRST} characters of the text and in the {LAST} before the claim")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a text: where it stands (line and column from 1), what is said of it."""

    line: int
    column: int
    text: str
    state: str
    verdict: Verdict

    def as_json(self, reveal: bool = False) -> dict[str, object]:
        found = {"line": self.line, "column": self.column, "text": self.text, "state": self.state}
        return {**found, "verdict": self.verdict.as_json(reveal)}


def check_claim(text: str, given: str = "", layout: str = "", scan: bool = False, seed: int = 1) -> Verdict:
    """The verdict on a full claim: `∇_X aᵀXb = abᵀ`, perhaps after definitions of what stands in it.

    Raises ReadError where the text claims no derivative or its function cannot be read, and the errors of `check_answer`.
    """
    problem, wrt, answer, lying = taken_apart(text, given)
    return check_answer(problem, wrt, answer, "gradient" if lying and not layout else layout, scan, seed)


def taken_apart(text: str, given: str = "") -> tuple[Problem, tuple[Term, ...], str, bool]:
    """The question of a claim, what it says to be the answer, and whether it is the derivative of a scalar by a transpose."""
    plain = PLAIN.match(text)
    if plain is not None:
        problem = read(plain["body"], given)
        return problem, (member(problem.find(plain["wrt"])),), plain["answer"], False
    found = statements(text)
    at, head = next(((s, h) for s in found if (h := claims(s, text)) is not None), (None, None))
    if at is None or head is None or head.body is None:
        raise ReadError(
            "no derivative is claimed here",
            text,
            (0, len(text)),
            r"write it as \nabla_X f = …, \frac{d}{dx} f = …, or give --of and --wrt",
        )
    chain = [text[s.span[0] : s.span[1]] for s in found if s is not at and s.span[0] < at.span[0] and len(s.parts) > 1]
    body = _piece(text, head.body)
    after = text[at.span[0] :].strip()
    problem = _problem(chain, body, given)
    wrt = (
        tuple(member(_variable(problem, text, w)) for w in head.wrt)
        or (only_argument(problem, body, text, head.span),) * head.order
    )
    lying = head.transposed and head.order == 1 and problem.term.is_scalar
    return problem, wrt, after.strip("$ \n").removesuffix(r"\\").strip(), lying


def _variable(problem: Problem, text: str, node: Node) -> Term:
    """The variable of a claim; the whole array where the derivative is by one of its entries."""
    try:
        return problem.find(_piece(text, node))
    except ReadError:
        if node.kind != "post" or [p.kind for p in node.posts] != ["sub"]:
            raise
        return problem.find(_piece(text, node.args[0]))


def only_argument(problem: Problem, body: str, text: str, span: Span) -> Term:
    """The one argument of the function that a ∇ without a variable is of: the x of f(x)."""
    name = re.sub(r"\(.*\)$", "", body.strip(), flags=re.S).strip()
    known = (
        problem.scope.root
        if problem.scope.root is not None and problem.scope.root.name
        else problem.scope.tables.definitions.get(name)
    )
    if known is None or known.parameters is None or len(known.parameters) != 1:
        called = ARGUMENT.fullmatch(body.strip())
        if called is None:
            raise ReadError("the claim does not say by what", text, span, r"write \nabla_x")
        return member(problem.find(called["argument"]))
    return member(problem.find(known.text[known.parameters[0].span[0] : known.parameters[0].span[1]]))


def claims(statement: Statement, text: str) -> Written | None:
    """The derivative that the left side of an equation is."""
    if len(statement.parts) < 2:
        return None
    found = written(statement.parts[0], text)
    return found if found is not None and found.body is not None else None


def _piece(text: str, node: Node) -> str:
    return text[node.span[0] : node.span[1]]


def _problem(chain: list[str], body: str, given: str) -> Problem:
    """The function: the body with the definitions before it; a body that names the last of them is that one."""
    name = re.sub(r"\(.*\)$", "", body.strip(), flags=re.S).strip()
    if any(re.match(rf"\s*{re.escape(name)}\s*(?:\(|=|:=)", c) for c in chain):
        return read(";\n".join(sorted(chain, key=lambda c: bool(re.match(rf"\s*{re.escape(name)}\s*(?:\(|=|:=)", c)))), given)
    called = ARGUMENT.fullmatch(body.strip())
    try:
        problem = read(";\n".join([*chain, body]), given)
    except ReadError as error:
        if called is None or defined(called["name"], given):
            raise
        raise _undefined(called["name"], body) from error
    if isinstance(problem.term, Symbol) and NAME.fullmatch(body.strip()) and not chain and problem.find(body) is problem.term:
        raise _undefined(body.strip(), body)
    return problem


def defined(name: str, given: str) -> bool:
    """Whether a text says what a name is: `J(θ) = …`."""
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}\s*(?:\([^()]*\))?\s*&?\s*:?=", given) is not None


def _undefined(name: str, body: str) -> ReadError:
    return ReadError(f"{name} is not defined in the text", body, (0, len(body)), f"write what it is: {name} = …")


# ---------------------------------------------------------------- files


def claims_of(source: str, layout: str = "") -> Iterator[Claim]:
    """Every displayed derivative claim of a Markdown or LaTeX text, with the prose before it as its declarations."""
    masked = FENCE.sub(_blank, COMMENT.sub(_blank, source) if "\\begin{document}" in source or "\\section" in source else source)
    starts = [0, *(m.start() for m in HEADING.finditer(masked))]
    words = [(span[0], row, jacobian) for span, row, jacobian in in_words(masked)]
    jacobians = {at for at, _, jacobian in words if jacobian and layout_of([masked]) != "denominator"}
    found = [*displayed(masked), *((at, at, row, "") for at, row, _ in words)]
    turned = False
    if len(found) > MAX_CLAIMS:
        raise LimitExceeded(f"the file holds more than {MAX_CLAIMS} claims")
    for start, at, row, before in sorted(found):
        begin = max(s for s in starts if s <= start)
        until, under = condition_before(masked, start)
        givens = tuple(dict.fromkeys(_told(masked, s, until) + before + under for s in (begin, 0)))
        # A Jacobian has the rows of its function, unless the text lays its derivatives the other way.
        claim = _claim(source, at, row, layout or ("gradient" if start in jacobians and not turned else ""), givens)
        turned = turned or claim.verdict.layout == "denominator"
        if until > FIRST + LAST:
            claim = replace(claim, verdict=replace(claim.verdict, assumed=(*claim.verdict.assumed, FAR)))
        yield claim


def _told(text: str, start: int, end: int) -> str:
    """What is read for the declarations of a claim: the text before it, of a long one the first part and the last."""
    if end - start <= FIRST + LAST:
        return quiet(text[start:end])[0]
    first, last = text.rfind("\n\n", start, start + FIRST), text.find("\n\n", end - LAST, end)
    first, last = first if first > start else start + FIRST, last if last > 0 else end - LAST
    return f"{quiet(text[start:first])[0]}\n\n{quiet(text[last:end])[0]}"


def displayed(masked: str) -> Iterator[tuple[int, int, str, str]]:
    """The claims in the formulas of a text: where the formula begins, where the claim does, the claim, the rows before it."""
    for match in DISPLAY.finditer(masked):
        group = next(g for g in ("a", "b", "i", "p", "c") if match[g] is not None)
        body, offset = match[group], match.start(group)
        rows = [part for a, b in _rows(body) for part in _columns(body, a, b)]
        for k, span in enumerate(rows):
            row = body[span[0] : span[1]]
            if not DERIVATIVE.search(row.split("=")[0]) or "=" not in row or not row.split("=")[0].strip(" &\n"):
                continue
            if OPEN.fullmatch(row.partition("=")[2].replace("&", "")):
                continue
            before = "".join(f" $${body[a:b].replace('&', ' ')}$$" for a, b in rows[:k])
            yield match.start(), offset + span[0], row, before


def condition_before(text: str, at: int) -> tuple[int, str]:
    """Where the text before a claim ends, and what its sentence says of a condition there, "If $A$ is symmetric, then", as a
    sentence of its own."""
    found = CONDITION.search(text, max(0, at - 300), at)
    return (found.start(), f"\n\n{found['said'].strip()}.") if found else (at, "")


def _rows(body: str) -> list[Span]:
    """The rows of a display; those that begin with `=` go on with the one before."""
    out: list[Span] = []
    depth, start = 0, 0
    for m in [
        *re.finditer(r"\\(?P<what>begin|end)\{(?:[a-zA-Z]*matrix|array|cases|dcases)\*?\}|\\\\(?:\[[^\]]*\])?", body),
        None,
    ]:
        if m is not None and m["what"]:
            depth += 1 if m["what"] == "begin" else -1
            continue
        if m is not None and depth > 0:
            continue
        end = len(body) if m is None else m.start()
        inner = re.sub(r"\\(?:begin|end)\{[a-z]+\*?\}", "", body[start:end])
        if out and re.match(r"[\s&]*=", inner):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
        start = end if m is None else m.end()
    return out


def _columns(body: str, a: int, b: int) -> list[Span]:
    """The equations of a row that stand side by side, parted by `&`, a comma, "and" or a wide space, where each begins with a
    derivative."""
    out, start = [], a
    for m in BESIDE.finditer(body[a:b]):
        end, after = a + m.start(), body[a + m.end() : b]
        if "=" in body[start:end] and DERIVATIVE.match(re.sub(r"^(?:\\[,;:! ]|[&\s])+", "", after)) and "=" in after:
            if not _inside(body[start:end]):
                out.append((start, end))
                start = a + m.end()
    return [*out, (start, b)]


def _inside(text: str) -> bool:
    """Whether something that was opened in a text is not closed in it: a bracket, a matrix."""
    plain = re.sub(r"\\[{}]", "", text)
    opened = len(re.findall(r"[(\[{]|\\begin\{(?:\w*matrix|d?cases|array)", plain))
    return opened > len(re.findall(r"[)\]}]|\\end\{(?:\w*matrix|d?cases|array)", plain))


def _claim(source: str, at: int, row: str, layout: str, givens: tuple[str, ...]) -> Claim:
    clean = re.sub(
        r"\\(?:begin|end)\{(?:align(?:ed|at|edat)?|split|gather(?:ed)?|equation|multline|eqnarray|flalign)\*?\}|\\label\{[^}]*\}|\\tag\{[^}]*\}|\\nonumber|\\notag",
        " ",
        row,
    )
    clean = ASIDE.sub(" ", re.sub(r"\\\\(?:\[[^\]]*\])?\s*=", " =", clean.replace("&", " ")))
    clean, under = without_remark(clean)
    clean = re.sub(r"(?:\\[,;:! ]|[.,;\s])+$", "", clean.strip())
    at += len(row) - len(row.lstrip())
    line = source.count("\n", 0, at) + 1
    column = at - (source.rfind("\n", 0, at) + 1) + 1
    text = " ".join(clean.split())
    last: GradatimError | None = None
    doubted: Verdict | None = None
    told = dict.fromkeys([*givens, *(cut for g in givens if (cut := _last_members(g, clean)) != g), None])
    for n, given in enumerate(told):
        # After readings that cast doubt: the first with what was guessed to be a vector as a number.
        given = given if given is not None or doubted is None else numbers(doubted, givens)
        if given is None:
            continue
        try:
            verdict = settled_by_value(check_claim(clean, given, layout))
        except (RecursionError, MemoryError):
            last = LimitExceeded("the claim is too deep or too large")
            continue
        except GradatimError as error:
            last = last or error
            continue
        set_to_zero = OPEN.fullmatch(clean.rpartition("=")[2]) and clean.count("=") > 1
        if set_to_zero and verdict.expected is not None and is_zero(verdict.expected):
            continue  # a derivative that is set to zero is not found to be zero
        if verdict.outcome in HOLDS:
            return Claim(line, column, text, "holds", verdict)
        doubted = doubted or (verdict if n < len(givens) else None)
    if doubted is not None:
        if WORDS.get(doubted.outcome) == "doubtful" and (why := under or uncertain(doubted, clean, givens[-1])):
            doubted = replace(doubted, outcome="undecided", message=why, certainty="could not decide", mistake=None, mistakes=())
        return Claim(line, column, text, WORDS.get(doubted.outcome, "not read"), doubted)
    message = getattr(last, "message", str(last)).splitlines()[0] or "not read"
    return Claim(line, column, text, "not read", Verdict("unreadable", message=message, certainty="could not read"))


def without_remark(claim: str) -> tuple[str, str]:
    """A claim without the words behind it, and why it is not doubted where they say when it holds."""
    found = AFTER.search(claim)
    if found is None or "=" not in claim[: found.start()] or DERIVATIVE.search(found["rest"]):
        return claim, ""
    if not found["under"] and "=" in found["rest"]:
        return claim, ""
    condition = "the claim is made under a condition that is not read" if found["under"] else ""
    return claim[: found.start()], condition


def _last_members(given: str, claim: str) -> str:
    """The text with the chains of equations that say what a name of the claim is cut to their ends: all their members are equal."""

    def cut(found: re.Match[str]) -> str:
        name = found["head"].partition("(")[0]
        member = re.split(r"=", re.sub(r"\\(?:begin|end)\{(?:aligned|align|split)\*?\}|\\\\|&", " ", found["body"]))[-1].strip()
        if OPEN.fullmatch(member) or not re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", claim):
            return found.group()
        return f"$${found['head']} = {member}$$"

    return CHAINED.sub(cut, given)


def _blank(m: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", m.group())


__all__ = ["Claim", "check_claim", "claims_of", "taken_apart"]
