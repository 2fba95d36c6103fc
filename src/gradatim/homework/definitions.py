"""What a text defines: `ŷ = Wx + b`, `L(w) = …`, and which definitions a function reaches."""

from __future__ import annotations

import re
from functools import lru_cache

from gradatim.homework.formulas import derivative_in, formulas
from gradatim.homework.linked import solved
from gradatim.read.conventions import without_constraints
from gradatim.read.names import STYLES
from gradatim.read.spelling import GREEK_WORDS, function_word
from gradatim.read.spoken import spoken

_CONDITION = re.compile(r"\b(?:when|if|for|case|assume|assuming|at)\s*$", re.I)
_CONSTRAINT = re.compile(
    r"\b(?:subject\s+to|s\.\s?t\.|such\s+that|so\s+that|constraints?|satisf\w+|conditions?|solves?|systems?)(?:\s+(?:the|a|linear|equality|that))*\s*$",
    re.I,
)
"""What stands before an equation that holds, and defines nothing."""
_NO_HEAD = re.compile(
    r"\\nabla|\\\||\\[lr]?Vert|‖|\|\||\\frac|\\partial|\\sum|\\in\b|\\dots|\\ldots|\\to|[<>,+]|\^\{?\s*\\?(?:T|top|mathsf|intercal)|\\(?:text|mathrm|mbox)\s*\{\s*(?:s\.\s?t\.|subject|such)"
)
_ACCENTS = ("hat", "widehat", "bar", "overline", "tilde", "widetilde", "dot", "ddot", "check", "bm", "text", *STYLES)
_ACCENTED = re.compile(rf"\\({'|'.join(_ACCENTS)})\s*(\\[A-Za-z]+|(?<![A-Za-z])[A-Za-z])(?![A-Za-z])")
_SCRIPT = re.compile(r"([_^])\s*(\\[A-Za-z]+(?!\s*\{)|[A-Za-z0-9])")
_INVERTED = re.compile(r"(?P<of>\\?[A-Za-z]+(?:\{\\?[A-Za-z]+\})?)\s*\^\s*\{\s*-\s*1\s*\}")
_SQUARED = re.compile(r"(?P<root>\\?[A-Za-z]+(?:_\w|_\{\w+\})?)\^(?:2|\{2\})")
_ENTRIES = re.compile(
    r"\s*(?:\\left)?(?:\(|\[|\\begin\{[bp]matrix\})(?P<in>.+?)(?:\\right)?(?:\)|\]|\\end\{[bp]matrix\})\s*(?:\^\s*\{?\s*(?:\\?(?:T|top|mathsf\{T\}|intercal))\s*\}?|\'|ᵀ)?\s*"
)
_FUNCTIONS = frozenset("tr Tr trace det log ln exp diag vec rank".split())
_COMMAND = re.compile(r"\\(?:begin|end|text|mathrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+")
_WITHIN = r"(?:[^{}]|\{[^{}]*\})*"
_IS_NAME = re.compile(
    rf"(?:\\[A-Za-z]+\s*(?:\{{{_WITHIN}\}})?|(?:{'|'.join(sorted(GREEK_WORDS))})(?![A-Za-z])|[A-Za-z]\d?)(?:[_^](?:\{{{_WITHIN}\}}|\\[A-Za-z]+|\S))*\s*(?:\(.*\))?"
)
_MAPPED = re.compile(
    r"(?:[^()]*(?::|\\colon))?\s*(?:\\left)?\(?(?P<of>[^()]*?)(?:\\right)?\)?\s*(?:\\(?:long)?mapsto(?![A-Za-z])|↦)"
)
"""`(r, θ) ↦ …`: the variables of a function without a name."""
_A_WORD = re.compile(
    r"\\(?:mathrm|operatorname\*?|text|mbox|textrm)\s*\{\s*(?:tr|Tr|trace|det|vec|diag|rank|vech|logdet|log|exp|softmax|sum|mean)\s*\}"
)
_STYLED = re.compile(rf"\\(?:{'|'.join((*STYLES, 'bm'))})\{{([^{{}}]*)\}}")


