"""Sentences that tie a family to an array: `$x_i$ is the $i$-th row of $X$`, `X with columns $x_i$`, `the rows of $A$ are $a_i^T$`.

They are found before anything else is made of the text, so that "row" and "column" are not taken for a description. What
remains of the sentence is its names, the family's with its role (`rows:X`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from gradatim.read.found import Found
from gradatim.read.names import member_parts
from gradatim.read.phrases import KINDS, VERBS, Piece

_PARTS = {"row": "rows", "rows": "rows", "column": "columns", "columns": "columns"}
_ENTRIES = {"entries": "entries", "elements": "entries", "entry": "entries", "element": "entries"}
_ARTICLES = frozenset({"the", "a", "an", "each", "every", "all", "its", "vector", "vectors", "respective", "individual"})
_SAYING = VERBS | {"by", "as", "given", "called", "denoted", "equal", "to", "we", "write", "say", "namely"}
_OWNING = frozenset({"with", "whose", "has", "having", "have"})
_ORDINAL = re.compile(r"[-‐‑]?(?:[a-z][-‐‑]?)?th|[a-z]")
_NUMBERED = frozenset({"first", "second", "third", "last", "fourth", "every"})
_LYING = frozenset(
    {"written", "viewed", "taken", "seen", "regarded", "stored", "arranged", "transposed", "as", "a", "column", "vector"}
)


def related(items: list[Piece]) -> list[Piece]:
    """The pieces with every such sentence made into its names, of which the family's carry the role."""
    k = 0
    while k < len(items):
        if items[k].kind == "word" and items[k].text in (_PARTS | _ENTRIES):
            found = _of(items, k) or _between(items, k) or _with(items, k) or _entries_of(items, k)
            if found is not None:
                items, k = found
        k += 1
    return items


def _of(items: list[Piece], k: int) -> tuple[list[Piece], int] | None:
    """ "x_i is the i-th row of X", and the other way round "the i-th row of X is x_i"."""
    if items[k].text not in _PARTS:
        return None
    at = k + 1
    while at < len(items) and items[at].text in ("vector", "vectors"):
        at += 1
    which = at < len(items) and items[at].kind in ("math", "other") and re.fullmatch(r"[i-nst]", items[at].text.strip())
    at += bool(which)  # "row $i$ of A", "row $i$ in A"
    if at >= len(items) or items[at].text not in ("of", "in")[: 1 + bool(which)]:
        return None
    whole = _arrays(items, at + 1)
    if not whole:
        return None
    start, numbered = _back(items, k)
    if numbered:
        return None
    before = start - 1
    while before >= 0 and items[before].text in _SAYING:
        before -= 1
    apposed = before >= 0 and (items[before].text in (",", "(") or _members(items[before])) and start < k
    spoken = before < start - 1 or apposed  # "w_j is the j-th row of W"; "w_j, the j-th row of W"
    if spoken and before >= 0 and items[before].text in (",", "("):
        before -= 1
    family = _listed_before(items, before) if spoken else []
    part = _PARTS[items[k].text]
    if family:
        whole = whole[: sum(len(names_of(items[f])) for f in family)]
        tied, end = [(w, part) for w in whole], whole[-1] + 1
        while (more := _another(items, end)) is not None:
            tied.append(more)
            end = more[0] + 1
        return _tied(items, family, tied, family[-1] + 1, _past_lying(items, end))
    after = whole[-1] + 1
    said = after
    while said < len(items) and (items[said].text in _SAYING or items[said].text in _ARTICLES):
        said += 1
    if said > after and said < len(items) and _members(items[said]):
        return _tied(items, [said], [(whole[0], part)], start, None)
    return None


def _between(items: list[Piece], k: int) -> tuple[list[Piece], int] | None:
    """ "the rows x_i of X"."""
    if items[k].text not in _PARTS or k + 2 >= len(items) or items[k + 2].text != "of" or not _members(items[k + 1]):
        return None
    whole = _arrays(items, k + 3)
    if not whole:
        return None
    start, _ = _back(items, k)
    made = replace(items[k + 1], found=_role(items[k + 1], whole_name(items[whole[0]]), _PARTS[items[k].text]))
    comma = Piece("punct", ",", items[k].span)
    return [*items[:start], made, comma, *items[whole[0] :]], start + 1


