"""What a text says of how its derivatives are meant: whether the entries of a structured matrix are one variable or two."""

from __future__ import annotations

import re

from gradatim.patterns import late

_ENTRIES = late(
    r"(?:are|is|as)\s+(?:the\s+same|one)\s+variable|one\s+variable\s+each|move\s+together"
    r"|(?:respect(?:s|ing)?|us(?:e|ing)|tak(?:e|ing))\s+(?:of\s+)?(?:the\s+)?(?:symmetry|structure)(?!\s+of\s+the\s+loss)"
    r"|only\s+(?:the\s+)?entries\s+(?:on\s+(?:and|or)\s+(?:below|above)\s+the\s+diagonal|in\s+the\s+(?:lower|upper)\s+triangle)"
    r"\s+(?:vary|are\s+(?:free|variables))"
    r"|let\s+only\s+th(?:ose|e\s+diagonal\s+entries)\s+vary|only\s+(?:the\s+)?(?:diagonal|independent|free)\s+entries\s+(?:vary|are\s+variables)",
    re.IGNORECASE,
)
_DENIED = late(r"ignor(?:e|ing)\s+(?:the\s+)?(?:symmetry|structure)|without\s+using\s+(?:the\s+)?(?:symmetry|structure)", re.I)


def structured_form(text: str) -> str:
    """`entries` where the text asks for the derivative by the independent entries of a structured variable, else ""."""
    plain = re.sub(r"\s+", " ", text)
    return "entries" if _ENTRIES.search(plain) and not _DENIED.search(plain) else ""


_VEC = r"(?:\\(?:mathrm|operatorname|text|mathbf)\s*\{\s*|(?<![\\A-Za-z]))vec(?![A-Za-z])"
_COLUMNS = late(
    rf"(?:\bd|∂|\\partial|\\mathrm\s*\{{\s*d\s*\}})\s*(?:\\[,;:!]\s*)?\(?\s*(?:\\left\s*\(\s*)?{_VEC}"
    rf"|\bvec[\s-]+form\b|(?:with\s+respect\s+to|w\.r\.t\.)\s+\$?\s*{_VEC}",
    re.IGNORECASE,
)


def on_columns(text: str) -> bool:
    """Whether a text asks for the derivative of vec F by vec X: a Jacobian or Hessian on stacked columns."""
    return bool(_COLUMNS.search(text))


_ROWS = late(
    r"(?:the\s+|each\s+|all\s+)?rows?\s+of\s+(\$[^$]{1,40}\$|[A-Z]\w*)\s+(?:each\s+)?(?:sums?|adds?\s+up|add)\s+to\s+(?:one\b|1\b|\$1\$)",
    re.IGNORECASE,
)


_ONE_HOT_ROWS = late(r"one-hot\s+rows\s+(?:in|of)\s+(\$[^$]{1,40}\$|[A-Z]\w*)", re.IGNORECASE)


_MATRIX_FUNCTION = late(
    r"matrix[\s-]+(?:exponential|logarithm|log\b|sine|cosine|function|square[\s-]root|root|power)|power\s+series"
    r"|(?:exponential|logarithm|sine|cosine|square\s+root|principal\s+root)s?\s+of\s+(?:a|the|this|that)\s+(?:square\s+)?matri"
    r"|\bnot\s+(?:(?:applied|taken|an?|the)\s+)*(?:(?:element|entry|component)[\s-]?wise|entry\s+by\s+entry)",
    re.IGNORECASE,
)

_DENIED_FUNCTION = late(
    r"\b(?:not|isn't|no)\s+(?:(?:the|a|an)\s+)?matrix[\s-]+(?:exponential|logarithm|log\b|sine|cosine|function|square[\s-]root|root|power)",
    re.IGNORECASE,
)
"""What "the exponential here is not the matrix exponential" says."""


def matrix_functions(text: str) -> bool:
    """Whether a text says that a function of a square matrix is the matrix function and not one of its entries."""
    return bool(_MATRIX_FUNCTION.search(_DENIED_FUNCTION.sub("", text)))


_POPULATION = late(
    r"\bpopulation(?!\s+(?:mean|covariance|variance|parameter|value|version|risk))|\bLeslie\b|\bLefkovitch\b|\b(?:stage|age|size)[\s-]+(?:structured|classified)\b|\bdemograph",
    re.IGNORECASE,
)
_PROJECTION = late(r"\bprojection(\s+matri(?:x|ces))\b", re.IGNORECASE)


