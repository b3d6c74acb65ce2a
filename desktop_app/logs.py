"""Logging: a rotating file and the last records in memory for the log window, without secrets.

Code that logs must not put secrets into records in the first place; the redaction here is the
second net. It works on the finished text of a record (message with its arguments, traceback and
stack together), so that nothing slips through in an argument or an exception's text.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import re
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, quote_plus

ROOT_NAME = "desktop_app"
FILE_BYTES = 1_000_000
FILES_KEPT = 5  # the current one and four older
LINES_KEPT = 5_000
HIDDEN = "[hidden]"
FILE_FORMAT = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"

# Names whose values are secret wherever they stand: URL parameter, form field, JSON, keyword, repr.
_NAMES = (
    "access_?token|refresh_?token|id_?token|id_token_hint|client_?secret|code_verifier"
    "|code_challenge|code|state|nonce|password|passwd|secret|token|authorization|set-cookie|cookie"
)
# One to five digits after "code" are a service's error code, which the reader of a log needs.
_NAME = rf"(?:(?<![A-Za-z])|(?<=%3F)|(?<=\\n))(?:{_NAMES})(?!(?<=code)[\\\"'\s:=]+\d{{1,5}}\b)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.DOTALL | re.MULTILINE)


_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization headers, in any quoting. The scheme stays: it helps and tells nothing.
    (
        _pattern(r"\b(bearer|basic)(\s+|%20|\+)(?!(?:tokens?|auth\w*)\b)[\w.~+/=%-]{6,}"),
        rf"\1\2{HIDDEN}",
    ),
    # \"name\": \"value\", JSON within JSON; the value may be cut off.
    (
        _pattern(rf"""({_NAME}\\+["']\s*[:=]\s*\\+["'])(?:(?!\\+["']).)*"""),
        rf"\1{HIDDEN}",
    ),
    # "name": "value" and 'name': b'value'.
    (
        _pattern(rf"""({_NAME}["']\s*[:=,]\s*b?)(["'])(?:\\.|(?!\2)[^\\])*"""),
        rf"\1\2{HIDDEN}",
    ),
    # name='value', as a dataclass shows itself.
    (_pattern(rf"""({_NAME}\s*=\s*b?)(["'])(?:\\.|(?!\2)[^\\])*"""), rf"\1\2{HIDDEN}"),
    # name=value in addresses and form bodies, and the same percent-encoded.
    (
        _pattern(rf"""({_NAME}\s*(?:=|%3D)\s*)(?:(?!%26)[^\s&"'<>\#;,)\]}}])+"""),
        rf"\1{HIDDEN}",
    ),
    # Header lines.
    (_pattern(r"^((?:authorization|cookie|set-cookie)\s*:\s*)\S[^\r\n]*"), rf"\1{HIDDEN}"),
    # Intuit's authorization codes and refresh tokens, and JSON web tokens, on their own.
    (re.compile(r"\bAB11[\w-]{8,}"), HIDDEN),
    (re.compile(r"\bRT1-[\w-]{6,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{6,}(?:\.[\w-]*){2,4}"), HIDDEN),
)

_hidden_lock = threading.Lock()
_hidden: frozenset[str] = frozenset()


def hide(value: str) -> None:
    """From now on, never write *value* (a secret of at least four characters) to any log.

    Its percent-encoded and JSON forms are kept out as well. Registered values live in memory only,
    until the program closes.
    """
    if len(value) < 4:
        return  # hiding it would blacken ordinary words, and so point at it
    forms = {value, quote(value, safe=""), quote_plus(value), value.replace("/", "\\/")}
    forms.add(value.replace("\\", "\\\\").replace('"', '\\"'))
    global _hidden  # swapped as a whole, so that readers need no lock
    with _hidden_lock:
        _hidden = _hidden | forms


