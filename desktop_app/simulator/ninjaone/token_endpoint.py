"""The token, revoke and metadata addresses of NinjaOne (fact sheet, 1.2 to 1.4 and 1.7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.data.seed import NinjaOneApp
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.ninjaone import errors
from desktop_app.simulator.ninjaone.errors import ApiError
from desktop_app.simulator.ninjaone.grants import ACCESS_LIFE, Grant, GrantStore
from desktop_app.simulator.wire import json_response

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

#: Which grants each kind of app may use; a web app may have client credentials added.
_GRANTS = {
    "native": {"authorization_code", "refresh_token"},
    "web": {"authorization_code", "refresh_token", "client_credentials"},
    "machine": {"client_credentials"},
}


def _refuse(error: str, description: str | None = None) -> ApiError:
    body = {"error": error}
    if description is not None:
        body["error_description"] = description
    return ApiError(400, body)


def metadata(base: str) -> dict[str, Any]:
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/ws/oauth/authorize",
        "token_endpoint": f"{base}/ws/oauth/token",
        "revocation_endpoint": f"{base}/ws/oauth/revoke",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["monitoring"],
    }


class TokenEndpoint:
    """Not locked: the service holds its lock around every call."""

    def __init__(self, faults: Faults, grants: GrantStore, apps: dict[str, NinjaOneApp]) -> None:
        self._faults = faults
        self._grants = grants
        self._apps = apps

    def token(self, request: Request) -> Response:
        """Raises ApiError for every refusal."""
        if request.mimetype != "application/x-www-form-urlencoded":
            raise _refuse("invalid_request", "The body must be form-encoded")
        app = self._client(request)
        kind = request.form.get("grant_type", "")
        if kind not in {"authorization_code", "refresh_token", "client_credentials"}:
            raise _refuse("unsupported_grant_type" if kind else "invalid_request")
        if kind not in _GRANTS[app.type]:
            raise _refuse("unauthorized_client", f"The app may not use {kind}")
        if kind == "authorization_code":
            grant = self._redeem(request, app)
        elif kind == "refresh_token":
            grant = self._refresh(request, app)
        else:
            grant = self._grants.open(app.client_id, None, self._machine_scopes(request, app))
        body: dict[str, Any] = {
            "access_token": self._grants.issue_access(grant),
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFE,
            "scope": " ".join(grant.scopes),
        }
        if grant.refresh_token is not None:
            body["refresh_token"] = grant.refresh_token
        return json_response(body, 200, dict(_NO_STORE))

    def revoke(self, request: Request) -> Response:
        """200 whatever the token is worth, as RFC 7009 has it. Raises ApiError."""
        app = self._client(request)
        token = request.form.get("token", "")
        if not token:
            raise _refuse("invalid_request", "token is missing")
        self._grants.revoke(token, app.client_id)
        return Response("", status=200)

    def _client(self, request: Request) -> NinjaOneApp:
        basic = request.authorization
        if basic is not None and basic.type == "basic":
            client_id, secret = basic.username or "", basic.password or ""
        else:
            client_id = request.form.get("client_id", "")
            secret = request.form.get("client_secret", "")
        app = self._apps.get(client_id)
        if app is None or self._faults.take("ninja.unknown_app", client_id=client_id):
            raise errors.unknown_app()
        wrong = app.type != "native" and not hmac.compare_digest(
            app.client_secret.encode(), secret.encode()
        )
        if wrong or self._faults.take("ninja.invalid_client", client_id=client_id):
            raise _refuse("invalid_client")
        return app

    def _redeem(self, request: Request, app: NinjaOneApp) -> Grant:
        form = request.form
        if not form.get("code") or not form.get("redirect_uri"):
            raise _refuse("invalid_request", "code and redirect_uri are required")
        code = self._grants.take_code(form["code"])
        if (
            code is None
            or code.client_id != app.client_id
            or code.redirect_uri != form["redirect_uri"]
            or not _verifier_fits(code.challenge, form.get("code_verifier"))
        ):
            raise _refuse("invalid_grant")
        return self._grants.open(app.client_id, code.email, code.scopes)

    def _refresh(self, request: Request, app: NinjaOneApp) -> Grant:
        value = request.form.get("refresh_token", "")
        if not value:
            raise _refuse("invalid_request", "refresh_token is required")
        grant = self._grants.find_refresh(value, app.client_id)
        if grant is None:
            raise _refuse("invalid_token")
        if self._faults.take("ninja.refresh_dead", client_id=app.client_id):
            grant.revoked = True
            raise _refuse("invalid_token")
        asked = request.form.get("scope", "").split()
        if not set(asked) <= set(grant.scopes):
            raise _refuse("invalid_scope")
        self._grants.rotate(grant)
        return grant

    @staticmethod
    def _machine_scopes(request: Request, app: NinjaOneApp) -> list[str]:
        """What was asked, or every scope of the app; never offline_access."""
        own = [scope for scope in app.scopes if scope != "offline_access"]
        asked = request.form.get("scope", "").split() or own
        if not set(asked) <= set(own):
            raise _refuse("invalid_scope")
        return asked


def _verifier_fits(challenge: str | None, verifier: str | None) -> bool:
    if challenge is None:
        return True
    if not verifier:
        return False
    digest = hashlib.sha256(verifier.encode("utf-8")).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
    return hmac.compare_digest(made.encode(), challenge.encode())
