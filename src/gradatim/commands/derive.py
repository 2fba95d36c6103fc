"""`gradatim derive`: the derivative of one formula, as read, with what was assumed and how it was checked."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from shlex import quote

from gradatim.commands.forms import FORMS, Answer, Part
from gradatim.commands.kinks import add_kinks, kinks
from gradatim.commands.maps import add_maps, mapped
from gradatim.commands.screen import add_display, add_whole
from gradatim.commands.several import blocks, listed, shown
from gradatim.commands.steps import add_steps, below, derivation_of
from gradatim.commands.tied import tied
from gradatim.derive.at_a_point import at_a_point
from gradatim.derive.derivative import LAYOUTS, Derived, derivative
from gradatim.derive.directions import along
from gradatim.derive.forms import FORMS as EQUAL_FORMS
from gradatim.derive.forms import Form, in_form
from gradatim.derive.maps import kronecker_form, unstacked
from gradatim.derive.structured import FORMS as STRUCTURED
from gradatim.derive.structured import asked
from gradatim.errors import GradatimError, ReadError
from gradatim.explain.derivation import NO_MORE
from gradatim.explain.explain import STYLES
from gradatim.homework.document import read_document
from gradatim.homework.entries import name_of
from gradatim.homework.questions import tasks
from gradatim.homework.source import Source, decode, read_source
from gradatim.homework.written_out import DIFFERENTIAL
from gradatim.read.names import plain_name, stacked_name
from gradatim.read.operators import Operator, directional_asked, operator, subgradient_asked
from gradatim.read.point import point_of
from gradatim.read.problem import Problem, read
from gradatim.read.scope import Assumption
from gradatim.read.spelt import spelling_of
from gradatim.read.unheard import not_taken
from gradatim.term import Term

FILES = (".tex", ".md", ".txt")
MAX_BYTES = 2_000_000

BELOW: tuple[Callable[[Problem, tuple[Term, ...], Derived, argparse.Namespace], tuple[Part, ...]], ...] = (
    tied,
    kinks,
    mapped,
    below,
)
"""What is shown below an answer, in order; each gives its parts from the problem, the variables, what was found and the arguments."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "formula", metavar="FORMULA", help="the function, as LaTeX or plain text; - or a .tex, .md or .txt file to read it from"
    )
    parser.add_argument(
        "--wrt",
        metavar="NAME",
        action="append",
        help="the variable; twice for a mixed second derivative; 'W, b' for several at once; not needed for 'd/dx f' and '∇_x f'",
    )
    parser.add_argument(
        "--given", metavar="TEXT", default="", help="declarations, as in prose: 'A is an m x n matrix, b a vector'"
    )
    parser.add_argument("--order", metavar="N", type=int, choices=(1, 2, 3, 4), help="1 to 4 (default: one for each --wrt)")
    parser.add_argument("--layout", choices=LAYOUTS, default="gradient", help="default: gradient")
    parser.add_argument(
        "--structure",
        choices=STRUCTURED,
        default="",
        help="of a structured variable: the ambient gradient, the one projected on its set, or by its independent entries "
        "(default: as the declarations say, else ambient)",
    )
    parser.add_argument(
        "--form",
        choices=(*EQUAL_FORMS, "index", "kronecker", "differential"),
        default="",
        help="an equal form: factored or expanded, stacked (Xᵀ(y − Xw)) or by member (Σᵢ …), with definitions written out, in terms "
        "of the function itself; of more than two axes by entries (index), or on stacked columns (kronecker); the differential",
    )
    parser.add_argument("--along", metavar="NAME", default="", help="the directional derivative along a direction of this name")
    parser.add_argument("--at", metavar="POINT", default="", help="the value at a point: 'x = 0', 'X = I', '(1, 2)'")
    add_kinks(parser)
    add_maps(parser)
    add_steps(parser)
    parser.add_argument("--hint", metavar="N", type=int, help="for practice: the first N hints, and not the answer")
    add_display(parser)
    add_whole(parser)
    parser.add_argument("--to", choices=FORMS, default="text", help="form of the answer (default: text)")
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")


