"""Sums: one that was dropped, an index that stands free, and terms that make another whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gradatim.errors import GradatimError
from gradatim.judge.pieces import in_words, terms_of, unfolded
from gradatim.judge.trials import close
from gradatim.judge.verdict import Finding
from gradatim.matrix.powers import summands
from gradatim.ops import add, at, product, quotient
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, free_symbols, fresh_index, is_index, is_sum, substitute
from gradatim.value.points import parts

if TYPE_CHECKING:
    from gradatim.judge.mistakes import Case


def combination(case: Case, pieces: list[Term], whole: Term) -> list[float] | None:
    """Coefficients with which the pieces make the whole, the same at every point; None where they do not, or where they are
    not told apart."""
    if len(pieces) > 12 or not pieces:
        return None
    values = [case.trials.values(p) for p in pieces]
    wanted = case.trials.values(whole)
    if wanted is None or any(v is None for v in values) or len(case.trials.points) < 2:
        return None
    columns = [np.concatenate([np.ravel(v) for v in vs]) for vs in values if vs is not None]
    right = np.concatenate([np.ravel(v) for v in wanted])
    if any(c.shape != right.shape for c in columns):
        return None
    matrix = np.stack(columns, axis=1)
    scale = np.max(np.abs(matrix), axis=0)
    if not np.all(scale > 0):
        return None
    solution, _, rank, _ = np.linalg.lstsq(matrix / scale, right, rcond=1e-10)
    if rank < len(pieces) or matrix.shape[0] <= len(pieces):
        return None
    solution = solution / scale
    if np.all(np.abs(solution) < 1e-6):
        return None
    if not np.allclose(matrix @ solution, right, rtol=1e-7, atol=1e-7 * float(np.max(np.abs(right)))):
        return None
    return [round(float(c), 9) for c in solution]


def added(found: list[Term]) -> Term:
    total = found[0]
    for t in found[1:]:
        try:
            total = add(total, t)
        except GradatimError:
            return found[0]
    return total


def lost_sum(case: Case) -> Iterator[Finding]:
    """A sum that was dropped: the answer is one of its terms, by a free index or along an axis."""
    known = {s for s in free_symbols(case.right, *case.target.wrt) if is_index(s)}
    free = [s for s in free_symbols(case.answer) if is_index(s) and s not in known and not s.name.startswith("#")]
    if not free and (found := for_one_example(case)) is not None:
        yield found
        return
    for i in free if not any(is_sum(n) and idle(n) for n in parts(case.answer)) else ():
        try:
            whole = Bind("sum", i, case.answer)
        except GradatimError:
            continue
        if case.trials.ratio(whole, case.right) is not None:
            yield Finding(
                "missing-sum",
                f"the sum over {i.label} is missing: the answer is one of its terms",
                hint=f"{i.label} stands free in the answer, and the derivative has no {i.label}",
            )
            return
    if free and (found := one_of_several(case, free[0])) is not None:
        yield found
        return
    if free:
        yield Finding(
            "index",
            f"the index {free[0].label} stands free in the answer, and the derivative does not depend on it",
            hint="which indices does the derivative have?",
        )
        return
    left, right = case.trials.values(case.answer), case.trials.values(case.right)
    if left is None or right is None:
        return
    for axis in range(left[0].ndim):
        if case.answer.rank == case.right.rank + 1 and all(close(v.sum(axis=axis), w) for v, w in zip(left, right)):
            yield Finding(
                "missing-sum",
                f"the sum over the {'rows' if axis == 0 else 'columns'} is missing",
                hint=f"the derivative is {case.target.shape}",
            )
            return


def idle(node: Bind) -> bool:
    """Whether a sum does not use its index."""
    index, body = node.opened()
    return index not in free_symbols(body)


def one_of_several(case: Case, index: Symbol) -> Finding | None:
    """The sum over an index missing in those terms only that hold it."""
    # Not multiplied out: (xᵢ − μ)(xᵢ − μ)ᵀ has a term without i that is summed all the same.
    pieces = summands(unfolded(case.answer))
    if len(pieces) < 2:
        return None
    try:
        whole = [Bind("sum", index, t) if index in free_symbols(t) else t for t in pieces]
        total_ = added(whole)
    except GradatimError:
        return None
    if not case.fits(case.right, total_) and combination(case, whole, case.right) is None:
        return None
    place = in_words(next(t for t in pieces if index in free_symbols(t)))
    return Finding(
        "missing-sum",
        f"the sum over {index.label} is missing: look at {place}",
        place,
        hint=f"{index.label} stands free in the answer, and the derivative has no {index.label}",
    )


def for_one_example(case: Case) -> Finding | None:
    """The answer for the first example alone: x₁ where the derivative sums over all xᵢ."""
    members = [n for n in parts(case.answer) if isinstance(n, Apply) and n.op is at and isinstance(n.args[1], Number)]
    extents = {n.args[0].type.axes[0] for n in members} | {None}
    places = {n.args[1] for n in members}
    if len(places) != 1 or len(extents) != 2 or not any(isinstance(n, Bind) for n in parts(unfolded(case.right))):
        return None
    index = fresh_index(next(e for e in extents if e is not None))
    try:
        table: dict[Term, Term] = {n: at(n.args[0], index, *n.args[2:]) for n in members}
        whole = Bind("sum", index, substitute(case.answer, table))
    except GradatimError:
        return None
    if case.constant(case.right, whole) is None:
        return None
    said = f"the sum is missing: the answer is the term of one example only, {in_words(members[0])}"
    return Finding("missing-sum", said, in_words(members[0]), hint="the derivative of a sum is the sum of the derivatives")


def scaled_by_size(case: Case) -> Iterator[Finding]:
    """One term multiplied or divided by a number of examples: (1/n)(XᵀX + λ I) w for XᵀX w/n + λ w, Σ xᵢ − μ for Σ (xᵢ − μ)."""
    theirs = terms_of(unfolded(case.answer))
    sums = [Size(n.extent) for n in parts(case.answer, case.right) if is_sum(n)]
    sizes = dict.fromkeys((*(n for n in parts(case.answer, case.right) if isinstance(n, Size)), *sums))
    for s in list(sizes)[:2] if 1 < len(theirs) <= MAX_SCALED else ():
        for k, t in enumerate(theirs):
            for scaled, said in ((product(s, t), f"1/{in_words(s)}"), (quotient(t, s), in_words(s))):
                if case.fits(added([*theirs[:k], scaled, *theirs[k + 1 :]]), case.right):
                    place = in_words(t)
                    message = f"a term of the answer is {said} times what it should be: look at {place}"
                    yield Finding("factor", message, place, hint="over which terms does the sum or the mean go?")
                    return


MAX_SCALED = 8


__all__ = ["added", "combination", "lost_sum", "scaled_by_size"]
