"""Questions asked in other spellings: what comes is compared, by numbers, with what the original's answer is.

`PYTHONPATH=tests python -m fuzz.respelled [FOLDER OF CASES] --seed N` prints counts by transformation.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from gradatim.bench.cases import drawn as case_drawn
from gradatim.bench.cases import load
from gradatim.bench.expression import value_of
from gradatim.bench.lookup import assigned
from gradatim.derive.structured import asked
from gradatim.errors import GradatimError
from gradatim.read.names import stripped
from gradatim.read.problem import Problem, read
from gradatim.read.reading import canonical_name
from gradatim.term import Symbol, free_symbols, is_index
from gradatim.value.floats import evaluate
from gradatim.write.text import text
from questions import ask
from questions.test_questions import EVERY, UNANSWERED

from . import respell
from .respell import Spelt


@dataclass
class Base:
    """A question that is answered right as it stands, and its values by LaTeX name."""

    spelt: Spelt
    order: int
    layout: str
    arrays: dict[str, Any]
    sizes: dict[str, int]
    places: dict[str, int]
    gold: Any
    label: str


@dataclass
class Outcome:
    verdict: str
    note: str
    spelt: Spelt
    assumed: tuple[str, ...] = ()


def base_of(
    given: str,
    latex: str,
    wrt: str,
    order: int,
    layout: str,
    arrays: Mapping[str, Any],
    sizes: Mapping[str, int],
    gold: Any,
    label: str,
) -> Base | None:
    """The question with its values under LaTeX names; None where it is not answered right as it stands."""
    try:
        problem = read(latex, given=given)
        variable = problem.find(wrt)
    except GradatimError:
        return None
    pair = (variable, wrt) if isinstance(variable, Symbol) else None
    found = assigned({s: n for n, s in problem.symbols.items()}, arrays, pair)
    by_latex = {s.name: np.asarray(arrays[a], dtype=float) for s, a in found.items()}
    kinds = {}
    for s in problem.symbols.values():
        if s.type.family or s.rank > 2:
            kinds = {}
            break
        kinds[s.name] = (s.rank, tuple(str(d) for d in s.type.axes), tuple(f.replace("_", " ") for f in s.type.facts))
    every = {s.name: (s.rank, tuple(str(d) for d in s.type.axes), ()) for s in problem.symbols.values()}
    spelling = variable.name if isinstance(variable, Symbol) else wrt
    guessed = frozenset(n for n in every if any(a.fix.startswith(f"${n}$ is a ") for a in problem.assumed))
    spelt = Spelt(given, latex, spelling, kinds or every, guessed=guessed)
    places = {n: int(v) + 1 for n, v in arrays.items() if isinstance(v, (int, np.integer)) and len(n) == 1}
    sizes = dict(sizes) | {n: int(v) for n, v in arrays.items() if isinstance(v, (int, np.integer))}
    for s, a in found.items():
        for d, k in zip(s.type.axes, np.shape(arrays[a])):
            if d.names == (str(d),):
                sizes[str(d)] = k
    base = Base(spelt, order, layout, by_latex, sizes, places, np.squeeze(np.asarray(gold, dtype=float)), label)
    return base if judged(base, spelt).verdict == "agreed" else None


def value(base: Base, spelt: Spelt) -> tuple[Any, Problem]:
    problem = read(spelt.latex, given=spelt.given)
    wrt = problem.find(spelt.wrt)
    by = (wrt,) * base.order
    term = asked(problem.term, by, problem.structure_for(by), base.layout, problem.shorthand).term
    names = {_key(spelt.name(n)): a for n, a in base.arrays.items()}
    values: dict[Any, Any] = {}
    places: dict[Any, int] = {}
    for s in free_symbols(term):
        if is_index(s):
            at = {spelt.name(n): k for n, k in base.places.items()}.get(s.name)
            if at is not None:
                places[s] = at
        elif _key(s.name) in names:
            values[s] = names[_key(s.name)]
    own = {str(d) for s in values for d in s.type.axes if d.names == (str(d),)}
    sizes = {spelt.size(respell.mapped(n, spelt.letters)): k for n, k in base.sizes.items()}
    return evaluate(term, values, {n: k for n, k in sizes.items() if n not in own}, places), problem


def _key(name: str) -> str:
    return stripped(canonical_name(name) or name).replace(" ", "").replace("\\bm", "")


def judged(base: Base, spelt: Spelt, factor: float = 1.0) -> Outcome:
    try:
        got, problem = value(base, spelt)
    except GradatimError as error:
        kind = type(error).__name__
        misread = "array given" in str(error) or "size of the dimension" in str(error)
        word = "WRONG" if misread else "unjudged" if kind == "EvaluationError" else "refused"
        return Outcome(word, f"{kind}: {str(error).splitlines()[0]}", spelt)
    got = np.squeeze(np.asarray(got, dtype=float))
    wanted = base.gold * factor
    close = got.shape == wanted.shape and np.allclose(
        got, wanted, rtol=1e-5 if base.order == 1 else 1e-4, atol=1e-7 if base.order == 1 else 1e-4
    )
    guesses = tuple(a.text for a in problem.assumed)
    return Outcome("agreed" if close else "WRONG", text(problem.term), spelt, guesses)


def from_cases(folder: Path) -> Iterator[Base]:
    for case in load(folder):
        rng = np.random.default_rng(zlib.crc32(str(case["id"]).encode()))
        sizes: dict[str, int] = {}
        try:
            arrays = {n: case_drawn(rng, spec, sizes) for n, spec in case["vars"].items()}
            gold = value_of(case["py"]["answer"], arrays)
        except GradatimError:
            continue
        layout = "denominator" if case.get("layout") == "jacobian-T" else "gradient"
        for wrt in (case["wrt"], case.get("wrt_latex", case["wrt"])):
            base = base_of(
                case.get("given", ""), case["latex"], wrt, case.get("order", 1), layout, arrays, sizes, gold, case["id"]
            )
            if base is not None:
                yield base
                break


def from_questions(questions: Sequence[ask.Question]) -> Iterator[Base]:
    for q in questions:
        if q.name in UNANSWERED:
            continue
        values = ask.drawn(q)
        gold = ask.wanted(q, values)
        written = {n: k for n, k in ask.SIZES.items() if re.search(rf"(?<![A-Za-z\\]){n}(?![A-Za-z])", q.given)}
        base = base_of(q.given, q.latex, q.wrt, q.order, "gradient", values, written, gold, q.name)
        if base is not None:
            yield base


def bases_of(count: int) -> tuple[Base, ...]:
    """The first questions of the tests, spread over all; every one where count is 0."""
    step = max(len(EVERY) // count, 1) if count else 1
    return tuple(from_questions(EVERY[::step]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--refused", action="store_true")
    args = parser.parse_args()
    bases = list(from_cases(Path(args.cases))) if args.cases else list(bases_of(0))
    print(len(bases), "questions")
    total: Counter[str] = Counter()
    for name, change in respell.KEPT.items():
        if args.only and not re.search(args.only, name):
            continue
        counts: Counter[str] = Counter()
        for base in bases:
            rng = Random(f"{args.seed}:{base.label}:{name}")
            new = change(base.spelt, rng)
            if new is None:
                continue
            out = judged(base, new)
            counts[out.verdict] += 1
            if out.verdict in ("WRONG", "unjudged") or (args.refused and out.verdict == "refused"):
                print(
                    f"  {out.verdict} [{name}] {base.label}\n     from {base.spelt.given!r} | {base.spelt.latex!r}\n       to {new.given!r} | {new.latex!r} | {new.wrt}\n     {out.note}"
                )
                for a in out.assumed:
                    print("       assumed:", a)
        total += counts
        print(f"{name:28}", dict(counts), flush=True)
    print("TOTAL", dict(total))


if __name__ == "__main__":
    main()
