"""Statements to definitions: what a head names, its parameters, its index; and which definition is asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from gradatim.errors import ReadError
from gradatim.read.components import from_components
from gradatim.read.composites import COMPOSITES
from gradatim.read.indices import all_bound
from gradatim.read.links import linked
from gradatim.read.names import stripped
from gradatim.read.own_words import own_head
from gradatim.read.parser import statements
from gradatim.read.scope import OWN_NORM, Definition, Tables, full, member_parts
from gradatim.read.spelt import spelling_of
from gradatim.read.tokens import Token
from gradatim.read.tree import ENTRIES, Node, Post, Statement, inside, spell, spelt, walk
from gradatim.read.twins import indices_of_twins, two_of_one_letter
from gradatim.read.uses import (
    INDEX_LETTERS,
    below,
    by_one_entry,
    declare_arguments,
    indexed_calls,
    indices_of_heads,
    leans_on_itself,
    members_of_models,
    mentions,
    settled_arguments,
    stacked,
)


def definitions_of(
    text: str, tables: Tables, words: frozenset[str], bound: frozenset[str] = frozenset()
) -> tuple[list[Definition], Definition]:
    """The definitions of a text, and the asked one: the last that no other uses. An expression alone has no name.

    `bound` are indices over which the sums of another text run: where they stand below a head, they count its members.
    """
    found: list[Definition] = []
    pieces = statements(text, words)
    long = _long_functions(pieces) - words
    if long:
        pieces = statements(text, words | long)
    pieces = [_negated(s, pieces, tables) for s in pieces]
    pieces = _named_logarithms(linked(indexed_calls(_own_names(_turned_round(_said_twice(pieces))))), tables)
    pieces = list(map(_of_squares, pieces))
    pieces = two_of_one_letter(from_components(pieces, tables))
    summed = all_bound([p for s in pieces for p in s.parts])
    indices = summed | set(tables.indices) | bound
    indices |= indices_of_heads(pieces, tables) | indices_of_twins(pieces)
    for s in pieces:
        declare_arguments(s, tables)
        found.extend(_definition(s, text, tables, indices, summed))
    found = members_of_models(by_one_entry(settled_arguments(found), tables), tables, indices)
    found = [by_entries(d, found, tables) for d in found]
    for d in found:
        if d.name and sum(e.name == d.name for e in found) > 1:
            raise ReadError(f"{d.name} is defined twice", text, d.span)
    nameless = [d for d in found if not d.name]
    if len(nameless) > 1:
        raise ReadError(
            "two formulas stand here without a name, and one function is asked", text, nameless[1].span, "write name = formula"
        )
    root = _asked(found, tables)
    if root is None:
        raise ReadError(f"{found[-1].name} is defined by itself, by way of the other definitions", text, found[-1].span)
    if root.name and not root.index and leans_on_itself(root):
        raise ReadError(f"{root.name} is defined by itself", text, root.span)
    return [d for d in found if d.name and d is not root], root


def _of_squares(s: Statement) -> Statement:
    """`\\sigma_j^2 = \\frac1n \\sum_i (x_{ij} - \\mu_j)^2` of every j says what σ_j is: the root of that."""
    head = s.parts[0]
    if len(s.parts) != 2 or head.kind != "post" or head.args[0].kind != "name":
        return s
    sub = [p for p in head.posts if p.kind == "sub"]
    square = [p for p in head.posts if p.kind == "power" and spell(p.tokens) == "2"]
    index = spell(sub[0].tokens) if len(sub) == 1 else ""
    if len(head.posts) != 2 or len(square) != 1 or index not in tuple(INDEX_LETTERS) or not below(index, s.parts[1]):
        return s
    body = s.parts[1]
    return replace(s, parts=(replace(head, posts=tuple(sub)), Node("root", body.span, (body,))))


def _said_twice(pieces: list[Statement]) -> list[Statement]:
    """`\\|XA\\|_* = \\operatorname{tr}(…)` alone is a norm and what it is: the norm is what is asked."""
    if len(pieces) != 1 or len(pieces[0].parts) != 2 or any(n.kind == "num" for n in pieces[0].parts):
        return pieces
    head = pieces[0].parts[0]
    while head.kind == "group" and len(head.args) == 1:
        head = head.args[0]
    base = head.args[0] if head.kind == "post" else head
    right = pieces[0].parts[1]
    named = [spelling_of(a) for a in base.args] if base.kind == "norm" or base.value in _OF_A_NAME else []
    if named and all(n and n not in mentions(right, "") and base.value not in COMPOSITES for n in named) and not _own_norm(head):
        return [replace(pieces[0], parts=(right,))]  # `\\operatorname{tr}(P_k) = …`, `\\cos θ = …` only say what is worked out
    if base.kind != "norm" or base.args[0].kind == "name":
        return pieces
    return [replace(pieces[0], parts=(head,))]


_OF_A_NAME = ("trace", "det", "cos", "sin")


def _own_norm(head: Node) -> bool:
    """Whether a head says what a norm with a subscript is: `\\|W\\|_{2,1} = …`."""
    return head.kind == "post" and head.args[0].kind == "norm" and [p.kind for p in head.posts] == ["sub"]


def _own_names(pieces: list[Statement]) -> list[Statement]:
    """A text that defines `KL(p, q) = …` means its own KL wherever it calls one, and not the dictionary's."""
    heads = (s.parts[0] for s in pieces if len(s.parts) > 1)
    own = {str(h.value) for h in heads if h.kind == "call" and not h.posts and h.value in COMPOSITES}
    if not own:
        return pieces
    return [
        replace(
            s,
            parts=(s.parts[0], *(_as_names(p, own) for p in s.parts[1:])) if len(s.parts) > 1 else (_as_names(s.parts[0], own),),
        )
        for s in pieces
    ]


