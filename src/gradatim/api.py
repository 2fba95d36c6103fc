"""The verbs people type: declare symbols, build functions, differentiate."""

from __future__ import annotations

from collections.abc import Callable
from typing import overload

from gradatim import ops
from gradatim.derive.blocks import Blocks, hessian_blocks
from gradatim.derive.conditions import Condition
from gradatim.derive.derivative import derived as _derived
from gradatim.derive.derivative import differential as _differential
from gradatim.derive.derivative import directional as _directional
from gradatim.derive.forms import by_member as _by_member
from gradatim.derive.forms import definitions_written_out as _definitions_written_out
from gradatim.derive.forms import factored as _factored
from gradatim.derive.forms import itself as _itself
from gradatim.derive.forms import multiplied as _multiplied
from gradatim.derive.forms import stacked as _stacked
from gradatim.derive.maps import LinearMap, noted
from gradatim.derive.maps import kronecker_form as _kronecker_form
from gradatim.derive.maps import linear_map as _linear_map
from gradatim.derive.structured import structured as _structured
from gradatim.derive.subgradient import Subgradient
from gradatim.derive.subgradient import subgradient as _subgradient
from gradatim.errors import GradatimError, ShapeError, within_limits
from gradatim.matrix.build import transposed as _transposed
from gradatim.matrix.matrix_form import is_matrix_form as _is_matrix_form
from gradatim.operators import norm_of, term
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols
from gradatim.types import SQUARE_FACTS, Dim, DimLike, Type, index_type
from gradatim.types import matrix as _matrix
from gradatim.types import vector as _vector
from gradatim.write import latex as _latex
from gradatim.write import text as _text

FACTS = frozenset(
    "symmetric skew spd psd diagonal lower upper orthogonal invertible positive nonzero unit probability adds_to_one onehot labels01 signs toeplitz "
    "integer full_column_rank full_row_rank orthonormal_columns nonnegative idempotent".split()
)


def _facts(given: dict[str, bool]) -> frozenset[str]:
    unknown = sorted(set(given) - FACTS)
    if unknown:
        raise GradatimError(f"{', '.join(unknown)}: no such fact; there are {', '.join(sorted(FACTS))}")
    return frozenset(name for name, holds in given.items() if holds)


def _name(name: str) -> str:
    if not isinstance(name, str) or not name.strip():
        raise GradatimError(f"a symbol needs a name, not {name!r}")
    return name


def scalar(name: str, **facts: bool) -> Symbol:
    """A scalar variable; shape (). Facts are keyword flags, as positive=True. Raises GradatimError for a fact that is not known."""
    return Symbol(_name(name), Type(facts=_facts(facts)))


def vector(name: str, n: DimLike, **facts: bool) -> Symbol:
    """A column vector; shape (n,), where n is a name or a number. Facts are keyword flags, as positive=True, unit=True."""
    return Symbol(_name(name), _vector(n, _facts(facts)))


def row(name: str, n: DimLike, **facts: bool) -> Symbol:
    """A row vector: shape (n,) as well, but it stands to the left of columns and its transpose is one."""
    return Symbol(_name(name), _vector(n, _facts(facts), row=True))


def matrix(name: str, m: DimLike, n: DimLike, **facts: bool) -> Symbol:
    """An m × n matrix; shape (m, n), names or numbers. Facts are keyword flags; symmetric=True and its like need m = n (else ShapeError)."""
    known = _facts(facts)
    if known & SQUARE_FACTS and Dim.of(m) != Dim.of(n):
        raise ShapeError(f"{name} is {Dim.of(m)} × {Dim.of(n)}: only a square matrix is {', '.join(sorted(known))}")
    return Symbol(_name(name), _matrix(m, n, known))


def family(name: str, count: DimLike, *shape: DimLike, row: bool = False, **facts: bool) -> Symbol:
    """A family of members, `x_i, i = 1..count`: one array with the family's index first. A member is `x[i]`."""
    axes = (Dim.of(count), *map(Dim.of, shape))
    return Symbol(_name(name), Type(axes, row=row, family=1, facts=_facts(facts)))


def index(name: str, extent: DimLike) -> Symbol:
    """An index that runs from 1 to `extent`, a name or a number: for `sum_over`, `prod_over` and members `x[i]`. It has no value of its own."""
    return Symbol(_name(name), index_type(extent))


