"""Formulas that declare: `X, Y \\in \\mathbb R^{n\\times d}`, `f: \\mathbb R^d \\to \\mathbb R`, `\\{(x_i, y_i)\\}_{i=1}^N`, `\\lambda > 0`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from gradatim.errors import ReadError
from gradatim.read.found import Found
from gradatim.read.listed_members import closing, ranged_within, run_of, without_derivatives
from gradatim.read.names import stripped
from gradatim.read.set_scripts import (
    has_size,
    numbers_steps,
    powers,
    script_tokens,
    signs_of,
    spell_name,
    values_of,
    written_size,
)
from gradatim.read.spaces import index_ranges, named_set
from gradatim.read.spelling import function_word
from gradatim.read.symmetries import said_by_turning, turns
from gradatim.read.tokens import Token, tokenize
from gradatim.read.tree import spell

_REAL_NUMBERS = re.compile(r"\\(?:Re|R|RR|reals|Reals|real)(?=\s*(?:[\^_,;.:)}]|\\to|$))")
_BOLD_SET = re.compile(r"\{?\s*\\(?:mbox|text|mathrm)\s*\{\s*(?:\\bf|\\textbf)\s*\{?\s*([A-Z])\s*\}?\s*\}\s*\}?(?=\s*[_^])")
_SIGNS = re.compile(r"(?:=|\\in(?![A-Za-z])|∈)\s*(?:\\\{)?\s*(?:\\pm(?![A-Za-z])|±)\s*1\s*(?:\\\})?\s*$")
_REALS = ("\\mathbb{R}", "\\mathbf{R}", "\\mathcal{R}", "\\Re")


def read_formula(text: str) -> list[Found]:
    """What the formula declares, one record per clause. Raises ReadError where it has unknown characters."""
    return list(_read(text))


@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[Found, ...]:
    """The same, kept: a text says `x` many times."""
    text = _SIGNS.sub(r"\\in \\{-1,1\\}", text)
    text = _BOLD_SET.sub(r"\\mathbb{\1}", _REAL_NUMBERS.sub(r"\\mathbb{R}", text))
    tokens = [t for t in tokenize(text) if t.kind not in ("end", "nl")]
    return tuple(_Clauses(tokens).run()) if tokens else ()


class _Clauses:
    def __init__(self, tokens: list[Token]) -> None:
        self.t, self.k = tokens, 0

    def run(self) -> list[Found]:
        words = [t for t in self.t if t.kind == "word"]
        if words and all(t.kind == "word" or t.text == "," for t in self.t):
            # `\\exp` alone: something is said of the function itself.
            return [Found(names=tuple(f"\\{function_word(t.text)}" for t in words), kind="function")]
        if sized := self.sized_names(self.t):
            return sized
        whole = written_size(self.t)
        if whole and any(x.text == "times" and before.kind not in ("op", "gopen") for before, x in zip(self.t, self.t[1:])):
            return [Found(dims=whole)]
        if self.t[0].text == "{" and self.t[0].kind == "open":
            return self.collection()
        if ranges := index_ranges(self.t):
            return ranges
        alone = len(self.t) == 1 or self.t[1].kind == "end"
        if alone and self.t[0].text in ("\\mathbf{R}", "\\mathcal{R}"):
            return [Found(names=(self.t[0].text,))]  # a bold R alone is a matrix; the reals have a power, or stand after ∈
        if self.t[0].text in _REALS and not any(t.kind == "op" and t.text in _RELATIONS for t in self.t):
            dims, _, facts = self.space(self.t)
            return [Found(dims=dims, facts=facts)] if dims else []
        out: list[Found] = []
        for clause in self.clauses():
            out.extend(self.clause(clause))
        return out

    def clauses(self) -> list[list[Token]]:
        """Cut after a set where a comma (or `;`) is followed by names and another relation."""
        out: list[list[Token]] = [[]]
        depth, related = 0, False
        for k, t in enumerate(self.t):
            depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
            ends = depth == 0 and (t.kind == "sep" or t.text == ",") and related
            if depth == 0 and t.text == "," and [x.text for x in self.t[k + 2 : k + 3]] == ["="] and self.t[k + 1].kind == "name":
                ends = True
            if ends and any(x.text == "..." for x in self.t[k + 1 : k + 3]):
                ends = False
            if ends and out[-1] and any(x.text == "..." for x in out[-1][-2:]) and any(x.text == "=" for x in out[-1]):
                ends = False
            related = not ends and (related or (t.kind == "op" and t.text in _RELATIONS))
            if ends:
                out.append([])
            else:
                out[-1].append(t)
        return [c for c in out if c]

    def collection(self) -> list[Found]:
        """`{(x_i, y_i)}_{i=1}^N`."""
        close = next(
            (k for k in range(len(self.t) - 1, -1, -1) if self.t[k].kind == "close" and self.t[k].text == "}"), len(self.t)
        )
        inside, within = ranged_within(self.t[1:close])
        if run := run_of(inside, self.names(inside)):
            return [run]
        if inside and inside[0].kind == "open" and inside[-1].kind == "close":
            inside = inside[1:-1]
        names = self.names(inside)
        after = self.t[close + 1 :]
        index = upper = ""
        texts = [t for t in within or after if t.kind in ("name", "num")]
        if len(texts) >= 2 and (within or after[0].text == "_"):
            index, upper = texts[0].text, texts[-1].text
        return [Found(names=names, index=index, upper=upper, members=names)] if names else []

    def clause(self, c: list[Token]) -> list[Found]:
        at = next((k for k, t in enumerate(c) if t.kind == "op" and t.text in _RELATIONS and self.level(c, k) == 0), None)
        if at is None:
            if self.is_list(c) and (run := run_of(c, self.names(c))):
                return [run]
            names = self.names(c) if self.is_list(c) else ()
            return [Found(names=names, members=names if c[0].kind == "open" else ())] if names else []  # (x_n, t_n)
        relation, left, right = c[at].text, c[:at], c[at + 1 :]
        names = self.names(left)
        if relation == "in":
            return self.membership(left, names, right)
        if relation == ":":
            return self.colon(names, right)
        if relation in (">", "succ", "succeq", ">=", "!="):
            fact = {">": "positive", "succ": "spd", "succeq": "psd", ">=": "nonnegative", "!=": "nonzero"}[relation]
            zero = len(right) >= 1 and right[0].text == "0"
            if zero and relation in ("succ", "succeq") and names and all(map(_small, names)):
                # `x \succ 0` of a small letter is of a vector's entries
                return [Found(names=names, kind="vector", facts=frozenset({fact}))]
            above = relation == ">" and len(right) == 1 and right[0].kind == "num"  # q > 1 is positive, and no name of a list
            return [Found(names=names, facts=frozenset({fact}))] if zero or above else []
        if relation in ("<", "<=") and left and right and left[0].text == "0" and len(left) == 1:
            # `0 < γ < 1`: what stands between.
            right = right[: next((k for k, t in enumerate(right) if t.text in ("<", "<=") and t.kind == "op"), len(right))]
            found = self.names(right) if self.is_list(right) else ()
            fact = "positive" if relation == "<" else "nonnegative"
            return [Found(names=found, facts=frozenset({fact}))] if found else []
        if relation in ("<", "<="):
            # `n ≤ p` compares sizes and declares nothing.
            return []
        if relation == "=":
            return self.equation(names, left, right)
        return [Found(names=names)] if names else []

    def is_list(self, c: list[Token]) -> bool:
        """Whether a formula only lists names: no products, calls, signs or powers."""
        k = 0
        while k < len(c):
            if c[k].kind == "open" and k == 0 and c[-1].kind == "close":
                return self.is_list(c[1:-1])
            if c[k].kind != "name":
                return len(c) == 1 and c[k].kind == "op"
            end = self.scripts_end(c, k + 1)
            if not self.names(c[k:end]):
                return False
            if end < len(c) and not (c[end].text in (",", "...") or c[end].kind == "sep"):
                return False
            while end < len(c) and (c[end].text in (",", "...") or c[end].kind == "sep"):
                end += 1
            k = end
        return True

    def equation(self, names: tuple[str, ...], left: list[Token], right: list[Token]) -> list[Found]:
        if any(t.text == "..." for t in right) and len(names) == 1 and right[0].kind in ("num",):
            last = [t for t in right if t.kind in ("name", "num")][-1]
            return [Found(index=names[0], upper=last.text)]
        if len(right) == 1 and right[0].kind == "word" and len(names) == 1:
            return [Found(names=names, kind="function", role="=" + right[0].text)]
        inside = next((k for k, t in enumerate(right) if t.text == "in" and self.level(right, k) == 0), None)
        if inside is not None and names and not any(t.text == "..." or t.text == "_" and right[0].kind == "open" for t in right):
            turned = turns(left) != turns(right[:inside]) and self.names(right[:inside]) == names
            if turned and self.is_list(right[:inside]):  # `A = Aᵀ ∈ ℝ^{n×n}`
                return [*self.membership(left, names, right[inside + 1 :]), Found(names=names, facts=frozenset({"symmetric"}))]
            if left[0].kind == "cmd" and self.is_list(right[:inside]):  # `∂L/∂Y = G ∈ ℝ^{n×k}` speaks of G
                left, names = right[:inside], self.names(right[:inside])
            return self.membership(left, names, right[inside + 1 :])
        body = [t for t in right if t.kind not in ("open", "close")]
        inner = self.names(body)
        if right and right[0].text == "{" and (run := run_of(right, inner)) and not any(n[:1] == names[0][:1] for n in run.names):
            return [run]  # `D = \\{(x_1, y_1), …, (x_n, y_n)\\}` is a set
        if right and right[0].text == "{" and right[1:2] and right[1].kind == "open" and names[:1] != inner[:1]:
            return _Clauses(right).collection()  # `D = \\{(x_i, y_i)\\}_{i=1}^n`
        sub = any(t.text == "in" for t in right)
        if (
            right
            and right[0].kind == "open"
            and inner
            and any(t.text == "_" for t in body)
            and not any(t.text == "..." for t in body)
            and self.is_list(left)
            and self.is_list(right[1 : closing(right)])
            and not any(t.text in "+-*/" for t in right[: next((k for k, t in enumerate(right) if t.text == "in"), len(right))])
        ):
            at = next((k for k, t in enumerate(right) if t.text == "in"), None)
            base = body[0].text
            said = self.membership(left, names, right[at + 1 :]) if at is not None and sub else [self.spread(names, right)]
            return [*said, Found(names=(base,), role=f"entries:{names[0]}")] if names and base != names[0] else said
        if right and right[0].kind == "open" and any(t.text == "..." for t in body):
            return self.listed(names, right)
        if len(names) == 1 and (fact := said_by_turning(left, right, lambda c: self.names(c) == names and self.is_list(c))):
            return [Found(names=names, facts=frozenset({fact}))]
        return [Found(names=names, defined=True)] if len(names) == 1 and self.is_list(left) else []

    def spread(self, names: tuple[str, ...], right: list[Token]) -> Found:
        """`y = [y_1, y_2, y_3]^T`: a vector of as many entries as stand there."""
        close = closing(right)
        numbered = re.findall(r"_\{?(\d+)\}?", " ".join(self.names(right[1:close])))
        inner = [t for t in right[1:close] if t.text == ","]
        counted = len(names) == 1 and numbered == [str(k + 1) for k in range(len(inner) + 1)] and len(numbered) > 1
        bases = {stripped(n.rpartition("_")[0]) for n in self.names(right[1:close])}
        if counted and bases == {stripped(names[0])}:
            return Found(names=names, dims=(numbered[-1],), kind="vector")
        return Found(names=names)

    def listed(self, names: tuple[str, ...], right: list[Token]) -> list[Found]:
        """`x = (x_1, …, x_n)^T` is a vector of n entries, `X = [x_1, …, x_N] ∈ ℝ^{d×N}` a matrix of N columns (or rows)."""
        close = closing(right)
        if {"&", "\\\\"} <= {t.text for t in right[1:close]}:
            return [Found(names=names, kind="matrix")]
        inner = [n for n in self.names(right[1:close]) if "_" in n]
        at = next((k for k, t in enumerate(right) if t.text == "in" and t.kind == "op"), None)
        dims = self.space(right[at + 1 :])[0] if at is not None else ()
        if len(names) != 1 or len(inner) < 2:
            ends = [t for t in right[1:close] if t.kind in ("name", "num") and t.text not in ("T", "\\top")]
            if len(ends) > 1 and len({t.text for t in ends}) == 1:
                return [Found(names=names, kind="vector")] if names else []  # (1, 1, …, 1) does not say of how many
            counted = [t.text for t in ends[:2]] == ["1", "2"] or (len(ends) == 2 and ends[0].text == "1")
            dims = (ends[-1].text,) if counted or (ends and ends[-1].kind == "name") else ()  # (1, 0, …, 0) says not of how many
            return [Found(names=names, dims=dims, kind="vector")] if ends and names else []
        base, upper = inner[-1].rsplit("_", 1)
        upper = upper.strip("{}")
        letter = names[0].strip("{}")[-1:]
        if len(dims) == 2 or (len(dims) != 1 and base != names[0] and letter.isupper() and not base.strip("{}")[-1:].isupper()):
            turned = any(t.text == "^" for t in right[close + 1 : at])
            if len(dims) == 2 and dims[0] != dims[1] and upper in dims:
                turned = upper == dims[0]
            index = next(i for i in "ijkl" if i != upper)
            role = f"{'rows' if turned else 'columns'}:{names[0]}"
            return [Found(names=names, dims=dims, kind="matrix"), Found(names=(f"{base}_{index}",), role=role)]
        return [Found(names=names, dims=dims or (upper,), kind="vector")]

    def level(self, c: list[Token], k: int) -> int:
        return sum((t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose")) for t in c[:k])

    def colon(self, names: tuple[str, ...], right: list[Token]) -> list[Found]:
        if any(t.text == "to" for t in right):
            at = next(k for k, t in enumerate(right) if t.text == "to")
            target = self.space(right[at + 1 :])
            kind = "function"
            domain = self.space(right[:at])
            return [Found(names=names, kind=kind, dims=(), role=f"map:{','.join(domain[0])}->{','.join(target[0])}")]
        size = written_size(right)
        return [Found(names=names, dims=size)] if size else [Found(names=names)]

    def membership(self, left: list[Token], names: tuple[str, ...], right: list[Token]) -> list[Found]:
        if any(t.text == "subset" for t in right):
            # x ∈ 𝒳 ⊆ ℝᵈ
            right = right[max(k for k, t in enumerate(right) if t.text == "subset") + 1 :]
        dims, kind, facts = self.space(right)
        if len(left) > 2 and left[0].kind == "name" and left[-1].kind == "close" and self.calls(left):
            # φ(x) ∈ ℝᵈ speaks of the function's value, not of its argument.
            return [Found(names[:1], (), "function", role=f"map:->{','.join(dims)}" if dims else "")]
        if [t.kind for t in left] == ["name", "name"] and left[0].text == "d" and left[1].text.isalpha():
            return [Found((f"d{left[1].text}",), dims, kind, facts)]  # dS, what flows back to S
        if run := run_of(left, names):
            return [replace(run, dims=dims, kind=kind, facts=facts)]
        if len([d for d in dims if d != "1"]) == 1:
            names = self.names(left, True)
        return [Found(names, dims, kind, facts | values_of(right))] if names else []

    def sized_names(self, c: list[Token]) -> list[Found]:
        """`A_{m\\times n}`, `x_{n\\times 1}`: the size written below the name."""
        out: list[Found] = []
        k = 0
        while k < len(c):
            end = self.scripts_end(c, k + 1)
            if c[k].kind != "name" or k + 1 >= len(c) or c[k + 1].text != "_" or not any(t.text == "times" for t in c[k:end]):
                return []
            dims = written_size(script_tokens(c, k + 2)[1:-1])
            if not dims:
                return []
            out.append(Found(names=(c[k].text,), dims=dims))
            k = end + 1 if end < len(c) and c[end].text == "," else end
        return out

    def calls(self, c: list[Token]) -> bool:
        """Whether it is a name and one bracket: `φ(x_i)`."""
        k = self.scripts_end(c, 1)
        return (
            k < len(c)
            and c[k].kind == "open"
            and c[k].text == "("
            and not any(self.level(c, j) == 0 for j in range(k + 1, len(c)))
        )

    def space(self, c: list[Token]) -> tuple[tuple[str, ...], str | None, frozenset[str]]:
        """Dimensions, kind and facts of a set."""
        if not c:
            return (), None, frozenset()
        facts = signs_of(c)
        if c[0].kind == "open" and c[0].text in "{[(":
            close = next((k for k, t in enumerate(c) if t.kind == "close"), len(c) - 1)
            after = c[close + 1 :]
            dims = written_size(after[1:]) if after and after[0].text == "^" else ()
            zero_one = [t.text for t in c[1:close]] == ["0", ",", "1"] and c[0].text == "{" and len(dims) == 2
            return dims or (), None if dims else "scalar", frozenset({"labels01"}) if zero_one else frozenset()  # a mask
        if named := named_set(c, written_size):
            return named
        if c[0].text in ("\\mathbb{S}", "\\mathcal{S}", "S") and len(c) > 1:
            dims = self.power(c)
            plus = sum(t.text.count("+") for t in c)
            return (
                (dims[0], dims[0]) if dims else (),
                "matrix",
                frozenset({"spd" if plus > 1 else "psd" if plus else "symmetric"}),
            )
        reals = c[0].text in (*_REALS, "\\mathbb{C}", "\\mathbb{Z}", "\\mathbb{N}") or [t.text for t in c] == ["R"]
        if reals or c[0].kind == "name" and len(c) > 1 and c[1].text == "^":
            dims = self.power(c)
            if reals and not dims and has_size(c):
                raise ReadError("the size of this space is not read", spell(tuple(c)), (0, 0))
            if c[0].text in ("\\mathbb{Z}", "\\mathbb{N}"):
                return dims, None if dims else "integer", frozenset()
            return dims, None if dims else "scalar", facts
        return (), None, frozenset()

    def power(self, c: list[Token]) -> tuple[str, ...]:
        at = next((k for k, t in enumerate(c) if t.text == "^"), None)
        if at is None:
            return ()
        if c[at + 1 : at + 2] and c[at + 1].kind in ("gopen", "open"):  # `ℝ^(m×n)` too
            level, end = 0, at + 1
            for end in range(at + 1, len(c)):
                level += (c[end].kind in ("gopen", "open")) - (c[end].kind in ("gclose", "close"))
                if not level:
                    break
            return written_size(c[at + 2 : end])
        return written_size(c[at + 1 : at + 2])

    def names(self, c: list[Token], vectors: bool = False) -> tuple[str, ...]:
        """The names of a list, with their subscripts and labels; what is not a name is passed over. A vector has no powers: its
        x^k and x^0 are names."""
        out: list[str] = []
        c, k = without_derivatives(c), 0
        while k < len(c):
            if c[k].kind != "name" or c[k].text == "\\top":
                k += 1
                continue
            start = k
            k = self.scripts_end(c, k + 1)
            power = powers(c[start:k]) and not (vectors and numbers_steps(c[start:k]))
            if c[start].text == "e" and any(t.text == "^" for t in c[start:k]) or power:
                continue  # e^{…} is the exponential
            spelled = spell_name(c[start:k])
            if spelled not in out:
                out.append(spelled)
        return tuple(out)

    def scripts_end(self, c: list[Token], k: int) -> int:
        while k < len(c):
            if c[k].kind == "op" and c[k].text in ("_", "^"):
                k += 1
                if k < len(c) and c[k].kind == "gopen":
                    level = 0
                    while k < len(c):
                        level += (c[k].kind == "gopen") - (c[k].kind == "gclose")
                        k += 1
                        if not level:
                            break
                else:
                    k += 1
            elif c[k].kind == "prime":
                k += 1
            elif c[k].kind == "num" and not c[k].spaced and c[k].start == c[k - 1].end and c[k - 1].kind == "name":
                k += 1
            else:
                break
        return k


def _small(name: str) -> bool:
    """Whether a name is a small Latin letter, with whatever stands below it."""
    return stripped(name)[:1].islower() and not name.startswith("\\")


_RELATIONS = ("in", ":", ">", "<", ">=", "<=", "=", "!=", "succ", "succeq", "prec")