def projected_in_time(text: str) -> str:
    """A text on populations, whose projection matrix says how they grow and is no projection, without that word."""
    return _PROJECTION.sub(r"growth\1", text) if _POPULATION.search(text) else text


_RANK = late(r"full\s+(column|row)[\s-]+rank", re.IGNORECASE)


_FAMILY = late(
    r"(?:\$(?P<name>[^$_]{1,40})\$|(?<![A-Za-z\\$])(?P<plain>[A-Za-zͰ-Ͽ]|\\[A-Za-z]+))\s+(?:is|are)\s+a\s+famil(?:y|ies)\s+of\s+"
    r"(?P<of>(?:row\s+|column\s+)?vectors|matrices|scalars|numbers)\b"
)


def members_of_families(text: str) -> str:
    """ "$x$ is a family of vectors" as what it says of a member: "$x_i$ is a vector"."""
    kinds = {"matrices": "matrix", "numbers": "scalar"}
    return _FAMILY.sub(lambda m: f"${m['name'] or m['plain']}_i$ is a {kinds.get(m['of'], m['of'].removesuffix('s'))}", text)


_ORTHONORMAL = late(
    r"orthonormal\s+columns|columns\s+(?:that\s+)?are\s+orthonormal|semi-?orthogonal|on\s+the\s+Stiefel\s+manifold", re.IGNORECASE
)


_ROWS_IN = late(
    r"(?<!the )\b(one-hot|normali[sz]ed|unit(?:-norm)?|stochastic)\s+rows\s+(?:in|of)\s+(\$[^$]{1,40}\$|[A-Z](?!\w))",
    re.IGNORECASE,
)


def rows_of_one(text: str) -> str:
    """ "the rows of Y sum to one" as the describing word that says the same of Y, "one-hot rows in Y" as what Y has; "full column
    rank" as one word."""
    text = _ROWS_IN.sub(lambda m: f"{m[2]} with {m[1]} rows", text)
    text = _ORTHONORMAL.sub("orthonormal-columns", text)
    text = _RANK.sub(lambda m: f"full-{m[1].lower()}-rank", text)
    text = _ONE_HOT_ROWS.sub(lambda m: f"{m[0]}; {m[1]} is row-stochastic;", text)
    return _ROWS.sub(lambda m: f"{m[1]} is row-stochastic", text)


_ADDED = late(
    r"\$\s*\\sum(?:\\limits)?_\{?\s*(?P<k>[a-z])\s*(?:=\s*1)?\s*\}?\s*(?:\^\s*(?:\{[^{}]*\}|\w))?\s*"
    r"(?P<name>\\?[A-Za-z]+)\s*_\s*(?P<below>\{\s*[a-z]?\s*,?\s*(?P=k)\s*\}|(?P=k))\s*=\s*1\s*\$"
)
_CONSTRAINED = late(
    r"\bsubject\s+to|\bconstrain|\blagrang|\bmultiplier|\bsuch\s+that|\bs\.\s?t\.|\bminimi[sz]|\bmaximi[sz]|\boptimal",
    re.IGNORECASE,
)
_NOT_NEGATIVE = late(
    r"\{\s*0\s*,\s*1\s*\\?\}|[\[(]\s*0\s*,\s*1\s*[\])]|\\geq?\b|≥|>|one-hot|\b(?:1|one|\$1\$)-of-|probabilit", re.IGNORECASE
)


def entries_that_add_up(text: str) -> str:
    """`\\sum_k t_{nk} = 1` with the word that says the same of t; as a constraint of a problem that is solved it says nothing of the
    function, whose multiplier has a derivative."""
    if not _NOT_NEGATIVE.search(text):
        if _CONSTRAINED.search(text):
            return text
        return _ADDED.sub(lambda m: f"{m[0]}; ${m['name']}$ is adds-to-one;", text)
    return _ADDED.sub(lambda m: f"{m[0]}; ${m['name']}$ is row-stochastic;", text)


_OF_ONES = late(
    r"\b(?:(?P<of>(?:vector|matrix|column|row)s?)\s+(?:consisting\s+|made\s+up\s+)?of\s+(?P<count>\$[^$]{1,12}\$\s+)?(?:all\s+)?"
    r"(?:ones|1s|1's|\$1\$'?s)|all[\s-]+(?:ones?|1s?|1's)[\s-]+(?P<all>vector|matrix)s?|ones[\s-]+(?P<ones>vector|matrix)s?)\b",
    re.IGNORECASE,
)
_ONES_WRITTEN = late(
    r"\$\s*(?P<name>[^$=]{1,30}?)\s*:?=\s*[\[(]\s*1\s*,\s*(?:1\s*,\s*)*(?:\\[lc]?dots|\.\.\.)\s*,\s*1\s*[\])]"
    r"(?:\s*\^\s*\{?\s*(?:T|\\top|\\intercal|\\(?:mathrm|mathsf)\s*\{\s*T\s*\})\s*\}?|\s*')?(?P<after>[^$]*)\$"
)


