"""The question that an answer belongs to, however it is given: a term, a problem that was read, or a text."""

from __future__ import annotations

import re

from gradatim.derive.derivative import derivative
from gradatim.errors import GradatimError, ReadError
from gradatim.ops import at
from gradatim.ops.function import Function
from gradatim.read.heads import definitions_of
from gradatim.read.problem import Problem, read
from gradatim.read.settle import Scope
from gradatim.read.spelling import GREEK_WORDS
from gradatim.term import Apply, Symbol, Term, free_symbols, is_index
from gradatim.types import index_type
from gradatim.value.points import parts
from gradatim.write.latex import latex


def asked(of: object, given: str = "") -> Problem:
    """The problem of a function that is a text (declared by `given`), a problem, or a term. Raises ReadError."""
    if isinstance(of, str):
        return read(of, given, slope=derivative)
    if isinstance(of, Problem):
        return of
    if isinstance(of, Term):
        return of_term(of, given)
    raise ReadError("the function is a term, a problem that was read, or LaTeX")


def of_term(function: Term, given: str = "") -> Problem:
    """A problem whose function is a term made in Python: its symbols are known by their names."""
    scope = Scope(given)
    for s in free_symbols(function):
        if is_index(s):
            scope.tables.indices[s.name] = str(s.type.index)
            continue
        for name in dict.fromkeys((s.name, *_spellings(s))):
            scope.tables.symbols.setdefault(name, s)
        for axis in s.type.axes:
            scope.tables.note_size(str(axis))
    for name, body in _definitions(function):
        try:
            found, root = definitions_of(f"{name} = {latex(body)}", scope.tables, scope.words())
        except GradatimError:
            continue
        scope.tables.definitions.update((d.name, d) for d in (*found, root))
    return Problem(scope, function, "", latex(function), given, {})


def _definitions(function: Term) -> list[tuple[str, Term]]:
    """The names and bodies of the definitions without parameters that the function uses."""
    found: dict[str, Term] = {}
    for node in parts(function):
        if isinstance(node, Apply) and isinstance(node.op, Function) and not node.op.parameters and node.op.body is not None:
            found.setdefault(node.op.name, node.op.body)
    return list(found.items())


def _spellings(symbol: Symbol) -> list[str]:
    """How people write a name that was typed in Python: lambda as λ, W1 as W₁ or W⁽¹⁾."""
    name = symbol.name
    out: list[str] = []
    if name in GREEK_WORDS:
        out.append(GREEK_WORDS[name])
    if name == "lam":
        out.append("\\lambda")
    letter, digits = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    if digits and len(letter) == 1:
        out += [f"{letter}_{digits}", f"{letter}^{{({digits})}}"]
    return out


ALIAS = re.compile(
    r"\b(?:[Ww]rite|[Ll]et|[Dd]enote\s+by)\s+\$(?P<name>[^$=]+)\$\s+(?:for|be|denote|stand\s+for)?\s*(?:the|this|our)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:quotient|function|ratio|expression|loss|density|whole|value|objective|mean|cost|criterion|(?:log-?)?likelihood)\b(?!\s+of\b|\s+\$)"
)
SOFTMAX = re.compile(r"\$(?P<name>[^$=]+)\$\s+(?:is|be|denotes|for)\s+the\s+softmax\s+of\s+\$(?P<of>[^$=]+)\$")


def known_by_name(problem: Problem, answer: str = "") -> Problem:
    """The problem with what its text says in words: a name for the function that was written without one ("write $R(x)$ for
    the quotient"), and for the softmax of something. A function without a name is the f of an answer that says nothing else of f."""
    alias = ALIAS.search(problem.given) if not problem.name and ";" not in problem.text else None
    if (own := by_entry(problem)) is not None:
        problem = own
    if alias is None and not problem.name and (name := usual_name(problem, answer)):
        problem = named(problem, problem.scope.copy(), name)
    softmax = list(SOFTMAX.finditer(problem.given))
    if alias is None and not softmax:
        return problem
    scope = problem.scope.copy()
    scope.equations += [rf"{m['name']} = \operatorname{{softmax}}({m['of']})" for m in softmax]
    if alias is not None:
        return named(problem, scope, alias["name"])
    return Problem(scope, problem.term, problem.name, problem.text, problem.given, problem.names)


ENTRY = re.compile(r"(?P<name>[^_]+)_(?P<index>[a-z])$")


