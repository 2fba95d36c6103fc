"""The names of rules, and one sentence for each: what a teacher says beside the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradatim.derive.conditions import Condition
from gradatim.derive.primary import moves_along_itself, runs_along
from gradatim.derive.sweep import local_gradient
from gradatim.explain.entries import Entries, entries, summed
from gradatim.explain.formula import EQUALS, Formula, f
from gradatim.explain.linear import contracted
from gradatim.explain.partials import local, unsettled
from gradatim.explain.primaries import along_words, commuting, commuting_ways, primaries, primary_words
from gradatim.explain.sayings import saying
from gradatim.explain.steps import Words
from gradatim.explain.still import constant_nearby, moves
from gradatim.matrix.cost import cost
from gradatim.matrix.scalar import multiply
from gradatim.ops import add, at, facts, log, number, power, product, quotient, rational, trace
from gradatim.ops.base import Additive, Multilinear, Op, Pointwise, Primary, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.structure import whole_of
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, is_sum, substitute, walk
from gradatim.write.latex import latex
from gradatim.write.text import text

MAX_COST = 160
"""The cost above which a reason is not written as a formula."""

Rule = tuple[str, Words]


def described(body: Term, by: Term) -> Rule:
    """The rule that differentiates a body by one of its parts, and why."""
    rule, why = _described(body, by)
    alone = isinstance(by, Apply) and by.op is at and by not in walk(body) and any(_summed_over(body, by))
    flags = [n for n in walk(body) if constant_nearby(n) and whole_of(by) in free_symbols(n)]
    if flags and not alone:
        why = (
            *why,
            *(("; ",) if why else ()),
            "the indicator is constant nearby" if len(flags) == 1 else "indicators are constant nearby",
        )
    if alone and body.is_scalar:
        return rule, ("of the sum only the summand with ", by, " moves", *(("; ",) if why else ()), *why)
    return rule, why


def _summed_over(body: Term, by: Term) -> Iterator[Term]:
    """The sums of a body that run over the members of a family, of which `by` is one."""
    for node in walk(body):
        if is_sum(node):
            index, inside = node.opened()
            met = (n for n in walk(inside) if isinstance(n, Apply) and n.op is at and n.args[0] is by.args[0])
            if any(index in n.args[1:] for n in met):
                yield node


def _described(body: Term, by: Term) -> Rule:
    written, body = body, _without_constants(body, by)
    if any(isinstance(n, Bind) and n.kind == "product" and whole_of(by) in free_symbols(n) for n in walk(body)):
        return "product rule", ("each factor in turn gives way to its derivative: ", f("(Πᵢ fᵢ)′ = (Πᵢ fᵢ) Σᵢ fᵢ′/fᵢ"))
    moving = [a for a in body.args if moves(a, (whole_of(by),))] if isinstance(body, Apply) and body.op is product else []
    if len(moving) > 1 and body.is_scalar and all(a.is_scalar for a in moving) and by.is_scalar:
        return "product rule", (f("(g h)′ = g′ h + g h′"),)
    ops = [o for o in _ops_above(body, by) if not _linear(o)]
    if not ops:
        return _of_linear(written, by)
    traced = primaries(body, whole_of(by))
    if traced and body.is_scalar and isinstance(by, Symbol):
        names = list(dict.fromkeys(_of_op(o, by, commuting_ways(body, by))[0] for o in ops))
        return names[0] if len(names) == 1 else "chain rule", primary_words(body, by)
    rules = list(dict.fromkeys(_of_op(o, by) for o in ops))
    names = list(dict.fromkeys(name for name, _ in rules))
    if len(names) == 1:
        return rules[0]
    if names[0] in ("quotient rule", "product rule"):
        return rules[0][0], (*rules[0][1], "; inside: " + ", ".join(names[1:]))
    return "chain rule", ("from the outside in: " + ", then ".join(names),)


def _without_constants(body: Term, by: Term) -> Term:
    """What moves in a product of scalars of which one factor moves."""
    while isinstance(body, Apply) and body.op is product and body.is_scalar:
        moving = [a for a in body.args if moves(a, (whole_of(by),))]
        if len(moving) != 1 or not moving[0].is_scalar or not isinstance(moving[0], Apply):
            break
        body = moving[0]
    return body


def of_derivatives(rule: str) -> str:
    """The rule's name where derivatives are written and not differentials."""
    return rule.replace("differential of", "derivative of")