def run(arguments: argparse.Namespace) -> int:
    formula = source(arguments.formula)
    lost = not_taken(arguments.given, formula)
    arguments.told, arguments.declared = (), ""
    function = stated(formula, arguments)
    given = "\n\n".join(text for text in (arguments.declared, arguments.given) if text)
    problem = read(function, given=given, slope=derivative)
    problem.scope.assumed.extend(
        map(
            Assumption,
            [*lost, *arguments.told, *([formula.note] if isinstance(formula, Source) and formula.note else [])],
        )
    )
    if not arguments.wrt:
        arguments.wrt = only_variable(problem)
    on_columns = any(map(stacked_name, arguments.wrt))
    if on_columns and (len(arguments.wrt) > 1 or arguments.order not in (None, 1)):
        raise GradatimError("by vec(X) there is one derivative at a time: for a second one differentiate by X, --form kronecker")
    arguments.wrt = [stacked_name(w) or w for w in arguments.wrt]
    several = listed(arguments.wrt)
    if several:
        print(shown(problem, blocks(problem, several, arguments.order or 1, arguments), arguments))
        return 0
    wrt = tuple(map(problem.find, variables(arguments)))
    if arguments.hint is not None:
        if arguments.hint < 1:
            raise GradatimError("--hint counts from 1")
        derivation = derivation_of(problem, wrt, None, arguments.style if arguments.style in STYLES else "chain")
        told = list(enumerate(derivation.hints, 1))[: arguments.hint]
        said = [f"{n}. {hint}" for n, hint in told] + ([NO_MORE] if arguments.hint > len(told) else [])
        print("\n".join(said))
        return 0
    found = asked(problem.term, wrt, arguments.structure or problem.structure_for(wrt), arguments.layout, problem.shorthand)
    if (on_columns or problem.on_columns and found.term.rank > 2) and not arguments.form and not arguments.along:
        arguments.form = "kronecker"
    found, form = formed(problem, wrt, found, arguments)
    if arguments.at:
        found = at_a_point(found, point_of(problem, arguments.at, list(dict.fromkeys(arguments.wrt))))
    parts = tuple(part for made in BELOW for part in made(problem, wrt, found, arguments))
    print(FORMS[arguments.to](Answer(problem, wrt, found, arguments, parts, form)))
    return 0


def stated(formula: str, arguments: argparse.Namespace) -> str:
    """The function of which the derivative is asked; a derivative written before it says by what."""
    kinked = subgradient_asked(formula)
    if kinked is not None:
        arguments.subgradient, formula = True, kinked.function
        arguments.wrt = arguments.wrt or list(kinked.wrt)
    found = operator(formula)
    if found is None and not arguments.along and (stepped := directional_asked(formula)) is not None:
        found, arguments.along = stepped
    if found is None:
        if not arguments.wrt and arguments.formula.endswith(FILES) and document(formula):
            raise ReadError(f"{arguments.formula} is a document and not one formula: gradatim solve {quote(arguments.formula)}")
        if _SENTENCE.search(formula) is None:
            return formula
        found = in_words(formula, arguments)
    named = arguments.wrt and [plain_name(w) for w in variables(arguments)]
    named = named * len(found.wrt) if named and len(named) == 1 and len(set(found.wrt)) == 1 else named
    if named and named != [plain_name(w) for w in found.wrt]:
        raise GradatimError(
            f"the formula asks for the derivative by {', '.join(found.wrt)}, and --wrt for another: leave one out"
        )
    arguments.wrt, arguments.order = list(found.wrt), None
    return found.function


ALONE = "give the formula alone, and --wrt NAME; a text of several sentences is for `gradatim solve -`"


