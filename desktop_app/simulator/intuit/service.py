"""The Intuit side as a whole: discovery, sign-in pages, tokens; which path goes where."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import IntuitApp, IntuitUser, Seed
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.ids import request_id
from desktop_app.simulator.intuit import pages
from desktop_app.simulator.intuit.endpoints import Endpoints
from desktop_app.simulator.intuit.grants import GrantStore
from desktop_app.simulator.intuit.identity import jwks
from desktop_app.simulator.intuit.signin import SignIn
from desktop_app.simulator.tokens import TokenInfo
from desktop_app.simulator.wire import html_response, json_response

DISCOVERY = "/.well-known/openid_sandbox_configuration"
READY_MADE_SCOPES = ["com.intuit.quickbooks.accounting", "openid", "profile", "email"]

Handler = Callable[[Request], Response]


class Intuit:
    """base() gives the address the server listens on, known only once it does."""

    def __init__(
        self, clock: SimClock, faults: Faults, seed: Seed, base: Callable[[], str]
    ) -> None:
        self._base = base
        self._lock = threading.RLock()
        self.users: list[IntuitUser] = seed.users
        self.apps: list[IntuitApp] = seed.apps
        self._companies = {company.realm_id: company.name for company in seed.companies}
        self.grants = GrantStore(clock)
        self._signin = SignIn(clock, faults, self.grants, seed.users, seed.apps, self._companies)
        self._endpoints = Endpoints(
            faults, self.grants, seed.users, seed.apps, self._issuer, self._lock
        )
        self._ready_made = self._open_ready_made(seed)
        self._gets: dict[str, Handler] = {
            "/.well-known/openid_configuration": self._discovery,
            DISCOVERY: self._discovery,
            "/connect/oauth2": self._locked(self._signin.authorize),
            "/app/sign-in": self._locked(self._signin.show),
            "/app/sign-in/other": self._locked(self._signin.other_account),
            "/app/terms": lambda _request: html_response(pages.terms()),
            "/oauth2/error": lambda _request: html_response(pages.connect_error()),
            "/op/v1/jwks": lambda _request: json_response(jwks()),
            "/v1/openid_connect/userinfo": self._endpoints.userinfo,
        }
        self._posts: dict[str, Handler] = {
            "/app/sign-in/password": self._locked(self._signin.password),
            "/app/sign-in/code": self._locked(self._signin.code),
            "/app/sign-in/company": self._locked(self._signin.company),
            "/app/sign-in/consent": self._locked(self._signin.consent),
            "/oauth2/v1/tokens/bearer": self._endpoints.token,
            "/v2/oauth2/tokens/revoke": self._endpoints.revoke,
        }

    def owns(self, path: str) -> bool:
        path = path.rstrip("/")
        return path in self._gets or path in self._posts

    def handle(self, request: Request) -> Response:
        path = request.path.rstrip("/")
        table = self._posts if request.method == "POST" else self._gets
        if request.method not in {"GET", "HEAD", "POST"} or path not in table:
            allowed = "POST" if path in self._posts else "GET"
            response = html_response("<h1>405 Method Not Allowed</h1>", 405, {"Allow": allowed})
        else:
            response = table[path](request)
        response.headers["intuit_tid"] = request_id()
        return response

    def look_up(self, bearer: str) -> TokenInfo | None:
        """What an access token stands for, or None for one never issued."""
        with self._lock:
            found = self.grants.find_access(bearer)
            if found is None:
                return None
            token, grant = found
            return TokenInfo(
                client_id=grant.client_id,
                realm_id=grant.realm_id,
                user_email=grant.email,
                scopes=frozenset(grant.scopes),
                expired=self.grants.access_expired(token),
                revoked=token.revoked or grant.revoked,
            )

    def disconnect(self, realm_id: str) -> int:
        """The company's administrator disconnects the app inside QuickBooks; how many grants."""
        with self._lock:
            found = [
                grant
                for grant in self.grants.grants.values()
                if grant.realm_id == realm_id and not grant.revoked
            ]
            for grant in found:
                self.grants.revoke_grant(grant)
            return len(found)

    def companies(self) -> list[dict[str, str]]:
        """realm_id, name and a refresh token of the first app that works as it is."""
        with self._lock:
            return [
                {
                    "realm_id": realm_id,
                    "name": self._companies[realm_id],
                    "refresh_token": self.grants.grants[grant_id].refresh_token,
                }
                for realm_id, grant_id in self._ready_made.items()
            ]

    def dump(self) -> dict[str, Any]:
        with self._lock:
            return {
                **self.grants.dump(),
                **self._signin.dump(),
                "ready_made": dict(self._ready_made),
            }

    def load(self, state: dict[str, Any]) -> None:
        with self._lock:
            self.grants.load(state)
            self._signin.load(state)
            self._ready_made = dict(state["ready_made"])

    def _open_ready_made(self, seed: Seed) -> dict[str, str]:
        ready = {}
        for company in seed.companies:
            admin = next((one for one in seed.users if company.realm_id in one.admin_of), None)
            if admin is not None and seed.apps:
                grant = self.grants.open_ready_made(
                    seed.seed,
                    seed.apps[0].client_id,
                    admin.email,
                    company.realm_id,
                    READY_MADE_SCOPES,
                )
                ready[company.realm_id] = grant.id
        return ready

    def _issuer(self) -> str:
        return f"{self._base()}/op/v1"

    def _discovery(self, _request: Request) -> Response:
        base = self._base()
        return json_response(
            {
                "issuer": self._issuer(),
                "authorization_endpoint": f"{base}/connect/oauth2",
                "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{base}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile", "address", "phone"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post",
                    "client_secret_basic",
                ],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    def _locked(self, handler: Handler) -> Handler:
        def run(request: Request) -> Response:
            with self._lock:
                return handler(request)

        return run
