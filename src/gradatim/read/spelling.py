"""Tables of spelling: Greek, styles, accents, Unicode scripts, operators, and the words that name functions."""

from __future__ import annotations

import re
import unicodedata

from gradatim.ops import dictionary

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta varphi varrho varsigma ell"
).split()
GREEK_WORDS = {name: f"\\{name}" for name in _NAMES} | {"lam": "\\lambda", "eps": "\\epsilon"}
"""Words of plain text for Greek letters."""

_LETTERS = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"
_PLAIN = [n for n in _NAMES if not n.startswith("var") and n != "ell"]
GREEK_COMMANDS = {c: f"\\{n}" for c, n in zip(_LETTERS, _PLAIN)} | {
    "ϵ": "\\epsilon",
    "ϕ": "\\phi",
    "ϑ": "\\vartheta",
    "ς": "\\varsigma",
}
GREEK_TEXT = {f"\\{n}": c for c, n in zip(_LETTERS, _PLAIN)} | {
    "\\varepsilon": "ε",
    "\\epsilon": "ϵ",
    "\\varphi": "φ",
    "\\phi": "ϕ",
    "\\vartheta": "ϑ",
    "\\varrho": "ϱ",
    "\\varsigma": "ς",
    "\\ell": "ℓ",
}
GREEK_COMMANDS |= {"ε": "\\varepsilon", "φ": "\\varphi", "ϱ": "\\varrho"}

STYLES = {
    "mathbf": "\\mathbf",
    "boldsymbol": "\\boldsymbol",
    "bm": "\\boldsymbol",
    "pmb": "\\boldsymbol",
    "symbf": "\\mathbf",
    "vb": "\\mathbf",
    "mathcal": "\\mathcal",
    "mathscr": "\\mathcal",
    "mathbb": "\\mathbb",
    "mathfrak": "\\mathfrak",
    "mathsf": "\\mathsf",
    "mathit": "",
    "mathnormal": "",
    "vec": "\\vec",
    "overrightarrow": "\\vec",
    "underline": "\\underline",
}
ACCENTS = {
    "hat": "\\hat",
    "widehat": "\\hat",
    "bar": "\\bar",
    "overline": "\\bar",
    "tilde": "\\tilde",
    "widetilde": "\\tilde",
    "dot": "\\dot",
    "ddot": "\\ddot",
    "check": "\\check",
    "breve": "\\breve",
    "acute": "\\acute",
    "grave": "\\grave",
    "mathring": "\\mathring",
}
COMBINING = {
    "\u0302": "\\hat",
    "\u0304": "\\bar",
    "\u0305": "\\bar",
    "\u0303": "\\tilde",
    "\u0307": "\\dot",
    "\u20d7": "\\vec",
    "\u0308": "\\ddot",
    "\u030a": "\\mathring",
}
UPRIGHT = frozenset(
    {"mathrm", "text", "textrm", "mbox", "operatorname", "mathop", "textit", "textnormal", "textup", "hbox", "textbf"}
)
LONG = re.compile(r"\s*\{[A-Za-z]{2,}\}")
"""`\\mathit{net}` is one name: that is what TeX has it for."""
GLUED = re.compile(
    r"(tr(?=[A-Z]+$)|det(?=[A-Z]+$)|(?:ln|log)(?=(?:det|tr)[A-Z]+$)|(?:ln|log|exp|sinh?|cosh?(?!t$)|tanh?)(?=[A-Za-z]$))"
)
"""Names of functions that were typed without a space before what they are of."""
_CODE = re.compile(r"(?<![_^])(?<![_^]\{)\*|@")
"""Programming's signs of multiplication; the star of `B^*` is none."""
IGNORED = frozenset(
    "big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm quad qquad displaystyle textstyle scriptstyle limits "
    "nolimits nonumber notag ensuremath mathstrut strut allowbreak thinspace medspace thickspace negthinspace newline noindent relax "
    "enspace hfill scriptscriptstyle boxed mathrel mathbin mathord mathopen mathclose".split()
)

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀ⸍", "0123456789+-()niT/")) | dict(
    zip("ᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴷᴺᴹᴰᴴ", "abcdefghjklmoprstuvwxyzKNMDH")
)
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aehijklmnoprstuvx"))

