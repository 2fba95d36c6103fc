"""Entries of arrays, members of families, rows and columns of matrices by their index."""

from __future__ import annotations

from gradatim import ops
from gradatim.errors import ShapeError, Span
from gradatim.ops.function import Function
from gradatim.read.infer import Draft, Shape
from gradatim.read.labels import Labels
from gradatim.read.names import member_parts, text_name
from gradatim.read.scope import Definition
from gradatim.read.shapes import Made
from gradatim.read.shifts import ranged
from gradatim.term import Apply, Term


class Members(Labels):
    """What a name with indices is; names themselves are looked up in the class that follows."""

    def entry(self, name: str, indices: list[Draft], span: Span) -> Draft:
        d = self.tables.declared.get(name) or self.tables.families.get(name)
        role = d.role if d is not None else ""
        if not role and len(indices) == 1 and self.in_own_columns(name):
            return self.indexed(self.symbol(name, span), indices, span, True)
        if role.startswith(("entries:", "rows:", "columns:")):
            of = self.symbol(self.tables.alias(role.split(":")[1]), span)
            member = self.indexed(of, indices, span, role.startswith("columns:"))
            return member if role.startswith("entries:") else self.lying(name, member, span)
        if name in self.tables.definitions and self.tables.definitions[name].index:
            return self.indexed_call(self.tables.definitions[name], indices, span)
        return self.indexed(self.symbol(name, span, len(indices)), indices, span)

    def picked_or_run(self, base: str, picks: bool, letters: list[str], span: Span) -> None:
        """The s of u_{w_s} numbers the members as long as no other index does: beside w_k, the w_{y_i} is the member that the label
        y_i picks, and not the i-th."""
        if picks or any(x in self.bound for x in letters):
            self.runs.setdefault(base, set()).add(picks)
        if len(self.runs.get(base, ())) > 1:
            raise self.error(
                f"a member of {text_name(base)} is picked by a label here, and elsewhere an index runs over the members",
                span,
                r"write the choice with a one-hot vector, \sum_k t_{ik} w_k",
            )

    def in_own_columns(self, name: str) -> bool:
        """Whether the text says that the W_j of a matrix W are its columns."""
        return any(d.role == f"columns:{name}" and member_parts(d.name)[0] == name for d in self.tables.declared.values())

    def lying(self, name: str, member: Draft, span: Span) -> Draft:
        """A row of a matrix as a column vector, or as a row where only that conforms."""
        kinds = ("vector", "row")
        key = f"{name}|orientation"
        self.turns[key] = kinds, span
        if kinds[self.choice.get(key, 0) % 2] == "vector" or member.shape.rank != 1:
            return member
        return Draft(Shape(member.shape.axes, True), lambda: ops.transpose(member.make()), span, "", None, member.guess)

    def indexed(self, of: Draft, indices: list[Draft], span: Span, turned: bool = False) -> Draft:
        shape = of.shape
        axes = tuple(reversed(shape.axes)) if turned else shape.axes
        if len(indices) > len(axes):
            raise ShapeError(
                f"{len(indices)} indices are too many for {self.solver.described(shape)}\n" + self.error("", span).caret
            )
        offsets = [self.offset(of, i, axes[k], k) for k, i in enumerate(indices)]
        for i, axis, offset in zip(indices, axes, offsets):
            if offset is None and i.shape.index is not None and not self.solver.unify(i.shape.index, axis):
                raise ShapeError(
                    f"the index {self.solver.quote(i.span)} does not run over the axis of {self.solver.quote(of.span)} that it counts\n"
                    + self.error("", i.span).caret
                )
        left = axes[len(indices) :]
        row = shape.row and shape.family > 0 and len(left) == 1

        def make() -> Term:
            made = ops.transpose(of.make()) if turned else of.make()
            for k, (i, offset) in enumerate(zip(indices, offsets)):
                if offset is not None and i.shape.index is not None:
                    made = ranged(made, k, offset, self.solver.dim(i.shape.index))
            return self.chosen(indices, ops.at(made, *(i.make() for i in indices)))

        return Draft(Shape(left, row), make, span, "", None, of.guess)

    def indexed_call(self, definition: Definition, indices: list[Draft], span: Span, arguments: tuple[Draft, ...] = ()) -> Draft:
        made = self.define(definition, arguments)
        extent = made.parameters[0][1].index
        assert extent is not None
        first = indices[0]
        if first.shape.index is not None and not self.solver.unify(first.shape.index, extent):
            raise self.error(f"the index {self.solver.quote(first.span)} has another range than that of {definition.name}", span)

        def whole() -> Term:
            return self.chosen(indices[:1], Apply(self.function(made), (first.make(), *(a.make() for a in arguments))))

        call = Draft(made.shape, whole, span)
        return self.indexed(call, indices[1:], span) if len(indices) > 1 else call

    def define(self, d: Definition, arguments: tuple[Draft, ...], elementwise: bool = False) -> Made:
        raise NotImplementedError

    def function(self, made: Made, shown: bool = True) -> Function:
        raise NotImplementedError
