"""What of an answer's text is a formula: words, remarks and properties are blanked, every other character keeps its place."""

from __future__ import annotations

import re

from gradatim.patterns import late
from gradatim.read.line_labels import unlabelled
from gradatim.read.marked import Marked
from gradatim.read.spelling import GREEK_WORDS

_MATH = Marked(
    r"\$\$(?P<a>.+?)\$\$|\$(?P<b>[^$]+?)\$|\\\((?P<c>.+?)\\\)|(?<!\\)\\\[(?P<d>.+?)(?<!\\)\\\]"
    r"|\\begin\{(?P<env>equation|align|gather|multline|eqnarray|displaymath|flalign)(?P<star>\*?)\}(?P<e>.+?)\\end\{(?P=env)(?P=star)\}"
)
_WRAPPER = late(
    r"\\(?:begin|end)\{(?:solution|answer|proof|document|center)\*?\}|\\(?:noindent|qed|square|blacksquare|Box|Diamond|checkmark)\b"
)
_ARRAY = late(
    r"(?P<begin>\\begin\{array\}\s*\{\s*r\s*c\s*l\s*\})(?P<rows>(?:(?!\\(?:begin|end)\{array\}).)*)(?P<end>\\end\{array\})", re.S
)
"""A chain of equations set as an array of three columns, `&=&`."""
_COMMENT = late(r"\\(?:text|mbox|textrm|textit|textbf|intertext|hbox)\s*\{(?P<t>[^{}$]*)\}")
_CONNECT = late(r"\b(?:where|with|and)\b")


_IN_BRACKETS = late(
    r"(?P<before>[\w})\]]\s*(?:\\q?quad|\\[;:, ]|~)?\s*)\((?P<formula>\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*=(?![^()]*=)(?:[^()\n]|\([^()]*\))*)\)(?=\s*[.$]*\s*$)"
)
"""A definition in brackets behind a formula: `(AᵀA + λ I) x (λ = …)`."""
_EXPLAINED = late(r"[,;]?\s*\bwhere\s+\S+\s+(?:is|are|denotes?|stands?)\b[^=;\n]*$", re.M)
"""What a clause at the end of a line says of a name without an equation: "where x_i are the rows of X"."""

_BARE = Marked(r"\\begin\{(?P<env>aligned|gathered|split)\}(?P<e>.+?)\\end\{(?P=env)\}")


def _formulas(text: str) -> list[tuple[re.Match[str], str]]:
    """The formulas of a text with dollars or displays, in order, each with the group that holds it: `b` and `c` are inline. An
    `aligned` that stands outside of all of them is a display by itself."""
    found = [(m, next(g for g in ("a", "b", "c", "d", "e") if m[g] is not None)) for m in _MATH.finditer(text)]
    inside = [m.span() for m, _ in found]
    bare = [m for m in _BARE.finditer(text) if not any(a <= m.start() < b for a, b in inside)]
    return sorted([*found, *((m, "e") for m in bare)], key=lambda f: f[0].start()) if bare else found