UNICODE_COMMANDS = {
    "Σ": "sum",
    "∑": "sum",
    "∏": "prod",
    "Π": "prod",
    "√": "sqrt",
    "∘": "circ",
    "⊙": "odot",
    "⊘": "oslash",
    "⊗": "otimes",
    "⊕": "oplus",
    "·": "cdot",
    "⋅": "cdot",
    "×": "times",
    "∗": "ast",
    "−": "minus",
    "–": "minus",
    "‖": "|",
    "∥": "|",
    "⟨": "langle",
    "⟩": "rangle",
    "∞": "infty",
    "′": "prime",
    "″": "pprime",
    "½": "=1/2",
    "⅓": "=1/3",
    "⅔": "=2/3",
    "¼": "=1/4",
    "¾": "=3/4",
    "⅛": "=1/8",
    "𝟏": "onesvector",
    "𝟎": "zerosvector",
    "𝟙": "mathbb1",
    "…": "dots",
    "≠": "neq",
    "≤": "leq",
    "≥": "geq",
    "∣": "vert",
    "÷": "div",
    "⊤": "top",
    "∈": "in",
    "∂": "partial",
    "∇": "nabla",
    "⇒": "Rightarrow",
    "∴": "therefore",
    "≈": "approx",
    "→": "to",
    "↦": "mapsto",
    "≻": "succ",
    "≽": "succeq",
    "⪰": "succeq",
    "∀": "forall",
    "≜": "coloneq",
    "≔": "coloneq",
}

OPERATORS: dict[str, tuple[str, str, str]] = {
    "cdot": ("op", "cdot", ""),
    "times": ("op", "times", ""),
    "ast": ("op", "odot", ""),
    "circ": ("op", "odot", ""),
    "odot": ("op", "odot", ""),
    "oslash": ("op", "oslash", ""),
    "otimes": ("op", "otimes", ""),
    "oplus": ("op", "oplus", ""),
    "div": ("op", "/", ""),
    "minus": ("op", "-", ""),
    "colon": ("op", ":", ""),
    "coloneq": ("op", "=", ""),
    "coloneqq": ("op", "=", ""),
    "triangleq": ("op", "=", ""),
    "doteq": ("op", "=", ""),
    "equiv": ("op", "=", ""),
    "neq": ("op", "!=", ""),
    "ne": ("op", "!=", ""),
    "leq": ("op", "<=", ""),
    "le": ("op", "<=", ""),
    "geq": ("op", ">=", ""),
    "ge": ("op", ">=", ""),
    "gt": ("op", ">", ""),
    "lt": ("op", "<", ""),
    "{": ("open", "{", ""),
    "}": ("close", "}", ""),
    "lbrace": ("open", "{", ""),
    "rbrace": ("close", "}", ""),
    "lbrack": ("open", "[", ""),
    "rbrack": ("close", "]", ""),
    "langle": ("open", "<", ""),
    "rangle": ("close", ">", ""),
    "|": ("bar", "||", ""),
    "Vert": ("bar", "||", ""),
    "lVert": ("bar", "||", "l"),
    "rVert": ("bar", "||", "r"),
    "vert": ("bar", "|", ""),
    "mid": ("bar", "|", ""),
    "lvert": ("bar", "|", "l"),
    "rvert": ("bar", "|", "r"),
    "prime": ("prime", "'", ""),
    "pprime": ("prime", "''", ""),
    "in": ("op", "in", ""),
    "to": ("op", "to", ""),
    "rightarrow": ("op", "to", ""),
    "mapsto": ("op", "to", ""),
    "succ": ("op", "succ", ""),
    "succeq": ("op", "succeq", ""),
    "succcurlyeq": ("op", "succeq", ""),
    "prec": ("op", "prec", ""),
    "subset": ("op", "subset", ""),
    "subseteq": ("op", "subset", ""),
    "forall": ("op", "forall", ""),
    "partial": ("name", "\\partial", ""),
    "nabla": ("name", "\\nabla", ""),
    "Rightarrow": ("sep", "⇒", ""),
    "Longrightarrow": ("sep", "⇒", ""),
    "implies": ("sep", "⇒", ""),
    "therefore": ("sep", "⇒", ""),
    "iff": ("sep", "⇒", ""),
    "Leftrightarrow": ("sep", "⇒", ""),
    "approx": ("op", "≈", ""),
    "simeq": ("op", "≈", ""),
    "backslash": ("op", "setminus", ""),
    "setminus": ("op", "setminus", ""),
    "top": ("name", "\\top", ""),
    "intercal": ("name", "\\top", ""),
    "transpose": ("name", "\\top", ""),
    "trans": ("name", "\\top", ""),
    "dagger": ("name", "\\dagger", ""),
    "dots": ("op", "...", ""),
    "ldots": ("op", "...", ""),
    "cdots": ("op", "...", ""),
    "dotsc": ("op", "...", ""),
    "vdots": ("op", "...", ""),
    "ddots": ("op", "...", ""),
    "tfrac": ("cmd", "frac", ""),
    "dfrac": ("cmd", "frac", ""),
    "cfrac": ("cmd", "frac", ""),
    "bigodot": ("op", "odot", ""),
    "onesvector": ("name", "\\mathbf{1}", ""),
    "zerosvector": ("name", "\\mathbf{0}", ""),
    "_": ("op", "_", ""),
    "%": ("op", "%", ""),
    "#": ("op", "#", ""),
}

