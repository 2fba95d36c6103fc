"""Which laws bring the differential of the variable to the end of a line, where its coefficient is read off."""

from __future__ import annotations

from collections.abc import Iterator

from gradatim.derive.primary import is_along
from gradatim.explain.algebra import TRIVIAL
from gradatim.explain.formula import f
from gradatim.explain.laws import is_of
from gradatim.explain.primaries import adjoint_words
from gradatim.explain.steps import Words, listed
from gradatim.ops import add, facts, hadamard, product, trace, transpose
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, walk

CYCLIC: Words = (f("tr(A B) = tr(B A)"),)
"""What the name of the rule says already."""


def reordered(last: Term, d: Term, scalar: bool) -> tuple[str, Words]:
    """The rule that leads from a line to the form that is read off, and its laws; `d` is the differential of the variable."""
    entrywise = any(is_of(n, hadamard) and d in free_symbols(n) for n in walk(last))
    turned = any(is_of(n, transpose) and d in free_symbols(n) for n in walk(last))
    if d.rank == 2 and scalar:
        return _under_traces(last, d, turned, entrywise)
    said: list[Words] = []
    if scalar and d.rank:
        said += [(f("aᵀb = bᵀa"),)] if turned else []
        said += [(f("aᵀ(b ⊙ c) = (a ⊙ b)ᵀ c"),)] if entrywise else []
        if said:
            rule = "transpose of a scalar" if turned else "algebra"
            return rule, (*listed(said), ": ", d, " to the end")
    elif d.rank:
        said += [(f("a ⊙ b = diag(a) b"),)] if entrywise else []
        said += [(f("(aᵀb) c = c aᵀb"),)] if any(map(bool, _scalars_moving(last, d))) else []
        if said:
            return "algebra", (*listed(said), ": ", d, " to the end")
    return "algebra", ("gathered, so that ", d, " stands alone")


def _under_traces(last: Term, d: Term, turned: bool, entrywise: bool) -> tuple[str, Words]:
    """tr(Gᵀ dX): what is a scalar is its own trace, factors go round, a trace is that of the transpose."""
    spots = list(_traces(last, d))
    bare = any(not is_of(t, trace) for t in spots)
    ends = all(is_of(t, trace) and _ends_in(t.args[0], d) for t in spots)
    if ends:
        return "algebra", TRIVIAL
    said: list[Words] = []
    said += [("a scalar is its own trace",)] if bare else []
    along = next((n for n in walk(last) if isinstance(n, Apply) and is_along(n) and d in free_symbols(n)), None)
    said += [] if along is None else [adjoint_words(along)]
    said += [CYCLIC] if bare or not turned or any(d in free_symbols(t) for t in spots) else []
    said += [(f("tr(Aᵀ) = tr(A)"),)] if turned else []
    said += [(f("tr(Aᵀ(B ⊙ C)) = tr((A ⊙ B)ᵀ C)"),)] if entrywise else []
    if turned:
        matrices = (n for n in walk(last) if n.rank == 2 and (isinstance(n, Symbol) or isinstance(n, Apply) and not n.args))
        said += [(n, " is symmetric") for n in matrices if "symmetric" in facts(n)]
    return "cyclic property of the trace", CYCLIC if said == [CYCLIC] else listed(said)


def _traces(term: Term, d: Term) -> Iterator[Term]:
    """The terms of a sum in which the differential stands, each as its trace, or as the scalar that it is."""
    if d not in free_symbols(term):
        return
    if is_of(term, add) or isinstance(term, Bind):
        for a in term.args:
            yield from _traces(a, d)
    elif is_of(term, product):
        inner = [a for a in term.args if d in free_symbols(a)]
        if len(inner) == 1 and inner[0].is_scalar:
            yield from _traces(inner[0], d)
        else:
            yield term
    else:
        yield term


def at_the_end(term: Term, d: Term) -> bool:
    """Whether a line is the form that is read off already: one term, with the differential as its last factor."""
    spots = list(_traces(term, d))
    if len(spots) != 1 or is_of(term, add) or any(isinstance(n, Bind) and d in free_symbols(n) for n in walk(term)):
        return False
    last = spots[0].args[0] if is_of(spots[0], trace) else spots[0]
    return (last is d or _ends_in(last, d)) and (d.rank < 2 or not term.is_scalar or is_of(spots[0], trace))


def _ends_in(term: Term, d: Term) -> bool:
    """Whether a product has the differential as its last factor, and nowhere else."""
    if term is d:
        return True
    return is_of(term, product) and term.args[-1] is d and not any(d in free_symbols(a) for a in term.args[:-1])


def _scalars_moving(term: Term, d: Term) -> Iterator[bool]:
    """The scalars with the differential in them that stand before an array."""
    for n in walk(term):
        if is_of(n, product) and n.rank:
            yield any(a.is_scalar and d in free_symbols(a) for a in n.args)