def _with(items: list[Piece], k: int) -> tuple[list[Piece], int] | None:
    """ "X whose i-th row is x_i", "A with entries a_{ij}"."""
    start, numbered = _back(items, k)
    if numbered or start < 2 or items[start - 1].text not in _OWNING:
        return None
    said = k + 1
    while said < len(items) and (items[said].text in _SAYING or items[said].text in _ARTICLES):
        said += 1
    if said >= len(items) or items[said].kind != "math" or not names_of(items[said]):
        return None
    entries = items[k].text in _ENTRIES
    if not entries and not _members(items[said]):
        return None
    owner = start - 2
    while owner >= 0 and not _one_array(items[owner]) and items[owner].text not in (".", ";", "and"):
        owner -= 1
    if owner < 0 or not _one_array(items[owner]):
        return None
    part = (_PARTS | _ENTRIES)[items[k].text]
    made = replace(items[said], found=_role(items[said], whole_name(items[owner]), part))
    comma = Piece("punct", ",", items[k].span)
    return [*items[: start - 1], comma, made, *items[said + 1 :]], start


_PLACE = re.compile(r"\(?\s*[a-z]\s*,?\s*[a-z]\s*\)?")


def _entries_of(items: list[Piece], k: int) -> tuple[list[Piece], int] | None:
    """ "p_{ij} and w_{ij} are the elements of P and W", "a_{ij} is the (i, j)-th entry of A"."""
    if items[k].text not in _ENTRIES or k + 1 >= len(items) or items[k + 1].text != "of":
        return None
    whole = _arrays(items, k + 2)
    at = k - 1
    while at >= 0 and (
        items[at].text in _ARTICLES | {"(", ")", ","}
        or items[at].kind == "word"
        and _ORDINAL.fullmatch(items[at].text)
        or items[at].kind in ("math", "other")
        and _PLACE.fullmatch(items[at].text.strip())
    ):
        at -= 1
    before = at
    while at >= 0 and items[at].text in _SAYING:
        at -= 1
    family: list[int] = []
    while at >= 0 and items[at].kind == "math" and names_of(items[at]) and all(_two(n) for n in names_of(items[at])):
        family.insert(0, at)
        if at < 2 or items[at - 1].text not in ("and", ","):
            break
        at -= 2
    count = sum(len(names_of(items[f])) for f in family)
    if at == before or not family or not whole or count != len(whole):
        return None
    return _tied(items, family, [(w, "entries") for w in whole], family[-1] + 1, whole[-1] + 1)


def _two(name: str) -> bool:
    """Whether a name carries two indices: `p_{ij}`."""
    return re.fullmatch(r".+_\{[a-z],?[a-z]\}", name) is not None


def _another(items: list[Piece], k: int) -> tuple[int, str] | None:
    """The array of a further "and the j-th row of V", and whether rows or columns of it are meant."""
    if k >= len(items) or items[k].text not in (",", "and"):
        return None
    at = k
    while at < len(items) and items[at].text not in _PARTS and at - k < 6:
        at += 1
    if at >= len(items) or items[at].text not in _PARTS or _back(items, at)[0] > k + 2 or at + 1 >= len(items):
        return None
    found = _arrays(items, at + 2) if items[at + 1].text == "of" else []
    return (found[0], _PARTS[items[at].text]) if found else None


def _tied(
    items: list[Piece], family: list[int], whole: list[tuple[int, str]], cut: int, end: int | None
) -> tuple[list[Piece], int] | None:
    """The pieces with the family's names tied to the arrays, one to each where there are as many."""
    roles: dict[int, Piece] = {}
    members = sum(len(names_of(items[f])) for f in family)
    if len(whole) not in (1, members):
        return None
    each = whole if len(whole) == members else whole * members
    taken = 0
    for f in family:
        found = items[f].found
        assert found is not None
        mine = each[taken : taken + len(found.names)]
        taken += len(found.names)
        if len({(whole_name(items[w]), part) for w, part in mine}) > 1:
            return None
        roles[f] = replace(items[f], found=_role(items[f], whole_name(items[mine[0][0]]), mine[0][1]))
    comma = Piece("punct", ";", items[min(cut, len(items) - 1)].span)
    if end is None:  # the array comes first: "the i-th row of X is x_i"
        last = family[-1]
        return [*items[:cut], items[whole[0][0]], comma, roles[last], *items[last + 1 :]], cut + 2
    kept = [roles.get(k, i) for k, i in enumerate(items[:cut])]
    named: list[Piece] = [p for w, _ in whole for p in (items[w], comma)]
    return [*kept, comma, *named[:-1], *items[end:]], cut


