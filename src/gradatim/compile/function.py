"""`gd.compile` and `gd.source`: terms to callables and to readable source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from threading import RLock
from typing import Any

import numpy as np

from gradatim.compile.about import about
from gradatim.compile.centred import without_means
from gradatim.compile.emit import Emitted, Emitter
from gradatim.compile.enter import Enter
from gradatim.compile.explained import Plan
from gradatim.compile.graph import Graph
from gradatim.compile.load import load
from gradatim.compile.measured import kept
from gradatim.compile.names import identifier
from gradatim.compile.nodes import Node
from gradatim.compile.norms import of_unit_vectors
from gradatim.compile.plan import Planner
from gradatim.compile.pnorms import without_underflow
from gradatim.compile.results import Output
from gradatim.compile.series import by_series
from gradatim.compile.targets import DIALECTS
from gradatim.compile.tops import of_shifted_exponentials
from gradatim.derive.recognise import all_recognised
from gradatim.errors import EvaluationError, GradatimError, within_limits
from gradatim.term import Bind, Symbol, Term, free_symbols, is_index


class ArgumentError(EvaluationError, ValueError):
    """An argument of a compiled function that has another shape or type than the formula says."""


class SingularMatrix(EvaluationError, np.linalg.LinAlgError):
    """A matrix whose inverse or solution is needed has none."""


class Program:
    """Terms planned together: the graph, its results, the symbols it takes. `source` writes it for a backend."""

    def __init__(self, terms: Sequence[Term], sizes: Mapping[str, int] | None = None, first: Sequence[Symbol] = ()) -> None:
        self.terms = tuple(terms)
        self.first = tuple(first)
        self.symbols = tuple(dict.fromkeys((*first, *(s for s in free_symbols(*terms) if not is_index(s)))))
        self.sizes = dict(sizes or {})
        self.entered = self._entered()
        self._plan()

    def _entered(self) -> list[Output]:
        graph = Graph()
        enter = Enter(graph)
        found: list[Output] = []
        for t in without_means(all_recognised(self.terms)):
            v = enter.value(_for_all_members(t))
            if v.ties:
                v = enter.solid(v)
            found.append(Output(v.node, v.axes, v.own, v.dims))
        return of_shifted_exponentials(graph, of_unit_vectors(graph, without_underflow(graph, found)))

    def _plan(self) -> None:
        planner = Planner(self.entered, self.sizes)
        self.graph = planner.graph
        self.outputs: list[Node] = kept(self.graph, by_series(self.graph, planner.outputs()))
        self.decisions, self.place = planner.decisions, planner.place

    def replanned(self, sizes: Mapping[str, int]) -> None:
        """Plan the same program for other sizes."""
        self.sizes = dict(sizes)
        self._plan()

    def emitted(self, backend: str, name: str, fast: bool = False, constant: Sequence[Symbol] = ()) -> Emitted:
        # What is run and not read has no use for the formulas, whose writing takes its time.
        said = [] if fast else about(self.terms)
        return Emitter(
            self.graph, self.outputs, self.symbols, DIALECTS[backend], name, said, fast, constant, self.sizes, self.place
        ).emitted()


def _for_all_members(t: Term) -> Term:
    """A result by member is compiled for all members, their index first."""
    if not t.indexed:
        return t
    for i in sorted((s for s in free_symbols(t) if is_index(s)), key=lambda s: s.plain, reverse=True):
        t = Bind("stack", i, t)
    return t


_planning = RLock()
"""Two threads may ask for one plan at once: for the first call of a function, or for its source."""


class Compiled:
    """A compiled formula: call it with arrays, by position or by the names of the symbols.

    Shapes and types are checked. It is planned for the sizes of the first call, unless sizes were given; calls at other sizes are
    right, too, if not always in the cheapest order. `source` is the readable text, `explain()` the plan.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        backend: str,
        name: str,
        sizes: Mapping[str, int] | None,
        constant: Sequence[Symbol] = (),
        first: Sequence[Symbol] = (),
    ) -> None:
        self.backend, self.name, self.constant = backend, name, tuple(constant)
        self._sizes = None if sizes is None else dict(sizes)
        self._program = Program(terms, sizes, first)
        self._readable: str | None = None
        self._emitted = self._program.emitted(backend, name, fast=True, constant=constant)
        # A symbol whose name is no identifier (x′) may be given by its own name all the same.
        self._renamed = {s.plain: n for s, n in self._emitted.arguments.items() if s.plain != n}
        self.__name__ = name
        self.__doc__ = f"A compiled function of {', '.join(self.arguments)}."
        self._function: Callable[..., Any] | None = self._loaded() if sizes is not None or backend != "numpy" else None

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments, in order."""
        return tuple(self._emitted.arguments.values())

    @property
    def source(self) -> str:
        """The function as readable source that does not depend on gradatim."""
        with _planning:
            if self._readable is None:
                self._readable = self._program.emitted(self.backend, self.name, constant=self.constant).source
            return self._readable

    @property
    def plan(self) -> Plan:
        """The steps with their floating-point operations, bytes and reasons."""
        program, emitted = self._program, self._emitted
        return Plan(emitted.steps, program.outputs, program.sizes, program.decisions, emitted.texts)

    def explain(self) -> str:
        """The plan in words: steps with operations and bytes, why each is done so and not otherwise, and where digits may cancel."""
        return self.plan.explain()

    def __call__(self, *args: Any, **named: Any) -> Any:
        function = self._function
        if named and self._renamed:
            named = {self._renamed.get(n, n): value for n, value in named.items()}
        if function is None:
            function = self._planned(args, named)
        try:
            made = function(*args, **named)
            return made if not self.constant else self._guarded(made)
        except (ValueError, TypeError, RuntimeError, ArithmeticError) as error:
            raise self._error(error, {**dict(zip(self.arguments, args)), **named}) from None

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A prepared function whose errors are ours, too."""

        @wraps(function)
        def prepared(*args: Any, **named: Any) -> Any:
            try:
                return function(*args, **named)
            except (ValueError, TypeError, RuntimeError, ArithmeticError) as error:
                raise self._error(error, named) from None

        return prepared

    def _error(self, error: Exception, given: Mapping[str, Any]) -> Exception:
        """The error as one of ours, which NumPy's users can catch as they are used to."""
        message = str(error).replace("<lambda>", self.name)
        if isinstance(error, ArithmeticError):
            numbers = ", ".join(f"{n} = {a}" for n, a in given.items() if not np.ndim(a))
            return EvaluationError(f"{message} at these arguments{f' ({numbers})' if numbers else ''}")
        if isinstance(error, np.linalg.LinAlgError) or "LinAlgError" in type(error).__name__:
            shapes = ", ".join(f"{n} {np.shape(a)}" for n, a in given.items() if np.ndim(a))
            said = message if "singular" in message and "shape" in message else "a matrix that is to be inverted is singular"
            return SingularMatrix(f"{said} (the arguments are {shapes})" if shapes else said)
        abstract = re.search(r"as an abstract array.*at path (\w+)", message, re.DOTALL)
        if abstract is not None:
            return ArgumentError(f"{abstract[1]} is not an array of real numbers")
        if "same dtype" in message:
            kinds = ", ".join(f"{n} {a.dtype}" for n, a in given.items() if hasattr(a, "dtype"))
            return ArgumentError(f"the arguments have several types, where all must have one: {kinds}")
        if not any(re.match(rf"{re.escape(n)}\b", message) for n in given):
            for n, a in given.items():
                if not _real(a):
                    return ArgumentError(f"{n} is not an array of real numbers")
        return ArgumentError(message)

    def _planned(self, args: tuple[Any, ...], named: Mapping[str, Any]) -> Callable[..., Any]:
        """Plan for the sizes at hand."""
        sizes: dict[str, int] = {}
        given = {**dict(zip(self.arguments, args)), **named}
        for s, name in self._emitted.arguments.items():
            for d, n in zip(s.type.axes, np.shape(given.get(name, ()))):
                if d.names == (str(d),):
                    sizes.setdefault(str(d), int(n))
        with _planning:
            if self._function is None:
                if sizes:
                    self._program.replanned(sizes)
                    self._emitted = self._program.emitted(self.backend, self.name, fast=True, constant=self.constant)
                    self._readable = None
                self._function = self._loaded()
            return self._function

    def _loaded(self) -> Callable[..., Any]:
        function, module = load(self._emitted.source, self.name)
        if self.backend == "jax":
            import jax

            return jax.jit(function) if not self.constant else function
        if self.backend == "numpy":
            module._FLOAT64 = np.dtype(np.float64)  # type: ignore[attr-defined]
        return function

    def __repr__(self) -> str:
        return f"<compiled {self.name}({', '.join(self.arguments)}) for {self.backend}>"