def mathematics(text: str, words: frozenset[str] = frozenset(), whole: bool = False) -> str:
    """The text with all that is no formula blanked, every character in its place, and `;` between separate formulas.

    A text without `$` or displays is a formula as a whole. Words in `\\text{…}` that say something beside a formula
    (two words and more, or a connective) are blanked. `words` are names of the problem that look like words.
    What only explains the formula before it is blanked as well, unless the `whole` text is wanted.
    """
    text = _WRAPPER.sub(lambda m: " " * len(m.group()), text)
    text = _ARRAY.sub(lambda m: " " * len(m["begin"]) + m["rows"] + " " * len(m["end"]), text)
    text = CROSSED_OUT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    text = _CANCELLED.sub(lambda m: " " * len(m.group()), text)
    text = _NAMED_IN_WORDS.sub(_as_definition, text)
    text = _IN_BRACKETS.sub(lambda m: f"{m['before']};{m['formula']} ", text)
    boxed = [m.start() for m in _BOX.finditer(text)]
    text = _unboxed(text)
    text = _BECAUSE.sub(_without_property, _LABEL.sub(lambda m: " " * len(m.group()), text))
    text = _ASIDE.sub(lambda m: " " * len(m.group()), text)
    text = _OVER.sub(lambda m: " " * (len(m.group()) - 1) + "=", text)
    text = _REAL_PART.sub(lambda m: " " * len(m.group()), text)
    text = _arrows(_SPACE_OF.sub(_without_space, _CONDITION.sub(_without_condition, text)))
    if not _MATH.search(text):
        text = _COMMENT.sub(_without_comment, unlabelled(text, words | _MEANT))
        if not whole:
            text = _EXPLAINED.sub(lambda m: " " * len(m.group()), text)
        text = _THAT_IS.sub(_restated, _WISE.sub(lambda m: " " * len(m.group()), text))
        for pattern, sign in _SPELT:
            text = pattern.sub(lambda m, sign=sign: sign.ljust(len(m.group())), text)  # type: ignore[misc]
        text = _REASON.sub(_without_reason, _REMARK.sub(lambda m: " " * len(m.group()), text))
        text = _ENGLISH.sub(lambda m: _without_english(m, words), text)
        text = _STATES.sub(lambda m: ";" + " " * (len(m.group()) - 1), _STOP.sub(lambda m: ";" + m.group()[1:], text))
        text = _PROSE.sub(_without_prose, _BOLD.sub(r"  \1  ", text))
    if _MATH.search(text):
        out = list(re.sub(r"[^\n]", " ", text).replace("\n", " "))
        aside, end, held, found = "", -1, None, False
        for m, group in _formulas(text):
            aside = _aside(text[end : m.start()], aside) if end >= 0 and group in ("b", "c") and not whole else ""
            said, end = text[max(end, 0) : m.start()], m.end()
            if end >= 0 and group in ("b", "c") and not whole and found and _subject(m[group], text[end:]):
                aside = "behind"
            found = True
            held = m if aside == "front" else None
            if aside and _CLAIMS.match(m[group]):
                aside, held = "", None
            if aside and not ("=" in m[group] and _NAMES.search(said)):
                continue
            out[m.start(group) : m.end(group)] = m[group]
            out[m.start()] = ";"
            # What stands behind a box only comments on it.
            aside = aside or ("behind" if any(m.start() <= k < m.end() for k in boxed) else "")
        if held is not None and not re.search(r"[A-Za-z]{2}", text[held.end() :]):
            # Nothing follows the clause: its formula is the answer.
            out[held.start("b") : held.end("b")] = held["b"] or ""
            out[held.start()] = ";"
        text = "".join(out)
    return _COMMENT.sub(_without_comment, text)


def _as_definition(m: re.Match[str]) -> str:
    """ "where r is the residual Xw − y" as the definition r = Xw − y, every character of the formula in its place."""
    formula, dollar = m["formula"], m["open"] or ""
    words = re.sub(r"\\[A-Za-z]+|\{[^{}]*\}", " ", formula)
    if (
        _DOING.search(m["words"])
        or bool(dollar) != bool(m["then"])
        or not _COMPOUND.search(formula)
        or re.search(r"(?<![A-Za-z])[A-Za-z]{3,}", words)
    ):
        return m.group()
    before = m["before"] if dollar or m["before"][0].isalpha() else ";" + m["before"][1:]
    head, room = f"{before}{dollar}{m['name']} =", len(m.group()) - len(formula)
    return head.ljust(room) + formula if len(head) <= room else m.group()


def _arrows(text: str) -> str:
    """Arrows between formulas as the signs between separate ones; one inside brackets, `\\lim_{h → 0}`, or in `f: ℝⁿ → ℝ` stays."""
    for m in _ARROW.finditer(text):
        before = text[: m.start()]
        deep = any(before.count(a) > before.count(b) for a, b in ("{}", "()", "[]"))
        if not deep and not _DOMAIN.search(before):
            text = f"{before};{' ' * (len(m.group()) - 1)}{text[m.end() :]}"
    return text


