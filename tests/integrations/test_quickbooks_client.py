from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop_app.errors import (
    FaultClass,
    NetworkError,
    ReconnectNeeded,
    ServiceFault,
    UnknownOutcome,
)
from desktop_app.integrations.http import Http, Patience
from desktop_app.integrations.quickbooks.client import TID, Client, literal
from desktop_app.integrations.quickbooks.pacing import Pace, Pacer
from desktop_app.progress import Cancelled, Progress
from tests.integrations.stub import HTML, Reply, Stub, unused_port
from tests.integrations.test_quickbooks_faults import XML, gateway, service
from tests.integrations.tokens import Tokens

ROOT = "/v3/company/9341"
GOOD = Reply(200, {"Invoice": {"Id": "1"}, "time": "2026-03-02T09:15:05.311-08:00"}, {TID: "t-1"})
EXPIRED = Reply(401, gateway("3200", "message=AuthenticationFailed; errorCode=003200"))
THROTTLED = Reply(429, gateway("3001", "message=ThrottleExceeded; errorCode=003001"))
PACE = Pace(1000, 100_000, throttle_pause=0.001, throttle_jitter=0, throttle_tries=2)

Make = Callable[..., Client]


@pytest.fixture
def tokens() -> Tokens:
    return Tokens("access-1", "access-2")


@pytest.fixture
def make(stub: Stub, quick: Patience, tokens: Tokens) -> Make:
    def build(url: str = "", pace: Pace = PACE) -> Client:
        http = Http("QuickBooks", TID, quick)
        return Client(http, url or stub.url, "9341", tokens, Pacer(pace))

    return build


@pytest.fixture
def client(make: Make) -> Client:
    return make()


def write(client: Client, progress: Progress | None = None) -> Any:
    return client.write("invoice", b'{"a": 1}', "req-1", progress or Progress()).body


def test_read(client: Client, stub: Stub) -> None:
    stub.on(ROOT + "/query", GOOD)
    envelope = client.query("SELECT * FROM Item WHERE Name = 'A&B +1'", Progress())
    (sent,) = stub.seen
    assert sent.query == {
        "query": "SELECT * FROM Item WHERE Name = 'A&B +1'",
        "minorversion": "75",
    }
    assert sent.headers["authorization"] == "Bearer access-1"
    assert sent.headers["accept"] == "application/json"
    assert envelope.time.isoformat() == "2026-03-02T17:15:05.311000+00:00"
    assert envelope.reference == "t-1"
    assert client.metered_reads == 1


def test_write(client: Client, stub: Stub) -> None:
    stub.on(ROOT + "/invoice", GOOD)
    assert write(client)["Invoice"] == {"Id": "1"}
    (sent,) = stub.seen
    assert sent.query == {"requestid": "req-1", "minorversion": "75"}
    assert sent.headers["content-type"] == "application/json"
    assert sent.body == b'{"a": 1}'
    assert client.metered_reads == 0


@pytest.mark.parametrize("refusal", [EXPIRED, Reply(401, XML % 100), Reply(401, "<html>")])
def test_login_is_renewed_once(client: Client, stub: Stub, tokens: Tokens, refusal: Reply) -> None:
    stub.on(ROOT + "/invoice", refusal, GOOD)
    write(client)
    assert tokens.renewals == ["access-1"]
    assert [one.headers["authorization"] for one in stub.seen] == [
        "Bearer access-1",
        "Bearer access-2",
    ]
    stub.on(ROOT + "/invoice", refusal)
    with pytest.raises(ReconnectNeeded):
        write(client)
    assert len(stub.seen) == 4


def test_wrong_cluster_is_not_renewed(client: Client, stub: Stub, tokens: Tokens) -> None:
    stub.on(ROOT + "/invoice", Reply(401, XML % 130))
    with pytest.raises(ServiceFault) as caught:
        write(client)
    assert caught.value.fault_class is FaultClass.CONNECTION
    assert not tokens.renewals


