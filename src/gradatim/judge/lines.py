"""A derivation line by line: each line against the quantity it claims to equal, and against the line before.

The first line that is neither is the slip. Later lines are judged by the writer's own results: what follows from a wrong line
is not wrong again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from gradatim.check.ladder import equal
from gradatim.derive.derivative import differential_of
from gradatim.errors import GradatimError, ShapeError, Span
from gradatim.judge.accents import lost_accent
from gradatim.judge.chain import inner_nodes
from gradatim.judge.compare import conditional
from gradatim.judge.consistent import Own, following
from gradatim.judge.differentials import holds_differential, read_off, tangent
from gradatim.judge.mistakes import findings
from gradatim.judge.pieces import unfolded
from gradatim.judge.reading import differentiate, fit, names_of_sizes, unfolded_but
from gradatim.judge.stationary import is_zero
from gradatim.judge.target import Target, alike, describe, stacked, turned
from gradatim.judge.verdict import Finding, LineVerdict
from gradatim.ops import Function, at, diag, transpose, zero
from gradatim.read.derivatives import written
from gradatim.read.parser import expression
from gradatim.read.stated import Answer, Line, Member
from gradatim.read.tree import walk
from gradatim.term import Apply, Number, Symbol, Term, free_symbols, is_index, substitute
from gradatim.term import walk as walk_terms
from gradatim.types import Type
from gradatim.write import text

BIG = 5
"""From how many steps of the chain rule a result without any line before it is a big step."""
MAX_SLIPS = 20
MAX_WORK = 20_000
"""After so many wrong lines, or so many parts of formulas, the lines that follow are not judged."""
MAX_FORMS = 3
MAX_DIAGNOSED = 5
"""For how many wrong lines the kind of mistake is looked for."""
SYMBOLIC = "a chain rule in symbols: the order and the layout of its factors are not judged"
VAGUE = ("other", "chain-rule", "order")
"""Kinds that a property nobody gave explains better."""
BLANK = frozenset("?.- \n\t$")


@dataclass(frozen=True, slots=True)
class Derivation:
    """What is said of the lines, the outcome for the whole, and the number of the first wrong line."""

    outcome: str
    lines: tuple[LineVerdict, ...] = ()
    first_wrong: int | None = None


@dataclass(slots=True)
class _Walk:
    """The state of one walk: what the running chain should equal, what was written last, and the writer's own values of
    quantities that they got wrong."""

    answer: Answer
    target: Target
    truth: Term | None = None
    last: Term | None = None
    own: dict[Term, Term] = field(default_factory=dict)
    results: list[Own] = field(default_factory=list)
    """The derivatives among them, by which later ones may be got."""
    quantities: list[Term] = field(default_factory=list)
    """What the writer defined."""
    forms: list[Term] = field(default_factory=list)
    """Other forms of the asked function that the writer gave."""
    about: tuple[Term, tuple[Term, ...]] | None = None
    """What the running chain is the derivative of, and by what; nothing for a differential."""
    work: int = 0
    """Nodes of the terms that were compared."""
    found: list[LineVerdict] = field(default_factory=list)


def derivation(answer: Answer, target: Target) -> Derivation:
    """Judge every line of an answer that has more than its final formula."""
    target = named(answer, target)
    steps = sum(len(line.members) - (line.members[0].claimed is not None) for line in answer.lines if line.members)
    if len(answer.lines) < 2 and steps < 2:
        return Derivation("none")
    state = _Walk(answer, target)
    for number, line in enumerate(answer.lines, 1):
        state.found.append(_judged(state, number, line))
    slips = [v for v in state.found if v.state == "slip"]
    unread = [v for v in state.found if v.state == "unread"]
    judged = [v for v in state.found if v.state in ("holds", "slip", "follows")]
    if slips:
        outcome = "slip"
    elif not judged:
        outcome = "unreadable" if unread else "none"
    else:
        outcome = "gap" if unread else "holds"
    return Derivation(outcome, tuple(state.found), slips[0].number if slips else None)


def is_blank(member: Member) -> bool:
    """`= ?`: the writer left it open."""
    return set(member.text) <= BLANK or member.text.rstrip("$ \n").endswith("?")


def holds_derivative(member: Member, function: Term | None = None) -> bool:
    """Whether a derivative still stands in a formula: then it is not finished. The dg/dt of a function g that nothing more is said
    of in the asked function is finished."""
    unknown = set() if function is None else unknown_functions(function)
    if member.claimed is not None and member.claimed.of_text.split("(")[0].strip() not in unknown:
        return True
    try:
        node = expression(member.text)
    except GradatimError:
        return False
    found = [w for n in walk(node) if (w := written(n, member.text)) is not None]
    return any(w.body is None or not unknown & {str(n.value) for n in walk(w.body)[:2]} for w in found)


def unknown_functions(function: Term) -> set[str]:
    """The names of the functions without a body that a function uses."""
    ops = {n.op for n in walk_terms(unfolded(function)) if isinstance(n, Apply) and isinstance(n.op, Function)}
    return {op.name for op in ops if op.body is None}


# ---------------------------------------------------------------- one line


def _judged(state: _Walk, number: int, line: Line) -> LineVerdict:
    members = [m for m in line.members if not is_blank(m)]
    if not members:
        return LineVerdict(number, line.text, line.span, "not judged", "the line is left open")
    head, aside = None, False
    if not line.continues:
        state.truth, state.last, state.about = None, None, None
        head = members[0] if members[0].claimed is not None else None
        if line.defines and line.defines == state.target.called:
            state.truth = state.target.function
            return _members(state, number, line, members[1:], None)
        stated = members[1] if line.defines and len(members) > 2 and members[1].claimed is not None else None
        if stated is not None:
            # `δ := ∂L/∂z = …` gives the name to what it claims.
            state.truth = claimed_value(stated, state.target)
            state.about = _about(state, stated, stated)
            return _members(state, number, line, members[2:], _claim(state, stated))
        if line.defines:
            bad = next((m for m in members if m.error is not None and m is not members[0]), None)
            value = next((m.term for m in reversed(members) if m.term is not None), None)
            state.truth = state.last = value
            if members[0].term is not None:
                state.quantities.append(members[0].term)
            return _unread(state, number, line, bad) if bad else LineVerdict(number, line.text, line.span, "definition")
        if head is not None and head.claimed is not None and head.claimed.order > len(state.target.wrt):
            return LineVerdict(number, line.text, line.span, "not judged", "a higher derivative than the one asked for")
        if head is not None or len(members) > 1:
            state.truth = members[0].term if head is None else claimed_value(head, state.target)
            rest = members[1:]
            if members[0].error is not None and members[0].claimed is None:
                return _unread(state, number, line, members[0])
        else:
            # A formula alone answers the question; one in the words of a sentence may only speak of it.
            state.truth, rest = state.target.right, members
            aside = number < len(state.answer.lines) and in_sentence(state.answer.text, line.span)
    else:
        rest = members
    if not rest:
        return LineVerdict(number, line.text, line.span, "not judged")
    if not line.continues:
        state.about = _about(state, head, members[0])
    target = _claim(state, head) if head is not None else None
    own = dict(state.own)
    found = _members(state, number, line, rest, target)
    if aside and found.state == "slip":
        state.own = own
        return LineVerdict(number, line.text, line.span, "not judged", "what it should equal is not said")
    if found.state == "holds" and not found.message and head is not None and state.truth is state.target.right:
        return replace(found, message=_leap(state))
    return found


def in_sentence(text: str, span: Span) -> bool:
    """Whether a formula stands between the words of a sentence, in the line and not in a display."""
    a, b = text.rfind("\n\n", 0, span[0]) + 1, text.find("\n\n", span[1])
    around = text[a : span[0]], text[span[1] : b if b >= 0 else len(text)]
    inline = around[0].rstrip().endswith("$") and not around[0].rstrip().endswith("$$")
    words = re.findall(r"(?<![\\A-Za-z])[A-Za-z]{2,}", re.sub(r"\$[^$]*\$", " ", " ".join(around)))
    return inline and len(words) > 1


def _leap(state: _Walk) -> str:
    """What is said of a result that stands there at once; "" where a step led to it or none was needed."""
    led = any(v.state in ("holds", "follows") for v in state.found)
    steps = 0 if led or len(state.target.wrt) > 1 else len(set(inner_nodes(unfolded(state.target.function), state.target.wrt[0])))
    return f"a big step: {steps} functions stand inside each other here, and no line differentiates one" if steps >= BIG else ""


def _about(state: _Walk, head: Member | None, first: Member) -> tuple[Term, tuple[Term, ...]] | None:
    """What a line states the derivative of, and by what; by nothing where it states a differential."""
    if head is not None:
        of, wrt = spoken_of(head, state.target)
        return (asked_itself(of, state.target), wrt) if of is not None else None
    if state.truth is None or not holds_differential(state.truth, state.target):
        return (state.target.function, state.target.wrt) if state.truth is state.target.right else None
    for q in (state.target.function, *state.quantities):
        try:
            if tangent(state.target)(q) is first.term:
                return q, ()
        except GradatimError:
            continue
    return None


def asked_itself(term: Term, target: Target) -> Term:
    """The asked function where a term is its name."""
    body = getattr(getattr(term, "op", None), "body", None)
    return target.function if body is target.function and not term.args else term


def _keep(state: _Walk, term: Term) -> None:
    """Remember a writer's own value of what the chain is about."""
    assert state.truth is not None
    state.own[state.truth] = term
    if state.about is not None and term.type.axes == state.truth.type.axes:
        of, wrt = state.about
        state.results = [r for r in state.results if (r.of, r.wrt) != (of, wrt)]
        state.results.append(Own(of, wrt, term))


