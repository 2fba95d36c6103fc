"""`read`: a text and its declarations to a problem, in which variables are found and answers are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from gradatim import ops
from gradatim.errors import GradatimError, ReadError, Span
from gradatim.ops import number, power
from gradatim.ops.function import Function
from gradatim.read.answer import read_answer
from gradatim.read.beside import apart
from gradatim.read.conventions import on_columns, structured_form
from gradatim.read.delimited import greek_in_latex
from gradatim.read.derivatives import Differentiate, Slope
from gradatim.read.eigenpairs import eigenpair
from gradatim.read.layers import labelled, labelled_prose, layers, said
from gradatim.read.names import member_parts, plain_name, text_name
from gradatim.read.operators import directional_asked
from gradatim.read.parser import expression
from gradatim.read.prose import Declaration
from gradatim.read.quiet import bounded, without_gaps
from gradatim.read.run_on import turned_letters
from gradatim.read.scope import Assumption, full
from gradatim.read.settle import Scope
from gradatim.read.spectrum_of import eigenvalues_of
from gradatim.read.spelt import spelling_of
from gradatim.read.spoken import told
from gradatim.read.stated import Answer
from gradatim.read.tokens import tokenize
from gradatim.read.turned_pi import AS_A_NAME, with_turned_pi
from gradatim.term import Apply, Number, Symbol, Term, free_symbols
from gradatim.types import Dim, index_type

_TURNED = re.compile(r"(?:.*[^\s^])\s*(?:\^\s*\{?\s*(?:-\s*1|-?\s*T|\\top|\\intercal)\s*\}?|⁻¹|ᵀ|⁻ᵀ)")
"""An inverse or a transpose where the name of a variable is wanted."""
_INVERSE = re.compile(r"(?P<base>\S.*?)\s*(?:\^\s*\{?\s*-\s*1\s*\}?|⁻¹)")
"""`\\Sigma^{-1}` there."""
_POWER = re.compile(r"(?P<base>\\?[A-Za-zα-ωΑ-Ω]+)\s*(?:\^\s*\{?\s*2\s*\}?|²)")
"""`\\sigma^2` where the name of a variable is wanted."""

_STACKED = re.compile(
    r"(?P<name>\\?[A-Za-z]+(?:\{[A-Za-z]\})?)\s*=\s*(?:\\(?:mathrm|operatorname|text|mbox)\s*\{\s*vec\s*\}|\\?vec)\s*\(?\s*(?P<whole>\\?[A-Z][A-Za-z]*(?:\{[A-Z]\})?)\s*\)?"
)
"""`x = \\operatorname{vec}(X)`."""


class Problem:
    """What was read: the function's term, the symbols by plain name, every guess, and the scope for more."""

    def __init__(self, scope: Scope, term: Term, name: str, text: str, given: str, names: Mapping[str, str]) -> None:
        self.scope, self.term, self.name, self.text, self.given = scope, term, name, text, given
        self.names = dict(names)
        self.layers: frozenset[str] = frozenset()
        """The letters whose superscripts are labels though they are written as powers: W^2."""
        used = [s for s in free_symbols(term) if s.type.index is None]
        self.symbols = _by_plain_name(used, names, scope)

    @property
    def structure(self) -> str:
        """`entries` where the declarations ask for the derivative by the independent entries of a structured variable."""
        return structured_form(self.given)

    def structure_for(self, wrt: Sequence[Term]) -> str:
        """That form, where it can be meant: of the first derivative of a scalar function by a variable with facts."""
        meant = (
            len(wrt) == 1 and self.term.is_scalar and isinstance(wrt[0], Symbol) and wrt[0].rank == 2 and bool(wrt[0].type.facts)
        )
        return self.structure if meant else ""

    @property
    def on_columns(self) -> bool:
        """Whether the declarations ask for the derivative of vec F by vec X."""
        return on_columns(self.given)

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

    @property
    def shorthand(self) -> tuple[Term, ...]:
        """Names that the declarations introduce for parts (`write $K = K_0 + \\theta K_1$`) and the function does not use."""
        return (*self.scope.shorthand(self.term), *self.itself)

    @property
    def itself(self) -> tuple[Term, ...]:
        """The function under the name that the text gives it, where it is a quotient: derivatives of one hold it again, as in
        2(A − r I) x / (xᵀx) for the Rayleigh quotient r."""
        term = self.term
        if not (self.name and isinstance(term, Apply) and term.op is ops.quotient and term.is_scalar and not term.indexed):
            return ()
        return (Apply(Function(self.name, text_name(self.name), (), term, plain=plain_name(self.name)), ()),)

    def find(self, spelling: str) -> Term:
        """The symbol of any spelling (λ, `\\lambda`, lambda, lam, `W^{(1)}`, W1), or the member `x_i` of a family.

        Raises ReadError where nothing has that name.
        """
        spelling = labelled(self.names.get(spelling, spelling).strip().strip("$").strip(), self.layers)
        if spelling in self.symbols:
            return self.symbols[spelling]
        if (inverted := self._inverted(spelling)) is not None:
            return inverted
        if _TURNED.fullmatch(spelling):
            raise ReadError(
                f"{spelling!r} is a formula and not a variable",
                spelling,
                (0, len(spelling)),
                f"give it a name of its own, as in: \\Lambda = {spelling}, and state the function in that name",
            )
        canonical = _canonical(spelling)
        if squared := _POWER.fullmatch(spelling):
            return self._squared(spelling, squared["base"].strip())
        if canonical:
            node = self._named(canonical)
            if node is None and (above := _ABOVE.fullmatch(spelling)):  # θ^{(k)} of a family that carries its index above
                node = self._named(f"{above[1]}_{above[2]}")
            if node is not None:
                return node
        by_plain = plain_name(canonical or spelling)
        if by_plain in self.symbols:
            return self.symbols[by_plain]
        whole = plain_name(_split_member(canonical)[0])
        if stated := self._stated(by_plain) or self._stated(whole):
            again = self._kept(stated)
            found = again.symbols.get(by_plain) or again._named(canonical)
            if found is not None:
                self.__dict__.update(again.__dict__)
                return found
        if (whole_one := self._of_eigenvalues(canonical) or self._stacked(canonical)) is not None:
            return whole_one
        entries = [n for n in self.symbols if n.startswith(f"{by_plain}_") and n[len(by_plain) + 1 :].isdigit()]
        if entries and (whole_one := self._of_entries(canonical or spelling, entries)) is not None:
            return whole_one
        if entries:
            raise ReadError(
                f"{spelling!r} is not a variable of this function, only {', '.join(entries)} are",
                spelling,
                (0, len(spelling)),
                f"differentiate by one of them, or declare the vector: ${spelling} \\in \\mathbb{{R}}^{len(entries)}$",
            )
        return self._unknown(spelling, canonical)

    def _unknown(self, spelling: str, canonical: str) -> Term:
        """What a name may mean that the function does not hold as it was read: a letter of a run, π; else an error that names what there is."""
        close = [n for n in self.symbols if n[:1].lower() == spelling.lstrip("\\")[:1].lower()]
        # `W` in `y*log(softmax(Wx))`: with programming's signs a run of letters is one name.
        run = [n for n in self.symbols if len(spelling) == 1 and n.isalpha() and 1 < len(n) < 4 and spelling in n]
        if (
            run
            and "*" in self.text
            and (split := self._as_product(run[0])) is not None
            and split.term.is_scalar
            and spelling in split.symbols
        ):
            self.__dict__.update(split.__dict__)
            return split.symbols[spelling]
        if (canonical or spelling) == "\\pi" and (named := self._pi_as_a_name()) is not None:
            self.__dict__.update(named.__dict__)
            return named.symbols["pi"]
        product = f"beside `*`, {run[0]} is one name: write {'*'.join(run[0])} for a product" if run and "*" in self.text else ""
        listed = ", ".join(sorted(self.symbols))
        others = f"; {'there are' if len(self.symbols) > 1 else 'there is'} {listed}" if listed else ": it has none"
        raise ReadError(
            f"{spelling!r} is not a variable of this function{others}",
            spelling,
            (0, len(spelling)),
            product or (f"did you mean {close[0]}?" if close else ""),
        )

    def _inverted(self, spelling: str) -> Term | None:
        """`\\Sigma^{-1}` as a variable, for a matrix Σ that the function holds."""
        found = _INVERSE.fullmatch(spelling)
        base = self.symbols.get(plain_name(_canonical(found["base"]) or found["base"])) if found else None
        return ops.inverse(base) if base is not None and base.rank == 2 and not base.type.family else None

    def _pi_as_a_name(self) -> Problem | None:
        """The problem in which π is a name, as it is meant where it is a variable."""
        try:
            told = f"{self.given}\n\n{AS_A_NAME}".strip()
            again = _read(self.text, told, self.names, {}, slope=self.scope.tables.slope)
        except GradatimError:
            return None
        if "pi" not in again.symbols:
            return None
        again.scope.assumed.append(Assumption("π is a name here, by which is differentiated", (0, 0), ("the number π",), True))
        return again

    def _as_product(self, run: str) -> Problem | None:
        """The problem in which a run of letters beside `*` is a product, as it is meant where one of them is a variable: the Xw of
        `0.5*||Xw - y||^2` by w."""
        try:
            again = _read(
                self.text, self.given, self.names, {}, tuple(Declaration(letter) for letter in run), slope=self.scope.tables.slope
            )
        except GradatimError:
            return None
        again.scope.assumed.append(Assumption(f"`{run}` is the product of {' and '.join(run)}", (0, 0), ("one name",), True))
        return again

    def _stated(self, plain: str) -> str:
        """The left side of the equation that defines a name which the formula uses; "" where there is none."""
        for equation in self.scope.equations:
            left = equation.partition("=")[0].strip()
            name = _canonical(left)
            if name in self.scope.tables.definitions and plain_name(name) == plain:
                return left
        own = self.scope.tables.definitions.items()
        return next((n for n, d in own if plain in (plain_name(n), plain_name(full(n, d.index, "")))), "")

    def _kept(self, stated: str) -> Problem:
        """The problem in which that equation explains the name and is not put in: its value is a variable of its own."""
        known = self.definitions.get(stated)
        axes = [str(a) for a in known.type.axes] if known is not None else []
        told = known is not None and stated not in self.scope.tables.declared and all(map(str.isalnum, axes))
        kind = ("scalar", "vector", "matrix")[len(axes)] if len(axes) < 3 else None
        index = self.scope.tables.definitions[stated].index if stated in self.scope.tables.definitions else ""
        own = (Declaration(full(stated, index, ""), kind, tuple(axes)),) if told and kind else ()
        made = _read(self.text, self.given, self.names, {}, own, stated, slope=self.scope.tables.slope)
        if "=" in self.text:
            made.scope.assumed.append(Assumption(f"{text_name(stated)} is varied on its own: what it is equal to is not put in"))
        return made

    def _of_eigenvalues(self, name: str) -> Term | None:
        """The matrix of which a text says that the formula's λᵢ are the eigenvalues: they move with it."""
        letter = eigenvalues_of(greek_in_latex(self.given), name) if name else ""
        if not letter or not any(s.name.startswith(letter) for s in self.symbols.values()):
            return None
        try:
            again = _read(self.text, self.given, self.names, {}, spectrum=(letter, name), slope=self.scope.tables.slope)
        except GradatimError:
            return None
        found = next((s for s in again.symbols.values() if s.name == name), None)
        if found is not None:
            self.__dict__.update(again.__dict__)
            of = text_name(name)
            self.scope.assumed.append(Assumption(f"the {text_name(letter)}ᵢ are the eigenvalues of {of}, and change with it"))
        return found

    def _stacked(self, name: str) -> Term | None:
        """The x of "x = vec(X)", where the function holds X alone: X is the matrix of the columns that x stacks."""
        found = (re.fullmatch(_STACKED, e.strip()) for e in self.scope.equations)
        whole = next((m["whole"] for m in found if m is not None and _canonical(m["name"]) == name), "") if name else ""
        d = self.scope.tables.declared.get(_canonical(whole)) if whole else None
        if d is None or len(d.dims) != 2:
            return None
        rows, columns = d.dims
        size = str(Dim.of(rows) * Dim.of(columns)) if all(x.isalnum() for x in d.dims) else ""
        stated = rf"{whole} = \operatorname{{unvec}}_{{{rows} \times {columns}}}({name})"
        try:
            again = _read(
                self.text,
                self.given,
                self.names,
                {},
                (Declaration(name, "vector", (size,) if size else ()),),
                name,
                slope=self.scope.tables.slope,
                more=(stated,),
            )
        except GradatimError:
            return None
        symbol = next((s for s in again.symbols.values() if s.name == name), None)
        if symbol is not None:
            self.__dict__.update(again.__dict__)
            self.scope.assumed.append(Assumption(f"{text_name(whole)} is the matrix whose columns {text_name(name)} stacks"))
        return symbol

    def _of_entries(self, name: str, entries: list[str]) -> Term | None:
        """The vector x where a text speaks of x_1, …, x_n only, all of them numbers of which nothing is said."""
        numbers = {int(n.rpartition("_")[2]) for n in entries}
        symbols = [self.symbols[n] for n in entries]
        if (
            numbers != set(range(1, len(numbers) + 1))
            or all(s.rank for s in symbols)
            or any(s.name in self.scope.tables.declared for s in symbols)
        ):
            return None
        size = str(len(numbers))
        said = f"{text_name(name)} has the {size} entries that are numbered"
        own = (Declaration(name, "vector", (size,), note=said),)
        try:
            again = _read(self.text, self.given, self.names, {}, own, slope=self.scope.tables.slope)
        except GradatimError:
            return None
        found = next((s for s in again.symbols.values() if s.name == name), None)
        if found is not None:
            self.__dict__.update(again.__dict__)
        return found

    def _squared(self, spelling: str, base: str) -> Term:
        """`\\sigma^2` as a variable: where σ stands in squares only, the problem is read again with σ² as a name of its own;
        else it is the power of σ, by which is differentiated where σ is positive."""
        plain = plain_name(_canonical(base) or base)
        if (before := self.symbols.get(f"{plain}2")) is not None and before.name.endswith("^2"):
            return before
        known = self.symbols.get(plain)
        if known is not None and known.is_scalar:
            name = f"{known.name}^2"
            square = Declaration(name, "scalar", facts=frozenset({"positive"}))
            again = _read(self.text, self.given, self.names, {name: f"{known.plain}2"}, (square,), slope=self.scope.tables.slope)
            found = again.symbols.get(f"{known.plain}2")
            if found is not None and known.name not in {s.name for s in again.symbols.values()}:
                self.__dict__.update(again.__dict__)
                return found
            if known.type.index is None:
                return power(known, number(2))  # σ stands alone too, or is the argument of a function
        raise ReadError(
            f"{spelling!r} is a power and not a variable of this function",
            spelling,
            (0, len(spelling)),
            f"write one letter for it in the function, or differentiate by {base}",
        )

    def read_answer(
        self,
        text: str,
        differentiate: Differentiate | None = None,
        tangent: Callable[[Term], Term] | None = None,
        whole: bool = False,
        asked: tuple[Term, ...] = (),
        entrywise: list[Span] | None = None,
        known: int = 0,
    ) -> Answer:
        """Read an answer to a question about this function, in its names, and leave the problem as it is.

        The text is LaTeX or plain text: an expression, an equation, a chain of `=`, `aligned`, several lines, prose with
        formulas in `$`, with definitions of its own ("where $S = …$"). `.lines` has every line with its members, each read by
        itself (`.term` or `.error`) and the derivative it claims; `.final(x)` is the member that answers, `.term` its value.
        `differentiate(f, (x, …))` gives derivatives inside formulas their value,
        `tangent(f)` the differentials. `whole` keeps formulas that seem to explain another one only. A ∇ that does not say by what
        is by the variable `asked`. With a list `entrywise` neighbours of one shape that do not conform are multiplied entry by entry,
        and their places are put into it. Definitions that end before `known` are given no value. Raises ReadError, LimitExceeded.
        """
        return read_answer(self.scope, labelled(text, self.layers), differentiate, tangent, whole, asked, entrywise, known)

    def _named(self, canonical: str) -> Term | None:
        by_latex = {s.name: s for s in self.symbols.values()}
        name = self.scope.tables.alias(canonical)
        if name in by_latex:
            return by_latex[name]
        for base, d in self.scope.tables.families.items():
            if d.name == name and base in by_latex:
                return _member(by_latex[base], name)
        base, index = _split_member(name)
        for d in self.scope.tables.declared.values():
            whole = self.scope.tables.alias(d.role.partition(":")[2])
            if d.role.startswith("rows:") and index and member_parts(d.name)[0] == base and whole in by_latex:
                return _member(by_latex[whole], f"{whole}_{index}")
        base = self.scope.tables.alias(base)
        if index and base in by_latex and by_latex[base].rank:
            return _member(by_latex[base], name)
        array, _, below = name.partition("_")
        labels = {s.name: s for s in free_symbols(self.term) if s.type.index is not None}
        if below.strip("{}") in labels and "_" in below and self.scope.tables.alias(array) in by_latex:  # w_{y_i}
            return ops.at(by_latex[self.scope.tables.alias(array)], labels[below.strip("{}")])
        array, _, both = name.rpartition("_")
        if found := re.fullmatch(r"\{([a-z]),?([a-z])\}", both):
            matrix = by_latex.get(self.scope.tables.alias(array))
            if matrix is not None and (matrix.rank == 2 or matrix.type.family == 2):
                return ops.at(matrix, *(Symbol(i, index_type(d)) for i, d in zip(found.groups(), matrix.type.axes)))
        whole, _, number = name.rpartition("_")
        whole = self.scope.tables.alias(whole)
        if number.isdigit() and whole in self.scope.tables.from_zero:
            number = str(int(number) + 1)  # the w_0 of the text is the first entry
        if number.isdigit() and int(number) and whole in by_latex and by_latex[whole].rank:
            size = by_latex[whole].type.axes[0].literal
            if size is not None and int(number) > size:
                raise ReadError(f"{name} is beyond the {size} entries of {whole}", name, (0, len(name)))
            return ops.at(by_latex[whole], Number(int(number)))
        return None