def last_function(defined: list[str]) -> str:
    """The last definition that no other definition of the text uses: what "this function" means."""
    free = [f for f in defined if not any(mentions(right(g), h) for g in defined if g is not f for h in heads(f))]
    return (free or defined or [""])[-1]


def right(formula: str) -> str:
    """The last side of a chain of equations."""
    return level_split(formula)[-1]


def definitions(text: str) -> list[str]:
    """The formulas of a text that define a name: displayed, and in the line."""
    return list(_definitions(text))


@lru_cache(maxsize=2048)
def _definitions(text: str) -> tuple[str, ...]:
    """The same, kept: a text is in force for many questions, and so are the names that a formula defines or mentions."""
    found: list[str] = []
    text = without_constraints(text)
    for f in formulas(text):
        candidates = rows(f.latex) if f.display else [c for piece in _listed(f.latex) for c in [clean(piece)]]
        before = text[max(0, f.span[0] - 200) : f.span[0]]
        found += [c for c in candidates if heads(c) and not (not f.display and _CONDITION.search(before) and _constant(c))]
        if not f.display and _CONSTRAINT.search(before):
            found = [c for c in found if c not in candidates]
    known = {h for f in found for h in heads(f)}
    found += [f for f in spoken(text) if not set(heads(f)) & known]
    # `δ = ∂L/∂z` gives a name to what is asked, and defines no function.
    return tuple(_MEMBER.sub("", f) for f in found if derivative_in(right(f)) is None)


_MEMBER = re.compile(r"\s*(?:\\in(?![A-Za-z])|∈)\s*(?:\\(?:mathbb|mathbf|R)|ℝ).*\Z", re.S)
"""`\\in \\mathbb{R}^n` behind a definition."""
_LEADING = re.compile(
    r"(?:\\q?quad(?![A-Za-z])|\\[ ,;:!]|\s){0,20}\\(?:text|mbox|mathrm|textrm)\s*\{\s*(?:and|where|with|for|let)\s*\}\s*"
)
"""A word before a formula inside a display: `\\text{where } h(x) = …`."""
_JOINT = r"\s*(?:\\[;,:! ]|\\q?quad|\\(?:text|mbox|mathrm)\{\s*(?:and|where|with|for|for all)\s*\}|\\forall)*\s*"
_DEFINES = re.compile(_JOINT + r"\\?[A-Za-z][^=,+]{0,40}=")
_DECLARES = re.compile(_JOINT + r"\\?[A-Za-z][^=,+]{0,40}(?:\\in(?![A-Za-z])|∈|\\s(?:ucc|im)(?![A-Za-z]))")
_NEXT = re.compile(r"\\?[A-Za-z][^=,+]{0,40}=")
_GAP = re.compile(r"(?:\\q?quad(?![A-Za-z])|\\ |~|\s){1,}")
_ONE = r"\\?[A-Za-z]+(?:\{[A-Za-z]\})?(?:_\w|_\{\w+\})?"
_MEMBERS = re.compile(rf"{_ONE}(?:\s*,\s*(?:\\[lc]?dots\s*,\s*)?{_ONE}){{0,40}}\s*(?:\\in(?![A-Za-z])|∈)")
"""`A, B ∈ …`, `a_1, …, a_m ∈ …`"""


def declared(display: str) -> list[str]:
    """What a display says beside its formulas: `W \\in \\mathbb{R}^{k \\times d}`, `i = 1, \\dots, n`."""
    pieces = [re.sub(rf"^{_JOINT}", "", p) for p in rows(display)]
    return [p for p in pieces if not heads(p) and (_DECLARES.match(p) or re.match(r"[a-z]\s*=\s*[01]\s*,\s*\\[lc]?dots", p))]