def _follows(state: _Walk, term: Term) -> bool:
    """Whether a formula is what the writer's own results lead to."""
    if not state.results or state.about is None:
        return False
    flipped = turned(term)
    of, wrt = state.about
    forms = (of, *state.forms) if of is state.target.function else (of,)
    for value in (v for form in forms[:MAX_FORMS] for v in following(state.results, form, wrt, state.target)):
        state.work += sum(1 for _ in walk_terms(value))
        value = fit(value, term.type, names_of_sizes(term)) or value
        if _same(term, value) or (flipped is not None and _same(flipped, value)):
            return True
    return False


def _claim(state: _Walk, head: Member) -> Target | None:
    """What a line that begins with a derivative is measured against, so that kinds of mistake can be told."""
    claimed = head.claimed
    assert claimed is not None
    if state.truth is None:
        return None
    if state.truth is state.target.right:
        return state.target
    of, wrt = spoken_of(head, state.target)
    return known(of, wrt, state.truth) if of is not None and wrt else None


OTHERS = "\u2063"
"""No name: where the asked function is known by its own, no other is taken for it."""
NAME = re.compile(r"\\?[a-zA-Z]+(\{[^{}]*\})?(_\{?\w+\}?)?(\s*\([^()]*\))?")
"""A name that a writer gives to the asked function: `f`, `\\mathcal{L}`, `L(w)`."""


