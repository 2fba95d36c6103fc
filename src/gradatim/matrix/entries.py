"""Algebra entry by entry: what holds for the numbers holds for each entry of the arrays, so `x ⊙ (𝟏 ⊘ x)` is `𝟏`.

An array built from others entry by entry is read as one scalar formula in stand-ins for those arrays, simplified where all
scalar algebra is done (`matrix/scalar`), and spread over the arrays again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gradatim.matrix.powers import UNIT, PowerProduct, assemble, joined_powers, power_product
from gradatim.matrix.scalar import add_up, multiply
from gradatim.ops import (
    absolute,
    add,
    hadamard,
    hdivide,
    hpower,
    number,
    ones,
    power,
    product,
    quotient,
    rational,
    sign,
    transpose,
    unit,
)
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, substitute
from gradatim.types import Type

ENTRYWISE = (hadamard, hdivide, hpower)
MAX_DEPTH = 40
"""Levels beyond which an array stands for itself."""
MAX_ARRAYS = 12
"""A formula of more arrays than this is left as it is: what cancels in it has met before, two by two."""


Join = Callable[..., Term]


def simplified(term: Term, join: Join = add) -> Term:
    """The array with its entries' formula simplified; the same value for all arrays in the domain of the entries. Sums among the
    factors are put together by `join`, which may know more of arrays: P Wᵀ − Y Wᵀ is (P − Y) Wᵀ."""
    stands: dict[Term, Symbol] = {}
    entry = _entry(term, stands, {}, 0)
    if len(stands) > MAX_ARRAYS:
        return term
    arrays: dict[Term, Term] = {stand: array for array, stand in stands.items()}
    return _spread(_settled(entry, {}), _Arrays(arrays, term.type.bare, join))


def is_entrywise(term: Term) -> bool:
    """Whether the array's outermost operation, scalar factors and signs apart, works entry by entry."""
    if isinstance(term, Apply) and term.op in (product, quotient):
        arrays = [a for a in term.args if not a.is_scalar]
        return len(arrays) == 1 and is_entrywise(arrays[0])
    if isinstance(term, Apply) and term.op is add:
        return any(is_entrywise(a) for a in term.args)
    return isinstance(term, Apply) and term.op in ENTRYWISE


def _entry(term: Term, stands: dict[Term, Symbol], read: dict[tuple[Term, bool], Term], depth: int, turned: bool = False) -> Term:
    """The formula of one entry; what was `read` before is not read again. Vectors stand for what they are when all of them lie as
    the whole does: those below a transpose are `turned`. Past the bound on arrays nothing is read any more."""
    if term.is_scalar:
        return term
    if len(stands) > MAX_ARRAYS:
        return number(1)
    if (term, turned) not in read:
        read[term, turned] = _of_array(term, stands, read, depth, turned)
    return read[term, turned]


def _of_array(term: Term, stands: dict[Term, Symbol], read: dict[tuple[Term, bool], Term], depth: int, turned: bool) -> Term:
    if isinstance(term, Apply) and depth < MAX_DEPTH:
        inside = [a for a in term.args if not a.is_scalar]
        if term.op is ones:
            return number(1)
        if term.op is transpose and term.rank == 1:
            return _entry(term.args[0], stands, read, depth + 1, not turned)
        if term.op in _SCALAR and not (term.op is product and len(inside) != 1):
            return Apply(_SCALAR[term.op], tuple([_entry(a, stands, read, depth + 1, turned) for a in term.args]))
    array = transpose(term) if turned else term
    return stands.setdefault(array, Symbol(f"#e{len(stands)}"))


_SCALAR = {hadamard: product, hdivide: quotient, hpower: power, add: add, product: product, quotient: quotient}
_SCALAR |= {sign: sign, absolute: absolute}


def _settled(entry: Term, done: dict[Term, Term]) -> Term:
    """The formula simplified from its parts upwards, each of them once."""
    if entry not in done:
        done[entry] = _put_right(entry, done)
    return done[entry]


