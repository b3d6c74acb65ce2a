"""The port NinjaOneWriter: the only two changes that the program makes to NinjaOne.

Source: NinjaOne sheet 4.6 (bodies are assumptions). Sent once; a lost answer is said, not retried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from desktop_app.domain.ports import AccessTokens
from desktop_app.errors import ReconnectNeeded, UnknownOutcome
from desktop_app.integrations.failures import LostAnswer
from desktop_app.integrations.http import Answer, Http
from desktop_app.integrations.ninjaone.faults import fault
from desktop_app.integrations.wire import write_json
from desktop_app.progress import Progress


class NinjaOneWrites:
    """Implements NinjaOneWriter for one tenant."""

    def __init__(self, http: Http, base_url: str, tokens: AccessTokens) -> None:
        self._http = http
        self._base = base_url
        self._tokens = tokens

    def set_note(self, invoice_id: str, note: str, progress: Progress) -> None:
        path = f"billing/invoices/{quote(invoice_id, safe='')}/note"
        self._change("PATCH", path, {"note": note}, progress)

    def export(self, invoice_ids: Sequence[str], progress: Progress) -> None:
        ids = [int(key) if key.isdecimal() else key for key in invoice_ids]
        self._change("POST", "billing/invoices/export", {"invoiceIds": ids}, progress)

    def _change(self, method: str, path: str, body: Mapping[str, Any], progress: Progress) -> None:
        token = self._tokens.token(progress)
        answer = self._send(method, path, body, token, progress)
        if answer.status == 401:  # refused before anything was done
            answer = self._send(method, path, body, self._tokens.renew(token, progress), progress)
            if answer.status == 401:
                raise ReconnectNeeded("NinjaOne no longer accepts the saved login.")
        if answer.status in (408, 502, 503, 504):
            raise _unknown(f"HTTP {answer.status}")
        if not answer.ok:
            raise fault(answer, billing=True)

    def _send(
        self, method: str, path: str, body: Mapping[str, Any], token: str, progress: Progress
    ) -> Answer:
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }
        url = f"{self._base}/v2/{path}"
        try:
            return self._http.send(method, url, progress, headers=headers, body=write_json(body))
        except LostAnswer as error:
            raise _unknown(error.detail) from None


def _unknown(reason: str) -> UnknownOutcome:
    return UnknownOutcome(
        "NinjaOne was asked to change an invoice, and its answer did not arrive.",
        advice="Look at the invoice in NinjaOne before asking again.",
        retryable=False,
        detail=reason,
    )
