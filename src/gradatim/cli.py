"""The command line: finds the command, hands it its arguments, and turns every failure into one clear message.

A command's module is loaded only when it is called, so that `gradatim --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module

from gradatim import __version__
from gradatim.errors import GradatimError, LimitExceeded, NotVerified, UnknownDerivative

OK, WRONG, UNREADABLE, UNDECIDED = 0, 1, 2, 3

COMMANDS = {
    "derive": "the derivative of one formula, in closed matrix form",
    "check": "an answer, a derivation, a claim or every claim of a file: right, or which mistake and where",
    "equal": "two formulas: equal, and how surely",
    "solve": "a homework document: every derivative question in it answered and checked",
    "grade": "a homework's answers judged, one submission or many, with marks by a rubric",
    "gradescope": "an autograder of a homework, as a zip file for Gradescope",
    "ops": "the operations that can be differentiated: rules, shapes, code, notation",
    "bench": "how long derivatives take, and how the time grows",
}
"""Each command and what it does, in the order of the help; the module of the same name in `gradatim.commands` does it."""

EPILOG = "exit status: 0 all right, 1 a question was left unanswered, 2 could not read the input, 3 could not decide"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status; never raises, whatever the arguments."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # Formulas are Unicode; what an old terminal or a stray byte cannot show is escaped instead of failing.
            reconfigure(errors="backslashreplace")
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return status
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else OK
    except BrokenPipeError:
        # The reader (`| head`) has enough. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    except (NotVerified, UnknownDerivative, LimitExceeded) as error:
        return _say(str(error), UNDECIDED)
    except GradatimError as error:
        return _say(str(error), UNREADABLE)
    except (RecursionError, MemoryError):
        return _say("the input is too deep or too large", UNDECIDED)
    except UnicodeError:
        return _say("the input is not UTF-8 text", UNREADABLE)
    except OSError as error:
        return _say(f"{error.filename or 'the input'}: {(error.strerror or str(error)).lower()}", UNREADABLE)
    except Exception as error:  # the last line of defence: a person gets a sentence, not a traceback
        return _say(f"a fault in Gradatim itself, please report it: {type(error).__name__}: {error}", UNDECIDED)


def _run(argv: list[str]) -> int:
    name = next((a for a in argv if not a.startswith("-")), "")
    parser = argparse.ArgumentParser(
        prog="gradatim", description="Matrix calculus, step by step.", epilog=EPILOG, allow_abbrev=False
    )
    argv = [_formula(a) for a in argv]
    parser.add_argument("--version", action="version", version=f"gradatim {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    for command, text in COMMANDS.items():
        sub = commands.add_parser(command, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False)
        if command == name:
            import_module(f"gradatim.commands.{command}").add_arguments(sub)
    if not argv:
        parser.print_help()
        return OK
    arguments = parser.parse_args(argv)
    status: int = import_module(f"gradatim.commands.{arguments.command}").run(arguments)
    return status


def _formula(argument: str) -> str:
    """A formula that begins with a minus sign is none of the options: it gets the typographic sign, which reads alike."""
    if (
        argument.startswith("-")
        and len(argument) > 1
        and not re.fullmatch(r"-\d+|--?[A-Za-z][A-Za-z-]*(=.*)?|--", argument, re.S)
    ):
        return "−" + argument[1:]
    return argument


def _say(message: str, status: int) -> int:
    try:
        sys.stdout.flush()
        print(f"gradatim: {message}", file=sys.stderr)
    except OSError:
        pass
    return status
