"""The dictionary: one record per operation. `dictionary()` lists them; each is also a function that builds a term.

from gradatim.ops import trace, product, transpose
trace(product(A, transpose(X)))
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from gradatim.ops.angles import arctan2
from gradatim.ops.base import Op, dictionary
from gradatim.ops.bessel import (
    besseli0,
    besseli1,
    besseli2,
    besselie0,
    besselie1,
    besselie2,
    besselj0,
    besselj1,
    besselj2,
)
from gradatim.ops.blocks import block, blocks, columns, rows
from gradatim.ops.eigen import (
    dominant_eigenvalue,
    dominant_eigenvector,
    dominant_resolvent,
    dominant_response,
    resolvents,
    responses,
    right_eigenvectors,
)
from gradatim.ops.exchanged import symmetric_by_entries
from gradatim.ops.function import Function
from gradatim.ops.kinks import at_least_zero, clip, huber, maximum, minimum, strictly
from gradatim.ops.linear_algebra import (
    det,
    diag,
    diagonal,
    identity,
    inverse,
    logdet,
    matrix_power,
    matrix_power_of,
    ones,
    total,
    trace,
    unit,
    zero,
    zeros,
)
from gradatim.ops.masks import less, restricting, tril, triu, unequal
from gradatim.ops.matrix_functions import MATRIX_FUNCTIONS, cosm, expm, logm, powm, sinm
from gradatim.ops.norms import largest, logsumexp, norm, norm1, norminf, smallest, softmax, sqnorm
from gradatim.ops.order_statistics import median, median_weights, sort, sort_places
from gradatim.ops.pairs import commutation, duplication, elimination, khatri_rao, kron, kron_sum, unvec, vec, vech
from gradatim.ops.pnorm import pnorm
from gradatim.ops.pointwise import (
    absolute,
    arctan,
    cos,
    cosh,
    exp,
    log,
    pi,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    step,
    tan,
    tanh,
)
from gradatim.ops.powers import mpower, raised_to
from gradatim.ops.products import equal, hadamard, hdivide, hpower, inner
from gradatim.ops.pseudoinverse import pinv
from gradatim.ops.quotients import power, quotient, rational
from gradatim.ops.reversal import exchange
from gradatim.ops.rounding import floor, rint
from gradatim.ops.signs import of_one_sign
from gradatim.ops.special import (
    arccos,
    arcsin,
    arcsinh,
    arctanh,
    digamma,
    erf,
    erfinv,
    expm1,
    factorial,
    gamma,
    lgamma,
    log1p,
    ndtri,
    polygamma,
)
from gradatim.ops.spectrum import eigenvalues, eigenvectors, gaps
from gradatim.ops.structure import add, at, minus, number, product, size, subtract, transpose
from gradatim.ops.vectors import basis, cross, cumsum, hat, levi_civita, lower_ones
from gradatim.term import Apply, Bind, Symbol, Term

_known: WeakKeyDictionary[Term, frozenset[str]] = WeakKeyDictionary()


def facts(term: Term) -> frozenset[str]:
    """What is known of a term: the declared facts of symbols, and what follows from them by the operations' rules.

    Children and the bodies of definitions come before their parents, so a deep term needs no recursion; what is known of a
    term never changes, so it is kept.
    """
    stack = [term]
    while stack:
        node = stack[-1]
        if node in _known:
            stack.pop()
            continue
        body = getattr(getattr(node, "op", None), "body", None)
        inner = (*node.args, body) if isinstance(body, Term) else node.args
        pending = [a for a in inner if a not in _known]
        if pending:
            stack.extend(pending)
            continue
        stack.pop()
        _known[node] = _facts(node)
    return _known[term]


def _facts(term: Term) -> frozenset[str]:
    if isinstance(term, Symbol):
        return implied(term.type.facts)
    if isinstance(term, Apply):
        return implied(term.op.facts(term, facts))  # type: ignore[attr-defined]
    if isinstance(term, Bind):
        return _bound_facts(term)
    value = rational(term)
    if value is not None and value <= 0:
        return frozenset({"nonzero"} if value else {"nonnegative"})
    return implied(frozenset({"positive"}))


def _bound_facts(term: Bind) -> frozenset[str]:
    """What every summand has that sums keep; a stack of members keeps what their entries have."""
    known = _known[term.body]
    if term.kind == "sum" and _over_others(term) and all("positive" in _known[a] for a in term.body.args if not restricting(a)):
        known = known | {"positive"}  # there are at least two members, as in every sum over pairs
    if term.kind == "sum":
        return implied(known & {"symmetric", "skew", "diagonal", "lower", "upper", "positive", "nonnegative", "psd", "spd"})
    if term.rank == 2:
        return frozenset({"symmetric"}) if symmetric_by_entries(term) else frozenset()
    return implied(known & {"positive", "nonnegative", "nonzero"}) if term.body.is_scalar else frozenset()


def _over_others(term: Bind) -> bool:
    """Whether a sum leaves out one member alone: Σ over j ≠ i."""
    body = term.body
    masks = [a for a in body.args if restricting(a)] if isinstance(body, Apply) and body.op is product else []
    return len(masks) == 1 and isinstance(masks[0], Apply) and masks[0].op is unequal and term.index in masks[0].args


_IMPLIED = {
    "spd": ("symmetric", "psd", "invertible"),
    "psd": ("symmetric",),
    "orthogonal": ("invertible", "orthonormal_columns"),
    "orthonormal_columns": ("full_column_rank",),
    "probability": ("nonnegative", "adds_to_one"),
    "onehot": ("adds_to_one",),
    "positive": ("nonzero", "nonnegative"),
}


def implied(known: frozenset[str]) -> frozenset[str]:
    """A set of facts with what they imply."""
    out = set(known)
    for fact in known:
        out.update(_IMPLIED.get(fact, ()))
        for more in _IMPLIED.get(fact, ()):
            out.update(_IMPLIED.get(more, ()))
    if "diagonal" in out:
        out.update(("symmetric", "lower", "upper"))
    return frozenset(out)


__all__ = [
    "MATRIX_FUNCTIONS",
    "Function",
    "Op",
    "absolute",
    "add",
    "arccos",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "at",
    "at_least_zero",
    "basis",
    "besseli0",
    "besseli1",
    "besseli2",
    "besselie0",
    "besselie1",
    "besselie2",
    "besselj0",
    "besselj1",
    "besselj2",
    "block",
    "blocks",
    "clip",
    "columns",
    "commutation",
    "cos",
    "cosh",
    "cosm",
    "cross",
    "cumsum",
    "det",
    "diag",
    "diagonal",
    "dictionary",
    "digamma",
    "dominant_eigenvalue",
    "dominant_eigenvector",
    "dominant_resolvent",
    "dominant_response",
    "duplication",
    "eigenvalues",
    "eigenvectors",
    "elimination",
    "equal",
    "erf",
    "erfinv",
    "exchange",
    "exp",
    "expm",
    "expm1",
    "factorial",
    "facts",
    "floor",
    "gamma",
    "gaps",
    "hadamard",
    "hat",
    "hdivide",
    "hpower",
    "huber",
    "identity",
    "implied",
    "inner",
    "inverse",
    "khatri_rao",
    "kron",
    "kron_sum",
    "largest",
    "less",
    "levi_civita",
    "lgamma",
    "log",
    "log1p",
    "logdet",
    "logm",
    "logsumexp",
    "lower_ones",
    "matrix_power",
    "matrix_power_of",
    "maximum",
    "median",
    "median_weights",
    "minimum",
    "minus",
    "mpower",
    "ndtri",
    "norm",
    "norm1",
    "norminf",
    "number",
    "of_one_sign",
    "ones",
    "pi",
    "pinv",
    "pnorm",
    "polygamma",
    "power",
    "powm",
    "product",
    "quotient",
    "raised_to",
    "rational",
    "relu",
    "resolvents",
    "responses",
    "right_eigenvectors",
    "rint",
    "rows",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sinm",
    "size",
    "smallest",
    "softmax",
    "softplus",
    "sort",
    "sort_places",
    "sqnorm",
    "sqrt",
    "step",
    "strictly",
    "subtract",
    "tan",
    "tanh",
    "total",
    "trace",
    "transpose",
    "tril",
    "triu",
    "unequal",
    "unit",
    "unvec",
    "vec",
    "vech",
    "zero",
    "zeros",
]