def described_differential(body: Term, movers: Sequence[Term]) -> Rule:
    """The rule for the differential of a body in which all the movers move."""
    found = [described(body, m) for m in movers]
    names = list(dict.fromkeys(_AS_DIFFERENTIAL.get(rule, rule) for rule, _ in found))
    if len(names) > 1 and "linearity" in names:
        names.remove("linearity")
    if len(names) == 1 and names != ["linearity"] and _moving_factors(body, movers) > 1:
        return "product rule", (
            "each factor in turn gives way to its differential",
            *(_inside(names) if names != ["product rule"] else ()),
        )
    if names == ["linearity"] and _together(body, movers) > 1:
        names = ["product rule"]
    if names == ["linearity"]:
        many = isinstance(body, Apply) and body.op is add and len([a for a in body.args if moves(a, movers)]) > 1
        return ("sum rule" if many else "linearity"), ("the differential of a linear function: what does not move stays",)
    if names == ["product rule"]:
        return "product rule", ("each factor in turn gives way to its differential",)
    rule = names[0] if len(names) == 1 else ", ".join(names) if len(names) == 2 else "product rule"
    return rule, next((why for name, why in found if _AS_DIFFERENTIAL.get(name, name) == rule and why), ())


_AS_DIFFERENTIAL = {
    "gradient of a linear form": "linearity",
    "gradient of a bilinear form": "linearity",
    "gradient of a trace": "linearity",
    "derivative of a linear map": "linearity",
    "constant factor": "linearity",
    "identity": "linearity",
    "gradient of a quadratic form": "product rule",
}


def _inside(names: Sequence[str]) -> Words:
    return ("; inside: " + ", ".join(names),)


def _moving_factors(body: Term, movers: Sequence[Term]) -> int:
    """How many factors of a product move."""
    while isinstance(body, Apply) and body.op is product:
        moving = [a for a in body.args if moves(a, movers)]
        if len(moving) != 1:
            return len(moving)
        body = moving[0]
    return 1


def _together(term: Term, movers: Sequence[Term]) -> int:
    """How many factors of one term of a multilinear formula move."""
    if any(term is m for m in movers) or not moves(term, movers):
        return int(moves(term, movers))
    inside = [_together(a, movers) for a in term.args]
    if isinstance(term, Apply) and term.op is at:
        return inside[0]
    adds = not isinstance(term, Apply) or not isinstance(term.op, Function) and isinstance(derivative_of(term.op), Additive)
    return max(inside) if adds else sum(inside)


def _linear(node: Apply) -> bool:
    return not isinstance(node.op, Function) and (node.op is at or isinstance(derivative_of(node.op), (Additive, Multilinear)))


def _ops_above(body: Term, by: Term, still: bool = False) -> list[Apply]:
    """The operations on the ways from the body down to what is moved, outermost first; `still` keeps what is constant nearby."""
    symbol = whole_of(by)
    found: dict[Apply, None] = {}
    todo = [body]
    while todo:
        node = todo.pop(0)
        if node is by or symbol not in free_symbols(node) or not still and not moves(node, (symbol,)):
            continue
        if isinstance(node, Bind):
            todo.append(node.body)
        elif isinstance(node, Apply):
            found[node] = None
            todo += [a for a in node.args if symbol in free_symbols(a)]
    return list(found)


def _occurrences(body: Term, by: Term) -> int:
    symbol = whole_of(by)
    count, todo = 0, [body]
    while todo and count < 50:
        node = todo.pop()
        count += node is symbol
        todo += [a for a in node.args if symbol in free_symbols(a)]
    return count


# ---------------------------------------------------------------- operations


def _of_op(node: Apply, by: Term, traced: bool = False) -> Rule:
    if isinstance(node.op, Function):
        if node.op.elementwise:
            return f"derivative of {node.op.text}", _entrywise_words(node.op)
        return "chain rule", ()
    op = node.op
    assert isinstance(op, Op)
    if isinstance(derivative_of(op), Primary) and isinstance(by, Symbol) and moves_along_itself(node.args[0], by):
        return op.rule.removesuffix(UNDER_A_TRACE), commuting(node, by)
    if isinstance(by, Symbol) and not traced and runs_along(node, by):
        return op.rule.removesuffix(UNDER_A_TRACE), along_words(node, by)
    if op is power and rational(node.args[1]) is not None:
        return "power rule", (f("d("), power(_T, node.args[1]), f(")/dt = "), _power_slope(node.args[1]))
    if op is quotient:
        if whole_of(by) in free_symbols(node.args[1]):
            return "quotient rule", (f("(g/h)′ = (h g′ − g h′)/h²"),)
        return "constant factor", ()
    rule = derivative_of(op)
    if isinstance(rule, Pointwise) and op.arity == 1:
        slope = rule.partials[0](_T, op(_T))
        entrywise = () if node.is_scalar else (", entry by entry",)
        return op.rule, (f("d "), op(_T), f("/dt = "), slope, *entrywise)
    moving = [a for a in node.args if whole_of(by) in free_symbols(a)]
    if op is power:
        return _of_exponent(node, by)
    if op.rule.startswith("product rule for the") and len(moving) == 1:
        return op.rule.replace("product rule for", "linearity of"), saying(node)
    return op.rule, saying(node)


