"""Threads do not disturb one another: terms, precision, what is held while lifting, and tracing."""

from __future__ import annotations

import gc
import linecache
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from flint import ctx

import gradatim as gd
from gradatim.matrix.kept import keep, kept_indices
from gradatim.term import Term, fresh_index
from gradatim.types import Dim
from gradatim.value.precision import workcap, workprec

THREADS = 8


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads change over as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(work: Callable[[int], Any]) -> list[Any]:
    """What the threads make of their numbers, all begun at once."""
    start, made = threading.Barrier(THREADS), dict[int, Any]()

    def run(k: int) -> None:
        start.wait()
        try:
            made[k] = work(k)
        except Exception as error:
            made[k] = error

    threads = [threading.Thread(target=run, args=(k,)) for k in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return [made[k] for k in range(THREADS)]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("name", [f"t{k}" for k in range(12)])
def test_one_term_is_one_object(name: str) -> None:
    def make(_k: int) -> Term:
        A, x = gd.matrix("A" + name, "n", "n"), gd.vector("x" + name, "n")
        term = gd.norm(A @ x) ** 2
        for k in range(40):
            term = term + gd.norm(A @ x) ** (k + 3)
        return term

    first, *others = together(make)
    assert isinstance(first, Term)
    assert all(t is first for t in others)


@pytest.mark.parametrize(("setting", "read"), [(workprec, lambda: ctx.prec), (workcap, lambda: ctx.cap)], ids=["prec", "cap"])
def test_a_precision_holds_until_its_block_ends(setting: Any, read: Callable[[], int]) -> None:
    before = read()
    seen = list[int]()

    def other() -> None:
        with setting(23):
            seen.append(read())

    with setting(311):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.1)
        assert read() == 311
    thread.join()
    assert seen == [23] and read() == before


def test_an_index_is_held_in_its_own_thread() -> None:
    index, seen = fresh_index(Dim.of("n")), list[Any]()
    with keep(index):
        thread = threading.Thread(target=lambda: seen.append(kept_indices()))
        thread.start()
        thread.join()
        assert kept_indices() == (index,)
    assert seen == [()] and kept_indices() == ()


def test_functions_are_traced_one_at_a_time() -> None:
    """Each has the sizes of its own arguments."""
    texts = dict[str, str]()

    def other() -> None:
        texts["other"] = str(gd.from_function(lambda z: np.sum(z**2) / len(z), shapes={"z": "k"}))

    thread = threading.Thread(target=other)

    def slow(X: Any, w: Any) -> Any:
        rows = int(X.shape[0])
        if not texts:  # the function is called again where the formula is compared with it
            texts["slow"] = ""
            thread.start()
        thread.join(0.1)
        return np.sum((X @ w - np.ones(rows)) ** 2)

    texts["slow"] = str(gd.from_function(slow, shapes={"X": ("n", "d"), "w": "d"}))
    thread.join()
    assert texts == {"slow": "‖X w − 𝟏‖²", "other": "‖z‖² / k"}


def test_a_traced_function_may_have_another_traced() -> None:
    def outer(w: Any) -> Any:
        inner = gd.from_function(lambda z: np.sum(z**2), shapes={"z": "k"})
        assert str(inner) == "‖z‖²"
        return np.sum(w**2) / w.shape[0]

    assert str(gd.from_function(outer, shapes={"w": "d"})) == "‖w‖² / d"


QUESTIONS = (
    (r"\|A x - b\|^2", "x", "A is an m × n matrix; vectors x, b", "2 Aᵀ(A x − b)"),
    (r"\log\det X", "X", "X is an n × n symmetric positive definite matrix", "X⁻¹"),
    (r"\ln \sum_{i=1}^N \exp(w^T x_i)", "x_i", "vectors w and x_i, i = 1..N", "exp(wᵀxᵢ) w / Σⱼ exp(wᵀxⱼ)"),
    (r"\sum_{i=1}^N (y_i - w^T x_i)^2", "w", "vectors w, x_i; scalars y_i", "−2 Σᵢ (yᵢ − wᵀxᵢ) xᵢ"),
    (r"a^T X^{-1} b", "X", "X is an invertible n × n matrix; vectors a, b", "−X⁻ᵀa bᵀX⁻ᵀ"),
)


@pytest.mark.usefixtures("hurried")
def test_eight_threads_derive_and_compile_as_one() -> None:
    def work(k: int) -> list[str]:
        found = []
        for formula, by, given, _ in QUESTIONS[k % 5 :] + QUESTIONS[: k % 5]:
            answer = gd.read(formula, given=given).derivative(by)
            gd.source(answer)
            found.append(str(answer))
        return found

    expected = [q[3] for q in QUESTIONS]
    assert together(work) == [expected[k % 5 :] + expected[: k % 5] for k in range(THREADS)]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("name", [f"q{k}" for k in range(6)])
def test_a_compiled_function_is_called_for_the_first_time_by_all(name: str) -> None:
    """1ᵀ (A B) x for matrices of ones of k rows and columns is k³, whatever sizes the program is planned for."""
    A, B, x = gd.matrix("A" + name, "m", "n"), gd.matrix("B" + name, "n", "p"), gd.vector("x" + name, "p")
    product = gd.compile(gd.total(A @ B @ x + A @ (B @ (x * x))))

    def work(k: int) -> float:
        n = k + 2
        return float(product(np.ones((n, n)), np.ones((n, n)), np.ones(n)))

    assert together(work) == [2.0 * (k + 2) ** 3 for k in range(THREADS)]


def test_the_source_of_what_is_gone_is_forgotten() -> None:
    x = gd.vector("x", "n")
    kept = len(linecache.cache)
    for k in range(5):
        gd.compile(gd.norm(x) ** (2 + k), sizes={"n": 3})(np.ones(3))
        gc.collect()
    assert len(linecache.cache) <= kept + 1 + len([n for n in linecache.cache if "helper" in n])