def sum_over(index: Symbol, body: object, *, apart_from: Term | None = None, after: Term | None = None) -> Term:
    """The sum of the body over an index; over j ≠ i with `apart_from=i`, over j > i with `after=i`.

    What is left out is not looked at: the body need have no value there.
    """
    bound = _index(index)
    masks = [ops.unequal(_index(apart_from), bound)] if apart_from is not None else []
    masks += [ops.less(_index(after), bound)] if after is not None else []
    whole = term(body)
    return Bind("sum", bound, ops.product(*masks, whole) if masks else whole)


def _index(value: object) -> Symbol:
    if not isinstance(value, Symbol) or value.type.index is None:
        raise GradatimError(f'{value!r} is no index; gd.index("i", "N") makes one')
    return value


def _parameters(given: tuple[object, ...]) -> tuple[Symbol, ...]:
    for p in given:
        if not isinstance(p, Symbol):
            raise GradatimError(f"{p!r} is no symbol; the parameters of a function are symbols of the shapes of its arguments")
    return given  # type: ignore[return-value]


def prod_over(index: Symbol, body: object) -> Term:
    """The product of a body over an index, a scalar. Raises ShapeError where the body is an array, GradatimError for what is no index."""
    return Bind("product", _index(index), term(body))


def define(name: str, body: Term, *parameters: Symbol) -> Callable[..., Term] | Term:
    """A named definition: without parameters a term that keeps its name in results, with parameters a function of terms."""
    function = Function(_name(name), name, _parameters(parameters), term(body))
    if not parameters:
        return Apply(function, ())
    return lambda *args: Apply(function, tuple(term(a) for a in args))


def unknown(name: str, *parameters: Symbol, shape: tuple[DimLike, ...] = ()) -> Callable[..., Term]:
    """An unknown function: without parameters one of a number, applied entry by entry, whose derivative is written name′.

    With parameters, symbols that give the shapes of its arguments, it is a function of arrays whose values have the shape;
    its derivatives are written ∇name, ∇²name, and J_name where its values are vectors.
    """
    if not parameters and not shape:
        function = Function(_name(name), name, (Symbol("t"),), None, elementwise=True)
    else:
        function = Function(_name(name), name, _parameters(parameters), None, Type(tuple(map(Dim.of, shape))))
    return lambda *args: Apply(function, tuple(term(a) for a in args))


def elementwise(name: str, parameter: Symbol, body: Term) -> Callable[[object], Term]:
    """A named scalar function applied entry by entry: `elementwise("g", t, t**2)`."""
    function = Function(_name(name), name, _parameters((parameter,)), term(body), elementwise=True)
    return lambda a: Apply(function, (term(a),))


def ones(*dims: DimLike) -> Term:
    """The array of ones of these dimensions, names or numbers: one for a column, two for a matrix."""
    return ops.ones(params=tuple(map(Dim.of, dims)))


def eye(n: DimLike) -> Term:
    """The n × n identity matrix; n is a name or a number."""
    return ops.identity(params=(Dim.of(n),))


def diag(a: object) -> Term:
    """Of a vector of n entries the n × n matrix with them on its diagonal; of a square matrix the column of its diagonal entries."""
    t = term(a)
    return ops.diag(ops.transpose(t) if t.type.row else t) if t.rank == 1 else ops.diagonal(t)


def norm(a: object, ord: object = None) -> Term:
    """The 2-norm of a vector, the Frobenius norm of a matrix; for vectors also ord=1, inf, a number above 1 or a scalar term."""
    return norm_of(a, ord)


def _lift(op: ops.Op) -> Callable[..., Term]:
    def verb(*args: object) -> Term:
        return op(*(term(a) for a in args))

    shapes = "; ".join(dict.fromkeys(_shapes(op, s.types, s.params) for s in op.samples))
    verb.__doc__ = (
        f"The {op.title} of each entry, in the argument's own shape."
        if op.scalar
        else f"The {op.title}: {shapes}. Raises ShapeError for arguments of other shapes."
    )
    return verb


def _shapes(op: ops.Op, types: tuple[Type, ...], params: tuple[object, ...]) -> str:
    return f"of {' and '.join(t.described for t in types)} it is {op.signature(types, params).described}"


