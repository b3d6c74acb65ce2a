"""Fails a test that logs a warning or worse which it did not expect."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest


@dataclass
class Expectation:
    text: str
    must_appear: bool
    seen: bool = False


@dataclass
class LogWatch(logging.Handler):
    """Collects records of WARNING and above during one test."""

    records: list[logging.LogRecord] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.WARNING)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def expect(self, text: str) -> None:
        """A record with *text* in its message has to appear before the test ends."""
        self.expectations.append(Expectation(text, must_appear=True))

    def allow(self, text: str) -> None:
        """Records with *text* in their message are no failure."""
        self.expectations.append(Expectation(text, must_appear=False))

    def unexpected(self) -> list[str]:
        """The messages that nothing expects, each told once."""
        found = []
        for record in self.records:
            message = text_of(record)
            matching = [each for each in self.expectations if each.text in message]
            for each in matching:
                each.seen = True
            if not matching:
                place = f"{record.pathname}:{record.lineno}"
                found.append(f"{record.levelname} {record.name}: {message} ({place})")
        self.records.clear()
        return found

    def missing(self) -> list[str]:
        """The expected texts that no record had; call :meth:`unexpected` first."""
        return [each.text for each in self.expectations if each.must_appear and not each.seen]


def text_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r} (its arguments do not fit)"


WATCH = pytest.StashKey[LogWatch]()


class LogFailPlugin:
    """Judges after the test itself, so that it is the test that fails, and after its teardown."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        watch = item.stash[WATCH] = LogWatch()
        root = logging.getLogger()
        root.addHandler(watch)
        try:
            return (yield)  # type: ignore[no-any-return]
        finally:
            root.removeHandler(watch)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> object:
        result = yield
        watch = item.stash[WATCH]
        complaints = [f"unexpected log record: {text}" for text in watch.unexpected()]
        complaints += [f"no log record with: {text}" for text in watch.missing()]
        if complaints:
            pytest.fail("\n".join(complaints), pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> object:
        result = yield
        complaints = item.stash[WATCH].unexpected()
        if complaints:
            pytest.fail(
                "\n".join(f"unexpected log record while tearing down: {c}" for c in complaints),
                pytrace=False,
            )
        return result
