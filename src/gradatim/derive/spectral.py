"""Functions of a symmetric matrix that a result holds by its eigenvalues: V diag(1 ⊘ λ) Vᵀ is X⁻¹, V diag(exp λ) Vᵀ is expm X."""

from __future__ import annotations

from fractions import Fraction

from gradatim.ops import (
    add,
    diag,
    eigenvalues,
    eigenvectors,
    exp,
    expm,
    facts,
    hadamard,
    hdivide,
    hpower,
    identity,
    inverse,
    log,
    logm,
    matrix_power,
    matrix_power_of,
    number,
    ones,
    product,
    quotient,
    rational,
    sqrt,
    transpose,
)
from gradatim.ops.matrix_functions import cosm, powm, sinm
from gradatim.ops.pointwise import cos, sin
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Term

_OF_MATRIX = {exp: expm, sin: sinm, cos: cosm}


def by_matrix(node: Apply) -> Term | None:
    """A product that holds V(X) diag(g(λ(X))) V(X)ᵀ, with g(X) in its place."""
    if node.op is not product:
        return None
    for k, (v, middle, turned) in enumerate(zip(node.args, node.args[1:], node.args[2:])):
        if not (isinstance(v, Apply) and v.op is eigenvectors and turned is transpose(v)):
            continue
        matrix = v.args[0]
        if not (isinstance(middle, Apply) and middle.op is diag) or "symmetric" not in facts(matrix):
            continue
        found = _of(middle.args[0], matrix)
        if found is not None:
            rest = (*node.args[:k], found, *node.args[k + 3 :])
            return made_of(product, rest)
    return None


def _of(w: Term, matrix: Term) -> Term | None:
    """The function of the matrix whose eigenvalues are w; None where it has no name."""
    if not isinstance(w, Apply):
        return None
    if w.op is eigenvalues:
        return matrix if w.args[0] is matrix else None
    if w.op is ones:
        return identity(params=matrix.type.axes[:1])
    if w.op is hpower:
        return _power(w, matrix)
    if w.op in (product, quotient):
        return _with_numbers(w, matrix)
    parts = [_of(a, matrix) for a in w.args]
    inner = [p for p in parts if p is not None]
    if not inner or len(inner) < len(parts):
        return None
    if w.op is add:
        return add(*inner)
    if w.op is hadamard:
        return product(*(p for p, a in zip(inner, w.args) if not (isinstance(a, Apply) and a.op is ones)))
    if w.op is hdivide:
        below = _inverted(inner[1])
        return below if isinstance(w.args[0], Apply) and w.args[0].op is ones else product(inner[0], below)
    positive = "spd" in facts(inner[0])
    if w.op is log:
        return logm(inner[0]) if positive else None
    if w.op is sqrt:
        return powm(inner[0], number(Fraction(1, 2))) if positive else None
    return _OF_MATRIX[w.op](inner[0]) if w.op in _OF_MATRIX else None


def _power(w: Apply, matrix: Term) -> Term | None:
    base, k = _of(w.args[0], matrix), rational(w.args[1])
    if base is None:
        return None
    if k is not None and k.denominator == 1:
        return matrix_power_of(base, int(k))
    return powm(base, w.args[1]) if "spd" in facts(base) and not w.args[1].rank else None


def _with_numbers(w: Apply, matrix: Term) -> Term | None:
    """A vector of eigenvalues times or over numbers."""
    arrays = [k for k, a in enumerate(w.args) if a.rank]
    if len(arrays) != 1:
        return None
    inner = _of(w.args[arrays[0]], matrix)
    return None if inner is None else Apply(w.op, (*w.args[: arrays[0]], inner, *w.args[arrays[0] + 1 :]))


def _inverted(term: Term) -> Term:
    if isinstance(term, Apply) and term.op is matrix_power:
        turned = matrix_power_of(term.args[0], -int(str(term.params[0])))
        assert turned is not None
        return turned
    return inverse(term)


__all__ = ["by_matrix"]
