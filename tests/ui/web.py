"""A small web server on this machine, for the embedded browser."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

Answer = Callable[[Request], Response]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@dataclass
class Site:
    """answers: by path. asked: paths with queries, in order of arrival."""

    port: int = 0
    scheme: str = "http"
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    cookies: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def html(self, path: str, body: str, **headers: str) -> None:
        self.answers[path] = lambda _: Response(
            f"<!doctype html><title>Page</title>{body}", mimetype="text/html", headers=headers
        )

    def redirect(self, path: str, to: str) -> None:
        self.answers[path] = lambda _: Response(status=302, headers={"Location": to})

    def __call__(self, environ: dict[str, object], start: Callable[..., object]) -> object:
        request = Request(environ)
        if request.path != "/favicon.ico":
            self.asked.append(request.full_path.rstrip("?"))
            self.agents.append(request.headers.get("User-Agent", ""))
            self.cookies.append(dict(request.cookies))
        answer = self.answers.get(request.path)
        response = answer(request) if answer else Response("nothing here", status=404)
        return response(environ, start)  # type: ignore[arg-type]


@contextmanager
def serve(certificate: tuple[Path, Path] | None = None) -> Iterator[Site]:
    """A running site; with *certificate* (its file and its key's) over TLS."""
    site = Site()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        site.scheme = "https"
    server = make_server(
        "127.0.0.1", 0, site, threaded=True, request_handler=_Quiet, ssl_context=context
    )
    server.daemon_threads = True  # type: ignore[attr-defined]
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
