"""`gradatim bench cases PATH`: a folder of derivative questions with reference answers, asked and judged by value.

A case is a TOML table: the function and its declarations as somebody wrote them, the variable, and the reference answer as a
NumPy expression over named arrays. The verdicts: `right`, `wrong` (another value at a random point), `refused` (an error was
raised, and nothing was shown), `unjudged` (an answer came, but its names or the reference could not be evaluated).
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from gradatim.bench.expression import value_of
from gradatim.bench.lookup import assigned, flattened, variable_of
from gradatim.derive.derivative import Derived, derived
from gradatim.derive.maps import kronecker_form, linear_map
from gradatim.derive.structured import asked
from gradatim.errors import EvaluationError, GradatimError, ReadError
from gradatim.homework.entries import entry_of
from gradatim.matrix.cost import leaves
from gradatim.matrix.matrix_form import is_matrix_form
from gradatim.ops.base import Op
from gradatim.read.problem import Problem, read
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index, walk
from gradatim.value.floats import evaluate
from gradatim.write.text import text

POINTS = 2
SIZES = {"n": 3, "m": 4, "k": 2, "d": 3, "p": 5, "q": 2, "r": 4, "N": 4, "D": 3, "K": 3, "l": 2, "s": 2, "t": 3, "h": 4}
VERDICTS = ("right", "refused", "wrong", "unjudged")
TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: the verdict, what is to be said of it, the answer's form and length, and milliseconds."""

    case: Mapping[str, Any]
    verdict: str
    note: str = ""
    answer: Term | None = None
    matrix_form: bool = False
    leaves: int = 0
    source: Term | None = None
    """The source's own answer, where it reads as a formula of the same names."""
    derive_ms: float = 0.0
    verify_ms: float = 0.0

    @property
    def source_leaves(self) -> int:
        """The length of the source's answer, without definitions that it brings along; 0 where it could not be read."""
        return leaves(self.source) if self.source is not None else 0

    @property
    def comparable(self) -> bool:
        """Whether the form counts: the answer is right, and the source gives a matrix formula."""
        return self.verdict == "right" and self.source is not None and is_matrix_form(self.source)

    @property
    def short(self) -> bool:
        """Whether the answer is at most as long as the source's."""
        return 0 < self.leaves <= self.source_leaves