exp, log, sqrt = _lift(ops.exp), _lift(ops.log), _lift(ops.sqrt)
sin, cos, tan, arctan = _lift(ops.sin), _lift(ops.cos), _lift(ops.tan), _lift(ops.arctan)
sinh, cosh, tanh = _lift(ops.sinh), _lift(ops.cosh), _lift(ops.tanh)
absolute, sign, relu = _lift(ops.absolute), _lift(ops.sign), _lift(ops.relu)
sigmoid, softplus = _lift(ops.sigmoid), _lift(ops.softplus)
trace, det, logdet, inv = _lift(ops.trace), _lift(ops.det), _lift(ops.logdet), _lift(ops.inverse)
sqnorm, hadamard, inner = _lift(ops.sqnorm), _lift(ops.hadamard), _lift(ops.inner)
softmax, logsumexp, total = _lift(ops.softmax), _lift(ops.logsumexp), _lift(ops.total)
vec, vech, khatri_rao = _lift(ops.vec), _lift(ops.vech), _lift(ops.khatri_rao)


def kron(*factors: object) -> Term:
    """The Kronecker product of matrices and vectors, from the left: of m × n and p × q matrices an mp × nq one, of blocks aᵢⱼ B."""
    whole, *rest = (term(f) for f in factors)
    for f in rest:
        whole = ops.kron(whole, f)
    return whole


def kron_sum(a: object, b: object) -> Term:
    """The Kronecker sum A ⊗ I + I ⊗ B of m × m and n × n matrices, mn × mn. Raises ShapeError where one is not square."""
    return ops.kron_sum(term(a), term(b))


def unvec(v: object, rows: DimLike, columns: DimLike) -> Term:
    """The rows × columns matrix whose vec is v: its columns one after the other. Raises ShapeError where v is not as long."""
    return ops.unvec(term(v), params=(Dim.of(rows), Dim.of(columns)))


def commutation(m: DimLike, n: DimLike) -> Term:
    """The commutation matrix K, mn × mn, with K vec(A) = vec(Aᵀ) for every m × n matrix A."""
    return ops.commutation(params=(Dim.of(m), Dim.of(n)))


def duplication(n: DimLike) -> Term:
    """The duplication matrix D, n² × n(n + 1)/2, with D vech(A) = vec(A) for every symmetric n × n matrix A."""
    return ops.duplication(params=(Dim.of(n),))


def elimination(n: DimLike) -> Term:
    """The elimination matrix L, n(n + 1)/2 × n², with L vec(A) = vech(A) for every n × n matrix A."""
    return ops.elimination(params=(Dim.of(n),))


# ---------------------------------------------------------------- derivatives


def variable_of(function: Term, wrt: object) -> Term:
    if isinstance(wrt, Term):
        return wrt
    if isinstance(wrt, str):
        found = [s for s in free_symbols(function) if wrt in (s.plain, s.name, s.label)]
        found = [s for s in found if s.plain == wrt] if len(found) > 1 else found
        if len(found) == 1:
            return found[0]
        names = ", ".join(s.plain for s in free_symbols(function))
        raise GradatimError(
            f"{wrt!r} names {'no symbol' if not found else 'several symbols'} of the function; its symbols are {names}"
        )
    raise GradatimError(f"a derivative is by a symbol, a member of a family or a name, not by {wrt!r}")


def derivative(f: object, *wrt: object, layout: str = "gradient") -> Term:
    """The derivative of f by each variable in turn, verified against f itself.

    Scalar by array: the array's shape. Array by scalar: f's shape. Vector by vector: J_ij = ∂f_i/∂x_j (`layout="numerator"`
    says the same, `"denominator"` transposes). What has more than two axes prints as a linear map, dX ↦ −X⁻¹ dX X⁻¹; gd.text
    writes its entries. Raises UnknownDerivative, NotVerified, ShapeError, LimitExceeded.
    """
    function = term(f)
    if len(wrt) == 1 and (stacked := _stacked_variable(wrt[0])) is not None:
        return _by_columns(function, stacked, layout)
    with within_limits("the function is too deep or too large to differentiate"):
        return noted(_derived(function, *(variable_of(function, w) for w in wrt), layout=layout))


