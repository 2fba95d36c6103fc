"""JAX's loops and branches on the way to a formula: `scan` (and `fori_loop`, which becomes one), and `cond`.

A loop of a known number of passes is run pass by pass. One over an axis with a name is run twice, as Python's loops are
(`gradatim.trace.loops`), and what the passes add up is a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.errors import GradatimError
from gradatim.term import Number
from gradatim.trace import proxy
from gradatim.trace.broadcast import array
from gradatim.trace.conditions import Condition
from gradatim.trace.functions import FUNCTIONS
from gradatim.trace.loops import MOST_PASSES, Loop, Turns
from gradatim.trace.proxy import Traced
from gradatim.types import Dim

Run = Callable[[Any, Sequence[Any], list[Any]], list[Any]]


def scan(params: Any, args: Sequence[Any], run: Run, plain: Callable[[Any], Any]) -> list[Any]:
    """The carries after the last pass, then what each pass made, stacked. `plain` makes a traced array of one that is known.

    At sizes at hand every loop is run pass by pass, and what is known stays known.
    """
    body = params["jaxpr"]
    consts, carries = int(params["num_consts"]), int(params["num_carry"])
    fixed = isinstance(proxy.SIZES, proxy.Fixed)
    args = args if fixed else [plain(a) for a in args]
    held, carry, rows = list(args[:consts]), list(args[consts : consts + carries]), list(args[consts + carries :])
    dim = Dim.of(int(params["length"])) if fixed else proxy.SIZES.dim(int(params["length"]))
    counters = _counters(body, consts, carry)
    if dim.literal is not None:
        if dim.literal > MOST_PASSES:
            raise GradatimError(f"a loop of {dim} passes is too long to be traced pass by pass")
        places: list[Any] = list(range(dim.literal))
    else:
        loop = Loop(dim)
        proxy.SIZES.loops.append(loop)
        places = list(Turns(loop))
    made: list[list[Any]] = []
    for place in reversed(places) if params["reverse"] and dim.literal is not None else places:
        for k, start in counters.items():
            carry[k] = place + start if start else place
            carry[k] = array(carry[k]) if isinstance(carry[k], int) else carry[k]
        out = run(body.jaxpr, body.consts, [*held, *carry, *(_row(x, place) for x in rows)])
        carry = out[:carries]
        made.append(out[carries:])
    for k, start in counters.items():
        carry[k] = array(proxy.SIZES.of(dim) + start)
    if params["reverse"] and dim.literal is not None:
        made.reverse()
    return [*carry, *(FUNCTIONS["stack"]([plain(a) for a in column]) for column in zip(*made))]


def _row(a: Any, place: Any) -> Any:
    """What a pass takes of an array that the loop runs over."""
    return a.then(lambda v: v[place]) if hasattr(a, "then") else array(a)[place]


def _counters(body: Any, consts: int, carry: Sequence[Any]) -> dict[int, int]:
    """The carries that count passes, and where they begin."""
    found: dict[int, int] = {}
    for k, start in enumerate(carry):
        own, out = body.jaxpr.invars[consts + k], body.jaxpr.outvars[k]
        for equation in body.jaxpr.eqns:
            if out in equation.outvars and equation.primitive.name == "add" and equation.invars[0] is own:
                step = getattr(equation.invars[1], "val", None)
                begins = getattr(start, "term", None)
                if step is not None and int(step) == 1 and isinstance(begins, Number) and begins.value.denominator == 1:
                    found[k] = int(begins.value)
    return found


def branch(params: Any, args: Sequence[Any], run: Run) -> list[Any]:
    """What is chosen by a condition, from both branches."""
    chosen, *operands = args
    branches = params["branches"]
    fixed = chosen if isinstance(chosen, int) else _number(chosen)
    if fixed is not None:
        taken = branches[max(0, min(int(fixed), len(branches) - 1))]
        return run(taken.jaxpr, taken.consts, operands)
    if not isinstance(chosen, Condition) or len(branches) != 2:
        raise GradatimError("a branch is of a comparison of values, or of a number that is known")
    below, above = (run(b.jaxpr, b.consts, list(operands)) for b in branches)
    return [FUNCTIONS["where"](chosen, a, b) for a, b in zip(above, below)]


def _number(a: Any) -> int | None:
    term = getattr(a, "term", None)
    return int(term.value) if isinstance(a, Traced) and isinstance(term, Number) and term.value.denominator == 1 else None
