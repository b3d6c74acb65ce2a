"""Keeps tests off every network but the loopback one.

Python's sockets are watched here; QtWebEngine, which has its own, is told by a switch to resolve
no other host (see :data:`CHROMIUM_SWITCH`).
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

CHROMIUM_SWITCH = '--host-resolver-rules="MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1"'


class OutsideNetwork(OSError):
    """A test asked for a host that is not this machine. An OSError, as having no network is."""

    def __init__(self, host: object) -> None:
        super().__init__(errno.ENETUNREACH, f"tests may not reach {host}")


def is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return str(host).endswith(".localhost")


@contextmanager
def loopback_only() -> Iterator[list[str]]:
    """Refuse other hosts inside the block; yields the list of those that were asked for."""
    asked: list[str] = []

    def check(host: object) -> None:
        if not is_loopback(host):
            asked.append(str(host))
            raise OutsideNetwork(host)

    def check_address(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])

    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto, getaddrinfo = socket.socket.sendto, socket.getaddrinfo

    def checked_connect(self: socket.socket, address: Any) -> None:
        check_address(self, address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        check_address(self, address)
        return connect_ex(self, address)

    def checked_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        check_address(self, rest[-1])
        return sendto(self, data, *rest)

    def checked_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        check(host)
        return getaddrinfo(host, *rest, **named)

    with (
        mock.patch.object(socket.socket, "connect", checked_connect),
        mock.patch.object(socket.socket, "connect_ex", checked_connect_ex),
        mock.patch.object(socket.socket, "sendto", checked_sendto),
        mock.patch.object(socket, "getaddrinfo", checked_getaddrinfo),
    ):
        yield asked