def _of_exponent(node: Apply, by: Term) -> Rule:
    """A power whose exponent moves."""
    if whole_of(by) in free_symbols(node.args[0]):
        return "logarithmic differentiation", (f("gʰ = exp(h log g)"), ", so ", f("(gʰ)′ = gʰ (h′ log g + h g′/g)"))
    return "derivative of the exponential", (f("d(aᵗ)/dt = aᵗ log a"),)


def _entrywise_words(function: Function) -> Words:
    """What is said of a scalar function applied entry by entry."""
    if function.body is None or len(function.parameters) != 1:
        return Formula(function.text, function.name), " acts entry by entry, and so does its derivative"
    body = substitute(function.body, {function.parameters[0]: _T})
    slope = local_gradient(body, _T)
    name, prime = (
        Formula(f"{function.text}(t) = ", f"{function.name}(t) = "),
        Formula(f"{function.text}′(t) = ", f"{function.name}'(t) = "),
    )
    return name, body, " and ", prime, slope, ", entry by entry"


_T = Symbol("t")
UNDER_A_TRACE = " under a trace"


def _power_slope(exponent: Term) -> Term:
    k = rational(exponent)
    assert k is not None
    return multiply(exponent, power(_T, number(k - 1)))


# ---------------------------------------------------------------- what is linear


def _of_linear(body: Term, by: Term) -> Rule:
    if body is by:
        return "identity", ()
    if (
        isinstance(body, Apply)
        and body.op is add
        and body.is_scalar
        and any(a is by for a in body.args)
        and _occurrences(body, by) == 1
    ):
        return "sum rule", ("the other terms do not move",)
    if body.is_scalar and by.is_scalar:
        return ("product rule", ()) if _occurrences(body, by) > 1 else ("constant factor", ("what does not move stays",))
    moving = _moving_summand(body, by)
    found = entries(moving, by) if moving is not None else None
    count = _occurrences(body, by)
    if count > 1 and _degree(body, whole_of(by)) == 1:
        name = (
            "derivative of a linear map"
            if body.rank
            else "gradient of a linear form"
            if by.rank == 1
            else "gradient of a bilinear form"
        )
        return name, ("linear in ", by, ": what stands beside it in each term, added up")
    if count > 1:
        quadratic = count == 2 and body.is_scalar and by.rank == 1
        name = "gradient of a quadratic form" if quadratic else "product rule"
        return name, _quadratic_words(found) if quadratic and found is not None else _in_turn(body, by, count)
    if body.is_scalar:
        name = "gradient of a linear form" if by.rank == 1 else "gradient of a bilinear form"
        if any(isinstance(n, Apply) and n.op is trace for n in walk(body)):
            name = "gradient of a trace"
        return name, _linear_words(moving, found)
    return "derivative of a linear map", _map_words(body, moving, found)


def _degree(term: Term, symbol: Term) -> int:
    """How often a symbol stands as a factor of one term of a multilinear formula."""
    if term is symbol or symbol not in free_symbols(term):
        return int(term is symbol)
    inside = [_degree(a, symbol) for a in term.args]
    adds = not isinstance(term, Apply) or not isinstance(term.op, Function) and isinstance(derivative_of(term.op), Additive)
    return max(inside) if adds else sum(inside)


def _in_turn(body: Term, by: Term, count: int) -> Words:
    """Each of several occurrences in turn gives way to the differential."""
    symbol = whole_of(by)
    if isinstance(symbol, Symbol) and by is symbol and count <= 3:
        along = Symbol(rf"\mathrm{{d}}{latex(by)}", by.type.bare, f"d{text(by)}", f"d{text(by)}")
        ways = _ways(body, symbol, along)
        if ways and len(ways) == count and sum(map(cost, ways)) < 2 * MAX_COST:
            told = (by, " stands ", "twice" if count == 2 else f"{count} times", ", each in turn moving: ", add(*ways))
            return (*told, *_read_off(body, by, along))
    return (by, " stands ", "twice" if count == 2 else f"{count} times", ": each in turn moves, the others stay")


def _read_off(body: Term, by: Term, along: Symbol) -> Words:
    """How a sum of differentials is the derivative applied to one: `= tr((A + Aᵀ)ᵀ dX)`."""
    if body.rank + by.rank > 2 or body.type.row or by.type.row:
        return ()
    if unsettled(body, by) is not None:
        return ()  # what is known of a matrix is used on the next line
    value = local(body, by)
    form = contracted(value, along) if body.is_scalar else product(value, along)
    return (EQUALS, form) if cost(form) < MAX_COST else ()


