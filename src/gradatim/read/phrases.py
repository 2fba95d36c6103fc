"""A text of declarations as words, formulas, sizes and punctuation, and the words that describe."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gradatim.errors import ReadError, Span
from gradatim.read.found import Found
from gradatim.read.marked import Marked
from gradatim.read.plain import mark
from gradatim.read.sets import read_formula

KINDS = {
    "scalar": "scalar", "scalars": "scalar", "vector": "vector", "vectors": "vector", "matrix": "matrix", "matrices": "matrix",
    "number": "scalar", "numbers": "scalar", "function": "function", "functions": "function", "integer": "integer", "integers": "integer",
    "constant": "", "constants": "", "variable": "", "variables": "", "real": "", "real-valued": "", "parameter": "", "parameters": "",
    "known": "", "unknown": "", "given": "", "general": "", "fixed": "", "arbitrary": "", "column": "column", "row": "row", "weight": "", "weights": "", "natural": "integer",
    "square": "square", "symmetric": "symmetric", "skew-symmetric": "skew", "antisymmetric": "skew", "diagonal": "diagonal",
    "projection": "idempotent", "projector": "idempotent", "idempotent": "idempotent", "probability": "distribution",
    "toeplitz": "toeplitz", "unit": "unit", "unit-norm": "unit", "unit-length": "unit", "normalised": "unit", "normalized": "unit",
    "full-column-rank": "full_column_rank", "full-row-rank": "full_row_rank",
    "orthonormal-columns": "orthonormal_columns",
    "invertible": "invertible", "nonsingular": "invertible", "non-singular": "invertible", "orthogonal": "orthogonal",
    "lower-triangular": "lower", "upper-triangular": "upper", "positive-definite": "spd", "positive-semidefinite": "psd",
    "positive": "positive", "nonnegative": "nonnegative", "non-negative": "nonnegative", "nonzero": "nonzero", "non-zero": "nonzero",
    "adds-to-one": "adds_to_one", "one-hot": "onehot", "row-stochastic": "probability", "stochastic": "probability", "semidefinite": "psd", "semi-definite": "psd", "positive-semi-definite": "psd", "p.s.d": "psd", "p.d": "spd", "s.p.d": "spd", "pd": "spd",
     "definite": "spd", "spd": "spd", "psd": "psd", "covariance": "spd", "variance-covariance": "spd", "correlation": "spd", "identity": "identity", "laplacian": "psd", "zero-one": "labels01", "gram": "psd", "gramian": "psd", "precision": "spd",
    "commutation": "commutation", "duplication": "duplication", "elimination": "elimination", "of-ones": "ones",
    "differentiable": "function", "smooth": "function", "nonlinearity": "elementwise",
    "sigmoid": "sigmoid", "logistic": "sigmoid", "softmax": "softmax", "huber": "huber", "eigenvector": "eigenvector", "eigenvectors": "eigenvector", "elementwise": "elementwise", "element-wise": "elementwise", "entrywise": "elementwise",
    "entry-wise": "elementwise", "componentwise": "elementwise", "component-wise": "elementwise", "coordinatewise": "elementwise",
    "pointwise": "elementwise", "coordinate-wise": "elementwise",
}  # fmt: skip
FACTS = frozenset(
    {
        "symmetric",
        "skew",
        "toeplitz",
        "full_column_rank",
        "full_row_rank",
        "orthonormal_columns",
        "diagonal",
        "invertible",
        "orthogonal",
        "lower",
        "upper",
        "spd",
        "psd",
        "positive",
        "nonnegative",
        "nonzero",
        "onehot",
        "labels01",
        "signs",
        "idempotent",
        "unit",
        "probability",
        "adds_to_one",
        "square",
    }
)
VERBS = frozenset({"is", "are", "be", "denotes", "denote", "has", "have", "being"})
SINGULAR = frozenset({"is", "denotes", "has"})
OTHERS = frozenset(
    "weighted multiplied scaled divided labelled labeled followed accompanied corrupted perturbed associated paired".split()
)
"""Participles behind which another thing is described: "x is weighted by a scalar t"."""
DENYING = frozenset({"not", "without", "neither", "nor", "never", "non"})
SUPPOSING = frozenset({"if", "when", "unless", "whether", "whenever"})
ENTRIES = frozenset({"entries", "entry", "components", "coordinates", "elements"})
ABOVE_ENTRIES = frozenset({"positive", "nonnegative", "non-negative", "nonzero", "non-zero", "zero", "unit", "constant"})
"""What a diagonal can be, and its matrix need not be."""
GLUE = frozenset(
    {
        "a",
        "an",
        "the",
        "with",
        "of",
        "entries",
        "its",
        "size",
        "shape",
        "dimension",
        "dimensions",
        "dimensional",
        "-dimensional",
        "also",
        "both",
        "all",
        "whose",
        "function",
        "only",
        "applied",
        "input",
    }
)
_ARTICLES_BEFORE = frozenset(KINDS) | {"function", "set", "known", "given", "training", "single", "new", "and", "weight"}
MATH = Marked(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]")
_WORD = re.compile(
    r"(?:p\.s\.d|s\.p\.d|p\.d)(?=\.?(?:\W|$))|[-‐‑]?[A-Za-z][A-Za-z]*(?:[-‐‑][A-Za-z]+)*|[.,;:()?!]|[^\sA-Za-z.,;:()?!]+|\\[A-Za-z]+"
)


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str
    span: Span
    found: Found | None = None


_OF_DERIVATIVES = re.compile(r"differentiat|derivative|gradient|jacobian|hessian", re.I)
"""Words after which `$E$ by $x$` is no size."""
_ITEM = re.compile(r"(?m)^\s*\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?=\s)")
"""The number of an item: the bracket of `4)` opens nowhere."""


def in_marks(text: str) -> tuple[str, list[int]]:
    """The text with `$` around all its mathematics, and for each of its characters the place it came from."""
    text = _ITEM.sub(lambda m: " " * len(m[0]), text)
    return mark(text, VERBS, _ARTICLES_BEFORE, [m.span() for m in MATH.finditer(text)])


def pieces(text: str) -> list[Piece]:
    out: list[Piece] = []
    at = 0
    text, shift = in_marks(text)
    for match in MATH.finditer(text):
        out.extend(_words(text, at, match.start()))
        group = next(k for k, g in enumerate(match.groups(), 1) if g is not None)
        begin, end = match.span(group)
        for a, b, words in _said_inside(text, begin, end):
            out.extend(_words(text, a, b) if words else _formula(text[a:b], (match.start(), match.end())))
        at = match.end()
    out.extend(_words(text, at, len(text)))
    out = [replace(i, kind="math", found=Found((name,))) if (name := _step(out, k)) else i for k, i in enumerate(out)]
    if shift:
        out = [Piece(i.kind, i.text, (shift[i.span[0]], shift[min(i.span[1], len(shift) - 1)]), i.found) for i in out]
    return out


_STEP = re.compile(r"\s*(?P<name>\\?[A-Za-z]+(?:\{[A-Za-z]\})?)\s*\^\s*\{?\s*(?P<step>[a-zA-SU-Z0-9])\s*\}?\s*")


def _step(items: list[Piece], k: int) -> str:
    """The name x^k or w^0, where the words next to it say that it is a vector, which has no powers; else ""."""
    found = _STEP.fullmatch(items[k].text) if items[k].kind == "other" else None
    if found is None or found["name"] == "e":
        return ""
    before = [i.text for i in items[max(0, k - 3) : k] if i.kind == "word"]
    after: list[str] = []
    for i in items[k + 1 : k + 50]:
        if i.text == "and" or (i.kind == "punct" and not (i.text == "," and not after)):
            break
        after.append(i.text if i.kind == "word" else "")
    says = after[:1] != [] and (after[0] in VERBS or after[0] in ("a", "an", "the")) and "vector" in after[:8]
    return f"{found['name']}^{found['step']}" if says or before[-1:] == ["vector"] else ""


_UPRIGHT = re.compile(
    r"[,;\s]{0,20}(?:\\[ ,;!]|\\q?quad\b|\s){0,20}\\(?:text|mbox|textrm|textit|mathrm)\s*\{(?P<words>[A-Za-z ,\-]+)\}(?:[,;\s]|\\[ ,;!]|\\q?quad\b)*"
)


def _said_inside(text: str, begin: int, end: int) -> list[tuple[int, int, bool]]:
    """A formula cut at the describing words inside it: `P \\in \\mathbb R^{n\\times n} \\text{ symmetric}`; the third is true
    of words."""
    out: list[tuple[int, int, bool]] = []
    at = begin
    for m in _UPRIGHT.finditer(text, begin, end):
        words = m["words"].lower().replace(",", " ").split()
        if (
            m.start() > at
            and any(w in KINDS for w in words)
            and all(w in KINDS or w in GLUE or w in VERBS or w == "and" for w in words)
        ):
            comma = text.find(",", m.end("words"), m.end())
            out += [(at, m.start(), False), (*m.span("words"), True), *([(comma, comma + 1, True)] if comma > 0 else [])]
            at = m.end()
    return [*out, (at, end, False)] if at < end else out


_WRITTEN_OUT = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+(?:\s*\{[^{}]*\}|\s*\\[A-Za-z]+)?(?:_\{?\w+\}?)?)\s*=\s*(?:\\left)?\s*[\[(]?\s*"
    r"\\begin\{(?:[pbv]?matrix|array)\}(?P<entries>.*)\\end\{",
    re.S,
)
"""`\\Sigma = \\begin{pmatrix} s_{11} & \\cdots …`, with dots: a matrix, or a vector where it has one column."""


def _formula(inside: str, span: Span) -> list[Piece]:
    try:
        founds = read_formula(inside)
    except ReadError:
        founds = []
    if not founds and (drawn := _WRITTEN_OUT.match(inside)) and re.search(r"dots|\.\.\.|…", drawn["entries"]):
        kind = "matrix" if "&" in drawn["entries"] else "vector"
        try:
            founds = [replace(f, kind=kind) for f in read_formula(drawn["name"])]
        except ReadError:
            founds = []
    return [Piece("math", inside, span, f) for f in founds] or [Piece("other", inside, span)]


_ENDS = {ord("?"): ".", ord("!"): "."}
"""A question ends as a sentence does."""


def _words(text: str, a: int, b: int) -> list[Piece]:
    return [
        Piece("punct" if m.group() in ".,;:()?!" else "word", m.group().lower().translate(_ENDS), (m.start(), m.end()))
        for m in _WORD.finditer(text, a, b)
    ]


def with_sizes(items: list[Piece]) -> list[Piece]:
    """`$m$ by $n$` and `m-by-n` become one dimension phrase; `$n$-vector` becomes a vector of n."""
    items = _respective(_each_size(items))
    out: list[Piece] = []
    k = 0
    while k < len(items):
        i = items[k]
        second = k + 3 if [x.text for x in items[k + 1 : k + 3]] == ["-by", "-"] else k + 2
        if (
            second < len(items)
            and items[k + 1].text in ("by", "-by-", "-by", "x", "times")
            and i.kind == items[second].kind == "math"
            and not any(_OF_DERIVATIVES.match(x.text) for x in items[max(k - 8, 0) : k])
        ):
            f, g = i.found or Found(), items[second].found or Found()
            if len(f.names) == len(g.names) == 1 and not f.dims and not g.dims:
                out.append(Piece("dims", "", (i.span[0], items[second].span[1]), Found(dims=(f.names[0], g.names[0]))))
                k = second + 1
                continue
        nxt = items[k + 1].text if k + 1 < len(items) else ""
        if i.kind in ("math", "other") and re.fullmatch(r"[-‐‑]?th|[-‐‑]th", nxt):
            # "the n-th vector" names no n.
            k += 2
            continue
        if i.kind == "other" and i.text.strip().isdigit() and re.match(r"[-‐‑](vector|dim|column|row)", nxt):
            i = Piece("math", i.text, i.span, Found(names=(i.text.strip(),)))
        if i.kind == "math" and i.found and i.found.names and not i.found.dims and re.match(r"[-‐‑](vector|dim|column|row)", nxt):
            out.append(Piece("dims", nxt, (i.span[0], items[k + 1].span[1]), Found(dims=tuple(i.found.names[:1]))))
            if "vector" in nxt:
                out.append(Piece("word", "vector", items[k + 1].span))
            k += 2
            continue
        if (
            out
            and i.text == "("
            and out[-1].text in ("vector", "matrix", "vectors", "matrices")
            and k + 2 < len(items)
            and items[k + 2].text == ")"
            and _size_of(items[k + 1])
        ):
            # "matrix (m × n)", "vector (n)"
            out.append(Piece("dims", "", items[k + 1].span, Found(dims=tuple(_size_of(items[k + 1]).split("×")))))
            k += 3
            continue
        if i.kind == "math" and i.found and len(i.found.names) == 1 and _sized(items, k):
            assert i.found
            out.append(Piece("dims", "", i.span, Found(dims=i.found.names)))
            k += 1
            continue
        if i.kind == "math" and i.found and not i.found.names and i.found.dims:
            i = Piece("dims", i.text, i.span, i.found)
        out.append(i)
        k += 1
    return out


_ONE_SIZE = frozenset({"size", "dimension", "shape", "order"})
_LISTED = frozenset({"sizes", "dimensions", "shapes", "orders", "lengths", "are"}) | _ONE_SIZE


def _each_size(items: list[Piece]) -> list[Piece]:
    """ "matrices with sizes m × n, n × p and p × q" is meant of each in turn, as with `respectively`; so is "A, B and C are m × n,
    n × p and p × q"."""
    out: list[Piece] = []
    k = 0
    while k < len(items):
        out.append(items[k])
        if items[k].text in _LISTED and items[k].kind == "word":
            end = k + 1
            while end < len(items) and (items[end].text in (",", "and", "of", "are") or _size_of(items[end])):
                end += 1
            if end < len(items) and items[end].text in SINGULAR:  # "X has size n × d, w has size d": the w is no size
                while end > k + 1 and items[end - 1].kind != "math":
                    end -= 1
                end = max(end - 1, k + 1)
            out += items[k + 1 : end]
            listed = [i for i in items[k + 1 : end] if i.kind == "math"]
            ends = end == len(items) or items[end].kind == "punct"
            named = items[k].text in VERBS or (items[k].text in _ONE_SIZE and not ends)
            products = named and not all("×" in _size_of(i) for i in listed)
            if len(listed) > 1 and not products and not (end < len(items) and items[end].text == "respectively"):
                trailing: list[Piece] = []
                while out[-1].kind != "math":
                    trailing.insert(0, out.pop())
                out += [Piece("word", "respectively", listed[-1].span), *trailing]
            k = end
            continue
        k += 1
    return out


