"""One section of a document, line by line: what is preamble, what are its numbered items, where a student's answers begin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from gradatim.errors import Span
from gradatim.homework.asks import led
from gradatim.homework.definitions import unstyled
from gradatim.homework.formulas import DISPLAY
from gradatim.homework.inline_parts import inline_parts

HEADING = re.compile(
    r"(?P<md>#{1,6})\s+(?P<t>.+?)\s*#*$|\s*\\(?P<tex>(?:sub){0,2}section|chapter|paragraph)(?P<s>\*?)\s*\{(?P<u>.+?)\}\s*(?:\\label\{[^{}]*\}\s*)?$"
)
WORD = r"(?:question|problem|exercise|ex|task|part|section|q)"
NUMBERED = re.compile(rf"(?:{WORD}\s*\.?\s*)?(\d{{1,3}})(?:[.:)]|\b)(?!\s*[-.]?\d)\s*(.*)", re.I)
DOTTED = re.compile(
    rf"[\s*_#>]*(?:{WORD}\s*)?(?P<major>\d{{1,2}})\.(?P<minor>\d{{1,2}})(?:[.):]|\b)(?![.\d%])[*_]*(?=\s|$)", re.I
)
PARTED = re.compile(
    r"[\s*_#>]*part\s*(?-i:(?!(?:I|V|X)\b))\(?(?P<letter>[a-z]|\d{1,2})\)?(?:\s*\([^()\n]*\d[^()\n]*\))?[.:)]?[*_]*(?=\s|$)"
    r"|#+\s*[*_]*\((?P<round>[a-z])\)[*_]*(?=\s|$)",
    re.I,
)
_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?:[-+•*][ \t]+(?=[*_]{0,2}\(?[a-z][.)]))?[*_]{0,2}(?:(?P<bullet>[-+•]|\*(?=\s))|\(?(?P<num>\d{1,3})[.)]"
    r"|\\(?P<tex>item|question|titledquestion\{[^{}]*\}|part|subpart)(?![A-Za-z])(?:\s*\[(?P<label>[^\]]*)\])?"
    r"|\((?P<letter>[a-z]|[ivx]{1,4})\)|(?P<half>[a-z]|[ivx]{2,4})[.)])[*_]{0,2}(?=\s|$)"
)
_WORDED = re.compile(
    r"[\s*_>]*(?:\\(?:textbf|noindent|paragraph|emph|underline)\*?\s*\{?\s*)*(?:question|problem|exercise|task|q)\s*\.?\s*"
    r"(?P<num>\d{1,3}(?:\.\d{1,3})?|(?-i:[A-Z])\.?\d{1,2}|(?-i:[IVX]{1,4})\.\d{1,2}|(?-i:[A-Z]|[IVX]{2,4})(?=\s*(?:[,.:)(\[–—-]|$)))(?P<letter>[a-z]?)\s*\}?\s*(?:\((?P<p>[^)]*)\))?[.,:)*_}]*(?=\s|$)",
    re.I,
)
_LETTERED = re.compile(r"[\s*_>]*(?P<label>[A-Z]\.?\d{1,2}|[IVX]{1,4}\.\d{1,2})(?:(?P<stop>[.:)])[*_]*|(?P<bold>[*_]+)|)(?=\s)")
"""`A1.`, `B2:`, `**A.1**`: a letter for the kind of problem and its number."""
_BOLD = re.compile(
    r"\s*(?:\\(?:noindent|medskip|bigskip|smallskip)\s*)*(?:\{\\(?:bf|bfseries)\s*|\\textbf\s*\{)\s*(?P<num>\d{1,2})\s*[.):]?\s*\}\s*[.):]?(?=\s|$)"
)
"""`{\\bf 2.}`, `\\textbf{2.}`: a number in bold type."""
_POINTS = re.compile(
    r"[\[(]\s*(\d+(?:\.\d+)?)\s*(?:points?|pts?\.?|marks?|credits?|p\.?)\s*[\])]|(?<![\d.])(\d+(?:\.\d+)?)\s*(?:points?|pts|marks?|credits?)\b"
    r"|\\(?:question|part|subpart)\s*\[(\d+(?:\.\d+)?)\]|^[\s*_#>]*(?:[-+•]\s+)?\(?\w{1,3}[.)]+[*_]*\s*\[(\d{1,3}(?:\.\d+)?)\](?=[\s*_])",
    re.I,
)
_ANSWER = re.compile(
    r"[\s*_#>]*(?:\\(?:textbf|emph|textit|paragraph\*?)\{)?\s*(?:your |my |final |student )?(?:derivation|final result|result|solution|answers?|proof|working)\s*\}?\s*[:.*_]*\s*$"
    r"|\s*\\begin\{(?:solution|answer|proof)\}.*",
    re.I,
)
_ENCLOSED = re.compile(r"\s*\\begin\{(?:solution|answer|proof)\}")
_ANSWER_END = re.compile(r"\s*\\end\{(?:solution|answer|proof)\}")
_OPTION = re.compile(r"\s*[-+•*]\s*(?:[○◯●□■☐☑⃝◻]|\\(?:square|bigcirc|Box)(?![A-Za-z])|\[[ xX]?\])")
"""A bubble or a box to be filled in."""
_THEOREM = r"(?:problem|exercise|question|prob|exer|ex|task)\*?"
_STATED = re.compile(rf"\s*\\begin\{{(?P<name>{_THEOREM})\}}")
"""A problem as an environment of its own, numbered by LaTeX."""
_TITLED = re.compile(r"(?P<num>\d{1,2})\s+[A-Z][^.?!]{0,80}[\[(]\s*\d+(?:\.\d+)?\s*(?:points?|pts?\.?|marks?)\s*[\])]\s*$", re.I)
"""A heading of plain text: `2 Two-layer network (12 points)`."""
_ENUM = re.compile(rf"\\(begin|end)\{{(?:enumerate|itemize|questions|parts|subparts|{_THEOREM})\}}")
_STYLE = re.compile(r"\s*\[(?:[^\]]*\\alph|\W?a\W?\]|(?P<roman>[^\]]*\\roman|\W?i\W?\]))")
ASKS = re.compile(
    r"derivative|gradient|jacobian|hessian|differentia[lt]|\bscore\s+(?:function|vector)|first[- ]order\s+(?:\w+\s+)?condition|normal\s+equation|\\nabla|\\partial|[∂∇]|\bd[a-z]?/d[a-z]|\b(?:grad|deriv|hess)(?:\.|\b)|\\[dt]?frac\s*\{\s*(?:\\mathrm\{d\}|d)",
    re.I,
)
PRIMES = re.compile(
    r"\b(?:find|compute|calculate|evaluate|determine|derive|give)\b.*(?:[A-Za-z]'|\$\s*(?:d|\\mathrm\s*\{?d\}?)\s*[A-Za-z]\s*\$)",
    re.I,
)
"""f′, or df, as what is asked for."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = "i ii iii iv v vi vii viii ix x".split()


