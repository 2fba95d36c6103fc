"""Lines of an answer that state what another question of its item asks: a slip there is deducted there, and only there."""

from __future__ import annotations

from dataclasses import replace

from gradatim.homework.answer_labels import by_claim
from gradatim.homework.asked import Asked
from gradatim.judge.verdict import LineVerdict, Verdict

ELSEWHERE = "it states what another question asks"


def with_own_lines(verdict: Verdict, asked: Asked) -> Verdict:
    """The verdict, whose wrong lines are those of its own question."""
    if len(asked.beside) < 2 or verdict.derivation != "slip":
        return verdict
    lines = tuple(_elsewhere(line) if line.state == "slip" and _of_another(line, asked) else line for line in verdict.lines)
    wrong = next((line.number for line in lines if line.state == "slip"), None)
    way = "slip" if wrong else "gap" if any(line.state == "unread" for line in lines) else "holds"
    return replace(verdict, lines=lines, first_wrong_line=wrong, derivation=way)


def _elsewhere(line: LineVerdict) -> LineVerdict:
    return replace(line, state="not judged", message=ELSEWHERE, mistake=None)


def _of_another(line: LineVerdict, asked: Asked) -> bool:
    """Whether a line states the derivative that another question of the item asks for."""
    stated = by_claim(f"${line.text.strip(' $&')}$", asked.beside, inline=True)
    return bool(stated) and asked.task.label not in stated


__all__ = ["with_own_lines"]
