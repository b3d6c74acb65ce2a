"""Signing in with NinjaOne (the port NinjaOneSignIn).

Source: NinjaOne sheet 1.2 to 1.7. Native apps use PKCE without a secret, web apps PKCE with a
secret, machine-to-machine apps client credentials.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from desktop_app.domain.ports import SignInRequest, TokenSet
from desktop_app.domain.records import NinjaOneApp, NinjaOneGrant
from desktop_app.domain.regions import normalise_base_url
from desktop_app.errors import (
    BridgeError,
    ConfigurationError,
    NetworkError,
    ReconnectNeeded,
    SignInError,
)
from desktop_app.integrations.failures import Unreached
from desktop_app.integrations.http import Answer, Attempts, Http, Patience, with_query
from desktop_app.integrations.ninjaone.faults import SERVICE, UNKNOWN_APP, problem_of
from desktop_app.integrations.wire import NotJson
from desktop_app.progress import Progress

# The program reads and changes nothing in NinjaOne; offline_access gives the refresh token.
SCOPES = "monitoring offline_access"
MANAGEMENT = "monitoring management offline_access"  # where notes and states are written back
PATIENCE = Patience(connect=10, read=30, attempts=3)

_NO_CODE = "billing-bridge-tests-these-keys"

_REGION_ADVICE = (
    "Each NinjaOne region has client apps of its own. Check that the region is the one in whose"
    " Administration, Apps, API the client ID was made, then copy the client ID again."
)

_Token = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=8192)]
_Seconds = Annotated[int, Field(ge=1, le=10**9)]


class _Tokens(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    access_token: _Token
    expires_in: _Seconds = 3600
    refresh_token: _Token | None = None


class _WrongCode(SignInError):
    """NinjaOne knows the client and refuses the code."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class NinjaOneOAuth:
    """Implements NinjaOneSignIn; holds no tokens, safe to use from several threads."""

    def __init__(
        self, patience: Patience = PATIENCE, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._http = Http(SERVICE, "x-nj-request-id", patience)
        self._now = now
        # Whether a sign-in asks for the permission to change invoices.
        self.management: Callable[[], bool] = lambda: False

    def close(self) -> None:
        self._http.close()

    def begin(self, app: NinjaOneApp, state: str) -> SignInRequest:
        """Does not go online. Raises ConfigurationError when something is missing."""
        base = _checked(app)
        if app.grant is NinjaOneGrant.MACHINE:
            raise ConfigurationError(
                "Machine-to-machine keys connect without a browser.",
                advice="Choose Native or Web as the kind of client app to sign in as a person.",
            )
        if not app.redirect_uri:
            raise ConfigurationError("The redirect address is missing.")
        if not state:
            raise ValueError("a sign-in needs a state of its own")
        verifier = secrets.token_urlsafe(64)
        url = with_query(
            f"{base}/ws/oauth/authorize",
            {
                "response_type": "code",
                "client_id": app.client_id,
                "redirect_uri": app.redirect_uri,
                "scope": MANAGEMENT if self.management() else SCOPES,
                "state": state,
                "code_challenge": challenge(verifier),
                "code_challenge_method": "S256",
            },
        )
        return SignInRequest(url, app.redirect_uri, state, verifier)

    def exchange(self, app: NinjaOneApp, secret: str, code: str, verifier: str) -> TokenSet:
        """Sent exactly once. Raises SignInError, ConfigurationError, NetworkError."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": app.redirect_uri,
            "code_verifier": verifier,
        }
        refused = SignInError(
            "NinjaOne did not accept the sign-in: it took too long or was used before.",
            advice="Sign in again.",
            retryable=True,
        )
        tokens = self._ask(app, secret, fields, refused)
        if not tokens.refresh_token:
            raise SignInError(
                "NinjaOne gave no lasting login.",
                advice="Edit the client app in NinjaOne, tick the grant Refresh Token, and sign in"
                " again.",
            )
        return tokens

    def machine(self, app: NinjaOneApp, secret: str) -> TokenSet:
        """Without a scope, so that every scope of the app is given; never a refresh token."""
        refused = ConfigurationError(
            "NinjaOne did not accept the machine-to-machine keys.", advice=_REGION_ADVICE
        )
        return self._ask(app, secret, {"grant_type": "client_credentials"}, refused)

    def test_keys(self, app: NinjaOneApp, secret: str) -> None:
        """Sends a code that cannot exist: only a known client is told that the code is wrong."""
        if app.grant is NinjaOneGrant.MACHINE:
            self.machine(app, secret)
            return
        fields = {
            "grant_type": "authorization_code",
            "code": _NO_CODE,
            "redirect_uri": app.redirect_uri,
            "code_verifier": secrets.token_urlsafe(64),
        }
        with contextlib.suppress(_WrongCode):
            self._ask(app, secret, fields, _WrongCode(""))
            raise ConfigurationError(
                "The answer did not come from NinjaOne: it accepted a code that cannot exist.",
                advice=_REGION_ADVICE,
            )

    def refresh(self, app: NinjaOneApp, secret: str, refresh_token: str) -> TokenSet:
        """The old token dies with the answer, so a lost answer is not asked for again."""
        refused = ReconnectNeeded("The NinjaOne login has ended.")
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        tokens = self._ask(app, secret, fields, refused)
        if tokens.refresh_token:
            return tokens
        return TokenSet(tokens.access_token, tokens.access_expires_at, refresh_token)

    def revoke(self, app: NinjaOneApp, secret: str, refresh_token: str) -> None:
        """Raises SignInError when NinjaOne does not confirm; ConfigurationError, NetworkError."""
        answer = self._post(app, secret, "revoke", {"token": refresh_token})
        if not answer.ok:
            raise _refusal(
                answer,
                SignInError(
                    "NinjaOne did not confirm that the login was revoked.",
                    title="Not confirmed",
                    advice="To be certain, remove the client app in NinjaOne.",
                ),
            )

    def _ask(
        self, app: NinjaOneApp, secret: str, fields: Mapping[str, str], refused: BridgeError
    ) -> TokenSet:
        started = self._now()
        answer = self._post(app, secret, "token", fields)
        if not answer.ok:
            raise _refusal(answer, refused)
        try:
            tokens = _Tokens.model_validate(answer.json())
        except (NotJson, ValidationError):
            raise NetworkError(
                "An answer came that is not NinjaOne's: perhaps the network asks for a sign-in of"
                " its own, or the address is not a NinjaOne instance.",
                advice="Check the NinjaOne address and the network, then try again.",
                detail=f"token endpoint, HTTP {answer.status}, no usable tokens",
            ) from None
        return TokenSet(
            access_token=tokens.access_token,
            access_expires_at=started + timedelta(seconds=tokens.expires_in),
            refresh_token=tokens.refresh_token or "",
        )

    def _post(self, app: NinjaOneApp, secret: str, word: str, fields: Mapping[str, str]) -> Answer:
        """Repeated only while the request never reached NinjaOne."""
        base = _checked(app)
        form = {**fields, "client_id": app.client_id}
        if app.grant is not NinjaOneGrant.NATIVE:
            form["client_secret"] = secret
        attempts = Attempts(self._http.patience)
        while True:
            try:
                return self._http.send(
                    "POST",
                    f"{base}/ws/oauth/{word}",
                    Progress(),
                    headers={
                        "Accept": "application/json",
                        "Content-Type": "application/x-www-form-urlencoded",
                    },
                    body=urlencode(form, quote_via=quote).encode(),
                )
            except Unreached as error:
                if not error.transient or not attempts.pause(Progress()):
                    raise


def challenge(verifier: str) -> str:
    """The S256 code challenge of RFC 7636."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _checked(app: NinjaOneApp) -> str:
    base = normalise_base_url(app.base_url)
    if not app.client_id:
        raise ConfigurationError("The NinjaOne client ID is missing.", advice=_REGION_ADVICE)
    return base


def _refusal(answer: Answer, refused: BridgeError) -> BridgeError:
    """*refused* for a bad code or token, else what the answer means."""
    problem = problem_of(answer)
    # The code may be any text of the server's, so only what looks like a code is logged.
    code = problem.code if problem.code.replace("_", "").replace(" ", "").isalnum() else ""
    detail = f"NinjaOne HTTP {answer.status}, {code or 'no code'}, {problem.reference or '-'}"
    if problem.code == UNKNOWN_APP or (answer.status == 404 and "app" in problem.code.casefold()):
        return ConfigurationError(
            "This client ID does not exist in this NinjaOne region.",
            title="Check the region and the client ID",
            advice=_REGION_ADVICE,
            detail=detail,
        )
    if problem.code in ("invalid_grant", "invalid_token"):
        refused.detail = detail
        return refused
    if problem.code in ("invalid_client", "unauthorized_client", "invalid_scope") or (
        answer.status == 401
    ):
        return ConfigurationError(
            {
                "unauthorized_client": "The client app may not sign in this way.",
                "invalid_scope": "The client app may not use the scope Monitoring.",
            }.get(problem.code, "NinjaOne does not accept this client secret."),
            title="Check the client app",
            advice="Compare with the client app in NinjaOne: its platform, the grants and scopes"
            " that are ticked, and its secret (which NinjaOne shows only once).",
            detail=detail,
        )
    if answer.status == 404 or 300 <= answer.status < 400:
        return ConfigurationError(
            "At this address there is no NinjaOne instance.",
            title="Check the NinjaOne address",
            advice=_REGION_ADVICE,
            detail=detail,
        )
    if answer.status == 429 or answer.status >= 500:
        return NetworkError(
            f"NinjaOne's sign-in is not working as it should (HTTP {answer.status}).",
            title="NinjaOne is not available",
            advice="Wait a few minutes, then try again.",
            detail=detail,
        )
    refused.detail = detail
    return refused
