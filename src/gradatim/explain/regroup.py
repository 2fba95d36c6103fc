"""What a plan says twice: parts of sums and products that stand elsewhere as a whole, and the letters of blocks that repeat, h₁, h₂, …"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradatim.explain.plan import Plan, wanted
from gradatim.explain.sheet import Name, Sheet
from gradatim.ops import add, at, product
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, sketch, substitute, transform, walk

MANY = 3
"""How many names of one form are called h₁, h₂, …"""
MAX_SHARED = 150
"""How many sums are given names at most."""
LONGEST = 60
"""The number of terms or factors above which a sum or a product is left as it stands."""


def regrouped(plan: Plan) -> Plan:
    """The plan with every sum that its lines share under a name of its own (the layers of a residual network), and the names of
    products where their factors stand side by side: yᵢ uᵢ for yᵢ wᵀxᵢ."""
    root, names = _sums_shared(plan, plan.root, list(plan.names))
    for name in names:
        if isinstance(name.body, Apply) and name.body.op is product and len(name.body.args) <= LONGEST:
            root = _folded(root, name) if name.indices else root
            names = [n if n is name else _with(n, _folded(n.body, name)) for n in names]
    ordered = _ordered(names)
    for name in ordered:
        plan.sheet.names[name.symbol] = name
    # The sheet lists names in the order of their making.
    others = {s: n for s, n in plan.sheet.names.items() if n not in ordered}
    plan.sheet.names.clear()
    plan.sheet.names.update({**others, **{n.symbol: n for n in ordered}})
    return replace(plan, root=root, names=ordered)


def _with(name: Name, body: Term) -> Name:
    return name if body is name.body else replace(name, body=body)


def _folded(term: Term, name: Name) -> Term:
    """The factors of a name's body that stand side by side in a product, as the name; under a sum, whose index is the name's."""
    own = name.body.args
    reference = name.reference

    def factors(node: Term) -> Term:
        if not isinstance(node, Apply) or node.op is not product or not len(own) < len(node.args) <= LONGEST:
            return node
        for k in range(len(node.args) - len(own) + 1):
            if node.args[k : k + len(own)] == own:
                made = product(*node.args[:k], reference, *node.args[k + len(own) :])
                return made if made.type.axes == node.type.axes else node
        return node

    def under_sum(node: Term) -> Term:
        if not isinstance(node, Bind) or node.kind != "sum" or len(name.indices) != 1 or node.index.type != name.indices[0].type:
            return node
        inside = substitute(node.body, {node.index: name.indices[0]})
        new = transform(inside, factors)
        return node if new is inside else Bind("sum", name.indices[0], new)

    return transform(term, under_sum if name.indices else factors)


# ---------------------------------------------------------------- sums


def _sums_shared(plan: Plan, root: Term, names: list[Name]) -> tuple[Term, list[Name]]:
    """Sums of arrays that stand in several lines, each under a name; the shortest first, since longer ones are made of them."""
    for _ in range(MAX_SHARED):
        found = _shared([root, *(n.body for n in names)], {n.body: n for n in names}, {plan.variable, *(n.symbol for n in names)})
        if found is None:
            break
        total, name = found
        if name is None:
            name = plan.sheet.enter(*plan.sheet.letter(total.type, wanted(total)), total, (), plan.sheet.unfolded(total), False)
            names.append(name)
        root = _sum_named(root, total, name)
        names = [n if n is name else _with(n, _sum_named(n.body, total, name)) for n in names]
    return root, names


def _shared(bodies: Sequence[Term], own: Mapping[Term, Name], movers: set[Symbol]) -> tuple[Apply, Name | None] | None:
    """The shortest moving sum that stands in two lines, as a whole or as the beginning of a longer sum, with its name if it has one."""
    order = dict.fromkeys(n for b in bodies for n in walk(b))
    sums = [n for n in order if isinstance(n, Apply) and n.op is add and n.rank and len(n.args) <= LONGEST]
    for found in sorted(sums, key=lambda s: len(s.args)):
        free = free_symbols(found)
        if not movers & set(free) or any(is_index(s) for s in free):
            continue
        size = len(found.args)
        longer = sum(s is not found and s.args[:size] == found.args for s in sums)
        name = own.get(found)
        if name is not None and not name.indices and longer:
            return found, name
        if (
            name is None
            and longer + sum(found in walk(b) for b in bodies) > 1
            and sum(bool(movers & set(free_symbols(a))) for a in found.args) > 1
        ):
            return found, None
    return None


def _sum_named(term: Term, found: Apply, name: Name) -> Term:
    size = len(found.args)

    def rule(node: Term) -> Term:
        if node is found:
            return name.reference
        if isinstance(node, Apply) and node.op is add and len(node.args) > size and node.args[:size] == found.args:
            return add(name.reference, *node.args[size:])
        return node

    return transform(term, rule)


def _ordered(names: list[Name]) -> list[Name]:
    """Each name after those that it is made of, otherwise in their order."""
    left, out, done = list(names), list[Name](), set[Symbol]()
    known = {n.symbol for n in names}
    while left:
        ready = next((n for n in left if {s for s in free_symbols(n.body) if s in known} <= done), left[0])
        left.remove(ready)
        done.add(ready.symbol)
        out.append(ready)
    return out


# ---------------------------------------------------------------- letters of what repeats


def numbered(plan: Plan) -> Plan:
    """The plan with names of one form called by one letter and a number: z₁ = W x, z₂ = W h₁, …"""
    groups: dict[str, list[Name]] = {}
    for name in plan.names:
        if not name.given and not name.indices:
            groups.setdefault(_form(name.body), []).append(name)
    table: dict[Term, Term] = {}
    renamed: dict[Symbol, Name] = {}
    many = [g for g in groups.values() if len(g) >= MANY]
    free = {n.text for g in many for n in g}
    for group in many:
        base = _base(plan.sheet, group, free)
        for k, name in enumerate(group, 1):
            spelt = rf"\mathbf{{{base}}}_{{{k}}}" if plan.sheet.bold and name.body.rank else f"{base}_{{{k}}}"
            entered = plan.sheet.enter(spelt, base + _lowered(k), name.body, (), name.node, False)
            plan.sheet.taken.add(base + _lowered(k))
            table[name.symbol], renamed[name.symbol] = entered.symbol, entered
    if not table:
        return plan
    # The letters of those names are free again, for what is one of its kind and had to make do with a number.
    for n in plan.names:
        if n.symbol in table:
            plan.sheet.taken -= {n.text, n.latex, n.text.casefold()}
    for n in plan.names:
        if n.symbol not in table and not n.given and not n.indices and n.text[-1] in "₀₁₂₃₄₅₆₇₈₉":
            entered = plan.sheet.enter(*plan.sheet.letter(n.body.type, wanted(n.body)), n.body, (), n.node, False)
            table[n.symbol], renamed[n.symbol] = entered.symbol, entered
    names = [replace(renamed.get(n.symbol, n), body=substitute(n.body, table)) for n in plan.names]
    for n in plan.names:
        del plan.sheet.names[n.symbol]
    plan.sheet.names.update({n.symbol: n for n in names})
    return replace(plan, root=substitute(plan.root, table), names=names)


def _base(sheet: Sheet, group: Sequence[Name], free: set[str]) -> str:
    """A letter for the names of a group; h for layers that add to the one before."""
    body, own = group[0].body, group[0].text.rstrip("₀₁₂₃₄₅₆₇₈₉")
    adds = isinstance(body, Apply) and body.op is add
    pool = (*("hrqs" if adds and body.rank == 1 else "zrqs" if body.rank == 1 else ""), *own[:1], *"zuvpqtαβγ")
    taken = sheet.taken - free
    return next((c for c in pool if c not in taken and c + "₁" not in taken), own)


def _form(body: Term) -> str:
    """The shape of a formula: its operations and numbers, whatever its symbols are called."""
    done: dict[Term, str] = {}
    for node in walk(body):
        if isinstance(node, Symbol):
            done[node] = f"•{node.rank}"
        elif isinstance(node, Apply) and node.op is at:
            done[node] = f"•{node.rank}"
        else:
            head = (
                f"{node.op.name}{node.params}"
                if isinstance(node, Apply)
                else sketch(node)
                if not node.args
                else type(node).__name__
            )
            done[node] = f"{head}({','.join(done[a] for a in node.args)})"
    return done[body]


def _lowered(k: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in str(k))
