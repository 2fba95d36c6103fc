"""`gradatim bench`: times of a fixed list of derivatives, and how they grow with the size of the problem; `bench cases PATH`
asks and judges a folder of questions."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from gradatim import ops
from gradatim.bench import kernels
from gradatim.bench.cases import judged, load, markdown, table
from gradatim.bench.cases import record as case_record
from gradatim.bench.speed import ENVIRONMENT, TOLERANCE, Row, alone, header, rows
from gradatim.bench.speed import line as speed_line
from gradatim.bench.speed import record as speed_record
from gradatim.check.verify import verify
from gradatim.derive import derivative
from gradatim.errors import GradatimError
from gradatim.ops import Function
from gradatim.term import Apply, Bind, Symbol, Term, walk
from gradatim.types import Dim, Type, index_type, matrix, vector

SUITES = ("derive", "cases", "run")
REPEATS = 5
PATIENCE = 500.0
"""Milliseconds: where one size of a growing problem takes longer, the larger ones are not run and the table says so."""


@dataclass(frozen=True, slots=True)
class Case:
    """A function and what it is differentiated by; `size` is the k or the depth of a growing problem, 0 for a single one."""

    name: str
    size: int
    function: Term
    wrt: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one case: the first time, the median of repetitions of a renamed copy, and one verification."""

    case: Case
    first: float
    median: float
    checked: float | None
    nodes: int
    problem: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "suite",
        metavar="SUITE",
        nargs="?",
        choices=SUITES,
        default="derive",
        help=f"one of: {', '.join(SUITES)} (default: derive)",
    )
    parser.add_argument("path", metavar="PATH", nargs="?", help="for cases: a TOML file of questions, or a folder of them")
    parser.add_argument("--rows", metavar="N,N", default="", help="for run: only these rows of the table, counted from 1")
    parser.add_argument(
        "--kernels",
        choices=("best", "found"),
        default="best",
        help="for run: kernels of OpenBLAS that use the whole processor, or those that it takes as things are (default: best)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--to", choices=("text", "markdown"), default="text", help="for cases: the form of the table (default: text)"
    )


def run(arguments: argparse.Namespace) -> int:
    return {"cases": cases, "derive": derive, "run": speed}[arguments.suite](arguments)


def speed(arguments: argparse.Namespace) -> int:
    """Generated code beside JAX, in a process of one thread; exit status 1 where a value differs."""
    if not alone():
        return _in_own_process(arguments)
    about = kernels.said(kernels.kernels())
    found: list[Row] = []
    for row in rows(_rows(arguments.rows)):
        if not arguments.json:
            if not found:
                print(*([about] if about else []), header(), sep="\n")
            print(speed_line(row), flush=True)
        found.append(row)
    if arguments.json:
        data = {"version": 1, "suite": "run", "kernels": about, "rows": [speed_record(r) for r in found]}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    return 1 if any(r.error > TOLERANCE for r in found) else 0


def _in_own_process(arguments: argparse.Namespace) -> int:
    """The same in a process whose libraries are loaded with the settings that they read at that time only."""
    command = [
        sys.executable,
        "-m",
        "gradatim",
        "bench",
        "run",
        "--rows",
        arguments.rows,
        *(["--json"] if arguments.json else []),
    ]
    better = kernels.environment(kernels.kernels()) if arguments.kernels == "best" else {}
    environment = {**os.environ, **ENVIRONMENT, **better, "GRADATIM_BENCH": "alone"}
    return subprocess.run(command, env=environment, check=False).returncode


def _rows(text: str) -> list[int]:
    if not all(part.strip().isdigit() for part in text.split(",") if part):
        raise GradatimError(f"--rows {text}: rows are given by their numbers, as in 1,3")
    return [int(part) for part in text.split(",") if part]


def cases(arguments: argparse.Namespace) -> int:
    """Judge every case; exit status 1 where one is wrong."""
    if not arguments.path:
        raise GradatimError("bench cases needs the path of a TOML file of questions, or of a folder of them")
    outcomes = [judged(case) for case in load(Path(arguments.path))]
    if arguments.json:
        data = {"version": 1, "suite": "cases", "cases": [case_record(o) for o in outcomes]}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print("\n".join(markdown(outcomes) if arguments.to == "markdown" else table(outcomes)))
    return 1 if any(o.verdict == "wrong" for o in outcomes) else 0


