"""Parsing of functions given by cases: values and their conditions."""

from __future__ import annotations

from gradatim.errors import LimitExceeded
from gradatim.read.cursor import MAX_DEPTH, RELATIONS, Cursor
from gradatim.read.tree import Node

CONDITIONS = tuple(rf"\mathrm{{{w}}}" for w in ("if", "for", "when", "where", "otherwise", "else", "and", "elsewhere", "in case"))


class Conditions(Cursor):
    """The part of the parser that reads `cases`."""

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LimitExceeded(f"the formula is nested more than {MAX_DEPTH} deep")

    def sum_(self) -> Node:
        raise NotImplementedError

    def dots(self) -> Node:
        t = self.take()
        return Node("dots", (t.start, t.end))

    def cases(self) -> Node:
        """`cases`: values and their conditions, in turn; the condition of the last may be `otherwise`."""
        opening = self.take()
        self.deeper()
        saved, self.bars = self.bars, []
        items: list[Node] = []
        while not (self.now.kind == "close" and self.now.text == "cases"):
            if self.now.kind == "end":
                raise self.error("`cases` opened here is not closed", (opening.start, opening.end), r"add \end{cases}")
            items.append(self.sum_())
            while self.is_op("&", ","):
                self.take()
            items.append(self.condition())
            while self.is_op("\\\\", ",", ".", "&"):
                self.take()
        self.take()
        self.bars = saved
        self.depth -= 1
        if not items:
            raise self.error("there are no cases", self.since(opening.start))
        return Node("cases", self.since(opening.start), tuple(items))

    def condition(self) -> Node:
        """The relations of one case: `x > 0`, `0 < x \\le 1`, `a > 0 and b > 0`; a word alone for all that is left."""
        start = self.now.start
        relations: list[Node] = []
        word = ""
        while True:
            while self.now.kind == "name" and self.now.text in CONDITIONS or self.is_op(",", "&") or self.now.kind == "sep":
                word = self.take().text
            ended = self.is_op("\\\\", ".") or (self.now.kind == "close" and self.now.text == "cases") or self.now.kind == "end"
            if ended:
                break
            left = self.sum_()
            if not (self.now.kind == "op" and self.now.text in RELATIONS):
                raise self.error("a condition is a relation, as in `x > 0`", left.span)
            while self.now.kind == "op" and self.now.text in RELATIONS:
                op = self.take().text
                right = self.sum_()
                relations.append(Node("rel", (left.span[0], right.span[1]), (left, right), op))
                left = right
        if not relations and word not in (r"\mathrm{otherwise}", r"\mathrm{else}", r"\mathrm{elsewhere}"):
            raise self.error("a case has no condition", (start, self.now.end), r"write & x > 0, or \text{otherwise}")
        return Node("group", (start, self.now.start), tuple(relations), "condition")
