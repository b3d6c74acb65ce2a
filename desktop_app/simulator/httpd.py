"""The loopback web server: threads, keep-alive, no output, and a stop that hangs up."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
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


class _PortTakenError(Exception):
    """Carries an OSError past the toolkit, which would print it and end the process."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class HttpServer(ThreadedWSGIServer):
    """Raises OSError when the port is taken.

    Remembers its open connections, so that stopping looks to clients like a lost network.
    """

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # where it would let two programs share the port

    def __init__(self, port: int, app: Any) -> None:
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        try:
            super().__init__(HOST, port, app, handler=_QuietHandler)
        except _PortTakenError as error:
            self.server_close()
            raise error.cause from None

    def server_bind(self) -> None:
        """Bind without asking the name service who 127.0.0.1 is."""
        try:
            socketserver.TCPServer.server_bind(self)
        except OSError as error:
            raise _PortTakenError(error) from error
        self.server_name, self.server_port = HOST, int(self.server_address[1])

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