def ones_of(text: str) -> str:
    """ "the vector of all ones" with one word more that says so, `e = (1, \\dots, 1)^T` in these words."""
    text = _ONES_WRITTEN.sub(lambda m: f"${m['name']}{m['after']}$ is the vector of ones", text)

    def said(m: re.Match[str]) -> str:
        size = f" of length {m['count'].strip()}" if m["count"] else ""
        return f"{m['of'] or m['all'] or m['ones']} of-ones{size}"

    return _OF_ONES.sub(said, text)


_RAISED = r"\$\s*(?P<name>\\?[A-Za-z]+(?:\s*\{[A-Za-z]\})?)\s*\^\s*\{?\s*(?P<i>[ijkl])\s*\}?\s*\$"
_RAISED_IS = late(
    _RAISED + r"(?P<rest>,?\s+(?:is\s+|denotes\s+|being\s+|are\s+)?(?:the\s+)?\(?\$?\s*(?P=i)\b[^,.;]{0,14}\s(?:row|column)\b)"
)
_RAISED_ARE = late(r"(?P<before>\b(?:rows?|columns?)\s+)" + _RAISED)


def raised_members(text: str) -> str:
    """ "$w^i$ is the $i$-th row of $W$", where the letter above counts and is no power."""
    text = _RAISED_IS.sub(lambda m: f"${m['name']}^{{({m['i']})}}${m['rest']}", text)
    return _RAISED_ARE.sub(lambda m: f"{m['before']}${m['name']}^{{({m['i']})}}$", text)


_ORDER = late(
    r"(?P<kind>\b(?:non-?singular|invertible|square|symmetric|skew-symmetric|definite|diagonal|orthogonal|triangular|matrix|matrices))"
    r"\s+(?:is\s+|are\s+)?of\s+order\s+\$(?P<n>[^$\\\\]{1,20})\$",
    re.IGNORECASE,
)


def square_of_order(text: str) -> str:
    """ "a nonsingular matrix of order $n$" with its size."""
    return _ORDER.sub(lambda m: f"{m['kind']} of size ${m['n']} \\times {m['n']}$", text)


_THINGS = r"(?:a\s+|an\s+|the\s+)?(?:real\s+)?(?:scalars?|vectors?|matrix|matrices|numbers?|reals?|arrays?)"
_MAPS = late(
    rf"\b(?:(?:that|which)\s+)?(?:maps?|mapping|takes?|taking)\s+(?:from\s+)?{_THINGS}\s+(?:in)?to\s+{_THINGS}\b", re.IGNORECASE
)


def without_mappings(text: str) -> str:
    """ "$f: \\mathbb{R}^d \\to \\mathbb{R}$ maps vectors into scalars" without the words, which say of arguments and values what the
    arrow has said of f; "it turns $x$ into a unit vector" without what is said of the value, and not of x."""
    return _TURNS.sub(lambda m: m["what"], _MAPS.sub("", text))


_TURNS = re.compile(
    r"(?P<what>\b(?:maps?|mapping|sends?|takes?|taking|turn(?:s|ing)?|convert(?:s|ing)?|transform(?:s|ing)?|normali[sz]es?|squash(?:es)?|embeds?)\b"
    r"(?:\s+[\w-]+){0,3}\s+\$[^$]*\$)\s+(?:in|on)?to\s+(?:an?|the)\s+[^.;$\n]*",
    re.IGNORECASE,
)


_PLACES = late(
    r"(?<=[A-Za-z}])\s*(?:\\left)?\(\s*(?:\\cdot|·|\.|\\bullet|\\ast)\s*(?:,\s*(?:\\cdot|·|\.|\\bullet|\\ast)\s*)*(?:\\right)?\)"
)


def without_places(text: str) -> str:
    """ "$s(\\cdot)$ is the sigmoid" is said of s: the dot keeps the place of its argument."""
    return _PLACES.sub("", text)


