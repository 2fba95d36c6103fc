"""The command line: finds the command, hands it its arguments, and turns every failure into one clear message.

A command's module is loaded only when it is called, so that `gradatim --help` answers at once.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from shlex import quote
from typing import NoReturn

from gradatim import __version__
from gradatim.errors import GradatimError, LimitExceeded, NotVerified, UnknownDerivative

OK, UNREADABLE, UNDECIDED = 0, 2, 3

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

EPILOG = (
    "exit status: 0 all right, 1 a wrong answer or a question left unanswered, 2 could not read the input, 3 could not decide"
)


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
        full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))
        place = error.filename or ("the output" if full else "the input")
        return _say(f"{place}: {(error.strerror or str(error)).lower()}", UNREADABLE)
    except Exception as error:  # the last line of defence: a person gets a sentence, not a traceback
        return _say(f"a fault in Gradatim itself, please report it: {type(error).__name__}: {error}", UNDECIDED)


FORMULAS = ("FORMULA", "ANSWER", "A", "B")
"""The operands that are formulas."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with what was probably meant, below a short usage."""

    def error(self, message: str) -> NoReturn:
        command = self.prog.removeprefix("gradatim").strip()
        usage = " ".join([self.prog, *map(_written, self.operands), "[options]" if command else "…"])
        self.exit(UNREADABLE, f"usage: {usage} ({self.prog} --help says more)\n{self.prog}: error: {message}\n")

    @property
    def operands(self) -> list[argparse.Action]:
        return [a for a in self._actions if not a.option_strings and isinstance(a.metavar, str)]

    def left_over(self, extras: Sequence[str]) -> NoReturn:
        """What no option and no operand takes: a misspelt option, or a formula that the shell took apart."""
        options = [e.partition("=")[0] for e in extras if e.startswith("-")]
        if options:
            near = get_close_matches("--" + options[0].lstrip("-"), self._option_string_actions, 1)
            self.error(f"there is no option {options[0]}" + (f"; did you mean {near[0]}?" if near else ""))
        formula = any(a.metavar in FORMULAS for a in self.operands)
        hint = f"; a formula with spaces needs quotes: {self.prog} '…'" if formula else ""
        self.error(f"nothing is to be done with `{' '.join(extras)}`{hint}")

    def formula(self, argument: str) -> str:
        """A formula that begins with a minus sign is none of the options: it gets the typographic sign, which reads alike."""
        known = self._option_string_actions
        option = (
            re.fullmatch(r"-\d+|-[A-Za-z][A-Za-z-]+|--[A-Za-z][A-Za-z-]*(=.*)?|--?", argument, re.S)
            or argument in known
            or (argument[:2] in known and len(argument) > 2 and argument[1] != "-")
        )
        return argument if option or not argument.startswith("-") else "−" + argument[1:]


def _written(operand: argparse.Action) -> str:
    name = str(operand.metavar)
    return f"[{name} …]" if operand.nargs == "*" else f"[{name}]" if operand.nargs == "?" else name


def _run(argv: list[str]) -> int:
    name = next((a for a in argv if not a.startswith("-")), "")
    if name in COMMANDS and argv[0] == name:
        module = import_module(f"gradatim.commands.{name}")
        text = COMMANDS[name]
        parser = Parser(prog=f"gradatim {name}", description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False)
        module.add_arguments(parser)
        # Options may stand anywhere between the operands: `grade hw.md --rubric r.toml alice.md bob.md`.
        arguments, extras = parser.parse_known_intermixed_args([parser.formula(a) for a in argv[1:]])
        if extras:
            parser.left_over(extras)
        status: int = module.run(arguments)
        return status
    return _about(argv, name)


def _about(argv: list[str], name: str) -> int:
    """What is said without a command: the help, the version, or that there is no such command."""
    parser = Parser(prog="gradatim", description="Matrix calculus, step by step.", epilog=EPILOG, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"gradatim {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    for command, text in COMMANDS.items():
        commands.add_parser(command, help=text)
    if not argv:
        parser.print_help()
        return OK
    if argv[0].startswith("-") and argv[0] not in parser._option_string_actions:
        parser.left_over(argv[:1])
    if name and name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, 1)
        known = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(COMMANDS)}"
        formula = "" if near or not re.search(r"[\\^_()*/=+∂∇]", name) else f" (a formula? gradatim derive {quote(name)} --wrt …)"
        parser.error(f"there is no command {name!r}{known}{formula}")
    parser.parse_args(argv)
    parser.error("the command comes first: gradatim COMMAND …")


def _say(message: str, status: int) -> int:
    try:
        sys.stdout.flush()
        print(f"gradatim: {message}", file=sys.stderr)
    except OSError:
        pass
    return status
