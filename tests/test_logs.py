from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app import logs

log = logging.getLogger("desktop_app.some.place")
PLANTED = 'pL4nted-s3cret/with+odd=chars&"quote"'


@pytest.fixture
def running(tmp_path: Path) -> Iterator[logs.Logging]:
    with logs.started(tmp_path / "logs" / "billing.log") as started:
        yield started


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(logs, "_hidden", frozenset())
    logs.hide(PLANTED)
    return PLANTED


def written(running: logs.Logging) -> str:
    assert running.file is not None
    return running.file.read_text("utf-8")


def both(running: logs.Logging) -> str:
    """What the file holds, once the memory is seen to hold the same."""
    kept = "\n".join(line.text for line in running.memory.lines())
    assert written(running).strip() == kept.strip()
    return kept


class TestRedaction:
    def test_message_and_arguments(self, running: logs.Logging, planted: str) -> None:
        log.info("plain " + planted)
        log.info("an argument %s, a number %d", planted, 7)
        log.info("by name %(it)s", {"it": planted})
        log.info("shown %r", {"key": [planted]})
        text = both(running)
        assert planted not in text
        assert json.dumps(planted)[1:-1] not in text
        assert text.count(logs.HIDDEN) == 4
        assert "a number 7" in text

    def test_exception_its_cause_and_stack(
        self, running: logs.Logging, planted: str, expect_log: Callable[[str], None]
    ) -> None:
        expect_log("it failed")
        try:
            try:
                raise KeyError(f"inner {planted}")
            except KeyError as inner:
                raise ValueError(f"outer {planted}") from inner
        except ValueError:
            log.exception("it failed", stack_info=True)
        text = both(running)
        assert "pL4nted" not in text
        assert "ValueError: outer " + logs.HIDDEN in text
        assert "KeyError: " in text
        assert "Stack (most recent call last)" in text

    def test_addresses_and_bodies(self, running: logs.Logging, planted: str) -> None:
        log.info("GET https://host/x?%s", urlencode({"q": planted}))
        log.info("GET https://host/x?q=%s", quote(planted, safe=""))
        log.info("body %s", json.dumps({"q": planted}))
        assert "pL4nted" not in both(running)

    def test_a_traceback_cached_by_another_formatter(
        self, running: logs.Logging, planted: str
    ) -> None:
        record = log.makeRecord(log.name, logging.INFO, "file", 1, "message", (), None)
        record.exc_text = f"Traceback: {planted}"
        text = logs.RedactingFormatter(logs.FILE_FORMAT).format(record)
        assert planted not in text
        assert record.exc_text == f"Traceback: {planted}"

    def test_wrong_arguments_are_written_and_redacted(self, planted: str) -> None:
        record = log.makeRecord(log.name, logging.INFO, "f", 1, "one %s", (planted, planted), None)
        text = logs.RedactingFormatter(logs.FILE_FORMAT).format(record)
        assert "one %s" in text
        assert "pL4nted" not in text

    def test_uncaught_errors(self, planted: str) -> None:
        try:
            raise RuntimeError(f"Bearer abcdef123456 and {planted}")
        except RuntimeError as error:
            text = logs.unexpected(type(error), error, error.__traceback__)
        assert text.endswith(f"RuntimeError: Bearer {logs.HIDDEN} and {logs.HIDDEN}")
        assert "test_uncaught_errors" in text

    def test_short_values_are_not_registered(self, planted: str) -> None:
        logs.hide("abc")
        logs.hide("")
        assert logs.redact("abc def") == "abc def"

    def test_a_secret_that_holds_another(self, planted: str) -> None:
        logs.hide("longer-than-the-first")
        logs.hide("longer-than")
        assert logs.redact("<longer-than-the-first>") == f"<{logs.HIDDEN}>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer eyJhbGciOi.J9abc", "Authorization: ¤"),
        ("{'Authorization': 'Basic QUJDOkRFRg=='}", "{'Authorization': '¤'}"),
        ("('authorization', 'Zm9vYmFyYmF6')", "('authorization', '¤')"),
        ("sent bearer AbC123-._~+/=", "sent bearer ¤"),
        ("Bearer%20AbC123abc", "Bearer%20¤"),
        ("https://h/cb?code=Q0AB&state=x-y&realmId=123", "https://h/cb?code=¤&state=¤&realmId=123"),
        ("https://h/cb#access_token=a.b.c&x=1", "https://h/cb#access_token=¤&x=1"),
        (
            "u=https%3A%2F%2Fh%3Fcode%3Dabc%26realmId%3D9",
            "u=https%3A%2F%2Fh%3Fcode%3D¤%26realmId%3D9",
        ),
        ('{"refresh_token":"AB\\"11","x":3600}', '{"refresh_token":"¤","x":3600}'),
        ('{"access_token" : "a b c"}', '{"access_token" : "¤"}'),
        ('{"refreshToken": "abc"}', '{"refreshToken": "¤"}'),
        ('"{\\"client_secret\\": \\"abc\\"}"', '"{\\"client_secret\\": \\"¤\\"}"'),
        ('{\\"client_secret\\": \\"abc', '{\\"client_secret\\": \\"¤'),
        ("{'client_secret': b'abc'}", "{'client_secret': b'¤'}"),
        ("grant(client_secret='a b', days=3)", "grant(client_secret='¤', days=3)"),
        ('{"access_token": "cut off he', '{"access_token": "¤'),
        ("Set-Cookie: session=abc; Path=/", "Set-Cookie: ¤"),
        ("Cookie: a=b\nAccept: */*", "Cookie: ¤\nAccept: */*"),
        ("got AB11730000000abcDEFghi now", "got ¤ now"),
        ("got RT1-133-H0-17abcdef now", "got ¤ now"),
        ("jwt eyJhbGciOiJub25l.eyJzdWIiOiIxIn0.c2ln end", "jwt ¤ end"),
        ("code_verifier=abc-def~ghi", "code_verifier=¤"),
        ("password: 'x y'", "password: 'x y'"),  # a sentence, not a form: left to hide()
    ],
)
def test_shapes_of_secrets(text: str, expected: str) -> None:
    assert logs.redact(text) == expected.replace("¤", logs.HIDDEN)


