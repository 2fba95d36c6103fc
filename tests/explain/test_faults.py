"""The checker of derivations: faults put into true derivations are seen, and true derivations pass.

A fault counts only where an evaluation in doubles, which knows nothing of the checker, says that the line has another value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from derivations.questions import QUESTIONS
from fuzz.generate import Generator
from gradatim.derive.derivative import derived
from gradatim.errors import GradatimError, NotVerified
from gradatim.explain.called import called
from gradatim.explain.checker import faults
from gradatim.explain.derivation import Derivation
from gradatim.explain.explain import STYLES, explain
from gradatim.explain.steps import Step
from gradatim.matrix.build import is_zero
from gradatim.ops import absolute, add, hadamard, inverse, number, power, product, quotient, rational, sqrt, transpose
from gradatim.paper import member
from gradatim.read.problem import read
from gradatim.term import Apply, Bind, Term, free_symbols, substitute, walk
from gradatim.value.floats import evaluate
from gradatim.value.points import generic_sizes, parts, random_point

# ---------------------------------------------------------------- faults that people make


def dropped_transpose(node: Term) -> Iterator[Term]:
    if isinstance(node, Apply) and node.op is transpose:
        yield node.args[0]


def added_transpose(node: Term) -> Iterator[Term]:
    if node.rank == 2 and not (isinstance(node, Apply) and node.op is transpose):
        yield transpose(node)


def sign(node: Term) -> Iterator[Term]:
    yield product(number(-1), node)


def factor_two(node: Term) -> Iterator[Term]:
    yield product(number(2), node)
    if isinstance(node, Apply) and node.op is product and rational(node.args[0]) == 2:
        yield product(*node.args[1:])


def swapped_factors(node: Term) -> Iterator[Term]:
    if isinstance(node, Apply) and node.op is product:
        for k in range(len(node.args) - 1):
            if not node.args[k].is_scalar and not node.args[k + 1].is_scalar:
                args = list(node.args)
                args[k], args[k + 1] = args[k + 1], args[k]
                yield product(*args)


def entrywise(node: Term) -> Iterator[Term]:
    if isinstance(node, Apply) and node.op is product and len(node.args) == 2:
        yield hadamard(*node.args)
    if isinstance(node, Apply) and node.op is hadamard and len(node.args) == 2:
        yield product(*node.args)


def missing_term(node: Term) -> Iterator[Term]:
    if isinstance(node, Apply) and node.op is add:
        for k in range(len(node.args)):
            rest = [*node.args[:k], *node.args[k + 1 :]]
            yield rest[0] if len(rest) == 1 else add(*rest)


def missing_sum(node: Term) -> Iterator[Term]:
    if isinstance(node, Bind) and node.kind == "sum":
        yield substitute(node.body, {node.index: number(1)})


def missing_inverse(node: Term) -> Iterator[Term]:
    if isinstance(node, Apply) and node.op is inverse:
        yield node.args[0]
    if isinstance(node, Apply) and node.op is quotient:
        yield node.args[0]


def root_of_square(node: Term) -> Iterator[Term]:
    """√(s²) is |s|, not s."""
    if isinstance(node, Apply) and node.op is absolute or isinstance(node, Apply) and node.op is sqrt:
        inner = node.args[0]
        yield inner.args[0] if isinstance(inner, Apply) and inner.op is power else inner


KINDS = [
    dropped_transpose,
    added_transpose,
    sign,
    factor_two,
    swapped_factors,
    entrywise,
    missing_term,
    missing_sum,
    missing_inverse,
    root_of_square,
]


def faulty(step: Step, kind: object, rng: Random) -> Step | None:
    """The step with one such fault somewhere on its right side."""
    nodes = [n for n in walk(step.after) if n.type.index is None]
    rng.shuffle(nodes)
    for node in nodes:
        try:
            options = list(kind(node))  # type: ignore[operator]
            if options:
                changed = substitute(step.after, {node: rng.choice(options)})
                if changed is not step.after:
                    return replace(step, after=changed)
        except GradatimError:
            continue  # the changed formula has no shape at all: nothing to find
    return None


def value(*terms: Term) -> list[np.ndarray] | None:  # type: ignore[type-arg]
    """The values in doubles at one random point, where there are some."""
    sizes, symbols = generic_sizes(parts(*terms)), free_symbols(*terms)
    point = random_point(symbols, sizes, Random(7), "positive")
    arrays = {s: np.array([float(v) for v in values]).reshape(shape) for s, (shape, values) in point.arrays.items()}
    try:
        return [
            np.asarray(evaluate(t, {s: arrays[s] for s in free_symbols(t) if s in arrays}, sizes, point.indices)) for t in terms
        ]  # type: ignore[arg-type]
    except GradatimError:
        return None


def changes(step: Step, wrong: Step) -> bool:
    """Whether the fault changes the shape or the value of the line, as doubles see it."""
    a, b = step.after.type, wrong.after.type
    if a.axes != b.axes or len(a.axes) == 1 and a.row != b.row:
        return True
    both = value(step.after, wrong.after)
    return both is not None and bool(np.max(np.abs(both[0] - both[1])) > 1e-6 * (1 + np.max(np.abs(both[0]))))


def derivations(styles: tuple[str, ...]) -> list[Derivation]:
    made = []
    for question in QUESTIONS:
        problem = read(question.function, given=question.given)
        wrt = [member(problem.find(w)) for w in question.wrt]
        label = called(problem.term, problem.name)
        made += [explain(problem.term, *wrt, style=s, label=label, first=question.first, verified=False) for s in styles]
    return made


def test_faults_are_seen(seed: int, request: pytest.FixtureRequest) -> None:
    slow = request.config.getoption("--slow")
    count, rng = (1_000 if slow else 120), Random(seed)
    pool = derivations(STYLES if slow else ("chain", "differential"))
    met: Counter[str] = Counter()
    missed: list[str] = []
    for _ in range(60 * count):
        if sum(met.values()) == count:
            break
        # Each kind in turn is looked for until it is found, so that the rare ones are among them.
        derivation, kind = rng.choice(pool), KINDS[sum(met.values()) % len(KINDS)]
        k = rng.randrange(len(derivation.steps))
        step = derivation.steps[k]
        wrong = faulty(step, kind, rng)
        if wrong is None or not changes(step, wrong):
            continue
        met[kind.__name__] += 1
        # What follows starts from the line as it was, so only the line itself can be at fault.
        last = k == len(derivation.steps) - 1
        spoilt = replace(
            derivation,
            steps=(*derivation.steps[:k], wrong, *derivation.steps[k + 1 :]),
            result=wrong.after if last else derivation.result,
        )
        try:
            found, _ = faults(spoilt)
        except NotVerified:
            found = []
        if not any(f.path[0] == k + 1 for f in found):
            missed.append(f"{kind.__name__}: {step.before} = {step.after} as {wrong.after}")
    assert set(met) == {k.__name__ for k in KINDS}
    print(f"\n{count} faults from seed {seed}: {dict(met.most_common())}")
    assert sum(met.values()) == count
    assert not missed


def test_true_derivations_pass(seed: int, request: pytest.FixtureRequest) -> None:
    count = 1_000 if request.config.getoption("--slow") else 60
    outcomes: Counter[str] = Counter()
    alarms: list[str] = []
    for k in range(seed, seed + 2 * count):
        if outcomes["right"] == count:
            break
        f, x = Generator(Random(k)).question(2 + k % 4)
        if any(isinstance(n, Apply) and n.op.name in ("norminf", "largest") for n in walk(f)):
            continue  # where entries tie for the largest, as in a symmetric matrix, there is no derivative
        try:
            result = derived(f, x).term
        except GradatimError:
            outcomes["no derivative"] += 1
            continue
        if is_zero(result):
            outcomes["zero"] += 1  # nothing moves, and there are no steps
            continue
        try:
            found, _ = faults(explain(f, x, style=STYLES[k % len(STYLES)], verified=False))
        except GradatimError as error:
            outcomes[type(error).__name__] += 1
            continue
        outcomes["right" if not found else "alarm"] += 1
        if found:
            alarms.append(f"{k}: {f} by {x}, step {found[0].path}: {found[0].reason}")
    print(f"\n{sum(outcomes.values())} functions from seed {seed}: {dict(outcomes)}")
    assert not alarms
    assert outcomes["right"] == count
