"""Axes counted by several indices together: vec, Kronecker products, and the constant matrices that go with them.

The entry (i, j) of an m × n matrix is entry (j − 1)m + i of its vec. The core writes that position as the pair index (j, i),
the first slowest: pairs split and join, and no rule speaks of positions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import (
    Factor,
    Group,
    Indexed,
    LocallyConstant,
    Monomial,
    Notation,
    Op,
    Paired,
    PairedEinsum,
    Ring,
    Sample,
    Structural,
    need_square,
    register,
)
from gradatim.ops.linear_algebra import identity
from gradatim.ops.needs import each
from gradatim.ops.structure import COLUMN, M_N, MAGNUS, SQUARE, add, args_of, ends, number
from gradatim.term import Apply, Term
from gradatim.types import ONE, Dim, Type, index_type, matrix

Facts = Callable[[Term], frozenset[str]]


# ---------------------------------------------------------------- pair indices


def _pair_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    total = ONE
    for t in types:
        if t.index is None:
            raise ShapeError(f"{t.described} is not an index")
        total = total * t.index
    return index_type(total)


def _pair_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    total = a[0]
    for part, arg in zip(a[1:], node.args[1:]):
        assert arg.type.index is not None
        less_one = R.add(total, R.number(Fraction(-1)))
        total = R.add(R.multiply(less_one, R.number(Fraction(size(arg.type.index)))), part)
    return total


_I = Type(index=Dim.of("n"))

pair = register(
    Op(
        name="pair",
        title="pair of indices",
        signature=_pair_type,
        derivative=Structural(),
        rule="position of an entry",
        source=f"{MAGNUS}, ch. 2",
        value=_pair_value,
        code={"numpy": "{0} * {2} + {1}"},
        notation=Notation("pair", "", "", ()),
        samples=(Sample((_I, Type(index=Dim.of("m")))),),
        arity=None,
    )
)


def components(index: Term) -> tuple[Term, ...]:
    """The indices that count an axis together; an ordinary index counts alone."""
    return args_of(index, pair)


def paired(*indices: Term) -> Term:
    """The index that counts by all of these, the first slowest; pairs inside are laid flat."""
    flat = [c for i in indices for c in components(i)]
    return flat[0] if len(flat) == 1 else pair(*flat)


# ---------------------------------------------------------------- values


def paired_value(R: Ring, args: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    """Split the axes of the arguments, multiply, join the axes of the result."""
    rule = node.op.derivative  # type: ignore[attr-defined]
    e: PairedEinsum = rule.einsum(tuple(a.type for a in node.args), node.params)
    sizes = [size(d) for d in e.dims]
    ins = [tuple(n for g in groups for n in g) for groups in e.ins]
    split = [R.reshaped(a, tuple(sizes[n] for n in flat)) for a, flat in zip(args, ins)]
    out = tuple(n for g in e.out for n in g)
    whole = R.einsum(ins, out, split, {n: sizes[n] for n in out})
    return R.reshaped(whole, tuple(prod(sizes[n] for n in g) for g in e.out))


# ---------------------------------------------------------------- vec and its inverse


def _vec_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    t = types[0]
    if t.rank > 2:
        raise ShapeError(f"vec is of a matrix, not of {t.described}")
    return Type((t.axes[0] * t.axes[1],)) if t.rank == 2 else Type(t.axes)


def _vec_einsum(types: tuple[Type, ...], _params: tuple[object, ...]) -> PairedEinsum:
    axes = types[0].axes
    groups: tuple[Group, ...] = tuple((k,) for k in range(len(axes)))
    return PairedEinsum((groups,), ((1, 0),) if len(axes) == 2 else groups, axes)


vec = register(
    Op(
        name="vec",
        title="vec of a matrix",
        signature=_vec_type,
        derivative=Paired(_vec_einsum),
        rule="differential of vec",
        saying="vec puts the entries one below the other, so that `vec(A)ᵀ vec(B) = tr(AᵀB)`",
        source=f"{MAGNUS}, ch. 2",
        value=paired_value,
        code={"numpy": "np.ravel({0}.T)"},
        notation=Notation("function", r"\operatorname{vec}", "vec", ("vec",), legend="{0} stacks the columns of {1}"),
        samples=(Sample((M_N,)), Sample((COLUMN,))),
        facts=lambda node, facts: facts(node.args[0]) & {"positive", "nonnegative", "nonzero"},
    )
)


def _unvec_type(types: tuple[Type, ...], params: tuple[object, ...]) -> Type:
    if len(params) != 2 or not all(isinstance(p, Dim) for p in params):
        raise ShapeError("unvec needs the rows and columns of its matrix")
    rows, columns = params
    assert isinstance(rows, Dim) and isinstance(columns, Dim)
    if types[0].rank != 1 or types[0].axes[0] != rows * columns:
        raise ShapeError(f"unvec into a {rows} × {columns} matrix needs {rows * columns} entries, not {types[0].described}")
    return matrix(rows, columns)


def _unvec_einsum(_types: tuple[Type, ...], params: tuple[object, ...]) -> PairedEinsum:
    rows, columns = params
    assert isinstance(rows, Dim) and isinstance(columns, Dim)
    if ONE in (rows, columns):
        return PairedEinsum((((0,),),), ((0,),), (rows * columns,))
    return PairedEinsum((((1, 0),),), ((0,), (1,)), (rows, columns))


unvec = register(
    Op(
        name="unvec",
        title="matrix of a vec",
        signature=_unvec_type,
        derivative=Paired(_unvec_einsum),
        rule="differential of the inverse of vec",
        saying="the entries are put into columns again, so that `vec(A)ᵀ vec(B) = tr(AᵀB)`",
        source=f"{MAGNUS}, ch. 2",
        value=paired_value,
        code={"numpy": "{0}.reshape({1}[1], {1}[0]).T"},
        notation=Notation(
            "function", r"\operatorname{unvec}", "unvec", ("unvec", "vecinv", "mat"), legend="{0} has the columns that {1} stacks"
        ),
        samples=(Sample((Type((Dim.of("m") * Dim.of("n"),)),), (Dim.of("m"), Dim.of("n"))),),
        facts=lambda node, facts: facts(node.args[0]) & {"positive", "nonnegative", "nonzero"},
    )
)


# ---------------------------------------------------------------- Kronecker products


def _kron_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if any(t.rank > 2 for t in types):
        raise ShapeError("a Kronecker product is of matrices and vectors")
    (m, n), (p, q) = ends(types[0]), ends(types[1])
    return matrix(m * p, n * q)


def _kron_einsum(types: tuple[Type, ...], _params: tuple[object, ...]) -> PairedEinsum:
    dims: list[Dim] = []
    ins: list[tuple[Group, ...]] = []
    rows: Group = ()
    columns: Group = ()
    for t in types:
        groups: list[Group] = []
        for k, d in enumerate(t.axes):
            groups.append((len(dims),))
            if t.rank == 2 and k == 1 or t.rank == 1 and t.row:
                columns += groups[-1]
            else:
                rows += groups[-1]
            dims.append(d)
        ins.append(tuple(groups))
    return PairedEinsum(tuple(ins), tuple(g for g in (rows, columns) if g), tuple(dims))


def _kron_facts(node: Apply, facts: Facts) -> frozenset[str]:
    both = facts(node.args[0]) & facts(node.args[1])
    return both & {"symmetric", "diagonal", "lower", "upper", "spd", "psd", "orthogonal", "invertible", "positive", "nonnegative"}


kron = register(
    Op(
        name="kron",
        title="Kronecker product",
        signature=_kron_type,
        derivative=Paired(_kron_einsum),
        rule="product rule for the Kronecker product",
        saying="`A ⊗ B` has the blocks `Aᵢⱼ B`",
        source=f"{MAGNUS}, ch. 2",
        value=paired_value,
        code={"numpy": "np.kron({0}, {1})"},
        notation=Notation(
            "infix", r"\otimes", "⊗", ("otimes", "kron", "⊗"), legend="{0} is the Kronecker product, with blocks `Aᵢⱼ B`"
        ),
        samples=(
            Sample((M_N, Type((Dim.of("p"), Dim.of("q"))))),
            Sample((COLUMN, Type((Dim.of("p"),)))),
            Sample((M_N, Type((Dim.of("p"),)))),
            Sample((Type((Dim.of("p"),), row=True), M_N)),
        ),
        facts=_kron_facts,
        reduces=each("nonzero", "somewhere", "invertible"),
        arity=2,
    )
)


def kron_sum(a: Term, b: Term) -> Term:
    """A ⊕ B = A ⊗ I + I ⊗ B for square matrices."""
    m, n = need_square("a Kronecker sum", a.type), need_square("a Kronecker sum", b.type)
    return add(kron(a, identity(params=(n,))), kron(identity(params=(m,)), b))


def _khatri_rao_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if any(t.rank != 2 for t in types) or types[0].axes[1] != types[1].axes[1]:
        words = " and a ".join(t.describe() for t in types)
        raise ShapeError(f"a Khatri-Rao product is of two matrices with as many columns, not of a {words}")
    return matrix(types[0].axes[0] * types[1].axes[0], types[0].axes[1])


khatri_rao = register(
    Op(
        name="khatri_rao",
        title="Khatri-Rao product",
        signature=_khatri_rao_type,
        derivative=Paired(
            lambda t, _p: PairedEinsum((((0,), (2,)), ((1,), (2,))), ((0, 1), (2,)), (t[0].axes[0], t[1].axes[0], t[0].axes[1]))
        ),
        rule="product rule for the Khatri-Rao product",
        source=f"{MAGNUS}, ch. 3",
        value=paired_value,
        code={"numpy": "np.einsum('ik,jk->ijk', {0}, {1}).reshape(-1, {0}.shape[1])"},
        notation=Notation("function", r"\operatorname{khatrirao}", "khatrirao", ("khatrirao", "khatri_rao")),
        samples=(Sample((M_N, Type((Dim.of("p"), Dim.of("n"))))),),
        facts=lambda node, facts: facts(node.args[0]) & facts(node.args[1]) & {"positive", "nonnegative"},
        arity=2,
    )
)


# ---------------------------------------------------------------- constant matrices


def _zero_one(entry: Callable[[int, int, Sequence[int]], bool]) -> Callable[..., Any]:
    """The value of a constant matrix of zeros and ones, from the rule of its entries (counted from 0)."""

    def value(R: Ring, _a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
        sizes = [size(p) for p in node.params if isinstance(p, Dim)]
        rows, columns = (size(d) for d in node.type.axes)
        where = [Fraction(int(entry(i, j, sizes))) for i in range(rows) for j in range(columns)]
        return R.array((rows, columns), where)

    return value


def _commutes(i: int, j: int, sizes: Sequence[int]) -> bool:
    m, n = sizes
    return (i % n, i // n) == (j // m, j % m)


def _constant(
    name: str,
    title: str,
    letter: str,
    shape: Callable[[tuple[Dim, ...]], Type],
    entry: Callable[..., bool],
    sample: Sample,
    numpy: str,
    legend: str = "",
) -> Op:
    return register(
        Op(
            name=name,
            title=title,
            signature=lambda _t, params: shape(tuple(p for p in params if isinstance(p, Dim))),
            derivative=LocallyConstant(),
            rule="derivative of a constant",
            source=f"{MAGNUS}, ch. 3",
            value=_zero_one(entry),
            code={"numpy": numpy},
            notation=Notation("sized", letter, letter, (name,), legend=legend),
            samples=(sample,),
            facts=lambda _n, _f: frozenset({"nonnegative"}),
            arity=0,
        )
    )


_M, _N = Dim.of("m"), Dim.of("n")


def half(n: Dim) -> Dim:
    """n(n + 1)/2: the entries on and below the diagonal."""
    return (n * n + n).scaled(Fraction(1, 2))


def _low(n: int) -> list[tuple[int, int]]:
    """The places on and below the diagonal, column by column."""
    return [(i, j) for j in range(n) for i in range(j, n)]


commutation = _constant(
    "commutation",
    "commutation matrix",
    "K",
    lambda d: Type((d[0] * d[1], d[0] * d[1])),
    _commutes,
    Sample((), (_M, _N)),
    "np.eye({0}[0] * {0}[1]).reshape({0}[1], {0}[0], -1).transpose(1, 0, 2).reshape({0}[0] * {0}[1], -1)",
    "{0} carries `vec(A)` of an `m × n` matrix to `vec(Aᵀ)`",
)
"""K vec(A) = vec(Aᵀ) for an m × n matrix A."""

elimination = _constant(
    "elimination",
    "elimination matrix",
    "L",
    lambda d: Type((half(d[0]), d[0] * d[0])),
    lambda i, j, s: (j % s[0], j // s[0]) == _low(s[0])[i],
    Sample((), (_N,)),
    "np.eye({0}[0] ** 2)[np.flatnonzero(np.ravel(np.tril(np.ones(({0}[0], {0}[0]))).T))]",
)
"""L vec(A) = vech(A) for an n × n matrix A."""

_PLACES = "(np.arange({0}[0] ** 2) % {0}[0], np.arange({0}[0] ** 2) // {0}[0])"
_LESS, _MORE = f"np.min({_PLACES}, axis=0)", f"np.max({_PLACES}, axis=0)"

duplication = _constant(
    "duplication",
    "duplication matrix",
    "D",
    lambda d: Type((d[0] * d[0], half(d[0]))),
    lambda i, j, s: _low(s[0])[j] == (max(i % s[0], i // s[0]), min(i % s[0], i // s[0])),
    Sample((), (_N,)),
    # The place of (a, b), a ≥ b, among the entries on and below the diagonal: b n − b (b + 1)/2 + a.
    f"np.eye({{0}}[0] * ({{0}}[0] + 1) // 2)[{_LESS} * {{0}}[0] - {_LESS} * ({_LESS} + 1) // 2 + {_MORE}]",
)
"""D vech(A) = vec(A) for a symmetric n × n matrix A."""


# ---------------------------------------------------------------- vech


def _vech_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    return Type((half(need_square("vech", types[0])),))


def _vech_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    keep = elimination(params=(node.args[0].type.axes[0],))
    return [Monomial(number(1), (Factor(keep, (out[0], paired(inn[1], inn[0]))),))]


def _vech_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    n = size(node.args[0].type.axes[0])
    entries = R.reshaped(a[0], (n * n,))
    chosen = R.array((len(_low(n)), n * n), [Fraction(int(k == i * n + j)) for i, j in _low(n) for k in range(n * n)])
    return R.einsum(((0, 1), (1,)), (0,), (chosen, entries), {})


vech = register(
    Op(
        name="vech",
        title="vech of a square matrix",
        signature=_vech_type,
        derivative=Indexed(_vech_rule),
        rule="differential of vech",
        source=f"{MAGNUS}, ch. 3",
        value=_vech_value,
        code={"numpy": "np.ravel({0}.T)[np.flatnonzero(np.ravel(np.tril(np.ones({0}.shape)).T))]"},
        notation=Notation("function", r"\operatorname{vech}", "vech", ("vech",)),
        samples=(Sample((SQUARE,)),),
        facts=lambda node, facts: facts(node.args[0]) & {"positive", "nonnegative", "nonzero"},
    )
)
