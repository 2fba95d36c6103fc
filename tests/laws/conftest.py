"""The battery says how much it looked at."""

from __future__ import annotations

from collections import Counter

import pytest

SAMPLES: Counter[str] = Counter()


@pytest.fixture(scope="session")
def samples() -> Counter[str]:
    """How many entries of gradients were compared with differences of the value, by operation."""
    return SAMPLES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SAMPLES:
        terminalreporter.write_line(f"gradient samples compared: {sum(SAMPLES.values())}, over {len(SAMPLES)} operations")
