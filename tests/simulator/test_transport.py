"""Faults of the wire, the same for every service behind the server."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests

from desktop_app.simulator.server import Simulator


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        yield made


def token(simulator: Simulator, session: requests.Session, timeout: float = 20) -> str:
    app = next(one for one in simulator.ninjaone.apps if one.type == "machine")
    form = {
        "grant_type": "client_credentials",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
    }
    answer = session.post(f"{simulator.base}/ws/oauth/token", data=form, timeout=timeout)
    return str(answer.json()["access_token"])


def grants(simulator: Simulator) -> int:
    return len(simulator.ninjaone.dump()["grants"])


def test_delay(simulator: Simulator, session: requests.Session) -> None:
    simulator.faults.arm("transport.delay", times=1, service="intuit", seconds=0.4)
    started = time.monotonic()
    session.get(simulator.urls["intuit_discovery"], timeout=20)
    assert time.monotonic() - started >= 0.4
    simulator.faults.arm("transport.delay", times=1, seconds=0.4)
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.get(simulator.urls["intuit_discovery"], timeout=0.1)


def test_delay_after_the_work(simulator: Simulator, session: requests.Session) -> None:
    simulator.faults.arm("transport.delay", times=1, when="after", seconds=0.4)
    before = grants(simulator)
    with pytest.raises(requests.exceptions.ReadTimeout):
        token(simulator, session, timeout=0.2)
    assert grants(simulator) == before + 1


@pytest.mark.parametrize(("fault", "done"), [("cut_before", 0), ("cut_after", 1)])
def test_cut(simulator: Simulator, session: requests.Session, fault: str, done: int) -> None:
    before = grants(simulator)
    simulator.faults.arm(f"transport.{fault}", times=1, service="ninjaone")
    with pytest.raises(requests.exceptions.ConnectionError):
        token(simulator, session)
    assert grants(simulator) == before + done
    assert token(simulator, session)


def test_truncated_body(simulator: Simulator, session: requests.Session) -> None:
    simulator.faults.arm("transport.truncated", times=1, path="/.well-known/openid")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(simulator.urls["intuit_discovery"], timeout=20)
    assert session.get(simulator.urls["intuit_discovery"], timeout=20).json()


def test_bad_json(simulator: Simulator, session: requests.Session) -> None:
    simulator.faults.arm("transport.bad_json", times=1)
    response = session.get(simulator.urls["intuit_discovery"], timeout=20)
    assert response.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        response.json()


@pytest.mark.parametrize(("when", "done"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("status", [502, 503])
def test_html_error(
    simulator: Simulator, session: requests.Session, when: str, done: int, status: int
) -> None:
    before = grants(simulator)
    simulator.faults.arm("transport.html_error", times=1, when=when, status=status)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        token(simulator, session)
    assert grants(simulator) == before + done
    assert token(simulator, session)


def test_twice_an_error_then_fine(simulator: Simulator, session: requests.Session) -> None:
    simulator.faults.arm("transport.html_error", times=2, path="/v2/organizations")
    url = f"{simulator.base}/v2/organizations"
    header = {"Authorization": f"Bearer {token(simulator, session)}"}
    seen = [session.get(url, headers=header, timeout=20).status_code for _ in range(3)]
    assert seen == [502, 502, 200]


def test_html_with_200(simulator: Simulator, session: requests.Session) -> None:
    simulator.faults.arm("transport.html_ok", times=1, service="intuit")
    response = session.get(simulator.urls["intuit_discovery"], timeout=20)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


def test_gzip(simulator: Simulator, session: requests.Session) -> None:
    simulator.faults.arm("transport.gzip")
    plain = {"Accept-Encoding": "identity"}
    first = session.get(simulator.urls["intuit_discovery"], headers=plain, timeout=20)
    assert "Content-Encoding" not in first.headers
    second = session.get(simulator.urls["intuit_discovery"], timeout=20)
    assert second.headers["Content-Encoding"] == "gzip"
    assert second.json() == first.json()


def test_stopping_cuts_and_starting_serves_the_same(session: requests.Session) -> None:
    with Simulator() as simulator:
        url = simulator.urls["intuit_discovery"]
        access = token(simulator, session)
        simulator.stop()
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(url, timeout=20)
        simulator.start()
        assert simulator.urls["intuit_discovery"] == url
        header = {"Authorization": f"Bearer {access}"}
        again = session.get(f"{simulator.base}/v2/organizations", headers=header, timeout=20)
        assert again.status_code == 200


def test_only_loopback_and_unknown_paths(simulator: Simulator, session: requests.Session) -> None:
    assert simulator.base.startswith("http://127.0.0.1:")
    response = session.get(f"{simulator.base}/nothing/here", timeout=20)
    assert response.status_code == 404
