"""Calls QuickBooks Online v3: login, pacing, faults, repeating. What the data means is for others.

Source: QuickBooks sheet chapters 3, 5 and 6.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from desktop_app.domain.ports import AccessTokens
from desktop_app.errors import (
    BridgeError,
    FaultClass,
    ReconnectNeeded,
    ServiceFault,
    UnknownOutcome,
)
from desktop_app.integrations.failures import LostAnswer, Transient
from desktop_app.integrations.http import Answer, Attempts, Http, with_query
from desktop_app.integrations.quickbooks.faults import SERVICE, judge, unreadable
from desktop_app.integrations.quickbooks.pacing import Pacer
from desktop_app.progress import Cancelled, Progress

log = logging.getLogger(__name__)

MINOR_VERSION = "75"
TID = "intuit_tid"

# A refusal of these classes is about the request itself; it says so whatever came before.
_CERTAIN = frozenset({FaultClass.DATA, FaultClass.DEFECT, FaultClass.STALE})
_SEEN_BEFORE = "600"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A successful answer: its JSON object, the service's clock and its reference."""

    body: Mapping[str, Any]
    time: datetime
    reference: str

    def part(self, name: str) -> Mapping[str, Any]:
        """The object of that name. Raises ServiceFault when the answer has none."""
        value = self.body.get(name)
        if not isinstance(value, Mapping):
            raise unreadable(name, self.reference)
        return value


class Client:
    """One company. Not for several threads at once; the Http and the Pacer may be shared."""

    def __init__(
        self, http: Http, api_url: str, realm_id: str, tokens: AccessTokens, pacer: Pacer
    ) -> None:
        self._http = http
        self._root = f"{api_url.rstrip('/')}/v3/company/{quote(realm_id, safe='')}"
        self._tokens = tokens
        self._pacer = pacer
        self.realm_id = realm_id
        self.metered_reads = 0

    def read(
        self, path: str, progress: Progress, params: Mapping[str, str] | None = None
    ) -> Envelope:
        """GET, repeated while that can help. Raises ServiceFault, NetworkError, ReconnectNeeded."""
        envelope = self._read("GET", self._url(path, params or {}), None, progress)
        self.metered_reads += 1
        return envelope

    def query(self, statement: str, progress: Progress) -> Envelope:
        return self.read("query", progress, {"query": statement})

    def ask_batch(self, body: bytes, items: int, progress: Progress) -> Envelope:
        """A batch of queries only, so that repeating is safe. Each item counts as a read."""
        envelope = self._read("POST", self._url("batch", {}), body, progress, items)
        self.metered_reads += items
        return envelope

    def write(
        self,
        path: str,
        body: bytes,
        request_id: str,
        progress: Progress,
        *,
        params: Mapping[str, str] | None = None,
        items: int = 0,
    ) -> Envelope:
        """POST that changes something, repeated with the same request id.

        items: how many operations a batch holds, 0 for a request of its own.
        Raises ServiceFault when QuickBooks refused; UnknownOutcome when it may have been done;
        NetworkError, ReconnectNeeded or Cancelled only while it is certain that nothing was done.
        """
        url = self._url(path, {**(params or {}), "requestid": request_id})
        uncertain: list[str] = []
        try:
            return self._write(url, body, progress, uncertain, items)
        except UnknownOutcome:
            raise
        except (BridgeError, Cancelled) as error:
            if not uncertain or (isinstance(error, ServiceFault) and error.fault_class in _CERTAIN):
                raise
            reason = error.detail if isinstance(error, BridgeError) else "cancelled"
            raise _unknown(f"{uncertain[-1]}; then {reason}") from None

    def hold(self) -> None:
        """Nobody sends to this company for the pause after "too many requests"."""
        self._pacer.hold()

    # --- Repeating ---------------------------------------------------------------------------

    def _read(
        self, method: str, url: str, body: bytes | None, progress: Progress, items: int = 0
    ) -> Envelope:
        attempts = Attempts(self._http.patience)
        throttled = 0
        while True:
            try:
                answer = self._attempt(method, url, body, progress, items)
            except Transient as error:
                if not error.transient or not attempts.pause(progress):
                    raise
                continue
            fault = judge(answer)
            if fault is None:
                return _envelope(answer)
            if fault.fault_class is FaultClass.THROTTLED and throttled < self._throttle_tries:
                throttled += 1
                self._slow_down(progress)
                continue
            if fault.fault_class is FaultClass.TRANSIENT and attempts.pause(progress):
                continue
            raise fault

    def _write(
        self, url: str, body: bytes, progress: Progress, uncertain: list[str], items: int
    ) -> Envelope:
        """*uncertain* collects the reasons why the write may have been done already."""
        attempts = Attempts(self._http.patience)
        throttled = 0
        while True:
            try:
                answer = self._attempt("POST", url, body, progress, items)
            except Transient as error:
                if isinstance(error, LostAnswer):
                    uncertain.append(error.detail)
                if not error.transient or not attempts.pause(progress):
                    raise
                continue
            fault = judge(answer)
            if fault is None:
                return _envelope(answer)
            if fault.fault_class is FaultClass.THROTTLED and throttled < self._throttle_tries:
                throttled += 1
                self._slow_down(progress)
                continue
            if fault.fault_class is not FaultClass.TRANSIENT:
                raise fault
            if _may_be_done(answer, fault):
                uncertain.append(fault.detail)
            if not attempts.pause(progress):
                raise fault

    @property
    def _throttle_tries(self) -> int:
        return self._pacer.pace.throttle_tries

    def _slow_down(self, progress: Progress) -> None:
        """Hold all requests for this company; the next attempt waits for it."""
        seconds = self._pacer.hold()
        log.info("QuickBooks asks to slow down; waiting %.0f s", seconds)
        progress.report(f"QuickBooks asks to slow down; going on in {seconds:.0f} seconds")

    # --- One attempt -------------------------------------------------------------------------

    def _attempt(
        self, method: str, url: str, body: bytes | None, progress: Progress, items: int
    ) -> Answer:
        """Sends once, or twice when the login had to be renewed. Raises ReconnectNeeded."""
        token = self._tokens.token(progress)
        answer = self._send(method, url, body, token, progress, items)
        if not _stale_login(answer):
            return answer
        token = self._tokens.renew(token, progress)
        answer = self._send(method, url, body, token, progress, items)
        if _stale_login(answer):
            raise ReconnectNeeded(
                "QuickBooks no longer accepts the saved login.",
                detail=f"{SERVICE} HTTP {answer.status} after renewing, {answer.reference or '-'}",
            )
        return answer

    def _send(
        self,
        method: str,
        url: str,
        body: bytes | None,
        token: str,
        progress: Progress,
        items: int,
    ) -> Answer:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._pacer.wait(progress, items)
        return self._http.send(method, url, progress, headers=headers, body=body)

    def _url(self, path: str, params: Mapping[str, str]) -> str:
        return with_query(f"{self._root}/{path}", {**params, "minorversion": MINOR_VERSION})


