"""Which mistake is it? Every kind is looked for by value: the answer, or the right one, with one thing altered.

The finders stand in the order in which a teacher would think of them. Cheap ones all run, so that two explanations that both fit
are both said; the search for altered formulas ends with the first that explains the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError
from gradatim.judge.chain import chain_rule, counted_alike, occurrences
from gradatim.judge.edits import inner_products, orders, other_products, outer_products, toggles
from gradatim.judge.factors import dropped_factors, exchanged, left_out, multiplied_out
from gradatim.judge.inside import arguments_inside, powers_inside, signs_inside
from gradatim.judge.mirrored import mirrored, on_the_diagonal
from gradatim.judge.pieces import in_words, terms_of, unfolded
from gradatim.judge.sums import added, combination, lost_sum, scaled_by_size
from gradatim.judge.target import Target, alike, describe, turned
from gradatim.judge.trials import Trials
from gradatim.judge.untaken import multiplied, not_taken, of_another, taken_inside
from gradatim.judge.verdict import Finding
from gradatim.ops import at, diag, diagonal, hadamard, identity, product
from gradatim.term import Apply, Number, Symbol, Term, free_symbols, substitute
from gradatim.value.points import parts

MAX_NODES, MAX_FACTORS = 1_500, 40
Finder = Callable[["Case"], Iterator[Finding]]


class Case:
    """One wrong answer: its term, the target, their terms taken apart, and points to compare at."""

    def __init__(self, answer: Term, target: Target) -> None:
        self.answer, self.target, self.right = answer, target, target.right
        # One number at a point says little: more points where the answer has one entry only.
        self.trials = Trials([answer, self.right], 6 if self.right.is_scalar else 2)
        self.conforms = alike(answer.type, self.right.type)

    def proved(self, a: Term, b: Term) -> bool:
        """What the trials let pass is put to the ladder."""
        try:
            return alike(a.type, b.type) and equal(a, b).holds
        except GradatimError:
            return False

    def fits(self, candidate: Term | None, answer: Term | None = None) -> bool:
        """Whether an altered formula has the answer's value."""
        answer = self.answer if answer is None else answer
        return candidate is not None and self.trials.same(candidate, answer)

    def constant(self, candidate: Term | None, answer: Term | None = None) -> float | None:
        """The constant by which the answer differs from an altered formula, the same at every point; None where none is."""
        if candidate is None:
            return None
        found = self.trials.ratio(self.answer if answer is None else answer, candidate)
        if found is None or not 1e-9 < abs(found[0]) < 1e9 or any(abs(c - found[0]) > 1e-7 * abs(found[0]) for c in found):
            return None
        return found[0]


def findings(answer: Term, target: Target) -> list[Finding]:
    """The mistakes that explain the answer, the likeliest first; one of kind `other` or `shape` where none does."""
    if sum(1 + len(n.args) for n in parts(answer, target.right)) > MAX_NODES or _longest(answer) > MAX_FACTORS:
        return [Finding("other", "the answer is not the derivative; it is too long to say where it goes wrong")]
    case = Case(answer, target)
    if not case.trials.usable:
        return [Finding("other" if case.conforms else "shape", "the answer is not the derivative")]
    for group in (WHOLE, *(CONFORMING if case.conforms else SHAPED)):
        found = [f for finder in group for f in finder(case)]
        if found:
            return found
    return [unexplained(case)]


def _longest(term: Term) -> int:
    return max((len(n.args) for n in parts(term)), default=0)


def unexplained(case: Case) -> Finding:
    if not case.conforms:
        return Finding(
            "shape",
            f"the shape is not that of the derivative, which is {case.target.shape}; yours is {describe(case.answer.type)}",
            hint="check the shape of every factor against that of the result",
        )
    left, right = case.trials.values(case.answer), case.trials.values(case.right)
    where = ""
    if left is not None and right is not None and left[0].ndim:
        wrong = np.abs(left[0] - right[0]) > 1e-8 * (np.max(np.abs(right[0])) + np.max(np.abs(left[0])))
        if wrong.any():
            where = "; the first entry that differs is " + str(tuple(int(i) + 1 for i in np.argwhere(wrong)[0]))
            if not wrong.all():
                where += f" ({int(wrong.sum())} of {wrong.size} differ)"
    return Finding("other", f"the answer is not the derivative{where}", hint="try the counterexample by hand")