def _negated(s: Statement, pieces: list[Statement], tables: Tables) -> Statement:
    """`-\\log p(θ) = …` is the function that stands on the right; where others speak of what is negated, it defines that."""
    head = s.parts[0]
    if len(s.parts) != 2 or head.kind != "add" or head.value != ("-",):
        return s
    named = head_of(head.args[0], tables, set())
    if named is None:
        return s
    if not any(named[0] in mentions(p, "") or inside(head.args[0], p) for o in pieces if o is not s for p in o.parts):
        return replace(s, parts=s.parts[1:])
    body = s.parts[1]
    return replace(s, parts=(head.args[0], Node("add", body.span, (Node("group", body.span, (body,), "("),), ("-",))))


def _named_logarithms(pieces: list[Statement], tables: Tables) -> list[Statement]:
    """Where `\\log q(z) = …` stands, the `\\log q(z)` of the other statements is the name that it defines."""
    heads = [s.parts[0] for s in pieces if len(s.parts) > 1 and s.parts[0].kind == "call" and s.parts[0].value == "log"]
    named = [(h, found[0]) for h in heads if (found := head_of(h, tables, set())) is not None]
    if not named:
        return pieces

    def renamed(node: Node) -> Node:
        name = next((name for head, name in named if spelt(node) == spelt(head)), "")
        if name:
            return Node("name", node.span, (), name)
        posts = tuple(p if p.node is None else replace(p, node=renamed(p.node)) for p in node.posts)
        return replace(node, args=tuple(map(renamed, node.args)), posts=posts)

    return [
        replace(s, parts=(s.parts[0], *map(renamed, s.parts[1:])) if len(s.parts) > 1 else (renamed(s.parts[0]),)) for s in pieces
    ]


