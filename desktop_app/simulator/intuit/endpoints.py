"""Token, revoke and user-info endpoints, as the fact sheet's 1.5 and 1.6 describe them."""

from __future__ import annotations

import base64
import binascii
import hmac
import threading
import time
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.data.seed import IntuitApp, IntuitUser
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.ids import derived
from desktop_app.simulator.intuit.grants import ACCESS_LIFE, Grant, GrantError, GrantStore
from desktop_app.simulator.intuit.identity import id_token
from desktop_app.simulator.transport import cut_connection
from desktop_app.simulator.wire import html_response, json_response, loads

_FORM = "application/x-www-form-urlencoded"
_HARD_HEADER = "x-include-refresh-token-hard-expires-in"
_SECRETS = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


def oauth_error(status: int, error: str, description: str | None = None) -> Response:
    body = {"error": error}
    if description is not None:
        # Observed with the description first (fact sheet, 1.5).
        body = {"error_description": description, "error": error}
    return json_response(body, status, dict(_SECRETS))


class Endpoints:
    """lock guards the grants; it is let go while a fault makes an answer wait."""

    def __init__(
        self,
        faults: Faults,
        grants: GrantStore,
        users: list[IntuitUser],
        apps: list[IntuitApp],
        issuer: Callable[[], str],
        lock: threading.RLock,
    ) -> None:
        self._faults = faults
        self._grants = grants
        self._users = {user.email: user for user in users}
        self._apps = {app.client_id: app for app in apps}
        self._issuer = issuer
        self._lock = lock
        self._refreshing: dict[str, int] = {}
        self._collided: set[str] = set()

    # Token

    def token(self, request: Request) -> Response:
        slow = self._faults.take("oauth.slow_token")
        if slow:
            time.sleep(float(slow["seconds"]))
        if self._faults.take("oauth.token_500"):
            return oauth_error(500, "server_error", "Internal error")
        page = self._faults.take("oauth.token_html")
        if page:
            return html_response(
                "<html><body><h1>Service Unavailable</h1></body></html>", int(page["status"])
            )
        response = self._token(request)
        if response.status_code == 200 and self._faults.take("oauth.lost_response"):
            cut_connection(request)
        return response

    def _token(self, request: Request) -> Response:
        if request.mimetype != _FORM:
            return oauth_error(400, "invalid_request")
        client_id, refusal = self._client(request)
        if refusal is not None:
            return refusal
        form = request.form
        kind = form.get("grant_type", "")
        try:
            if kind == "authorization_code":
                if not form.get("code") or not form.get("redirect_uri"):
                    return oauth_error(400, "invalid_request")
                with self._lock:
                    grant = self._redeem(client_id, form["code"], form["redirect_uri"])
                    return self._answer(request, grant)
            if kind == "refresh_token":
                if not form.get("refresh_token"):
                    return oauth_error(400, "invalid_request")
                return self._refresh(request, client_id, form["refresh_token"])
        except GrantError as error:
            return oauth_error(400, "invalid_grant", error.description)
        return oauth_error(400, "unsupported_grant_type" if kind else "invalid_request")

    def _redeem(self, client_id: str, code: str, redirect_uri: str) -> Grant:
        return self._grants.redeem_code(
            code,
            client_id,
            redirect_uri,
            used=self._faults.take("oauth.code_used", client_id=client_id) is not None,
            expired=self._faults.take("oauth.code_expired", client_id=client_id) is not None,
        )

    def _refresh(self, request: Request, client_id: str, value: str) -> Response:
        with self._lock:
            grant = self._grants.find_refresh(value, client_id)
            if grant.id in self._refreshing:
                # Two at once: this one fails, and what the first one receives dies (sheet, 1.5).
                self._collided.add(grant.id)
                raise GrantError(None)
            if self._faults.take("oauth.refresh_dead", client_id=client_id):
                self._grants.revoke_grant(grant)
                raise GrantError("Incorrect or invalid refresh token")
            held = self._faults.take("oauth.parallel_refresh", client_id=client_id)
            if not held:
                return self._rotate(request, grant)
            self._refreshing[grant.id] = 1
        try:
            time.sleep(float(held["hold"]))
        finally:
            with self._lock:
                del self._refreshing[grant.id]
                response = self._rotate(request, grant)
                if grant.id in self._collided:
                    self._collided.discard(grant.id)
                    self._grants.revoke_grant(grant)
        return response

    def _rotate(self, request: Request, grant: Grant) -> Response:
        forced = self._faults.take("oauth.rotate", client_id=grant.client_id) is not None
        self._grants.refresh(grant, rotate=forced)
        return self._answer(request, grant)

    def _answer(self, request: Request, grant: Grant) -> Response:
        token = self._grants.issue_access(grant)
        issued = token.ends - ACCESS_LIFE
        body: dict[str, Any] = {
            "token_type": "bearer",
            "access_token": token.value,
            "expires_in": ACCESS_LIFE,
            "refresh_token": grant.refresh_token,
            "x_refresh_token_expires_in": max(0, round(grant.refresh_ends - issued)),
        }
        if request.headers.get(_HARD_HEADER, "").casefold() == "true":
            body["x_refresh_token_hard_expires_in"] = max(0, round(grant.hard_ends - issued))
        if "openid" in grant.scopes:
            body["id_token"] = id_token(
                self._issuer(), grant.client_id, self.subject(grant), grant.realm_id, ACCESS_LIFE
            )
        if self._faults.take("oauth.extra_key", client_id=grant.client_id):
            body["headers"] = "an undocumented value"
        return json_response(body, 200, dict(_SECRETS))

    def _client(self, request: Request) -> tuple[str, Response | None]:
        """Who asks, by Basic or by form; the second value is the refusal."""
        client_id, secret = _basic(request.headers.get("Authorization", ""))
        if client_id is None:
            client_id = request.form.get("client_id")
            secret = request.form.get("client_secret", "")
        app = self._apps.get(client_id or "")
        if app is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
            return "", oauth_error(401, "invalid_client")
        fault = self._faults.take("oauth.invalid_client", client_id=app.client_id)
        if fault:
            return "", oauth_error(int(fault["status"]), "invalid_client")
        return app.client_id, None

    # Revoke and user info

    def revoke(self, request: Request) -> Response:
        client_id, refusal = self._client(request)
        if refusal is not None:
            return refusal
        if request.mimetype != "application/json":
            return oauth_error(400, "invalid_request")
        try:
            body = loads(request.get_data())
        except ValueError:
            return oauth_error(400, "invalid_request")
        token = body.get("token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token:
            return oauth_error(400, "invalid_request")
        if self._faults.take("oauth.revoke_fails", client_id=client_id):
            return oauth_error(400, "invalid_request")
        with self._lock:
            if not self._grants.revoke(token, client_id):
                return oauth_error(400, "invalid_request", "Token is invalid or already revoked")
        return Response("", status=200)

    def userinfo(self, request: Request) -> Response:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        with self._lock:
            found = self._grants.find_access(value.strip())
        if scheme.casefold() != "bearer" or found is None:
            return self._refuse_bearer(401, "invalid_token")
        token, grant = found
        if token.revoked or grant.revoked or self._grants.access_expired(token):
            return self._refuse_bearer(401, "invalid_token")
        if "openid" not in grant.scopes:
            return self._refuse_bearer(403, "insufficient_scope")
        return json_response(self._person(grant))

    @staticmethod
    def _refuse_bearer(status: int, error: str) -> Response:
        response = oauth_error(status, error)
        response.headers["WWW-Authenticate"] = f'Bearer error="{error}"'
        return response

    def _person(self, grant: Grant) -> dict[str, Any]:
        user = self._users[grant.email]
        scopes = set(grant.scopes)
        person: dict[str, Any] = {"sub": self.subject(grant)}
        if "email" in scopes:
            person |= {"email": user.email, "emailVerified": True}
        if "profile" in scopes:
            person |= {"givenName": user.given_name, "familyName": user.family_name}
        if "phone" in scopes:
            person |= {"phoneNumber": "+1 5555550100", "phoneNumberVerified": False}
        if "address" in scopes:
            person["address"] = {
                "streetAddress": "2632 Marine Way",
                "locality": "Mountain View",
                "region": "CA",
                "postalCode": "94043",
                "country": "US",
            }
        return person

    @staticmethod
    def subject(grant: Grant) -> str:
        """A stable id of the user, as ``sub`` is: it says nothing about the address."""
        return derived(8, "subject", grant.email) + "-" + derived(12, "person", grant.email)


def _basic(header: str) -> tuple[str | None, str]:
    """(client id, secret) of a Basic header; the id is None when there is no such header."""
    scheme, _, value = header.partition(" ")
    if scheme.casefold() != "basic":
        return None, ""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = text.partition(":")
    return client_id, secret
