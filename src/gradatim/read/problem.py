"""`read`: a text and its declarations to a problem, in which variables are found and answers are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from gradatim import ops
from gradatim.errors import GradatimError, ReadError, Span
from gradatim.ops.function import Function
from gradatim.read.answer import read_answer
from gradatim.read.beside import apart
from gradatim.read.conventions import on_columns, structured_form
from gradatim.read.derivatives import Differentiate, Slope
from gradatim.read.eigenpairs import eigenpair
from gradatim.read.layers import labelled, labelled_prose, layers, said
from gradatim.read.names import plain_name, text_name
from gradatim.read.operators import directional_asked
from gradatim.read.prose import Declaration
from gradatim.read.quiet import bounded, without_gaps
from gradatim.read.reading import Reading, canonical_name
from gradatim.read.repeated import summed
from gradatim.read.run_on import turned_letters
from gradatim.read.scope import Assumption
from gradatim.read.settle import Scope
from gradatim.read.spoken import told
from gradatim.read.stated import Answer
from gradatim.read.tokens import tokenize
from gradatim.read.turned_pi import with_turned_pi
from gradatim.read.varied import (
    Varied,
    inverted,
    kept,
    numbered,
    of_a_run,
    of_eigenvalues,
    of_entries,
    pi_as_a_name,
    run_with,
    squared,
    stacked,
)
from gradatim.term import Apply, Symbol, Term

_TURNED = re.compile(r"(?:.*[^\s^])\s*(?:\^\s*\{?\s*(?:-\s*1|-?\s*T|\\top|\\intercal)\s*\}?|⁻¹|ᵀ|⁻ᵀ)")
"""An inverse or a transpose where the name of a variable is wanted."""
_POWER = re.compile(r"(?P<base>\\?[A-Za-zα-ωΑ-Ω]+)\s*(?:\^\s*\{?\s*2\s*\}?|²)")
"""`\\sigma^2` where the name of a variable is wanted."""
_ABOVE = re.compile(r"(\\?[A-Za-z]+)\^\{\(([a-z])\)\}")
"""`\\theta^{(k)}` there: a member of a family that carries its index above."""


class Problem(Reading):
    """A function as it was read from paper: its variables are found by name, and answers are read in its names."""

    @property
    def structure(self) -> str:
        """`entries` where the declarations ask for the derivative by the independent entries of a structured variable."""
        return structured_form(self.given)

    def structure_for(self, wrt: Sequence[Term]) -> str:
        """That form, where it can be meant: of the first derivative of a scalar function by a variable with facts."""
        meant = (
            len(wrt) == 1 and self.term.is_scalar and isinstance(wrt[0], Symbol) and wrt[0].rank == 2 and bool(wrt[0].type.facts)
        )
        return self.structure if meant else ""

    @property
    def on_columns(self) -> bool:
        """Whether the declarations ask for the derivative of vec F by vec X."""
        return on_columns(self.given)

    @property
    def shorthand(self) -> tuple[Term, ...]:
        """Names that the declarations introduce for parts (`write $K = K_0 + \\theta K_1$`) and the function does not use."""
        return (*self.scope.shorthand(self.term), *self.itself)

    @property
    def itself(self) -> tuple[Term, ...]:
        """The function under the name that the text gives it, where it is a quotient: derivatives of one hold it again, as in
        2(A − r I) x / (xᵀx) for the Rayleigh quotient r."""
        term = self.term
        if not (self.name and isinstance(term, Apply) and term.op is ops.quotient and term.is_scalar and not term.indexed):
            return ()
        return (Apply(Function(self.name, text_name(self.name), (), term, plain=plain_name(self.name)), ()),)

    def find(self, spelling: str) -> Term:
        """The symbol of any spelling (λ, `\\lambda`, lambda, lam, `W^{(1)}`, W1), or the member `x_i` of a family.

        Where the function does not hold it as it was read, the text may be read again (`varied`), and the problem is that other
        reading from then on. Raises ReadError where nothing has that name.
        """
        spelling = labelled(self.names.get(spelling, spelling).strip().strip("$").strip(), self.layers)
        if spelling in self.symbols:
            return self.symbols[spelling]
        if (found := inverted(self, spelling)) is not None:
            return found
        if _TURNED.fullmatch(spelling):
            advice = f"give it a name of its own, as in: \\Lambda = {spelling}, and state the function in that name"
            raise _refused(spelling, "is a formula and not a variable", advice)
        canonical = canonical_name(spelling)
        power = _POWER.fullmatch(spelling)
        if power is None and (found := self._held(spelling, canonical)) is not None:
            return found
        varied = squared(self, power["base"]) if power is not None else self._varied(spelling, canonical)
        if varied is None:
            raise self._unknown(spelling, canonical)
        if varied[0] is not self:
            self.become(varied[0])
        return varied[1]

    def _held(self, spelling: str, canonical: str) -> Term | None:
        """What the function holds as it was read."""
        found = self.named(canonical) if canonical else None
        if found is None and canonical and (above := _ABOVE.fullmatch(spelling)):
            found = self.named(f"{above[1]}_{above[2]}")
        return found if found is not None else self.symbols.get(plain_name(canonical or spelling))

    def _varied(self, spelling: str, canonical: str) -> Varied | None:
        """What a name may mean that the function does not hold, with the reading that holds it."""
        plain = plain_name(canonical or spelling)
        return (
            kept(self, canonical, plain)
            or of_eigenvalues(self, canonical)
            or stacked(self, canonical)
            or of_entries(self, canonical or spelling, plain)
            or of_a_run(self, spelling)
            or pi_as_a_name(self, canonical or spelling)
        )

    def _unknown(self, spelling: str, canonical: str) -> ReadError:
        """The error for a name that means nothing here, which says what there is."""
        if power := _POWER.fullmatch(spelling):
            advice = f"write one letter for it in the function, or differentiate by {power['base']}"
            return _refused(spelling, "is a power and not a variable of this function", advice)
        if entries := numbered(self, plain_name(canonical or spelling)):
            advice = f"differentiate by one of them, or declare the vector: ${spelling} \\in \\mathbb{{R}}^{len(entries)}$"
            return _refused(spelling, f"is not a variable of this function, only {', '.join(entries)} are", advice)
        close = [n for n in self.symbols if n[:1].lower() == spelling.lstrip("\\")[:1].lower()]
        run = run_with(self, spelling)
        product = f"beside `*`, {run} is one name: write {'*'.join(run)} for a product" if run else ""
        listed = ", ".join(sorted(self.symbols))
        others = f"; {'there are' if len(self.symbols) > 1 else 'there is'} {listed}" if listed else ": it has none"
        advice = product or (f"did you mean {close[0]}?" if close else "")
        return _refused(spelling, f"is not a variable of this function{others}", advice)

    def read_answer(
        self,
        text: str,
        differentiate: Differentiate | None = None,
        tangent: Callable[[Term], Term] | None = None,
        whole: bool = False,
        asked: tuple[Term, ...] = (),
        entrywise: list[Span] | None = None,
        known: int = 0,
    ) -> Answer:
        """Read an answer to a question about this function, in its names, and leave the problem as it is.

        The text is LaTeX or plain text: an expression, an equation, a chain of `=`, `aligned`, several lines, prose with
        formulas in `$`, with definitions of its own ("where $S = …$"). `.lines` has every line with its members, each read by
        itself (`.term` or `.error`) and the derivative it claims; `.final(x)` is the member that answers, `.term` its value.
        `differentiate(f, (x, …))` gives derivatives inside formulas their value,
        `tangent(f)` the differentials. `whole` keeps formulas that seem to explain another one only. A ∇ that does not say by what
        is by the variable `asked`. With a list `entrywise` neighbours of one shape that do not conform are multiplied entry by entry,
        and their places are put into it. Definitions that end before `known` are given no value. Raises ReadError, LimitExceeded.
        """
        return read_answer(self.scope, labelled(text, self.layers), differentiate, tangent, whole, asked, entrywise, known)


def _refused(spelling: str, why: str, advice: str) -> ReadError:
    return ReadError(f"{spelling!r} {why}", spelling, (0, len(spelling)), advice)


def read(text: str, given: str = "", names: Mapping[str, str] | None = None, slope: Slope | None = None) -> Problem:
    """Read a function as it stands on paper.

    `text` is LaTeX or plain text: an expression, or definitions separated by `;`, line ends or `\\\\`, of which the one
    that no other uses (the last of these) is the function. `given` declares names in prose; `names` are plain names of
    the caller's own for what is read, {"W1": "W_1"}; `slope(g(x), x)` gives the g′ of a defined g its value. Raises ReadError (with place and suggestion), ShapeError, LimitExceeded.
    """
    if not isinstance(text, str) or not isinstance(given, str):
        raise ReadError("a formula and its declarations are text")
    text, given = without_gaps(text), bounded(given, "the declarations")
    if directional_asked(text) is not None and not re.search(r"(?<![A-Za-z\\])D(?![A-Za-z])", given):
        raise ReadError(
            "this is a directional derivative and no function", text, (0, len(text)), "give the function and the direction"
        )
    text, given = apart(text, given)
    text, over = summed(text, given)
    given, eigenvalue = eigenpair(text, given)
    text, product = turned_letters(text, given)
    given, pi = with_turned_pi(text, given)
    numbered = layers(text, given)
    if numbered:
        tokenize(text)  # what cannot be read is told of the text as it was written
    text, given = labelled(text, numbered), labelled_prose(given, numbered)
    problem = Problem.of(text, given, names or {}, {}, slope=slope)
    renamed = {s.name: plain for plain, s in problem.symbols.items() if plain != s.plain}
    problem = problem.again(plain=renamed) if renamed else _one_example(problem)
    problem.scope.assumed.extend(
        Assumption(f"{text_name(t.name)} is held fixed: what “{t.unread}” makes of it is not known here", (0, 0), (), True)
        for t in told(given)
        if t.unread and t.name in {s.name for s in problem.symbols.values()}
    )
    if over:
        problem.scope.assumed.append(Assumption(over, (0, 0), ("fixed indices",), True))
    if eigenvalue:
        problem.scope.assumed.append(Assumption(eigenvalue, (0, 0), (), True))
    if pi:
        problem.scope.assumed.append(Assumption("π is a name here: it is transposed", (0, 0), ("the number π",), True))
    if product:
        problem.scope.assumed.append(Assumption(f"the T in `{product}` is a transpose", (0, 0), ("a matrix T",), True))
    if numbered:
        problem.layers = numbered
        problem.scope.assumed.append(Assumption(said(numbered)))
    return problem


def _one_example(problem: Problem) -> Problem:
    """`r \\eta^T u - e^{\\eta^T u}` beside data r^{(i)}: where the r of all examples makes a vector of what is else a number, r is one of
    them."""

    def spread(p: Problem) -> bool:
        return any("added to every entry" in str(a) for a in p.assumed)

    families = problem.scope.tables.families
    whole = [s for s in problem.symbols.values() if s.rank == 1 and s.name in families and families[s.name].kind == "scalar"]
    if not whole or problem.term.is_scalar or not spread(problem):
        return problem
    try:
        again = problem.again(*(Declaration(s.name, "scalar") for s in whole))
    except GradatimError:
        return problem
    if spread(again) or not again.term.is_scalar:
        return problem
    again.scope.assumed.extend(Assumption(f"{text_name(s.name)} is that of one example") for s in whole)
    return again


__all__ = ["Assumption", "Problem", "Scope", "read"]
