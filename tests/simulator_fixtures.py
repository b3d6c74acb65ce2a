"""The fixture that gives a test its own simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.simulator.server import Simulator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A running simulator of size small, fresh for each test.

    A mistake of the simulator's own (an answer of 500 that no fault asked for) fails the test.
    """
    with Simulator("small", seed=1) as running:
        yield running
    assert not running.errors, "\n".join(running.errors)
