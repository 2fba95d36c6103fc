"""Which kernels OpenBLAS took for this processor, and which would use the whole of it.

OpenBLAS goes by a processor's family and takes old kernels for one that it does not know, or where the environment says so, while XLA
looks at what the processor can do: timed like that, the one side works with half of the machine. Where there is no OpenBLAS, or no list
of the processor's instructions, nothing is said and nothing changed.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ASKED = "OPENBLAS_CORETYPE"
"""What OpenBLAS reads when it is loaded; the only way to tell it."""
FOUND = "GRADATIM_BENCH_KERNELS"
"""For a process that is started with other kernels: those that there were, and by whose choice."""
OLDEST = (
    "Prescott",
    "Core2",
    "Penryn",
    "Dunnington",
    "Nehalem",
    "Atom",
    "Athlon",
    "Opteron",
    "Opteron_SSE3",
    "Barcelona",
    "Bobcat",
)
OF_AVX = (*OLDEST, "Sandybridge", "Bulldozer", "Piledriver", "Steamroller")
OF_AVX2 = (*OF_AVX, "Excavator", "Haswell", "Zen")
BETTER: tuple[tuple[str, frozenset[str], tuple[str, ...], str], ...] = (
    ("AVX-512", frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}), OF_AVX2, "SkylakeX"),
    ("AVX2", frozenset({"avx2", "fma"}), (*OLDEST, "Sandybridge"), "Haswell"),
)
"""What a processor may have, its flags for that, the kernels that leave it unused, and those that use it. A name that is not here is left
alone."""
NAMES = ("scipy_openblas_get_corename64_", "scipy_openblas_get_corename", "openblas_get_corename64_", "openblas_get_corename")


@dataclass(frozen=True, slots=True)
class Kernels:
    """What was taken, by each library; what the processor has that they leave unused, and what would use it."""

    taken: tuple[str, ...]
    unused: str = ""
    better: str = ""


def kernels(maps: Path = Path("/proc/self/maps"), cpuinfo: Path = Path("/proc/cpuinfo")) -> Kernels:
    """Of the libraries that this process has loaded."""
    return judged(taken(maps), flags(cpuinfo))


def judged(names: Iterable[str], has: frozenset[str]) -> Kernels:
    """Whether kernels of these names use what the processor has."""
    names = tuple(dict.fromkeys(names))
    for what, needed, behind, better in BETTER:
        if needed <= has and any(n in behind for n in names):
            return Kernels(names, what, better)
    return Kernels(names)


def taken(maps: Path) -> list[str]:
    """The names of the kernels of every OpenBLAS among the files that the process has loaded."""
    files = dict.fromkeys(line.split(maxsplit=5)[-1] for line in _lines(maps) if "openblas" in line)
    return [name for file in files if ".so" in file and (name := _of(file))]


def _of(file: str) -> str:
    """What one library says of itself; nothing where it is no OpenBLAS after all."""
    try:
        library = ctypes.CDLL(file)
    except OSError:
        return ""
    for name in NAMES:
        if hasattr(library, name):
            function = getattr(library, name)
            function.restype = ctypes.c_char_p
            said = function()
            return said.decode("ascii", "replace") if said else ""
    return ""


def flags(cpuinfo: Path) -> frozenset[str]:
    """The instructions that the system says the processor has; none where it does not say so."""
    return next((frozenset(line.split()) for line in _lines(cpuinfo) if line.startswith("flags")), frozenset())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def environment(found: Kernels, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a process is started with in which OpenBLAS uses the whole processor; empty where it does so as it is."""
    return {ASKED: found.better, FOUND: _with_reason(found, given)} if found.better else {}


def said(now: Kernels, given: Mapping[str, str] = os.environ) -> str:
    """One line about the kernels of this process, empty where there are none."""
    if not now.taken:
        return ""
    if FOUND in given and not now.better:
        return (
            f"OpenBLAS: {_with_reason(now, given)}; as found: {given[FOUND]}, which leave instructions unused (--kernels found)"
        )
    unused = f"; the processor has {now.unused}, which they do not use ({ASKED}={now.better} asks for it)" if now.better else ""
    return f"OpenBLAS: {_with_reason(now, given)}{unused}"


def _with_reason(those: Kernels, given: Mapping[str, str]) -> str:
    asked = f" ({ASKED}={given[ASKED]})" if ASKED in given else ""
    return f"kernels for {', '.join(those.taken)}{asked}"
