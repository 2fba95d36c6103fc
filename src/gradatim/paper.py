"""What stands on paper: `gd.read` and `gd.solve`, with the errors of one tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gradatim.derive.at_a_point import at_a_point
from gradatim.derive.derivative import Derived, derivative
from gradatim.derive.maps import noted, on_stacked_columns
from gradatim.derive.structured import asked as _asked
from gradatim.errors import GradatimError, ReadError, within_limits
from gradatim.explain.explain import STYLES
from gradatim.homework.collected import collected
from gradatim.homework.grade import Grader
from gradatim.homework.grading import failed, graded, grader_for, made_with, submission_bytes
from gradatim.homework.held import Class, Marked, Solved, marked, solved
from gradatim.homework.rubric import Rubric
from gradatim.homework.solve import solve as _solve
from gradatim.operators import FACE
from gradatim.ops import at
from gradatim.ops.function import Function
from gradatim.read.names import stacked_name
from gradatim.read.point import point_of
from gradatim.read.problem import Problem as _Reading
from gradatim.read.problem import read as _read
from gradatim.read.scope import Assumption
from gradatim.term import Symbol, Term, free_symbols
from gradatim.types import index_type

Term.face = FACE


class Problem:
    """A function read from paper: `.term`, its `.symbols` by plain name, every guess in `.assumed`."""

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading

    @property
    def reading(self) -> _Reading:
        """The problem as the reader knows it, with the scope for more."""
        return self._reading

    @property
    def term(self) -> Term:
        """The function: the last definition, where there are several."""
        return self._reading.term

    @property
    def symbols(self) -> Mapping[str, Symbol]:
        return self._reading.symbols

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """Every guess that the reading made, with what to paste into `given` to settle it."""
        return self._reading.assumed

    @property
    def definitions(self) -> Mapping[str, Function]:
        return self._reading.definitions

    def find(self, spelling: str) -> Term:
        """The symbol or member of a family that any spelling names: λ, \\lambda, lambda, lam; \\mathbf{x}_i."""
        return self._reading.find(spelling)

    def structure_for(self, wrt: Sequence[Term]) -> str:
        """The form of a structured derivative that the declarations ask for, "" where they ask for none."""
        return self._reading.structure_for(wrt)

    def derivative(self, *wrt: str | Term, layout: str = "gradient", structure: str = "", at: str = "") -> Term:
        """The derivative by each variable in turn, verified. Names are plain names or any spelling of the text.

        `structure` is "ambient", "projected" or "entries" for a variable of a structured set; where nothing is said, the
        declarations decide ("the two entries are the same variable"). `at` is a point, "x = 0", at which the value is wanted.
        """
        return self.derived(*wrt, layout=layout, structure=structure, at=at).term

    def derived(self, *wrt: str | Term, layout: str = "gradient", structure: str = "", at: str = "") -> Derived:
        """As `derivative`, with the checks that the result passed: `.term`, `.checks`, `.checked` in words."""
        with within_limits("the function is too deep or too large to differentiate"):
            if len(wrt) == 1 and isinstance(wrt[0], str) and (inner := stacked_name(wrt[0])):
                return on_stacked_columns(self.derived(inner), self.find(inner))
            found = [member(self.find(w) if isinstance(w, str) else w, self.term) for w in wrt]
            form = structure or self._reading.structure_for(found)
            result = _asked(self.term, found, form, layout, self._reading.shorthand)
            if at:
                by = [s.plain for s in dict.fromkeys(found) if isinstance(s, Symbol)]
                result = at_a_point(result, point_of(self._reading, at, by))
            noted(result)
            return result

    def __repr__(self) -> str:
        return f"<problem: {self.term}>"

    def _repr_latex_(self) -> str:
        name = f"{self._reading.name} = " if self._reading.name else ""
        return f"$\\displaystyle {name}{self.term.latex()}$"


def member(variable: Term, function: Term | None = None) -> Term:
    """A family stands for one member of it, by an index that is free and that the function does not name itself: the
    derivative by x is the one by xᵢ."""
    if isinstance(variable, Symbol) and variable.type.family:
        taken = {s.plain for s in free_symbols(function)} if function is not None else set()
        letter = next(x for x in (*"ijklmn", "i_1") if x not in taken)
        return at(variable, Symbol(letter, index_type(variable.type.axes[0])))
    return variable


def read(text: str, given: str = "", names: Mapping[str, str] | None = None) -> Problem:
    """Read a function as it stands on paper (LaTeX, plain text, Unicode), with its declarations in `given`.

    `names` gives plain names of your own for what is read. Raises ReadError with the place and what would mend it,
    ShapeError where two uses clash, LimitExceeded where the text is too deep or too long.
    """
    if not isinstance(text, str) or not isinstance(given, str):
        raise GradatimError("a formula and its declarations are text")
    with within_limits("the formula is nested too deeply to be read"):
        return Problem(_read(text, given, names or {}, derivative))


def solve(source: str | Path, style: str = "chain") -> Solved:
    """Answer every derivative question of a homework document (.md, .tex, .txt, .ipynb): `.questions`, each verified.

    `style` is that of the derivations: "chain", "differential", "index", or "none" for answers alone. Printing the solution
    prints the answers with their steps.
    """
    _need_files(source)
    if isinstance(source, str) and ("\n" in source or "$" in source):
        raise ReadError("gd.solve takes the name of a document file; write the text into one, or gd.read a formula")
    if style not in (*STYLES, "none"):
        raise GradatimError(f"unknown style {style!r}; there are {', '.join((*STYLES, 'none'))}")
    with within_limits("the document is nested too deeply to be read"):
        return solved(_solve(source, style=style))


def _need_files(*given: object) -> None:
    for name in given:
        if not isinstance(name, (str, Path)):
            raise ReadError(f"a document is given by the name of its file, not by a {type(name).__name__}")


def grade(
    document: str | Path,
    submission: str | Path | Sequence[str | Path] | None = None,
    scan: bool = False,
    rubric: str | Path | Rubric | None = None,
    layout: str | None = None,
) -> Marked | Class:
    """Judge a student's answers to a homework and propose marks, or those of several: a folder, or a list of files.

    `document` is the homework's file; `submission` the student's (None where the answers stand inside the document). `scan`
    allows repairs of misread characters, each reported. `rubric` is a TOML file (None: the one beside the document, else what
    the document suggests); `layout` fixes the course's layout. `.questions` have `.label`, `.verdict`, `.points` (None where a
    person must decide), `.max_points`, `.review`. Raises ReadError where the document, its rubric or the submission cannot be read.
    """
    _need_files(document)
    if submission is not None:
        _need_files(*(submission if isinstance(submission, (list, tuple)) else (submission,)))
    if rubric is not None and not isinstance(rubric, Rubric):
        _need_files(rubric)
    with within_limits("the document is nested too deeply to be read"):
        grader = grader_for(document, rubric, scan or None, layout)
        made = made_with(grader)
        if submission is None:
            return marked(grader.grade(None, "", made))
        if isinstance(submission, (str, Path)) and not Path(submission).is_dir():
            return _marked(grader, Path(submission), Path(submission).name, made)
        files = collected([submission] if isinstance(submission, (str, Path)) else submission, document)
        sheets = tuple(_marked(grader, f.path, f.name, made, f.folder) for f in files)
        return Class(sheets, made, grader.notes)


def _marked(grader: Grader, path: Path, name: str, made: Mapping[str, Any], folder: Path | None = None) -> Marked:
    """The marks of a file; among several, one that cannot be read waits for a person."""
    try:
        return marked(graded(grader, submission_bytes(path, folder), name, made))
    except ReadError as error:
        if folder is None:
            raise
        return marked(failed(grader, name, str(error), made))