@dataclass(slots=True)
class Item:
    """A numbered item: its label in the document, its question text, what follows it, its points."""

    label: str
    span: Span
    text: str = ""
    answer: str = ""
    answer_span: Span = (0, 0)
    points: Fraction | None = None
    parent: Item | None = None


@dataclass(slots=True)
class Section:
    """A section: number ("" for front matter), title, points, the text before its first item, its items."""

    number: str
    title: str
    span: Span
    points: Fraction | None = None
    preamble: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class _Level:
    """One level of a LaTeX list: how many items it has had."""

    count: int = 0
    opened: bool = False
    """One of its items is an item of the document: those that follow are, too."""
    letters: str = ""
    """Its items are lettered: `alph` for `[label=(\\alph*)]` and `[(a)]`, `roman` for `[label=(\\roman*)]` and `[(i)]`."""


class Walker:
    """Finds the items of one section."""

    def __init__(self, text: str, masked: str, section: Section) -> None:
        self.text, self.masked, self.section = text, masked, section
        self.item: Item | None = None
        self.last = 0
        self.letters: Item | None = None
        self.answering = False
        self.enclosed = False
        self.levels: list[_Level] = []
        self.worded: Item | None = None
        """The problem that a worded heading opened: a list in it holds its parts."""
        self.titled = False
        """It is a heading of its own, `### 1.2 Losses`, so that the numbers below it are its parts, whatever they ask."""
        self.top: tuple[Item, int] | None = None
        """The last numbered item of a list and how far it is indented: numbers further in are its parts."""
        self.begun: list[tuple[Item, int]] = []
        body = masked[section.span[0] : section.span[1]]
        numbers = [m["num"] for m in map(_ITEM.match, body.splitlines()) if m and m["num"] and not m["indent"]]
        self.lazy = len(numbers) > 2 and set(numbers) == {"1"}
        """Every item is written `1.`, as Markdown allows: their place is their number."""
        self.listed = re.search(r"\\(?:item|question)(?![A-Za-z])", body) is not None
        """The items are a LaTeX list: a number at the beginning of another line belongs to a sentence."""
        self.counted = self.listed or bool(numbers) or any(map(_WORDED.match, body.splitlines()))
        """Items carry numbers, so that a bullet is an item only where it asks."""

    def run(self) -> None:
        a, b = self.section.span
        inside = inline_parts(self.masked[a:b])
        for match in re.finditer(r"[^\n]+", self.masked[a:b]):
            begins = [match.start(), *(at for at in inside if match.start() < at < match.end())]
            for start, end in pairwise([*begins, match.end()]):
                self.line(self.masked[a + start : a + end], a + start)
        bounds = [start for _, start in self.begun] + [b]
        self.section.preamble = self.text[a : bounds[0]]
        for (item, _), stop in zip(self.begun, bounds[1:]):
            self.split(item, stop)
        if not self.begun and self.section.number:
            # "## Problem 3" with its question below: the section is its only item.
            self.whole(Item(self.section.number, (a, b), points=self.section.points))

    def whole(self, item: Item) -> None:
        """The section as one item."""
        a, b = item.span
        self.split(item, b)
        self.section.preamble = item.text
        self.section.items.append(item)

    # ------------------------------------------------------------ lines

    def line(self, line: str, at: int) -> None:
        if _ENCLOSED.match(line) or _ANSWER_END.match(line):
            self.enclosed = self.answering = _ENCLOSED.match(line) is not None and not re.search(r"\\end\{", line)
            return
        if self.enclosed:
            return
        if found := _ENUM.search(line):
            style = _STYLE.match(line, found.end())
            self.nested(found.group(1) == "begin", "" if style is None else "roman" if style["roman"] else "alph")
        if _ANSWER.match(line):
            self.answering = self.answering or self.item is not None
            return
        if self.headed(line, at):
            return
        found = _ITEM.match(line)
        if not found or _OPTION.match(line):
            return
        if self.listed and not found["tex"] and not ASKS.search(line) and points_of(line) is None:
            return
        if found["num"] and self.part(int(found["num"]), len(found["indent"].expandtabs(4)), line, at):
            return
        if len(found["indent"].expandtabs(4)) >= 4 and not found["tex"]:
            return
        self.marked(found, line, at)

    def part(self, number: int, indent: int, line: str, at: int) -> bool:
        """Open a part that a number begins: `1.` with `   1.` and `   2.` further in, `Exercise 2` with `1.` and `2.` below it."""
        whole = self.top[0] if self.top is not None and indent > self.top[1] else self.worded
        if whole is None or (whole is self.worded and self.answering):
            return False
        parts = sum(i.parent is whole for i in self.section.items)
        asks = (
            parts
            or PRIMES.search(line)
            or ASKS.search(line)
            or points_of(line) is not None
            or whole is self.worded
            and (self.titled or led(self.text[whole.span[0] : at]))
        )
        if number != parts + 1 or not asks:
            return False
        self.letter(str(number), line, at, whole)
        return True

    def nested(self, begins: bool, letters: str = "") -> None:
        if begins:
            self.levels.append(_Level(0, False, letters))
        elif self.levels:
            self.levels.pop()

    def headed(self, line: str, at: int) -> bool:
        """Open the item that a worded or dotted heading begins: `Problem 3`, `**Q2.**`, `1.2`, `Part (a)`, `\\subsection{…}`."""
        if worded := _WORDED.match(line):
            if self.answering and not ASKS.search(line) and worded["num"].isdigit() and int(worded["num"]) <= self.last:
                return False
            if worded["num"][0].isalpha():
                self.open(worded["num"], line, at, self.last + 1, label=worded["num"])
                self.worded = self.item
                return True
            number = worded["num"].rsplit(".", 1)[-1]
            if worded["letter"]:
                self.letter(worded["letter"].lower(), line, at, self.numbered(number))
            else:
                self.open(number, line, at, int(number))
                self.worded = self.item
            return True
        if (bold := _BOLD.match(line)) and int(bold["num"]) == self.last + 1:
            self.open(bold["num"], line, at, int(bold["num"]))
            self.worded = self.item
            return True
        lettered = _LETTERED.match(line)
        if lettered and not (lettered["stop"] or lettered["bold"]) and points_of(line) is None:
            lettered = None
        if lettered and not (self.answering and not ASKS.search(line)):
            self.open(lettered["label"], line, at, self.last + 1, label=lettered["label"])
            self.worded = self.item
            return True
        if stated := _STATED.match(line):
            number = self.counted_by_latex(stated["name"], at)
            self.open(str(number), line, at, number)
            return True
        titled = _TITLED.match(line)
        if titled and not self.answering and int(titled["num"]) == self.last + 1:
            self.open(titled["num"], line, at, int(titled["num"]))
            return True
        dotted = DOTTED.match(line)
        # Below "Answer:" a derivation may number its steps; what has points, or is next and asks, is a question all the same.
        next_ = dotted is not None and (
            points_of(line) is not None or (int(dotted["minor"]) == self.last + 1 and ASKS.search(line))
        )
        if dotted and self.section.number in ("", dotted["major"]) and not self.levels and (next_ or not self.answering):
            self.open(dotted["minor"], line, at, int(dotted["minor"]), label=f"{dotted['major']}.{dotted['minor']}")
            self.titled = HEADING.match(line) is not None
            self.worded = self.item if self.titled else None
            return True
        if parted := PARTED.match(line):
            self.letter((parted["letter"] or parted["round"]).lower(), line, at)
            return True
        heading = HEADING.match(line)
        if heading and heading["tex"] and heading["tex"] != "section":
            body = self.text[at : self.next_heading(at + len(line))]
            if ASKS.search(body) or PRIMES.search(body) or points_of(line) is not None:
                before = re.findall(rf"\\{heading['tex']}\s*\{{", self.masked[self.section.span[0] : at])
                number = max(self.last + 1, 0 if heading["s"] else len(before) + 1)  # LaTeX counts what asks nothing, too
                self.open(str(number), line, at, number)
                return True
        return False

    def counted_by_latex(self, name: str, at: int) -> int:
        """The number of a problem that is an environment: they run on from section to section, unless it is said that they do not."""
        within = re.search(rf"\\newtheorem\s*\{{{re.escape(name)}\}}\s*\{{[^{{}}]*\}}\s*\[(?:sub)?section\]", self.text)
        start = self.section.span[0] if within else 0
        before = len(re.findall(rf"\\begin\{{{re.escape(name)}\}}", self.masked[start:at]))
        return max(before, self.last) + 1

    def next_heading(self, at: int) -> int:
        found = re.compile(r"\\(?:sub){0,2}section|\n#").search(self.masked, at)
        return found.start() if found else self.section.span[1]

    def numbered(self, number: str) -> Item | None:
        label = f"{self.section.number}.{number}" if self.section.number else number
        return next((i for i in self.section.items if i.label == label), None) or Item(label, (0, 0))

    def marked(self, found: re.Match[str], line: str, at: int) -> None:
        letter = found["letter"] or found["half"] or ""
        if found["tex"]:
            self.tex(found, line, at)
        elif found["num"]:
            number = self.last + 1 if self.lazy and not (self.answering and not ASKS.search(line)) else int(found["num"])
            if number <= self.last or (self.answering and number != self.last + 1):
                self.answering = self.item is not None
                return
            self.open(str(number), line, at, number)
            assert self.item is not None
            self.top = self.item, len(found["indent"].expandtabs(4))
        elif letter:
            follows = not self.answering and len(letter) == 1 and self.follows(letter)
            follows = follows or (not self.answering and self.follows_roman(letter))
            asked = ASKS.search(line) or points_of(line) is not None or follows
            if (found["half"] or self.answering) and not (asked or (not self.answering and self.begins(letter, at))):
                return
            self.letter(letter, line, at)
        else:
            body = line[found.end() :]
            question = bool(ASKS.search(body))
            if self.answering and not question:
                return
            if not question and points_of(body) is None and (self.counted or re.match(r"\s*\*\*.+?:?\*\*", body)):
                return
            self.open(str(self.last + 1), line, at, self.last + 1)

    def begins(self, letter: str, at: int) -> bool:
        """Whether this is the first of the functions that the open item asks of: "a. $f(x) = …" below "for each, find"."""
        start = self.item.span[0] if self.item is not None else self.section.span[0]
        return letter in ("a", "i") and (self.item is not None or self.section.number != "") and led(self.text[start:at])

    def follows(self, letter: str) -> bool:
        """Whether the item that is open has the letter before this one."""
        return self.item is not None and letter != "a" and self.item.label.endswith(f"({_LETTERS[_LETTERS.index(letter) - 1]})")

    def follows_roman(self, letter: str) -> bool:
        """Whether the open item has the Roman number before this one: (ii) before (iii)."""
        if self.item is None or letter not in _ROMAN[1:]:
            return False
        return self.item.label.endswith(f"({_ROMAN[_ROMAN.index(letter) - 1]})")

    def tex(self, found: re.Match[str], line: str, at: int) -> None:
        """`\\item`, `\\question`, `\\part`: numbered by LaTeX, letters one level down; a list of options holds no items."""
        command, option = found["tex"], re.sub(r"\\\w+\{|[{}]", "", found["label"] or "").strip("(). :")
        option = "" if points_of(found.group()) is not None else option  # `\\item[(5 points)]`
        level = self.levels[-1] if self.levels else None
        if level is not None:
            level.count += 1
        ahead = re.compile(r"\\(?:item|question|part|subpart)(?![A-Za-z])|\\end\{").search(self.masked, at + found.end())
        body = self.text[at : ahead.start() if ahead else self.section.span[1]]
        asks = bool(ASKS.search(body)) or points_of(body) is not None
        if command == "item" and self.worded is not None and len(self.levels) == 1 and not re.fullmatch(r"[a-z]", option):
            above = (
                ASKS.search(self.text[self.begun[-1][1] : at])
                if self.begun[-1][0] is self.worded
                else self.letters is self.worded
            )
            if asks or above:
                counted = self.levels[0].count
                self.letter(option or _numbered(counted, self.levels[0].letters), line, at, self.worded)
            return
        if command.startswith(("question", "titledquestion")) or (command == "item" and len(self.levels) <= 1):
            if re.fullmatch(r"[a-z]|[ivx]{2,4}", option):
                self.letter(option, line, at)
            elif option and not re.fullmatch(r"\d+(?:\.\d+)?", option) and command == "item":
                self.open(option, line, at, self.last + 1)
            elif command == "item" and option:
                own = self.section.number and option.startswith(f"{self.section.number}.")  # `[2.1]` in section 2
                self.open(option, line, at, self.last + 1, label=option if own else "")
            elif not self.answering or asks:
                self.open(str(self.last + 1), line, at, self.last + 1)
        elif (
            (asks and (command != "item" or not self.answering or ASKS.search(body)))
            or self.holds(command, body)
            or (level is not None and level.opened and not self.answering)
        ):
            if level is not None:
                level.opened = True
            letters = level.count if level is not None else len([i for i in self.section.items if i.parent is self.letters]) + 1
            self.letter(option if re.fullmatch(r"[a-z]|[ivx]{2,4}", option) else _LETTERS[(letters - 1) % 26], line, at)

    def holds(self, command: str, body: str) -> bool:
        """Whether an item below another is what that one asks of: "Find the gradient of each: \\item $f(x) = \\ldots$"."""
        whole = self.letters or self.item
        if command != "item" or whole is None or self.answering or not re.search(r"\$|\\\(|\\\[", body):
            return False
        whole = whole.parent if whole.parent is not None else whole
        start = next(at for item, at in self.begun if item is whole)
        stop = re.compile(r"\\begin\{(?:enumerate|parts)\}").search(self.masked, start)
        return stop is not None and led(self.text[start : stop.start()])

    def letter(self, letter: str, line: str, at: int, parent: Item | None = None) -> None:
        if parent is None:
            parent = self.letters or self.item
            if parent is not None and parent.label.endswith(")"):
                parent = parent.parent
        self.letters = parent
        self.open(f"{parent.label if parent else self.section.number}({letter})", line, at, self.last, parent)

    def open(self, number: str, line: str, at: int, last: int, parent: Item | None = None, label: str = "") -> None:
        self.last, self.answering = last, False
        if parent is None:
            self.worded, self.titled = None, False
        if not label:
            label = number if parent or not self.section.number or "(" in number else f"{self.section.number}.{number}"
        if parent is None:
            self.letters = None
        self.item = Item(label, (at, at), points=points_of(line), parent=parent)
        self.section.items.append(self.item)
        self.begun.append((self.item, at))

    # ------------------------------------------------------------ question and answer

    def split(self, item: Item, stop: int) -> None:
        """The question ends where its sentence is complete and a display, or the heading of an answer, follows."""
        a, end = item.span[0], stop
        for match in re.finditer(r"[^\n]+", self.masked[a:stop]):
            if _ANSWER.match(match.group()):
                end = a + match.start()
                break
        for match in DISPLAY.finditer(self.text, a, end):
            before = self.text[a : match.start()].rstrip()
            if not (ASKS.search(before) and before.endswith((".", "?", "!", "$", ")", "]"))) or _continues(before):
                continue
            if not self.defines(match, before, item.parent):
                end = match.start()
                break
        item.span = (a, end)
        item.text = self.text[a:end].rstrip()
        item.answer, item.answer_span = self.text[end:stop].strip("\n"), (end, stop)

    def defines(self, display: re.Match[str], before: str, parent: Item | None) -> bool:
        """Whether the display gives the function that the question, or the item that it is a part of, asks for and that nothing
        before it defines."""
        latex = next(display[g] for g in "abc" if display[g] is not None)
        head = _DEFINING.match(latex)
        if head is None:
            return False
        name = re.escape(unstyled(head["name"]))
        known = self.text[self.section.span[0] : display.start()]
        if not re.search(r"\$|\\[(\[]|=", known):
            return True  # "Find the derivatives by x." speaks of nothing else
        if parent is not None and led(parent.text):
            known = before = f"{parent.text}\n{before}"
        asked = re.search(rf"\$[^$]*{name}(?![A-Za-z])[^$]*\$", unstyled(before)) is not None
        return asked and re.search(rf"{name}\s*(?:\([^()$]*\))?\s*:?=", unstyled(known)) is None


