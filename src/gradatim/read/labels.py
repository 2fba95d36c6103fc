"""Labels under a sum, the y_i of `w_{y_i}`: whole numbers that say which member is meant.

They are kept as an array Y with Y_ik = 𝟙[y_i = k], so that w_{y_i} is Σ_k Y_ik w_k: a sum like any other, of which every derivative is
known. The writer turns both back into what stood on paper.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim import ops
from gradatim.errors import Span
from gradatim.ops.function import Function
from gradatim.read.distances import Distances
from gradatim.read.infer import Draft, Shape, Size
from gradatim.read.names import member_parts, text_name
from gradatim.read.tokens import Token
from gradatim.read.tree import Node
from gradatim.term import Apply, Bind, Symbol, Term, transform
from gradatim.types import LABELS

ONE_HOT = r"write the choice with a one-hot vector, \sum_k t_{ik} w_k"
Label = tuple[str, str]
"""The name of the labels and the index of the one that is meant."""


def label_at(tokens: Sequence[Token], k: int) -> tuple[Label, int] | None:
    """The label that begins at a place of a subscript, `y_i`, `y^{(i)}`, and where what follows begins."""
    if k + 2 >= len(tokens) or tokens[k].kind != "name":
        return None
    texts = [t.text for t in tokens[k + 1 : k + 6]]
    if texts[0] == "_" and tokens[k + 2].kind == "name":
        after = k + 3
        return ((tokens[k].text, texts[1]), after) if tokens[after : after + 1] == [] or tokens[after].text != "_" else None
    inner = [t for t in texts if t not in ("{", "}")]
    if inner[:2] == ["^", "("] and len(inner) > 3 and inner[3] == ")":
        return (tokens[k].text, inner[2]), k + 1 + texts.index(")") + 1
    return None


def _bare(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.kind not in ("gopen", "gclose") and t.text not in ("{", "}")]


class Labels(Distances):
    """What a label picks."""

    def label_of_node(self, node: Node) -> Label | None:
        """The label that a side of a relation is, where the text picks members by it."""
        if node.kind == "group" and len(node.args) == 1:
            node = node.args[0]
        if node.kind != "post" or node.args[0].kind != "name" or len(node.posts) != 1:
            return None
        post, letter = node.posts[0], str(node.args[0].value)
        below = _bare(post.tokens)
        names = [t.text for t in below if t.kind == "name"]
        if post.kind not in ("sub", "label") or len(names) != 1 or any(t.kind != "name" and t.text not in "()" for t in below):
            return None
        return (letter, names[0]) if self.picks((letter, names[0])) else None

    def picks(self, label: Label) -> bool:
        """Whether something in the text is picked by the labels of this name."""
        if label[0] in self.tables.labels:
            return True
        if self.tables.closed or label[1] not in self.bound:
            return False
        name = re.escape(label[0])
        return re.search(rf"(?:_\s*\{{[^{{}}=<>]*|\\neq?\s*){name}\s*(?:_|\^\s*\{{\s*\()", self.text) is not None

    def labels_among(self, tokens: Sequence[Token], span: Span) -> list[Draft] | None:
        """The indices of a subscript with a label among them; None where it has none."""
        bare = _bare(tokens)
        found: list[Draft] = []
        picked, k = False, 0
        while k < len(bare):
            label = label_at(bare, k)
            if label is not None and (label[0][1] in self.bound or label[0][0] in self.tables.labels):
                found.append(self.picked(label[0], span))
                picked, k = True, label[1]
                continue
            index = self.one_index(bare[k], True) if bare[k].text != "," else None
            if index is not None:
                found.append(index)
            elif bare[k].text != ",":
                if picked:
                    raise self.error("this subscript is not read as indices", span, ONE_HOT)
                return None
            k += 1
        return found if picked else None

    def numbers_them(self, base: str, label: str, letter: str, span: Span) -> bool:
        """Whether the u_{w_s} are numbered by s: where the text says so, or lists the w as "the samples w_1, …, w_K", of which no
        two are the same. Else two examples may have one label, and the sum has the same member twice."""
        if letter not in self.bound:
            return label not in self.tables.labels
        d = self.tables.families.get(base)
        if d is not None and member_parts(d.name)[1] == letter and "_{" in d.name:
            return True
        listed = self.tables.families.get(label)
        if d is not None or self.plainly(base) or listed is None or listed.family is None or listed.kind == "scalar":
            return False
        said = f"no two of the labels below {text_name(base)} are the same"
        self.assume(said, span, ("labels that are the same",), True)
        return True

    # ------------------------------------------------------------ the array of labels

    def one_hot(self, label: Label, span: Span) -> tuple[Draft, Draft]:
        """The array of the labels, and the index of the one that is meant."""
        name = label[0]
        if name in self.shapes or name in self.tables.symbols:
            raise self.error(f"{text_name(name)} holds numbers elsewhere, and labels here", span, ONE_HOT)
        kept = self.tables.labels.get(name)
        if kept is None:
            if self.tables.closed:
                raise self.error(f"the labels {text_name(name)} are not known in this problem", span, ONE_HOT)
            kept = self.tables.labels[name] = self.free_letter(name)
        if kept not in self.tables.symbols:
            what = text_name(name)
            said = f"the labels {what} are kept as an array of zeros and ones, {text_name(kept)}ᵢₖ = 𝟙[{what}ᵢ = k]"
            self.assume(said, span)
            if kept not in self.shapes:
                d = self.tables.families.get(name)
                count = self.family_shape(d).axes[:1] if d is not None and d.family and d.family[1] and self.told(d) else ()
                self.shapes[kept] = Shape((*(count or (self.solver.fresh(),)), self.solver.fresh()), False, 1)
        i = self.index(label[1], span)
        array = self.symbol(kept, span)
        if not self.solver.unify(i.shape.index, array.shape.axes[0]):  # type: ignore[arg-type]
            raise self.error(f"the index of the label {text_name(name)} has another range than it has elsewhere", span)
        return array, i

    def free_letter(self, label: str) -> str:
        """A name for the array that nothing else has: the capital of the label, or T."""
        text = "\n".join((self.text, *(d.text for d in self.tables.definitions.values())))
        letters: list[str] = [*([label.upper()] if len(label) == 1 else []), "T", "Y", "Z", "E"]
        for letter in letters:
            if not self.known(letter) and letter not in self.tables.sizes and not re.search(rf"\b{letter}(?![a-z])", text):
                return letter
        return rf"\mathbb{{1}}_{{{label}}}"

    def picked(self, label: Label, span: Span) -> Draft:
        """A label as an index: the one over which the choice is a sum."""
        array, _ = self.one_hot(label, span)
        extent = array.shape.axes[1]
        return Draft(Shape(index=extent), lambda: self.counting(extent), span, f"label:{label[0]}:{label[1]}")

    def counting(self, extent: Size) -> Symbol:
        return Symbol("\u2063k", self.solver.type(Shape(index=extent)))

    def chosen(self, indices: Sequence[Draft], made: Term) -> Term:
        """The member that labels among the indices pick, as the sum of all members times zeros and a one."""
        for i in indices:
            if i.tag.startswith("label:"):
                name, letter = i.tag.split(":")[1:]
                array, where = self.one_hot((name, letter), i.span)
                k = self.counting(array.shape.axes[1])
                made = Bind("sum", k, ops.product(ops.at(array.make(), where.make(), k), made))
        return made

    def entry_of_label(self, label: Label, index: Draft, span: Span) -> Draft:
        """𝟙[y_i = k] of labels that pick members elsewhere."""
        array, i = self.one_hot(label, span)
        if index.shape.index is not None and not self.solver.unify(index.shape.index, array.shape.axes[1]):
            raise self.error(f"the labels {text_name(label[0])} have another range than this index", span)
        whole = ops.at
        made = Draft(Shape(), lambda: whole(array.make(), i.make(), index.make()), span)
        if index.tag.startswith("label:"):
            return Draft(Shape(), lambda: self.chosen([index], made.make()), span)
        return made

    def facts_of(self, name: str) -> frozenset[str]:
        of = [label for label, kept in self.tables.labels.items() if kept == name]
        return super().facts_of(name) | (frozenset({"onehot", LABELS + of[0]}) if of else frozenset())

    # ------------------------------------------------------------ told elsewhere

    def index(self, name: str, span: Span) -> Draft:
        raise NotImplementedError

    def one_index(self, t: Token, ranked: bool, runs: bool = False, end: str = "") -> Draft | None:
        raise NotImplementedError

    def known(self, name: str) -> bool:
        raise NotImplementedError

    def symbol(self, name: str, span: Span, indices: int = 0) -> Draft:
        raise NotImplementedError

    def plainly(self, name: str) -> bool:
        raise NotImplementedError


def _positive(value: Term) -> bool:
    """Whether what a label picks among is known to be positive, by the body where it is a definition's."""
    if ops.facts(value) & {"positive", "probability"}:
        return True
    of = value.args[0] if isinstance(value, Apply) and value.op is ops.at else value
    body = of.op.body if isinstance(of, Apply) and isinstance(of.op, Function) else None
    while isinstance(body, Bind) and body.kind == "stack":
        body = body.body
    return body is not None and bool(ops.facts(body) & {"positive", "probability"})


def logarithms_outward(term: Term) -> Term:
    """log of what a label picks among positive numbers, as what the label picks among their logarithms: of Σ_k Y_ik p_ik only one
    term is not zero."""

    def rule(node: Term) -> Term:
        inner = node.args[0] if isinstance(node, Apply) and node.op is ops.log and node.is_scalar else None
        if not isinstance(inner, Bind) or inner.kind != "sum" or not isinstance(inner.body, Apply) or len(inner.body.args) != 2:
            return node
        held, value = inner.body.args
        kept = held.args[0] if inner.body.op is ops.structure.product and isinstance(held, Apply) and held.op is ops.at else held
        if not any(f.startswith(LABELS) for f in kept.type.facts) or not _positive(value):
            return node
        return Bind("sum", inner.index, ops.product(held, ops.log(value)))

    return transform(term, rule)