def _real(a: object) -> bool:
    """Whether something can be taken as an array of numbers."""
    try:
        np.asarray(a, dtype=np.float64)
    except (TypeError, ValueError, RuntimeError):
        return False
    return a is not None


def _terms(what: object) -> tuple[Term, ...]:
    found = tuple(what) if isinstance(what, (tuple, list)) else (what,)
    for t in found:
        if not isinstance(t, Term):
            raise GradatimError(f"only terms are compiled, not a {type(t).__name__}")
    if not found:
        raise GradatimError("there is nothing to compile")
    return found


def _backend(name: object) -> str:
    if not isinstance(name, str) or name not in DIALECTS:
        raise GradatimError(f"unknown backend {name!r}; there are {', '.join(DIALECTS)}")
    return name


def _name(wanted: object) -> str:
    if not isinstance(wanted, str) or not wanted.isidentifier() or identifier(wanted) != wanted:
        raise GradatimError(f"{wanted!r} is no name for a function")
    return wanted


def _constants(names: Sequence[object], terms: Sequence[Term]) -> tuple[Symbol, ...]:
    return _named("constant", names, terms)


def _named(option: str, names: Sequence[object], terms: Sequence[Term], others: bool = False) -> tuple[Symbol, ...]:
    """The symbols of an option that names some of those that occur; with `others` a symbol may be one that does not."""
    symbols = {s.plain: s for t in terms for s in free_symbols(t) if not is_index(s)}
    out = []
    for n in (names,) if isinstance(names, (str, Symbol)) else names:
        found = symbols.get(n) if isinstance(n, str) else n if others or n in symbols.values() else None
        if not isinstance(found, Symbol):
            raise GradatimError(f"{option}: {n} does not occur; the names are: {', '.join(symbols)}")
        out.append(found)
    return tuple(out)


