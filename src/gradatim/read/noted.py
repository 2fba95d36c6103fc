"""What the formulas of a text tell of its names before their kinds are tried: sizes, indices, members, vectors by their places."""

from __future__ import annotations

from gradatim.read.index_sets import whole_sets
from gradatim.read.indices import all_bound, counted_over, means
from gradatim.read.names import BOLD, parts, text_name
from gradatim.read.places import acted_on, covariance, halved, inverted, is_product, lying, multiplied, placed_in, runs, summed_up
from gradatim.read.prose import Declaration
from gradatim.read.scope import Assumption, Tables, member_parts
from gradatim.read.shapes import TWO_INDICES
from gradatim.read.tree import Node, slots, walk
from gradatim.read.uses import alone
from gradatim.read.written_as import in_time


def note_ranges(tables: Tables, nodes: list[Node]) -> None:
    """The N of a sum up to N is a size everywhere, also where it stands before the sum; and what the places of names tell of them."""
    bound = all_bound(nodes)
    _members(tables, nodes, bound)
    counted = counted_over(nodes)
    tables.counts.update(counted)
    tables.from_zero.update((n, None) for n, end in counted.items() if end == "0")
    timed = {id(in_time(n)) for root in nodes for n in walk(root)}
    for root in nodes:
        for node in walk(root):
            for index, upper in means(node):
                if not tables.knows(upper) and index not in tables.indices:
                    tables.indices[index] = upper
                    tables.sizes.setdefault(upper)
            if node.kind == "post" and node.args[0].kind == "name" and runs(node, bound):
                tables.indexed.setdefault(str(node.args[0].value))
            if node.kind == "post" and node.args[0].kind == "name" and inverted(node):
                tables.hints.setdefault(str(node.args[0].value))
            if node.kind == "call" and node.value in ("mean", "total") and len(node.args) == 1 and node.args[0].kind == "name":
                tables.indexed.setdefault(str(node.args[0].value))  # a mean and a sum are of entries
            if node.kind == "juxt" and (letter := covariance(node)):
                tables.hints.setdefault(letter)
            if letter := halved(node):
                tables.halved.setdefault(letter)
            if is_product(node):
                tables.placed.update(dict.fromkeys(placed_in(node, tables)))
            if node.kind == "post" and (letter := lying(node)):
                tables.acted_on.setdefault(letter)
            if id(node) not in timed and (letter := acted_on(node, tables)):
                tables.acted_on.setdefault(letter)
            tables.acted_on.update(dict.fromkeys((*summed_up(node), *multiplied(node))))
            if node.kind == "big":
                _limits(tables, node, bound)


def _members(tables: Tables, nodes: list[Node], bound: set[str]) -> None:
    """Where a sum runs over the index of a declared name, the name is any member."""
    for name, d in list(tables.declared.items()):
        base, index = member_parts(name)
        both = TWO_INDICES.fullmatch(name)
        if both is not None and set(both.groups()) <= bound and d.kind in (None, "scalar") and not d.dims and not d.role:
            del tables.declared[name]  # z_{nj} ∈ ℝ under sums over n and j: any entry of z, and not one number
        elif both is not None and set(both.groups()) <= bound and (d.dims or d.kind == "vector") and not d.role:
            tables.families.setdefault(name.rpartition("_")[0], tables.declared.pop(name))  # x_{it} ∈ ℝᵏ: any of them
        if index in bound and d.kind != "function":
            # Σ_w exp(u_wᵀv): where a sum runs over it, the declared u_w is any member and not one of that name.
            tables.families.setdefault(base, d)
    for base, d in list(tables.families.items()):
        said = d.dims or d.kind or d.facts or d.role or d.family
        if not said and member_parts(d.name)[1] not in bound and any(alone(base, n) for n in nodes):
            del tables.families[base]  # beside y, a y_k of which nothing is said is another name


def _limits(tables: Tables, node: Node, bound: set[str]) -> None:
    """The sets and the sizes that stand at a big operator."""
    if whole := whole_sets(node):
        tables.whole_sets.setdefault(whole)
    for post in node.posts:
        inside = next((k for k, t in enumerate(post.tokens) if t.text == "in"), len(post.tokens))
        if post.kind == "sub" and [t.kind for t in post.tokens[inside + 1 : inside + 2]] == ["name"]:
            count = sum(t.kind == "name" for t in post.tokens[:inside])
            tables.sets[post.tokens[inside + 1].text] = count
        single = len(post.tokens) == 1 and post.tokens[0].kind == "name" and post.tokens[0].text not in bound
        if post.kind == "power" and single:
            tables.sizes.setdefault(post.tokens[0].text)


def note_entries(tables: Tables, nodes: list[Node]) -> list[Assumption]:
    """The w_{ij} of which nothing is said, beside a declared matrix W, are its entries."""
    found: dict[str, set[int]] = {}
    for node in (n for root in nodes for n in walk(root) if n.kind in ("name", "post")):
        base = node.args[0] if node.kind == "post" else node
        if base.kind == "name" and len(str(base.value)) == 1 and str(base.value).islower() and node.kind == "post":
            below = [t for p in node.posts if p.kind == "sub" for t in slots(p.tokens)]
            two = len(below) == 2 and all(t.kind == "name" and len(t.text) == 1 for t in below)
            found.setdefault(str(base.value), set()).add(2 if two else len(below) if len(below) < 2 else 3)
    assumed: list[Assumption] = []
    for small, counts in sorted(found.items()):
        whole = small.upper()
        d = tables.declared.get(whole)
        matrix = d is not None and not d.role and not d.family and (len(d.dims) == 2 or d.kind == "matrix")
        if counts != {2} or not matrix or tables.knows(small) or any(alone(small, n) for n in nodes) or tables.in_lines(whole):
            continue
        if any(x.role == f"entries:{whole}" for x in tables.declared.values()) or small in tables.sizes:
            continue
        tables.declared[small] = Declaration(small, role=f"entries:{whole}")
        assumed.append(Assumption(f"the {small}ᵢⱼ are the entries of {whole}", (0, 0), ("another array",), False))
    return assumed


def note_dress(tables: Tables, nodes: list[Node]) -> list[Assumption]:
    """Beside a bold x that carries no index, x_j is an entry of it, if neither is declared."""
    names = {str(n.value) for root in nodes for n in walk(root) if n.kind == "name"}
    assumed: list[Assumption] = []
    for bold in sorted(names):
        base, wraps, _, _ = parts(bold)
        if not wraps or not set(wraps) <= set(BOLD) or base not in names or tables.knows(base) or tables.knows(bold):
            continue
        entries = base in tables.indexed and not any(alone(base, n) for n in nodes)
        if entries and bold not in tables.indexed and any(alone(bold, n) for n in nodes):
            tables.dressed[base] = bold
            assumed.append(Assumption(f"what {text_name(base)} has with an index are the entries of {bold}"))
    return assumed