def _listed(latex: str) -> list[str]:
    """`z = Wx, h = \\sigma(z)` as two formulas: a comma before a name with its own `=` separates, and one before `W \\in …`."""
    pieces, depth, last = [], 0, 0
    for k, c in enumerate(latex):
        depth += (c in "{([⟨") - (c in "})]⟩") + latex.startswith("\\langle", k) - latex.startswith("\\rangle", k)
        if (
            c in ",;"
            and latex[k - 1 : k] != "\\"
            and depth == 0
            and (_DEFINES.match(latex, k + 1) or _DECLARES.match(latex, k + 1) or _members_ahead(latex, k + 1))
        ):
            pieces.append(latex[last:k])
            last = k + 1
        elif c == "\\" and depth == 0 and "=" in latex[last:k] and latex.startswith("\\q", k):
            # `y = tr(AB) \\quad A, B ∈ …`: a wide space before what is declared or defined separates too.
            gap = _GAP.match(latex, k)
            if gap and (_MEMBERS.match(latex, gap.end()) or _NEXT.match(latex, gap.end())):
                pieces.append(latex[last:k])
                last = gap.end()
    return [*pieces, latex[last:]]


def _members_ahead(latex: str, k: int) -> bool:
    return _MEMBERS.match(latex, re.compile(_JOINT).match(latex, k).end()) is not None  # type: ignore[union-attr]


def _constant(formula: str) -> bool:
    """`K = 2`, `x = 0`, `m = n`: a value that is supposed for a moment, where `f(x) = c` is a function."""
    return "(" not in level_split(formula)[0] and _MOMENTARY.fullmatch(right(formula)) is not None


_MOMENTARY = re.compile(
    rf"\s*[-+−]?\s*(?:\d+(?:\.\d+)?|(?:\\[A-Za-z]+(?:\{{{_WITHIN}\}})?|[^\W\d_])(?:[_^](?:\{{{_WITHIN}\}}|\\?\w))*|[A-Za-z]{{3,}})\s*"
)
"""A number, a name, or a word."""
_ALIGNED = re.compile(r"\\begin\{(?P<inner>[A-Za-z]+\*?)\}.*?\\end\{(?P=inner)\}|\\&|&", re.S)
"""The mark of a column, and what holds columns of its own: cases, matrices."""


def rows(latex: str) -> list[str]:
    """The rows of a display as separate formulas; a row that begins with a sign goes on with the one before."""
    latex = re.sub(
        r"\\(?:begin|end)\{(?:aligned|align|alignat|eqnarray|gather|equation|split|gathered|alignedat)\*?\}(?:\{\d\})?",
        " ",
        latex,
    )
    out: list[str] = []
    for row in _rows(latex):
        row = _ALIGNED.sub(lambda m: " " if m.group() == "&" else m.group(), row)
        whole = clean(row)
        if out and whole.startswith(("=", "+", "-", "\\cdot", "\\times")):
            out[-1] = f"{out[-1]} {whole}"
        elif whole:
            out += [p for p in map(clean, _listed(row)) if p]
    return out


def _rows(latex: str) -> list[str]:
    """Cut at `\\\\` outside inner environments such as `cases` and matrices."""
    out, depth, last = [], 0, 0
    for m in re.finditer(r"\\begin\{|\\end\{|\\\\(?:\s*\[[^\]]*\])?", latex):
        if m.group().startswith("\\\\") and depth == 0:
            out.append(latex[last : m.start()])
            last = m.end()
        elif not m.group().startswith("\\\\"):
            depth += 1 if m.group() == "\\begin{" else -1
    return [*out, latex[last:]]


def clean(latex: str) -> str:
    """A formula without labels, tags and the punctuation of its sentence."""
    latex = re.sub(r"\\q?quad\s*(?:\((\d{1,3}|\*)\)|\\text\{\s*\(\d{1,3}\)\s*\})\s*$", "", latex.strip())
    latex = _LEADING.sub("", latex)
    latex = re.sub(r"\\(?:label|tag\*?)\{[^{}]*\}|\\(?:nonumber|notag|displaystyle|qquad|quad)(?![A-Za-z])", " ", latex)
    return tidy(latex)


