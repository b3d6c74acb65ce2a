"""A web server on loopback whose every answer a test writes down beforehand."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(self.body.decode()).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """cut: "before" (close without a word) or "middle" (half the body). hang: until released."""

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: str = ""
    hang: bool = False

    @property
    def data(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body).encode()


HTML = Reply(200, "<html><body>Please wait</body></html>", {"Content-Type": "text/html"})

Rule = Callable[[Seen], "Reply | None"]


class Stub:
    """rules are asked in order, last added first; the first Reply wins; 404 if none."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.rules: list[Rule] = []
        self.released = threading.Event()
        self.arrived = threading.Event()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                stub._answer(self)

            def do_POST(self) -> None:
                stub._answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def on(self, path: str, *replies: Reply) -> None:
        """Answer *path* with these in turn; the last one stays."""
        queue = list(replies)

        def rule(seen: Seen) -> Reply | None:
            if seen.path != path:
                return None
            return queue.pop(0) if len(queue) > 1 else queue[0]

        self.rules.insert(0, rule)

    def calls(self, path: str) -> list[Seen]:
        return [one for one in self.seen if one.path == path]

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        seen = Seen(
            handler.command,
            parts.path,
            {key: values[0] for key, values in parse_qs(parts.query).items()},
            {key.casefold(): value for key, value in handler.headers.items()},
            handler.rfile.read(int(handler.headers.get("Content-Length", 0))),
        )
        self.seen.append(seen)
        self.arrived.set()
        found = (rule(seen) for rule in self.rules)
        reply = next((one for one in found if one is not None), Reply(404, "<html>none</html>"))
        if reply.hang:
            self.released.wait(30)
            handler.close_connection = True
            return
        if reply.cut == "before":
            hang_up(handler)
            return
        handler.send_response(reply.status)
        handler.send_header("Content-Length", str(len(reply.data)))
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if reply.cut == "middle":
            handler.wfile.write(reply.data[: len(reply.data) // 2])
            hang_up(handler)
            return
        handler.wfile.write(reply.data)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def unused_port() -> int:
    """A port on which nobody listens, at least for now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