def _put_right(entry: Term, done: dict[Term, Term]) -> Term:
    if not isinstance(entry, Apply) or not all(a.is_scalar for a in entry.args):  # an inner product is one number
        return entry
    if entry.op is add:
        return add_up([_settled(a, done) for a in entry.args])
    if entry.op is product:
        return multiply(*[_settled(a, done) for a in entry.args])
    if entry.op is quotient:
        return multiply(_settled(entry.args[0], done), power(_settled(entry.args[1], done), number(-1)))
    return entry


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The arrays that stand-ins stand for, their shape, how sums of them are written, and the formulas spread before."""

    of: dict[Term, Term]
    shape: Type
    join: Join
    spread: dict[Term, Term] = field(default_factory=dict)


def _spread(entry: Term, arrays: _Arrays) -> Term:
    """A formula of one entry as an array: scalar factors in front, then a Hadamard product or an elementwise quotient."""
    if entry not in arrays.spread:
        sum_of_arrays = isinstance(entry, Apply) and entry.op is add
        arrays.spread[entry] = add(*[_spread(a, arrays) for a in entry.args]) if sum_of_arrays else _of_factors(entry, arrays)
    return arrays.spread[entry]


def _of_factors(entry: Term, arrays: _Arrays) -> Term:
    plain = power_product(entry)
    p = PowerProduct(plain.coefficient, tuple(joined_powers(plain.powers)))
    front = PowerProduct(p.coefficient, tuple((a, k) for a, k in p.powers if not _uses(a, arrays)))
    above = [_powered(a, k, arrays) for a, k in p.powers if k > 0 and _uses(a, arrays)]
    below = [(a, -k) for a, k in p.powers if k < 0 and _uses(a, arrays)]
    if below and not above:
        whole = made_of(hadamard, [_powered(a, -k, arrays) for a, k in below])
    elif below:
        whole = hdivide(made_of(hadamard, above), made_of(hadamard, [_powered(a, k, arrays) for a, k in below]))
    else:
        whole = made_of(hadamard, above) if above else unit(arrays.shape)
    return whole if front == UNIT else product(assemble(front), whole)


def _uses(atom: Term, arrays: _Arrays) -> bool:
    return any(s in arrays.of for s in free_symbols(atom))


def _powered(atom: Term, k: object, arrays: _Arrays) -> Term:
    base = arrays.of[atom] if atom in arrays.of else _inside(atom, arrays)
    return base if k == 1 else hpower(base, number(k))  # type: ignore[arg-type]


def _inside(atom: Term, arrays: _Arrays) -> Term:
    """A compound atom: a sum, a power that is not rational, or a function of one argument."""
    assert isinstance(atom, Apply)
    if atom.op is power:
        return hpower(_spread(atom.args[0], arrays), atom.args[1])
    if atom.op is add:
        parts = [_spread(a, arrays) for a in atom.args]
        return arrays.join(*parts) if sum(map(_is_chain, parts)) > 1 else add(*parts)
    return Apply(atom.op, tuple(_spread(a, arrays) for a in atom.args), atom.params)


def _is_chain(part: Term) -> bool:
    """Whether factors may be shared with another such part: arrays in a row, or a scalar that is no number."""
    if not (isinstance(part, Apply) and part.op is product):
        return False
    arrays = [a for a in part.args if not a.is_scalar]
    return len(arrays) > 1 or any(a.is_scalar and rational(a) is None for a in part.args) or any(map(_is_chain, arrays))


def stacks_joined(flat: Sequence[Term]) -> Term:
    """Formulas with indices under one bracket: [a]ᵢⱼₖ + [b]ᵢⱼₖ is [a + b]ᵢⱼₖ."""
    entries: list[Term] = []
    others: list[Term] = []
    indices: list[Symbol] = []
    for t in flat:
        body, depth = t, 0
        while isinstance(body, Bind) and body.kind == "stack":
            if depth == len(indices):
                indices.append(body.opened()[0])
            body, depth = substitute(body.body, {body.index: indices[depth]}), depth + 1
        (entries if depth == t.rank and body.is_scalar else others).append(body if depth == t.rank and body.is_scalar else t)
    if entries:
        joined = add_up(entries)
        for index in reversed(indices):
            joined = Bind("stack", index, joined)
        others.insert(0, joined)
    return made_of(add, others)