_ABOVE = re.compile(r"(\\?[A-Za-z]+)\^\{\(([a-z])\)\}")


def _member(symbol: Symbol, name: str) -> Term:
    _, index = _split_member(name)
    return ops.at(symbol, Symbol(index, index_type(symbol.type.axes[0])))


def _split_member(name: str) -> tuple[str, str]:
    from_sub = name.rsplit("_", 1)
    if len(from_sub) == 2 and len(from_sub[1]) == 1 and from_sub[1].isalpha():
        return from_sub[0], from_sub[1]
    if name.endswith(")}") and "^{(" in name:
        base, label = name[:-2].rsplit("^{(", 1)
        if len(label) == 1 and label.isalpha():
            return base, label
    return name, ""


def _canonical(spelling: str) -> str:
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
    chosen = {_base(_canonical(v) or v, used, scope): k for k, v in names.items()}
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
    whole, member = scope.tables.alias(name), scope.tables.alias(_split_member(name)[0])
    return member if whole not in known and member in known else whole


def read(text: str, given: str = "", names: Mapping[str, str] | None = None, slope: Slope | None = None) -> Problem:
    """Read a function as it stands on paper.

    `text` is LaTeX or plain text: an expression, or definitions separated by `;`, line ends or `\\\\`, of which the one
    that no other uses (the last of these) is the function. `given` declares names in prose; `names` are plain names of
    the caller's own for what is read, {"W1": "W_1"}; `slope(g(x), x)` gives the g′ of a defined g its value. Raises ReadError (with place and suggestion), ShapeError, LimitExceeded.
    """
    if not isinstance(text, str) or not isinstance(given, str):
        raise ReadError("a formula and its declarations are text")
    text, given = without_gaps(text), bounded(given, "the declarations")
    if directional_asked(text) is not None and not re.search(r"(?<![A-Za-z\\])D(?![A-Za-z])", given):
        raise ReadError(
            "this is a directional derivative and no function", text, (0, len(text)), "give the function and the direction"
        )
    if re.search(r"(?i)\beinstein\b|\brepeated\s+ind", given) and "sum_" not in text:
        raise ReadError("the summation convention is not read", text, (0, len(text)), "write the sums with \\sum")
    text, given = apart(text, given)
    given, eigenvalue = eigenpair(text, given)
    text, product = turned_letters(text, given)
    given, pi = with_turned_pi(text, given)
    numbered = layers(text, given)
    if numbered:
        tokenize(text)  # what cannot be read is told of the text as it was written
    text, given = labelled(text, numbered), labelled_prose(given, numbered)
    problem = _read(text, given, names or {}, {}, slope=slope)
    renamed = {s.name: plain for plain, s in problem.symbols.items() if plain != s.plain}
    problem = _read(text, given, names or {}, renamed, slope=slope) if renamed else _one_example(problem)
    problem.scope.assumed.extend(
        Assumption(f"{text_name(t.name)} is held fixed: what “{t.unread}” makes of it is not known here", (0, 0), (), True)
        for t in told(given)
        if t.unread and t.name in {s.name for s in problem.symbols.values()}
    )
    if eigenvalue:
        problem.scope.assumed.append(Assumption(eigenvalue, (0, 0), (), True))
    if pi:
        problem.scope.assumed.append(Assumption("π is a name here: it is transposed", (0, 0), ("the number π",), True))
    if product:
        problem.scope.assumed.append(Assumption(f"the T in `{product}` is a transpose", (0, 0), ("a matrix T",), True))
    if numbered:
        problem.layers = numbered
        problem.scope.assumed.append(Assumption(said(numbered)))
    return problem


