"""What scripts say in a declaration: of a set of numbers, and of the names in it."""

from __future__ import annotations

from gradatim.read.extents import depth, spelled_size
from gradatim.read.tokens import Token
from gradatim.read.tree import bare, spell


def signs_of(c: list[Token]) -> frozenset[str]:
    """What `ℝ_+`, `ℝ_{++}`, `ℝ^n_{>0}` and `ℝ^+` say of the entries; a sum in the exponent, ℝ^{n+1}, says nothing."""
    for k, t in enumerate(c):
        if t.kind == "op" and t.text in ("_", "^"):
            inner = bare(script_tokens(c, k + 1))
            text = "".join(x.text for x in inner)
            if text in ("++", ">", ">0", "+*", "*+"):
                return frozenset({"positive"})
            if text in ("+", ">=", ">=0"):
                return frozenset({"nonnegative"})
    return frozenset()


def has_size(c: list[Token]) -> bool:
    """Whether an exponent of a set of numbers says more than ℝ^+ and ℝ^* do."""
    at = next((k for k, t in enumerate(c) if t.text == "^"), None)
    inner = script_tokens(c, at + 1) if at is not None else []
    return any(t.kind in ("name", "num", "cmd", "open") for t in inner) and not signs_of(c)


def values_of(c: list[Token]) -> frozenset[str]:
    """What a set that is written out says of a number: `{−1, 1}`, `{±1}` are signs, whose squares are one."""
    close = next((k for k, t in enumerate(c) if t.kind == "close" and t.text == "}"), 0)
    inside = "".join(t.text for t in c[1:close]) if c and c[0].text == "{" and c[0].kind == "open" else ""
    return frozenset({"signs"}) if inside.replace("+", "") in ("-1,1", "1,-1", "pm1", "\\pm1", "±1") else frozenset()


def script_tokens(c: list[Token], k: int) -> list[Token]:
    if k < len(c) and c[k].kind == "gopen":
        level, end = 0, k
        for end in range(k, len(c)):
            level += (c[end].kind == "gopen") - (c[end].kind == "gclose")
            if not level:
                break
        return c[k : end + 1]
    return c[k : k + 1]


def powers(c: list[Token]) -> bool:
    """Whether a superscript is an exponent and no label: `x^3`, `X^{1/2}`, `X^H`; transposes and `W^{hx}`, `W^{(1)}` are fine."""
    at = next((k for k, t in enumerate(c) if t.text == "^" and t.kind == "op"), None)
    if at is None:
        return False
    inner = bare(c[at + 1 :])
    text = "".join(t.text for t in inner)
    if text in ("T", "\\top", "\\mathrm{T}", "\\mathsf{T}", "*", "+") or (inner and inner[0].kind == "open"):
        return False
    return not (len(inner) >= 2 and all(t.kind == "name" for t in inner))


def numbers_steps(c: list[Token]) -> bool:
    """Whether the superscript of a name is one letter or number that can say which it is: x^k, w^0, x^1."""
    at = next((k for k, t in enumerate(c) if t.text == "^" and t.kind == "op"), len(c))
    inner = bare(c[at + 1 :])
    return (
        len(inner) == 1
        and (inner[0].kind == "num" or (inner[0].kind == "name" and len(inner[0].text) == 1))
        and inner[0].text != "T"
    )


def spell_name(c: list[Token]) -> str:
    """The canonical spelling of a name with its scripts: `W^{(1)}`, `x_i`, `b_{hx}`; a transpose is dropped."""
    out, k = "", 0
    subs, sups = "", ""
    while k < len(c):
        t = c[k]
        if t.kind == "op" and t.text in ("_", "^") and out:
            k += 1
            inner: list[Token] = []
            if k < len(c) and c[k].kind == "gopen":
                level = 0
                while k < len(c):
                    level += (c[k].kind == "gopen") - (c[k].kind == "gclose")
                    inner.append(c[k])
                    k += 1
                    if not level:
                        break
                inner = inner[1:-1]
            elif k < len(c):
                inner = [c[k]]
                k += 1
            text = spell(tuple(inner))
            if t.text == "_":
                subs += text
            elif text not in ("T", "\\top", "\\mathrm{T}", "\\mathsf{T}"):
                sups += text
            continue
        if t.kind == "num" and out and c[k - 1].kind == "name":
            subs += t.text
        else:
            out += t.text
        k += 1
    return full(out, subs, sups)


def full(base: str, sub: str, sup: str) -> str:
    """One spelling for a base with a subscript and a superscript label."""
    out = base
    if sub:
        out += f"_{sub}" if len(sub) == 1 else f"_{{{sub}}}"
    if sup and not sup.strip("'"):
        out += sup
    elif sup:
        out += f"^{{{sup}}}" if len(sup) > 1 else f"^{sup}"
    return out


def written_size(c: list[Token]) -> tuple[str, ...]:
    """`n \\times d` as ("n", "d"); () where it is not a size."""
    parts: list[list[Token]] = [[]]
    wrapped = len(c) > 2 and c[0].kind == "open" and c[-1].kind == "close" and all(map(depth, (c[:k] for k in range(1, len(c)))))
    c = c[1:-1] if wrapped else c
    level = 0
    for k, t in enumerate(c):
        crossed = level == 0 and t.kind == "op" and t.text in ("times", "*", ",") and not (t.text == "," and not parts[-1])
        # `n x m`, `ⁿˣⁿ`: an x between two sizes is a cross.
        between = (
            t.text in ("x", "X")
            and c[k - 1].kind in ("name", "num", "gclose")
            and bool(parts[-1])
            and [n.kind in ("name", "num") for n in c[k + 1 : k + 2]] == [True]
        )
        level += (t.kind == "open") - (t.kind == "close")
        if crossed or (t.kind == "name" and between):
            parts.append([])
        elif t.kind in ("gopen", "gclose") and not parts[-1]:
            continue
        elif t.kind in ("open", "close"):
            if t.text in "()":
                parts[-1].append(t)
        elif t.kind == "sep":
            continue
        elif t.kind in ("name", "num", "gopen", "gclose") or t.text in ("_", "+", "-", "/", "cdot", "frac"):
            parts[-1].append(t)
        elif t.text == "^" and parts[-1] and [n.kind for n in c[k + 1 : k + 2]] == ["num"]:
            parts[-1].append(t)  # n² × n²
        else:
            return ()
    if any(not p for p in parts) or len(parts) > 4:
        return ()
    found = [spelled_size(p, spell_name) for p in parts]
    return tuple(found) if all(found) else ()
