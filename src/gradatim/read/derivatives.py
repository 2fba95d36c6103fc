"""Derivatives as they are written: `∂L/∂x`, `\\frac{d}{dX}(…)`, `∇_w L(w)`, `∇²f`. Which they are is told by their form.

The reader knows no rule of differentiation: where a derivative is to have a value, whoever asks gives the function that
differentiates (`Tables.differentiate`). Without one a derivative inside a formula is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradatim import ops
from gradatim.errors import ReadError, ShapeError, Span
from gradatim.read.before_brackets import BeforeBrackets
from gradatim.read.cursor import TRANSPOSES
from gradatim.read.infer import Draft, Shape, shape_of_type
from gradatim.read.parser import Parser
from gradatim.read.tree import Node, Post, number, one_name, spell
from gradatim.term import Symbol, Term

Differentiate = Callable[[Term, tuple[Term, ...]], Term]
"""From a function and its variables, in turn, to the derivative in gradient layout."""

Slope = Callable[[Term, Symbol], Term]
"""From the value of a function of one number and that number to the value of its derivative."""

_D = ("d", "\\mathrm{d}", "\\partial", "\\mathrm{D}")


@dataclass(frozen=True, slots=True)
class Written:
    """A derivative as written. `body` is None for an operator whose argument follows; `wrt` is () for `∇f`; a variable
    stands twice for a second derivative. `transposed` is for `∂f/∂xᵀ`."""

    body: Node | None
    wrt: tuple[Node, ...]
    order: int
    span: Span
    transposed: bool = False


def written(node: Node, text: str) -> Written | None:
    """The derivative that a node is, or the operator without its argument; None for anything else."""
    if node.kind == "frac" or (node.kind == "mul" and node.value == "/"):
        return _fraction(node)
    if node.kind == "juxt":
        first = written(node.args[0], text)
        if first is not None and first.body is None:
            rest = node.args[1:]
            body = rest[0] if len(rest) == 1 else Node("juxt", (rest[0].span[0], rest[-1].span[1]), rest)
            return Written(body, first.wrt, first.order, node.span, first.transposed)
        return None
    return _nabla(node, text)


def _nabla(node: Node, text: str) -> Written | None:
    base, posts = (node.args[0], node.posts) if node.kind == "post" else (node, ())
    if base.kind != "name" or base.value not in ("\\nabla", "\\partial", "\\mathrm{D}"):
        return None
    sub = next((p for p in posts if p.kind == "sub"), None)
    if base.value != "\\nabla" and sub is None:
        return None
    order = 2 if any(p.kind == "power" and spell(p.tokens) == "2" for p in posts) else 1
    wrt: tuple[Node, ...] = ()
    if sub is not None:
        inner = Parser(text, list(sub.tokens)).sum_()
        wrt = inner.args if inner.kind in ("juxt", "group") and inner.args else (inner,)
    if len(wrt) == 1:
        wrt *= order
    return Written(None, wrt, max(order, len(wrt)), node.span)


def _fraction(node: Node) -> Written | None:
    """`d f / d x`: the top begins with d (perhaps d²), the bottom is d and a variable, once for each order."""
    top, bottom = (_ungrouped(n) for n in node.args)
    head, rest = _led(top)
    if head is None or not _is_d(head):
        return None
    order = _order(head)
    if not rest and bottom.kind == "juxt" and node.kind == "mul":
        # `∂/∂x (…)`: what follows the variables is differentiated.
        bottom, rest = _cut(bottom, order)
    wrt, transposed = _variables(bottom, order)
    if not wrt:
        return None
    body = None
    if rest:
        body = rest[0] if len(rest) == 1 else Node("juxt", (rest[0].span[0], rest[-1].span[1]), rest)
    return Written(body, wrt, order, node.span, transposed)


def _cut(bottom: Node, order: int) -> tuple[Node, tuple[Node, ...]]:
    """The variables below a slash, each with its d, and the factors after them."""
    count = 2
    while count < 2 * order and count + 1 < len(bottom.args) and _is_d(bottom.args[count]):
        count += 2
    kept, rest = bottom.args[:count], bottom.args[count:]
    return Node("juxt", (kept[0].span[0], kept[-1].span[1]), kept), rest


def _ungrouped(node: Node) -> Node:
    return node.args[0] if node.kind == "group" and node.value == "tex" and len(node.args) == 1 else node


def _led(node: Node) -> tuple[Node | None, tuple[Node, ...]]:
    return (node.args[0], node.args[1:]) if node.kind == "juxt" else (node, ())


def _is_d(node: Node) -> bool:
    if node.kind == "post" and all(p.kind == "power" for p in node.posts):
        node = node.args[0]
    return node.kind == "name" and node.value in _D


def _order(head: Node) -> int:
    if head.kind == "post":
        found = head.posts[0].node
        value = number(found) if found is not None else None
        return int(value) if value is not None and value in (1, 2, 3) else 1
    return 1


def _variables(bottom: Node, order: int) -> tuple[tuple[Node, ...], bool]:
    """The variables below the line; () where what stands there is no d with a variable."""
    factors = list(bottom.args) if bottom.kind == "juxt" else [bottom]
    out: list[tuple[Node, int]] = []
    transposed = False
    while factors:
        if not _is_d(factors[0]) or factors[0].kind == "post" or len(factors) < 2:
            return (), False
        variable, times = factors[1], 1
        if variable.kind == "post":
            last = variable.posts[-1]
            named = spell(last.tokens)
            if last.kind == "power" and named in TRANSPOSES:
                transposed = True
                variable = _without_last(variable)
            elif last.kind == "power" and named in ("2", "3") and 1 < int(named) <= order:
                times = int(named)
            elif last.kind == "prime" and order > 1 and out and _same(out[-1][0], _without_last(variable)):
                variable = _without_last(variable)  # ∂²f/∂β∂β′, as econometricians write a Hessian
        if variable.kind == "group" and len(variable.args) == 1 and _is_stacked(variable.args[0]):
            variable = variable.args[0]
        if _is_stacked(variable):
            transposed = False  # ∂vec(F)/∂vec(X)ᵀ and ∂vec(F)/∂vec(X) ask for one matrix
        elif variable.kind not in ("name", "post", "group"):
            return (), False
        out.append((variable, times))
        factors = factors[2:]
    if len(out) == order:  # ∂²f/∂β∂σ²: as many variables as orders, and the power belongs to a name
        return tuple(v for v, _ in out), transposed
    repeated = (v for variable, times in out for v in ([_without_last(variable)] * times if times > 1 else [variable]))
    return tuple(repeated), transposed


def _is_stacked(node: Node) -> bool:
    """`vec(X)`, the stacked columns of one name."""
    return node.kind == "call" and node.value == "vec" and not node.posts and len(node.args) == 1 and one_name(node.args[0])


def _without_last(variable: Node) -> Node:
    """A name without the last thing attached to it."""
    kept = variable.posts[:-1]
    if not kept:
        return variable.args[0]
    return Node("post", (variable.span[0], kept[-1].span[1]), variable.args, None, kept)


def _same(one: Node, other: Node) -> bool:
    """Whether two nodes spell one name."""
    scripts = [[(p.kind, spell(p.tokens)) for p in n.posts] for n in (one, other)]
    bases = [n.args[0].value if n.kind == "post" else n.value for n in (one, other)]
    return bases[0] == bases[1] and scripts[0] == scripts[1]


class CodeProducts(BeforeBrackets):
    """`@` and `*` as NumPy means them."""

    def code_product(self, node: Node) -> Draft:
        left, right = self.draft(node.args[0]), self.draft(node.args[1])
        if not left.shape.rank or not right.shape.rank:
            return self.chain([left, right], node.span)
        if node.value == "entrywise":
            if not self.solver.same(Shape(left.shape.axes, left.shape.row), Shape(right.shape.axes, right.shape.row)):
                error = self.solver.clash("`*` of two arrays acts entry by entry in Python", left, right)
                raise ShapeError(f"{error}\nwrite `@` for the matrix product")
            return Draft(
                Shape(left.shape.axes, left.shape.row),
                lambda: ops.hadamard(left.make(), right.make()),
                node.span,
                "",
                None,
                left.guess or right.guess,
            )
        return self.turned_chain(node)

    def turned_chain(self, node: Node) -> Draft:
        """A chain of `@`: a vector has no orientation there, so on the left of a product it lies and on the right it stands."""
        nodes: list[Node] = []
        while node.kind == "mul" and node.value == "matmul":
            nodes.append(node.args[1])
            node = node.args[0]
        parts = [self.draft(node)]
        running = parts[0]
        for n in reversed(nodes):
            right = self.draft(n)
            if running.shape.rank == 1 and not running.shape.row and right.shape.rank:
                running = self.transposed(running, running.span)
                parts = [running]
            if right.shape.row:
                right = self.transposed(right, right.span)
            parts.append(right)
            running = self.chain(parts, (parts[0].span[0], right.span[1]))
        return running

    def variable_asked(self, span: Span) -> Draft:
        """The variable of the question, where a ∇ does not say by what."""
        asked = self.tables.asked[0]
        return Draft(shape_of_type(asked.type), lambda: asked, span)

    def chain(self, parts: list[Draft], span: Span) -> Draft:
        raise NotImplementedError


class Derivatives(CodeProducts):
    """Derivatives among the factors of a formula."""

    def written(self, node: Node) -> Written | None:
        """The derivative that the node is; a quotient by a scalar that is really called d is none."""
        found = written(node, self.text)
        if found is None or (node.kind in ("frac", "mul") and self.divides_by_d()):
            return None
        return found

    def slope_of_named(self, found: Written) -> Draft | None:
        """`dg/dt` of a function g that nothing says more of, by what it is taken at: g′(t)."""
        body = found.body
        if body is None or body.kind != "name" or not found.wrt or any(w != found.wrt[0] for w in found.wrt):
            return None
        d = self.tables.declared.get(str(body.value))
        if d is None or d.kind != "function" or str(body.value) in self.tables.definitions:
            return None
        group = Node("group", found.wrt[0].span, found.wrt[:1], "(")
        return self.called(str(body.value), str(body.value), group, len(found.wrt), found.span)

    def on_differential(self, node: Node) -> Draft:
        """`dX`, `d(AX)`: the differential of what follows, by the variables of the question."""
        take = self.tables.tangent
        if take is None:
            raise self.error("a differential is not read here", node.span, "write the derivative")
        body = self.draft(node.args[0])
        return Draft(Shape(body.shape.axes, body.shape.row), lambda: take(body.make()), node.span, "", None, body.guess)

    def slope_of_number(self, x: Draft, span: Span) -> Draft | None:
        take, asked = self.tables.differentiate, self.tables.asked
        if take is None or len(asked) != 1 or asked[0].rank:
            return None
        return Draft(Shape(), lambda: take(x.make(), asked), span, "", None, x.guess)

    def divides_by_d(self) -> bool:
        """Whether `d` itself is a declared or settled scalar, so that `da/db` may be a quotient of products."""
        symbol = self.tables.symbols.get("d")
        declared = self.tables.declared.get("d")
        return (
            "d" in self.parameters
            or "d" in self.tables.definitions
            or (symbol is not None and not symbol.rank)
            or (symbol is None and declared is not None and declared.kind == "scalar" and "d" not in self.tables.sizes)
        )

    def derivative_of(self, found: Written) -> Draft:
        """The derivative as a value, by the function that the scope differentiates with."""
        take = self.tables.differentiate
        if take is None:
            raise self.error(
                "a derivative inside a function is not read",
                found.span,
                "give the function alone and say by what to differentiate; if d is a number here, declare it",
            )
        if found.body is None:
            raise self.error("this derivative is of nothing", found.span)
        slope = self.slope_of_named(found)
        if slope is not None:
            return slope
        body = self.draft(found.body)
        if not found.wrt and not self.tables.asked:
            raise self.error("this derivative does not say by what", found.span, r"write \nabla_x")
        variables = [self.draft(w) for w in found.wrt] or [self.variable_asked(found.span)] * found.order
        axes = body.shape.axes
        for v in variables:
            axes = (*axes, *v.shape.axes)
        row = body.shape.row if len(axes) == body.shape.rank else variables[-1].shape.row and not body.shape.rank
        shape = Shape(axes, row and len(axes) == 1)

        def make() -> Term:
            return take(body.make(), tuple(v.make() for v in variables))

        made = Draft(shape, make, found.span, "", None, body.guess)
        return self.transposed(made, found.span) if found.transposed and len(axes) == 1 else made


__all__ = ["Derivatives", "Differentiate", "Post", "ReadError", "Written", "written"]
