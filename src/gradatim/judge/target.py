"""What an answer is measured against: the right derivative, in every layout that people use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gradatim.derive.conditions import Condition, conditions, values_need
from gradatim.derive.derivative import LAYOUTS, in_layout
from gradatim.derive.structured import FORMS, asked
from gradatim.errors import GradatimError
from gradatim.judge.pieces import unfolded
from gradatim.matrix.build import transposed
from gradatim.ops import transpose
from gradatim.term import Bind, Symbol, Term, free_symbols, is_index
from gradatim.types import Dim, Type


@dataclass(frozen=True)
class Target:
    """A function, its variables, and the derivative that was asked for. `layout` is "" where nothing fixes it; `seed` draws the
    points at which answers are compared."""

    function: Term
    wrt: tuple[Term, ...]
    layout: str = ""
    seed: int = 1
    structure: str = ""
    """The form on a structured set that is asked for: `projected`, `entries`; "" for the ambient gradient."""
    called: str = ""
    """The name by which the answer calls the function, where it writes it out."""
    differential: bool = False
    """Whether the differential is asked for, dh = tr(GᵀdX), and not what is read off it."""
    known: frozenset[Any] = frozenset()
    """Derivatives (`leaning.Derivative`) that were worked out elsewhere: an answer may be built on them."""
    general: Term | None = None
    """The derivative anywhere, where its value at a point is what was asked for."""

    @cached_property
    def gradient(self) -> Term:
        """The derivative in gradient layout, verified against the function. Raises UnknownDerivative, NotVerified, …"""
        return asked(self.function, self.wrt, self.structure).term

    @cached_property
    def right(self) -> Term:
        """The right answer in the layout asked for."""
        return self.forms[self.layout or "gradient"]

    @cached_property
    def forms(self) -> dict[str, Term]:
        """The right answer in each layout; a layout that changes nothing has the same term."""
        return {layout: _in(layout, self.gradient, self.function, self.wrt) for layout in LAYOUTS}

    def in_layout(self, layout: str) -> Target:
        """The same target with the layout fixed."""
        made = replace(self, layout=layout)
        made.__dict__.update(gradient=self.gradient, forms=self.forms)
        return made

    def by_name(self, name: str) -> Target:
        """The same target under the name that an answer gives to the function; what was worked out is kept."""
        made = replace(self, called=name)
        made.__dict__.update(gradient=self.gradient, forms=self.forms)
        return made

    def knowing(self, known: frozenset[Any]) -> Target:
        """The same target where these derivatives are known; what was worked out is kept."""
        made = replace(self, known=known)
        made.__dict__.update(gradient=self.gradient, forms=self.forms)
        return made

    @property
    def for_every(self) -> Target | None:
        """The same for all entries at once, where the function is one of them, sᵢ; None where it is no entry."""
        own = set(free_symbols(*self.wrt))
        free = [s for s in free_symbols(self.function) if is_index(s) and s not in own]
        if len(free) != 1 or not self.function.is_scalar:
            return None
        return replace(self, function=stacked(self.function, (free[0],)))

    @cached_property
    def on_the_set(self) -> tuple[tuple[str, Term], ...]:
        """The other derivatives by a variable of known structure, each with its name in words: by independent entries, projected,
        and the ambient one where another is asked for."""
        variable = self.wrt[0]
        if len(self.wrt) != 1 or not isinstance(variable, Symbol) or not variable.type.facts or not self.function.is_scalar:
            return ()
        found: list[tuple[str, Term]] = []
        for form in FORMS:
            if form != (self.structure or "ambient"):
                try:
                    made = asked(self.function, self.wrt, form)
                except GradatimError:
                    continue
                found.append((made.convention or "the gradient with all entries independent", made.term))
        return tuple(found)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What the function, its derivative and the right answer need to exist."""
        function, right = unfolded(self.function), unfolded(self.right)
        own = conditions((function,), self.wrt[:1], right)
        return (*own, *values_need(function, right, beyond=own))

    @property
    def shape(self) -> str:
        return describe(self.right.type)


def _in(layout: str, gradient: Term, function: Term, wrt: tuple[Term, ...]) -> Term:
    if layout == "gradient" or gradient.is_scalar:
        return gradient
    if function.is_scalar and gradient.rank == 1:
        # On paper the derivative by a column lies in numerator layout, the one by a row stands; so does ∂²f/∂σ²∂βᵀ.
        return transpose(gradient) if layout == "numerator" else gradient
    if len(wrt) == 1:
        return in_layout(gradient, function, wrt, layout)
    if function.is_scalar and gradient.rank == 2 and wrt[0] is not wrt[1]:
        return transposed(gradient) if layout == "denominator" else gradient
    return gradient


def turned(term: Term) -> Term | None:
    """The transpose of a vector or a matrix; None for anything else."""
    if term.rank not in (1, 2):
        return None
    try:
        return transposed(term) if term.rank == 2 else transpose(term)
    except GradatimError:
        return None


def alike(a: Type, b: Type) -> bool:
    """Whether two values have one shape, a row told from a column."""
    return a.axes == b.axes and (len(a.axes) != 1 or a.row == b.row)


def stacked(term: Term, indices: tuple[Symbol, ...]) -> Term:
    """The array whose entry at the indices is the term."""
    for i in reversed(indices):
        term = Bind("stack", i, term)
    return term


def describe(t: Type) -> str:
    """A shape in a sentence: `scalar`, `column of n`, `m×n`."""
    if not t.axes:
        return "a scalar"
    if len(t.axes) == 1:
        return f"a {'row' if t.row else 'column'} of {t.axes[0]} {'entries' if t.axes[0] != Dim.of(1) else 'entry'}"
    return "×".join(map(str, t.axes))


__all__ = ["LAYOUTS", "Target", "alike", "describe", "is_index", "stacked", "turned"]
