"""The NinjaOne side as a whole: which path goes where, who may, and the faults on the way."""

from __future__ import annotations

import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import Json, NinjaOneApp, Seed
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.ids import request_id
from desktop_app.simulator.ninjaone import errors, routes, shaping
from desktop_app.simulator.ninjaone.authorize import ERROR_PAGE, Authorize
from desktop_app.simulator.ninjaone.billing import Billing
from desktop_app.simulator.ninjaone.errors import ApiError
from desktop_app.simulator.ninjaone.grants import Grant, GrantStore
from desktop_app.simulator.ninjaone.organizations import Organizations
from desktop_app.simulator.ninjaone.technicians import BY_EMAIL, TECHNICIANS
from desktop_app.simulator.ninjaone.tenant import Tenant
from desktop_app.simulator.ninjaone.token_endpoint import TokenEndpoint, metadata
from desktop_app.simulator.wire import html_response, json_response

_BEARER = re.compile(r"Bearer [A-Za-z0-9._~+/=-]+\Z")
_METADATA = "/.well-known/oauth-authorization-server"
_THROTTLE_PAGE = (
    "<html><head><title>Too many requests</title></head><body><h1>Please slow down</h1></body>"
    "</html>"
)


class NinjaOne:
    """base() gives the address the server listens on, known only once it does."""

    def __init__(
        self, clock: SimClock, faults: Faults, seed: Seed, base: Callable[[], str]
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._base = base
        self._lock = threading.RLock()
        self.apps: list[NinjaOneApp] = seed.ninjaone_apps
        apps = {app.client_id: app for app in self.apps}
        self.tenant = Tenant(seed.tenant)
        self._grants = GrantStore(clock)
        self._authorize = Authorize(clock, faults, self._grants, apps)
        self._tokens = TokenEndpoint(faults, self._grants, apps)
        self._organizations = Organizations(self.tenant)
        self.billing = Billing(clock, self.tenant)
        self._routes = routes.build()
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)
        self._handlers = self._read_handlers() | self.billing.handlers()
        self._web: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/ws/oauth/authorize"): self._authorize.authorize,
            ("GET", "/ws/oauth/sign-in"): self._authorize.show,
            ("POST", "/ws/oauth/sign-in"): self._authorize.sign_in,
            ("POST", "/ws/oauth/consent"): self._authorize.consent,
            ("GET", ERROR_PAGE): self._authorize.error_page,
            ("POST", "/ws/oauth/token"): self._tokens.token,
            ("POST", "/oauth/token"): self._tokens.token,
            ("POST", "/ws/oauth/revoke"): self._tokens.revoke,
            ("GET", _METADATA): lambda _request: json_response(metadata(self._base())),
        }

    def owns(self, path: str) -> bool:
        return path.startswith(("/v2/", "/api/", "/ws/", "/oauth/")) or path == _METADATA

    def handle(self, request: Request) -> Response:
        try:
            with self._lock:
                response = self._respond(request)
        except ApiError as error:
            response = error.response()
        response.headers["x-nj-request-id"] = request_id()
        return response

    def _respond(self, request: Request) -> Response:
        web = self._web.get((request.method, request.path))
        if web is not None:
            return web(request)
        if not request.path.startswith(("/v2/", "/api/v2/")):
            if any(path == request.path for _method, path in self._web):
                raise errors.application(405, "FAILURE", "HTTP 405 Method Not Allowed")
            raise errors.no_such_route()
        return self._api(request)

    # The API

    def _api(self, request: Request) -> Response:
        grant = self._grant(request)
        throttled = self._throttle(request)
        if throttled is not None:
            return throttled
        try:
            endpoint, values = self._routes.bind_to_environ(request.environ).match()
        except MethodNotAllowed as error:
            raise errors.application(405, "FAILURE", "HTTP 405 Method Not Allowed") from error
        except (NotFound, HTTPException) as error:
            raise errors.no_such_route() from error
        is_billing = "/v2/billing/" in request.path
        writes = endpoint in routes.WRITES
        if is_billing:
            self._check_billing(request, grant, writes=writes)
        self._check_scope(grant, "management" if writes else "monitoring")
        if endpoint == "invoice":
            self._change_behind_back(request, values["number"])
        result = self._handlers[endpoint](request, **values)
        if result is None:
            return Response("", status=204)
        if is_billing or isinstance(result, list):
            result = shaping.shape(result, self._faults, request.path, is_billing=is_billing)
        return json_response(result)

    def _grant(self, request: Request) -> Grant:
        """Who asks; the errors are those seen on a live host (fact sheet, 1.7)."""
        header = request.headers.get("Authorization")
        if header is None:
            raise errors.missing_header()
        if not _BEARER.match(header):
            raise errors.invalid_header()
        grant = self._grants.find_access(header.removeprefix("Bearer "))
        if grant is None or self._faults.take("ninja.token_expired", path=request.path):
            raise errors.not_authenticated()
        return grant

    def _check_billing(self, request: Request, grant: Grant, *, writes: bool) -> None:
        context = {"path": request.path, "method": request.method}
        if self._faults.take("ninja.no_billing", **context):
            raise errors.no_such_route()
        user = None if grant.email is None else BY_EMAIL[grant.email.casefold()]
        if user is not None and not user.billing:
            raise errors.permission_denied()
        if self._faults.take("ninja.permission_denied", **context):
            raise errors.permission_denied()
        if not writes:
            return
        machine = user is None and not self._faults.take("ninja.machine_writes_allowed", **context)
        if machine or self._faults.take("ninja.user_context_required", **context):
            raise errors.user_context_required()

    @staticmethod
    def _check_scope(grant: Grant, scope: str) -> None:
        if scope not in grant.scopes:
            raise errors.auth(403, "insufficient_scope", f"Scope '{scope}' is required", 11)

    def _throttle(self, request: Request) -> Response | None:
        context = {"path": request.path, "method": request.method}
        now = self._clock.timestamp()
        limit = self._faults.peek("ninja.rate_limit", **context)
        if limit:
            seen = self._seen[request.headers.get("Authorization", "")]
            while seen and seen[0] <= now - float(limit["seconds"]):
                seen.popleft()
            if len(seen) >= int(limit["limit"]):
                self._faults.take("ninja.rate_limit", **context)
                wait = max(1, round(seen[0] + float(limit["seconds"]) - now))
                return _slow_down(wait, html=bool(limit["html"]))
            seen.append(now)
        fault = self._faults.take("ninja.throttled", **context)
        if fault:
            return _slow_down(int(fault["retry_after"]), html=bool(fault["html"]))
        return None

    def _change_behind_back(self, request: Request, number: int) -> None:
        """An invoice changes between list and detail, if that fault is armed."""
        found = self.tenant.invoices.get(number)
        if (
            found is not None
            and found["status"] == "APPROVED"
            and self._faults.take("ninja.changed_between", path=request.path)
        ):
            self.billing.invoices.set_status(number, "ARCHIVED")

    def _read_handlers(self) -> dict[str, Callable[..., Any]]:
        people = self._organizations
        return {
            "organizations": lambda request: people.listed(request.args),
            "organizations_detailed": lambda request: people.listed_detailed(request.args),
            "organization": lambda _request, number: people.detail(number),
            "organization_locations": lambda _request, number: people.locations_of(number),
            "locations": lambda request: people.locations(request.args),
            "users": lambda _request: people.users(),
            "contacts": lambda _request: people.contacts(),
        }

    # What others do in NinjaOne meanwhile; KeyError for an unknown id

    def simulate_billing(self, agreement_id: int, *, approve: bool = False) -> Json:
        """A new invoice dated today from an agreement, as on its bill date."""
        with self._lock:
            return dict(self.billing.invoices.bill(agreement_id, approve=approve))

    def simulate_status(self, invoice_id: int, status: str) -> Json:
        """Raises ValueError for an unknown status."""
        with self._lock:
            return dict(self.billing.invoices.set_status(invoice_id, status))

    def simulate_rename(self, organization_id: int, name: str) -> Json:
        with self._lock:
            record = self.tenant.organizations[organization_id]
            record["name"] = name
            return dict(record)

    def simulate_archiving(self, organization_id: int) -> Json:
        with self._lock:
            record = self.tenant.organizations.pop(organization_id)
            self.tenant.archived_organizations[organization_id] = record
            return dict(record)

    # For the server

    @staticmethod
    def sign_ins() -> list[dict[str, Any]]:
        """The technicians who can sign in, passwords included."""
        return [vars(one) for one in TECHNICIANS]

    def summary(self) -> dict[str, Any]:
        """Counts, and per invoice status the count and sum of totals."""
        with self._lock:
            return self.billing.summary()

    def dump(self) -> dict[str, Any]:
        with self._lock:
            return {
                "tenant": self.tenant.dump(),
                **self._grants.dump(),
                **self._authorize.dump(),
            }

    def load(self, state: dict[str, Any]) -> None:
        with self._lock:
            self.tenant.load(state["tenant"])
            self._grants.load(state)
            self._authorize.load(state)


def _slow_down(wait: int, *, html: bool) -> Response:
    if html:
        return html_response(_THROTTLE_PAGE)
    response = errors.application(429, "FAILURE", "HTTP 429 Too Many Requests").response()
    response.headers["Retry-After"] = str(wait)
    return response