_DEFINING = re.compile(
    r"\s*(?:\\begin\{\w+\*?\}\s*)?(?P<name>\\?[A-Za-z]+(?:\{[A-Za-z]\})?)(?:_\w|_\{\w+\})?\s*(?:\([^()]*\))?\s*:?&?\s*="
)
"""A display that begins with the definition of a name."""


def _numbered(counted: int, letters: str) -> str:
    """The number of an item as its list writes it."""
    if letters == "roman":
        return _ROMAN[counted - 1] if counted <= len(_ROMAN) else str(counted)
    return _LETTERS[(counted - 1) % 26] if letters else str(counted)


def points_of(text: str) -> Fraction | None:
    """The points that a line states: `(5 points)`, `[4 pts]`, `\\question[5]`."""
    found = _POINTS.search(text)
    return Fraction(next(g for g in found.groups() if g)) if found else None


def without_points(text: str) -> str:
    """A title without the points that it states."""
    return _POINTS.sub("", text).strip(" :.-")


def _continues(before: str) -> bool:
    """Whether the last sentence still waits for its formula: it ends in a formula but without a stop, or in `of`."""
    return not before.endswith((".", "?", "!")) and not re.search(r"with respect to|w\.?r\.?t\.?|\\nabla|\\frac", before)


def is_answer_heading(line: str) -> bool:
    """Whether a line is the heading of an answer: `Derivation`, `Your answer:`."""
    return _ANSWER.match(line) is not None