TROUBLES = [
    Reply(502, "<html>"),
    Reply(503, b""),
    Reply(500, service("10000")),
    HTML,
    Reply(200, b""),
    Reply(200, b'{"Invoice": '),
    Reply(cut="before"),
    Reply(200, {"Invoice": {"Id": "1"}}, cut="middle"),
    Reply(hang=True),
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_write_is_repeated_with_the_same_request_id(
    client: Client, stub: Stub, trouble: Reply
) -> None:
    stub.on(ROOT + "/invoice", trouble, GOOD)
    write(client)
    assert [one.query["requestid"] for one in stub.seen] == ["req-1", "req-1"]
    assert stub.seen[0].body == stub.seen[1].body


@pytest.mark.parametrize("trouble", TROUBLES)
def test_write_whose_answer_never_comes(client: Client, stub: Stub, trouble: Reply) -> None:
    stub.on(ROOT + "/invoice", trouble)
    with pytest.raises(UnknownOutcome):
        write(client)
    assert len(stub.seen) == 3


@pytest.mark.parametrize("trouble", TROUBLES)
def test_read_gives_up(client: Client, stub: Stub, trouble: Reply) -> None:
    stub.on(ROOT + "/query", trouble)
    with pytest.raises((ServiceFault, NetworkError)) as caught:
        client.query("SELECT * FROM Item", Progress())
    assert caught.value.retryable
    assert len(stub.seen) == 3
    assert client.metered_reads == 0


def test_nothing_was_sent_is_no_unknown_outcome(make: Make) -> None:
    with pytest.raises(NetworkError, match="refused the connection"):
        write(make(f"http://127.0.0.1:{unused_port()}"))


def test_clear_refusal_is_not_repeated(client: Client, stub: Stub) -> None:
    stub.on(ROOT + "/invoice", Reply(400, service("6210")))
    with pytest.raises(ServiceFault) as caught:
        write(client)
    assert caught.value.code == "6210"
    assert len(stub.seen) == 1


def test_clear_refusal_after_a_lost_answer(client: Client, stub: Stub) -> None:
    stub.on(ROOT + "/invoice", Reply(cut="before"), Reply(400, service("6140")))
    with pytest.raises(ServiceFault) as caught:
        write(client)
    assert caught.value.code == "6140"


@pytest.mark.parametrize(
    "then",
    [EXPIRED, THROTTLED, Reply(403, gateway("3100", "x")), Reply(403, service("6190"))],
)
def test_lost_answer_stays_unknown(client: Client, stub: Stub, then: Reply) -> None:
    stub.on(ROOT + "/invoice", Reply(cut="before"), then)
    with pytest.raises(UnknownOutcome):
        write(client)


def test_name_lock_is_waited_for_and_then_a_refusal(client: Client, stub: Stub) -> None:
    lock = Reply(400, service("6000", "You can only add or edit one name at a time."))
    stub.on(ROOT + "/invoice", lock)
    with pytest.raises(ServiceFault) as caught:
        write(client)
    assert caught.value.fault_class is FaultClass.TRANSIENT
    assert len(stub.seen) == 3
    stub.on(ROOT + "/invoice", lock, GOOD)
    write(client)


def test_request_id_seen_before_is_unknown(client: Client, stub: Stub) -> None:
    stub.on(ROOT + "/invoice", Reply(400, service("600")))
    with pytest.raises(UnknownOutcome):
        write(client)


def test_throttled(make: Make, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    steps: list[str] = []
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: waits.append(seconds))
    clock = [100.0]
    monkeypatch.setattr(
        Progress, "wait", lambda self, s: (waits.append(s), clock.append(clock[-1] + s))
    )
    stub.on(ROOT + "/invoice", THROTTLED, GOOD)
    client = make()
    client._pacer = Pacer(Pace(throttle_pause=60, throttle_jitter=15), lambda: clock[-1])
    write(client, Progress(lambda step: steps.append(step.text)))
    assert 60 <= sum(waits) <= 75
    assert any("slow down" in text for text in steps)


def test_throttled_for_too_long(client: Client, stub: Stub) -> None:
    stub.on(ROOT + "/invoice", THROTTLED)
    with pytest.raises(ServiceFault) as caught:
        write(client)
    assert caught.value.fault_class is FaultClass.THROTTLED
    assert "allowance" in caught.value.advice
    assert len(stub.seen) == 3


def test_cancel_before_sending(client: Client, stub: Stub) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        write(client, progress)
    assert not stub.seen


def test_cancel_after_a_lost_answer(client: Client, stub: Stub) -> None:
    progress = Progress()

    def lose(_: object) -> Reply:
        progress.cancel()
        return Reply(cut="before")

    stub.rules.append(lose)
    with pytest.raises(UnknownOutcome):
        write(client, progress)


def test_cancel_while_throttled(client: Client, stub: Stub) -> None:
    progress = Progress()

    def busy(_: object) -> Reply:
        progress.cancel()
        return THROTTLED

    stub.rules.append(busy)
    with pytest.raises(Cancelled):
        write(client, progress)


def test_realm_cannot_leave_its_place(stub: Stub, quick: Patience) -> None:
    client = Client(Http("QuickBooks", TID, quick), stub.url, "../x?", Tokens(), Pacer(PACE))
    with pytest.raises(ServiceFault):
        client.read("preferences", Progress())
    assert stub.seen[0].path == "/v3/company/..%2Fx%3F/preferences"


def test_literal() -> None:
    assert literal("O'Neil \\ Co") == "'O\\'Neil \\\\ Co'"


# --- Pacing --------------------------------------------------------------------------------------


class Clock:
    """Time passes only by waiting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(Progress, "wait", lambda _self, seconds: self.advance(seconds))

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


def test_never_above_both_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(Pace(), clock)
    sent = []
    for _ in range(1000):
        pacer.wait(Progress())
        sent.append(clock.now)
    for moment in sent:
        assert sum(moment <= other < moment + 1 for other in sent) <= 8
        assert sum(moment <= other < moment + 60 for other in sent) <= 400
    assert sent[-1] - sent[0] < 150  # and no slower than it must be


def test_a_hold_stops_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(Pace(), clock)
    pause = pacer.hold()
    assert 60 <= pause <= 75
    pacer.wait(Progress())
    assert clock.now >= 1000 + pause
