"""Objects that are made at their first use."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from desktop_app.deferred import deferred


class Counted:
    made = 0

    def __init__(self) -> None:
        type(self).made += 1
        self.word = "here"


def test_it_is_made_once_at_its_first_use() -> None:
    Counted.made = 0
    found = deferred(Counted)
    assert Counted.made == 0
    threads = [threading.Thread(target=lambda: found.word) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.word, Counted.made) == ("here", 1)


def test_a_failure_is_raised_where_it_is_used_and_tried_again() -> None:
    calls: list[int] = []

    def make() -> Counted:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("not yet")
        return Counted()

    found = deferred(make)
    with pytest.raises(RuntimeError, match="not yet"):
        _ = found.word
    assert found.word == "here"


def test_the_start_loads_no_library_that_only_a_later_step_needs() -> None:
    """Each of them takes as long as many of the program's own modules."""
    late = ("requests", "pydantic", "intuitlib.client", "openpyxl", "numpy", "scipy", "rapidfuzz")
    code = (
        "import sys, desktop_app.bootstrap;"
        f"print(*[name for name in {late!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
