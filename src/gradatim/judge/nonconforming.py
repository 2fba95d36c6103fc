"""A formula that does not conform: which transposes, which order would make it right. Tried on the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, islice, permutations
from itertools import product as combined

from gradatim.errors import GradatimError, Span
from gradatim.judge.reading import answer_to, final
from gradatim.judge.target import Target, alike
from gradatim.judge.trials import Trials
from gradatim.judge.verdict import Finding
from gradatim.ops import add, number, product
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.indices import bound_names
from gradatim.read.parser import expression
from gradatim.read.problem import Problem
from gradatim.read.stated import Answer
from gradatim.read.tree import Node, spell, walk
from gradatim.term import Symbol, Term

MAX_TRIES = 140
MAX_PARTS = 120
MAX_SIGNS = 16_000
"""How many characters are read in all the tries together."""
MAX_PAIRS = 60
MAX_SUMMANDS, MAX_PERMUTED = 4, 4


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the text: spans with what they become, the kind of mistake that it mends, and the place."""

    edits: tuple[tuple[Span, str], ...]
    kind: str
    span: Span


def repaired_shape(problem: Problem, target: Target, text: str, exact: bool = False) -> Finding | None:
    """The change of transposes or of order that makes the answer right; None where none of those tried does. Unless `exact`,
    an order that conforms is said too where nothing makes it right."""
    try:
        answer = answer_to(problem, target, text)
        member = answer.final(*target.wrt)
        node = expression(member.text, problem.scope.words())
    except GradatimError:
        return None
    trials = Trials([target.right])
    if not trials.usable or len(walk(node)) > MAX_PARTS:
        return None
    if not exact and (found := entry_by_entry(problem, target, text, trials) or in_another_order(problem, target, answer, node)):
        return found
    front = _definitions(answer)
    tries = min(MAX_TRIES, MAX_SIGNS // (len(front) + len(member.text)))
    fitting: Change | None = None
    read: set[str] = set()
    for change in islice(chain(changes(node, member.text), _numbers_for(problem, target, node, member.text)), tries):
        changed = _applied(member.text, change)
        if changed in read:  # two changes may come to the same
            continue
        read.add(changed)
        term = _read(problem, target, front, changed)
        if term is None:
            continue
        if alike(term.type, target.right.type) and _is(trials, term, target.right):
            return _mended(change, member.text)
        if (
            change.kind == "order"
            and fitting is None
            and _signs(changed) == _signs(member.text)
            and alike(term.type, target.right.type)
        ):
            fitting = change
    if fitting is None or exact:
        return None
    place = member.text[fitting.span[0] : fitting.span[1]]
    return Finding(
        "order",
        f"the product does not conform in this order: look at `{place}`",
        place,
        fitting.span,
        "write the shape below every factor",
    )


def entry_by_entry(problem: Problem, target: Target, text: str, trials: Trials) -> Finding | None:
    """Right where neighbours of one shape are multiplied entry by entry: (y − h) h (1 − h) of three columns."""
    places: list[Span] = []
    try:
        term = final(answer_to(problem, target, text, entrywise=places), target).term
    except GradatimError:
        return None
    if not places or not alike(term.type, target.right.type) or not _is(trials, term, target.right):
        return None
    a = max(places, key=lambda s: s[1] - s[0])
    return _mended(Change((), "product", a), text)


def in_another_order(problem: Problem, target: Target, answer: Answer, node: Node) -> Finding | None:
    """Right with the factors of each term of the sum in another order; every factor is read by itself."""
    front = _definitions(answer)
    text = answer.final(*target.wrt).text
    summands = list(_summands(node))
    if not 1 < len(summands) <= MAX_SUMMANDS:
        return None
    choices: list[list[Term]] = []
    written: list[Term | None] = []
    for sign, summand in summands:
        factors = [
            _read(problem, target, front, _slice(n, text)) for n in (summand.args if summand.kind == "juxt" else (summand,))
        ]
        if not all(f is not None for f in factors) or sum(f.rank > 0 for f in factors if f is not None) > MAX_PERMUTED:
            return None
        choices.append(list(_conforming([f for f in factors if f is not None], sign, target)))
        written.append(_read(problem, target, front, _slice(summand, text)))
    trials = Trials([target.right])
    for chosen in islice(combined(*choices), MAX_PAIRS):
        if _is(trials, add(*chosen), target.right):
            # A term that conforms as it stands has its order right.
            off = [n for (_, n), own in zip(summands, written) if own is None or not alike(own.type, target.right.type)]
            off = off or [n for _, n in summands]
            span = (off[0].span[0], off[-1].span[1])
            return _mended(Change((), "order", span), text)
    return None


def lacking(problem: Problem, target: Target, text: str) -> Finding | None:
    """Right with a vector behind a term that is a number: the derivative of what stands inside was forgotten."""
    try:
        answer = answer_to(problem, target, text)
        member = answer.final(*target.wrt)
        node = expression(member.text, problem.scope.words())
    except GradatimError:
        return None
    trials = Trials([target.right])
    if not trials.usable or len(walk(node)) > MAX_PARTS:
        return None
    front = _definitions(answer)
    tries = MAX_SIGNS // (len(front) + len(member.text))
    for span, factor in islice(_vectors_behind(problem, target, node, front, member.text), tries):
        term = _read(
            problem, target, front, _applied(member.text, Change((((span[1], span[1]), f" {factor}"),), "chain-rule", span))
        )
        if term is not None and alike(term.type, target.right.type) and _is(trials, term, target.right):
            place = " ".join(member.text[span[0] : span[1]].split())
            said = f"a factor is missing at `{place}`: the derivative of what stands inside, `{factor}`"
            return Finding("chain-rule", said, place, span, "which factor does the chain rule bring in at each step?")
    return None


def _vectors_behind(problem: Problem, target: Target, node: Node, front: str, text: str) -> Iterator[tuple[Span, str]]:
    """Each term of the sum that is a number, with each vector that could stand behind it: members by the indices of its sums."""
    for _, summand in _summands(node):
        term = _read(problem, target, front, _slice(summand, text))
        if term is None or term.rank:
            continue
        indices = [i for n in walk(summand) if n.kind == "big" for i in bound_names(n)]
        for name, symbol in problem.symbols.items():
            if symbol.type.family and symbol.rank == 2:
                yield from ((summand.span, f"{name}_{i}") for i in dict.fromkeys(indices))
            elif symbol.rank == 1 and not symbol.type.family and symbol not in target.wrt:
                yield summand.span, name


def _summands(node: Node) -> Iterator[tuple[int, Node]]:
    """The terms of a sum with their signs."""
    if node.kind == "add":
        signs = node.value if isinstance(node.value, tuple) else ("+",) * len(node.args)
        for sign, arg in zip(signs, node.args):
            yield from ((-s if sign == "-" else s, n) for s, n in _summands(arg))
    else:
        yield 1, node


def _conforming(factors: list[Term], sign: int, target: Target) -> Iterator[Term]:
    """The products of the factors, in any order, that have the shape of the derivative."""
    scalars, arrays = [f for f in factors if not f.rank], [f for f in factors if f.rank]
    for order in dict.fromkeys(permutations(arrays)):
        try:
            made = product(number(sign), *scalars, *order)
        except GradatimError:
            continue
        if alike(made.type, target.right.type):
            yield made


def _definitions(answer: Answer) -> str:
    """The answer's own definitions, to be put before a formula."""
    return "".join(f"{' '.join(line.text.replace('&', ' ').split())}\n\n" for line in answer.lines if line.defines)


def _is(trials: Trials, term: Term, form: Term) -> bool:
    found = trials.ratio(term, form)
    return found is not None and all(abs(c - found[0]) < 1e-7 * abs(found[0]) for c in found)


def _mended(change: Change, text: str) -> Finding:
    place = " ".join(text[change.span[0] : change.span[1]].split())
    said = {
        "transpose": f"a transpose is missing or too many at `{place}`",
        "order": f"the factors stand in the wrong order at `{place}`",
        "product": f"at `{place}` the product has to be taken entry by entry",
        "matrix": f"at `{place}` the product of matrices belongs, not the one entry by entry",
        "brackets": f"brackets are missing at `{place}`, the product entry by entry comes first",
        "missing-term": f"a factor is missing at `{place}`: a vector stands where a number belongs",
        "shape": f"the shape is lost at `{place}`: an inner product where the derivative has an outer one",
    }
    kind = {"matrix": "product", "brackets": "order"}.get(change.kind, change.kind)
    return Finding(kind, said[change.kind], place, change.span, "write the shape below every factor")


def _read(problem: Problem, target: Target, front: str, text: str) -> Term | None:
    """The value of a formula behind the definitions that it uses; None where it has none."""
    try:
        return final(answer_to(problem, target, front + text, known=len(front)), target).term
    except GradatimError:
        return None


def _applied(text: str, change: Change) -> str:
    for (a, b), new in sorted(change.edits, reverse=True):
        text = text[:a] + new + text[b:]
    return text


# ---------------------------------------------------------------- what is tried


def _signs(text: str) -> list[str]:
    """What a text is made of, in no order: another order of the factors alone has the same."""
    return sorted(re.sub(r"[\s()]", "", text))


def changes(node: Node, text: str) -> Iterator[Change]:
    """One transpose, all of one factor, neighbours exchanged, two transposes, a factor moved elsewhere or moved and turned."""
    factors = list(_factors(node))
    turned = [(f.span, _toggle(f, text)) for f in factors if f.kind != "num"]
    for span, new in turned:
        yield Change(((span, new),), "transpose", span)
    alike_: dict[str, list[tuple[Span, str]]] = {}
    for span, new in turned:
        alike_.setdefault(text[span[0] : span[1]], []).append((span, new))
    for group in alike_.values():
        if len(group) > 1:
            yield Change(tuple(group), "transpose", group[0][0])
    yield from _entrywise(node, text)
    yield from _matrixwise(node, text)
    yield from _swaps(node, text)
    yield from _all_reversed(node, text)
    for a, b in islice(combinations(turned, 2), MAX_PAIRS):
        if a[0][1] <= b[0][0]:
            kind = "shape" if _inner(a[0], b[0], text) else "transpose"
            yield Change((a, b), kind, (a[0][0], b[0][1]) if kind == "shape" else a[0])
    yield from _moves(node, text)


def _numbers_for(problem: Problem, target: Target, node: Node, text: str) -> Iterator[Change]:
    """The inner product with the variable for a vector that stands alone: e^{x} for e^{θᵀx}."""
    vectors = [w.plain for w in target.wrt if isinstance(w, Symbol) and w.rank == 1]
    known = [s for s in problem.symbols.values() if s.rank == 1 or (s.rank == 2 and s.type.family)]
    names = {n for s in known for n in (s.name, s.plain)}
    for n in walk(node) if vectors else ():
        base = n.args[0] if n.kind == "post" and n.args else n
        if n.kind in ("post", "name") and base.kind == "name" and base.value in names:
            yield from (Change(((n.span, f"({w}^T {_slice(n, text)})"),), "missing-term", n.span) for w in vectors)


def _factors(node: Node) -> Iterator[Node]:
    """Factors of products and terms of sums, the outer ones first."""
    for n in walk(node):
        if n.kind in ("juxt", "mul", "add", "frac"):
            yield from n.args


def _inner(a: Span, b: Span, text: str) -> bool:
    """xᵀy: a turned factor and its neighbour."""
    first = text[a[0] : a[1]]
    return not text[a[1] : b[0]].strip() and any(
        first.rstrip("}").endswith(t) for t in ("^T", "^{T", "\\top", "'", "\\mathsf T", "\\mathrm{T", "ᵀ")
    )


def _toggle(node: Node, text: str) -> str:
    """The factor with its transpose taken away, or put on."""
    if node.kind == "post":
        last = node.posts[-1]
        if (last.kind == "power" and spell(last.tokens) in TRANSPOSES) or (last.kind == "prime" and last.count == 1):
            return text[node.span[0] : last.span[0]]
    return f"({text[node.span[0] : node.span[1]]})^T"


def _products(node: Node) -> Iterator[list[Node]]:
    for n in walk(node):
        if n.kind == "juxt" and len(n.args) > 1:
            yield list(n.args)
        elif n.kind == "mul" and n.value in ("cdot", "times", "*", "@"):
            yield list(n.args)


def _entrywise(node: Node, text: str) -> Iterator[Change]:
    """Two neighbours multiplied entry by entry, alone or as a diagonal matrix: Wᵀr (1 − h²) xᵀ is (Wᵀr ⊙ (1 − h²)) xᵀ."""
    for args in _products(node):
        whole = (args[0].span[0], args[-1].span[1])
        for k in range(1, min(len(args), 6)):
            left, right = " ".join(_slice(n, text) for n in args[:k]), _slice(args[k], text)
            rest = " ".join(_slice(n, text) for n in args[k + 1 :])
            place = (args[0].span[0], args[k].span[1])
            yield Change(((whole, f"(({left}) ⊙ ({right})) {rest}"),), "product", place)
            if rest:
                yield Change(((whole, f"diag(({left}) ⊙ ({right})) {rest}"),), "product", place)


def _matrixwise(node: Node, text: str) -> Iterator[Change]:
    """The sign ⊙ where a matrix product belongs, A ⊙ x; and a product that ⊙ takes as a whole, W u ⊙ h for W (u ⊙ h)."""
    for n in walk(node):
        if n.kind != "mul" or n.value not in ("odot", ".*"):
            continue
        left, right = n.args
        yield Change(((n.span, f"({_slice(left, text)}) ({_slice(right, text)})"),), "matrix", n.span)
        first = left
        while first.kind == "mul" and first.value == n.value:
            first = first.args[0]
        if first.kind == "juxt":
            for k in range(1, len(first.args)):
                front = text[first.span[0] : first.args[k].span[0]]
                rest = text[first.args[k].span[0] : n.span[1]]
                yield Change(((n.span, f"{front} ({rest})"),), "brackets", n.span)


def _swaps(node: Node, text: str) -> Iterator[Change]:
    for args in _products(node):
        for a, b in zip(args, args[1:]):
            yield _order([a, b], [b, a], text)


def _all_reversed(node: Node, text: str) -> Iterator[Change]:
    """Every product of two the other way round: XA + XAᵀ."""
    two = [args for args in _products(node) if len(args) == 2]
    if len(two) > 1:
        edits = tuple(e for args in two for e in _order(args, args[::-1], text).edits)
        yield Change(edits, "order", (two[0][0].span[0], two[0][-1].span[1]))


def _moves(node: Node, text: str) -> Iterator[Change]:
    for args in _products(node):
        if len(args) > 6:
            continue
        for k, moved in enumerate(args):
            for j in range(len(args)):
                if j != k:
                    rest = args[:k] + args[k + 1 :]
                    yield _order(args, [*rest[:j], moved, *rest[j:]], text)
                    span = (args[0].span[0], args[-1].span[1])
                    parts = [_slice(n, text) for n in rest]
                    parts.insert(j, _toggle(moved, text))
                    yield Change(((span, " ".join(parts)),), "order", span)


def _order(old: list[Node], new: list[Node], text: str) -> Change:
    span = (old[0].span[0], old[-1].span[1])
    return Change(((span, " ".join(_slice(n, text) for n in new)),), "order", span)


def _slice(node: Node, text: str) -> str:
    return text[node.span[0] : node.span[1]]


__all__ = ["Change", "changes", "lacking", "repaired_shape"]