def load(path: Path) -> list[dict[str, Any]]:
    """The cases of a TOML file, or of every one in a folder. Raises ReadError."""
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    found: list[dict[str, Any]] = []
    for file in files:
        try:
            found += tomllib.loads(file.read_text(encoding="utf-8")).get("case", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ReadError(f"{file}: {error}") from None
    if not found:
        raise ReadError(f"{path} holds no cases")
    return found


def judged(case: Mapping[str, Any]) -> Outcome:
    """Ask one case and compare what comes with its reference."""
    try:
        problem = read(case["latex"], given=case.get("given", ""))
        wrt = variable_of(problem, case)
        start = perf_counter()
        answer = derived(problem.term, *(wrt,) * case.get("order", 1), verified=False, layout=_layout(case)).term
        middle = perf_counter()
        by = (wrt,) * case.get("order", 1)
        found = asked(problem.term, by, problem.structure_for(by), _layout(case), problem.shorthand)
        answer = found.term
        end = perf_counter()
    except GradatimError as error:
        return Outcome(case, "refused", f"{type(error).__name__}: {str(error).splitlines()[0]}")
    verdict, note = _compared(case, problem, answer, wrt)
    taken = 1000 * (middle - start)
    # As the source's is: names for parts count as names, and not what they stand for.
    shown = entry_of(problem, by, found).named(answer).term if answer.rank < 3 else _shown(problem, found, answer)
    return Outcome(
        case,
        verdict,
        note,
        answer,
        is_matrix_form(shown),
        leaves(shown),
        _source(case),
        taken,
        max(0.0, 1000 * (end - middle) - taken),
    )


def _shown(problem: Problem, found: Derived, answer: Term) -> Term:
    """What a reader sees first of a derivative with more than two axes: the one of vec F by vec X where that is asked for, else
    the linear map; its entries where it has neither."""
    function, variable = found.stages[-1], found.wrt[-1]
    try:
        return kronecker_form(function, variable) if problem.on_columns else linear_map(function, variable).body
    except GradatimError:
        return answer


def _layout(case: Mapping[str, Any]) -> str:
    return "denominator" if case.get("layout") == "jacobian-T" else "gradient"


def _source(case: Mapping[str, Any]) -> Term | None:
    try:
        return read(case["answer"], given=case.get("given", "")).term
    except GradatimError:
        return None


def _compared(case: Mapping[str, Any], problem: Problem, answer: Term, wrt: Term) -> tuple[str, str]:
    variable = (wrt, str(case["wrt"])) if isinstance(wrt, Symbol) else None
    for trial in range(POINTS):
        rng = np.random.default_rng(zlib.crc32(str(case["id"]).encode()) + trial)
        sizes: dict[str, int] = {}
        try:
            arrays = {name: drawn(rng, spec, sizes) for name, spec in case["vars"].items()}
            wanted = np.asarray(value_of(case["py"]["answer"], arrays))
            got = np.asarray(_evaluated(problem, answer, arrays, sizes, variable))
            if any(isinstance(n, Apply) and isinstance(n.op, Op) and n.op.either_sign for n in walk(problem.term)):
                got = got * _orientation(case, problem, arrays, sizes, variable)
        except GradatimError as error:
            return "unjudged", str(error).splitlines()[0]
        if not np.all(np.isfinite(wanted)):
            return "unjudged", "the reference is not finite at this point"
        wanted = wanted.reshape(tuple(n for n in wanted.shape if n != 1))
        got = got.reshape(tuple(n for n in got.shape if n != 1))
        if got.shape != wanted.shape:
            return "wrong", f"the answer has shape {got.shape}, the reference {wanted.shape}"
        if not np.allclose(got, wanted, rtol=TOLERANCE, atol=1e-9):
            if case.get("gold") == "none":
                return "unjudged", "the reference follows a convention for a structured variable that the text does not name"
            return "wrong", "another value than the reference"
    return "right", ""


def _orientation(
    case: Mapping[str, Any],
    problem: Problem,
    arrays: Mapping[str, Any],
    sizes: dict[str, int],
    variable: tuple[Symbol, str] | None,
) -> int:
    """−1 where the reference gives the function, which holds an eigenvector, the other sign than we do."""
    theirs = np.asarray(value_of(case["py"]["f"], arrays))
    ours = np.asarray(_evaluated(problem, problem.term, arrays, sizes, variable))
    return -1 if theirs.shape == ours.shape and np.any(ours) and np.allclose(-ours, theirs) else 1


def _evaluated(
    problem: Problem, answer: Term, arrays: Mapping[str, Any], sizes: Mapping[str, int], variable: tuple[Symbol, str] | None
) -> Any:
    names = {s: n for n, s in problem.symbols.items()}
    free = free_symbols(answer)
    places: dict[Any, int] = {s: int(arrays[s.plain]) + 1 for s in free if is_index(s) and s.plain in arrays}
    found = assigned({s: names.get(s, s.plain) for s in free if not is_index(s)}, arrays, variable)
    for s in free:
        if not is_index(s) and s not in found:
            raise EvaluationError(f"the case gives no value for {s.plain}")
    values: dict[Any, Any] = {s: np.asarray(flattened(arrays[name], s), dtype=float) for s, name in found.items()}
    told_by = assigned({s: n for n, s in problem.symbols.items()}, arrays, variable)
    unused = {
        str(d): k
        for s, a in told_by.items()
        if s not in found
        for d, k in zip(s.type.axes, np.shape(flattened(arrays[a], s)))
        if d.names == (str(d),)
    }
    own = {str(d) for s in values for d in s.type.axes if d.names == (str(d),)}  # the reader's m need not be the case's
    sizes = {n: k for n, k in sizes.items() if n not in own}
    told = {
        **sizes,
        **{n: k for n, k in unused.items() if n not in own},
        **{n: int(v) for n, v in arrays.items() if isinstance(v, int)},
    }
    return evaluate(answer, values, told, places)


def drawn(rng: Any, spec: Mapping[str, Any], sizes: dict[str, int]) -> Any:
    """A random array of the declared shape and traits; the sizes of new dimensions are added to `sizes`."""
    traits = spec.get("traits", [])
    for trait in traits:
        if trait.startswith("int:"):
            return int(trait[4:])
    shape = tuple(_size(d, sizes) for d in spec["shape"])
    a = rng.standard_normal(shape)
    if "positive" in traits or "probability" in traits:
        a = rng.uniform(0.3, 1.7, shape)
    if "large" in traits:
        a = rng.uniform(15.0, 25.0, shape)
    for trait in ("probability", "labels01", "unit", "symmetric", "spd", "invertible", "diagonal", "orthogonal", "onehot"):
        if trait in traits and (len(shape) == 2 or trait in ("probability", "labels01", "unit", "onehot")):
            a = _SHAPED[trait](a, rng)
    return a


def _onehot(a: Any, rng: Any) -> Any:
    return np.eye(a.shape[-1])[rng.integers(0, a.shape[-1], a.shape[:-1])]


_SHAPED: dict[str, Any] = {
    "probability": lambda a, _r: a / a.sum(axis=-1, keepdims=True),
    "labels01": lambda a, rng: rng.integers(0, 2, a.shape).astype(float),
    "unit": lambda a, _r: a / np.linalg.norm(a),
    "symmetric": lambda a, _r: a + a.T,
    "spd": lambda a, _r: a @ a.T + a.shape[-1] * np.eye(a.shape[-1]),
    "invertible": lambda a, _r: a + 2.5 * np.eye(a.shape[0], a.shape[1]),
    "diagonal": lambda a, _r: np.diag(np.diag(a) + 2),
    "orthogonal": lambda a, _r: np.linalg.qr(a)[0],
    "onehot": _onehot,
}


def _size(dim: Any, sizes: dict[str, int]) -> int:
    if isinstance(dim, int) or str(dim).isdigit():
        return int(dim)
    return sizes.setdefault(str(dim), SIZES.get(str(dim), 3))


# ---------------------------------------------------------------- the report


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines of the report: counts by area, and what was refused or wrong."""
    yield f"{'area':18}" + "".join(f"{v:>10}" for v in (*VERDICTS, "readable", "short")) + f"{'derive':>12}{'verify':>12}"
    for area in [*sorted({str(o.case["area"]) for o in outcomes}), ""]:
        group = [o for o in outcomes if area in ("", o.case["area"])]
        counts = "".join(f"{sum(o.verdict == v for o in group):10}" for v in VERDICTS)
        right = [o for o in group if o.verdict == "right"]
        readable = sum(o.matrix_form for o in right)
        short = sum(o.short for o in right)
        times = f"{median([o.derive_ms for o in right] or [0]):9.2f} ms{median([o.verify_ms for o in right] or [0]):9.2f} ms"
        yield f"{area or 'all':18}{counts}{readable:10}{short:10}{times}"
    right = [o for o in outcomes if o.verdict == "right"]
    yield from _forms(outcomes)
    for name, taken in (("derive", [o.derive_ms for o in right]), ("verify", [o.verify_ms for o in right])):
        yield f"{name}: median {quantile(taken, 0.5):.2f} ms, 95th percentile {quantile(taken, 0.95):.2f} ms"
    for verdict in ("wrong", "unjudged", "refused"):
        for o in outcomes:
            if o.verdict == verdict:
                yield f"{verdict}: {o.case['id']}: {o.note}"


def _forms(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """How many answers are matrix formulas, and no longer than the source's, where the source gives a matrix formula."""
    against = [o for o in outcomes if o.comparable]
    if not against:
        return
    yield f"where the source's answer is a matrix formula ({len(against)} of those right):"
    for words, held in (
        ("matrix formula too", [o.matrix_form for o in against]),
        ("at most as long", [o.short for o in against]),
    ):
        yield f"  {words}: {sum(held)}, {100 * sum(held) / len(held):.1f} %"
    missed = [str(o.case["id"]) for o in against if not o.matrix_form]
    longer = [f"{o.case['id']} ({o.leaves} > {o.source_leaves})" for o in against if not o.short]
    for words, names in (("with indices", missed), ("longer", longer)):
        if names:
            yield f"  {words}: {', '.join(names)}"


def markdown(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The report as a page: what is answered in each area, and what is refused and why. Times are left out: they are a machine's."""
    yield "| area | asked | right | refused | wrong | not judged | matrix formula | as short as the source |"
    yield "| --- | --: | --: | --: | --: | --: | --: | --: |"
    for area in [*sorted({str(o.case["area"]) for o in outcomes}), ""]:
        group = [o for o in outcomes if area in ("", o.case["area"])]
        right = [o for o in group if o.verdict == "right"]
        counts = [len(group), *(sum(o.verdict == v for o in group) for v in ("right", "refused", "wrong", "unjudged"))]
        counts += [sum(o.matrix_form for o in right), sum(0 < o.leaves <= o.source_leaves for o in right)]
        yield f"| {area or '**all**'} | {' | '.join(map(str, counts))} |"
    for verdict, title in (("refused", "What is refused"), ("wrong", "What is wrong"), ("unjudged", "What is not judged")):
        found = [o for o in outcomes if o.verdict == verdict]
        if found:
            yield from ("", f"## {title}", "")
        for o in found:
            formula = str(o.case["latex"]).replace("`", "'")
            reason = " ".join(str(o.note).split()).replace("|", r"\|")
            source = str(o.case.get("source", ""))
            said = f" ({source})" if source and "://" not in source else ""
            yield f"- `{formula}` by `{o.case['wrt']}`{said}: {reason}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share of the others does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def record(o: Outcome) -> dict[str, object]:
    """One outcome as data."""
    return {
        "id": o.case["id"],
        "area": o.case["area"],
        "verdict": o.verdict,
        "note": o.note,
        "answer": text(o.answer) if o.answer is not None else "",
        "matrix_form": o.matrix_form,
        "leaves": o.leaves,
        "source_leaves": o.source_leaves,
        "source_matrix_form": o.source is not None and is_matrix_form(o.source),
        "derive_ms": o.derive_ms,
        "verify_ms": o.verify_ms,
    }


__all__ = ["Outcome", "judged", "load", "markdown", "quantile", "record", "table"]
