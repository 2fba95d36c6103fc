"""Questions written in other words: transformations of LaTeX that keep what is asked, and some that change it.

A transformation takes a question and a random generator and gives the question in its new spelling, or None where it has
nothing to change. It works on characters alone and knows nothing of the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

GREEK = [
    r"\alpha",
    r"\beta",
    r"\gamma",
    r"\theta",
    r"\lambda",
    r"\mu",
    r"\omega",
    r"\xi",
    r"\phi",
    r"\psi",
    r"\eta",
    r"\Gamma",
    r"\Omega",
]
LETTERS = list("abcghkmpqrstuvwxyzABCGHKLMQRUVWXYZ")
HOSTILE = [*"edijIDEJNPSTHKOl", r"\pi", r"\delta", r"\sigma", r"\Sigma", r"\Delta", r"\rho", r"\epsilon", r"\tau"]
STYLES = r"\\(?:mathbf|boldsymbol|bm|bf|vec|mathsf|mathcal)(?![A-Za-z])"
_TOKEN = re.compile(
    r"\\(?:text|mathrm|operatorname|mbox|textrm|textbf|mathbb|mathcal|begin|end)\s*\*?\s*\{[^{}]*\}"
    r"|\\[A-Za-z]+\s*|\\.|(?<![A-Za-z\\])(?:tr|Tr|trace|Trace|diag|det|ln|log|exp|vec|rank|sign|softmax)(?![A-Za-z])|\s+|."
)
_WORDS = re.compile(r"(\$[^$]*\$)")
_NAME = re.compile(
    r"[A-Za-z]|\\(?:"
    + "|".join(
        sorted(
            {g[1:] for g in (*GREEK, *HOSTILE) if g[0] == "\\"}
            | {"Lambda", "Phi", "Psi", "varepsilon", "nu", "zeta", "kappa", "chi", "ell", "Theta"},
            key=len,
            reverse=True,
        )
    )
    + r")\s*"
)


@dataclass(frozen=True)
class Spelt:
    """A question as it is spelt: declarations, formula, variable, and what became of the letters of the original."""

    given: str
    latex: str
    wrt: str
    kinds: Mapping[str, tuple[int, tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    """Of every name in the original: its rank, its dimensions and what is declared of it."""
    letters: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, str] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    """Names of the original that nothing declares: another letter for one of these is read by another habit."""

    def name(self, original: str) -> str:
        return mapped(original, self.letters)

    def size(self, original: str) -> str:
        return self.sizes.get(original, original)


Transformation = Callable[[Spelt, Random], "Spelt | None"]


def tokens(math: str) -> list[str]:
    return _TOKEN.findall(math)


def in_math(given: str, change: Callable[[str], str]) -> str:
    """The declarations with every formula in `$` changed."""
    return "".join(
        "$" + change(p[1:-1]) + "$" if p.startswith("$") and p.endswith("$") and len(p) > 1 else p for p in _WORDS.split(given)
    )


def both(s: Spelt, change: Callable[[str], str]) -> Spelt | None:
    """The question with formulas changed everywhere; None where nothing changes."""
    new = replace(s, given=in_math(s.given, change), latex=change(s.latex), wrt=change(s.wrt))
    return new if (new.given, new.latex) != (s.given, s.latex) else None


def raised(ts: Sequence[str], k: int) -> bool:
    """Whether token k is the T, t or H of a transpose."""
    if ts[k].strip() not in ("T", "t", "H"):
        return False
    before = "".join(ts[:k]).replace(" ", "")
    after = "".join(ts[k + 1 :]).replace(" ", "")
    return bool(re.search(r"\^(?:\{-?|-)?(?:\{?\\(?:mathrm|mathsf|rm|text|sf)\{?)?$", before)) and (
        not re.search(r"\{-?$", before) or after.startswith("}")
    )


def names_of(math: str) -> list[str]:
    """The letters that are names, in order."""
    ts = tokens(math)
    return [t.strip() for k, t in enumerate(ts) if _NAME.fullmatch(t) and not raised(ts, k)]


def used(s: Spelt) -> set[str]:
    out = set(names_of(s.latex))
    for p in _WORDS.findall(s.given):
        out |= set(names_of(p))
    return out


def mapped(math: str, letters: Mapping[str, str]) -> str:
    """The formula with its letters exchanged at once."""
    ts = tokens(math)
    out = ""
    for k, t in enumerate(ts):
        bare = t.strip()
        if bare in letters and _NAME.fullmatch(t) and not raised(ts, k):
            new = letters[bare]
            if re.search(r"\\(?:mathbf|bm|mathsf|vec|boldsymbol)\s*\{?\s*$", out) and len(new) > 1:
                out = re.sub(r"\\(?:mathbf|bm|mathsf|vec)(\s*\{?\s*)$", r"\\boldsymbol\1", out)
                if not out.rstrip().endswith("{"):
                    new = "{" + new + "}"
            if re.search(r"\\[A-Za-z]+$", out) and new[:1].isalpha():
                new = " " + new
            nexts = "".join(ts[k + 1 : k + 2])
            ends = re.search(r"\\[A-Za-z]+$", new) is not None
            out += new + (" " if ends and nexts[:1].isalpha() else "")
        else:
            out += t
    return out


def letters_of(s: Spelt) -> list[str]:
    """Letters of the declared names, each once, that stand alone and not in words; none where declarations are typed without `$`."""
    if s.given and ("$" not in s.given or re.search(r"(?<![A-Za-z$])[B-Z](?![A-Za-z])", "".join(_WORDS.split(s.given)[::2]))):
        return []
    out: list[str] = []
    for name in (n for n in s.kinds if n not in s.guessed):
        for t in names_of(re.sub(r"[_^].*$", "", name)):
            if t not in out:
                out.append(t)
    return out


def renamed(s: Spelt, letters: Mapping[str, str]) -> Spelt | None:
    change = lambda math: mapped(math, letters)
    new = both(s, change)
    if new is None:
        return None
    return replace(new, letters=dict(letters), sizes={d: change(d) for d in sizes_of(s)})


def sizes_of(s: Spelt) -> list[str]:
    return list(dict.fromkeys(d for _, dims, _ in s.kinds.values() for d in dims))


def _rename(pool: Sequence[str], how_many: int = 1) -> Transformation:
    def change(s: Spelt, rng: Random) -> Spelt | None:
        said = {x for p in _WORDS.findall(s.given) for x in names_of(p)}
        letters = [x for x in letters_of(s) if x in said]  # an undeclared λ that became π would be another thing
        free = [p for p in pool if p not in used(s)]
        if not letters or len(free) < how_many:
            return None
        old = rng.sample(letters, min(how_many, len(letters)))
        return renamed(s, dict(zip(old, rng.sample(free, len(old)))))

    return change


def swap(s: Spelt, rng: Random) -> Spelt | None:
    """Two letters exchanged: the vector is A and the matrix x."""
    letters = letters_of(s)
    if len(letters) < 2:
        return None
    a, b = rng.sample(letters, 2)
    return renamed(s, {a: b, b: a})


def rename_all(s: Spelt, rng: Random) -> Spelt | None:
    letters = letters_of(s)
    free = [p for p in LETTERS + GREEK if p not in used(s)]
    return renamed(s, dict(zip(letters, rng.sample(free, min(len(letters), len(free))))))


def _alone(s: Spelt, letter: str, after: str = "_'^") -> bool:
    """Whether the letter nowhere carries a script of those kinds (a transpose apart)."""
    whole = s.latex + " " + " ".join(_WORDS.findall(s.given))
    esc = re.escape(letter) + (r"(?![A-Za-z])" if letter.startswith("\\") else "")
    for m in re.finditer(esc + r"\}*\s*(.)", whole):
        if m[1] in after:
            return False
    return not re.search(r"\\[a-z]+\s*\{?\s*" + esc, whole) and not re.search(r"[_^]\{?\s*" + esc, whole)


def _decorated(forms: Sequence[str]) -> Transformation:
    def change(s: Spelt, rng: Random) -> Spelt | None:
        letters = [x for x in letters_of(s) if _alone(s, x)]
        if not letters:
            return None
        old = rng.choice(letters)
        if "'" in forms[0] and "'" in s.latex + s.given:
            return None
        return renamed(s, {old: rng.choice(forms).replace("@", old)})

    return change


def dims(s: Spelt, rng: Random) -> Spelt | None:
    """Other letters for the sizes."""
    old = [d for d in sizes_of(s) if re.fullmatch("[A-Za-z]", d) and d in used(s)]
    free = [p for p in "acdghklmnpqrstuvwMNKLDTPQ" if p not in used(s)]
    if not old or len(free) < len(old):
        return None
    return renamed(s, dict(zip(old, rng.sample(free, len(old)))))


def indices(s: Spelt, rng: Random) -> Spelt | None:
    """Other letters for what sums bind."""
    bound = list(dict.fromkeys(re.findall(r"\\(?:sum|prod)\s*_\s*\{?\s*([a-z])", s.latex)))
    bound = [b for b in bound if b not in s.kinds]
    free = [p for p in "ijklmnpqrstabcd" if p not in used(s)]
    if not bound or len(free) < len(bound):
        return None
    return renamed(s, dict(zip(bound, rng.sample(free, len(bound)))))


# ---------------------------------------------------------------- spelling


def _sub(pattern: str, new: str | Callable[[re.Match[str]], str], where: str = "both") -> Transformation:
    rx = re.compile(pattern)

    def change(s: Spelt, rng: Random) -> Spelt | None:
        if where == "latex":
            out = rx.sub(new, s.latex)
            return replace(s, latex=out) if out != s.latex else None
        return both(s, lambda m: rx.sub(new, m))

    return change


_TRANSPOSE = r"\^\s*(?:\{\s*(?:T|\\top|\\intercal|\\mathrm\{?\s*T\}?|\\mathsf\{?\s*T\}?|\\text\{T\})\s*\}|T(?![A-Za-z])|\\top(?![A-Za-z])|\\intercal(?![A-Za-z])|\\mathrm\{T\})"


def transposes(new: str) -> Transformation:
    def change(s: Spelt, rng: Random) -> Spelt | None:
        if new == "'" and "'" in s.latex + s.given:
            return None
        out = re.sub(_TRANSPOSE, lambda m: new, s.latex)
        return replace(s, latex=out) if out != s.latex else None

    return change


def _closing(text: str, at: int) -> int:
    """Where the bracket that opens at `at` closes; -1 where it does not."""
    pairs, depth = {"(": ")", "{": "}", "[": "]"}, 0
    opening, closing = text[at], pairs[text[at]]
    for k in range(at, len(text)):
        depth += (text[k] == opening) - (text[k] == closing)
        if depth == 0:
            return k
    return -1


def fractions(form: str) -> Transformation:
    """`\\frac{a}{b}` as `(a)/(b)` or `{a \\over b}`."""

    def once(text: str) -> str:
        m = re.search(r"\\[dt]?frac\s*\{", text)
        while m:
            a = m.end() - 1
            b = _closing(text, a)
            rest = re.compile(r"\s*\{").match(text, b + 1)
            if b < 0 or not rest:
                break
            c = _closing(text, rest.end() - 1)
            if c < 0:
                break
            up, down = text[a + 1 : b], text[rest.end() : c]
            made = form.replace("@", up).replace("#", down)
            if _FUNCTION.search(text[: m.start()]):
                made = f"({made})"  # log a/b of a fraction is of the whole
            text = text[: m.start()] + made + text[c + 1 :]
            m = re.search(r"\\[dt]?frac\s*\{", text)
        return text

    def change(s: Spelt, rng: Random) -> Spelt | None:
        out = once(s.latex)
        return replace(s, latex=out) if out != s.latex else None

    return change


_FUNCTION = re.compile(r"(?:\\[a-z]+|[A-Za-z}])\s*$")


def bars(form: str) -> Transformation:
    """`\\det(…)` between bars."""

    def change(s: Spelt, rng: Random) -> Spelt | None:
        m = re.search(r"\\det\s*(?:\\left\s*)?\(", s.latex)
        if not m:
            return None
        a = m.end() - 1
        b = _closing(s.latex, a)
        inner = re.sub(r"\\right\s*$", "", s.latex[a + 1 : b])
        if "|" in s.latex[: m.start()] + s.latex[b + 1 :]:
            return None
        return replace(s, latex=s.latex[: m.start()] + form.replace("@", inner) + s.latex[b + 1 :])

    return change


def between(sign: str) -> Transformation:
    """A space or a sign put between neighbouring names."""

    def change(s: Spelt, rng: Random) -> Spelt | None:
        ts = tokens(s.latex)
        places = []
        for k in range(len(ts) - 1):
            if _NAME.fullmatch(ts[k]) and _NAME.fullmatch(ts[k + 1]) and not raised(ts, k) and not raised(ts, k + 1):
                before = "".join(ts[:k])
                if before.count("_{") + before.count("^{") == 0 or not re.search(r"[_^]\s*\{[^{}]*$", before):
                    places.append(k)
        if not places:
            return None
        if sign.strip() == r"\cdot":
            rank2 = {n for n, (r, _, _) in s.kinds.items() if r == 2}
            places = [
                k
                for k in places
                if ts[k].strip() in rank2 and ts[k + 1].strip() in s.kinds and s.kinds[ts[k + 1].strip()][0] >= 1
            ]
            if not places:
                return None
        chosen = places if rng.random() < 0.5 else [rng.choice(places)]
        out = "".join(t + (sign if k in chosen else "") for k, t in enumerate(ts))
        return replace(s, latex=out)

    return change


def around(opening: str, closing: str) -> Transformation:
    """A name in parentheses or braces of its own."""

    def change(s: Spelt, rng: Random) -> Spelt | None:
        start = _body(s.latex)
        ts = tokens(s.latex)
        at, places = 0, []
        for k, t in enumerate(ts):
            if at >= start and t.strip() in s.kinds and not raised(ts, k):
                before, after = "".join(ts[:k]), "".join(ts[k + 1 :]).lstrip()
                if not re.search(r"[_^]\s*\{[^{}]*$|[_^\\]$|\\[A-Za-z]+\s*\{?\s*$|[A-Za-z]\}\s*$", before) and after[:1] not in (
                    "_",
                    "(",
                    "[",
                ):
                    places.append(k)
            at += len(t)
        if not places:
            return None
        k = rng.choice(places)
        return replace(s, latex="".join(opening + t.strip() + closing + " " if j == k else t for j, t in enumerate(ts)))

    return change


def _body(latex: str) -> int:
    """Where the formula begins behind its last head."""
    m = list(re.finditer(r"(?<![<>!])=(?!=)", latex))
    return m[-1].end() if m else 0


def _single(latex: str) -> tuple[str, str] | None:
    """Head and body of a formula that is no chain of definitions."""
    if ";" in latex or "\\\\" in latex or "\n" in latex or "=" in latex and re.search(r",\s*(?:\\quad)?[^()]*=", latex):
        return None
    plain = re.sub(r"_\s*\{[^{}]*\}", lambda m: "_" * len(m[0]), latex)
    signs = [m.start() for m in re.finditer("=", plain)]
    if not signs:
        return "", latex
    if len(signs) == 1:
        cut = signs[0]
        end = cut - 1 if latex[cut - 1 : cut] == ":" else cut
        return latex[:end].strip(), latex[cut + 1 :].strip()
    return None


def headed(form: str) -> Transformation:
    """Another head, or none."""

    def change(s: Spelt, rng: Random) -> Spelt | None:
        parts = _single(s.latex)
        if parts is None or not s.wrt:
            return None
        head = form.replace("@", s.wrt)
        taken = used(replace(s, latex=parts[1]))
        if form and set(names_of(form.split("(")[0].split("=")[0].replace("@", ""))) & taken:
            return None
        if any(c in s.wrt for c in "_^") and "@" in form:
            return None
        out = (head + " " + parts[1]).strip()
        return replace(s, latex=out) if out != s.latex else None

    return change


def factored(where: str) -> Transformation:
    """A bracket of the formula under a name of its own, defined beside it."""

    def change(s: Spelt, rng: Random) -> Spelt | None:
        start = _body(s.latex) if ";" not in s.latex else len(s.latex)
        found = []
        for m in re.finditer(r"(\\left\s*)?\(", s.latex):
            a = m.end() - 1
            b = _closing(s.latex, a)
            if a < start or b < 0:
                continue
            inner = re.sub(r"\\right\s*$", "", s.latex[a + 1 : b]).strip()
            signs = re.search(r"[+-]", re.sub(r"\{[^{}]*\}", "", inner))
            if signs and not re.search(r"_\s*\{?[ijkltn]|\\sum|\^\{\(|,", inner) and not re.search(r"\\[a-z]*[lr]?$", inner):
                found.append((m.start(), b, inner))
        free = [p for p in ("r", "z", "q", "g", r"\eta", "R", "Z") if p not in used(s)]
        if not found or not free:
            return None
        a, b, inner = rng.choice(found)
        name = rng.choice(free)
        body = (
            s.latex[:a] + f"({name})" + s.latex[b + 1 :]
            if rng.random() < 0.5 or s.latex[b + 1 : b + 2] != "^"
            else s.latex[:a] + name + s.latex[b + 1 :]
        )
        if re.search(r"\\(?:log|ln|exp|det|tr|sqrt|operatorname\{[a-z]*\}|sigma|tanh|sin|cos)\s*$|[A-Za-z}]$", s.latex[:a]):
            body = s.latex[:a] + f"({name})" + s.latex[b + 1 :]
        if where == "after":
            return replace(s, latex=f"{body}; {name} = {inner}")
        if where == "before":
            return replace(s, latex=f"{name} = {inner}; {body}")
        if where == "line":
            return replace(s, latex=f"{name} = {inner}\n{body}")
        if where == "where":
            return replace(s, latex=f"{body} \\text{{ where }} {name} = {inner}")
        return replace(s, given=s.given.rstrip(" .") + f". Let ${name} = {inner}$.", latex=body)

    return change


def reordered(s: Spelt, rng: Random) -> Spelt | None:
    """The definitions of a chain in another order, its last one kept last."""
    parts = [p.strip() for p in s.latex.split(";")]
    if len(parts) < 3:
        return None
    first = parts[:-1]
    rng.shuffle(first)
    out = "; ".join([*first, parts[-1]])
    return replace(s, latex=out) if out != s.latex else None


def on_lines(s: Spelt, rng: Random) -> Spelt | None:
    return replace(s, latex=s.latex.replace(";", "\n")) if ";" in s.latex else None


def to_given(s: Spelt, rng: Random) -> Spelt | None:
    """The definitions of a chain said among the declarations; the one that no other uses is asked."""
    parts = [p.strip() for p in s.latex.split(";")]
    if len(parts) < 2 or sum("=" not in p for p in parts) > 1:
        return None
    bare = [p for p in parts if "=" not in p]
    heads = {p: re.split(r"[_(=:]", p)[0].strip() for p in parts if "=" in p}
    free = bare or [
        p
        for p in parts
        if not any(heads[p] in names_of(q.split("=", 1)[1]) or heads[p] in q.split("=", 1)[1] for q in parts if q != p)
    ]
    if len(free) != 1:
        return None
    said = ", ".join(f"${p}$" for p in parts if p != free[0])
    return replace(s, given=s.given.rstrip(" .") + f". Define {said}.", latex=free[0])


def top_terms(body: str) -> list[tuple[str, str]]:
    """Sign and text of the terms at the top level; [] where they cannot be told."""
    if re.search(r"\\(?:sum|prod|begin|over|int|max|min)(?![A-Za-z])|(?:\\left|\\right|)\|", body):
        return []
    terms, depth, start, sign = [], 0, 0, "+"
    k = 0
    while k < len(body):
        c = body[k]
        depth += (c in "([{") - (c in ")]}")
        if c in "+-" and depth == 0 and (k == 0 or body[k - 1] not in "^_"):
            if body[start:k].strip():
                terms.append((sign, body[start:k].strip()))
            sign, start = c, k + 1
        k += 1
    terms.append((sign, body[start:].strip()))
    return terms if depth == 0 else []


def written(terms: Sequence[tuple[str, str]]) -> str:
    out = " ".join(f"{s} {t}" for s, t in terms)
    return out[2:] if out.startswith("+ ") else out


def permuted(s: Spelt, rng: Random) -> Spelt | None:
    """The terms of a sum in another order."""
    parts = _single(s.latex)
    terms = top_terms(parts[1]) if parts else []
    if len(terms) < 2:
        return None
    rng.shuffle(terms)
    body = written(terms)
    out = f"{parts[0]} = {body}" if parts and parts[0] else body
    return replace(s, latex=out) if out != s.latex else None


# ---------------------------------------------------------------- the declarations anew


_FACTS = {"symmetric", "invertible", "positive definite", "orthogonal", "diagonal", "positive", "unit"}


def declared(form: str) -> Transformation:
    """Declarations written anew from what every name is, in one of several manners."""

    def change(s: Spelt, rng: Random) -> Spelt | None:
        if (
            not s.kinds
            or any(r > 2 for r, _, _ in s.kinds.values())
            or "=" in s.given
            or re.search(
                r"rows?|column|entr|element|where|one-hot|denot|each|sigm|label|function|diag|stack|softmax|layout|vec|prime",
                s.given,
            )
        ):
            return None
        lines = []
        names = list(s.kinds)
        rng.shuffle(names)
        for n in names:
            rank, ds, facts = s.kinds[n]
            lines.append(_line(form, n, rank, ds, [f for f in facts if f in _FACTS]))
        if any(not line for line in lines):
            return None
        joint = {"table": "\n", "members": ", ", "plain": "; ", "sizes": "; "}.get(form, " ")
        return replace(s, given=joint.join(lines))

    return change


def _line(form: str, n: str, rank: int, ds: Sequence[str], facts: Sequence[str]) -> str:
    word = " ".join(facts)
    a = "an" if word[:1] in "aeiou" and word else "a"
    size = r" \times ".join(ds)
    if form in ("members", "table"):
        head = rf"${n} \in \mathbb{{R}}" + (f"^{{{size}}}$" if rank else "$")
        return head + (f" {word}" if word else "")
    if form == "sentences":
        noun = {0: "scalar", 1: f"vector in $\\mathbb{{R}}^{{{size}}}$", 2: f"${size}$ matrix"}[rank]
        if rank == 2:
            return f"${n}$ is {a} {word + ' ' if word else ''}{noun}.".replace("  ", " ")
        return f"${n}$ is {a} {word + ' ' if word else ''}{noun}."
    if form == "let":
        noun = {0: "scalar", 1: f"vector of length ${size}$", 2: f"matrix of size ${size}$"}[rank]
        return f"Let ${n}$ be {a} {word + ' ' if word else ''}{noun}."
    if form == "by":
        noun = {
            0: "a {w}real number",
            1: "a {w}vector with $" + size + "$ entries",
            2: "a {w}matrix of dimension " + " by ".join(f"${d}$" for d in ds),
        }
        return (
            f"${n}$ denotes "
            + noun[rank]
            .replace("{w}", word + " " if word else "")
            .replace("a invert", "an invert")
            .replace("a ortho", "an ortho")
            + "."
        )
    if form == "plain":
        if not re.fullmatch("[A-Za-z]", n):
            return ""
        noun = {0: "scalar", 1: "vector of length " + "".join(ds), 2: " x ".join(ds) + " matrix"}[rank]
        return f"{n} is a {word + ' ' if word else ''}{noun}".replace("a invert", "an invert").replace("a ortho", "an ortho")
    if form == "sizes":
        if word and rank < 2:
            return ""
        return f"${n}$ is {word + ', ' if word else ''}" + (
            "a scalar" if not rank else f"${size if rank == 2 else size + chr(92) + 'times 1'}$"
        )
    raise ValueError(form)


def with_where(s: Spelt, rng: Random) -> Spelt | None:
    """The declarations behind the formula."""
    if not s.given or s.given.count("$") == 0:
        return None
    return replace(s, latex=f"${s.latex}$ where {s.given[0].lower() + s.given[1:]}", given="")


def sentences(s: Spelt, rng: Random) -> Spelt | None:
    """The sentences of the declarations in another order."""
    parts = [p.strip(" .") for p in re.split(r"(?<=[^.A-Z])\.\s+(?=[A-Z$])|;\s+", s.given.strip(" ."))]
    if len(parts) < 2:
        return None
    rng.shuffle(parts)
    out = ". ".join(parts) + "."
    return replace(s, given=out) if out != s.given else None


KEPT: dict[str, Transformation] = {
    "rename one": _rename(LETTERS),
    "rename to hostile": _rename(HOSTILE),
    "rename two to hostile": _rename(HOSTILE, 2),
    "rename to Greek": _rename(GREEK),
    "swap two": swap,
    "rename all": rename_all,
    "subscripted": _decorated(["@_1", "@_0", "@_{ab}", r"@_{\max}", r"@_\star", "@_{12}"]),
    "accented": _decorated([r"\hat{@}", r"\bar{@}", r"\tilde{@}", r"\hat @", r"\dot{@}"]),
    "primed": _decorated(["@'"]),
    "starred": _decorated(["@^*", r"@^\star", "@^{(2)}", "@^{[1]}"]),
    "words": _decorated([r"\mathrm{Gain}", r"\text{net}", r"\mathit{in}", r"\mathrm{err}"]),
    "sizes renamed": dims,
    "indices renamed": indices,
    "unstyled": _sub(
        r"\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{(\\?[A-Za-z]+)\}|(?=[A-Za-z\\]))", lambda m: " " + (m[1] or "") + " "
    ),
    "bm": _sub(r"\\(?:mathbf|boldsymbol)(?![A-Za-z])", r"\\bm"),
    "^\\top": transposes(r"^\top "),
    "^T": transposes("^T"),
    "^{\\mathsf T}": transposes(r"^{\mathsf T}"),
    "^{\\mathrm{T}}": transposes(r"^{\mathrm{T}}"),
    "^\\intercal": transposes(r"^{\intercal}"),
    "'": transposes("'"),
    "ᵀ": transposes("ᵀ"),
    "^t": transposes("^t "),
    "^\\prime": transposes(r"^\prime "),
    "ln": _sub(r"\\log(?![A-Za-z])", r"\\ln"),
    "log": _sub(r"\\ln(?![A-Za-z])", r"\\log"),
    "bars": bars("|@|"),
    "left bars": bars(r"\left|@\right|"),
    "lvert": bars(r"\lvert @ \rvert"),
    "tr word": _sub(
        r"\\operatorname\{tr\}|\\mathrm\{tr\}|\\mathrm\{Tr\}|\\operatorname\{Tr\}|\\operatorname\{trace\}|\\mathrm\{trace\}", "tr"
    ),
    "Tr mathrm": _sub(r"\\operatorname\{tr\}|\\mathrm\{tr\}", r"\\mathrm{Tr}"),
    "Tr macro": _sub(r"\\operatorname\{tr\}|\\mathrm\{tr\}|\\mathrm\{Tr\}|\\operatorname\{Tr\}", r"\\Tr "),
    "text tr": _sub(r"\\operatorname\{tr\}|\\mathrm\{tr\}|\\mathrm\{Tr\}|\\operatorname\{Tr\}", r"\\text{tr}"),
    "slash": fractions("(@)/(#)"),
    "slash bare": fractions("((@)/(#))"),
    "over": fractions(r"{@ \over #}"),
    "dfrac": _sub(r"\\frac(?![A-Za-z])", r"\\dfrac"),
    "no left": _sub(r"\\left\s*(?=[(\[|])|\\right\s*(?=[)\]|])|\\[Bb]igg?[lr]?\s*(?=[()\[\]|])", "", "latex"),
    "left": _sub(r"(?<!left)(?<!\\)([(])([^()]*)([)])", r"\\left(\2\\right)", "latex"),
    "thin": between(r"\,"),
    "tie": between("~"),
    "cdot": between(r" \cdot "),
    "space": between(" "),
    "parentheses": around("(", ")"),
    "braces": around("{", "}"),
    "head f": headed("f(@) ="),
    "head none": headed(""),
    "head L": headed(r"\mathcal{L}(@) ="),
    "head J :=": headed("J(@) :="),
    "head ell": headed(r"\ell ="),
    "head E": headed("E ="),
    "head phi": headed(r"\varphi(@) ="),
    "factored after": factored("after"),
    "factored before": factored("before"),
    "factored line": factored("line"),
    "factored where": factored("where"),
    "factored given": factored("given"),
    "definitions reordered": reordered,
    "definitions on lines": on_lines,
    "definitions to given": to_given,
    "terms reordered": permuted,
    "sentences reordered": sentences,
    "given behind": with_where,
    "declared members": declared("members"),
    "declared table": declared("table"),
    "declared sentences": declared("sentences"),
    "declared let": declared("let"),
    "declared by": declared("by"),
    "declared plain": declared("plain"),
    "declared sizes": declared("sizes"),
    "unicode greek": _sub(
        r"\\(lambda|mu|beta|theta|alpha|gamma|Sigma|sigma|omega)(?![A-Za-z])\s*",
        lambda m: dict(zip("lambda mu beta theta alpha gamma Sigma sigma omega".split(), "λμβθαγΣσω"))[m[1]],
    ),
    "unicode in": _sub(r"\\in(?![A-Za-z])\s*", "∈ "),
    "unicode R": _sub(r"\\mathbb\s*\{?R\}?", "ℝ"),
    "unicode times": _sub(r"\\times(?![A-Za-z])\s*", "× "),
    "unicode norm": _sub(r"\\\||\\Vert(?![A-Za-z])", "‖"),
    "lVert": _sub(r"(?<!left)(?<!right)\\\|([^|]*?)(?<!right)\\\|", r"\\lVert \1\\rVert "),
    "unicode sum": _sub(r"\\sum(?![A-Za-z])", "∑"),
    "unicode bold": _sub(
        r"\\mathbf\s*\{?([A-Za-z])\}?",
        lambda m: chr(0x1D400 + ord(m[1]) - 65) if m[1].isupper() else chr(0x1D41A + ord(m[1]) - 97),
    ),
    "limits": _sub(r"\\sum(?![A-Za-z])", r"\\sum\\limits"),
    "display": lambda s, rng: replace(s, latex=r"\[ " + s.latex + r" \]"),
    "dollars": lambda s, rng: replace(s, latex="$" + s.latex + "$") if ";" not in s.latex else None,
    "full stop": lambda s, rng: replace(s, latex=s.latex + r"\,."),
    "odot": _sub(r"\\circ(?![A-Za-z])", r"\\odot"),
    "circ": _sub(r"\\odot(?![A-Za-z])", r"\\circ"),
    "half": _sub(r"\\frac\s*12|\\frac\{1\}\{2\}", r"\\tfrac12 "),
    "0.5": _sub(r"\\frac\s*12|\\frac\{1\}\{2\}", "0.5 "),
}
"""Transformations that keep what is asked."""
