"""Which formula of an answer answers: by what its lines claim."""

from __future__ import annotations

from gradatim.check.ladder import equal
from gradatim.judge.target import Target
from gradatim.ops import at
from gradatim.read.stated import Answer, Line, Member
from gradatim.term import Apply, Term, free_symbols


def answering(answer: Answer, target: Target) -> tuple[Line, Member]:
    """The member that answers: the last of the last line that claims the derivative asked for. Raises ReadError."""
    lines = [line for line in answer.lines if line.head is not None and not line.defines and not other_question(line, target)]
    # What is by a name that the question does not have may be by another variable: it answers where nothing else does.
    unsure = [line for line in lines if line.head is not None and None in line.head.wrt]
    for line in (*reversed([line for line in lines if line not in unsure]), *reversed(unsure)):
        if not line.members:
            continue
        member = line.members[-1]
        if member.claimed is None or line.continues or len(line.members) > 1:
            return line, member
    member = answer.final(*target.wrt)
    line = next(x for x in answer.lines if any(m is member for m in x.members))
    return line, member


def other_question(line: Line, target: Target) -> bool:
    """Whether a line claims another derivative than the one asked for: by another variable, or of another function."""
    head = line.head
    if head is None or (target.called and head.of_text.split("(")[0].strip() == target.called):
        return False
    if head.order != len(target.wrt) and not (head.of is not None and head.of.type.axes != target.function.type.axes):
        return True
    # ∂f/∂x_k is the k-th entry of the derivative by x.
    wrt = tuple(next((x for x in target.wrt if entry_of(w, x)), w) for w in head.wrt if w is not None)
    if wrt and wrt != target.wrt[: len(wrt)]:
        return True
    if head.of is None or head.of is target.function:
        return False
    if isinstance(head.of, Apply) and head.of.op is at and head.of.args[0].type.axes == target.function.type.axes:
        # ∂F_ij/∂X_kl is an entry of ∂F/∂X.
        return not equal(head.of.args[0], target.function).holds
    return not (head.of.type.axes == target.function.type.axes and equal(head.of, target.function).holds)


def entry_of(entry: Term, whole: Term) -> bool:
    """Whether a term is an entry of another, x_k of x and a_{nk} of the member a_n."""
    if not isinstance(entry, Apply) or entry.op is not at:
        return False
    if entry.args[0] is whole:
        return True
    inside = isinstance(whole, Apply) and whole.op is at and whole.args[0] is entry.args[0]
    return inside and len(entry.args) == len(whole.args) + whole.rank


def called(answer: Answer, target: Target) -> str:
    """The name that a writer gave to the asked function, written out in a line of its own: `f = xᵀAᵀAx − …` above `∇f = …`. It is
    the name whose derivative by the asked variable is the last one claimed, where that derivative is not another question's."""
    named = {line.defines: line for line in answer.lines if line.defines}
    claims = [line.head for line in answer.lines if line.head is not None and line.head.wrt in ((), target.wrt)]
    last = claims[-1] if claims else None
    name = last.of_text.split("(")[0].strip() if last is not None else ""
    if name not in named or any(h.of is target.function for h in claims if h is not None):
        return ""
    member = named[name].members[-1]
    used = any(name in m.text for line in answer.lines if line.head is None and line.defines != name for m in line.members)
    same = member.term is not None and member.term.type.axes == target.function.type.axes and not used
    return name if same and set(free_symbols(target.function)) <= set(free_symbols(member.term or target.function)) else ""