def _role(item: Piece, array: str, part: str) -> Found:
    found = item.found
    assert found is not None
    names = found.names
    if part == "entries":
        names = tuple(dict.fromkeys(n.split("_")[0] for n in names))
    elif len(names) > 1 and len({member_parts(n)[0] or n for n in names}) == 1 and names[-1].rsplit("_", 1)[-1] != names[0]:
        # x_1^T, …, x_n^T: the members of one family.
        base, upper = names[-1].rsplit("_", 1)
        index = next(i for i in "ijkl" if i != upper)
        return replace(
            found,
            names=(f"{base}_{index}",),
            role=f"{part}:{array}",
            index=index,
            upper=upper,
            members=(f"{base}_{index}",),
            invented=True,
        )
    return replace(found, names=names, role=f"{part}:{array}")


def names_of(item: Piece) -> tuple[str, ...]:
    return item.found.names if item.found is not None else ()


def whole_name(item: Piece) -> str:
    return names_of(item)[0]


def _arrays(items: list[Piece], k: int) -> list[int]:
    """The places of the arrays that follow `of`: "the matrix X", "A and B"."""
    while k < len(items) and (items[k].text in ("the", "a", "an") or items[k].text in KINDS):
        k += 1
    out: list[int] = []
    while k < len(items) and _one_array(items[k]):
        out.append(k)
        if k + 2 < len(items) and items[k + 1].text in ("and", ",") and _one_array(items[k + 2]) and items[k + 1].text == "and":
            k += 2
        else:
            break
    return out


def _one_array(item: Piece) -> bool:
    return item.kind == "math" and item.found is not None and len(item.found.names) == 1 and not _members(item)


def _members(item: Piece) -> bool:
    """Whether the piece names members of families: `x_i`, `x_1^T, …, x_n^T`."""
    if item.kind != "math" or item.found is None or not item.found.names:
        return False
    names = item.found.names
    if item.found.role or item.found.defined or item.found.index and not item.found.members:
        return False  # an equation says itself what its members are
    return all(member_parts(n)[1] for n in names) or (len(names) > 1 and "dots" in item.text and all("_" in n for n in names))


def _listed_before(items: list[Piece], k: int) -> list[int]:
    """The places of the members named up to `k`: "a_i and b_i"."""
    out: list[int] = []
    while k >= 0 and _members(items[k]):
        out.insert(0, k)
        if k >= 2 and items[k - 1].text in ("and", ","):
            k -= 2
        else:
            break
    return out


def _back(items: list[Piece], k: int) -> tuple[int, bool]:
    """Where the noun phrase that ends at `k` begins, its articles and `i-th` taken in; whether it says "first" or so."""
    numbered = False
    while k > 0:
        before = items[k - 1]
        if before.text in _NUMBERED and before.text != "every":
            numbered = True
        elif before.text in _ARTICLES or before.text in ("row", "column"):
            pass
        elif before.kind == "word" and _ORDINAL.fullmatch(before.text):
            if k > 1 and items[k - 2].kind in ("math", "other") and re.fullmatch(r"[-‐‑]?th", before.text):
                k -= 1
        elif (
            before.kind in ("math", "other")
            and re.fullmatch(r"\\?[a-z]+(?:\^.*th.*)?", before.text.strip())
            and "th" in before.text
        ):
            pass
        else:
            break
        k -= 1
    return k, numbered


def _past_lying(items: list[Piece], k: int) -> int:
    """Past "written as a column vector", which says nothing of the array."""
    end = k
    while end < len(items) and items[end].text in _LYING:
        end += 1
    return end if any(i.text == "as" for i in items[k:end]) else k
