"""The plan of a program as people read it: its steps, what each costs, and why it is done so and not otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradatim.compile.cost import Sizes, carried_out, short
from gradatim.compile.mirrored import is_mirrored
from gradatim.compile.nodes import Node, below
from gradatim.compile.reasons import Apart, Decision, reason
from gradatim.compile.statements import Step
from gradatim.types import Dim

LONGEST = 32
"""An operand is told by its source up to this length."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A line of a program with its floating-point operations, the bytes that it reads and writes, and reasons for its form."""

    line: str
    flops: int
    bytes: int
    reasons: tuple[str, ...] = ()


class Plan:
    """The steps of a program and what they cost at given (or guessed) sizes."""

    def __init__(
        self,
        steps: Sequence[Step],
        outputs: Sequence[Node],
        sizes: Mapping[str, int],
        decisions: Mapping[Node, Decision],
        texts: Mapping[Node, str],
    ) -> None:
        self.steps, self.outputs, self.given = steps, outputs, dict(sizes)
        self.decisions, self.texts = decisions, texts
        self.sizes = Sizes(sizes)

    def costs(self) -> list[Cost]:
        """A cost for each line; what is written inside a line counts there."""
        done: set[Node] = set()
        out: list[Cost] = []
        for step in self.steps:
            if step.node is not None:
                fresh = [n for n in below([step.node]) if n not in done]
                done.update(fresh)
                out.append(self._cost(f"{step.name} = {step.source}", fresh))
        out.append(self._cost("the results", [n for n in below(self.outputs) if n not in done]))
        return out

    def _cost(self, line: str, nodes: Sequence[Node]) -> Cost:
        told = [r for n in nodes for r in self._reasons(n)]
        return Cost(line, sum(carried_out(self.sizes, n) for n in nodes), sum(map(self.bytes, nodes)), tuple(dict.fromkeys(told)))

    def _reasons(self, node: Node) -> list[str]:
        out = [reason(node, self.sizes)]
        if is_mirrored(node):
            out.append("sums with their own transposes are added up first and transposed once")
        if node in self.decisions:
            out.append(self.decisions[node].said(self.called))
        return [r for r in out if r]

    def called(self, node: Node) -> str:
        """What an operand is called in the source."""
        text = self.texts.get(node, "")
        return text if text and len(text) <= LONGEST else "(…)"

    def bytes(self, node: Node) -> int:
        if node.kind in ("symbol", "number", "size", "permute"):
            return 0
        return 8 * (self.sizes.entries(node.dims) + sum(self.sizes.entries(a.dims) for a in node.args))

    @property
    def cancels(self) -> tuple[Node, ...]:
        """What is worked out as a difference that the formula does not have: digits are lost where its terms nearly cancel."""
        found = ((n, self.decisions.get(n)) for n in below(self.outputs))
        return tuple(n for n, d in found if isinstance(d, Apart) and d.subtracts)

    def explain(self) -> str:
        """For each step the source, floating-point operations, bytes moved and reasons; then the sizes that this is for."""
        costs = self.costs()
        width = min(80, max(len(c.line) for c in costs))
        lines: list[str] = []
        for c in costs:
            lines.append(f"{c.line[:width]:{width}}  {short(c.flops):>8} flop  {short(c.bytes):>8}B")
            lines += [f"    {r}" for r in c.reasons]
        total = f"{'total':{width}}  {short(sum(c.flops for c in costs)):>8} flop  {short(sum(c.bytes for c in costs)):>8}B"
        names = sorted({n for node in below(self.outputs) for d in node.dims for n in d.names})
        where = ", ".join(f"{n} = {self.sizes.of(Dim.of(n))}{'' if n in self.given else ' (guessed)'}" for n in names)
        flagged = len(self.cancels)
        careful = (
            f"cancellation: {flagged} of the steps, marked above"
            if flagged
            else "cancellation: no step subtracts what the formula does not"
        )
        return "\n".join([*lines, total, careful, *([f"at {where}"] if where else [])])
