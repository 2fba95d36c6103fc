"""Terms: what people write and read, as immutable values that are equal exactly when they are the same object.

There are five kinds of node: `Symbol`, `Number`, `Size` (a dimension used as a number, as in 1/N), `Apply` of an
operation, and the one binder `Bind` (sums, products, stacks). A term is interned at birth, so `is` is equality and
every memo is a dict. Constructors work out the type and nothing else: no constructor simplifies.

A bound index has no name of its own: a binder holds a private one, and binders are interned by the body with
that index replaced by a canonical one (named by the binder's height), so `sum over i` and `sum over j` of the same
body are one object. The name a reader sees is chosen when it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count
from threading import RLock
from typing import Protocol, TypeGuard, TypeVar
from weakref import WeakValueDictionary

from gradatim.errors import EvaluationError, LimitExceeded, ShapeError
from gradatim.exact import bounded
from gradatim.face import Operators
from gradatim.patience import look_at_the_clock
from gradatim.types import SCALAR, Dim, Type, index_type, shape_of

MAX_NODES = 2_000_000


class Operation(Protocol):
    """What a term needs to know of an operation; the record itself is `gradatim.ops.base.Op`."""

    @property
    def name(self) -> str: ...

    def result(self, args: tuple[Term, ...], params: tuple[object, ...]) -> Type: ...


class Term(Operators["Term"]):
    """A node of the surface. `args` are its children, `type` its type, `height` the binders on its deepest path; `indexed` is
    False where no index occurs in it. Equality and hash are those of the object: interning makes them right, and quick."""

    __slots__ = ("args", "type", "height", "indexed", "_free", "__weakref__")
    args: tuple[Term, ...]
    type: Type
    height: int
    indexed: bool
    _free: Mapping[Symbol, None] | None
    """What `symbols_in` found for this node; None until it is asked."""

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("terms are not pickled")

    def rebuild(self, args: tuple[Term, ...]) -> Term:
        """The same node over other children."""
        return self

    @property
    def rank(self) -> int:
        return len(self.type.axes)

    @property
    def is_scalar(self) -> bool:
        return not self.type.axes

    def __pos__(self) -> Term:
        return self

    @property
    def shape(self) -> tuple[str | int, ...]:
        """The dimensions as names or numbers; () for a scalar."""
        return shape_of(self.type)

    def text(self) -> str:
        """One line of Unicode."""
        return self.face.text(self)

    def latex(self) -> str:
        return self.face.latex(self)

    def __str__(self) -> str:
        return self.face.text(self) if hasattr(Term, "face") else sketch(self)

    def __repr__(self) -> str:
        return str(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.face.latex(self)}$"

    def evaluate(self, *unnamed: object, **arrays: object) -> object:
        """The value at NumPy arrays, named as the symbols are. Wrong or missing arguments are an EvaluationError."""
        if unnamed:
            names = ", ".join(f"{s.plain}=…" for s in free_symbols(self))
            raise EvaluationError(f"arrays are given by name: evaluate({names})")
        return self.face.evaluate(self, arrays)

    def operator(self, **arrays: object) -> object:
        """A Hessian as a linear operator with matvec, solve, diagonal, trace, logdet and dense; printing it shows the structure found.
        With arrays it is the operator at these numbers, which SciPy takes as a linear operator."""
        return self.face.operator(self, arrays)


class Symbol(Term):
    """A named variable or constant of a declared type. `name` is its identity (its LaTeX spelling and section)."""

    __slots__ = ("name", "plain", "label")
    name: str
    plain: str
    label: str

    def __new__(cls, name: str, type: Type = SCALAR, plain: str = "", text: str = "") -> Symbol:
        """`plain` is the name in code (`W1`), `text` the name on a terminal (`W⁽¹⁾`, kept as `label`); both default to `name`."""
        key = (cls, name, type, plain, text)
        found = _table.get(key)
        if found is not None:
            return found  # type: ignore[return-value]
        self = object.__new__(cls)
        self.name, self.type, self.plain, self.label = name, type, plain or name, text or plain or name
        self.args, self.height, self.indexed = (), 0, type.index is not None
        return _intern(key, self)

    def __repr__(self) -> str:
        return self.label


class Number(Term):
    """An exact rational number."""

    __slots__ = ("value",)
    value: Fraction

    def __new__(cls, value: int | Fraction) -> Number:
        # Whole numbers are looked up without making a fraction of them, whose hash is slow; small ones are kept.
        if type(value) is int and (kept := _small.get(value)) is not None:
            return kept
        key = (cls, value, 1) if type(value) is int else (cls, value.numerator, value.denominator)
        found = _table.get(key)
        if found is not None:
            return found  # type: ignore[return-value]
        self = object.__new__(cls)
        self.value, self.type, self.args, self.height = bounded(Fraction(value)), SCALAR, (), 0
        self.indexed = False
        made = _intern(key, self)
        if self.value.denominator == 1 and abs(self.value) <= 64:
            _small[int(self.value)] = made
        return made

    def __repr__(self) -> str:
        return str(self.value)


_small: dict[int, Number] = {}


class Size(Term):
    """A dimension used as a number: the N of 1/N."""

    __slots__ = ("dim",)
    dim: Dim

    def __new__(cls, dim: Dim) -> Size:
        key = (cls, dim)
        found = _table.get(key)
        if found is not None:
            return found  # type: ignore[return-value]
        self = object.__new__(cls)
        self.dim, self.type, self.args, self.height = dim, SCALAR, (), 0
        self.indexed = False
        return _intern(key, self)

    def __repr__(self) -> str:
        return str(self.dim)


class Apply(Term):
    """An operation applied to terms; `params` holds what is not a term (dimensions, axes)."""

    __slots__ = ("op", "params")
    op: Operation
    params: tuple[object, ...]

    def __new__(cls, op: Operation, args: Sequence[Term] = (), params: tuple[object, ...] = ()) -> Apply:
        args = tuple(args)
        key = (op, args, params)
        found = _table.get(key)
        if found is not None:
            return found  # type: ignore[return-value]
        self = object.__new__(cls)
        self.op, self.args, self.params = op, args, params
        self.type = op.result(args, params)
        body = getattr(op, "body", None)
        self.height, self.indexed = 0, isinstance(body, Term) and body.indexed
        for a in args:
            self.height = max(self.height, a.height)
            self.indexed = self.indexed or a.indexed
        return _intern(key, self)

    def rebuild(self, args: tuple[Term, ...]) -> Term:
        return self if args == self.args else Apply(self.op, args, self.params)


KINDS = ("sum", "product", "stack")


class Bind(Term):
    """A sum, a product or a stack `[body]_i` over an index. Its first child is its private index, its second the body.

    The index is never one that a person can name, so rebuilding bodies in place is safe; a body that is taken out of its
    binder is taken with `opened`, which gives it a fresh index.
    """

    __slots__ = ("kind", "_key")
    kind: str
    _key: Term

    def __new__(cls, kind: str, index: Symbol, body: Term) -> Bind:
        extent = index.type.index
        if kind not in KINDS:
            raise ShapeError(f"unknown binder {kind!r}")
        if extent is None:
            raise ShapeError(f"{index.name} is not an index, so nothing can be bound by it")
        canonical = _closed(body, index, Symbol(f"#{body.height + 1}", index.type))
        key = (cls, kind, extent, id(canonical))
        found = _table.get(key)
        if found is not None:
            return found  # type: ignore[return-value]
        self = object.__new__(cls)
        # An index that a person named may also occur free elsewhere, so it is replaced; one of our own is fresh already.
        private = index if index.name.startswith("#f") else fresh_index(extent)
        body = body if private is index else substitute(body, {index: private})
        self.kind, self.args, self.height = kind, (private, body), body.height + 1
        self.indexed = True
        self._key = canonical
        self.type = _bound_type(kind, extent, body.type)
        return _intern(key, self)

    @property
    def index(self) -> Symbol:
        return self.args[0]  # type: ignore[return-value]

    @property
    def body(self) -> Term:
        return self.args[1]

    @property
    def extent(self) -> Dim:
        extent = self.index.type.index
        assert extent is not None
        return extent

    def rebuild(self, args: tuple[Term, ...]) -> Term:
        return self if args == self.args else Bind(self.kind, args[0], args[1])  # type: ignore[arg-type]

    def opened(self) -> tuple[Symbol, Term]:
        """A fresh index and the body in terms of it: the only safe way to look under a binder and take parts out."""
        index = fresh_index(self.extent)
        return index, substitute(self.body, {self.index: index})


class _Closed(Term):
    """What a binder is up to the name of its index: it stands for the binder inside the keys of others, and nowhere else."""

    __slots__ = ("extent", "kind")
    kind: str
    extent: Dim

    def __new__(cls, kind: str, extent: Dim, body: Term) -> _Closed:
        key = (cls, kind, extent, id(body))
        found = _table.get(key)
        if found is not None:
            return found  # type: ignore[return-value]
        self = object.__new__(cls)
        self.kind, self.extent, self.args, self.height, self.indexed = kind, extent, (body,), 0, True
        self.type = _bound_type(kind, extent, body.type)
        return _intern(key, self)


def _closed(body: Term, index: Symbol, canonical: Symbol) -> Term:
    """The body with its index called by a canonical name and every binder in it by its key: rebuilding the binders instead would
    name each of them anew, twice as often at every level."""
    done: dict[Term, Term] = {index: canonical}
    stack = [body]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        if not node.indexed:
            done[node] = node
            continue
        inner = (node._key,) if isinstance(node, Bind) else node.args
        pending = [a for a in inner if a not in done]
        if pending:
            stack.extend(pending)
            continue
        stack.pop()
        if isinstance(node, Bind):
            done[node] = _Closed(node.kind, node.extent, done[node._key])
        elif isinstance(node, _Closed):
            done[node] = node if done[node.args[0]] is node.args[0] else _Closed(node.kind, node.extent, done[node.args[0]])
        else:
            done[node] = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
    return done[body]


def _bound_type(kind: str, extent: Dim, body: Type) -> Type:
    if kind == "stack":
        return Type((extent, *body.axes))
    if kind == "product" and body.axes:
        raise ShapeError(f"a product over an index needs scalar factors, not {body.described}")
    return Type(body.axes, row=body.row)


_table: WeakValueDictionary[object, Term] = WeakValueDictionary()
_making = RLock()
"""Two threads that make the same term at the same time get one."""
_serial = count(1)


T = TypeVar("T", bound=Term)


def _intern(key: tuple[object, ...], term: T) -> T:
    term._free = None
    with _making:
        found = _table.get(key)
        if found is not None:
            return found  # type: ignore[return-value]
        _table[key] = term
    return term


def fresh_index(extent: Dim) -> Symbol:
    """An index that occurs nowhere else."""
    return Symbol(f"#f{next(_serial)}", index_type(extent))


def is_index(term: Term) -> bool:
    return isinstance(term, Symbol) and term.type.index is not None


def is_sum(term: Term) -> TypeGuard[Bind]:
    """Whether a term is a sum over an index."""
    return isinstance(term, Bind) and term.kind == "sum"


def walk(*roots: Term) -> Iterator[Term]:
    """Every distinct node below the roots, children before parents, iteratively."""
    look_at_the_clock()
    seen: set[Term] = set()
    for root in roots:
        stack: list[Term | None] = [root]  # None stands before a node whose children are done
        while stack:
            node = stack.pop()
            if node is None:
                yield stack.pop()  # type: ignore[misc]
            elif node not in seen:
                seen.add(node)
                if not node.args:
                    yield node
                    continue
                if len(seen) > MAX_NODES:
                    raise LimitExceeded(f"the expression has more than {MAX_NODES} parts")
                stack += (node, None)
                stack += node.args[::-1]


def walk_new(root: Term, known: Container[Term]) -> Iterator[Term]:
    """The nodes below the root that are not known yet, children before parents; nothing below a known node is looked at."""
    seen: set[Term] = set()
    stack: list[Term | None] = [root]  # None stands before a node whose children are done
    while stack:
        node = stack.pop()
        if node is None:
            yield stack.pop()  # type: ignore[misc]
        elif node not in seen and node not in known:
            seen.add(node)
            stack += (node, None)
            stack += node.args[::-1]


def transform(root: Term, rule: Callable[[Term], Term]) -> Term:
    """Rebuild bottom-up, applying `rule` to every rebuilt node once. Shared parts are visited once."""
    return transformed((root,), rule)[root]


def transformed(roots: Iterable[Term], rule: Callable[[Term], Term]) -> dict[Term, Term]:
    """Every part of the roots with what `transform` makes of it: of many parts of one term without walking each of them."""
    done: dict[Term, Term] = {}
    for node in walk(*roots):
        if not node.args:
            done[node] = rule(node)
        elif isinstance(node, Bind):
            done[node] = rule(node.rebuild((node.index, done[node.body])))
        else:
            done[node] = rule(node.rebuild(tuple([done[a] for a in node.args])))
    return done


def substitute(root: Term, table: Mapping[Term, Term]) -> Term:
    """Replace whole subterms; a replacement is not searched again, and nothing is captured: a binder keeps its own index, and has
    another one where a replacement brings along an index of that name."""
    if not table:
        return root
    done: dict[Term, Term] = dict(table)
    by_index = all(t.type.index is not None for t in table)
    # Binders that are equal up to their index are one, so the index of one may be free elsewhere.
    names = {t for t in table if is_index(t)}
    brought = {i for old, new in table.items() for i in _indices(new) if i not in _indices(old)}
    stack = [root]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        if not node.args or by_index and not node.indexed:
            done[node] = node
            stack.pop()
            continue
        if isinstance(node, Bind) and (node.index in names or node.index in brought):
            done[node] = _under(node, table, node.index in brought)
            stack.pop()
            continue
        pending = [a for a in node.args if a not in done]
        if pending:
            stack.extend(pending)
            continue
        done[node] = node.rebuild(tuple([done[a] for a in node.args]))
        stack.pop()
    return done[root]


def _indices(term: Term) -> list[Term]:
    if not term.args:
        return [term] if is_index(term) else []
    return [s for s in symbols_in(term) if is_index(s)] if term.indexed else []


def _under(node: Bind, table: Mapping[Term, Term], clashes: bool) -> Term:
    """The replacement under a binder whose index the table names or brings along."""
    rest = {old: new for old, new in table.items() if old is not node.index}
    found = symbols_in(node.body)
    if not any(old in found if isinstance(old, Symbol) else True for old in rest):
        return node
    index, body = node.opened() if clashes else (node.index, node.body)
    return Bind(node.kind, index, substitute(body, rest))


def free_symbols(*roots: Term) -> list[Symbol]:
    """The symbols that occur, indices bound inside left out, bodies of definitions included, in order of first meeting."""
    found: dict[Symbol, None] = {}
    for root in roots:
        found.update(symbols_in(root))
    return list(found)


def symbols_in(root: Term) -> Mapping[Symbol, None]:
    """The free symbols of a term, which each node keeps once they are known. Bodies are walked like children, so a chain of a
    thousand definitions needs no recursion and no body is looked at twice."""
    if isinstance(root, Symbol):
        return {root: None}
    stack = [root]
    while stack:
        node = stack[-1]
        if node._free is not None:
            stack.pop()
            continue
        body = _body_of(node)
        inner = (*node.args, body) if body is not None else node.args
        pending = [a for a in inner if a._free is None and not isinstance(a, Symbol)]
        if pending:
            stack.extend(reversed(pending))
            continue
        stack.pop()
        here = _together(node.args)
        if isinstance(node, Bind):
            here = {s: None for s in here if s is not node.index}
        if body is not None:
            own = dict.fromkeys(node.op.parameters)  # type: ignore[attr-defined]
            here = {**here, **{s: None for s in _together((body,)) if s not in own}}
        node._free = here
    assert root._free is not None
    return root._free


def _together(terms: tuple[Term, ...]) -> Mapping[Symbol, None]:
    """What is free in any of the terms, found before: where the first of them has it all, that itself and no copy."""
    whole: Mapping[Symbol, None] = {}
    for a in terms:
        # A symbol does not keep itself, or it would never be given up.
        found = {a: None} if isinstance(a, Symbol) else a._free
        assert found is not None
        if not whole:
            whole = found
        elif not found.keys() <= whole.keys():
            whole = {**whole, **found}
    return whole


def _body_of(node: Term) -> Term | None:
    """The body of a definition that is called."""
    body = getattr(getattr(node, "op", None), "body", None)
    return body if isinstance(body, Term) else None


def depends_on(root: Term, symbol: Term) -> bool:
    """Whether the symbol occurs free, bodies of definitions included; of another term, whether it is a part."""
    if root is symbol:
        return True
    if symbol.type.index is not None and not root.indexed:
        return False
    return symbol in symbols_in(root) if isinstance(symbol, Symbol) else any(n is symbol for n in walk(root))


def sketch(root: Term, limit: int = 200) -> str:
    """A plain prefix form for debugging and messages of internal errors; writers print for people."""
    out: list[str] = []
    stack: list[Term | str] = [root]
    while stack and len(out) < limit:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
        elif isinstance(item, Apply):
            out.append(item.op.name + "(")
            stack.append(")")
            for k, a in enumerate(reversed(item.args)):
                stack.extend([a] if k == len(item.args) - 1 else [a, ", "])
            if not item.args and item.params:
                stack.append(",".join(map(str, item.params)))
        elif isinstance(item, Bind):
            out.append(f"{item.kind}[{item.index.name}](")
            stack.extend([")", item.body])
        else:
            out.append(repr(item))
    return "".join(out) + ("…" if stack else "")
