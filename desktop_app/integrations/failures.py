"""The errors of requests and urllib3 in this program's words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from requests import exceptions as trouble
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from desktop_app.errors import BridgeError, ConfigurationError, NetworkError


class Transient(NetworkError):
    """No whole answer. transient: whether trying again within seconds makes sense."""

    def __init__(
        self, message: str, *, detail: str, transient: bool = True, advice: str | None = None
    ):
        super().__init__(message, detail=detail, advice=advice)
        self.transient = transient


class Unreached(Transient):
    """The request certainly did not reach the service: nothing has happened there."""


class LostAnswer(Transient):
    """The request may have reached the service, but no whole answer came back."""


def converted(error: Exception, service: str, url: str) -> BridgeError:
    """The BridgeError for what requests raised while calling *url*; keeps no part of its text."""
    try:
        host = urlsplit(url).hostname or "the given address"
    except ValueError:
        host = "the given address"
    causes = tuple(_causes(error))
    detail = f"{service}: no answer from {host} ({', '.join(_names(causes))})"

    def found(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if found(trouble.ProxyError):
        return Unreached(
            f"The proxy server that leads to {service} refused or could not be reached.",
            advice="Check the proxy in the system's network settings, then try again.",
            detail=detail,
            transient=False,
        )
    if found(ssl.SSLCertVerificationError):
        return Unreached(
            f"The certificate of {host} could not be verified, so nothing was sent.",
            advice="Check the computer's date, and whether a security product inspects traffic.",
            detail=detail,
            transient=False,
        )
    if found(socket.gaierror, NameResolutionError):
        return Unreached(f"The address {host} could not be found.", detail=detail)
    if found(ConnectionRefusedError):
        return Unreached(f"{service} ({host}) refused the connection.", detail=detail)
    if found(NewConnectionError):
        return Unreached(f"{service} ({host}) cannot be reached from here.", detail=detail)
    if found(trouble.ConnectTimeout, ConnectTimeoutError):
        return Unreached(f"{service} ({host}) did not pick up in time.", detail=detail)
    if found(trouble.Timeout, TimeoutError):
        return LostAnswer(f"{service} ({host}) did not answer in time.", detail=detail)
    if found(trouble.SSLError, ssl.SSLError):
        return LostAnswer(f"The secure connection to {host} failed.", detail=detail)
    if isinstance(
        error, requests.ConnectionError | trouble.ChunkedEncodingError | OSError
    ) and not (isinstance(error, ValueError)):
        return LostAnswer(f"{service} ({host}) broke the connection off.", detail=detail)
    return ConfigurationError(
        f"The address of {service} cannot be used.",
        advice="Check the addresses in the settings.",
        detail=detail,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and whatever lies behind it: requests hides causes in args and ``reason``."""
    seen: set[int] = set()
    queue: list[object] = [error]
    while queue:
        one = queue.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        queue += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


def _names(causes: tuple[BaseException, ...]) -> list[str]:
    return list(dict.fromkeys(type(cause).__name__ for cause in causes))[:4]
