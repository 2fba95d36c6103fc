"""Imports go one way, nothing is imported inside a function, and input is never handed to an interpreter."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "gradatim"
SRC = Path(__file__).parent.parent / "src" / PACKAGE

# Lowest first. A room imports from itself and from rooms of lower layers.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("exact", "patience", "patterns"),
    ("types", "face"),
    ("term",),
    ("ops",),
    ("value",),
    ("read", "index", "write", "trace", "arrays"),
    ("matrix",),
    ("check",),
    ("derive",),
    ("report",),
    ("explain", "compile"),
    ("judge",),
    ("operators", "jax_constants"),
    ("jax_places", "jax_primitives", "jax_several"),
    ("homework", "jaxpr"),
    ("bench",),
    ("api", "paper"),
    (
        "checking",
        "explaining",
        "stepping",
        "tracing",
    ),
    ("jax_reading",),
    ("__init__",),
    ("commands",),
    ("cli", "notebook", "web", "jax", "convert"),
    ("__main__",),
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}

CORE = LAYERS[: next(k for k, rooms in enumerate(LAYERS) if "derive" in rooms) + 1]
"""Layers that may use the standard library and python-flint only; NumPy belongs to the evaluator that runs on arrays."""
NUMPY_ROOMS = {"value"}

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill"}
EXTRAS = {"sympy", "jax", "torch"}

GENERATED = {"compile/load.py": "runs source that the package itself wrote, of checked names only, never input"}
"""Files that may turn source into a function, with the reason."""

FILES = sorted(SRC.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def room_of(path: Path) -> str:
    parts = path.relative_to(SRC).parts
    return parts[0].removesuffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def modules(node: ast.AST) -> Iterator[str]:
    """The dotted names that an import statement takes in; `from gradatim import read` counts as gradatim.read."""
    if isinstance(node, ast.Import):
        yield from (a.name for a in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, f"line {node.lineno}: imports are absolute"
        module = node.module or ""
        if module == PACKAGE:
            yield from (f"{PACKAGE}.{a.name}" if f"{a.name}" in LEVEL else PACKAGE for a in node.names)
        else:
            yield module


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        for module in modules(node):
            yield getattr(node, "lineno", 0), module


def typing_only(tree: ast.Module) -> set[int]:
    """Lines under `if TYPE_CHECKING:`, which never run."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    room = room_of(path)
    assert room in LEVEL, f"{name_of(path)}: the room {room!r} has no place in the layers; add it to LAYERS"
    for line, module in imports(path):
        if module.split(".")[0] != PACKAGE:
            continue
        other = module.split(".")[1] if "." in module else "__init__"
        assert other in LEVEL, f"{name_of(path)}:{line} imports the unknown room {other!r}"
        allowed = other == room or LEVEL[other] < LEVEL[room]
        assert allowed, f"{name_of(path)}:{line}: {room} may not import from {other}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_imports_of_the_package_inside_functions(path: Path) -> None:
    for function in ast.walk(tree_of(path)):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for node in ast.walk(function):
                for module in modules(node):
                    assert module.split(".")[0] != PACKAGE, f"{name_of(path)}:{node.lineno} imports {module} inside a function"  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_extras_are_not_imported_at_start(path: Path) -> None:
    tree = tree_of(path)
    asleep = typing_only(tree)
    for node in tree.body:
        for inner in [node] if not isinstance(node, (ast.If, ast.Try)) else ast.walk(node):
            for module in modules(inner):
                if getattr(inner, "lineno", 0) not in asleep:
                    assert module.split(".")[0] not in EXTRAS, f"{name_of(path)} imports {module} at module level"


@pytest.mark.parametrize("path", [p for p in FILES if any(room_of(p) in rooms for rooms in CORE)], ids=name_of)
def test_the_core_needs_python_flint_only(path: Path) -> None:
    allowed = {PACKAGE, "flint"} | ({"numpy"} if room_of(path) in NUMPY_ROOMS else set())
    for line, module in imports(path):
        top = module.split(".")[0]
        assert top in allowed or top in sys.stdlib_module_names, f"{name_of(path)}:{line} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_input_is_never_executed(path: Path) -> None:
    for line, module in imports(path):
        assert module.split(".")[0] not in FORBIDDEN_MODULES, f"{name_of(path)}:{line} imports {module}"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN_CALLS, f"{name_of(path)}:{node.lineno} calls {node.func.id}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "builtins":
            allowed = node.attr not in FORBIDDEN_CALLS or name_of(path) in GENERATED
            assert allowed, f"{name_of(path)}:{node.lineno} uses builtins.{node.attr}"
        if isinstance(node, ast.Attribute) and node.attr in ("sympify", "parse_expr"):
            raise AssertionError(f"{name_of(path)}:{node.lineno} uses {node.attr}")


def names_an_operation(node: ast.AST) -> bool:
    """`op.name` or `node.op.name`."""
    if not isinstance(node, ast.Attribute) or node.attr != "name":
        return False
    owner = node.value
    return isinstance(owner, ast.Name) and owner.id == "op" or isinstance(owner, ast.Attribute) and owner.attr == "op"


def holds_text(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(node))


@pytest.mark.parametrize("path", [p for p in FILES if room_of(p) != "ops"], ids=name_of)
def test_operations_are_records_and_not_names(path: Path) -> None:
    """A person's function may have the name of an operation; and what sets operations apart is a field of their records."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            named = any(map(names_an_operation, sides)) and any(map(holds_text, sides))
            assert not named, f"{name_of(path)}:{node.lineno} compares the name of an operation with a text; compare the record"