# ---------------------------------------------------------------- the whole answer


def whole_sign(case: Case) -> Iterator[Finding]:
    if case.constant(case.right) is not None and abs((case.constant(case.right) or 0) + 1) < 1e-9:
        yield Finding("sign", "the sign is wrong: the answer is −1 times the derivative", hint="follow the minus signs once more")


def whole_factor(case: Case) -> Iterator[Finding]:
    """A constant, a size or a symbol that is held too many or too few."""
    c = case.constant(case.right)
    if c is not None:
        if abs(c + 1) > 1e-9:
            yield Finding(
                "factor", f"the answer is {rational_text(c)} times the derivative", hint="where did a constant get lost?"
            )
        return
    variables = {v.args[0] if v.args else v for v in case.target.wrt}
    yield from by_scalars(case, [s for s in scalar_symbols(case) if s not in variables], sizes=True)


def factor_of_variable(case: Case) -> Iterator[Finding]:
    """The variable itself too many or too few, where no rule says more of it."""
    yield from by_scalars(case, [v for v in case.target.wrt if isinstance(v, Symbol) and v.is_scalar], sizes=False)


def by_scalars(case: Case, symbols: Sequence[Symbol], sizes: bool) -> Iterator[Finding]:
    found = case.trials.ratio(case.answer, case.right)
    if found is None or any(not 1e-9 < abs(c) < 1e9 for c in found):
        return
    for what, values in valued(case, symbols, sizes):
        for power in (1, -1):
            parts = [f / (v**power) for f, v in zip(found, values) if v]
            if len(parts) == len(found) and all(abs(p - parts[0]) <= 1e-7 * abs(parts[0]) for p in parts) and _plain(parts[0]):
                amount = what if power == 1 else f"1/{what}"
                front = "" if abs(parts[0] - 1) < 1e-7 else f"{rational_text(parts[0])}·"
                yield Finding(
                    "factor", f"the answer is {front}{amount} times the derivative", hint=f"follow the factor {what} once more"
                )
                return


def valued(case: Case, symbols: Sequence[Symbol], sizes: bool) -> Iterator[tuple[str, list[float]]]:
    """Scalar symbols, and sizes, with their values at the trials."""
    for name in sorted(case.trials.sizes(0)) if sizes else ():
        values = [float(case.trials.sizes(k)[name]) for k in range(len(case.trials.points))]
        if len(set(values)) > 1:
            yield name, values
    for s in symbols:
        yield s.label, [float(p[1][s]) for p in case.trials.points if s in p[1]]


def scalar_symbols(case: Case) -> list[Symbol]:
    return [s for s in free_symbols(case.answer, case.right) if s.is_scalar and s.type.index is None]


def rational_text(c: float) -> str:
    found = Fraction(c).limit_denominator(64)
    if abs(float(found) - c) < 1e-7 * abs(c):
        return {Fraction(1, 2): "½", Fraction(-1, 2): "−½"}.get(found, str(found).replace("-", "−"))
    return f"{c:.4g}"


# ---------------------------------------------------------------- terms of a sum


def terms(case: Case) -> Iterator[Finding]:
    """The answer as a combination of the right answer's terms: one of them missing, of the wrong sign, or scaled."""
    own = terms_of(unfolded(case.right))
    found = combination(case, own, case.answer)
    if found is not None and len(own) > 1:
        # A factor left out of a product is no term missing, although it is one where the product is multiplied out.
        factor = next(left_out(case), None) if multiplied_out(unfolded(case.right)) else None
        yield from _said(case, own, found) if factor is None else iter([factor])
        return
    theirs = terms_of(unfolded(case.answer))
    back = combination(case, theirs, case.right)
    if back is not None and len(theirs) > 1:
        yield from _of_answer(theirs, back)