def named(answer: Answer, target: Target) -> Target:
    """The target under the name that the answer has for its function, where it names several that nothing explains."""
    unknown = [
        h for line in answer.lines if (h := line.head) is not None and h.of is None and NAME.fullmatch(h.of_text.strip(" $()"))
    ]
    names = {h.of_text.split("(")[0].strip(" $") for h in unknown}
    if any(
        h is not None and h.of is not None and asked_itself(h.of, target) is target.function
        for h in (line.head for line in answer.lines)
    ):
        return target.by_name(target.called or OTHERS)
    asked = [h for h in unknown if not h.wrt or h.wrt[: len(target.wrt)] == target.wrt]
    if target.called or len(names) < 2 or not asked:
        return target
    return target.by_name(asked[-1].of_text.split("(")[0].strip(" $"))


def spoken_of(head: Member, target: Target) -> tuple[Term | None, tuple[Term, ...]]:
    """The function and the variables of a derivative on a left side. A name that nothing explains is that of the asked function,
    and a ∇ without a variable is by the one asked for."""
    claimed = head.claimed
    assert claimed is not None
    if any(w is None for w in claimed.wrt):
        return None, ()
    of = claimed.of
    if target.called and claimed.of_text.split("(")[0].strip() == target.called:
        of = target.function
    if not claimed.of_text or (of is None and not target.called and NAME.fullmatch(claimed.of_text.strip(" $()"))):
        of = target.function
    told = tuple(w for w in claimed.wrt if w is not None)
    if not told:
        # ∇f beside ∇²f: the order says how often it is taken.
        told = target.wrt if claimed.order == len(target.wrt) else target.wrt[:1] * claimed.order
    return of, told