def compile(
    what: object,
    backend: str = "numpy",
    constant: Sequence[object] = (),
    sizes: Mapping[str, int] | None = None,
    name: str = "formula",
    arguments: Sequence[object] = (),
) -> Compiled:
    """A callable over arrays for a term, or for several terms that share their common parts: `gd.compile((f, g, H))`.

    Arguments are named as the symbols, in the order in which they occur, after those that `arguments` puts first: names, or symbols, which
    need not occur (`arguments=("w", "X", "y")`). Vectors are one-dimensional, a family has its index first, a result by member holds
    all members. `backend` is "numpy", "jax" (jitted) or "torch". `constant` names arguments that do not change: calling the result
    with them gives a function of the others, and what depends on them alone is computed once. `sizes` gives the sizes to plan for.
    Raises GradatimError for what cannot be compiled; the callable raises EvaluationError (also a ValueError) for wrong arguments.
    """
    terms = _terms(what)
    with within_limits("the formula is too deep or too large to compile"):
        first = _named("arguments", arguments, terms, others=True)
        return Compiled(terms, _backend(backend), _name(name), sizes, _constants(constant, terms), first)


def source(
    what: object,
    backend: str = "numpy",
    constant: Sequence[object] = (),
    sizes: Mapping[str, int] | None = None,
    name: str = "formula",
    arguments: Sequence[object] = (),
) -> str:
    """The same as readable Python source, which does not depend on gradatim."""
    terms = _terms(what)
    with within_limits("the formula is too deep or too large to compile"):
        program = Program(terms, sizes, _named("arguments", arguments, terms, others=True))
        return program.emitted(_backend(backend), _name(name), constant=_constants(constant, terms)).source
