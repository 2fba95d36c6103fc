"""What a head means by how its name is used elsewhere: a probability of fixed arguments, a model of one example of which a sum
takes every example, a vector that is given by one of its entries.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradatim.read.cursor import TRANSPOSES
from gradatim.read.names import text_name
from gradatim.read.prose import Declaration
from gradatim.read.scope import Definition, Tables, full
from gradatim.read.tokens import Token
from gradatim.read.tree import ENTRIES, Node, Post, Statement, signs_of, spell, walk

INDEX_LETTERS = "ijklnmts"


def mentions(body: Node, own: str) -> set[str]:
    out: set[str] = set()
    labelled: set[int] = set()
    for node in walk(body):
        if node.kind == "name" and id(node) not in labelled:
            out.add(str(node.value))
        if node.kind == "call":
            out.add(f"\\mathrm{{{node.value}}}")
        if node.kind == "post" and node.args[0].kind == "name":
            base = str(node.args[0].value)
            sub = next((spell(p.tokens) for p in node.posts if p.kind == "sub"), "")
            if sub.isdigit():
                labelled.add(id(node.args[0]))
            for p in node.posts:
                text = spell(p.tokens) if p.kind in ("label", "power") else "'" * p.count if p.kind == "prime" else ""
                out.add(full(base, sub, text))
                if not sub.isdigit():
                    out.add(full(base, "", text))
            out.add(full(base, sub, ""))
    out.discard(own)
    return out


def settled_arguments(found: list[Definition]) -> list[Definition]:
    """`P(o | c) = …`, whose arguments only say which members are meant and are the same wherever it is called: a name for a
    value, without arguments."""
    for d in found:
        if not d.name or not d.parameters or d.body is None or not all(_only_below(p, d.body) for p in d.parameters):
            continue
        wanted = tuple(map(signs_of, d.parameters))
        others = [e for e in found if e is not d and e.body is not None]
        called = [tuple(map(signs_of, g.args)) for e in others if e.body is not None for g in _brackets_after(d.name, e.body)]
        if called and all(c == wanted for c in called):
            found = [
                replace(e, parameters=None) if e is d else replace(e, body=_uncalled(e.body, d.name)) if e in others else e
                for e in found
            ]
    return found


def _only_below(parameter: Node, body: Node) -> bool:
    """Whether a parameter is a number, or a letter that stands only in subscripts."""
    if parameter.kind == "num":
        return True
    if parameter.kind != "name":
        return False
    nodes = walk(body)
    below = any(t.text == parameter.value for n in nodes for p in n.posts if p.kind == "sub" for t in p.tokens)
    return below and all(n.value != parameter.value for n in nodes if n.kind == "name")


def _brackets_after(name: str, body: Node) -> list[Node]:
    pairs = ((a, b) for n in walk(body) if n.kind == "juxt" for a, b in zip(n.args, n.args[1:]))
    return [b for a, b in pairs if a.kind == "name" and a.value == name and b.kind == "group"]


def _uncalled(node: Node | None, name: str) -> Node | None:
    """The tree with every call of the name as the name alone."""
    if node is None:
        return None
    args = [a for a in (_uncalled(a, name) for a in node.args) if a is not None]
    if node.kind == "juxt":
        kept = [b for a, b in zip((None, *args), args) if not (a and a.kind == "name" and a.value == name and b.kind == "group")]
        if len(kept) == 1:
            return kept[0]
        args = kept
    return replace(node, args=tuple(args))


def stacked(body: Node, index: str) -> Node:
    """The vector whose entry at the index the body is."""
    tokens = (Token("name", index, body.span[0], body.span[0]),)
    return Node("post", body.span, (Node("group", body.span, (body,), ENTRIES),), None, (Post("sub", tokens, body.span),))


def indices_of_heads(pieces: list[Statement], tables: Tables) -> set[str]:
    """The i of `\\hat x_i = x_i - …` where another statement speaks of `\\hat x` as a whole: an index, though no sum binds it."""
    out: set[str] = set()
    for s in pieces:
        head = s.parts[0]
        if len(s.parts) < 2 or head.kind != "post" or len(head.posts) != 1 or head.posts[0].kind != "sub":
            continue
        index, base = spell(head.posts[0].tokens), str(head.args[0].value)
        others = [p for o in pieces if o is not s for p in o.parts]
        if (
            len(index) == 1
            and index in INDEX_LETTERS
            and not _said(tables.declared.get(f"{base}_{index}"))
            and any(alone(base, p) or _other_member(base, index, p) for p in others)
            and any(below(index, p) for p in s.parts[1:])
        ):
            out.add(index)
    return out


def _said(d: Declaration | None) -> bool:
    """Whether a declaration says more than that there is the name."""
    return d is not None and bool(d.dims or d.kind or d.facts or d.role or d.family)


def _other_member(base: str, index: str, node: Node) -> bool:
    """Whether p_k stands in it, where p_j is defined."""
    subs = (
        spell(p.tokens)
        for n in walk(node)
        if n.kind == "post" and n.args[0].kind == "name" and n.args[0].value == base
        for p in n.posts
        if p.kind == "sub"
    )
    return any(len(s) == 1 and s.isalpha() and s != index for s in subs)


def indexed_calls(pieces: list[Statement]) -> list[Statement]:
    """`π(a) = exp(θ_a) / …` is a family: its argument only counts, so that π(a) is π_a wherever it stands."""
    names: set[str] = set()
    for s in pieces:
        called = _counted(s.parts[0]) if len(s.parts) > 1 else None
        if called is not None and all(below(called[1], p) and not _loose(called[1], p) for p in s.parts[1:]):
            names.add(called[0])
    return [replace(s, parts=tuple(_below_names(p, names) for p in s.parts)) for s in pieces] if names else pieces


def _counted(node: Node) -> tuple[str, str] | None:
    """The name and the letter of `π(a)`; None for anything else."""
    if node.kind != "juxt" or len(node.args) != 2 or node.args[0].kind != "name" or node.args[1].kind != "group":
        return None
    inside = node.args[1].args
    one = len(inside) == 1 and inside[0].kind == "name" and len(str(inside[0].value)) == 1
    return (str(node.args[0].value), str(inside[0].value)) if one else None


def _loose(letter: str, node: Node) -> bool:
    """Whether the letter stands somewhere as a number of its own."""
    return any(n.kind == "name" and n.value == letter for n in walk(node))


def _below_names(node: Node, names: set[str]) -> Node:
    """The tree with the calls of these names as members."""
    args: list[Node] = []
    for a in (_below_names(a, names) for a in node.args):
        before = args[-1] if node.kind == "juxt" and args else None
        if before is not None and a.kind == "group" and len(a.args) == 1 and before.kind == "name" and before.value in names:
            inner = a.args[0]
            if inner.kind in ("name", "num"):
                token = Token(
                    inner.kind, str(inner.value), *inner.span, value=inner.value if isinstance(inner.value, Fraction) else None
                )
                args[-1] = Node("post", (before.span[0], a.span[1]), (before,), None, (Post("sub", (token,), inner.span),))
                continue
        args.append(a)
    posts = tuple(p if p.node is None else replace(p, node=_below_names(p.node, names)) for p in node.posts)
    made = replace(node, args=tuple(args), posts=posts)
    return made.args[0] if made.kind == "juxt" and len(made.args) == 1 else made


def alone(name: str, node: Node) -> bool:
    """Whether the name stands somewhere without a subscript."""
    marked = {id(n.args[0]) for n in walk(node) if n.kind == "post" and any(p.kind in ("sub", "label") for p in n.posts)}
    return any(n.kind == "name" and n.value == name and id(n) not in marked for n in walk(node))


def _without_transposes(node: Node) -> Node:
    """A tree in which no ^T stands: in `T = β^T z` it is the sign, and not the T that is defined."""
    posts = tuple(p for p in node.posts if not (p.kind == "power" and spell(p.tokens) == "T"))
    return replace(node, args=tuple(map(_without_transposes, node.args)), posts=posts)


def leans_on_itself(d: Definition) -> bool:
    """Whether a definition speaks of what it defines: `f = f + 1`, `f(x) = f(x) + 1`. The Q of `Q(x, u) = x^T Q x` is a matrix."""
    if d.body is None:
        return False
    if not d.parameters:
        return alone(d.name, _without_transposes(d.body) if d.name == "T" else d.body)
    own = tuple(map(signs_of, d.parameters))
    return any(tuple(map(signs_of, g.args)) == own for g in _brackets_after(d.name, d.body))


def below(letter: str, node: Node) -> bool:
    """Whether the letter stands below a name somewhere."""
    return any(t.text == letter for n in walk(node) for p in n.posts if p.kind == "sub" for t in p.tokens)


def declare_arguments(statement: Statement, tables: Tables) -> None:
    """What a head says of its own arguments: the x' of `k(x, x')` is a second x and no transpose, and the x of
    `f(x) = x_1^2 x_2` is the vector of what is numbered."""
    head = statement.parts[0]
    if len(statement.parts) < 2 or head.kind != "juxt" or head.args[-1].kind != "group" or head.args[0].kind != "name":
        return
    arguments, body = head.args[-1].args, statement.parts[1]
    names = [str(a.value) for a in arguments if a.kind == "name"]
    for a in arguments:
        if a.kind == "post" and [p.kind for p in a.posts] == ["prime"] and str(a.args[0].value) in names:
            base = str(a.args[0].value)
            name = full(base, "", "'" * a.posts[0].count)
            known = tables.declared.get(base)
            if name not in tables.declared:
                like = known if known is not None and (known.kind or known.dims) else Declaration(base, _kind(body))
                tables.add(replace(like, name=name, note=f"{text_name(name)} is a second {text_name(base)}, and no transpose"))
    if len(arguments) == 1 and names:
        _numbered(names[0], body, tables)


def _kind(body: Node) -> str:
    """What the arguments of a body are that nothing declares: vectors where it holds a norm or a transpose."""
    turned = any(p.kind == "power" and p.tokens and p.tokens[-1].text in TRANSPOSES for n in walk(body) for p in n.posts)
    return "vector" if turned or any(n.kind in ("norm", "angle") for n in walk(body)) else "scalar"


def _numbered(name: str, body: Node, tables: Tables) -> None:
    below = _letters_below(name, body)
    known = tables.declared.get(name)
    if known is not None and (known.kind or known.dims) or any(f"{name}_{b}" in tables.declared for b in below):
        return
    if below and all(b.isdigit() and len(b) < 3 for b in below) and "1" in below and not alone(name, body):
        size = str(max(map(int, below)))
        if size != "1":
            tables.add(Declaration(name, "vector", (size,), note=f"{text_name(name)} has the {size} entries that are numbered"))


def by_one_entry(found: list[Definition], tables: Tables) -> list[Definition]:
    """`\\hat x_i = …`, of which another statement speaks as a whole, as the vector of these entries."""
    out = []
    for d in found:
        others = [e.body for e in found if e is not d and e.body is not None]
        whole = d.index and not d.parameters and d.body is not None and any(alone(d.name, b) for b in others)
        if whole and not any(_runs_below(d.name, b) for b in others) and d.index not in tables.indices:
            assert d.body is not None
            d = replace(d, body=stacked(d.body, d.index), index="")
        out.append(d)
    return out


def _runs_below(name: str, body: Node) -> bool:
    return any(
        n.kind == "post" and n.args[0].kind == "name" and n.args[0].value == name and any(p.kind == "sub" for p in n.posts)
        for n in walk(body)
    )


def members_of_models(found: list[Definition], tables: Tables, indices: set[str]) -> list[Definition]:
    """`\\hat y = w^T x`, of which a sum takes `\\hat y_n` while the text declares the `x_n`: the model of every example."""
    out = []
    for d in found:
        others = [e.body for e in found if e is not d and e.body is not None]
        if d.name and not d.index and d.parameters is None and d.body is not None and d.name not in tables.declared:
            letters = {x for b in others for x in _letters_below(d.name, b)} & indices
            names = dict.fromkeys(str(m.value) for m in walk(d.body) if m.kind == "name")
            lifted = [n for n in names if _member(n, tables) and alone(n, d.body)]
            if len(letters) == 1 and lifted and not any(alone(d.name, b) for b in others):
                letter = letters.pop()
                d = replace(d, index=letter, body=_with_index(d.body, lifted, letter))
        out.append(d)
    return out


def _member(name: str, tables: Tables) -> bool:
    """Whether the text declares the members of a name and not the name itself."""
    return name in tables.families and name not in tables.declared


def _letters_below(name: str, body: Node) -> list[str]:
    return [
        spell(p.tokens)
        for n in walk(body)
        if n.kind == "post" and n.args[0].kind == "name" and n.args[0].value == name
        for p in n.posts
        if p.kind == "sub"
    ]


def _with_index(node: Node, names: list[str], index: str) -> Node:
    """The tree with an index below the names."""
    post = Post("sub", (Token("name", index, node.span[0], node.span[0]),), node.span)
    if node.kind == "name" and node.value in names:
        return Node("post", node.span, (node,), None, (post,))
    if node.kind == "post" and node.args[0].kind == "name" and node.args[0].value in names:
        return node if any(p.kind == "sub" for p in node.posts) else replace(node, posts=(post, *node.posts))
    posts = tuple(p if p.node is None else replace(p, node=_with_index(p.node, names, index)) for p in node.posts)
    return replace(node, args=tuple(_with_index(a, names, index) for a in node.args), posts=posts)


_OF_ARRAYS = frozenset("trace det logdet total average sum mean softmax logsumexp vec diag rank var std cumsum".split())


def norms_in(body: Node | None) -> bool:
    """Whether the body speaks of a vector's length or a transpose, or of what an array has as a whole: then its argument is no
    scalar."""
    stack = [body] if body is not None else []
    while stack:
        node = stack.pop()
        if (
            node.kind in ("norm", "angle")
            or (node.kind == "call" and node.value in _OF_ARRAYS)
            or any(p.kind == "power" and p.tokens and p.tokens[-1].text in TRANSPOSES for p in node.posts)
        ):
            return True
        stack.extend(node.args)
    return False


__all__ = [
    "INDEX_LETTERS",
    "alone",
    "below",
    "by_one_entry",
    "declare_arguments",
    "indexed_calls",
    "indices_of_heads",
    "leans_on_itself",
    "members_of_models",
    "mentions",
    "settled_arguments",
    "stacked",
]