def _stacked_variable(w: object) -> Symbol | None:
    """The X of a derivative by vec(X)."""
    if isinstance(w, Apply) and w.op is ops.vec and isinstance(x := w.args[0], Symbol):
        return x
    return None


def _by_columns(function: Term, x: Symbol, layout: str) -> Term:
    """The derivative by vec(X): of vec(F) or a vector on stacked columns, of a scalar the gradient stacked."""
    if function.is_scalar:
        return ops.vec(derivative(function, x))
    inner = function.args[0] if isinstance(function, Apply) and function.op is ops.vec else function
    found = kronecker_form(inner, x)
    return _transposed(found) if layout == "denominator" else found


@overload
def gradient(
    f: object, x: tuple[object, ...] | list[object], layout: str = "gradient", structure: str = "ambient"
) -> tuple[Term, ...]: ...
@overload
def gradient(f: object, x: Term | str, layout: str = "gradient", structure: str = "ambient") -> Term: ...
def gradient(f: object, x: object, layout: str = "gradient", structure: str = "ambient") -> Term | tuple[Term, ...]:
    """The gradient of a scalar function, of x's shape; of several variables at once, `gd.gradient(f, (W, b))`, a tuple of them.
    Raises ShapeError where f is not a scalar.

    For a variable of a structured set (symmetric, skew, diagonal, triangular, Toeplitz, orthogonal; a unit or probability
    vector) `structure` may ask for the "projected" gradient, the one within the set, or for the derivative by its
    independent "entries": 2G − G ⊙ I for a symmetric matrix. The "ambient" gradient takes all entries as independent.
    Source: Petersen & Pedersen, The Matrix Cookbook (2012), sec. 2.8.
    """
    function = term(f)
    if not function.is_scalar:
        raise ShapeError(f"a gradient is of a scalar function; this is {function.type.described} (use gd.jacobian)")
    if isinstance(x, (tuple, list)):
        return tuple(gradient(function, variable_of(function, v), layout, structure) for v in x)
    if structure != "ambient":
        with within_limits("the function is too deep or too large to differentiate"):
            return _structured(function, variable_of(function, x), structure).term
    return derivative(function, x, layout=layout)


def jacobian(f: object, x: object, layout: str = "numerator") -> Term:
    """The derivative of a vector (or any array) by x: the axes of f first, then those of x."""
    return derivative(f, x, layout="gradient" if layout == "numerator" else layout)


def subgradient(f: object, x: object) -> Subgradient:
    """The subgradients of a scalar function with kinks: the formula `.term`, what may stand at each kink (`.lines()`) and what these
    values are (`.said`): all subgradients of a convex function, else values that contain Clarke's generalized gradient.

    Raises ShapeError for an array, UnknownDerivative where f jumps. Source: Rockafellar, Convex Analysis (1970), ch. 23.
    """
    function = term(f)
    with within_limits("the function is too deep or too large to differentiate"):
        return _subgradient(function, variable_of(function, x))


@overload
def hessian(f: object, x: tuple[object, ...] | list[object]) -> Blocks: ...
@overload
def hessian(f: object, x: Term | str, y: object = None) -> Term: ...
def hessian(f: object, x: object, y: object = None) -> Term | Blocks:
    """The second derivative of a scalar function by x and y (x twice where y is left out).

    Of several variables at once, `gd.hessian(f, (W, b))`, it has a block for each pair: `.blocks[i][j]`, verified.
    """
    function = term(f)
    if not function.is_scalar:
        raise ShapeError(f"a Hessian is of a scalar function; this is {function.type.described}")
    if isinstance(x, (tuple, list)):
        if y is not None:
            raise GradatimError("a Hessian is by one tuple of variables, or by two variables")
        with within_limits("the function is too deep or too large to differentiate"):
            return hessian_blocks(function, [variable_of(function, v) for v in x])
    return derivative(function, x, x if y is None else y)


def conditions(f: object, *wrt: object) -> tuple[Condition, ...]:
    """What must hold for the derivative of f by each variable in turn, beside what is declared: "X invertible", "x ≠ 0".

    Each has `.text()`, `.latex()`, the term `.of` and the `.fact` that must hold of it. Raises as `derivative` does.
    """
    function = term(f)
    with within_limits("the function is too deep or too large to differentiate"):
        return _derived(function, *(variable_of(function, w) for w in wrt)).conditions