def _respective(items: list[Piece]) -> list[Piece]:
    """The sizes or descriptions listed before (or after) `respectively` become one item."""
    out: list[Piece] = []
    for i in items:
        if i.text != "respectively" or i.kind != "word":
            out.append(i)
            continue
        described = _described(out)
        if described:
            out = described
            continue
        listed: list[Piece] = []
        said: list[Piece] = []
        while out and (out[-1].text in (",", "and", "or", "a", "an", *KINDS) or (out[-1].kind == "math" and _size_of(out[-1]))):
            last = out.pop()
            if last.kind == "math":
                listed.insert(0, last)
            elif last.text in KINDS:
                said.insert(0, last)
        out += said
        if len(listed) == 1 and listed[0].found and len(listed[0].found.names) > 1:
            sizes = listed[0].found.names
        else:
            sizes = tuple(_size_of(x) for x in listed)
        if len(sizes) > 1:
            out.append(Piece("sizes", "", (listed[0].span[0], i.span[1]), Found(names=sizes)))
        else:
            out += listed
    return out


def _described(items: list[Piece]) -> list[Piece]:
    """ "x and y are a vector and an m × n matrix": the items with the descriptions after the verb as one, where each has a noun
    of its own; [] where they have not."""
    verb = next((k for k in range(len(items) - 1, max(-1, len(items) - 200), -1) if items[k].text in VERBS), -1)
    tail = items[verb + 1 :]
    if verb < 0 or not tail:
        return []
    groups: list[list[str]] = [[]]
    for t in tail:
        if t.text in (",", "and"):
            if groups[-1]:
                groups.append([])
        elif t.kind == "math" and _size_of(t):
            groups[-1].append(f"#{_size_of(t)}")
        elif t.text in KINDS:
            groups[-1].append(t.text)
        elif t.text not in GLUE and not t.text.startswith("-"):
            return []
    groups = [g for g in groups if g]
    nouns = ("scalar", "vector", "matrix", "integer")
    if len(groups) < 2 or not all(any(KINDS.get(w) in nouns for w in g) for g in groups):
        return []
    return [*items[: verb + 1], Piece("phrases", "|".join(" ".join(g) for g in groups), (tail[0].span[0], tail[-1].span[1]))]


def _size_of(item: Piece) -> str:
    """A formula that is a size, as `m` or `m×n`; "" for any other."""
    found = item.found
    if found is None or found.kind or found.facts or found.role or found.index:
        return ""
    if found.dims and not found.names:
        return "×".join(found.dims)
    return found.names[0] if found.names and not found.dims else ""


def _sized(items: list[Piece], k: int) -> bool:
    """Whether `size`, `length` or `dimension` stands before: then the name is a dimension."""
    found = items[k].found
    after = items[k + 1].text if k + 1 < len(items) else ""
    if found is not None and not found.dims and k > 0 and items[k - 1].text in ("with", "of", "has", "having"):
        if after in ("entries", "components", "elements", "coordinates", "rows", "dimensions"):
            return True
    return (
        k > 0
        and found is not None
        and not found.dims
        and items[k - 1].text in ("size", "dimension", "length")
        or (
            k > 1
            and items[k - 1].text == "of"
            and items[k - 2].text in ("size", "dimension", "length")
            and found is not None
            and not found.dims
        )
    )