_RENAMED = {
    "Tr": "tr",
    "Trace": "tr",
    "trace": "tr",
    "TR": "tr",
    "sgn": "sign",
    "Diag": "diag",
    "Det": "det",
    "Log": "log",
    "Exp": "exp",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "Vec": "vec",
    "Softplus": "softplus",
}
_EXTRA = set(
    "max min clip xlogy vec kron sqrt diag norm mean prox arg rank lg lse adj adjugate cof cofactor pinv cossim cosine KL entropy "
    "log2 log10 eye sec csc cot sech csch coth".split()
)


def _words() -> dict[str, str]:
    """Every word that names an operation, and the name under which the reader keeps it."""
    table = {w: w for w in sorted(_EXTRA)}
    for name, op in dictionary().items():
        if op.notation.kind in ("function", "fence", "postfix"):
            for word in op.notation.names:
                if word.isalnum() and word.isascii() and len(word) > 1:
                    table.setdefault(word, name)
    table |= {alias: table.get(name, name) for alias, name in _RENAMED.items()}
    return table


FUNCTION_WORDS = _words()


VOCABULARY_WORDS = {
    w: w
    for w in (
        "hinge mse bce var std cov corr layernorm batchnorm normalize attention proj solve blkdiag hstack vstack gelu silu mish softsign "
        "dominanteigenvalue dominanteigenvector logsigmoid logit erfc elu celu selu leakyrelu prelu relu6 hardtanh hardsigmoid hardswish clamp logsoftmax rmsnorm cumprod"
    ).split()
} | {
    "hingeloss": "hinge",
    "variance": "var",
    "stddev": "std",
    "covariance": "cov",
    "correlation": "corr",
    "corrcoef": "corr",
    "normalise": "normalize",
    "attn": "attention",
    "projection": "proj",
    "blockdiag": "blkdiag",
    "swish": "silu",
    "bn": "batchnorm",
    "ln": "layernorm",
    "lrelu": "leakyrelu",
}
"""Words that are functions where nothing declares or defines them, and the one that each stands for."""


def function_word(word: str) -> str:
    """The operation that a word names, or ""."""
    return FUNCTION_WORDS.get(word, "")


def is_code(text: str) -> bool:
    """Whether names are whole words in this text, as in programs; elsewhere letters stand side by side."""
    return "\\" not in text and _CODE.search(text) is not None


def lowered(scripts: str) -> str:
    """What Unicode's small letters below a name say: ᵢ is i."""
    return "".join(SUBSCRIPTS.get(c, c) for c in scripts)


def below_letter(letter: str) -> str:
    """A letter as Unicode sets it below, as a pattern; what never matches where it has none."""
    return next((re.escape(low) for low, plain in SUBSCRIPTS.items() if plain == letter), r"(?!)")


def letter_of(c: str) -> str:
    """The LaTeX spelling of one letter or styled letter of Unicode; "" for any other character."""
    if c in GREEK_COMMANDS:
        return GREEK_COMMANDS[c]
    if c.isascii() and c.isalpha():
        return c
    if c == "ℓ":
        return "\\ell"
    base = unicodedata.normalize("NFKC", c)
    title = unicodedata.name(c, "")
    if len(base) == 1 and (base.isascii() or base in GREEK_COMMANDS) and base != c:
        inner = base if base.isascii() else GREEK_COMMANDS[base]
        if "BOLD" in title and "SANS" not in title and "SCRIPT" not in title:
            return f"\\mathbf{{{inner}}}"
        if "SCRIPT" in title:
            return f"\\mathcal{{{inner}}}"
        if "DOUBLE-STRUCK" in title:
            return f"\\mathbb{{{inner}}}"
        if "ITALIC" in title:
            return inner
    return ""


MAX_SIDE_BY_SIDE = 3
"""Letters above which a run of them beside a sign of multiplication is a word and no product."""


def stands_apart(run: str, text: str) -> bool:
    """Whether one of a few letters side by side also stands alone in the text, as x in `||Ax - b||^2 + lambda*||x||^2`."""
    alone = (rf"(?<![A-Za-z_^.]){letter}(?![A-Za-z0-9])" for letter in run)
    return len(run) <= MAX_SIDE_BY_SIDE and any(re.search(pattern, text) for pattern in alone)
