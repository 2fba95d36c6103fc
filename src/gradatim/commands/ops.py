"""`gradatim ops`: one concern over the whole dictionary, as a table."""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradatim.errors import GradatimError
from gradatim.ops import dictionary, facts
from gradatim.ops.base import (
    Additive,
    Along,
    Einsum,
    Group,
    Indexed,
    LocallyConstant,
    Monomial,
    Multilinear,
    Op,
    Paired,
    PairedEinsum,
    Pointwise,
    Primary,
    Sample,
    Structural,
)
from gradatim.term import Apply, Symbol, Term
from gradatim.types import SCALAR, Dim, Type, index_type
from gradatim.write import text

Row = dict[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "operations",
        metavar="OPERATION",
        nargs="*",
        default=(),
        help="only these operations: names, words of their titles, or how they are written (inverse, det, softmax); all is said of each",
    )
    parser.add_argument("--table", choices=sorted(TABLES), help="what to list (default: derivative)")
    parser.add_argument("--to", choices=("text", "markdown", "json"), default="text", help="form of the table (default: text)")
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")


def run(arguments: argparse.Namespace) -> int:
    chosen = named(arguments.operations)
    if chosen and arguments.table is None and arguments.to == "text":
        print("\n\n".join(card(op) for op in chosen))
        return 0
    table = arguments.table or "derivative"
    if arguments.to == "text" and sys.stdout.isatty():
        as_grid(rows(table, chosen))
    else:
        print(render(rows(table, chosen), arguments.to, table))
    return 0


