"""The loopback web server: threads, keep-alive, no output, and a stop that hangs up."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

HOST = "127.0.0.1"


class _QuietHandler(WSGIRequestHandler):
    # Head and body go out in two writes; waiting for the first one's receipt costs 40 ms.
    disable_nagle_algorithm = True
    server_version = "Simulator"
    sys_version = ""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: addresses hold codes, and tests read standard output."""


class HttpServer(ThreadedWSGIServer):
    """Remembers its open connections, so that stopping looks to clients like a lost network."""

    daemon_threads = True

    def __init__(self, port: int, app: Any) -> None:
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(HOST, port, app, handler=_QuietHandler)

    def log(self, type: str, message: str, *args: Any) -> None:
        """See _QuietHandler."""

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here; the application reports its own."""

    def hang_up(self) -> None:
        """Cut every open connection."""
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
