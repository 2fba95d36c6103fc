"""Which kernels OpenBLAS took is read from the library, judged by the processor's flags, and said; nothing happens where there are none."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from gradatim.bench.kernels import ASKED, FOUND, Kernels, environment, flags, judged, kernels, said, taken
from gradatim.cli import main

AVX2 = frozenset({"sse2", "avx", "avx2", "fma"})
AVX512 = AVX2 | {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


@pytest.mark.parametrize(
    ("names", "has", "better"),
    [
        (["Haswell"], AVX512, "SkylakeX"),
        (["Zen", "Zen"], AVX512, "SkylakeX"),
        (["SkylakeX"], AVX512, ""),
        (["Cooperlake"], AVX512, ""),
        (["SkylakeX", "Haswell"], AVX512, "SkylakeX"),
        (["Haswell"], AVX2, ""),
        (["Nehalem"], AVX2, "Haswell"),
        (["Haswell"], AVX512 - {"avx512vl"}, ""),
        (["Nehalem"], frozenset(), ""),
        (["neoversen1"], frozenset(), ""),
        (["SomethingNew"], AVX512, ""),
        ([], AVX512, ""),
    ],
)
def test_what_would_use_the_whole_processor(names: list[str], has: frozenset[str], better: str) -> None:
    assert judged(names, has).better == better


def test_nothing_is_said_or_changed_without_openblas(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.write_text(
        "7f00-7f10 r-xp 00000000 fe:00 1  /usr/lib/libmkl_rt.so.2\n7f20-7f30 r-xp 00000000 fe:00 2  /no/such/libopenblas.so.0\n"
    )
    for cpuinfo in (tmp_path / "none", Path("/proc/cpuinfo")):
        for where in (maps, tmp_path / "none"):
            found = kernels(where, cpuinfo)
            assert found == Kernels(())
            assert environment(found, {ASKED: "Haswell"}) == {} and said(found, {}) == ""


def test_flags_are_those_of_the_first_processor(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu avx2 fma\n\nprocessor\t: 1\nflags\t\t: fpu\n")
    assert {"avx2", "fma"} <= flags(cpuinfo) and "avx512f" not in flags(cpuinfo)


def test_a_library_that_is_loaded_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("gradatim.bench.kernels._of", lambda file: "Haswell" if file == "/lib/libopenblas.so" else "")
    maps = tmp_path / "maps"
    maps.write_text("1-2 r--p 0 fe:00 1    /lib/libopenblas.so\n2-3 r-xp 0 fe:00 1    /lib/libopenblas.so\n3-4 rw-p 0 00:00 0\n")
    assert taken(maps) == ["Haswell"]


def test_what_was_taken_and_why_is_said() -> None:
    found = judged(["Haswell"], AVX512)
    given = {ASKED: "Haswell"}
    assert "AVX-512" in said(found, given) and "OPENBLAS_CORETYPE=SkylakeX" in said(found, given)
    set_by_us = environment(found, given)
    assert set_by_us[ASKED] == "SkylakeX"
    line = said(judged(["SkylakeX"], AVX512), set_by_us)
    assert (
        line.startswith("OpenBLAS: kernels for SkylakeX") and "as found: kernels for Haswell (OPENBLAS_CORETYPE=Haswell)" in line
    )
    assert set_by_us[FOUND] in line
    # A library without the kernels that it was asked for is not said to have them.
    assert "do not use" in said(found, set_by_us)


@pytest.mark.parametrize(("wanted", "chosen"), [("best", "SkylakeX"), ("found", None)])
def test_the_bench_is_timed_with_the_kernels_that_are_asked_for(
    wanted: str, chosen: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, str]] = []

    def start(command: list[str], env: dict[str, str], check: bool) -> SimpleNamespace:
        started.append(env)
        return SimpleNamespace(returncode=0)

    monkeypatch.delenv(ASKED, raising=False)
    monkeypatch.delenv("GRADATIM_BENCH", raising=False)
    monkeypatch.setattr("gradatim.commands.bench.subprocess.run", start)
    monkeypatch.setattr("gradatim.commands.bench.kernels.kernels", lambda: judged(["Haswell"], AVX512))
    assert main(["bench", "run", "--kernels", wanted]) == 0
    assert [env.get(ASKED) for env in started] == [chosen]
