"""Products of stand-ins: @, dot, and einsum with its letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError, ShapeError
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Term, fresh_index
from gradatim.trace.broadcast import array, entry, multiplied, stacked
from gradatim.trace.proxy import Traced
from gradatim.types import ONE, Dim


def matmul(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    if not x.ndim or not y.ndim:
        raise ShapeError("@ needs arrays, not scalars")
    if x.ndim > 2 or y.ndim > 2:
        return einsum_of(x, y)
    if x.term.rank != x.ndim or y.term.rank != y.ndim:
        return _thin(x, y)
    s, t = x.term, y.term
    if x.dims[-1] != y.dims[0]:
        raise ShapeError(f"@ of shapes ({', '.join(map(str, x.dims))}) and ({', '.join(map(str, y.dims))})")
    if x.ndim == 1:
        turned = isinstance(s, Apply) and s.op is ops.transpose
        row = s.args[0] if turned else ops.transpose(s)
        inside = row.args if getattr(row, "op", None) is ops.product and not any(p.is_scalar for p in row.args) else (row,)
        made = ops.product(*inside, t)
    else:
        inside = s.args if getattr(s, "op", None) is ops.product and not any(p.is_scalar for p in s.args) else (s,)
        made = ops.product(*inside, t)
    return Traced(made, x.dims[:-1] + y.dims[1:])


def _thin(x: Traced, y: Traced) -> Traced:
    """Products with (N, 1) and (1, d): inner and outer products of what they are."""
    dims = x.dims[:-1] + (y.dims[1:] if y.ndim == 2 else ())
    if x.dims[-1] != y.dims[0]:
        raise ShapeError("@ of shapes that do not conform")
    if x.dims[-1] == ONE:
        return Traced(multiplied(Traced(x.term, (*x.dims,)), Traced(y.term, y.dims if y.ndim == 2 else (ONE,))).term, dims)
    left = x.term if x.term.rank == 2 else ops.transpose(x.term)
    return Traced(ops.product(left, y.term), dims)


def einsum_of(x: Traced, y: Traced) -> Traced:
    """@ of stacks of matrices."""
    batch = max(x.ndim, y.ndim) - 2
    letters = "abcdefgh"[:batch]
    left = letters[batch - (x.ndim - 2) :] + "ij"
    right = letters[batch - (y.ndim - 2) :] + "jk" if y.ndim > 1 else "j"
    return einsum(f"{left},{right}->{letters}i{'k' if y.ndim > 1 else ''}", x, y)


def einsum(spec: Any, *operands: Any, **_options: Any) -> Traced:
    """Sums of products of entries by the letters of their axes."""
    if not isinstance(spec, str):
        raise GradatimError("np.einsum is traced with letters for the axes")
    arrays = [array(o) for o in operands]
    spec = _spelt_out(spec, arrays)
    ins, _, out = spec.replace(" ", "").partition("->")
    terms = ins.split(",")
    if "->" not in spec:
        out = "".join(sorted(c for c in set(ins) if c.isalpha() and ins.count(c) == 1))
    extents: dict[str, Dim] = {}
    for letters, a in zip(terms, arrays):
        if len(letters) != a.ndim:
            raise ShapeError(f"einsum: {letters!r} has {len(letters)} letters for {a.ndim} axes")
        for c, d in zip(letters, a.dims):
            if extents.setdefault(c, d) != d:
                raise ShapeError(f"einsum: the axes {c} have sizes {extents[c]} and {d}")
    index = {c: fresh_index(d) for c, d in extents.items() if d != ONE}
    factors = []
    for letters, a in zip(terms, arrays):
        places = [index[c] for c in letters if c in index]
        factors.append(entry(a.term, places) if places else a.term)
    body: Term = made_of(ops.product, factors)
    for c, i in index.items():
        if c not in out:
            body = Bind("sum", i, body)
    return Traced(stacked([index[c] for c in out if c in index], body), tuple(extents[c] for c in out))


def _spelt_out(spec: str, arrays: Sequence[Traced]) -> str:
    """The letters for `...`, which stands for the axes in front that are not named (aligned at their end, as in broadcasting)."""
    if "..." not in spec:
        return spec
    ins, arrow, out = spec.replace(" ", "").partition("->")
    terms = ins.split(",")
    counts = [a.ndim - len(t.replace("...", "")) if "..." in t else 0 for t, a in zip(terms, arrays)]
    free = [c for c in "zyxwvutsrqponmlkjihgfedcba" if c not in spec][: max(counts, default=0)]
    shown = [t.replace("...", "".join(free[len(free) - n :])) for t, n in zip(terms, counts)]
    if not arrow:
        once = sorted(c for c in set(ins) if c.isalpha() and ins.count(c) == 1)
        return ",".join(shown) + "->" + "".join([*free, *once])
    return ",".join(shown) + "->" + out.replace("...", "".join(free))


def dot(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    return multiplied(x, y) if not x.ndim or not y.ndim else matmul(x, y)
