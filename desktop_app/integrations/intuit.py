"""Signing in with Intuit (the port IntuitSignIn), through intuitlib; see :mod:`intuit_client`.

Source: QuickBooks sheet, chapters 1 and 2.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from intuitlib.enums import Scopes

from desktop_app.domain.ports import SignedInUser, SignInRequest, TokenSet
from desktop_app.domain.records import Environment, QuickBooksApp
from desktop_app.errors import (
    BridgeError,
    ConfigurationError,
    NetworkError,
    ReconnectNeeded,
    SignInError,
)
from desktop_app.integrations.failures import Transient
from desktop_app.integrations.http import Attempts, Patience
from desktop_app.integrations.intuit_client import Client, Discovery, Refusal, Tokens, Unreadable
from desktop_app.progress import Progress

DISCOVERY = {
    Environment.PRODUCTION: "https://developer.api.intuit.com/.well-known/openid_configuration",
    Environment.SANDBOX: (
        "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration"
    ),
}
# Accounting is the job; the other three only let the program show who is connected.
SCOPES = [Scopes.ACCOUNTING, Scopes.OPENID, Scopes.PROFILE, Scopes.EMAIL]
# A refresh may be repeated once, with the same token (sheet 1.5); a code never.
PATIENCE = Patience(connect=10, read=30, attempts=2)

_KEEP_DISCOVERY = 3600.0  # seconds
_NO_CODE = "billing-bridge-tests-these-keys"
_KEYS_ADVICE = (
    "Copy the client ID and the client secret again from the Keys page of your Intuit app, and"
    " choose the environment that they belong to."
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class IntuitOAuth:
    """Implements IntuitSignIn; holds no tokens, safe to use from several threads."""

    def __init__(
        self, patience: Patience = PATIENCE, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._patience = patience
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Discovery]] = {}

    def begin(self, app: QuickBooksApp, secret: str, state: str) -> SignInRequest:
        """Raises ConfigurationError (something missing), NetworkError."""
        if not app.redirect_uri:
            raise ConfigurationError(
                "The redirect address is missing.",
                advice="Enter the redirect address that is registered for your Intuit app.",
            )
        if not state:
            raise ValueError("a sign-in needs a state of its own")
        with self._client(app, secret) as client:
            url = str(client.get_authorization_url(SCOPES, state))
        return SignInRequest(url=url, redirect_uri=app.redirect_uri, state=state)

    def exchange(self, app: QuickBooksApp, secret: str, code: str, realm_id: str) -> TokenSet:
        """Sent exactly once: a code that is sent twice may end the login it just made."""
        started = self._now()
        with self._client(app, secret) as client:
            try:
                tokens = client.exchange(code, realm_id)
            except Refusal as refusal:
                if refusal.error in ("invalid_grant", "invalid_request"):
                    raise SignInError(
                        "Intuit did not accept the sign-in: it took too long, was used before,"
                        " or the redirect address differs from the registered one.",
                        advice="Sign in again. If it happens again, compare the redirect address"
                        " with the one on the Keys page of your Intuit app, letter by letter.",
                        detail=refusal.detail,
                        retryable=True,
                    ) from None
                _refused(refusal)
            except Unreadable as unreadable:
                raise _unreadable(unreadable) from None
        if tokens.refresh_token is None:
            raise SignInError(
                "Intuit gave no lasting login for this company.",
                advice="Sign in again.",
                retryable=True,
            )
        return _token_set(tokens, tokens.refresh_token, started)

    def refresh(self, app: QuickBooksApp, secret: str, refresh_token: str) -> TokenSet:
        """Tried again once when Intuit is unreachable or unwell, with the same token."""
        attempts = Attempts(self._patience)
        while True:
            try:
                return self._refresh(app, secret, refresh_token)
            except NetworkError as error:
                if isinstance(error, Transient) and not error.transient:
                    raise
                if not attempts.pause(Progress()):
                    raise

    def _refresh(self, app: QuickBooksApp, secret: str, refresh_token: str) -> TokenSet:
        started = self._now()
        with self._client(app, secret) as client:
            try:
                tokens = client.renew(refresh_token)
            except Refusal as refusal:
                if refusal.error == "invalid_grant":
                    raise ReconnectNeeded(
                        "The saved login belongs to other app keys or another environment."
                        if refusal.foreign
                        else "The QuickBooks login has ended: it expired, was disconnected in"
                        " QuickBooks, or was replaced by a newer one.",
                        detail=refusal.detail,
                    ) from None
                _refused(refusal)
            except Unreadable as unreadable:
                raise _unreadable(unreadable) from None
        return _token_set(tokens, tokens.refresh_token or refresh_token, started)

    def revoke(self, app: QuickBooksApp, secret: str, refresh_token: str) -> None:
        """Raises SignInError when Intuit does not confirm; ConfigurationError, NetworkError."""
        with self._client(app, secret) as client:
            try:
                client.revoke(refresh_token)
            except Refusal as refusal:
                if refusal.status == 400 and refusal.error != "invalid_client":
                    raise SignInError(
                        "Intuit did not confirm that the login was revoked; it may have ended"
                        " already.",
                        title="Not confirmed",
                        advice="To be certain, open Apps, My apps in QuickBooks and disconnect"
                        " the app there.",
                        detail=refusal.detail,
                    ) from None
                _refused(refusal)

    def user(self, app: QuickBooksApp, secret: str, access_token: str) -> SignedInUser:
        """Raises ReconnectNeeded on 401 or 403, NetworkError."""
        with self._client(app, secret) as client:
            try:
                user = client.user(access_token)
            except Refusal as refusal:
                if refusal.status in (401, 403):
                    raise ReconnectNeeded(
                        "Intuit did not say who is signed in.", detail=refusal.detail
                    ) from None
                _refused(refusal)
            except Unreadable as unreadable:
                raise _unreadable(unreadable) from None
        name = " ".join(part for part in (user.givenName, user.familyName) if part)
        return SignedInUser(name=name or user.email, email=user.email)

    def test_keys(self, app: QuickBooksApp, secret: str) -> None:
        """Sends a code that cannot exist: only a known pair is told that the code is wrong."""
        with self._client(app, secret, or_redirect="https://localhost/") as client:
            try:
                client.exchange(_NO_CODE, "")
            except Refusal as refusal:
                if refusal.error == "invalid_grant":
                    return
                _refused(refusal)
            except Unreadable as unreadable:
                raise _unreadable(unreadable) from None
        raise ConfigurationError(
            "The answer did not come from Intuit: it accepted a code that cannot exist.",
            advice="Check the discovery address.",
        )

    def _client(self, app: QuickBooksApp, secret: str, or_redirect: str = "") -> Client:
        """A client for one call; its use is wrapped in ``with``, which closes its connections."""
        if not app.client_id:
            raise ConfigurationError("The client ID is missing.", advice=_KEYS_ADVICE)
        url = DISCOVERY.get(app.environment) or app.discovery_url
        if not url:
            raise ConfigurationError(
                "The discovery address is missing.",
                advice="Enter the address of the discovery document, or choose Sandbox or"
                " Production as the environment.",
            )
        with self._lock:
            stored_at, known = self._known.get(url, (0.0, None))
        if known is not None and time.monotonic() - stored_at > _KEEP_DISCOVERY:
            known = None
        try:
            client = Client(
                app.client_id, secret, app.redirect_uri or or_redirect, url, self._patience, known
            )
        except (Refusal, Unreadable) as error:
            raise _no_discovery(error, app.environment) from None
        if known is None and client.discovery is not None:
            with self._lock:
                self._known[url] = (time.monotonic(), client.discovery)
        return client


def _token_set(tokens: Tokens, refresh_token: str, started: datetime) -> TokenSet:
    """Expiries count from before the request, so that they are never too late."""
    ends = tokens.x_refresh_token_expires_in
    return TokenSet(
        access_token=tokens.access_token,
        access_expires_at=started + timedelta(seconds=tokens.expires_in),
        refresh_token=refresh_token,
        refresh_expires_at=None if ends is None else started + timedelta(seconds=ends),
    )


def _refused(refusal: Refusal) -> NoReturn:
    """What every call has in common: wrong keys, and Intuit being unwell."""
    if refusal.error in ("invalid_client", "unauthorized_client") or (
        refusal.status == 401 and not refusal.error
    ):
        raise ConfigurationError(
            "Intuit does not know this pair of client ID and client secret.",
            title="Check the app keys",
            advice=_KEYS_ADVICE,
            detail=refusal.detail,
        ) from None
    if refusal.status == 429 or refusal.status >= 500 or not refusal.error:
        raise NetworkError(
            f"Intuit's sign-in service is not working as it should (HTTP {refusal.status}).",
            title="Intuit is not available",
            advice="Wait a few minutes, then try again.",
            detail=refusal.detail,
        ) from None
    raise ConfigurationError(
        f"Intuit refused the request ({refusal.error}).",
        advice="Compare the app keys and the redirect address with those of your Intuit app.",
        detail=refusal.detail,
    ) from None


def _unreadable(unreadable: Unreadable) -> NetworkError:
    return NetworkError(
        "An answer came that is not Intuit's: perhaps the network asks for a sign-in of its own.",
        advice="Open any web page in a browser to see whether the network is free, then try again.",
        detail=unreadable.detail,
    )


def _no_discovery(error: Refusal | Unreadable, environment: Environment) -> BridgeError:
    transient = isinstance(error, Refusal) and (error.status == 429 or error.status >= 500)
    if environment is Environment.CUSTOM and not transient:
        return ConfigurationError(
            "At the custom discovery address there is no usable discovery document.",
            advice="Check the discovery address in the settings.",
            detail=error.detail,
        )
    return NetworkError(
        "Intuit's sign-in addresses could not be looked up.",
        title="Intuit is not available",
        advice="Wait a few minutes, then try again.",
        detail=error.detail,
    )