def _as_names(node: Node, words: set[str]) -> Node:
    """The tree with calls of these words as a name before a bracket."""
    args = tuple(_as_names(a, words) for a in node.args)
    posts = tuple(p if p.node is None else replace(p, node=_as_names(p.node, words)) for p in node.posts)
    if node.kind != "call" or node.value not in words:
        return replace(node, args=args, posts=posts)
    name = Node("name", (node.span[0], args[0].span[0]), (), f"\\mathrm{{{node.value}}}")
    group = Node("group", node.span, args, "(")
    return Node("juxt", node.span, (name, Node("post", node.span, (group,), None, posts) if posts else group))


def _turned_round(pieces: list[Statement]) -> list[Statement]:
    """`LL^T = \\Sigma` beside a formula in Σ defines Σ, though it stands on the right."""
    out = []
    for s in pieces:
        if len(s.parts) == 2 and s.parts[0].kind not in ("name", "post", "word") and not _called(s.parts[0]):
            right = s.parts[1]
            name = str(right.value) if right.kind == "name" else ""
            others = [p for o in pieces if o is not s for p in o.parts]
            if name and any(name in mentions(p, "") for p in others) and name not in mentions(s.parts[0], ""):
                s = replace(s, parts=(right, s.parts[0]))
        out.append(s)
    return out


def _called(head: Node) -> bool:
    """Whether a left side is a name of one or more letters before one bracket."""
    if head.kind == "call":
        return True
    last = head.args[-1] if head.kind == "juxt" else head
    inner = last.args[0] if last.kind == "post" else last
    return (
        head.kind == "juxt" and all(n.kind == "name" for n in head.args[:-1]) and (inner.kind == "group" or last.kind == "name")
    )


def _long_functions(pieces: list[Statement]) -> frozenset[str]:
    """Functions of several letters that the text defines: the CE of `CE(y, h) = …` is one name wherever it stands."""
    heads = (s.parts[0] for s in pieces if len(s.parts) > 1)
    called = (h for h in heads if h.kind == "juxt" and len(h.args) > 2 and h.args[-1].kind == "group")
    named = (h.args[:-1] for h in called)
    words = ("".join(str(n.value) for n in letters) for letters in named if all(n.kind == "name" for n in letters))
    return frozenset(w for w in words if w.isascii() and w.isalpha())


def _definition(s: Statement, text: str, tables: Tables, indices: set[str], summed: set[str]) -> list[Definition]:
    if len(s.parts) == 1:
        return [Definition("", s.parts[0], None, "", s.span, text)]
    # The a of `p_a = exp(θ_a) / …` is an index where a sum runs over it and the body counts by it.
    counts = frozenset(i for i in indices if len(i) == 1 and any(below(i, p) for p in s.parts[1:]))
    head = head_of(s.parts[0], tables, indices, counts, summed)
    if head is None:
        raise ReadError(
            "the left side is not a name that can be defined",
            text,
            s.parts[0].span,
            "write the function alone, or name = function",
        )
    name, parameters, index = head
    if name.startswith(OWN_NORM):
        return [Definition(name, s.parts[1], parameters, "", s.span, text)]
    if s.parts[0].kind == "juxt" and s.parts[0].args[-1].value == "[" and name == "E" and not tables.knows(name):
        raise ReadError(
            "what an expectation is equal to is no definition", text, s.span, "write the expectation out as a mean over members"
        )
    body = s.parts[1]
    whole = s.parts[0].kind == "juxt" and s.parts[0].args[-1].kind == "post" or own_head(s.parts[0]) is not None
    if index and parameters and whole:
        body, index = stacked(body, index), ""  # `s(z)_i = …`
    again = head_of(body, tables, indices) if len(s.parts) > 2 else None
    out: list[Definition] = []
    declared_function = again is not None and getattr(tables.declared.get(again[0]), "kind", "function") in ("function", None)
    if again is not None and again[1] is not None and declared_function:
        body = s.parts[2]
    declared = tables.declared.get(name)
    elementwise = bool(declared and declared.elementwise)
    if (elementwise or (declared and declared.role == "sigmoid")) and parameters is None and not index:
        parameters = argument_alone(body)
    alias = str(body.value) if body.kind == "word" else ""
    _refuse_lists(parameters or (), text)
    out.append(Definition(name, body, parameters, index, s.span, text, elementwise, alias))
    return out