def derive(arguments: argparse.Namespace) -> int:
    timings: list[Timing] = []
    for make in (*single(), *growing()):
        timings.append(measured(make, timings[-1] if timings else None))
        if not arguments.json:
            if len(timings) == 1:
                print(f"{'derivative':44} {'first':>10} {'median':>10} {'verified':>10} {'size':>6}")
            print(line(timings[-1]), flush=True)
    if arguments.json:
        print(
            json.dumps(
                {"version": 1, "suite": arguments.suite, "cases": [record(t) for t in timings]}, ensure_ascii=False, indent=2
            )
        )
    return 0 if not any(t.problem for t in timings) else 3


def line(t: Timing) -> str:
    name = f"{t.case.name}, {t.case.size}" if t.case.size else t.case.name
    if t.problem:
        return f"{name:44} {t.problem.splitlines()[0]}"
    checked = f"{t.checked:7.2f} ms" if t.checked is not None else "-"
    return f"{name:44} {t.first:7.2f} ms {t.median:7.2f} ms {checked:>10} {t.nodes:6}"


def record(t: Timing) -> dict[str, object]:
    return {
        "name": t.case.name,
        "size": t.case.size,
        "first_ms": t.first,
        "median_ms": t.median,
        "verified_ms": t.checked,
        "nodes": t.nodes,
        "problem": t.problem,
    }


def measured(make: Callable[[str], Case], before: Timing | None = None) -> Timing:
    """Every repetition derives a copy with names of its own, so that no table of earlier results helps."""
    case = make("")
    if before and before.case.name == case.name and (before.problem or before.first > PATIENCE):
        return Timing(case, 0.0, 0.0, None, 0, "not run: the size before took too long")
    try:
        first, result = timed(case)
        repeats = [first] if first > PATIENCE else [timed(make(f"_{n}"))[0] for n in range(REPEATS)]
        checked = None
        if len(case.wrt) == 1:
            start = perf_counter()
            verify(case.function, case.wrt[0], result)
            checked = 1000 * (perf_counter() - start)
    except GradatimError as error:
        return Timing(case, 0.0, 0.0, None, 0, str(error))
    return Timing(case, first, median(repeats), checked, sum(1 for _ in walk(result)))


def timed(case: Case) -> tuple[float, Term]:
    start = perf_counter()
    result = derivative(case.function, *case.wrt, verified=False)
    return 1000 * (perf_counter() - start), result


# ---------------------------------------------------------------- the problems


def single() -> Iterator[Callable[[str], Case]]:
    yield least_squares
    yield lambda mark: least_squares(mark, 2)
    yield member_of_logsumexp
    yield bilinear_exponentials
    yield two_layers
    yield cross_entropy


def growing() -> Iterator[Callable[[str], Case]]:
    for k in (1, 2, 4, 8, 12):
        yield lambda mark, k=k: trace_power(mark, k, 1)  # type: ignore[misc]
    for k in (2, 4, 8, 12):
        yield lambda mark, k=k: trace_power(mark, k, 2)  # type: ignore[misc]
    for depth in (1, 2, 4, 6):
        yield lambda mark, depth=depth: network(mark, depth)  # type: ignore[misc]
    for depth in (1, 2, 4, 6):
        yield lambda mark, depth=depth: network(mark, depth, 2)  # type: ignore[misc]
    for depth in (10, 20, 40):
        yield lambda mark, depth=depth: residual(mark, depth)  # type: ignore[misc]
    for order in (1, 2):
        for k in (1, 4, 16, 64):
            yield lambda mark, k=k, order=order: exponentials(mark, k, order)  # type: ignore[misc]


def least_squares(mark: str, order: int = 1) -> Case:
    A, x, b = Symbol("A" + mark, matrix("m", "n")), Symbol("x" + mark, vector("n")), Symbol("b" + mark, vector("m"))
    f = ops.sqnorm(ops.subtract(ops.product(A, x), b))
    return Case("‖Ax − b‖² by x" + " twice" * (order == 2), 0, f, (x,) * order)


def member_of_logsumexp(mark: str) -> Case:
    w = Symbol("w" + mark, vector("d"))
    x = Symbol("x" + mark, _family("N", "d"))
    i, j = Symbol("i" + mark, index_type("N")), Symbol("j" + mark, index_type("N"))
    inside = ops.exp(ops.product(ops.transpose(w), ops.at(x, j)))
    return Case("log Σᵢ exp(wᵀxᵢ) by xᵢ", 0, ops.log(Bind("sum", j, inside)), (ops.at(x, i),))


