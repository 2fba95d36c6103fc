"""What the records say of their rules, as sentences: formulas between backquotes, `%` for the name of the argument."""

from __future__ import annotations

import re

from gradatim.explain.formula import Formula, f
from gradatim.explain.steps import Words
from gradatim.ops.base import Op
from gradatim.term import Apply, Number, Term
from gradatim.write.latex import latex
from gradatim.write.text import text


def saying(node: Apply) -> Words:
    """The sentence of the operation's record for its first argument; none where the name of the rule says all."""
    if not isinstance(node.op, Op) or not node.op.saying:
        return ()
    said = sentence_of(node.op.saying, _Called(node.args[0]))
    return (f"{IN_EACH}{_ALONG[node.params]}: ", *said) if node.params in _ALONG else said


IN_EACH = "in each "
"""How a saying begins of what acts along rows or columns."""
_ALONG = {("rows",): "row", ("columns",): "column"}
"""What an operation that acts along rows or columns of a matrix acts on."""


def sentence_of(said: str, called: _Called | None = None) -> Words:
    """A sentence with its formulas, which stand between backquotes."""
    parts = said.split("`")
    return tuple((called(p) if called else f(p)) if k % 2 else p for k, p in enumerate(parts) if p)


class _Called:
    """What an argument is called in a saying: by its own name, where it has a short one. `%` stands for it."""

    def __init__(self, arg: Term) -> None:
        named = not arg.args and not isinstance(arg, Number) and len(text(arg)) <= 4
        letter = "S" if arg.rank == 2 else "r"
        self.text, self.latex = (text(arg), latex(arg)) if named else (letter, letter)
        self.scripted = bool(set("_^") & set(self.latex))

    def __call__(self, said: str) -> Formula:
        if self.scripted:
            said = _BEFORE_SCRIPT.sub("(%)", said)
        return Formula(said.replace("%", self.text), f("@".join(said.split("%"))).latex().replace("@", self.latex))


_BEFORE_SCRIPT = re.compile("%(?=[⁻¹²ₖⱼ])")
"""Where a name with an index of its own is set in brackets: (z₂)ₖ."""
