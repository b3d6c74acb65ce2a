"""The authorize address and the pages behind it, from password to redirect."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator import redirects
from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import IntuitApp, IntuitUser
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.ids import opaque
from desktop_app.simulator.intuit import pages
from desktop_app.simulator.intuit.grants import GrantStore
from desktop_app.simulator.wire import html_response

COOKIE = "sim_intuit_session"
SESSION_LIFE = 30 * 24 * 3600
FLOW_LIFE = 3600
APP_NAME = "Billing Bridge"

SCOPES = frozenset(
    {
        "com.intuit.quickbooks.accounting",
        "com.intuit.quickbooks.payment",
        "openid",
        "profile",
        "email",
        "phone",
        "address",
    }
)


@dataclass
class _Flow:
    """One authorize request on its way through the pages."""

    client_id: str
    redirect_uri: str
    state: str | None
    scopes: list[str]
    started: float
    pending_email: str | None = None  # password given, second factor not yet
    email: str | None = None
    realm_id: str | None = None


class SignIn:
    """Not locked: the Intuit service holds its lock around every call.

    users, apps, companies are the seed's; companies maps realm ids to names.
    """

    def __init__(
        self,
        clock: SimClock,
        faults: Faults,
        grants: GrantStore,
        users: list[IntuitUser],
        apps: list[IntuitApp],
        companies: dict[str, str],
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._grants = grants
        self._users = {user.email.casefold(): user for user in users}
        self._apps = {app.client_id: app for app in apps}
        self._companies = companies
        self._flows: dict[str, _Flow] = {}
        self._sessions: dict[str, tuple[str, float]] = {}

    # The authorize request

    def authorize(self, request: Request) -> Response:
        """Check the request; a wrong key or address never redirects back (sheet, 1.3)."""
        args = request.args
        app = self._apps.get(args.get("client_id", ""))
        address = args.get("redirect_uri", "")
        if (
            app is None
            or address not in app.redirect_uris
            or self._faults.take("oauth.wrong_redirect", client_id=args.get("client_id"))
        ):
            return redirects.to("/oauth2/error")
        state = args.get("state")
        if args.get("response_type") != "code":
            return self._refuse(address, state, "unsupported_response_type")
        scopes = args.get("scope", "").split()
        if not scopes or not set(scopes) <= SCOPES:
            return self._refuse(address, state, "invalid_scope")
        flow_id = opaque(32)
        flow = _Flow(app.client_id, address, state, scopes, self._clock.timestamp())
        flow.email = self._session_email(request)
        self._flows[flow_id] = flow
        return redirects.to(f"/app/sign-in?flow={flow_id}")

    # The pages

    def show(self, request: Request) -> Response:
        """The page of the step that the flow has reached."""
        flow_id = request.args.get("flow", "")
        flow = self._flow(flow_id)
        if flow is None:
            return html_response(pages.expired(), 410)
        if flow.pending_email is not None:
            return html_response(pages.second_factor(flow_id, flow.pending_email))
        if flow.email is None:
            return html_response(pages.sign_in(flow_id, list(self._users.values())))
        return self._after_sign_in(flow_id, flow)

    def _after_sign_in(self, flow_id: str, flow: _Flow) -> Response:
        user = self._users[(flow.email or "").casefold()]
        eligible = self._eligible(user)
        if not eligible:
            seen = [
                self._companies[realm] for realm in user.standard_of if realm in self._companies
            ]
            return html_response(pages.no_companies(flow_id, user, seen))
        if flow.realm_id is None and len(eligible) == 1:
            flow.realm_id = eligible[0]
        if flow.realm_id not in eligible:
            choices = [(realm, self._companies[realm]) for realm in eligible]
            return html_response(pages.companies(flow_id, user, choices))
        company = self._companies[flow.realm_id]
        return html_response(pages.consent(flow_id, APP_NAME, company, user, flow.scopes))

    def password(self, request: Request) -> Response:
        flow_id, flow = self._posted(request)
        if flow is None:
            return html_response(pages.expired(), 410)
        email = request.form.get("email", "").strip()
        user = self._users.get(email.casefold())
        if user is None or not _same(user.password, request.form.get("password", "")):
            users = list(self._users.values())
            error = "The e-mail address or the password is not right. Try again."
            return html_response(pages.sign_in(flow_id, users, email, error), 401)
        if user.otp:
            flow.pending_email = user.email
            return self._next(flow_id)
        return self._signed_in(flow_id, flow, user.email)

    def code(self, request: Request) -> Response:
        flow_id, flow = self._posted(request)
        if flow is None or flow.pending_email is None:
            return html_response(pages.expired(), 410)
        user = self._users[flow.pending_email.casefold()]
        if not _same(user.otp or "", request.form.get("code", "").strip()):
            error = "That code is not right. Check it and try again."
            return html_response(pages.second_factor(flow_id, user.email, error), 401)
        return self._signed_in(flow_id, flow, user.email)

    def company(self, request: Request) -> Response:
        flow_id, flow = self._posted(request)
        if flow is None or flow.email is None:
            return html_response(pages.expired(), 410)
        realm_id = request.form.get("realm_id", "")
        if realm_id in self._eligible(self._users[flow.email.casefold()]):
            flow.realm_id = realm_id
        return self._next(flow_id)

    def consent(self, request: Request) -> Response:
        flow_id, flow = self._posted(request)
        if flow is None or flow.email is None:
            return html_response(pages.expired(), 410)
        if request.form.get("decision") != "connect":
            del self._flows[flow_id]
            return self._refuse(flow.redirect_uri, flow.state, "access_denied")
        if flow.realm_id not in self._eligible(self._users[flow.email.casefold()]):
            return self._next(flow_id)
        if self._faults.take("oauth.never_redirects", client_id=flow.client_id):
            return html_response(pages.waiting())
        del self._flows[flow_id]
        if self._faults.take("oauth.access_denied", client_id=flow.client_id):
            return self._refuse(flow.redirect_uri, flow.state, "access_denied")
        broken = self._faults.take("oauth.redirect_error", client_id=flow.client_id)
        if broken:
            return self._refuse(
                flow.redirect_uri, flow.state, str(broken["error"]), str(broken["description"])
            )
        return self._grant(flow, flow.realm_id or "")

    def other_account(self, request: Request) -> Response:
        """Sign out and show the password page again."""
        flow_id = request.args.get("flow", "")
        flow = self._flow(flow_id)
        self._sessions.pop(request.cookies.get(COOKIE, ""), None)
        if flow is None:
            return html_response(pages.expired(), 410)
        flow.email = flow.pending_email = flow.realm_id = None
        response = self._next(flow_id)
        response.delete_cookie(COOKIE)
        return response

    # Parts

    def _grant(self, flow: _Flow, realm_id: str) -> Response:
        code = self._grants.issue_code(
            flow.client_id, flow.redirect_uri, flow.email or "", realm_id, flow.scopes
        )
        values = {"code": code, "state": flow.state, "realmId": realm_id}
        if self._faults.take("oauth.state_altered", client_id=flow.client_id):
            values["state"] = "altered-" + opaque(12)
        if self._faults.take("oauth.state_missing", client_id=flow.client_id):
            values["state"] = None
        if self._faults.take("oauth.realm_missing", client_id=flow.client_id):
            values["realmId"] = None
        present = {key: value for key, value in values.items() if value is not None}
        return redirects.to(redirects.with_query(flow.redirect_uri, present))

    @staticmethod
    def _refuse(address: str, state: str | None, error: str, description: str = "") -> Response:
        values = {"error": error}
        if description:
            values["error_description"] = description
        if state is not None:
            values["state"] = state
        return redirects.to(redirects.with_query(address, values))

    def _signed_in(self, flow_id: str, flow: _Flow, email: str) -> Response:
        flow.pending_email, flow.email = None, email
        session = opaque(40)
        self._sessions[session] = (email, self._clock.timestamp() + SESSION_LIFE)
        response = self._next(flow_id)
        response.set_cookie(
            COOKIE, session, max_age=SESSION_LIFE, httponly=True, samesite="Lax", path="/"
        )
        return response

    def _eligible(self, user: IntuitUser) -> list[str]:
        if self._faults.take("oauth.no_companies"):
            return []
        return [realm for realm in user.admin_of if realm in self._companies]

    def _session_email(self, request: Request) -> str | None:
        email, ends = self._sessions.get(request.cookies.get(COOKIE, ""), ("", 0.0))
        if email.casefold() not in self._users or ends <= self._clock.timestamp():
            return None
        return email

    def _posted(self, request: Request) -> tuple[str, _Flow | None]:
        flow_id = request.form.get("flow", "")
        return flow_id, self._flow(flow_id)

    def _flow(self, flow_id: str) -> _Flow | None:
        flow = self._flows.get(flow_id)
        if flow is not None and self._clock.timestamp() - flow.started > FLOW_LIFE:
            del self._flows[flow_id]
            return None
        return flow

    @staticmethod
    def _next(flow_id: str) -> Response:
        return redirects.to(f"/app/sign-in?flow={flow_id}", 303)

    def dump(self) -> dict[str, Any]:
        """Remembered sign-ins; a half-way flow does not outlive the process."""
        return {"sessions": {key: list(value) for key, value in self._sessions.items()}}

    def load(self, state: dict[str, Any]) -> None:
        self._sessions = {
            key: (str(email), float(ends)) for key, (email, ends) in state["sessions"].items()
        }


def _same(wanted: str, given: str) -> bool:
    return hmac.compare_digest(wanted.encode(), given.encode())