def by_entry(problem: Problem) -> Problem | None:
    """The problem that knows the vector s as well, where its function is the entry s_i = …; None for any other."""
    found = ENTRY.match(problem.name)
    free = {s.name for s in free_symbols(problem.term) if is_index(s)}
    if found is None or found["index"] not in free or problem.scope.tables.knows(problem.scope.tables.alias(found["name"])):
        return None
    scope = problem.scope.copy()
    scope.equations.append(problem.text)
    return Problem(scope, problem.term, problem.name, problem.text, problem.given, problem.names)


def named(problem: Problem, scope: Scope, name: str) -> Problem:
    """The problem with a name for its function."""
    try:
        _, root = definitions_of(f"{name} = {problem.text}", scope.tables, scope.words())
    except GradatimError:
        return Problem(scope, problem.term, "", problem.text, problem.given, problem.names)
    scope.root = root
    scope.tables.declared.pop(root.name, None)
    return Problem(scope, problem.term, root.name, problem.text, problem.given, problem.names)


USUAL = ("f", "L", "J", r"\ell", r"\mathcal{L}", r"\mathcal L")


def usual_name(problem: Problem, answer: str) -> str:
    """The letter by which an answer calls a function that has no name: one that it uses and neither it nor the problem explains."""
    tables = problem.scope.tables
    if ";" in problem.text or "=" in problem.text or "\n" in problem.text.strip():
        return ""
    for name in USUAL:
        letter = re.escape(name) + r"(?![a-zA-Z])"
        varied = re.search(rf"(?<![a-zA-Z\\])(?:d|\\mathrm\{{d\}})\s*{letter}\s*&?\s*=", answer)
        used = re.search(rf"(?<![a-zA-Z\\]){letter}\s*\((?P<by>\\?[a-zA-Z]+(?:\{{[a-zA-Z]\}})?)\)", answer)
        explained = re.search(rf"(?:^|[\n;,.$&]|\\\\|\b(?:let|where|with|and))\s*{letter}\s*(?:\([^()]*\))?\s*&?\s*:?=", answer)
        if varied and not used and not explained and not tables.knows(tables.alias(name)) and name not in tables.sizes:
            return name
        if (
            used
            and not explained
            and tables.knows(tables.alias(used["by"]))
            and not tables.knows(tables.alias(name))
            and name not in tables.sizes
        ):
            return f"{name}({used['by']})"
    return _called_so(problem, answer)


_LEFT = re.compile(r"\\frac\s*\{\s*\\partial\s*(?P<name>\\?[a-zA-Z]+)\s*_")
_DERIVED = re.compile(
    r"(?:\\partial|\\nabla|\\mathrm\s*\{d\}|(?<![a-zA-Z])d|∂|∇)\s*(?:[_^]\s*(?:\{[^{}]*\}|\w))*\s*f(?![a-zA-Z])|f\s*'"
)


def _called_so(problem: Problem, answer: str) -> str:
    """The f within an answer such as 2(Ax − f x)/(xᵀx); of a vector the name of which the answer differentiates an entry, ∂sᵢ/∂zⱼ."""
    if problem.term.rank == 1 and (m := _LEFT.search(answer)) is not None:
        name = m["name"]
    elif problem.term.is_scalar and re.search(r"(?<![a-zA-Z\\])f(?![a-zA-Z(])(?!\s*[(\x27])", _DERIVED.sub(" ", answer)):
        name = "f"
    else:
        return ""
    tables = problem.scope.tables
    explained = re.search(
        rf"(?:^|[\n;,.$&]|\\\\|\b(?:let|where|with|and))\s*{re.escape(name)}\s*(?:_\{{?\w\}}?)?\s*&?\s*:?=", answer
    )
    return "" if explained or tables.knows(tables.alias(name)) or name in tables.sizes else name


def variables(problem: Problem, wrt: object) -> tuple[Term, ...]:
    """The variables of a derivative: a symbol, a member, a name in any spelling, or a pair of them. Raises ReadError."""
    if wrt is None:
        raise ReadError("by which variable? give wrt=")
    several = tuple(wrt) if isinstance(wrt, (tuple, list)) else (wrt,)
    if not several:
        raise ReadError("by which variable? give wrt=")
    return tuple(_variable(problem, w) for w in several)


def _variable(problem: Problem, wrt: object) -> Term:
    if isinstance(wrt, Term):
        return wrt
    if isinstance(wrt, str):
        return problem.find(wrt)
    raise ReadError("a derivative is by a symbol, a member of a family or a name")


def member(variable: Term) -> Term:
    """A family stands for one member of it, by a free index: the derivative by x is the one by xᵢ."""
    if isinstance(variable, Symbol) and variable.type.family:
        return at(variable, Symbol("i", index_type(variable.type.axes[0])))
    return variable


__all__ = ["asked", "known_by_name", "member", "of_term", "variables"]
