"""The structural operations: sums, products, transposes, entries. With `quotients`, lowering and lifting know these by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import (
    Additive,
    Einsum,
    Known,
    Multilinear,
    Need,
    Notation,
    Op,
    Ring,
    Sample,
    Structural,
    register,
)
from gradatim.ops.needs import each
from gradatim.ops.projections import is_transpose, less_projection, projects
from gradatim.term import Apply, Number, Size, Term
from gradatim.types import ONE, Dim, Type, matrix

COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook (2012)"
MAGNUS = "Magnus & Neudecker, Matrix Differential Calculus (2019)"

M_N, N_P = Type((Dim.of("m"), Dim.of("n"))), Type((Dim.of("n"), Dim.of("p")))
SQUARE = Type((Dim.of("n"), Dim.of("n")))
COLUMN, ROW, SCALAR = Type((Dim.of("n"),)), Type((Dim.of("n"),), row=True), Type()
POSITIVE = Type(facts=frozenset({"positive"}))


def _add_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if not types:
        raise ShapeError("a sum needs at least one term")
    first = types[0]
    for k, t in enumerate(types[1:], 2):
        if t.axes != first.axes or (t.rank == 1 and t.row != first.row):
            hint = ""
            if t.rank == 0 or first.rank == 0:
                hint = " (a scalar is added to an array as c·1 or c·I: write which)"
            raise ShapeError(f"the sum adds {first.described} (term 1) and {t.described} (term {k}){hint}")
    return Type(first.axes, row=first.row, family=first.family)


def _add_value(R: Ring, args: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    total = args[0]
    for a in args[1:]:
        total = R.add(total, a)
    return total


def _add_facts(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    every = frozenset.intersection(*(facts(a) for a in node.args))
    some = frozenset().union(*(facts(a) for a in node.args))
    kept = every & {"symmetric", "skew", "diagonal", "lower", "upper", "positive", "nonnegative", "psd", "square"}
    if "positive" in some and "nonnegative" in every or _one_less(node, facts):
        kept |= {"positive", "nonnegative"}
    if less_projection(node, facts):
        kept |= {"idempotent"}
    if "spd" in some and all(facts(a) & {"spd", "psd"} for a in node.args):
        kept |= {"spd", "psd", "symmetric", "invertible"}
    if node.rank == 2 and _in_mirrored_pairs(node.args, facts):
        kept |= {"symmetric"}
    return kept


def _in_mirrored_pairs(terms: Sequence[Term], facts: Callable[[Term], frozenset[str]]) -> bool:
    """Whether the terms that are not symmetric are pairs of one and its transpose, X + Xᵀ and a bᵀ + b aᵀ."""
    left = [_parted(t) for t in terms if "symmetric" not in facts(t)]
    while left:
        scalars, arrays = left.pop()
        mate = next((k for k, (s, a) in enumerate(left) if s == scalars and _mirrors(arrays, a, facts)), None)
        if mate is None:
            return False
        del left[mate]
    return True


def _parted(term: Term) -> tuple[Counter[Term], tuple[Term, ...]]:
    """The scalars among the factors of an array, and the arrays."""
    factors = term.args if isinstance(term, Apply) and term.op is product else (term,)
    return Counter(f for f in factors if not f.rank), tuple(f for f in factors if f.rank)


def _one_less(node: Apply, facts: Callable[[Term], frozenset[str]]) -> bool:
    """Whether it is one (or more) plus a number that is below one in size: 1 − σ(z) is positive."""
    numbers = [a for a in node.args if isinstance(a, Number)]
    rest = [a for a in node.args if not isinstance(a, Number)]
    return node.is_scalar and len(numbers) == len(rest) == 1 and numbers[0].value >= 1 and "fraction" in facts(rest[0])


add = register(
    Op(
        name="add",
        title="sum",
        signature=_add_type,
        derivative=Additive(),
        rule="sum rule",
        source=f"{MAGNUS}, ch. 8",
        value=_add_value,
        code={"numpy": "{0} + {1}"},
        notation=Notation("structural", "+", "+", ("+", "plus")),
        samples=(Sample((M_N, M_N)), Sample((COLUMN, COLUMN, COLUMN)), Sample((SCALAR, SCALAR))),
        facts=_add_facts,
        arity=None,
        weight=2,
    )
)


# ---------------------------------------------------------------- products

Ends = tuple[Dim, Dim]


def ends(t: Type) -> Ends:
    """The rows and columns of a scalar, vector or matrix: a column is n × 1, a row 1 × n, a scalar 1 × 1."""
    if t.rank == 0:
        return ONE, ONE
    if t.rank == 1:
        return (ONE, t.axes[0]) if t.row else (t.axes[0], ONE)
    if t.rank == 2:
        return t.axes[0], t.axes[1]
    raise ShapeError(f"{t.described} is not a factor of a matrix product")


def _product_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    rows, columns, said = ONE, ONE, ""
    started = False
    for k, t in enumerate(types, 1):
        if t.rank == 0:
            continue
        r, c = ends(t)
        if not started:
            rows, columns, started = r, c, True
        elif columns == r:
            columns = c
        elif rows == ONE == columns:
            rows, columns = r, c
        else:
            raise ShapeError(
                f"the product does not conform: {said} has {columns} column{'s' * (columns != ONE)} and factor {k} is "
                f"{t.described} with {r} row{'s' * (r != ONE)}"
            )
        said = f"what stands before factor {k + 1}"
    return matrix(rows, columns)


def product_einsum(types: tuple[Type, ...], _params: tuple[object, ...] = ()) -> Einsum:
    """The chain of a product: neighbours share an index; where the running product is a scalar a new chain begins."""
    ins: list[tuple[int, ...]] = []
    fresh = 0
    left: int | None = None
    right: int | None = None
    started = False
    for t in types:
        if t.rank == 0:
            ins.append(())
            continue
        r, c = ends(t)
        if started and right is None and left is None:
            started = False
        if started:
            i = right
        else:
            i = None
            if r != ONE:
                i, fresh = fresh, fresh + 1
            left = i
        j: int | None = None
        if c != ONE:
            j, fresh = fresh, fresh + 1
        ins.append(tuple(x for x in (i, j) if x is not None))
        right, started = j, True
    return Einsum(tuple(ins), tuple(x for x in (left, right) if x is not None))


def _product_facts(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    arrays = [a for a in node.args if a.rank]
    scalars = [a for a in node.args if not a.rank]
    if not arrays:
        kept = frozenset.intersection(*(facts(a) for a in scalars)) & {"positive", "nonnegative", "nonzero"}
        small = all("fraction" in facts(a) or isinstance(a, Number) and abs(a.value) <= 1 for a in scalars)
        return kept | {"fraction"} if small and any("fraction" in facts(a) for a in scalars) else kept
    out: frozenset[str] = frozenset()
    if len(arrays) == 1:
        out = facts(arrays[0]) & {"symmetric", "skew", "diagonal", "lower", "upper", "square"}
        out |= facts(arrays[0]) & {"orthogonal"} if all(isinstance(s, Number) and abs(s.value) == 1 for s in scalars) else set()
        if all("positive" in facts(s) for s in scalars):
            out |= facts(arrays[0]) & {"spd", "psd", "positive", "invertible"}
    else:
        for fact in ("lower", "upper", "diagonal", *(() if scalars else ("orthogonal",))):
            if all(fact in facts(a) for a in arrays):
                out |= {fact}
        out |= frozenset.intersection(*(facts(a) for a in node.args)) & {"positive", "nonnegative"}
        if all(a.rank == 2 and "invertible" in facts(a) for a in arrays) and all("positive" in facts(s) for s in scalars):
            out |= {"invertible"}
        if projects(node, facts):
            out |= {"idempotent"}
        if _palindrome(arrays, facts):
            out |= {"symmetric"} | _definite(arrays, facts) if all("positive" in facts(s) for s in scalars) else {"symmetric"}
    return out


def _definite(arrays: Sequence[Term], facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    """AᵀSA is positive semidefinite where S is, and definite where A has full column rank besides; xᵀSx is not negative."""
    half, odd = divmod(len(arrays), 2)
    middle = facts(arrays[half]) if odd else frozenset({"spd", "psd"})
    if odd and "psd" not in middle:
        return frozenset()
    if ends(arrays[0].type)[0] == ONE:
        return frozenset({"nonnegative"})
    outer = arrays[half + odd :]
    definite = "spd" in middle and all(facts(a) & {"full_column_rank", "invertible"} for a in outer)
    return frozenset({"spd", "psd", "invertible"}) if definite else frozenset({"psd"})


def _palindrome(arrays: Sequence[Term], facts: Callable[[Term], frozenset[str]]) -> bool:
    """Whether the chain equals its own transpose factor by factor (AᵀSA with S symmetric)."""
    return _mirrors(arrays, arrays, facts)


def _mirrors(one: Sequence[Term], other: Sequence[Term], facts: Callable[[Term], frozenset[str]]) -> bool:
    """Whether the one chain is the transpose of the other factor by factor."""
    return len(one) == len(other) and all(
        is_transpose(a, b) or is_transpose(b, a) or a is b and "symmetric" in facts(a) for a, b in zip(one, reversed(other))
    )


def _product_reduces(node: Apply, fact: str, facts: Known) -> tuple[Need, ...] | None:
    """A product of numbers is not zero where none is, xᵀx where x is not; AXB of square matrices is invertible where each is."""
    arrays, scalars = [a for a in node.args if a.rank], [a for a in node.args if not a.rank]
    off_zero = tuple((s, "nonzero") for s in scalars)
    outer = arrays[:1] + arrays[-1:] if len(arrays) == 2 or len(arrays) == 3 and "spd" in facts(arrays[1]) else []
    gram = bool(outer) and (is_transpose(outer[0], outer[1]) or is_transpose(outer[1], outer[0]))
    if fact == "invertible":
        if all(a.type.is_square for a in arrays):
            return (*off_zero, *((a, fact) for a in arrays))
        return (*off_zero, (arrays[-1], "full_column_rank")) if gram else None
    if node.rank:
        return (*off_zero, (arrays[0], fact)) if len(arrays) == 1 and fact in ("nonzero", "somewhere") else None
    if fact == "positive":
        rest = [a for a in node.args if not (isinstance(a, Number) and a.value > 0)]
        if len(rest) < len(node.args):
            return ((product(*rest) if len(rest) > 1 else rest[0], fact),) if rest else ()
        return ((arrays[0], "somewhere"),) if gram and not scalars else None
    if fact == "nonzero" and gram:
        return (*off_zero, (arrays[0], "somewhere"))
    half = len(arrays) // 2
    if len(arrays) == 2 * half > 2 and all(
        is_transpose(a, b) or is_transpose(b, a) for a, b in zip(arrays, arrays[: half - 1 : -1])
    ):
        return (*off_zero, (product(*arrays[half:]), "somewhere")) if fact == "nonzero" else None
    if fact == "nonzero" and scalars:
        return (*off_zero, *([(product(*arrays), fact)] if arrays else []))
    return None


product = register(
    Op(
        name="product",
        title="product",
        signature=_product_type,
        derivative=Multilinear(product_einsum),
        rule="product rule",
        source=f"{COOKBOOK}, eq. 37",
        value=None,
        code={"numpy": "{0} @ {1}"},
        notation=Notation("structural", "", "", ("cdot", "times", "*", "@")),
        samples=(
            Sample((M_N, N_P)),
            Sample((M_N, COLUMN)),
            Sample((ROW, N_P)),
            Sample((ROW, COLUMN)),
            Sample((COLUMN, Type((Dim.of("m"),), row=True))),
            Sample((SCALAR, M_N, COLUMN)),
            Sample((SCALAR, SCALAR)),
        ),
        facts=_product_facts,
        arity=None,
        reduces=_product_reduces,
        weight=1,
    )
)


def _transpose_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    t = types[0]
    if t.rank == 0:
        return Type()
    if t.rank == 1:
        return Type(t.axes, row=not t.row)
    if t.rank == 2:
        return Type((t.axes[1], t.axes[0]))
    raise ShapeError(f"{t.described} has no transpose")


def _transpose_einsum(types: tuple[Type, ...], _params: tuple[object, ...]) -> Einsum:
    rank = types[0].rank
    return Einsum((tuple(range(rank)),), tuple(reversed(range(rank))))


_TURNED = {
    "lower": "upper",
    "upper": "lower",
    "full_column_rank": "full_row_rank",
    "full_row_rank": "full_column_rank",
}


def _transpose_facts(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    return frozenset(_TURNED.get(f, f) for f in facts(node.args[0]) if f not in ("onehot", "probability", "adds_to_one"))


transpose = register(
    Op(
        name="transpose",
        title="transpose",
        signature=_transpose_type,
        derivative=Multilinear(_transpose_einsum),
        rule="differential of the transpose",
        source=f"{COOKBOOK}, eq. 42",
        value=None,
        code={"numpy": "{0}.T"},
        notation=Notation("postfix", "T", "ᵀ", ("T", "top", "intercal", "transpose")),
        samples=(Sample((M_N,)), Sample((COLUMN,)), Sample((ROW,))),
        facts=_transpose_facts,
        reduces=each("positive", "nonzero", "somewhere", "invertible", "fraction", "simple", "real_simple", "dominant"),
    )
)


# ---------------------------------------------------------------- entries


def _at_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    t, indices = types[0], types[1:]
    if len(indices) > t.rank:
        raise ShapeError(f"{len(indices)} indices are too many for {t.described}")
    for k, i in enumerate(indices):
        if i.rank:
            raise ShapeError(f"index {k + 1} is {i.described}, not an index")
        if i.index is not None and i.index != t.axes[k]:
            raise ShapeError(f"index {k + 1} runs over {i.index}, but axis {k + 1} of {t.described} has {t.axes[k]}")
    rest = t.axes[len(indices) :]
    if not rest:
        return Type()
    if len(indices) < t.family:
        return Type(rest, row=t.row, family=t.family - len(indices))
    return Type(rest, row=t.row if t.family else False)


def _at_facts(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    whole = facts(node.args[0])
    if node.args[0].type.family:
        return whole
    if "symmetric_members" in whole and node.type.rank == 2:
        return frozenset({"symmetric"})
    rows = _OF_ROWS if node.args[0].rank == 2 and len(node.args) == 2 else frozenset()
    return whole & ({"positive", "signs"} | rows)


_OF_ROWS = frozenset({"onehot", "probability", "adds_to_one"})
"""What is said of the rows of a matrix and holds for each of them."""


def turned(term: Term) -> Term:
    """The transpose; of a transpose what it is of."""
    return term.args[0] if isinstance(term, Apply) and term.op is transpose else transpose(term)


at = register(
    Op(
        name="at",
        title="entry",
        signature=_at_type,
        derivative=Structural(),
        rule="derivative of an entry",
        source=f"{COOKBOOK}, eq. 32",
        value=None,
        code={"numpy": "{0}[{1}]"},
        notation=Notation("structural", "_", "_", ("at",)),
        samples=(Sample((Type((Dim.of("N"), Dim.of("d")), family=1), Type(index=Dim.of("N")))),),
        facts=_at_facts,
        arity=None,
        weight=1,
    )
)


def whole_of(term: Term) -> Term:
    """The array of which an entry or a member is taken; any other term as it is."""
    return term.args[0] if isinstance(term, Apply) and term.op is at else term


def args_of(term: Term, op: Op) -> tuple[Term, ...]:
    """The factors of a product, the terms of a sum, …: what an operation joins; of anything else the term alone."""
    return term.args if isinstance(term, Apply) and term.op is op else (term,)


def made_of(op: Op, parts: Sequence[Term]) -> Term:
    """The product, the sum, … of one or more terms, which of one is that term."""
    return parts[0] if len(parts) == 1 else op(*parts)


def minus(term: Term) -> Term:
    return product(Number(-1), term)


def subtract(a: Term, b: Term) -> Term:
    return add(a, minus(b))


def number(value: int | Fraction) -> Number:
    return Number(value)


def size(dim: Dim) -> Term:
    """A dimension as a scalar: a number where it is literal."""
    literal = dim.literal
    return Number(literal) if literal is not None else Size(dim)