def _stale_login(answer: Answer) -> bool:
    """A 401 that a new access token may cure; "wrong cluster" (130) is one that it cannot."""
    if answer.status != 401:
        return False
    fault = judge(answer)
    return fault is not None and fault.fault_class is FaultClass.TOKEN


def _may_be_done(answer: Answer, fault: ServiceFault) -> bool:
    """Whether a write that failed for the moment may have been carried out all the same."""
    return answer.ok or answer.status == 408 or answer.status >= 500 or fault.code == _SEEN_BEFORE


def _envelope(answer: Answer) -> Envelope:
    body = answer.json()
    return Envelope(body, _time(body, answer), answer.reference)


def _time(body: Mapping[str, Any], answer: Answer) -> datetime:
    """The service's clock: from the envelope, else from the Date header, else this computer's."""
    try:
        return datetime.fromisoformat(str(body["time"])).astimezone(UTC)
    except (KeyError, ValueError):
        pass
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return datetime.now(UTC)


def _unknown(reason: str) -> UnknownOutcome:
    return UnknownOutcome(
        "QuickBooks was asked to create something, and its answer did not arrive.", detail=reason
    )


def literal(text: str) -> str:
    """*text* as a literal of the query language: quoted, apostrophes and backslashes escaped."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def rows_of(envelope: Envelope, entity: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a query's answer; none when the key is absent. Raises ServiceFault."""
    found = envelope.part("QueryResponse").get(entity, [])
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise unreadable(entity, envelope.reference)
    return found