def tidy(latex: str) -> str:
    """A formula without the punctuation of its sentence."""
    latex, end = latex.strip(), len(latex.strip())
    while end and (latex[end - 1].isspace() or latex[end - 1] in ".,;" or latex[max(end - 2, 0) : end] == "\\!"):
        end -= 2 if latex[end - 1] in ",;!" and latex[max(end - 2, 0)] == "\\" else 1
    return latex[: max(end, 0)]


def heads(latex: str) -> list[str]:
    """The names that a formula defines: what stands left of each `=` but the last part, without its arguments."""
    return list(_heads(latex))


@lru_cache(maxsize=4096)
def _heads(latex: str) -> tuple[str, ...]:
    parts = level_split(latex)
    if linked := solved(parts):
        return (flat(linked[0]),)
    names = [flat(head(p)) for p in parts[:-1]]
    good = [n for p, n in zip(parts, names) if n and not _NO_HEAD.search(head(p)) and not n[0].isdigit() and _names(p, n)]
    spread = _ENTRIES.fullmatch(parts[-1])
    if good and spread and all(_entry(e, good[0]) for e in re.split(r",|&|\\\\", spread["in"])):
        return ()  # `x = (x_1, …, x_n)` says what x is made of
    if re.match(r"[^{(]*(?:\\[lc]?dots|\.\.\.|…)", parts[-1]) or (
        good and re.fullmatch(rf"\s*{re.escape(good[0])}\s*(?:\^.{{1,12}}|\([^()]*\))\s*", flat(parts[-1]))
    ):
        # `i = 1, …, N` is a range, `A = A^T` a property, and `A = A(p)` says of what A is a function.
        return ()
    if good and (swapped := _SWAPPED.fullmatch(f"{good[0]}={flat(parts[-1])}")) and sorted(swapped["i"]) == sorted(swapped["j"]):
        return ()  # `w_{ij} = w_{ji}` is a property as well
    return tuple(good) if names and good and good[0] == names[0] else ()


_SWAPPED = re.compile(r"(?P<name>.+_\{)(?P<i>[\w,]{2,})\}=(?P=name)(?P<j>[\w,]{2,})\}")


def _entry(written: str, name: str) -> bool:
    """Whether this is an entry of what has the name, or dots between two."""
    base = unstyled(name)
    plain = unstyled(written).strip()
    return re.fullmatch(r"\s*(?:\\[lcv]?dots|\.\.\.|…)\s*", plain) is not None or (
        plain.startswith(base) and re.fullmatch(r"\s*_?\s*(?:\{\s*\w+\s*\}|\w|[₀-₉ₙ]+)", plain[len(base) :]) is not None
    )


def _names(part: str, name: str) -> bool:
    """Whether a left side is a name, with arguments or without: neither `A(p)x` nor `tr(AB)`."""
    after = part[part.index("(") :] if "(" in part and not part.rstrip().endswith(name) else ""
    depth = 0
    for k, c in enumerate(after):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and c == ")":
            return name.lstrip("\\") not in _FUNCTIONS and not re.match(r"\s*[A-Za-z\\(]", after[k + 1 :].replace("\\right", ""))
    return True


def level_split(latex: str) -> list[str]:
    out, depth, last = [], 0, 0
    for k, c in enumerate(latex):
        depth += (c in "{([") - (c in "})]")
        if c == "=" and depth == 0 and latex[k - 1 : k] not in ("<", ">", "!", "\\"):
            out.append(latex[last : k - 1 if latex[k - 1 : k] == ":" else k])
            last = k + 1
    return [*out, latex[last:]]


def head(part: str) -> str:
    """`f(x; W)` is f; a bracket inside braces, as in `W^{(1)}`, belongs to the name."""
    depth = 0
    for k, c in enumerate(part):
        if c == "(" and depth == 0:
            return part[:k].removesuffix("\\left").strip()
        depth += (c == "{") - (c == "}")
    return part.strip()


def is_name(function: str) -> bool:
    """Whether a function is asked by its name (`L`, `f(x)`) and not written out."""
    return _IS_NAME.fullmatch(function.strip()) is not None


