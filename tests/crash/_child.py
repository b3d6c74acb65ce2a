"""The program, without its window, sending in a process that is made to be killed.

Each line of its standard input is one attempt, a JSON object; each runs in a process of its own
where the system can fork (what takes long, loading the libraries, is done once). Prints "pid N",
"go" before it does anything, the report at its end, and "end CODE". With ``lines`` an attempt kills
itself after so many lines of the program's own code. It begins as the window does, by finding out
what became of what was not answered, and with ``send`` then sends what is not there.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import keyring

from desktop_app import logs, wiring
from desktop_app.errors import NetworkError, ServiceFault
from desktop_app.integrations import gateways
from desktop_app.integrations.http import Patience
from desktop_app.integrations.quickbooks.pacing import Pace
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services import outbox, send_run
from desktop_app.services.delivery import Sending
from tests.support.keyrings import MemoryKeyring

WATCHED = tuple(os.sep + part + os.sep for part in ("services", "storage", "integrations"))
QUIET = timedelta(seconds=0.3)  # longer than any answer is delayed here


class Executioner:
    """Counts lines of the program in this thread; kills the process at the one asked for."""

    def __init__(self, lines: int | None) -> None:
        self.lines = lines
        self.seen = 0
        self._known: dict[CodeType, Any] = {}

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        try:
            return self._known[code]
        except KeyError:
            name = code.co_filename
            ours = "desktop_app" in name and any(part in name for part in WATCHED)
            answer = self._known[code] = self._line if ours else None
            return answer

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.seen += 1
        if self.lines is not None and self.seen >= self.lines:
            die()
        return self._line


def die() -> None:
    """At once: nothing is tidied up."""
    if sys.platform == "win32":
        os._exit(9)
    os.kill(os.getpid(), signal.SIGKILL)


def attempt(asked: dict[str, Any]) -> None:
    backend = MemoryKeyring()
    backend.entries = {(service, name): secret for service, name, secret in asked["secrets"]}
    keyring.set_keyring(backend)
    outbox.STILL_UNDER_WAY = QUIET
    send_run.BATCH_LIMIT = asked["batch"]
    Sending.pauses = (0.02, 0.05)
    # What the window would show is not read ahead: there is none.
    wiring.settling_in = lambda *_, **__: contextlib.nullcontext()  # type: ignore[assignment]
    gateways.Adapters = functools.partial(  # type: ignore[misc,assignment]
        gateways.Adapters,
        quickbooks=Patience(connect=5, read=20, attempts=3, backoff=0.02),
        pace=Pace(10_000, 100_000, throttle_pause=0.05, throttle_jitter=0.01,
                  batches_per_minute=10_000, operations_per_minute=100_000),
    )  # fmt: skip
    paths = Paths.at(Path(asked["profile"]))
    paths.create()
    with (
        logs.started(paths.log_file) as running,
        wiring.opened(paths, running, service=asked["service"]) as program,
    ):
        print("go", flush=True)
        executioner = Executioner(asked["lines"])
        begin = time.monotonic()
        if asked["trace"]:
            sys.settrace(executioner)
        told: dict[str, Any] = {}
        with contextlib.suppress(ServiceFault, NetworkError):  # a fault may meet the look-up
            program.services.invoices.settle(Progress())
        if asked["send"]:
            report = program.services.sending.start(asked["ids"]).run(Progress())
            told = {"text": report.text, "stopped": report.stopped}
        sys.settrace(None)
        told |= {"lines": executioner.seen, "seconds": time.monotonic() - begin}
        print(json.dumps(told), flush=True)


def main() -> None:
    for line in sys.stdin:
        if not hasattr(os, "fork"):
            print(f"pid {os.getpid()}", flush=True)
            attempt(json.loads(line))
            return
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                print(f"pid {os.getpid()}", flush=True)
                attempt(json.loads(line))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(f"end {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
