"""MathML of a formula: what every browser sets without a script and without asking anybody for anything.

The LaTeX is ours or an author's; latex2mathml turns it into elements, and its gaps are mended here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

LONGEST = 20_000
_SPACE = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = frozenset(
    "math mrow mi mo mn mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mstyle mpadded "
    "mphantom menclose mmultiscripts".split()
)
ATTRIBUTES = frozenset(
    "display mathvariant stretchy fence form separator accent accentunder lspace rspace width height depth columnalign columnlines "
    "rowlines rowspacing displaystyle scriptlevel linethickness minsize maxsize movablelimits largeop symmetric notation "
    "columnspacing".split()
)
_BRACES = re.compile(r"\\?[{}]")
_DEEPEST = 60
_NAMED = re.compile(r"<mo>([A-Za-z]{2,})</mo>")
_RAISED = re.compile(r"<mo>(&#x022A4;|&#x022BA;|′)</mo>")
_SIGN = re.compile(
    r"(<math[^>]*><mrow>|<mrow>|form=\"prefix\">[^<]*</mo>|<mo>(?:&#x0003D;|=|,|&#x0002C;)</mo>|<mtd>|<mo stretchy=\"false\">[^<]*</mo>)"
    r"<mo>&#x02212;</mo>"
)
_DIGIT = re.compile(r"<mn mathvariant=\"(bold|double-struck)\">([01])</mn>")
_DIGITS = {("bold", "0"): "𝟎", ("bold", "1"): "𝟏", ("double-struck", "0"): "𝟘", ("double-struck", "1"): "𝟙"}
_FUNCTION = re.compile(r"(<mi>[A-Za-z]{2,}</mi>)(<mrow><mo stretchy=\"true\" fence=\"true\" form=\"prefix\">)")


@lru_cache(maxsize=2048)
def mathml(latex: str, display: bool = False) -> str:
    """A `math` element; the LaTeX itself, escaped, where it cannot be turned into one."""
    if len(latex) > LONGEST or _depth(latex) > _DEEPEST:
        return _as_code(latex)
    # Loaded where a page is asked for: half of what a command in text takes to start.
    from latex2mathml.converter import convert

    try:
        made = convert(_prepared(latex), display="block" if display else "inline")
    except Exception:  # the library raises a dozen kinds on text that is no LaTeX
        return _as_code(latex)
    made = _DIGIT.sub(lambda m: f"<mi>{_DIGITS[m[1], m[2]]}</mi>", made)
    # A minus that begins something is a sign, and stands close to what it belongs to.
    made = _SIGN.sub(r'\1<mo form="prefix">&#x02212;</mo>', made)
    made = _RAISED.sub(r"<mi>\1</mi>", _NAMED.sub(r"<mi>\1</mi>", made))
    # A function and its bracket stand close; a screen reader is told that it is applied.
    made = _FUNCTION.sub(r"\1<mo>&#x2061;</mo>\2", made)
    return made if _harmless(made) else _as_code(latex)


def _harmless(made: str) -> bool:
    """Whether it is well formed, MathML and nothing else. The library hands on what it does not know as it stands."""
    try:
        root = ElementTree.fromstring(made)
    except ElementTree.ParseError:
        return False
    return all(
        isinstance(e.tag, str) and e.tag.startswith(_SPACE) and e.tag[len(_SPACE) :] in ELEMENTS and set(e.attrib) <= ATTRIBUTES
        for e in root.iter()
    )


def displayed(latex: str) -> str:
    """A formula in the size of a display, in a line."""
    return mathml(latex).replace("<math ", '<math displaystyle="true" ', 1)


def _prepared(latex: str) -> str:
    """Spellings that the library does not know, in others of the same look."""
    out = latex.replace("<", r"\lt ").replace(">", r"\gt ")
    out = out if r"\begin" in out else out.replace(r"\&", "&").replace("&", r"\text{and}")
    out = out.replace(r"\bm{", r"\boldsymbol{").replace(r"\lVert", r"\|").replace(r"\rVert", r"\|").replace(r"\,", r"\;")
    out = out.replace(r"\log\det", r"\log\,\det").replace(r"\ln\det", r"\ln\,\det")
    return out.replace(r"\intercal", r"\top")


def _depth(latex: str) -> int:
    deepest = depth = 0
    for found in _BRACES.finditer(latex):
        sign = found.group()
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest


def _as_code(latex: str) -> str:
    return f"<code>{escape(latex)}</code>"
