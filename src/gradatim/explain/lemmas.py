"""Several questions share work: what one derived the next may cite."""

from __future__ import annotations

from dataclasses import replace

from gradatim.explain.derivation import Derivation
from gradatim.explain.earlier import CITED, Lemma
from gradatim.explain.steps import Step
from gradatim.term import Term
from gradatim.write.latex import latex


class Lemmas:
    """The derivatives that earlier questions of a document derived."""

    def __init__(self) -> None:
        self.known: dict[tuple[Term, Term], str] = {}
        self.whole: list[Lemma] = []
        """The derivatives that were asked for themselves."""

    def cited(self, question: str, derivation: Derivation | None) -> Derivation | None:
        """The derivation with its known steps citing where they were derived; its own steps are known from now on."""
        if derivation is None:
            return None
        steps = tuple(self.one(s) for s in derivation.steps)
        for step in derivation.steps:
            if step.kind == "partial" and not step.continues and not step.rule.startswith(CITED):
                self.known.setdefault((step.before, step.after), question)
        if len(derivation.variables) == 1 and not derivation.coda:
            of, by = derivation.label[0], latex(derivation.variables[0])
            self.whole.append(Lemma(of, by, derivation.result, question))
        return replace(derivation, steps=steps)

    def one(self, step: Step) -> Step:
        earlier = self.known.get((step.before, step.after)) if step.kind == "partial" else None
        if earlier is None or step.rule.startswith(CITED):
            return step
        return replace(step, rule=f"{CITED} {earlier}", said=(), substeps=())