def _aside(words: str, before: str) -> str:
    """Whether an inline formula behind another one only explains it, by the words between them: `behind` the answer ("…, where $A$
    is symmetric", "of shape $K \\times d$"), `front` in a clause before one ("Since $A$ is symmetric, $2Ax$"); "" for neither."""
    if _ANSWERS.search(words) or _THAT_IS.fullmatch(words):
        return ""
    parts = _SENTENCE.split(re.sub(r"\bi\.e\.", "ie", words))
    if len(parts) > 1:
        if (clause := _CLAUSE.match(parts[-1])) is not None:
            # "By the product rule, $…$": the clause is over, and the formula stands behind it.
            return "" if "," in parts[-1][clause.end() :] else "front"
        return "behind" if _EXPLAINS.search(parts[-1]) else ""
    if before == "front":
        return "" if "," in words else "front"
    return "behind" if _EXPLAINS.search(words) else before


def _restated(m: re.Match[str]) -> str:
    """ ", i.e." before a formula without dollars: another formula of the same thing; before words a remark that goes to the end."""
    words = re.findall(r"(?<![\\A-Za-z])[A-Za-z]{2,}", m["rest"])
    if words and words[0].lower() not in _MEANT and words[0] not in GREEK_WORDS and len(words[0]) > 2:
        return " " * len(m.group())
    return ";" + " " * (len(m.group()) - len(m["rest"]) - 1) + m["rest"]


def _subject(formula: str, after: str) -> bool:
    """Whether a formula is a name of which something is said: "$E$ is the identity"."""
    return _NAME.fullmatch(formula) is not None and _IS.match(after) is not None


def _unboxed(text: str) -> str:
    """The text without the commands and braces of boxes, and without braces below and above formulas and what they say."""
    for command, braces in ((_BOX, True), (_BRACE, False)):
        at = 0
        while found := command.search(text, at):
            at = found.end()
            end = closing(text, at)
            if end < 0:
                continue
            kept = [*text]
            kept[found.start() : at - (not braces)] = " " * (at - (not braces) - found.start())
            if braces:
                kept[end] = " "
            elif said := _SAID.match(text, end + 1):
                stop = closing(text, said.end()) + 1 if said.group().endswith("{") else said.end()
                kept[end + 1 : stop] = " " * (stop - end - 1)
            text = "".join(kept)
    return text


def closing(text: str, at: int) -> int:
    """Where the brace that is open at a place is closed; -1 where it is not."""
    depth = 1
    for k in range(at, len(text)):
        if text[k - 1] != "\\":
            depth += (text[k] == "{") - (text[k] == "}")
        if not depth:
            return k
    return -1


def _without_reason(m: re.Match[str]) -> str:
    """ ", since A is symmetric" behind a formula without dollars, up to the end of the sentence."""
    line = m.string[m.string.rfind("\n", 0, m.start()) + 1 : m.start()]
    if not re.search(r"\w", line) or _ANSWERS.search(m.group()):
        return m.group()
    return " " * len(m.group())


def _without_english(m: re.Match[str], names: frozenset[str]) -> str:
    """Two words and more that are no names and no functions."""
    found = re.findall(r"[A-Za-z]+", m.group())
    if "'" not in m.group() and any(w in names or w.lower() in _MEANT or w in GREEK_WORDS for w in found):
        return m.group()
    return ";" + " " * (len(m.group()) - 1)


def _without_property(m: re.Match[str]) -> str:
    """What is said of a formula behind it, blanked; inside `cases` it is a condition."""
    before = m.string[: m.start()]
    inside = any(before.count(f"\\begin{{{e}}}") > before.count(f"\\end{{{e}}}") for e in ("cases", "dcases", "rcases", "array"))
    return m.group() if inside else " " * len(m.group())


def _without_condition(m: re.Match[str]) -> str:
    """A relation in brackets that ends a formula, `a/x  (x > 0)`: a remark, unless a sign of multiplication or a 1 stands before it."""
    return m.group() if _TAKES.search(m.string[: m.start()]) else " " * len(m.group())


def _without_space(m: re.Match[str]) -> str:
    """What is said of a formula behind it, blanked; `⊙ (z > 0)` and `1(z > 0)` are factors."""
    closes = m.string[m.end() :].lstrip()[:1] == ")"
    before = m.string[: max(m.string.rfind("(", 0, m.start()), 0)]
    return m.group() if closes and _TAKES.search(before) else _without_property(m)


def _without_prose(m: re.Match[str]) -> str:
    """Words between formulas that carry no dollars, "Let r = Ax − b. Then ∇f = 2Aᵀr": blanked, and a formula of its own after them."""
    if not _STRONG & set(re.findall(r"[a-z]+", m.group().lower())):
        return m.group()
    return ";" + " " * (len(m.group()) - 1)