def in_words(sentence: str, arguments: argparse.Namespace) -> Operator:
    """What a sentence asks, as `gradatim solve` reads it; what it declares goes with what is given. Raises ReadError where it asks for
    nothing, or for several derivatives."""
    found = tasks(read_document(f"1. {sentence}"))
    asked = [t for t in found if t.ask is not None]
    if len(asked) != 1 or asked[0].ask is None:
        said = (
            f"it asks for {len(asked)} derivatives: `gradatim solve -` answers them"
            if asked
            else found[0].status.removeprefix("not read: ")
        )
        raise ReadError(f"this is a sentence, and {said}", sentence, (0, len(sentence)), ALONE)
    (task,), ask = asked, asked[0].ask
    if task.chain[-1].strip() in ask.wrt:  # "the gradient of the following functions of x"
        raise ReadError("this is a sentence that does not state its function", sentence, (0, len(sentence)), ALONE)
    arguments.at, arguments.told, arguments.declared = arguments.at or ask.at, task.noted, task.given
    if ask.along:
        arguments.along, arguments.form = (arguments.along, "differential") if ask.along == DIFFERENTIAL else (ask.along, "")
    return Operator(";\n".join(task.chain), ask.wrt)


def only_variable(problem: Problem) -> list[str]:
    """The only symbol of a function, by which it is differentiated where nothing is said; of several, one has to be named."""
    names = list(problem.symbols)
    arguments = [plain_name(spelling_of(p)) for p in (problem.scope.root.parameters or ())] if problem.scope.root else []
    if len(arguments) == 1 and arguments[0] in names and len(names) > 1:
        told = f"differentiated by {arguments[0]}, the argument of the function"
        problem.scope.assumed.append(Assumption(told, fix=f"--wrt {arguments[0]}"))
        return arguments
    if len(names) == 1:
        problem.scope.assumed.append(Assumption(f"differentiated by {names[0]}, the only name in it", fix=f"--wrt {names[0]}"))
        return names
    there = f"; there are {', '.join(names)}" if names else ", and the function has no variable"
    raise GradatimError(f"by what is to be differentiated? give --wrt NAME{there}")


_SENTENCE = re.compile(
    r"(?i)(?<![\\\w])(?:derivatives?|gradients?|grad|jacobian|hessian|differentiate|deriv|w\.?r\.?t|d/d[a-z] of|with respect to)(?![\w_(])"
)
"""Words of a question, which no formula holds."""


def document(text: str) -> bool:
    """Whether a text has headings, items or sentences around its formulas."""
    return bool(re.search(r"(?m)^\s*(?:#|\d+[.)]\s|\\(?:section|begin\{document|documentclass))", text))


def formed(problem: Problem, wrt: tuple[Term, ...], found: Derived, arguments: argparse.Namespace) -> tuple[Derived, Form | None]:
    """The answer in the form that was asked for."""
    if arguments.form == "differential" or arguments.along:
        return along(found, arguments.along), None
    if arguments.form == "kronecker":
        whole = kronecker_form(unstacked(found.stages[-1]), wrt[-1])
        return replace(found, term=whole, convention="columns stacked"), None
    if arguments.form in EQUAL_FORMS:
        return in_form(found, arguments.form, name_of(problem))
    return found, None


def variables(arguments: argparse.Namespace) -> list[str]:
    """One name for each derivative that is taken."""
    wrt = list(arguments.wrt)
    if arguments.order is None:
        return wrt
    if len(wrt) == 1:
        return wrt * int(arguments.order)
    if len(wrt) != arguments.order:
        raise GradatimError(f"--order {arguments.order} with {len(wrt)} variables: give one --wrt, or as many as the order")
    return wrt


def source(formula: str) -> str:
    """The formula itself, or what standard input or the file holds."""
    if formula.endswith(FILES):
        return read_source(formula)
    if formula != "-":
        return formula
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ReadError(f"the formula is longer than {MAX_BYTES} bytes")
    return decode(raw, "standard input")
