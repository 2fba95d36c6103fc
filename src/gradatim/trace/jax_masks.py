"""Positions and what is made of them in a jaxpr: the masks of triangles and of the identity, which stand for operations on matrices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Bind, Number, fresh_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import array
from gradatim.trace.proxy import Traced
from gradatim.types import Dim

COMPARED = ("ge", "gt", "le", "lt", "eq")


@dataclass(frozen=True, slots=True)
class Positions:
    """0, 1, … along one axis of an array, and the same for every position of the others."""

    axis: int
    dims: tuple[Dim, ...]
    start: int = 0


@dataclass(frozen=True, slots=True)
class Mask:
    """Which entries of a matrix are meant: "lower", "upper" (the diagonal included, or not where `strict`), or "diagonal"."""

    kind: str
    strict: bool
    dims: tuple[Dim, ...]

    def other(self) -> Mask:
        """The entries that are not meant."""
        if self.kind == "diagonal":
            raise GradatimError("the entries off a diagonal have no formula here")
        return Mask("upper" if self.kind == "lower" else "lower", not self.strict, self.dims)


def iota(params: Any) -> Any:
    dims = tuple(proxy.SIZES.dim(int(n)) for n in params["shape"])
    if len(dims) == 1:
        i = fresh_index(dims[0])
        return Traced(Bind("stack", i, ops.subtract(i, Number(1))), dims)
    return Positions(int(params["dimension"]), dims)


def _compared(name: str, first: Positions, other: Positions) -> Mask | None:
    """The mask of first ≥ other and its like; None for bands, which have no formula here."""
    begin = first.start - other.start
    if name == "eq":
        return Mask("diagonal", False, first.dims) if not begin else None
    # i + begin ≥ j holds below the diagonal, which is counted where `begin` is 0.
    down = name in ("ge", "gt")
    edge = begin - (name == "gt") if down else -begin - (name == "lt")
    if edge not in (0, -1):
        return None
    lower = down == (first.axis == 0)
    return Mask("lower" if lower else "upper", edge == -1, first.dims)


def masked(name: str, operands: list[Any], params: Any) -> Any:
    """An operation one of whose operands is a mask, or positions."""
    first = operands[0]
    if isinstance(first, Positions):
        other: Any = operands[1] if len(operands) > 1 else None
        step = getattr(other, "term", None)
        if name in ("add", "sub") and isinstance(step, Number) and step.value.denominator == 1:
            return replace(first, start=first.start + (1 if name == "add" else -1) * int(step.value))
        if name == "convert_element_type":
            return first
        if name in COMPARED and isinstance(other, Positions) and first.axis != other.axis and len(first.dims) == 2:
            found = _compared(name, first, other)
            if found is not None:
                return found
    if isinstance(first, Mask):
        if name == "convert_element_type" and first.kind == "diagonal":
            return Traced(ops.identity(params=first.dims[:1]), first.dims)
        if name in ("broadcast_in_dim", "reshape") and tuple(map(int, params.get("shape", ()))) == tuple(
            int(proxy.SIZES.of(d)) for d in first.dims
        ):
            return first
        if name == "not":
            return first.other()
        if name == "select_n":
            return _selected(first, operands[1], operands[2])
    raise GradatimError(f"positions inside {name} have no formula here")


def _selected(mask: Mask, outside: Any, inside: Any) -> Traced:
    """The entries of a triangle, zeros elsewhere; a triangular matrix as it is."""
    if _zero(inside):
        mask, outside, inside = mask.other(), inside, outside
    if not _zero(outside):
        raise GradatimError("a matrix made of two triangles has no formula here")
    x = array(inside)
    if mask.kind == "diagonal":
        return Traced(ops.diag(ops.diagonal(x.term)), x.dims)
    if not mask.strict and mask.kind in ops.facts(x.term):
        return x
    whole = Traced((ops.tril if mask.kind == "lower" else ops.triu)(x.term), x.dims)
    return whole - Traced(ops.diag(ops.diagonal(x.term)), x.dims) if mask.strict else whole


def _zero(a: Any) -> bool:
    term: Any = getattr(a, "term", None)
    if isinstance(term, Number):
        return not term.value
    op = getattr(term, "op", None)
    return op is ops.zeros or op is ops.product and any(isinstance(t, Number) and not t.value for t in term.args)