def claimed_value(head: Member, target: Target) -> Term | None:
    """The derivative that a left side names, None where it is not known of what or by what."""
    claimed = head.claimed
    assert claimed is not None
    of, wrt = spoken_of(head, target)
    if head.term is not None and of is claimed.of:
        return head.term
    if of is None:
        return None
    wrt = wrt * claimed.order if len(wrt) == 1 else wrt
    if of is target.function and wrt == target.wrt:
        lying = claimed.transposed and claimed.order == 1 and target.function.is_scalar
        return None if claimed.entry else turned(target.right) if lying else target.right
    try:
        return differentiate(of, wrt)
    except GradatimError:
        return None


def known(function: Term, wrt: tuple[Term, ...], right: Term) -> Target:
    """A target whose right answer is known already."""
    made = Target(function, wrt)
    made.__dict__["gradient"] = right
    return made


def _members(state: _Walk, number: int, line: Line, rest: list[Member], target: Target | None) -> LineVerdict:
    """Judge the members of a line against the chain; the worst of them is the line's state."""
    worst, compared = LineVerdict(number, line.text, line.span, "holds"), False
    for member in rest:
        if (member.error is not None or member.term is None) and holds_derivative(member, state.target.function):
            # The shapes of ∂u/∂v in a chain rule are a matter of layout.
            worst = replace(worst, message=worst.message or SYMBOLIC)
            continue
        if member.error is not None or member.term is None:
            return _unread(state, number, line, member)
        if state.truth is None:
            state.truth = state.last = member.term
            worst = LineVerdict(number, line.text, line.span, "not judged", "what it should equal is not known")
            continue
        verdict = _one(state, number, line, member.term, target)
        if verdict.state == "slip" and member.other is not None:
            again = _one(state, number, line, member.other, target)
            verdict = again if again.state != "slip" else verdict
        if verdict.state == "slip":
            _keep(state, member.term)
            state.last = member.term
            return verdict
        compared = True
        if verdict.state == "follows" or verdict.message:
            worst = verdict if worst.state == "holds" else worst
        if verdict.state == "follows":
            _keep(state, member.term)
        elif asked_itself(state.truth, state.target) is state.target.function:
            state.forms.append(member.term)
        state.last = member.term
    return worst if compared or worst.message != SYMBOLIC else replace(worst, state="not judged")


def _one(state: _Walk, place: int, line: Line, term: Term, target: Target | None) -> LineVerdict:
    truth = state.truth
    assert truth is not None
    state.work += sum(1 for _ in walk_terms(term, truth))
    if state.work > MAX_WORK or sum(v.state == "slip" for v in state.found) >= MAX_SLIPS:
        return LineVerdict(place, line.text, line.span, "not judged", "not judged: the derivation is too long for it")
    if is_zero(term) and truth.rank and not term.rank:
        term = zero(truth.type)
    term = fit(term, truth.type, names_of_sizes(truth, state.target.function)) or term
    if _same(term, truth):
        return LineVerdict(place, line.text, line.span, "holds")
    if (plain := without_step(term, truth, state.target)) is not None:
        # e^{au} d(u³) beside d/du (e^{au}) means the derivative, without the du that is not written.
        again = _one(state, place, line, plain, target)
        return again if again.message else replace(again, message="d(…) is read as the derivative here")
    flipped = turned(truth)
    if flipped is not None and _same(term, flipped):
        said = f"the transpose of what it should equal (in the other layout): {describe(truth.type)} is asked for"
        return LineVerdict(place, line.text, line.span, "holds", said, "transpose")
    if truth.rank == 2 and term.rank == 1 and _same(diag(transpose(term) if term.type.row else term), truth):
        said = "the entries on the diagonal of the Jacobian, which is a diagonal matrix"
        return LineVerdict(place, line.text, line.span, "holds", said)
    if any(_same(a, b) for a, b in ((by_member(term, truth), truth), (term, by_member(truth, term))) if a and b):
        return LineVerdict(place, line.text, line.span, "holds", "one side is stated for one member, the other for all")
    if state.last is not None and state.last is not truth and _same(term, state.last):
        return LineVerdict(place, line.text, line.span, "follows", "follows from the line before, which is wrong")
    for value in (truth, state.last):
        if value is not None and state.own and _same(term, substitute(value, state.own)):
            return LineVerdict(place, line.text, line.span, "follows", "follows from an earlier line, which is wrong")
    for known_truth, value in state.own.items():
        both = by_member(known_truth, truth), by_member(value, term)
        if both[0] is not None and both[1] is not None and _same(both[0], truth) and _same(both[1], term):
            return LineVerdict(place, line.text, line.span, "follows", "follows from the entries before, which are wrong")
    if any(_same(term, off) for own in state.own.values() if (off := read_off(own, state.target)) is not None):
        return LineVerdict(place, line.text, line.span, "follows", "follows from the differential before, which is wrong")
    if _follows(state, term):
        return LineVerdict(place, line.text, line.span, "follows", "follows from an earlier line, which is wrong")
    if state.about is not None and (said := lost_accent(term, *state.about)):
        return LineVerdict(place, line.text, line.span, "holds", said)
    if sum(v.state == "slip" for v in state.found) >= MAX_DIAGNOSED:
        return LineVerdict(place, line.text, line.span, "slip", "this is not what it should equal", "other")
    finding = _kind(term, target or (state.target if truth is state.target.right else known(truth, (), truth)))
    if finding.kind in VAGUE and alike(term.type, truth.type):
        except_ = equal(term, truth)
        if except_.verdict == "equal except" and except_.exception in ("symmetric", "sum"):
            finding = conditional(except_).findings[0]
    other = target is not None and target is not state.target
    said = finding.message.replace("the answer is", "the line is")
    if other and finding.kind in ("sign", "factor", "other"):
        said = said.replace("the derivative", "the derivative on its left side")
    return LineVerdict(place, line.text, line.span, "slip", said, finding.kind)


