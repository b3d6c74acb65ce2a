"""Calls that nobody waits for any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from desktop_app.errors import NetworkError
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.aside import Aside


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    made = threading.Event()
    yield made
    made.set()


def test_a_result_or_an_error_comes_through() -> None:
    aside = Aside()
    late: list[int] = []
    assert aside.until_cancelled(lambda: 7, Progress(), late.append) == 7

    def fail() -> int:
        raise NetworkError("No route.")

    with pytest.raises(NetworkError, match="No route"):
        aside.until_cancelled(fail, Progress())
    assert aside.wait()
    assert late == []


def test_cancelled_before_it_begins_nothing_is_called() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        Aside().until_cancelled(lambda: pytest.fail("it was called"), progress)


@pytest.mark.parametrize("fails", [False, True])
def test_what_comes_after_the_cancel_is_dealt_with(gate: threading.Event, *, fails: bool) -> None:
    aside, progress = Aside(), Progress()
    begun = threading.Event()
    late: list[int] = []

    def call() -> int:
        begun.set()
        gate.wait(20)
        if fails:
            raise NetworkError("No route.")
        return 7

    def cancel() -> None:
        begun.wait(20)
        progress.cancel()

    threading.Thread(target=cancel).start()
    with pytest.raises(Cancelled):
        aside.until_cancelled(call, progress, late.append)
    assert late == []
    assert not aside.wait(0.01)
    gate.set()
    assert aside.wait()
    assert late == ([] if fails else [7])


def test_what_goes_wrong_in_passing_is_only_noted(gate: threading.Event) -> None:
    aside = Aside()

    def fail() -> None:
        gate.wait(20)
        raise NetworkError("No route.")

    aside.leave(fail)
    gate.set()
    assert aside.wait()