def named(words: Sequence[str]) -> list[Op]:
    """The operations that are meant by names, by spellings that are read as them, or by words of their titles; in the dictionary's order."""
    known = dictionary().values()
    found: dict[str, None] = {}
    for word in words:
        plain = word.lstrip("\\").lower()
        exact = [op.name for op in known if plain in (op.name.lower(), *(n.lstrip("\\").lower() for n in op.notation.names))]
        titled = [op.name for op in known if plain in op.name.lower() or re.search(rf"\b{re.escape(plain)}", op.title.lower())]
        if not exact and not titled:
            near = get_close_matches(plain, dictionary(), 3, 0.5)
            raise GradatimError(f"there is no operation {word!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
        found |= dict.fromkeys(exact or titled)
    return [op for op in known if op.name in found]


def card(op: Op) -> str:
    """All that the dictionary says of an operation, a line each."""
    lines = [f"{op.name}: {op.title}"]
    for table in TABLES.values():
        for name, said in table(op).items():
            lines += textwrap.wrap(f"{name}: {said}", 100, initial_indent="  ", subsequent_indent="      ") if said else []
    return "\n".join(lines)


def as_grid(table: Sequence[Row]) -> None:
    """The rows for people: columns that wrap to the width of the terminal."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for k, head in enumerate(table[0]):
        grid.add_column(head, style="bold" if not k else None, overflow="fold", no_wrap=not k)
    for row in table:
        grid.add_row(*(Text(cell) for cell in row.values()))
    Console(highlight=False).print(grid)


def rows(table: str, chosen: Sequence[Op] = ()) -> list[Row]:
    """One row per operation, in the dictionary's order."""
    return [{"operation": op.name, **TABLES[table](op)} for op in chosen or dictionary().values()]


def render(table: Sequence[Row], to: str, title: str) -> str:
    """The rows as JSON, as a Markdown table or in aligned columns."""
    if to == "json":
        return json.dumps({"version": 1, "table": title, "operations": list(table)}, ensure_ascii=False, indent=2)
    heads = list(table[0])
    lines = [[row[h] for h in heads] for row in table]
    if to == "markdown":
        body = [["`" + line[0] + "`", *(_cell(c) for c in line[1:])] for line in lines]
        return "\n".join("| " + " | ".join(line) + " |" for line in [heads, ["---"] * len(heads), *body])
    widths = [max(len(line[k]) for line in [heads, *lines]) for k in range(len(heads))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() for line in [heads, *lines])


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


# ---------------------------------------------------------------- the concerns


def _derivative_row(op: Op) -> Row:
    return {"derivative": derivative_text(op), "rule": op.rule, "source": op.source}


def _shape_row(op: Op) -> Row:
    shapes = []
    for sample in op.samples:
        given = ", ".join(t.describe() for t in sample.types) or "dimensions"
        result = op.signature(sample.types, sample.params).describe()
        shapes.append(f"{given} → {result}")
    return {"shapes": "; ".join(dict.fromkeys(shapes))}


def _code_row(op: Op) -> Row:
    return {target: op.code[target] for target in sorted(op.code)}


def _notation_row(op: Op) -> Row:
    n = op.notation
    return {
        "kind": n.kind,
        "latex": n.latex + (f" … {n.close_latex}" if n.close_latex else ""),
        "text": n.text + (f" … {n.close_text}" if n.close_text else ""),
        "read as": ", ".join(n.names),
    }


TRIED = tuple("symmetric skew diagonal lower upper orthogonal spd psd invertible positive nonzero unit probability".split())


def _laws_row(op: Op) -> Row:
    """What holds of the result: always, and where it holds of the arguments; found by asking the record."""
    sample = op.samples[0]
    n = Dim.of("n")
    square = replace(sample, types=tuple(replace(t, axes=(n,) * t.rank) if t.index is None else t for t in sample.types))
    always = _known(op, sample, "")
    carried = []
    for fact in TRIED:
        found = sorted(_known(op, square, fact) - _known(op, square, ""), key=_order)
        if found:
            carried.append(f"{fact} → {', '.join(found)}")
    needs = ", ".join(dict.fromkeys(d for d in op.domain if d))
    return {"kind": _kind(op), "needs": needs, "always": ", ".join(sorted(always, key=_order)), "carries": "; ".join(carried)}


def _order(fact: str) -> tuple[int, str]:
    return (TRIED.index(fact) if fact in TRIED else len(TRIED), fact)


def _known(op: Op, sample: Sample, fact: str) -> frozenset[str]:
    """What is known of the operation on symbols with a fact that their types allow."""
    given = []
    for n, t in enumerate(sample.types):
        bare = replace(t, facts=frozenset())
        allowed = fact and not (fact in SQUARE and (t.rank != 2 or t.axes[0] != t.axes[1])) and t.index is None
        given.append(_argument(n, replace(bare, facts=frozenset({fact})) if allowed else bare))
    try:
        return facts(Apply(op, given, sample.params))
    except GradatimError:  # the shapes that its samples have are needed
        return frozenset()


SQUARE = frozenset("symmetric skew diagonal lower upper orthogonal spd psd invertible".split())
KINDS = {
    Multilinear: "linear in each argument",
    Paired: "linear in each argument",
    Additive: "linear in all arguments together",
    Pointwise: "entry by entry",
    LocallyConstant: "locally constant",
    Indexed: "smooth",
    Primary: "a function of a matrix",
    Along: "linear along a matrix",
    Structural: "an entry of its argument",
}


def _kind(op: Op) -> str:
    return "constant" if op.arity == 0 else KINDS[type(op.derivative)]


TABLES: dict[str, Callable[[Op], Row]] = {
    "laws": _laws_row,
    "derivative": _derivative_row,
    "shape": _shape_row,
    "code": _code_row,
    "notation": _notation_row,
}


# ---------------------------------------------------------------- derivatives in words


def derivative_text(op: Op) -> str:
    """The derivative field of a record as a person would state it."""
    rule = op.derivative
    if isinstance(rule, Pointwise):
        return _pointwise(op, rule)
    if not op.arity and op.arity is not None:
        return "zero: it has no arguments"
    if isinstance(rule, Multilinear):
        sample = op.samples[0]
        return f"linear in each argument: {einsum_text(rule.einsum(sample.types, sample.params))}"
    if isinstance(rule, Paired):
        sample = op.samples[0]
        return f"linear in each argument: {paired_text(rule.einsum(sample.types, sample.params))}"
    if isinstance(rule, Additive):
        return "the identity by each term"
    if isinstance(rule, LocallyConstant):
        return "zero wherever there is one"
    if isinstance(rule, Indexed):
        return _indexed(op, rule)
    if isinstance(rule, Primary):
        return _primary(op, rule)
    if isinstance(rule, Along):
        return _along(op, rule)
    return "through its argument"


def _pointwise(op: Op, rule: Pointwise) -> str:
    arguments = [Symbol(name, SCALAR) for name in "xyz"[: len(rule.partials)]]
    value = Symbol("f", SCALAR)
    partials = []
    for k, partial in enumerate(rule.partials):
        partials.append(f"∂f/∂{'xyz'[k]} = {text(partial(*arguments, value))}")
    return ", ".join(partials)


def einsum_text(einsum: Einsum) -> str:
    """`ij, jk → ik`; an index that is repeated on the right is a diagonal, a new one there a vector of ones."""
    letters: dict[int, str] = {}

    def spell(indices: tuple[int, ...]) -> str:
        return "".join(letters.setdefault(i, _letter(len(letters))) for i in indices)

    left = ", ".join(spell(i) or "·" for i in einsum.ins)
    return f"{left} → {spell(einsum.out) or '·'}"


def paired_text(einsum: PairedEinsum) -> str:
    """`ij → (ji)`: indices in brackets count one axis together, the first slowest."""
    letters: dict[int, str] = {}

    def spell(axes: tuple[Group, ...]) -> str:
        words = ["".join(letters.setdefault(i, _letter(len(letters))) for i in group) for group in axes]
        return "".join(w if len(w) == 1 else f"({w})" for w in words)

    return f"{', '.join(map(spell, einsum.ins))} → {spell(einsum.out)}"


def _letter(n: int) -> str:
    return "ijklpqrstuvw"[n] if n < 12 else f"i{n}"


def _primary(op: Op, rule: Primary) -> str:
    arguments = tuple(_argument(n, t) for n, t in enumerate(op.samples[0].types))
    node = Apply(op, arguments, op.samples[0].params)
    said = f"d tr f = tr({text(rule.slope(node))} dX), and d f = {text(rule.slope(node))} dX where dX commutes with X"
    return said if rule.along is None else f"d f = {text(rule.along(node, Symbol('dX', arguments[0].type)))}; {said}"


def _along(op: Op, rule: Along) -> str:
    node = Apply(op, tuple(_argument(n, t) for n, t in enumerate(op.samples[0].types)), op.samples[0].params)
    moved = node.args[rule.by]
    assert isinstance(moved, Symbol)
    step = Symbol(f"d{moved.name}", moved.type)
    return f"d f = {text(rule.moves(node, step))}, by {text(moved)} alone"


def _indexed(op: Op, rule: Indexed) -> str:
    sample = op.samples[0]
    arguments = tuple(_argument(n, t) for n, t in enumerate(sample.types))
    node = Apply(op, arguments, sample.params)
    parts = []
    for k, argument in enumerate(arguments):
        out = _indices("ijl", node.type.axes)
        inn = _indices("pq", argument.type.axes)
        monomials = rule.rule(node, k, out, inn)
        left = f"∂{_at('f', out)}/∂{_at(text(argument), inn)}"
        parts.append(f"{left} = {_sum([_monomial(m, node) for m in monomials])}")
    return ", ".join(parts)


def _sum(summands: Sequence[str]) -> str:
    return " + ".join(summands).replace("+ −", "− ") or "0"


def _argument(n: int, t: Type) -> Symbol:
    return Symbol(("XYZW" if t.rank == 2 else "xyzw" if t.rank else "abcd")[n], t)


def _indices(letters: str, axes: Sequence[Dim]) -> tuple[Term, ...]:
    return tuple(Symbol(letter, index_type(dim)) for letter, dim in zip(letters, axes))


def _at(head: str, indices: Sequence[Term], summed: Sequence[Term] = ()) -> str:
    return f"{head}[{','.join(_spelt(i, summed) for i in indices)}]" if indices else head


def _spelt(index: Term, summed: Sequence[Term]) -> str:
    """The letter of an index; indices that are summed have letters of their own."""
    name = text(index)
    return "krst"[summed.index(index) if index in summed else 0] if name.startswith("#") else name


def _monomial(m: Monomial, node: Term) -> str:
    """A coefficient and its factors; the function itself is written f."""
    coefficient = "f" if m.coefficient is node else text(m.coefficient)
    factors = []
    summed = list(dict.fromkeys(i for factor in m.factors for i in factor.indices if text(i).startswith("#")))
    for factor in m.factors:
        if factor.head is None:
            factors.append(_at("δ", factor.indices, summed))
        else:
            factors.append(_at("f" if factor.head is node else _closed(text(factor.head)), factor.indices, summed))
    if coefficient in ("1", "−1") and factors:
        return ("−" if coefficient == "−1" else "") + " ".join(factors)
    return " ".join([coefficient, *factors])


def _closed(head: str) -> str:
    return f"({head})" if " " in head else head