def redact(text: str) -> str:
    """*text* with every registered secret and everything shaped like one replaced."""
    for value in sorted(_hidden, key=len, reverse=True):  # the whole before its parts
        if value in text:
            text = text.replace(value, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record whole, then redacts it; the record itself stays as it was."""

    def format(self, record: logging.LogRecord) -> str:
        # Another formatter may have left its own, unredacted, text of the traceback behind.
        kept, record.exc_text = record.exc_text, None
        try:
            return redact(super().format(record))
        except (TypeError, ValueError, KeyError):
            # A wrong number of arguments must not cost the message, nor print it unredacted to
            # the error stream as logging would.
            return redact(f"{record.levelname} {record.name}: {record.msg} {record.args!r}")
        finally:
            record.exc_text = kept


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record as the log window shows it; *text* is redacted and may have several lines."""

    number: int
    created: float
    level: int
    logger: str
    text: str


Listener = Callable[[LogLine], None]


class MemoryHandler(logging.Handler):
    """Keeps the last lines, for the log window and for the error report. Thread-safe.

    Listeners are called in the thread that logged, outside of any lock; the window's one hands the
    line to its own thread. A listener that raises is dropped rather than breaking who logged.
    """

    def __init__(self, capacity: int = LINES_KEPT) -> None:
        super().__init__()
        self._lines: deque[LogLine] = deque(maxlen=capacity)
        self._listeners: list[Listener] = []
        self._guard = threading.Lock()
        self._count = 0
        self.setFormatter(RedactingFormatter(FILE_FORMAT))

    def handle(self, record: logging.LogRecord) -> bool:
        # Without the handler's lock, which a listener that waits for another thread would hold.
        if not self.filter(record):
            return False
        self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        with self._guard:
            self._count += 1
            line = LogLine(self._count, record.created, record.levelno, record.name, text)
            self._lines.append(line)
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(line)
            except Exception:  # whoever logged is not to blame
                self.unsubscribe(listener)

    def lines(self) -> tuple[LogLine, ...]:
        """The kept lines, oldest first."""
        with self._guard:
            return tuple(self._lines)

    def subscribe(self, listener: Listener) -> tuple[LogLine, ...]:
        """Call *listener* for every later line; returns the earlier ones, none lost between."""
        with self._guard:
            self._listeners.append(listener)
            return tuple(self._lines)

    def unsubscribe(self, listener: Listener) -> None:
        with self._guard, contextlib.suppress(ValueError):
            self._listeners.remove(listener)

    def clear(self) -> None:
        with self._guard:
            self._lines.clear()


class _LogFile(logging.handlers.RotatingFileHandler):
    """A full disk or a withdrawn folder must not stop the program, nor dump a record unredacted."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


class Logging:
    """What :func:`start` set up; :meth:`stop` takes it down again."""

    def __init__(self, memory: MemoryHandler, file: Path | None, debug: bool) -> None:
        self.memory = memory
        self.file = file
        self.debug = debug
        self._handlers: list[logging.Handler] = [memory]
        self._levels: dict[str, int] = {}

    def set_debug(self, debug: bool) -> None:
        """Switch between everything and what a user's log needs, while the program runs."""
        self.debug = debug
        logging.getLogger(ROOT_NAME).setLevel(logging.DEBUG if debug else logging.INFO)

    def stop(self) -> None:
        """Detach from the logging module, flush and close the file. Safe to call twice."""
        root = logging.getLogger()
        for handler in self._handlers:
            root.removeHandler(handler)
            handler.close()
        self._handlers.clear()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        self._levels.clear()


def start(file: Path | None, *, debug: bool = False) -> Logging:
    """Begin to log into *file* (its folder is made; None: memory only) and into memory.

    Other people's libraries are heard from WARNING on, also with *debug*: at lower levels the HTTP
    libraries write whole addresses and headers. If the file cannot be opened, logging goes on in
    memory and says so there.
    """
    running = Logging(MemoryHandler(), file, debug)
    trouble: OSError | None = None
    if file is not None:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = _LogFile(
                file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT - 1, encoding="utf-8"
            )
        except OSError as error:
            trouble = error
            running.file = None
        else:
            handler.setFormatter(RedactingFormatter(FILE_FORMAT))
            running._handlers.append(handler)
    root = logging.getLogger()
    for name in ("", ROOT_NAME):
        running._levels[name] = logging.getLogger(name).level
    root.setLevel(logging.WARNING)
    running.set_debug(debug)
    for each in running._handlers:
        root.addHandler(each)
    if trouble is not None:
        logging.getLogger(__name__).warning(
            "The log file cannot be written (%s); the log is kept in memory only",
            trouble.strerror,
        )
    return running


def unexpected(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> str:
    """An uncaught error as text for the log and the error report: redacted, newest call last."""
    return redact("".join(traceback.format_exception(kind, error, trace))).rstrip()


@contextlib.contextmanager
def started(file: Path | None, *, debug: bool = False) -> Iterator[Logging]:
    """:func:`start` and :meth:`Logging.stop` around a ``with`` block."""
    running = start(file, debug=debug)
    try:
        yield running
    finally:
        running.stop()
