"""`gradatim ops`: one concern over the whole dictionary, as a table."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence

from gradatim.ops import dictionary
from gradatim.ops.base import (
    Additive,
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
)
from gradatim.term import Apply, Symbol, Term
from gradatim.types import SCALAR, Dim, Type, index_type
from gradatim.write import text

Row = dict[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--table", choices=sorted(TABLES), default="derivative", help="what to list (default: derivative)")
    parser.add_argument("--to", choices=("text", "markdown", "json"), default="text", help="form of the table (default: text)")
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")


def run(arguments: argparse.Namespace) -> int:
    print(render(rows(arguments.table), arguments.to, arguments.table))
    return 0


def rows(table: str) -> list[Row]:
    """One row per operation, in the dictionary's order."""
    return [{"operation": op.name, **TABLES[table](op)} for op in dictionary().values()]


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


TABLES: dict[str, Callable[[Op], Row]] = {
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


def _indexed(op: Op, rule: Indexed) -> str:
    sample = op.samples[0]
    arguments = tuple(_argument(n, t) for n, t in enumerate(sample.types))
    node = Apply(op, arguments, sample.params)
    parts = []
    for k, argument in enumerate(arguments):
        out = _indices("ij", node.type.axes)
        inn = _indices("pq", argument.type.axes)
        monomials = rule.rule(node, k, out, inn)
        left = f"∂{_at('f', out)}/∂{_at(text(argument), inn)}"
        parts.append(f"{left} = {_sum([_monomial(m, node) for m in monomials])}")
    return ", ".join(parts)


def _sum(summands: Sequence[str]) -> str:
    return " + ".join(summands).replace("+ −", "− ") or "0"


def _argument(n: int, t: Type) -> Symbol:
    return Symbol(("XYZ" if t.rank == 2 else "xyz" if t.rank else "abc")[n], t)


def _indices(letters: str, axes: Sequence[Dim]) -> tuple[Term, ...]:
    return tuple(Symbol(letter, index_type(dim)) for letter, dim in zip(letters, axes))


def _at(head: str, indices: Sequence[Term]) -> str:
    return f"{head}[{','.join(_spelt(i) for i in indices)}]" if indices else head


def _spelt(index: Term) -> str:
    name = text(index)
    return "k" if name.startswith("#") else name


def _monomial(m: Monomial, node: Term) -> str:
    """A coefficient and its factors; the function itself is written f."""
    coefficient = "f" if m.coefficient is node else text(m.coefficient)
    factors = []
    for factor in m.factors:
        if factor.head is None:
            factors.append(_at("δ", factor.indices))
        else:
            factors.append(_at("f" if factor.head is node else _closed(text(factor.head)), factor.indices))
    if coefficient in ("1", "−1") and factors:
        return ("−" if coefficient == "−1" else "") + " ".join(factors)
    return " ".join([coefficient, *factors])


def _closed(head: str) -> str:
    return f"({head})" if " " in head else head
