"""What stands around the lines of a generated function: imports and helpers, its head, conversions and checks of its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradatim.compile.dialect import Dialect
from gradatim.compile.load import BETWEEN
from gradatim.compile.names import quoted
from gradatim.compile.nodes import Node
from gradatim.term import Symbol
from gradatim.types import LABELS, Dim


@dataclass(frozen=True, slots=True)
class Frame:
    """`unpacked` are the lines that read a size from an argument, `size` writes a dimension; `fast` leaves out what only a reader needs."""

    dialect: Dialect
    arguments: Mapping[Symbol, str]
    outputs: Sequence[Node]
    about: Sequence[str]
    fast: bool
    unpacked: Sequence[str]
    size: Callable[[Dim], str]

    def signature(self, name: str, arguments: Mapping[Symbol, str]) -> str:
        array = self.dialect.array
        args = ", ".join(
            f"{n}: {array if s.type.rank or self.dialect.name == 'torch' else 'float'}" for s, n in arguments.items()
        )
        kinds = [array if o.rank or self.dialect.name != "numpy" else "float" for o in self.outputs]
        returns = kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"
        line = f"def {name}({args}) -> {returns}:"
        if len(line) <= 110:
            return line
        inner = ",\n".join(f"    {a}" for a in args.split(", "))
        return f"def {name}(\n{inner},\n) -> {returns}:"

    def docstring(self) -> list[str]:
        if not self.about:
            return []
        lines = [" " * (len(line) - len(line.lstrip(" "))) + quoted(line) for line in self.about]
        shapes = []
        for s, name in self.arguments.items():
            shape = "(" + ", ".join(map(str, s.type.axes)) + ("," if s.type.rank == 1 else "") + ")"
            words = [s.type.describe(), *([f"shape {shape}"] if s.type.rank else []), *supposed(s.type.facts)]
            shapes.append(f"    {name}: {quoted(', '.join(words))}")
        out = [f'    """{lines[0]}', ""] + [f"    {line}".rstrip() for line in lines[1:]]
        if shapes:
            out += ["", "    Arguments:"] + [f"    {line}" for line in shapes]
        return [*out, '    """']

    def conversions(self, arguments: Mapping[Symbol, str]) -> list[str]:
        """Arguments as arrays of one floating type; nothing is done where they are so already."""
        arrays = [name for s, name in arguments.items() if s.type.rank]
        numbers = [name for s, name in arguments.items() if not s.type.rank]
        lines: list[str] = []
        if self.dialect.name == "numpy":
            if arrays:
                convert = (
                    f"{', '.join(arrays)}{',' if len(arrays) == 1 else ''} = _arrays({', '.join(f'{a}={a}' for a in arrays)})"
                )
                if self.fast:
                    types = " is ".join(f"type({a})" for a in arrays)
                    dtypes = " is ".join(f"{a}.dtype" for a in arrays)
                    lines += [f"if not ({types} is np.ndarray and {dtypes} is _FLOAT64):", f"    {convert}"]
                else:
                    lines.append(convert)
            for n in numbers:
                convert = f'{n} = _number({n}, "{n}")'
                lines += [f"if type({n}) is not float:", f"    {convert}"] if self.fast else [convert]
        else:
            lines += self._tensors(arrays, numbers)
        return lines

    def _tensors(self, arrays: Sequence[str], numbers: Sequence[str]) -> list[str]:
        """The same for libraries that have arrays of their own; a scalar has no axes there either."""
        if self.dialect.name == "jax":
            return [f'{a} = _array({a}, "{a}")' for a in arrays] + [f'{n} = _number({n}, "{n}")' for n in numbers]
        like = f"{arrays[0]}.dtype, {arrays[0]}.device" if arrays else "torch.float64"
        return [f'{a} = _tensor({a}, "{a}")' for a in arrays] + [f'{n} = _number({n}, "{n}", {like})' for n in numbers]

    def shapes(self, arguments: Mapping[Symbol, str]) -> list[str]:
        """The sizes that arguments tell, then the checks of all shapes against them."""
        reads: list[str] = []
        checks: list[str] = []
        for s, name in arguments.items():
            if not s.type.rank:
                continue
            own = [u for u in self.unpacked if f" = {name}.shape[" in u]
            read = sorted((u for u in own if "] - " not in u), key=lambda u: u.rpartition("[")[2])
            fresh = [u.split(" = ")[0] for u in read]
            if own:
                reads += self._counted(s, name)
            if s.type.rank == len(fresh) and all(u.endswith("]") for u in read):
                reads.append(f"{', '.join(fresh)}{',' if len(fresh) == 1 else ''} = {name}.shape")
                continue
            reads += read
            expected = "(" + ", ".join(map(self.size, s.type.axes)) + ("," if s.type.rank == 1 else "") + ")"
            checks.append(f"if {name}.shape != {expected}:")
            checks.append(f'    raise ValueError(f"{name} has shape {{tuple({name}.shape)}}, expected {{{expected}}}")')
        # What is left of an axis, n of n + m, is known once the others are.
        return [*reads, *(u for u in self.unpacked if "] - " in u), *checks]

    @staticmethod
    def _counted(s: Symbol, name: str) -> list[str]:
        shape = quoted("(" + ", ".join(map(str, s.type.axes)) + ("," if s.type.rank == 1 else "") + ")")
        return [
            f"if {name}.ndim != {s.type.rank}:",
            f'    raise ValueError(f"{name} has shape {{tuple({name}.shape)}}, expected {shape}")',
        ]

    def module(self, function: str) -> str:
        """Imports, the helpers that are used, the function."""
        helpers = dict(self.dialect.helpers)
        used: list[str] = []
        pending = [function]
        while pending:
            text = pending.pop()
            for name, source in helpers.items():
                if name not in used and _occurs(name + "(", text):
                    used.append(name)
                    pending.append(source)
        parts = [helpers[name] for name in helpers if name in used]
        whole = "\n".join([*parts, function])
        imports = dict.fromkeys(line for key, line in self.dialect.imports.items() if _occurs(key, whole))
        first = sorted(i for i in imports if i in ("import math",))
        rest = sorted((i for i in imports if i not in first), key=lambda i: (i.startswith("from"), i))
        head = "\n".join([*first, *([""] if first and rest else []), *rest])
        return BETWEEN.join([head, *parts, function]) + "\n"


SAID = {
    "spd": "symmetric positive definite",
    "psd": "symmetric positive semidefinite",
    "lower": "lower triangular",
    "upper": "upper triangular",
    "onehot": "one-hot",
    "labels01": "of zeros and ones",
    "labels": "of labels −1 and 1",
    "probability": "of probabilities",
    "unit": "of length one",
}
IMPLIED = {"spd": ("symmetric", "psd", "invertible"), "psd": ("symmetric",), "positive": ("nonnegative", "nonzero")}


def supposed(facts: Iterable[str]) -> list[str]:
    """What is declared of an argument, on which the code may rely: `symmetric positive definite`."""
    implied = {f for known in facts for f in IMPLIED.get(known, ())}
    return [
        f"of the labels {f.removeprefix(LABELS)}" if f.startswith(LABELS) else SAID.get(f, f.replace("_", " "))
        for f in sorted(facts)
        if f not in implied
    ]


def _occurs(key: str, source: str) -> bool:
    """Whether a word of source begins so (`np.` is not part of `jnp.`)."""
    return key in source and re.search(rf"(?<![\w.]){re.escape(key)}", source) is not None