def bilinear_exponentials(mark: str) -> Case:
    X = Symbol("X" + mark, matrix("m", "n"))
    b, d = Symbol("b" + mark, vector("m")), Symbol("d" + mark, vector("m"))
    c, e = Symbol("c" + mark, vector("n")), Symbol("e" + mark, vector("n"))
    parts = [ops.exp(ops.product(ops.transpose(u), X, v)) for u, v in ((b, c), (d, e))]
    return Case("a log(exp(bᵀXc) + exp(dᵀXe)) by X", 0, ops.product(Symbol("a" + mark), ops.log(ops.add(*parts))), (X,))


def two_layers(mark: str) -> Case:
    W, x, b = Symbol("W" + mark, matrix("h", "d")), Symbol("x" + mark, vector("d")), Symbol("b" + mark, vector("h"))
    w, c, y = Symbol("w" + mark, vector("h", row=True)), Symbol("c" + mark), Symbol("y" + mark)
    inner = ops.add(ops.product(W, x), b)
    guess = Apply(Function("g" + mark, "ŷ", (), ops.add(ops.product(w, inner), c)), ())
    return Case("(y − ŷ)² through a definition, by W", 0, ops.power(ops.subtract(y, guess), ops.number(2)), (W,))


def cross_entropy(mark: str) -> Case:
    w = Symbol("w" + mark, vector("D"))
    x, y = Symbol("x" + mark, _family("N", "D")), Symbol("y" + mark, _family("N"))
    i = Symbol("i" + mark, index_type("N"))
    u, v = Symbol("u" + mark, vector("D")), Symbol("v" + mark, vector("D"))
    h = Function("h" + mark, "h", (u, v), ops.sigmoid(ops.product(ops.transpose(u), v)))
    call, label = Apply(h, (w, ops.at(x, i))), ops.at(y, i)
    one = ops.number(1)
    loss = ops.add(
        ops.product(label, ops.log(call)),
        ops.product(ops.subtract(one, label), ops.log(ops.subtract(one, call))),
    )
    return Case("cross-entropy of h(w, xᵢ) by w", 0, Bind("sum", i, loss), (w,))


def trace_power(mark: str, k: int, order: int) -> Case:
    A, X = Symbol("A" + mark, matrix("n", "m")), Symbol("X" + mark, matrix("m", "n"))
    return Case("tr((AX)ᵏ) by X" + " twice" * (order == 2), k, ops.trace(ops.product(*(A, X) * k)), (X,) * order)


def network(mark: str, depth: int, order: int = 1) -> Case:
    x = Symbol("x" + mark, vector("n0"))
    value: Term = x
    first = Symbol(f"W1{mark}", matrix("n1", "n0"))
    for layer in range(1, depth + 1):
        W = first if layer == 1 else Symbol(f"W{layer}{mark}", matrix(f"n{layer}", f"n{layer - 1}"))
        value = ops.tanh(ops.add(ops.product(W, value), Symbol(f"b{layer}{mark}", vector(f"n{layer}"))))
    loss = ops.sqnorm(ops.subtract(value, Symbol("y" + mark, vector(f"n{depth}"))))
    if order == 2:
        return Case("‖network − y‖² by its input twice", depth, loss, (x, x))
    return Case("‖network − y‖² by its first weights", depth, loss, (first,))


def residual(mark: str, depth: int) -> Case:
    """Layers x + tanh(W x) of one width: 2ᴸ paths, L adjoints."""
    x = Symbol("x" + mark, vector("n"))
    value: Term = x
    for layer in range(1, depth + 1):
        value = ops.add(value, ops.tanh(ops.product(Symbol(f"W{layer}{mark}", matrix("n", "n")), value)))
    return Case("‖residual network‖² by its input", depth, ops.sqnorm(value), (x,))


def exponentials(mark: str, k: int, order: int) -> Case:
    x = Symbol("x" + mark, vector("n"))
    logs = []
    for n in range(1, k + 1):
        A, b = Symbol(f"A{n}{mark}", matrix("m", "n")), Symbol(f"b{n}{mark}", vector("m"))
        logs.append(ops.logsumexp(ops.add(ops.product(A, x), b)))
    return Case("Σ log-sum-exp(Aₖx + bₖ) by x" + " twice" * (order == 2), k, ops.add(*logs) if k > 1 else logs[0], (x,) * order)


def _family(count: str, *member: str) -> Type:
    return Type(tuple(map(Dim.of, (count, *member))), family=1)
