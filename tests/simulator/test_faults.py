"""The switchboard itself."""

from __future__ import annotations

import threading

import pytest

from desktop_app.simulator.fault_list import FAULTS
from desktop_app.simulator.faults import FaultError, Faults
from desktop_app.simulator.quickbooks.fault_names import QUICKBOOKS_FAULTS


def test_happens_as_often_as_armed() -> None:
    faults = Faults()
    faults.arm("oauth.rotate", times=2)
    assert [bool(faults.take("oauth.rotate")) for _ in range(4)] == [True, True, False, False]
    assert faults.taken("oauth.rotate") == 2


def test_stays_until_disarmed() -> None:
    faults = Faults()
    faults.arm("oauth.rotate")
    assert all(faults.take("oauth.rotate") for _ in range(5))
    faults.disarm("oauth.rotate")
    assert faults.take("oauth.rotate") is None


def test_peek_uses_nothing_up() -> None:
    faults = Faults()
    faults.arm("oauth.slow_token", times=1, seconds=2)
    assert faults.peek("oauth.slow_token") == {"fault": "oauth.slow_token", "seconds": 2}
    assert faults.take("oauth.slow_token")
    assert faults.peek("oauth.slow_token") is None


def test_defaults_are_filled_in() -> None:
    faults = Faults()
    faults.arm("transport.html_error", status=504)
    taken = faults.take("transport.html_error")
    assert taken == {"fault": "transport.html_error", "status": 504, "when": "before"}


def test_selectors_narrow_down() -> None:
    faults = Faults()
    faults.arm("transport.delay", path="/invoice", method="POST", seconds=1)
    assert faults.take("transport.delay", path="/v3/invoice", method="GET") is None
    assert faults.take("transport.delay", path="/v3/customer", method="POST") is None
    assert faults.take("transport.delay") is None
    assert faults.take("transport.delay", path="/v3/invoice", method="post")


def test_arming_again_replaces_the_same_and_adds_another() -> None:
    faults = Faults()
    faults.arm("transport.delay", path="/a", seconds=1)
    faults.arm("transport.delay", path="/b", seconds=2)
    faults.arm("transport.delay", path="/a", seconds=3)
    assert len(faults.armed()) == 2
    taken = faults.take("transport.delay", path="/a")
    assert taken is not None
    assert taken["seconds"] == 3


@pytest.mark.parametrize(
    ("name", "times", "params"),
    [("no.such", None, {}), ("oauth.rotate", 0, {}), ("oauth.rotate", 1, {"nonsense": 1})],
)
def test_refuses_what_it_does_not_know(
    name: str, times: int | None, params: dict[str, int]
) -> None:
    with pytest.raises(FaultError):
        Faults().arm(name, times=times, **params)
    with pytest.raises(FaultError):
        Faults().take("no.such")


def test_clear_forgets() -> None:
    faults = Faults()
    faults.arm("oauth.rotate")
    faults.take("oauth.rotate")
    faults.clear()
    assert faults.armed() == []
    assert faults.taken("oauth.rotate") == 0


def test_no_occasion_is_used_twice_by_two_threads() -> None:
    faults = Faults()
    faults.arm("oauth.rotate", times=500)
    counts: list[int] = []

    def work() -> None:
        counts.append(sum(faults.take("oauth.rotate") is not None for _ in range(400)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 500


def test_every_fault_says_what_it_means() -> None:
    for kind in FAULTS.values():
        assert kind.meaning
        assert kind.area
        assert kind.name.partition(".")[0] in {"oauth", "qbo", "transport", "ninja"}


def test_the_quickbooks_engine_plays_exactly_its_own() -> None:
    assert set(QUICKBOOKS_FAULTS) == {name for name in FAULTS if name.startswith("qbo.")}
