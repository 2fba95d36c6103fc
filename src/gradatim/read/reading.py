"""What was read: the function's term, its symbols by plain name, and the same text read again where something more is told of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from gradatim import ops
from gradatim.errors import ReadError
from gradatim.ops.function import Function
from gradatim.read.derivatives import Slope
from gradatim.read.names import member_parts
from gradatim.read.parser import expression
from gradatim.read.prose import Declaration
from gradatim.read.scope import Assumption
from gradatim.read.settle import Scope
from gradatim.read.spelt import spelling_of
from gradatim.term import Number, Symbol, Term, free_symbols
from gradatim.types import index_type


class Reading:
    """One reading of a text, with every guess and the scope for more."""

    def __init__(self, scope: Scope, term: Term, name: str, text: str, given: str, names: Mapping[str, str]) -> None:
        self.scope, self.term, self.name, self.text, self.given = scope, term, name, text, given
        self.names = dict(names)
        self.layers: frozenset[str] = frozenset()
        """The letters whose superscripts are labels though they are written as powers: W^2."""
        self.guessed = len(scope.assumed)
        """How many guesses the reading itself took; what was assumed later is kept where the text is read again."""
        used = [s for s in free_symbols(term) if s.type.index is None]
        self.symbols = _by_plain_name(used, names, scope)

    @classmethod
    def of(
        cls,
        text: str,
        given: str,
        names: Mapping[str, str],
        plain: Mapping[str, str],
        declared: tuple[Declaration, ...] = (),
        kept: str = "",
        slope: Slope | None = None,
        spectrum: tuple[str, str] | None = None,
        more: tuple[str, ...] = (),
    ) -> Self:
        """Read a text. `declared` is told beside `given`, `more` are further equations, the equation of the name `kept` is not put
        in, and the letter of `spectrum` stands for eigenvalues of its matrix."""
        scope = Scope(given, declared, kept)
        scope.equations += more
        scope.spectrum = spectrum
        scope.tables.slope = slope
        scope.tables.plain.update(plain)
        term, name = scope.read(text)
        return cls(scope, term, name[0] if name else "", text, given, names)

    def again(
        self,
        *declared: Declaration,
        given: str | None = None,
        plain: Mapping[str, str] | None = None,
        kept: str = "",
        spectrum: tuple[str, str] | None = None,
        more: tuple[str, ...] = (),
    ) -> Self:
        """The same text, where more is told of it. Raises what reading raises."""
        told = self.given if given is None else given
        return self.of(self.text, told, self.names, plain or {}, declared, kept, self.scope.tables.slope, spectrum, more)

    def become(self, other: Reading) -> None:
        """Be that other reading of the same text from now on. What has been assumed around this one goes for it, too."""
        later, layers = self.scope.assumed[self.guessed :], self.layers
        self.__dict__.update(other.__dict__)
        self.scope.assumed[self.guessed : self.guessed] = later
        self.layers = layers

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        return tuple(self.scope.assumed)

    @property
    def definitions(self) -> dict[str, Function]:
        """The functions that the text defines, by LaTeX spelling."""
        out: dict[str, Function] = {}
        stack, seen = [self.term], {self.term}
        while stack:
            node = stack.pop()
            op = getattr(node, "op", None)
            children = list(node.args)
            if isinstance(op, Function):
                out.setdefault(op.name, op)
                if op.body is not None:
                    children.append(op.body)
            for child in children:
                if child not in seen:
                    seen.add(child)
                    stack.append(child)
        return dict(sorted(out.items()))

    def symbol(self, name: str) -> Symbol | None:
        """The symbol of that LaTeX spelling."""
        return next((s for s in self.symbols.values() if s.name == name), None)

    def named(self, canonical: str) -> Term | None:
        """What a LaTeX spelling names: a symbol, the member of a family, an entry of an array."""
        tables = self.scope.tables
        by_latex = {s.name: s for s in self.symbols.values()}
        name = tables.alias(canonical)
        if name in by_latex:
            return by_latex[name]
        for base, d in tables.families.items():
            if d.name == name and base in by_latex:
                return _member(by_latex[base], name)
        base, index = split_member(name)
        for d in tables.declared.values():
            whole = tables.alias(d.role.partition(":")[2])
            if d.role.startswith("rows:") and index and member_parts(d.name)[0] == base and whole in by_latex:
                return _member(by_latex[whole], f"{whole}_{index}")
        base = tables.alias(base)
        if index and base in by_latex and by_latex[base].rank:
            return _member(by_latex[base], name)
        array, _, below = name.partition("_")
        labels = {s.name: s for s in free_symbols(self.term) if s.type.index is not None}
        if below.strip("{}") in labels and "_" in below and tables.alias(array) in by_latex:  # w_{y_i}
            return ops.at(by_latex[tables.alias(array)], labels[below.strip("{}")])
        array, _, both = name.rpartition("_")
        if found := re.fullmatch(r"\{([a-z]),?([a-z])\}", both):
            matrix = by_latex.get(tables.alias(array))
            if matrix is not None and (matrix.rank == 2 or matrix.type.family == 2):
                return ops.at(matrix, *(Symbol(i, index_type(d)) for i, d in zip(found.groups(), matrix.type.axes)))
        whole, _, number = name.rpartition("_")
        whole = tables.alias(whole)
        if number.isdigit() and whole in tables.from_zero:
            number = str(int(number) + 1)  # the w_0 of the text is the first entry
        if number.isdigit() and int(number) and whole in by_latex and by_latex[whole].rank:
            size = by_latex[whole].type.axes[0].literal
            if size is not None and int(number) > size:
                raise ReadError(f"{name} is beyond the {size} entries of {whole}", name, (0, len(name)))
            return ops.at(by_latex[whole], Number(int(number)))
        return None


def _member(symbol: Symbol, name: str) -> Term:
    _, index = split_member(name)
    return ops.at(symbol, Symbol(index, index_type(symbol.type.axes[0])))


def split_member(name: str) -> tuple[str, str]:
    """`x_i` and `x^{(i)}` as ("x", "i"), whatever stands before the index; the name and "" where it is no member."""
    from_sub = name.rsplit("_", 1)
    if len(from_sub) == 2 and len(from_sub[1]) == 1 and from_sub[1].isalpha():
        return from_sub[0], from_sub[1]
    if name.endswith(")}") and "^{(" in name:
        base, label = name[:-2].rsplit("^{(", 1)
        if len(label) == 1 and label.isalpha():
            return base, label
    return name, ""


def canonical_name(spelling: str) -> str:
    """The LaTeX spelling of a name in any spelling; "" where it is not one name."""
    try:
        node = expression(spelling)
    except ReadError:
        return ""
    base = node.args[0] if node.kind == "post" else node
    if base.kind != "name":
        return ""
    return spelling_of(node)


def _by_plain_name(used: list[Symbol], names: Mapping[str, str], scope: Scope) -> dict[str, Symbol]:
    out: dict[str, Symbol] = {}
    chosen = {_base(canonical_name(v) or v, used, scope): k for k, v in names.items()}
    for s in used:
        plain = chosen.get(s.name, s.plain)
        base, k = plain, 2
        if plain in out:
            style = next((w for w in ("cal", "bb", "frak") if f"math{w}" in s.name), "")
            plain = f"{style}_{base}" if style else f"{base}_{k}"
        while plain in out:
            plain, k = f"{base}_{k + 1}", k + 1
        out[plain] = s
    return out


def _base(name: str, used: list[Symbol], scope: Scope) -> str:
    """The name of the symbol that is meant: a member `x_i` names its family."""
    known = {s.name for s in used}
    whole, member = scope.tables.alias(name), scope.tables.alias(split_member(name)[0])
    return member if whole not in known and member in known else whole


__all__ = ["Reading", "canonical_name", "split_member"]