_VALUE = re.compile(r"\\(?:[dt]?frac|sqrt)|(?<![{_^])\(|[^\s{]\s*[-+*/]\s*[^\s}]")
"""In brackets behind a name: a value, the √(XᵀX) of tr(√(XᵀX)), and no variable."""


def arguments(function: str) -> list[str]:
    """The variables in the head `f(x)` or `L(W, b; X)`: what follows a semicolon or a bar is data."""
    head = level_split(function)[0].strip()
    if mapped := _MAPPED.match(head):
        return [v.strip() for v in mapped["of"].split(",") if v.strip()]
    if not is_name(head) or "(" not in head or _A_WORD.match(head) or function_word(head[: head.index("(")].strip().lstrip("\\")):
        return []  # `\mathrm{tr}(A^3)` is no head
    inside = re.split(r";|\\mid|\||\\vert", head[head.index("(") + 1 : head.rindex(")")])[0]
    found = [v.strip() for v in inside.split(",") if v.strip()]
    return [] if any(map(_VALUE.search, found)) else found


def called_alone(function: str) -> bool:
    """Whether a formula is a name, with arguments or without, and nothing else: `f(x)`, and neither `f(x)^2` nor `f(x) + g(x)`."""
    after, depth = function.strip()[len(head(function)) :].strip(), 0
    for k, c in enumerate(after):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and c in ")]}":
            return not after[k + 1 :].strip(" .,;")
    return not after


def reached(function: str, formulas: list[str]) -> list[str]:
    """The definitions that the function's formula uses, directly or through others, and the function last."""
    own = heads(function)
    wanted = flat_head(function) if called_alone(function) and not _at_a_value(function, formulas) else ""
    defined = next((f for f in reversed(formulas) if wanted in heads(f)), "") if not own else clean(function)
    start = defined or clean(function)
    chosen: dict[str, None] = {}
    todo = ["=".join(level_split(start)[1:]) or start]  # the J^{(i)} that it defines is no use of J
    while todo:
        text = todo.pop()
        for formula in formulas:
            if formula != start and formula not in chosen and any(_uses(text, h) for h in heads(formula)):
                chosen[formula] = None
                todo.append(formula)
    return [*(f for f in dict.fromkeys(formulas) if f in chosen and not set(heads(f)) & set(heads(start))), start]


def _at_a_value(function: str, formulas: list[str]) -> bool:
    """Whether a call is one at another value than its variables, `f(Ax + b)` of a stated f(x): what is asked is the composition."""
    inside = function[function.index("(") + 1 : function.rindex(")")] if "(" in function else ""
    values = [unstyled(v).strip() for v in re.split(r",|;|\\mid|\||\\vert", inside)]
    stated = {flat(level_split(f)[0]) for f in formulas}
    return flat(function) not in stated and any(re.search("[A-Za-z]", v) and "=" not in v and not is_name(v) for v in values)


def _uses(text: str, name: str) -> bool:
    """Whether a formula speaks of what has the name: of σ², too, where it speaks of σ."""
    root = _SQUARED.fullmatch(name)
    return mentions(text, name) or root is not None and mentions(text, root["root"])


def turned(defined: list[str], function: str, variables: tuple[str, ...]) -> list[str]:
    """The definitions with `Λ = Σ^{-1}` turned into `Σ = Λ^{-1}` where a question asks by Λ and its function speaks of Σ."""
    out = list(defined)
    for variable in map(flat, variables):
        for k, f in enumerate(defined):
            inverted = _INVERTED.fullmatch(right(f).strip())
            chain = reached(function, [g for g in defined if g is not f])
            if inverted and heads(f)[:1] == [variable] and not any(mentions(g, variable) for g in chain):
                out[k] = f"{inverted['of']} = {variable}^{{-1}}"
    return out


