"""A derivative that was not taken, or taken in the wrong place: the function's own terms, f(g′) or f′(g′) for f′(g) g′, u′v′ for
(uv)′."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradatim.derive.derivative import one_derivative
from gradatim.derive.entry_sums import as_arrays
from gradatim.derive.recognise import recognised
from gradatim.errors import GradatimError
from gradatim.judge.chain import inner_nodes, outer
from gradatim.judge.pieces import factors_of, in_words, terms_of, unfolded
from gradatim.judge.sums import added
from gradatim.judge.verdict import Finding
from gradatim.ops import number, power, product, quotient, sqrt
from gradatim.term import Apply, Term, depends_on, substitute

if TYPE_CHECKING:
    from gradatim.judge.mistakes import Case

MAX_TERMS = 6
HINT = "the outer derivative at the inner function, times the inner derivative"


def taken_inside(case: Case) -> Iterator[Finding]:
    """The derivative of an inner function put in its place: exp(2x) for the derivative of exp(‖x‖²), cos(2x) for that of sin(x²)."""
    if len(case.target.wrt) != 1:
        return
    variable, whole = case.target.wrt[0], unfolded(case.target.function)
    for function in dict.fromkeys((whole, recognised(as_arrays(whole)))):
        for node in inner_nodes(function, variable):
            slope, inside, place = outer(function, node), outer(node, variable), in_words(node)
            # Of a linear function the derivative at the inner one says nothing of it.
            if slope is None or inside is None or not depends_on(slope, node) or len(place) > LONGEST:
                continue
            for form, said in ((function, "the outer function was not differentiated"), (slope, AT_THE_INNER)):
                candidate = _exchanged(form, node, inside)
                if candidate is not None and case.constant(candidate) is not None:
                    message = f"the derivative of {place} stands where {place} itself belongs: {said}"
                    yield Finding("chain-rule", message, place, hint=HINT)
                    return


LONGEST = 40
AT_THE_INNER = "the outer derivative is taken at the inner function, and multiplied by the inner derivative"


def multiplied(case: Case) -> Iterator[Finding]:
    """The product of the derivatives for the derivative of a product: a e^{au} for that of u e^{au}."""
    if len(case.target.wrt) != 1 or case.target.wrt[0].rank:
        return
    variable = case.target.wrt[0]
    terms = terms_of(unfolded(case.target.function))
    for k, term in enumerate(terms):
        moving = [f for f in factors_of(term)[1] if depends_on(f, variable)]
        slopes = [one_derivative(f, variable) for f in moving] if len(moving) == 2 else []
        if not slopes:
            continue
        front = quotient(term, product(*moving))
        rest = [one_derivative(t, variable) for t in (*terms[:k], *terms[k + 1 :])]
        if case.fits(added([product(front, *slopes), *rest])):
            place = in_words(term)
            message = f"the derivative of the product {place} is not the product of the derivatives"
            yield Finding("missing-term", message, place, hint="each factor in turn is differentiated, and the other stays")
            return


def _exchanged(function: Term, node: Term, inside: Term) -> Term | None:
    """The function with the derivative of a node in its place, where that has a shape."""
    try:
        return substitute(function, {node: inside})
    except GradatimError:
        return None


def of_another(case: Case) -> Iterator[Finding]:
    """The derivative of the square, the root or the logarithm of the function: 2Aᵀ(Ax − b) for that of ‖Ax − b‖."""
    f = unfolded(case.target.function)
    if not f.is_scalar or len(case.target.wrt) != 1 or len(in_words(f)) > LONGEST:
        return
    for name, slope in (("square", product(number(2), f)), ("logarithm", power(f, number(-1)))):
        if case.fits(product(slope, case.right)):
            message = f"this is the derivative of the {name} of {in_words(f)}"
            yield Finding("chain-rule", message, hint="what stands outermost in the function?")
            return
    if case.fits(product(number(2), sqrt(f), case.answer), case.right):
        message = f"this is the derivative of the square root of {in_words(f)}"
        yield Finding("chain-rule", message, hint="what stands outermost in the function?")


def not_taken(case: Case) -> Iterator[Finding]:
    """The function itself, or terms of it with other constants in front: nothing was differentiated."""
    function = unfolded(case.target.function)
    own, theirs = terms_of(function), terms_of(unfolded(case.answer))
    if len(case.target.wrt) != 1 or max(len(own), len(theirs)) > MAX_TERMS or not any(isinstance(t, Apply) for t in theirs):
        return
    by, hint = in_words(case.target.wrt[0]), "what changes where the variable changes?"
    if case.fits(function):
        kind = "other" if case.conforms else "shape"
        yield Finding(kind, f"this is the function itself, not differentiated by {by}", hint=hint)
    elif all(any(case.constant(t, s) is not None for s in own) for t in theirs):
        said = f"up to constants these are terms of the function, not differentiated by {by}"
        yield Finding("chain-rule", said, hint=hint)


__all__ = ["multiplied", "not_taken", "of_another", "taken_inside"]
