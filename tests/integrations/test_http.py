from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NameResolutionError, SSLError

from desktop_app.errors import ConfigurationError
from desktop_app.integrations import http
from desktop_app.integrations.failures import LostAnswer, Unreached, converted
from desktop_app.integrations.http import Http, Patience, surroundings
from desktop_app.integrations.wire import NotJson, read_json, write_json
from desktop_app.progress import Cancelled, Progress
from tests.integrations.stub import Reply, Stub, unused_port


@pytest.fixture
def client(quick: Patience) -> Http:
    return Http("Test service", "x-reference", quick)


def test_json_keeps_every_digit() -> None:
    assert read_json(b'{"a": 0.1, "b": 12345678901234.56789, "c": 3}') == {
        "a": Decimal("0.1"),
        "b": Decimal("12345678901234.56789"),
        "c": 3,
    }
    assert write_json({"a": Decimal("0.10"), "b": "ü"}) == '{"a": 0.10, "b": "ü"}'.encode()


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"a": 1', b'{"a": NaN}', b"\xff\xfe", b"[" * 99999]
)
def test_not_json(body: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(body)
    assert caught.value.__suppress_context__


def test_answer(client: Http, stub: Stub) -> None:
    stub.on("/a", Reply(200, {"x": 1.5}, {"x-reference": "r-1"}))
    answer = client.send("GET", stub.url + "/a", Progress())
    assert answer.json() == {"x": Decimal("1.5")}
    assert answer.reference == "r-1"
    assert stub.seen[0].headers["user-agent"].startswith("BillingBridge/")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_get_is_repeated(client: Http, stub: Stub, status: int) -> None:
    stub.on("/a", Reply(status), Reply(status), Reply(200, {}))
    assert client.get(stub.url + "/a", Progress()).status == 200
    assert len(stub.seen) == 3


def test_get_gives_up_with_the_last_answer(client: Http, stub: Stub) -> None:
    stub.on("/a", Reply(503))
    assert client.get(stub.url + "/a", Progress()).status == 503
    assert len(stub.seen) == 3


def test_get_after_cuts(client: Http, stub: Stub) -> None:
    stub.on("/a", Reply(cut="before"), Reply(200, {"x": [1] * 999}, cut="middle"), Reply(200, {}))
    assert client.get(stub.url + "/a", Progress()).json() == {}


@pytest.mark.parametrize("cut", ["before", "middle"])
def test_cut_is_a_lost_answer(client: Http, stub: Stub, cut: str) -> None:
    stub.on("/a", Reply(200, {"x": [1] * 999}, cut=cut))
    with pytest.raises(LostAnswer, match="broke the connection off"):
        client.send("POST", stub.url + "/a", Progress(), body=b"{}")
    assert len(stub.seen) == 1


def test_silence_is_a_lost_answer(client: Http, stub: Stub) -> None:
    stub.on("/a", Reply(hang=True))
    with pytest.raises(LostAnswer, match="in time"):
        client.send("POST", stub.url + "/a", Progress(), body=b"{}")


def test_refused_connection_never_reached_anyone(client: Http) -> None:
    with pytest.raises(Unreached, match="refused") as caught:
        client.send("POST", f"http://127.0.0.1:{unused_port()}/?secret=s3cret", Progress())
    assert "s3cret" not in repr(vars(caught.value))
    assert caught.value.__suppress_context__


def test_unknown_host() -> None:
    reason = NameResolutionError("a.example", None, socket.gaierror(-2, "unknown"))  # type: ignore[arg-type]
    error = requests.ConnectionError(MaxRetryError(None, "/?s3cret", reason))  # type: ignore[arg-type]
    found = converted(error, "Test service", "https://a.example/?s3cret")
    assert isinstance(found, Unreached)
    assert "a.example could not be found" in found.message
    assert "s3cret" not in repr(vars(found))


def test_bad_certificate_is_not_tried_again() -> None:
    reason = SSLError(ssl.SSLCertVerificationError(1, "certificate verify failed"))
    error = requests.exceptions.SSLError(MaxRetryError(None, "/", reason))  # type: ignore[arg-type]
    found = converted(error, "Test service", "https://a.example/")
    assert isinstance(found, Unreached)
    assert not found.transient
    assert "certificate" in found.message


def test_tls_to_a_plain_server(client: Http, stub: Stub) -> None:
    with pytest.raises(LostAnswer, match="secure connection"):
        client.send("GET", stub.url.replace("http", "https"), Progress())


def test_dead_proxy_is_named(client: Http, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(Unreached, match="proxy"):
        client.get("http://service.example/", Progress())
    stub.on("/a", Reply(200, {}))
    assert client.get(stub.url + "/a", Progress()).ok  # never through a proxy on this machine


def test_proxy_of_the_environment_is_used(
    client: Http, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", stub.url)
    stub.rules.append(lambda seen: Reply(200, {"via": "proxy"}))
    assert client.get("http://service.example/", Progress()).json() == {"via": "proxy"}
    monkeypatch.setenv("NO_PROXY", "service.example")
    assert not surroundings("http://service.example/")["proxies"]


def test_netrc_never_replaces_the_login(
    client: Http, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login other password other")
    monkeypatch.setenv("NETRC", str(netrc))
    stub.on("/a", Reply(200, {}))
    client.send("GET", stub.url + "/a", Progress(), headers={"Authorization": "Bearer mine"})
    assert stub.seen[0].headers["authorization"] == "Bearer mine"


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://x.example/", "http://", "http://[::1"])
def test_impossible_address(client: Http, url: str) -> None:
    with pytest.raises(ConfigurationError):
        client.send("GET", url, Progress())


def test_redirects_are_not_followed(client: Http, stub: Stub) -> None:
    stub.on("/a", Reply(302, "", {"Location": "/b"}))
    assert client.send("GET", stub.url + "/a", Progress()).status == 302
    assert [one.path for one in stub.seen] == ["/a"]


def test_cookies_are_not_kept(client: Http, stub: Stub) -> None:
    stub.on("/a", Reply(200, {}, {"Set-Cookie": "a=b"}))
    client.send("GET", stub.url + "/a", Progress())
    client.send("GET", stub.url + "/a", Progress())
    assert "cookie" not in stub.seen[1].headers


def test_cancel_ends_a_get_that_hangs(stub: Stub) -> None:
    stub.on("/a", Reply(hang=True))
    client = Http("Test service", "x-reference", Patience(read=30))
    progress = Progress()
    threading.Thread(target=lambda: (stub.arrived.wait(10), progress.cancel())).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        client.get(stub.url + "/a", progress)
    assert time.monotonic() - started < 10


def test_cancel_ends_a_pause(stub: Stub) -> None:
    client = Http("Test service", "x-reference", Patience(longest_pause=30))
    progress = Progress()

    def busy(_: object) -> Reply:
        progress.cancel()
        return Reply(429, "", {"Retry-After": "30"})

    stub.rules.append(busy)
    with pytest.raises(Cancelled):
        client.get(stub.url + "/a", progress)


def test_nothing_goes_out_after_a_cancel(client: Http, stub: Stub) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        client.send("POST", stub.url + "/a", progress, body=b"{}")
    assert not stub.seen


def test_retry_after_is_honoured_and_capped(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> None:
    waits: list[float] = []
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: waits.append(seconds))
    client = Http("Test service", "x-reference", Patience(attempts=4, longest_pause=60))
    stub.on(
        "/a",
        Reply(429, "", {"Retry-After": "3"}),
        Reply(503, "", {"Retry-After": "9999"}),
        Reply(503, "", {"Retry-After": "soon"}),
        Reply(200, {}),
    )
    client.get(stub.url + "/a", Progress())
    assert waits[:2] == [3, 60]
    assert 1 <= waits[2] <= 3


def test_one_line_per_call_without_query_or_body(
    client: Http, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=http.__name__)
    stub.on("/a", Reply(200, {"inside": "b0dy"}, {"x-reference": "r-7"}))
    client.send("POST", stub.url + "/a?code=c0de", Progress(), body=b"s3nt")
    lines = [one.getMessage() for one in caplog.records if one.name == http.__name__]
    assert len(lines) == 1
    assert lines[0].startswith("POST /a: 200, r-7, ")
    assert not any(secret in lines[0] for secret in ("c0de", "b0dy", "s3nt"))