def _refuse_lists(parameters: Sequence[Node], text: str) -> None:
    """Raise ReadError for `\\pi([x, y, z]^T) = …`, whose argument is a vector that has no name."""
    for p in parameters:
        inner = p.args[0] if p.kind == "post" else p
        if inner.kind == "group" and len(inner.args) > 1 and inner.value in ("[", "("):
            said = "the argument of this definition is a list, and the vector has no name"
            raise ReadError(said, text, p.span, "write f(v) = … with its entries v_1, v_2, …")


def argument_alone(body: Node) -> tuple[Node, ...] | None:
    """The x of "$\\sigma = \\sin(x)$ is applied elementwise": the one name in the body of what is called a function."""
    names = {str(n.value): n for n in walk(body) if n.kind == "name" and n.value not in ("e", "\\pi", "\\mathrm{e}")}
    return tuple(names.values()) if len(names) == 1 else None


def head_of(
    node: Node, tables: Tables, indices: set[str], counts: frozenset[str] = frozenset(), summed: Collection[str] = ()
) -> tuple[str, tuple[Node, ...] | None, str] | None:
    """Name, parameters and index of a left side: `f(x)`, `\\hat y_i`, `W_1`, `h'`, `D_{KL}`. Where a sum runs over the i of a
    declared z_i (`summed`), it is any member and no name of its own."""
    parameters: tuple[Node, ...] | None = None
    if node.kind == "post" and node.args[0].kind == "norm" and len(node.posts) == 1 and node.posts[0].kind == "sub":
        # `\\|W\\|_{2,1} = …` says what a norm is, of one name that stands for any.
        of = node.args[0].args[0]
        return (f"{OWN_NORM}_{{{spell(node.posts[0].tokens)}}}", (of,), "") if of.kind == "name" else None
    if node.kind == "juxt" and len(node.args) == 2 and node.args[1].kind == "post" and node.args[1].args[0].kind == "group":
        # `s(z)_i = …`, `[s(z)]_i` with the brackets left out: the entries of a function's value.
        group, posts = node.args[1].args[0], node.args[1].posts
        below = spell(posts[0].tokens) if len(posts) == 1 and posts[0].kind == "sub" else ""
        inner = head_of(replace(node, args=(node.args[0], group)), tables, indices) if below in tuple(INDEX_LETTERS) else None
        return (inner[0], inner[1], below) if inner is not None and not inner[2] else None
    if node.kind == "call" and node.value == "log" and len(node.args) == 1 and not node.posts:
        # `\\log p(y | θ) = …` gives the logarithm a name of its own.
        inner = head_of(node.args[0], tables, indices)
        return (f"\\log {inner[0]}", None, "") if inner is not None and not inner[2] else None
    if node.kind == "call" and node.value in ("cos", "sin") and len(node.args) > 1 and not node.posts:
        return f"\\mathrm{{{node.value}}}", node.args, ""  # `\\cos(a, b) = …` of two things is a function of one's own
    if (own := own_head(node)) is not None:
        return own
    if node.kind == "call" and node.value in COMPOSITES and not node.posts:
        return f"\\mathrm{{{node.value}}}", node.args, ""
    if node.kind == "juxt" and len(node.args) == 2 and node.args[1].kind == "group":
        parameters = node.args[1].args
        node = node.args[0]
    elif (
        node.kind == "juxt"
        and all(n.kind == "name" or (n.kind == "group" and k == len(node.args) - 1) for k, n in enumerate(node.args))
        and len(node.args) <= 6
    ):
        # A name of several letters: CE(y, ŷ), loss.
        letters = [n for n in node.args if n.kind == "name"]
        if node.args[-1].kind == "group":
            parameters = node.args[-1].args
        return "\\mathrm{" + "".join(str(n.value) for n in letters) + "}", parameters, ""
    if node.kind == "name":
        return str(node.value), parameters, ""
    if node.kind == "word" and not node.posts:
        return f"\\mathrm{{{node.value}}}", None, ""  # `\\cos = u·v / (|u||v|)`
    if node.kind != "post" or node.args[0].kind != "name":
        return None
    base = str(node.args[0].value)
    sub = next((p for p in node.posts if p.kind == "sub"), None)
    sup = next((p for p in node.posts if p.kind in ("label", "power")), None)
    prime = "'" * sum(p.count for p in node.posts if p.kind == "prime")
    index = spell(sub.tokens) if sub is not None else ""
    above = spell(sup.tokens) if sup is not None else ""
    if (
        len(index) == 1
        and index in indices
        and (index in INDEX_LETTERS or index in counts)
        and not above
        and (index in summed or not _label_declared(f"{base}_{index}", tables))
    ):
        return base, parameters, index
    if above.startswith("(") and above.endswith(")") and above[1:-1] in indices and not index:
        return base, parameters, above[1:-1]
    return full(base, index, above + prime), parameters, ""