def by_member(one: Term, every: Term) -> Term | None:
    """What is stated for one member, for all of them: with the axis of its free index; None where the other holds that index, too."""
    free = [s for s in free_symbols(one) if is_index(s) and s not in free_symbols(every) and not s.name.startswith("#")]
    return stacked(one, (free[0],)) if len(free) == 1 and one.rank + 1 == every.rank else None


def without_step(term: Term, truth: Term, target: Target) -> Term | None:
    """A formula with differentials of a number where a derivative is claimed, the du left out; None for any other."""
    variable = target.wrt[0]
    if len(target.wrt) != 1 or variable.rank or not isinstance(variable, Symbol):
        return None
    step = differential_of(variable)
    if step not in free_symbols(term) or step in free_symbols(truth):
        return None
    return substitute(term, {step: Number(1)})


def by_symbol(term: Term, target: Target) -> tuple[Term, Target]:
    """A derivative by a quantity that the writer defined (∂L/∂z) as one by a symbol, so that its parts can be altered."""
    variable = target.wrt[0]
    if len(target.wrt) != 1 or isinstance(variable, Symbol) or not isinstance(variable, Apply) or variable.op is at:
        return term, target
    label = text(variable)
    mark = Symbol(f"\u2063{label}", Type(variable.type.axes, row=variable.type.row), label, label)
    table: dict[Term, Term] = {variable: mark}
    if (body := getattr(variable.op, "body", None)) is not None:
        table[body] = mark
    own, function, right = (substitute(unfolded_but(t, variable), table) for t in (term, target.function, target.right))
    return own, known(function, (mark,), right)


def _kind(term: Term, target: Target) -> Finding:
    if target.wrt:
        return findings(*by_symbol(term, target))[0]
    found = findings(term, target)[0]
    return Finding(found.kind, found.message.replace("the derivative", "what the line before says"), found.place)


def _same(a: Term, b: Term) -> bool:
    return alike(a.type, b.type) and equal(a, b).holds


def _unread(state: _Walk, number: int, line: Line, member: Member) -> LineVerdict:
    error = member.error
    said = getattr(error, "message", str(error)).splitlines()[0] if error is not None else "a derivative is not worked out"
    if isinstance(error, ShapeError):
        formula, before = "".join(member.text.split()), (v for v in state.found if v.state == "slip" and v.mistake == "shape")
        if any(formula in "".join(v.text.split()) or v.message.endswith(said) for v in before):
            said = "goes on with an earlier line, which does not conform"
            return LineVerdict(number, line.text, line.span, "follows", said)
        plain = said if "not conform" in said else f"the line does not conform: {said}"
        return LineVerdict(number, line.text, line.span, "slip", plain, "shape")
    return LineVerdict(number, line.text, line.span, "unread", f"not read: {said}")


__all__ = ["Derivation", "derivation", "holds_derivative", "is_blank", "known"]
