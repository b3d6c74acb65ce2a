"""One way to speak HTTP, for all adapters.

Every call has time-outs, can be cancelled, is logged in one line without bodies or queries, and
ends in an :class:`Answer` or in an error of :mod:`desktop_app.errors`. What an answer means is for
the adapter to say; this module never looks at statuses except to decide whether to ask again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util.retry import Retry

from desktop_app import __version__
from desktop_app.integrations.failures import Transient, converted
from desktop_app.integrations.wire import NotJson, read_json
from desktop_app.progress import Progress, until_cancelled

log = logging.getLogger(__name__)

USER_AGENT = (
    f"BillingBridge/{__version__} ({platform.system()}; Python {platform.python_version()})"
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})

_NOT_JSON = object()


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds and counts of one service; tests make them small.

    attempts: how often the same call is made at most. backoff: urllib3's factor, the pauses
    being 0, 2, 4, 8 ... times it. longest_pause caps both the back-off and a Retry-After.
    """

    connect: float = 10.0
    read: float = 60.0
    attempts: int = 4
    backoff: float = 0.5
    longest_pause: float = 60.0


class Attempts:
    """Counts attempts and pauses between them, with urllib3's Retry as the arithmetic.

    The pauses go through Progress.wait, so that cancelling ends them at once.
    """

    def __init__(self, patience: Patience) -> None:
        self._retry = Retry(
            total=patience.attempts - 1,
            backoff_factor=patience.backoff,
            backoff_max=patience.longest_pause,
            backoff_jitter=patience.backoff / 2,
            retry_after_max=int(patience.longest_pause),
        )

    def pause(self, progress: Progress, retry_after: str = "") -> bool:
        """Wait before the next attempt; False when this was the last. Raises Cancelled."""
        try:
            self._retry = self._retry.increment(error=Exception("transient"))
        except MaxRetryError:
            return False
        seconds = self._retry.get_backoff_time()
        if retry_after:
            with contextlib.suppress(InvalidHeader):
                seconds = self._retry.parse_retry_after(retry_after)
        progress.wait(seconds)
        return True


@dataclass(frozen=True)
class Answer:
    """One whole answer. reference: the service's own request id, "" if it gave none."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    reference: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body with Decimal for fractions, parsed once; not to be changed. Raises NotJson."""
        if not self.is_json:
            raise NotJson(f"{len(self.body)} bytes that are not JSON")
        return self._parsed

    @property
    def is_json(self) -> bool:
        return self._parsed is not _NOT_JSON

    @cached_property
    def _parsed(self) -> Any:
        try:
            return read_json(self.body)
        except NotJson:
            return _NOT_JSON

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    def __repr__(self) -> str:  # bodies hold tokens and customers' names
        return f"Answer({self.status}, {len(self.body)} bytes, {self.reference!r})"


def is_loopback(url: str) -> bool:
    """Whether *url* leads to this machine."""
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def is_safe_address(url: str) -> bool:
    """Whether a secret may go to *url*: https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def surroundings(url: str) -> dict[str, Any]:
    """Proxy and certificate settings of the person's system, as arguments for requests.

    Sessions run with trust_env off, because with it a .netrc entry for the host would replace the
    Authorization header. Proxies and a company's certificate file are wanted all the same; the
    local machine is never reached through a proxy.
    """
    if is_loopback(url):
        return {"proxies": {}, "verify": True}
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return {"proxies": get_environ_proxies(url, no_proxy=None), "verify": bundle or True}


def log_call(method: str, url: str, status: int, reference: str, started: float) -> None:
    """The one line per call; *started* is a time.monotonic()."""
    milliseconds = (time.monotonic() - started) * 1000
    path = urlsplit(url).path
    log.info("%s %s: %s, %s, %.0f ms", method, path, status, reference or "-", milliseconds)


def with_query(url: str, params: Mapping[str, str]) -> str:
    """*url* with *params*; blanks become %20 and a plus sign %2B, as QuickBooks wants."""
    return f"{url}?{urlencode(params, quote_via=quote, safe='')}" if params else url


class Http:
    """A session for one service; safe to use from several threads."""

    def __init__(
        self, service: str, reference_header: str, patience: Patience | None = None
    ) -> None:
        self.service = service
        self.patience = patience or Patience()
        self._reference_header = reference_header
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = USER_AGENT
        # Cookies would be shared state between threads, and neither service needs any.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        progress: Progress,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One attempt, redirects not followed.

        Cancelling before the request goes out raises Cancelled; a GET under way is then left to
        itself, while any other request is waited for, because its outcome must be known.
        Raises Cancelled, Unreached, LostAnswer, ConfigurationError (an impossible address).
        """
        progress.check()

        def call() -> Answer:
            return self._call(method, url, dict(headers or {}), body)

        return until_cancelled(call, progress) if method == "GET" else call()

    def get(
        self,
        url: str,
        progress: Progress,
        *,
        headers: Mapping[str, str] | None = None,
        again: Callable[[Answer], bool] = lambda answer: answer.status in TRANSIENT,
    ) -> Answer:
        """GET, repeated with back-off while *again* says so or no answer comes.

        The last attempt's answer is returned as it is, its error raised as it is.
        """
        attempts = Attempts(self.patience)
        while True:
            retry_after = ""
            try:
                answer = self.send("GET", url, progress, headers=headers)
            except Transient as error:
                if not error.transient or not attempts.pause(progress):
                    raise
            else:
                if not again(answer):
                    return answer
                retry_after = answer.headers.get("Retry-After", "")
                if not attempts.pause(progress, retry_after):
                    return answer

    def _call(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Answer:
        started = time.monotonic()
        try:
            with self._session.request(
                method,
                url,
                headers=headers,
                data=body,
                timeout=(self.patience.connect, self.patience.read),
                allow_redirects=False,
                **surroundings(url),
            ) as response:
                answer = Answer(
                    response.status_code,
                    response.headers,
                    response.content,
                    response.headers.get(self._reference_header, ""),
                )
        except (requests.RequestException, OSError, ValueError) as error:
            # from None: the texts of these errors hold whole addresses with their queries.
            failure = converted(error, self.service, url)
            log.info("%s: %s", method, failure.detail)
            raise failure from None
        log_call(method, url, answer.status, answer.reference, started)
        return answer