def _said(case: Case, own: list[Term], found: list[float]) -> Iterator[Finding]:
    off = [(t, c) for t, c in zip(own, found) if abs(c - 1) > 1e-6]
    missing = [t for t, c in off if abs(c) < 1e-6]
    turned_ = [t for t, c in off if abs(c + 1) < 1e-6]
    if missing and len(missing) == len(off):
        yield Finding(
            "missing-term",
            f"{_count(len(missing), 'term')} of the derivative {'is' if len(missing) == 1 else 'are'} missing",
            hint="which part of the product or the sum was not differentiated?",
        )
    elif turned_ and len(turned_) == len(off):
        place = _theirs(case, turned_[0])
        yield Finding(
            "sign",
            f"{_count(len(turned_), 'term')} of the answer {'has' if len(turned_) == 1 else 'have'} the wrong sign{_at(place)}",
            place,
            hint="follow the minus signs once more",
        )
    elif off and not missing and all(_plain(c) for _, c in off):
        t, c = off[0]
        place = _theirs(case, t)
        yield Finding(
            "factor",
            f"a term of the answer is {rational_text(c)} times what it should be{_at(place)}",
            place,
            hint="where did a constant get lost?",
        )


def _at(place: str) -> str:
    return f": look at {place}" if place else ""


def _theirs(case: Case, term: Term) -> str:
    """The term of the answer that stands for one of the right answer; "" where none does."""
    for own in terms_of(unfolded(case.answer)):
        if case.constant(own, term) is not None:
            return in_words(own)
    return ""


def _of_answer(theirs: list[Term], back: list[float]) -> Iterator[Finding]:
    off = [(t, c) for t, c in zip(theirs, back) if abs(c - 1) > 1e-6]
    extra = [t for t, c in off if abs(c) < 1e-6]
    if extra and len(extra) == len(off):
        yield Finding(
            "extra-term",
            f"a term is too many: {in_words(extra[0])}",
            in_words(extra[0]),
            hint="does this part depend on the variable?",
        )
    elif off and all(abs(c + 1) < 1e-6 for _, c in off):
        yield Finding(
            "sign", f"the sign of {in_words(off[0][0])} is wrong", in_words(off[0][0]), hint="follow the minus signs once more"
        )
    elif off and all(_plain(c) for _, c in off):
        t, c = off[0]
        yield Finding(
            "factor", f"the term {in_words(t)} has a wrong constant in front", in_words(t), hint="where did a constant get lost?"
        )


def _plain(c: float) -> bool:
    found = Fraction(c).limit_denominator(24)
    return abs(float(found) - c) < 1e-7 and abs(found.numerator) <= 48


def _count(n: int, what: str) -> str:
    return f"one {what}" if n == 1 else f"{n} {what}s"


# ---------------------------------------------------------------- shapes, indices, sums


def zero_answer(case: Case) -> Iterator[Finding]:
    if isinstance(case.answer, Number) and case.answer.value == 0:
        yield Finding("other", "the derivative is not zero", hint="does the function depend on the variable?")


# ---------------------------------------------------------------- searched


def toggled(case: Case) -> Iterator[Finding]:
    """Transposes: one, two, or all of one matrix; a number xᵀx where the matrix x xᵀ belongs."""
    for candidate in inner_products(case.answer):
        if case.fits(case.right, candidate.term) and case.proved(case.right, candidate.term):
            said = f"{candidate.said} is a number where the matrix with these factors the other way round belongs"
            yield Finding("order", said, candidate.said, hint="write the shape below every factor")
            return
    for start in dict.fromkeys((case.answer, added(terms_of(unfolded(case.answer))))):
        for candidate in (*outer_products(start), *toggles(start)):
            if case.fits(case.right, candidate.term) and case.proved(case.right, candidate.term):
                yield Finding(
                    "transpose",
                    f"right but for a transpose: look at {candidate.said}",
                    candidate.said,
                    hint="write the shape below every factor",
                )
                return