_CONSTRAINTS = late(
    r"\b(?:subject\s+to|s\.\s?t\.|(?:under|with)\s+(?:the\s+)?(?:\w+\s+)?constraints?)(?:\s+(?:the|a|equality|inequality|linear|constraints?|that))*\s*:?\s*"
    r"\$[^$]*\$(?:(?:\s*[,;])?(?:\s+and)?\s*\$[^$]*[=<>≤≥][^$]*\$|(?:\s*[,;])?(?:\s+and)?\s*\$[^$]*\\(?:le|ge)q?(?![a-z])[^$]*\$)*",
    re.I,
)


def without_constraints(text: str) -> str:
    """A text in which the constraints of a problem define nothing: "subject to $h(x) = 0$" does not say that h is zero."""
    return _CONSTRAINTS.sub(lambda m: " " * len(m.group()), text)


_REAL_ONE = late(
    r"\b(?P<before>(?:for|of|with|where|let|in)\s+(?:(?:all|every|any|a|an|the)\s+)?)real\s+(?=\$\s*\\?[A-Za-z]+\s*\$)", re.I
)


def real_numbers(text: str) -> str:
    """ "for real $x$": a real number, and no vector."""
    return _REAL_ONE.sub(lambda m: f"{m['before']}scalar ", text)


_OF_DERIVATIVES = late(
    r"(?P<before>\b(?:find|compute|derive|what\s+(?:is|are)|calculate|determine|give|evaluate|obtain|state|express|write(?:\s+down)?"
    r"|(?:show|prove|verify)\s+that)\b[^.?!$]{0,80}?\b(?:jacobians?|hessians?|gradients?|derivatives?|scores?|information))"
    r"(?P<noun>\s+(?:matri(?:x|ces)|vectors?))(?=\s+(?:of|for|with\s+respect|w\.?r\.?t|at)\b)",
    re.I,
)


def without_nouns_of_derivatives(text: str) -> str:
    """ "Find the Hessian matrix of $f$" says that the Hessian is a matrix, and not what f is."""
    return _OF_DERIVATIVES.sub(lambda m: m["before"] + " " * len(m["noun"]), text)


_DRAWN = late(
    r"\\sim\s*\}?\s*(?:\\mathcal\s*\{?\s*N\s*\}?|N|\\(?:mathrm|text|operatorname)\{(?:N|Normal|MVN)\})\s*(?:\\left)?\(\s*[^(),$]*,\s*"
    r"(?P<name>(?:[A-Z]|\\(?:Sigma|Lambda|Psi|Omega|Gamma|Phi))(?:_(?:\w|\{\w+\}))?)\s*(?:\\right)?\)"
)


_ZEROS_AND_ONES = r"(?:binary|boolean|0[/-]1|zero[- ]one|0,\s*1)"
_MASK = late(
    rf"\b{_ZEROS_AND_ONES}(?:[- ]valued)?\s+(?:(?!mask)[a-z]+\s+)?(?:mask(?:\s+matrix)?|matrix|indicator\s+matrix)\b"
    r"|\b(?:[a-z]+\s+)?mask(?:\s+matrix)?\b(?=[^.;]*\b(?:0\s*(?:or|and)\s*1|zeros?\s+and\s+ones?|0s\s+and\s+1s)\b)",
    re.IGNORECASE,
)
_UNDIRECTED = late(r"\b(?<!symmetric )((?:weighted\s+)?adjacency\s+matrix)(?=[^.;]*\bundirected\b)", re.IGNORECASE)


def told_of_graphs_and_masks(text: str) -> str:
    """The adjacency matrix of an undirected graph is symmetric, and a binary mask has entries in {0, 1}."""
    return _MASK.sub("zero-one matrix", _UNDIRECTED.sub(r"symmetric \1", text))


def covariances_of_normals(text: str) -> str:
    """`v \\sim \\mathcal{N}(0, R)` says that R is a covariance matrix."""
    found = dict.fromkeys(m["name"] for m in _DRAWN.finditer(text))
    return text.rstrip() + "".join(f"\n\n${name}$ is a covariance matrix." for name in found) if found else text


_SIZE_AS_PAIR = late(
    r"\$\s*(?P<name>[A-Z])\s*=\s*\(\s*(?P<m>\w+)\s*,\s*(?P<n>\w+)\s*\)\s*\$(?=\s+(?:is\s+)?(?:an?\s+|the\s+)?(?:[a-z-]+\s+){0,2}matri)"
)
_SWAPPED = late(
    r"(?P<name>\\?[A-Za-z]+)_\{(?P<i>[a-z])(?P<j>[a-z])\}\s*=\s*(?P=name)_\{(?P=j)(?P=i)\}(?=\s*(?:\$|,|\\\)|\\text|\\quad|$))"
)


