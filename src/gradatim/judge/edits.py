"""A formula with one thing altered: a transpose, the order of a product, the kind of a product, a factor left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from gradatim.errors import GradatimError
from gradatim.judge.pieces import Place, factors_of, in_words, places, replaced, terms_of, unfolded
from gradatim.ops import add, hadamard, number, product, quotient, rational, transpose
from gradatim.term import Apply, Bind, Term, walk

MAX_PAIRS = 220
MAX_MOVES = 160


@dataclass(frozen=True, slots=True)
class Edit:
    """An altered formula and the part that was altered, as people write it."""

    term: Term
    said: str
    parts: tuple[Term, ...] = ()
    """What was left out."""


def toggles(term: Term) -> Iterator[Edit]:
    """One transpose set or taken away, all of one matrix, two at once."""
    found = [p for p in places(term) if _turnable(p, term)]
    by_node: dict[Term, list[Place]] = {}
    for p in found:
        by_node.setdefault(_bare(p.node), []).append(p)
    single: list[tuple[Place, ...]] = [(p,) for p in found]
    every = [tuple(ps) for ps in by_node.values() if len(ps) > 1]
    two = list(combinations(found, 2))[:MAX_PAIRS]
    seen: set[Term] = {term}
    for chosen in (*single, *every, *two):
        new = _toggled(term, chosen)
        if new is not None and new not in seen:
            seen.add(new)
            yield Edit(new, in_words(chosen[0].node))


def outer_products(term: Term) -> Iterator[Edit]:
    """baᵀ for abᵀ inside a product: two neighbours transposed together."""
    for place in places(term):
        node = place.node
        if not isinstance(node, Apply) or node.op is not product:
            continue
        for k, (a, b) in enumerate(zip(node.args, node.args[1:])):
            if a.rank != 1 or b.rank != 1 or a.type.row or not b.type.row:
                continue
            try:
                made = product(*node.args[:k], _lying(b), _lying(a), *node.args[k + 2 :])
            except GradatimError:
                continue
            new = replaced(term, place.path, made)
            if new is not None:
                yield Edit(new, in_words(product(a, b)))


def inner_products(term: Term) -> Iterator[Edit]:
    """x xᵀ for the number xᵀx that is a factor, wherever it conforms."""
    for place in places(term):
        node = place.node
        if not isinstance(node, Apply) or node.op is not product:
            continue
        for k, a in enumerate(node.args):
            pair = a.args if isinstance(a, Apply) and a.op is product and a.is_scalar and len(a.args) == 2 else ()
            if len(pair) != 2 or pair[0].rank != 1 or pair[1].rank != 1:
                continue
            rest = (*node.args[:k], *node.args[k + 1 :])
            for at in range(len(rest), -1, -1):
                try:
                    made = product(*rest[:at], pair[1], pair[0], *rest[at:])
                except GradatimError:
                    continue
                new = replaced(term, place.path, made)
                if new is not None:
                    yield Edit(new, in_words(a))


def _lying(vector: Term) -> Term:
    """The vector turned."""
    return _bare(vector) if isinstance(vector, Apply) and vector.op is transpose else transpose(vector)


def _bare(node: Term) -> Term:
    return node.args[0] if isinstance(node, Apply) and node.op is transpose else node


def _turnable(place: Place, term: Term) -> bool:
    """A matrix or a vector that is a factor; below a transpose it is that one which is taken away."""
    node = place.node
    if node.rank not in (1, 2):
        return False
    if not place.path:
        return False
    parent = term
    for k in place.path[:-1]:
        parent = parent.args[k]
    return not (isinstance(parent, Apply) and parent.op is transpose)


def _toggled(term: Term, chosen: tuple[Place, ...]) -> Term | None:
    # Deeper places first: what is exchanged above them holds them.
    if len(chosen) == 2 and (chosen[0].path == chosen[1].path[: len(chosen[0].path)]):
        return None
    if len(chosen) > 1:
        return _together(term, {p.path for p in chosen})
    place = chosen[0]
    new = place.node.args[0] if isinstance(place.node, Apply) and place.node.op is transpose else transpose(place.node)
    return replaced(term, place.path, new)


def _together(term: Term, paths: set[tuple[int, ...]], here: tuple[int, ...] = ()) -> Term | None:
    """Several places exchanged at once: one alone may not conform."""
    if here in paths:
        return _bare(term) if isinstance(term, Apply) and term.op is transpose else transpose(term)
    if not any(p[: len(here)] == here for p in paths) or not term.args:
        return term
    args: list[Term] = []
    for k, a in enumerate(term.args):
        new = _together(a, paths, (*here, k))
        if new is None:
            return None
        args.append(new)
    try:
        return term.rebuild(tuple(args))
    except GradatimError:
        return None


def orders(term: Term) -> Iterator[Edit]:
    """Two neighbours exchanged, or one factor moved to another place, in any product; a power counts as its factors."""
    seen: set[Term] = {term}
    pieces = terms_of(unfolded(term))
    starts = [term] if len(pieces) < 2 else [term, *_sums(pieces)]
    for start in starts:
        for place in places(start):
            if not isinstance(place.node, Apply) or place.node.op is not product:
                continue
            for moved in _moved(place.node):
                new = replaced(start, place.path, moved)
                if new is not None and new not in seen:
                    seen.add(new)
                    yield Edit(new, in_words(place.node))


def _sums(pieces: list[Term]) -> list[Term]:
    try:
        return [add(*pieces)]
    except GradatimError:
        return []


def _moved(node: Apply) -> Iterator[Term]:
    value, factors = factors_of(node)
    arrays = [k for k, f in enumerate(factors) if f.rank]
    if len(arrays) < 2:
        return
    count = 0
    for k in arrays:
        for j in range(len(factors)):
            if j == k or count > MAX_MOVES:
                continue
            rest = factors[:k] + factors[k + 1 :]
            for moved in ([*rest[:j], factors[k], *rest[j:]], [*rest[:j], _flip(factors[k]), *rest[j:]]):
                count += 1
                try:
                    yield product(number(value), *moved) if value != 1 else product(*moved)
                except GradatimError:
                    continue


def _flip(term: Term) -> Term:
    return term.args[0] if isinstance(term, Apply) and term.op is transpose else transpose(term) if term.rank else term


def other_products(term: Term) -> Iterator[Edit]:
    """A matrix product entry by entry, and the other way round: at one place, or ⊙ wherever it stands."""
    nodes = [n for n in walk(term) if isinstance(n, Apply) and n.op is hadamard]
    if len(nodes) > 1 or any(len(n.args) > 2 for n in nodes):
        made: Term | None = None
        try:
            made = _as_matrices(term)
        except GradatimError:
            pass
        if made is not None:
            yield Edit(made, f"{in_words(nodes[-1])} is taken entry by entry, where the product of matrices belongs")
    for place in places(term):
        node = place.node
        if not isinstance(node, Apply):
            continue
        for new, said in _kinds(node):
            made = replaced(term, place.path, new)
            if made is not None:
                yield Edit(made, said)


def _as_matrices(term: Term) -> Term:
    """The term with the product of matrices for every ⊙ of matrices."""
    done: dict[Term, Term] = {}
    for node in walk(term):
        args = tuple(done[a] for a in node.args)
        matrices = isinstance(node, Apply) and node.op is hadamard and node.rank == 2
        done[node] = product(*args) if matrices else node.rebuild(args) if args else node
    return done[term]


def _kinds(node: Apply) -> Iterator[tuple[Term, str]]:
    if node.op is product and len(node.args) >= 2:
        for k in range(len(node.args) - 1):
            a, b = node.args[k], node.args[k + 1]
            if a.rank and a.type.axes == b.type.axes:
                try:
                    pair = hadamard(a, b)
                    yield (
                        product(*node.args[:k], pair, *node.args[k + 2 :]) if len(node.args) > 2 else pair,
                        (f"the product of {in_words(a)} and {in_words(b)} is taken entry by entry"),
                    )
                except GradatimError:
                    continue
        arrays = [a for a in node.args if a.rank]
        if len(arrays) > 2 and all(a.rank == 2 and a.type.axes == arrays[0].type.axes for a in arrays):
            whole = hadamard(*arrays)
            scalars = [a for a in node.args if not a.rank]
            said = f"the products of {', '.join(map(in_words, arrays))} are taken entry by entry"
            yield product(*scalars, whole) if scalars else whole, said
    if node.op is hadamard and len(node.args) == 2:
        try:
            yield (
                product(*node.args),
                f"{in_words(node.args[0])} and {in_words(node.args[1])} are multiplied as matrices, not entry by entry",
            )
        except GradatimError:
            return


# ---------------------------------------------------------------- factors left out or put in


def without_one(term: Term) -> Iterator[Edit]:
    """The term with one factor of one of its products left out (of every term of a sum at once where it stands in all)."""
    seen: set[Term] = {term}
    for place in places(term):
        for new, said, parts in _left_out(place.node):
            made = replaced(term, place.path, new)
            if made is not None and made not in seen:
                seen.add(made)
                yield Edit(made, said, parts)


def _left_out(node: Term) -> Iterator[tuple[Term, str, tuple[Term, ...]]]:
    if isinstance(node, Bind) or not isinstance(node, Apply):
        return
    if node.op in (product, hadamard) and len(node.args) > 1:
        for a in range(len(node.args)):
            for b in range(a + 1, min(len(node.args), a + 4) + 1):
                rest = (*node.args[:a], *node.args[b:])
                if not rest:
                    continue
                try:
                    made = rest[0] if len(rest) == 1 else Apply(node.op, rest)
                except GradatimError:
                    continue
                yield made, _together_in_words(node, a, b), node.args[a:b]
    elif node.op is quotient:
        yield node.args[0], f"1/{in_words(node.args[1])}", (node.args[1],)
        if rational(node.args[0]) is None:
            yield quotient(number(1), node.args[1]), in_words(node.args[0]), (node.args[0],)


def _together_in_words(node: Apply, a: int, b: int) -> str:
    """Neighbouring factors as people write them side by side."""
    if b - a == 1:
        return in_words(node.args[a])
    try:
        return in_words(Apply(node.op, node.args[a:b]))
    except GradatimError:
        return " and ".join(in_words(x) for x in node.args[a:b])


__all__ = ["Edit", "orders", "other_products", "outer_products", "toggles", "without_one"]
