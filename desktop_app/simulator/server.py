"""The simulator as one server on the loopback address."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator import state, transport
from desktop_app.simulator.admin import Admin
from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data import build
from desktop_app.simulator.data.seed import Seed
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.httpd import HOST, HttpServer
from desktop_app.simulator.intuit.service import DISCOVERY, Intuit
from desktop_app.simulator.ninjaone.service import NinjaOne
from desktop_app.simulator.quickbooks.engine import QuickBooks
from desktop_app.simulator.tokens import TokenInfo
from desktop_app.simulator.wire import html_response, json_response

MAX_BODY = 16 * 1024 * 1024


class Simulator:
    """Intuit sign-in, QuickBooks Online and NinjaOne on 127.0.0.1.

    Usable from the process itself, as a context manager::

        with Simulator("small", seed=1) as simulator:
            requests.get(simulator.urls["intuit_discovery"])

    port 0 takes a free one; start after stop takes the same one again. state_file is loaded when
    it exists and saved after changes and at the end. world, when given, makes the data in place of
    size and seed. ``errors`` collects the tracebacks of the
    simulator's own mistakes, so that a test can fail on them.
    """

    def __init__(
        self,
        size: str = "small",
        seed: int = 1,
        port: int = 0,
        state_file: Path | None = None,
        world: Callable[[], Seed] | None = None,
    ) -> None:
        saved = None if state_file is None else state.read(state_file, size, seed)
        # The dates of the data lie around this instant; a saved world keeps the one it began with.
        self._begun = datetime.now(UTC) if saved is None else datetime.fromisoformat(saved["begun"])
        self._build = world or (lambda: build(size, seed, self._begun))
        self._size = size
        self._seed_number = seed
        self._port = port
        self._state_file = state_file
        self._http: HttpServer | None = None
        self._thread: threading.Thread | None = None
        self._saver: state.Saver | None = None
        self._admin = Admin(self)
        self.clock = SimClock()
        self.faults = Faults()
        self.errors: list[str] = []
        self.seed: Seed
        self.intuit: Intuit
        self.quickbooks: QuickBooks
        self.ninjaone: NinjaOne
        self._populate()
        if saved is not None:
            self._load(saved)

    def _populate(self) -> None:
        seed = self._build()
        self.seed = seed
        self.intuit = Intuit(self.clock, self.faults, seed, lambda: self.base)
        self.quickbooks = QuickBooks(self.clock, self.faults, seed.companies)
        self.ninjaone = NinjaOne(self.clock, self.faults, seed, lambda: self.base)

    def reset(self) -> None:
        """Back to the seed: data, grants, clock and faults. Addresses stay."""
        self.faults.clear()
        self.clock.restart()
        self._populate()
        self._changed()

    # Running

    def start(self) -> Simulator:
        """Listen and serve in a thread of its own. Raises OSError when the port is taken."""
        if self._http is not None:
            return self
        self._http = HttpServer(self._port, self._application)
        self._port = self._http.server_port
        self._thread = threading.Thread(
            target=self._http.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="simulator",
            daemon=True,
        )
        self._thread.start()
        if self._state_file is not None:
            self._saver = state.Saver(self._state_file, self.dump)
            self._saver.start()
        return self

    def stop(self) -> None:
        """Stop serving and cut what is open; data stays, and start() serves it again."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.hang_up()
        self._http.server_close()
        self._http = self._thread = None
        if self._saver is not None:
            self._saver.stop()
            self._saver = None

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # What to tell others

    @property
    def port(self) -> int:
        return self._port

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def urls(self) -> dict[str, str]:
        return {
            "intuit_discovery": self.base + DISCOVERY,
            "quickbooks": self.base,
            "ninjaone": self.base,
            "admin": f"{self.base}/_sim",
        }

    def announcement(self) -> dict[str, Any]:
        """The line that the command prints when ready."""
        return {
            **self.urls,
            "apps": [
                {
                    "client_id": app.client_id,
                    "client_secret": app.client_secret,
                    "redirect_uri": app.redirect_uris[0],
                }
                for app in self.intuit.apps
            ],
            "companies": self.intuit.companies(),
            "ninjaone_apps": [
                {
                    "type": app.type,
                    "client_id": app.client_id,
                    "client_secret": app.client_secret,
                    "redirect_uri": app.redirect_uri,
                }
                for app in self.ninjaone.apps
            ],
        }

    # State

    def dump(self) -> dict[str, Any]:
        return {
            "size": self._size,
            "seed": self._seed_number,
            "begun": self._begun.isoformat(),
            "clock_offset": self.clock.offset,
            "intuit": self.intuit.dump(),
            "quickbooks": self.quickbooks.dump(),
            "ninjaone": self.ninjaone.dump(),
        }

    def _load(self, saved: dict[str, Any]) -> None:
        self.clock.restart(float(saved["clock_offset"]))
        self.intuit.load(saved["intuit"])
        self.quickbooks.load(saved["quickbooks"])
        self.ninjaone.load(saved["ninjaone"])

    def _changed(self) -> None:
        if self._saver is not None:
            self._saver.changed()

    # Requests

    def _application(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MAX_BODY
        response = self._respond(request)
        if request.method not in {"GET", "HEAD"} or request.path.startswith("/app/"):
            self._changed()
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            # Read the whole body first: what is left unread would spoil the next request of a
            # connection that is kept alive.
            request.get_data(cache=True, parse_form_data=False)
            return self._dispatch(request)
        except ConnectionError:
            raise
        except Exception:
            self.errors.append(f"{request.method} {request.path}\n{traceback.format_exc()}")
            return json_response({"error": "simulator_failure"}, 500)

    def _dispatch(self, request: Request) -> Response:
        path = request.path
        if path == "/_sim" or path.startswith("/_sim/"):
            return self._admin.handle(request)
        if self.intuit.owns(path):
            return self._play("intuit", request, self.intuit.handle)
        if path.startswith("/v3/"):
            return self._play("quickbooks", request, self._quickbooks)
        if self.ninjaone.owns(path):
            return self._play("ninjaone", request, self.ninjaone.handle)
        return html_response("<html><body><h1>404 Not Found</h1></body></html>", 404)

    def _play(
        self, service: str, request: Request, handle: Callable[[Request], Response]
    ) -> Response:
        return transport.play(self.faults, service, request, lambda: handle(request))

    def _quickbooks(self, request: Request) -> Response:
        return self.quickbooks.handle(request, self._grant_of(request))

    def _grant_of(self, request: Request) -> TokenInfo | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        return self.intuit.look_up(value.strip()) if scheme.casefold() == "bearer" else None
