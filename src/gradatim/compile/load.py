"""The one place where source becomes a function, and only source that this package wrote.

Generated source holds no text of anybody else: argument names are checked identifiers (`gradatim.compile.names`), formulas
stand in docstrings with quotes and backslashes escaped, numbers are printed by `repr`. Before it runs, the text is parsed and every
name in it must be one that the emitter uses: its own helpers, the modules of the target, arguments and temporaries.
"""

from __future__ import annotations

import ast
import builtins
import linecache
from collections.abc import Callable
from itertools import count
from types import ModuleType
from typing import Any

from gradatim.errors import GradatimError

_MODULES = frozenset(
    {
        "collections.abc",
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
        "float",
        "int",
        "len",
        "max",
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
_serial = count(1)


def load(source: str, name: str) -> tuple[Callable[..., Any], ModuleType]:
    """The function of this name in a generated module. Raises GradatimError where the source holds what no emitter writes."""
    filename = f"<gradatim {name} {next(_serial)}>"
    code = builtins.compile(_checked(source), filename, "exec", dont_inherit=True)
    module = ModuleType(f"gradatim_generated_{name}")
    builtins.exec(code, module.__dict__)
    # Tracebacks and inspect.getsource show the generated lines.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    function: Callable[..., Any] = getattr(module, name)
    return function, module


def _checked(source: str) -> ast.Module:
    """The parsed source, after a look at every import, builtin and attribute in it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            if not set(modules) <= _MODULES:
                raise GradatimError(f"generated source imports {modules}")
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise GradatimError(f"generated source uses the attribute {node.attr}")
        elif isinstance(node, ast.Name) and hasattr(builtins, node.id) and node.id not in _BUILTINS:
            raise GradatimError(f"generated source uses {node.id}")
    return tree
