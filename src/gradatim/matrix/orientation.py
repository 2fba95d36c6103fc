"""Which way round a difference stands: one way throughout a formula, and the positive terms of a turned residual first."""

from __future__ import annotations

from gradatim.matrix.build import transposed, turned_sum
from gradatim.matrix.cost import cost
from gradatim.matrix.scalar import negated_sum
from gradatim.matrix.settle import gathered
from gradatim.matrix.signs import negative
from gradatim.ops import add, identity, number, product, quotient, transpose
from gradatim.ops.base import Multilinear, derivative_of
from gradatim.ops.structure import made_of
from gradatim.ops.tidy import tidied, tidy
from gradatim.term import Apply, Bind, Number, Symbol, Term, free_symbols, is_index, is_sum, substitute, transform, walk

MINUS = number(-1)
WORTH = 12
"""What one more minus sign may cost where a difference is then met one way round only."""
MAX_TERMS = 8


def one_way(term: Term) -> Term:
    """The term with b − a written as −(a − b) where a − b occurs as well and the sign can be carried out of what holds it."""
    best = term
    first: dict[Term, None] = {}
    sums = [node for node in walk(term) if _is_sum(node)]
    for node in sums if len(sums) > 1 else ():
        turned = turned_of(node)
        if turned is not None and turned in first:
            found = _with_sign(best, node, turned)
            if found is not None and cost(found) <= cost(best) + WORTH:
                best = found
        else:
            first[node] = None
    return best


def _is_sum(node: Term) -> bool:
    return isinstance(node, Apply) and node.op is add and len(node.args) <= MAX_TERMS and node.rank <= 2


def turned_of(node: Term) -> Term | None:
    """The sum with all signs turned."""
    assert isinstance(node, Apply)
    return negated_sum(node) if node.is_scalar else turned_sum(node)


def _with_sign(term: Term, node: Term, turned: Term) -> Term | None:
    """The term with `node` as −`turned`, the sign carried out; None where it stays inside a function."""
    inside = product(MINUS, turned)
    found = transform(substitute(term, {node: inside}), _carried)
    held = [a for n in walk(found) if isinstance(n, Apply) and n.op not in (add, product) for a in n.args]
    return None if inside in held else found


def _carried(node: Term) -> Term:
    """The sign of an argument before what is linear in it."""
    if is_sum(node) and _signed(node.body):
        return gathered(product(MINUS, Bind("sum", node.index, _unsigned(node.body))))
    if not isinstance(node, Apply):
        return node
    if node.op is transpose and _signed(node.args[0]):
        return product(MINUS, transposed(_unsigned(node.args[0])))
    if node.op in (add, product):
        met = _signed if node.op is add else led_by_number
        return gathered(node) if any(map(met, node.args)) else node
    if node.op is quotient or isinstance(derivative_of(node.op), Multilinear):
        places = [k for k, a in enumerate(node.args) if _signed(a)]
        if places:
            whole = node.rebuild(tuple(_unsigned(a) if k in places else a for k, a in enumerate(node.args)))
            return product(MINUS, whole) if len(places) % 2 else whole
    return node


def _signed(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is product and term.args[0] is MINUS


def led_by_number(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is product and isinstance(term.args[0], Number)


def _unsigned(term: Term) -> Term:
    rest = term.args[1:]
    return made_of(product, rest)


def as_read(term: Term, function: Term) -> Term:
    """The residuals of the function that came out turned with their positive terms first: W h + b − y for y − W h − b."""
    turned = {_bare(t) for node in walk(function) if _is_long(node) and (t := turned_of(node)) is not None}
    if not turned:
        return term

    def rule(node: Term) -> Term:
        return add(*sorted(node.args, key=negative)) if _is_long(node) and _bare(node) in turned else node

    return transform(term, rule)


def in_its_order(term: Term, function: Term) -> Term:
    """Differences the way round that they have in the function, where no sign is left over: (a − x)(a − x)ᵀ for (x − a)(x − a)ᵀ."""
    given = {form for node, form in tidied(function).items() if _is_sum(node)}
    symbols = {frozenset(free_symbols(form)) for form in given}
    for node in [n for n, form in tidied(term).items() if _is_sum(n) and form not in given] if given else ():
        turned = turned_of(node) if frozenset(free_symbols(node)) in symbols else None
        found = _with_sign(term, node, turned) if turned is not None and tidy(turned) in given else None
        if found is not None and cost(found) <= cost(term):
            term = found
    return term


def identity_last(term: Term, function: Term) -> Term:
    """Sums of the function's own making apart, a multiple λ I that stands first comes behind the other positive terms: XᵀX + λ I."""
    known = set(walk(function))

    def rule(node: Term) -> Term:
        if not (_is_sum(node) and node.rank == 2) or node in known or not _multiple(node.args[0]):
            return node
        rest = [t for t in node.args if not _multiple(t)]
        return add(*rest, *(t for t in node.args if _multiple(t))) if rest and not any(map(negative, node.args)) else node

    return transform(term, rule)


def _multiple(term: Term) -> bool:
    """Whether a term is I times something that has a name."""
    factors = term.args if isinstance(term, Apply) and term.op is product else ()
    return bool(factors) and isinstance(factors[-1], Apply) and factors[-1].op is identity and not all(
        isinstance(f, Number) for f in factors[:-1]
    )  # fmt: skip


def _is_long(node: Term) -> bool:
    return len(node.args) > 2 and _is_sum(node)


def _bare(node: Term) -> Term:
    """The sum whatever its members' indices are called."""
    indices = [s for s in free_symbols(node) if is_index(s)]
    return substitute(node, {s: Symbol(f"#{k}", s.type) for k, s in enumerate(indices)}) if indices else node


__all__ = ["as_read", "identity_last", "in_its_order", "one_way"]