def styled_entries(defined: list[str], function: str) -> list[str]:
    """The definitions with `s_i = …` as one of `\\mathbf{s}_i` where the formulas speak of a bold s that nothing defines."""
    text, out = "\n".join((function, *defined)), []
    known = {h for f in defined for h in heads(f)}
    for f in defined:
        entry = re.fullmatch(r"(?P<letter>\\?[A-Za-z]+)_\{[a-z]\}", (heads(f) or [""])[0])
        bold = (
            re.search(rf"\\(?:mathbf|boldsymbol|bm|vec)\s*\{{?\s*{re.escape(entry['letter'])}\s*\}}?(?![A-Za-z_])", text)
            if entry
            else None
        )
        wanted = entry is not None and bold is not None and flat(bold.group()) not in known and entry["letter"] not in known
        out.append(f.replace(entry["letter"], bold.group(), 1) if wanted and entry and bold else f)
    return out


@lru_cache(maxsize=65_536)
def mentions(text: str, name: str) -> bool:
    """Whether a name stands in a formula as itself, in any style of its letters."""
    return _occurs(name, _braced(text)) or _occurs(unstyled(name), unstyled(_braced(text)))


def _occurs(name: str, text: str) -> bool:
    if not name:
        return False  # `\\mathbf{} = …` gives no name
    spread, letters = _without_words(text)
    return _name(name).search(letters if len(name) == 1 else spread) is not None


@lru_cache(maxsize=4096)
def _without_words(text: str) -> tuple[str, str]:
    """A text with single spaces, and without its commands and the names of functions: `Wh` is W times h; the h of `\\tanh` and of
    `tanh` is no name."""
    spread = re.sub(r"\s+", " ", text)
    letters = re.sub(r"\\[A-Za-z]+|[A-Za-z]{2,}", lambda m: " " if function_word(m.group()) else m.group(), spread)
    return spread, _COMMAND.sub(" ", letters)


@lru_cache(maxsize=4096)
def _name(name: str) -> re.Pattern[str]:
    """A name as itself, with spaces anywhere."""
    pattern = r"\s*".join(
        re.escape(c) for c in re.findall(r"\\[A-Za-z]+|.", re.sub(r"_\{?[a-z]\}?$|\^\{?[(\[][a-z][)\]]\}?$", "", name))
    )
    before = r"(?<!\\)(?<!\\[A-Za-z])" if len(name) == 1 else r"(?<![A-Za-z\\])" if name[0].isalpha() else ""
    after = r"(?![A-Za-z])" if name.startswith("\\") and name[-1].isalpha() else ""
    # `J_{neg}` is another name than J, and `y_k` an entry of y.
    other = r"(?!_\{\s*(?:\\(?:text|mathrm)|[A-Za-z]{3}))"
    return re.compile(before + pattern + after + other)


def calls(text: str, name: str) -> bool:
    """Whether a text calls the name as a function."""
    spelt = re.sub(r"(\\[A-Za-z]+)\s+", "\\1\x00", _braced(text))  # the u of `\\log u(x)` is a name
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}\x00?(?:\\left)?\x00?\(", re.sub(r"\s+", "", spelt)) is not None


def flat(name: str) -> str:
    """A name in one spelling: `\\hat y` is `\\hat{y}`, without spaces."""
    return re.sub(r"\s+", "", _braced(name))


def _braced(latex: str) -> str:
    """With braces around what stands under an accent and around a script of one letter: `h_\\theta` is `h_{\\theta}`."""
    return _SCRIPT.sub(r"\1{\2}", _ACCENTED.sub(r"\\\1{\2}", latex))


def unstyled(latex: str) -> str:
    """Without bold and other styles of letters: authors drop them (`\\hat{\\mathbf{y}}` and its entry `\\hat{y}_k`)."""
    return _STYLED.sub(r"\1", latex)


def flat_head(function: str) -> str:
    return flat(head(function))


__all__ = [
    "arguments",
    "called_alone",
    "clean",
    "declared",
    "definitions",
    "flat",
    "flat_head",
    "head",
    "heads",
    "is_name",
    "last_function",
    "level_split",
    "mentions",
    "reached",
    "right",
    "rows",
    "styled_entries",
    "tidy",
    "turned",
    "unstyled",
]
