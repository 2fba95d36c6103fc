"""A line of algebra taken apart: the laws that it uses, one after the other, so that nothing in it is a jump."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache

from gradatim.errors import GradatimError
from gradatim.explain.formula import EQUALS, Formula, f
from gradatim.explain.laws import PASSES, Law, Use, function_recognised, one_denominator
from gradatim.explain.square import LAWS as SQUARE
from gradatim.explain.square import of_square_factors
from gradatim.explain.steps import Claim, Step, Words, listed, sentence
from gradatim.matrix.cost import cost
from gradatim.ops import (
    add,
    basis,
    diag,
    hadamard,
    kron,
    logsumexp,
    norm,
    product,
    quotient,
    sigmoid,
    size,
    softmax,
    softplus,
    sqnorm,
    tan,
    tanh,
)
from gradatim.ops.function import Function
from gradatim.term import (
    Apply,
    Number,
    Operation,
    Symbol,
    Term,
    free_symbols,
    is_index,
    is_sum,
    substitute,
    transform,
    walk,
)
from gradatim.write.text import text

MAX_COST = 900
"""The cost above which a line is not taken apart: its pieces would be longer than anybody reads."""
MAX_USES = 4
"""How many laws are said beside a line."""
MAX_LEFT = 60
"""The cost above which a law is not written out, but called by its name."""
ROUNDS = 4
GATHERED: Words = ("gathered",)
TRIVIAL: Words = ("factors and signs put in order",)
"""What needs no words at the usual level of detail."""
SAYINGS: dict[str, str | Formula] = {
    "multiplied out": "multiplied out",
    "entry by entry": "entries that cancel",
    "transposes": f("(A B)ᵀ = BᵀAᵀ"),
    "common factor": "a common factor taken out",
    "fractions": "fractions multiplied and cancelled",
    "one denominator": "put over one denominator",
    "known function": "a known function recognised",
    "names written out": "names written out",
    "square factors": f("(A B)⁻¹ = B⁻¹A⁻¹"),
}


def rewritten(before: Term, after: Term, fallback: Words = GATHERED) -> Step:
    """The step `= after`, called by what it does, with the finer steps where there are several."""
    names, words, steps = apart(before, after)
    if names == ["names written out"]:
        return Step(
            names[0], before, after, ("the names of the intermediates written out",), "rewrite", Claim(before), continues=True
        )
    said: Words = fallback if not words or words == TRIVIAL and fallback != GATHERED else words
    return Step("algebra", before, after, said, "rewrite", Claim(before), continues=True, substeps=steps)


def apart(before: Term, after: Term) -> tuple[list[str], Words, tuple[Step, ...]]:
    """The passes that lead from one formula to the other, their laws in words, and the lines between where there are several."""
    if cost(before) > MAX_COST:
        return [], (), ()
    known: set[Term] = {s for s in free_symbols(before, after) if is_index(s)}
    steps: list[Step] = []
    said: list[Words] = []
    last = before
    for name, new, uses in _passes(before, after):
        words = _once([w for w in (_told(u, known) for u in uses if u.left is not last) if w])
        if name == "fractions":
            words = []  # what cancels is seen
        if name == "multiplied out" and _diagonals(new) < _diagonals(last):
            words = words or [(f("diag(a) b = a ⊙ b"),)]
        said += words or [(SAYINGS[name],)]
        steps.append(Step(name, last, new, listed(words[:MAX_USES]) or (SAYINGS[name],), "rewrite", Claim(last), continues=True))
        last = new
    if not steps:
        return [], _ending(before, after), ()
    if not alike(last, after):
        steps.append(Step("gathered", last, after, _ending(last, after), "rewrite", Claim(last), continues=True))
        said += [steps[-1].said] if steps[-1].said != TRIVIAL else []
    elif last is not after:
        end = steps[-1]
        steps[-1] = Step(end.rule, end.before, after, end.said, "rewrite", end.claim, continues=True)
    names = [s.rule for s in steps]
    told = listed(_once(said)[:MAX_USES]) or TRIVIAL
    return names, told, tuple(steps) if len(steps) > 1 else ()


def worked(term: Term) -> Term:
    """A formula with the laws used that make it shorter: what cancels in products with diagonal matrices and entry by entry."""
    try:
        for name, laws in PASSES:
            if name in ("multiplied out", "entry by entry", "transposes"):
                term, _ = _worked(term, laws)
    except GradatimError:
        return term
    return term


def _passes(before: Term, after: Term) -> Iterator[tuple[str, Term, list[Use]]]:
    """Pass after pass, those that change the line and do not blow it up, until it is what it should be."""
    last, shown = before, text(before)
    for name, laws in (
        *PASSES,
        ("one denominator", (one_denominator,)),
        ("names written out", ()),
        ("square factors", SQUARE),
        ("known function", (function_recognised,)),
    ):
        if alike(last, after):
            return
        if name == "one denominator" and _fractions(last) <= _fractions(after):
            continue
        if name == "square factors" and of_square_factors(last) <= of_square_factors(after):
            continue
        try:
            new, uses = (_named_out(last, after), []) if name == "names written out" else _worked(last, laws)
        except GradatimError:
            continue
        if new is last or cost(new) > 4 * max(cost(before), cost(after)) + 100 or 3 * cost(new) < 2 * cost(after):
            continue  # nothing new, too long, or further than the line goes
        if (written := text(new)) == shown:
            continue
        yield name, new, uses
        last, shown = new, written


def _diagonals(term: Term) -> int:
    return sum(isinstance(n, Apply) and n.op is diag for n in walk(term))


def _fractions(term: Term) -> int:
    return sum(isinstance(n, Apply) and n.op is quotient for n in walk(term))


def _worked(term: Term, laws: Sequence[Law]) -> tuple[Term, list[Use]]:
    """The laws of one pass until none applies."""
    uses: list[Use] = []

    def rule(node: Term) -> Term:
        for _ in range(4 * ROUNDS):
            use = next(filter(None, (law(node) for law in laws)), None)
            if use is None:
                break
            uses.append(use)
            node = use.node
        return node

    for _ in range(ROUNDS):
        new = transform(term, rule)
        if new is term:
            break
        term = new
    return term, uses


def _named_out(term: Term, after: Term) -> Term:
    """The term with the names written out that the other one no longer has; h(w, xᵢ) is written for hᵢ where it stands there."""
    kept = {n.op for n in walk(after) if isinstance(n, Apply) and isinstance(n.op, Function)}
    spelt: dict[str, Term] = {}
    for node in walk(after):
        if isinstance(node, Apply) and isinstance(node.op, Function):
            spelt.setdefault(node.op.name, node)

    def rule(node: Term) -> Term:
        if not (isinstance(node, Apply) and isinstance(node.op, Function)) or node.op in kept or node.op.body is None:
            return node
        if not all(p.type.index is not None for p in node.op.parameters):
            return node
        if node.op.name in spelt and spelt[node.op.name].type.axes == node.type.axes:
            call = spelt[node.op.name]
            own = [s for s in free_symbols(call) if is_index(s)]
            return substitute(call, dict(zip(own, node.args))) if len(own) == len(node.args) else node
        return _named_out(node.op.body_at(node.args), after)

    return transform(term, rule)


def _told(use: Use, known: set[Term]) -> Words:
    """`left = right`, and why; nothing where it would speak of an index that is bound."""
    if any(is_index(s) and s not in known for s in free_symbols(use.left, use.right)) or cost(use.left) > MAX_LEFT:
        return ()
    return (use.left, EQUALS, use.right, *([f" ({use.since})"] if use.since else []))


def _once(said: Sequence[Words]) -> list[Words]:
    found: dict[str, Words] = {}
    for words in said:
        found.setdefault(sentence(words, text), words)
    return list(found.values())


def _ending(last: Term, after: Term) -> Words:
    """What is left to do, in words."""
    old, now = ([n.op for n in walk(t) if isinstance(n, Apply)] for t in (last, after))
    if basis in old and basis not in now:
        return f("Σᵢ aᵢ eᵢ = a"), ": all entries together"
    for op in now:
        if op in _KNOWN and op not in old and (op not in (hadamard, diag) or diag in old):
            return (_KNOWN[op],)
    if _sums(last) > _sums(after):
        return _sum_gone(last, after)
    if _terms(last) > _terms(after):
        return ("like terms and common factors gathered",)
    if isinstance(last, Apply) and last.op is add and isinstance(after, Apply) and after.op is not add:
        return ("a common factor taken out",)
    return TRIVIAL


def _sum_gone(last: Term, after: Term) -> Words:
    """Where a sum went: into a product with the matrix of its members, or into a number of equal terms."""
    gone = next(n for n in walk(last) if is_sum(n))
    counts = {size(gone.extent), *map(Symbol, gone.extent.names)}
    if counts & (_multiplied(after) - _multiplied(last)):
        return size(gone.extent), " equal terms"
    law = 2 if gone.rank and _diagonals(after) > _diagonals(last) else min(gone.rank, 2)
    return (f(("Σᵢ aᵢ bᵢ = aᵀb", "Σᵢ aᵢ xᵢ = Xᵀa", "Σᵢ aᵢ xᵢxᵢᵀ = Xᵀ diag(a) X")[law]),)


def _multiplied(term: Term) -> set[Term]:
    """What stands as a factor."""
    return {a for n in walk(term) if isinstance(n, Apply) and n.op is product for a in n.args}


def _sums(term: Term) -> int:
    return sum(is_sum(n) for n in walk(term))


def _terms(term: Term) -> int:
    """How many signs of addition there are."""
    return sum(len(n.args) - 1 for n in walk(term) if isinstance(n, Apply) and n.op is add)


_KNOWN: dict[Operation, str | Formula] = {
    sigmoid: f("σ(t) = 1/(1 + exp(−t)) = exp(t)/(1 + exp(t))"),
    softmax: f("softmax(x) = exp(x)/Σᵢ exp(xᵢ)"),
    softplus: f("softplus(t) = log(1 + exp(t))"),
    logsumexp: f("log-sum-exp(x) = log Σᵢ exp(xᵢ)"),
    tanh: f("tanh(t) = sinh(t)/cosh(t)"),
    tan: f("tan(t) = sin(t)/cos(t)"),
    norm: f("‖x‖² = xᵀx"),
    sqnorm: f("‖x‖² = xᵀx"),
    diag: f("diag(a) b = a ⊙ b"),
    hadamard: f("diag(a) b = a ⊙ b"),
    kron: "the mixed product rule of Kronecker products",
}


def alike(a: Term, b: Term) -> bool:
    """Whether two formulas differ in the order of sums, of entrywise products and of numbers only."""
    return a is b or a.type.axes == b.type.axes and _same_but_for_order(a, b)


def said_alike(before: Term, middle: Term, after: Term) -> bool:
    """Whether the same equations lead from a line to two others, so that the one between them says nothing new."""
    first = apart(before, middle)[1]
    return any(isinstance(w, Term) for w in first) and apart(before, after)[1][: len(first)] == first


def same_parts(a: Term, b: Term) -> bool:
    """Whether two formulas have the same parts, and differ in where factors and fraction bars stand: (1/u) (a v) and a v / u."""
    return _parts(a) == _parts(b)


def _parts(term: Term) -> Counter[Term | str]:
    out: Counter[Term | str] = Counter()
    todo = [term]
    while todo:
        node = todo.pop()
        if isinstance(node, Number):
            if node.value not in (1, -1):
                out[node] += 1
        elif not isinstance(node, Apply) or node.op not in (product, quotient):
            out[node if not node.args else f"{type(node).__name__} {getattr(node, 'op', '')}"] += 1
        todo += node.args
    return out


@lru_cache(maxsize=4_000)
def _same_but_for_order(a: Term, b: Term) -> bool:
    """Whether two formulas get one number, where parts get one number that differ only in the order of what commutes.

    Bound indices count by their extent alone. Numbers and not texts: a part that occurs many times is looked at once.
    """
    numbers: dict[Hashable, int] = {}
    done: dict[Term, int] = {}
    for node in walk(a, b):
        inside = [done[x] for x in node.args]
        key: tuple[Hashable, ...] = (node,)
        if not node.args and isinstance(node, Symbol) and is_index(node) and node.name.startswith("#"):
            key = "#", node.type.index
        elif isinstance(node, Apply) and node.op in (add, hadamard):
            key = node.op, node.params, *sorted(inside)
        elif isinstance(node, Apply) and node.op is product:
            scalars = sorted(k for k, x in zip(inside, node.args) if x.is_scalar)
            key = node.op, "scalars", *scalars, "arrays", *(k for k, x in zip(inside, node.args) if not x.is_scalar)
        elif node.args:
            head = (node.op, node.params) if isinstance(node, Apply) else (type(node).__name__, getattr(node, "kind", ""))
            key = *head, *inside
        done[node] = numbers.setdefault(key, len(numbers))
    return done[a] == done[b]
