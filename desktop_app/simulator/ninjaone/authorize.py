"""The browser's part of the NinjaOne sign-in: authorize, sign-in and consent pages."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from desktop_app.simulator import redirects
from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import NinjaOneApp
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.ids import opaque
from desktop_app.simulator.ninjaone import pages
from desktop_app.simulator.ninjaone.grants import GrantStore
from desktop_app.simulator.ninjaone.technicians import BY_EMAIL
from desktop_app.simulator.wire import html_response

COOKIE = "sim_ninjaone_session"
SESSION_LIFE = 12 * 3600
ERROR_PAGE = "/ws/oauth/error"
SCOPES = ("monitoring", "management", "control", "offline_access")


@dataclass
class _Flow:
    app: NinjaOneApp
    redirect_uri: str
    state: str | None
    scopes: list[str]
    challenge: str | None
    email: str | None = None


class Authorize:
    """Not locked: the service holds its lock around every call."""

    def __init__(
        self, clock: SimClock, faults: Faults, grants: GrantStore, apps: dict[str, NinjaOneApp]
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._grants = grants
        self._apps = apps
        self._flows: dict[str, _Flow] = {}
        self._sessions: dict[str, tuple[str, float]] = {}

    def authorize(self, request: Request) -> Response:
        """A key or address that is not known ends on the error page, never at the address."""
        args = request.args
        app = self._apps.get(args.get("client_id", ""))
        if app is None or self._faults.take("ninja.unknown_app", path=request.path):
            return self._fail("invalid_client", "Client app not exist")
        if app.type == "machine":
            return self._fail("unauthorized_client", "The app does not sign users in")
        address = args.get("redirect_uri", "")
        if not self._address_fits(app, address):
            return self._fail(
                "unauthorized_client", "The redirect_uri does not match the registered one"
            )
        state = args.get("state")
        if args.get("response_type") != "code":
            return self._back(address, state, "unsupported_response_type")
        challenge = args.get("code_challenge")
        if challenge is None and app.type == "native":
            return self._back(address, state, "invalid_request", "code_challenge is required")
        if challenge is not None and args.get("code_challenge_method") != "S256":
            return self._back(address, state, "invalid_request", "Only S256 is supported")
        scopes = args.get("scope", "").split()
        if not scopes or not set(scopes) <= set(app.scopes):
            return self._back(address, state, "invalid_scope")
        flow_id = opaque(32)
        email = self._session_email(request)
        self._flows[flow_id] = _Flow(app, address, state, scopes, challenge, email)
        return redirects.to(f"/ws/oauth/sign-in?flow={flow_id}")

    def show(self, request: Request) -> Response:
        flow_id = request.args.get("flow", "")
        flow = self._flows.get(flow_id)
        if flow is None:
            return self._fail("invalid_request", "This sign-in has ended")
        if flow.email is None:
            return html_response(pages.sign_in(flow_id))
        return html_response(pages.consent(flow_id, "Billing Bridge", flow.email, flow.scopes))

    def sign_in(self, request: Request) -> Response:
        form = request.form
        flow_id = form.get("flow", "")
        flow = self._flows.get(flow_id)
        if flow is None:
            return self._fail("invalid_request", "This sign-in has ended")
        email = form.get("email", "").strip()
        user = BY_EMAIL.get(email.casefold())
        if user is None or not _same(user.password, form.get("password", "")):
            return html_response(
                pages.sign_in(flow_id, email, "The e-mail or the password is not right."), 401
            )
        if user.otp is not None and not _same(user.otp, form.get("code", "").strip()):
            return html_response(
                pages.sign_in(flow_id, email, "The verification code is not right."), 401
            )
        flow.email = user.email
        session = opaque(40)
        self._sessions[session] = (user.email, self._clock.timestamp() + SESSION_LIFE)
        response = redirects.to(f"/ws/oauth/sign-in?flow={flow_id}", 303)
        response.set_cookie(
            COOKIE, session, max_age=SESSION_LIFE, httponly=True, samesite="Lax", path="/ws/oauth"
        )
        return response

    def consent(self, request: Request) -> Response:
        flow = self._flows.get(request.form.get("flow", ""))
        if flow is None or flow.email is None:
            return self._fail("invalid_request", "This sign-in has ended")
        if request.form.get("decision") == "allow" and self._faults.take("ninja.never_redirects"):
            return html_response(pages.waiting())
        del self._flows[request.form["flow"]]
        if request.form.get("decision") != "allow":
            return self._back(flow.redirect_uri, flow.state, "access_denied")
        refused = self._faults.take("ninja.access_denied", client_id=flow.app.client_id)
        if refused:
            return self._back(
                flow.redirect_uri, flow.state, str(refused["error"]), str(refused["description"])
            )
        state = flow.state
        if self._faults.take("ninja.state_altered", client_id=flow.app.client_id):
            state = "altered-" + opaque(12)
        values = {
            "code": self._grants.issue_code(
                flow.app.client_id, flow.redirect_uri, flow.email, flow.scopes, flow.challenge
            )
        }
        if state is not None:
            values["state"] = state
        return redirects.to(redirects.with_query(flow.redirect_uri, values))

    @staticmethod
    def error_page(request: Request) -> Response:
        args = request.args
        return html_response(
            pages.failure(args.get("error", "error"), args.get("error_description", ""))
        )

    @staticmethod
    def _address_fits(app: NinjaOneApp, address: str) -> bool:
        """A web app's address fits whole; a native app may use any port of this computer."""
        if app.type != "native":
            return address == app.redirect_uri
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            return False
        return parts.scheme == "http" and parts.hostname == "localhost" and port != 0

    @staticmethod
    def _fail(error: str, description: str) -> Response:
        values = {"error": error, "error_description": description}
        return redirects.to(redirects.with_query(ERROR_PAGE, values))

    @staticmethod
    def _back(address: str, state: str | None, error: str, description: str = "") -> Response:
        values = {"error": error}
        if description:
            values["error_description"] = description
        if state is not None:
            values["state"] = state
        return redirects.to(redirects.with_query(address, values))

    def _session_email(self, request: Request) -> str | None:
        email, ends = self._sessions.get(request.cookies.get(COOKIE, ""), ("", 0.0))
        return email if email and ends > self._clock.timestamp() else None

    def dump(self) -> dict[str, Any]:
        return {"sessions": {key: list(value) for key, value in self._sessions.items()}}

    def load(self, state: dict[str, Any]) -> None:
        self._sessions = {
            key: (str(email), float(ends)) for key, (email, ends) in state["sessions"].items()
        }


def _same(wanted: str, given: str) -> bool:
    return hmac.compare_digest(wanted.encode(), given.encode())
