"""What is said of the rule of an operation that is not of one number: one sentence for each, in the name of its argument."""

from __future__ import annotations

import re
from collections.abc import Callable

from gradatim.explain.formula import Formula, f
from gradatim.explain.steps import Words
from gradatim.term import Apply, Number, Term
from gradatim.write.latex import latex
from gradatim.write.text import text


def saying(node: Apply) -> Words:
    """The sentence for an operation at its first argument; none where the name of the rule says all."""
    return _SAYINGS[node.op.name](_Called(node.args[0])) if node.op.name in _SAYINGS else ()


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
_SAYINGS: dict[str, Callable[[_Called], Words]] = {
    "sqnorm": lambda c: (c("‖%‖²"), " adds up the squares of the entries, and the derivative of ", f("t²"), " is ", f("2 t")),
    "norm": lambda c: (c("‖%‖"), " is the root of ", c("‖%‖²"), ", and ", c("2 % / (2 ‖%‖) = %/‖%‖")),
    "inverse": lambda c: (c("d(%⁻¹) = −%⁻¹ d% %⁻¹"), ", since ", c("d(% %⁻¹) = 0")),
    "det": lambda c: (c("d det % = det(%) tr(%⁻¹ d%)"),),
    "logdet": lambda c: (c("d log det % = tr(%⁻¹ d%)"),),
    "logsumexp": lambda c: (c("∂/∂%ₖ log Σⱼ exp(%ⱼ) = exp(%ₖ) / Σⱼ exp(%ⱼ)"),),
    "softmax": lambda c: (c("∂pᵢ/∂%ₖ = pᵢ (δᵢₖ − pₖ)"), ", where ", f("p"), " is the softmax of ", c("%")),
    "norm1": lambda c: ("the absolute values of the entries are added up, and ", f("d |t|/dt = sign(t)")),
    "norminf": lambda _: ("near this point the norm is the absolute value of one entry, the largest",),
    "largest": lambda _: ("near this point the largest entry is one and the same",),
    "pnorm": lambda c: (c("‖%‖ₚᵖ = Σᵢ |%ᵢ|ᵖ"), ", and ", f("d |t|ᵖ/dt = p |t|ᵖ⁻¹ sign(t)")),
    "matrix_power": lambda c: ("each factor in turn gives way to its differential: ", c("d(%ᵏ) = Σᵢ %ⁱ⁻¹ d% %ᵏ⁻ⁱ")),
    "mpower": lambda c: ("each factor in turn gives way to its differential: ", c("d(%ᵏ) = Σᵢ %ⁱ⁻¹ d% %ᵏ⁻ⁱ")),
    "vec": lambda _: ("vec puts the entries one below the other, so that ", f("vec(A)ᵀ vec(B) = tr(AᵀB)")),
    "unvec": lambda _: ("the entries are put into columns again, so that ", f("vec(A)ᵀ vec(B) = tr(AᵀB)")),
    "kron": lambda _: (f("A ⊗ B"), " has the blocks ", f("Aᵢⱼ B")),
    "eigenvalues": lambda _: (f("dλ = vᵀ dS v"), ", where ", f("v"), " is the eigenvector of length 1"),
}