def differential(f: object, x: object) -> Term:
    """The differential df: of f's shape, and linear in a symbol dx of x's shape, which may be given a value like any other.

    Raises UnknownDerivative, ShapeError, LimitExceeded, and GradatimError where x is no symbol.
    """
    function = term(f)
    variable = variable_of(function, x)
    if not isinstance(variable, Symbol):
        raise GradatimError("a differential is by a symbol")
    with within_limits("the function is too deep or too large to differentiate"):
        return _differential(function, variable)


def directional(f: object, x: object, direction: object) -> Term:
    """The derivative of f by x along a direction (a symbol of x's shape or a name for one): `vᵀ∇f`, not divided by a length.

    Raises ShapeError where the direction has another shape, and what `differential` raises.
    """
    function = term(f)
    variable = variable_of(function, x)
    if not isinstance(variable, Symbol) or not isinstance(direction, (Symbol, str)):
        raise GradatimError("a directional derivative is by a symbol, along a symbol or a name")
    with within_limits("the function is too deep or too large to differentiate"):
        return _directional(function, variable, direction)


def linear_map(f: object, x: object) -> LinearMap:
    """The derivative of an array as a linear map: `dX ↦ −X⁻¹ dX X⁻¹` for the inverse.

    `.body` is a term in the symbol `.step`; `.index_form()` and `.kronecker_form()` say the same by entries and on stacked
    columns; each is verified. Raises UnknownDerivative, NotVerified, ShapeError.
    """
    function = term(f)
    with within_limits("the function is too deep or too large to differentiate"):
        return _linear_map(function, variable_of(function, x))


def kronecker_form(f: object, x: object) -> Term:
    """d vec(F) / d vec(X)ᵀ with columns stacked, `−(X⁻ᵀ ⊗ X⁻¹)` for the inverse; verified. Raises as `linear_map`."""
    function = term(f)
    with within_limits("the function is too deep or too large to differentiate"):
        return _kronecker_form(function, variable_of(function, x))


def stacked(t: object) -> Term:
    """A result over families in arrays: `Xᵀ(y − X w)` for `Σᵢ (yᵢ − wᵀxᵢ) xᵢ`, where X has the rows xᵢᵀ; compared by value.

    X is a matrix symbol (the family's letter in the other case), numbers yᵢ the vector y. Raises GradatimError where it has no
    such form.
    """
    return _stacked(term(t)).term


def by_member(t: object, count: DimLike | None = None) -> Term:
    """The inverse of `stacked`: `Σᵢ (yᵢ − wᵀxᵢ) xᵢ` for `Xᵀ(y − X w)`, with the rows of X as the family x.

    `count` is the dimension that counts the members (left out: N, or the first that serves). Raises GradatimError where it has no
    such form.
    """
    return _by_member(term(t), None if count is None else Dim.of(count)).term


def factor(t: object) -> Term:
    """An equal term as a product, as far as common factors and factored polynomials reach: `Aᵀ(A x − b)`. Compared by value."""
    return _factored(term(t))


def expand(t: object) -> Term:
    """An equal term as a sum of products: `AᵀA x − Aᵀb`. Compared by value. Raises LimitExceeded where it would be too long."""
    return _multiplied(term(t))


def expand_definitions(t: object) -> Term:
    """The term with every named definition replaced by what it stands for; compared by value."""
    return _definitions_written_out(term(t))


def in_terms_of(t: object, f: object, name: str = "f") -> Term:
    """The term with the value of f written by its name: the gradient of exp(aᵀx) as `f a`, of the sigmoid as `f (1 − f)`.

    Compared by value. Raises GradatimError where f does not occur in it.
    """
    return _itself(term(t), term(f), (_name(name), name))


def is_matrix_form(t: Term) -> bool:
    """Whether the formula is written without indices (sums over members of a family are matrix form)."""
    return _is_matrix_form(term(t))


def text(t: Term) -> str:
    """One line of Unicode; of a derivative with more than two axes its entries, `[−(X⁻¹)ᵢₖ (X⁻¹)ₗⱼ]ᵢⱼₖₗ`."""
    return _text(term(t))


def latex(t: Term) -> str:
    """LaTeX source, of the entries where there are more than two axes."""
    return _latex(term(t))