def _ways(term: Term, symbol: Symbol, along: Symbol) -> list[Term] | None:
    """A multilinear formula with one occurrence of a symbol after the other replaced."""
    if term is symbol:
        return [along]
    if symbol not in free_symbols(term):
        return []
    if not isinstance(term, Apply) or not _linear(term) or term.op is at:
        return None
    out: list[Term] = []
    for k, a in enumerate(term.args):
        inside = _ways(a, symbol, along)
        if inside is None:
            return None
        out += inside if term.op is add else [term.rebuild((*term.args[:k], w, *term.args[k + 1 :])) for w in inside]
    return out


def _moving_summand(body: Term, by: Term) -> Term | None:
    """The one summand in which the variable stands."""
    if not isinstance(body, Apply) or body.op not in (add, product):
        return body
    moving = [k for k, a in enumerate(body.args) if whole_of(by) in free_symbols(a)]
    if len(moving) != 1:
        return body if body.op is product else None
    inside = _moving_summand(body.args[moving[0]], by)
    if body.op is add or inside is None:
        return inside
    return body.rebuild((*body.args[: moving[0]], inside, *body.args[moving[0] + 1 :]))


def _linear_words(moving: Term | None, found: Entries | None) -> Words:
    if moving is None or found is None:
        return ()
    k = found.places[0]
    x = found.factors[k]
    assert x.head is not None
    return (moving, EQUALS, summed(found.summed, found.body), ": beside ", at(x.head, *x.indices), " stands ", found.beside(k))


def _map_words(body: Term, moving: Term | None, found: Entries | None) -> Words:
    if moving is None or found is None or body.rank != 1 or len(found.places) != 1:
        return ()
    k = found.places[0]
    x = found.factors[k]
    assert x.head is not None
    i = found.outer[0].name
    whole = body is moving
    begin = " is " if whole else " has the term "
    return (
        "entry ",
        Formula(i),
        begin,
        summed(found.summed, found.body),
        ": beside ",
        at(x.head, *x.indices),
        " stands ",
        found.beside(k),
    )


def _quadratic_words(found: Entries) -> Words:
    ways = [found.beside(k) for k in found.places]
    xs = [found.factors[k] for k in found.places]
    heads = [at(x.head, *x.indices) for x in xs if x.head is not None]
    out: Words = (summed(found.summed, found.body), ": beside ")
    if len({*zip(heads, ways)}) == 1:
        return (*out[:1], ": ", heads[0], " stands twice, each time beside ", ways[0])
    for n, (x, way) in enumerate(zip(heads, ways)):
        out = (*out, x, " stands ", way, ", beside " if n < len(ways) - 1 else "")
    return out


# ---------------------------------------------------------------- conditions


def condition(body: Term, movers: Sequence[Term]) -> Words:
    """What must hold for the derivative to exist: no entry at a kink, a matrix that is invertible."""
    out: dict[tuple[object, ...], Words] = {}
    for by in movers:
        for node in _ops_above(body, by, True):
            if isinstance(node.op, Op) and not _everywhere(node):
                for arg, fact in node.op.needed(node):
                    if fact and fact not in facts(arg) and whole_of(by) in free_symbols(arg):
                        out[arg, fact] = _condition(_with_letters(arg, by), fact)
    return tuple(piece for k, words in enumerate(out.values()) for piece in ((", ", *words) if k else words))


def _with_letters(arg: Term, by: Term) -> Term:
    """What stands under a sum, its bound index called as in what it is differentiated by."""
    given = [i for i in by.args[1:] if isinstance(i, Symbol)] if isinstance(by, Apply) and by.op is at else []
    letters = iter("ijklpqr")
    table: dict[Term, Term] = {}
    for s in free_symbols(arg):
        if is_index(s) and s.name.startswith("#"):
            same = next((i for i in given if i.type.index == s.type.index), None)
            table[s] = same or Symbol(next(letters), s.type)
    return substitute(arg, table)


def _everywhere(node: Apply) -> bool:
    """Whether a derivative exists wherever the function does: quotients, logarithms, whole powers."""
    k = rational(node.args[1]) if node.op is power else None
    return node.op is quotient or node.op is log or k is not None and k.denominator == 1


def _condition(arg: Term, fact: str) -> Words:
    before, after = Condition(arg, fact).words()
    return (*((Formula(before[1], before[0]),) if before[1] else ()), arg, Formula(after[1], after[0]))