@pytest.mark.parametrize(
    "text",
    [
        "QuickBooks HTTP 400, code 6240, reference 1-abc",
        '{"Fault": {"Error": [{"code": "6240", "element": ""}]}}',
        "exit code=3",
        '{"SyncToken": "12", "PrintStatus": "NotSet"}',
        "sent a Bearer token with basic authentication",
        "Refresh finished: 1,243 of 1,243; statement=4, decoder=x",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert logs.redact(text) == text


@given(st.text(alphabet="\\\"'code=:%3D& \nab{}", max_size=400))
def test_redaction_takes_any_text_and_is_stable(text: str) -> None:
    once = logs.redact(text)
    assert logs.redact(once).count(logs.HIDDEN) >= once.count(logs.HIDDEN)


def test_redaction_of_hostile_text_is_quick() -> None:
    """Unclosed quotes and runs of backslashes must not make the patterns try every way out."""
    finished = threading.Event()

    def work() -> None:
        logs.redact('{"code": "' + "\\" * 20_000)
        logs.redact("'code': '" * 500)
        logs.redact('\\"code\\":\\"' * 500)
        finished.set()

    threading.Thread(target=work, daemon=True).start()
    assert finished.wait(10)


class TestFile:
    def test_rotates_and_keeps_five(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert (logs.FILE_BYTES, logs.FILES_KEPT) == (1_000_000, 5)
        monkeypatch.setattr(logs, "FILE_BYTES", 10_000)
        file = tmp_path / "billing.log"
        with logs.started(file):
            for _ in range(70):
                log.info("x" * 1_000)
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["billing.log", *(f"billing.log.{n}" for n in range(1, 5))]
        assert all(path.stat().st_size <= 10_000 for path in tmp_path.iterdir())

    def test_levels(self, running: logs.Logging, expect_log: Callable[[str], None]) -> None:
        expect_log("theirs, grave")
        other = logging.getLogger("some.library")
        log.debug("too fine")
        other.info("theirs, fine")
        other.warning("theirs, grave")
        running.set_debug(True)
        log.debug("now wanted")
        other.debug("theirs, too fine")
        text = both(running)
        assert "too fine" not in text
        assert "theirs, fine" not in text
        assert "theirs, grave" in text
        assert "now wanted" in text

    def test_debug_from_the_start(self, tmp_path: Path) -> None:
        with logs.started(tmp_path / "a.log", debug=True) as running:
            log.debug("fine")
            assert "fine" in written(running)

    def test_other_scripts(self, running: logs.Logging) -> None:
        log.info("Zażółć 東京 🧾")
        assert "Zażółć 東京 🧾" in written(running)

    def test_a_folder_that_cannot_be_written(
        self, tmp_path: Path, expect_log: Callable[[str], None]
    ) -> None:
        expect_log("log file cannot be written")
        (tmp_path / "file").write_text("")
        with logs.started(tmp_path / "file" / "a.log") as running:
            log.info("still heard")
            texts = [line.text for line in running.memory.lines()]
        assert running.file is None
        assert "cannot be written" in texts[0]
        assert "still heard" in texts[1]

    def test_stop_leaves_logging_as_it_was(self, tmp_path: Path) -> None:
        root = logging.getLogger()
        before = (list(root.handlers), root.level, logging.getLogger("desktop_app").level)
        running = logs.start(tmp_path / "a.log")
        running.stop()
        running.stop()
        assert (list(root.handlers), root.level, logging.getLogger("desktop_app").level) == before


class TestMemory:
    def test_is_bounded(self) -> None:
        memory = logs.MemoryHandler(capacity=3)
        for number in range(10):
            memory.handle(log.makeRecord("n", logging.INFO, "f", 1, str(number), (), None))
        assert [line.number for line in memory.lines()] == [8, 9, 10]
        memory.clear()
        assert memory.lines() == ()

    def test_listener_gets_each_line_once(
        self, running: logs.Logging, expect_log: Callable[[str], None]
    ) -> None:
        expect_log("after")
        log.info("before")
        heard: list[logs.LogLine] = []
        earlier = running.memory.subscribe(heard.append)
        log.warning("after")
        running.memory.unsubscribe(heard.append)
        log.info("no longer")
        assert [line.text.rsplit(": ", 1)[1] for line in (*earlier, *heard)] == ["before", "after"]
        assert heard[0].level == logging.WARNING
        assert heard[0].logger == log.name

    def test_a_failing_listener_is_dropped(self, running: logs.Logging) -> None:
        calls = []

        def listener(line: logs.LogLine) -> None:
            calls.append(line)
            raise RuntimeError

        running.memory.subscribe(listener)
        log.info("one")
        log.info("two")
        assert len(calls) == 1

    def test_a_listener_may_log_and_subscribe(self, running: logs.Logging) -> None:
        seen: list[str] = []

        def listener(line: logs.LogLine) -> None:
            seen.append(line.text)
            if "first" in line.text:
                log.info("second")
                running.memory.unsubscribe(listener)

        running.memory.subscribe(listener)
        log.info("first")
        log.info("third")
        assert [text.rsplit(": ", 1)[1] for text in seen] == ["first", "second"]

    def test_many_threads(self, running: logs.Logging) -> None:
        heard: list[int] = []
        guard = threading.Lock()

        def listener(line: logs.LogLine) -> None:
            with guard:
                heard.append(line.number)

        running.memory.subscribe(listener)

        def work(name: int) -> None:
            for number in range(200):
                log.info("%d from %d", number, name)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(heard) == list(range(1, 1601))
        assert len(running.memory.lines()) == 1600
        assert len(written(running).splitlines()) == 1600