def _without_comment(m: re.Match[str]) -> str:
    said = m["t"].strip()
    words = re.findall(r"[A-Za-z]+", said)
    connects = _CONNECT.fullmatch(said.strip(" ,.:")) is not None
    aside = re.fullmatch(r"[(\[]\s*[A-Za-z]{3,}\.?\s*[)\]]", said) is not None
    if connects or (len(words) < 2 and not aside and said.lower().strip(" ,.:") not in _SAYING):
        return m.group()
    kept = " " * len(m.group())
    # "…, where S is" in a comment still separates what stands on both sides of it.
    return ";" + kept[1:] if _CONNECT.search(said) else kept


_STRONG = frozenset(
    "so the gradient derivative hessian jacobian grad hess answer solution result final let then thus hence therefore get have obtain equals simplify simplifies "
    "gives yields using since because rule chain respect final finally our this which".split()
)
_WEAK = frozenset("is a an of to we so by in as it are be that f if it with on".split())
_WORD = "|".join(sorted(_STRONG | (_WEAK - {"f", "a"}), key=len, reverse=True))
_PROSE = late(rf"(?<![\\\w{{^_])(?:[.,:]\s+)?\b(?:{_WORD})\b(?:[\s,:]+(?:{_WORD})\b)*[:,.]?(?=\s|$)", re.I)
_EXPLAINS = late(
    r"\b(?:where|here|since|because|which|whose|with|shape|size|than|if|when|for|provided|as|in|assuming|given|unless|under|ie)\b|\bi\.e\.",
    re.I,
)
_SENTENCE = late(r"[.!?:;](?:\s|$)|\n\s*\n")
_CLAUSE = late(r"\s*(?:since|because|as|when|for|with|in|by|using|given|assuming|once|while|although|from|due|under)\b", re.I)
_ANSWERS = late(
    r"\b(?:so|hence|thus|then|therefore|get|obtain|becomes|gives|yields|gradient|derivative|hessian|jacobian|answer|finally|result|form|notation|written|rewrite|simplif\w+|equals)\b",
    re.I,
)
_NAME = late(r"\s*\\?[a-zA-Z]+(?:\s*\{\s*\\?[a-zA-Z]+\s*\})?(?:_\{?\w+\}?)?\s*")
_IS = late(r"\s+(?:is|are|denotes?|stands?|being)\b")
_CLAIMS = late(r"\s*(?:\\nabla|∇|\\[dt]?frac\s*\{\s*(?:d|\\partial|\\mathrm\s*\{?\s*d\}?|∂)\b|(?:∂|\\partial)[^=]*/)[^=]*=", re.S)
"""A derivative and what it is: never a remark on the formula before it."""
_NAMES = late(r"\b(?:where|here|with|for)\b", re.I)
_NAMED = r"(?=\s*(?:_\w+\s*)?[A-Za-z]\d?(?:\([^()\n]*\))?\s*=)"
_SPELT = (
    (re.compile(rf"\b(?:[Gg]rad|[Gg]radient(?:\s+of)?)(?![A-Za-z]){_NAMED}"), "∇"),
    (re.compile(rf"\b(?:[Hh]ess|[Hh]essian(?:\s+of)?)(?![A-Za-z]){_NAMED}"), "∇²"),
    (re.compile(r"\b(?:[Tt]he\s+)?[Hh]ess(?:ian)?(?=\s*=)"), "∇²f"),
    (re.compile(r"\b(?:[Tt]he\s+)?(?:[Gg]radient|[Gg]rad|[Dd]erivative)(?=\s*=)"), "∇"),
    (re.compile(r"(?<![\w\\])grad(?=\s+[A-Za-z](?:\s*(?:$|[-+=*/)\n])|\s+[A-Za-z0-9(]\b))"), "∇"),
)
"""Derivatives in words, as code and notes have them: `grad f = …`, `Hessian = …`."""
_STATES = late(
    r"\b(?:the\s+)?(?:gradient|derivative|jacobian|hessian)\s+of\s+\S+\s+(?:with\s+respect\s+to|w\.?r\.?t\.?|by)\s+\S+\s+(?:is|equals)\b:?",
    re.I,
)
_STOP = late(r"(?<=[A-Za-z)\]}])\.(?=\s+[\\∇A-Za-z(])")
_BOLD = late(r"^\*\*([^*].*?)\*\*\s*$", re.S)
_SPACE_OF = late(
    r"(?:(?:\\in|∈)\s*(?:\\(?:mathbb|mathbf|bf)\s*\{?\s*R\s*\}?|\\R(?![a-zA-Z])|ℝ)\s*(?:\^\s*(?:\{[^{}]*\}|\([^()]*\)|\w+(?:[x×]\w+)?)|[ⁿᵈᵐᵏᵖ]+(?:[ˣ×][ⁿᵈᵐᵏᵖ]+)?)?"
    r"|(?:\\(?:succ|prec)(?:eq|curlyeq)?|\\succcurlyeq|≻|⪰|≽|≺|⪯|≼)[^=$,;\n&]{0,40}?(?<![A-Za-z\\])I(?:_\{?\w+\}?)?(?![\w^])"
    r"|(?:\\(?:succ|prec)(?:eq|curlyeq)?|\\succcurlyeq|≻|⪰|≽|≺|\\neq?(?![a-zA-Z])|≠|\\geq?(?![a-zA-Z])|≥|>)\s*(?:0|\\mathbf\{?\s*0\s*\}?|O)(?![\w.])"
    r"|\\(?:forall|;\s*\\forall)\s*[a-z](?:\s*(?:=|\\in)\s*(?:1|\\\{1|\[)[^$\n]*?)?)\s*(?=$|[.,;$\n)]|\\[\\\])]|\\end)"
)
"""`∈ ℝⁿ` behind a formula says its shape, `≻ 0`, `⪰ m I` or `≠ 0` something else of it, `∀ i` for which index it is meant."""
_CONDITION = late(
    r"(?<=[\w)}\]])(?:\s|\\q?quad|\\[,;: ])+\((?P<r>[^()=]{1,40}(?:[<>≥≤≠≻]|\\(?:g[et]q?|l[et]q?|neq?|succ)(?![A-Za-z]))[^()=]{1,20})\)(?=\s*(?:$|[.,;$\n]))"
)
_TAKES = late(
    r"(?:[⊙*∘·×1I𝟙\]]|\\(?:odot|circ|cdot|ast|times)|\\(?:math\w+|boldsymbol|bm)\s*\{?\s*[1I]\s*\}?)\s*(?:\\left|\\[bB]igg?l?)?\s*$"
)
"""What makes a relation in brackets behind it a factor."""
_REAL_PART = late(r"\\(?:Re|(?:operatorname|mathrm|text)\s*\{\s*Re\s*\})(?=\s*(?:\\left|\\[bB]igg?l?)?\s*[\[({])")
"""The real part of what is real."""
_CANCELLED = late(r"\\[bx]?cancel(?![A-Za-z])")
"""A stroke through what cancels: 2 · ½ is one, struck out or not."""
_WISE = late(r"(?<=[\w)}\]])\s*,?\s+(?:element|entry|component|coordinate|point)[- ]?wise(?=\s*(?:[,.;\n]|$))", re.I)
"""A word behind a formula without dollars that says how its products are meant."""
_THAT_IS = late(r"[,;]?\s*\b(?:i\.\s?e\.|that is|in other words)(?:,|\s|$)\s*(?P<rest>[^;\n]*)", re.I)
_COMPOUND = late(r"[-+^\\]|[A-Za-z]\s*[A-Za-z(]")
_NAMED_IN_WORDS = late(
    r"(?P<before>[,;]?\s*\b(?:where|with|here|and)\s+)(?P<open>\$)?\s*(?P<name>\\?[A-Za-z](?:_\w|_\{\w+\})?)(?:\s*\$)?\s+(?:is|denotes|are)\s+"
    r"(?:(?:the|a|an|our|just)\s+)?(?P<words>(?:(?!the\b)[a-z]+\s+(?:of\s+)?){1,3})(?P<then>\$)?(?P<formula>[^$.,;\n]+)"
)
"""What a name stands for, in words: "where r is the residual Xw − y"."""
_DOING = late(r"\b(?:twice|half|minus|plus|times|double|one|two|not|never)\b", re.I)
"""Words that are no name of what follows, but make something else of it."""
_ASIDE = late(
    r"(?:&|\\q?quad|\\[;,!])\s*\(\s*\\text\s*\{[A-Za-z]{4,}\}\s*\)|\(\s*\\(?:text\w*|mbox|textit|mathrm)\s*\{[^{}$=]*[A-Za-z]{2,}[ ,-]+[A-Za-z]{2,}[^{}$=]*\}\s*\)"
)
"""A remark in brackets of its own: `(\\text{power rule})`."""
_ARROW = late(
    r"\\(?:hookrightarrow|rightsquigarrow|leadsto|longrightarrow|rightarrow|to|because|downarrow|Downarrow|searrow)(?![A-Za-z])|[→↪⟶⟹↓⇓↳∵]|=>|->"
)
_DOMAIN = late(r"[:∈]\s*(?:\\math\w+|\\R|ℝ|R)[^;\n]*$")
_OVER = late(r"\\(?:stackrel|overset|underset)\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*(?:\{\s*(?:[=≈]|\\equiv|\\approx)\s*\}|=)")
"""A sign with a remark above it: "=" with "(a)", "!" or "set"."""
_BECAUSE = late(
    r"(?P<open>\(\s*)?\\(?:text|mbox|textrm|mathrm)\s*\{[\s,(]*(?:since|because|as|due to|if|when|whenever|for|provided|unless|assuming)\b[^{}]*\}(?:(?!\$|\\\\|\n|\\end)(?(open)[^()]|.))*(?(open)\))",
    re.I,
)
"""A reason in words inside a formula, and what it says, up to the end of the formula or of its brackets."""
_LABEL = late(r"^[ \t>]*(?:\*\*|__|\*|_)[A-Za-z][A-Za-z ]*:?(?:\*\*|__|\*|_)\s*:?(?=\s)", re.M)
"""A heading in bold or italic before a formula: `**Final answer**: …`."""
CROSSED_OUT = late(
    r"~~(?:(?!~~).)+~~|<(?P<tag>del|s|strike)>.*?</(?P=tag)>|\\(?:sout|st|xout|strike)\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}",
    re.S | re.I,
)
"""What a writer has crossed out."""
_BOX = late(r"\\(?:boxed|fbox|framebox|colorbox\{\w+\}|tcbhighmath)\s*\{")
_BRACE = late(r"\\(?:underbrace|overbrace|underbracket|overbracket)\s*\{")
_SAID = late(r"\s*[_^]\s*(?:\{|\S)")
_REMARK = late(
    r"\(\s*(?:using|by|since|because|as|note|where|for|if|when|assuming|provided|here|shape|dim\w*|size|of shape|of size|i\.e\.|"
    r"(?:element|entry|component|coordinate)-?\s?wise|chain rule|product rule|quotient rule|vector|matrix|scalar)\b(?:[^()\n]|\([^()\n]*\))*\)",
    re.I,
)
_REASON = late(
    r"(?:(?:,\s*|\s)(?:since|because|which|whose|provided|assuming|as|when|if)|,\s*(?:by|using|via|from|due|see))\s+(?:[^.;\n]|\.(?=\d))*",
    re.I,
)
_ENGLISH = late(
    r"(?<![\\\w_^{.])(?:[A-Za-z]{2,}(?:'(?:s|ll|re|ve))?)(?:[ ,]+(?:a|an|[A-Za-z]{2,}(?:'(?:s|ll|re|ve))?)(?![\w(\[{^_']))+[.,:]?(?=[\s);]|$)"
)
_MEANT = frozenset(
    "exp log ln sin cos tan sinh cosh tanh sqrt norm abs sum prod trace tr det diag vec inv inverse transpose max min softmax sigmoid relu "
    "sign kron hadamard dot cross outer eye ones zeros identity logdet erf grad gradient hessian jacobian derivative let where with and "
    "so then thus hence therefore dx dy df dl dw dz dt lam lambda st wrt".split()
)
"""Words of formulas, and words that other patterns look for."""
_SAYING = frozenset(
    "so hence thus therefore then since because also or i.e e.g answer result solution final and "
    "dim dims dimension dimensions shape shapes size sizes scalar vector matrix".split()
)


__all__ = ["CROSSED_OUT", "mathematics"]
