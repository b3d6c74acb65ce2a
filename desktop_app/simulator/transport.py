"""Faults of the wire, for any service: late answers, cut connections, strange bodies."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.faults import Faults
from desktop_app.simulator.wire import html_response

_ERROR_PAGE = (
    "<html><head><title>{status} {words}</title></head><body><center><h1>{status} {words}</h1>"
    "</center><hr><center>nginx</center></body></html>"
)
_WORDS = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}
_GZIP_FROM = 200  # bytes; below that real servers do not bother


def cut_connection(request: Request) -> NoReturn:
    """Close the client's connection with no answer.

    Raises:
        ConnectionAbortedError: always; the server takes it for a client that went away.
    """
    _shut(request)
    raise ConnectionAbortedError("cut on purpose")


def _shut(request: Request) -> None:
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def play(
    faults: Faults, service: str, request: Request, handle: Callable[[], Response]
) -> Response:
    """Run ``handle`` with whatever is armed for this request."""
    context: dict[str, Any] = {
        "service": service,
        "path": request.path,
        "method": request.method,
    }

    delay = faults.take("transport.delay", **context)
    if delay and delay["when"] != "after":
        time.sleep(float(delay["seconds"]))
    if faults.take("transport.cut_before", **context):
        cut_connection(request)
    page = faults.take("transport.html_error", **context)
    if page and page["when"] != "after":
        return _error_page(int(page["status"]))
    if faults.take("transport.html_ok", **context):
        return html_response("<html><body><h1>Please sign in to the network</h1></body></html>")

    response = handle()

    if delay and delay["when"] == "after":
        time.sleep(float(delay["seconds"]))
    if faults.take("transport.cut_after", **context):
        cut_connection(request)
    if page:
        return _error_page(int(page["status"]))
    if faults.take("transport.bad_json", **context):
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
    if faults.take("transport.truncated", **context):
        _truncate(request, response)
    elif faults.take("transport.gzip", **context):
        _compress(request, response)
    return response


def _error_page(status: int) -> Response:
    words = _WORDS.get(status, "Error")
    return html_response(_ERROR_PAGE.format(status=status, words=words), status)


def _truncate(request: Request, response: Response) -> None:
    """Promise the whole body, send half of it and cut."""
    body = response.get_data()

    def half() -> Iterator[bytes]:
        yield body[: max(1, len(body) // 2)]
        _shut(request)

    response.response = half()
    response.headers["Content-Length"] = str(len(body) + 1)


def _compress(request: Request, response: Response) -> None:
    body = response.get_data()
    if len(body) >= _GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 6))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