_PERMUTED = late(
    r"(?P<name>\\?[A-Za-z]+)_\{(?P<i>[a-z]{3,})\}\s*=\s*(?P=name)_\{(?P<j>[a-z]{3,})\}(?=\s*(?:\$|,|\\\)|\\text|\\quad|$))"
)


def sizes_as_pairs(text: str) -> str:
    """ "X = (m, n) input matrix", as the shape of an array is printed."""
    return _SIZE_AS_PAIR.sub(r"$\g<name> \\in \\mathbb{R}^{\g<m> \\times \g<n>}$", text)


def swapped_indices(text: str) -> str:
    """ "k_{ij} = k_{ji}" says that k is symmetric; of "C_{ijkl} = C_{klij}" nothing is used but the name."""
    text = _PERMUTED.sub(lambda m: m["name"] if sorted(m["i"]) == sorted(m["j"]) else m.group(), text)
    return _SWAPPED.sub(r"\g<name> = \g<name>^T", text)


_PRINTED = late(
    r"(?P<is>(?P<name>(?<![A-Za-z\\$])[A-Za-z]\w*)\.shape\s*(?:==?|is)\s*|\b(?:of|has|have|with|and)\s+(?:the\s+)?shapes?\s+)"
    r"(?P<open>\$)?\(\s*(?P<m>\w+)\s*,\s*(?P<n>\w+)?\s*\)(?(open)\$)"
)


def printed_shapes(text: str) -> str:
    """ "X has shape (n, d)", "w.shape = (d,)", as arrays print theirs: an n × d matrix and a vector of length d."""

    def said(m: re.Match[str]) -> str:
        mark = "$" if m["open"] else ""
        size = f"size {mark}{m['m']}{mark}" if not m["n"] else f"size {mark}{m['m']} \\times {m['n']}{mark}"
        return f"{m['name']} has {size}" if m["name"] else m["is"].rstrip().removesuffix("s").removesuffix("shape") + size

    return _PRINTED.sub(said, text)


_NORMS_OF_ROWS = late(r"norms?\s+of\s+(?:the\s+|its\s+|each\s+)?rows?\b|\brow[\s-]?(?:wise|norms?|sparsity)\b", re.IGNORECASE)


def norms_of_rows(text: str) -> bool:
    """Whether a text says that a norm adds up the norms of the rows."""
    return bool(_NORMS_OF_ROWS.search(text))


_BARS_BY_ENTRY = late(
    r"\|\s*(?:\\cdot|\.|·|[a-z]|\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*[a-z]\s*\}?)\s*\|[^.;]{0,40}?"
    r"\b(?:entry|element|component)(?:[\s-]?wise|[\s-]by[\s-](?:entry|element|component))|"
    r"\b(?:entry|element|component)[\s-]?wise\s+absolute\b",
    re.IGNORECASE,
)


def bars_by_entry(text: str) -> bool:
    """Whether a text says that bars around a vector hold the absolute values of its entries."""
    return bool(_BARS_BY_ENTRY.search(text))


_COMPLEX = late(
    r"\\(?:Re|Im)(?![A-Za-z])|\bcomplex|\bconjugate|\bimaginary\b|\bhermitian\b|\\mathbb\s*\{?\s*C(?![A-Za-z])|ℂ", re.IGNORECASE
)


def speaks_of_complex(text: str) -> bool:
    """Whether a text speaks of complex numbers: then i is the imaginary unit, and no name for a scalar."""
    return bool(_COMPLEX.search(text))


_BASIS = late(
    r"\b(?:standard|canonical|natural)\s+(?:\w+\s+)?(?:basis|unit)|\bbasis\s+vectors?\b|\bunit\s+basis\b"
    r"|(?:\b(?:first|second|third)|\b\$?[a-z]\$?-?\s*(?:th|st|nd|rd)|\^\{?\\?(?:text|mathrm|rm)?\s*\{?th\}*\$?)\s+(?:coordinate|unit)\s+vector",
    re.IGNORECASE,
)
_UNIT_NAME = late(r"(?<![A-Za-z\\])(?:\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*\{?\s*)?e\}?\s*_")


def standard_basis(text: str) -> bool:
    """Whether a clause says that the e_i, or e_1, are standard basis vectors: "b is a basis vector and e_1 the error" does not."""
    return any(_BASIS.search(s) and _UNIT_NAME.search(s) for s in re.split(r"[.;]\s|\n\s*\n|,?\s+and\s+", text))