def reordered(case: Case) -> Iterator[Finding]:
    for candidate in orders(case.answer):
        if case.constant(case.right, candidate.term) is not None:
            yield Finding(
                "order",
                f"the factors stand in the wrong order at {candidate.said}",
                candidate.said,
                hint="matrices do not commute: write the shape below every factor",
            )
            return


def turned_about(case: Case) -> Iterator[Finding]:
    """The shape of the transpose, and right but for a transpose inside or the order."""
    flipped = turned(case.answer)
    starts = [case.answer] if flipped is None or not alike(flipped.type, case.right.type) else [flipped, case.answer]
    for candidate in (c for start in starts for c in toggles(start)):
        for form in (candidate.term, turned(candidate.term)):
            if form is not None and alike(form.type, case.right.type) and case.constant(case.right, form) is not None:
                if case.answer.is_scalar:
                    said = f"the shape is lost: an inner product where the derivative, {case.target.shape}, has an outer one"
                    yield Finding("shape", said, candidate.said, hint="write the shape below every factor")
                    return
                yield Finding(
                    "transpose",
                    f"the transposes are wrong: the derivative is {case.target.shape}, yours is {describe(case.answer.type)}",
                    candidate.said,
                    hint="write the shape below every factor",
                )
                return


def as_numbers(case: Case) -> Iterator[Finding]:
    """Right if the square matrices were multiples of the identity: they were treated as numbers, which commute. Of entries
    that says nothing: most of those of the identity are zero."""
    symbols = [s for s in free_symbols(case.answer, case.right) if s.type.is_square]
    if not symbols or any(
        isinstance(n, Apply) and n.op in (at, hadamard, diag, diagonal) for n in parts(case.answer, case.right)
    ):
        return
    table: dict[Term, Term] = {s: product(Symbol("\u2063" + s.name), identity(params=(s.type.axes[0],))) for s in symbols}
    left, right = substitute(case.answer, table), substitute(case.right, table)
    trials = Trials([left, right])
    if trials.usable and trials.same(left, right):
        yield Finding(
            "order",
            "right if the matrices were numbers: the order of the factors matters",
            hint="matrices do not commute: which factor stands where?",
        )


def terms_alike(case: Case) -> Iterator[Finding]:
    """One term counted for each occurrence; with numbers for the matrices that would be right."""
    for found in counted_alike(case):
        if any(as_numbers(case)):
            yield Finding("order", f"{found.message}: matrices do not commute", hint=found.hint)
        yield found


def product_kinds(case: Case) -> Iterator[Finding]:
    for candidate in other_products(case.answer):
        if case.constant(case.right, candidate.term) is not None:
            yield Finding("product", candidate.said, hint="is this product taken entry by entry?")
            return


def left_out_of_another_shape(case: Case) -> Iterator[Finding]:
    """A factor is missing, and the shape is another for it."""
    for found in left_out(case):
        said = f"{found.message}: the derivative is {case.target.shape}, yours is {describe(case.answer.type)}"
        yield Finding("shape", said, found.place, None, found.hint)
        yield Finding(found.kind, said, found.place, None, found.hint)
        return


WHOLE: tuple[Finder, ...] = (zero_answer, whole_sign, whole_factor)
CONFORMING: tuple[tuple[Finder, ...], ...] = (
    (lost_sum,),
    (chain_rule,),
    (of_another,),
    (terms,),
    (mirrored, on_the_diagonal),
    (scaled_by_size,),
    (signs_inside,),
    (powers_inside,),
    (occurrences,),
    (toggled,),
    (reordered,),
    (product_kinds,),
    (terms_alike,),
    (multiplied,),
    (exchanged,),
    (taken_inside,),
    (dropped_factors,),
    (arguments_inside,),
    (factor_of_variable,),
    (not_taken,),
    (as_numbers,),
)
SHAPED: tuple[tuple[Finder, ...], ...] = (
    (lost_sum,),
    (chain_rule,),
    (turned_about,),
    (left_out_of_another_shape,),
    (taken_inside,),
    (not_taken,),
)

__all__ = ["Case", "findings"]