def _one_example(problem: Problem) -> Problem:
    """`r \\eta^T u - e^{\\eta^T u}` beside data r^{(i)}: where the r of all examples makes a vector of what is else a number, r is one of
    them."""

    def spread(p: Problem) -> bool:
        return any("added to every entry" in str(a) for a in p.assumed)

    families = problem.scope.tables.families
    whole = [s for s in problem.symbols.values() if s.rank == 1 and s.name in families and families[s.name].kind == "scalar"]
    if not whole or problem.term.is_scalar or not spread(problem):
        return problem
    try:
        again = _read(
            problem.text,
            problem.given,
            problem.names,
            {},
            tuple(Declaration(s.name, "scalar") for s in whole),
            slope=problem.scope.tables.slope,
        )
    except GradatimError:
        return problem
    if spread(again) or not again.term.is_scalar:
        return problem
    again.scope.assumed.extend(Assumption(f"{text_name(s.name)} is that of one example") for s in whole)
    return again


def _read(
    text: str,
    given: str,
    names: Mapping[str, str],
    plain: Mapping[str, str],
    declared: tuple[Declaration, ...] = (),
    kept: str = "",
    slope: Slope | None = None,
    spectrum: tuple[str, str] | None = None,
    more: tuple[str, ...] = (),
) -> Problem:
    scope = Scope(given, declared, kept)
    scope.equations += more
    scope.spectrum = spectrum
    scope.tables.slope = slope
    scope.tables.plain.update(plain)
    term, name = scope.read(text)
    return Problem(scope, term, name[0] if name else "", text, given, names)


__all__ = ["Assumption", "Problem", "Scope", "read"]