def _label_declared(name: str, tables: Tables) -> bool:
    d = tables.declared.get(name)
    return d is not None and bool(d.dims or d.kind) and d.family is None


def by_entries(d: Definition, found: list[Definition], tables: Tables) -> Definition:
    """`K_{ij} = k(x_i, x_j)`, where another statement speaks of K: the matrix of these entries."""
    base, indices = entry_parts(d.name)
    others = [e for e in found if e is not d and e.body is not None]
    if (
        len(indices) != 2
        or d.body is None
        or d.parameters
        or _label_declared(d.name, tables)
        or d.name in tables.definitions
        or not all(i in INDEX_LETTERS for i in indices)
        or not any(base in mentions(e.body, "") for e in others if e.body is not None)
    ):
        return d
    tokens = tuple(Token("name", i, d.span[0], d.span[0]) for i in indices)
    inside = Node("group", d.body.span, (d.body,), ENTRIES)
    body = Node("post", d.body.span, (inside,), None, (Post("sub", tokens, d.body.span),))
    return replace(d, name=base, body=body)


def entry_parts(name: str) -> tuple[str, str]:
    """`K_{ij}`, `K_j^{(i)}` as K and its two letters; no letters where these are not two."""
    if labelled := re.fullmatch(r"(.+)_([A-Za-z])\^\{\(([A-Za-z])\)\}", name):
        return labelled[1], labelled[3] + labelled[2]
    base, _, sub = name.rpartition("_")
    letters = sub.strip("{}").replace(",", "")
    return (base, letters) if base and len(letters) == 2 and letters.isalpha() else (name, "")


def _asked(found: list[Definition], tables: Tables) -> Definition | None:
    nameless = [d for d in found if not d.name]
    if nameless:  # a formula without a name is what is asked; the others say what stands in it
        return nameless[-1]
    free = unused(found, tables)
    return free[-1] if free else None


def unused(found: list[Definition], tables: Tables) -> list[Definition]:
    """The definitions whose names no other uses: where there are several, the last is taken for what is asked."""
    used: set[str] = set()
    for d in found:
        if d.body is not None:
            used |= mentions(d.body, d.name)
    names = {d.name for d in found} | set(tables.declared)
    used |= {stripped(n) for n in used if n not in names}  # the β of `\\vec\\beta`, where another line defines β
    # and the other way round: `\\boldsymbol\\mu = …` says what the μ_j of another line is an entry of.
    used |= {d.name for d in found if d.name.endswith("^2") and d.name[:-2] in used}  # σ² = … says what σ is
    return [d for d in found if d.name not in used and (stripped(d.name) in names or stripped(d.name) not in used)]


__all__ = ["by_entries", "definitions_of", "head_of", "member_parts", "mentions", "unused"]
