"""`--to test`: a NumPy script, complete in itself, that compares an answer with finite differences of the function."""

from __future__ import annotations

from gradatim.errors import GradatimError, ReadError
from gradatim.judge.numpy_text import Statements, dimension, identifier, position, size_name
from gradatim.judge.pieces import unfolded
from gradatim.judge.verdict import Verdict
from gradatim.ops import at
from gradatim.read.problem import Problem
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index
from gradatim.types import LABELS
from gradatim.value.points import generic_sizes, parts
from gradatim.write import text

DRAWN = frozenset(
    "positive nonnegative probability adds_to_one signs labels01 onehot spd psd symmetric diagonal invertible constant variable real square "
    "nonzero".split()
)
"""Facts that a script's random values respect."""


def numpy_script(problem: Problem, wrt: tuple[Term, ...], verdict: Verdict) -> str:
    """The script for an answer that was read. It prints the largest difference of any entry and exits with 1 where they differ.

    Raises ReadError where there is no answer to test, GradatimError for what has no NumPy text.
    """
    if verdict.answer is None:
        raise ReadError(f"there is no answer to test: {verdict.message}")
    function, answer = unfolded(problem.term), unfolded(verdict.answer)
    variable = wrt[-1]
    if len(wrt) == 2:
        raise GradatimError("scripts are written for first derivatives; test a second one as the derivative of the first")
    if isinstance(variable, Apply) and variable.op is not at:
        raise GradatimError(f"a script is by a name, not by {text(variable)}")
    symbol, places = (
        (variable.args[0], variable.args[1:]) if isinstance(variable, Apply) and variable.op is at else (variable, ())
    )
    symbols = [s for s in free_symbols(function, answer, variable) if not is_index(s)]
    indices = [s for s in free_symbols(function, answer, variable) if is_index(s) and not s.name.startswith("#")]
    nodes = parts(function, answer, variable)
    sizes = generic_sizes(nodes)
    assert isinstance(symbol, Symbol)
    lines = [*_head(wrt), *(f"{size_name(n)} = {k}" for n, k in sizes.items()), *_indices(indices, sizes)]
    lines += ["", "", *_function("f", function, symbols, text(function)), "", ""]
    lines += [*_function("answer", answer, symbols, text(answer)), "", ""]
    lines += _draws(symbols)
    turned = verdict.layout == ("numerator" if function.is_scalar else "denominator")
    lines += _comparison(symbols, symbol, places, turned)
    return "\n".join(lines)


def _head(wrt: tuple[Term, ...]) -> list[str]:
    return [
        f'"""Is this the derivative of f by {text(wrt[0])}? Central differences against the answer, at a random point."""',
        "",
        "import sys",
        "",
        "import numpy as np",
        "",
        "rng = np.random.default_rng(17)",
    ]


def _indices(indices: list[Symbol], sizes: dict[str, int]) -> list[str]:
    return [f"{identifier(i)} = {k % max(1, i.type.index.evaluate(sizes))}" for k, i in enumerate(indices, 1) if i.type.index]


def _function(name: str, term: Term, symbols: list[Symbol], said: str) -> list[str]:
    body = Statements()
    result = body.value(term)
    arguments = ", ".join(identifier(s) for s in symbols)
    return [f"def {name}({arguments}):", f"    # {said}", *body.lines, f"    return np.asarray({result}, dtype=float)"]


def _draws(symbols: list[Symbol]) -> list[str]:
    """Random values that respect what is declared."""
    out = []
    for s in symbols:
        shape = ", ".join(dimension(d) for d in s.type.axes)
        value = f"rng.standard_normal(({shape},))" if shape else "rng.standard_normal()"
        name, facts = identifier(s), s.type.facts
        if facts & {"positive", "nonnegative", "probability"}:
            value = f"np.abs({value}) + 0.5"
        out.append(f"{name} = {value}")
        if s.type.member.rank == 2 and facts & {"spd", "psd"}:
            out.append(f"{name} = {name} @ np.swapaxes({name}, -1, -2) + np.eye({name}.shape[-1])")
        elif s.type.member.rank == 2 and facts & {"symmetric"}:
            out.append(f"{name} = {name} + np.swapaxes({name}, -1, -2)")
        elif s.type.member.rank == 2 and facts & {"diagonal"}:
            out.append(f"{name} = np.diag(np.diag({name}))")
        if facts & {"signs", "labels01"}:
            out.append(f"{name} = np.where({name} < 0, {'-1.0' if 'signs' in facts else '0.0'}, 1.0)")
        if "onehot" in facts:
            out.append(f"{name} = np.eye({name}.shape[-1])[np.argmax({name}, axis=-1)]")
        if facts & {"probability", "adds_to_one"}:
            out.append(f"{name} = {name} / {name}.sum(axis=-1, keepdims=True)")
        odd = {f for f in facts - DRAWN if not f.startswith(LABELS)}
        if odd:
            raise GradatimError(f"a script cannot draw a {s.label} that is {', '.join(sorted(odd))}")
    return out


DIFFERENCES = """
def differences(function, x, step=1e-6):
    # Central differences: the axes of the function come first, then those of x.
    x = np.asarray(x, dtype=float)
    columns = []
    for k in range(x.size):
        d = np.zeros(x.size)
        d[k] = step
        d = d.reshape(x.shape)
        columns.append((function(x + d) - function(x - d)) / (2 * step))
    return np.stack(columns, axis=-1).reshape(np.shape(columns[0]) + x.shape)
"""
VERDICT = """if given.shape != numeric.shape:
    sys.exit(f"the shapes differ: the answer has {given.shape}, the derivative {numeric.shape}")
gap = np.max(np.abs(given - numeric)) / max(1.0, np.max(np.abs(numeric)))
print(f"largest relative difference of an entry: {gap:.2e}")
sys.exit(0 if gap < 1e-5 else "the answer is not the derivative")
"""


def _comparison(symbols: list[Symbol], symbol: Symbol, places: tuple[Term, ...], turned: bool) -> list[str]:
    x, here = identifier(symbol), "".join(f"[{position(p)}]" for p in places)
    moved = ", ".join("part" if s is symbol and not places else "moved" if s is symbol else identifier(s) for s in symbols)
    lines = [*DIFFERENCES.splitlines(), "", ""]
    if places:
        lines += [
            "def of_member(part):",
            f"    moved = np.array({x})",
            f"    moved{here} = part",
            f"    return f({moved})",
            "",
            "",
        ]
        lines += [f"numeric = differences(of_member, {x}{here})"]
    else:
        lines += [f"numeric = differences(lambda part: f({moved}), {x})"]
    lines += [f"given = answer({', '.join(map(identifier, symbols))}){'.T' if turned else ''}", *VERDICT.splitlines()]
    return lines


__all__ = ["numpy_script"]
