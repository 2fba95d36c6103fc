"""Sums and products over part of a range: `i < j`, `1 \\le i < j \\le n`, `j \\ne i`, `j = i+1, …, n`, `(i, j) \\in \\Omega`, `i \\in S`.

Such a sum is the sum over the whole range of its terms times a constant of zeros and ones: the entries of triu(𝟏) for `i ≤ j`,
1 − δ_ij for `i ≠ j`, the entries of the set's own 0/1 array for membership.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradatim import ops
from gradatim.errors import ReadError, Span
from gradatim.ops.base import Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.read.index_sets import own_array, set_of
from gradatim.read.infer import Draft, Size, dimension
from gradatim.read.labels import label_at
from gradatim.read.names import text_name
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, bare, spell
from gradatim.term import Apply, Term, depends_on, substitute, walk

if TYPE_CHECKING:
    from gradatim.read.resolve import Resolver

_ORDER = ("<", "<=", ">", ">=")


@dataclass(slots=True)
class Restricted:
    """The indices that a restricted sum binds, each with its extent, and the conditions on them."""

    bound: dict[str, Size]
    conditions: list[tuple[str, str, str]]
    """Relation and two indices, or `in`, a set and the indices that are in it (joined by a comma)."""
    span: Span


def is_restricted(node: Node, scope: Resolver) -> bool:
    """Whether the limits say more than a range for each index."""
    sub = next((p for p in node.posts if p.kind == "sub"), None)
    sup = next((p for p in node.posts if p.kind == "power"), None)
    if sub is None:
        return False
    relations = [t.text for t in sub.tokens if t.kind == "op" and t.text not in (",", "=", "...", "+", "-", ".")]
    if relations:
        return True
    ends = (*_after_equals(sub.tokens), *(sup.tokens if sup is not None else ()))
    return any(t.kind == "name" and t.text in scope.bound and t.text not in scope.tables.sizes for t in ends)


def _after_equals(tokens: tuple[Token, ...]) -> list[Token]:
    at = next((k for k, t in enumerate(tokens) if t.text == "="), len(tokens))
    return list(tokens[at + 1 :])


def restricted(node: Node, scope: Resolver, used: Callable[[str], bool]) -> Restricted:
    """What the limits of the sum say. `used` tells whether the body has a name as an index.

    Raises ReadError for what is not one of these forms.
    """
    sub = next(p for p in node.posts if p.kind == "sub")
    sup = next((p for p in node.posts if p.kind == "power"), None)
    made = Restricted({}, [], sub.span)
    tokens = bare(sub.tokens)
    upper = spell(sup.tokens) if sup is not None else ""
    for clause in _clauses(tokens):
        _clause(clause, upper, made, scope, used)
    if not made.bound:
        raise scope.error("this sum names no index", sub.span)
    for name, extent in made.bound.items():
        scope.bound[name] = extent
    return made


def _clauses(tokens: list[Token]) -> list[list[Token]]:
    """Cut at the commas that follow a relation and do not join names: `i, j = 1` is one, `i = 1, i \\ne j` is two."""
    out: list[list[Token]] = [[]]
    level = 0
    for t in tokens:
        level += (t.kind == "open") - (t.kind == "close")
        related = any(x.kind == "op" and x.text in (*_ORDER, "=", "!=", "in") for x in out[-1])
        listing = any(x.text == "..." for x in out[-1])
        if level == 0 and (t.text == ":" and out[-1] or (t.text == "," or t.kind == "sep") and related and not listing):
            out.append([])
        else:
            out[-1].append(t)
    return [c for c in out if c]


def _clause(tokens: list[Token], upper: str, made: Restricted, scope: Resolver, used: Callable[[str], bool]) -> None:
    relations = [k for k, t in enumerate(tokens) if t.kind == "op" and t.text in (*_ORDER, "=", "!=", "in")]
    refused = scope.error("a sum over indices restricted like this is not read", made.span, "write the sum over the full range")
    if not relations:
        names = [t.text for t in tokens if t.kind == "name"]
        if not names or any(t.kind != "name" and t.text != "," for t in tokens):
            raise refused
        for n in names:
            made.bound[n] = scope.extent_of(n)
        return
    parts = [tokens[a:b] for a, b in zip([0, *(k + 1 for k in relations)], [*relations, len(tokens)])]
    signs = [tokens[k].text for k in relations]
    if "in" in signs:
        if signs != ["in"]:
            raise refused
        _membership(parts[0], parts[1], made, scope, refused, used)
        return
    if signs == ["="]:
        _equation(parts[0], parts[1], upper, made, scope, refused)
        return
    if signs == ["!="] and len(parts[0]) == 1 and (each := label_at(parts[1], 0)) is not None and scope.picks(each[0]):
        made.bound.setdefault(parts[0][0].text, scope.extent_of(parts[0][0].text))
        made.conditions.append(("label", parts[0][0].text, " ".join(each[0])))
        return
    if signs == ["!="] and len(parts[0]) == 1 and (label := _label(parts[1], scope)):
        made.bound.setdefault(parts[0][0].text, scope.extent_of(parts[0][0].text))
        scope.index(label, made.span)
        made.conditions.append(("!=", parts[0][0].text, label))
        return
    if (
        signs == ["!="]
        and [len(p) for p in parts] == [1, 1]
        and parts[1][0].kind == "name"
        and (parts[0][0].text > parts[1][0].text or parts[1][0].text not in "ijklmnpqrst")
    ):
        # The y of \\sum_{k \\ne y} is a label that is given;
        # \\sum_{j \\ne i} sums over j, and i is what it is outside; \\sum_{i \\ne j} over both
        one, outside = parts[0][0].text, parts[1][0].text
        if outside not in made.bound and outside not in scope.bound and outside not in scope.free and one not in scope.bound:
            _say(f"sums over {one}, and {outside} is given", f"sums over {one} and {outside}", f"{one},{outside}", made, scope)
        if outside not in made.bound and outside not in scope.bound:
            scope.index(outside, made.span)
        if parts[0][0].text not in scope.bound:
            made.bound.setdefault(parts[0][0].text, scope.extent_of(parts[0][0].text))
        made.conditions.append(("!=", parts[0][0].text, outside))
        return
    if signs == ["!="] and all(len(p) == 1 and p[0].text not in scope.bound and p[0].text not in made.bound for p in parts):
        one, other = parts[0][0].text, parts[1][0].text
        _say(f"sums over {one} and {other}", f"sums over {one}, and {other} is given", one, made, scope)
    operands = [_operand(p, made, scope, used) for p in parts]
    if any(o is None for o in operands):
        raise refused
    for sign, a, b in zip(signs, operands, operands[1:]):
        assert a is not None and b is not None
        if sign == "=":
            raise refused
        _condition(sign, a, b, made, scope, refused)


def _label(tokens: list[Token], scope: Resolver) -> str:
    """The y_i of \\sum_{j \\ne y_i}, the label of the one example i that a formula is about; "" where i runs."""
    plain = [t.text for t in tokens]
    if len(plain) != 3 or plain[1] != "_" or tokens[0].kind != "name" or plain[2] in scope.bound:
        return ""
    return spell(tuple(tokens))


def _operand(tokens: list[Token], made: Restricted, scope: Resolver, used: Callable[[str], bool]) -> tuple[str, list[str]] | None:
    """A bound of a chain: ("index", names) or ("size", [text])."""
    names = [t.text for t in tokens if t.kind == "name"]
    listed = all(t.kind == "name" or t.text == "," for t in tokens)
    if names and listed and all(n in scope.bound or n in made.bound or used(n) for n in names):
        for n in names:
            if n not in scope.bound:
                made.bound.setdefault(n, scope.extent_of(n))
        return "index", names
    text = "".join(t.text for t in tokens)
    return ("size", [text]) if text else None


def _condition(
    sign: str, a: tuple[str, list[str]], b: tuple[str, list[str]], made: Restricted, scope: Resolver, refused: ReadError
) -> None:
    if a[0] == b[0] == "index":
        if len(a[1]) != 1 or len(b[1]) != 1:
            raise refused
        first, second = a[1][0], b[1][0]
        if sign in (">", ">="):
            sign, first, second = {">": "<", ">=": "<="}[sign], second, first
        made.conditions.append((sign, first, second))
        return
    if a[0] == b[0]:
        raise refused
    indices, bound, low = (b[1], a[1][0], sign in ("<=", "<")) if a[0] == "size" else (a[1], b[1][0], sign in (">=", ">"))
    if low:
        if bound not in ("1", "0") or (bound == "0") != (sign in ("<", ">")):
            raise refused
        return
    if sign not in ("<=", ">="):
        raise refused
    for n in indices:
        if n in made.bound and not scope.solver.unify(made.bound[n], _size(bound, scope)):
            raise refused


def _size(text: str, scope: Resolver) -> Size:
    size = dimension(text)
    for name in size.names:
        scope.tables.sizes.setdefault(name)
    return size


def _say(text: str, other: str, below: str, made: Restricted, scope: Resolver) -> None:
    """One relation between two indices leaves open whether both are summed."""
    what = scope.solver.quote(made.span)
    scope.assume(
        f"{what} {text}", made.span, (f"{what} {other}",), True, f"write what is summed below the sign: \\sum_{{{below}}}"
    )


def _equation(left: list[Token], right: list[Token], upper: str, made: Restricted, scope: Resolver, refused: ReadError) -> None:
    """`j = i+1` to n, `j = 1` to i."""
    names = [t.text for t in left if t.kind == "name"]
    first = "".join(t.text for t in right)
    if not names or any(t.kind != "name" and t.text != "," for t in left):
        raise refused  # `i : y_i = 1` compares
    for name in names:
        begin, end = _from_index(first, scope), _from_index(upper, scope)
        if begin is None and end is None:
            if first != "1":
                raise refused
            made.bound[name] = _size(upper, scope) if upper else scope.extent_of(name)
            continue
        other = begin or end
        assert other is not None
        made.bound[name] = scope.bound[other[0]]
        if end is None and upper and not scope.solver.unify(made.bound[name], _size(upper, scope)):
            raise refused
        if begin is not None and begin[1] in (0, 1):
            made.conditions.append(("<" if begin[1] else "<=", begin[0], name))
        elif begin is not None or first != "1":
            raise refused
        if end is not None:
            if end[1] not in (0, -1):
                raise refused
            made.conditions.append(("<" if end[1] else "<=", name, end[0]))


def _from_index(text: str, scope: Resolver) -> tuple[str, int] | None:
    """`i+1` as (i, 1) where i is bound; None where the text is a size."""
    for step in ("+1", "-1", ""):
        name = text.removesuffix(step) if step and text.endswith(step) else text if not step else ""
        if name in scope.bound:
            return name, int(step) if step else 0
    return None


def _membership(
    left: list[Token], right: list[Token], made: Restricted, scope: Resolver, refused: ReadError, used: Callable[[str], bool]
) -> None:
    names = [t.text for t in left if t.kind == "name"]
    words = [t.text for t in right]
    if not names or any(t.kind not in ("name", "open", "close") and t.text != "," for t in left):
        raise refused
    if right and right[0].kind == "open" and right[0].text in "{[":
        inner = [t for t in words[1:-1] if t not in ("1", ",", "...", ":", ".")]
        if len(inner) != 1:
            raise refused
        for n in names:
            made.bound[n] = _size(inner[0], scope)
        return
    signs = ("_", "^", "+", "-", "gopen", "{", "}", "(", ")", ",")
    if not right or any(t.kind != "name" and t.text not in signs for t in right) or right[0].kind != "name":
        raise refused
    for n in names:
        made.bound.setdefault(n, scope.extent_of(n))
    name, of = set_of(right, scope, used)
    if "(" in words and not of:
        raise refused
    made.conditions.append(("in", name, ",".join([*of, *names])))


Weight = Callable[[Term], Term]
"""The constant of zeros and ones that stands for a condition beside a body."""


def weights(made: Restricted, scope: Resolver) -> list[Weight]:
    """The constants of zeros and ones that stand for the conditions. Call it while the indices are bound."""
    out: list[Weight] = []
    for sign, a, b in made.conditions:
        if sign == "in":
            letters = b.split(",")
            indices = [scope.index(n, made.span) for n in letters]
            of = [n for n in letters if n not in made.bound]
            name = own_array(a, scope.tables, scope.text)
            what = "is a set" if name == a else f"is an array and a set: {text_name(name)} holds the set"
            each = f", one set for each {', '.join(of)}" if of else ""
            scope.assume(f"{text_name(a)} {what}, kept as an array of zeros and ones{each}", made.span)
            out.append(_member_of(scope.entry(name, indices, made.span)))
            continue
        if sign == "label":
            name, letter = b.split()
            out.append(_apart_from(scope.entry_of_label((name, letter), scope.index(a, made.span), made.span)))
            continue
        i, j = scope.index(a, made.span), scope.index(b, made.span)
        assert i.shape.index is not None and j.shape.index is not None
        if not scope.solver.unify(i.shape.index, j.shape.index):
            raise scope.error(f"{a} and {b} run over different ranges", made.span)
        out.append(_weight(sign, i, j, i.shape.index, scope))
    return out


def exponents(made: Restricted, scope: Resolver) -> list[Exponent]:
    """What is done to the body of a product: the indicators that stand as exponents of its factors, where what is ruled out is a
    factor 1. Over j ≤ i it is the product over j < i, and the factor at i beside it."""
    out: list[Exponent] = []
    for sign, a, b in made.conditions:
        if sign not in ("!=", "<", "<="):
            raise scope.error("a product over part of a range like this is not read", made.span)
        i, j = scope.index(a, made.span), scope.index(b, made.span)
        assert i.shape.index is not None and j.shape.index is not None
        if not scope.solver.unify(i.shape.index, j.shape.index):
            raise scope.error(f"{a} and {b} run over different ranges", made.span)
        if sign == "<=" and (len(made.conditions) > 1 or len(made.bound) != 1):
            raise scope.error("a product over part of a range like this is not read", made.span)
        out.append(Exponent(sign, i, j))
    return out


@dataclass(frozen=True, slots=True)
class Exponent:
    """A condition on two indices, as the exponent of a factor."""

    sign: str
    i: Draft
    j: Draft

    def indicator(self) -> Term:
        a, b = self.i.make(), self.j.make()
        return ops.unequal(a, b) if self.sign == "!=" else ops.less(a, b)

    def end(self, index: Term, body: Term) -> tuple[Term, ...]:
        """The factor at the end of the range, where that belongs to it."""
        if self.sign != "<=":
            return ()
        a, b = self.i.make(), self.j.make()
        return (substitute(body, {index: b if a is index else a}),)


def _member_of(entry: Draft) -> Weight:
    return lambda _body: entry.make()


def _apart_from(entry: Draft) -> Weight:
    return lambda _body: ops.subtract(ops.number(1), entry.make())


def _weight(sign: str, i: Draft, j: Draft, size: Size, scope: Resolver) -> Weight:
    def make(body: Term) -> Term:
        n = scope.solver.dim(size)
        a, b = i.make(), j.make()
        if sign != "<=" and ruled_out(body, a, b):
            return ops.unequal(a, b) if sign == "!=" else ops.less(a, b)
        if sign == "!=":
            return ops.subtract(ops.number(1), ops.equal(a, b))
        above = ops.dictionary()["triu"](ops.ones(params=(n, n)))
        return ops.at(ops.subtract(above, ops.identity(params=(n,))) if sign == "<" else above, a, b)

    return make


def ruled_out(body: Term, i: Term, j: Term) -> bool:
    """Whether a body need not have a value where i = j, or is no polynomial of entries at both: then the sum stays one over
    i ≠ j. Else 1 − δ and the entries of a triangle of ones let it become a product of matrices."""
    for node in walk(body):
        if not (isinstance(node, Apply) and depends_on(node, i) and depends_on(node, j)):
            continue
        if node.op is ops.add and not any(depends_on(a, i) and depends_on(a, j) for a in node.args):
            return True
        if isinstance(node.op, Function) or node.op.needed(node) or isinstance(derivative_of(node.op), Pointwise):  # type: ignore[attr-defined]
            if node.op is ops.power and (k := ops.rational(node.args[1])) is not None and k.denominator == 1 and k > 0:
                continue
            return True
    # Members that are vectors stay members: Σ over j ≠ i says what the sum of all less one would say.
    return any(
        isinstance(n, Apply) and n.op is ops.at and n.args[0].type.family and n.rank and {i, j} & set(n.args) for n in walk(body)
    )


__all__ = ["Exponent", "Restricted", "exponents", "is_restricted", "restricted", "weights"]
