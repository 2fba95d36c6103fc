"""Flags of the test run. The seed of every random test is printed at the top, and `--seed` draws the same cases again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

DEFAULT_SEED = 20240229
SAMPLES: Counter[str] = Counter()
"""How many entries of gradients the battery of laws compared with differences of the value, by operation."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gradatim")
    group.addoption("--seed", type=int, default=DEFAULT_SEED, help="seed of the random tests")
    group.addoption("--update-goldens", action="store_true", help="write the golden files anew instead of comparing with them")
    group.addoption("--functions", type=int, default=0, help="how many random functions the comparison with JAX draws")
    group.addoption("--slow", action="store_true", help="run the long tests, too")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: a long test, run with --slow only")


def pytest_report_header(config: pytest.Config) -> str:
    return f"random seed: {config.getoption('--seed')} (again with --seed {config.getoption('--seed')})"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="long; runs with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def samples() -> Counter[str]:
    return SAMPLES


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of pytest-xdist hands its counts to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["samples"] = dict(SAMPLES)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    SAMPLES.update(getattr(node, "workeroutput", {}).get("samples", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SAMPLES:
        terminalreporter.write_line(f"gradient samples compared: {sum(SAMPLES.values())}, over {len(SAMPLES)} operations")


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The seed that was asked for."""
    return int(request.config.getoption("--seed"))


@pytest.fixture
def rng(request: pytest.FixtureRequest, seed: int) -> Iterator[Random]:
    """A generator of its own for every test, so that one test's draws do not depend on which others ran."""
    yield Random(f"{seed}:{request.node.nodeid}")


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens"))
