"""The one place where source becomes a function, and only source that this package wrote.

Generated source holds no text of anybody else: argument names are checked identifiers (`gradatim.compile.names`), formulas
stand in docstrings with quotes and backslashes escaped, numbers are printed by `repr`. Before it runs, every name in it must be one that the emitter uses: its own helpers, the modules of the target, arguments and temporaries.
"""

from __future__ import annotations

import ast
import builtins
import linecache
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from types import CodeType, ModuleType
from typing import Any
from weakref import finalize

from gradatim.errors import GradatimError

_MODULES = frozenset(
    {
        "collections.abc",
        "functools",
        "math",
        "numpy",
        "numpy.linalg",
        "scipy.linalg",
        "scipy.special",
        "jax",
        "jax.numpy",
        "jax.scipy.linalg",
        "jax.scipy.special",
        "torch",
    }
)
_BUILTINS = frozenset(
    {
        "abs",
        "sum",
        "float",
        "int",
        "len",
        "max",
        "min",
        "range",
        "round",
        "tuple",
        "map",
        "ValueError",
        "TypeError",
        "str",
        "type",
        "all",
        "list",
        "_",
    }
)
BETWEEN = "\n\n\n"
"""What stands between the parts of generated source, and nowhere inside them."""
_serial = count(1)


def load(source: str, name: str) -> tuple[Callable[..., Any], ModuleType]:
    """The function of this name in a generated module. Raises GradatimError where the source holds what no emitter writes."""
    filename = f"<gradatim {name} {next(_serial)}>"
    module = ModuleType(f"gradatim_generated_{name}")
    # Imports and helpers are the same from one function to the next; the last part is the function itself.
    *shared, own = source.split(BETWEEN)
    for text in shared:
        builtins.exec(_shared(text), module.__dict__)
    above = source.count("\n", 0, len(source) - len(own))
    code = builtins.compile("\n" * above + own, filename, "exec", dont_inherit=True)
    if "import" in own or any(_doubtful(n, module) for n in _names(code)):
        _check(own)
    builtins.exec(code, module.__dict__)
    # Tracebacks and inspect.getsource show the generated lines.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    function: Callable[..., Any] = getattr(module, name)
    finalize(function, linecache.cache.pop, filename, None)
    return function, module


@lru_cache(maxsize=512)
def _shared(text: str) -> CodeType:
    """Imports, or a helper."""
    _check(text)
    filename = f"<gradatim helper {next(_serial)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    return builtins.compile(text, filename, "exec", dont_inherit=True)


def _doubtful(name: str, module: ModuleType) -> bool:
    """Whether a name may be one that no emitter writes; whether it is an attribute is not known yet."""
    if name.startswith("_"):
        return name not in ("_FLOAT64", *module.__dict__)
    return hasattr(builtins, name) and name not in _BUILTINS


def _names(code: CodeType) -> set[str]:
    """The names of what is global, and of attributes, in a function and the functions inside it."""
    found: set[str] = set()
    pending = [code]
    while pending:
        inner = pending.pop()
        found.update(inner.co_names)
        pending.extend(c for c in inner.co_consts if isinstance(c, CodeType))
    return found


def _check(source: str) -> None:
    """A look at every import, builtin and attribute in the source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            if not set(modules) <= _MODULES:
                raise GradatimError(f"generated source imports {modules}")
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise GradatimError(f"generated source uses the attribute {node.attr}")
        elif isinstance(node, ast.Name) and hasattr(builtins, node.id) and node.id not in _BUILTINS:
            raise GradatimError(f"generated source uses {node.id}")
